/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "base/i18n.h"
#include "datafile_reading.h"
#include "field_value.h"
#include "json_members.h"
#include "ruined.h"
#include "secret_text.h"

/*
 * More than a row with every field has, and more than stands beside the rows.
 */
#define MAX_VALUES 40
#define MAX_OBJECTS 1000
#define MAX_NAMES 128

/* Names of members that are taken, and of those that are passed over. */
static const char *const parts[] = { "contact", "giver",    "receiver",
				     "keeper",	"document", "counts",
				     "extra",	"province" };
/*
 * Members that an earlier document has from the regulation, which is asked
 * anew.
 */
static const char *const ruled[] = { "article", "channels", "copies",
				     "grounds" };
static const char *const not_given[] = { "version",   "form",	  "agency",
					 "overrides", "program",  "statistics",
					 "audit",     "findings", "needs",
					 "request",   "evidence" };
/* What "register list" says of a row from the others. */
static const char *const of_rows[] = { "state", "answer_by", "agency", "tokens",
				       "people" };
/* Members that the register prints about itself. */
static const char *const of_program[] = { "version", "time", "program",
					  "undone" };
/* Objects that may hold more than text; people are described in text alone. */
static const char *const deep_parts[] = { "document", "counts", "extra" };

#define N(list) (sizeof(list) / sizeof((list)[0]))
#define AMONG(list, name) is_among(list, N(list), name)

/*
 * Rows have the same members in the same places, so each place remembers its
 * last name.
 */
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

static bool is_bounded(struct reading *r, const char *text, size_t len)
{
	size_t rows = data_rows_max(r);
	struct json_extent e;

	json_measure(text, len, &e);
	if (e.deepest > JSON_DEPTH_MAX)
		data_errors_add(r->errors, 0, NULL,
				_("It is nested more than 8 levels deep."));
	else if (e.objects > rows + MAX_OBJECTS)
		data_rows_exceed(r, 0);
	else if (e.values > rows * MAX_VALUES)
		data_errors_add(
			r->errors, 0, NULL,
			_("There is more in it than %zu rows can hold."), rows);
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

static void take_member(struct reading *r, struct data_row *row,
			const struct data_target *target, const char *name,
			const json_t *value)
{
	const char *why = NULL;
	json_t *taken;
	size_t i;

	if (json_is_string(value)) {
		data_row_take(r, row, target, name, json_string_value(value));
	} else if (json_is_null(value) && r->of_register) {
		/* Null clears the value that the register has. */
		for (i = 0; i < target->n; i++)
			data_row_clear(r, row, target->fields[i], name);
	} else if (target->n == 1) {
		taken = field_accept(target->fields[0], value, &why);
		data_row_put(r, row, target->fields[0], name, taken, why);
	} else if (target->n && !json_is_null(value)) {
		data_row_refuse(r, row, name,
				_("This must be text, in quotation marks."));
	}
}

/* Tells that the row has a member of no field, @name. */
static void refuse_name(struct reading *r, struct data_row *row,
			const char *name)
{
	const struct field *nearest = data_names_nearest(r, name);

	if (nearest)
		data_row_refuse(
			r, row, name,
			_("There is no such field; \"%s\" is written nearly so."),
			nearest->name);
	else if (!r->known || r->known_listed)
		data_row_refuse(r, row, name, _("There is no such field."));
	else
		data_row_refuse(
			r, row, name,
			_("There is no such field. The fields are: %s."),
			r->known);
	r->known_listed |= !nearest && r->of_register;
}

/* The target of the member at @place, which may mean two things, by the others
 * of its row. */
static const struct data_target *settle(struct names *names, json_t *object,
					size_t place)
{
	size_t n = json_object_size(object), i = 0;
	const struct data_target **targets = calloc(n, sizeof(void *));
	const struct data_target *settled = NULL;
	const char *name;
	json_t *value;

	if (!targets) {
		names->r->failed = true;
		return NULL;
	}
	json_object_foreach (object, name, value) {
		targets[i] = find_target(names, i, name);
		i++;
	}
	settled = data_names_settle(names->r, targets, n, place);
	free(targets);
	return settled;
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
			find_target(names, place, name);

		if (target && target->doubt)
			target = settle(names, object, place);
		place++;
		if (!target && r->of_list && AMONG(of_rows, name))
			continue;
		if (!target)
			refuse_name(r, row, name);
		else if (target->refusal)
			data_row_refuse(r, row, name, "%s", _(target->refusal));
		else
			take_member(r, row, target, name, value);
	}
}

