/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include "workdays.h"

#include <ctype.h>
#include <errno.h>
#include <limits.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>
#include <utf8proc.h>

#include "base/date.h"
#include "base/i18n.h"
#include "base/path.h"
#include "base/text.h"

#ifndef CKSTOKEN_DATADIR
#error "CKSTOKEN_DATADIR: where the calendar is installed"
#endif
#ifndef SYSCONFDIR
#error "SYSCONFDIR: where an agency's own calendar is"
#endif

#define MAX_FILE (256UL * 1024)
#define MAX_SPAN 31

/* The days that a file may name: 2000-01-01 to 2099-12-31. */
#define FIRST_YEAR 2000
#define N_YEARS 100
#define FIRST_DAY 10957L
#define N_DAYS 36525

enum mark {
	MARK_NONE,
	MARK_OFF,
	MARK_WORKED,
	MARK_UNSURE, /* worked or not, as its day of the week is */
};

/* What is not settled: whether a day is off, whether one is worked, or whether
 * one is off and another worked instead. */
struct question {
	long off, worked; /* either may be NO_DAY */
	const char *name;
};

#define NO_DAY LONG_MIN

struct workdays {
	bool years[N_YEARS];
	unsigned char marks[N_DAYS];
	struct question *questions;
	size_t n_questions;
	struct arena arena;
};

struct reader {
	struct workdays *workdays;
	int every[13]
		 [32]; /* since which year, by month and day, from 1; or 0 */
	const char *path;
	struct error *error;
	int line;
};

static int fault(struct reader *r, const char *text)
{
	return error_set(r->error, -EINVAL, _("%s: line %d: %s"), r->path,
			 r->line, text);
}

/* The first word of *@rest, which goes on to the next one; "" at its end. */
static char *take_word(char **rest)
{
	char *word = *rest, *end = word + strcspn(word, " \t");

	*rest = end + strspn(end, " \t");
	*end = '\0';
	return word;
}

/*
 * A name begins with a letter; a second day or a ".." that was separated by
 * mistake does not.
 */
static bool is_name(const char *text)
{
	return isalpha((unsigned char)text[0]) || (text[0] & 0x80);
}

static bool is_marked(const struct workdays *workdays, long day, enum mark mark)
{
	return day >= FIRST_DAY && day < FIRST_DAY + N_DAYS &&
	       workdays->marks[day - FIRST_DAY] == mark;
}

static bool is_weekend(long day)
{
	/* Day 0 is a Thursday. */
	long weekday = (day % 7 + 7) % 7;

	return weekday == 2 || weekday == 3;
}

static int take_day(struct reader *r, const char *text, long *day)
{
	if (strlen(text) != strlen("YYYY-MM-DD") || !date_read_iso(text, day))
		return fault(r,
			     _("not a day of the calendar, as in 2026-02-16"));
	if (*day < FIRST_DAY || *day >= FIRST_DAY + N_DAYS)
		return fault(r, _("not a day of the years 2000 to 2099"));
	return 0;
}

static int mark_day(struct reader *r, long day, enum mark mark)
{
	unsigned char *place = &r->workdays->marks[day - FIRST_DAY];

	if (*place != MARK_NONE)
		return fault(r, _("this day is in the file already"));
	*place = (unsigned char)mark;
	return 0;
}

static int take_year(struct reader *r, const char *word, int *year)
{
	char first[sizeof("YYYY-01-01")];
	long day;

	(void)snprintf(first, sizeof(first), "%.4s-01-01", word);
	if (strlen(word) != strlen("YYYY") || !date_read_iso(first, &day) ||
	    day < FIRST_DAY || day >= FIRST_DAY + N_DAYS)
		return fault(r, _("not one of the years 2000 to 2099"));
	*year = date_year(day);
	return 0;
}

static int read_year(struct reader *r, char *rest)
{
	const char *word = take_word(&rest);
	int year, ret;

	if (strlen(word) != strlen("YYYY") || *rest)
		return fault(r, _("not a year alone, as in year 2026"));
	ret = take_year(r, word, &year);
	if (ret)
		return ret;
	if (r->workdays->years[year - FIRST_YEAR])
		return fault(r, _("this year is in the file already"));
	r->workdays->years[year - FIRST_YEAR] = true;
	return 0;
}

