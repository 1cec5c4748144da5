/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include <string.h>

#include "base/i18n.h"
#include "base/text.h"
#include "condition_rules.h"
#include "condition_words.h"

/* What an officer wrote, to be held against the cases of a regulation. */
struct plea {
	struct arena *arena;
	const char *key; /* as province_key() makes it */
	struct words words;
	enum cks_holder holder;
};

static bool fits(const struct reason *reason, enum cks_holder holder)
{
	return holder == CKS_HOLDER_UNKNOWN ||
	       reason->holder == CKS_HOLDER_UNKNOWN || reason->holder == holder;
}

/* Without accents first, which settles nearly all. */
static bool is_in(const struct reason *reason, const struct plea *plea)
{
	struct words words;

	if (!fits(reason, plea->holder) || !strstr(plea->key, reason->key))
		return false;
	for (size_t i = 0; i < reason->n_except; i++)
		if (strstr(plea->key, reason->except[i]))
			return false;
	words = words_split(plea->arena, reason->words);
	return words_tell(plea->arena, &plea->words, &words);
}

static bool is_listed(const struct checking *c, const char *given,
		      enum cks_holder holder)
{
	const struct procedure *p = c->procedure;
	struct arena scratch = { 0 };
	struct plea plea = {
		.arena = &scratch,
		.key = province_key(&scratch, given),
		.words = words_split(&scratch, given),
		.holder = holder,
	};
	bool found = false;

	for (size_t i = 0; plea.key && i < p->n_reasons && !found; i++)
		found = is_in(&p->reasons[i], &plea);
	c->violations->arena.failed |= scratch.failed;
	arena_free(&scratch);
	return found;
}

static const char *listed(const struct checking *c, enum cks_holder holder)
{
	const struct procedure *p = c->procedure;
	const char *list = "";

	for (size_t i = 0; i < p->n_reasons; i++)
		if (fits(&p->reasons[i], holder))
			list = condition_printed(c, "%s%s%s", list,
						 list[0] ? ", " : "",
						 p->reasons[i].words);
	return list;
}

/* Form 04 has what is to change; all else has a reason. */
static const char *reason_given(const struct checking *c)
{
	const char *name = c->procedure->name;

	if (strcmp(name, "renew") != 0 && strcmp(name, "change") != 0)
		return condition_field(c, "reason");
	return condition_asks_change(c) ? condition_field(c, "change") : "";
}

void condition_listed_reason(const struct checking *c)
{
	const char *given = reason_given(c), *list;
	enum cks_holder holder = condition_holder(c);

	if (!text_says_something(given) || is_listed(c, given, holder))
		return;
	list = listed(c, holder);
	if (list[0])
		condition_violated(
			c, _("%s: \"%s\" is none of the cases listed (%s)"),
			condition_who(c), condition_clean(c, given), list);
	else
		condition_violated(
			c, _("%s: \"%s\": no case is listed for such a holder"),
			condition_who(c), condition_clean(c, given));
}
