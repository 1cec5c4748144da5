/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* The custody register as commands use it. */
#ifndef CMD_REGISTER_COMMON_H
#define CMD_REGISTER_COMMON_H

#include "command.h"
#include "input/datafile.h"
#include "read_secret.h"
#include "register/history.h"
#include "register/import.h"
#include "register/record_document.h"
#include "register/register.h"
#include "register/verify.h"
#include "select.h"

/* Unless it says otherwise, each returns 0, or an exit code with an error
 * printed. */

/* Opens the register @file, or where that is NULL the one configured. */
int register_require(const struct globals *globals, const char *file,
		     enum register_mode mode, struct custody_register **reg);

/* Ends what register_begin() began: it is done, or, where @ret is an exit code,
 * undone. */
int register_finish(struct custody_register *reg, int ret);

/* The exit code of an error that the register remembers. */
int register_exit_code(struct custody_register *reg);

/* The same, or else that of @error, of writing to standard output: -ENOMEM, as
 * main() prints the others when it closes that. */
int register_written(struct custody_register *reg, int error);

/* Fills @act with who acts, and when; *@officer is the caller's to free(). */
int register_actor(const struct globals *globals, const char *command,
		   char **officer, struct register_act *act);

/*
 * Finds the one thing that @what names: found->list[0], with @found, which
 * begins zeroed, for subject_free(). Of several, the error names each.
 */
int register_find_one(struct custody_register *reg, const char *what,
		      struct subject_list *found);

/* Tells what a document that was made again takes out of the register. 0, or an
 * exit code where later events build on that: then nothing may be written. */
int register_tell_again(const struct recorded *done);

/* Puts into the log of the system what was recorded since register_begin(). */
void register_log_recorded(struct custody_register *reg);

/* Does that, and tells it in one line. */
void register_tell_recorded(struct custody_register *reg);

/* What a verification found to be wrong, a sentence for the caller to free();
 * NULL: nothing, or no memory. */
char *register_fault(const struct verification *v);

/* The register beside commands that do their work without one, too. */

#define NO_REGISTER_OPTION(place)                                   \
	{                                                           \
		"no-register", '\0', POPT_ARG_NONE, &(place), 0,    \
			N_("do not use the custody register"), NULL \
	}

/* True if one is kept, and the option --no-register does not leave it aside. */
bool register_is_used(const struct globals *globals, int no_register);

/*
 * Opens the register that is used. *@reg stays NULL where none is, and where
 * there is none yet, unless @mode makes it.
 */
int register_use(const struct globals *globals, int no_register,
		 enum register_mode mode, struct custody_register **reg);

/* One event of a command, from its begin to its end. */
struct register_event {
	struct custody_register *reg;
	char *officer;
	struct register_act act;
	const char *begun; /* the place of one that it begins, or NULL */
};

/*
 * Opens the register, keeps other writers out and begins what
 * register_event_end() ends; @command must last until then. Without a register
 * event->reg is NULL.
 */
int register_event_begin(struct register_event *event,
			 const struct globals *globals, int no_register,
			 enum register_mode mode, const char *command);

/* Keeps all that was put, and tells it, or, where @ret is an exit code, keeps
 * nothing. */
int register_event_end(struct register_event *event, int ret);

/*
 * Keeps the states of those tokens of the scan that the selection names, where
 * a register is used and has them, and tells how many it has not. Where that
 * cannot be, a warning says so, and no more: the officer has seen the tokens.
 */
void register_see(const struct globals *globals, int no_register,
		  const struct cks_scan *scan,
		  const struct selection *selection);

/* An agency and a unit, either or both NULL: not named. */
struct register_place {
	char *organization, *unit;
};

/*
 * The agency and the unit that an officer named, however typed, as the register
 * spells them; what it has not is only made clean. 0 or an exit code; to be
 * freed in either case.
 */
int register_place_find(struct custody_register *reg, const char *organization,
			const char *unit, struct register_place *place);
void register_place_free(struct register_place *place);

/* Asks whether a name of the register is meant that is nearly as one of them,
 * where it has not what was named. */
void register_place_suggest(struct custody_register *reg,
			    const char *organization, const char *unit);

/* The options of "ckstoken register", of which each form takes some. */
struct register_options {
	struct selection selection;
	char *file, *output, *sheet, *organization, *unit, *holder, *province,
		*reason, *procedure;
	int json, csv, format, dry_run, yes, desk, days;
	struct secret_source *pin_source; /* seal */
	char *id;
	int final_try, no_tsa;
	const char **heads, **journal_heads, **papers, **seals; /* verify */
	int people, letters, agencies;				/* which list */
	const char **args; /* what follows the form's name */
};

int cmd_register_import(const struct globals *globals,
			const struct register_options *o);
int cmd_register_add(const struct globals *globals,
		     const struct register_options *o);
int cmd_register_list(const struct globals *globals,
		      const struct register_options *o);
int register_list_kind(const struct globals *globals,
		       const struct register_options *o, enum record_kind kind);
int cmd_register_show(const struct globals *globals,
		      const struct register_options *o);
int cmd_register_history(const struct globals *globals,
			 const struct register_options *o);
int cmd_register_template(const struct globals *globals,
			  const struct register_options *o);
int cmd_register_due(const struct globals *globals,
		     const struct register_options *o);
int cmd_register_export(const struct globals *globals,
			const struct register_options *o);
int cmd_register_undo(const struct globals *globals,
		      const struct register_options *o);
int cmd_register_explain(const struct globals *globals,
			 const struct register_options *o);
int cmd_register_verify(const struct globals *globals,
			const struct register_options *o);
int cmd_register_seal(const struct globals *globals,
		      const struct register_options *o);
int cmd_register_copy(const struct globals *globals,
		      const struct register_options *o);
int cmd_register_grant(const struct globals *globals,
		       const struct register_options *o);
int cmd_register_revoke(const struct globals *globals,
			const struct register_options *o);

#endif
