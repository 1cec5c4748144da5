/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* The second token of an organization, for its desk for the public. */
#include "due_private.h"

#define WHOSE DUE_WHOSE_TOKEN
/* Of tokens in use: one that only waits to be handed back is none. */
#define IN_USE(t)                                                  \
	" AND EXISTS (SELECT 1 FROM \"certificates\" \"c\" WHERE " \
	"\"c\".\"device_serial\" = " t                             \
	".\"device_serial\" AND " DUE_C_IN_FORCE ") "
#define THIS_IN_USE IN_USE("\"t\"")
#define OTHER_IN_USE IN_USE("\"o\"")
/* On the day of a hand-over whoever got it is. */
#define NOW_KEPT(k)                                                          \
	k ".\"from_date\" <= $4 AND coalesce(" k ".\"to_date\", '9999') >= " \
	  "$4 AND NOT EXISTS (SELECT 1 FROM \"custody\" \"n\" WHERE "        \
	  "\"n\".\"device_serial\" = " k ".\"device_serial\" AND "           \
	  "\"n\".\"from_date\" > " k ".\"from_date\" AND "                   \
	  "\"n\".\"from_date\" <= $4) "
#define THIS_KEPT NOW_KEPT("\"k\"")
#define OTHER_KEPT NOW_KEPT("\"p\"")
#define OTHER_RETURNED DUE_BACK("\"o\"", "\"o\".\"returned_date\"")
#define OTHER                                                                        \
	"\"o\".\"subscriber\" = \"t\".\"subscriber\" AND "                           \
	"\"o\".\"device_serial\" <> \"t\".\"device_serial\" AND NOT " OTHER_RETURNED \
	" AND NOT EXISTS (SELECT 1 FROM \"losses\" "                                 \
	"\"m\" WHERE \"m\".\"device_serial\" = "                                     \
	"\"o\".\"device_serial\" AND "                                               \
	"\"m\".\"loss_kind\" = 'lost') "
#define SEALS "\"s\".\"holder\" = 'organization'" DUE_IN_HAND THIS_IN_USE

static const char select_unmarked[] =
	"SELECT " WHOSE " FROM " DUE_SEALS
	"WHERE coalesce(\"t\".\"second_device\", 0) = 0 AND EXISTS "
	"(SELECT 1 FROM \"tokens\" \"o\" WHERE " OTHER
	"AND coalesce(\"o\".\"second_device\", 0) = 0 AND "
	"\"o\".\"device_serial\" < \"t\".\"device_serial\"" OTHER_IN_USE
	") AND " SEALS;

static const char select_same_keeper[] =
	"SELECT " WHOSE ", \"k\".\"keeper\" FROM " DUE_SEALS
	"JOIN \"custody\" \"k\" ON \"k\".\"device_serial\" = "
	"\"t\".\"device_serial\" AND " THIS_KEPT
	"WHERE \"t\".\"second_device\" = 1 AND EXISTS (SELECT 1 FROM "
	"\"tokens\" \"o\" JOIN \"custody\" \"p\" ON "
	"\"p\".\"device_serial\" = \"o\".\"device_serial\" WHERE " OTHER
	"AND " OTHER_KEPT "AND coalesce(\"o\".\"second_device\", 0) = 0 AND "
	"\"p\".\"keeper\" = \"k\".\"keeper\"" OTHER_IN_USE ") AND " SEALS;

static struct due *wrong(const struct due_context *f, const char *article,
			 struct query *q, const char *text)
{
	struct due *d = due_add(f, "second-device", article, q);

	d->state = DUE_WRONG;
	d->text = text;
	return d;
}

static void find_unmarked(const struct due_context *f, const char *article)
{
	struct query *q = due_query(f, select_unmarked, "");

	while (query_next(q))
		wrong(f, article, q,
		      _("the organization has another token, and neither is recorded as the second device"));
}

static void find_same_keeper(const struct due_context *f, const char *article)
{
	struct query *q = due_query(f, select_same_keeper, "");

	while (query_next(q)) {
		struct due *d = wrong(
			f, article, q,
			due_printf(
				f,
				_("the second device has the same keeper as the first, %s"),
				query_text(q, DUE_WHOSE_COLUMNS)));

		d->command = due_command(f, d, "handover keeper");
	}
}

/* It is marked so and has a keeper of its own. */
void due_second_devices(const struct due_context *f)
{
	const char *article = due_duty(f, "second-device");

	if (!article)
		return;
	find_unmarked(f, article);
	find_same_keeper(f, article);
}
