/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include <errno.h>
#include <openssl/evp.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <strings.h>

#include "base/date.h"
#include "base/error.h"
#include "base/library.h"
#include "base/outfile.h"
#include "base/soname.h"
#include "base/text.h"
#include "cert_verify.h"
#include "json.h"
#include "labels.h"
#include "message.h"
#include "pager.h"
#include "scanning.h"
#include "table.h"

/* A certificate with fewer days left is called expiring. */
#define EXPIRING_DAYS 60

struct cert_options {
	struct selection selection;
	struct verify_options verify;
	int json, csv, format, der;
	char *id, *output;
};

/* "cert list" in one of its three forms. */
struct list {
	bool json;
	int csv;
	time_t now;
	unsigned int renewal; /* days that must be left to ask for one */
	struct json_document document;
	struct table_out table;
};

static void list_begin(struct list *list)
{
	static const char *const headings[] = {
		N_("TOKEN"),  N_("ID"),		 N_("NAME"),
		N_("SERIAL"), N_("VALID UNTIL"), N_("STATE"),
	};
	size_t n = sizeof(headings) / sizeof(headings[0]);

	if (list->json) {
		json_document_put(&list->document, "version", json_integer(1));
		json_document_list(&list->document, "certificates");
	} else if (list->csv) {
		csv_choose(list->csv);
		csv_headings(
			"token_serial,id,name,organization,email,serial,not_after,state,uri");
	} else {
		pager_begin();
		table_init(&list->table, n);
		for (size_t i = 0; i < n; i++)
			table_add(&list->table, _(headings[i]), COLOUR_NONE);
	}
}

static void list_add(struct list *list, const struct cks_token *token,
		     const struct cks_cert *c)
{
	enum cks_cert_state state = cks_cert_state(c, list->now, EXPIRING_DAYS);
	char not_after[DATE_SIZE] = "";

	if (list->json) {
		json_t *o = json_of_cert(token, c, list->now, EXPIRING_DAYS,
					 list->renewal);

		json_object_set_new(o, "token_serial",
				    json_string(cks_token_serial(token)));
		json_document_add(&list->document, o);
	} else if (list->csv) {
		if (cks_cert_readable(c))
			date_utc(cks_cert_not_after(c), not_after);
		csv_field(cks_token_serial(token));
		csv_field(cks_cert_id(c));
		csv_field(cks_cert_name(c));
		csv_field(cks_cert_organization(c));
		csv_field(cks_cert_email(c));
		csv_field(cks_cert_serial(c));
		csv_field(not_after);
		csv_field(cks_cert_state_name(state));
		csv_field(cks_cert_uri(c));
		csv_end();
	} else {
		table_add(&list->table, cks_token_serial(token), COLOUR_NONE);
		table_add(&list->table, cks_cert_id(c), COLOUR_NONE);
		table_add(&list->table, cks_cert_name(c), COLOUR_NONE);
		table_add(&list->table, cks_cert_serial(c), COLOUR_NONE);
		table_add(&list->table, end_label(c, not_after), COLOUR_NONE);
		cert_state_add(&list->table, c, state);
	}
}

/* 0 or an exit code. */
static int list_end(struct list *list, const struct cks_scan *scan)
{
	if (list->csv)
		return 0;
	if (!list->json)
		return table_print(&list->table) ? print_no_memory() : 0;
	json_document_list_end(&list->document);
	json_document_list(&list->document, "failures");
	for (size_t i = 0; i < cks_scan_n_errors(scan); i++)
		json_document_add(&list->document,
				  json_of_failure(cks_scan_error(scan, i)));
	json_document_list_end(&list->document);
	return json_document_print(&list->document);
}

