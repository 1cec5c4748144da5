/* SPDX-License-Identifier: LGPL-2.1-or-later */
/*
 * A program that has a stranger's file as its standard input and can open no
 * other.
 */
#ifndef CMD_EXTRACT_CONFINED_H
#define CMD_EXTRACT_CONFINED_H

#include <stdbool.h>
#include <stddef.h>

/* The name by which qpdf opens standard input; with a blank and a number behind
 * it, the first so many bytes of it; with a second number, those and an end
 * that names the table at that place. */
#define EXTRACT_INPUT "standard input"

/*
 * Enters the sandbox: all that opens a file or asks the system is to be done
 * before, and the first byte of the file is read after it. False: the program
 * must not go on.
 */
bool confine(void);

/* The whole file on standard input. */
struct bytes {
	const unsigned char *data;
	size_t len;
};

/* False where it cannot be had. */
bool bytes_map(struct bytes *bytes);
void bytes_unmap(struct bytes *bytes);

/* The number of times that @word stands in @bytes. */
size_t bytes_count(const struct bytes *bytes, const char *word);

#endif
