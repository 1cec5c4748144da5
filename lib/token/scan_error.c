/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include "scan_error.h"

#include <stdlib.h>
#include <string.h>

struct cks_scan_error *scan_error_new(const char *module,
				      const unsigned long *slot,
				      const char *reader, enum cks_err code,
				      const char *detail)
{
	struct cks_scan_error *e = calloc(1, sizeof(*e));

	if (!e)
		return NULL;
	e->module = strdup(module);
	e->reader = strdup(reader);
	e->detail = strdup(detail);
	e->atr = strdup("");
	e->pcsc_reader = strdup("");
	e->holders = strdup("");
	e->has_slot = slot != NULL;
	e->slot = slot ? *slot : 0;
	e->code = code;
	if (!e->module || !e->reader || !e->detail || !e->atr ||
	    !e->pcsc_reader || !e->holders) {
		scan_error_free(e);
		return NULL;
	}
	return e;
}

bool scan_error_set_reader(struct cks_scan_error *e, const char *reader,
			   const char *pcsc_reader)
{
	char *name = strdup(reader), *pcsc_name = strdup(pcsc_reader);

	if (!name || !pcsc_name) {
		free(name);
		free(pcsc_name);
		return false;
	}
	free(e->reader);
	free(e->pcsc_reader);
	e->reader = name;
	e->pcsc_reader = pcsc_name;
	return true;
}

/* A worker may send any number: only errors of a module or slot are taken. */
static enum cks_err reportable(uint64_t error)
{
	switch (error) {
	case CKS_ERR_TIMEOUT:
	case CKS_ERR_LOAD:
	case CKS_ERR_ARCHITECTURE:
	case CKS_ERR_NOT_RECOGNIZED:
	case CKS_ERR_REMOVED:
	case CKS_ERR_BUSY:
	case CKS_ERR_LIMIT:
	case CKS_ERR_DIGEST:
	case CKS_ERR_NO_SERVICE:
	case CKS_ERR_DENIED:
		return (enum cks_err)error;
	default:
		return CKS_ERR_DEVICE;
	}
}

struct cks_scan_error *scan_error_decode(struct wire *w, const char *module)
{
	bool has_slot = wire_get_u64(w) != 0;
	unsigned long slot = wire_get_u64(w);
	char *reader = wire_get_clean_text(w);
	enum cks_err code = reportable(wire_get_u64(w));
	char *detail = wire_get_clean_text(w);
	struct cks_scan_error *e = NULL;

	if (!w->failed)
		e = scan_error_new(module, has_slot ? &slot : NULL, reader,
				   code, detail);
	free(reader);
	free(detail);
	return e;
}

void scan_error_free(struct cks_scan_error *e)
{
	if (!e)
		return;
	free(e->module);
	free(e->reader);
	free(e->detail);
	free(e->atr);
	free(e->pcsc_reader);
	free(e->holders);
	free(e);
}

bool scan_list_add(struct scan_list *list, void *item)
{
	/* Grows at each power of two. */
	if ((list->n & (list->n - 1)) == 0) {
		size_t room = list->n ? 2 * list->n : 1;
		void **grown = reallocarray(list->items, room, sizeof(void *));

		if (!grown)
			return false;
		list->items = grown;
	}
	list->items[list->n++] = item;
	return true;
}

enum cks_err cks_scan_error_code(const struct cks_scan_error *e)
{
	return e ? e->code : CKS_OK;
}

const char *cks_scan_error_module(const struct cks_scan_error *e)
{
	return e ? e->module : "";
}

const char *cks_scan_error_reader(const struct cks_scan_error *e)
{
	return e ? e->reader : "";
}

const char *cks_scan_error_detail(const struct cks_scan_error *e)
{
	return e ? e->detail : "";
}

const char *cks_scan_error_atr(const struct cks_scan_error *e)
{
	return e ? e->atr : "";
}

const char *cks_scan_error_holders(const struct cks_scan_error *e,
				   bool *is_certain)
{
	if (is_certain)
		*is_certain = e && e->is_certain;
	return e ? e->holders : "";
}

bool cks_scan_error_critical(const struct cks_scan_error *e)
{
	return e && !e->is_optional;
}

bool cks_scan_error_slot(const struct cks_scan_error *e, unsigned long *slot)
{
	if (!e || !e->has_slot)
		return false;
	if (slot)
		*slot = e->slot;
	return true;
}
