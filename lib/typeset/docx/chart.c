/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include "chart.h"

#include <stdio.h>
#include <string.h>

#define NS_CHART "http://schemas.openxmlformats.org/drawingml/2006/chart"
#define NS_MAIN "http://schemas.openxmlformats.org/drawingml/2006/main"
#define NS_FRAME \
	"http://schemas.openxmlformats.org/drawingml/2006/wordprocessingDrawing"

#define EMU_PER_TWIP 635
#define HEIGHT 2100000 /* EMU: 58 mm, with the labels, as in a PDF */

#define GREY "B3B3B3"
#define TYPE "1100" /* hundredths of a point */
#define GAP "67"    /* between bars, hundredths of one */

#define AXIS_LABELS 1
#define AXIS_NUMBERS 2

void docx_chart_id(size_t i, char id[DOCX_CHART_NAME_MAX])
{
	(void)snprintf(id, DOCX_CHART_NAME_MAX, "chart%zu", i + 1);
}

void docx_chart_target(size_t i, char target[DOCX_CHART_NAME_MAX])
{
	(void)snprintf(target, DOCX_CHART_NAME_MAX, "charts/chart%zu.xml",
		       i + 1);
}

const struct chart *docx_chart_at(const struct document *doc, size_t i)
{
	size_t k;

	for (k = 0; k < doc->n_blocks; k++) {
		const struct chart *chart = doc->blocks[k].chart;

		if (chart && chart->n_bars && !i--)
			return chart;
	}
	return NULL;
}

/* An element of DrawingML that is nothing but its val. */
static void value(struct docx_part *part, const char *name, const char *val)
{
	part_open(part, name);
	part_set(part, "val", val);
	part_close(part);
}

static void number(struct docx_part *part, const char *name, int val)
{
	part_open(part, name);
	part_set_number(part, "val", val);
	part_close(part);
}

static void add_point(struct docx_part *part, size_t i, const char *text)
{
	part_open(part, "c:pt");
	part_set_number(part, "idx", (int)i);
	part_open(part, "c:v");
	part_text(part, text, strlen(text));
	part_close(part);
	part_close(part);
}

/* The labels and the numbers stand in the chart itself: there is no workbook
 * behind it. A number that is not known is no point. */
static void add_points(struct docx_part *part, const struct chart *chart)
{
	size_t i;

	part_open(part, "c:cat");
	part_open(part, "c:strLit");
	number(part, "c:ptCount", (int)chart->n_bars);
	for (i = 0; i < chart->n_bars; i++)
		add_point(part, i, chart->bars[i].label);
	part_close(part);
	part_close(part);
	part_open(part, "c:val");
	part_open(part, "c:numLit");
	part_element(part, "c:formatCode", "General");
	number(part, "c:ptCount", (int)chart->n_bars);
	for (i = 0; i < chart->n_bars; i++) {
		const char *text = chart->bars[i].text;

		if (text[strspn(text, "-0123456789")] == '\0')
			add_point(part, i, text);
	}
	part_close(part);
	part_close(part);
}

static void add_fill(struct docx_part *part, const char *colour)
{
	part_open(part, "a:solidFill");
	value(part, "a:srgbClr", colour);
	part_close(part);
}

/* The numbers stand above their bars. */
static void add_labels(struct docx_part *part)
{
	part_open(part, "c:dLbls");
	value(part, "c:dLblPos", "outEnd");
	value(part, "c:showLegendKey", "0");
	value(part, "c:showVal", "1");
	value(part, "c:showCatName", "0");
	value(part, "c:showSerName", "0");
	value(part, "c:showPercent", "0");
	value(part, "c:showBubbleSize", "0");
	part_close(part);
}

static void add_series(struct docx_part *part, const struct chart *chart)
{
	part_open(part, "c:ser");
	value(part, "c:idx", "0");
	value(part, "c:order", "0");
	part_open(part, "c:spPr");
	add_fill(part, GREY);
	part_close(part);
	value(part, "c:invertIfNegative", "0");
	add_labels(part);
	add_points(part, chart);
	part_close(part);
}

static void add_axis(struct docx_part *part, const char *name, int id,
		     int crossed, bool numbers)
{
	part_open(part, name);
	number(part, "c:axId", id);
	part_open(part, "c:scaling");
	value(part, "c:orientation", "minMax");
	if (numbers)
		value(part, "c:min", "0");
	part_close(part);
	value(part, "c:delete", numbers ? "1" : "0");
	value(part, "c:axPos", numbers ? "l" : "b");
	value(part, "c:majorTickMark", "none");
	value(part, "c:minorTickMark", "none");
	value(part, "c:tickLblPos", "nextTo");
	part_open(part, "c:spPr");
	part_open(part, "a:ln");
	part_set(part, "w", "6350");
	add_fill(part, "000000");
	part_close(part);
	part_close(part);
	number(part, "c:crossAx", crossed);
	value(part, "c:crosses", "autoZero");
	part_close(part);
}

