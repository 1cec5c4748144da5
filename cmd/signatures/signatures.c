/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* The signatures of a PDF: where they stand, and what each is found to be. */
#include <openssl/pem.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "trust.h"

/* The tree of form fields. */
#define MAX_DEPTH 32
#define MAX_FIELDS 5000
#define MAX_SIGNATURES 64
#define MAX_CONTENTS ((size_t)1024 * 1024)

/* 1. Where they stand */

struct field_walk {
	struct signed_pdf *doc;
	qpdf_data pdf;
	json_t *names;	/* of fields: the number of the object, or TWINS */
	json_t *walked; /* the numbers of fields, as keys */
	size_t n;
	bool failed;
};

#define TWINS (-1)

static char *text_of(qpdf_data pdf, qpdf_oh value)
{
	const char *text = NULL;
	size_t len = 0;

	if (!qpdf_oh_get_value_as_utf8(pdf, value, &text, &len) ||
	    memchr(text, '\0', len))
		return NULL;
	return strndup(text, len);
}

static char *name_of(qpdf_data pdf, qpdf_oh value)
{
	return qpdf_oh_is_name(pdf, value)
		       ? strdup(qpdf_oh_get_name(pdf, value))
		       : NULL;
}

/* Two digits at *@at, or @otherwise where the text has ended. */
static bool take_two(const char **at, int otherwise, int *value)
{
	*value = otherwise;
	if (**at == '\0' || **at == 'Z' || **at == '+' || **at == '-')
		return true;
	if ((*at)[0] < '0' || (*at)[0] > '9' || (*at)[1] < '0' ||
	    (*at)[1] > '9')
		return false;
	*value = 10 * ((*at)[0] - '0') + ((*at)[1] - '0');
	*at += 2;
	return true;
}

/* "D:20261130093000+07'00'" (ISO 32000-1, 7.9.4). */
static bool pdf_time(const char *text, time_t *time)
{
	struct tm tm = { 0 };
	int century, year, hours = 0, minutes = 0, sign = 0;

	if (!text || strncmp(text, "D:", 2) != 0 || strlen(text) < 6)
		return false;
	text += 2;
	if (!take_two(&text, -1, &century) || !take_two(&text, -1, &year) ||
	    !take_two(&text, 1, &tm.tm_mon) ||
	    !take_two(&text, 1, &tm.tm_mday) ||
	    !take_two(&text, 0, &tm.tm_hour) ||
	    !take_two(&text, 0, &tm.tm_min) || !take_two(&text, 0, &tm.tm_sec))
		return false;
	if (century < 0 || year < 0)
		return false;
	if (*text == '+' || *text == '-') {
		sign = *text++ == '+' ? -1 : 1;
		if (!take_two(&text, 0, &hours))
			return false;
		text += *text == '\'';
		if (!take_two(&text, 0, &minutes))
			return false;
	}
	tm.tm_year = 100 * century + year - 1900;
	tm.tm_mon--;
	*time = timegm(&tm) + sign * (hours * 3600L + minutes * 60L);
	return true;
}

/* Takes what the signature permits after it from its transformations (ISO
 * 32000-1, 12.8.2). */
static void take_transforms(qpdf_data pdf, qpdf_oh value, struct signature *s)
{
	qpdf_oh list = qpdf_oh_get_key(pdf, value, "/Reference");
	int n = qpdf_oh_is_array(pdf, list)
			? qpdf_oh_get_array_n_items(pdf, list)
			: 0;

	for (int i = 0; i < n && i < 16; i++) {
		qpdf_oh one = qpdf_oh_get_array_item(pdf, list, i);
		char *method = name_of(
			pdf,
			qpdf_oh_get_key_if_dict(pdf, one, "/TransformMethod"));
		qpdf_oh params =
			qpdf_oh_get_key_if_dict(pdf, one, "/TransformParams");
		int permission = 2;

		if (method && strcmp(method, "/DocMDP") == 0) {
			(void)qpdf_oh_get_value_as_int(
				pdf, qpdf_oh_get_key_if_dict(pdf, params, "/P"),
				&permission);
			s->certifies = true;
			s->permission = permission;
		} else if (method && strcmp(method, "/FieldMDP") == 0) {
			s->locks = true;
		}
		free(method);
	}
}

