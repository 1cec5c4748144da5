/* SPDX-License-Identifier: LGPL-2.1-or-later */
/*
 * Several slots of a module at once, each in a thread of its worker. A module
 * may say that it can do that (CKF_OS_LOCKING_OK), and be wrong: so it is done
 * only where it saves much, whatever is strange of it is read again in turn in
 * another worker, and then that counts.
 */
#ifndef TOKEN_AT_ONCE_H
#define TOKEN_AT_ONCE_H

#include "module.h"

/* Slots that are read faster are read in turn, and so are more than any hub of
 * tokens has: the first of them was slow for once. */
#define AT_ONCE_WORTH_MS 100
#define AT_ONCE_MOST 64

/* Reads one slot and sends what it finds; several threads may at once. */
typedef void read_slot_fn(int channel, struct module *m, unsigned long slot,
			  bool all_objects);

/*
 * Has @read read @n slots, where one took @took_ms. Ends the worker when no
 * thread comes to an end for so long that they seem to wait for each other.
 */
void slots_read_at_once(int channel, struct module *m, read_slot_fn *read,
			const CK_SLOT_ID *slots, size_t n, bool all_objects,
			int64_t took_ms);

#endif
