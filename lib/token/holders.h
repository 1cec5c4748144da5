/* SPDX-License-Identifier: LGPL-2.1-or-later */
/*
 * Which programs use pcscd. It tells nobody who holds a reader; but the kernel
 * knows whose sockets are connected to its own, and who may look into another
 * process sees which sockets are open there.
 */
#ifndef TOKEN_HOLDERS_H
#define TOKEN_HOLDERS_H

#include <stdbool.h>

/* The name of a process that is connected to pcscd only to watch the readers
 * (cks_watch_new()): it can hold no card. */
#define WATCHER_NAME "ckstoken-watch"

/*
 * In a worker that is connected to pcscd: the other programs that are, as
 * "scdaemon (1234)", joined by ", ", each once; the program that the worker is
 * of, what that has started, and one that only watches are none. *@is_certain
 * where that is one, and nobody else is connected; *@is_nobody where there is
 * no other program at all. The caller frees it; NULL where none is known.
 */
char *holders_find(bool *is_certain, bool *is_nobody);

#endif
