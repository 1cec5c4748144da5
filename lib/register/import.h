/* SPDX-License-Identifier: LGPL-2.1-or-later */
/*
 * From the rows of a table, or of a document, to records. A row that says which
 * "record" it is gives the values of that alone. One that does not is of a
 * token as officers list them: the subscriber, the token, the certificate and
 * the keeper, as far as it tells; subscribers are known again by their number,
 * or by what else tells people apart.
 */
#ifndef REGISTER_IMPORT_H
#define REGISTER_IMPORT_H

#include "input/datafile.h"
#include "register.h"

struct import {
	struct custody_register *reg;
	struct register_act act;
	struct data_errors *errors;
	bool ends; /* custody that begins ends that before: an officer adds it;
		      a table says by itself when each ended */
	size_t n_new, n_changed, n_same; /* rows, by what they brought */

	/* Private. */
	struct arena arena;
	size_t *rows; /* of each event, its row */
	size_t n_rows;
	json_t *places;	  /* how agencies and units are spelled */
	char *candidates; /* a question in SQL, or NULL */
	bool begun;	  /* the act */
	enum put best;	  /* what the row has brought so far */
	size_t number;	  /* of the row */
	bool wrong;	  /* an error has been told of it */
};

/*
 * Puts @row, number @number for errors, as an event of its own, between
 * register_begin() and register_commit(). Keys that the register gives are put
 * into @row. What is wrong is added to the errors; then nothing may be
 * committed. Errors of the database are the register's.
 */
void import_row(struct import *in, size_t number, json_t *row);

/* The same as a part of an event that the caller has begun. */
void import_part(struct import *in, size_t number, json_t *row);

/*
 * As a part of the event: what other custody of the row's token was not over
 * ends when that of @row begins, and that of @row, where it is new and does not
 * say, when the next one does, which is put into it.
 */
void import_end_custody(struct import *in, json_t *row);

void import_free(struct import *in);

#endif
