/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include "measure.h"

#include <string.h>
#include <utf8proc.h>

#include "base/text.h"
#include "styles.h"

#define MPT_PER_TWIP (1000 / TWIPS)

#define FIRST ' '
#define LAST '~'

/*
 * Advances in thousandths of the type size: upright, bold, and italic. A bold
 * italic is hardly wider than the bold.
 */
static const unsigned short advances[3][LAST - FIRST + 1] = {
	{ 250, 333, 408, 500, 500, 833, 778, 180, 333, 333, 500, 564, 250, 333,
	  250, 278, 500, 500, 500, 500, 500, 500, 500, 500, 500, 500, 278, 278,
	  564, 564, 564, 444, 921, 722, 667, 667, 722, 611, 556, 722, 722, 333,
	  389, 722, 611, 889, 722, 722, 556, 722, 667, 556, 611, 722, 722, 944,
	  722, 722, 611, 333, 278, 333, 469, 500, 333, 444, 500, 444, 500, 444,
	  333, 500, 500, 278, 278, 500, 278, 778, 500, 500, 500, 500, 333, 389,
	  278, 500, 500, 722, 500, 500, 444, 480, 200, 480, 541 },
	{ 250, 333, 555, 500, 500, 1000, 833, 278,  333, 333, 500, 570,
	  250, 333, 250, 278, 500, 500,	 500, 500,  500, 500, 500, 500,
	  500, 500, 333, 333, 570, 570,	 570, 500,  930, 722, 667, 722,
	  722, 667, 611, 778, 778, 389,	 500, 778,  667, 944, 722, 778,
	  611, 778, 722, 556, 667, 722,	 722, 1000, 722, 722, 667, 333,
	  278, 333, 581, 500, 333, 500,	 556, 444,  556, 444, 333, 500,
	  556, 278, 333, 556, 278, 833,	 556, 500,  556, 556, 444, 389,
	  333, 556, 500, 722, 500, 500,	 444, 394,  220, 394, 520 },
	{ 250, 333, 420, 500, 500, 833, 778, 214, 333, 333, 500, 675, 250, 333,
	  250, 278, 500, 500, 500, 500, 500, 500, 500, 500, 500, 500, 333, 333,
	  675, 675, 675, 500, 920, 611, 611, 667, 722, 611, 611, 722, 722, 333,
	  444, 667, 556, 833, 667, 722, 611, 722, 611, 500, 556, 722, 611, 833,
	  611, 556, 556, 389, 278, 389, 422, 500, 333, 500, 500, 444, 500, 444,
	  278, 500, 500, 278, 278, 444, 278, 722, 500, 500, 500, 500, 389, 389,
	  278, 500, 444, 667, 444, 444, 389, 400, 275, 400, 541 },
};

/* Widths are in millipoints from here on. */
struct ruler {
	int width, size;
	const unsigned short *advances;
	int line;	 /* of the words that stand on it */
	int blank, word; /* of those that come next */
	size_t n_lines;
};

static int advance(const struct ruler *r, int32_t cp)
{
	utf8proc_int32_t letters[32];
	int boundary = 0;

	if (cp > LAST &&
	    utf8proc_decompose_char(cp, letters, 32, UTF8PROC_DECOMPOSE,
				    &boundary) > 0)
		cp = letters[0];
	/* To Unicode Đ is no D with a mark. */
	if (cp == 0x110)
		cp = 'D';
	if (cp == 0x111)
		cp = 'd';
	if (cp >= FIRST && cp <= LAST)
		return r->size * r->advances[cp - FIRST];
	return r->size * 500 * utf8proc_charwidth(cp);
}

static void end_word(struct ruler *r)
{
	if (!r->word)
		return;
	r->line += r->blank + r->word;
	r->blank = r->word = 0;
}

static void new_line(struct ruler *r)
{
	r->line = r->blank = 0;
	r->n_lines++;
}

static void take(struct ruler *r, int32_t cp)
{
	int width = advance(r, cp);

	if (cp == '\n') {
		end_word(r);
		new_line(r);
		return;
	}
	if (cp == ' ') {
		end_word(r);
		r->blank += width;
		return;
	}
	if (r->line && r->line + r->blank + r->word + width > r->width)
		new_line(r);
	if (r->word && r->word + width > r->width) {
		r->n_lines++;
		r->word = 0;
	}
	r->word += width;
	if (cp == '-')
		end_word(r);
}

static struct ruler lay(const struct paragraph *p, int width)
{
	struct ruler r = { .width = width, .size = p->size, .n_lines = 1 };
	size_t i;

	for (i = 0; i < p->n_runs; i++) {
		const char *s = p->runs[i].text;
		unsigned int style = p->runs[i].style;
		size_t len = strlen(s), n;
		int32_t cp;

		r.advances = advances[style & STYLE_BOLD     ? 1
				      : style & STYLE_ITALIC ? 2
							     : 0];
		for (; len; s += n, len -= n) {
			n = text_decode(s, len, &cp);
			take(&r, cp);
		}
	}
	end_word(&r);
	return r;
}

struct docx_extent docx_measure(const struct paragraph *p, int width)
{
	struct ruler r = lay(p, width * MPT_PER_TWIP);

	return (struct docx_extent){ r.n_lines, r.line / MPT_PER_TWIP };
}

int docx_balance(const struct paragraph *p, int width)
{
	int low = 0, high = width;
	size_t n = docx_measure(p, width).n_lines;

	while (n > 1 && high - low > TWIPS) {
		int mid = low + (high - low) / 2;

		if (docx_measure(p, mid).n_lines > n)
			low = mid;
		else
			high = mid;
	}
	return high;
}
