/* SPDX-License-Identifier: LGPL-2.1-or-later */
/*
 * Metrics in Prometheus' text format, as its node exporter reads them from a
 * file. Help is in English in every locale: it belongs to a name, and a name
 * means one thing.
 *
 * A series that stands in the file twice makes the exporter refuse the whole
 * file. What two tokens call themselves may be the same, so a series that is
 * there already gets one more label.
 */
#include <jansson.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "base/arena.h"
#include "base/buffer.h"
#include "base/date.h"
#include "json.h"
#include "message.h"
#include "monitoring.h"
#include "scanning.h"

/* Metrics in the making. */
struct metrics {
	struct buffer text;
	struct arena arena;
	json_t *called; /* how many subjects have the same labels */
};

/* The beginning of a metric: its series follow. */
static void begin(struct metrics *m, const char *name, const char *help)
{
	buffer_printf(&m->text, "# HELP ckstoken_%s %s\n", name, help);
	buffer_printf(&m->text, "# TYPE ckstoken_%s gauge\n", name);
}

/* One series; @labels as label() makes them, or "". */
static void put(struct metrics *m, const char *name, const char *labels,
		long long value)
{
	buffer_printf(&m->text, "ckstoken_%s%s%s%s %lld\n", name,
		      *labels ? "{" : "", labels, *labels ? "}" : "", value);
}

/* A metric of one series without labels. */
static void put_alone(struct metrics *m, const char *name, const char *help,
		      long long value)
{
	begin(m, name, help);
	put(m, name, "", value);
}

/* @labels and one more behind them. */
static const char *label(struct metrics *m, const char *labels,
			 const char *name, const char *value)
{
	char *clean = cks_text_clean(value, strlen(value));
	struct buffer b = { 0 };
	const char *result;

	/* A clean text has only these left to escape. */
	for (const char *c = clean ? clean : ""; *c; c++) {
		if (*c == '\\' || *c == '"')
			buffer_puts(&b, "\\");
		buffer_put(&b, c, 1);
	}
	buffer_put(&b, "", 1);
	m->arena.failed |= !clean || b.failed;
	result = arena_format(&m->arena, "%s%s%s=\"%s\"", labels,
			      *labels ? "," : "", name,
			      b.data ? (char *)b.data : "");
	buffer_free(&b);
	free(clean);
	return result;
}

/* A token or a failure that series are about, and the labels of each. */
struct subject {
	const void *of;
	const char *labels;
};

struct subjects {
	struct subject *list;
	size_t n;
};

static void add(struct metrics *m, struct subjects *subjects, const void *of,
		const char *labels)
{
	struct subject *list = arena_grow(&m->arena, subjects->list,
					  subjects->n, sizeof(*list));
	json_int_t n =
		1 + json_integer_value(json_object_get(m->called, labels));
	char number[32];

	m->arena.failed |=
		json_object_set_new(m->called, labels, json_integer(n)) != 0;
	if (n > 1) {
		(void)snprintf(number, sizeof(number), "%lld", (long long)n);
		labels = label(m, labels, "duplicate", number);
	}
	if (!list)
		return;
	subjects->list = list;
	list[subjects->n++] = (struct subject){ of, labels };
}

/* Prints all, and gives it up. 0 or an exit code, told. */
static int print(struct metrics *m)
{
	bool failed = m->text.failed || m->arena.failed;

	if (!failed)
		(void)fwrite(m->text.data, 1, m->text.len, stdout);
	buffer_free(&m->text);
	arena_free(&m->arena);
	json_decref(m->called);
	return failed ? print_no_memory() : 0;
}

/* Failures, each of which may hide a token, as metrics whose names begin with
 * @command. */
static void put_failures(struct metrics *m, const char *command,
			 const struct cks_scan *scan, size_t more)
{
	const char *all = arena_format(&m->arena, "%s_failures", command);
	const char *one = arena_format(&m->arena, "%s_failure", command);
	size_t n = more + (scan ? scan_n_critical(scan) : 0);
	struct subjects failures = { 0 };

	put_alone(
		m, all,
		AS_IT_IS(
			"How many modules, slots and readers failed, so that tokens may be missing."),
		(long long)n);
	for (size_t i = 0; scan && i < cks_scan_n_errors(scan); i++) {
		const struct cks_scan_error *e = cks_scan_error(scan, i);
		const char *labels =
			label(m, "", "module", cks_scan_error_module(e));

		labels = label(m, labels, "reader", cks_scan_error_reader(e));
		labels = label(m, labels, "error",
			       cks_err_name(cks_scan_error_code(e)));
		if (cks_scan_error_critical(e))
			add(m, &failures, e, labels);
	}
	begin(m, one,
	      AS_IT_IS(
		      "What failed and why, as \"error\" of ckstoken-status(1)."));
	for (size_t i = 0; i < failures.n; i++)
		put(m, one, failures.list[i].labels, 1);
}

/* 1. Status */

/* A certificate that counts, and its token. */
struct held {
	const struct cks_token *token;
	const struct cks_cert *cert;
};

