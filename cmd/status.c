/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include <stdio.h>

#include "base/date.h"
#include "json.h"
#include "labels.h"
#include "message.h"
#include "status.h"
#include "table.h"

const struct cks_token *status_next(const struct status *s, size_t *i)
{
	while (*i < cks_scan_n_tokens(s->scan)) {
		const struct cks_token *t = cks_scan_token(s->scan, (*i)++);

		if (selection_matches(&s->selection, t))
			return t;
	}
	return NULL;
}

int status_print_json(const struct status *s)
{
	json_t *root = json_object(), *tokens = json_array(),
	       *failures = json_array();
	const struct cks_token *t;
	char time[DATE_SIZE];
	size_t i = 0;

	date_vietnam(s->globals->now, time);
	json_object_set_new(root, "version", json_integer(1));
	json_object_set_new(root, "time", json_string(time));
	while ((t = status_next(s, &i)))
		json_array_append_new(
			tokens, json_of_token(t, s->globals->now, s->days));
	for (i = 0; i < cks_scan_n_errors(s->scan); i++)
		json_array_append_new(
			failures, json_of_failure(cks_scan_error(s->scan, i)));
	json_object_set_new(root, "tokens", tokens);
	json_object_set_new(root, "failures", failures);
	return json_print(root);
}

static void add_pin(struct table_out *table, enum cks_pin_state state)
{
	table_add(table, pin_state_label(state), pin_state_colour(state));
}

static void add_cert(struct table_out *table, const struct cks_cert *cert,
		     const struct status *s)
{
	enum cks_cert_state state;
	char date[DATE_SIZE] = "";

	if (!cert) {
		table_add(table, _("no certificate"), COLOUR_NONE);
		table_add(table, "", COLOUR_NONE);
		table_add(table, "", COLOUR_NONE);
		return;
	}
	state = cks_cert_state(cert, s->globals->now, s->days);
	if (cks_cert_readable(cert))
		date_dmy(date_day(cks_cert_not_after(cert)), date);
	table_add(table,
		  cks_cert_readable(cert) ? cks_cert_name(cert)
					  : cks_cert_label(cert),
		  COLOUR_NONE);
	table_add(table, date, COLOUR_NONE);
	table_add(table, cert_state_label(state), cert_state_colour(state));
}

int status_print_table(const struct status *s)
{
	const struct cks_token *t;
	struct table_out table;
	size_t i = 0, shown = 0;

	table_init(&table, 6);
	table_add(&table, _("SERIAL"), COLOUR_NONE);
	table_add(&table, _("LABEL"), COLOUR_NONE);
	table_add(&table, _("USER PIN"), COLOUR_NONE);
	table_add(&table, _("CERTIFICATE"), COLOUR_NONE);
	table_add(&table, _("VALID UNTIL"), COLOUR_NONE);
	table_add(&table, _("STATE"), COLOUR_NONE);
	while ((t = status_next(s, &i))) {
		size_t n = cks_token_n_certs(t);

		shown++;
		for (size_t c = 0; c < n || c == 0; c++) {
			table_add(&table, c ? "" : cks_token_serial(t),
				  COLOUR_NONE);
			table_add(&table, c ? "" : cks_token_label(t),
				  COLOUR_NONE);
			if (c)
				table_add(&table, "", COLOUR_NONE);
			else
				add_pin(&table, cks_token_user_pin(t));
			add_cert(&table, cks_token_cert(t, c), s);
		}
	}
	if (shown == 0)
		table.failed = true;
	if (table_print(&table) && shown > 0) {
		return print_no_memory();
	}
	return 0;
}

static void csv_row(const struct status *s, const struct cks_token *t,
		    const struct cks_cert *c)
{
	char number[32], date[DATE_SIZE] = "", days[32] = "";

	snprintf(number, sizeof(number), "%lu", cks_token_slot(t));
	if (c && cks_cert_readable(c)) {
		date_utc(cks_cert_not_after(c), date);
		snprintf(days, sizeof(days), "%ld",
			 cks_cert_days_left(c, s->globals->now));
	}
	csv_field(cks_token_module(t), true);
	csv_field(number, false);
	csv_field(cks_token_reader(t), false);
	csv_field(cks_token_label(t), false);
	csv_field(cks_token_manufacturer(t), false);
	csv_field(cks_token_model(t), false);
	csv_field(cks_token_serial(t), false);
	csv_field(cks_pin_state_name(cks_token_user_pin(t)), false);
	csv_field(cks_pin_state_name(cks_token_so_pin(t)), false);
	csv_field(c ? cks_cert_name(c) : "", false);
	csv_field(c ? cks_cert_organization(c) : "", false);
	csv_field(c ? cks_cert_email(c) : "", false);
	csv_field(c ? cks_cert_serial(c) : "", false);
	csv_field(date, false);
	csv_field(days, false);
	csv_field(c ? cks_cert_state_name(
			      cks_cert_state(c, s->globals->now, s->days))
		    : "",
		  false);
	csv_end();
}

int status_print_csv(const struct status *s)
{
	const struct cks_token *t;
	size_t i = 0;

	fputs("module,slot,reader,label,manufacturer,model,serial,user_pin,"
	      "so_pin,certificate_name,certificate_organization,"
	      "certificate_email,certificate_serial,certificate_not_after,"
	      "certificate_days_left,certificate_state\r\n",
	      stdout);
	while ((t = status_next(s, &i)))
		for (size_t c = 0; c < cks_token_n_certs(t) || c == 0; c++)
			csv_row(s, t, cks_token_cert(t, c));
	return 0;
}
