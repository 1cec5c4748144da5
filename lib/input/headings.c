/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include "headings.h"

#include <stddef.h>

#include "base/i18n.h"

const struct heading_words headings_usual[] = {
	{ "name",
	  "Họ và tên;Họ tên;Họ và tên thuê bao;Họ tên thuê bao;Thuê bao;"
	  "Họ và tên người sử dụng;Người sử dụng;Họ và tên cán bộ;"
	  "Đối tượng sử dụng;Tên đối tượng sử dụng;"
	  "Tên chứng thư;Tên chứng thư số;Tên chứng thư chữ ký số;"
	  "Tên CTS;Tên CTCKS" },
	{ "holder", "Đối tượng;Loại đối tượng;Loại đối tượng sử dụng;"
		    "Loại chứng thư;Loại chứng thư số" },
	{ "birth_date", "Ngày tháng năm sinh;Ngày, tháng, năm sinh;Sinh ngày" },
	{ "id_number",
	  "Số CCCD;CCCD;CMND/CCCD;Số CMND/CCCD;CCCD/CMND;Số CCCD/CMND;CMND;"
	  "Số CMND;Căn cước;Số căn cước;Số thẻ căn cước;Căn cước công dân;"
	  "Số căn cước công dân;Số thẻ căn cước công dân;Số định danh;"
	  "Mã định danh cá nhân;Số ĐDCN;Số CC;Số CC/CCCD;Số CCCD/CC" },
	{ "id_date",
	  "Ngày cấp CCCD;Ngày cấp CMND;Ngày cấp CMND/CCCD;Ngày cấp CCCD/CMND;"
	  "Ngày cấp căn cước;Ngày cấp thẻ căn cước;"
	  "Ngày cấp căn cước công dân;Ngày cấp CC;Ngày cấp số định danh" },
	{ "id_place",
	  "Nơi cấp CCCD;Nơi cấp CMND;Nơi cấp CMND/CCCD;Nơi cấp CCCD/CMND;"
	  "Nơi cấp căn cước;Nơi cấp thẻ căn cước;Nơi cấp căn cước công dân;"
	  "Nơi cấp CC;Cơ quan cấp CCCD;Cơ quan cấp căn cước" },
	{ "email",
	  "Email;Email công vụ;Mail;Mail công vụ;Thư điện tử;Thư công vụ;"
	  "Thư điện tử công vụ;Địa chỉ email;Địa chỉ email công vụ;"
	  "Địa chỉ mail;Địa chỉ mail công vụ;Địa chỉ thư điện tử;"
	  "Địa chỉ thư công vụ;Hộp thư công vụ;Hộp thư điện tử công vụ" },
	{ "organization",
	  "Cơ quan;Tên cơ quan;Cơ quan công tác;Nơi công tác;"
	  "Cơ quan, tổ chức;Tên cơ quan, tổ chức;Cơ quan, đơn vị;"
	  "Cơ quan, đơn vị công tác;Đơn vị công tác;Tên cơ quan công tác;"
	  "Tên cơ quan, tổ chức công tác" },
	{ "unit", "Phòng ban;Phòng;Bộ phận;Phòng, ban;Phòng, ban, đơn vị" },
	{ "province", "Tỉnh;Tỉnh/TP;Tỉnh, TP;Tỉnh thành;Tỉnh, thành phố" },
	{ "title", "Chức danh;Chức vụ, chức danh;Chức danh, chức vụ;"
		   "Chức vụ/Chức danh" },
	{ "phone",
	  "Điện thoại;Số điện thoại;SĐT;Số ĐT;ĐT;Di động;Số di động;"
	  "Điện thoại di động;ĐTDĐ;ĐT di động;Số ĐTDĐ;Số điện thoại liên hệ;"
	  "Điện thoại liên hệ;Mobile;Tel" },
	{ "tax_code", "MST" },
	{ "budget_code", "Mã QHNS;Mã ĐVQHNS;Mã đơn vị quan hệ ngân sách;"
			 "Mã số quan hệ ngân sách;"
			 "Mã số đơn vị quan hệ ngân sách" },
	{ "old_serial", "Số hiệu chứng thư cũ;Số hiệu chứng thư số cũ;"
			"Số chứng thư số cũ;Số chứng thư cũ" },
	{ "device_serial",
	  "Số hiệu token;Serial token;Token serial;Số serial token;"
	  "Số seri token;Số sê-ri token;Mã token;Mã số token;"
	  "Số hiệu USB token;Serial USB token;Số serial USB token;"
	  "Số hiệu thiết bị;Mã thiết bị;Serial thiết bị;"
	  "Số serial thiết bị;Số seri thiết bị;Số hiệu TBLK;"
	  "Số hiệu TBLKBM;Số hiệu thiết bị lưu khóa" },
	{ "device_label", "Nhãn token;Nhãn thiết bị" },
	{ "device_model", "Kiểu token;Kiểu thiết bị" },
	{ "device_kind", "Loại thiết bị;Loại token" },
	{ "second_device", "Thiết bị thứ hai" },
	{ "certificate_serial",
	  "Số hiệu chứng thư;Số hiệu chứng thư số;Số hiệu CTS;Số hiệu CTCKS;"
	  "Số chứng thư;Số chứng thư số;Số CTS;Số CTCKS;"
	  "Serial chứng thư;Serial chứng thư số;Serial CTS;"
	  "Số serial chứng thư;Số serial chứng thư số;Số seri chứng thư;"
	  "Số seri chứng thư số" },
	{ "not_before",
	  "Ngày bắt đầu;Ngày có hiệu lực;Ngày hiệu lực;Hiệu lực từ;"
	  "Hiệu lực từ ngày;Có hiệu lực từ;Có hiệu lực từ ngày;"
	  "Ngày cấp chứng thư;Ngày cấp chứng thư số;Ngày cấp CTS;"
	  "Ngày cấp CTCKS" },
	{ "not_after", "Hiệu lực đến;Hiệu lực đến ngày;Có hiệu lực đến;"
		       "Có hiệu lực đến ngày;Ngày hết hạn chứng thư;"
		       "Ngày hết hạn chứng thư số;Ngày hết hạn CTS;"
		       "Hạn sử dụng chứng thư;Hạn sử dụng chứng thư số" },
	{ "renewals", "Số lần gia hạn" },
	{ "reason", "Lý do đề nghị" },
	{ "user_pin", "Tình trạng mật khẩu;Trạng thái PIN;Tình trạng PIN;"
		      "Trạng thái mật khẩu lúc bàn giao;"
		      "Trạng thái mật khẩu lúc nhận lại" },
	{ "keeper",
	  "Người quản lý;Người quản lý token;Người giữ;Người giữ token;"
	  "Người giữ thiết bị;Người bảo quản" },
	{ "place_kept", "Nơi lưu giữ;Nơi cất giữ;Nơi giữ" },
	{ "decision", "Số quyết định" },
	{ "decision_date", "Ngày quyết định" },
	{ "received_date", "Ngày nhận token" },
	{ "delivered_date",
	  "Ngày bàn giao;Ngày bàn giao token;Ngày bàn giao thiết bị;"
	  "Ngày giao thiết bị;Ngày giao token" },
	{ "collected_date", "Ngày thu hồi token" },
	{ "returned_date", "Ngày bàn giao lại;Ngày nộp lại;"
			   "Ngày nộp lại thiết bị;Ngày nộp lại token" },
	{ "revoked_date", "Ngày thu hồi chứng thư số;Ngày thu hồi CTS" },
	{ "revoked_reason", "Lý do thu hồi" },
	{ NULL, NULL },
};

