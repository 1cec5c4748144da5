/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include "minutes.h"

#include <errno.h>
#include <stdlib.h>
#include <string.h>

#include "nd30.h"
#include "vntime.h"

/* What sets one kind of minutes apart from the other. */
static const struct wording {
	const char *about, *law, *opening, *reason, *notice;
	bool permission; /* Điều 32: only by written permission */
} wordings[] = {
	[MINUTES_RETURN_08] = {
		.about = "Giao, nhận thiết bị lưu khóa bí mật sau khi chứng "
			 "thư chữ ký số chuyên dùng công vụ hết hạn sử dụng "
			 "hoặc bị thu hồi",
		.law = "Căn cứ Điều 20 Nghị định số 68/2024/NĐ-CP ngày 25 "
		       "tháng 6 năm 2024 của Chính phủ quy định về chữ ký số "
		       "chuyên dùng công vụ",
		.opening = "Hai bên tiến hành giao, nhận thiết bị lưu khóa bí "
			   "mật theo danh sách sau:",
		.reason = "Lý do giao, nhận",
		.notice = "Khung do phần mềm dựng; đối chiếu Mẫu số 08 (Nghị "
			  "định số 68/2024/NĐ-CP) trước khi ký.",
	},
	[MINUTES_KEEPER] = {
		.about = "Bàn giao thiết bị lưu khóa bí mật khi thay đổi "
			 "người quản lý",
		.law = "Căn cứ Điều 32 Nghị định số 30/2020/NĐ-CP ngày 05 "
		       "tháng 3 năm 2020 của Chính phủ về công tác văn thư",
		.opening = "Hai bên tiến hành bàn giao thiết bị lưu khóa bí "
			   "mật theo danh sách sau:",
		.reason = "Lý do bàn giao",
		.notice = "Khung do phần mềm dựng theo thể thức biên bản của "
			  "Nghị định số 30/2020/NĐ-CP; đối chiếu quy định của "
			  "cơ quan, tổ chức trước khi ký.",
		.permission = true,
	},
};

static const char *const pin_states[] = {
	[CKS_PIN_UNKNOWN] = "Không đọc được trạng thái",
	[CKS_PIN_OK] = "Bình thường",
	[CKS_PIN_COUNT_LOW] = "Đã có lần nhập sai mật khẩu",
	[CKS_PIN_FINAL_TRY] = "Còn một lần thử",
	[CKS_PIN_LOCKED] = "Bị khóa do nhập sai mật khẩu",
	[CKS_PIN_NOT_SET] = "Chưa đặt mật khẩu",
	[CKS_PIN_MUST_CHANGE] = "Phải đổi mật khẩu trước khi dùng",
};

/* @text without the stop an officer may have put at its end. */
static const char *unended(struct document *doc, const char *text)
{
	size_t len = strlen(text);

	while (len && strchr(" ;.,", text[len - 1]))
		len--;
	return document_format(doc, "%.*s", (int)len, text);
}

static bool opens_a_ground(const char *text)
{
	static const char *const words[] = { "can cu ", "theo ", "xet ",
					     "thuc hien " };
	char *folded = cks_text_fold(text);
	bool opens = false;
	size_t i;

	for (i = 0; folded && i < sizeof(words) / sizeof(words[0]); i++)
		opens |= !strncmp(folded, words[i], strlen(words[i]));
	free(folded);
	return opens;
}

/* One "Căn cứ …", ended as its place asks. */
static void ground(struct document *doc, const char *text, char end)
{
	nd30_body(doc, STYLE_ITALIC,
		  document_format(doc, "%s%s%c",
				  opens_a_ground(text) ? "" : "Căn cứ ",
				  unended(doc, text), end));
}

static void grounds(struct document *doc, const struct handover_minutes *m,
		    const struct wording *w)
{
	bool asked = w->permission && !m->n_grounds;
	size_t i;

	ground(doc, w->law, m->n_grounds || asked ? ';' : '.');
	for (i = 0; i < m->n_grounds; i++)
		ground(doc, document_need(doc, m->grounds[i], "căn cứ"),
		       i + 1 < m->n_grounds ? ';' : '.');
	if (asked)
		ground(doc, document_need(doc, "", "văn bản cho phép bàn giao"),
		       '.');
}

