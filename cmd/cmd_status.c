/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "base/date.h"
#include "json.h"
#include "labels.h"
#include "message.h"
#include "monitoring.h"
#include "pager.h"
#include "register_common.h"
#include "scanning.h"
#include "status.h"
#include "table.h"

#define DEFAULT_DAYS 60

/* The next token that the options are about, from @*i on; NULL after all. */
static const struct cks_token *next_token(const struct status *s, size_t *i)
{
	while (*i < cks_scan_n_tokens(s->scan)) {
		const struct cks_token *t = cks_scan_token(s->scan, (*i)++);

		if (selection_matches(&s->selection, t))
			return t;
	}
	return NULL;
}

/* 1. What is printed. Each returns 0 or an exit code. */

static int print_json(const struct status *s)
{
	struct json_document document = { 0 };
	unsigned int renewal = renewal_days(s->globals);
	const struct cks_token *t;
	char time[DATE_SIZE], host[HOST_SIZE];
	size_t i = 0;

	date_vietnam(s->globals->now, time);
	json_document_put(&document, "version", json_integer(1));
	json_document_put(&document, "time", json_string(time));
	/* Whose tokens they are, once the documents of many machines lie in
	 * one folder. */
	json_document_put(&document, "host",
			  *scan_host(host) ? json_text(host) : json_null());
	/* Only then is a token that is not in it not on this machine. */
	json_document_put(&document, "complete",
			  json_boolean(!selection_names_any(&s->selection) &&
				       !cks_scan_n_errors(s->scan)));
	json_document_list(&document, "tokens");
	while ((t = next_token(s, &i)))
		json_document_add(&document,
				  json_of_token(t, s->globals,
						(unsigned int)s->days,
						renewal));
	json_document_list_end(&document);
	json_document_list(&document, "failures");
	for (i = 0; i < cks_scan_n_errors(s->scan); i++)
		json_document_add(&document,
				  json_of_failure(cks_scan_error(s->scan, i)));
	json_document_list_end(&document);
	return json_document_print(&document);
}

static void add_cert(struct table_out *table, const struct cks_token *t,
		     const struct cks_cert *cert, const struct status *s)
{
	bool is_known_to_have_none =
		cks_token_warnings(t, s->globals->now, 0) & CKS_WARN_NO_CERT;
	enum cks_cert_state state;
	char date[DATE_SIZE];

	if (!cert) {
		table_add(table,
			  is_known_to_have_none ? _("no certificate")
						: _("not read"),
			  COLOUR_NONE);
		table_add(table, "", COLOUR_NONE);
		table_add(table, "", COLOUR_NONE);
		return;
	}
	state = cks_cert_state(cert, s->globals->now, (unsigned int)s->days);
	table_add(table,
		  cks_cert_readable(cert) ? cks_cert_name(cert)
					  : cks_cert_label(cert),
		  COLOUR_NONE);
	table_add(table, end_label(cert, date), COLOUR_NONE);
	cert_state_add(table, cert, state);
}

static int print_table(const struct status *s)
{
	static const char *const headings[] = {
		N_("SERIAL"),	   N_("LABEL"),	      N_("USER PIN"),
		N_("CERTIFICATE"), N_("VALID UNTIL"), N_("STATE"),
	};
	size_t n_columns = sizeof(headings) / sizeof(headings[0]), i = 0;
	const struct cks_token *t = next_token(s, &i);
	struct table_out table;

	if (!t)
		return 0;
	pager_begin();
	table_init(&table, n_columns);
	for (size_t c = 0; c < n_columns; c++)
		table_add(&table, _(headings[c]), COLOUR_NONE);
	for (; t; t = next_token(s, &i)) {
		char room[LABEL_ROOM];
		const char *pin = user_pin_label(t, room);

		/* A token that nobody can use is seen at once. */
		table_add(&table, cks_token_serial(t),
			  cks_token_user_pin(t) == CKS_PIN_LOCKED ||
					  cks_token_so_pin(t) == CKS_PIN_LOCKED
				  ? COLOUR_BAD
				  : COLOUR_NONE);
		table_add(&table, cks_token_label(t), COLOUR_NONE);
		table_add(&table, pin,
			  pin == room
				  ? COLOUR_WARN
				  : pin_state_colour(cks_token_user_pin(t)));
		add_cert(&table, t, cks_token_cert(t, 0), s);
		for (size_t c = 1; c < cks_token_n_certs(t); c++) {
			table_add(&table, "", COLOUR_NONE);
			table_add(&table, "", COLOUR_NONE);
			table_add(&table, "", COLOUR_NONE);
			add_cert(&table, t, cks_token_cert(t, c), s);
		}
	}
	return table_print(&table) ? print_no_memory() : 0;
}

