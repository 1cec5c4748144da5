/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* What documents take from the register, and what they put there. */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "base/arena.h"
#include "base/date.h"
#include "document_private.h"
#include "heads.h"
#include "input/dossier.h"
#include "message.h"
#include "register/inventory.h"
#include "register/match.h"
#include "register/names.h"
#include "register/normalize.h"
#include "register/prefill.h"
#include "register/record_document.h"
#include "token/ckstoken.h"

int document_open_register(struct document_job *job)
{
	int ret = register_use(job->globals, job->options->no_register,
			       REGISTER_READ, &job->event.reg);

	if (ret)
		print_error(_(
			"nothing was written; --no-register makes the document without the register"));
	return ret;
}

/* A row that was found by its name has that as the register spells it. 0 or an
 * exit code. */
static int spell_name(size_t number, json_t *row, const json_t *name)
{
	const char *typed = dossier_text(row, "name");

	if (strcmp(typed, json_string_value(name)) == 0)
		return 0;
	print_message(
		_("row %zu: \"%s\" is written as \"%s\", as the register has it"),
		number, typed, json_string_value(name));
	return json_object_set(row, "name", (json_t *)name) ? print_no_memory()
							    : 0;
}

/* Fills what the row leaves open; where it says otherwise, or the register has
 * something against it, that is told. */
static int look_up_row(struct custody_register *reg, size_t number, json_t *row,
		       json_t *known, struct prefill_question *question)
{
	bool by_name = match_is_by_name(row);
	json_t *facts, *value;
	const char *field;
	size_t i;
	int ret = 0;

	question->doubts = json_array();
	question->known = json_object();
	facts = prefill_of(reg, row, question);
	if (!facts || !question->doubts ||
	    json_array_append(known, question->known))
		ret = print_no_memory();
	json_object_foreach (facts, field, value) {
		const json_t *ours = json_object_get(row, field);

		if (ret)
			break;
		if (!ours || json_is_null(ours)) {
			if (json_object_set(row, field, value))
				ret = print_no_memory();
		} else if (by_name && strcmp(field, "name") == 0) {
			ret = spell_name(number, row, value);
		} else if (conflict_between(field, ours, value)) {
			print_register_conflict(number, field, ours, value);
		}
	}
	json_array_foreach (question->doubts, i, value)
		print_warning(_("row %zu: %s"), number,
			      json_string_value(value));
	json_decref(facts);
	json_decref(question->doubts);
	json_decref(question->known);
	return ret;
}

/* Letters that are read as a digit, as that. */
static char as_digit(char c)
{
	if (c == 'O' || c == 'o')
		return '0';
	if (c == 'I' || c == 'l')
		return '1';
	return c;
}

static bool look_alike(const char *a, const char *b)
{
	for (; *a && as_digit(*a) == as_digit(*b); a++)
		b++;
	return *a == *b;
}

/* That of the @n @known numbers which looks like @serial, unless one is it. */
static const char *find_alike(const char *serial, const char *const *known,
			      size_t n)
{
	const char *alike = NULL;

	for (size_t i = 0; i < n; i++) {
		if (!look_alike(serial, known[i]))
			continue;
		if (normalize_same_serial(serial, known[i]))
			return NULL;
		alike = known[i];
	}
	return alike;
}

/*
 * Tells of each token that neither is present nor on record, where one is whose
 * number looks the same: "CA0D000O" may be CA0D0000 with a letter for a digit.
 */
static int doubt_serials(const struct document_job *job, const json_t *rows,
			 const char *day)
{
	json_t *tokens = choices_tokens(job->event.reg, day);
	size_t n_present = job->scan ? cks_scan_n_tokens(job->scan) : 0;
	size_t n_rows = json_array_size(rows), n = 0;
	struct arena arena = { 0 };
	const char **known =
		arena_alloc(&arena, (json_array_size(tokens) + n_present + 1) *
					    sizeof(*known));

	for (size_t i = 0; known && i < n_present; i++)
		known[n++] = cks_token_serial(cks_scan_token(job->scan, i));
	for (size_t i = 0; known && i < json_array_size(tokens); i++)
		known[n++] = dossier_text(json_array_get(tokens, i),
					  "device_serial");
	for (size_t i = 0; i < n_rows && n > 0; i++) {
		const char *serial =
			dossier_text(json_array_get(rows, i), "device_serial");
		const char *alike = find_alike(serial, known, n);

		if (*serial && alike)
			print_warning(
				_("row %zu: no token %s is known, but %s is, which looks the same: O may stand for 0, or I for 1; check the number"),
				dossier_row_number(job->dossier, i), serial,
				alike);
	}
	json_decref(tokens);
	arena_free(&arena);
	return known ? 0 : print_no_memory();
}

