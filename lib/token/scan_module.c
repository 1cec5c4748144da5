/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* What a module, or a part of OpenSC's, says in its worker's frames. */
#include <stdlib.h>
#include <string.h>

#include "base/i18n.h"
#include "cert.h"
#include "scan.h"

/* A module is given up when this many of its slots hung or crashed it. */
#define MAX_RESTARTS 8
#define MAX_SLOTS 16384

/* 1. A module and its parts */

struct scan_module *scan_module_new(struct cks_scan *scan, const char *path)
{
	struct scan_module *m = calloc(1, sizeof(*m));

	if (!m)
		return NULL;
	m->scan = scan;
	m->path = strdup(path);
	if (!m->path) {
		scan_module_free(m);
		return NULL;
	}
	m->reading.path = m->path;
	/* OpenSC has one lock for all that it does. */
	m->reading.in_turn = opensc_is_at(m->path);
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
	objects_free(&slot->objects);
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
	free(m->seen_before);
	m->seen_before = NULL;
	m->n_seen_before = 0;
	m->reading.n_skip = 0;
	free(m->maker);
	m->maker = NULL;
	m->is_at_once = false;
	free(m->order);
	m->order = NULL;
	m->n_order = 0;
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

bool reader_is_called(const struct reader *r, const char *name)
{
	return strcmp(r->pcsc_name, name) == 0 || strcmp(r->name, name) == 0;
}

bool scan_wants(const struct cks_scan *scan, const struct reader *r)
{
	for (size_t i = 0; i < scan->only.n; i++)
		if (reader_is_called(r, scan->only.items[i]))
			return true;
	return scan->only.n == 0;
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

/* The index at which @number stands in a sorted list, or would stand. */
static size_t place_of(const unsigned long *list, size_t n,
		       unsigned long number)
{
	size_t low = 0;

	while (low < n) {
		size_t middle = low + (n - low) / 2;

		if (list[middle] < number)
			low = middle + 1;
		else
			n = middle;
	}
	return low;
}

static bool has(const unsigned long *list, size_t n, unsigned long number)
{
	size_t at = place_of(list, n, number);

	return at < n && list[at] == number;
}

/* Has the slot read again, in turn: what went wrong at once need not be its
 * own fault. */
static void repeat(struct scan_module *m, const struct open_slot *slot)
{
	size_t at = place_of(m->seen, m->n_seen, slot->number);

	m->n_to_repeat++;
	if (has(m->seen_before, m->n_seen_before, slot->number) ||
	    !has(m->seen, m->n_seen, slot->number))
		return;
	m->n_seen--;
	memmove(m->seen + at, m->seen + at + 1,
		(m->n_seen - at) * sizeof(*m->seen));
}

/* True if there is nothing of @token that could come of a mistake. */
static bool is_sound(const struct cks_token *token)
{
	bool sound = token && token->n_certs > 0 && token->n_unread == 0 &&
		     token->limit[0] == '\0';

	for (size_t i = 0; sound && i < token->n_certs; i++)
		sound = token->certs[i]->readable;
	return sound;
}

static void add_token(struct scan_module *m, const struct open_slot *slot,
		      struct cks_token *token)
{
	if (m->is_at_once && !is_sound(token)) {
		cks_token_free(&token);
		repeat(m, slot);
	} else if (!token) {
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
					    N_("a certificate has no value")));
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
	size_t at = place_of(m->seen, m->n_seen, number);
	unsigned long *grown;

	if (has(m->seen, m->n_seen, number))
		return false;
	if (m->n_seen == MAX_SLOTS) {
		if (!m->has_too_many_slots)
			add_error(m, scan_error_new(
					     m->path, NULL, "", CKS_ERR_LIMIT,
					     N_("more than 16384 slots")));
		m->has_too_many_slots = true;
		return false;
	}
	/* In turn, the next slot is begun when the last one is done. */
	while (!m->is_at_once && m->n_open > 0)
		close_slot(m, &m->open[0]);
	if (m->n_open == MAX_OPEN_SLOTS)
		return false;
	grown = reallocarray(m->seen, m->n_seen + 1, sizeof(*grown));
	if (!grown) {
		m->out_of_memory = true;
		return false;
	}
	m->seen = grown;
	memmove(grown + at + 1, grown + at, (m->n_seen - at) * sizeof(*grown));
	grown[at] = number;
	m->n_seen++;
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
	if (slot && m->is_at_once) {
		repeat(m, slot);
		close_slot(m, slot);
		scan_error_free(error);
		return true;
	}
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

static void begin_at_once(struct scan_module *m, struct wire *payload)
{
	uint64_t n = wire_get_u64(payload);

	if (m->order || m->reading.in_turn || n > MAX_SLOTS)
		return;
	m->order = calloc(n + 1, sizeof(*m->order));
	m->seen_before = calloc(m->n_seen + 1, sizeof(*m->seen_before));
	if (!m->order || !m->seen_before) {
		m->out_of_memory = true;
		return;
	}
	while (m->n_order < n)
		m->order[m->n_order++] = wire_get_u64(payload);
	m->is_at_once = true;
	m->n_seen_before = m->n_seen;
	if (m->n_seen > 0)
		memcpy(m->seen_before, m->seen, m->n_seen * sizeof(*m->seen));
	m->n_tokens_before = m->tokens.n;
	m->n_blank_before = m->blank.n;
	m->n_confirmed = 0;
	m->n_to_repeat = 0;
}

/* A token read at once is what it was, asked alone. */
static void confirm(struct scan_module *m, struct wire *payload)
{
	struct token_id id = { .slot = wire_get_u64(payload) };

	wire_get_field(payload, id.label, sizeof(id.label));
	wire_get_field(payload, id.manufacturer, sizeof(id.manufacturer));
	wire_get_field(payload, id.serial, sizeof(id.serial));
	for (size_t i = m->n_tokens_before; i < m->tokens.n; i++) {
		const struct cks_token *t = m->tokens.items[i];

		m->n_confirmed +=
			!payload->failed && t->id.slot == id.slot &&
			!memcmp(t->id.label, id.label, sizeof(id.label)) &&
			!memcmp(t->id.manufacturer, id.manufacturer,
				sizeof(id.manufacturer)) &&
			!memcmp(t->id.serial, id.serial, sizeof(id.serial));
	}
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
			  token_decode(payload, &slot->objects, m->path,
				       m->maker ? m->maker : ""));
		close_slot(m, slot);
		return true;
	case READING_READER:
		if (!slot || slot->reader)
			return false;
		(void)wire_get_u64(payload);
		slot->reader = wire_get_clean_text(payload);
		return false;
	case READING_OBJECTS:
		if (!slot)
			return false;
		(void)wire_get_u64(payload);
		objects_take(&slot->objects, payload);
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
	case READING_AT_ONCE:
		begin_at_once(m, payload);
		return false;
	case READING_AGAIN:
		confirm(m, payload);
		return false;
	default:
		return false;
	}
}

