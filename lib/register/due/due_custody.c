/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* Who keeps the tokens of organizations, where, and by which papers; the second
 * token of one; and tokens that are to be handed back. */
#include <string.h>

#include "due_private.h"
#include "register/due/due.sql.h"
#include "rules/reasons.h"

/* Judging where a token is kept by the words for the place. */
enum place {
	PLACE_OFFICE,
	PLACE_ELSEWHERE,
	PLACE_UNSURE,
};

/* A token and the custody found for it so far. */
struct custody {
	struct query *row;
	bool decision; /* the regulation names one */
	/* Most tokens are kept at the same place as the one before. */
	const char *before;
	enum place place;

	size_t n;  /* how many keepers there were */
	long end;  /* last day of the custody that ended last */
	bool open; /* a custody has no last day */
};

/* Columns after those of the subscriber. */
enum {
	KEEPER = DUE_WHOSE_COLUMNS,
	FROM,
	TO,
	TEMPORARY,
	DECISION,
	DECISION_DATE,
	PERMISSION,
	PERMISSION_DATE,
	MINUTES,
	PLACE,
	TOKEN_PLACE,
	COLLECTED,
	NAMED_BEFORE,
	LAST,
};

static struct due *tell_keeper(const struct due_context *f,
			       const struct custody *c, enum due_rule rule,
			       long since)
{
	struct due *d = due_add(f, rule, c->row);

	d->day = since;
	due_handover(d, "keeper");
	return d;
}

static void tell_of(const struct due_context *f, const struct custody *c,
		    enum due_rule rule)
{
	due_put_text(f, due_add(f, rule, c->row), DUE_KEEPER,
		     query_text(c->row, KEEPER));
}

/* Custody must begin on the day that the one before ends. The first keeper may
 * have no first day. */
static void check_order(const struct due_context *f, struct custody *c)
{
	long from = due_day(c->row, FROM);
	struct due *d = f->nothing;

	if (c->open || (c->n && from != DUE_NO_DAY && c->end > from)) {
		d = tell_keeper(f, c,
				from == DUE_NO_DAY ? DUE_KEEPER_TWO
						   : DUE_KEEPER_TWO_SINCE,
				from);
		due_put_text(f, d, DUE_KEEPER, query_text(c->row, KEEPER));
	} else if (c->n && from != DUE_NO_DAY && c->end + 1 < from) {
		d = tell_keeper(f, c, DUE_KEEPER_GAP, c->end);
		due_put_day(d, DUE_TO_DATE, c->end);
	} else if (!c->n && from != DUE_NO_DAY && from > f->question->today) {
		d = tell_keeper(f, c, DUE_KEEPER_LATER, DUE_NO_DAY);
	} else {
		return;
	}
	due_put_day(d, DUE_FROM_DATE, from);
}

static bool has(const struct custody *c, int number, int date)
{
	return *query_text(c->row, number) && *query_text(c->row, date);
}

/* True if the regulation requires a decision, or only that a keeper is named.
 */
static bool asks_for_decision(const struct due_context *f)
{
	const struct duty *duty =
		province_duty(f->question->province, "keeper");
	struct words decision = words_split(&f->list->arena, "quyết định giao");
	struct words text;

	if (!duty)
		return false;
	text = words_split(&f->list->arena, duty->words);
	return words_contain(&f->list->arena, &text, &decision);
}

/* The first keeper is named, by the paper that the regulation requires. */
static void check_first(const struct due_context *f, struct custody *c)
{
	struct due *d;

	if (has(c, DECISION, DECISION_DATE) ||
	    has(c, PERMISSION, PERMISSION_DATE) ||
	    (!c->decision && !f->question->thorough))
		return;
	d = due_add(f, DUE_KEEPER_UNDECIDED, c->row);
	if (!c->decision)
		d->state = DUE_OPEN;
	due_put_text(f, d, DUE_KEEPER, query_text(c->row, KEEPER));
	d->step = DUE_WRITE_DECISION;
}

/* Every other hand-over is permitted in writing, if not decided, and has
 * minutes. A keeper who takes a token back was named before, and of whom it is
 * not known since when may be the first. */
