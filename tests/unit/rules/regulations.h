/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* Rows held against the regulations that come with the program. */
#ifndef REGULATIONS_H
#define REGULATIONS_H

#include <errno.h>

#include "rules/conditions.h"
#include "unit/unit.h"

/* 2026-11-21, 09:00 in Vietnam. */
#define NOW 1795226400

static inline struct province *load(const char *name)
{
	static const char *const directories[] = { "lib/rules/provinces" };
	struct province *province = NULL;
	struct error error = { 0 };

	if (province_load_from(directories, 1, name, &province, &error))
		fail_msg("%s", error_text(&error, -ENOMEM));
	return province;
}

static inline struct violations check_at(const struct province *province,
					 const char *procedure,
					 const char *rows, time_t now)
{
	const struct procedure *p = province_procedure(province, procedure);
	struct violations f = { 0 };
	json_error_t error;
	json_t *dossier =
		json_pack("{s:o}", "subscribers", json_loads(rows, 0, &error));

	assert_non_null(p);
	assert_non_null(dossier);
	assert_int_equal(conditions_check(p, dossier, now, &f), 0);
	json_decref(dossier);
	return f;
}

/* Nothing is found in @rows, a JSON array. */
static inline void passes(const struct province *province,
			  const char *procedure, const char *rows)
{
	struct violations f = check_at(province, procedure, rows, NOW);

	if (f.n)
		fail_msg("%s: %s", rows, f.list[0].text);
	violations_free(&f);
}

/* One fault is found, by @rule, and @words are in what is said of it. */
static inline void fails(const struct province *province, const char *procedure,
			 const char *rows, const char *rule, const char *words)
{
	struct violations f = check_at(province, procedure, rows, NOW);

	if (f.n != 1)
		fail_msg("%s: %zu findings", rows, f.n);
	assert_string_equal(f.list[0].rule, rule);
	assert_false(f.list[0].remark);
	if (!strstr(f.list[0].text, words))
		fail_msg("\"%s\" is not in: %s", words, f.list[0].text);
	violations_free(&f);
}

#endif
