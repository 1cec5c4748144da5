/* SPDX-License-Identifier: LGPL-2.1-or-later */
/*
 * What a signature shows, and where, by NĐ 30/2020/NĐ-CP, Phụ lục I: a person's
 * the picture of the hand's between title and name; an agency's that of the
 * seal over the left third of it; of copies and annexes a text in the upper
 * right corner of the first page.
 */
#include <ctype.h>
#include <errno.h>
#include <math.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include "base/date.h"
#include "base/error.h"
#include "base/path.h"
#include "input/dossier.h"
#include "input/signing.h"
#include "message.h"
#include "register/names.h"
#include "sign.h"
#include "verify.h"

#define POINTS(mm) ((mm)*72 / 25.4)

/* A round seal is of 36 mm at most, as agencies have it. */
#define SEAL_SIZE POINTS(36)

/* The corner of a copy or annex: within the upper margin of the decree, and as
 * far from the edge as its text. */
#define CORNER_TOP POINTS(4)
#define CORNER_HEIGHT POINTS(15)
#define CORNER_RIGHT POINTS(15)

#define PNG_SIGNATURE "\x89PNG\r\n\x1a\n"

/* 1. The picture */

/* The setting for it, or the option, which goes before. */
static const char *image_path(const struct sign *s)
{
	const struct config *config = &s->globals->config;

	if (s->options->invisible)
		return NULL;
	if (s->options->image)
		return s->options->image;
	if (s->as == SIGN_PERSON)
		return config->sign_image;
	return s->as == SIGN_SEAL ? config->sign_seal : NULL;
}

static int look_at_image(const char *path, const struct buffer *image,
			 struct error *error)
{
	struct error why = { 0 };
	int ret = signing_look_at_image(image->data, image->len, &why);

	if (ret)
		ret = error_set(error, ret, "%s: %s", path,
				error_text(&why, ret));
	error_free(&why);
	return ret;
}

int sign_image_read(const char *path, struct buffer *image, struct error *error)
{
	struct error who = { 0 };
	unsigned char bytes[65536];
	ssize_t n = 0;
	int ret = 0, fd = path_open_file(path, false, &who);

	while (fd >= 0 && image->len <= SIGNING_IMAGE_MAX &&
	       (n = read(fd, bytes, sizeof(bytes))) > 0)
		buffer_put(image, bytes, (size_t)n);
	if (fd < 0 || n < 0)
		ret = fd < 0 ? fd : -errno;
	if (fd >= 0)
		close(fd);
	if (ret)
		ret = error_set(error, ret, "%s: %s", path,
				error_text(&who, ret));
	else if (image->failed)
		ret = -ENOMEM;
	else if (image->len > SIGNING_IMAGE_MAX)
		ret = error_set(error, -EFBIG,
				_("%s: it is larger than %d MiB"), path,
				(int)(SIGNING_IMAGE_MAX >> 20));
	else if (image->len < strlen(PNG_SIGNATURE) ||
		 memcmp(image->data, PNG_SIGNATURE, strlen(PNG_SIGNATURE)) != 0)
		ret = error_set(
			error, -EINVAL,
			_("%s: it is no PNG file, and the picture of a signature is one (Decree 30/2020/NĐ-CP, Appendix I)"),
			path);
	else
		/* It is to be known before a PIN is asked for. */
		ret = look_at_image(path, image, error);
	error_free(&who);
	return ret;
}

int sign_read_image(struct sign *s)
{
	const char *path = image_path(s);
	struct error error = { 0 };
	int ret = path ? sign_image_read(path, &s->image, &error) : 0;

	if (ret == -ENOMEM)
		return print_no_memory();
	if (ret)
		print_error("%s", error_text(&error, ret));
	error_free(&error);
	if (ret == -ENOEXEC)
		return EXIT_DEVICE;
	return ret ? EXIT_BAD_INPUT : 0;
}

/* 2. The text */

