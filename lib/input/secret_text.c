/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include "secret_text.h"

#include <ctype.h>
#include <errno.h>
#include <stdbool.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "token/ckstoken.h"

#define DIGITS "0123456789"
#define LETTERS "abcdefghijklmnopqrstuvwxyz"
#define N(array) (sizeof(array) / sizeof((array)[0]))

/* A PIN has no fewer digits, and what a password is said to be no fewer
 * letters. */
#define CODE_MIN 4
/* The digits of a telephone number. */
#define PHONE_DIGITS 10
/* As much may stand between a name and what it is said to be. */
#define ATTACHED_MAX 80
/* The bytes of an e-mail address. */
#define ADDRESS_MAX ((size_t)254)

/* 1. Words. A text is read folded: small letters without accents. */

/* A run of letters and digits of a folded text. */
struct word {
	const char *at;
	size_t len;
};

/* The word that begins at @at or behind it; its length is 0 at the end. */
static struct word word_from(const char *at)
{
	at += strcspn(at, LETTERS DIGITS);
	return (struct word){ at, strspn(at, LETTERS DIGITS) };
}

static struct word next_word(struct word w)
{
	return word_from(w.at + w.len);
}

/* The word before @at in @text; its length is 0 where there is none. */
static struct word word_before(const char *text, const char *at)
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

static bool is_word(struct word w, const char *text)
{
	return w.len == strlen(text) && memcmp(w.at, text, w.len) == 0;
}

static bool is_one_of(struct word w, const char *const *list, size_t n)
{
	for (size_t i = 0; i < n; i++)
		if (is_word(w, list[i]))
			return true;
	return false;
}

static size_t count_digits(struct word w)
{
	size_t n = 0;

	for (size_t i = 0; i < w.len; i++)
		n += isdigit((unsigned char)w.at[i]) != 0;
	return n;
}

static bool has_letter(struct word w)
{
	for (size_t i = 0; i < w.len; i++)
		if (isalpha((unsigned char)w.at[i]))
			return true;
	return false;
}

static bool ends_in(struct word w, const char *end)
{
	size_t n = strlen(end);

	return w.len >= n && memcmp(w.at + w.len - n, end, n) == 0;
}

/* 2. The names of secrets */

/* The length of the name in "PIN", "SoPIN2", "pincode" or "PIN482913", without
 * the digits at its end; 0: the word names no secret. */
static size_t name_in_word(struct word w)
{
	static const char *const inside[] = { "matkhau",    "password",
					      "passcode",   "passwd",
					      "passphrase", "pincode",
					      "pukcode",    "mamokhoa" };
	static const char *const whole[] = { "pass", "pwd", "mk" };
	static const char *const glued[] = { "pin",	"puk",	 "sopin",
					     "userpin", "mapin", "mapuk" };
	size_t given = w.len;

	/* Most words are no name at all. */
	if (!memchr(w.at, 'p', w.len) && !memchr(w.at, 'm', w.len))
		return 0;
	for (size_t i = 0; i < N(inside); i++)
		if (memmem(w.at, w.len, inside[i], strlen(inside[i])))
			return w.len;
	if (is_one_of(w, whole, N(whole)))
		return w.len;
	while (w.len && isdigit((unsigned char)w.at[w.len - 1]))
		w.len--;
	/* "PIN2" is one of several, "PIN482913" tells one. */
	if (given - w.len >= CODE_MIN)
		return is_one_of(w, glued, N(glued)) ? w.len : 0;
	return ends_in(w, "pin") || ends_in(w, "puk") ? given : 0;
}

/* How many words from @w on, whatever stands between, are the name of a secret:
 * "mật khẩu". */
static size_t name_in_words(struct word w)
{
	static const char *const names[][3] = {
		{ "mat", "khau" },	  { "ma", "mo", "khoa" },
		{ "ma", "bao", "mat" },	  { "ma", "bi", "mat" },
		{ "ma", "kich", "hoat" }, { "unlock", "code" },
	};

	if (*w.at != 'm' && *w.at != 'u')
		return 0;
	for (size_t i = 0; i < N(names); i++) {
		struct word at = w;
		size_t n = 0;

		while (n < 3 && names[i][n] && is_word(at, names[i][n])) {
			at = next_word(at);
			n++;
		}
		if (n == 3 || !names[i][n])
			return n;
	}
	return 0;
}

