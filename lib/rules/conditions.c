/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include "conditions.h"

#include <errno.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "base/date.h"
#include "base/i18n.h"
#include "base/text.h"
#include "input/dossier.h"
#include "input/field.h"
#include "reasons.h"

struct checking {
	const struct procedure *procedure;
	const struct condition *condition;
	struct condition own; /* what no procedure lists */
	const json_t *dossier;
	const json_t *rows; /* all of them */
	const json_t *row;
	const json_t *known; /* of the row, beyond what documents say */
	size_t number; /* of the row; 0: a person of the letter, or none */
	long today;
	struct violations *violations;
};

static const char *field(const struct checking *c, const char *name)
{
	const char *text = json_string_value(json_object_get(c->row, name));

	return text ? text : "";
}

/* The register's knowledge of a row that no document says: "revoked_date", … */
static const char *known(const struct checking *c, const char *name)
{
	const char *text = json_string_value(json_object_get(c->known, name));

	return text ? text : "";
}

static struct violation *violated(const struct checking *c, const char *format,
				  ...) __attribute__((format(printf, 2, 3)));

static struct violation *violated(const struct checking *c, const char *format,
				  ...)
{
	struct violations *f = c->violations;
	struct violation *list;
	const char *text;
	va_list args;

	va_start(args, format);
	text = arena_vformat(&f->arena, format, args);
	va_end(args);
	list = arena_grow(&f->arena, f->list, f->n, sizeof(*list));
	if (f->arena.failed || !list)
		return NULL;
	f->list = list;
	list[f->n] = (struct violation){
		.rule = c->condition->rule,
		.article = c->condition->article,
		.text = text,
		.row = c->number,
	};
	return &list[f->n++];
}

static void remark(struct violation *violation)
{
	if (violation)
		violation->remark = true;
}

static const char *clean(const struct checking *c, const char *text)
{
	const char *cleaned = text_clean(&c->violations->arena, text);

	return cleaned ? cleaned : "";
}

static const char *who(const struct checking *c)
{
	static const char *const names[] = { "name", "certificate_serial",
					     "device_serial" };
	size_t i;

	for (i = 0; i < sizeof(names) / sizeof(names[0]); i++) {
		const char *name = clean(c, field(c, names[i]));

		if (name[0])
			return name;
	}
	if (c->number == 0)
		return _("the person whom the letter names");
	return arena_format(&c->violations->arena, _("row %zu"),
			    dossier_row_number(c->dossier, c->number - 1));
}

static bool marked(const json_t *row, const char *mark)
{
	return json_is_true(json_object_get(row, mark));
}

/*
 * True if @row asks for what @mark stands for. The rows of form 04 ask for a
 * renewal, a change, or both; a row without a mark asks for what the letter as
 * a whole is about.
 */
static bool asks(const struct checking *c, const json_t *row, const char *mark,
		 const char *procedure)
{
	if (marked(row, "renew") || marked(row, "update"))
		return marked(row, mark);
	return strcmp(c->procedure->name, procedure) == 0;
}

static bool asks_change(const struct checking *c)
{
	return asks(c, c->row, "update", "change");
}

static enum cks_holder holder_of(const struct checking *c)
{
	const char *key = field(c, "holder");
	enum cks_holder h;

	for (h = CKS_HOLDER_PERSON; h <= CKS_HOLDER_DEVICE; h++)
		if (strcmp(cks_holder_name(h), key) == 0)
			return h;
	return CKS_HOLDER_UNKNOWN;
}

/*
 * The forms by which new certificates are asked for in this province, for the
 * holder of the row, or for people and organizations where that is not known.
 * "": there are none.
 */
static const char *forms_for_new(const struct checking *c)
{
	enum cks_holder holder = holder_of(c), h;
	const char *forms = "";

	for (h = CKS_HOLDER_PERSON; h <= CKS_HOLDER_DEVICE; h++) {
		const struct procedure *p = province_procedure(
			c->procedure->province,
			arena_format(&c->violations->arena, "new-%s",
				     cks_holder_name(h)));

		if (p && (holder == h || (holder == CKS_HOLDER_UNKNOWN &&
					  h != CKS_HOLDER_DEVICE)))
			forms = arena_format(&c->violations->arena, "%s%s%s",
					     forms, forms[0] ? "/" : "",
					     p->form);
	}
	return forms;
}

