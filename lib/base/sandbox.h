/* SPDX-License-Identifier: LGPL-2.1-or-later */
/*
 * A process that reads what strangers made may be taken over by it. The kernel
 * then refuses, by seccomp(2), what the process has no need of: it gets EPERM
 * and goes on. Both filters last as long as the process, and a program that it
 * becomes has them too. A build with a sanitizer has neither, because a
 * sanitizer starts threads and opens files of its own.
 */
#ifndef BASE_SANDBOX_H
#define BASE_SANDBOX_H

/*
 * Loads the library that makes filters: for a parent, whose child may have no
 * memory left for that. 0 or -errno, as below.
 */
int sandbox_prepare(void);

/*
 * The wide filter, for the time before the program and its libraries are
 * loaded: no network, no further process, no look into other processes, nothing
 * written to any file that is not open yet, no file renamed, removed or changed
 * in its owner or mode. 0 or -errno; then the process must not go on.
 */
int sandbox_fence(void);

/*
 * The narrow one, for the time after that: the process may use its memory, read
 * what is open, write to standard output and error, and end. It opens nothing,
 * not even to read. 0 or -errno, as above.
 */
int sandbox_enter(void);

#endif
