/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include <stdlib.h>
#include <string.h>

#include "condition_rules.h"
#include "email.h"
#include "i18n.h"
#include "text.h"
#include "vnday.h"

/* Years a certificate may last, a new one and a renewed one. */
#define TERM_NEW 5
#define TERM_RENEWED 3

/* The rows of form 04 ask for a renewal, a change, or both. What the letter as
 * a whole is about needs no mark. */
static bool asks(const struct checking *c, const char *mark,
		 const char *procedure)
{
	const json_t *value = json_object_get(c->row, mark);

	return strcmp(c->procedure->name, procedure) == 0
		       ? !json_is_false(value)
		       : json_is_true(value);
}

static bool asks_change(const struct checking *c)
{
	return asks(c, "update", "change");
}

static enum cks_holder row_holder(const struct checking *c)
{
	const char *key = condition_field(c, "holder");
	enum cks_holder h;

	for (h = CKS_HOLDER_PERSON; h <= CKS_HOLDER_DEVICE; h++)
		if (strcmp(cks_holder_key(h), key) == 0)
			return h;
	return CKS_HOLDER_UNKNOWN;
}

/* What is left to do, with the form for it in this province. */
static const char *ask_for_new(const struct checking *c)
{
	static const char *const names[] = {
		[CKS_HOLDER_PERSON] = "new-person",
		[CKS_HOLDER_ORGANIZATION] = "new-organization",
		[CKS_HOLDER_DEVICE] = "new-device",
	};
	enum cks_holder holder = row_holder(c), h;
	const char *forms = "";

	for (h = CKS_HOLDER_PERSON; h <= CKS_HOLDER_DEVICE; h++) {
		const struct procedure *p =
			province_procedure(c->procedure->province, names[h]);

		if (p && (holder == h || (holder == CKS_HOLDER_UNKNOWN &&
					  h != CKS_HOLDER_DEVICE)))
			forms = condition_printed(c, "%s%s%s", forms,
						  forms[0] ? "/" : "", p->form);
	}
	if (!forms[0])
		return _("Ask for a new certificate.");
	return condition_printed(c, _("Ask for a new certificate (Form %s)."),
				 forms);
}

static void check_days_left(const struct checking *c)
{
	char end_words[VNDAY_SIZE], last_words[VNDAY_SIZE];
	long end, last;

	if (!vnday_read(condition_field(c, "not_after"), &end))
		return;
	last = end - c->condition->days;
	if (c->today <= last)
		return;
	vnday_words(end, end_words);
	vnday_words(last, last_words);
	condition_find(
		c,
		_("%s: at least %ld days must be left, and the certificate ends on %s; the last day for it was %s. %s"),
		condition_who(c), c->condition->days, end_words, last_words,
		ask_for_new(c));
}

static void check_renewed_once(const struct checking *c)
{
	if (asks(c, "renew", "renew") &&
	    json_integer_value(json_object_get(c->row, "renewals")) > 0)
		condition_find(
			c,
			_("%s: the certificate has been renewed before, and it can be only once. %s"),
			condition_who(c), ask_for_new(c));
}

static void check_max_term(const struct checking *c)
{
	bool renewed =
		json_integer_value(json_object_get(c->row, "renewals")) > 0;
	int years = renewed ? TERM_RENEWED : TERM_NEW;
	char begin_words[VNDAY_SIZE], end_words[VNDAY_SIZE];
	long begin, end;

	if (!vnday_read(condition_field(c, "not_before"), &begin) ||
	    !vnday_read(condition_field(c, "not_after"), &end) ||
	    end <= vnday_years_after(begin, years))
		return;
	vnday_words(begin, begin_words);
	vnday_words(end, end_words);
	condition_find(
		c,
		renewed ? _("%s: a renewed certificate lasts at most %d years, and this one is said to last from %s to %s; check the days")
			: _("%s: a certificate lasts at most %d years, and this one is said to last from %s to %s; check the days"),
		condition_who(c), years, begin_words, end_words);
}

/*
 * A new certificate will bear the row's address. In form 04 the row has the one
 * that was registered, whatever it is, and only a new one counts.
 */
