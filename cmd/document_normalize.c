/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include <stdlib.h>
#include <string.h>

#include "document.h"
#include "input/dossier.h"
#include "input/field.h"
#include "message.h"

static const char *const people[] = { "contact", "giver", "receiver",
				      "keeper" };

#define N(array) (sizeof(array) / sizeof((array)[0]))

/* A person's dates and numbers are kept as those of the subscribers are; what
 * cannot be read so stays as the officer wrote it. */
static int normalize_people(struct document_job *job)
{
	for (size_t i = 0; i < N(people); i++) {
		json_t *person = json_object_get(job->dossier, people[i]);
		const char *name;
		json_t *value;
		void *next;

		json_object_foreach_safe (person, next, name, value) {
			const struct field *f = field_find(name);
			const char *why = NULL;
			json_t *parsed;

			if (!f || !json_is_string(value))
				continue;
			parsed = field_parse(f, json_string_value(value), &why);
			if (parsed && json_object_set_new(person, name, parsed))
				return EXIT_DEVICE;
		}
	}
	return 0;
}

static int bad_value(const char *path, const char *why)
{
	print_message("%s: %s", path, why ? why : cks_strerror(CKS_ERR_MEMORY));
	return why ? EXIT_BAD_INPUT : EXIT_DEVICE;
}

/* What data may have written as text. */
static int normalize_document(struct document_job *job)
{
	static const char *const lists[] = { "channels", "copies", "grounds",
					     "papers" };
	static const struct {
		const char *path;
		struct field field;
	} typed[] = {
		{ "document.originals", { .type = FIELD_COUNT } },
		{ "document.centralized", { .type = FIELD_TICK } },
		{ "document.temporary", { .type = FIELD_TICK } },
		{ "document.until", { .type = FIELD_DATE } },
	};
	json_t *document = json_object_get(job->dossier, "document");

	for (size_t i = 0; i < N(lists); i++) {
		json_t *value = json_object_get(document, lists[i]);

		if (json_is_string(value) &&
		    json_object_set_new(document, lists[i],
					json_pack("[O]", value)))
			return EXIT_DEVICE;
	}
	for (size_t i = 0; i < N(typed); i++) {
		const json_t *value = dossier_get(job->dossier, typed[i].path);
		const char *why = NULL;
		json_t *taken;

		if (!value)
			continue;
		taken = field_accept(&typed[i].field, value, &why);
		if (json_is_integer(taken) && json_integer_value(taken) == 0)
			why = _("This must be a whole number from 1 to 99.");
		if (!taken || why) {
			json_decref(taken);
			return bad_value(typed[i].path, why);
		}
		if (dossier_put_new(job->dossier, typed[i].path, taken))
			return EXIT_DEVICE;
	}
	return 0;
}

/* What a command gives for every subscriber that has none of its own. */
int document_apply_defaults(struct document_job *job)
{
	json_t *rows = json_object_get(job->dossier, "subscribers");
	json_t *every = json_object_get(job->dossier, "every");
	size_t i;
	json_t *row;

	if (!every)
		return 0;
	if (json_array_size(rows) == 0 &&
	    json_array_append_new(rows, json_object()))
		return print_no_memory();
	json_array_foreach (rows, i, row)
		if (json_object_update_missing(row, every))
			return print_no_memory();
	json_object_del(job->dossier, "every");
	return 0;
}

int document_normalize(struct document_job *job)
{
	int ret = normalize_people(job);

	if (!ret)
		ret = normalize_document(job);
	if (ret == EXIT_DEVICE)
		print_message("%s", cks_strerror(CKS_ERR_MEMORY));
	if (!ret && job->kind->check)
		ret = job->kind->check(job, job->dossier);
	return ret;
}