/* Beside one of these a day or place of issue may be the token's. */
#define OF_TOKENS "device_serial device_kind certificate_serial not_before"

const struct heading_doubt headings_doubtful[] = {
	{ .headings = "Ngày cấp",
	  .fields = { "id_date", "not_before" },
	  .near = { "id_number", "certificate_serial not_after" },
	  .against = OF_TOKENS,
	  .refusal = N_(
		  "This may mean the identity card or the certificate. Write \"Ngày cấp CCCD\" or \"Ngày bắt đầu hiệu lực\".") },
	{ .headings = "Nơi cấp",
	  .fields = { "id_place", NULL },
	  .near = { "id_number", NULL },
	  .against = OF_TOKENS,
	  .refusal = N_(
		  "This may mean the identity card, or the token or the certificate. Write \"Nơi cấp CCCD\", or remove the column.") },
	{ .headings = "Ngày hết hạn;Hết hạn;HSD;Hạn SD;Hạn dùng;Hạn sử dụng",
	  .fields = { "not_after", NULL },
	  .near = { NULL, "id_number id_date id_place" },
	  .refusal = N_(
		  "This may mean the identity card or the certificate. Write \"Ngày hết hạn chứng thư\" or \"Ngày hết hạn CCCD\".") },
	{ .headings =
		  "Serial;Serial number;Số serial;Seri;Số seri;Số sê-ri;S/N;"
		  "Số hiệu",
	  .fields = { "device_serial", "certificate_serial" },
	  .near = { "certificate_serial", "device_serial" },
	  .refusal = N_(
		  "This may mean the token or the certificate. Write \"Số hiệu token\" or \"Số hiệu chứng thư\".") },
	{ .headings = "Token;USB token;PKI token;Thiết bị",
	  .fields = { "device_serial", "device_kind" },
	  .near = { "device_kind", "device_serial" },
	  .refusal = N_(
		  "This may mean which token it is, or of which kind. Write \"Số hiệu token\" or \"Loại thiết bị\".") },
	{ .headings = "Ngày thu hồi",
	  .fields = { "collected_date", "revoked_date" },
	  .near = { "revoked_date", "collected_date" },
	  .refusal = N_(
		  "This may mean the token or the certificate. Write \"Ngày thu hồi thiết bị\" or \"Ngày thu hồi chứng thư\".") },
	{ .headings = "Đối tượng được cấp",
	  .fields = { "name", "holder" },
	  .near = { "holder", "name" },
	  .refusal = N_(
		  "This may mean who it is, or of which kind. Write \"Họ và tên\" or \"Loại đối tượng\".") },
	{ .headings = "Đơn vị;Tên đơn vị",
	  .fields = { "organization", "unit" },
	  .near = { "unit", "organization" },
	  .refusal = N_(
		  "This may mean the agency, or a unit in it. Write \"Cơ quan công tác\" or \"Phòng, đơn vị\"."),
	  .of_documents = true },
	{ .headings = NULL },
};