/* Finds the name of a secret in @w and the words behind it; *@end is where it
 * ends. */
static bool is_name(struct word w, const char **end)
{
	size_t len = name_in_word(w), n = name_in_words(w);

	*end = w.at + len;
	if (len)
		return true;
	for (; n; n--) {
		*end = w.at + w.len;
		w = next_word(w);
		len = 1;
	}
	return len > 0;
}

/* 3. Numbers that are surely none */

static bool is_day_or_month(size_t n_digits)
{
	return n_digits == 1 || n_digits == 2;
}

static size_t digits_before(const char *text, const char *at)
{
	size_t n = 0;

	while (at > text + n && isdigit((unsigned char)*(at - n - 1)))
		n++;
	return n;
}

/* The length of the day that @w begins, "21.11.2026" or "2026-11-21"; 0: none.
 */
static size_t day_length(struct word w)
{
	struct word month = next_word(w), year = next_word(month);
	char sign = w.at[w.len];

	if (!sign || !strchr("/-.", sign) || has_letter(w) ||
	    has_letter(month) || has_letter(year) ||
	    month.at != w.at + w.len + 1 || month.at[month.len] != sign ||
	    year.at != month.at + month.len + 1 || !is_day_or_month(month.len))
		return 0;
	if ((is_day_or_month(w.len) && year.len == 4) ||
	    (w.len == 4 && is_day_or_month(year.len)))
		return (size_t)(year.at + year.len - w.at);
	return 0;
}

/* Whether the digits are a year beside a month or another year, or the number
 * of a paper before its symbol. */
static bool is_dated(const char *text, struct word digits)
{
	const char *end = digits.at + digits.len;
	bool joined = digits.at > text && strchr("/-.", digits.at[-1]);
	size_t before = joined ? digits_before(text, digits.at - 1) : 0;
	size_t after =
		*end && strchr("/-.", *end) ? strspn(end + 1, DIGITS) : 0;

	if (digits.len != 4)
		return false;
	if (*end == '/' && (isalpha((unsigned char)end[1]) || !isascii(end[1])))
		return true;
	if (is_day_or_month(after) || is_day_or_month(before))
		return true;
	/* 2021-2026 */
	return (after == 4 && is_word((struct word){ digits.at, 2 }, "20") &&
		is_word((struct word){ end + 1, 2 }, "20")) ||
	       (before == 4 && is_word((struct word){ digits.at, 2 }, "20") &&
		is_word((struct word){ digits.at - 5, 2 }, "20"));
}

/* Words before a number that say what it is, and that it is no secret. */
static bool is_label(struct word w)
{
	static const char *const labels[] = {
		"hieu", "serial", "seri", "sn",	  "thoai",   "dt",
		"sdt",	"phone",  "tel",  "cccd", "cmnd",    "cmt",
		"danh", "mst",	  "ngay", "nam",  "hotline",
	};

	return is_one_of(w, labels, N(labels));
}

/* The same of words that may as well belong to a secret: "PIN của token …". */
static bool is_weak_label(struct word w)
{
	static const char *const labels[] = {
		"token", "bi",	"the", "so",	"van",	 "qd",
		"bb",	 "ban", "sim", "phieu", "phong", "iso",
	};

	return is_one_of(w, labels, N(labels));
}

/* Words that may stand between a secret's name and itself. */
static bool is_joining(struct word w)
{
	static const char *const words[] = {
		"la",	 "is",	  "cua",   "moi",  "cu",   "user", "so",
		"usb",	 "token", "thiet", "bi",   "the",  "sim",  "pki",
		"thanh", "to",	  "ma",	   "code", "hien", "tai",  "nay",
		"nguoi", "dung",  "mac",   "dinh", "of",   "new",  "duoc",
		"dat",	 "doi",	  "sang",  "ban",  "dau",
	};

	return is_one_of(w, words, N(words));
}

/* Whether the code at @code is what the name that ends at @end is said to be:
 * only few joining words stand between, and no sentence or clause ends. */
