/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* Tokens as rows: for the dossier of a document, for the register, and from the
 * files of machines. */
#include "token_rows.h"

#include <ctype.h>
#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "base/date.h"
#include "base/error.h"
#include "command.h"
#include "input/datafile.h"
#include "input/dossier.h"
#include "input/field.h"
#include "input/handed.h"
#include "message.h"
#include "progress.h"
#include "register/sighting.h"
#include "scanning.h"

/* 1. Tokens that are plugged in */

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

/* 2. Files of "ckstoken status" */

int machine_file_read(const char *path, const char *text, size_t len,
		      time_t now, size_t file, struct machine_reports *reports)
{
	struct error error = { 0 };
	size_t first = reports->n;
	int ret = machine_read(text, len, now, reports, &error);

	for (size_t i = first; i < reports->n; i++)
		reports->list[i].file = file;
	if (ret)
		print_error("%s: %s", path, error_text(&error, ret));
	error_free(&error);
	if (ret)
		return ret == -ENOMEM ? EXIT_DEVICE : EXIT_BAD_INPUT;
	return 0;
}

/* Reads file number @i; anything but the output of "status" is refused. */
static int load(struct machine_files *files, size_t i, time_t now)
{
	const char *path = files->paths[i], *what = NULL;
	struct error error = { 0 };
	char *text = NULL;
	size_t len = 0;
	int ret = datafile_load(path, NULL, DATA_DOCUMENT_MIB, &text, &len,
				NULL, NULL, &error);

	if (ret) {
		print_error("%s", error_text(&error, ret));
		error_free(&error);
		return ret == -ENOMEM ? EXIT_DEVICE : EXIT_BAD_INPUT;
	}
	if (handed_judge(text, len, &what) == HANDED_STATUS) {
		ret = machine_file_read(path, text, len, now, i,
					&files->reports);
	} else {
		print_error(
			"%s: %s", path,
			what ? what
			     : _("this is not what \"ckstoken status --json\" prints; make it again with that, and hand it in as it is"));
		ret = EXIT_BAD_INPUT;
	}
	free(text);
	return ret;
}

#define KEY_SIZE ((size_t)256)

/* The serial number however it is spelled, to look it up by. Returns @key. */
static const char *key_of(const char *serial, char key[KEY_SIZE])
{
	size_t n = 0;

	for (; *serial && n + 1 < KEY_SIZE; serial++)
		if (*serial != ' ')
			key[n++] = (char)toupper((unsigned char)*serial);
	key[n] = '\0';
	return key;
}

/* The report that counts for the token: the latest. */
static const struct machine_report *report_of(const struct machine_files *files,
					      const char *serial)
{
	char key[KEY_SIZE];
	const json_t *at = json_object_get(files->seen, key_of(serial, key));

	return at ? &files->reports.list[json_integer_value(at)] : NULL;
}

/* Remembers which report is the latest for each token. 0, or -ENOMEM. */
static int settle(struct machine_files *files)
{
	char key[KEY_SIZE];

	files->seen = json_object();
	for (size_t i = 0; i < files->reports.n; i++) {
		const struct machine_report *r = &files->reports.list[i];

		files->n_failures += r->n_failures;
		for (size_t k = 0; k < r->n_tokens; k++) {
			const struct machine_token *t = &r->tokens[k];
			const char *serial = machine_token_serial(t);
			const struct machine_report *other =
				report_of(files, serial);
			const struct machine_token *there =
				other ? machine_find(other, serial) : NULL;

			if (there && *other->host && *r->host &&
			    !machine_same_host(other->host, r->host) &&
			    machine_at_once(there->when, t->when))
				print_warning(
					_("%s was seen on %s and on %s at the same time: two tokens bear this number, or a clock is wrong"),
					serial, other->host, r->host);
			if (there && there->when > t->when)
				continue;
			if (json_object_set_new(files->seen,
						key_of(serial, key),
						json_integer((json_int_t)i)))
				return -ENOMEM;
		}
	}
	return files->seen ? 0 : -ENOMEM;
}

/* 0 or -ENOMEM. */
static int add_rows(struct machine_files *files, const struct machine_report *r,
		    struct custody_register *reg, json_t *rows, size_t *n)
{
	size_t n_older = 0;
	int ret = 0;

	for (size_t k = 0; k < r->n_tokens && !ret; k++) {
		const struct machine_token *t = &r->tokens[k];
		const char *serial = machine_token_serial(t);
		json_t *known;
		bool older;

		if (report_of(files, serial) != r)
			continue;
		known = register_find_token(reg, serial);
		older = sighting_is_older(t, known);
		json_decref(known);
		n_older += older;
		if (!older && json_array_extend(rows, t->rows))
			ret = -ENOMEM;
		*n += !older;
	}
	if (n_older)
		print_warning(
			Q_("%s: %zu token was seen later by what the register knows, and is not judged by this file",
			   "%s: %zu tokens were seen later by what the register knows, and are not judged by this file",
			   n_older),
			files->paths[r->file], n_older);
	return ret;
}

int machine_files_rows(struct machine_files *files, time_t now,
		       struct custody_register *reg, json_t *rows, size_t *n)
{
	size_t n_files = 0;
	int ret = 0;

	while (files->paths[n_files])
		n_files++;
	progress_begin(_("Reading the files..."), n_files > 1 ? n_files : 0);
	for (size_t i = 0; i < n_files; i++) {
		int one = load(files, i, now);

		ret = ret ? ret : one;
		progress_step(i + 1);
	}
	progress_end();
	if (ret)
		return ret;
	if (settle(files))
		return print_no_memory();
	for (size_t i = 0; i < files->reports.n && !ret; i++) {
		const struct machine_report *r = &files->reports.list[i];

		if (r->n_failures)
			print_warning(
				Q_("%s: %zu thing failed on %s; the rest is judged",
				   "%s: %zu things failed on %s; the rest is judged",
				   r->n_failures),
				files->paths[r->file], r->n_failures, r->host);
		ret = add_rows(files, r, reg, rows, n);
	}
	return ret ? print_no_memory() : 0;
}

void machine_files_name(const struct machine_files *files,
			struct due_list *list)
{
	list->of_machines = true;
	for (size_t i = 0; i < list->n; i++) {
		struct due *d = &list->list[i];
		const struct machine_report *r =
			report_of(files, d->device_serial);

		if (!r)
			continue;
		d->host = r->host;
		d->file = files->paths[r->file];
	}
}

void machine_files_free(struct machine_files *files)
{
	machine_reports_free(&files->reports);
	json_decref(files->seen);
}