/* The sentence that says how to go on instead. */
static const char *ask_for_new(const struct checking *c)
{
	const char *forms = forms_for_new(c);

	if (!forms[0])
		return _("Ask for a new certificate.");
	return arena_format(&c->violations->arena,
			    _("Ask for a new certificate (Form %s)."), forms);
}

static void check_days_left(const struct checking *c)
{
	char end_words[DATE_SIZE], last_words[DATE_SIZE];
	long end, last;

	if (!date_read_iso(field(c, "not_after"), &end))
		return;
	last = end - c->condition->days;
	if (c->today <= last)
		return;
	date_dmy(end, end_words);
	date_dmy(last, last_words);
	violated(
		c,
		Q_("%s: at least %ld day must be left, but the certificate ends on %s; the last day for it was %s. %s",
		   "%s: at least %ld days must be left, but the certificate ends on %s; the last day for it was %s. %s",
		   (unsigned long)c->condition->days),
		who(c), c->condition->days, end_words, last_words,
		ask_for_new(c));
}

static void check_renewed_once(const struct checking *c)
{
	if (asks(c, c->row, "renew", "renew") &&
	    json_integer_value(json_object_get(c->row, "renewals")) > 0)
		violated(
			c,
			_("%s: the certificate has been renewed before, and it can be renewed only once. %s"),
			who(c), ask_for_new(c));
}

/* True if both days of the certificate are known, and in their order; told
 * where they are not in it. */
static bool read_term(const struct checking *c, long *begin, long *end)
{
	char begin_words[DATE_SIZE], end_words[DATE_SIZE];

	if (!date_read_iso(field(c, "not_before"), begin) ||
	    !date_read_iso(field(c, "not_after"), end))
		return false;
	if (*end >= *begin)
		return true;
	violated(
		c,
		_("%s: the certificate is said to begin on %s and to end before that, on %s; check the days"),
		who(c), date_dmy(*begin, begin_words),
		date_dmy(*end, end_words));
	return false;
}

/*
 * How long a certificate lasts is the issuer's to keep, and no reason to refuse
 * what the agency asks for; but a day that cannot be right may be a slip. What
 * a renewal adds counts from the end of the certificate before it. Where that
 * is not known, or whether it was renewed, no more can be said than that both
 * terms together are not enough.
 */
static void check_max_term(const struct checking *c)
{
	const struct province *province = c->procedure->province;
	const json_t *renewals = json_object_get(c->row, "renewals");
	bool renewed = json_integer_value(renewals) > 0;
	int years = province_max_years(province, renewed);
	char begin_words[DATE_SIZE], end_words[DATE_SIZE];
	long begin, end, since;

	if (!read_term(c, &begin, &end))
		return;
	date_dmy(begin, begin_words);
	date_dmy(end, end_words);
	since = begin;
	if (renewed && date_read_iso(known(c, "old_not_after"), &since)) {
		if (end > date_add_years(since, years))
			remark(violated(
				c,
				Q_("%s: a renewal adds at most %d year, and this certificate ends on %s, where the one before ended on %s; check the days",
				   "%s: a renewal adds at most %d years, and this certificate ends on %s, where the one before ended on %s; check the days",
				   (unsigned long)years),
				who(c), years, end_words,
				date_dmy(since, begin_words)));
		return;
	}
	if (renewed || !json_is_integer(renewals))
		years = province_max_years(province, false) +
			province_max_years(province, true);
	if (end > date_add_years(begin, years))
		remark(violated(
			c,
			Q_("%s: a certificate lasts at most %d year, and this one is said to last from %s to %s; check the days",
			   "%s: a certificate lasts at most %d years, and this one is said to last from %s to %s; check the days",
			   (unsigned long)years),
			who(c), years, begin_words, end_words));
}

/*
 * A new certificate will bear the row's address. In form 04 the row has the one
 * that was registered, whatever it is, and only a new one counts.
 */
