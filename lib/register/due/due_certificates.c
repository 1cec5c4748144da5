/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* Certificates: when they end, how long they may last, who issued them. */
#include <limits.h>
#include <string.h>

#include "due_private.h"

/* What was revoked takes the place of nothing. */
#define N_STANDS                                              \
	" AND coalesce(\"n\".\"revoked_date\", '9999') > $4 " \
	"AND coalesce(\"n\".\"notice_date\", '9999') > $4"
/* Nothing has taken its place. */
#define LATEST                                                         \
	" AND NOT EXISTS (SELECT 1 FROM \"certificates\" \"n\" WHERE " \
	"\"n\".\"device_serial\" = \"c\".\"device_serial\" AND "       \
	"coalesce(\"n\".\"subscriber\", \"c\".\"subscriber\", 0) = "   \
	"coalesce(\"c\".\"subscriber\", \"n\".\"subscriber\", 0) AND " \
	"(\"n\".\"not_after\" > \"c\".\"not_after\" OR "               \
	"(\"n\".\"not_after\" = \"c\".\"not_after\" AND "              \
	"\"n\".\"not_before\" > \"c\".\"not_before\"))" N_STANDS ") "  \
	"AND NOT EXISTS (SELECT 1 FROM \"certificates\" \"n\" WHERE "  \
	"\"n\".\"old_serial\" = \"c\".\"certificate_serial\"" N_STANDS ") "
/* It was renewed, or is a change of one that was. */
#define RENEWED                                                             \
	"(coalesce(\"c\".\"renewals\", 0) > 0 OR "                          \
	"coalesce(\"c\".\"issued_for\", '') = 'renew' OR "                  \
	"(\"c\".\"issued_for\" = 'change' AND EXISTS (SELECT 1 FROM "       \
	"\"certificates\" \"o\" WHERE \"o\".\"certificate_serial\" = "      \
	"\"c\".\"old_serial\" AND (coalesce(\"o\".\"renewals\", 0) > 0 OR " \
	"coalesce(\"o\".\"issued_for\", '') = 'renew'))))"
#define RENEWAL            \
	DUE_OF_CERTIFICATE \
	"(\"r\".\"procedure\" = 'renew' OR \"i\".\"renew\" = 1)"
#define RENEWAL_ASKED DUE_ASKED(RENEWAL)
#define REVOCATION_ASKED \
	DUE_ASKED(DUE_OF_CERTIFICATE "\"r\".\"procedure\" = 'revoke'")
/* Of a new one it may not be said in whose place it comes: it counts from when
 * it is asked for until one is there. */
#define FOR_NEW                                       \
	" AND \"r\".\"procedure\" IN ('new-person', " \
	"'new-organization', 'new-device')"
#define NEW_ONE                                                         \
	"(\"i\".\"certificate_serial\" = \"c\".\"certificate_serial\" " \
	"OR (" DUE_OF_SUBSCRIBER " AND "                                \
	"coalesce(\"r\".\"document_date\", '') > "                      \
	"coalesce(\"c\".\"not_before\", '') AND NOT EXISTS "            \
	"(SELECT 1 FROM \"certificates\" \"n\" WHERE "                  \
	"\"n\".\"subscriber\" = \"i\".\"subscriber\" AND "              \
	"\"n\".\"not_before\" >= \"r\".\"document_date\")))" FOR_NEW
#define NEW_ASKED DUE_ASKED(NEW_ONE)
#define EITHER_DRAFTED             \
	DUE_DRAFTED(               \
		DUE_OF_CERTIFICATE \
		"(\"r\".\"procedure\" IN ('renew', 'new-person', 'new-organization', 'new-device') OR \"i\".\"renew\" = 1)")

/* A person has one that lasts longer, on another token. Of all that do there
 * are many; coalesce() keeps databases from beginning with those. */
