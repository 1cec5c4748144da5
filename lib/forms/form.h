/* SPDX-License-Identifier: LGPL-2.1-or-later */
/*
 * Forms: how a document is made of a dossier, as ckstoken-form(5) describes
 * them. They are XML files that an agency may replace.
 */
#ifndef FORMS_FORM_H
#define FORMS_FORM_H

#include "base/error.h"
#include "input/datafile.h"
#include "input/dossier.h"
#include "typeset/document.h"

struct form;

/*
 * Reads the form @path, or where that is NULL the form @name, such as "06",
 * from /etc/ckstoken/forms or else the data folder. 0 with *@form, the caller's
 * to form_free(), or a negative errno and @error, which names file and line.
 */
int form_load(const char *name, const char *path, struct form **form,
	      struct error *error);
void form_free(struct form **form);

/* The names of the forms that there are, each once and in the order of their
 * letters, in memory of @arena. 0 or -ENOMEM. */
int form_list(struct arena *arena, const char ***names, size_t *n);

/* Where it was read from. */
const char *form_path(const struct form *form);

/* The columns of its tables of subscribers, with the fields each shows. */
const struct data_column *form_columns(const struct form *form, size_t *n);

/*
 * Whether a dossier of this form may have a value at @path: the form shows it,
 * or the schema of dossiers names it. 1, or 0 with *@nearest, the caller's to
 * free(): the path that is written nearly so, or NULL; or a negative errno and
 * @error.
 */
int form_knows(struct form *form, const char *path, char **nearest,
	       struct error *error);

/*
 * The paths that form_knows() knows, in *@paths, which is the form's; one that
 * ends in "." stands for all that begin so. 0, or a negative errno and @error.
 */
int form_paths(struct form *form, const char *const **paths, size_t *n,
	       struct error *error);

/* True if the form prints what a dossier has at @path. */
bool form_prints(const struct form *form, const char *path);

/* 0 with *@doc, the caller's to document_free(), or -ENOMEM. */
int form_build(const struct form *form, const json_t *dossier,
	       struct document **doc);

#endif