static void check_official_email(const struct checking *c)
{
	bool is_new = strncmp(c->procedure->name, "new-", 4) == 0;
	const char *email = field(c, is_new ? "email" : "change_to");

	if ((is_new || asks_change(c)) && email_is_public(email))
		violated(
			c,
			_("%s: %s is not an official e-mail address; give the one that the office has issued"),
			who(c), clean(c, email));
}

static void check_sim_pki(const struct checking *c)
{
	static const char *const cards[] = {
		"viettel",    "vinaphone",    "mobifone",
		"viettel/cs", "vinaphone/cs", "mobifone/cs",
	};
	const char *sim = field(c, "sim_pki");
	char *folded = cks_text_fold(sim);
	bool known = !sim[0];
	size_t i;

	if (!folded)
		c->violations->arena.failed = true;
	for (i = 0; folded && i < sizeof(cards) / sizeof(cards[0]); i++)
		known |= strcmp(folded, cards[i]) == 0;
	free(folded);
	if (!known)
		violated(
			c,
			_("%s: \"%s\" is not a SIM PKI; write Viettel, Vinaphone or Mobifone, with /cs after it to keep a number in use"),
			who(c), clean(c, sim));
}

static void check_government_ca(const struct checking *c)
{
	if (json_is_false(json_object_get(c->row, "official")))
		violated(
			c,
			_("%s: the certificate does not name the Government CA as its issuer, and this letter is only for certificates of the Government CA"),
			who(c));
}

/*
 * A row with neither of the two and no mark is printed with what is to be
 * added.
 */
static void check_change_named(const struct checking *c)
{
	bool what = text_says_something(field(c, "change"));
	bool into = text_says_something(field(c, "change_to"));

	if (asks_change(c)) {
		if (what != into || (marked(c->row, "update") && !what))
			violated(
				c,
				_("%s: a change is asked for; give what is to change and its new value"),
				who(c));
	} else if (what || into) {
		remark(violated(
			c,
			_("%s: the row gives what is to change but asks only for a renewal; mark the change too, or leave it out"),
			who(c)));
	}
}

/* Rows that all ask for the other thing stand under the wrong letter. */
static void check_asked_for(const struct checking *c)
{
	bool renewal = strcmp(c->procedure->name, "renew") == 0;
	size_t n = json_array_size(c->rows);

	for (size_t i = 0; i < n; i++) {
		const json_t *row = json_array_get(c->rows, i);

		if (asks(c, row, renewal ? "renew" : "update",
			 c->procedure->name))
			return;
	}
	if (n)
		violated(
			c, "%s",
			renewal ? _("no row asks for a renewal; mark what is to be renewed, or use \"request change\"")
				: _("no row asks for a change; mark what is to be changed, or use \"request renew\""));
}

static const char *not_its_form(enum cks_holder holder)
{
	switch (holder) {
	case CKS_HOLDER_PERSON:
		return _(
			"the holder is a person, and this form is not for people.");
	case CKS_HOLDER_ORGANIZATION:
		return _(
			"the holder is an organization, and this form is not for organizations.");
	default:
		return _(
			"the holder is a device, service or software, and this form is not for those.");
	}
}

static void check_holder(const struct checking *c)
{
	const char *name = c->procedure->name, *forms;
	enum cks_holder holder = holder_of(c);

	if (holder == CKS_HOLDER_UNKNOWN || strncmp(name, "new-", 4) != 0 ||
	    strcmp(name + 4, cks_holder_name(holder)) == 0)
		return;
	forms = forms_for_new(c);
	violated(
		c, "%s: %s %s", who(c), not_its_form(holder),
		forms[0]
			? ask_for_new(c)
			: _("The regulation has no form for this kind of holder."));
}

/* The reason of a row: in form 04 what is to change. */
static const char *reason_given(const struct checking *c)
{
	const char *name = c->procedure->name;

	if (strcmp(name, "renew") != 0 && strcmp(name, "change") != 0)
		return field(c, "reason");
	return asks_change(c) ? field(c, "change") : "";
}

/*
 * That the managing agency asks for it is a case of revocation by itself (Nghị
 * định số 68/2024/NĐ-CP, Điều 17, khoản 1), and its words are its own: they are
 * remarked on at most. A move is judged by where it leads to, if at all.
 */
