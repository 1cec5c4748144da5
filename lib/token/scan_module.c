/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* What a module, or a part of OpenSC's, says in its worker's frames. */
#include <stdlib.h>
#include <string.h>

#include "scan.h"

/* A module is given up when this many of its slots hung or crashed it. */
#define MAX_RESTARTS 8
#define MAX_SLOTS 16384
/* Where a worker ends by the system, it is by that. */
#define LIMIT_HINT "a limit of this session, ulimit -a"

/* 1. A module and its parts */

struct scan_module *scan_module_new(struct cks_scan *scan, const char *path)
{
	struct scan_module *m = calloc(1, sizeof(*m));

	if (!m)
		return NULL;
	m->scan = scan;
	m->path = strdup(path);
	m->reading.path = m->path;
	if (!m->path) {
		scan_module_free(m);
		return NULL;
	}
	return m;
}

struct scan_module *scan_module_part(const struct scan_module *whole,
				     const struct reader *r)
{
	struct scan_module *m = scan_module_new(whole->scan, whole->path);

	if (!m)
		return NULL;
	m->whole = whole;
	m->place = whole->place;
	m->is_optional = whole->is_optional;
	m->pcsc_reader = strdup(r->pcsc_name);
	m->reader = strdup(r->name);
	m->reading.within =
		(struct confinement){ m->pcsc_reader,
				      whole->settings.slots_per_card };
	if (!m->pcsc_reader || !m->reader) {
		scan_module_free(m);
		return NULL;
	}
	return m;
}

static void close_slot(struct scan_module *m, struct open_slot *slot)
{
	free(slot->reader);
	*slot = m->open[--m->n_open];
}

void scan_module_forget(struct scan_module *m)
{
	for (size_t i = 0; i < m->tokens.n; i++) {
		struct cks_token *token = m->tokens.items[i];

		cks_token_free(&token);
	}
	for (size_t i = 0; i < m->errors.n; i++)
		scan_error_free(m->errors.items[i]);
	for (size_t i = 0; i < m->blank.n; i++)
		free(m->blank.items[i]);
	m->tokens.n = 0;
	m->errors.n = 0;
	m->blank.n = 0;
	while (m->n_open > 0)
		close_slot(m, &m->open[0]);
	free(m->seen);
	m->seen = NULL;
	m->n_seen = 0;
	m->reading.n_skip = 0;
	free(m->maker);
	m->maker = NULL;
	m->failed_as_a_whole = false;
	m->has_too_many_slots = false;
	m->has_blank = false;
	m->restarts = 0;
}

void scan_module_free(struct scan_module *m)
{
	scan_module_forget(m);
	opensc_settings_free(&m->settings);
	free(m->path);
	free(m->pcsc_reader);
	free(m->reader);
	free(m->tokens.items);
	free(m->errors.items);
	free(m->blank.items);
	free(m);
}

bool scan_module_is_in(const struct scan_module *m, const char *description,
		       const struct reader *r)
{
	return m->pcsc_reader ? strcmp(m->pcsc_reader, r->pcsc_name) == 0
			      : reader_is(r, description);
}

bool is_of_whole_module(enum cks_err err)
{
	return err == CKS_ERR_LOAD || err == CKS_ERR_ARCHITECTURE ||
	       err == CKS_ERR_DIGEST || err == CKS_ERR_SYSTEM;
}

/* 2. Its frames */

/* Takes NULL for one that there was no memory for. */
static void add_error(struct scan_module *m, struct cks_scan_error *error)
{
	bool ok = error;

	if (ok) {
		error->is_optional = m->is_optional;
		if (m->pcsc_reader && !is_of_whole_module(error->code))
			ok = scan_error_set_reader(error, m->reader,
						   m->pcsc_reader);
	}
	if (!ok || !scan_list_add(&m->errors, error)) {
		scan_error_free(error);
		m->out_of_memory = true;
	}
}

static struct open_slot *find_open(struct scan_module *m, unsigned long number)
{
	for (size_t i = 0; i < m->n_open; i++)
		if (m->open[i].number == number)
			return &m->open[i];
	return NULL;
}

/* What the slot is in, as far as the module has said. */
static const char *reader_of(const struct open_slot *slot)
{
	return slot->reader ? slot->reader : "";
}

/* Says of a token what its worker does not know. False: no memory. */
static bool place_token(const struct scan_module *m, struct cks_token *token)
{
	token->library = m->library;
	if (!m->pcsc_reader)
		return true;
	token->slots_per_card = m->reading.within.slots_per_card;
	return token_set_reader(token, m->pcsc_reader) &&
	       token_find_card(token, m->scan->before);
}

static void add_token(struct scan_module *m, const struct open_slot *slot,
		      struct cks_token *token)
{
	if (!token) {
		/* Nonsense from a module that writes where it should not. */
		add_error(m,
			  scan_error_new(m->path, &slot->number,
					 reader_of(slot), CKS_ERR_CRASH, ""));
	} else if (!place_token(m, token) ||
		   !scan_list_add(&m->tokens, token)) {
		cks_token_free(&token);
		m->out_of_memory = true;
	} else if (token->limit[0]) {
		add_error(m,
			  scan_error_new(m->path, &slot->number, token->reader,
					 CKS_ERR_LIMIT, token->limit));
	} else if (token->n_unread > 0) {
		add_error(m, scan_error_new(m->path, &slot->number,
					    token->reader, CKS_ERR_DEVICE,
					    "a certificate has no value"));
	}
}

