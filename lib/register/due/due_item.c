/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include "due_private.h"
#include "register/certificate.h"

#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "base/text.h"
#include "register/due/due.sql.h"

/* The part of the regulation that has the article of a rule. */
enum basis {
	NONE, /* it is about the register, not about the law */
	DUTY,
	DUTY_OR_NONE, /* the rule holds even if the regulation does not have it
		       */
	PROCEDURE,
	CONDITION, /* of a procedure */
	DEADLINE,  /* of a procedure, in working days */
};

static const struct rule {
	const char *name;     /* in data, where it must not change */
	enum due_state state; /* as long as it has no day */
	enum basis basis;
	const char *of, *condition;
} rules[] = {
	[DUE_RENEW] = { "renew", DUE_OPEN, CONDITION, "renew", "days-left" },
	[DUE_NEW_TOO_LATE] = { "new-certificate", DUE_OPEN, CONDITION, "renew",
			       "days-left" },
	[DUE_NEW_RENEWED_BEFORE] = { "new-certificate", DUE_OPEN, CONDITION,
				     "renew", "renewed-once" },
	[DUE_TERM_NEW] = { "term-new", DUE_WRONG, DUTY, "term-new" },
	[DUE_TERM_RENEWED] = { "term-renewed", DUE_WRONG, DUTY,
			       "term-renewed" },
	[DUE_TERM_CHANGED] = { "term-unchanged", DUE_WRONG, DUTY,
			       "term-unchanged" },
	[DUE_RENEWED_AGAIN] = { "renewed-once", DUE_WRONG, CONDITION, "renew",
				"renewed-once" },
	[DUE_PUBLIC_CA] = { "public-ca", DUE_WRONG, DUTY, "public-ca" },
	[DUE_HAND_BACK_EXPIRED] = { "hand-back", DUE_OPEN, DUTY, "hand-back" },
	[DUE_HAND_BACK_REVOKED] = { "hand-back", DUE_OPEN, DUTY, "hand-back" },
	[DUE_HAND_BACK_NOTICE] = { "hand-back", DUE_OPEN, DEADLINE, "return" },
	[DUE_HAND_BACK_NO_NOTICE] = { "hand-back", DUE_OPEN, DEADLINE,
				      "return" },
	[DUE_KEEPER_NONE] = { "keeper", DUE_WRONG, DUTY, "keeper" },
	[DUE_KEEPER_LATER] = { "keeper", DUE_WRONG, DUTY, "keeper" },
	[DUE_KEEPER_ENDED] = { "keeper", DUE_WRONG, DUTY, "keeper" },
	[DUE_KEEPER_GAP] = { "keeper", DUE_WRONG, DUTY, "keeper" },
	[DUE_KEEPER_TWO] = { "keeper", DUE_WRONG, DUTY, "keeper" },
	[DUE_KEEPER_TWO_SINCE] = { "keeper", DUE_WRONG, DUTY, "keeper" },
	[DUE_KEEPER_UNDECIDED] = { "keeper", DUE_WRONG, DUTY, "keeper" },
	[DUE_PERMISSION_MINUTES] = { "permission", DUE_WRONG, DUTY,
				     "permission" },
	[DUE_PERMISSION_NONE] = { "permission", DUE_WRONG, DUTY, "permission" },
	[DUE_PERMISSION_TEMPORARY] = { "permission", DUE_WRONG, DUTY,
				       "permission" },
	[DUE_PLACE_UNKNOWN] = { "place", DUE_OPEN, DUTY, "place" },
	[DUE_PLACE_DOUBTFUL] = { "place", DUE_OPEN, DUTY, "place" },
	[DUE_PLACE_ELSEWHERE] = { "place", DUE_WRONG, DUTY, "place" },
	[DUE_SECOND_UNMARKED] = { "second-device", DUE_WRONG, DUTY,
				  "second-device" },
	[DUE_SECOND_KEEPER] = { "second-device", DUE_WRONG, DUTY,
				"second-device" },
	[DUE_LEAVING] = { "leaving", DUE_OPEN, DUTY, "leaving" },
	[DUE_LEAVING_ASKED] = { "leaving", DUE_OPEN, DUTY, "leaving" },
	[DUE_LEAVING_COLLECTED] = { "leaving", DUE_OPEN, DUTY, "leaving" },
	[DUE_MOVING] = { "moving", DUE_OPEN, DUTY, "moving" },
	[DUE_MOVING_BY] = { "moving", DUE_OPEN, DUTY, "moving" },
	[DUE_MOVING_TOO_LATE] = { "moving", DUE_OPEN, DUTY, "moving" },
	[DUE_LOSS_UNREPORTED] = { "report-loss", DUE_OVERDUE, DUTY,
				  "report-loss" },
	[DUE_LOSS_REVOKE] = { "revoke-lost", DUE_OVERDUE, DUTY, "report-loss" },
	[DUE_LEAK_REVOKE] = { "revoke-lost", DUE_OVERDUE, DUTY, "report-loss" },
	[DUE_LOSS_MINUTES] = { "loss-minutes", DUE_OVERDUE, PROCEDURE, "lost" },
	[DUE_LOCKED] = { "recover", DUE_OPEN, CONDITION, "recover",
			 "listed-reason" },
	[DUE_LOCKED_SEEN] = { "recover", DUE_OPEN, CONDITION, "recover",
			      "listed-reason" },
	[DUE_LOCKED_HERE] = { "recover", DUE_WRONG, CONDITION, "recover",
			      "listed-reason" },
	[DUE_LOCKED_ASKED] = { "recover", DUE_OPEN, CONDITION, "recover",
			       "listed-reason" },
	[DUE_OWN_KEEPING] = { "own-keeping", DUE_WRONG, DUTY, "own-keeping" },
	[DUE_DELIVER] = { "deliver", DUE_OPEN, DUTY, "deliver" },
	[DUE_TOKEN_OF_NOBODY] = { "subscriber", DUE_OPEN },
	[DUE_CERTIFICATE_OF_NOBODY] = { "subscriber", DUE_OPEN },
	[DUE_PRIVATE_EMAIL] = { "official-email", DUE_OPEN, CONDITION,
				"new-person", "official-email" },
	[DUE_ANSWER] = { "answer", DUE_OPEN },
	[DUE_REPORT_HALF] = { "report", DUE_OPEN },
	[DUE_REPORT_YEAR] = { "report", DUE_OPEN },
	[DUE_UNREGISTERED] = { "unregistered", DUE_WRONG },
	[DUE_RETURNED_HERE] = { "returned-present", DUE_WRONG, DUTY_OR_NONE,
				"hand-back" },
	[DUE_LOST_HERE] = { "lost-present", DUE_WRONG, DUTY_OR_NONE,
			    "report-loss" },
	[DUE_CERTIFICATE_NOWHERE] = { "certificate-differs", DUE_WRONG },
	[DUE_CERTIFICATE_END] = { "certificate-differs", DUE_WRONG },
	[DUE_CERTIFICATE_ELSEWHERE] = { "serial-swapped", DUE_WRONG },
	[DUE_CERTIFICATE_UNKNOWN] = { "certificate-unregistered", DUE_WRONG },
	[DUE_CERTIFICATE_MISSING] = { "certificate-missing", DUE_WRONG },
};

