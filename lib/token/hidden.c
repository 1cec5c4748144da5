/* SPDX-License-Identifier: LGPL-2.1-or-later */
/*
 * What pcscd sees, held against what the modules show: tokens that were pulled,
 * and cards that no module shows. A module that does not know a card, or cannot
 * get at it, leaves its slot out as often as it says so; pcscd sees the card
 * all the same.
 */
#include <p11-kit/pkcs11.h>
#include <stdlib.h>
#include <string.h>

#include "base/i18n.h"
#include "base/subprocess.h"
#include "scan.h"
#include "worker.h"

/* How long a card may take to be there for another program. */
#define PROBE_TIMEOUT_MS 2000

/* 1. Tokens that were pulled while they were read */

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

static bool is_optional(const struct cks_scan *scan, const char *path)
{
	for (size_t i = 0; i < scan->modules.n; i++) {
		const struct scan_module *m = scan->modules.items[i];

		if (strcmp(m->path, path) == 0)
			return m->is_optional;
	}
	return false;
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
	if (e && scan_error_set_reader(e, t->reader, t->pcsc_reader) &&
	    scan_list_add(errors, e))
		return true;
	scan_error_free(e);
	return false;
}

static bool has_changed(const struct cks_scan *scan, const char *pcsc_reader,
			const char *description)
{
	return readers_changed(scan->before, scan->readers, pcsc_reader,
			       description);
}

bool pulled_drop(const struct cks_scan *scan, struct scan_list *tokens,
		 struct scan_list *errors)
{
	size_t kept = 0;
	bool ok = true;

	for (size_t i = 0; i < tokens->n; i++) {
		struct cks_token *t = tokens->items[i];

		if (!has_changed(scan, t->pcsc_reader, t->reader)) {
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
		    has_changed(scan, e->pcsc_reader, e->reader))
			e->code = CKS_ERR_REMOVED;
	}
	return ok;
}

bool pulled_drop_all(struct cks_scan *scan)
{
	bool ok = true;

	for (size_t i = 0; i < scan->modules.n; i++) {
		struct scan_module *m = scan->modules.items[i];
		size_t kept = 0;

		ok &= pulled_drop(scan, &m->tokens, &m->errors);
		for (size_t k = 0; k < m->blank.n; k++) {
			char *reader = m->blank.items[k];

			if (has_changed(scan,
					m->pcsc_reader ? m->pcsc_reader : "",
					reader))
				free(reader);
			else
				m->blank.items[kept++] = reader;
		}
		m->blank.n = kept;
	}
	return ok;
}

bool pulled_is_likely(const struct cks_scan *scan)
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

			if (e->pcsc_reader[0] ||
			    (e->has_slot &&
			     readers_count_alike(scan->readers, e->reader) > 0))
				return true;
		}
	}
	return hidden_is_due(scan) && hidden_is_any(scan);
}

/* A reader with a card in it that no module shows a token of. */
struct hidden_card {
	const struct reader *reader;
	bool is_one_of_many; /* readers whose names a slot cannot tell apart */
	bool is_pulled;
	bool is_left_alone; /* as the user has told OpenSC: it is not probed */
	struct reader_probe probe;
	enum cks_err err; /* CKS_OK: nothing to tell */
};

struct search {
	struct cks_scan *scan;
	const struct cks_readers *before, *now;
	struct hidden_card cards[MAX_READERS];
	size_t n;
	struct scan_list *found;
	bool out_of_memory;
};

/* By its own word, or by its name where it waits before it says one. */
static bool is_opensc(const struct scan_module *m)
{
	return m->maker ? maker_is_opensc(m->maker) : opensc_is_at(m->path);
}

/* True if the module as a whole has failed. */
static bool has_failed(const struct scan_module *m)
{
	for (size_t i = 0; i < m->errors.n; i++) {
		const struct cks_scan_error *e = m->errors.items[i];

		if (!e->has_slot)
			return true;
	}
	return false;
}

/* 2. Which cards are shown */

/* True if the user has had OpenSC ignore the reader. */
static bool is_left_alone(const struct cks_scan *scan, const struct reader *r)
{
	for (size_t i = 0; i < scan->modules.n; i++) {
		const struct scan_module *m = scan->modules.items[i];

		if (opensc_ignores(&m->settings, r->pcsc_name))
			return true;
	}
	return false;
}

