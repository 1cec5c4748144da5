/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* One document for all that is due: its subscribers are those whom "register
 * due" names for it. */
#include <errno.h>
#include <limits.h>
#include <stdlib.h>
#include <string.h>

#include "base/date.h"
#include "document_private.h"
#include "due_list.h"
#include "input/dossier.h"
#include "message.h"
#include "register/names.h"
#include "register/prefill.h"
#include "register/record_document.h"
#include "rules/conditions.h"

#define MAX_DAYS 36500

/* How far ahead to look: as far as a renewal must be asked for, unless the
 * option says otherwise. */
static int read_days(const struct document_job *job, long *days)
{
	const char *text = job->options->due;
	size_t digits = strspn(text, "0123456789");

	*days = province_renewal_days(job->province);
	if (!text[0])
		return 0;
	*days = digits < 8 ? strtol(text, NULL, 10) : LONG_MAX;
	if (!text[digits] && *days <= MAX_DAYS)
		return 0;
	print_error(
		_("--due %s: how many days to look ahead is a number, such as --due 60"),
		text);
	return EXIT_USAGE;
}

static int check(const struct document_job *job)
{
	if (selection_names_any(&job->options->selection) ||
	    json_array_size(json_object_get(job->data, "subscribers")) > 0) {
		print_error(_(
			"--due takes the subscribers from the register, and so none from --data, --serial, --label or --uri"));
		return EXIT_USAGE;
	}
	if (job->event.reg)
		return 0;
	print_error(_(
		"--due needs the register, which says what is due; name its file in [register] of the configuration"));
	return EXIT_BAD_INPUT;
}

/* True if this agency is who acts: for who has moved it is the new one. */
static bool is_ours(const struct document_job *job, const struct due *d)
{
	const char *agency = dossier_text(job->dossier, "agency.name");

	return d->actor != DUE_NEW_AGENCY ||
	       (*d->actor_name && *agency &&
		names_share_agency(d->actor_name, agency));
}

static bool is_of_kind(const struct document_job *job, const struct due *d)
{
	return (d->step == DUE_WRITE_REQUEST ||
		d->step == DUE_WRITE_HANDOVER) &&
	       strcmp(d->procedure, job->kind->procedure) == 0;
}

/* True if it is about who could have been in this document, and may not be any
 * more. */
static bool is_past(const struct document_job *job, const struct due *d)
{
	const char *kind = job->kind->procedure;

	switch (d->rule) {
	case DUE_NEW_TOO_LATE:
	case DUE_NEW_RENEWED_BEFORE:
		return strcmp(kind, "renew") == 0;
	case DUE_MOVING_TOO_LATE:
		return strcmp(kind, "change") == 0;
	default:
		return false;
	}
}

/* Who is due, and what to do instead of this document. */
static void tell(const struct document_job *job, const struct due *d)
{
	const struct procedure *p =
		province_procedure(job->province, d->procedure);
	const char *serial =
		*d->device_serial ? d->device_serial : d->certificate_serial;
	struct arena arena = { 0 };
	struct due_text text;

	due_text(job->globals, &arena, i18n_chosen(), d, &text);
	print_warning("%s (%s): %s", *d->name ? d->name : "…", serial,
		      text.what);
	if (p && p->form[0])
		print_warning(_("  Form %s: %s"), p->form, text.command);
	else if (*text.command)
		print_warning("  %s", text.command);
	arena_free(&arena);
}

/* Adds the rows of @d, unless an earlier item was about the same. 0 or
 * -ENOMEM. */
static int add_rows(const struct document_job *job, const struct due *d,
		    json_t *rows, json_t *seen)
{
	bool fresh = record_is_fresh(job->kind->procedure);
	const char *column = fresh ? "old_serial" : "certificate_serial";
	json_t *found = NULL, *row;
	char day[DATE_SIZE];
	size_t i;
	int ret = 0;

	if (!*d->certificate_serial && !*d->device_serial)
		found = json_pack("[{s:s, s:s}]", "name", d->name,
				  "organization", d->organization);
	else if (*d->certificate_serial || !*d->device_serial)
		found = json_pack(
			"[{s:s*, s:s*}]", "device_serial",
			*d->device_serial ? d->device_serial : NULL, column,
			*d->certificate_serial ? d->certificate_serial : NULL);
	else
		found = prefill_rows(job->event.reg, d->device_serial, fresh,
				     date_iso(date_day(job->when), day));
	if (!found)
		return -ENOMEM;
	json_array_foreach (found, i, row) {
		const char *of = dossier_text(row, column);

		if (!*of)
			of = *d->device_serial ? d->device_serial : d->name;
		if (ret || json_object_get(seen, of))
			continue;
		if ((*d->reason && dossier_put(row, "reason", d->reason)) ||
		    json_object_set_new(seen, of, json_true()) ||
		    json_array_append(rows, row))
			ret = -ENOMEM;
	}
	json_decref(found);
	return ret;
}

