/* SPDX-License-Identifier: LGPL-2.1-or-later */
/*
 * The dossier: all that is known for one document, as a JSON object. Commands
 * gather it from the configuration, tokens, data and options; forms print it;
 * it goes with the document for other programs to read. ckstoken-data(5) names
 * its members, ckstoken-1.schema.json holds them.
 *
 * A path names a member: "agency.name" is "name" in the object "agency".
 */
#ifndef INPUT_DOSSIER_H
#define INPUT_DOSSIER_H

#include <jansson.h>

/* The value at @path; NULL where there is none. */
const json_t *dossier_get(const json_t *dossier, const char *path);

/* The text there, or "" where there is none. */
const char *dossier_text(const json_t *dossier, const char *path);

/*
 * Puts a text or any value there, making the objects on the way; "" and NULL
 * remove it. The value is consumed. 0, or -ENOMEM, also for a value that is
 * NULL because memory was out.
 */
int dossier_put(json_t *dossier, const char *path, const char *text);
int dossier_put_new(json_t *dossier, const char *path, json_t *value);

/*
 * The number by which people know the subscriber @i, from 0, of a dossier being
 * gathered: that of the row in the file which gives the subscriber, as
 * DOSSIER_ROW_NUMBERS has it, and for one that no file gives the next in turn.
 */
#define DOSSIER_ROW_NUMBERS "row_numbers"
size_t dossier_row_number(const json_t *dossier, size_t i);

/* Adds a text at the end of a list. 0 or -ENOMEM. */
int dossier_append(json_t *dossier, const char *path, const char *text);

#endif