static int run_list(const struct globals *globals, const struct cert_options *o)
{
	struct list list = { .json = o->json,
			     .csv = o->csv,
			     .now = globals->now,
			     .renewal = renewal_days(globals) };
	struct cks_scan *scan = NULL;
	size_t matches = 0;
	int ret = scan_tokens(globals, &o->selection, &scan);

	if (ret)
		goto out;
	list_begin(&list);
	for (size_t i = 0; i < cks_scan_n_tokens(scan); i++) {
		const struct cks_token *token = cks_scan_token(scan, i);

		if (!selection_matches(&o->selection, token))
			continue;
		matches++;
		for (size_t c = 0; c < cks_token_n_certs(token); c++) {
			const struct cks_cert *cert = cks_token_cert(token, c);

			if (selection_matches_cert(&o->selection, token, cert))
				list_add(&list, token, cert);
		}
	}
	ret = list_end(&list, scan);
	if (ret)
		goto out;
	if (matches == 0) {
		ret = scan_found_none(scan, &o->selection);
		goto out;
	}
	print_scan_errors(scan);
	ret = scan_n_critical(scan) ? EXIT_PARTIAL : EXIT_DONE;
out:
	cks_scan_free(&scan);
	return ret;
}

static bool is_wanted(const struct cert_options *o,
		      const struct cks_token *token, const struct cks_cert *c)
{
	return (!o->id || strcasecmp(cks_cert_id(c), o->id) == 0) &&
	       selection_matches_cert(&o->selection, token, c);
}

/* The certificate that the options name, or the only one of @token. 0 or an
 * exit code. */
static int choose(const struct cert_options *o, const struct cks_token *token,
		  const struct cks_cert **cert)
{
	struct arena arena = { 0 };
	size_t matches = 0;

	for (size_t i = 0; i < cks_token_n_certs(token); i++) {
		const struct cks_cert *c = cks_token_cert(token, i);

		if (!is_wanted(o, token, c))
			continue;
		*cert = c;
		matches++;
	}
	if (matches == 1)
		return 0;
	if (matches == 0) {
		print_error(_(
			"the token has no such certificate; \"ckstoken cert list\" shows what it has"));
		return EXIT_NO_TOKEN;
	}
	print_error(_(
		"more than one certificate matches; name one by --id or --uri:"));
	for (size_t i = 0; i < cks_token_n_certs(token); i++) {
		const struct cks_cert *c = cks_token_cert(token, i);

		if (is_wanted(o, token, c))
			print_error("  --id %s --uri %s  %s", cks_cert_id(c),
				    text_shell_word(&arena, cks_cert_uri(c)),
				    cks_cert_name(c));
	}
	arena_free(&arena);
	return EXIT_AMBIGUOUS;
}

static void show_line(struct table_out *table, const char *name,
		      const char *text)
{
	if (text[0] == '\0')
		return;
	table_add(table, name, COLOUR_NONE);
	table_add(table, text, COLOUR_NONE);
}

static void show_dates(struct table_out *table, const struct cks_token *token,
		       const struct cks_cert *c, time_t now,
		       unsigned int renewal)
{
	char text[DATE_SIZE];
	time_t renew_by;

	if (!cks_cert_readable(c))
		return;
	date_dmy(date_day(cks_cert_not_before(c)), text);
	show_line(table, _("Valid from:"), text);
	show_line(table, _("Valid until:"), end_label(c, text));
	if (date_is_no_end(cks_cert_not_after(c)))
		return;
	snprintf(text, sizeof(text), "%ld", cks_cert_days_left(c, now));
	show_line(table, _("Days left:"), text);
	if (cks_cert_renewable(token, c, now, renewal, &renew_by)) {
		date_dmy(date_day(renew_by), text);
		show_line(table, _("Last day to ask for renewal:"), text);
	}
}

