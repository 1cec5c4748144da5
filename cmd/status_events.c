/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* What "status --watch" tells, from the reading of a token to the line. */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "base/buffer.h"
#include "base/date.h"
#include "json.h"
#include "labels.h"
#include "message.h"
#include "scanning.h"
#include "status.h"
#include "table.h"

static const struct {
	const char *name, *word;
} events[] = {
	[EVENT_PRESENT] = { "present", N_("present") },
	[EVENT_PLUGGED_IN] = { "plugged-in", N_("plugged in") },
	[EVENT_CHANGED] = { "changed", N_("changed") },
	[EVENT_PULLED] = { "pulled", N_("pulled") },
	[EVENT_FAILED] = { "failed", N_("failed") },
};

time_t status_moment(const struct status *s)
{
	const char *fixed = getenv("CKSTOKEN_NOW");

	return fixed && fixed[0] ? s->globals->now : time(NULL);
}

const char *event_text(const json_t *object, const char *name)
{
	const char *text = json_string_value(json_object_get(object, name));

	return text ? text : "";
}

/* 1. What was read */

/* The state of the user PIN, and of each certificate that somebody signs by. */
static json_t *state_text(const struct status *s, const struct cks_token *t)
{
	struct buffer text = { 0 };
	char room[LABEL_ROOM], end[DATE_SIZE];
	size_t n = 0;
	json_t *json;

	buffer_printf(&text, _("user PIN: %s"), user_pin_label(t, room));
	for (size_t i = 0; i < cks_token_n_certs(t); i++) {
		const struct cks_cert *c = cks_token_cert(t, i);
		const char *day = end_label(c, end);

		if (cks_cert_ca(c) || cks_cert_replaced(t, c))
			continue;
		n++;
		buffer_printf(
			&text, "; %s: %s",
			cks_cert_readable(c) ? cks_cert_name(c)
					     : cks_cert_label(c),
			cert_state_label(cks_cert_state(
				c, s->globals->now, (unsigned int)s->days)));
		if (day[0])
			buffer_printf(&text, " (%s)", day);
	}
	if (n == 0 &&
	    cks_token_warnings(t, s->globals->now, 0) & CKS_WARN_NO_CERT)
		buffer_printf(&text, "; %s", _("no certificate"));
	json = text.failed ? NULL : json_text((const char *)text.data);
	buffer_free(&text);
	return json;
}

static json_t *name_text(const struct cks_token *t)
{
	const char *label = cks_token_label(t), *name = token_name(t);

	return strcmp(name, label) == 0 || !label[0]
		       ? json_text(name)
		       : json_sprintf("%s (%s)", name, label);
}

json_t *status_answer(const struct status *s)
{
	json_t *tokens = json_array(), *failures = json_array();
	unsigned int days = (unsigned int)s->days;

	for (size_t i = 0; i < cks_scan_n_tokens(s->scan); i++) {
		const struct cks_token *t = cks_scan_token(s->scan, i);
		unsigned int warnings =
			cks_token_warnings(t, s->globals->now, days);
		json_t *item;

		if (!selection_matches(&s->selection, t))
			continue;
		item = json_object();
		json_object_set_new(
			item, "token",
			json_of_token(t, s->globals, days, s->renewal));
		json_object_set_new(item, "name", name_text(t));
		json_object_set_new(item, "state", state_text(s, t));
		json_object_set_new(
			item, "needs_attention",
			json_boolean(warnings &
				     ~(unsigned int)CKS_WARN_INFO_ONLY));
		json_array_append_new(tokens, item);
	}
	for (size_t i = 0; i < cks_scan_n_errors(s->scan); i++)
		json_array_append_new(
			failures, json_of_failure(cks_scan_error(s->scan, i)));
	return json_pack("{s:o, s:o}", "tokens", tokens, "failures", failures);
}

json_t *status_failure(const char *reader, enum cks_err err,
		       const char *message)
{
	return json_pack(
		"{s:n, s:n, s:o, s:n, s:s, s:s, s:b}", "module", "slot",
		"reader", reader[0] ? json_text(reader) : json_null(), "atr",
		"error", cks_err_name(err), "message", message, "critical", 1);
}

json_t *status_answer_of_error(const char *reader, enum cks_err err)
{
	return json_pack("{s:[], s:[o]}", "tokens", "failures",
			 status_failure(reader, err, cks_strerror(err)));
}

/* 2. What is told of it */

static void print_line(struct event_log *log, time_t now,
		       enum watch_event event, const char *text)
{
	const char *word = _(events[event].word);
	struct tm tm = date_tm(now);
	char day[DATE_SIZE];
	size_t width = 0, indent;

