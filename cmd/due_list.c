/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include "due_list.h"

#include <errno.h>
#include <stdio.h>
#include <string.h>
#include <unistd.h>

#include "base/date.h"
#include "base/error.h"
#include "json.h"
#include "message.h"
#include "pager.h"
#include "register_common.h"
#include "table.h"

int due_rules_load(const struct globals *globals, const char *province,
		   struct due_rules *rules)
{
	const char *name = province ? province : globals->config.province;
	struct error error = { 0 };
	int ret = province_load(name, &rules->province, &error);

	if (!ret)
		ret = workdays_load(&rules->holidays, &error);
	if (ret)
		print_error("%s", error_text(&error, ret));
	error_free(&error);
	if (ret)
		return ret == -ENOMEM ? EXIT_DEVICE : EXIT_BAD_INPUT;
	return 0;
}

void due_rules_free(struct due_rules *rules)
{
	province_free(&rules->province);
	workdays_free(&rules->holidays);
}

/* A misspelt name is refused: it would find nothing, and all would look well.
 */
static int check_place(struct custody_register *reg,
		       const struct due_question *question)
{
	struct query *q;
	bool found;

	if (!question->organization && !question->unit)
		return 0;
	q = store_query(register_store(reg),
			"SELECT 1 FROM \"subscribers\" WHERE "
			"($1 = '' OR \"organization\" = $1) AND "
			"($2 = '' OR \"unit\" = $2)");
	query_put_text(q, question->organization ? question->organization : "");
	query_put_text(q, question->unit ? question->unit : "");
	found = query_next(q);
	query_end(q);
	if (found || store_error(register_store(reg)))
		return 0;
	print_error(
		_("nobody in the register belongs to \"%s\"; write it as the register does"),
		question->unit ? question->unit : question->organization);
	register_place_suggest(reg, question->organization, question->unit);
	return EXIT_BAD_INPUT;
}

int due_ask(struct custody_register *reg, const struct due_question *question,
	    struct due_list *list)
{
	int rc, ret = check_place(reg, question);

	if (ret)
		return ret;
	rc = due_find(reg, question, list);
	ret = register_exit_code(reg);
	if (ret)
		return ret;
	if (rc)
		return print_no_memory();
	return 0;
}

void due_count(const struct due_list *list, size_t counts[DUE_STATES])
{
	for (size_t i = 0; i < DUE_STATES; i++)
		counts[i] = 0;
	for (size_t i = 0; i < list->n; i++)
		counts[list->list[i].state]++;
}

bool due_is_pressing(const struct due_list *list)
{
	size_t counts[DUE_STATES];

	due_count(list, counts);
	return counts[DUE_OVERDUE] + counts[DUE_WRONG] > 0;
}

/* An item as data: its day, and those that it may be instead; and its words. */
struct shown {
	char day[DATE_SIZE], earliest[DATE_SIZE], latest[DATE_SIZE];
	struct due_text text;
};

struct member {
	const char *name, *text;
};

#define MEMBERS 15

/* The last is of lists that are of machines. */
static size_t n_members(const struct due_list *list)
{
	return list->of_machines ? MEMBERS : MEMBERS - 1;
}

static void members_of(const struct due *d, const struct shown *shown,
		       struct member members[MEMBERS])
{
	const struct member all[MEMBERS] = {
		{ "state", due_state_name(d->state) },
		{ "due", shown->day },
		{ "rule", due_rule_name(d->rule) },
		{ "device_serial", d->device_serial },
		{ "certificate_serial", d->certificate_serial },
		{ "name", d->name },
		{ "organization", d->organization },
		{ "unit", d->unit },
		{ "who", shown->text.who },
		{ "what", shown->text.what },
		{ "article", d->article },
		{ "command", shown->text.command },
		{ "earliest", shown->earliest },
		{ "latest", shown->latest },
		{ "host", d->host ? d->host : "" },
	};

	memcpy(members, all, sizeof(all));
}

static void show(const struct globals *globals, struct arena *arena,
		 enum i18n_language language, const struct due *d,
		 struct shown *shown)
{
	shown->day[0] = shown->earliest[0] = shown->latest[0] = '\0';
	if (d->day != DUE_NO_DAY)
		date_iso(d->day, shown->day);
	if (d->term.earliest != d->term.latest) {
		date_iso(d->term.earliest, shown->earliest);
		date_iso(d->term.latest, shown->latest);
	}
	due_text(globals, arena, language, d, &shown->text);
}

