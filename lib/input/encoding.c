/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include <stdint.h>
#include <stdlib.h>
#include <string.h>

#include "base/text.h"
#include "datafile_reading.h"

/* U+FEFF as the three encodings have it. */
#define MARK_UTF8 "\xef\xbb\xbf"
#define MARK_UTF16_LE "\xff\xfe"
#define MARK_UTF16_BE "\xfe\xff"

struct utf16 {
	const unsigned char *at;
	size_t units; /* left */
	bool big;     /* the greater byte of a unit comes first */
};

static int32_t unit(struct utf16 *in)
{
	const unsigned char *p = in->at;

	in->at += 2;
	in->units--;
	return in->big ? p[0] << 8 | p[1] : p[1] << 8 | p[0];
}

/* The next character, or -1 where half of one is missing. */
static int32_t character(struct utf16 *in)
{
	int32_t high = unit(in), low;

	if (high < 0xd800 || high > 0xdfff)
		return high;
	if (high > 0xdbff || !in->units)
		return -1;
	low = unit(in);
	if (low < 0xdc00 || low > 0xdfff)
		return -1;
	return 0x10000 + ((high - 0xd800) << 10) + (low - 0xdc00);
}

static char *from_utf16(struct utf16 in, size_t *len, bool *odd)
{
	/* A unit has at most three bytes in UTF-8. */
	char *out = malloc(3 * in.units + 1);

	for (*len = 0; out && in.units;) {
		int32_t c = character(&in);

		if (c < 0) {
			*odd = true;
			free(out);
			return NULL;
		}
		*len += text_encode(c, out + *len);
	}
	if (out)
		out[*len] = '\0';
	return out;
}

static bool begins_with(const char *text, size_t len, const char *mark)
{
	return len >= strlen(mark) && !memcmp(text, mark, strlen(mark));
}

char *data_to_utf8(const char *text, size_t *len, bool *odd)
{
	size_t skip = strlen(MARK_UTF8);
	char *copy;

	if (begins_with(text, *len, MARK_UTF16_LE) ||
	    begins_with(text, *len, MARK_UTF16_BE)) {
		struct utf16 in = { (const unsigned char *)text + 2,
				    *len / 2 - 1,
				    begins_with(text, *len, MARK_UTF16_BE) };

		*odd = *len % 2;
		return *odd ? NULL : from_utf16(in, len, odd);
	}
	if (!begins_with(text, *len, MARK_UTF8))
		skip = 0;
	*len -= skip;
	copy = malloc(*len + 1);
	if (copy) {
		memcpy(copy, text + skip, *len);
		copy[*len] = '\0';
	}
	return copy;
}
