/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include "moment.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "base/i18n.h"
#include "token/ckstoken.h"

#define FIRST_YEAR 1900
#define LAST_YEAR 2200
#define LONGEST 200
#define MOST_PARTS 32
#define MOST_READINGS 4
#define WORD_SIZE 8

/* A part of the text: a number, a word, or else a sign. */
struct part {
	int number;
	size_t digits;
	char word[WORD_SIZE];
	char sign;
	bool apart; /* blanks or a comma stand before it */
};

/* The parts of a moment that have been read so far. */
struct reading {
	int day, month, year, hour, minute, second;
	int weekday; /* 1 is Sunday; 0: not told */
	bool has_day, has_hour;
};

struct parser {
	struct part parts[MOST_PARTS];
	size_t n;
	struct date found[MOST_READINGS];
	size_t n_found;
	struct date exchanged; /* of a day that there is not */
	bool has_exchanged;
	bool is_written; /* it is written as a moment, be it right or wrong */
};

/* 1. The parts of the text */

static bool is_digit(char c)
{
	return c >= '0' && c <= '9';
}

static bool is_letter(char c)
{
	return c >= 'a' && c <= 'z';
}

static bool take_number(struct part *part, const char **s)
{
	for (; is_digit(**s); (*s)++) {
		if (++part->digits > 4)
			return false;
		part->number = part->number * 10 + **s - '0';
	}
	return true;
}

static bool take_word(struct part *part, const char **s)
{
	size_t len = 0;

	for (; is_letter(**s); (*s)++) {
		if (len + 1 >= WORD_SIZE)
			return false;
		part->word[len++] = **s;
	}
	return true;
}

/* Commas and blanks only part what stands beside them. "8h30’" has another mark
 * for the minutes than "8h30'". */
static bool divide(struct parser *p, const char *s)
{
	static const char mark[] = "’";

	for (;;) {
		size_t blanks = strspn(s, " ,");
		struct part part = { .apart = blanks > 0 };
		bool ok = true;

		s += blanks;
		if (!*s)
			return true;
		if (p->n == MOST_PARTS)
			return false;
		if (is_digit(*s)) {
			ok = take_number(&part, &s);
		} else if (is_letter(*s)) {
			ok = take_word(&part, &s);
		} else if (strncmp(s, mark, strlen(mark)) == 0) {
			part.sign = '\'';
			s += strlen(mark);
		} else {
			part.sign = *s++;
		}
		if (!ok)
			return false;
		p->parts[p->n++] = part;
	}
}

static bool is_number(const struct parser *p, size_t at, size_t least,
		      size_t most)
{
	return at < p->n && p->parts[at].digits >= least &&
	       p->parts[at].digits <= most;
}

static char sign_at(const struct parser *p, size_t at)
{
	if (at >= p->n)
		return '\0';
	return p->parts[at].sign;
}

static bool is_sign(const struct parser *p, size_t at, char sign)
{
	return at < p->n && p->parts[at].sign == sign;
}

/* A dash between two words. In "21/11/2026-12:00" it is a sign, of a zone. */
static bool is_dash(const struct parser *p, size_t at)
{
	return is_sign(p, at, '-') && p->parts[at].apart && at + 1 < p->n &&
	       p->parts[at + 1].apart;
}

/* True if the word there is one of @words, with blanks around each. */
static bool is_word(const struct parser *p, size_t at, const char *words)
{
	char wanted[WORD_SIZE + 2];

	if (at >= p->n || !p->parts[at].word[0])
		return false;
	(void)snprintf(wanted, sizeof(wanted), " %s ", p->parts[at].word);
	return strstr(words, wanted) != NULL;
}

/* 2. Readings */

/* timegm() makes 31 February the 3rd of March; who wrote it means neither. */
static bool find_day(int day, int month, int year, struct date *date)
{
	char iso[DATE_SIZE];

	(void)snprintf(iso, sizeof(iso), "%04d-%02d-%02d", year, month, day);
	return date_read(iso, DATE_UTC_OFFSET, date) == DATE_OK;
}

/* Keeps a reading of the whole text, if there is such a moment. */
static void keep(struct parser *p, const struct reading *r)
{
	struct date date = { 0 };

	if (!r->has_day)
		return;
	p->is_written = true;
	if (!find_day(r->day, r->month, r->year, &date)) {
		p->has_exchanged |=
			find_day(r->month, r->day, r->year, &p->exchanged);
		return;
	}
	if (r->has_hour && (r->hour > 23 || r->minute > 59 || r->second > 59))
		return;
	/* 1 January 1970 was a Thursday. */
	if (r->weekday && ((date.day % 7 + 7 + 4) % 7) + 1 != r->weekday)
		return;
	date.day_first = true;
	date.has_hour = r->has_hour;
	date.time += r->hour * 3600L + r->minute * 60L + r->second;
	for (size_t i = 0; i < p->n_found; i++)
		if (p->found[i].time == date.time)
			return;
	if (p->n_found < MOST_READINGS)
		p->found[p->n_found++] = date;
}