static void add_plot(struct docx_part *part, const struct chart *chart)
{
	part_open(part, "c:plotArea");
	part_open(part, "c:layout");
	part_close(part);
	part_open(part, "c:barChart");
	value(part, "c:barDir", "col");
	value(part, "c:grouping", "clustered");
	value(part, "c:varyColors", "0");
	add_series(part, chart);
	value(part, "c:gapWidth", GAP);
	number(part, "c:axId", AXIS_LABELS);
	number(part, "c:axId", AXIS_NUMBERS);
	part_close(part);
	add_axis(part, "c:catAx", AXIS_LABELS, AXIS_NUMBERS, false);
	add_axis(part, "c:valAx", AXIS_NUMBERS, AXIS_LABELS, true);
	part_close(part);
}

static void add_type(struct docx_part *part)
{
	part_open(part, "c:txPr");
	part_open(part, "a:bodyPr");
	part_close(part);
	part_open(part, "a:p");
	part_open(part, "a:pPr");
	part_open(part, "a:defRPr");
	part_set(part, "sz", TYPE);
	add_fill(part, "000000");
	part_open(part, "a:latin");
	part_set(part, "typeface", DOCX_FONT);
	part_close(part);
	part_close(part);
	part_close(part);
	part_open(part, "a:endParaRPr");
	part_set(part, "lang", DOCUMENT_LANGUAGE);
	part_close(part);
	part_close(part);
	part_close(part);
}

void docx_chart(struct docx_part *part, const struct chart *chart)
{
	part_open(part, "c:chartSpace");
	part_set(part, "xmlns:c", NS_CHART);
	part_set(part, "xmlns:a", NS_MAIN);
	part_set(part, "xmlns:r", DOCX_NS_R);
	value(part, "c:roundedCorners", "0");
	part_open(part, "c:chart");
	value(part, "c:autoTitleDeleted", "1");
	add_plot(part, chart);
	value(part, "c:plotVisOnly", "1");
	value(part, "c:dispBlanksAs", "gap");
	part_close(part);
	part_open(part, "c:spPr");
	part_open(part, "a:noFill");
	part_close(part);
	part_open(part, "a:ln");
	part_open(part, "a:noFill");
	part_close(part);
	part_close(part);
	part_close(part);
	add_type(part);
	part_close(part);
}

/* The words of the chart, for a person who sees nothing. */
static void set_description(struct docx_part *part, const struct chart *chart)
{
	const struct paragraph *words = chart->words;
	struct buffer text = { 0 };
	size_t i;

	for (i = 0; i < words->n_runs; i++)
		buffer_puts(&text, words->runs[i].text);
	buffer_put(&text, "", 1);
	if (!text.failed)
		part_set_text(part, "descr", (const char *)text.data, text.len);
	part->out.failed |= text.failed;
	buffer_free(&text);
}

void docx_chart_frame(struct docx_part *part, const struct chart *chart,
		      size_t i, int width)
{
	static const char *const sides[] = { "distT", "distB", "distL",
					     "distR" };
	char id[DOCX_CHART_NAME_MAX];
	size_t k;

	docx_chart_id(i, id);
	part_open(part, "w:r");
	part_open(part, "w:drawing");
	part_open(part, "wp:inline");
	part_set(part, "xmlns:wp", NS_FRAME);
	for (k = 0; k < sizeof(sides) / sizeof(sides[0]); k++)
		part_set(part, sides[k], "0");
	part_open(part, "wp:extent");
	part_set_number(part, "cx", width * EMU_PER_TWIP);
	part_set_number(part, "cy", HEIGHT);
	part_close(part);
	part_open(part, "wp:docPr");
	part_set_number(part, "id", (int)i + 1);
	part_set(part, "name", id);
	set_description(part, chart);
	part_close(part);
	part_open(part, "wp:cNvGraphicFramePr");
	part_close(part);
	part_open(part, "a:graphic");
	part_set(part, "xmlns:a", NS_MAIN);
	part_open(part, "a:graphicData");
	part_set(part, "uri", NS_CHART);
	part_open(part, "c:chart");
	part_set(part, "xmlns:c", NS_CHART);
	part_set(part, "r:id", id);
	for (k = 0; k < 6; k++)
		part_close(part);
}
