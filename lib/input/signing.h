/* SPDX-License-Identifier: LGPL-2.1-or-later */
/*
 * Signing, with the file and the key apart: a limited program reads the file,
 * which may be a stranger's, and asks its caller for a signature over a digest,
 * for the caller alone can ask the token. Nothing here writes a file: what is
 * to be appended comes back, or nothing does.
 */
#ifndef INPUT_SIGNING_H
#define INPUT_SIGNING_H

#include <jansson.h>
#include <stdbool.h>
#include <stddef.h>
#include <time.h>

#include "base/buffer.h"
#include "base/error.h"

/* Images and answers of authorities larger than this are refused. */
#define SIGNING_IMAGE_MAX ((size_t)8 * 1024 * 1024)
#define SIGNING_STAMP_MAX ((size_t)64 * 1024)

enum signing_kind {
	SIGNING_PDF,  /* a PAdES signature (ETSI EN 319 142-1) in the file */
	SIGNING_TEXT, /* a CAdES signature (ETSI EN 319 122-1) beside it */
};

/* One signature. All that it points to stays the caller's. */
struct signing {
	enum signing_kind kind;
	/* A regular file that nobody changes meanwhile, as attachment_open()
	 * makes one. It is not written to. */
	int fd;

	/* As DER: the signer's first, then those of its authorities that are
	 * known. */
	const unsigned char *const *certs;
	const size_t *cert_lens;
	size_t n_certs;
	const char *digest;    /* "SHA256", "SHA384" or "SHA512" */
	const char *algorithm; /* "rsa-pkcs1", "rsa-pss" (whose salt is as long
				  as the digest) or "ecdsa" */

	/* The rest is of SIGNING_PDF alone, but for the time-stamp. */
	time_t time;			      /* that the signer claims */
	const char *name, *reason, *location; /* NULL: none */

	/*
	 * The look: its page, from 1 on, 0 for none; and its place in points
	 * from the lower left corner of the page as it is seen, turned as it
	 * may be. In it either the PNG @image, centred and in proportion, or
	 * the @lines of black text of @size points from its upper left corner.
	 */
	unsigned int page;
	double x, y, width, height;
	const unsigned char *image;
	size_t image_len;
	const char *const *lines;
	size_t n_lines;
	double size;

	/* With a time-stamp of the signature (RFC 3161): B-T instead of B-B. */
	bool stamp;

	/*
	 * Puts the signature of the digest into @signature: a block of RSA, or
	 * an ECDSA-Sig-Value as DER. Called once. 0 or a negative errno, with
	 * which signing_run() then ends.
	 */
	int (*sign)(void *ctx, const unsigned char *digest, size_t len,
		    struct buffer *signature);

	/*
	 * Sends the TimeStampReq to the authority and puts the TimeStampResp
	 * into @response, as it came: it is verified by the limited program.
	 * Called after sign(), and where the answer is not one to this request,
	 * once only. 0 or a negative errno, as above.
	 */
	int (*ask_stamp)(void *ctx, const unsigned char *request, size_t len,
			 struct buffer *response);
	void *ctx;
};

/*
 * 0 with the bytes to append to the file in @update, or for SIGNING_TEXT those
 * of the signature itself (CMS as DER), for the caller to free. Or a negative
 * errno, and words in @error that go on after the file's name and a colon:
 *	-EBADMSG	the file is damaged, hostile, too large, or no PDF
 *	-ENOTSUP	it is of a kind that is not signed: encrypted, XFA, two
 *			documents in one
 *	-EPERM		an earlier signature permits no other
 *	-ERANGE		the look has no room there, or there is no such page
 *	-EINVAL		the image or the text cannot be shown
 *	-EKEYREJECTED	the signature is not by the certificate's key
 *	-EPROTO		the authority refuses, or its answer is none to this
 *			request
 *	-ENOEXEC	the limited program cannot be run
 *	-ENOMEM
 * and what the two functions returned, of which nothing is told in @error.
 */
int signing_run(const struct signing *signing, struct buffer *update,
		struct error *error);

/*
 * What a PDF is before it is signed: an error as above where signing_run()
 * would refuse it whatever the look, or 0 with *@json:
 *
 *	{"pages": [{"width", "height": points, as it is seen,
 *	   "rotate": 0, 90, 180 or 270}],
 *	 "pdfa": part of ISO 19005 that it claims to follow, or 0,
 *	 "tagged": whether it has a structure,
 *	 "signatures": [{"field", "claimed_name", "claimed_time" or null,
 *	   "timestamp": true for one of the document,
 *	   "signer": {"name", "organization", "unit", "email", "serial",
 *	      "subject" ...} as in verified.h, or null}], none of them verified,
 *	 "signers": [{"page", "x", "y", "width", "height", "name" or null}],
 *	   the rooms for a person's signature that ckstoken has noted in a
 *	   document of its own}
 */
int signing_look(int fd, json_t **json, struct error *error);

/* Refuses a picture, as above, that signing_run() would put on no page. */
int signing_look_at_image(const unsigned char *image, size_t len,
			  struct error *error);

#endif