static void check_reason_to_revoke(const struct checking *c, const char *given)
{
	if (reason_move(given, &c->violations->arena) == MOVE_NONE)
		remark(violated(
			c,
			_("%s: \"%s\" is none of the cases that are listed for a revocation; the letter is then the managing agency's own request"),
			who(c), clean(c, given)));
}

static void check_listed_reason(const struct checking *c)
{
	const struct procedure *p = c->procedure;
	const char *given = reason_given(c), *list = "";
	enum cks_holder holder = holder_of(c);

	if (!text_says_something(given) ||
	    reason_is_listed(p, given, holder, &c->violations->arena))
		return;
	if (strcmp(p->name, "revoke") == 0) {
		check_reason_to_revoke(c, given);
		return;
	}
	for (size_t i = 0; i < p->n_reasons; i++)
		if (reason_is_of(&p->reasons[i], holder))
			list = arena_format(&c->violations->arena, "%s%s%s",
					    list, list[0] ? ", " : "",
					    p->reasons[i].words);
	if (list[0])
		violated(c, _("%s: \"%s\" is not one of the cases listed (%s)"),
			 who(c), clean(c, given), list);
	else
		violated(
			c,
			_("%s: \"%s\": no case is listed for this kind of holder"),
			who(c), clean(c, given));
}

/*
 * Who moves inside the State sector keeps the certificate. The letter is
 * refused only where the reason is that move and nothing else: a token may be
 * lost on the way.
 */
static void check_moved_within_state(const struct checking *c)
{
	const char *given = field(c, "reason");
	struct arena *arena = &c->violations->arena;
	enum cks_holder holder = holder_of(c);

	if ((holder != CKS_HOLDER_PERSON && holder != CKS_HOLDER_UNKNOWN) ||
	    reason_is_listed(c->procedure, given, holder, arena))
		return;
	switch (reason_move(given, arena)) {
	case MOVE_WITHIN:
		violated(
			c,
			_("%s: \"%s\": who moves inside the State sector keeps the certificate, and the new agency asks for the change of information (Form 04)"),
			who(c), clean(c, given));
		break;
	case MOVE:
		remark(violated(
			c,
			_("%s: \"%s\" does not say where to; inside the State sector the certificate is kept, and the new agency asks for the change of information (Form 04)"),
			who(c), clean(c, given)));
		break;
	case MOVE_NONE:
	case MOVE_OUT:
		break;
	}
}

/* True if the row's token has a certificate of another kind of holder on it
 * than a person. */
static bool is_of_office(const struct checking *c)
{
	const char *serial = field(c, "device_serial");
	bool found = false;

	for (size_t i = 0; i < json_array_size(c->rows); i++) {
		const struct checking other = { .row = json_array_get(c->rows,
								      i) };
		enum cks_holder holder = holder_of(&other);

		if (other.row == c->row ||
		    (serial[0] &&
		     strcmp(field(&other, "device_serial"), serial) == 0))
			found |= holder == CKS_HOLDER_ORGANIZATION ||
				 holder == CKS_HOLDER_DEVICE;
	}
	return found;
}

/* A personal token is kept by its subscriber alone. */
static void check_keeper(const struct checking *c)
{
	if (is_of_office(c))
		return;
	/* Nothing but a person has a personal identification number. */
	if (holder_of(c) == CKS_HOLDER_PERSON ||
	    (holder_of(c) == CKS_HOLDER_UNKNOWN && field(c, "id_number")[0]))
		violated(
			c,
			_("%s: the token is a person's, who keeps it and hands it to nobody; a change of keeper is for the token of an organization"),
			who(c));
	else
		remark(violated(
			c,
			_("%s: whether the token is an organization's is not known; a personal token is kept by its subscriber alone"),
			who(c)));
}

/* True if another certificate on the row's token has ended. */
static bool has_ended_beside(const struct checking *c)
{
	const char *serial = field(c, "device_serial");
	bool found = false;
	long end;

	for (size_t i = 0; serial[0] && i < json_array_size(c->rows); i++) {
		const struct checking other = { .row = json_array_get(c->rows,
								      i) };

		found |= strcmp(field(&other, "device_serial"), serial) == 0 &&
			 date_read_iso(field(&other, "not_after"), &end) &&
			 end < c->today;
	}
	return found;
}

