/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "base/buffer.h"
#include "base/text.h"
#include "certificate.h"
#include "forms/nd30.h"
#include "input/ruined.h"
#include "input/secret_text.h"
#include "match.h"
#include "normalize.h"
#include "record_private.h"
#include "register/record_document.sql.h"
#include "undo.h"

bool record_is_fresh(const char *procedure)
{
	return strncmp(procedure, "new-", 4) == 0;
}

bool record_is_minutes(const char *procedure)
{
	static const char *const minutes[] = { "deliver", "return", "lost",
					       "keeper" };

	for (size_t i = 0; i < sizeof(minutes) / sizeof(minutes[0]); i++)
		if (strcmp(minutes[i], procedure) == 0)
			return true;
	return false;
}

const char *recording_kind(const char *procedure)
{
	static const char *const kinds[][2] = {
		{ "report", "BC" }, { "statistics", "BC" }, { "needs", "BC" },
		{ "audit", "BC" },  { "decision", "QĐ" },
	};

	if (record_is_minutes(procedure))
		return "BB";
	for (size_t i = 0; i < sizeof(kinds) / sizeof(kinds[0]); i++)
		if (strcmp(kinds[i][0], procedure) == 0)
			return kinds[i][1];
	return "";
}

void recording_fail(const struct recording *l)
{
	store_fail(register_store(l->reg), -ENOMEM);
}

/* The serial number as the register spells it. Consumes @serial. */
static json_t *whole_serial(json_t *serial)
{
	const char *text = json_string_value(serial);
	char *whole = text ? normalize_serial(text) : NULL;
	json_t *value = whole ? json_string(whole) : NULL;

	free(whole);
	if (!text)
		return serial;
	json_decref(serial);
	return value;
}

void recording_set(const struct recording *l, json_t *record, const char *name,
		   const json_t *value)
{
	const struct field *f = field_find_any(name);
	const char *why = NULL, *text = json_string_value(value);
	bool failed = false;
	json_t *taken;

	if (!value || json_is_null(value))
		return;
	/* What an import would refuse is not recorded by another way. */
	if (text && ruined_text(f, text, false, &failed))
		return;
	if (failed)
		recording_fail(l);
	taken = field_accept(f, value, &why);
	if (taken && f->type == FIELD_SERIAL)
		taken = whole_serial(taken);
	if ((!taken && !why) || (taken && !json_is_null(taken) &&
				 json_object_set(record, name, taken)))
		recording_fail(l);
	json_decref(taken);
}

const char *recording_text(const struct recording *l, const json_t *row,
			   const char *name)
{
	json_t *record = json_object();
	const char *text = "";

	if (record) {
		recording_set(l, record, name, json_object_get(row, name));
		if (json_object_get(record, name))
			text = import_text(row, name);
	} else {
		recording_fail(l);
	}
	json_decref(record);
	return text;
}

void recording_set_text(const struct recording *l, json_t *record,
			const char *name, const char *text)
{
	json_t *value = text && *text ? json_string(text) : NULL;

	recording_set(l, record, name, value);
	json_decref(value);
}

/* The record of @kind by its key, the caller's to free(). */
static char *name_of(enum record_kind kind, const json_t *record)
{
	const struct record_type *type = &record_types[kind];
	json_t *name = json_array();
	char *text = NULL;
	int rc = !name || json_array_append_new(name, json_string(type->name));

	for (size_t i = 0; i < type->n_keys && !rc; i++) {
		json_t *value = json_object_get(record, type->columns[i]);

		rc = json_array_append(name, value ? value : json_null());
	}
	if (!rc)
		text = json_dumps(name, JSON_COMPACT);
	json_decref(name);
	return text;
}

void recording_note(struct recording *l, enum record_kind kind,
		    const json_t *record)
{
	char *name = l->given ? name_of(kind, record) : NULL;
	json_t *given = name ? json_object_get(l->given, name) : NULL;

	if (!l->given)
		return;
	if (name && !given) {
		given = json_object();
		if (json_object_set_new(l->given, name, given))
			given = NULL;
	}
	if (!given || json_object_update(given, (json_t *)record))
		recording_fail(l);
	free(name);
}

