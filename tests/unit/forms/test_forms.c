/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* The forms that come with the program. */
#include <errno.h>

#include "forms/form.h"
#include "unit/unit.h"

#define N(a) (sizeof(a) / sizeof((a)[0]))

/*
 * As the decree's forms are on record: each column once, in this order, none
 * besides. STT shows no field.
 */
static const struct {
	const char *form;
	struct data_column columns[12];
} known[] = {
	{ "01",
	  { { "Họ và tên", "name" },
	    { "Ngày sinh", "birth_date" },
	    { "Số định danh cá nhân/Ngày cấp, nơi cấp",
	      "id_number id_date id_place" },
	    { "Địa chỉ thư điện tử công vụ", "email" },
	    { "Tên cơ quan, tổ chức công tác", "organization" },
	    { "Tỉnh/Thành phố", "province" },
	    { "Chức vụ", "title" },
	    { "Số điện thoại di động", "phone" },
	    { "Số hiệu chứng thư chữ ký số cũ (nếu có)", "old_serial" },
	    { "SIM PKI", "sim_pki" } } },
	{ "02",
	  { { "Tên cơ quan, tổ chức", "name" },
	    { "Địa chỉ", "address" },
	    { "Mã số thuế", "tax_code" },
	    { "Mã quan hệ ngân sách", "budget_code" },
	    { "Tỉnh/Thành phố", "province" },
	    { "Địa chỉ thư điện tử công vụ", "email" } } },
	{ "04",
	  { { "Tên chứng thư chữ ký số", "name" },
	    { "Số hiệu chứng thư (SIM-PKI ghi thêm số điện thoại ký số)",
	      "certificate_serial sim_phone" },
	    { "Địa chỉ thư điện tử công vụ", "email" },
	    { "Thông tin cần thay đổi", "change" },
	    { "Thông tin mới", "change_to" },
	    { "Gia hạn (×)", "renew" },
	    { "TĐTT (×)", "update" } } },
	{ "05",
	  { { "Tên chứng thư chữ ký số", "name" },
	    { "Số định danh cá nhân/Ngày cấp, nơi cấp (cá nhân)",
	      "id_number id_date id_place" },
	    { "Mã số thuế (cơ quan)", "tax_code" },
	    { "Mã quan hệ ngân sách (cơ quan)", "budget_code" },
	    { "Địa chỉ thư điện tử công vụ", "email" },
	    { "Số hiệu chứng thư chữ ký số", "certificate_serial" },
	    { "Số hiệu thiết bị lưu khóa bí mật", "device_serial" },
	    { "Lý do thu hồi", "reason" } } },
	{ "06",
	  { { "Số hiệu thiết bị lưu khóa bí mật", "device_serial" },
	    { "Tên chứng thư chữ ký số", "name" },
	    { "Cơ quan, tổ chức công tác", "organization" },
	    { "Địa chỉ thư điện tử công vụ", "email" } } },
	{ "report-bac-ninh", { { NULL, NULL } } },
};

static const char *const not_known[] = {
	"03",		"07",
	"08",		"09",
	"keeper",	"tt185-02",
	"tt185-04",	"tt185-06",
	"tt185-08",	"tt185-10",
	"tt185-12",	"tt185-14",
	"tt185-15",	"tt185-deliver",
	"tt185-return", "statistics",
	"audit",
};

static struct form *load(const char *name)
{
	struct form *form = NULL;
	struct error error = { 0 };
	char path[64];

	(void)snprintf(path, sizeof(path), "lib/forms/%s.xml", name);
	if (form_load(NULL, path, &form, &error))
		fail_msg("%s", error_text(&error, -ENOMEM));
	return form;
}

/* @text is JSON with ' for ". */
static struct document *fill(const char *name, const char *text)
{
	struct form *form = load(name);
	struct document *doc = NULL;
	char json[2048], *quote;
	json_t *dossier;

	assert_in_range(snprintf(json, sizeof(json), "%s", text), 2,
			sizeof(json) - 1);
	while ((quote = strchr(json, '\'')))
		*quote = '"';
	dossier = json_loads(json, 0, NULL);
	assert_non_null(dossier);
	assert_int_equal(form_build(form, dossier, &doc), 0);
	json_decref(dossier);
	form_free(&form);
	return doc;
}

static const char *words_of(struct document *doc, const struct paragraph *p)
{
	const char *all = "";
	size_t i;

	for (i = 0; i < p->n_runs; i++)
		all = document_format(doc, "%s%s", all, p->runs[i].text);
	return all;
}

