/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include "field.h"

#include <stdint.h>
#include <stdlib.h>
#include <string.h>
#include <utf8proc.h>

#include "ckstoken.h"
#include "field_value.h"
#include "i18n.h"
#include "text.h"

static const struct field fields[] = {
	{ "name", "tên thuê bao", FIELD_TEXT },
	{ "holder", "loại thuê bao", FIELD_HOLDER },
	{ "kind", "loại thiết bị, dịch vụ, phần mềm", FIELD_TEXT },
	{ "birth_date", "ngày sinh", FIELD_DATE },
	{ "id_number", "số định danh cá nhân", FIELD_ID_NUMBER },
	{ "id_date", "ngày cấp", FIELD_DATE },
	{ "id_place", "nơi cấp", FIELD_TEXT },
	{ "email", "địa chỉ thư điện tử công vụ", FIELD_EMAIL },
	{ "organization", "cơ quan, tổ chức công tác", FIELD_TEXT },
	{ "province", "tỉnh/thành phố", FIELD_TEXT },
	{ "title", "chức vụ", FIELD_TEXT },
	{ "phone", "số điện thoại di động", FIELD_PHONE },
	{ "old_serial", "số hiệu chứng thư chữ ký số cũ", FIELD_SERIAL },
	{ "sim_pki", "SIM PKI", FIELD_SIM },
	{ "address", "địa chỉ", FIELD_TEXT },
	{ "tax_code", "mã số thuế", FIELD_TEXT },
	{ "budget_code", "mã quan hệ ngân sách", FIELD_TEXT },
	{ "certificate_serial", "số hiệu chứng thư chữ ký số", FIELD_SERIAL },
	{ "sim_phone", "số điện thoại ký số", FIELD_PHONE },
	{ "device_serial", "số hiệu thiết bị lưu khóa bí mật",
	  FIELD_DEVICE_SERIAL },
	{ "device_label", "nhãn thiết bị lưu khóa bí mật", FIELD_TEXT },
	{ "device_model", "kiểu thiết bị lưu khóa bí mật", FIELD_TEXT },
	{ "not_before", "ngày bắt đầu hiệu lực", FIELD_DATE },
	{ "not_after", "ngày hết hiệu lực", FIELD_DATE },
	{ "change", "thông tin cần thay đổi", FIELD_TEXT },
	{ "change_to", "thông tin mới", FIELD_TEXT },
	{ "renew", "gia hạn", FIELD_TICK },
	{ "update", "thay đổi thông tin", FIELD_TICK },
	{ "reason", "lý do", FIELD_TEXT },
	{ "renewals", "số lần đã gia hạn", FIELD_COUNT },
	{ "condition", "tình trạng bên ngoài", FIELD_TEXT },
	{ "accessories", "phụ kiện kèm theo", FIELD_TEXT },
	{ "user_pin", "trạng thái mật khẩu", FIELD_PIN_STATE },
	{ "place_kept", "nơi bảo quản", FIELD_TEXT },
};

#define N_FIELDS (sizeof(fields) / sizeof(fields[0]))

const struct field *field_at(size_t i)
{
	return i < N_FIELDS ? &fields[i] : NULL;
}

const struct field *field_find(const char *name)
{
	size_t i;

	for (i = 0; i < N_FIELDS; i++)
		if (!strcmp(fields[i].name, name))
			return &fields[i];
	return NULL;
}

char *field_key(const char *s)
{
	char *key = cks_text_fold(s), *out = key, *p = key;
	size_t left = key ? strlen(key) : 0;

	while (left) {
		int32_t cp;
		size_t n = text_decode(p, left, &cp);
		utf8proc_category_t category = utf8proc_category(cp);

		if (category >= UTF8PROC_CATEGORY_LU &&
		    category <= UTF8PROC_CATEGORY_NO) {
			memmove(out, p, n);
			out += n;
		}
		p += n;
		left -= n;
	}
	if (key)
		*out = '\0';
	return key;
}

/*
 * The bytes that the letter at @s has, if it is one that Vietnamese is written
 * with and that cleaning leaves as it is whatever stands beside it; else 0.
 */
static size_t settled_letter(const unsigned char *s)
{
	if (s[0] > ' ' && s[0] < 0x7f)
		return 1;
	/* U+00C0 to U+017F, Ơ and Ư */
	if ((s[0] >= 0xc3 && s[0] <= 0xc5) ||
	    (s[0] == 0xc6 && s[1] && strchr("\xa0\xa1\xaf\xb0", s[1])))
		return (s[1] & 0xc0) == 0x80 ? 2 : 0;
	/* U+1E00 to U+1EFF */
	if (s[0] == 0xe1 && s[1] >= 0xb8 && s[1] <= 0xbb)
		return (s[2] & 0xc0) == 0x80 ? 3 : 0;
	return 0;
}

