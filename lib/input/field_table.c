/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include <stdbool.h>
#include <stdint.h>
#include <string.h>

#include "base/i18n.h"
#include "field.h"

/*
 * The end of most entries: no choices, and known to documents too, or to the
 * register alone.
 */
#define DOCUMENT false, NULL, NULL
#define REGISTER true, NULL, NULL

static const struct field_choice holders[] = {
	{ "person", "cá nhân" },
	{ "organization", "tổ chức; cơ quan; cơ quan, tổ chức" },
	{ "device",
	  "thiết bị; dịch vụ; phần mềm; thiết bị, dịch vụ, phần mềm" },
	{ NULL, NULL },
};

static const struct field_choice records[] = {
	{ "agency", "cơ quan" },
	{ "unit", "đơn vị; phòng; phòng, đơn vị" },
	{ "subscriber", "thuê bao" },
	{ "token", "thiết bị; thiết bị lưu khóa bí mật" },
	{ "certificate", "chứng thư; chứng thư chữ ký số" },
	{ "request", "yêu cầu" },
	{ "item", "mục yêu cầu" },
	{ "custody", "giao quản lý; quản lý" },
	{ "loss", "thất lạc" },
	{ "unblock", "khôi phục" },
	{ NULL, NULL },
};

static const struct field_choice left_reasons[] = {
	{ "retired", "nghỉ hưu" },
	{ "resigned", "thôi việc" },
	{ "died", "từ trần" },
	{ "left-state", "ra ngoài khu vực Nhà nước" },
	{ "moved", "chuyển công tác; chuyển công tác trong khu vực Nhà nước" },
	{ "dissolved",
	  "giải thể/chia tách/sáp nhập; giải thể; chia tách; sáp nhập" },
	{ "stopped", "ngừng hoạt động" },
	{ NULL, NULL },
};

static const struct field_choice device_kinds[] = {
	{ "PKI Token", "PKI Token; USB Token; token" },
	{ "SIM PKI", "SIM PKI; SIM" },
	{ NULL, NULL },
};

static const struct field_choice issues[] = {
	{ "new", "cấp mới" },
	{ "renew", "gia hạn" },
	{ "change",
	  "thay đổi; thay đổi thông tin; thay đổi nội dung thông tin" },
	{ NULL, NULL },
};

static const struct field_choice procedures[] = {
	{ "recover",
	  "khôi phục; khôi phục thiết bị; khôi phục thiết bị lưu khóa bí mật" },
	{ "renew", "gia hạn" },
	{ "change",
	  "thay đổi; thay đổi thông tin; thay đổi nội dung thông tin" },
	{ "revoke", "thu hồi; thu hồi chứng thư; thu hồi chứng thư chữ ký số" },
	{ "new-person", "cấp mới cá nhân; cấp mới cho cá nhân" },
	{ "new-organization",
	  "cấp mới tổ chức; cấp mới cơ quan; cấp mới cơ quan, tổ chức; cấp mới cho cơ quan, tổ chức" },
	{ "new-device",
	  "cấp mới thiết bị; cấp mới thiết bị, dịch vụ, phần mềm; cấp mới cho thiết bị, dịch vụ, phần mềm" },
	{ "report", "báo cáo" },
	{ "return",
	  "bàn giao lại thiết bị; nộp lại thiết bị; thu hồi thiết bị" },
	{ "lost", "thất lạc; mất, thất lạc" },
	{ "keeper", "thay đổi người quản lý" },
	{ "deliver", "bàn giao cho thuê bao; bàn giao" },
	{ "decision", "quyết định giao quản lý thiết bị" },
	{ "permission", "cho phép bàn giao tạm thời" },
	{ "reject", "từ chối tiếp nhận văn bản" },
	{ "needs", "kế hoạch và nhu cầu; kế hoạch, nhu cầu" },
	{ "statistics", "báo cáo thống kê" },
	{ "audit", "báo cáo rà soát" },
	{ NULL, NULL },
};

static const struct field_choice outcomes[] = {
	{ "accepted", "chấp nhận; đồng ý" },
	{ "refused", "từ chối" },
	{ NULL, NULL },
};

