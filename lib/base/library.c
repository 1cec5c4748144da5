/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include "library.h"

#include <dlfcn.h>
#include <errno.h>
#include <pthread.h>
#include <string.h>

#include "i18n.h"

_Static_assert(sizeof(void *) == sizeof(void (*)(void)),
	       "dlsym() returns functions as pointers to data");

static int load(struct library *library, struct error *error)
{
	void *handle, *function;
	size_t i;

	/* Lazily, as the linker does: of a large library few functions are
	 * called. */
	handle = dlopen(library->soname, RTLD_LAZY | RTLD_LOCAL);
	if (!handle)
		goto missing;
	for (i = 0; i < library->n_symbols; i++) {
		function = dlsym(handle, library->symbols[i].name);
		if (!function)
			goto missing;
		memcpy(library->symbols[i].place, &function, sizeof(function));
	}
	library->loaded = true;
	return 0;
missing:
	/* The handle is kept: to unload what did run costs more than it does.
	 */
	return error_set(
		error, -ELIBACC,
		_("a library that this needs cannot be loaded: %s; install the package that has it"),
		dlerror());
}

int library_load(struct library *library, struct error *error)
{
	static pthread_mutex_t loading = PTHREAD_MUTEX_INITIALIZER;
	int ret = 0;

	if (library->loaded)
		return 0;
	pthread_mutex_lock(&loading);
	if (!library->loaded)
		ret = load(library, error);
	pthread_mutex_unlock(&loading);
	return ret;
}
