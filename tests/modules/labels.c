/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include <string.h>

#include "mock.h"

static const char *const labels[] = {
	/* A terminal would set its title by it. */
	"\033]0;x\007",
	/* 32 bytes end in the middle of the "à". */
	"Thẻ số 12 Sở Khoa học và Công nghệ",
	"",
	/* "Thẻ cứng" with its marks as letters of their own. */
	"The\314\211 cu\314\233\314\201ng",
	/* U+202E turns the reading round; U+200B has no width. */
	"\342\200\256exe.jpg\342\200\254 A\342\200\213B",
	"one\ntwo\r\nthree\tfour",
	/* Over-long, half of a pair, no UTF-8 at all. */
	"\300\257 \355\240\200 \377",
	"\"quoted\", \\ <b>&amp;",
	/* A formula, to a spreadsheet. */
	"=1+1,2",
	/* Nobody sees a soft hyphen, a joiner, a variation selector, a filler,
	 * an invisible plus or a tag; a no-break blank looks like any. */
	"a\302\255b\342\200\215c\357\270\217d\343\205\244e\342\201\244f\363\240\201\201g\302\240h",
};

#define COUNT (sizeof(labels) / sizeof(*labels))

/* The last is padded with NUL, against the standard. */
static CK_RV misbehave(CK_SLOT_ID slot, CK_TOKEN_INFO *info)
{
	if (slot < COUNT) {
		mock_pad(info->label, sizeof(info->label), labels[slot]);
	} else {
		memset(info->label, 0, sizeof(info->label));
		info->label[0] = 'N';
	}
	return CKR_OK;
}

const struct mock mock = {
	.slots = COUNT + 1,
	.token_info = misbehave,
};
