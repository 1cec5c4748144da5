/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* The rows that the parts of "ckstoken doctor" add. */
#include "doctor.h"

#include <unistd.h>

void doctor_add(struct doctor *d, const struct doctor_row *row)
{
	struct doctor_row *grown =
		arena_grow(&d->arena, d->rows, d->n, sizeof(*grown));

	if (!grown)
		return;
	d->rows = grown;
	grown[d->n++] = *row;
}

bool doctor_is_broken_before(const struct doctor *d, enum doctor_source source)
{
	for (size_t i = 0; i < d->n; i++)
		if (d->rows[i].source < source &&
		    d->rows[i].result == DOCTOR_BROKEN)
			return true;
	return false;
}

bool doctor_lacks_configuration(struct doctor *d, enum doctor_source source)
{
	if (!d->has_config)
		DOCTOR_ADD(
			d, .source = source, .check = "configured",
			.result = DOCTOR_UNKNOWN,
			.found = _(
				"not known, for the configuration that says it cannot be read"));
	return !d->has_config;
}

const char *doctor_command(struct doctor *d, const char *command)
{
	return arena_format(&d->arena, "%s %s", d->globals->program, command);
}

const char *doctor_as_root(struct doctor *d, const char *command)
{
	return arena_format(&d->arena, "%s%s", geteuid() == 0 ? "" : "sudo ",
			    command);
}

void doctor_saw(struct doctor *d, time_t t, const char *what)
{
	if (t <= d->seen)
		return;
	d->seen = t;
	d->seen_by = what;
}