static void take_range(qpdf_data pdf, qpdf_oh value, struct signature *s)
{
	qpdf_oh list = qpdf_oh_get_key(pdf, value, "/ByteRange");

	if (!qpdf_oh_is_array(pdf, list) ||
	    qpdf_oh_get_array_n_items(pdf, list) != 4) {
		signature_add(s, FINDING_RANGE_SHAPE, NULL);
		return;
	}
	for (int i = 0; i < 4; i++) {
		long long number = -1;

		if (!qpdf_oh_get_value_as_longlong(
			    pdf, qpdf_oh_get_array_item(pdf, list, i),
			    &number) ||
		    number < 0) {
			signature_add(s, FINDING_RANGE_SHAPE, NULL);
			return;
		}
		s->range[i] = (uint64_t)number;
	}
	s->is_exact = true;
}

/* Texts that the signature has of itself are claims. */
static void take_claims(qpdf_data pdf, qpdf_oh value, struct signature *s)
{
	static const struct {
		const char *key, *name;
	} claims[] = { { "/Name", "claimed_name" },
		       { "/Reason", "reason" },
		       { "/Location", "location" } };
	char *text = text_of(pdf, qpdf_oh_get_key(pdf, value, "/M"));

	s->has_claim = pdf_time(text, &s->claim);
	free(text);
	for (size_t i = 0; i < sizeof(claims) / sizeof(claims[0]); i++) {
		text = text_of(pdf, qpdf_oh_get_key(pdf, value, claims[i].key));
		if (text && text[0])
			(void)json_object_set_new(s->json, claims[i].name,
						  json_string(text));
		free(text);
	}
}

static void take_contents(qpdf_data pdf, qpdf_oh value, struct signature *s)
{
	qpdf_oh contents = qpdf_oh_get_key(pdf, value, "/Contents");
	size_t len = 0;
	const char *bytes =
		qpdf_oh_is_string(pdf, contents)
			? qpdf_oh_get_binary_string_value(pdf, contents, &len)
			: NULL;

	if (!bytes || len == 0 || len > MAX_CONTENTS) {
		signature_add(s, FINDING_CMS_BROKEN, NULL);
		return;
	}
	s->contents = malloc(len);
	if (!s->contents)
		return;
	memcpy(s->contents, bytes, len);
	s->contents_len = len;
}

static void take_signature(struct field_walk *w, qpdf_oh field, qpdf_oh value,
			   const char *name)
{
	qpdf_data pdf = w->pdf;
	struct signature *s, *list = reallocarray(w->doc->list, w->doc->n + 1,
						  sizeof(*list));
	int id = qpdf_oh_get_object_id(pdf, value);

	if (!list || w->doc->n == MAX_SIGNATURES) {
		w->failed = true;
		if (list)
			w->doc->list = list;
		return;
	}
	w->doc->list = list;
	s = &list[w->doc->n++];
	*s = (struct signature){
		.name = strdup(name),
		.field = qpdf_oh_get_object_id(pdf, field),
		.dictionary = id ? id : qpdf_oh_get_object_id(pdf, field),
		.kind = name_of(pdf, qpdf_oh_get_key(pdf, value, "/SubFilter")),
		.json = json_object(),
		.findings = json_array(),
		.sub = "",
		.locks = qpdf_oh_is_dictionary(
			pdf, qpdf_oh_get_key(pdf, field, "/Lock")),
		.proof = { .at = w->doc->now },
	};
	s->is_stamp = s->kind && strcmp(s->kind, "/ETSI.RFC3161") == 0;
	take_claims(pdf, value, s);
	take_transforms(pdf, value, s);
	take_range(pdf, value, s);
	take_contents(pdf, value, s);
}

/* True at each but the first call: what the form names twice, or has on a page
 * as well, is one field all the same, but where it has another kind there. */
static bool is_walked(struct field_walk *w, qpdf_oh field, bool is_signature)
{
	int id = qpdf_oh_get_object_id(w->pdf, field);
	char key[16];

	(void)snprintf(key, sizeof(key), "%d%s", id, is_signature ? "s" : "");
	if (id <= 0)
		return false;
	if (json_object_get(w->walked, key))
		return true;
	w->failed |= json_object_set_new(w->walked, key, json_true()) != 0;
	return false;
}

static bool has_signature(const struct field_walk *w, qpdf_oh value)
{
	int id = qpdf_oh_get_object_id(w->pdf, value);

	for (size_t i = 0; i < w->doc->n; i++)
		if (id > 0 && w->doc->list[i].dictionary == id)
			return true;
	return false;
}

