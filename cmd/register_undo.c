/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "base/buffer.h"
#include "input/secret_text.h"
#include "labels.h"
#include "message.h"
#include "register/undo.h"
#include "register/verify.h"
#include "register_common.h"

/* "17", or "5-14": the events that are to be taken back. */
static int read_events(const char *text, unsigned long *first,
		       unsigned long *last)
{
	const char *digits = "0123456789";
	size_t n = strspn(text, digits), m = 0;
	bool range = n > 0 && text[n] == '-';

	if (range)
		m = strspn(text + n + 1, digits);
	*first = strtoul(text, NULL, 10);
	*last = range ? strtoul(text + n + 1, NULL, 10) : *first;
	if (n > 0 && n < 18 && m < 18 && *first > 0 && *last >= *first &&
	    text[range ? n + 1 + m : n] == '\0')
		return 0;
	print_error(
		_("\"%s\" is no number of an event, such as 17, nor a range of them, such as 5-14; \"ckstoken register history\" shows the numbers"),
		text);
	return EXIT_USAGE;
}

static int check_reason(const char *reason)
{
	int secret = reason ? secret_is_in_text(reason) : 0;

	if (secret < 0)
		return print_no_memory();
	if (!secret)
		return 0;
	print_error(_(
		"--reason: this contains a password, a PIN or a PUK, and the register may not hold one; leave it out"));
	return EXIT_BAD_INPUT;
}

/* "7, 9, 12" of the events, and how many more there are. */
static void print_later(unsigned long event, const struct undo *undo)
{
	char list[256] = "";
	size_t len = 0, shown = 0;

	for (; shown < undo->n_later && len < sizeof(list) - 24; shown++)
		len += (size_t)snprintf(list + len, sizeof(list) - len, "%s%lu",
					shown ? ", " : "", undo->later[shown]);
	if (shown == undo->n_later)
		print_error(
			Q_("event %lu cannot be taken back alone: event %s changes the same, or names what it brought; take that back first. Nothing was written",
			   "event %lu cannot be taken back alone: events %s change the same, or name what it brought; take those back first, the last before the others. Nothing was written",
			   undo->n_later),
			event, list);
	else
		print_error(
			_("event %lu cannot be taken back alone: events %s and %zu more change the same, or name what it brought; take those back first, the last before the others. Nothing was written"),
			event, list, undo->n_later - shown);
}

static void print_key(const json_t *record, enum record_kind kind)
{
	const struct record_type *type = &record_types[kind];
	struct buffer b = { 0 };

	buffer_puts(&b, record_kind_label(kind));
	for (size_t i = 0; i < type->n_keys; i++) {
		json_t *value = json_object_get(record, type->columns[i]);
		char room[LABEL_ROOM];
		const char *text = register_json_label(
			field_find_any(type->columns[i]), value, room);
		char *clean = cks_text_clean(text, strlen(text));

		buffer_printf(&b, "%s%s", i ? ", " : " ", clean ? clean : "");
		free(clean);
	}
	buffer_put(&b, "", 1);
	print_indented(0, "%s", b.failed ? "" : (char *)b.data);
	buffer_free(&b);
}

/* A line for each value that is not what it was. */
static void print_change(const json_t *change)
{
	enum record_kind kind = record_kind_find(
		json_string_value(json_object_get(change, "record")));
	const json_t *before = json_object_get(change, "before");
	const json_t *after = json_object_get(change, "after");
	const char *const *columns = record_types[kind].columns;

	print_key(change, kind);
	if (json_is_null(after))
		print_indented(4, "%s", _("taken out"));
	for (size_t i = 0; columns[i]; i++) {
		const struct field *f = field_find_any(columns[i]);
		json_t *was = json_object_get(before, columns[i]);
		json_t *is = json_object_get(after, columns[i]);

		if (was || is)
			register_print_replaced(f, was, is, 4);
	}
}

static void print_kept(const json_t *kept)
{
	static const char *const words[] = {
		[UNDO_KEPT_ATTEMPT] = N_(
			"the attempt to unblock stays as it is: it was made, and the journal has it; only which letter it answered is taken back"),
		[UNDO_KEPT_TOKEN] =
			N_("the token stays, since that was done to it"),
		[UNDO_KEPT_PLACE] =
			N_("this stays, since later events name it"),
	};
	size_t i;
	json_t *record;

	json_array_foreach ((json_t *)kept, i, record) {
		enum record_kind kind = record_kind_find(
			json_string_value(json_object_get(record, "record")));

		print_key(record, kind);
		print_indented(4, "%s",
			       _(words[json_integer_value(
				       json_object_get(record, "why"))]));
	}
}

