/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* Rows about what is known: no second of the same, and nothing of another. */
#include "import_fixture.h"

#define AN2                                                               \
	"{\"name\": \"Nguyễn Văn An\", \"organization\": \"Sở A\", " \
	"\"unit\": \"Phòng 1\", \"email\": \"annv@vidu.gov.vn\", "       \
	"\"device_serial\": \"T1\", \"certificate_serial\": \"0A01\"}"

/* A later act. */
static void again(struct fixture *f)
{
	commit(f);
	register_begin(f->in.reg);
	import_next_table(&f->in, &f->errors);
}

/* What an officer adds, in one event. */
static void add(struct fixture *f, const char *text)
{
	f->in.ends = true;
	take(f, 0, text);
	f->in.ends = false;
}

static void a_nameless_row_of_another_is_nobodys(void **state)
{
	static const char *const rows[] = {
		"{\"id_number\": \"001085009999\", \"device_serial\": "
		"\"T1\"}",
		"{\"email\": \"binh@vidu.gov.vn\", \"certificate_serial\": "
		"\"0A01\"}",
	};
	struct fixture *f = *state;

	take(f, 2, AN);
	again(f);
	for (size_t i = 0; i < 2; i++) {
		take(f, 3, rows[i]);
		assert_told(f, 3, NULL, "Nguyễn Văn An, subscriber 1");
	}
	take(f, 4, "{\"email\": \"c@vidu.gov.vn\", \"device_serial\": \"T9\"}");
	assert_told(f, 4, "tên thuê bao", "Nobody in the register");
}

static void a_namesake_is_not_taken_for_the_subscriber(void **state)
{
	static const char son[] =
		"{\"name\": \"Nguyễn Văn An\", \"organization\": \"Sở A\", "
		"\"email\": \"an.con@vidu.gov.vn\", \"device_serial\": "
		"\"T1\"}";
	struct fixture *f = *state;

	take(f, 2, AN2);
	again(f);
	take(f, 3, son);
	assert_told(f, 3, "số hiệu thiết bị lưu khóa bí mật",
		    "give subscriber=1");
	take(f, 4,
	     "{\"record\": \"subscriber\", \"name\": \"Nguyễn Văn An\", "
	     "\"organization\": \"Sở A\", \"email\": "
	     "\"an.con@vidu.gov.vn\"}");
	again(f);
	take(f, 5, son);
	commit(f);
	assert_int_equal(count(f, "SELECT subscriber FROM tokens"), 2);
}

static void an_address_may_change_but_not_the_number(void **state)
{
	struct fixture *f = *state;

	take(f, 2, AN);
	again(f);
	take(f, 3,
	     "{\"name\": \"Nguyễn Văn An\", \"id_number\": "
	     "\"001085001234\", \"email\": \"moi@vidu.gov.vn\"}");
	commit(f);
	assert_int_equal(count(f, "SELECT count(*) FROM subscribers WHERE "
				  "email = 'moi@vidu.gov.vn'"),
			 1);
	register_begin(f->in.reg);
	take(f, 4,
	     "{\"record\": \"subscriber\", \"subscriber\": 7, "
	     "\"id_number\": \"001085001234\"}");
	assert_told(f, 4, "số định danh cá nhân", "Nguyễn Văn An");
}

