/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* The regulation: which kinds it provides for, on what form and conditions, and
 * what it says of sending the document. */
#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "base/date.h"
#include "document_private.h"
#include "input/dossier.h"
#include "message.h"
#include "register/record_document.h"
#include "rules/citation.h"
#include "rules/conditions.h"
#include "rules/workdays.h"

/* Letters are prepared some days before they are dated, and not months. */
#define FAR_AHEAD 30

static int load_failed(int rc, struct error *error)
{
	print_error("%s", error_text(error, rc));
	error_free(error);
	return rc == -ENOMEM ? EXIT_DEVICE : EXIT_BAD_INPUT;
}

/*
 * True if @number is that of the kind's form; "6" means the form "06" too. A
 * kind that the regulation does not provide for has no number in it, but still
 * one in the decree.
 */
static bool is_form(const struct document_job *job,
		    const struct document_kind *kind, const char *number)
{
	const struct procedure *p =
		province_procedure(job->province, kind->procedure);
	const char *form = p ? p->form : "";

	if (!p && strcmp(job->province->decree, "nd68") == 0)
		form = kind->form;
	return form[0] && strcmp(form + strspn(form, "0"),
				 number + strspn(number, "0")) == 0;
}

static int choose_kind(struct document_job *job,
		       const struct document_kind *kinds, const char *name)
{
	const struct document_kind *kind;

	job->by_number = name[0] && name[strspn(name, "0123456789")] == '\0';
	for (kind = kinds; kind->procedure; kind++) {
		if (job->by_number ? !is_form(job, kind, name)
				   : strcmp(kind->procedure, name) != 0)
			continue;
		job->kind = kind;
		job->procedure =
			province_procedure(job->province, kind->procedure);
		return 0;
	}
	print_error(
		_("there is no \"%s\"; the regulation chosen provides for:"),
		name);
	for (kind = kinds; kind->procedure; kind++) {
		const struct procedure *p =
			province_procedure(job->province, kind->procedure);

		if (p)
			print_error(p->form[0] ? _("  %s, Form %s") : "  %s",
				    kind->procedure, p->form);
	}
	suggest_of(name, &kinds[0].procedure, (size_t)(kind - kinds),
		   sizeof(*kinds));
	return EXIT_USAGE;
}

/* The regulation does not provide for the kind, and says so somewhere. */
static int refuse(const struct document_job *job)
{
	const struct refusal *r =
		province_refusal(job->province, job->kind->procedure);

	print_error(_("%s: the regulation does not provide for this (%s): %s"),
		    job->province->name, r ? r->article : job->province->code,
		    r ? r->words : "-");
	print_error(_(
		"nothing was written; choose another --province if this is not yours"));
	return EXIT_REFUSED;
}

/* A procedure for a kind that no regulation has a form for. */
static void stand_alone(struct document_job *job)
{
	const char *name = job->kind->duty;
	const char *agency =
		dossier_text(job->globals->config.facts, "agency.name");
	const struct duty *duty =
		name ? province_duty_of(job->province, name, agency) : NULL;

	job->own = (struct procedure){
		.province = job->province,
		.name = job->kind->procedure,
		.form = "",
		.template = job->kind->template,
		.article = duty ? duty->article : "",
		.recipient = "",
		.recipient_of = "",
	};
	if (duty)
		citation_in_full(&job->province->arena, job->province,
				 duty->article, &job->own.grounds,
				 &job->own.n_grounds);
	job->procedure = &job->own;
}

/* What takes the day "2025-07-01" apart, for a format that has it in our way.
 */
#define DAY_OF(iso) (iso) + 8, (iso) + 5, (iso)

/* The province that took over, by the name that its own file gives it. */
static void tell_successor(const struct province *province)
{
	struct province *successor = NULL;
	const char *code = province->successor;
	bool known = province_load(code, &successor, NULL) == 0;

	print_warning(
		_("since %.2s/%.2s/%.4s %s is part of %s; --province %s follows the regulation that is in force there"),
		DAY_OF(province->successor_since), province->name,
		known ? successor->name : code, code);
	province_free(&successor);
}

