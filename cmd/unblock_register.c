/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* What was done to a token is kept in the register too, beside the journal. */
#include <stdio.h>

#include "base/date.h"
#include "input/dossier.h"
#include "message.h"
#include "register/prefill.h"
#include "register/record_document.h"
#include "register_common.h"
#include "unblock.h"

/* The token as the register spells it, the caller's to json_decref(); NULL: it
 * has none such. */
static json_t *find_token(struct custody_register *reg, const struct unblock *r)
{
	json_t *row = json_pack("{s:s}", "device_serial",
				cks_token_serial(r->before));
	struct match m;
	json_t *serial;

	match_find(reg, row, false, &m);
	serial = json_incref(json_object_get(m.token, "device_serial"));
	match_free(&m);
	json_decref(row);
	return serial;
}

/* The number of the request that it answers; 0: the register has none. */
static json_int_t find_request(struct custody_register *reg,
			       const struct unblock *r, const json_t *serial)
{
	return r->request ? letter_put(reg, r->request, NULL).request
			  : letter_cited(reg, json_string_value(serial),
					 r->authority);
}

static json_t *attempt_of(struct custody_register *reg, const struct unblock *r,
			  json_t *serial, json_int_t request)
{
	char time[DATE_SIZE];
	json_t *attempt;

	date_vietnam(r->globals->now, time);
	attempt = json_pack(
		"{s:I, s:O, s:s, s:s, s:s, s:s, s:I, s:s}", "unblock",
		register_next_key(reg, RECORD_UNBLOCK), "device_serial", serial,
		"unblock_time", time, "authority", r->authority, "method",
		cks_method_name(r->method), "result", cks_err_name(r->err),
		"journal", (json_int_t)r->journal_number, "journal_hash",
		r->journal_hash);
	if (request)
		json_object_set_new(attempt, "request", json_integer(request));
	return attempt;
}

static int put(struct custody_register *reg, const struct unblock *r,
	       json_t *serial, json_int_t request)
{
	bool restored = !r->err && r->after;
	json_t *attempt = attempt_of(reg, r, serial, request);
	char day[DATE_SIZE];
	json_t *token;

	date_iso(date_day(r->globals->now), day);
	token = json_pack("{s:O, s:s, s:s}", "device_serial", serial,
			  "user_pin", unblock_state_after(r), "seen_date", day);
	if (attempt && token) {
		(void)register_put(reg, RECORD_UNBLOCK, attempt, NULL);
		(void)register_put(reg, RECORD_TOKEN, token, NULL);
		if (request && restored)
			letter_restored(reg, request, day);
	}
	json_decref(attempt);
	json_decref(token);
	return attempt && token ? 0 : print_no_memory();
}

static int record(const struct unblock *r)
{
	struct register_event event;
	json_t *serial = NULL;
	json_int_t request = 0;
	int ret = register_event_begin(
		&event, r->globals, r->no_register,
		r->request ? REGISTER_CREATE : REGISTER_WRITE, "unblock");

	if (ret)
		return ret;
	if (event.reg) {
		register_act_begin(event.reg, &event.act);
		serial = find_token(event.reg, r);
		if (serial || r->request)
			request = find_request(event.reg, r, serial);
		if (!serial)
			serial = find_token(event.reg, r);
		if (serial)
			ret = put(event.reg, r, serial, request);
		register_act_end(event.reg);
	}
	if (!serial)
		print_warning(
			_("%s: the register has no such token, and nothing of this recovery; \"ckstoken register add present --serial S\" adds it"),
			cks_token_serial(r->before));
	json_decref(serial);
	return register_event_end(&event, ret);
}

int unblock_record(const struct unblock *r, int ret)
{
	int recorded;

	if (!register_is_used(r->globals, r->no_register))
		return ret;
	/* The result is told before anything that may take its time. */
	(void)fflush(stdout);
	recorded = record(r);
	if (recorded)
		print_error(_(
			"the recovery is in the journal, but the register has nothing of it"));
	return recorded && !ret ? EXIT_CANNOT_WRITE : ret;
}
