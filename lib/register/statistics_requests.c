/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* Requests by procedure: what came of them, and whether in time. */
#include <math.h>
#include <string.h>

#include "statistics_private.h"

struct tallied {
	const struct deadline *deadline; /* NULL: no regulation has one */
	long long carried, received, done, refused, open;
	long long on_time, late, no_deadline;
	long long days, n_days; /* worked on, of how many */
};

static const struct {
	const char *name, *label;
} procedures[] = {
	{ "new-person", "Cấp mới cho cá nhân" },
	{ "new-organization", "Cấp mới cho cơ quan, tổ chức" },
	{ "new-device", "Cấp mới cho thiết bị, dịch vụ, phần mềm" },
	{ "renew", "Gia hạn" },
	{ "change", "Thay đổi nội dung thông tin" },
	{ "revoke", "Thu hồi chứng thư chữ ký số" },
	{ "recover", "Khôi phục thiết bị lưu khóa bí mật" },
};

#define N_PROCEDURES (sizeof(procedures) / sizeof(procedures[0]))

/* The columns of the question: requests that are alike. */
enum { PROCEDURE, VALID, DONE_ON, IS_NEW, STATE, NUMBER };

enum state { OPEN, DONE, REFUSED };

/* One refused on a day that is not known was refused at once. */
#define SETTLED                                                           \
	"CASE WHEN \"r\".\"outcome\" = 'refused' THEN "                   \
	"coalesce(\"r\".\"outcome_date\", \"r\".\"done_date\", " RECEIVED \
	") ELSE \"r\".\"done_date\" END"
/* At the end of the period, as an enum state. */
#define THEN_STATE                                                  \
	"CASE WHEN coalesce(" SETTLED ", '9999') > $2 THEN 0 WHEN " \
	"\"r\".\"outcome\" = 'refused' THEN 2 ELSE 1 END"
#define CAME_IN_PERIOD "CASE WHEN " RECEIVED " >= $3 THEN 1 ELSE 0 END"
#define OF_AGENCY                                             \
	" AND ($1 = '' OR \"r\".\"request\" IN (SELECT "      \
	"\"i\".\"request\" FROM \"items\" \"i\"" SUBJECT_WHOM \
	"WHERE \"s\".\"organization\" = $1)) "
/* Taken in by the end of the period, and not settled before it. */
#define SELECT_REQUESTS                                                      \
	"SELECT \"r\".\"procedure\", \"r\".\"valid_date\", "                 \
	"\"r\".\"done_date\", " CAME_IN_PERIOD ", " THEN_STATE ", count(*) " \
	"FROM \"requests\" \"r\" WHERE" ASKED_FOR OF_AGENCY "AND " RECEIVED  \
	" <= $2 AND (" RECEIVED " >= $3 OR coalesce(" SETTLED ", '9999') "   \
	">= $3) GROUP BY \"r\".\"procedure\", \"r\".\"valid_date\", "        \
	"\"r\".\"done_date\", " CAME_IN_PERIOD ", " THEN_STATE

static struct tallied *tallied_of(struct tallied *all, const char *procedure)
{
	size_t i = 0;

	while (i < N_PROCEDURES - 1 &&
	       strcmp(procedures[i].name, procedure) != 0)
		i++;
	return &all[i];
}

static const struct deadline *deadline_of(const struct counting *c,
					  const char *procedure)
{
	const struct procedure *p =
		province_procedure(c->question->province, procedure);

	for (size_t i = 0; p && i < p->n_deadlines; i++)
		if (p->deadlines[i].days > 0)
			return &p->deadlines[i];
	return NULL;
}

/* The last day to settle what came on the day @valid. */
static long last_day(const struct counting *c, const struct tallied *t,
		     long valid)
{
	int unsure = 0;
	long last = workdays_add(c->question->holidays, valid,
				 t->deadline->days, &unsure);

	if (unsure && !c->doubts->unsure_year)
		c->doubts->unsure_year = unsure;
	return last;
}

static void judge_time(const struct counting *c, struct tallied *t,
		       struct query *q, enum state state)
{
	long long n = query_number(q, NUMBER);
	long valid = 0, day = c->question->to;

	if (!t->deadline || !date_read_iso(query_text(q, VALID), &valid) ||
	    (state == DONE && !date_read_iso(query_text(q, DONE_ON), &day)))
		t->no_deadline += n;
	else if (day > last_day(c, t, valid))
		t->late += n;
	else if (state == DONE)
		t->on_time += n;
}

/* Working days after that of receipt, up to the one it was done on. */
static void measure(const struct counting *c, struct tallied *t,
		    struct query *q)
{
	long long n = query_number(q, NUMBER);
	long day = 0, done = 0;

	if (!date_read_iso(query_text(q, VALID), &day) ||
	    !date_read_iso(query_text(q, DONE_ON), &done))
		return;
	t->n_days += n;
	for (day++; day <= done; day++)
		t->days += n * workdays_is_working(c->question->holidays, day);
}

static void tally(const struct counting *c, struct tallied *t, struct query *q)
{
	enum state state = (enum state)query_number(q, STATE);
	long long n = query_number(q, NUMBER);

	if (query_number(q, IS_NEW))
		t->received += n;
	else
		t->carried += n;
	switch (state) {
	case OPEN:
		t->open += n;
		break;
	case DONE:
		t->done += n;
		measure(c, t, q);
		break;
	case REFUSED:
		t->refused += n;
		return;
	}
	judge_time(c, t, q, state);
}

static void put_procedure(struct counting *c, json_t *rows, size_t i,
			  const struct tallied *t)
{
	json_t *row = json_object();

	counting_put_text(c, row, "procedure", procedures[i].name);
	counting_put_text(c, row, "label", procedures[i].label);
	counting_put_number(c, row, "carried", t->carried);
	counting_put_number(c, row, "received", t->received);
	counting_put_number(c, row, "done", t->done);
	counting_put_number(c, row, "refused", t->refused);
	counting_put_number(c, row, "open", t->open);
	counting_put_number(c, row, "on_time", t->on_time);
	counting_put_number(c, row, "late", t->late);
	counting_put_number(c, row, "no_deadline", t->no_deadline);
	/* In tenths, as it is shown. */
	counting_put(
		c, row, "mean_days",
		t->n_days ? json_real((double)llround(10.0 * (double)t->days /
						      (double)t->n_days) /
				      10)
			  : json_null());
	c->failed |= json_array_append_new(rows, row) != 0;
}

static void count_undated(const struct counting *c)
{
	const char *organization = c->question->organization;
	struct query *q =
		store_query(c->store, "SELECT count(*) FROM \"requests\" \"r\" "
				      "WHERE" ASKED_FOR OF_AGENCY
				      "AND " RECEIVED " IS NULL");

	query_put_text(q, organization ? organization : "");
	if (query_next(q))
		c->doubts->no_day += query_number(q, 0);
	query_end(q);
}

void count_procedures(struct counting *c, json_t *all)
{
	struct tallied tallied[N_PROCEDURES] = { 0 };
	json_t *rows = json_array();
	struct query *q = counting_query(c, SELECT_REQUESTS);

	for (size_t i = 0; i < N_PROCEDURES; i++)
		tallied[i].deadline = deadline_of(c, procedures[i].name);
	query_put_text(q, c->from);
	while (query_next(q))
		tally(c, tallied_of(tallied, query_text(q, PROCEDURE)), q);
	count_undated(c);
	for (size_t i = 0; i < N_PROCEDURES; i++)
		if (tallied[i].carried + tallied[i].received)
			put_procedure(c, rows, i, &tallied[i]);
	counting_put(c, all, "procedures", rows);
}
