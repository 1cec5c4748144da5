/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* schema.sql beside what C says of the same. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <string.h>

#include <cmocka.h>

#include "base/chain.h"
#include "empty_store.h"
#include "register/register_private.h"
#include "register/roles.sql.h"
#include "register/schema.sql.h"
#include "token/ckstoken.h"

/*
 * The version of the tables, and a hash of what makes them. When they change,
 * registers made before lack what is new: raise SCHEMA_VERSION in
 * register_private.h, so that these are brought up to date when they are
 * opened, and put both numbers here. Add a register of the version before to
 * tests/fixtures, for tests/before.t, when one is released.
 */
#define VERSION_PINNED 6
#define HASH_PINNED \
	"f85d8b781559368bcb5b974636d51af272afc6dfc56ca468fc5444a4cbbe25b0"

static void test_version(void **state)
{
	char hash[CHAIN_HASH_SIZE];
	struct chain c;

	(void)state;
	chain_start(&c);
	assert_int_equal(chain_hash(c.last, sql_schema_events, hash), 0);
	assert_int_equal(chain_hash(hash, sql_schema_tables, hash), 0);
	assert_int_equal(chain_hash(hash, sql_schema_indexes, hash), 0);
	assert_string_equal(hash, HASH_PINNED);
	assert_int_equal(SCHEMA_VERSION, VERSION_PINNED);
}

/* The columns of each table, in their order, and which are numbers. */
static void test_columns(void **state)
{
	(void)state;
	for (size_t kind = 0; kind < RECORD_KINDS; kind++) {
		const struct record_type *type = &record_types[kind];
		struct query *q = store_query(
			store, "SELECT name, type, pk FROM "
			       "pragma_table_info($1) ORDER BY cid");
		size_t i;

		query_put_text(q, type->list);
		for (i = 0; type->columns[i]; i++) {
			assert_true(query_next(q));
			assert_string_equal(query_text(q, 0), type->columns[i]);
			/* What it holds is in the table of fields. */
			assert_non_null(field_find_any(type->columns[i]));
			assert_string_equal(query_text(q, 1),
					    record_is_number(type->columns[i])
						    ? "INTEGER"
						    : "TEXT");
			assert_int_equal(query_number(q, 2) > 0,
					 i < type->n_keys);
		}
		assert_true(query_next(q));
		assert_string_equal(query_text(q, 0), "event");
		/* And what is folded for searches. */
		assert_int_equal(query_next(q), type->folded > 0);
		if (type->folded) {
			assert_memory_equal(
				query_text(q, 0), type->columns[type->folded],
				strlen(type->columns[type->folded]));
			query_end(q);
		}
	}
	assert_int_equal(store_error(store), 0);
}

static int put_pin_state(const char *name)
{
	struct query *q;
	int error;

	store_begin(store);
	q = store_query(store, "INSERT INTO tokens (device_serial, user_pin, "
			       "event) VALUES ('T', $1, 1)");
	query_put_text(q, name);
	query_run(q);
	error = store_error(store);
	store_rollback(store);
	return error;
}

/* Every state that a token may be in can be recorded, and nothing else. */
static void test_pin_states(void **state)
{
	static const char *const none[] = { "", "works", "OK", "1234" };

	(void)state;
	for (enum cks_pin_state s = CKS_PIN_UNKNOWN; s <= CKS_PIN_MUST_CHANGE;
	     s++) {
		assert_true(record_is_pin_state(cks_pin_state_name(s)));
		assert_int_equal(put_pin_state(cks_pin_state_name(s)), 0);
	}
	for (size_t i = 0; i < sizeof(none) / sizeof(none[0]); i++) {
		assert_false(record_is_pin_state(none[i]));
		assert_true(put_pin_state(none[i]) < 0);
	}
}

/* Views are looked into only when somebody asks them. */
static void test_views(void **state)
{
	static const char *const views[] = {
		"SELECT * FROM token_handed_out",
		"SELECT * FROM token_at_hand",
		"SELECT * FROM loss_state",
		"SELECT * FROM token_state",
		"SELECT * FROM certificate_state",
		"SELECT * FROM custody_today",
		"SELECT * FROM keeper_today",
		"SELECT * FROM subscriber_state",
		"SELECT * FROM request_state",
		"SELECT * FROM item_state",
		"SELECT * FROM letter",
		"SELECT * FROM token_of_agency",
		"SELECT * FROM certificate_of_agency",
		"SELECT * FROM request_of_agency",
	};
	struct query *q;

	(void)state;
	for (size_t i = 0; i < sizeof(views) / sizeof(views[0]); i++) {
		q = store_query(store, views[i]);
		assert_false(query_next(q));
		assert_string_equal(store_message(store), "");
		assert_int_equal(store_error(store), 0);
	}
	q = store_query(store, "SELECT count(*) FROM sqlite_temp_master");
	assert_true(query_next(q));
	assert_int_equal(query_number(q, 0), sizeof(views) / sizeof(views[0]));
	query_end(q);
}

/* Whether a token is lost, of which these values stand in a loss and in tokens.
 */
