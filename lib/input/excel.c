/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include "excel.h"

#include <string.h>
#include <utf8proc.h>

#include "base/text.h"
#include "field.h"

#define N(array) (sizeof(array) / sizeof((array)[0]))
#define DIGITS "0123456789"
#define BOM "\xef\xbb\xbf"

/* Excel keeps fifteen digits of a number, and shows eleven. */
#define DIGITS_SHOWN 11

/* No label of a field is as long. */
#define LABEL_SIZE ((size_t)200)

/* A list with this column has the serial numbers of certificates as "serial".
 */
#define TOKEN_SERIAL "token_serial"

/* Columns that are no fields, or that the reader of a list would call
 * otherwise. */
static const struct {
	const char *name, *heading;
	bool is_number; /* to reckon with */
} headings[] = {
	{ "module", "Mô-đun", false },
	{ "slot", "Khe", true },
	{ "reader", "Đầu đọc", false },
	{ "label", "Nhãn thiết bị", false },
	{ "manufacturer", "Nhà sản xuất", false },
	{ "model", "Kiểu thiết bị", false },
	{ "serial", "Số hiệu thiết bị", false },
	{ TOKEN_SERIAL, "Số hiệu thiết bị", false },
	{ "id_date", "Ngày cấp CCCD", false },
	{ "id_place", "Nơi cấp CCCD", false },
	{ "id", "Mã trên thiết bị", false },
	{ "uri", "URI", false },
	{ "user_pin", "Trạng thái mật khẩu", false },
	{ "so_pin", "Trạng thái SO PIN", false },
	{ "user_tries_left", "Số lần thử mật khẩu còn lại", true },
	{ "so_tries_left", "Số lần thử SO PIN còn lại", true },
	{ "certificate_name", "Tên chứng thư", false },
	{ "certificate_organization", "Cơ quan, tổ chức", false },
	{ "certificate_unit", "Phòng, đơn vị", false },
	{ "certificate_email", "Thư điện tử", false },
	{ "certificate_not_before", "Hiệu lực từ", false },
	{ "certificate_not_after", "Hiệu lực đến", false },
	{ "certificate_days_left", "Số ngày còn lại", true },
	{ "certificate_state", "Trạng thái chứng thư", false },
	{ "certificate_holder", "Loại thuê bao", false },
	{ "certificate_official", "Chuyên dùng công vụ", false },
	{ "certificate_ca", "Chứng thư của tổ chức cung cấp", false },
	{ "atr", "ATR", false },
	{ "host", "Máy tính", false },
	{ "time", "Thời điểm", false },
	{ "state", "Trạng thái", false },
	{ "due", "Thời hạn", false },
	{ "rule", "Quy tắc", false },
	{ "who", "Người thực hiện", false },
	{ "what", "Việc cần làm", false },
	{ "article", "Căn cứ", false },
	{ "command", "Lệnh", false },
	{ "earliest", "Sớm nhất", false },
	{ "latest", "Muộn nhất", false },
	{ "list", "Bảng", false },
	{ "row", "Dòng", false },
	{ "measure", "Chỉ tiêu", false },
	{ "value", "Số lượng", true },
};

/* Writes @label with a capital at its beginning. */
static void put_label(FILE *stream, const char *label)
{
	char text[LABEL_SIZE];
	int32_t cp;
	size_t n = text_decode(label, strlen(label), &cp);
	size_t len = text_encode(utf8proc_toupper(cp), text);

	snprintf(text + len, sizeof(text) - len, "%s", label + n);
	csv_write(stream, text);
}

/* Writes the heading of the column @name, and notes what will stand in it. */
static void put_heading(struct csv_output *out, const char *name)
{
	struct csv_shown none, *shown = &none;

	if (out->column < CSV_CELLS_MAX)
		shown = &out->shown[out->column];
	out->of_certificates |= !strcmp(name, TOKEN_SERIAL);
	if (out->of_certificates && !strcmp(name, "serial"))
		name = "certificate_serial";
	*shown = (struct csv_shown){ .field = field_find_any(name) };
	for (size_t i = 0; i < N(headings); i++) {
		if (strcmp(headings[i].name, name) != 0)
			continue;
		shown->is_number = headings[i].is_number;
		csv_write(out->stream, headings[i].heading);
		return;
	}
	if (shown->field)
		put_label(out->stream, shown->field->label);
	else
		csv_write(out->stream, name);
}

/* True if Excel would make a number or a day of @text that it is not: of a
 * serial number, the number of a letter, a telephone. */
static bool is_mistaken(const struct csv_shown *shown, const char *text)
{
	const struct field *f = shown->field;
	size_t n = strspn(text, DIGITS), len = strlen(text);

	if (shown->is_number || !len)
		return false;
	if (f && (f->type == FIELD_DATE || f->type == FIELD_TIME ||
		  f->type == FIELD_COUNT || f->type == FIELD_NUMBER))
		return false;
	if (n == len)
		return text[0] == '0' || n > DIGITS_SHOWN ||
		       (f && f->type != FIELD_TEXT);
	/* "5E10", "12/5", "1-2", "1.000"; but a day as ISO 8601 has it is one.
	 */
	return n > 0 && strspn(text, DIGITS "eE+-/., :") == len &&
	       !(n == 4 && text[4] == '-' && len >= 10);
}

static void put_value(struct csv_output *out, const char *text)
{
	static const struct csv_shown none = { 0 };
	const struct csv_shown *shown =
		out->column < CSV_CELLS_MAX ? &out->shown[out->column] : &none;
	char words[FIELD_CHOICE_ROOM];

	/* A tab that nobody sees makes it text, where an equals sign would make
	 * it a formula. */
	if (is_mistaken(shown, text))
		fprintf(out->stream, "\"\t%s\"", text);
	else if (shown->field && field_choice_words(shown->field, text, words))
		csv_write(out->stream, words);
	else
		csv_write(out->stream, text);
}

void csv_output_cell(struct csv_output *out, const char *text)
{
	if (!out->for_excel) {
		if (out->column++)
			putc(',', out->stream);
		csv_write(out->stream, text);
		return;
	}
	if (out->column)
		putc(';', out->stream);
	else if (!out->row)
		fputs(BOM, out->stream);
	if (out->row)
		put_value(out, text);
	else
		put_heading(out, text);
	out->column++;
}

void csv_output_end(struct csv_output *out)
{
	fputs("\r\n", out->stream);
	out->row++;
	out->column = 0;
}
