/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include "inventory.h"

#include <errno.h>
#include <stdlib.h>
#include <string.h>

#include "input/dossier.h"
#include "names.h"
#include "register/inventory.sql.h"
#include "register_private.h"
#include "token/ckstoken.h"

static void gather(struct inventory_cursor *cursor)
{
	static const struct {
		enum record_kind kind;
		const char *table;
	} sources[] = {
		{ RECORD_SUBSCRIBER, "s" },
		{ RECORD_TOKEN, "t" },
		{ RECORD_CERTIFICATE, "c" },
		{ RECORD_CUSTODY, "k" },
	};

	cursor->n_fields = 0;
	for (size_t i = 0; i < sizeof(sources) / sizeof(sources[0]); i++) {
		const char *const *name = record_types[sources[i].kind].columns;

		for (; *name && cursor->n_fields < INVENTORY_COLUMNS_MAX;
		     name++) {
			if (inventory_column(cursor, *name) <
			    (int)cursor->n_fields)
				continue;
			cursor->tables[cursor->n_fields] = sources[i].table;
			cursor->fields[cursor->n_fields++] =
				field_find_any(*name);
		}
	}
}

int inventory_column(const struct inventory_cursor *cursor, const char *name)
{
	size_t i = 0;

	while (i < cursor->n_fields &&
	       strcmp(cursor->fields[i]->name, name) != 0)
		i++;
	return (int)i;
}

static void ask(struct inventory_cursor *cursor)
{
	const char *const whose[] = { cursor->organization, cursor->unit,
				      cursor->holder };
	struct buffer sql = { 0 };

	buffer_puts(&sql, "SELECT ");
	for (size_t i = 0; i < cursor->n_fields; i++) {
		const char *name = cursor->fields[i]->name;

		/* The place may be recorded with the token, or later with its
		 * custody. */
		if (strcmp(name, "place_kept") == 0)
			buffer_puts(&sql, "coalesce(k.place_kept, "
					  "t.place_kept), ");
		else
			buffer_printf(&sql, "%s.\"%s\", ", cursor->tables[i],
				      name);
	}
	buffer_puts(&sql, sql_inventory_state);
	buffer_puts(&sql, cursor->loose ? sql_inventory_of_loose_certificates
					: sql_inventory_of_tokens);
	buffer_puts(&sql, sql_inventory_whose);
	if (cursor->organization)
		buffer_puts(&sql, cursor->loose
					  ? sql_inventory_loose_of_agency
					  : sql_inventory_tokens_of_agency);
	buffer_puts(&sql, cursor->by_place ? sql_inventory_order_by_place
					   : sql_inventory_order);
	cursor->q = store_query_of(cursor->store, &sql);
	query_long(cursor->q);
	for (size_t i = 0; i < sizeof(whose) / sizeof(whose[0]); i++)
		query_put_text(cursor->q, whose[i] ? whose[i] : "");
	query_put_text(cursor->q,
		       date_iso(cursor->today + cursor->days, cursor->last));
}

void inventory_begin(struct inventory_cursor *cursor,
		     struct custody_register *reg)
{
	char day[DATE_SIZE];

	gather(cursor);
	cursor->store = register_store(reg);
	cursor->loose = false;
	date_iso(cursor->today, day);
	store_today(cursor->store, day);
	ask(cursor);
}

bool inventory_next(struct inventory_cursor *cursor)
{
	if (query_next(cursor->q))
		return true;
	if (cursor->loose)
		return false;
	cursor->loose = true;
	ask(cursor);
	return query_next(cursor->q);
}

static const char *const state_names[] = {
	[INVENTORY_RETURNED] = "returned",
	[INVENTORY_LOST] = "lost",
	[INVENTORY_REVOKED] = "revoked",
	[INVENTORY_REPLACED] = "replaced",
	[INVENTORY_EXPIRED] = "expired",
	[INVENTORY_LOCKED] = "locked",
	[INVENTORY_NOT_YET] = "not-yet-valid",
	[INVENTORY_EXPIRING] = "expiring",
	[INVENTORY_IN_USE] = "in-use",
	[INVENTORY_EMPTY] = "no-certificate",
};

enum inventory_state inventory_state(const struct inventory_cursor *cursor)
{
	const char *name = query_text(cursor->q, (int)cursor->n_fields);
	enum inventory_state state = INVENTORY_RETURNED;

	while (state < INVENTORY_EMPTY && strcmp(state_names[state], name) != 0)
		state++;
	return state;
}

const char *inventory_state_key(enum inventory_state state)
{
	return state_names[state];
}

/* The lists of other records. */

