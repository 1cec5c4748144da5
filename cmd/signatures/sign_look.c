/* SPDX-License-Identifier: LGPL-2.1-or-later */
/*
 * How a new signature shows on its page: upright as the page is seen, with an
 * image or a few lines of text.
 */
#include <math.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "base/text.h"
#include "sign.h"
#include "typeset/pdf/font.h"
#include "typeset/pdf/meta.h"

/* A place that is off by less is on the page. */
#define LEEWAY 0.01
/* From line to line, in thousandths of the type size. */
#define LEADING 1150

static double number_of(const json_t *request, const char *key)
{
	return json_number_value(json_object_get(request, key));
}

static void put_number(struct buffer *out, double value)
{
	pdf_number(out, (int)lround(value * 1000));
}

static void put_numbers(struct buffer *out, const double *values, size_t n)
{
	for (size_t i = 0; i < n; i++) {
		put_number(out, values[i]);
		buffer_puts(out, " ");
	}
}

/* 1. Where */

/* The rectangle of the page's own units that is seen at @place: from its lower
 * left corner, in points, with its size. */
static void place_rect(const struct seen_page *seen, const double place[4],
		       double rect[4])
{
	const double *box = seen->box, unit = seen->unit;
	const double x[] = { place[0] / unit, (place[0] + place[2]) / unit };
	const double y[] = { place[1] / unit, (place[1] + place[3]) / unit };

	for (size_t i = 0; i < 2; i++) {
		/* With a turn the other end comes first. */
		const size_t other = 1 - i;

		switch (seen->rotate) {
		case 90:
			rect[2 * i] = box[2] - y[other];
			rect[2 * i + 1] = box[1] + x[i];
			break;
		case 180:
			rect[2 * i] = box[2] - x[other];
			rect[2 * i + 1] = box[3] - y[other];
			break;
		case 270:
			rect[2 * i] = box[0] + y[i];
			rect[2 * i + 1] = box[3] - x[other];
			break;
		default:
			rect[2 * i] = box[0] + x[i];
			rect[2 * i + 1] = box[1] + y[i];
			break;
		}
	}
}

static bool find_place(struct update *u, const struct seen_page *seen,
		       double place[4])
{
	const json_t *list = json_object_get(u->sign->request, "place");
	char text[80];

	for (size_t i = 0; i < 4; i++)
		place[i] = json_number_value(json_array_get(list, i));
	if (place[0] >= -LEEWAY && place[1] >= -LEEWAY && place[2] > 0 &&
	    place[3] > 0 && place[0] + place[2] <= seen->width + LEEWAY &&
	    place[1] + place[3] <= seen->height + LEEWAY)
		return true;
	(void)snprintf(text, sizeof(text), "%.0f x %.0f", seen->width,
		       seen->height);
	return sign_refuse(u->sign, REFUSED_OFF_PAGE, text);
}

/* 2. Text */

struct writing {
	struct update *u;
	struct arena arena;
	struct pdf_font font;
	struct buffer *out;
	double width, height, size, y;
};

static bool has_no_room(struct writing *w)
{
	char text[80];

	(void)snprintf(text, sizeof(text), "%.0f x %.0f", w->width, w->height);
	return sign_refuse(w->u->sign, REFUSED_NO_ROOM, text);
}

static bool put_line(struct writing *w, const struct glyph *glyphs, size_t n)
{
	struct font_metrics metrics;

	font_metrics(w->u->sign->fonts, FACE_REGULAR, &metrics);
	if (w->y + metrics.descent * w->size / 1000 < -LEEWAY)
		return has_no_room(w);
	buffer_puts(w->out, "1 0 0 1 0 ");
	put_number(w->out, w->y);
	buffer_puts(w->out, " Tm <");
	for (size_t i = 0; i < n; i++)
		pdf_hex(w->out, pdf_font_code(&w->font, &glyphs[i]));
	buffer_puts(w->out, "> Tj\n");
	w->y -= w->size * LEADING / 1000;
	return true;
}

/* Puts the text of one line, broken between words where it is too long. */
static bool put_text(struct writing *w, const char *text)
{
	const double most = w->width * 1000 / w->size;
	size_t n = 0, start = 0, blank = 0;
	const char *clean = text_clean(&w->arena, text);
	struct glyph *glyphs =
		clean ? font_shape(w->u->sign->fonts, FACE_REGULAR, &w->arena,
				   clean, strlen(clean), &n)
		      : NULL;
	double x = 0;

	if (!glyphs)
		return sign_refuse(w->u->sign, REFUSED_LIMIT, NULL);
	for (size_t i = 0; i < n; i++) {
		const struct glyph *g = &glyphs[i];
		char letter[8] = "";

		if (g->id == 0) {
			(void)snprintf(letter, sizeof(letter), "%.*s",
				       (int)g->text_len, g->text);
			return sign_refuse(w->u->sign, REFUSED_LETTER, letter);
		}
		if (g->text_len == 1 && *g->text == ' ')
			blank = i;
		x += g->advance;
		if (x <= most)
			continue;
		if (blank <= start)
			return has_no_room(w);
		if (!put_line(w, glyphs + start, blank - start))
			return false;
		start = i = blank + 1;
		x = start < n ? glyphs[start].advance : 0;
	}
	return start >= n || put_line(w, glyphs + start, n - start);
}