/*
 * True if @widget shows the field @parent and has its value for it: a kid
 * without a name is no field, but one look of the field above it (ISO
 * 32000-1, 12.7.3.1 and 12.7.3.2). @parent is 0 where that has a value itself,
 * or is none.
 */
static bool is_of_field(struct field_walk *w, qpdf_oh widget, int parent,
			const char *name)
{
	qpdf_data pdf = w->pdf;

	/* Another kid with a value is noted there in its place. */
	return parent > 0 && qpdf_oh_get_object_id(pdf, widget) > 0 &&
	       json_integer_value(json_object_get(w->names, name)) == parent &&
	       qpdf_oh_get_object_id(pdf,
				     qpdf_oh_get_key(pdf, widget, "/Parent")) ==
		       parent &&
	       qpdf_oh_is_name_and_equals(
		       pdf, qpdf_oh_get_key(pdf, widget, "/Subtype"),
		       "/Widget");
}

/* Notes that a widget that was taken for one field is a kid of @name, too. */
static void note_other_field(struct field_walk *w, qpdf_oh widget,
			     const char *name)
{
	int id = qpdf_oh_get_object_id(w->pdf, widget);

	for (size_t i = 0; i < w->doc->n; i++) {
		struct signature *s = &w->doc->list[i];

		s->has_twin |= s->field == id && s->name && s->name[0] &&
			       strcmp(s->name, name) != 0;
	}
}

/* Notes that @field is called @name, in full: by ISO 32000-1, 12.7.3.2, no
 * other field with a value of its own is. */
static void note_name(struct field_walk *w, qpdf_oh field, const char *name)
{
	int id = qpdf_oh_get_object_id(w->pdf, field);
	json_t *other = json_object_get(w->names, name);

	if (other && id > 0 && json_integer_value(other) == id)
		return;
	if (json_object_set_new(w->names, name,
				json_integer(other ? TWINS : id)))
		w->failed = true;
}

/* Programs differ in which they show of the fields of one name, or of one
 * signature. */
static void find_twins(struct field_walk *w)
{
	struct signature *list = w->doc->list;

	for (size_t i = 0; i < w->doc->n; i++) {
		list[i].has_twin |= json_integer_value(json_object_get(
					    w->names, list[i].name)) == TWINS;
		for (size_t k = 0; k < i; k++)
			if (list[k].dictionary > 0 &&
			    list[k].dictionary == list[i].dictionary)
				list[k].has_twin = list[i].has_twin = true;
	}
}

/* @is_signature: by the field's own kind, or what it has from those above it.
 * @parent is the named field that it is a kid of, as is_of_field() has it. */
static void walk_field(struct field_walk *w, qpdf_oh field, const char *above,
		       int parent, bool is_signature, int depth)
{
	qpdf_data pdf = w->pdf;
	qpdf_oh kids, value, type;
	char *own, *name = NULL;
	int n, id = qpdf_oh_get_object_id(pdf, field);

	if (++w->n > MAX_FIELDS || depth > MAX_DEPTH) {
		w->failed = true;
		return;
	}
	if (!qpdf_oh_is_dictionary(pdf, field))
		return;
	type = qpdf_oh_get_key(pdf, field, "/FT");
	if (!qpdf_oh_is_null(pdf, type))
		is_signature = qpdf_oh_is_name_and_equals(pdf, type, "/Sig");
	if (is_walked(w, field, is_signature)) {
		if (depth > 0 && !qpdf_oh_has_key(pdf, field, "/T"))
			note_other_field(w, field, above);
		return;
	}
	own = text_of(pdf, qpdf_oh_get_key(pdf, field, "/T"));
	if (own &&
	    asprintf(&name, "%s%s%s", above, above[0] ? "." : "", own) < 0)
		name = NULL;
	if (name)
		note_name(w, field, name);
	free(own);
	value = qpdf_oh_get_key(pdf, field, "/V");
	/* A widget may say again what its field has. */
	if (is_signature && qpdf_oh_is_dictionary(pdf, value) &&
	    (name || !has_signature(w, value))) {
		if (!name && is_of_field(w, field, parent, above))
			w->failed |= json_object_set_new(w->names, above,
							 json_integer(id)) != 0;
		else if (!name)
			note_name(w, field, above);
		take_signature(w, field, value, name ? name : above);
	}
	kids = qpdf_oh_get_key(pdf, field, "/Kids");
	n = qpdf_oh_is_array(pdf, kids) ? qpdf_oh_get_array_n_items(pdf, kids)
					: 0;
	for (int i = 0; i < n && !w->failed; i++) {
		qpdf_oh kid = qpdf_oh_get_array_item(pdf, kids, i);

		walk_field(w, kid, name ? name : above,
			   name && qpdf_oh_is_null(pdf, value) ? id : 0,
			   is_signature, depth + 1);
		qpdf_oh_release(pdf, kid);
	}
	free(name);
}