int document_look_up(struct document_job *job)
{
	struct custody_register *reg = job->event.reg;
	json_t *rows = json_object_get(job->dossier, "subscribers");
	char day[DATE_SIZE];
	struct prefill_question question = { .procedure = job->kind->procedure,
					     .day = day };
	int ret = 0;

	if (!reg)
		return 0;
	date_iso(date_day(job->when), day);
	job->known = json_array();
	for (size_t i = 0; i < json_array_size(rows) && !ret; i++)
		ret = look_up_row(reg, dossier_row_number(job->dossier, i),
				  json_array_get(rows, i), job->known,
				  &question);
	if (!ret)
		ret = doubt_serials(job, rows, day);
	return ret ? ret : register_exit_code(reg);
}

/* The article by which a certificate is renewed once; "" where the regulation
 * has none. */
static const char *article_of_once(const struct document_job *job)
{
	const struct procedure *p = province_procedure(job->province, "renew");

	for (size_t i = 0; p && i < p->n_conditions; i++)
		if (strcmp(p->conditions[i].rule, "renewed-once") == 0)
			return p->conditions[i].article;
	return "";
}

static void print_asked_before(const struct document_job *job, size_t number,
			       const json_t *row,
			       const struct earlier_paper *paper)
{
	const char *article = article_of_once(job);
	bool once = *article && json_is_true(json_object_get(row, "renew"));
	const char *whose = dossier_text(row, "name");

	print_warning(
		_("row %zu (%s): the same was asked for before, by the letter %s of %s, request %lld in the register"),
		number, *whose ? whose : dossier_text(row, "device_serial"),
		*paper->number ? paper->number : "…",
		*paper->day ? paper->day : "…", (long long)paper->request);
	if (once)
		print_warning(
			_("a certificate is renewed only once (%s); sign this letter only if that one was not sent"),
			article);
}

/* Whoever numbers papers may have given this number to another; a number with
 * its symbol is that of one paper in a year. */
static void print_same_number(const struct earlier_paper *paper)
{
	if (paper->request)
		print_warning(
			_("the number %s is that of another letter, of %s (request %lld in the register); number and symbol are used once in a year (Decree 30/2020/NĐ-CP, Article 15.1)"),
			paper->number, paper->day, (long long)paper->request);
	else
		print_warning(
			_("the number %s is that of other minutes, of %s; number and symbol are used once in a year (Decree 30/2020/NĐ-CP, Article 15.1); if those are these, with a wrong token or day, take them back by \"ckstoken register undo\""),
			paper->number, paper->day);
}

/* True if the document gives a token to be used, or the power to. */
static bool is_for_use(const char *procedure)
{
	static const char *const procedures[] = { "deliver", "keeper",
						  "recover", "decision",
						  "permission" };

	for (size_t i = 0; i < sizeof(procedures) / sizeof(procedures[0]); i++)
		if (strcmp(procedures[i], procedure) == 0)
			return true;
	return false;
}

/* A token whose certificate has ended is handed back, and used no more. */
static void tell_ended(const struct document_job *job, size_t number,
		       const json_t *dossier, const json_t *row)
{
	const struct duty *duty = province_duty(job->province, "hand-back");
	const char *whose = dossier_text(row, "name");
	char words[DATE_SIZE];
	long end;

	if (!is_for_use(job->kind->procedure) ||
	    !prefill_has_ended(row, dossier_text(dossier, "document.date")) ||
	    !date_read_iso(dossier_text(row, "not_after"), &end))
		return;
	print_warning(
		_("row %zu (%s): the certificate ended on %s, so that the token is to be handed back (%s)"),
		number, *whose ? whose : dossier_text(row, "device_serial"),
		date_dmy(end, words),
		duty ? duty->article : job->province->code);
}