static int show(const struct globals *globals, const struct cks_token *token,
		const struct cks_cert *c, bool json)
{
	unsigned int renewal = renewal_days(globals);
	time_t now = globals->now;
	struct table_out table;
	json_t *root;

	if (json) {
		root = json_object();
		json_object_set_new(root, "version", json_integer(1));
		json_object_set_new(
			root, "certificate",
			json_of_cert(token, c, now, EXPIRING_DAYS, renewal));
		return json_print(root);
	}
	pager_begin();
	table_init(&table, 2);
	table.is_plain = true;
	show_line(&table, _("Name:"), cks_cert_name(c));
	show_line(&table, _("Organization:"), cks_cert_organization(c));
	show_line(&table, _("Unit:"), cks_cert_unit(c));
	show_line(&table, _("E-mail:"), cks_cert_email(c));
	show_line(&table, _("Tax code:"), cks_cert_tax_code(c));
	show_line(&table, _("Budget code:"), cks_cert_budget_code(c));
	show_line(&table, _("Holder:"), holder_label(cks_cert_holder(c)));
	show_line(&table, _("Serial:"), cks_cert_serial(c));
	show_line(&table, _("State:"),
		  cert_state_label(cks_cert_state(c, now, EXPIRING_DAYS)));
	show_dates(&table, token, c, now, renewal);
	show_line(&table, _("Key:"), cks_cert_key(c));
	show_line(&table, _("Id on the token:"), cks_cert_id(c));
	show_line(&table, _("Label on the token:"), cks_cert_label(c));
	show_line(&table, _("URI:"), cks_cert_uri(c));
	if (cks_cert_readable(c))
		show_line(&table, _("Government CA:"),
			  cks_cert_official(c) ? _("yes, by the issuer's name")
					       : _("no"));
	show_line(&table, _("Subject:"), cks_cert_subject(c));
	show_line(&table, _("Issuer:"), cks_cert_issuer(c));
	show_line(&table, _("SHA-256:"), cks_cert_sha256(c));
	return table_print(&table) ? print_no_memory() : EXIT_DONE;
}

#define LIBCRYPTO_SYMBOLS(X) X(EVP_EncodeBlock)

LIBRARY(LIBCRYPTO_SYMBOLS, libcrypto, SONAME_LIBCRYPTO,
	"Writes certificates and seals as text")

char *cert_pem(const char *label, const unsigned char *der, size_t len)
{
	unsigned char *base64 = malloc(4 * ((len + 2) / 3) + 1);
	char *pem = NULL;
	size_t size = 0;
	FILE *f = open_memstream(&pem, &size);
	bool ok = base64 && f && !library_load(&libcrypto, NULL);
	int n;

	if (ok) {
		n = sym_EVP_EncodeBlock(base64, der, (int)len);
		fprintf(f, "-----BEGIN %s-----\n", label);
		for (int i = 0; i < n; i += 64)
			fprintf(f, "%.64s\n", (char *)base64 + i);
		fprintf(f, "-----END %s-----\n", label);
	}
	if (f && (fclose(f) || !ok)) {
		free(pem);
		pem = NULL;
	}
	free(base64);
	return pem;
}

static int export(const struct cks_cert *cert, const char *path, bool der)
{
	const void *bytes;
	char *pem = NULL;
	size_t len;
	int error, ret = EXIT_DONE;

	cks_cert_der(cert, &bytes, &len);
	if (!cks_cert_readable(cert) && !der) {
		print_error(_(
			"the object on the token is not a certificate; --der exports it as it is"));
		return EXIT_BAD_INPUT;
	}
	if (!der) {
		pem = cert_pem("CERTIFICATE", bytes, len);
		if (!pem)
			return print_no_memory();
		bytes = pem;
		len = strlen(pem);
	}
	error = outfile_write(path, bytes, len);
	/* The reader who closes a pipe has all that he wants. */
	if (error && error != -EPIPE) {
		print_error("%s: %s", path, error_text(NULL, error));
		ret = EXIT_CANNOT_WRITE;
	}
	free(pem);
	return ret;
}

/* "cert export", or else "cert show". */
static int run_one(const struct globals *globals, const struct cert_options *o,
		   bool exports)
{
	const struct cks_token *token = NULL;
	const struct cks_cert *cert = NULL;
	struct cks_scan *scan = NULL;
	int ret = scan_for_one(globals, &o->selection, &scan, &token);

	if (!ret)
		ret = choose(o, token, &cert);
	if (!ret && exports)
		ret = export(cert, o->output ? o->output : "-", o->der);
	else if (!ret)
		ret = show(globals, token, cert, o->json);
	if (!ret && scan_n_critical(scan) > 0)
		ret = EXIT_PARTIAL;
	cks_scan_free(&scan);
	return ret;
}

