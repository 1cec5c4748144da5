/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* Looking at JSON before it is parsed: a stranger may have made it. */
#ifndef INPUT_JSON_MEMBERS_H
#define INPUT_JSON_MEMBERS_H

#include <stddef.h>

/* How much @text will take when it is parsed. */
struct json_extent {
	size_t deepest, values, objects;
};

void json_measure(const char *text, size_t len, struct json_extent *extent);

#define JSON_DEPTH_MAX 8

/*
 * Which of the @n @names, 32 at most, the first object in @text has as members:
 * a bit for each. 0, too, where @text begins with no object.
 */
unsigned int json_members(const char *text, size_t len,
			  const char *const *names, size_t n);

#endif