static qpdf_oh form_of(qpdf_data pdf)
{
	return qpdf_oh_get_key_if_dict(pdf, qpdf_get_root(pdf), "/AcroForm");
}

static int compare_signatures(const void *a, const void *b)
{
	const struct signature *x = a, *y = b;
	uint64_t ends[2] = { x->range[2] + x->range[3],
			     y->range[2] + y->range[3] };

	return (ends[0] > ends[1]) - (ends[0] < ends[1]);
}

/* Some programs put a field on its page and not into the form, and others find
 * it there. */
static void walk_page(struct field_walk *w, qpdf_oh page)
{
	qpdf_data pdf = w->pdf;
	qpdf_oh list = qpdf_oh_get_key(pdf, page, "/Annots");
	int n = qpdf_oh_is_array(pdf, list)
			? qpdf_oh_get_array_n_items(pdf, list)
			: 0;

	for (int i = 0; i < n && !w->failed; i++) {
		qpdf_oh one = qpdf_oh_get_array_item(pdf, list, i);
		qpdf_oh above = qpdf_oh_get_key_if_dict(pdf, one, "/Parent");
		qpdf_oh value = qpdf_oh_get_key_if_dict(pdf, above, "/V");
		qpdf_oh field = qpdf_oh_is_dictionary(pdf, value) ? above : one;
		qpdf_oh type = qpdf_oh_get_key_if_dict(pdf, field, "/FT");

		if (qpdf_oh_is_name_and_equals(pdf, type, "/Sig"))
			walk_field(w, field, "", 0, false, 0);
		qpdf_oh_release(pdf, one);
	}
}

bool signatures_find(struct signed_pdf *doc)
{
	struct field_walk w = { .doc = doc,
				.pdf = doc->whole.pdf,
				.names = json_object(),
				.walked = json_object() };
	struct pages pages = pages_of(w.pdf);
	qpdf_oh fields =
		qpdf_oh_get_key_if_dict(w.pdf, form_of(w.pdf), "/Fields");
	int n = qpdf_oh_is_array(w.pdf, fields)
			? qpdf_oh_get_array_n_items(w.pdf, fields)
			: 0;

	for (int i = 0; i < n && !w.failed; i++)
		walk_field(&w, qpdf_oh_get_array_item(w.pdf, fields, i), "", 0,
			   false, 0);
	for (int i = 0; i < pages.n && !w.failed; i++)
		walk_page(&w, pages.list[i]);
	free(pages.list);
	find_twins(&w);
	json_decref(w.names);
	json_decref(w.walked);
	if (doc->n)
		qsort(doc->list, doc->n, sizeof(*doc->list),
		      compare_signatures);
	return !w.failed;
}

/* 2. What they are found to be */

/*
 * True if the first object says that the file is made for the web and as long
 * as it is, though more was appended to it: programs then begin with the table
 * behind that object.
 */
static bool is_falsely_linear(const struct signed_pdf *doc)
{
	const unsigned char *at, *end = doc->file.data + doc->file.len;
	size_t head = doc->file.len < 1024 ? doc->file.len : 1024;

	if (!memmem(doc->file.data, head, "/Linearized", 11))
		return false;
	for (at = doc->file.data;
	     (at = memmem(at, (size_t)(doc->file.data + head - at), "/L",
			  2));) {
		unsigned long long len = 0;

		for (at += 2; at < end && (*at == ' ' || *at == '\n' ||
					   *at == '\r' || *at == '\t');)
			at++;
		while (at < end && *at >= '0' && *at <= '9' &&
		       len <= SIZE_MAX / 10)
			len = 10 * len + (unsigned)(*at++ - '0');
		if (len == doc->file.len)
			return true;
	}
	return false;
}

