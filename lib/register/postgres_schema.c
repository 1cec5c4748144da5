/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include "postgres_schema.h"

#include <ctype.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "base/buffer.h"
#include "register/schema.sql.h"

/* Names are looked for in no other schema, so that nobody's are taken for ours.
 * Large questions are asked once each, for which a compiler costs more than it
 * saves. What an administrator set for the role does not change what is asked.
 */
#define SETTINGS                               \
	"SET search_path = ckstoken, pg_temp;" \
	"SET jit = off;"                       \
	"SET enable_parallel_append = off;"    \
	"SET cursor_tuple_fraction = 1;"       \
	"SET work_mem = '32MB';"               \
	"SET row_security = on;"               \
	"SET standard_conforming_strings = on;"
/* Of a session just begun a look into the catalogue costs more than all that,
 * and a name alone little. Nobody waits for a lock without end, reader or
 * writer, unless the role has another time. */
#define LOOK                                             \
	"SELECT current_setting('server_encoding'),"     \
	" to_regclass('ckstoken.meta') IS NOT NULL,"     \
	" to_regclass('ckstoken.members') IS NOT NULL,"  \
	" pg_is_in_recovery(),"                          \
	" CASE current_setting('lock_timeout') WHEN '0'" \
	" THEN set_config('lock_timeout', '10s', false) END"

/* What is written is on the disk when it is said to be. */
const char postgres_look[] =
	SETTINGS "SELECT set_config('synchronous_commit', 'on', false)"
		 " WHERE current_setting('synchronous_commit') = 'off';" LOOK;
const char postgres_look_and_read[] = POSTGRES_BEGIN_READ SETTINGS LOOK;

const char postgres_is_used[] =
	"SELECT 1 WHERE EXISTS (SELECT 1"
	" FROM pg_class c JOIN pg_namespace n ON n.oid = c.relnamespace"
	" WHERE n.nspname = 'ckstoken')";

const char postgres_is_new[] =
	"SELECT 1 WHERE NOT EXISTS (SELECT 1"
	" FROM pg_class c JOIN pg_namespace n ON n.oid = c.relnamespace"
	" WHERE n.nspname = 'ckstoken' AND c.relname = 'meta')";

/* An administrator may have made it, for who may make none; and what is made in
 * it by who may act as its owner is the owner's. Whoever else has it could take
 * the register away, and put among its functions what runs with the rights of
 * its owner. */
const char postgres_make_schema[] =
	"DO $$ DECLARE whose oid; BEGIN"
	" SELECT n.nspowner INTO whose FROM pg_namespace n"
	" WHERE n.nspname = 'ckstoken';"
	" IF NOT FOUND THEN CREATE SCHEMA ckstoken;"
	" ELSIF pg_has_role(current_user, whose, 'MEMBER') THEN"
	" PERFORM set_config('role', r.rolname, true)"
	" FROM pg_roles r WHERE r.oid = whose;"
	" ELSIF NOT EXISTS"
	" (SELECT 1 FROM pg_roles r WHERE r.oid = whose AND r.rolsuper)"
	" AND NOT EXISTS (SELECT 1 FROM pg_database d"
	" WHERE d.datname = current_database() AND d.datdba = whose) THEN"
	" RAISE insufficient_privilege"
	" USING MESSAGE = 'schema of: ' || whose::regrole;"
	" END IF; END $$";

/* A scratch has all its tables there. */
const char postgres_scratch[] =
	"SET search_path = pg_temp;"
	"DO $$ BEGIN"
	" IF NOT has_database_privilege(current_database(), 'TEMP') THEN"
	" RAISE insufficient_privilege"
	" USING MESSAGE = 'no temp: ' || quote_ident(current_database());"
	" END IF; END $$";

const char postgres_analyze[] =
	"DO $$ DECLARE t regclass; BEGIN"
	" FOR t IN SELECT c.oid FROM pg_class c"
	" WHERE c.relnamespace = 'ckstoken'::regnamespace AND c.relkind = 'r'"
	" LOOP EXECUTE 'ANALYZE ' || t; END LOOP; "
	"END $$";

/* Also those of another version. */
const char postgres_drop_views[] =
	"DO $$ DECLARE names text; BEGIN"
	" SELECT string_agg(c.oid::regclass::text, ', ') INTO names"
	" FROM pg_class c"
	" WHERE c.relnamespace = 'ckstoken'::regnamespace AND c.relkind = 'v';"
	" IF names IS NOT NULL THEN EXECUTE 'DROP VIEW ' || names; END IF; "
	"END $$";

