/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* Letters that ask for something. */
#include <errno.h>
#include <stdlib.h>
#include <string.h>

#include "document.h"
#include "input/dossier.h"
#include "labels.h"
#include "message.h"
#include "rules/citation.h"

/* One form serves renewal and change: its number alone does not say which is
 * asked for, unless every row is ticked. */
static int renewal_check(const struct document_job *job, const json_t *dossier)
{
	const json_t *rows = dossier_get(dossier, "subscribers");

	for (size_t i = 0; i < json_array_size(rows) && job->by_number; i++) {
		const json_t *row = json_array_get(rows, i);

		if (json_is_true(json_object_get(row, "renew")) ||
		    json_is_true(json_object_get(row, "update")))
			continue;
		print_error(
			_("row %zu: this form is for both renewal and change; use \"request renew\" or \"request change\", or mark the row in the data"),
			dossier_row_number(dossier, i));
		return EXIT_USAGE;
	}
	return 0;
}

/* Puts @ground where the letter already cites its law, or else before the first
 * that is of the province's own regulation. 0 or -ENOMEM. */
static int add_ground(const struct province *province, struct arena *arena,
		      json_t *list, const char *ground)
{
	size_t n = json_array_size(list), before = n;

	for (size_t i = 0; i < n; i++) {
		const char *ours = json_string_value(json_array_get(list, i));
		const char *law = ours ? citation_law(province, ours) : NULL;
		const char *both =
			ours ? citation_join(arena, province, ours, ground)
			     : NULL;

		if (both)
			return json_array_set_new(list, i, json_string(both))
				       ? -ENOMEM
				       : 0;
		if (law && before == n &&
		    strcmp(law, province->regulation.title) == 0)
			before = i;
	}
	return arena->failed || json_array_insert_new(list, before,
						      json_string(ground))
		       ? -ENOMEM
		       : 0;
}

/* Cites the grounds of @procedure besides those of the letter, each law once.
 */
static int add_grounds(const struct document_job *job, json_t *dossier,
		       const char *procedure)
{
	const struct procedure *p =
		province_procedure(job->province, procedure);
	json_t *list =
		json_copy((json_t *)dossier_get(dossier, "document.grounds"));
	struct arena arena = { 0 };
	int rc = 0;

	if (!list)
		list = json_array();
	for (size_t i = 0; p && i < p->n_grounds && !rc; i++)
		rc = add_ground(job->province, &arena, list, p->grounds[i]);
	if (!rc)
		rc = dossier_put_new(dossier, "document.grounds",
				     json_incref(list));
	json_decref(list);
	arena_free(&arena);
	return rc ? print_no_memory() : 0;
}

/* Ticks for each subscriber the procedure of the letter, where the data ticks
 * none. Where both are ticked, the letter has the grounds of both. */
static int renewal_complete(const struct document_job *job, json_t *dossier)
{
	bool renews = strcmp(job->kind->procedure, "renew") == 0;
	json_t *rows = json_object_get(dossier, "subscribers");
	bool other = false;

	for (size_t i = 0; i < json_array_size(rows); i++) {
		json_t *row = json_array_get(rows, i);
		bool renew = json_is_true(json_object_get(row, "renew"));
		bool update = json_is_true(json_object_get(row, "update"));

		other |= renews ? update : renew;
		if (!renew && !update &&
		    json_object_set_new(row, renews ? "renew" : "update",
					json_true()))
			return print_no_memory();
	}
	return other ? add_grounds(job, dossier, renews ? "change" : "renew")
		     : 0;
}

struct request_options {
	struct document_options document;
	char *reason;
	int centralized;
};

/*
 * Recovery is for a token locked by wrong passwords (Decree 68/2024/NĐ-CP,
 * Article 22.1). A token that is not locked may have been named by mistake.
 */