	for (size_t i = 0; i < sizeof(events) / sizeof(events[0]); i++) {
		size_t of = display_width(_(events[i].word));

		width = of > width ? of : width;
	}
	if (date_day(now) != log->day)
		printf("%s\n", date_dmy(date_day(now), day));
	log->day = date_day(now);
	indent = strlen("HH:MM:SS  ") + width + 2;
	printf("%02d:%02d:%02d  %s%*s", tm.tm_hour, tm.tm_min, tm.tm_sec, word,
	       (int)(width + 2 - display_width(word)), "");
	/* What is read by a program, and not by an eye, stays on its line. */
	if (screen_width(STDOUT_FILENO))
		print_wrapped(text, indent, indent);
	else
		puts(text);
}

/* Tells of @event: as an object with the members of @object, or as a line with
 * @text. */
static void tell(struct event_log *log, enum watch_event event, json_t *object,
		 const struct buffer *text)
{
	time_t now = status_moment(log->status);
	char time_text[DATE_SIZE], host[HOST_SIZE];
	json_t *line;

	if (text->failed) {
		log->failed = true;
		return;
	}
	if (!log->status->json) {
		print_line(log, now, event, (const char *)text->data);
	} else {
		line = json_pack("{s:s, s:s, s:o}", "event", events[event].name,
				 "time", date_vietnam(now, time_text), "host",
				 *scan_host(host) ? json_text(host)
						  : json_null());
		if (line && json_object_update(line, object)) {
			json_decref(line);
			line = NULL;
		}
		log->failed |= json_print_line(line) != 0;
	}
	(void)fflush(stdout);
}

static void tell_token(struct event_log *log, enum watch_event event,
		       const json_t *item)
{
	json_t *token = json_object_get(item, "token");
	const char *reader = event_text(token, "reader");
	const char *name = event_text(item, "name");
	const char *advice = event_text(token, "advice");
	struct buffer text = { 0 };

	buffer_printf(&text, "%s%s%s: %s", reader, reader[0] ? ": " : "", name,
		      event_text(item, "state"));
	tell(log, event, token, &text);
	buffer_free(&text);
	if (advice[0] && !log->status->json)
		print_warning("%s: %s", name, advice);
}

static void tell_pulled(struct event_log *log, const char *reader,
			const json_t *item)
{
	static const char *const names[] = { "module", "slot",	       "reader",
					     "label",  "manufacturer", "model",
					     "serial", "uri",	       "atr" };
	const json_t *token = json_object_get(item, "token");
	json_t *object = json_object();
	struct buffer text = { 0 };

	for (size_t i = 0; i < sizeof(names) / sizeof(names[0]); i++) {
		json_t *value = json_object_get(token, names[i]);

		if (value)
			json_object_set(object, names[i], value);
		else
			json_object_set_new(object, names[i], json_null());
	}
	if (!item)
		json_object_set_new(object, "reader", json_text(reader));
	buffer_puts(&text, event_text(object, "reader"));
	if (item)
		buffer_printf(&text, ": %s", event_text(item, "name"));
	tell(log, EVENT_PULLED, object, &text);
	buffer_free(&text);
	json_decref(object);
}

void tell_failure(struct event_log *log, json_t *failure)
{
	const json_t *slot = json_object_get(failure, "slot");
	const char *reader = event_text(failure, "reader");
	const char *module = event_text(failure, "module");
	struct buffer text = { 0 };

	if (reader[0] || module[0])
		buffer_printf(&text, "%s: ", reader[0] ? reader : module);
	buffer_puts(&text, event_text(failure, "message"));
	if (reader[0] && module[0] && json_is_integer(slot))
		buffer_printf(&text, _(" [%s, slot %lld]"), module,
			      (long long)json_integer_value(slot));
	else if (reader[0] && module[0])
		buffer_printf(&text, " [%s]", module);
	tell(log, EVENT_FAILED, failure, &text);
	buffer_free(&text);
}

/* 3. What was read is held against what was told before */

/* Where @array has the token of @item, or its size. */
static size_t find_token(const json_t *array, const json_t *item)
{
	static const char *const names[] = { "module", "serial", "label" };
	const json_t *token = json_object_get(item, "token");
	size_t i;

	for (i = 0; i < json_array_size(array); i++) {
		const json_t *other =
			json_object_get(json_array_get(array, i), "token");
		size_t n = 0;

		while (n < 3 && strcmp(event_text(token, names[n]),
				       event_text(other, names[n])) == 0)
			n++;
		if (n == 3)
			break;
	}
	return i;
}

/*
 * What makes the state of a token, for json_decref(). Its slot, and the URIs
 * with that, move when other readers come and go; and what is counted from
 * today changes by itself.
 */
static json_t *state_of(const json_t *item)
{
	static const char *const of_cert[] = { "id", "sha256", "state" };
	json_t *state = json_copy(json_object_get(item, "token"));
	json_t *certs = json_array(), *cert;
	size_t i;

	json_array_foreach (json_object_get(state, "certificates"), i, cert)
		for (size_t k = 0; k < 3; k++)
			json_array_append(certs,
					  json_object_get(cert, of_cert[k]));
	json_object_set_new(state, "certificates", certs);
	json_object_del(state, "slot");
	json_object_del(state, "uri");
	return state;
}

