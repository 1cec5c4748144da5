/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* Subscribers who leave, whom nobody knows, and whose address is private; their
 * tokens that are lost, locked, in other hands, or not yet in any. */
#include <string.h>

#include "due_private.h"
#include "input/email.h"

/* Columns after those of the subscriber. */
enum {
	REPORTED = DUE_WHOSE_COLUMNS,
	KIND,
	MINUTES,
	ASKED,
	DRAFTED,
	TO_REVOKE,
};

/* A loss is reported at once: all of it is due on the day it is. */
static struct due *add_loss(const struct due_context *f, struct query *q,
			    enum due_rule rule)
{
	struct due *d = due_add(f, rule, q);
	long reported = due_day(q, REPORTED), today = f->question->today;

	if (reported != DUE_NO_DAY)
		due_set_day(f, d, reported < today ? reported : today);
	return d;
}

static void take_loss(const struct due_context *f, struct query *q)
{
	bool leak = strcmp(query_text(q, KIND), "leak") == 0;
	bool revoke = query_number(q, TO_REVOKE) && !query_number(q, ASKED);
	struct due *d;

	if (query_is_null(q, REPORTED)) {
		d = add_loss(f, q, DUE_LOSS_UNREPORTED);
		d->actor = DUE_SUBSCRIBER;
		if (!revoke)
			d->state = DUE_OPEN;
	}
	if (revoke) {
		d = add_loss(f, q, leak ? DUE_LEAK_REVOKE : DUE_LOSS_REVOKE);
		due_put_draft(d, q, DRAFTED);
		due_request(d, "revoke");
		d->reason = leak ? "nghi lộ khóa bí mật" : "thất lạc thiết bị";
	}
	if (!leak && !query_number(q, MINUTES))
		due_handover(add_loss(f, q, DUE_LOSS_MINUTES), "lost");
}

#define LOSS_DAY(unknown) \
	"substr(coalesce(\"l\".\"reported_time\", " unknown "), 1, 10)"
#define SINCE_EVER LOSS_DAY("''")
#define UNTIL_EVER LOSS_DAY("'9999'")
#define LOSS_REVOCATION                       \
	DUE_OF_TOKEN                          \
	"\"r\".\"procedure\" = 'revoke' AND " \
	"coalesce(\"r\".\"document_date\", '9999') >= " SINCE_EVER
#define LOSS_REVOCATION_ASKED DUE_ASKED(LOSS_REVOCATION)
#define LOSS_REVOCATION_DRAFTED DUE_DRAFTED(LOSS_REVOCATION)
/* There is nothing left to revoke once all that is known of it is over. */
static const char select_losses[] =
	"SELECT " DUE_WHOSE_TOKEN ", \"l\".\"reported_time\", "
	"\"l\".\"loss_kind\", CASE WHEN \"l\".\"minutes\" IS NULL AND "
	"\"l\".\"minutes_date\" IS NULL THEN 0 ELSE 1 END, " LOSS_REVOCATION_ASKED
	", " LOSS_REVOCATION_DRAFTED ", "
	"EXISTS (SELECT 1 FROM \"certificates\" \"c\" WHERE "
	"\"c\".\"device_serial\" = \"t\".\"device_serial\" AND " DUE_C_IN_FORCE
	" AND coalesce(\"c\".\"not_before\", '') <= " UNTIL_EVER ") OR NOT "
	"EXISTS (SELECT 1 FROM \"certificates\" \"c\" WHERE "
	"\"c\".\"device_serial\" = \"t\".\"device_serial\") FROM " DUE_TOKENS
	"JOIN \"losses\" \"l\" ON "
	"\"l\".\"device_serial\" = \"t\".\"device_serial\" "
	"WHERE NOT " DUE_RETURNED
	" AND (\"l\".\"loss_kind\" = 'leak' OR (" DUE_STILL_LOST "))";

void due_losses(const struct due_context *f)
{
	struct query *q = due_query(f, select_losses, "");

	while (query_next(q))
		take_loss(f, q);
}

/* What waits to be done is asked for; once done, whoever sees the token locked
 * later has to ask again. */
#define RECOVERY                                                 \
	DUE_OF_TOKEN "\"r\".\"procedure\" = 'recover' AND "      \
		     "coalesce(\"r\".\"done_date\", '9999') >= " \
		     "coalesce(\"t\".\"seen_date\", '')"
