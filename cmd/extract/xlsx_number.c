/* SPDX-License-Identifier: LGPL-2.1-or-later */
/*
 * Numbers as Excel shows them, for that is what people have seen and meant: the
 * same cells as CSV would have the same text.
 */
#include <ctype.h>
#include <math.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <strings.h>
#include <utf8proc.h>

#include "base/date.h"
#include "base/text.h"
#include "xlsx.h"

/* Numbers that the format "General" shows in full, and those of which Excel
 * keeps every digit. */
#define GENERAL_MAX 1e11
#define KEPT_MAX 1e15

/* Excel counts 29 February 1900, which never was, and other programs do not: a
 * number before March 1900 is a day only where one knows by whom. */
#define FIRST_SURE 61
#define LAST_DAY 2958465 /* 31/12/9999 */
#define DAYS_TO_1904 1462
#define DAYS_TO_1970 25569

#define SECONDS_A_DAY 86400

static const struct {
	unsigned long first, last;
	const char *code;
} known[] = {
	{ 1, 1, "0" },
	{ 2, 2, "0.00" },
	{ 3, 4, "#,##0" },
	{ 9, 10, "0%" },
	{ 11, 11, "0.00E+00" },
	{ 12, 13, "# ?/?" },
	{ 14, 15, "d/m/yyyy" },
	{ 16, 16, "d-mmm" },
	{ 17, 17, "mmm-yy" },
	{ 18, 21, "h:mm" },
	{ 22, 22, "d/m/yyyy h:mm" },
	/* Characters of Chinese, Japanese and Korean. */
	{ 27, 31, "d/m/yyyy" },
	{ 32, 33, "h:mm" },
	{ 34, 36, "d/m/yyyy" },
	{ 37, 40, "#,##0" },
	{ 45, 47, "mm:ss" },
	{ 48, 48, "##0.0E+0" },
	{ 50, 58, "d/m/yyyy" },
	{ 59, 62, "0" },
};

static const char *code_of(unsigned long id)
{
	for (size_t i = 0; i < sizeof(known) / sizeof(known[0]); i++)
		if (id >= known[i].first && id <= known[i].last)
			return known[i].code;
	return "General";
}

/* Text that a format shows as it stands. */
struct literal {
	const char *s;
	size_t len;
};

/*
 * Takes the next sign of the format at *@at that stands for something: '"' for
 * a text of its own, which is then *@literal, 'e' for "[h]", a time that has
 * gone by, and '<' for a condition. 0 at the end of what is for positive
 * numbers.
 */
static char take_sign(const char **at, struct literal *literal)
{
	const char *p = *at;
	char sign = *p;

	*literal = (struct literal){ "", 0 };
	if (!sign || sign == ';')
		return '\0';
	p++;
	switch (sign) {
	case '"':
		*literal = (struct literal){ p, strcspn(p, "\"") };
		p += literal->len;
		p += *p == '"';
		break;
	case '\\':
		literal->s = p;
		p += *p != '\0';
		while ((*p & 0xc0) == 0x80) /* of the same letter, in UTF-8 */
			p++;
		literal->len = (size_t)(p - literal->s);
		sign = '"';
		break;
	case '_':
	case '*':
		p += *p != '\0';
		sign = '"';
		break;
	case '[':
		if (*p && strchr("<>=", *p))
			sign = '<';
		else if (*p && strchr("hHmMsS", *p) &&
			 (p[1] == *p || p[1] == ']'))
			sign = 'e';
		else
			sign = '"';
		p += strcspn(p, "]");
		p += *p == ']';
		break;
	default:
		break;
	}
	*at = p;
	return sign;
}

/* The parts of a day that @code shows; 0: it is the format of no day. */
static unsigned int date_parts(const char *code)
{
	unsigned int parts = 0;
	struct literal literal;
	char last = '\0', sign;
	bool months = false; /* the last "m" was taken for a month */

	while ((sign = take_sign(&code, &literal))) {
		char letter = (char)tolower((unsigned char)sign);

		switch (letter) {
		case 'y':
			parts |= PART_YEAR;
			break;
		case 'd':
			parts |= PART_DAY;
			break;
		case 'h':
		case 'e':
			parts |= PART_TIME;
			break;
		case 's':
			/* "mm:ss": they were minutes. */
			if (last == 'm' && months)
				parts &= ~(unsigned int)PART_MONTH;
			parts |= PART_TIME;
			break;
		case 'm':
			/* "h:mm": minutes. */
			if (last != 'm')
				months = last != 'h' && last != 'e';
			if (months)
				parts |= PART_MONTH;
			break;
		default:
			continue;
		}
		last = letter;
	}
	return parts;
}

