/* SPDX-License-Identifier: LGPL-2.1-or-later */
/*
 * A document that came in: its data, the paper that it is, and who signed it.
 * One of which a signature fails is not the one that was sent; one without a
 * signature may be anybody's. Whoever takes a document in tells the officer so.
 */
#ifndef CMD_RECEIVED_H
#define CMD_RECEIVED_H

#include <jansson.h>
#include <stdbool.h>

#include "command.h"
#include "input/attachment.h"

struct received {
	const struct globals *globals;
	const char *path; /* the caller's */
	struct attachment file;
	json_t *data; /* the dossier in it; NULL: it carries none */
	enum {
		SIGNATURES_UNKNOWN, /* it has some, or may have */
		SIGNATURES_NONE,
		SIGNATURES_VERIFIED,
	} known;
	json_t *signatures; /* as verified.h has them, where verified */
	/* Once received_doubt() was asked. */
	enum { PAPER_NOT_COMPARED, PAPER_SAME, PAPER_DIFFERS } paper;
	bool is_forged;	   /* a signature does not hold */
	bool is_of_others; /* all hold, and none is of its own agency */
	bool is_signed;	   /* all hold, and one is of its own agency */
	bool is_sealed;	   /* and so is a person's, and then the seal's */
};

/*
 * Reads the file @path, "-" being standard input, and verifies the signatures
 * of a PDF by what the configuration trusts. With @bare it may be a PDF without
 * data. 0 or an exit code, told; the caller ends with received_free() in either
 * case.
 */
int received_read(struct received *r, const struct globals *globals,
		  const char *path, bool bare);
void received_free(struct received *r);

/* Prints who signed it, and whether that holds. */
void received_show(const struct received *r);

/*
 * Warns of everything that speaks against the file: that its paper is another
 * than its data make, that another program may show something else of it, and
 * of its signatures, received_doubt_signatures(). A signer is to be of @token's
 * agency too, unless it is NULL. Whether there is anything.
 */
bool received_doubt(struct received *r, const struct cks_token *token);
bool received_doubt_signatures(struct received *r,
			       const struct cks_token *token);

/*
 * For who takes a document in and asks for no consent: shows who signed, and
 * warns of everything. With @alone, tells of the signatures that there are, and
 * of nothing else.
 */
void received_tell(struct received *r, bool alone);

/* The same of the file @path, which has the data of a document alone. */
void received_tell_data(const char *path);

/* True if it is signed as [desk] require says, where that says anything. */
bool received_suffices(const struct received *r);

/* Warns of each reason why the signature, of the file @path, is not known to
 * hold. Whether one is about the signer's certificate itself. */
bool signature_warn(const char *path, const json_t *signature);

/* Its signers, as a list of objects for programs; null: not known. */
json_t *received_json(const struct received *r);

#endif
