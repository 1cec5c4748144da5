/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* Events that take others back. */
#include "../unit.h"

#include <stdlib.h>
#include <string.h>

#include "register/register.sql.h"
#include "register/register_private.h"
#include "register/undo.h"
#include "register/verify.h"

static struct custody_register *reg;
static const struct register_act act = { .now = 1795226400,
					 .officer = "officer",
					 .command = "test" };

static int make_register(void **state)
{
	char *message = NULL;

	(void)state;
	if (register_open("/nonexistent/r.db", REGISTER_TRIAL, &reg, &message))
		return -1;
	register_begin(reg);
	return 0;
}

static int drop_register(void **state)
{
	(void)state;
	register_close(&reg);
	return 0;
}

static json_t *json_of(const char *text)
{
	json_t *value = json_loads(text, 0, NULL);

	assert_non_null(value);
	return value;
}

/* One event of all records in the list @text. Its number. */
static unsigned long put(const char *text)
{
	json_t *list = json_of(text), *record;
	size_t i;

	register_act_begin(reg, &act);
	json_array_foreach (list, i, record) {
		const char *kind =
			json_string_value(json_object_get(record, "record"));

		(void)register_put(reg, record_kind_find(kind), record, NULL);
	}
	register_act_end(reg);
	json_decref(list);
	assert_int_equal(store_error(reg->store), 0);
	return register_n_events(reg);
}

static enum undo_result take_back(unsigned long event)
{
	enum undo_result result;
	struct undo undo;

	assert_int_equal(register_undo(reg, &act, event, &undo), 0);
	assert_int_equal(store_error(reg->store), 0);
	result = undo.result;
	undo_free(&undo);
	return result;
}

/* Every record in the tables of @store, a line each, without the numbers of
 * events; agencies and units only with @places. The caller's to free(). */
static char *dump(struct store *store, bool places)
{
	struct buffer b = { 0 };

	for (size_t kind = places ? 0 : RECORD_SUBSCRIBER; kind < RECORD_KINDS;
	     kind++) {
		struct query *q = record_all(store, kind);

		while (query_next(q)) {
			buffer_puts(&b, record_types[kind].name);
			for (size_t i = 0; i < record_n_columns(kind); i++)
				if (*query_text(q, (int)i))
					buffer_printf(
						&b, " %s=%s",
						record_types[kind].columns[i],
						query_text(q, (int)i));
			buffer_puts(&b, "\n");
		}
	}
	buffer_put(&b, "", 1);
	assert_false(b.failed);
	return (char *)b.data;
}

/* The tables are those of @expected, which is freed. */
static void assert_tables(char *expected)
{
	char *now = dump(reg->store, true);

	assert_string_equal(now, expected);
	free(now);
	free(expected);
}

static void assert_intact(void)
{
	struct verification v;

	register_verify(reg, &v);
	assert_int_equal(v.result, VERIFY_RIGHT);
}

/* Ends the transaction, checks the register as a whole and begins another. */
static void check(void)
{
	char *message = NULL;

	assert_int_equal(register_commit(reg, &message), 0);
	assert_intact();
	register_begin(reg);
}

#define PEOPLE                                                              \
	"{\"record\": \"agency\", \"organization\": \"Sở A\"},"           \
	"{\"record\": \"subscriber\", \"subscriber\": 1, \"name\": \"An\"," \
	" \"organization\": \"Sở A\"},"                                   \
	"{\"record\": \"token\", \"device_serial\": \"T1\","                \
	" \"subscriber\": 1, \"note\": \"một\"}"