/* The year behind "since", if @rest begins with that. */
static int read_since(struct reader *r, char **rest, int *year)
{
	*year = FIRST_YEAR;
	if (strncmp(*rest, "since ", strlen("since ")) != 0 ||
	    !isdigit((unsigned char)(*rest)[strlen("since ")]))
		return 0;
	(void)take_word(rest);
	return take_year(r, take_word(rest), year);
}

/* "MM-DD", read as a day of a leap year, so that 02-29 is one. */
static int read_every(struct reader *r, char *rest)
{
	const char *word = take_word(&rest);
	char day_text[sizeof("2000-MM-DD")];
	int year, *place, ret;
	struct tm tm;
	long day;

	(void)snprintf(day_text, sizeof(day_text), "2000-%.5s", word);
	if (strlen(word) != strlen("MM-DD") || !date_read_iso(day_text, &day))
		return fault(r, _("not a day of each year, as in every 09-02"));
	ret = read_since(r, &rest, &year);
	if (ret)
		return ret;
	if (!is_name(rest))
		return fault(r, _("the day has no name"));
	tm = date_tm(date_start(day));
	place = &r->every[tm.tm_mon + 1][tm.tm_mday];
	if (*place)
		return fault(r, _("this day is in the file already"));
	*place = year;
	return 0;
}

static int take_worked(struct reader *r, const char *word, long *day)
{
	int ret = take_day(r, word, day);

	if (!ret && !is_weekend(*day))
		ret = fault(
			r,
			_("neither a Saturday nor a Sunday: it is a working day in any case"));
	return ret;
}

static int read_worked(struct reader *r, char *rest)
{
	const char *word = take_word(&rest);
	long day;
	int ret = take_worked(r, word, &day);

	if (ret)
		return ret;
	if (!is_name(rest))
		return fault(r, _("the day has no name"));
	return mark_day(r, day, MARK_WORKED);
}

static int add_question(struct reader *r, const struct question *question)
{
	struct workdays *w = r->workdays;
	struct question *list = arena_grow(&w->arena, w->questions,
					   w->n_questions, sizeof(*list));
	const char *name = text_clean(&w->arena, question->name);

	if (!list || !name)
		return -ENOMEM;
	w->questions = list;
	list[w->n_questions] = *question;
	list[w->n_questions++].name = name;
	return 0;
}

/* One day, or a day off "for" one that is worked instead: both are as they are
 * said to be, or neither is. */
static int read_unsure(struct reader *r, char *rest)
{
	const char *word = take_word(&rest);
	struct question q = { .off = NO_DAY, .worked = NO_DAY };
	bool swap = strncmp(rest, "for ", strlen("for ")) == 0 &&
		    isdigit((unsigned char)rest[strlen("for ")]);
	long day;
	int ret = take_day(r, word, &day);

	if (!ret && swap) {
		(void)take_word(&rest);
		ret = take_worked(r, take_word(&rest), &q.worked);
		if (!ret && is_weekend(day))
			ret = fault(
				r,
				_("a Saturday or a Sunday is off in any case"));
	}
	if (ret)
		return ret;
	if (!is_name(rest))
		return fault(r, _("the day has no name"));
	if (!swap && is_weekend(day))
		q.worked = day;
	else
		q.off = day;
	q.name = rest;
	ret = mark_day(r, day, MARK_UNSURE);
	if (!ret && swap)
		ret = mark_day(r, q.worked, MARK_UNSURE);
	return ret ? ret : add_question(r, &q);
}

/* @word is a day, or two with ".." between. */
static int read_off(struct reader *r, char *word, const char *name)
{
	char *dots = strstr(word, "..");
	long first, last;
	int ret;

	if (dots)
		*dots = '\0';
	ret = take_day(r, word, &first);
	last = first;
	if (!ret && dots)
		ret = take_day(r, dots + 2, &last);
	if (ret)
		return ret;
	if (last < first || last - first >= MAX_SPAN)
		return fault(
			r,
			_("the days do not follow each other within a month"));
	if (!is_name(name))
		return fault(r, _("the day has no name"));
	for (long day = first; day <= last && !ret; day++)
		ret = mark_day(r, day, MARK_OFF);
	return ret;
}

