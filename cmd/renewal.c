/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include <string.h>

#include "input/dossier.h"
#include "message.h"
#include "renewal.h"

static bool has(const json_t *list, const char *text)
{
	for (size_t i = 0; i < json_array_size(list); i++)
		if (strcmp(json_string_value(json_array_get(list, i)), text) ==
		    0)
			return true;
	return false;
}

static int add_grounds(const struct document_job *job, json_t *dossier,
		       const char *procedure)
{
	const struct procedure *p =
		province_procedure(job->province, procedure);

	for (size_t i = 0; p && i < p->n_grounds; i++) {
		if (has(dossier_get(dossier, "document.grounds"),
			p->grounds[i]))
			continue;
		if (dossier_append(dossier, "document.grounds",
				   p->grounds[i])) {
			return print_no_memory();
		}
	}
	return 0;
}

int renewal_check(const struct document_job *job, const json_t *dossier)
{
	const json_t *rows = dossier_get(dossier, "subscribers");

	for (size_t i = 0; i < json_array_size(rows) && job->by_number; i++) {
		const json_t *row = json_array_get(rows, i);

		if (json_is_true(json_object_get(row, "renew")) ||
		    json_is_true(json_object_get(row, "update")))
			continue;
		print_message(
			_("row %zu: this form is for renewal and for change; say \"request renew\" or \"request change\", or mark it in the data"),
			i + 1);
		return EXIT_USAGE;
	}
	return 0;
}

int renewal_complete(const struct document_job *job, json_t *dossier)
{
	bool renews = strcmp(job->kind->procedure, "renew") == 0;
	json_t *rows = json_object_get(dossier, "subscribers");
	bool other = false;

	for (size_t i = 0; i < json_array_size(rows); i++) {
		json_t *row = json_array_get(rows, i);
		bool renew = json_is_true(json_object_get(row, "renew"));
		bool update = json_is_true(json_object_get(row, "update"));

		other |= renews ? update : renew;
		if (renew || update)
			continue;
		if (json_object_set_new(row, renews ? "renew" : "update",
					json_true())) {
			return print_no_memory();
		}
	}
	return other ? add_grounds(job, dossier, renews ? "change" : "renew")
		     : 0;
}
