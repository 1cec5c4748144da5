/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include "reasons.h"

#include <stdint.h>
#include <stdio.h>
#include <string.h>
#include <utf8proc.h>

/* The marks that a letter may carry, beside the letter without them. */
#define LETTER 0x1FFFFF
#define CIRCUMFLEX (1 << 24)
#define BREVE (1 << 25)
#define HORN (1 << 26)
#define STROKE (1 << 27)

/* The tone is of the word: "khóa" and "khoá" are one. */
struct word {
	int32_t *letters;
	size_t n;
	int32_t tone;
	bool accented;
	bool begins; /* behind a stop */
};

static bool is_letter(int32_t c)
{
	utf8proc_category_t category = utf8proc_category(c);

	return category >= UTF8PROC_CATEGORY_LU &&
	       category <= UTF8PROC_CATEGORY_NO;
}

static bool is_stop(int32_t c)
{
	utf8proc_category_t category = utf8proc_category(c);

	return category >= UTF8PROC_CATEGORY_PC &&
	       category <= UTF8PROC_CATEGORY_PO;
}

/* The South writes the tone of "ngã" for that of "hỏi". */
static int32_t tone_of(int32_t c)
{
	switch (c) {
	case 0x0300:
	case 0x0301:
	case 0x0309:
	case 0x0323:
		return c;
	case 0x0303:
		return 0x0309;
	default:
		return 0;
	}
}

static int32_t modifier_of(int32_t c)
{
	switch (c) {
	case 0x0302:
		return CIRCUMFLEX;
	case 0x0306:
		return BREVE;
	case 0x031B:
		return HORN;
	default:
		return 0;
	}
}

static void add_mark(struct word *w, int32_t c)
{
	int32_t tone = tone_of(c);

	if (tone)
		w->tone = tone;
	else
		w->letters[w->n - 1] |= modifier_of(c);
	w->accented = true;
}

static void add_letter(struct word *w, int32_t c)
{
	bool stroke = c == 0x0111; /* đ, which Unicode does not decompose */

	w->letters[w->n++] = stroke ? 'd' | STROKE : c;
	w->accented |= stroke;
}

/* @text decomposed and in small letters; the number of characters, or < 0. */
static utf8proc_ssize_t decompose(struct arena *arena, const char *text,
				  int32_t **out)
{
	const utf8proc_uint8_t *s = (const utf8proc_uint8_t *)text;
	utf8proc_option_t how = UTF8PROC_NULLTERM | UTF8PROC_STABLE |
				UTF8PROC_DECOMPOSE | UTF8PROC_CASEFOLD;
	utf8proc_ssize_t n = utf8proc_decompose(s, 0, NULL, 0, how);

	if (n < 0)
		return n;
	*out = arena_alloc(arena, ((size_t)n + 1) * sizeof(**out));
	return *out ? utf8proc_decompose(s, 0, *out, n, how) : -1;
}

static struct word *new_word(struct arena *arena, struct words *words,
			     int32_t *letters)
{
	struct word *w;

	words->list =
		arena_grow(arena, words->list, words->n, sizeof(*words->list));
	if (!words->list) {
		words->n = 0;
		return NULL;
	}
	w = &words->list[words->n++];
	*w = (struct word){ .letters = letters };
	return w;
}

/* A word's letters take the place of the characters they are made of. */
struct words words_split(struct arena *arena, const char *text)
{
	struct words words = { 0 };
	struct word *w = NULL;
	bool stop = true;
	int32_t *c = NULL;
	utf8proc_ssize_t n = decompose(arena, text, &c);

	for (utf8proc_ssize_t i = 0; i < n; i++) {
		bool mark = utf8proc_category(c[i]) == UTF8PROC_CATEGORY_MN;

		if (!is_letter(c[i])) {
			w = NULL;
			stop |= is_stop(c[i]);
		} else if (w && mark) {
			add_mark(w, c[i]);
		} else if (!mark) {
			if (!w) {
				w = new_word(arena, &words, &c[i]);
				if (!w)
					break;
				w->begins = stop;
				stop = false;
			}
			add_letter(w, c[i]);
		}
	}
	return words;
}

static bool is_same(const struct word *given, const struct word *meant)
{
	int32_t what = given->accented ? ~0 : LETTER;

	if (given->n != meant->n ||
	    (given->accented && given->tone != meant->tone))
		return false;
	for (size_t i = 0; i < given->n; i++)
		if ((given->letters[i] & what) != (meant->letters[i] & what))
			return false;
	return true;
}

static bool is_one_of(const struct word *given, const struct words *meant)
{
	for (size_t i = 0; i < meant->n; i++)
		if (is_same(given, &meant->list[i]))
			return true;
	return false;
}

static bool is_denied(struct arena *arena, const struct words *text, size_t at)
{
	struct words denials = words_split(arena, "không chưa");
	struct words between = words_split(
		arena, "bị hề phải có do vì là từng làm nhập thay đổi");

	while (at > 0 && !text->list[at].begins) {
		const struct word *w = &text->list[--at];

		if (is_one_of(w, &denials))
			return true;
		if (!is_one_of(w, &between))
			return false;
	}
	return false;
}