static bool says(struct document *doc, const char *words)
{
	size_t i;

	for (i = 0; i < doc->n_blocks; i++)
		if (doc->blocks[i].paragraph &&
		    strstr(words_of(doc, doc->blocks[i].paragraph), words))
			return true;
	return false;
}

/* Table @n of a document, from 1. */
static const struct table *table_of(const struct document *doc, size_t n)
{
	size_t i;

	for (i = 0; i < doc->n_blocks; i++)
		if (doc->blocks[i].table && doc->blocks[i].table->ruled && !--n)
			return doc->blocks[i].table;
	fail_msg("no table");
	return NULL;
}

static const struct table *list_of(const struct document *doc)
{
	return table_of(doc, 1);
}

/* Cells of row @row, from 1, those from @first on: "a|b|c". */
static void assert_cells(struct document *doc, const struct table *t,
			 size_t row, size_t first, const char *want)
{
	const struct row *r = &t->rows[t->n_header + row - 1];
	const char *got = "";
	size_t i;

	assert_in_range(row, 1, t->n_rows - t->n_header);
	for (i = first; i < r->n_cells; i++)
		got = document_format(
			doc, "%s%s%s", got, i > first ? "|" : "",
			words_of(doc, r->cells[i]->paragraphs[0]));
	assert_string_equal(got, want);
}

/* Row @row of the list, from 1, without STT: "a|b|c". */
static void assert_row(struct document *doc, size_t row, const char *want)
{
	assert_cells(doc, list_of(doc), row, 1, want);
}

static void test_columns(void **state)
{
	size_t i, k, n;

	(void)state;
	for (i = 0; i < N(known); i++) {
		struct form *form = load(known[i].form);
		const struct data_column *got = form_columns(form, &n);

		for (k = 0; known[i].columns[k].heading; k++) {
			assert_true(k < n);
			assert_string_equal(got[k].heading,
					    known[i].columns[k].heading);
			assert_string_equal(got[k].fields,
					    known[i].columns[k].fields);
		}
		assert_int_equal(k, n);
		form_free(&form);
	}
}

/* Every blank form is made, and names in words whatever it lacks. */
static void check_blank(const char *name, bool compare)
{
	struct document *doc = fill(name, "{}");
	const struct paragraph *last = doc->blocks[doc->n_blocks - 1].paragraph;
	size_t i;

	assert_true(doc->n_missing > 10);
	for (i = 0; i < doc->n_missing; i++)
		if (strpbrk(doc->missing[i], "._"))
			fail_msg("%s lacks %s", name, doc->missing[i]);
	assert_int_equal(last && last->role == ROLE_NOTICE, compare);
	assert_int_equal(says(doc, "Khung do phần mềm dựng"), compare);
	document_free(&doc);
}

static void test_blank(void **state)
{
	size_t i;

	(void)state;
	for (i = 0; i < N(known); i++)
		check_blank(known[i].form, false);
	for (i = 0; i < N(not_known); i++)
		check_blank(not_known[i], true);
}

static void test_centralized(void **state)
{
	struct document *doc;

	(void)state;
	doc = fill("01", "{'document':{'centralized':true},"
			 "'subscribers':[{'name':'A'},{'name':'B'}]}");
	assert_true(doc->landscape);
	assert_true(says(doc, "cho cá nhân sử dụng giải pháp ký số tập "
			      "trung theo các thông tin sau:"));
	assert_true(says(doc, "Số lượng: 02 chứng thư chữ ký số"));
	document_free(&doc);
	doc = fill("01", "{'document':{'centralized':false}}");
	assert_true(says(doc, "cho cá nhân theo các thông tin sau:"));
	assert_true(says(doc, "Số lượng: [cần bổ sung: số lượng]"));
	document_free(&doc);
}

static void test_renew_and_update(void **state)
{
	struct document *doc = fill(
		"04", "{'subscribers':["
		      "{'name':'A','certificate_serial':'0A','email':'a@b.vn',"
		      "'renew':true,'change':'x'},"
		      "{'name':'B','certificate_serial':'0B','email':'b@b.vn',"
		      "'sim_phone':'0912345678','update':true,"
		      "'change':'tên','change_to':'Sở B'},"
		      "{'name':'C','certificate_serial':'0C','email':'c@b.vn',"
		      "'update':true,'renew':true}]}");

	(void)state;
	assert_int_equal(list_of(doc)->n_header, 2);
	assert_row(doc, 1, "A|0A|a@b.vn|||×|");
	assert_row(doc, 2, "B|0B\n0912345678|b@b.vn|tên|Sở B||×");
	assert_row(doc, 3,
		   "C|0C|c@b.vn|[cần bổ sung: Thông tin cần thay đổi]|"
		   "[cần bổ sung: Thông tin mới]|×|×");
	document_free(&doc);
}

