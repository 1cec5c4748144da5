/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include "inventory.h"

#include <string.h>

#include "register_private.h"

/* One that was handed out again, by any of these, is back. */
#define RETURNED_DATE_COLUMN                                          \
	"CASE WHEN coalesce(\"t\".\"received_date\", '') <= "         \
	"\"t\".\"returned_date\" AND "                                \
	"coalesce(\"t\".\"delivered_date\", '') <= "                  \
	"\"t\".\"returned_date\" AND NOT EXISTS (SELECT 1 FROM "      \
	"\"custody\" \"y\" WHERE \"y\".\"device_serial\" = "          \
	"\"t\".\"device_serial\" AND \"y\".\"from_date\" > "          \
	"\"t\".\"returned_date\" AND \"y\".\"from_date\" <= $1) "     \
	"AND NOT EXISTS (SELECT 1 FROM \"certificates\" \"y\" WHERE " \
	"\"y\".\"device_serial\" = \"t\".\"device_serial\" AND "      \
	"\"y\".\"not_before\" > \"t\".\"returned_date\" AND "         \
	"\"y\".\"not_before\" <= $1) THEN \"t\".\"returned_date\" END"
/* What was revoked takes the place of nothing. */
#define N_STANDS                                                  \
	" AND coalesce(\"n\".\"revoked_date\", '9999') > $1 AND " \
	"coalesce(\"n\".\"notice_date\", '9999') > $1"
/* What the state follows from: columns after those of the row. */
#define STATE_COLUMNS                                                    \
	RETURNED_DATE_COLUMN                                             \
	", \"t\".\"user_pin\", "                                         \
	"\"c\".\"certificate_serial\", \"c\".\"not_before\", "           \
	"\"c\".\"not_after\", \"c\".\"revoked_date\", "                  \
	"\"c\".\"notice_date\", (SELECT count(*) FROM \"losses\" \"l\" " \
	"WHERE \"l\".\"device_serial\" = \"t\".\"device_serial\" AND "   \
	"\"l\".\"loss_kind\" = 'lost'), "                                \
	"(SELECT count(*) FROM \"certificates\" \"n\" WHERE "            \
	"\"n\".\"old_serial\" = \"c\".\"certificate_serial\"" N_STANDS   \
	") + (SELECT count(*) FROM \"certificates\" \"n\" WHERE "        \
	"\"n\".\"device_serial\" = \"c\".\"device_serial\" AND "         \
	"coalesce(\"n\".\"subscriber\", \"c\".\"subscriber\", 0) = "     \
	"coalesce(\"c\".\"subscriber\", \"n\".\"subscriber\", 0) AND "   \
	"\"n\".\"not_after\" > \"c\".\"not_after\"" N_STANDS ") "

enum state_column {
	RETURNED_DATE,
	USER_PIN,
	SERIAL,
	NOT_BEFORE,
	NOT_AFTER,
	REVOKED_DATE,
	NOTICE_DATE,
	N_LOST,
	N_LATER,
};

static void gather(struct inventory_cursor *cursor)
{
	static const struct {
		enum record_kind kind;
		const char *table;
	} sources[] = {
		{ RECORD_SUBSCRIBER, "s" },
		{ RECORD_TOKEN, "t" },
		{ RECORD_CERTIFICATE, "c" },
		{ RECORD_CUSTODY, "k" },
	};

	cursor->n_fields = 0;
	for (size_t i = 0; i < sizeof(sources) / sizeof(sources[0]); i++) {
		const char *const *name = record_types[sources[i].kind].columns;

		for (; *name && cursor->n_fields < INVENTORY_COLUMNS_MAX;
		     name++) {
			if (inventory_column(cursor, *name) <
			    (int)cursor->n_fields)
				continue;
			cursor->tables[cursor->n_fields] = sources[i].table;
			cursor->fields[cursor->n_fields++] =
				field_find_any(*name);
		}
	}
}

int inventory_column(const struct inventory_cursor *cursor, const char *name)
{
	size_t i = 0;

	while (i < cursor->n_fields &&
	       strcmp(cursor->fields[i]->name, name) != 0)
		i++;
	return (int)i;
}

