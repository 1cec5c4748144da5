/* SPDX-License-Identifier: LGPL-2.1-or-later */
#ifndef TOKEN_SCAN_H
#define TOKEN_SCAN_H

#include "ckstoken.h"

struct scan_list {
	void **items;
	size_t n;
};

struct cks_scan {
	struct scan_list modules;  /* struct scan_module */
	struct scan_list tokens;   /* struct cks_token */
	struct scan_list failures; /* struct cks_scan_error */
	unsigned int timeout_ms;
};

/* Leaves each token once, and no failure that another module made good. */
void scan_remove_doubles(struct cks_scan *scan);

#endif