#define ID \
	"'id_number':'001085001234','id_date':'2022-03-15','id_place':'Cục CS',"
#define SHOWN_ID "001085001234/\n15/03/2022, Cục CS"
#define REST \
	"'email':'e','certificate_serial':'c','device_serial':'d','reason':'r'}"
#define SHOWN_REST "|e|c|d|r"

/* Persons, agencies, devices, and rows of a table that does not tell. */
static void test_holders(void **state)
{
	struct document *doc = fill(
		"05",
		"{'subscribers':["
		"{'name':'A','holder':'person','tax_code':'8'," ID REST
		",{'name':'B','holder':'organization','tax_code':'5'," ID REST
		",{'name':'C','holder':'device','tax_code':'5'," ID REST
		",{'name':'D','tax_code':'5','budget_code':'1'," REST
		",{'name':'E'," ID REST "]}");

	(void)state;
	assert_row(doc, 1, "A|" SHOWN_ID "||" SHOWN_REST);
	assert_row(doc, 2,
		   "B||5|[cần bổ sung: mã quan hệ ngân sách]" SHOWN_REST);
	assert_row(doc, 3, "C|||" SHOWN_REST);
	assert_row(doc, 4, "D||5|1" SHOWN_REST);
	assert_row(doc, 5, "E|" SHOWN_ID "||" SHOWN_REST);
	document_free(&doc);
}

static void test_lost(void **state)
{
	struct document *doc;

	(void)state;
	doc = fill("09", "{'document':{'reason':'rơi trên xe.'}}");
	assert_true(says(doc, "Hoàn cảnh thất lạc: rơi trên xe."));
	assert_true(says(doc, "thu hồi theo Mẫu số 05"));
	document_free(&doc);
	doc = fill("tt185-15", "{'document':{'reason':'rơi trên xe',"
			       "'circumstances':'mất túi'}}");
	assert_true(says(doc, "Hoàn cảnh thất lạc: mất túi."));
	assert_false(says(doc, "rơi trên xe"));
	assert_true(says(doc, "gửi kèm theo văn bản đề nghị thu hồi"));
	document_free(&doc);
}

static void test_permission(void **state)
{
	static const char *const names[] = { "keeper", "tt185-14" };
	struct document *doc;
	size_t i;

	(void)state;
	for (i = 0; i < N(names); i++) {
		doc = fill(names[i], "{}");
		assert_true(says(doc, "Căn cứ [cần bổ sung: văn bản cho phép "
				      "bàn giao]."));
		document_free(&doc);
	}
}

static void test_report(void **state)
{
	struct document *doc =
		fill("report-bac-ninh",
		     "{'document':{'period':'06 tháng đầu năm 2026'},"
		     "'counts':{'new':{'organization':0,'person':12},"
		     "'revoked':{'organization':1,'person':2},"
		     "'changed':{'organization':3,'person':4},"
		     "'renewed':{'organization':5},'documents':345}}");

	(void)state;
	assert_int_equal(list_of(doc)->n_rows, 5);
	assert_row(doc, 1, "Số lượng cấp mới|0|12|");
	assert_row(doc, 2, "Số lượng đề nghị thu hồi|1|2|");
	assert_row(doc, 3, "Số lượng thay đổi thông tin|3|4|");
	assert_row(doc, 4,
		   "Số lượng đề nghị gia hạn|5|"
		   "[cần bổ sung: số lượng đề nghị gia hạn, cá nhân]|");
	assert_true(says(doc, "chuyên dùng Chính phủ 06 tháng đầu năm 2026"));
	assert_true(says(doc, "có sử dụng Chữ ký số: 345"));
	document_free(&doc);
}

#define COUNTS "'organization':1,'person':2,'device':0,'total':3"