static void capitals_make_no_other_name(void **state)
{
	struct fixture *f = *state;

	take(f, 2, AN2);
	take(f, 3, "{\"name\": \"SỞ TÀI CHÍNH\", \"organization\": \"Sở B\"}");
	take(f, 4,
	     "{\"name\": \"Sở Y tế\", \"organization\": \"Sở B\", "
	     "\"holder\": \"organization\"}");
	commit(f);
	f->in.n_changed = f->in.n_new = 0;
	register_begin(f->in.reg);
	take(f, 2,
	     "{\"name\": \"NGUYỄN VĂN AN\", \"organization\": \"SỞ A\", "
	     "\"unit\": \"PHÒNG 1\", \"device_serial\": \"T1\"}");
	take(f, 2, "{\"name\": \"NGUYỄN văn an\", \"organization\": \"Sở A\"}");
	take(f, 3, "{\"name\": \"Sở Tài chính\", \"organization\": \"SỞ B\"}");
	take(f, 4, "{\"name\": \"SỞ Y TẾ\", \"organization\": \"sở b\"}");
	assert_int_equal(f->in.n_changed + f->in.n_new, 0);
	commit(f);
	assert_int_equal(count(f, "SELECT count(*) FROM agencies"), 2);
	assert_int_equal(count(f, "SELECT count(*) FROM units"), 1);
}

/* A register that was empty has nothing more, which is known without asking. */
static void a_first_table_makes_no_agency_twice(void **state)
{
	struct fixture *f = *state;

	take(f, 2, "{\"name\": \"Lê A\", \"organization\": \"Sở Tài chính\"}");
	take(f, 3, "{\"name\": \"Lê B\", \"organization\": \"SỞ TÀI CHÍNH\"}");
	take(f, 4, "{\"name\": \"Lê C\", \"organization\": \"So Tai chinh\"}");
	take(f, 5, "{\"record\": \"agency\", \"organization\": \"Sở Y tế\"}");
	take(f, 6, "{\"name\": \"Lê D\", \"organization\": \"Sở Y Tế\"}");
	take(f, 7, "{\"name\": \"Lê E\", \"organization\": \"Sở Nội vụ\"}");
	commit(f);
	assert_int_equal(count(f, "SELECT count(*) FROM agencies"), 3);
	assert_int_equal(count(f, "SELECT count(*) FROM subscribers WHERE "
				  "organization = 'Sở Tài chính'"),
			 3);
}

/* A name without accents made a second person, and gave the token to them. */
static void want_of_accents_makes_no_other_name(void **state)
{
	struct fixture *f = *state;

	take(f, 2, AN2);
	again(f);
	f->in.n_changed = f->in.n_new = 0;
	take(f, 2,
	     "{\"name\": \"Nguyen Van An\", \"organization\": \"So A\", "
	     "\"unit\": \"PHONG 1\", \"device_serial\": \"T1\"}");
	take(f, 3, "{\"name\": \"NGUYEN VAN AN\", \"organization\": \"SO A\"}");
	assert_int_equal(f->in.n_changed + f->in.n_new, 0);
	/* Accents that differ may be of another, and the token is not passed on
	 * for them. */
	take(f, 4, "{\"name\": \"Nguyễn Văn Ân\", \"device_serial\": \"T1\"}");
	assert_told(f, 4, "tên thuê bao", "belongs to Nguyễn Văn An");
	assert_int_equal(count(f, "SELECT count(*) FROM subscribers"), 1);
	/* Whoever is written with them at last is the same. */
	take(f, 5, "{\"name\": \"Ly Thi Ba\", \"organization\": \"Sở A\"}");
	take(f, 6, "{\"name\": \"Lý Thị Ba\", \"organization\": \"Sở A\"}");
	again(f);
	assert_int_equal(count(f, "SELECT count(*) FROM subscribers"), 2);
	add(f, "{\"name\": \"Lý Thị Ba\", \"organization\": \"Sở A\"}");
	assert_int_equal(count(f, "SELECT count(*) FROM subscribers WHERE "
				  "name = 'Lý Thị Ba'"),
			 1);
	assert_int_equal(count(f, "SELECT count(*) FROM agencies"), 1);
	assert_int_equal(count(f, "SELECT count(*) FROM units"), 1);
}

