/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* "register verify": what can be proved, in words. */
#include <stdio.h>
#include <string.h>

#include "json.h"
#include "labels.h"
#include "message.h"
#include "register/verify.h"
#include "register_common.h"
static const char *const result_keys[] = {
	[VERIFY_RIGHT] = "right",   [VERIFY_CHANGED] = "changed",
	[VERIFY_CUT] = "cut",	    [VERIFY_UNREADABLE] = "unreadable",
	[VERIFY_TABLES] = "tables", [VERIFY_OTHERWISE] = "otherwise",
};

/* The first event that is before the one before, by either time; 0: none. */
static unsigned long first_back(const struct event_times *times)
{
	unsigned long first = 0;

	for (size_t i = 0; i < EVENT_TIMES; i++)
		if (times->back[i].n &&
		    (!first || times->back[i].event < first))
			first = times->back[i].event;
	return first;
}

static void set_event(json_t *o, const char *name, unsigned long event)
{
	json_object_set_new(
		o, name, event ? json_integer((json_int_t)event) : json_null());
}

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
	set_event(o, "first_bad_event", right ? 0 : v->event);
	set_event(o, "first_event_back_in_time", first_back(&v->times));
	set_event(o, "first_event_of_other_time", v->times.moved);
	return json_print(o);
}

static void print_verification(const struct verification *v)
{
	switch (v->result) {
	case VERIFY_CHANGED:
		print_error(
			_("event %lu does not follow from the one before: the event or its position was changed. From there on the register cannot be trusted; compare it with a backup"),
			v->event);
		break;
	case VERIFY_CUT:
		print_error(
			_("events are missing from number %lu on; compare the register with a backup"),
			v->event);
		break;
	case VERIFY_UNREADABLE:
		print_error(
			_("event %lu was not written by ckstoken; compare the register with a backup"),
			v->event);
		break;
	case VERIFY_TABLES:
		print_error(_(
			"the chain of events is intact, but the tables or triggers of the register are not as ckstoken creates them: they were changed by hand; compare the register with a backup"));
		break;
	case VERIFY_OTHERWISE:
		print_error(
			_("the chain of events is intact, but the record \"%s\" %s does not match its events, the last of which is %lu: it was changed by hand"),
			record_types[v->kind].name, v->key, v->event);
		break;
	default:
		break;
	}
}

/* The chain proves an order and no time: both times of an event are what the
 * machine said. */
static void print_times(const struct event_times *times)
{
	static const struct field moment = { .type = FIELD_TIME };
	char before[LABEL_ROOM], then[LABEL_ROOM];

	for (size_t i = 0; i < EVENT_TIMES; i++) {
		if (!times->back[i].n)
			continue;
		print_warning(
			i == EVENT_CLOCK
				? Q_("the clock went back before %lu event: event %lu was recorded at %s, and the one before it at %s. See that the clock of the machine is right; the order of events is that of their numbers",
				     "the clock went back before %lu events: the first, event %lu, was recorded at %s, and the one before it at %s. See that the clock of the machine is right; the order of events is that of their numbers",
				     times->back[i].n)
				: Q_("%lu event is dated before the one before it: event %lu at %s, and the one before it at %s. The order of events is that of their numbers",
				     "%lu events are dated before the ones before them: the first, event %lu, at %s, and the one before it at %s. The order of events is that of their numbers",
				     times->back[i].n),
			(unsigned long)times->back[i].n, times->back[i].event,
			register_value_label(&moment, times->back[i].then,
					     then),
			register_value_label(&moment, times->back[i].before,
					     before));
	}
	if (times->n_moved)
		print_message(
			Q_("%lu event is dated otherwise than the clock of the machine was when it was recorded: event %lu, by CKSTOKEN_NOW; \"ckstoken register history\" shows both times",
			   "%lu events are dated otherwise than the clock of the machine was when they were recorded: the first is event %lu, by CKSTOKEN_NOW; \"ckstoken register history\" shows both times",
			   times->n_moved),
			(unsigned long)times->n_moved, times->moved);
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
		printf(Q_("The register is intact: %lu event, the last %s.\n",
			  "The register is intact: %lu events, the last %s.\n",
			  register_n_events(reg)),
		       register_n_events(reg), register_head(reg));
	}
	print_verification(&v);
	print_times(&v.times);
	if (!ret && (v.result != VERIFY_RIGHT || first_back(&v.times)))
		ret = EXIT_ATTENTION;
out:
	register_close(&reg);
	return ret;
}