static const char *copy_words(const struct sign *s)
{
	const char *form = s->options->copy_form;

	if (form && strcmp(form, "sao-luc") == 0)
		return "Sao lục";
	if (form && strcmp(form, "trich-sao") == 0)
		return "Trích sao";
	return "Sao y";
}

/* The decree wants day, month and year, then hour, minute and second, and the
 * zone as ISO 8601 writes it. */
static int put_time(char **line, time_t time)
{
	struct tm tm = date_tm(time);

	return asprintf(line, "%02d/%02d/%04d %02d:%02d:%02d +07:00",
			tm.tm_mday, tm.tm_mon + 1, tm.tm_year + 1900,
			tm.tm_hour, tm.tm_min, tm.tm_sec);
}

size_t sign_lines(const struct sign *s, time_t time,
		  char *lines[SIGN_LINES_MAX])
{
	const char *agency =
		dossier_text(s->globals->config.facts, "agency.name");
	size_t n = 0;
	bool failed = false;

	if (s->as == SIGN_COPY) {
		lines[n++] = strdup(copy_words(s));
		lines[n++] =
			strdup(agency[0] ? agency : cks_cert_name(s->cert));
		failed = !lines[0] || !lines[1];
	} else {
		failed =
			asprintf(&lines[n++], "Số: %s", s->options->number) < 0;
	}
	if (!failed)
		failed = put_time(&lines[n], time) < 0;
	if (!failed)
		return n + 1;
	while (n > 0)
		free(lines[--n]);
	return 0;
}

/* 3. The place */

struct size {
	double width, height;
};

/* The page as it is seen; false where there is none of that number. */
static bool size_of_page(const struct sign_document *d, unsigned int page,
			 struct size *size)
{
	const json_t *one = json_array_get(json_object_get(d->look, "pages"),
					   (size_t)page - 1);

	*size = (struct size){
		json_number_value(json_object_get(one, "width")),
		json_number_value(json_object_get(one, "height")),
	};
	return page > 0 && one;
}

/* "1,120.5,200,40,15": a page, -1 being the last, and millimetres from the
 * left and the upper edge of the page as it is seen. */
static int parse_at(const struct sign *s, struct sign_document *d)
{
	size_t n_pages = json_array_size(json_object_get(d->look, "pages"));
	const char *at = s->options->at, *c = at;
	double values[5];
	struct size size;
	char *end;
	long page;

	for (size_t i = 0; i < 5; i++) {
		values[i] = strtod(c, &end);
		if (end == c || !isfinite(values[i]) ||
		    fabs(values[i]) > 100000 || *end != (i < 4 ? ',' : '\0'))
			goto wrong;
		c = end + 1;
	}
	page = (long)values[0];
	if ((double)page != values[0] || page == 0 || values[1] < 0 ||
	    values[2] < 0 || values[3] <= 0 || values[4] <= 0)
		goto wrong;
	if (page < 0)
		page += (long)n_pages + 1;
	if (page < 1 || !size_of_page(d, (unsigned int)page, &size)) {
		print_error(Q_("--at %s: %s has %zu page",
			       "--at %s: %s has %zu pages", n_pages),
			    at, d->name, n_pages);
		return EXIT_USAGE;
	}
	d->place = (struct sign_place){
		.page = (unsigned int)page,
		.x = POINTS(values[1]),
		.y = size.height - POINTS(values[2]) - POINTS(values[4]),
		.width = POINTS(values[3]),
		.height = POINTS(values[4]),
	};
	if (d->place.y >= 0 && d->place.x + d->place.width <= size.width)
		return 0;
	print_error(
		_("--at %s: page %ld of %s is %.0f mm wide and %.0f mm high, and the place is not on it"),
		at, page, d->name, size.width * 25.4 / 72,
		size.height * 25.4 / 72);
	return EXIT_USAGE;
wrong:
	print_error(
		_("--at takes PAGE,X,Y,W,H: the page, -1 being the last, and in millimetres how far from its left and upper edge, how wide and how high; not \"%s\""),
		at);
	return EXIT_USAGE;
}