static const struct {
	const char *more, *from;
} texts[RECORD_KINDS] = {
	[RECORD_SUBSCRIBER] = { sql_list_people_more, sql_list_people },
	[RECORD_REQUEST] = { sql_list_letters_more, sql_list_letters },
	[RECORD_AGENCY] = { sql_list_agencies_more, sql_list_agencies },
};

struct query *inventory_list(struct custody_register *reg,
			     const struct list_question *question)
{
	const struct list_question *o = question;
	const char *const *columns = record_types[o->kind].columns;
	char day[DATE_SIZE];
	struct buffer sql = { 0 };
	struct query *q;

	store_today(reg->store, date_iso(o->today, day));
	buffer_puts(&sql, "SELECT ");
	for (size_t i = 0; columns[i]; i++)
		buffer_printf(&sql, "s.\"%s\", ", columns[i]);
	buffer_printf(&sql, "%s\n%s", texts[o->kind].more, texts[o->kind].from);
	q = store_query_of(reg->store, &sql);
	query_put_text(q, o->organization ? o->organization : "");
	query_put_text(q, o->unit ? o->unit : "");
	if (o->kind == RECORD_SUBSCRIBER)
		query_put_text(q, o->holder ? o->holder : "person");
	return q;
}

int inventory_list_column(const struct list_question *question, int more)
{
	return (int)record_n_columns(question->kind) + more;
}

/* A person at a terminal may choose from these. */

/* The rows of @sql, each an object of the @n @fields, with those that are empty
 * left out. */
static json_t *list_of(struct custody_register *reg, const char *sql,
		       const char *day, const char *const *fields, int n)
{
	json_t *list = json_array();
	struct query *q;

	store_today(register_store(reg), day);
	q = store_query(register_store(reg), sql);
	while (list && query_next(q)) {
		json_t *one = json_object();
		int rc = !one;

		for (int i = 0; i < n && !rc; i++)
			rc = dossier_put(one, fields[i], query_text(q, i));
		if (json_array_append_new(list, one) || rc)
			store_fail(register_store(reg), -ENOMEM);
	}
	query_end(q);
	return list;
}

static const char *const person[] = { "name", "title", "id_number", "unit",
				      "organization" };

/* Those of @people whose names have the letters that @one's has; a list in
 * @by_letters, which begins empty. NULL: memory. */
static json_t *like(json_t *by_letters, const json_t *one)
{
	char *letters = cks_text_fold(dossier_text(one, "name"));
	json_t *list = letters ? json_object_get(by_letters, letters) : NULL;

	if (letters && !list) {
		list = json_array();
		if (json_object_set_new(by_letters, letters, list))
			list = NULL;
	}
	free(letters);
	return list;
}

/*
 * Adds @one to @people, and with @is_keeper only if nobody there is the same,
 * as far as both are known. All of one name are "namesakes".
 */
static int add(json_t *people, json_t *by_letters, json_t *one, bool is_keeper)
{
	const char *name = dossier_text(one, "name");
	const char *number = dossier_text(one, "id_number");
	json_t *list = like(by_letters, one), *other;
	bool shares = false;
	size_t i;

	json_array_foreach (list, i, other) {
		const char *theirs = dossier_text(other, "id_number");

		if (!names_spelt_alike(dossier_text(other, "name"), name))
			continue;
		if (is_keeper &&
		    (!*number || !*theirs || strcmp(number, theirs) == 0))
			return 0;
		shares = true;
		if (json_object_set_new(other, "namesakes", json_true()))
			return -ENOMEM;
	}
	if (shares && json_object_set_new(one, "namesakes", json_true()))
		return -ENOMEM;
	return !list || json_array_append(list, one) ||
			       json_array_append(people, one)
		       ? -ENOMEM
		       : 0;
}

json_t *choices_people(struct custody_register *reg, const char *day)
{
	json_t *lists[] = {
		list_of(reg, sql_choices_people, day, person, 5),
		list_of(reg, sql_choices_keepers, day, person, 5),
	};
	json_t *people = json_array(), *by_letters = json_object(), *one;
	int rc = !people || !by_letters || !lists[0] || !lists[1];
	size_t i;

	for (int keepers = 0; keepers < 2; keepers++) {
		json_array_foreach (lists[keepers], i, one)
			if (!rc)
				rc = add(people, by_letters, one, keepers);
		json_decref(lists[keepers]);
	}
	json_decref(by_letters);
	if (rc) {
		json_decref(people);
		people = NULL;
	}
	return people;
}

json_t *choices_agencies(struct custody_register *reg, const char *day)
{
	static const char *const fields[] = { "organization" };

	return list_of(reg, sql_choices_agencies, day, fields, 1);
}

json_t *choices_tokens(struct custody_register *reg, const char *day)
{
	static const char *const fields[] = { "device_serial", "name",
					      "device_label" };

	return list_of(reg, sql_choices_tokens, day, fields, 3);
}
