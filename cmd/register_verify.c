/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* "register verify": what can be proved, in words. */
#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "heads.h"
#include "input/dossier.h"
#include "json.h"
#include "labels.h"
#include "message.h"
#include "progress.h"
#include "received.h"
#include "register/verify.h"
#include "register_common.h"
#include "register_seal.h"
#include "verify.h"

/* 1. The heads that are to be proved: of options and of papers */

/* Of one book. */
struct claims {
	struct head_claim *list;
	const char **papers; /* each is of; NULL: of an option */
	size_t n;
};

struct proof {
	const struct globals *globals;
	const struct register_options *options;
	struct custody_register *reg;
	struct verification v;
	struct claims events, lines; /* of the register and of the journal */
	struct seal *seals;
	size_t n_seals;
	struct books books;
	char *journal;	 /* its path; NULL: none is known */
	int journal_err; /* 0, or why it was not read, as -errno */
};

static int add_claim(struct claims *claims, const struct head *head,
		     const char *paper)
{
	struct head_claim *list =
		reallocarray(claims->list, claims->n + 1, sizeof(*list));
	const char **papers;

	claims->list = list ? list : claims->list;
	papers = reallocarray((void *)claims->papers, claims->n + 1,
			      sizeof(*papers));
	claims->papers = papers ? papers : claims->papers;
	if (!list || !papers)
		return print_no_memory();
	list[claims->n] = (struct head_claim){ .head = *head };
	papers[claims->n++] = paper;
	return 0;
}

static void free_claims(struct claims *claims)
{
	free(claims->list);
	free((void *)claims->papers);
}

static int take_options(struct claims *claims, const char *option,
			const char **texts)
{
	struct head head;
	int ret = 0;

	for (; texts && *texts && !ret; texts++) {
		if (head_read(*texts, &head)) {
			ret = add_claim(claims, &head, NULL);
			continue;
		}
		print_error(
			_("%s %s: give the number and at least 16 characters of the check code, as papers have them at the foot of a page: 17:0123456789abcdef0123456789abcdef"),
			option, *texts);
		ret = EXIT_USAGE;
	}
	return ret;
}

/* The head of a book in @evidence; false where it has none. The paper may come
 * from anybody. */
static bool head_in(const json_t *evidence, const char *book,
		    const char *entries, struct head *head)
{
	const json_t *of = json_object_get(evidence, book);
	const char *first = dossier_text(of, "first");
	char text[HEAD_TEXT_SIZE];
	bool found;

	(void)snprintf(
		text, sizeof(text), "%lld:%s",
		(long long)json_integer_value(json_object_get(of, entries)),
		dossier_text(of, "head"));
	found = head_read(text, head);
	if (strspn(first, "0123456789abcdef") == CHAIN_HASH_LEN &&
	    !first[CHAIN_HASH_LEN])
		memcpy(head->first, first, CHAIN_HASH_SIZE);
	return found;
}

static int take_evidence(struct proof *p, const char *paper,
			 const json_t *evidence)
{
	struct head event, line;
	bool has_event = head_in(evidence, "register", "events", &event);
	bool has_line = head_in(evidence, "journal", "entries", &line);
	int ret = has_event ? add_claim(&p->events, &event, paper) : 0;

	if (!ret && has_line)
		ret = add_claim(&p->lines, &line, paper);
	if (!ret && !has_event && !has_line) {
		print_error(
			_("%s bears no check code of a register or a journal: minutes, reports and audits do that were made while one was kept"),
			paper);
		ret = EXIT_BAD_INPUT;
	}
	return ret;
}

static int take_paper(struct proof *p, const char *paper)
{
	struct received r;
	int ret = received_read(&r, p->globals, paper, false);

	if (!ret) {
		received_tell(&r, true);
		ret = take_evidence(p, paper, json_object_get(r.data, HEADS));
	}
	received_free(&r);
	return ret;
}

/* Takes the heads of a seal, unless it does not hold: then nobody vouches for
 * them. */