static const char *hour(struct document *doc, const struct handover_minutes *m)
{
	struct tm tm = vn_tm(m->time);

	if (!m->hour_known)
		return document_need(doc, "", "giờ giao, nhận");
	return document_format(doc, "%02d giờ %02d phút", tm.tm_hour,
			       tm.tm_min);
}

static void opening(struct document *doc, const struct handover_minutes *m)
{
	const char *when =
		m->time ? document_format(doc, "hồi %s, %s", hour(doc, m),
					  nd30_day(doc, m->time))
			: document_need(doc, "", "thời gian giao, nhận");
	const char *place = document_need(doc, m->place, "nơi giao, nhận");

	nd30_body(doc, 0,
		  document_format(doc, "Hôm nay, %s, tại %s, chúng tôi gồm:",
				  when, place));
}

static const char *id_of(struct document *doc, const struct person_fact *p,
			 const char *who)
{
	const char *date = document_text(doc, p->id_date);
	const char *place = document_text(doc, p->id_place);

	return document_format(
		doc, "%s%s%s%s%s",
		document_need(doc, p->id_number,
			      document_format(doc, "số định danh %s", who)),
		*date ? "; ngày cấp: " : "", date, *place ? "; nơi cấp: " : "",
		place);
}

static void person(struct document *doc, const char *role, const char *who,
		   const struct person_fact *p)
{
	const struct {
		const char *label, *value, *field;
	} fields[] = {
		{ "Cơ quan, tổ chức công tác", p->organization, "cơ quan" },
		{ "Số điện thoại", p->phone, "điện thoại" },
		{ "Căn cứ đại diện", p->grounds, "căn cứ đại diện" },
	};
	size_t i;

	nd30_body(doc, STYLE_BOLD, role)->keep_next = true;
	nd30_field(doc, "Ông (bà)",
		   document_format(
			   doc, "%s; chức vụ: %s",
			   document_need(
				   doc, p->name,
				   document_format(doc, "họ và tên %s", who)),
			   document_need(
				   doc, p->title,
				   document_format(doc, "chức vụ %s", who))));
	for (i = 0; i < sizeof(fields) / sizeof(fields[0]); i++) {
		const char *field =
			document_format(doc, "%s %s", fields[i].field, who);

		nd30_field(doc, fields[i].label,
			   document_need(doc, fields[i].value, field));
		if (!i)
			nd30_field(doc, "Số định danh cá nhân",
				   id_of(doc, p, who));
	}
}

static const char *validity(struct document *doc,
			    const struct certificate_fact *cert)
{
	if (!cert->not_before || !cert->not_after)
		return document_need(doc, "", "hiệu lực chứng thư");
	return document_format(doc, "từ %s\nđến %s",
			       nd30_short_day(doc, cert->not_before),
			       nd30_short_day(doc, cert->not_after));
}

static void certificate(struct document *doc, struct table *t,
			const struct certificate_fact *cert)
{
	const char *name =
		document_need(doc, cert->name, "tên chứng thư chữ ký số");
	const char *serial =
		document_need(doc, cert->serial, "số hiệu chứng thư");

	nd30_cell(doc, t, 3, 1,
		  document_format(doc, "%s\nSố hiệu: %s\nHiệu lực %s", name,
				  serial, validity(doc, cert)));
}

static const char *pin_state(const struct device_fact *d)
{
	size_t i = (size_t)d->user_pin;

	if (i >= sizeof(pin_states) / sizeof(pin_states[0]))
		i = CKS_PIN_UNKNOWN;
	return pin_states[i];
}

