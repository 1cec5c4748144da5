/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* What states mean, in the officer's language. */
#ifndef CMD_LABELS_H
#define CMD_LABELS_H

#include "table.h"
#include "token/ckstoken.h"

const char *pin_state_label(enum cks_pin_state state);
enum colour pin_state_colour(enum cks_pin_state state);
const char *cert_state_label(enum cks_cert_state state);
enum colour cert_state_colour(enum cks_cert_state state);
const char *holder_label(enum cks_holder holder);

/* What to do about a token, most pressing first; "" when nothing. */
const char *advice_text(unsigned int attention);

#endif
