/* SPDX-License-Identifier: LGPL-2.1-or-later */
/*
 * What the fuzzers share. Each is a program of libFuzzer's, which calls
 * LLVMFuzzerTestOneInput() with bytes of its own making; scripts/fuzz builds
 * and runs them. What holds for every input is said by HOLDS().
 */
#ifndef FUZZ_FUZZ_H
#define FUZZ_FUZZ_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "base/error.h"

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

/* Ends the program, so that libFuzzer keeps the input, where @condition does
 * not hold. */
#define HOLDS(condition)                                             \
	do {                                                         \
		if (!(condition))                                    \
			fuzz_broken(__FILE__, __LINE__, #condition); \
	} while (0)
__attribute__((noreturn)) void fuzz_broken(const char *file, int line,
					   const char *condition);

/* Bytes to be taken from the beginning on; behind the end there are zeros. */
struct fuzz_input {
	const uint8_t *data;
	size_t size;
};

unsigned int fuzz_byte(struct fuzz_input *in);

/* At most @max bytes, their number before them in one byte; they lie in the
 * input. */
const uint8_t *fuzz_bytes(struct fuzz_input *in, size_t max, size_t *len);

/* The bytes up to the next 0xFF, which UTF-8 does not have, or to the end. */
const uint8_t *fuzz_part(struct fuzz_input *in, size_t *len);

/* A copy with a NUL behind it, of that very size, which the caller frees. */
char *fuzz_text(const void *data, size_t size);

/* Writes a file of that @name, in a folder that the program removes at its end.
 * The path is valid until the next call. */
const char *fuzz_file(const char *name, const void *data, size_t size);

/* That folder, and the end of all files in it. */
const char *fuzz_folder(void);
void fuzz_remove_files(void);

/* Whether @text is UTF-8 without a control character. */
bool fuzz_is_clean(const char *text);

/* Whether @error has a sentence, which is made clean when it is printed. */
bool fuzz_says_why(const struct error *error);

/* Makes the standard input a file with these bytes. */
void fuzz_stdin(const void *data, size_t size);

#endif
