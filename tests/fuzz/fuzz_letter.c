/* SPDX-License-Identifier: LGPL-2.1-or-later */
/*
 * A dossier that came with anybody's document, put into a register that knows a
 * token: once more it tells nothing new, what is there then follows from the
 * events and is exported whole, and its rows can be asked about.
 */
#include <stdlib.h>
#include <string.h>

#include "fuzz.h"
#include "input/attachment.h"
#include "register/prefill.h"
#include "register/record_document.h"
#include "registers.h"

#define NOW 1795986036

static const char known[] =
	"[{\"name\": \"Nguyễn Văn An\", \"organization\": \"Sở A\","
	"  \"id_number\": \"001085001234\", \"email\": \"an@a.gov.vn\","
	"  \"device_serial\": \"T1\", \"certificate_serial\": \"0A01\","
	"  \"not_before\": \"2024-01-01\", \"not_after\": \"2026-12-31\"},"
	" {\"record\": \"custody\", \"device_serial\": \"T1\","
	"  \"keeper\": \"Trần Bích\", \"from_date\": \"2024-01-05\"}]";

/* A procedure that there is, as callers make sure. */
static void set_procedure(json_t *dossier, size_t size)
{
	static const char *const names[] = {
		"renew",   "recover", "change",	    "revoke",
		"deliver", "return",  "new-person", "new-organization",
		"keeper",  "lost",    "new-device", "report",
	};
	const size_t n = sizeof(names) / sizeof(names[0]);
	const char *given = dossier_text(dossier, "form.procedure");

	for (size_t i = 0; i < n; i++)
		if (strcmp(names[i], given) == 0)
			return;
	HOLDS(dossier_put(dossier, "form.procedure", names[size % n]) == 0);
}

static struct recorded record(struct custody_register *reg,
			      const json_t *dossier)
{
	static const struct register_act act = { NOW, "bich", "fuzz" };
	struct recorded done;

	register_begin(reg);
	register_act_begin(reg, &act);
	done = record_document(reg, dossier, "portal");
	register_act_end(reg);
	HOLDS(registers_commit(reg) == 0);
	return done;
}

static void ask(struct custody_register *reg, const json_t *dossier)
{
	const json_t *rows = json_object_get(dossier, "subscribers");
	json_t *doubts = json_array();
	const struct prefill_question question = { "renew", "2026-11-21",
						   doubts };

	for (size_t i = 0; i < json_array_size(rows) && i < 20; i++) {
		json_t *row = json_array_get(rows, i), *facts;

		if (!json_is_object(row))
			continue;
		facts = prefill_of(reg, row, &question);
		HOLDS(facts);
		json_decref(facts);
	}
	json_decref(doubts);
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	char *text = fuzz_text(data, size);
	struct custody_register *reg;
	json_t *dossier = NULL, *rows;
	struct recorded first, second;
	unsigned long n_events;

	if (attachment_fits(text))
		dossier = json_loadb((const char *)data, size,
				     JSON_REJECT_DUPLICATES, NULL);
	free(text);
	if (json_is_object(dossier)) {
		set_procedure(dossier, size);
		rows = json_loads(known, 0, NULL);
		reg = registers_import(rows);
		HOLDS(reg);
		json_decref(rows);
		first = record(reg, dossier);
		n_events = register_n_events(reg);
		second = record(reg, dossier);
		HOLDS(first.request == second.request);
		HOLDS(register_n_events(reg) == n_events);
		ask(reg, dossier);
		registers_check_export(reg);
		register_close(&reg);
	}
	json_decref(dossier);
	return 0;
}
