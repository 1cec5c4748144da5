/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include "cell_kind.h"

#include <errno.h>
#include <stdint.h>
#include <stdlib.h>
#include <string.h>
#include <utf8proc.h>

#include "base/csv.h"
#include "base/text.h"
#include "field.h"
#include "token/ckstoken.h"

/* No line below a table that is known by its words is longer. */
#define MAX_BELOW 400

/* Words that a sum begins with, the longer ones first. Of one that is @bare a
 * number must follow, or nothing: "Tổng" begins other names too. */
static const struct {
	const char *words;
	bool bare;
} sums[] = {
	{ "TỔNG SỐ", false },	 { "TỔNG CỘNG", false },
	{ "CỘNG TRANG", false }, { "CỘNG CHUNG", false },
	{ "CỘNG DỒN", false },	 { "TONG SO", false },
	{ "TONG CONG", false },	 { "MANG SANG", true },
	{ "CHUYỂN SANG", true }, { "GRAND TOTAL", true },
	{ "TOTAL", true },	 { "SUM", true },
	{ "TỔNG", true },	 { "CỘNG", true },
};

/* Words that may follow: what is counted. */
static const char counted[] =
	" NGƯỜI THUÊ BAO CÁ NHÂN CÁN BỘ CÔNG CHỨC VIÊN CHỨC THIẾT BỊ LƯU KHÓA BÍ "
	"MẬT USB TOKEN PKI SIM CHỨNG THƯ CHỮ KÝ SỐ HỒ SƠ TRƯỜNG HỢP ĐƠN VỊ CƠ "
	"QUAN TỔ CHỨC CHIẾC CÁI DANH SÁCH DÒNG TRANG CÓ LÀ GỒM PHÒNG NGUOI ";

/* Words that a line below the table begins with. */
static const char *const below[] = {
	"NGƯỜI LẬP",	  "NGUOI LAP",	    "LẬP BIỂU",
	"LẬP BẢNG",	  "NGƯỜI KIỂM TRA", "NGƯỜI DUYỆT",
	"NGƯỜI TỔNG HỢP", "KẾ TOÁN TRƯỞNG", "THỦ TRƯỞNG ",
	"NGƯỜI ĐỨNG ĐẦU", "XÁC NHẬN CỦA",   "(KÝ",
	"KÝ, ",		  "KÝ TÊN",	    "NƠI NHẬN:",
	"GHI CHÚ:",	  "LƯU Ý:",	    "DANH SÁCH NÀY",
	"DANH SÁCH GỒM",  "DANH SÁCH CÓ",   "ẤN ĐỊNH DANH SÁCH",
	"TM. ",		  "KT. ",	    "TL. ",
	"TUQ. ",	  "- NHƯ TRÊN",	    "- LƯU: ",
	"- LƯU VT",
};

/* Titles of those who sign a list, below it. Above, they are subscribers'. */
static const char *const signers[] = {
	"CHỦ TỊCH",	    "PHÓ CHỦ TỊCH",    "GIÁM ĐỐC",
	"PHÓ GIÁM ĐỐC",	    "CHÁNH VĂN PHÒNG", "TRƯỞNG PHÒNG",
	"PHÓ TRƯỞNG PHÒNG", "HIỆU TRƯỞNG",     "BÍ THƯ",
	"CHÁNH THANH TRA",
};

#define ASCII "ABCDEFGHIJKLMNOPQRSTUVWXYZ '.-"
#define BETWEEN_WORDS " :.,;=()+-/[]\""
#define NEUTRAL_DIGITS 7

/* True if the @len bytes at @word stand in @list, between blanks. */
static bool is_listed(const char *list, const char *word, size_t len)
{
	const char *at = list;

	while ((at = memmem(at, strlen(at), word, len))) {
		if (at[-1] == ' ' && at[len] == ' ')
			return true;
		at += len;
	}
	return false;
}

/* True if there are only numbers in @s and words for what they count. */
static bool is_count(const char *s, bool bare)
{
	bool number = !bare;

	while (*(s += strspn(s, BETWEEN_WORDS))) {
		size_t len = strcspn(s, BETWEEN_WORDS);

		if (strspn(s, "0123456789") >= len)
			number = true;
		else if (!number || (strspn(s, "IVX") < len &&
				     !is_listed(counted, s, len)))
			return false;
		s += len;
	}
	return true;
}

/* As strncmp(), but most texts begin otherwise. */
static bool begins(const char *s, const char *words, size_t n)
{
	return *s == *words && strncmp(s, words, n) == 0;
}

/* @s is in capitals. */
static bool is_sum(const char *s)
{
	size_t i, n;

	for (i = 0; i < sizeof(sums) / sizeof(sums[0]); i++) {
		n = strlen(sums[i].words);
		if (begins(s, sums[i].words, n))
			return (!s[n] || strchr(BETWEEN_WORDS, s[n])) &&
			       is_count(s + n, sums[i].bare);
	}
	return false;
}

static bool is_below(const char *s)
{
	const char *day = strstr(s, "NGÀY"), *month, *year;
	size_t i;

	for (i = 0; i < sizeof(below) / sizeof(below[0]); i++)
		if (begins(s, below[i], strlen(below[i])))
			return true;
	/* "Ví Dụ, ngày 21 tháng 11 năm 2026" */
	month = day ? strstr(day, "THÁNG") : NULL;
	year = month ? strstr(month, "NĂM") : NULL;
	return year && (day == s || strchr(s, ',') < day);
}

/*
 * A number as sums are, "25 người", a line drawn with dashes, or who signs, in
 * capitals as @cell has it.
 */
