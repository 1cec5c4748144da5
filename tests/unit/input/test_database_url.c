/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include <errno.h>

#include "input/database_url.h"
#include "unit/unit.h"

#define N(array) (sizeof(array) / sizeof((array)[0]))

/* Each is an address, and database_check() says @result of it. */
static void check_all(const char *const *list, size_t n, int result)
{
	for (size_t i = 0; i < n; i++) {
		if (!database_is_url(list[i]))
			fail_msg("a file: %s", list[i]);
		if (database_check(list[i]) != result)
			fail_msg("%d: %s", database_check(list[i]), list[i]);
		if (result == -EPERM && !database_may_tell(list[i]))
			fail_msg("may be told: %s", list[i]);
	}
}

static void addresses_are_taken(void **state)
{
	static const char *const addresses[] = {
		"postgresql://may-chu/sotheodoi",
		"postgres://cuc@may-chu/sotheodoi",
		"postgresql://cuc@may-chu:5432/sotheodoi?sslmode=verify-full",
		"postgresql://cuc@may-1:5432,may-2:,may-3/so",
		"postgresql://cuc@[::1]:5432/so",
		"postgresql://[fe80::1]/so",
		"postgresql://c%40uc@may/so%3A1",
		"postgresql:///so?host=/run/postgresql&user=cuc",
		"postgresql://cuc@/so?host=/tmp/ckstoken-pg.a1B2c3",
		"postgresql://cuc@%2Frun%2Fpostgresql/so",
		"postgresql:///so?passfile=/home/an/.pgpass",
		"postgresql:///so?options=-c%20lock_timeout%3D200",
		"postgresql://may/so?require_auth=password",
		"postgresql:///so?service=cuc",
		"postgresql://",
		"service=so",
	};

	(void)state;
	check_all(addresses, N(addresses), 0);
}

/* Whatever libpq would part it into. */
static void passwords_are_found(void **state)
{
	static const char *const addresses[] = {
		"postgresql://u:bi mat@h/so",
		"postgresql://u:b/m@h/so",
		"postgresql://u:b@m/t@h/so",
		"postgresql://u:12/34@h/so",
		"postgresql://u:@h/so",
		"postgresql://u@h,v:b@i/so",
		"POSTGRESQL://u:b@h/so",
		"PostgreSQL://h/so?Password=b",
		" postgresql://u:b@h/so",
		"\tpostgres://u:b@h",
		"\"postgresql://u:b@h/so\"",
		"postgresql:u:b@h/so",
		"postgresql:/u:b@h/so",
		"jdbc:postgresql://h/so?user=u&password=b",
		"mysql://u:b@h/so",
		"postgresql://h/so?password=b",
		"postgresql://h/so?pass%77ord=b",
		"postgresql://h/so?sslpassword=b",
		"postgresql://h/so?oauth_client_secret=b",
		"postgresql://h/so?scram_client_key=b",
		"postgresql://h/user%3Du%20password%20%3D%20b",
		"host=h password=b",
		"  host = h  password = b",
		"password=b",
		"x=1 password=b",
		"service=so password=b",
	};

	(void)state;
	check_all(addresses, N(addresses), -EPERM);
}

/* They may hold one all the same, and so are not taken. */
static void what_is_unclear_is_refused(void **state)
{
	static const char *const addresses[] = {
		"postgresql://u:bimat",
		"postgresql://u:bimat/so",
		"postgresql://u:654321",
		"postgresql:///so@bimat",
		"postgresql://u@v@h/so",
		"postgresql://[::1/so",
		"Postgresql://h/so",
		" postgresql://h/so",
		"host=h dbname=so user=u",
		"service=",
		"service=a b",
		"service='a'",
		"ftp://h/so",
	};

	(void)state;
	check_all(addresses, N(addresses), -EINVAL);
}

static void files_are_none(void **state)
{
	static const char *const files[] = {
		"so.db",	  "/srv/so.db",	    "./host=h",
		"postgresql.db",  "postgres/so.db", "/srv/a://b",
		"so=2026.db",	  "hostname",	    "",
		"sổ theo dõi.db", "a@b:c.db",	    "/srv/password=1/so.db",
	};

	(void)state;
	for (size_t i = 0; i < N(files); i++) {
		if (database_is_url(files[i]))
			fail_msg("an address: %s", files[i]);
		assert_int_equal(database_check(files[i]), -EINVAL);
	}
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(addresses_are_taken),
		cmocka_unit_test(passwords_are_found),
		cmocka_unit_test(what_is_unclear_is_refused),
		cmocka_unit_test(files_are_none),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
