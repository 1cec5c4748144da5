/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include <p11-kit/pkcs11.h>
#include <p11-kit/uri.h>
#include <stdlib.h>
#include <string.h>

#include "command.h"
#include "message.h"
#include "token_uri.h"

/* What p11-kit would let pass: the last of two, a field of nothing, a PIN. */
static const char *unfit_uri(const char *text, P11KitUri *uri)
{
	static const char *const fields[] = { "token=", "manufacturer=",
					      "model=", "serial=" };
	size_t named = 0;

	if (p11_kit_uri_get_pin_value(uri) || p11_kit_uri_get_pin_source(uri))
		return _("a PIN has no place in it");
	if (strstr(text, "%00"))
		return _("it holds a NUL");
	for (size_t i = 0; i < sizeof(fields) / sizeof(fields[0]); i++) {
		const char *first = strstr(text, fields[i]);
		size_t len = strlen(fields[i]);

		if (!first)
			continue;
		named++;
		if (first[len] == '\0' || first[len] == ';' ||
		    strstr(first + len, fields[i]))
			return _("a field is empty or given twice");
	}
	return named ? NULL : _("it names no token");
}

int token_uri_check(const char *text)
{
	P11KitUri *uri = p11_kit_uri_new();
	int rc = uri ? p11_kit_uri_parse(text, P11_KIT_URI_FOR_TOKEN, uri)
		     : P11_KIT_URI_UNEXPECTED;
	const char *why = rc ? p11_kit_uri_message(rc) : unfit_uri(text, uri);

	if (why)
		print_message(
			_("--uri %s: %s; write it as pkcs11:serial=...;token=..."),
			text, why);
	p11_kit_uri_free(uri);
	return why ? EXIT_USAGE : 0;
}

/* An attribute the URI does not name matches anything. */
static bool same_field(const unsigned char *field, size_t size,
		       const char *text)
{
	char *wanted;
	bool same;

	if (field[0] == '\0')
		return true;
	wanted = cks_text_clean(field, size);
	same = wanted && strcmp(wanted, text) == 0;
	free(wanted);
	return same;
}

bool token_uri_matches(const char *text, const struct cks_token *token)
{
	P11KitUri *uri = p11_kit_uri_new();
	const CK_TOKEN_INFO *info;
	bool matches = false;

	if (uri && !p11_kit_uri_parse(text, P11_KIT_URI_FOR_TOKEN, uri) &&
	    !p11_kit_uri_any_unrecognized(uri)) {
		info = p11_kit_uri_get_token_info(uri);
		matches = same_field(info->label, sizeof(info->label),
				     cks_token_label(token)) &&
			  same_field(info->manufacturerID,
				     sizeof(info->manufacturerID),
				     cks_token_manufacturer(token)) &&
			  same_field(info->model, sizeof(info->model),
				     cks_token_model(token)) &&
			  same_field(info->serialNumber,
				     sizeof(info->serialNumber),
				     cks_token_serial(token));
	}
	p11_kit_uri_free(uri);
	return matches;
}