static const struct field_choice losses[] = {
	{ "lost", "mất, thất lạc; mất; thất lạc" },
	{ "leak", "nghi lộ khóa; lộ khóa" },
	{ NULL, NULL },
};

static const struct field fields[] = {
	{ "name", "tên thuê bao", FIELD_TEXT, DOCUMENT },
	{ "holder", "loại thuê bao", FIELD_CHOICE, false, holders,
	  N_("This must be a person, an organization or a device: cá nhân, tổ chức or thiết bị.") },
	{ "kind", "loại thiết bị, dịch vụ, phần mềm", FIELD_TEXT, DOCUMENT },
	{ "birth_date", "ngày sinh", FIELD_DATE, DOCUMENT },
	{ "id_number", "số định danh cá nhân", FIELD_ID_NUMBER, DOCUMENT },
	{ "id_date", "ngày cấp", FIELD_DATE, DOCUMENT },
	{ "id_place", "nơi cấp", FIELD_TEXT, DOCUMENT },
	{ "email", "địa chỉ thư điện tử công vụ", FIELD_EMAIL, DOCUMENT },
	{ "organization", "cơ quan, tổ chức công tác", FIELD_TEXT, DOCUMENT },
	{ "province", "tỉnh/thành phố", FIELD_TEXT, DOCUMENT },
	{ "title", "chức vụ", FIELD_TEXT, DOCUMENT },
	{ "phone", "số điện thoại di động", FIELD_PHONE, DOCUMENT },
	{ "old_serial", "số hiệu chứng thư chữ ký số cũ", FIELD_SERIAL,
	  DOCUMENT },
	{ "sim_pki", "SIM PKI", FIELD_SIM, DOCUMENT },
	{ "address", "địa chỉ", FIELD_TEXT, DOCUMENT },
	{ "tax_code", "mã số thuế", FIELD_TEXT, DOCUMENT },
	{ "budget_code", "mã quan hệ ngân sách", FIELD_TEXT, DOCUMENT },
	{ "certificate_serial", "số hiệu chứng thư chữ ký số", FIELD_SERIAL,
	  DOCUMENT },
	{ "sim_phone", "số điện thoại ký số", FIELD_PHONE, DOCUMENT },
	{ "device_serial", "số hiệu thiết bị lưu khóa bí mật",
	  FIELD_DEVICE_SERIAL, DOCUMENT },
	{ "device_label", "nhãn thiết bị lưu khóa bí mật", FIELD_TEXT,
	  DOCUMENT },
	{ "device_model", "kiểu thiết bị lưu khóa bí mật", FIELD_TEXT,
	  DOCUMENT },
	{ "not_before", "ngày bắt đầu hiệu lực", FIELD_DATE, DOCUMENT },
	{ "not_after", "ngày hết hiệu lực", FIELD_DATE, DOCUMENT },
	{ "change", "thông tin cần thay đổi", FIELD_TEXT, DOCUMENT },
	{ "change_to", "thông tin mới", FIELD_TEXT, DOCUMENT },
	{ "renew", "gia hạn", FIELD_TICK, DOCUMENT },
	{ "update", "thay đổi thông tin", FIELD_TICK, DOCUMENT },
	{ "reason", "lý do", FIELD_TEXT, DOCUMENT },
	{ "renewals", "số lần đã gia hạn", FIELD_COUNT, DOCUMENT },
	{ "condition", "tình trạng bên ngoài", FIELD_TEXT, DOCUMENT },
	{ "accessories", "phụ kiện kèm theo", FIELD_TEXT, DOCUMENT },
	{ "user_pin", "trạng thái mật khẩu", FIELD_PIN_STATE, DOCUMENT },
	{ "place_kept", "nơi bảo quản", FIELD_TEXT, DOCUMENT },
	{ "record", "bản ghi", FIELD_CHOICE, true, records,
	  N_("This must be one of: cơ quan, đơn vị, thuê bao, thiết bị, chứng thư, yêu cầu, mục yêu cầu, giao quản lý, thất lạc, khôi phục.") },
	{ "unit", "phòng, đơn vị", FIELD_TEXT, REGISTER },
	{ "parent", "cơ quan chủ quản", FIELD_TEXT, REGISTER },
	{ "subscriber", "mã thuê bao", FIELD_NUMBER, REGISTER },
	{ "left_date", "ngày rời vị trí", FIELD_DATE, REGISTER },
	{ "left_reason", "lý do rời vị trí", FIELD_CHOICE, true, left_reasons,
	  N_("This must be one of: nghỉ hưu, thôi việc, từ trần, ra ngoài khu vực Nhà nước, chuyển công tác, giải thể, chia tách, sáp nhập, ngừng hoạt động.") },
	{ "left_to", "nơi chuyển đến", FIELD_TEXT, REGISTER },
	{ "device_kind", "loại thiết bị lưu khóa bí mật", FIELD_CHOICE, false,
	  device_kinds, N_("This must be PKI Token or SIM PKI.") },
	{ "second_device", "thiết bị thứ 2", FIELD_TICK, REGISTER },
	{ "received_date", "ngày nhận thiết bị", FIELD_DATE, REGISTER },
	{ "received_way", "hình thức nhận thiết bị", FIELD_TEXT, REGISTER },
	{ "received_reference", "số giấy tờ giao nhận", FIELD_TEXT, REGISTER },
	{ "delivered_date", "ngày bàn giao cho thuê bao", FIELD_DATE,
	  REGISTER },
	{ "collected_date", "ngày thu hồi thiết bị", FIELD_DATE, REGISTER },
	{ "returned_date", "ngày bàn giao lại thiết bị", FIELD_DATE, REGISTER },
	{ "returned_to", "nơi nhận lại thiết bị", FIELD_TEXT, REGISTER },
	{ "seen_date", "ngày kiểm tra gần nhất", FIELD_DATE, REGISTER },
	{ "seen_host", "máy tính nơi kiểm tra gần nhất", FIELD_TEXT, REGISTER },
	{ "seen_time", "thời điểm kiểm tra gần nhất", FIELD_TIME, REGISTER },
	{ "note", "ghi chú", FIELD_TEXT, REGISTER },
	{ "official", "chuyên dùng công vụ", FIELD_TICK, REGISTER },
	{ "issued_for", "hình thức cấp", FIELD_CHOICE, true, issues,
	  N_("This must be one of: cấp mới, gia hạn, thay đổi.") },
	{ "notice_date", "ngày nhận thông báo thu hồi", FIELD_DATE, REGISTER },
	{ "revoked_date", "ngày thu hồi chứng thư", FIELD_DATE, REGISTER },
	{ "revoked_reason", "lý do thu hồi chứng thư", FIELD_TEXT, REGISTER },
	{ "request", "mã yêu cầu", FIELD_NUMBER, REGISTER },
	{ "item", "số thứ tự trong yêu cầu", FIELD_NUMBER, REGISTER },
	{ "procedure", "thủ tục", FIELD_CHOICE, true, procedures,
	  N_("This must be one of: khôi phục, gia hạn, thay đổi, thu hồi, cấp mới cá nhân, cấp mới tổ chức, cấp mới thiết bị, báo cáo, bàn giao lại thiết bị, thất lạc, thay đổi người quản lý, bàn giao cho thuê bao, quyết định giao quản lý thiết bị, cho phép bàn giao tạm thời, từ chối tiếp nhận văn bản, kế hoạch và nhu cầu, báo cáo thống kê, báo cáo rà soát.") },
	{ "form", "mẫu số", FIELD_TEXT, REGISTER },
	{ "document_number", "số văn bản", FIELD_TEXT, REGISTER },
	{ "document_date", "ngày văn bản", FIELD_DATE, REGISTER },
	{ "sender", "cơ quan gửi văn bản", FIELD_TEXT, REGISTER },
	{ "recipient", "nơi nhận văn bản", FIELD_TEXT, REGISTER },
	{ "channel", "hình thức gửi", FIELD_TEXT, REGISTER },
	{ "sent_date", "ngày gửi", FIELD_DATE, REGISTER },
	{ "valid_date", "ngày tiếp nhận hồ sơ hợp lệ", FIELD_DATE, REGISTER },
	{ "outcome", "kết quả xử lý", FIELD_CHOICE, true, outcomes,
	  N_("This must be one of: chấp nhận, từ chối.") },
	{ "outcome_date", "ngày trả lời", FIELD_DATE, REGISTER },
	{ "answer_number", "số văn bản trả lời", FIELD_TEXT, REGISTER },
	{ "refusal", "lý do từ chối", FIELD_TEXT, REGISTER },
	{ "done_date", "ngày hoàn thành", FIELD_DATE, REGISTER },
	{ "period", "kỳ báo cáo", FIELD_TEXT, REGISTER },
	{ "keeper", "người quản lý thiết bị", FIELD_TEXT, REGISTER },
	{ "keeper_title", "chức vụ người quản lý", FIELD_TEXT, REGISTER },
	{ "keeper_id_number", "số định danh người quản lý", FIELD_ID_NUMBER,
	  REGISTER },
	{ "from_date", "quản lý từ ngày", FIELD_DATE, REGISTER },
	{ "to_date", "quản lý đến ngày", FIELD_DATE, REGISTER },
	{ "decision", "số quyết định giao quản lý", FIELD_TEXT, REGISTER },
	{ "decision_date", "ngày quyết định giao quản lý", FIELD_DATE,
	  REGISTER },
	{ "permission", "số văn bản cho phép", FIELD_TEXT, REGISTER },
	{ "permission_date", "ngày văn bản cho phép", FIELD_DATE, REGISTER },
	{ "minutes", "số biên bản", FIELD_TEXT, REGISTER },
	{ "minutes_date", "ngày biên bản", FIELD_DATE, REGISTER },
	{ "temporary", "giao tạm thời", FIELD_TICK, REGISTER },
	{ "loss", "mã vụ việc", FIELD_NUMBER, REGISTER },
	{ "loss_kind", "loại vụ việc", FIELD_CHOICE, true, losses,
	  N_("This must be one of: mất, thất lạc, nghi lộ khóa.") },
	{ "lost_date", "thời điểm mất", FIELD_TEXT, REGISTER },
	{ "lost_place", "nơi mất", FIELD_TEXT, REGISTER },
	{ "reported_time", "thời điểm báo", FIELD_TIME, REGISTER },
	{ "circumstances", "diễn biến", FIELD_TEXT, REGISTER },
	{ "unblock", "mã lần khôi phục", FIELD_NUMBER, REGISTER },
	{ "unblock_time", "thời điểm khôi phục", FIELD_TIME, REGISTER },
	{ "journal", "số mục nhật ký", FIELD_NUMBER, REGISTER },
	{ "journal_hash", "mã băm mục nhật ký", FIELD_TEXT, REGISTER },
	{ "journal_first", "mã băm mục đầu nhật ký", FIELD_TEXT, REGISTER },
	{ "authority", "văn bản đề nghị khôi phục", FIELD_TEXT, REGISTER },
	{ "method", "cách khôi phục", FIELD_TEXT, REGISTER },
	{ "result", "kết quả khôi phục", FIELD_TEXT, REGISTER },
};

