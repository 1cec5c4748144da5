/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include <stdlib.h>
#include <string.h>

#include "scan_error.h"

/* Only what a report may say of a module or slot, whatever a worker sent. */
static enum cks_err told_error(uint64_t error)
{
	switch (error) {
	case CKS_ERR_TIMEOUT:
	case CKS_ERR_LOAD:
	case CKS_ERR_ARCHITECTURE:
	case CKS_ERR_NOT_RECOGNIZED:
	case CKS_ERR_REMOVED:
	case CKS_ERR_BUSY:
		return (enum cks_err)error;
	default:
		return CKS_ERR_DEVICE;
	}
}

struct cks_scan_error *failure_decode(struct wire *w, const char *module)
{
	struct cks_scan_error *f = calloc(1, sizeof(*f));
	uint64_t error;

	if (!f)
		return NULL;
	f->module = strdup(module);
	f->has_slot = wire_get_u64(w) != 0;
	f->slot = wire_get_u64(w);
	f->reader = wire_get_clean_text(w);
	error = wire_get_u64(w);
	f->error = told_error(error);
	f->detail = wire_get_clean_text(w);
	if (!f->module || !f->reader || !f->detail || w->failed) {
		failure_free(f);
		return NULL;
	}
	return f;
}

struct cks_scan_error *
failure_new(const char *module, const unsigned long *slot, enum cks_err error)
{
	struct cks_scan_error *f = calloc(1, sizeof(*f));

	if (!f)
		return NULL;
	f->module = strdup(module);
	f->reader = strdup("");
	f->detail = strdup("");
	f->has_slot = slot != NULL;
	f->slot = slot ? *slot : 0;
	f->error = error;
	if (!f->module || !f->reader || !f->detail) {
		failure_free(f);
		return NULL;
	}
	return f;
}

void failure_free(struct cks_scan_error *f)
{
	if (!f)
		return;
	free(f->module);
	free(f->reader);
	free(f->detail);
	free(f);
}

enum cks_err cks_scan_error_code(const struct cks_scan_error *f)
{
	return f->error;
}

const char *cks_scan_error_module(const struct cks_scan_error *f)
{
	return f->module;
}

bool cks_scan_error_slot(const struct cks_scan_error *f, unsigned long *slot)
{
	if (f->has_slot)
		*slot = f->slot;
	return f->has_slot;
}

const char *cks_scan_error_reader(const struct cks_scan_error *f)
{
	return f->reader;
}

const char *cks_scan_error_detail(const struct cks_scan_error *f)
{
	return f->detail;
}
