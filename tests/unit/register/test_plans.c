/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* How the database goes about the questions: a register of a province has a
 * million tokens, and who asks about one agency or one token must not wait
 * until all have been looked at. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <string.h>

#include <cmocka.h>

#include "empty_store.h"
#include "register/certificate.sql.h"
#include "register/due/due.sql.h"
#include "register/history.sql.h"
#include "register/import.sql.h"
#include "register/inventory.sql.h"
#include "register/letter.sql.h"
#include "register/prefill.sql.h"
#include "register/record_document.sql.h"
#include "register/register.sql.h"
#include "register/register_private.h"
#include "register/statistics.sql.h"

#define PARTS 6

/* A question, as it is put together of texts. */
struct question {
	const char *name, *parts[PARTS];
};

#define ASK(name)                  \
	{                          \
#name,             \
		{                  \
			sql_##name \
		}                  \
	}
#define ASK_WITH(name, ...)                     \
	{                                       \
#name,                          \
		{                               \
			sql_##name, __VA_ARGS__ \
		}                               \
	}
#define DUE_OF_ONE sql_due_of_one, sql_due_whose
#define DUE_OF_ANY sql_due_of_any, sql_due_whose

/* Whether a step of the plan goes through a whole table, or through a table
 * that the database first sorts for itself. */
static bool is_scan(const char *step)
{
	return (strncmp(step, "SCAN ", 5) == 0 &&
		strcmp(step, "SCAN CONSTANT ROW") != 0) ||
	       strstr(step, "AUTOMATIC");
}

/* How many steps of its plan go through a table, but for an index that has few
 * rows of it, which they may where @by_index. */
static int count_scans(const struct question *question, bool by_index)
{
	struct buffer sql = { 0 };
	struct query *q;
	int n = 0, steps = 0;

	buffer_puts(&sql, "EXPLAIN QUERY PLAN ");
	for (size_t i = 0; i < PARTS && question->parts[i]; i++)
		buffer_puts(&sql, question->parts[i]);
	q = store_query_of(store, &sql);
	for (; query_next(q); steps++) {
		const char *step = query_text(q, 3);

		if (!is_scan(step) || (by_index && strstr(step, " USING ")))
			continue;
		print_message("%s: %s\n", question->name, step);
		n++;
	}
	assert_string_equal(store_message(store), "");
	assert_true(steps > 0);
	return n;
}

static void assert_no_scan(const struct question *questions, size_t n,
			   bool by_index)
{
	int scans = 0;

	for (size_t i = 0; i < n; i++)
		scans += count_scans(&questions[i], by_index);
	assert_int_equal(scans, 0);
}

#define ASSERT_NO_SCAN(questions, by_index)                                   \
	assert_no_scan(questions, sizeof(questions) / sizeof((questions)[0]), \
		       by_index)

/* What is due of one agency, or of a unit of it. */
static void test_due_of_one(void **state)
{
	static const struct question questions[] = {
		ASK_WITH(due_expiring, DUE_OF_ONE, sql_due_of_agency),
		ASK_WITH(due_to_check, DUE_OF_ONE, sql_due_of_agency),
		ASK_WITH(due_hand_back, DUE_OF_ONE, sql_due_back_of_agency),
		ASK_WITH(due_custody, DUE_OF_ONE, sql_due_custody_order),
		ASK_WITH(due_second_unmarked, DUE_OF_ONE),
		ASK_WITH(due_second_keeper, DUE_OF_ONE),
		ASK_WITH(due_losses, DUE_OF_ONE),
		ASK_WITH(due_locked, DUE_OF_ONE),
		ASK_WITH(due_own_keeping, DUE_OF_ONE),
		ASK_WITH(due_deliveries, DUE_OF_ONE),
		ASK_WITH(due_leavers, DUE_OF_ONE, sql_due_first),
		ASK_WITH(due_leaving, DUE_OF_ONE, sql_due_not_changed),
		ASK_WITH(due_leaving_tokens, DUE_OF_ONE, sql_due_not_changed),
		ASK_WITH(due_addresses, DUE_OF_ONE, sql_due_of_agency),
		ASK_WITH(due_requests, DUE_OF_ONE, sql_due_requests_of_agency),
		ASK(due_first_day),
		ASK(due_report),
	};

	(void)state;
	ASSERT_NO_SCAN(questions, false);
}

