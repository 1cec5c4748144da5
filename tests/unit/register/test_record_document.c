/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* Documents against the register, without a program around them. */
#include <errno.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include <cmocka.h>

#include "register/normalize.h"
#include "register/prefill.h"
#include "register/record_document.h"
#include "register/record_private.h"

static char path[64];
static struct custody_register *reg;

static int open_register(void **state)
{
	char *message = NULL;

	(void)state;
	(void)snprintf(path, sizeof(path), "/tmp/test-record-document-%d.db",
		       (int)getpid());
	unlink(path);
	return register_open(path, REGISTER_CREATE, &reg, &message);
}

static int close_register(void **state)
{
	static const char *const ends[] = { "", "-wal", "-shm" };
	char name[80];

	(void)state;
	register_close(&reg);
	for (size_t i = 0; i < 3; i++) {
		(void)snprintf(name, sizeof(name), "%s%s", path, ends[i]);
		unlink(name);
	}
	return 0;
}

static json_t *json_of(const char *text)
{
	json_t *value = json_loads(text, 0, NULL);

	assert_non_null(value);
	return value;
}

/* What the first column of the first row says; "" without one. */
static const char *ask(const char *sql)
{
	static char answer[200];
	struct query *q = store_query(register_store(reg), sql);

	(void)snprintf(answer, sizeof(answer), "%s",
		       query_next(q) ? query_text(q, 0) : "");
	query_end(q);
	return answer;
}

static void begin(void)
{
	static const struct register_act act = { 1795226400, "officer",
						 "test" };

	register_begin(reg);
	register_act_begin(reg, &act);
}

static void end(void)
{
	char *message = NULL;

	register_act_end(reg);
	assert_int_equal(register_commit(reg, &message), 0);
}

static void put_record(const char *kind, const char *text)
{
	json_t *record = json_of(text);

	begin();
	(void)register_put(reg, record_kind_find(kind), record, NULL);
	end();
	json_decref(record);
}

static struct recorded put(const char *text)
{
	json_t *dossier = json_of(text);
	struct recorded done;

	begin();
	done = record_document(reg, dossier, NULL);
	end();
	json_decref(dossier);
	return done;
}

#define LETTER(number, rows)                                                     \
	"{\"form\": {\"procedure\": \"revoke\", \"number\": \"05\"}, "           \
	"\"agency\": {\"name\": \"Sở Tài chính\", \"symbol\": \"stc-vp\"}, " \
	"\"document\": {" number "\"date\": \"2026-11-21\"}, "                   \
	"\"subscribers\": [" rows "]}"
#define A "{\"name\": \"Lý A\", \"id_number\": \"000000000001\"}"
#define B "{\"name\": \"Đỗ B\", \"id_number\": \"000000000002\"}"

static void test_day(void **state)
{
	static const struct {
		const char *text, *day;
	} days[] = {
		{ "Quyết định số 5/QĐ-STC ngày 30/10/2026", "2026-10-30" },
		{ "số 165/2025/QĐ-UBND ngày 1/2/2026.", "2026-02-01" },
		{ "Quyết định số 5/QĐ-STC ngày 30 tháng 10 năm 2026",
		  "2026-10-30" },
		{ "NGÀY 5 THÁNG 9 NĂM 2026, 1/1/2027", "2026-09-05" },
		{ "ngày 31 tháng 11 năm 2026", NULL },
		{ "ngày 5 tháng 9 năm 26", NULL },
		{ "15/STC-VP ngày 20.11.2025", "2025-11-20" },
		{ "15/STC-VP ngày 20-11-2025", "2025-11-20" },
		{ "15/STC-VP, 2025-11-20", "2025-11-20" },
		{ "ngày 5 tháng 9/2026", "2026-09-05" },
		{ "15/STC-VP", NULL },
		{ "165/2025/QĐ-UBND", NULL },
		{ "ngày 30/02/2026", NULL },
		{ "ngày 30/02/2026, sửa 28/02/2026", "2026-02-28" },
		{ "1/2/20261", NULL },
		{ "", NULL },
		{ "11111111111111111111/22222222222/3333", NULL },
	};
	char day[CITED_DAY_SIZE];

	(void)state;
	for (size_t i = 0; i < sizeof(days) / sizeof(days[0]); i++) {
		assert_int_equal(normalize_cited_day(days[i].text, day),
				 days[i].day != NULL);
		if (days[i].day)
			assert_string_equal(day, days[i].day);
	}
}

