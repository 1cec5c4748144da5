/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* Looking at JSON before it is parsed, for a stranger may have made it, and at
 * whether there was memory for what is made of it. */
#ifndef INPUT_JSON_MEMBERS_H
#define INPUT_JSON_MEMBERS_H

#include <jansson.h>
#include <stdbool.h>
#include <stddef.h>

/* How much @text will take when it is parsed. */
struct json_extent {
	size_t deepest, values, objects;
};

void json_measure(const char *text, size_t len, struct json_extent *extent);

#define JSON_DEPTH_MAX 8

/* What @error says, without the text that it stands near, which may be a
 * secret. */
const char *json_error_words(json_error_t *error);

/*
 * Which of the @n @names, 32 at most, the first object in @text has as members:
 * a bit for each. 0, too, where @text begins with no object.
 */
unsigned int json_members(const char *text, size_t len,
			  const char *const *names, size_t n);

/*
 * A member that could not be made is missing, and the calls that put it are not
 * asked. So whoever gives JSON away, as a document, a record or output, asks
 * whether memory was ever out for JSON of this process, which is watched from
 * before its first use on.
 */
void json_watch_memory(void);
void json_note_short(void);
bool json_is_short(void);

#endif
