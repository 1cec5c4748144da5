/* SPDX-License-Identifier: LGPL-2.1-or-later */
/*
 * What "ckstoken status" printed on some machine, as JSON, as the lines of
 * "--watch --json", or as CSV: the tokens that the machine saw, and when. The
 * file may come from anybody, and what is no value of a field is left out.
 */
#ifndef INPUT_MACHINE_H
#define INPUT_MACHINE_H

#include <jansson.h>
#include <stdbool.h>
#include <stddef.h>
#include <time.h>

#include "base/date.h"
#include "base/error.h"

/* One serial number: a card with several PINs shows as several tokens. */
struct machine_token {
	time_t when;
	char time[DATE_SIZE]; /* in Vietnam's time */
	/* Rows as those of "register add present": one for each certificate of
	 * a subscriber, or one without a certificate where there is none. */
	json_t *rows;
	json_t *states;	  /* by label: the state of the user PIN */
	bool knows_certs; /* the rows have every certificate there is */
};

/* What one machine saw. */
struct machine_report {
	char *host;    /* "" where it is not told */
	time_t when;   /* of the latest */
	bool complete; /* every token that is plugged in is among them */
	size_t n_failures;
	struct machine_token *tokens;
	size_t n_tokens;
	json_t *places;	   /* of the tokens, by serial number */
	size_t file;	   /* which of several it is of; the caller's */
	size_t n_nameless; /* tokens left out, without a serial number that the
			      register takes */
};

struct machine_reports {
	struct machine_report *list;
	size_t n;
};

/* True if two names of machines are one, which capitals do not tell apart; what
 * has no name is not known to be any. */
bool machine_same_host(const char *a, const char *b);

/* True if no token can have gone from one machine to another in between. */
bool machine_at_once(time_t a, time_t b);

/* As the register takes it; that of the report, or NULL. */
const char *machine_token_serial(const struct machine_token *token);
struct machine_token *machine_find(const struct machine_report *report,
				   const char *serial);

/*
 * Reads @text, which may have several documents one after another; @now is the
 * time of whoever reads. Adds to @reports, which begins zeroed. 0, -EBADMSG and
 * @error, or -ENOMEM.
 */
int machine_read(const char *text, size_t len, time_t now,
		 struct machine_reports *reports, struct error *error);
void machine_reports_free(struct machine_reports *reports);

#endif
