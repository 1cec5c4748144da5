/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* Registers in memory, for the fuzzers that fill one. */
#ifndef FUZZ_REGISTERS_H
#define FUZZ_REGISTERS_H

#include "input/datafile.h"
#include "register/register.h"

/* A register that nobody has; the caller begins. */
struct custody_register *registers_new(void);

/* What the rows of a table are; 0 or -EINVAL with sentences. */
int registers_read(const char *text, size_t len, struct data_records *records);

/* A register with these rows; NULL where one of them is wrong. */
struct custody_register *registers_import(const json_t *rows);

/* Commits: what is there then follows from the events. 0 or -EINVAL. */
int registers_commit(struct custody_register *reg);

/* What a register exports makes the same one, in both formats. */
void registers_check_export(struct custody_register *reg);

#endif
