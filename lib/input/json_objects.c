/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "base/i18n.h"
#include "datafile_reading.h"
#include "field_value.h"

static const struct field plain_text = { .type = FIELD_TEXT };

/* Names may be shown to people, as text is. 1, 0, or -1: memory. */
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

static json_t *take_detail(const char *name, json_t *value, bool may_hold,
			   const char **why);

static json_t *take_list(const json_t *list, const char **why)
{
	json_t *taken = json_array(), *value;
	size_t i;

	json_array_foreach (list, i, value) {
		value = take_detail("", value, true, why);
		if (!value || json_array_append_new(taken, value)) {
			json_decref(taken);
			return NULL;
		}
	}
	return taken;
}

static json_t *take_object(json_t *object, const char **why)
{
	json_t *taken = json_object(), *value;
	const char *name;

	json_object_foreach (object, name, value) {
		value = take_detail(name, value, true, why);
		if (!value || json_object_set_new(taken, name, value)) {
			json_decref(taken);
			return NULL;
		}
	}
	return taken;
}

/* Text is cleaned, the rest is as it stands; NULL and *@why, or no memory.
 * How deep it may be was checked before. */
static json_t *take_detail(const char *name, json_t *value, bool may_hold,
			   const char **why)
{
	int plain = name[0] ? is_plain(name) : 1;
	int secret = data_heading_is_secret(name);

	if (plain < 0 || secret < 0)
		return NULL;
	if (!plain)
		*why = _("The name of this member is not plain text.");
	else if (secret)
		*why = _(
			"There is no place for a password. Take this out of the file.");
	else if (may_hold && json_is_object(value))
		return take_object(value, why);
	else if (may_hold && json_is_array(value))
		return take_list(value, why);
	else if (json_is_object(value) || json_is_array(value))
		*why = _("This must be text, a number, true or false.");
	else if (json_is_string(value))
		return field_accept(&plain_text, value, why);
	return *why ? NULL : json_incref(value);
}

/* People are told in text alone. */
static bool holds_more(const char *part_name)
{
	static const char *const parts[] = { "document", "counts", "extra" };

	for (size_t i = 0; i < sizeof(parts) / sizeof(parts[0]); i++)
		if (!strcmp(parts[i], part_name))
			return true;
	return false;
}

static void take_details(struct reading *r, struct data_row *part,
			 const char *part_name, json_t *object)
{
	bool may_hold = holds_more(part_name);
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
		value = take_detail(name, value, may_hold, &why);
		data_row_put(r, part, &detail, column, value, why);
		free(column);
	}
}

void data_take_part(struct reading *r, const char *name, json_t *object)
{
	struct data_row part = { json_object(), 0, false };

	if (!part.values)
		r->failed = true;
	else if (json_is_object(object))
		take_details(r, &part, name, object);
	else if (!json_is_null(object))
		data_errors_add(r->errors, 0, name,
				_("This must be an object, in braces."));
	if (json_object_size(part.values) &&
	    json_object_set(r->others, name, part.values))
		r->failed = true;
	json_decref(part.values);
}
