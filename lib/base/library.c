/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include "library.h"

#include <dlfcn.h>
#include <errno.h>
#include <string.h>

#include "i18n.h"

_Static_assert(sizeof(void *) == sizeof(void (*)(void)),
	       "dlsym() returns functions as pointers to data");

int library_load(struct library *library, struct error *error)
{
	void *handle, *function;
	size_t i;

	if (library->loaded)
		return 0;
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
