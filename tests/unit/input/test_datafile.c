/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include <errno.h>
#include <unistd.h>

#include "base/buffer.h"
#include "input/datafile.h"
#include "unit/unit.h"

#define N(array) (sizeof(array) / sizeof((array)[0]))

#define IDENTITY "Số định danh cá nhân/Ngày cấp, nơi cấp"
#define CERTIFICATE "Số hiệu chứng thư (SIM-PKI ghi thêm số điện thoại ký số)"

/* Columns of several forms at once. */
static const struct data_column columns[] = {
	{ "STT", "" },
	{ "Họ và tên", "name" },
	{ "Ngày sinh", "birth_date" },
	{ IDENTITY " (cá nhân)", "id_number id_date id_place" },
	{ "Địa chỉ thư điện tử công vụ", "email" },
	{ "Tên cơ quan, tổ chức công tác", "organization" },
	{ CERTIFICATE, "certificate_serial sim_phone" },
	{ "Gia hạn (×)", "renew" },
	{ "Chứng thư cũ (nếu có)/Điện thoại liên hệ", "old_serial phone" },
};

static int read_bytes(const char *text, size_t len, json_t **data,
		      struct data_errors *errors)
{
	/* No byte more than there is, so that a sanitizer sees one too many. */
	char *copy = malloc(len ? len : 1);
	json_t *numbers = NULL;
	int ret;