/* Where a token is kept may be told of it, and of its custody since. */
static void put_columns(struct buffer *sql,
			const struct inventory_cursor *cursor)
{
	for (size_t i = 0; i < cursor->n_fields; i++) {
		const char *name = cursor->fields[i]->name;

		if (strcmp(name, "place_kept") == 0)
			buffer_puts(sql, "coalesce(\"k\".\"place_kept\", "
					 "\"t\".\"place_kept\"), ");
		else
			buffer_printf(sql, "\"%s\".\"%s\", ", cursor->tables[i],
				      name);
	}
	buffer_puts(sql, STATE_COLUMNS);
}

/* Today's keeper, on the last day too; of several, the one since the latest
 * day. */
#define KEPT_NOW(k)                                                 \
	"\"" k "\".\"from_date\" <= $1 AND (\"" k "\".\"to_date\" " \
	"IS NULL OR \"" k "\".\"to_date\" >= $1)"
#define THIS_KEPT_NOW KEPT_NOW("k")
#define OTHER_KEPT_NOW KEPT_NOW("o")
#define JOIN_KEEPER                                                             \
	"LEFT JOIN \"custody\" \"k\" ON \"k\".\"device_serial\" = "             \
	"\"t\".\"device_serial\" AND " THIS_KEPT_NOW                            \
	" AND NOT EXISTS (SELECT 1 FROM \"custody\" \"o\" WHERE "               \
	"\"o\".\"device_serial\" = \"k\".\"device_serial\" AND " OTHER_KEPT_NOW \
	" AND (\"o\".\"from_date\" > \"k\".\"from_date\" OR "                   \
	"(\"o\".\"from_date\" = \"k\".\"from_date\" AND "                       \
	"\"o\".\"keeper\" > \"k\".\"keeper\"))) "
#define SUBSCRIBER "coalesce(\"c\".\"subscriber\", \"t\".\"subscriber\")"

static void put_tables(struct buffer *sql, bool loose)
{
	if (loose)
		buffer_puts(sql,
			    "FROM \"certificates\" \"c\" LEFT JOIN \"tokens\" "
			    "\"t\" ON \"t\".\"device_serial\" = "
			    "\"c\".\"device_serial\" ");
	else
		buffer_puts(sql,
			    "FROM \"tokens\" \"t\" LEFT JOIN \"certificates\" "
			    "\"c\" ON \"c\".\"device_serial\" = "
			    "\"t\".\"device_serial\" ");
	buffer_puts(sql, "LEFT JOIN \"subscribers\" \"s\" ON "
			 "\"s\".\"subscriber\" = " SUBSCRIBER " " JOIN_KEEPER);
}

/* The subscribers asked about, for whom the parameters from $2 on are. */
static void put_subscribers(struct buffer *sql,
			    const struct inventory_cursor *cursor)
{
	const struct {
		const char *column, *value;
	} wanted[] = {
		{ "organization", cursor->organization },
		{ "unit", cursor->unit },
		{ "holder", cursor->holder },
	};
	size_t n = 1;

	buffer_puts(sql, "SELECT \"subscriber\" FROM \"subscribers\"");
	for (size_t i = 0; i < sizeof(wanted) / sizeof(wanted[0]); i++) {
		if (!wanted[i].value)
			continue;
		n++;
		buffer_printf(sql, "%s\"%s\" = $%zu",
			      n == 2 ? " WHERE " : " AND ", wanted[i].column,
			      n);
	}
}

static bool is_filtered(const struct inventory_cursor *cursor)
{
	return cursor->organization || cursor->unit || cursor->holder;
}

/* The tokens of whom it is about are found first: there may be many others. */
static void put_filter(struct buffer *sql,
		       const struct inventory_cursor *cursor)
{
	buffer_printf(sql, "WHERE %s",
		      cursor->loose ? "\"c\".\"device_serial\" IS NULL"
				    : "\"t\".\"device_serial\" IS NOT NULL");
	if (!is_filtered(cursor))
		return;
	buffer_puts(sql, " AND " SUBSCRIBER " IN (");
	put_subscribers(sql, cursor);
	buffer_puts(sql, ")");
	if (cursor->loose)
		return;
	buffer_puts(sql, " AND \"t\".\"device_serial\" IN (SELECT "
			 "\"device_serial\" FROM \"tokens\" WHERE "
			 "\"subscriber\" IN (");
	put_subscribers(sql, cursor);
	buffer_puts(sql, ") UNION SELECT \"device_serial\" FROM "
			 "\"certificates\" WHERE \"subscriber\" IN (");
	put_subscribers(sql, cursor);
	buffer_puts(sql, "))");
}

