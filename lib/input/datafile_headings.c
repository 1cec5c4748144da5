/* SPDX-License-Identifier: LGPL-2.1-or-later */
/*
 * Headings as they stand in the tables of tokens that offices keep. Of what may
 * mean two things nothing is guessed, and what would be a password is not read.
 */
#include <errno.h>
#include <stdlib.h>
#include <string.h>

#include "base/i18n.h"
#include "datafile_reading.h"
#include "token/ckstoken.h"

#define BETWEEN ";"
#define DIGITS "0123456789"
#define LETTERS "abcdefghijklmnopqrstuvwxyz"

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
	  N_("This may be of the identity card or of the certificate. Write \"Ngày cấp CCCD\" or \"Ngày bắt đầu hiệu lực\".") },
	{ "Serial;Số serial;Seri;Số seri;Số hiệu",
	  N_("This may be of the token or of the certificate. Write \"Số hiệu token\" or \"Số hiệu chứng thư\".") },
	{ "Ngày thu hồi",
	  N_("This may be of the token or of the certificate. Write \"Ngày thu hồi thiết bị\" or \"Ngày thu hồi chứng thư\".") },
};

/* Columns of forms that hold several fields. */
static const struct data_column joined[] = {
	{ "Số định danh cá nhân/Ngày cấp, nơi cấp",
	  "id_number id_date id_place" },
	{ "Số hiệu chứng thư (SIM-PKI ghi thêm số điện thoại ký số)",
	  "certificate_serial sim_phone" },
};

#define N(array) (sizeof(array) / sizeof((array)[0]))

static void add_each(struct reading *r, const char *headings,
		     const struct data_target *target)
{
	while (*headings) {
		size_t len = strcspn(headings, BETWEEN);

		data_names_add(r, headings, len, target);
		headings += len;
		headings += strspn(headings, BETWEEN);
	}
}

void data_headings_refuse(struct reading *r)
{
	size_t i;

	for (i = 0; i < N(doubtful); i++) {
		const struct data_target target = {
			.refusal = doubtful[i].refusal,
		};

		add_each(r, doubtful[i].headings, &target);
	}
}

void data_headings_add(struct reading *r)
{
	size_t i;

	for (i = 0; i < N(joined); i++)
		data_names_add_column(r, &joined[i]);
	for (i = 0; i < N(usual); i++) {
		const struct data_target target = {
			.fields = { field_find_any(usual[i].field) },
			.n = 1,
		};

		add_each(r, usual[i].headings, &target);
	}
}

static bool ends_in(const char *s, size_t len, const char *word)
{
	size_t n = strlen(word);

	return len >= n && !memcmp(s + len - n, word, n);
}

/* Of a word such as "PIN", "SoPIN2", "pincode" or "passcode". */
static bool is_secret_word(const char *s, size_t len)
{
	static const char *const inside[] = { "matkhau",    "password",
					      "passcode",   "passwd",
					      "passphrase", "pincode",
					      "pukcode" };
	static const char *const at_end[] = { "pin", "puk" };
	static const char *const whole[] = { "pass", "pwd", "mk" };
	bool secret = false;
	size_t i;

	for (i = 0; i < N(inside); i++)
		secret |= !!memmem(s, len, inside[i], strlen(inside[i]));
	for (i = 0; i < N(whole); i++)
		secret |= len == strlen(whole[i]) && ends_in(s, len, whole[i]);
	while (len && s[len - 1] >= '0' && s[len - 1] <= '9')
		len--;
	for (i = 0; i < N(at_end); i++)
		secret |= ends_in(s, len, at_end[i]);
	return secret;
}

/* Two words, with whatever is no letter between. */
static bool is_pair(const char *a, size_t a_len, const char *b, size_t b_len)
{
	return a_len == 3 && !memcmp(a, "mat", a_len) && b_len == 4 &&
	       !memcmp(b, "khau", b_len);
}

int data_heading_is_secret(const char *heading)
{
	char *folded = cks_text_fold(heading);
	const char *s = folded, *last = folded;
	size_t len, last_len = 0;
	int secret = folded ? 0 : -ENOMEM;

	while (s && *s && !secret) {
		s += strcspn(s, LETTERS DIGITS);
		len = strspn(s, LETTERS DIGITS);
		secret = is_secret_word(s, len) ||
			 is_pair(last, last_len, s, len);
		last = s;
		last_len = len;
		s += len;
	}
	free(folded);
	return secret;
}
