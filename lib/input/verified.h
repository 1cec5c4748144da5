/* SPDX-License-Identifier: LGPL-2.1-or-later */
/*
 * The signatures of a PDF, as the limited program has verified them. What is
 * trusted goes to it as one file: nothing but what the office has configured
 * is an anchor, and none are ours.
 */
#ifndef INPUT_VERIFIED_H
#define INPUT_VERIFIED_H

#include <jansson.h>
#include <time.h>

#include "base/digest.h"
#include "base/error.h"
#include "finding.h"

/*
 * A file in memory with the certificates and lists of @anchors and @crls, each
 * a file or a folder of them, or NULL. Its descriptor, for the caller to close;
 * or a negative errno, told in @error.
 */
int trust_open(const char *anchors, const char *crls, struct error *error);

/*
 * Verifies the signatures of @path, "-" being standard input, as of @now, and
 * puts the digest of the file into @sha256. 0 with *@json:
 *
 *	{"size": bytes,
 *	 "signatures": [{
 *	   "field", "kind", "indication", "sub_indication" or null,
 *	   "timestamp": true for one of the document,
 *	   "certifies": true with /DocMDP,
 *	   "claimed_name", "reason", "location": where it has them,
 *	   "claimed_time", "proved_time": seconds or null,
 *	   "covers": bytes up to where, 0 not known, "whole": all of the file,
 *	   "path": [{"name", "organization", "unit", "email", "tax_code",
 *		"subject", "issuer", "serial", "key", "official", "ca",
 *		"not_before", "not_after",
 *		"revocation": {"state", and "from", "until", "revoked" and
 *		"file" as far as they are known}}],
 *	   "anchored": the path ends at an anchor,
 *	   "stamp": {"holds", "time" or null, "findings",
 *		"by": {"path"}},
 *	   "findings": [{"finding": code of finding.h, "text"}]}],
 *	 "unreadable": [names of files of the office's]}
 *
 * Or a negative errno, told in @error: -ENODATA for a PDF without a signature,
 * and the others of attachment_read().
 */
int verified_read(const char *path, int trust, time_t now,
		  char sha256[DIGEST_HEX_SIZE], json_t **json,
		  struct error *error);

/* The finding of that code; FINDING_COUNT: there is none. */
enum finding finding_of(const char *code);

/* What it means, and its words, with at most one %s. */
enum indication finding_indication(enum finding finding);
const char *finding_words(enum finding finding);

#endif
