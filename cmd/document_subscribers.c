/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* Whom a document is about: the tokens present, merged with the data. */
#include <ctype.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <strings.h>

#include "base/date.h"
#include "document_private.h"
#include "input/dossier.h"
#include "input/field.h"
#include "message.h"
#include "register/inventory.h"
#include "register/names.h"
#include "register/normalize.h"
#include "register/prefill.h"
#include "register/record_document.h"
#include "scanning.h"
#include "token_rows.h"

/* True if the @len letters at @part are one of @names, which commas separate,
 * and not just a part of one. */
static bool has_name(const char *names, const char *part, size_t len)
{
	for (const char *at = names; *at; at++) {
		const char *begin = at, *end = at + len;

		if (strncmp(at, part, len) != 0)
			continue;
		while (begin > names && begin[-1] == ' ')
			begin--;
		end += strspn(end, " ");
		if ((begin == names || begin[-1] == ',') &&
		    (*end == ',' || *end == '\0'))
			return true;
	}
	return len == 0;
}

/* True if each of the names in @a is one of those in @b. */
static bool names_are_in(const char *a, const char *b)
{
	while (*a) {
		size_t len, trimmed;

		a += strspn(a, " ");
		len = trimmed = strcspn(a, ",");
		while (trimmed > 0 && a[trimmed - 1] == ' ')
			trimmed--;
		if (!has_name(b, a, trimmed))
			return false;
		a += len + (a[len] == ',');
	}
	return true;
}

/* A name in capitals or without its accents is the same name; an agency may be
 * written with those above it, or alone. */
static bool agree(const char *field, const char *a, const char *b)
{
	char *x = cks_text_fold(a), *y = cks_text_fold(b);
	bool same = x && y && strcmp(x, y) == 0;

	if (x && y && !same && strcmp(field, "organization") == 0)
		same = names_are_in(x, y) || names_are_in(y, x);
	free(x);
	free(y);
	return same;
}

