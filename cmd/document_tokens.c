/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include "document_register.h"
#include "input/dossier.h"
#include "message.h"
#include "scanning.h"
#include "subscribers.h"
#include "token_rows.h"

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
	return subscribers_name_token(rows, t) ||
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
		print_message(_(
			"no token present is locked; name one by --serial if its state cannot be read"));
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
		ret = subscribers_merge(data, g->rows, g->job->row_sets,
					&subscribers);
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
