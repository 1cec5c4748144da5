/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* A subject, the one thing in the register that an officer asks about, and the
 * records that belong to it. */
#ifndef REGISTER_HISTORY_H
#define REGISTER_HISTORY_H

#include "base/arena.h"
#include "register.h"

/* A token, certificate, subscriber or request. */
struct subject {
	enum record_kind kind;
	const char *key;
	const char *words; /* a description for people, may be "" */
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

/* The words by which subjects and what they are of are named. */
enum subject_word {
	SUBJECT_WORD_TOKEN, /* its serial number */
	SUBJECT_WORD_LABEL, /* a token's */
	SUBJECT_WORD_NAME,  /* a subscriber's */
	SUBJECT_WORD_EMAIL,
	SUBJECT_WORD_LETTER, /* its number */
	SUBJECT_WORD_AGENCY,
	SUBJECT_WORD_UNIT,
};

/* Those that begin with @beginning, 200 at most, as a query whose columns are
 * the word and two more that tell whose it is, each perhaps "". */
struct query *subject_words(struct custody_register *reg,
			    enum subject_word word, const char *beginning);

/* Asks for the records of each kind that belong to the subject, the subject
 * itself included, at one go. The columns are those of the kind. NULL: records
 * of this kind never do. */
void subject_records(struct custody_register *reg,
		     const struct subject *subject,
		     struct query *rows[RECORD_KINDS]);

/* The unique name of the subject, such as "token=0A1B". The caller frees it.
 * NULL: no memory. */
char *subject_name(const struct subject *subject);

/* The events of one subject, or with NULL all, and in each the records that
 * belong to it. */
struct subject_filter {
	const struct subject *subject;

	/* Private. */
	struct custody_register *reg;
	struct arena arena;
	long long *events; /* numbers, in order; some may have nothing of it */
	size_t n_events, next;
	struct query *query;
	json_t *records; /* a member for each that belongs to it */
	bool failed;
};

/* 0 or -ENOMEM. Call subject_filter_end() in either case. */
int subject_filter_begin(struct subject_filter *filter,
			 struct custody_register *reg,
			 const struct subject *subject);

/* The next event: its number, hash and text. NULL at the end. */
struct query *subject_filter_next(struct subject_filter *filter);

/* Removes the records of others from the @records of an event. False if none
 * are left. */
bool subject_filter_take(struct subject_filter *filter, json_t *records);

/* 0, or -ENOMEM if memory was out at any time since the filter began. */
int subject_filter_end(struct subject_filter *filter);

#endif
