/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include <string.h>

#include "document_register.h"
#include "input/dossier.h"
#include "message.h"
#include "register/prefill.h"

/* A person's own, as the row has them; of the keeper the register knows less.
 */
static json_t *person_of(const json_t *row)
{
	static const char *const fields[] = { "name",	 "id_number",
					      "id_date", "id_place",
					      "title",	 "organization",
					      "phone" };
	json_t *person = json_object();
	int rc = !person;

	for (size_t i = 0; i < sizeof(fields) / sizeof(fields[0]) && !rc; i++)
		rc = dossier_put(person, fields[i],
				 dossier_text(row, fields[i]));
	if (rc) {
		json_decref(person);
		person = NULL;
	}
	return person;
}

/* Whose the token is: by the register, which knows of a successor, and else by
 * the row, which tells more of the same person. */
static json_t *owner_of(const struct document_job *job, const json_t *row)
{
	json_t *owner = prefill_owner(job->event.reg,
				      dossier_text(row, "device_serial"));
	const char *name = dossier_text(owner, "name");
	const json_t *whose = row;
	json_t *person = NULL;

	if (*name && strcmp(name, dossier_text(row, "name")) != 0)
		whose = owner;
	if (strcmp(dossier_text(whose, "holder"), "person") == 0 &&
	    *dossier_text(whose, "name"))
		person = person_of(whose);
	json_decref(owner);
	return person;
}

/* Who has had the row's token, or NULL. */
static json_t *holder_of(const struct document_job *job, const json_t *dossier,
			 const json_t *row)
{
	json_t *owner = owner_of(job, row);
	json_t *keeper = prefill_keeper(job->event.reg,
					dossier_text(row, "device_serial"),
					dossier_text(dossier, "document.date"),
					dossier_text(dossier, "receiver.name"));

	if (keeper && strcmp(dossier_text(keeper, "name"),
			     dossier_text(owner, "name")) != 0) {
		json_decref(owner);
		return keeper;
	}
	json_decref(keeper);
	return owner;
}

/* One who has had all the tokens, or NULL. */
static json_t *find_holder(const struct document_job *job,
			   const json_t *dossier)
{
	const json_t *rows = dossier_get(dossier, "subscribers");
	json_t *holder = NULL;

	for (size_t i = 0; i < json_array_size(rows); i++) {
		json_t *other =
			holder_of(job, dossier, json_array_get(rows, i));
		bool same = i == 0 ||
			    (other && holder && json_equal(other, holder));

		json_decref(holder);
		holder = same ? json_incref(other) : NULL;
		json_decref(other);
		if (!holder)
			break;
	}
	return holder;
}

int document_find_giver(const struct document_job *job, json_t *dossier)
{
	json_t *given = json_object_get(dossier, "giver"), *giver;
	int rc;

	if (!job->event.reg || *dossier_text(given, "name"))
		return 0;
	giver = find_holder(job, dossier);
	if (!giver)
		return register_exit_code(job->event.reg);
	rc = (given && json_object_update(giver, given)) ||
	     json_object_set(dossier, "giver", giver);
	json_decref(giver);
	return rc ? print_no_memory() : register_exit_code(job->event.reg);
}
