/* SPDX-License-Identifier: LGPL-2.1-or-later */
/*
 * A watch of the readers where there is no pcscd.
 *
 * valgrind: no
 */
#include "unit/unit.h"

#include <poll.h>
#include <stdlib.h>

#include "token/ckstoken.h"

static void takes_no_null(void **state)
{
	struct cks_watch *watch = NULL;
	struct cks_reader_event event;

	(void)state;
	assert_int_equal(cks_watch_new(NULL), CKS_ERR_ARGUMENT);
	assert_int_equal(cks_watch_next(NULL, 0, &event), CKS_ERR_ARGUMENT);
	assert_int_equal(cks_watch_fd(NULL), -1);
	assert_int_equal(cks_watch_new(&watch), CKS_OK);
	assert_int_equal(cks_watch_next(watch, 0, NULL), CKS_ERR_ARGUMENT);
	cks_watch_free(&watch);
	assert_null(watch);
	cks_watch_free(&watch);
	cks_watch_free(NULL);
}

static void tells_that_there_is_no_pcscd(void **state)
{
	struct cks_watch *watch = NULL;
	struct cks_reader_event event;
	struct pollfd fd = { .events = POLLIN };
	enum cks_err err;

	(void)state;
	assert_int_equal(cks_watch_new(&watch), CKS_OK);
	fd.fd = cks_watch_fd(watch);
	/* As a caller that has other descriptors to wait for. */
	do {
		assert_int_equal(poll(&fd, 1, 30000), 1);
		err = cks_watch_next(watch, 0, &event);
	} while (err == CKS_ERR_TIMEOUT);
	assert_int_equal(err, CKS_OK);
	assert_int_equal(event.type, CKS_EVENT_LOST);
	assert_int_equal(event.err, CKS_ERR_NO_SERVICE);
	assert_string_equal(event.reader, "");
	/* Once, however often it is looked for. */
	assert_int_equal(cks_watch_next(watch, 600, &event), CKS_ERR_TIMEOUT);
	cks_watch_free(&watch);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(takes_no_null),
		cmocka_unit_test(tells_that_there_is_no_pcscd),
	};

	setenv("PCSCLITE_CSOCK_NAME", "/nonexistent/pcscd.comm", 1);
	return cmocka_run_group_tests(tests, NULL, NULL);
}
