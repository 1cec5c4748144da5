/* SPDX-License-Identifier: LGPL-2.1-or-later */
/*
 * The structure of a document inside its PDF (ISO 32000-1, 14.7 and 14.8), for
 * programs that read it aloud or extract its text. Text stands in the element
 * of its paragraph; all else that is drawn is an artifact.
 */
#ifndef TYPESET_PDF_TAGS_H
#define TYPESET_PDF_TAGS_H

#include "file.h"
#include "typeset/document.h"

struct pdf_tags {
	struct arena arena;
	struct element *elements; /* in reading order */
	size_t n_elements;
	size_t *paragraphs; /* the element of each, by number from 1 on */
	size_t n_paragraphs;
	struct mark *marks; /* pieces of marked content, by page */
	size_t n_marks;
	struct tagged_page *pages;
	size_t n_pages;
	unsigned int root, parents, first; /* objects */
	bool titled;			   /* a level 1 heading has come */
};

/* Make the elements of @doc and reserve their objects; the catalog refers to
 * tags->root. */
void pdf_tags_begin(struct pdf_tags *tags, struct pdf_file *file,
		    const struct document *doc);

/* Begin the content of a page, object @number; returns its StructParents. */
size_t pdf_tags_page(struct pdf_tags *tags, unsigned int number);

/* Open marked content of @paragraph, or of an artifact where that is 0. */
void pdf_tags_open(struct pdf_tags *tags, struct buffer *content,
		   size_t paragraph);

/* Close the marked content that was opened last. */
void pdf_tags_close(struct buffer *content);

void pdf_tags_write(const struct pdf_tags *tags, struct pdf_file *file);
void pdf_tags_free(struct pdf_tags *tags);

#endif
