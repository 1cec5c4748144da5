/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* The pages of a PDF, as one digest. */
#include <stdlib.h>
#include <string.h>

#include "strays.h"

#define MAX_DEPTH 32
#define MAX_VALUES 200000
#define MAX_PAGES 2000

/* Bits of the flags of an annotation. */
#define ANNOTATION_HIDDEN 2
#define ANNOTATION_PRINT 4
#define ANNOTATION_NO_VIEW 32

struct walk {
	qpdf_data pdf;
	struct printed *p;
	size_t n_values;
	/* The number of each object in the order in which they are met, by the
	 * number that the file gives it. */
	size_t *met;
	size_t n_room, n_met;
};

void pdf_keys_take(qpdf_data pdf, qpdf_oh dictionary, struct pdf_keys *keys)
{
	*keys = (struct pdf_keys){ 0 };
	/* Of anything else qpdf warns, as of a damaged file. */
	if (!qpdf_oh_is_dictionary(pdf, dictionary))
		return;
	qpdf_oh_begin_dict_key_iter(pdf, dictionary);
	while (qpdf_oh_dict_more_keys(pdf)) {
		char *name = strdup(qpdf_oh_dict_next_key(pdf));
		char **names =
			reallocarray(keys->names, keys->n + 1, sizeof(*names));

		if (names)
			keys->names = names;
		if (!names || !name || keys->n == MAX_VALUES) {
			keys->failed = true;
			free(name);
			continue;
		}
		keys->names[keys->n++] = name;
	}
}

void pdf_keys_free(struct pdf_keys *keys)
{
	for (size_t i = 0; i < keys->n; i++)
		free(keys->names[i]);
	free(keys->names);
}

static void take_keys(struct walk *w, qpdf_oh dictionary, struct pdf_keys *keys)
{
	pdf_keys_take(w->pdf, dictionary, keys);
	w->p->unknown |= keys->failed;
}

/* True if @name stands in @list, which ends with NULL. */
static bool is_one_of(const char *name, const char *const *list)
{
	for (; *list; list++)
		if (strcmp(*list, name) == 0)
			return true;
	return false;
}

static bool is_name(struct walk *w, qpdf_oh value, const char *name)
{
	return qpdf_oh_is_name(w->pdf, value) &&
	       strcmp(qpdf_oh_get_name(w->pdf, value), name) == 0;
}

static qpdf_oh value_of(struct walk *w, qpdf_oh dictionary, const char *key)
{
	return qpdf_oh_get_key_if_dict(w->pdf, dictionary, key);
}

/* True if the object was met before, and goes into the digest by its number. */
static bool put_met(struct walk *w, qpdf_oh value)
{
	int id = qpdf_oh_get_object_id(w->pdf, value);
	size_t room = (size_t)id + 1;

	if (id <= 0)
		return false;
	if (room > w->n_room) {
		size_t *met = id > MAX_VALUES ? NULL
					      : reallocarray(w->met, 2 * room,
							     sizeof(*met));

		if (!met) {
			w->p->unknown = true;
			return true;
		}
		memset(met + w->n_room, 0,
		       (2 * room - w->n_room) * sizeof(*met));
		w->met = met;
		w->n_room = 2 * room;
	}
	if (w->met[id]) {
		printed_put(w->p, 'r', &w->met[id], sizeof(w->met[id]));
		return true;
	}
	w->met[id] = ++w->n_met;
	return false;
}

static void put_value(struct walk *w, qpdf_oh value, int depth);

/* Puts the members of a dictionary but those in @left_out. */
static void put_members(struct walk *w, qpdf_oh dictionary,
			const char *const *left_out, int depth)
{
	struct pdf_keys keys;

	take_keys(w, dictionary, &keys);
	for (size_t i = 0; i < keys.n && !w->p->unknown; i++) {
		qpdf_oh value;

		if (is_one_of(keys.names[i], left_out))
			continue;
		value = qpdf_oh_get_key(w->pdf, dictionary, keys.names[i]);
		printed_put(w->p, 'k', keys.names[i], strlen(keys.names[i]));
		put_value(w, value, depth + 1);
		qpdf_oh_release(w->pdf, value);
	}
	printed_put(w->p, 'e', "", 0);
	pdf_keys_free(&keys);
}

/* What leads back to the page, or to the order of reading. */
static const char *const links[] = { "/Parent", "/P", "/StructParent",
				     "/StructParents", NULL };

