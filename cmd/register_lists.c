/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* "register list" of people, letters and agencies. */
#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "base/date.h"
#include "due_list.h"
#include "labels.h"
#include "message.h"
#include "pager.h"
#include "register/due/due.h"
#include "register/export.h"
#include "register/inventory.h"
#include "register_common.h"

/* A list that is being printed. */
struct listing {
	struct list_question question;
	struct query *q;
	struct due_rules rules; /* for letters; no province: none is known */
	int csv;
};

/* How a row stands. */
struct standing {
	const char *state; /* its name for programs */
	const char *words; /* for people, not translated */
	enum colour colour;
	char answer_by[DATE_SIZE]; /* of a letter, as the register has days */
};

static const struct standing standings[] = {
	{ .state = "draft", .words = N_("draft") },
	{ .state = "sent", .words = N_("sent") },
	{ .state = "overdue", .words = N_("overdue"), .colour = COLOUR_BAD },
	{ .state = "answered", .words = N_("answered"), .colour = COLOUR_GOOD },
	{ .state = "refused", .words = N_("refused"), .colour = COLOUR_WARN },
	{ .state = "moved", .words = N_("moved") },
	{ .state = "left", .words = N_("left") },
	{ .state = "leaving",
	  .words = N_("is leaving"),
	  .colour = COLOUR_WARN },
	{ .state = "has-token",
	  .words = N_("has a token"),
	  .colour = COLOUR_GOOD },
	{ .state = "no-token", .words = N_("no token") },
};

static struct standing standing_of(const char *state)
{
	for (size_t i = 0; i < sizeof(standings) / sizeof(standings[0]); i++)
		if (strcmp(standings[i].state, state) == 0)
			return standings[i];
	return (struct standing){ .state = "", .words = "" };
}

static const char *text_at(const struct listing *l, int more)
{
	return query_text(l->q, inventory_list_column(&l->question, more));
}

/* The column of the record. */
static const char *text_of(const struct listing *l, const char *name)
{
	const char *const *columns = record_types[l->question.kind].columns;
	int i = 0;

	while (strcmp(columns[i], name) != 0)
		i++;
	return query_text(l->q, i);
}

/* Which letters are overdue is as "register due" has it: asked for by a valid
 * request, and not done within the term of the regulation. */
static struct standing letter_standing(const struct listing *l)
{
	const char *state = text_at(l, LETTERS_STATE);
	bool waits =
		strcmp(state, "sent") == 0 || strcmp(state, "accepted") == 0;
	struct standing s = standing_of(
		strcmp(state, "accepted") == 0 ? "answered" : state);
	const struct deadline *deadline = NULL;
	struct workdays_term term;
	long valid;

	if (waits && l->rules.province)
		deadline = province_answer_deadline(
			l->rules.province, text_of(l, "procedure"),
			text_at(l, LETTERS_DEVICE_KIND));
	if (!deadline || !date_read_iso(text_of(l, "valid_date"), &valid))
		return s;
	term = workdays_add(l->rules.holidays, valid, deadline->days);
	if (l->question.today > term.latest)
		s = standing_of("overdue");
	date_iso(term.day, s.answer_by);
	return s;
}

static struct standing row_standing(const struct listing *l)
{
	switch (l->question.kind) {
	case RECORD_SUBSCRIBER:
		return standing_of(text_at(l, PEOPLE_STATE));
	case RECORD_REQUEST:
		return letter_standing(l);
	default:
		return standing_of("");
	}
}

/* 1. For programs */

/* What stands besides the columns of the record; tables have none of it, so
 * that "register import" reads them. */
static void write_more(struct row_writer *w, const struct listing *l,
		       const struct standing *s)
{
	static const struct {
		enum record_kind kind;
		int more;
		const char *name;
	} counts[] = {
		{ RECORD_SUBSCRIBER, PEOPLE_TOKENS, "tokens" },
		{ RECORD_AGENCY, AGENCIES_PEOPLE, "people" },
		{ RECORD_AGENCY, AGENCIES_TOKENS, "tokens" },
	};

	row_text(w, "state", s->state);
	row_text(w, "answer_by", s->answer_by);
	if (l->question.kind == RECORD_REQUEST)
		row_text(w, "agency", text_at(l, LETTERS_AGENCY));
	for (size_t i = 0; i < sizeof(counts) / sizeof(counts[0]); i++) {
		json_t *n;

		if (counts[i].kind != l->question.kind)
			continue;
		n = json_integer(query_number(
			l->q,
			inventory_list_column(&l->question, counts[i].more)));
		row_json(w, counts[i].name, n);
		json_decref(n);
	}
}

static int write_list(const struct globals *globals, struct listing *l,
		      size_t *n)
{
	const struct record_type *type = &record_types[l->question.kind];
	struct row_writer w = { .stream = stdout,
				.csv = l->csv,
				.for_excel = l->csv & CSV_FOR_EXCEL };
	char time[DATE_SIZE];

	date_vietnam(globals->now, time);
	writer_begin(&w);
	writer_member(&w, "time", time);
	writer_list(&w, type->list);
	if (l->csv) {
		row_begin(&w);
		row_text(&w, "", "record");
		for (size_t i = 0; type->columns[i]; i++)
			row_text(&w, "", type->columns[i]);
		row_end(&w);
	}
	for (; query_next(l->q); ++*n) {
		struct standing s = row_standing(l);

		row_begin(&w);
		if (l->csv)
			row_text(&w, "", type->name);
		for (int i = 0; type->columns[i]; i++)
			row_value(&w, field_find_any(type->columns[i]), l->q,
				  i);
		if (!l->csv)
			write_more(&w, l, &s);
		row_end(&w);
	}
	writer_list_end(&w);
	writer_end(&w);
	return writer_close(&w);
}

