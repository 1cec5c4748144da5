/* SPDX-License-Identifier: LGPL-2.1-or-later */
/*
 * A PKCS #11 module, loaded into this process. Only workers call these.
 */
#ifndef TOKEN_MODULE_H
#define TOKEN_MODULE_H

#include <p11-kit/pkcs11.h>

#include "ckstoken.h"
#include "opensc_conf.h"

struct module {
	void *handle;
	CK_FUNCTION_LIST *f;
	CK_INFO info;
	char detail[256];  /* what the loader or the module said */
	const char *limit; /* which one was reached; NULL: none */
	bool is_shared;	   /* it says that several threads may call it */
	/* After module_open(): the reader whose slots alone count. */
	struct confinement within;
};

/* Loads and initializes; fills in info. On an error, detail says more. */
enum cks_err module_open(struct module *m, const char *path);
/* The same for use by several threads, where the module is ready for that. */
enum cks_err module_open_shared(struct module *m, const char *path);
void module_close(struct module *m);

/*
 * All slots with a token that count, in the module's order. The caller frees
 * *@slots. One call where most do two: OpenSC connects every reader at each.
 */
enum cks_err module_slots(struct module *m, CK_SLOT_ID **slots, size_t *n);

/* Writes down what call @name answered, and returns what it means. */
enum cks_err module_failed(struct module *m, const char *name, CK_RV rv);

/* The same of a call that took the user PIN. */
enum cks_err module_refused_pin(struct module *m, const char *name, CK_RV rv);

/* True if an answer says that the token, or the way to it, has failed. */
bool module_is_fault(CK_RV rv);

#endif
