/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include <stdlib.h>
#include <string.h>
#include <strings.h>

#include "conftree.h"

#define MAX_DEPTH 16

enum expecting {
	KEY,
	NAME,	    /* after a key: a name, "{" or "=" */
	AFTER_NAME, /* ",", "{" or "=" */
	VALUE,	    /* after "=" or "," */
	AFTER_VALUE,
};

struct reader {
	const char *at;
	struct conftree_item *stack[MAX_DEPTH];
	size_t depth;		   /* of stack */
	struct conftree_item next; /* what is being read */
	enum expecting expecting;
};

struct token {
	const char *start; /* without its quotes */
	size_t len;
	char mark; /* one of ",{}=;", or 0 for a word */
	bool broken;
};

bool conftree_is(const struct conftree_item *item, const char *key)
{
	return strcasecmp(item->key, key) == 0;
}

bool conftree_is_named(const struct conftree_item *item, const char *name)
{
	return item->words.n > 0 && strcasecmp(item->words.words[0], name) == 0;
}

static void free_words(struct conftree_words *words)
{
	for (size_t i = 0; i < words->n; i++)
		free(words->words[i]);
	free(words->words);
	memset(words, 0, sizeof(*words));
}

void conftree_free(struct conftree_item *item)
{
	for (size_t i = 0; i < item->n_items; i++)
		conftree_free(&item->items[i]);
	free(item->items);
	free_words(&item->words);
	free(item->key);
	memset(item, 0, sizeof(*item));
}

static bool add_word(struct conftree_words *words, const char *start,
		     size_t len)
{
	char **grown = reallocarray(words->words, words->n + 1, sizeof(*grown));

	if (!grown)
		return false;
	words->words = grown;
	grown[words->n] = strndup(start, len);
	return grown[words->n] && ++words->n;
}

/* Room for one more item at @at. */
static struct conftree_item *insert(struct conftree_item *parent, size_t at)
{
	struct conftree_item *grown = reallocarray(
		parent->items, parent->n_items + 1, sizeof(*grown));

	if (!grown)
		return NULL;
	parent->items = grown;
	memmove(grown + at + 1, grown + at,
		(parent->n_items - at) * sizeof(*grown));
	parent->n_items++;
	memset(grown + at, 0, sizeof(*grown));
	return grown + at;
}

static struct token next_token(struct reader *r)
{
	struct token t = { 0 };

	for (;;) {
		r->at += strspn(r->at, " \t\r\n");
		if (*r->at != '#')
			break;
		r->at += strcspn(r->at, "\r\n");
	}
	t.start = r->at;
	if (*r->at == '"') {
		t.start++;
		t.len = strcspn(t.start, "\"\r\n");
		t.broken = t.start[t.len] != '"';
		r->at = t.start + t.len + !t.broken;
	} else if (*r->at && strchr(",{}=;", *r->at)) {
		t.mark = *r->at++;
		t.len = 1;
	} else {
		t.len = strcspn(r->at, ";, \t\r\n");
		r->at += t.len;
	}
	return t;
}

static void forget(struct reader *r)
{
	conftree_free(&r->next);
	r->expecting = KEY;
}

/* Puts what was read into the block it stands in. */
static struct conftree_item *keep(struct reader *r)
{
	struct conftree_item *parent = r->stack[r->depth - 1];
	struct conftree_item *item = insert(parent, parent->n_items);

	if (item) {
		*item = r->next;
		memset(&r->next, 0, sizeof(r->next));
		r->expecting = KEY;
	}
	return item;
}

/* Each of these returns 0, -1 for memory or 1 for a text OpenSC refuses. */
static int take_word(struct reader *r, const struct token *t)
{
	if (t->broken)
		return 1;
	if (r->expecting == AFTER_VALUE && !keep(r))
		return -1;
	switch (r->expecting) {
	case KEY:
		r->next.key = strndup(t->start, t->len);
		r->expecting = NAME;
		return r->next.key ? 0 : -1;
	case NAME:
	case VALUE:
		if (!add_word(&r->next.words, t->start, t->len))
			return -1;
		r->expecting = r->expecting == NAME ? AFTER_NAME : AFTER_VALUE;
		return 0;
	default:
		return 1;
	}
}