/* 0 or an exit code. @quiet: an event that is taken back already is left. */
static int tell(unsigned long event, const struct undo *undo, bool quiet)
{
	size_t i;
	json_t *change;

	switch (undo->result) {
	case UNDO_NO_EVENT:
		print_error(_("the register has no event %lu"), event);
		return EXIT_NO_TOKEN;
	case UNDO_ALREADY:
		if (quiet)
			return 0;
		print_error(
			_("event %lu was taken back by event %lu already; nothing was written"),
			event, undo->later[0]);
		return EXIT_REFUSED;
	case UNDO_LATER:
		print_later(event, undo);
		return EXIT_REFUSED;
	case UNDO_NOTHING:
		print_error(
			_("event %lu cannot be taken back: it has no records, or what they say was done to a token, and stays, or is named by later events; nothing was written"),
			event);
		return EXIT_REFUSED;
	case UNDO_DONE:
		break;
	}
	json_array_foreach (undo->changes, i, change)
		print_change(change);
	print_kept(undo->kept);
	return 0;
}

static int undo_all(struct custody_register *reg,
		    const struct register_act *act, unsigned long first,
		    unsigned long last, size_t *n)
{
	int ret = 0;

	for (unsigned long event = last; event >= first && !ret; event--) {
		struct undo undo;
		int error = register_undo(reg, act, event, &undo);

		ret = register_exit_code(reg);
		if (!ret && error)
			ret = print_no_memory();
		if (!ret)
			ret = tell(event, &undo, first < last);
		*n += undo.result == UNDO_DONE;
		undo_free(&undo);
	}
	return ret;
}

int cmd_register_undo(const struct globals *globals,
		      const struct register_options *o)
{
	struct register_act act;
	struct custody_register *reg = NULL;
	unsigned long first, last;
	char *officer = NULL;
	size_t n = 0;
	int ret = read_events(o->args[0], &first, &last);

	if (!ret)
		ret = check_reason(o->reason);
	if (!ret)
		ret = register_actor(globals, "undo", &officer, &act);
	if (!ret)
		ret = register_require(globals, o->file, REGISTER_WRITE, &reg);
	if (ret)
		goto out;
	act.reason = o->reason;
	register_begin(reg);
	ret = undo_all(reg, &act, first, last, &n);
	if (!ret && n == 0) {
		print_error(
			_("events %lu to %lu were taken back already; nothing was written"),
			first, last);
		ret = EXIT_REFUSED;
	}
	if (!ret && o->dry_run) {
		register_rollback(reg);
		print_message(_("nothing was written"));
		goto out;
	}
	ret = register_finish(reg, ret);
	if (!ret)
		register_log_recorded(reg);
	if (!ret)
		print_message(
			Q_("%zu event is taken back, by event %lu; both stay in the history, and \"ckstoken register undo %lu\" brings it back",
			   "%zu events are taken back, the last by event %lu; all stay in the history, and \"ckstoken register undo %lu\" brings the first back",
			   n),
			n, register_n_events(reg), register_n_events(reg));
out:
	register_close(&reg);
	free(officer);
	return ret;
}

/* An explanation that says nothing explains nothing. */
static int require_reason(const char *reason)
{
	if (reason && reason[strspn(reason, " \t\n")])
		return check_reason(reason);
	print_error(_(
		"say by --reason why time went back; it stays in the history. \"ckstoken register verify\" tells at which event"));
	return EXIT_USAGE;
}

int cmd_register_explain(const struct globals *globals,
			 const struct register_options *o)
{
	struct register_act act;
	struct custody_register *reg = NULL;
	unsigned long last = 0;
	char *officer = NULL;
	int ret = require_reason(o->reason);

	if (!ret)
		ret = register_actor(globals, "explain", &officer, &act);
	if (!ret)
		ret = register_require(globals, o->file, REGISTER_WRITE, &reg);
	if (ret)
		goto out;
	act.reason = o->reason;
	register_begin(reg);
	last = register_explain(reg, &act);
	ret = register_exit_code(reg);
	if (!ret && !last) {
		print_error(_(
			"no time goes back that is not explained yet; nothing was written"));
		ret = EXIT_REFUSED;
	}
	ret = register_finish(reg, ret);
	if (!ret)
		register_log_recorded(reg);
	if (!ret)
		print_message(
			_("recorded as event %lu: why time went back, up to event %lu"),
			register_n_events(reg), last);
out:
	register_close(&reg);
	free(officer);
	return ret;
}
