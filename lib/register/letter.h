/* SPDX-License-Identifier: LGPL-2.1-or-later */
/*
 * Letters by the numbers that people cite. Numbering begins anew each year, and
 * each agency has its own, so that a number may be that of several.
 */
#ifndef REGISTER_LETTER_H
#define REGISTER_LETTER_H

#include "base/date.h"
#include "register.h"

/* A letter as somebody cites it; "" is what is not told. */
struct letter_cited {
	char *number;	     /* "50/STC-VP" */
	char *sender;	     /* the agency that wrote it */
	bool of_sender;	     /* "của" stands before that */
	char day[DATE_SIZE]; /* "2026-11-21" */
	char year[5];	     /* "2026", also that of the day */
	bool no_day;	     /* what stands there as its day is none */
	char *plain;	     /* the number without the year in it, or NULL */
	char plain_year[5];  /* that year, or "" */

	char *within, *behind; /* the number with the year; private */
};

/*
 * Reads "50/STC-VP", "Số: 50 / STC-VP", "công văn số 50/STC-VP ngày 21/11/2026
 * của Sở Tài chính", "50/STC-VP 2026" and "50/STC-VP, Sở Tài chính". A year
 * within the number, "50/2026/STC-VP", may be a part of it or not. 0, or
 * -EINVAL: it has no number; or -ENOMEM. To be freed in any case.
 */
int letter_cited_read(const char *text, struct letter_cited *cited);
void letter_cited_free(struct letter_cited *cited);

/* True if two numbers are one, whatever their leading zeros, case and blanks.
 */
bool letter_same_number(const char *a, const char *b);

/* The columns of letters_of_number(). */
enum {
	LETTER_REQUEST,
	LETTER_NUMBER,
	LETTER_DAY,
	LETTER_SENDER,
	LETTER_PROCEDURE,
};

/* The letters of the number, whatever its leading zeros, case and blanks; and
 * those of the number that is cited, with its year or without. */
struct query *letters_of_number(struct custody_register *reg,
				const char *number);
struct query *letters_cited(struct custody_register *reg,
			    struct letter_cited *cited);

/* True if the letter of the row may be the one that is cited: of the year, the
 * day and the agency, as far as both are known. No letter is of a day that
 * there is not. */
bool letter_is_cited(struct query *q, const struct letter_cited *cited);

/* True if two agencies, each "" where it is not known, may be one. */
bool letter_may_be_of(const char *sender, const char *agency);

#endif
