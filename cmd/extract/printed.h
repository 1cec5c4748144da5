/* SPDX-License-Identifier: LGPL-2.1-or-later */
/*
 * What a document prints, as one digest: two files that print the same have the
 * same, whatever program went over them, and whatever they carry beside that.
 */
#ifndef CMD_EXTRACT_PRINTED_H
#define CMD_EXTRACT_PRINTED_H

#include <qpdf/qpdf-c.h>
#include <stdbool.h>
#include <stdint.h>

#include "base/digest.h"

struct places;

struct printed {
	struct digest digest;
	bool unknown;	     /* a part of it cannot be read */
	size_t n_others;     /* other files attached */
	size_t n_updates;    /* appended to the file after it was written */
	size_t n_signatures; /* not verified, only counted */
	size_t n_looks;	     /* pictures of signatures over the pages */
	unsigned int strays; /* bits of enum extract_stray */
};

/* Adds one thing of the kind @tag. Its length goes before it, so that what
 * follows cannot be taken for a part of it. */
static inline void printed_put(struct printed *p, char tag, const void *bytes,
			       size_t len)
{
	const uint64_t n = len;

	digest_add(&p->digest, &tag, 1);
	digest_add(&p->digest, &n, sizeof(n));
	digest_add(&p->digest, bytes, len);
}

/* Adds all pages of @pdf, with their fonts and pictures, and what a reader of
 * PDF would show over them or do with them. Signatures are counted, as are
 * their pictures, which are left out: whether they are what they seem is not
 * known. @places are what the tables of the file name. */
void printed_pdf(struct printed *p, qpdf_data pdf, const struct places *places);

/* The keys of a dictionary, for qpdf walks through one at a time only; none of
 * anything else. @failed: there was no memory for all. */
struct pdf_keys {
	char **names;
	size_t n;
	bool failed;
};

void pdf_keys_take(qpdf_data pdf, qpdf_oh dictionary, struct pdf_keys *keys);
void pdf_keys_free(struct pdf_keys *keys);

#endif
