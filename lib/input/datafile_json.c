/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "base/i18n.h"
#include "datafile_reading.h"
#include "field_value.h"

#define MAX_DEPTH 8
/* What stands in a row of every field, and beside the rows. */
#define MAX_VALUES 40
#define MAX_OBJECTS 1000
#define MAX_NAMES 128

/* Names of members that are taken, and of those that are passed over. */
static const char *const parts[] = { "contact", "giver",    "receiver",
				     "keeper",	"document", "counts",
				     "extra",	"province" };
/* What an earlier document had from the regulation, which is asked anew. */
static const char *const ruled[] = { "article", "channels", "copies",
				     "grounds" };
static const char *const not_given[] = { "version",   "form",	 "agency",
					 "overrides", "program", "statistics",
					 "audit",     "findings" };
#define AMONG(list, name) is_among(list, sizeof(list) / sizeof((list)[0]), name)

/* Rows name their members alike, so each place remembers its last name. */
struct names {
	struct reading *r;
	struct {
		const char *name;
		const struct data_target *target;
	} last[MAX_NAMES];
};

static bool is_among(const char *const *list, size_t n, const char *name)
{
	size_t i;

	for (i = 0; i < n; i++)
		if (!strcmp(list[i], name))
			return true;
	return false;
}

/* What the text will take as it is parsed, before it is. */
struct extent {
	size_t depth, deepest, values, objects;
	bool quoted;
};

static void measure(struct extent *e, char c)
{
	switch (c) {
	case '"':
		e->quoted = true;
		break;
	case '[':
	case '{':
		e->objects++;
		e->depth++;
		if (e->depth > e->deepest)
			e->deepest = e->depth;
		break;
	case ']':
	case '}':
		e->depth -= e->depth > 0;
		break;
	case ',':
		e->values++;
		break;
	default:
		break;
	}
}

static bool is_bounded(struct reading *r, const char *text, size_t len)
{
	size_t rows = data_rows_max(r), i;
	struct extent e = { 0 };

	for (i = 0; i < len; i++) {
		if (!e.quoted)
			measure(&e, text[i]);
		else if (text[i] == '\\')
			i++;
		else if (text[i] == '"')
			e.quoted = false;
	}
	if (e.deepest > MAX_DEPTH)
		data_errors_add(r->errors, 0, NULL,
				_("It is nested more than 8 levels deep."));
	else if (e.objects > rows + MAX_OBJECTS || e.values > rows * MAX_VALUES)
		data_rows_exceed(r, 0);
	else
		return true;
	return false;
}

static const struct data_target *find_target(struct names *names, size_t place,
					     const char *name)
{
	const struct data_target *target;

	if (place < MAX_NAMES && names->last[place].name &&
	    !strcmp(names->last[place].name, name))
		return names->last[place].target;
	target = data_names_find(names->r, name);
	if (place < MAX_NAMES) {
		names->last[place].name = name;
		names->last[place].target = target;
	}
	return target;
}

/* What the register knows already is to go. */
static void clear(struct reading *r, struct data_row *row,
		  const struct data_target *target, const char *name)
{
	size_t i;

	for (i = 0; i < target->n; i++)
		data_row_clear(r, row, target->fields[i], name);
}

static void take_member(struct reading *r, struct data_row *row,
			const struct data_target *target, const char *name,
			const json_t *value)
{
	const char *why = NULL;
	json_t *taken;

	if (json_is_string(value)) {
		data_row_take(r, row, target, name, json_string_value(value));
	} else if (json_is_null(value) && r->of_register) {
		clear(r, row, target, name);
	} else if (target->n == 1) {
		taken = field_accept(target->fields[0], value, &why);
		data_row_put(r, row, target->fields[0], name, taken, why);
	} else if (target->n && !json_is_null(value)) {
		data_row_refuse(r, row, name,
				_("This must be text, in quotation marks."));
	}
}

static void tell_unknown(struct reading *r, struct data_row *row,
			 const char *name)
{
	if (r->of_register && r->told)
		data_row_refuse(r, row, name, _("There is no such field."));
	else
		data_row_refuse(r, row, name,
				_("There is no such field. There are: %s."),
				r->known);
	r->told = true;
}

static void take_members(struct names *names, struct data_row *row,
			 json_t *object)
{
	struct reading *r = names->r;
	size_t place = 0;
	const char *name;
	json_t *value;

	json_object_foreach (object, name, value) {
		const struct data_target *target =
			find_target(names, place++, name);

		if (!target)
			tell_unknown(r, row, name);
		else if (target->refusal)
			data_row_refuse(r, row, name, "%s", _(target->refusal));
		else
			take_member(r, row, target, name, value);
	}
}

void data_json_rows(struct reading *r, const json_t *array, const char *record)
{
	struct names names = { .r = r };
	size_t i, n = json_array_size(array);

	if (n > data_rows_max(r) - r->n_rows) {
		data_rows_exceed(r, data_rows_max(r) - r->n_rows + 1);
		return;
	}
	for (i = 0; i < n && !r->failed && !r->arena.failed; i++) {
		json_t *object = json_array_get(array, i);
		struct data_row *row = data_row_new(r, i + 1);

		if (row && !json_is_object(object))
			data_row_refuse(
				r, row, NULL,
				_("This must be an object, in braces."));
		else if (row)
			take_members(&names, row, object);
		if (row)
			data_row_end(r, record);
	}
}

static void drop_ruled(json_t *root)
{
	json_t *document = json_object_get(root, "document");
	size_t i;

	for (i = 0; i < sizeof(ruled) / sizeof(ruled[0]); i++)
		json_object_del(document, ruled[i]);
}

static void take_all(struct reading *r, json_t *root)
{
	const char *name;
	json_t *value;

	if (json_object_get(root, "form"))
		drop_ruled(root);
	json_object_foreach (root, name, value) {
		if (AMONG(parts, name))
			data_take_part(r, name, value);
		else if (strcmp(name, "subscribers") != 0) {
			if (!AMONG(not_given, name))
				data_errors_add(r->errors, 0, name,
						_("There is no such member."));
		} else if (json_is_array(value)) {
			data_json_rows(r, value, NULL);
		} else {
			data_errors_add(r->errors, 0, name,
					_("This must be a list, in brackets."));
		}
	}
}

void data_read_json(struct reading *r, const char *text, size_t len)
{
	json_error_t error;
	json_t *root;

	if (!is_bounded(r, text, len))
		return;
	root = json_loadb(text, len, JSON_REJECT_DUPLICATES, &error);
	if (json_is_array(root))
		data_json_rows(r, root, NULL);
	else if (root && r->of_register)
		data_json_lists(r, root);
	else if (root)
		take_all(r, root);
	else if (!error.text[0]) /* as jansson leaves it without memory */
		r->failed = true;
	else
		data_errors_add(r->errors, 0, NULL,
				_("Line %d is not as JSON is written: %s."),
				error.line, error.text);
	json_decref(root);
}