/*
 * Reads the rows of @array, which are records of the kind @record where that is
 * not NULL.
 */
static void take_rows(struct reading *r, const json_t *array,
		      const char *record)
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

static const struct data_list *find_list(const struct reading *r,
					 const char *name)
{
	size_t i;

	for (i = 0; i < r->n_lists; i++)
		if (!strcmp(r->lists[i].name, name))
			return &r->lists[i];
	return NULL;
}

/* Reads an object of lists, as JSON for the register may be. */
static void take_records(struct reading *r, json_t *root)
{
	const char *name;
	json_t *value;

	r->of_list = json_is_string(json_object_get(root, "time"));
	json_object_foreach (root, name, value) {
		const struct data_list *list = find_list(r, name);

		if (list && json_is_array(value)) {
			r->errors->part = list->name;
			take_rows(r, value, list->record);
			r->errors->part = NULL;
		} else if (list) {
			data_errors_add(r->errors, 0, name,
					_("This must be a list, in brackets."));
		} else if (!AMONG(of_program, name)) {
			data_errors_add(r->errors, 0, name,
					_("There is no such member."));
		}
	}
}

static const struct field plain_text = { .type = FIELD_TEXT };

/* Whether @name may be shown to people, as text is. 1, 0, or -1: memory. */
static int is_plain(const char *name)
{
	const char *why;
	json_t *clean = field_parse(&plain_text, name, &why);
	int plain = clean || why ? 0 : -1;

	if (json_is_string(clean))
		plain = !strcmp(json_string_value(clean), name);
	json_decref(clean);
	return plain;
}

static json_t *clean_detail(struct reading *r, const char *name, json_t *value,
			    bool may_hold, const char **why);

static json_t *clean_list(struct reading *r, const json_t *list,
			  const char **why)
{
	json_t *taken = json_array(), *value;
	size_t i;

	json_array_foreach (list, i, value) {
		value = clean_detail(r, "", value, true, why);
		if (!value || json_array_append_new(taken, value)) {
			json_decref(taken);
			return NULL;
		}
	}
	return taken;
}

static json_t *clean_object(struct reading *r, json_t *object, const char **why)
{
	json_t *taken = json_object(), *value;
	const char *name;

	json_object_foreach (object, name, value) {
		value = clean_detail(r, name, value, true, why);
		if (!value || json_object_set_new(taken, name, value)) {
			json_decref(taken);
			return NULL;
		}
	}
	return taken;
}

static json_t *clean_text(struct reading *r, const char *name,
			  const json_t *value, const char **why)
{
	const struct field detail = { .name = name, .type = FIELD_TEXT };

	*why = ruined_text(&detail, json_string_value(value), r->own,
			   &r->failed);
	if (*why || r->failed)
		return NULL;
	return field_accept(&detail, value, why);
}

/*
 * Cleans text, and leaves other values as they are; NULL and *@why, or no
 * memory. The depth was checked before.
 */
static json_t *clean_detail(struct reading *r, const char *name, json_t *value,
			    bool may_hold, const char **why)
{
	int plain = name[0] ? is_plain(name) : 1;
	int secret = secret_is_heading(name);

	if (plain < 0 || secret < 0)
		return NULL;
	if (!plain)
		*why = _("The name of this member is not plain text.");
	else if (secret)
		*why = _(
			"A password must not be given here. Remove it from the file.");
	else if (may_hold && json_is_object(value))
		return clean_object(r, value, why);
	else if (may_hold && json_is_array(value))
		return clean_list(r, value, why);
	else if (json_is_object(value) || json_is_array(value))
		*why = _("This must be text, a number, true or false.");
	else if (json_is_string(value))
		return clean_text(r, name, value, why);
	return *why ? NULL : json_incref(value);
}

