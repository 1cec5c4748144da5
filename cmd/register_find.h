/* SPDX-License-Identifier: LGPL-2.1-or-later */
#ifndef CMD_REGISTER_FIND_H
#define CMD_REGISTER_FIND_H

#include "register/history.h"

/*
 * Finds the one thing that @what names: found->list[0], with @found, which
 * begins zeroed, for subject_free(). 0 or an exit code, told; of several, what
 * names each alone.
 */
int register_find_one(struct custody_register *reg, const char *what,
		      struct subject_list *found);

#endif