const struct heading_words headings_counting[] = {
	{ "device_serial", "Số token;Số thiết bị" },
	{ NULL, NULL },
};

const struct data_column headings_joined[] = {
	{ "Số định danh cá nhân/Ngày cấp, nơi cấp",
	  "id_number id_date id_place" },
	{ "Số CCCD/Ngày cấp, nơi cấp", "id_number id_date id_place" },
	{ "Số hiệu chứng thư (SIM-PKI ghi thêm số điện thoại ký số)",
	  "certificate_serial sim_phone" },
	{ NULL, NULL },
};

const char headings_numbers[] = "STT;TT;Số TT;Số thứ tự;No";

const char headings_unkept[] =
	"Trạng thái;Tình trạng;Loại yêu cầu;Ngày hết hạn CCCD;Hạn CCCD;Hạn sử dụng CCCD;"
	"HSD CCCD;Thời hạn CCCD;Ngày hết hạn căn cước;Hạn sử dụng căn cước;"
	"Ngày hết hạn CMND;Số mã vạch;Mã vạch;ICCID;Số ICCID;"
	"Chức vụ cũ;Đơn vị cũ;Cơ quan cũ;Chức vụ mới;Đơn vị mới;Cơ quan mới;"
	"Giới tính;Nam/Nữ;Dân tộc;Ký nhận;Ký tên;Chữ ký;Người nhận ký;"
	"Ký, ghi rõ họ tên;Dấu thời gian;Timestamp;Người tạo;Ngày tạo;Người cập nhật;Ngày cập nhật";
