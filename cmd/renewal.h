/* SPDX-License-Identifier: LGPL-2.1-or-later */
#ifndef CMD_RENEWAL_H
#define CMD_RENEWAL_H

#include "document.h"

/*
 * One form serves renewal and change: whether its number alone says which is
 * asked for, as every row is ticked.
 */
int renewal_check(const struct document_job *job, const json_t *dossier);

/*
 * Ticks for each subscriber what is asked
 * for, where the data does not, and cites the grounds of both where both are.
 */
int renewal_complete(const struct document_job *job, json_t *dossier);

#endif