static int accepts_for_recovery(const struct document_job *job,
				const struct cks_token *token, bool named)
{
	enum cks_pin_state state = cks_token_user_pin(token);

	(void)job;
	if (state == CKS_PIN_LOCKED)
		return 0;
	if (!named)
		return -1;
	if (state == CKS_PIN_UNKNOWN) {
		print_warning(
			_("%s: the token does not report whether it is locked; make sure that it is before the letter is signed"),
			cks_token_serial(token));
		return 0;
	}
	print_error(
		_("%s: the user PIN is not locked (%s); recovery is for a token locked by wrong passwords (Decree 68/2024/NĐ-CP, Article 22.1). No letter was written"),
		cks_token_serial(token), pin_state_label(state));
	return EXIT_REFUSED;
}

static const struct document_kind kinds[] = {
	{ .procedure = "recover",
	  .command = "request",
	  .form = "06",
	  .of_tokens = true,
	  .to_desk = true,
	  .accepts_token = accepts_for_recovery,
	  .none_accepted = N_(
		  "no token present is locked; name one by --serial if its state cannot be read") },
	{ .procedure = "renew",
	  .command = "request",
	  .form = "04",
	  .of_tokens = true,
	  .one_token = true,
	  .leave_expired = true,
	  .check = renewal_check,
	  .complete = renewal_complete },
	{ .procedure = "change",
	  .command = "request",
	  .form = "04",
	  .of_tokens = true,
	  .one_token = true,
	  .leave_expired = true,
	  .check = renewal_check,
	  .complete = renewal_complete },
	{ .procedure = "revoke",
	  .command = "request",
	  .form = "05",
	  .of_tokens = true,
	  .one_token = true },
	{ .procedure = "new-person", .command = "request", .form = "01" },
	{ .procedure = "new-organization", .command = "request", .form = "02" },
	{ .procedure = "new-device", .command = "request", .form = "03" },
	{ 0 },
};

/* The facts that the options tell, for a dossier. NULL: no memory. */
static json_t *facts_of(const struct request_options *o)
{
	json_t *facts = json_object();

	if (facts &&
	    (dossier_put(facts, "every.reason", o->reason) ||
	     (o->centralized &&
	      dossier_put_new(facts, "document.centralized", json_true())))) {
		json_decref(facts);
		facts = NULL;
	}
	return facts;
}

static int make(struct globals *globals, const struct request_options *o,
		const char *name)
{
	if (name)
		return document_make(globals, &o->document, kinds, name,
				     facts_of(o), NULL);
	print_error(_(
		"choose what to request, such as \"request recover\" or the number of its form, \"request 06\""));
	return EXIT_USAGE;
}

static int run(struct globals *globals, int argc, const char **argv)
{
	struct request_options o = { .document = DOCUMENT_OPTIONS_INIT };
	struct poptOption table[] = {
		OPTION_STRING(
			"recipient", o.document.recipient, "TEXT",
			N_("recipient of the letter; as the regulation says if none")),
		OPTION_STRING(
			"reason", o.reason, "TEXT",
			N_("reason, for each subscriber whose data give none")),
		OPTION_FLAG(
			"centralized", o.centralized,
			N_("for keys that are kept in a central signing system")),
		DUE_OPTION(o.document),
		ASK_OPTIONS(o.document),
		DOCUMENT_OPTIONS(o.document),
		LIST_JSON_OPTION(o.document),
		POPT_TABLEEND
	};
	poptContext context;
	const char **args;
	int ret;

	o.document.ask = DOCUMENT_ASK_OFFER;
	if (options_parse(globals, &cmd_request, table, argc, argv, &context,
			  &args, &ret) &&
	    options_limit_args(&cmd_request, args, 1, &ret))
		ret = o.document.list_provinces
			      ? list_provinces(o.document.json)
			      : make(globals, &o, args[0]);
	free(o.reason);
	document_options_free(&o.document);
	poptFreeContext(context);
	return ret;
}

const struct command cmd_request = {
	.name = "request",
	.summary = N_(
		"write the agency's request: recovery, renewal, change, revocation, new certificates (Forms 01 to 06)"),
	.usage =
		"request recover|renew|change|revoke|new-person|new-organization|new-device|NUMBER -o FILE.pdf|FILE.docx [-o FILE]... [--province NAME] [--data FILE] [--set NAME=TEXT]... [--number N] [--date DATE] [--reason TEXT] [--recipient TEXT] [--centralized] [--due [DAYS]] [<document options>] [<token selection>]",
	.needs_config = true,
	.run = run,
};
