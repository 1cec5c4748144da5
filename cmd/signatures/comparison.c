/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include "comparison.h"

#include <ctype.h>
#include <math.h>
#include <stdlib.h>
#include <string.h>

#define NUMBER "+-.0123456789"
/* Programs write a length with ten digits, or with six. */
#define MAX_ROUNDING 1e-5

/* 1. Values */

qpdf_oh get(qpdf_data pdf, qpdf_oh dictionary, const char *key)
{
	return qpdf_oh_get_key_if_dict(pdf, dictionary, key);
}

qpdf_oh object_of(const struct revision *r, int id)
{
	return qpdf_get_object_by_id(r->pdf, id, 0);
}

/* A value as text, with the numbers of the objects that it refers to. */
static char *text_of(qpdf_data pdf, qpdf_oh value, bool resolved)
{
	const char *text = resolved ? qpdf_oh_unparse_resolved(pdf, value)
				    : qpdf_oh_unparse(pdf, value);

	return text ? strdup(text) : NULL;
}

static bool same_text(char *a, char *b)
{
	bool same = a && b && strcmp(a, b) == 0;

	free(a);
	free(b);
	return same;
}

/* The end of the string or name at @at; @at where there is none. */
static const char *skip_text(const char *at)
{
	int depth = 0;

	if (*at == '/') {
		do
			at++;
		while (*at && !strchr(" \t\r\n()<>[]{}/%", *at));
	} else if (*at == '<' && at[1] != '<') {
		at += strcspn(at, ">");
	} else if (*at == '(') {
		do {
			depth += *at == '(' ? 1 : *at == ')' ? -1 : 0;
			at += *at == '\\' && at[1] ? 2 : 1;
		} while (*at && depth > 0);
	}
	return at;
}

/* Goes over the numbers at *@a and *@b. False where they differ by more than
 * how they are rounded. */
static bool take_numbers(const char **a, const char **b)
{
	size_t len = strspn(*a, NUMBER), other = strspn(*b, NUMBER);
	double x, y;

	if (!memchr(*a, '.', len) && !memchr(*b, '.', other)) {
		if (len != other || memcmp(*a, *b, len) != 0)
			return false;
	} else {
		x = strtod(*a, NULL);
		y = strtod(*b, NULL);
		if (!other || x - y > MAX_ROUNDING || y - x > MAX_ROUNDING)
			return false;
	}
	*a += len;
	*b += other;
	return true;
}

/* True if @a and @b, values as text, differ by how numbers are rounded alone.
 */
static bool is_rounded(const char *a, const char *b)
{
	while (*a && *b) {
		const char *end = skip_text(a);
		size_t len = (size_t)(end - a);

		if (len == 0 && strchr(NUMBER, *a)) {
			if (!take_numbers(&a, &b))
				return false;
			continue;
		}
		len = len ? len : 1;
		if (strncmp(a, b, len) != 0)
			return false;
		a += len;
		b += len;
	}
	return *a == *b;
}

bool same_value(struct comparison *c, qpdf_oh a, qpdf_oh b)
{
	char *old = text_of(c->old->pdf, a, false);
	char *new = text_of(c->new->pdf, b, false);
	bool same =
		old && new && (strcmp(old, new) == 0 || is_rounded(old, new));

	free(old);
	free(new);
	return same;
}

bool same_words(struct comparison *c, qpdf_oh a, qpdf_oh b)
{
	bool streams[] = { qpdf_oh_is_stream(c->old->pdf, a) != 0,
			   qpdf_oh_is_stream(c->new->pdf, b) != 0 };

	if (streams[0] != streams[1])
		return false;
	if (streams[0]) {
		a = qpdf_oh_get_dict(c->old->pdf, a);
		b = qpdf_oh_get_dict(c->new->pdf, b);
	}
	return same_text(text_of(c->old->pdf, a, true),
			 text_of(c->new->pdf, b, true));
}

