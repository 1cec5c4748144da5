/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* Who keeps the tokens of organizations, where, and by which papers. */
#include <string.h>

#include "due_private.h"
#include "rules/reasons.h"

/* What is said of a place. */
enum place {
	PLACE_OFFICE,
	PLACE_ELSEWHERE,
	PLACE_UNSURE,
};

/* A token, and what was found of its custody so far. */
struct custody {
	struct query *row;
	bool decision; /* the regulation names one */
	/* Most tokens are kept where the one before is. */
	const char *before;
	enum place place;

	size_t n;  /* how many there were */
	long end;  /* of those that ended, the last */
	bool open; /* one has no end */
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

static struct due *wrong(const struct due_context *f, const struct custody *c,
			 const char *duty, const char *text)
{
	const char *article = due_duty(f, duty);
	struct due *d;

	if (!article)
		return NULL;
	d = due_add(f, duty, article, c->row);
	d->state = DUE_WRONG;
	d->text = text;
	return d;
}

static void tell_keeper(const struct due_context *f, const struct custody *c,
			long since, const char *text)
{
	struct due *d = wrong(f, c, "keeper", text);

	if (!d)
		return;
	d->day = since;
	d->command = due_command(f, d, "handover keeper");
}

static void tell_overlap(const struct due_context *f, const struct custody *c,
			 long from)
{
	const char *keeper = query_text(c->row, KEEPER);
	char words[DATE_SIZE];

	if (from == DUE_NO_DAY)
		tell_keeper(
			f, c, from,
			due_printf(
				f,
				_("%s is keeper while another is still: end one of them"),
				keeper));
	else
		tell_keeper(
			f, c, from,
			due_printf(
				f,
				_("from %s on %s is keeper while another is still: end one of them"),
				date_dmy(from, words), keeper));
}

/* Each begins when the one before ends, and not before. Since when the first is
 * keeper need not be known. */
static void check_order(const struct due_context *f, struct custody *c)
{
	long from = due_day(c->row, FROM);
	char end_words[DATE_SIZE], from_words[DATE_SIZE];

	if (c->open || (c->n && from != DUE_NO_DAY && c->end > from))
		tell_overlap(f, c, from);
	else if (c->n && from != DUE_NO_DAY && c->end + 1 < from)
		tell_keeper(
			f, c, c->end,
			due_printf(
				f,
				_("nobody was keeper from %s to %s: record who was"),
				date_dmy(c->end, end_words),
				date_dmy(from, from_words)));
	else if (!c->n && from != DUE_NO_DAY && from > f->question->today)
		tell_keeper(f, c, DUE_NO_DAY,
			    due_printf(f, _("the token has no keeper until %s"),
				       date_dmy(from, from_words)));
}

static bool has(const struct custody *c, int number, int date)
{
	return *query_text(c->row, number) && *query_text(c->row, date);
}

/* Whether the regulation names a decision, or leaves it at naming the keeper.
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

/* Whoever is first is named, by whatever paper the regulation asks for. */
static void check_first(const struct due_context *f, struct custody *c)
{
	struct due *d = NULL;

	if (has(c, DECISION, DECISION_DATE) ||
	    has(c, PERMISSION, PERMISSION_DATE))
		return;
	if (c->decision || f->question->thorough)
		d = wrong(
			f, c, "keeper",
			due_printf(
				f,
				_("%s is keeper without the number and day of a decision"),
				query_text(c->row, KEEPER)));
	if (d && !c->decision)
		d->state = DUE_OPEN;
}

/* Every other hand-over is permitted in writing, if not decided, and has
 * minutes. A keeper who takes a token back was named before, and of whom it is
 * not known since when may be the first. */
static void check_papers(const struct due_context *f, struct custody *c)
{
	bool temporary = query_number(c->row, TEMPORARY) != 0;
	bool permitted = has(c, PERMISSION, PERMISSION_DATE);
	bool known = due_day(c->row, FROM) != DUE_NO_DAY;
	const char *keeper = query_text(c->row, KEEPER);

	if (!temporary && (!c->n || !known)) {
		check_first(f, c);
		return;
	}
	if (!temporary)
		permitted |= has(c, DECISION, DECISION_DATE) ||
			     query_number(c->row, NAMED_BEFORE);
	if (!permitted)
		wrong(f, c, "permission",
		      due_printf(
			      f,
			      temporary
				      ? _("the temporary hand-over to %s lacks the number and day of the written permission")
				      : _("the hand-over to %s lacks the number and day of a decision or of the written permission"),
			      keeper));
	if (!*query_text(c->row, MINUTES))
		wrong(f, c, "permission",
		      due_printf(f, _("the hand-over to %s lacks minutes"),
				 keeper));
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
	const char *place = due_printf(f, "%s", recorded);
	struct due *d;

	if (!c->before || strcmp(c->before, place) != 0)
		c->place = place_of(f, place);
	c->before = place;
	if (c->place == PLACE_ELSEWHERE)
		wrong(f, c, "place",
		      due_printf(
			      f,
			      _("the token is kept at \"%s\", and belongs in the office"),
			      place));
	if (c->place != PLACE_UNSURE || !f->question->thorough)
		return;
	d = wrong(
		f, c, "place",
		*place ? due_printf(
				 f,
				 _("the token is kept at \"%s\": see that this is in the office"),
				 place)
		       : _("where the token is kept is not recorded"));
	if (d)
		d->state = DUE_OPEN;
}

/* The last one is still keeper, unless the token was taken back. */
static void check_last(const struct due_context *f, struct custody *c)
{
	const char *place = query_text(c->row, PLACE);
	char words[DATE_SIZE];

	if (!query_is_null(c->row, COLLECTED))
		return;
	if (!c->n)
		tell_keeper(f, c, DUE_NO_DAY,
			    _("the token has no keeper on record"));
	else if (!c->open && c->end < f->question->today)
		tell_keeper(f, c, c->end,
			    due_printf(f, _("nobody is keeper since %s"),
				       date_dmy(c->end, words)));
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

/* Whoever the row is of had the token before, by a decision. */
#define NAMED_BEFORE_ROW                                         \
	"EXISTS (SELECT 1 FROM \"custody\" \"b\" WHERE "         \
	"\"b\".\"device_serial\" = \"k\".\"device_serial\" AND " \
	"\"b\".\"keeper\" = \"k\".\"keeper\" AND "               \
	"\"b\".\"from_date\" < \"k\".\"from_date\" AND "         \
	"\"b\".\"decision\" IS NOT NULL)"
#define LAST_ROW                                                 \
	"NOT EXISTS (SELECT 1 FROM \"custody\" \"n\" WHERE "     \
	"\"n\".\"device_serial\" = \"k\".\"device_serial\" AND " \
	"(\"n\".\"from_date\" > \"k\".\"from_date\" OR ("        \
	"\"n\".\"from_date\" = \"k\".\"from_date\" AND "         \
	"\"n\".\"keeper\" > \"k\".\"keeper\")))"
static const char select_custody[] =
	"SELECT " DUE_WHOSE_TOKEN ", \"k\".\"keeper\", \"k\".\"from_date\", "
	"\"k\".\"to_date\", \"k\".\"temporary\", \"k\".\"decision\", "
	"\"k\".\"decision_date\", \"k\".\"permission\", "
	"\"k\".\"permission_date\", "
	"coalesce(\"k\".\"minutes\", \"k\".\"minutes_date\"), "
	"\"k\".\"place_kept\", \"t\".\"place_kept\", " DUE_COLLECTED_DATE
	", " NAMED_BEFORE_ROW ", " LAST_ROW " FROM " DUE_SEALS
	"LEFT JOIN \"custody\" \"k\" ON "
	"\"k\".\"device_serial\" = \"t\".\"device_serial\" "
	"WHERE \"s\".\"holder\" = 'organization'" DUE_IN_HAND;
/* The rows of a token follow each other. */
#define IN_ORDER                                                  \
	"ORDER BY \"s\".\"organization\", \"s\".\"subscriber\", " \
	"\"t\".\"device_serial\", \"k\".\"from_date\", \"k\".\"keeper\""

void due_custody(const struct due_context *f)
{
	struct custody c = { .row = due_query(f, select_custody, IN_ORDER),
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