static bool is_new_serial(const struct cks_scan *scan, size_t module,
			  size_t token, const struct reader *r)
{
	const struct scan_module *at = scan->modules.items[module];
	const struct cks_token *t = at->tokens.items[token];

	for (size_t i = 0; i <= module; i++) {
		const struct scan_module *m = scan->modules.items[i];

		for (size_t k = 0; k < (i < module ? m->tokens.n : token);
		     k++) {
			const struct cks_token *other = m->tokens.items[k];

			if (scan_module_is_in(m, other->reader, r) &&
			    strcmp(other->serial, t->serial) == 0)
				return false;
		}
	}
	return true;
}

/* How many different tokens, at least, are shown in slots of that name. */
static size_t count_tokens(const struct cks_scan *scan, const struct reader *r)
{
	size_t n = 0;

	for (size_t i = 0; i < scan->modules.n; i++) {
		const struct scan_module *m = scan->modules.items[i];

		for (size_t k = 0; k < m->tokens.n; k++) {
			const struct cks_token *t = m->tokens.items[k];

			n += scan_module_is_in(m, t->reader, r) &&
			     is_new_serial(scan, i, k, r);
		}
	}
	return n;
}

static size_t count_blank(const struct cks_scan *scan, const struct reader *r)
{
	size_t most = 0;

	for (size_t i = 0; i < scan->modules.n; i++) {
		const struct scan_module *m = scan->modules.items[i];
		size_t n = 0;

		for (size_t k = 0; k < m->blank.n; k++)
			n += scan_module_is_in(m, m->blank.items[k], r);
		most = n > most ? n : most;
	}
	return most;
}

/* True if a part of OpenSC's module shows what is in @r, and no other reader.
 */
static bool is_shown(const struct cks_scan *scan, const struct reader *r)
{
	for (size_t i = 0; i < scan->modules.n; i++) {
		const struct scan_module *m = scan->modules.items[i];

		if (m->whole && scan_module_is_in(m, "", r) &&
		    m->tokens.n + m->blank.n > 0)
			return true;
	}
	return false;
}

/* True if the names of @r and @other are one to a slot. */
static bool is_alike(const struct reader *r, const struct reader *other)
{
	return r != other && strlen(r->pcsc_name) >= SLOT_DESCRIPTION_SIZE &&
	       strncmp(r->pcsc_name, other->pcsc_name, SLOT_DESCRIPTION_SIZE) ==
		       0;
}

/* Of readers that a slot cannot tell apart, the first stands for all, where a
 * slot shows something of one. */
static void look_at(struct search *s, const struct reader *r)
{
	size_t n_cards = 1, n_shown;
	bool is_first = true;

	if (is_shown(s->scan, r))
		return;
	for (size_t i = 0; i < s->now->n; i++) {
		const struct reader *other = &s->now->list[i];

		if (!is_alike(r, other) || !other->has_card ||
		    is_shown(s->scan, other))
			continue;
		is_first &= r < other;
		n_cards++;
	}
	n_shown = count_tokens(s->scan, r) + count_blank(s->scan, r);
	if (n_shown == 0 || (n_shown < n_cards && is_first))
		s->cards[s->n++] = (struct hidden_card){
			.reader = r,
			.is_one_of_many = n_shown > 0,
			.is_left_alone = is_left_alone(s->scan, r),
		};
}

/* What was in a reader at the beginning, and is no longer. */
static void look_at_pulled(struct search *s, const struct reader *before)
{
	const struct reader *r = readers_by_name(s->now, before->pcsc_name);

	if (before->has_card && (!r || !r->has_card) && s->n < MAX_READERS &&
	    scan_wants(s->scan, before))
		s->cards[s->n++] = (struct hidden_card){ .reader = before,
							 .is_pulled = true };
}

static void look(struct search *s)
{
	s->n = 0;
	for (size_t i = 0; i < s->now->n; i++)
		if (s->now->list[i].has_card &&
		    scan_wants(s->scan, &s->now->list[i]))
			look_at(s, &s->now->list[i]);
	for (size_t i = 0; i < cks_readers_count(s->before); i++)
		look_at_pulled(s, &s->before->list[i]);
}

bool hidden_is_any(const struct cks_scan *scan)
{
	for (size_t i = 0; i < cks_readers_count(scan->readers); i++) {
		const struct reader *r = &scan->readers->list[i];

		if (r->has_card && scan_wants(scan, r) &&
		    !is_left_alone(scan, r) && count_tokens(scan, r) == 0 &&
		    count_blank(scan, r) == 0)
			return true;
	}
	return false;
}

/* 3. What there is to say of a card */

