/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* A recovery desk's answers to whoever asked: a refusal with its reason, or the
 * result. */
#include <errno.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "base/date.h"
#include "base/text.h"
#include "desk_reject.h"
#include "document.h"
#include "forms/nd30.h"
#include "input/dossier.h"
#include "input/field.h"
#include "message.h"
#include "received.h"
#include "register/letter.h"
#include "register/names.h"
#include "register/papers.h"
#include "register/record_document.h"

#define DAY_LENGTH 10

struct desk {
	struct document_options document;
	char *reason, *request_file;
	const char *number; /* of the request, as an argument */
	bool refuses;
	bool rejects; /* the letter itself, because of its signatures */
	struct received letter; /* of --request */

	/* The request, as the dossier has it, and whom it is about. */
	json_t *request, *rows;
	json_t *standing; /* how it stands in the register; NULL: not there */
	char duty[32];	  /* of the regulation, "refuse-recover" */
};

/* 1. The letter of --request */

static bool is_request(const char *procedure)
{
	static const char *const all[] = { "recover",	 "renew",
					   "change",	 "revoke",
					   "new-person", "new-organization",
					   "new-device" };

	for (size_t i = 0; i < sizeof(all) / sizeof(all[0]); i++)
		if (strcmp(all[i], procedure) == 0)
			return true;
	return false;
}

static int read_letter(struct desk *d, const struct globals *globals)
{
	int ret =
		received_read(&d->letter, globals, d->request_file, d->rejects);

	if (ret || d->rejects ||
	    is_request(dossier_text(d->letter.data, "form.procedure")))
		return ret;
	print_error(
		_("%s is not a letter that asks for something; nothing was written. Name the request that is answered, such as one that \"ckstoken request\" made"),
		d->request_file);
	return EXIT_BAD_INPUT;
}

/* The row with what fields accept of it: it comes from a stranger. */
static json_t *clean_row(const json_t *row)
{
	json_t *clean = json_object(), *value;
	const char *name;

	json_object_foreach ((json_t *)row, name, value) {
		const struct field *f = field_find(name);
		const char *why = NULL;
		json_t *taken = f ? field_accept(f, value, &why) : NULL;

		if (taken && json_object_set_new(clean, name, taken)) {
			json_decref(clean);
			return NULL;
		}
	}
	return clean;
}

/* The letter comes from a stranger: its text is made fit to be shown. */
static int put_clean(json_t *request, const char *name, const char *text)
{
	struct arena arena = { 0 };
	const char *clean = text_clean(&arena, text);
	int rc = clean ? dossier_put(request, name, clean) : -ENOMEM;

	arena_free(&arena);
	return rc;
}

static int take_letter(struct desk *d, const json_t *letter)
{
	static const char *const paths[][2] = {
		{ "procedure", "form.procedure" },
		{ "form", "form.number" },
		{ "recipient", "document.recipient" },
		{ "agency", "agency.name" },
	};
	char *number = record_letter_number(letter, "");
	const json_t *rows = dossier_get(letter, "subscribers");
	char day[DAY_LENGTH + 1];
	int rc = !number;

	(void)snprintf(day, sizeof(day), "%.*s", DAY_LENGTH,
		       dossier_text(letter, "document.date"));
	d->request = json_object();
	d->rows = json_array();
	rc = rc || dossier_put(d->request, "number", number) ||
	     (nd30_is_day(day) && dossier_put(d->request, "date", day));
	for (size_t i = 0; i < sizeof(paths) / sizeof(paths[0]) && !rc; i++)
		rc = put_clean(d->request, paths[i][0],
			       dossier_text(letter, paths[i][1]));
	for (size_t i = 0; i < json_array_size(rows) && !rc; i++)
		rc = json_array_append_new(d->rows,
					   clean_row(json_array_get(rows, i)));
	free(number);
	return rc ? print_no_memory() : 0;
}

/* 2. The request in the register */