static void csv_tries(int tries)
{
	char number[32] = "";

	if (tries >= 0)
		snprintf(number, sizeof(number), "%d", tries);
	csv_field(number);
}

static const char *csv_bool(bool is)
{
	return is ? "true" : "false";
}

static void print_csv_line(const struct status *s, const struct cks_token *t,
			   const struct cks_cert *c)
{
	bool readable = c && cks_cert_readable(c);
	char number[32], date[DATE_SIZE] = "", days[32] = "";
	char host[HOST_SIZE], time[DATE_SIZE], begin[DATE_SIZE] = "";
	const char *state = "";

	snprintf(number, sizeof(number), "%lu", cks_token_slot(t));
	if (c)
		state = cks_cert_state_name(cks_cert_state(
			c, s->globals->now, (unsigned int)s->days));
	if (readable) {
		date_utc(cks_cert_not_before(c), begin);
		date_utc(cks_cert_not_after(c), date);
		snprintf(days, sizeof(days), "%ld",
			 cks_cert_days_left(c, s->globals->now));
	}
	csv_field(cks_token_module(t));
	csv_field(number);
	csv_field(cks_token_reader(t));
	csv_field(cks_token_label(t));
	csv_field(cks_token_manufacturer(t));
	csv_field(cks_token_model(t));
	csv_field(cks_token_serial(t));
	csv_field(cks_pin_state_name(cks_token_user_pin(t)));
	csv_field(cks_pin_state_name(cks_token_so_pin(t)));
	csv_field(c ? cks_cert_name(c) : "");
	csv_field(c ? cks_cert_organization(c) : "");
	csv_field(c ? cks_cert_email(c) : "");
	csv_field(c ? cks_cert_serial(c) : "");
	csv_field(date);
	csv_field(days);
	csv_field(state);
	csv_tries(cks_token_user_tries(t));
	csv_tries(cks_token_so_tries(t));
	csv_field(cks_token_atr(t));
	csv_field(scan_host(host));
	csv_field(date_vietnam(s->globals->now, time));
	csv_field(begin);
	csv_field(c ? cks_cert_unit(c) : "");
	csv_field(c ? cks_holder_name(cks_cert_holder(c)) : "");
	csv_field(readable ? csv_bool(cks_cert_official(c)) : "");
	csv_field(c ? csv_bool(cks_cert_ca(c)) : "");
	csv_end();
}

static int print_csv(const struct status *s)
{
	const struct cks_token *t;
	size_t i = 0;

	csv_choose(s->csv);
	csv_headings(
		"module,slot,reader,label,manufacturer,model,serial,user_pin,"
		"so_pin,certificate_name,certificate_organization,"
		"certificate_email,certificate_serial,certificate_not_after,"
		"certificate_days_left,certificate_state,user_tries_left,"
		"so_tries_left,atr,host,time,certificate_not_before,"
		"certificate_unit,certificate_holder,certificate_official,"
		"certificate_ca");
	while ((t = next_token(s, &i)))
		for (size_t c = 0; c < cks_token_n_certs(t) || c == 0; c++)
			print_csv_line(s, t, cks_token_cert(t, c));
	return 0;
}

/* 2. The command. */

static bool is_for_monitoring(const struct status *s)
{
	return s->format == FORMAT_NAGIOS || s->format == FORMAT_PROMETHEUS;
}

