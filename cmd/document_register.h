/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* Documents and the register: what they take from it, and what they put there.
 */
#ifndef CMD_DOCUMENT_REGISTER_H
#define CMD_DOCUMENT_REGISTER_H

#include "document.h"
#include "token/ckstoken.h"

/* Each returns 0 or an exit code, told, and does nothing without a register. */

/* The rows of the tokens that --serial names, that are not among those of
 * @scan, which may be NULL, and that the register has. @n_found tokens are. */
int document_rows_absent(const struct document_job *job,
			 const struct cks_scan *scan, json_t *rows,
			 size_t *n_found);

/* The giver, where nobody is named, is who has had all the tokens: as the
 * register, or for a person's token the row, has it. */
int document_find_giver(const struct document_job *job, json_t *dossier);

/*
 * Recording: begun before the first file is written, so that a register that
 * cannot be written is told in time; each document once it is there; and ended
 * with all that are.
 */
int document_record_begin(struct document_job *job);
int document_record(struct document_job *job, const json_t *dossier);
int document_record_end(struct document_job *job);

#endif
