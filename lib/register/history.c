/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include "history.h"

#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "normalize.h"
#include "register_private.h"

#define FROM(table, column, of) \
	"SELECT \"" column "\" FROM \"" table "\" WHERE \"" of "\" = $1"
#define ITEMS_OF(of) FROM("items", "request", of)

/* What belongs to one of a kind, as SQL with its key as $1; NULL: nothing. */
struct scope {
	const char *subscribers, *tokens, *certificates;
	const char *requests, *items; /* items by any of their columns */
};

static const struct scope scopes[RECORD_KINDS] = {
	[RECORD_SUBSCRIBER] = {
		"$1",
		FROM("tokens", "device_serial", "subscriber") " UNION "
		FROM("certificates", "device_serial", "subscriber"),
		FROM("certificates", "certificate_serial", "subscriber"),
		ITEMS_OF("subscriber"),
		"\"subscriber\" = $1",
	},
	[RECORD_TOKEN] = {
		FROM("tokens", "subscriber", "device_serial") " UNION "
		FROM("certificates", "subscriber", "device_serial"),
		"$1",
		FROM("certificates", "certificate_serial", "device_serial"),
		ITEMS_OF("device_serial") " UNION "
		FROM("unblocks", "request", "device_serial") " UNION "
		"SELECT \"request\" FROM \"items\" WHERE "
		"\"certificate_serial\" IN ("
		FROM("certificates", "certificate_serial", "device_serial") ")",
		"(\"device_serial\" = $1 OR \"certificate_serial\" IN ("
		FROM("certificates", "certificate_serial", "device_serial")
		"))",
	},
	[RECORD_CERTIFICATE] = {
		FROM("certificates", "subscriber", "certificate_serial"),
		FROM("certificates", "device_serial", "certificate_serial"),
		"$1",
		ITEMS_OF("certificate_serial"),
		"\"certificate_serial\" = $1",
	},
	[RECORD_REQUEST] = {
		FROM("items", "subscriber", "request"),
		NULL,
		NULL,
		"$1",
		"\"request\" = $1",
	},
};

static void put_condition(struct buffer *sql, const char *column,
			  const char *set)
{
	if (set)
		buffer_printf(sql, "\"%s\" IN (%s)", column, set);
}

/* Nothing, where no record of @kind ever belongs to it. */
static void put_scope(struct buffer *sql, const struct scope *scope,
		      enum record_kind kind)
{
	switch (kind) {
	case RECORD_SUBSCRIBER:
		put_condition(sql, "subscriber", scope->subscribers);
		break;
	case RECORD_CERTIFICATE:
		put_condition(sql, "certificate_serial", scope->certificates);
		break;
	case RECORD_REQUEST:
		put_condition(sql, "request", scope->requests);
		break;
	case RECORD_ITEM:
		buffer_puts(sql, scope->items);
		break;
	case RECORD_UNBLOCK:
		if (!scope->tokens) {
			put_condition(sql, "request", scope->requests);
			break;
		}
		/* fall through */
	case RECORD_TOKEN:
	case RECORD_CUSTODY:
	case RECORD_LOSS:
		put_condition(sql, "device_serial", scope->tokens);
		break;
	default:
		break;
	}
}

static void put_key(struct query *q, enum record_kind kind, const char *key)
{
	if (record_is_number(record_types[kind].columns[0]))
		query_put_number(q, strtoll(key, NULL, 10));
	else
		query_put_text(q, key);
}

/* Custody of each token in the order of time, the rest by their keys. */
static void put_order(struct buffer *sql, enum record_kind kind)
{
	const struct record_type *type = &record_types[kind];

	buffer_printf(sql, " ORDER BY \"%s\"", type->columns[0]);
	if (kind == RECORD_CUSTODY)
		buffer_puts(sql, ", \"from_date\"");
	for (size_t i = 1; i < type->n_keys; i++)
		buffer_printf(sql, ", \"%s\"", type->columns[i]);
}

struct query *subject_records(struct custody_register *reg,
			      const struct subject *subject,
			      enum record_kind kind)
{
	struct buffer sql = { 0 }, scope = { 0 };
	struct query *q = NULL;

	put_scope(&scope, &scopes[subject->kind], kind);
	if (scope.len) {
		record_select(&sql, kind);
		buffer_puts(&sql, " WHERE ");
		buffer_put(&sql, scope.data, scope.len);
		put_order(&sql, kind);
		sql.failed |= scope.failed;
		q = store_query_of(reg->store, &sql);
		put_key(q, subject->kind, subject->key);
	}
	buffer_free(&scope);
	return q;
}

static const char *keep(struct subject_list *found, const char *text)
{
	size_t len = strlen(text) + 1;
	char *copy = arena_alloc(&found->arena, len);

	return copy ? memcpy(copy, text, len) : NULL;
}

/* From a row of the key, and up to three words about it. */
static void add(struct subject_list *found, enum record_kind kind,
		struct query *q)
{
	struct subject *grown;
	char words[400] = "";
	size_t len = 0;

