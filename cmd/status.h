/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* "ckstoken status", once or for as long as it is let. */
#ifndef CMD_STATUS_H
#define CMD_STATUS_H

#include <jansson.h>

#include "command.h"
#include "select.h"

struct status {
	struct globals *globals;
	struct selection selection;
	struct cks_scan *scan;
	int days, critical_days, json, csv, format, watch, no_register;
	unsigned int renewal; /* renewal_days(), for the watch */
};

/* "status --watch": until it is interrupted. An exit code. */
int status_watch(struct status *s);

/* What the watch tells. */

enum watch_event {
	EVENT_PRESENT,
	EVENT_PLUGGED_IN,
	EVENT_CHANGED,
	EVENT_PULLED,
	EVENT_FAILED,
};

/* The time now: a watch lasts longer than a moment. */
time_t status_moment(const struct status *s);

/* The text of a member of @object; "" where there is none. */
const char *event_text(const json_t *object, const char *name);

/*
 * The result of the scan: its "failures", and its "tokens" as items with the
 * "token" itself, its "name" and its "state" as a line has them, and whether it
 * "needs_attention". NULL: memory is out.
 */
json_t *status_answer(const struct status *s);
/* The same of a scan that could not be. */
json_t *status_answer_of_error(const char *reader, enum cks_err err);
/* A failure that is none of a scan, as json_of_failure() makes those. @reader
 * may be "". */
json_t *status_failure(const char *reader, enum cks_err err,
		       const char *message);

/*
 * What was told of one reader, or with "" of all slots in none, and still
 * holds: the tokens, as the items of an answer, and the failures.
 */
struct told {
	struct told *next;
	const char *reader;
	json_t *shown, *failures;
	bool was_in;	  /* what comes now was not put in before our eyes */
	bool is_doubtful; /* pcscd was lost: the tokens may be gone */
};

/* Where events are told, a line for each, on standard output. Without JSON,
 * standard error advises what to do with a token that needs attention. */
struct event_log {
	const struct status *status;
	struct told *first;
	json_t *modules; /* failures of modules as a whole, by their texts */
	long day;	 /* of the line before */
	bool failed;	 /* memory was out */
};

/*
 * The tokens of an answer: each that is new, has changed or is there no more is
 * told. One that is missing may be hidden by one of the failures, and then
 * stays. Returns whether there was news.
 */
bool told_tokens(struct event_log *log, struct told *told, json_t *tokens,
		 const json_t *failures);

/* A failure of an answer, unless it was told. Returns whether it was news. */
bool told_failure(struct event_log *log, struct told *told, json_t *failure);

/* Of the failures that were told, those that are not in @failures are over. */
void told_keep(struct told *told, const json_t *failures);

/* True if a failure called so was told, and holds. */
bool told_has_failure(const struct told *told, const char *error);

/* All that was told of the reader was pulled. */
void told_empty(struct event_log *log, struct told *told);

/* A failure that is of no answer. */
void tell_failure(struct event_log *log, json_t *failure);

#endif