/* Tells of @path, if a document has no such value; so for what is in @value. */
static bool check_path(struct reading *r, struct data_row *part,
		       const char *path, json_t *value)
{
	char *nearest = NULL, *inner;
	const char *name;
	bool known;
	json_t *member;

	if (!r->paths)
		return true;
	known = r->paths->knows(r->paths->owner, path, &nearest);
	if (!known && nearest)
		data_row_refuse(
			r, part, path,
			_("There is no such value; \"%s\" is written nearly so."),
			nearest);
	else if (!known)
		data_row_refuse(r, part, path, _("There is no such value."));
	free(nearest);
	json_object_foreach (value, name, member) {
		if (!known || r->failed)
			break;
		if (asprintf(&inner, "%s.%s", path, name) < 0) {
			r->failed = true;
			break;
		}
		known = check_path(r, part, inner, member);
		free(inner);
	}
	return known;
}

static void clean_details(struct reading *r, struct data_row *part,
			  const char *part_name, json_t *object)
{
	bool may_hold = AMONG(deep_parts, part_name);
	const char *name;
	json_t *value;

	json_object_foreach (object, name, value) {
		const struct field detail = { .name = name,
					      .type = FIELD_TEXT };
		const char *why = NULL;
		char *column;

		if (asprintf(&column, "%s.%s", part_name, name) < 0) {
			r->failed = true;
			return;
		}
		if (check_path(r, part, column, value)) {
			value = clean_detail(r, name, value, may_hold, &why);
			data_row_put(r, part, &detail, column, value, why);
		}
		free(column);
	}
}

/*
 * Cleans the object @name, which stands beside the rows, and puts it into the
 * others.
 */
static void take_part(struct reading *r, const char *name, json_t *object)
{
	struct data_row part = { json_object(), 0, false };

	if (!part.values)
		r->failed = true;
	else if (json_is_object(object))
		clean_details(r, &part, name, object);
	else if (!json_is_null(object))
		data_errors_add(r->errors, 0, name,
				_("This must be an object, in braces."));
	if (json_object_size(part.values) &&
	    json_object_set(r->others, name, part.values))
		r->failed = true;
	json_decref(part.values);
}

static void take_document(struct reading *r, json_t *root)
{
	json_t *document = json_object_get(root, "document");
	const char *name;
	json_t *value;
	size_t i;

	/* Later versions may know more. */
	if (json_object_get(root, "form") || r->own)
		r->paths = NULL;
	for (i = 0; json_object_get(root, "form") && i < N(ruled); i++)
		json_object_del(document, ruled[i]);
	json_object_foreach (root, name, value) {
		if (AMONG(parts, name))
			take_part(r, name, value);
		else if (strcmp(name, "subscribers") != 0) {
			if (!AMONG(not_given, name))
				data_errors_add(r->errors, 0, name,
						_("There is no such member."));
		} else if (json_is_array(value)) {
			take_rows(r, value, NULL);
		} else {
			data_errors_add(r->errors, 0, name,
					_("This must be a list, in brackets."));
		}
	}
}

void data_read_json(struct reading *r, const char *text, size_t len)
{
	const char *program;
	json_error_t error;
	json_t *root;

	if (!is_bounded(r, text, len))
		return;
	root = json_loadb(text, len, JSON_REJECT_DUPLICATES, &error);
	program = json_string_value(json_object_get(root, "program"));
	r->own = program && !strncmp(program, "ckstoken ", 9);
	if (json_is_array(root))
		take_rows(r, root, NULL);
	else if (root && r->of_register)
		take_records(r, root);
	else if (root)
		take_document(r, root);
	else if (!error.text[0]) /* jansson leaves it empty when memory is out
				  */
		r->failed = true;
	else
		data_errors_add(r->errors, 0, NULL,
				_("Line %d is not valid JSON: %s."), error.line,
				json_error_words(&error));
	json_decref(root);
}
