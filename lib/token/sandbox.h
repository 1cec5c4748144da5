/* SPDX-License-Identifier: LGPL-2.1-or-later */
#ifndef TOKEN_SANDBOX_H
#define TOKEN_SANDBOX_H

#include <sys/types.h>

/*
 * Makes this fresh child a fit place for a stranger's code, keeping only
 * @channel open. Returns the descriptor it is known by from then on; ends the
 * process when that cannot be done or @parent has died.
 */
int sandbox_enter(int channel, pid_t parent);

#endif
