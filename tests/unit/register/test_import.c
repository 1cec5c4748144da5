/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* Rows become records, and known ones are known again. */
#include "import_fixture.h"

static void what_is_so_already_is_no_event(void **state)
{
	struct fixture *f = *state;

	take(f, 2, AN);
	take(f, 3, AN);
	assert_int_equal(f->in.n_new, 1);
	assert_int_equal(f->in.n_same, 1);
	assert_int_equal(register_n_events(f->in.reg), 1);
	commit(f);
	assert_int_equal(count(f, "SELECT count(*) FROM subscribers"), 1);
	assert_int_equal(count(f, "SELECT count(*) FROM agencies"), 1);
}

static void a_person_is_known_by_number_or_address(void **state)
{
	struct fixture *f = *state;

	take(f, 2, AN);
	take(f, 3, "{\"id_number\": \"001085001234\", \"title\": \"Văn thư\"}"
	     /* names nobody: only a row that does is taken */);
	assert_told(f, 3, NULL, "names no subscriber");
	take(f, 4,
	     "{\"name\": \"Nguyễn Văn An\", \"id_number\": "
	     "\"001085001234\", \"email\": \"an.moi@vidu.gov.vn\"}");
	assert_told(f, 4, "địa chỉ thư điện tử công vụ",
		    "Row 2 has \"annv@vidu.gov.vn\" for the same subscriber, "
		    "and this row \"an.moi@vidu.gov.vn\"");
	take(f, 5,
	     "{\"name\": \"Nguyễn Văn An\", \"email\": "
	     "\"annv@vidu.gov.vn\", \"device_serial\": \"T2\"}");
	take(f, 6,
	     "{\"name\": \"Nguyễn Văn An\", \"organization\": \"Sở A\", "
	     "\"id_number\": \"001085009999\", \"email\": "
	     "\"annv2@vidu.gov.vn\"}");
	commit(f);
	assert_int_equal(count(f, "SELECT count(*) FROM subscribers"), 2);
	assert_int_equal(count(f, "SELECT count(DISTINCT subscriber) FROM "
				  "tokens"),
			 1);
}

/* A mistyped name took the token from its holder, who had the same address. */
static void a_mistyped_name_takes_no_token(void **state)
{
	struct fixture *f = *state;

	take(f, 2, AN);
	import_next_table(&f->in, &f->errors);
	take(f, 2,
	     "{\"name\": \"Nguyễn Văn Am\", \"email\": "
	     "\"annv@vidu.gov.vn\", \"device_serial\": \"T1\"}");
	assert_told(f, 2, "tên thuê bao", "Nguyễn Văn An");
	assert_int_equal(count(f, "SELECT count(*) FROM subscribers"), 1);
}

/* A token that passed to somebody else was told as one new row. */
static void a_token_that_passes_is_told(void **state)
{
	struct fixture *f = *state;

	take(f, 2, AN);
	import_next_table(&f->in, &f->errors);
	take(f, 2, "{\"name\": \"Trần Thị Bích\", \"device_serial\": \"T1\"}");
	assert_int_equal(f->errors.n, 0);
	assert_int_equal(f->errors.n_notes, 1);
	assert_non_null(strstr(f->errors.notes[0].text,
			       "T1 passes from Nguyễn Văn An"));
	assert_int_equal(f->in.n_new, 1);
	assert_int_equal(f->in.n_changed, 1);
}

/* Two rows of one name and two tokens became one person. */
static void two_namesakes_are_not_made_one(void **state)
{
	struct fixture *f = *state;

	take(f, 2, "{\"name\": \"Lê A\", \"device_serial\": \"T1\"}");
	take(f, 3, "{\"name\": \"Lê A\", \"device_serial\": \"T2\"}");
	assert_told(f, 3, "tên thuê bao", "has the token T1");
	take(f, 4,
	     "{\"name\": \"Lê A\", \"id_number\": \"001085009999\", "
	     "\"device_serial\": \"T2\"}");
	assert_told(f, 4, "tên thuê bao", "has the token T1");
	take(f, 5, "{\"name\": \"Lê A\", \"device_serial\": \"T1\"}");
	take(f, 6,
	     "{\"name\": \"Lê A\", \"second_device\": true, "
	     "\"device_serial\": \"T2\"}");
	commit(f);
}

/* The same within one agency, where both may be people of one name; an agency
 * itself has several tokens. */
