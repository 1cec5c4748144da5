/* SPDX-License-Identifier: LGPL-2.1-or-later */
/*
 * What has to be done by what the register says, by which day, and under which
 * article: the terms of the regulation, and the records that are not as it
 * asks.
 *
 * An item is data. The sentence, who has to act and the command for it are
 * put into words by whoever shows it.
 */
#ifndef REGISTER_DUE_H
#define REGISTER_DUE_H

#include "base/arena.h"
#include "register/register.h"
#include "rules/province.h"
#include "rules/workdays.h"

/* The most pressing first. */
enum due_state {
	DUE_OVERDUE,
	DUE_WRONG, /* not allowed, whatever the day */
	DUE_TODAY,
	DUE_SOON,
	DUE_OPEN, /* to be done or recorded, but no regulation sets a day */
	DUE_STATES
};

/*
 * The cases, each with the parameters of its items, in their order; in brackets
 * those that only some have. Several are of one rule, see due_rule_name().
 */
enum due_rule {
	/* Certificates that end or break a rule. */
	DUE_RENEW,		/* not_after, last_day, [drafted] */
	DUE_NEW_TOO_LATE,	/* not_after, [drafted] */
	DUE_NEW_RENEWED_BEFORE, /* not_after, [drafted] */
	DUE_TERM_NEW,		/* not_before, not_after, years */
	DUE_TERM_RENEWED,	/* old_end, not_after, years */
	DUE_TERM_CHANGED,	/* not_after, of the certificate before */
	DUE_RENEWED_AGAIN,	/* renewals */
	DUE_PUBLIC_CA,
	/* A token that is to be handed back. */
	DUE_HAND_BACK_EXPIRED,	 /* not_after, [collected_date] */
	DUE_HAND_BACK_REVOKED,	 /* revoked_date, [collected_date] */
	DUE_HAND_BACK_NOTICE,	 /* notice_date, working_days, [collected…] */
	DUE_HAND_BACK_NO_NOTICE, /* revoked_date, working_days, [collected…] */
	/* The keeper of an organization's token, and where it is kept. */
	DUE_KEEPER_NONE,
	DUE_KEEPER_LATER,	  /* from_date */
	DUE_KEEPER_ENDED,	  /* to_date */
	DUE_KEEPER_GAP,		  /* to_date, from_date */
	DUE_KEEPER_TWO,		  /* keeper */
	DUE_KEEPER_TWO_SINCE,	  /* keeper, from_date */
	DUE_KEEPER_UNDECIDED,	  /* keeper */
	DUE_PERMISSION_MINUTES,	  /* keeper */
	DUE_PERMISSION_NONE,	  /* keeper */
	DUE_PERMISSION_TEMPORARY, /* keeper */
	DUE_PLACE_UNKNOWN,
	DUE_PLACE_DOUBTFUL,  /* place */
	DUE_PLACE_ELSEWHERE, /* place */
	DUE_SECOND_UNMARKED,
	DUE_SECOND_KEEPER, /* keeper */
	/* A subscriber who leaves. */
	DUE_LEAVING,	       /* left_reason, left_date, [drafted] */
	DUE_LEAVING_ASKED,     /* left_reason, left_date */
	DUE_LEAVING_COLLECTED, /* left_reason, left_date, collected_date */
	DUE_MOVING,	       /* [drafted] */
	DUE_MOVING_BY,	       /* last_day, [drafted] */
	DUE_MOVING_TOO_LATE,   /* not_after */
	/* A token that is lost, locked, or in other hands. */
	DUE_LOSS_UNREPORTED,
	DUE_LOSS_REVOKE, /* [drafted] */
	DUE_LEAK_REVOKE, /* [drafted] */
	DUE_LOSS_MINUTES,
	DUE_LOCKED,	  /* [drafted] */
	DUE_LOCKED_SEEN,  /* seen_date, [drafted] */
	DUE_LOCKED_HERE,  /* [drafted] */
	DUE_LOCKED_ASKED, /* [drafted] */
	DUE_OWN_KEEPING,  /* keeper */
	DUE_DELIVER,	  /* received_date */
	/* Facts missing from the register. */
	DUE_TOKEN_OF_NOBODY,
	DUE_CERTIFICATE_OF_NOBODY,
	DUE_PRIVATE_EMAIL, /* email */
	/* Letters and reports. */
	DUE_ANSWER,	 /* request, document_number, valid_date, working_days,
			    done_date, which is today */
	DUE_REPORT_HALF, /* year, last_day, itself too late */
	DUE_REPORT_YEAR, /* year, last_day, itself too late */
	/* A token that is plugged in. */
	DUE_UNREGISTERED,
	DUE_RETURNED_HERE, /* returned_date */
	DUE_LOST_HERE,
	DUE_CERTIFICATE_NOWHERE,
	DUE_CERTIFICATE_END,	   /* not_after, registered_end */
	DUE_CERTIFICATE_ELSEWHERE, /* device_serial by the register */
	DUE_CERTIFICATE_UNKNOWN,
	DUE_CERTIFICATE_MISSING, /* certificate_serial that is not there */
	DUE_RULES
};

