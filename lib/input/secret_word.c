/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include "secret_word.h"

#include <ctype.h>
#include <errno.h>
#include <stdlib.h>
#include <string.h>

#include "base/text.h"

#define DIGITS SECRET_DIGITS
#define N(array) (sizeof(array) / sizeof((array)[0]))

/* The bytes of an e-mail address. */
#define ADDRESS_MAX ((size_t)254)
/* Letters of a word that are parted, as in "P.I.N", are at least so many. */
#define SPELLED_MIN 3

/* 1. Words */

struct word word_from(const char *at)
{
	at += strcspn(at, SECRET_LETTERS DIGITS);
	return (struct word){ at, strspn(at, SECRET_LETTERS DIGITS) };
}

struct word word_next(struct word w)
{
	return word_from(w.at + w.len);
}

struct word word_before(const char *text, const char *at)
{
	struct word w;

	while (at > text && !isalnum((unsigned char)at[-1]))
		at--;
	w.at = at;
	while (w.at > text && isalnum((unsigned char)w.at[-1]))
		w.at--;
	w.len = (size_t)(at - w.at);
	return w;
}

bool word_is(struct word w, const char *text)
{
	return w.len == strlen(text) && memcmp(w.at, text, w.len) == 0;
}

bool word_is_one_of(struct word w, const char *const *list, size_t n)
{
	for (size_t i = 0; i < n; i++)
		if (word_is(w, list[i]))
			return true;
	return false;
}

size_t word_digits(struct word w)
{
	size_t n = 0;

	for (size_t i = 0; i < w.len; i++)
		n += isdigit((unsigned char)w.at[i]) != 0;
	return n;
}

bool word_has_letter(struct word w)
{
	for (size_t i = 0; i < w.len; i++)
		if (isalpha((unsigned char)w.at[i]))
			return true;
	return false;
}

/* The end of the letters at @at that only signs part, "P.I.N" or "P I N"; @at
 * where there are too few. */
static const char *spelled_end(const char *at)
{
	const char *end = at, *next = at;
	size_t n = 0;

	while (isalpha((unsigned char)*next) &&
	       !isalnum((unsigned char)next[1])) {
		size_t gap = 0;

		n++;
		end = next + 1;
		while (gap < 2 && end[gap] &&
		       strchr(" .-_*/"
			      "\x7f",
			      end[gap]))
			gap++;
		if (!gap)
			break;
		next = end + gap;
	}
	return n >= SPELLED_MIN ? end : at;
}

/* Makes one word of letters that stand alone. */
static void join_letters(char *text)
{
	char *out = text, before = '\0';

	for (const char *at = text; *at;) {
		const char *end =
			isalnum((unsigned char)before) ? at : spelled_end(at);

		do {
			before = *at++;
			if (at >= end || isalpha((unsigned char)before))
				*out++ = before;
		} while (at < end);
	}
	*out = '\0';
}

void searched_free(struct searched *s)
{
	free(s->text);
	free(s->cased);
}

int searched_make(const char *text, bool only_attached, struct searched *s)
{
	*s = (struct searched){ .cased = text_seen(text),
				.only_attached = only_attached };
	if (!s->cased)
		return -ENOMEM;
	join_letters(s->cased);
	s->text = strdup(s->cased);
	for (char *c = s->text; c && *c; c++)
		*c = (char)tolower((unsigned char)*c);
	return s->text ? 0 : -ENOMEM;
}

/* 2. The names of secrets */

/* The length of the name in "PIN", "SoPIN2", "pincode" or "PIN482913", without
 * the digits of a code at its end; 0: the word names no secret. */
size_t word_names(struct word w)
{
	static const char *const inside[] = {
		"matkhau", "password", "passcode", "passwd",   "passphrase",
		"pincode", "pukcode",  "mamokhoa", "passw0rd", "pasword"
	};
	static const char *const whole[] = {
		"pin",	  "puk",    "sopin",	"userpin", "mapin",
		"mapuk",  "newpin", "oldpin",	"mypin",   "tokenpin",
		"upin",	  "p1n",    "adminpin", "pinmoi",  "pinso",
		"pinpuk", "pinno",  "pinla",	"pincu",   "pass",
		"pwd",	  "pw",	    "mk",	"pswd",	   "psw",
	};
	size_t given = w.len, digits = 0, before = strspn(w.at, DIGITS);

	/* Most words are no name at all. */
	if (!memchr(w.at, 'p', w.len) && !memchr(w.at, 'm', w.len))
		return 0;
	/* "482913PIN" */
	if (before >= CODE_MIN) {
		w.at += before;
		w.len -= before;
	}
	while (w.len && isdigit((unsigned char)w.at[w.len - 1])) {
		w.len--;
		digits++;
	}
	/* "PIN2" is one of several, "PIN482913" tells one. */
	if (digits < CODE_MIN)
		digits = 0;
	for (size_t i = 0; i < N(inside); i++)
		if (memmem(w.at, w.len, inside[i], strlen(inside[i])))
			return given - digits;
	if (AMONG(w, whole))
		return given - digits;
	/* "PINs" */
	if (w.len && w.at[w.len - 1] == 's') {
		w.len--;
		if (AMONG(w, whole))
			return given - digits;
	}
	return 0;
}

