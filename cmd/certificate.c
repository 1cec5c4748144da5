/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include <errno.h>
#include <openssl/evp.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "certificate.h"
#include "clock.h"
#include "outfile.h"
#include "say.h"
#include "table.h"
#include "token_json.h"
#include "words.h"

struct row {
	const struct cks_token *token;
	const struct cks_cert *cert;
	time_t now;
	char not_after[CLOCK_TEXT];
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
		csv_field(cks_cert_state_key(state), false);
		csv_end();
	} else {
		table_add(&list->table, cks_token_serial(row->token),
			  COLOUR_NONE);
		table_add(&list->table, cks_cert_id(c), COLOUR_NONE);
		table_add(&list->table, cks_cert_name(c), COLOUR_NONE);
		table_add(&list->table, cks_cert_serial(c), COLOUR_NONE);
		table_add(&list->table, row->not_after, COLOUR_NONE);
		table_add(&list->table, cert_state_words(state),
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
	for (size_t i = 0; i < cks_scan_n_failures(scan); i++)
		json_array_append_new(
			list->array,
			json_of_failure(cks_scan_failure(scan, i)));
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
				clock_utc(cks_cert_not_after(row.cert),
					  row.not_after);
			else if (cks_cert_readable(row.cert))
				clock_date(cks_cert_not_after(row.cert),
					   row.not_after);
			add_row(&list, &row);
		}
	}
	ret = end_list(&list, scan);
	if (ret)
		return ret;
	if (matches == 0)
		return scan_found_none(scan);
	say_failures(scan);
	return cks_scan_n_failures(scan) ? EXIT_PARTIAL : EXIT_DONE;
}

static void line(struct table_out *table, const char *name, const char *text)
{
	if (text[0] == '\0')
		return;
	table_add(table, name, COLOUR_NONE);
	table_add(table, text, COLOUR_NONE);
}

static void show_dates(struct table_out *table, const struct cks_token *token,
		       const struct cks_cert *c, time_t now)
{
	char text[CLOCK_TEXT];
	time_t renew_by;

	if (!cks_cert_readable(c))
		return;
	clock_date(cks_cert_not_before(c), text);
	line(table, _("Valid from:"), text);
	clock_date(cks_cert_not_after(c), text);
	line(table, _("Valid until:"), text);
	snprintf(text, sizeof(text), "%ld", cks_cert_days_left(c, now));
	line(table, _("Days left:"), text);
	if (cks_cert_renewable(token, c, now, RENEWAL_MIN_DAYS, &renew_by)) {
		clock_date(renew_by, text);
		line(table, _("Last day to ask for renewal:"), text);
	}
}

int certificate_show(const struct cks_token *token, const struct cks_cert *c,
		     time_t now, bool json)
{
	struct table_out table;

	if (json)
		return json_print(
			json_of_cert(token, c, now, CERTIFICATE_DAYS));
	table_init(&table, 2);
	line(&table, _("Name:"), cks_cert_name(c));
	line(&table, _("Organization:"), cks_cert_organization(c));
	line(&table, _("Unit:"), cks_cert_unit(c));
	line(&table, _("E-mail:"), cks_cert_email(c));
	line(&table, _("Tax code:"), cks_cert_tax_code(c));
	line(&table, _("Budget code:"), cks_cert_budget_code(c));
	line(&table, _("Holder:"), holder_words(cks_cert_holder(c)));
	line(&table, _("Serial:"), cks_cert_serial(c));
	line(&table, _("State:"),
	     cert_state_words(cks_cert_state(c, now, CERTIFICATE_DAYS)));
	show_dates(&table, token, c, now);
	line(&table, _("Key:"), cks_cert_key(c));
	line(&table, _("Id on the token:"), cks_cert_id(c));
	line(&table, _("Label on the token:"), cks_cert_label(c));
	line(&table, _("Subject:"), cks_cert_subject(c));
	line(&table, _("Issuer:"), cks_cert_issuer(c));
	line(&table, _("SHA-256:"), cks_cert_sha256(c));
	return table_print(&table) ? EXIT_DEVICE : EXIT_DONE;
}

/* RFC 7468. The caller frees the result. */
static char *to_pem(const unsigned char *der, size_t len)
{
	unsigned char *base64 = malloc(4 * ((len + 2) / 3) + 1);
	char *pem = NULL;
	size_t size = 0;
	FILE *f = open_memstream(&pem, &size);
	int n;

	if (base64 && f) {
		n = EVP_EncodeBlock(base64, der, (int)len);
		fputs("-----BEGIN CERTIFICATE-----\n", f);
		for (int i = 0; i < n; i += 64)
			fprintf(f, "%.64s\n", (char *)base64 + i);
		fputs("-----END CERTIFICATE-----\n", f);
	}
	if (f && fclose(f)) {
		free(pem);
		pem = NULL;
	}
	free(base64);
	return pem;
}

int certificate_export(const struct cks_cert *cert, const char *path, bool der)
{
	const void *bytes;
	char *pem = NULL;
	size_t len;
	int ret = EXIT_DONE;

	cks_cert_der(cert, &bytes, &len);
	if (!cks_cert_readable(cert) && !der) {
		say(_("what is on the token is not a certificate; --der exports it as it is"));
		return EXIT_BAD_INPUT;
	}
	if (!der) {
		pem = to_pem(bytes, len);
		if (!pem)
			return EXIT_DEVICE;
		bytes = pem;
		len = strlen(pem);
	}
	if (outfile_write(path, bytes, len)) {
		say("%s: %s", path, strerror(errno));
		ret = EXIT_CANNOT_WRITE;
	}
	free(pem);
	return ret;
}