/* Keeps the reader, in which there is a card that the module knows. */
static void add_blank(struct scan_module *m, struct open_slot *slot)
{
	m->has_blank = true;
	if (!slot->reader)
		return;
	if (!scan_list_add(&m->blank, slot->reader)) {
		free(slot->reader);
		m->out_of_memory = true;
	}
	slot->reader = NULL;
}

/* False for a slot that was begun before, or one too many. */
static bool begin_slot(struct scan_module *m, unsigned long number)
{
	unsigned long *grown;

	for (size_t i = 0; i < m->n_seen; i++)
		if (m->seen[i] == number)
			return false;
	if (m->n_seen == MAX_SLOTS) {
		if (!m->has_too_many_slots)
			add_error(m, scan_error_new(m->path, NULL, "",
						    CKS_ERR_LIMIT,
						    "more than 16384 slots"));
		m->has_too_many_slots = true;
		return false;
	}
	if (m->n_open == MAX_OPEN_SLOTS)
		return false;
	grown = reallocarray(m->seen, m->n_seen + 1, sizeof(*grown));
	if (!grown) {
		m->out_of_memory = true;
		return false;
	}
	m->seen = grown;
	m->seen[m->n_seen++] = number;
	m->open[m->n_open++] = (struct open_slot){ .number = number };
	return true;
}

/* The slot of a frame that begins with its number, which stays to be read;
 * NULL where it is not open. */
static struct open_slot *slot_of(struct scan_module *m,
				 const struct wire *payload)
{
	struct wire w = *payload;
	unsigned long number = wire_get_u64(&w);

	return w.failed ? NULL : find_open(m, number);
}

static bool take_error(struct scan_module *m, struct wire *payload)
{
	struct cks_scan_error *error = scan_error_decode(payload, m->path);
	struct open_slot *slot = NULL;

	if (error && error->has_slot)
		slot = find_open(m, error->slot);
	if (!slot && m->failed_as_a_whole) {
		scan_error_free(error);
		return false;
	}
	m->failed_as_a_whole |= !slot;
	if (!error)
		error = scan_error_new(m->path, NULL, "", CKS_ERR_CRASH, "");
	add_error(m, error);
	if (slot)
		close_slot(m, slot);
	return slot;
}

/* A slot answers once, with a token or an error, and that renews the deadline
 * once. */
static bool on_frame(struct worker *w, unsigned int type, struct wire *payload)
{
	struct scan_module *m = w->owner;
	struct open_slot *slot = slot_of(m, payload);

	switch (type) {
	case READING_MODULE:
		if (m->maker)
			return false;
		m->library = library_get(payload);
		m->maker = cks_text_clean(m->library.manufacturer,
					  sizeof(m->library.manufacturer));
		return true;
	case READING_SLOT:
		return begin_slot(m, wire_get_u64(payload));
	case READING_TOKEN:
		if (!slot)
			return false;
		add_token(m, slot,
			  token_decode(payload, m->path,
				       m->maker ? m->maker : ""));
		close_slot(m, slot);
		return true;
	case READING_READER:
		if (!slot || slot->reader)
			return false;
		(void)wire_get_u64(payload);
		slot->reader = wire_get_clean_text(payload);
		return false;
	case READING_BLANK:
		if (!slot)
			return false;
		add_blank(m, slot);
		close_slot(m, slot);
		return true;
	case READING_OWN_CONF:
		m->has_own_conf = true;
		return false;
	case READING_ERROR:
		return take_error(m, payload);
	default:
		return false;
	}
}

static bool must_restart(struct scan_module *m, enum cks_err err)
{
	const char *detail = err == CKS_ERR_SYSTEM ? LIMIT_HINT : "";
	bool in_slot = m->n_open > 0;

	if (err && !in_slot) {
		m->failed_as_a_whole = true;
		add_error(m, scan_error_new(m->path, NULL, "", err, detail));
	}
	while (m->n_open > 0) {
		struct open_slot *slot = &m->open[0];

		if (err)
			add_error(m,
				  scan_error_new(m->path, &slot->number,
						 reader_of(slot), err, detail));
		close_slot(m, slot);
	}
	if (!err || !in_slot)
		return false;
	if (++m->restarts > MAX_RESTARTS) {
		add_error(m, scan_error_new(m->path, NULL, "", CKS_ERR_LIMIT,
					    "more than 8 slots that fail so"));
		return false;
	}
	m->reading.skip = m->seen;
	m->reading.n_skip = m->n_seen;
	return true;
}

static bool on_end(struct worker *w, enum cks_err err)
{
	struct scan_module *m = w->owner;

	m->is_reading = must_restart(m, err);
	if (!m->is_reading)
		scan_is_over(m);
	return m->is_reading;
}

struct worker scan_module_worker(struct scan_module *m)
{
	m->is_reading = true;
	return (struct worker){ .run = reading_main,
				.arg = &m->reading,
				.timeout_ms = m->scan->timeout_ms,
				.on_frame = on_frame,
				.on_end = on_end,
				.owner = m };
}
