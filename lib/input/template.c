/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include "template.h"

#include <errno.h>
#include <fcntl.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mman.h>
#include <sys/stat.h>
#include <unistd.h>
#include <xlsxwriter.h>

#include "base/csv.h"
#include "base/i18n.h"
#include "base/library.h"
#include "base/soname.h"

#define N(array) (sizeof(array) / sizeof((array)[0]))
#define NUMBER_HEADING "STT"
#define AGENCY "Sở Ví Dụ"
#define BOM "\xef\xbb\xbf"

/* Its number in the library. */
#define PAPER_A4 9

/* Widths of columns, in letters. */
#define NARROW 8
#define MEDIUM 16
#define WIDE 28

static const struct {
	const char *field, *heading, *example;
	bool of_register; /* it stands in a list of tokens */
} known[] = {
	{ "name", "Họ và tên", "Nguyễn Văn Ví Dụ", true },
	{ "holder", "Loại thuê bao", "cá nhân", true },
	{ "id_number", "Số CCCD", "001085001234", true },
	{ "id_date", "Ngày cấp CCCD", "15/03/2022", true },
	{ "id_place", "Nơi cấp CCCD", "Bộ Công an", true },
	{ "email", "Thư điện tử công vụ", "ten@vidu.gov.vn", true },
	{ "phone", "Số điện thoại", "0912345678", true },
	{ "title", "Chức vụ", "Chuyên viên", true },
	{ "organization", "Cơ quan công tác", AGENCY, true },
	{ "unit", "Phòng, đơn vị", "Văn phòng", true },
	{ "device_serial", "Số hiệu token", "VIDU0001", true },
	{ "device_kind", "Loại thiết bị", "PKI Token", true },
	{ "certificate_serial", "Số hiệu chứng thư", "5401A2B3C4D5", true },
	{ "not_before", "Hiệu lực từ", "01/01/2024", true },
	{ "not_after", "Hiệu lực đến", "31/12/2028", true },
	{ "keeper", "Người quản lý thiết bị", "Nguyễn Văn Ví Dụ", true },
	{ "from_date", "Quản lý từ ngày", "02/01/2024", true },
	{ "decision", "Số quyết định giao quản lý", "12/QĐ-SVD", true },
	{ "decision_date", "Ngày quyết định giao quản lý", "02/01/2024", true },
	{ "place_kept", "Nơi bảo quản", "Văn phòng", true },
	{ "note", "Ghi chú", "", true },
	{ "birth_date", "Ngày sinh", "20/11/1985", false },
	{ "address", "Địa chỉ", "Số 1, đường Ví Dụ", false },
	{ "province", "Tỉnh/Thành phố", "tỉnh Ví Dụ", false },
	{ "kind", NULL, "phần mềm", false },
	{ "tax_code", "Mã số thuế", "0100109106", false },
	{ "budget_code", "Mã quan hệ ngân sách", "1234567", false },
	{ "old_serial", NULL, "5401A2B3C4D5", false },
	{ "sim_pki", NULL, "Viettel", false },
	{ "sim_phone", "Số điện thoại ký số", "0912345678", false },
	{ "change", NULL, "Chức vụ", false },
	{ "change_to", NULL, "Phó Trưởng phòng", false },
	{ "renew", NULL, "x", false },
	{ "update", NULL, "x", false },
	{ "reason", NULL, "nghỉ hưu", false },
	{ "device_label", "Nhãn thiết bị", "", false },
	{ "device_model", "Kiểu thiết bị", "", false },
	{ "condition", "Tình trạng bên ngoài", "nguyên vẹn", false },
	{ "accessories", "Phụ kiện kèm theo", "không có", false },
};

static const char *heading_of(const struct field *f)
{
	for (size_t i = 0; i < N(known); i++)
		if (!strcmp(known[i].field, f->name))
			return known[i].heading;
	return NULL;
}

static const char *template_example(const struct field *field)
{
	for (size_t i = 0; field && i < N(known); i++)
		if (!strcmp(known[i].field, field->name) && known[i].example[0])
			return known[i].example;
	return NULL;
}

