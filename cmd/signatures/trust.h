/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* The certificates, lists and answers that a path is judged by. */
#ifndef CMD_SIGNATURES_TRUST_H
#define CMD_SIGNATURES_TRUST_H

#include <openssl/ocsp.h>

#include "signed.h"

/* A list or an answer, and the file it is from; NULL: from the document. */
struct proof_of_state {
	X509_CRL *list;
	OCSP_BASICRESP *answer;
	char *file;
};

struct trust {
	STACK_OF(X509) * anchors;
	STACK_OF(X509) * brought; /* by the document, trusted in nothing */
	struct proof_of_state *states;
	size_t n_states;
	json_t *unreadable; /* names of files of which nothing could be read */
	bool failed;
};

/* The state of a certificate, as far as it is known. */
struct state {
	bool is_known, is_fresh, is_revoked;
	time_t from, until; /* the list's or answer's; until 0: not said */
	time_t revoked;
	const char *file; /* NULL: the document's */
};

/* Finds the state of @cert, whose issuer is @issuer, by the lists and answers
 * in
 * @trust. It is fresh where it tells of the time that counts. */
void state_find(const struct trust *trust, X509 *cert, X509 *issuer,
		const struct proof *proof, time_t now, struct state *state);

/* The first address at which its authority has the list of @cert, which the
 * caller frees; NULL where it names none. */
char *state_address(X509 *cert);

#endif