static bool is_attached(const char *end, const char *code)
{
	if (code - end > ATTACHED_MAX)
		return false;
	for (const char *at = end; at < code; at++)
		if (strchr(".;,(", *at) && (at[1] == ' ' || *at == '('))
			return false;
	for (struct word w = word_from(end); w.at < code; w = next_word(w))
		if (!is_joining(w))
			return false;
	return true;
}

static bool is_phone(struct word w)
{
	return count_digits(w) == PHONE_DIGITS && !has_letter(w) &&
	       w.at[0] == '0' && w.at[1] != '0';
}

/* "1234 lần": a quantity. */
static bool is_counted(struct word w)
{
	static const char *const units[] = { "lan",   "ky",   "thiet", "nguoi",
					     "chung", "dong", "vnd" };

	return !has_letter(w) && is_one_of(next_word(w), units, N(units));
}

/* Whether the code @w of @text is surely something else than a secret. */
static bool is_excused(const char *text, struct word w, bool attached)
{
	struct word before = word_before(text, w.at);

	/* "số: 15", "S/N 15" */
	if (is_word(before, "n") && before.at > text && before.at[-1] == '/')
		return true;
	if (is_label(before))
		return true;
	if (is_word(before, "so") && is_label(word_before(text, before.at)))
		return true;
	if (attached)
		return false;
	return is_weak_label(before) || is_phone(w) || is_counted(w);
}

/* 4. What is a code */

/* The word with the groups of digits behind it that belong to it: "48 29 13",
 * "4829-13". */
static struct word whole_code(struct word w)
{
	while (!has_letter(w) && w.at[w.len] && strchr(" .-", w.at[w.len]) &&
	       isdigit((unsigned char)w.at[w.len + 1])) {
		struct word group = next_word(w);

		if (has_letter(group))
			break;
		w.len = (size_t)(group.at + group.len - w.at);
	}
	return w;
}

/* Whether @w, or the digits that it begins, are those of a code. */
static bool is_code(struct word w)
{
	return count_digits(has_letter(w) ? w : whole_code(w)) >= CODE_MIN;
}

/* The word behind ":", "=" or "là" after a name, up to the next blank, where it
 * is no plain word: "hoa2024x", "P@ss". */
static bool is_said_to_be(const char *end)
{
	struct word w = word_from(end);
	const char *at = end + strspn(end, " ");
	size_t len;
	bool digit = false, other = false;

	if (*at == ':' || *at == '=')
		at++;
	else if (is_word(w, "la") || is_word(w, "is"))
		at = w.at + w.len;
	else if (*at != '"' && *at != '\'')
		return false;
	at += strspn(at, " \"'");
	len = strcspn(at, " \"',;)");
	for (size_t i = 0; i < len; i++) {
		digit |= isdigit((unsigned char)at[i]) != 0;
		other |= isalpha((unsigned char)at[i]) ||
			 strchr("@#$%^&*!", at[i]);
	}
	return len >= CODE_MIN && digit && other;
}

/* The length of the e-mail address that begins at @w, 0 where none does: no
 * part of it names anything. */
static size_t address_length(struct word w)
{
	size_t len = 0;
	const char *at;

	while (len < ADDRESS_MAX && w.at[len] &&
	       !strchr(" ,;:=()<>\"'", w.at[len]))
		len++;
	at = memchr(w.at, '@', len);
	return at && memchr(at, '.', len - (size_t)(at - w.at)) ? len : 0;
}

/* Whether a folded text names a secret and has a code that is surely nothing
 * else; with @only_attached, one that the name is said to be. */
static bool tells_secret(const char *text, bool only_attached)
{
	struct word w = word_from(text);
	const char *end = NULL; /* of the last name */
	bool has_code = false;

	while (w.len) {
		struct word code = whole_code(w);
		const char *rest;
		size_t other = address_length(w);
		bool attached;

		if (other) {
			w = word_from(w.at + other);
			continue;
		}
		if (is_name(w, &rest)) {
			end = rest;
			if (is_said_to_be(end))
				return true;
			w = word_from(end);
			/* A serial number may be "PIN0012". */
			if (only_attached && w.at == end)
				w = next_word(w);
			continue;
		}
		other = day_length(w);
		if (!other && is_dated(text, w))
			other = w.len;
		if (other) {
			w = word_from(w.at + other);
			continue;
		}
		attached = end && is_attached(end, w.at);
		if (is_code(w) && !is_excused(text, code, attached)) {
			if (attached)
				return true;
			has_code = true;
		}
		w = next_word(code);
	}
	return end && has_code && !only_attached;
}

