/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include "sign.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "../extract/confined.h"
#include "comparison.h"

/* 1. What it comes to */

static bool sign_pdf(struct sign *s, struct buffer *out)
{
	json_int_t number =
		json_integer_value(json_object_get(s->request, "page"));
	const char *digits = "0123456789abcdef";
	struct buffer message = { 0 };
	struct look look = { 0 };
	struct update u = { 0 };
	struct bytes pieces[3];
	size_t room = message_room(s), end;
	qpdf_oh page;
	char text[24];
	bool ok = false;

	if (!room || !update_open(&u, s) || !update_begin(&u))
		goto out;
	if (number > qpdf_get_num_pages(u.pdf)) {
		(void)snprintf(text, sizeof(text), "%" JSON_INTEGER_FORMAT,
			       number);
		(void)sign_refuse(s, REFUSED_NO_PAGE, text);
		goto out;
	}
	/* A signature that does not show is on the first page. */
	page = qpdf_get_page_n(u.pdf, number > 0 ? (size_t)number - 1 : 0);
	if (!look_write(&u, page, &look) ||
	    !field_write(&u, page, &look, room) || !update_end(&u))
		goto out;
	end = u.hole + 2 * room + 2;
	pieces[0] = u.doc.file;
	pieces[1] = (struct bytes){ u.file.out.data, u.hole };
	pieces[2] =
		(struct bytes){ u.file.out.data + end, u.file.out.len - end };
	if (!message_write(s, pieces, 3, &message))
		goto out;
	if (message.len > room) {
		(void)sign_refuse(s, REFUSED_STAMP_LARGE, NULL);
		goto out;
	}
	for (size_t i = 0; i < message.len; i++) {
		unsigned char *at = u.file.out.data + u.hole + 1 + 2 * i;

		at[0] = (unsigned char)digits[message.data[i] >> 4];
		at[1] = (unsigned char)digits[message.data[i] & 15];
	}
	*out = u.file.out;
	u.file.out = (struct buffer){ 0 };
	ok = true;
out:
	buffer_free(&message);
	update_close(&u);
	return ok;
}

static bool sign_bytes(struct sign *s, struct buffer *out)
{
	struct bytes file;
	bool ok;

	if (!bytes_map(&file))
		return sign_refuse(s, REFUSED_BROKEN, NULL);
	ok = message_write(s, &file, 1, out);
	bytes_unmap(&file);
	return ok;
}

static json_t *look_at_pages(struct update *u)
{
	json_t *pages = json_array();
	int n = qpdf_get_num_pages(u->pdf);

	for (int i = 0; i < n; i++) {
		struct seen_page seen;
		qpdf_oh page = qpdf_get_page_n(u->pdf, (size_t)i);

		if (!page_seen(u->pdf, page, &seen)) {
			(void)sign_refuse(u->sign, REFUSED_BROKEN, NULL);
			break;
		}
		(void)json_array_append_new(
			pages, json_pack("{s:f, s:f, s:i}", "width", seen.width,
					 "height", seen.height, "rotate",
					 seen.rotate));
		qpdf_oh_release(u->pdf, page);
	}
	return pages;
}

static json_t *look_at_signatures(struct update *u)
{
	json_t *list = json_array();

	for (size_t i = 0; i < u->doc.n; i++) {
		struct signature *s = &u->doc.list[i];
		json_t *one = json_pack(
			"{s:s*, s:O*, s:o, s:b, s:o}", "field", s->name,
			"claimed_name",
			json_object_get(s->json, "claimed_name"),
			"claimed_time",
			s->has_claim ? json_integer(s->claim) : json_null(),
			"timestamp", s->is_stamp, "signer",
			signer_describe(s->contents, s->contents_len));

		if (one)
			(void)json_array_append_new(list, one);
	}
	return list;
}