/* The columns that the document gave to @record, NULL where it names no such
 * record. */
static const json_t *recording_given(const struct recording *l,
				     enum record_kind kind,
				     const json_t *record)
{
	char *name = name_of(kind, record);
	const json_t *given = name ? json_object_get(l->given, name) : NULL;

	if (!name)
		recording_fail(l);
	free(name);
	return given;
}

void recording_put(struct recording *l, enum record_kind kind, json_t *record)
{
	if (record) {
		recording_note(l, kind, record);
		(void)register_put(l->reg, kind, record, NULL);
	} else {
		recording_fail(l);
	}
	json_decref(record);
}

static void put_number(struct buffer *b, const char *number)
{
	const char *zero, *rest = nd30_number(number, &zero);

	buffer_printf(b, "%s%s", zero, rest);
}

/* After a kind comes only the agency's part of the symbol: BB-STC, from STC-VP.
 */
static void put_symbol(struct buffer *b, const char *symbol, const char *kind)
{
	size_t len = *kind ? strcspn(symbol, "-") : strlen(symbol);

	if (len)
		buffer_printf(b, "/%s%s%.*s", kind, *kind ? "-" : "", (int)len,
			      symbol);
}

char *record_letter_number(const json_t *dossier, const char *kind)
{
	struct arena arena = { 0 };
	const char *number =
		text_clean(&arena, dossier_text(dossier, "document.number"));
	const char *symbol =
		text_clean(&arena, dossier_text(dossier, "agency.symbol"));
	struct buffer b = { 0 };
	char *text = NULL;

	if (symbol)
		symbol = text_upper(&arena, symbol);
	if (!number || !number[strspn(number, "0 ")])
		number = "";
	if (*number)
		put_number(&b, number);
	if (*number && symbol)
		put_symbol(&b, symbol, kind);
	buffer_put(&b, "", 1);
	if (!arena.failed && !b.failed)
		text = strdup((const char *)b.data);
	buffer_free(&b);
	arena_free(&arena);
	return text;
}

char *recording_number(const struct recording *l, const char *kind)
{
	char *text = record_letter_number(l->dossier, kind);

	if (!text)
		recording_fail(l);
	return text;
}

/* The subscribers, tokens and certificates of a document's rows. */

/* The values that @row gives for a record of @kind. */
static json_t *values_of(const struct recording *l, enum record_kind kind,
			 const json_t *row)
{
	const struct record_type *type = &record_types[kind];
	const char *state = import_text(row, "user_pin");
	json_t *values = json_object();

	for (size_t i = 0; values && type->columns[i]; i++)
		if (field_find(type->columns[i]) ||
		    strcmp(type->columns[i], "official") == 0)
			recording_set(l, values, type->columns[i],
				      json_object_get(row, type->columns[i]));
	if (!record_is_pin_state(state))
		json_object_del(values, "user_pin");
	if (!values)
		recording_fail(l);
	return values;
}

/* Removes from @values those that the register already has, except the key. */
static void keep_new(enum record_kind kind, const json_t *there, json_t *values)
{
	const struct record_type *type = &record_types[kind];

	for (size_t i = type->n_keys; type->columns[i]; i++)
		if (json_object_get(there, type->columns[i]))
			json_object_del(values, type->columns[i]);
}

static void fill(struct recording *l, enum record_kind kind, json_t *values)
{
	json_t *there = register_get(l->reg, kind, values);

	keep_new(kind, there, values);
	json_decref(there);
	recording_put(l, kind, values);
}

static bool has_agency(const struct recording *l, const char *name)
{
	json_t *key = json_pack("{s:s}", "organization", name);
	json_t *there = key ? register_get(l->reg, RECORD_AGENCY, key) : NULL;
	bool has = there ||
		   strcmp(name, dossier_text(l->dossier, "agency.name")) == 0;

	json_decref(key);
	json_decref(there);
	return has;
}

