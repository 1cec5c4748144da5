/* SPDX-License-Identifier: LGPL-2.1-or-later */
/*
 * What "status" printed on a machine that anybody may have. Whatever is read of
 * it a register takes, which then follows from its events; taken again, it is
 * nothing new; and what the register exports makes the same one.
 */
#include <stdlib.h>
#include <string.h>

#include "fuzz.h"
#include "input/handed.h"
#include "input/machine.h"
#include "register/sighting.h"
#include "registers.h"

#define NOW 1795986036
#define MAX_TOKENS 20

static void take(struct custody_register *reg, struct machine_reports *reports,
		 struct sightings *seen)
{
	struct data_errors errors = { 0 };
	struct import in = { .reg = reg,
			     .act = { NOW, "bich", "fuzz" },
			     .errors = &errors };

	register_begin(reg);
	sightings_take(&in, reports, seen);
	HOLDS(errors.n == 0);
	import_free(&in);
}

static void take_twice(struct machine_reports *reports)
{
	struct custody_register *reg = registers_new();
	struct sightings first = { 0 }, again = { 0 };
	unsigned long n;

	take(reg, reports, &first);
	/* A text may tell a secret, which no register takes. */
	if (registers_commit(reg) == 0) {
		n = register_n_events(reg);
		if (reports->n == 1) {
			take(reg, reports, &again);
			HOLDS(registers_commit(reg) == 0);
			HOLDS(register_n_events(reg) == n);
		}
		registers_check_export(reg);
	}
	sightings_free(&first);
	sightings_free(&again);
	register_close(&reg);
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	struct machine_reports reports = { 0 };
	struct error error = { 0 };
	char *text = malloc(size + 1);
	const char *what = NULL;
	size_t n = 0;
	int ret;

	HOLDS(text);
	memcpy(text, data, size);
	text[size] = '\0';
	HOLDS((handed_judge(text, size, &what) == HANDED_NOTHING) == !!what);
	ret = machine_read(text, size, NOW, &reports, &error);
	if (ret)
		HOLDS(fuzz_says_why(&error));
	for (size_t i = 0; i < reports.n; i++)
		n += reports.list[i].n_tokens;
	if (!ret && n > 0 && n <= MAX_TOKENS)
		take_twice(&reports);
	machine_reports_free(&reports);
	error_free(&error);
	free(text);
	return 0;
}
