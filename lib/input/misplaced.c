/* SPDX-License-Identifier: LGPL-2.1-or-later */
/*
 * Each mark is one that no serial number and no name bears: a value that could
 * be right is let pass, and one that could mean two things is not.
 */
#include "misplaced.h"

#include <ctype.h>
#include <errno.h>
#include <stdlib.h>
#include <string.h>
#include <strings.h>

#include "base/date.h"
#include "base/i18n.h"
#include "cell_kind.h"
#include "field_value.h"

#define DIGITS "0123456789"
#define HEX DIGITS "abcdefABCDEF"
#define N(a) (sizeof(a) / sizeof((a)[0]))

/* Two serial numbers in one cell have at least as many characters each: bytes
 * and words of one number are parted in groups of two or four. */
#define SHORTEST_SERIAL 6

/* A telephone number has nine digits without its zero; an office may be called
 * by a number that is shorter. */
#define SHORTEST_NUMBER 8

/* For the code of an agency, which has fewer digits. */
#define CODE_ROOM ((size_t)20)

/* True if @s is a day, or is written as no other thing is. */
static bool is_day(const char *s)
{
	struct date date;
	enum date_result read;

	if (!strpbrk(s, "/-."))
		return false;
	read = date_read(s, 0, &date);
	return read == DATE_OK || (read != DATE_NOT_A_DATE && strchr(s, '/'));
}

/* 1. Serial numbers. */

static size_t serial_length(const char *s)
{
	size_t n = 0;

	while (isalnum((unsigned char)s[n]))
		n++;
	return n;
}

/*
 * True if @text is two or more numbers, each of which could be the serial
 * number of a token by itself: as long as the others, with a digit, and parted
 * by a line break, a blank or a sign.
 */
static bool is_several(const char *text)
{
	const char *s = text + strspn(text, " \t\r\n");
	size_t len = serial_length(s), parts = 0;

	if (len < SHORTEST_SERIAL)
		return false;
	for (; *s; parts++) {
		if (serial_length(s) != len || strcspn(s, DIGITS) >= len)
			return false;
		s += len;
		if (*s && !strchr(" \t\r\n;/-", *s))
			return false;
		s += strspn(s, " \t\r\n;/-");
	}
	return parts > 1;
}

/*
 * "S/N: 0A1B2C01", "Serial 0A1B2C01" or "#0A1B2C01": a sign or a blank must
 * part it, since a maker may begin its numbers with SN.
 */
static bool has_label(const char *s)
{
	static const char *const labels[] = { "serial number", "serial no",
					      "serial",	       "seri",
					      "s/n",	       "sn" };
	size_t n = strspn(s, "#./");

	for (size_t i = 0; i < N(labels) && !n; i++)
		if (!strncasecmp(s, labels[i], strlen(labels[i])) &&
		    strchr(" :.#", s[strlen(labels[i])]))
			n = strlen(labels[i]);
	return n && strpbrk(s + n, DIGITS);
}

/* "0A1B2C01.", as at the end of a sentence. */
static bool has_stop(const char *s)
{
	return *s && strchr("./#", s[strlen(s) - 1]);
}

/* Words that tell what became of a token, as field_key() has them. None is
 * hexadecimal, as a serial number of letters alone would be. */
static bool is_word_of_state(const char *key)
{
	static const char *const words[] = {
		"mat",	    "bimat",	"baomat",   "thatlac",	"hong",
		"bihong",   "hu",	"huhong",   "thuhoi",	"dathuhoi",
		"datra",    "chuatra",	"trong",    "duphong",	"chuaco",
		"chuacap",  "chuanhan", "khong",    "khongco",	"khongro",
		"dangcho",  "hethan",	"conhan",   "khoa",	"bikhoa",
		"token",    "usb",	"usbtoken", "pkitoken", "simpki",
		"tokenmoi", "tokencu",	"vgca",	    "codinh",	"chuaro",
	};

	for (size_t i = 0; i < N(words); i++)
		if (!strcmp(words[i], key))
			return true;
	return false;
}

