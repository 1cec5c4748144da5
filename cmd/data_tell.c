/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include "data_tell.h"

#include "base/i18n.h"
#include "say.h"

static void tell_one(const char *path, const struct data_error *e)
{
	if (!path && e->column)
		say("%s: %s", e->column, e->text);
	else if (!path)
		say("%s", e->text);
	else if (e->row && e->column)
		say(_("%s: row %zu, column \"%s\": %s"), path, e->row,
		    e->column, e->text);
	else if (e->row)
		say(_("%s: row %zu: %s"), path, e->row, e->text);
	else if (e->column)
		say(_("%s: column \"%s\": %s"), path, e->column, e->text);
	else
		say("%s: %s", path, e->text);
}

void data_tell(const char *path, const struct data_errors *errors)
{
	for (size_t i = 0; i < errors->n; i++)
		tell_one(path, &errors->list[i]);
}
