/* SPDX-License-Identifier: LGPL-2.1-or-later */
/*
 * What came into a file after a signature of it. Programs show the last of a
 * file's revisions, and the signature is of an earlier one: so the two are
 * compared object by object, and nothing passes but what a later signer, a
 * time-stamp or a collector of proofs adds, and what a certification permits to
 * be filled in.
 */
#include <ctype.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "comparison.h"

#define MAX_REVISIONS 32
/* The most that later signatures may hide of a page, in hundredths. */
#define MAX_LOOK 20.0

static void add(struct comparison *c, enum finding finding, const char *text)
{
	signature_add(c->s, finding, text);
}

static void add_number(struct comparison *c, enum finding finding, int number)
{
	char text[24];

	(void)snprintf(text, sizeof(text), "%d", number);
	add(c, finding, text);
}

/* 1. What is added */

static double number_at(qpdf_data pdf, qpdf_oh array, int i)
{
	double value = 0;

	(void)qpdf_oh_get_value_as_number(
		pdf, qpdf_oh_get_array_item(pdf, array, i), &value);
	return value;
}

/* The area of the later revision's @page as it is seen, in its own units, 0
 * where that cannot be told; of a page that is not known, of A4. */
static double page_area(struct comparison *c, int page)
{
	qpdf_data pdf = c->new->pdf;
	struct pages pages = pages_of(pdf);
	double area = 595.0 * 842.0;
	struct seen_page seen;

	if (page >= 1 && page <= pages.n)
		area = page_seen(pdf, pages.list[page - 1], &seen)
			       ? (seen.box[2] - seen.box[0]) *
					 (seen.box[3] - seen.box[1])
			       : 0;
	free(pages.list);
	return area;
}

/* True if the flags of an annotation are those that programs agree on. */
static bool has_flags(qpdf_data pdf, qpdf_oh widget, int *flags)
{
	qpdf_oh value = get(pdf, widget, "/F");
	long long number = 0;

	*flags = 0;
	if (qpdf_oh_is_null(pdf, value))
		return true;
	if (!qpdf_oh_get_value_as_longlong(pdf, value, &number) || number < 0 ||
	    number > 1023)
		return false;
	*flags = (int)number;
	return true;
}

/*
 * The hundredth parts of the page that the widget may hide: all of them where
 * its place cannot be told, for programs read a bad number each in its way.
 * Without a picture some draw one of their own.
 */
static double look_of(struct comparison *c, qpdf_oh widget, int page)
{
	qpdf_data pdf = c->new->pdf;
	qpdf_oh rect = get(pdf, widget, "/Rect");
	double box[4], area, all;
	int flags;

	if ((has_flags(pdf, widget, &flags) && flags & 2) ||
	    qpdf_oh_is_null(pdf, rect))
		return 0;
	if (!box_of(pdf, rect, box))
		return 100;
	area = (box[2] - box[0]) * (box[3] - box[1]);
	all = page_area(c, page);
	if (area == 0)
		return 0;
	return all > 0 ? 100 * area / all : 100;
}

/* True if the widget has a border that is drawn. */
static bool has_border(qpdf_data pdf, qpdf_oh widget)
{
	qpdf_oh style = get(pdf, widget, "/BS"),
		border = get(pdf, widget, "/Border");
	double width = 1;

	if (qpdf_oh_is_dictionary(pdf, style))
		(void)qpdf_oh_get_value_as_number(pdf, get(pdf, style, "/W"),
						  &width);
	else if (qpdf_oh_is_array(pdf, border))
		width = array_size(pdf, border) > 2 ? number_at(pdf, border, 2)
						    : 1;
	else
		width = 0;
	return width != 0;
}

/* True if programs draw the widget: by a picture that it has, or the ground and
 * the border that it asks for. */
static bool shows(struct comparison *c, qpdf_oh widget)
{
	qpdf_data pdf = c->new->pdf;
	qpdf_oh asked = get(pdf, widget, "/MK");

	return look_of(c, widget, 0) > 0 &&
	       (!qpdf_oh_is_null(pdf, get(pdf, widget, "/AP")) ||
		!qpdf_oh_is_null(pdf, get(pdf, asked, "/BG")) ||
		!qpdf_oh_is_null(pdf, get(pdf, asked, "/BC")) ||
		!qpdf_oh_is_null(pdf, get(pdf, asked, "/CA")) ||
		!qpdf_oh_is_null(pdf, get(pdf, asked, "/I")) ||
		has_border(pdf, widget));
}

