/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* The custody register as commands use it. */
#ifndef CMD_CUSTODY_H
#define CMD_CUSTODY_H

#include "command.h"
#include "input/datafile.h"
#include "register/intake.h"
#include "register/register.h"
#include "selection.h"

/* Each returns 0, or an exit code, told on standard error. */

/* Opens the register @file, or where that is NULL the one configured. */
int custody_open(const struct globals *globals, const char *file,
		 enum register_mode mode, struct custody_register **reg);

/* Ends what register_begin() began: it is done, or, when @ret is an exit code,
 * undone. */
int custody_end(struct custody_register *reg, int ret);

/* An error that the register remembers. */
int custody_check(struct custody_register *reg);

/* The same, or else @error of what was written to standard output: -ENOMEM;
 * others are told when that is closed. */
int custody_written(struct custody_register *reg, int error);

/* Who acts, now; @officer is the caller's to free(). */
int custody_act(const struct globals *globals, const char *command,
		char **officer, struct register_act *act);

/* "ckstoken register …" and its options, of which each form takes some. */
struct custody_options {
	struct selection selection;
	char *file, *output, *organization, *unit, *holder, *province;
	int json, csv, dry_run, days;
	const char **args; /* what follows the form's name */
};

int custody_import(const struct globals *globals,
		   const struct custody_options *o);
int custody_add(const struct globals *globals, const struct custody_options *o);
int custody_list(const struct globals *globals,
		 const struct custody_options *o);
int custody_show(const struct globals *globals,
		 const struct custody_options *o);
int custody_history(const struct globals *globals,
		    const struct custody_options *o);
int custody_due(const struct globals *globals, const struct custody_options *o);
int custody_export(const struct globals *globals,
		   const struct custody_options *o);
int custody_verify(const struct globals *globals,
		   const struct custody_options *o);

#endif