static void two_namesakes_of_an_agency_are_not_made_one(void **state)
{
	struct fixture *f = *state;

	take(f, 2,
	     "{\"name\": \"Lê A\", \"organization\": \"Sở A\", "
	     "\"device_serial\": \"T1\"}");
	take(f, 3,
	     "{\"name\": \"Lê A\", \"organization\": \"Sở A\", "
	     "\"device_serial\": \"T2\"}");
	assert_told(f, 3, "tên thuê bao",
		    "has the token T1. Whether this is one person with two "
		    "tokens, or two people");
	take(f, 4,
	     "{\"name\": \"Sở A\", \"organization\": \"Sở A\", "
	     "\"device_serial\": \"T3\"}");
	take(f, 5,
	     "{\"name\": \"Sở A\", \"organization\": \"Sở A\", "
	     "\"device_serial\": \"T4\"}");
	take(f, 6,
	     "{\"name\": \"Lê B\", \"email\": \"b@vidu.gov.vn\", "
	     "\"organization\": \"Sở A\", \"device_serial\": \"T5\"}");
	take(f, 7,
	     "{\"name\": \"Lê B\", \"email\": \"b@vidu.gov.vn\", "
	     "\"organization\": \"Sở A\", \"device_serial\": \"T6\"}");
	commit(f);
	assert_int_equal(count(f, "SELECT count(*) FROM tokens"), 5);
	assert_int_equal(count(f, "SELECT count(*) FROM subscribers"), 3);
}

/* A lost token leaves its holder with none. */
static void a_token_in_the_place_of_a_lost_one_is_taken(void **state)
{
	struct fixture *f = *state;

	take(f, 2, "{\"name\": \"Lê A\", \"device_serial\": \"T1\"}");
	take(f, 3,
	     "{\"record\": \"loss\", \"device_serial\": \"T1\", "
	     "\"lost_date\": \"2025-11-01\"}");
	take(f, 4, "{\"name\": \"Lê A\", \"device_serial\": \"T2\"}");
	assert_int_equal(f->errors.n, 0);
	commit(f);
	assert_int_equal(count(f, "SELECT count(*) FROM subscribers"), 1);
}

/* A column "Lý do" was dropped without a word. */
static void what_nothing_keeps_is_told_once(void **state)
{
	struct fixture *f = *state;

	take(f, 2, "{\"name\": \"Lê A\", \"reason\": \"hỏng\"}");
	take(f, 3, "{\"name\": \"Lê B\", \"reason\": \"hỏng\"}");
	assert_int_equal(f->errors.n_notes, 1);
	assert_non_null(strstr(f->errors.notes[0].text, "\"lý do\""));
	commit(f);
}

/* "Sở Tài chính" below "Đơn vị" was recorded as a unit of no agency. */
static void an_agency_is_no_unit_of_none(void **state)
{
	struct fixture *f = *state;

	take(f, 2, "{\"name\": \"Lê A\", \"unit\": \"Sở Tài chính\"}");
	assert_told(f, 2, "phòng, đơn vị", "the agency, or a unit");
	take(f, 3, "{\"name\": \"Lê A\", \"unit\": \"Phòng Ngân sách\"}");
	take(f, 4,
	     "{\"name\": \"Lê B\", \"organization\": \"Sở Tài chính\", "
	     "\"unit\": \"Sở Tài chính\"}");
	commit(f);
}

static void anothers_number_is_refused(void **state)
{
	struct fixture *f = *state;

	take(f, 2, AN);
	take(f, 3,
	     "{\"name\": \"Trần Thị Bích\", \"id_number\": "
	     "\"001085001234\"}");
	assert_told(f, 3, "số định danh cá nhân", "Nguyễn Văn An");
}

static void an_address_may_be_of_two(void **state)
{
	struct fixture *f = *state;

	take(f, 2, AN);
	take(f, 3,
	     "{\"name\": \"SỞ A\", \"holder\": \"organization\", "
	     "\"email\": \"annv@vidu.gov.vn\", \"device_serial\": "
	     "\"T9\"}");
	commit(f);
	assert_int_equal(count(f, "SELECT count(*) FROM subscribers"), 2);
}