static void check_papers(const struct due_context *f, struct custody *c)
{
	bool temporary = query_number(c->row, TEMPORARY) != 0;
	bool permitted = has(c, PERMISSION, PERMISSION_DATE);
	bool known = due_day(c->row, FROM) != DUE_NO_DAY;

	if (!temporary && (!c->n || !known)) {
		check_first(f, c);
		return;
	}
	if (!temporary)
		permitted |= has(c, DECISION, DECISION_DATE) ||
			     query_number(c->row, NAMED_BEFORE);
	if (!permitted)
		tell_of(f, c,
			temporary ? DUE_PERMISSION_TEMPORARY
				  : DUE_PERMISSION_NONE);
	if (!*query_text(c->row, MINUTES))
		tell_of(f, c, DUE_PERMISSION_MINUTES);
}

static bool tells_any(const struct due_context *f, const char *place,
		      const char *const *phrases)
{
	struct words text = words_split(&f->list->arena, place);

	for (; *phrases; phrases++) {
		struct words phrase = words_split(&f->list->arena, *phrases);

		if (words_contain(&f->list->arena, &text, &phrase))
			return true;
	}
	return false;
}

static enum place place_of(const struct due_context *f, const char *place)
{
	static const char *const elsewhere[] = {
		"nhà riêng",	 "đưa về",	    "mang về",
		"tư gia",	 "chỗ ở",	    "nơi ở",
		"nhà trọ",	 "nhà ông",	    "nhà bà",
		"nhà anh",	 "nhà chị",	    "ngoài trụ sở",
		"ngoài cơ quan", "ngoài văn phòng", "khách sạn",
		"quán ăn",	 "quán nước",	    "quán cà phê",
		"xe ô tô",	 "xe máy",	    NULL
	};
	static const char *const office[] = {
		"trụ sở",  "cơ quan",	   "văn phòng",	    "phòng", "văn thư",
		"két",	   "tủ",	   "kho",	    "quầy",  "một cửa",
		"bộ phận", "trung tâm",	   "ban",	    "sở",    "ubnd",
		"tầng",	   "nhà làm việc", "nhà điều hành", NULL
	};
	/* "Nhà" alone may be an office: "tại nhà làm việc". */
	static const char *const home[] = { "tại nhà", "ở nhà", NULL };

	if (tells_any(f, place, elsewhere))
		return PLACE_ELSEWHERE;
	if (tells_any(f, place, office))
		return PLACE_OFFICE;
	return tells_any(f, place, home) ? PLACE_ELSEWHERE : PLACE_UNSURE;
}

static void check_place(const struct due_context *f, struct custody *c,
			const char *recorded)
{
	const char *place = due_keep(f, recorded);
	enum due_rule rule = DUE_PLACE_ELSEWHERE;

	if (!c->before || strcmp(c->before, place) != 0)
		c->place = place_of(f, place);
	c->before = place;
	if (c->place == PLACE_OFFICE ||
	    (c->place == PLACE_UNSURE && !f->question->thorough))
		return;
	if (c->place == PLACE_UNSURE)
		rule = *place ? DUE_PLACE_DOUBTFUL : DUE_PLACE_UNKNOWN;
	due_put_text(f, due_add(f, rule, c->row), DUE_PLACE, place);
}

/* The last keeper still has the token, unless it was taken back. */
static void check_last(const struct due_context *f, struct custody *c)
{
	const char *place = query_text(c->row, PLACE);

	if (!query_is_null(c->row, COLLECTED))
		return;
	if (!c->n)
		tell_keeper(f, c, DUE_KEEPER_NONE, DUE_NO_DAY);
	else if (!c->open && c->end < f->question->today)
		due_put_day(tell_keeper(f, c, DUE_KEEPER_ENDED, c->end),
			    DUE_TO_DATE, c->end);
	check_place(f, c, *place ? place : query_text(c->row, TOKEN_PLACE));
}

static void take(const struct due_context *f, struct custody *c)
{
	long end = due_day(c->row, TO);

	check_order(f, c);
	check_papers(f, c);
	c->open |= end == DUE_NO_DAY;
	if (!c->n || end > c->end)
		c->end = end;
	c->n++;
}