/* 5. Whole texts */

/* Whether something may be said to be what stands behind it, by a sign or by
 * "là" or "is", however they are spelled. */
static bool may_say(const char *text)
{
	for (const char *c = text; *c; c++) {
		if (*c == ':' || *c == '=' || *c == '"' || *c == '\'')
			return true;
		if ((*c == 'l' || *c == 'L') &&
		    (c[1] == 'a' || c[1] == 'A' || !isascii(c[1])))
			return true;
		if ((*c == 'i' || *c == 'I') && (c[1] == 's' || c[1] == 'S'))
			return true;
	}
	return false;
}

/* Whether letters stand in @text with which the name of a secret begins or goes
 * on: "pi", "pu", "pa", "pw", "mk", "ma", "un". One with an accent may be any,
 * and a wide one, which begins with this byte. */
static bool may_name(const char *text)
{
	if (strchr(text, '\xef'))
		return true;
	for (const char *c = text; (c = strpbrk(c, "pPmMuU")); c++) {
		const char *next = *c == 'p' || *c == 'P'   ? "iIuUaAwW"
				   : *c == 'm' || *c == 'M' ? "kKaA"
							    : "nN";

		if (!isascii(c[1]) || (c[1] && strchr(next, c[1])))
			return true;
	}
	return false;
}

/* Whether a text can be passed over: most have no digit, too few for a code
 * where nothing is said to be one, or nothing like the name of a secret. */
static bool is_harmless(const char *text)
{
	size_t n_digits = 0;

	for (const char *c = text; *c; c++)
		n_digits += *c >= '0' && *c <= '9';
	if (n_digits == 0)
		return true;
	/* Wide digits, which begin with this byte, become plain ones later. */
	if (n_digits < CODE_MIN && !may_say(text) && !strchr(text, '\xef'))
		return true;
	return !may_name(text);
}

int secret_is_heading(const char *heading)
{
	char *folded = cks_text_fold(heading);
	int found = folded ? 0 : -ENOMEM;
	const char *end;

	if (folded)
		for (struct word w = word_from(folded); w.len && !found;
		     w = next_word(w))
			found = is_name(w, &end);
	free(folded);
	return found;
}

static int look_for_secret(const char *text, bool only_attached)
{
	char *folded;
	int found;

	if (is_harmless(text))
		return 0;
	folded = cks_text_fold(text);
	found = folded ? 0 : -ENOMEM;
	if (folded)
		found = tells_secret(folded, only_attached);
	free(folded);
	return found;
}

int secret_is_in_text(const char *text)
{
	return look_for_secret(text, false);
}

int secret_is_in_field(const char *name, const char *text)
{
	const char *last = strrchr(name, '.');

	last = last ? last + 1 : name;
	return look_for_secret(text, strncmp(last, "device_", 7) == 0);
}

/* Puts the name of what holds it before the path @where. 0 or -ENOMEM. */
static int prepend(const char *name, char **where)
{
	char *whole = NULL;

	if (!*name)
		return 0;
	if (asprintf(&whole, "%s.%s", name, *where) < 0)
		return -ENOMEM;
	free(*where);
	*where = whole;
	return 0;
}

int secret_is_in_value(const char *name, const json_t *value, char **where)
{
	const char *text = json_string_value(value), *inner;
	int found = text ? secret_is_in_field(name, text) : 0;
	json_t *member;
	size_t i;

	if (found > 0) {
		*where = strdup(name);
		return *where ? found : -ENOMEM;
	}
	json_array_foreach (value, i, member) {
		if (!found)
			found = secret_is_in_value(name, member, where);
	}
	json_object_foreach ((json_t *)value, inner, member) {
		if (found)
			break;
		found = secret_is_in_value(inner, member, where);
		if (found > 0 && prepend(name, where))
			found = -ENOMEM;
	}
	return found;
}
