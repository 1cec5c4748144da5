/* SPDX-License-Identifier: LGPL-2.1-or-later */
/*
 * The headings of columns: those of a form, names and labels of fields, and for
 * the register those that offices have in their tables of tokens. A heading
 * that may mean two things is refused rather than guessed at, and a column of
 * passwords is not read.
 */
#include <errno.h>
#include <stdlib.h>
#include <string.h>

#include "base/buffer.h"
#include "base/i18n.h"
#include "base/text.h"
#include "datafile_reading.h"
#include "field_value.h"
#include "secret_text.h"
#include "token/ckstoken.h"

/* No heading that is known is this long. */
#define MAX_HEADING 1000

#define BETWEEN ";"
#define N(array) (sizeof(array) / sizeof((array)[0]))

static const struct {
	const char *field, *headings;
} usual[] = {
	{ "name", "Họ và tên;Họ tên;Họ và tên thuê bao;Thuê bao;Tên chứng thư;"
		  "Tên chứng thư số;Tên chứng thư chữ ký số" },
	{ "holder", "Đối tượng;Loại chứng thư;Loại chứng thư số" },
	{ "birth_date", "Ngày tháng năm sinh;Sinh ngày" },
	{ "id_number",
	  "Số CCCD;CCCD;CMND/CCCD;Số CMND/CCCD;CCCD/CMND;Số CCCD/CMND;CMND;"
	  "Số CMND;Căn cước;Số căn cước;Căn cước công dân;"
	  "Số căn cước công dân;Số định danh" },
	{ "id_date",
	  "Ngày cấp CCCD;Ngày cấp CMND;Ngày cấp CMND/CCCD;Ngày cấp CCCD/CMND;"
	  "Ngày cấp căn cước;Ngày cấp căn cước công dân" },
	{ "id_place",
	  "Nơi cấp CCCD;Nơi cấp CMND;Nơi cấp CMND/CCCD;Nơi cấp CCCD/CMND;"
	  "Nơi cấp căn cước;Nơi cấp căn cước công dân" },
	{ "email",
	  "Email;Email công vụ;Mail;Mail công vụ;Thư điện tử;Thư công vụ;"
	  "Thư điện tử công vụ;Địa chỉ email;Địa chỉ email công vụ;"
	  "Địa chỉ thư điện tử;Hộp thư công vụ;Hộp thư điện tử công vụ" },
	{ "organization", "Cơ quan;Cơ quan công tác;Cơ quan, tổ chức;"
			  "Tên cơ quan, tổ chức công tác" },
	{ "unit", "Đơn vị;Phòng ban;Phòng;Bộ phận" },
	{ "province", "Tỉnh;Tỉnh/TP" },
	{ "title", "Chức danh;Chức vụ, chức danh;Chức danh, chức vụ" },
	{ "phone",
	  "Điện thoại;Số điện thoại;SĐT;Di động;Số di động;Điện thoại di động;"
	  "ĐTDĐ" },
	{ "tax_code", "MST" },
	{ "budget_code", "Mã QHNS;Mã ĐVQHNS;Mã đơn vị quan hệ ngân sách;"
			 "Mã số quan hệ ngân sách" },
	{ "device_serial",
	  "Số hiệu token;Serial token;Token serial;Số serial token;"
	  "Số seri token;Số token;Mã token;Số hiệu USB token;Số hiệu thiết bị;"
	  "Serial thiết bị;Số serial thiết bị;Số seri thiết bị;Số hiệu TBLK" },
	{ "device_label", "Nhãn token;Nhãn thiết bị" },
	{ "device_kind", "Loại thiết bị" },
	{ "second_device", "Thiết bị thứ hai" },
	{ "certificate_serial",
	  "Số hiệu chứng thư;Số hiệu chứng thư số;Số hiệu CTS;Số hiệu CTCKS;"
	  "Serial chứng thư;Serial chứng thư số;Số serial chứng thư;"
	  "Số seri chứng thư" },
	{ "not_before",
	  "Ngày bắt đầu;Ngày có hiệu lực;Hiệu lực từ;Hiệu lực từ ngày;"
	  "Có hiệu lực từ;Có hiệu lực từ ngày;Ngày cấp chứng thư;"
	  "Ngày cấp chứng thư số" },
	{ "not_after", "Ngày hết hạn;Hết hạn;Hiệu lực đến;Hiệu lực đến ngày;"
		       "Có hiệu lực đến;Có hiệu lực đến ngày;Hạn sử dụng;"
		       "Ngày hết hạn chứng thư;Ngày hết hạn chứng thư số" },
	{ "renewals", "Số lần gia hạn" },
	{ "user_pin", "Tình trạng mật khẩu;Trạng thái PIN;Tình trạng PIN" },
	{ "keeper",
	  "Người quản lý;Người quản lý token;Người giữ;Người giữ token;"
	  "Người giữ thiết bị;Người bảo quản" },
	{ "place_kept", "Nơi lưu giữ;Nơi cất giữ;Nơi giữ" },
	{ "decision", "Số quyết định" },
	{ "decision_date", "Ngày quyết định" },
	{ "received_date", "Ngày nhận token" },
	{ "delivered_date",
	  "Ngày bàn giao;Ngày bàn giao token;Ngày bàn giao thiết bị;"
	  "Ngày giao thiết bị" },
	{ "collected_date", "Ngày thu hồi token" },
	{ "returned_date", "Ngày nộp lại;Ngày nộp lại token" },
	{ "revoked_date", "Ngày thu hồi chứng thư số" },
	{ "revoked_reason", "Lý do thu hồi" },
};