static const struct signature *signature_in(const struct signed_pdf *doc,
					    int field)
{
	for (size_t i = 0; i < doc->n; i++)
		if (field > 0 && doc->list[i].field == field)
			return &doc->list[i];
	return NULL;
}

/* A signature has come into the field of the later revision. */
static void added_signature(struct comparison *c, qpdf_oh field, bool is_seen)
{
	qpdf_data pdf = c->new->pdf;
	const struct signature *by =
		signature_in(c->doc, qpdf_oh_get_object_id(pdf, field));
	char *name = string_of(pdf, field, "/T");
	bool has_value = qpdf_oh_is_dictionary(pdf, get(pdf, field, "/V")) != 0;

	if (c->s->certifies && c->s->permission == 1 && !(by && by->is_stamp))
		add(c, FINDING_CHANGE_FORBIDDEN, name);
	/* Anybody may have a time-stamp of anything: it is no signer's. */
	if (is_seen && !(by && signature_stands(by) && !by->is_stamp))
		add(c, FINDING_CHANGE_UNSIGNED, name);
	else if (is_seen && by->indication != TOTAL_PASSED)
		add(c, FINDING_CHANGE_DOUBTFUL, name);
	else if (!has_value)
		add(c, FINDING_ADDED_FIELD, name);
	else
		add(c,
		    by && by->is_stamp ? FINDING_ADDED_STAMP
				       : FINDING_ADDED_SIGNATURE,
		    name);
	free(name);
}

/* Its own kind, and not what it has from a field above it. */
static bool is_signature_field(qpdf_data pdf, qpdf_oh field)
{
	return qpdf_oh_is_name_and_equals(pdf, get(pdf, field, "/FT"), "/Sig");
}

/* A field of the later revision that the earlier one has not. */
static bool take_field(struct comparison *c, qpdf_oh field)
{
	qpdf_data pdf = c->new->pdf;
	qpdf_oh kids = get(pdf, field, "/Kids");
	bool is_seen = shows(c, field);

	if (!is_new(c, qpdf_oh_get_object_id(pdf, field)) ||
	    !is_signature_field(pdf, field))
		return false;
	for (int i = 0; i < array_size(pdf, kids); i++)
		is_seen |= shows(c, qpdf_oh_get_array_item(pdf, kids, i));
	added_signature(c, field, is_seen);
	return true;
}

/* True if the earlier revision has the object as a node of the tree of fields,
 * which is no field itself. */
static bool is_node(struct comparison *c, int id)
{
	qpdf_oh node = object_of(c->old, id);

	return id > 0 && id < c->n_roles && c->roles[id].kind == ROLE_FIELD &&
	       qpdf_oh_is_dictionary(c->old->pdf, node) &&
	       !qpdf_oh_has_key(c->old->pdf, node, "/FT") &&
	       !qpdf_oh_has_key(c->old->pdf, node, "/Subtype") &&
	       qpdf_oh_has_key(c->old->pdf, node, "/Kids");
}

/*
 * A widget that is new on a page, of a signature that is new too and stands,
 * and does nothing; or of an empty field, which does not show. *@look grows by
 * what it hides.
 */
static bool take_widget(struct comparison *c, qpdf_oh widget, int page,
			double *look)
{
	qpdf_data pdf = c->new->pdf;
	qpdf_oh parent = get(pdf, widget, "/Parent");
	bool has_parent = qpdf_oh_is_dictionary(pdf, parent) != 0;
	bool is_field = is_signature_field(pdf, widget);
	qpdf_oh field = is_field ? widget : parent;
	int id = qpdf_oh_get_object_id(pdf, field), flags;
	const struct signature *by = signature_in(c->doc, id);

	if (!is_new(c, qpdf_oh_get_object_id(pdf, widget)) || !is_new(c, id) ||
	    (has_parent && !is_new(c, qpdf_oh_get_object_id(pdf, parent)) &&
	     !(is_field && is_node(c, qpdf_oh_get_object_id(pdf, parent)))) ||
	    !qpdf_oh_is_name_and_equals(pdf, get(pdf, widget, "/Subtype"),
					"/Widget") ||
	    !is_signature_field(pdf, field) ||
	    (!is_field && qpdf_oh_has_key(pdf, widget, "/FT")) ||
	    !has_flags(pdf, widget, &flags) ||
	    array_size(pdf, get(pdf, widget, "/Rect")) != 4 ||
	    qpdf_oh_has_key(pdf, widget, "/A") ||
	    qpdf_oh_has_key(pdf, widget, "/AA"))
		return false;
	*look += look_of(c, widget, page);
	if (by)
		added_signature(c, field, shows(c, widget));
	return by || !shows(c, widget);
}

