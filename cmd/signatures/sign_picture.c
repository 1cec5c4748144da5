/* SPDX-License-Identifier: LGPL-2.1-or-later */
/*
 * The image of a signature: a PNG, which may be anybody's, as an image of a PDF
 * with what of it is transparent.
 */
#include <png.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "comparison.h"
#include "sign.h"

#define MAX_SIDE 16384U
#define MAX_PIXELS ((size_t)16 * 1024 * 1024)
/* Finer than any printer is that these are sent to. */
#define DOTS_PER_INCH 600.0
/* Below it a point is left out, where there is nothing between. */
#define LEAST_ALPHA 64
/* A point that is lighter on white is not seen. */
#define LIGHTEST 240

struct picture {
	size_t width, height;
	unsigned char *points; /* red, green, blue and alpha of each */
};

/* 1. What it is */

static bool picture_read(struct sign *s, struct picture *p)
{
	png_image image = { .version = PNG_IMAGE_VERSION };
	char text[64];
	bool ok = false;

	if (s->image.len > SIGNING_IMAGE_MAX) {
		(void)snprintf(text, sizeof(text), "%zu",
			       SIGNING_IMAGE_MAX / ((size_t)1024 * 1024));
		(void)sign_refuse(s, REFUSED_IMAGE_FILE, text);
		goto out;
	}
	if (!png_image_begin_read_from_memory(&image, s->image.data,
					      s->image.len)) {
		(void)sign_refuse(s, REFUSED_IMAGE, image.message);
		goto out;
	}
	if (image.width > MAX_SIDE || image.height > MAX_SIDE ||
	    (size_t)image.width * image.height > MAX_PIXELS) {
		(void)snprintf(text, sizeof(text), "%u x %u", image.width,
			       image.height);
		(void)sign_refuse(s, REFUSED_IMAGE_LARGE, text);
		goto out;
	}
	image.format = PNG_FORMAT_RGBA;
	p->width = image.width;
	p->height = image.height;
	p->points = malloc(4 * p->width * p->height);
	if (!p->points)
		(void)sign_refuse(s, REFUSED_LIMIT, NULL);
	else if (!png_image_finish_read(&image, NULL, p->points, 0, NULL))
		(void)sign_refuse(s, REFUSED_IMAGE, image.message);
	else
		ok = true;
out:
	png_image_free(&image);
	return ok;
}

/* The mean of a square of @n points a side, each by how much of it is seen. */
static void mean(const struct picture *p, size_t x, size_t y, size_t n,
		 unsigned char out[4])
{
	const size_t right = x + n < p->width ? x + n : p->width;
	const size_t bottom = y + n < p->height ? y + n : p->height;
	uint64_t sums[3] = { 0 }, alpha = 0;
	const size_t count = (right - x) * (bottom - y);

	for (size_t j = y; j < bottom; j++) {
		for (size_t i = x; i < right; i++) {
			const unsigned char *at =
				p->points + 4 * (j * p->width + i);

			for (int k = 0; k < 3; k++)
				sums[k] += (uint64_t)at[k] * at[3];
			alpha += at[3];
		}
	}
	for (int k = 0; k < 3; k++)
		out[k] = (unsigned char)(alpha ? sums[k] / alpha : 0);
	out[3] = (unsigned char)(alpha / count);
}

/* Takes of a photograph what will be seen of it. */
static void picture_shrink(struct picture *p, double width, double height)
{
	const double most[] = { width / 72 * DOTS_PER_INCH,
				height / 72 * DOTS_PER_INCH };
	size_t n = 1, x, y, columns, rows;

	/* The side that fills its place is the one that counts. */
	while ((double)p->width / (double)(n + 1) >= most[0] ||
	       (double)p->height / (double)(n + 1) >= most[1])
		n++;
	if (n == 1)
		return;
	columns = (p->width + n - 1) / n;
	rows = (p->height + n - 1) / n;
	/* In place: what is written was read before. */
	for (y = 0; y < rows; y++)
		for (x = 0; x < columns; x++) {
			unsigned char point[4];

			mean(p, x * n, y * n, n, point);
			memcpy(p->points + 4 * (y * columns + x), point, 4);
		}
	p->width = columns;
	p->height = rows;
}

/* NĐ 30/2020/NĐ-CP, Phụ lục I, has them transparent: what is under an image
 * that is not, the letter's own text, nobody can read any more. */
static bool is_opaque(const struct picture *p)
{
	for (size_t i = 0; i < p->width * p->height; i++)
		if (p->points[4 * i + 3] < LEAST_ALPHA)
			return false;
	return true;
}

/* The colour of the point @at as it looks on white paper. */
static unsigned char on_white(const unsigned char *at, int colour)
{
	return (unsigned char)((at[colour] * at[3] + 255 * (255 - at[3])) /
			       255);
}