static void each_kind_comes_goes_and_comes_again(void **state)
{
	static const char *const records[RECORD_KINDS] = {
		[RECORD_AGENCY] = "[{\"record\": \"agency\", "
				  "\"organization\": \"Sở B\", \"note\": "
				  "\"x\"}]",
		[RECORD_UNIT] = "[{\"record\": \"unit\", \"organization\": "
				"\"Sở A\", \"unit\": \"P\"}]",
		[RECORD_SUBSCRIBER] = "[{\"record\": \"subscriber\", "
				      "\"subscriber\": 2, \"name\": \"B\"}]",
		[RECORD_TOKEN] = "[{\"record\": \"token\", \"device_serial\": "
				 "\"T2\", \"second_device\": true}]",
		[RECORD_CERTIFICATE] =
			"[{\"record\": \"certificate\", "
			"\"certificate_serial\": \"0A\", \"device_serial\": "
			"\"T1\", \"renewals\": 1, \"official\": false}]",
		[RECORD_REQUEST] = "[{\"record\": \"request\", \"request\": 1, "
				   "\"procedure\": \"recover\"}]",
		[RECORD_ITEM] =
			"[{\"record\": \"request\", \"request\": 2}, "
			"{\"record\": \"item\", \"request\": 2, \"item\": 1, "
			"\"device_serial\": \"T1\"}]",
		[RECORD_CUSTODY] =
			"[{\"record\": \"custody\", \"device_serial\": \"T1\", "
			"\"keeper\": \"B\", \"from_date\": \"2026-01-01\", "
			"\"temporary\": true}]",
		[RECORD_LOSS] = "[{\"record\": \"loss\", \"loss\": 1, "
				"\"device_serial\": \"T1\"}]",
		[RECORD_UNBLOCK] = "[{\"record\": \"unblock\", \"unblock\": 1, "
				   "\"device_serial\": \"T1\"}]",
	};

	(void)state;
	(void)put("[" PEOPLE "]");
	for (size_t kind = 0; kind < RECORD_KINDS; kind++) {
		char *before = dump(reg->store, true), *after;
		unsigned long event = put(records[kind]);

		after = dump(reg->store, true);
		assert_string_not_equal(before, after);
		assert_int_equal(take_back(event), UNDO_DONE);
		assert_tables(before);
		assert_int_equal(register_undone_by(reg, event), event + 1);
		assert_int_equal(take_back(event), UNDO_ALREADY);
		assert_int_equal(take_back(event + 1), UNDO_DONE);
		assert_tables(after);
		assert_int_equal(register_undone_by(reg, event), 0);
		/* It stands again, and can go again. */
		assert_int_equal(take_back(event), UNDO_DONE);
		check();
	}
}

static void values_come_back_from_the_events(void **state)
{
	unsigned long second, third;
	char *before;

	(void)state;
	(void)put("[" PEOPLE "]");
	second = put("[{\"record\": \"token\", \"device_serial\": \"T1\", "
		     "\"note\": \"hai\"}]");
	third = put("[{\"record\": \"token\", \"device_serial\": \"T1\", "
		    "\"note\": null, \"condition\": \"tốt\"}]");
	assert_int_equal(take_back(second), UNDO_LATER);
	before = dump(reg->store, true);
	assert_non_null(strstr(before, "tốt"));
	free(before);
	assert_int_equal(take_back(third), UNDO_DONE);
	before = dump(reg->store, true);
	assert_non_null(strstr(before, " note=hai"));
	assert_null(strstr(before, "tốt"));
	free(before);
	assert_int_equal(take_back(second), UNDO_DONE);
	before = dump(reg->store, true);
	assert_non_null(strstr(before, " note=một"));
	free(before);
	/* The third comes back over what there is now: it would have been. */
	assert_int_equal(take_back(third + 1), UNDO_LATER);
	check();
}

/* Of two events that took one back, the first was found to count for nothing,
 * for the second had been taken back. */
