/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* One thing in the register that somebody asks about, and what belongs to it.
 */
#ifndef REGISTER_ABOUT_H
#define REGISTER_ABOUT_H

#include "base/arena.h"
#include "register.h"

/* A token, certificate, subscriber or request. */
struct about {
	enum record_kind kind;
	const char *key;
	const char *words; /* whose it is, for people; may be "" */
};

struct about_list {
	struct about *list;
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
int about_find(struct custody_register *reg, const char *what,
	       struct about_list *found);
void about_free(struct about_list *found);

/*
 * All records of @kind that belong to it, itself among them: rows of the
 * columns of that kind. NULL: none ever do.
 */
struct query *about_records(struct custody_register *reg,
			    const struct about *about, enum record_kind kind);

/* "token=0A1B": what names it alone; the caller's to free(). NULL: memory. */
char *about_name(const struct about *about);

/* Goes through events for what belongs to one thing; to any, with NULL. */
struct about_filter {
	const struct about *about;

	/* Private. */
	json_t *keys;	 /* a member for each record that belongs to it */
	json_t *needles; /* one of these stands in every event wanted */
	bool failed;
};

/* 0 or -ENOMEM; about_filter_end() goes after it in either case. */
int about_filter_begin(struct about_filter *filter,
		       struct custody_register *reg, const struct about *about);

/* Whether the text of an event may be wanted: cheap, and never wrongly false.
 */
bool about_filter_may(const struct about_filter *filter, const char *text);

/* Leaves of the @records of an event those wanted; false: there are none. */
bool about_filter_take(struct about_filter *filter, json_t *records);

/* 0, or -ENOMEM when memory was out since it began. */
int about_filter_end(struct about_filter *filter);

#endif