static int take_seal(struct proof *p, const char *path)
{
	struct seal *list =
		reallocarray(p->seals, p->n_seals + 1, sizeof(*list));
	int ret;

	if (!list)
		return print_no_memory();
	p->seals = list;
	ret = seal_read(p->globals, path, &list[p->n_seals++]);
	if (ret || verify_failed(list[p->n_seals - 1].signature))
		return ret;
	return take_evidence(p, path,
			     json_object_get(list[p->n_seals - 1].said, HEADS));
}

static int take_claims(struct proof *p)
{
	const struct register_options *o = p->options;
	int ret = take_options(&p->events, "--head", o->heads);

	if (!ret)
		ret = take_options(&p->lines, "--journal-head",
				   o->journal_heads);
	for (size_t i = 0; o->papers && o->papers[i] && !ret; i++)
		ret = take_paper(p, o->papers[i]);
	for (size_t i = 0; o->seals && o->seals[i] && !ret; i++)
		ret = take_seal(p, o->seals[i]);
	return ret;
}

/* The times of event head->n, as the event has them. */
static void take_times(struct custody_register *reg, struct head_claim *claim)
{
	json_t *event = register_event_read(reg, claim->head.n);

	(void)snprintf(claim->time, sizeof(claim->time), "%s",
		       dossier_text(event, "time"));
	(void)snprintf(claim->clock, sizeof(claim->clock), "%s",
		       dossier_text(event, "clock"));
	json_decref(event);
}

static void judge_events(struct proof *p)
{
	char hash[CHAIN_HASH_SIZE];

	for (size_t i = 0; i < p->events.n; i++) {
		struct head_claim *claim = &p->events.list[i];
		bool found = register_hash_of(p->reg, claim->head.n, hash);

		claim->result = head_judge(&claim->head, &p->v.chain,
					   found ? hash : NULL);
		if (found)
			take_times(p->reg, claim);
		if (claim->result == HEAD_PROVED && p->v.is_part &&
		    p->v.n_read < register_n_events(p->reg))
			claim->result = HEAD_SEEN;
	}
}

static bool is_proved(const struct head_claim *claim)
{
	return claim->result == HEAD_PROVED || claim->result == HEAD_SEEN ||
	       claim->result == HEAD_AGREES;
}

/* True if a head that was typed is not proved of its book: it may be that of
 * the other, which papers print on the same line. */
static bool may_be_swapped(const struct claims *claims, size_t i)
{
	return !claims->papers[i] && !is_proved(&claims->list[i]) &&
	       claims->list[i].result != HEAD_UNREAD;
}

static void find_swapped_lines(struct proof *p)
{
	char hash[CHAIN_HASH_SIZE];

	for (size_t i = 0; i < p->lines.n; i++) {
		struct head *head = &p->lines.list[i].head;

		if (may_be_swapped(&p->lines, i) &&
		    register_hash_of(p->reg, head->n, hash) &&
		    strncmp(hash, head->hash, strlen(head->hash)) == 0)
			p->lines.list[i].result = HEAD_SWAPPED;
	}
}

/* The journal is read once more where there are such. 0 or an exit code. */
static int find_swapped_events(struct proof *p)
{
	struct claims typed = { 0 };
	struct books books;
	char *path = NULL;
	size_t k = 0;
	int ret = 0;

	for (size_t i = 0; i < p->events.n && !ret; i++)
		if (may_be_swapped(&p->events, i))
			ret = add_claim(&typed, &p->events.list[i].head, NULL);
	if (!ret && typed.n)
		(void)heads_hold(p->globals, p->options->file, p->reg,
				 typed.list, typed.n, &books, &path);
	for (size_t i = 0; i < p->events.n && k < typed.n && !ret; i++)
		if (may_be_swapped(&p->events, i) &&
		    is_proved(&typed.list[k++]))
			p->events.list[i].result = HEAD_SWAPPED;
	free_claims(&typed);
	free(path);
	return ret;
}

/* A seal proves by its signer alone: without one who is known, anybody made it
 * of the register as it is. */
static void judge_signers(const struct proof *p, const struct claims *claims)
{
	for (size_t i = 0; i < claims->n; i++)
		for (size_t k = 0; k < p->n_seals; k++)
			if (claims->papers[i] == p->seals[k].path &&
			    !verify_passed(p->seals[k].signature) &&
			    is_proved(&claims->list[i]))
				claims->list[i].result = HEAD_UNVOUCHED;
}