static bool same_data(struct comparison *c, qpdf_oh a, qpdf_oh b)
{
	unsigned char *data[2] = { NULL, NULL };
	size_t len[2] = { 0, 0 };
	QPDF_BOOL decoded;
	bool same;

	same = !(qpdf_oh_get_stream_data(c->old->pdf, a, qpdf_dl_none, &decoded,
					 &data[0], &len[0]) &
		 QPDF_ERRORS) &&
	       !(qpdf_oh_get_stream_data(c->new->pdf, b, qpdf_dl_none, &decoded,
					 &data[1], &len[1]) &
		 QPDF_ERRORS) &&
	       len[0] == len[1] &&
	       (len[0] == 0 || memcmp(data[0], data[1], len[0]) == 0);
	free(data[0]);
	free(data[1]);
	return same;
}

bool same_object(struct comparison *c, qpdf_oh a, qpdf_oh b)
{
	return same_words(c, a, b) &&
	       (!qpdf_oh_is_stream(c->old->pdf, a) || same_data(c, a, b));
}

char *string_of(qpdf_data pdf, qpdf_oh dictionary, const char *key)
{
	const char *text = NULL;
	size_t len = 0;

	if (!qpdf_oh_get_value_as_utf8(pdf, get(pdf, dictionary, key), &text,
				       &len))
		return strdup("");
	return strndup(text, len);
}

int array_size(qpdf_data pdf, qpdf_oh value)
{
	return qpdf_oh_is_array(pdf, value)
		       ? qpdf_oh_get_array_n_items(pdf, value)
		       : 0;
}

/* The keys of @a that @b has otherwise or not at all, and then those that only
 * @b has, one after the other. */
static bool each_of(struct comparison *c, qpdf_data of, qpdf_oh keys_of,
		    qpdf_oh a, qpdf_oh b, bool only_new, is_permitted permitted,
		    void *ctx, char **what)
{
	struct pdf_keys keys;
	bool ok = true;

	pdf_keys_take(of, keys_of, &keys);
	for (size_t i = 0; i < keys.n && ok; i++) {
		const char *key = keys.names[i];
		qpdf_oh x = get(c->old->pdf, a, key);
		qpdf_oh y = get(c->new->pdf, b, key);

		if (only_new && qpdf_oh_has_key(c->old->pdf, a, key))
			continue;
		ok = same_value(c, x, y) || permitted(c, key, x, y, ctx);
		if (!ok)
			*what = strdup(key);
	}
	ok &= !keys.failed;
	pdf_keys_free(&keys);
	return ok;
}

bool dictionary_permitted(struct comparison *c, qpdf_oh a, qpdf_oh b,
			  is_permitted permitted, void *ctx, char **what)
{
	bool has = qpdf_oh_is_dictionary(c->old->pdf, a) != 0;

	*what = NULL;
	if (!qpdf_oh_is_dictionary(c->new->pdf, b) ||
	    (!has && !qpdf_oh_is_null(c->old->pdf, a)))
		return false;
	return each_of(c, c->old->pdf, a, a, b, false, permitted, ctx, what) &&
	       each_of(c, c->new->pdf, b, a, b, has, permitted, ctx, what);
}

bool begins_with(struct comparison *c, qpdf_oh a, qpdf_oh b, int *n)
{
	bool null = qpdf_oh_is_null(c->old->pdf, a) != 0;

	*n = array_size(c->old->pdf, a);
	if ((!null && !qpdf_oh_is_array(c->old->pdf, a)) ||
	    !qpdf_oh_is_array(c->new->pdf, b) ||
	    array_size(c->new->pdf, b) < *n)
		return false;
	for (int i = 0; i < *n; i++)
		if (!same_value(c, qpdf_oh_get_array_item(c->old->pdf, a, i),
				qpdf_oh_get_array_item(c->new->pdf, b, i)))
			return false;
	return true;
}

/* 2. Places */

static int compare_ids(const void *a, const void *b)
{
	const struct place *x = a, *y = b;

	return (x->id > y->id) - (x->id < y->id);
}

