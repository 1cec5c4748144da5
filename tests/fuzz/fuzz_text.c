/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* Texts that anybody wrote, made fit to be printed and compared. */
#include <stdlib.h>
#include <string.h>

#include "base/text.h"
#include "fuzz.h"
#include "input/field.h"
#include "rules/province.h"
#include "rules/reasons.h"
#include "token/ckstoken.h"

/* Of a token: nothing that a terminal would obey, and no padding. */
static void clean_for_terminals(const uint8_t *data, size_t size)
{
	char *text = cks_text_clean(data, size), *again, *folded;
	size_t len = strlen(text);

	HOLDS(fuzz_is_clean(text));
	HOLDS(len == 0 || text[len - 1] != ' ');
	again = cks_text_clean(text, len);
	HOLDS(strcmp(text, again) == 0);
	folded = cks_text_fold(text);
	HOLDS(folded);
	HOLDS(fuzz_is_clean(folded));
	free(folded);
	free(again);
	free(text);
}

/* Of a document: one line, single blanks and none at the ends. */
static void clean_for_documents(struct arena *arena, const char *text)
{
	const char *clean = text_clean(arena, text), *again, *upper;
	size_t len = strlen(clean);

	HOLDS(fuzz_is_clean(clean));
	HOLDS(clean[0] != ' ' && (len == 0 || clean[len - 1] != ' '));
	HOLDS(!strstr(clean, "  "));
	again = text_clean(arena, clean);
	HOLDS(strcmp(clean, again) == 0);
	upper = text_upper(arena, clean);
	HOLDS(fuzz_is_clean(upper));
	HOLDS(text_says_something(clean) == text_says_something(upper));
}

static void clean_for_fields(struct arena *arena, const char *text)
{
	const char *clean = field_clean(arena, text);

	HOLDS(fuzz_is_clean(clean));
	HOLDS(strcmp(clean, field_clean(arena, clean)) == 0);
	HOLDS(strcmp(clean, text_clean(arena, clean)) == 0);
}

/* A phrase of some words of a text stands in it, unless it is denied there. */
static void find_words(struct arena *arena, const char *text)
{
	const char *key = province_key(arena, text);
	struct words words = words_split(arena, text), phrase;
	size_t len = strlen(text), cut = len / 2;

	HOLDS(key[0] == ' ' && key[strlen(key) - 1] == ' ');
	HOLDS(!strstr(key, "  "));
	while (cut > 0 && (text[cut] & 0xC0) == 0x80)
		cut--;
	phrase = words_split(arena, text + cut);
	(void)words_contain(arena, &words, &phrase);
	(void)words_contain(arena, &phrase, &words);
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	struct arena arena = { 0 };
	char *text = fuzz_text(data, size), *clean;

	clean_for_terminals(data, size);
	clean_for_documents(&arena, text);
	clean_for_fields(&arena, text);
	clean = cks_text_clean(data, size);
	find_words(&arena, clean);
	HOLDS(!arena.failed);
	free(clean);
	free(text);
	arena_free(&arena);
	return 0;
}
