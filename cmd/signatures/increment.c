/* SPDX-License-Identifier: LGPL-2.1-or-later */
/*
 * The file that is to be signed, and what is appended to it: its own bytes stay
 * as they are, and so does whatever signed them before.
 */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "comparison.h"
#include "sign.h"

#define TAIL ((size_t)1024)
/* Metadata that are larger than this are not looked through. */
#define MAX_METADATA ((size_t)1024 * 1024)

/* 1. Values as text */

void put_value(struct buffer *out, qpdf_data pdf, qpdf_oh value)
{
	const char *text = qpdf_oh_unparse(pdf, value);

	buffer_puts(out, text ? text : "null");
}

void put_dictionary(struct buffer *out, qpdf_data pdf, qpdf_oh dictionary,
		    const struct key_text *keys, size_t n)
{
	struct pdf_keys old;

	pdf_keys_take(pdf, dictionary, &old);
	out->failed |= old.failed;
	buffer_puts(out, "<<");
	for (size_t i = 0; i < old.n; i++) {
		bool is_anew = false;

		for (size_t k = 0; k < n; k++)
			is_anew |= keys[k].text &&
				   strcmp(keys[k].key, old.names[i]) == 0;
		if (is_anew)
			continue;
		buffer_puts(out, " ");
		put_value(out, pdf, qpdf_oh_new_name(pdf, old.names[i]));
		buffer_puts(out, " ");
		put_value(out, pdf,
			  qpdf_oh_get_key(pdf, dictionary, old.names[i]));
	}
	for (size_t k = 0; k < n; k++)
		if (keys[k].text)
			buffer_printf(out, " %s %s", keys[k].key, keys[k].text);
	buffer_puts(out, " >>");
	pdf_keys_free(&old);
}

void put_array(struct buffer *out, qpdf_data pdf, qpdf_oh array,
	       const char *more)
{
	int n = array_size(pdf, array);

	buffer_puts(out, "[");
	for (int i = 0; i < n; i++) {
		qpdf_oh item = qpdf_oh_get_array_item(pdf, array, i);

		put_value(out, pdf, item);
		buffer_puts(out, " ");
		qpdf_oh_release(pdf, item);
	}
	buffer_puts(out, more);
	buffer_puts(out, "]");
}

/* 2. Whether it may be signed */

/* True if the fields that @lock has locked are more than it names. */
static bool locks_others(qpdf_data pdf, qpdf_oh lock)
{
	qpdf_oh action = get(pdf, lock, "/Action");

	return qpdf_oh_is_name_and_equals(pdf, action, "/All") ||
	       qpdf_oh_is_name_and_equals(pdf, action, "/Exclude");
}

static int permission_of(qpdf_data pdf, qpdf_oh params)
{
	int permission = 2;

	(void)qpdf_oh_get_value_as_int(pdf, get(pdf, params, "/P"),
				       &permission);
	return permission;
}

/* Judges what the dictionary of a signature permits after it (ISO 32000-1,
 * 12.8.2; of /Lock ISO 32000-2, table 236). */
static bool permits_another(struct update *u, qpdf_oh field, qpdf_oh value,
			    const char *name)
{
	qpdf_data pdf = u->pdf;
	qpdf_oh list = get(pdf, value, "/Reference");
	qpdf_oh lock = get(pdf, field, "/Lock");
	int n = array_size(pdf, list);

	if (qpdf_oh_is_dictionary(pdf, lock)) {
		if (permission_of(pdf, lock) == 1)
			return sign_refuse(u->sign, REFUSED_CERTIFIED, name);
		if (locks_others(pdf, lock))
			return sign_refuse(u->sign, REFUSED_LOCKED, name);
	}
	for (int i = 0; i < n && i < 16; i++) {
		qpdf_oh one = qpdf_oh_get_array_item(pdf, list, i);
		qpdf_oh method = get(pdf, one, "/TransformMethod");
		qpdf_oh params = get(pdf, one, "/TransformParams");

		if (qpdf_oh_is_name_and_equals(pdf, method, "/DocMDP") &&
		    permission_of(pdf, params) == 1)
			return sign_refuse(u->sign, REFUSED_CERTIFIED, name);
		if (qpdf_oh_is_name_and_equals(pdf, method, "/FieldMDP") &&
		    locks_others(pdf, params))
			return sign_refuse(u->sign, REFUSED_LOCKED, name);
	}
	return true;
}

