/* SPDX-License-Identifier: LGPL-2.1-or-later */
/*
 * The signatures of the PDF on standard input, verified where it is read. What
 * is found goes out as JSON: input/verified.h has its shape.
 */
#ifndef CMD_SIGNATURES_SIGNED_H
#define CMD_SIGNATURES_SIGNED_H

#include <jansson.h>
#include <openssl/x509.h>
#include <stdint.h>
#include <time.h>

#include "../extract/strays.h"
#include "base/buffer.h"
#include "input/extract.h"
#include "input/finding.h"

struct trust;

/* The file up to one of its ends. */
struct revision {
	size_t len;
	qpdf_data pdf;
	struct places places;
};

/* The time at which a thing surely was there: @at is now where no
 * time-stamp proves another. */
struct proof {
	time_t at;
	bool is_proved;
};

struct signature {
	char *name;		 /* of its field */
	int field, dictionary;	 /* numbers of their objects */
	char *kind;		 /* /SubFilter */
	uint64_t range[4];	 /* /ByteRange */
	unsigned char *contents; /* /Contents */
	size_t contents_len;
	bool is_stamp;	/* a time-stamp of the document */
	bool certifies; /* it has /DocMDP, of which is */
	int permission; /* 1 to 3 */
	bool locks;	/* it has /FieldMDP, or its field /Lock */
	bool has_twin;	/* another field has its name, or itself */
	bool is_exact;	/* it covers all up to @end but itself */
	size_t end;
	bool has_claim;
	time_t claim;
	struct proof proof;
	bool is_anchored; /* its path leads to a root: else nothing passes */
	X509 *signer;
	STACK_OF(X509) * certs;
	json_t *json, *findings;
	enum indication indication;
	const char *sub;
};

struct signed_pdf {
	struct bytes file;
	struct revision whole;
	struct signature *list; /* in the order in which they were made */
	size_t n;
	time_t now;
	struct trust *trust;
};

/* Notes a finding at @s; the first of the gravest decides. @text may be NULL.
 */
void signature_add(struct signature *s, enum finding finding, const char *text);

/* True where nothing that was found so far makes it fail. */
bool signature_stands(const struct signature *s);

/* Opens the first @len bytes of @file; false where they are no PDF. */
bool revision_open(struct revision *r, const struct bytes *file, size_t len);
void revision_close(struct revision *r);

/* The end of the next revision after @from; the file's where there is none. */
size_t revision_end(const struct bytes *file, size_t from);

/* True if nothing stands from @at to @end. */
bool bytes_are_blank(const unsigned char *at, const unsigned char *end);

/* True unless the file has two tables of its objects, one for programs that
 * read no streams (ISO 32000-1, 7.5.8.4), and what is shown differs by them. */
bool tables_agree(const struct signed_pdf *doc);

/* Finds the signatures of the file, as they say of themselves; false where
 * there is more than is looked through. */
bool signatures_find(struct signed_pdf *doc);
void signatures_free(struct signed_pdf *doc);

/* True if @s covers what it should, and up to where. */
void byte_range_check(const struct signed_pdf *doc, struct signature *s);

/* Judges what came into the file after @s. */
void changes_check(const struct signed_pdf *doc, struct signature *s);

/* Verifies the bytes of @s, and takes its signer and time-stamp from them. */
void cms_check(const struct signed_pdf *doc, struct signature *s);

/*
 * Verifies the RFC 3161 time-stamp @der of what @data are, and puts the time at
 * which that was there into @proof. With @about, notes there why it does not.
 */
bool stamp_check(const struct signed_pdf *doc, struct signature *about,
		 const unsigned char *der, size_t len, const struct bytes *data,
		 size_t n_data, const struct proof *seen, struct proof *proof);

/* True if a digest (NID) proves nothing today, and a key of a certificate does,
 * as TT 15/2025/TT-BKHCN has them: RSA of 2048 bits and curves of 256 at least.
 */
bool digest_is_weak(int digest);
bool has_strong_key(X509 *cert);

/* Notes the key of @cert at @s where it is too weak. */
void key_check(struct signature *s, X509 *cert);

/* Puts the indication of @s, and the findings, into its JSON. */
void signature_describe(struct signature *s);

/* 2. Trust: what the office has configured, and what the file brings */

struct trust *trust_read(int fd);
void trust_free(struct trust *trust);

/* What the office has configured, and nothing else, as input/verified.h has it.
 * For json_decref(). */
json_t *trust_describe(const struct trust *trust);

/* Takes the certificates and lists of the file's /DSS. */
void trust_take_dss(struct trust *trust, qpdf_data pdf);

/* Takes the lists and answers of a signature's revocationInfoArchival. */
void trust_take_archive(struct trust *trust, const unsigned char *der,
			size_t len);

/* All of the above: the signatures of standard input as JSON in @json, judged
 * at @now. EXTRACT_NONE: it has none. */
enum extract_exit signatures_verify(struct buffer *json, struct trust *trust,
				    time_t now);

/* The same of a text that has one signature (CMS) behind it, as PEM. */
enum extract_exit text_verify(struct buffer *json, struct trust *trust,
			      time_t now);

/* The purpose that a certificate must have; USE_ANY: it is looked at by itself.
 */
enum use { USE_SIGNING, USE_STAMPING, USE_ANY };

/*
 * Verifies @cert up to an anchor, with @certs between them, at the time that
 * @proof has; what is found goes to @s, and what the path is into its JSON
 * under @key.
 */
void trust_check(const struct signed_pdf *doc, struct signature *s, X509 *cert,
		 STACK_OF(X509) * certs, enum use use,
		 const struct proof *proof, const char *key);

/* A certificate's facts, as verified.h has them of each of a path. */
json_t *cert_describe(X509 *cert);

/* 3. Pages */

/* The pages of a file, in order. */
struct pages {
	qpdf_oh *list; /* free(3) */
	int n, n_nodes;
	bool is_limited; /* there are more than are looked through */
};

/* qpdf's own list mends the nodes of a file that it finds amiss, from its
 * version 12 on, and what is compared then would not be what was signed. */
struct pages pages_of(qpdf_data pdf);

/* Four numbers of an array, false where it has none such. */
bool box_of(qpdf_data pdf, qpdf_oh array, double box[4]);

/* A page as it is seen: the rectangle of it that shows, in its own units, and
 * how far it is turned, clockwise. */
struct seen_page {
	double box[4];
	int rotate;
	double unit;	      /* points */
	double width, height; /* in points, as it is seen */
};

bool page_seen(qpdf_data pdf, qpdf_oh page, struct seen_page *seen);

/* 4. Texts */

/* A name as one line of text. */
json_t *name_text(const X509_NAME *name);
time_t asn1_seconds(const ASN1_TIME *time);

#endif