static void test_drafts(void **state)
{
	(void)state;
	assert_int_equal(put(LETTER("", A ", " B)).request, 1);
	/* In another order it asks for the same; for less it does not. */
	assert_int_equal(put(LETTER("", B ", " A)).request, 1);
	assert_int_equal(put(LETTER("", A)).request, 2);
	assert_int_equal(put(LETTER("\"number\": \"7\", ", A ", " B)).request,
			 1);
	assert_string_equal(ask("SELECT \"document_number\" FROM \"requests\" "
				"WHERE \"request\" = 1"),
			    "07/STC-VP");
	/* It is a draft no longer. */
	assert_int_equal(put(LETTER("", A ", " B)).request, 3);
	assert_int_equal(put(LETTER("\"number\": \"7\", ", A ", " B)).request,
			 1);
	assert_string_equal(ask("SELECT count(*) FROM \"items\""), "5");
	assert_int_equal(put(LETTER("\"number\": \"7\", ", A)).n_gone, 1);
	/* One that was answered is over. */
	put_record("request", "{\"request\": 2, \"outcome\": \"refused\"}");
	assert_int_equal(put(LETTER("", A)).request, 4);
}

static void test_rows_that_name_nobody(void **state)
{
	(void)state;
	assert_int_equal(put(LETTER("", "{}, {}")).request, 1);
	assert_string_equal(ask("SELECT count(*) FROM \"items\""), "2");
	assert_int_equal(put(LETTER("", "{}, {}")).request, 1);
	assert_string_equal(ask("SELECT count(*) FROM \"items\""), "2");
}

#define BARRED "{\"device_serial\": \"42|||\"}"

/* Nothing of such a number is on record, and the letter was another. */
static void a_number_that_no_field_takes_is_none(void **state)
{
	(void)state;
	assert_int_equal(put(LETTER("\"number\": \"7\", ", BARRED)).request, 1);
	assert_int_equal(put(LETTER("\"number\": \"7\", ", BARRED)).request, 1);
	assert_int_equal(put(LETTER("", BARRED)).request, 2);
	assert_int_equal(put(LETTER("", BARRED)).request, 2);
}

static void a_document_told_twice_makes_nobody_anew(void **state)
{
	(void)state;
	for (int i = 0; i < 3; i++)
		(void)put(LETTER("", "{\"name\": \"Lý A\"}"));
	assert_string_equal(ask("SELECT count(*) FROM \"subscribers\""), "1");
}

#define LETTER_OF(day)                                                     \
	"{\"form\": {\"procedure\": \"revoke\"}, \"document\": "           \
	"{\"number\": \"5\", \"date\": \"" day "\"}, \"subscribers\": [" A \
	"]}"

/* A day that cannot be read is none. */
static void a_letter_without_a_day_is_not_doubled(void **state)
{
	(void)state;
	assert_int_equal(put(LETTER_OF("2026-11%21")).request, 1);
	assert_int_equal(put(LETTER_OF("2026-11%21")).request, 1);
	/* One of a day is another. */
	assert_int_equal(put(LETTER_OF("2026-11-21")).request, 2);
	assert_int_equal(put(LETTER_OF("2026-11-22")).request, 3);
	assert_int_equal(put(LETTER_OF("2026-11-21")).request, 2);
	assert_int_equal(put(LETTER_OF("")).request, 1);
}

