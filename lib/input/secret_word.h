/* SPDX-License-Identifier: LGPL-2.1-or-later */
/*
 * The words of a text that is searched for secrets: those that name one, and
 * numbers that surely are none. For secret_text.c alone.
 */
#ifndef INPUT_SECRET_WORD_H
#define INPUT_SECRET_WORD_H

#include <stdbool.h>
#include <stddef.h>

#define SECRET_DIGITS "0123456789"
#define SECRET_LETTERS "abcdefghijklmnopqrstuvwxyz"

/* A PIN has no fewer digits, and what a password is said to be no fewer
 * letters. */
#define CODE_MIN 4

/* A text as text_seen() has it, in small letters. */
struct searched {
	char *text;
	char *cased; /* the same, but with its capitals */
	bool only_attached;
};

/* 0 or -ENOMEM; then too it is for searched_free(). */
int searched_make(const char *text, bool only_attached, struct searched *s);
void searched_free(struct searched *s);

/* A run of letters and digits. */
struct word {
	const char *at;
	size_t len;
};

/* The word that begins at @at or behind it; its length is 0 at the end. */
struct word word_from(const char *at);
struct word word_next(struct word w);

/* The word before @at in @text; its length is 0 where there is none. */
struct word word_before(const char *text, const char *at);

bool word_is(struct word w, const char *text);
bool word_is_one_of(struct word w, const char *const *list, size_t n);
#define AMONG(word, list) \
	word_is_one_of(word, list, sizeof(list) / sizeof((list)[0]))

size_t word_digits(struct word w);
bool word_has_letter(struct word w);

struct name {
	const char *end;
	bool weak;   /* it may name something else: only a code right behind it
			counts */
	bool locked; /* "khóa PIN": something was done to it, or to its token */
};

/* Finds the name of a secret in @w and the words behind it. */
bool name_at(const struct searched *s, struct word w, struct name *name);

/* The length of the name in the one word @w, without the digits of a code at
 * its end, as in "PIN482913"; 0: it names no secret. */
size_t word_names(struct word w);

/* True if "Pin" is what a person, a commune or a battery is called. */
bool name_is_other(const struct searched *s, struct word w);

/* A number as digits of a text, and what stands behind it. */
struct number {
	size_t len;
	unsigned int value;
	const char *end;
};

struct number number_at(const char *at);
bool number_is_year(struct number n);

/* The end of the number of a paper at @at, "1234/STC-VP"; NULL: none. */
const char *paper_end(const struct searched *s, const char *at);

/* The end of what begins at @at and is a date, an hour or the number of a
 * paper; NULL: it is none of them. */
const char *other_end(const struct searched *s, const char *at);

/* The length of the e-mail address that begins at @w, 0 where none does: no
 * part of it names anything. */
size_t address_length(struct word w);

#endif