static const char *serial_misplaced(const struct field *f, const char *text,
				    const char *s, bool *failed)
{
	char *key;
	bool is_word = false;

	if (is_day(s))
		return _(
			"This is a date, and no serial number. Write the number as the token has it.");
	if (is_several(text))
		return _(
			"This may be one serial number, or several in one cell. Write one without blanks or signs in it, and give each of several a row of its own.");
	if ((*s == '-' || *s == '+') && !s[1 + strspn(s + 1, DIGITS)])
		return _(
			"A serial number has no sign before it. Format the column as text and write it again.");
	if (has_label(s) || has_stop(s))
		return _(
			"This has more than the serial number, such as a label "
			"or a full stop. Write the number alone, as the token "
			"has it.");
	if (!strpbrk(s, DIGITS)) {
		key = field_key(s);
		*failed |= !key;
		/* The number of a certificate is hexadecimal. */
		is_word = key && *key &&
			  (f->type == FIELD_SERIAL ? key[strspn(key, HEX)] != 0
						   : is_word_of_state(key));
		free(key);
	}
	return is_word ? _("This is a word, and no serial number. Write the "
			   "number, or leave it blank.")
		       : NULL;
}

/* 2. Names. */

/* True if nothing in the field is a number or a day alone, unlike an address,
 * in which a lost letter shows as it does in a name (ruined.c). */
static bool is_of_name(const struct field *f)
{
	static const char *const names[] = {
		"name",	       "organization", "unit",	       "title",
		"parent",      "keeper",       "keeper_title", "place",
		"signer_name", "signer_title", "id_place",     "recipient",
		"sender",      "returned_to",  "left_to"
	};

	/* An agency signs by it; in the register it is a letter, which may be
	 * called by its number alone. */
	if (!strcmp(f->name, "authority"))
		return !f->of_register;
	for (size_t i = 0; i < N(names); i++)
		if (*f->name == *names[i] && !strcmp(f->name, names[i]))
			return true;
	return false;
}

static bool is_long_number(const char *s)
{
	size_t digits = 0;

	for (; *s; s++) {
		if (!strchr(DIGITS " .-+()", *s))
			return false;
		digits += *s >= '0' && *s <= '9';
	}
	return digits >= SHORTEST_NUMBER;
}

/* "0A1B2C09": half of it digits at least, and all of it hexadecimal. */
static bool is_like_serial(const char *s)
{
	size_t len = strlen(s), digits = 0;

	for (const char *p = s; *p; p++)
		digits += *p >= '0' && *p <= '9';
	return len >= SHORTEST_NUMBER && strspn(s, HEX) == len &&
	       2 * digits >= len;
}

/* 1 if the @len bytes at @s, of two words at least, begin as people are
 * called; 0, or -ENOMEM. */
static int is_person(const char *s, size_t len)
{
	char *part;
	int ret;

	while (len && strchr(" \t\r\n", *s)) {
		s++;
		len--;
	}
	while (len && strchr(" \t\r\n", s[len - 1]))
		len--;
	if (!memchr(s, ' ', len))
		return 0;
	part = strndup(s, len);
	if (!part)
		return -ENOMEM;
	ret = cell_is_like_person(part);
	free(part);
	return ret;
}

/* The bytes at @s that part two names; 0: none. */
static size_t parting(const char *s)
{
	static const char *const words[] = { " - ", " và ", " va " };

	if (strchr("\n,;/", *s))
		return 1;
	for (size_t i = 0; i < N(words); i++)
		if (!strncmp(s, words[i], strlen(words[i])))
			return strlen(words[i]);
	return 0;
}

/* True if @text has parts, and each is a name as people have. */
static bool is_several_people(const char *text, bool *failed)
{
	const char *start = text, *p = text;
	size_t n = 0, len = 0;
	int rc;

	/* Most cells have one name, and cost no more than this. */
	while (*p && !(len = parting(p)))
		p++;
	if (!*p)
		return false;
	for (p = start;; p++) {
		len = *p ? parting(p) : 0;
		if (*p && !len)
			continue;
		rc = is_person(start, (size_t)(p - start));
		*failed |= rc < 0;
		if (rc <= 0)
			return false;
		n++;
		if (!*p)
			return n > 1;
		start = p + len;
		p = start - 1;
	}
}

/* "1. Nguyễn Văn An" */
static bool is_numbered(const char *s, bool *failed)
{
	size_t n = strspn(s, DIGITS);
	int rc;

	if (!n || n > 4 || (s[n] != '.' && s[n] != ')'))
		return false;
	rc = is_person(s + n + 1, strlen(s + n + 1));
	*failed |= rc < 0;
	return rc > 0;
}

/*
 * Words in a column of names that tell what became of a token. Their accents
 * count, unlike those of words in the place of a serial number: "Trong" and
 * "Hong" are people.
 */
static bool is_state(const char *s)
{
	static const char *const states[] = {
		"Trống",   "trống",	 "TRỐNG",      "Đã trả",   "đã trả",
		"ĐÃ TRẢ",  "Dự phòng",	 "dự phòng",   "DỰ PHÒNG", "Thu hồi",
		"thu hồi", "Đã thu hồi", "đã thu hồi", "Chưa cấp", "chưa cấp",
		"Hỏng",	   "hỏng",
	};

	for (size_t i = 0; i < N(states); i++)
		if (!strcmp(s, states[i]))
			return true;
	return false;
}

