/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include "choices.h"

#include <errno.h>
#include <string.h>

#include "input/dossier.h"
#include "names.h"
#include "register/choices.sql.h"

/* The rows of @sql, each an object of the @n @fields, with those that are empty
 * left out. */
static json_t *list_of(struct custody_register *reg, const char *sql,
		       const char *day, const char *const *fields, int n)
{
	json_t *list = json_array();
	struct query *q;

	store_today(register_store(reg), day);
	q = store_query(register_store(reg), sql);
	while (list && query_next(q)) {
		json_t *one = json_object();
		int rc = !one;

		for (int i = 0; i < n && !rc; i++)
			rc = dossier_put(one, fields[i], query_text(q, i));
		if (json_array_append_new(list, one) || rc)
			store_fail(register_store(reg), -ENOMEM);
	}
	query_end(q);
	return list;
}

static const char *const person[] = { "name", "title", "id_number", "unit",
				      "organization" };

/* True if somebody of @people is the keeper, as far as both are known. */
static bool has_keeper(const json_t *people, const json_t *keeper)
{
	const char *name = dossier_text(keeper, "name");
	const char *number = dossier_text(keeper, "id_number");
	bool has = false;

	for (size_t i = 0; i < json_array_size(people) && !has; i++) {
		const json_t *other = json_array_get(people, i);
		const char *theirs = dossier_text(other, "id_number");

		has = names_spelt_alike(dossier_text(other, "name"), name) &&
		      (!*number || !*theirs || strcmp(number, theirs) == 0);
	}
	return has;
}

json_t *choices_people(struct custody_register *reg, const char *day)
{
	json_t *people = list_of(reg, sql_choices_people, day, person, 5);
	json_t *keepers = list_of(reg, sql_choices_keepers, day, person, 5);
	size_t i;
	json_t *one;
	int rc = !people || !keepers;

	json_array_foreach (keepers, i, one)
		if (!rc && !has_keeper(people, one))
			rc = json_array_append(people, one);
	json_decref(keepers);
	if (rc) {
		json_decref(people);
		people = NULL;
	}
	return people;
}

json_t *choices_agencies(struct custody_register *reg, const char *day)
{
	static const char *const fields[] = { "organization" };

	return list_of(reg, sql_choices_agencies, day, fields, 1);
}

json_t *choices_tokens(struct custody_register *reg, const char *day)
{
	static const char *const fields[] = { "device_serial", "name",
					      "device_label" };

	return list_of(reg, sql_choices_tokens, day, fields, 3);
}
