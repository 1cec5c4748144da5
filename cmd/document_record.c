/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include <stdio.h>
#include <string.h>

#include "document_register.h"
#include "input/dossier.h"
#include "message.h"
#include "register/record_document.h"

/* As a user would call it again. */
static const char *command_of(struct document_job *job)
{
	const char *procedure = job->kind->procedure;
	const char *command =
		letter_is_minutes(procedure) ? "handover" : "request";

	if (strcmp(procedure, "report") == 0)
		return procedure;
	(void)snprintf(job->command, sizeof(job->command), "%s %s", command,
		       procedure);
	return job->command;
}

int document_record_begin(struct document_job *job)
{
	int ret;

	register_close(&job->event.reg);
	ret = register_event_begin(&job->event, job->globals,
				   job->options->no_register, REGISTER_CREATE,
				   command_of(job));
	if (ret)
		print_message(_(
			"nothing was written; --no-register makes the document without the register"));
	return ret;
}

/* The way it is sent by, where an officer gave it: what the regulation allows
 * says nothing of that. */
static const char *channel_of(const struct document_job *job,
			      const json_t *dossier)
{
	const json_t *list = dossier_get(dossier, "document.channels");
	const struct procedure *p = job->procedure;

	for (size_t i = json_array_size(list); i-- > 0;) {
		const char *text = json_string_value(json_array_get(list, i));
		size_t k = 0;

		while (text && k < p->n_channels &&
		       strcmp(p->channels[k].words, text) != 0)
			k++;
		if (text && k == p->n_channels)
			return text;
	}
	return "";
}

int document_record(struct document_job *job, const json_t *dossier)
{
	struct register_event *event = &job->event;
	struct letter_done done;

	if (!event->reg)
		return 0;
	register_act_begin(event->reg, &event->act);
	done = letter_put(event->reg, dossier, channel_of(job, dossier));
	register_act_end(event->reg);
	job->n_recorded++;
	if (done.n_unnamed)
		print_message(
			Q_("%zu row names no token, and the register has nothing of it",
			   "%zu rows name no token, and the register has nothing of them",
			   done.n_unnamed),
			done.n_unnamed);
	if (done.n_gone)
		print_message(
			Q_("the register keeps %zu item that an earlier version of this letter asked for; its request is number %lld",
			   "the register keeps %zu items that an earlier version of this letter asked for; its request is number %lld",
			   done.n_gone),
			done.n_gone, (long long)done.request);
	return 0;
}

int document_record_end(struct document_job *job)
{
	bool any = job->event.reg && job->n_recorded > 0;
	int ret = register_event_end(&job->event, any ? 0 : EXIT_BAD_INPUT);

	if (!any)
		return 0;
	if (ret)
		print_message(_(
			"the document is there, but the register has nothing of it; make it again once the register can be written"));
	return ret ? EXIT_CANNOT_WRITE : 0;
}
