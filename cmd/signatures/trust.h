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

/* The answer of a responder that was asked. */
struct answer {
	char *key;	 /* of the question */
	const char *url; /* the responder's, in what @key points to */
	unsigned char *der;
	size_t len;
};

struct trust {
	STACK_OF(X509) * anchors;
	STACK_OF(X509) * brought; /* by the document, trusted in nothing */
	char *place; /* where anchors were looked for; NULL: nowhere */
	struct proof_of_state *states;
	size_t n_states;
	json_t *unreadable; /* names of files of which nothing could be read */

	/* Responders may be asked: what makes each question another, what
	 * came of those that were asked, and what is to be asked. */
	bool asks;
	unsigned char seed[TRUST_SEED_SIZE];
	struct answer *answers;
	size_t n_answers;
	json_t *silent;	   /* addresses of those that did not answer */
	json_t *questions; /* as verified.h has them */

	X509 **subjects; /* that are to be verified by themselves, NULL for what
			    is no certificate */
	size_t n_subjects;
	bool failed;
};

/* The state of a certificate, as far as it is known. */
struct state {
	bool is_known, is_fresh, is_revoked, is_answer;
	time_t from, until; /* the list's or answer's; until 0: not said */
	time_t revoked;
	bool is_on_hold;  /* revoked, and may be given back */
	const char *file; /* NULL: the document's */

	/* It is revoked for good, and a newer list or answer does not say so:
	 * which, as above. */
	bool is_denied;
	time_t denied_from;
	const char *denied_file;
};

/* The best of each kind. A revocation stays one whatever is newer and does not
 * tell of it, unless it is a hold (RFC 5280, 5.3.1). */
struct known_states {
	struct state silent, held, revoked;
};

/* Finds the states of @cert, whose issuer is @issuer, by the lists and answers
 * in @trust. Each is fresh where it tells of the time that counts. */
void state_find(const struct trust *trust, X509 *cert, X509 *issuer,
		const struct proof *proof, time_t now,
		struct known_states *known);

/* The one state of @cert that follows from all. */
void state_settle(const struct known_states *known, X509 *cert,
		  struct state *state);

/*
 * Takes what its responder answered about @cert into @known, where that is
 * better, or notes at @trust what it is to be asked. FINDING_COUNT, or what is
 * to be told, of the responder at *@address, which the caller frees.
 */
enum finding state_ask(struct trust *trust, X509 *cert, X509 *issuer,
		       const struct proof *proof, time_t now,
		       struct known_states *known, char **address);

/* The first address at which its authority has the list of @cert, which the
 * caller frees; NULL where it names none. */
char *state_address(X509 *cert);

#endif