/* Parameters taken from columns of the register have the names of the columns.
 */
enum due_param {
	/* Days. */
	DUE_NOT_BEFORE,
	DUE_OLD_END, /* of the certificate before */
	DUE_NOT_AFTER,
	DUE_REGISTERED_END,
	DUE_LAST_DAY,
	DUE_REVOKED_DATE,
	DUE_NOTICE_DATE,
	DUE_COLLECTED_DATE,
	DUE_RETURNED_DATE,
	DUE_RECEIVED_DATE,
	DUE_FROM_DATE,
	DUE_TO_DATE,
	DUE_LEFT_DATE,
	DUE_SEEN_DATE,
	DUE_VALID_DATE,
	DUE_DONE_DATE,
	/* Numbers. */
	DUE_YEARS,
	DUE_RENEWALS,
	DUE_WORKING_DAYS,
	DUE_REQUEST,
	DUE_YEAR,
	DUE_DRAFTED, /* a letter for it is drafted but not sent */
	/* Texts. */
	DUE_KEEPER,
	DUE_PLACE,
	DUE_LEFT_REASON, /* as the register has it: "retired"; or "" */
	DUE_EMAIL,
	DUE_DOCUMENT_NUMBER,
	DUE_DEVICE_SERIAL,
	DUE_CERTIFICATE_SERIAL,
};

struct due_value {
	enum due_param param;
	long long number; /* of days too */
	const char *text;
};

static inline bool due_param_is_day(enum due_param param)
{
	return param <= DUE_DONE_DATE;
}

static inline bool due_param_is_text(enum due_param param)
{
	return param >= DUE_KEEPER;
}

#define DUE_VALUES 5

enum due_actor {
	DUE_AGENCY,	/* that manages the subscriber */
	DUE_NEW_AGENCY, /* that the subscriber has moved to */
	DUE_SUBSCRIBER,
};

/* The command that acts on the token or the certificate of the item. */
enum due_step {
	DUE_NO_STEP,
	DUE_WRITE_REQUEST,
	DUE_WRITE_HANDOVER,
	DUE_WRITE_DECISION, /* that names the keeper */
	DUE_WRITE_REPORT,
	DUE_RECORD_TOKEN,  /* as it is plugged in */
	DUE_RECORD_ANSWER, /* to the request */
};

#define DUE_NO_DAY (-100000L)

/* Texts without a value are "". */
struct due {
	enum due_rule rule;
	enum due_state state;
	long day; /* the last one, or since when it is wrong; or DUE_NO_DAY */
	struct workdays_term term; /* of a day: what the calendar says of it */
	const char *article;
	const char *device_serial, *certificate_serial;
	const char *name, *organization, *unit; /* of the subscriber */
	/* The machine that saw the token, and the file that says so; NULL where
	 * none does. */
	const char *host, *file;
	struct due_value values[DUE_VALUES];
	size_t n_values;

	enum due_actor actor;
	const char *actor_name; /* where it is known */

	enum due_step step;
	const char *procedure; /* of the letter or the minutes: "renew" */
	const char *reason;    /* that the letter gives, as it is written */
};

struct due_question {
	const struct province *province;
	const struct workdays *holidays;
	long today, days; /* how far ahead to look */
	/* NULL means any. */
	const char *organization, *unit, *holder;
	const json_t *present; /* rows of the tokens plugged in, or NULL */
	bool thorough; /* what is open too, and what takes going through all */
};

struct due_list {
	struct due *list;
	size_t n;
	bool of_machines; /* items name the machine that saw the token */

	struct arena arena; /* private */
};

/*
 * Adds what is due to @list, which begins zeroed, the most pressing first. 0 or
 * -ENOMEM; errors of the database are the register's to tell. Articles belong
 * to the province, and what the calendar leaves open to the calendar.
 */
int due_find(struct custody_register *reg, const struct due_question *question,
	     struct due_list *list);
void due_free(struct due_list *list);

/* How many tokens the register has that are not handed back on the day of
 * @question, whomever it is about. */
size_t due_count_tokens(struct custody_register *reg,
			const struct due_question *question);

/* "renew", "hand-back", … */
const char *due_rule_name(enum due_rule rule);

/* True if a regulation sets the day of the item, so that it can be late. What
 * else is past its day, as a token whose certificate has ended, is not done. */
bool due_has_term(const struct due *d);

/* "overdue", "wrong", "today", "soon", "open" */
const char *due_state_name(enum due_state state);

/* NULL: the item does not have it. */
const struct due_value *due_value(const struct due *d, enum due_param param);

#endif
