/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include <openssl/evp.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "base/date.h"
#include "base/outfile.h"
#include "certificate.h"
#include "json.h"
#include "labels.h"
#include "message.h"
#include "table.h"

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
	char text[DATE_SIZE];
	time_t renew_by;

	if (!cks_cert_readable(c))
		return;
	date_dmy(date_day(cks_cert_not_before(c)), text);
	line(table, _("Valid from:"), text);
	date_dmy(date_day(cks_cert_not_after(c)), text);
	line(table, _("Valid until:"), text);
	snprintf(text, sizeof(text), "%ld", cks_cert_days_left(c, now));
	line(table, _("Days left:"), text);
	if (cks_cert_renewable(token, c, now, RENEWAL_MIN_DAYS, &renew_by)) {
		date_dmy(date_day(renew_by), text);
		line(table, _("Last day to ask for renewal:"), text);
	}
}

int certificate_show(const struct cks_token *token, const struct cks_cert *c,
		     time_t now, bool json)
{
	struct table_out table;
	json_t *root;

	if (json) {
		root = json_object();
		json_object_set_new(root, "version", json_integer(1));
		json_object_set_new(
			root, "certificate",
			json_of_cert(token, c, now, CERTIFICATE_DAYS));
		return json_print(root);
	}
	table_init(&table, 2);
	line(&table, _("Name:"), cks_cert_name(c));
	line(&table, _("Organization:"), cks_cert_organization(c));
	line(&table, _("Unit:"), cks_cert_unit(c));
	line(&table, _("E-mail:"), cks_cert_email(c));
	line(&table, _("Tax code:"), cks_cert_tax_code(c));
	line(&table, _("Budget code:"), cks_cert_budget_code(c));
	line(&table, _("Holder:"), holder_label(cks_cert_holder(c)));
	line(&table, _("Serial:"), cks_cert_serial(c));
	line(&table, _("State:"),
	     cert_state_label(cks_cert_state(c, now, CERTIFICATE_DAYS)));
	show_dates(&table, token, c, now);
	line(&table, _("Key:"), cks_cert_key(c));
	line(&table, _("Id on the token:"), cks_cert_id(c));
	line(&table, _("Label on the token:"), cks_cert_label(c));
	if (cks_cert_readable(c))
		line(&table, _("Government CA:"),
		     cks_cert_official(c) ? _("yes, by the issuer's name")
					  : _("no"));
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
	int error, ret = EXIT_DONE;

	cks_cert_der(cert, &bytes, &len);
	if (!cks_cert_readable(cert) && !der) {
		print_message(_(
			"what is on the token is not a certificate; --der exports it as it is"));
		return EXIT_BAD_INPUT;
	}
	if (!der) {
		pem = to_pem(bytes, len);
		if (!pem)
			return EXIT_DEVICE;
		bytes = pem;
		len = strlen(pem);
	}
	error = outfile_write(path, bytes, len);
	if (error) {
		print_message("%s: %s", path, strerror(-error));
		ret = EXIT_CANNOT_WRITE;
	}
	free(pem);
	return ret;
}
