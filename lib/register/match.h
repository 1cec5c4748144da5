/* SPDX-License-Identifier: LGPL-2.1-or-later */
/*
 * Which records a row of a document means: a certificate, a token or a
 * subscriber, by its serial numbers, its personal number or its e-mail address,
 * or where it has none of these by the name, unless it is about somebody new.
 * Errors of the database are the register's, want of memory among them.
 */
#ifndef REGISTER_MATCH_H
#define REGISTER_MATCH_H

#include "register.h"

/* A row that is "fresh" asks for a new certificate: then what the register has
 * is the one before it. */
struct match {
	json_t *certificate, *token,
		*subscriber; /* the records found, or NULL */
	/* A subscriber whom the row means by its number, its token …, and calls
	 * otherwise: nothing of theirs may go into it. NULL: none. */
	json_t *other;
	/* The field by which the row means several, and so none; or NULL. */
	const char *several;
};

void match_find(struct custody_register *reg, const json_t *row, bool fresh,
		struct match *match);
void match_free(struct match *match);

/* True if the row tells of its subscriber no more than the name, and perhaps
 * the agency, so that it can mean one by these alone. */
bool match_is_by_name(const json_t *row);

/* Finds the subscriber by the certificate and token in @match and by the row's
 * own values. */
void match_find_subscriber(struct custody_register *reg, const json_t *row,
			   struct match *match);

#endif
