/* SPDX-License-Identifier: LGPL-2.1-or-later */
/*
 * The field of a new signature, and what has to name it: its page, the form of
 * the document and, where the document has a structure, that.
 */
#include <math.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "base/date.h"
#include "comparison.h"
#include "sign.h"
#include "typeset/pdf/file.h"

#define MAX_NAMES 10000

/* Printed, and not moved by hand (ISO 32000-1, 12.5.3). */
#define WIDGET_FLAGS 132

/* 1. The page */

/* True if another page or the form has the very array too. */
static bool is_shared(struct update *u, qpdf_oh page, qpdf_oh annotations)
{
	qpdf_data pdf = u->pdf;
	qpdf_oh fields =
		get(pdf, get(pdf, qpdf_get_root(pdf), "/AcroForm"), "/Fields");
	int id = qpdf_oh_get_object_id(pdf, annotations);
	int n = qpdf_get_num_pages(pdf), uses = 0;

	for (int i = 0; i < n; i++) {
		qpdf_oh one = qpdf_get_page_n(pdf, (size_t)i);
		qpdf_oh list = get(pdf, one, "/Annots");

		uses += qpdf_oh_get_object_id(pdf, list) == id;
		qpdf_oh_release(pdf, list);
		qpdf_oh_release(pdf, one);
	}
	(void)page;
	return uses > 1 || qpdf_oh_get_object_id(pdf, fields) == id;
}

static bool add_to_page(struct update *u, qpdf_oh page, const char *widget,
			bool is_tagged)
{
	qpdf_data pdf = u->pdf;
	qpdf_oh list = get(pdf, page, "/Annots");
	bool is_apart = qpdf_oh_is_array(pdf, list) && update_has(u, list) &&
			!is_shared(u, page, list);
	bool needs_order = is_tagged && !qpdf_oh_has_key(pdf, page, "/Tabs");
	struct buffer annots = { 0 };
	struct key_text keys[2] = { { "/Annots", NULL }, { "/Tabs", NULL } };
	bool ok = true;

	if (!update_has(u, page) ||
	    (!qpdf_oh_is_array(pdf, list) && !qpdf_oh_is_null(pdf, list)))
		return sign_refuse(u->sign, REFUSED_BROKEN, NULL);
	if (is_apart) {
		put_array(update_change(u, list), pdf, list, widget);
	} else {
		put_array(&annots, pdf, list, widget);
		buffer_put(&annots, "", 1);
		keys[0].text = (const char *)annots.data;
		ok = !annots.failed;
	}
	/* Who goes through a tagged page from field to field does so in the
	 * order of its structure. */
	if (needs_order)
		keys[1].text = "/S";
	if (ok && (!is_apart || needs_order))
		put_dictionary(update_change(u, page), pdf, page, keys, 2);
	buffer_free(&annots);
	return ok || sign_refuse(u->sign, REFUSED_LIMIT, NULL);
}

/* 2. The form */

/* "Signature1", or the first such name that no field has. */
static bool name_field(struct update *u, qpdf_oh fields, char name[32])
{
	qpdf_data pdf = u->pdf;
	int n = array_size(pdf, fields), number = 1;
	bool is_free = false;

	while (!is_free && number < MAX_NAMES) {
		(void)snprintf(name, 32, "Signature%d", number++);
		is_free = true;
		for (int i = 0; i < n && is_free; i++) {
			qpdf_oh one = qpdf_oh_get_array_item(pdf, fields, i);
			char *other = string_of(pdf, one, "/T");

			is_free = other && strcmp(other, name) != 0;
			free(other);
			qpdf_oh_release(pdf, one);
		}
	}
	return is_free || sign_refuse(u->sign, REFUSED_LIMIT, NULL);
}

/* Writes the form with @field into @out, or its array of fields alone where
 * that is an object of its own. */
