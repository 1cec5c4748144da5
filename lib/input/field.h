/* SPDX-License-Identifier: LGPL-2.1-or-later */
/*
 * The fields that letters and minutes are made from: how each is called, and
 * the one form in which its values are kept. A value that an officer writes is
 * brought to that form or refused, never guessed at.
 */
#ifndef INPUT_FIELD_H
#define INPUT_FIELD_H

#include <jansson.h>
#include <stdbool.h>
#include <stddef.h>

#include "base/arena.h"

#define FIELD_LETTERS_MAX 2000
#define FIELD_BYTES_MAX (32UL * FIELD_LETTERS_MAX) /* before it is cleaned */
#define FIELD_NUMBER_MAX 2000000000
#define FIELD_CHOICE_ROOM ((size_t)80)

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
	FIELD_NUMBER, /* 1 to FIELD_NUMBER_MAX */
	FIELD_CHOICE, /* the key of one of its choices */
	FIELD_TIME,   /* "2026-11-21T09:30:00+07:00", in Vietnam's time whatever
			 it was written in, or a day where no hour is known */
	FIELD_DEVICE_SERIAL, /* as the token spells it */
	FIELD_PIN_STATE,     /* text, but never a PIN */
};

/*
 * One word of a fixed list. Its key stands for it, and so does each of @words,
 * which are Vietnamese with "; " between, the first being how it is shown; case
 * and accents do not matter. The key of the last in a list is NULL.
 */
struct field_choice {
	const char *key;
	const char *words;
};

/* @label is Vietnamese, as it stands in "[cần bổ sung: label]". */
struct field {
	const char *name;
	const char *label;
	enum field_type type;
	bool of_register; /* it is known to the register alone */
	const struct field_choice *choices; /* NULL: it is no FIELD_CHOICE */
	const char *choose; /* a sentence that names them, to be translated */
};

/* The field of documents called @name, or NULL. */
const struct field *field_find(const char *name);

/* The same, among those of the register too. */
const struct field *field_find_any(const char *name);

/* All fields in their order, those of the register last; NULL past the end. */
const struct field *field_at(size_t i);

/*
 * Copies into @words how the choice of @f with this @key is shown; false where
 * there is none.
 */
bool field_choice_words(const struct field *f, const char *key,
			char words[FIELD_CHOICE_ROOM]);

/*
 * The value that @text, which is UTF-8, stands for: a string, an integer, a
 * boolean, or null when it is blank (a blank tick is false). The caller's to
 * json_decref(). NULL when it stands for none: *@why says so in a translated
 * sentence, which is static, or is NULL when memory is out.
 */
json_t *field_parse(const struct field *f, const char *text, const char **why);

/* The same, but a blank tick is null: nobody has said anything. */
json_t *field_parse_given(const struct field *f, const char *text,
			  const char **why);

/* field_parse() of what a JSON file holds; null is blank. */
json_t *field_accept(const struct field *f, const json_t *value,
		     const char **why);

/*
 * Brings each member of @row that is named as a field to what the field makes
 * of it, as a table's cells are; what a field does not take is removed. 0, or
 * -ENOMEM.
 */
int field_accept_all(json_t *row);

/*
 * True if @address is of a provider that gives addresses to anyone (Gmail,
 * Yahoo, Outlook …), under any of its domains and whatever the country's
 * ending; so it is not an official one.
 */
bool email_is_public(const char *address);

/* text_clean(), with every kind of blank made a plain one; @s itself when it is
 * so already. NULL: memory. */
const char *field_clean(struct arena *arena, const char *s);

#endif
