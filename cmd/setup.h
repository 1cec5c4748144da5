/* SPDX-License-Identifier: LGPL-2.1-or-later */
/*
 * "ckstoken setup": a person is asked for the particulars of the agency, and
 * the answers become a configuration and a register. Nothing is written before
 * the last question is answered.
 */
#ifndef CMD_SETUP_H
#define CMD_SETUP_H

#include "base/arena.h"
#include "base/buffer.h"
#include "command.h"

/* The agency's particulars by the certificate of its seal; "" where that does
 * not tell. */
struct setup_seal {
	const char *name, *parent, *email, *tax_code, *budget_code;
};

/* The number of things that are asked for. */
#define SETUP_ITEMS 24

struct setup {
	struct globals *globals; /* its configuration is the one before */
	struct arena arena;
	const char *path;     /* of the configuration to be written */
	bool is_there;	      /* one stands there, which is kept beside */
	struct config old;    /* that one, as far as it could be read */
	struct buffer before; /* and its bytes */
	struct setup_seal seal;
	/* The answers, "" where a thing was left open; NULL: it was not asked
	 * for. */
	const char *answers[SETUP_ITEMS];
	bool wants_doctor;
};

/* setup_questions.c */

/* Asks for the language of messages, and takes it at once. As question_ask().
 */
int setup_ask_language(struct setup *setup);

/* Checks that a file can be made at @path, whose folders need not be there. 0
 * or -EINVAL, with the reason. */
int setup_check_place(struct setup *setup, const char *path, struct error *why);

/*
 * Asks for everything, again until the person agrees with it all. 0 with the
 * answers; or as question_ask() has it.
 */
int setup_ask(struct setup *setup);

/* The answer for a setting, "" where it is to be left open; NULL: it is none
 * that is asked for. */
const char *setup_setting(const struct setup *setup, const char *section,
			  const char *key);

/* The answer for a column of the agency's record in the register, or for
 * "list";
 * "" where there is none. */
const char *setup_answer(const struct setup *setup, const char *key);

/* The register that was named; "" for none. */
const char *setup_register(const struct setup *setup);

/* The agency's name without what ends a line of the letterhead. 0 or -ENOMEM.
 */
int setup_agency_name(struct setup *setup, const char **name);

/* True if each setting that was answered is so in @config. */
bool setup_is_in(const struct setup *setup, const struct config *config);

/* setup_province.c */

/*
 * Asks for the province, which is in the words @text and @hint; @before is the
 * code that Enter takes, or NULL, and *@answer what was answered before, or
 * NULL. 0 with the code in *@answer, "" for none; or as question_ask().
 */
int setup_ask_province(struct setup *setup, const char *text, const char *hint,
		       const char *before, const char **answer);

/* setup_write.c */

/* Keeps the bytes of the configuration that is there in mind, if any: what is
 * written must stand in the place of these. 0 or an exit code, told. */
int setup_remember(struct setup *setup);

/* Writes the configuration, and keeps the one before. 0 or an exit code, told;
 * then nothing was written. */
int setup_write(struct setup *setup);

#endif