struct seen {
	struct subjects tokens; /* of struct cks_token */
	struct subjects certs;	/* of struct held */
};

/* The labels that tell one token from others; the holder is the first of those
 * that its certificates name. */
static const char *token_labels(struct metrics *m, const struct cks_token *t,
				const char *holder)
{
	const char *labels = label(m, "", "serial", cks_token_serial(t));

	labels = label(m, labels, "label", cks_token_label(t));
	return label(m, labels, "holder", holder);
}

static void see_token(struct metrics *m, struct seen *seen,
		      const struct cks_token *t)
{
	const char *holder = NULL;

	for (size_t i = 0; i < cks_token_n_certs(t); i++) {
		const struct cks_cert *c = cks_token_cert(t, i);
		struct held *held;
		const char *labels;

		if (cks_cert_ca(c) || !cks_cert_readable(c) ||
		    cks_cert_replaced(t, c))
			continue;
		holder = holder ? holder : cks_cert_name(c);
		labels = token_labels(m, t, cks_cert_name(c));
		labels = label(m, labels, "organization",
			       cks_cert_organization(c));
		labels = label(m, labels, "certificate", cks_cert_serial(c));
		labels = label(m, labels, "id", cks_cert_id(c));
		held = arena_alloc(&m->arena, sizeof(*held));
		if (!held)
			return;
		*held = (struct held){ t, c };
		add(m, &seen->certs, held, labels);
	}
	add(m, &seen->tokens, t, token_labels(m, t, holder ? holder : ""));
}

/* A metric with a series for each state that a PIN may have, of which one is 1:
 * a state that is a text alone could be neither drawn nor compared. */
static void put_pins(struct metrics *m, const struct seen *seen,
		     const char *name, const char *help,
		     enum cks_pin_state (*state)(const struct cks_token *))
{
	begin(m, name, help);
	for (size_t i = 0; i < seen->tokens.n; i++) {
		const struct subject *s = &seen->tokens.list[i];

		for (enum cks_pin_state one = CKS_PIN_UNKNOWN;
		     one <= CKS_PIN_MUST_CHANGE; one++)
			put(m, name,
			    label(m, s->labels, "state",
				  cks_pin_state_name(one)),
			    state(s->of) == one);
	}
}

static void put_tries(struct metrics *m, const struct seen *seen,
		      const char *name, const char *help,
		      int (*tries)(const struct cks_token *))
{
	begin(m, name, help);
	for (size_t i = 0; i < seen->tokens.n; i++) {
		const struct subject *s = &seen->tokens.list[i];

		if (tries(s->of) >= 0)
			put(m, name, s->labels, tries(s->of));
	}
}

static void put_tokens(struct metrics *m, const struct status *s,
		       const struct seen *seen)
{
	const struct subject *list = seen->tokens.list;

	begin(m, "token_info",
	      AS_IT_IS("A token that is plugged in: always 1."));
	for (size_t i = 0; i < seen->tokens.n; i++) {
		const struct cks_token *t = list[i].of;
		const char *labels = label(m, list[i].labels, "manufacturer",
					   cks_token_manufacturer(t));

		labels = label(m, labels, "model", cks_token_model(t));
		labels = label(m, labels, "reader", cks_token_reader(t));
		labels = label(m, labels, "module", cks_token_module(t));
		put(m, "token_info", labels, 1);
	}
	put_pins(
		m, seen, "token_user_pin_state",
		AS_IT_IS(
			"The state of the user PIN: 1 for the one that it is in."),
		cks_token_user_pin);
	put_pins(
		m, seen, "token_so_pin_state",
		AS_IT_IS(
			"The state of the SO PIN: 1 for the one that it is in."),
		cks_token_so_pin);
	put_tries(
		m, seen, "token_user_pin_tries_left",
		AS_IT_IS(
			"Wrong user PINs until it locks, where the card tells them."),
		cks_token_user_tries);
	put_tries(
		m, seen, "token_so_pin_tries_left",
		AS_IT_IS(
			"Wrong SO PINs or PUKs until it locks, where the card tells them."),
		cks_token_so_tries);
	begin(m, "token_attention",
	      AS_IT_IS(
		      "What needs attention, as \"attention\" of ckstoken-status(1): 1 where it does."));
	for (size_t i = 0; i < seen->tokens.n; i++) {
		unsigned int warnings = cks_token_warnings(
			list[i].of, s->globals->now, (unsigned int)s->days);

		for (unsigned int bit = 1; cks_warning_name(bit); bit <<= 1)
			put(m, "token_attention",
			    label(m, list[i].labels, "reason",
				  cks_warning_name(bit)),
			    (warnings & bit) != 0);
	}
}

