/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include <errno.h>

#include "base/buffer.h"
#include "input/datafile_reading.h"
#include "input/field.h"
#include "input/headings.h"
#include "input/template.h"
#include "unit/unit.h"

#define N(array) (sizeof(array) / sizeof((array)[0]))

static const struct data_list lists[] = {
	{ "agencies", "agency" },
	{ "tokens", "token" },
};

static int read_bytes(const char *text, size_t len,
		      struct data_records *records, struct data_errors *errors)
{
	/* No byte more than there is, so that a sanitizer sees one too many. */
	char *copy = malloc(len ? len : 1);
	int ret;

	assert_non_null(copy);
	memcpy(copy, text, len);
	ret = datafile_read_records(copy, len, lists, N(lists), records,
				    errors);
	free(copy);
	return ret;
}

static void print_errors(const struct data_errors *errors)
{
	size_t i;

	for (i = 0; i < errors->n; i++)
		print_message("row %zu, %s: %s\n", errors->list[i].row,
			      errors->list[i].column ? errors->list[i].column
						     : "no column",
			      errors->list[i].text);
}

/* @want: the rows as JSON; @numbers: theirs, with blanks between. */
static void assert_rows(const char *text, const char *want, const char *numbers)
{
	json_t *wanted = json_loads(want, 0, NULL);
	struct data_records records = { 0 };
	struct data_errors errors = { 0 };
	struct buffer b = { 0 };
	char *shown;
	size_t i;

	assert_non_null(wanted);
	if (read_bytes(text, strlen(text), &records, &errors))
		print_errors(&errors);
	assert_int_equal(errors.n, 0);
	shown = json_dumps(records.rows, JSON_COMPACT);
	if (!json_equal(records.rows, wanted))
		fail_msg("%s is not %s", shown, want);
	for (i = 0; i < json_array_size(records.rows); i++)
		buffer_printf(&b, "%s%zu", i ? " " : "", records.numbers[i]);
	buffer_put(&b, "", 1);
	assert_string_equal((const char *)b.data, numbers);
	buffer_free(&b);
	free(shown);
	json_decref(wanted);
	data_records_free(&records);
	data_errors_free(&errors);
}

static void assert_nth_error(const struct data_errors *errors, size_t n,
			     size_t row, const char *column, const char *words)
{
	const struct data_error *e = &errors->list[n];

	assert_true(n < errors->n);
	assert_int_equal(e->row, row);
	if (column)
		assert_string_equal(e->column, column);
	else
		assert_null(e->column);
	if (!strstr(e->text, words))
		fail_msg("\"%s\" does not say \"%s\"", e->text, words);
}

/* One error and no other. */
static void assert_wrong(const char *text, size_t row, const char *column,
			 const char *words)
{
	struct data_records records = { 0 };
	struct data_errors errors = { 0 };

	assert_int_equal(read_bytes(text, strlen(text), &records, &errors),
			 -EINVAL);
	assert_null(records.rows);
	assert_null(records.numbers);
	if (errors.n != 1)
		print_errors(&errors);
	assert_int_equal(errors.n, 1);
	assert_nth_error(&errors, 0, row, column, words);
	data_errors_free(&errors);
}

static void tables_of_offices(void **state)
{
	(void)state;
	assert_rows(
		"STT;Họ và tên;Số CCCD;Ngày cấp CCCD;Thư công vụ;Đơn vị;"
		"Số hiệu token;Serial chứng thư;Có hiệu lực từ;Hết hạn\n"
		"1;Nguyễn Văn A;001234567890;1/2/2020;a@vidu.gov.vn;"
		"Văn phòng;VIDU1;54 01 ab;1/1/2024;1/1/2027\n",
		"[{\"name\":\"Nguyễn Văn A\",\"id_number\":\"001234567890\","
		"\"id_date\":\"2020-02-01\",\"email\":\"a@vidu.gov.vn\","
		"\"unit\":\"Văn phòng\",\"device_serial\":\"VIDU1\","
		"\"certificate_serial\":\"5401AB\","
		"\"not_before\":\"2024-01-01\","
		"\"not_after\":\"2027-01-01\"}]",
		"2");
	assert_rows("bản ghi,mã thuê bao,Lý do rời vị trí,thời điểm báo,"
		    "chuyên dùng công vụ,Loại thiết bị\n"
		    "Thuê bao,7,Nghỉ hưu,21/11/2026 9:30,x,sim pki\n",
		    "[{\"record\":\"subscriber\",\"subscriber\":7,"
		    "\"left_reason\":\"retired\","
		    "\"reported_time\":\"2026-11-21T09:30:00+07:00\","
		    "\"official\":true,\"device_kind\":\"SIM PKI\"}]",
		    "2");
	assert_rows("\"Số định danh cá nhân/Ngày cấp, nơi cấp\",Ghi chú\n"
		    "\"001234567890, 15/03/2022, Cục CS\",x\n",
		    "[{\"id_number\":\"001234567890\","
		    "\"id_date\":\"2022-03-15\",\"id_place\":\"Cục CS\","
		    "\"note\":\"x\"}]",
		    "2");
}

