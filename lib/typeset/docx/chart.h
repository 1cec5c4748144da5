/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* The charts of a document, each a part of its own and drawn by the reader. */
#ifndef TYPESET_DOCX_CHART_H
#define TYPESET_DOCX_CHART_H

#include "part.h"

/* The relationship of the @i-th chart, and the name of its part in "word/". */
#define DOCX_CHART_NAME_MAX 40
void docx_chart_id(size_t i, char id[DOCX_CHART_NAME_MAX]);
void docx_chart_target(size_t i, char target[DOCX_CHART_NAME_MAX]);

/* The @i-th chart of @doc from 0 on that has a bar; NULL where there is none.
 */
const struct chart *docx_chart_at(const struct document *doc, size_t i);

/* word/charts/chartN.xml */
void docx_chart(struct docx_part *part, const struct chart *chart);

/* A run that shows the @i-th chart, @width twips wide. */
void docx_chart_frame(struct docx_part *part, const struct chart *chart,
		      size_t i, int width);

#endif