/* 2. What is changed, by what it is there for */

static void compare_fields(struct comparison *c, qpdf_oh a, qpdf_oh b)
{
	int n;

	if (!begins_with(c, a, b, &n)) {
		add(c, FINDING_CHANGE_FORM, "/Fields");
		return;
	}
	for (int i = n; i < array_size(c->new->pdf, b); i++)
		if (!take_field(c, qpdf_oh_get_array_item(c->new->pdf, b, i)))
			add(c, FINDING_CHANGE_FORM, "/Fields");
}

static bool is_end_of_name(unsigned char c)
{
	return c <= ' ' || strchr("()<>[]{}/%", c);
}

/* True if the drawing @data could use @name: also where it writes a letter of
 * any name as a number. */
static bool uses_name(const unsigned char *data, size_t len, const char *name)
{
	const unsigned char *at, *end = data + len;
	size_t n = strlen(name);

	for (at = data; (at = memmem(at, (size_t)(end - at), name, n)); at++)
		if (at + n == end || is_end_of_name(at[n]))
			return true;
	for (at = data; (at = memchr(at, '/', (size_t)(end - at)));)
		for (at++; at < end && !is_end_of_name(*at); at++)
			if (*at == '#' && end - at > 2 && isxdigit(at[1]) &&
			    isxdigit(at[2]))
				return true;
	return false;
}

/* True if the stream could be a drawing that uses @name. */
static bool is_drawn_in(qpdf_data pdf, qpdf_oh stream, const char *name)
{
	qpdf_oh dict = qpdf_oh_get_dict(pdf, stream);
	qpdf_oh kind = get(pdf, dict, "/Subtype");
	unsigned char *data = NULL;
	QPDF_BOOL decoded = QPDF_FALSE;
	size_t len = 0;
	bool uses = false;

	/* A font, a picture and what is coded as one draw nothing. */
	if (!qpdf_oh_is_name_and_equals(pdf, kind, "/Image") &&
	    !qpdf_oh_has_key(pdf, dict, "/Length1"))
		uses = (qpdf_oh_get_stream_data(pdf, stream,
						qpdf_dl_generalized, &decoded,
						&data, &len) &
			QPDF_ERRORS) ||
		       (decoded && len > 0 && uses_name(data, len, name));
	free(data);
	qpdf_oh_release(pdf, dict);
	return uses;
}

/* True if a drawing of the earlier revision could use @name, and would show
 * otherwise with a thing of that name. */
static bool is_drawn(struct comparison *c, const char *name)
{
	qpdf_data pdf = c->old->pdf;
	bool drawn = c->drawn.len > 0 &&
		     uses_name(c->drawn.data, c->drawn.len, name);

	for (size_t i = 0; i < c->old->places.n && !drawn; i++) {
		const struct place *p = &c->old->places.list[i];
		qpdf_oh object =
			qpdf_get_object_by_id(pdf, p->id, p->generation);

		drawn = qpdf_oh_is_stream(pdf, object) &&
			is_drawn_in(pdf, object, name);
		qpdf_oh_release(pdf, object);
	}
	return drawn;
}

/* True for a thing of a new name, by which nothing is drawn. */
static bool names_permit(struct comparison *c, const char *key, qpdf_oh a,
			 qpdf_oh b, void *ctx)
{
	(void)b;
	(void)ctx;
	return qpdf_oh_is_null(c->old->pdf, a) && !c->is_limited &&
	       !is_drawn(c, key);
}

