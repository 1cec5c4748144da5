/* SPDX-License-Identifier: LGPL-2.1-or-later */
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

/* A URI may hold a PIN, and then in any spelling: it is not shown. */
static const char *shown_uri(const char *text)
{
	return strcasestr(text, "pin") || strchr(text, '%')
		       ? _("(not shown, for it may hold a PIN)")
		       : text;
}

static int check_uri(const struct selection *s, const char *text)
{
	struct cks_uri *uri = NULL;
	const char *why = NULL;
	enum cks_err err = cks_uri_parse(text, &uri, &why);

	if (err == CKS_ERR_MEMORY)
		return print_no_memory();
	if (!err && !cks_uri_names_token(uri) && !cks_uri_unknown(uri)[0] &&
	    !(s->for_certs && cks_uri_names_object(uri)))
		why = s->for_certs ? _("it names no token or certificate")
				   : _("it names no token");
	if (why)
		print_error(
			_("--uri %s: %s; write it as pkcs11:serial=...;token=..."),
			shown_uri(text), why);
	else if (cks_uri_unknown(uri)[0])
		print_warning(
			_("--uri %s: nothing has an attribute \"%s\", so it names nothing"),
			shown_uri(text), cks_uri_unknown(uri));
	cks_uri_free(&uri);
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
	for (size_t i = 0; s->uris && s->uris[i]; i++) {
		int ret = check_uri(s, s->uris[i]);

		if (ret)
			return ret;
	}
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

static bool matches_any_cert(const struct cks_uri *uri,
			     const struct cks_token *token)
{
	for (size_t i = 0; i < cks_token_n_certs(token); i++)
		if (cks_uri_matches_cert(uri, cks_token_cert(token, i)))
			return true;
	return false;
}

/*
 * True if a URI of the options is for @token, and for @cert on it. With NULL
 * for
 * @cert, what it says of an object counts where certificates are looked for,
 * and is passed over where a token is: the object may be one of those that a
 * token shows after a login alone.
 */
static bool any_uri_matches(const struct selection *s,
			    const struct cks_token *token,
			    const struct cks_cert *cert)
{
	bool matches = !s->uris;

	for (size_t i = 0; s->uris && s->uris[i] && !matches; i++) {
		struct cks_uri *uri = NULL;

		if (cks_uri_parse(s->uris[i], &uri, NULL))
			continue;
		matches = cks_uri_matches_token(uri, token);
		if (matches && cert)
			matches = cks_uri_matches_cert(uri, cert);
		else if (matches && s->for_certs && cks_uri_names_object(uri))
			matches = matches_any_cert(uri, token);
		cks_uri_free(&uri);
	}
	return matches;
}

bool selection_matches(const struct selection *s, const struct cks_token *token)
{
	return any_uri_matches(s, token, NULL) &&
	       any_matches(s->serials, cks_token_serial(token)) &&
	       any_matches(s->labels, cks_token_label(token));
}

bool selection_matches_cert(const struct selection *s,
			    const struct cks_token *token,
			    const struct cks_cert *cert)
{
	return any_uri_matches(s, token, cert);
}

bool selection_wants_module(const struct selection *s, const char *path)
{
	bool wanted = !s->uris;

	for (size_t i = 0; s->uris && s->uris[i] && !wanted; i++) {
		struct cks_uri *uri = NULL;

		if (cks_uri_parse(s->uris[i], &uri, NULL))
			continue;
		wanted = cks_uri_matches_module(uri, path);
		cks_uri_free(&uri);
	}
	return wanted;
}