static bool all_permit_another(struct update *u)
{
	qpdf_data pdf = u->pdf;
	qpdf_oh certified =
		get(pdf, get(pdf, qpdf_get_root(pdf), "/Perms"), "/DocMDP");

	for (size_t i = 0; i < u->doc.n; i++) {
		const struct signature *s = &u->doc.list[i];
		qpdf_oh field = object_of(&u->doc.whole, s->field);
		qpdf_oh value = get(pdf, field, "/V");

		if (s->field <= 0 || !qpdf_oh_is_dictionary(pdf, value))
			return sign_refuse(u->sign, REFUSED_BROKEN, NULL);
		if (!permits_another(u, field, value, s->name))
			return false;
	}
	/* A signature that certifies need not be in any field. */
	return !qpdf_oh_is_dictionary(pdf, certified) ||
	       permits_another(u, qpdf_oh_new_null(pdf), certified, "DocMDP");
}

/* The part of ISO 19005 that the file claims to follow in its metadata. */
static int pdfa_of(qpdf_data pdf)
{
	qpdf_oh metadata = get(pdf, qpdf_get_root(pdf), "/Metadata");
	unsigned char *data = NULL;
	const char *at, *end;
	QPDF_BOOL decoded;
	size_t len = 0;
	int part = 0;

	if (!qpdf_oh_is_stream(pdf, metadata) ||
	    (qpdf_oh_get_stream_data(pdf, metadata, qpdf_dl_generalized,
				     &decoded, &data, &len) &
	     QPDF_ERRORS) ||
	    !data || len > MAX_METADATA ||
	    !memmem(data, len, "http://www.aiim.org/pdfa/ns/id/", 31))
		goto out;
	end = (const char *)data + len;
	at = memmem(data, len, ":part", 5);
	/* <pdfaid:part>2</...> or pdfaid:part="2". */
	for (; at && at < end && !part; at++)
		if (*at >= '1' && *at <= '9')
			part = *at - '0';
out:
	free(data);
	return part;
}

/* True if the first error is that a password lacks. */
static bool lacks_password(qpdf_data pdf)
{
	qpdf_error error =
		pdf && qpdf_has_error(pdf) ? qpdf_get_error(pdf) : NULL;

	return error && qpdf_get_error_code(pdf, error) == qpdf_e_password;
}

/* True if each page is an object of its own: of one that stands in its place
 * twice, say, qpdf shows a copy, which the file does not have. */
static bool has_pages(const struct update *u)
{
	int n = qpdf_get_num_pages(u->pdf);
	bool has = n > 0;

	for (int i = 0; i < n && has; i++) {
		qpdf_oh page = qpdf_get_page_n(u->pdf, (size_t)i);

		has = update_has(u, page);
		qpdf_oh_release(u->pdf, page);
	}
	return has;
}

/*
 * True if an object of the file cannot be read as it stands: of what qpdf mends
 * other programs make something else, and what is appended would have it
 * mended.
 */
static bool has_faults(struct update *u)
{
	/* For its number, which is behind all that anything refers to, qpdf
	 * reads all objects: of what is not there, nothing that is appended
	 * must take the place. */
	qpdf_oh next =
		qpdf_make_indirect_object(u->pdf, qpdf_oh_new_null(u->pdf));
	u->free_id = qpdf_oh_get_object_id(u->pdf, next);
	return !has_pages(u) || u->free_id <= 0 || qpdf_has_error(u->pdf) ||
	       qpdf_more_warnings(u->pdf);
}

bool update_open(struct update *u, struct sign *sign)
{
	struct printed printed = { 0 };
	const struct bytes *file = &u->doc.file;

	u->sign = sign;
	if (!bytes_map(&u->doc.file))
		return sign_refuse(sign, REFUSED_NO_PDF, NULL);
	if (!memmem(file->data, file->len < TAIL ? file->len : TAIL, "%PDF-",
		    5))
		return sign_refuse(sign, REFUSED_NO_PDF, NULL);
	if (!revision_open(&u->doc.whole, file, file->len))
		return sign_refuse(sign,
				   lacks_password(u->doc.whole.pdf)
					   ? REFUSED_ENCRYPTED
					   : REFUSED_BROKEN,
				   NULL);
	u->pdf = u->doc.whole.pdf;
	/* Warnings of qpdf about the tables as a whole, such as of a number of
	 * objects that is too large, matter to nobody. */
	while (qpdf_more_warnings(u->pdf))
		(void)qpdf_next_warning(u->pdf);
	if (qpdf_is_encrypted(u->pdf))
		return sign_refuse(sign, REFUSED_ENCRYPTED, NULL);
	if (!qpdf_oh_is_null(
		    u->pdf,
		    get(u->pdf, get(u->pdf, qpdf_get_root(u->pdf), "/AcroForm"),
			"/XFA")))
		return sign_refuse(sign, REFUSED_XFA, NULL);
	if (has_faults(u))
		return sign_refuse(sign, REFUSED_BROKEN, NULL);
	strays_pdf(&printed, u->pdf, &u->doc.whole.places);
	if (printed.strays || printed.unknown)
		return sign_refuse(sign, REFUSED_STRAY, NULL);
	if (!signatures_find(&u->doc))
		return sign_refuse(sign, REFUSED_LIMIT, NULL);
	u->pdfa = pdfa_of(u->pdf);
	return all_permit_another(u);
}