static bool resources_permit(struct comparison *c, const char *key, qpdf_oh a,
			     qpdf_oh b, void *ctx)
{
	char *what = NULL;
	bool ok =
		(strcmp(key, "/Font") == 0 || strcmp(key, "/Encoding") == 0) &&
		dictionary_permitted(c, a, b, names_permit, ctx, &what);

	free(what);
	return ok;
}

/* Signers put what they draw their own fields with beside what is there. */
static void compare_resources(struct comparison *c, qpdf_oh a, qpdf_oh b,
			      is_permitted permitted)
{
	char *what = NULL;

	if (!dictionary_permitted(c, a, b, permitted, NULL, &what))
		add(c, FINDING_CHANGE_FORM, "/DR");
	free(what);
}

static bool form_permits(struct comparison *c, const char *key, qpdf_oh a,
			 qpdf_oh b, void *ctx)
{
	(void)ctx;
	if (strcmp(key, "/Fields") == 0) {
		/* As an object of its own it is compared as that. */
		if (!qpdf_oh_is_indirect(c->old->pdf, a) ||
		    id_of(c, a) != qpdf_oh_get_object_id(c->new->pdf, b))
			compare_fields(c, a, b);
		return true;
	}
	if (strcmp(key, "/SigFlags") == 0)
		return true;
	if (strcmp(key, "/DR") == 0 && !qpdf_oh_is_null(c->old->pdf, a)) {
		compare_resources(c, a, b, resources_permit);
		return true;
	}
	return (strcmp(key, "/DR") == 0 || strcmp(key, "/DA") == 0) &&
	       qpdf_oh_is_null(c->old->pdf, a) && !c->has_fields;
}

static void compare_form(struct comparison *c, qpdf_oh a, qpdf_oh b)
{
	char *what = NULL;

	if (!dictionary_permitted(c, a, b, form_permits, NULL, &what))
		add(c, FINDING_CHANGE_FORM, what ? what : "/AcroForm");
	free(what);
}

static bool catalog_permits(struct comparison *c, const char *key, qpdf_oh a,
			    qpdf_oh b, void *ctx)
{
	(void)ctx;
	if (strcmp(key, "/AcroForm") == 0) {
		compare_form(c, a, b);
		return true;
	}
	if (strcmp(key, "/DSS") == 0) {
		add(c, FINDING_ADDED_PROOFS, NULL);
		return true;
	}
	if (strcmp(key, "/Metadata") == 0) {
		metadata_compare(c, a, b);
		return true;
	}
	return (strcmp(key, "/Extensions") == 0 &&
		qpdf_oh_is_dictionary(c->new->pdf, b)) ||
	       (strcmp(key, "/Version") == 0 &&
		qpdf_oh_is_name(c->new->pdf, b));
}

static void compare_annotations(struct comparison *c, qpdf_oh a, qpdf_oh b,
				int page)
{
	bool comments = c->s->certifies && c->s->permission == 3;
	double look = 0;
	int n;

	if (!begins_with(c, a, b, &n)) {
		add_number(c, FINDING_CHANGE_ANNOTATION, page);
		return;
	}
	for (int i = n; i < array_size(c->new->pdf, b); i++)
		if (!take_widget(c, qpdf_oh_get_array_item(c->new->pdf, b, i),
				 page, &look))
			add_number(c,
				   comments ? FINDING_ADDED_ANNOTATION
					    : FINDING_CHANGE_ANNOTATION,
				   page);
	if (look > MAX_LOOK)
		add_number(c, FINDING_CHANGE_LOOK, page);
}

static bool page_permits(struct comparison *c, const char *key, qpdf_oh a,
			 qpdf_oh b, void *ctx)
{
	const int *page = ctx;

	/* In what order the fields are gone through. */
	if (strcmp(key, "/Tabs") == 0)
		return true;
	if (strcmp(key, "/Annots") != 0)
		return false;
	if (!qpdf_oh_is_indirect(c->old->pdf, a) ||
	    id_of(c, a) != qpdf_oh_get_object_id(c->new->pdf, b))
		compare_annotations(c, a, b, *page);
	return true;
}

static bool keys_permit(struct comparison *c, const char *key, qpdf_oh a,
			qpdf_oh b, void *ctx)
{
	(void)c;
	(void)a;
	(void)b;
	return is_one_of(key, ctx);
}

/* The keys that signing an empty field changes in it, and filling in another.
 */
