/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include "suggest.h"

#include <stdlib.h>
#include <string.h>

#include "base/i18n.h"
#include "base/text.h"
#include "message.h"
#include "token/ckstoken.h"

/* The beginning of a name says which is meant from so many letters on. */
#define LEAST_BEGINNING 3

void suggest_begin(struct suggestion *s, const char *typed)
{
	*s = (struct suggestion){ .typed = typed,
				  .folded = cks_text_fold(typed) };
}

/* Measures how far @known, folded, is from what was typed; false: it is not
 * near. */
static bool measure(const struct suggestion *s, const char *known,
		    size_t *distance)
{
	struct text_nearest near = { .wanted = s->folded };
	size_t len = strlen(s->folded);

	text_nearest_try(&near, known);
	*distance = near.distance;
	if (near.found)
		return true;
	/* A name of which a few letters are wrong is nearer. */
	*distance = strlen(known);
	return len >= LEAST_BEGINNING && strncmp(s->folded, known, len) == 0;
}

void suggest_try(struct suggestion *s, const char *known)
{
	char *folded = s->folded && *s->folded ? cks_text_fold(known) : NULL;
	size_t distance;

	if (folded && *folded && measure(s, folded, &distance) &&
	    (!s->found || distance < s->distance)) {
		free(s->found);
		s->found = strdup(known);
		s->distance = distance;
	}
	free(folded);
}

void suggest_end(struct suggestion *s)
{
	free(s->folded);
	free(s->found);
	*s = (struct suggestion){ 0 };
}

void suggest_print(struct suggestion *s, const char *before)
{
	if (s->found && strcmp(s->found, s->typed) != 0)
		/* TRANSLATORS: a name that is nearly as what was typed. */
		print_message(_("did you mean \"%s%s\"?"), before, s->found);
	suggest_end(s);
}

void suggest_of(const char *typed, const char *const *known, size_t n,
		size_t step)
{
	struct suggestion s;

	suggest_begin(&s, typed);
	for (size_t i = 0; i < n; i++)
		suggest_try(&s, *(const char *const *)((const char *)known +
						       i * step));
	suggest_print(&s, "");
}
