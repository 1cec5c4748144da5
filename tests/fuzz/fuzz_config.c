/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* ckstoken.conf, as anybody may write it. */
#include <errno.h>
#include <stdlib.h>
#include <string.h>

#include "fuzz.h"
#include "input/config.h"

static void check(const struct config *c)
{
	const char *const paths[] = { c->journal_file, c->register_file,
				      c->fonts_directory };
	char *facts = c->facts ? json_dumps(c->facts, 0) : NULL;

	for (size_t i = 0; i < sizeof(paths) / sizeof(paths[0]); i++)
		HOLDS(!paths[i] || paths[i][0] == '/');
	for (size_t i = 0; i < c->n_modules; i++)
		HOLDS(c->modules[i][0] == '/' || c->modules[i][0] == '\0');
	HOLDS(!c->language || !strcmp(c->language, "vi") ||
	      !strcmp(c->language, "en") || !strcmp(c->language, "auto"));
	/* Text that is not UTF-8 is in no JSON. */
	HOLDS(!c->facts || facts);
	free(facts);
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	const char *path = fuzz_file("ckstoken.conf", data, size);
	struct config config = { 0 };
	struct error error = { 0 };
	int ret = config_read(&config, path, &error);

	HOLDS(ret == 0 || ret == -EINVAL);
	if (ret)
		HOLDS(fuzz_says_why(&error));
	else
		check(&config);
	error_free(&error);
	config_free(&config);
	return 0;
}
