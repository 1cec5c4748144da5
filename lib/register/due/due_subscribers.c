/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* Whether subscribers are known, and can be written to; how many tokens there
 * are. */
#include "due_private.h"
#include "input/email.h"

static const char select_tokens[] =
	"SELECT " DUE_WHOSE_TOKEN " FROM " DUE_TOKENS
	"WHERE \"s\".\"subscriber\" IS NULL" DUE_IN_HAND;

/* Where one is on a token, that tells. */
static const char select_certificates[] =
	"SELECT " DUE_WHOSE_CERTIFICATE " FROM " DUE_CERTIFICATES
	"WHERE \"t\".\"device_serial\" IS NULL AND "
	"\"s\".\"subscriber\" IS NULL AND " DUE_C_IN_FORCE;

static void take_all(const struct due_context *f, const char *sql,
		     const char *text)
{
	struct query *q = due_query(f, sql, "");

	while (query_next(q))
		due_add(f, "subscriber", "", q)->text = text;
}

void due_unknown(const struct due_context *f)
{
	take_all(
		f, select_tokens,
		_("the register does not know whose token this is: record its subscriber"));
	take_all(
		f, select_certificates,
		_("the register does not know whose certificate this is: record its subscriber"));
}

/* Columns after those of the subscriber. */
enum {
	EMAIL = DUE_WHOSE_COLUMNS,
};

/* One certificate tells of the subscriber. */
static const char select_addresses[] =
	"SELECT " DUE_WHOSE_CERTIFICATE
	", \"s\".\"email\" FROM " DUE_CERTIFICATES
	"WHERE \"s\".\"email\" IS NOT NULL AND " DUE_C_IN_FORCE DUE_IN_HAND
	"AND NOT EXISTS (SELECT 1 FROM \"certificates\" \"n\" WHERE "
	"\"n\".\"subscriber\" = \"s\".\"subscriber\" AND "
	"\"n\".\"certificate_serial\" < \"c\".\"certificate_serial\" AND " DUE_N_IN_FORCE
	")";

/* What a new certificate is asked for with, by who holds it. */
static void check_address(const struct due_context *f, struct query *q)
{
	const char *holder = query_text(q, 3);
	const struct condition *official = due_condition(
		f, due_printf(f, "new-%s", *holder ? holder : "person"),
		"official-email");
	struct due *d;

	if (!official)
		return;
	d = due_add(f, "official-email", official->article, q);
	d->text = due_printf(
		f,
		_("%s is a private address, and the subscriber is to have one of an office: ask for the change"),
		query_text(q, EMAIL));
	d->command = due_command(f, d, "request change");
}

void due_addresses(const struct due_context *f)
{
	struct query *q = due_query(f, select_addresses, "");

	while (query_next(q))
		if (email_is_public(query_text(q, EMAIL)))
			check_address(f, q);
}

static const char count_all[] =
	"SELECT count(*) FROM " DUE_TOKENS "WHERE NOT " DUE_RETURNED;

size_t due_count_tokens(struct custody_register *reg,
			const struct due_question *question)
{
	struct due_question anybody = *question;
	struct due_context f = { .store = register_store(reg),
				 .question = &anybody };
	struct query *q;
	size_t n;

	anybody.organization = anybody.unit = anybody.holder = NULL;
	date_iso(question->today, f.today);
	q = due_query(&f, count_all, "");
	n = query_next(q) ? (size_t)query_number(q, 0) : 0;
	query_end(q);
	return n;
}
