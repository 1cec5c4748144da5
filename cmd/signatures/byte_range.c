/* SPDX-License-Identifier: LGPL-2.1-or-later */
/*
 * The revisions of a file, and whether a signature covers all of it up to the
 * end of one, but for its own bytes. A hole that is larger, or elsewhere, is
 * where a forger puts another document; and of a range that ends between two
 * ends nobody knows what it shows.
 */
#include <stdlib.h>
#include <string.h>

#include "comparison.h"

/* A book of some thousand pages has so many. */
#define MAX_OBJECTS ((size_t)500000)

/* 1. Revisions */

bool revision_open(struct revision *r, const struct bytes *file, size_t len)
{
	const struct bytes part = { file->data, len };
	QPDF_ERROR_CODE code;

	*r = (struct revision){ .len = len };
	places_read(&r->places, &part, 0, MAX_OBJECTS, false);
	r->pdf = qpdf_init();
	if (!r->pdf)
		return false;
	qpdf_silence_errors(r->pdf);
	qpdf_set_suppress_warnings(r->pdf, QPDF_TRUE);
	qpdf_set_attempt_recovery(r->pdf, QPDF_FALSE);
	/* It reads them where they are mapped, and copies nothing. */
	code = qpdf_read_memory(r->pdf, "-", (const char *)part.data, part.len,
				NULL);
	return !(code & QPDF_ERRORS) && !r->places.failed;
}

void revision_close(struct revision *r)
{
	if (r->pdf) {
		/* qpdf would print an error for which nobody has asked. */
		(void)qpdf_get_error(r->pdf);
		qpdf_cleanup(&r->pdf);
	}
	places_free(&r->places);
}

bool bytes_are_blank(const unsigned char *at, const unsigned char *end)
{
	for (; at < end; at++)
		if (*at != '\n' && *at != '\r' && *at != ' ' && *at != '\0')
			return false;
	return true;
}

size_t revision_end(const struct bytes *file, size_t from)
{
	const unsigned char *at = file->data + from;
	const unsigned char *end = file->data + file->len;

	at = memmem(at, (size_t)(end - at), "%%EOF", 5);
	if (!at)
		return file->len;
	at += 5;
	if (at < end && *at == '\r')
		at++;
	if (at < end && *at == '\n')
		at++;
	return bytes_are_blank(at, end) ? file->len : (size_t)(at - file->data);
}

/* 2. Files with two tables */

/* A file that has more such tables than this was made to keep us busy. */
#define MAX_STREAMS 8

static bool same_place(const struct place *a, const struct place *b)
{
	return (!a && !b) ||
	       (a && b && a->generation == b->generation &&
		a->container == b->container && a->offset == b->offset);
}

/*
 * True if all that is shown is in one place by the tables of both kinds, by
 * those alone that are no streams, and by the stream at @stream alone, which
 * the revision that ends at @end names: programs differ in which of them they
 * believe. What a later revision has anew is told by that.
 */
static bool shows_one(const struct comparison *c, size_t end, size_t stream)
{
	const struct bytes part = { c->doc->file.data, end };
	struct revision both = { 0 }, plain = { 0 }, alone = { 0 };
	bool one;

	places_read(&both.places, &part, 0, MAX_OBJECTS, false);
	places_read(&plain.places, &part, 0, MAX_OBJECTS, true);
	places_read(&alone.places, &part, stream, MAX_OBJECTS, false);
	one = !both.places.failed && !plain.places.failed &&
	      !alone.places.failed;
	for (int id = 1; id < c->n_roles && one; id++) {
		const struct place *place = place_of(&both, id);

		if (c->reached[id] && same_place(place, place_of(c->old, id)))
			one = same_place(place, place_of(&plain, id)) &&
			      same_place(place, place_of(&alone, id));
	}
	places_free(&both.places);
	places_free(&plain.places);
	places_free(&alone.places);
	return one;
}

