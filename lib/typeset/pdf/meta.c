/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include "meta.h"

#include <math.h>
#include <stdint.h>
#include <stdio.h>
#include <string.h>

#include "base/date.h"

#define DATE_MAX 80

/* The picture of a signature is as wide at most, centred over the name. */
#define SIGNATURE_WIDTH (150 * MPT)
/* The reach of letters above and below their baseline, in thousandths. */
#define LETTERS_UP 890
#define LETTERS_DOWN 260

/* PDF and XMP write one moment differently; both say Vietnam's time. */
static void format_date(char *s, const char *format, time_t date)
{
	struct tm tm = date_tm(date);

	(void)snprintf(s, DATE_MAX, format, tm.tm_year + 1900, tm.tm_mon + 1,
		       tm.tm_mday, tm.tm_hour, tm.tm_min, tm.tm_sec);
}

static void pdf_date(char s[DATE_MAX], time_t date)
{
	format_date(s, "D:%04d%02d%02d%02d%02d%02d+07'00'", date);
}

static void info_entry(struct buffer *out, const char *name, const char *value)
{
	if (!value || !*value)
		return;
	buffer_printf(out, "/%s", name);
	pdf_text(out, value);
}

void pdf_write_info(struct pdf_file *file, unsigned int number,
		    const struct document *doc,
		    const struct pdf_options *options)
{
	struct buffer *out = &file->out;
	char date[DATE_MAX];

	pdf_date(date, options->date);
	pdf_begin(file, number);
	buffer_puts(out, "<<");
	info_entry(out, "Title", doc->title);
	info_entry(out, "Author", doc->author);
	info_entry(out, "Subject", doc->subject);
	info_entry(out, "Creator", options->creator);
	info_entry(out, "Producer", options->creator);
	buffer_printf(out, "/CreationDate(%s)/ModDate(%s)>>", date, date);
	pdf_end(file);
}

/* Write @value as text of XML between two tags; nothing where it is empty. */
static void xmp_entry(struct buffer *b, const char *before, const char *value,
		      const char *after)
{
	if (!value || !*value)
		return;
	buffer_puts(b, before);
	for (; *value; value++) {
		if (*value == '&')
			buffer_puts(b, "&amp;");
		else if (*value == '<')
			buffer_puts(b, "&lt;");
		else if (*value == '>')
			buffer_puts(b, "&gt;");
		else
			buffer_put(b, value, 1);
	}
	buffer_puts(b, after);
}