const char *due_rule_name(enum due_rule rule)
{
	return rules[rule].name;
}

bool due_has_term(const struct due *d)
{
	const struct rule *r = &rules[d->rule];

	return r->basis == DEADLINE || d->rule == DUE_ANSWER ||
	       d->rule == DUE_REPORT_HALF || d->rule == DUE_REPORT_YEAR ||
	       (r->condition && strcmp(r->condition, "days-left") == 0);
}

const char *due_state_name(enum due_state state)
{
	static const char *const names[] = { "overdue", "wrong", "today",
					     "soon", "open" };

	return names[state];
}

const struct due_value *due_value(const struct due *d, enum due_param param)
{
	for (size_t i = 0; i < d->n_values; i++)
		if (d->values[i].param == param)
			return &d->values[i];
	return NULL;
}

struct query *due_query(const struct due_context *f, const char *sql,
			const char *end)
{
	const struct due_question *question = f->question;
	const char *organization =
		question->organization ? question->organization : "";
	char *whole = NULL;
	struct query *q;

	if (asprintf(&whole, "%s%s%s%s", sql,
		     *organization ? sql_due_of_one : sql_due_of_any,
		     sql_due_whose, end) < 0) {
		store_fail(f->store, -ENOMEM);
		whole = NULL;
	}
	q = store_query(f->store, whole ? whole : "");
	free(whole);
	query_put_text(q, organization);
	query_put_text(q, question->unit ? question->unit : "");
	query_put_text(q, question->holder ? question->holder : "");
	return q;
}

const char *due_of_agency(const struct due_context *f)
{
	const char *organization = f->question->organization;

	return organization && *organization ? sql_due_of_agency : "";
}

/* A damaged database may have values that ckstoken never writes. */
const char *due_keep(const struct due_context *f, const char *text)
{
	const char *kept = *text ? text_clean(&f->list->arena, text) : "";

	return kept ? kept : "";
}

/* An article of the regulation, with the number of the regulation. */
static const char *article_of_procedure(const struct due_context *f,
					const char *name)
{
	const struct province *province = f->question->province;
	const struct procedure *p = province_procedure(province, name);
	char *text = NULL;
	const char *kept;

	if (!p)
		return NULL;
	if (asprintf(&text, "%s (%s)", p->article,
		     province->regulation.number) < 0) {
		f->list->arena.failed = true;
		return NULL;
	}
	kept = due_keep(f, text);
	free(text);
	return kept;
}

const char *due_article(const struct due_context *f, enum due_rule rule)
{
	const struct rule *r = &rules[rule];
	const struct condition *condition;
	const struct deadline *deadline;
	const struct duty *duty;

	switch (r->basis) {
	case DUTY:
	case DUTY_OR_NONE:
		duty = province_duty(f->question->province, r->of);
		if (duty)
			return duty->article;
		return r->basis == DUTY ? NULL : "";
	case PROCEDURE:
		return article_of_procedure(f, r->of);
	case CONDITION:
		condition = due_condition(f, r->of, r->condition);
		return condition ? condition->article : NULL;
	case DEADLINE:
		deadline = due_deadline(f, r->of);
		return deadline ? deadline->article : NULL;
	case NONE:
		break;
	}
	return "";
}

