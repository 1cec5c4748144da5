/* SPDX-License-Identifier: LGPL-2.1-or-later */
/*
 * The marks by which ruined text is known. Each is one that no Vietnamese text
 * bears, nor a foreign name: what could be right is let pass.
 */
#include "ruined.h"

#include <ctype.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <strings.h>
#include <utf8proc.h>

#include "base/date.h"
#include "base/i18n.h"
#include "base/text.h"
#include "extract.h"
#include "field_value.h"
#include "misplaced.h"

#define DIGITS "0123456789"
#define HEX DIGITS "abcdefABCDEF"
#define CAPITALS "ABCDEFGHIJKLMNOPQRSTUVWXYZ"
#define SMALL "abcdefghijklmnopqrstuvwxyz"
#define N(a) (sizeof(a) / sizeof((a)[0]))

/* Excel keeps fifteen digits of a number and writes zeros for the others. Four
 * zeros there are no chance. */
#define DIGITS_KEPT 15
#define ZEROS_TOLD 4

/* The days that Excel's numbers for days are expected to fall on, 1954 to 2119:
 * five digits. */
#define FIRST_SERIAL 20000
#define LAST_SERIAL 80000

static bool is_among(const char *s, size_t len, const char *const *words,
		     size_t n)
{
	size_t i;

	for (i = 0; i < n; i++)
		if (strlen(words[i]) == len && !strncasecmp(s, words[i], len))
			return true;
	return false;
}

/* 1. What formulas and programs leave instead of a value. */

/*
 * True if "#N/A" or "#REF!" is at @s, which is a '#'. Its word is in capitals,
 * whatever the language of the table program.
 */
static bool is_formula_error(const char *s)
{
	static const char *const unmarked[] = { "N/A", "NV", "GETTING_DATA" };
	size_t n = strspn(s + 1, CAPITALS DIGITS "/_");

	if (n > 2 && (s[n + 1] == '!' || s[n + 1] == '?'))
		return true;
	return is_among(s + 1, n, unmarked, N(unmarked));
}

/* True if the whole of @s is an error of a table program. */
static bool is_error(const char *s)
{
	size_t len = strlen(s);

	/* "#######": the column was too narrow for the number. */
	if (len > 2 && strspn(s, "#") == len)
		return true;
	if (s[0] == '#' && !strchr(s, ' ') && len > 3 &&
	    (s[len - 1] == '!' || s[len - 1] == '?' || !strcasecmp(s, "#n/a")))
		return true;
	if (!strncmp(s, "Err:", 4) && s[4] && strspn(s + 4, DIGITS) == len - 4)
		return true;
	for (; (s = strchr(s, '#')); s++)
		if (is_formula_error(s))
			return true;
	return false;
}

/* "2022-05-03?": of input/extract.h, where day and month may be exchanged. */
static const char *day_in_doubt(const char *s)
{
	static char text[400];
	long day;
	char iso[11] = "", ours[DATE_SIZE], theirs[DATE_SIZE];

	if (strlen(s) != sizeof(iso) || s[sizeof(iso) - 1] != '?')
		return NULL;
	memcpy(iso, s, sizeof(iso) - 1);
	if (!date_read_iso(iso, &day))
		return NULL;
	(void)date_dmy(day, ours);
	snprintf(theirs, sizeof(theirs), "%.2s/%.2s/%.4s", iso + 5, iso + 8,
		 iso);
	snprintf(
		text, sizeof(text),
		_("The workbook has %s here, which may have been written as %s: other days of this column stand there as text, and were not taken for days. Format the column as text and write its days anew."),
		ours, theirs);
	return text;
}

/* Words that programs write where they have no value. */
static bool is_no_value(const char *s)
{
	static const char *const words[] = {
		"N/A",	     "n/a",
		"NULL",	     "null",
		"(null)",    "NaN",
		"nan",	     "NaT",
		"None",	     "<NA>",
		"undefined", "#N/D",
		"(blank)",   "[object Object]",
	};
	size_t i;

	/* Every cell of a table is asked about: most begin otherwise. */
	for (i = 0; i < N(words); i++)
		if (*s == *words[i] && !strcmp(s, words[i]))
			return true;
	return false;
}

