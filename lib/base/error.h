/* SPDX-License-Identifier: LGPL-2.1-or-later */
/*
 * What went wrong, in words. Functions inside return 0 or a negative errno;
 * one that knows more than the number tells takes a struct error, which may be
 * NULL, and puts a whole sentence there, translated, for whoever talks to the
 * officer to print. Zeroed it holds nothing.
 */
#ifndef BASE_ERROR_H
#define BASE_ERROR_H

struct error {
	char *text;
};

/*
 * Puts the sentence into @error, over one that stood there. Returns @code, a
 * negative errno, so that a function can end with it; or -ENOMEM when there is
 * no memory for the sentence, which then is none.
 */
int error_set(struct error *error, int code, const char *format, ...)
	__attribute__((format(printf, 3, 4)));

/* The sentence, or what the system says of @code where there is none. */
const char *error_text(const struct error *error, int code);

/* Empties it; NULL is fine. */
void error_free(struct error *error);

#endif
