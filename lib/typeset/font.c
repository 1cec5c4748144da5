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

#include "base/buffer.h"
#include "base/i18n.h"
#include "base/library.h"
#include "base/soname.h"
#include "base/text.h"

#define HARFBUZZ_SYMBOLS(X)                 \
	X(hb_blob_create_from_file_or_fail) \
	X(hb_blob_destroy)                  \
	X(hb_blob_get_data)                 \
	X(hb_blob_get_length)               \
	X(hb_buffer_add_utf8)               \
	X(hb_buffer_allocation_successful)  \
	X(hb_buffer_create)                 \
	X(hb_buffer_destroy)                \
	X(hb_buffer_get_glyph_infos)        \
	X(hb_buffer_get_glyph_positions)    \
	X(hb_buffer_set_cluster_level)      \
	X(hb_buffer_set_direction)          \
	X(hb_buffer_set_language)           \
	X(hb_buffer_set_script)             \
	X(hb_face_create)                   \
	X(hb_face_destroy)                  \
	X(hb_face_get_glyph_count)          \
	X(hb_face_get_upem)                 \
	X(hb_face_reference_blob)           \
	X(hb_face_reference_table)          \
	X(hb_font_create)                   \
	X(hb_font_destroy)                  \
	X(hb_font_get_face)                 \
	X(hb_font_get_glyph_h_advance)      \
	X(hb_font_get_h_extents)            \
	X(hb_font_get_nominal_glyph)        \
	X(hb_font_set_scale)                \
	X(hb_language_from_string)          \
	X(hb_map_get)                       \
	X(hb_ot_metrics_get_position)       \
	X(hb_ot_name_get_utf8)              \
	X(hb_set_add)                       \
	X(hb_set_clear)                     \
	X(hb_shape)                         \
	X(hb_style_get_value)

#define SUBSET_SYMBOLS(X)                 \
	X(hb_subset_input_create_or_fail) \
	X(hb_subset_input_destroy)        \
	X(hb_subset_input_glyph_set)      \
	X(hb_subset_input_set)            \
	X(hb_subset_input_set_flags)      \
	X(hb_subset_input_unicode_set)    \
	X(hb_subset_plan_create_or_fail)  \
	X(hb_subset_plan_destroy)         \
	X(hb_subset_plan_execute_or_fail) \
	X(hb_subset_plan_old_to_new_glyph_mapping)

LIBRARY(HARFBUZZ_SYMBOLS, harfbuzz, SONAME_HARFBUZZ, "Lays documents out")
LIBRARY(SUBSET_SYMBOLS, subset, SONAME_HARFBUZZ_SUBSET,
	"Embeds fonts in documents")

#define EM 1000

struct font_set {
	hb_font_t *fonts[FACE_COUNT];
};

const char *const font_directories[] = {
	"/usr/share/fonts/truetype/liberation2",
	"/usr/share/fonts/truetype/liberation",
	NULL,
};

static const char *const families[][FACE_COUNT] = {
	{ "LiberationSerif-Regular.ttf", "LiberationSerif-Bold.ttf",
	  "LiberationSerif-Italic.ttf", "LiberationSerif-BoldItalic.ttf" },
	{ "times.ttf", "timesbd.ttf", "timesi.ttf", "timesbi.ttf" },
};

#define N_FAMILIES (sizeof(families) / sizeof(families[0]))

/* True if the face has outlines as TrueType has them: only those are embedded.
 */
static bool is_truetype(hb_face_t *face)
{
	hb_blob_t *glyf =
		sym_hb_face_reference_table(face, HB_TAG('g', 'l', 'y', 'f'));
	bool found = sym_hb_blob_get_length(glyf) > 0;

	sym_hb_blob_destroy(glyf);
	return found && sym_hb_face_get_glyph_count(face) > 0;
}

