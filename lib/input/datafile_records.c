/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include <errno.h>
#include <stdlib.h>
#include <string.h>

#include "base/i18n.h"
#include "datafile_reading.h"

static const struct data_list *find_list(const struct reading *r,
					 const char *name)
{
	size_t i;

	for (i = 0; i < r->n_lists; i++)
		if (!strcmp(r->lists[i].name, name))
			return &r->lists[i];
	return NULL;
}

/* What the register says of itself when it prints. */
static bool is_passed_over(const char *name)
{
	static const char *const names[] = { "version", "time", "program" };
	size_t i;

	for (i = 0; i < sizeof(names) / sizeof(names[0]); i++)
		if (!strcmp(names[i], name))
			return true;
	return false;
}

void data_json_lists(struct reading *r, json_t *root)
{
	const char *name;
	json_t *value;

	json_object_foreach (root, name, value) {
		const struct data_list *list = find_list(r, name);

		if (list && json_is_array(value)) {
			r->errors->part = list->name;
			data_json_rows(r, value, list->record);
			r->errors->part = NULL;
		} else if (list) {
			data_errors_add(r->errors, 0, name,
					_("This must be a list, in brackets."));
		} else if (!is_passed_over(name)) {
			data_errors_add(r->errors, 0, name,
					_("There is no such member."));
		}
	}
}

int datafile_each_record(const char *text, size_t len,
			 const struct data_list *lists, size_t n_lists,
			 void (*take)(void *owner, size_t number, json_t *row),
			 void *owner, struct data_errors *errors)
{
	struct reading r = {
		.errors = errors,
		.of_register = true,
		.lists = lists,
		.n_lists = n_lists,
		.take = take,
		.owner = owner,
	};
	int ret = -ENOMEM;

	data_names_make(&r, NULL, 0);
	if (r.failed || r.arena.failed)
		goto out;
	data_read_text(&r, text, len);
	if (!r.failed && !r.arena.failed && !errors->arena.failed)
		ret = errors->n ? -1 : 0;
out:
	data_reading_free(&r);
	return ret;
}

/* Rows as they come, and whether there was memory for all. */
struct collection {
	struct data_records records;
	size_t room;
	bool failed;
};

static void collect(void *owner, size_t number, json_t *row)
{
	struct collection *c = owner;
	size_t n = json_array_size(c->records.rows), *numbers;

	if (n == c->room) {
		c->room = c->room ? 2 * c->room : 64;
		numbers = reallocarray(c->records.numbers, c->room,
				       sizeof(*numbers));
		c->failed |= !numbers;
		if (numbers)
			c->records.numbers = numbers;
	}
	if (c->failed || json_array_append(c->records.rows, row))
		c->failed = true;
	else
		c->records.numbers[n] = number;
}

int datafile_read_records(const char *text, size_t len,
			  const struct data_list *lists, size_t n_lists,
			  struct data_records *records,
			  struct data_errors *errors)
{
	struct collection c = { .records.rows = json_array() };
	int ret = -ENOMEM;

	if (c.records.rows)
		ret = datafile_each_record(text, len, lists, n_lists, collect,
					   &c, errors);
	data_errors_close(errors);
	if (c.failed || errors->arena.failed)
		ret = -ENOMEM;
	if (ret)
		data_records_free(&c.records);
	else
		*records = c.records;
	return ret;
}

void data_records_free(struct data_records *records)
{
	json_decref(records->rows);
	free(records->numbers);
	*records = (struct data_records){ 0 };
}
