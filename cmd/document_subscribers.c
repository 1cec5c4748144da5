/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include <ctype.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <strings.h>

#include "document_private.h"
#include "input/dossier.h"
#include "input/field.h"
#include "message.h"
#include "scanning.h"
#include "token_rows.h"

/* Whether the @len letters at @at are all of a part of @names, which commas
 * part. */
static bool is_whole_part(const char *names, const char *at, size_t len)
{
	const char *end = at + len;

	while (at > names && at[-1] == ' ')
		at--;
	end += strspn(end, " ");
	return (at == names || at[-1] == ',') && (*end == ',' || *end == '\0');
}

static bool has_part(const char *names, const char *part, size_t len)
{
	for (const char *at = names; *at; at++)
		if (strncmp(at, part, len) == 0 &&
		    is_whole_part(names, at, len))
			return true;
	return len == 0;
}

/* Whether each part of @a is a part of @b. */
static bool parts_are_in(const char *a, const char *b)
{
	while (*a) {
		size_t len, trimmed;

		a += strspn(a, " ");
		len = trimmed = strcspn(a, ",");
		while (trimmed > 0 && a[trimmed - 1] == ' ')
			trimmed--;
		if (!has_part(b, a, trimmed))
			return false;
		a += len + (a[len] == ',');
	}
	return true;
}

/* Names in capitals or without their accents are the same names; an agency's
 * may stand with those above it, or alone. */
static bool agree(const char *field, const char *a, const char *b)
{
	char *x = cks_text_fold(a), *y = cks_text_fold(b);
	bool same = x && y && strcmp(x, y) == 0;

	if (x && y && !same && strcmp(field, "organization") == 0)
		same = parts_are_in(x, y) || parts_are_in(y, x);
	free(x);
	free(y);
	return same;
}

bool conflict_between(const char *field, const json_t *ours,
		      const json_t *token)
{
	if (!ours || json_is_null(ours))
		return false;
	if (json_is_string(ours) && json_is_string(token))
		return !agree(field, json_string_value(ours),
			      json_string_value(token));
	return !json_equal((json_t *)ours, (json_t *)token);
}

static const char *label_of(const char *field)
{
	const struct field *f = field_find(field);

	return f ? f->label : field;
}

static const char *words_of(const json_t *value, char words[32])
{
	if (json_is_string(value))
		return json_string_value(value);
	if (json_is_integer(value))
		snprintf(words, 32, "%" JSON_INTEGER_FORMAT,
			 json_integer_value(value));
	else
		snprintf(words, 32, "%d", json_is_true(value));
	return words;
}

static void print_conflict(size_t row, const char *field, const json_t *ours,
			   const json_t *token)
{
	char a[32], b[32];

	print_message(_("row %zu, %s: the token says \"%s\", the data \"%s\""),
		      row, label_of(field), words_of(token, a),
		      words_of(ours, b));
}

void print_register_conflict(size_t row, const char *field, const json_t *ours,
			     const json_t *there)
{
	char a[32], b[32];

	print_message(
		_("row %zu, %s: the register says \"%s\"; the document says \"%s\", as the token or the data do"),
		row, label_of(field), words_of(there, a), words_of(ours, b));
}

#define KEY_MAX 512

/*
 * What tells a row from all others: its certificate, or else its device and the
 * name on it, for a device may hold several. Empty where it has neither.
 */
static void key_of(const json_t *row, char key[KEY_MAX])
{
	const char *certificate = dossier_text(row, "certificate_serial");
	const char *device = dossier_text(row, "device_serial");
	const char *name = dossier_text(row, "name");

	key[0] = '\0';
	if (certificate[0])
		(void)snprintf(key, KEY_MAX, "c %s", certificate);
	else if (device[0])
		(void)snprintf(key, KEY_MAX, "d %s %s", device, name);
	for (size_t i = 0; key[i]; i++)
		key[i] = (char)tolower((unsigned char)key[i]);
}

static long print_duplicates(const json_t *rows)
{
	json_t *seen = json_object();
	long n = seen ? 0 : -1;

	for (size_t i = 0; i < json_array_size(rows) && n >= 0; i++) {
		char key[KEY_MAX];
		const json_t *first;

		key_of(json_array_get(rows, i), key);
		first = key[0] ? json_object_get(seen, key) : NULL;
		if (first) {
			print_message(
				_("row %zu is row %lld once more: the serial number stands in both"),
				i + 1, (long long)json_integer_value(first));
			n++;
		} else if (key[0] && json_object_set_new(
					     seen, key,
					     json_integer((json_int_t)i + 1))) {
			n = -1;
		}
	}
	json_decref(seen);
	return n;
}

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

static bool rows_name_token(const json_t *data, const struct cks_token *token)
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

