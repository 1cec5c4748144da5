/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* Files of "ckstoken status", of this machine or of others. */
#ifndef CMD_MACHINE_FILES_H
#define CMD_MACHINE_FILES_H

#include "input/machine.h"
#include "register/due/due.h"

/* Adds what @text says, of the file @path, number @file of several, to
 * @reports. 0 or an exit code, told. */
int machine_file_read(const char *path, const char *text, size_t len,
		      time_t now, size_t file, struct machine_reports *reports);

/* What the machines saw, in the place of tokens that are plugged in. */
struct machine_files {
	const char **paths; /* NULL at the end */
	struct machine_reports reports;
	size_t n_failures;
	json_t *seen; /* by serial number: the report that counts */
};

/*
 * Reads the files and adds the rows of their tokens to @rows: of each token the
 * latest, and none of one that @reg knows from later. *@n counts them. 0 or an
 * exit code, told.
 */
int machine_files_rows(struct machine_files *files, time_t now,
		       struct custody_register *reg, json_t *rows, size_t *n);

/* Says of each item which machine saw its token, and in which file. */
void machine_files_name(const struct machine_files *files,
			struct due_list *list);

void machine_files_free(struct machine_files *files);

#endif