/*
 * True if the entry of the head came later than the seal that vouches for it,
 * by what both say of themselves or by the time-stamp of the seal; @came and
 * @made are those moments.
 */
static bool is_after_seal(const struct head_claim *claim,
			  const struct seal *seal, const char **came,
			  char made[DATE_SIZE])
{
	const json_t *proved = json_object_get(seal->signature, "proved_time");
	char stamp[DATE_SIZE] = "";
	const struct {
		const char *came, *made;
	} pairs[] = { { claim->time, dossier_text(seal->said, "sealed") },
		      { claim->clock, dossier_text(seal->said, "clock") },
		      { claim->clock, stamp } };

	if (json_is_integer(proved))
		date_vietnam((time_t)json_integer_value(proved), stamp);
	for (size_t i = 0; i < sizeof(pairs) / sizeof(pairs[0]); i++) {
		if (!event_time_is_later(pairs[i].came, pairs[i].made))
			continue;
		*came = pairs[i].came;
		(void)snprintf(made, DATE_SIZE, "%s", pairs[i].made);
		return true;
	}
	return false;
}

/* The seal of which the head @i is, that came later than it; NULL: none. */
static const struct seal *seal_before(const struct proof *p,
				      const struct claims *claims, size_t i,
				      const char **came, char made[DATE_SIZE])
{
	for (size_t k = 0; k < p->n_seals; k++)
		if (claims->papers[i] == p->seals[k].path &&
		    is_after_seal(&claims->list[i], &p->seals[k], came, made))
			return &p->seals[k];
	return NULL;
}

/* 2. What is printed */
static const char *const result_keys[] = {
	[VERIFY_RIGHT] = "right",   [VERIFY_CHANGED] = "changed",
	[VERIFY_CUT] = "cut",	    [VERIFY_UNREADABLE] = "unreadable",
	[VERIFY_TABLES] = "tables", [VERIFY_OTHERWISE] = "otherwise",
};

/* The first event that is before the one before, by either time, or of those
 * that nobody has explained; 0: none. */
static unsigned long first_back(const struct event_times *times, bool open)
{
	unsigned long first = 0;

	for (size_t i = 0; i < EVENT_TIMES; i++) {
		unsigned long event =
			open ? times->back[i].event : times->back[i].first;

		if (event && (!first || event < first))
			first = event;
	}
	return first;
}

static void set_event(json_t *o, const char *name, unsigned long event)
{
	json_object_set_new(
		o, name, event ? json_integer((json_int_t)event) : json_null());
}

static void set_count(json_t *o, const char *name, size_t n)
{
	json_object_set_new(o, name, json_integer((json_int_t)n));
}

static const char *const head_keys[] = {
	[HEAD_PROVED] = "proved",
	[HEAD_AGREES] = "agrees",
	[HEAD_CHANGED] = "changed",
	[HEAD_UNPROVED] = "follows-a-changed-one",
	[HEAD_MISSING] = "missing",
	[HEAD_OTHER] = "of-another",
	[HEAD_SEEN] = "proved-as-far-as-seen",
	[HEAD_UNREAD] = "not-read",
	[HEAD_SWAPPED] = "of-the-other-book",
	[HEAD_UNVOUCHED] = "agrees-with-no-known-signer",
};

static void add_json_of(json_t *list, const char *book, const struct proof *p,
			const struct claims *claims)
{
	char text[HEAD_TEXT_SIZE], made[DATE_SIZE];
	const char *came;

	for (size_t i = 0; i < claims->n; i++)
		json_array_append_new(
			list, json_pack("{s:s, s:s, s:s?, s:s, s:b}", "book",
					book, "head",
					head_text(&claims->list[i].head, text),
					"paper", claims->papers[i], "result",
					head_keys[claims->list[i].result],
					"after_seal",
					seal_before(p, claims, i, &came,
						    made) != NULL));
}

/* That there is none can be; not so one that could not be read. */
static bool is_unread(const struct proof *p)
{
	return p->journal_err && p->journal_err != -ENOENT;
}

