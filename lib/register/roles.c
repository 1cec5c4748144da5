/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include "roles.h"

#include <errno.h>
#include <stdlib.h>
#include <string.h>

#include "register/roles.sql.h"
#include "register_private.h"

/* The first number of the first row; 0 where there is none. */
static long long ask(struct store *store, const char *sql, const char *text)
{
	struct query *q = store_query(store, sql);
	long long answer;

	if (text)
		query_put_text(q, text);
	answer = query_next(q) ? query_number(q, 0) : 0;
	query_end(q);
	return answer;
}

static bool are_kept(struct store *store)
{
	return store_has_roles(store) &&
	       ask(store, sql_roles_are_kept, NULL) != 0;
}

/* What makes the rules, in its order. */
static const char *const making[] = {
	sql_roles_tables, sql_roles_functions, sql_roles_keep_owners,
	sql_roles_guard,  sql_roles_triggers,  sql_roles_apply,
};
#define N_MAKING (sizeof(making) / sizeof(making[0]))

static void make(struct store *store)
{
	for (size_t i = 0; i < N_MAKING; i++)
		store_run(store, making[i]);
}

/* Whether the function @name is as it was made: its head ends with what begins
 * @body. */
static bool is_as_made(const char *name, const char *rights, const char *body)
{
	char head[80];
	const char *at = NULL, *begin;
	size_t len = strlen(body);

	(void)snprintf(head, sizeof(head), "REPLACE FUNCTION %s(", name);
	for (size_t i = 0; !at && i < N_MAKING; i++)
		at = strstr(making[i], head);
	begin = at ? strstr(at, "AS $$") : NULL;
	return begin && strncmp(begin + strlen("AS $$"), body, len) == 0 &&
	       strncmp(begin + strlen("AS $$") + len, "$$", 2) == 0 &&
	       memmem(at, (size_t)(begin - at), rights, strlen(rights)) &&
	       (*rights || !memmem(at, (size_t)(begin - at), "SECURITY", 8));
}

bool roles_stand(struct store *store)
{
	bool kept = are_kept(store), stand = true;
	struct query *q;

	if (!store_has_roles(store))
		return true;
	q = store_query(store, sql_roles_own_functions);
	while (query_next(q))
		stand &= kept && is_as_made(query_text(q, 0), query_text(q, 1),
					    query_text(q, 2));
	query_end(q);
	if (kept)
		stand &= ask(store, sql_roles_rules_stand, NULL) == 1;
	return stand;
}

void roles_restore(struct store *store)
{
	if (!are_kept(store))
		return;
	make(store);
	query_run(store_query(store, sql_roles_apply_members));
}

static enum roles_result may_grant(struct store *store)
{
	if (!store_has_roles(store))
		return ROLES_NONE;
	return ask(store, sql_roles_may_grant, NULL) || store_error(store)
		       ? ROLES_DONE
		       : ROLES_OTHERS;
}

enum roles_result roles_grant(struct custody_register *reg, const char *role,
			      const char *organization)
{
	struct store *store = reg->store;
	enum roles_result result = may_grant(store);
	struct query *q;

	if (result != ROLES_DONE || store_error(store))
		return result;
	switch (ask(store, sql_roles_kind_of, role)) {
	case 0:
		return ROLES_UNKNOWN;
	case 2:
		return ROLES_ABOVE;
	default:
		break;
	}
	/* Anew each time: what was changed by hand, or is of an earlier
	 * ckstoken, is right then. */
	make(store);
	q = store_query(store, sql_roles_put);
	query_put_text(q, role);
	if (organization)
		query_put_text(q, organization);
	else
		query_put_null(q);
	query_run_once(q);
	query_run(store_query(store, sql_roles_apply_members));
	return ROLES_DONE;
}

enum roles_result roles_revoke(struct custody_register *reg, const char *role)
{
	struct store *store = reg->store;
	enum roles_result result = may_grant(store);
	struct query *q;

	if (result != ROLES_DONE || store_error(store))
		return result;
	if (!are_kept(store))
		return ROLES_NO_MEMBER;
	if (ask(store, sql_roles_kind_of, role)) {
		q = store_query(store, sql_roles_withdraw);
		query_put_text(q, role);
		query_run(q);
	}
	q = store_query(store, sql_roles_remove);
	query_put_text(q, role);
	if (!query_changes(q))
		return ROLES_NO_MEMBER;
	query_run(store_query(store, sql_roles_apply_members));
	return ROLES_DONE;
}

enum roles_result roles_list(struct custody_register *reg, struct query **out)
{
	*out = NULL;
	if (!store_has_roles(reg->store))
		return ROLES_NONE;
	if (are_kept(reg->store))
		*out = store_query(reg->store, sql_roles_members);
	return ROLES_DONE;
}

const char *roles_agency(struct custody_register *reg)
{
	struct query *q;

	if (!reg->agency_known && are_kept(reg->store)) {
		q = store_query(reg->store, sql_roles_my_organization);
		if (query_next(q) && !query_is_null(q, 0)) {
			reg->agency = strdup(query_text(q, 0));
			if (!reg->agency)
				store_fail(reg->store, -ENOMEM);
		}
		query_end(q);
	}
	reg->agency_known = true;
	return reg->agency;
}
