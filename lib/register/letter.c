/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include "letter.h"

#include <ctype.h>
#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "base/buffer.h"
#include "names.h"
#include "normalize.h"
#include "register/letter.sql.h"
#include "token/ckstoken.h"

#define DIGITS "0123456789"

/* Reading a citation word by word. */
struct reading {
	struct letter_cited *cited;
	struct buffer number, sender;
	bool ended;   /* the number has */
	bool is_from; /* the rest is the sender */
};

/* True if the word is @folded without its case, accents and colon. */
static bool is_word(const char *word, size_t len, const char *folded)
{
	char *own = strndup(word, len),
	     *plain = own ? cks_text_fold(own) : NULL;
	bool same;

	if (plain && *plain && plain[strlen(plain) - 1] == ':')
		plain[strlen(plain) - 1] = '\0';
	same = plain && strcmp(plain, folded) == 0;
	free(plain);
	free(own);
	return same;
}

static bool is_year(const char *word, size_t len)
{
	return len == 4 && strspn(word, DIGITS) >= 4 &&
	       (strncmp(word, "19", 2) == 0 || strncmp(word, "20", 2) == 0);
}

static size_t word_length(const char *text)
{
	return strcspn(text, " ");
}

/* Where the number begins: behind "Số", "Số:" or "Công văn số", and at the
 * beginning where no such word is before the first digit. */
static const char *beginning(const char *text)
{
	const char *begin = text;

	for (const char *at = text; *at; at += strspn(at, " ")) {
		size_t len = word_length(at), digits = strcspn(at, DIGITS);
		const char *colon = memchr(at, ':', len);

		if (colon && is_word(at, (size_t)(colon - at), "so"))
			return colon + 1;
		if (digits < len)
			break;
		at += len;
		if (is_word(at - len, len, "so"))
			return at;
	}
	return begin;
}

/* A number goes on where a dash or a slash joins what stands apart. */
static bool goes_on(const struct reading *r, const char *word)
{
	size_t n = r->number.len;

	if (r->ended)
		return false;
	return !n || *word == '/' || *word == '-' ||
	       r->number.data[n - 1] == '/' || r->number.data[n - 1] == '-';
}

static void take_number(struct reading *r, const char *word, size_t len)
{
	size_t plain = len;

	while (plain && strchr(",;.", word[plain - 1]))
		plain--;
	buffer_put(&r->number, word, plain);
	r->ended = plain < len;
}

static void take_sender(struct reading *r, const char *word, size_t len)
{
	if (r->sender.len)
		buffer_puts(&r->sender, " ");
	buffer_put(&r->sender, word, len);
	r->is_from = true;
}

static bool take_day(struct letter_cited *cited, const char *text)
{
	char day[CITED_DAY_SIZE];

	if (*cited->day || !normalize_cited_day(text, day))
		return false;
	memcpy(cited->day, day, sizeof(day));
	memcpy(cited->year, day, 4);
	return true;
}

/* Takes the day at @at, which is all up to the sender behind it; whether it is
 * one. */
static bool take_day_at(struct reading *r, const char *at, size_t *all)
{
	const char *sender = strstr(at, " của ");
	char *own;
	bool taken;

	*all = sender ? (size_t)(sender - at) : strlen(at);
	own = strndup(at, *all);
	taken = own && take_day(r->cited, own);
	r->number.failed |= !own;
	free(own);
	return taken;
}

/* Takes what stands behind the number at @at; how much of it that is. The day
 * and the year may stand behind the sender, too. */
static size_t take_rest(struct reading *r, const char *at)
{
	size_t len = word_length(at), all;
	const char *of = at + len + strspn(at + len, " ");
	bool told = is_word(at, len, "ngay") &&
		    (!r->is_from || isdigit((unsigned char)*of));

	if (told || (!r->is_from && isdigit((unsigned char)*at))) {
		bool taken;

		if (is_year(at, len)) {
			memcpy(r->cited->year, at, 4);
			return len;
		}
		taken = take_day_at(r, at, &all);
		/* "ngày 30/02/2026" is no sender, either. */
		r->cited->no_day |= told && !taken;
		if (taken || told)
			return all;
	}
	if (is_word(at, len, "nam") && is_year(of, word_length(of))) {
		memcpy(r->cited->year, of, 4);
		return (size_t)(of - at) + 4;
	}
	if (!r->is_from && is_word(at, len, "cua")) {
		r->is_from = r->cited->of_sender = true;
		return len;
	}
	take_sender(r, at, len);
	return len;
}