static json_t *json_of_journal(const struct proof *p)
{
	static const char *const states[] = { [CHAIN_WHOLE] = "right",
					      [CHAIN_CHANGED] = "changed",
					      [CHAIN_CUT] = "cut" };
	const struct books *b = &p->books;
	const struct chain *c = &b->journal;
	json_t *o = json_object(), *attempts = json_object(), *first;

	if (p->journal_err) {
		json_decref(o);
		json_decref(attempts);
		return json_null();
	}
	first = b->n_lost ? json_pack("{s:I, s:I, s:s, s:s}", "unblock",
				      (json_int_t)b->lost.unblock, "line",
				      (json_int_t)b->lost.line, "device_serial",
				      b->lost.serial, "time", b->lost.time)
			  : json_null();
	json_object_set_new(o, "file", json_string(p->journal));
	json_object_set_new(o, "result", json_string(states[c->state]));
	json_object_set_new(o, "lines", json_integer((json_int_t)c->n));
	json_object_set_new(o, "head",
			    c->state == CHAIN_WHOLE ? json_string(c->last)
						    : json_null());
	set_event(o, "first_bad_line",
		  c->state == CHAIN_WHOLE ? 0 : c->broken_at);
	set_count(attempts, "noted_in_register", b->n_attempts);
	set_count(attempts, "found", b->n_found);
	set_count(attempts, "of_others", b->n_elsewhere);
	set_count(attempts, "missing", b->n_lost);
	json_object_set_new(attempts, "first_missing", first);
	json_object_set_new(o, "attempts", attempts);
	set_count(o, "events_noted", b->n_notes);
	set_count(o, "events_noted_of_others", b->n_other_notes);
	set_count(o, "events_missing", b->n_gone);
	set_event(o, "first_event_missing", b->n_gone ? b->gone : 0);
	return o;
}

/* The journal that is there and could not be read; null: it was read, or there
 * is none. */
static json_t *json_of_unread(const struct proof *p)
{
	char *why;
	json_t *o;

	if (!is_unread(p))
		return json_null();
	why = heads_unread(p->journal, p->books.head_unread, p->journal_err);
	o = json_pack("{s:s, s:s}", "file", p->journal, "message",
		      why ? why : "");
	free(why);
	return o;
}

static int print_json(const struct proof *p)
{
	const struct verification *v = &p->v;
	json_t *o = json_object(), *heads = json_array();
	json_t *seals = json_array();
	bool right = v->result == VERIFY_RIGHT;

	json_object_set_new(o, "version", json_integer(1));
	json_object_set_new(o, "result", json_string(result_keys[v->result]));
	json_object_set_new(
		o, "events",
		json_integer((json_int_t)register_n_events(p->reg)));
	json_object_set_new(o, "head", json_string(register_head(p->reg)));
	if (v->is_part)
		json_object_set_new(o, "events_read",
				    json_integer((json_int_t)v->n_read));
	set_event(o, "first_bad_event", right ? 0 : v->event);
	json_object_set_new(o, "undone", json_integer((json_int_t)v->n_undone));
	set_event(o, "first_event_back_in_time", first_back(&v->times, false));
	set_event(o, "first_event_back_unexplained",
		  first_back(&v->times, true));
	set_event(o, "times_explained_by", v->times.explained_by);
	set_event(o, "last_event_ahead", v->times.ahead);
	set_event(o, "first_event_of_other_time", v->times.moved);
	add_json_of(heads, "register", p, &p->events);
	add_json_of(heads, "journal", p, &p->lines);
	json_object_set_new(o, "heads", heads);
	for (size_t i = 0; i < p->n_seals; i++)
		json_array_append_new(seals, seal_json(&p->seals[i]));
	json_object_set_new(o, "seals", seals);
	json_object_set_new(o, "journal", json_of_journal(p));
	json_object_set_new(o, "journal_not_read", json_of_unread(p));
	return json_print(o);
}

