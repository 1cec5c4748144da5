/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* The states read are kept for the tokens that the register has. */
#include <string.h>

#include "base/date.h"
#include "input/dossier.h"
#include "message.h"
#include "register/prefill.h"
#include "register_common.h"
#include "status.h"

/* What was read, against the register. */
struct comparison {
	struct custody_register *reg;
	json_t *states;	  /* by serial number: records of tokens to put */
	size_t n_unknown; /* tokens that it has not */
	char day[DATE_SIZE];
};

/* A card with several PINs shows as tokens of one serial number: the one that
 * the register has the label of counts, or else the first. */
static bool goes_before(const struct cks_token *t, const json_t *there,
			bool is_first)
{
	return is_first || strcmp(dossier_text(there, "device_label"),
				  cks_token_label(t)) == 0;
}

static int note(struct comparison *c, const struct cks_token *t,
		const json_t *there)
{
	const char *serial = dossier_text(there, "device_serial");
	bool is_first = !json_object_get(c->states, serial);

	if (!goes_before(t, there, is_first))
		return 0;
	return json_object_set_new(
		c->states, serial,
		json_pack("{s:s, s:s, s:s}", "device_serial", serial,
			  "user_pin", cks_pin_state_name(cks_token_user_pin(t)),
			  "seen_date", c->day));
}

static int compare(struct comparison *c, const struct cks_token *t)
{
	json_t *row = json_pack("{s:s}", "device_serial", cks_token_serial(t));
	struct match m = { 0 };
	int rc = !row;

	if (c->reg && row)
		match_find(c->reg, row, false, &m);
	if (m.token)
		rc = note(c, t, m.token);
	else
		c->n_unknown++;
	match_free(&m);
	json_decref(row);
	return rc;
}

static bool is_news(const struct comparison *c)
{
	const char *serial;
	json_t *state;
	bool news = false;

	json_object_foreach (c->states, serial, state) {
		json_t *there = register_get(c->reg, RECORD_TOKEN, state);

		news |= strcmp(dossier_text(there, "user_pin"),
			       dossier_text(state, "user_pin")) != 0 ||
			strcmp(dossier_text(there, "seen_date"),
			       dossier_text(state, "seen_date")) != 0;
		json_decref(there);
	}
	return news;
}

static int put(const struct status *s, const struct comparison *c)
{
	struct register_event event;
	const char *serial;
	json_t *state;
	int ret = register_event_begin(&event, s->globals, false,
				       REGISTER_WRITE, "status");

	if (ret || !event.reg)
		return ret;
	register_act_begin(event.reg, &event.act);
	json_object_foreach (c->states, serial, state)
		(void)register_put(event.reg, RECORD_TOKEN, state, NULL);
	register_act_end(event.reg);
	return register_event_end(&event, 0);
}

static int compare_all(const struct status *s, struct comparison *c)
{
	const struct cks_token *t;
	size_t i = 0;
	int rc = !c->states;

	while (!rc && (t = status_next(s, &i)))
		rc = compare(c, t);
	return rc ? print_no_memory() : 0;
}

void status_record(const struct status *s)
{
	struct comparison c = { .states = json_object() };
	int ret =
		register_use(s->globals, s->no_register, REGISTER_READ, &c.reg);
	bool news;

	if (ret || !register_is_used(s->globals, s->no_register))
		goto out;
	date_iso(date_day(s->globals->now), c.day);
	ret = compare_all(s, &c);
	news = !ret && c.reg && is_news(&c);
	if (!ret && c.reg)
		ret = register_exit_code(c.reg);
	/* A reader may keep a writer waiting, though it be of the same house.
	 */
	register_close(&c.reg);
	if (!ret && news)
		ret = put(s, &c);
	if (!ret && c.n_unknown)
		print_warning(
			Q_("%zu token present is not in the register; \"ckstoken register add present --serial S\" adds it",
			   "%zu tokens present are not in the register; \"ckstoken register add present --serial S\" adds one",
			   c.n_unknown),
			c.n_unknown);
out:
	if (ret)
		print_warning(_("the register has nothing of what was read"));
	json_decref(c.states);
	register_close(&c.reg);
}