/* What holds for a file holds for each of its signatures. */
static void check_file(struct signed_pdf *doc)
{
	qpdf_data pdf = doc->whole.pdf;
	struct printed printed = { 0 };
	bool has_xfa = !qpdf_oh_is_null(
		pdf, qpdf_oh_get_key_if_dict(pdf, form_of(pdf), "/XFA"));
	bool has_two = !tables_agree(doc);
	bool is_linear = is_falsely_linear(doc);

	strays_pdf(&printed, pdf, &doc->whole.places);
	for (size_t i = 0; i < doc->n; i++) {
		struct signature *s = &doc->list[i];

		if (s->has_twin)
			signature_add(s, FINDING_TWIN_FIELD, NULL);
		if (has_xfa)
			signature_add(s, FINDING_FORM_XFA, NULL);
		if (has_two)
			signature_add(s, FINDING_TWO_TABLES, NULL);
		if (printed.strays || printed.unknown ||
		    (is_linear && s->is_exact && s->end < doc->file.len))
			signature_add(s, FINDING_STRAY, NULL);
	}
}

/* The earliest time that a later time-stamp of the document proves. */
static void take_later_proof(const struct signed_pdf *doc, struct signature *s)
{
	for (const struct signature *t = s + 1; t < doc->list + doc->n; t++)
		if (t->is_stamp && t->indication == TOTAL_PASSED &&
		    t->proof.is_proved &&
		    (!s->proof.is_proved || t->proof.at < s->proof.at))
			s->proof = t->proof;
}

static void check_claim(const struct signed_pdf *doc, struct signature *s)
{
	/* Two machines need not agree on the minute. */
	const time_t leeway = 300;

	if (!s->has_claim)
		return;
	if (s->claim > doc->now + leeway)
		signature_add(s, FINDING_CLAIM_FUTURE, NULL);
	else if (s->proof.is_proved && s->claim > s->proof.at + leeway)
		signature_add(s, FINDING_CLAIM_LATER, NULL);
}

static void check(struct signed_pdf *doc, struct signature *s)
{
	if (s->is_exact)
		byte_range_check(doc, s);
	if (s->contents && s->is_exact) {
		take_later_proof(doc, s);
		cms_check(doc, s);
	}
	/* A step that failed for want of memory, say, has shown nothing. */
	if (s->indication == TOTAL_PASSED && !s->is_anchored)
		signature_add(s, FINDING_NOT_DONE, NULL);
	check_claim(doc, s);
}

static void put_time(json_t *json, const char *key, bool is_known, time_t at)
{
	(void)json_object_set_new(json, key,
				  is_known ? json_integer(at) : json_null());
}

static void describe(const struct signed_pdf *doc, struct signature *s)
{
	json_t *json = s->json;

	signature_describe(s);
	(void)json_object_set_new(json, "field", json_string(s->name));
	(void)json_object_set_new(json, "kind",
				  json_string(s->kind ? s->kind + 1 : ""));
	(void)json_object_set_new(json, "timestamp", json_boolean(s->is_stamp));
	(void)json_object_set_new(json, "certifies",
				  json_boolean(s->certifies));
	put_time(json, "claimed_time", s->has_claim, s->claim);
	put_time(json, "proved_time", s->proof.is_proved, s->proof.at);
	(void)json_object_set_new(
		json, "covers",
		json_integer(s->is_exact ? (json_int_t)s->end : 0));
	(void)json_object_set_new(
		json, "whole",
		json_boolean(s->is_exact && s->end == doc->file.len));
}

static void signature_free(struct signature *s)
{
	free(s->name);
	free(s->kind);
	free(s->contents);
	X509_free(s->signer);
	sk_X509_pop_free(s->certs, X509_free);
	json_decref(s->json);
	json_decref(s->findings);
}

void signatures_free(struct signed_pdf *doc)
{
	for (size_t i = 0; i < doc->n; i++)
		signature_free(&doc->list[i]);
	free(doc->list);
}

static void print(struct signed_pdf *doc, struct buffer *json)
{
	json_t *list = json_array();
	json_t *all = json_pack("{s:I, s:o, s:O, s:O}", "size",
				(json_int_t)doc->file.len, "signatures", list,
				"unreadable", doc->trust->unreadable,
				"questions", doc->trust->questions);
	char *text;

	for (size_t i = 0; i < doc->n; i++) {
		describe(doc, &doc->list[i]);
		(void)json_array_append(list, doc->list[i].json);
	}
	text = json_dumps(all, JSON_COMPACT);
	if (text)
		buffer_puts(json, text);
	free(text);
	json_decref(all);
}

