/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include <stdlib.h>
#include <string.h>

#include "scan.h"
#include "scan_error.h"
#include "token.h"

/* pcscd answers at once or not at all. */
#define READERS_TIMEOUT_MS 2000

static bool is_reader(const struct cks_readers *readers, const char *name)
{
	for (size_t i = 0; readers && i < cks_readers_count(readers); i++)
		if (strcmp(cks_reader_name(readers, i), name) == 0)
			return true;
	return false;
}

/*
 * Only tokens of different modules can be one: a card with several PINs shows
 * as several tokens of one serial, and some modules give all theirs the same.
 */
static bool are_one(const struct cks_token *a, const struct cks_token *b,
		    const struct cks_readers *readers)
{
	if (strcmp(a->module, b->module) == 0)
		return false;
	/* In two readers at once there are two. */
	if (strcmp(a->reader, b->reader) != 0 &&
	    is_reader(readers, a->reader) && is_reader(readers, b->reader))
		return false;
	if (a->serial[0] != '\0' && strcmp(a->serial, b->serial) == 0 &&
	    strcmp(a->manufacturer, b->manufacturer) == 0)
		return true;
	return strcmp(a->reader, b->reader) == 0 &&
	       is_reader(readers, a->reader);
}

static bool shown_before(const struct scan_list *tokens, size_t n,
			 const struct cks_token *token,
			 const struct cks_readers *readers)
{
	for (size_t i = 0; i < n; i++)
		if (are_one(tokens->items[i], token, readers))
			return true;
	return false;
}

static bool superseded(const struct cks_scan *scan,
		       const struct cks_scan_error *failure,
		       const struct cks_readers *readers)
{
	if (failure->error != CKS_ERR_NOT_RECOGNIZED ||
	    !is_reader(readers, failure->reader))
		return false;
	for (size_t i = 0; i < scan->tokens.n; i++) {
		const struct cks_token *token = scan->tokens.items[i];

		if (strcmp(token->reader, failure->reader) == 0)
			return true;
	}
	return false;
}

void scan_remove_doubles(struct cks_scan *scan)
{
	struct cks_readers *readers = NULL;
	size_t kept = 0;

	if (scan->modules.n < 2)
		return;
	/* Without the list, only serial numbers tell. */
	(void)cks_readers_list(READERS_TIMEOUT_MS, &readers);
	for (size_t i = 0; i < scan->tokens.n; i++) {
		struct cks_token *token = scan->tokens.items[i];

		if (shown_before(&scan->tokens, kept, token, readers))
			cks_token_free(&token);
		else
			scan->tokens.items[kept++] = token;
	}
	scan->tokens.n = kept;
	kept = 0;
	for (size_t i = 0; i < scan->failures.n; i++) {
		struct cks_scan_error *failure = scan->failures.items[i];

		if (superseded(scan, failure, readers))
			failure_free(failure);
		else
			scan->failures.items[kept++] = failure;
	}
	scan->failures.n = kept;
	cks_readers_free(&readers);
}
