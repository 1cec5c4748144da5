/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include <stdlib.h>
#include <string.h>

#include "message.h"
#include "selection.h"
#include "token_uri.h"

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

static int check_filled(const char *option, const char *const *values)
{
	for (size_t i = 0; values && values[i]; i++) {
		if (values[i][0] != '\0')
			continue;
		print_message(
			_("%s is empty; \"ckstoken status\" shows what there is"),
			option);
		return EXIT_USAGE;
	}
	return 0;
}

int selection_check(const struct selection *s)
{
	if (s->timeout_s < 1 || s->timeout_s > MAX_TIMEOUT_S) {
		print_message(
			_("--timeout takes a number of seconds from 1 to %d"),
			MAX_TIMEOUT_S);
		return EXIT_USAGE;
	}
	if (check_filled("--serial", s->serials) ||
	    check_filled("--label", s->labels))
		return EXIT_USAGE;
	for (size_t i = 0; s->uris && s->uris[i]; i++)
		if (token_uri_check(s->uris[i]))
			return EXIT_USAGE;
	return 0;
}

/* What is typed is brought to the form that tokens' texts have. */
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

bool selection_matches(const struct selection *s, const struct cks_token *token)
{
	bool uri = !s->uris;

	for (size_t i = 0; s->uris && s->uris[i]; i++)
		uri |= token_uri_matches(s->uris[i], token);
	return uri && any_matches(s->serials, cks_token_serial(token)) &&
	       any_matches(s->labels, cks_token_label(token));
}
