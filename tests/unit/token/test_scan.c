/* SPDX-License-Identifier: LGPL-2.1-or-later */
/*
 * Scans through real workers and modules, in several threads at once too.
 *
 * valgrind: no
 */
#include "unit/unit.h"

#include <pthread.h>
#include <stdatomic.h>
#include <unistd.h>

#include "base/sanitized.h"
#include "token/ckstoken.h"

/* Other threads must not allocate while one forks under AddressSanitizer, whose
 * allocator does not hold its locks then as that of the C library does: a child
 * may wait for one for ever. There the scans follow each other. */
#ifdef SANITIZED
#define N_SCANNERS 1
#else
#define N_SCANNERS 2
#endif
#define ROUNDS 10

static char good_module[4096], dying_module[4096];
static atomic_bool scanning;

/* The modules are built beside the unit tests. */
static int find_modules(void **state)
{
	char program[2048];
	ssize_t n = readlink("/proc/self/exe", program, sizeof(program) - 1);

	(void)state;
	if (n < 0)
		return -1;
	program[n] = '\0';
	*strrchr(program, '/') = '\0';
	snprintf(good_module, sizeof(good_module), "%s/../../modules/three.so",
		 program);
	snprintf(dying_module, sizeof(dying_module),
		 "%s/../../modules/crash-init.so", program);
	return access(good_module, R_OK) || access(dying_module, R_OK);
}

/* Whether one scan finds three tokens, and one module that died. */
static bool scan_once(void)
{
	struct cks_scan *scan = cks_scan_new();
	bool ok = !cks_scan_add_module(scan, good_module) &&
		  !cks_scan_add_module(scan, dying_module) &&
		  !cks_scan_run(scan) && cks_scan_n_tokens(scan) == 3 &&
		  cks_scan_n_errors(scan) == 1;

	for (size_t i = 0; ok && i < cks_scan_n_tokens(scan); i++) {
		char serial[32];

		snprintf(serial, sizeof(serial), "MOCK%08zu", i);
		ok = strcmp(cks_token_serial(cks_scan_token(scan, i)),
			    serial) == 0;
	}
	ok = ok &&
	     cks_scan_error_code(cks_scan_error(scan, 0)) == CKS_ERR_CRASH;
	for (size_t i = 0; !ok && i < cks_scan_n_errors(scan); i++)
		print_error("%s: %s\n",
			    cks_scan_error_module(cks_scan_error(scan, i)),
			    cks_err_name(cks_scan_error_code(
				    cks_scan_error(scan, i))));
	cks_scan_free(&scan);
	return ok;
}

static void *scan_often(void *arg)
{
	size_t *good = arg;

	for (size_t i = 0; i < ROUNDS; i++)
		*good += scan_once();
	return NULL;
}

/* Takes the locks of OpenSSL and gettext() over and over. */
static void *read_certificates(void *arg)
{
	static const unsigned char der[] = { 0x30, 0x03, 0x02, 0x01, 0x00 };
	size_t *wrong = arg;

	do {
		struct cks_cert *cert = NULL;
		enum cks_err err = cks_cert_new(der, sizeof(der), &cert);

		*wrong += err != CKS_ERR_CERTIFICATE;
		*wrong += cks_strerror(err)[0] == '\0';
	} while (scanning);
	return NULL;
}

static void threads_scan_at_once(void **state)
{
	pthread_t scanners[N_SCANNERS], reader;
	size_t good[N_SCANNERS] = { 0 }, wrong = 0;

	(void)state;
	scanning = N_SCANNERS > 1;
	assert_int_equal(
		pthread_create(&reader, NULL, read_certificates, &wrong), 0);
	if (!scanning)
		pthread_join(reader, NULL);
	for (size_t i = 0; i < N_SCANNERS; i++)
		assert_int_equal(pthread_create(&scanners[i], NULL, scan_often,
						&good[i]),
				 0);
	for (size_t i = 0; i < N_SCANNERS; i++)
		pthread_join(scanners[i], NULL);
	if (scanning) {
		scanning = false;
		pthread_join(reader, NULL);
	}
	for (size_t i = 0; i < N_SCANNERS; i++)
		assert_int_equal(good[i], ROUNDS);
	assert_int_equal(wrong, 0);
}

