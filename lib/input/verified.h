/* SPDX-License-Identifier: LGPL-2.1-or-later */
/*
 * The signatures of a PDF, as the limited program has verified them. What is
 * trusted goes to it as one file: nothing but what the office has configured
 * is an anchor, and none are ours.
 */
#ifndef INPUT_VERIFIED_H
#define INPUT_VERIFIED_H

#include <jansson.h>
#include <stdbool.h>
#include <time.h>

#include "attachment.h"
#include "base/buffer.h"
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
 * Adds the certificate @der to @trust: to be verified by itself with
 * @is_subject, or else to find paths by. 0 or a negative errno.
 */
int trust_add_cert(int trust, bool is_subject, const void *der, size_t len);

/* Adds the first certificate of the file @path, "-" being standard input, PEM
 * or DER, to be verified by itself, and the others to find paths by. 0 or a
 * negative errno, told in @error. */
int trust_add_file(int trust, const char *path, struct error *error);

/*
 * Tells what the file of trust_open() has. 0 with *@json:
 *
 *	{"anchors": [as in a path, and "listed": a list of its is there],
 *	 "others": [the same of certificates that are no anchors],
 *	 "lists": [{"issuer", "file", "from", "until": 0, it is not said}],
 *	 "unreadable": [names of files]}
 *
 * Or a negative errno, told in @error.
 */
int trust_look(int trust, json_t **json, struct error *error);

struct verifier {
	int trust; /* of trust_open() */
	time_t now;
	/*
	 * Sends @request to the responder at @url (OCSP) and puts what comes
	 * back into @answer, which the verifier frees. 0 or a negative errno.
	 * NULL: no network is used.
	 */
	int (*ask)(void *ctx, const char *url, const unsigned char *request,
		   size_t len, struct buffer *answer);
	void *ctx;
	bool is_seeded; /* private */
};

/*
 * Verifies the signatures of @path, "-" being standard input, as of the
 * verifier's time, and puts the digest of the file into @sha256. 0 with *@json:
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
 *		"holder", "subject", "issuer", "serial", "key", "official",
 *		"ca", "not_before", "not_after",
 *		"revocation": {"state", and "by" ("list" or "answer"), "from",
 *		"until", "revoked" and "file" as far as they are known}}],
 *	   "anchored": the path ends at an anchor,
 *	   "stamp": {"holds", "time" or null, "findings",
 *		"by": {"path"}},
 *	   "findings": [{"finding": code of finding.h, "text"}]}],
 *	 "unreadable": [names of files of the office's]}
 *
 * Or a negative errno, told in @error: -ENODATA for a PDF without a signature,
 * and the others of attachment_examine().
 */
int verified_read(struct verifier *v, const char *path,
		  char sha256[DIGEST_HEX_SIZE], json_t **json,
		  struct error *error);

/* The same of a file that is open already, whose digest the caller has. */
int verified_opened(struct verifier *v, const struct opened *opened,
		    json_t **json, struct error *error);

/*
 * The same of the text in the regular file @fd, called @name, which has one
 * signature behind it: a line SIGNED_TEXT_BEGIN (extract.h), and the CMS as
 * PEM. It covers all before that line, "size" bytes.
 */
int verified_text(struct verifier *v, int fd, const char *name, json_t **json,
		  struct error *error);

/*
 * Verifies the certificates that were added to the trust as subjects. 0 with
 * *@json, {"certificates", "unreadable"}: for each, in their order,
 * "indication", "sub_indication", "path", "anchored" and "findings" as above.
 * Or a negative errno, told in @error.
 */
int verified_certificates(struct verifier *v, json_t **json,
			  struct error *error);

/* The finding of that code; FINDING_COUNT: there is none. */
enum finding finding_of(const char *code);

/* What it means, and its words, with at most one %s. */
enum indication finding_indication(enum finding finding);
const char *finding_words(enum finding finding);

#endif