static void an_undo_that_stands_again_counts(void **state)
{
	unsigned long event, first, again;

	(void)state;
	event = put("[" PEOPLE "]");
	assert_int_equal(take_back(event), UNDO_DONE);
	first = register_n_events(reg);
	assert_int_equal(take_back(first), UNDO_DONE);
	again = register_n_events(reg);
	assert_int_equal(take_back(event), UNDO_DONE);
	assert_int_equal(take_back(register_n_events(reg)), UNDO_DONE);
	assert_int_equal(register_undone_by(reg, event), 0);
	assert_int_equal(take_back(again), UNDO_DONE);
	assert_int_equal(register_undone_by(reg, event), first);
	assert_int_equal(take_back(event), UNDO_ALREADY);
	check();
}

static void what_later_events_name_cannot_go(void **state)
{
	unsigned long people, cert;
	struct undo undo;

	(void)state;
	people = put("[" PEOPLE "]");
	(void)put("[{\"record\": \"token\", \"device_serial\": \"T11\"}]");
	cert = put("[{\"record\": \"certificate\", \"certificate_serial\": "
		   "\"0A\", \"device_serial\": \"T1\"}]");
	/* A loss of another token, of a like name, builds on nothing. */
	(void)put("[{\"record\": \"loss\", \"loss\": 1, \"device_serial\": "
		  "\"T11\"}]");
	assert_int_equal(register_undo(reg, &act, people, &undo), 0);
	assert_int_equal(undo.result, UNDO_LATER);
	assert_int_equal(undo.n_later, 1);
	assert_int_equal(undo.later[0], cert);
	undo_free(&undo);
	/* Taken to another token, it was of this one all the same. */
	(void)put("[{\"record\": \"certificate\", \"certificate_serial\": "
		  "\"0A\", \"device_serial\": \"T11\"}]");
	assert_int_equal(register_undo(reg, &act, people, &undo), 0);
	assert_int_equal(undo.result, UNDO_LATER);
	assert_int_equal(undo.n_later, 1);
	undo_free(&undo);
	assert_int_equal(take_back(cert + 2), UNDO_DONE);
	assert_int_equal(take_back(cert), UNDO_DONE);
	assert_int_equal(take_back(people), UNDO_DONE);
	check();
}

static void agencies_that_others_name_stay(void **state)
{
	unsigned long first;
	struct undo undo;
	char *tables;

	(void)state;
	first = put("[{\"record\": \"agency\", \"organization\": \"Sở A\", "
		    "\"address\": \"số 1\"},"
		    "{\"record\": \"unit\", \"organization\": \"Sở A\", "
		    "\"unit\": \"P\"},"
		    "{\"record\": \"subscriber\", \"subscriber\": 1, \"name\": "
		    "\"An\", \"organization\": \"Sở A\", \"unit\": \"P\"}]");
	(void)put("[{\"record\": \"subscriber\", \"subscriber\": 2, \"name\": "
		  "\"B\", \"organization\": \"Sở A\"}]");
	/* The unit is one of the agency that was given before. */
	(void)put("[{\"record\": \"subscriber\", \"subscriber\": 2, "
		  "\"unit\": \"P\"}]");
	assert_int_equal(register_undo(reg, &act, first, &undo), 0);
	assert_int_equal(undo.result, UNDO_DONE);
	assert_int_equal(json_array_size(undo.kept), 2);
	undo_free(&undo);
	tables = dump(reg->store, true);
	assert_null(strstr(tables, "số 1"));
	assert_null(strstr(tables, "name=An"));
	assert_non_null(strstr(tables, "unit organization=Sở A unit=P"));
	free(tables);
	check();
	assert_int_equal(take_back(register_n_events(reg)), UNDO_DONE);
	tables = dump(reg->store, true);
	assert_non_null(strstr(tables, "số 1"));
	assert_non_null(strstr(tables, "name=An"));
	free(tables);
	check();
}