static void put_stream(struct walk *w, qpdf_oh stream, int depth)
{
	static const char *const coding[] = { "/Length", "/Filter",
					      "/DecodeParms", NULL };
	static const char *const length[] = { "/Length", NULL };
	qpdf_oh dictionary = qpdf_oh_get_dict(w->pdf, stream);
	QPDF_BOOL decoded = QPDF_FALSE;
	unsigned char *data = NULL;
	size_t len = 0;

	if (qpdf_oh_get_stream_data(w->pdf, stream, qpdf_dl_generalized,
				    &decoded, &data, &len) &
	    QPDF_ERRORS)
		w->p->unknown = true;
	else
		printed_put(w->p, decoded ? 's' : 'S', data, len);
	free(data);
	put_members(w, dictionary, decoded ? coding : length, depth);
	qpdf_oh_release(w->pdf, dictionary);
}

static void put_array(struct walk *w, qpdf_oh array, int depth)
{
	int n = qpdf_oh_get_array_n_items(w->pdf, array);

	printed_put(w->p, 'a', &n, sizeof(n));
	for (int i = 0; i < n && !w->p->unknown; i++) {
		qpdf_oh item = qpdf_oh_get_array_item(w->pdf, array, i);

		put_value(w, item, depth + 1);
		qpdf_oh_release(w->pdf, item);
	}
}

static void put_value(struct walk *w, qpdf_oh value, int depth)
{
	const char *text;

	if (depth > MAX_DEPTH || ++w->n_values > MAX_VALUES ||
	    qpdf_has_error(w->pdf)) {
		w->p->unknown = true;
		return;
	}
	switch (qpdf_oh_get_type_code(w->pdf, value)) {
	case ot_dictionary:
		if (!put_met(w, value))
			put_members(w, value, links, depth);
		break;
	case ot_array:
		if (!put_met(w, value))
			put_array(w, value, depth);
		break;
	case ot_stream:
		if (!put_met(w, value))
			put_stream(w, value, depth);
		break;
	default:
		text = qpdf_oh_unparse_resolved(w->pdf, value);
		printed_put(w->p, 'v', text, strlen(text));
	}
}

/* True if @field or its parent is a signature field that someone has signed. */
static bool is_signature(struct walk *w, qpdf_oh field)
{
	qpdf_oh parent = value_of(w, field, "/Parent");
	qpdf_oh type = value_of(w, field, "/FT");
	qpdf_oh value = value_of(w, field, "/V");
	bool made;

	if (!qpdf_oh_is_name(w->pdf, type))
		type = value_of(w, parent, "/FT");
	if (!qpdf_oh_is_dictionary(w->pdf, value))
		value = value_of(w, parent, "/V");
	made = is_name(w, type, "/Sig") && qpdf_oh_is_dictionary(w->pdf, value);
	qpdf_oh_release(w->pdf, parent);
	return made;
}

static bool has_key(struct walk *w, qpdf_oh dictionary, const char *key)
{
	return qpdf_oh_is_dictionary(w->pdf, dictionary) &&
	       qpdf_oh_has_key(w->pdf, dictionary, key);
}

/* True if @field or its parent has an action, which a viewer would run. */
static bool acts(struct walk *w, qpdf_oh field)
{
	qpdf_oh parent = value_of(w, field, "/Parent");
	bool any = has_key(w, field, "/A") || has_key(w, field, "/AA") ||
		   has_key(w, parent, "/AA");

	qpdf_oh_release(w->pdf, parent);
	return any;
}

/* True if the rectangle of @annotation has an area. A rectangle that cannot be
 * read counts as one with an area, for a viewer may paint it. */
static bool has_area(struct walk *w, qpdf_oh annotation)
{
	qpdf_oh list = value_of(w, annotation, "/Rect");
	bool known = qpdf_oh_is_array(w->pdf, list) &&
		     qpdf_oh_get_array_n_items(w->pdf, list) == 4;
	double at[4] = { 0 };

	for (int i = 0; i < 4 && known; i++) {
		qpdf_oh item = qpdf_oh_get_array_item(w->pdf, list, i);

		known = qpdf_oh_get_value_as_number(w->pdf, item, &at[i]);
		qpdf_oh_release(w->pdf, item);
	}
	qpdf_oh_release(w->pdf, list);
	return !known || (at[0] != at[2] && at[1] != at[3]);
}

/* True if a PDF viewer shows or prints an appearance of @signature. */
static bool has_look(struct walk *w, qpdf_oh signature)
{
	int flags = 0;

	(void)qpdf_oh_get_value_as_int(w->pdf, value_of(w, signature, "/F"),
				       &flags);
	if (flags & ANNOTATION_HIDDEN)
		return false;
	if ((flags & ANNOTATION_NO_VIEW) && !(flags & ANNOTATION_PRINT))
		return false;
	return has_area(w, signature) &&
	       (has_key(w, signature, "/AP") || has_key(w, signature, "/MK"));
}

