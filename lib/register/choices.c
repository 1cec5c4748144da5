/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include "choices.h"

#include <errno.h>
#include <stdlib.h>
#include <string.h>

#include "input/dossier.h"
#include "names.h"
#include "register/choices.sql.h"
#include "token/ckstoken.h"

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

/* Those of @people whose names have the letters that @one's has; a list in
 * @by_letters, which begins empty. NULL: memory. */
static json_t *like(json_t *by_letters, const json_t *one)
{
	char *letters = cks_text_fold(dossier_text(one, "name"));
	json_t *list = letters ? json_object_get(by_letters, letters) : NULL;

	if (letters && !list) {
		list = json_array();
		if (json_object_set_new(by_letters, letters, list))
			list = NULL;
	}
	free(letters);
	return list;
}

/*
 * Adds @one to @people, and with @is_keeper only if nobody there is the same,
 * as far as both are known. All of one name are "namesakes".
 */
static int add(json_t *people, json_t *by_letters, json_t *one, bool is_keeper)
{
	const char *name = dossier_text(one, "name");
	const char *number = dossier_text(one, "id_number");
	json_t *list = like(by_letters, one), *other;
	bool shares = false;
	size_t i;

	json_array_foreach (list, i, other) {
		const char *theirs = dossier_text(other, "id_number");

		if (!names_spelt_alike(dossier_text(other, "name"), name))
			continue;
		if (is_keeper &&
		    (!*number || !*theirs || strcmp(number, theirs) == 0))
			return 0;
		shares = true;
		if (json_object_set_new(other, "namesakes", json_true()))
			return -ENOMEM;
	}
	if (shares && json_object_set_new(one, "namesakes", json_true()))
		return -ENOMEM;
	return !list || json_array_append(list, one) ||
			       json_array_append(people, one)
		       ? -ENOMEM
		       : 0;
}

json_t *choices_people(struct custody_register *reg, const char *day)
{
	json_t *lists[] = {
		list_of(reg, sql_choices_people, day, person, 5),
		list_of(reg, sql_choices_keepers, day, person, 5),
	};
	json_t *people = json_array(), *by_letters = json_object(), *one;
	int rc = !people || !by_letters || !lists[0] || !lists[1];
	size_t i;

	for (int keepers = 0; keepers < 2; keepers++) {
		json_array_foreach (lists[keepers], i, one)
			if (!rc)
				rc = add(people, by_letters, one, keepers);
		json_decref(lists[keepers]);
	}
	json_decref(by_letters);
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
