/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include <stdlib.h>
#include <string.h>

#include "document.h"
#include "input/dossier.h"
#include "input/field.h"
#include "message.h"

static const char *const people[] = { "contact", "giver", "receiver",
				      "keeper" };
static const char *const parts[] = { "agency", "document", "counts", "extra" };
/* Of the document, those that are lists, and grow. */
static const char *const lists[] = { "document.channels", "document.copies",
				     "document.grounds", "document.papers" };

#define N(array) (sizeof(array) / sizeof((array)[0]))

static bool is_one_of(const char *const *names, size_t n, const char *s,
		      size_t len)
{
	for (size_t i = 0; i < n; i++)
		if (strlen(names[i]) == len && strncmp(names[i], s, len) == 0)
			return true;
	return false;
}

static bool form_shows(const struct document_job *job, const char *field)
{
	size_t n, len = strlen(field);
	const struct data_column *columns = form_columns(job->form, &n);

	for (size_t i = 0; i < n; i++) {
		const char *at = columns[i].fields;

		while ((at = strstr(at, field))) {
			if ((at == columns[i].fields || at[-1] == ' ') &&
			    (at[len] == ' ' || at[len] == '\0'))
				return true;
			at += len;
		}
	}
	return false;
}

static int bad_set(const char *set, const char *why)
{
	print_message(_("--set %s: %s"), set, why);
	return EXIT_USAGE;
}

static int set_rows(struct document_job *job, const char *set,
		    const char *field, const char *text)
{
	const struct field *f = field_find(field);
	const char *why = NULL;
	json_t *value;

	if (!f && !form_shows(job, field))
		return bad_set(set, _("there is no such field"));
	value = f ? field_parse(f, text, &why) : json_string(text);
	if (!value)
		return bad_set(set, why ? why : cks_strerror(CKS_ERR_MEMORY));
	return json_object_set_new(job->row_sets, field, value) ? EXIT_DEVICE
								: 0;
}

/* The options that check it, too. */
static const char *option_for(const char *path)
{
	if (strcmp(path, "document.number") == 0)
		return "--number";
	if (strcmp(path, "document.date") == 0 ||
	    strcmp(path, "document.time") == 0)
		return "--date";
	return NULL;
}

static int put_value(struct document_job *job, const char *set,
		     const char *path, const struct field *f, const char *text)
{
	const char *why = NULL;
	json_t *value = field_parse(f, text, &why);
	int rc;

	if (!value)
		return bad_set(set, why ? why : cks_strerror(CKS_ERR_MEMORY));
	if (json_is_null(value))
		rc = dossier_put(job->dossier, path, NULL);
	else if (is_one_of(lists, N(lists), path, strlen(path)))
		rc = dossier_append(job->dossier, path,
				    json_string_value(value));
	else
		rc = dossier_put_new(job->dossier, path, json_incref(value));
	json_decref(value);
	return rc ? EXIT_DEVICE : 0;
}

static int set_part(struct document_job *job, const char *set, const char *path,
		    const char *text)
{
	static const struct field plain = { .type = FIELD_TEXT };
	const char *dot = strchr(path, '.');
	size_t len = (size_t)(dot - path);
	const struct field *f = field_find(dot + 1);
	bool person = is_one_of(people, N(people), path, len);

	if ((!person && !is_one_of(parts, N(parts), path, len)) ||
	    (person && strchr(dot + 1, '.')))
		return bad_set(set, _("there is no such part of a document"));
	if (option_for(path)) {
		print_message(_("--set %s: give it by %s"), set,
			      option_for(path));
		return EXIT_USAGE;
	}
	return put_value(job, set, path, person && f ? f : &plain, text);
}

/* Who is named now is not whom another source told of: what it told goes. */
static int rename_person(struct document_job *job, const char *path,
			 const char *name)
{
	size_t len = strcspn(path, ".");
	json_t *person = json_object_getn(job->dossier, path, len);

	if (strcmp(path + len, ".name") != 0 ||
	    !is_one_of(people, N(people), path, len) ||
	    strcmp(dossier_text(person, "name"), name) == 0)
		return 0;
	return json_object_clear(person) && person ? EXIT_DEVICE : 0;
}

static bool is_path(const char *path)
{
	static const char letters[] = "abcdefghijklmnopqrstuvwxyz";
	size_t len = strspn(path, "abcdefghijklmnopqrstuvwxyz0123456789_.");

	return path[len] == '\0' && path[0] && strchr(letters, path[0]) &&
	       !strstr(path, "..") && path[len - 1] != '.';
}

static int apply(struct document_job *job, const char *set, bool only_rename)
{
	const char *equals = strchr(set, '=');
	char *path = equals ? strndup(set, (size_t)(equals - set)) : NULL;
	int ret;

	if (!equals)
		return bad_set(set, _("write it as NAME=TEXT"));
	if (!path)
		return EXIT_DEVICE;
	if (only_rename)
		ret = rename_person(job, path, equals + 1);
	else if (!is_path(path))
		ret = bad_set(set, _("there is no such field"));
	else if (strchr(path, '.'))
		ret = set_part(job, set, path, equals + 1);
	else
		ret = set_rows(job, set, path, equals + 1);
	free(path);
	return ret;
}

int document_set(struct document_job *job)
{
	const char **sets = job->options->sets;
	int ret = 0;

	for (size_t i = 0; sets && sets[i] && !ret; i++)
		ret = apply(job, sets[i], true);
	for (size_t i = 0; sets && sets[i] && !ret; i++)
		ret = apply(job, sets[i], false);
	if (ret == EXIT_DEVICE)
		print_message("%s", cks_strerror(CKS_ERR_MEMORY));
	return ret;
}
