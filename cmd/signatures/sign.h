/* SPDX-License-Identifier: LGPL-2.1-or-later */
/*
 * Signing the file on standard input. The key is elsewhere: what is to be
 * signed goes out through the socket that standard output is, and its signature
 * comes back (input/signing_frames.h).
 */
#ifndef CMD_SIGNATURES_SIGN_H
#define CMD_SIGNATURES_SIGN_H

#include <openssl/asn1.h>
#include <openssl/evp.h>

#include "base/arena.h"
#include "input/signing.h"
#include "input/signing_frames.h"
#include "signed.h"
#include "typeset/font.h"
#include "typeset/pdf/file.h"

/* 1. What is asked for, and why it is refused */

struct sign {
	json_t *request;
	X509 *cert; /* the signer's */
	STACK_OF(X509) * others;
	EVP_MD *digest;
	struct buffer image; /* PNG */
	struct font_set *fonts;
	enum signing_refusal refusal;
	char detail[200];
	bool is_refused;
};

/* Notes the first refusal, with a text for its words that may be NULL. Returns
 * false. */
bool sign_refuse(struct sign *s, enum signing_refusal refusal,
		 const char *detail);

/* Reads the request; false where the caller does not speak as it should. */
bool sign_take_request(struct sign *s);
void sign_free(struct sign *s);

/* A text of the request, or NULL. */
const char *sign_text(const struct sign *s, const char *key);

/* Asks the caller: sends @bytes as @ask, and appends its @answer to @got. */
bool sign_ask(struct sign *s, enum signing_frame ask, const void *bytes,
	      size_t len, enum signing_frame answer, struct buffer *got);

/* Sends a frame, and the one that tells of the refusal. False where the caller
 * is not there any more. */
bool sign_put(enum signing_frame kind, const void *bytes, size_t len);
bool sign_put_refusal(const struct sign *s);

/* Makes what the request asks for of the file on standard input: what is to be
 * appended, or the signature itself, or the JSON of signing_look(). */
bool sign_make(struct sign *s, struct buffer *out);

/* The program: all of one request. */
enum extract_exit sign_serve(void);

/* 2. The file with what is to be appended to it */

/* An object of the file that changes: its new text, which is that of all of
 * it. */
struct changed {
	int id;
	struct buffer text;
};

struct update {
	struct sign *sign;
	struct signed_pdf doc;
	qpdf_data pdf; /* of doc.whole */
	int free_id;   /* no object has it, nor refers anything to it */
	int pdfa;      /* the part of ISO 19005 that the file claims, or 0 */
	struct pdf_file file; /* what is appended */
	bool is_begun;
	struct changed *changed;
	size_t n_changed;
	/* In it: the "<" of the signature, which has room for so many bytes,
	 * and what lacks of /ByteRange, blanks as yet. */
	size_t hole, room, range;
};

/* Opens the file and finds out whether it may be signed. */
bool update_open(struct update *u, struct sign *sign);
void update_close(struct update *u);

/* Begins what is appended. */
bool update_begin(struct update *u);

/* The text for the object that @value is, which changes once: empty, and good
 * until the next call. */
struct buffer *update_change(struct update *u, qpdf_oh value);

/* True if @value is an object of its own, and of its first generation: verify
 * passes no change of another. */
bool update_has(const struct update *u, qpdf_oh value);

/* Ends it with the changed objects and their table. */
bool update_end(struct update *u);

/* Values as they are in the file. A dictionary with some keys anew, each of
 * which has its value as text; and an array with more text at its end. */
struct key_text {
	const char *key, *text;
};

void put_value(struct buffer *out, qpdf_data pdf, qpdf_oh value);
void put_dictionary(struct buffer *out, qpdf_data pdf, qpdf_oh dictionary,
		    const struct key_text *keys, size_t n);
void put_array(struct buffer *out, qpdf_data pdf, qpdf_oh array,
	       const char *more);

/* 3. Its look */

/* Its place on the page, and the object that draws it. */
struct look {
	double rect[4];
	unsigned int form; /* the object that draws it */
};

/* Appends what draws the look that the request asks for on @page. */
bool look_write(struct update *u, qpdf_oh page, struct look *look);

/* Refuses the image unless it can be put on a page. */
bool picture_fits(struct sign *sign);

/* Appends the image, scaled down to what is needed for @width and @height
 * points; its proportion in @ratio. Returns its object, 0 where it is refused.
 */
unsigned int picture_write(struct update *u, unsigned int colours, double width,
			   double height, double *ratio);

/* 4. Its field */

/* Appends the signature's dictionary and its field, with that of the page,
 * the form and the structure which changes. */
bool field_write(struct update *u, qpdf_oh page, const struct look *look,
		 size_t room);

/* 5. Its bytes */

/* The bytes that a signature of the request's will take at most; 0: refused. */
size_t message_room(struct sign *s);

/* Has the digest of @pieces signed, and appends the message (CMS) to @out. */
bool message_write(struct sign *s, const struct bytes *pieces, size_t n,
		   struct buffer *out);

/* Asks for a time-stamp of @signature and verifies it: the token as DER, which
 * the caller frees, or NULL where it is refused. */
ASN1_STRING *stamp_get(struct sign *s, const ASN1_OCTET_STRING *signature);

/* The facts of the certificate of a message's signer, or null. */
json_t *signer_describe(const unsigned char *der, size_t len);

#endif
