/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* Tokens that are plugged in, compared with the register. */
#include <errno.h>
#include <stdlib.h>
#include <string.h>

#include "due_private.h"
#include "register/certificate.h"
#include "register/due/due.sql.h"
#include "register/normalize.h"

/* A token that is plugged in. */
struct here {
	const json_t *row;  /* its first row; the others follow */
	const char *serial; /* the serial number as the register spells it; NULL
			       if it has no such token */
};

static const char *text_of(const json_t *row, const char *field)
{
	const char *text = json_string_value(json_object_get(row, field));

	return text ? text : "";
}

static bool is_same(const json_t *row, const char *field, const char *text)
{
	return strcmp(text_of(row, field), text) == 0;
}

/* An item about the token of the row. */
static struct due *tell(const struct due_context *f, const json_t *row,
			enum due_rule rule)
{
	struct due *d = due_add(f, rule, NULL);

	d->device_serial = due_keep(f, text_of(row, "device_serial"));
	d->certificate_serial = due_keep(f, text_of(row, "certificate_serial"));
	d->name = due_keep(f, text_of(row, "name"));
	d->organization = due_keep(f, text_of(row, "organization"));
	d->unit = due_keep(f, text_of(row, "unit"));
	return d;
}

static void tell_to_record(const struct due_context *f, const json_t *row,
			   enum due_rule rule)
{
	tell(f, row, rule)->step = DUE_RECORD_TOKEN;
}

/* Readers differ in how they spell hexadecimal. */
static const char *spelled(const struct due_context *f, const json_t *row)
{
	char *spelled =
		register_token_spelled(f->store, text_of(row, "device_serial"));
	const char *serial = spelled ? due_keep(f, spelled) : NULL;

	free(spelled);
	return serial;
}

/* True if a token that the register does not have is of those asked about. */
static bool is_asked_about(const struct due_context *f, const json_t *row)
{
	const struct due_question *question = f->question;

	return (!question->organization ||
		is_same(row, "organization", question->organization)) &&
	       (!question->unit || is_same(row, "unit", question->unit));
}

/* Columns after those of the subscriber. */
enum {
	RETURNED = DUE_WHOSE_COLUMNS,
	IS_LOST,
	IS_ASKED,
};

static struct query *select_token(const struct due_context *f,
				  const char *serial)
{
	struct query *q = due_query(f, sql_due_present, "");

	query_put_text(q, serial);
	return q;
}

static void tell_locked(const struct due_context *f, const json_t *row,
			long long state)
{
	bool asked = state == DUE_ASKED;
	struct due *d;

	if (!is_same(row, "user_pin", "locked"))
		return;
	d = tell(f, row, asked ? DUE_LOCKED_ASKED : DUE_LOCKED_HERE);
	if (state == DUE_ONLY_DRAFTED)
		due_put_number(d, DUE_DRAFTED, 1);
	if (!asked)
		due_request(d, "recover");
}

static void check_registered(const struct due_context *f, const json_t *row,
			     struct query *q)
{
	if (!query_is_null(q, RETURNED))
		due_put_day(tell(f, row, DUE_RETURNED_HERE), DUE_RETURNED_DATE,
			    due_day(q, RETURNED));
	else if (query_number(q, IS_LOST))
		tell_to_record(f, row, DUE_LOST_HERE);
	tell_locked(f, row, query_number(q, IS_ASKED));
}

/* Finds the token in the register, and adds an item if it should not be here.
 * False if the question is not about it, or nothing else can be checked. */
static bool check_token(const struct due_context *f, struct here *h)
{
	struct query *q;
	bool found;

	h->serial = spelled(f, h->row);
	if (!h->serial) {
		if (!is_asked_about(f, h->row))
			return false;
		tell_to_record(f, h->row, DUE_UNREGISTERED);
		tell_locked(f, h->row, 0);
		return true;
	}
	q = select_token(f, h->serial);
	found = query_next(q);
	if (found)
		check_registered(f, h->row, q);
	query_end(q);
	return found;
}

/* Columns of the query for certificates. */
enum {
	CERTIFICATE_TOKEN,
	CERTIFICATE_END,
	CERTIFICATE_OFFICIAL,
};

static struct query *select_certificate(const struct due_context *f,
					const json_t *row)
{
	struct query *q = store_query(f->store, sql_due_present_certificate);

	query_put_text(q, text_of(row, "certificate_serial"));
	return q;
}

/* Checks that the register has the certificate on the same token and with the
 * same last day. */
static void compare(const struct due_context *f, const struct here *h,
		    const json_t *row, struct query *q)
{
	long here = DUE_NO_DAY, there = due_day(q, CERTIFICATE_END);
	struct due *d;

	if (query_is_null(q, CERTIFICATE_TOKEN)) {
		tell_to_record(f, row, DUE_CERTIFICATE_NOWHERE);
	} else if (strcmp(query_text(q, CERTIFICATE_TOKEN), h->serial) != 0) {
		d = tell(f, row, DUE_CERTIFICATE_ELSEWHERE);
		due_put_text(f, d, DUE_DEVICE_SERIAL,
			     query_text(q, CERTIFICATE_TOKEN));
	} else if (date_read_iso(text_of(row, "not_after"), &here) &&
		   there != DUE_NO_DAY && here != there) {
		d = tell(f, row, DUE_CERTIFICATE_END);
		due_put_day(d, DUE_NOT_AFTER, here);
		due_put_day(d, DUE_REGISTERED_END, there);
	}
}

