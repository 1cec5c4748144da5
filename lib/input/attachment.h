/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* The data that a document made by ckstoken carries for programs. */
#ifndef INPUT_ATTACHMENT_H
#define INPUT_ATTACHMENT_H

#include <stdbool.h>
#include <stddef.h>

#include "base/digest.h"
#include "base/error.h"
#include "extract.h"

/* A stranger's file that is open to be handed to the limited program. */
struct opened {
	int fd;		  /* of a regular file, for the caller to close; or
			     negative */
	const char *name; /* for messages */
	const char *kind; /* "pdf" or "docx", by what is in it */
	bool is_misnamed;
};

/* Opens @path, "-" being standard input. 0; or a negative errno, told in
 * @error. */
int attachment_open(const char *path, struct opened *opened,
		    struct error *error);

/* A document as evidence: the file, beside the data in it. */
struct attachment {
	char *json;
	const char *kind;	      /* "pdf" or "docx" */
	char sha256[DIGEST_HEX_SIZE]; /* of the file */
	bool is_misnamed; /* its name ends as that of another kind */
	/* What follows is known only where @is_counted: it may be too much to
	 * look through, and the data are read all the same. */
	bool is_counted;
	char printed[DIGEST_HEX_SIZE]; /* of all it prints; "": not known */
	size_t n_others;	       /* other files attached to it */
	size_t n_updates;	       /* appended after it was written */
	size_t n_signatures;	       /* counted and not verified */
	size_t n_looks;		       /* of them, over what it prints */
	unsigned int strays;	       /* bits of enum extract_stray */
};

/*
 * Takes the JSON text that is attached to the file, which may come from
 * anybody. 0 with attachment->json: an object, valid and of a size that is safe
 * to parse, whose "version" is 1. Else @error says what is wrong:
 *	-ENODATA	there is none in it
 *	-EBADMSG	the file, or the data in it, is broken, hostile, of an
 *			unknown kind or version
 *	-ENOEXEC	the program that reads such files cannot be run
 *	-ENOMEM
 *	others		the file cannot be read
 * Its kind and its digest are there in each case. Whatever happens, the caller
 * ends with attachment_free().
 */
int attachment_examine(const struct opened *opened,
		       struct attachment *attachment, struct error *error);
void attachment_free(struct attachment *attachment);

/* The digest of what a document of @kind prints, which @fd, a regular file,
 * has: 0, or -ENODATA where that cannot be told, or another negative errno. */
int attachment_printed(int fd, const char *kind, char printed[DIGEST_HEX_SIZE]);

/* The digest of all that @fd has. 0 or a negative errno. */
int attachment_digest(int fd, char sha256[DIGEST_HEX_SIZE]);

/* What the end of @program means for the file @name: a negative errno as
 * attachment_examine() has it, told in @error. */
int attachment_refuse(enum extract_exit end, const char *program,
		      const char *name, struct error *error);

/* True if @json is of a size that attachment_examine() accepts. */
bool attachment_fits(const char *json);

#endif
