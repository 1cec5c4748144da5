/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include <string.h>

#include "base/text.h"
#include "form_text.h"
#include "nd30.h"

#define LABEL_MAX 40 /* letters: a chart never takes more than a page */
#define NOT_KNOWN "…"

/* Whether a table of @list is printed below @parent. */
static bool has_table(const struct form_context *f, const xmlNode *parent,
		      const char *list)
{
	const xmlNode *node;

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
	document_need(doc, "", *label ? label : "số liệu của biểu đồ");
	return NOT_KNOWN;
}

static void add_bar(const struct form_context *f, struct chart *chart,
		    const xmlNode *node, const json_t *row)
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

void form_chart(const struct form_context *f, const xmlNode *node)
{
	const char *list = xml_attribute(node, "of");
	const char *title = document_text(f->doc, xml_attribute(node, "title"));
	const json_t *rows = dossier_get(f->dossier, list);
	struct chart *chart;
	size_t i;

	if (!json_array_size(rows))
		return;
	chart = nd30_chart(f->doc);
	chart->in_table = has_table(f, xmlDocGetRootElement(node->doc), list);
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
