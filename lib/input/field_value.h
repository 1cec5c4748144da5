/* SPDX-License-Identifier: LGPL-2.1-or-later */
/*
 * How each type of field reads a value: clean text of at most FIELD_SHORT_MAX
 * bytes, not blank. Each puts the value into @out, and returns NULL, or the
 * translated sentence that says what is wrong. Private to the fields.
 */
#ifndef INPUT_FIELD_VALUE_H
#define INPUT_FIELD_VALUE_H

#include <stdbool.h>

#include "field.h"

#define FIELD_SHORT_MAX 1000
#define FIELD_ROOM (FIELD_SHORT_MAX + 8)
#define FIELD_COUNT_MAX 99

/* What is left of @s to compare it by: its letters and digits, small and
 * without accents. The caller's to free(). NULL: memory. */
char *field_key(const char *s);

/*
 * The bytes that @s begins with of what Excel makes of a long number, 5,4E+30;
 * 0: none. Without point or sign, 54E30, it may well be a serial number.
 */
size_t field_scientific(const char *s);

const char *field_date(const char *s, char *out);
const char *field_email(const char *s, char *out);
const char *field_id_number(const char *s, char *out);
const char *field_phone(const char *s, char *out);
const char *field_serial(const char *s, char *out);
const char *field_device_serial(const char *s, char *out);
const char *field_sim(const char *s, char *out);
const char *field_time(const char *s, char *out);

const char *field_count(const char *s, int *out);
const char *field_number(const char *s, int *out);

/* What is said of no number, too. */
const char *field_number_wanted(void);

/* By the field_key() of the value, and the sign itself too. */
const char *field_tick(const char *s, const char *key, bool *out);

/* NULL, or why @s cannot be the state of a PIN. */
const char *field_pin_state(const char *s);

#endif
