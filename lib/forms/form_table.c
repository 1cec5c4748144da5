/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* The lists of a dossier, as tables and as charts. */
#include <stdlib.h>
#include <string.h>

#include "base/text.h"
#include "form_text.h"
#include "nd30.h"

#define SPACE_ABOVE 6
#define LABEL_MAX 40 /* letters: a chart never takes more than a page */
#define NOT_KNOWN "…"

struct form_table {
	struct form_context f;
	const struct xml_node *node;
	const struct xml_node *columns[DOCUMENT_COLUMNS_MAX];
	size_t n_columns;
	struct table *table;
	int size; /* type size of its text */
};

static bool is_set(const struct xml_node *node, const char *attribute)
{
	return *xml_attribute(node, attribute);
}

size_t form_table_columns(const struct xml_node *table,
			  const struct xml_node **columns)
{
	const struct xml_node *node, *inner;
	size_t n = 0;

	for (node = table->children; node; node = node->next) {
		bool group = xml_is(node, "group");

		inner = group ? node->children : node;
		for (; inner; inner = group ? inner->next : NULL) {
			if (!xml_is(inner, "column"))
				continue;
			if (n < DOCUMENT_COLUMNS_MAX)
				columns[n] = inner;
			n++;
		}
	}
	return n;
}

static enum align align_of(const struct xml_node *column)
{
	const char *align = xml_attribute(column, "align");

	if (!strcmp(align, "center"))
		return ALIGN_CENTER;
	return !strcmp(align, "right") ? ALIGN_RIGHT : ALIGN_LEFT;
}

static struct paragraph *cell(struct form_table *t, enum role role,
			      unsigned int colspan, unsigned int rowspan)
{
	struct cell *c = table_cell(t->f.doc, t->table, colspan, rowspan);
	struct paragraph *p = nd30_cell_paragraph(t->f.doc, c, role);

	c->middle = true;
	p->size = t->size;
	return p;
}

static void heading(struct form_table *t, const struct xml_node *node,
		    unsigned int colspan, unsigned int rowspan)
{
	paragraph_add(t->f.doc, cell(t, ROLE_TABLE_HEAD, colspan, rowspan),
		      STYLE_BOLD,
		      document_text(t->f.doc, xml_attribute(node, "heading")));
}

static void headings(struct form_table *t)
{
	const struct xml_node *node, *inner;
	bool grouped = false;

	for (node = t->node->children; node; node = node->next)
		grouped |= xml_is(node, "group");
	t->table->n_header = grouped ? 2 : 1;
	table_row(t->f.doc, t->table);
	for (node = t->node->children; node; node = node->next) {
		if (xml_is(node, "column"))
			heading(t, node, 1, grouped ? 2 : 1);
		if (xml_is(node, "group"))
			heading(t, node, (unsigned int)xml_count(node), 1);
	}
	if (!grouped)
		return;
	table_row(t->f.doc, t->table);
	for (node = t->node->children; node; node = node->next)
		for (inner = xml_is(node, "group") ? node->children : NULL;
		     inner; inner = inner->next)
			if (xml_is(inner, "column"))
				heading(t, inner, 1, 1);
}

static void fill_cell(struct form_table *t, const struct xml_node *column,
		      unsigned int rowspan)
{
	struct paragraph *p = cell(t, ROLE_TABLE_CELL, 1, rowspan);

	p->align = align_of(column);
	t->f.heading = xml_attribute(column, "heading");
	if (is_set(column, "number"))
		paragraph_add(t->f.doc, p, 0,
			      document_format(t->f.doc, "%zu", t->f.number));
	else
		form_words(&t->f, p, 0, column);
	t->f.heading = NULL;
}

/* Where neither row has the value, both texts are NULL. */
static bool same_value(const json_t *a, const json_t *b)
{
	return a == b || json_equal((json_t *)a, (json_t *)b);
}

static bool same_fields(const struct xml_node *parent, const json_t *a,
			const json_t *b)
{
	const struct xml_node *node;

	for (node = parent->children; node; node = node->next) {
		const char *of = xml_attribute(node, "of");

		if (*of && !same_value(dossier_get(a, of), dossier_get(b, of)))
			return false;
		if (!same_fields(node, a, b))
			return false;
	}
	return true;
}

