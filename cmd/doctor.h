/* SPDX-License-Identifier: LGPL-2.1-or-later */
/*
 * "ckstoken doctor": each part looks at one thing, changes nothing, and adds
 * rows (doctor.c) of what it found; cmd_doctor.c prints them. A fault in one
 * part keeps no other from looking.
 */
#ifndef CMD_DOCTOR_H
#define CMD_DOCTOR_H

#include "base/arena.h"
#include "command.h"
#include "select.h"

/* In the order in which rows are printed: first the links from the USB device
 * to the certificate, and then the rest. */
enum doctor_source {
	SOURCE_USB,
	SOURCE_SERVICE, /* pcscd */
	SOURCE_READER,
	SOURCE_CARD,
	SOURCE_MODULE,
	SOURCE_TOKEN,
	SOURCE_CERTIFICATE, /* the last link */
	SOURCE_LOGS,
	SOURCE_CLOCK,
	SOURCE_CONFIGURATION,
	SOURCE_PROVINCE,
	SOURCE_FORMS,
	SOURCE_CALENDAR,
	SOURCE_FONTS,
	SOURCE_PROGRAMS,
	SOURCE_REGISTER,
	SOURCE_JOURNAL,
	SOURCE_TRUST,
	SOURCE_COUNT,
};

enum doctor_result {
	DOCTOR_OK,
	DOCTOR_UNKNOWN, /* it cannot be known from here */
	DOCTOR_WARNING, /* it works, and is to be mended */
	DOCTOR_BROKEN,
	DOCTOR_RESULTS,
};

struct doctor_row {
	enum doctor_source source;
	const char *check; /* its name for programs */
	enum doctor_result result;
	const char *found; /* a sentence */
	/* Each NULL where there is none: the thing that the row is about, as a
	 * path or a reader; what to do, a sentence; the command that does it,
	 * which may be several lines. */
	const char *about, *todo, *command;
};

struct doctor {
	struct globals *globals;
	struct selection selection; /* for its timeout */
	struct arena arena;	    /* of the texts of rows */
	struct doctor_row *rows;
	size_t n;
	struct cks_scan *scan;
	const struct cks_readers *readers; /* NULL: pcscd does not answer */
	enum cks_err service;		   /* why not */
	bool has_config;		   /* the configuration could be read */
	bool logs_apdus;		   /* pcscd does */
	/* The latest moment that something bears which is in the past, and what
	 * that is, as a clause. */
	time_t seen;
	const char *seen_by;
};

/* Keeps the row; its texts must last, as those of the arena do. */
void doctor_add(struct doctor *d, const struct doctor_row *row);

#define DOCTOR_ADD(d, ...) \
	doctor_add((d), &(const struct doctor_row){ __VA_ARGS__ })

/* True if a link before @source is broken, by the rows added until now. */
bool doctor_is_broken_before(const struct doctor *d, enum doctor_source source);

/* True if the configuration, which says what @source is of, could not be read;
 * then a row says that nothing is known of it. */
bool doctor_lacks_configuration(struct doctor *d, enum doctor_source source);

/* The command of ckstoken, "register verify", as globals->program begins it.
 */
const char *doctor_command(struct doctor *d, const char *command);

/* The command as whoever is not root types it, in the arena. */
const char *doctor_as_root(struct doctor *d, const char *command);

/* Notes that @what, a clause in the arena, is of the moment @t. */
void doctor_saw(struct doctor *d, time_t t, const char *what);

/* The readers and tokens on the USB bus. */
struct doctor_bus {
	bool is_known;	 /* whether it could be looked at */
	bool has_driver; /* of readers, for pcscd */
	size_t n;
	const char *names; /* "SafeNet eToken 7300 (0529:0602), ..." */
	/* The first that the driver does not know; NULL: none. */
	const char *strange;
};

/* doctor_usb.c */
void doctor_usb(struct doctor *d, struct doctor_bus *bus);

/* doctor_readers.c: pcscd, the readers, and the cards in them; USB first. */
void doctor_readers(struct doctor *d);

/* doctor_modules.c: modules, tokens and certificates; and what logs PINs. */
void doctor_modules(struct doctor *d);
void doctor_tokens(struct doctor *d);
void doctor_logs(struct doctor *d);

/* doctor_office.c: what documents are made of and by. */
void doctor_configuration(struct doctor *d);
void doctor_office(struct doctor *d);
/* After all that doctor_saw() anything. */
void doctor_clock(struct doctor *d);

/* doctor_books.c: the register, the journal, and what is trusted. */
void doctor_books(struct doctor *d);

#endif
