/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* The PKCS #11 modules that are registered with p11-kit (pkcs11.conf(5)). */
#ifndef TOKEN_REGISTERED_H
#define TOKEN_REGISTERED_H

#include "ckstoken.h"

/* What p11-kit says of a module; in registered_find(), valid while it is told.
 */
struct registered {
	const char *path;   /* absolute; the file may be absent */
	bool critical;	    /* "critical: yes" */
	enum cks_err error; /* CKS_OK, or why it cannot be asked */
	const char *detail; /* "", or more of that, to be translated */
};

/*
 * Tells @found of each module that p11-kit has for a program called "ckstoken",
 * in its order, and of what hinders. @found returns false when memory is out.
 */
enum cks_err registered_find(unsigned int timeout_ms,
			     bool (*found)(void *to,
					   const struct registered *module),
			     void *to);

#endif