char *register_fault(const struct verification *v)
{
	char *text = NULL;
	int n = 0;

	switch (v->result) {
	case VERIFY_CHANGED:
		n = asprintf(
			&text,
			_("event %lu does not follow from the one before: the event or its position was changed. From there on the register cannot be trusted; compare it with a backup"),
			v->event);
		break;
	case VERIFY_CUT:
		n = asprintf(
			&text,
			_("events are missing from number %lu on; compare the register with a backup"),
			v->event);
		break;
	case VERIFY_UNREADABLE:
		n = asprintf(
			&text,
			_("event %lu was not written by ckstoken; compare the register with a backup"),
			v->event);
		break;
	case VERIFY_TABLES:
		n = asprintf(
			&text, "%s",
			_("the chain of events is intact, but the tables or triggers of the register are not as ckstoken creates them: they were changed by hand; compare the register with a backup"));
		break;
	case VERIFY_OTHERWISE:
		n = asprintf(
			&text,
			_("the chain of events is intact, but the record \"%s\" %s does not match its events, the last of which is %lu: it was changed by hand"),
			record_types[v->kind].name, v->key, v->event);
		break;
	default:
		break;
	}
	return n < 0 ? NULL : text;
}

static void print_verification(const struct verification *v)
{
	char *fault = register_fault(v);

	if (fault)
		print_error("%s", fault);
	else if (v->result != VERIFY_RIGHT && v->result != VERIFY_FAILED)
		(void)print_no_memory();
	free(fault);
}

/* What was explained stays told. */
static void print_explained(struct custody_register *reg,
			    const struct event_times *times)
{
	json_t *event = register_event_read(reg, times->explained_by);
	const char *why = dossier_text(event, "reason");
	char *clean = cks_text_clean(why, strlen(why));

	print_message(
		_("time went back at event %lu and perhaps later; event %lu explains it: %s"),
		first_back(times, false), times->explained_by,
		clean ? clean : "");
	free(clean);
	json_decref(event);
}

/* The chain proves an order and no time: both times of an event are what the
 * machine said. */
static void print_times(struct custody_register *reg,
			const struct event_times *times)
{
	static const struct field moment = { .type = FIELD_TIME };
	char before[LABEL_ROOM], then[LABEL_ROOM];

	for (size_t i = 0; i < EVENT_TIMES; i++) {
		if (!times->back[i].n)
			continue;
		print_warning(
			i == EVENT_CLOCK
				? Q_("the clock went back before %lu event: event %lu was recorded at %s, and the one before it at %s. See that the clock of the machine is right; the order of events is that of their numbers",
				     "the clock went back before %lu events: the first, event %lu, was recorded at %s, and the one before it at %s. See that the clock of the machine is right; the order of events is that of their numbers",
				     times->back[i].n)
				: Q_("%lu event is dated before the one before it: event %lu at %s, and the one before it at %s. The order of events is that of their numbers",
				     "%lu events are dated before the ones before them: the first, event %lu, at %s, and the one before it at %s. The order of events is that of their numbers",
				     times->back[i].n),
			(unsigned long)times->back[i].n, times->back[i].event,
			register_value_label(&moment, times->back[i].then,
					     then),
			register_value_label(&moment, times->back[i].before,
					     before));
	}
	if (times->ahead)
		print_warning(
			_("the last event, %lu, was recorded at %s by its machine's clock, which is still to come by this one's: see that both are right"),
			times->ahead,
			register_value_label(&moment, times->last[EVENT_CLOCK],
					     then));
	if (times->ahead || first_back(times, true))
		print_message(_(
			"once it is known why, \"ckstoken register explain --reason TEXT\" puts it on record, and needs attention no more"));
	if (times->explained_by)
		print_explained(reg, times);
	if (times->n_moved)
		print_message(
			Q_("%lu event is dated otherwise than the clock of the machine was when it was recorded: event %lu, by CKSTOKEN_NOW; \"ckstoken register history\" shows both times",
			   "%lu events are dated otherwise than the clock of the machine was when they were recorded: the first is event %lu, by CKSTOKEN_NOW; \"ckstoken register history\" shows both times",
			   times->n_moved),
			(unsigned long)times->n_moved, times->moved);
}

/* For each book and result: what names the head, and its number or, of one that
 * is missing, how many entries there are. */