/* Of two who may be meant, nobody is guessed at. */
static void a_name_without_accents_may_be_of_two(void **state)
{
	struct fixture *f = *state;

	take(f, 2, "{\"name\": \"Lê Văn Hưng\", \"organization\": \"Sở A\"}");
	take(f, 3, "{\"name\": \"Lê Văn Hùng\", \"organization\": \"Sở A\"}");
	take(f, 4, "{\"name\": \"LE VAN HUNG\", \"organization\": \"Sở A\"}");
	assert_told(f, 4, "tên thuê bao", "several people of this name");
	/* One is called so, and the token is that of another. */
	take(f, 5,
	     "{\"name\": \"Võ Tá\", \"organization\": \"Sở A\", "
	     "\"device_serial\": \"T7\"}");
	take(f, 6,
	     "{\"record\": \"subscriber\", \"subscriber\": 9, "
	     "\"name\": \"Vo Ta\", \"organization\": \"Sở A\"}");
	take(f, 7,
	     "{\"name\": \"Vo Ta\", \"organization\": \"Sở A\", "
	     "\"device_serial\": \"T7\"}");
	assert_told(f, 7, "tên thuê bao", "several people of this name");
}

/* Nothing else tells such a row from the one before. */
static void a_person_of_no_agency_is_not_doubled(void **state)
{
	struct fixture *f = *state;

	take(f, 2, AN);
	take(f, 3, "{\"name\": \"Lê Bình\"}");
	again(f);
	f->in.n_new = f->in.n_same = 0;
	take(f, 3, "{\"name\": \"Lê Bình\"}");
	take(f, 4, "{\"name\": \"LÊ BÌNH\"}");
	assert_int_equal(f->in.n_same, 2);
	/* Whoever has an agency is known by it, too. */
	take(f, 5, "{\"name\": \"Nguyễn Văn An\"}");
	assert_int_equal(f->in.n_new, 1);
	commit(f);
	assert_int_equal(count(f, "SELECT count(*) FROM subscribers"), 3);
}

static void a_unit_goes_with_its_agency(void **state)
{
	struct fixture *f = *state;

	take(f, 2, AN2);
	again(f);
	take(f, 2,
	     "{\"record\": \"subscriber\", \"subscriber\": 1, "
	     "\"organization\": \"Sở B\"}");
	commit(f);
	assert_int_equal(count(f, "SELECT count(*) FROM subscribers WHERE "
				  "organization = 'Sở B' AND unit IS NULL"),
			 1);
	register_begin(f->in.reg);
	take(f, 2,
	     "{\"record\": \"subscriber\", \"subscriber\": 1, \"unit\": "
	     "\"Phòng 2\"}");
	commit(f);
	assert_int_equal(count(f, "SELECT count(*) FROM units WHERE "
				  "organization = 'Sở B' AND unit = "
				  "'Phòng 2'"),
			 1);
	assert_int_equal(count(f, "SELECT count(*) FROM subscribers WHERE "
				  "unit = 'Phòng 2'"),
			 1);
}

static void a_unit_alone_comes_into_the_agency(void **state)
{
	struct fixture *f = *state;

	take(f, 2, "{\"name\": \"Lê Văn C\", \"unit\": \"Phòng 3\"}");
	again(f);
	take(f, 2,
	     "{\"record\": \"subscriber\", \"subscriber\": 1, "
	     "\"organization\": \"Sở B\"}");
	commit(f);
	assert_int_equal(count(f, "SELECT count(*) FROM units WHERE "
				  "organization = 'Sở B' AND unit = "
				  "'Phòng 3'"),
			 1);
}

static void a_constraint_is_told_as_one(void **state)
{
	struct fixture *f = *state;
	json_t *row = json_loads("{\"subscriber\": 1, \"organization\": "
				 "\"none\"}",
				 0, NULL);
	char *message = NULL;

	(void)register_put(f->in.reg, RECORD_SUBSCRIBER, row, NULL);
	assert_int_equal(register_commit(f->in.reg, &message), -EDOM);
	assert_non_null(strstr(message, "does not accept"));
	free(message);
	json_decref(row);
	register_begin(f->in.reg);
	take(f, 2, "{\"device_serial\": \"T1\", \"user_pin\": \"bị khóa\"}");
	assert_told(f, 2, "trạng thái mật khẩu", "must be one of");
	assert_int_equal(store_error(register_store(f->in.reg)), 0);
}

