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

#endif
