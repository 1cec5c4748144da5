/* SPDX-License-Identifier: LGPL-2.1-or-later */
/*
 * Days and moments in Vietnam, whose civil time is UTC+7. The country has kept
 * that without daylight saving since 1975, so no time zone database is needed,
 * which a minimal machine may lack anyway.
 *
 * A moment is a time_t. A day is a number, date_day(): days can be compared,
 * subtracted and counted on, which their texts cannot.
 */
#ifndef BASE_DATE_H
#define BASE_DATE_H

#include <stdbool.h>
#include <stddef.h>
#include <time.h>

#define DATE_UTC_OFFSET (7L * 3600)

/* The clocks of two machines need not agree by so many seconds. */
#define DATE_SKEW (5 * 60L)

/* Large enough for each text that is written below. */
#define DATE_SIZE ((size_t)40)

/* The day in Vietnam that @t falls on, and the moment at which @day begins. */
long date_day(time_t t);
time_t date_start(long day);

/* @t broken down into Vietnam's date and hour. */
struct tm date_tm(time_t t);

/* True if @t is what RFC 5280, 4.1.2.5, has a certificate say that has no end.
 * In Vietnam it lies in the year 10000, which no form of a date has room for:
 * its day is 31 December 9999 here, and so is each later one. */
bool date_is_no_end(time_t t);
bool date_is_last(long day);

int date_year(long day);

/* The same day so many years later; for 29 February 1 March, if need be. */
long date_add_years(long day, int years);

/* A day as data hold it, "2026-11-21", and as people read it, "21/11/2026".
 * Each returns @text. */
const char *date_iso(long day, char text[DATE_SIZE]);
const char *date_dmy(long day, char text[DATE_SIZE]);

/* As papers cite it, "ngày 02 tháng 01 năm 2026": of months only 1 and 2 take a
 * zero, lest they become 11 and 12. Returns @text. */
const char *date_cited(long day, char text[DATE_SIZE]);

/* A moment, "2026-11-21T02:00:00Z" and "2026-11-21T09:00:00+07:00". */
const char *date_utc(time_t t, char text[DATE_SIZE]);
const char *date_vietnam(time_t t, char text[DATE_SIZE]);

enum date_result {
	DATE_OK,
	DATE_NOT_A_DATE,  /* it is not written as one */
	DATE_NO_SUCH_DAY, /* as 31 February, or 25 o'clock, is none */
};

struct date {
	long day;
	time_t time; /* of its beginning, where no hour is given */
	bool has_hour;
	bool day_first; /* it was written as people write it */
};

/*
 * Reads "21/11/2026", with "/", "-" or "." and with or without zeros, alone or
 * before " 9:30"; or ISO 8601, "2026-11-21", alone or before "T09:30:00" and a
 * zone. An hour of no zone is @east seconds east of Greenwich; a day is a day
 * in Vietnam, whatever @east is.
 */
enum date_result date_read(const char *text, long east, struct date *date);

/*
 * Reads the day from what date_iso(), date_utc() or date_vietnam() wrote. False
 * when it is anything else, or no day there is.
 */
bool date_read_iso(const char *text, long *day);

#endif
