/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include "json_members.h"

#include <jansson.h>
#include <stdlib.h>
#include <string.h>

/* The place behind the text in quotation marks that begins at @i. */
static size_t skip_quoted(const char *text, size_t len, size_t i)
{
	for (i++; i < len && text[i] != '"'; i++)
		if (text[i] == '\\')
			i++;
	return i + 1;
}

void json_measure(const char *text, size_t len, struct json_extent *e)
{
	size_t depth = 0, i = 0;

	*e = (struct json_extent){ 0 };
	while (i < len) {
		switch (text[i]) {
		case '"':
			i = skip_quoted(text, len, i);
			continue;
		case '[':
		case '{':
			e->objects++;
			if (++depth > e->deepest)
				e->deepest = depth;
			break;
		case ']':
		case '}':
			depth -= depth > 0;
			break;
		case ',':
			e->values++;
			break;
		default:
			break;
		}
		i++;
	}
}

const char *json_error_words(json_error_t *error)
{
	char *near = strstr(error->text, " near '");

	if (near)
		*near = '\0';
	return error->text;
}

static unsigned int bit_of(const char *name, size_t len,
			   const char *const *names, size_t n)
{
	for (size_t i = 0; i < n; i++)
		if (strlen(names[i]) == len && !memcmp(names[i], name, len))
			return 1u << i;
	return 0;
}

unsigned int json_members(const char *text, size_t len,
			  const char *const *names, size_t n)
{
	size_t depth = 0, i = strspn(text, " \t\r\n");
	unsigned int found = 0;
	bool named = false; /* the member's name was read */

	if (i >= len || text[i] != '{')
		return 0;
	while (i < len) {
		char c = text[i];

		if (c == '"') {
			size_t end = skip_quoted(text, len, i);

			if (depth == 1 && !named && end <= len)
				found |= bit_of(text + i + 1, end - i - 2,
						names, n);
			named |= depth == 1;
			i = end;
			continue;
		}
		depth += c == '{' || c == '[';
		depth -= (c == '}' || c == ']') && depth > 0;
		if (!depth)
			break;
		if (depth == 1 && c == ',')
			named = false;
		i++;
	}
	return found;
}

static bool is_short;

static void *allocate(size_t size)
{
	void *block = malloc(size);

	is_short |= !block;
	return block;
}

void json_watch_memory(void)
{
	json_set_alloc_funcs(allocate, free);
}

void json_note_short(void)
{
	is_short = true;
}

bool json_is_short(void)
{
	return is_short;
}