/* The headings that stand for one field; any of them, in any spelling. */
static void headings_of_offices(void **state)
{
	static const struct {
		const char *field, *value, *headings;
	} samples[] = {
		{ "name", "A",
		  "Họ và tên;HO TEN;Tên chứng thư;tên thuê bao;name" },
		{ "device_serial", "V1",
		  "Số hiệu token;Serial token;Số serial token;Số token;"
		  "Số hiệu thiết bị;Số hiệu thiết bị (token)" },
		{ "certificate_serial", "AB",
		  "Số hiệu chứng thư;Serial chứng thư;Số hiệu chứng thư số" },
		{ "id_number", "001234567890", "Số CCCD;CCCD;CMND/CCCD" },
		{ "id_date", "2020-02-01", "Ngày cấp CCCD;id_date" },
		{ "email", "a@vidu.gov.vn",
		  "Email;E-mail;Email công vụ;Thư điện tử;Thư công vụ" },
		{ "phone", "0912345678",
		  "Điện thoại;Số điện thoại;SĐT;Di động" },
		{ "organization", "A", "Cơ quan;Cơ quan công tác" },
		{ "parent", "A", "Cơ quan chủ quản" },
		{ "unit", "A", "Đơn vị;Phòng ban;Phòng;Phòng, đơn vị" },
		{ "title", "A", "Chức danh;Chức vụ" },
		{ "not_before", "2024-01-01",
		  "Ngày bắt đầu;Hiệu lực từ;Có hiệu lực từ" },
		{ "not_after", "2024-01-01",
		  "Ngày hết hạn;Hiệu lực đến;Hết hạn;Ngày hết hiệu lực" },
		{ "device_kind", "PKI Token", "Loại thiết bị" },
		{ "keeper", "A", "Người quản lý;Người giữ;Người bảo quản" },
		{ "place_kept", "A", "Nơi lưu giữ;Nơi bảo quản" },
		{ "user_pin", "locked", "user_pin;Trạng thái mật khẩu" },
	};
	size_t i;

	(void)state;
	for (i = 0; i < N(samples); i++) {
		char *headings = strdup(samples[i].headings), *rest = headings;
		char *heading, *text, *want;

		while ((heading = strsep(&rest, ";"))) {
			assert_true(asprintf(&text, "\"%s\"\n%s\n", heading,
					     samples[i].value) > 0);
			assert_true(asprintf(&want, "[{\"%s\":\"%s\"}]",
					     samples[i].field,
					     samples[i].value) > 0);
			assert_rows(text, want, "2");
			free(text);
			free(want);
		}
		free(headings);
	}
	assert_rows("Số lần gia hạn\n1\n", "[{\"renewals\":1}]", "2");
}

/* By its name and by its label, as the register prints it. */
static void every_field_is_known(void **state)
{
	const struct field *f;
	size_t i;

	(void)state;
	for (i = 0; (f = field_at(i)); i++) {
		struct data_records records = { 0 };
		struct data_errors errors = { 0 };
		char *text;

		/* These may be the certificate's or the token's as well. */
		if (!strcmp(f->name, "id_date") || !strcmp(f->name, "id_place"))
			continue;
		assert_true(asprintf(&text, "\"%s\",\n", f->label) > 0);
		assert_int_equal(
			read_bytes(text, strlen(text), &records, &errors), 0);
		data_records_free(&records);
		free(text);
		assert_true(asprintf(&text, "[{\"%s\":null}]", f->name) > 0);
		assert_int_equal(
			read_bytes(text, strlen(text), &records, &errors), 0);
		assert_true(json_is_null(json_object_get(
			json_array_get(records.rows, 0), f->name)));
		data_records_free(&records);
		data_errors_free(&errors);
		free(text);
	}
}

