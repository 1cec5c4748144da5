/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* Tokens as rows, which are as the subscribers of a dossier: those that are
 * plugged in, and those that machines saw. */
#ifndef CMD_TOKEN_ROWS_H
#define CMD_TOKEN_ROWS_H

#include <jansson.h>
#include <time.h>

#include "input/machine.h"
#include "register/due/due.h"
#include "token/ckstoken.h"

/* 1. Tokens that are plugged in */

/*
 * Adds a row for each certificate of a subscriber on @token, or one row without
 * a certificate where there is none. With @now, a certificate that has expired
 * by then is left out, if another has not, and that is told. 0 or an exit code,
 * told.
 */
int token_rows_add(json_t *rows, const struct cks_token *token, time_t now);

/* Warns of rows that may be one device: a card with several PINs shows as
 * several tokens. */
void token_rows_print_duplicates(const json_t *rows);

/* Puts into @row that its token was seen at @now on this machine. 0, or
 * -ENOMEM.
 */
int token_row_put_seen(json_t *row, time_t now);

/* What @c, which can be read, tells the register of itself on the token. The
 * caller's to json_decref(); NULL: memory. */
json_t *token_certificate_record(const struct cks_cert *c, const char *token);

/*
 * The same rows for the register: with the agency and the unit apart, and
 * when and where the token was seen. 0 with *@rows, the caller's to
 * json_decref(), or an exit code, told.
 */
int token_records(const struct cks_token *token, time_t now, json_t **rows);

/* 2. Files of "ckstoken status", of this machine or of others */

/* Adds what @text says, of the file @path, number @file of several, to
 * @reports. 0 or an exit code, told. */
int machine_file_read(const char *path, const char *text, size_t len,
		      time_t now, size_t file, struct machine_reports *reports);

/* The machines saw these, in the place of tokens that are plugged in. */
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
