/* SPDX-License-Identifier: LGPL-2.1-or-later */
/*
 * What the register knows that an answer may be, for a person who is asked.
 * Lists of objects, the caller's to json_decref(), of the day @day,
 * "2026-11-21"; NULL: memory. Errors of the database are the register's.
 */
#ifndef REGISTER_CHOICES_H
#define REGISTER_CHOICES_H

#include <jansson.h>

#include "register.h"

/* The people who have not left, and those who keep a token: "name", "title",
 * "id_number", "unit" and "organization", and "namesakes", true, where others
 * have the name. */
json_t *choices_people(struct custody_register *reg, const char *day);

/* "organization" */
json_t *choices_agencies(struct custody_register *reg, const char *day);

/* The tokens that were not returned: "device_serial", the "name" of the
 * subscriber and the "device_label". */
json_t *choices_tokens(struct custody_register *reg, const char *day);

#endif
