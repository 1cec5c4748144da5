/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* The papers that go before the minutes of a keeper: the decision that gives an
 * agency's token to a keeper, and the permission to hand it over for a time. */
#ifndef CMD_HANDOVER_PAPERS_H
#define CMD_HANDOVER_PAPERS_H

#include "document.h"

/* Complete a dossier: struct document_kind says when. */
int handover_complete_decision(const struct document_job *job, json_t *dossier);
int handover_complete_permission(const struct document_job *job,
				 json_t *dossier);

/* Where the minutes of a keeper name no paper that they are based on: those
 * that the register has. 0 or an exit code, told. */
int handover_find_papers(const struct document_job *job, json_t *dossier);

/* Tells where a paper's days do not go together: it holds before it is signed
 * or its certificate begins, or for longer than that lasts. */
void handover_doubt_term(const json_t *dossier);

#endif
