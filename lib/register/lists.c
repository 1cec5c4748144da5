/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include "lists.h"

#include "register/lists.sql.h"
#include "register_private.h"

static const struct {
	const char *more, *from;
} texts[RECORD_KINDS] = {
	[RECORD_SUBSCRIBER] = { sql_list_people_more, sql_list_people },
	[RECORD_REQUEST] = { sql_list_letters_more, sql_list_letters },
	[RECORD_AGENCY] = { sql_list_agencies_more, sql_list_agencies },
};

struct query *list_begin(struct custody_register *reg,
			 const struct list_question *question)
{
	const struct list_question *o = question;
	const char *const *columns = record_types[o->kind].columns;
	char day[DATE_SIZE];
	struct buffer sql = { 0 };
	struct query *q;

	store_today(reg->store, date_iso(o->today, day));
	buffer_puts(&sql, "SELECT ");
	for (size_t i = 0; columns[i]; i++)
		buffer_printf(&sql, "s.\"%s\", ", columns[i]);
	buffer_printf(&sql, "%s\n%s", texts[o->kind].more, texts[o->kind].from);
	q = store_query_of(reg->store, &sql);
	query_put_text(q, o->organization ? o->organization : "");
	query_put_text(q, o->unit ? o->unit : "");
	if (o->kind == RECORD_SUBSCRIBER)
		query_put_text(q, o->holder ? o->holder : "person");
	return q;
}

int list_column(const struct list_question *question, int more)
{
	return (int)record_n_columns(question->kind) + more;
}