const struct place *place_of(const struct revision *r, int id)
{
	const struct place place = { .id = id };

	return r->places.n ? bsearch(&place, r->places.list, r->places.n,
				     sizeof(place), compare_ids)
			   : NULL;
}

bool is_new(const struct comparison *c, int id)
{
	return id > 0 && !place_of(c->old, id);
}

bool is_in_place(const struct comparison *c, const struct place *a)
{
	const struct place *b = place_of(c->new, a->id);

	if (!b || a->container != b->container || a->offset != b->offset ||
	    a->generation != b->generation)
		return false;
	return !a->container ||
	       (place_of(c->old, a->container) &&
		is_in_place(c, place_of(c->old, a->container)));
}

/* 3. Roles */

static void give(struct comparison *c, int id, enum role_kind kind, int of)
{
	if (id > 0 && id < c->n_roles && c->roles[id].kind == ROLE_NONE)
		c->roles[id] = (struct role){ kind, of };
}

int id_of(struct comparison *c, qpdf_oh value)
{
	return qpdf_oh_get_object_id(c->old->pdf, value);
}

/* Gives a role to all objects that @value leads to. */
static void give_all(struct comparison *c, qpdf_oh value, enum role_kind kind,
		     int of, int depth)
{
	qpdf_data pdf = c->old->pdf;
	int id = id_of(c, value), n = array_size(pdf, value);
	struct pdf_keys keys;

	if (depth > MAX_DEPTH ||
	    (id > 0 && id < c->n_roles && c->roles[id].kind != ROLE_NONE))
		return;
	give(c, id, kind, of);
	for (int i = 0; i < n; i++)
		give_all(c, qpdf_oh_get_array_item(pdf, value, i), kind, of,
			 depth + 1);
	pdf_keys_take(pdf, value, &keys);
	for (size_t i = 0; i < keys.n; i++)
		if (strcmp(keys.names[i], "/Parent") != 0 &&
		    strcmp(keys.names[i], "/P") != 0)
			give_all(c, get(pdf, value, keys.names[i]), kind, of,
				 depth + 1);
	pdf_keys_free(&keys);
}

static void give_resources(struct comparison *c, qpdf_oh resources)
{
	qpdf_data pdf = c->old->pdf;

	give(c, id_of(c, resources), ROLE_RESOURCES, 0);
	give(c, id_of(c, get(pdf, resources, "/Font")), ROLE_FONTS, 0);
	give(c, id_of(c, get(pdf, resources, "/Encoding")), ROLE_FONTS, 0);
}

static void give_field(struct comparison *c, qpdf_oh field, int depth)
{
	qpdf_data pdf = c->old->pdf;
	qpdf_oh kids = get(pdf, field, "/Kids"), value;
	int id = id_of(c, field), n = array_size(pdf, kids);

	c->is_limited |= depth > MAX_DEPTH;
	if (depth > MAX_DEPTH || !qpdf_oh_is_dictionary(pdf, field))
		return;
	give(c, id, ROLE_FIELD, id);
	give(c, id_of(c, kids), ROLE_KIDS, id);
	value = get(pdf, field, "/FT");
	c->has_fields |= qpdf_oh_is_name(pdf, value) &&
			 !qpdf_oh_is_name_and_equals(pdf, value, "/Sig");
	value = get(pdf, field, "/V");
	if (qpdf_oh_is_dictionary(pdf, value))
		give(c, id_of(c, value), ROLE_SIGNATURE, id);
	give_all(c, get(pdf, field, "/AP"), ROLE_LOOK, id, 0);
	for (int i = 0; i < n; i++)
		give_field(c, qpdf_oh_get_array_item(pdf, kids, i), depth + 1);
}