/* What roles.sql adds is not of the schema; roles_stand() looks after that. */
#define NOT_OF_ROLES \
	" AND c.relname NOT IN ('members', 'event_owners', 'gone_owners', 'untold')"

/* Of an index, a constraint and so on the server tells what it is. A scratch
 * has the same names in another schema. */
#define DESCRIBE(schema)                                                       \
	"SELECT string_agg(regexp_replace(line,"                               \
	" '(pg_temp_[0-9]+|pg_temp|ckstoken)\\.', '', 'g'), E'\\n'"            \
	" ORDER BY line COLLATE \"C\") FROM ("                                 \
	"SELECT concat_ws(' ', 'column', c.relname, a.attname,"                \
	" format_type(a.atttypid, a.atttypmod), a.attnotnull,"                 \
	" (SELECT collname FROM pg_collation WHERE oid = a.attcollation))"     \
	" FROM pg_class c JOIN pg_attribute a ON a.attrelid = c.oid"           \
	" WHERE c.relnamespace = " schema                                      \
	" AND c.relkind IN ('r', 'v', 'm', 'f', 'p')" NOT_OF_ROLES             \
	" AND a.attnum > 0 AND NOT a.attisdropped AND a.attname <> 'owner' "   \
	"UNION ALL SELECT concat_ws(' ', c.relname, o.conname,"                \
	" pg_get_constraintdef(o.oid))"                                        \
	" FROM pg_constraint o JOIN pg_class c ON c.oid = o.conrelid"          \
	" WHERE c.relnamespace = " schema NOT_OF_ROLES                         \
	" AND o.contype <> 't' "                                               \
	"UNION ALL SELECT pg_get_indexdef(i.indexrelid)"                       \
	" FROM pg_index i JOIN pg_class c ON c.oid = i.indrelid"               \
	" WHERE c.relnamespace = " schema NOT_OF_ROLES " AND i.indisvalid"     \
	" AND i.indexrelid::regclass::text NOT LIKE '%\\_by\\_owner' "         \
	"UNION ALL SELECT concat_ws(' ', pg_get_triggerdef(t.oid),"            \
	" t.tgenabled)"                                                        \
	" FROM pg_trigger t JOIN pg_class c ON c.oid = t.tgrelid"              \
	" JOIN pg_proc p ON p.oid = t.tgfoid"                                  \
	" WHERE c.relnamespace = " schema NOT_OF_ROLES                         \
	" AND NOT (p.prosecdef AND p.pronamespace = " schema ") AND"           \
	" (NOT t.tgisinternal OR t.tgenabled <> 'O') "                         \
	"UNION ALL SELECT concat_ws(' ', r.ev_enabled, pg_get_ruledef(r.oid))" \
	" FROM pg_rewrite r JOIN pg_class c ON c.oid = r.ev_class"             \
	" WHERE c.relnamespace = " schema " AND c.relkind <> 'v' "             \
	"UNION ALL SELECT concat_ws(' ', 'view', c.relname, c.reloptions,"     \
	" pg_get_viewdef(c.oid))"                                              \
	" FROM pg_class c"                                                     \
	" WHERE c.relnamespace = " schema " AND c.relkind = 'v' "              \
	"UNION ALL SELECT pg_get_functiondef(p.oid) FROM pg_proc p"            \
	" WHERE p.pronamespace = " schema                                      \
	" AND p.proname IN ('today', 'append_only')) l(line)"

const char postgres_describe[] = DESCRIBE("'ckstoken'::regnamespace");
const char postgres_describe_scratch[] = DESCRIBE("pg_my_temp_schema()");

static bool is_letter(char c)
{
	return isalnum((unsigned char)c) || c == '_';
}

/* True if @word stands at @at in @sql, and is not a part of another. */
static bool stands(const char *sql, const char *at, const char *word)
{
	size_t len = strlen(word);

	return strncmp(at, word, len) == 0 &&
	       (at == sql || !is_letter(at[-1])) &&
	       (!is_letter(word[len - 1]) || !is_letter(at[len]));
}

