/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include <stdlib.h>
#include <string.h>
#include <strings.h>

#include "command.h"
#include "conflict.h"
#include "input/dossier.h"
#include "message.h"
#include "subscribers.h"

/* Fields that a row means a token by, the surest first. */
static const char *const keys[] = { "certificate_serial", "device_serial",
				    "email" };

#define N_KEYS (sizeof(keys) / sizeof(keys[0]))

struct merge {
	const json_t *tokens, *sets;
	json_t *rows;
	size_t n_conflicts;
};

static bool same_key(const json_t *a, const json_t *b, const char *key)
{
	const char *text = dossier_text(a, key);

	return text[0] && strcasecmp(text, dossier_text(b, key)) == 0;
}

static bool means(const json_t *row, const json_t *token_row)
{
	for (size_t i = 0; i < N_KEYS; i++)
		if (same_key(row, token_row, keys[i]))
			return true;
	return false;
}

static bool names_cert(const json_t *row, const struct cks_cert *c)
{
	const char *serial = dossier_text(row, "certificate_serial");
	const char *email = dossier_text(row, "email");

	return (serial[0] && strcasecmp(serial, cks_cert_serial(c)) == 0) ||
	       (email[0] && strcasecmp(email, cks_cert_email(c)) == 0);
}

bool subscribers_name_token(const json_t *data, const struct cks_token *token)
{
	for (size_t i = 0; i < json_array_size(data); i++) {
		const json_t *row = json_array_get(data, i);

		if (strcasecmp(dossier_text(row, "device_serial"),
			       cks_token_serial(token)) == 0)
			return true;
		for (size_t k = 0; k < cks_token_n_certs(token); k++)
			if (names_cert(row, cks_token_cert(token, k)))
				return true;
	}
	return false;
}

/* @candidate tells apart the certificates of one token: the one that
 * contradicts nothing, and of several the one that lasts longest. */
static size_t contradictions(const json_t *row, const json_t *candidate)
{
	const char *field;
	json_t *value;
	size_t n = 0;

	json_object_foreach ((json_t *)candidate, field, value)
		n += conflict_between(field, json_object_get(row, field),
				      value);
	return n;
}

static const json_t *find_token_row(const json_t *row, const json_t *tokens)
{
	const json_t *best = NULL;
	size_t fewest = 0;

	for (size_t i = 0; i < json_array_size(tokens); i++) {
		const json_t *candidate = json_array_get(tokens, i);
		size_t n;

		if (!means(row, candidate))
			continue;
		n = contradictions(row, candidate);
		if (!best || n < fewest ||
		    (n == fewest &&
		     strcmp(dossier_text(candidate, "not_after"),
			    dossier_text(best, "not_after")) > 0)) {
			best = candidate;
			fewest = n;
		}
	}
	return best;
}

/* The row with what the token knows besides; tells each difference. */
static int fill(struct merge *m, json_t *row, const json_t *token_row)
{
	size_t number = json_array_size(m->rows) + 1;
	const char *field;
	json_t *value;

	json_object_foreach ((json_t *)token_row, field, value) {
		json_t *ours = json_object_get(row, field);

		if (!ours || json_is_null(ours)) {
			if (json_object_set(row, field, value))
				return EXIT_DEVICE;
		} else if (conflict_between(field, ours, value)) {
			print_conflict(number, field, ours, value);
			m->n_conflicts++;
		}
	}
	return 0;
}

/* One row of an officer's, with what its token knows. */
static int merge_row(struct merge *m, const json_t *own,
		     const json_t *token_row)
{
	json_t *row = own ? json_copy((json_t *)own) : json_object();
	int ret = row && !json_object_update(row, (json_t *)m->sets)
			  ? 0
			  : EXIT_DEVICE;

	if (!ret && !token_row)
		token_row = find_token_row(row, m->tokens);
	if (!ret && token_row)
		ret = fill(m, row, token_row);
	if (!ret && json_array_append(m->rows, row))
		ret = EXIT_DEVICE;
	json_decref(row);
	return ret;
}

static bool has_device(const struct merge *m, size_t n_rows,
		       const json_t *token_row)
{
	for (size_t i = 0; i < n_rows; i++)
		if (same_key(json_array_get(m->rows, i), token_row,
			     "device_serial"))
			return true;
	return false;
}

static int merge_all(struct merge *m, const json_t *data)
{
	size_t n_data = json_array_size(data);
	int ret = 0;

	for (size_t i = 0; i < n_data && !ret; i++)
		ret = merge_row(m, json_array_get(data, i), NULL);
	for (size_t i = 0; i < json_array_size(m->tokens) && !ret; i++) {
		const json_t *row = json_array_get(m->tokens, i);

		if (!has_device(m, n_data, row))
			ret = merge_row(m, NULL, row);
	}
	/* What is set is of one subscriber at least. */
	if (!ret && json_array_size(m->rows) == 0 &&
	    json_object_size(m->sets) > 0)
		ret = merge_row(m, NULL, NULL);
	return ret;
}

int subscribers_merge(const json_t *data, const json_t *tokens,
		      const json_t *sets, json_t **subscribers)
{
	struct merge m = { .tokens = tokens,
			   .sets = sets,
			   .rows = json_array() };
	int ret = m.rows ? merge_all(&m, data) : EXIT_DEVICE;
	long n_doubles = 0;

	if (!ret) {
		n_doubles = subscribers_print_duplicates(m.rows);
		ret = n_doubles < 0 ? EXIT_DEVICE : 0;
	}
	if (ret == EXIT_DEVICE)
		print_message("%s", cks_strerror(CKS_ERR_MEMORY));
	if (!ret && m.n_conflicts + (size_t)n_doubles > 0) {
		print_message(_(
			"nothing was written: mend the data, or take the token that it means"));
		ret = EXIT_BAD_INPUT;
	}
	if (ret)
		json_decref(m.rows);
	else
		*subscribers = m.rows;
	return ret;
}