/* 2. What table programs take for numbers and dates. */

/* "1,23457E+11", as all of @s or a word of it; "2E-10" may be a room. */
static bool has_scientific(const char *s)
{
	const char *start = s;

	while (*s) {
		size_t len = strcspn(s, " ;|"), n = field_scientific(s);

		if (n && n + (n < len && s[n] == ',') == len &&
		    ((s == start && !s[len]) || memchr(s, ',', n) ||
		     memchr(s, '.', n)))
			return true;
		s += len;
		s += strspn(s, " ;|");
	}
	return false;
}

/* "85000001234.0": a number that was never one. */
static bool is_decimal(const char *s)
{
	size_t n = strspn(s, DIGITS);

	return n > 4 && (s[n] == '.' || s[n] == ',') && s[n + 1] == '0' &&
	       (!s[n + 2] || (s[n + 2] == '0' && !s[n + 3]));
}

static bool is_rounded(const char *s)
{
	size_t n = strspn(s, DIGITS);

	return !s[n] && n >= DIGITS_KEPT + ZEROS_TOLD && s[0] != '0' &&
	       strspn(s + DIGITS_KEPT, "0") == n - DIGITS_KEPT;
}

/* How many bytes at the beginning of @s are a month as Excel writes it, in
 * English or Vietnamese: "May", "Thg5"; 0: none. */
static size_t month_length(const char *s)
{
	static const char *const months[] = { "jan", "feb", "mar", "apr",
					      "may", "jun", "jul", "aug",
					      "sep", "oct", "nov", "dec" };
	size_t n, i;

	if (!strncasecmp(s, "thg", 3)) {
		s += 3 + (s[3] == ' ');
		n = strspn(s, DIGITS);
		return n == 1 || n == 2 ? 3 + (s[-1] == ' ') + n : 0;
	}
	for (i = 0; i < N(months); i++)
		if (tolower((unsigned char)*s) == *months[i] &&
		    !strncasecmp(s, months[i], 3))
			return 3;
	return 0;
}

/* "12-May", "12-Thg5-26", "May-26": "12/5" was no day, but a number. */
static bool is_made_a_date(const char *s)
{
	size_t n = strspn(s, DIGITS), month;

	if (n == 1 || n == 2) {
		if (s[n] != '-')
			return false;
		s += n + 1;
		month = month_length(s);
		s += month;
		if (!month || !*s)
			return month;
	} else {
		month = n ? 0 : month_length(s);
		s += month;
	}
	n = *s == '-' ? strspn(s + 1, DIGITS) : 0;
	return month && (n == 2 || n == 4) && !s[n + 1];
}

/* "45678", or "45678,375" with an hour: a day as Excel counts days. */
static bool is_day_number(const char *s)
{
	size_t n = strspn(s, DIGITS), i;
	long number = 0;

	if (n != 5)
		return false;
	for (i = 0; i < n; i++)
		number = number * 10 + s[i] - '0';
	s += n;
	if (*s == '.' || *s == ',')
		s += 1 + strspn(s + 1, DIGITS);
	return !*s && number >= FIRST_SERIAL && number <= LAST_SERIAL;
}

/* A day may stand in a field of text, where people also write "about noon". */
static bool is_of_day(const struct field *f)
{
	size_t len = strlen(f->name);

	return f->type == FIELD_DATE || f->type == FIELD_TIME ||
	       (f->type == FIELD_TEXT && len > 5 &&
		!strcmp(f->name + len - 5, "_date"));
}

/*
 * True if digits alone are too few for @f, but enough without the zeros that
 * Excel drops: an agency's tax code has ten, and three more for a branch. Of
 * the people beside the table numbers stay text, and are judged here as well.
 */
static bool has_lost_zeros(const struct field *f, const char *s)
{
	size_t n = strspn(s, DIGITS);

	if (!strcmp(f->name, "tax_code") && (n == 8 || n == 9))
		return !s[n] || (s[n] == '-' &&
				 strspn(s + n + 1, DIGITS) == 3 && !s[n + 4]);
	if (s[n] || s[0] == '0')
		return false;
	if (!strcmp(f->name, "id_number"))
		return n == 10 || n == 11;
	return !strcmp(f->name, "phone") && n == 9;
}

