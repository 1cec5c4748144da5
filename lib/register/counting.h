/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* Shared by the files that implement statistics.h, and by nothing else. */
#ifndef REGISTER_COUNTING_H
#define REGISTER_COUNTING_H

#include "base/arena.h"
#include "base/date.h"
#include "statistics.h"

struct place;

struct counting {
	struct store *store;
	const struct statistics_question *question;
	struct statistics_doubts *doubts;
	char from[DATE_SIZE], to[DATE_SIZE]; /* days of the period, as the
						register writes them */
	bool failed;			     /* memory was out */

	/* Agencies or units where anything was counted. */
	struct place *places;
	size_t n_places;
	json_t *place_index; /* their numbers, by name */
	struct arena arena;
};

/*
 * A query of statistics.sql: @sql, with @of_agency where the question is about
 * one agency, and by what it is grouped, or "". Its first parameter, the
 * agency, is already set.
 */
struct query *counting_query(const struct counting *c, const char *sql,
			     const char *of_agency, const char *group);

/* The text at @column, clean, as a damaged database may have values that
 * ckstoken never writes; NULL for null. It is the arena's. */
const char *counting_text(struct counting *c, struct query *row, int column);

/* A tally for each kind of holder. */
enum tally_of {
	TALLY_ORGANIZATION,
	TALLY_PERSON,
	TALLY_DEVICE,
	TALLY_UNKNOWN,
	TALLIES
};

extern const char *const tally_names[TALLY_UNKNOWN];

struct tally {
	long long n[TALLIES];
};

void tally_add(struct tally *tally, const char *holder, long long n);
long long tally_total(const struct tally *tally);

/* True if an attempt at recovery failed, by what the register has of it. */
bool counting_is_failure(const char *result);

/* Of each of the @n @rows, which statistics.sql has, whether a nought says that
 * there was none. Where one does not, the doubts have since when the register
 * has been kept. */
void counting_find_known(struct counting *c, const char *const *rows, size_t n,
			 bool *known);

/* Sets @value, which is consumed, or remembers that memory was out. */
void counting_put(struct counting *c, json_t *object, const char *name,
		  json_t *value);
void counting_put_number(struct counting *c, json_t *object, const char *name,
			 long long number);
void counting_put_text(struct counting *c, json_t *object, const char *name,
		       const char *text);
/* "organization", "person", "device" and "total"; no nought where something is
 * of nobody known. */
void counting_put_tally(struct counting *c, json_t *object,
			const struct tally *tally);

#endif