bool document_is_of_others(const struct document_job *job, size_t number,
			   const json_t *row, const char *format)
{
	const char *ours = dossier_text(job->dossier, "agency.name");
	const char *theirs = dossier_text(row, "organization");
	const char *whose = dossier_text(row, "name");

	/* Whoever moves asks by the new agency, and is still of the old one. */
	if (strcmp(job->kind->procedure, "change") == 0 || !*ours || !*theirs ||
	    !names_are_peers(theirs, ours))
		return false;
	print_warning(format, number,
		      *whose ? whose : dossier_text(row, "device_serial"),
		      theirs, ours);
	return true;
}

/* An agency asks, and decides, for its own people. */
static void tell_of_others(const struct document_job *job, size_t number,
			   const json_t *row)
{
	const char *command = job->kind->command;

	if ((command && strcmp(command, "request") == 0) ||
	    strcmp(job->kind->procedure, "decision") == 0)
		(void)document_is_of_others(
			job, number, row,
			_("row %zu (%s): the subscriber is of %s, and the document is of %s; each agency writes for its own"));
}

/* Tells of the papers in the register that may be the same. 0 or an exit
 * code. */
static int tell_papers(struct document_job *job)
{
	struct custody_register *reg = job->event.reg;
	struct earlier_paper paper;
	size_t i, k, number = 0;
	json_t *dossier, *row;

	if (!reg)
		return 0;
	job->n_events = register_n_events(reg);
	json_array_foreach (job->documents, i, dossier) {
		record_same_number(reg, dossier, &paper);
		if (paper.found)
			print_same_number(&paper);
		json_array_foreach (json_object_get(dossier, "subscribers"), k,
				    row) {
			number++;
			record_asked_before(reg, dossier, row, &paper);
			if (paper.found)
				print_asked_before(job, number, row, &paper);
		}
	}
	return register_exit_code(reg);
}

int document_doubt(struct document_job *job)
{
	size_t i, k, number = 0;
	json_t *dossier, *row;

	json_array_foreach (job->documents, i, dossier)
		json_array_foreach (json_object_get(dossier, "subscribers"), k,
				    row) {
			number++;
			tell_ended(job, number, dossier, row);
			tell_of_others(job, number, row);
		}
	return tell_papers(job);
}

static int begin(struct document_job *job, enum register_mode mode)
{
	const struct document_kind *kind = job->kind;
	const char *act = kind->act ? kind->act : kind->procedure;
	bool same = !kind->command || strcmp(kind->command, act) == 0;
	int ret;

	(void)snprintf(job->command, sizeof(job->command), "%s%s%s",
		       same ? "" : kind->command, same ? "" : " ", act);
	register_close(&job->event.reg);
	ret = register_event_begin(&job->event, job->globals,
				   job->options->no_register, mode,
				   job->command);
	/* A token and an authority may have taken minutes. */
	if (job->sign && !getenv("CKSTOKEN_NOW"))
		job->event.act.now = time(NULL);
	if (ret)
		print_error(_(
			"nothing was written; --no-register makes the document without the register"));
	return ret;
}

/* Another officer may have recorded a paper of this number since the register
 * was looked at; now none can. */
int document_record_begin(struct document_job *job)
{
	int ret = begin(job, REGISTER_CREATE);

	if (!ret && job->event.reg &&
	    register_n_events(job->event.reg) != job->n_events)
		ret = tell_papers(job);
	return ret;
}

/* The way the document is sent by, if an officer gave it: those that the
 * regulation allows do not tell which one is taken. */
static const char *channel_of(const struct document_job *job,
			      const json_t *dossier)
{
	const json_t *list = dossier_get(dossier, "document.channels");
	const struct procedure *p = job->procedure;

	for (size_t i = json_array_size(list); i-- > 0;) {
		const char *text = json_string_value(json_array_get(list, i));
		size_t k = 0;

		while (text && k < p->n_channels &&
		       strcmp(p->channels[k].words, text) != 0)
			k++;
		if (text && k == p->n_channels)
			return text;
	}
	return "";
}

/* True if a letter that asks for something says of no row whom it is about: it
 * is a form to be filled in, and nobody has asked for anything. */