static const struct {
	const char *headings, *refusal;
} doubtful[] = {
	{ "Ngày cấp",
	  N_("This may mean the identity card or the certificate. Write \"Ngày cấp CCCD\" or \"Ngày bắt đầu hiệu lực\".") },
	{ "Serial;Số serial;Seri;Số seri;Số hiệu",
	  N_("This may mean the token or the certificate. Write \"Số hiệu token\" or \"Số hiệu chứng thư\".") },
	{ "Ngày thu hồi",
	  N_("This may mean the token or the certificate. Write \"Ngày thu hồi thiết bị\" or \"Ngày thu hồi chứng thư\".") },
};

/* Columns of forms that hold several fields. */
static const struct data_column joined[] = {
	{ "Số định danh cá nhân/Ngày cấp, nơi cấp",
	  "id_number id_date id_place" },
	{ "Số hiệu chứng thư (SIM-PKI ghi thêm số điện thoại ký số)",
	  "certificate_serial sim_phone" },
};

struct data_name {
	const char *key;
	struct data_target target;
};

static char *keep(struct reading *r, const char *s, size_t len)
{
	char *copy = arena_alloc(&r->arena, len + 1);

	if (copy && len)
		memcpy(copy, s, len);
	return copy;
}

/*
 * Makes the first @len bytes of @name stand for @target, unless they stand for
 * something already.
 */
static void add_part(struct reading *r, const char *name, size_t len,
		     const struct data_target *target)
{
	const char *copy = keep(r, name, len);
	char *key = copy ? field_key(copy) : NULL;
	struct data_name *names;
	size_t i;

	if (!key) {
		r->failed = true;
		return;
	}
	for (i = 0; i < r->n_names; i++)
		if (!strcmp(r->names[i].key, key))
			goto out;
	names = arena_grow(&r->arena, r->names, r->n_names, sizeof(*names));
	if (!names || !*key)
		goto out;
	r->names = names;
	names[i].key = keep(r, key, strlen(key));
	names[i].target = *target;
	if (names[i].key)
		r->n_names++;
out:
	free(key);
}

static void add(struct reading *r, const char *name,
		const struct data_target *target)
{
	add_part(r, name, strlen(name), target);
}

static void add_field(struct reading *r, const char *name, size_t len,
		      const struct field *field)
{
	const struct data_target target = { .fields = { field }, .n = 1 };

	add_part(r, name, len, &target);
}

