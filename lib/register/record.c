/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include "record.h"

#include <ctype.h>
#include <errno.h>
#include <stdlib.h>
#include <string.h>

#include "certificate.h"
#include "register/register.sql.h"
#include "register_private.h"
#include "token/ckstoken.h"

/* Columns of subscribers that rows are looked for by. */
enum {
	SUBSCRIBER_NAME = 1,
	SUBSCRIBER_ID_NUMBER = 5,
	SUBSCRIBER_EMAIL = 8,
	SUBSCRIBER_ORGANIZATION = 9,
};

const struct record_type record_types[RECORD_KINDS] = {
	[RECORD_AGENCY] = {
		.name = "agency",
		.list = "agencies",
		.n_keys = 1,
		.columns = { "organization", "parent", "address", "tax_code",
		  "budget_code", "email", "province", "note" },
	},
	[RECORD_UNIT] = {
		.name = "unit",
		.list = "units",
		.n_keys = 2,
		.columns = { "organization", "unit", "address", "phone", "note" },
	},
	[RECORD_SUBSCRIBER] = {
		.name = "subscriber",
		.list = "subscribers",
		.n_keys = 1,
		.columns = { "subscriber", [SUBSCRIBER_NAME] = "name", "holder",
		  "kind", "birth_date", [SUBSCRIBER_ID_NUMBER] = "id_number",
		  "id_date", "id_place", [SUBSCRIBER_EMAIL] = "email",
		  [SUBSCRIBER_ORGANIZATION] = "organization",
		  "unit", "province", "title", "phone", "address", "tax_code",
		  "budget_code", "left_date", "left_reason", "left_to" },
		.folded = SUBSCRIBER_NAME,
	},
	[RECORD_TOKEN] = {
		.name = "token",
		.list = "tokens",
		.n_keys = 1,
		.columns = { "device_serial", "subscriber", "device_kind", "sim_pki",
		  "sim_phone", "second_device", "device_label", "device_model",
		  "place_kept", "condition", "accessories", "received_date",
		  "received_way", "received_reference", "delivered_date",
		  "collected_date", "returned_date", "returned_to",
		  "user_pin", "seen_date", "note", "seen_host", "seen_time" },
	},
	[RECORD_CERTIFICATE] = {
		.name = "certificate",
		.list = "certificates",
		.n_keys = 1,
		.columns = { "certificate_serial", "subscriber", "device_serial",
		  "not_before", "not_after", "renewals", "old_serial",
		  "issued_for", "official", "notice_date", "revoked_date",
		  "revoked_reason" },
	},
	[RECORD_REQUEST] = {
		.name = "request",
		.list = "requests",
		.n_keys = 1,
		.columns = { "request", "procedure", "form", "document_number",
		  "document_date", "period", "sender", "recipient",
		  "channel", "sent_date", "valid_date", "outcome",
		  "outcome_date", "answer_number", "refusal", "done_date" },
	},
	[RECORD_ITEM] = {
		.name = "item",
		.list = "items",
		.n_keys = 2,
		.columns = { "request", "item", "subscriber", "device_serial",
		  "certificate_serial", "reason", "renew", "update", "change",
		  "change_to" },
	},
	[RECORD_CUSTODY] = {
		.name = "custody",
		.list = "custody",
		.n_keys = 3,
		.columns = { "device_serial", "keeper", "from_date", "to_date",
		  "keeper_title", "keeper_id_number", "temporary", "decision",
		  "decision_date", "permission", "permission_date", "minutes",
		  "minutes_date", "place_kept" },
	},
	[RECORD_LOSS] = {
		.name = "loss",
		.list = "losses",
		.n_keys = 1,
		.columns = { "loss", "device_serial", "loss_kind", "lost_date",
		  "lost_place", "reported_time", "circumstances", "minutes",
		  "minutes_date" },
	},
	[RECORD_UNBLOCK] = {
		.name = "unblock",
		.list = "unblocks",
		.n_keys = 1,
		.columns = { "unblock", "device_serial", "unblock_time", "authority",
		  "request", "method", "result", "journal", "journal_hash",
		  "journal_first" },
	},
};

