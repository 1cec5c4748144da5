/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include "data_errors.h"

#include "base/i18n.h"
#include "message.h"

static void tell_one(const char *path, const struct data_error *e)
{
	if (!path && e->column)
		print_message("%s: %s", e->column, e->text);
	else if (!path)
		print_message("%s", e->text);
	else if (e->row && e->column)
		print_message(_("%s: row %zu, column \"%s\": %s"), path, e->row,
			      e->column, e->text);
	else if (e->row)
		print_message(_("%s: row %zu: %s"), path, e->row, e->text);
	else if (e->column)
		print_message(_("%s: column \"%s\": %s"), path, e->column,
			      e->text);
	else
		print_message("%s: %s", path, e->text);
}

void print_data_errors(const char *path, const struct data_errors *errors)
{
	for (size_t i = 0; i < errors->n; i++)
		tell_one(path, &errors->list[i]);
}