void update_close(struct update *u)
{
	for (size_t i = 0; i < u->n_changed; i++)
		buffer_free(&u->changed[i].text);
	free(u->changed);
	if (u->is_begun)
		pdf_file_free(&u->file);
	signatures_free(&u->doc);
	revision_close(&u->doc.whole);
	if (u->doc.file.data)
		bytes_unmap(&u->doc.file);
}

/* 3. What is appended */

bool update_begin(struct update *u)
{
	const struct places *p = &u->doc.whole.places;
	const struct bytes *file = &u->doc.file;
	int size = 0, free_id = u->free_id;

	(void)qpdf_oh_get_value_as_int(
		u->pdf, get(u->pdf, qpdf_get_trailer(u->pdf), "/Size"), &size);
	if (size <= 0)
		return sign_refuse(u->sign, REFUSED_BROKEN, NULL);
	if (p->n && p->list[p->n - 1].id >= free_id)
		free_id = p->list[p->n - 1].id + 1;
	if (size > free_id)
		free_id = size;
	pdf_file_append(&u->file, (size_t)free_id - 1, file->len);
	u->is_begun = true;
	if (file->data[file->len - 1] != '\n')
		buffer_puts(&u->file.out, "\n");
	return !u->file.out.failed || sign_refuse(u->sign, REFUSED_LIMIT, NULL);
}

bool update_has(const struct update *u, qpdf_oh value)
{
	int id = qpdf_oh_get_object_id(u->pdf, value);
	const struct place *place = id > 0 ? place_of(&u->doc.whole, id) : NULL;

	return place && place->generation == 0 &&
	       qpdf_oh_get_generation(u->pdf, value) == 0;
}

struct buffer *update_change(struct update *u, qpdf_oh value)
{
	static struct buffer none = { .failed = true };
	int id = qpdf_oh_get_object_id(u->pdf, value);
	struct changed *list;

	/* Two things that are one object in no honest file. */
	for (size_t i = 0; i < u->n_changed; i++) {
		if (u->changed[i].id == id) {
			(void)sign_refuse(u->sign, REFUSED_BROKEN, NULL);
			return &none;
		}
	}
	list = reallocarray(u->changed, u->n_changed + 1, sizeof(*list));
	if (!list) {
		u->file.out.failed = true;
		return &none;
	}
	u->changed = list;
	list[u->n_changed] = (struct changed){ .id = id };
	return &list[u->n_changed++].text;
}

static void put_changed(struct update *u)
{
	struct buffer *out = &u->file.out;

	for (size_t i = 0; i < u->n_changed; i++) {
		const struct changed *c = &u->changed[i];

		pdf_begin(&u->file, (unsigned int)c->id);
		buffer_put(out, c->text.data, c->text.len);
		pdf_end(&u->file);
		out->failed |= c->text.failed;
	}
}

/* The offset of the last table, which the file's end names; 0: none. */
static size_t last_table(const struct bytes *file)
{
	const unsigned char *end = file->data + file->len, *at;
	size_t offset = 0;

	at = file->len > TAIL ? end - TAIL : file->data;
	for (const unsigned char *hit = at;
	     (hit = memmem(hit, (size_t)(end - hit), "startxref", 9));)
		at = hit += 9;
	while (at < end && (*at == ' ' || (*at >= '\t' && *at <= '\r')))
		at++;
	while (at < end && *at >= '0' && *at <= '9' && offset < file->len)
		offset = 10 * offset + (size_t)(*at++ - '0');
	return offset < file->len ? offset : 0;
}

/* True if it is a plain one, before which there may be blanks. */
static bool is_table(const struct bytes *file, size_t at)
{
	while (at < file->len &&
	       (file->data[at] == ' ' ||
		(file->data[at] >= '\t' && file->data[at] <= '\r')))
		at++;
	return file->len - at >= 4 && memcmp(file->data + at, "xref", 4) == 0;
}

