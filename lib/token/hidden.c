/* SPDX-License-Identifier: LGPL-2.1-or-later */
/*
 * Cards that no module shows. A module that does not know a card, or cannot get
 * at it, leaves its slot out as often as it says so; pcscd sees the card all
 * the same.
 */
#include <p11-kit/pkcs11.h>
#include <stdlib.h>
#include <string.h>

#include "base/i18n.h"
#include "opensc_conf.h"
#include "scan.h"
#include "worker.h"

/* How long a card may take to be there for another program. */
#define PROBE_TIMEOUT_MS 2000
/* How often a module is read once more without the cards that it waited for:
 * each costs it its deadline. */
#define MAX_REREADS 4

/* A reader with a card in it that no module shows a token of. */
struct hidden_card {
	const struct reader *reader;
	bool is_one_of_many; /* readers whose names a slot cannot tell apart */
	bool is_pulled;
	struct reader_probe probe;
	enum cks_err err; /* CKS_OK: nothing to tell */
};

struct search {
	struct cks_scan *scan;
	const struct cks_readers *before, *now;
	struct hidden_card cards[MAX_READERS];
	size_t n;
	struct scan_list *found;
	read_again_fn *read_again;
	bool out_of_memory;
};

/* By its own word, or by its name where it waits before it says one. */
static bool is_opensc(const struct scan_module *m)
{
	return m->maker ? maker_is_opensc(m->maker)
			: strstr(m->path, "opensc-pkcs11") != NULL;
}

/* Whether the module as a whole has failed, with @err or, where that is CKS_OK,
 * in any way. */
static bool has_failed(const struct scan_module *m, enum cks_err err)
{
	for (size_t i = 0; i < m->errors.n; i++) {
		const struct cks_scan_error *e = m->errors.items[i];

		if (!e->has_slot && (!err || e->code == err))
			return true;
	}
	return false;
}

/* 1. Which cards are shown */

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

			if (reader_is(r, other->reader) &&
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

			n += reader_is(r, t->reader) &&
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
			n += reader_is(r, m->blank.items[k]);
		most = n > most ? n : most;
	}
	return most;
}

/* Whether the names of @r and @other are one to a slot. */
static bool is_alike(const struct reader *r, const struct reader *other)
{
	return r != other && strlen(r->pcsc_name) >= SLOT_DESCRIPTION_SIZE &&
	       strncmp(r->pcsc_name, other->pcsc_name, SLOT_DESCRIPTION_SIZE) ==
		       0;
}

/* Of readers that a slot cannot tell apart, the first stands for all. */
static void look_at(struct search *s, const struct reader *r)
{
	size_t n_cards = 1, n_shown;
	bool is_one_of_many = false;

	for (size_t i = 0; i < s->now->n; i++) {
		const struct reader *other = &s->now->list[i];

		if (!is_alike(r, other) || !other->has_card)
			continue;
		if (other < r)
			return;
		is_one_of_many = true;
		n_cards++;
	}
	n_shown = count_tokens(s->scan, r) + count_blank(s->scan, r);
	if (n_shown < n_cards)
		s->cards[s->n++] = (struct hidden_card){
			.reader = r,
			.is_one_of_many = is_one_of_many,
		};
}

/* What was in a reader at the beginning, and is no longer. */
static void look_at_pulled(struct search *s, const struct reader *before)
{
	const struct reader *r = readers_by_name(s->now, before->pcsc_name);

	if (before->has_card && (!r || !r->has_card) && s->n < MAX_READERS)
		s->cards[s->n++] = (struct hidden_card){ .reader = before,
							 .is_pulled = true };
}

static void look(struct search *s)
{
	s->n = 0;
	for (size_t i = 0; i < s->now->n; i++)
		if (s->now->list[i].has_card)
			look_at(s, &s->now->list[i]);
	for (size_t i = 0; i < cks_readers_count(s->before); i++)
		look_at_pulled(s, &s->before->list[i]);
}

bool hidden_is_any(const struct cks_scan *scan)
{
	for (size_t i = 0; i < cks_readers_count(scan->readers); i++) {
		const struct reader *r = &scan->readers->list[i];

		if (r->has_card && count_tokens(scan, r) == 0 &&
		    count_blank(scan, r) == 0)
			return true;
	}
	return false;
}

static const struct reader_probe *find_probe(const struct reader_probe *probes,
					     size_t n, const char *name)
{
	for (size_t i = 0; i < n; i++)
		if (strcmp(probes[i].pcsc_name, name) == 0)
			return &probes[i];
	return NULL;
}

/* 2. A module that waits for the card of another program */

/*
 * OpenSC looks into every reader at once, so a card that another program keeps
 * hides all others too. It passes over readers whose name contains one that its
 * configuration names; false where that would hide another.
 */
static bool can_be_ignored(const struct cks_readers *readers, const char *name)
{
	if (strchr(name, '"'))
		return false;
	for (size_t i = 0; i < readers->n; i++)
		if (strcmp(readers->list[i].pcsc_name, name) != 0 &&
		    strstr(readers->list[i].pcsc_name, name))
			return false;
	return true;
}