/* A device with a renewed certificate would have two rows that look the same.
 */
static bool shows_the_same(const struct form_table *t, const json_t *a,
			   const json_t *b)
{
	size_t i;

	for (i = 0; i < t->n_columns; i++)
		if (!is_set(t->columns[i], "once") &&
		    !same_fields(t->columns[i], a, b))
			return false;
	return true;
}

static bool stands_above(const struct form_table *t, const json_t *rows,
			 size_t first, size_t i)
{
	size_t k;

	for (k = first; k < i; k++)
		if (shows_the_same(t, json_array_get(rows, k),
				   json_array_get(rows, i)))
			return true;
	return false;
}

/* The end of the rows that are joined with row @first. */
static size_t joined_end(const struct form_table *t, const json_t *rows,
			 size_t first)
{
	const char *join = xml_attribute(t->node, "join");
	const char *value = dossier_text(json_array_get(rows, first), join);
	size_t end = first + 1;

	if (!*join || !*value)
		return end;
	while (end < json_array_size(rows) &&
	       !strcmp(value, dossier_text(json_array_get(rows, end), join)))
		end++;
	return end;
}

/*
 * Rows [first, end) are of one device: a column that is shown once spans them.
 */
static void fill_rows(struct form_table *t, const json_t *rows, size_t first,
		      size_t end)
{
	unsigned int span = 0;
	size_t i, k;

	for (i = first; i < end; i++)
		span += !stands_above(t, rows, first, i);
	for (i = first; i < end; i++) {
		if (stands_above(t, rows, first, i))
			continue;
		t->f.row = json_array_get(rows, i);
		t->f.place = i + 1;
		table_row(t->f.doc, t->table);
		for (k = 0; k < t->n_columns; k++)
			if (!is_set(t->columns[k], "once"))
				fill_cell(t, t->columns[k], 1);
			else if (i == first)
				fill_cell(t, t->columns[k], span);
	}
}

/*
 * An empty list is an answer, and is printed as one; a document without a
 * subscriber is not complete, and shows what is missing.
 */
static void say_none(struct form_table *t)
{
	const char *none = xml_attribute(t->node, "none");
	struct paragraph *p;

	table_row(t->f.doc, t->table);
	p = cell(t, ROLE_TABLE_CELL, (unsigned int)t->n_columns, 1);
	p->align = ALIGN_CENTER;
	paragraph_add(t->f.doc, p, STYLE_ITALIC,
		      document_text(t->f.doc, *none ? none : "Không có"));
}

static void fill_list(struct form_table *t)
{
	const char *list = t->f.list ? t->f.list : "subscribers";
	const json_t *rows = dossier_get(t->f.dossier, list);
	json_t *unknown = NULL;
	size_t first, end;

	if (!json_array_size(rows)) {
		if (t->f.list) {
			say_none(t);
			return;
		}
		unknown = json_pack("[{}]");
		rows = unknown;
	}
	for (first = 0; first < json_array_size(rows); first = end) {
		end = joined_end(t, rows, first);
		t->f.number++;
		fill_rows(t, rows, first, end);
	}
	json_decref(unknown);
}

/* Fills the rows that stand in the form itself, as those of a report do. */
static bool fill_own_rows(struct form_table *t)
{
	const struct xml_node *row, *node;
	bool any = false;

	for (row = t->node->children; row; row = row->next) {
		size_t i = 0;

		if (!xml_is(row, "row"))
			continue;
		any = true;
		table_row(t->f.doc, t->table);
		for (node = row->children; node; node = node->next) {
			struct paragraph *p;

			if (!xml_is(node, "cell"))
				continue;
			p = cell(t, ROLE_TABLE_CELL, 1, 1);
			p->align = align_of(t->columns[i++]);
			form_words(&t->f, p, 0, node);
		}
	}
	return any;
}

