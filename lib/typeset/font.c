/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include "font.h"

#include <errno.h>
#include <hb-ot.h>
#include <hb-subset.h>
#include <hb.h>
#include <limits.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "base/i18n.h"

#define EM 1000

struct font_set {
	hb_font_t *fonts[FACE_COUNT];
};

static const char *const families[][FACE_COUNT] = {
	{ "LiberationSerif-Regular.ttf", "LiberationSerif-Bold.ttf",
	  "LiberationSerif-Italic.ttf", "LiberationSerif-BoldItalic.ttf" },
	{ "times.ttf", "timesbd.ttf", "timesi.ttf", "timesbi.ttf" },
};

#define N_FAMILIES (sizeof(families) / sizeof(families[0]))

/* Glyph outlines as TrueType has them are all that the writers embed. */
static bool is_truetype(hb_face_t *face)
{
	hb_blob_t *glyf =
		hb_face_reference_table(face, HB_TAG('g', 'l', 'y', 'f'));
	bool found = hb_blob_get_length(glyf) > 0;

	hb_blob_destroy(glyf);
	return found && hb_face_get_glyph_count(face) > 0;
}

/*
 * Tables are loaded when first asked for, and one that cannot be counts as
 * empty. Asking for a letter finds that out before a page of boxes does.
 */
static bool has_letters(hb_font_t *font)
{
	hb_codepoint_t glyph;

	return hb_font_get_nominal_glyph(font, 'A', &glyph) &&
	       hb_font_get_glyph_h_advance(font, glyph) > 0;
}

static int open_face(const char *path, hb_font_t **font, char *why, size_t size)
{
	hb_blob_t *blob = NULL;
	hb_face_t *face = NULL;
	int ret = 0;

	if (access(path, R_OK)) {
		ret = -errno;
		(void)snprintf(why, size, _("cannot open the font %s: %s"),
			       path, strerror(-ret));
		return ret;
	}
	blob = hb_blob_create_from_file_or_fail(path);
	if (blob)
		face = hb_face_create(blob, 0);
	*font = hb_font_create(face);
	hb_font_set_scale(*font, EM, EM);
	if (!face || !is_truetype(face) || !has_letters(*font)) {
		(void)snprintf(why, size, _("%s is not a TrueType font"), path);
		ret = -EINVAL;
	}
	hb_face_destroy(face);
	hb_blob_destroy(blob);
	return ret;
}

static char *face_path(const char *dir, const char *file)
{
	char *path;

	return asprintf(&path, "%s/%s", dir, file) < 0 ? NULL : path;
}

static size_t find_family(const char *dir)
{
	size_t i, found = 0;

	for (i = 0; i < N_FAMILIES; i++) {
		char *path = face_path(dir, families[i][FACE_REGULAR]);

		if (path && !access(path, R_OK)) {
			found = i;
			i = N_FAMILIES;
		}
		free(path);
	}
	return found;
}

int font_set_open(const char *dir, struct font_set **set, char *why,
		  size_t size)
{
	const char *const *files;
	struct font_set *s;
	char *path = NULL;
	int i, ret = 0;

	if (!dir || !*dir)
		dir = FONT_DIRECTORY;
	files = families[find_family(dir)];
	s = calloc(1, sizeof(*s));
	if (!s)
		goto memory;
	for (i = 0; i < FACE_COUNT; i++) {
		free(path);
		path = face_path(dir, files[i]);
		if (!path)
			goto memory;
		ret = open_face(path, &s->fonts[i], why, size);
		if (ret)
			goto out;
	}
	*set = s;
	s = NULL;
	goto out;
memory:
	(void)snprintf(why, size, "%s", _("out of memory"));
	ret = -ENOMEM;
out:
	free(path);
	font_set_free(&s);
	return ret;
}

void font_set_free(struct font_set **set)
{
	int i;

	if (!*set)
		return;
	for (i = 0; i < FACE_COUNT; i++)
		hb_font_destroy((*set)->fonts[i]);
	free(*set);
	*set = NULL;
}

bool font_has(const struct font_set *set, enum face face, int32_t cp)
{
	hb_codepoint_t glyph;

	return hb_font_get_nominal_glyph(set->fonts[face], (hb_codepoint_t)cp,
					 &glyph);
}

static bool shape(hb_font_t *font, hb_buffer_t *buffer, const char *text,
		  size_t len)
{
	/* Kerning is off as in the letters agencies type. */
	static const hb_feature_t features[] = {
		{ HB_TAG('l', 'i', 'g', 'a'), 0, 0, (unsigned int)-1 },
		{ HB_TAG('c', 'l', 'i', 'g'), 0, 0, (unsigned int)-1 },
		{ HB_TAG('k', 'e', 'r', 'n'), 0, 0, (unsigned int)-1 },
	};

	hb_buffer_add_utf8(buffer, text, (int)len, 0, (int)len);
	hb_buffer_set_direction(buffer, HB_DIRECTION_LTR);
	hb_buffer_set_script(buffer, HB_SCRIPT_LATIN);
	hb_buffer_set_language(buffer, hb_language_from_string("vi", -1));
	hb_buffer_set_cluster_level(buffer, HB_BUFFER_CLUSTER_LEVEL_CHARACTERS);
	hb_shape(font, buffer, features,
		 sizeof(features) / sizeof(features[0]));
	return hb_buffer_allocation_successful(buffer);
}

