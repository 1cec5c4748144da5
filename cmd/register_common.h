/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* The custody register as commands use it. */
#ifndef CMD_REGISTER_COMMON_H
#define CMD_REGISTER_COMMON_H

#include "command.h"
#include "input/datafile.h"
#include "register/history.h"
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

/*
 * Finds the one thing that @what names: found->list[0], with @found, which
 * begins zeroed, for subject_free(). 0 or an exit code, told; of several, what
 * names each alone.
 */
int register_find_one(struct custody_register *reg, const char *what,
		      struct subject_list *found);

/* The register beside commands that do their work without one, too. */

#define NO_REGISTER_OPTION(place)                                    \
	{                                                            \
		"no-register", '\0', POPT_ARG_NONE, &(place), 0,     \
			N_("leave the custody register aside"), NULL \
	}

/* Whether one is kept, and the option --no-register does not leave it aside. */
bool register_is_used(const struct globals *globals, int no_register);

/*
 * Opens the register that is used. *@reg stays NULL where none is, and where
 * there is none yet, unless @mode makes it. 0 or an exit code, told.
 */
int register_use(const struct globals *globals, int no_register,
		 enum register_mode mode, struct custody_register **reg);

/* What one event of a command needs, from its begin to its end. */
struct register_event {
	struct custody_register *reg;
	char *officer;
	struct register_act act;
};

/*
 * Opens the register, keeps other writers out and begins what
 * register_event_end() ends; @command must last until then. Without a register
 * event->reg is NULL. 0 or an exit code, told.
 */
int register_event_begin(struct register_event *event,
			 const struct globals *globals, int no_register,
			 enum register_mode mode, const char *command);

/* Keeps all that was put, or, when @ret is an exit code, nothing. 0 or an exit
 * code, told. */
int register_event_end(struct register_event *event, int ret);

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