/* The room that a line takes at most: of Times, small letters have half the
 * size of type on average, and capitals and accented ones less than three
 * quarters of it. */
static double width_of(const char *line)
{
	double width = 0;

	for (const unsigned char *c = (const unsigned char *)line; *c; c++)
		if ((*c & 0xC0) != 0x80)
			width += SIGN_TYPE_SIZE *
				 (*c >= 0x80 || isupper(*c) ? 0.74 : 0.54);
	return width;
}

static int put_corner(const struct sign *s, struct sign_document *d)
{
	char *lines[SIGN_LINES_MAX];
	size_t n = sign_lines(s, s->globals->now, lines);
	struct size size;
	double width = 0;

	if (n == 0)
		return print_no_memory();
	while (n-- > 0) {
		width = fmax(width, width_of(lines[n]));
		free(lines[n]);
	}
	if (!size_of_page(d, 1, &size))
		return 0;
	d->place = (struct sign_place){
		.page = 1,
		.x = fmax(size.width - CORNER_RIGHT - width, 0),
		.y = size.height - CORNER_TOP - CORNER_HEIGHT,
		.width = fmin(width, size.width),
		.height = CORNER_HEIGHT,
	};
	return 0;
}

/* The room between title and name that the document notes: of the holder of the
 * certificate, or the only one. An agency's is beside that of the last person
 * who signs. */
static const json_t *find_room(const struct sign *s,
			       const struct sign_document *d)
{
	const json_t *signers = json_object_get(d->look, "signers"), *one;
	size_t n = json_array_size(signers), i;

	json_array_foreach (signers, i, one) {
		const char *name = verify_text(one, "name");

		if (s->as == SIGN_PERSON && name[0] &&
		    names_same_person(name, cks_cert_name(s->cert)))
			return one;
	}
	if (s->as == SIGN_PERSON)
		return n == 1 ? json_array_get(signers, 0) : NULL;
	return n > 0 ? json_array_get(signers, n - 1) : NULL;
}

static void put_room(const struct sign *s, struct sign_document *d,
		     const json_t *room)
{
	struct sign_place p = {
		.page = (unsigned int)json_integer_value(
			json_object_get(room, "page")),
		.x = json_number_value(json_object_get(room, "x")),
		.y = json_number_value(json_object_get(room, "y")),
		.width = json_number_value(json_object_get(room, "width")),
		.height = json_number_value(json_object_get(room, "height")),
	};

	if (s->as == SIGN_SEAL) {
		p.x += p.width / 3 - SEAL_SIZE;
		p.y += (p.height - SEAL_SIZE) / 2;
		p.width = p.height = SEAL_SIZE;
		if (p.x < 0)
			p.x = 0;
		if (p.y < 0)
			p.y = 0;
	}
	d->place = p;
}

int sign_find_place(const struct sign *s, struct sign_document *d)
{
	bool is_text = s->as == SIGN_COPY || s->as == SIGN_ANNEX;
	const json_t *room;

	d->place.page = 0;
	if (s->options->invisible)
		return 0;
	if (s->image.len == 0 && !is_text) {
		if (s->options->at) {
			print_error(_(
				"--at is the place of a picture, and there is none: name one by --image, or in [sign] of the configuration"));
			return EXIT_USAGE;
		}
		return 0;
	}
	if (s->options->at)
		return parse_at(s, d);
	if (is_text)
		return put_corner(s, d);
	room = find_room(s, d);
	if (room) {
		put_room(s, d, room);
		return 0;
	}
	print_error(
		_("where the picture of the signature stands on %s is not known: give its place by --at PAGE,X,Y,W,H, or sign without a picture by --invisible. Nothing was sent to the token"),
		d->name);
	return EXIT_USAGE;
}
