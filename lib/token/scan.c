/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include <stdlib.h>
#include <string.h>
#include <time.h>

#include "base/digest.h"
#include "modules.h"
#include "scan.h"
#include "uri.h"

#define DEFAULT_TIMEOUT_MS 15000

/* 1. A scan, and what it is to read */

struct cks_scan *cks_scan_new(void)
{
	struct cks_scan *scan = calloc(1, sizeof(*scan));

	if (scan)
		scan->timeout_ms = DEFAULT_TIMEOUT_MS;
	return scan;
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
		scan_module_free(s->modules.items[i]);
	for (size_t i = 0; i < s->only.n; i++)
		free(s->only.items[i]);
	free(s->tokens.items);
	free(s->errors.items);
	free(s->modules.items);
	free(s->only.items);
	cks_readers_free(&s->before);
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
	m = scan_module_new(scan, path);
	if (!m)
		return CKS_ERR_MEMORY;
	m->is_optional = is_optional;
	m->is_due = true;
	m->place = scan->modules.n;
	if (!scan_list_add(&scan->modules, m)) {
		scan_module_free(m);
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

enum cks_err cks_scan_add_reader(struct cks_scan *scan, const char *name)
{
	char *copy;

	if (!scan || !name || scan->has_run)
		return CKS_ERR_ARGUMENT;
	copy = strdup(name);
	if (!copy || !scan_list_add(&scan->only, copy)) {
		free(copy);
		return CKS_ERR_MEMORY;
	}
	return CKS_OK;
}

void cks_scan_set_timeout(struct cks_scan *scan, unsigned int timeout_ms)
{
	if (scan)
		scan->timeout_ms = timeout_ms;
}

/* 2. One worker for each reader of OpenSC's */

static struct scan_module *find_part(const struct scan_module *whole,
				     const struct reader *r)
{
	const struct scan_list *modules = &whole->scan->modules;

	for (size_t i = 0; i < modules->n; i++) {
		struct scan_module *m = modules->items[i];

		if (m->whole == whole &&
		    strcmp(m->pcsc_reader, r->pcsc_name) == 0)
			return m;
	}
	return NULL;
}

/* Has what is in @r read by a worker of its own, once more if it was before. */
static enum cks_err read_part(struct scan_module *whole, const struct reader *r)
{
	struct scan_module *m = find_part(whole, r);

	if (!m) {
		m = scan_module_part(whole, r);
		if (!m || !scan_list_add(&whole->scan->modules, m)) {
			if (m)
				scan_module_free(m);
			return CKS_ERR_MEMORY;
		}
	}
	scan_module_forget(m);
	m->is_due = true;
	whole->is_split = true;
	whole->is_due = false;
	return CKS_OK;
}

/*
 * OpenSC connects to the cards in all readers in turn before it says anything
 * of one. Where there is no card, or nothing is known of the readers or of
 * OpenSC's settings, one worker reads the module as a whole.
 */
static enum cks_err split(struct scan_module *m)
{
	const struct cks_readers *readers = m->scan->before;
	enum cks_err err = CKS_OK;

	m->reading.readers = (char *const *)m->scan->only.items;
	m->reading.n_readers = m->scan->only.n;
	if (!opensc_is_at(m->path) || !readers || readers->has_more)
		return CKS_OK;
	err = opensc_settings_read(m->path, &m->settings);
	if (err) {
		opensc_settings_free(&m->settings);
		return err == CKS_ERR_OPENSC_CONF ? CKS_OK : err;
	}
	m->is_split = m->scan->only.n > 0;
	m->is_due = !m->is_split;
	for (size_t i = 0; i < readers->n && !err; i++) {
		const struct reader *r = &readers->list[i];

		if (r->has_card && scan_wants(m->scan, r) &&
		    !opensc_ignores(&m->settings, r->pcsc_name))
			err = read_part(m, r);
	}
	return err;
}

static enum cks_err split_all(struct cks_scan *scan)
{
	size_t n = scan->modules.n;
	enum cks_err err = CKS_OK;

	for (size_t i = 0; i < n && !err; i++)
		err = split(scan->modules.items[i]);
	return err;
}

/* The number of the first slot that OpenSC has for the reader of @m among all
 * that it sees. */
static unsigned long first_slot(const struct scan_module *m)
{
	const struct cks_scan *scan = m->scan;
	const struct cks_readers *lists[] = { scan->readers, scan->before };
	const struct opensc_settings *settings = &m->whole->settings;

	for (size_t k = 0; k < sizeof(lists) / sizeof(lists[0]); k++) {
		unsigned long slot = 0;

		for (size_t i = 0; i < cks_readers_count(lists[k]); i++) {
			const char *name = lists[k]->list[i].pcsc_name;

			if (strcmp(name, m->pcsc_reader) == 0)
				return slot;
			if (!opensc_ignores(settings, name))
				slot += settings->slots_per_card;
		}
	}
	return 0;
}

static int compare_parts(const void *a, const void *b)
{
	const struct scan_module *x = *(const struct scan_module *const *)a;
	const struct scan_module *y = *(const struct scan_module *const *)b;
	unsigned long first_x, first_y;

	if (x->place != y->place)
		return x->place < y->place ? -1 : 1;
	if (!x->whole || !y->whole)
		return (x->whole != NULL) - (y->whole != NULL);
	first_x = first_slot(x);
	first_y = first_slot(y);
	return (first_x > first_y) - (first_x < first_y);
}

/* Gives the slots of the parts the numbers that they have beside the others. */
static void number_slots(struct cks_scan *scan)
{
	if (scan->modules.n > 0)
		qsort(scan->modules.items, scan->modules.n, sizeof(void *),
		      compare_parts);
	for (size_t i = 0; i < scan->modules.n; i++) {
		struct scan_module *m = scan->modules.items[i];
		unsigned long first = m->whole ? first_slot(m) : 0;
		unsigned int n = m->reading.within.slots_per_card;

		for (size_t k = 0; m->whole && k < m->tokens.n; k++) {
			struct cks_token *t = m->tokens.items[k];

			t->id.slot = first + t->id.slot % n;
		}
		for (size_t k = 0; m->whole && k < m->errors.n; k++) {
			struct cks_scan_error *e = m->errors.items[k];

			if (e->has_slot)
				e->slot = first + e->slot % n;
		}
	}
}

/* 3. Rounds of reading */

/* True if a worker of another module may be at the card of @m. */
static bool is_shared(const struct scan_module *m)
{
	for (size_t i = 0; i < m->scan->modules.n; i++) {
		const struct scan_module *other = m->scan->modules.items[i];

		if (other->is_reading && other->place != m->place &&
		    (!other->pcsc_reader ||
		     strcmp(other->pcsc_reader, m->pcsc_reader) == 0))
			return true;
	}
	return false;
}

static void ask_in_time(struct scan_module *m)
{
	const struct scan_list *modules = &m->scan->modules;

	for (size_t i = 0; i < modules->n; i++) {
		struct scan_module *part = modules->items[i];
		struct worker worker;

		if (!part->asking || part->is_reading || is_shared(part))
			continue;
		for (size_t k = 0; k < part->tokens.n; k++) {
			struct cks_token *t = part->tokens.items[k];

			t->shares_card = part->tokens.n > 1;
		}
		if (tries_worker(&worker, &part->tries, part->pcsc_reader,
				 (struct cks_token **)part->tokens.items,
				 part->tokens.n, m->scan->timeout_ms))
			*part->asking = worker;
		part->asking = NULL;
	}
}

/* Runs a worker for each module and part that is due, and for each part one
 * more that asks the card for its tries. */
static enum cks_err read_due(struct cks_scan *scan)
{
	size_t n = scan->modules.n, n_workers = 0;
	struct worker *workers = calloc(2 * n + 1, sizeof(*workers));
	enum cks_err err;

	if (!workers)
		return CKS_ERR_MEMORY;
	for (size_t i = 0; i < n; i++) {
		struct scan_module *m = scan->modules.items[i];

		if (!m->is_due)
			continue;
		m->is_due = false;
		m->reading.known = scan->before;
		workers[n_workers++] = scan_module_worker(m);
		if (!m->whole)
			continue;
		m->asking = &workers[n_workers++];
		m->asking->waits = true;
	}
	/* Each worker needs OpenSSL, and has it from here. */
	forks_hold();
	if (n_workers > 0)
		(void)digest_sha256();
	forks_release();
	err = workers_run(workers, n_workers);
	for (size_t i = 0; i < n; i++) {
		struct scan_module *m = scan->modules.items[i];

		m->is_reading = false;
		m->asking = NULL;
	}
	free(workers);
	return err;
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

/* True if a card has come into that reader since the round began. */
static bool has_come(const struct cks_scan *scan, const struct reader *r)
{
	const struct reader *was = readers_by_name(scan->before, r->pcsc_name);

	return scan->before && r->has_card && scan_wants(scan, r) &&
	       (!was || !was->has_card || was->events != r->events);
}

/* True if a module that is read as a whole may show a card that has come: not
 * one that has failed, nor one whose tokens are in none of pcscd's readers. */
static bool may_show_more(const struct scan_module *m)
{
	bool is_soft = m->tokens.n > 0;

	for (size_t i = 0; i < m->tokens.n; i++) {
		const struct cks_token *t = m->tokens.items[i];

		is_soft &=
			readers_count_alike(m->scan->readers, t->reader) == 0;
	}
	return !m->failed_as_a_whole && !is_soft;
}

/* Whoever plugs a token in while others are read waits for it too. Sets what is
 * due in a second round, which begins with the readers as they are now. */
static enum cks_err begin_second(struct cks_scan *scan, bool *is_any)
{
	size_t n = scan->modules.n;
	enum cks_err err = CKS_OK;

	for (size_t i = 0; i < cks_readers_count(scan->readers); i++)
		*is_any |= has_come(scan, &scan->readers->list[i]);
	if (!*is_any || !hidden_is_due(scan)) {
		*is_any = false;
		return CKS_OK;
	}
	for (size_t i = 0; i < n && !err; i++) {
		struct scan_module *m = scan->modules.items[i];
		bool can_be_split = m->settings.slots_per_card > 0;

		if (m->whole)
			continue;
		if (!m->is_split && may_show_more(m)) {
			scan_module_forget(m);
			m->is_due = !can_be_split;
		}
		for (size_t k = 0; can_be_split && k < scan->readers->n && !err;
		     k++) {
			const struct reader *r = &scan->readers->list[k];

			if (has_come(scan, r) &&
			    !opensc_ignores(&m->settings, r->pcsc_name))
				err = read_part(m, r);
		}
	}
	cks_readers_free(&scan->before);
	scan->before = scan->readers;
	scan->readers = NULL;
	return err;
}

/* One round, or two where a card came in meanwhile. *@service is what pcscd
 * says at the end. */
static enum cks_err read_all(struct cks_scan *scan, enum cks_err *service)
{
	enum cks_err err = CKS_OK;
	bool is_any = true;

	for (int round = 0; round < 2 && is_any && !err; round++) {
		err = read_due(scan);
		if (err)
			return err;
		/* Without pcscd's list, serial numbers alone decide which
		 * tokens are one. */
		*service = cks_readers_list(READERS_TIMEOUT_MS, &scan->readers);
		if (!*service && pulled_is_likely(scan))
			*service = look_again(scan);
		if (*service == CKS_ERR_MEMORY || *service == CKS_ERR_SYSTEM)
			return *service;
		if (!pulled_drop_all(scan))
			return CKS_ERR_MEMORY;
		is_any = false;
		if (round == 0 && !*service)
			err = begin_second(scan, &is_any);
	}
	return err;
}

/* 4. What the rounds have found, together */

/* True if the scan has the same of another part of the module. */
static bool is_told(const struct cks_scan *scan, const struct cks_scan_error *e)
{
	for (size_t i = 0; i < scan->errors.n; i++) {
		const struct cks_scan_error *other = scan->errors.items[i];

		if (!other->has_slot && other->code == e->code &&
		    strcmp(other->module, e->module) == 0 &&
		    strcmp(other->reader, e->reader) == 0 &&
		    strcmp(other->detail, e->detail) == 0)
			return true;
	}
	return false;
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
		struct cks_scan_error *e = m->errors.items[i];
		bool is_twice = m->whole && !e->has_slot && is_told(scan, e);

		if (is_twice || !scan_list_add(&scan->errors, e)) {
			scan_error_free(e);
			ok &= is_twice;
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

static struct cks_token *shown_earlier(const struct scan_list *tokens, size_t n,
				       const struct cks_token *token)
{
	for (size_t i = 0; i < n; i++)
		if (are_same(tokens->items[i], token))
			return tokens->items[i];
	return NULL;
}

/* True if some module shows what another does not know. */
static bool is_superseded(const struct cks_scan *scan,
			  const struct cks_scan_error *error)
{
	const struct reader *r =
		error->pcsc_reader[0]
			? readers_by_name(scan->readers, error->pcsc_reader)
			: readers_find(scan->readers, error->reader);

	if (error->code != CKS_ERR_NOT_RECOGNIZED || !r)
		return false;
	for (size_t i = 0; i < scan->tokens.n; i++) {
		const struct cks_token *token = scan->tokens.items[i];

		if (strcmp(token->pcsc_reader, r->pcsc_name) == 0)
			return true;
	}
	return false;
}

/* Asks the cards of the tokens that are shown for the tries left, those that
 * were not asked before. */
static enum cks_err ask_cards(struct cks_scan *scan)
{
	struct cks_token **tokens = (struct cks_token **)scan->tokens.items;
	size_t n = scan->tokens.n;

	for (size_t i = 0; i < n; i++) {
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
	return tries_read(tokens, n, scan->timeout_ms);
}

/* Asks the cards, of which one may be pulled meanwhile too. */
static enum cks_err ask_present_cards(struct cks_scan *scan)
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
	return pulled_drop(scan, &scan->tokens, &scan->errors) ? CKS_OK
							       : CKS_ERR_MEMORY;
}

/* The tokens of a module stand together, and ten thousand of them are not held
 * against each other. */
static void remove_duplicates(struct cks_scan *scan)
{
	size_t kept = 0, first = 0; /* kept of its module */
	struct cks_token *same;

	for (size_t i = 0; i < scan->tokens.n; i++) {
		struct cks_token *token = scan->tokens.items[i];

		if (kept == 0 ||
		    !is_of_module(scan->tokens.items[kept - 1], token))
			first = kept;
		same = shown_earlier(&scan->tokens, first, token);
		if (!same) {
			scan->tokens.items[kept++] = token;
			continue;
		}
		if (!same->other_module) {
			same->other_module = token->module;
			token->module = NULL;
		}
		cks_token_free(&token);
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

/* A reader that is to be looked into and is not there. */
static enum cks_err tell_missing(const struct cks_scan *scan,
				 struct scan_list *found)
{
	for (size_t i = 0; i < scan->only.n; i++) {
		const char *name = scan->only.items[i];
		struct cks_scan_error *e;
		bool is_there = false;
		char *clean;

		for (size_t k = 0; k < cks_readers_count(scan->readers); k++)
			is_there |=
				reader_is_called(&scan->readers->list[k], name);
		if (is_there || !scan->readers || !name[0])
			continue;
		clean = cks_text_clean(name, strlen(name));
		e = clean ? scan_error_new("", NULL, clean, CKS_ERR_REMOVED, "")
			  : NULL;
		free(clean);
		if (!e || !scan_list_add(found, e)) {
			scan_error_free(e);
			return CKS_ERR_MEMORY;
		}
	}
	return CKS_OK;
}

/* Whatever can be said once the modules have answered. */
static enum cks_err conclude(struct cks_scan *scan, enum cks_err service)
{
	struct scan_list found = { 0 };
	enum cks_err err = hidden_find(scan, service, &found);

	if (!err)
		err = tell_missing(scan, &found);
	number_slots(scan);
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
	return err ? err : ask_present_cards(scan);
}

enum cks_err cks_scan_run(struct cks_scan *scan)
{
	enum cks_err err, service = CKS_OK;

	if (!scan || scan->has_run)
		return CKS_ERR_ARGUMENT;
	scan->has_run = true;
	scan->on_over = ask_in_time;
	/* How the readers are when the modules begin. */
	err = cks_readers_list(READERS_TIMEOUT_MS, &scan->before);
	if (err == CKS_ERR_MEMORY || err == CKS_ERR_SYSTEM)
		return err;
	err = split_all(scan);
	if (!err)
		err = read_all(scan, &service);
	return err ? err : conclude(scan, service);
}

const char *cks_scan_module(const struct cks_scan *scan, size_t i)
{
	for (size_t k = 0; scan && k < scan->modules.n; k++) {
		const struct scan_module *m = scan->modules.items[k];

		if (!m->whole && i-- == 0)
			return m->path;
	}
	return NULL;
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
