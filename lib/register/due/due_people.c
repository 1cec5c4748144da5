/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* Tokens that are lost, locked, in other hands, or not yet in any. */
#include <string.h>

#include "due_private.h"

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
static struct due *loss(const struct due_context *f, struct query *q,
			const char *rule, const char *article, const char *text)
{
	struct due *d = due_add(f, rule, article, q);
	long reported = due_day(q, REPORTED), today = f->question->today;

	d->state = DUE_OVERDUE;
	d->text = text;
	if (reported != DUE_NO_DAY)
		(void)due_by(f, d, reported < today ? reported : today);
	return d;
}

static void take_loss(const struct due_context *f, struct query *q)
{
	bool leak = strcmp(query_text(q, KIND), "leak") == 0;
	bool revoke = query_number(q, TO_REVOKE) && !query_number(q, ASKED);
	const char *duty = due_duty(f, "report-loss");
	const char *minutes = due_procedure(f, "lost");
	struct due *d;

	if (duty && query_is_null(q, REPORTED)) {
		d = loss(
			f, q, "report-loss", duty,
			_("when the loss or leak was reported is not recorded"));
		d->who = _("the subscriber");
		if (!revoke)
			d->state = DUE_OPEN;
	}
	if (duty && revoke) {
		d = loss(
			f, q, "revoke-lost", duty,
			leak ? _("the key may have leaked: ask for the revocation at once")
			     : _("the token is lost: ask for the revocation at once"));
		due_tell_draft(f, d, query_number(q, DRAFTED) != 0);
		d->command = due_command_for(f, d, "request revoke",
					     leak ? "nghi lộ khóa bí mật"
						  : "thất lạc thiết bị");
	}
	if (minutes && !leak && !query_number(q, MINUTES)) {
		d = loss(f, q, "loss-minutes", minutes,
			 _("the token is lost: draw up the minutes of it"));
		d->command = due_command(f, d, "handover lost");
	}
}

#define LOSS_DAY(unknown) \
	"substr(coalesce(\"l\".\"reported_time\", " unknown "), 1, 10)"
#define SINCE_EVER LOSS_DAY("''")
#define UNTIL_EVER LOSS_DAY("'9999'")
#define REVOCATION                            \
	DUE_OF_TOKEN                          \
	"\"r\".\"procedure\" = 'revoke' AND " \
	"coalesce(\"r\".\"document_date\", '9999') >= " SINCE_EVER
#define REVOCATION_ASKED DUE_ASKED(REVOCATION)
#define REVOCATION_DRAFTED DUE_DRAFTED(REVOCATION)
/* There is nothing left to revoke once all that is known of it is over. */
static const char select_losses[] =
	"SELECT " DUE_WHOSE_TOKEN ", \"l\".\"reported_time\", "
	"\"l\".\"loss_kind\", CASE WHEN \"l\".\"minutes\" IS NULL AND "
	"\"l\".\"minutes_date\" IS NULL THEN 0 ELSE 1 END, " REVOCATION_ASKED
	", " REVOCATION_DRAFTED ", "
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
	const struct condition *listed =
		due_condition(f, "recover", "listed-reason");
	struct query *q;

	if (!listed)
		return;
	q = due_query(f, select_locked, "");
	while (query_next(q)) {
		long seen = due_day(q, DUE_WHOSE_COLUMNS);
		char words[DATE_SIZE];
		struct due *d;

		if (due_is_present(f, query_text(q, 0)))
			continue;
		d = due_add(f, "recover", listed->article, q);
		d->text =
			seen == DUE_NO_DAY
				? _("the token is locked: ask for its recovery")
				: due_printf(
					  f,
					  _("the token was seen locked on %s: ask for its recovery"),
					  date_dmy(seen, words));
		due_tell_draft(f, d,
			       query_number(q, DUE_WHOSE_COLUMNS + 1) != 0);
		d->command = due_command(f, d, "request recover");
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
	const char *article = due_duty(f, "own-keeping");
	struct query *q;

	if (!article)
		return;
	q = due_query(f, select_kept, "");
	while (query_next(q)) {
		struct due *d = due_add(f, "own-keeping", article, q);

		d->state = DUE_WRONG;
		d->text = due_printf(
			f,
			_("%s keeps the token of a person, who is to keep it and give it to nobody"),
			query_text(q, DUE_WHOSE_COLUMNS));
	}
}

static const char select_received[] =
	"SELECT " DUE_WHOSE_TOKEN ", \"t\".\"received_date\" FROM " DUE_TOKENS
	"WHERE \"t\".\"received_date\" <= $4 AND "
	"\"t\".\"delivered_date\" IS NULL AND NOT " DUE_COLLECTED " AND "
	"NOT EXISTS (SELECT 1 FROM \"custody\" \"k\" WHERE "
	"\"k\".\"device_serial\" = \"t\".\"device_serial\")" DUE_IN_HAND;

void due_deliveries(const struct due_context *f)
{
	const char *article = due_duty(f, "deliver");
	struct query *q;

	if (!article)
		return;
	q = due_query(f, select_received, "");
	while (query_next(q)) {
		struct due *d = due_add(f, "deliver", article, q);
		char words[DATE_SIZE];

		d->text = due_printf(
			f,
			_("the token was received on %s, and its delivery to the subscriber is not recorded"),
			date_dmy(due_day(q, DUE_WHOSE_COLUMNS), words));
		d->command = due_command(f, d, "handover deliver");
	}
}