static void a_second_keeper_needs_a_day(void **state)
{
	static const char *const rows[] = {
		"{\"device_serial\": \"T1\", \"keeper\": \"Lê Văn C\"}",
		"{\"record\": \"custody\", \"device_serial\": \"T1\", "
		"\"keeper\": \"Lê Văn C\"}",
	};
	struct fixture *f = *state;

	take(f, 2, AN);
	take(f, 3, KEEPER("Trần Thị Bích", "2025-01-05"));
	take(f, 4, rows[0]);
	assert_told(f, 4, "quản lý từ ngày", "Trần Thị Bích has kept");
	add(f, rows[1]);
	assert_told(f, 0, "quản lý từ ngày", "05/01/2025");
	take(f, 5,
	     "{\"device_serial\": \"T1\", \"keeper\": \"TRẦN THỊ BÍCH\"}");
	take(f, 6, KEEPER("Trần thị bích", "2025-01-05"));
	commit(f);
	assert_int_equal(count(f, "SELECT count(*) FROM custody"), 1);
}

static void a_keeper_who_is_added_ends_the_one_before(void **state)
{
	struct fixture *f = *state;

	take(f, 2, AN);
	take(f, 3, KEEPER("Trần Thị Bích", "2025-01-05"));
	again(f);
	add(f, "{\"device_serial\": \"T1\", \"keeper\": \"Lê Văn C\", "
	       "\"from_date\": \"2025-03-01\"}");
	commit(f);
	assert_int_equal(count(f, "SELECT count(*) FROM custody WHERE keeper = "
				  "'Trần Thị Bích' AND to_date = "
				  "'2025-03-01'"),
			 1);
}

static void a_keeper_told_late_ends_when_the_next_begins(void **state)
{
	struct fixture *f = *state;

	take(f, 2, AN);
	take(f, 3, KEEPER("Trần Thị Bích", "2025-03-05"));
	again(f);
	add(f, KEEPER("Lê Văn C", "2025-01-01"));
	add(f, KEEPER("Lê Văn C", "2025-01-01"));
	commit(f);
	assert_int_equal(count(f, "SELECT count(*) FROM custody WHERE keeper = "
				  "'Lê Văn C' AND to_date = '2025-03-05'"),
			 1);
	assert_int_equal(count(f, "SELECT count(*) FROM custody WHERE to_date "
				  "IS NULL"),
			 1);
}

static void days_are_compared_with_what_stands(void **state)
{
	static const struct {
		const char *first, *second, *column;
	} acts[] = {
		{ "{\"certificate_serial\": \"01\", \"not_before\": "
		  "\"2026-01-02\"}",
		  "{\"certificate_serial\": \"01\", \"not_after\": "
		  "\"2026-01-01\"}",
		  "ngày hết hiệu lực" },
		{ "{\"record\": \"request\", \"request\": 1, \"valid_date\": "
		  "\"2026-01-02\"}",
		  "{\"record\": \"request\", \"request\": 1, \"done_date\": "
		  "\"2026-01-01\"}",
		  "ngày hoàn thành" },
	};
	struct fixture *f = *state;

	for (size_t i = 0; i < 2; i++) {
		take(f, 2, acts[i].first);
		again(f);
		take(f, 3, acts[i].second);
		assert_told(f, 3, acts[i].column, "before");
		register_rollback(f->in.reg);
		register_begin(f->in.reg);
	}
}