static void test_never_overwrites(void **state)
{
	(void)state;
	(void)put(LETTER("", A));
	(void)put(LETTER("", "{\"name\": \"LY A\", \"id_number\": "
			     "\"000000000001\", \"title\": \"Phó phòng\"}"));
	(void)put(LETTER("", "{\"id_number\": \"000000000001\", \"title\": "
			     "\"Trưởng phòng\"}"));
	assert_string_equal(ask("SELECT \"name\" FROM \"subscribers\""),
			    "Lý A");
	assert_string_equal(ask("SELECT \"title\" FROM \"subscribers\""),
			    "Phó phòng");
	assert_string_equal(ask("SELECT count(*) FROM \"subscribers\""), "1");
}

/* A dossier may come from anybody. */
static void test_hostile(void **state)
{
	(void)state;
	(void)put(LETTER("\"number\": \"1\", \"recipient\": [1], ",
			 "{\"name\": \"X\\u001b[31m\", \"not_after\": \"x\", "
			 "\"certificate_serial\": \"0A\", \"user_pin\": "
			 "\"hỏng\", \"device_serial\": \"D\\u0007\", "
			 "\"birth_date\": 5, \"renew\": \"có thể\"}, 7"));
	assert_string_equal(ask("SELECT count(*) FROM \"certificates\" WHERE "
				"\"not_after\" IS NULL"),
			    "1");
	assert_string_equal(ask("SELECT count(*) FROM \"tokens\" WHERE "
				"\"user_pin\" IS NULL"),
			    "1");
	assert_null(strchr(ask("SELECT \"name\" FROM \"subscribers\""), 27));
	assert_string_equal(ask("SELECT count(*) FROM \"requests\" WHERE "
				"\"recipient\" IS NULL"),
			    "1");
}

static void test_cited(void **state)
{
	(void)state;
	put_record("request", "{\"request\": 1, \"procedure\": \"recover\", "
			      "\"document_number\": \"15/STC-VP\", "
			      "\"document_date\": \"2026-11-21\"}");
	put_record("item", "{\"request\": 1, \"item\": 1, "
			   "\"device_serial\": \"D1\"}");
	assert_int_equal(record_request_cited(reg, "D1", "15/STC-VP"), 1);
	assert_int_equal(record_request_cited(reg, "D1",
					      "số 15/STC-VP, ngày 21/11/2026"),
			 1);
	assert_int_equal(
		record_request_cited(reg, "D1", "15/STC-VP ngày 20/11/2026"),
		0);
	assert_int_equal(record_request_cited(reg, "D1", "115/STC-VP"), 0);
	assert_int_equal(record_request_cited(reg, "D1", "15/STC-VPA"), 0);
	assert_int_equal(record_request_cited(reg, "D1", "15/STC-VP-HC"), 0);
	assert_int_equal(record_request_cited(reg, "D2", "15/STC-VP"), 0);
}

static json_int_t cited(const char *number, const char *authority)
{
	json_t *record = json_pack("{s:i, s:s}", "request", 1,
				   "document_number", number);

	begin();
	(void)register_put(reg, RECORD_REQUEST, record, NULL);
	end();
	json_decref(record);
	return record_request_cited(reg, "D1", authority);
}

/* Zeros before it, capitals and blanks make no other number. */
static void test_cited_otherwise(void **state)
{
	(void)state;
	put_record("request", "{\"request\": 1, \"procedure\": \"recover\", "
			      "\"document_date\": \"2026-11-21\"}");
	put_record("item", "{\"request\": 1, \"item\": 1, "
			   "\"device_serial\": \"D1\"}");
	assert_int_equal(
		cited("05/STC-VP", "Công văn số 5/STC-VP ngày 21/11/2026"), 1);
	assert_int_equal(cited("05/STC-VP", "5 / stc - vp"), 1);
	assert_int_equal(cited("05/STC-VP", "5/STC-VP/2026"), 1);
	assert_int_equal(cited("05/STC-VP", "5/2026/STC-VP"), 1);
	assert_int_equal(cited("05/2026/STC-VP", "5/STC-VP ngày 21.11.2026"),
			 1);
	assert_int_equal(cited("05/STC-VP", "5/STC-VP/2025"), 0);
	assert_int_equal(cited("05/STC-VP", "5/STC-VP - Sở Tài chính"), 1);
	assert_int_equal(cited("5/QĐ-STC", "quyết định 005/qđ-stc"), 1);
	assert_int_equal(cited("05/STC-VP", "15/STC-VP, 50/STC-VP"), 0);
	assert_int_equal(cited("05/STC-VP", "15/05/STC-VP"), 0);
	assert_int_equal(cited("05/STC", "5/STC-VP, 5/STC -VP, 5/STC/VP"), 0);
	assert_int_equal(cited("05", "số 6 ngày 5/11/2026, 21/5/2026"), 0);
	assert_int_equal(cited("05", "công văn số 5."), 1);
	assert_int_equal(cited("0", "0 / 00"), 0);
	assert_int_equal(cited("05/STC-VP", "5/STC-VP\xff"), 0);
}

