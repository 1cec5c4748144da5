/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* What states mean, in the officer's language. */
#ifndef CMD_WORDS_H
#define CMD_WORDS_H

#include "table.h"
#include "token/ckstoken.h"

const char *pin_state_words(enum cks_pin_state state);
enum colour pin_state_colour(enum cks_pin_state state);
const char *cert_state_words(enum cks_cert_state state);
enum colour cert_state_colour(enum cks_cert_state state);
const char *holder_words(enum cks_holder holder);

/* What to do about a token, most pressing first; "" when nothing. */
const char *advice_words(unsigned int attention);

#endif