static const char *name_misplaced(const struct field *f, const char *text,
				  const char *s, bool *failed)
{
	char address[FIELD_ROOM];
	bool is_subscriber = !strcmp(f->name, "name");

	if (is_day(s))
		return _("This is a date, and no name. The cells of this row "
			 "may have moved into other columns.");
	/* A device may be called "0012", and a unit "1". */
	if (is_long_number(s) || is_like_serial(s) ||
	    (!is_subscriber && strcmp(f->name, "unit") != 0 &&
	     !s[strspn(s, DIGITS " .-+()/")]))
		return _("This is a number, and no name. The cells of this row "
			 "may have moved into other columns.");
	if (strchr(s, '@') && strlen(s) <= FIELD_SHORT_MAX &&
	    !field_email(s, address))
		return _("This is an e-mail address, and no name. The cells of "
			 "this row may have moved into other columns.");
	if (is_subscriber && is_state(s))
		return _("This tells of the token, and is no name. Write who "
			 "holds it, or leave it blank.");
	if (is_subscriber && is_several_people(text, failed))
		return _("Several people are named here. Give each a row of "
			 "their own.");
	if (is_subscriber && is_numbered(s, failed))
		return _("A number stands before the name. Write the name "
			 "alone.");
	return NULL;
}

/* 3. The parts of a letter's number and of its last line. */

/* "15/STC-VP", of which the symbol is "STC-VP". */
static const char *symbol_misplaced(const char *s)
{
	return strchr(DIGITS, *s) || strpbrk(s, "/ ")
		       ? _("This is more than the symbol. Write it without the "
			   "number and without blanks, such as STC-VP.")
		       : NULL;
}

/* "Lưu: VT, VP", of which the unit is "VP". */
static const char *archive_misplaced(const char *s)
{
	return strchr(s, ':') || !strncmp(s, "VT,", 3) || !strcmp(s, "VT")
		       ? _("This is more than the unit that drafts. Write the "
			   "unit alone, such as VP in \"Lưu: VT, VP\".")
		       : NULL;
}

/* 4. The codes of an agency. */

/* Copies @s without its blanks. False: it has no room, and is no code. */
static bool without_blanks(const char *s, char out[CODE_ROOM])
{
	size_t n = 0;

	for (; *s && n < CODE_ROOM - 1; s++)
		if (*s != ' ')
			out[n++] = *s;
	out[n] = '\0';
	return !*s;
}

/* "0100109106", with "-001" for a branch; since July 2025 that of a person, and
 * of a household, is the number of 12 digits by which the person is known. */
static const char *tax_code_misplaced(const char *s)
{
	char code[CODE_ROOM];
	size_t n, more;

	if (without_blanks(s, code)) {
		n = strspn(code, DIGITS);
		more = code[n] == '-' ? strspn(code + n + 1, DIGITS) : 0;
		if ((!code[n] && (n == 10 || n == 12 || n == 13)) ||
		    (n == 10 && more == 3 && !code[n + 4]))
			return NULL;
	}
	return _("A tax code has 10 digits, with -001 or the like behind them "
		 "for a branch, or the 12 digits of a person. Write it as in "
		 "0100109106.");
}

static const char *budget_code_misplaced(const char *s)
{
	char code[CODE_ROOM];

	if (without_blanks(s, code) && strspn(code, DIGITS) == 7 && !code[7])
		return NULL;
	return _("A budget code has 7 digits. Write it as in 1234567.");
}

const char *misplaced_text(const struct field *f, const char *text,
			   const char *clean, bool *failed)
{
	if (f->type == FIELD_TEXT && !strcmp(f->name, "tax_code"))
		return tax_code_misplaced(clean);
	if (f->type == FIELD_TEXT && !strcmp(f->name, "budget_code"))
		return budget_code_misplaced(clean);
	if (f->type == FIELD_TEXT && !strcmp(f->name, "symbol"))
		return symbol_misplaced(clean);
	if (f->type == FIELD_TEXT && !strcmp(f->name, "archive"))
		return archive_misplaced(clean);
	if (f->type == FIELD_SERIAL || f->type == FIELD_DEVICE_SERIAL)
		return serial_misplaced(f, text, clean, failed);
	return f->type == FIELD_TEXT && is_of_name(f)
		       ? name_misplaced(f, text, clean, failed)
		       : NULL;
}