static void judge(const struct search *s, struct hidden_card *card)
{
	const struct reader *r = card->reader;
	const struct reader *before = readers_by_name(s->before, r->pcsc_name);
	bool was_free = before && !before->is_in_use && !before->is_exclusive;
	bool is_new = s->before && (!before || !before->has_card);

	card->err = card->probe.err;
	/* Only a worker that the card has kept may be at it. */
	if (card->err == CKS_ERR_BUSY && !card->probe.holders && was_free)
		card->err = CKS_ERR_TIMEOUT;
	if (card->is_pulled || (before && before->events != r->events) ||
	    (!card->err && is_new && !(before && before->is_exclusive)))
		card->err = CKS_ERR_REMOVED;
	else if (!card->err)
		card->err = before && before->is_exclusive
				    ? CKS_ERR_BUSY
				    : CKS_ERR_NOT_RECOGNIZED;
}

/*
 * The own error of @m about that reader gives way to what pcscd knows; where it
 * says more, there is nothing to add. Returns whether it stays.
 */
static bool outlives(const struct scan_module *m,
		     const struct cks_scan_error *e, struct hidden_card *card)
{
	if ((!e->has_slot && (!m->whole || is_of_whole_module(e->code))) ||
	    !scan_module_is_in(m, e->reader, card->reader))
		return true;
	switch (card->err) {
	case CKS_ERR_BUSY:
		return e->code == CKS_ERR_CRASH || e->code == CKS_ERR_LIMIT;
	case CKS_ERR_NOT_RECOGNIZED:
	case CKS_ERR_REMOVED:
		if (e->code == CKS_ERR_NOT_RECOGNIZED)
			return false;
		card->err = CKS_OK;
		return true;
	default:
		return e->code != CKS_ERR_NOT_RECOGNIZED &&
		       e->code != card->err;
	}
}

static void take_errors_away(struct search *s, struct hidden_card *card)
{
	for (size_t i = 0; i < s->scan->modules.n; i++) {
		struct scan_module *m = s->scan->modules.items[i];
		size_t kept = 0;

		for (size_t k = 0; k < m->errors.n; k++) {
			struct cks_scan_error *e = m->errors.items[k];

			if (outlives(m, e, card))
				m->errors.items[kept++] = e;
			else
				scan_error_free(e);
		}
		m->errors.n = kept;
	}
}

/* Tokens that can be taken out of slots that bear the name of no reader: any of
 * them may be in a reader that seems to be hidden. */
static size_t count_elsewhere(const struct search *s)
{
	size_t n = 0;

	for (size_t i = 0; i < s->scan->modules.n; i++) {
		const struct scan_module *m = s->scan->modules.items[i];

		for (size_t k = 0; k < m->tokens.n; k++) {
			const struct cks_token *t = m->tokens.items[k];

			n += t->slot_flags & CKF_REMOVABLE_DEVICE &&
			     readers_count_alike(s->now, t->reader) == 0;
		}
	}
	return n;
}

static void add(struct search *s, struct cks_scan_error *error)
{
	if (!error || !scan_list_add(s->found, error)) {
		scan_error_free(error);
		s->out_of_memory = true;
	}
}

static bool replace(char **text, const char *by)
{
	char *copy = strdup(by);

	if (copy) {
		free(*text);
		*text = copy;
	}
	return copy;
}

/* True if OpenSC failed, and might have known the card in that reader. */
static bool is_opensc_lost(const struct cks_scan *scan, const struct reader *r)
{
	for (size_t i = 0; i < scan->modules.n; i++) {
		const struct scan_module *m = scan->modules.items[i];

		if (is_opensc(m) && has_failed(m) &&
		    (!m->whole || scan_module_is_in(m, "", r)))
			return true;
	}
	return false;
}

static void add_card(struct search *s, const struct hidden_card *card,
		     bool is_elsewhere)
{
	const struct reader *r = card->reader;
	bool is_unknown = card->err == CKS_ERR_NOT_RECOGNIZED;
	const char *detail = "";
	struct cks_scan_error *e;

	/* gettext() takes locks. */
	forks_hold();
	if (is_unknown && card->is_left_alone)
		detail = _("opensc.conf makes OpenSC ignore this reader");
	else if (is_unknown && is_elsewhere)
		detail = _(
			"perhaps it is a token that is shown in a slot of another name");
	forks_release();
	e = scan_error_new("", NULL, r->name, card->err, detail);
	if (e && ((!card->is_one_of_many && !replace(&e->atr, r->atr)) ||
		  (card->probe.holders &&
		   !replace(&e->holders, card->probe.holders)))) {
		scan_error_free(e);
		e = NULL;
	}
	if (e) {
		e->is_certain = card->probe.is_certain;
		e->is_optional =
			is_unknown && (card->is_left_alone || is_elsewhere);
	}
	add(s, e);
}

