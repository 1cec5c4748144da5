/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include <errno.h>
#include <string.h>

#include "input/database_url.h"
#include "store_private.h"

int store_open(const char *place, enum store_mode mode, struct store **out)
{
	*out = NULL;
	if (!database_is_url(place))
		return store_sqlite_open(place, mode, out);
	return database_check(place) ? -EINVAL
				     : store_postgres_open(place, mode, out);
}

int store_open_scratch(struct store *s, struct store **out)
{
	*out = NULL;
	return s->kind->open_scratch ? s->kind->open_scratch(s, out)
				     : store_sqlite_open("", STORE_MEMORY, out);
}
