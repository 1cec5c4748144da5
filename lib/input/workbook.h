/* SPDX-License-Identifier: LGPL-2.1-or-later */
/*
 * A workbook of Excel (XLSX), read as the table on one of its sheets. Whoever
 * made it is a stranger: a process of its own reads it (input/extract.h).
 */
#ifndef INPUT_WORKBOOK_H
#define INPUT_WORKBOOK_H

#include <stdbool.h>

#include "datafile.h"

/* True if these are the bytes of one. */
bool workbook_is(const char *bytes, size_t len);

/* What else a table program may have written, and what to save instead, in a
 * translated sentence; NULL: it is none of that. */
const char *workbook_other(const char *bytes, size_t len);

/*
 * The table of the sheet called @sheet, or where that is NULL of the only one
 * with something on it, as CSV; adds what is hidden to the notes of @told, if
 * that is not NULL. @name is the file's. 0 with *@text, NUL-terminated and the
 * caller's to free(); or a negative errno and @error.
 */
int workbook_read(const char *name, const char *bytes, size_t len,
		  const char *sheet, char **text, size_t *text_len,
		  struct data_errors *told, struct error *error);

#endif
