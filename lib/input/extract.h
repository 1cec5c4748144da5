/* SPDX-License-Identifier: LGPL-2.1-or-later */
/*
 * Reading what a stranger may have made: a program of its own, "extract pdf" or
 * "extract docx", has the file as its standard input and prints the data it
 * finds attached. Nothing that parses such files is linked into its caller.
 *
 * "extract xlsx" prints a table, as CSV; its second argument is the name of a
 * sheet. Lines come before the table, and one that is empty: "chosen NAME" of
 * the sheet that it is, without which there is none, "other NAME" and "empty
 * NAME" of others that people see, "hidden NAME", and of the one chosen "rows
 * 5-9" and "columns D" for what is hidden there. A formula that was saved
 * without its value, text of which a part is struck out, and a number whose
 * format shows something else are marks there, and a day that may have been
 * exchanged with its month ends in "?".
 *
 * Of the others, with a second argument, "printed", a line comes before the
 * data: what the file is beside them, in six words. The first is the SHA-256 of
 * all that the document prints, or "-" where that cannot be told; the others
 * are numbers, of other files attached, of updates appended to the file, of
 * signatures, of those that show as a picture over what it prints, and the bits
 * of what it holds beside the document.
 */
#ifndef INPUT_EXTRACT_H
#define INPUT_EXTRACT_H

#include <signal.h>
#include <time.h>

#include "base/buffer.h"
#include "base/subprocess.h"

#ifndef CKSTOKEN_LIBEXECDIR
#error "CKSTOKEN_LIBEXECDIR: where the program is"
#endif

#define EXTRACT_PROGRAM CKSTOKEN_LIBEXECDIR "/extract"
#define SIGNATURES_PROGRAM CKSTOKEN_LIBEXECDIR "/signatures"

/*
 * The descriptor with what the caller of "signatures" trusts: parts, each a
 * letter of these, the lengths of a name and of bytes as numbers of 32 bits,
 * and both.
 */
#define EXTRACT_TRUST_FD 3
#define TRUST_SEED_SIZE 32

enum trust_part {
	TRUST_ANCHORS = 'A', /* root certificates of a file */
	TRUST_LISTS = 'L',   /* lists of revoked ones; a certificate beside
				those is trusted in nothing */
	TRUST_PLACE = 'P',   /* its name: where anchors are looked for */
	TRUST_SUBJECT = 'C', /* a certificate to be verified by itself */
	TRUST_SEED = 'S',    /* responders may be asked; TRUST_SEED_SIZE bytes
				of chance make each question another */
	TRUST_ANSWER = 'O',  /* its name: the question and the address */
	TRUST_SILENT = 'N',  /* its name: the address of a responder of which
				no answer came */
};

#define EXTRACT_NO_VALUE "#FORMULA!"
#define EXTRACT_STRUCK "#STRUCK!"
#define EXTRACT_UNSHOWN "#FORMAT!"

/* Attached data larger than this were not made by ckstoken. */
#define EXTRACT_MAX ((size_t)8 * 1024 * 1024)
/* A table may be larger. */
#define EXTRACT_TABLE_MAX ((size_t)64 * 1024 * 1024)
/* So long is the line before them at most. */
#define EXTRACT_LINE_MAX ((size_t)256)

/* Of what other programs may make something else than was read. */
enum extract_stray {
	EXTRACT_STRAY_KIND = 1,	   /* it is a PDF and a ZIP archive at once */
	EXTRACT_STRAY_ARCHIVE = 2, /* a DOCX is not one archive and no more, or
				      its parts are not told in one way */
	EXTRACT_STRAY_PLACE = 4,   /* a PDF begins or ends elsewhere than it
				      should */
	EXTRACT_STRAY_OBJECT = 8,  /* a PDF holds what its tables do not name */
};

/* The results of the program. */
enum extract_exit {
	EXTRACT_FOUND = 0,
	EXTRACT_NONE = 1,
	EXTRACT_BROKEN = 2,
	EXTRACT_ENCRYPTED = 3,
	EXTRACT_DIFFER = 4,	/* two sets of data that differ */
	EXTRACT_UNLIMITED = 5,	/* nothing was read: a limit is not in force,
				   or another leaves it no memory */
	EXTRACT_LIMIT = 6,	/* there is more in it than is looked through */
	EXTRACT_MISSING = 127,	/* as the dynamic loader and shells say it */
	EXTRACT_TOO_MUCH = 256, /* no exit code: it was killed for that */
};

/*
 * Runs the program on @fd, a regular file, with "pdf" or "docx" as @kind, and
 * puts what it prints into @data, which the caller frees. It gets no more than
 * a second of the processor and 40 MiB of memory, no network, no further
 * process and no file to write to (base/sandbox.h), and whatever becomes of it
 * is one of the above, in *@end. -errno when it could not be started.
 */
int extract_run(int fd, const char *kind, bool printed, struct buffer *data,
		enum extract_exit *end);

/*
 * The same for the workbook @fd and its @sheet, or NULL. It gets twenty seconds
 * and 512 MiB.
 */
int extract_table_run(int fd, const char *sheet, struct buffer *data,
		      enum extract_exit *end);

/*
 * The same for the program "signatures", which verifies those of the PDF @fd as
 * of @now, by what the file @trust has (input/verified.h), and prints JSON. It
 * gets twenty seconds and 256 MiB.
 */
int extract_signatures_run(int fd, int trust, time_t now, struct buffer *data,
			   enum extract_exit *end);

/* The same for the text @fd with its signature behind it. */
int extract_text_run(int fd, int trust, time_t now, struct buffer *data,
		     enum extract_exit *end);

/* The line of PEM with which that begins. */
#define SIGNED_TEXT_BEGIN "-----BEGIN CMS-----"

/* The same for the certificates that @trust has for it. */
int extract_certificates_run(int trust, time_t now, struct buffer *data,
			     enum extract_exit *end);

/* The same program, which tells as JSON what @trust has (verified.h). */
int extract_trust_run(int trust, struct buffer *data, enum extract_exit *end);

/*
 * Starts "signatures" ahead of the files, for a command that has it read
 * several (base/sandbox.h); where that fails, it is started for each.
 * extract_ahead_end() ends it.
 */
void extract_ahead(void);
void extract_ahead_end(void);

/* The same program while it signs the file @fd, and talks with its caller over
 * @socket (signing_frames.h). */
struct extract_child {
	struct subprocess process;
	struct sigaction keep;
};

/* 0, and extract_end() is to follow; -ENOEXEC: it cannot be limited here; or
 * another negative errno. */
int extract_sign_start(int fd, int socket, struct extract_child *child);
enum extract_exit extract_end(struct extract_child *child);

#endif
