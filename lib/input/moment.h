/* SPDX-License-Identifier: LGPL-2.1-or-later */
/*
 * A day, and perhaps its hour, as people write them: what date_read() reads,
 * and in words, the hour on either side of the day: "08:00 30/11/2026", "8h30
 * ngày 30/11/2026", "ngày 30 tháng 11 năm 2026 hồi 8 giờ 30", "thứ Hai,
 * 30/11/2026 8:30 SA". Case and accents do not matter.
 *
 * Nothing is guessed: a text with two readings is none.
 */
#ifndef INPUT_MOMENT_H
#define INPUT_MOMENT_H

#include "base/date.h"

struct moment {
	struct date date;
	/* The other reading where there are two; where there is no such day,
	 * the one with day and month exchanged, if there is one. */
	struct date other;
	bool has_other;
	bool is_written; /* as a day is, though none can be meant */
};

/*
 * Reads @text, an hour of no zone in Vietnam's time. NULL with *@moment, or a
 * translated sentence that says what is wrong, with both readings where there
 * are two; it stays until the next call.
 */
const char *moment_read(const char *text, struct moment *moment);

#endif
