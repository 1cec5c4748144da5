/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include <stdlib.h>
#include <string.h>
#include <time.h>

#include "modules.h"
#include "reading.h"
#include "scan.h"
#include "token.h"
#include "tries.h"
#include "uri.h"
#include "worker.h"

#define DEFAULT_TIMEOUT_MS 15000
/* A module is given up when this many of its slots hung or crashed it. */
#define MAX_RESTARTS 8
#define MAX_SLOTS 16384

static void add_error(struct scan_module *m, struct cks_scan_error *error)
{
	if (error)
		error->is_optional = m->is_optional;
	if (!error || !scan_list_add(&m->errors, error)) {
		scan_error_free(error);
		m->out_of_memory = true;
	}
}

/* Where a worker ends by the system, it is by that. */
#define LIMIT_HINT "a limit of this session, ulimit -a"

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

/* A slot answers once, with a token or an error, and that renews the deadline
 * once. */
static void close_slot(struct scan_module *m, struct open_slot *slot)
{
	free(slot->reader);
	*slot = m->open[--m->n_open];
}

static void add_token(struct scan_module *m, const struct open_slot *slot,
		      struct cks_token *token)
{
	if (!token) {
		/* Nonsense from a module that writes where it should not. */
		add_error(m,
			  scan_error_new(m->path, &slot->number,
					 reader_of(slot), CKS_ERR_CRASH, ""));
	} else if (!scan_list_add(&m->tokens, token)) {
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

static bool on_frame(struct worker *w, unsigned int type, struct wire *payload)
{
	struct scan_module *m = w->owner;
	struct open_slot *slot = slot_of(m, payload);
	struct cks_token *token;

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
		token = token_decode(payload, m->path,
				     m->maker ? m->maker : "");
		if (token)
			token->library = m->library;
		add_token(m, slot, token);
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

static bool on_end(struct worker *w, enum cks_err err)
{
	struct scan_module *m = w->owner;
	const char *detail = err == CKS_ERR_SYSTEM ? LIMIT_HINT : "";
	bool in_slot = m->n_open > 0;

	if (err && !in_slot)
		add_error(m, scan_error_new(m->path, NULL, "", err, detail));
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

struct cks_scan *cks_scan_new(void)
{
	struct cks_scan *scan = calloc(1, sizeof(*scan));

	if (scan)
		scan->timeout_ms = DEFAULT_TIMEOUT_MS;
	return scan;
}

/* Of what was read, all that is not the scan's yet. */
static void module_forget(struct scan_module *m)
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
	m->n_seen = 0;
	m->reading.n_skip = 0;
	while (m->n_open > 0)
		close_slot(m, &m->open[0]);
	m->failed_as_a_whole = false;
	m->has_too_many_slots = false;
	m->has_blank = false;
	m->restarts = 0;
	free(m->maker);
	m->maker = NULL;
	free(m->seen);
	m->seen = NULL;
}

static void module_free(struct scan_module *m)
{
	module_forget(m);
	free(m->path);
	free(m->tokens.items);
	free(m->errors.items);
	free(m->blank.items);
	free(m);
}

void cks_scan_free(struct cks_scan **scan)
{
	struct cks_scan *s = scan ? *scan : NULL;

	if (!s)
		return;
	*scan = NULL;
	for (size_t i = 0; i < s->tokens.n; i++) {
		struct cks_token *token = s->tokens.items[i];

		cks_token_free(&token);
	}
	for (size_t i = 0; i < s->errors.n; i++)
		scan_error_free(s->errors.items[i]);
	for (size_t i = 0; i < s->modules.n; i++)
		module_free(s->modules.items[i]);
	free(s->tokens.items);
	free(s->errors.items);
	free(s->modules.items);
	cks_readers_free(&s->readers);
	free(s);
}

static enum cks_err add_module(struct cks_scan *scan, const char *path,
			       bool is_optional)
{
	struct scan_module *m;

	if (!scan || !path)
		return CKS_ERR_ARGUMENT;
	for (size_t i = 0; i < scan->modules.n; i++) {
		m = scan->modules.items[i];
		if (strcmp(m->path, path) != 0)
			continue;
		m->is_optional &= is_optional;
		return CKS_OK;
	}
	m = calloc(1, sizeof(*m));
	if (!m)
		return CKS_ERR_MEMORY;
	m->path = strdup(path);
	m->is_optional = is_optional;
	m->reading.path = m->path;
	if (!m->path || !scan_list_add(&scan->modules, m)) {
		module_free(m);
		return CKS_ERR_MEMORY;
	}
	return CKS_OK;
}

enum cks_err cks_scan_add_module(struct cks_scan *scan, const char *path)
{
	return add_module(scan, path, false);
}

enum cks_err cks_scan_add_optional_module(struct cks_scan *scan,
					  const char *path)
{
	return add_module(scan, path, true);
}

enum cks_err cks_scan_add_found(struct cks_scan *scan,
				const struct cks_modules *modules, size_t i)
{
	const struct found_module *found;
	struct cks_scan_error *error;

	if (!scan || i >= cks_modules_count(modules))
		return CKS_ERR_ARGUMENT;
	found = &modules->list[i];
	if (!found->error)
		return add_module(scan, found->path, !found->critical);
	error = scan_error_new(found->path, NULL, "", found->error,
			       found->detail);
	if (error)
		error->is_optional = !found->critical;
	if (!error || !scan_list_add(&scan->errors, error)) {
		scan_error_free(error);
		return CKS_ERR_MEMORY;
	}
	return CKS_OK;
}

void cks_scan_set_timeout(struct cks_scan *scan, unsigned int timeout_ms)
{
	if (scan)
		scan->timeout_ms = timeout_ms;
}

/* Hands what @m found to the scan; what does not fit in memory stays behind. */
static bool collect(struct cks_scan *scan, struct scan_module *m)
{
	bool ok = !m->out_of_memory;

	for (size_t i = 0; i < m->tokens.n; i++) {
		struct cks_token *token = m->tokens.items[i];

		if (!scan_list_add(&scan->tokens, token)) {
			cks_token_free(&token);
			ok = false;
		}
	}
	for (size_t i = 0; i < m->errors.n; i++) {
		if (!scan_list_add(&scan->errors, m->errors.items[i])) {
			scan_error_free(m->errors.items[i]);
			ok = false;
		}
	}
	m->tokens.n = 0;
	m->errors.n = 0;
	return ok;
}

static bool is_of_module(const struct cks_token *a, const struct cks_token *b)
{
	return strcmp(a->module, b->module) == 0;
}

/*
 * Only tokens of different modules can be one: a card with several PINs shows
 * as several tokens of one serial, and some modules give all theirs the same.
 */
static bool are_same(const struct cks_token *a, const struct cks_token *b)
{
	if (is_of_module(a, b))
		return false;
	/* In two readers at once there are two. */
	if (a->pcsc_reader[0] && b->pcsc_reader[0])
		return strcmp(a->pcsc_reader, b->pcsc_reader) == 0;
	return a->serial[0] != '\0' && strcmp(a->serial, b->serial) == 0 &&
	       strcmp(a->manufacturer, b->manufacturer) == 0;
}

static bool shown_earlier(const struct scan_list *tokens, size_t n,
			  const struct cks_token *token)
{
	for (size_t i = 0; i < n; i++)
		if (are_same(tokens->items[i], token))
			return true;
	return false;
}

/* Whether some module shows what another does not know. */
static bool is_superseded(const struct cks_scan *scan,
			  const struct cks_scan_error *error)
{
	const struct reader *r = readers_find(scan->readers, error->reader);

	if (error->code != CKS_ERR_NOT_RECOGNIZED || !r)
		return false;
	for (size_t i = 0; i < scan->tokens.n; i++) {
		const struct cks_token *token = scan->tokens.items[i];

		if (strcmp(token->pcsc_reader, r->pcsc_name) == 0)
			return true;
	}
	return false;
}

/* Asks the cards of the tokens that are shown for the tries left. */
static enum cks_err ask_cards(struct cks_scan *scan)
{
	size_t n = scan->tokens.n;
	struct cks_token **tokens = calloc(n + 1, sizeof(struct cks_token *));
	enum cks_err err = CKS_OK;

	if (!tokens)
		return CKS_ERR_MEMORY;
	for (size_t i = 0; i < n; i++) {
		tokens[i] = scan->tokens.items[i];
		if (tokens[i]->pcsc_reader[0] == '\0')
			continue;
		for (size_t k = 0; k < i; k++) {
			if (strcmp(tokens[k]->pcsc_reader,
				   tokens[i]->pcsc_reader) != 0)
				continue;
			tokens[k]->shares_card = true;
			tokens[i]->shares_card = true;
		}
	}
	err = tries_read(tokens, n, scan->timeout_ms);
	free(tokens);
	return err;
}

/* The tokens of a module stand together, and ten thousand of them are not held
 * against each other. */
static void remove_duplicates(struct cks_scan *scan)
{
	size_t kept = 0, first = 0; /* kept of its module */

	for (size_t i = 0; i < scan->tokens.n; i++) {
		struct cks_token *token = scan->tokens.items[i];

		if (kept == 0 ||
		    !is_of_module(scan->tokens.items[kept - 1], token))
			first = kept;
		if (shown_earlier(&scan->tokens, first, token))
			cks_token_free(&token);
		else
			scan->tokens.items[kept++] = token;
	}
	scan->tokens.n = kept;
	kept = 0;
	for (size_t i = 0; i < scan->errors.n; i++) {
		struct cks_scan_error *error = scan->errors.items[i];

		if (is_superseded(scan, error))
			scan_error_free(error);
		else
			scan->errors.items[kept++] = error;
	}
	scan->errors.n = kept;
}

static struct worker reading_worker(struct cks_scan *scan,
				    struct scan_module *m)
{
	return (struct worker){ .run = reading_main,
				.arg = &m->reading,
				.timeout_ms = scan->timeout_ms,
				.on_frame = on_frame,
				.on_end = on_end,
				.owner = m };
}

static enum cks_err read_again(struct cks_scan *scan, struct scan_module *m)
{
	struct worker worker = reading_worker(scan, m);

	module_forget(m);
	scan->has_read_again = true;
	return workers_run(&worker, 1);
}

/* Tokens that were pulled while they were read. */

static bool is_optional(const struct cks_scan *scan, const char *path)
{
	for (size_t i = 0; i < scan->modules.n; i++) {
		const struct scan_module *m = scan->modules.items[i];

		if (strcmp(m->path, path) == 0)
			return m->is_optional;
	}
	return false;
}

static struct cks_scan_error *error_of(const struct scan_list *errors,
				       const struct cks_token *t)
{
	for (size_t i = 0; i < errors->n; i++) {
		struct cks_scan_error *e = errors->items[i];

		if (e->has_slot && e->slot == t->id.slot &&
		    strcmp(e->module, t->module) == 0)
			return e;
	}
	return NULL;
}

/* Says of the slot of @t that its token was pulled. False: no memory. */
static bool tell_pulled(const struct cks_scan *scan, struct scan_list *errors,
			const struct cks_token *t)
{
	struct cks_scan_error *e = error_of(errors, t);

	if (e) {
		e->code = CKS_ERR_REMOVED;
		e->detail[0] = '\0';
		return true;
	}
	e = scan_error_new(t->module, &t->id.slot, t->reader, CKS_ERR_REMOVED,
			   "");
	if (e)
		e->is_optional = is_optional(scan, t->module);
	if (e && scan_list_add(errors, e))
		return true;
	scan_error_free(e);
	return false;
}

/*
 * A module may go on answering from memory when the card is gone, or call each
 * value that it can no longer read absent, so what it shows counts only where
 * pcscd saw the card in its reader all the time.
 */
static bool drop_pulled(const struct cks_scan *scan,
			const struct cks_readers *before,
			struct scan_list *tokens, struct scan_list *errors)
{
	size_t kept = 0;
	bool ok = true;

	for (size_t i = 0; i < tokens->n; i++) {
		struct cks_token *t = tokens->items[i];

		if (!readers_changed(before, scan->readers, t->reader)) {
			tokens->items[kept++] = t;
			continue;
		}
		ok &= tell_pulled(scan, errors, t);
		cks_token_free(&t);
	}
	tokens->n = kept;
	for (size_t i = 0; i < errors->n; i++) {
		struct cks_scan_error *e = errors->items[i];

		if (e->has_slot &&
		    (e->code == CKS_ERR_DEVICE ||
		     e->code == CKS_ERR_NOT_RECOGNIZED) &&
		    readers_changed(before, scan->readers, e->reader))
			e->code = CKS_ERR_REMOVED;
	}
	return ok;
}

static void drop_pulled_blank(const struct cks_scan *scan,
			      const struct cks_readers *before,
			      struct scan_list *blank)
{
	size_t kept = 0;

	for (size_t i = 0; i < blank->n; i++) {
		if (readers_changed(before, scan->readers, blank->items[i]))
			free(blank->items[i]);
		else
			blank->items[kept++] = blank->items[i];
	}
	blank->n = kept;
}

static bool drop_all_pulled(struct cks_scan *scan,
			    const struct cks_readers *before)
{
	bool ok = true;

	for (size_t i = 0; i < scan->modules.n; i++) {
		struct scan_module *m = scan->modules.items[i];

		ok &= drop_pulled(scan, before, &m->tokens, &m->errors);
		drop_pulled_blank(scan, before, &m->blank);
	}
	return ok;
}

/* Whether the reading of a slot in a reader went as it does when the card is
 * pulled in the middle. */
static bool is_doubtful(const struct cks_scan *scan)
{
	for (size_t i = 0; i < scan->modules.n; i++) {
		const struct scan_module *m = scan->modules.items[i];

		for (size_t k = 0; k < m->tokens.n; k++) {
			const struct cks_token *t = m->tokens.items[k];

			if (t->n_certs == 0 &&
			    readers_count_alike(scan->readers, t->reader) > 0)
				return true;
		}
		for (size_t k = 0; k < m->errors.n; k++) {
			const struct cks_scan_error *e = m->errors.items[k];

			if (e->has_slot &&
			    readers_count_alike(scan->readers, e->reader) > 0)
				return true;
		}
	}
	return hidden_is_due(scan) && hidden_is_any(scan);
}

/* Lists the readers once pcscd has had the time to notice a card that is gone,
 * which takes it up to 0.4 s. */
static enum cks_err look_again(struct cks_scan *scan)
{
	static const struct timespec pcscd_period = { .tv_nsec = 450000000 };

	nanosleep(&pcscd_period, NULL);
	cks_readers_free(&scan->readers);
	return cks_readers_list(READERS_TIMEOUT_MS, &scan->readers);
}

/* Asks the cards, of which one may be pulled meanwhile too. */
static enum cks_err ask_present_cards(struct cks_scan *scan,
				      const struct cks_readers *before)
{
	enum cks_err err = ask_cards(scan);
	bool is_any_missing = false;

	for (size_t i = 0; i < scan->tokens.n; i++)
		is_any_missing |= tries_are_missing(scan->tokens.items[i]);
	if (err || !is_any_missing)
		return err;
	err = look_again(scan);
	if (err == CKS_ERR_MEMORY || err == CKS_ERR_SYSTEM)
		return err;
	return drop_pulled(scan, before, &scan->tokens, &scan->errors)
		       ? CKS_OK
		       : CKS_ERR_MEMORY;
}

/* Whatever can be said once the modules have answered. */
static enum cks_err conclude(struct cks_scan *scan,
			     const struct cks_readers *before)
{
	struct scan_list found = { 0 };
	enum cks_err service, err = CKS_OK;

	/* Without pcscd's list, serial numbers alone decide which tokens are
	 * one. */
	service = cks_readers_list(READERS_TIMEOUT_MS, &scan->readers);
	if (!service && is_doubtful(scan))
		service = look_again(scan);
	if (service == CKS_ERR_MEMORY || service == CKS_ERR_SYSTEM)
		return service;
	if (!drop_all_pulled(scan, before))
		return CKS_ERR_MEMORY;
	err = hidden_find(scan, before, service, read_again, &found);
	if (!err && scan->has_read_again)
		(void)look_again(scan);
	if (!err && !drop_all_pulled(scan, before))
		err = CKS_ERR_MEMORY;
	for (size_t i = 0; i < scan->modules.n; i++)
		if (!collect(scan, scan->modules.items[i]))
			err = CKS_ERR_MEMORY;
	for (size_t i = 0; !err && i < scan->tokens.n; i++)
		if (!token_find_card(scan->tokens.items[i], scan->readers))
			err = CKS_ERR_MEMORY;
	remove_duplicates(scan);
	for (size_t i = 0; i < found.n; i++) {
		if (!scan_list_add(&scan->errors, found.items[i])) {
			scan_error_free(found.items[i]);
			err = CKS_ERR_MEMORY;
		}
	}
	free(found.items);
	if (!err && !uri_tell_apart((struct cks_token **)scan->tokens.items,
				    scan->tokens.n))
		err = CKS_ERR_MEMORY;
	return err ? err : ask_present_cards(scan, before);
}

enum cks_err cks_scan_run(struct cks_scan *scan)
{
	struct readers_listing listing = { 0 };
	struct worker *workers;
	enum cks_err err;
	size_t n;

	if (!scan || scan->has_run)
		return CKS_ERR_ARGUMENT;
	n = scan->modules.n;
	workers = calloc(n + 1, sizeof(*workers));
	if (!workers)
		return CKS_ERR_MEMORY;
	scan->has_run = true;
	for (size_t i = 0; i < n; i++)
		workers[i] = reading_worker(scan, scan->modules.items[i]);
	/* How the readers are when the modules begin. */
	err = readers_worker(&workers[n], &listing, READERS_TIMEOUT_MS);
	if (!err)
		err = workers_run(workers, n + 1);
	if (!err)
		err = conclude(scan, listing.err ? NULL : listing.readers);
	cks_readers_free(&listing.readers);
	free(workers);
	return err;
}

size_t cks_scan_n_tokens(const struct cks_scan *scan)
{
	return scan ? scan->tokens.n : 0;
}

const struct cks_token *cks_scan_token(const struct cks_scan *scan, size_t i)
{
	return i < cks_scan_n_tokens(scan) ? scan->tokens.items[i] : NULL;
}

size_t cks_scan_n_errors(const struct cks_scan *scan)
{
	return scan ? scan->errors.n : 0;
}

const struct cks_scan_error *cks_scan_error(const struct cks_scan *scan,
					    size_t i)
{
	return i < cks_scan_n_errors(scan) ? scan->errors.items[i] : NULL;
}

bool cks_scan_has_blank(const struct cks_scan *scan)
{
	for (size_t i = 0; scan && i < scan->modules.n; i++) {
		const struct scan_module *m = scan->modules.items[i];

		if (m->has_blank)
			return true;
	}
	return false;
}

void cks_scan_check_readers(struct cks_scan *scan)
{
	if (scan)
		scan->checks_readers = true;
}

const struct cks_readers *cks_scan_readers(const struct cks_scan *scan)
{
	return scan ? scan->readers : NULL;
}
