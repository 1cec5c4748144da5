/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include <string.h>

#include "base/text.h"
#include "flow.h"

#define CODE_POINTS 0x110000
#define REPLACEMENT 0xfffd
#define WHITE_SQUARE 0x25a1

static void note_lacking(struct flow *g, int32_t cp)
{
	unsigned char bit = (unsigned char)(1 << cp % 8);
	int32_t *lacking;

	if (!g->is_lacking)
		g->is_lacking = arena_alloc(&g->arena, CODE_POINTS / 8);
	if (!g->is_lacking || g->is_lacking[cp / 8] & bit)
		return;
	g->is_lacking[cp / 8] |= bit;
	lacking = arena_grow(&g->arena, g->lacking, g->n_lacking,
			     sizeof(*lacking));
	if (!lacking)
		return;
	lacking[g->n_lacking++] = cp;
	g->lacking = lacking;
}

static int32_t stand_in(const struct font_set *fonts, enum face face)
{
	if (font_has(fonts, face, REPLACEMENT))
		return REPLACEMENT;
	return font_has(fonts, face, WHITE_SQUARE) ? WHITE_SQUARE : '?';
}

const char *flow_drawable(struct flow *g, enum face face, const char *text)
{
	size_t len = strlen(text), n;
	const char *s = text;
	char *copy = NULL, *out = NULL;
	int32_t cp;

	for (; len; s += n, len -= n) {
		n = text_decode(s, len, &cp);
		if (cp >= ' ' && !font_has(g->fonts, face, cp)) {
			note_lacking(g, cp);
			cp = stand_in(g->fonts, face);
			if (!copy) {
				/* No stand-in takes more than 3 bytes for 1. */
				copy = arena_alloc(&g->arena,
						   3 * strlen(text) + 1);
				if (!copy)
					return "";
				memcpy(copy, text, (size_t)(s - text));
				out = copy + (s - text);
			}
		}
		if (out)
			out += text_encode(cp, out);
	}
	return copy ? copy : text;
}
