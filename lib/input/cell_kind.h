/* SPDX-License-Identifier: LGPL-2.1-or-later */
/*
 * What stands in a table and is no subscriber's: sums between its rows, and
 * signatures, the place and the day below it.
 */
#ifndef INPUT_CELL_KIND_H
#define INPUT_CELL_KIND_H

#include <stdbool.h>

#include "base/arena.h"

enum cell_kind {
	CELL_BLANK,
	CELL_NEUTRAL, /* a number as sums are, or a line drawn with dashes */
	CELL_SUM,     /* "Tổng số: 25" */
	CELL_BELOW,   /* "Người lập biểu" */
	CELL_DATA,
};

/* Of @cell, by its words, for which @scratch has room; CELL_DATA with *@failed
 * set, when there is no memory. */
enum cell_kind cell_judge(struct arena *scratch, const char *cell,
			  bool *failed);

/* Whether what is given for a subscriber's name is a sum, or stands below a
 * table. 1, 0, or -ENOMEM. */
int cell_is_no_name(const char *name);

/* 1 if @name begins as people of Vietnam are called, and is not written as the
 * title of a group of rows is ("Lãnh đạo", "Đoàn thanh niên"); 0, or
 * -ENOMEM. */
int cell_is_like_person(const char *name);

#endif