bool template_is_example(const struct field *field, const char *text)
{
	const char *example = template_example(field);

	if (!example)
		return false;
	return !strcmp(text, example) ||
	       (!strcmp(field->name, "name") && !strcmp(text, AGENCY));
}

/* 1. Columns. */

static void add(struct template *t, const char *heading, const struct field *f)
{
	struct template_column *columns;

	for (size_t i = 0; f && i < t->n; i++)
		if (t->columns[i].field == f)
			return;
	columns = arena_grow(&t->arena, t->columns, t->n, sizeof(*columns));
	if (!columns)
		return;
	t->columns = columns;
	columns[t->n++] = (struct template_column){
		arena_format(&t->arena, "%s", heading), f
	};
}

int template_of_register(struct template *template)
{
	*template = (struct template){ 0 };
	add(template, NUMBER_HEADING, NULL);
	for (size_t i = 0; i < N(known); i++)
		if (known[i].of_register)
			add(template, known[i].heading,
			    field_find_any(known[i].field));
	return template->arena.failed ? -ENOMEM : 0;
}

/* A column of several fields is one of each here: so it is easier filled in. */
int template_of_form(struct template *template,
		     const struct data_column *columns, size_t n)
{
	*template = (struct template){ 0 };
	add(template, NUMBER_HEADING, NULL);
	for (size_t i = 0; i < n; i++) {
		const char *names = columns[i].fields;
		bool single = !strchr(names, ' ');

		while (*(names += strspn(names, " "))) {
			size_t len = strcspn(names, " ");
			const char *name = arena_format(
				&template->arena, "%.*s", (int)len, names);
			const struct field *f = field_find_any(name);
			const char *heading = f ? heading_of(f) : NULL;

			if (single)
				heading = columns[i].heading;
			else if (f && !heading)
				heading = f->label;
			if (f || single)
				add(template, heading, f);
			names += len;
		}
	}
	return template->arena.failed ? -ENOMEM : 0;
}

void template_free(struct template *template)
{
	arena_free(&template->arena);
	*template = (struct template){ 0 };
}

static bool has(const struct template *t, const char *field)
{
	for (size_t i = 0; i < t->n; i++)
		if (t->columns[i].field &&
		    !strcmp(t->columns[i].field->name, field))
			return true;
	return false;
}

/* The cell of the example: a person, where the list may be of people. */
static const char *example_of(const struct template *t,
			      const struct template_column *column)
{
	const char *example = template_example(column->field);
	bool of_agency = has(t, "budget_code");

	if (!column->field && !strcmp(column->heading, NUMBER_HEADING))
		return TEMPLATE_MARK;
	if (!example)
		return "";
	if (of_agency && has(t, "id_number") &&
	    (!strcmp(column->field->name, "budget_code") ||
	     !strcmp(column->field->name, "tax_code")))
		return "";
	if (of_agency && !has(t, "id_number") &&
	    !strcmp(column->field->name, "name"))
		return AGENCY;
	return example;
}

/* 2. Files. */

int template_csv(const struct template *template, struct buffer *out)
{
	char *text = NULL;
	size_t len = 0;
	FILE *f = open_memstream(&text, &len);
	int ret;

	if (!f)
		return -ENOMEM;
	fputs(BOM, f);
	for (int example = 0; example < 2; example++) {
		for (size_t i = 0; i < template->n; i++) {
			const struct template_column *c = &template->columns[i];

			if (i)
				putc(';', f);
			csv_write(f, example ? example_of(template, c)
					     : c->heading);
		}
		fputs("\r\n", f);
	}
	ret = fclose(f) ? -ENOMEM : 0;
	if (!ret)
		buffer_put(out, text, len);
	free(text);
	return ret || out->failed ? -ENOMEM : 0;
}

#define XLSXWRITER_SYMBOLS(X)      \
	X(workbook_new)            \
	X(workbook_add_format)     \
	X(workbook_add_worksheet)  \
	X(workbook_set_properties) \
	X(workbook_close)          \
	X(format_set_bold)         \
	X(format_set_italic)       \
	X(format_set_align)        \
	X(format_set_border)       \
	X(format_set_font_color)   \
	X(format_set_font_name)    \
	X(format_set_num_format)   \
	X(format_set_text_wrap)    \
	X(worksheet_fit_to_pages)  \
	X(worksheet_freeze_panes)  \
	X(worksheet_set_column)    \
	X(worksheet_set_landscape) \
	X(worksheet_set_paper)     \
	X(worksheet_write_string)

