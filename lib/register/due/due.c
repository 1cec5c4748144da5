/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include "due.h"

#include <errno.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "base/text.h"
#include "due_private.h"

/* What is handed out when there is no memory. */
static struct due scrap;

const char *due_state_key(enum due_state state)
{
	static const char *const keys[] = { "overdue", "wrong", "today", "soon",
					    "open" };

	return keys[state];
}

const char *due_agency(void)
{
	return _("the agency");
}

/* A database may say what no register of ours would. */
static const char *keep(const struct due_context *f, const char *text)
{
	const char *kept = *text ? text_clean(&f->list->arena, text) : "";

	return kept ? kept : "";
}

const char *due_printf(const struct due_context *f, const char *format, ...)
{
	const char *kept = "";
	char *text = NULL;
	va_list args;
	int n;

	va_start(args, format);
	n = vasprintf(&text, format, args);
	va_end(args);
	if (n < 0) {
		f->list->arena.failed = true;
		return kept;
	}
	kept = keep(f, text);
	free(text);
	return kept;
}

/*
 * An agency that is given is looked up by it; else none is looked for. Unit and
 * holder are few enough to go through.
 */
#define OF_ANY " AND $1 = '' "
#define OF_ONE " AND \"s\".\"organization\" = $1 "
#define OF_WHICH                                \
	"AND ($2 = '' OR \"s\".\"unit\" = $2) " \
	"AND ($3 = '' OR \"s\".\"holder\" = $3) "

struct query *due_query(const struct due_context *f, const char *sql,
			const char *end)
{
	const struct due_question *question = f->question;
	const char *organization =
		question->organization ? question->organization : "";
	char *whole = NULL;
	struct query *q;

	if (asprintf(&whole, "%s%s%s%s", sql, *organization ? OF_ONE : OF_ANY,
		     OF_WHICH, end) < 0) {
		store_fail(f->store, -ENOMEM);
		whole = NULL;
	}
	q = store_query(f->store, whole ? whole : "");
	free(whole);
	query_put_text(q, organization);
	query_put_text(q, question->unit ? question->unit : "");
	query_put_text(q, question->holder ? question->holder : "");
	query_put_text(q, f->today);
	return q;
}

void due_tell_draft(const struct due_context *f, struct due *d, bool drafted)
{
	if (drafted)
		d->text = due_printf(
			f, _("%s (a letter for it is drafted, and not sent)"),
			d->text);
}

const char *due_new_agency(const struct due_context *f, struct query *q,
			   int column)
{
	return query_is_null(q, column)
		       ? _("the new agency")
		       : due_printf(f, "%s", query_text(q, column));
}

struct due *due_add(const struct due_context *f, const char *rule,
		    const char *article, struct query *row)
{
	struct due_list *list = f->list;
	struct due *grown =
		arena_grow(&list->arena, list->list, list->n, sizeof(*grown));
	struct due *d = grown ? &grown[list->n++] : &scrap;

	if (grown)
		list->list = grown;
	*d = (struct due){
		.rule = rule,
		.article = article,
		.state = DUE_OPEN,
		.day = DUE_NO_DAY,
		.device_serial = row ? keep(f, query_text(row, 0)) : "",
		.certificate_serial = row ? keep(f, query_text(row, 1)) : "",
		.name = row ? keep(f, query_text(row, 2)) : "",
		.organization = row ? keep(f, query_text(row, 4)) : "",
		.unit = row ? keep(f, query_text(row, 5)) : "",
		.who = due_agency(),
		.text = "",
		.command = ""
	};
	return d;
}

bool due_by(const struct due_context *f, struct due *d, long day)
{
	long left = day - f->question->today;

	d->day = day;
	d->state = left < 0 ? DUE_OVERDUE : left ? DUE_SOON : DUE_TODAY;
	if (left <= f->question->days || d == &scrap)
		return true;
	f->list->n--;
	return false;
}

/* As one word of a shell: serial numbers come from tokens and files. */
static const char *quote(const struct due_context *f, const char *text)
{
	const char *quoted = "'";

	if (text[strspn(text,
			"ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz"
			"0123456789._:/+-")] == '\0')
		return text;
	for (const char *end; (end = strchr(text, '\'')); text = end + 1)
		quoted = due_printf(f, "%s%.*s'\\''", quoted, (int)(end - text),
				    text);
	return due_printf(f, "%s%s'", quoted, text);
}

/* Where the document goes: each has its own, so that none is written over. */
static const char *output_of(const struct due_context *f, const char *what,
			     const char *serial)
{
	static const char plain[] =
		"abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789";
	const char *name = strchr(what, ' ');

	if (!name || strncmp(what, "register ", strlen("register ")) == 0)
		return "";
	if (!*serial || serial[strspn(serial, plain)])
		return due_printf(f, "-o %s.pdf", name + 1);
	return due_printf(f, "-o %s-%s.pdf", name + 1, serial);
}