void document_tell_regulation(const struct document_job *job)
{
	const struct province *province = job->province;
	const struct regulation *r = &province->regulation;
	const char *since = r->in_force[0] ? r->in_force : r->date;
	char day[DATE_SIZE];

	date_iso(date_day(job->when), day);
	for (size_t i = 0; i < province->n_warnings; i++)
		if (province_warns(&province->warnings[i],
				   job->kind->procedure))
			print_warning("%s", province->warnings[i].words);
	if (province_is_succeeded(province, day))
		tell_successor(province);
	if (province_is_replaced(province, day))
		print_warning(
			_("%s is replaced since %.2s/%.2s/%.4s: %s; the document follows it all the same"),
			r->number, DAY_OF(r->replaced_since), r->replaced_by);
	/* A regulation is no ground for what was done before it. */
	if (strcmp(day, since) < 0)
		print_warning(
			_("the document is dated before %.2s/%.2s/%.4s, when %s came into force"),
			DAY_OF(since), r->number);
}

/* Other forms of a province are in a file "CODE-FORMS" beside its own. */
static void suggest_forms(const char *province, const char *forms)
{
	struct province *own = NULL;
	struct arena arena = { 0 };
	struct suggestion s;
	const char **codes;
	size_t n = 0, len;

	suggest_begin(&s, forms);
	if (!province_load(province, &own, NULL) &&
	    !province_list(&arena, &codes, &n)) {
		len = strlen(own->code);
		for (size_t i = 0; i < n; i++)
			if (strncmp(codes[i], own->code, len) == 0 &&
			    codes[i][len] == '-')
				suggest_try(&s, codes[i] + len + 1);
	}
	suggest_print(&s, "");
	province_free(&own);
	arena_free(&arena);
}

/* The province's regulation, or with --forms the one with these forms, which is
 * a file beside it. */
static int load_province(struct document_job *job)
{
	const char *forms = job->options->forms;
	const char *name = job->options->province;
	struct error error = { 0 };
	char *file = NULL;
	int rc;

	if (!name)
		name = job->globals->config.province;
	if (forms && asprintf(&file, "%s-%s", name ? name : "", forms) < 0)
		return print_no_memory();
	rc = province_load(forms ? file : name, &job->province, &error);
	free(file);
	if (rc != -ENOENT || !forms)
		return rc ? load_failed(rc, &error) : 0;
	print_error(
		_("the province \"%s\" has no other forms \"%s\"; leave out --forms, or see --list-provinces for those that have"),
		name ? name : "", forms);
	suggest_forms(name, forms);
	error_free(&error);
	return EXIT_BAD_INPUT;
}

int document_rules(struct document_job *job, const struct document_kind *kinds,
		   const char *name)
{
	struct error error = { 0 };
	int ret = load_province(job), rc;

	if (ret)
		return ret;
	ret = choose_kind(job, kinds, name);
	if (ret)
		return ret;
	if (!job->procedure && job->kind->template)
		stand_alone(job);
	if (!job->procedure)
		return refuse(job);
	rc = form_load(job->procedure->template, job->options->form, &job->form,
		       &error);
	return rc ? load_failed(rc, &error) : 0;
}

/* The overrides of the whole letter, and those of row @i, which is the first of
 * its own document. */
static json_t *overrides_of_row(const json_t *all, size_t i)
{
	json_t *own = json_array();

	for (size_t k = 0; k < json_array_size(all); k++) {
		json_t *entry = json_copy(json_array_get(all, k));
		json_int_t row =
			json_integer_value(json_object_get(entry, "row"));

		if (row == (json_int_t)i + 1)
			json_object_set_new(entry, "row", json_integer(1));
		if (row == 0 || row == (json_int_t)i + 1)
			json_array_append(own, entry);
		json_decref(entry);
	}
	return own;
}

/* Tells all violations, and lists in @overrides those that --override sets
 * aside. */