enum record_kind record_kind_find(const char *name)
{
	enum record_kind kind;

	for (kind = 0; kind < RECORD_KINDS; kind++)
		if (strcmp(record_types[kind].name, name) == 0)
			break;
	return kind;
}

bool record_is_pin_state(const char *text)
{
	enum cks_pin_state state = CKS_PIN_MUST_CHANGE; /* the last */

	while (state > CKS_PIN_UNKNOWN &&
	       strcmp(cks_pin_state_name(state), text) != 0)
		state--;
	return strcmp(cks_pin_state_name(state), text) == 0;
}

size_t record_n_columns(enum record_kind kind)
{
	size_t n = 0;

	while (record_types[kind].columns[n])
		n++;
	return n;
}

bool record_is_number(const char *column)
{
	const struct field *f = field_find_any(column);

	return f && (f->type == FIELD_NUMBER || f->type == FIELD_COUNT ||
		     f->type == FIELD_TICK);
}

/* Records and their tables. Names are quoted in SQL, as a column may have the
 * name of an SQL keyword. */

void record_of(enum record_kind kind, const json_t *fields, struct record *r)
{
	const struct record_type *type = &record_types[kind];

	memset(r, 0, sizeof(*r));
	r->kind = kind;
	for (size_t i = 0; type->columns[i]; i++)
		r->values[i] = json_object_get(fields, type->columns[i]);
}

struct query *store_query_of(struct store *store, struct buffer *sql)
{
	struct query *q;

	buffer_put(sql, "", 1);
	if (sql->failed)
		store_fail(store, -ENOMEM);
	q = store_query(store, sql->failed ? "" : (const char *)sql->data);
	buffer_free(sql);
	return q;
}

void record_columns(struct buffer *sql, enum record_kind kind)
{
	const struct record_type *type = &record_types[kind];

	for (size_t i = 0; type->columns[i]; i++)
		buffer_printf(sql, "\"%s\", ", type->columns[i]);
	buffer_puts(sql, "\"event\"");
	if (type->folded)
		buffer_printf(sql, ", \"%s_folded\"",
			      type->columns[type->folded]);
}

void record_select(struct buffer *sql, enum record_kind kind)
{
	buffer_puts(sql, "SELECT ");
	record_columns(sql, kind);
	buffer_printf(sql, " FROM \"%s\"", record_types[kind].list);
}

struct query *record_all(struct store *store, enum record_kind kind)
{
	const struct record_type *type = &record_types[kind];
	struct buffer sql = { 0 };
	struct query *q;

	record_select(&sql, kind);
	for (size_t i = 0; i < type->n_keys; i++)
		buffer_printf(&sql, "%s\"%s\"", i ? ", " : " ORDER BY ",
			      type->columns[i]);
	q = store_query_of(store, &sql);
	query_long(q);
	return q;
}

static void put_where(struct buffer *sql, const struct record_type *type,
		      size_t first)
{
	for (size_t i = 0; i < type->n_keys; i++)
		buffer_printf(sql, "%s\"%s\" = $%zu", i ? " AND " : " WHERE ",
			      type->columns[i], first + i);
}

static void put_value(struct query *q, const json_t *value)
{
	if (json_is_string(value))
		query_put_text(q, json_string_value(value));
	else if (json_is_integer(value))
		query_put_number(q, json_integer_value(value));
	else if (json_is_boolean(value))
		query_put_number(q, json_is_true(value));
	else
		query_put_null(q);
}

/* What is kept folded of the record, for the caller to free() once the query
 * has run; NULL: nothing. */