bool conflict_between(const char *field, const json_t *ours,
		      const json_t *theirs)
{
	if (!ours || json_is_null(ours))
		return false;
	if (json_is_string(ours) && json_is_string(theirs))
		return !agree(field, json_string_value(ours),
			      json_string_value(theirs));
	return !json_equal((json_t *)ours, (json_t *)theirs);
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

void print_register_conflict(size_t row, const char *field, const json_t *ours,
			     const json_t *there)
{
	char a[32], b[32];

	print_warning(
		_("row %zu, %s: the register says \"%s\"; the document says \"%s\", as the token or the data do"),
		row, label_of(field), words_of(there, a), words_of(ours, b));
}

/*
 * The mark of a row that no other may have: its certificate, or else its device
 * and the name on it, for a device may hold several certificates. "" where the
 * row has neither; NULL when memory is out. The caller frees it.
 */
static char *mark_of(const json_t *row)
{
	const char *certificate = dossier_text(row, "certificate_serial");
	const char *device = dossier_text(row, "device_serial");
	const char *name = dossier_text(row, "name");
	char *mark = NULL;

	if (!certificate[0] && !device[0])
		return strdup("");
	if ((certificate[0] ? asprintf(&mark, "c %s", certificate)
			    : asprintf(&mark, "d %s %s", device, name)) < 0)
		return NULL;
	for (size_t i = 0; mark[i]; i++)
		mark[i] = (char)tolower((unsigned char)mark[i]);
	return mark;
}

/* Tells of each row with the mark of an earlier one, and counts them. -1: no
 * memory. */
static long print_duplicates(const json_t *dossier, const json_t *rows)
{
	json_t *seen = json_object();
	long n = seen ? 0 : -1;

	for (size_t i = 0; i < json_array_size(rows) && n >= 0; i++) {
		char *mark = mark_of(json_array_get(rows, i));
		const json_t *first =
			mark && mark[0] ? json_object_get(seen, mark) : NULL;

		json_int_t number = (json_int_t)dossier_row_number(dossier, i);

		if (first) {
			print_error(
				_("row %lld repeats row %lld: both have the same serial number"),
				(long long)number,
				(long long)json_integer_value(first));
			n++;
		} else if (!mark ||
			   (mark[0] &&
			    json_object_set_new(seen, mark,
						json_integer(number)))) {
			n = -1;
		}
		free(mark);
	}
	json_decref(seen);
	return n;
}

/* Rows put together of the data, of @tokens, and of @sets, which go to all. */
struct merge {
	const json_t *dossier; /* it is to become a part of */
	const json_t *tokens, *sets;
	const json_t *one_row_sets; /* of some rows alone */
	json_t *rows;
	size_t n_conflicts;
};

static bool has_same(const json_t *a, const json_t *b, const char *field)
{
	const char *text = dossier_text(a, field);

	return text[0] && strcasecmp(text, dossier_text(b, field)) == 0;
}

/* True if a row of the data means @token: by its serial number, or the serial
 * number or the e-mail address of a certificate on it. */
static bool data_means_token(const json_t *data, const struct cks_token *token)
{
	for (size_t i = 0; i < json_array_size(data); i++) {
		const json_t *row = json_array_get(data, i);
		const char *serial = dossier_text(row, "certificate_serial");
		const char *email = dossier_text(row, "email");

		if (normalize_same_serial(dossier_text(row, "device_serial"),
					  cks_token_serial(token)))
			return true;
		for (size_t k = 0; k < cks_token_n_certs(token); k++) {
			const struct cks_cert *c = cks_token_cert(token, k);

			if (serial[0] &&
			    names_same_certificate(serial, cks_cert_serial(c)))
				return true;
			if (email[0] &&
			    strcasecmp(email, cks_cert_email(c)) == 0)
				return true;
		}
	}
	return false;
}

/*
 * The row of a token that @row means, or NULL. Of several, as those of the
 * certificates on one token, the one that contradicts @row least, and then the
 * one that lasts longest.
 */
static const json_t *find_token_row(const json_t *row, const json_t *tokens)
{
	const json_t *best = NULL;
	size_t fewest = 0;

	for (size_t i = 0; i < json_array_size(tokens); i++) {
		json_t *candidate = json_array_get(tokens, i), *value;
		const char *field;
		size_t n = 0;

		if (!has_same(row, candidate, "certificate_serial") &&
		    !has_same(row, candidate, "device_serial") &&
		    !has_same(row, candidate, "email"))
			continue;
		json_object_foreach (candidate, field, value)
			n += conflict_between(
				field, json_object_get(row, field), value);
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

/* Adds to the row what the token knows besides; tells each difference. */
static int fill(struct merge *m, json_t *row, const json_t *token_row)
{
	size_t number =
		dossier_row_number(m->dossier, json_array_size(m->rows));
	char a[32], b[32];
	const char *field;
	json_t *value;

	json_object_foreach ((json_t *)token_row, field, value) {
		json_t *ours = json_object_get(row, field);

		if (!ours || json_is_null(ours)) {
			if (json_object_set(row, field, value))
				return EXIT_DEVICE;
		} else if (conflict_between(field, ours, value)) {
			print_error(
				_("row %zu, %s: the token says \"%s\", the data \"%s\""),
				number, label_of(field), words_of(value, a),
				words_of(ours, b));
			m->n_conflicts++;
		}
	}
	return 0;
}

/* The sets of row @number alone, from 1; NULL: there are none. */
static const json_t *sets_of(const struct merge *m, size_t number)
{
	char name[24];

	(void)snprintf(name, sizeof(name), "%zu", number);
	return json_object_get(m->one_row_sets, name);
}

/* Adds the row @own of the data, or an empty one where that is NULL, with what
 * its token knows. */
static int merge_row(struct merge *m, const json_t *own,
		     const json_t *token_row)
{
	json_t *row = own ? json_copy((json_t *)own) : json_object();
	int ret = row && !json_object_update(row, (json_t *)m->sets)
			  ? 0
			  : EXIT_DEVICE;
	const json_t *sets = sets_of(m, json_array_size(m->rows) + 1);

	if (!ret && sets && json_object_update(row, (json_t *)sets))
		ret = EXIT_DEVICE;
	if (!ret && !token_row)
		token_row = find_token_row(row, m->tokens);
	if (!ret && token_row)
		ret = fill(m, row, token_row);
	if (!ret && json_array_append(m->rows, row))
		ret = EXIT_DEVICE;
	json_decref(row);
	return ret;
}

static int merge_all(struct merge *m, const json_t *data)
{
	size_t n_data = json_array_size(data);
	int ret = 0;

	for (size_t i = 0; i < n_data && !ret; i++)
		ret = merge_row(m, json_array_get(data, i), NULL);
	for (size_t i = 0; i < json_array_size(m->tokens) && !ret; i++) {
		const json_t *row = json_array_get(m->tokens, i);
		bool known = false;

		for (size_t k = 0; k < n_data && !known; k++)
			known = has_same(json_array_get(m->rows, k), row,
					 "device_serial");
		if (!known)
			ret = merge_row(m, NULL, row);
	}
	/* --set says something of one subscriber at least. */
	if (!ret && json_array_size(m->rows) == 0 &&
	    json_object_size(m->sets) > 0)
		ret = merge_row(m, NULL, NULL);
	return ret;
}

/* Refuses what --set says of a row that there is not. */
static int check_one_row_sets(const struct merge *m)
{
	const char *number;
	json_t *sets;

	json_object_foreach ((json_t *)m->one_row_sets, number, sets) {
		if (strtoul(number, NULL, 10) <= json_array_size(m->rows))
			continue;
		print_error(
			Q_("--set \"subscribers.%s\": the document has %zu row",
			   "--set \"subscribers.%s\": the document has %zu rows",
			   json_array_size(m->rows)),
			number, json_array_size(m->rows));
		return EXIT_USAGE;
	}
	return 0;
}

/*
 * Fills each row of @data with what the rows of @tokens know of it, and adds
 * those of tokens that no row has. What @sets says of every row goes before the
 * data. Where the data and a token differ all is told, both sides of it; so are
 * duplicates. 0 with *@subscribers, or an exit code, told.
 */
static int merge_rows(const struct document_job *job, const json_t *data,
		      const json_t *tokens, json_t **subscribers)
{
	struct merge m = { .dossier = job->dossier,
			   .tokens = tokens,
			   .sets = job->row_sets,
			   .one_row_sets = job->one_row_sets,
			   .rows = json_array() };
	int ret = m.rows ? merge_all(&m, data) : EXIT_DEVICE;
	long n_doubles = 0;

	if (!ret) {
		n_doubles = print_duplicates(job->dossier, m.rows);
		ret = n_doubles < 0 ? EXIT_DEVICE : 0;
	}
	if (!ret)
		ret = check_one_row_sets(&m);
	if (ret == EXIT_DEVICE)
		(void)print_no_memory();
	if (!ret && m.n_conflicts + (size_t)n_doubles > 0) {
		print_error(_(
			"nothing was written; correct the data, or plug in the token that they describe"));
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

/* With data, the tokens that it means and those that an option names are in
 * question; without, those that an option names, or all. */
static int take(struct gathering *g, const struct cks_token *t)
{
	const struct document_job *job = g->job;
	const struct selection *s = &job->options->selection;
	const json_t *data = json_object_get(job->data, "subscribers");
	bool named = has_data(job) || selection_names_any(s);
	bool selected = selection_matches(s, t);
	int ret = 0;

	if (has_data(job) && !data_means_token(data, t) &&
	    !(selection_names_any(s) && selected))
		return 0;
	if (!has_data(job) && !selected)
		return 0;
	g->n_named += selected;
	if (job->kind->accepts_token)
		ret = job->kind->accepts_token(job, t, named);
	if (ret)
		return ret < 0 ? 0 : ret;
	g->n_taken++;
	return token_rows_add(g->rows, t,
			      job->kind->leave_expired ? job->globals->now : 0);
}

/* Whether the tokens found are enough to make the document of. */
static int judge(const struct gathering *g)
{
	const struct selection *s = &g->job->options->selection;

	if (g->n_named == 0 && !has_data(g->job))
		return scan_found_none(g->scan, s);
	if (g->n_named == 0 && selection_names_any(s))
		return scan_found_none(g->scan, s);
	print_scan_errors(g->scan);
	if (g->n_taken == 0 && !has_data(g->job)) {
		print_error("%s", _(g->job->kind->none_accepted));
		return EXIT_REFUSED;
	}
	if (g->n_taken > 1 && g->job->kind->one_token && !has_data(g->job) &&
	    !selection_names_any(s))
		return scan_found_many(g->scan, s);
	token_rows_print_duplicates(g->rows);
	return 0;
}

/* Adds the rows of the absent token @serial, unless the data has it. */
static int add_absent(const struct document_job *job, const char *serial,
		      json_t *rows, size_t *n_found)
{
	const json_t *data = json_object_get(job->data, "subscribers");
	bool fresh = record_is_fresh(job->kind->procedure);
	bool in_data = false;
	char day[DATE_SIZE] = "";
	json_t *found;
	int ret;

	if (job->kind->leave_expired || fresh)
		date_iso(date_day(job->when), day);
	for (size_t i = 0; i < json_array_size(data); i++)
		in_data |= normalize_same_serial(
			dossier_text(json_array_get(data, i), "device_serial"),
			serial);
	found = prefill_rows(job->event.reg, serial, fresh, day);
	ret = found ? register_exit_code(job->event.reg) : print_no_memory();
	if (!ret && json_array_size(found) > 0) {
		*n_found += 1;
		if (job->kind->of_tokens)
			print_warning(
				_("%s: the token is not seen here; its details in the document come from the register"),
				serial);
		if (!in_data && json_array_extend(rows, found))
			ret = print_no_memory();
	}
	json_decref(found);
	return ret;
}

/* Adds to @rows those of tokens that --serial names and the register has, but
 * that are not in @scan, which may be NULL: *@n_found tokens. */
static int add_all_absent(const struct document_job *job,
			  const struct cks_scan *scan, json_t *rows,
			  size_t *n_found)
{
	const struct selection *s = &job->options->selection;
	int ret = 0;

	*n_found = 0;
	if (!job->event.reg || s->labels || s->uris)
		return 0;
	for (size_t i = 0; s->serials && s->serials[i] && !ret; i++) {
		char *serial =
			cks_text_clean(s->serials[i], strlen(s->serials[i]));
		bool seen = false;

		if (!serial)
			ret = print_no_memory();
		for (size_t k = 0; !ret && scan && k < cks_scan_n_tokens(scan);
		     k++)
			seen |= normalize_same_serial(
				cks_token_serial(cks_scan_token(scan, k)),
				serial);
		if (!ret && !seen)
			ret = add_absent(job, serial, rows, n_found);
		free(serial);
	}
	return ret;
}

/* The tokens present, and of those that an option names and that are absent the
 * register's. */
static int gather(struct gathering *g)
{
	size_t n_absent = 0;
	int ret = add_all_absent(g->job, g->scan, g->on_absent, &n_absent);

	g->n_named += n_absent;
	g->n_taken += n_absent;
	for (size_t i = 0; i < cks_scan_n_tokens(g->scan) && !ret; i++)
		ret = take(g, cks_scan_token(g->scan, i));
	return ret ? ret : judge(g);
}

/* Names the token on record whose number is nearest to the one typed. */
static void suggest_token(const struct document_job *job, const char *serial)
{
	char day[DATE_SIZE];
	json_t *tokens = choices_tokens(job->event.reg,
					date_iso(date_day(job->when), day));
	struct suggestion s;

	suggest_begin(&s, serial);
	for (size_t i = 0; i < json_array_size(tokens); i++)
		suggest_try(&s, dossier_text(json_array_get(tokens, i),
					     "device_serial"));
	suggest_print(&s, "");
	json_decref(tokens);
}

/* A token named by an option must not be passed over in silence. */
static int refuse_selection(const struct document_job *job)
{
	const struct selection *s = &job->options->selection;

	if (job->event.reg && s->serials && !s->labels && !s->uris) {
		print_error(_(
			"the register has no such token; \"ckstoken register list\" shows those it has"));
		suggest_token(job, s->serials[0]);
		return EXIT_NO_TOKEN;
	}
	if (!job->event.reg && s->serials &&
	    register_is_used(job->globals, job->options->no_register)) {
		print_error(
			_("%s: there is no register yet; create it with \"ckstoken register import\" or \"ckstoken register add\""),
			job->globals->config.register_file);
		return EXIT_BAD_INPUT;
	}
	if (job->options->no_tokens)
		print_error(_(
			"--no-tokens cannot be combined with --serial, --label or --uri"));
	else
		print_error(
			_("%s: this document is made without reading tokens, so none can be selected; give the serial number by --data or --set"),
			job->kind->procedure);
	return EXIT_USAGE;
}

/* Without looking at tokens: those that an option names must all be in the
 * register. */
static int gather_absent(struct gathering *g)
{
	const struct selection *s = &g->job->options->selection;
	size_t n_found, n_named = 0;
	int ret = add_all_absent(g->job, NULL, g->on_absent, &n_found);

	if (ret || !selection_names_any(s))
		return ret;
	while (s->serials && s->serials[n_named])
		n_named++;
	return n_found > 0 && n_found == n_named ? 0 : refuse_selection(g->job);
}

/* The rows of the data, or else of the command, and of tokens that they do not
 * name the register's. */
static int merge(struct gathering *g)
{
	json_t *data = json_copy(json_object_get(g->job->data, "subscribers"));
	json_t *subscribers = NULL;
	int ret = 0;

	if (!data)
		data = json_copy(
			json_object_get(g->job->dossier, "subscribers"));
	if (!data)
		data = json_array();
	if (json_array_extend(data, g->on_absent))
		ret = print_no_memory();
	if (!ret)
		ret = merge_rows(g->job, data, g->rows, &subscribers);
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
	int ret = g.rows && g.on_absent ? 0 : print_no_memory();

	if (!ret && (!job->kind->of_tokens || job->options->no_tokens ||
		     job->options->due)) {
		ret = gather_absent(&g);
	} else if (!ret) {
		if (!job->scan)
			ret = scan_tokens(job->globals,
					  &job->options->selection, &job->scan);
		g.scan = job->scan;
		if (!ret)
			ret = gather(&g);
		job->partial = scan_n_critical(job->scan) > 0;
	}
	if (!ret)
		ret = merge(&g);
	json_decref(g.rows);
	json_decref(g.on_absent);
	return ret;
}