/* Sets *@is_lost when a module still waits for some card. */
static enum cks_err read_without(struct search *s, const char *const *ignored,
				 size_t n, bool *is_lost)
{
	enum cks_err err = CKS_OK;

	*is_lost = false;
	for (size_t i = 0; i < s->scan->modules.n && !err; i++) {
		struct scan_module *m = s->scan->modules.items[i];

		if (!is_opensc(m) || !has_failed(m, CKS_ERR_TIMEOUT))
			continue;
		m->reading.ignored = ignored;
		m->reading.n_ignored = n;
		err = s->read_again(s->scan, m);
		m->reading.ignored = NULL;
		m->reading.n_ignored = 0;
		*is_lost |= has_failed(m, CKS_ERR_TIMEOUT);
	}
	return err;
}

/* Puts the probes of cards that nothing is the matter with last; returns how
 * many others there are. */
static size_t sort_probes(struct reader_probe *probes, size_t n)
{
	size_t n_bad = 0;

	for (size_t i = 0; i < n; i++) {
		struct reader_probe probe = probes[i];

		if (!probe.err)
			continue;
		probes[i] = probes[n_bad];
		probes[n_bad++] = probe;
	}
	return n_bad;
}

/*
 * A card that falls silent once it is asked is found out only when a module has
 * come as far as to it: so the cards are probed again after each reading.
 */
static enum cks_err read_past(struct search *s, struct reader_probe *probes,
			      size_t n)
{
	const char *ignored[MAX_READERS];
	enum cks_err err = CKS_OK;
	bool is_lost = true;
	size_t n_known = 0;

	for (int i = 0; i < MAX_REREADS && is_lost && !err; i++) {
		size_t n_bad = sort_probes(probes, n), n_ignored = 0;

		if (n_bad == n_known)
			break;
		n_known = n_bad;
		for (size_t k = 0; k < n_bad; k++)
			if (can_be_ignored(s->now, probes[k].pcsc_name))
				ignored[n_ignored++] = probes[k].pcsc_name;
		if (n_ignored > 0)
			err = read_without(s, ignored, n_ignored, &is_lost);
		if (!err && is_lost && n_bad < n)
			err = readers_probe(probes + n_bad, n - n_bad,
					    PROBE_TIMEOUT_MS);
	}
	return err;
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
 * A module's own error about that reader gives way to what pcscd knows; where
 * it says more, there is nothing to add. Returns whether it stays.
 */
static bool outlives(const struct cks_scan_error *e, struct hidden_card *card)
{
	if (!e->has_slot || !reader_is(card->reader, e->reader))
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

			if (outlives(e, card))
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

static void add_card(struct search *s, const struct hidden_card *card,
		     bool is_elsewhere)
{
	const struct reader *r = card->reader;
	bool is_ignored = opensc_conf_ignores(r->pcsc_name);
	bool is_unknown = card->err == CKS_ERR_NOT_RECOGNIZED;
	const char *detail = "";
	struct cks_scan_error *e;

	/* gettext() takes locks. */
	forks_hold();
	if (is_unknown && is_ignored)
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
		e->is_optional = is_unknown && (is_ignored || is_elsewhere);
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
	bool is_opensc_lost = false;

	for (size_t i = 0; i < s->scan->modules.n; i++) {
		const struct scan_module *m = s->scan->modules.items[i];

		is_opensc_lost |= is_opensc(m) && has_failed(m, CKS_OK);
	}
	for (size_t i = 0; i < s->n; i++) {
		struct hidden_card *card = &s->cards[i];

		if (card->err)
			take_errors_away(s, card);
		/* It might have known the card. */
		if (card->err == CKS_ERR_NOT_RECOGNIZED && is_opensc_lost)
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
				      "more than 64 readers"));
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
		if (!s->cards[i].is_pulled)
			probes[n++].pcsc_name = s->cards[i].reader->pcsc_name;
	if (n > 0)
		err = readers_probe(probes, n, PROBE_TIMEOUT_MS);
	if (!err)
		err = read_past(s, probes, n);
	if (err)
		goto out;
	look(s);
	for (size_t i = 0; i < s->n; i++) {
		struct hidden_card *card = &s->cards[i];
		const struct reader_probe *probe =
			find_probe(probes, n, card->reader->pcsc_name);

		if (!probe && !card->is_pulled)
			continue;
		if (probe)
			card->probe = *probe;
		judge(s, card);
	}
	tell(s);
out:
	for (size_t i = 0; i < n; i++)
		free(probes[i].holders);
	free(probes);
	return err;
}

enum cks_err hidden_find(struct cks_scan *scan,
			 const struct cks_readers *before, enum cks_err service,
			 read_again_fn *read_again, struct scan_list *found)
{
	struct search *s;
	enum cks_err err = CKS_OK;

	if (!hidden_is_due(scan))
		return CKS_OK;
	s = calloc(1, sizeof(*s));
	if (!s)
		return CKS_ERR_MEMORY;
	s->scan = scan;
	s->before = before;
	s->now = scan->readers;
	s->found = found;
	s->read_again = read_again;
	if (service)
		add(s, scan_error_new("", NULL, "", service, ""));
	else
		err = find(s);
	if (s->out_of_memory)
		err = CKS_ERR_MEMORY;
	free(s);
	return err;
}
