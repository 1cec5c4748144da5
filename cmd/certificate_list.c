/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include <stdio.h>

#include "base/date.h"
#include "certificate.h"
#include "json.h"
#include "labels.h"
#include "message.h"
#include "table.h"

struct row {
	const struct cks_token *token;
	const struct cks_cert *cert;
	time_t now;
	char not_after[DATE_SIZE];
};

struct list {
	bool json, csv;
	json_t *array;
	struct table_out table;
};

static void add_row(struct list *list, const struct row *row)
{
	const struct cks_cert *c = row->cert;
	enum cks_cert_state state =
		cks_cert_state(c, row->now, CERTIFICATE_DAYS);

	if (list->json) {
		json_t *o =
			json_of_cert(row->token, c, row->now, CERTIFICATE_DAYS);

		json_object_set_new(o, "token_serial",
				    json_string(cks_token_serial(row->token)));
		json_array_append_new(list->array, o);
	} else if (list->csv) {
		csv_field(cks_token_serial(row->token), true);
		csv_field(cks_cert_id(c), false);
		csv_field(cks_cert_name(c), false);
		csv_field(cks_cert_organization(c), false);
		csv_field(cks_cert_email(c), false);
		csv_field(cks_cert_serial(c), false);
		csv_field(row->not_after, false);
		csv_field(cks_cert_state_name(state), false);
		csv_end();
	} else {
		table_add(&list->table, cks_token_serial(row->token),
			  COLOUR_NONE);
		table_add(&list->table, cks_cert_id(c), COLOUR_NONE);
		table_add(&list->table, cks_cert_name(c), COLOUR_NONE);
		table_add(&list->table, cks_cert_serial(c), COLOUR_NONE);
		table_add(&list->table, row->not_after, COLOUR_NONE);
		table_add(&list->table, cert_state_label(state),
			  cert_state_colour(state));
	}
}

static void begin_list(struct list *list)
{
	if (list->json) {
		list->array = json_array();
		return;
	}
	if (list->csv) {
		fputs("token_serial,id,name,organization,email,serial,not_after,state\r\n",
		      stdout);
		return;
	}
	table_init(&list->table, 6);
	table_add(&list->table, _("TOKEN"), COLOUR_NONE);
	table_add(&list->table, _("ID"), COLOUR_NONE);
	table_add(&list->table, _("NAME"), COLOUR_NONE);
	table_add(&list->table, _("SERIAL"), COLOUR_NONE);
	table_add(&list->table, _("VALID UNTIL"), COLOUR_NONE);
	table_add(&list->table, _("STATE"), COLOUR_NONE);
}

static int end_list(struct list *list, const struct cks_scan *scan)
{
	json_t *root;

	if (list->csv)
		return 0;
	if (!list->json)
		return table_print(&list->table) ? EXIT_DEVICE : 0;
	root = json_object();
	json_object_set_new(root, "version", json_integer(1));
	json_object_set_new(root, "certificates", list->array);
	list->array = json_array();
	for (size_t i = 0; i < cks_scan_n_errors(scan); i++)
		json_array_append_new(list->array,
				      json_of_failure(cks_scan_error(scan, i)));
	json_object_set_new(root, "failures", list->array);
	return json_print(root);
}

int certificate_list(const struct cks_scan *scan,
		     const struct selection *selection, time_t now, bool json,
		     bool csv)
{
	struct list list = { .json = json, .csv = csv };
	size_t matches = 0;
	int ret;

	begin_list(&list);
	for (size_t i = 0; i < cks_scan_n_tokens(scan); i++) {
		struct row row = { .token = cks_scan_token(scan, i),
				   .now = now };

		if (!selection_matches(selection, row.token))
			continue;
		matches++;
		for (size_t c = 0; c < cks_token_n_certs(row.token); c++) {
			row.cert = cks_token_cert(row.token, c);
			row.not_after[0] = '\0';
			if (cks_cert_readable(row.cert) && csv)
				date_utc(cks_cert_not_after(row.cert),
					 row.not_after);
			else if (cks_cert_readable(row.cert))
				date_dmy(date_day(cks_cert_not_after(row.cert)),
					 row.not_after);
			add_row(&list, &row);
		}
	}
	ret = end_list(&list, scan);
	if (ret)
		return ret;
	if (matches == 0)
		return scan_found_none(scan);
	print_scan_errors(scan);
	return cks_scan_n_errors(scan) ? EXIT_PARTIAL : EXIT_DONE;
}
