/* SPDX-License-Identifier: LGPL-2.1-or-later */
/*
 * Vietnam's civil time. The country has kept UTC+7 without daylight saving
 * since 1975, so no time zone database is needed, which a minimal machine may
 * lack anyway.
 */
#ifndef BASE_VNTIME_H
#define BASE_VNTIME_H

#include <time.h>

#define VN_UTC_OFFSET (7L * 3600)
#define SECONDS_PER_DAY 86400

/* Break @t down into Vietnam's date and hour. */
static inline struct tm vn_tm(time_t t)
{
	struct tm tm = { 0 };

	t += VN_UTC_OFFSET;
	gmtime_r(&t, &tm);
	tm.tm_gmtoff = VN_UTC_OFFSET;
	return tm;
}

/* The number of Vietnam's calendar day that @t falls on; differences count. */
static inline long vn_day(time_t t)
{
	t += VN_UTC_OFFSET;
	return (long)(t / SECONDS_PER_DAY - (t % SECONDS_PER_DAY < 0));
}

#endif
