/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* The parts of prefill.h, for each other only. */
#ifndef REGISTER_PREFILL_PRIVATE_H
#define REGISTER_PREFILL_PRIVATE_H

#include "import_private.h"
#include "prefill.h"

/* A row, and what was found for it. */
struct facts {
	struct custody_register *reg;
	const json_t *row;
	const struct prefill_question *question;
	bool fresh;
	struct match m;
	size_t n_tokens; /* that the subscriber has, where the row names none */
	bool sought;	 /* the certificate, which the row does not name */
	size_t n_certificates; /* in use, of those */
};

/* Whom the row means, by the certificate and the token in @m and by what the
 * row says of them. */
void match_find_subscriber(struct custody_register *reg, const json_t *row,
			   struct match *m);

/* The number of a record's subscriber; 0: it has none. */
json_int_t prefill_subscriber(const json_t *record);

/* Whether a token or certificate is the row's subscriber's, or nobody's. */
bool prefill_is_of(const struct match *m, const json_t *record);

/* The texts that @q finds, for the caller to json_decref(). */
json_t *prefill_list(struct custody_register *reg, struct query *q);

/*
 * The serial numbers of the certificates on the token that are its
 * subscriber's, or nobody's, the longest to last first: those in use on @day,
 * or where all have expired by then, these; and the last, revoked or not.
 */
json_t *prefill_in_use(struct custody_register *reg, const struct match *m,
		       const char *day);
json_t *prefill_last(struct custody_register *reg, const struct match *m);

/* Those in use on @day that are somebody else's; the second column is whose. */
struct query *prefill_of_others(struct custody_register *reg,
				const struct match *m, const char *day);

/* Adds to the doubts what the register says against the row. */
void prefill_doubt(const struct facts *f);

#endif
