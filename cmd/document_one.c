/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "document.h"
#include "input/dossier.h"

/* The conditions that were set aside for row @i alone. */
static json_t *overrides_of(const json_t *all, size_t i)
{
	json_t *own = json_array();

	for (size_t k = 0; k < json_array_size(all); k++) {
		json_t *entry = json_copy(json_array_get(all, k));
		json_int_t row =
			json_integer_value(json_object_get(entry, "row"));

		if (row == (json_int_t)i + 1)
			json_object_set_new(entry, "row", json_integer(1));
		if (row == 0 || row == (json_int_t)i + 1)
			json_array_append(own, entry);
		json_decref(entry);
	}
	return own;
}

json_t *document_for_row(const struct document_job *job, size_t i)
{
	const json_t *rows = dossier_get(job->dossier, "subscribers");
	const json_t *overrides = dossier_get(job->dossier, "overrides");
	json_t *document =
		json_deep_copy(json_object_get(job->dossier, "document"));
	json_t *one = json_copy(job->dossier);
	const char *first = dossier_text(document, "number");
	char number[24];
	int rc = !document || !one;

	if (!rc && first[0] && first[strspn(first, "0123456789")] == '\0') {
		(void)snprintf(number, sizeof(number), "%llu",
			       strtoull(first, NULL, 10) + i);
		rc = dossier_put(document, "number", number);
	}
	if (!rc)
		rc = json_object_set(one, "document", document) ||
		     json_object_set_new(
			     one, "subscribers",
			     json_pack("[O]", json_array_get(rows, i)));
	if (!rc && overrides)
		rc = json_object_set_new(one, "overrides",
					 overrides_of(overrides, i));
	json_decref(document);
	if (rc) {
		json_decref(one);
		one = NULL;
	}
	return one;
}