static int open_block(struct reader *r)
{
	struct conftree_item *block;

	if ((r->expecting != NAME && r->expecting != AFTER_NAME) ||
	    r->depth == MAX_DEPTH)
		return 1;
	r->next.is_block = true;
	block = keep(r);
	if (!block)
		return -1;
	r->stack[r->depth++] = block;
	return 0;
}

static int close_block(struct reader *r)
{
	if (r->expecting == AFTER_VALUE) {
		if (!keep(r))
			return -1;
	} else if (r->expecting != KEY) {
		return 1;
	}
	if (r->depth == 1)
		return 1;
	r->depth--;
	return 0;
}

static int take_mark(struct reader *r, char mark)
{
	switch (mark) {
	case '{':
		return open_block(r);
	case '}':
		return close_block(r);
	case '=':
		if (r->expecting != NAME && r->expecting != AFTER_NAME)
			return 1;
		/* OpenSC keeps a name given before "=" for a later block; what
		 * that is to mean nobody knows. */
		if (r->next.words.n > 0)
			return 1;
		r->expecting = VALUE;
		return 0;
	case ',':
		if (r->expecting == KEY)
			return 1;
		if (r->expecting == AFTER_NAME)
			r->expecting = NAME;
		else if (r->expecting == AFTER_VALUE)
			r->expecting = VALUE;
		return 0;
	default: /* ';' */
		if (r->expecting == VALUE || r->expecting == AFTER_VALUE)
			return keep(r) ? 0 : -1;
		forget(r);
		return 0;
	}
}

int conftree_read(const char *text, struct conftree_item *root)
{
	struct reader r = { .at = text, .stack = { root }, .depth = 1 };
	int ret = 0;

	memset(root, 0, sizeof(*root));
	root->is_block = true;
	while (!ret) {
		struct token t = next_token(&r);

		if (t.mark)
			ret = take_mark(&r, t.mark);
		else if (t.len > 0 || t.start[-(t.start > text)] == '"')
			ret = take_word(&r, &t);
		else
			break;
	}
	if (!ret && (r.expecting == VALUE || r.expecting == AFTER_VALUE) &&
	    !keep(&r))
		ret = -1;
	conftree_free(&r.next);
	return ret;
}

static void write_words(const struct conftree_words *words, FILE *f)
{
	for (size_t i = 0; i < words->n; i++) {
		/* A word that holds a quote was not quoted itself. */
		const char *quote = strchr(words->words[i], '"') ? "" : "\"";

		fprintf(f, "%s%s%s%s", i ? ", " : " ", quote, words->words[i],
			quote);
	}
}

void conftree_write(const struct conftree_item *root, FILE *f)
{
	for (size_t i = 0; i < root->n_items; i++) {
		const struct conftree_item *item = &root->items[i];
		const char *quote = strchr(item->key, '"') ? "" : "\"";

		fprintf(f, "%s%s%s%s", quote, item->key, quote,
			item->is_block ? "" : " =");
		write_words(&item->words, f);
		if (item->is_block) {
			fputs(" {\n", f);
			conftree_write(item, f);
			fputs("}\n", f);
		} else {
			fputs(";\n", f);
		}
	}
}

void conftree_remove(struct conftree_item *item, const char *key)
{
	size_t kept = 0;

	for (size_t i = 0; i < item->n_items; i++) {
		if (!item->items[i].is_block &&
		    conftree_is(&item->items[i], key)) {
			conftree_free(&item->items[i]);
			continue;
		}
		conftree_remove(&item->items[i], key);
		item->items[kept++] = item->items[i];
	}
	item->n_items = kept;
}

static struct conftree_item *add(struct conftree_item *parent, const char *key,
				 const char *word)
{
	struct conftree_item *item = insert(parent, 0);

	if (!item)
		return NULL;
	item->key = strdup(key);
	if (!item->key || (word && !add_word(&item->words, word, strlen(word))))
		return NULL;
	return item;
}

struct conftree_item *conftree_add_block(struct conftree_item *parent,
					 const char *key, const char *name)
{
	struct conftree_item *item = add(parent, key, name);

	if (item)
		item->is_block = true;
	return item;
}

struct conftree_item *conftree_add_setting(struct conftree_item *parent,
					   const char *key, const char *value)
{
	return add(parent, key, value);
}
