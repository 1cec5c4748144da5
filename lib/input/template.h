/* SPDX-License-Identifier: LGPL-2.1-or-later */
/*
 * Tables to be filled in: the headings that a list wants, and a row that shows
 * how. The row is numbered "Ví dụ"; left in, it is passed over, and refused
 * where somebody has filled it in.
 */
#ifndef INPUT_TEMPLATE_H
#define INPUT_TEMPLATE_H

#include <time.h>

#include "base/buffer.h"
#include "datafile.h"
#include "field.h"

struct template_column {
	const char *heading;
	const struct field *field; /* NULL: it numbers the rows */
};

struct template
{
	struct template_column *columns;
	size_t n;
	struct arena arena;
};

/* The columns of a list of tokens, as the register takes it, and those of a
 * form. 0 with @template, for template_free() in either case, or -ENOMEM. */
int template_of_register(struct template *template);
int template_of_form(struct template *template,
		     const struct data_column *columns, size_t n);
void template_free(struct template *template);

/* Makes it CSV that Excel opens rightly, or a workbook whose cells are text, as
 * of @date. 0 or a negative errno and @error. */
int template_csv(const struct template *template, struct buffer *out);
int template_workbook(const struct template *template, time_t date,
		      struct buffer *out, struct error *error);

/* True if the example row fills a column of @field with @text. */
bool template_is_example(const struct field *field, const char *text);

/* The number of the example row. */
#define TEMPLATE_MARK "Ví dụ"

#endif