/* One item, with sentences in @language; NULL: memory. */
static json_t *json_of_due(const struct globals *globals,
			   const struct due_list *list, size_t at,
			   enum i18n_language language)
{
	const struct due *d = &list->list[at];
	json_t *o = json_object();
	struct member members[MEMBERS];
	struct arena arena = { 0 };
	struct shown shown;

	show(globals, &arena, language, d, &shown);
	members_of(d, &shown, members);
	for (size_t i = 0; i < n_members(list); i++) {
		const char *text = members[i].text;

		json_object_set_new(o, members[i].name,
				    *text ? json_string(text) : json_null());
	}
	if (arena.failed) {
		json_decref(o);
		o = NULL;
	}
	arena_free(&arena);
	return o;
}

json_t *due_json(const struct due_list *list, enum i18n_language language)
{
	static const struct globals none = { .program = "ckstoken" };
	json_t *array = json_array();

	for (size_t i = 0; i < list->n; i++)
		if (json_array_append_new(
			    array, json_of_due(&none, list, i, language))) {
			json_decref(array);
			return NULL;
		}
	return array;
}

void due_put_json(const struct globals *globals, struct json_document *document,
		  const char *name, const struct due_list *list)
{
	json_document_list(document, name);
	for (size_t i = 0; i < list->n; i++)
		json_document_add(document,
				  json_of_due(globals, list, i, i18n_chosen()));
	json_document_list_end(document);
}

int due_print_csv(const struct globals *globals, const struct due_list *list)
{
	const struct due none = { 0 };
	struct member members[MEMBERS];
	struct arena arena = { 0 };
	struct shown shown = { 0 };
	enum i18n_language language =
		csv_is_for_excel() ? I18N_VIETNAMESE : i18n_chosen();
	int ret = 0;

	members_of(&none, &shown, members);
	for (size_t k = 0; k < n_members(list); k++)
		csv_field(members[k].name);
	csv_end();
	for (size_t i = 0; i < list->n; i++) {
		show(globals, &arena, language, &list->list[i], &shown);
		members_of(&list->list[i], &shown, members);
		for (size_t k = 0; k < n_members(list); k++)
			csv_field(members[k].text);
		csv_end();
	}
	if (arena.failed)
		ret = print_no_memory();
	arena_free(&arena);
	return ret;
}

#define DUE_INDENT 6

/* Each line is whole where a program reads it, and on a terminal no wider than
 * that is; the lines after the first are behind @further blanks. */
static void print_line(const char *text, size_t indent, size_t further)
{
	printf("%*s", (int)indent, "");
	if (screen_width(STDOUT_FILENO))
		print_wrapped(text, indent, further);
	else
		puts(text);
}

static const char *head_of(struct arena *arena, const struct due *d)
{
	const char *place = *d->unit ? d->unit : d->organization;
	const char *text;
	char day[DATE_SIZE] = "-";

	if (d->day != DUE_NO_DAY)
		date_dmy(d->day, day);
	text = arena_format(arena, "%-10s", day);
	if (d->term.earliest < d->term.day)
		text = arena_format(
			arena, "%s%s", text,
			arena_format(arena, _(" or %s"),
				     date_dmy(d->term.earliest, day)));
	if (d->term.latest > d->term.day)
		text = arena_format(
			arena, "%s%s", text,
			arena_format(arena, _(" or %s"),
				     date_dmy(d->term.latest, day)));
	if (*d->device_serial)
		text = arena_format(arena, "%s  %s", text, d->device_serial);
	if (*d->name)
		text = arena_format(arena, "%s  %s", text, d->name);
	if (*place)
		text = arena_format(arena, "%s (%s)", text, place);
	if (d->host && *d->host)
		text = arena_format(
			arena, "%s%s", text,
			arena_format(arena, _(", seen on %s"), d->host));
	return text;
}

int due_print_text(const struct globals *globals, const struct due_list *list)
{
	enum i18n_language language = i18n_chosen();
	struct arena arena = { 0 };
	int ret = 0;

	pager_begin();
	for (size_t i = 0; i < list->n; i++) {
		const struct due *d = &list->list[i];
		const char *before = i ? due_state_label(language, d - 1) : "";
		const char *label = due_state_label(language, d);
		struct due_text text;

		due_text(globals, &arena, language, d, &text);
		if (strcmp(label, before) != 0)
			printf("%s%s:\n", i ? "\n" : "", label);
		print_line(head_of(&arena, d), 2, DUE_INDENT);
		print_line(text.what, DUE_INDENT, DUE_INDENT);
		print_line(arena_format(&arena, "%s%s%s", text.who,
					*d->article ? "; " : "", d->article),
			   DUE_INDENT, DUE_INDENT);
		if (*text.command)
			print_line(arena_format(&arena, "$ %s", text.command),
				   DUE_INDENT, DUE_INDENT + 4);
	}
	if (arena.failed)
		ret = print_no_memory();
	arena_free(&arena);
	return ret;
}