static bool add_to_form(struct update *u, const char *field)
{
	qpdf_data pdf = u->pdf;
	qpdf_oh root = qpdf_get_root(pdf), form = get(pdf, root, "/AcroForm");
	qpdf_oh fields = get(pdf, form, "/Fields");
	bool is_apart = qpdf_oh_is_array(pdf, fields) && update_has(u, fields);
	struct buffer list = { 0 }, text = { 0 };
	struct key_text keys[] = { { "/Fields", NULL }, { "/SigFlags", NULL } };
	struct key_text anew = { "/AcroForm", NULL };
	char number[24];
	int flags = 0;
	bool ok = true;

	if ((!qpdf_oh_is_dictionary(pdf, form) &&
	     !qpdf_oh_is_null(pdf, form)) ||
	    (!qpdf_oh_is_array(pdf, fields) && !qpdf_oh_is_null(pdf, fields)) ||
	    !update_has(u, root))
		return sign_refuse(u->sign, REFUSED_BROKEN, NULL);
	(void)qpdf_oh_get_value_as_int(pdf, get(pdf, form, "/SigFlags"),
				       &flags);
	/* There are signatures, and it is to be appended to only. */
	(void)snprintf(number, sizeof(number), "%d", flags | 3);
	if ((flags & 3) != 3)
		keys[1].text = number;
	if (is_apart) {
		put_array(update_change(u, fields), pdf, fields, field);
	} else {
		put_array(&list, pdf, fields, field);
		buffer_put(&list, "", 1);
		keys[0].text = (const char *)list.data;
	}
	if (is_apart && !keys[1].text)
		goto out;
	if (qpdf_oh_is_dictionary(pdf, form) && update_has(u, form)) {
		put_dictionary(update_change(u, form), pdf, form, keys, 2);
		goto out;
	}
	put_dictionary(&text, pdf, form, keys, 2);
	buffer_put(&text, "", 1);
	ok = !list.failed && !text.failed;
	if (ok) {
		anew.text = (const char *)text.data;
		put_dictionary(update_change(u, root), pdf, root, &anew, 1);
	}
out:
	ok = ok && !list.failed;
	buffer_free(&list);
	buffer_free(&text);
	return ok || sign_refuse(u->sign, REFUSED_LIMIT, NULL);
}

/* 3. The structure of a tagged document (ISO 32000-1, 14.7 and 14.8) */

struct structure {
	qpdf_oh root, tree;
	long long number; /* of the field in the tree */
};

/* The largest number in a node of a tree of numbers. */
static long long last_number(qpdf_data pdf, qpdf_oh node)
{
	long long last = -1, number;
	qpdf_oh nums = get(pdf, node, "/Nums"), kids = get(pdf, node, "/Kids");
	int n = array_size(pdf, nums);

	for (int i = 0; i + 1 < n; i += 2)
		if (qpdf_oh_get_value_as_longlong(
			    pdf, qpdf_oh_get_array_item(pdf, nums, i),
			    &number) &&
		    number > last)
			last = number;
	n = array_size(pdf, kids);
	for (int i = 0; i < n; i++) {
		qpdf_oh limits = get(pdf, qpdf_oh_get_array_item(pdf, kids, i),
				     "/Limits");

		if (array_size(pdf, limits) == 2 &&
		    qpdf_oh_get_value_as_longlong(
			    pdf, qpdf_oh_get_array_item(pdf, limits, 1),
			    &number) &&
		    number > last)
			last = number;
	}
	return last;
}

/* False where the document has no structure, or none that can be added to. */
static bool find_structure(struct update *u, struct structure *s)
{
	const long long most = 1LL << 30;
	qpdf_data pdf = u->pdf;
	long long next = 0;

	s->root = get(pdf, qpdf_get_root(pdf), "/StructTreeRoot");
	s->tree = get(pdf, s->root, "/ParentTree");
	if (!qpdf_oh_is_dictionary(pdf, s->root) || !update_has(u, s->root) ||
	    !qpdf_oh_is_dictionary(pdf, s->tree) ||
	    (qpdf_oh_has_key(pdf, s->tree, "/Kids") &&
	     qpdf_oh_has_key(pdf, s->tree, "/Nums")))
		return false;
	(void)qpdf_oh_get_value_as_longlong(
		pdf, get(pdf, s->root, "/ParentTreeNextKey"), &next);
	s->number = last_number(pdf, s->tree) + 1;
	if (next > s->number)
		s->number = next;
	return s->number < most;
}

/* The tree with one more number, as the text of its dictionary; what of it is
 * an object of its own goes there. */