/* A token may spell its own label as it likes, and a machine its name: "may-01"
 * is the first machine of an office, and no day. */
static bool is_spelled_by_token(const struct field *f)
{
	return !strcmp(f->name, "device_label") ||
	       !strcmp(f->name, "device_model") ||
	       !strcmp(f->name, "seen_host");
}

static const char *number_ruined(const struct field *f, const char *s)
{
	bool spelled = f->type == FIELD_TEXT || f->type == FIELD_SERIAL ||
		       f->type == FIELD_DEVICE_SERIAL;

	if (has_scientific(s) || (spelled && is_rounded(s)))
		return field_rounded();
	if (is_decimal(s))
		return _("A table program has made a decimal number of this. "
			 "Format the column as text and write it again.");
	if (spelled && is_made_a_date(s) && !is_spelled_by_token(f))
		return _("Excel has turned this into a date. Format the column "
			 "as text and write it again.");
	if (is_day_number(s) && is_of_day(f))
		return _("This is how Excel counts days, and not a date. "
			 "Format the column as a date and save the table "
			 "again, or write day/month/year, as in 21/11/2026.");
	return has_lost_zeros(f, s) ? field_zeros_lost() : NULL;
}

/* 3. Letters. */

enum {
	LETTER = 1,
	SMALL_LETTER = 2,
	OTHER_SCRIPT = 4,
	SYMBOL = 8,
	/* Between U+00C0 and U+00DE, where old fonts have accents. */
	LATIN1_CAPITAL = 16,
};

struct letter {
	int32_t cp; /* 0: before the first and after the last */
	unsigned int is;
};

static bool is_latin(int32_t cp)
{
	return cp < 0x370 || (cp >= 0x1d00 && cp <= 0x1eff) ||
	       (cp >= 0x2c60 && cp <= 0x2c7f) ||
	       (cp >= 0xa720 && cp <= 0xa7ff) ||
	       (cp >= 0xab30 && cp <= 0xab6f) || (cp >= 0xfb00 && cp <= 0xfb06);
}

static unsigned int classify_latin1(int32_t cp)
{
	switch (cp) {
	case 0xa0:
	case 0xad: /* the soft hyphen */
	case 0xab: /* « and » are judged together */
	case 0xbb:
	case 0xb0: /* 25 °C */
	case 0xb2: /* m² */
	case 0xb3:
	case 0xb4: /* H´Bia, for want of an apostrophe */
	case 0xb7: /* A·B */
		return 0;
	case 0xd7:
	case 0xf7:
		return SYMBOL;
	default:
		break;
	}
	if (cp < 0xc0)
		return SYMBOL;
	return cp < 0xdf ? LETTER | LATIN1_CAPITAL : LETTER | SMALL_LETTER;
}

static unsigned int classify_rare(int32_t cp)
{
	/* † ‡ ‰ √ ∆ ∞ ∫ and lines of boxes, as UTF-8 read in the code pages of
	 * Windows, Macintosh and DOS has them; arrows and bullets people do
	 * write. */
	if (cp == 0x2020 || cp == 0x2021 || cp == 0x2030 || cp == 0x221a ||
	    cp == 0x2206 || cp == 0x221e || cp == 0x222b ||
	    (cp >= 0x2500 && cp <= 0x259f))
		return SYMBOL;
	switch (utf8proc_category(cp)) {
	case UTF8PROC_CATEGORY_LL:
		return LETTER | SMALL_LETTER |
		       (is_latin(cp) ? 0 : OTHER_SCRIPT);
	case UTF8PROC_CATEGORY_LU:
	case UTF8PROC_CATEGORY_LT:
	case UTF8PROC_CATEGORY_LO:
		return LETTER | (is_latin(cp) ? 0 : OTHER_SCRIPT);
	case UTF8PROC_CATEGORY_LM:
	case UTF8PROC_CATEGORY_MN:
	case UTF8PROC_CATEGORY_MC:
	case UTF8PROC_CATEGORY_ME:
		return LETTER;
	case UTF8PROC_CATEGORY_SK:
		return SYMBOL;
	default:
		return 0;
	}
}

