/* SPDX-License-Identifier: LGPL-2.1-or-later */
/*
 * A value that an officer wrote, for each of the fields: it is brought to the
 * form in which it is kept, which stays as it is from then on, or refused with
 * a sentence.
 */
#include <stdlib.h>
#include <string.h>

#include "base/date.h"
#include "fuzz.h"
#include "input/field.h"
#include "token/ckstoken.h"

static void check_kept(const struct field *f, const json_t *value)
{
	const char *why = NULL;
	json_t *again = field_accept(f, value, &why);

	HOLDS(again);
	HOLDS(json_equal(value, again));
	json_decref(again);
	if (!json_is_string(value))
		return;
	HOLDS(fuzz_is_clean(json_string_value(value)));
	again = field_parse(f, json_string_value(value), &why);
	HOLDS(again);
	HOLDS(json_equal(value, again));
	json_decref(again);
}

static void parse(const struct field *f, const char *text)
{
	const char *why = NULL;
	json_t *value = field_parse(f, text, &why);
	json_t *given = field_parse_given(f, text, &why);

	HOLDS((value != NULL) == (given != NULL));
	if (value)
		check_kept(f, value);
	else
		HOLDS(why && why[0]);
	json_decref(value);
	json_decref(given);
}

/* A day that is read and written is read the same. */
static void read_date(const char *text)
{
	char iso[DATE_SIZE];
	struct date date;
	long day;

	if (date_read(text, DATE_UTC_OFFSET, &date) != DATE_OK)
		return;
	HOLDS(date_start(date.day) <= date.time);
	HOLDS(date.time < date_start(date.day + 1));
	HOLDS(date_read_iso(date_iso(date.day, iso), &day));
	HOLDS(day == date.day);
	(void)date_dmy(date.day, iso);
	(void)date_vietnam(date.time, iso);
	HOLDS(date_read_iso(iso, &day) && day == date.day);
	(void)date_utc(date.time, iso);
	HOLDS(date_read_iso(iso, &day));
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	/* What is read has been found to be UTF-8. */
	char *text = cks_text_clean(data, size);
	const struct field *f;

	for (size_t i = 0; (f = field_at(i)); i++)
		parse(f, text);
	read_date(text);
	free(text);
	return 0;
}