/* 2. For people */

static void add_text(struct table_out *table, const char *text)
{
	char *clean = cks_text_clean(text, strlen(text));

	if (!clean)
		table->failed = true;
	table_add(table, clean ? clean : "", COLOUR_NONE);
	free(clean);
}

/* A value of the record, in words. */
static void add_field(struct table_out *table, const struct listing *l,
		      const char *name)
{
	char room[LABEL_ROOM];
	const char *text = text_of(l, name);

	add_text(table,
		 *text ? register_value_label(field_find_any(name), text, room)
		       : "");
}

static void add_day(struct table_out *table, const char *text)
{
	char words[DATE_SIZE] = "";
	long day;

	if (date_read_iso(text, &day))
		date_dmy(day, words);
	table_add(table, words, COLOUR_NONE);
}

/* The day of the answer; of a letter that waits for one the day that it is due,
 * which nobody is to take for the other. */
static void add_answer(struct table_out *table, const char *answered,
		       const char *due)
{
	char words[DATE_SIZE] = "", text[2 * DATE_SIZE];
	long day;

	if (*answered || !date_read_iso(due, &day)) {
		add_day(table, answered);
		return;
	}
	(void)snprintf(text, sizeof(text), _("by %s"), date_dmy(day, words));
	table_add(table, text, COLOUR_NONE);
}

static void add_person(struct table_out *table, const struct listing *l)
{
	const char *unit = text_of(l, "unit");

	add_field(table, l, "name");
	add_field(table, l, "title");
	add_field(table, l, *unit ? "unit" : "organization");
	add_text(table, text_at(l, PEOPLE_TOKENS));
}

/* A draft has no number: it is named by that of its record. */
static void add_letter(struct table_out *table, const struct listing *l,
		       const struct standing *s)
{
	char name[48];

	(void)snprintf(name, sizeof(name), "request=%s", text_of(l, "request"));
	if (*text_of(l, "document_number"))
		add_field(table, l, "document_number");
	else
		add_text(table, name);
	add_field(table, l, "document_date");
	add_field(table, l, "procedure");
	add_text(table, text_at(l, LETTERS_AGENCY));
	add_answer(table, text_at(l, LETTERS_ANSWERED), s->answer_by);
}

static void add_row(struct table_out *table, const struct listing *l)
{
	struct standing s = row_standing(l);

	switch (l->question.kind) {
	case RECORD_SUBSCRIBER:
		add_person(table, l);
		break;
	case RECORD_REQUEST:
		add_letter(table, l, &s);
		break;
	default:
		add_field(table, l, "organization");
		add_field(table, l, "parent");
		add_text(table, text_at(l, AGENCIES_PEOPLE));
		add_text(table, text_at(l, AGENCIES_TOKENS));
		return;
	}
	table_add(table, _(s.words), s.colour);
}

/* 0 or -ENOMEM. */
static int print_list(struct listing *l, size_t *n)
{
	static const char *const headings[RECORD_KINDS][7] = {
		[RECORD_SUBSCRIBER] = { N_("NAME"), N_("TITLE"),
					N_("UNIT OR AGENCY"), N_("TOKENS"),
					N_("STATE") },
		[RECORD_REQUEST] = { N_("NUMBER"), N_("DATE"), N_("PROCEDURE"),
				     N_("FROM"), N_("ANSWER"), N_("STATE") },
		[RECORD_AGENCY] = { N_("AGENCY"), N_("ABOVE IT"), N_("PEOPLE"),
				    N_("TOKENS") },
	};
	const char *const *heading = headings[l->question.kind];
	struct table_out table;
	size_t n_columns = 0;

	while (heading[n_columns])
		n_columns++;
	pager_begin();
	table_init(&table, n_columns);
	for (; query_next(l->q); ++*n) {
		for (size_t i = 0; *n == 0 && i < n_columns; i++)
			table_add(&table, _(heading[i]), COLOUR_NONE);
		add_row(&table, l);
	}
	return table_print(&table) ? -ENOMEM : 0;
}

/* 3. The command */

static int ask(const struct globals *globals, const struct register_options *o,
	       struct custody_register *reg, struct listing *l)
{
	size_t n = 0;
	int error, ret;

	l->q = inventory_list(reg, &l->question);
	error = o->json || o->csv ? write_list(globals, l, &n)
				  : print_list(l, &n);
	ret = register_written(reg, error);
	if (!ret && !n) {
		print_error(_("the register has none of these"));
		register_place_suggest(reg, l->question.organization,
				       l->question.unit);
		ret = EXIT_NO_TOKEN;
	}
	return ret;
}

int register_list_kind(const struct globals *globals,
		       const struct register_options *o, enum record_kind kind)
{
	struct listing l = { .question = { .kind = kind,
					   .holder = o->holder,
					   .today = date_day(globals->now) },
			     .csv = o->csv };
	struct custody_register *reg = NULL;
	struct register_place place = { 0 };
	int ret = 0;

	if (kind == RECORD_REQUEST && globals->config.province)
		ret = due_rules_load(globals, NULL, &l.rules);
	else if (kind == RECORD_REQUEST)
		print_message(_(
			"which letters are overdue is not known without a province: name it under [province] in ckstoken.conf"));
	if (!ret)
		ret = register_require(globals, o->file, REGISTER_READ, &reg);
	if (!ret)
		ret = register_place_find(reg, o->organization, o->unit,
					  &place);
	l.question.organization = place.organization;
	l.question.unit = place.unit;
	if (!ret)
		ret = ask(globals, o, reg, &l);
	register_place_free(&place);
	register_close(&reg);
	due_rules_free(&l.rules);
	return ret;
}
