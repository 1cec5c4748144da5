/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "base/text.h"
#include "json.h"
#include "message.h"
#include "register/roles.h"
#include "register_common.h"
#include "system_log.h"
#include "table.h"

/* 0 or an exit code, with an error printed. */
static int judge(enum roles_result result, const char *role)
{
	switch (result) {
	case ROLES_NONE:
		print_error(_(
			"this register is a file, which knows no roles: only a register on a PostgreSQL server does"));
		return EXIT_BAD_INPUT;
	case ROLES_UNKNOWN:
		print_error(
			_("the server has no role \"%s\"; have its administrator create it, such as with \"createuser %s\""),
			role, role);
		return EXIT_BAD_INPUT;
	case ROLES_ABOVE:
		print_error(
			_("the role \"%s\" may do everything on the server or is the register's own, so nothing would keep it from what is others'; name another role"),
			role);
		return EXIT_REFUSED;
	case ROLES_SEVERAL:
		print_error(
			_("with that, \"%s\", or a role that belongs to it, would be of several agencies, and could use the register for none; nothing was changed. Revoke the other part first, or have the server's administrator make a role for each agency"),
			role);
		return EXIT_REFUSED;
	case ROLES_UNSEEN:
		print_error(_(
			"only the desk and the owner of the register see who has a part in it; ask one of them"));
		return EXIT_CANNOT_WRITE;
	case ROLES_NO_MEMBER:
		print_error(
			_("the role \"%s\" had no part in the register; nothing was changed"),
			role);
		return EXIT_BAD_INPUT;
	default:
		return 0;
	}
}

static void add_member(struct table_out *t, struct query *q)
{
	const char *organization =
		query_is_null(q, 1) ? _("the desk: all") : query_text(q, 1);

	table_add(t, query_text(q, 0), COLOUR_NONE);
	table_add(t, organization, COLOUR_NONE);
	table_add(t,
		  !query_number(q, 2)	? _("the server has no such role")
		  : !query_number(q, 3) ? _("the register has no such agency")
					: "",
		  COLOUR_WARN);
}

static int print_table(struct query *q)
{
	struct table_out t;
	bool any = false;

	table_init(&t, 3);
	while (query_next(q)) {
		if (!any) {
			table_add(&t, _("ROLE"), COLOUR_NONE);
			table_add(&t, _("SEES AND WRITES"), COLOUR_NONE);
			table_add(&t, "", COLOUR_NONE);
		}
		any = true;
		add_member(&t, q);
	}
	return table_print(&t) ? print_no_memory() : 0;
}

static int print_members_json(struct query *q)
{
	json_t *root = json_object(), *list = json_array();

	while (q && query_next(q)) {
		json_t *one = json_object();

		json_object_set_new(one, "role", json_text(query_text(q, 0)));
		json_object_set_new(one, "organization",
				    query_is_null(q, 1)
					    ? json_null()
					    : json_text(query_text(q, 1)));
		json_object_set_new(one, "desk",
				    json_boolean(query_is_null(q, 1)));
		json_object_set_new(one, "exists",
				    json_boolean(query_number(q, 2) != 0));
		json_object_set_new(
			one, "agency_exists",
			query_is_null(q, 1)
				? json_null()
				: json_boolean(query_number(q, 3) != 0));
		json_array_append_new(list, one);
	}
	json_object_set_new(root, "version", json_integer(1));
	json_object_set_new(root, "members", list);
	return json_print(root);
}

static int list(const struct globals *globals, const struct register_options *o)
{
	struct custody_register *reg = NULL;
	struct query *q = NULL;
	int ret = register_require(globals, o->file, REGISTER_READ, &reg);

	if (!ret)
		ret = judge(roles_list(reg, &q), "");
	if (!ret)
		ret = register_exit_code(reg);
	if (!ret && o->json)
		ret = print_members_json(q);
	else if (!ret && q)
		ret = print_table(q);
	if (!ret)
		ret = register_exit_code(reg);
	register_close(&reg);
	return ret;
}