/* How many words from @w on, whatever stands between, are the name of a secret:
 * "mật khẩu". Those of which other things are called so too are @weak. */
static size_t name_in_words(struct word w, bool *weak)
{
	static const struct {
		const char *words[4];
		bool weak;
	} names[] = {
		{ { "mat", "khau" }, false },
		{ { "m", "khau" }, false },
		{ { "ma", "mo", "khoa" }, false },
		{ { "ma", "bao", "mat" }, false },
		{ { "ma", "bi", "mat" }, false },
		{ { "ma", "so", "bi", "mat" }, false },
		{ { "so", "bi", "mat" }, true },
		{ { "ma", "kich", "hoat" }, false },
		{ { "unlock", "code" }, false },
		{ { "personal", "identification", "number" }, false },
		{ { "mat", "ma" }, true },
		{ { "ma", "truy", "cap" }, true },
		{ { "ma", "dang", "nhap" }, true },
		{ { "ma", "khoa" }, true },
		{ { "ma", "mo" }, true },
	};

	if (!strchr("mups", *w.at))
		return 0;
	for (size_t i = 0; i < N(names); i++) {
		struct word at = w;
		size_t n = 0;

		while (n < N(names[i].words) && names[i].words[n] &&
		       word_is(at, names[i].words[n])) {
			at = word_next(at);
			n++;
		}
		*weak = names[i].weak;
		if (n == N(names[i].words) || !names[i].words[n])
			return n;
	}
	return 0;
}

static bool is_capital(const struct searched *s, struct word w)
{
	return w.len > 1 && isupper((unsigned char)s->cased[w.at - s->text]) &&
	       islower((unsigned char)s->cased[w.at - s->text + 1]);
}

/* True if "Pin" is what a person, a commune or a battery is called: it has one
 * capital at most, and a name or a title beside it. */
bool name_is_other(const struct searched *s, struct word w)
{
	static const char *const titles[] = {
		"ong", "ba",   "anh",	"chi",	  "thon", "xa",
		"ban", "lang", "buon",	"huyen",  "ty",	  "cuc",
		"sac", "thay", "nguon", "phuong",
	};
	struct word before = word_before(s->text, w.at), next = word_next(w);
	const char *cased = s->cased + (w.at - s->text);

	if (!word_is(w, "pin") || !islower((unsigned char)cased[1]))
		return false;
	if (AMONG(before, titles))
		return true;
	if (!isupper((unsigned char)cased[0]) || word_is(before, "ma"))
		return false;
	return is_capital(s, next) ||
	       (before.at > s->text && is_capital(s, before));
}

/* True if "số bí mật" is none, as in "hồ sơ bí mật" and "cơ sở bí mật". */
static bool is_classified(const struct searched *s, struct word w)
{
	static const char *const words[] = { "ho", "co", "tru" };

	return word_is(w, "so") && AMONG(word_before(s->text, w.at), words);
}

/* True if "mật mã" is cryptography, as in "kỹ thuật mật mã". */
static bool is_science(const struct searched *s, struct word w)
{
	static const char *const fields[] = {
		"thuat", "pham", "nganh", "ly", "yeu", "vu", "nghe", "vien"
	};

	return word_is(w, "mat") && word_is(word_next(w), "ma") &&
	       AMONG(word_before(s->text, w.at), fields);
}

/* True if what stands before the name at @at says that it was locked, forgotten
 * or given anew: the number behind it may be the token's. */
static bool is_acted_on(const struct searched *s, const char *at)
{
	static const char *const acts[] = {
		"khoa", "quen", "sai",	"mat",	  "hong",   "loi",
		"lo",	"nham", "doi",	"lai",	  "reset",  "mo",
		"cap",	"dat",	"lock", "locked", "forgot", "changed",
	};
	struct word w = word_before(s->text, at);

	if (word_is(w, "ma") || word_is(w, "so"))
		w = word_before(s->text, w.at);
	return AMONG(w, acts);
}

bool name_at(const struct searched *s, struct word w, struct name *name)
{
	bool weak = false;
	size_t len = word_names(w), n = len ? 0 : name_in_words(w, &weak);

	if ((!len && !n) || is_science(s, w) || is_classified(s, w))
		return false;
	*name = (struct name){
		.end = w.at + len,
		.weak = weak || name_is_other(s, w),
		.locked = is_acted_on(s, w.at),
	};
	for (; n; n--) {
		name->end = w.at + w.len;
		w = word_next(w);
	}
	return true;
}