static void a_number_is_not_beyond_the_highest(void **state)
{
	struct fixture *f = *state;

	take(f, 2,
	     "{\"record\": \"subscriber\", \"subscriber\": 2000000000, "
	     "\"name\": \"A\"}");
	again(f);
	take(f, 3, "{\"name\": \"B\"}");
	assert_int_equal(store_error(register_store(f->in.reg)), -EOVERFLOW);
	register_rollback(f->in.reg);
	register_begin(f->in.reg);
	take(f, 2,
	     "{\"record\": \"request\", \"request\": 1, \"procedure\": "
	     "\"renew\"}");
	take(f, 3,
	     "{\"record\": \"item\", \"request\": 1, \"item\": 2000000000, "
	     "\"reason\": \"x\"}");
	take(f, 4,
	     "{\"record\": \"item\", \"request\": 1, "
	     "\"device_serial\": \"T1\"}");
	assert_told(f, 4, "số thứ tự trong yêu cầu", "2000000000 at most");
}

static void a_serial_is_one_in_any_case(void **state)
{
	struct fixture *f = *state;

	take(f, 2, "{\"device_serial\": \"AbC123\"}");
	take(f, 3, "{\"device_serial\": \"ABC123\", \"note\": \"x\"}");
	take(f, 4, "{\"device_serial\": \"abc123\", \"place_kept\": \"x\"}");
	take(f, 5, "{\"certificate_serial\": \"A\"}");
	take(f, 6, "{\"certificate_serial\": \"00A\", \"old_serial\": \"0\"}");
	take(f, 7, "{\"certificate_serial\": \"0A\", \"renewals\": 1}");
	commit(f);
	assert_int_equal(count(f, "SELECT count(*) FROM tokens WHERE "
				  "device_serial = 'AbC123' AND note = 'x' "
				  "AND place_kept = 'x'"),
			 1);
	assert_int_equal(count(f, "SELECT count(*) FROM certificates"), 1);
	assert_int_equal(count(f, "SELECT count(*) FROM certificates WHERE "
				  "certificate_serial = '0A' AND old_serial = "
				  "'00'"),
			 1);
}

#define ITEM(more)                                                              \
	"{\"record\": \"item\", \"request\": 1, \"device_serial\": \"T1\"" more \
	"}"

static void a_request_and_its_items_are_not_doubled(void **state)
{
	static const char request[] =
		"{\"record\": \"request\", \"procedure\": \"renew\", "
		"\"document_date\": \"2026-03-01\"}";
	struct fixture *f = *state;

	for (size_t i = 0; i < 2; i++) {
		take(f, 2, request);
		take(f, 3, ITEM(""));
		take(f, 4, ITEM(", \"certificate_serial\": \"0A\""));
		take(f, 5, ITEM(", \"certificate_serial\": \"0B\""));
		again(f);
	}
	assert_int_equal(count(f, "SELECT count(*) FROM requests"), 1);
	assert_int_equal(count(f, "SELECT count(*) FROM items"), 2);
}

#define UNNUMBERED(more)                                         \
	"{\"record\": \"request\", \"procedure\": \"recover\", " \
	"\"document_date\": \"2026-03-01\"" more "}"

/* Two agencies may write on one day, and neither letter have a number. */
static void unnumbered_letters_of_two_senders_are_two(void **state)
{
	static const char a[] = UNNUMBERED(", \"sender\": \"Sở Y tế\"");
	static const char b[] = UNNUMBERED(", \"sender\": \"Sở Tài chính\"");
	struct fixture *f = *state;

	for (size_t i = 0; i < 3; i++) {
		take(f, 2, a);
		take(f, 3, b);
		again(f);
	}
	assert_int_equal(count(f, "SELECT count(*) FROM requests"), 2);
	/* Whose this one is nobody knows. */
	take(f, 2, UNNUMBERED(""));
	assert_told(f, 2, "cơ quan gửi văn bản", "request=1");
	take(f, 3, UNNUMBERED(", \"request\": 9"));
	take(f, 4, UNNUMBERED(", \"sender\": \"Sở Nội vụ\""));
	assert_told(f, 4, "mã yêu cầu", "request=9");
	assert_int_equal(count(f, "SELECT count(*) FROM requests"), 3);
}

