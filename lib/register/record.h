/* SPDX-License-Identifier: LGPL-2.1-or-later */
/*
 * What the register holds: records of ten kinds. The values of a record are
 * fields (field.h); its first ones are its key, by which it is found again.
 */
#ifndef REGISTER_RECORD_H
#define REGISTER_RECORD_H

#include <jansson.h>
#include <stdbool.h>
#include <stddef.h>

#include "input/field.h"

enum record_kind {
	RECORD_AGENCY,
	RECORD_UNIT,
	RECORD_SUBSCRIBER,
	RECORD_TOKEN,
	RECORD_CERTIFICATE,
	RECORD_REQUEST,
	RECORD_ITEM, /* what a request asks for one subscriber */
	RECORD_CUSTODY,
	RECORD_LOSS,
	RECORD_UNBLOCK,
	RECORD_KINDS
};

#define RECORD_COLUMNS_MAX 32

struct record_type {
	const char *name; /* "token", as in events and in the column "record" */
	const char *list; /* "tokens", its table and its list in JSON */
	size_t n_keys;
	const char *columns[RECORD_COLUMNS_MAX]; /* ends with NULL */
	/* Of one of them the table has "<column>_folded" besides, by which it
	 * is searched without case and accents; 0: of none. */
	size_t folded;
};

extern const struct record_type record_types[RECORD_KINDS];

/* The kind called @name, or RECORD_KINDS if there is none. */
enum record_kind record_kind_find(const char *name);

size_t record_n_columns(enum record_kind kind);

/* True if @text is a state of a PIN, as the column "user_pin" takes them. */
bool record_is_pin_state(const char *text);

/* True if the column holds numbers and not texts; ticks are 0 and 1. */
bool record_is_number(const char *column);

#endif
