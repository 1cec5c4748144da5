/* SPDX-License-Identifier: LGPL-2.1-or-later */
/*
 * Two revisions of a file, object by object: what differs, and what each object
 * of the earlier one is there for.
 */
#ifndef CMD_SIGNATURES_COMPARISON_H
#define CMD_SIGNATURES_COMPARISON_H

#include "signed.h"

#define MAX_DEPTH 64
#define MAX_REFERENCES 2000000

enum role_kind {
	ROLE_NONE,
	ROLE_CATALOG,
	ROLE_FORM,
	ROLE_FIELDS,
	ROLE_FIELD,
	ROLE_KIDS,	/* of a field */
	ROLE_LOOK,	/* how a field shows */
	ROLE_RESOURCES, /* that fields are drawn with */
	ROLE_FONTS,	/* of those, or other things by their names */
	ROLE_SIGNATURE,
	ROLE_PAGE,
	ROLE_CONTENT, /* of a page */
	ROLE_ANNOTATIONS,
	ROLE_ANNOTATION,
	ROLE_INFO,
	ROLE_METADATA,
	ROLE_PROOFS,
	ROLE_STRUCTURE,
};

/* The purpose of an object of the earlier revision. */
struct role {
	enum role_kind kind;
	int of; /* the page from 1 on; of ROLE_LOOK and ROLE_KIDS the field's
		   object */
};

struct comparison {
	const struct signed_pdf *doc;
	struct signature *s;
	const struct revision *old, *new;
	struct role *roles;
	/* Objects that anything else refers to, those of resources to which
	 * something refers as to another thing, and those that lead from the
	 * catalog to a page or an attached file. */
	bool *referred, *misused, *reached;
	const char *key;     /* by which the reference at hand is made */
	struct buffer drawn; /* by what annotations are drawn (/DA), together */
	int n_roles;
	struct place *queue; /* of those reached */
	size_t n_queue;
	int *holes; /* what is referred to and not there */
	size_t n_holes, n_references;
	bool is_limited; /* there is more than is looked through */
	bool has_fields; /* that are no signatures */
};

/* Gives each object of the earlier revision its role. False: no memory. */
bool comparison_begin(struct comparison *c);
void comparison_end(struct comparison *c);

/* A table or a container of objects, to which nothing refers: what is in it is
 * compared one by one. */
bool is_container(struct comparison *c, int id, qpdf_oh object);

/* 1. Values: @a is of the earlier revision, @b of the later */

qpdf_oh get(qpdf_data pdf, qpdf_oh dictionary, const char *key);
int array_size(qpdf_data pdf, qpdf_oh value);
int id_of(struct comparison *c, qpdf_oh value);
qpdf_oh object_of(const struct revision *r, int id);

/* A text as UTF-8, "" where it is none. The caller frees it. */
char *string_of(qpdf_data pdf, qpdf_oh dictionary, const char *key);

bool same_value(struct comparison *c, qpdf_oh a, qpdf_oh b);

/* True if the objects, but the data of streams, read the same: what they refer
 * to is not looked at, but whether it is there may show. */
bool same_words(struct comparison *c, qpdf_oh a, qpdf_oh b);

/* True if the objects are the same but for what they refer to. */
bool same_object(struct comparison *c, qpdf_oh a, qpdf_oh b);

/* True if the dictionaries may differ in @key, whose values are @a and @b. */
typedef bool (*is_permitted)(struct comparison *c, const char *key, qpdf_oh a,
			     qpdf_oh b, void *ctx);

/* True if the dictionaries differ in nothing but what is permitted; else the
 * first key that is not is in @what, which the caller frees. */
bool dictionary_permitted(struct comparison *c, qpdf_oh a, qpdf_oh b,
			  is_permitted permitted, void *ctx, char **what);

/* True if the array @b begins with all of @a, which may be null; *@n is how
 * many. */
bool begins_with(struct comparison *c, qpdf_oh a, qpdf_oh b, int *n);

/* True if @key is one of @keys, with NULL at their end. */
bool is_one_of(const char *key, const char *const *keys);

/* Judges what became of the particulars of the file (XMP), from the stream @a,
 * which may be null, to @b. */
void metadata_compare(struct comparison *c, qpdf_oh a, qpdf_oh b);

/* 2. Places */

const struct place *place_of(const struct revision *r, int id);
bool is_new(const struct comparison *c, int id);

/* True if both revisions have the object at one place of the file, whose bytes
 * are in both. */
bool is_in_place(const struct comparison *c, const struct place *a);

#endif