/* The journal has it: the register may not say that it never was. */
static void an_attempt_that_was_made_stays(void **state)
{
	unsigned long event;
	struct undo undo;
	char *tables;

	(void)state;
	(void)put("[" PEOPLE "]");
	event = put("[{\"record\": \"request\", \"request\": 1, "
		    "\"procedure\": \"recover\"}, "
		    "{\"record\": \"token\", \"device_serial\": \"T2\"}, "
		    "{\"record\": \"unblock\", \"unblock\": 1, \"request\": 1, "
		    "\"device_serial\": \"T2\", \"result\": \"ok\", "
		    "\"journal\": 5}, "
		    "{\"record\": \"token\", \"device_serial\": \"T2\", "
		    "\"user_pin\": \"ok\", \"seen_date\": \"2026-11-21\", "
		    "\"note\": \"x\"}]");
	assert_int_equal(register_undo(reg, &act, event, &undo), 0);
	assert_int_equal(undo.result, UNDO_DONE);
	assert_int_equal(json_array_size(undo.kept), 2);
	undo_free(&undo);
	tables = dump(reg->store, false);
	assert_non_null(strstr(
		tables, "unblock=1 device_serial=T2 result=ok journal=5"));
	assert_non_null(strstr(tables, "user_pin=ok seen_date=2026-11-21\n"));
	assert_null(strstr(tables, "request="));
	free(tables);
	check();
	/* The letter comes back, and the attempt is its own again. */
	assert_int_equal(take_back(event + 1), UNDO_DONE);
	tables = dump(reg->store, false);
	assert_non_null(strstr(tables, "device_serial=T2 request=1 result=ok"));
	free(tables);
	event = put("[{\"record\": \"unblock\", \"unblock\": 2, "
		    "\"device_serial\": \"T1\", \"journal\": 6}]");
	assert_int_equal(take_back(event), UNDO_NOTHING);
	assert_int_equal(register_n_events(reg), event);
	check();
}

static void a_number_that_went_is_not_given_again(void **state)
{
	unsigned long event;

	(void)state;
	assert_int_equal(register_next_key(reg, RECORD_SUBSCRIBER), 1);
	event = put("[" PEOPLE "]");
	assert_int_equal(take_back(event), UNDO_DONE);
	check();
	assert_int_equal(register_next_key(reg, RECORD_SUBSCRIBER), 2);
	assert_int_equal(take_back(17), UNDO_NO_EVENT);
	assert_int_equal(take_back(0), UNDO_NO_EVENT);
}

/* Events by chance: however they are taken back, the tables are those of the
 * events that stand. */

static unsigned int seed;

static unsigned int chance(unsigned int n)
{
	seed = seed * 1103515245 + 12345;
	return seed >> 16 & 0x7fff ? (seed >> 16 & 0x7fff) % n : 0;
}

/* Whether there is a record of @kind with the key @key of text or number. */
static bool is_there(enum record_kind kind, const char *text)
{
	json_t *fields = json_of(text), *found;
	bool there;

	found = register_get(reg, kind, fields);
	there = found != NULL;
	json_decref(found);
	json_decref(fields);
	return there;
}