static bool is_lost(const char *loss, const char *token)
{
	char sql[400];
	struct query *q;
	bool lost;

	store_begin(store);
	(void)snprintf(sql, sizeof(sql),
		       "INSERT INTO tokens (device_serial, event, %s", token);
	store_run(store, sql);
	(void)snprintf(sql, sizeof(sql),
		       "INSERT INTO losses (loss, device_serial, loss_kind, "
		       "event, %s",
		       loss);
	store_run(store, sql);
	q = store_query(store, "SELECT lost FROM token_state");
	assert_true(query_next(q));
	lost = query_number(q, 0) != 0;
	query_end(q);
	assert_string_equal(store_message(store), "");
	store_rollback(store);
	return lost;
}

/* A token whose loss had no hour of its report stayed lost for ever (Điều 11 of
 * 1619/QĐ-UBND: what is lost is told, and what was found is none). */
static void a_token_that_was_found_is_lost_no_longer(void **state)
{
	static const struct {
		const char *loss, *token;
		bool lost;
	} cases[] = {
		{ "minutes_date) VALUES (1, 'T', 'lost', 1, '2026-11-10')",
		  "seen_date) VALUES ('T', 1, '2026-11-09')", true },
		{ "minutes_date) VALUES (1, 'T', 'lost', 1, '2026-11-10')",
		  "seen_date) VALUES ('T', 1, '2026-11-12')", false },
		{ "minutes_date) VALUES (1, 'T', 'lost', 1, '2026-11-10')",
		  "collected_date) VALUES ('T', 1, '2026-11-12')", false },
		{ "minutes_date) VALUES (1, 'T', 'lost', 1, '2026-11-10')",
		  "returned_date) VALUES ('T', 1, '2026-11-12')", false },
		{ "minutes_date) VALUES (1, 'T', 'lost', 1, '2026-11-10')",
		  "seen_date) VALUES ('T', 1, '2026-12-12')", true },
		{ "lost_date) VALUES (1, 'T', 'lost', 1, '10/11/2026')",
		  "seen_date) VALUES ('T', 1, '2026-11-12')", false },
		{ "lost_date) VALUES (1, 'T', 'lost', 1, '2026-11-10')",
		  "seen_date) VALUES ('T', 1, '2026-11-08')", true },
		/* Who finds it the next day, and tells of the loss then. */
		{ "lost_date, reported_time) VALUES (1, 'T', 'lost', 1, "
		  "'10/11/2026', '2026-11-14T08:00:00+07:00')",
		  "seen_date) VALUES ('T', 1, '2026-11-12')", true },
		/* Of what has no day nothing is surely later. */
		{ "lost_date) VALUES (1, 'T', 'lost', 1, 'chiều')",
		  "seen_date) VALUES ('T', 1, '2026-11-12')", true },
		{ "reported_time) VALUES (1, 'T', 'lost', 1, "
		  "'2026-11-14T08:00:00+07:00')",
		  "seen_date, seen_time) VALUES ('T', 1, '2026-11-14', "
		  "'2026-11-14T07:30:00+07:00')",
		  true },
		{ "reported_time) VALUES (1, 'T', 'lost', 1, "
		  "'2026-11-14T08:00:00+07:00')",
		  "seen_date, seen_time) VALUES ('T', 1, '2026-11-14', "
		  "'2026-11-14T09:30:00+07:00')",
		  false },
		{ "reported_time) VALUES (1, 'T', 'leak', 1, '2026-11-14')",
		  "seen_date) VALUES ('T', 1, '2026-11-12')", false },
	};

	(void)state;
	for (size_t i = 0; i < sizeof(cases) / sizeof(cases[0]); i++)
		assert_int_equal(is_lost(cases[i].loss, cases[i].token),
				 cases[i].lost);
}

/* A question whose day nobody has set must not be answered of some other. */
static void test_today(void **state)
{
	struct store *other = NULL;
	struct query *q;

	(void)state;
	q = store_query(store, "SELECT today()");
	assert_true(query_next(q));
	assert_string_equal(query_text(q, 0), "2026-11-21");
	query_end(q);
	assert_int_equal(store_open("", STORE_MEMORY, &other), 0);
	assert_false(query_next(store_query(other, "SELECT today()")));
	assert_true(store_error(other) < 0);
	store_close(&other);
}

/* The rules of a register that many share know each kind of record and its key,
 * as they know a row from what an event names. */
static void test_roles(void **state)
{
	(void)state;
	for (size_t kind = 0; kind < RECORD_KINDS; kind++) {
		const struct record_type *type = &record_types[kind];
		char text[120];
		const char *at;

		(void)snprintf(text, sizeof(text), "('%s', '%s')", type->list,
			       type->name);
		assert_non_null(strstr(sql_roles_functions, text));
		(void)snprintf(text, sizeof(text), "WHEN '%s' THEN",
			       type->name);
		at = strstr(sql_roles_functions, text);
		assert_non_null(at);
		for (size_t i = 0; i < type->n_keys; i++) {
			(void)snprintf(text, sizeof(text), "r->>'%s'",
				       type->columns[i]);
			assert_non_null(strstr(at, text));
			assert_true(strstr(at, text) < strstr(at, "END"));
		}
		(void)snprintf(text, sizeof(text), "FROM %s t", type->list);
		assert_non_null(strstr(sql_roles_functions, text));
	}
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_version),
		cmocka_unit_test(test_columns),
		cmocka_unit_test(test_pin_states),
		cmocka_unit_test(test_views),
		cmocka_unit_test(a_token_that_was_found_is_lost_no_longer),
		cmocka_unit_test(test_today),
		cmocka_unit_test(test_roles),
	};

	return cmocka_run_group_tests(tests, open_store, close_store);
}
