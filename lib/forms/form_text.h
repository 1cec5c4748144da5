/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* Inside the forms: from the elements of a form to paragraphs and tables. */
#ifndef FORMS_FORM_TEXT_H
#define FORMS_FORM_TEXT_H

#include "base/xmlfile.h"
#include "form.h"

/* Where in the dossier the form is being filled. */
struct form_context {
	struct document *doc;
	const json_t *dossier;
	const json_t *row; /* of the table, or NULL */
	const char *list; /* the list that has the row; NULL: the subscribers */
	const char *heading; /* the current column */
	size_t place;	     /* number of the row in the dossier, from 1 */
	size_t number;	     /* number of the row in the table, from 1 */
};

/*
 * The columns of @table in order, those of groups too; at most
 * DOCUMENT_COLUMNS_MAX are kept, the number is of all.
 */
size_t form_table_columns(const struct xml_node *table,
			  const struct xml_node **columns);

void form_table(const struct form_context *f, const struct xml_node *table);
void form_chart(const struct form_context *f, const struct xml_node *chart);

/* True if the condition of @node, an element "if", holds. */
bool form_if(const struct form_context *f, const struct xml_node *node);

/* Adds the words of @node to @p. */
void form_words(const struct form_context *f, struct paragraph *p,
		unsigned int style, const struct xml_node *node);

/* The words of @node as one text. */
const char *form_text(const struct form_context *f,
		      const struct xml_node *node);

#endif
