/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* Words for states and values, in the officer's language. */
#ifndef CMD_LABELS_H
#define CMD_LABELS_H

#include "base/arena.h"
#include "base/date.h"
#include "command.h"
#include "register/inventory.h"
#include "register/record.h"
#include "table.h"
#include "token/ckstoken.h"

#define LABEL_ROOM FIELD_CHOICE_ROOM

const char *pin_state_label(enum cks_pin_state state);
/*
 * The same with the number of tries left, where the card tells it and it says
 * more: after a wrong try, or with two left or fewer. It is in @room, or
 * static.
 */
const char *user_pin_label(const struct cks_token *token,
			   char room[LABEL_ROOM]);
enum colour pin_state_colour(enum cks_pin_state state);
const char *cert_state_label(enum cks_cert_state state);

/* The same in a row of a table, with a mark where the certificate is a CA's,
 * which nobody signs by. */
void cert_state_add(struct table_out *table, const struct cks_cert *cert,
		    enum cks_cert_state state);

const char *holder_label(enum cks_holder holder);

/* Its last day as people read it, in @text or static; "": it is not known. */
const char *end_label(const struct cks_cert *cert, char text[DATE_SIZE]);

/* What a message calls the token: its serial number, or its label where it has
 * none. */
const char *token_name(const struct cks_token *t);

/*
 * Advice on what is most pressing about @t, with the last day for it and the
 * command, in @arena or static: "", if nothing is. @renewal is renewal_days().
 * To ask for a recovery is none for a desk that recovers tokens.
 */
const char *token_advice(struct arena *arena, const struct cks_token *t,
			 const struct globals *globals, unsigned int days,
			 unsigned int renewal);

/* The word for one record: "Token". */
const char *record_kind_label(enum record_kind kind);

/*
 * The value of @f as an officer writes it, which the database has as @text. It
 * is in @room, or @text itself.
 */
const char *register_value_label(const struct field *f, const char *text,
				 char room[LABEL_ROOM]);

/* The same of a value as events have it; "" for null, or none. */
const char *register_json_label(const struct field *f, const json_t *value,
				char room[LABEL_ROOM]);

/* Prints a line with "label: value", or with "label: value -> value", after
 * @indent blanks. */
void register_print_json(const struct field *f, const json_t *value,
			 int indent);
void register_print_replaced(const struct field *f, const json_t *now,
			     const json_t *then, int indent);

/* Prints a line with "label: value", after @indent blanks. */
void register_print_field(const struct field *f, const char *text, int indent);

const char *inventory_state_label(enum inventory_state state);
enum colour inventory_state_colour(enum inventory_state state);

#endif
