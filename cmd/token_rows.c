/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* Tokens as rows: for the dossier of a document, and for the register. */
#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "base/date.h"
#include "command.h"
#include "input/dossier.h"
#include "input/field.h"
#include "message.h"
#include "scanning.h"
#include "token_rows.h"

/* Where the holder works: the unit and the organization above it. */
static int put_agency(json_t *row, const struct cks_cert *c)
{
	const char *unit = cks_cert_unit(c);
	const char *organization = cks_cert_organization(c);
	char *text = NULL;
	int ret;

	if (asprintf(&text, "%s%s%s", unit,
		     unit[0] && organization[0] ? ", " : "", organization) < 0)
		return -ENOMEM;
	ret = dossier_put(row, "organization", text);
	free(text);
	return ret;
}

static int put_day(json_t *row, const char *field, time_t t)
{
	char text[DATE_SIZE];

	if (!t)
		return 0;
	date_iso(date_day(t), text);
	return dossier_put(row, field, text);
}

static int put_cert(json_t *row, const struct cks_cert *c)
{
	const struct {
		const char *field, *value;
	} texts[] = {
		{ "name", cks_cert_name(c) },
		{ "email", cks_cert_email(c) },
		{ "certificate_serial", cks_cert_serial(c) },
		{ "tax_code", cks_cert_tax_code(c) },
		{ "budget_code", cks_cert_budget_code(c) },
	};
	int ret = 0;

	for (size_t i = 0; i < sizeof(texts) / sizeof(texts[0]) && !ret; i++)
		ret = dossier_put(row, texts[i].field, texts[i].value);
	if (!ret && cks_cert_holder(c) != CKS_HOLDER_UNKNOWN)
		ret = dossier_put(row, "holder",
				  cks_holder_name(cks_cert_holder(c)));
	if (!ret)
		ret = put_agency(row, c);
	if (!ret)
		ret = put_day(row, "not_before", cks_cert_not_before(c));
	if (!ret)
		ret = put_day(row, "not_after", cks_cert_not_after(c));
	if (!ret && cks_cert_readable(c))
		ret = dossier_put_new(row, "official",
				      json_boolean(cks_cert_official(c)));
	return ret;
}

json_t *token_certificate_record(const struct cks_cert *c, const char *token)
{
	json_t *record = json_pack("{s:s, s:s, s:b}", "certificate_serial",
				   cks_cert_serial(c), "device_serial", token,
				   "official", cks_cert_official(c));

	if (record && (put_day(record, "not_before", cks_cert_not_before(c)) ||
		       put_day(record, "not_after", cks_cert_not_after(c)))) {
		json_decref(record);
		record = NULL;
	}
	return record;
}

static int add_row(json_t *rows, const struct cks_token *t,
		   const struct cks_cert *c)
{
	json_t *row = json_object();
	int ret = row ? 0 : -ENOMEM;

	if (!ret)
		ret = dossier_put(row, "device_serial", cks_token_serial(t));
	if (!ret)
		ret = dossier_put(row, "device_label", cks_token_label(t));
	if (!ret)
		ret = dossier_put(row, "device_model", cks_token_model(t));
	if (!ret)
		ret = dossier_put(row, "user_pin",
				  cks_pin_state_name(cks_token_user_pin(t)));
	if (!ret && c)
		ret = put_cert(row, c);
	if (ret || json_array_append(rows, row))
		ret = -ENOMEM;
	json_decref(row);
	return ret;
}

static bool is_current(const struct cks_cert *c, time_t now)
{
	return !cks_cert_ca(c) && cks_cert_readable(c) &&
	       cks_cert_state(c, now, 0) != CKS_CERT_EXPIRED;
}

int token_rows_add(json_t *rows, const struct cks_token *t, time_t now)
{
	const char *serial = cks_token_serial(t);
	size_t before = json_array_size(rows);
	bool leave_expired = false;
	int ret = 0;

	for (size_t i = 0; now && i < cks_token_n_certs(t); i++)
		leave_expired |= is_current(cks_token_cert(t, i), now);
	for (size_t i = 0; i < cks_token_n_certs(t) && !ret; i++) {
		const struct cks_cert *c = cks_token_cert(t, i);

		if (cks_cert_ca(c))
			continue;
		if (!cks_cert_readable(c))
			print_warning(
				_("%s: the certificate \"%s\" (id %s) cannot be read; fill in by hand what it says"),
				serial, cks_cert_label(c), cks_cert_id(c));
		if (!leave_expired || is_current(c, now))
			ret = add_row(rows, t, c);
		else
			print_warning(
				_("%s: the certificate %s has expired and is left out"),
				serial, cks_cert_serial(c));
	}
	if (!ret && json_array_size(rows) == before)
		ret = add_row(rows, t, NULL);
	return ret ? print_no_memory() : 0;
}

/* The rows of one token have the same label, too. */
void token_rows_print_duplicates(const json_t *rows)
{
	json_t *labels = json_object(); /* by serial number */
	size_t i;
	json_t *row;

	json_array_foreach ((json_t *)rows, i, row) {
		const char *serial = dossier_text(row, "device_serial");
		const char *label = dossier_text(row, "device_label");
		json_t *before = json_object_get(labels, serial);

		if (serial[0] && !before)
			(void)json_object_set_new(labels, serial,
						  json_string(label));
		if (!before || strcmp(json_string_value(before), label) == 0)
			continue;
		print_warning(
			_("%s: more than one token has this serial number; if they are PINs of one card, name one of them by --label"),
			serial);
		break;
	}
	json_decref(labels);
}

int token_row_put_seen(json_t *row, time_t now)
{
	char text[DATE_SIZE], host[HOST_SIZE];
	int ret = dossier_put(row, "seen_date", date_iso(date_day(now), text));

	if (!ret)
		ret = dossier_put(row, "seen_time", date_vietnam(now, text));
	if (!ret)
		ret = dossier_put(row, "seen_host", scan_host(host));
	return ret;
}

/* Adds to a row of @t what the register alone asks for. The rows are in the
 * order of the certificates: *@i is the one to begin with. */
static int complete(const struct cks_token *t, time_t now, json_t *row,
		    size_t *i)
{
	const char *serial = dossier_text(row, "certificate_serial");
	const struct cks_cert *c = NULL;
	int rc = token_row_put_seen(row, now);

	while (*serial && !c && *i < cks_token_n_certs(t)) {
		const struct cks_cert *next = cks_token_cert(t, (*i)++);

		if (!cks_cert_ca(next) &&
		    strcmp(cks_cert_serial(next), serial) == 0)
			c = next;
	}
	if (!rc && c)
		rc = dossier_put(row, "organization",
				 cks_cert_organization(c)) ||
		     (cks_cert_organization(c)[0] &&
		      dossier_put(row, "unit", cks_cert_unit(c)));
	return rc;
}

int token_records(const struct cks_token *t, time_t now, json_t **rows)
{
	json_t *list = json_array(), *row;
	int ret = list ? token_rows_add(list, t, 0) : print_no_memory();
	size_t i, cert = 0;

	json_array_foreach (list, i, row)
		if (!ret &&
		    (complete(t, now, row, &cert) || field_accept_all(row)))
			ret = print_no_memory();
	if (ret)
		json_decref(list);
	else
		*rows = list;
	return ret;
}