static void of_several_with_a_name_none_is_guessed(void **state)
{
	static const char *const rows[] = {
		"{\"name\": \"Lê Thị Hà\", \"organization\": \"Sở A\", "
		"\"email\": \"ha1@vidu.gov.vn\"}",
		"{\"name\": \"Lê Thị Hà\", \"organization\": \"Sở A\", "
		"\"email\": \"ha2@vidu.gov.vn\"}",
		"{\"name\": \"Lê Thị Hà\", \"organization\": \"Sở B\", "
		"\"device_serial\": \"T5\"}",
		"{\"name\": \"Lê Thị Hà\", \"organization\": \"Sở A\", "
		"\"device_serial\": \"T6\"}",
	};
	struct fixture *f = *state;

	for (size_t i = 0; i < 4; i++)
		take(f, i + 2, rows[i]);
	assert_told(f, 5, "tên thuê bao", "several people of this name");
	assert_int_equal(count(f, "SELECT count(*) FROM subscribers"), 3);
}

static void a_name_alone_finds_the_only_one(void **state)
{
	struct fixture *f = *state;

	take(f, 2, AN);
	take(f, 3,
	     "{\"name\": \"Nguyễn Văn An\", \"organization\": "
	     "\"Sở A\", \"title\": \"Văn thư\"}");
	commit(f);
	assert_int_equal(count(f, "SELECT count(*) FROM subscribers"), 1);
	assert_int_equal(count(f, "SELECT count(*) FROM subscribers WHERE "
				  "title = 'Văn thư'"),
			 1);
}

static void rows_of_one_table_must_agree(void **state)
{
	struct fixture *f = *state;

	take(f, 2, AN);
	take(f, 3, "{\"device_serial\": \"T1\", \"name\": \"Trần Thị Bích\"}");
	assert_told(f, 3, NULL,
		    "Row 2 gives this to Nguyễn Văn An, and this row to Trần "
		    "Thị Bích");
	take(f, 3, "{\"device_serial\": \"T1\", \"place_kept\": \"tủ A\"}");
	take(f, 4, "{\"device_serial\": \"T1\", \"place_kept\": \"tủ B\"}");
	assert_told(f, 4, "nơi bảo quản",
		    "Row 3 has \"tủ A\" for the same record, and this row "
		    "\"tủ B\"");
}

/* Letters of one run are acts that follow each other, and no rows of a table.
 */
static void an_act_that_follows_goes_over_the_one_before(void **state)
{
	static const char *const tokens[] = {
		"{\"device_serial\": \"T1\", \"place_kept\": \"tủ A\"}",
		"{\"device_serial\": \"T1\", \"place_kept\": \"tủ B\"}",
	};
	struct fixture *f = *state;

	for (size_t i = 0; i < 2; i++) {
		json_t *token = json_loads(tokens[i], 0, NULL);

		register_act_begin(f->in.reg, &f->in.act);
		assert_int_equal(
			register_put(f->in.reg, RECORD_TOKEN, token, NULL),
			i ? PUT_CHANGED : PUT_NEW);
		register_act_end(f->in.reg);
		json_decref(token);
	}
	commit(f);
	assert_int_equal(count(f, "SELECT count(*) FROM tokens WHERE "
				  "place_kept = 'tủ B'"),
			 1);
}

static void a_later_act_may_change_it(void **state)
{
	struct fixture *f = *state;

	take(f, 2, AN);
	commit(f);
	register_begin(f->in.reg);
	take(f, 2, "{\"device_serial\": \"T1\", \"name\": \"Trần Thị Bích\"}");
	assert_int_equal(f->in.n_new, 1);
	assert_int_equal(f->in.n_changed, 1);
	commit(f);
	assert_int_equal(count(f, "SELECT subscriber FROM tokens"), 2);
}

static void letters_of_a_serial_may_be_small(void **state)
{
	struct fixture *f = *state;

	take(f, 2, AN);
	take(f, 3, "{\"device_serial\": \"t1\", \"note\": \"x\"}");
	commit(f);
	assert_int_equal(count(f, "SELECT count(*) FROM tokens"), 1);
}

static void a_keeper_without_a_day_is_the_one_there_is(void **state)
{
	struct fixture *f = *state;

	take(f, 2, AN);
	take(f, 3, KEEPER("Trần Thị Bích", "2026-01-05"));
	take(f, 4,
	     "{\"device_serial\": \"T1\", \"keeper\": "
	     "\"Trần Thị Bích\"}");
	commit(f);
	assert_int_equal(count(f, "SELECT count(*) FROM custody"), 1);
}

