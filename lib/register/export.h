/* SPDX-License-Identifier: LGPL-2.1-or-later */
#ifndef REGISTER_EXPORT_H
#define REGISTER_EXPORT_H

#include "register.h"
#include "row_writer.h"

/*
 * Writes every record, those that others refer to first, so that importing it
 * all into an empty register makes the same one: in JSON a list for each kind,
 * in CSV one table of all columns there are, with "record" before them. Errors
 * of the database are the register's, those of the stream the writer's.
 */
void register_export(struct custody_register *reg, struct row_writer *w);

/* A row of the list "undone": that event @by took event @event back. */
void export_undone_row(struct custody_register *reg, struct row_writer *w,
		       unsigned long event, unsigned long by);

#endif
