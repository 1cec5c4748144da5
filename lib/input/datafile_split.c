/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* Cells that hold several fields, such as "001234567890, 15/03/2022, Cục …". */
#include <stdlib.h>
#include <string.h>

#include "base/i18n.h"
#include "datafile_reading.h"
#include "field_value.h"

/* Stands for the end of a line within a cell. */
#define LINE_END '|'
#define PARTING ",;|"

#define DIGITS "0123456789"
#define LETTERS "abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ"

/* The bytes of what is written as a date at @s, right or wrong; else 0. */
static size_t date_like(const char *s)
{
	size_t len = 0;
	int i;

	for (i = 0; i < 3; i++) {
		size_t n = strspn(s + len, DIGITS);

		if (!n || n == 3 || n > (i == 1 ? 2 : 4))
			return 0;
		len += n;
		if (i < 2 && (!s[len] || !strchr("/-.", s[len++])))
			return 0;
	}
	return len;
}

static bool has_date(const char *s)
{
	while (*(s += strcspn(s, DIGITS))) {
		if (date_like(s))
			return true;
		s += strspn(s, DIGITS);
	}
	return false;
}

/* Nine digits or more without a blank, as a serial number in pairs has not. */
static bool phone_like(const char *s)
{
	return strspn(s + (*s == '+'), DIGITS) >= 9;
}

static size_t trim(const char *s, size_t len)
{
	while (len && strchr(" .-", s[len - 1]))
		len--;
	return len;
}

/* Characters of @set, up to a blank that something else comes after. */
static size_t number_like(const char *s, const char *set)
{
	size_t len = field_scientific(s);
	const char *blank;

	if (len)
		return len;
	len = strspn(s, set);
	for (blank = s; (blank = memchr(blank, ' ', len - (size_t)(blank - s)));
	     blank++)
		if (date_like(blank + 1) || phone_like(blank + 1))
			return trim(s, (size_t)(blank - s));
	len = trim(s, len);
	/* What runs on is wrong in this field, rather than the next one's. */
	return len ? len + strspn(s + len, LETTERS DIGITS) : 0;
}

/* The bytes at @s that are for a field of this type; 0: none. */
static size_t piece_length(enum field_type type, const char *s)
{
	size_t len;

	switch (type) {
	case FIELD_DATE:
		return date_like(s);
	case FIELD_ID_NUMBER:
		return date_like(s) ? 0 : number_like(s, DIGITS " .");
	case FIELD_PHONE:
		return number_like(s, DIGITS " .-+()");
	case FIELD_SERIAL:
	case FIELD_DEVICE_SERIAL:
		return number_like(s, DIGITS LETTERS " :-_.");
	case FIELD_EMAIL:
		len = strcspn(s, PARTING "/ ");
		return memchr(s, '@', len) ? len : 0;
	default:
		return strcspn(s, PARTING);
	}
}

/* Past what only parts one piece from the next. */
static const char *skip_parting(const char *s, enum field_type next)
{
	return s +
	       strspn(s, next == FIELD_TEXT ? PARTING "/- " : PARTING "/- ()");
}

/*
 * What is left for a text, after parts that found nothing of theirs, must not
 * hold one of them in the wrong place.
 */
static bool is_misplaced(const char *piece)
{
	return strspn(piece, DIGITS) || has_date(piece);
}

/* Puts the first @len bytes of @s where they belong; false if it cannot. */
static bool put_piece(struct reading *r, struct data_row *row,
		      const struct field *field, const char *column,
		      const char *s, size_t len)
{
	char *piece = strndup(s, len), *p;
	const char *why = NULL;
	json_t *value;

	if (!piece) {
		r->failed = true;
		return false;
	}
	for (p = piece; (p = strchr(p, LINE_END));)
		*p = ' ';
	value = field_parse(field, piece, &why);
	data_row_put(r, row, field, column, value, why);
	free(piece);
	return value;
}

static void split(struct reading *r, struct data_row *row,
		  const struct data_target *target, const char *column,
		  const char *s)
{
	bool passed_over = false;
	size_t i;

	for (i = 0; i < target->n; i++) {
		const struct field *f = target->fields[i];
		size_t len;

		s = skip_parting(s, f->type);
		len = piece_length(f->type, s);
		if (f->type == FIELD_TEXT && i + 1 == target->n)
			len = strlen(s);
		if (f->type == FIELD_TEXT && passed_over && is_misplaced(s))
			break;
		if (len && !put_piece(r, row, f, column, s, len))
			return;
		passed_over |= !len;
		s += len;
	}
	if (i < target->n || *skip_parting(s, FIELD_PHONE))
		data_row_refuse(r, row, column,
				_("This cannot be parted. Write: %s"),
				target->model);
}

void data_split(struct reading *r, struct data_row *row,
		const struct data_target *target, const char *column,
		const char *text)
{
	struct arena scratch = { 0 };
	const char *line = NULL;
	char *copy, *p;

	if (strlen(text) > FIELD_BYTES_MAX) {
		data_row_refuse(r, row, column,
				_("This is longer than 2,000 letters."));
		return;
	}
	copy = strdup(text);
	for (p = copy; p && (p = strpbrk(p, "\r\n")); p++)
		*p = LINE_END;
	if (copy)
		line = field_clean(&scratch, copy);
	if (line)
		split(r, row, target, column, line);
	else
		r->failed = true;
	arena_free(&scratch);
	free(copy);
}
