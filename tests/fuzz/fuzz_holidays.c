/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* A calendar of days off that an officer may have written. */
#include <errno.h>

#include "base/date.h"
#include "fuzz.h"
#include "rules/workdays.h"

/* The days 2000-01-01 to 2099-12-31, and some on both sides. */
#define FIRST (10957L - 400)
#define LAST (10957L + 36525 + 400)

static void count(const struct workdays *w)
{
	for (int year = 1999; year <= 2101; year++)
		(void)workdays_has_year(w, year);
	for (long day = FIRST; day < LAST; day += 173) {
		struct workdays_term end = workdays_add(w, day, 5);

		HOLDS(end.earliest >= day + 5);
		HOLDS(end.earliest <= end.day && end.day <= end.latest);
		HOLDS(end.earliest != end.latest || !*end.doubt);
		HOLDS(workdays_is_working(w, end.day));
		HOLDS(workdays_add(w, day, 0).day == day);
		HOLDS(workdays_day(w, day).before <= day);
	}
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	const char *path = fuzz_file("holidays", data, size);
	struct workdays *workdays = NULL;
	struct error error = { 0 };
	int ret = workdays_read(path, &workdays, &error);

	HOLDS((ret == 0) == (workdays != NULL));
	if (ret)
		HOLDS(fuzz_says_why(&error));
	else
		count(workdays);
	error_free(&error);
	workdays_free(&workdays);
	return 0;
}
