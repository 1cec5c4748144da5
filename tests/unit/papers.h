/* SPDX-License-Identifier: LGPL-2.1-or-later */
/*
 * What tests of documents share: forms and dossiers written in the test, and
 * the words of the documents made of them. A document that cannot be made fails
 * the test.
 */
#ifndef TEST_PAPERS_H
#define TEST_PAPERS_H

#include "forms/form.h"
#include "typeset/layout.h"
#include "unit/fonts.h"

#define N(array) (sizeof(array) / sizeof((array)[0]))

#define LETTER "lib/forms/06.xml"
#define MINUTES "lib/forms/08.xml"

/* Where text ends on the right: a margin of 15 mm, and one point for rounding.
 */
#define RIGHT(layout) ((layout)->width - 42520 + MPT)

/* For groups with forms of their own, which are written to @form_file. */
extern const char *const form_file;
int make_form_folder(void **state);
int remove_form_folder(void **state);
void write_form(const void *text, size_t len);

/* @text is JSON with ' for ". The caller's to json_decref(). */
json_t *json_of(const char *text);

/*
 * All that the letter asks for, with @n devices of one certificate each, and
 * all that the minutes ask for, with one.
 */
json_t *letter_facts(size_t n);
json_t *minutes_facts(void);

/* Row @i of @facts, to be changed. */
json_t *row_of(json_t *facts, size_t i);

/* The document that the form at @path makes of @facts, which are consumed. */
struct document *paper(const char *path, json_t *facts);

/* The document of a form with these @blocks, and of facts as in json_of(). */
struct document *filled(const char *blocks, const char *facts);

/* The words of a cell's first paragraph, as long as @doc lives. */
const char *cell_words(struct document *doc, const struct table *t, size_t row,
		       size_t cell);

bool lists(const struct document *doc, const char *field);
size_t count(const char *text, const char *word);

/*
 * Lays @doc out, all inside the margins and nothing over anything else. The
 * caller's to layout_free().
 */
struct layout *lay_out(const struct document *doc);

/* The right edge of a run without the blanks at its end. */
int right_edge(const struct placed_run *run);

/*
 * The letters of a page, or of all, in the order they are drawn, with | after
 * each run. The caller's to free().
 */
char *page_text(const struct page *page);
char *all_text(const struct layout *layout);

/* The same of all pages, but without blanks and runs, which layout may move. */
char *squeezed_text(const struct document *doc);

/* Asserts that each of @parts stands in that text, or that @part does not. */
void assert_parts(const struct document *doc, const char *const *parts,
		  size_t n);
void assert_no_part(const struct document *doc, const char *part);

/* Asserts that these fields are missing and no others. */
void assert_missing(const struct document *doc, const char *const *fields,
		    size_t n);

#endif