static void two_rows_of_an_unnumbered_letter_may_be_two(void **state)
{
	struct fixture *f = *state;

	take(f, 2, UNNUMBERED(""));
	take(f, 3, UNNUMBERED(""));
	assert_told(f, 3, "cơ quan gửi văn bản", "cannot be told");
	again(f);
	take(f, 2, UNNUMBERED(""));
	take(f, 3, UNNUMBERED(", \"request\": 7, \"sender\": \"Sở Y tế\""));
	take(f, 4, UNNUMBERED(", \"sender\": \"Sở Y tế\""));
	assert_told(f, 4, "mã yêu cầu", "request=1");
	commit(f);
	assert_int_equal(count(f, "SELECT count(*) FROM requests"), 2);
}

/* Whatever its cell has beside the number, a letter told again is one. */
static void a_letter_told_in_one_cell_is_one(void **state)
{
	static const char *const cells[] = {
		"15/STC-VP của Sở Y tế ngày 20/11/2025",
		"16/STC-VP năm 2025",
		"17/STC-VP (bản sao)",
	};
	struct fixture *f = *state;

	for (size_t i = 0; i < 9; i++) {
		char row[200];

		snprintf(row, sizeof(row),
			 "{\"record\": \"request\", \"procedure\": "
			 "\"recover\", \"document_number\": \"%s\"}",
			 cells[i % 3]);
		take(f, 2, row);
		again(f);
	}
	assert_int_equal(count(f, "SELECT count(*) FROM requests"), 3);
	assert_int_equal(count(f, "SELECT count(*) FROM requests WHERE "
				  "document_number = '15/STC-VP' AND sender = "
				  "'Sở Y tế' AND document_date = '2025-11-20'"),
			 1);
}

#define LOST(more) "{\"record\": \"loss\", \"device_serial\": \"T1\"" more "}"

/* A loss told again, with more or less of it and in other words, is one. */
static void a_loss_told_three_times_is_one(void **state)
{
	static const char *const rows[] = {
		LOST(""),
		LOST(", \"loss_kind\": \"lost\""),
		LOST(", \"loss_kind\": \"lost\", \"lost_date\": "
		     "\"20/03/2026\""),
		LOST(", \"lost_date\": \"khoảng 14h ngày 20/3/2026\""),
		LOST(", \"loss_kind\": \"lost\", \"lost_date\": "
		     "\"2026-03-20\", \"minutes\": \"3/BB\""),
	};
	struct fixture *f = *state;

	take(f, 2, "{\"device_serial\": \"T1\"}");
	for (size_t i = 0; i < 15; i++) {
		take(f, 3, rows[i % 5]);
		again(f);
	}
	assert_int_equal(count(f, "SELECT count(*) FROM losses"), 1);
	assert_int_equal(count(f, "SELECT count(*) FROM losses WHERE "
				  "lost_date = '20/03/2026' AND minutes = "
				  "'3/BB'"),
			 1);
	take(f, 2, LOST(", \"loss_kind\": \"leak\""));
	take(f, 3, LOST(", \"lost_date\": \"21/03/2026\""));
	assert_int_equal(count(f, "SELECT count(*) FROM losses"), 3);
	again(f);
	take(f, 4, LOST(""));
	assert_told(f, 4, "mã vụ việc", "loss=");
}

