/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* Subscribers who leave, with certificates in force. */
#include <string.h>

#include "due_private.h"

/* Columns after those of the subscriber. */
enum {
	LEFT = DUE_WHOSE_COLUMNS,
	REASON,
	LEFT_TO,
	END,
	ASKED,
	DRAFTED,
	CHANGE_DRAFTED,
	COLLECTED,
};

static const struct reason_words {
	const char *key, *words;
	const char *revoke; /* as the letter gives it */
	bool of_person;	    /* the duty is of people; else it is the decree's */
} reasons[] = {
	{ "retired", N_("has retired"), "nghỉ hưu", true },
	{ "resigned", N_("has resigned"), "thôi việc", true },
	{ "died", N_("has died"), "từ trần", false },
	{ "left-state", N_("has left the State sector"),
	  "chuyển công tác ra ngoài khu vực Nhà nước", true },
	{ "dissolved", N_("is dissolved"), "giải thể, chia tách, sáp nhập",
	  false },
	{ "stopped", N_("is out of service"), "ngừng hoạt động", false },
	{ "", N_("has left"), NULL, true },
};

static const struct reason_words *reason_of(struct query *q)
{
	const struct reason_words *r = reasons;

	while (*r->key && strcmp(r->key, query_text(q, REASON)) != 0)
		r++;
	return r;
}

static const char *article_of(const struct due_context *f,
			      const struct reason_words *r)
{
	const struct condition *listed =
		due_condition(f, "revoke", "listed-reason");

	if (!r->of_person && listed)
		return listed->article;
	return due_duty(f, "leaving");
}

/* What has been asked for takes its course; then the hand-back has a term. */
static void take_asked(const struct due_context *f, struct query *q,
		       struct due *d, const struct reason_words *r)
{
	long day = due_day(q, LEFT), collected = due_day(q, COLLECTED);
	char words[DATE_SIZE], collected_words[DATE_SIZE];

	date_dmy(day, words);
	d->command = due_command(f, d, "handover return");
	if (collected == DUE_NO_DAY)
		d->text = due_printf(
			f,
			_("%s %s (%s): the revocation is asked for, and the token is still to be handed over"),
			d->name, _(r->words), words);
	else
		d->text = due_printf(
			f,
			_("%s %s (%s): the revocation is asked for, and the token was taken back on %s"),
			d->name, _(r->words), words,
			date_dmy(collected, collected_words));
}

static void take_leaving(const struct due_context *f, struct query *q)
{
	const struct reason_words *r = reason_of(q);
	const char *article = article_of(f, r);
	char words[DATE_SIZE];
	struct due *d;

	if (!article)
		return;
	d = due_add(f, "leaving", article, q);
	if (query_number(q, ASKED)) {
		take_asked(f, q, d, r);
		return;
	}
	if (!due_by(f, d, due_day(q, LEFT)))
		return;
	d->text = due_printf(
		f,
		_("%s %s (%s): ask for the revocation and hand the token over"),
		d->name, _(r->words), date_dmy(d->day, words));
	due_tell_draft(f, d, query_number(q, DRAFTED) != 0);
	d->command =
		r->revoke ? due_command_for(f, d, "request revoke", r->revoke)
			  : due_command(f, d, "request revoke");
}

static void tell_change(const struct due_context *f, struct due *d, long last)
{
	char words[DATE_SIZE];

	d->command = due_command(f, d, "request change");
	if (last == DUE_NO_DAY) {
		d->text = due_printf(
			f,
			_("%s moves inside the State sector and keeps the token: the new agency asks for the change of information"),
			d->name);
		return;
	}
	d->text = due_printf(
		f,
		_("%s moves inside the State sector and keeps the token: the new agency asks for the change of information, on %s at the latest"),
		d->name, date_dmy(last, words));
	if (last - f->question->today <= f->question->days)
		(void)due_by(f, d, last);
	d->day = last;
}

static void take_moving(const struct due_context *f, struct query *q)
{
	const struct condition *left = due_condition(f, "change", "days-left");
	const char *article = due_duty(f, "moving");
	long end = due_day(q, END), last = end;
	char words[DATE_SIZE];
	struct due *d;

	if (!article || due_day(q, LEFT) > f->question->today)
		return;
	d = due_add(f, "moving", article, q);
	d->who = due_new_agency(f, q, LEFT_TO);
	if (left && end != DUE_NO_DAY)
		last = end - left->days;
	if (last == DUE_NO_DAY || last >= f->question->today) {
		tell_change(f, d, last);
		due_tell_draft(f, d, query_number(q, CHANGE_DRAFTED) != 0);
		return;
	}
	if (!due_by(f, d, end))
		return;
	d->text = due_printf(
		f,
		_("%s moves inside the State sector, and the certificate ends on %s, too soon to be changed: the new agency asks for a new one"),
		d->name, date_dmy(end, words));
	d->command = due_command_for_new(f, d, query_text(q, 3));
}

#define LEFT_COLUMNS \
	", \"s\".\"left_date\", \"s\".\"left_reason\", \"s\".\"left_to\", "
#define REVOCATION DUE_OF_CERTIFICATE "\"r\".\"procedure\" = 'revoke'"
#define REVOCATION_ASKED DUE_ASKED(REVOCATION)
#define REVOCATION_DRAFTED DUE_DRAFTED(REVOCATION)
#define CHANGE_IS_DRAFTED DUE_DRAFTED(DUE_CHANGE)
/* One tells of all that are on one token. */
static const char select_certificates[] =
	"SELECT " DUE_WHOSE_CERTIFICATE LEFT_COLUMNS
	"\"c\".\"not_after\", " REVOCATION_ASKED ", " REVOCATION_DRAFTED
	", " CHANGE_IS_DRAFTED ", " DUE_COLLECTED_DATE
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
static const char select_tokens[] =
	"SELECT " DUE_WHOSE_TOKEN LEFT_COLUMNS "NULL, " TOKEN_ASKED
	", " TOKEN_DRAFTED ", " CHANGE_IS_DRAFTED ", " DUE_COLLECTED_DATE
	" FROM " DUE_TOKENS
	"WHERE \"s\".\"left_date\" <= $5 AND NOT EXISTS (SELECT 1 FROM "
	"\"certificates\" \"n\" WHERE \"n\".\"device_serial\" = "
	"\"t\".\"device_serial\" AND \"n\".\"subscriber\" IS NOT NULL)" DUE_IN_HAND;

/* Of who moved and is changed there is no more to do. */
static const char not_changed[] =
	" AND NOT (coalesce(\"s\".\"left_reason\", '') = 'moved' AND " DUE_CHANGED
	")";

static void take_all(const struct due_context *f, const char *sql)
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
	take_all(f, select_certificates);
	take_all(f, select_tokens);
}