void pdf_write_xmp(struct pdf_file *file, unsigned int number,
		   const struct document *doc,
		   const struct pdf_options *options)
{
	struct buffer b = { 0 };
	char date[DATE_MAX];

	format_date(date, "%04d-%02d-%02dT%02d:%02d:%02d+07:00", options->date);
	buffer_puts(&b,
		    "<?xpacket begin=\"\xef\xbb\xbf\" "
		    "id=\"W5M0MpCehiHzreSzNTczkc9d\"?>\n"
		    "<x:xmpmeta xmlns:x=\"adobe:ns:meta/\"><rdf:RDF "
		    "xmlns:rdf=\"http://www.w3.org/1999/02/22-rdf-syntax-ns#\">"
		    "<rdf:Description rdf:about=\"\" "
		    "xmlns:dc=\"http://purl.org/dc/elements/1.1/\" "
		    "xmlns:xmp=\"http://ns.adobe.com/xap/1.0/\" "
		    "xmlns:pdf=\"http://ns.adobe.com/pdf/1.3/\" "
		    "xmlns:pdfaid=\"http://www.aiim.org/pdfa/ns/id/\">\n"
		    "<dc:format>application/pdf</dc:format>\n"
		    "<dc:language><rdf:Bag><rdf:li>" DOCUMENT_LANGUAGE
		    "</rdf:li></rdf:Bag></dc:language>\n");
	/* Part 3 is part 2, but that it may carry files of any kind. */
	buffer_printf(&b,
		      "<pdfaid:part>%d</pdfaid:part>"
		      "<pdfaid:conformance>B</pdfaid:conformance>\n",
		      doc->data ? 3 : 2);
	xmp_entry(&b, "<dc:title><rdf:Alt><rdf:li xml:lang=\"x-default\">",
		  doc->title, "</rdf:li></rdf:Alt></dc:title>\n");
	xmp_entry(&b, "<dc:creator><rdf:Seq><rdf:li>", doc->author,
		  "</rdf:li></rdf:Seq></dc:creator>\n");
	xmp_entry(&b,
		  "<dc:description><rdf:Alt><rdf:li xml:lang=\"x-default\">",
		  doc->subject, "</rdf:li></rdf:Alt></dc:description>\n");
	xmp_entry(&b, "<xmp:CreatorTool>", options->creator,
		  "</xmp:CreatorTool>\n");
	xmp_entry(&b, "<pdf:Producer>", options->creator, "</pdf:Producer>\n");
	buffer_printf(&b,
		      "<xmp:CreateDate>%s</xmp:CreateDate>\n"
		      "<xmp:ModifyDate>%s</xmp:ModifyDate>\n"
		      "</rdf:Description></rdf:RDF></x:xmpmeta>\n"
		      "<?xpacket end=\"w\"?>",
		      date, date);
	file->out.failed |= b.failed;
	pdf_stream_plain(file, number, "/Type/Metadata/Subtype/XML", b.data,
			 b.len);
	buffer_free(&b);
}

static void be32(struct buffer *b, uint32_t v)
{
	unsigned char bytes[4] = { (unsigned char)(v >> 24),
				   (unsigned char)(v >> 16),
				   (unsigned char)(v >> 8), (unsigned char)v };

	buffer_put(b, bytes, sizeof(bytes));
}

#define CURVE_POINTS 256

/* The curve of IEC 61966-2-1 from an 8-bit value to 16-bit light. */
static unsigned int srgb_light(unsigned int i)
{
	double v = i / (CURVE_POINTS - 1.0);

	v = v <= 0.04045 ? v / 12.92 : pow((v + 0.055) / 1.055, 2.4);
	return (unsigned int)(v * 65535 + 0.5);
}

#define ICC_TAGS 9
#define ICC_DATA (128 + 4 + ICC_TAGS * 12)
#define ICC_DESC 96
#define ICC_CPRT 24
#define ICC_XYZ 20
#define ICC_CURVE (12 + 2 * CURVE_POINTS)
#define ICC_SIZE (ICC_DATA + ICC_DESC + ICC_CPRT + 4 * ICC_XYZ + ICC_CURVE)

static void icc_header(struct buffer *b)
{
	static const char zeros[44] = { 0 };

	be32(b, ICC_SIZE);
	be32(b, 0);
	be32(b, 0x02100000); /* version 2.1, which every PDF/A takes */
	buffer_put(b, "mntrRGB XYZ ", 12);
	/* A fixed date: the profile is always the same. */
	buffer_put(b, "\x07\xe4\0\1\0\1\0\0\0\0\0\0", 12);
	buffer_put(b, "acsp", 4);
	buffer_put(b, zeros, 28);
	be32(b, 0xf6d6); /* the D50 white of the profile connection space */
	be32(b, 0x10000);
	be32(b, 0xd32d);
	buffer_put(b, zeros, 4);
	buffer_put(b, zeros, 44);
}

