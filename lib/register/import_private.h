/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* Shared by the files that implement import.h, and by nothing else. */
#ifndef REGISTER_IMPORT_PRIVATE_H
#define REGISTER_IMPORT_PRIVATE_H

#include "base/i18n.h"
#include "import.h"

/* Adds an error about the value of @field, or about the row where it is NULL.
 */
#define import_refuse(in, field, ...)                                     \
	do {                                                              \
		data_errors_add((in)->errors, (in)->number,               \
				data_errors_heading((in)->errors, field), \
				__VA_ARGS__);                             \
		(in)->wrong = true;                                       \
	} while (0)

/* The text of the field in the row, or "". */
const char *import_text(const json_t *row, const char *field);

/*
 * Sets the row's "subscriber": the one it means, a new one, or none when it
 * names nobody; and what else follows from whom it means: the name as the
 * register spells it, the agency of a unit told alone, and that a unit goes
 * with its agency, which is made. False when that was told to be wrong.
 */
bool import_find_subscriber(struct import *in, json_t *row);

/* Who is called as @row says, which tells nothing else of whom it means: the
 * name and the agency, the caller's to json_decref(). NULL: nobody, or the row
 * tells more. */
json_t *import_namesake(struct custody_register *reg, const json_t *row);

/* Spells the agency and the unit of the row as the register does. */
void import_spell_place(struct import *in, json_t *row);

/* Does the same, and adds the agency and the unit where the register lacks
 * them. */
void import_make_agency(struct import *in, json_t *row);
void import_make_place(struct import *in, json_t *row);

/* True if the register has the record of @kind whose key is @column of @row; if
 * not, an error is added. True if the row has no such value. */
bool import_refers(struct import *in, enum record_kind kind, const char *column,
		   const json_t *row);

/* Spells the serial number of the row's token as the register does. */
void import_spell_serial(struct import *in, json_t *row);

/* Writes the serial numbers of the row's certificates in whole bytes. */
void import_spell_certificates(struct import *in, json_t *row);

/*
 * True if the keeper in the row is to be put: not where since when is left open
 * and nothing new is told, or, which is told, who is meant to have it. @listed:
 * the row is of a table of tokens, and not custody alone. The keeper is then
 * spelled as the register does; what an officer adds ends what was before.
 */
bool import_keeps(struct import *in, json_t *row, bool listed);

/* Spells the keeper of the row as the register does for the row's token. */
void import_spell_keeper(struct import *in, json_t *row);

/* A new number that is too large for a table is refused with an error. */
void import_set_number(struct import *in, json_t *row, const char *field,
		       json_int_t number);

/* Sets in the row the number of the record that it refers to, or a new one. */
void import_number(struct import *in, enum record_kind kind, json_t *row);

#endif
