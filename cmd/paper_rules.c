/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include <stdlib.h>
#include <string.h>

#include "clock.h"
#include "paper.h"
#include "say.h"

static int load_failed(char *message)
{
	int ret = message ? EXIT_BAD_INPUT : EXIT_DEVICE;

	say("%s", message ? message : cks_strerror(CKS_ERR_MEMORY));
	free(message);
	return ret;
}

static bool is_number(const char *name)
{
	return name[0] && name[strspn(name, "0123456789")] == '\0';
}

static const char *without_zeros(const char *number)
{
	return number + strspn(number, "0");
}

/* "6" means the form "06" too. What a regulation does not provide for has no
 * number in it, but still one in the decree. */
static bool is_form(const struct paper *paper, const struct paper_kind *kind,
		    const char *number)
{
	const struct procedure *p =
		province_procedure(paper->province, kind->procedure);
	const char *form = p ? p->form : "";

	if (!p && strcmp(paper->province->decree, "nd68") == 0)
		form = kind->form;
	return form[0] &&
	       strcmp(without_zeros(form), without_zeros(number)) == 0;
}

static void list_kinds(const struct paper *paper,
		       const struct paper_kind *kinds, const char *name)
{
	say(_("there is no \"%s\"; under the regulation chosen there are:"),
	    name);
	for (; kinds->procedure; kinds++) {
		const struct procedure *p =
			province_procedure(paper->province, kinds->procedure);

		if (p)
			say(p->form[0] ? _("  %s, Form %s") : "  %s",
			    kinds->procedure, p->form);
	}
}

static int choose_kind(struct paper *paper, const struct paper_kind *kinds,
		       const char *name)
{
	const struct paper_kind *kind;

	paper->by_number = is_number(name);
	for (kind = kinds; kind->procedure; kind++) {
		if (paper->by_number ? !is_form(paper, kind, name)
				     : strcmp(kind->procedure, name) != 0)
			continue;
		paper->kind = kind;
		paper->procedure =
			province_procedure(paper->province, kind->procedure);
		return 0;
	}
	list_kinds(paper, kinds, name);
	return EXIT_USAGE;
}

/* The regulation does not provide for it, and says so somewhere. */
static int refuse(const struct paper *paper)
{
	const struct refusal *r =
		province_refusal(paper->province, paper->kind->procedure);

	say(_("%s: the regulation does not provide for this (%s): %s"),
	    paper->province->name, r ? r->article : paper->province->code,
	    r ? r->words : "-");
	say(_("nothing was written; choose another --province if this is not yours"));
	return EXIT_REFUSED;
}

static void stand_alone(struct paper *paper)
{
	const char *name = paper->kind->duty;
	const struct duty *duty =
		name ? province_duty(paper->province, name) : NULL;

	paper->own = (struct procedure){
		.province = paper->province,
		.name = paper->kind->procedure,
		.form = "",
		.template = paper->kind->template,
		.article = duty ? duty->article : "",
		.recipient = "",
	};
	paper->own.grounds = duty ? &paper->own.article : NULL;
	paper->own.n_grounds = duty ? 1 : 0;
	paper->procedure = &paper->own;
}

/* A regulation is no ground for what was done before it. */
static void tell_too_early(const struct paper *paper)
{
	const struct regulation *r = &paper->province->regulation;
	const char *since = r->in_force[0] ? r->in_force : r->date;
	char day[CLOCK_TEXT];

	clock_date_iso(paper->when, day);
	if (strcmp(day, since) < 0)
		say(_("the document is of a day before %.2s/%.2s/%.4s, when %s came into force"),
		    since + 8, since + 5, since, r->number);
}

int paper_rules(struct paper *paper, const struct paper_kind *kinds,
		const char *name)
{
	const char *province = paper->options->province;
	char *message = NULL;
	int ret;

	if (!province)
		province = paper->globals->config.province;
	if (province_load(province, &paper->province, &message))
		return load_failed(message);
	ret = choose_kind(paper, kinds, name);
	if (ret)
		return ret;
	for (size_t i = 0; i < paper->province->n_warnings; i++)
		say("%s", paper->province->warnings[i]);
	if (!paper->procedure && paper->kind->template)
		stand_alone(paper);
	if (!paper->procedure)
		return refuse(paper);
	tell_too_early(paper);
	if (form_load(paper->procedure->template, paper->options->form,
		      &paper->form, &message))
		return load_failed(message);
	return 0;
}