/* Documents write the unit before its agency: "Phòng A, Sở B" is split at a
 * comma where the register has the rest as an agency. */
static void part_agency(const struct recording *l, json_t *values)
{
	const char *whole = import_text(values, "organization");
	const char *at = whole;
	json_t *unit;

	if (!*whole || has_agency(l, whole))
		return;
	while ((at = strstr(at, ", "))) {
		if (has_agency(l, at + 2))
			break;
		at += 2;
	}
	if (!at)
		return;
	unit = json_stringn(whole, (size_t)(at - whole));
	if (!unit || json_object_set(values, "unit", unit) ||
	    json_object_set_new(values, "organization", json_string(at + 2)))
		recording_fail(l);
	json_decref(unit);
}

static void set_holder(const struct recording *l, json_t *values)
{
	const char *procedure = dossier_text(l->dossier, "form.procedure");

	if (l->fresh && !json_object_get(values, "holder"))
		recording_set_text(l, values, "holder",
				   procedure + strlen("new-"));
}

static json_int_t number_of(const json_t *subscriber)
{
	return json_integer_value(json_object_get(subscriber, "subscriber"));
}

/* Adds a subscriber whom the register lacks, or finds one by the name alone. */
static json_int_t add_subscriber(struct recording *l, json_t *values)
{
	struct data_errors errors = { 0 };
	struct import in = { .reg = l->reg, .errors = &errors };
	json_int_t number = 0;

	part_agency(l, values);
	if (*import_text(values, "name") &&
	    import_find_subscriber(&in, values)) {
		import_make_place(&in, values);
		number = number_of(values);
		fill(l, RECORD_SUBSCRIBER, json_incref(values));
	}
	import_free(&in);
	data_errors_free(&errors);
	return number;
}

/* The register has a unit of an agency that it does not know: a document that
 * names the unit alone does not say either, and with another name that is the
 * agency of the unit. */
static void settle_unit(const struct recording *l, json_t *unit, json_t *values)
{
	const char *agency = import_text(values, "organization");

	if (normalize_same(agency, json_string_value(unit)))
		json_object_del(values, "organization");
	else if (*agency && json_object_set(values, "unit", unit))
		recording_fail(l);
}

static void fill_subscriber(struct recording *l, const json_t *there,
			    json_t *values)
{
	struct import in = { .reg = l->reg };
	json_t *unit = json_object_get(there, "unit");

	keep_new(RECORD_SUBSCRIBER, there, values);
	part_agency(l, values);
	/* A unit belongs to the agency in the row, which may not be that of the
	 * register. */
	if (json_object_get(there, "organization"))
		json_object_del(values, "unit");
	else if (unit)
		settle_unit(l, unit, values);
	import_make_place(&in, values);
	if (json_object_set(values, "subscriber",
			    json_object_get(there, "subscriber")))
		recording_fail(l);
	recording_put(l, RECORD_SUBSCRIBER, json_incref(values));
	import_free(&in);
}

/* A personal number identifies one person, whatever name the row gives. */
static bool is_same_number(const json_t *other, const json_t *row)
{
	const char *number = import_text(row, "id_number");

	return *number && strcmp(import_text(other, "id_number"), number) == 0;
}

static json_int_t take_subscriber(struct recording *l, const json_t *row,
				  const struct match *m)
{
	json_t *values = values_of(l, RECORD_SUBSCRIBER, row);
	/* Beside the token of another, the name of whom the register knows does
	 * not tell that he has it now, nor that there are two of that name. */
	json_t *there = m->other ? import_namesake(l->reg, values) : NULL;
	json_int_t number = 0;

	set_holder(l, values);
	if (m->subscriber) {
		number = number_of(m->subscriber);
		fill_subscriber(l, m->subscriber, values);
	} else if (m->other && is_same_number(m->other, row)) {
		number = number_of(m->other);
	} else if (!m->several && !there) {
		/* Of several none is guessed at, and there is no other. */
		number = add_subscriber(l, values);
	}
	json_decref(there);
	json_decref(values);
	return number;
}