static char *fold(struct tables *tables, const struct record *r)
{
	size_t column = record_types[r->kind].folded;
	const json_t *value = column ? r->values[column] : NULL;
	char *folded = NULL;

	if (json_is_string(value)) {
		folded = cks_text_fold(json_string_value(value));
		if (!folded)
			store_fail(tables->store, -ENOMEM);
	}
	return folded;
}

static void put_folded(struct query *q, const char *folded)
{
	if (folded)
		query_put_text(q, folded);
	else
		query_put_null(q);
}

/* An unknown part of a key is stored as "", not as NULL; a number must be
 * known.
 */
static void put_keys(struct query *q, const struct record *r)
{
	const struct record_type *type = &record_types[r->kind];

	for (size_t i = 0; i < type->n_keys; i++) {
		const json_t *value = r->values[i];

		if ((!value || json_is_null(value)) &&
		    !record_is_number(type->columns[i]))
			query_put_text(q, "");
		else
			put_value(q, value);
	}
}

static bool stands_so(struct query *q, int column, const json_t *value)
{
	if (json_is_null(value) || query_is_null(q, column))
		return json_is_null(value) && query_is_null(q, column);
	if (json_is_string(value))
		return strcmp(query_text(q, column),
			      json_string_value(value)) == 0;
	if (json_is_integer(value))
		return query_number(q, column) == json_integer_value(value);
	return query_number(q, column) == json_is_true(value);
}

/* The statement in @kept, which is prepared from @sql when it is first used. */
static struct query *keep(struct tables *tables, struct query **kept,
			  struct buffer *sql)
{
	struct query *q = store_query_of(tables->store, sql);

	if (!store_error(tables->store))
		*kept = q;
	return q;
}

static struct query *select_one(struct tables *tables, const struct record *r)
{
	struct query *q = tables->select[r->kind];
	struct buffer sql = { 0 };

	if (!q) {
		record_select(&sql, r->kind);
		put_where(&sql, &record_types[r->kind], 1);
		q = keep(tables, &tables->select[r->kind], &sql);
	}
	put_keys(q, r);
	return q;
}

struct row_diff record_compare(struct tables *tables, const struct record *r)
{
	size_t n = record_n_columns(r->kind);
	size_t n_keys = record_types[r->kind].n_keys;
	struct query *q = select_one(tables, r);
	struct row_diff s = { .exists = query_next(q) };

	for (size_t i = n_keys; i < n; i++) {
		const json_t *value = r->values[i];

		if (!value || (!s.exists && json_is_null(value)) ||
		    (s.exists && stands_so(q, (int)i, value)))
			continue;
		s.differs |= 1u << i;
		s.overwrites |= s.exists && !query_is_null(q, (int)i);
	}
	if (s.exists)
		s.event = (unsigned long)query_number(q, (int)n);
	query_end(q);
	return s;
}

/* The values that rows are looked for by, where the tables had been empty. */

#define VALUES_ROOM 4096
#define FNV_BASIS 0xcbf29ce484222325U
#define FNV_PRIME 0x100000001b3U
#define MIXING 0xbf58476d1ce4e5b9U

static uint64_t add_letter(uint64_t digest, int32_t letter)
{
	return (digest ^ (uint64_t)letter) * FNV_PRIME;
}

static uint64_t add_text(uint64_t digest, const char *text)
{
	for (; *text; text++)
		digest = add_letter(digest, (unsigned char)*text);
	return digest;
}

/* A serial number of a token is the same however it is spelled. */
static uint64_t add_serial(uint64_t digest, const char *serial)
{
	for (; *serial; serial++)
		if (*serial != ' ' && *serial != ':')
			digest = add_letter(digest,
					    toupper((unsigned char)*serial));
	return digest;
}