static const char *const head_words[2][HEAD_UNVOUCHED + 1] = {
	{ [HEAD_PROVED] = N_(
		  "%s: proved. Nothing in the register up to event %lu was changed"),
	  [HEAD_AGREES] = N_(
		  "%s: agrees with event %lu of the register. So few characters are no proof against whoever wrote that event; 32 of them are, as newer papers print and the data of each paper have (--paper)"),
	  [HEAD_CHANGED] = N_(
		  "%s: not proved. Event %lu of this register has another check code: it or one before it was changed, or the code is of another register, or miscopied"),
	  [HEAD_UNPROVED] = N_(
		  "%s: not proved. Event %lu of this register has this check code, but does not follow from those before it: one of them was changed"),
	  [HEAD_MISSING] = N_(
		  "%s: not proved. This register ends with event %lu: it is an older copy, or the code is of another register, or miscopied"),
	  [HEAD_OTHER] = N_(
		  "%s: not proved. Event %lu is one of another register, which begins with another event than this one"),
	  [HEAD_SEEN] = N_(
		  "%s: event %lu of this register has this check code. Your role does not read the texts of all events up to it: the desk can prove that none was changed"),
	  [HEAD_SWAPPED] = N_(
		  "%s: not proved of the register. It is the check code of line %lu of the journal: give it by --journal-head"),
	  [HEAD_UNVOUCHED] = N_(
		  "%s: agrees with event %lu of the register, and proves nothing: it is not known whether the signature of the seal holds, and whoever changed the register can have made it") },
	{ [HEAD_PROVED] = N_(
		  "%s: proved. Nothing in the journal up to line %lu was changed"),
	  [HEAD_AGREES] = N_(
		  "%s: agrees with line %lu of the journal. So few characters are no proof against whoever wrote that line; 32 of them are, as newer papers print and the data of each paper have (--paper)"),
	  [HEAD_CHANGED] = N_(
		  "%s: not proved. Line %lu of this journal has another check code: it or one before it was changed, or the code is of another journal, or miscopied"),
	  [HEAD_UNPROVED] = N_(
		  "%s: not proved. Line %lu of this journal has this check code, but does not follow from those before it: one of them was changed"),
	  [HEAD_MISSING] = N_(
		  "%s: not proved. This journal ends with line %lu: it is an older copy, or the code is of another journal, or miscopied"),
	  [HEAD_OTHER] = N_(
		  "%s: not proved. Line %lu is one of another journal, which begins with another line than this one"),
	  [HEAD_UNREAD] = N_(
		  "%s: not known. The journal could not be read, so whether line %lu was changed could not be looked at"),
	  [HEAD_SWAPPED] = N_(
		  "%s: not proved of the journal. It is the check code of event %lu of the register: give it by --head"),
	  [HEAD_UNVOUCHED] = N_(
		  "%s: agrees with line %lu of the journal, and proves nothing: it is not known whether the signature of the seal holds, and whoever changed the journal can have made it") },
};

/* Of papers the name, and the beginning of the code, as they have it. */
static void print_claims(const struct claims *claims, bool of_journal,
			 unsigned long n_entries)
{
	for (size_t i = 0; i < claims->n; i++) {
		const struct head_claim *claim = &claims->list[i];
		const char *paper = claims->papers[i];
		bool agrees =
			is_proved(claim) || claim->result == HEAD_UNVOUCHED;
		unsigned long n = claim->result == HEAD_MISSING ? n_entries
								: claim->head.n;
		char text[HEAD_TEXT_SIZE], *whose = NULL, *words = NULL;

		head_text(&claim->head, text);
		if (paper &&
		    asprintf(&whose, "%s, %.*s", paper,
			     (int)strcspn(text, ":") + 1 + HEAD_LETTERS_PROOF,
			     text) < 0)
			whose = NULL;
		if (asprintf(&words, _(head_words[of_journal][claim->result]),
			     whose ? whose : text, n) < 0)
			words = NULL;
		if (agrees)
			print_indented(0, "%s.", words ? words : "");
		else
			print_error("%s", words ? words : "");
		free(words);
		free(whose);
	}
}

/* Tells which entries came later than the seals that vouch for them. True if
 * any did. */
