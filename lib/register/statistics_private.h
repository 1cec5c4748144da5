/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* The parts of statistics.h, for each other only. */
#ifndef REGISTER_STATISTICS_PRIVATE_H
#define REGISTER_STATISTICS_PRIVATE_H

#include "base/arena.h"
#include "base/date.h"
#include "statistics.h"

struct place;

struct counting {
	struct store *store;
	const struct statistics_question *question;
	struct statistics_doubts *doubts;
	char from[DATE_SIZE], to[DATE_SIZE]; /* as the register writes days */
	bool failed;			     /* no memory */

	/* Of statistics_places.c. */
	struct place *places;
	size_t n_places;
	json_t *place_index; /* their numbers, by name */
	struct arena arena;
};

/*
 * The question with its first two parameters, the agency and the last day of
 * the period, which all have: of a subscriber "s", $1 and $2.
 */
struct query *counting_query(const struct counting *c, const char *sql);
#define COUNTED_AMONG " ($1 = '' OR \"s\".\"organization\" = $1) "

/* Whose something is. */
#define HOLDER "coalesce(\"s\".\"holder\", '')"

/* A token "t", or of a certificate that need not be on one, was not handed back
 * or lost by then. */
#define COUNTED_IN_HAND                                                     \
	" AND (\"t\".\"returned_date\" IS NULL OR \"t\".\"returned_date\" " \
	"> $2) AND NOT EXISTS (SELECT 1 FROM \"losses\" \"l\" WHERE "       \
	"\"l\".\"device_serial\" = \"t\".\"device_serial\" AND "            \
	"\"l\".\"loss_kind\" = 'lost' AND "                                 \
	"coalesce(substr(\"l\".\"reported_time\", 1, 10), '') <= $2) "

/*
 * A certificate "c" for official use, its token "t" and its subscriber "s";
 * and that it was in force then: not revoked, nor announced to be, and nothing
 * had taken its place.
 */
#define FROM_CERTIFICATES                                              \
	" FROM \"certificates\" \"c\" LEFT JOIN \"tokens\" \"t\" ON "  \
	"\"t\".\"device_serial\" = \"c\".\"device_serial\" LEFT JOIN " \
	"\"subscribers\" \"s\" ON \"s\".\"subscriber\" = "             \
	"coalesce(\"c\".\"subscriber\", \"t\".\"subscriber\") WHERE "  \
	"coalesce(\"c\".\"official\", 1) <> 0 AND " COUNTED_AMONG
#define IN_FORCE                                                             \
	COUNTED_IN_HAND                                                      \
	"AND coalesce(\"c\".\"not_before\", '') <= $2 AND "                  \
	"(\"c\".\"revoked_date\" IS NULL OR \"c\".\"revoked_date\" > $2) "   \
	"AND (\"c\".\"notice_date\" IS NULL OR \"c\".\"notice_date\" > $2) " \
	"AND NOT EXISTS (SELECT 1 FROM \"certificates\" \"n\" WHERE "        \
	"\"n\".\"old_serial\" = \"c\".\"certificate_serial\" AND "           \
	"coalesce(\"n\".\"not_before\", '') <= $2) "                         \
	"AND NOT EXISTS (SELECT 1 FROM \"certificates\" \"n\" WHERE "        \
	"\"n\".\"device_serial\" = \"c\".\"device_serial\" AND "             \
	"\"n\".\"subscriber\" = \"c\".\"subscriber\" AND "                   \
	"\"n\".\"not_after\" > \"c\".\"not_after\" AND "                     \
	"coalesce(\"n\".\"not_before\", '') <= $2) "

/* The requests a request is: reports and minutes wait for no answer. */
#define ASKED_FOR                                                     \
	" \"r\".\"procedure\" IN ('new-person', 'new-organization', " \
	"'new-device', 'renew', 'change', 'revoke', 'recover') "
/* Since when it is in their hands who answer it. */
#define RECEIVED "coalesce(\"r\".\"valid_date\", \"r\".\"document_date\")"

/* The subscriber "s" whom an item "i" of a request is about; and the items of a
 * request "r", of which it may have none. */
#define SUBJECT_WHOM                                                   \
	" LEFT JOIN \"tokens\" \"t\" ON \"t\".\"device_serial\" = "    \
	"\"i\".\"device_serial\" LEFT JOIN \"certificates\" \"c\" ON " \
	"\"c\".\"certificate_serial\" = \"i\".\"certificate_serial\" " \
	"LEFT JOIN \"subscribers\" \"s\" ON \"s\".\"subscriber\" = "   \
	"coalesce(\"i\".\"subscriber\", \"c\".\"subscriber\", "        \
	"\"t\".\"subscriber\") "
#define WITH_ITEMS                                           \
	" LEFT JOIN \"items\" \"i\" ON \"i\".\"request\" = " \
	"\"r\".\"request\"" SUBJECT_WHOM

/* How many of each kind of holder. */
enum tally_of {
	TALLY_ORGANIZATION,
	TALLY_PERSON,
	TALLY_DEVICE,
	TALLY_UNKNOWN,
	TALLIES
};

struct tally {
	long long n[TALLIES];
};

enum tally_of tally_of(const char *holder);
void tally_add(struct tally *tally, const char *holder, long long n);
long long tally_total(const struct tally *tally);

/* Puts @value, which is consumed, or remembers that there is no memory. */
void counting_put(struct counting *c, json_t *object, const char *name,
		  json_t *value);
void counting_put_number(struct counting *c, json_t *object, const char *name,
			 long long number);
void counting_put_text(struct counting *c, json_t *object, const char *name,
		       const char *text);
/* "organization", "person", "device" and "total" */
void counting_put_tally(struct counting *c, json_t *object,
			const struct tally *tally);

/*
 * A place is an agency or, when the question is about one, each of its units.
 * Its columns in a question; in what groups by them too.
 */
#define PLACE                                                       \
	"\"s\".\"organization\", CASE WHEN $1 = '' THEN NULL ELSE " \
	"\"s\".\"unit\" END"
#define PLACE_COLUMNS 2

enum place_count { PLACE_TOKENS, PLACE_REQUESTS, PLACE_EXPIRING, PLACE_COUNTS };

/* Adds to what the place in the row's first columns has. */
void place_add(struct counting *c, struct query *row, enum place_count count,
	       long long n);
void places_free(struct counting *c);

/* Each puts what its name says into @all; places come last, which the others
 * add to. */
void count_procedures(struct counting *c, json_t *all);
void count_certificates(struct counting *c, json_t *all);
void count_places(struct counting *c, json_t *all);

#endif
