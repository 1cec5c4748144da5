/* SPDX-License-Identifier: LGPL-2.1-or-later */
/*
 * How each part of a document looks: Nghị định 30/2020/NĐ-CP, Phụ lục I, in the
 * larger of its two sets of sizes (Quốc hiệu 13, all that goes with it 14).
 */
#ifndef TYPESET_ROLE_H
#define TYPESET_ROLE_H

#include "document.h"

/* Lengths in points, as in struct paragraph. */
struct role_format {
	enum align align;
	unsigned int style;
	int size, indent, space;
	enum underline underline;
	bool balance, keep_next;
};

extern const struct role_format role_formats[ROLE_COUNT];

#endif
