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

static enum told told_of_token(const json_t *record)
{
	if (has(record, "returned_date"))
		return TOLD_RETURNED;
	if (has(record, "collected_date"))
		return TOLD_COLLECTED;
	if (has(record, "delivered_date"))
		return TOLD_DELIVERED;
	return has(record, "seen_date") && !has(record, "subscriber")
		       ? TOLD_SEEN
		       : TOLD_TOKEN;
}

static enum told told_of(const json_t *record)
{
	switch (record_kind_find(text_of(record, "record"))) {
	case RECORD_UNBLOCK:
		return TOLD_UNBLOCK;
	case RECORD_LOSS:
		return TOLD_LOSS;
	case RECORD_TOKEN:
		return told_of_token(record);
	case RECORD_REQUEST:
		if (has(record, "outcome"))
			return TOLD_ANSWER;
		return has(record, "document_number") ? TOLD_LETTER
						      : TOLD_DRAFT;
	case RECORD_CUSTODY:
		return has(record, "to_date") ? TOLD_OTHER : TOLD_KEEPER;
	case RECORD_CERTIFICATE:
		return TOLD_CERTIFICATE;
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
		(void)snprintf(words, WORDS_SIZE, _("the loss of token %s"),
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
		(void)snprintf(words, WORDS_SIZE,
			       _("token %s kept by %s since %s"), serial,
			       OF("keeper"), OF("from_date"));
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

/* What matters most in the event, and how many more of that it has. */
static void sum_up(const json_t *event, char words[WORDS_SIZE])
{
	const json_t *records = json_object_get(event, "records");
	const json_t *first = NULL;
	enum told told = N_TOLD;
	size_t n = 0, len;

	for (size_t i = 0; i < json_array_size(records); i++) {
		const json_t *record = json_array_get(records, i);
		enum told now = told_of(record);

		if (now < told) {
			told = now;
			first = record;
			n = 0;
		} else if (now == told) {
			n++;
		}
	}
	words[0] = '\0';
	if (first)
		put_words(told, first, words);
	len = strlen(words);
	if (n)
		(void)snprintf(words + len, WORDS_SIZE - len,
			       Q_(", and %zu more", ", and %zu more", n), n);
}

void register_tell_recorded(struct custody_register *reg)
{
	unsigned long before = register_n_before(reg);
	unsigned long last = register_n_events(reg);
	char words[WORDS_SIZE];
	json_t *event;

	if (last > before + 1)
		print_message(_("recorded as events %lu to %lu"), before + 1,
			      last);
	if (last != before + 1)
		return;
	event = register_event_read(reg, last);
	sum_up(event, words);
	print_message(_("recorded as event %lu: %s"), last, words);
	json_decref(event);
}