static int merge_rows(const json_t *data, const json_t *tokens,
		      const json_t *sets, json_t **subscribers)
{
	struct merge m = { .tokens = tokens,
			   .sets = sets,
			   .rows = json_array() };
	int ret = m.rows ? merge_all(&m, data) : EXIT_DEVICE;
	long n_doubles = 0;

	if (!ret) {
		n_doubles = print_duplicates(m.rows);
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

/* The tokens present that belong into the document, as rows. */
struct gathering {
	const struct document_job *job;
	const struct cks_scan *scan;
	json_t *rows;
	json_t *on_absent; /* of those that only the register has */
	size_t n_named, n_taken;
};

static bool has_data(const struct document_job *job)
{
	return json_array_size(json_object_get(job->data, "subscribers")) > 0;
}

/* With data, the tokens it means and those an option names are in question. */
static bool is_meant(const struct gathering *g, const struct cks_token *t)
{
	const struct selection *s = &g->job->options->selection;
	const json_t *rows = json_object_get(g->job->data, "subscribers");

	if (!has_data(g->job))
		return selection_matches(s, t);
	return rows_name_token(rows, t) ||
	       (selection_names_any(s) && selection_matches(s, t));
}

static int take(struct gathering *g, const struct cks_token *t)
{
	const struct document_job *job = g->job;
	bool named =
		has_data(job) || selection_names_any(&job->options->selection);
	int ret = 0;

	if (!is_meant(g, t))
		return 0;
	g->n_named += selection_matches(&job->options->selection, t);
	if (job->kind->accepts_token)
		ret = job->kind->accepts_token(job, t, named);
	if (ret)
		return ret < 0 ? 0 : ret;
	g->n_taken++;
	return token_rows_add(g->rows, t,
			      job->kind->leave_expired ? job->globals->now : 0);
}

/* Whether what was found is enough to make the document of. */
static int judge(const struct gathering *g)
{
	const struct selection *s = &g->job->options->selection;

	if (g->n_named == 0 && !has_data(g->job))
		return scan_found_none(g->scan);
	if (g->n_named == 0 && selection_names_any(s))
		return scan_found_none(g->scan);
	print_scan_errors(g->scan);
	if (g->n_taken == 0 && !has_data(g->job)) {
		print_message("%s", _(g->job->kind->none_accepted));
		return EXIT_REFUSED;
	}
	if (g->n_taken > 1 && g->job->kind->one_token && !has_data(g->job) &&
	    !selection_names_any(s))
		return scan_found_many(g->scan, s);
	token_rows_print_duplicates(g->rows);
	return 0;
}

static int gather(struct gathering *g)
{
	size_t n_unseen = 0;
	int ret =
		document_rows_absent(g->job, g->scan, g->on_absent, &n_unseen);

	g->n_named += n_unseen;
	g->n_taken += n_unseen;
	for (size_t i = 0; i < cks_scan_n_tokens(g->scan) && !ret; i++)
		ret = take(g, cks_scan_token(g->scan, i));
	return ret ? ret : judge(g);
}

static size_t count(const char *const *list)
{
	size_t n = 0;

	while (list && list[n])
		n++;
	return n;
}

/* A token named by an option must not be passed over in silence. */
static int refuse_selection(const struct document_job *job)
{
	const struct selection *s = &job->options->selection;

	if (job->event.reg && s->serials && !s->labels && !s->uris) {
		print_message(_(
			"the register has no such token; \"ckstoken register list\" shows those it has"));
		return EXIT_NO_TOKEN;
	}
	print_message(
		job->options->no_tokens
			? _("--no-tokens excludes --serial, --label and --uri")
			: _("%s: no token is looked at for this, so none can be named; give it by --data or --set"),
		job->kind->procedure);
	return EXIT_USAGE;
}

/* Without looking at tokens: those that an option names are the register's. */
static int take_unseen(struct gathering *g)
{
	const struct selection *s = &g->job->options->selection;
	size_t n;
	int ret = document_rows_absent(g->job, NULL, g->on_absent, &n);

	if (ret || !selection_names_any(s))
		return ret;
	return n > 0 && n == count(s->serials) ? 0 : refuse_selection(g->job);
}

/* What the data says, and of tokens it does not name what the register has. */
static int merge(struct gathering *g)
{
	json_t *data = json_copy(json_object_get(g->job->data, "subscribers"));
	json_t *subscribers = NULL;
	int ret = 0;

	if (!data)
		data = json_array();
	if (json_array_extend(data, g->on_absent))
		ret = print_no_memory();
	if (!ret)
		ret = merge_rows(data, g->rows, g->job->row_sets, &subscribers);
	if (!ret)
		json_object_set_new(g->job->dossier, "subscribers",
				    subscribers);
	json_decref(data);
	return ret;
}

int document_read_tokens(struct document_job *job)
{
	struct gathering g = { .job = job,
			       .rows = json_array(),
			       .on_absent = json_array() };
	struct cks_scan *scan = NULL;
	int ret = g.rows && g.on_absent ? 0 : print_no_memory();

	if (!ret && (!job->kind->of_tokens || job->options->no_tokens)) {
		ret = take_unseen(&g);
	} else if (!ret) {
		ret = scan_tokens(job->globals, &job->options->selection,
				  &scan);
		g.scan = scan;
		if (!ret)
			ret = gather(&g);
		job->partial = scan && cks_scan_n_errors(scan) > 0;
	}
	if (!ret)
		ret = merge(&g);
	json_decref(g.rows);
	json_decref(g.on_absent);
	cks_scan_free(&scan);
	return ret;
}