static void test_statistics(void **state)
{
	struct document *doc = fill(
		"statistics",
		"{'document':{'period':'06 tháng đầu năm 2026',"
		"'from':'2026-01-01','to':'2026-06-30'},"
		"'statistics':{'tokens':{" COUNTS "},"
		"'procedures':[{'label':'Khôi phục','carried':0,"
		"'received':9,'done':5,'refused':1,'open':3,'on_time':4,'late':2,'no_deadline':0,"
		"'mean_days':1.25},{'label':'Thu hồi','carried':0,"
		"'received':0,'done':0,"
		"'refused':0,'open':0,'on_time':0,'late':0,'no_deadline':0,"
		"'mean_days':null}],"
		"'units':[{'organization':'Sở A','tokens':3,'requests':9,"
		"'expiring':1}],'unblocks':5,'losses':0,'leaks':1,"
		"'expiries':[{'label':'07/2026'," COUNTS "}],"
		"'needs':{'year':2027,'rows':[{'label':'Cấp mới'," COUNTS
		"}]}}}");
	size_t i, n_charts = 0;

	(void)state;
	assert_true(says(doc, "công vụ\n06 tháng đầu năm 2026 (từ "
			      "01/01/2026 đến 30/06/2026)"));
	assert_true(says(doc, "đang quản lý: 3, trong đó:"));
	assert_true(says(doc, "- Của cá nhân: 2;"));
	assert_row(doc, 1, "Khôi phục|0|9|5|1|3|4|2|0|1,3");
	assert_row(doc, 2, "Thu hồi|0|0|0|0|0|0|0|0|");
	assert_cells(doc, table_of(doc, 2), 1, 1, "Sở A|3|9|1");
	assert_true(says(doc, "nghi lộ khóa bí mật: 1."));
	assert_cells(doc, table_of(doc, 3), 1, 0, "07/2026|1|2|0|3");
	assert_true(says(doc, "6. Nhu cầu năm 2027"));
	assert_cells(doc, table_of(doc, 4), 1, 0, "Cấp mới|1|2|0|3");
	assert_false(says(doc, "Kính gửi"));
	for (i = 0; i < doc->n_blocks; i++)
		if (doc->blocks[i].chart) {
			assert_int_equal(doc->blocks[i].chart->bars->value, 3);
			assert_true(doc->blocks[i].chart->in_table);
			n_charts++;
		}
	assert_int_equal(n_charts, 1);
	document_free(&doc);
}

static void test_audit(void **state)
{
	struct document *doc = fill(
		"audit",
		"{'document':{'recipient':'Sở B'},"
		"'audit':{'present':3,'registered':40,'findings':2,"
		"'counts':{'overdue':1,'today':0,'soon':0,'wrong':1},"
		"'register':{'events':321,'head':'9f86d081'}},"
		"'findings':[{'device_serial':'0A1B','name':'A',"
		"'state_words':'Quá hạn','due':'2026-07-15','text':'Thu hồi',"
		"'article':'Điều 11','who':'Văn thư'},"
		"{'state_words':'Sai','text':'Sổ bị sửa'}]}");

	(void)state;
	assert_true(doc->landscape);
	assert_true(says(doc, "Kính gửi: Sở B"));
	assert_true(says(doc, "trong sổ theo dõi: 40."));
	assert_true(says(
		doc,
		"cần xử lý: 2, trong đó: quá hạn, chưa thực hiện 1; đến hạn "
		"trong ngày 0;"));
	assert_row(doc, 1, "0A1B|A|Quá hạn|15/07/2026|Thu hồi|Điều 11|Văn thư");
	assert_row(doc, 2, "||Sai||Sổ bị sửa||");
	assert_true(says(doc, "Sổ theo dõi: 321 sự kiện, mã kiểm tra "
			      "9f86d081."));
	assert_null(doc->foot);
	document_free(&doc);
	doc = fill("audit",
		   "{'findings':[],'evidence':{'register':{'events':17,"
		   "'head':'0123456789abcdef0123456789abcdef01'},"
		   "'journal':{'entries':4,'head':'not a hash'}}}");
	assert_string_equal(doc->foot,
			    "Sổ theo dõi thiết bị: sự kiện số 17, mã kiểm tra "
			    "17:0123456789abcdef0123456789abcdef");
	document_free(&doc);
	doc = fill("audit", "{'findings':[],'evidence':{'journal':"
			    "{'state':'not-read'}}}");
	assert_string_equal(
		doc->foot, "Nhật ký khôi phục: không đọc được khi lập văn bản");
	assert_cells(doc, list_of(doc), 1, 0,
		     "Không phát hiện nội dung nào cần xử lý");
	document_free(&doc);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_columns),
		cmocka_unit_test(test_blank),
		cmocka_unit_test(test_centralized),
		cmocka_unit_test(test_renew_and_update),
		cmocka_unit_test(test_holders),
		cmocka_unit_test(test_lost),
		cmocka_unit_test(test_permission),
		cmocka_unit_test(test_report),
		cmocka_unit_test(test_statistics),
		cmocka_unit_test(test_audit),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