static int judge(const struct document_job *job,
		 const struct violations *violations, json_t *overrides)
{
	const char *reason = job->options->override;
	size_t n_against = 0;

	for (size_t i = 0; i < violations->n; i++) {
		const struct violation *v = &violations->list[i];
		const char *open = v->article[0] ? " (" : "";
		const char *close = v->article[0] ? ")" : "";

		if (v->remark || reason)
			print_warning("%s%s%s%s", v->text, open, v->article,
				      close);
		else
			print_error("%s%s%s%s", v->text, open, v->article,
				    close);
		if (v->remark)
			continue;
		n_against++;
		if (reason &&
		    json_array_append_new(overrides,
					  json_pack("{ssssss}", "rule", v->rule,
						    "article", v->article,
						    "reason", reason)))
			return print_no_memory();
		if (reason && v->row &&
		    json_object_set_new(
			    json_array_get(overrides, n_against - 1), "row",
			    json_integer((json_int_t)v->row)))
			return print_no_memory();
	}
	if (n_against == 0)
		return 0;
	if (reason) {
		print_warning(
			_("the document is written anyway, for this reason: %s"),
			reason);
		return 0;
	}
	print_error(_(
		"nothing was written; --override REASON writes the document anyway and keeps the reason with it"));
	return EXIT_REFUSED;
}

int document_object(const struct document_job *job, const char *rule,
		    const char *article, bool remark, const char *text)
{
	return json_object_set_new(job->against, text,
				   json_pack("{sssssb}", "rule", rule,
					     "article", article, "remark",
					     remark))
		       ? print_no_memory()
		       : 0;
}

/* Doubts about the document that are found before conditions are judged. */
static int add_objections(const struct document_job *job,
			  struct violations *violations)
{
	const char *text;
	json_t *o;

	json_object_foreach (job->against, text, o)
		if (violations_add(violations, dossier_text(o, "rule"),
				   dossier_text(o, "article"),
				   json_is_true(json_object_get(o, "remark")),
				   text))
			return -ENOMEM;
	return 0;
}

/*
 * Rows are judged as they were gathered, all of them together: a mark that only
 * completion made is no word of an officer's, and messages count the rows of
 * the data. The reason of an override is kept in the dossiers, and so with the
 * documents, but no form prints it.
 */
int document_conditions(struct document_job *job)
{
	struct violations violations = { 0 };
	json_t *overrides = json_array();
	int ret = overrides ? 0 : print_no_memory();

	if (!ret && (conditions_check(job->procedure, job->dossier, job->known,
				      job->when, &violations) ||
		     add_objections(job, &violations)))
		ret = print_no_memory();
	if (!ret)
		ret = judge(job, &violations, overrides);
	for (size_t i = 0; !ret && json_array_size(overrides) > 0 &&
			   i < json_array_size(job->documents);
	     i++)
		if (json_object_set_new(
			    json_array_get(job->documents, i), "overrides",
			    job->options->each ? overrides_of_row(overrides, i)
					       : json_incref(overrides)))
			ret = print_no_memory();
	json_decref(overrides);
	violations_free(&violations);
	return ret;
}

/* The day from which a term of the document runs: that of the notice, as far as
 * it is known of a row, and else the document's own. */
static long first_day(const struct document_job *job)
{
	long first = date_day(job->when), day;
	bool found = false;

	for (size_t i = 0; i < json_array_size(job->known); i++) {
		const json_t *row = json_array_get(job->known, i);

		if (date_read_iso(dossier_text(row, "notice_date"), &day) &&
		    (!found || day < first)) {
			first = day;
			found = true;
		}
	}
	return first;
}

static void print_term(const struct document_job *job,
		       const struct workdays *workdays, long days)
{
	long first = first_day(job);
	struct workdays_term term = workdays_add(workdays, first, days);
	char from[DATE_SIZE], until[DATE_SIZE];
	struct arena arena = { 0 };
	const char *remark = workdays_remark(&arena, i18n_chosen(), &term);

	print_message(_("  counted from %s, that is until %s"),
		      date_dmy(first, from),
		      *remark ? remark : date_dmy(term.day, until));
	arena_free(&arena);
}