static unsigned int classify(int32_t cp)
{
	if (cp < 0x80) {
		if (cp >= 'a' && cp <= 'z')
			return LETTER | SMALL_LETTER;
		return cp >= 'A' && cp <= 'Z' ? LETTER : 0;
	}
	if (cp >= 0xa0 && cp <= 0xff)
		return classify_latin1(cp);
	/* The capitals of Vietnamese have even numbers here. */
	if (cp >= 0x1ea0 && cp <= 0x1ef9)
		return cp % 2 ? LETTER | SMALL_LETTER : LETTER;
	return classify_rare(cp);
}

/* Three letters of a text, of which the middle one is judged. */
struct view {
	struct letter before, here, after;
	const char *text; /* all of it */
	const char *rest; /* of it, behind @after */
	size_t left;
};

static void step(struct view *v)
{
	size_t n;

	v->before = v->here;
	v->here = v->after;
	v->after = (struct letter){ 0, 0 };
	if (!v->left)
		return;
	n = text_decode(v->rest, v->left, &v->after.cp);
	v->after.is = classify(v->after.cp);
	v->rest += n;
	v->left -= n;
}

/* The kind of the letter behind @after. */
static unsigned int first_of(const struct view *v)
{
	int32_t cp = 0;

	if (v->left)
		(void)text_decode(v->rest, v->left, &cp);
	return classify(cp);
}

static bool is_of(int32_t cp, const int32_t *list)
{
	while (*list && *list != cp)
		list++;
	return *list;
}

/*
 * True if two bytes of UTF-8 were read as two letters of Windows-1252 or -1258,
 * as "á" becomes "Ã¡". Of the second letter those count by which a letter of
 * Vietnamese would end.
 */
static bool is_pair_of_bytes(const struct view *v)
{
	/* ’ “ ” • ™ may well end a word in capitals: “THỊ XÃ”. */
	static const int32_t closing[] = { 0x2019, 0x201c, 0x201d,
					   0x2022, 0x2122, 0 };
	static const int32_t after_c3[] = {
		0x20ac, 0x201a, 0x0192, 0x02c6, 0x2030, 0x0160, 0x0152, 0x0161,
		0xa1,	0xa2,	0xa3,	0xa8,	0xa9,	0xaa,	0xac,	0xb2,
		0xb3,	0xb4,	0xb5,	0xb9,	0xba,	0xbd,	0
	};
	static const int32_t after_c4[] = { 0x201a, 0x0192, 0x2018,
					    0xa8,   0xa9,   0 };
	static const int32_t after_c5_c6[] = {
		0xa1, 0xa8, 0xa9, 0xaf, 0xb0, 0
	};
	int32_t next = v->after.cp;

	switch (v->here.cp) {
	case 0xc3:  /* Ã */
	case 0x102: /* Ă */
		if (is_of(next, closing))
			return (v->before.is & SMALL_LETTER) ||
			       (!(v->before.is & LETTER) &&
				(first_of(v) & SMALL_LETTER));
		return is_of(next, after_c3);
	case 0xc4: /* Ä */
		return is_of(next, after_c4);
	case 0xc5: /* Å */
	case 0xc6: /* Æ */
		return is_of(next, after_c5_c6);
	case 0xe1: /* á: "áº¿" and "á»…", but not the end of «cá» */
		return next == 0xba ||
		       (next == 0xbb && !strstr(v->text, "\xc2\xab"));
	case 0xb7: /* ·, on a Macintosh */
		return next == 0xaa || next == 0x222b;
	default:
		return false;
	}
}

/*
 * True if two letters stand together as in VNI's fonts, in which an accent is a
 * letter of its own behind the vowel: "Nguyeãn", "Sôû". No word of Vietnamese,
 * nor of its peoples, has them, and hardly a name elsewhere.
 */