static void read_on(struct parser *p, size_t at, const struct reading *r);

/* A year of two digits may be of either century. */
static void take_year(struct parser *p, size_t at, struct reading r)
{
	r.has_day = true;
	if (is_number(p, at, 4, 4)) {
		r.year = p->parts[at].number;
		read_on(p, at + 1, &r);
	} else if (is_number(p, at, 2, 2)) {
		r.year = 2000 + p->parts[at].number;
		read_on(p, at + 1, &r);
		r.year -= 100;
		read_on(p, at + 1, &r);
	}
}

/* "2026-11-30". With other signs nobody can tell month from day. */
static void take_year_first(struct parser *p, size_t at, struct reading r)
{
	const struct part *parts = &p->parts[at];
	char sign = sign_at(p, at + 1);

	if (!is_number(p, at, 4, 4) || !sign || !strchr("/-.", sign) ||
	    !is_number(p, at + 2, 1, 2) || !is_sign(p, at + 3, sign) ||
	    !is_number(p, at + 4, 1, 2))
		return;
	r.has_day = true;
	r.year = parts[0].number;
	r.month = parts[2].number;
	r.day = parts[4].number;
	if (sign == '-') {
		read_on(p, at + 5, &r);
	} else if (r.day <= 12 && r.month <= 12 && r.day != r.month) {
		read_on(p, at + 5, &r);
		r.month = parts[4].number;
		r.day = parts[2].number;
		read_on(p, at + 5, &r);
	}
}

/* "30/11/2026", "30 tháng 11 năm 2026", "30 tháng 11/2026". */
static void take_day(struct parser *p, size_t at, struct reading r)
{
	const struct part *parts = &p->parts[at];
	char sign = sign_at(p, at + 1);
	bool in_words = is_word(p, at + 1, " thang ");

	take_year_first(p, at, r);
	if (!is_number(p, at, 1, 2) || !is_number(p, at + 2, 1, 2) ||
	    (!in_words && (!sign || !strchr("/-.", sign))))
		return;
	r.day = parts[0].number;
	r.month = parts[2].number;
	if (in_words ? is_word(p, at + 3, " nam ") || is_sign(p, at + 3, '/')
		     : is_sign(p, at + 3, sign))
		take_year(p, at + 4, r);
	else if (in_words && is_number(p, at + 3, 4, 4))
		take_year(p, at + 3, r);
}

/* The part of the day, which the hours of a clock with twelve need. */
static void take_half(struct parser *p, size_t at, struct reading r)
{
	r.has_hour = true;
	if (!is_word(p, at, " sa am sang trua ch pm chieu toi ")) {
		read_on(p, at, &r);
		return;
	}
	/* Excel's "12:30 SA" is half past midnight, and nobody else's. */
	p->is_written = true;
	if (is_word(p, at, " sa am sang ")) {
		if (r.hour < 1 || r.hour > 11)
			return;
	} else if (is_word(p, at, " trua ")) {
		r.hour += r.hour == 1 ? 12 : 0;
		if (r.hour < 11 || r.hour > 13)
			return;
	} else {
		int first = is_word(p, at, " toi ") ? 18 : 12;

		r.hour += r.hour >= 1 && r.hour <= 11 ? 12 : 0;
		if (r.hour < first)
			return;
	}
	read_on(p, at + 1, &r);
}

/* "8:30", "8:30:15", with what follows read for itself. */
static void take_clock(struct parser *p, size_t at, struct reading r)
{
	r.hour = p->parts[at].number;
	if (!is_number(p, at + 2, 2, 2))
		return;
	r.minute = p->parts[at + 2].number;
	at += 3;
	if (is_sign(p, at, ':') && is_number(p, at + 1, 2, 2)) {
		r.second = p->parts[at + 1].number;
		at += 2;
	}
	take_half(p, at, r);
}

/* "8h", "8h30", "8g30'", "8 giờ 30 phút", "8 giờ rưỡi": a number behind the
 * hour may also begin the day. */
static void take_spoken(struct parser *p, size_t at, struct reading r)
{
	r.hour = p->parts[at].number;
	at += 2;
	take_half(p, at, r);
	if (is_word(p, at, " ruoi ")) {
		r.minute = 30;
		take_half(p, at + 1, r);
		return;
	}
	at += is_sign(p, at, ':');
	if (!is_number(p, at, 1, 2))
		return;
	r.minute = p->parts[at++].number;
	if (is_word(p, at, " p ph phut ") || is_sign(p, at, '\''))
		at++;
	take_half(p, at, r);
	if (is_number(p, at, 1, 2) && is_word(p, at + 1, " giay ")) {
		r.second = p->parts[at].number;
		take_half(p, at + 2, r);
	}
}

