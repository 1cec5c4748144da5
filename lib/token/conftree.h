/* SPDX-License-Identifier: LGPL-2.1-or-later */
/*
 * OpenSC's configuration format as a tree. It is read just as OpenSC reads it,
 * oddities included: a word ends only at a blank, a comma or a semicolon, so
 * "a=1;" sets nothing; a missing semicolon is forgiven after a value.
 */
#ifndef TOKEN_CONFTREE_H
#define TOKEN_CONFTREE_H

#include <stdbool.h>
#include <stddef.h>
#include <stdio.h>

struct conftree_words {
	char **words;
	size_t n;
};

/* "key = value, value;" or "key name, name { items }". */
struct conftree_item {
	char *key;
	struct conftree_words words; /* the values, or the names */
	bool is_block;
	struct conftree_item *items;
	size_t n_items;
};

/* Into @root, a block without a name. 0; -1 for memory; 1 when OpenSC would
 * refuse the text. conftree_free() in any case. */
int conftree_read(const char *text, struct conftree_item *root);
void conftree_write(const struct conftree_item *root, FILE *f);
void conftree_free(struct conftree_item *root);

/* Keys and names are compared without regard to case. */
bool conftree_is(const struct conftree_item *item, const char *key);
bool conftree_is_named(const struct conftree_item *item, const char *name);

/* Removes the settings called @key from @item and all blocks in it. */
void conftree_remove(struct conftree_item *item, const char *key);

/* Adds a block, or a setting with one value, in front; NULL for memory. It is
 * valid until the next is added to the same block. */
struct conftree_item *conftree_add_block(struct conftree_item *parent,
					 const char *key, const char *name);
struct conftree_item *conftree_add_setting(struct conftree_item *parent,
					   const char *key, const char *value);

#endif