static bool warn_of_seals(const struct proof *p, const struct claims *claims,
			  const char *words)
{
	static const struct field moment = { .type = FIELD_TIME };
	char made[DATE_SIZE], then[LABEL_ROOM], sealed[LABEL_ROOM];
	const char *came;
	bool any = false;

	for (size_t i = 0; i < claims->n; i++) {
		if (!seal_before(p, claims, i, &came, made))
			continue;
		print_warning(words, claims->papers[i], claims->list[i].head.n,
			      register_value_label(&moment, came, then),
			      register_value_label(&moment, made, sealed));
		any = true;
	}
	return any;
}

static void print_unread(const struct proof *p)
{
	char *why =
		heads_unread(p->journal, p->books.head_unread, p->journal_err);

	print_error(
		_("the journal %s could not be read (%s), so neither it nor the register was held against the other"),
		p->journal, why ? why : "");
	free(why);
	print_claims(&p->lines, true, 0);
}

/* That there is none is told, and is no fault. */
static void print_no_journal(const struct proof *p)
{
	if (p->lines.n)
		print_error(
			_("the journal %s could not be read (%s), so nothing is proved of it"),
			p->journal ? p->journal : "",
			error_text(NULL, p->journal_err));
	else if (p->books.n_attempts)
		print_message(
			Q_("the register notes %lu attempt in a journal, and was not held against one: %s could not be read (%s)",
			   "the register notes %lu attempts in a journal, and was not held against one: %s could not be read (%s)",
			   p->books.n_attempts),
			(unsigned long)p->books.n_attempts,
			p->journal ? p->journal : "",
			error_text(NULL, p->journal_err));
}

static void print_journal(const struct proof *p)
{
	const struct books *b = &p->books;
	const struct chain *c = &b->journal;

	if (c->state != CHAIN_WHOLE) {
		char *fault =
			heads_fault(p->journal, c, b->unfinished, b->headless);

		print_error("%s", fault ? fault : p->journal);
		free(fault);
	} else if (c->n) {
		print_indented(
			0,
			Q_("The journal %s is intact: %lu line, check code %lu:%s.",
			   "The journal %s is intact: %lu lines, check code %lu:%s.",
			   c->n),
			p->journal, c->n, c->n, c->last);
	}
	if (b->n_found && !b->n_lost)
		print_indented(
			0,
			Q_("It has the %lu attempt that the register notes of it.",
			   "It has all %lu attempts that the register notes of it.",
			   b->n_found),
			(unsigned long)b->n_found);
	if (b->n_notes && !b->n_gone)
		print_indented(
			0,
			Q_("The register has the %lu event that the journal notes of it.",
			   "The register has all %lu events that the journal notes of it.",
			   b->n_notes),
			(unsigned long)b->n_notes);
	if (b->n_elsewhere)
		print_message(
			Q_("%lu attempt in the register is of another journal, or it is not known of which: look at it where it was made",
			   "%lu attempts in the register are of other journals, or it is not known of which: look at them where they were made",
			   b->n_elsewhere),
			(unsigned long)b->n_elsewhere);
	if (b->n_other_notes)
		print_message(
			_("the journal also notes events of other registers (%lu), which those were not held against: verify them, too"),
			(unsigned long)b->n_other_notes);
}

/* What the role of an agency cannot see it cannot prove. */
static void print_part(const struct custody_register *reg,
		       const struct verification *v)
{
	unsigned long n = register_n_events(reg);

	print_indented(0,
		       Q_("The chain is intact: %lu event, check code %lu:%s.",
			  "The chain is intact: %lu events, check code %lu:%s.",
			  n),
		       n, n, register_head(reg));
	print_message(
		Q_("your role reads the text of %lu event, which follows from the one before. The texts of the others, and whether the records match their events, are for the desk to verify",
		   "your role reads the texts of %lu events, each of which follows from the one before. The texts of the others, and whether the records match their events, are for the desk to verify",
		   v->n_read),
		v->n_read);
}