static void fill_register(void)
{
	put_record("agency", "{\"organization\": \"Sở B\"}");
	put_record("unit",
		   "{\"organization\": \"Sở B\", \"unit\": \"Phòng A\"}");
	put_record("subscriber",
		   "{\"subscriber\": 1, \"name\": \"Lý A\", \"id_number\": "
		   "\"000000000001\", \"email\": \"a@vidu.example\", "
		   "\"organization\": \"Sở B\", \"unit\": \"Phòng A\", "
		   "\"phone\": \"0900000001\"}");
	put_record("token", "{\"device_serial\": \"D1\", \"subscriber\": 1, "
			    "\"user_pin\": \"locked\"}");
	put_record("certificate",
		   "{\"certificate_serial\": \"0A\", \"subscriber\": 1, "
		   "\"device_serial\": \"D1\", \"not_after\": \"2026-01-01\", "
		   "\"renewals\": 0}");
	put_record("certificate",
		   "{\"certificate_serial\": \"0B\", \"subscriber\": 1, "
		   "\"device_serial\": \"D1\", \"not_after\": \"2028-01-01\", "
		   "\"renewals\": 1}");
}

/* What the facts of @row say of @name; "" for nothing. */
static const char *fact(const char *row, bool fresh, const char *name)
{
	static char text[100];
	json_t *of = json_of(row);
	struct prefill_question question = {
		.procedure = fresh ? "new-person" : "revoke",
		.day = "2026-11-21",
	};
	json_t *facts = prefill_of(reg, of, &question);

	assert_non_null(facts);
	(void)snprintf(text, sizeof(text), "%s", dossier_text(facts, name));
	json_decref(facts);
	json_decref(of);
	return text;
}

static void test_facts(void **state)
{
	(void)state;
	fill_register();
	assert_string_equal(fact("{\"device_serial\": \"d1\"}", false, "phone"),
			    "0900000001");
	assert_string_equal(
		fact("{\"email\": \"a@vidu.example\"}", false, "organization"),
		"Phòng A, Sở B");
	assert_string_equal(fact("{\"id_number\": \"000000000001\"}", false,
				 "certificate_serial"),
			    "0B");
	assert_string_equal(
		fact("{\"certificate_serial\": \"0A\"}", false, "not_after"),
		"2026-01-01");
	assert_string_equal(
		fact("{\"device_serial\": \"D1\"}", false, "user_pin"), "");
	assert_string_equal(
		fact("{\"id_number\": \"000000000001\"}", true, "old_serial"),
		"0B");
	assert_string_equal(fact("{\"id_number\": \"000000000001\"}", true,
				 "certificate_serial"),
			    "");
	/* Another token than the one on record is not that. */
	assert_string_equal(fact("{\"device_serial\": \"D9\", \"email\": "
				 "\"a@vidu.example\"}",
				 false, "certificate_serial"),
			    "");
	/* A second token leaves open which is meant. */
	put_record("token", "{\"device_serial\": \"D2\", \"subscriber\": 1}");
	assert_string_equal(
		fact("{\"email\": \"a@vidu.example\"}", false, "device_serial"),
		"");
}

