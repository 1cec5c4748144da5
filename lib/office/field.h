/* SPDX-License-Identifier: LGPL-2.1-or-later */
/*
 * The data that letters and minutes are made from, one by one: how each is
 * called, and the one way in which its values are kept. What an officer writes
 * is brought to that way or refused; it is never guessed at.
 */
#ifndef OFFICE_FIELD_H
#define OFFICE_FIELD_H

#include <jansson.h>
#include <stddef.h>

#define FIELD_LETTERS_MAX 2000
#define FIELD_BYTES_MAX (32UL * FIELD_LETTERS_MAX) /* before it is cleaned */

enum field_type {
	FIELD_TEXT,
	FIELD_DATE,	 /* "2026-11-21"; written d/m/Y or as in ISO 8601 */
	FIELD_EMAIL,	 /* its domain in small letters */
	FIELD_ID_NUMBER, /* 12 digits, or 9 */
	FIELD_PHONE,	 /* "0912345678" */
	FIELD_SERIAL,	 /* of a certificate; hexadecimal in capitals */
	FIELD_SIM,    /* "Viettel", "Vinaphone", "Mobifone", each with "/cs" */
	FIELD_TICK,   /* true or false */
	FIELD_COUNT,  /* 0 to 99 */
	FIELD_HOLDER, /* "person", "organization" or "device" */
	FIELD_DEVICE_SERIAL, /* as the token spells it */
	FIELD_PIN_STATE,     /* text, but never a PIN */
};

/* @label is Vietnamese, as it stands in "[cần bổ sung: label]". */
struct field {
	const char *name;
	const char *label;
	enum field_type type;
};

/* The field called @name, or NULL. */
const struct field *field_find(const char *name);

/* The fields in their order; NULL past the last. */
const struct field *field_at(size_t i);

/*
 * The value that @text, which is UTF-8, stands for: a string, an integer, a
 * boolean, or null when it is blank (a blank tick is false). The caller's to
 * json_decref(). NULL when it stands for none: *@why says so in a translated
 * sentence, which is static, or is NULL when memory is out.
 */
json_t *field_parse(const struct field *f, const char *text, const char **why);

/* The same for what a JSON file holds; null is blank. */
json_t *field_accept(const struct field *f, const json_t *value,
		     const char **why);

#endif
