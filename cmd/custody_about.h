/* SPDX-License-Identifier: LGPL-2.1-or-later */
#ifndef CMD_CUSTODY_ABOUT_H
#define CMD_CUSTODY_ABOUT_H

#include "register/about.h"

/*
 * Finds the one thing that @what names: found->list[0], with @found, which
 * begins zeroed, for about_free(). 0 or an exit code, told; of several, what
 * names each alone.
 */
int custody_find(struct custody_register *reg, const char *what,
		 struct about_list *found);

#endif
