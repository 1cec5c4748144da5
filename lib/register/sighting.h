/* SPDX-License-Identifier: LGPL-2.1-or-later */
/*
 * What machines saw, held against the register and put into it: where and when
 * each token was seen, the state of its user PIN, and its certificates. Nothing
 * is put that the report does not know, and nothing of a report that is older
 * than what the register knows of the token.
 */
#ifndef REGISTER_SIGHTING_H
#define REGISTER_SIGHTING_H

#include "base/arena.h"
#include "import.h"
#include "input/machine.h"

enum sighting_kind {
	SIGHTED_NEW,	 /* the register did not have the token */
	SIGHTED_MOVED,	 /* it was seen on another machine before */
	SIGHTED_SWAPPED, /* it, its certificate or its holder is another */
	SIGHTED_CHANGED,
	SIGHTED_MISSING, /* it was on the machine and is not there now */
	SIGHTED_UNCLEAR, /* whose it is, or where, cannot be told */
	SIGHTING_KINDS
};

/* What is another, and which texts of the sighting say so. */
enum sighting_what {
	SIGHTED_TOKEN,		 /* all of it */
	SIGHTED_HOST,		 /* was, is */
	SIGHTED_EXCHANGE,	 /* was, is; other, the token that went back */
	SIGHTED_HOLDER,		 /* was, is: names */
	SIGHTED_CERTIFICATE,	 /* was, is: serial numbers */
	SIGHTED_ELSEWHERE,	 /* certificate; other, the token it was on */
	SIGHTED_PIN,		 /* was, is: states */
	SIGHTED_NEW_CERTIFICATE, /* certificate */
	SIGHTED_NO_CERTIFICATE,	 /* certificate, which is not on it any more */
	SIGHTED_END,		 /* certificate; was, is: its last days */
	SIGHTED_DOUBT,		 /* is, a sentence */
	SIGHTED_AT_ONCE,	 /* was, is: machines that saw it at one time */
	SIGHTED_TWINS,		 /* it was on one of two machines of one name */
	SIGHTED_SPELLING, /* was, is: a name that was taken for another's */
	SIGHTING_WHATS
};

/* Texts without a value are "". */
struct sighting {
	enum sighting_kind kind;
	enum sighting_what what;
	const char *serial, *name, *host;
	const char *was, *is, *certificate, *other;
};

struct sightings {
	struct sighting *list;
	size_t n;
	size_t counts[SIGHTING_KINDS]; /* of tokens */
	size_t n_seen;	/* tokens that were held against the register */
	size_t n_older; /* left out, as the register knows later things */

	struct arena arena; /* private */
};

/* "moved", "exchange" … */
const char *sighting_kind_name(enum sighting_kind kind);
const char *sighting_what_name(enum sighting_what what);

/* True if the register, which has @known of the token, or NULL, knows something
 * later of it. */
bool sighting_is_older(const struct machine_token *token, const json_t *known);

/*
 * Between register_begin() and register_commit(): puts the @reports, each as
 * one event, the earliest first, and adds to @out, which begins zeroed, what is
 * new in them. Brings the reports into that order. Errors of the database are
 * the register's, -ENOMEM too; @in->errors get none.
 */
void sightings_take(struct import *in, struct machine_reports *reports,
		    struct sightings *out);
void sightings_free(struct sightings *sightings);

#endif