/* Calls @take for each of @headings. */
static void each_heading(struct reading *r, const char *headings,
			 void (*take)(const struct data_target *target,
				      const char *heading, const void *want),
			 const void *want)
{
	char *copy = strdup(headings), *rest = copy, *heading;

	assert_non_null(copy);
	while ((heading = strsep(&rest, HEADINGS_BETWEEN))) {
		const struct data_target *target = data_names_find(r, heading);

		if (!target)
			fail_msg("\"%s\" is not known", heading);
		take(target, heading, want);
	}
	free(copy);
}

static void assert_is_for(const struct data_target *target, const char *heading,
			  const void *field)
{
	if (target->doubt || !target->fields[0] ||
	    strcmp(target->fields[0]->name, field) != 0)
		fail_msg("\"%s\" is not %s", heading, (const char *)field);
}

static void assert_is_doubt(const struct data_target *target,
			    const char *heading, const void *doubt)
{
	if (target->doubt != doubt)
		fail_msg("\"%s\" is in no doubt", heading);
}

static void assert_is_unkept(const struct data_target *target,
			     const char *heading, const void *unused)
{
	(void)unused;
	if (!target->unkept)
		fail_msg("\"%s\" is kept", heading);
}

/* No heading of the vocabulary stands in the way of another. */
static void a_heading_means_one_thing(void **state)
{
	const struct heading_words *words;
	const struct heading_doubt *doubt;
	struct template template;

	(void)state;
	for (int of_register = 0; of_register < 2; of_register++) {
		struct reading r = { .of_register = of_register };

		data_names_make(&r, NULL, 0);
		for (words = headings_usual; words->field; words++)
			each_heading(&r, words->headings, assert_is_for,
				     words->field);
		for (doubt = headings_doubtful; doubt->headings; doubt++)
			if (!of_register || !doubt->of_documents)
				each_heading(&r, doubt->headings,
					     assert_is_doubt, doubt);
		each_heading(&r, headings_unkept, assert_is_unkept, NULL);
		assert_int_equal(template_of_register(&template), 0);
		for (size_t i = 1; i < template.n; i++)
			assert_is_for(data_names_find(
					      &r, template.columns[i].heading),
				      template.columns[i].heading,
				      template.columns[i].field->name);
		template_free(&template);
		assert_false(r.failed);
		arena_free(&r.arena);
	}
}

static void headings_that_may_mean_two_things(void **state)
{
	(void)state;
	assert_wrong("Họ tên,Ngày cấp\nA,1/2/2020\n", 1, "Ngày cấp",
		     "Write \"Ngày cấp CCCD\" or");
	assert_wrong("Họ tên,SERIAL\nA,1\n", 1, "SERIAL",
		     "Write \"Số hiệu token\" or");
	assert_wrong("[{\"Ngày thu hồi\":\"1/2/2020\"}]", 1, "Ngày thu hồi",
		     "Write \"Ngày thu hồi thiết bị\" or");
}

static void passwords_are_refused(void **state)
{
	static const char *const headings[] = {
		"mật khẩu",	  "PIN",	   "Mã PIN",   "PUK",
		"SO PIN",	  "so_pin",	   "password", "Passcode",
		"mật khẩu token", "Mật khẩu SIM",  "MAT KHAU", "matkhau",
		"PIN (mới)",	  "Ghi chú (PIN)", "PIN2",     "mk token",
		"User PIN mới",
	};
	size_t i;
	char *text;

	(void)state;
	for (i = 0; i < N(headings); i++) {
		assert_true(asprintf(&text, "name,%s\nA,12345678\n",
				     headings[i]) > 0);
		assert_wrong(text, 1, headings[i],
			     "A password must not be given");
		free(text);
		assert_true(asprintf(&text, "[{\"%s\":\"12345678\"}]",
				     headings[i]) > 0);
		assert_wrong(text, 1, headings[i],
			     "A password must not be given");
		free(text);
	}
	assert_wrong("user_pin\n12345678\n", 2, "user_pin",
		     "must not be written");
}