static int read_line(struct reader *r, char *line)
{
	char *word, *rest = line + strspn(line, " \t");
	size_t len = strlen(rest);

	while (len && strchr(" \t\r", rest[len - 1]))
		rest[--len] = '\0';
	if (!len || rest[0] == '#')
		return 0;
	if (utf8proc_decompose((const utf8proc_uint8_t *)rest, 0, NULL, 0,
			       UTF8PROC_NULLTERM | UTF8PROC_STABLE) < 0)
		return fault(r, _("not UTF-8"));
	word = take_word(&rest);
	if (strcmp(word, "year") == 0)
		return read_year(r, rest);
	if (strcmp(word, "every") == 0)
		return read_every(r, rest);
	if (strcmp(word, "work") == 0)
		return read_worked(r, rest);
	if (strcmp(word, "unsure") == 0)
		return read_unsure(r, rest);
	if (isdigit((unsigned char)word[0]))
		return read_off(r, word, rest);
	return fault(r, _("neither a day nor year, every, work or unsure"));
}

/* A line about one day goes before a line about that day of every year. */
static void mark_every(struct reader *r)
{
	unsigned char *marks = r->workdays->marks;

	for (long day = FIRST_DAY; day < FIRST_DAY + N_DAYS; day++, marks++) {
		struct tm tm = date_tm(date_start(day));
		int since = r->every[tm.tm_mon + 1][tm.tm_mday];

		if (*marks == MARK_NONE && since && tm.tm_year + 1900 >= since)
			*marks = MARK_OFF;
	}
}

static int read_text(struct reader *r, char *text, size_t len)
{
	static const char mark[] = "\xEF\xBB\xBF";
	char *end = text + len;
	int ret = 0;

	if (strncmp(text, mark, strlen(mark)) == 0)
		text += strlen(mark);
	while (text < end && !ret) {
		char *line_end = strchrnul(text, '\n');

		r->line++;
		if (line_end < end && *line_end == '\0')
			return fault(r, _("not text"));
		*line_end = '\0';
		ret = read_line(r, text);
		text = line_end + 1;
	}
	mark_every(r);
	return ret;
}

int workdays_read(const char *path, struct workdays **out, struct error *error)
{
	struct reader r = { .path = path, .error = error };
	int fd = path_open_file(path, false, NULL);
	FILE *f = fd < 0 ? NULL : fdopen(fd, "r");
	char *text = NULL;
	size_t len;
	int ret;

	if (!f) {
		ret = fd < 0 ? fd : -errno;
		if (fd >= 0)
			close(fd);
		return error_set(error, ret, "%s: %s", path,
				 error_text(NULL, ret));
	}
	ret = -ENOMEM;
	text = malloc(MAX_FILE + 1);
	r.workdays = calloc(1, sizeof(*r.workdays));
	if (!text || !r.workdays)
		goto out;
	len = fread(text, 1, MAX_FILE, f);
	if (ferror(f)) {
		ret = error_set(error, -EIO, _("%s: cannot be read"), path);
		goto out;
	}
	if (len == MAX_FILE) {
		ret = error_set(error, -EFBIG,
				_("%s: it is larger than %lu KiB"), path,
				MAX_FILE / 1024);
		goto out;
	}
	text[len] = '\0';
	ret = read_text(&r, text, len);
	if (!ret) {
		*out = r.workdays;
		r.workdays = NULL;
	}
out:
	(void)fclose(f);
	free(text);
	workdays_free(&r.workdays);
	return ret;
}

int workdays_load(struct workdays **out, struct error *error)
{
	int ret = workdays_read(SYSCONFDIR "/ckstoken/holidays", out, error);

	if (ret != -ENOENT)
		return ret;
	error_free(error);
	return workdays_read(CKSTOKEN_DATADIR "/holidays", out, error);
}

void workdays_free(struct workdays **workdays)
{
	if (*workdays)
		arena_free(&(*workdays)->arena);
	free(*workdays);
	*workdays = NULL;
}

bool workdays_has_year(const struct workdays *workdays, int year)
{
	return year >= FIRST_YEAR && year < FIRST_YEAR + N_YEARS &&
	       workdays->years[year - FIRST_YEAR];
}

bool workdays_is_working(const struct workdays *workdays, long day)
{
	if (is_weekend(day))
		return is_marked(workdays, day, MARK_WORKED);
	return !is_marked(workdays, day, MARK_OFF);
}

static int first_unknown_year(const struct workdays *workdays, long first,
			      long last)
{
	int end = date_year(last);

	for (int year = date_year(first); year <= end; year++)
		if (!workdays_has_year(workdays, year))
			return year;
	return 0;
}