	assert_non_null(copy);
	memcpy(copy, text, len);
	ret = datafile_read(copy, len, columns, N(columns), NULL, data,
			    &numbers, errors);
	assert_int_equal(
		json_array_size(numbers),
		json_array_size(json_object_get(*data, "subscribers")));
	json_decref(numbers);
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

/* Of @len bytes, @want being what JSON says they hold. */
static void assert_bytes(const char *text, size_t len, const char *want)
{
	json_t *wanted = json_loads(want, 0, NULL), *data = NULL;
	struct data_errors errors = { 0 };
	int ret = read_bytes(text, len, &data, &errors);
	char *shown;

	assert_non_null(wanted);
	print_errors(&errors);
	assert_int_equal(ret, 0);
	assert_int_equal(errors.n, 0);
	shown = json_dumps(data, JSON_COMPACT);
	if (!json_equal(data, wanted))
		fail_msg("%s is not %s", shown, want);
	free(shown);
	json_decref(wanted);
	json_decref(data);
	data_errors_free(&errors);
}

/* @rows: of the subscribers, all there is. */
static void assert_rows(const char *text, const char *rows)
{
	char *want = NULL;

	assert_true(asprintf(&want, "{\"subscribers\":[%s]}", rows) > 0);
	assert_bytes(text, strlen(text), want);
	free(want);
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

static void assert_wrong_bytes(const char *text, size_t len, size_t row,
			       const char *column, const char *words)
{
	struct data_errors errors = { 0 };
	json_t *data = NULL;
	int ret = read_bytes(text, len, &data, &errors);

	assert_int_equal(ret, -EINVAL);
	assert_null(data);
	if (errors.n != 1)
		print_errors(&errors);
	assert_int_equal(errors.n, 1);
	assert_nth_error(&errors, 0, row, column, words);
	data_errors_free(&errors);
}

/* One error and no other. */
static void assert_wrong(const char *text, size_t row, const char *column,
			 const char *words)
{
	assert_wrong_bytes(text, strlen(text), row, column, words);
}

static void headings_of_the_form(void **state)
{
	(void)state;
	assert_rows(
		"STT;Họ và tên;Ngày sinh\n1;Nguyễn Văn A;1/2/1980\n",
		"{\"name\":\"Nguyễn Văn A\",\"birth_date\":\"1980-02-01\"}");
	assert_rows("tt,HO VA TEN,ngay sinh\n1,A,1.2.1980\n",
		    "{\"name\":\"A\",\"birth_date\":\"1980-02-01\"}");
	assert_rows("\"Số thứ tự\",\" Họ  và\ntên:\"\n1,A\n",
		    "{\"name\":\"A\"}");
	/* Composed of marks, as Macs write it. */
	assert_rows("Ho\xcc\xa3 va\xcc\x80 te\xcc\x82n,email\nA,a@b.vn\n",
		    "{\"name\":\"A\",\"email\":\"a@b.vn\"}");
	assert_rows("Gia hạn (x)\nx\n", "{\"renew\":true}");
	assert_rows("Gia hạn,Họ và tên\n,A\n",
		    "{\"renew\":false,\"name\":\"A\"}");
	assert_rows("Họ và tên (in hoa)\nA\n", "{\"name\":\"A\"}");
	assert_rows("Tên cơ quan, tổ chức công tác;name\nSở;A\n",
		    "{\"organization\":\"Sở\",\"name\":\"A\"}");
}

static void names_and_labels_of_fields(void **state)
{
	(void)state;
	assert_rows("name,id_number,ID DATE\nA,001234567890,1/2/2020\n",
		    "{\"name\":\"A\",\"id_number\":\"001234567890\","
		    "\"id_date\":\"2020-02-01\"}");
	/* Of this form or not. */
	assert_rows("tax_code,title\n", "");
	assert_rows("Mã số thuế,reason\n0100109106,Nghỉ hưu\n",
		    "{\"tax_code\":\"0100109106\",\"reason\":\"Nghỉ hưu\"}");
}

static void columns_in_parts(void **state)
{
	(void)state;
	assert_rows(
		"Số định danh cá nhân;Ngày cấp;Nơi cấp;Họ và tên\n"
		"001234567890;15/03/2022;Cục CS;A\n",
		"{\"id_number\":\"001234567890\",\"id_date\":\"2022-03-15\","
		"\"id_place\":\"Cục CS\",\"name\":\"A\"}");
	assert_rows("Số hiệu chứng thư;Số điện thoại ký số\n5401;0912345678\n",
		    "{\"certificate_serial\":\"5401\","
		    "\"sim_phone\":\"0912345678\"}");
	/* The form calls them otherwise than the fields are labelled. */
	assert_rows("Chứng thư cũ;Điện thoại liên hệ\n5401;0912345678\n",
		    "{\"old_serial\":\"5401\",\"phone\":\"0912345678\"}");
	/* The whole and a part of it, each with what it holds. */
	assert_rows("Ngày cấp;" IDENTITY "\n15/03/2022;001234567890 Cục CS\n",
		    "{\"id_date\":\"2022-03-15\","
		    "\"id_number\":\"001234567890\","
		    "\"id_place\":\"Cục CS\"}");
	assert_wrong("Ngày cấp;" IDENTITY "\n"
		     "15/03/2022;001234567890 15/03/2022 Cục CS\n",
		     2, IDENTITY, "given twice");
	assert_wrong(IDENTITY ";Ngày cấp\n"
			      "001234567890 15/03/2022 Cục CS;15/03/2022\n",
		     2, "Ngày cấp", "given twice");
}

static void assert_identity(const char *cell, const char *want)
{
	char *text = NULL;

	assert_true(asprintf(&text, "\"" IDENTITY "\"\n\"%s\"\n", cell) > 0);
	assert_rows(text, want);
	free(text);
}

static void assert_no_identity(const char *cell, const char *words)
{
	char *text = NULL;

	assert_true(asprintf(&text, "\"" IDENTITY "\"\n\"%s\"\n", cell) > 0);
	assert_wrong(text, 2, IDENTITY, words);
	free(text);
}

static void identities_are_parted(void **state)
{
	static const char *const cells[] = {
		"001234567890, 15/03/2022, Cục CS, QLHC",
		"001234567890/15/03/2022, Cục CS, QLHC",
		"001234567890\n15/03/2022\nCục CS, QLHC",
		"001234567890\r\n15/03/2022\r\nCục CS, \r\nQLHC",
		"001 234 567 890; 15-03-2022; Cục CS, QLHC",
		"001.234.567.890 15/3/2022 Cục CS, QLHC",
		"001234567890 / 2022-03-15 / Cục CS, QLHC",
		"001234567890 - 15.03.2022 - Cục CS, QLHC",
		"001234567890\302\24015/03/2022\302\240Cục CS, QLHC",
	};
	size_t i;

	(void)state;
	for (i = 0; i < N(cells); i++)
		assert_identity(cells[i], "{\"id_number\":\"001234567890\","
					  "\"id_date\":\"2022-03-15\","
					  "\"id_place\":\"Cục CS, QLHC\"}");
	assert_identity("012345678 15/03/2022 CA P.3",
			"{\"id_number\":\"012345678\","
			"\"id_date\":\"2022-03-15\",\"id_place\":\"CA P.3\"}");
	assert_identity("001234567890", "{\"id_number\":\"001234567890\"}");
	assert_identity("15/03/2022", "{\"id_date\":\"2022-03-15\"}");
	assert_identity("Cục CS", "{\"id_place\":\"Cục CS\"}");
	assert_identity("", "");
	assert_identity(" ,; ", "");
}

static void wrong_parts_are_told(void **state)
{
	const char *model = "Write: 001234567890, 15/03/2022, nơi cấp";

	(void)state;
	assert_no_identity("001234567890, 1/2/22, Cục",
			   "01/02/2022 and as 01/02/1922");
	assert_no_identity("001234567890, 31/02/2022, Cục", "no such day");
	assert_no_identity("1234567890, 15/03/2022, Cục", "Zeros are missing");
	assert_no_identity("1,23E+11, 15/03/2022, Cục", "Excel has turned");
	assert_no_identity("001234567890x, 15/03/2022, Cục", "has 12 digits");
	assert_no_identity("001234567890, Cục CS, 15/03/2022", model);
	assert_no_identity("001234567890 cấp ngày 15/03/2022 tại Cục", model);
	assert_no_identity("001234567890, 3/2022, Cục CS", model);
	assert_no_identity("001234567890, 15/03/20222, Cục CS", model);
}

static void certificates_are_parted(void **state)
{
	(void)state;
	assert_rows("\"" CERTIFICATE "\",name\n"
		    "5401AB (0912 345 678),A\n54 01 ac 0912345678,B\n"
		    "54:01:ad/+84912345678,C\n5401ae,D\n54 01 AF,E\n",
		    "{\"certificate_serial\":\"5401AB\","
		    "\"sim_phone\":\"0912345678\",\"name\":\"A\"},"
		    "{\"certificate_serial\":\"5401AC\","
		    "\"sim_phone\":\"0912345678\",\"name\":\"B\"},"
		    "{\"certificate_serial\":\"5401AD\","
		    "\"sim_phone\":\"0912345678\",\"name\":\"C\"},"
		    "{\"certificate_serial\":\"5401AE\",\"name\":\"D\"},"
		    "{\"certificate_serial\":\"5401AF\",\"name\":\"E\"}");
	assert_wrong("\"" CERTIFICATE "\"\n\"5,4E+30\"\n", 2, CERTIFICATE,
		     "Excel has turned");
	assert_wrong("\"" CERTIFICATE "\"\n\"5401, 0912345678, khác\"\n", 2,
		     CERTIFICATE, "Write: 5401A2B3C4D5, 0912345678");
}

static void blank_rows_and_columns(void **state)
{
	(void)state;
	assert_rows("STT,name,renew,,\n1,A,,,\n,,,,\n\n2,,,,\n3,B,x,,\n",
		    "{\"name\":\"A\",\"renew\":false},"
		    "{\"name\":\"B\",\"renew\":true}");
	assert_rows("name,email\n", "");
	assert_wrong("name,,email\nA,x,a@b.vn\n", 2, NULL,
		     "something in column B, which has no heading");
}

static void wrong_headings(void **state)
{
	struct data_errors errors = { 0 };
	json_t *data = NULL;

	(void)state;
	assert_wrong(
		"name,Mật hiệu\nA,1\n", 1, "Mật hiệu",
		"There is no such column. The columns are: Họ và tên; Ngày sinh;");
	assert_wrong("name,Họ và tên\nA,B\n", 1, "Họ và tên", "given twice");
	assert_wrong("Ngày cấp CCCD,id date\n,\n", 1, "id date", "given twice");
	assert_wrong("\"" IDENTITY "\",\"" IDENTITY "\"\n,\n", 1, IDENTITY,
		     "given twice");
	assert_wrong("STT\n1\n", 1, NULL,
		     "names no column. The columns are: Họ");
	assert_wrong("sep=,\nname,x\n", 1, "x", "no such column");
	assert_wrong("", 0, NULL, "There is nothing in it");
	assert_wrong("\xef\xbb\xbf\n\r\n,,\n", 0, NULL,
		     "There is nothing in it");
	assert_int_equal(read_bytes("a,b\n1,2\n", 8, &data, &errors), -EINVAL);
	assert_int_equal(errors.n, 3);
	assert_nth_error(&errors, 0, 1, "a", "no such column");
	assert_nth_error(&errors, 1, 1, "b", "no such column");
	assert_nth_error(&errors, 2, 1, NULL, "names no column");
	data_errors_free(&errors);
}

static void columns_of_the_register_are_passed_over(void **state)
{
	(void)state;
	assert_rows("name,unit,Ghi chú,request,sent_date,official\n"
		    "A,Văn phòng,x,no number,no day,x\n",
		    "{\"name\":\"A\"}");
	assert_rows("[{\"name\":\"A\",\"record\":7,\"temporary\":\"?\","
		    "\"loss\":{},\"Phòng, đơn vị\":null}]",
		    "{\"name\":\"A\"}");
	assert_rows("name,note,note\nA,1,2\n", "{\"name\":\"A\"}");
	/* Alone they are a table of nothing. */
	assert_wrong("unit,note\nA,B\n", 1, NULL, "names no column");
	/* What offices write in tables of tokens is known here, too. */
	assert_rows("name,Số hiệu token\nA,V1\n",
		    "{\"name\":\"A\",\"device_serial\":\"V1\"}");
}

static void passwords_are_refused(void **state)
{
	const char *words = "A password must not be given";

	(void)state;
	assert_wrong("name,Mật khẩu\nA,1\n", 1, "Mật khẩu", words);
	assert_wrong("name,Mã PIN (mới)\nA,1\n", 1, "Mã PIN (mới)", words);
	assert_wrong("name,Chức vụ (PIN)\nA,1\n", 1, "Chức vụ (PIN)", words);
	assert_wrong("[{\"name\":\"A\",\"password\":\"1\"}]", 1, "password",
		     words);
	assert_wrong("{\"contact\":{\"name\":\"A\",\"PIN\":\"1\"}}", 0,
		     "contact.PIN", words);
	assert_rows("Trạng thái mật khẩu (PIN)\nbị khóa\n",
		    "{\"user_pin\":\"bị khóa\"}");
}

/* A form may show a field of its own, whatever the register calls so. */
static void own_columns_go_before_those_of_the_register(void **state)
{
	static const struct data_column own[] = { { "Ghi chú", "note" },
						  { "Họ và tên", "name" } };
	const char *text = "Họ và tên,Ghi chú\nA,B\n";
	struct data_errors errors = { 0 };
	json_t *data = NULL, *numbers = NULL, *row;

	(void)state;
	assert_int_equal(datafile_read(text, strlen(text), own, N(own), NULL,
				       &data, &numbers, &errors),
			 0);
	/* The row behind the headings is the second. */
	assert_int_equal(json_integer_value(json_array_get(numbers, 0)), 2);
	json_decref(numbers);
	row = json_array_get(json_object_get(data, "subscribers"), 0);
	assert_string_equal(json_string_value(json_object_get(row, "note")),
			    "B");
	json_decref(data);
	data_errors_free(&errors);
}

static void wrong_rows(void **state)
{
	(void)state;
	assert_wrong("name,email\nA\n", 2, NULL, "number of cells (1)");
	assert_wrong("name,email\nA,a@b.vn,x\n", 2, NULL,
		     "number of cells (3)");
	assert_wrong("name,email\n\"A\"x,a@b.vn\nB,b@b.vn\n", 2, NULL,
		     "is in the wrong place");
	assert_wrong("name,email\nA,a@b.vn\n\"B,\n", 3, NULL,
		     "is never closed");
	assert_wrong("\"name\"x,email\nA,B\n", 1, NULL,
		     "is in the wrong place");
	/* Excel counts a row with lines of its own as one, and blank ones. */
	assert_wrong("name,email\n\"A\n\n\",a@b.vn\n\nB,b\n", 4, "email",
		     "not an e-mail");
}

/* Excel leaves such columns at the right, with a blank of any kind. */
static void a_blank_heading_is_of_any_blank(void **state)
{
	(void)state;
	assert_rows("name,\xc2\xa0\nA,\n", "{\"name\":\"A\"}");
	assert_rows("name,\xe2\x80\x8b \nA,\xc2\xa0\n", "{\"name\":\"A\"}");
	assert_wrong("name,\xc2\xa0\nA,x\n", 2, NULL,
		     "column B, which has no heading");
}

/* Reads @text, whose rows are @rows, but for @n that are passed over. */
static void assert_noted(const char *text, const char *rows, size_t n)
{
	struct data_errors errors = { 0 };
	json_t *data = NULL;

	assert_rows(text, rows);
	assert_int_equal(read_bytes(text, strlen(text), &data, &errors), 0);
	assert_int_equal(errors.n_notes, n);
	json_decref(data);
	data_errors_free(&errors);
}

static void sums_are_no_subscribers(void **state)
{
	static const char a[] = "{\"name\":\"A\"}";

	(void)state;
	assert_noted("STT,name,title\n1,A,\n,Tổng số: 25,\n", a, 1);
	assert_noted("STT,name,title\nTổng cộng,25,\n1,A,\n", a, 1);
	assert_noted("STT,name,title\n1,A,\n,CỘNG,\n", a, 1);
	assert_noted("STT,name,title\n1,A,\n,Cộng: 25 người,\n", a, 1);
	assert_noted("name,title\nA,\nTổng số thuê bao: 25\n", a, 1);
	assert_noted("name,title\nA,\nTổng,1.250\n", a, 1);
	assert_noted("name,title\nA,\n,\n,\"Ví Dụ, ngày 1 tháng 2 năm 2026\"\n"
		     "Người lập biểu,Thủ trưởng đơn vị\n"
		     "\"(Ký, ghi rõ họ tên)\",\n",
		     a, 3);
	/* With more to it, it may be meant. */
	assert_wrong("name,email\nCộng,a@b.vn\n", 2, NULL,
		     "Remove the row, or write the subscriber's whole name");
	assert_wrong("name,phone\nTổng số 25,0912345678\n", 2, NULL,
		     "other cells");
	assert_wrong("STT,name\nTổng cộng,Đỗ A\n", 2, NULL, "other cells");
	assert_wrong("name,title\nA,\nNgười lập biểu,\nĐỗ B,\n", 4, NULL,
		     "below the end of the table");
	assert_wrong("[{\"name\":\"Tổng số: 25\"}]", 1, "name",
		     "is a sum, or stands below a table");
	/* A group of rows. */
	assert_wrong("STT,name,title\nI,Văn phòng,\n1,A,X\n", 2, NULL,
		     "name of a group of rows");
	assert_wrong("STT,name\nB.,Phòng Tài vụ\n", 2, NULL, "of a group");
	assert_noted("STT,name,title\nI,A,X\n",
		     "{\"name\":\"A\",\"title\":\"X\"}", 0);
	/* Names that begin alike, and the titles of those who sign. */
	assert_noted("name,title\nTổng cục Thuế,\n",
		     "{\"name\":\"Tổng cục Thuế\"}", 0);
	assert_noted("name,title\nCông an,\nCộng Hòa,\nTổng Thư ký,\n",
		     "{\"name\":\"Công an\"},{\"name\":\"Cộng Hòa\"},"
		     "{\"name\":\"Tổng Thư ký\"}",
		     0);
	assert_noted("title,name\nThủ trưởng đơn vị,A\n",
		     "{\"title\":\"Thủ trưởng đơn vị\",\"name\":\"A\"}", 0);
}

static void ruined_text_is_refused_in_any_file(void **state)
{
	(void)state;
	assert_wrong("name,title\nA,#REF!\n", 2, "title", "error of a formula");
	assert_wrong("name\nNguy?n Th? H?ng\n", 2, "name", "were replaced");
	assert_wrong("[{\"name\":\"Nguyá»…n\"}]", 1, "name", "wrong code page");
	assert_wrong("{\"contact\":{\"title\":\"#N/A\"}}", 0, "contact.title",
		     "error of a formula");
	assert_wrong("{\"contact\":{\"id_number\":\"85000001234\"}}", 0,
		     "contact.id_number", "Zeros are missing");
	assert_wrong("\"" IDENTITY "\"\n#VALUE!\n", 2, IDENTITY,
		     "error of a formula");
	assert_wrong("name,Tru?ng\nA,\n", 1, "Tru?ng", "were replaced");
	/* As this program has them from a token. */
	assert_rows("{\"program\":\"ckstoken 0.1\",\"subscribers\":"
		    "[{\"name\":\"Nguy\xef\xbf\xbdn\"}]}",
		    "{\"name\":\"Nguy\xef\xbf\xbdn\"}");
}

static void all_errors_at_once(void **state)
{
	struct data_errors errors = { 0 };
	json_t *data = NULL;
	const char *text = "name,birth_date,email\n"
			   "A,32/1/2000,a\n"
			   "B\n"
			   "C,1/1/2000,c\n";

	(void)state;
	assert_int_equal(read_bytes(text, strlen(text), &data, &errors),
			 -EINVAL);
	assert_int_equal(errors.n, 4);
	assert_nth_error(&errors, 0, 2, "birth_date", "no such day");
	assert_nth_error(&errors, 1, 2, "email", "not an e-mail");
	assert_nth_error(&errors, 2, 3, NULL, "number of cells");
	assert_nth_error(&errors, 3, 4, "email", "not an e-mail");
	data_errors_free(&errors);
}

static void errors_have_an_end(void **state)
{
	struct data_errors errors = { 0 };
	struct buffer b = { 0 };
	json_t *data = NULL;
	size_t i;

	(void)state;
	buffer_puts(&b, "name,email\n");
	for (i = 0; i < 1500; i++)
		buffer_printf(&b, "A%zu,x\n", i);
	assert_int_equal(read_bytes((char *)b.data, b.len, &data, &errors),
			 -EINVAL);
	assert_int_equal(errors.n, DATA_ERRORS_MAX + 1);
	assert_nth_error(&errors, DATA_ERRORS_MAX - 1, 1001, "email",
			 "not an e-mail");
	assert_nth_error(&errors, DATA_ERRORS_MAX, 0, NULL,
			 "There are 500 more errors.");
	data_errors_free(&errors);
	buffer_free(&b);
}

static void encodings(void **state)
{
	static const char le[] = "\xff\xfe"
				 "n\0a\0m\0e\0\t\0t\0i\0t\0l\0e\0\r\0\n\0"
				 "\x10\x01\xa1\x1e\t\0\x3d\xd8\x00\xde";
	static const char be[] = "\xfe\xff\0n\0a\0m\0e\0\n\x01\x10";
	static const char low[] = "\xff\xfen\0a\0m\0e\0\n\0\1\xdc\2\xdc";
	static const char half[] = "\xff\xfen\0a\0m\0e\0\n\0\x3d\xd8";

	(void)state;
	assert_rows("\xef\xbb\xbfname\nA\n", "{\"name\":\"A\"}");
	assert_bytes(le, sizeof(le) - 1,
		     "{\"subscribers\":[{\"name\":\"Đạ\",\"title\":\"😀\"}]}");
	assert_bytes(be, sizeof(be) - 1,
		     "{\"subscribers\":[{\"name\":\"Đ\"}]}");
	assert_wrong_bytes(half, sizeof(half) - 1, 0, NULL, "valid UTF-16");
	assert_wrong_bytes(low, sizeof(low) - 1, 0, NULL, "valid UTF-16");
	assert_wrong_bytes(le, sizeof(le) - 2, 0, NULL, "valid UTF-16");
	assert_wrong_bytes("\xff\xfe", 2, 0, NULL, "nothing in it");
	/* "Nguyễn" in Windows-1258, and a NUL. */
	assert_wrong("name\nA\nNguy\xea\xden\n", 3, NULL, "not text in UTF-8");
	assert_wrong_bytes("name\nA\0B\n", 9, 2, NULL, "not text in UTF-8");
	assert_wrong_bytes("PK\3\4\0\0", 6, 1, NULL, "save the table as");
}

static void json_rows(void **state)
{
	(void)state;
	assert_rows("[]", "");
	assert_rows(" \n[{\"name\":\" A \",\"renew\":true,\"renewals\":1,"
		    "\"email\":null,\"Ngày sinh\":\"1/2/1980\",\"STT\":1}]",
		    "{\"name\":\"A\",\"renew\":true,\"renewals\":1,"
		    "\"birth_date\":\"1980-02-01\"}");
	assert_rows("{\"subscribers\":[{\"name\":\"A\"},{},{\"name\":\"B\"}]}",
		    "{\"name\":\"A\"},{\"name\":\"B\"}");
	assert_rows(
		"[{\"" IDENTITY "\":\"001234567890, 15/03/2022, Cục\"},"
		"{\"" IDENTITY "\":null,\"name\":\"B\"}]",
		"{\"id_number\":\"001234567890\",\"id_date\":\"2022-03-15\","
		"\"id_place\":\"Cục\"},{\"name\":\"B\"}");
	assert_rows("\xef\xbb\xbf[{\"name\":\"A\"}]", "{\"name\":\"A\"}");
	assert_rows("{}", "");
}

static void json_with_other_parts(void **state)
{
	const char *text =
		"{\"version\":1,\"form\":\"06\",\"agency\":{\"a\":{\"b\":1}},"
		"\"overrides\":[],\"program\":\"ckstoken\","
		"\"contact\":{\"name\":\" A  B \",\"phone\":null,\"x\":\"\"},"
		"\"counts\":{\"new\":2,\"share\":0.5},"
		"\"extra\":{\"urgent\":true},\"keeper\":null,\"giver\":{},"
		"\"subscribers\":[{\"name\":\"A\",\"official\":true}]}";

	(void)state;
	assert_bytes(text, strlen(text),
		     "{\"contact\":{\"name\":\"A B\"},"
		     "\"counts\":{\"new\":2,\"share\":0.5},"
		     "\"extra\":{\"urgent\":true},"
		     "\"subscribers\":[{\"name\":\"A\"}]}");
}

static void wrong_json(void **state)
{
	(void)state;
	assert_wrong("[{\"name\":\"A\"},\n{\"name\" \"B\"}]", 0, NULL,
		     "Line 2 is not valid JSON");
	assert_wrong("[{\"name\":\"A\",\"name\":\"B\"}]", 0, NULL,
		     "duplicate object key");
	assert_wrong("[\"\\u0000\"]", 0, NULL, "not valid JSON");
	assert_wrong("[\"\xff\"]", 0, NULL, "not valid JSON");
	assert_wrong("[] []", 0, NULL, "not valid JSON");
	assert_wrong("[{\"colour\":\"1\"}]", 1, "colour",
		     "There is no such field. The fields are: Họ và tên");
	assert_wrong("[{},{\"name\":1}]", 2, "name", "must be text");
	assert_wrong("[{\"name\":\"A\",\"Họ và tên\":\"B\"}]", 1, "Họ và tên",
		     "given twice");
	assert_wrong("[{\"" IDENTITY "\":1}]", 1, IDENTITY, "must be text");
	assert_wrong("[{\"id_date\":\"1/2/2020\",\"" IDENTITY
		     "\":\"001234567890 15/03/2022\"}]",
		     1, IDENTITY, "given twice");
	assert_wrong("[1]", 1, NULL, "must be an object");
	assert_wrong("{\"subscribers\":{}}", 0, "subscribers",
		     "must be a list");
	assert_wrong("{\"name\":\"A\"}", 0, "name", "no such member");
	assert_wrong("{\"contact\":[]}", 0, "contact", "must be an object");
	assert_wrong("{\"contact\":{\"name\":[]}}", 0, "contact.name",
		     "must be text, a number");
	assert_wrong("{\"extra\":{\"a\\u001b\":1}}", 0, "extra.a",
		     "name of this member");
	assert_wrong("[[[[[[[[[1]]]]]]]]]", 0, NULL, "8 levels");
	/* Brackets in text are no levels. */
	assert_rows("[{\"name\":\"[[[[[[[[[[\\\"{{{{{{{{{{\"}]",
		    "{\"name\":\"[[[[[[[[[[\\\"{{{{{{{{{{\"}");
}

static void doubles(void **state)
{
	const char *certificate = "số hiệu chứng thư chữ ký số";
	const char *identity = "số định danh cá nhân";

	(void)state;
	assert_wrong("name\nA\nB\n\nA\n", 5, NULL, "the same as row 2");
	assert_wrong("[{\"name\":\"A\",\"title\":\"B\"},"
		     "{\"title\":\"B\",\"name\":\"A\"}]",
		     2, NULL, "the same as row 1");
	/* Told once. */
	assert_wrong("name,certificate_serial\nA,5401ab\nA,54:01:AB\n", 3, NULL,
		     "the same as row 2");
	assert_wrong("name,certificate_serial\nA,5401ab\nB,54:01:AB\n", 3,
		     certificate, "Row 2 has the same certificate");
	assert_wrong("name,id_number\nA,001234567890\nB,001 234 567 890\n", 3,
		     identity, "Row 2 has the same number");
	assert_rows(
		"device_serial,certificate_serial\nV1,5401\nV1,5402\n",
		"{\"device_serial\":\"V1\",\"certificate_serial\":\"5401\"},"
		"{\"device_serial\":\"V1\","
		"\"certificate_serial\":\"5402\"}");
	assert_rows("name,id_number,certificate_serial\n"
		    "A,001234567890,5401\nA,001234567890,5402\n",
		    "{\"name\":\"A\",\"id_number\":\"001234567890\","
		    "\"certificate_serial\":\"5401\"},"
		    "{\"name\":\"A\",\"id_number\":\"001234567890\","
		    "\"certificate_serial\":\"5402\"}");
	assert_rows("name,renewals\nA,1\nA,2\n",
		    "{\"name\":\"A\",\"renewals\":1},"
		    "{\"name\":\"A\",\"renewals\":2}");
}

static void a_serial_is_one_however_it_is_written(void **state)
{
	const char *certificate = "số hiệu chứng thư chữ ký số";
	const char *device = "số hiệu thiết bị lưu khóa bí mật";

	(void)state;
	assert_wrong("name,certificate_serial\nA,0A\nB,A\n", 3, certificate,
		     "Row 2 has the same certificate");
	assert_wrong("name,certificate_serial\nA,a\nB,00:0a\n", 3, certificate,
		     "Row 2 has the same certificate");
	assert_wrong("name,device_serial\nA,CA0D\nA,ca0d\n", 3, device,
		     "Row 2 has the same device");
	assert_wrong("name,device_serial\nA,CA0D\nB,V2\n,ca0d\n", 4, device,
		     "Row 2 has the same device");
	assert_wrong("name,title,device_serial\n,B,CA0D\n,,ca0d\n", 3, device,
		     "Row 2 has the same device");
	assert_wrong("name,title,device_serial\nA,,V1\nB,C,V1\nB,,v1\n", 4,
		     device, "Row 3 has the same device");
	/* Told once. */
	assert_wrong("name,device_serial\nA,CA0D\nA,CA0D\n", 3, NULL,
		     "the same as row 2");
}

/* Of two certificates, PINs or people. */
static void a_device_may_stand_in_two_rows(void **state)
{
	(void)state;
	assert_rows(
		"device_serial,certificate_serial\nV1,5401\nv1,5402\n",
		"{\"device_serial\":\"V1\",\"certificate_serial\":\"5401\"},"
		"{\"device_serial\":\"v1\",\"certificate_serial\":\"5402\"}");
	assert_rows("device_serial,device_label\nV1,A\nV1,B\n",
		    "{\"device_serial\":\"V1\",\"device_label\":\"A\"},"
		    "{\"device_serial\":\"V1\",\"device_label\":\"B\"}");
	assert_rows("device_serial,name\nV1,A\nV1,B\n",
		    "{\"device_serial\":\"V1\",\"name\":\"A\"},"
		    "{\"device_serial\":\"V1\",\"name\":\"B\"}");
	assert_rows("device_serial,name,id_number\n"
		    "V1,A,001234567890\nV1,A,001234567891\n",
		    "{\"device_serial\":\"V1\",\"name\":\"A\","
		    "\"id_number\":\"001234567890\"},"
		    "{\"device_serial\":\"V1\",\"name\":\"A\","
		    "\"id_number\":\"001234567891\"}");
}

static void names_of_a_number_are_compared_past_one_without(void **state)
{
	(void)state;
	assert_wrong("name,id_number\n,001234567890\nA,001234567890\n"
		     "B,001234567890\n",
		     4, "số định danh cá nhân", "Row 3 has the same number");
	assert_rows("name,id_number\n,001234567890\nA,001234567890\n",
		    "{\"id_number\":\"001234567890\"},"
		    "{\"id_number\":\"001234567890\",\"name\":\"A\"}");
}

static void put_rows(struct buffer *b, size_t n, const char *format)
{
	size_t i;

	buffer_puts(b, "name,id_number\n");
	for (i = 0; i < n; i++)
		buffer_printf(b, format, i, i);
}

static int result_of(size_t n, const char *format, size_t *n_errors)
{
	struct data_errors errors = { 0 };
	struct buffer b = { 0 };
	json_t *data = NULL;
	int ret;

	put_rows(&b, n, format);
	ret = read_bytes((char *)b.data, b.len, &data, &errors);
	*n_errors = errors.n;
	json_decref(data);
	data_errors_free(&errors);
	buffer_free(&b);
	return ret;
}

/* As many rows as are taken; to compare each with each would take minutes. */
static void doubles_are_found_among_many(void **state)
{
	size_t n_errors;

	(void)state;
	assert_int_equal(result_of(100000, "A%zu,%012zu\n", &n_errors), 0);
	assert_int_equal(n_errors, 0);
	assert_int_equal(result_of(100000, "A,001234567890\n", &n_errors),
			 -EINVAL);
	assert_int_equal(n_errors, DATA_ERRORS_MAX + 1);
	assert_int_equal(result_of(100000, "A%zu,001234567890\n", &n_errors),
			 -EINVAL);
	assert_int_equal(n_errors, DATA_ERRORS_MAX + 1);
}

static void rows_and_columns_have_an_end(void **state)
{
	struct data_errors errors = { 0 };
	struct buffer b = { 0 };
	json_t *data = NULL;
	size_t i;

	(void)state;
	put_rows(&b, 100000, "A%zu,%012zu\n");
	assert_int_equal(read_bytes((char *)b.data, b.len, &data, &errors), 0);
	json_decref(data);
	data = NULL;
	buffer_puts(&b, "A,001234567890\n");
	assert_wrong_bytes((char *)b.data, b.len, 100002, NULL,
			   "more than 100,000 rows");
	buffer_free(&b);
	buffer_puts(&b, "name");
	for (i = 0; i < 128; i++)
		buffer_puts(&b, ",");
	assert_wrong_bytes((char *)b.data, b.len, 1, NULL,
			   "more than 128 columns");
	buffer_free(&b);
	buffer_puts(&b, "[");
	for (i = 0; i < 102000; i++)
		buffer_puts(&b, "{},");
	assert_wrong_bytes((char *)b.data, b.len, 0, NULL,
			   "more than 100,000 rows");
	buffer_free(&b);
}

static void cells_have_an_end(void **state)
{
	struct buffer b = { 0 };
	size_t i;

	(void)state;
	buffer_puts(&b, "\"" IDENTITY "\"\n\"001234567890,");
	for (i = 0; i < 100000; i++)
		buffer_puts(&b, " ");
	buffer_puts(&b, "15/03/2022\"\n");
	assert_wrong_bytes((char *)b.data, b.len, 2, IDENTITY, "2,000 letters");
	buffer_free(&b);
	buffer_puts(&b, "name\nA");
	for (i = 0; i < 100000; i++)
		buffer_puts(&b, " ");
	buffer_puts(&b, "B");
	assert_wrong_bytes((char *)b.data, b.len, 2, "name", "2,000 letters");
	buffer_free(&b);
}

/* What is told stays short and fit for a terminal. */
static void headings_are_shown_clean(void **state)
{
	struct buffer b = { 0 };
	struct data_errors errors = { 0 };
	json_t *data = NULL;
	size_t i;

	(void)state;
	buffer_puts(&b, "name,\x1b[31m");
	for (i = 0; i < 1000; i++)
		buffer_puts(&b, "ệ");
	assert_int_equal(read_bytes((char *)b.data, b.len, &data, &errors),
			 -EINVAL);
	assert_int_equal(errors.n, 1);
	assert_memory_equal(errors.list[0].column, "[31mệệ", 10);
	assert_int_equal(strlen(errors.list[0].column), 4 + 96 * 3);
	data_errors_free(&errors);
	buffer_free(&b);
}

static void assert_loads(const char *content, size_t len)
{
	char path[] = "/tmp/test_datafile.XXXXXX";
	struct error error = { 0 };
	char *text = NULL;
	int fd = mkstemp(path);
	size_t got = 0;

	assert_true(fd >= 0);
	assert_int_equal(write(fd, content, len), len);
	assert_int_equal(close(fd), 0);
	assert_int_equal(datafile_load(path, NULL, DATA_DOCUMENT_MIB, &text,
				       &got, NULL, NULL, &error),
			 0);
	assert_null(error.text);
	assert_int_equal(got, len);
	assert_memory_equal(text, content, len);
	assert_int_equal(text[len], 0);
	free(text);
	assert_int_equal(unlink(path), 0);
}

static void assert_no_load(const char *path, int code, const char *want)
{
	struct error error = { 0 };
	char *text = NULL;
	size_t len = 0;

	assert_int_equal(datafile_load(path, NULL, DATA_DOCUMENT_MIB, &text,
				       &len, NULL, NULL, &error),
			 code);
	assert_null(text);
	assert_string_equal(error.text, want);
	error_free(&error);
}

static void files_are_loaded(void **state)
{
	static char big[40000];

	(void)state;
	memset(big, 'x', sizeof(big));
	assert_loads("", 0);
	assert_loads("a\0b", 3);
	assert_loads(big, sizeof(big));
	assert_loads(big, 16384);
	assert_no_load("/nonexistent", -ENOENT,
		       "/nonexistent: No such file or directory");
	assert_no_load("/", -EISDIR, "/: Is a directory");
	assert_no_load("/dev/zero", -EFBIG,
		       "/dev/zero: larger than 64 MiB; hand it in as "
		       "several files");
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(headings_of_the_form),
		cmocka_unit_test(names_and_labels_of_fields),
		cmocka_unit_test(columns_in_parts),
		cmocka_unit_test(identities_are_parted),
		cmocka_unit_test(wrong_parts_are_told),
		cmocka_unit_test(certificates_are_parted),
		cmocka_unit_test(blank_rows_and_columns),
		cmocka_unit_test(wrong_headings),
		cmocka_unit_test(columns_of_the_register_are_passed_over),
		cmocka_unit_test(passwords_are_refused),
		cmocka_unit_test(own_columns_go_before_those_of_the_register),
		cmocka_unit_test(wrong_rows),
		cmocka_unit_test(a_blank_heading_is_of_any_blank),
		cmocka_unit_test(sums_are_no_subscribers),
		cmocka_unit_test(ruined_text_is_refused_in_any_file),
		cmocka_unit_test(all_errors_at_once),
		cmocka_unit_test(errors_have_an_end),
		cmocka_unit_test(encodings),
		cmocka_unit_test(json_rows),
		cmocka_unit_test(json_with_other_parts),
		cmocka_unit_test(wrong_json),
		cmocka_unit_test(doubles),
		cmocka_unit_test(a_serial_is_one_however_it_is_written),
		cmocka_unit_test(a_device_may_stand_in_two_rows),
		cmocka_unit_test(
			names_of_a_number_are_compared_past_one_without),
		cmocka_unit_test(doubles_are_found_among_many),
		cmocka_unit_test(rows_and_columns_have_an_end),
		cmocka_unit_test(cells_have_an_end),
		cmocka_unit_test(headings_are_shown_clean),
		cmocka_unit_test(files_are_loaded),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
