/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include <stdio.h>

#include "json.h"
#include "message.h"
#include "register/verify.h"
#include "register_common.h"

static const char *const result_keys[] = {
	[VERIFY_RIGHT] = "right",   [VERIFY_CHANGED] = "changed",
	[VERIFY_CUT] = "cut",	    [VERIFY_UNREADABLE] = "unreadable",
	[VERIFY_TABLES] = "tables", [VERIFY_OTHERWISE] = "otherwise",
};

static int print_json(const struct custody_register *reg,
		      const struct verification *v)
{
	json_t *o = json_object();
	bool right = v->result == VERIFY_RIGHT;

	json_object_set_new(o, "version", json_integer(1));
	json_object_set_new(o, "result", json_string(result_keys[v->result]));
	json_object_set_new(o, "events",
			    json_integer((json_int_t)register_n_events(reg)));
	json_object_set_new(o, "head", json_string(register_head(reg)));
	json_object_set_new(o, "first_bad_event",
			    right || !v->event
				    ? json_null()
				    : json_integer((json_int_t)v->event));
	return json_print(o);
}

static void tell(const struct verification *v)
{
	switch (v->result) {
	case VERIFY_CHANGED:
		print_message(
			_("event %lu does not follow from the one before: it, or its place, was changed. What the register says from there on is not proved; compare it with a copy"),
			v->event);
		break;
	case VERIFY_CUT:
		print_message(
			_("events are missing from number %lu on; compare the register with a copy"),
			v->event);
		break;
	case VERIFY_UNREADABLE:
		print_message(
			_("event %lu is not what ckstoken writes; compare the register with a copy"),
			v->event);
		break;
	case VERIFY_TABLES:
		print_message(_(
			"the chain is whole, but the tables or triggers of the register are not as ckstoken makes them: they were changed by hand; compare it with a copy"));
		break;
	case VERIFY_OTHERWISE:
		print_message(
			_("the chain is whole, but the record \"%s\" %s says otherwise than its events, the last of which is %lu: it was changed by hand"),
			record_types[v->kind].name, v->key, v->event);
		break;
	default:
		break;
	}
}

int cmd_register_verify(const struct globals *globals,
			const struct register_options *o)
{
	struct custody_register *reg = NULL;
	struct verification v = { 0 };
	int ret = register_require(globals, o->file, REGISTER_READ, &reg);

	if (ret)
		return ret;
	register_verify(reg, &v);
	if (v.result == VERIFY_FAILED) {
		ret = register_finish(reg, 0);
		goto out;
	}
	if (o->json) {
		ret = print_json(reg, &v);
	} else if (v.result == VERIFY_RIGHT) {
		printf(_("The register is whole: %lu events, the last %s.\n"),
		       register_n_events(reg), register_head(reg));
	}
	tell(&v);
	if (!ret && v.result != VERIFY_RIGHT)
		ret = EXIT_ATTENTION;
out:
	register_close(&reg);
	return ret;
}
