/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* What becomes of a request for recovery. */
#include <ctype.h>
#include <stdlib.h>
#include <string.h>

#include "record_private.h"
#include "token/ckstoken.h"

static const char *skip_blanks(const char *text)
{
	return text + strspn(text, " ");
}

/* The end of @number at the beginning of @text, whatever the blanks; NULL: it
 * does not stand there. */
static const char *match(const char *text, const char *number)
{
	text += strspn(text, "0");
	number += strspn(number, "0 ");
	for (number = skip_blanks(number); *number;
	     number = skip_blanks(number + 1)) {
		text = skip_blanks(text);
		if (*text++ != *number)
			return NULL;
	}
	return text;
}

/* "/STC" goes on, and so does "-VP", but not a dash between blanks. */
static bool goes_on(const char *text)
{
	const char *next = skip_blanks(text);

	if (isalnum((unsigned char)*text) || *next == '/')
		return true;
	return *next == '-' && (next == text || next[1] != ' ');
}

/* Whether the folded @number stands in the folded @text, and not as a part of
 * another or of a day. */
static bool stands_in(const char *text, const char *number)
{
	if (!number[strspn(number, "0 ")])
		return false;
	for (const char *at = text; *at; at++) {
		const char *end = NULL;

		if (at == text ||
		    (!isalnum((unsigned char)at[-1]) && at[-1] != '/'))
			end = match(at, number);
		if (end && !goes_on(end))
			return true;
	}
	return false;
}

/* 05/STC-VP, 5/stc-vp and 5 / STC-VP are one number. */
static bool cites(const char *text, const char *number)
{
	char *x = cks_text_fold(text), *y = cks_text_fold(number);
	bool found = x && y && stands_in(x, y);

	free(x);
	free(y);
	return found;
}

json_int_t letter_cited(struct custody_register *reg, const char *serial,
			const char *authority)
{
	char day[LETTER_DAY_SIZE];
	bool dated = letter_day(authority, day);
	json_int_t found = 0;
	struct query *q = store_query(
		register_store(reg),
		"SELECT \"request\", \"document_number\", "
		"coalesce(\"document_date\", '') FROM \"requests\" WHERE "
		"\"procedure\" = 'recover' AND \"document_number\" IS NOT NULL "
		"AND \"request\" IN (SELECT \"request\" FROM \"items\" WHERE "
		"\"device_serial\" = $1) ORDER BY \"request\" DESC");

	query_put_text(q, serial);
	while (!found && query_next(q))
		if (cites(authority, query_text(q, 1)) &&
		    (!dated || strcmp(day, query_text(q, 2)) == 0))
			found = (json_int_t)query_number(q, 0);
	query_end(q);
	return found;
}

static bool is_done(struct custody_register *reg, json_int_t request)
{
	struct query *q = store_query(
		register_store(reg),
		"SELECT 1 FROM \"items\" \"i\" WHERE \"i\".\"request\" = $1 "
		"AND \"i\".\"device_serial\" IS NOT NULL AND NOT EXISTS "
		"(SELECT 1 FROM \"unblocks\" \"u\" WHERE \"u\".\"request\" = "
		"$1 AND \"u\".\"device_serial\" = \"i\".\"device_serial\" AND "
		"\"u\".\"result\" = 'ok')");
	bool done;

	query_put_number(q, request);
	done = !query_next(q);
	query_end(q);
	return done;
}

void letter_restored(struct custody_register *reg, json_int_t request,
		     const char *day)
{
	const struct letter l = { .reg = reg };
	json_t *number = json_integer(request);
	json_t *record = json_object();

	letter_set(&l, record, "request", number);
	letter_set_text(&l, record, "outcome", "accepted");
	if (is_done(reg, request))
		letter_set_text(&l, record, "done_date", day);
	letter_put_record(&l, RECORD_REQUEST, record);
	json_decref(number);
}