static int open_face(const char *path, hb_font_t **font, struct error *error)
{
	hb_codepoint_t glyph;
	hb_blob_t *blob = NULL;
	hb_face_t *face = NULL;
	int ret = 0;

	if (access(path, R_OK)) {
		ret = -errno;
		return error_set(
			error, ret,
			_("cannot open the font %s: %s. Install it again, or name another folder under [fonts] in ckstoken.conf"),
			path, strerror(-ret));
	}
	blob = sym_hb_blob_create_from_file_or_fail(path);
	if (blob)
		face = sym_hb_face_create(blob, 0);
	*font = sym_hb_font_create(face);
	sym_hb_font_set_scale(*font, EM, EM);
	/*
	 * Tables are loaded when first asked for, and one that cannot be loaded
	 * counts as empty. Asking for a letter finds that out before a page of
	 * boxes does.
	 */
	if (!face || !is_truetype(face) ||
	    !sym_hb_font_get_nominal_glyph(*font, 'A', &glyph) ||
	    sym_hb_font_get_glyph_h_advance(*font, glyph) <= 0)
		ret = error_set(
			error, -EINVAL,
			_("%s is not a TrueType font; install it again, or name another folder under [fonts] in ckstoken.conf"),
			path);
	sym_hb_face_destroy(face);
	sym_hb_blob_destroy(blob);
	return ret;
}

/* The sentence names every folder, for whoever does not know of them. */
static int set_none_found(struct error *error, const char *const *directories)
{
	struct buffer list = { 0 };
	size_t i;
	int ret = -ENOMEM;

	for (i = 0; directories[i]; i++)
		buffer_printf(&list, "%s%s", i ? ", " : "", directories[i]);
	if (!list.failed)
		ret = error_set(
			error, -ENOENT,
			_("there is no font for documents: neither %s nor %s is in %s; on Debian 12 the package fonts-liberation2 brings one, on Debian 13 fonts-liberation"),
			families[0][FACE_REGULAR], families[1][FACE_REGULAR],
			(const char *)list.data);
	buffer_free(&list);
	return ret;
}

/*
 * Find the files of the first family that can be read. Where none can, those of
 * one that is there, so that opening it says what is wrong.
 */
static int find_family(const char *const *directories, const char **directory,
		       const char *const **files, struct error *error)
{
	size_t dir, family;

	for (dir = 0; directories[dir]; dir++) {
		for (family = 0; family < N_FAMILIES; family++) {
			bool found, there;
			char *path;

			if (asprintf(&path, "%s/%s", directories[dir],
				     families[family][FACE_REGULAR]) < 0)
				return -ENOMEM;
			found = !access(path, R_OK);
			there = found || (errno != ENOENT && errno != ENOTDIR);
			free(path);
			if (found || (there && !*files)) {
				*directory = directories[dir];
				*files = families[family];
			}
			if (found)
				return 0;
		}
	}
	return *files ? 0 : set_none_found(error, directories);
}

int font_set_open(const char *const *directories, struct font_set **set,
		  struct error *error)
{
	const char *const *files = NULL;
	const char *directory = NULL;
	struct font_set *s;
	int i, ret;

	s = calloc(1, sizeof(*s));
	if (!s)
		return -ENOMEM;
	/* It brings the other along. */
	ret = library_load(&subset, error);
	if (!ret)
		ret = library_load(&harfbuzz, error);
	if (!ret)
		ret = find_family(directories ? directories : font_directories,
				  &directory, &files, error);
	for (i = 0; i < FACE_COUNT && !ret; i++) {
		char *path;

		if (asprintf(&path, "%s/%s", directory, files[i]) < 0) {
			ret = -ENOMEM;
			break;
		}
		ret = open_face(path, &s->fonts[i], error);
		free(path);
	}
	if (!ret) {
		*set = s;
		s = NULL;
	}
	font_set_free(&s);
	return ret;
}

void font_set_free(struct font_set **set)
{
	int i;

	if (!*set)
		return;
	for (i = 0; i < FACE_COUNT; i++)
		if ((*set)->fonts[i])
			sym_hb_font_destroy((*set)->fonts[i]);
	free(*set);
	*set = NULL;
}

