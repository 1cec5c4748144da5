/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* The help that --help prints. */
#ifndef CMD_USAGE_H
#define CMD_USAGE_H

#include "command.h"

/* Prints one form of a command, wrapped: @before, "ckstoken" and @form. */
void print_usage_form(const char *before, const char *form);

/*
 * Prints the help of @command, whose options are @table and --help. Where @form
 * is one of its forms, such as "list" of "register list", it is the help of
 * that alone: its line, and the options that it takes. A form takes those that
 * stand in its line, and with a placeholder such as <token selection> those too
 * that stand in no line.
 */
void print_help(const struct command *command, const struct poptOption *table,
		const char *form);

#endif