static const char *const no_keys[] = { NULL };
static const char *const signing_keys[] = { "/Type", "/P", "/V",  "/AP", "/M",
					    "/MK",   "/F", "/DA", "/TU", NULL };
static const char *const filling_keys[] = { "/V", "/AP", "/AS", "/M",
					    "/I", "/RV", NULL };

/* The field that a widget is of, which may be itself. */
static qpdf_oh field_of(qpdf_data pdf, qpdf_oh widget)
{
	qpdf_oh parent = get(pdf, widget, "/Parent");

	return !qpdf_oh_has_key(pdf, widget, "/FT") &&
			       qpdf_oh_is_dictionary(pdf, parent)
		       ? parent
		       : widget;
}

static bool may_be_filled(const struct comparison *c, qpdf_oh field)
{
	qpdf_data pdf = c->old->pdf;
	qpdf_oh parent = get(pdf, field, "/Parent");
	int flags = 0, above = 0;

	(void)qpdf_oh_get_value_as_int(pdf, get(pdf, field, "/Ff"), &flags);
	(void)qpdf_oh_get_value_as_int(pdf, get(pdf, parent, "/Ff"), &above);
	/* The lowest bit: it is to be read only. */
	return c->s->certifies && c->s->permission >= 2 && !c->s->locks &&
	       !((flags | above) & 1);
}

/* True if nothing but fields of signatures came below a field. */
static bool kids_permit(struct comparison *c, qpdf_oh a, qpdf_oh b)
{
	int n;

	if (!begins_with(c, a, b, &n))
		return false;
	for (int i = n; i < array_size(c->new->pdf, b); i++)
		if (!take_field(c, qpdf_oh_get_array_item(c->new->pdf, b, i)))
			return false;
	return true;
}

static bool field_permits(struct comparison *c, const char *key, qpdf_oh a,
			  qpdf_oh b, void *ctx)
{
	return strcmp(key, "/Kids") == 0 ? kids_permit(c, a, b)
					 : is_one_of(key, ctx);
}

/* The array @a of the fields below the field @id, which is an object. */
static void compare_kids(struct comparison *c, qpdf_oh a, qpdf_oh b, int id)
{
	char *name = string_of(c->old->pdf, object_of(c->old, id), "/T");

	if (!is_node(c, id) || !kids_permit(c, a, b))
		add(c, FINDING_CHANGE_FIELD, name);
	free(name);
}

static void compare_field(struct comparison *c, qpdf_oh a, qpdf_oh b)
{
	qpdf_oh old = field_of(c->old->pdf, a), new = field_of(c->new->pdf, b);
	bool is_signature = is_signature_field(c->old->pdf, old);
	bool has_value = qpdf_oh_has_key(c->old->pdf, old, "/V") != 0;
	bool has_kids = is_node(c, id_of(c, a));
	char *name = string_of(c->old->pdf, old, "/T"), *what = NULL;
	const char *const *keys = has_kids	 ? no_keys
				  : is_signature ? signing_keys
						 : filling_keys;
	double look = look_of(c, b, 0);

	if (is_signature && has_value)
		add(c, FINDING_CHANGE_SIGNATURE, name);
	else if (!dictionary_permitted(c, a, b, field_permits, (void *)keys,
				       &what))
		add(c, FINDING_CHANGE_FIELD, name);
	else if (is_signature)
		added_signature(c, new, shows(c, b));
	else if (!has_kids)
		add(c,
		    may_be_filled(c, a) ? FINDING_FILLED_FIELD
					: FINDING_CHANGE_FIELD,
		    name);
	if (is_signature && look > MAX_LOOK)
		add(c, FINDING_CHANGE_LOOK, name);
	free(name);
	free(what);
}

/* The particulars of a file that tell of its last change. */
static const char *const change_keys[] = { "/ModDate", "/Producer", "/Trapped",
					   NULL };

static void compare_info(struct comparison *c, qpdf_oh a, qpdf_oh b)
{
	char *what = NULL;

	if (dictionary_permitted(c, a, b, keys_permit, (void *)change_keys,
				 &what))
		add(c, FINDING_ADDED_METADATA, NULL);
	else
		add(c, FINDING_CHANGE_INFO, what ? what : "/Info");
	free(what);
}

/* Elements are added to what a signed field has of its own: to the kids of one
 * above it, which may be one alone, and to the tree of numbers. */
