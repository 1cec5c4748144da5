/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* What a command recorded, in one line. */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "base/arena.h"
#include "input/dossier.h"
#include "labels.h"
#include "message.h"
#include "register_common.h"
#include "system_log.h"

/* What an event may tell, what matters most first. */
enum told {
	TOLD_UNBLOCK,
	TOLD_LOSS,
	TOLD_RETURNED,
	TOLD_COLLECTED,
	TOLD_DELIVERED,
	TOLD_ANSWER,
	TOLD_LETTER,
	TOLD_DRAFT,
	TOLD_KEEPER,
	TOLD_KEPT, /* the custody of the one before, which ends */
	TOLD_REVOKED,
	TOLD_CERTIFICATE,
	TOLD_SEEN,
	TOLD_TOKEN,
	TOLD_SUBSCRIBER,
	TOLD_OTHER,
	N_TOLD
};

static const char *text_of(const json_t *record, const char *name)
{
	return dossier_text(record, name);
}

static bool has(const json_t *record, const char *name)
{
	const json_t *value = json_object_get(record, name);

	return value && !json_is_null(value);
}

/* What @record, of which the event changed @given, tells: by what the event
 * changed, as the rest stood there before. */
static enum told told_of_token(const json_t *record, const json_t *given)
{
	static const struct {
		const char *names[3];
		enum told told;
	} ways[] = {
		{ { "returned_date", "returned_to" }, TOLD_RETURNED },
		{ { "collected_date" }, TOLD_COLLECTED },
		{ { "delivered_date" }, TOLD_DELIVERED },
	};

	for (size_t i = 0; i < sizeof(ways) / sizeof(ways[0]); i++)
		for (size_t k = 0; ways[i].names[k]; k++)
			if (has(given, ways[i].names[k]) &&
			    has(record, ways[i].names[0]))
				return ways[i].told;
	return has(given, "seen_date") && !has(given, "subscriber")
		       ? TOLD_SEEN
		       : TOLD_TOKEN;
}

static enum told told_of_request(const json_t *record, const json_t *given)
{
	static const char *const answer[] = { "outcome", "outcome_date",
					      "answer_number", "refusal",
					      "done_date" };

	for (size_t i = 0; i < sizeof(answer) / sizeof(answer[0]); i++)
		if (has(given, answer[i]) && has(record, "outcome"))
			return TOLD_ANSWER;
	return has(record, "document_number") ? TOLD_LETTER : TOLD_DRAFT;
}

/* True if nothing but the end of it is given. */
static bool only_ends(const json_t *custody)
{
	const char *const *columns = record_types[RECORD_CUSTODY].columns;
	bool ends = has(custody, "to_date");

	for (size_t i = record_types[RECORD_CUSTODY].n_keys; columns[i]; i++)
		ends = ends && (strcmp(columns[i], "to_date") == 0 ||
				!has(custody, columns[i]));
	return ends;
}

static enum told told_of(const json_t *record, const json_t *given)
{
	switch (record_kind_find(text_of(given, "record"))) {
	case RECORD_UNBLOCK:
		return TOLD_UNBLOCK;
	case RECORD_LOSS:
		return TOLD_LOSS;
	case RECORD_TOKEN:
		return told_of_token(record, given);
	case RECORD_REQUEST:
		return told_of_request(record, given);
	case RECORD_CUSTODY:
		return only_ends(given) ? TOLD_KEPT : TOLD_KEEPER;
	case RECORD_CERTIFICATE:
		return has(given, "revoked_date") ? TOLD_REVOKED
						  : TOLD_CERTIFICATE;
	case RECORD_SUBSCRIBER:
		return TOLD_SUBSCRIBER;
	default:
		return TOLD_OTHER;
	}
}

/* A value of the record as people read it. */
static const char *label_of(struct arena *arena, const json_t *record,
			    const char *name)
{
	char room[LABEL_ROOM];
	const char *text = register_json_label(
		field_find_any(name), json_object_get(record, name), room);
	char *clean =
		cks_text_clean(*text ? text : "…", strlen(*text ? text : "…"));
	size_t len = clean ? strlen(clean) + 1 : 0;
	char *copy = clean ? arena_alloc(arena, len) : NULL;

	if (copy)
		memcpy(copy, clean, len);
	free(clean);
	return copy ? copy : "…";
}

#define WORDS_SIZE ((size_t)600)