bool words_contain(struct arena *arena, const struct words *text,
		   const struct words *phrase)
{
	size_t i, k;

	for (i = 0; phrase->n && i + phrase->n <= text->n; i++) {
		for (k = 0; k < phrase->n; k++)
			if (!is_same(&text->list[i + k], &phrase->list[k]))
				break;
		if (k == phrase->n && !is_denied(arena, text, i))
			return true;
	}
	return false;
}

bool reason_names(struct arena *arena, const char *given, const char *phrase)
{
	struct words text = words_split(arena, given);
	struct words words = words_split(arena, phrase);

	return words_contain(arena, &text, &words);
}

static bool names_any(struct arena *arena, const struct words *text,
		      const char *const *phrases)
{
	for (; *phrases; phrases++) {
		struct words words = words_split(arena, *phrases);

		if (words_contain(arena, text, &words))
			return true;
	}
	return false;
}

/* "đến Sở", "sang UBND", … */
static bool leads_to_office(struct arena *arena, const struct words *text)
{
	static const char *const ways[] = { "đến", "tới", "sang", "về", "qua" };
	static const char *const offices[] = {
		"Sở",	     "Bộ",	 "Cục",
		"Chi cục",   "Tổng cục", "UBND",
		"Ủy ban",    "HĐND",	 "Tỉnh ủy",
		"Thành ủy",  "Đảng ủy",	 "Hội đồng nhân dân",
		"Tòa án",    "Công an",	 "Viện kiểm sát",
		"Thanh tra", "Kho bạc",	 "cơ quan nhà nước",
	};
	char phrase[128];

	for (size_t i = 0; i < sizeof(ways) / sizeof(ways[0]); i++) {
		for (size_t k = 0; k < sizeof(offices) / sizeof(offices[0]);
		     k++) {
			struct words words;

			(void)snprintf(phrase, sizeof(phrase), "%s %s", ways[i],
				       offices[k]);
			words = words_split(arena, phrase);
			if (words_contain(arena, text, &words))
				return true;
		}
	}
	return false;
}

enum move reason_move(const char *given, struct arena *arena)
{
	static const char *const moves[] = {
		"chuyển công tác", "chuyển nơi công tác", "điều động",
		"luân chuyển",	   "thuyên chuyển",	  "biệt phái",
		"chuyển cơ quan",  "chuyển đơn vị",	  NULL
	};
	static const char *const outside[] = {
		"doanh nghiệp",	  "công ty",
		"tư nhân",	  "ngoài khu vực nhà nước",
		"ngoài nhà nước", "tập đoàn",
		"TNHH",		  "cổ phần",
		"hợp tác xã",	  "nước ngoài",
		"ngoài công lập", NULL
	};
	static const char *const inside[] = { "trong khu vực nhà nước",
					      "thuộc khu vực nhà nước", NULL };
	struct arena scratch = { 0 };
	struct words text = words_split(&scratch, given);
	enum move move = MOVE_NONE;

	if (names_any(&scratch, &text, moves))
		move = MOVE;
	if (move && names_any(&scratch, &text, outside))
		move = MOVE_OUT;
	else if (move && (names_any(&scratch, &text, inside) ||
			  leads_to_office(&scratch, &text)))
		move = MOVE_WITHIN;
	arena->failed |= scratch.failed;
	arena_free(&scratch);
	return move;
}

/* The reason that an officer wrote, in the forms in which it is compared. */
struct plea {
	struct arena *arena;
	const char *key; /* as province_key() makes it */
	struct words words;
	enum cks_holder holder;
};

bool reason_is_of(const struct reason *reason, enum cks_holder holder)
{
	return holder == CKS_HOLDER_UNKNOWN ||
	       reason->holder == CKS_HOLDER_UNKNOWN || reason->holder == holder;
}

static size_t times_in(const char *text, const char *key)
{
	size_t n = 0;

	for (; (text = strstr(text, key)); text++)
		n++;
	return n;
}

/* "điện thoại cơ quan" takes one "cơ quan" away, and another still counts;
 * words that are elsewhere, as "mật khẩu" beside "bị mất", take all. */
static bool is_excepted(const struct reason *reason, const char *key)
{
	size_t n = times_in(key, reason->key);

	for (size_t i = 0; i < reason->n_except && n > 0; i++) {
		size_t without = times_in(key, reason->except[i]);

		if (!strstr(reason->except[i], reason->key) && without)
			return true;
		n -= without < n ? without : n;
	}
	return n == 0;
}

/* Compared without accents first, which settles nearly all. */
static bool is_in(const struct reason *reason, const struct plea *plea)
{
	struct words words;

	if (!reason_is_of(reason, plea->holder) ||
	    is_excepted(reason, plea->key))
		return false;
	words = words_split(plea->arena, reason->words);
	return words_contain(plea->arena, &plea->words, &words);
}

bool reason_is_listed(const struct procedure *p, const char *given,
		      enum cks_holder holder, struct arena *arena)
{
	struct arena scratch = { 0 };
	struct plea plea = {
		.arena = &scratch,
		.key = province_key(&scratch, given),
		.words = words_split(&scratch, given),
		.holder = holder,
	};
	bool found = false;

	for (size_t i = 0; plea.key && i < p->n_reasons && !found; i++)
		found = is_in(&p->reasons[i], &plea);
	arena->failed |= scratch.failed;
	arena_free(&scratch);
	return found;
}