bool font_has(const struct font_set *set, enum face face, int32_t cp)
{
	hb_codepoint_t glyph;

	return sym_hb_font_get_nominal_glyph(set->fonts[face],
					     (hb_codepoint_t)cp, &glyph);
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

	sym_hb_buffer_add_utf8(buffer, text, (int)len, 0, (int)len);
	sym_hb_buffer_set_direction(buffer, HB_DIRECTION_LTR);
	sym_hb_buffer_set_script(buffer, HB_SCRIPT_LATIN);
	sym_hb_buffer_set_language(buffer,
				   sym_hb_language_from_string("vi", -1));
	sym_hb_buffer_set_cluster_level(buffer,
					HB_BUFFER_CLUSTER_LEVEL_CHARACTERS);
	sym_hb_shape(font, buffer, features,
		     sizeof(features) / sizeof(features[0]));
	return sym_hb_buffer_allocation_successful(buffer);
}

struct glyph *font_shape(const struct font_set *set, enum face face,
			 struct arena *arena, const char *text, size_t len,
			 size_t *n)
{
	/* A buffer for each text: one for all would stay as large as the
	 * longest. */
	hb_buffer_t *buffer = sym_hb_buffer_create();
	const hb_glyph_position_t *at;
	const hb_glyph_info_t *info;
	struct glyph *glyphs = NULL;
	unsigned int i, count;
	size_t end = len;

	if (len > INT_MAX || !shape(set->fonts[face], buffer, text, len)) {
		arena->failed = true;
		goto out;
	}
	info = sym_hb_buffer_get_glyph_infos(buffer, &count);
	at = sym_hb_buffer_get_glyph_positions(buffer, &count);
	glyphs = arena_alloc(arena, (count + (size_t)1) * sizeof(*glyphs));
	if (!glyphs)
		goto out;
	/* Backwards: a glyph's letters end where those of the next begin. */
	for (i = count; i-- > 0;) {
		struct glyph *g = &glyphs[i];

		g->text = text + info[i].cluster;
		g->text_len = (uint16_t)(end - info[i].cluster);
		g->id = (uint16_t)info[i].codepoint;
		g->width = (int16_t)sym_hb_font_get_glyph_h_advance(
			set->fonts[face], info[i].codepoint);
		g->dx = (int16_t)at[i].x_offset;
		g->dy = (int16_t)at[i].y_offset;
		g->face = (uint8_t)face;
		g->advance = at[i].x_advance;
		end = info[i].cluster;
	}
	*n = count;
out:
	sym_hb_buffer_destroy(buffer);
	return glyphs;
}

/* The box round all glyphs, which stands in the head table alone. */
static void read_box(hb_face_t *face, int box[4])
{
	hb_blob_t *head =
		sym_hb_face_reference_table(face, HB_TAG('h', 'e', 'a', 'd'));
	unsigned int i, len, upem = sym_hb_face_get_upem(face);
	const char *data = sym_hb_blob_get_data(head, &len);
	const unsigned int offset = 36;

	for (i = 0; i < 4 && offset + 2 * i + 1 < len; i++) {
		const unsigned char *p =
			(const unsigned char *)data + offset + (size_t)2 * i;
		int v = (int16_t)(p[0] << 8 | p[1]);

		box[i] = v * EM / (int)upem;
	}
	sym_hb_blob_destroy(head);
}

void font_metrics(const struct font_set *set, enum face face,
		  struct font_metrics *metrics)
{
	hb_font_t *font = set->fonts[face];
	hb_face_t *hb = sym_hb_font_get_face(font);
	unsigned int size = sizeof(metrics->name);
	hb_position_t cap = 0;
	hb_font_extents_t extents = { 0 };

	*metrics = (struct font_metrics){ 0 };
	sym_hb_font_get_h_extents(font, &extents);
	sym_hb_ot_metrics_get_position(font, HB_OT_METRICS_TAG_CAP_HEIGHT,
				       &cap);
	metrics->ascent = extents.ascender;
	metrics->descent = extents.descender;
	metrics->cap_height = cap;
	metrics->slant =
		(int)sym_hb_style_get_value(font, HB_STYLE_TAG_SLANT_ANGLE);
	read_box(hb, metrics->box);
	sym_hb_ot_name_get_utf8(hb, HB_OT_NAME_ID_POSTSCRIPT_NAME,
				HB_LANGUAGE_INVALID, &size, metrics->name);
}

