/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* The PKCS #11 modules that this machine has. */
#ifndef TOKEN_MODULES_H
#define TOKEN_MODULES_H

#include "ckstoken.h"

struct found_module {
	char *path;
	bool critical;
	enum cks_err error; /* CKS_OK, or why it cannot be asked */
	char *detail;
};

struct cks_modules {
	struct found_module *list;
	size_t n;
};

#endif