/* Nor is an attempt told three times, by its time, or an item of nothing. */
static void an_attempt_told_three_times_is_one(void **state)
{
	struct fixture *f = *state;

	take(f, 2, "{\"device_serial\": \"T1\"}");
	take(f, 3, UNNUMBERED(""));
	for (size_t i = 0; i < 3; i++) {
		take(f, 4,
		     "{\"record\": \"unblock\", \"device_serial\": \"T1\", "
		     "\"unblock_time\": \"2025-03-20T09:00:00+07:00\", "
		     "\"result\": \"ok\"}");
		again(f);
	}
	assert_int_equal(count(f, "SELECT count(*) FROM unblocks"), 1);
	take(f, 5,
	     "{\"record\": \"unblock\", \"device_serial\": \"T1\", "
	     "\"result\": \"ok\"}");
	assert_told(f, 5, "thời điểm khôi phục", "must be given");
	take(f, 6, "{\"record\": \"item\", \"request\": 1, \"reason\": \"x\"}");
	assert_told(f, 6, NULL, "names no subscriber");
}

static void a_number_alone_is_no_record(void **state)
{
	static const struct {
		const char *row, *column;
	} rows[] = {
		{ "{\"record\": \"request\", \"request\": 77}", "mã yêu cầu" },
		{ "{\"record\": \"request\", \"request\": 77, "
		  "\"sender\": null}",
		  "mã yêu cầu" },
		{ "{\"record\": \"subscriber\", \"subscriber\": 77}",
		  "mã thuê bao" },
		{ "{\"record\": \"loss\", \"loss\": 77}", "mã vụ việc" },
	};
	struct fixture *f = *state;

	for (size_t i = 0; i < 4; i++) {
		take(f, 2, rows[i].row);
		assert_told(f, 2, rows[i].column, "none of this number");
	}
	assert_int_equal(register_n_events(f->in.reg), 0);
}

/* The fixture's day is 01/01/2026. */
static void impossible_days_are_told(void **state)
{
	static const struct {
		const char *row, *column, *text;
	} rows[] = {
		{ "{\"name\": \"A\", \"birth_date\": \"2026-01-02\"}",
		  "ngày sinh", "still to come" },
		{ "{\"name\": \"A\", \"birth_date\": \"9999-12-31\"}",
		  "ngày sinh", "31/12/9999" },
		{ LOST(", \"reported_time\": \"2026-01-01T12:00:00+07:00\""),
		  "thời điểm báo", "still to come" },
		{ LOST(", \"lost_date\": \"30/02/2025\""), "thời điểm mất",
		  "no such day" },
		{ "{\"device_serial\": \"T1\", \"keeper\": \"A\", "
		  "\"decision\": \"5/QĐ-STC ngày 30/02/2025\"}",
		  "số quyết định giao quản lý", "no such day" },
		{ "{\"device_serial\": \"T1\", \"keeper\": \"A\", "
		  "\"decision\": \"5/QĐ-STC ngày 28/02/2025\", "
		  "\"decision_date\": \"2025-02-27\"}",
		  "ngày quyết định giao quản lý", "another day" },
		{ "{\"record\": \"request\", \"procedure\": \"recover\", "
		  "\"document_number\": \"15/STC-VP ngày 20/11/2025\", "
		  "\"document_date\": \"2025-11-21\"}",
		  "ngày văn bản", "another day" },
		{ "{\"record\": \"request\", \"procedure\": \"recover\", "
		  "\"document_number\": \"15/STC-VP năm 2024\", "
		  "\"document_date\": \"2025-11-21\"}",
		  "ngày văn bản", "another day" },
		{ "{\"record\": \"request\", \"procedure\": \"recover\", "
		  "\"document_number\": \"15/STC-VP của Sở Y tế\", "
		  "\"sender\": \"Sở Tài chính\"}",
		  "cơ quan gửi văn bản", "another sender" },
		{ "{\"record\": \"request\", \"procedure\": \"recover\", "
		  "\"document_number\": \"15/STC-VP ngày 20-11\"}",
		  "số văn bản", "no day there is" },
	};
	struct fixture *f = *state;

	for (size_t i = 0; i < sizeof(rows) / sizeof(rows[0]); i++) {
		take(f, 2, rows[i].row);
		assert_told(f, 2, rows[i].column, rows[i].text);
	}
	take(f, 2,
	     "{\"device_serial\": \"T1\", \"certificate_serial\": \"01\", "
	     "\"not_after\": \"9999-12-31\"}");
	assert_int_equal(f->errors.n, 0);
}