static bool is_neutral(const char *s, const char *cell)
{
	size_t n = strspn(s, "0123456789.,% "), i;

	for (i = 0; i < sizeof(signers) / sizeof(signers[0]); i++)
		if (!strcmp(s, signers[i]) && strstr(cell, signers[i]))
			return true;
	if (!s[n])
		return n <= NEUTRAL_DIGITS;
	return !text_says_something(s) || is_count(s, true);
}

enum cell_kind cell_judge(struct arena *scratch, const char *cell, bool *failed)
{
	const char *s;

	if (csv_is_blank(cell))
		return CELL_BLANK;
	if (!cell[strspn(cell, "0123456789")])
		return strlen(cell) <= NEUTRAL_DIGITS ? CELL_NEUTRAL
						      : CELL_DATA;
	/* The words of the lists below are short. */
	if (strlen(cell) > MAX_BELOW)
		return CELL_DATA;
	s = field_clean(scratch, cell);
	s = s ? text_upper(scratch, s) : NULL;
	if (!s) {
		*failed = true;
		return CELL_DATA;
	}
	if (is_sum(s))
		return CELL_SUM;
	if (is_below(s))
		return CELL_BELOW;
	return is_neutral(s, cell) ? CELL_NEUTRAL : CELL_DATA;
}

int cell_is_no_name(const char *name)
{
	struct arena scratch = { 0 };
	bool failed = false;
	enum cell_kind kind = cell_judge(&scratch, name, &failed);

	arena_free(&scratch);
	return failed ? -ENOMEM : kind == CELL_SUM || kind == CELL_BELOW;
}

/* Family names, and what stands in their place in the names of other peoples of
 * Vietnam, each with a blank before and behind it. */
static const char family_names[] =
	" NGUYỄN TRẦN LÊ PHẠM HOÀNG HUỲNH PHAN VŨ VÕ ĐẶNG BÙI ĐỖ HỒ NGÔ DƯƠNG LÝ "
	"TRƯƠNG ĐINH TRỊNH LÂM MAI ĐOÀN ĐÀO CAO LƯƠNG HÀ CHÂU TẠ PHÙNG TÔ TĂNG "
	"QUÁCH KIỀU LA LƯU TỐNG CHU TRIỆU THÁI NGHIÊM BẠCH VƯƠNG NINH AN ÂU BÀNG "
	"BÀNH BAN BẾ CA CÁT CẦM CẤN CHUNG CỔ CÙ CUNG CAI CHỬ DANH DIỆP DOÃN DƯ DI DUY "
	"ĐÀM ĐẬU ĐÈO ĐIỀN ĐIỂU ĐỒNG ĐỚI ĐƯỜNG GIẢN GIANG GIÁP GIÀNG HẦU HỨA HÀN "
	"HÀNG KHÂU KHỔNG KHUẤT KHÚC KHƯƠNG KIM KHA LẠI LÃ LỮ LỤC LÒ LƯỜNG LỀU LÔI "
	"LỘC MA MÃ MẠC MẠNH MÈ MÔNG MẪN NHỮ NÔNG NGÂN NGỤY NGUY NGHỊ NAY NIÊ NHAN "
	"ÔN ÔNG PHÀN PHÓ PHÍ PHÙ PHÚ QUẢNG QUÀNG QUANG RƠ RMAH RAH RCOM ROCHAM SẦM "
	"SIU SƠN SÙNG SUNG TÀO TẨN TẦN TÒNG TÔN TỪ TƯỞNG THÂN THẠCH THÀO THẨM THI "
	"THIỀU THÔI TIÊU TIẾT TÍN TRÀ TRANG TRÌNH TRƯNG TY ƯNG UÔNG UNG VI VIÊN "
	"VĂN VÀNG VỪ XA XÔNG Y H K A KA KSOR KPĂ KHÀ LẦU LẠC CHẢO CHANG CỨ BA BO "
	"BLING ALĂNG HỐI COOR RIAH RAMA ÊBAN ÊNUÔL MLÔ BYĂ BKRÔNG ";

/* True if every word of @s behind the first begins with a small letter, as in a
 * title; names of people are not written so. */
static bool is_in_small(const char *s)
{
	size_t n = 0;

	for (s = strchr(s, ' '); s; s = strchr(s, ' ')) {
		int32_t c = 0;

		s += strspn(s, " ");
		(void)text_decode(s, strlen(s), &c);
		if (!utf8proc_islower(c))
			return false;
		n++;
	}
	return n > 0;
}

int cell_is_like_person(const char *name)
{
	struct arena scratch = { 0 };
	const char *s = field_clean(&scratch, name);
	const char *upper = s ? text_upper(&scratch, s) : NULL;
	size_t len = upper ? strcspn(upper, " '.-") : 0;
	char *list = NULL, *word = NULL;
	int ret = upper ? 0 : -ENOMEM;
	int32_t first = 0;
	bool known;

	if (ret || !len)
		goto out;
	known = is_listed(family_names, upper, len);
	/* "NGUYEN VAN AN", without its accents. */
	if (!known && strspn(upper, ASCII) == strlen(upper)) {
		list = cks_text_fold(family_names);
		word = cks_text_fold(upper);
		ret = list && word ? 0 : -ENOMEM;
		known = !ret && is_listed(list, word, len);
	}
	(void)text_decode(s, strlen(s), &first);
	if (!ret)
		ret = known && (utf8proc_islower(first) || !is_in_small(s));
out:
	free(list);
	free(word);
	arena_free(&scratch);
	return ret;
}