#define N_FIELDS (sizeof(fields) / sizeof(fields[0]))

const struct field *field_at(size_t i)
{
	return i < N_FIELDS ? &fields[i] : NULL;
}

/*
 * Where each field stands, by a digest of its name: a row of a table asks for
 * its fields again and again. 0 is free; else one more than its number.
 */
#define PLACES ((size_t)512)

static size_t first_place(const char *name)
{
	uint32_t digest = 0x811c9dc5U;

	for (; *name; name++)
		digest = (digest ^ (unsigned char)*name) * 0x01000193U;
	return (digest ^ digest >> 16) % PLACES;
}

const struct field *field_find_any(const char *name)
{
	static unsigned char places[PLACES];
	static bool made;
	size_t at;

	_Static_assert(N_FIELDS < 255, "a place holds a byte");
	for (size_t i = 0; i < N_FIELDS && !made; i++) {
		at = first_place(fields[i].name);
		while (places[at])
			at = (at + 1) % PLACES;
		places[at] = (unsigned char)(i + 1);
	}
	made = true;
	for (at = first_place(name); places[at]; at = (at + 1) % PLACES)
		if (!strcmp(fields[places[at] - 1].name, name))
			return &fields[places[at] - 1];
	return NULL;
}

const struct field *field_find(const char *name)
{
	const struct field *f = field_find_any(name);

	return f && !f->of_register ? f : NULL;
}