static void print_words(const struct proof *p)
{
	unsigned long n = register_n_events(p->reg);

	if (p->v.result == VERIFY_RIGHT && p->v.is_part)
		print_part(p->reg, &p->v);
	else if (p->v.result == VERIFY_RIGHT)
		print_indented(
			0,
			Q_("The register is intact: %lu event, check code %lu:%s.",
			   "The register is intact: %lu events, check code %lu:%s.",
			   n),
			n, n, register_head(p->reg));
	if (p->v.result == VERIFY_RIGHT && p->v.n_undone)
		print_message(
			Q_("%zu event of these was taken back by a later one; \"ckstoken register history\" shows which",
			   "%zu events of these were taken back by later ones; \"ckstoken register history\" shows which",
			   p->v.n_undone),
			p->v.n_undone);
	print_claims(&p->events, false, n);
	if (is_unread(p)) {
		print_unread(p);
		return;
	}
	if (p->journal_err) {
		print_no_journal(p);
		return;
	}
	print_journal(p);
	print_claims(&p->lines, true, p->books.journal.n);
}

/* 3. The command */

static bool all_proved(const struct claims *claims)
{
	bool all = true;

	for (size_t i = 0; i < claims->n; i++)
		all &= is_proved(&claims->list[i]);
	return all;
}

static bool seals_hold(const struct proof *p)
{
	bool all = true;

	for (size_t i = 0; i < p->n_seals; i++)
		all &= verify_passed(p->seals[i].signature);
	return all;
}

static bool any_seal_failed(const struct proof *p)
{
	bool any = false;

	for (size_t i = 0; i < p->n_seals; i++)
		any |= verify_failed(p->seals[i].signature);
	return any;
}

static bool needs_attention(const struct proof *p)
{
	return !seals_hold(p) || p->v.result != VERIFY_RIGHT || is_unread(p) ||
	       first_back(&p->v.times, true) || p->v.times.ahead ||
	       !all_proved(&p->events) || !all_proved(&p->lines) ||
	       p->books.n_lost || p->books.n_gone ||
	       p->books.journal.state != CHAIN_WHOLE;
}

static int verify(struct proof *p)
{
	int ret = 0, swapped = 0;
	bool after_seal;

	progress_begin(_("Checking the register..."), 0);
	register_verify(p->reg, &p->v);
	progress_end();
	if (p->v.result != VERIFY_FAILED) {
		judge_events(p);
		p->journal_err = heads_hold(p->globals, p->options->file,
					    p->reg, p->lines.list, p->lines.n,
					    &p->books, &p->journal);
		find_swapped_lines(p);
		swapped = find_swapped_events(p);
		judge_signers(p, &p->events);
		judge_signers(p, &p->lines);
	}
	ret = register_exit_code(p->reg);
	if (!ret)
		ret = swapped;
	if (!ret && p->journal_err == -ENOMEM)
		ret = print_no_memory();
	if (ret)
		return ret;
	if (p->options->json)
		ret = print_json(p);
	else
		print_words(p);
	print_verification(&p->v);
	print_times(p->reg, &p->v.times);
	if (!p->journal_err)
		heads_warn(&p->books, p->journal, p->reg);
	after_seal = warn_of_seals(
		p, &p->events,
		/* TRANSLATORS: the seal, event, when it came, when it was made.
		 */
		_("%s: it vouches for event %lu of the register, which came at %s, and was made before that, at %s: one of the clocks was wrong, or the seal was dated back"));
	after_seal |= warn_of_seals(
		p, &p->lines,
		/* TRANSLATORS: the seal, line, when it came, when it was made.
		 */
		_("%s: it vouches for line %lu of the journal, which came at %s, and was made before that, at %s: one of the clocks was wrong, or the seal was dated back"));
	if (!ret && any_seal_failed(p))
		return EXIT_NOT_VALID;
	return !ret && (after_seal || needs_attention(p)) ? EXIT_ATTENTION
							  : ret;
}

int cmd_register_verify(const struct globals *globals,
			const struct register_options *o)
{
	struct proof p = { .globals = globals, .options = o };
	int ret = take_claims(&p);

	if (!ret)
		ret = register_require(globals, o->file, REGISTER_READ, &p.reg);
	if (!ret)
		ret = verify(&p);
	register_close(&p.reg);
	free_claims(&p.events);
	free_claims(&p.lines);
	for (size_t i = 0; i < p.n_seals; i++)
		seal_free(&p.seals[i]);
	free(p.seals);
	free(p.journal);
	return ret;
}