static void unknown_headings(void **state)
{
	struct data_records records = { 0 };
	struct data_errors errors = { 0 };
	const char *text = "a,Hộ chiếu,name\n1,2,3\n";

	(void)state;
	assert_int_equal(read_bytes(text, strlen(text), &records, &errors),
			 -EINVAL);
	assert_int_equal(errors.n, 2);
	assert_nth_error(
		&errors, 0, 1, "a",
		"There is no such column. \"ckstoken register template\" ");
	/* Where they stand is told once. */
	assert_nth_error(&errors, 1, 1, "Hộ chiếu", "There is no such column.");
	assert_null(strstr(errors.list[1].text, "There are"));
	data_errors_free(&errors);
	text = "[{\"a\":1},{\"b\":1}]";
	assert_int_equal(read_bytes(text, strlen(text), &records, &errors),
			 -EINVAL);
	assert_int_equal(errors.n, 2);
	assert_nth_error(&errors, 0, 1, "a", "There is no such field.");
	assert_nth_error(&errors, 1, 2, "b", "There is no such field.");
	data_errors_free(&errors);
	assert_wrong("STT\n1\n", 1, NULL,
		     "names no column. \"ckstoken register template\" ");
	assert_wrong("Đơn vị,Phòng\nA,B\n", 1, "Phòng", "given twice");
}

static void what_is_blank_is_not_given(void **state)
{
	(void)state;
	assert_rows("name,second_device,official,note,unit\n"
		    "A,,\xc2\xa0,,không\nB,không,x,,\n,,,,\n",
		    "[{\"name\":\"A\",\"unit\":\"không\"},"
		    "{\"name\":\"B\",\"second_device\":false,"
		    "\"official\":true}]",
		    "2 3");
	assert_rows("[{\"name\":\"A\",\"note\":\"\",\"temporary\":\" \"},{},"
		    "{\"temporary\":false}]",
		    "[{\"name\":\"A\"},{\"temporary\":false}]", "1 3");
}

static void null_clears(void **state)
{
	(void)state;
	assert_rows("[{\"name\":null,\"renew\":null,\"Đơn vị\":null,"
		    "\"renewals\":null}]",
		    "[{\"name\":null,\"renew\":null,\"unit\":null,"
		    "\"renewals\":null}]",
		    "1");
	assert_rows("[{\"Số định danh cá nhân/Ngày cấp, nơi cấp\":null}]",
		    "[{\"id_number\":null,\"id_date\":null,"
		    "\"id_place\":null}]",
		    "1");
	assert_wrong("[{\"unit\":null,\"Đơn vị\":\"A\"}]", 1, "Đơn vị",
		     "given twice");
}

static void lists_of_records(void **state)
{
	(void)state;
	assert_rows("{\"version\":1,\"time\":\"2026-11-21T09:00:00+07:00\","
		    "\"program\":{},\"agencies\":[{\"name\":\"Sở A\"}],"
		    "\"tokens\":[{},{\"device_serial\":\"V1\"},"
		    "{\"record\":\"thiết bị\",\"device_serial\":\"V2\"}]}",
		    "[{\"name\":\"Sở A\",\"record\":\"agency\"},"
		    "{\"device_serial\":\"V1\",\"record\":\"token\"},"
		    "{\"device_serial\":\"V2\",\"record\":\"token\"}]",
		    "1 2 3");
	assert_rows("{}", "[]", "");
	assert_wrong("{\"tokens\":[{},{\"record\":\"agency\"}]}", 2,
		     "tokens.record", "not of the kind that the list");
	assert_wrong("{\"tokens\":[{\"record\":null}]}", 1, "tokens.record",
		     "not of the kind that the list");
	assert_wrong("{\"agencies\":[],\"tokens\":[{\"email\":\"x\"}]}", 1,
		     "tokens.email", "not an e-mail");
	assert_wrong("{\"tokens\":[7]}", 1, "tokens", "must be an object");
	assert_wrong("{\"tokens\":{}}", 0, "tokens", "must be a list");
	assert_wrong("{\"subscribers\":[]}", 0, "subscribers",
		     "There is no such member");
	assert_wrong("{\"name\":\"A\"}", 0, "name", "There is no such member");
}

/* The register looks for them, in what it has too. */
static void doubles_are_let_through(void **state)
{
	(void)state;
	assert_rows("name,device_serial\nA,V1\nA,V1\n",
		    "[{\"name\":\"A\",\"device_serial\":\"V1\"},"
		    "{\"name\":\"A\",\"device_serial\":\"V1\"}]",
		    "2 3");
}