#define RECOVERY_ASKED DUE_ASKED(RECOVERY)
#define RECOVERY_DRAFTED DUE_DRAFTED(RECOVERY)
static const char select_locked[] =
	"SELECT " DUE_WHOSE_TOKEN ", \"t\".\"seen_date\", " RECOVERY_DRAFTED
	" FROM " DUE_TOKENS
	"WHERE \"t\".\"user_pin\" = 'locked' AND NOT " RECOVERY_ASKED
		DUE_IN_HAND;

void due_locked(const struct due_context *f)
{
	struct query *q;

	if (!due_article(f, DUE_LOCKED))
		return;
	q = due_query(f, select_locked, "");
	while (query_next(q)) {
		long seen = due_day(q, DUE_WHOSE_COLUMNS);
		struct due *d;

		if (due_is_present(f, query_text(q, 0)))
			continue;
		d = due_add(f,
			    seen == DUE_NO_DAY ? DUE_LOCKED : DUE_LOCKED_SEEN,
			    q);
		due_put_day(d, DUE_SEEN_DATE, seen);
		due_put_draft(d, q, DUE_WHOSE_COLUMNS + 1);
		due_request(d, "recover");
	}
}

/* Who has a token now, as far as it is told since when. */
static const char select_kept[] =
	"SELECT " DUE_WHOSE_TOKEN ", \"k\".\"keeper\" FROM " DUE_TOKENS
	"JOIN \"custody\" \"k\" ON "
	"\"k\".\"device_serial\" = \"t\".\"device_serial\" "
	"WHERE coalesce(\"k\".\"to_date\", '9999') >= $4 AND "
	"\"k\".\"from_date\" <= $4 AND \"s\".\"holder\" = 'person' AND "
	"\"k\".\"keeper\" <> \"s\".\"name\" AND NOT " DUE_COLLECTED DUE_IN_HAND;

void due_own_keeping(const struct due_context *f)
{
	struct query *q;

	if (!due_article(f, DUE_OWN_KEEPING))
		return;
	q = due_query(f, select_kept, "");
	while (query_next(q))
		due_put_text(f, due_add(f, DUE_OWN_KEEPING, q), DUE_KEEPER,
			     query_text(q, DUE_WHOSE_COLUMNS));
}

static const char select_received[] =
	"SELECT " DUE_WHOSE_TOKEN ", \"t\".\"received_date\" FROM " DUE_TOKENS
	"WHERE \"t\".\"received_date\" <= $4 AND "
	"\"t\".\"delivered_date\" IS NULL AND NOT " DUE_COLLECTED " AND "
	"NOT EXISTS (SELECT 1 FROM \"custody\" \"k\" WHERE "
	"\"k\".\"device_serial\" = \"t\".\"device_serial\")" DUE_IN_HAND;

void due_deliveries(const struct due_context *f)
{
	struct query *q;

	if (!due_article(f, DUE_DELIVER))
		return;
	q = due_query(f, select_received, "");
	while (query_next(q)) {
		struct due *d = due_add(f, DUE_DELIVER, q);

		due_put_day(d, DUE_RECEIVED_DATE,
			    due_day(q, DUE_WHOSE_COLUMNS));
		due_handover(d, "deliver");
	}
}

/* Columns after those of the subscriber, of who leaves. */
enum {
	LEFT = DUE_WHOSE_COLUMNS,
	REASON,
	LEFT_TO,
	END,
	REVOCATION_ASKED,
	REVOCATION_DRAFTED,
	CHANGE_DRAFTED,
	COLLECTED,
};

static const struct leaving {
	const char *reason;
	const char *revoke; /* as the letter gives it */
	bool of_person;	    /* the duty is of people; else it is the decree's */
} leavings[] = {
	{ "retired", "nghỉ hưu", true },
	{ "resigned", "thôi việc", true },
	{ "died", "từ trần", false },
	{ "left-state", "chuyển công tác ra ngoài khu vực Nhà nước", true },
	{ "dissolved", "giải thể, chia tách, sáp nhập", false },
	{ "stopped", "ngừng hoạt động", false },
	{ "", "", true },
};

