/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include "workdays.h"

#include <ctype.h>
#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>
#include <utf8proc.h>

#include "base/date.h"
#include "base/i18n.h"
#include "base/path.h"

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

struct workdays {
	bool years[N_YEARS];
	unsigned char marks[N_DAYS];
};

struct reader {
	struct workdays *workdays;
	bool every[13][32]; /* by month and day, from 1 */
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

static int read_year(struct reader *r, char *rest)
{
	const char *word = take_word(&rest);
	char first[sizeof("YYYY-01-01")];
	bool *place;
	long day;

	if (strlen(word) != strlen("YYYY") || *rest)
		return fault(r, _("not a year alone, as in year 2026"));
	(void)snprintf(first, sizeof(first), "%.4s-01-01", word);
	if (!date_read_iso(first, &day) || day < FIRST_DAY ||
	    day >= FIRST_DAY + N_DAYS)
		return fault(r, _("not one of the years 2000 to 2099"));
	place = &r->workdays->years[date_year(day) - FIRST_YEAR];
	if (*place)
		return fault(r, _("this year is in the file already"));
	*place = true;
	return 0;
}

/* "MM-DD", read as a day of a leap year, so that 02-29 is one. */
static int read_every(struct reader *r, char *rest)
{
	const char *word = take_word(&rest);
	char day_text[sizeof("2000-MM-DD")];
	struct tm tm;
	bool *place;
	long day;

	(void)snprintf(day_text, sizeof(day_text), "2000-%.5s", word);
	if (strlen(word) != strlen("MM-DD") || !date_read_iso(day_text, &day))
		return fault(r, _("not a day of each year, as in every 09-02"));
	if (!is_name(rest))
		return fault(r, _("the day has no name"));
	tm = date_tm(date_start(day));
	place = &r->every[tm.tm_mon + 1][tm.tm_mday];
	if (*place)
		return fault(r, _("this day is in the file already"));
	*place = true;
	return 0;
}

static int read_one(struct reader *r, char *rest, enum mark mark)
{
	const char *word = take_word(&rest);
	long day;
	int ret = take_day(r, word, &day);

	if (ret)
		return ret;
	if (mark == MARK_WORKED && !is_weekend(day))
		return fault(
			r,
			_("neither a Saturday nor a Sunday: it is a working day in any case"));
	if (!is_name(rest))
		return fault(r, _("the day has no name"));
	return mark_day(r, day, mark);
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
		return read_one(r, rest, MARK_WORKED);
	if (strcmp(word, "unsure") == 0)
		return read_one(r, rest, MARK_UNSURE);
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

		if (*marks == MARK_NONE && r->every[tm.tm_mon + 1][tm.tm_mday])
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
	text = calloc(1, MAX_FILE + 1);
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
	ret = read_text(&r, text, len);
	if (!ret) {
		*out = r.workdays;
		r.workdays = NULL;
	}
out:
	(void)fclose(f);
	free(text);
	free(r.workdays);
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

long workdays_add(const struct workdays *workdays, long day, long n,
		  int *unsure)
{
	long first = day + 1, doubt = 0;
	bool doubtful = false;

	*unsure = 0;
	if (n < 1)
		return day;
	for (; n > 0; n -= workdays_is_working(workdays, day)) {
		day++;
		if (!doubtful && is_marked(workdays, day, MARK_UNSURE)) {
			doubtful = true;
			doubt = day;
		}
	}
	*unsure = first_unknown_year(workdays, first, day);
	if (doubtful && (!*unsure || date_year(doubt) < *unsure))
		*unsure = date_year(doubt);
	return day;
}