static bool is_vni(int32_t vowel, int32_t accent)
{
	static const int32_t on_a[] = { 0xe0, 0xe1, 0xe2, 0xe3, 0xe4,
					0xe5, 0xf8, 0xfb, 0 };
	static const int32_t on_e[] = { 0xe0, 0xe2, 0xe3, 0xe4,
					0xe5, 0xf8, 0xfb, 0 };
	static const int32_t on_o[] = { 0xe2, 0xe4, 0xe5, 0xf5, 0xf8, 0 };
	static const int32_t on_u[] = { 0xf5, 0xf8, 0xf9, 0xfb, 0 };
	static const int32_t on_horned[] = { 0xef, 0xf4, 0xf5, 0xf8,
					     0xf9, 0xfb, 0 };

	/* As small letters. */
	if (accent >= 0xc0 && accent <= 0xde)
		accent += 0x20;
	switch (vowel) {
	case 'a':
	case 'A':
		return is_of(accent, on_a);
	case 'e':
	case 'E':
		return is_of(accent, on_e);
	case 'o':
	case 'O':
		return is_of(accent, on_o);
	case 'u':
	case 'U':
	case 'y':
	case 'Y':
		return is_of(accent, on_u);
	case 0xf4: /* ô: ơ */
	case 0xd4:
	case 0xf6: /* ö: ư */
	case 0xd6:
		return is_of(accent, on_horned);
	default:
		return false;
	}
}

/*
 * True if a sign stands where TCVN3's fonts, and code pages of other makers,
 * have a letter: in a word, as in "V¨n", at its end, as in "Lª", or before it,
 * as in "®Þnh".
 */
static bool is_sign_for_letter(const struct view *v)
{
	static const int32_t at_end[] = {
		0xa8, 0xaa, 0xac, 0xb5, 0xb6, 0xb8, 0
	};
	static const int32_t at_start[] = { 0xa1, 0xa2, 0xa3, 0xa4, 0xa5,
					    0xa6, 0xa7, 0xae, 0 };
	bool follows = v->before.is & LETTER, leads = v->after.is & LETTER;
	int32_t cp = v->here.cp;

	if (cp == 0xbf || cp == '^') /* ¿, and VIQR's "Nguye^~n" */
		return follows || leads;
	/* One of « and » without the other quotes nothing. */
	if (cp == 0xab)
		return follows && !strstr(v->text, "\xc2\xbb");
	if (cp == 0xbb)
		return follows && leads && !strstr(v->text, "\xc2\xab");
	if (!(v->here.is & SYMBOL))
		return false;
	if (follows && leads)
		return true;
	return (follows && is_of(cp, at_end)) || (leads && is_of(cp, at_start));
}

static bool is_wrong_code_page(const struct view *v)
{
	switch (v->here.cp) {
	case 0xd0: /* Ð, which is no Đ */
	case 0xf0:
	case 0xde: /* Þ */
	case 0xfe:
		return true;
	default:
		break;
	}
	/* A control character of Latin-1, and no letter that is meant. */
	if (v->here.cp >= 0x80 && v->here.cp < 0xa0)
		return true;
	/* "NguyÔn", in TCVN3 "Nguyễn" */
	if ((v->here.is & LATIN1_CAPITAL) && (v->before.is & SMALL_LETTER))
		return true;
	return is_pair_of_bytes(v) || is_sign_for_letter(v) ||
	       is_vni(v->here.cp, v->after.cp);
}

/* Where a '?' in a word of @text, at @p, is not one of an address of the
 * web. */
static bool is_of_link(const char *text, const char *p)
{
	const char *word = p;

	while (word > text && word[-1] != ' ')
		word--;
	return memmem(word, (size_t)(p - word), "://", 3) ||
	       !strncasecmp(word, "www.", 4);
}

/* Fields that hold names, in which nobody asks anything. */
static bool is_name(const struct field *f)
{
	static const char *const names[] = {
		"name",	    "organization", "unit",	 "title",
		"id_place", "province",	    "address",	 "parent",
		"keeper",   "keeper_title", "place",	 "signer_name",
		"kind",	    "signer_title", "recipient", "authority",
		"symbol",   "place_kept",   "archive",	 "left_to",
	};

	if (f->type == FIELD_EMAIL)
		return true;
	for (size_t i = 0; f->type == FIELD_TEXT && i < N(names); i++)
		if (*f->name == *names[i] && !strcmp(f->name, names[i]))
			return true;
	return false;
}

