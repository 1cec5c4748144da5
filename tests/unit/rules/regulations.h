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

/* @known: an array of what is known besides, or NULL. */
static inline struct violations check_known(const struct province *province,
					    const char *procedure,
					    const char *rows, const char *known,
					    time_t now)
{
	const struct procedure *p = province_procedure(province, procedure);
	struct violations f = { 0 };
	json_error_t error;
	json_t *dossier =
		json_pack("{s:o}", "subscribers", json_loads(rows, 0, &error));
	json_t *besides = known ? json_loads(known, 0, &error) : NULL;

	assert_non_null(p);
	assert_non_null(dossier);
	assert_int_equal(conditions_check(p, dossier, besides, now, &f), 0);
	json_decref(dossier);
	json_decref(besides);
	return f;
}

static inline struct violations check_at(const struct province *province,
					 const char *procedure,
					 const char *rows, time_t now)
{
	return check_known(province, procedure, rows, NULL, now);
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

/* One thing is found in @f, by @rule, and @words are in what is said of it. */
static inline void found(struct violations f, bool remark, const char *rule,
			 const char *words)
{
	const char *text = f.n == 1 && f.list[0].text ? f.list[0].text : "";

	if (f.n != 1)
		fail_msg("%s: %zu findings", words, f.n);
	assert_string_equal(f.list[0].rule, rule);
	assert_int_equal(f.list[0].remark, remark);
	if (!strstr(text, words))
		fail_msg("\"%s\" is not in: %s", words, text);
	violations_free(&f);
}

/* A fault, which refuses the letter; and a remark, which does not. */
static inline void fails(const struct province *province, const char *procedure,
			 const char *rows, const char *rule, const char *words)
{
	found(check_at(province, procedure, rows, NOW), false, rule, words);
}

static inline void remarks(const struct province *province,
			   const char *procedure, const char *rows,
			   const char *rule, const char *words)
{
	found(check_at(province, procedure, rows, NOW), true, rule, words);
}

#endif
