/* SPDX-License-Identifier: LGPL-2.1-or-later */
/*
 * How each type of field reads a value, which is clean text of at most
 * FIELD_SHORT_MAX bytes and not blank. Each function puts the value into @out,
 * and returns NULL, or the translated sentence that says what is wrong. Private
 * to the fields.
 */
#ifndef INPUT_FIELD_VALUE_H
#define INPUT_FIELD_VALUE_H

#include <stdbool.h>

#include "field.h"

#define FIELD_SHORT_MAX 1000
#define FIELD_ROOM (FIELD_SHORT_MAX + 8)
#define FIELD_COUNT_MAX 99

/*
 * The letters and digits of @s, small and without accents, to compare it by.
 * The caller's to free(). NULL: memory.
 */
char *field_key(const char *s);

/*
 * How many bytes at the beginning of @s are a long number as Excel writes it,
 * 5,4E+30; 0: none. Without point or sign, 54E30 may well be a serial number.
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

/* The sentences about a text that is no number, about a number that Excel has
 * rounded, and about one whose first zeros it has dropped. */
const char *field_number_wanted(void);
const char *field_rounded(void);
const char *field_zeros_lost(void);

/* @key is the field_key() of @s; a sign has none, and is compared itself. */
const char *field_tick(const char *s, const char *key, bool *out);

/* NULL, or why @s cannot be the state of a PIN. */
const char *field_pin_state(const char *s);

#endif