/* The sentence for @record, in @words. */
static void put_words(enum told told, const json_t *record,
		      char words[WORDS_SIZE])
{
	struct arena arena = { 0 };
	const char *serial = label_of(&arena, record, "device_serial");

#define OF(name) label_of(&arena, record, name)
	switch (told) {
	case TOLD_UNBLOCK:
		(void)snprintf(words, WORDS_SIZE,
			       _("an attempt to unblock token %s: %s"), serial,
			       OF("result"));
		break;
	case TOLD_LOSS:
		(void)snprintf(
			words, WORDS_SIZE,
			strcmp(text_of(record, "loss_kind"), "leak") == 0
				? _("the key of token %s is suspected to be known to others")
				: _("the loss of token %s"),
			serial);
		break;
	case TOLD_RETURNED:
		(void)snprintf(words, WORDS_SIZE, _("token %s returned on %s"),
			       serial, OF("returned_date"));
		break;
	case TOLD_COLLECTED:
		(void)snprintf(words, WORDS_SIZE, _("token %s collected on %s"),
			       serial, OF("collected_date"));
		break;
	case TOLD_DELIVERED:
		(void)snprintf(words, WORDS_SIZE, _("token %s delivered on %s"),
			       serial, OF("delivered_date"));
		break;
	case TOLD_ANSWER:
		(void)snprintf(words, WORDS_SIZE,
			       _("request %s is answered: %s"), OF("request"),
			       OF("outcome"));
		break;
	case TOLD_LETTER:
		(void)snprintf(words, WORDS_SIZE,
			       _("the letter %s of %s, request %s"),
			       OF("document_number"), OF("document_date"),
			       OF("request"));
		break;
	case TOLD_DRAFT:
		(void)snprintf(words, WORDS_SIZE,
			       _("request %s, whose letter has no number here"),
			       OF("request"));
		break;
	case TOLD_KEEPER:
	case TOLD_KEPT:
		if (has(record, "to_date"))
			(void)snprintf(words, WORDS_SIZE,
				       _("token %s kept by %s from %s to %s"),
				       serial, OF("keeper"), OF("from_date"),
				       OF("to_date"));
		else
			(void)snprintf(words, WORDS_SIZE,
				       _("token %s kept by %s since %s"),
				       serial, OF("keeper"), OF("from_date"));
		break;
	case TOLD_REVOKED:
		(void)snprintf(words, WORDS_SIZE,
			       _("certificate %s revoked on %s"),
			       OF("certificate_serial"), OF("revoked_date"));
		break;
	case TOLD_CERTIFICATE:
		(void)snprintf(words, WORDS_SIZE, _("certificate %s"),
			       OF("certificate_serial"));
		break;
	case TOLD_SEEN:
		(void)snprintf(words, WORDS_SIZE, _("token %s seen on %s"),
			       serial, OF("seen_date"));
		break;
	case TOLD_TOKEN:
		(void)snprintf(words, WORDS_SIZE, _("token %s"), serial);
		break;
	case TOLD_SUBSCRIBER:
		(void)snprintf(words, WORDS_SIZE, _("subscriber %s"),
			       has(record, "name") ? OF("name")
						   : OF("subscriber"));
		break;
	default:
		(void)snprintf(words, WORDS_SIZE, "%s",
			       record_kind_label(record_kind_find(
				       text_of(record, "record"))));
	}
#undef OF
	arena_free(&arena);
}

/* The record as the event left it: what the event gives, and the rest, which
 * stood there before. The caller's to json_decref(). */
static json_t *whole_of(struct custody_register *reg, const json_t *given)
{
	enum record_kind kind = record_kind_find(text_of(given, "record"));
	json_t *whole =
		kind == RECORD_KINDS ? NULL : register_get(reg, kind, given);

	if (!whole)
		whole = json_object();
	(void)json_object_update(whole, (json_t *)given);
	return whole;
}

/* What matters most in the event, and how many more of that it has. */
static void sum_up(struct custody_register *reg, const json_t *event,
		   char words[WORDS_SIZE])
{
	const json_t *records = json_object_get(event, "records");
	json_t *first = NULL;
	enum told told = N_TOLD;
	size_t n = 0, len;

	for (size_t i = 0; i < json_array_size(records); i++) {
		const json_t *given = json_array_get(records, i);
		json_t *record = whole_of(reg, given);
		enum told now = told_of(record, given);

		n = now < told ? 0 : n + (now == told);
		if (now < told) {
			told = now;
			json_decref(first);
			first = json_incref(record);
		}
		json_decref(record);
	}
	words[0] = '\0';
	if (first)
		put_words(told, first, words);
	json_decref(first);
	len = strlen(words);
	if (n)
		(void)snprintf(words + len, WORDS_SIZE - len,
			       Q_(", and %zu more", ", and %zu more", n), n);
}

/* The log of the system names so many tokens of an event. */
#define SERIALS_MAX 50
/* And of more events that an act has, only the first and the last. */
#define EVENTS_MAX 20

