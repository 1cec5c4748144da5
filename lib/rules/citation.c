/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include "citation.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#define ARTICLE "Điều "
#define CLAUSE "khoản "

/* An article and which of its clauses are cited; none: all of it. */
struct cited {
	const char *article;
	const char **parts;
	size_t n_parts;
	bool whole;
};

struct articles {
	struct arena *arena;
	struct cited *list;
	size_t n;
};

static const char *copy(struct arena *arena, const char *text, size_t len)
{
	char *own = arena_alloc(arena, len + 1);

	if (own)
		memcpy(own, text, len);
	return own;
}

static void add_text(struct arena *arena, const char ***list, size_t *n,
		     const char *text)
{
	*list = text ? arena_grow(arena, *list, *n, sizeof(**list)) : NULL;
	if (*list)
		(*list)[(*n)++] = text;
}

static struct cited *article_of(struct articles *all, const char *article)
{
	for (size_t i = 0; i < all->n; i++)
		if (strcmp(all->list[i].article, article) == 0)
			return &all->list[i];
	all->list =
		arena_grow(all->arena, all->list, all->n, sizeof(*all->list));
	if (!all->list)
		return NULL;
	all->list[all->n] = (struct cited){ .article = article };
	return &all->list[all->n++];
}

static void add_part(struct articles *all, struct cited *cited,
		     const char *part)
{
	for (size_t i = 0; i < cited->n_parts; i++)
		if (strcmp(cited->parts[i], part) == 0)
			return;
	add_text(all->arena, &cited->parts, &cited->n_parts, part);
}

static bool has(const char *text, size_t len, const char *word)
{
	return memmem(text, len, word, strlen(word)) != NULL;
}

/* The length of the piece up to the next ", " or " và ", and *@skip of that. */
static size_t cut(const char *text, size_t *skip)
{
	const char *comma = strstr(text, ", ");
	const char *and = strstr(text, " và ");

	if (and&&(!comma || and < comma)) {
		*skip = strlen(" và ");
		return (size_t)(and-text);
	}
	*skip = comma ? strlen(", ") : 0;
	return comma ? (size_t)(comma - text) : strlen(text);
}

/* The same, but "điểm a, điểm c khoản 1" is one piece. */
static size_t piece_of(const char *text, size_t *skip)
{
	size_t len = cut(text, skip);

	while (*skip && !has(text, len, CLAUSE) && !has(text, len, ARTICLE)) {
		len += *skip;
		len += cut(text + len, skip);
	}
	return len;
}

/*
 * Adds what is cited in "khoản 1, điểm a khoản 2 Điều 5, Điều 7": pieces
 * without an article are of the one that follows them.
 */
static void add_articles(struct articles *all, const char *text, size_t len)
{
	const char **waiting = NULL;
	size_t n_waiting = 0, skip;
	const char *at = copy(all->arena, text, len);

	while (at && *at && !all->arena->failed) {
		size_t size = piece_of(at, &skip);
		const char *piece = copy(all->arena, at, size);
		const char *article = piece ? strstr(piece, ARTICLE) : NULL;
		struct cited *cited;

		at += size + skip;
		if (!article) {
			add_text(all->arena, &waiting, &n_waiting, piece);
			continue;
		}
		cited = article_of(all, article);
		if (!cited)
			return;
		for (size_t i = 0; i < n_waiting; i++)
			add_part(all, cited, waiting[i]);
		if (article > piece)
			add_part(all, cited,
				 copy(all->arena, piece,
				      (size_t)(article - piece) - 1));
		else
			cited->whole |= n_waiting == 0;
		n_waiting = 0;
	}
}

/* The number of the clause, "điểm a khoản 2" is of the second. */
static long clause_of(const char *part)
{
	const char *clause = strstr(part, CLAUSE);

	return clause ? strtol(clause + strlen(CLAUSE), NULL, 10) : 0;
}

static int by_clause(const void *a, const void *b)
{
	const char *left = *(const char *const *)a;
	const char *right = *(const char *const *)b;
	long order = clause_of(left) - clause_of(right);

	return order ? (order < 0 ? -1 : 1) : strcmp(left, right);
}

/* "Điều 9" before "Điều 12". */
static int by_article(const void *a, const void *b)
{
	const struct cited *left = a, *right = b;
	long order = strtol(left->article + strlen(ARTICLE), NULL, 10) -
		     strtol(right->article + strlen(ARTICLE), NULL, 10);

	return order ? (order < 0 ? -1 : 1)
		     : strcmp(left->article, right->article);
}

