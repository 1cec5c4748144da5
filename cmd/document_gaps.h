/* SPDX-License-Identifier: LGPL-2.1-or-later */
/*
 * The gaps of a document that somebody can be asked to fill: how each is asked
 * for, what the register knows to choose from, and which options say the
 * answer.
 */
#ifndef CMD_DOCUMENT_GAPS_H
#define CMD_DOCUMENT_GAPS_H

#include "document.h"
#include "question.h"

struct gap {
	const char *name; /* as the document calls it: "điện thoại bên nhận" */
	const char *path; /* as --set does, or one of the three below */
	size_t row;	  /* of the subscribers, from 1; 0: of none */
};

/* Facts that other options than --set say. */
#define GAP_NUMBER "document.number"
#define GAP_TIME "document.time"
#define GAP_TOKEN "--serial"

/* The choices of an answer: the words and the value of each, and of a person
 * the number that tells those of one name apart, or NULL. If they are too many
 * for a screen, none is shown. */
struct gap_choices {
	const char **labels, **values, **id_numbers;
	size_t n, n_shown;
	const char *doubted; /* an answer that is taken when given again */
	long day; /* of the document when it was asked, whose hour is meant */
};

/* The number of values that the documents lack and that could be given. -1: no
 * memory. */
long gap_count(const struct document_job *job);

/*
 * The first gap whose path is no member of @left; gap->path is NULL where there
 * is none. The number of a document, and the hour of minutes, count as gaps
 * here, and which token it is goes before all. 0 or -ENOMEM.
 */
int gap_next(const struct document_job *job, const json_t *left,
	     struct arena *arena, struct gap *gap);

/*
 * The question for @gap, in memory of @arena: texts and choices. 0, or an exit
 * code, told, where the register cannot be read.
 */
int gap_pose(const struct gap *gap, struct document_job *job,
	     struct arena *arena, struct gap_choices *choices,
	     struct question *question);

/*
 * The options that say @answer, by twos, in @words: "--set" and
 * "contact.phone=0912345678". 0, or -EINVAL with the reason where the answer
 * cannot be meant, or -ENOMEM.
 */
#define GAP_WORDS_MAX 4
int gap_words(const struct gap *gap, struct gap_choices *choices,
	      const struct document_job *job, const char *answer,
	      struct arena *arena, const char **words, size_t *n,
	      struct error *why);

#endif
