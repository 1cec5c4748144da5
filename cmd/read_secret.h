/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* Getting PINs from the officer. */
#ifndef CMD_READ_SECRET_H
#define CMD_READ_SECRET_H

#include "token/ckstoken.h"

/* Where a secret comes from: a file, a descriptor, or else the terminal. */
struct secret_source {
	const char *file;
	const char *number; /* of a descriptor, as it was given */
	int fd;		    /* that number; -1: none */
	const char *option; /* for messages: "so-pin" */
};

enum secret_kind { SECRET_SO_PIN, SECRET_PUK, SECRET_NEW_PIN, SECRET_USER_PIN };

/* "SO PIN", in the language of the messages. */
const char *secret_name(enum secret_kind kind);

/*
 * Reads the first line of the file or descriptor; or else asks for the secret
 * on the terminal without echo, and for a new PIN twice. What no PIN can be is
 * refused; what is left is handed to @check, which says whether it can be this
 * one: 0, or an exit code with an error printed. On the terminal that is before
 * anything else is asked.
 *
 * 0 with *@secret for the caller to free, or an exit code, with an error
 * printed. A signal that would end the program while it asks ends it, with the
 * terminal as it was.
 */
int read_secret(const struct secret_source *source, enum secret_kind kind,
		int (*check)(void *owner, const struct cks_secret *secret),
		void *owner, struct cks_secret **secret);

/* True if @source names a file or a descriptor. */
bool secret_is_given(const struct secret_source *source);

/*
 * Takes the number of a descriptor from source->number, and refuses one that is
 * none, and a source that names both. Before this program opens files of its
 * own, one of which could get that number. 0 or EXIT_USAGE, told.
 */
int secret_source_check(struct secret_source *source);

/* What may have been added to a secret by whoever wrote it down, as a clause;
 * NULL where nothing seems to be. */
const char *secret_doubt(const struct cks_secret *secret);

/* Tells what could not be kept out of the swap. */
void secrets_warn_of_swap(void);

#endif