/* Never 0. */
static uint32_t digest_of_value(enum looked_by by, const char *text,
				const char *place)
{
	uint64_t digest = add_letter(FNV_BASIS, (int32_t)by);

	if (by == LOOKED_BY_TOKEN)
		digest = add_serial(digest, text);
	else
		digest = add_text(digest, text);
	digest = add_text(add_letter(digest, '\n'), place);
	/* What differs in its last letter alone must not stand side by side. */
	digest = (digest ^ digest >> 32) * MIXING;
	return (uint32_t)(digest >> 32) | 1;
}

/* Where the digest is, or is to be put. */
static uint32_t *find_slot(const struct put_values *v, uint32_t digest)
{
	size_t i = (size_t)(digest >> 1) & (v->room - 1);

	while (v->slots[i] && v->slots[i] != digest)
		i = (i + 1) & (v->room - 1);
	return &v->slots[i];
}

void put_values_free(struct put_values *v)
{
	free(v->slots);
	*v = (struct put_values){ .all = false };
}

/* Doubles the room, which then is at most half full. */
static bool make_room(struct put_values *v)
{
	struct put_values larger = { .all = true, .n = v->n };

	larger.room = v->room ? 2 * v->room : VALUES_ROOM;
	larger.slots = calloc(larger.room, sizeof(*larger.slots));
	if (!larger.slots)
		return false;
	for (size_t i = 0; i < v->room; i++)
		if (v->slots[i])
			*find_slot(&larger, v->slots[i]) = v->slots[i];
	free(v->slots);
	*v = larger;
	return true;
}

/* Without memory the tables are asked again. */
static void note_value(struct tables *tables, enum looked_by by,
		       const char *text, const char *place)
{
	struct put_values *v = &tables->values;
	uint32_t digest, *slot;

	if (!v->all || !text)
		return;
	if (2 * v->n >= v->room && !make_room(v)) {
		put_values_free(v);
		return;
	}
	digest = digest_of_value(by, text, place);
	slot = find_slot(v, digest);
	v->n += !*slot;
	*slot = digest;
}

bool register_may_have(const struct custody_register *reg, enum looked_by by,
		       const char *text, const char *place)
{
	const struct put_values *v = &reg->tables.values;

	return !v->all ||
	       (v->room && *find_slot(v, digest_of_value(by, text, place)));
}

static const char *text_at(const struct record *r, size_t column)
{
	return json_string_value(r->values[column]);
}

/* Notes a name, @folded, in its agency, where the @columns that were put have
 * either. */
static void note_name(struct tables *tables, const struct record *r,
		      unsigned int columns, const char *folded, bool is_new)
{
	const char *place = text_at(r, SUBSCRIBER_ORGANIZATION);

	if (!(columns &
	      (1u << SUBSCRIBER_NAME | 1u << SUBSCRIBER_ORGANIZATION)))
		return;
	/* What the other one is the record may not say. */
	if (!is_new && (!folded || !place))
		put_values_free(&tables->values);
	note_value(tables, LOOKED_BY_NAME, folded, place ? place : "");
}

static void note_agency(struct tables *tables, const char *name)
{
	char *folded = name ? cks_text_fold(name) : NULL;

	if (folded)
		note_value(tables, LOOKED_BY_AGENCY, folded, "");
	else
		put_values_free(&tables->values);
	free(folded);
}

/* Notes what a row may be looked for by, of the @columns that were put. */
static void note_values(struct tables *tables, const struct record *r,
			unsigned int columns, const char *folded, bool is_new)
{
	const char *key = text_at(r, 0);

	switch (r->kind) {
	case RECORD_AGENCY:
		note_agency(tables, key);
		break;
	case RECORD_SUBSCRIBER:
		note_name(tables, r, columns, folded, is_new);
		note_value(tables, LOOKED_BY_ID_NUMBER,
			   text_at(r, SUBSCRIBER_ID_NUMBER), "");
		note_value(tables, LOOKED_BY_EMAIL,
			   text_at(r, SUBSCRIBER_EMAIL), "");
		break;
	case RECORD_TOKEN:
		note_value(tables, LOOKED_BY_TOKEN, key, "");
		break;
	case RECORD_CERTIFICATE:
		note_value(tables, LOOKED_BY_CERTIFICATE, key, "");
		if (key && *key == CERTIFICATE_UNNUMBERED)
			note_value(tables, LOOKED_BY_CERTIFICATE, "", "");
		break;
	default:
		break;
	}
}

