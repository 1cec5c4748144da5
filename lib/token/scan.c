/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include <stdlib.h>
#include <string.h>

#include "reading.h"
#include "token.h"
#include "tries.h"
#include "uri.h"
#include "worker.h"

#define DEFAULT_TIMEOUT_MS 15000
/* A module is given up when this many of its slots hung or crashed it. */
#define MAX_RESTARTS 8
#define MAX_SLOTS 16384

struct scan_list {
	void **items;
	size_t n;
};

struct scan_module {
	char *path;
	char *maker;
	struct token_library library;
	struct reading reading;
	unsigned long *seen; /* slots begun, the last one perhaps not done */
	size_t n_seen;
	bool in_slot, failed_as_a_whole;
	unsigned int restarts;
	/* Kept apart for each module, so that the order is the modules'. */
	struct scan_list tokens, errors;
	bool out_of_memory;
};

struct cks_scan {
	struct scan_list modules; /* struct scan_module */
	struct scan_list tokens;  /* struct cks_token */
	struct scan_list errors;  /* struct cks_scan_error */
	unsigned int timeout_ms;
	bool has_run;
};

static struct cks_scan_error *
scan_error_new(const char *module, const unsigned long *slot, enum cks_err code)
{
	struct cks_scan_error *f = calloc(1, sizeof(*f));

	if (!f)
		return NULL;
	f->module = strdup(module);
	f->reader = strdup("");
	f->detail = strdup("");
	f->has_slot = slot != NULL;
	f->slot = slot ? *slot : 0;
	f->code = code;
	if (!f->module || !f->reader || !f->detail) {
		scan_error_free(f);
		return NULL;
	}
	return f;
}

static bool list_add(struct scan_list *list, void *item)
{
	/* Grows at each power of two. */
	if ((list->n & (list->n - 1)) == 0) {
		size_t room = list->n ? 2 * list->n : 1;
		void **grown = reallocarray(list->items, room, sizeof(void *));

		if (!grown)
			return false;
		list->items = grown;
	}
	list->items[list->n++] = item;
	return true;
}

static void add_error(struct scan_module *m, struct cks_scan_error *error)
{
	if (!error || !list_add(&m->errors, error)) {
		scan_error_free(error);
		m->out_of_memory = true;
	}
}

static void add_token(struct scan_module *m, struct cks_token *token)
{
	if (!token) {
		/* Nonsense from a module that writes where it should not. */
		add_error(m, scan_error_new(m->path, &m->seen[m->n_seen - 1],
					    CKS_ERR_CRASH));
	} else if (!list_add(&m->tokens, token)) {
		cks_token_free(&token);
		m->out_of_memory = true;
	}
}

/* False for a slot that was begun before, or one too many. */
static bool begin_slot(struct scan_module *m, unsigned long slot)
{
	unsigned long *grown;

	for (size_t i = 0; i < m->n_seen; i++)
		if (m->seen[i] == slot)
			return false;
	if (m->n_seen == MAX_SLOTS)
		return false;
	grown = reallocarray(m->seen, m->n_seen + 1, sizeof(*grown));
	if (!grown) {
		m->out_of_memory = true;
		return false;
	}
	m->seen = grown;
	m->seen[m->n_seen++] = slot;
	m->in_slot = true;
	return true;
}

/* A slot answers once, with a token or an error, and that renews the deadline
 * once. False when no slot is being read. */
static bool end_slot(struct scan_module *m)
{
	bool was_in_slot = m->in_slot;

	m->in_slot = false;
	return was_in_slot;
}

static bool on_frame(struct worker *w, unsigned int type, struct wire *payload)
{
	struct scan_module *m = w->owner;
	struct cks_scan_error *error;
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
		if (!end_slot(m))
			return false;
		token = token_decode(payload, m->path,
				     m->maker ? m->maker : "");
		if (token)
			token->library = m->library;
		add_token(m, token);
		return true;
	case READING_ERROR:
		if (!m->in_slot && m->failed_as_a_whole)
			return false;
		m->failed_as_a_whole |= !m->in_slot;
		error = scan_error_decode(payload, m->path);
		if (!error)
			error = scan_error_new(m->path, NULL, CKS_ERR_CRASH);
		add_error(m, error);
		return end_slot(m);
	default:
		return false;
	}
}

