/* SPDX-License-Identifier: LGPL-2.1-or-later */
#ifndef TOKEN_UNBLOCK_H
#define TOKEN_UNBLOCK_H

#include "ckstoken.h"
#include "reading.h"

enum unblock_frame { UNBLOCK_STAGE = 1, UNBLOCK_RESULT };

struct unblock_job {
	const char *path;
	const struct cks_token *token; /* with all its objects */
	enum cks_method method;
	const char *style; /* OpenSC's user_pin_unblock_style; NULL: stock */
	bool must_be_locked;
	bool allow_final_try;
};

/* What the worker runs; its secrets are the SO PIN or PUK, and the new PIN. */
void unblock_main(int channel, const void *job);

#endif