static void put_certs(struct metrics *m, const struct status *s,
		      const struct seen *seen)
{
	static const char *const names[] = {
		"certificate_not_before_timestamp_seconds",
		"certificate_not_after_timestamp_seconds",
		"certificate_renewal_deadline_timestamp_seconds",
	};
	const struct subject *list = seen->certs.list;
	unsigned int renewal = seen->certs.n ? renewal_days(s->globals) : 0;

	begin(m, "certificate_info",
	      AS_IT_IS(
		      "A certificate of a holder that no other on its token replaces: always 1."));
	for (size_t i = 0; i < seen->certs.n; i++) {
		const struct held *held = list[i].of;
		const char *labels = label(m, list[i].labels, "unit",
					   cks_cert_unit(held->cert));

		labels =
			label(m, labels, "issuer", cks_cert_issuer(held->cert));
		labels = label(m, labels, "kind",
			       cks_holder_name(cks_cert_holder(held->cert)));
		labels =
			label(m, labels, "official",
			      cks_cert_official(held->cert) ? "true" : "false");
		put(m, "certificate_info", labels, 1);
	}
	begin(m, names[0], AS_IT_IS("The first second in which it is valid."));
	for (size_t i = 0; i < seen->certs.n; i++) {
		const struct held *held = list[i].of;

		put(m, names[0], list[i].labels,
		    cks_cert_not_before(held->cert));
	}
	begin(m, names[1], AS_IT_IS("The last second in which it is valid."));
	for (size_t i = 0; i < seen->certs.n; i++) {
		const struct held *held = list[i].of;

		put(m, names[1], list[i].labels,
		    cks_cert_not_after(held->cert));
	}
	begin(m, names[2],
	      AS_IT_IS(
		      "The end of the last day on which its renewal can be asked for."));
	for (size_t i = 0; i < seen->certs.n; i++) {
		const struct held *held = list[i].of;
		time_t last;

		(void)cks_cert_renewable(held->token, held->cert,
					 s->globals->now, renewal, &last);
		if (cks_cert_official(held->cert))
			put(m, names[2], list[i].labels,
			    date_start(date_day(last) + 1));
	}
}

int prometheus_print_status(const struct status *s)
{
	struct metrics m = { .called = json_object() };
	struct seen seen = { 0 };

	for (size_t i = 0; i < cks_scan_n_tokens(s->scan); i++)
		if (selection_matches(&s->selection,
				      cks_scan_token(s->scan, i)))
			see_token(&m, &seen, cks_scan_token(s->scan, i));
	begin(&m, "build_info", AS_IT_IS("The version of ckstoken: always 1."));
	put(&m, "build_info", label(&m, "", "version", VERSION), 1);
	put_alone(&m, "status_timestamp_seconds",
		  AS_IT_IS("When the tokens were looked at."), s->globals->now);
	put_failures(&m, "status", s->scan, 0);
	put_alone(&m, "tokens", AS_IT_IS("How many tokens are plugged in."),
		  (long long)seen.tokens.n);
	put_tokens(&m, s, &seen);
	put_certs(&m, s, &seen);
	return print(&m);
}

/* 2. Audit */

static const char *finding_labels(struct metrics *m, const struct due *d)
{
	const char *labels = label(m, "", "state", due_state_name(d->state));

	labels = label(m, labels, "rule", due_rule_name(d->rule));
	labels = label(m, labels, "serial", d->device_serial);
	labels = label(m, labels, "certificate", d->certificate_serial);
	labels = label(m, labels, "holder", d->name);
	return label(m, labels, "organization", d->organization);
}

int prometheus_print_audit(const struct audit_result *r)
{
	static const char deadline[] =
		"audit_finding_deadline_timestamp_seconds";
	size_t counts[DUE_STATES];
	struct metrics m = { .called = json_object() };
	struct subjects findings = { 0 };

	put_alone(&m, "audit_timestamp_seconds",
		  AS_IT_IS("When the audit was made."), r->globals->now);
	put_failures(&m, "audit", r->scan, r->n_failures);
	put_alone(
		&m, "audit_tokens_present",
		AS_IT_IS(
			"How many tokens are plugged in, or in the files of machines."),
		(long long)r->n_present);
	put_alone(
		&m, "audit_tokens_registered",
		AS_IT_IS(
			"How many tokens are in the register and not handed back."),
		(long long)r->n_registered);
	begin(&m, "audit_findings",
	      AS_IT_IS("How many findings there are of a state."));
	due_count(r->findings, counts);
	for (size_t i = 0; i < DUE_STATES; i++)
		put(&m, "audit_findings",
		    label(&m, "", "state", due_state_name((enum due_state)i)),
		    (long long)counts[i]);
	for (size_t i = 0; i < r->findings->n; i++) {
		const struct due *d = &r->findings->list[i];

		if (d->state != DUE_OPEN)
			add(&m, &findings, d, finding_labels(&m, d));
	}
	begin(&m, "audit_finding",
	      AS_IT_IS(
		      "A finding that has a day, or is against the rules: always 1."));
	for (size_t i = 0; i < findings.n; i++)
		put(&m, "audit_finding", findings.list[i].labels, 1);
	begin(&m, deadline,
	      AS_IT_IS("The end of the day by which it is to be done."));
	for (size_t i = 0; i < findings.n; i++) {
		const struct due *d = findings.list[i].of;

		if (d->state != DUE_WRONG && d->day != DUE_NO_DAY)
			put(&m, deadline, findings.list[i].labels,
			    date_start(d->day + 1));
	}
	return print(&m);
}
