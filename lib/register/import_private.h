/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* The parts of import.h, for each other only. */
#ifndef REGISTER_IMPORT_PRIVATE_H
#define REGISTER_IMPORT_PRIVATE_H

#include "base/i18n.h"
#include "import.h"

/* Tells that the value of @field, NULL for the row, is wrong. */
#define import_refuse(in, field, ...)                              \
	do {                                                       \
		data_errors_add((in)->errors, (in)->number,        \
				import_label(field), __VA_ARGS__); \
		(in)->wrong = true;                                \
	} while (0)

const char *import_label(const char *field);

/* The row's text, or "". */
const char *import_text(const json_t *row, const char *field);

/* Tells what no row may say: a day before the one that it follows, a state that
 * is none, a password. */
void import_check(struct import *in, const json_t *row);

/* The same of the days of a whole record. */
void import_check_days(struct import *in, const json_t *record);

/* Whether the row tells any of these. */
bool import_has_days(const json_t *row);

/* Puts the record of @kind that @row gives; what clashes, or does not go with
 * what stands, is told. */
enum put import_put(struct import *in, enum record_kind kind,
		    const json_t *row);

/*
 * Sets the row's "subscriber": the one it means, a new one, or none when it
 * names nobody; and what else follows from whom it means: the name as the
 * register spells it, the agency of a unit told alone, and that a unit goes
 * with its agency, which is made. False when that was told to be wrong.
 */
bool import_find_subscriber(struct import *in, json_t *row);

/* The agency and the unit that the row names as the register spells them. */
void import_spell_place(struct import *in, json_t *row);

/* The same, and the agency, or both, are made where they are not there. */
void import_make_agency(struct import *in, json_t *row);
void import_make_place(struct import *in, json_t *row);

/* Whether the register has a record of @kind with the key @column of @row;
 * tells where it lacks. A row without one has nothing to look for. */
bool import_refers(struct import *in, enum record_kind kind, const char *column,
		   const json_t *row);

/* The row's serial number of a token as the register spells it. */
void import_spell_serial(struct import *in, json_t *row);

/* Its serial numbers of certificates in whole bytes. */
void import_spell_certificates(struct import *in, json_t *row);

/*
 * Whether the keeper in the row is to be put: not where since when is left open
 * and nothing new is told, or, which is told, who is meant to have it. @listed:
 * the row is of a table of tokens, and not custody alone. The keeper is then
 * spelled as the register does; what an officer adds ends what was before.
 */
bool import_keeps(struct import *in, json_t *row, bool listed);

/* A new number must not be beyond what a table may have: that is told. */
void import_set_number(struct import *in, json_t *row, const char *field,
		       json_int_t number);

/* Gives the row the number of the record it means, or a new one. */
void import_number(struct import *in, enum record_kind kind, json_t *row);

#endif