static size_t length_of(const struct articles *all, const char *law)
{
	size_t len = strlen(law) + 1;

	for (size_t i = 0; i < all->n; i++) {
		len += strlen(all->list[i].article) + 2;
		for (size_t k = 0; k < all->list[i].n_parts; k++)
			len += strlen(all->list[i].parts[k]) + 2;
	}
	return len;
}

/* "khoản 1, khoản 2 Điều 5, Điều 7", and the law behind it. */
static const char *write_out(const struct articles *all, const char *law)
{
	size_t size = length_of(all, law);
	char *text = arena_alloc(all->arena, size);
	char *end = text;

	if (!text)
		return NULL;
	for (size_t i = 0; i < all->n; i++) {
		const struct cited *c = &all->list[i];

		for (size_t k = 0; k < c->n_parts && !c->whole; k++)
			end = stpcpy(stpcpy(end, c->parts[k]),
				     k + 1 < c->n_parts ? ", " : " ");
		end = stpcpy(stpcpy(end, c->article),
			     i + 1 < all->n ? ", " : " ");
	}
	(void)stpcpy(end, law);
	return text;
}

const char *citation_law(const struct province *province, const char *ground)
{
	size_t len = strlen(ground);

	for (; province; province = province->parent) {
		const char *title = province->regulation.title;
		size_t n = strlen(title);

		if (len >= n && strcmp(ground + len - n, title) == 0)
			return ground + len - n;
	}
	return NULL;
}

const char *citation_join(struct arena *arena, const struct province *province,
			  const char *a, const char *b)
{
	const char *law = citation_law(province, a);
	const char *other = citation_law(province, b);
	struct articles all = { .arena = arena };

	if (strcmp(a, b) == 0)
		return a;
	if (!law || !other || strcmp(law, other) != 0)
		return NULL;
	/* The law alone, of which both are then grounds. */
	if (law == a || other == b)
		return law == a ? a : b;
	add_articles(&all, a, (size_t)(law - a) - 1);
	add_articles(&all, b, (size_t)(other - b) - 1);
	if (arena->failed)
		return NULL;
	if (all.n)
		qsort(all.list, all.n, sizeof(*all.list), by_article);
	for (size_t i = 0; i < all.n; i++)
		if (all.list[i].n_parts > 1)
			qsort(all.list[i].parts, all.list[i].n_parts,
			      sizeof(*all.list[i].parts), by_clause);
	return write_out(&all, law);
}

/* Where @text names the law of @regulation in short, which is then its end: by
 * the words that the title begins with and by its number. NULL: it does not. */
static const char *named_in_short(const struct regulation *regulation,
				  const char *text)
{
	size_t len = strlen(text), n = strlen(regulation->number);
	const char *title = regulation->title;
	const char *second = strchr(title, ' ');
	size_t words = second ? strcspn(second + 1, " ") + 1 : 0;
	char first[64];

	if (!second || len < n ||
	    strcmp(text + len - n, regulation->number) != 0)
		return NULL;
	(void)snprintf(first, sizeof(first), "%.*s",
		       (int)((size_t)(second - title) + words), title);
	return strstr(text, first);
}

/* One ground in full; what no regulation at hand is named in stays in short. */
static const char *in_full(struct arena *arena, const struct province *province,
			   const char *text)
{
	for (; province; province = province->parent) {
		const struct regulation *r = &province->regulation;
		const char *law = named_in_short(r, text);
		char *whole;
		size_t len;

		if (!law)
			continue;
		len = (size_t)(law - text);
		whole = arena_alloc(arena, len + strlen(r->title) + 1);
		if (whole)
			(void)stpcpy(mempcpy(whole, text, len), r->title);
		return whole;
	}
	return text;
}

void citation_in_full(struct arena *arena, const struct province *province,
		      const char *article, const char ***list, size_t *n)
{
	const char *title = province->regulation.title;

	/* First those of other laws, which rank before the province's. */
	for (int own = 0; own < 2; own++) {
		const char *at = article;

		while (*at && !arena->failed) {
			size_t len = strcspn(at, ";");
			const char *law = NULL, *ground;

			ground = copy(arena, at, len);
			if (ground)
				ground = in_full(arena, province, ground);
			if (ground)
				law = citation_law(province, ground);
			if (ground && (law && strcmp(law, title) == 0) == own)
				add_text(arena, list, n, ground);
			at += len + (at[len] == ';');
			at += strspn(at, " ");
		}
	}
}
