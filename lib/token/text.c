/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include <stdlib.h>
#include <string.h>
#include <utf8proc.h>

#include "base/text.h"
#include "ckstoken.h"

#define REPLACEMENT 0xFFFD

/*
 * What nobody sees, and nobody types: Unicode's Default_Ignorable_Code_Point
 * (the zero-width letters, the soft hyphen, Hangul's fillers, the variation
 * selectors, tags) and its category Cf, which has the marks that turn the
 * direction of writing too. With one of these, two names look alike and are
 * not.
 */
static bool is_invisible(utf8proc_int32_t c, utf8proc_category_t category)
{
	return category == UTF8PROC_CATEGORY_CF ||
	       utf8proc_get_property(c)->ignorable;
}

static bool is_safe(utf8proc_int32_t c)
{
	utf8proc_category_t category = utf8proc_category(c);

	switch (category) {
	case UTF8PROC_CATEGORY_CC:
	case UTF8PROC_CATEGORY_CN:
	case UTF8PROC_CATEGORY_CS:
	case UTF8PROC_CATEGORY_CO:
	case UTF8PROC_CATEGORY_ZL:
	case UTF8PROC_CATEGORY_ZP:
		return c == REPLACEMENT;
	default:
		return !is_invisible(c, category);
	}
}

static size_t without_padding(const unsigned char *bytes, size_t len)
{
	while (len > 0 && (bytes[len - 1] == ' ' || bytes[len - 1] == '\0'))
		len--;
	return len;
}

/* True if this is as clean as a text can be: most are. */
static bool is_plain(const unsigned char *bytes, size_t len)
{
	for (size_t i = 0; i < len; i++)
		if (bytes[i] < 0x20 || bytes[i] > 0x7E)
			return false;
	return true;
}

char *cks_text_clean(const void *bytes, size_t len)
{
	const unsigned char *in = bytes;
	utf8proc_uint8_t *safe, *nfc = NULL;
	size_t i = 0, n = 0;
	bool is_composed = true;

	if (!bytes && len > 0)
		return NULL;
	len = without_padding(in, len);
	if (is_plain(in, len))
		return strndup(len > 0 ? bytes : "", len);
	safe = malloc(3 * len + 1);
	if (!safe)
		return NULL;
	while (i < len) {
		utf8proc_int32_t c;
		utf8proc_ssize_t used = utf8proc_iterate(
			in + i, (utf8proc_ssize_t)(len - i), &c);

		if (used <= 0) {
			used = 1;
			c = REPLACEMENT;
		} else if (utf8proc_category(c) == UTF8PROC_CATEGORY_ZS) {
			c = ' ';
		} else if (!is_safe(c)) {
			c = REPLACEMENT;
		}
		is_composed &= text_is_composed(c);
		i += (size_t)used;
		n += (size_t)utf8proc_encode_char(c, safe + n);
	}
	safe[without_padding(safe, n)] = '\0';
	nfc = is_composed ? (utf8proc_uint8_t *)strdup((char *)safe)
			  : utf8proc_NFC(safe);
	free(safe);
	return (char *)nfc;
}

static utf8proc_int32_t fold_char(utf8proc_int32_t c, void *data)
{
	(void)data;
	/* Unicode does not decompose this letter. */
	return c == 0x0110 || c == 0x0111 ? 'd' : c;
}

/* NULL: no memory, or bytes that are no UTF-8. */
static char *fold_by_unicode(const char *text)
{
	utf8proc_uint8_t *folded = NULL;

	utf8proc_map_custom((const utf8proc_uint8_t *)text, 0, &folded,
			    UTF8PROC_NULLTERM | UTF8PROC_STABLE |
				    UTF8PROC_DECOMPOSE | UTF8PROC_STRIPMARK |
				    UTF8PROC_CASEFOLD,
			    fold_char, NULL);
	return (char *)folded;
}

/* Behind ư: ơ and ư stand alone beyond the other letters of Latin. */
#define LATIN_END 0x1B1
#define VIETNAMESE 0x1EA0
#define VIETNAMESE_END 0x1F00

/*
 * What the letter @c becomes where that is one byte, else 0. Those that
 * Vietnamese is written with are asked of Unicode once in a process: a table of
 * people, or the names of its columns, is made of few letters.
 */
static char fold_letter(utf8proc_int32_t c)
{
	/* 0: not asked yet; '\n': it becomes something longer. */
	static _Atomic char known[LATIN_END + VIETNAMESE_END - VIETNAMESE];
	char letter[5] = "", *folded;
	_Atomic char *place;

	if (c < 0x80)
		return (char)(c >= 'A' && c <= 'Z' ? c - 'A' + 'a' : c);
	if (c < LATIN_END)
		place = known + c;
	else if (c >= VIETNAMESE && c < VIETNAMESE_END)
		place = known + LATIN_END + (c - VIETNAMESE);
	else
		return 0;
	if (!*place) {
		(void)text_encode(c, letter);
		folded = fold_by_unicode(letter);
		if (folded)
			*place = '\n';
		if (folded && folded[0] && !folded[1])
			*place = folded[0];
		free(folded);
	}
	if (*place == '\n')
		return 0;
	return *place;
}

char *cks_text_fold(const char *text)
{
	size_t len = text ? strlen(text) : 0, i = 0;
	char *folded = text ? malloc(len + 1) : NULL, *out = folded;

	while (folded && i < len) {
		int32_t c;

		i += text_decode(text + i, len - i, &c);
		*out = fold_letter(c);
		if (!*out++) {
			free(folded);
			return fold_by_unicode(text);
		}
	}
	if (folded)
		*out = '\0';
	return folded;
}
