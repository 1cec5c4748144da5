/* SPDX-License-Identifier: LGPL-2.1-or-later */
#ifndef TOKEN_SCAN_H
#define TOKEN_SCAN_H

#include "ckstoken.h"
#include "wire.h"

struct cks_scan_error {
	char *module, *reader, *detail;
	bool has_slot;
	unsigned long slot;
	enum cks_err code;
};

/* From a frame READING_ERROR. NULL when it makes no sense or memory is out. */
struct cks_scan_error *scan_error_decode(struct wire *w, const char *module);

/* Takes NULL. */
void scan_error_free(struct cks_scan_error *error);

#endif
