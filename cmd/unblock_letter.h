/* SPDX-License-Identifier: LGPL-2.1-or-later */
/*
 * The letter that a recovery answers, as --request gives it: unblock_letter.c
 * reads and shows it, and finds its token; unblock_doubts.c holds it, the token
 * and this desk against all else that is known.
 */
#ifndef CMD_UNBLOCK_LETTER_H
#define CMD_UNBLOCK_LETTER_H

#include "base/arena.h"
#include "unblock.h"

/* Each function up to unblock_letter_guard() does nothing without a letter. */

/* Reads the letter and shows what its data say; its number then serves as the
 * authority. 0 or an exit code, told. */
int unblock_letter_read(struct unblock *r);

/* True if the letter names this one token of those that it is for, so that no
 * other need be known. */
bool unblock_letter_names_one(const struct unblock *r);

/*
 * Finds the token: the one that options name; else, of those present, the one
 * that the letter names; without a letter, the only one present. 0 or an exit
 * code, told.
 */
int unblock_letter_find_token(struct unblock *r,
			      const struct cks_token **token);

/* Refuses a token that the letter is not for. 0 or an exit code, told. */
int unblock_letter_guard(const struct unblock *r);

/* Warns of each thing that speaks against the letter, the token and this desk,
 * once the journal is open. Whether there is any, which needs --yes. */
bool unblock_doubts(struct unblock *r);

/* @text of the letter as far as it can be a name, on one line and without
 * anything that a terminal would act on. It lives as long as @arena. */
const char *unblock_letter_text(struct arena *arena, const char *text);

/* True if the letter's @row is about the token that was read. */
bool unblock_letter_row_is(const json_t *row, const struct cks_token *token);

#endif
