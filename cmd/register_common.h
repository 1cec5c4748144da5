/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* The custody register as commands use it. */
#ifndef CMD_REGISTER_COMMON_H
#define CMD_REGISTER_COMMON_H

#include "command.h"
#include "input/datafile.h"
#include "register/import.h"
#include "register/register.h"
#include "select.h"

/* Each returns 0, or an exit code, told on standard error. */

/* Opens the register @file, or where that is NULL the one configured. */
int register_require(const struct globals *globals, const char *file,
		     enum register_mode mode, struct custody_register **reg);

/* Ends what register_begin() began: it is done, or, when @ret is an exit code,
 * undone. */
int register_finish(struct custody_register *reg, int ret);

/* An error that the register remembers. */
int register_exit_code(struct custody_register *reg);

/* The same, or else @error of what was written to standard output: -ENOMEM;
 * others are told when that is closed. */
int register_written(struct custody_register *reg, int error);

/* Who acts, now; @officer is the caller's to free(). */
int register_actor(const struct globals *globals, const char *command,
		   char **officer, struct register_act *act);

/* "ckstoken register …" and its options, of which each form takes some. */
struct register_options {
	struct selection selection;
	char *file, *output, *organization, *unit, *holder, *province;
	int json, csv, dry_run, days;
	const char **args; /* what follows the form's name */
};

int cmd_register_import(const struct globals *globals,
			const struct register_options *o);
int cmd_register_add(const struct globals *globals,
		     const struct register_options *o);
int cmd_register_list(const struct globals *globals,
		      const struct register_options *o);
int cmd_register_show(const struct globals *globals,
		      const struct register_options *o);
int cmd_register_history(const struct globals *globals,
			 const struct register_options *o);
int cmd_register_due(const struct globals *globals,
		     const struct register_options *o);
int cmd_register_export(const struct globals *globals,
			const struct register_options *o);
int cmd_register_verify(const struct globals *globals,
			const struct register_options *o);

#endif
