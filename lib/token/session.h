/* SPDX-License-Identifier: LGPL-2.1-or-later */
/*
 * One login with the user PIN, and all that is made sure of before it. Only
 * workers call these; a token that makes the module hang or crash costs its
 * worker alone. The login is the module's own C_Login(): libp11's says yes
 * without asking the token when it believes that anybody is logged in, and
 * keeps the PIN to send it again.
 *
 *	session_begin(), signature_begin(), session_login(), ..., session_end()
 */
#ifndef TOKEN_SESSION_H
#define TOKEN_SESSION_H

#include <libp11.h>
#include <openssl/types.h>

#include "module.h"

struct session {
	/* Set by the owner. */
	int channel; /* to the parent, which has the PIN */
	const struct cks_token *token;
	/* Refuse a PIN of which one try is left, or fewer tries than the token
	 * was read with. */
	bool guards_tries;
	bool allow_final_try;
	/* Called, if not NULL, when the PIN is about to be sent. */
	void (*on_send)(const struct session *s);

	struct module m; /* its detail has words about a failure */
	CK_SLOT_ID slot;
	CK_SESSION_HANDLE handle; /* holds the login */
	bool is_logged_in;
	struct cks_secret *pin; /* NULL: the token has a PIN pad */
	/* OpenSSL without the configuration of whoever runs the program. */
	OSSL_LIB_CTX *openssl;
	/* A key with CKA_ALWAYS_AUTHENTICATE was given the PIN, and did not
	 * sign. It is given to none any more. */
	bool pin_is_spent;

	/* Private to signature.c. */
	bool pin_given;
	const char *call; /* the last one to the module */
	CK_RV answer;	  /* to the last signature */
	PKCS11_TOKEN *libp11;
	PKCS11_KEY *keys;
	unsigned int n_keys;
};

/* Loads the module, and finds the very token which was read. CKS_ERR_DIGEST,
 * CKS_ERR_UNPROTECTED, CKS_ERR_STATE_CHANGED and so on; nothing is sent. */
enum cks_err session_begin(struct session *s);

/* Takes the PIN from the parent, looks at the token once more, and sends it, or
 * has it typed at the PIN pad. */
enum cks_err session_login(struct session *s);

/* Whether the token is still the one in its slot; and, before its PIN is sent,
 * whether that may be done. */
enum cks_err session_look_again(struct session *s, bool before_pin);

/*
 * What @err, by which a key is missing or wrong, comes of: a token that is gone
 * shows no keys either, and answers with what is no signature.
 */
enum cks_err session_doubt(struct session *s, enum cks_err err);

/* Logs out, if there is a login, and wipes the PIN wherever it is. The process
 * is to end then, with all its results sent. */
void session_end(struct session *s);

/* Whether this worker is as a PIN needs it, with @m loaded. */
enum cks_err session_check_worker(const struct module *m);

#endif
