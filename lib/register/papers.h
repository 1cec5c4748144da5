/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* Papers that other papers go back to: the decision that gives a token to a
 * keeper, the permission to hand it over, and the letter that is answered. */
#ifndef REGISTER_PAPERS_H
#define REGISTER_PAPERS_H

#include "base/date.h"
#include "register.h"

/* How papers cite the decision that the register has as @number of @day,
 * "2026-11-18": a number alone is called what it is, a day that the words have
 * stays. The caller's to free(). NULL: memory. */
char *papers_cite_decision(const char *number, const char *day);

/*
 * The last decision, or with @permits the last permission, about the token
 * @serial up to the day of @dossier, if it gives the token to @keeper: "Quyết
 * định số 12/QĐ-STC ngày 18 tháng 11 năm 2026". Its text is NULL where there is
 * none, and else the caller's to free(). 0 or -ENOMEM; errors of the database
 * are the register's.
 */
struct paper {
	char *text;
	char until[DATE_SIZE]; /* the last day that it gives it for, or "" */
};
int papers_of_keeper(struct custody_register *reg, bool permits,
		     const char *serial, const char *keeper,
		     const json_t *dossier, struct paper *paper);

/* How a permission until @until says what it changes, from which that day is
 * read again. The caller's to free(); NULL: memory. */
char *papers_change_until(const char *until);

/*
 * The request with the number @key: as "request" of a dossier, with how it
 * stands, and the rows of its items. Both are the caller's to json_decref();
 * NULL: memory, or there is none.
 */
json_t *papers_request(struct custody_register *reg, json_int_t key);
json_t *papers_request_rows(struct custody_register *reg,
			    const json_t *request);

/* Puts into each of @rows, which ask what @request does, what the register
 * knows that came of it. 0 or -ENOMEM. */
int papers_put_results(struct custody_register *reg, const json_t *request,
		       json_t *rows);

#endif