static void device(struct document *doc, struct table *t, size_t number,
		   const struct device_fact *d)
{
	static const struct certificate_fact unknown = { 0 };
	unsigned int n = d->n_certs ? (unsigned int)d->n_certs : 1, i;

	table_row(doc, t);
	nd30_cell(doc, t, 0, n, document_format(doc, "%zu", number));
	nd30_cell(doc, t, 1, n,
		  document_need(doc, d->serial, "số hiệu thiết bị"));
	nd30_cell(
		doc, t, 2, n,
		document_format(doc, "%s;\n%s",
				document_need(doc, d->label, "nhãn thiết bị"),
				document_need(doc, d->model, "loại thiết bị")));
	certificate(doc, t, d->n_certs ? &d->certs[0] : &unknown);
	nd30_cell(doc, t, 4, n, pin_state(d));
	nd30_cell(doc, t, 5, n,
		  document_format(doc, "%s;\nphụ kiện: %s",
				  document_need(doc, d->condition,
						"tình trạng bên ngoài"),
				  document_need(doc, d->accessories,
						"phụ kiện kèm theo")));
	for (i = 1; i < n; i++) {
		table_row(doc, t);
		certificate(doc, t, &d->certs[i]);
	}
}

static void devices(struct document *doc, const struct handover_minutes *m)
{
	static const struct column columns[] = {
		{ 8, ALIGN_CENTER }, { 24, ALIGN_CENTER }, { 16, ALIGN_LEFT },
		{ 27, ALIGN_LEFT },  { 12, ALIGN_LEFT },   { 13, ALIGN_LEFT },
	};
	static const char *const heads[] = {
		"STT",
		"Số hiệu\nthiết bị lưu\nkhóa bí mật",
		"Nhãn, loại",
		"Chứng thư chữ ký số trên thiết bị",
		"Trạng thái mật khẩu lúc bàn giao",
		"Tình trạng, phụ kiện",
	};
	static const struct device_fact unknown = { 0 };
	struct table *t;
	size_t i;

	t = nd30_table(doc, columns, sizeof(columns) / sizeof(columns[0]));
	t->n_header = 1;
	t->keep_next = true;
	table_row(doc, t);
	for (i = 0; i < sizeof(heads) / sizeof(heads[0]); i++)
		nd30_header_cell(doc, t, 1, 1, heads[i]);
	for (i = 0; i < m->n_devices; i++)
		device(doc, t, i + 1, &m->devices[i]);
	if (!i)
		device(doc, t, 1, &unknown);
}

static void copies(struct document *doc, unsigned int n)
{
	const char *number = n ? document_format(doc, "%02u", n)
			       : document_need(doc, "", "số bản");

	nd30_body(doc, 0,
		  document_format(doc, "Biên bản được lập thành %s bản%s%s.",
				  number, n == 1 ? "" : " có giá trị như nhau",
				  n == 2 ? ", mỗi bên giữ 01 bản" : ""));
}

static void build(struct document *doc, const struct handover_minutes *m)
{
	static const struct agency_fact no_agency = { 0 };
	const struct agency_fact *agency = m->agency ? m->agency : &no_agency;
	const struct wording *w = &wordings[m->kind];
	struct letterhead head = { agency, m->number, "BB", NULL, m->time };
	struct party parties[2] = { { "ĐẠI DIỆN BÊN GIAO", "" },
				    { "ĐẠI DIỆN BÊN NHẬN", "" } };

	document_describe(doc, "Biên bản", w->about, agency->name);
	nd30_letterhead(doc, &head);
	nd30_title(doc, "BIÊN BẢN", w->about);
	grounds(doc, m, w);
	opening(doc, m);
	person(doc, "BÊN GIAO", "bên giao", &m->giver);
	person(doc, "BÊN NHẬN", "bên nhận", &m->receiver);
	nd30_body(doc, 0, w->opening)->keep_next = true;
	devices(doc, m);
	nd30_body(doc, 0,
		  document_format(
			  doc, "%s: %s.", w->reason,
			  unended(doc, document_need(doc, m->reason,
						     "lý do giao, nhận"))))
		->keep_next = true;
	copies(doc, m->copies);
	parties[0].name =
		document_need(doc, m->giver.name, "họ và tên bên giao");
	parties[1].name =
		document_need(doc, m->receiver.name, "họ và tên bên nhận");
	nd30_notice(doc, nd30_party_signatures(doc, parties, 2), w->notice);
}

int minutes_build(const struct handover_minutes *minutes, struct document **doc)
{
	struct document *d = document_new();

	if (!d)
		return -ENOMEM;
	build(d, minutes);
	if (document_status(d)) {
		document_free(&d);
		return -ENOMEM;
	}
	*doc = d;
	return 0;
}