/* "trước ngày 15/11": the day before it in the document's year. */
static bool find_last_day(const struct document_job *job, const char *before,
			  long *last)
{
	char text[DATE_SIZE];

	(void)snprintf(text, sizeof(text), "%04d-%.5s",
		       date_year(date_day(job->when)), before);
	if (!*before || !date_read_iso(text, last))
		return false;
	(*last)--;
	return true;
}

/* True if the day of @d is over this year, and that of another is to come: then
 * the document is for the other. */
static bool is_of_another(const struct document_job *job,
			  const struct deadline *d)
{
	const struct procedure *p = job->procedure;
	long today = date_day(job->when), day;

	if (!find_last_day(job, d->before, &day) || day >= today)
		return false;
	for (size_t i = 0; i < p->n_deadlines; i++)
		if (find_last_day(job, p->deadlines[i].before, &day) &&
		    day >= today)
			return true;
	return false;
}

static void print_last_day(const struct document_job *job,
			   const struct workdays *workdays, const char *before)
{
	char words[DATE_SIZE];
	long today = date_day(job->when), day;
	struct arena arena = { 0 };
	struct workdays_term term;
	const char *remark;

	if (!find_last_day(job, before, &day))
		return;
	date_dmy(day, words);
	if (day < today) {
		print_message(_("  this year, that was until %s"), words);
		return;
	}
	print_message(_("  this year, that is until %s"), words);
	term = workdays_day(workdays, day);
	remark = workdays_remark(&arena, i18n_chosen(), &term);
	if (*remark && term.before >= today)
		print_message("  %s", remark);
	arena_free(&arena);
}

/* Without a calendar the terms are told in words alone. */
static void print_deadlines(const struct document_job *job)
{
	const struct procedure *p = job->procedure;
	struct workdays *workdays = NULL;
	struct error error = { 0 };
	int rc = p->n_deadlines ? workdays_load(&workdays, &error) : 0;

	if (rc)
		print_warning("%s", error_text(&error, rc));
	for (size_t i = 0; i < p->n_deadlines; i++) {
		const struct deadline *d = &p->deadlines[i];

		if (is_of_another(job, d))
			continue;
		if (d->days)
			print_message(
				Q_("deadline: %s, within %ld working day, %s (%s)",
				   "deadline: %s, within %ld working days, %s (%s)",
				   (unsigned long)d->days),
				d->who, d->days, d->words, d->article);
		else
			print_message(_("deadline: %s, %s (%s)"), d->who,
				      d->words, d->article);
		if (workdays && d->days)
			print_term(job, workdays, d->days);
		else if (workdays)
			print_last_day(job, workdays, d->before);
	}
	workdays_free(&workdays);
	error_free(&error);
}

int document_check_day(const struct document_job *job)
{
	time_t now = job->globals->now;
	char day[DATE_SIZE], today[DATE_SIZE];
	struct tm tm = date_tm(now);
	bool to_come = job->has_hour ? job->when > now + DATE_SKEW
				     : date_day(job->when) > date_day(now);

	if (job->is_now || !to_come ||
	    !record_is_minutes(job->kind->procedure) ||
	    !*dossier_text(job->dossier, "document.number"))
		return 0;
	print_error(
		_("minutes say what has been done, and their day, %s, is still to come: it is %02d:%02d on %s now. Write the day and hour on which it was done; for a draft leave out the number"),
		date_dmy(date_day(job->when), day), tm.tm_hour, tm.tm_min,
		date_dmy(date_day(now), today));
	return EXIT_BAD_INPUT;
}

/* A letter may be prepared before its day, but a year is easily mistyped. */
void document_note_future(const struct document_job *job)
{
	long day = date_day(job->when);
	long ahead = day - date_day(job->globals->now);
	char text[DATE_SIZE];

	if (!job->is_now && ahead > FAR_AHEAD)
		print_warning(
			_("the document is dated %s, which is %ld days ahead; check it"),
			date_dmy(day, text), ahead);
}