static void give_page(struct comparison *c, qpdf_oh page, int number)
{
	qpdf_data pdf = c->old->pdf;
	qpdf_oh list = get(pdf, page, "/Annots");
	qpdf_oh contents = get(pdf, page, "/Contents");
	int n = array_size(pdf, list);

	give(c, id_of(c, page), ROLE_PAGE, number);
	/* An array that is both has what neither may have. */
	if (id_of(c, list) > 0 && id_of(c, list) < c->n_roles &&
	    c->roles[id_of(c, list)].kind == ROLE_FIELDS)
		c->roles[id_of(c, list)].kind = ROLE_NONE;
	else
		give(c, id_of(c, list), ROLE_ANNOTATIONS, number);
	for (int i = 0; i < n; i++)
		give(c, id_of(c, qpdf_oh_get_array_item(pdf, list, i)),
		     ROLE_ANNOTATION, number);
	give(c, id_of(c, contents), ROLE_CONTENT, number);
	n = array_size(pdf, contents);
	for (int i = 0; i < n; i++)
		give(c, id_of(c, qpdf_oh_get_array_item(pdf, contents, i)),
		     ROLE_CONTENT, number);
}

/* The tree of a tagged document, as far as a new field goes into it. */
static void give_structure(struct comparison *c, qpdf_oh tree)
{
	qpdf_data pdf = c->old->pdf;
	qpdf_oh kids = get(pdf, tree, "/K"), numbers;
	int n;

	give(c, id_of(c, tree), ROLE_STRUCTURE, 0);
	give(c, id_of(c, kids), ROLE_STRUCTURE, 0);
	n = array_size(pdf, kids);
	for (int i = 0; i < n; i++)
		give(c, id_of(c, qpdf_oh_get_array_item(pdf, kids, i)),
		     ROLE_STRUCTURE, 0);
	if (qpdf_oh_is_dictionary(pdf, kids))
		give(c, id_of(c, get(pdf, kids, "/K")), ROLE_STRUCTURE, 0);
	numbers = get(pdf, tree, "/ParentTree");
	give(c, id_of(c, numbers), ROLE_STRUCTURE, 0);
	give(c, id_of(c, get(pdf, numbers, "/Nums")), ROLE_STRUCTURE, 0);
	give(c, id_of(c, get(pdf, numbers, "/Kids")), ROLE_STRUCTURE, 0);
}

/* 4. References */

bool is_one_of(const char *key, const char *const *keys)
{
	for (; *keys; keys++)
		if (strcmp(key, *keys) == 0)
			return true;
	return false;
}

/*
 * Notes by what names @dictionary says that it is drawn (/DA), with no letter
 * of them written as a number. Fields say so, those above them, the form, and
 * other annotations, wherever they stand.
 */
static void note_drawn(struct comparison *c, qpdf_oh dictionary)
{
	size_t len = 0;
	const char *text = qpdf_oh_get_binary_string_value(
		c->old->pdf, get(c->old->pdf, dictionary, "/DA"), &len);

	for (size_t i = 0; text && i < len; i++) {
		char letter = text[i], digits[3] = "";

		if (letter == '#' && len - i > 2)
			memcpy(digits, text + i + 1, 2);
		if (isxdigit((unsigned char)digits[0]) &&
		    isxdigit((unsigned char)digits[1])) {
			letter = (char)strtoul(digits, NULL, 16);
			i += 2;
		}
		buffer_put(&c->drawn, &letter, 1);
	}
	buffer_put(&c->drawn, " ", 1);
}

/* True if @annotation is drawn as the form says: a widget of a field that is
 * to be filled in, or free text. */
static bool is_drawn_by_form(qpdf_data pdf, qpdf_oh annotation)
{
	qpdf_oh kind = get(pdf, annotation, "/Subtype"), type;

	if (!qpdf_oh_is_name_and_equals(pdf, kind, "/Widget"))
		return qpdf_oh_is_name_and_equals(pdf, kind, "/FreeText");
	type = get(pdf, annotation, "/FT");
	for (int i = 0; i < MAX_DEPTH && qpdf_oh_is_null(pdf, type); i++) {
		annotation = get(pdf, annotation, "/Parent");
		type = get(pdf, annotation, "/FT");
	}
	return !qpdf_oh_is_name_and_equals(pdf, type, "/Sig");
}

