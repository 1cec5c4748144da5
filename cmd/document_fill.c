/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include <stdio.h>
#include <string.h>

#include "base/date.h"
#include "document.h"
#include "input/dossier.h"
#include "message.h"

#define NAME_MAX_BYTES 256

/* As documents cite it. */
static const char *form_name(const struct document_job *job,
			     char name[NAME_MAX_BYTES])
{
	const struct province *province = job->province;
	bool older = strcmp(province->decree, "tt185") == 0;
	const char *law = older ? "Thông tư số 185/2019/TT-BQP"
				: "Nghị định số 68/2024/NĐ-CP";

	name[0] = '\0';
	if (job->procedure == &job->own)
		return name;
	if (strcmp(job->kind->procedure, "report") == 0)
		(void)snprintf(name, NAME_MAX_BYTES, "mẫu báo cáo của %s",
			       province->regulation.number);
	else if (job->procedure->form[0])
		(void)snprintf(name, NAME_MAX_BYTES, "Mẫu số %s (%s)",
			       job->procedure->form, law);
	else
		(void)snprintf(name, NAME_MAX_BYTES, "mẫu của %s", law);
	return name;
}

static int put_form(const struct document_job *job)
{
	json_t *d = job->dossier;
	char name[NAME_MAX_BYTES];

	return dossier_put_new(d, "version", json_integer(1)) ||
	       dossier_put(d, "program", "ckstoken " VERSION) ||
	       dossier_put(d, "form.procedure", job->kind->procedure) ||
	       dossier_put(d, "form.number", job->procedure->form) ||
	       dossier_put(d, "form.name", form_name(job, name)) ||
	       dossier_put(d, "province.code", job->province->code) ||
	       dossier_put(d, "province.name", job->province->name) ||
	       dossier_put(d, "province.regulation",
			   job->province->regulation.title);
}

/* Recovery is what the configuration has a recipient of its own for. */
static const char *recipient_of(const struct document_job *job)
{
	const char *configured = job->globals->config.province_recipient;

	if (configured && strcmp(job->kind->procedure, "recover") == 0)
		return configured;
	return job->procedure->recipient;
}

static int put_rules(const struct document_job *job)
{
	json_t *d = job->dossier;
	const struct procedure *p = job->procedure;
	int rc;

	rc = dossier_put(d, "document.recipient", recipient_of(job)) ||
	     dossier_put(d, "document.article", p->article);
	for (size_t i = 0; i < p->n_channels && !rc; i++)
		rc = dossier_append(d, "document.channels",
				    p->channels[i].words);
	for (size_t i = 0; i < p->n_copies && !rc; i++)
		rc = dossier_append(d, "document.copies", p->copies[i]);
	for (size_t i = 0; i < p->n_grounds && !rc; i++)
		rc = dossier_append(d, "document.grounds", p->grounds[i]);
	return rc;
}

static int put_options(const struct document_job *job)
{
	json_t *d = job->dossier;
	const struct document_options *o = job->options;
	char day[DATE_SIZE], moment[DATE_SIZE];

	date_iso(date_day(job->when), day);
	date_vietnam(job->when, moment);
	return dossier_put(d, "document.date", day) ||
	       dossier_put(d, "document.time", job->has_hour ? moment : NULL) ||
	       (o->number && dossier_put(d, "document.number", o->number)) ||
	       (o->recipient &&
		dossier_put(d, "document.recipient", o->recipient));
}

/* Of another person than ours, whose number and telephone are not theirs. */
static bool is_another(const json_t *ours, const json_t *theirs)
{
	const char *name = dossier_text(theirs, "name");

	return name[0] && strcmp(name, dossier_text(ours, "name")) != 0;
}

/* Lays the objects of @facts over what the dossier has of them. */
static int lay_over(json_t *dossier, const json_t *facts)
{
	const char *name;
	json_t *value;

	json_object_foreach ((json_t *)facts, name, value) {
		json_t *ours = json_object_get(dossier, name);
		int rc;

		if (json_is_object(ours) && json_is_object(value) &&
		    !is_another(ours, value))
			rc = json_object_update(ours, value);
		else
			rc = json_object_set_new(dossier, name,
						 json_deep_copy(value));
		if (rc)
			return -1;
	}
	return 0;
}

/* An earlier document went to whom another regulation may not name. */
static bool is_for_another_province(const struct document_job *job)
{
	const char *code = dossier_text(job->data, "province.code");

	return code[0] && strcmp(code, job->province->code) != 0;
}

static int lay_data(const struct document_job *job)
{
	json_t *rest = json_deep_copy(job->data);
	int rc;

	if (!job->data)
		return 0;
	if (!rest)
		return -1;
	if (is_for_another_province(job))
		json_object_del(json_object_get(rest, "document"), "recipient");
	json_object_del(rest, "province");
	json_object_del(rest, "subscribers");
	rc = lay_over(job->dossier, rest);
	json_decref(rest);
	return rc;
}

int document_fill(struct document_job *job, const json_t *facts)
{
	const json_t *configured = job->globals->config.facts;

	if (put_form(job) || put_rules(job) ||
	    (configured && lay_over(job->dossier, configured)) ||
	    lay_data(job) || put_options(job) || lay_over(job->dossier, facts))
		return print_no_memory();
	return 0;
}
