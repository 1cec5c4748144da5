/* SPDX-License-Identifier: LGPL-2.1-or-later */
/*
 * The files that modules are registered with p11-kit by, of the user's folder:
 * what is found in them names a file, and is found again. p11-kit itself is not
 * asked: the function of worker.h that would is the one below.
 */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include "fuzz.h"
#include "token/registered.h"
#include "token/worker.h"

#define N_FILES 3

/* 1. Whose folder it is, and what p11-kit says */

uid_t getuid(void)
{
	return 1000;
}

uid_t geteuid(void)
{
	return 1000;
}

static bool is_dead; /* p11-kit, and so what is found is read alone */

enum cks_err workers_run(struct worker *workers, size_t n)
{
	HOLDS(n == 1);
	(void)workers[0].on_end(&workers[0], is_dead ? CKS_ERR_CRASH : CKS_OK);
	return CKS_OK;
}

/* 2. What is found */

struct finding {
	size_t n, n_remote;
	char *all; /* the paths, each with a NUL behind it */
	size_t len;
};

static bool take(void *to, const struct registered *module)
{
	struct finding *f = to;
	size_t len = strlen(module->path);
	bool is_p11_kit = strcmp(module->path, "p11-kit") == 0;
	char *grown = realloc(f->all, f->len + len + 1);

	HOLDS(grown && len > 0 && module->detail);
	HOLDS(!strchr(module->path, '\n'));
	/* A file, or, of what is remote, what it was registered by. */
	HOLDS(module->path[0] == '/' || module->error);
	HOLDS(!is_p11_kit || is_dead);
	memcpy(grown + f->len, module->path, len + 1);
	f->all = grown;
	f->len += len + 1;
	f->n++;
	return true;
}

static struct finding find(void)
{
	struct finding f = { 0 };

	HOLDS(registered_find(0, take, &f) == CKS_OK);
	return f;
}

static void write_file(const char *folder, const char *name, const char *head,
		       const uint8_t *data, size_t size)
{
	char path[512];
	FILE *f;

	(void)snprintf(path, sizeof(path), "%s/%s", folder, name);
	f = fopen(path, "we");
	HOLDS(f);
	HOLDS(fputs(head, f) >= 0);
	HOLDS(size == 0 || fwrite(data, size, 1, f) == 1);
	HOLDS(fclose(f) == 0);
}

/* The folder pkcs11 in that of the fuzzer, which is made once. */
static void make_folders(char *conf, char *modules, size_t size)
{
	const char *top = fuzz_folder();

	(void)snprintf(conf, size, "%s/pkcs11", top);
	(void)snprintf(modules, size, "%s/pkcs11/modules", top);
	(void)mkdir(conf, 0700);
	(void)mkdir(modules, 0700);
	HOLDS(setenv("XDG_CONFIG_HOME", top, 1) == 0);
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	static const char *const names[N_FILES] = { "a.module", "b",
						    "c.module" };
	struct fuzz_input in = { data, size };
	struct finding first, second;
	char conf[300], modules[300];
	const uint8_t *part;
	size_t len;

	make_folders(conf, modules, sizeof(conf));
	is_dead = fuzz_byte(&in) & 1;
	part = fuzz_part(&in, &len);
	/* What the machine has registered is not for this, unless the input
	 * says so: the last of a name counts. */
	write_file(conf, "pkcs11.conf", "user-config: only\n", part, len);
	for (size_t i = 0; i < N_FILES; i++) {
		part = fuzz_part(&in, &len);
		write_file(modules, names[i], "", part, len);
	}
	first = find();
	second = find();
	HOLDS(first.n == second.n && first.len == second.len);
	HOLDS(first.len == 0 || memcmp(first.all, second.all, first.len) == 0);
	free(first.all);
	free(second.all);
	return 0;
}