static void a_scan_runs_once(void **state)
{
	struct cks_scan *scan = cks_scan_new();

	(void)state;
	assert_int_equal(cks_scan_add_module(scan, good_module), CKS_OK);
	assert_int_equal(cks_scan_run(scan), CKS_OK);
	assert_int_equal(cks_scan_run(scan), CKS_ERR_ARGUMENT);
	assert_int_equal(cks_scan_n_tokens(scan), 3);
	cks_scan_free(&scan);
}

/* Slots are looked at by the names of their readers alone. */
static void a_scan_looks_into_the_readers_named(void **state)
{
	struct cks_scan *scan = cks_scan_new();

	(void)state;
	assert_int_equal(cks_scan_add_module(scan, good_module), CKS_OK);
	assert_int_equal(cks_scan_add_reader(scan, NULL), CKS_ERR_ARGUMENT);
	assert_int_equal(cks_scan_add_reader(NULL, "x"), CKS_ERR_ARGUMENT);
	assert_int_equal(cks_scan_add_reader(scan, "Mock reader 2"), CKS_OK);
	assert_int_equal(cks_scan_add_reader(scan, "Mock reader 0"), CKS_OK);
	assert_int_equal(cks_scan_run(scan), CKS_OK);
	assert_int_equal(cks_scan_n_tokens(scan), 2);
	assert_int_equal(cks_token_slot(cks_scan_token(scan, 0)), 0);
	assert_int_equal(cks_token_slot(cks_scan_token(scan, 1)), 2);
	assert_int_equal(cks_scan_add_reader(scan, "x"), CKS_ERR_ARGUMENT);
	cks_scan_free(&scan);
}

/* The mock module has no PIN pad, and says so. */
static void without_a_pin_pad_a_secret_is_needed(void **state)
{
	struct cks_scan *scan = cks_scan_new();
	struct cks_unblock unblock = { .method = CKS_METHOD_SO_PIN,
				       .timeout_ms = 5000 };
	enum cks_stage stage = CKS_STAGE_ANSWERED;
	struct cks_proof proof = { .n_proved = 7 };

	(void)state;
	assert_int_equal(cks_scan_add_module(scan, good_module), CKS_OK);
	assert_int_equal(cks_scan_run(scan), CKS_OK);
	unblock.token = cks_scan_token(scan, 0);
	assert_non_null(unblock.token);
	assert_false(cks_token_has_pin_pad(unblock.token));
	assert_int_equal(cks_unblock_run(&unblock, &stage), CKS_ERR_ARGUMENT);
	assert_int_equal(stage, CKS_STAGE_NOTHING_SENT);
	assert_int_equal(cks_token_check_pin(unblock.token, NULL, 5000, &proof),
			 CKS_ERR_ARGUMENT);
	assert_int_equal(proof.n_proved, 7);
	cks_scan_free(&scan);
}

static void the_list_of_modules_is_freed(void **state)
{
	struct cks_modules *modules = NULL;

	(void)state;
	assert_int_equal(cks_modules_find(5000, &modules), CKS_OK);
	assert_non_null(modules);
	cks_modules_free(&modules);
	assert_null(modules);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(threads_scan_at_once),
		cmocka_unit_test(a_scan_runs_once),
		cmocka_unit_test(a_scan_looks_into_the_readers_named),
		cmocka_unit_test(without_a_pin_pad_a_secret_is_needed),
		cmocka_unit_test(the_list_of_modules_is_freed),
	};

	return cmocka_run_group_tests(tests, find_modules, NULL);
}