static void test_another(void **state)
{
	static const char row[] = "{\"name\": \"Đỗ B\", "
				  "\"device_serial\": \"D1\"}";

	(void)state;
	fill_register();
	assert_string_equal(fact(row, false, "name"), "Lý A");
	assert_string_equal(fact(row, false, "phone"), "");
	assert_string_equal(fact(row, false, "id_number"), "");
	assert_string_equal(fact(row, false, "certificate_serial"), "");
}

static void test_rows_of_token(void **state)
{
	json_t *rows;

	(void)state;
	fill_register();
	rows = prefill_rows(reg, "d1", false, "");
	assert_int_equal(json_array_size(rows), 2);
	json_decref(rows);
	rows = prefill_rows(reg, "D1", true, "2026-11-21");
	assert_int_equal(json_array_size(rows), 1);
	assert_string_equal(dossier_text(json_array_get(rows, 0), "old_serial"),
			    "0B");
	json_decref(rows);
	rows = prefill_rows(reg, "D9", false, "");
	assert_int_equal(json_array_size(rows), 0);
	json_decref(rows);
}

#define MINUTES(number, day, to)                                 \
	"{\"form\": {\"procedure\": \"keeper\"}, \"document\": " \
	"{\"number\": \"" number "\", \"date\": \"" day          \
	"\"}, \"receiver\": {\"name\": \"" to                    \
	"\"}, \"subscribers\": [{\"device_serial\": \"D1\"}]}"

static void test_custody(void **state)
{
	json_t *keeper;

	(void)state;
	(void)put("{\"form\": {\"procedure\": \"keeper\"}, \"document\": "
		  "{\"date\": \"2026-11-01\"}, \"receiver\": {\"name\": "
		  "\"Nháp\"}, \"subscribers\": [{\"device_serial\": "
		  "\"D1\"}]}");
	assert_string_equal(ask("SELECT count(*) FROM \"events\""), "0");
	(void)put(MINUTES("1", "2026-11-01", "An"));
	(void)put(MINUTES("2", "2026-11-21", "Bình"));
	(void)put(MINUTES("3", "2026-11-21", "Chi"));
	(void)put(MINUTES("2", "2026-11-21", "Bình"));
	assert_string_equal(ask("SELECT count(*) FROM \"custody\""), "3");
	assert_string_equal(ask("SELECT \"keeper\" FROM \"custody\" WHERE "
				"\"to_date\" IS NULL"),
			    "Chi");
	keeper = prefill_keeper(reg, "d1", "2026-11-21", "Chi");
	assert_non_null(keeper);
	assert_string_equal(dossier_text(keeper, "name"), "Bình");
	json_decref(keeper);
	assert_null(prefill_keeper(reg, "D1", "2026-10-01", ""));
}

/* An event is named after the document, which may come from anybody. */
static void the_name_of_a_document_tells_no_secret(void **state)
{
	json_t *dossier = json_of(MINUTES("1", "2026-11-01", "An"));
	char *message = NULL;

	(void)state;
	assert_int_equal(
		json_object_set_new(dossier, "agency",
				    json_pack("{s:s}", "name", "PIN 482913")),
		0);
	begin();
	(void)record_document(reg, dossier, NULL);
	register_act_end(reg);
	assert_int_equal(register_commit(reg, &message), -EKEYREJECTED);
	free(message);
	json_decref(dossier);
}

#define TEST(name) \
	cmocka_unit_test_setup_teardown(name, open_register, close_register)

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_day),
		TEST(test_drafts),
		TEST(test_rows_that_name_nobody),
		TEST(a_number_that_no_field_takes_is_none),
		TEST(a_document_told_twice_makes_nobody_anew),
		TEST(a_letter_without_a_day_is_not_doubled),
		TEST(test_never_overwrites),
		TEST(test_hostile),
		TEST(test_cited),
		TEST(test_cited_otherwise),
		TEST(test_facts),
		TEST(test_another),
		TEST(test_rows_of_token),
		TEST(test_custody),
		TEST(the_name_of_a_document_tells_no_secret),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
