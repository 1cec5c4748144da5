/* SPDX-License-Identifier: LGPL-2.1-or-later */
/*
 * PKCS #11 modules: which ones this machine has, and one of them loaded. The
 * first half reads p11-kit's registrations by itself, for p11-kit would load
 * the modules, and none may come into the caller's process; the second half
 * runs in workers alone.
 */
#include <ctype.h>
#include <dirent.h>
#include <dlfcn.h>
#include <elf.h>
#include <fcntl.h>
#include <link.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "module.h"

#ifndef P11_MODULE_PATH
#error "P11_MODULE_PATH: p11-kit's directory of modules"
#endif
#ifndef P11_MODULE_CONFIGS
#error "P11_MODULE_CONFIGS: p11-kit's directory of registrations"
#endif

#define MAX_SLOTS 65536UL

struct paths {
	char **list; /* ends in NULL */
	size_t n;
};

static bool is_new_file(const struct paths *paths, const char *path)
{
	char *a = realpath(path, NULL);
	bool fresh = a != NULL;

	for (size_t i = 0; fresh && i < paths->n; i++) {
		char *b = realpath(paths->list[i], NULL);

		if (b && strcmp(a, b) == 0)
			fresh = false;
		free(b);
	}
	free(a);
	return fresh;
}

/* A file that is there and not listed yet; false when memory is out. */
static bool add(struct paths *paths, const char *path)
{
	char **grown;

	if (!is_new_file(paths, path))
		return true;
	grown = reallocarray(paths->list, paths->n + 2, sizeof(*grown));
	if (!grown)
		return false;
	paths->list = grown;
	grown[paths->n] = strdup(path);
	if (!grown[paths->n])
		return false;
	grown[++paths->n] = NULL;
	return true;
}

static char *trim(char *text)
{
	char *end;

	while (isspace((unsigned char)*text))
		text++;
	end = text + strlen(text);
	while (end > text && isspace((unsigned char)end[-1]))
		*--end = '\0';
	return text;
}

/* pkcs11.conf(5): "module: PATH", relative to p11-kit's own directory. */
static bool add_registered(struct paths *paths, const char *file)
{
	FILE *f = fopen(file, "re");
	char *line = NULL, *module = NULL, *path = NULL;
	size_t size = 0;
	bool tokens = true, ok = true;

	if (!f)
		return true;
	while (getline(&line, &size, f) >= 0) {
		char *value = strchr(line, ':');

		if (!value || line[0] == '#')
			continue;
		*value++ = '\0';
		if (strcmp(trim(line), "module") == 0) {
			free(module);
			module = strdup(trim(value));
		} else if (strcmp(trim(line), "trust-policy") == 0) {
			/* Lists of CAs, not tokens. */
			tokens = strcmp(trim(value), "yes") != 0;
		}
	}
	if (module && tokens) {
		const char *dir = module[0] == '/' ? "" : P11_MODULE_PATH "/";

		ok = asprintf(&path, "%s%s", dir, module) >= 0 &&
		     add(paths, path);
		free(path);
	}
	free(module);
	free(line);
	(void)fclose(f);
	return ok;
}

static int is_registration(const struct dirent *entry)
{
	size_t len = strlen(entry->d_name);

	return len > 7 && strcmp(entry->d_name + len - 7, ".module") == 0;
}

static bool add_registrations(struct paths *paths, const char *dir)
{
	struct dirent **entries = NULL;
	int n = scandir(dir, &entries, is_registration, alphasort);
	bool ok = true;

	for (int i = 0; i < n; i++) {
		char *file = NULL;

		if (asprintf(&file, "%s/%s", dir, entries[i]->d_name) < 0)
			ok = false;
		else
			ok = ok && add_registered(paths, file);
		free(file);
		free(entries[i]);
	}
	free(entries);
	return ok;
}

/* Where the vendors of tokens sold in Vietnam put their libraries. */
static bool add_known(struct paths *paths)
{
	static const char *const known[] = {
		"/usr/lib/bit4id/libbit4xpki.so",
		"/usr/lib/libbit4xpki.so",
		"/usr/lib/libbit4ipki.so",
		"/usr/lib/libeTPkcs11.so",
		"/usr/lib64/libeTPkcs11.so",
		"/usr/lib/pkcs11/libeToken.so",
		"/usr/lib/libeToken.so",
		"/usr/lib/libeToken.so.10",
		"/usr/lib/libeToken.so.9",
		"/usr/lib/libeToken.so.8",
		"/usr/lib/libIDPrimePKCS11.so",
		"/usr/lib/libcastle.so",
		"/usr/lib/libcastle.so.1.0.0",
		"/usr/lib/libwdpkcs.so",
		"/opt/watchdata/lib64/libwdpkcs.so",
		"/usr/lib/fptca_v4.so",
	};

	if (!add(paths, P11_MODULE_PATH "/opensc-pkcs11.so"))
		return false;
	for (size_t i = 0; i < sizeof(known) / sizeof(known[0]); i++)
		if (!add(paths, known[i]))
			return false;
	return true;
}

enum cks_err cks_modules_find(char ***paths)
{
	struct paths found = { 0 };

	if (!paths)
		return CKS_ERR_ARGUMENT;
	found.list = calloc(1, sizeof(char *));
	if (!found.list || !add_registrations(&found, "/etc/pkcs11/modules") ||
	    !add_registrations(&found, P11_MODULE_CONFIGS) ||
	    !add_known(&found)) {
		cks_modules_free(&found.list);
		return CKS_ERR_MEMORY;
	}
	*paths = found.list;
	return CKS_OK;
}