/* True if a number with @literal beside it is another one for who reads it: a
 * letter or a digit, but not the sign of a currency. */
static bool is_of_number(const struct literal *literal)
{
	const char *s = literal->s;
	int32_t cp = 0;

	for (size_t left = literal->len; left;) {
		size_t n = text_decode(s, left, &cp);

		if (cp < 0x80 ? isalnum(cp)
			      : utf8proc_islower(cp) || utf8proc_isupper(cp))
			return true;
		s += n;
		left -= n;
	}
	return false;
}

/* True if @code has places that zeros fill before a number, as of a telephone,
 * or letters beside them, and nothing that would make another number of it. */
static bool take_pattern(struct number_format *f, const char *code)
{
	size_t n = 0, zeros = 0, places = 0;
	bool leads = false, words = false;
	struct literal literal;
	char sign;

	while ((sign = take_sign(&code, &literal))) {
		if (sign == '"' && !literal.len)
			continue;
		if (sign != '"') {
			literal = (struct literal){ &sign, 1 };
			if (!strchr("0#?- ()/+", sign))
				return false;
		} else if (strcspn(literal.s, "0123456789#?") < literal.len) {
			return false;
		} else {
			words |= is_of_number(&literal);
		}
		if (n + literal.len >= PATTERN_SIZE)
			return false;
		leads |= sign == '0' && !places;
		zeros += sign == '0';
		places += sign == '0' || sign == '#' || sign == '?';
		memcpy(f->pattern + n, literal.s, literal.len);
		n += literal.len;
	}
	f->pattern[n] = '\0';
	return zeros > 1 || (leads && places > 1) || (words && places);
}

/*
 * True if @code may show other digits or letters than a number has: it has some
 * of its own, or shows none at all. Which part of it is for which numbers, its
 * conditions say, and they are not judged here.
 */
static bool shows_other(const char *code)
{
	struct literal literal;
	bool places = false, others = false, conditions = false;
	char sign;

	for (;; code++) {
		while ((sign = take_sign(&code, &literal))) {
			/* "General" may stand behind a language. */
			places |= strchr("0#?Gg", sign) != NULL;
			others |= is_of_number(&literal);
			conditions |= sign == '<';
		}
		if (!*code || !conditions)
			return others || !places;
	}
}

void number_format_read(struct number_format *f, const char *code,
			unsigned long id)
{
	const char *at = code ? code : code_of(id);
	struct literal literal;
	char sign;
	bool conditions = false, scientific = false, percent = false;
	const char *p = at;

	*f = (struct number_format){ .shown = SHOWN_PLAIN };
	if (!strncasecmp(at, "general", 7) || !strcmp(at, "@")) {
		f->shown = SHOWN_GENERAL;
		return;
	}
	while ((sign = take_sign(&p, &literal))) {
		scientific |= (sign == 'E' && (*p == '+' || *p == '-'));
		percent |= sign == '%';
		conditions |= sign == '<';
	}
	f->parts = date_parts(at);
	if (scientific)
		f->shown = SHOWN_SCIENTIFIC;
	else if (f->parts)
		f->shown = SHOWN_DATE;
	else if (percent)
		f->shown = SHOWN_PERCENT;
	else if (!conditions && take_pattern(f, at))
		f->shown = SHOWN_PATTERN;
	else if (shows_other(at))
		f->shown = SHOWN_NOT;
}

/* The digits of @value in the places of @pattern, filled from the right. */
static void show_pattern(const char *pattern, double value, struct buffer *text)
{
	char digits[32], out[PATTERN_SIZE + sizeof(digits)];
	size_t at = sizeof(out), n, i = strlen(pattern);
	size_t first = strcspn(pattern, "0#?");

	n = (size_t)snprintf(digits, sizeof(digits), "%.0f", value);
	while (i > 0) {
		char c = pattern[--i];

		if (strchr("0#?", c)) {
			if (n > 0)
				out[--at] = digits[--n];
			else if (c == '0')
				out[--at] = '0';
			while (i == first && n > 0)
				out[--at] = digits[--n];
		} else if (n > 0 || i < first || memchr(pattern, '0', i)) {
			/* A mark that parts digits needs digits to part. */
			out[--at] = c;
		}
	}
	buffer_put(text, out + at, sizeof(out) - at);
}