static void icc_tags(struct buffer *b)
{
	static const struct {
		char name[5];
		uint32_t size;
		bool shared; /* its data are those of the tag before */
	} tags[ICC_TAGS] = {
		{ "desc", ICC_DESC, false },  { "cprt", ICC_CPRT, false },
		{ "wtpt", ICC_XYZ, false },   { "rXYZ", ICC_XYZ, false },
		{ "gXYZ", ICC_XYZ, false },   { "bXYZ", ICC_XYZ, false },
		{ "rTRC", ICC_CURVE, false }, { "gTRC", ICC_CURVE, true },
		{ "bTRC", ICC_CURVE, true },
	};
	uint32_t offset = ICC_DATA;
	size_t i;

	be32(b, ICC_TAGS);
	for (i = 0; i < ICC_TAGS; i++) {
		if (tags[i].shared)
			offset -= tags[i].size;
		buffer_put(b, tags[i].name, 4);
		be32(b, offset);
		be32(b, tags[i].size);
		offset += tags[i].size;
	}
}

/* sRGB's white and primaries, adapted to D50, in 16.16 fixed point. */
static const uint32_t srgb_points[4][3] = {
	{ 0xf351, 0x10000, 0x116cc },
	{ 0x6fa2, 0x38f5, 0x390 },
	{ 0x6299, 0xb785, 0x18da },
	{ 0x24a0, 0xf84, 0xb6cf },
};

void pdf_write_srgb(struct pdf_file *file, unsigned int number)
{
	static const char rest[ICC_DESC - 17] = { 0 };
	struct buffer b = { 0 };
	unsigned int i;

	icc_header(&b);
	icc_tags(&b);
	buffer_put(&b, "desc\0\0\0\0\0\0\0\5sRGB", 17);
	buffer_put(&b, rest, ICC_DESC - 17);
	buffer_put(&b, "text\0\0\0\0No copyright\0\0\0", ICC_CPRT);
	for (i = 0; i < 4; i++) {
		buffer_put(&b, "XYZ \0\0\0\0", 8);
		be32(&b, srgb_points[i][0]);
		be32(&b, srgb_points[i][1]);
		be32(&b, srgb_points[i][2]);
	}
	buffer_put(&b, "curv\0\0\0\0", 8);
	be32(&b, CURVE_POINTS);
	for (i = 0; i < CURVE_POINTS; i += 2)
		be32(&b, srgb_light(i) << 16 | srgb_light(i + 1));
	file->out.failed |= b.failed;
	pdf_stream(file, number, "/N 3", b.data, b.len);
	buffer_free(&b);
}

void pdf_write_data(struct pdf_file *file, unsigned int number,
		    const char *json, time_t date)
{
	struct buffer *out = &file->out;
	unsigned int embedded = pdf_reserve(file, 1);
	size_t len = strlen(json);
	char changed[DATE_MAX], entries[DATE_MAX + 128];

	pdf_date(changed, date);
	(void)snprintf(entries, sizeof(entries),
		       "/Type/EmbeddedFile/Subtype/application#2Fjson"
		       "/Params<</Size %zu/ModDate(%s)>>",
		       len, changed);
	pdf_stream(file, embedded, entries, json, len);
	pdf_begin(file, number);
	buffer_puts(out, "<</Type/Filespec/F(" PDF_DATA_NAME
			 ")/UF(" PDF_DATA_NAME ")/AFRelationship/Data/Desc");
	pdf_text(out, "Dữ liệu của văn bản, đọc được bằng máy");
	buffer_printf(out, "/EF<</F %u 0 R/UF %u 0 R>>>>", embedded, embedded);
	pdf_end(file);
}

/* The lines of a paragraph on a page: the edges of what is printed. */
struct printed {
	int left, right, top, bottom;
};

static bool find_printed(const struct page *page, size_t paragraph,
			 struct printed *printed)
{
	bool found = false;

	for (size_t i = 0; i < page->n_runs; i++) {
		const struct placed_run *run = &page->runs[i];
		struct printed here = { .left = run->x,
					.right = run->x,
					.top = run->y - run->size * LETTERS_UP,
					.bottom = run->y +
						  run->size * LETTERS_DOWN };

		if (run->paragraph != paragraph)
			continue;
		for (size_t k = 0; k < run->n_glyphs; k++)
			here.right += run->glyphs[k].advance;
		if (!found)
			*printed = here;
		if (here.left < printed->left)
			printed->left = here.left;
		if (here.right > printed->right)
			printed->right = here.right;
		if (here.top < printed->top)
			printed->top = here.top;
		if (here.bottom > printed->bottom)
			printed->bottom = here.bottom;
		found = true;
	}
	return found;
}