/* The number of the request that the argument names, in *@key. */
static int find_named(const struct desk *d, struct custody_register *reg,
		      json_int_t *key)
{
	struct subject_list found = { 0 };
	int ret = register_find_one(reg, d->number, &found);

	if (!ret && found.list[0].kind != RECORD_REQUEST) {
		print_error(
			_("\"%s\" is not a request in the register but something else; \"request=N\" names one by its number there"),
			d->number);
		ret = EXIT_USAGE;
	}
	if (!ret)
		*key = strtoll(found.list[0].key, NULL, 10);
	subject_free(&found);
	return ret;
}

/* The letter and the request that is named are one. */
static int hold_together(const struct desk *d)
{
	static const char *const names[] = { "procedure", "number" };

	for (size_t i = 0; i < sizeof(names) / sizeof(names[0]); i++) {
		if (letter_same_number(dossier_text(d->request, names[i]),
				       dossier_text(d->standing, names[i])))
			continue;
		print_error(
			_("%s is not the letter of the request \"%s\": the register has \"%s\" for it, and the letter \"%s\""),
			d->request_file, d->number,
			dossier_text(d->standing, names[i]),
			dossier_text(d->request, names[i]));
		return EXIT_REFUSED;
	}
	return 0;
}

static int take_standing(struct desk *d, struct custody_register *reg,
			 json_int_t key)
{
	int rc;

	d->standing = papers_request(reg, key);
	if (d->standing && d->request && d->number) {
		int ret = hold_together(d);

		if (ret)
			return ret;
	}
	rc = !d->standing;
	if (!rc && !d->request) {
		d->request = json_deep_copy(d->standing);
		rc = !d->request;
		json_object_del(d->request, "outcome");
		json_object_del(d->request, "outcome_date");
		json_object_del(d->request, "done_date");
	}
	if (!rc && !d->rows) {
		d->rows = papers_request_rows(reg, d->standing);
		rc = !d->rows;
	}
	rc = rc || dossier_put_new(d->request, "register", json_integer(key)) ||
	     papers_put_results(reg, d->standing, d->rows);
	return rc && !register_exit_code(reg) ? print_no_memory()
					      : register_exit_code(reg);
}

static int ask_register(struct desk *d, const struct globals *globals,
			json_int_t *found)
{
	struct custody_register *reg = NULL;
	json_int_t key = 0;
	int ret = d->number
			  ? register_require(globals, NULL, REGISTER_READ, &reg)
			  : register_use(globals, d->document.no_register,
					 REGISTER_READ, &reg);

	if (!ret && d->number)
		ret = find_named(d, reg, &key);
	else if (!ret && reg)
		key = record_find_letter(reg, d->letter.data);
	if (!ret && reg)
		ret = register_exit_code(reg);
	if (!ret && key)
		ret = take_standing(d, reg, key);
	register_close(&reg);
	*found = key;
	return ret;
}

static int find_request(struct desk *d, const struct globals *globals,
			json_int_t *key)
{
	int ret = 0;

	if (d->request_file)
		ret = read_letter(d, globals);
	if (!ret && d->letter.data)
		ret = take_letter(d, d->letter.data);
	if (!ret && (d->number || d->letter.data))
		ret = ask_register(d, globals, key);
	if (!ret && !d->rejects &&
	    !is_request(dossier_text(d->request, "procedure"))) {
		print_error(
			_("\"%s\" asks for nothing that could be answered; nothing was written. \"ckstoken register list --letters\" shows the requests"),
			d->number);
		ret = EXIT_USAGE;
	}
	return ret;
}

/* 3. The answer */

static bool any_done(const struct desk *d)
{
	if (*dossier_text(d->standing, "done_date"))
		return true;
	for (size_t i = 0; d->standing && i < json_array_size(d->rows); i++)
		if (*dossier_text(json_array_get(d->rows, i), "result"))
			return true;
	return false;
}

/* An objection stops the answer unless an officer gives a reason. */
#define OBJECTIONS_MAX 5

struct objections {
	size_t n;
	struct objection {
		const char *rule, *article;
		char *text;
	} list[OBJECTIONS_MAX];
};

__attribute__((format(printf, 4, 5))) static void
object(struct objections *all, const char *rule, const char *article,
       const char *format, ...)
{
	struct objection *o = &all->list[all->n++];
	va_list args;

	*o = (struct objection){ .rule = rule, .article = article };
	va_start(args, format);
	if (vasprintf(&o->text, format, args) < 0)
		o->text = NULL;
	va_end(args);
}

