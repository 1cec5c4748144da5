/* SPDX-License-Identifier: LGPL-2.1-or-later */
/*
 * What a file is that an officer hands to the register: a table, or what
 * ckstoken itself wrote, which it reads again or says why it does not.
 */
#ifndef INPUT_HANDED_H
#define INPUT_HANDED_H

#include <stddef.h>

enum handed {
	HANDED_TABLE,	/* for datafile.h, which tells what is wrong with it */
	HANDED_LIST,	/* for it, too: what "register list --json" prints */
	HANDED_STATUS,	/* for machine.h */
	HANDED_PAPER,	/* what "show" prints of a letter or of minutes */
	HANDED_PACKED,	/* a letter or minutes, for attachment.h */
	HANDED_NOTHING, /* nothing for the register */
};

/*
 * Of @text, of @len bytes and with a NUL behind them, by the names in it, which
 * are looked at only as far as it takes. With HANDED_NOTHING *@what says, in a
 * translated sentence that is static, what it is and what to hand in instead.
 */
enum handed handed_judge(const char *text, size_t len, const char **what);

#endif