static void take_things(struct recording *l, const json_t *row,
			const json_t *subscriber, const json_t *device)
{
	json_t *token = values_of(l, RECORD_TOKEN, row);
	json_t *certificate = values_of(l, RECORD_CERTIFICATE, row);

	recording_set(l, token, "subscriber", subscriber);
	recording_set(l, token, "device_serial", device);
	recording_set(l, certificate, "subscriber", subscriber);
	recording_set(l, certificate, "device_serial", device);
	json_object_del(certificate, "old_serial");
	if (device)
		fill(l, RECORD_TOKEN, token);
	else
		json_decref(token);
	if (certificate_find(l->reg, certificate))
		fill(l, RECORD_CERTIFICATE, certificate);
	else
		json_decref(certificate);
}

/* The token's serial number as the register spells it, else as the row does. */
static json_t *device_of(const struct recording *l, const json_t *row,
			 const struct match *m)
{
	json_t *device = json_object_get(row, "device_serial");
	json_t *values = json_object();

	if (device && m->token)
		device = json_object_get(m->token, "device_serial");
	recording_set(l, values, "device_serial", device);
	device = json_incref(json_object_get(values, "device_serial"));
	json_decref(values);
	return device;
}

json_t *recording_item(struct recording *l, const json_t *row)
{
	json_t *item = json_object(), *number = NULL, *device;
	json_int_t subscriber;
	struct match m;

	match_find(l->reg, row, l->fresh, &m);
	device = device_of(l, row, &m);
	subscriber = take_subscriber(l, row, &m);
	if (subscriber)
		number = json_integer(subscriber);
	if (!l->fresh)
		take_things(l, row, number, device);
	recording_set(l, item, "subscriber", number);
	recording_set(l, item, "device_serial", device);
	recording_set(l, item, "certificate_serial",
		      json_object_get(row, l->fresh ? "old_serial"
						    : "certificate_serial"));
	if (!item)
		recording_fail(l);
	json_decref(number);
	json_decref(device);
	match_free(&m);
	return item;
}

/* The same document made again. */

/* A text of the document as a record would have it, of anybody's making as it
 * may be; "" where the field does not take it. */
static const char *taken_text(const struct recording *l, json_t *taken,
			      const char *field, const char *text)
{
	int secret;

	recording_set_text(l, taken, field, text);
	text = dossier_text(taken, field);
	secret = secret_is_in_field(field, text);
	if (secret)
		store_fail(register_store(l->reg),
			   secret < 0 ? secret : -EKEYREJECTED);
	return secret ? "" : text;
}

/* Adds "; T1, T2", the tokens of the document. */
static void name_tokens(struct recording *l, json_t *taken)
{
	const json_t *rows = dossier_get(l->dossier, "subscribers");
	struct buffer b = { 0 };

	buffer_puts(&b, l->paper);
	for (size_t i = 0; i < json_array_size(rows); i++)
		buffer_printf(&b, "%s%s", i ? ", " : "; ",
			      taken_text(l, taken, "device_serial",
					 dossier_text(json_array_get(rows, i),
						      "device_serial")));
	buffer_put(&b, "", 1);
	if (b.failed)
		recording_fail(l);
	free(l->paper);
	l->paper = b.failed ? NULL : (char *)b.data;
	if (b.failed)
		buffer_free(&b);
}

static bool is_answer(const char *procedure)
{
	return strcmp(procedure, "refuse") == 0 ||
	       strcmp(procedure, "answer") == 0;
}

static bool answers(const char *paper)
{
	return strncmp(paper, "refuse ", strlen("refuse ")) == 0 ||
	       strncmp(paper, "answer ", strlen("answer ")) == 0;
}