#define HAS_ANOTHER                                               \
	"(\"s\".\"holder\" = 'person' AND EXISTS (SELECT 1 FROM " \
	"\"certificates\" \"n\" WHERE \"n\".\"subscriber\" = "    \
	"\"c\".\"subscriber\" AND coalesce(\"n\".\"not_after\", " \
	"'') > \"c\".\"not_after\" AND " DUE_N_IN_FORCE "))"

/* Who leaves before the end, and whose key leaked, needs no renewal. Who moves
 * does; until the change is asked for, that rule tells by when. */
#define TO_KEEP                                                         \
	"AND (\"s\".\"left_date\" IS NULL OR "                          \
	"\"s\".\"left_date\" > \"c\".\"not_after\" OR "                 \
	"(\"s\".\"left_reason\" = 'moved' AND "                         \
	"(\"s\".\"left_date\" > $4 OR " DUE_CHANGED "))) "              \
	"AND NOT " DUE_COLLECTED " AND NOT EXISTS (SELECT 1 "           \
	"FROM \"losses\" \"k\" WHERE \"k\".\"device_serial\" = "        \
	"\"c\".\"device_serial\" AND \"k\".\"loss_kind\" = 'leak' AND " \
	"substr(coalesce(\"k\".\"reported_time\", '9999'), 1, 10) >= "  \
	"coalesce(\"c\".\"not_before\", ''))"

static const char select_expiring[] =
	"SELECT " DUE_WHOSE_CERTIFICATE ", \"c\".\"not_after\", " RENEWED
	", " RENEWAL_ASKED ", " NEW_ASKED ", " EITHER_DRAFTED ", " HAS_ANOTHER
	", " DUE_WITH_OTHERS ", \"s\".\"left_to\" FROM " DUE_CERTIFICATES
	"WHERE \"c\".\"not_after\" >= $4 AND \"c\".\"not_after\" <= $5 ";
static const char to_be_renewed[] =
	" AND " DUE_C_IN_FORCE
	" AND NOT " REVOCATION_ASKED DUE_IN_HAND LATEST TO_KEEP;

static const char select_to_check[] =
	"SELECT " DUE_WHOSE_CERTIFICATE ", \"c\".\"not_before\", "
	"\"c\".\"not_after\", \"c\".\"renewals\", \"c\".\"official\", "
	"\"c\".\"issued_for\", \"p\".\"not_after\" FROM " DUE_CERTIFICATES
	"LEFT JOIN \"certificates\" \"p\" ON "
	"\"p\".\"certificate_serial\" = \"c\".\"old_serial\" "
	"WHERE \"c\".\"certificate_serial\" IN ("
	"SELECT certificate_serial FROM certificates "
	"WHERE official = 0 OR renewals > 1 OR issued_for = 'change' "
	"UNION SELECT certificate_serial FROM certificate_state "
	"WHERE renewed = 0 AND years > $5 "
	"UNION SELECT certificate_serial FROM certificate_state "
	"WHERE renewed = 1 AND years > $6) AND " DUE_C_IN_FORCE DUE_IN_HAND
		LATEST;

/* Columns after those of the subscriber. */
enum {
	END = DUE_WHOSE_COLUMNS,
	IS_RENEWED,
	IS_RENEWAL_ASKED,
	IS_NEW_ASKED,
	IS_DRAFTED,
	ANOTHER,
	WITH_OTHERS,
	LEFT_TO,
};

/* Too late to renew it, or renewed before: a new one is asked for. */
static void ask_for_new(const struct due_context *f, struct query *q,
			enum due_rule rule, long end)
{
	struct due *d = due_add_by(f, rule, due_article(f, rule), q, end);

	due_put_day(d, DUE_NOT_AFTER, end);
	due_put_draft(d, q, IS_DRAFTED);
	if (query_number(q, WITH_OTHERS))
		due_set_new_agency(f, d, q, LEFT_TO);
	due_request(d, due_new_procedure(query_text(q, 3)));
}

