/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include <stdlib.h>
#include <string.h>

#include "device_facts.h"
#include "form06.h"
#include "paper.h"
#include "say.h"
#include "scanning.h"
#include "words.h"

struct request_options {
	struct selection selection;
	struct paper_options paper;
	char *recipient;
};

/*
 * Form 06 is for a token locked by wrong passwords (Decree 68/2024/NĐ-CP,
 * Article 22.1). One that is not may only have been named by mistake.
 */
static int may_be_asked_for(const struct cks_token *token, bool named)
{
	enum cks_pin_state state = cks_token_user_pin(token);

	if (state == CKS_PIN_LOCKED)
		return 0;
	if (!named)
		return -1;
	if (state == CKS_PIN_UNKNOWN) {
		say(_("%s: the token does not tell whether it is locked; make sure before the letter is signed"),
		    cks_token_serial(token));
		return 0;
	}
	say(_("%s: the user PIN is not locked (%s); recovery is for a token locked by wrong passwords (Decree 68/2024/NĐ-CP, Article 22.1). No letter was written"),
	    cks_token_serial(token), pin_state_words(state));
	return EXIT_REFUSED;
}

/* The decree is about certificates of the Government CA alone. */
static void tell_not_official(const struct cks_token *token)
{
	for (size_t i = 0; i < cks_token_n_certs(token); i++) {
		const struct cks_cert *c = cks_token_cert(token, i);

		if (cks_cert_readable(c) && !cks_cert_ca(c) &&
		    !cks_cert_official(c))
			say(_("%s: the certificate of %s does not name the Government CA as its issuer; make sure that the request is meant for it"),
			    cks_token_serial(token), cks_cert_name(c));
	}
}

static int collect(const struct request_options *o, const struct cks_scan *scan,
		   struct device_facts *facts)
{
	bool named = selection_names_any(&o->selection);
	size_t matches = 0;

	for (size_t i = 0; i < cks_scan_n_tokens(scan); i++) {
		const struct cks_token *t = cks_scan_token(scan, i);
		int ret;

		if (!selection_matches(&o->selection, t))
			continue;
		matches++;
		ret = may_be_asked_for(t, named);
		if (ret == 0)
			tell_not_official(t);
		if (ret > 0)
			return ret;
		if (ret == 0 && !device_facts_add(facts, t)) {
			say("%s", cks_strerror(CKS_ERR_MEMORY));
			return EXIT_DEVICE;
		}
	}
	if (matches == 0)
		return scan_found_none(scan);
	say_failures(scan);
	if (facts->n == 0) {
		say(_("no token present is locked; name one by --serial if its state cannot be read"));
		return EXIT_REFUSED;
	}
	device_facts_tell_doubles(facts);
	return 0;
}

static int recover(const struct globals *globals,
		   const struct request_options *o)
{
	const struct config *config = &globals->config;
	struct recovery_request request = {
		.agency = &config->agency,
		.recipient = o->recipient ? o->recipient
					  : config->province_recipient,
		.number = o->paper.number,
		.coordinator = &config->coordinator,
	};
	struct device_facts facts = { 0 };
	struct cks_scan *scan = NULL;
	struct document *doc = NULL;
	bool has_hour;
	int ret = paper_check(&o->paper, globals, &request.date, &has_hour);

	if (!ret)
		ret = scan_tokens(globals, &o->selection, &scan);
	if (!ret)
		ret = collect(o, scan, &facts);
	if (ret)
		goto out;
	request.devices = facts.devices;
	request.n_devices = facts.n;
	if (form06_build(&request, &doc)) {
		say("%s", cks_strerror(CKS_ERR_MEMORY));
		ret = EXIT_DEVICE;
		goto out;
	}
	ret = paper_write(&o->paper, globals, scan, doc);
out:
	document_free(&doc);
	device_facts_free(&facts);
	cks_scan_free(&scan);
	return ret;
}

static int run(struct globals *globals, int argc, const char **argv)
{
	struct request_options o = { .selection = SELECTION_INIT };
	struct poptOption table[] = {
		{ "recipient", '\0', POPT_ARG_STRING, &o.recipient, 0,
		  N_("whom the letter asks; else the configuration's"),
		  "TEXT" },
		PAPER_OPTIONS(o.paper),
		SELECTION_OPTIONS(o.selection),
		POPT_TABLEEND
	};
	poptContext context;
	const char **args;
	int ret = options_parse(globals, &cmd_request, table, argc, argv,
				&context, &args);

	if (ret < 0)
		ret = options_limit_args(&cmd_request, args, 1);
	if (ret < 0 && args[0] &&
	    (strcmp(args[0], "recover") == 0 || strcmp(args[0], "06") == 0)) {
		ret = recover(globals, &o);
	} else if (ret < 0) {
		say(_("say what to request: \"request recover\", which is Form 06"));
		ret = EXIT_USAGE;
	}
	free(o.recipient);
	paper_free(&o.paper);
	selection_free(&o.selection);
	poptFreeContext(context);
	return ret;
}

const struct command cmd_request = {
	.name = "request",
	.summary = N_(
		"write the agency's request: recovery of locked tokens (Form 06)"),
	.usage =
		"request recover|06 -o FILE.pdf [-o FILE.pdf]... [--number N] [--date DATE] [--recipient TEXT] [--strict] [--serial S]... [--label L]... [--uri URI]... [--timeout SECONDS]",
	.needs_config = true,
	.run = run,
};
