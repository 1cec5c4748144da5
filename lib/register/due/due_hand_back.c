/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* Tokens whose certificate ended or was revoked, and that are to be returned.
 */
#include "due_private.h"

/* It is to be had from whoever it is for now. */
#define SELECT_BACK                                                          \
	"SELECT " DUE_WHOSE_CERTIFICATE ", \"c\".\"not_after\", "            \
	"\"c\".\"revoked_date\", \"c\".\"notice_date\", " DUE_COLLECTED_DATE \
	", " DUE_WITH_OTHERS ", \"s\".\"left_to\" FROM "                     \
	"\"certificates\" \"c\" JOIN \"tokens\" \"t\" ON "                   \
	"\"t\".\"device_serial\" = \"c\".\"device_serial\" "                 \
	"LEFT JOIN \"subscribers\" \"s\" ON \"s\".\"subscriber\" = "         \
	"coalesce(\"t\".\"subscriber\", \"c\".\"subscriber\") WHERE "
/* The token has no certificate that is in force; of those that were, the last
 * one tells. What those ask for who took the token along is theirs. */
#define NOTHING_ELSE                                                      \
	" AND NOT EXISTS (SELECT 1 FROM \"certificates\" \"n\" WHERE "    \
	"\"n\".\"device_serial\" = \"c\".\"device_serial\" AND "          \
	"\"n\".\"certificate_serial\" <> \"c\".\"certificate_serial\" "   \
	"AND (" DUE_N_IN_FORCE " OR "                                     \
	"\"n\".\"not_after\" > \"c\".\"not_after\" OR "                   \
	"(\"n\".\"not_after\" = \"c\".\"not_after\" AND "                 \
	"\"n\".\"not_before\" > \"c\".\"not_before\") OR "                \
	"(\"n\".\"not_after\" = \"c\".\"not_after\" AND "                 \
	"\"n\".\"not_before\" = \"c\".\"not_before\" AND "                \
	"\"n\".\"certificate_serial\" > \"c\".\"certificate_serial\"))) " \
	"AND NOT (" DUE_WITH_OTHERS " AND " DUE_CHANGED ") "

static const char select_expired[] = SELECT_BACK
	"\"c\".\"not_after\" < $4 AND "
	"coalesce(\"c\".\"revoked_date\", '9999') > $4 AND "
	"coalesce(\"c\".\"notice_date\", '9999') > $4" DUE_IN_HAND NOTHING_ELSE;

static const char select_revoked[] =
	SELECT_BACK "(\"c\".\"revoked_date\" <= $4 OR "
		    "\"c\".\"notice_date\" <= $4)" DUE_IN_HAND NOTHING_ELSE;

/* Over the years most certificates have ended, and most tokens are back: those
 * of an agency are found first. */
#define SUBSCRIBERS \
	"(SELECT \"subscriber\" FROM \"subscribers\" WHERE \"organization\" = $1)"
static const char of_agency[] =
	"AND \"c\".\"device_serial\" IN (SELECT \"device_serial\" "
	"FROM \"tokens\" WHERE \"subscriber\" IN " SUBSCRIBERS
	" UNION SELECT \"device_serial\" FROM \"certificates\" "
	"WHERE \"subscriber\" IN " SUBSCRIBERS ") ";

/* Columns after those of the subscriber. */
enum {
	END = DUE_WHOSE_COLUMNS,
	REVOKED,
	NOTICE,
	COLLECTED,
	WITH_OTHERS,
	LEFT_TO,
};

static const char *collected_words(const struct due_context *f, struct query *q)
{
	long day = due_day(q, COLLECTED);
	char words[DATE_SIZE];

	if (day == DUE_NO_DAY)
		return _("take the token back and hand it over");
	return due_printf(f, _("the token was taken back on %s; hand it over"),
			  date_dmy(day, words));
}

static struct due *add(const struct due_context *f, struct query *q,
		       const char *article, const char *who)
{
	struct due *d = due_add(f, "hand-back", article, q);

	if (*who)
		d->who = who;
	if (query_number(q, WITH_OTHERS))
		d->who = due_new_agency(f, q, LEFT_TO);
	d->command = due_command(f, d, "handover return");
	return d;
}

static void take_expired(const struct due_context *f, struct query *q,
			 const char *article)
{
	struct due *d = add(f, q, article, "");
	long end = due_day(q, END);
	char words[DATE_SIZE];

	if (!due_by(f, d, end))
		return;
	d->text = due_printf(f, _("the certificate ended on %s: %s"),
			     date_dmy(end, words), collected_words(f, q));
}

/* The notice cannot come before the revocation: where its day is not recorded
 * the term may have begun then. */
static void take_revoked(const struct due_context *f, struct query *q,
			 const char *article)
{
	const struct deadline *deadline = due_deadline(f, "return");
	long notice = due_day(q, NOTICE), revoked = due_day(q, REVOKED);
	long since = notice == DUE_NO_DAY ? revoked : notice;
	struct due *d = add(f, q, deadline ? deadline->article : article,
			    deadline ? deadline->who : "");
	char words[DATE_SIZE];
	long last = since;

	if (deadline)
		last = due_after(f, since, deadline->days);
	if (!due_by(f, d, last))
		return;
	date_dmy(since, words);
	if (!deadline)
		d->text = due_printf(f,
				     _("the certificate was revoked on %s: %s"),
				     words, collected_words(f, q));
	else if (notice != DUE_NO_DAY)
		d->text = due_printf(
			f,
			_("notice of the revocation came on %s, and %ld working days run from then: %s"),
			words, deadline->days, collected_words(f, q));
	else
		d->text = due_printf(
			f,
			_("the certificate was revoked on %s, and %ld working days are counted from then, since the day the notice came is not recorded: %s"),
			words, deadline->days, collected_words(f, q));
}

void due_hand_back(const struct due_context *f)
{
	const char *article = due_duty(f, "hand-back");
	const char *where = f->question->organization ? of_agency : "";
	struct query *q;

	if (!article)
		return;
	q = due_query(f, select_expired, where);
	while (query_next(q))
		take_expired(f, q, article);
	q = due_query(f, select_revoked, where);
	while (query_next(q))
		take_revoked(f, q, article);
}
