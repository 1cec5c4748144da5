/* SPDX-License-Identifier: LGPL-2.1-or-later */
/*
 * Libraries that few commands need, loaded by the first that does: to list
 * tokens takes no font, and to print a form no validator. Each is the library
 * that the program was compiled with, whose name base/soname.h has; it stays
 * until the process ends.
 */
#ifndef BASE_LIBRARY_H
#define BASE_LIBRARY_H

#include <stdatomic.h>
#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "error.h"
#include "sanitized.h"

struct library_symbol {
	const char *name;
	void *place; /* of the pointer to the function */
};

struct library {
	const char *soname;
	const struct library_symbol *symbols;
	size_t n_symbols;
	atomic_bool loaded;
};

/*
 * LIBRARY(EXPAT_SYMBOLS, expat, SONAME_EXPAT, "reads forms") defines the struct
 * library expat, and for each function f in "#define EXPAT_SYMBOLS(X) X(f) ..."
 * the pointer sym_f, which may be called once library_load() returned 0. What
 * the library is for is for packagers, whose tools find it in the program.
 */
#define LIBRARY(table, which, soname, purpose)                        \
	table(LIBRARY_POINTER) static const struct library_symbol     \
		which##_symbols[] = { table(LIBRARY_SYMBOL) };        \
	static struct library which = {                               \
		soname,                                               \
		which##_symbols,                                      \
		sizeof(which##_symbols) / sizeof(which##_symbols[0]), \
		false,                                                \
	};                                                            \
	LIBRARY_NOTE(which##_note, "[{\"feature\":\"" #which "\","    \
				   "\"description\":\"" purpose "\"," \
				   "\"priority\":\"recommended\","    \
				   "\"soname\":[\"" soname "\"]}]")

#define LIBRARY_POINTER(function) static __typeof__(function) *sym_##function;
#define LIBRARY_SYMBOL(function) { #function, &sym_##function },

/*
 * The note of systemd's "ELF dlopen metadata": dependencies that no DT_NEEDED
 * names. A sanitizer would put guards between the notes.
 */
#ifdef SANITIZED
#define LIBRARY_NOTE(note, json)
#else
#define LIBRARY_NOTE(note, json)                                      \
	struct note {                                                 \
		uint32_t owner_size, json_size, type;                 \
		char owner[4], text[sizeof(json)];                    \
	};                                                            \
	__attribute__((used, section(".note.dlopen"),                 \
		       aligned(4))) static const struct note note = { \
		4, sizeof(json), 0x407c0c0a, "FDO", json              \
	};
#endif

/*
 * Loads @library unless it is there already, whichever thread asks. 0; or
 * -ELIBACC, with a sentence that names the library, where it or a function of
 * it is missing.
 */
int library_load(struct library *library, struct error *error);

#endif