/* @s without what stands in parentheses. The caller's to free(). */
static char *without_parentheses(const char *s)
{
	char *copy = strdup(s), *out = copy;
	int depth = 0;

	for (; copy && *s; s++) {
		if (*s == '(')
			depth++;
		if (!depth)
			*out++ = *s;
		if (*s == ')' && depth)
			depth--;
	}
	if (copy)
		*out = '\0';
	return copy;
}

/*
 * "Số định danh cá nhân/Ngày cấp, nơi cấp" has as many pieces as fields, and
 * each piece stands for its field.
 */
static void add_pieces(struct reading *r, const char *heading,
		       const struct data_target *target)
{
	const char *p = heading;
	size_t n = 1, i;

	for (; *p; p++)
		n += *p == '/' || *p == ',';
	if (n < 2 || n != target->n)
		return;
	for (i = 0, p = heading; i < n; i++) {
		size_t len = strcspn(p, "/,");

		add_field(r, p, len, target->fields[i]);
		p += len + 1;
	}
}

/* How a part of this type is written. */
static const char *example(const struct field *f)
{
	switch (f->type) {
	case FIELD_DATE:
		return "15/03/2022";
	case FIELD_ID_NUMBER:
		return "001234567890";
	case FIELD_PHONE:
		return "0912345678";
	case FIELD_SERIAL:
	case FIELD_DEVICE_SERIAL:
		return "5401A2B3C4D5";
	case FIELD_EMAIL:
		return "ten@coquan.gov.vn";
	default:
		return f->label;
	}
}

static const char *keep_list(struct reading *r, struct buffer *b)
{
	const char *kept = NULL;

	if (b->failed)
		r->failed = true;
	else
		kept = keep(r, (char *)b->data, b->len);
	buffer_free(b);
	return kept;
}

static const char *make_model(struct reading *r,
			      const struct data_target *target)
{
	struct buffer b = { 0 };
	size_t i;

	for (i = 0; i < target->n; i++)
		buffer_printf(&b, "%s%s", i ? ", " : "",
			      example(target->fields[i]));
	return keep_list(r, &b);
}

/* A field that only this form knows is text. */
static const struct field *own_field(struct reading *r, const char *name,
				     const char *heading)
{
	struct field *f = arena_alloc(&r->arena, sizeof(*f));

	if (!f)
		return NULL;
	*f = (struct field){ .name = name,
			     .label = heading,
			     .type = FIELD_TEXT };
	add_field(r, name, strlen(name), f);
	return f;
}

static void parse_fields(struct reading *r, const struct data_column *column,
			 struct data_target *target)
{
	const char *names = column->fields;

	while (*(names += strspn(names, " "))) {
		size_t len = strcspn(names, " ");
		const char *name = keep(r, names, len);
		const struct field *f = name ? field_find(name) : NULL;

		if (name && !f)
			f = own_field(r, name, column->heading);
		if (f && target->n < DATA_PARTS_MAX)
			target->fields[target->n++] = f;
		else if (f)
			data_errors_add(
				r->errors, 0, column->heading,
				_("The form has more than 8 data in this one column."));
		names += len;
	}
	target->model = make_model(r, target);
}

/*
 * Adds the heading of @column for its fields, and pieces of the heading for
 * each.
 */
static void add_column(struct reading *r, const struct data_column *column)
{
	struct data_target target = { 0 };
	char *bare = without_parentheses(column->heading);

	if (!bare) {
		r->failed = true;
		return;
	}
	parse_fields(r, column, &target);
	add(r, column->heading, &target);
	add(r, bare, &target);
	add_pieces(r, bare, &target);
	free(bare);
}

/*
 * A document takes nothing from the fields of the register: their columns are
 * known and passed over.
 */
static void add_fields(struct reading *r)
{
	struct data_target target = { .n = 0 };
	size_t i;

	for (i = 0; (target.fields[0] = field_at(i)); i++) {
		target.n = r->of_register || !target.fields[0]->of_register;
		add(r, target.fields[0]->name, &target);
	}
	for (i = 0; (target.fields[0] = field_at(i)); i++) {
		target.n = r->of_register || !target.fields[0]->of_register;
		add(r, target.fields[0]->label, &target);
	}
}