static void objections_free(struct objections *all)
{
	for (size_t i = 0; i < all->n; i++)
		free(all->list[i].text);
}

/* The words for what the register has against it; NULL: nothing. */
static const char *against(const struct desk *d)
{
	const char *outcome = dossier_text(d->standing, "outcome");

	if (!d->refuses)
		return strcmp(outcome, "refused") == 0
			       ? _("the register says that the request was refused; a notice of its result contradicts that")
			       : NULL;
	if (any_done(d))
		return _(
			"the register says that what the request asks for was done, for some at least; a refusal contradicts that");
	if (strcmp(outcome, "accepted") == 0)
		return _(
			"the register says that the request was accepted; a refusal contradicts that");
	return NULL;
}

/* No paper answers what was not written yet. */
static void object_to_day(struct objections *all,
			  const struct document_job *job, const struct desk *d)
{
	char own[DATE_SIZE], asked[DATE_SIZE];
	long day;

	if (date_read_iso(dossier_text(d->request, "date"), &day) &&
	    date_day(job->when) < day)
		object(all, "day", "",
		       _("the answer is dated %s, before the request that it answers, which is of %s"),
		       date_dmy(date_day(job->when), own),
		       date_dmy(day, asked));
}

/* The desk by what it is called on its papers, or in [desk]. */
static bool is_addressed(const struct document_job *job, const char *to,
			 const char *agency)
{
	const char *desk = job->globals->config.desk_name;

	return names_addressed_to(to, agency) ||
	       names_share_agency(to, agency) ||
	       (desk && *desk && names_addressed_to(to, desk));
}

/*
 * Whoever carries a request out answers it: the office that it is addressed to,
 * or that of the province, where the regulation leaves the procedure to it. The
 * agency that asked does not answer itself, unless it is that office too. A
 * name that is not known speaks against nothing.
 */
static void object_to_desk(struct objections *all,
			   const struct document_job *job, const struct desk *d)
{
	const struct procedure *p = province_procedure(
		job->province, dossier_text(d->request, "procedure"));
	const char *to = dossier_text(d->request, "recipient");
	const char *asks = dossier_text(d->request, "agency");
	const char *agency = dossier_text(job->dossier, "agency.name");

	if (!*agency || (p && p->executor == EXECUTOR_DEPARTMENT &&
			 is_addressed(job, p->recipient, agency)))
		return;
	if (*asks && names_share_agency(asks, agency))
		object(all, "desk", p ? p->article : "",
		       _("the request is of \"%s\", which this is, and nobody answers a request of their own"),
		       asks);
	else if (*to && !is_addressed(job, to, agency))
		object(all, "desk", p ? p->article : "",
		       _("the request is addressed to \"%s\", and this is \"%s\", so that the answer is not for it to give"),
		       to, agency);
}

/* An answer goes to the agency that the letter names, which need not have sent
 * it. */
static void object_to_signatures(struct objections *all,
				 const struct document_job *job,
				 const struct desk *d)
{
	const struct duty *duty =
		province_duty(job->province, "refuse-signature");
	const char *article = duty ? duty->article : "";

	if (d->letter.is_forged && d->refuses)
		object(all, "signature", article, "%s",
		       _("a signature of the letter does not hold, so that it is not what its agency asks for; without --reason the refusal says that instead"));
	else if (d->letter.is_forged)
		object(all, "signature", article, "%s",
		       _("a signature of the letter does not hold, so that it is not what its agency asks for; \"desk refuse --request FILE\" without --reason tells its sender so"));
	else if (d->letter.is_of_others)
		object(all, "signature", article, "%s",
		       _("nobody of the agency that it is of by its data has signed it"));
}

static void find_objections(const struct document_job *job,
			    struct objections *all)
{
	const struct desk *d = job->ctx;
	const char *contradiction = against(d);

	object_to_desk(all, job, d);
	if (contradiction)
		object(all, "answered", "", "%s", contradiction);
	object_to_day(all, job, d);
	object_to_signatures(all, job, d);
}