static bool is_changed(const json_t *before, const json_t *now)
{
	static const char *const tries[] = { "user_tries_left",
					     "so_tries_left" };
	json_t *a = state_of(before), *b = state_of(now);
	bool is;

	/* A card is not asked while another program is at it: to know less is
	 * no change. */
	for (size_t i = 0; i < 2; i++) {
		if (!json_is_null(json_object_get(a, tries[i])) &&
		    !json_is_null(json_object_get(b, tries[i])))
			continue;
		json_object_del(a, tries[i]);
		json_object_del(b, tries[i]);
	}
	is = !json_equal(a, b);
	json_decref(a);
	json_decref(b);
	return is;
}

/* Tells that all that was shown in @p was pulled. */
void told_empty(struct event_log *log, struct told *p)
{
	const json_t *item;
	size_t i;

	json_array_foreach (p->shown, i, item)
		tell_pulled(log, p->reader, item);
	if (json_array_size(p->shown) == 0 && json_array_size(p->failures) > 0)
		tell_pulled(log, p->reader, NULL);
	json_array_clear(p->shown);
	json_array_clear(p->failures);
	p->is_doubtful = false;
}

/*
 * A reader may bear another name after pcscd was lost: a token that was shown
 * elsewhere then, and is shown in @p now, was not pulled. Returns whether it is
 * so.
 */
static bool end_doubts(struct event_log *log, const struct told *p,
		       const json_t *item)
{
	for (struct told *other = log->first; other; other = other->next) {
		size_t at = find_token(other->shown, item);

		if (other == p || !other->is_doubtful ||
		    at == json_array_size(other->shown))
			continue;
		json_array_remove(other->shown, at);
		return true;
	}
	return false;
}

static void tell_shown(struct event_log *log, const struct told *p,
		       const json_t *item)
{
	bool was_elsewhere = end_doubts(log, p, item);

	if (p->was_in || was_elsewhere)
		tell_token(log, EVENT_PRESENT, item);
	else
		tell_token(log, EVENT_PLUGGED_IN, item);
}

/* True if a failure may be why that token is not among those of an answer. */
static bool may_be_hidden(const json_t *failures, const json_t *item)
{
	const json_t *token = json_object_get(item, "token"), *failure;
	size_t i;

	json_array_foreach (failures, i, failure)
		if (event_text(failure, "reader")[0] ||
		    strcmp(event_text(failure, "module"),
			   event_text(token, "module")) == 0)
			return true;
	return false;
}

/* The tokens of an answer. Returns whether there was news. */
bool told_tokens(struct event_log *log, struct told *p, json_t *tokens,
		 const json_t *failures)
{
	json_t *before = p->shown, *item;
	bool is_news = false;
	size_t i;

	p->shown = json_array();
	json_array_foreach (tokens, i, item) {
		size_t at = find_token(before, item);
		const json_t *other = json_array_get(before, at);

		json_array_append(p->shown, item);
		if (!other || p->is_doubtful) {
			tell_shown(log, p, item);
			is_news = true;
		} else if (is_changed(other, item)) {
			tell_token(log, EVENT_CHANGED, item);
			is_news = true;
		}
		if (other)
			json_array_remove(before, at);
	}
	json_array_foreach (before, i, item) {
		if (may_be_hidden(failures, item)) {
			json_array_append(p->shown, item);
			continue;
		}
		tell_pulled(log, p->reader, item);
		is_news = true;
	}
	json_decref(before);
	return is_news;
}

/* True if it was told already: a module fails in each reading alike. */
static bool is_told(struct event_log *log, json_t *failure)
{
	char *text = json_dumps(failure, JSON_COMPACT);
	bool is = !text || json_object_get(log->modules, text);

	if (!is)
		json_object_set(log->modules, text, failure);
	log->failed |= !text;
	free(text);
	return is;
}

static bool has(const json_t *array, const json_t *value)
{
	const json_t *item;
	size_t i;

	json_array_foreach (array, i, item)
		if (json_equal(item, value))
			return true;
	return false;
}

bool told_failure(struct event_log *log, struct told *p, json_t *failure)
{
	if (event_text(failure, "reader")[0]) {
		if (has(p->failures, failure))
			return false;
		json_array_append(p->failures, failure);
	} else if (is_told(log, failure)) {
		return false;
	}
	tell_failure(log, failure);
	return true;
}

void told_keep(struct told *p, const json_t *failures)
{
	for (size_t i = json_array_size(p->failures); i-- > 0;)
		if (!has(failures, json_array_get(p->failures, i)))
			json_array_remove(p->failures, i);
}

bool told_has_failure(const struct told *p, const char *error)
{
	const json_t *failure;
	size_t i;

	json_array_foreach (p->failures, i, failure)
		if (strcmp(event_text(failure, "error"), error) == 0)
			return true;
	return false;
}