/* A day that somebody gave, and on which nobody signs: it may be meant, but
 * must be seen. No regulation says between which hours an office is open. */
void document_note_day_off(const struct document_job *job)
{
	struct workdays *workdays = NULL;
	struct arena arena = { 0 };
	struct workdays_term term;
	const char *remark;

	/* A calendar that cannot be read is told with the terms. */
	if (job->is_now || workdays_load(&workdays, NULL))
		return;
	term = workdays_day(workdays, date_day(job->when));
	remark = workdays_remark(&arena, i18n_chosen(), &term);
	if (*remark)
		print_warning(_("the day of the document: %s; check it"),
			      remark);
	arena_free(&arena);
	workdays_free(&workdays);
}

/* Adds each path below @path of whose value no part of the form prints. */
static void find_unprinted(const struct document_job *job, const char *path,
			   const json_t *value, struct arena *arena,
			   const char **found)
{
	const char *name;
	json_t *member;

	json_object_foreach ((json_t *)value, name, member)
		find_unprinted(job, arena_format(arena, "%s.%s", path, name),
			       member, arena, found);
	if (value && !json_is_object(value) && !form_prints(job->form, path))
		*found = arena_format(arena, "%s%s%s", *found,
				      **found ? ", " : "", path);
}

void document_note_unprinted(const struct document_job *job)
{
	static const char *const open[] = { "counts", "extra" };
	struct arena arena = { 0 };
	const char *found = "";

	for (size_t i = 0; i < sizeof(open) / sizeof(open[0]); i++)
		find_unprinted(job, open[i],
			       json_object_get(job->dossier, open[i]), &arena,
			       &found);
	if (*found)
		print_warning(
			_("this is given, and the form does not print it: %s"),
			found);
	arena_free(&arena);
}

/* Tells one way to send it; what was told before says which word it begins
 * with.
 */
static void print_channel(const struct channel *c, bool *sent, bool *handed)
{
	static const char *const by_hand[] = { "direct", "cipher", "post" };
	bool of_device = false;

	/* A word about paper is no way to choose. */
	if (strcmp(c->code, "paper") == 0) {
		print_message(_("note: %s"), c->words);
		return;
	}
	for (size_t i = 0; i < sizeof(by_hand) / sizeof(by_hand[0]); i++)
		of_device |= strcmp(c->code, by_hand[i]) == 0;
	if (of_device)
		print_message(*handed ? _("or: %s")
				      : _("hand the token over so: %s"),
			      c->words);
	else
		print_message(*sent ? _("or by: %s") : _("send it by: %s"),
			      c->words);
	*(of_device ? handed : sent) = true;
}

/* Tells each of the recipients, which semicolons part. */
static void print_recipients(const char *recipients)
{
	while (*recipients) {
		size_t len = strcspn(recipients, ";");
		size_t blanks = strspn(recipients, " ");

		if (len > blanks)
			print_message(_("send it to: %.*s"),
				      (int)(len - blanks), recipients + blanks);
		recipients += len + (recipients[len] == ';');
	}
}

void document_advise(const struct document_job *job)
{
	const struct procedure *p = job->procedure;
	const char *recipient =
		dossier_text(job->dossier, "document.recipient");
	const json_t *copies = dossier_get(job->dossier, "document.copies");
	bool sent = false, handed = false;

	print_recipients(recipient);
	for (size_t i = 0; i < json_array_size(copies); i++)
		print_message(_("and a copy to: %s"),
			      json_string_value(json_array_get(copies, i)));
	for (size_t i = 0; i < p->n_channels; i++)
		print_channel(&p->channels[i], &sent, &handed);
	print_deadlines(job);
	for (size_t i = 0; i < p->n_notes; i++)
		print_message(_("note: %s"), p->notes[i]);
}
