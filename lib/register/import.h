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
	bool ends;  /* custody that begins ends that before: an officer adds it;
		       a table says by itself when each ended */
	bool again; /* custody on record is told anew, with its end */
	const json_t *versions; /* the events that told of it before, or NULL */
	size_t n_new, n_changed,
		n_same;	 /* how many rows were new, changed, or known */
	size_t n_untold; /* changes beyond those that were told as notes */

	/* Private. */
	size_t n_told;
	struct arena arena;
	size_t *rows; /* the number of the row of each event */
	size_t n_rows;
	json_t *judged; /* fields that are kept, or told to be passed over */
	json_t *places; /* how agencies and units are spelled */
	bool begun;	/* who acts */
	enum put best;	/* the result of the row so far */
	size_t number;	/* number of the row */
	bool wrong;	/* the row has an error */
};

/*
 * Puts @row, number @number for errors, as an event of its own, between
 * register_begin() and register_commit(). Keys that the register gives are put
 * into @row. What is wrong is added to the errors; then nothing may be
 * committed. Errors of the database are the register's.
 */
void import_row(struct import *in, size_t number, json_t *row);

/* The rows from here on are of another table. */
void import_next_table(struct import *in, struct data_errors *errors);

/* Like import_row(), but within an event that the caller has begun. */
void import_part(struct import *in, size_t number, json_t *row);

/*
 * The custody of the row's token that ends when that of @row begins, or without
 * a keeper when the token is returned on its "from_date", each with the day:
 * for import_put_ended(). Where the register has what follows on @row, later
 * custody or a return, the day of that is put into @row as its end, if it has
 * none or a later one.
 */
json_t *import_end_custody(struct import *in, json_t *row);

/* Puts what ends, which is consumed. */
void import_put_ended(struct import *in, json_t *ended);

void import_free(struct import *in);

#endif