static char *finish(struct buffer *b)
{
	buffer_put(b, "", 1);
	if (b->failed)
		buffer_free(b);
	return (char *)b->data;
}

/* The end of the foreign key at @at. */
static const char *end_of_key(const char *at)
{
	static const char references[] = " REFERENCES ";

	at = strstr(at, references) + strlen(references);
	return at + strcspn(at, ",)");
}

char *postgres_foreign_keys(void)
{
	static const char create[] = "CREATE TABLE ", key[] = "FOREIGN KEY ";
	const char *table = "";
	struct buffer b = { 0 };

	for (const char *at = sql_schema_tables; *at; at++)
		if (strncmp(at, create, strlen(create)) == 0)
			table = at + strlen(create);
		else if (strncmp(at, key, strlen(key)) == 0)
			buffer_printf(&b, "ALTER TABLE %.*s ADD %.*s;",
				      (int)strcspn(table, " "), table,
				      (int)(end_of_key(at) - at), at);
	return finish(&b);
}

/* Texts of schema.sql have no strings in which such words stand. */
static void translate(struct buffer *b, const char *sql, bool scratch)
{
	static const char view[] = "CREATE TEMP VIEW ";
	static const char key[] = ", FOREIGN KEY ";
	const struct {
		const char *word, *instead;
	} words[] = {
		{ "INTEGER", "BIGINT" },
		{ "TEXT", "TEXT COLLATE \"C\"" },
		{ "today()", scratch ? "pg_temp.today()" : "today()" },
	};
	const char *at = sql;

	while (*at) {
		size_t i = 0, n = sizeof(words) / sizeof(words[0]);

		while (i < n && !stands(sql, at, words[i].word))
			i++;
		if (i < n) {
			buffer_puts(b, words[i].instead);
			at += strlen(words[i].word);
		} else if (strncmp(at, key, strlen(key)) == 0) {
			at = end_of_key(at);
		} else if (stands(sql, at, view)) {
			at += strlen(view);
			buffer_printf(
				b, "CREATE VIEW %.*s WITH (security_invoker)",
				(int)strcspn(at, " "), at);
			at += strcspn(at, " ");
		} else {
			buffer_put(b, at++, 1);
		}
	}
}

int postgres_place_of(const char *sql)
{
	static const char *const acts[] = { "INSERT INTO ", "UPDATE ",
					    "DELETE FROM " };
	const char *table = NULL, *at;
	char *name = NULL;
	int place;

	for (size_t i = 0; !table && i < sizeof(acts) / sizeof(acts[0]); i++)
		if (strncmp(sql, acts[i], strlen(acts[i])) == 0)
			table = sql + strlen(acts[i]);
	if (!table)
		return 0;
	table += *table == '"';
	if (asprintf(&name, "CREATE TABLE %.*s (", (int)strcspn(table, "\" "),
		     table) < 0)
		return -1;
	at = strstr(sql_schema_tables, name);
	place = at ? (int)(at - sql_schema_tables) + 1 : 0;
	free(name);
	return place;
}

char *postgres_translate(const char *sql, bool scratch)
{
	struct buffer b = { 0 };

	translate(&b, sql, scratch);
	return finish(&b);
}

char *postgres_make_views(bool scratch)
{
	struct buffer b = { 0 };

	buffer_printf(&b,
		      "CREATE OR REPLACE FUNCTION %stoday() RETURNS text "
		      "LANGUAGE sql STABLE PARALLEL SAFE "
		      "RETURN current_setting('ckstoken.today');",
		      scratch ? "pg_temp." : "");
	translate(&b, sql_schema_views, scratch);
	return finish(&b);
}

char *postgres_append_only(const char *table, bool scratch)
{
	const char *schema = scratch ? "pg_temp." : "";
	struct buffer b = { 0 };

	buffer_printf(&b,
		      "CREATE OR REPLACE FUNCTION %sappend_only() "
		      "RETURNS trigger LANGUAGE plpgsql AS $$ BEGIN "
		      "RAISE EXCEPTION 'append only' "
		      "USING ERRCODE = 'integrity_constraint_violation'; "
		      "END $$;"
		      "CREATE TRIGGER %s_append_only "
		      "BEFORE UPDATE OR DELETE OR TRUNCATE ON %s "
		      "FOR EACH STATEMENT EXECUTE FUNCTION %sappend_only()",
		      schema, table, table, schema);
	return finish(&b);
}
