/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include "copy.h"

#include <errno.h>
#include <string.h>

#include "register/register.sql.h"
#include "register_private.h"
#include "roles.h"

/* Whether the database @to gives back the events that were read from @from. */
static bool gives_back(struct store *from, struct store *to)
{
	struct query *a = store_query(from, sql_events);
	struct query *b = store_query(to, sql_events);
	bool more_a, more_b, same = true;

	query_long(a);
	query_long(b);
	do {
		more_a = query_next(a);
		more_b = query_next(b);
		same = more_a == more_b &&
		       (!more_a ||
			(query_number(a, 0) == query_number(b, 0) &&
			 strcmp(query_text(a, 1), query_text(b, 1)) == 0 &&
			 query_length(a, 2) == query_length(b, 2) &&
			 strcmp(query_text(a, 2), query_text(b, 2)) == 0));
	} while (more_a && same);
	query_end(a);
	query_end(b);
	return same;
}

int register_copy(struct custody_register *from, struct custody_register *to,
		  struct verification *v)
{
	memset(v, 0, sizeof(*v));
	if (roles_agency(from))
		return -EACCES;
	if (to->chain.n)
		return -EEXIST;
	verify_events(from, &to->tables, true, v);
	if (v->result == VERIFY_RIGHT && !store_error(to->store))
		verify_tables(from, to->store, v);
	if (v->result == VERIFY_RIGHT && !gives_back(from->store, to->store))
		store_fail(to->store, -EBADMSG);
	if (v->result == VERIFY_RIGHT)
		to->chain = from->chain;
	return 0;
}