/* Names the agency that may be meant by @name. 0 or an exit code. */
static int refuse_unknown(struct custody_register *reg, const char *name)
{
	struct query *q = store_query(register_store(reg),
				      "SELECT organization FROM agencies"
				      " ORDER BY organization");
	struct arena arena = { 0 };
	struct suggestion s;
	int ret;

	suggest_begin(&s, name);
	while (query_next(q))
		suggest_try(&s, query_text(q, 0));
	query_end(q);
	ret = register_exit_code(reg);
	if (!ret && s.found)
		print_error(
			_("the register has no agency \"%s\", so nothing was granted; is it \"%s\"? If not, record it first"),
			name, s.found);
	else if (!ret)
		print_error(
			_("the register has no agency \"%s\", so nothing was granted; record it first, with \"ckstoken register add agency organization=%s\""),
			name, text_shell_word(&arena, name));
	arena_free(&arena);
	suggest_end(&s);
	return ret ? ret : EXIT_NO_TOKEN;
}

/* An agency that is recorded later could be spelt otherwise, and what is its
 * own would not be the role's. */
static int find_agency(struct custody_register *reg, const char *typed,
		       struct register_place *place)
{
	json_t *key, *there;
	int ret = register_place_find(reg, typed, NULL, place);

	if (ret)
		return ret;
	key = json_pack("{s:s}", "organization", place->organization);
	if (!key)
		return print_no_memory();
	there = register_get(reg, RECORD_AGENCY, key);
	ret = register_exit_code(reg);
	if (!ret && !there)
		ret = refuse_unknown(reg, place->organization);
	json_decref(there);
	json_decref(key);
	return ret;
}

static int check_arguments(const struct register_options *o)
{
	if (o->unit || o->holder || (o->desk && o->organization) ||
	    (o->args[0] ? o->json || (!o->desk && !o->organization)
			: o->desk || o->organization)) {
		print_error(_(
			"name a role and what it sees, such as \"register grant ROLE --organization NAME\" or \"register grant ROLE --desk\"; or nothing, and all are listed"));
		return EXIT_USAGE;
	}
	return 0;
}

int cmd_register_grant(const struct globals *globals,
		       const struct register_options *o)
{
	struct register_place place = { 0 };
	struct custody_register *reg = NULL;
	const char *role = o->args[0];
	struct log_entry entry;
	int ret = check_arguments(o);

	if (ret)
		return ret;
	if (!role)
		return list(globals, o);
	ret = register_require(globals, o->file, REGISTER_WRITE, &reg);
	if (ret)
		return ret;
	register_begin(reg);
	ret = register_exit_code(reg);
	if (!ret && o->organization)
		ret = find_agency(reg, o->organization, &place);
	if (!ret)
		ret = judge(roles_grant(reg, role, place.organization), role);
	ret = register_finish(reg, ret);
	if (!ret) {
		system_log_begin(&entry, ACT_GRANT, PRIORITY_NOTICE);
		system_log_put(&entry, "ROLE", role);
		system_log_put(&entry, "ORGANIZATION", place.organization);
		system_log_send(&entry,
				_("the role \"%s\" has a part in the register"),
				role);
	}
	if (!ret && place.organization)
		print_message(
			_("the role \"%s\" sees and writes what belongs to %s"),
			role, place.organization);
	else if (!ret)
		print_message(_("the role \"%s\" sees and writes all"), role);
	register_place_free(&place);
	register_close(&reg);
	return ret;
}

int cmd_register_revoke(const struct globals *globals,
			const struct register_options *o)
{
	struct custody_register *reg = NULL;
	const char *role = o->args[0];
	struct log_entry entry;
	int ret = register_require(globals, o->file, REGISTER_WRITE, &reg);

	if (ret)
		return ret;
	register_begin(reg);
	ret = register_exit_code(reg);
	if (!ret)
		ret = judge(roles_revoke(reg, role), role);
	ret = register_finish(reg, ret);
	if (!ret) {
		system_log_begin(&entry, ACT_REVOKE, PRIORITY_NOTICE);
		system_log_put(&entry, "ROLE", role);
		system_log_send(
			&entry,
			_("the role \"%s\" has no part in the register any longer"),
			role);
		print_message(
			_("the role \"%s\" has no part in the register any longer"),
			role);
	}
	register_close(&reg);
	return ret;
}