static bool on_end(struct worker *w, enum cks_err err)
{
	struct scan_module *m = w->owner;
	bool in_slot = end_slot(m);

	if (!err)
		return false;
	add_error(m, scan_error_new(m->path,
				    in_slot ? &m->seen[m->n_seen - 1] : NULL,
				    err));
	if (!in_slot)
		return false;
	if (++m->restarts > MAX_RESTARTS) {
		add_error(m, scan_error_new(m->path, NULL, err));
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

static void module_free(struct scan_module *m)
{
	free(m->path);
	free(m->maker);
	free(m->seen);
	free(m->tokens.items);
	free(m->errors.items);
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
	free(s);
}

enum cks_err cks_scan_add_module(struct cks_scan *scan, const char *path)
{
	struct scan_module *m;

	if (!scan || !path)
		return CKS_ERR_ARGUMENT;
	for (size_t i = 0; i < scan->modules.n; i++) {
		m = scan->modules.items[i];
		if (strcmp(m->path, path) == 0)
			return CKS_OK;
	}
	m = calloc(1, sizeof(*m));
	if (!m)
		return CKS_ERR_MEMORY;
	m->path = strdup(path);
	m->reading.path = m->path;
	if (!m->path || !list_add(&scan->modules, m)) {
		module_free(m);
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

		if (!list_add(&scan->tokens, token)) {
			cks_token_free(&token);
			ok = false;
		}
	}
	for (size_t i = 0; i < m->errors.n; i++) {
		if (!list_add(&scan->errors, m->errors.items[i])) {
			scan_error_free(m->errors.items[i]);
			ok = false;
		}
	}
	m->tokens.n = 0;
	m->errors.n = 0;
	return ok;
}

static bool is_reader(const struct cks_readers *readers, const char *name)
{
	for (size_t i = 0; readers && i < cks_readers_count(readers); i++)
		if (strcmp(cks_reader_name(readers, i), name) == 0)
			return true;
	return false;
}

/*
 * Only tokens of different modules can be one: a card with several PINs shows
 * as several tokens of one serial, and some modules give all theirs the same.
 */
static bool are_same(const struct cks_token *a, const struct cks_token *b,
		     const struct cks_readers *readers)
{
	if (strcmp(a->module, b->module) == 0)
		return false;
	/* In two readers at once there are two. */
	if (strcmp(a->reader, b->reader) != 0 &&
	    is_reader(readers, a->reader) && is_reader(readers, b->reader))
		return false;
	if (a->serial[0] != '\0' && strcmp(a->serial, b->serial) == 0 &&
	    strcmp(a->manufacturer, b->manufacturer) == 0)
		return true;
	return strcmp(a->reader, b->reader) == 0 &&
	       is_reader(readers, a->reader);
}

static bool shown_earlier(const struct scan_list *tokens, size_t n,
			  const struct cks_token *token,
			  const struct cks_readers *readers)
{
	for (size_t i = 0; i < n; i++)
		if (are_same(tokens->items[i], token, readers))
			return true;
	return false;
}

static bool is_superseded(const struct cks_scan *scan,
			  const struct cks_scan_error *error,
			  const struct cks_readers *readers)
{
	if (error->code != CKS_ERR_NOT_RECOGNIZED ||
	    !is_reader(readers, error->reader))
		return false;
	for (size_t i = 0; i < scan->tokens.n; i++) {
		const struct cks_token *token = scan->tokens.items[i];

		if (strcmp(token->reader, error->reader) == 0)
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

static void remove_duplicates(struct cks_scan *scan,
			      const struct cks_readers *readers)
{
	size_t kept = 0;

	for (size_t i = 0; i < scan->tokens.n; i++) {
		struct cks_token *token = scan->tokens.items[i];

		if (shown_earlier(&scan->tokens, kept, token, readers))
			cks_token_free(&token);
		else
			scan->tokens.items[kept++] = token;
	}
	scan->tokens.n = kept;
	kept = 0;
	for (size_t i = 0; i < scan->errors.n; i++) {
		struct cks_scan_error *error = scan->errors.items[i];

		if (is_superseded(scan, error, readers))
			scan_error_free(error);
		else
			scan->errors.items[kept++] = error;
	}
	scan->errors.n = kept;
}

enum cks_err cks_scan_run(struct cks_scan *scan)
{
	struct cks_readers *readers = NULL;
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
	for (size_t i = 0; i < n; i++) {
		struct scan_module *m = scan->modules.items[i];

		workers[i].run = reading_main;
		workers[i].arg = &m->reading;
		workers[i].timeout_ms = scan->timeout_ms;
		workers[i].on_frame = on_frame;
		workers[i].on_end = on_end;
		workers[i].owner = m;
	}
	err = workers_run(workers, n);
	for (size_t i = 0; i < n; i++)
		if (!collect(scan, scan->modules.items[i]) && !err)
			err = CKS_ERR_MEMORY;
	if (!err) {
		/* Without pcscd's list, serial numbers alone decide which
		 * tokens are one. */
		(void)cks_readers_list(READERS_TIMEOUT_MS, &readers);
		for (size_t i = 0; !err && i < scan->tokens.n; i++)
			if (!token_find_card(scan->tokens.items[i], readers))
				err = CKS_ERR_MEMORY;
		remove_duplicates(scan, readers);
		if (!uri_tell_apart((struct cks_token **)scan->tokens.items,
				    scan->tokens.n))
			err = CKS_ERR_MEMORY;
		if (!err)
			err = ask_cards(scan);
	}
	cks_readers_free(&readers);
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

enum cks_err cks_scan_error_code(const struct cks_scan_error *e)
{
	return e ? e->code : CKS_OK;
}

const char *cks_scan_error_module(const struct cks_scan_error *e)
{
	return e ? e->module : "";
}

const char *cks_scan_error_reader(const struct cks_scan_error *e)
{
	return e ? e->reader : "";
}

const char *cks_scan_error_detail(const struct cks_scan_error *e)
{
	return e ? e->detail : "";
}

bool cks_scan_error_slot(const struct cks_scan_error *e, unsigned long *slot)
{
	if (!e || !e->has_slot)
		return false;
	if (slot)
		*slot = e->slot;
	return true;
}
