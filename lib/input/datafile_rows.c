/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* The rows of a table: their values, and cells that hold several of them, such
 * as "001234567890, 15/03/2022, Cục …". */
#include <stdint.h>
#include <stdlib.h>
#include <string.h>

#include "base/i18n.h"
#include "cell_kind.h"
#include "datafile_reading.h"
#include "field_value.h"
#include "ruined.h"
#include "template.h"

#define SLOTS 16384
#define FNV_BASIS 0x811c9dc5U
#define FNV_PRIME 0x01000193U

/* The end of a line within a cell, while the cell is split. */
#define LINE_END '|'
#define PARTING ",;|"

/* So many are no more than a count. */
#define COUNT_DIGITS 4

#define DIGITS "0123456789"
#define LETTERS "abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ"

/* The last value read whose digest leads to this slot. */
struct data_cache {
	const struct field *field;
	const char *text;
	json_t *value;
};

size_t data_rows_max(const struct reading *r)
{
	return r->of_register ? 1000000 : 100000;
}

void data_rows_exceed(struct reading *r, size_t row)
{
	if (r->of_register)
		data_errors_add(
			r->errors, row, NULL,
			_("There are more than 1,000,000 rows. Hand them in as several files."));
	else
		data_errors_add(
			r->errors, row, NULL,
			_("There are more than 100,000 rows. Hand them in as several files."));
}

struct data_row *data_row_new(struct reading *r, size_t number)
{
	struct data_row *rows = r->rows, *row;

	/* A row that was given away has left its place free. */
	if (!rows || r->n_rows)
		rows = arena_grow(&r->arena, rows, r->n_rows, sizeof(*rows));
	if (!rows)
		return NULL;
	r->rows = rows;
	row = &rows[r->n_rows];
	*row = (struct data_row){ json_object(), number, false };
	if (!row->values) {
		r->failed = true;
		return NULL;
	}
	r->n_rows++;
	return row;
}

/*
 * Rows of lists are often numbered in advance, and an empty row of a document
 * has ticks, all of them false.
 */
static bool says_nothing(const struct reading *r, json_t *values)
{
	const char *name;
	json_t *value;

	if (r->of_register)
		return !json_object_size(values);
	json_object_foreach (values, name, value) {
		if (!json_is_false(value))
			return false;
	}
	return true;
}

/* A row may name its record itself, but no other than the list's. */
static void set_record(struct reading *r, struct data_row *row,
		       const char *record)
{
	const json_t *own = json_object_get(row->values, "record");

	if (!own) {
		if (json_object_set_new_nocheck(row->values, "record",
						json_string(record)))
			r->failed = true;
	} else if (!json_is_string(own) ||
		   strcmp(json_string_value(own), record) != 0) {
		data_row_refuse(
			r, row, "record",
			_("This record is not of the kind that the list holds."));
	}
}

void data_row_end(struct reading *r, const char *record)
{
	struct data_row *row = &r->rows[r->n_rows - 1];
	bool nothing = !row->wrong && says_nothing(r, row->values);

	if (record && !nothing)
		set_record(r, row, record);
	if (!nothing && !r->take)
		return;
	if (!nothing && !row->wrong && !r->failed)
		r->take(r->owner, row->number, row->values);
	r->n_taken += !nothing;
	json_decref(row->values);
	r->n_rows--;
}

static void set(struct reading *r, struct data_row *row,
		const struct field *field, const char *column, json_t *value)
{
	size_t n = json_object_size(row->values);

	if (!value ||
	    json_object_set_new_nocheck(row->values, field->name, value))
		r->failed = true;
	else if (json_object_size(row->values) == n)
		data_row_refuse(
			r, row, column,
			_("This is given twice. Leave one of the two out."));
}

void data_row_put(struct reading *r, struct data_row *row,
		  const struct field *field, const char *column, json_t *value,
		  const char *why)
{
	if (why)
		data_row_refuse(r, row, column, "%s", why);
	else if (!json_is_null(value))
		set(r, row, field, column, value);
}

void data_row_clear(struct reading *r, struct data_row *row,
		    const struct field *field, const char *column)
{
	set(r, row, field, column, json_null());
}

/* Values that only one subscriber has are not worth remembering. */
static bool is_shared(const struct field *f)
{
	switch (f->type) {
	case FIELD_TEXT:
	case FIELD_DATE:
	case FIELD_TICK:
	case FIELD_CHOICE:
		return true;
	default:
		return false;
	}
}

static struct data_cache *find_slot(struct reading *r,
				    const struct field *field, const char *text)
{
	uint32_t digest = FNV_BASIS ^ (uint32_t)(uintptr_t)field;
	const char *p;

	/* The only row of a letter repeats nothing. */
	if (!r->cache && r->n_rows + r->n_taken > 1)
		r->cache = calloc(SLOTS, sizeof(*r->cache));
	if (!r->cache)
		return NULL;
	for (p = text; *p; p++)
		digest = (digest ^ (unsigned char)*p) * FNV_PRIME;
	return &r->cache[(digest ^ digest >> 16) % SLOTS];
}

/* True if @text is the heading of a column of names. The first words of those
 * spare a look at nearly every name. */
static bool is_heading(struct reading *r, const char *text)
{
	static const char *const begins[] = { "Họ",   "HỌ",    "Tên",  "TÊN",
					      "Thuê", "THUÊ",  "Đối",  "ĐỐI",
					      "name", "Người", "NGƯỜI" };
	const struct data_target *target;
	size_t i = 0;

	while (i < sizeof(begins) / sizeof(begins[0]) &&
	       strncmp(text, begins[i], strlen(begins[i])) != 0)
		i++;
	if (i == sizeof(begins) / sizeof(begins[0]))
		return false;
	target = data_names_look(r, text);
	return target && target->fields[0] &&
	       !strcmp(target->fields[0]->name, "name");
}