/* What has been asked for takes its course; then the hand-back has a term. */
static void take_leaving(const struct due_context *f, struct query *q)
{
	const struct condition *listed =
		due_condition(f, "revoke", "listed-reason");
	const struct leaving *l = leavings;
	const char *article;
	long day = due_day(q, LEFT), collected = due_day(q, COLLECTED);
	struct due *d;

	while (*l->reason && strcmp(l->reason, query_text(q, REASON)) != 0)
		l++;
	if (!l->of_person && listed)
		article = listed->article;
	else
		article = due_article(f, DUE_LEAVING);
	if (!query_number(q, REVOCATION_ASKED))
		d = due_add_by(f, DUE_LEAVING, article, q, day);
	else if (collected == DUE_NO_DAY)
		d = due_add_under(f, DUE_LEAVING_ASKED, article, q);
	else
		d = due_add_under(f, DUE_LEAVING_COLLECTED, article, q);
	due_put_text(f, d, DUE_LEFT_REASON, l->reason);
	due_put_day(d, DUE_LEFT_DATE, day);
	if (d->rule == DUE_LEAVING) {
		due_put_draft(d, q, REVOCATION_DRAFTED);
		due_request(d, "revoke");
		d->reason = l->revoke;
	} else {
		due_put_day(d, DUE_COLLECTED_DATE, collected);
		due_handover(d, "return");
	}
}

static void take_moving(const struct due_context *f, struct query *q)
{
	const struct condition *left = due_condition(f, "change", "days-left");
	long end = due_day(q, END), last = end;
	struct due *d;

	if (due_day(q, LEFT) > f->question->today)
		return;
	if (left && end != DUE_NO_DAY)
		last = end - left->days;
	if (last != DUE_NO_DAY && last < f->question->today) {
		d = due_add_by(f, DUE_MOVING_TOO_LATE,
			       due_article(f, DUE_MOVING_TOO_LATE), q, end);
		due_put_day(d, DUE_NOT_AFTER, end);
		due_request(d, due_new_procedure(query_text(q, 3)));
	} else {
		d = due_add(f, last == DUE_NO_DAY ? DUE_MOVING : DUE_MOVING_BY,
			    q);
		if (last - f->question->today <= f->question->days &&
		    last != DUE_NO_DAY)
			due_set_day(f, d, last);
		d->day = last;
		due_put_day(d, DUE_LAST_DAY, last);
		due_put_draft(d, q, CHANGE_DRAFTED);
		due_request(d, "change");
	}
	due_set_new_agency(f, d, q, LEFT_TO);
}

#define LEFT_COLUMNS \
	", \"s\".\"left_date\", \"s\".\"left_reason\", \"s\".\"left_to\", "
#define REVOCATION DUE_OF_CERTIFICATE "\"r\".\"procedure\" = 'revoke'"
#define IS_ASKED DUE_ASKED(REVOCATION)
#define IS_DRAFTED DUE_DRAFTED(REVOCATION)
#define CHANGE_IS_DRAFTED DUE_DRAFTED(DUE_CHANGE)
/* One tells of all that are on one token. */
static const char select_leaving[] =
	"SELECT " DUE_WHOSE_CERTIFICATE LEFT_COLUMNS
	"\"c\".\"not_after\", " IS_ASKED ", " IS_DRAFTED ", " CHANGE_IS_DRAFTED
	", " DUE_COLLECTED_DAY
	" FROM \"subscribers\" \"s\" JOIN \"certificates\" \"c\" ON "
	"\"c\".\"subscriber\" = \"s\".\"subscriber\" LEFT JOIN \"tokens\" \"t\" "
	"ON \"t\".\"device_serial\" = \"c\".\"device_serial\" "
	"WHERE \"s\".\"left_date\" <= $5 AND " DUE_C_IN_FORCE DUE_IN_HAND
	"AND NOT EXISTS (SELECT 1 FROM \"certificates\" \"n\" WHERE "
	"\"n\".\"device_serial\" = \"c\".\"device_serial\" AND "
	"\"n\".\"subscriber\" = \"c\".\"subscriber\" AND "
	"\"n\".\"certificate_serial\" < \"c\".\"certificate_serial\" AND " DUE_N_IN_FORCE
	")";

/* Tokens of which no certificate is known, or not whose: a letter may be of one
 * they had before they came into these hands. */
#define OF_TOKEN                                        \
	DUE_OF_TOKEN                                    \
	"\"r\".\"procedure\" = 'revoke' AND "           \
	"coalesce(\"r\".\"document_date\", '9999') >= " \
	"coalesce(\"t\".\"delivered_date\", \"t\".\"received_date\", '')"
