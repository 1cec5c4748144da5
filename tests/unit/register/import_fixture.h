/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* A register of its own for each test, and rows into it. */
#ifndef IMPORT_FIXTURE_H
#define IMPORT_FIXTURE_H

#include <errno.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include <cmocka.h>

#include "register/import.h"
#include "register/verify.h"

static char folder[] = "/tmp/test_intake.XXXXXX", path[64];

struct fixture {
	struct import in;
	struct data_errors errors;
};

static inline int make_register(void **state)
{
	struct fixture *f = calloc(1, sizeof(*f));
	char *message = NULL;

	snprintf(path, sizeof(path), "%s/register.db", folder);
	assert_non_null(f);
	f->in.errors = &f->errors;
	f->in.act = (struct register_act){ 1767200400, "bich", "test" };
	assert_int_equal(
		register_open(path, REGISTER_CREATE, &f->in.reg, &message), 0);
	register_begin(f->in.reg);
	*state = f;
	return 0;
}

static inline int drop_register(void **state)
{
	static const char *const ends[] = { "", "-wal", "-shm", "-journal" };
	struct fixture *f = *state;
	char name[80];

	import_free(&f->in);
	register_close(&f->in.reg);
	data_errors_free(&f->errors);
	free(f);
	for (size_t i = 0; i < 4; i++) {
		snprintf(name, sizeof(name), "%s%s", path, ends[i]);
		(void)unlink(name);
	}
	return 0;
}

static inline void take(struct fixture *f, size_t number, const char *text)
{
	json_t *row = json_loads(text, 0, NULL);

	assert_non_null(row);
	import_row(&f->in, number, row);
	json_decref(row);
}

/* What stands there is committed, and follows from the events. */
static inline void commit(struct fixture *f)
{
	struct verification v;
	char *message = NULL;

	assert_int_equal(f->errors.n, 0);
	assert_int_equal(register_commit(f->in.reg, &message), 0);
	register_verify(f->in.reg, &v);
	assert_int_equal(v.result, VERIFY_RIGHT);
}

static inline long long count(struct fixture *f, const char *sql)
{
	struct query *q = store_query(register_store(f->in.reg), sql);
	long long n = query_next(q) ? query_number(q, 0) : -1;

	query_end(q);
	return n;
}

/* The only error so far, which is then forgotten. */
static inline void assert_told(struct fixture *f, size_t row,
			       const char *column, const char *text)
{
	assert_int_equal(f->errors.n, 1);
	assert_int_equal(f->errors.list[0].row, row);
	if (column)
		assert_string_equal(f->errors.list[0].column, column);
	assert_non_null(strstr(f->errors.list[0].text, text));
	data_errors_free(&f->errors);
	memset(&f->errors, 0, sizeof(f->errors));
}

#define AN                                                                \
	"{\"name\": \"Nguyễn Văn An\", \"organization\": \"Sở A\", " \
	"\"id_number\": \"001085001234\", \"email\": "                    \
	"\"annv@vidu.gov.vn\", \"device_serial\": \"T1\", "               \
	"\"certificate_serial\": \"0A01\"}"

#define KEEPER(keeper, from)                                    \
	"{\"record\": \"custody\", \"device_serial\": \"T1\", " \
	"\"keeper\": \"" keeper "\", \"from_date\": \"" from "\"}"

#define TEST(name) \
	cmocka_unit_test_setup_teardown(name, make_register, drop_register)

/* Of main(): runs them, with a folder for the registers. */
#define RUN(tests, failed)                                            \
	do {                                                          \
		if (!mkdtemp(folder))                                 \
			return 1;                                     \
		(failed) = cmocka_run_group_tests(tests, NULL, NULL); \
		(void)rmdir(folder);                                  \
	} while (0)

#endif
