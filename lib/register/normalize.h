/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* Comparing names, serial numbers and numbers of documents that can be written
 * in several ways. */
#ifndef REGISTER_NORMALIZE_H
#define REGISTER_NORMALIZE_H

#include <stdbool.h>

/* True if two clean texts are equal but for capitals; accents count. */
bool normalize_same(const char *a, const char *b);

/* True if two serial numbers of tokens are of one token: they may differ in the
 * case of their letters and in blanks, as register_find_token() has it. An
 * empty one is of none. */
bool normalize_same_serial(const char *a, const char *b);

/*
 * The serial number of a certificate as whole bytes, "0A" for "A" and "000A",
 * so that one is found however it was copied; what is not hexadecimal stays.
 * The caller's to free(). NULL: memory.
 */
char *normalize_serial(const char *serial);

#define CITED_DAY_SIZE 11

/* The first day written in @text as 21/11/2026, 21.11.2026, 2026-11-21 or ngày
 * 21 tháng 11 năm 2026, as "2026-11-21". */
bool normalize_cited_day(const char *text, char day[CITED_DAY_SIZE]);

/* Whether @text has the day @day, where that is not "", among those in it. */
enum cited_day {
	CITED_NO_DAY,
	CITED_THIS_DAY,
	CITED_OTHER_DAY,
	CITED_IMPOSSIBLE, /* one behind "ngày" is none, as 30/02/2026 */
};
enum cited_day normalize_check_day(const char *text, const char *day);

#define YEAR_SIZE 5

/*
 * Takes the year out of "15/2026/STC-VP" and "15/STC-VP/2026": *@plain is then
 * "15/STC-VP", the caller's to free(), and @year "2026". NULL and "" where the
 * number has none. 0 or -ENOMEM.
 */
int normalize_number(const char *number, char year[YEAR_SIZE], char **plain);

/*
 * True if @text cites the document @number, "15/STC-VP", of @day, "2026-11-21":
 * it has the number, whatever its leading zeros, case and blanks, with its year
 * or without, and no other day before that one. A text without a day cites the
 * number of any day.
 */
bool normalize_cites(const char *text, const char *number, const char *day);

#endif
