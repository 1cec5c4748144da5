/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "modules.h"
#include "opensc_conf.h"
#include "registered.h"

static bool is_same_file(const char *path, const char *other)
{
	char *a = realpath(path, NULL), *b = realpath(other, NULL);
	bool same = a && b && strcmp(a, b) == 0;

	free(a);
	free(b);
	return same || strcmp(path, other) == 0;
}

/* Adds @module, or makes the one that is there already count where this one
 * does. false: memory is out. */
static bool add(void *to, const struct registered *module)
{
	struct cks_modules *modules = to;
	struct found_module *new, *grown;

	for (size_t i = 0; i < modules->n; i++) {
		struct found_module *there = &modules->list[i];

		if (!there->error && !module->error &&
		    is_same_file(there->path, module->path)) {
			there->critical |= module->critical;
			return true;
		}
	}
	grown = reallocarray(modules->list, modules->n + 1, sizeof(*grown));
	if (!grown)
		return false;
	modules->list = grown;
	new = &grown[modules->n++];
	new->path = strdup(module->path);
	new->detail = strdup(module->detail);
	new->critical = module->critical;
	new->error = module->error;
	return new->path &&new->detail;
}

/*
 * Where OpenSC and the makers of tokens in use in Vietnam put their libraries.
 * One that is there was put there for a token, so that it counts.
 */
static bool add_known(struct cks_modules *modules)
{
	static const char *const folders[] = {
		P11_MODULE_PATH,
		/* The one that p11-kit's is in. */
		LIBRARY_PATH,
		"/usr/lib",
		"/usr/lib64",
		"/usr/lib/pkcs11",
		"/usr/local/lib",
		"/usr/local/lib64",
	};
	static const char *const files[] = {
		"opensc-pkcs11.so",
		/* bit4id */
		"bit4id/libbit4xpki.so",
		"libbit4xpki.so",
		"libbit4ipki.so",
		/* SafeNet */
		"libeTPkcs11.so",
		"libeToken.so",
		"libeToken.so.10",
		"libeToken.so.9",
		"libeToken.so.8",
		"libIDPrimePKCS11.so",
		/* Feitian, Longmai, Watchdata, Athena */
		"libcastle.so",
		"libcastle.so.1.0.0",
		"libmtoken_pkcs11.so",
		"libwdpkcs.so",
		"x64-athena/libASEP11.so",
		"fptca_v4.so",
	};
	static const char *const elsewhere[] = {
		"/opt/watchdata/lib64/libwdpkcs.so",
	};
	struct registered module = { .critical = true, .detail = "" };
	bool ok = true;

	for (size_t f = 0; ok && f < sizeof(files) / sizeof(files[0]); f++) {
		for (size_t i = 0; i < sizeof(folders) / sizeof(folders[0]);
		     i++) {
			char *path = NULL;

			if (asprintf(&path, "%s/%s", folders[i], files[f]) < 0)
				return false;
			module.path = path;
			ok = ok &&
			     (access(path, F_OK) || add(modules, &module));
			free(path);
		}
	}
	for (size_t i = 0; ok && i < sizeof(elsewhere) / sizeof(elsewhere[0]);
	     i++) {
		module.path = elsewhere[i];
		ok = access(module.path, F_OK) || add(modules, &module);
	}
	return ok;
}

enum cks_err cks_modules_find(unsigned int timeout_ms,
			      struct cks_modules **modules)
{
	struct cks_modules *found;
	enum cks_err err;

	if (!modules)
		return CKS_ERR_ARGUMENT;
	found = calloc(1, sizeof(*found));
	if (!found)
		return CKS_ERR_MEMORY;
	err = registered_find(timeout_ms, add, found);
	if (!err && !add_known(found))
		err = CKS_ERR_MEMORY;
	if (err)
		cks_modules_free(&found);
	else
		*modules = found;
	return err;
}

void cks_modules_free(struct cks_modules **modules)
{
	struct cks_modules *m = modules ? *modules : NULL;

	if (!m)
		return;
	*modules = NULL;
	for (size_t i = 0; i < m->n; i++) {
		free(m->list[i].path);
		free(m->list[i].detail);
	}
	free(m->list);
	free(m);
}

size_t cks_modules_count(const struct cks_modules *modules)
{
	return modules ? modules->n : 0;
}

enum cks_err cks_module_error(const struct cks_modules *modules, size_t i)
{
	return i < cks_modules_count(modules) ? modules->list[i].error : CKS_OK;
}

const char *cks_module_detail(const struct cks_modules *modules, size_t i)
{
	return i < cks_modules_count(modules) ? modules->list[i].detail : NULL;
}

const char *cks_module_path(const struct cks_modules *modules, size_t i)
{
	return i < cks_modules_count(modules) ? modules->list[i].path : NULL;
}

bool cks_module_critical(const struct cks_modules *modules, size_t i)
{
	return i < cks_modules_count(modules) && modules->list[i].critical;
}

enum cks_err cks_opensc_read(const char *module, struct cks_opensc *opensc)
{
	struct opensc_settings settings;
	enum cks_err err;

	if (!module || !opensc)
		return CKS_ERR_ARGUMENT;
	*opensc = (struct cks_opensc){ .conf = opensc_conf_path() };
	if (!opensc_is_at(module))
		return CKS_ERR_UNSUPPORTED;
	err = opensc_settings_read(module, &settings);
	opensc->logs = settings.debug;
	opensc->max_readers = settings.max_readers;
	opensc_settings_free(&settings);
	return err;
}
