/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include <stdlib.h>
#include <string.h>
#include <strings.h>

#include "certificate.h"
#include "command.h"
#include "message.h"
#include "scanning.h"

static int unknown_form(const char *name)
{
	if (name)
		print_message(
			_("there is no \"cert %s\"; see \"ckstoken cert --help\""),
			name);
	else
		print_message(_(
			"say what to do: \"cert list\", \"cert show\" or \"cert export\""));
	return EXIT_USAGE;
}

/* The certificate with @id, or the only one of @token. 0 or an exit code. */
static int choose(const struct cks_token *token, const char *id,
		  const struct cks_cert **cert)
{
	size_t matches = 0;

	for (size_t i = 0; i < cks_token_n_certs(token); i++) {
		const struct cks_cert *c = cks_token_cert(token, i);

		if (id && strcasecmp(cks_cert_id(c), id) != 0)
			continue;
		*cert = c;
		matches++;
	}
	if (matches == 1)
		return 0;
	if (matches == 0) {
		print_message(_(
			"the token has no such certificate; \"ckstoken cert list\" shows what it has"));
		return EXIT_NO_TOKEN;
	}
	print_message(
		_("more than one certificate matches; name one by --id:"));
	for (size_t i = 0; i < cks_token_n_certs(token); i++) {
		const struct cks_cert *c = cks_token_cert(token, i);

		print_message("  --id %s  %s", cks_cert_id(c),
			      cks_cert_name(c));
	}
	return EXIT_AMBIGUOUS;
}

struct cert_options {
	struct selection selection;
	int json, csv, der;
	char *id, *output;
};

static int run_list(struct globals *globals, const struct cert_options *o)
{
	struct cks_scan *scan = NULL;
	int ret = scan_tokens(globals, &o->selection, &scan);

	if (!ret)
		ret = certificate_list(scan, &o->selection, globals->now,
				       o->json, o->csv);
	cks_scan_free(&scan);
	return ret;
}

static int run_one(struct globals *globals, const struct cert_options *o,
		   bool export)
{
	const struct cks_token *token = NULL;
	const struct cks_cert *cert = NULL;
	struct cks_scan *scan = NULL;
	int ret = scan_for_one(globals, &o->selection, &scan, &token);

	if (!ret)
		ret = choose(token, o->id, &cert);
	if (!ret && export)
		ret = certificate_export(cert, o->output ? o->output : "-",
					 o->der);
	else if (!ret)
		ret = certificate_show(token, cert, globals->now, o->json);
	if (!ret && cks_scan_n_errors(scan) > 0)
		ret = EXIT_PARTIAL;
	cks_scan_free(&scan);
	return ret;
}

static int dispatch(struct globals *globals, const char *form,
		    const struct cert_options *o)
{
	bool list = form && strcmp(form, "list") == 0;
	bool show = form && strcmp(form, "show") == 0;
	bool export = form && strcmp(form, "export") == 0;

	if (!list && !show && !export)
		return unknown_form(form);
	if ((o->csv && !list) || (o->json && (export || o->csv)) ||
	    ((o->der || o->output) && !export) || (o->id && list)) {
		print_message(_(
			"these options do not go together; see \"ckstoken cert --help\""));
		return EXIT_USAGE;
	}
	return list ? run_list(globals, o) : run_one(globals, o, export);
}

static int run(struct globals *globals, int argc, const char **argv)
{
	struct cert_options o = { .selection = SELECTION_INIT };
	struct poptOption table[] = {
		{ "json", '\0', POPT_ARG_NONE, &o.json, 0,
		  N_("list, show: print one JSON document"), NULL },
		{ "csv", '\0', POPT_ARG_NONE, &o.csv, 0, N_("list: print CSV"),
		  NULL },
		{ "id", '\0', POPT_ARG_STRING, &o.id, 0,
		  N_("show, export: the certificate with this id"), "HEX" },
		{ "der", '\0', POPT_ARG_NONE, &o.der, 0,
		  N_("export: DER instead of PEM"), NULL },
		{ "output", 'o', POPT_ARG_STRING, &o.output, 0,
		  N_("export: the file to write; standard output if none"),
		  "FILE" },
		SELECTION_OPTIONS(o.selection),
		POPT_TABLEEND
	};
	poptContext context;
	const char **args;
	int ret;

	if (options_parse(globals, &cmd_cert, table, argc, argv, &context,
			  &args, &ret) &&
	    options_limit_args(&cmd_cert, args, 1, &ret))
		ret = dispatch(globals, args[0], &o);
	free(o.id);
	free(o.output);
	selection_free(&o.selection);
	poptFreeContext(context);
	return ret;
}

const struct command cmd_cert = {
	.name = "cert",
	.summary = N_("list, show or export the certificates on tokens"),
	.usage =
		"cert list [--json | --csv] [--serial S] [--label L] [--uri URI] [--timeout SECONDS]\n"
		"cert show [--id HEX] [--json] [--serial S] [--label L] [--uri URI] [--timeout SECONDS]\n"
		"cert export [--id HEX] [--der] [-o FILE] [--serial S] [--label L] [--uri URI] [--timeout SECONDS]",
	.needs_config = true,
	.run = run,
};
