/* SPDX-License-Identifier: LGPL-2.1-or-later */
/*
 * How many tries of its PINs a card has left, asked of the card through
 * pcsc-lite, for no PKCS #11 module tells it.
 *
 * Only a card that cards.h lists is asked, and a VERIFY without data or a GET
 * DATA is all that is sent to it behind a SELECT: neither is counted as a try
 * there. Whatever goes wrong, the answer is "not known".
 */
#ifndef TOKEN_TRIES_H
#define TOKEN_TRIES_H

#include "cards.h"
#include "ckstoken.h"
#include "token.h"
#include "worker.h"

struct tries {
	int user, unblock; /* -1: not known */
};

/*
 * Asks about @token in this process, which must be a worker with a deadline
 * and must not have loaded a module: OpenSC would not learn that another
 * application, or none, is selected behind its back.
 */
struct tries tries_ask(const struct cks_token *token);

/*
 * Asks once more, right before the SO PIN or PUK is sent, about @token as the
 * caller saw it, in a process as for tries_ask(). CKS_ERR_STATE_CHANGED when
 * tries are gone since, or one is left and @allow_final_try is not set;
 * CKS_ERR_SO_PIN_LOCKED or CKS_ERR_PUK_LOCKED when none is left;
 * CKS_ERR_REMOVED when its reader is gone, or holds no card or one of another
 * kind; CKS_ERR_NO_SERVICE without pcscd; CKS_ERR_DEVICE when the card is there
 * and does not tell. CKS_OK for a card that never told. A card of the same kind
 * in its place tells of itself: only a module can know the token.
 */
enum cks_err tries_check(const struct cks_token *token, enum cks_method method,
			 bool allow_final_try);

/* The same before the user PIN is sent; CKS_ERR_USER_PIN_FINAL_TRY when one try
 * is left and @allow_final_try is not set. */
enum cks_err tries_check_user(const struct cks_token *token,
			      bool allow_final_try);

/* True if that says that the card was not to be asked. All else is of the card
 * that is there, and before it is believed, the module has to know the token
 * again: it may be a card of the same kind that has told. */
bool tries_are_silent(enum cks_err err);

/* How many applications of one card may be asked. */
#define TRIES_QUESTIONS 4

struct tries_question {
	const struct card_application *app;
	bool unless_in_use; /* a program at it might lose its login */
	struct tries tries;
};

/* What the card in one reader is asked, and the tokens that it is asked for:
 * those of @tokens in that reader. */
struct tries_job {
	const char *reader, *atr;
	struct cks_token *const *tokens;
	size_t n;
	struct tries_question questions[TRIES_QUESTIONS];
	size_t n_questions;
};

/*
 * Makes @worker one that asks the card in @reader about those of @n tokens
 * that token_find_card() has found to be in it, and that were not asked about
 * before. Whatever it is given has to stay until the worker has ended. False:
 * there is nothing to ask.
 */
bool tries_worker(struct worker *worker, struct tries_job *job,
		  const char *reader, struct cks_token *const *tokens, size_t n,
		  unsigned int timeout_ms);

/*
 * Asks about each of @n tokens as tries_worker() does, each card in a worker of
 * its own and all at once.
 */
enum cks_err tries_read(struct cks_token *const *tokens, size_t n,
			unsigned int timeout_ms);

/* True if the card of @token, which was asked, gave no answer. */
bool tries_are_missing(const struct cks_token *token);

#endif
