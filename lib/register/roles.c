/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include "roles.h"

#include <errno.h>
#include <stdlib.h>
#include <string.h>

#include "base/buffer.h"
#include "input/field.h"
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

/* The regular expression that all values of the field fit, for a string of SQL;
 * for others than these a text may be anything. */
static void put_pattern(struct buffer *sql, const struct field *f)
{
	static const char *const patterns[] = {
		[FIELD_DATE] = "^[0-9]{4}-[0-9]{2}-[0-9]{2}$",
		[FIELD_EMAIL] = "^[!-?A-~]+@[0-9a-z.-]+$",
		[FIELD_ID_NUMBER] = "^([0-9]{9}|[0-9]{12})$",
		[FIELD_PHONE] = "^0[1-9][0-9]{7,9}$",
		[FIELD_SIM] = "^(Viettel|Vinaphone|Mobifone)(/cs)?$",
		[FIELD_TICK] = "^[01]$",
		[FIELD_COUNT] = "^[0-9]{1,2}$",
		[FIELD_NUMBER] = "^(2000000000|1[0-9]{9}|[1-9][0-9]{0,8})$",
		[FIELD_TIME] =
			"^[0-9]{4}-[0-9]{2}-[0-9]{2}(T([01][0-9]|2[0-3])(:[0-5][0-9]){2}[+]07:00)?$",
		[FIELD_PIN_STATE] = NULL, /* the last */
	};

	if (!f->choices && !patterns[f->type])
		return;
	buffer_printf(sql, ",\n\t\t('%s', '%s", f->name,
		      f->choices ? "^(" : patterns[f->type]);
	for (const struct field_choice *c = f->choices; c && c->key; c++)
		buffer_printf(sql, "%s%s", c->key, c[1].key ? "|" : ")$");
	buffer_puts(sql, "')");
}

/* The function of roles.sql that is made of the table of fields; the caller's
 * to free(). NULL: memory. */
static char *make_patterns(void)
{
	struct buffer sql = { 0 };

	buffer_puts(&sql, "CREATE OR REPLACE FUNCTION patterns() "
			  "RETURNS TABLE (field TEXT, pattern TEXT)\n"
			  "LANGUAGE sql IMMUTABLE\n"
			  "AS $$\n\tVALUES (NULL, NULL)");
	for (size_t i = 0; field_at(i); i++)
		put_pattern(&sql, field_at(i));
	buffer_puts(&sql, "\n$$");
	buffer_put(&sql, "", 1);
	if (sql.failed)
		buffer_free(&sql);
	return (char *)sql.data;
}

static void make(struct store *store)
{
	char *patterns = make_patterns();

	if (!patterns)
		store_fail(store, -ENOMEM);
	for (size_t i = 0; i < N_MAKING; i++)
		store_run(store, making[i]);
	if (patterns)
		store_run(store, patterns);
	free(patterns);
}

/* True if the function @name is as it was made, @patterns or of those in
 * making[]: its head ends with what begins @body. */
static bool is_as_made(const char *patterns, const char *name,
		       const char *rights, const char *body)
{
	char head[80];
	const char *at = NULL, *begin;
	size_t len = strlen(body);

	(void)snprintf(head, sizeof(head), "REPLACE FUNCTION %s(", name);
	for (size_t i = 0; !at && i < N_MAKING; i++)
		at = strstr(making[i], head);
	if (!at)
		at = strstr(patterns, head);
	begin = at ? strstr(at, "AS $$") : NULL;
	return begin && strncmp(begin + strlen("AS $$"), body, len) == 0 &&
	       strncmp(begin + strlen("AS $$") + len, "$$", 2) == 0 &&
	       memmem(at, (size_t)(begin - at), rights, strlen(rights)) &&
	       (*rights || !memmem(at, (size_t)(begin - at), "SECURITY", 8));
}

bool roles_stand(struct store *store)
{
	bool kept = are_kept(store), stand = true;
	char *patterns;
	struct query *q;

	if (!store_has_roles(store))
		return true;
	patterns = make_patterns();
	if (!patterns)
		store_fail(store, -ENOMEM);
	q = store_query(store, sql_roles_own_functions);
	while (patterns && query_next(q))
		stand &= kept && is_as_made(patterns, query_text(q, 0),
					    query_text(q, 1), query_text(q, 2));
	query_end(q);
	free(patterns);
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

/* Remembers an error whose words are @what and the first column of @q. */
static void refuse(struct store *store, const char *what, struct query *q)
{
	char text[200];

	(void)snprintf(text, sizeof(text), "%s%s", what, query_text(q, 0));
	query_end(q);
	store_fail_with(store, -EACCES, text);
}

void roles_act_as_owner(struct store *store, const char *otherwise)
{
	struct query *q, *act;

	if (!store_has_roles(store))
		return;
	q = store_query(store, sql_roles_owner);
	if (!query_next(q)) {
		store_fail(store, -EBADMSG);
	} else if (!query_number(q, 1)) {
		refuse(store, otherwise, q);
	} else {
		store_run(store, sql_roles_take_back);
		act = store_query(store, sql_roles_act_as);
		query_put_text(act, query_text(q, 0));
		query_run(act);
	}
	query_end(q);
}

/* As the owner, who must be able to let others in. */
static enum roles_result may_grant(struct store *store)
{
	struct query *q;

	if (!store_has_roles(store))
		return ROLES_NONE;
	roles_act_as_owner(store, "of the owner: ");
	q = store_query(store, sql_roles_schema_owner);
	if (query_next(q))
		refuse(store, "schema of: ", q);
	query_end(q);
	return ROLES_DONE;
}

/* True if somebody would be of several agencies, and so could use none. */
static bool is_of_several(struct store *store, const char *role)
{
	struct query *q = store_query(store, sql_roles_of_several);
	bool found;

	query_put_text(q, role);
	found = query_next(q);
	query_end(q);
	return found;
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
	if (is_of_several(store, role))
		return ROLES_SEVERAL;
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
	if (!are_kept(reg->store))
		return ROLES_DONE;
	if (!ask(reg->store, sql_roles_may_list, NULL))
		return ROLES_UNSEEN;
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