static void put_some(struct buffer *b)
{
	unsigned int s = 1 + chance(3), t = 1 + chance(3);
	unsigned int which = chance(2), whether = chance(2);
	char subscriber[64] = "null", token[64], key[64];

	(void)snprintf(key, sizeof(key), "{\"subscriber\": %u}", s);
	if (is_there(RECORD_SUBSCRIBER, key))
		(void)snprintf(subscriber, sizeof(subscriber), "%u", s);
	(void)snprintf(token, sizeof(token), "{\"device_serial\": \"T%u\"}", t);
	switch (chance(is_there(RECORD_TOKEN, token) ? 7 : 3)) {
	case 0:
		buffer_printf(b,
			      "{\"record\": \"agency\", \"organization\": "
			      "\"A%u\"}, {\"record\": \"subscriber\", "
			      "\"subscriber\": %u, \"name\": \"N%u\", "
			      "\"organization\": \"A%u\"}",
			      t, s, chance(3), t);
		break;
	case 1:
	case 2:
		buffer_printf(b,
			      "{\"record\": \"token\", \"device_serial\": "
			      "\"T%u\", \"subscriber\": %s, \"note\": \"%u\"}",
			      t, subscriber, chance(4));
		break;
	case 3:
		buffer_printf(b,
			      "{\"record\": \"certificate\", "
			      "\"certificate_serial\": \"0%u\", "
			      "\"device_serial\": \"T%u\", \"subscriber\": %s}",
			      chance(3), t, subscriber);
		break;
	case 4:
		buffer_printf(b,
			      "{\"record\": \"custody\", \"device_serial\": "
			      "\"T%u\", \"keeper\": \"K%u\", \"from_date\": "
			      "\"\", \"temporary\": %s}",
			      t, which, whether ? "true" : "null");
		break;
	case 5:
		buffer_printf(b,
			      "{\"record\": \"request\", \"request\": %u}, "
			      "{\"record\": \"item\", \"request\": %u, "
			      "\"item\": 1, \"device_serial\": \"T%u\"}",
			      s, s, t);
		break;
	default:
		buffer_printf(b,
			      "{\"record\": \"token\", \"device_serial\": "
			      "\"T%u\", \"condition\": \"%u\"}",
			      t, which);
	}
}

/* The tables that the events make which stand, and take none back. */
static char *tables_of_those_that_stand(void)
{
	struct tables tables = { 0 };
	char *text;

	assert_int_equal(store_open("", STORE_MEMORY, &tables.store), 0);
	store_run(tables.store, "PRAGMA foreign_keys = OFF");
	schema_make(tables.store);
	for (unsigned long i = 1; i <= register_n_events(reg); i++) {
		struct query *q = store_query(reg->store, sql_event_of_number);
		json_t *event;

		query_put_number(q, (long long)i);
		assert_true(query_next(q));
		event = json_of(query_text(q, 2));
		if (!event_undoes(event) && !register_undone_by(reg, i))
			assert_true(event_apply(&tables, i, query_text(q, 2),
						NULL));
		json_decref(event);
		query_end(q);
	}
	assert_int_equal(store_error(tables.store), 0);
	text = dump(tables.store, false);
	store_close(&tables.store);
	return text;
}

static void tables_are_those_of_the_events_that_stand(void **state)
{
	size_t n[UNDO_NOTHING + 1] = { 0 };

	(void)state;
	seed = 1;
	for (size_t step = 0; step < 400; step++) {
		char *now, *expected;

		if (chance(2)) {
			struct buffer b = { 0 };

			buffer_puts(&b, "[");
			put_some(&b);
			buffer_puts(&b, "]");
			buffer_put(&b, "", 1);
			(void)put((const char *)b.data);
			buffer_free(&b);
		} else if (register_n_events(reg)) {
			unsigned int last =
				(unsigned int)register_n_events(reg);
			unsigned int back = chance(last < 12 ? last : 12);

			n[take_back(last - back)]++;
		}
		now = dump(reg->store, false);
		expected = tables_of_those_that_stand();
		assert_string_equal(now, expected);
		free(now);
		free(expected);
	}
	check();
	/* Each was tried often enough to show something. */
	assert_true(n[UNDO_DONE] > 50);
	assert_true(n[UNDO_LATER] > 20);
	assert_true(n[UNDO_ALREADY] > 5);
}

#define TEST(name) \
	cmocka_unit_test_setup_teardown(name, make_register, drop_register)

int main(void)
{
	const struct CMUnitTest tests[] = {
		TEST(each_kind_comes_goes_and_comes_again),
		TEST(values_come_back_from_the_events),
		TEST(an_undo_that_stands_again_counts),
		TEST(what_later_events_name_cannot_go),
		TEST(agencies_that_others_name_stay),
		TEST(an_attempt_that_was_made_stays),
		TEST(a_number_that_went_is_not_given_again),
		TEST(tables_are_those_of_the_events_that_stand),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