/* Why @text is nothing that a person would have written, in a sentence. */
static const char *refuse_text(struct reading *r, const struct field *field,
			       const char *text)
{
	const char *why;
	int sum;

	/* What a register wrote as JSON no table program has had its hands on:
	 * it is taken as it is, so that nothing of it is lost. */
	if (r->own && r->of_register)
		return NULL;
	why = ruined_text(field, text, r->own, &r->failed);
	if (why || strcmp(field->name, "name") != 0)
		return why;
	if (is_heading(r, text))
		return _("This is a heading, and no name. Remove the row, or "
			 "hand in each table by itself.");
	if (template_is_example(field, text))
		return _("This is the name in the example of the template. "
			 "Remove the row, or write whose it is.");
	sum = cell_is_no_name(text);
	r->failed |= sum < 0;
	return sum > 0 ? _("This is a sum, or stands below a table, and is no "
			   "name. Remove the row, or write the whole name.")
		       : NULL;
}

/*
 * As field_parse(), or for the register field_parse_given(). A table repeats
 * its values over and over: such a value is made once and stands in many rows.
 * @text must last as long as the rows are read.
 */
static json_t *parse(struct reading *r, const struct field *field,
		     const char *text, const char **why)
{
	struct data_cache *cache;
	json_t *value;

	cache = is_shared(field) && *text ? find_slot(r, field, text) : NULL;
	if (cache && cache->field == field && !strcmp(cache->text, text))
		return json_incref(cache->value);
	*why = refuse_text(r, field, text);
	if (*why || r->failed)
		return NULL;
	value = r->of_register ? field_parse_given(field, text, why)
			       : field_parse(field, text, why);
	if (cache && value) {
		json_decref(cache->value);
		*cache = (struct data_cache){ field, text, json_incref(value) };
	}
	return value;
}

void data_cache_free(struct reading *r)
{
	size_t i;

	for (i = 0; r->cache && i < SLOTS; i++)
		json_decref(r->cache[i].value);
	free(r->cache);
	r->cache = NULL;
}

/* How many bytes at the beginning of @s are a date, right or wrong; 0: none. */
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

/*
 * True if @s begins with nine digits or more without a blank; a serial number
 * in pairs does not.
 */
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

/*
 * How many bytes at the beginning of @s are in @set, up to a blank with
 * something else after it.
 */
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
	/*
	 * Letters that follow directly are an error of this field, not of the
	 * next one.
	 */
	return len ? len + strspn(s + len, LETTERS DIGITS) : 0;
}

/*
 * How many bytes at the beginning of @s are for a field of this type; 0: none.
 */
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

/* Skips the characters that only separate one piece from the next. */
static const char *skip_parting(const char *s, enum field_type next)
{
	return s +
	       strspn(s, next == FIELD_TEXT ? PARTING "/- " : PARTING "/- ()");
}

/*
 * True if a piece that is left for a text holds a number or a date, which
 * earlier fields did not find in its place.
 */
static bool is_misplaced(const char *piece)
{
	return strspn(piece, DIGITS) || has_date(piece);
}

/*
 * Puts the first @len bytes of @s into their field; false if that cannot be
 * done.
 */
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

static void put_pieces(struct reading *r, struct data_row *row,
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
		data_row_refuse(
			r, row, column,
			_("This cannot be split into its parts. Write: %s"),
			target->model);
}

/* data_row_take() for a text that holds several fields. */
static void split(struct reading *r, struct data_row *row,
		  const struct data_target *target, const char *column,
		  const char *text)
{
	static const struct field any = { .name = "", .type = FIELD_TEXT };
	struct arena scratch = { 0 };
	const char *line = NULL, *why;
	char *copy, *p;

	if (strlen(text) > FIELD_BYTES_MAX) {
		data_row_refuse(
			r, row, column,
			_("This is longer than 2,000 letters. Shorten it."));
		return;
	}
	why = ruined_text(&any, text, r->own, &r->failed);
	if (why)
		data_row_refuse(r, row, column, "%s", why);
	if (why || r->failed)
		return;
	copy = strdup(text);
	for (p = copy; p && (p = strpbrk(p, "\r\n")); p++)
		*p = LINE_END;
	if (copy)
		line = field_clean(&scratch, copy);
	if (line)
		put_pieces(r, row, target, column, line);
	else
		r->failed = true;
	arena_free(&scratch);
	free(copy);
}

/* "12" below "Số token": no serial number of a token is as short. */
static bool is_count(const char *text)
{
	size_t blanks = strspn(text, " \t"), n = strspn(text + blanks, DIGITS);

	return n && n <= COUNT_DIGITS &&
	       !text[blanks + n + strspn(text + blanks + n, " \t")];
}

void data_row_take(struct reading *r, struct data_row *row,
		   const struct data_target *target, const char *column,
		   const char *text)
{
	const struct field *f = target->fields[0];
	const char *why = NULL;
	json_t *value;

	if (target->n && target->counts && is_count(text)) {
		data_row_refuse(
			r, row, column,
			_("This may be how many there are, or which one. Name the column \"Số hiệu token\" if it is a serial number; else remove it."));
	} else if (target->n > 1) {
		split(r, row, target, column, text);
	} else if (target->n) {
		value = parse(r, f, text, &why);
		data_row_put(r, row, f, column, value, why);
	}
}