void form_table(const struct form_context *f, const struct xml_node *node)
{
	struct form_table t = { .f = *f, .node = node };
	struct column columns[DOCUMENT_COLUMNS_MAX];
	const char *size = xml_attribute(node, "size");
	size_t i;

	t.f.list = is_set(node, "of") ? xml_attribute(node, "of") : NULL;
	t.n_columns = form_table_columns(node, t.columns);
	t.size = *size ? (int)strtol(size, NULL, 10)
		       : role_formats[ROLE_TABLE_CELL].size;
	for (i = 0; i < t.n_columns; i++)
		columns[i] = (struct column){
			(unsigned int)strtoul(
				xml_attribute(t.columns[i], "width"), NULL, 10),
			align_of(t.columns[i]),
		};
	t.table = document_table(f->doc, columns, t.n_columns);
	t.table->ruled = true;
	t.table->space = SPACE_ABOVE;
	/* A list may be one of many, each with something else below it. */
	t.table->keep_next = !t.f.list;
	headings(&t);
	if (!fill_own_rows(&t))
		fill_list(&t);
}

/* True if a table of @list is printed below @parent. */
static bool has_table(const struct form_context *f,
		      const struct xml_node *parent, const char *list)
{
	const struct xml_node *node;

	for (node = parent->children; node; node = node->next) {
		if (xml_is(node, "table") &&
		    !strcmp(xml_attribute(node, "of"), list))
			return true;
		if (xml_is(node, "if") && form_if(f, node) &&
		    has_table(f, node, list))
			return true;
	}
	return false;
}

static const char *shortened(struct document *doc, const char *label)
{
	size_t len = strlen(label), used = 0, n;
	int32_t cp;

	for (n = 0; n < LABEL_MAX && used < len; n++)
		used += text_decode(label + used, len - used, &cp);
	if (used == len)
		return label;
	return document_format(doc, "%.*s" NOT_KNOWN, (int)used, label);
}

static const char *number(const struct form_context *f, const json_t *value,
			  const char *label)
{
	struct document *doc = f->doc;

	if (json_is_integer(value))
		return document_format(doc, "%lld",
				       (long long)json_integer_value(value));
	document_need(doc, "", *label ? label : "số liệu của biểu đồ", NULL);
	return NOT_KNOWN;
}

static void add_bar(const struct form_context *f, struct chart *chart,
		    const struct xml_node *node, const json_t *row)
{
	const char *path = xml_attribute(node, "value");
	const json_t *value = dossier_get(row, path);
	const char *label = document_text(
		f->doc, dossier_text(row, xml_attribute(node, "label")));
	const struct bar bar = {
		.label = shortened(f->doc, label),
		.text = number(f, value, label),
		.value = json_integer_value(value),
	};
	size_t place = chart->n_bars + 1;

	chart_bar(f->doc, chart, &bar);
	paragraph_add(f->doc, chart->words, 0,
		      document_format(f->doc, "%s%s: ", place > 1 ? "; " : "",
				      label));
	paragraph_add_field(f->doc, chart->words, 0, bar.text,
			    document_format(f->doc, "%s.%zu.%s",
					    xml_attribute(node, "of"), place,
					    path));
}

void form_chart(const struct form_context *f, const struct xml_node *node)
{
	const struct xml_node *root = node;
	const char *list = xml_attribute(node, "of");
	const char *title = document_text(f->doc, xml_attribute(node, "title"));
	const json_t *rows = dossier_get(f->dossier, list);
	struct chart *chart;
	size_t i;

	if (!json_array_size(rows))
		return;
	chart = nd30_chart(f->doc);
	while (root->parent)
		root = root->parent;
	chart->in_table = has_table(f, root, list);
	if (*title) {
		paragraph_add(f->doc, chart->title,
			      role_formats[ROLE_CAPTION].style, title);
		paragraph_add(f->doc, chart->words, 0,
			      document_format(f->doc, "%s. ", title));
	}
	for (i = 0; i < json_array_size(rows) && i < DOCUMENT_BARS_MAX; i++)
		add_bar(f, chart, node, json_array_get(rows, i));
	paragraph_add(f->doc, chart->words, 0, ".");
}
