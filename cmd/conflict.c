/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "base/i18n.h"
#include "conflict.h"
#include "input/field.h"
#include "message.h"

/* Whether the @len letters at @at are all of a part of @names, which commas
 * part. */
static bool is_whole_part(const char *names, const char *at, size_t len)
{
	const char *end = at + len;

	while (at > names && at[-1] == ' ')
		at--;
	end += strspn(end, " ");
	return (at == names || at[-1] == ',') && (*end == ',' || *end == '\0');
}

static bool has_part(const char *names, const char *part, size_t len)
{
	for (const char *at = names; *at; at++)
		if (strncmp(at, part, len) == 0 &&
		    is_whole_part(names, at, len))
			return true;
	return len == 0;
}

/* Whether each part of @a is a part of @b. */
static bool parts_are_in(const char *a, const char *b)
{
	while (*a) {
		size_t len, trimmed;

		a += strspn(a, " ");
		len = trimmed = strcspn(a, ",");
		while (trimmed > 0 && a[trimmed - 1] == ' ')
			trimmed--;
		if (!has_part(b, a, trimmed))
			return false;
		a += len + (a[len] == ',');
	}
	return true;
}

/* Names in capitals or without their accents are the same names; an agency's
 * may stand with those above it, or alone. */
static bool agree(const char *field, const char *a, const char *b)
{
	char *x = cks_text_fold(a), *y = cks_text_fold(b);
	bool same = x && y && strcmp(x, y) == 0;

	if (x && y && !same && strcmp(field, "organization") == 0)
		same = parts_are_in(x, y) || parts_are_in(y, x);
	free(x);
	free(y);
	return same;
}

bool conflict_between(const char *field, const json_t *ours,
		      const json_t *token)
{
	if (!ours || json_is_null(ours))
		return false;
	if (json_is_string(ours) && json_is_string(token))
		return !agree(field, json_string_value(ours),
			      json_string_value(token));
	return !json_equal((json_t *)ours, (json_t *)token);
}

static const char *label_of(const char *field)
{
	const struct field *f = field_find(field);

	return f ? f->label : field;
}

static const char *words_of(const json_t *value, char words[32])
{
	if (json_is_string(value))
		return json_string_value(value);
	if (json_is_integer(value))
		snprintf(words, 32, "%" JSON_INTEGER_FORMAT,
			 json_integer_value(value));
	else
		snprintf(words, 32, "%d", json_is_true(value));
	return words;
}

void print_conflict(size_t row, const char *field, const json_t *ours,
		    const json_t *token)
{
	char a[32], b[32];

	print_message(_("row %zu, %s: the token says \"%s\", the data \"%s\""),
		      row, label_of(field), words_of(token, a),
		      words_of(ours, b));
}

void print_register_conflict(size_t row, const char *field, const json_t *ours,
			     const json_t *there)
{
	char a[32], b[32];

	print_message(
		_("row %zu, %s: the register says \"%s\"; the document says \"%s\", as the token or the data do"),
		row, label_of(field), words_of(there, a), words_of(ours, b));
}