/* Of all, what few rows tell of is found by an index that has no others. */
static void test_due_of_all(void **state)
{
	static const struct question questions[] = {
		ASK_WITH(due_expiring, DUE_OF_ANY),
		ASK_WITH(due_to_check, DUE_OF_ANY, sql_due_to_check_of_all),
		ASK_WITH(due_hand_back, DUE_OF_ANY, sql_due_back_revoked),
		ASK_WITH(due_custody, DUE_OF_ANY, sql_due_custody_order),
		ASK_WITH(due_second_unmarked, DUE_OF_ANY),
		ASK_WITH(due_second_keeper, DUE_OF_ANY),
		ASK_WITH(due_losses, DUE_OF_ANY),
		ASK_WITH(due_locked, DUE_OF_ANY),
		ASK_WITH(due_leavers, DUE_OF_ANY, sql_due_first),
		ASK_WITH(due_leaving, DUE_OF_ANY, sql_due_not_changed),
		ASK_WITH(due_leaving_tokens, DUE_OF_ANY, sql_due_not_changed),
		ASK(due_unknown_tokens),
		ASK(due_unknown_certificates),
	};

	(void)state;
	ASSERT_NO_SCAN(questions, true);
}

static void test_report_of_one(void **state)
{
	static const struct question questions[] = {
		ASK_WITH(statistics_tokens, sql_of_agency_tokens,
			 sql_statistics_tokens_group),
		ASK_WITH(statistics_losses, sql_of_agency_token_records,
			 sql_statistics_losses_group),
		ASK_WITH(statistics_unblocks, sql_of_agency_token_records,
			 sql_statistics_unblocks_group),
		ASK_WITH(statistics_expiring, sql_of_agency_certificates,
			 sql_statistics_expiring_group),
		ASK_WITH(statistics_places, sql_of_agency_requests,
			 sql_statistics_places_group),
		ASK_WITH(statistics_procedures, sql_of_agency_whole_requests,
			 sql_statistics_procedures_group),
		ASK_WITH(statistics_procedures_undated,
			 sql_of_agency_whole_requests),
		ASK_WITH(statistics_new, sql_of_agency_certificates,
			 sql_statistics_new_group),
		ASK_WITH(statistics_requested, sql_of_agency_requests,
			 sql_statistics_requested_group),
		ASK_WITH(statistics_requested_undated, sql_of_agency_requests),
	};

	(void)state;
	ASSERT_NO_SCAN(questions, false);
}

#define LIST "SELECT t.device_serial, s.name, c.not_after, k.keeper, "

static void test_list_of_one(void **state)
{
	static const struct question questions[] = {
		{ "tokens",
		  { LIST, sql_inventory_state, sql_inventory_of_tokens,
		    sql_inventory_whose, sql_inventory_tokens_of_agency,
		    sql_inventory_order } },
		{ "tokens by place",
		  { LIST, sql_inventory_state, sql_inventory_of_tokens,
		    sql_inventory_whose, sql_inventory_tokens_of_agency,
		    sql_inventory_order_by_place } },
		{ "loose certificates",
		  { LIST, sql_inventory_state,
		    sql_inventory_of_loose_certificates, sql_inventory_whose,
		    sql_inventory_loose_of_agency, sql_inventory_order } },
	};

	(void)state;
	ASSERT_NO_SCAN(questions, false);
}

/* What "register show" and documents ask of one token or one subscriber. */
static void test_show(void **state)
{
	static const struct question questions[] = {
		ASK(token_spelled),
		ASK(history_token),
		ASK(history_certificate),
		ASK(history_subscriber),
		ASK(history_subscriber_by_id_number),
		ASK(history_subscriber_by_email),
		ASK(history_subscriber_by_name),
		ASK(history_subscribers_alike),
		ASK(history_certificates_alike),
		ASK(prefill_people),
		ASK(history_request),
		{ "tokens of a subscriber",
		  { "SELECT 1 FROM tokens WHERE ", sql_of_subscriber_tokens } },
		{ "losses of a subscriber",
		  { "SELECT 1 FROM losses WHERE ", sql_of_subscriber_tokens } },
		{ "requests of a subscriber",
		  { "SELECT 1 FROM requests WHERE ",
		    sql_of_subscriber_requests } },
		{ "subscribers of a token",
		  { "SELECT 1 FROM subscribers WHERE ",
		    sql_of_token_subscribers } },
		{ "requests of a token",
		  { "SELECT 1 FROM requests WHERE ", sql_of_token_requests } },
		{ "items of a token",
		  { "SELECT 1 FROM items WHERE ", sql_of_token_items } },
		{ "custody of a certificate",
		  { "SELECT 1 FROM custody WHERE ",
		    sql_of_certificate_tokens } },
		{ "requests of a certificate",
		  { "SELECT 1 FROM requests WHERE ",
		    sql_of_certificate_requests } },
		{ "subscribers of a request",
		  { "SELECT 1 FROM subscribers WHERE ",
		    sql_of_request_subscribers } },
		{ "unblocks of a request",
		  { "SELECT 1 FROM unblocks WHERE request = $1" } },
		ASK(prefill_tokens),
		ASK(prefill_in_use),
		ASK(prefill_last),
		ASK(prefill_loose),
		ASK(prefill_of_others),
		ASK(prefill_token_state),
		ASK(prefill_keeper),
		ASK(match_by_id_number),
		ASK(match_by_email),
		ASK(match_by_name),
	};

	(void)state;
	ASSERT_NO_SCAN(questions, false);
}

