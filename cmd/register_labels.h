/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* What the register holds, for people. */
#ifndef CMD_REGISTER_LABELS_H
#define CMD_REGISTER_LABELS_H

#include "register/inventory.h"
#include "register/record.h"
#include "table.h"

#define LABEL_ROOM FIELD_CHOICE_ROOM

/* "Token", in the officer's language. */
const char *record_kind_label(enum record_kind kind);

/*
 * The value of @f that the database has as @text, as an officer writes it: in
 * @room, or @text itself.
 */
const char *register_value_label(const struct field *f, const char *text,
				 char room[LABEL_ROOM]);

/* Prints "label: value" and the end of the line after so many blanks. */
void register_print_field(const struct field *f, const char *text, int indent);

const char *inventory_state_label(enum inventory_state state);
enum colour inventory_state_colour(enum inventory_state state);

#endif