/* The event records this paper, by which the same made again is known. */
static void name_paper(struct recording *l, const char *procedure)
{
	char *number = recording_number(l, recording_kind(procedure));
	json_t *taken = json_object();

	if (number &&
	    asprintf(&l->paper, "%s %s, %s, %s",
		     record_is_minutes(procedure) || is_answer(procedure)
			     ? procedure
			     : taken_text(l, taken, "procedure", procedure),
		     taken_text(l, taken, "document_number", number),
		     taken_text(l, taken, "document_date",
				dossier_text(l->dossier, "document.date")),
		     taken_text(l, taken, "sender",
				dossier_text(l->dossier, "agency.name"))) < 0) {
		recording_fail(l);
		l->paper = NULL;
	}
	if (l->paper)
		name_tokens(l, taken);
	if (l->paper)
		register_act_of(l->reg, l->paper);
	json_decref(taken);
	free(number);
}

/* True if the document tells who has a token: it is known again by its number,
 * day and agency, whatever it is called. A letter is known by its request. */
static bool hands_over(const char *paper)
{
	static const char *const procedures[] = { "deliver ", "return ",
						  "lost ", "keeper ",
						  "decision " };

	for (size_t i = 0; i < sizeof(procedures) / sizeof(procedures[0]); i++)
		if (strncmp(paper, procedures[i], strlen(procedures[i])) == 0)
			return true;
	return false;
}

/* True if the token that @serial begins with, up to a comma, is among those of
 * @paper. */
static bool has_token(const char *paper, const char *serial)
{
	size_t len = strcspn(serial, ",");
	char *one = strndup(serial, len);
	const char *at = strrchr(paper, ';');
	bool found = false;

	for (at = at ? at + 1 : NULL; at && one && !found;) {
		size_t n = strcspn(at, ",");
		char *other = strndup(at, n);

		found = other && normalize_same_serial(one, other);
		free(other);
		at = at[n] ? at + n + 1 : NULL;
	}
	free(one);
	return found;
}

static bool shares_token(const char *a, const char *b)
{
	const char *at = strrchr(a, ';');

	while (at) {
		if (has_token(b, at + 1))
			return true;
		at = strchr(at + 1, ',');
	}
	return false;
}

/* Adds the papers of the record to those that may be earlier versions. */
static void add_papers(struct recording *l, enum record_kind kind,
		       const json_t *record)
{
	json_t *papers = register_papers(l->reg, kind, record), *one;
	size_t i;

	json_array_foreach (papers, i, one) {
		bool known = false;

		for (size_t k = 0; k < json_array_size(l->papers); k++)
			known |= json_equal(one, json_array_get(l->papers, k));
		if (!known && json_array_append(l->papers, one))
			recording_fail(l);
	}
	json_decref(papers);
}

/* Adds those of the records that @q has: kind, token, and the rest of a key. */
static void add_papers_of(struct recording *l, struct query *q)
{
	enum { KIND, DEVICE, KEEPER, FROM, LOSS };

	while (query_next(q)) {
		json_t *key = json_pack("{s:s, s:s, s:s, s:I}", "device_serial",
					query_text(q, DEVICE), "keeper",
					query_text(q, KEEPER), "from_date",
					query_text(q, FROM), "loss",
					(json_int_t)query_number(q, LOSS));

		if (key)
			add_papers(l, record_kind_find(query_text(q, KIND)),
				   key);
		else
			recording_fail(l);
		json_decref(key);
	}
	query_end(q);
}

/* Calls @fn with each record of event @number. */
static void each_record(struct recording *l, const json_t *number,
			void (*fn)(void *owner, enum record_kind kind,
				   const json_t *record),
			void *owner)
{
	json_t *event = register_event_read(
		l->reg, (unsigned long)json_integer_value(number));
	json_t *records = json_object_get(event, "records"), *record;
	size_t i;

	json_array_foreach (records, i, record) {
		enum record_kind kind =
			record_kind_find(dossier_text(record, "record"));

		if (kind != RECORD_KINDS)
			fn(owner, kind, record);
	}
	json_decref(event);
}