/* True if a text without letters is a ditto mark, dashes or dots. */
static bool is_ditto(const char *s)
{
	static const int32_t marks[] = { 0x2013, 0x2014, 0x2026, 0x201c,
					 0x201d, 0x2033, 0x3003, 0 };

	while (*s) {
		int32_t cp = 0;

		s += text_decode(s, strlen(s), &cp);
		if (cp >= 0x80 && !is_of(cp, marks))
			return false;
	}
	return true;
}

/*
 * True if @s is written where the value of the row above is meant, or none: a
 * ditto mark, a dash, or the 0 and FALSE of a formula that found a blank cell.
 */
static bool is_placeholder(const struct field *f, const char *s, bool *failed)
{
	static const char *const marks[] = { "0", "true", "false", "nt",
					     "nhutren" };
	bool is_words, found;
	size_t n = N(marks);
	char *key;

	/* A device may be called "0012". */
	if (!strcmp(f->name, "name") &&
	    ((*s != '0' && !s[strspn(s, DIGITS)]) || !strcmp(s, "x")))
		return true;
	/* "«như trên»" has no more bytes; most texts begin otherwise. */
	if (strlen(s) > 16 || (isdigit((unsigned char)*s) && s[1]) ||
	    (isalpha((unsigned char)*s) && !strchr("nNtTfF", *s)))
		return false;
	is_words = f->type != FIELD_SERIAL && f->type != FIELD_DEVICE_SERIAL &&
		   !is_name(f);
	/* A count of a report, and accessories, may be 0. */
	if (is_words &&
	    (f->type != FIELD_TEXT || field_find_any(f->name) != f ||
	     !strcmp(f->name, "accessories")))
		return false;
	/* Words of any kind may be "nt", but no note is "0". */
	n -= is_words ? 2 : 0;
	key = field_key(s);
	*failed |= !key;
	found = key && (*key ? is_among(key, strlen(key), marks, n)
			     : !is_words && is_ditto(s));
	free(key);
	return found;
}

/* Letters that a code page lacks become question marks: "Nguy?n Th? H?ng". */
static bool has_lost_letters(const struct field *f, const char *text)
{
	const char *p = text;

	for (; (p = strchr(p, '?')); p++) {
		int32_t next = 0;

		if (is_name(f))
			return true;
		if (p[1])
			(void)text_decode(p + 1, strlen(p + 1), &next);
		if ((classify(next) & LETTER) && !is_of_link(text, p))
			return true;
	}
	return strstr(text, TEXT_REPLACEMENT);
}

/* The length of "nbsp;" or "#7877;" behind an '&'; 0: that is none. */
static bool is_entity(const char *s)
{
	static const char *const names[] = { "nbsp", "amp", "quot",
					     "lt",   "gt",  "apos" };
	static const char *const accents[] = { "grave", "acute", "circ",
					       "tilde", "uml",	 "cedil" };
	size_t n;

	if (*s == '#') {
		s += 1 + (s[1] == 'x' || s[1] == 'X');
		n = strspn(s, HEX);
		return n > 1 && n < 7 && s[n] == ';';
	}
	n = strspn(s, SMALL CAPITALS);
	return s[n] == ';' &&
	       (is_among(s, n, names, N(names)) ||
		(n > 1 && is_among(s + 1, n - 1, accents, N(accents))));
}

/* "%E1%BB", a letter of UTF-8 as addresses and mail have it. */
static bool is_escaped_byte(const char *s)
{
	return strspn(s + 1, HEX) >= 2 && strchr("CDEFcdef", s[1]) &&
	       s[3] == s[0] && strspn(s + 4, HEX) >= 2 &&
	       strchr("89ABab", s[4]);
}