void cks_modules_free(char ***paths)
{
	char **list = paths ? *paths : NULL;

	if (!list)
		return;
	*paths = NULL;
	for (size_t i = 0; list[i]; i++)
		free(list[i]);
	free(list);
}

/* Placed by the linker: the header of this very library. */
extern const ElfW(Ehdr) __ehdr_start __attribute__((visibility("hidden")));

/* The loader's own word for a 32-bit module is of no use to an officer. */
static bool other_architecture(const char *path)
{
	ElfW(Ehdr) header;
	int fd = open(path, O_RDONLY | O_CLOEXEC);
	ssize_t n;

	if (fd < 0)
		return false;
	n = read(fd, &header, sizeof(header));
	close(fd);
	if (n < (ssize_t)offsetof(ElfW(Ehdr), e_version) ||
	    memcmp(header.e_ident, ELFMAG, SELFMAG) != 0)
		return false;
	return header.e_ident[EI_CLASS] != __ehdr_start.e_ident[EI_CLASS] ||
	       header.e_ident[EI_DATA] != __ehdr_start.e_ident[EI_DATA] ||
	       header.e_machine != __ehdr_start.e_machine;
}

static void say(struct module *m, const char *text)
{
	snprintf(m->detail, sizeof(m->detail), "%s", text ? text : "");
}

/* The error that @rv stands for in a call which sends no PIN. */
static enum cks_err ckr_error(CK_RV rv)
{
	switch (rv) {
	case CKR_OK:
		return CKS_OK;
	case CKR_HOST_MEMORY:
		return CKS_ERR_MEMORY;
	case CKR_DEVICE_REMOVED:
	case CKR_TOKEN_NOT_PRESENT:
		return CKS_ERR_REMOVED;
	/* This program has one session at most: others are another's. */
	case CKR_SESSION_COUNT:
		return CKS_ERR_BUSY;
	case CKR_TOKEN_NOT_RECOGNIZED:
		return CKS_ERR_NOT_RECOGNIZED;
	case CKR_FUNCTION_CANCELED:
		return CKS_ERR_CANCELED;
	case CKR_FUNCTION_NOT_SUPPORTED:
		return CKS_ERR_UNSUPPORTED;
	default:
		return CKS_ERR_DEVICE;
	}
}

enum cks_err module_failed(struct module *m, const char *name, CK_RV rv)
{
	snprintf(m->detail, sizeof(m->detail), "%s: 0x%08lX", name, rv);
	return ckr_error(rv);
}

static bool is_complete(const CK_FUNCTION_LIST *f)
{
	return f && f->version.major >= 2 && f->C_Initialize && f->C_Finalize &&
	       f->C_GetInfo && f->C_GetSlotList && f->C_GetSlotInfo &&
	       f->C_GetTokenInfo && f->C_OpenSession && f->C_CloseSession &&
	       f->C_FindObjectsInit && f->C_FindObjects &&
	       f->C_FindObjectsFinal && f->C_GetAttributeValue && f->C_Login &&
	       f->C_Logout && f->C_InitPIN && f->C_SetPIN;
}

enum cks_err module_open(struct module *m, const char *path)
{
	CK_C_GetFunctionList get_list;
	CK_RV rv;

	memset(m, 0, sizeof(*m));
	if (other_architecture(path))
		return CKS_ERR_ARCHITECTURE;
	m->handle = dlopen(path, RTLD_NOW | RTLD_LOCAL);
	if (!m->handle) {
		say(m, dlerror());
		return CKS_ERR_LOAD;
	}
	*(void **)&get_list = dlsym(m->handle, "C_GetFunctionList");
	if (!get_list || get_list(&m->f) || !is_complete(m->f)) {
		say(m, "not a complete PKCS #11 module");
		return CKS_ERR_LOAD;
	}
	rv = m->f->C_Initialize(NULL);
	if (rv && rv != CKR_CRYPTOKI_ALREADY_INITIALIZED) {
		module_failed(m, "C_Initialize", rv);
		return CKS_ERR_LOAD;
	}
	rv = m->f->C_GetInfo(&m->info);
	if (rv)
		return module_failed(m, "C_GetInfo", rv);
	return CKS_OK;
}

void module_close(struct module *m)
{
	if (m->f)
		m->f->C_Finalize(NULL);
}

enum cks_err module_slots(struct module *m, CK_SLOT_ID **slots, size_t *n)
{
	CK_ULONG count = 64;
	CK_SLOT_ID *list = NULL;
	CK_RV rv = CKR_BUFFER_TOO_SMALL;

	for (int tries = 0; rv == CKR_BUFFER_TOO_SMALL && tries < 4; tries++) {
		CK_SLOT_ID *grown;

		if (count > MAX_SLOTS)
			count = MAX_SLOTS;
		grown = realloc(list, count * sizeof(*list));
		if (!grown) {
			free(list);
			return CKS_ERR_MEMORY;
		}
		list = grown;
		rv = m->f->C_GetSlotList(CK_TRUE, list, &count);
	}
	if (rv == CKR_BUFFER_TOO_SMALL && count > MAX_SLOTS) {
		free(list);
		say(m, "more than 65536 slots");
		return CKS_ERR_LIMIT;
	}
	if (rv) {
		free(list);
		return module_failed(m, "C_GetSlotList", rv);
	}
	*slots = list;
	*n = count;
	return CKS_OK;
}