LIBRARY(XLSXWRITER_SYMBOLS, libxlsxwriter, SONAME_XLSXWRITER,
	"Writes tables to be filled in as workbooks")

/* Text, whatever is typed: Excel makes no number and no day of it. */
static lxw_format *make_format(lxw_workbook *book)
{
	lxw_format *format = sym_workbook_add_format(book);

	if (!format)
		return NULL;
	sym_format_set_num_format(format, "@");
	sym_format_set_font_name(format, "Times New Roman");
	return format;
}

static double width_of(const struct template *t,
		       const struct template_column *column)
{
	size_t len = strlen(example_of(t, column));

	if (!strcmp(column->heading, NUMBER_HEADING))
		return NARROW;
	return len > MEDIUM ? WIDE : MEDIUM;
}

/* 0 or -EIO. */
static int fill(const struct template *t, lxw_workbook *book)
{
	lxw_worksheet *sheet = sym_workbook_add_worksheet(book, "Danh sách");
	lxw_format *head = make_format(book), *example = make_format(book);
	lxw_format *text = make_format(book);
	lxw_error failed = LXW_NO_ERROR;

	if (!sheet || !head || !example || !text)
		return -EIO;
	sym_format_set_bold(head);
	sym_format_set_text_wrap(head);
	sym_format_set_align(head, LXW_ALIGN_CENTER);
	sym_format_set_align(head, LXW_ALIGN_VERTICAL_CENTER);
	sym_format_set_border(head, LXW_BORDER_THIN);
	sym_format_set_italic(example);
	sym_format_set_font_color(example, LXW_COLOR_GRAY);
	for (size_t i = 0; i < t->n && !failed; i++) {
		const struct template_column *c = &t->columns[i];
		lxw_col_t at = (lxw_col_t)i;

		failed = sym_worksheet_set_column(sheet, at, at, width_of(t, c),
						  text);
		if (!failed)
			failed = sym_worksheet_write_string(sheet, 0, at,
							    c->heading, head);
		if (!failed && *example_of(t, c))
			failed = sym_worksheet_write_string(
				sheet, 1, at, example_of(t, c), example);
	}
	sym_worksheet_freeze_panes(sheet, 1, 0);
	sym_worksheet_set_landscape(sheet);
	sym_worksheet_set_paper(sheet, PAPER_A4);
	sym_worksheet_fit_to_pages(sheet, 1, 0);
	return failed ? -EIO : 0;
}

/* Appends all of the file @fd. 0 or -errno. */
static int take_file(int fd, struct buffer *out)
{
	char bytes[16384];
	off_t at = 0;
	ssize_t n;

	while ((n = pread(fd, bytes, sizeof(bytes), at)) > 0) {
		buffer_put(out, bytes, (size_t)n);
		at += n;
	}
	if (n < 0)
		return -errno;
	return out->failed ? -ENOMEM : 0;
}

int template_workbook(const struct template *template, time_t date,
		      struct buffer *out, struct error *error)
{
	/* The library writes to a name; this is one of memory. */
	char path[40];
	lxw_doc_properties properties = { .created = date };
	lxw_workbook *book = NULL;
	int fd = -1, ret = library_load(&libxlsxwriter, error);

	if (ret)
		return ret;
	fd = memfd_create("ckstoken", MFD_CLOEXEC);
	if (fd < 0)
		return error_set(error, -errno, "%s", strerror(errno));
	(void)snprintf(path, sizeof(path), "/proc/self/fd/%d", fd);
	book = sym_workbook_new(path);
	ret = book ? 0 : -ENOMEM;
	if (!ret && sym_workbook_set_properties(book, &properties))
		ret = -EIO;
	if (!ret)
		ret = fill(template, book);
	if (book && sym_workbook_close(book) && !ret)
		ret = -EIO;
	if (!ret)
		ret = take_file(fd, out);
	close(fd);
	if (ret == -EIO)
		return error_set(
			error, ret,
			_("the workbook cannot be made: there may be no room in the folder for temporary files"));
	return ret;
}