static struct query *insert_one(struct tables *tables, enum record_kind kind)
{
	const struct record_type *type = &record_types[kind];
	size_t n = record_n_columns(kind), i;
	struct buffer sql = { 0 };

	if (tables->insert[kind])
		return tables->insert[kind];
	buffer_printf(&sql, "INSERT INTO \"%s\" (", type->list);
	for (i = 0; i < n; i++)
		buffer_printf(&sql, "\"%s\", ", type->columns[i]);
	buffer_puts(&sql, "\"event\"");
	if (type->folded)
		buffer_printf(&sql, ", \"%s_folded\"",
			      type->columns[type->folded]);
	buffer_puts(&sql, ") VALUES (");
	for (i = 0; i < n; i++)
		buffer_printf(&sql, "$%zu, ", i + 1);
	buffer_printf(&sql, type->folded ? "$%zu, $%zu" : "$%zu", n + 1, n + 2);
	buffer_puts(&sql, ") ON CONFLICT DO NOTHING");
	return keep(tables, &tables->insert[kind], &sql);
}

/* Where it @must be new, whether it was is checked with what is put after it.
 */
static bool insert(struct tables *tables, const struct record *r,
		   unsigned long event, bool must)
{
	struct query *q = insert_one(tables, r->kind);
	size_t n = record_n_columns(r->kind);
	char *folded = fold(tables, r);
	bool inserted = must;

	if (tables->values.all)
		note_values(tables, r, ~0U, folded, true);
	put_keys(q, r);
	for (size_t i = record_types[r->kind].n_keys; i < n; i++)
		put_value(q, r->values[i]);
	query_put_number(q, (long long)event);
	if (record_types[r->kind].folded)
		put_folded(q, folded);
	if (must)
		query_run_once(q);
	else
		inserted = query_changes(q) == 1;
	free(folded);
	return inserted;
}

bool record_insert(struct tables *tables, const struct record *r,
		   unsigned long event)
{
	return insert(tables, r, event, false);
}

/* How @value stands in a name: "" where it is not known. */
static void put_part(struct buffer *name, const json_t *value)
{
	if (json_is_string(value))
		buffer_puts(name, json_string_value(value));
	else if (json_is_integer(value))
		buffer_printf(name, "%" JSON_INTEGER_FORMAT,
			      json_integer_value(value));
}

void record_put_name(struct buffer *name, enum record_kind kind,
		     struct query *row, const struct record *record)
{
	const struct record_type *type = &record_types[kind];

	buffer_puts(name, type->name);
	for (size_t i = 0; i < type->n_keys; i++) {
		buffer_puts(name, "\n");
		if (row)
			buffer_puts(name, query_text(row, (int)i));
		else
			put_part(name, record->values[i]);
	}
	buffer_put(name, "", 1);
}

enum record_kind record_subject_of(const char *column)
{
	static const enum record_kind kinds[] = { RECORD_SUBSCRIBER,
						  RECORD_TOKEN,
						  RECORD_CERTIFICATE,
						  RECORD_REQUEST };

	for (size_t i = 0; i < sizeof(kinds) / sizeof(kinds[0]); i++)
		if (strcmp(record_types[kinds[i]].columns[0], column) == 0)
			return kinds[i];
	return RECORD_KINDS;
}

/* The record @name, whose last event is @event, will not refer in column @i to
 * what it does. */
