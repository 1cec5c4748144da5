/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include "form06.h"

#include <errno.h>
#include <string.h>

#include "nd30.h"

#define SUBJECT "đề nghị khôi phục thiết bị lưu khóa bí mật"

static void coordinator(struct document *doc, const struct person_fact *p)
{
	const char *number, *date, *place;

	nd30_body(doc, STYLE_BOLD,
		  "1. Thông tin người phối hợp thực hiện khôi phục thiết bị")
		->keep_next = true;
	nd30_field(doc, "Họ và tên",
		   document_need(doc, p->name,
				 "họ và tên người phối hợp khôi phục"));
	number = document_need(doc, p->id_number,
			       "số định danh người phối hợp khôi phục");
	date = document_need(doc, p->id_date, "ngày cấp số định danh");
	place = document_need(doc, p->id_place, "nơi cấp số định danh");
	nd30_field(doc, "Số định danh cá nhân",
		   document_format(doc, "%s; Ngày cấp: %s; Nơi cấp: %s", number,
				   date, place));
	nd30_field(doc, "Chức vụ",
		   document_need(doc, p->title,
				 "chức vụ người phối hợp khôi phục"));
	nd30_field(doc, "Cơ quan, tổ chức công tác",
		   document_need(doc, p->organization,
				 "cơ quan người phối hợp khôi phục"));
	nd30_field(doc, "Số điện thoại di động",
		   document_need(doc, p->phone,
				 "điện thoại người phối hợp khôi phục"));
}

static void subscriber(struct document *doc, struct table *t,
		       const struct certificate_fact *cert)
{
	nd30_cell(doc, t, 2, 1,
		  document_need(doc, cert->name, "tên chứng thư chữ ký số"));
	nd30_cell(
		doc, t, 3, 1,
		document_need(doc, cert->organization, "cơ quan của thuê bao"));
	nd30_cell(doc, t, 4, 1,
		  document_need(doc, cert->email, "thư công vụ của thuê bao"));
}

static bool same_text(const char *a, const char *b)
{
	return !strcmp(a ? a : "", b ? b : "");
}

/* A renewed certificate would stand there twice, with nothing to tell why. */
static bool stands_above(const struct device_fact *d, size_t i)
{
	const struct certificate_fact *cert = &d->certs[i];
	size_t k;

	for (k = 0; k < i; k++)
		if (same_text(d->certs[k].name, cert->name) &&
		    same_text(d->certs[k].organization, cert->organization) &&
		    same_text(d->certs[k].email, cert->email))
			return true;
	return false;
}

/* One number for each device, however many certificates it holds. */
static void device(struct document *doc, struct table *t, size_t number,
		   const struct device_fact *d)
{
	static const struct certificate_fact unknown = { 0 };
	unsigned int rows = d->n_certs ? 0 : 1;
	size_t i;

	for (i = 0; i < d->n_certs; i++)
		rows += !stands_above(d, i);
	table_row(doc, t);
	nd30_cell(doc, t, 0, rows, document_format(doc, "%zu", number));
	nd30_cell(doc, t, 1, rows,
		  document_need(doc, d->serial, "số hiệu thiết bị"));
	if (!d->n_certs)
		subscriber(doc, t, &unknown);
	for (i = 0; i < d->n_certs; i++) {
		if (stands_above(d, i))
			continue;
		if (i)
			table_row(doc, t);
		subscriber(doc, t, &d->certs[i]);
	}
}

static void devices(struct document *doc,
		    const struct recovery_request *request)
{
	static const struct column columns[] = {
		{ 8, ALIGN_CENTER }, { 25, ALIGN_CENTER }, { 21, ALIGN_LEFT },
		{ 20, ALIGN_LEFT },  { 26, ALIGN_LEFT },
	};
	static const struct device_fact unknown = { 0 };
	struct table *t;
	size_t i;

	nd30_body(doc, STYLE_BOLD,
		  "2. Thông tin thiết bị lưu khóa bí mật cần khôi phục")
		->keep_next = true;
	t = nd30_table(doc, columns, sizeof(columns) / sizeof(columns[0]));
	t->n_header = 2;
	t->keep_next = true;
	table_row(doc, t);
	nd30_header_cell(doc, t, 1, 2, "STT");
	nd30_header_cell(doc, t, 1, 2, "Số hiệu thiết bị lưu khóa bí mật");
	nd30_header_cell(doc, t, 3, 1, "Thông tin của thuê bao");
	table_row(doc, t);
	nd30_header_cell(doc, t, 1, 1, "Tên chứng thư chữ ký số");
	nd30_header_cell(doc, t, 1, 1, "Cơ quan, tổ chức công tác");
	nd30_header_cell(doc, t, 1, 1, "Địa chỉ thư điện tử công vụ");
	for (i = 0; i < request->n_devices; i++)
		device(doc, t, i + 1, &request->devices[i]);
	if (!i)
		device(doc, t, 1, &unknown);
}

int form06_build(const struct recovery_request *request, struct document **doc)
{
	static const struct agency_fact no_agency = { 0 };
	static const struct person_fact nobody = { 0 };
	const struct agency_fact *agency =
		request->agency ? request->agency : &no_agency;
	struct letterhead head = { agency, request->number, NULL, SUBJECT,
				   request->date };
	struct document *d = document_new();
	const char *name, *recipient;

	if (!d)
		return -ENOMEM;
	document_describe(d, "Công văn " SUBJECT,
			  "Mẫu số 06, Nghị định số 68/2024/NĐ-CP",
			  agency->name);
	nd30_letterhead(d, &head);
	name = document_need(d, agency->name, "tên cơ quan ban hành");
	recipient = document_need(d, request->recipient, "nơi nhận công văn");
	nd30_addressee(d, recipient);
	nd30_body(d, 0,
		  document_format(d,
				  "Căn cứ Điều 22 Nghị định số 68/2024/NĐ-CP "
				  "ngày 25 tháng 6 năm 2024 của Chính phủ quy "
				  "định về chữ ký số chuyên dùng công vụ, %s "
				  "đề nghị %s khôi phục thiết bị lưu khóa bí "
				  "mật theo các thông tin sau:",
				  name, recipient));
	coordinator(d, request->coordinator ? request->coordinator : &nobody);
	devices(d, request);
	nd30_body(d, 0,
		  document_format(d,
				  "%s trân trọng đề nghị %s xem xét, giải "
				  "quyết./.",
				  name, recipient));
	nd30_agency_signature(d, agency);
	if (document_status(d)) {
		document_free(&d);
		return -ENOMEM;
	}
	*doc = d;
	return 0;
}