/* A name that is still to be added is nobody's. */
static bool is_named(const struct paragraph *name)
{
	for (size_t i = 0; i < name->n_runs; i++)
		if (strstr(name->runs[i].text, DOCUMENT_MARK))
			return false;
	return name->n_runs > 0;
}

/* Notes the room between @title and @name, which are the paragraphs @number - 1
 * and @number, if both are on one page. */
static void put_signer(struct buffer *out, const struct layout *layout,
		       const struct paragraph *title,
		       const struct paragraph *name, size_t number)
{
	struct printed above, below;
	size_t page = 0;

	if (!title || (title->role != ROLE_SIGNATURE &&
		       title->role != ROLE_SIGNATURE_NOTE))
		return;
	while (page < layout->n_pages &&
	       !find_printed(&layout->pages[page], number, &below))
		page++;
	if (page == layout->n_pages ||
	    !find_printed(&layout->pages[page], number - 1, &above) ||
	    below.top <= above.bottom)
		return;
	buffer_printf(out, "<</Page %zu/Rect[", page + 1);
	pdf_number(out, (below.left + below.right - SIGNATURE_WIDTH) / 2);
	buffer_puts(out, " ");
	pdf_number(out, layout->height - below.top);
	buffer_puts(out, " ");
	pdf_number(out, (below.left + below.right + SIGNATURE_WIDTH) / 2);
	buffer_puts(out, " ");
	pdf_number(out, layout->height - above.bottom);
	buffer_puts(out, "]");
	if (is_named(name)) {
		buffer_puts(out, "/Name<FEFF");
		for (size_t i = 0; i < name->n_runs; i++)
			pdf_utf16(out, name->runs[i].text,
				  strlen(name->runs[i].text));
		buffer_puts(out, ">");
	}
	buffer_puts(out, ">>");
}

/* Notes those who sign in one cell; @n is the number of the paragraph before
 * it, and then that of its last. */
static void put_signers(struct buffer *out, const struct layout *layout,
			const struct cell *cell, size_t *n)
{
	const struct paragraph *before = NULL;

	for (size_t i = 0; i < cell->n_paragraphs; i++) {
		const struct paragraph *p = cell->paragraphs[i];

		++*n;
		if (p->role == ROLE_SIGNER)
			put_signer(out, layout, before, p, *n);
		before = p;
	}
}

void pdf_put_signers(struct pdf_file *file, const struct document *doc,
		     const struct layout *layout, time_t date)
{
	struct buffer list = { 0 };
	char changed[DATE_MAX];
	size_t n = 0;

	for (size_t i = 0; i < doc->n_blocks; i++) {
		const struct chart *chart = doc->blocks[i].chart;
		const struct table *t = doc->blocks[i].table;

		n += doc->blocks[i].paragraph != NULL;
		if (chart && chart->n_bars)
			n += chart->title->n_runs ? 2 : 1;
		for (size_t r = 0; t && r < t->n_rows; r++)
			for (size_t c = 0; c < t->rows[r].n_cells; c++)
				put_signers(&list, layout, t->rows[r].cells[c],
					    &n);
	}
	pdf_date(changed, date);
	if (list.len) {
		buffer_printf(&file->out,
			      "/PieceInfo<</ckstoken<</LastModified(%s)"
			      "/Private<</Signers[",
			      changed);
		buffer_put(&file->out, list.data, list.len);
		buffer_puts(&file->out, "]>>>>>>");
	}
	file->out.failed |= list.failed;
	buffer_free(&list);
}
