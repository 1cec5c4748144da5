/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include <errno.h>
#include <stdlib.h>
#include <string.h>

#include "base/buffer.h"
#include "base/text.h"
#include "normalize.h"
#include "record_private.h"

void letter_fail(const struct letter *l)
{
	store_fail(register_store(l->reg), -ENOMEM);
}

/* As the register has it; takes @serial over. */
static json_t *whole_serial(json_t *serial)
{
	const char *text = json_string_value(serial);
	char *whole = text ? normalize_serial(text) : NULL;
	json_t *value = whole ? json_string(whole) : NULL;

	free(whole);
	if (!text)
		return serial;
	json_decref(serial);
	return value;
}

void letter_set(const struct letter *l, json_t *record, const char *name,
		const json_t *value)
{
	const struct field *f = field_find_any(name);
	const char *why = NULL;
	json_t *taken;

	if (!value || json_is_null(value))
		return;
	taken = field_accept(f, value, &why);
	if (taken && f->type == FIELD_SERIAL)
		taken = whole_serial(taken);
	if ((!taken && !why) || (taken && !json_is_null(taken) &&
				 json_object_set(record, name, taken)))
		letter_fail(l);
	json_decref(taken);
}

void letter_set_text(const struct letter *l, json_t *record, const char *name,
		     const char *text)
{
	json_t *value = text && *text ? json_string(text) : NULL;

	letter_set(l, record, name, value);
	json_decref(value);
}

void letter_put_record(const struct letter *l, enum record_kind kind,
		       json_t *record)
{
	if (record)
		(void)register_put(l->reg, kind, record, NULL);
	else
		letter_fail(l);
	json_decref(record);
}

/* "05" for "5": one digit alone could be made another. */
static void put_number(struct buffer *b, const char *number)
{
	number += strspn(number, "0");
	if (number[0] && !number[1])
		buffer_puts(b, "0");
	buffer_puts(b, number);
}

/* With a kind it is the agency's alone: BB-STC, of STC-VP. */
static void put_symbol(struct buffer *b, const char *symbol, const char *kind)
{
	size_t len = *kind ? strcspn(symbol, "-") : strlen(symbol);

	if (len)
		buffer_printf(b, "/%s%s%.*s", kind, *kind ? "-" : "", (int)len,
			      symbol);
}

char *letter_number(const struct letter *l, const char *kind)
{
	const char *given = dossier_text(l->dossier, "document.number");
	const char *number = given[strspn(given, "0 ")] ? given : "";
	struct arena arena = { 0 };
	const char *symbol =
		text_upper(&arena, dossier_text(l->dossier, "agency.symbol"));
	struct buffer b = { 0 };
	char *text = NULL;

	if (*number)
		put_number(&b, number);
	if (*number && symbol)
		put_symbol(&b, symbol, kind);
	buffer_put(&b, "", 1);
	if (symbol && !b.failed)
		text = strdup((const char *)b.data);
	if (!text)
		letter_fail(l);
	buffer_free(&b);
	arena_free(&arena);
	return text;
}

/* The length of "21/11/2026" there, or 0. */
static size_t day_length(const char *text)
{
	size_t len = 0;

	for (int i = 0; i < 3; i++) {
		size_t n = strspn(text + len, "0123456789");

		if (i < 2 ? n < 1 || n > 2 || text[len + n] != '/' : n != 4)
			return 0;
		len += n + (i < 2);
	}
	return len;
}

bool letter_day(const char *text, char day[LETTER_DAY_SIZE])
{
	static const struct field date = { .type = FIELD_DATE };

	for (; *text; text += strspn(text, "0123456789/")) {
		char written[LETTER_DAY_SIZE] = "";
		const char *why = NULL;
		json_t *value;
		size_t len;

		text += strcspn(text, "0123456789");
		len = day_length(text);
		if (!len)
			continue;
		memcpy(written, text, len);
		value = field_parse(&date, written, &why);
		if (json_is_string(value))
			memcpy(day, json_string_value(value), LETTER_DAY_SIZE);
		json_decref(value);
		if (value)
			return true;
	}
	return false;
}

bool letter_is_fresh(const char *procedure)
{
	return strncmp(procedure, "new-", 4) == 0;
}

bool letter_is_minutes(const char *procedure)
{
	static const char *const minutes[] = { "deliver", "return", "lost",
					       "keeper" };

	for (size_t i = 0; i < sizeof(minutes) / sizeof(minutes[0]); i++)
		if (strcmp(minutes[i], procedure) == 0)
			return true;
	return false;
}

struct letter_done letter_put(struct custody_register *reg,
			      const json_t *dossier, const char *channel)
{
	const char *procedure = dossier_text(dossier, "form.procedure");
	struct letter l = {
		.reg = reg,
		.dossier = dossier,
		.channel = channel,
		.fresh = letter_is_fresh(procedure),
	};

	if (letter_is_minutes(procedure))
		letter_put_minutes(&l);
	else
		letter_put_request(&l);
	return l.done;
}
