/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include "condition_rules.h"

#include <errno.h>
#include <stdarg.h>
#include <stdio.h>

#include "base/date.h"
#include "base/i18n.h"
#include "base/text.h"

const char *condition_field(const struct checking *c, const char *name)
{
	const char *text = json_string_value(json_object_get(c->row, name));

	return text ? text : "";
}

static const char *print(struct arena *arena, const char *format, va_list args)
{
	char *text = NULL;
	va_list again;
	int len;

	va_copy(again, args);
	len = vsnprintf(NULL, 0, format, again);
	va_end(again);
	if (len >= 0)
		text = arena_alloc(arena, (size_t)len + 1);
	else
		arena->failed = true;
	if (text)
		(void)vsnprintf(text, (size_t)len + 1, format, args);
	return text;
}

struct violation *condition_violated(const struct checking *c,
				     const char *format, ...)
{
	struct violations *f = c->violations;
	struct violation *list;
	const char *text;
	va_list args;

	va_start(args, format);
	text = print(&f->arena, format, args);
	va_end(args);
	list = arena_grow(&f->arena, f->list, f->n, sizeof(*list));
	if (!text || !list)
		return NULL;
	f->list = list;
	list[f->n] = (struct violation){
		.rule = c->condition->rule,
		.article = c->condition->article,
		.text = text,
		.row = c->number,
	};
	return &list[f->n++];
}

const char *condition_printed(const struct checking *c, const char *format, ...)
{
	const char *text;
	va_list args;

	va_start(args, format);
	text = print(&c->violations->arena, format, args);
	va_end(args);
	return text ? text : "";
}

const char *condition_clean(const struct checking *c, const char *text)
{
	const char *cleaned = text_clean(&c->violations->arena, text);

	return cleaned ? cleaned : "";
}

const char *condition_who(const struct checking *c)
{
	static const char *const names[] = { "name", "certificate_serial",
					     "device_serial" };
	size_t i;

	for (i = 0; i < sizeof(names) / sizeof(names[0]); i++) {
		const char *name =
			condition_clean(c, condition_field(c, names[i]));

		if (name[0])
			return name;
	}
	if (c->number == 0)
		return _("the person whom the letter names");
	return condition_printed(c, _("row %zu"), c->number);
}

static void check_row(struct checking *c)
{
	static const struct condition always = { .rule = "plausible-days",
						 .article = "" };
	const struct procedure *p = c->procedure;

	for (size_t i = 0; i < p->n_conditions; i++) {
		c->condition = &p->conditions[i];
		condition_apply(c);
	}
	c->condition = &always;
	condition_check_days(c);
}

int conditions_check(const struct procedure *p, const json_t *dossier,
		     time_t now, struct violations *f)
{
	const json_t *rows = json_object_get(dossier, "subscribers");
	struct checking c = {
		.procedure = p,
		.rows = rows,
		.row = json_object_get(dossier, "contact"),
		.today = date_day(now),
		.violations = f,
	};

	check_row(&c);
	while (c.number < json_array_size(rows) && !f->arena.failed) {
		c.row = json_array_get(rows, c.number++);
		check_row(&c);
	}
	return f->arena.failed ? -ENOMEM : 0;
}

void violations_free(struct violations *f)
{
	arena_free(&f->arena);
	*f = (struct violations){ 0 };
}