void recording_each_earlier(struct recording *l,
			    void (*fn)(void *owner, enum record_kind kind,
				       const json_t *record),
			    void *owner)
{
	for (size_t i = 0; i < json_array_size(l->versions); i++)
		each_record(l, json_array_get(l->versions, i), fn, owner);
}

static void add_papers_beside(void *owner, enum record_kind kind,
			      const json_t *record)
{
	if (kind == RECORD_TOKEN || kind == RECORD_CUSTODY ||
	    kind == RECORD_LOSS)
		add_papers(owner, kind, record);
}

/* True if @one of the papers is a version of the document, which has a token in
 * common with it or with another version: of other tokens it may be another
 * paper whose number was mistaken. */
static bool is_version(const struct recording *l, const json_t *one)
{
	const char *paper = dossier_text(one, "paper");
	bool shares = shares_token(paper, l->paper);

	if (!register_same_paper(paper, l->paper))
		return false;
	for (size_t i = 0; i < json_array_size(l->papers) && !shares; i++) {
		const json_t *other = json_array_get(l->papers, i);

		shares = json_is_true(json_object_get(other, "is_version")) &&
			 shares_token(paper, dossier_text(other, "paper"));
	}
	return shares;
}

/* Takes the first of the papers that is a version and was not taken before. */
static bool take_version(struct recording *l)
{
	for (size_t i = 0; i < json_array_size(l->papers); i++) {
		json_t *one = json_array_get(l->papers, i);
		json_t *number = json_object_get(one, "event");
		bool known = false;

		for (size_t k = 0; k < json_array_size(l->versions); k++)
			known |= json_equal(number,
					    json_array_get(l->versions, k));
		if (known || !is_version(l, one))
			continue;
		if (json_object_set_new(one, "is_version", json_true()) ||
		    json_array_append(l->versions, number))
			recording_fail(l);
		each_record(l, number, add_papers_beside, l);
		return true;
	}
	return false;
}

/* The versions of a document that hands tokens over, in the events of these and
 * in those of what bears its number. */
static void find_versions(struct recording *l, const char *procedure)
{
	struct store *store = register_store(l->reg);
	const json_t *rows = dossier_get(l->dossier, "subscribers");
	char *number = recording_number(l, recording_kind(procedure));
	struct query *q;

	for (size_t i = 0; i < json_array_size(rows); i++) {
		json_t *token = register_find_token(
			l->reg,
			dossier_text(json_array_get(rows, i), "device_serial"));

		q = store_query(store, sql_paper_of_token);
		query_put_text(q, dossier_text(token, "device_serial"));
		add_papers_of(l, q);
		json_decref(token);
	}
	if (number && *number) {
		q = store_query(store, sql_paper_of_number);
		query_put_text(q, number);
		query_put_text(q, dossier_text(l->dossier, "document.date"));
		add_papers_of(l, q);
	}
	while (!store_error(store) && take_version(l))
		;
	free(number);
}

/* The versions of a letter, in the events of its request; or of an answer. */
static void find_letters(struct recording *l)
{
	json_t *key = json_pack("{s:I}", "request", l->done.request);
	json_t *papers =
		key ? register_papers(l->reg, RECORD_REQUEST, key) : NULL;
	json_t *one;
	size_t i;

	json_array_foreach (papers, i, one)
		if (answers(dossier_text(one, "paper")) == answers(l->paper) &&
		    json_array_append(l->versions,
				      json_object_get(one, "event")))
			recording_fail(l);
	json_decref(papers);
	json_decref(key);
}

