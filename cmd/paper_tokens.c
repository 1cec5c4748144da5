/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include "input/dossier.h"
#include "paper_register.h"
#include "say.h"
#include "scanning.h"
#include "subscribers.h"
#include "token_rows.h"

/* The tokens present that belong into the document, as rows. */
struct gathering {
	const struct paper *paper;
	const struct cks_scan *scan;
	json_t *rows;
	json_t *unseen; /* of those that only the register has */
	size_t n_named, n_taken;
};

static bool has_data(const struct paper *paper)
{
	return json_array_size(json_object_get(paper->data, "subscribers")) > 0;
}

/* With data, the tokens it means and those an option names are in question. */
static bool is_meant(const struct gathering *g, const struct cks_token *t)
{
	const struct selection *s = &g->paper->options->selection;
	const json_t *rows = json_object_get(g->paper->data, "subscribers");

	if (!has_data(g->paper))
		return selection_matches(s, t);
	return subscribers_name_token(rows, t) ||
	       (selection_names_any(s) && selection_matches(s, t));
}

static int take(struct gathering *g, const struct cks_token *t)
{
	const struct paper *paper = g->paper;
	bool named = has_data(paper) ||
		     selection_names_any(&paper->options->selection);
	int ret = 0;

	if (!is_meant(g, t))
		return 0;
	g->n_named += selection_matches(&paper->options->selection, t);
	if (paper->kind->fits)
		ret = paper->kind->fits(paper, t, named);
	if (ret)
		return ret < 0 ? 0 : ret;
	g->n_taken++;
	return token_rows_add(g->rows, t,
			      paper->kind->leave_expired ? paper->globals->now
							 : 0);
}

/* Whether what was found is enough to make the document of. */
static int judge(const struct gathering *g)
{
	const struct selection *s = &g->paper->options->selection;

	if (g->n_named == 0 && !has_data(g->paper))
		return scan_found_none(g->scan);
	if (g->n_named == 0 && selection_names_any(s))
		return scan_found_none(g->scan);
	say_failures(g->scan);
	if (g->n_taken == 0 && !has_data(g->paper)) {
		say(_("no token present is locked; name one by --serial if its state cannot be read"));
		return EXIT_REFUSED;
	}
	if (g->n_taken > 1 && g->paper->kind->one_token &&
	    !has_data(g->paper) && !selection_names_any(s))
		return scan_found_many(g->scan, s);
	token_rows_tell_doubles(g->rows);
	return 0;
}

static int gather(struct gathering *g)
{
	size_t n_unseen = 0;
	int ret = paper_rows_unseen(g->paper, g->scan, g->unseen, &n_unseen);

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
static int refuse_selection(const struct paper *paper)
{
	const struct selection *s = &paper->options->selection;

	if (paper->event.reg && s->serials && !s->labels && !s->uris) {
		say(_("the register has no such token; \"ckstoken register list\" shows those it has"));
		return EXIT_NO_TOKEN;
	}
	say(paper->options->no_tokens
		    ? _("--no-tokens excludes --serial, --label and --uri")
		    : _("%s: no token is looked at for this, so none can be named; give it by --data or --set"),
	    paper->kind->procedure);
	return EXIT_USAGE;
}

/* Without looking at tokens: those that an option names are the register's. */
static int take_unseen(struct gathering *g)
{
	const struct selection *s = &g->paper->options->selection;
	size_t n;
	int ret = paper_rows_unseen(g->paper, NULL, g->unseen, &n);

	if (ret || !selection_names_any(s))
		return ret;
	return n > 0 && n == count(s->serials) ? 0 : refuse_selection(g->paper);
}

/* What the data says, and of tokens it does not name what the register has. */
static int merge(struct gathering *g)
{
	json_t *data =
		json_copy(json_object_get(g->paper->data, "subscribers"));
	json_t *subscribers = NULL;
	int ret = 0;

	if (!data)
		data = json_array();
	if (json_array_extend(data, g->unseen))
		ret = say_no_memory();
	if (!ret)
		ret = subscribers_merge(data, g->rows, g->paper->row_sets,
					&subscribers);
	if (!ret)
		json_object_set_new(g->paper->dossier, "subscribers",
				    subscribers);
	json_decref(data);
	return ret;
}

int paper_read_tokens(struct paper *paper)
{
	struct gathering g = { .paper = paper,
			       .rows = json_array(),
			       .unseen = json_array() };
	struct cks_scan *scan = NULL;
	int ret = g.rows && g.unseen ? 0 : say_no_memory();

	if (!ret && (!paper->kind->of_tokens || paper->options->no_tokens)) {
		ret = take_unseen(&g);
	} else if (!ret) {
		ret = scan_tokens(paper->globals, &paper->options->selection,
				  &scan);
		g.scan = scan;
		if (!ret)
			ret = gather(&g);
		paper->partial = scan && cks_scan_n_errors(scan) > 0;
	}
	if (!ret)
		ret = merge(&g);
	json_decref(g.rows);
	json_decref(g.unseen);
	cks_scan_free(&scan);
	return ret;
}