static char *text_of(struct buffer *b)
{
	buffer_put(b, "", 1);
	return b->failed ? NULL : strdup((const char *)b->data);
}

int letter_cited_read(const char *text, struct letter_cited *cited)
{
	struct reading r = { .cited = cited };
	const char *at = beginning(text);

	*cited = (struct letter_cited){ 0 };
	for (at += strspn(at, " "); *at; at += strspn(at, " ")) {
		size_t len = word_length(at);

		if (goes_on(&r, at)) {
			take_number(&r, at, len);
		} else {
			r.ended = true;
			len = take_rest(&r, at);
		}
		at += len;
	}
	cited->number = text_of(&r.number);
	cited->sender = text_of(&r.sender);
	buffer_free(&r.number);
	buffer_free(&r.sender);
	if (!cited->number || !cited->sender ||
	    normalize_number(cited->number, cited->plain_year, &cited->plain))
		return -ENOMEM;
	return strpbrk(cited->number, "123456789") ? 0 : -EINVAL;
}

void letter_cited_free(struct letter_cited *cited)
{
	free(cited->number);
	free(cited->sender);
	free(cited->plain);
	free(cited->within);
	free(cited->behind);
	*cited = (struct letter_cited){ 0 };
}

/* Letters of any of the three numbers. */
static struct query *ask(struct custody_register *reg, const char *number,
			 const char *other, const char *third)
{
	struct query *q =
		store_query(register_store(reg), sql_letters_of_number);

	query_put_text(q, number);
	query_put_text(q, other);
	query_put_text(q, third);
	return q;
}

struct query *letters_of_number(struct custody_register *reg,
				const char *number)
{
	return ask(reg, number, number, number);
}

struct query *letters_cited(struct custody_register *reg,
			    struct letter_cited *cited)
{
	const char *number = cited->number;
	int first = (int)strcspn(number, "/");

	if (cited->plain)
		return ask(reg, number, cited->plain, number);
	if (!*cited->year)
		return ask(reg, number, number, number);
	free(cited->within);
	free(cited->behind);
	if (asprintf(&cited->within, "%.*s/%s%s", first, number, cited->year,
		     number + first) < 0)
		cited->within = NULL;
	if (asprintf(&cited->behind, "%s/%s", number, cited->year) < 0)
		cited->behind = NULL;
	if (!cited->within || !cited->behind) {
		store_fail(register_store(reg), -ENOMEM);
		return ask(reg, number, number, number);
	}
	return ask(reg, number, cited->within, cited->behind);
}

bool letter_may_be_of(const char *sender, const char *agency)
{
	return !*sender || !*agency || names_share_agency(sender, agency);
}

bool letter_is_cited(struct query *q, const struct letter_cited *cited)
{
	const char *day = query_text(q, LETTER_DAY);

	if (cited->no_day)
		return false;
	/* One without the year in its number is of that year. */
	if (cited->plain && *day && strncmp(day, cited->plain_year, 4) != 0 &&
	    !letter_same_number(query_text(q, LETTER_NUMBER), cited->number))
		return false;
	return (!*day || !*cited->year || strncmp(day, cited->year, 4) == 0) &&
	       (!*day || !*cited->day || strcmp(day, cited->day) == 0) &&
	       letter_may_be_of(query_text(q, LETTER_SENDER), cited->sender);
}

/* The next letter of a number, blanks aside. */
static const char *next_of(const char *at)
{
	return at + strspn(at, " ");
}

bool letter_same_number(const char *a, const char *b)
{
	char *x = cks_text_fold(a), *y = cks_text_fold(b);
	const char *p = x ? x + strspn(x, "0 ") : "";
	const char *q = y ? y + strspn(y, "0 ") : "";
	bool same;

	while (*(p = next_of(p)) && *p == *(q = next_of(q))) {
		p++;
		q++;
	}
	same = x && y && !*p && !*next_of(q);
	free(x);
	free(y);
	return same;
}
