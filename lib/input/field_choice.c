/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include <errno.h>
#include <stdlib.h>
#include <string.h>

#include "field.h"
#include "field_value.h"

#define BETWEEN "; "

/* The next of @words, copied into @word; NULL past the last. */
static const char *take_word(const char *words, char word[FIELD_CHOICE_ROOM])
{
	const char *end = strstr(words, BETWEEN);
	size_t len = end ? (size_t)(end - words) : strlen(words);

	if (!len || len >= FIELD_CHOICE_ROOM)
		return NULL;
	memcpy(word, words, len);
	word[len] = '\0';
	return end ? end + strlen(BETWEEN) : words + len;
}

/* Whether @word is @s, which is folded already. 1, 0, or -ENOMEM. */
static int is_word(const char *word, const char *s)
{
	char *key = field_key(word);
	int same = key ? !strcmp(key, s) : -ENOMEM;

	free(key);
	return same;
}

static int has_word(const struct field_choice *choice, const char *s)
{
	char word[FIELD_CHOICE_ROOM];
	const char *words = choice->words;
	int found = is_word(choice->key, s);

	while (!found && (words = take_word(words, word)))
		found = is_word(word, s);
	return found;
}

int field_choice(const struct field *f, const char *s, const char **key)
{
	const struct field_choice *choice;
	char *folded;
	int found;

	*key = NULL;
	for (choice = f->choices; choice->key; choice++)
		if (!strcmp(choice->key, s))
			*key = choice->key;
	if (*key)
		return 0;
	folded = field_key(s);
	found = folded ? 0 : -ENOMEM;
	for (choice = f->choices; choice->key && !found; choice++) {
		found = has_word(choice, folded);
		if (found > 0)
			*key = choice->key;
	}
	free(folded);
	return found < 0 ? found : 0;
}

bool field_choice_words(const struct field *f, const char *key,
			char words[FIELD_CHOICE_ROOM])
{
	const struct field_choice *choice;

	for (choice = f->choices; choice && choice->key; choice++)
		if (!strcmp(choice->key, key))
			return take_word(choice->words, words);
	return false;
}