/* A signature would seem to have a picture, and show none. */
static bool is_clear(const struct picture *p, int least_alpha)
{
	for (size_t i = 0; i < p->width * p->height; i++) {
		const unsigned char *at = p->points + 4 * i;

		for (int k = 0; k < 3; k++)
			if (at[3] >= least_alpha && on_white(at, k) < LIGHTEST)
				return false;
	}
	return true;
}

/* 2. What is written */

/* True if the file may have what is half transparent: not by ISO 19005-1, nor
 * by a later part where nothing says in which colours to mix. */
static bool may_mix(struct update *u)
{
	qpdf_oh intents = get(u->pdf, qpdf_get_root(u->pdf), "/OutputIntents");

	return u->pdfa == 0 || (u->pdfa > 1 && array_size(u->pdf, intents) > 0);
}

/* The share of each point that is seen: its mask. */
static void write_alpha(struct update *u, unsigned int number,
			const struct picture *p, unsigned char *room)
{
	char entries[160];
	size_t n = p->width * p->height;

	for (size_t i = 0; i < n; i++)
		room[i] = p->points[4 * i + 3];
	(void)snprintf(entries, sizeof(entries),
		       "/Type/XObject/Subtype/Image/Width %zu/Height %zu"
		       "/ColorSpace/DeviceGray/BitsPerComponent 8",
		       p->width, p->height);
	pdf_stream(&u->file, number, entries, room, n);
}

/* Which points are seen at all. */
static void write_mask(struct update *u, unsigned int number,
		       const struct picture *p, unsigned char *room)
{
	char entries[160];
	size_t row = (p->width + 7) / 8;

	memset(room, 0, row * p->height);
	for (size_t y = 0; y < p->height; y++)
		for (size_t x = 0; x < p->width; x++)
			if (p->points[4 * (y * p->width + x) + 3] < LEAST_ALPHA)
				room[y * row + x / 8] |=
					(unsigned char)(0x80 >> x % 8);
	(void)snprintf(entries, sizeof(entries),
		       "/Type/XObject/Subtype/Image/Width %zu/Height %zu"
		       "/ImageMask true/BitsPerComponent 1",
		       p->width, p->height);
	pdf_stream(&u->file, number, entries, room, row * p->height);
}

/* On white, where nothing is half transparent. */
static void write_colours(struct update *u, unsigned int number,
			  const struct picture *p, unsigned char *room,
			  const char *more, bool is_flat)
{
	char entries[240];
	size_t n = p->width * p->height;

	for (size_t i = 0; i < n; i++) {
		const unsigned char *at = p->points + 4 * i;

		for (int k = 0; k < 3; k++)
			room[3 * i + (size_t)k] =
				is_flat ? on_white(at, k) : at[k];
	}
	(void)snprintf(entries, sizeof(entries),
		       "/Type/XObject/Subtype/Image/Width %zu/Height %zu%s",
		       p->width, p->height, more);
	pdf_stream(&u->file, number, entries, room, 3 * n);
}

bool picture_fits(struct sign *s)
{
	struct picture p = { 0 };
	bool fits = picture_read(s, &p);

	if (fits && is_opaque(&p))
		fits = sign_refuse(s, REFUSED_IMAGE_OPAQUE, NULL);
	else if (fits && is_clear(&p, 1))
		fits = sign_refuse(s, REFUSED_IMAGE_CLEAR, NULL);
	free(p.points);
	return fits;
}

unsigned int picture_write(struct update *u, unsigned int colours, double width,
			   double height, double *ratio)
{
	unsigned int number = 0, alpha;
	const bool mixes = may_mix(u);
	struct picture p = { 0 };
	unsigned char *room = NULL;
	char more[120];

	if (!picture_read(u->sign, &p))
		goto out;
	if (is_opaque(&p)) {
		(void)sign_refuse(u->sign, REFUSED_IMAGE_OPAQUE, NULL);
		goto out;
	}
	*ratio = (double)p.width / (double)p.height;
	picture_shrink(&p, width, height);
	/* The mean of scattered points may be nothing. */
	if (is_clear(&p, mixes ? 1 : LEAST_ALPHA)) {
		(void)sign_refuse(u->sign, REFUSED_IMAGE_CLEAR, NULL);
		goto out;
	}
	room = malloc(3 * p.width * p.height);
	if (!room) {
		(void)sign_refuse(u->sign, REFUSED_LIMIT, NULL);
		goto out;
	}
	alpha = pdf_reserve(&u->file, 1);
	number = pdf_reserve(&u->file, 1);
	(void)snprintf(more, sizeof(more),
		       "/ColorSpace[/ICCBased %u 0 R]/BitsPerComponent 8"
		       "/%s %u 0 R",
		       colours, mixes ? "SMask" : "Mask", alpha);
	if (mixes)
		write_alpha(u, alpha, &p, room);
	else
		write_mask(u, alpha, &p, room);
	write_colours(u, number, &p, room, more, !mixes);
out:
	free(room);
	free(p.points);
	return number;
}