/* The rooms that ckstoken has noted in its documents (typeset/pdf/meta.h). */
static json_t *look_at_signers(struct update *u)
{
	static const char *const way[] = { "/PieceInfo", "/ckstoken",
					   "/Private", "/Signers" };
	json_t *list = json_array();
	qpdf_oh at = qpdf_get_root(u->pdf);
	int n;

	for (size_t i = 0; i < sizeof(way) / sizeof(way[0]); i++)
		at = get(u->pdf, at, way[i]);
	n = array_size(u->pdf, at);
	for (int i = 0; i < n && i < 64; i++) {
		qpdf_oh one = qpdf_oh_get_array_item(u->pdf, at, i);
		char *name = string_of(u->pdf, one, "/Name");
		double box[4];
		int page = 0;

		if (box_of(u->pdf, get(u->pdf, one, "/Rect"), box) &&
		    qpdf_oh_get_value_as_int(u->pdf, get(u->pdf, one, "/Page"),
					     &page))
			(void)json_array_append_new(
				list,
				json_pack("{s:i, s:f, s:f, s:f, s:f, s:s?}",
					  "page", page, "x", box[0], "y",
					  box[1], "width", box[2] - box[0],
					  "height", box[3] - box[1], "name",
					  name && name[0] ? name : NULL));
		free(name);
	}
	return list;
}

static bool look_at(struct sign *s, struct buffer *out)
{
	struct update u = { 0 };
	json_t *json = NULL;
	char *text = NULL;

	if (update_open(&u, s))
		json = json_pack("{s:o, s:i, s:b, s:o, s:o}", "pages",
				 look_at_pages(&u), "pdfa", u.pdfa, "tagged",
				 qpdf_oh_is_dictionary(
					 u.pdf, get(u.pdf, qpdf_get_root(u.pdf),
						    "/StructTreeRoot")),
				 "signatures", look_at_signatures(&u),
				 "signers", look_at_signers(&u));
	if (json && !s->is_refused)
		text = json_dumps(json, JSON_COMPACT);
	if (text)
		buffer_puts(out, text);
	free(text);
	json_decref(json);
	update_close(&u);
	return out->len > 0;
}

/* 2. The program */

/* A font is a file, and is opened while files still are. */
static void open_fonts(struct sign *s)
{
	if (json_array_size(json_object_get(s->request, "lines")) > 0 &&
	    font_set_open(NULL, &s->fonts, NULL))
		(void)sign_refuse(s, REFUSED_FONT, NULL);
}

bool sign_make(struct sign *s, struct buffer *out)
{
	const char *kind = sign_text(s, "kind");

	if (strcmp(kind, "look") == 0)
		return look_at(s, out);
	if (strcmp(kind, "image") == 0) {
		buffer_puts(out, "{}");
		return picture_fits(s);
	}
	return strcmp(kind, "pdf") == 0 ? sign_pdf(s, out) : sign_bytes(s, out);
}

static bool serve(struct sign *s)
{
	bool is_look = strcmp(sign_text(s, "kind"), "look") == 0 ||
		       strcmp(sign_text(s, "kind"), "image") == 0;
	bool ok;
	struct buffer out = { 0 };

	ok = sign_make(s, &out);
	if (ok && !out.failed && !s->is_refused &&
	    out.len <= SIGNING_FRAME_MAX) {
		ok = sign_put(is_look ? SIGNING_LOOK : SIGNING_UPDATE, out.data,
			      out.len);
	} else {
		(void)sign_refuse(s, REFUSED_LIMIT, NULL);
		ok = sign_put_refusal(s);
	}
	buffer_free(&out);
	return ok;
}

enum extract_exit sign_serve(void)
{
	struct sign s = { 0 };
	enum extract_exit end = EXTRACT_UNLIMITED;

	if (!sign_take_request(&s)) {
		end = EXTRACT_BROKEN;
		goto out;
	}
	open_fonts(&s);
	if (!confine())
		goto out;
	if (s.is_refused)
		end = sign_put_refusal(&s) ? EXTRACT_FOUND : EXTRACT_BROKEN;
	else
		end = serve(&s) ? EXTRACT_FOUND : EXTRACT_BROKEN;
out:
	sign_free(&s);
	return end;
}
