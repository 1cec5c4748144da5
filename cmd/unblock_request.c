/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <strings.h>

#include "base/date.h"
#include "input/attachment.h"
#include "input/dossier.h"
#include "message.h"
#include "unblock.h"

/* Bytes of a number or a symbol. */
#define PLAIN_MAX 100

static int read_dossier(struct unblock *r)
{
	struct error error = { 0 };
	char *text = NULL;
	int rc, ret = 0;

	rc = attachment_read(r->request_file, &text, &error);
	if (rc) {
		ret = rc == -ENOMEM || rc == -ENOEXEC ? EXIT_DEVICE
						      : EXIT_BAD_INPUT;
		print_error("%s", error_text(&error, rc));
	} else {
		r->request = json_loads(text, 0, NULL);
		if (!r->request) {
			ret = print_no_memory();
		}
	}
	error_free(&error);
	free(text);
	return ret;
}

/* What letters are numbered and marked with, and nothing a terminal would act
 * on. */
static bool is_plain(const char *s)
{
	char *clean = cks_text_clean(s, strlen(s));
	bool plain = clean && strcmp(clean, s) == 0 && strlen(s) <= PLAIN_MAX;

	free(clean);
	return plain;
}

/* "15/STC-VP ngày 21/11/2026", as letters are cited. */
static int take_authority(struct unblock *r)
{
	const char *number = dossier_text(r->request, "document.number");
	const char *symbol = dossier_text(r->request, "agency.symbol");
	const char *date = dossier_text(r->request, "document.date");
	bool one = number[0] && !number[1];
	long day;

	if (r->authority)
		return 0;
	if (!number[0] || !is_plain(number) || !is_plain(symbol) ||
	    strlen(date) != 10 || !date_read_iso(date, &day)) {
		print_error(
			_("%s has no number and date that could be cited. Give them by --authority; nothing was sent to any token"),
			r->request_file);
		return EXIT_REFUSED;
	}
	if (asprintf(&r->authority, "%s%s%s%s ngày %.2s/%.2s/%.4s",
		     one ? "0" : "", number, symbol[0] ? "/" : "", symbol,
		     date + 8, date + 5, date) < 0) {
		r->authority = NULL;
		return print_no_memory();
	}
	return 0;
}

int unblock_read_request(struct unblock *r)
{
	int ret;

	if (!r->request_file)
		return 0;
	ret = read_dossier(r);
	if (ret)
		return ret;
	if (strcmp(dossier_text(r->request, "form.procedure"), "recover") !=
	    0) {
		print_error(
			_("%s asks for no recovery of tokens; nothing was sent to any token"),
			r->request_file);
		return EXIT_REFUSED;
	}
	return take_authority(r);
}

int unblock_guard_request(const struct unblock *r)
{
	const json_t *rows = dossier_get(r->request, "subscribers");
	const char *serial = cks_token_serial(r->before);

	if (!r->request)
		return 0;
	for (size_t i = 0; i < json_array_size(rows); i++)
		if (strcasecmp(dossier_text(json_array_get(rows, i),
					    "device_serial"),
			       serial) == 0)
			return 0;
	print_error(_("%s is not for the token %s. Nothing was sent to it"),
		    r->request_file, serial);
	return EXIT_REFUSED;
}