typedef void (*visit)(struct comparison *c, int id, int generation);

/* Calls @fn for each object that @value itself refers to, but by the keys
 * @apart, which may be NULL. */
static void each_reference(struct comparison *c, qpdf_oh value,
			   const char *const *apart, visit fn, int depth)
{
	qpdf_data pdf = c->old->pdf;
	int n = array_size(pdf, value);
	struct pdf_keys keys;

	if (depth > MAX_DEPTH || ++c->n_references > MAX_REFERENCES) {
		c->is_limited = true;
		return;
	}
	if (depth > 0 && qpdf_oh_is_indirect(pdf, value)) {
		fn(c, id_of(c, value), qpdf_oh_get_generation(pdf, value));
		return;
	}
	for (int i = 0; i < n; i++) {
		qpdf_oh item = qpdf_oh_get_array_item(pdf, value, i);

		each_reference(c, item, apart, fn, depth + 1);
		qpdf_oh_release(pdf, item);
	}
	if (qpdf_oh_is_stream(pdf, value))
		value = qpdf_oh_get_dict(pdf, value);
	pdf_keys_take(pdf, value, &keys);
	c->is_limited |= keys.failed;
	for (size_t i = 0; i < keys.n; i++) {
		if (strcmp(keys.names[i], "/DA") == 0)
			note_drawn(c, value);
		else if (strcmp(keys.names[i], "/Subtype") == 0)
			c->has_fields |= is_drawn_by_form(pdf, value);
		c->key = keys.names[i];
		if (!apart || !is_one_of(keys.names[i], apart))
			each_reference(c, get(pdf, value, keys.names[i]), apart,
				       fn, depth + 1);
	}
	c->key = NULL;
	pdf_keys_free(&keys);
}

/* True unless what has the role is another thing by that key. */
static bool is_key_of(enum role_kind kind, const char *key)
{
	if (kind == ROLE_RESOURCES)
		return key && (strcmp(key, "/DR") == 0 ||
			       strcmp(key, "/Resources") == 0);
	if (kind == ROLE_FONTS)
		return key && (strcmp(key, "/Font") == 0 ||
			       strcmp(key, "/Encoding") == 0);
	return true;
}

/* Notes an object that is there, or a hole, which something may come into
 * later. Since version 12 qpdf reads a hole as null: same_words() sees it
 * filled. */
static void refer(struct comparison *c, int id, int generation)
{
	int *holes;

	(void)generation;
	if (!is_new(c, id)) {
		if (id > 0) {
			c->referred[id] = true;
			c->misused[id] |= !is_key_of(c->roles[id].kind, c->key);
		}
		return;
	}
	holes = reallocarray(c->holes, c->n_holes + 1, sizeof(*holes));
	if (!holes) {
		c->is_limited = true;
		return;
	}
	c->holes = holes;
	holes[c->n_holes++] = id;
}

static void reach(struct comparison *c, int id, int generation)
{
	if (id <= 0 || id >= c->n_roles || c->reached[id])
		return;
	c->reached[id] = true;
	c->queue[c->n_queue++] =
		(struct place){ .id = id, .generation = generation };
}

/* Notes all that the catalog leads to, but by the keys of what no page shows.
 */
static void reach_all(struct comparison *c, int root)
{
	static const char *const catalog[] = { "/Metadata", "/DSS",
					       "/StructTreeRoot", NULL };
	static const char *const others[] = { "/Metadata", NULL };

	reach(c, root, 0);
	for (size_t i = 0; i < c->n_queue; i++) {
		qpdf_oh object = qpdf_get_object_by_id(
			c->old->pdf, c->queue[i].id, c->queue[i].generation);

		each_reference(c, object, i == 0 ? catalog : others, reach, 0);
		qpdf_oh_release(c->old->pdf, object);
	}
}

