/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* The files of a register in SQLite: whose they are, and which it reads. */
#ifndef REGISTER_STORE_FILE_H
#define REGISTER_STORE_FILE_H

#include "base/kept.h"
#include "store_private.h"

/*
 * Makes sure that the file @path, and what SQLite finds beside it and would
 * believe, is this user's, or the group's that shares the folder; with
 * STORE_CREATE makes it. 0 with *@kept, or -errno as store_open(), which @s
 * remembers with the reason, translated.
 */
int store_file_prepare(struct store *s, const char *path, enum store_mode mode,
		       struct kept *kept);

/* True if @path has a journal that must be replayed first. */
bool store_file_has_journal(const char *path);

/* Another process that keeps writers from it, as kept_locked_by() has the
 * words; NULL: none is known. */
char *store_file_holder(const char *path);

/* The path as an immutable "file:" URI. The caller frees it. NULL: memory. */
char *store_file_immutable(const char *path);

#endif