/* True if the certificate of the row is past its last day. */
static bool is_over(const struct due_context *f, const json_t *row)
{
	const char *end = text_of(row, "not_after");

	return *end && strcmp(end, f->today) < 0;
}

/* True if @row is the one of two certificates that counts. */
static bool ends_after(const json_t *row, const json_t *other)
{
	int order =
		strcmp(text_of(row, "not_after"), text_of(other, "not_after"));

	return order ? order > 0
		     : strcmp(text_of(row, "certificate_serial"),
			      text_of(other, "certificate_serial")) > 0;
}

/* True if a certificate on the same token ends later; the register goes by the
 * same. */
static bool has_other(const struct due_context *f, const json_t *over)
{
	const char *token = text_of(over, "device_serial");
	size_t i;
	json_t *row;

	json_array_foreach (f->question->present, i, row)
		if (is_same(row, "device_serial", token) &&
		    *text_of(row, "certificate_serial") &&
		    ends_after(row, over))
			return true;
	return false;
}

/*
 * A certificate that has expired, and whose end the register does not know, so
 * that no other rule tells of it. It may be left over from before a renewal:
 * then another is on the token.
 */
static void tell_expired(const struct due_context *f, const json_t *row)
{
	struct due *d;
	long end;

	if (!date_read_iso(text_of(row, "not_after"), &end) ||
	    has_other(f, row))
		return;
	d = tell(f, row, DUE_HAND_BACK_EXPIRED);
	due_set_term(f, d, due_on(f, end));
	due_put_day(d, DUE_NOT_AFTER, end);
	due_handover(d, "return");
}

/* True if the register has it without its number. */
static bool is_awaited(const struct due_context *f, const struct here *h,
		       const json_t *row)
{
	json_t *fields =
		json_pack("{s:s, s:s, s:s}", "device_serial", h->serial,
			  "not_after", text_of(row, "not_after"), "not_before",
			  text_of(row, "not_before"));
	bool awaited = certificate_is_awaited(f->store, fields);

	if (!fields)
		store_fail(f->store, -ENOMEM);
	json_decref(fields);
	return awaited;
}

static void check_certificate(const struct due_context *f, const struct here *h,
			      const json_t *row)
{
	bool over = is_over(f, row);
	struct query *q = select_certificate(f, row);
	bool found = query_next(q), told = false;

	if (h->serial && found)
		compare(f, h, row, q);
	else if (h->serial && !over && !is_awaited(f, h, row))
		tell_to_record(f, row, DUE_CERTIFICATE_UNKNOWN);
	if (over && (!found || query_is_null(q, CERTIFICATE_END)))
		tell_expired(f, row);
	/* Then another rule reports it from the register. */
	told = found && !query_is_null(q, CERTIFICATE_OFFICIAL) &&
	       !query_number(q, CERTIFICATE_OFFICIAL);
	query_end(q);
	if (!over && !told && json_is_false(json_object_get(row, "official")))
		due_request(tell(f, row, DUE_PUBLIC_CA),
			    due_new_procedure(text_of(row, "holder")));
}

/* True if a row of the same token has it. */
static bool shows(const json_t *rows, const char *token,
		  const char *certificate)
{
	for (size_t i = 0; i < json_array_size(rows); i++) {
		const json_t *row = json_array_get(rows, i);

		if (is_same(row, "device_serial", token) &&
		    is_same(row, "certificate_serial", certificate))
			return true;
	}
	return false;
}

/* A certificate in force in the register should be on the token. */
static void check_missing(const struct due_context *f, const struct here *h)
{
	const char *token = text_of(h->row, "device_serial");
	struct query *q = store_query(f->store, sql_due_present_missing);

	query_put_text(q, h->serial);
	query_put_text(q, f->today);
	while (query_next(q))
		if (!shows(f->question->present, token, query_text(q, 0)))
			due_put_text(f,
				     tell(f, h->row, DUE_CERTIFICATE_MISSING),
				     DUE_CERTIFICATE_SERIAL, query_text(q, 0));
}

void due_present(const struct due_context *f)
{
	const json_t *rows = f->question->present;
	struct here h = { 0 };
	bool asked = false;

	for (size_t i = 0; i < json_array_size(rows); i++) {
		const json_t *row = json_array_get(rows, i);
		bool again = i > 0 && is_same(row, "device_serial",
					      text_of(h.row, "device_serial"));

		if (!again) {
			h = (struct here){ .row = row };
			asked = check_token(f, &h);
		}
		if (!again && asked && h.serial)
			check_missing(f, &h);
		if (asked && *text_of(row, "certificate_serial"))
			check_certificate(f, &h, row);
	}
}

bool due_is_present(const struct due_context *f, const char *device_serial)
{
	const json_t *rows = f->question->present;

	for (size_t i = 0; i < json_array_size(rows); i++)
		if (normalize_same_serial(
			    text_of(json_array_get(rows, i), "device_serial"),
			    device_serial))
			return true;
	return false;
}