/* What stands over the page. A signature's own look is counted alone: each
 * signing program has another. */
static void put_annotations(struct walk *w, qpdf_oh page)
{
	qpdf_oh list = value_of(w, page, "/Annots");
	int n = qpdf_oh_is_array(w->pdf, list)
			? qpdf_oh_get_array_n_items(w->pdf, list)
			: 0;

	for (int i = 0; i < n && !w->p->unknown; i++) {
		qpdf_oh item = qpdf_oh_get_array_item(w->pdf, list, i);

		if (is_name(w, value_of(w, item, "/Subtype"), "/Widget") &&
		    is_signature(w, item) && !acts(w, item)) {
			w->p->n_looks += has_look(w, item);
		} else {
			printed_put(w->p, 'n', "", 0);
			put_value(w, item, 1);
		}
		qpdf_oh_release(w->pdf, item);
	}
	qpdf_oh_release(w->pdf, list);
}

static void put_page(struct walk *w, qpdf_oh page)
{
	static const char *const left_out[] = {
		"/Parent",	  "/Contents", "/Annots", "/Tabs",
		"/StructParents", "/Type",     NULL
	};
	unsigned char *data = NULL;
	size_t len = 0;

	if (qpdf_oh_get_page_content_data(w->pdf, page, &data, &len) &
	    QPDF_ERRORS)
		w->p->unknown = true;
	else
		printed_put(w->p, 'P', data, len);
	free(data);
	put_members(w, page, left_out, 0);
	put_annotations(w, page);
}

/* What the document would do or show beside its pages: scripts, forms, layers.
 * Ours do nothing of the kind. */
static void put_catalog(struct walk *w)
{
	static const char *const quiet[] = {
		"/Type",
		"/Pages",
		"/Metadata",
		"/Lang",
		"/MarkInfo",
		"/ViewerPreferences",
		"/PageMode",
		"/PageLayout",
		"/StructTreeRoot",
		"/OutputIntents",
		"/AF",
		"/Names",
		"/AcroForm",
		"/DSS",
		"/Extensions",
		"/Perms",
		"/Version",
		"/PieceInfo",
		NULL,
	};
	static const char *const files[] = { "/EmbeddedFiles", NULL };
	static const char *const fields[] = { "/Fields", "/SigFlags", "/DA",
					      "/DR", NULL };
	qpdf_oh root = qpdf_get_root(w->pdf);

	put_members(w, root, quiet, 0);
	put_members(w, value_of(w, root, "/Names"), files, 0);
	put_members(w, value_of(w, root, "/AcroForm"), fields, 0);
}

static void count_signatures(struct walk *w)
{
	qpdf_oh form = value_of(w, qpdf_get_root(w->pdf), "/AcroForm");
	qpdf_oh list = value_of(w, form, "/Fields");
	int n = qpdf_oh_is_array(w->pdf, list)
			? qpdf_oh_get_array_n_items(w->pdf, list)
			: 0;

	for (int i = 0; i < n && i < MAX_PAGES; i++) {
		qpdf_oh field = qpdf_oh_get_array_item(w->pdf, list, i);

		w->p->n_signatures += is_signature(w, field);
		qpdf_oh_release(w->pdf, field);
	}
}

void printed_pdf(struct printed *p, qpdf_data pdf, const struct places *places)
{
	struct walk w = { .pdf = pdf, .p = p };
	int n;

	if (qpdf_push_inherited_attributes_to_page(pdf) & QPDF_ERRORS)
		p->unknown = true;
	n = qpdf_get_num_pages(pdf);
	if (n < 0 || n > MAX_PAGES)
		p->unknown = true;
	for (int i = 0; i < n && !p->unknown; i++) {
		qpdf_oh page = qpdf_get_page_n(pdf, (size_t)i);

		put_page(&w, page);
		qpdf_oh_release(pdf, page);
	}
	if (!p->unknown)
		put_catalog(&w);
	count_signatures(&w);
	strays_pdf(p, pdf, places);
	while (qpdf_more_warnings(pdf)) {
		(void)qpdf_next_warning(pdf);
		p->unknown = true;
	}
	if (qpdf_has_error(pdf)) {
		(void)qpdf_get_error(pdf);
		p->unknown = true;
	}
	free(w.met);
}