	for (size_t i = 0; i < found->n; i++)
		if (found->list[i].kind == kind &&
		    strcmp(found->list[i].key, query_text(q, 0)) == 0)
			return;
	for (int i = 1; i <= 3 && len < sizeof(words); i++)
		if (*query_text(q, i))
			len += (size_t)snprintf(
				words + len, sizeof(words) - len, "%s%s",
				len ? ", " : "", query_text(q, i));
	grown = arena_grow(&found->arena, found->list, found->n,
			   sizeof(*grown));
	if (!grown)
		return;
	found->list = grown;
	grown[found->n++] =
		(struct subject){ kind, keep(found, query_text(q, 0)),
				  keep(found, words) };
}

#define SUBSCRIBER                                                          \
	"SELECT \"subscriber\", \"name\", \"organization\", \"unit\" FROM " \
	"\"subscribers\" WHERE "
#define OF_SUBSCRIBER(table, key)                                                  \
	"SELECT \"x\".\"" key                                                      \
	"\", \"s\".\"name\", \"s\".\"organization\", \"s\".\"unit\" FROM \"" table \
	"\" \"x\" LEFT JOIN \"subscribers\" \"s\" ON \"s\"."                       \
	"\"subscriber\" = \"x\".\"subscriber\" WHERE "
#define TOKEN OF_SUBSCRIBER("tokens", "device_serial")
#define CERTIFICATE OF_SUBSCRIBER("certificates", "certificate_serial")
#define REQUEST                                                        \
	"SELECT \"request\", \"document_number\", \"document_date\", " \
	"\"recipient\" FROM \"requests\" WHERE "

/* A way to name something: the field that it is, and the question. */
static const struct way {
	enum record_kind kind;
	const char *field;
	const char *sql;
} ways[] = {
	{ RECORD_TOKEN, "device_serial",
	  TOKEN "lower(\"x\".\"device_serial\") = lower($1)" },
	{ RECORD_CERTIFICATE, "certificate_serial",
	  CERTIFICATE "\"x\".\"certificate_serial\" = $1" },
	{ RECORD_SUBSCRIBER, "id_number", SUBSCRIBER "\"id_number\" = $1" },
	{ RECORD_SUBSCRIBER, "email", SUBSCRIBER "\"email\" = $1" },
	{ RECORD_SUBSCRIBER, "name", SUBSCRIBER "\"name\" = $1" },
	{ RECORD_REQUEST, "document_number",
	  REQUEST "\"document_number\" = $1" },
}, exact[] = {
	{ RECORD_TOKEN, "device_serial",
	  TOKEN "\"x\".\"device_serial\" = $1" },
	{ RECORD_CERTIFICATE, "certificate_serial",
	  CERTIFICATE "\"x\".\"certificate_serial\" = $1" },
	{ RECORD_SUBSCRIBER, "subscriber", SUBSCRIBER "\"subscriber\" = $1" },
	{ RECORD_REQUEST, "request", REQUEST "\"request\" = $1" },
};

#define N(a) (sizeof(a) / sizeof((a)[0]))

/* As the register has it; digits alone are rather the number of a letter. */
static json_t *value_of(const struct way *way, bool named, const char *text,
			const char **why)
{
	const struct field *f = field_find_any(way->field);
	json_t *value = field_parse(f, text, why);
	char *whole;

	if (f->type != FIELD_SERIAL || !json_is_string(value) ||
	    (!named && !text[strspn(text, "0123456789")]))
		return value;
	whole = normalize_serial(json_string_value(value));
	json_decref(value);
	value = whole ? json_string(whole) : NULL;
	free(whole);
	return value;
}

/* What is no such value names nothing in this way. */
static int try(struct custody_register *reg, const struct way *way, bool named,
	       const char *text, struct subject_list *found)
{
	const char *why = NULL;
	json_t *value = value_of(way, named, text, &why);
	struct query *q;

	if (!value || json_is_null(value)) {
		json_decref(value);
		return value || why ? 0 : -ENOMEM;
	}
	q = store_query(reg->store, way->sql);
	if (json_is_integer(value))
		query_put_number(q, json_integer_value(value));
	else
		query_put_text(q, json_string_value(value));
	while (query_next(q))
		add(found, way->kind, q);
	json_decref(value);
	return found->arena.failed ? -ENOMEM : 0;
}

int subject_find(struct custody_register *reg, const char *what,
		 struct subject_list *found)
{
	int ret = 0;

	for (size_t i = 0; i < N(exact) && !ret; i++) {
		const char *name = record_types[exact[i].kind].name;
		size_t len = strlen(name);

		if (strncmp(what, name, len) == 0 && what[len] == '=')
			return try(reg, &exact[i], true, what + len + 1, found);
	}
	for (size_t i = 0; i < N(ways) && !ret; i++)
		ret = try(reg, &ways[i], false, what, found);
	return ret;
}

void subject_free(struct subject_list *found)
{
	arena_free(&found->arena);
	*found = (struct subject_list){ 0 };
}

char *subject_name(const struct subject *subject)
{
	char *name = NULL;

	if (asprintf(&name, "%s=%s", record_types[subject->kind].name,
		     subject->key) < 0)
		return NULL;
	return name;
}