/* Writes the text into @content, and its font as object @font. */
static bool write_text(struct update *u, const double place[4],
		       struct buffer *content, unsigned int font)
{
	const json_t *lines = json_object_get(u->sign->request, "lines");
	struct writing w = { .u = u,
			     .out = content,
			     .width = place[2],
			     .height = place[3],
			     .size = number_of(u->sign->request, "size") };
	struct font_metrics metrics;
	const json_t *line;
	bool ok = w.size >= 1 && w.size <= 100;
	size_t i;

	if (!ok) {
		(void)has_no_room(&w);
		goto out;
	}
	font_metrics(u->sign->fonts, FACE_REGULAR, &metrics);
	w.y = place[3] - metrics.ascent * w.size / 1000;
	buffer_puts(content, "/C cs 0 0 0 sc BT /F ");
	put_number(content, w.size);
	buffer_puts(content, " Tf\n");
	json_array_foreach (lines, i, line)
		if (ok && json_string_value(line))
			ok = put_text(&w, json_string_value(line));
	buffer_puts(content, "ET");
	if (ok && pdf_font_write(&u->file, font, &w.font, u->sign->fonts,
				 FACE_REGULAR))
		ok = sign_refuse(u->sign, REFUSED_LIMIT, NULL);
out:
	pdf_font_free(&w.font);
	arena_free(&w.arena);
	return ok;
}

/* 3. What draws it */

/* The turn that makes it upright as it is seen. */
static const char *matrix_of(int rotate)
{
	switch (rotate) {
	case 90:
		return "0 1 -1 0 0 0";
	case 180:
		return "-1 0 0 -1 0 0";
	case 270:
		return "0 -1 1 0 0 0";
	default:
		return "1 0 0 1 0 0";
	}
}

static void write_form(struct update *u, unsigned int number,
		       const struct seen_page *seen, const double place[4],
		       const struct buffer *resources,
		       const struct buffer *content)
{
	struct buffer entries = { 0 };

	buffer_puts(&entries, "/Type/XObject/Subtype/Form/BBox[0 0 ");
	put_numbers(&entries, place + 2, 2);
	buffer_printf(&entries, "]/Matrix[%s]/Resources<<",
		      matrix_of(seen->rotate));
	buffer_put(&entries, resources->data, resources->len);
	buffer_puts(&entries, ">>");
	buffer_put(&entries, "", 1);
	u->file.out.failed |=
		entries.failed || resources->failed || content->failed;
	if (!entries.failed)
		pdf_stream(&u->file, number, (const char *)entries.data,
			   content->data, content->len);
	buffer_free(&entries);
}

/* Draws the image in the middle of its place. */
static bool draw_picture(struct update *u, unsigned int colours,
			 const double place[4], struct buffer *resources,
			 struct buffer *content)
{
	double ratio, width = place[2], height = place[3];
	unsigned int picture = picture_write(u, colours, width, height, &ratio);
	double matrix[6] = { 0 };

	if (!picture)
		return false;
	if (width > height * ratio)
		width = height * ratio;
	else
		height = width / ratio;
	matrix[0] = width;
	matrix[3] = height;
	matrix[4] = (place[2] - width) / 2;
	matrix[5] = (place[3] - height) / 2;
	buffer_puts(content, "q ");
	put_numbers(content, matrix, 6);
	buffer_puts(content, "cm /I Do Q\n");
	buffer_printf(resources, "/XObject<</I %u 0 R>>", picture);
	return true;
}

static bool draw(struct update *u, const double place[4],
		 struct buffer *resources, struct buffer *content)
{
	const json_t *request = u->sign->request;
	unsigned int colours, font;
	bool ok = true;

	/* No colour of a device's own: PDF/A permits one kind of them only,
	 * and which depends on the file. */
	colours = pdf_reserve(&u->file, 1);
	pdf_write_srgb(&u->file, colours);
	buffer_printf(resources, "/ColorSpace<</C[/ICCBased %u 0 R]>>",
		      colours);
	if (u->sign->image.len)
		ok = draw_picture(u, colours, place, resources, content);
	if (ok && json_array_size(json_object_get(request, "lines")) > 0) {
		font = pdf_reserve(&u->file, 1);
		buffer_printf(resources, "/Font<</F %u 0 R>>", font);
		ok = write_text(u, place, content, font);
	}
	return ok;
}

bool look_write(struct update *u, qpdf_oh page, struct look *look)
{
	const bool shows = number_of(u->sign->request, "page") > 0;
	struct buffer resources = { 0 }, content = { 0 };
	struct seen_page seen = { .unit = 1 };
	double place[4] = { 0 };
	bool ok = true;

	*look = (struct look){ 0 };
	look->form = pdf_reserve(&u->file, 1);
	if (shows) {
		ok = page_seen(u->pdf, page, &seen) ||
		     sign_refuse(u->sign, REFUSED_BROKEN, NULL);
		ok = ok && find_place(u, &seen, place) &&
		     draw(u, place, &resources, &content);
		if (ok)
			place_rect(&seen, place, look->rect);
	}
	if (ok)
		write_form(u, look->form, &seen, place, &resources, &content);
	buffer_free(&resources);
	buffer_free(&content);
	return ok;
}
