/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* What failed in a scan: a module, a slot of it, or a reader of pcscd's. */
#ifndef TOKEN_SCAN_ERROR_H
#define TOKEN_SCAN_ERROR_H

#include "ckstoken.h"
#include "wire.h"

struct cks_scan_error {
	char *module, *reader, *detail, *atr; /* "" where there is none */
	char *pcsc_reader;		      /* "" where it is not known */
	char *holders;			      /* "" too; of CKS_ERR_BUSY */
	bool is_certain;		      /* that it is the one named */
	bool has_slot, is_optional;
	unsigned long slot;
	enum cks_err code;
};

/* With @slot NULL of the whole module; with @module "" of a reader, or of
 * pcscd. NULL: memory is out. */
struct cks_scan_error *scan_error_new(const char *module,
				      const unsigned long *slot,
				      const char *reader, enum cks_err code,
				      const char *detail);

/* Says that it is of that reader, by its clean and its PC/SC name. False:
 * memory is out. */
bool scan_error_set_reader(struct cks_scan_error *e, const char *reader,
			   const char *pcsc_reader);

/* From a frame READING_ERROR. NULL when it makes no sense or memory is out. */
struct cks_scan_error *scan_error_decode(struct wire *w, const char *module);

/* What a scan has found, tokens and errors among it. */
struct scan_list {
	void **items;
	size_t n;
};

/* False: memory is out. */
bool scan_list_add(struct scan_list *list, void *item);

/* Takes NULL. */
void scan_error_free(struct cks_scan_error *error);

#endif