/* Whether @s is clean already, as nearly all of a table is. */
static bool is_clean(const char *s)
{
	const unsigned char *p = (const unsigned char *)s;
	bool blank = true;

	while (*p) {
		size_t n = settled_letter(p);

		if (!n && (*p != ' ' || blank))
			return false;
		blank = !n;
		p += n ? n : 1;
	}
	return !blank || !*s;
}

const char *field_clean(struct arena *arena, const char *s)
{
	size_t len = strlen(s);
	char *plain, *out;

	if (is_clean(s))
		return s;
	plain = out = arena_alloc(arena, len + 1);
	if (!plain)
		return NULL;
	while (len) {
		int32_t cp;
		size_t n = text_decode(s, len, &cp);

		if (n > 1 && utf8proc_category(cp) == UTF8PROC_CATEGORY_ZS) {
			*out++ = ' ';
		} else {
			memcpy(out, s, n);
			out += n;
		}
		s += n;
		len -= n;
	}
	return text_clean(arena, plain);
}

static size_t count_letters(const char *s)
{
	size_t n = 0;

	for (; *s; s++)
		n += (*s & 0xc0) != 0x80;
	return n;
}

static json_t *parse_text(const struct field *f, const char *s, size_t len,
			  const char **why)
{
	if (len > FIELD_LETTERS_MAX && count_letters(s) > FIELD_LETTERS_MAX)
		*why = _("This is longer than 2,000 letters.");
	else if (f->type == FIELD_PIN_STATE)
		*why = field_pin_state(s);
	return *why ? NULL : json_stringn_nocheck(s, len);
}

static json_t *parse_word(const struct field *f, const char *s,
			  const char **why)
{
	char out[FIELD_ROOM], *key = field_key(s);
	json_t *value = NULL;
	bool tick = false;

	if (!key)
		return NULL;
	if (f->type == FIELD_TICK)
		*why = field_tick(s, key, &tick);
	else
		*why = field_holder(key, out);
	if (!*why)
		value = f->type == FIELD_TICK ? json_boolean(tick)
					      : json_string(out);
	free(key);
	return value;
}

static json_t *parse_count(const char *s, const char **why)
{
	int count = 0;

	*why = field_count(s, &count);
	return *why ? NULL : json_integer(count);
}

static json_t *parse_clean(const struct field *f, const char *s,
			   const char **why)
{
	static const char *(*const parsers[])(const char *, char *) = {
		[FIELD_DATE] = field_date,
		[FIELD_EMAIL] = field_email,
		[FIELD_ID_NUMBER] = field_id_number,
		[FIELD_PHONE] = field_phone,
		[FIELD_SERIAL] = field_serial,
		[FIELD_SIM] = field_sim,
		[FIELD_DEVICE_SERIAL] = field_device_serial,
	};
	size_t len = strlen(s);
	char out[FIELD_ROOM];

	if (!len)
		return f->type == FIELD_TICK ? json_false() : json_null();
	if (f->type == FIELD_TEXT || f->type == FIELD_PIN_STATE)
		return parse_text(f, s, len, why);
	if (len > FIELD_SHORT_MAX) {
		*why = _("This is too long.");
		return NULL;
	}
	if (f->type == FIELD_COUNT)
		return parse_count(s, why);
	if (f->type == FIELD_TICK || f->type == FIELD_HOLDER)
		return parse_word(f, s, why);
	*why = parsers[f->type](s, out);
	return *why ? NULL : json_string_nocheck(out);
}

json_t *field_parse(const struct field *f, const char *text, const char **why)
{
	struct arena scratch = { 0 };
	json_t *value = NULL;
	const char *clean;

	*why = NULL;
	if (strlen(text) > FIELD_BYTES_MAX) {
		*why = _("This is longer than 2,000 letters.");
		return NULL;
	}
	clean = field_clean(&scratch, text);
	if (clean)
		value = parse_clean(f, clean, why);
	arena_free(&scratch);
	return value;
}

static const char *wants(enum field_type type)
{
	switch (type) {
	case FIELD_TICK:
		return _("This must be true or false.");
	case FIELD_COUNT:
		return _("This must be a whole number from 0 to 99.");
	default:
		return _("This must be text, in quotation marks.");
	}
}

json_t *field_accept(const struct field *f, const json_t *value,
		     const char **why)
{
	json_int_t n = json_integer_value(value);

	*why = NULL;
	if (json_is_string(value))
		return field_parse(f, json_string_value(value), why);
	if (json_is_null(value))
		return field_parse(f, "", why);
	if (json_is_boolean(value) && f->type == FIELD_TICK)
		return json_boolean(json_is_true(value));
	if (json_is_integer(value) && f->type == FIELD_COUNT && n >= 0 &&
	    n <= 99)
		return json_integer(n);
	*why = wants(f->type);
	return NULL;
}
