/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* The register beside commands that do their work without one, too. */
#ifndef CMD_REGISTER_USE_H
#define CMD_REGISTER_USE_H

#include "register_common.h"

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

#endif