const char *due_command(const struct due_context *f, const struct due *d,
			const char *what)
{
	bool token = *d->device_serial != '\0';
	const char *serial = token ? d->device_serial : d->certificate_serial;
	const char *output = output_of(f, what, serial);
	const char *blank = *output ? " " : "";

	if (token)
		return due_printf(f, "ckstoken %s --serial %s%s%s", what,
				  quote(f, serial), blank, output);
	if (*serial)
		return due_printf(f,
				  "ckstoken %s --set certificate_serial=%s%s%s",
				  what, serial, blank, output);
	return due_printf(f, "ckstoken %s%s%s", what, blank, output);
}

const char *due_command_for(const struct due_context *f, const struct due *d,
			    const char *what, const char *reason)
{
	return due_printf(f, "%s --reason %s", due_command(f, d, what),
			  quote(f, reason));
}

const char *due_command_for_new(const struct due_context *f,
				const struct due *d, const char *holder)
{
	return due_command(
		f, d,
		due_printf(f, "request new-%s", *holder ? holder : "person"));
}

const char *due_duty(const struct due_context *f, const char *name)
{
	const struct duty *duty = province_duty(f->question->province, name);

	return duty ? duty->article : NULL;
}

/* An article of the regulation; its number tells of which. */
const char *due_procedure(const struct due_context *f, const char *name)
{
	const struct province *province = f->question->province;
	const struct procedure *p = province_procedure(province, name);

	if (!p)
		return NULL;
	return due_printf(f, "%s (%s)", p->article,
			  province->regulation.number);
}

const struct condition *due_condition(const struct due_context *f,
				      const char *procedure, const char *rule)
{
	const struct procedure *p =
		province_procedure(f->question->province, procedure);

	for (size_t i = 0; p && i < p->n_conditions; i++)
		if (strcmp(p->conditions[i].rule, rule) == 0)
			return &p->conditions[i];
	return NULL;
}

const struct deadline *due_deadline(const struct due_context *f,
				    const char *procedure)
{
	const struct procedure *p =
		province_procedure(f->question->province, procedure);

	for (size_t i = 0; p && i < p->n_deadlines; i++)
		if (p->deadlines[i].days > 0)
			return &p->deadlines[i];
	return NULL;
}

long due_after(const struct due_context *f, long day, long n)
{
	int unsure = 0;
	long last = workdays_add(f->question->holidays, day, n, &unsure);

	if (unsure && !f->list->unsure_year)
		f->list->unsure_year = unsure;
	return last;
}

long due_day(struct query *q, int column)
{
	char text[DATE_SIZE] = "";
	long day;

	/* Of a moment the day counts. */
	(void)snprintf(text, sizeof(text), "%.10s", query_text(q, column));
	return date_read_iso(text, &day) ? day : DUE_NO_DAY;
}

static int by_urgency(const void *a, const void *b)
{
	const struct due *x = a, *y = b;
	int order = (x->state > y->state) - (x->state < y->state);

	if (!order)
		order = (x->day > y->day) - (x->day < y->day);
	if (!order)
		order = strcmp(x->organization, y->organization);
	if (!order)
		order = strcmp(x->name, y->name);
	if (!order)
		order = strcmp(x->device_serial, y->device_serial);
	if (!order)
		order = strcmp(x->certificate_serial, y->certificate_serial);
	if (!order)
		order = strcmp(x->rule, y->rule);
	return order ? order : strcmp(x->text, y->text);
}

int due_find(struct custody_register *reg, const struct due_question *question,
	     struct due_list *list)
{
	static void (*const rules[])(const struct due_context *f) = {
		due_expiring, due_hand_back,	  due_certificates,
		due_custody,  due_second_devices, due_leaving,
		due_losses,   due_locked,	  due_requests,
		due_reports,
	};
	static void (*const thorough[])(const struct due_context *f) = {
		due_own_keeping, due_deliveries, due_unknown,
		due_addresses,	 due_present,
	};
	struct due_context f = { register_store(reg), question, list, "" };

	date_iso(question->today, f.today);
	store_today(f.store, f.today);
	for (size_t i = 0; i < sizeof(rules) / sizeof(rules[0]); i++)
		rules[i](&f);
	for (size_t i = 0;
	     question->thorough && i < sizeof(thorough) / sizeof(thorough[0]);
	     i++)
		thorough[i](&f);
	if (list->n)
		qsort(list->list, list->n, sizeof(*list->list), by_urgency);
	return list->arena.failed ? -ENOMEM : 0;
}

void due_free(struct due_list *list)
{
	arena_free(&list->arena);
	memset(list, 0, sizeof(*list));
}
