/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "base/i18n.h"
#include "reading.h"
#include "scan_error.h"
#include "token.h"
#include "worker.h"

struct again {
	const struct cks_token *token;
	struct cks_token *found;
	enum cks_err err;
};

static bool on_frame(struct worker *w, unsigned int type, struct wire *payload)
{
	struct again *again = w->owner;
	struct cks_scan_error *failure;

	switch (type) {
	case READING_TOKEN:
		cks_token_free(&again->found);
		again->found = token_decode(payload, again->token->module,
					    again->token->module_maker);
		break;
	case READING_FAILURE:
		failure = failure_decode(payload, again->token->module);
		again->err = failure ? failure->error : CKS_ERR_MEMORY;
		failure_free(failure);
		break;
	default:
		break;
	}
	return true;
}

static bool on_end(struct worker *w, enum cks_err err)
{
	struct again *again = w->owner;

	if (err)
		again->err = err;
	return false;
}

enum cks_err cks_token_reread(const struct cks_token *token,
			      unsigned int timeout_ms, struct cks_token **again)
{
	struct again result = { .token = token };
	struct reading reading = {
		.path = token->module,
		.only = &token->id,
		.all_objects = true,
	};
	struct worker worker = {
		.run = reading_main,
		.arg = &reading,
		.timeout_ms = timeout_ms,
		.on_frame = on_frame,
		.on_end = on_end,
		.owner = &result,
	};
	enum cks_err err = workers_run(&worker, 1);

	if (!err)
		err = result.err;
	if (!err && !result.found)
		err = CKS_ERR_REMOVED;
	if (err)
		cks_token_free(&result.found);
	else
		*again = result.found;
	return err;
}

static bool same_object(const struct token_object *a,
			const struct token_object *b)
{
	return a->class == b->class && strcmp(a->id, b->id) == 0 &&
	       strcmp(a->label, b->label) == 0 &&
	       strcmp(a->digest, b->digest) == 0;
}

/* How many of @t's objects are as @object: twins count. */
static size_t count_same(const struct cks_token *t,
			 const struct token_object *object)
{
	size_t n = 0;

	for (size_t i = 0; i < t->n_objects; i++)
		n += same_object(&t->objects[i], object);
	return n;
}

static const struct token_object *missing_from(const struct cks_token *here,
					       const struct cks_token *there)
{
	for (size_t i = 0; i < here->n_objects; i++)
		if (count_same(here, &here->objects[i]) >
		    count_same(there, &here->objects[i]))
			return &here->objects[i];
	return NULL;
}

bool cks_token_same_objects(const struct cks_token *before,
			    const struct cks_token *after, char **change)
{
	const struct token_object *gone = missing_from(before, after);
	const struct token_object *added = missing_from(after, before);
	const struct token_object *first = gone ? gone : added;

	if (!first)
		return true;
	if (change &&
	    asprintf(change,
		     gone && added ? _("object \"%s\" (id %s) was changed")
		     : gone	   ? _("object \"%s\" (id %s) is gone")
				   : _("object \"%s\" (id %s) was added"),
		     first->label, first->id) < 0)
		*change = NULL;
	return false;
}
