/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include "document.h"
#include "input/dossier.h"
#include "message.h"
#include "rules/condition.h"

/* The reason is kept in the dossier, and so with the document, but no form
 * prints it. */
static int record(const struct document_job *job, const struct violation *f)
{
	json_t *entry;
	json_t *list = json_object_get(job->dossier, "overrides");

	entry = json_pack("{ssssss}", "rule", f->rule, "article", f->article,
			  "reason", job->options->override);
	if (entry && f->row)
		json_object_set_new(entry, "row",
				    json_integer((json_int_t)f->row));
	if (!list) {
		list = json_array();
		json_object_set_new(job->dossier, "overrides", list);
	}
	return json_array_append_new(list, entry) ? print_no_memory() : 0;
}

static int judge(const struct document_job *job,
		 const struct violations *violations)
{
	size_t n_against = 0;
	int ret = 0;

	for (size_t i = 0; i < violations->n && !ret; i++) {
		const struct violation *f = &violations->list[i];

		if (f->article[0])
			print_message("%s (%s)", f->text, f->article);
		else
			print_message("%s", f->text);
		if (f->remark)
			continue;
		n_against++;
		if (job->options->override)
			ret = record(job, f);
	}
	if (ret || n_against == 0)
		return ret;
	if (job->options->override) {
		print_message(
			_("it is written all the same, for this reason: %s"),
			job->options->override);
		return 0;
	}
	print_message(_(
		"nothing was written; --override REASON writes it all the same and keeps the reason in its record"));
	return EXIT_REFUSED;
}

int document_conditions(struct document_job *job)
{
	struct violations violations = { 0 };
	int ret;

	if (conditions_check(job->procedure, job->dossier, job->when,
			     &violations))
		ret = print_no_memory();
	else
		ret = judge(job, &violations);
	violations_free(&violations);
	return ret;
}

static void tell_deadline(const struct deadline *d)
{
	if (d->days)
		print_message(
			Q_("in time: %s, within %ld working day, %s (%s)",
			   "in time: %s, within %ld working days, %s (%s)",
			   d->days),
			d->who, d->days, d->words, d->article);
	else
		print_message(_("in time: %s, %s (%s)"), d->who, d->words,
			      d->article);
}

void document_advise(const struct document_job *job)
{
	const struct procedure *p = job->procedure;

	for (size_t i = 0; i < p->n_channels; i++)
		print_message(_("send it by: %s"), p->channels[i].words);
	for (size_t i = 0; i < p->n_deadlines; i++)
		tell_deadline(&p->deadlines[i]);
	for (size_t i = 0; i < p->n_notes; i++)
		print_message(_("mind: %s"), p->notes[i]);
}
