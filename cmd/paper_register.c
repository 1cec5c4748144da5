/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include "paper_register.h"

#include <stdlib.h>
#include <string.h>
#include <strings.h>

#include "clock.h"
#include "conflict.h"
#include "input/dossier.h"
#include "register/facts.h"
#include "register/letter.h"
#include "say.h"

int paper_open_register(struct paper *paper)
{
	int ret = custody_use(paper->globals, paper->options->no_register,
			      REGISTER_READ, &paper->event.reg);

	if (ret)
		say(_("nothing was written; --no-register makes the document without the register"));
	return ret;
}

static bool is_fresh(const struct paper *paper)
{
	return letter_is_fresh(paper->kind->procedure);
}

/* What the row leaves open; where it says otherwise, both sides are told. */
static int fill_row(size_t number, json_t *row, const json_t *facts)
{
	const char *field;
	json_t *value;

	json_object_foreach ((json_t *)facts, field, value) {
		const json_t *ours = json_object_get(row, field);

		if (!ours || json_is_null(ours)) {
			if (json_object_set(row, field, value))
				return say_no_memory();
		} else if (conflict_between(field, ours, value)) {
			conflict_tell_register(number, field, ours, value);
		}
	}
	return 0;
}

static void tell(size_t number, const json_t *doubts)
{
	const json_t *doubt;
	size_t i;

	json_array_foreach ((json_t *)doubts, i, doubt)
		say(_("row %zu: %s"), number, json_string_value(doubt));
}

static int look_up_row(struct custody_register *reg, size_t number, json_t *row,
		       struct facts_question *question)
{
	json_t *facts;
	int ret;

	question->doubts = json_array();
	facts = facts_of(reg, row, question);
	ret = facts && question->doubts ? fill_row(number, row, facts)
					: say_no_memory();
	tell(number, question->doubts);
	json_decref(facts);
	json_decref(question->doubts);
	return ret;
}

int paper_look_up(struct paper *paper)
{
	struct custody_register *reg = paper->event.reg;
	json_t *rows = json_object_get(paper->dossier, "subscribers");
	char day[CLOCK_TEXT];
	struct facts_question question = { .procedure = paper->kind->procedure,
					   .day = day };
	int ret = 0;

	if (!reg)
		return 0;
	clock_date_iso(paper->when, day);
	for (size_t i = 0; i < json_array_size(rows) && !ret; i++)
		ret = look_up_row(reg, i + 1, json_array_get(rows, i),
				  &question);
	return ret ? ret : custody_check(reg);
}

static bool is_seen(const struct cks_scan *scan, const char *serial)
{
	for (size_t i = 0; scan && i < cks_scan_n_tokens(scan); i++)
		if (strcmp(cks_token_serial(cks_scan_token(scan, i)), serial) ==
		    0)
			return true;
	return false;
}

static bool data_names(const struct paper *paper, const char *serial)
{
	const json_t *rows = json_object_get(paper->data, "subscribers");

	for (size_t i = 0; i < json_array_size(rows); i++)
		if (strcasecmp(dossier_text(json_array_get(rows, i),
					    "device_serial"),
			       serial) == 0)
			return true;
	return false;
}

static int add_unseen(const struct paper *paper, const char *serial,
		      json_t *rows, size_t *n_found)
{
	char day[CLOCK_TEXT] = "";
	json_t *found;
	int ret;

	if (paper->kind->leave_expired || is_fresh(paper))
		clock_date_iso(paper->when, day);
	found = facts_rows(paper->event.reg, serial, is_fresh(paper), day);
	ret = found ? custody_check(paper->event.reg) : say_no_memory();
	if (!ret && json_array_size(found) > 0) {
		*n_found += 1;
		if (paper->kind->of_tokens)
			say(_("%s: the token is not plugged in; what the document says of it is what the register has"),
			    serial);
		if (paper->kind->unseen)
			paper->kind->unseen(serial);
		if (!data_names(paper, serial) &&
		    json_array_extend(rows, found))
			ret = say_no_memory();
	}
	json_decref(found);
	return ret;
}

int paper_rows_unseen(const struct paper *paper, const struct cks_scan *scan,
		      json_t *rows, size_t *n_found)
{
	const struct selection *s = &paper->options->selection;
	int ret = 0;

	*n_found = 0;
	if (!paper->event.reg || s->labels || s->uris)
		return 0;
	for (size_t i = 0; s->serials && s->serials[i] && !ret; i++) {
		char *serial =
			cks_text_clean(s->serials[i], strlen(s->serials[i]));

		if (!serial)
			ret = say_no_memory();
		else if (!is_seen(scan, serial))
			ret = add_unseen(paper, serial, rows, n_found);
		free(serial);
	}
	return ret;
}
