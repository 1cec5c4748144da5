/* SPDX-License-Identifier: LGPL-2.1-or-later */
/*
 * The objects of a token: a worker reads them and sends them in parts, the
 * parent takes each part as it comes, and two readings are compared.
 */
#ifndef TOKEN_OBJECTS_H
#define TOKEN_OBJECTS_H

#include "cert.h"
#include "module.h"
#include "wire.h"

struct token_object {
	unsigned long class;
	char *id; /* hexadecimal */
	char *label;
	char *digest; /* hexadecimal; "" where it was not asked for */
};

/* What has been taken of a token's objects. */
struct token_objects {
	struct token_object *list;
	size_t n;
	struct cks_cert **certs; /* those of them that are certificates */
	size_t n_certs;
	size_t n_unread; /* certificates of which the token gave no value */
	bool failed;	 /* a part made no sense, or memory was out */
};

/* Where the parts go. */
struct objects_target {
	/* Takes @part, which is the caller's: the slot, and some objects. */
	void (*put)(void *to, const struct wire *part);
	void *to;
};

/*
 * Reads the objects of the token in @slot, or its certificates alone. What
 * makes up a part is put into @target; the rest is left in @rest, without the
 * slot. Where a limit is reached, m->limit says which.
 */
enum cks_err objects_read(struct module *m, CK_SLOT_ID slot, bool all_objects,
			  const struct objects_target *target,
			  struct wire *rest);

/* Takes all objects that @w still has in it. */
void objects_take(struct token_objects *objects, struct wire *w);
void objects_free(struct token_objects *objects);

/* Modules list objects in any order, so they are sorted to be compared. */
void objects_sort(struct token_objects *objects);
/* An object of @a that @b has fewer of, both sorted; NULL: there is none. */
const struct token_object *objects_missing(const struct token_object *a,
					   size_t n_a,
					   const struct token_object *b,
					   size_t n_b);

#endif
