/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* "Did you mean ...?", for a name that is none of those that there are. */
#ifndef CMD_SUGGEST_H
#define CMD_SUGGEST_H

#include <stdbool.h>
#include <stddef.h>

/*
 * The known name that is nearest to what was typed: without regard to accents
 * and capitals, with a few letters wrong, or the beginning of it alone. A
 * member is no name where memory ran out: then nothing is suggested.
 */
struct suggestion {
	const char *typed;
	char *folded;
	char *found; /* as it is known; NULL: none is near */
	size_t distance;
};

/* @typed must last. Whatever follows, the caller ends with suggest_end() or
 * suggest_print(). */
void suggest_begin(struct suggestion *s, const char *typed);
void suggest_try(struct suggestion *s, const char *known);
void suggest_end(struct suggestion *s);

/* Asks on standard error whether the name that was found is meant, if one was
 * and it is not what was typed, with @before in front of it, such as "--"; and
 * ends. */
void suggest_print(struct suggestion *s, const char *before);

/* suggest_print() of the @n names that begin at @known, each @step bytes behind
 * the one before, as in an array of structures. */
void suggest_of(const char *typed, const char *const *known, size_t n,
		size_t step);

#endif
