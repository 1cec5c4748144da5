/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* From a document to its files. */
#ifndef CMD_RENDER_H
#define CMD_RENDER_H

#include "document.h"
#include "typeset/document.h"

/* What is opened once, however many documents there are. */
struct renderer {
	const struct document_job *job;
	struct font_set *fonts;
	time_t date;
};

/* 0 or an exit code, told. */
int render_open(struct renderer *renderer, const struct document_job *job);
void render_close(struct renderer *renderer);

/*
 * Writes @doc to each of @paths, all of them made before the first is written.
 * 0 or an exit code, told.
 */
int render_write(struct renderer *renderer, const struct document *doc,
		 char *const *paths, size_t n);

/* Waits until what was written beside @path, one of many, is on its disk. */
int render_sync(const char *path);

/* Only tries whether the fonts have every letter of it. */
int render_check(struct renderer *renderer, const struct document *doc);

#endif