/* Where OpenSC's own settings stayed in force, they may be why. */
static void add_own_conf(struct search *s)
{
	for (size_t i = 0; i < s->scan->modules.n; i++) {
		const struct scan_module *m = s->scan->modules.items[i];

		if (is_opensc(m) && m->has_own_conf)
			add(s, scan_error_new(m->path, NULL, "",
					      CKS_ERR_OPENSC_CONF, ""));
	}
}

static void tell(struct search *s)
{
	size_t n_unknown = 0, n_elsewhere = count_elsewhere(s);

	for (size_t i = 0; i < s->n; i++) {
		struct hidden_card *card = &s->cards[i];

		if (card->err)
			take_errors_away(s, card);
		if (card->err == CKS_ERR_NOT_RECOGNIZED &&
		    is_opensc_lost(s->scan, card->reader))
			card->err = CKS_OK;
		n_unknown += card->err == CKS_ERR_NOT_RECOGNIZED;
	}
	for (size_t i = 0; i < s->n; i++)
		if (s->cards[i].err)
			add_card(s, &s->cards[i], n_unknown <= n_elsewhere);
	if (n_unknown > 0)
		add_own_conf(s);
	if (s->now->has_more)
		add(s, scan_error_new("", NULL, "", CKS_ERR_LIMIT,
				      N_("more than 64 readers")));
}

/* 4. All together */

static bool knows_readers(const struct scan_module *m,
			  const struct cks_readers *readers)
{
	for (size_t i = 0; i < m->tokens.n; i++) {
		const struct cks_token *t = m->tokens.items[i];

		if (readers_count_alike(readers, t->reader) > 0)
			return true;
	}
	for (size_t i = 0; i < m->errors.n; i++) {
		const struct cks_scan_error *e = m->errors.items[i];

		if (readers_count_alike(readers, e->reader) > 0)
			return true;
	}
	return m->blank.n > 0 &&
	       readers_count_alike(readers, m->blank.items[0]) > 0;
}

bool hidden_is_due(const struct cks_scan *scan)
{
	bool is = scan->checks_readers;

	for (size_t i = 0; i < scan->modules.n && !is; i++) {
		const struct scan_module *m = scan->modules.items[i];

		is = is_opensc(m) || knows_readers(m, scan->readers);
	}
	return is;
}

static enum cks_err find(struct search *s)
{
	struct reader_probe *probes = calloc(MAX_READERS, sizeof(*probes));
	enum cks_err err = CKS_OK;
	size_t n = 0;

	if (!probes)
		return CKS_ERR_MEMORY;
	look(s);
	for (size_t i = 0; i < s->n; i++)
		if (!s->cards[i].is_pulled && !s->cards[i].is_left_alone)
			probes[n++].pcsc_name = s->cards[i].reader->pcsc_name;
	if (n > 0)
		err = readers_probe(probes, n, PROBE_TIMEOUT_MS);
	if (err)
		goto out;
	for (size_t i = 0, k = 0; i < s->n; i++) {
		struct hidden_card *card = &s->cards[i];

		if (!card->is_pulled && !card->is_left_alone)
			card->probe = probes[k++];
		judge(s, card);
	}
	tell(s);
out:
	for (size_t i = 0; i < n; i++)
		free(probes[i].holders);
	free(probes);
	return err;
}

/* What a part says of pcscd, pcscd itself says better. */
static void drop_no_service(struct cks_scan *scan)
{
	for (size_t i = 0; i < scan->modules.n; i++) {
		struct scan_module *m = scan->modules.items[i];
		size_t kept = 0;

		for (size_t k = 0; k < m->errors.n; k++) {
			struct cks_scan_error *e = m->errors.items[k];

			if (e->code == CKS_ERR_NO_SERVICE ||
			    e->code == CKS_ERR_DENIED)
				scan_error_free(e);
			else
				m->errors.items[kept++] = e;
		}
		m->errors.n = kept;
	}
}

enum cks_err hidden_find(struct cks_scan *scan, enum cks_err service,
			 struct scan_list *found)
{
	struct search *s;
	enum cks_err err = CKS_OK;

	if (!hidden_is_due(scan))
		return CKS_OK;
	s = calloc(1, sizeof(*s));
	if (!s)
		return CKS_ERR_MEMORY;
	s->scan = scan;
	s->before = scan->before;
	s->now = scan->readers;
	s->found = found;
	if (service) {
		drop_no_service(scan);
		add(s, scan_error_new("", NULL, "", service, ""));
	} else {
		err = find(s);
	}
	if (s->out_of_memory)
		err = CKS_ERR_MEMORY;
	free(s);
	return err;
}
