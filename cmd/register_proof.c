/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* The findings of "register verify", for people and for programs. */
#include "register_proof.h"

#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "input/dossier.h"
#include "json.h"
#include "labels.h"
#include "message.h"
#include "verify.h"

bool claim_is_proved(const struct head_claim *claim)
{
	return claim->result == HEAD_PROVED || claim->result == HEAD_SEEN ||
	       claim->result == HEAD_AGREES;
}

/* The seal of which the head @i is, that came later than it; NULL: none. */
static const struct seal *seal_before(const struct proof *p,
				      const struct claims *claims, size_t i,
				      const char **came, char made[DATE_SIZE])
{
	for (size_t k = 0; k < p->n_seals; k++)
		if (claims->papers[i] == p->seals[k].path &&
		    seal_is_before(&p->seals[k], &claims->list[i], came, made))
			return &p->seals[k];
	return NULL;
}

static const char *const result_keys[] = {
	[VERIFY_RIGHT] = "right",   [VERIFY_CHANGED] = "changed",
	[VERIFY_CUT] = "cut",	    [VERIFY_UNREADABLE] = "unreadable",
	[VERIFY_TABLES] = "tables", [VERIFY_OTHERWISE] = "otherwise",
};

/* The first event that is before the one before, by either time, or of those
 * that nobody has explained; 0: none. */
unsigned long proof_first_back(const struct event_times *times, bool open)
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

/* A journal may be none; one that could not be read is told. */
bool proof_is_unread(const struct proof *p)
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

	if (!proof_is_unread(p))
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
	set_event(o, "first_event_back_in_time",
		  proof_first_back(&v->times, false));
	set_event(o, "first_event_back_unexplained",
		  proof_first_back(&v->times, true));
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

/* An explained step back stays told. */
static void print_explained(struct custody_register *reg,
			    const struct event_times *times)
{
	json_t *event = register_event_read(reg, times->explained_by);
	const char *why = dossier_text(event, "reason");
	char *clean = cks_text_clean(why, strlen(why));

	print_message(
		_("time went back at event %lu and perhaps later; event %lu explains it: %s"),
		proof_first_back(times, false), times->explained_by,
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
	if (times->ahead || proof_first_back(times, true))
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

/* Papers are told by name, with the beginning of the code as they have it. */
static void print_claims(const struct claims *claims, bool of_journal,
			 unsigned long n_entries)
{
	for (size_t i = 0; i < claims->n; i++) {
		const struct head_claim *claim = &claims->list[i];
		const char *paper = claims->papers[i];
		bool agrees = claim_is_proved(claim) ||
			      claim->result == HEAD_UNVOUCHED;
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

/* A journal that is not there is told, and is no fault. */
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

/* The role of an agency cannot prove what it cannot see. */
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
	if (proof_is_unread(p)) {
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

int proof_print(const struct proof *p, bool *dated_back)
{
	int ret = 0;

	if (p->options->json)
		ret = print_json(p);
	else
		print_words(p);
	print_verification(&p->v);
	print_times(p->reg, &p->v.times);
	if (!p->journal_err)
		heads_warn(&p->books, p->journal, p->reg);
	*dated_back = warn_of_seals(
		p, &p->events,
		/* TRANSLATORS: the seal, event, when it came, when it was made.
		 */
		_("%s: it vouches for event %lu of the register, which came at %s, and was made before that, at %s: one of the clocks was wrong, or the seal was dated back"));
	*dated_back |= warn_of_seals(
		p, &p->lines,
		/* TRANSLATORS: the seal, line, when it came, when it was made.
		 */
		_("%s: it vouches for line %lu of the journal, which came at %s, and was made before that, at %s: one of the clocks was wrong, or the seal was dated back"));
	return ret;
}
