/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* What no row may say. */
#include <ctype.h>
#include <errno.h>
#include <string.h>

#include "import_private.h"
#include "input/datafile.h"

#define DIGITS "0123456789"
#define N(a) (sizeof(a) / sizeof((a)[0]))

/* The first of each two cannot be after the second. */
static const char *const days[][2] = {
	{ "not_before", "not_after" },
	{ "from_date", "to_date" },
	{ "birth_date", "id_date" },
	{ "valid_date", "done_date" },
};

void import_check_days(struct import *in, const json_t *record)
{
	for (size_t i = 0; i < N(days); i++) {
		const char *first = import_text(record, days[i][0]);
		const char *second = import_text(record, days[i][1]);

		if (*first && *second && strcmp(first, second) > 0)
			import_refuse(in, days[i][1],
				      _("This day is before \"%s\"."),
				      field_find_any(days[i][0])->label);
	}
}

bool import_has_days(const json_t *row)
{
	for (size_t i = 0; i < N(days); i++)
		if (*import_text(row, days[i][0]) ||
		    *import_text(row, days[i][1]))
			return true;
	return false;
}

static size_t digits_before(const char *text, const char *at)
{
	size_t n = 0;

	while (at - n > text && isdigit((unsigned char)at[-1 - (long)n]))
		n++;
	return n;
}

static bool is_day_or_month(size_t n_digits)
{
	return n_digits == 1 || n_digits == 2;
}

/* Whether the @len digits are a year beside a month, or the number of a paper
 * before its symbol. */
static bool is_dated(const char *text, const char *digits, size_t len)
{
	const char *end = digits + len;

	if (len != 4)
		return false;
	if (*end == '/' && (isalpha((unsigned char)end[1]) || end[1] < 0))
		return true;
	if (*end && strchr("/-.", *end) &&
	    is_day_or_month(strspn(end + 1, DIGITS)))
		return true;
	return digits > text && strchr("/-.", digits[-1]) &&
	       is_day_or_month(digits_before(text, digits - 1));
}

static bool has_code(const char *text)
{
	const char *at = text;

	while (*(at += strcspn(at, DIGITS))) {
		size_t len = strspn(at, DIGITS);

		if (len >= 4 && !is_dated(text, at, len))
			return true;
		at += len;
	}
	return false;
}

/* Where officers write freely; digits alone, or words alone, are none. */
static void check_secrets(struct import *in, const json_t *row)
{
	static const char *const fields[] = { "note", "condition",
					      "accessories", "circumstances",
					      "received_reference" };

	for (size_t i = 0; i < N(fields); i++) {
		const char *text = import_text(row, fields[i]);
		int secret = 0;

		if (*text && has_code(text))
			secret = data_heading_is_secret(text);
		if (secret < 0)
			store_fail(register_store(in->reg), -ENOMEM);
		else if (secret)
			import_refuse(
				in, fields[i],
				_("This tells a password, a PIN or a PUK. There is no place for one in the register."));
	}
}

void import_check(struct import *in, const json_t *row)
{
	const char *state = import_text(row, "user_pin");

	import_check_days(in, row);
	check_secrets(in, row);
	if (*state && !record_is_pin_state(state))
		import_refuse(
			in, "user_pin",
			_("This must be one of: ok, count-low, final-try, locked, not-set, must-change, unknown."));
}