static void custody_ends_when_another_begins(void **state)
{
	struct fixture *f = *state;
	json_t *row = json_loads(KEEPER("Lê Văn C", "2026-02-01"), 0, NULL);

	take(f, 2, AN);
	take(f, 3, KEEPER("Trần Thị Bích", "2026-01-05"));
	commit(f);
	register_begin(f->in.reg);
	register_act_begin(f->in.reg, &f->in.act);
	import_put_ended(&f->in, import_end_custody(&f->in, row));
	import_part(&f->in, 4, row);
	register_act_end(f->in.reg);
	json_decref(row);
	commit(f);
	assert_int_equal(register_n_events(f->in.reg), 3);
	assert_int_equal(count(f, "SELECT count(*) FROM custody WHERE "
				  "keeper = 'Trần Thị Bích' AND to_date = "
				  "'2026-02-01'"),
			 1);
	assert_int_equal(count(f, "SELECT count(*) FROM custody WHERE "
				  "to_date IS NULL"),
			 1);
}

static void records_are_whole(void **state)
{
	struct fixture *f = *state;

	take(f, 2, "{\"record\": \"token\", \"note\": \"x\"}");
	assert_told(f, 2, "số hiệu thiết bị lưu khóa bí mật", "must be given");
	take(f, 3, KEEPER("Trần Thị Bích", "2026-01-05"));
	assert_told(f, 3, "số hiệu thiết bị lưu khóa bí mật", "no such record");
	take(f, 4,
	     "{\"record\": \"token\", \"device_serial\": \"T1\", "
	     "\"keeper\": \"x\"}");
	assert_told(f, 4, "người quản lý thiết bị", "no such value");
	take(f, 5,
	     "{\"record\": \"certificate\", \"certificate_serial\": "
	     "\"01\", \"not_before\": \"2026-01-02\", \"not_after\": "
	     "\"2026-01-01\"}");
	assert_told(f, 5, "ngày hết hiệu lực", "before");
	assert_int_equal(store_error(register_store(f->in.reg)), 0);
}

static void null_takes_a_value_away(void **state)
{
	struct fixture *f = *state;

	take(f, 2, "{\"device_serial\": \"T1\", \"note\": \"x\"}");
	commit(f);
	register_begin(f->in.reg);
	take(f, 2, "{\"device_serial\": \"T1\", \"note\": null}");
	commit(f);
	assert_int_equal(count(f, "SELECT count(*) FROM tokens WHERE note IS "
				  "NULL"),
			 1);
}

static void a_letter_is_known_by_its_number_and_day(void **state)
{
	static const char letter[] =
		"{\"record\": \"request\", \"procedure\": \"recover\", "
		"\"document_number\": \"15\", \"document_date\": "
		"\"2026-03-01\"}";
	struct fixture *f = *state;

	take(f, 2, letter);
	take(f, 3, letter);
	commit(f);
	assert_int_equal(count(f, "SELECT count(*) FROM requests"), 1);
}

static void nothing_is_left_of_what_is_undone(void **state)
{
	struct fixture *f = *state;

	take(f, 2, AN);
	register_rollback(f->in.reg);
	assert_int_equal(register_n_events(f->in.reg), 0);
	register_begin(f->in.reg);
	assert_int_equal(count(f, "SELECT count(*) FROM tokens"), 0);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		TEST(what_is_so_already_is_no_event),
		TEST(a_person_is_known_by_number_or_address),
		TEST(a_mistyped_name_takes_no_token),
		TEST(a_token_that_passes_is_told),
		TEST(two_namesakes_are_not_made_one),
		TEST(two_namesakes_of_an_agency_are_not_made_one),
		TEST(a_token_in_the_place_of_a_lost_one_is_taken),
		TEST(what_nothing_keeps_is_told_once),
		TEST(an_agency_is_no_unit_of_none),
		TEST(anothers_number_is_refused),
		TEST(an_address_may_be_of_two),
		TEST(of_several_with_a_name_none_is_guessed),
		TEST(a_name_alone_finds_the_only_one),
		TEST(rows_of_one_table_must_agree),
		TEST(an_act_that_follows_goes_over_the_one_before),
		TEST(a_later_act_may_change_it),
		TEST(letters_of_a_serial_may_be_small),
		TEST(a_keeper_without_a_day_is_the_one_there_is),
		TEST(custody_ends_when_another_begins),
		TEST(records_are_whole),
		TEST(null_takes_a_value_away),
		TEST(a_letter_is_known_by_its_number_and_day),
		TEST(nothing_is_left_of_what_is_undone),
	};
	int failed;

	RUN(tests, failed);
	return failed;
}