/* A token is handed back once its certificate has ended or was revoked. That it
 * has ended can be seen; that it was revoked the officers know. */
static void check_over(const struct checking *c)
{
	const json_t *document = json_object_get(c->dossier, "document");
	const char *reason =
		json_string_value(json_object_get(document, "reason"));
	struct arena *arena = &c->violations->arena;
	char words[DATE_SIZE];
	long end;

	if (!reason)
		reason = field(c, "reason");
	if (known(c, "revoked_date")[0] || known(c, "notice_date")[0] ||
	    reason_names(arena, reason, "thu hồi") ||
	    !date_read_iso(field(c, "not_after"), &end) || end < c->today)
		return;
	date_dmy(end, words);
	if (reason_names(arena, reason, "hết hạn") ||
	    reason_names(arena, reason, "hết thời hạn") ||
	    reason_names(arena, reason, "hết hiệu lực")) {
		if (!has_ended_beside(c))
			violated(
				c,
				_("%s: \"%s\" is given as the reason, but the certificate lasts until %s"),
				who(c), clean(c, reason), words);
		return;
	}
	remark(violated(
		c,
		_("%s: the certificate lasts until %s and is not known to be revoked; a token is handed back after that"),
		who(c), words));
}

static const struct condition *listed_reason(const struct procedure *p)
{
	for (size_t i = 0; i < p->n_conditions; i++)
		if (strcmp(p->conditions[i].rule, "listed-reason") == 0)
			return &p->conditions[i];
	return NULL;
}

/* Recovery is for a token that is locked. What is not known of tokens that were
 * not read is told once, of all of them. */
static void check_locked(struct checking *c)
{
	const struct condition *listed = listed_reason(c->procedure);
	unsigned long n = 0;

	c->own = (struct condition){ .rule = "locked",
				     .article = listed ? listed->article : "" };
	c->condition = &c->own;
	for (c->number = 1; c->number <= json_array_size(c->rows);
	     c->number++) {
		const char *state;

		c->row = json_array_get(c->rows, c->number - 1);
		state = field(c, "user_pin");
		n += !state[0] && field(c, "device_serial")[0];
		if (state[0] && strcmp(state, "locked") != 0 &&
		    strcmp(state, "unknown") != 0)
			violated(
				c,
				_("%s: the user PIN is said not to be locked; recovery is for a token locked by wrong passwords"),
				who(c));
	}
	c->number = 0;
	if (n)
		remark(violated(
			c,
			Q_("%lu token of this letter was not read, so whether it is locked is not known; make sure that it is before the letter is signed",
			   "%lu tokens of this letter were not read, so whether they are locked is not known; make sure that they are before the letter is signed",
			   n),
			n));
}

/* Everyone whom a letter names has an identity paper. */
static void check_days(const struct checking *c)
{
	char words[DATE_SIZE];
	long day;

	if (date_read_iso(field(c, "birth_date"), &day) && day > c->today)
		violated(
			c,
			_("%s: the date of birth, %s, is in the future; check it"),
			who(c), date_dmy(day, words));
	if (date_read_iso(field(c, "id_date"), &day) && day > c->today)
		violated(
			c,
			_("%s: the identity paper is said to be issued on %s, which is in the future; check the day"),
			who(c), date_dmy(day, words));
}

/* Identity cards of 9 digits were of use until the end of 2024. */
static void check_id_number(const struct checking *c)
{
	const char *number = field(c, "id_number");

	if (strlen(number) == 9 && strspn(number, "0123456789") == 9)
		remark(violated(
			c,
			_("%s: %s has 9 digits, as a CMND had, which is of no use since 01/01/2025; give the personal number of 12 digits"),
			who(c), number));
}

/* The rows that a rule is applied to. */
enum scope { ROWS, ROWS_AND_CONTACT, WHOLE };

static const struct rule {
	const char *name;
	void (*check)(const struct checking *c);
	enum scope scope;
} rules[] = {
	{ "days-left", check_days_left, ROWS },
	{ "renewed-once", check_renewed_once, ROWS },
	{ "max-term", check_max_term, ROWS },
	{ "official-email", check_official_email, ROWS_AND_CONTACT },
	{ "listed-reason", check_listed_reason, ROWS },
	{ "sim-pki", check_sim_pki, ROWS },
	{ "government-ca", check_government_ca, ROWS },
	{ "change-named", check_change_named, ROWS },
	{ "asked-for", check_asked_for, WHOLE },
	{ "holder", check_holder, ROWS },
	{ "moved-within-state", check_moved_within_state, ROWS },
};

