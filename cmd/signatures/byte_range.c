/* SPDX-License-Identifier: LGPL-2.1-or-later */
/*
 * Whether a signature covers all of the file up to an end of it, but for its
 * own bytes. A hole that is larger, or elsewhere, is where a forger puts
 * another document; and of a range that ends between two ends nobody knows what
 * it shows.
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

/* 2. The range */

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