static void a_password_has_no_place(void **state)
{
	static const struct {
		const char *text;
		bool secret;
	} notes[] = {
		{ "mật khẩu 12345678", true },
		{ "PIN: 1234.", true },
		{ "pin-1234", true },
		{ "PUK1234-5678", true },
		{ "MAT KHAU la 0000 nhe", true },
		{ "passcode 12345678/2026", true },
		{ "đổi PIN ngày 12/11/2026", false },
		{ "đặt lại mật khẩu theo công văn 1234/STC-VP", false },
		{ "PIN thay 2026-11-02, lần 2", false },
		{ "két 12345678", false },
	};
	struct fixture *f = *state;

	for (size_t i = 0; i < sizeof(notes) / sizeof(notes[0]); i++) {
		char row[200];

		snprintf(row, sizeof(row),
			 "{\"device_serial\": \"T%zu\", \"note\": \"%s\"}", i,
			 notes[i].text);
		take(f, i + 2, row);
		if (notes[i].secret)
			assert_told(f, i + 2, "ghi chú", "password");
		else
			assert_int_equal(f->errors.n, 0);
	}
	commit(f);
}

/* Each field of each record that is text, as record_types has them. */
static void no_field_takes_a_secret(void **state)
{
	struct fixture *f = *state;
	struct store *store = register_store(f->in.reg);

	for (enum record_kind kind = 0; kind < RECORD_KINDS; kind++) {
		const struct record_type *type = &record_types[kind];

		for (size_t i = 0; type->columns[i]; i++) {
			json_t *fields = json_pack("{s:s}", type->columns[i],
						   "két, PIN 482913");

			if (!record_is_number(type->columns[i])) {
				register_act_begin(f->in.reg, &f->in.act);
				assert_int_equal(register_put(f->in.reg, kind,
							      fields, NULL),
						 PUT_FAILED);
				assert_int_equal(store_error(store),
						 -EKEYREJECTED);
				register_rollback(f->in.reg);
				register_begin(f->in.reg);
			}
			json_decref(fields);
		}
	}
	assert_int_equal(count(f, "SELECT count(*) FROM events"), 0);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		TEST(a_nameless_row_of_another_is_nobodys),
		TEST(a_namesake_is_not_taken_for_the_subscriber),
		TEST(an_address_may_change_but_not_the_number),
		TEST(capitals_make_no_other_name),
		TEST(a_first_table_makes_no_agency_twice),
		TEST(want_of_accents_makes_no_other_name),
		TEST(a_name_without_accents_may_be_of_two),
		TEST(a_person_of_no_agency_is_not_doubled),
		TEST(a_unit_goes_with_its_agency),
		TEST(a_unit_alone_comes_into_the_agency),
		TEST(a_constraint_is_told_as_one),
		TEST(a_second_keeper_needs_a_day),
		TEST(a_keeper_who_is_added_ends_the_one_before),
		TEST(a_keeper_told_late_ends_when_the_next_begins),
		TEST(days_are_compared_with_what_stands),
		TEST(a_number_is_not_beyond_the_highest),
		TEST(a_serial_is_one_in_any_case),
		TEST(a_request_and_its_items_are_not_doubled),
		TEST(unnumbered_letters_of_two_senders_are_two),
		TEST(two_rows_of_an_unnumbered_letter_may_be_two),
		TEST(a_letter_told_in_one_cell_is_one),
		TEST(a_loss_told_three_times_is_one),
		TEST(an_attempt_told_three_times_is_one),
		TEST(a_number_alone_is_no_record),
		TEST(impossible_days_are_told),
		TEST(a_password_has_no_place),
		TEST(no_field_takes_a_secret),
	};
	int failed;

	RUN(tests, failed);
	return failed;
}