/* Says what an officer has to know before the paper is signed. */
static void tell(const struct document_job *job, const struct desk *d)
{
	const char *answered = dossier_text(d->standing, "outcome_date");
	char words[DATE_SIZE];
	long day;

	if (date_read_iso(answered, &day))
		answered = date_dmy(day, words);
	if (*dossier_text(d->standing, "outcome"))
		print_warning(
			_("the request was answered before, on %s by the register"),
			answered);
	if (job->procedure->n_grounds == 0)
		print_message(_(
			"the regulation does not say how such a request is answered, so no article of it is cited"));
}

static int check(const struct document_job *job, const json_t *dossier)
{
	const struct desk *d = job->ctx;
	bool overridden = job->options->override != NULL;
	struct objections all = { 0 };
	int ret = 0;

	(void)dossier;
	tell(job, d);
	find_objections(job, &all);
	for (size_t i = 0; i < all.n && !ret; i++) {
		const struct objection *o = &all.list[i];
		const char *open = *o->article ? " (" : "";
		const char *close = *o->article ? ")" : "";

		if (!o->text)
			ret = print_no_memory();
		else if (overridden)
			print_warning("%s%s%s%s", o->text, open, o->article,
				      close);
		else
			print_error("%s%s%s%s", o->text, open, o->article,
				    close);
	}
	if (!ret && all.n && !overridden) {
		print_error(_(
			"nothing was written; --override REASON writes the document anyway and keeps the reason with it"));
		ret = d->letter.is_forged ? EXIT_NOT_VALID : EXIT_REFUSED;
	}
	objections_free(&all);
	return ret;
}

/* The reason of an override goes with the document. */
static int complete(const struct document_job *job, json_t *dossier)
{
	struct objections all = { 0 };
	json_t *overrides = json_array();
	int rc = !overrides;

	if (job->options->override)
		find_objections(job, &all);
	for (size_t i = 0; i < all.n && !rc; i++)
		rc = json_array_append_new(
			overrides,
			json_pack("{ss, ss, ss}", "rule", all.list[i].rule,
				  "article", all.list[i].article, "reason",
				  job->options->override));
	rc = rc || (all.n && dossier_put_new(dossier, "overrides",
					     json_incref(overrides)));
	json_decref(overrides);
	objections_free(&all);
	return rc ? print_no_memory() : 0;
}

static json_t *facts_of(const struct desk *d)
{
	json_t *facts = json_object();
	int rc = !facts || json_object_set(facts, "request", d->request) ||
		 json_object_set(facts, "subscribers", d->rows) ||
		 dossier_put(facts, "document.reason", d->reason);

	if (!rc && !d->document.recipient)
		rc = dossier_put(facts, "document.recipient",
				 dossier_text(d->request, "agency"));
	if (rc) {
		json_decref(facts);
		facts = NULL;
	}
	return facts;
}

/* Tells who signed the letter. A desk that takes in no letter that is not
 * signed may refuse one all the same. */
static int judge_letter(struct desk *d)
{
	received_show(&d->letter);
	(void)received_doubt(&d->letter, NULL);
	if (d->refuses || received_suffices(&d->letter))
		return 0;
	print_error(
		_("%s is not signed as this desk requires ([desk], require), so that it is not taken in, and not answered. Nothing was written"),
		d->request_file);
	return d->letter.is_forged ? EXIT_NOT_VALID : EXIT_REFUSED;
}

/* The refusal of the document itself. That of a request which it only says that
 * it is, is put to no request that the officer has not named. */
static int reject(const struct globals *globals, struct desk *d, json_int_t key)
{
	if (key && !d->number) {
		print_warning(
			_("the register has a letter of this number, day and agency, request %lld: if it is this file, name it, \"desk refuse request=%lld\", and the refusal is recorded with it"),
			(long long)key, (long long)key);
		key = 0;
	}
	return desk_reject(globals, &d->document, &d->letter, key,
			   key ? against(d) : NULL);
}