static void take_later(struct recording *l, const json_t *events)
{
	struct recorded *done = &l->done;
	const size_t room = sizeof(done->later) / sizeof(done->later[0]);

	for (size_t i = 0; i < json_array_size(events); i++)
		if (done->n_later < room)
			done->later[done->n_later++] =
				(unsigned long)json_integer_value(
					json_array_get(events, i));
}

bool recording_take_out(struct recording *l, enum record_kind kind,
			const json_t *record)
{
	struct record_share share;
	bool brought;

	register_share(l->reg, kind, record, l->versions, &share);
	brought = share.brought;
	if (brought && json_array_size(share.later)) {
		take_later(l, share.later);
	} else if (brought) {
		undo_record(l->reg, kind, record);
		l->done.n_taken++;
	}
	record_share_free(&share);
	return brought;
}

/* True if @column of a record is one that a document says anew each time it is
 * made: people and things stay on record. */
static bool is_said_anew(const struct recording *l, enum record_kind kind,
			 const char *column)
{
	static const char *const days[] = { "delivered_date", "collected_date",
					    "returned_date", "returned_to",
					    NULL };
	static const char *const letter[] = { "form",	 "document_date",
					      "period",	 "recipient",
					      "channel", NULL };
	static const char *const answer[] = { "outcome", "outcome_date",
					      "answer_number", "refusal",
					      NULL };
	const char *const *names = days;

	if (kind == RECORD_CUSTODY || kind == RECORD_LOSS)
		return hands_over(l->paper) &&
		       strcmp(column, "device_serial") != 0;
	if (kind == RECORD_REQUEST)
		names = answers(l->paper) ? answer : letter;
	else if (kind != RECORD_TOKEN || !hands_over(l->paper))
		return false;
	while (*names && strcmp(*names, column) != 0)
		names++;
	return *names != NULL;
}

void recording_settle(struct recording *l, enum record_kind kind,
		      const json_t *record)
{
	const json_t *given = recording_given(l, kind, record);
	const struct record_type *type = &record_types[kind];
	json_t *fields = json_object();
	struct record_share share;
	bool any = false;

	register_share(l->reg, kind, record, l->versions, &share);
	for (size_t i = 0; fields && type->columns[i]; i++) {
		const char *column = type->columns[i];
		json_t *value = json_object_get(share.without, column);

		if (i < type->n_keys)
			value = json_object_get(record, column);
		else if (json_object_get(given, column) ||
			 !json_object_get(share.own, column) ||
			 !is_said_anew(l, kind, column))
			continue;
		any |= i >= type->n_keys;
		if (json_object_set(fields, column,
				    value ? value : json_null()))
			recording_fail(l);
	}
	if (any)
		(void)register_put(l->reg, kind, fields, NULL);
	json_decref(fields);
	record_share_free(&share);
}

static void settle(void *owner, enum record_kind kind, const json_t *record)
{
	struct recording *l = owner;
	const json_t *given = recording_given(l, kind, record);
	json_t *there;

	if (kind != RECORD_CUSTODY && kind != RECORD_LOSS &&
	    kind != RECORD_TOKEN && kind != RECORD_REQUEST)
		return;
	if (kind == RECORD_REQUEST &&
	    json_integer_value(json_object_get(record, "request")) !=
		    l->done.request)
		return;
	there = register_get(l->reg, kind, record);
	if (there && (kind != RECORD_LOSS || given ||
		      !recording_take_out(l, kind, record)))
		recording_settle(l, kind, record);
	json_decref(there);
}

void recording_begin(struct recording *l)
{
	const char *procedure = dossier_text(l->dossier, "form.procedure");

	l->versions = json_array();
	l->papers = json_array();
	l->given = json_object();
	name_paper(l, procedure);
	if (l->paper && hands_over(l->paper))
		find_versions(l, procedure);
}

void recording_end(struct recording *l)
{
	if (l->paper && l->done.request)
		find_letters(l);
	if (l->paper)
		recording_each_earlier(l, settle, l);
	json_decref(l->versions);
	json_decref(l->papers);
	json_decref(l->given);
	free(l->paper);
}
