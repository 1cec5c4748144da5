/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* From a document to its files. */
#ifndef CMD_PAPER_PRESS_H
#define CMD_PAPER_PRESS_H

#include "paper.h"
#include "typeset/document.h"

/* What is opened once, however many documents there are. */
struct press {
	const struct paper *paper;
	struct font_set *fonts;
	time_t date;
};

/* 0 or an exit code, told. */
int press_open(struct press *press, const struct paper *paper);
void press_close(struct press *press);

/*
 * Writes @doc to each of @paths, all of them made before the first is written.
 * 0 or an exit code, told.
 */
int press_print(struct press *press, const struct document *doc,
		char *const *paths, size_t n);

/* Waits until what was written beside @path, one of many, is on its disk. */
int press_sync(const char *path);

/* Only tries whether the fonts have every letter of it. */
int press_try(struct press *press, const struct document *doc);

#endif
