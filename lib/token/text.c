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

/* Whether this is as clean as a text can be: most are. */
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

/* NULL: no memory. */
static char *fold_ascii(const char *text)
{
	char *folded = strdup(text);

	for (char *c = folded; c && *c; c++)
		if (*c >= 'A' && *c <= 'Z')
			*c = (char)(*c - 'A' + 'a');
	return folded;
}

static bool is_ascii(const char *text)
{
	while (*text && !(*text & 0x80))
		text++;
	return !*text;
}

char *cks_text_fold(const char *text)
{
	utf8proc_uint8_t *folded = NULL;

	if (!text)
		return NULL;
	/* What most serial numbers and names of columns are. */
	if (is_ascii(text))
		return fold_ascii(text);
	utf8proc_map_custom((const utf8proc_uint8_t *)text, 0, &folded,
			    UTF8PROC_NULLTERM | UTF8PROC_STABLE |
				    UTF8PROC_DECOMPOSE | UTF8PROC_STRIPMARK |
				    UTF8PROC_CASEFOLD,
			    fold_char, NULL);
	return (char *)folded;
}
