/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* What the register holds, for people. */
#ifndef CMD_CUSTODY_WORDS_H
#define CMD_CUSTODY_WORDS_H

#include "register/flat.h"
#include "register/record.h"
#include "table.h"

#define CUSTODY_ROOM FIELD_CHOICE_ROOM

/* "Token", in the officer's language. */
const char *custody_kind_words(enum record_kind kind);

/*
 * The value of @f that the database has as @text, as an officer writes it: in
 * @room, or @text itself.
 */
const char *custody_value(const struct field *f, const char *text,
			  char room[CUSTODY_ROOM]);

/* Prints "label: value" and the end of the line after so many blanks. */
void custody_print(const struct field *f, const char *text, int indent);

const char *custody_state_words(enum flat_state state);
enum colour custody_state_colour(enum flat_state state);

#endif