static void put_trailer_keys(struct update *u, size_t previous)
{
	struct buffer *out = &u->file.out;
	qpdf_data pdf = u->pdf;
	qpdf_oh trailer = qpdf_get_trailer(pdf);
	qpdf_oh info = get(pdf, trailer, "/Info"),
		ids = get(pdf, trailer, "/ID");
	unsigned char digest[DIGEST_SIZE];
	char hex[DIGEST_HEX_SIZE];

	buffer_printf(out, "/Size %zu /Prev %zu /Root ", u->file.n_objects + 1,
		      previous);
	put_value(out, pdf, get(pdf, trailer, "/Root"));
	if (!qpdf_oh_is_null(pdf, info)) {
		buffer_puts(out, " /Info ");
		put_value(out, pdf, info);
	}
	if (array_size(pdf, ids) != 2)
		return;
	/* The same file signed at the same time has the same. */
	if (digest_of(out->data, out->len, digest))
		out->failed = true;
	digest_hex(digest, hex);
	buffer_puts(out, " /ID [");
	put_value(out, pdf, qpdf_oh_get_array_item(pdf, ids, 0));
	buffer_printf(out, " <%.32s>]", hex);
}

/* One section for each row of numbers without a gap. */
static void put_table(struct update *u, size_t previous)
{
	const struct pdf_file *file = &u->file;
	struct buffer *out = &u->file.out;
	size_t last = 0;

	buffer_puts(out, "xref\n");
	for (size_t id = 1; id <= file->n_objects; id++) {
		if (!file->offsets[id - 1])
			continue;
		if (id > last) {
			for (last = id; last <= file->n_objects &&
					file->offsets[last - 1];)
				last++;
			buffer_printf(out, "%zu %zu\n", id, last - id);
		}
		buffer_printf(out, "%010zu 00000 n \n", file->offsets[id - 1]);
	}
	buffer_puts(out, "trailer\n<< ");
	put_trailer_keys(u, previous);
	buffer_puts(out, " >>\n");
}

static void put_stream(struct update *u, size_t previous)
{
	struct pdf_file *file = &u->file;
	struct buffer rows = { 0 }, index = { 0 };
	unsigned int number = pdf_reserve(file, 1);

	pdf_begin(file, number);
	for (size_t id = 1; id <= file->n_objects; id++) {
		const size_t at = file->offsets[id - 1];
		const unsigned char row[] = { 1,
					      (unsigned char)(at >> 32),
					      (unsigned char)(at >> 24),
					      (unsigned char)(at >> 16),
					      (unsigned char)(at >> 8),
					      (unsigned char)at,
					      0 };

		if (!at)
			continue;
		buffer_put(&rows, row, sizeof(row));
		buffer_printf(&index, "%zu 1 ", id);
	}
	buffer_puts(&index, "");
	buffer_puts(&file->out, "<< /Type /XRef /W [1 5 1] /Index [");
	buffer_put(&file->out, index.data, index.len);
	buffer_printf(&file->out, "] /Length %zu ", rows.len);
	put_trailer_keys(u, previous);
	buffer_puts(&file->out, " >>\nstream\n");
	buffer_put(&file->out, rows.data, rows.len);
	buffer_puts(&file->out, "\nendstream");
	pdf_end(file);
	file->out.failed |= rows.failed || index.failed;
	buffer_free(&rows);
	buffer_free(&index);
}

bool update_end(struct update *u)
{
	const struct bytes *file = &u->doc.file;
	struct buffer *out = &u->file.out;
	size_t previous = last_table(file), at, end;
	char range[64];

	if (!previous || qpdf_has_error(u->pdf))
		return sign_refuse(u->sign, REFUSED_BROKEN, NULL);
	if (u->sign->is_refused)
		return false;
	put_changed(u);
	at = u->file.before + out->len;
	/* The table is of the kind that the file has: some read no other. */
	if (is_table(file, previous))
		put_table(u, previous);
	else
		put_stream(u, previous);
	buffer_printf(out, "startxref\n%zu\n%%%%EOF\n", at);
	if (out->failed || qpdf_has_error(u->pdf))
		return sign_refuse(u->sign,
				   out->failed ? REFUSED_LIMIT : REFUSED_BROKEN,
				   NULL);
	at = u->file.before + u->hole;
	end = at + 2 * u->room + 2;
	(void)snprintf(range, sizeof(range), "%zu %zu %zu]", at, end,
		       u->file.before + out->len - end);
	memcpy(out->data + u->range, range, strlen(range));
	return true;
}