void due_custody(const struct due_context *f)
{
	struct custody c = { .row = due_query(f, sql_due_custody,
					      sql_due_custody_order),
			     .decision = asks_for_decision(f) };

	while (query_next(c.row)) {
		if (!query_is_null(c.row, KEEPER))
			take(f, &c);
		if (!query_number(c.row, LAST))
			continue;
		check_last(f, &c);
		c.n = 0;
		c.end = 0;
		c.open = false;
	}
}

/* A second device must be marked as such and have a keeper of its own. */
void due_second_devices(const struct due_context *f)
{
	struct query *q;

	if (!due_article(f, DUE_SECOND_UNMARKED))
		return;
	q = due_query(f, sql_due_second_unmarked, "");
	while (query_next(q))
		due_add(f, DUE_SECOND_UNMARKED, q);
	q = due_query(f, sql_due_second_keeper, "");
	while (query_next(q)) {
		struct due *d = due_add(f, DUE_SECOND_KEEPER, q);

		due_put_text(f, d, DUE_KEEPER,
			     query_text(q, DUE_WHOSE_COLUMNS));
		due_handover(d, "keeper");
	}
}

/* Tokens whose certificate ended or was revoked, and that are to be returned.
 */

/* Columns after those of the subscriber. */
enum {
	BACK_END = DUE_WHOSE_COLUMNS,
	REVOKED,
	NOTICE,
	BACK_COLLECTED,
	WITH_OTHERS,
	LEFT_TO,
	IS_REVOKED,
};

static void take_back(const struct due_context *f, struct query *q,
		      enum due_rule rule, enum due_param param, long since)
{
	const struct deadline *deadline = due_deadline(f, "return");
	bool in_term =
		rule == DUE_HAND_BACK_NOTICE || rule == DUE_HAND_BACK_NO_NOTICE;
	struct workdays_term last =
		in_term ? due_after(f, since, deadline->days)
			: due_on(f, since);
	struct due *d = due_add_by(f, rule, due_article(f, rule), q, last);

	if (in_term)
		d->actor_name = deadline->who;
	if (query_number(q, WITH_OTHERS))
		due_set_new_agency(f, d, q, LEFT_TO);
	due_put_day(d, param, since);
	if (in_term)
		due_put_number(d, DUE_WORKING_DAYS, deadline->days);
	due_put_day(d, DUE_COLLECTED_DATE, due_day(q, BACK_COLLECTED));
	due_handover(d, "return");
}

/* The notice cannot come before the revocation: where its day is not recorded
 * the term may have begun then. */
static void take_revoked(const struct due_context *f, struct query *q)
{
	long notice = due_day(q, NOTICE), revoked = due_day(q, REVOKED);

	if (!due_deadline(f, "return"))
		take_back(f, q, DUE_HAND_BACK_REVOKED, DUE_REVOKED_DATE,
			  notice == DUE_NO_DAY ? revoked : notice);
	else if (notice == DUE_NO_DAY)
		take_back(f, q, DUE_HAND_BACK_NO_NOTICE, DUE_REVOKED_DATE,
			  revoked);
	else
		take_back(f, q, DUE_HAND_BACK_NOTICE, DUE_NOTICE_DATE, notice);
}

static void take_ended(const struct due_context *f, const char *end)
{
	struct query *q = due_query(f, sql_due_hand_back, end);

	while (query_next(q))
		if (query_number(q, IS_REVOKED))
			take_revoked(f, q);
		else
			take_back(f, q, DUE_HAND_BACK_EXPIRED, DUE_NOT_AFTER,
				  due_day(q, BACK_END));
}

void due_hand_back(const struct due_context *f)
{
	if (!due_article(f, DUE_HAND_BACK_EXPIRED))
		return;
	if (*due_of_agency(f)) {
		take_ended(f, sql_due_back_of_agency);
	} else {
		take_ended(f, sql_due_back_expired);
		take_ended(f, sql_due_back_revoked);
	}
}
