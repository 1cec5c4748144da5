/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* The steps in which a document is made. */
#ifndef CMD_DOCUMENT_PRIVATE_H
#define CMD_DOCUMENT_PRIVATE_H

#include "document.h"

/* The steps in their order; each returns 0 or an exit code, told. */

int document_check(struct document_job *job);
int document_rules(struct document_job *job, const struct document_kind *kinds,
		   const char *name);
int document_read_data(struct document_job *job);
int document_fill(struct document_job *job, const json_t *facts);

/*
 * What each --set says: of the document, into the dossier, and of subscribers,
 * into the row sets, for a token to agree with.
 */
int document_set(struct document_job *job);
int document_open_register(struct document_job *job);
int document_read_tokens(struct document_job *job);
int document_apply_defaults(struct document_job *job);
int document_look_up(struct document_job *job);
int document_normalize(struct document_job *job);
int document_conditions(struct document_job *job);
int document_write(struct document_job *job);

enum document_format {
	DOCUMENT_UNKNOWN,
	DOCUMENT_PDF,
	DOCUMENT_DOCX,
	DOCUMENT_FORMATS
};

/* By the ending of the file's name; "-" is a PDF. */
enum document_format document_format_of(const char *path);

/* Where to send it, and by when; on standard error. */
void document_advise(const struct document_job *job);

/* Each of the following returns 0 or an exit code, told, and does nothing
 * without a register. */

/* The rows of the tokens that --serial names, that are not among those of
 * @scan, which may be NULL, and that the register has. @n_found tokens are. */
int document_rows_absent(const struct document_job *job,
			 const struct cks_scan *scan, json_t *rows,
			 size_t *n_found);

/*
 * Recording: begun before the first file is written, so that a register that
 * cannot be written is told in time; each document once it is there; and ended
 * with all that are.
 */
int document_record_begin(struct document_job *job);
int document_record(struct document_job *job, const json_t *dossier);
int document_record_end(struct document_job *job);

/* Whether what an officer says of a subscriber, which may be nothing, cannot be
 * so by what the token or the register says. */
bool conflict_between(const char *field, const json_t *ours,
		      const json_t *theirs);

/* Tells of one with the register in row @row, both sides of it; the document
 * does not follow it. */
void print_register_conflict(size_t row, const char *field, const json_t *ours,
			     const json_t *there);

#endif
