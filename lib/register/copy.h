/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* A register moves from one database to another, of whichever kind they are. */
#ifndef REGISTER_COPY_H
#define REGISTER_COPY_H

#include "register.h"
#include "verify.h"

/*
 * Copies all events of @from to @to, byte for byte, between register_begin()
 * and register_commit() of @to, and makes its tables from them. Each event is
 * proved by the chain while it is read, and read again from @to; the tables
 * that come of it must be those of @from. @v tells what is wrong with @from;
 * where it is not VERIFY_RIGHT, or the stores remember an error, @to is to be
 * rolled back. -EEXIST where @to has events already, -EACCES where @from shows
 * this user a part of it alone (roles.h), and nothing was done; else 0.
 */
int register_copy(struct custody_register *from, struct custody_register *to,
		  struct verification *v);

/*
 * Between register_begin() and register_commit(): a table of @bytes is put from
 * here on until register_mirror_end(). Where each question goes to a server and
 * back, and there would be more of them than the register has rows, they are
 * asked of a copy in memory.
 */
void register_mirror(struct custody_register *reg, size_t bytes);
void register_mirror_end(struct custody_register *reg);

#endif