/* register due */

static int print_json(const struct globals *globals,
		      const struct due_rules *rules,
		      const struct due_list *list)
{
	struct json_document document = { 0 };
	char time[DATE_SIZE];

	date_vietnam(globals->now, time);
	json_document_put(&document, "version", json_integer(1));
	json_document_put(&document, "time", json_string(time));
	json_document_put(&document, "province",
			  json_string(rules->province->code));
	json_document_put(&document, "regulation",
			  json_string(rules->province->regulation.number));
	due_put_json(globals, &document, "due", list);
	return json_document_print(&document);
}

/* Kinds of documents are few. */
#define MAX_KINDS 16

/* Several that one kind of document is for need not have one each. */
static void print_at_once(const struct globals *globals,
			  const struct due_list *list, int days)
{
	struct kind {
		const char *command, *procedure;
		size_t n;
	} kinds[MAX_KINDS] = { { .n = 0 } };
	size_t n = 0;

	for (size_t i = 0; i < list->n; i++) {
		const struct due *d = &list->list[i];
		bool request = d->step == DUE_WRITE_REQUEST;
		size_t k = 0;

		if ((!request && d->step != DUE_WRITE_HANDOVER) ||
		    d->actor == DUE_NEW_AGENCY)
			continue;
		while (k < n && strcmp(kinds[k].procedure, d->procedure) != 0)
			k++;
		if (k == MAX_KINDS)
			continue;
		n += k == n;
		kinds[k].command = request ? "request" : "handover";
		kinds[k].procedure = d->procedure;
		kinds[k].n++;
	}
	for (size_t k = 0; k < n; k++)
		if (kinds[k].n > 1)
			print_message(
				_("one document for all %zu: %s %s %s --due %d -o %s.pdf"),
				kinds[k].n, globals->program, kinds[k].command,
				kinds[k].procedure, days, kinds[k].procedure);
}

static int print(const struct globals *globals,
		 const struct register_options *o,
		 const struct due_rules *rules, const struct due_list *list)
{
	int ret = 0;

	if (o->json)
		ret = print_json(globals, rules, list);
	else if (o->csv) {
		csv_choose(o->csv);
		ret = due_print_csv(globals, list);
	} else
		ret = due_print_text(globals, list);
	if (!ret && !o->json && !o->csv && !list->n)
		print_message(
			Q_("nothing is overdue, and nothing is due within %d day",
			   "nothing is overdue, and nothing is due within %d days",
			   (unsigned long)o->days),
			o->days);
	if (!ret && !o->json && !o->csv && !o->organization && !o->unit &&
	    !o->holder)
		print_at_once(globals, list, o->days);
	if (!ret && due_is_pressing(list))
		ret = EXIT_ATTENTION;
	return ret;
}

/* The kind of holder as the register has it, however it is written. A wrong one
 * is refused: it would find nothing, and all would look well. */
static int read_holder(const char *text, json_t **key)
{
	const char *why = NULL;

	if (!text)
		return 0;
	*key = field_parse(field_find_any("holder"), text, &why);
	if (json_is_string(*key))
		return 0;
	print_error("--holder %s: %s", text,
		    why ? why : cks_strerror(CKS_ERR_MEMORY));
	return EXIT_USAGE;
}

int cmd_register_due(const struct globals *globals,
		     const struct register_options *o)
{
	struct due_rules rules = { 0 };
	struct due_list list = { 0 };
	struct custody_register *reg = NULL;
	struct due_question question = {
		.today = date_day(globals->now),
		.days = o->days,
	};
	struct register_place place = { 0 };
	json_t *holder = NULL;
	int ret = read_holder(o->holder, &holder);

	if (!ret)
		ret = due_rules_load(globals, o->province, &rules);
	if (!ret)
		ret = register_require(globals, o->file, REGISTER_READ, &reg);
	question.holder = json_string_value(holder);
	question.province = rules.province;
	question.holidays = rules.holidays;
	if (!ret)
		ret = register_place_find(reg, o->organization, o->unit,
					  &place);
	question.organization = place.organization;
	question.unit = place.unit;
	if (!ret)
		ret = due_ask(reg, &question, &list);
	if (!ret)
		ret = print(globals, o, &rules, &list);
	due_free(&list);
	register_place_free(&place);
	register_close(&reg);
	due_rules_free(&rules);
	json_decref(holder);
	return ret;
}