/* How the questions of the calendar are answered while days are counted. */
enum answers {
	ALL_NO,	  /* each day is as its day of the week */
	EARLIEST, /* so that the term ends as early as it may */
	LATEST,
	ONE_YES, /* all no, but for one */
};

/* True if a yes gives a term from @first on more working days before it takes
 * any: a day that is before the term does nothing to it. */
static bool gives_days(const struct question *q, long first)
{
	return q->worked >= first && (q->off < first || q->worked < q->off);
}

static bool is_counted(const struct workdays *workdays, long day, long first,
		       enum answers answers, const struct question *one)
{
	const struct question *q = workdays->questions;

	if (answers == ALL_NO || !is_marked(workdays, day, MARK_UNSURE))
		return workdays_is_working(workdays, day);
	while (q->off != day && q->worked != day)
		q++;
	if (answers == ONE_YES ? q == one
			       : gives_days(q, first) == (answers == EARLIEST))
		return q->worked == day;
	return !is_weekend(day);
}

static long count(const struct workdays *workdays, long day, long n,
		  enum answers answers, const struct question *one)
{
	long first = day + 1;

	while (n > 0) {
		day++;
		n -= is_counted(workdays, day, first, answers, one);
	}
	return day;
}

/* What moves the end, or, where it is several things together, the first of
 * them. */
static const char *find_doubt(const struct workdays *workdays, long day, long n,
			      const struct workdays_term *term)
{
	const char *doubt = "";

	for (size_t i = 0; i < workdays->n_questions; i++) {
		const struct question *q = &workdays->questions[i];
		bool is_near = (q->off > day && q->off <= term->latest) ||
			       (q->worked > day && q->worked <= term->latest);

		if (is_near && count(workdays, day, n, ONE_YES, q) != term->day)
			return q->name;
		if (is_near && !*doubt)
			doubt = q->name;
	}
	return doubt;
}

struct workdays_term workdays_add(const struct workdays *workdays, long day,
				  long n)
{
	struct workdays_term term = {
		.day = count(workdays, day, n, ALL_NO, NULL),
		.earliest = count(workdays, day, n, EARLIEST, NULL),
		.latest = count(workdays, day, n, LATEST, NULL),
		.doubt = "",
	};

	term.before = term.day;
	if (n > 0)
		term.unknown_year =
			first_unknown_year(workdays, day + 1, term.day);
	if (term.earliest != term.latest)
		term.doubt = find_doubt(workdays, day, n, &term);
	return term;
}

struct workdays_term workdays_day(const struct workdays *workdays, long day)
{
	struct workdays_term term = { .day = day,
				      .earliest = day,
				      .latest = day,
				      .doubt = "",
				      .before = day };

	for (size_t i = 0; i < workdays->n_questions; i++)
		if (workdays->questions[i].off == day)
			term.doubt = workdays->questions[i].name;
	while (!workdays_is_working(workdays, term.before) ||
	       is_marked(workdays, term.before, MARK_UNSURE))
		term.before--;
	return term;
}

const char *workdays_remark(struct arena *arena, enum i18n_language language,
			    const struct workdays_term *term)
{
	char day[DATE_SIZE], early[DATE_SIZE], late[DATE_SIZE];
	const char *words;

	date_dmy(term->day, day);
	date_dmy(term->earliest, early);
	date_dmy(term->latest, late);
	if (term->earliest < term->day && term->latest > term->day) {
		words = N_("%s, or %s or %s, as it is not settled yet: %s");
		return arena_format(arena, i18n_text_in(language, words), day,
				    early, late, term->doubt);
	}
	if (term->earliest != term->latest) {
		words = N_("%s, or %s, as it is not settled yet: %s");
		return arena_format(arena, i18n_text_in(language, words), day,
				    term->earliest < term->day ? early : late,
				    term->doubt);
	}
	if (term->unknown_year) {
		words = N_(
			"%s, or another day, as the days off in %d are not all known");
		return arena_format(arena, i18n_text_in(language, words), day,
				    term->unknown_year);
	}
	if (term->before == term->day)
		return "";
	date_dmy(term->before, early);
	if (*term->doubt) {
		words = N_(
			"%s may be a day off (%s); the working day before is %s");
		return arena_format(arena, i18n_text_in(language, words), day,
				    term->doubt, early);
	}
	words = N_("%s is a day off; the working day before is %s");
	return arena_format(arena, i18n_text_in(language, words), day, early);
}