/* "thứ Hai", "thứ 2", "Chủ nhật", "CN" */
static size_t take_weekday(const struct parser *p, size_t at, struct reading *r)
{
	static const char *const names[] = { " hai ", " ba ",  " tu ",
					     " nam ", " sau ", " bay " };

	if (is_word(p, at, " cn ")) {
		r->weekday = 1;
		return 1;
	}
	if (is_word(p, at, " chu ") && is_word(p, at + 1, " nhat ")) {
		r->weekday = 1;
		return 2;
	}
	if (!is_word(p, at, " thu "))
		return 0;
	if (is_number(p, at + 1, 1, 1) && p->parts[at + 1].number >= 2 &&
	    p->parts[at + 1].number <= 7)
		r->weekday = p->parts[at + 1].number;
	for (int i = 0; i < 6; i++)
		if (is_word(p, at + 1, names[i]))
			r->weekday = i + 2;
	return r->weekday ? 2 : 0;
}

/* Reads the rest of the text from @at on, in each way in which it can be. */
static void read_on(struct parser *p, size_t at, const struct reading *r)
{
	struct reading next = *r;
	size_t n;

	if (at == p->n) {
		keep(p, r);
		return;
	}
	if (!r->weekday && (n = take_weekday(p, at, &next))) {
		read_on(p, at + n, &next);
		return;
	}
	/* "8:30 - 30/11/2026", "(thứ Hai)" */
	if (is_word(p, at, " hoi luc vao ngay ") ||
	    (is_dash(p, at) && (r->has_day || r->has_hour)) ||
	    is_sign(p, at, '(') || is_sign(p, at, ')')) {
		read_on(p, at + 1, r);
		return;
	}
	if (!r->has_day)
		take_day(p, at, *r);
	if (!r->has_hour && is_number(p, at, 1, 2)) {
		if (is_sign(p, at + 1, ':'))
			take_clock(p, at, *r);
		else if (is_word(p, at + 1, " h g gio "))
			take_spoken(p, at, *r);
	}
}

/* 3. What is told */

static const char *show(const struct date *date, char text[DATE_SIZE])
{
	struct tm tm = date_tm(date->time);
	char day[DATE_SIZE];

	if (date->has_hour)
		(void)snprintf(text, DATE_SIZE, "%02d:%02d %s", tm.tm_hour,
			       tm.tm_min, date_dmy(date->day, day));
	else
		date_dmy(date->day, text);
	return text;
}

/* The sentence about a text that is no moment. */
static const char *refuse(const struct moment *m, const struct parser *p)
{
	static char words[400];
	char a[DATE_SIZE], b[DATE_SIZE];

	if (!p->is_written)
		return _(
			"This is not a date. Write day/month/year, as in 21/11/2026, with the hour as in 08:30 21/11/2026.");
	if (!m->has_other)
		return _(
			"There is no such day or hour. Write day/month/year, as in 21/11/2026, with the hour as in 08:30 21/11/2026.");
	if (p->n_found == 0)
		(void)snprintf(
			words, sizeof(words),
			_("There is no such day: the day comes first, then the month. If %s is meant, write it so; in a table, look at its other days too, for those before the 13th are turned round and look right."),
			show(&m->other, a));
	else
		(void)snprintf(
			words, sizeof(words),
			_("This can be read as %s and as %s. Write day/month/year with all digits of the year."),
			show(&m->date, a), show(&m->other, b));
	return words;
}

static const char *read_words(const char *text, struct moment *m)
{
	char *folded = strlen(text) < LONGEST ? cks_text_fold(text) : NULL;
	struct parser p = { .n = 0 };
	struct reading nothing = { 0 };

	if (folded && divide(&p, folded))
		read_on(&p, 0, &nothing);
	free(folded);
	if (p.n_found > 0)
		m->date = p.found[0];
	if (p.n_found == 1)
		return NULL;
	m->is_written = p.is_written;
	m->has_other = p.n_found > 1 || p.has_exchanged;
	m->other = p.n_found > 1 ? p.found[1] : p.exchanged;
	return refuse(m, &p);
}

const char *moment_read(const char *text, struct moment *m)
{
	const char *why = NULL;
	int year;

	*m = (struct moment){ 0 };
	/* Nearly all of a table is written so. */
	if (date_read(text, DATE_UTC_OFFSET, &m->date) != DATE_OK) {
		m->date = (struct date){ 0 };
		why = read_words(text, m);
	}
	if (why)
		return why;
	m->is_written = true;
	/* As of a certificate that has no end. */
	if (date_is_last(m->date.day))
		return NULL;
	year = date_year(m->date.day);
	if (year < FIRST_YEAR || year > LAST_YEAR)
		return _("The year must be between 1900 and 2200.");
	return NULL;
}