static void leave(struct store *store, const struct record *r, size_t i,
		  const char *name, unsigned long event)
{
	const struct record_type *type = &record_types[r->kind];
	enum record_kind kind = record_subject_of(type->columns[i]);
	struct buffer sql = { 0 }, before = { 0 };
	struct query *q;

	if (kind == RECORD_KINDS || kind == r->kind)
		return;
	buffer_printf(&sql,
		      "INSERT INTO earlier_events (record, event) "
		      "SELECT $1 || r.\"%s\", e.event FROM \"%s\" r, "
		      "(SELECT event FROM earlier_events WHERE record = $2 "
		      "UNION SELECT $3) e",
		      type->columns[i], type->list);
	put_where(&sql, type, 4);
	buffer_printf(&sql,
		      " AND r.\"%s\" IS NOT NULL "
		      "ON CONFLICT DO NOTHING",
		      type->columns[i]);
	q = store_query_of(store, &sql);
	buffer_printf(&before, "%s\n", record_types[kind].name);
	buffer_put(&before, "", 1);
	if (before.failed)
		store_fail(store, -ENOMEM);
	query_put_text(q, (const char *)before.data);
	query_put_text(q, name);
	query_put_number(q, (long long)event);
	put_keys(q, r);
	query_run(q);
	buffer_free(&before);
}

static void add_earlier(struct store *store, const char *name,
			unsigned long event)
{
	struct query *q = store_query(store, sql_earlier_event_add);

	query_put_text(q, name);
	query_put_number(q, (long long)event);
	query_run(q);
}

/* Keeps the last event of a record that another will change. */
static void keep_earlier(struct store *store, const struct record *r,
			 const struct row_diff *row_diff, unsigned long event)
{
	size_t n = record_n_columns(r->kind);
	struct buffer name = { 0 };

	record_put_name(&name, r->kind, NULL, r);
	if (name.failed) {
		store_fail(store, -ENOMEM);
		goto out;
	}
	for (size_t i = record_types[r->kind].n_keys; i < n; i++)
		if (row_diff->differs & 1u << i)
			leave(store, r, i, (const char *)name.data,
			      row_diff->event);
	if (row_diff->event != event)
		add_earlier(store, (const char *)name.data, row_diff->event);
out:
	buffer_free(&name);
}

static void update(struct tables *tables, const struct record *r,
		   unsigned int columns, unsigned long event)
{
	const struct record_type *type = &record_types[r->kind];
	bool refold = type->folded && columns & 1u << type->folded;
	char *folded = refold ? fold(tables, r) : NULL;
	size_t n = record_n_columns(r->kind), k = 0, i;
	struct buffer sql = { 0 };
	struct query *q;

	if (tables->values.all)
		note_values(tables, r, columns, folded, false);
	buffer_printf(&sql, "UPDATE \"%s\" SET ", type->list);
	for (i = 0; i < n; i++)
		if (columns & 1u << i)
			buffer_printf(&sql, "\"%s\" = $%zu, ", type->columns[i],
				      ++k);
	if (refold)
		buffer_printf(&sql, "\"%s_folded\" = $%zu, ",
			      type->columns[type->folded], ++k);
	buffer_printf(&sql, "\"event\" = $%zu", k + 1);
	put_where(&sql, type, k + 2);
	q = store_query_of(tables->store, &sql);
	for (i = 0; i < n; i++)
		if (columns & 1u << i)
			put_value(q, r->values[i]);
	if (refold)
		put_folded(q, folded);
	query_put_number(q, (long long)event);
	put_keys(q, r);
	query_run_once(q);
	free(folded);
}

void record_apply(struct tables *tables, const struct record *r,
		  const struct row_diff *row_diff, unsigned long event)
{
	if (!row_diff->exists) {
		/* It would not where somebody put a trigger. */
		(void)insert(tables, r, event, true);
	} else if (row_diff->differs) {
		keep_earlier(tables->store, r, row_diff, event);
		update(tables, r, row_diff->differs, event);
	}
}

