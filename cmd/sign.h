/* SPDX-License-Identifier: LGPL-2.1-or-later */
/*
 * Signing PDFs by a token, in this order: the options are checked
 * (sign_token.c), the token and its certificate are found and guarded, each
 * document is opened and guarded (sign_document.c), its look and place are
 * found (sign_look.c), the PIN is asked for and the token logged in to once,
 * and each document is signed and verified before anything is written
 * (sign_make.c).
 */
#ifndef CMD_SIGN_H
#define CMD_SIGN_H

#include <jansson.h>

#include "base/buffer.h"
#include "base/digest.h"
#include "command.h"
#include "input/verified.h"
#include "read_secret.h"
#include "select.h"

/* The part of the signature in the document (NĐ 30/2020, Phụ lục I). */
enum sign_as {
	SIGN_BY_HOLDER, /* a person's or a seal, as the certificate is */
	SIGN_PERSON,
	SIGN_SEAL,
	SIGN_COPY,  /* the agency's, of a copy that it makes */
	SIGN_ANNEX, /* the agency's, of what goes with a document */
	SIGN_AS_COUNT
};

struct sign_options {
	struct selection selection;
	struct secret_source pin_source;
	char *as, *id, *image, *at, *tsa, *number, *copy_form;
	int final_try, yes, invisible, no_tsa, tsa_seconds;
};

/* Within a page as it is seen, in points from its lower left corner. */
struct sign_place {
	unsigned int page; /* from 1 on; 0: nothing is shown */
	double x, y, width, height;
};

#define SIGN_LINES_MAX 3
#define SIGN_PATH_MAX 8

/* A time-stamping authority may take minutes. */
#define SIGN_TSA_SECONDS 180

/* A document to be signed. */
struct sign_document {
	const char *path; /* "-": standard input; for messages, unless it is */
	const char *name;
	int fd; /* a copy of it that nobody can change; -1: not open */
	char sha256[DIGEST_HEX_SIZE];
	json_t *look;	    /* as signing_look() sees it */
	json_t *signatures; /* those it has, verified; NULL: none */
	json_t *dossier;    /* the data in it; NULL: it has none */
	struct sign_place place;
	/* Once it is signed. */
	time_t time;
	json_t *signature;  /* as verify sees it in the result */
	struct buffer made; /* the whole signed file */
};

struct sign {
	const struct globals *globals;
	const struct sign_options *options;
	enum sign_as as;
	const char *tsa; /* the address of the authority; NULL: none is asked */
	struct cks_scan *scan;
	struct cks_token *token;
	const struct cks_cert *cert; /* of the token */
	struct buffer image;	     /* a PNG; empty: none */
	struct verifier by;	     /* what is trusted; by.trust -1: not yet */
	struct cks_cert *path[SIGN_PATH_MAX]; /* the signer's, and above it */
	size_t n_path;
	bool doubt; /* something was told that needs --yes */
	struct cks_secret *pin;
	struct cks_signer *signer;
	bool is_dead; /* the token signs no more, or no time-stamp is to be had
		       */
};

/* Each of these returns 0 to go on, or an exit code, with an error printed. */

/* Before anything is opened. */
int sign_check_options(struct sign *s);
/* Refuses a file that is there already, and a place where none can be. */
int sign_check_output(const char *path);
/* Finds the token and the certificate, and refuses those that may not sign. */
int sign_find_token(struct sign *s);
/* The same where the token is one that has the certificate of @name, a person,
 * or of any person for NULL, and an option need not name it. */
int sign_find_person(struct sign *s, const char *name);
/* Asks for the PIN, logs in, and has the token make a trial signature. */
int sign_log_in(struct sign *s);

/* The exit code for @err of a signer: once the PIN may have left, that nothing
 * was sent is not so. */
int sign_exit_code(enum cks_err err, bool pin_sent);
/* Refuses to go on where there was a doubt, unless --yes was given. */
int sign_settle_doubts(struct sign *s);
/* Puts into the log of the system that @path was signed, and written. */
void sign_log(const struct sign *s, const char *path);
void sign_free(struct sign *s);

/* Once the token is found: opens the document, looks at it and verifies the
 * signatures that it has. */
int sign_document_open(struct sign *s, struct sign_document *d);
/* The same of a PDF that was made here just now, of @dossier. */
int sign_document_take(struct sign *s, struct sign_document *d,
		       const unsigned char *data, size_t len,
		       const json_t *dossier);
/* Refuses what cannot be signed, and tells what speaks against it. */
int sign_document_guard(struct sign *s, const struct sign_document *d);
/* Lets the file go until sign_document_again(), which refuses another. */
void sign_document_rest(struct sign_document *d);
int sign_document_again(struct sign_document *d);
void sign_document_free(struct sign_document *d);

/* The signatures of the PDF @fd, called @name, as verify sees them: 0, or a
 * negative errno told in @error, -ENODATA where it has none. */
int sign_verify(struct sign *s, int fd, const char *name, time_t now,
		json_t **signatures, struct error *error);

/* A file in memory of these bytes: its descriptor, or a negative errno. */
int sign_memory(const unsigned char *data, size_t len);

/* Reads the picture @path into @image. 0, or a negative errno told in @error:
 * it cannot be read, or is none that goes on a page. */
int sign_image_read(const char *path, struct buffer *image,
		    struct error *error);
/* Reads the picture, if there is to be one. */
int sign_read_image(struct sign *s);
/* Finds the place of what is shown. */
int sign_find_place(const struct sign *s, struct sign_document *d);
/* The lines that a copy or an annex shows, for the caller to free; how many. */
size_t sign_lines(const struct sign *s, time_t time,
		  char *lines[SIGN_LINES_MAX]);
/* The size of their type in points. */
#define SIGN_TYPE_SIZE 10

/* Finds the certificates that go with signatures. 0 or -ENOMEM. */
int sign_find_path(struct sign *s);

/* Signs the document, and verifies what comes of it: d->made. */
int sign_make(struct sign *s, struct sign_document *d);
/* Signs the text in the regular file @fd, called @name, and puts the signature
 * into @cms, as DER, which nobody has verified. */
int sign_text(struct sign *s, int fd, const char *name, struct buffer *cms);

/* "person" and the like. */
const char *sign_as_name(enum sign_as as);

#endif