static void take_expiring(const struct due_context *f, struct query *q,
			  const struct condition *left,
			  const struct condition *once)
{
	long end = due_day(q, END), last = end - left->days;
	bool renewed = once && query_number(q, IS_RENEWED) > 0;
	struct due *d;

	if (query_number(q, IS_NEW_ASKED) ||
	    (!renewed && query_number(q, IS_RENEWAL_ASKED)))
		return;
	if (renewed || last < f->question->today) {
		if (!query_number(q, ANOTHER))
			ask_for_new(f, q,
				    renewed ? DUE_NEW_RENEWED_BEFORE
					    : DUE_NEW_TOO_LATE,
				    end);
		return;
	}
	d = due_add_by(f, DUE_RENEW, left->article, q, last);
	due_put_day(d, DUE_NOT_AFTER, end);
	due_put_day(d, DUE_LAST_DAY, last);
	due_put_draft(d, q, IS_DRAFTED);
	if (query_number(q, WITH_OTHERS))
		due_set_new_agency(f, d, q, LEFT_TO);
	due_request(d, "renew");
}

void due_expiring(const struct due_context *f)
{
	const struct condition *left = due_condition(f, "renew", "days-left");
	const struct condition *once =
		due_condition(f, "renew", "renewed-once");
	char last[DATE_SIZE];
	struct query *q;

	if (!left)
		return;
	q = due_query(f, select_expiring, to_be_renewed);
	query_put_text(
		q, date_iso(f->question->today + f->question->days + left->days,
			    last));
	while (query_next(q))
		take_expiring(f, q, left, once);
}

/* Columns after those of the subscriber. */
enum {
	NOT_BEFORE = DUE_WHOSE_COLUMNS,
	NOT_AFTER,
	RENEWALS,
	OFFICIAL,
	ISSUED_FOR,
	OLD_END,
};

static bool is_issued_for(struct query *q, const char *what)
{
	return strcmp(query_text(q, ISSUED_FOR), what) == 0;
}

static void check_term(const struct due_context *f, struct query *q)
{
	bool renewed =
		query_number(q, RENEWALS) > 0 || is_issued_for(q, "renew");
	enum due_rule rule = renewed ? DUE_TERM_RENEWED : DUE_TERM_NEW;
	const struct duty *duty =
		province_duty(f->question->province, due_rule_name(rule));
	long begin = due_day(q, NOT_BEFORE), end = due_day(q, NOT_AFTER);
	struct due *d;

	if (!duty || begin == DUE_NO_DAY || end == DUE_NO_DAY ||
	    end <= date_add_years(begin, (int)duty->years))
		return;
	d = due_add(f, rule, q);
	due_put_day(d, DUE_NOT_BEFORE, begin);
	due_put_day(d, DUE_NOT_AFTER, end);
	due_put_number(d, DUE_YEARS, duty->years);
}

static void check_certificate(const struct due_context *f, struct query *q)
{
	long old_end = due_day(q, OLD_END);

	check_term(f, q);
	if (query_number(q, RENEWALS) > 1)
		due_put_number(due_add(f, DUE_RENEWED_AGAIN, q), DUE_RENEWALS,
			       query_number(q, RENEWALS));
	if (!query_is_null(q, OFFICIAL) && !query_number(q, OFFICIAL))
		due_request(due_add(f, DUE_PUBLIC_CA, q),
			    due_new_procedure(query_text(q, 3)));
	/* A change of information keeps the end. */
	if (is_issued_for(q, "change") && old_end != DUE_NO_DAY &&
	    old_end != due_day(q, NOT_AFTER))
		due_put_day(due_add(f, DUE_TERM_CHANGED, q), DUE_NOT_AFTER,
			    old_end);
}

void due_certificates(const struct due_context *f)
{
	static const char *const terms[] = { "term-new", "term-renewed" };
	struct query *q = due_query(f, select_to_check, "");

	for (size_t i = 0; i < sizeof(terms) / sizeof(terms[0]); i++) {
		const struct duty *duty =
			province_duty(f->question->province, terms[i]);

		query_put_number(q, duty ? duty->years : LONG_MAX);
	}
	while (query_next(q))
		check_certificate(f, q);
}