struct due *due_add_under(const struct due_context *f, enum due_rule rule,
			  const char *article, struct query *row)
{
	struct due_list *list = f->list;
	struct due *d = f->nothing, *grown = NULL;

	if (article)
		grown = arena_grow(&list->arena, list->list, list->n,
				   sizeof(*grown));
	if (grown) {
		list->list = grown;
		d = &grown[list->n++];
	}
	*d = (struct due){
		.rule = rule,
		.article = article ? article : "",
		.state = rules[rule].state,
		.day = DUE_NO_DAY,
		.term = { .doubt = "" },
		.device_serial = row ? due_keep(f, query_text(row, 0)) : "",
		.certificate_serial =
			row ? due_keep(f,
				       certificate_number(query_text(row, 1)))
			    : "",
		.name = row ? due_keep(f, query_text(row, 2)) : "",
		.organization = row ? due_keep(f, query_text(row, 4)) : "",
		.unit = row ? due_keep(f, query_text(row, 5)) : "",
		.actor_name = "",
		.procedure = "",
		.reason = "",
	};
	return d;
}

struct due *due_add(const struct due_context *f, enum due_rule rule,
		    struct query *row)
{
	return due_add_under(f, rule, due_article(f, rule), row);
}

struct due *due_add_by(const struct due_context *f, enum due_rule rule,
		       const char *article, struct query *row,
		       struct workdays_term term)
{
	const struct due_question *question = f->question;
	bool is_asked_for = term.earliest - question->today <= question->days;
	struct due *d =
		due_add_under(f, rule, is_asked_for ? article : NULL, row);

	due_set_term(f, d, term);
	return d;
}

void due_set_term(const struct due_context *f, struct due *d,
		  struct workdays_term term)
{
	long today = f->question->today;

	d->day = term.day;
	d->term = term;
	/* It is too late for the working day before. */
	if (term.before != term.day && term.before < today) {
		d->term.before = term.day;
		d->term.doubt = "";
	}
	if (today > term.latest)
		d->state = DUE_OVERDUE;
	else if (today == term.day || today == term.earliest ||
		 today == term.latest)
		d->state = DUE_TODAY;
	else
		d->state = DUE_SOON;
}

static struct due_value *new_value(struct due *d, enum due_param param)
{
	struct due_value *v = &d->values[d->n_values++];

	*v = (struct due_value){ .param = param, .text = "" };
	return v;
}

void due_put_day(struct due *d, enum due_param param, long day)
{
	if (day != DUE_NO_DAY)
		new_value(d, param)->number = day;
}

void due_put_number(struct due *d, enum due_param param, long long number)
{
	new_value(d, param)->number = number;
}

void due_put_text(const struct due_context *f, struct due *d,
		  enum due_param param, const char *text)
{
	new_value(d, param)->text = due_keep(f, text);
}

void due_put_draft(struct due *d, struct query *row, int column)
{
	if (query_number(row, column) == DUE_ONLY_DRAFTED)
		new_value(d, DUE_DRAFTED)->number = 1;
}

void due_set_new_agency(const struct due_context *f, struct due *d,
			struct query *row, int column)
{
	d->actor = DUE_NEW_AGENCY;
	d->actor_name = due_keep(f, query_text(row, column));
}

void due_request(struct due *d, const char *procedure)
{
	d->step = DUE_WRITE_REQUEST;
	d->procedure = procedure;
}

void due_handover(struct due *d, const char *procedure)
{
	d->step = DUE_WRITE_HANDOVER;
	d->procedure = procedure;
}

const char *due_new_procedure(const char *holder)
{
	if (strcmp(holder, "organization") == 0)
		return "new-organization";
	return strcmp(holder, "device") == 0 ? "new-device" : "new-person";
}

const struct condition *due_condition(const struct due_context *f,
				      const char *procedure, const char *rule)
{
	const struct procedure *p =
		province_procedure(f->question->province, procedure);

	for (size_t i = 0; p && i < p->n_conditions; i++)
		if (strcmp(p->conditions[i].rule, rule) == 0)
			return &p->conditions[i];
	return NULL;
}

const struct deadline *due_deadline(const struct due_context *f,
				    const char *procedure)
{
	return province_answer_deadline(f->question->province, procedure, "");
}

struct workdays_term due_after(const struct due_context *f, long day, long n)
{
	return workdays_add(f->question->holidays, day, n);
}

struct workdays_term due_on(const struct due_context *f, long day)
{
	return workdays_day(f->question->holidays, day);
}

long due_day(struct query *q, int column)
{
	char text[DATE_SIZE] = "";
	long day;

	/* Of a time only the day counts. */
	(void)snprintf(text, sizeof(text), "%.10s", query_text(q, column));
	return date_read_iso(text, &day) ? day : DUE_NO_DAY;
}
