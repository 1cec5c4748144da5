/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include "input/dossier.h"
#include "paper.h"
#include "rules/condition.h"
#include "say.h"

/* The reason is kept in the dossier, and so with the document, but no form
 * prints it. */
static int record(const struct paper *paper, const struct finding *f)
{
	json_t *entry;
	json_t *list = json_object_get(paper->dossier, "overrides");

	entry = json_pack("{ssssss}", "rule", f->rule, "article", f->article,
			  "reason", paper->options->override);
	if (entry && f->row)
		json_object_set_new(entry, "row",
				    json_integer((json_int_t)f->row));
	if (!list) {
		list = json_array();
		json_object_set_new(paper->dossier, "overrides", list);
	}
	return json_array_append_new(list, entry) ? say_no_memory() : 0;
}

static int judge(const struct paper *paper, const struct findings *findings)
{
	size_t n_against = 0;
	int ret = 0;

	for (size_t i = 0; i < findings->n && !ret; i++) {
		const struct finding *f = &findings->list[i];

		if (f->article[0])
			say("%s (%s)", f->text, f->article);
		else
			say("%s", f->text);
		if (f->remark)
			continue;
		n_against++;
		if (paper->options->override)
			ret = record(paper, f);
	}
	if (ret || n_against == 0)
		return ret;
	if (paper->options->override) {
		say(_("it is written all the same, for this reason: %s"),
		    paper->options->override);
		return 0;
	}
	say(_("nothing was written; --override REASON writes it all the same and keeps the reason in its record"));
	return EXIT_REFUSED;
}

int paper_conditions(struct paper *paper)
{
	struct findings findings = { 0 };
	int ret;

	if (conditions_check(paper->procedure, paper->dossier, paper->when,
			     &findings))
		ret = say_no_memory();
	else
		ret = judge(paper, &findings);
	findings_free(&findings);
	return ret;
}

static void tell_deadline(const struct deadline *d)
{
	if (d->days)
		say(Q_("in time: %s, within %ld working day, %s (%s)",
		       "in time: %s, within %ld working days, %s (%s)",
		       d->days),
		    d->who, d->days, d->words, d->article);
	else
		say(_("in time: %s, %s (%s)"), d->who, d->words, d->article);
}

void paper_advise(const struct paper *paper)
{
	const struct procedure *p = paper->procedure;

	for (size_t i = 0; i < p->n_channels; i++)
		say(_("send it by: %s"), p->channels[i].words);
	for (size_t i = 0; i < p->n_deadlines; i++)
		tell_deadline(&p->deadlines[i]);
	for (size_t i = 0; i < p->n_notes; i++)
		say(_("mind: %s"), p->notes[i]);
}