static bool is_container_type(qpdf_data pdf, qpdf_oh object)
{
	qpdf_oh type;

	if (!qpdf_oh_is_stream(pdf, object))
		return false;
	type = get(pdf, qpdf_oh_get_dict(pdf, object), "/Type");
	return qpdf_oh_is_name_and_equals(pdf, type, "/XRef") ||
	       qpdf_oh_is_name_and_equals(pdf, type, "/ObjStm");
}

bool is_container(struct comparison *c, int id, qpdf_oh object)
{
	return is_container_type(c->old->pdf, object) && !c->referred[id];
}

static void refer_all(struct comparison *c)
{
	for (size_t i = 0; i < c->old->places.n; i++) {
		const struct place *p = &c->old->places.list[i];
		qpdf_oh object = qpdf_get_object_by_id(c->old->pdf, p->id,
						       p->generation);

		/* One container may go on from another. */
		if (!is_container_type(c->old->pdf, object))
			each_reference(c, object, NULL, refer, 0);
		qpdf_oh_release(c->old->pdf, object);
	}
}

/* No object that is shown or attached has a role that would let it be changed,
 * nor has a catalog that something shows as something else, nor have resources
 * that are something else as well. */
static void take_back_roles(struct comparison *c)
{
	for (int id = 0; id < c->n_roles; id++) {
		enum role_kind kind = c->roles[id].kind;

		if ((c->reached[id] &&
		     (kind == ROLE_INFO || kind == ROLE_METADATA ||
		      kind == ROLE_PROOFS || kind == ROLE_STRUCTURE)) ||
		    (c->referred[id] && kind == ROLE_CATALOG) || c->misused[id])
			c->roles[id].kind = ROLE_NONE;
	}
}

void comparison_end(struct comparison *c)
{
	free(c->roles);
	free(c->referred);
	free(c->misused);
	free(c->reached);
	free(c->queue);
	free(c->holes);
	buffer_free(&c->drawn);
}

bool comparison_begin(struct comparison *c)
{
	qpdf_data pdf = c->old->pdf;
	qpdf_oh root = qpdf_get_root(pdf), form, fields;
	struct pages pages;
	int n;

	c->n_roles = c->old->places.n
			     ? c->old->places.list[c->old->places.n - 1].id + 1
			     : 0;
	c->roles = calloc((size_t)c->n_roles + 1, sizeof(*c->roles));
	c->referred = calloc((size_t)c->n_roles + 1, sizeof(bool));
	c->misused = calloc((size_t)c->n_roles + 1, sizeof(bool));
	c->reached = calloc((size_t)c->n_roles + 1, sizeof(bool));
	c->queue = calloc((size_t)c->n_roles + 1, sizeof(*c->queue));
	if (!c->roles || !c->referred || !c->misused || !c->reached ||
	    !c->queue)
		return false;
	give(c, id_of(c, root), ROLE_CATALOG, 0);
	give(c, id_of(c, get(pdf, qpdf_get_trailer(pdf), "/Info")), ROLE_INFO,
	     0);
	give(c, id_of(c, get(pdf, root, "/Metadata")), ROLE_METADATA, 0);
	form = get(pdf, root, "/AcroForm");
	give(c, id_of(c, form), ROLE_FORM, 0);
	fields = get(pdf, form, "/Fields");
	give(c, id_of(c, fields), ROLE_FIELDS, 0);
	n = array_size(pdf, fields);
	for (int i = 0; i < n; i++)
		give_field(c, qpdf_oh_get_array_item(pdf, fields, i), 0);
	pages = pages_of(pdf);
	c->is_limited |= pages.is_limited;
	for (int i = 0; i < pages.n; i++)
		give_page(c, pages.list[i], i + 1);
	free(pages.list);
	give_all(c, get(pdf, root, "/DSS"), ROLE_PROOFS, 0, 0);
	give_structure(c, get(pdf, root, "/StructTreeRoot"));
	give_resources(c, get(pdf, form, "/DR"));
	reach_all(c, id_of(c, root));
	refer_all(c);
	c->is_limited |= c->drawn.failed;
	take_back_roles(c);
	return true;
}

