/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include <p11-kit/pkcs11.h>
#include <p11-kit/uri.h>
#include <stdlib.h>
#include <string.h>

#include "message.h"
#include "select.h"

#define MAX_TIMEOUT_S 3600

void selection_free_argv(const char **argv)
{
	for (size_t i = 0; argv && argv[i]; i++)
		free((char *)argv[i]);
	free(argv);
}

void selection_free(struct selection *s)
{
	selection_free_argv(s->serials);
	selection_free_argv(s->labels);
	selection_free_argv(s->uris);
}

unsigned int selection_timeout(const struct selection *s)
{
	return (unsigned int)s->timeout_s * 1000U;
}

bool selection_names_any(const struct selection *s)
{
	return s->serials || s->labels || s->uris;
}

/* Why a URI that p11-kit takes is refused: it holds a PIN, an empty field, or
 * one twice, of which p11-kit takes the last. NULL: it is not. */
static const char *unfit_uri(const char *text, P11KitUri *uri)
{
	static const char *const fields[] = { "token=", "manufacturer=",
					      "model=", "serial=" };
	size_t named = 0;

	if (p11_kit_uri_get_pin_value(uri) || p11_kit_uri_get_pin_source(uri))
		return _("it must not contain a PIN");
	if (strstr(text, "%00"))
		return _("it contains a NUL");
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

static int check_uri(const char *text)
{
	P11KitUri *uri = p11_kit_uri_new();
	int rc = uri ? p11_kit_uri_parse(text, P11_KIT_URI_FOR_TOKEN, uri)
		     : P11_KIT_URI_UNEXPECTED;
	const char *why =
		rc ? _("it is not a PKCS #11 URI") : unfit_uri(text, uri);

	if (why)
		print_error(
			_("--uri %s: %s; write it as pkcs11:serial=...;token=..."),
			text, why);
	p11_kit_uri_free(uri);
	return why ? EXIT_USAGE : 0;
}

static int check_filled(const char *option, const char *const *values)
{
	for (size_t i = 0; values && values[i]; i++) {
		if (values[i][0] != '\0')
			continue;
		print_error(
			_("%s is empty; \"ckstoken status\" lists the tokens present"),
			option);
		return EXIT_USAGE;
	}
	return 0;
}

int selection_check(const struct selection *s)
{
	if (s->timeout_s < 1 || s->timeout_s > MAX_TIMEOUT_S) {
		print_error(
			_("--timeout takes a number of seconds from 1 to %d"),
			MAX_TIMEOUT_S);
		return EXIT_USAGE;
	}
	if (check_filled("--serial", s->serials) ||
	    check_filled("--label", s->labels))
		return EXIT_USAGE;
	for (size_t i = 0; s->uris && s->uris[i]; i++)
		if (check_uri(s->uris[i]))
			return EXIT_USAGE;
	return 0;
}

/* Cleans what was typed as the texts of tokens are cleaned. */
static bool text_matches(const char *typed, const char *text)
{
	char *clean = cks_text_clean(typed, strlen(typed));
	bool same = clean && strcmp(clean, text) == 0;

	free(clean);
	return same;
}

static bool any_matches(const char *const *values, const char *text)
{
	for (size_t i = 0; values && values[i]; i++)
		if (text_matches(values[i], text))
			return true;
	return !values;
}

/* An attribute that the URI does not name matches anything. */
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

static bool uri_matches(const char *text, const struct cks_token *token)
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

bool selection_matches(const struct selection *s, const struct cks_token *token)
{
	bool uri = !s->uris;

	for (size_t i = 0; s->uris && s->uris[i]; i++)
		uri |= uri_matches(s->uris[i], token);
	return uri && any_matches(s->serials, cks_token_serial(token)) &&
	       any_matches(s->labels, cks_token_label(token));
}