static void all_errors_at_once(void **state)
{
	struct data_records records = { 0 };
	struct data_errors errors = { 0 };
	const char *text = "Họ tên,Loại thiết bị,Số hiệu token,mã yêu cầu\n"
			   "A,HSM,\"5,4E+30\",0\n"
			   "B,PKI Token\n";

	(void)state;
	assert_int_equal(read_bytes(text, strlen(text), &records, &errors),
			 -EINVAL);
	assert_int_equal(errors.n, 4);
	assert_nth_error(&errors, 0, 2, "Loại thiết bị",
			 "PKI Token or SIM PKI");
	assert_nth_error(&errors, 1, 2, "Số hiệu token", "Excel has turned");
	assert_nth_error(&errors, 2, 2, "mã yêu cầu", "from 1 to");
	assert_nth_error(&errors, 3, 3, NULL, "number of cells");
	data_errors_free(&errors);
}

static void more_rows_than_a_document_takes(void **state)
{
	struct data_records records = { 0 };
	struct data_errors errors = { 0 };
	struct buffer b = { 0 };
	size_t i;

	(void)state;
	buffer_puts(&b, "name,renewals\n");
	for (i = 0; i < 100001; i++)
		buffer_puts(&b, "A,1\n");
	assert_int_equal(read_bytes((char *)b.data, b.len, &records, &errors),
			 0);
	assert_int_equal(json_array_size(records.rows), 100001);
	assert_int_equal(records.numbers[100000], 100002);
	data_records_free(&records);
	buffer_free(&b);
	/* JSON is counted before it is read. */
	buffer_puts(&b, "[");
	for (i = 0; i < 1002000; i++)
		buffer_puts(&b, "{},");
	assert_int_equal(read_bytes((char *)b.data, b.len, &records, &errors),
			 -EINVAL);
	assert_int_equal(errors.n, 1);
	assert_nth_error(&errors, 0, 0, NULL, "more than 1,000,000 rows");
	data_errors_free(&errors);
	buffer_free(&b);
}

/* A value is made once for many rows, but only where it is the same. */
static void values_that_come_again(void **state)
{
	(void)state;
	assert_rows("name,note,renew,not_after,renewals\n"
		    "A,A,x,1/2/2026,1\nA,A,x,1/2/2026,1\ny,1,1,,1\n",
		    "[{\"name\":\"A\",\"note\":\"A\",\"renew\":true,"
		    "\"not_after\":\"2026-02-01\",\"renewals\":1},"
		    "{\"name\":\"A\",\"note\":\"A\",\"renew\":true,"
		    "\"not_after\":\"2026-02-01\",\"renewals\":1},"
		    "{\"name\":\"y\",\"note\":\"1\",\"renew\":true,"
		    "\"renewals\":1}]",
		    "2 3 4");
}

/* A day beside the identity card made a certificate that was never issued. */
static void the_end_of_an_identity_card_is_no_certificates(void **state)
{
	(void)state;
	assert_wrong("Họ tên,Số CCCD,Ngày cấp CCCD,Ngày hết hạn,Mã token\n"
		     "B,001090000002,1/4/2021,15/03/2032,V1\n",
		     1, "Ngày hết hạn", "identity card or the certificate");
	assert_wrong("Số CCCD,Hạn sử dụng,Mã token\n"
		     "001090000002,15/03/2032,V1\n",
		     1, "Hạn sử dụng", "identity card or the certificate");
	assert_wrong("Họ tên,HSD,Số CCCD,Mã token\n"
		     "B,15/03/2032,001090000002,V1\n",
		     1, "HSD", "identity card or the certificate");
	assert_rows("Số CCCD,Mã token,HSD\n001090000002,V1,15/03/2032\n",
		    "[{\"id_number\":\"001090000002\",\"device_serial\":"
		    "\"V1\",\"not_after\":\"2032-03-15\"}]",
		    "2");
}

/* The one day that was told was mended, and the others stayed turned round. */
static void a_month_written_first_warns_of_the_whole_column(void **state)
{
	(void)state;
	assert_wrong("Họ tên,Ngày sinh\nA,3/25/1985\nB,4/5/1985\n", 2,
		     "Ngày sinh", "look at its other days");
}

/* "12" below "Số token" made a token of that number. */
static void how_many_tokens_there_are_is_no_serial_number(void **state)
{
	(void)state;
	assert_wrong("Cơ quan,Số token\nSở A,12\n", 2, "Số token",
		     "how many there are");
	assert_wrong("Đơn vị,Số thiết bị\nVăn phòng,2\n", 2, "Số thiết bị",
		     "how many there are");
	assert_rows("Số token\n00123\n", "[{\"device_serial\":\"00123\"}]",
		    "2");
	assert_rows("Số hiệu token\n12\n", "[{\"device_serial\":\"12\"}]", "2");
}

