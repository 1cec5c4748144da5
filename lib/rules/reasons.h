/* SPDX-License-Identifier: LGPL-2.1-or-later */
/*
 * Finding the words of a case in what an officer wrote. Without its accents
 * "bí mật", secret, would be "bị mất", lost, so a word that has any must have
 * the right ones; one that has none stands for every word of its letters.
 */
#ifndef RULES_REASONS_H
#define RULES_REASONS_H

#include <stdbool.h>
#include <stddef.h>

#include "base/arena.h"
#include "province.h"

struct words {
	struct word *list;
	size_t n;
};

/* The words of @text, which is UTF-8, in @arena, which remembers when there is
 * no memory; there are none then. */
struct words words_split(struct arena *arena, const char *text);

/*
 * True if the words of @phrase follow each other in @text, whatever the stops
 * between them, and are not denied there, as in "không bị hỏng" or "chưa nghỉ
 * hưu".
 */
bool words_contain(struct arena *arena, const struct words *text,
		   const struct words *phrase);

/* True if the case @reason is one of such holders. */
bool reason_is_of(const struct reason *reason, enum cks_holder holder);

/* True if the words of @phrase are in @given, which an officer wrote, and not
 * denied there. */
bool reason_names(struct arena *arena, const char *given, const char *phrase);

/* The place a person moves to, by a reason that an officer wrote. */
enum move {
	MOVE_NONE,   /* it speaks of no move */
	MOVE,	     /* not where to, or not so that it were sure */
	MOVE_WITHIN, /* to another office of the State */
	MOVE_OUT,    /* to a company, or out of the State sector in so many
			words */
};

enum move reason_move(const char *given, struct arena *arena);

/*
 * True if @given, which an officer wrote, names one of the cases that @p lists
 * for such holders. False, too, when there is no memory, which @arena
 * remembers.
 */
bool reason_is_listed(const struct procedure *p, const char *given,
		      enum cks_holder holder, struct arena *arena);

#endif
