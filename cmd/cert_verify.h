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

/* The text of RFC 7468, such as a "CERTIFICATE", the caller's to free(); NULL:
 * memory is out, or libcrypto is gone. */
char *cert_pem(const char *label, const unsigned char *der, size_t len);

/* "ckstoken cert verify": an exit code. */
int cert_verify(const struct globals *globals, const struct cert_verify *how);

#endif