/* Letters written as another program's signs for them. */
static bool has_escapes(const char *text)
{
	const char *s = text;

	for (; (s = strpbrk(s, "&_\\%=")); s++) {
		if (*s == '&' && is_entity(s + 1))
			return true;
		if (*s == '_' && s[1] == 'x' && strspn(s + 2, HEX) == 4 &&
		    s[6] == '_')
			return true;
		if (*s == '\\' && s[1] == 'u' && strspn(s + 2, HEX) >= 4)
			return true;
		if ((*s == '%' || *s == '=') && is_escaped_byte(s) &&
		    !is_of_link(text, s))
			return true;
	}
	return false;
}

static const char *code_page(void)
{
	return _(
		"Its characters were read in a wrong code page, or are those "
		"of an old font (TCVN3, VNI). Write it in Unicode, and save the "
		"table as \"CSV UTF-8\".");
}

static const char *letters_ruined(const char *s)
{
	struct view v = { .text = s, .rest = s, .left = strlen(s) };
	const char *p = s;

	/* Most numbers and addresses need no closer look. */
	while (*p && !(*p & 0x80) && *p != '^')
		p++;
	if (!*p)
		return NULL;

	for (step(&v), step(&v); v.here.cp; step(&v)) {
		if (v.here.cp < 0x80 && v.after.cp < 0x80 && v.here.cp != '^')
			continue;
		if (is_wrong_code_page(&v))
			return code_page();
		if ((v.here.is & v.after.is & LETTER) &&
		    ((v.here.is ^ v.after.is) & OTHER_SCRIPT))
			return _(
				"A word of this has characters of two alphabets, "
				"which look alike. Type it anew.");
		/* Letters of one font alone. */
		if ((v.here.cp >= 0xe000 && v.here.cp <= 0xf8ff) ||
		    (v.here.cp >= 0xfff9 && v.here.cp <= 0xfffc))
			return code_page();
	}
	return NULL;
}

/* True if there are only words, too long for what a program leaves. */
static bool is_plain(const char *s)
{
	size_t n = 0;

	while (isalpha((unsigned char)s[n]) || s[n] == ' ')
		n++;
	return n > 15 && !s[n];
}

const char *ruined_text(const struct field *f, const char *text, bool own,
			bool *failed)
{
	struct arena scratch = { 0 };
	const char *why = NULL, *s;

	/* A longer text is refused for its length. */
	if (!*text || is_plain(text) || strlen(text) > FIELD_BYTES_MAX)
		return NULL;
	s = field_clean(&scratch, text);
	if (!s) {
		*failed = true;
		goto out;
	}
	if (!strcmp(s, EXTRACT_STRUCK))
		why = _("A part of this is struck out, so that it may be valid "
			"no more. Write what is valid alone, or delete the row.");
	else if (!strcmp(s, EXTRACT_UNSHOWN))
		why = _("The format of this cell shows something else than the "
			"number in it. Format the column as text and write it "
			"as it is seen.");
	else if (!strcmp(s, EXTRACT_NO_VALUE))
		why = _("This is a formula, and the workbook was saved without "
			"its value. Open it in Excel or LibreOffice, save it "
			"there, and try again.");
	else if (is_of_day(f) && day_in_doubt(s))
		why = day_in_doubt(s);
	else if (is_error(s))
		why = _("This is the error of a formula, and no value. Mend the "
			"formula, or write the value itself.");
	else if (is_no_value(s))
		why = _("A program has written this where it had no value. "
			"Write the value, or leave it blank.");
	else
		why = number_ruined(f, s);
	if (why || own || is_spelled_by_token(f))
		goto out;
	/* Cleaning drops control characters. */
	why = letters_ruined(text);
	if (why)
		goto out;
	if (has_lost_letters(f, s))
		why = _("Characters of this were replaced, as when a table is "
			"saved in a code page that lacks them. Write it again, and save "
			"the table as \"CSV UTF-8\".");
	else if (has_escapes(s))
		why = _("Characters of this are written in signs of another "
			"program, such as &#7877; or _x000D_. Write it again.");
	else if (is_placeholder(f, s, failed))
		why = _("This repeats another row, or is no value. Write the "
			"value itself, or leave it blank.");
	else
		why = misplaced_text(f, text, s, failed);
out:
	arena_free(&scratch);
	return why;
}