static bool structure_permits(struct comparison *c, const char *key, qpdf_oh a,
			      qpdf_oh b, void *ctx)
{
	char *what = NULL;
	bool ok;
	int n;

	if (strcmp(key, "/ParentTreeNextKey") == 0)
		return true;
	if (strcmp(key, "/ParentTree") == 0 &&
	    !qpdf_oh_is_indirect(c->old->pdf, a)) {
		ok = dictionary_permitted(c, a, b, structure_permits, ctx,
					  &what);
		free(what);
		return ok;
	}
	if (strcmp(key, "/K") == 0 && !qpdf_oh_is_array(c->old->pdf, a) &&
	    !qpdf_oh_is_null(c->old->pdf, a))
		return array_size(c->new->pdf, b) > 0 &&
		       same_value(c, a,
				  qpdf_oh_get_array_item(c->new->pdf, b, 0));
	return (strcmp(key, "/K") == 0 || strcmp(key, "/Nums") == 0 ||
		strcmp(key, "/Kids") == 0) &&
	       begins_with(c, a, b, &n);
}

static void compare_structure(struct comparison *c, qpdf_oh a, qpdf_oh b,
			      int id)
{
	char *what = NULL;
	int n;

	if (!(qpdf_oh_is_array(c->old->pdf, a) && begins_with(c, a, b, &n)) &&
	    !dictionary_permitted(c, a, b, structure_permits, NULL, &what))
		add_number(c, FINDING_CHANGE_OBJECT, id);
	free(what);
}

static void compare_catalog(struct comparison *c, qpdf_oh a, qpdf_oh b)
{
	char *what = NULL;

	if (!dictionary_permitted(c, a, b, catalog_permits, NULL, &what))
		add(c, FINDING_CHANGE_CATALOG, what ? what : "/Root");
	free(what);
}

static void compare_page(struct comparison *c, qpdf_oh a, qpdf_oh b, int page)
{
	char *what = NULL;

	if (!dictionary_permitted(c, a, b, page_permits, &page, &what))
		add_number(c, FINDING_CHANGE_PAGE, page);
	free(what);
}

/* The object @id, which the later revision has anew. */
static void compare_object(struct comparison *c, int id)
{
	qpdf_oh a = object_of(c->old, id), b = object_of(c->new, id);

	const struct role *role = &c->roles[id];

	if (is_container(c, id, a) || same_object(c, a, b))
		return;
	switch (role->kind) {
	case ROLE_CATALOG:
		compare_catalog(c, a, b);
		break;
	case ROLE_FORM:
		compare_form(c, a, b);
		break;
	case ROLE_FIELDS:
		compare_fields(c, a, b);
		break;
	case ROLE_FIELD:
		compare_field(c, a, b);
		break;
	case ROLE_KIDS:
		compare_kids(c, a, b, role->of);
		break;
	case ROLE_RESOURCES:
		compare_resources(c, a, b, resources_permit);
		break;
	case ROLE_FONTS:
		compare_resources(c, a, b, names_permit);
		break;
	case ROLE_LOOK:
		compare_field(c, object_of(c->old, role->of),
			      object_of(c->new, role->of));
		break;
	case ROLE_SIGNATURE: {
		char *name = string_of(c->old->pdf, object_of(c->old, role->of),
				       "/T");

		add(c, FINDING_CHANGE_SIGNATURE, name);
		free(name);
		break;
	}
	case ROLE_PAGE:
		compare_page(c, a, b, role->of);
		break;
	case ROLE_CONTENT:
		add_number(c, FINDING_CHANGE_PAGE, role->of);
		break;
	case ROLE_ANNOTATIONS:
		compare_annotations(c, a, b, role->of);
		break;
	case ROLE_ANNOTATION:
		add_number(c, FINDING_CHANGE_ANNOTATION, role->of);
		break;
	case ROLE_INFO:
		compare_info(c, a, b);
		break;
	case ROLE_METADATA:
		metadata_compare(c, a, b);
		break;
	case ROLE_PROOFS:
		add(c, FINDING_ADDED_PROOFS, NULL);
		break;
	case ROLE_STRUCTURE:
		compare_structure(c, a, b, id);
		break;
	case ROLE_NONE:
	default:
		add_number(c, FINDING_CHANGE_OBJECT, id);
		break;
	}
}