static void add_number(struct update *u, const struct structure *s,
		       unsigned int element, struct buffer *tree,
		       bool *has_changed)
{
	qpdf_data pdf = u->pdf;
	bool has_kids = qpdf_oh_has_key(pdf, s->tree, "/Kids") != 0;
	const char *key = has_kids ? "/Kids" : "/Nums";
	qpdf_oh list = get(pdf, s->tree, key);
	struct buffer text = { 0 };
	struct key_text anew = { key, NULL };
	char more[80];

	if (has_kids) {
		unsigned int leaf = pdf_reserve(&u->file, 1);

		pdf_object(&u->file, leaf,
			   "<< /Limits [%lld %lld] /Nums [%lld %u 0 R] >>",
			   s->number, s->number, s->number, element);
		(void)snprintf(more, sizeof(more), "%u 0 R", leaf);
	} else {
		(void)snprintf(more, sizeof(more), "%lld %u 0 R", s->number,
			       element);
	}
	*has_changed = !qpdf_oh_is_array(pdf, list) || !update_has(u, list);
	put_array(*has_changed ? &text : update_change(u, list), pdf, list,
		  more);
	if (*has_changed) {
		buffer_put(&text, "", 1);
		anew.text = (const char *)text.data;
		put_dictionary(tree, pdf, s->tree, &anew, text.failed ? 0 : 1);
		tree->failed |= text.failed;
	}
	buffer_free(&text);
}

/* The element of the whole document, under which others stand; or the root. */
static qpdf_oh find_parent(struct update *u, const struct structure *s)
{
	qpdf_data pdf = u->pdf;
	qpdf_oh kids = get(pdf, s->root, "/K");
	qpdf_oh first = array_size(pdf, kids) > 0
				? qpdf_oh_get_array_item(pdf, kids, 0)
				: kids;

	/* Nothing else is changed where something was signed before. */
	return qpdf_oh_is_dictionary(pdf, first) && update_has(u, first) &&
			       (qpdf_oh_is_array(pdf, get(pdf, first, "/K")) ||
				!qpdf_oh_is_array(pdf, kids))
		       ? first
		       : s->root;
}

/* The kids of @parent with one more. */
static void put_kids(struct update *u, qpdf_oh parent, unsigned int element,
		     struct buffer *out)
{
	qpdf_data pdf = u->pdf;
	qpdf_oh kids = get(pdf, parent, "/K");
	char more[24];

	(void)snprintf(more, sizeof(more), "%u 0 R", element);
	if (qpdf_oh_is_array(pdf, kids) || qpdf_oh_is_null(pdf, kids)) {
		put_array(out, pdf, kids, more);
	} else {
		buffer_puts(out, "[");
		put_value(out, pdf, kids);
		buffer_printf(out, " %s]", more);
	}
	buffer_put(out, "", 1);
}

/* Adds the element of the field @widget on @page. */
static void add_to_structure(struct update *u, const struct structure *s,
			     qpdf_oh page, unsigned int widget)
{
	qpdf_data pdf = u->pdf;
	unsigned int element = pdf_reserve(&u->file, 1);
	qpdf_oh parent = find_parent(u, s);
	bool is_root = qpdf_oh_get_object_id(pdf, parent) ==
		       qpdf_oh_get_object_id(pdf, s->root);
	struct buffer *out = &u->file.out, kids = { 0 }, tree = { 0 };
	struct key_text keys[] = { { "/K", NULL },
				   { "/ParentTree", NULL },
				   { "/ParentTreeNextKey", NULL } };
	char next[24];
	bool has_tree;

	pdf_begin(&u->file, element);
	buffer_puts(out, "<< /Type /StructElem /S /Form /P ");
	put_value(out, pdf, parent);
	buffer_puts(out, " /Pg ");
	put_value(out, pdf, page);
	buffer_printf(out, " /K << /Type /OBJR /Obj %u 0 R /Pg ", widget);
	put_value(out, pdf, page);
	buffer_puts(out, " >> >>");
	pdf_end(&u->file);

	put_kids(u, parent, element, &kids);
	keys[0].text = (const char *)kids.data;
	if (!is_root && !kids.failed)
		put_dictionary(update_change(u, parent), pdf, parent, keys, 1);
	if (!is_root)
		keys[0].text = NULL;
	add_number(u, s, element, &tree, &has_tree);
	if (has_tree && update_has(u, s->tree)) {
		struct buffer *text = update_change(u, s->tree);

		buffer_put(text, tree.data, tree.len);
	} else if (has_tree) {
		buffer_put(&tree, "", 1);
		keys[1].text = (const char *)tree.data;
	}
	(void)snprintf(next, sizeof(next), "%lld", s->number + 1);
	keys[2].text = next;
	if (!kids.failed && !tree.failed)
		put_dictionary(update_change(u, s->root), pdf, s->root, keys,
			       3);
	out->failed |= kids.failed || tree.failed;
	buffer_free(&kids);
	buffer_free(&tree);
}