/* A certificate and the token it was read from, by number. */
struct whose {
	const char *sha256;
	size_t token;
};

static int compare_whose(const void *a, const void *b)
{
	const struct whose *one = a, *other = b;
	int order = strcmp(one->sha256, other->sha256);

	return order ? order
		     : (one->token > other->token) -
			       (one->token < other->token);
}

/* True if a token read at once has a certificate that another has, too. */
static bool shares_certificate(struct scan_module *m)
{
	size_t n = 0, k = 0;
	struct whose *all;
	bool shared = false;

	for (size_t i = 0; i < m->tokens.n; i++)
		n += ((struct cks_token *)m->tokens.items[i])->n_certs;
	all = calloc(n + 1, sizeof(*all));
	if (!all) {
		m->out_of_memory = true;
		return false;
	}
	for (size_t i = 0; i < m->tokens.n; i++) {
		const struct cks_token *t = m->tokens.items[i];

		for (size_t c = 0; c < t->n_certs; c++)
			all[k++] = (struct whose){ t->certs[c]->sha256, i };
	}
	qsort(all, n, sizeof(*all), compare_whose);
	for (size_t i = 1; i < n; i++)
		shared |= all[i - 1].token != all[i].token &&
			  all[i].token >= m->n_tokens_before &&
			  strcmp(all[i - 1].sha256, all[i].sha256) == 0;
	free(all);
	return shared;
}

/* True if a token read at once was taken for another, as far as can be seen. */
static bool is_mixed_up(struct scan_module *m)
{
	return m->n_confirmed != m->tokens.n - m->n_tokens_before ||
	       shares_certificate(m);
}

/* True if something that was read at once has to be read in turn. */
static bool must_repeat(struct scan_module *m, enum cks_err err)
{
	bool must = m->n_to_repeat > 0;

	m->is_at_once = false;
	m->reading.in_turn = true;
	if (err || m->n_open > 0 || is_mixed_up(m)) {
		while (m->n_open > 0)
			close_slot(m, &m->open[0]);
		while (m->tokens.n > m->n_tokens_before) {
			struct cks_token *t = m->tokens.items[--m->tokens.n];

			cks_token_free(&t);
		}
		while (m->blank.n > m->n_blank_before)
			free(m->blank.items[--m->blank.n]);
		free(m->seen);
		m->seen = m->seen_before;
		m->n_seen = m->n_seen_before;
		m->seen_before = NULL;
		m->n_seen_before = 0;
		must = true;
	}
	m->reading.skip = m->seen;
	m->reading.n_skip = m->n_seen;
	return must;
}

static bool must_restart(struct scan_module *m, enum cks_err err)
{
	bool in_slot = m->n_open > 0;

	if (m->is_at_once)
		return must_repeat(m, err);
	if (err && !in_slot) {
		m->failed_as_a_whole = true;
		add_error(m, scan_error_new(m->path, NULL, "", err, ""));
	}
	while (m->n_open > 0) {
		struct open_slot *slot = &m->open[0];

		if (err)
			add_error(m, scan_error_new(m->path, &slot->number,
						    reader_of(slot), err, ""));
		close_slot(m, slot);
	}
	if (!err || !in_slot)
		return false;
	if (++m->restarts > MAX_RESTARTS) {
		add_error(m,
			  scan_error_new(m->path, NULL, "", CKS_ERR_LIMIT,
					 N_("more than 8 slots that fail so")));
		return false;
	}
	m->reading.skip = m->seen;
	m->reading.n_skip = m->n_seen;
	return true;
}

/* Has the tokens of the slots that were read at once, and those of them that
 * were read again, in the order of the slots. */
static void sort_tokens(struct scan_module *m)
{
	size_t next = m->n_tokens_before;

	for (size_t i = 0; i < m->n_order; i++) {
		for (size_t k = next; k < m->tokens.n; k++) {
			struct cks_token *t = m->tokens.items[k];

			if (t->id.slot != m->order[i])
				continue;
			m->tokens.items[k] = m->tokens.items[next];
			m->tokens.items[next++] = t;
			break;
		}
	}
}

static bool on_end(struct worker *w, enum cks_err err)
{
	struct scan_module *m = w->owner;

	m->is_reading = must_restart(m, err);
	if (!m->is_reading)
		sort_tokens(m);
	if (!m->is_reading)
		m->scan->on_over(m);
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
