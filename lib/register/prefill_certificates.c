/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* The certificates on a token, and whose they are. */
#include <errno.h>

#include "prefill_private.h"

/* Not revoked, nor about to be, and no other came in its place. */
#define IN_USE                                                          \
	"\"c\".\"device_serial\" = $1 AND \"c\".\"revoked_date\" IS "   \
	"NULL AND \"c\".\"notice_date\" IS NULL AND NOT EXISTS (SELECT" \
	" 1 FROM \"certificates\" \"n\" WHERE \"n\".\"old_serial\" = "  \
	"\"c\".\"certificate_serial\") AND "                            \
	"coalesce(\"c\".\"not_after\", '9999') >= $3 "
#define THEIRS "AND ($2 = 0 OR coalesce(\"c\".\"subscriber\", $2) = $2) "
#define LAST_FIRST                                          \
	"ORDER BY coalesce(\"c\".\"not_after\", '') DESC, " \
	"\"c\".\"certificate_serial\""
#define SELECT \
	"SELECT \"c\".\"certificate_serial\" FROM \"certificates\" \"c\" WHERE "

json_int_t prefill_subscriber(const json_t *record)
{
	return json_integer_value(json_object_get(record, "subscriber"));
}

bool prefill_is_of(const struct match *m, const json_t *record)
{
	json_int_t theirs = prefill_subscriber(record);

	return !theirs || theirs == prefill_subscriber(m->subscriber);
}

json_t *prefill_list(struct custody_register *reg, struct query *q)
{
	json_t *list = json_array();

	while (list && query_next(q))
		if (json_array_append_new(list, json_string(query_text(q, 0))))
			store_fail(register_store(reg), -ENOMEM);
	query_end(q);
	return list;
}

static struct query *ask(struct custody_register *reg, const char *sql,
			 const struct match *m)
{
	struct query *q = store_query(register_store(reg), sql);

	query_put_text(q, import_text(m->token, "device_serial"));
	query_put_number(q, prefill_subscriber(m->subscriber));
	return q;
}

static json_t *in_use_on(struct custody_register *reg, const struct match *m,
			 const char *day)
{
	struct query *q = ask(reg, SELECT IN_USE THEIRS LAST_FIRST, m);

	query_put_text(q, day);
	return prefill_list(reg, q);
}

json_t *prefill_in_use(struct custody_register *reg, const struct match *m,
		       const char *day)
{
	json_t *list = in_use_on(reg, m, day);

	if (!list || json_array_size(list) > 0 || !*day)
		return list;
	json_decref(list);
	return in_use_on(reg, m, "");
}

json_t *prefill_last(struct custody_register *reg, const struct match *m)
{
	return prefill_list(
		reg,
		ask(reg,
		    SELECT "\"c\".\"device_serial\" = $1 " THEIRS LAST_FIRST
			   " LIMIT 1",
		    m));
}

struct query *prefill_of_others(struct custody_register *reg,
				const struct match *m, const char *day)
{
	struct query *q =
		ask(reg,
		    "SELECT \"c\".\"certificate_serial\", "
		    "coalesce(\"s\".\"name\", \"s\".\"email\", '') FROM "
		    "\"certificates\" \"c\" JOIN \"subscribers\" \"s\" ON "
		    "\"s\".\"subscriber\" = \"c\".\"subscriber\" WHERE " IN_USE
		    "AND \"c\".\"subscriber\" <> $2 " LAST_FIRST,
		    m);

	query_put_text(q, day);
	return q;
}