static void show_day(const struct number_format *f, long days, long seconds,
		     struct buffer *text)
{
	static const char *const months[] = { "Jan", "Feb", "Mar", "Apr",
					      "May", "Jun", "Jul", "Aug",
					      "Sep", "Oct", "Nov", "Dec" };
	const unsigned int all = PART_YEAR | PART_MONTH | PART_DAY;
	char iso[DATE_SIZE];
	unsigned int month;

	if (!(f->parts & all)) {
		buffer_printf(text, "%02ld:%02ld", seconds / 3600,
			      seconds / 60 % 60);
		if (seconds % 60)
			buffer_printf(text, ":%02ld", seconds % 60);
		return;
	}
	date_iso(days - DAYS_TO_1970, iso);
	month = (unsigned int)strtoul(iso + 5, NULL, 10);
	/* As Excel shows it to those who wrote "12/5" or "5/2026": what is not
	 * seen nobody has said. */
	if ((f->parts & all) == (PART_DAY | PART_MONTH))
		buffer_printf(text, "%lu-%s", strtoul(iso + 8, NULL, 10),
			      months[month - 1]);
	else if ((f->parts & all) == (PART_MONTH | PART_YEAR))
		buffer_printf(text, "%s-%.2s", months[month - 1], iso + 2);
	else if ((f->parts & all) == PART_YEAR)
		buffer_put(text, iso, 4);
	else if ((f->parts & all) != all)
		buffer_printf(text, "#####");
	else
		buffer_puts(text, iso);
	if ((f->parts & all) == all && (f->parts & PART_TIME) && seconds)
		buffer_printf(text, "T%02ld:%02ld:%02ld", seconds / 3600,
			      seconds / 60 % 60, seconds % 60);
}

/* False: the number is none of a day that is sure. */
static bool show_date(const struct number_format *f, double value,
		      bool from_1904, struct buffer *text)
{
	const unsigned int all = PART_YEAR | PART_MONTH | PART_DAY;
	long days, seconds;

	if (value < 0 || value > LAST_DAY)
		return false;
	days = (long)floor(value);
	seconds = lround((value - floor(value)) * SECONDS_A_DAY);
	if (seconds == SECONDS_A_DAY) {
		days++;
		seconds = 0;
	}
	if (!(f->parts & all) && days > 0)
		return false;
	if (from_1904)
		days += DAYS_TO_1904;
	if ((f->parts & all) && days < FIRST_SURE)
		return false;
	show_day(f, days, seconds, text);
	return true;
}

static void show_scientific(double value, struct buffer *text)
{
	buffer_printf(text, "%.5E", value);
}

int number_show(const struct number_format *f, const char *digits,
		bool from_1904, struct buffer *text)
{
	char *end;
	double value = strtod(digits, &end);
	bool whole;

	if (end == digits || *end || !isfinite(value) ||
	    strpbrk(digits, "xXpPnN"))
		return -1;
	whole = value == floor(value);
	if (f->shown == SHOWN_DATE && show_date(f, value, from_1904, text))
		return 0;
	if (f->shown == SHOWN_NOT)
		buffer_puts(text, EXTRACT_UNSHOWN);
	/* The digits behind the fifteenth are zeros, whatever was typed. */
	else if (f->shown == SHOWN_SCIENTIFIC || fabs(value) >= KEPT_MAX ||
		 (f->shown == SHOWN_GENERAL && fabs(value) >= GENERAL_MAX))
		show_scientific(value, text);
	else if (f->shown == SHOWN_PERCENT)
		buffer_printf(text, "%.13g%%", 100 * value);
	else if (f->shown == SHOWN_PATTERN && whole && value >= 0)
		show_pattern(f->pattern, value, text);
	else if (whole)
		buffer_printf(text, "%.0f", value);
	else
		buffer_printf(text, "%.15g", value);
	return 0;
}
