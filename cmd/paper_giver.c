/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include <string.h>

#include "input/dossier.h"
#include "paper_register.h"
#include "register/facts.h"
#include "say.h"

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
static json_t *owner_of(const struct paper *paper, const json_t *row)
{
	json_t *owner = facts_owner(paper->event.reg,
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
static json_t *holder_of(const struct paper *paper, const json_t *dossier,
			 const json_t *row)
{
	json_t *owner = owner_of(paper, row);
	json_t *keeper = facts_keeper(paper->event.reg,
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
static json_t *find_holder(const struct paper *paper, const json_t *dossier)
{
	const json_t *rows = dossier_get(dossier, "subscribers");
	json_t *holder = NULL;

	for (size_t i = 0; i < json_array_size(rows); i++) {
		json_t *other =
			holder_of(paper, dossier, json_array_get(rows, i));
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

int paper_find_giver(const struct paper *paper, json_t *dossier)
{
	json_t *given = json_object_get(dossier, "giver"), *giver;
	int rc;

	if (!paper->event.reg || *dossier_text(given, "name"))
		return 0;
	giver = find_holder(paper, dossier);
	if (!giver)
		return custody_check(paper->event.reg);
	rc = (given && json_object_update(giver, given)) ||
	     json_object_set(dossier, "giver", giver);
	json_decref(giver);
	return rc ? say_no_memory() : custody_check(paper->event.reg);
}