/* 3. Numbers that are surely none */

struct number number_at(const char *at)
{
	struct number n = { .len = strspn(at, DIGITS) };

	n.end = at + n.len;
	for (size_t i = 0; i < n.len && i < 6; i++)
		n.value = n.value * 10 + (unsigned int)(at[i] - '0');
	return n;
}

/* The number behind the sign at @at, which blanks may stand around; its length
 * is 0 where there is none. */
static struct number number_behind(const char *at, const char *signs,
				   char *sign)
{
	at += strspn(at, " ");
	*sign = *at;
	if (!*at || !strchr(signs, *at))
		return (struct number){ .end = at };
	at++;
	return number_at(at + strspn(at, " "));
}

static bool is_day(struct number n)
{
	return n.len && n.len <= 2 && n.value >= 1 && n.value <= 31;
}

static bool is_month(struct number n)
{
	return n.len && n.len <= 2 && n.value >= 1 && n.value <= 12;
}

bool number_is_year(struct number n)
{
	return n.len == 4 && n.value >= 1900 && n.value < 2100;
}

/* The end of "T09:30:00+07:00" at @at, or @at. */
static const char *hour_of_iso(const char *at)
{
	return *at == 't' && isdigit((unsigned char)at[1])
		       ? at + strspn(at, DIGITS "t:+.z-")
		       : at;
}

/* The end of the date, month or span of years at @at, "21.11.2026", "21/11/26",
 * "2026-11-21", "11/2026" or "2021-2026"; NULL: none. */
static const char *date_end(const char *at)
{
	struct number a = number_at(at), b, c;
	char sign, again;

	b = number_behind(a.end, "/-.", &sign);
	if (!a.len || !b.len)
		return NULL;
	c = number_behind(b.end, "/-.", &again);
	if (c.len && again != sign)
		c.len = 0;
	if (is_day(a) && is_month(b) &&
	    (number_is_year(c) || (c.len == 2 && sign == '/')))
		return c.end;
	if (number_is_year(a) && is_month(b) && is_day(c))
		return hour_of_iso(c.end);
	if (c.len)
		return NULL;
	if ((is_month(a) || number_is_year(a)) && number_is_year(b))
		return b.end;
	/* The day of a month, or one of several. */
	if (sign == '/' && a.len <= 2 && b.len <= 2 &&
	    ((is_day(a) && is_month(b)) || a.value <= b.value))
		return b.end;
	return NULL;
}

/* The end of the hour at @at, "14:30:00" or "14h30"; NULL: none. */
static const char *hour_end(const char *at)
{
	struct number h = number_at(at), m, s;

	if (!h.len || h.len > 2 || h.value > 24 || !*h.end ||
	    !strchr(":hg", *h.end))
		return NULL;
	m = number_at(h.end + 1);
	if (m.len != 2 || m.value > 59)
		return NULL;
	s = number_at(m.end + (*m.end == ':'));
	return *m.end == ':' && s.len == 2 && s.value < 60 ? s.end : m.end;
}

/*
 * The end of the number of a paper at @at, "1234/STC-VP", "68/2024/NĐ-CP" or
 * "15-CV/TU", whose symbol has capitals; NULL: none.
 */
const char *paper_end(const struct searched *s, const char *at)
{
	struct number n = number_at(at), year;
	const char *symbol, *cased;
	size_t len, capitals;

	if (!n.len || n.len > 5 || !strchr("/-", *n.end) || !*n.end)
		return NULL;
	year = number_at(n.end + 1);
	symbol = number_is_year(year) && *year.end == '/' ? year.end + 1
							  : n.end + 1;
	cased = s->cased + (symbol - s->text);
	len = strcspn(symbol, " ,;:()\"'"
			      "\x7f");
	for (capitals = 0; isupper((unsigned char)cased[capitals]);)
		capitals++;
	if (capitals < 2 || (*n.end == '-' && !memchr(symbol, '/', len)))
		return NULL;
	return symbol + len;
}

/* The end of what begins at @at and is a date, an hour or the number of a
 * paper; NULL: it is none of them. */
const char *other_end(const struct searched *s, const char *at)
{
	const char *end = paper_end(s, at);

	if (!end)
		end = date_end(at);
	if (!end)
		end = hour_end(at);
	return end && !isdigit((unsigned char)*end) ? end : NULL;
}

/* The length of the e-mail address that begins at @w, 0 where none does: no
 * part of it names anything. */
size_t address_length(struct word w)
{
	size_t len = 0;
	const char *at;

	while (len < ADDRESS_MAX && w.at[len] &&
	       !strchr(" ,;:=()<>\"'", w.at[len]))
		len++;
	at = memchr(w.at, '@', len);
	return at && memchr(at, '.', len - (size_t)(at - w.at)) ? len : 0;
}
