/* SPDX-License-Identifier: LGPL-2.1-or-later */
#ifndef CMD_CERT_VERIFY_H
#define CMD_CERT_VERIFY_H

#include "select.h"
#include "verify.h"

struct cert_verify {
	const struct selection *selection;
	const struct verify_options *options;
	const char *id;	    /* NULL: all of each token */
	const char **files; /* NULL at the end; none: tokens */
	bool json;
};

/* "ckstoken cert verify": an exit code. */
int cert_verify(const struct globals *globals, const struct cert_verify *how);

#endif
