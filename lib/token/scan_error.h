/* SPDX-License-Identifier: LGPL-2.1-or-later */
#ifndef TOKEN_SCAN_ERROR_H
#define TOKEN_SCAN_ERROR_H

#include "ckstoken.h"
#include "wire.h"

struct cks_scan_error {
	char *module, *reader, *detail;
	bool has_slot;
	unsigned long slot;
	enum cks_err error;
};

/* From a frame READING_FAILURE. NULL when it makes no sense. */
struct cks_scan_error *failure_decode(struct wire *w, const char *module);

/* One that the parent found; @slot NULL: the module as a whole. */
struct cks_scan_error *
failure_new(const char *module, const unsigned long *slot, enum cks_err error);

void failure_free(struct cks_scan_error *failure);

#endif