/* The exit code, and, unless a program reads, what to do next. */
static int conclude(const struct status *s)
{
	bool advise = !s->json && !s->csv && !is_for_monitoring(s);
	const struct cks_token *t;
	unsigned int all = 0, renewal = 0;
	bool failed = false;
	size_t i = 0, n = 0;

	while ((t = next_token(s, &i))) {
		unsigned int warnings = cks_token_warnings(
			t, s->globals->now, (unsigned int)s->days);
		const char *advice = "";
		struct arena arena = { 0 };

		/* The province is read once, and only where a renewal is at
		 * issue. */
		if (advise && warnings & CKS_WARN_CERT_EXPIRING && !renewal)
			renewal = renewal_days(s->globals);
		if (advise)
			advice = token_advice(&arena, t, s->globals,
					      (unsigned int)s->days, renewal);
		n++;
		all |= warnings;
		if (advice[0])
			print_warning("%s (%s): %s", token_name(t),
				      cks_token_label(t), advice);
		failed |= arena.failed;
		arena_free(&arena);
	}
	if (n == 0 && (scan_n_critical(s->scan) == 0 ||
		       selection_names_any(&s->selection)))
		return scan_found_none(s->scan, &s->selection);
	print_scan_errors(s->scan);
	if (failed)
		return print_no_memory();
	if (scan_n_critical(s->scan) > 0)
		return EXIT_PARTIAL;
	return all & ~(unsigned int)CKS_WARN_INFO_ONLY ? EXIT_ATTENTION
						       : EXIT_DONE;
}

static int show(struct status *s)
{
	int ret;

	if (s->json && s->csv) {
		print_error(_("--json and --csv cannot be used together"));
		return EXIT_USAGE;
	}
	ret = monitoring_check_days(s->format, s->days, s->critical_days);
	if (ret)
		return ret;
	if (s->watch && (s->csv || is_for_monitoring(s))) {
		print_error(
			s->csv ? _("--watch and --csv cannot be used together")
			       : _("--watch goes on until it is interrupted, and a monitoring system asks again by itself: leave one of --watch and --format out"));
		return EXIT_USAGE;
	}
	if (s->watch)
		return status_watch(s);
	ret = scan_tokens(s->globals, &s->selection, &s->scan);
	if (!ret && s->format == FORMAT_NAGIOS) {
		ret = nagios_print_status(s);
		register_see(s->globals, s->no_register, s->scan,
			     &s->selection);
		return ret;
	}
	if (!ret)
		ret = s->json  ? print_json(s)
		      : s->csv ? print_csv(s)
		      : s->format == FORMAT_PROMETHEUS
			      ? prometheus_print_status(s)
			      : print_table(s);
	if (ret)
		return ret;
	register_see(s->globals, s->no_register, s->scan, &s->selection);
	return conclude(s);
}

static int run(struct globals *globals, int argc, const char **argv)
{
	struct status s = { .globals = globals,
			    .selection = SELECTION_INIT,
			    .days = DEFAULT_DAYS };
	struct poptOption table[] = {
		{ "json", '\0', POPT_ARG_NONE, &s.json, 0,
		  N_("print one JSON document"), NULL },
		CSV_OPTIONS(s.csv,
			    N_("print CSV, a line for each certificate")),
		MONITORING_FORMAT_OPTION(&s.format),
		{ "days", '\0', POPT_ARG_INT, &s.days, 0,
		  N_("call a certificate expiring with fewer than N days left (60)"),
		  "N" },
		CRITICAL_DAYS_OPTION(s.critical_days),
		{ "watch", '\0', POPT_ARG_NONE, &s.watch, 0,
		  N_("tell of each token plugged in, changed or pulled, until interrupted"),
		  NULL },
		NO_REGISTER_OPTION(s.no_register),
		SELECTION_OPTIONS(s.selection),
		POPT_TABLEEND
	};
	poptContext context;
	const char **args;
	int ret;

	if (options_parse(globals, &cmd_status, table, argc, argv, &context,
			  &args, &ret) &&
	    options_limit_args(&cmd_status, args, 0, &ret))
		ret = show(&s);
	cks_scan_free(&s.scan);
	selection_free(&s.selection);
	poptFreeContext(context);
	return ret;
}

const struct command cmd_status = {
	.name = "status",
	.summary = N_(
		"show every token present: PIN states, certificates, what needs attention"),
	.usage =
		"status [--format NAME | --json | --csv | --excel] [--watch] [--days N] [--critical-days N] [--no-register] [--serial S] [--label L] [--uri URI] [--timeout SECONDS]",
	.needs_config = true,
	.run = run,
};
