/* SPDX-License-Identifier: LGPL-2.1-or-later */
/*
 * Which modules this machine offers. p11-kit could load them all, but a module
 * must not come into the caller's process; so its registrations are read here.
 */
#include <ctype.h>
#include <dirent.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "ckstoken.h"

#ifndef P11_MODULE_PATH
#error "P11_MODULE_PATH: p11-kit's directory of modules"
#endif
#ifndef P11_MODULE_CONFIGS
#error "P11_MODULE_CONFIGS: p11-kit's directory of registrations"
#endif

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
	struct paths found = { .list = calloc(1, sizeof(char *)) };

	if (!found.list || !add_registrations(&found, "/etc/pkcs11/modules") ||
	    !add_registrations(&found, P11_MODULE_CONFIGS) ||
	    !add_known(&found)) {
		cks_modules_free(found.list);
		return CKS_ERR_MEMORY;
	}
	*paths = found.list;
	return CKS_OK;
}

void cks_modules_free(char **paths)
{
	for (size_t i = 0; paths && paths[i]; i++)
		free(paths[i]);
	free(paths);
}
