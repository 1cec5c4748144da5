/* SPDX-License-Identifier: LGPL-2.1-or-later */
/*
 * The memory of a process that has a secret in it. A PIN lies in pages of its
 * own as long as it is ours (cks_secret_new()); but a module, and each library
 * beneath it, copies the PIN into heap, stack and data of its own as it
 * likes. So all memory that the process can write to is kept from the swap, and
 * searched for such copies when they have done their service.
 */
#ifndef BASE_SECRECY_H
#define BASE_SECRECY_H

#include <stdbool.h>
#include <stddef.h>

/* From now on the process leaves no core dump, and the user's other programs
 * cannot look into it. */
void secrecy_seal(void);
bool secrecy_is_sealed(void);

/*
 * Keeps from the swap all that the process can write to: heap, stacks, and the
 * data of its libraries, also of those loaded since the last call. It has no
 * effect on a child, which calls it anew. Returns how many bytes the limit of
 * locked memory (RLIMIT_MEMLOCK) left out, of those that are in use.
 */
size_t secrecy_lock_memory(void);

/*
 * Overwrites each copy of the @len bytes of @secret but that one itself, as
 * text, as UTF-16 and as the bytes whose hexadecimal digits it has. Memory in
 * which the same stood by chance is overwritten as well, so the process must be
 * about to end.
 */
void secrecy_sweep_memory(const char *secret, size_t len);

#endif