/* What holds of the rows of a procedure in every province, with the duty that
 * has the article. */
static const struct {
	const char *procedure, *duty;
	void (*check)(const struct checking *c);
} always[] = {
	{ "keeper", "own-keeping", check_keeper },
	{ "decision", "own-keeping", check_keeper },
	{ "permission", "own-keeping", check_keeper },
	{ "return", "hand-back", check_over },
};

static void apply(const struct checking *c)
{
	for (size_t i = 0; i < sizeof(rules) / sizeof(rules[0]); i++) {
		const struct rule *rule = &rules[i];

		if (strcmp(rule->name, c->condition->rule) == 0 &&
		    (c->number ? rule->scope != WHOLE : rule->scope != ROWS))
			rule->check(c);
	}
}

/* Checks of every person, whatever the letter is about. */
static void check_person(struct checking *c)
{
	static const struct condition days = { .rule = "plausible-days",
					       .article = "" };
	static const struct condition number = {
		.rule = "id-number",
		.article = "khoản 2 Điều 46 Luật Căn cước số 26/2023/QH15"
	};

	c->condition = &days;
	check_days(c);
	c->condition = &number;
	check_id_number(c);
}

/* True if the regulation has the term of certificates judged. */
static bool has_term(const struct procedure *p)
{
	for (size_t i = 0; i < p->n_conditions; i++)
		if (strcmp(p->conditions[i].rule, "max-term") == 0)
			return true;
	return false;
}

static void check_always(struct checking *c)
{
	const struct procedure *p = c->procedure;
	long begin, end;

	c->condition = &c->own;
	if (!has_term(p)) {
		c->own.rule = "plausible-days";
		c->own.article = "";
		(void)read_term(c, &begin, &end);
	}
	for (size_t i = 0; i < sizeof(always) / sizeof(always[0]); i++) {
		const struct duty *duty =
			province_duty(p->province, always[i].duty);

		if (strcmp(always[i].procedure, p->name) != 0)
			continue;
		c->own.rule = always[i].duty;
		c->own.article = duty ? duty->article : "";
		always[i].check(c);
	}
}

static void check_row(struct checking *c)
{
	const struct procedure *p = c->procedure;

	for (size_t i = 0; i < p->n_conditions; i++) {
		c->condition = &p->conditions[i];
		apply(c);
	}
	if (c->number)
		check_always(c);
	check_person(c);
}

int conditions_check(const struct procedure *p, const json_t *dossier,
		     const json_t *known, time_t now, struct violations *f)
{
	static const char *const people[] = { "giver", "receiver", "keeper" };
	const json_t *rows = json_object_get(dossier, "subscribers");
	struct checking c = {
		.procedure = p,
		.dossier = dossier,
		.rows = rows,
		.row = json_object_get(dossier, "contact"),
		.today = date_day(now),
		.violations = f,
	};

	check_row(&c);
	for (size_t i = 0; i < sizeof(people) / sizeof(people[0]); i++) {
		c.row = json_object_get(dossier, people[i]);
		check_person(&c);
	}
	if (strcmp(p->name, "recover") == 0)
		check_locked(&c);
	while (c.number < json_array_size(rows) && !f->arena.failed) {
		c.row = json_array_get(rows, c.number);
		c.known = json_array_get(known, c.number++);
		check_row(&c);
	}
	return f->arena.failed ? -ENOMEM : 0;
}

int violations_add(struct violations *f, const char *rule, const char *article,
		   bool remark_only, const char *text)
{
	const struct condition own = { .rule = rule, .article = article };
	const struct checking c = { .condition = &own, .violations = f };
	struct violation *violation = violated(&c, "%s", text);

	if (remark_only)
		remark(violation);
	return violation ? 0 : -ENOMEM;
}

void violations_free(struct violations *f)
{
	arena_free(&f->arena);
	*f = (struct violations){ 0 };
}
