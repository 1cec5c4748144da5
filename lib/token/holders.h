/* SPDX-License-Identifier: LGPL-2.1-or-later */
/*
 * Which programs use pcscd. It tells nobody who holds a reader; but the kernel
 * knows whose sockets are connected to its own, and who may look into another
 * process sees which sockets are open there.
 */
#ifndef TOKEN_HOLDERS_H
#define TOKEN_HOLDERS_H

#include <stdbool.h>

/*
 * In a process that is connected to pcscd: the others that are, as "scdaemon
 * (1234)", joined by ", ", each once. *@is_certain where that is one, and
 * nobody else is connected. The caller frees it; NULL where none is known.
 */
char *holders_find(bool *is_certain);

#endif
