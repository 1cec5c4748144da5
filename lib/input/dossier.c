/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include "dossier.h"

#include <errno.h>
#include <string.h>

#include "base/text.h"

const json_t *dossier_get(const json_t *dossier, const char *path)
{
	while (dossier && *path) {
		size_t len = strcspn(path, ".");

		dossier = json_object_getn(dossier, path, len);
		path += len + (path[len] == '.');
	}
	return json_is_null(dossier) ? NULL : dossier;
}

const char *dossier_text(const json_t *dossier, const char *path)
{
	const char *text = json_string_value(dossier_get(dossier, path));

	return text ? text : "";
}

int dossier_put_new(json_t *dossier, const char *path, json_t *value)
{
	const char *dot;

	if (!value)
		return -ENOMEM;
	while ((dot = strchr(path, '.'))) {
		size_t len = (size_t)(dot - path);
		json_t *inner = json_object_getn(dossier, path, len);

		if (!json_is_object(inner)) {
			inner = json_object();
			if (json_object_setn_new(dossier, path, len, inner))
				goto fail;
		}
		dossier = inner;
		path = dot + 1;
	}
	if (json_object_set(dossier, path, value))
		goto fail;
	json_decref(value);
	return 0;
fail:
	json_decref(value);
	return -ENOMEM;
}

/* Text that is no UTF-8 is kept with its faults marked, never dropped. */
static json_t *json_of_text(const char *text)
{
	json_t *value = json_string(text);
	struct arena arena = { 0 };

	if (!value) {
		const char *clean = text_clean(&arena, text);

		value = clean ? json_string(clean) : NULL;
		arena_free(&arena);
	}
	return value;
}

int dossier_put(json_t *dossier, const char *path, const char *text)
{
	const char *dot = strrchr(path, '.');
	json_t *inner = dossier;

	if (text && *text)
		return dossier_put_new(dossier, path, json_of_text(text));
	if (dot) {
		size_t len = strcspn(path, ".");

		inner = json_object_getn(dossier, path, len);
		return inner ? dossier_put(inner, path + len + 1, NULL) : 0;
	}
	json_object_del(inner, path);
	return 0;
}

size_t dossier_row_number(const json_t *dossier, size_t i)
{
	const json_t *numbers = json_object_get(dossier, DOSSIER_ROW_NUMBERS);
	size_t n = json_array_size(numbers), last = i < n ? i : n - 1;

	if (!n)
		return i + 1;
	return (size_t)json_integer_value(json_array_get(numbers, last)) + i -
	       last;
}

int dossier_append(json_t *dossier, const char *path, const char *text)
{
	json_t *list = (json_t *)dossier_get(dossier, path);

	if (!list) {
		if (dossier_put_new(dossier, path, json_array()))
			return -ENOMEM;
		list = (json_t *)dossier_get(dossier, path);
	}
	return json_array_append_new(list, json_of_text(text)) ? -ENOMEM : 0;
}