struct glyph *font_shape(const struct font_set *set, enum face face,
			 struct arena *arena, const char *text, size_t len,
			 size_t *n)
{
	/* One for each text: kept, it would stay as large as the longest. */
	hb_buffer_t *buffer = hb_buffer_create();
	const hb_glyph_position_t *at;
	const hb_glyph_info_t *info;
	struct glyph *glyphs = NULL;
	unsigned int i, count;
	size_t end = len;

	if (len > INT_MAX || !shape(set->fonts[face], buffer, text, len)) {
		arena->failed = true;
		goto out;
	}
	info = hb_buffer_get_glyph_infos(buffer, &count);
	at = hb_buffer_get_glyph_positions(buffer, &count);
	glyphs = arena_alloc(arena, (count + (size_t)1) * sizeof(*glyphs));
	if (!glyphs)
		goto out;
	/* Backwards: a glyph's letters end where those of the next begin. */
	for (i = count; i-- > 0;) {
		struct glyph *g = &glyphs[i];

		g->text = text + info[i].cluster;
		g->text_len = (uint16_t)(end - info[i].cluster);
		g->id = (uint16_t)info[i].codepoint;
		g->width = (int16_t)hb_font_get_glyph_h_advance(
			set->fonts[face], info[i].codepoint);
		g->dx = (int16_t)at[i].x_offset;
		g->dy = (int16_t)at[i].y_offset;
		g->face = (uint8_t)face;
		g->advance = at[i].x_advance;
		end = info[i].cluster;
	}
	*n = count;
out:
	hb_buffer_destroy(buffer);
	return glyphs;
}

/* The box round all glyphs, which only the head table tells. */
static void read_box(hb_face_t *face, int box[4])
{
	hb_blob_t *head =
		hb_face_reference_table(face, HB_TAG('h', 'e', 'a', 'd'));
	unsigned int i, len, upem = hb_face_get_upem(face);
	const char *data = hb_blob_get_data(head, &len);
	const unsigned int offset = 36;

	for (i = 0; i < 4 && offset + 2 * i + 1 < len; i++) {
		const unsigned char *p =
			(const unsigned char *)data + offset + (size_t)2 * i;
		int v = (int16_t)(p[0] << 8 | p[1]);

		box[i] = v * EM / (int)upem;
	}
	hb_blob_destroy(head);
}

void font_metrics(const struct font_set *set, enum face face,
		  struct font_metrics *metrics)
{
	hb_font_t *font = set->fonts[face];
	hb_face_t *hb = hb_font_get_face(font);
	unsigned int size = sizeof(metrics->name);
	hb_position_t cap = 0;
	hb_font_extents_t extents = { 0 };

	*metrics = (struct font_metrics){ 0 };
	hb_font_get_h_extents(font, &extents);
	hb_ot_metrics_get_position(font, HB_OT_METRICS_TAG_CAP_HEIGHT, &cap);
	metrics->ascent = extents.ascender;
	metrics->descent = extents.descender;
	metrics->cap_height = cap;
	metrics->slant =
		(int)hb_style_get_value(font, HB_STYLE_TAG_SLANT_ANGLE);
	read_box(hb, metrics->box);
	hb_ot_name_get_utf8(hb, HB_OT_NAME_ID_POSTSCRIPT_NAME,
			    HB_LANGUAGE_INVALID, &size, metrics->name);
}

static hb_subset_input_t *subset_input(const uint16_t *ids, size_t n)
{
	/* Shaping is done: what helps it is dead weight in a document. */
	static const hb_tag_t dropped[] = {
		HB_TAG('G', 'S', 'U', 'B'), HB_TAG('G', 'P', 'O', 'S'),
		HB_TAG('G', 'D', 'E', 'F'), HB_TAG('k', 'e', 'r', 'n'),
		HB_TAG('O', 'S', '/', '2'), HB_TAG('n', 'a', 'm', 'e'),
		HB_TAG('p', 'o', 's', 't'), HB_TAG('c', 'm', 'a', 'p'),
		HB_TAG('F', 'F', 'T', 'M'), HB_TAG('m', 'e', 't', 'a'),
	};
	hb_subset_input_t *input = hb_subset_input_create_or_fail();
	size_t i;

	if (!input)
		return NULL;
	hb_subset_input_set_flags(input, HB_SUBSET_FLAGS_NO_HINTING);
	for (i = 0; i < n; i++)
		hb_set_add(hb_subset_input_glyph_set(input), ids[i]);
	for (i = 0; i < sizeof(dropped) / sizeof(dropped[0]); i++)
		hb_set_add(hb_subset_input_set(input,
					       HB_SUBSET_SETS_DROP_TABLE_TAG),
			   dropped[i]);
	return input;
}

int font_subset(const struct font_set *set, enum face face, uint16_t *ids,
		size_t n, unsigned char **data, size_t *len)
{
	hb_subset_input_t *input = subset_input(ids, n);
	hb_subset_plan_t *plan = NULL;
	hb_face_t *cut = NULL;
	hb_blob_t *blob = NULL;
	unsigned int size = 0;
	const hb_map_t *map;
	const char *bytes;
	int ret = -ENOMEM;
	size_t i;

	if (input)
		plan = hb_subset_plan_create_or_fail(
			hb_font_get_face(set->fonts[face]), input);
	if (plan)
		cut = hb_subset_plan_execute_or_fail(plan);
	/* A table the subsetter cannot keep is left out without a word. */
	if (!cut || !is_truetype(cut))
		goto out;
	blob = hb_face_reference_blob(cut);
	bytes = hb_blob_get_data(blob, &size);
	map = hb_subset_plan_old_to_new_glyph_mapping(plan);
	*data = size ? malloc(size) : NULL;
	if (!*data)
		goto out;
	memcpy(*data, bytes, size);
	*len = size;
	for (i = 0; i < n; i++)
		ids[i] = (uint16_t)hb_map_get(map, ids[i]);
	ret = 0;
out:
	hb_blob_destroy(blob);
	hb_face_destroy(cut);
	hb_subset_plan_destroy(plan);
	hb_subset_input_destroy(input);
	return ret;
}