#define TOKEN_ASKED DUE_ASKED(OF_TOKEN)
#define TOKEN_DRAFTED DUE_DRAFTED(OF_TOKEN)
static const char select_leaving_tokens[] =
	"SELECT " DUE_WHOSE_TOKEN LEFT_COLUMNS "NULL, " TOKEN_ASKED
	", " TOKEN_DRAFTED ", " CHANGE_IS_DRAFTED ", " DUE_COLLECTED_DAY
	" FROM " DUE_TOKENS
	"WHERE \"s\".\"left_date\" <= $5 AND NOT EXISTS (SELECT 1 FROM "
	"\"certificates\" \"n\" WHERE \"n\".\"device_serial\" = "
	"\"t\".\"device_serial\" AND \"n\".\"subscriber\" IS NOT NULL)" DUE_IN_HAND;

/* Of who moved and is changed there is no more to do. */
static const char not_changed[] =
	" AND NOT (coalesce(\"s\".\"left_reason\", '') = 'moved' AND " DUE_CHANGED
	")";

static void take_who_leaves(const struct due_context *f, const char *sql)
{
	struct query *q = due_query(f, sql, not_changed);
	char last[DATE_SIZE];

	query_put_text(q,
		       date_iso(f->question->today + f->question->days, last));
	while (query_next(q)) {
		if (strcmp(query_text(q, REASON), "moved") == 0)
			take_moving(f, q);
		else
			take_leaving(f, q);
	}
}

void due_leaving(const struct due_context *f)
{
	take_who_leaves(f, select_leaving);
	take_who_leaves(f, select_leaving_tokens);
}

static const char select_unknown[] =
	"SELECT " DUE_WHOSE_TOKEN " FROM " DUE_TOKENS
	"WHERE \"s\".\"subscriber\" IS NULL" DUE_IN_HAND;

/* Where one is on a token, that tells. */
static const char select_unknown_certificates[] =
	"SELECT " DUE_WHOSE_CERTIFICATE " FROM " DUE_CERTIFICATES
	"WHERE \"t\".\"device_serial\" IS NULL AND "
	"\"s\".\"subscriber\" IS NULL AND " DUE_C_IN_FORCE;

void due_unknown(const struct due_context *f)
{
	struct query *q = due_query(f, select_unknown, "");

	while (query_next(q))
		due_add(f, DUE_TOKEN_OF_NOBODY, q);
	q = due_query(f, select_unknown_certificates, "");
	while (query_next(q))
		due_add(f, DUE_CERTIFICATE_OF_NOBODY, q);
}

/* One certificate tells of the subscriber. */
static const char select_addresses[] =
	"SELECT " DUE_WHOSE_CERTIFICATE
	", \"s\".\"email\" FROM " DUE_CERTIFICATES
	"WHERE \"s\".\"email\" IS NOT NULL AND " DUE_C_IN_FORCE DUE_IN_HAND
	"AND NOT EXISTS (SELECT 1 FROM \"certificates\" \"n\" WHERE "
	"\"n\".\"subscriber\" = \"s\".\"subscriber\" AND "
	"\"n\".\"certificate_serial\" < \"c\".\"certificate_serial\" AND " DUE_N_IN_FORCE
	")";

/* A new certificate is asked for with an address of an office; whether it is,
 * the procedure for who holds it says. */
void due_addresses(const struct due_context *f)
{
	struct query *q = due_query(f, select_addresses, "");

	while (query_next(q)) {
		const char *email = query_text(q, DUE_WHOSE_COLUMNS);
		const struct condition *official =
			due_condition(f, due_new_procedure(query_text(q, 3)),
				      "official-email");
		struct due *d;

		if (!official || !email_is_public(email))
			continue;
		d = due_add_under(f, DUE_PRIVATE_EMAIL, official->article, q);
		due_put_text(f, d, DUE_EMAIL, email);
		due_request(d, "change");
	}
}

static const char count_all[] =
	"SELECT count(*) FROM " DUE_TOKENS "WHERE NOT " DUE_RETURNED;

size_t due_count_tokens(struct custody_register *reg,
			const struct due_question *question)
{
	struct due_question anybody = *question;
	struct due_context f = { .store = register_store(reg),
				 .question = &anybody };
	struct query *q;
	size_t n;

	anybody.organization = anybody.unit = anybody.holder = NULL;
	date_iso(question->today, f.today);
	q = due_query(&f, count_all, "");
	n = query_next(q) ? (size_t)query_number(q, 0) : 0;
	query_end(q);
	return n;
}