static int verify(const struct globals *globals, const struct cert_options *o,
		  const char **files)
{
	const struct cert_verify how = { .selection = &o->selection,
					 .options = &o->verify,
					 .id = o->id,
					 .files = files,
					 .json = o->json };

	if (files[0] && (o->id || selection_names_any(&o->selection))) {
		print_error(_(
			"name files or a token, not both; see \"ckstoken cert --help\""));
		return EXIT_USAGE;
	}
	return cert_verify(globals, &how);
}

/* @args: the form, and what comes behind it. */
static int dispatch(const struct globals *globals, const char **args,
		    const struct cert_options *o)
{
	static const char *const forms[] = { "list", "show", "export",
					     "verify" };
	const char *form = args ? args[0] : NULL;
	bool lists = form && strcmp(form, "list") == 0;
	bool shows = form && strcmp(form, "show") == 0;
	bool exports = form && strcmp(form, "export") == 0;
	bool verifies = form && strcmp(form, "verify") == 0;
	int ret;

	if (!form) {
		print_error(_(
			"choose what to do: \"cert list\", \"cert show\", \"cert export\" or \"cert verify\""));
		return EXIT_USAGE;
	}
	if (!lists && !shows && !exports && !verifies) {
		print_error(
			_("there is no \"%s %s\"; see \"ckstoken %s --help\""),
			"cert", form, "cert");
		suggest_of(form, forms, sizeof(forms) / sizeof(forms[0]),
			   sizeof(forms[0]));
		return EXIT_USAGE;
	}
	if (!verifies && !options_limit_args(&cmd_cert, args, 1, &ret))
		return ret;
	if ((verify_options_any(&o->verify) && !verifies) ||
	    (o->csv && !lists) || (o->json && (exports || o->csv)) ||
	    (o->format && exports) || ((o->der || o->output) && !exports) ||
	    (o->id && lists)) {
		print_error(_(
			"these options cannot be used together; see \"ckstoken cert --help\""));
		return EXIT_USAGE;
	}
	if (verifies)
		return verify(globals, o, args + 1);
	return lists ? run_list(globals, o) : run_one(globals, o, exports);
}

static int run(struct globals *globals, int argc, const char **argv)
{
	struct cert_options o = { .selection = SELECTION_INIT };
	struct poptOption table[] = {
		{ "json", '\0', POPT_ARG_NONE, &o.json, 0,
		  N_("list, show, verify: print one JSON document"), NULL },
		CSV_OPTIONS(o.csv, N_("list: print CSV")),
		LIST_FORMAT_OPTION(&o.format),
		{ "id", '\0', POPT_ARG_STRING, &o.id, 0,
		  N_("show, export, verify: the certificate with this id"),
		  "HEX" },
		{ "der", '\0', POPT_ARG_NONE, &o.der, 0,
		  N_("export: DER instead of PEM"), NULL },
		{ "output", 'o', POPT_ARG_STRING, &o.output, 0,
		  N_("export: the file to write; standard output if none"),
		  "FILE" },
		VERIFY_OPTIONS(o.verify),
		SELECTION_OPTIONS(o.selection),
		POPT_TABLEEND
	};
	poptContext context;
	const char **args;
	int ret;

	o.selection.for_certs = true;
	if (options_parse(globals, &cmd_cert, table, argc, argv, &context,
			  &args, &ret))
		ret = dispatch(globals, args, &o);
	free(o.id);
	free(o.output);
	verify_options_free(&o.verify);
	selection_free(&o.selection);
	poptFreeContext(context);
	return ret;
}

const struct command cmd_cert = {
	.name = "cert",
	.summary =
		N_("list, show, export or verify the certificates on tokens"),
	.usage =
		"cert list [--format NAME | --json | --csv | --excel] [--serial S] [--label L] [--uri URI] [--timeout SECONDS]\n"
		"cert show [--id HEX] [--format NAME | --json] [--serial S] [--label L] [--uri URI] [--timeout SECONDS]\n"
		"cert export [--id HEX] [--der] [-o FILE] [--serial S] [--label L] [--uri URI] [--timeout SECONDS]\n"
		"cert verify [FILE...] [--id HEX] [--anchors PATH] [--crls PATH] [--at TIME | --ocsp] [--format NAME | --json] [--serial S] [--label L] [--uri URI] [--timeout SECONDS]",
	.needs_config = true,
	.run = run,
};