enum extract_exit signatures_verify(struct buffer *json, struct trust *trust,
				    time_t now)
{
	struct signed_pdf doc = { .now = now, .trust = trust };
	enum extract_exit end = EXTRACT_BROKEN;

	if (!bytes_map(&doc.file))
		return EXTRACT_BROKEN;
	if (!revision_open(&doc.whole, &doc.file, doc.file.len)) {
		if (doc.whole.places.is_limited)
			end = EXTRACT_LIMIT;
		goto out;
	}
	if (qpdf_is_encrypted(doc.whole.pdf)) {
		end = EXTRACT_ENCRYPTED;
		goto out;
	}
	if (!signatures_find(&doc)) {
		end = EXTRACT_LIMIT;
		goto out;
	}
	end = EXTRACT_NONE;
	if (doc.n == 0)
		goto out;
	trust_take_dss(trust, doc.whole.pdf);
	/* A later time-stamp says when an earlier signature was there. */
	for (size_t i = doc.n; i > 0; i--)
		check(&doc, &doc.list[i - 1]);
	/* A change by a signature is one only where that stands itself. */
	for (size_t i = 0; i < doc.n; i++)
		if (doc.list[i].is_exact)
			changes_check(&doc, &doc.list[i]);
	check_file(&doc);
	print(&doc, json);
	end = json->failed ? EXTRACT_LIMIT : EXTRACT_FOUND;
out:
	signatures_free(&doc);
	revision_close(&doc.whole);
	bytes_unmap(&doc.file);
	return end;
}

/* 3. A text that has its signature behind it */

/* Takes the message that stands behind the text, which is all before it and a
 * line of PEM. False where there is none. */
static bool take_text(struct bytes *text, struct signature *s)
{
	static const char begin[] = "\n" SIGNED_TEXT_BEGIN "\n";
	const unsigned char *at =
		memmem(text->data, text->len, begin, strlen(begin));
	const unsigned char *end = text->data + text->len;
	char *name = NULL, *header = NULL;
	unsigned char *der = NULL;
	long len = 0;
	BIO *bio;

	if (!at)
		return false;
	text->len = (size_t)(++at - text->data);
	bio = BIO_new_mem_buf(at, (int)(end - at));
	if (!bio || PEM_read_bio(bio, &name, &header, &der, &len) != 1 ||
	    len <= 0 || (size_t)len > MAX_CONTENTS || header[0] != '\0')
		signature_add(s, FINDING_CMS_BROKEN, NULL);
	else if (BIO_pending(bio) > 0)
		signature_add(s, FINDING_CMS_PADDING, NULL);
	else
		s->contents = malloc((size_t)len);
	if (s->contents) {
		memcpy(s->contents, der, (size_t)len);
		s->contents_len = (size_t)len;
	}
	OPENSSL_free(name);
	OPENSSL_free(header);
	OPENSSL_free(der);
	BIO_free(bio);
	return true;
}

enum extract_exit text_verify(struct buffer *json, struct trust *trust,
			      time_t now)
{
	struct bytes file;
	struct signed_pdf doc = { .now = now, .trust = trust, .n = 1 };
	enum extract_exit end = EXTRACT_NONE;
	struct signature *s;

	if (!bytes_map(&file))
		return EXTRACT_BROKEN;
	doc.file = file;
	doc.list = s = calloc(1, sizeof(*s));
	if (!s) {
		end = EXTRACT_LIMIT;
		goto out;
	}
	*s = (struct signature){
		.name = strdup(""),
		.kind = strdup("/ETSI.CAdES.detached"),
		.is_exact = true,
		.json = json_object(),
		.findings = json_array(),
		.sub = "",
		.proof = { .at = now },
	};
	if (!take_text(&doc.file, s))
		goto out;
	/* All of it is covered, and the second piece is empty. */
	s->range[1] = s->range[2] = s->end = doc.file.len;
	if (s->contents)
		cms_check(&doc, s);
	if (s->indication == TOTAL_PASSED && !s->is_anchored)
		signature_add(s, FINDING_NOT_DONE, NULL);
	check_claim(&doc, s);
	print(&doc, json);
	end = json->failed ? EXTRACT_LIMIT : EXTRACT_FOUND;
out:
	if (s)
		signatures_free(&doc);
	bytes_unmap(&file);
	return end;
}