static bool asks_for_nobody(const struct document_job *job,
			    const json_t *dossier)
{
	static const char *const whose[] = {
		"name",
		"id_number",
		"email",
		"device_serial",
		"device_label",
		"organization",
		"certificate_serial",
		"old_serial",
		"sim_phone",
	};
	const char *command = job->kind->command;
	const json_t *rows = dossier_get(dossier, "subscribers");

	if (!command || strcmp(command, "request") != 0)
		return false;
	for (size_t i = 0; i < json_array_size(rows); i++)
		for (size_t k = 0; k < sizeof(whose) / sizeof(whose[0]); k++)
			if (*dossier_text(json_array_get(rows, i), whose[k]))
				return false;
	return true;
}

static int record(struct document_job *job, const json_t *dossier)
{
	struct register_event *event = &job->event;
	struct recorded done;
	int ret;

	if (!event->reg)
		return 0;
	if (job->kind->needs_number &&
	    *dossier_text(dossier, "document.number") == '\0') {
		if (!job->was_tried)
			print_message(_(
				"the document has no number yet, so it is a draft, and the register has nothing of it; once it has one, make it again with --number, by the same options or from this paper by --data FILE"));
		return 0;
	}
	if (asks_for_nobody(job, dossier)) {
		print_message(_(
			"the letter names nobody yet, so it is a draft, and the register has nothing of it; make it again with --data FILE or --set NAME=TEXT"));
		return 0;
	}
	event->act.signed_by = job->signed_by;
	register_act_begin(event->reg, &event->act);
	done = record_document(event->reg, dossier, channel_of(job, dossier));
	register_act_end(event->reg);
	/* A paper is not to be there without its record. */
	ret = register_exit_code(event->reg);
	if (ret) {
		print_error(_("nothing was written"));
		return ret;
	}
	ret = job->was_tried && !done.n_later ? 0 : register_tell_again(&done);
	if (ret)
		return ret;
	job->n_recorded++;
	if (job->was_tried)
		return 0;
	if (strcmp(job->kind->procedure, "keeper") == 0 &&
	    !*dossier_text(dossier, "receiver.name"))
		print_warning(
			"%s",
			_("the minutes name nobody who receives the token, so the register has no new keeper of it; make them again with --receiver NAME"));
	if (done.n_unnamed)
		print_warning(
			Q_("%zu row names no token and is not recorded in the register",
			   "%zu rows name no token and are not recorded in the register",
			   done.n_unnamed),
			done.n_unnamed);
	if (done.n_gone)
		print_warning(
			Q_("%zu item that an earlier version of this letter asked for is left out of it, and the register has it as still asked for; its request is number %lld",
			   "%zu items that an earlier version of this letter asked for are left out of it, and the register has them as still asked for; its request is number %lld",
			   done.n_gone),
			done.n_gone, (long long)done.request);
	return 0;
}

int document_record(struct document_job *job, json_t *dossier)
{
	int ret = record(job, dossier);

	if (!ret && job->kind->bears_heads)
		ret = heads_put(dossier, job->globals, job->event.reg);
	return ret;
}

int document_record_all(struct document_job *job)
{
	json_t *dossier;
	size_t i;
	int ret = 0;

	json_array_foreach (job->documents, i, dossier)
		if (!ret)
			ret = record(job, dossier);
	return ret;
}

int document_record_try(struct document_job *job)
{
	int ret = begin(job, REGISTER_TRIAL);
	json_t *dossier;
	size_t i;

	json_array_foreach (job->documents, i, dossier)
		if (!ret && job->kind->bears_heads)
			ret = heads_put(dossier, job->globals, job->event.reg);
	if (!ret)
		ret = document_record_all(job);
	job->was_tried = job->event.reg != NULL;
	job->n_recorded = 0;
	(void)register_event_end(&job->event, ret ? ret : EXIT_REFUSED);
	return ret;
}

int document_record_end(struct document_job *job, int failed)
{
	bool any = job->event.reg && job->n_recorded > 0;
	int ret = failed ? failed : any ? 0 : EXIT_BAD_INPUT;

	ret = register_event_end(&job->event, ret);
	if (failed || !any)
		return failed;
	if (ret)
		print_error(_(
			"nothing was written, as the register could not record it; --no-register makes the document without the register"));
	return ret ? EXIT_CANNOT_WRITE : 0;
}
