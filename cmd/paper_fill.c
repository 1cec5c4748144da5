/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include <stdio.h>
#include <string.h>

#include "clock.h"
#include "input/dossier.h"
#include "paper.h"
#include "say.h"

#define NAME_MAX_BYTES 256

/* As documents cite it. */
static const char *form_name(const struct paper *paper,
			     char name[NAME_MAX_BYTES])
{
	const struct province *province = paper->province;
	bool older = strcmp(province->decree, "tt185") == 0;
	const char *law = older ? "Thông tư số 185/2019/TT-BQP"
				: "Nghị định số 68/2024/NĐ-CP";

	name[0] = '\0';
	if (paper->procedure == &paper->own)
		return name;
	if (strcmp(paper->kind->procedure, "report") == 0)
		(void)snprintf(name, NAME_MAX_BYTES, "mẫu báo cáo của %s",
			       province->regulation.number);
	else if (paper->procedure->form[0])
		(void)snprintf(name, NAME_MAX_BYTES, "Mẫu số %s (%s)",
			       paper->procedure->form, law);
	else
		(void)snprintf(name, NAME_MAX_BYTES, "mẫu của %s", law);
	return name;
}

static int put_form(const struct paper *paper)
{
	json_t *d = paper->dossier;
	char name[NAME_MAX_BYTES];

	return dossier_put_new(d, "version", json_integer(1)) ||
	       dossier_put(d, "program", "ckstoken " VERSION) ||
	       dossier_put(d, "form.procedure", paper->kind->procedure) ||
	       dossier_put(d, "form.number", paper->procedure->form) ||
	       dossier_put(d, "form.name", form_name(paper, name)) ||
	       dossier_put(d, "province.code", paper->province->code) ||
	       dossier_put(d, "province.name", paper->province->name) ||
	       dossier_put(d, "province.regulation",
			   paper->province->regulation.title);
}

/* Recovery is what the configuration has a recipient of its own for. */
static const char *recipient_of(const struct paper *paper)
{
	const char *configured = paper->globals->config.province_recipient;

	if (configured && strcmp(paper->kind->procedure, "recover") == 0)
		return configured;
	return paper->procedure->recipient;
}

static int put_rules(const struct paper *paper)
{
	json_t *d = paper->dossier;
	const struct procedure *p = paper->procedure;
	int rc;

	rc = dossier_put(d, "document.recipient", recipient_of(paper)) ||
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

static int put_options(const struct paper *paper)
{
	json_t *d = paper->dossier;
	const struct paper_options *o = paper->options;
	char day[CLOCK_TEXT], moment[CLOCK_TEXT];

	clock_date_iso(paper->when, day);
	clock_vietnam(paper->when, moment);
	return dossier_put(d, "document.date", day) ||
	       dossier_put(d, "document.time",
			   paper->has_hour ? moment : NULL) ||
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
static bool is_for_another_province(const struct paper *paper)
{
	const char *code = dossier_text(paper->data, "province.code");

	return code[0] && strcmp(code, paper->province->code) != 0;
}

static int lay_data(const struct paper *paper)
{
	json_t *rest = json_deep_copy(paper->data);
	int rc;

	if (!paper->data)
		return 0;
	if (!rest)
		return -1;
	if (is_for_another_province(paper))
		json_object_del(json_object_get(rest, "document"), "recipient");
	json_object_del(rest, "province");
	json_object_del(rest, "subscribers");
	rc = lay_over(paper->dossier, rest);
	json_decref(rest);
	return rc;
}

int paper_fill(struct paper *paper, const json_t *facts)
{
	const json_t *configured = paper->globals->config.facts;

	if (put_form(paper) || put_rules(paper) ||
	    (configured && lay_over(paper->dossier, configured)) ||
	    lay_data(paper) || put_options(paper) ||
	    lay_over(paper->dossier, facts))
		return say_no_memory();
	return 0;
}
