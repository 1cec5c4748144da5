/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* An audit as a report for the head of the agency. */
#include "audit.h"
#include "due_print.h"
#include "input/dossier.h"
#include "message.h"

static int put_number(json_t *facts, const char *path, size_t n)
{
	return dossier_put_new(facts, path, json_integer((json_int_t)n));
}

static int put_counts(const struct audit *a, json_t *facts)
{
	static const char *const paths[] = {
		[DUE_OVERDUE] = "audit.counts.overdue",
		[DUE_WRONG] = "audit.counts.wrong",
		[DUE_TODAY] = "audit.counts.today",
		[DUE_SOON] = "audit.counts.soon",
		[DUE_OPEN] = "audit.counts.open",
	};
	size_t counts[DUE_STATES];
	int rc = 0;

	due_count(&a->findings, counts);
	for (size_t i = 0; i < DUE_STATES && !rc; i++)
		rc = put_number(facts, paths[i], counts[i]);
	return rc;
}

static json_t *row_of(const struct due *d)
{
	json_t *row = due_json_one(d);

	if (dossier_put(row, "state_words", due_state_label(d->state)) ||
	    dossier_put(row, "text", d->text)) {
		json_decref(row);
		return NULL;
	}
	return row;
}

static int put_findings(const struct audit *a, json_t *facts)
{
	json_t *rows = json_array();
	int rc = 0;

	for (size_t i = 0; i < a->findings.n && !rc; i++)
		rc = json_array_append_new(rows, row_of(&a->findings.list[i]));
	return json_object_set_new(facts, "findings", rows) || rc;
}

json_t *audit_facts(const struct audit *a)
{
	json_t *facts = json_object();

	if (put_number(facts, "audit.present", a->n_present) ||
	    put_number(facts, "audit.registered", a->n_registered) ||
	    put_number(facts, "audit.findings", a->findings.n) ||
	    put_counts(a, facts) ||
	    put_number(facts, "audit.register.events",
		       register_n_events(a->reg)) ||
	    dossier_put(facts, "audit.register.head", register_head(a->reg)) ||
	    put_findings(a, facts)) {
		json_decref(facts);
		return NULL;
	}
	return facts;
}

/* No regulation has a form for it. */
int audit_write(const struct audit *a)
{
	static const struct document_kind kinds[] = {
		{ .procedure = "audit", .form = "", .template = "audit" }, { 0 }
	};
	struct document_options options = a->document;

	options.province = a->province;
	options.no_register = true; /* it is no letter that waits for a reply */
	return document_make(a->globals, &options, kinds, "audit",
			     json_incref(a->facts), NULL);
}