static void check_official_email(const struct checking *c)
{
	bool is_new = strncmp(c->procedure->name, "new-", 4) == 0;
	const char *email = condition_field(c, is_new ? "email" : "change_to");

	if ((is_new || asks_change(c)) && email_is_public(email))
		condition_find(
			c,
			_("%s: %s is not an official e-mail address; give the one that the office has issued"),
			condition_who(c), condition_clean(c, email));
}

static bool fits(const struct reason *reason, enum cks_holder holder)
{
	return holder == CKS_HOLDER_UNKNOWN ||
	       reason->holder == CKS_HOLDER_UNKNOWN || reason->holder == holder;
}

static bool is_in(const struct reason *reason, const char *key)
{
	size_t i;

	for (i = 0; i < reason->n_except; i++)
		if (strstr(key, reason->except[i]))
			return false;
	return strstr(key, reason->key) != NULL;
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

static void check_listed_reason(const struct checking *c)
{
	const struct procedure *p = c->procedure;
	bool revokes = strcmp(p->name, "revoke") == 0;
	const char *given = condition_field(c, revokes ? "reason" : "change");
	enum cks_holder holder = row_holder(c);
	const char *key, *list;

	if ((!revokes && !asks_change(c)) || !text_says_something(given))
		return;
	key = province_key(&c->findings->arena, given);
	for (size_t i = 0; key && i < p->n_reasons; i++)
		if (fits(&p->reasons[i], holder) && is_in(&p->reasons[i], key))
			return;
	list = listed(c, holder);
	if (list[0])
		condition_find(
			c, _("%s: \"%s\" is none of the cases listed (%s)"),
			condition_who(c), condition_clean(c, given), list);
	else
		condition_find(
			c, _("%s: \"%s\": no case is listed for such a holder"),
			condition_who(c), condition_clean(c, given));
}

static void check_sim_pki(const struct checking *c)
{
	static const char *const cards[] = {
		"viettel",    "vinaphone",    "mobifone",
		"viettel/cs", "vinaphone/cs", "mobifone/cs",
	};
	const char *sim = condition_field(c, "sim_pki");
	char *folded = cks_text_fold(sim);
	bool known = !sim[0];
	size_t i;

	if (!folded)
		c->findings->arena.failed = true;
	for (i = 0; folded && i < sizeof(cards) / sizeof(cards[0]); i++)
		known |= strcmp(folded, cards[i]) == 0;
	free(folded);
	if (!known)
		condition_find(
			c,
			_("%s: \"%s\" is no SIM PKI; write Viettel, Vinaphone or Mobifone, with /cs after it to keep a number in use"),
			condition_who(c), condition_clean(c, sim));
}

static void check_government_ca(const struct checking *c)
{
	if (json_is_false(json_object_get(c->row, "official")))
		condition_find(
			c,
			_("%s: the certificate does not name the Government CA as its issuer, and only its certificates are asked for by this letter"),
			condition_who(c));
}

/* With neither told and no mark, the letter shows what is to be added. */
static void check_change_named(const struct checking *c)
{
	bool marked = json_is_true(json_object_get(c->row, "update"));
	bool what = text_says_something(condition_field(c, "change"));
	bool into = text_says_something(condition_field(c, "change_to"));
	struct finding *remark;

	if (asks_change(c)) {
		if (what != into || (marked && !what))
			condition_find(
				c,
				_("%s: a change is asked for; say what is to change and into what"),
				condition_who(c));
	} else if (what || into) {
		remark = condition_find(
			c,
			_("%s: what is to change is given, but the row asks for a renewal alone; mark the change too, or leave it out"),
			condition_who(c));
		if (remark)
			remark->remark = true;
	}
}

static const struct rule {
	const char *name;
	void (*check)(const struct checking *c);
	bool contact; /* is checked as a row is */
} rules[] = {
	{ "days-left", check_days_left, false },
	{ "renewed-once", check_renewed_once, false },
	{ "max-term", check_max_term, false },
	{ "official-email", check_official_email, true },
	{ "listed-reason", check_listed_reason, false },
	{ "sim-pki", check_sim_pki, false },
	{ "government-ca", check_government_ca, false },
	{ "change-named", check_change_named, false },
};

void condition_apply(const struct checking *c)
{
	for (size_t i = 0; i < sizeof(rules) / sizeof(rules[0]); i++)
		if (strcmp(rules[i].name, c->condition->rule) == 0 &&
		    (c->number || rules[i].contact))
			rules[i].check(c);
}