/* The one letter that @g is the font's plain glyph of, or -1. */
static int32_t letter_of(hb_font_t *font, const struct glyph *g)
{
	hb_codepoint_t id;
	int32_t cp;

	if (!g->text_len ||
	    text_decode(g->text, g->text_len, &cp) != g->text_len)
		return -1;
	return sym_hb_font_get_nominal_glyph(font, (hb_codepoint_t)cp, &id) &&
			       id == g->id
		       ? cp
		       : -1;
}

/*
 * By their letters glyphs are found in an eighth of the time, for HarfBuzz
 * looks for the letters of each glyph in the whole font; but for one that has
 * no letter of its own.
 */
static void add_glyphs(hb_subset_input_t *input, hb_font_t *font,
		       const struct glyph *const *glyphs, size_t n)
{
	hb_set_t *letters = sym_hb_subset_input_unicode_set(input);
	size_t i;

	for (i = 0; i < n; i++) {
		int32_t cp;

		if (!glyphs[i])
			continue;
		cp = letter_of(font, glyphs[i]);
		if (cp < 0)
			break;
		sym_hb_set_add(letters, (hb_codepoint_t)cp);
	}
	if (i == n)
		return;
	sym_hb_set_clear(letters);
	for (i = 0; i < n; i++)
		sym_hb_set_add(sym_hb_subset_input_glyph_set(input),
			       glyphs[i] ? glyphs[i]->id : 0);
}

static hb_subset_input_t *
subset_input(hb_font_t *font, const struct glyph *const *glyphs, size_t n)
{
	/* Shaping is done, and tables that serve it are dead weight in a file.
	 */
	static const hb_tag_t dropped[] = {
		HB_TAG('G', 'S', 'U', 'B'), HB_TAG('G', 'P', 'O', 'S'),
		HB_TAG('G', 'D', 'E', 'F'), HB_TAG('k', 'e', 'r', 'n'),
		HB_TAG('O', 'S', '/', '2'), HB_TAG('n', 'a', 'm', 'e'),
		HB_TAG('p', 'o', 's', 't'), HB_TAG('c', 'm', 'a', 'p'),
		HB_TAG('F', 'F', 'T', 'M'), HB_TAG('m', 'e', 't', 'a'),
	};
	hb_subset_input_t *input = sym_hb_subset_input_create_or_fail();
	size_t i;

	if (!input)
		return NULL;
	sym_hb_subset_input_set_flags(input, HB_SUBSET_FLAGS_NO_HINTING);
	add_glyphs(input, font, glyphs, n);
	for (i = 0; i < sizeof(dropped) / sizeof(dropped[0]); i++)
		sym_hb_set_add(sym_hb_subset_input_set(
				       input, HB_SUBSET_SETS_DROP_TABLE_TAG),
			       dropped[i]);
	return input;
}

int font_subset(const struct font_set *set, enum face face,
		const struct glyph *const *glyphs, size_t n, uint16_t *ids,
		unsigned char **data, size_t *len)
{
	hb_subset_input_t *input = subset_input(set->fonts[face], glyphs, n);
	hb_subset_plan_t *plan = NULL;
	hb_face_t *cut = NULL;
	hb_blob_t *blob = NULL;
	unsigned int size = 0;
	const hb_map_t *map;
	const char *bytes;
	int ret = -ENOMEM;
	size_t i;

	if (input)
		plan = sym_hb_subset_plan_create_or_fail(
			sym_hb_font_get_face(set->fonts[face]), input);
	if (plan)
		cut = sym_hb_subset_plan_execute_or_fail(plan);
	/* A table the subsetter cannot keep is left out without a word. */
	if (!cut || !is_truetype(cut))
		goto out;
	blob = sym_hb_face_reference_blob(cut);
	bytes = sym_hb_blob_get_data(blob, &size);
	map = sym_hb_subset_plan_old_to_new_glyph_mapping(plan);
	*data = size ? malloc(size) : NULL;
	if (!*data)
		goto out;
	memcpy(*data, bytes, size);
	*len = size;
	for (i = 0; i < n; i++)
		ids[i] = (uint16_t)sym_hb_map_get(map, glyphs[i] ? glyphs[i]->id
								 : 0);
	ret = 0;
out:
	sym_hb_blob_destroy(blob);
	sym_hb_face_destroy(cut);
	sym_hb_subset_plan_destroy(plan);
	sym_hb_subset_input_destroy(input);
	return ret;
}