/* 5. Pages */

/* A page has no more nodes above it, and a file no more of both. */
#define MAX_ABOVE 64
#define MAX_NODES 100000

static void take_pages(qpdf_data pdf, qpdf_oh node, int depth,
		       struct pages *pages)
{
	qpdf_oh kids = get(pdf, node, "/Kids"), *grown;
	int n = array_size(pdf, kids);

	if (depth > MAX_ABOVE || ++pages->n_nodes > MAX_NODES) {
		pages->is_limited = true;
		return;
	}
	for (int i = 0; i < n && !pages->is_limited; i++)
		take_pages(pdf, qpdf_oh_get_array_item(pdf, kids, i), depth + 1,
			   pages);
	if (qpdf_oh_is_array(pdf, kids) || !qpdf_oh_is_dictionary(pdf, node))
		return;
	grown = realloc(pages->list, ((size_t)pages->n + 1) * sizeof(*grown));
	if (!grown) {
		pages->is_limited = true;
		return;
	}
	pages->list = grown;
	grown[pages->n++] = node;
}

struct pages pages_of(qpdf_data pdf)
{
	struct pages pages = { .list = NULL };

	take_pages(pdf, get(pdf, qpdf_get_root(pdf), "/Pages"), 0, &pages);
	return pages;
}

bool box_of(qpdf_data pdf, qpdf_oh array, double box[4])
{
	const double most = 1e6;

	if (array_size(pdf, array) != 4)
		return false;
	for (int i = 0; i < 4; i++)
		if (!qpdf_oh_get_value_as_number(
			    pdf, qpdf_oh_get_array_item(pdf, array, i),
			    &box[i]) ||
		    !(box[i] >= -most && box[i] <= most))
			return false;
	for (int i = 0; i < 2; i++) {
		double low = box[i] < box[i + 2] ? box[i] : box[i + 2];

		box[i + 2] = box[i] + box[i + 2] - low;
		box[i] = low;
	}
	return true;
}

/* The value of @key of the page or of what is above it. */
static qpdf_oh inherited(qpdf_data pdf, qpdf_oh page, const char *key)
{
	qpdf_oh value = get(pdf, page, key);

	for (int i = 0; i < MAX_ABOVE && qpdf_oh_is_null(pdf, value); i++) {
		page = get(pdf, page, "/Parent");
		value = get(pdf, page, key);
	}
	return value;
}

bool page_seen(qpdf_data pdf, qpdf_oh page, struct seen_page *seen)
{
	qpdf_oh cropped = inherited(pdf, page, "/CropBox");
	double crop[4], *box = seen->box, width, height;
	int turn = 0;

	if (!box_of(pdf, inherited(pdf, page, "/MediaBox"), box))
		return false;
	if (!qpdf_oh_is_null(pdf, cropped)) {
		if (!box_of(pdf, cropped, crop))
			return false;
		for (int i = 0; i < 2; i++) {
			crop[i] = fmax(crop[i], box[i]);
			crop[i + 2] = fmin(crop[i + 2], box[i + 2]);
		}
		if (crop[0] < crop[2] && crop[1] < crop[3])
			memcpy(box, crop, sizeof(crop));
	}
	(void)qpdf_oh_get_value_as_int(pdf, inherited(pdf, page, "/Rotate"),
				       &turn);
	seen->rotate = turn % 90 ? 0 : (turn % 360 + 360) % 360;
	seen->unit = 1;
	(void)qpdf_oh_get_value_as_number(pdf, get(pdf, page, "/UserUnit"),
					  &seen->unit);
	if (!(seen->unit > 0.01 && seen->unit < 1e5))
		seen->unit = 1;
	width = (box[2] - box[0]) * seen->unit;
	height = (box[3] - box[1]) * seen->unit;
	seen->width = seen->rotate % 180 ? height : width;
	seen->height = seen->rotate % 180 ? width : height;
	return width > 0 && height > 0;
}