static void list_known(struct reading *r, const struct data_column *columns,
		       size_t n_columns)
{
	struct buffer b = { 0 };
	const struct field *f;
	size_t i;

	for (i = 0; i < n_columns; i++)
		if (*columns[i].fields)
			buffer_printf(&b, "%s%s", b.len ? "; " : "",
				      columns[i].heading);
	for (i = 0; !n_columns && (f = field_at(i)); i++)
		if (r->of_register)
			buffer_printf(&b, "%s%s", i ? "; " : "", f->label);
		else if (!f->of_register)
			buffer_printf(&b, "%s%s", i ? "; " : "", f->name);
	r->known = keep_list(r, &b);
}

static void add_each(struct reading *r, const char *headings,
		     const struct data_target *target)
{
	while (*headings) {
		size_t len = strcspn(headings, BETWEEN);

		add_part(r, headings, len, target);
		headings += len;
		headings += strspn(headings, BETWEEN);
	}
}

/* Adds the headings that officers write beside names and labels. */
static void add_usual(struct reading *r)
{
	size_t i;

	for (i = 0; i < N(joined); i++)
		add_column(r, &joined[i]);
	for (i = 0; i < N(usual); i++) {
		const struct data_target target = {
			.fields = { field_find_any(usual[i].field) },
			.n = 1,
		};

		add_each(r, usual[i].headings, &target);
	}
}

void data_names_make(struct reading *r, const struct data_column *columns,
		     size_t n_columns)
{
	struct data_target target = { .n = 0 };
	size_t i;

	/* Numbers of rows are passed over. */
	add(r, "STT", &target);
	add(r, "TT", &target);
	add(r, "Số thứ tự", &target);
	for (i = 0; r->of_register && i < N(doubtful); i++) {
		target.refusal = doubtful[i].refusal;
		add_each(r, doubtful[i].headings, &target);
	}
	for (i = 0; i < n_columns; i++)
		add_column(r, &columns[i]);
	add_fields(r);
	if (r->of_register)
		add_usual(r);
	list_known(r, columns, n_columns);
}

static const struct data_target *find(struct reading *r, const char *heading)
{
	char *key = field_key(heading);
	const struct data_target *found = NULL;
	size_t i;

	if (!key)
		r->failed = true;
	for (i = 0; key && !found && i < r->n_names; i++)
		if (!strcmp(r->names[i].key, key))
			found = &r->names[i].target;
	free(key);
	return found;
}

const struct data_target *data_names_find(struct reading *r,
					  const char *heading)
{
	static const struct data_target secret = {
		.refusal = N_(
			"A password must not be given here. Remove it from the file."),
	};
	const struct data_target *found;
	char *bare = NULL;
	int is_secret;

	if (strlen(heading) > MAX_HEADING)
		return NULL;
	found = find(r, heading);
	if (found)
		return found;
	if (strchr(heading, '(')) {
		bare = without_parentheses(heading);
		r->failed |= !bare;
		found = bare ? find(r, bare) : NULL;
		free(bare);
	}
	/* A column of the states of PINs holds no PIN. */
	if (found && found->n == 1 && found->fields[0]->type == FIELD_PIN_STATE)
		return found;
	is_secret = secret_is_heading(heading);
	r->failed |= is_secret < 0;
	return is_secret > 0 ? &secret : found;
}

const struct field *data_names_nearest(struct reading *r, const char *heading)
{
	char *key = strlen(heading) > MAX_HEADING ? NULL : field_key(heading);
	struct text_nearest nearest = { .wanted = key ? key : "" };
	const struct field *found = NULL;

	for (size_t i = 0; key && i < r->n_names; i++) {
		const struct data_target *target = &r->names[i].target;

		if (target->n != 1)
			continue;
		text_nearest_try(&nearest, r->names[i].key);
		if (nearest.found == r->names[i].key)
			found = target->fields[0];
	}
	free(key);
	return found;
}
