/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* Questions to a province that was read. */
#include "province.h"

#include <stdlib.h>
#include <string.h>

#include "base/text.h"
#include "province_read.h"

const char *province_key(struct arena *arena, const char *text)
{
	char *folded = cks_text_fold(text);
	char *key = arena_alloc(arena, folded ? strlen(folded) + 3 : 1);
	char *to = key;

	if (!folded)
		arena->failed = true;
	if (folded && key) {
		*to++ = ' ';
		for (const char *c = folded; *c; c++)
			if (is_code_letter(*c) || (*c & 0x80))
				*to++ = *c;
			else if (to[-1] != ' ')
				*to++ = ' ';
		if (to[-1] != ' ')
			*to++ = ' ';
	}
	free(folded);
	return to == key ? NULL : key;
}

void province_free(struct province **province)
{
	struct province *p = *province, *parent;

	for (; p; p = parent) {
		parent = p->parent;
		arena_free(&p->arena);
		free(p);
	}
	*province = NULL;
}

const struct procedure *province_procedure(const struct province *province,
					   const char *name)
{
	for (size_t i = 0; i < province->n_procedures; i++)
		if (strcmp(province->procedures[i].name, name) == 0)
			return &province->procedures[i];
	return NULL;
}

const struct deadline *province_answer_deadline(const struct province *province,
						const char *procedure,
						const char *device_kind)
{
	const struct procedure *p = province_procedure(province, procedure);

	/* That for such a device, where the regulation parts them. */
	if (p && p->sim && strcmp(device_kind, "SIM PKI") == 0)
		p = p->sim;
	for (size_t i = 0; p && i < p->n_deadlines; i++)
		if (p->deadlines[i].days > 0)
			return &p->deadlines[i];
	return NULL;
}

bool procedure_lists_subscribers(const struct procedure *procedure)
{
	return strncmp(procedure->name, "report", 6) != 0 &&
	       strncmp(procedure->name, "needs", 5) != 0;
}

const struct refusal *province_refusal(const struct province *province,
				       const char *name)
{
	for (size_t i = 0; i < province->n_refusals; i++)
		if (strcmp(province->refusals[i].name, name) == 0)
			return &province->refusals[i];
	return NULL;
}

const struct duty *province_duty(const struct province *province,
				 const char *name)
{
	for (size_t i = 0; i < province->n_duties; i++)
		if (strcmp(province->duties[i].name, name) == 0)
			return &province->duties[i];
	return NULL;
}

/* True if @agency is called as one of @who is, with more behind that or not. */
static bool is_one_of(const char *who, const char *agency)
{
	struct arena arena = { 0 };
	const char *key = province_key(&arena, agency);
	bool found = false;

	while (key && *who && !found) {
		size_t len = strcspn(who, ";");
		char *one = arena_alloc(&arena, len + 1);
		const char *name = NULL;

		if (one)
			name = province_key(&arena, memcpy(one, who, len));
		found = name && strncmp(key, name, strlen(name)) == 0;
		who += len + (who[len] == ';');
	}
	arena_free(&arena);
	return found;
}

const struct duty *province_duty_of(const struct province *province,
				    const char *name, const char *agency)
{
	const struct duty *duty = province_duty(province, name);

	if (duty && duty->who[0] && !is_one_of(duty->who, agency))
		duty = province_duty(province, "report");
	return duty;
}

int province_max_years(const struct province *province, bool renewed)
{
	const struct duty *term = NULL;

	if (province)
		term = province_duty(province,
				     renewed ? "term-renewed" : "term-new");
	if (term)
		return (int)term->years;
	return renewed ? DECREE_YEARS_RENEWED : DECREE_YEARS_NEW;
}

long province_renewal_days(const struct province *province)
{
	const struct procedure *renew =
		province ? province_procedure(province, "renew") : NULL;

	for (size_t i = 0; renew && i < renew->n_conditions; i++)
		if (strcmp(renew->conditions[i].rule, "days-left") == 0)
			return renew->conditions[i].days;
	return DECREE_RENEWAL_DAYS;
}

bool province_warns(const struct warning *warning, const char *procedure)
{
	for (size_t i = 0; i < warning->n_of; i++)
		if (strcmp(warning->of[i], procedure) == 0)
			return true;
	return warning->n_of == 0;
}

bool province_is_replaced(const struct province *province, const char *day)
{
	const char *since = province->regulation.replaced_since;

	return since[0] && strcmp(day, since) >= 0;
}

bool province_is_succeeded(const struct province *province, const char *day)
{
	return province->successor[0] &&
	       strcmp(day, province->successor_since) >= 0;
}
