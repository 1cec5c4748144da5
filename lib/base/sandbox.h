/* SPDX-License-Identifier: LGPL-2.1-or-later */
/*
 * A process that reads what strangers made may be taken over by it. The kernel
 * then refuses, by seccomp(2), what the process has no need of: it gets EPERM
 * and goes on. Both filters last as long as the process, and a program that it
 * becomes has them too. A build with a sanitizer has neither, because a
 * sanitizer starts threads and opens files of its own.
 *
 * A program that reads strangers' files, one process for each, may be started
 * once for all of them: the linker takes longer for it than most files do. That
 * process, the zygote, has its libraries and has read no stranger's byte. At
 * its caller's word it makes a copy of itself, which gets the descriptors of
 * one file, the limits and the filters, as a program started for that file
 * would; the zygote closes those descriptors and stays as it was.
 *
 * The copy is a child of the caller (CLONE_PARENT), which waits for it, kills
 * it and learns its exit code as of any other, and with which it dies. Nothing
 * that becomes of it reaches the zygote.
 */
#ifndef BASE_SANDBOX_H
#define BASE_SANDBOX_H

#include <stdint.h>
#include <sys/resource.h>

#include "subprocess.h"

/* 1. Filters and limits */

/*
 * Loads the library that makes filters: for a parent, whose child may have no
 * memory left for that. 0 or -errno, as below.
 */
int sandbox_prepare(void);

#define SANDBOX_FILES 4

/* A process that reads a stranger's file has these. */
struct confinement {
	/* Its descriptors from 0 on. Where one is -1, it has /dev/null, and
	 * none for the last. */
	int files[SANDBOX_FILES];
	rlim_t cpu_seconds, memory;
};

/*
 * For the child itself, before its program and its libraries are loaded: its
 * descriptors, its limits, and the wide filter, which permits no network, no
 * further process, no look into other processes, nothing written to any file
 * that is not open yet, no file renamed, removed or changed in its owner or
 * mode. 0 or -errno; then the process must not go on.
 */
int confinement_enter(const struct confinement *c);

/*
 * The narrow filter, for the time after that: the process may use its memory,
 * read what is open, write to standard output and error, and end. It opens
 * nothing, not even to read. 0 or -errno, as above.
 */
int sandbox_enter(void);

/* 2. A zygote, for its caller */

/* The only argument of a program that is to be a zygote. */
#define ZYGOTE_ARGUMENT "zygote"

#define ZYGOTE_ARGS 4
#define ZYGOTE_ARG_SIZE 32

struct zygote {
	struct subprocess process;
	int socket; /* -1: none is there */
};

/* 0 or -errno. It dies with the thread that started it, and so do its copies.
 */
int zygote_start(struct zygote *z, const char *program);
void zygote_end(struct zygote *z);

/*
 * Makes a copy, which goes on as if it had been started with @argv. 0 and its
 * process in @child, which is the caller's to end; or -errno, and there is
 * none. The zygote itself has ended with -EPIPE.
 */
int zygote_copy(struct zygote *z, const struct confinement *c,
		const char *const *argv, int64_t deadline,
		struct subprocess *child);

/* 3. A zygote, for the program itself */

enum zygote_end {
	ZYGOTE_COPY,	  /* this is a copy, with its arguments */
	ZYGOTE_UNLIMITED, /* this is one that must not go on */
	ZYGOTE_DONE,	  /* this is the zygote, whose caller has gone */
};

/* Serves standard input. @args and @argv are for the arguments of a copy. */
enum zygote_end zygote_serve(char args[ZYGOTE_ARGS][ZYGOTE_ARG_SIZE], int *argc,
			     char *argv[ZYGOTE_ARGS + 1]);

#endif