/* What is asked for each token that "status" and "audit" see. */
static void test_present(void **state)
{
	static const struct question questions[] = {
		ASK_WITH(due_present, DUE_OF_ANY),
		ASK_WITH(due_present, DUE_OF_ONE),
		ASK(due_present_certificate),
		ASK(due_present_missing),
	};

	(void)state;
	ASSERT_NO_SCAN(questions, false);
}

/* What is asked for each row of a table, also while tables are filled for the
 * first time and have no index that only questions need. */
static void test_rows_of_table(void **state)
{
	static const struct question questions[] = {
		ASK(token_spelled),	 ASK(certificates_unnumbered),
		ASK(certificates_of),	 ASK(custody_keepers),
		ASK(import_subscribers),
	};

	(void)state;
	ASSERT_NO_SCAN(questions, false);
}

static int open_unfilled(void **state)
{
	*state = store;
	if (store_open("", STORE_MEMORY, &store))
		return -1;
	schema_make(store);
	return store_error(store);
}

static int close_unfilled(void **state)
{
	store_close(&store);
	store = *state;
	return 0;
}

/* What is asked for each row of an import, and of a document. */
static void test_rows(void **state)
{
	static const struct question questions[] = {
		ASK(import_request),	 ASK(import_request_undated),
		ASK(letters_of_number),	 ASK(certificates_unnumbered),
		ASK(certificates_of),	 ASK(certificates_undated),
		ASK(import_loss),	 ASK(import_unblock),
		ASK(import_item),	 ASK(next_item),
		ASK(import_units),	 ASK(custody_chain),
		ASK(custody_keepers),	 ASK(import_subscribers),
		ASK(request_about),	 ASK(request_drafts),
		ASK(request_items),	 ASK(request_recoveries),
		ASK(request_unrestored), ASK(request_restored),
		ASK(minutes_loss),	 ASK(paper_of_token),
	};

	(void)state;
	ASSERT_NO_SCAN(questions, false);
}

/* While the tables are filled for the first time, the indexes that only other
 * questions need are not there yet: each row would go through all before it. */
static void test_rows_of_a_first_import(void **state)
{
	static const struct question questions[] = {
		ASK(import_request),	ASK(import_request_undated),
		ASK(letters_of_number), ASK(import_loss),
		ASK(import_unblock),	ASK(import_item),
		ASK(next_item),		ASK(import_units),
		ASK(custody_keepers),	ASK(import_subscribers),
	};

	close_store(state);
	assert_int_equal(store_open("", STORE_MEMORY, &store), 0);
	schema_make(store);
	ASSERT_NO_SCAN(questions, false);
	schema_finish(store);
}

/* Whether the plan of @sql goes by @index. */
static bool goes_by(const char *sql, const char *index)
{
	struct buffer explain = { 0 };
	bool found = false;
	struct query *q;

	buffer_printf(&explain, "EXPLAIN QUERY PLAN %s", sql);
	q = store_query_of(store, &explain);
	while (query_next(q))
		found |= strstr(query_text(q, 3), index) != NULL;
	assert_string_equal(store_message(store), "");
	return found;
}

/* Two indexes repeat what certificate_state says, for a database knows them by
 * it: one that says something else is of no use, and says nothing. */
static void test_repeated(void **state)
{
	(void)state;
	assert_true(goes_by("SELECT 1 FROM certificate_state WHERE in_doubt",
			    "INDEX certificates_in_doubt"));
	/* By both of its columns, and not by the first alone. */
	assert_true(goes_by("SELECT 1 FROM certificate_state "
			    "WHERE renewed = 1 AND years > 3",
			    "INDEX certificates_by_years (<expr>=? AND "
			    "<expr>>?)"));
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_due_of_one),
		cmocka_unit_test(test_due_of_all),
		cmocka_unit_test(test_report_of_one),
		cmocka_unit_test(test_list_of_one),
		cmocka_unit_test(test_show),
		cmocka_unit_test(test_present),
		cmocka_unit_test_setup_teardown(test_rows_of_table,
						open_unfilled, close_unfilled),
		cmocka_unit_test(test_rows),
		cmocka_unit_test(test_rows_of_a_first_import),
		cmocka_unit_test(test_repeated),
	};

	return cmocka_run_group_tests(tests, open_store, close_store);
}