static void ask(struct inventory_cursor *cursor)
{
	struct buffer sql = { 0 };

	buffer_puts(&sql, "SELECT ");
	put_columns(&sql, cursor);
	put_tables(&sql, cursor->loose);
	put_filter(&sql, cursor);
	buffer_puts(&sql, " ORDER BY ");
	if (cursor->by_place)
		buffer_puts(&sql, "\"s\".\"organization\", \"s\".\"unit\", "
				  "\"s\".\"name\", ");
	buffer_puts(&sql, cursor->loose ? "\"c\".\"certificate_serial\""
					: "\"t\".\"device_serial\", "
					  "\"c\".\"certificate_serial\"");
	cursor->q = store_query_of(cursor->store, &sql);
	query_put_text(cursor->q, cursor->day);
	if (cursor->organization)
		query_put_text(cursor->q, cursor->organization);
	if (cursor->unit)
		query_put_text(cursor->q, cursor->unit);
	if (cursor->holder)
		query_put_text(cursor->q, cursor->holder);
}

void inventory_begin(struct inventory_cursor *cursor,
		     struct custody_register *reg)
{
	gather(cursor);
	cursor->store = register_store(reg);
	cursor->loose = false;
	date_iso(cursor->today, cursor->day);
	ask(cursor);
}

bool inventory_next(struct inventory_cursor *cursor)
{
	if (query_next(cursor->q))
		return true;
	if (cursor->loose)
		return false;
	cursor->loose = true;
	ask(cursor);
	return query_next(cursor->q);
}

static const char *state_text(const struct inventory_cursor *cursor,
			      enum state_column i)
{
	return query_text(cursor->q, (int)(cursor->n_fields + i));
}

static bool is_some(const struct inventory_cursor *cursor, enum state_column i)
{
	return query_number(cursor->q, (int)(cursor->n_fields + i)) > 0;
}

/* Whether the day has come. */
static bool has_come(const struct inventory_cursor *cursor, enum state_column i)
{
	const char *day = state_text(cursor, i);

	return *day && strcmp(day, cursor->day) <= 0;
}

static enum inventory_state
certificate_state(const struct inventory_cursor *cursor)
{
	const char *end = state_text(cursor, NOT_AFTER);

	if (has_come(cursor, REVOKED_DATE) || has_come(cursor, NOTICE_DATE))
		return INVENTORY_REVOKED;
	if (is_some(cursor, N_LATER))
		return INVENTORY_REPLACED;
	if (*end && strcmp(end, cursor->day) < 0)
		return INVENTORY_EXPIRED;
	return INVENTORY_IN_USE;
}

static enum inventory_state term_state(const struct inventory_cursor *cursor)
{
	long end;

	if (strcmp(state_text(cursor, NOT_BEFORE), cursor->day) > 0)
		return INVENTORY_NOT_YET;
	if (date_read_iso(state_text(cursor, NOT_AFTER), &end) &&
	    end < cursor->today + cursor->days)
		return INVENTORY_EXPIRING;
	return INVENTORY_IN_USE;
}

enum inventory_state inventory_state(const struct inventory_cursor *cursor)
{
	bool empty = !*state_text(cursor, SERIAL);
	enum inventory_state state = INVENTORY_IN_USE;

	if (has_come(cursor, RETURNED_DATE))
		return INVENTORY_RETURNED;
	if (is_some(cursor, N_LOST))
		return INVENTORY_LOST;
	if (!empty)
		state = certificate_state(cursor);
	if (state != INVENTORY_IN_USE)
		return state;
	if (strcmp(state_text(cursor, USER_PIN), "locked") == 0)
		return INVENTORY_LOCKED;
	return empty ? INVENTORY_EMPTY : term_state(cursor);
}

const char *inventory_state_key(enum inventory_state state)
{
	static const char *const keys[] = {
		[INVENTORY_RETURNED] = "returned",
		[INVENTORY_LOST] = "lost",
		[INVENTORY_REVOKED] = "revoked",
		[INVENTORY_REPLACED] = "replaced",
		[INVENTORY_EXPIRED] = "expired",
		[INVENTORY_LOCKED] = "locked",
		[INVENTORY_NOT_YET] = "not-yet-valid",
		[INVENTORY_EXPIRING] = "expiring",
		[INVENTORY_IN_USE] = "in-use",
		[INVENTORY_EMPTY] = "no-certificate",
	};

	return keys[state];
}