static int take(const struct document_job *job, const struct due_list *list,
		json_t *rows)
{
	json_t *seen = json_object();
	int ret = seen ? 0 : -ENOMEM;

	for (size_t i = 0; i < list->n && !ret; i++) {
		const struct due *d = &list->list[i];

		if (is_past(job, d) || (is_of_kind(job, d) && !is_ours(job, d)))
			tell(job, d);
		else if (is_of_kind(job, d))
			ret = add_rows(job, d, rows, seen);
	}
	json_decref(seen);
	return ret ? print_no_memory() : 0;
}

/* Whom the letter is not of: an agency asks for those that it manages. */
static int put(struct document_job *job, json_t *rows, long days)
{
	size_t n = json_array_size(rows);

	if (n == 0) {
		print_error(
			Q_("nothing in the register is due for this within %ld day; nothing was written",
			   "nothing in the register is due for this within %ld days; nothing was written",
			   (unsigned long)days),
			days);
		return EXIT_NO_TOKEN;
	}
	if (!job->data)
		job->data = json_object();
	return json_object_set(job->data, "subscribers", rows)
		       ? print_no_memory()
		       : 0;
}

int document_read_due(struct document_job *job)
{
	struct due_question question = { .province = job->province,
					 .today = date_day(job->when) };
	struct workdays *holidays = NULL;
	struct due_list list = { 0 };
	struct error error = { 0 };
	json_t *rows = NULL;
	int ret, rc;

	if (!job->options->due)
		return 0;
	ret = check(job);
	if (!ret)
		ret = read_days(job, &question.days);
	if (ret)
		return ret;
	rc = workdays_load(&holidays, &error);
	if (rc) {
		print_error("%s", error_text(&error, rc));
		ret = rc == -ENOMEM ? EXIT_DEVICE : EXIT_BAD_INPUT;
		goto out;
	}
	question.holidays = holidays;
	rows = json_array();
	ret = rows ? due_ask(job->event.reg, &question, &list)
		   : print_no_memory();
	if (!ret)
		ret = take(job, &list, rows);
	if (!ret)
		ret = register_exit_code(job->event.reg);
	if (!ret)
		ret = put(job, rows, question.days);
out:
	error_free(&error);
	json_decref(rows);
	due_free(&list);
	workdays_free(&holidays);
	return ret;
}

/* Removes from @rows, and from @known, which has one for each, those of another
 * agency and those that the conditions are against, from the last. */
static int leave_out(const struct document_job *job,
		     const struct violations *violations, json_t *rows,
		     json_t *known)
{
	size_t n = json_array_size(rows);
	bool *out = calloc(n + 1, sizeof(*out));

	if (!out)
		return print_no_memory();
	for (size_t i = 0; i < violations->n; i++) {
		const struct violation *v = &violations->list[i];

		if (v->remark || v->row == 0)
			continue;
		print_warning(_("left out: %s%s%s%s"), v->text,
			      v->article[0] ? " (" : "", v->article,
			      v->article[0] ? ")" : "");
		out[v->row] = true;
	}
	for (size_t row = n; row > 0; row--)
		if (document_is_of_others(
			    job, row, json_array_get(rows, row - 1),
			    _("left out: row %zu (%s) is of %s, and the document is of %s")))
			out[row] = true;
	for (size_t row = n; row > 0; row--)
		if (out[row]) {
			(void)json_array_remove(rows, row - 1);
			(void)json_array_remove(known, row - 1);
		}
	free(out);
	if (n == 0 || json_array_size(rows) > 0)
		return 0;
	print_error(_(
		"nobody is left whom this document may be about; nothing was written"));
	return EXIT_REFUSED;
}

int document_leave_out(struct document_job *job)
{
	json_t *rows = json_object_get(job->dossier, "subscribers");
	struct violations violations = { 0 };
	int ret;

	/* An officer who gives a reason means all of them. */
	if (!job->options->due || job->options->override)
		return 0;
	ret = conditions_check(job->procedure, job->dossier, job->known,
			       job->when, &violations)
		      ? print_no_memory()
		      : leave_out(job, &violations, rows, job->known);
	violations_free(&violations);
	return ret;
}