/* The tokens that the event is about, each once. */
static void log_serials(struct log_entry *entry, const json_t *event)
{
	const json_t *record, *records = json_object_get(event, "records");
	json_t *seen = json_object();
	size_t i;

	json_array_foreach (records, i, record) {
		const char *serial = text_of(record, "device_serial");

		if (!*serial || json_object_get(seen, serial) ||
		    json_object_size(seen) >= SERIALS_MAX)
			continue;
		system_log_put(entry, "SERIAL", serial);
		(void)json_object_set_new(seen, serial, json_true());
	}
	json_decref(seen);
}

/* The number of the paper that the event records: "return 04/BB-STC, …" has one
 * behind what it is, and else the request of a letter does. */
static void log_letter(struct log_entry *entry, const json_t *event)
{
	const char *paper = text_of(event, "paper"),
		   *blank = strchr(paper, ' ');
	const json_t *record, *records = json_object_get(event, "records");
	char *number = NULL;
	size_t i;

	if (blank)
		number = strndup(blank + 1, strcspn(blank + 1, ","));
	json_array_foreach (records, i, record)
		if (!number && *text_of(record, "document_number"))
			number = strdup(text_of(record, "document_number"));
	system_log_put(entry, "LETTER", number);
	free(number);
}

/* The event with its number, of which several up to @last are one entry. */
static void log_event(struct custody_register *reg, unsigned long number,
		      unsigned long last)
{
	json_t *event = register_event_read(reg, number);
	json_int_t undoes =
		json_integer_value(json_object_get(event, "undoes"));
	enum act act = system_log_act(text_of(event, "by"));
	struct log_entry entry;
	char words[WORDS_SIZE];

	system_log_begin(&entry, act,
			 act == ACT_STATUS ? PRIORITY_INFO : PRIORITY_NOTICE);
	system_log_put(&entry, "COMMAND", text_of(event, "by"));
	system_log_number(&entry, "EVENT", number);
	if (last > number) {
		system_log_number(&entry, "EVENT_LAST", last);
		system_log_send(&entry, _("recorded as events %lu to %lu"),
				number, last);
		goto out;
	}
	log_letter(&entry, event);
	log_serials(&entry, event);
	system_log_put(&entry, "REASON", text_of(event, "reason"));
	if (undoes > 0) {
		system_log_number(&entry, "UNDOES", (unsigned long)undoes);
		system_log_send(&entry,
				_("event %lld is taken back, by event %lu"),
				(long long)undoes, number);
	} else {
		sum_up(reg, event, words);
		system_log_send(&entry, _("recorded as event %lu: %s"), number,
				words);
	}
out:
	json_decref(event);
}

void register_log_recorded(struct custody_register *reg)
{
	unsigned long before = register_n_before(reg);
	unsigned long last = register_n_events(reg);

	if (!system_log_is_there())
		return;
	if (last > before + EVENTS_MAX)
		log_event(reg, before + 1, last);
	else
		for (unsigned long i = before + 1; i <= last; i++)
			log_event(reg, i, i);
}

void register_tell_recorded(struct custody_register *reg)
{
	unsigned long before = register_n_before(reg);
	unsigned long last = register_n_events(reg);
	char words[WORDS_SIZE];
	json_t *event;

	register_log_recorded(reg);
	if (last > before + 1)
		print_message(_("recorded as events %lu to %lu"), before + 1,
			      last);
	if (last != before + 1)
		return;
	event = register_event_read(reg, last);
	sum_up(reg, event, words);
	print_message(_("recorded as event %lu: %s"), last, words);
	json_decref(event);
}

int register_tell_again(const struct recorded *done)
{
	char list[200] = "";
	size_t len = 0;

	for (size_t i = 0; i < done->n_later; i++)
		len += (size_t)snprintf(list + len, sizeof(list) - len, "%s%lu",
					i ? ", " : "", done->later[i]);
	if (done->n_later) {
		print_error(
			Q_("these minutes were recorded before, and no longer say all that they said; event %s builds on that: take it back first (\"ckstoken register undo\"). Nothing was written",
			   "these minutes were recorded before, and no longer say all that they said; events %s build on that: take those back first, the last before the others (\"ckstoken register undo\"). Nothing was written",
			   done->n_later),
			list);
		return EXIT_REFUSED;
	}
	if (done->n_taken)
		print_message(
			Q_("%zu record that an earlier version of this document made is taken out, as it says otherwise now",
			   "%zu records that an earlier version of this document made are taken out, as it says otherwise now",
			   done->n_taken),
			done->n_taken);
	return 0;
}