static int make(struct globals *globals, struct desk *d)
{
	const char *name = d->refuses ? "refuse" : "answer";
	const struct document_kind kinds[] = {
		{ .procedure = name,
		  .command = "desk",
		  .form = "",
		  .template = name,
		  .duty = d->duty,
		  .needs_number = true,
		  .check = check,
		  .complete = complete },
		{ 0 },
	};
	json_int_t key = 0;
	int ret = find_request(d, globals, &key);

	if (ret)
		return ret;
	d->document.request = d->request_file;
	if (d->rejects)
		return reject(globals, d, key);
	if (d->request_file)
		ret = judge_letter(d);
	if (ret)
		return ret;
	(void)snprintf(d->duty, sizeof(d->duty), "%s-%s", name,
		       dossier_text(d->request, "procedure"));
	return document_make(globals, &d->document, kinds, name, facts_of(d),
			     d);
}

static int dispatch(struct globals *globals, struct desk *d, const char **args)
{
	static const char *const forms[] = { "refuse", "answer" };

	d->refuses = args[0] && strcmp(args[0], "refuse") == 0;
	if (args[0] && !d->refuses && strcmp(args[0], "answer") != 0) {
		print_error(
			_("there is no \"%s %s\"; see \"ckstoken %s --help\""),
			"desk", args[0], "desk");
		suggest_of(args[0], forms, sizeof(forms) / sizeof(forms[0]),
			   sizeof(forms[0]));
		return EXIT_USAGE;
	}
	if (!args[0]) {
		print_error(_(
			"choose what the desk writes: \"desk refuse\" or \"desk answer\""));
		return EXIT_USAGE;
	}
	d->number = args[1];
	if (!d->number && !d->request_file) {
		print_error(_(
			"name the request that is answered: by the number of its letter in the register, such as 15/STC-VP, or its letter by --request FILE"));
		return EXIT_USAGE;
	}
	d->rejects = d->refuses && !d->reason && d->request_file;
	if (d->refuses && !d->rejects && (!d->reason || d->reason[0] == '\0')) {
		print_error(_(
			"a refusal says why: give --reason, which is printed and recorded; or, where its signatures are why, the letter by --request"));
		return EXIT_USAGE;
	}
	if (!d->refuses && d->reason) {
		print_error(_("--reason is for \"desk refuse\" only"));
		return EXIT_USAGE;
	}
	return make(globals, d);
}

static int run(struct globals *globals, int argc, const char **argv)
{
	struct desk d = { .document = DOCUMENT_OPTIONS_INIT };
	struct poptOption table[] = {
		OPTION_STRING(
			"request", d.request_file, "FILE",
			N_("the letter that is answered, as ckstoken made it; or any PDF that is refused because of its signatures")),
		OPTION_STRING(
			"reason", d.reason, "TEXT",
			N_("refuse: why; it is printed and recorded; the signatures of the letter if none")),
		OPTION_STRING(
			"recipient", d.document.recipient, "TEXT",
			N_("recipient of the answer; the agency that asked if none")),
		DOCUMENT_OPTIONS(d.document),
		LIST_JSON_OPTION(d.document),
		POPT_TABLEEND
	};
	poptContext context;
	const char **args;
	int ret;

	if (options_parse(globals, &cmd_desk, table, argc, argv, &context,
			  &args, &ret) &&
	    options_limit_args(&cmd_desk, args, 2, &ret))
		ret = d.document.list_provinces
			      ? list_provinces(d.document.json)
			      : dispatch(globals, &d, args);
	received_free(&d.letter);
	json_decref(d.request);
	json_decref(d.rows);
	json_decref(d.standing);
	free(d.reason);
	free(d.request_file);
	document_options_free(&d.document);
	poptFreeContext(context);
	return ret;
}

const struct command cmd_desk = {
	.name = "desk",
	.summary = N_("answer a request: refuse it, or tell what came of it"),
	.usage =
		"desk refuse [NUMBER] --reason TEXT -o FILE.pdf|FILE.docx [-o FILE]... [--request FILE] [<document options>]\n"
		"desk refuse [NUMBER] --request FILE -o FILE.pdf|FILE.docx [-o FILE]... [<document options>]\n"
		"desk answer [NUMBER] -o FILE.pdf|FILE.docx [-o FILE]... [--request FILE] [--set result=TEXT] [<document options>]",
	.needs_config = true,
	.run = run,
};
