/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* One thing in the register that somebody asks about, and what belongs to it.
 */
#ifndef REGISTER_HISTORY_H
#define REGISTER_HISTORY_H

#include "base/arena.h"
#include "register.h"

/* A token, certificate, subscriber or request. */
struct subject {
	enum record_kind kind;
	const char *key;
	const char *words; /* whose it is, for people; may be "" */
};

struct subject_list {
	struct subject *list;
	size_t n;

	struct arena arena; /* private */
};

/*
 * Adds to @found, which begins zeroed, what @what may name: the serial number
 * of a token, whatever the case of its letters, or of a certificate; the
 * personal number, the e-mail address or the name of a subscriber; the number
 * of a letter; or "token=KEY" and so on, which names one alone. 0 or -ENOMEM;
 * errors of the database are the register's.
 */
int subject_find(struct custody_register *reg, const char *what,
		 struct subject_list *found);
void subject_free(struct subject_list *found);

/*
 * All records of @kind that belong to it, itself among them: rows of the
 * columns of that kind. NULL: none ever do.
 */
struct query *subject_records(struct custody_register *reg,
			      const struct subject *subject,
			      enum record_kind kind);

/* "token=0A1B": what names it alone; the caller's to free(). NULL: memory. */
char *subject_name(const struct subject *subject);

/* Goes through events for what belongs to one thing; to any, with NULL. */
struct subject_filter {
	const struct subject *subject;

	/* Private. */
	json_t *keys;	 /* a member for each record that belongs to it */
	json_t *needles; /* one of these stands in every event wanted */
	bool failed;
};

/* 0 or -ENOMEM; subject_filter_end() goes after it in either case. */
int subject_filter_begin(struct subject_filter *filter,
			 struct custody_register *reg,
			 const struct subject *subject);

/* Whether the text of an event may be wanted: cheap, and never wrongly false.
 */
bool subject_filter_may(const struct subject_filter *filter, const char *text);

/* Leaves of the @records of an event those wanted; false: there are none. */
bool subject_filter_take(struct subject_filter *filter, json_t *records);

/* 0, or -ENOMEM when memory was out since it began. */
int subject_filter_end(struct subject_filter *filter);

#endif