static void delete_row(struct store *store, const struct record *r)
{
	struct buffer sql = { 0 };
	struct query *q;

	buffer_printf(&sql, "DELETE FROM \"%s\"", record_types[r->kind].list);
	put_where(&sql, &record_types[r->kind], 1);
	q = store_query_of(store, &sql);
	put_keys(q, r);
	query_run_once(q);
}

void record_remove(struct tables *tables, const struct record *r,
		   unsigned long event)
{
	struct row_diff there = record_compare(tables, r);
	struct store *store = tables->store;
	struct buffer name = { 0 };
	struct query *q;

	record_put_name(&name, r->kind, NULL, r);
	if (name.failed || !there.exists) {
		store_fail(store, name.failed ? -ENOMEM : -EBADMSG);
		goto out;
	}
	add_earlier(store, (const char *)name.data, there.event);
	for (size_t i = 0; record_types[r->kind].columns[i]; i++)
		leave(store, r, i, (const char *)name.data, event);
	add_earlier(store, (const char *)name.data, event);
	q = store_query(store, sql_gone_add);
	query_put_text(q, (const char *)name.data);
	query_put_number(q, (long long)event);
	query_run(q);
	delete_row(store, r);
out:
	buffer_free(&name);
}

static json_t *value_of(struct query *q, int column, const char *name)
{
	const struct field *f = field_find_any(name);

	if (!record_is_number(name))
		return json_string(query_text(q, column));
	if (f->type == FIELD_TICK)
		return json_boolean(query_number(q, column) != 0);
	return json_integer(query_number(q, column));
}

/* A row of "SELECT <columns>" as an object without its nulls. */
static json_t *record_of_row(struct query *q, enum record_kind kind)
{
	const struct record_type *type = &record_types[kind];
	json_t *object = json_object();

	for (int i = 0; object && type->columns[i]; i++) {
		if (query_is_null(q, i) ||
		    (!record_is_number(type->columns[i]) &&
		     !query_text(q, i)[0]))
			continue;
		if (json_object_set_new(object, type->columns[i],
					value_of(q, i, type->columns[i]))) {
			json_decref(object);
			object = NULL;
		}
	}
	return object;
}

json_t *register_get(struct custody_register *reg, enum record_kind kind,
		     const json_t *fields)
{
	struct record r;
	struct query *q;
	json_t *found = NULL;

	record_of(kind, fields, &r);
	q = select_one(&reg->tables, &r);
	if (query_next(q))
		found = record_of_row(q, kind);
	query_end(q);
	return found;
}

char *register_token_spelled(struct store *store, const char *serial)
{
	size_t len = strlen(serial), n = 0;
	char *capitals = malloc(2 * (len + 1)), *small = capitals + len + 1;
	char *spelled = NULL;
	struct query *q;

	if (!capitals) {
		store_fail(store, -ENOMEM);
		return NULL;
	}
	for (const char *c = serial; *c; c++) {
		if (*c == ' ' || *c == ':')
			continue;
		capitals[n] = (char)toupper((unsigned char)*c);
		small[n++] = (char)tolower((unsigned char)*c);
	}
	capitals[n] = small[n] = '\0';
	q = store_query(store, sql_token_spelled);
	query_put_text(q, serial);
	query_put_text(q, capitals);
	query_put_text(q, small);
	if (n > 0 && query_next(q)) {
		spelled = strdup(query_text(q, 0));
		if (!spelled)
			store_fail(store, -ENOMEM);
	}
	query_end(q);
	free(capitals);
	return spelled;
}

json_t *register_find_token(struct custody_register *reg, const char *serial)
{
	char *spelled = register_token_spelled(reg->store, serial);
	json_t *key = NULL, *record = NULL;

	if (spelled)
		key = json_pack("{s:s}", "device_serial", spelled);
	free(spelled);
	if (key)
		record = register_get(reg, RECORD_TOKEN, key);
	json_decref(key);
	return record;
}