/* A token's day and place of issue became those of the identity card. */
static void the_issue_of_a_token_is_not_the_cards(void **state)
{
	(void)state;
	assert_wrong("Họ tên,Mã token,Nơi cấp\nB,V1,Cục CTS\n", 1, "Nơi cấp",
		     "or the token or the certificate");
	assert_wrong("Họ tên,Mã token,Nơi cấp CCCD,Ngày cấp\n"
		     "B,V1,Cục CS,1/4/2021\n",
		     1, "Ngày cấp", "identity card or the certificate");
	assert_wrong("Số CCCD,Mã token,Nơi cấp\n001090000002,V1,Cục CS\n", 1,
		     "Nơi cấp", "or the token or the certificate");
	assert_rows("Số CCCD,Nơi cấp,Ngày cấp,Mã token\n"
		    "001090000002,Cục CS,1/4/2021,V1\n",
		    "[{\"id_number\":\"001090000002\",\"id_place\":"
		    "\"Cục CS\",\"id_date\":\"2021-04-01\","
		    "\"device_serial\":\"V1\"}]",
		    "2");
}

/* "Email (cá nhân)" was taken for the official address. */
static void words_in_parentheses_are_not_dropped(void **state)
{
	static const char *const headings[] = {
		"Email (cá nhân)", "Mã token (cũ)", "Số CCCD (người nhận thay)",
		"Số điện thoại (vợ)", "Họ tên (người quản lý)"
	};

	(void)state;
	for (size_t i = 0; i < N(headings); i++) {
		char *text = NULL;

		assert_true(asprintf(&text, "%s,Cơ quan\nx,Sở A\n",
				     headings[i]) > 0);
		assert_wrong(text, 1, headings[i], "words in parentheses");
		free(text);
	}
}

/* "PHÒNG NGÂN SÁCH" became a subscriber. */
static void the_title_of_a_group_is_nobody(void **state)
{
	(void)state;
	assert_wrong("STT,Họ và tên,Email\n,PHÒNG NGÂN SÁCH,\n"
		     "1,A,a@vidu.gov.vn\n",
		     2, NULL, "name of a group");
	assert_wrong("Họ và tên,Email\nA,a@vidu.gov.vn\nVĂN PHÒNG,\n", 3, NULL,
		     "name of a group");
	assert_rows("Họ và tên,Email\nPHÒNG TÀI CHÍNH,a@vidu.gov.vn\n"
		    "Ban Văn B,\n",
		    "[{\"name\":\"PHÒNG TÀI CHÍNH\","
		    "\"email\":\"a@vidu.gov.vn\"},{\"name\":\"Ban Văn B\"}]",
		    "2 3");
}

/* Somebody who was added in the column STT was dropped without a word. */
static void a_row_in_passed_over_columns_is_told(void **state)
{
	(void)state;
	assert_wrong("STT,Họ và tên,Email\n1,A,\n\"Bổ sung: Lê D\",,\n", 3,
		     NULL, "\"Bổ sung: Lê D\" stands in a column");
	assert_rows("STT,Họ và tên,Email\n1,A,\n2,,\n", "[{\"name\":\"A\"}]",
		    "2");
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(the_title_of_a_group_is_nobody),
		cmocka_unit_test(a_row_in_passed_over_columns_is_told),
		cmocka_unit_test(
			the_end_of_an_identity_card_is_no_certificates),
		cmocka_unit_test(
			a_month_written_first_warns_of_the_whole_column),
		cmocka_unit_test(how_many_tokens_there_are_is_no_serial_number),
		cmocka_unit_test(the_issue_of_a_token_is_not_the_cards),
		cmocka_unit_test(words_in_parentheses_are_not_dropped),
		cmocka_unit_test(tables_of_offices),
		cmocka_unit_test(headings_of_offices),
		cmocka_unit_test(every_field_is_known),
		cmocka_unit_test(a_heading_means_one_thing),
		cmocka_unit_test(headings_that_may_mean_two_things),
		cmocka_unit_test(passwords_are_refused),
		cmocka_unit_test(unknown_headings),
		cmocka_unit_test(what_is_blank_is_not_given),
		cmocka_unit_test(null_clears),
		cmocka_unit_test(lists_of_records),
		cmocka_unit_test(doubles_are_let_through),
		cmocka_unit_test(all_errors_at_once),
		cmocka_unit_test(more_rows_than_a_document_takes),
		cmocka_unit_test(values_that_come_again),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
