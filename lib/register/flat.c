/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include "flat.h"

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

static void gather(struct flat *flat)
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

	flat->n_fields = 0;
	for (size_t i = 0; i < sizeof(sources) / sizeof(sources[0]); i++) {
		const char *const *name = record_types[sources[i].kind].columns;

		for (; *name && flat->n_fields < FLAT_COLUMNS_MAX; name++) {
			if (flat_column(flat, *name) < (int)flat->n_fields)
				continue;
			flat->tables[flat->n_fields] = sources[i].table;
			flat->fields[flat->n_fields++] = field_find_any(*name);
		}
	}
}

int flat_column(const struct flat *flat, const char *name)
{
	size_t i = 0;

	while (i < flat->n_fields && strcmp(flat->fields[i]->name, name) != 0)
		i++;
	return (int)i;
}

/* Where a token is kept may be told of it, and of its custody since. */
static void put_columns(struct buffer *sql, const struct flat *flat)
{
	for (size_t i = 0; i < flat->n_fields; i++) {
		const char *name = flat->fields[i]->name;

		if (strcmp(name, "place_kept") == 0)
			buffer_puts(sql, "coalesce(\"k\".\"place_kept\", "
					 "\"t\".\"place_kept\"), ");
		else
			buffer_printf(sql, "\"%s\".\"%s\", ", flat->tables[i],
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
static void put_subscribers(struct buffer *sql, const struct flat *flat)
{
	const struct {
		const char *column, *value;
	} wanted[] = {
		{ "organization", flat->organization },
		{ "unit", flat->unit },
		{ "holder", flat->holder },
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

static bool is_filtered(const struct flat *flat)
{
	return flat->organization || flat->unit || flat->holder;
}

/* The tokens of whom it is about are found first: there may be many others. */
static void put_filter(struct buffer *sql, const struct flat *flat)
{
	buffer_printf(sql, "WHERE %s",
		      flat->loose ? "\"c\".\"device_serial\" IS NULL"
				  : "\"t\".\"device_serial\" IS NOT NULL");
	if (!is_filtered(flat))
		return;
	buffer_puts(sql, " AND " SUBSCRIBER " IN (");
	put_subscribers(sql, flat);
	buffer_puts(sql, ")");
	if (flat->loose)
		return;
	buffer_puts(sql, " AND \"t\".\"device_serial\" IN (SELECT "
			 "\"device_serial\" FROM \"tokens\" WHERE "
			 "\"subscriber\" IN (");
	put_subscribers(sql, flat);
	buffer_puts(sql, ") UNION SELECT \"device_serial\" FROM "
			 "\"certificates\" WHERE \"subscriber\" IN (");
	put_subscribers(sql, flat);
	buffer_puts(sql, "))");
}

static void ask(struct flat *flat)
{
	struct buffer sql = { 0 };

	buffer_puts(&sql, "SELECT ");
	put_columns(&sql, flat);
	put_tables(&sql, flat->loose);
	put_filter(&sql, flat);
	buffer_puts(&sql, " ORDER BY ");
	if (flat->by_place)
		buffer_puts(&sql, "\"s\".\"organization\", \"s\".\"unit\", "
				  "\"s\".\"name\", ");
	buffer_puts(&sql, flat->loose ? "\"c\".\"certificate_serial\""
				      : "\"t\".\"device_serial\", "
					"\"c\".\"certificate_serial\"");
	flat->q = store_query_of(flat->store, &sql);
	query_put_text(flat->q, flat->day);
	if (flat->organization)
		query_put_text(flat->q, flat->organization);
	if (flat->unit)
		query_put_text(flat->q, flat->unit);
	if (flat->holder)
		query_put_text(flat->q, flat->holder);
}

void flat_begin(struct flat *flat, struct custody_register *reg)
{
	gather(flat);
	flat->store = register_store(reg);
	flat->loose = false;
	vnday_iso(flat->today, flat->day);
	ask(flat);
}

bool flat_next(struct flat *flat)
{
	if (query_next(flat->q))
		return true;
	if (flat->loose)
		return false;
	flat->loose = true;
	ask(flat);
	return query_next(flat->q);
}

static const char *state_text(const struct flat *flat, enum state_column i)
{
	return query_text(flat->q, (int)(flat->n_fields + i));
}

static bool is_some(const struct flat *flat, enum state_column i)
{
	return query_number(flat->q, (int)(flat->n_fields + i)) > 0;
}

/* Whether the day has come. */
static bool has_come(const struct flat *flat, enum state_column i)
{
	const char *day = state_text(flat, i);

	return *day && strcmp(day, flat->day) <= 0;
}

static enum flat_state certificate_state(const struct flat *flat)
{
	const char *end = state_text(flat, NOT_AFTER);

	if (has_come(flat, REVOKED_DATE) || has_come(flat, NOTICE_DATE))
		return FLAT_REVOKED;
	if (is_some(flat, N_LATER))
		return FLAT_REPLACED;
	if (*end && strcmp(end, flat->day) < 0)
		return FLAT_EXPIRED;
	return FLAT_IN_USE;
}

static enum flat_state term_state(const struct flat *flat)
{
	long end;

	if (strcmp(state_text(flat, NOT_BEFORE), flat->day) > 0)
		return FLAT_NOT_YET;
	if (vnday_read(state_text(flat, NOT_AFTER), &end) &&
	    end < flat->today + flat->days)
		return FLAT_EXPIRING;
	return FLAT_IN_USE;
}

enum flat_state flat_state(const struct flat *flat)
{
	bool empty = !*state_text(flat, SERIAL);
	enum flat_state state = FLAT_IN_USE;

	if (has_come(flat, RETURNED_DATE))
		return FLAT_RETURNED;
	if (is_some(flat, N_LOST))
		return FLAT_LOST;
	if (!empty)
		state = certificate_state(flat);
	if (state != FLAT_IN_USE)
		return state;
	if (strcmp(state_text(flat, USER_PIN), "locked") == 0)
		return FLAT_LOCKED;
	return empty ? FLAT_EMPTY : term_state(flat);
}

const char *flat_state_key(enum flat_state state)
{
	static const char *const keys[] = {
		[FLAT_RETURNED] = "returned",
		[FLAT_LOST] = "lost",
		[FLAT_REVOKED] = "revoked",
		[FLAT_REPLACED] = "replaced",
		[FLAT_EXPIRED] = "expired",
		[FLAT_LOCKED] = "locked",
		[FLAT_NOT_YET] = "not-yet-valid",
		[FLAT_EXPIRING] = "expiring",
		[FLAT_IN_USE] = "in-use",
		[FLAT_EMPTY] = "no-certificate",
	};

	return keys[state];
}