/* 4. The signature */

static void put_claim(struct buffer *out, const char *key, const char *text)
{
	if (!text || !text[0])
		return;
	buffer_printf(out, " %s ", key);
	pdf_text(out, text);
}

static void put_signature(struct update *u, unsigned int number, size_t room)
{
	static const char zeros[256] =
		"0000000000000000000000000000000000000000000000000000000000000000"
		"0000000000000000000000000000000000000000000000000000000000000000"
		"0000000000000000000000000000000000000000000000000000000000000000"
		"000000000000000000000000000000000000000000000000000000000000000";
	const size_t n = sizeof(zeros) - 1;
	const struct sign *s = u->sign;
	struct buffer *out = &u->file.out;
	struct tm tm = date_tm((time_t)json_integer_value(
		json_object_get(s->request, "time")));

	pdf_begin(&u->file, number);
	buffer_puts(out, "<< /Type /Sig /Filter /Adobe.PPKLite /SubFilter "
			 "/ETSI.CAdES.detached");
	/* A claim; the signed attributes have none, for PAdES permits one
	 * place only. */
	buffer_printf(out, " /M (D:%04d%02d%02d%02d%02d%02d+07'00')",
		      tm.tm_year + 1900, tm.tm_mon + 1, tm.tm_mday, tm.tm_hour,
		      tm.tm_min, tm.tm_sec);
	put_claim(out, "/Name", sign_text(s, "name"));
	put_claim(out, "/Reason", sign_text(s, "reason"));
	put_claim(out, "/Location", sign_text(s, "location"));
	buffer_puts(out, " /ByteRange [0 ");
	u->range = out->len;
	buffer_puts(out, "                                 ");
	buffer_puts(out, " /Contents ");
	u->hole = out->len;
	u->room = room;
	buffer_puts(out, "<");
	for (size_t left = 2 * room; left > 0; left -= left < n ? left : n)
		buffer_put(out, zeros, left < n ? left : n);
	buffer_puts(out, "> >>");
	pdf_end(&u->file);
}

static void put_rect(struct buffer *out, const double rect[4])
{
	buffer_puts(out, "[");
	for (int i = 0; i < 4; i++) {
		buffer_puts(out, i ? " " : "");
		pdf_number(out, (int)lround(rect[i] * 1000));
	}
	buffer_puts(out, "]");
}

bool field_write(struct update *u, qpdf_oh page, const struct look *look,
		 size_t room)
{
	qpdf_data pdf = u->pdf;
	struct buffer *out = &u->file.out;
	unsigned int value = pdf_reserve(&u->file, 1);
	unsigned int widget = pdf_reserve(&u->file, 1);
	qpdf_oh form = get(pdf, qpdf_get_root(pdf), "/AcroForm");
	struct structure structure = { 0 };
	bool is_tagged = find_structure(u, &structure);
	char name[32], reference[24];

	if (!name_field(u, get(pdf, form, "/Fields"), name))
		return false;
	put_signature(u, value, room);
	pdf_begin(&u->file, widget);
	buffer_printf(out,
		      "<< /Type /Annot /Subtype /Widget /FT /Sig /T (%s) "
		      "/V %u 0 R /F %d /P ",
		      name, value, WIDGET_FLAGS);
	put_value(out, pdf, page);
	buffer_puts(out, " /Rect ");
	put_rect(out, look->rect);
	buffer_printf(out, " /AP << /N %u 0 R >>", look->form);
	put_claim(out, "/TU", sign_text(u->sign, "name"));
	if (is_tagged)
		buffer_printf(out, " /StructParent %lld", structure.number);
	buffer_puts(out, " >>");
	pdf_end(&u->file);
	(void)snprintf(reference, sizeof(reference), "%u 0 R", widget);
	if (is_tagged)
		add_to_structure(u, &structure, page, widget);
	return add_to_page(u, page, reference, is_tagged) &&
	       add_to_form(u, reference);
}