bool tables_agree(const struct signed_pdf *doc)
{
	static const char name[] = "/XRefStm";
	const unsigned char *at = doc->file.data, *end = at + doc->file.len;
	struct comparison c = { .doc = doc, .old = &doc->whole };
	size_t n = bytes_count(&doc->file, name);
	bool agree = n == 0 || (n <= MAX_STREAMS && comparison_begin(&c));

	while (agree && !c.is_limited &&
	       (at = memmem(at, (size_t)(end - at), name, strlen(name)))) {
		size_t stream = 0;

		at += strlen(name);
		while (at < end && *at && strchr(" \t\r\n\f", *at))
			at++;
		while (at < end && *at >= '0' && *at <= '9' &&
		       stream < doc->file.len)
			stream = 10 * stream + (size_t)(*at++ - '0');
		/* A number that is written otherwise is read by others. */
		agree = stream > 0 &&
			shows_one(&c,
				  revision_end(&doc->file,
					       (size_t)(at - doc->file.data)),
				  stream);
	}
	agree &= !c.is_limited;
	comparison_end(&c);
	return agree;
}

/* 3. The range */

static int nibble(unsigned char c)
{
	if (c >= '0' && c <= '9')
		return c - '0';
	c |= 0x20;
	return c >= 'a' && c <= 'f' ? c - 'a' + 10 : -1;
}

/* True if the hole is the hexadecimal text of the signature's bytes and no
 * more. */
static bool is_contents(const struct signature *s, const unsigned char *hole,
			size_t len)
{
	if (len != 2 * s->contents_len + 2 || hole[0] != '<' ||
	    hole[len - 1] != '>')
		return false;
	for (size_t i = 0; i < s->contents_len; i++) {
		int high = nibble(hole[1 + 2 * i]);
		int low = nibble(hole[2 + 2 * i]);

		if (high < 0 || low < 0 || s->contents[i] != 16 * high + low)
			return false;
	}
	return true;
}

/* True if the hole lies in the object that has the signature. */
static bool is_in_object(const struct signed_pdf *doc,
			 const struct signature *s)
{
	const struct places *p = &doc->whole.places;
	const unsigned char *data = doc->file.data;

	for (size_t i = 0; i < p->n; i++) {
		const struct place *place = &p->list[i];

		if (place->id != s->dictionary)
			continue;
		return !place->container && place->offset < s->range[1] &&
		       !memmem(data + place->offset,
			       s->range[1] - place->offset, "endobj", 6);
	}
	return false;
}

/* True if the same field has the signature in @r. */
static bool is_of_field(const struct revision *r, const struct signature *s)
{
	qpdf_oh field = qpdf_get_object_by_id(r->pdf, s->field, 0);
	qpdf_oh value = qpdf_oh_get_key_if_dict(r->pdf, field, "/V");
	int id = qpdf_oh_get_object_id(r->pdf, value);

	return s->field > 0 && qpdf_oh_is_dictionary(r->pdf, value) &&
	       (id ? id : s->field) == s->dictionary;
}

/* True if the revision that ends with the range has the signature too. */
static void check_revision(const struct signed_pdf *doc, struct signature *s)
{
	const struct bytes part = { doc->file.data, s->end };
	struct revision r = { 0 };

	if (!ends_as_pdf(&part)) {
		signature_add(s, FINDING_RANGE_END, NULL);
		s->is_exact = false;
		return;
	}
	if (s->end == doc->file.len)
		return;
	if (!revision_open(&r, &part, s->end))
		signature_add(s, FINDING_REVISION_BROKEN, NULL);
	else if (!is_of_field(&r, s))
		signature_add(s, FINDING_RANGE_PLACE, NULL);
	revision_close(&r);
}

void byte_range_check(const struct signed_pdf *doc, struct signature *s)
{
	const uint64_t *r = s->range, size = doc->file.len;

	if (r[0] != 0 || r[1] == 0 || r[1] > size || r[2] <= r[1] ||
	    r[2] > size || r[3] == 0 || r[3] > size - r[2]) {
		signature_add(s, FINDING_RANGE_SHAPE, NULL);
		s->is_exact = false;
		return;
	}
	s->end = (size_t)(r[2] + r[3]);
	if (!s->contents ||
	    !is_contents(s, doc->file.data + r[1], (size_t)(r[2] - r[1])))
		signature_add(s, FINDING_RANGE_GAP, NULL);
	else if (!is_in_object(doc, s))
		signature_add(s, FINDING_RANGE_PLACE, NULL);
	check_revision(doc, s);
}