/* 3. Revisions */

static void compare_trailers(struct comparison *c)
{
	qpdf_oh a = qpdf_get_trailer(c->old->pdf);
	qpdf_oh b = qpdf_get_trailer(c->new->pdf);
	qpdf_oh info[] = { get(c->old->pdf, a, "/Info"),
			   get(c->new->pdf, b, "/Info") };

	if (!same_value(c, get(c->old->pdf, a, "/Root"),
			get(c->new->pdf, b, "/Root")) ||
	    qpdf_oh_has_key(c->new->pdf, b, "/Encrypt"))
		add(c, FINDING_CHANGE_ROOT, NULL);
	if (!same_value(c, info[0], info[1]))
		compare_info(c, info[0], info[1]);
}

/* True if the stream @p of the earlier revision ends within it: of one that
 * runs on, the later revision has more. */
static bool is_within(struct comparison *c, const struct place *p)
{
	qpdf_oh stream = object_of(c->old, p->id);
	long long len = 0;

	if (p->container || !qpdf_oh_is_stream(c->old->pdf, stream))
		return true;
	(void)qpdf_oh_get_value_as_longlong(
		c->old->pdf,
		get(c->old->pdf, qpdf_oh_get_dict(c->old->pdf, stream),
		    "/Length"),
		&len);
	return len >= 0 && p->offset + (uint64_t)len <= c->old->len;
}

/* An object of another generation than 0 is passed only where it was, or has a
 * number that nothing had. */
static void compare_generations(struct comparison *c)
{
	for (size_t i = 0; i < c->new->places.n; i++) {
		const struct place *p = &c->new->places.list[i];
		bool was = p->generation == 0 || is_new(c, p->id);

		for (size_t k = 0; k < c->old->places.n && !was; k++) {
			const struct place *o = &c->old->places.list[k];

			was = o->id == p->id &&
			      o->generation == p->generation &&
			      o->container == p->container &&
			      o->offset == p->offset;
		}
		if (!was)
			add_number(c, FINDING_CHANGE_OBJECT, p->id);
	}
}

/* Compares the revision that was signed with a later one. */
static void compare(struct comparison *c, const struct revision *later)
{
	c->new = later;
	compare_trailers(c);
	compare_generations(c);
	for (size_t i = 0; i < c->old->places.n; i++) {
		const struct place *p = &c->old->places.list[i];

		if (!is_in_place(c, p))
			compare_object(c, p->id);
		else if (!same_words(c, object_of(c->old, p->id),
				     object_of(later, p->id)))
			add_number(c, FINDING_CHANGE_FILLED, p->id);
		else if (!is_within(c, p))
			add_number(c, FINDING_CHANGE_OBJECT, p->id);
	}
	/* An object that was referred to and not there. */
	for (size_t i = 0; i < c->n_holes; i++)
		if (place_of(later, c->holes[i]))
			add_number(c, FINDING_CHANGE_FILLED, c->holes[i]);
}

void changes_check(const struct signed_pdf *doc, struct signature *s)
{
	const struct bytes *file = &doc->file;
	struct revision old = { 0 }, later = { 0 };
	struct comparison c = { .doc = doc, .s = s, .old = &old };
	size_t n = 0, end = s->end;

	if (bytes_are_blank(file->data + end, file->data + file->len))
		return;
	if (!ends_as_pdf(file)) {
		signature_add(s, FINDING_CHANGE_BROKEN, NULL);
		return;
	}
	if (!revision_open(&old, file, end)) {
		signature_add(s, FINDING_REVISION_BROKEN, NULL);
		goto out;
	}
	c.is_limited = !comparison_begin(&c);
	/* Each with the one that was signed: what an object is there for is as
	 * it was then, whatever an update makes of it before another. */
	while (end < file->len && !c.is_limited) {
		end = revision_end(file, end);
		c.is_limited = ++n > MAX_REVISIONS;
		if (end == file->len)
			compare(&c, &doc->whole);
		else if (revision_open(&later, file, end))
			compare(&c, &later);
		revision_close(&later);
	}
	if (c.is_limited)
		signature_add(s, FINDING_CHANGE_UNKNOWN, NULL);
out:
	comparison_end(&c);
	revision_close(&old);
}
