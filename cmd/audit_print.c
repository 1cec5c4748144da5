/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include <stdio.h>

#include "audit.h"
#include "base/date.h"
#include "due_print.h"
#include "json.h"
#include "message.h"

static json_t *json_of_counts(const struct audit *a)
{
	size_t counts[DUE_STATES];
	json_t *o = json_object();

	due_count(&a->findings, counts);
	for (size_t i = 0; i < DUE_STATES; i++)
		json_object_set_new(o, due_state_key(i),
				    json_integer((json_int_t)counts[i]));
	return o;
}

static json_t *json_of_failures(const struct audit *a)
{
	json_t *failures = json_array();

	for (size_t i = 0; a->scan && i < cks_scan_n_errors(a->scan); i++)
		json_array_append_new(
			failures, json_of_failure(cks_scan_error(a->scan, i)));
	return failures;
}

static int print_json(const struct audit *a)
{
	json_t *root = json_object();
	char time[DATE_SIZE];

	date_vietnam(a->globals->now, time);
	json_object_set_new(root, "version", json_integer(1));
	json_object_set_new(root, "time", json_string(time));
	json_object_set_new(root, "regulation",
			    json_string(a->rules.province->regulation.number));
	json_object_set_new(root, "present",
			    json_integer((json_int_t)a->n_present));
	json_object_set_new(root, "registered",
			    json_integer((json_int_t)a->n_registered));
	json_object_set_new(root, "counts", json_of_counts(a));
	json_object_set_new(root, "findings", due_json(&a->findings));
	json_object_set_new(root, "failures", json_of_failures(a));
	return json_print(root);
}

int audit_print(const struct audit *a)
{
	if (a->json)
		return print_json(a);
	if (a->csv) {
		due_print_csv(&a->findings);
		return 0;
	}
	due_print_text(&a->findings);
	print_message(
		_("%zu tokens are plugged in, %zu are in the register and not handed back, and there are %zu findings"),
		a->n_present, a->n_registered, a->findings.n);
	return 0;
}
