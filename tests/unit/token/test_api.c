/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* What ckstoken.h promises whatever tokens there are. */
#include "unit/unit.h"

#include "token/ckstoken.h"

/* A list of names that must differ; the unknown value's comes first. */
struct names {
	const char *list[64];
	size_t n;
};

static void add_name(struct names *names, const char *name)
{
	assert_non_null(name);
	assert_true(name[0] != '\0');
	for (size_t i = 0; i < names->n; i++)
		assert_string_not_equal(names->list[i], name);
	names->list[names->n++] = name;
}

static void each_free_takes_null(void **state)
{
	struct cks_secret *secret = NULL;
	struct cks_scan *scan = NULL;
	struct cks_token *token = NULL;
	struct cks_cert *cert = NULL;
	struct cks_readers *readers = NULL;
	struct cks_uri *uri = NULL;
	struct cks_modules *modules = NULL;
	struct cks_signer *signer = NULL;
	struct cks_token_lock *lock = NULL;
	struct cks_watch *watch = NULL;

	(void)state;
	cks_token_unlock(NULL);
	cks_token_unlock(&lock);
	cks_watch_free(NULL);
	cks_watch_free(&watch);
	cks_signer_close(NULL);
	cks_signer_close(&signer);
	cks_uri_free(NULL);
	cks_uri_free(&uri);
	cks_secret_free(NULL);
	cks_scan_free(NULL);
	cks_token_free(NULL);
	cks_cert_free(NULL);
	cks_readers_free(NULL);
	cks_modules_free(NULL);
	cks_secret_free(&secret);
	cks_scan_free(&scan);
	cks_token_free(&token);
	cks_cert_free(&cert);
	cks_readers_free(&readers);
	cks_modules_free(&modules);
}

static void each_free_leaves_null(void **state)
{
	struct cks_secret *secret = cks_secret_new(8);
	struct cks_scan *scan = cks_scan_new();

	(void)state;
	cks_secret_free(&secret);
	cks_scan_free(&scan);
	assert_null(secret);
	assert_null(scan);
}

static void a_null_argument_is_an_error(void **state)
{
	struct cks_scan *scan = cks_scan_new();
	struct cks_secret *secret = cks_secret_new(8);
	struct cks_cert *cert = NULL;
	struct cks_token *token = NULL;
	struct cks_uri *uri = NULL;
	enum cks_method method = CKS_METHOD_PUK;
	enum cks_stage stage = CKS_STAGE_ANSWERED;
	const struct cks_unblock nothing = { .method = CKS_METHOD_PUK };
	const char *reason = "as it was";
	struct cks_proof proof = { .n_proved = 7 };
	const struct cks_signing no_signing = { .timeout_ms = 1 };
	struct cks_signer *signer = NULL;
	struct cks_login login = { .pin_sent = true };
	struct cks_opensc opensc;
	unsigned char digest[32] = { 0 }, *signature = digest;
	size_t len = 7;

	(void)state;
	assert_int_equal(cks_secret_set_length(NULL, 0), CKS_ERR_ARGUMENT);
	assert_int_equal(cks_modules_find(1, NULL), CKS_ERR_ARGUMENT);
	assert_int_equal(cks_opensc_read(NULL, &opensc), CKS_ERR_ARGUMENT);
	assert_int_equal(cks_opensc_read("opensc-pkcs11.so", NULL),
			 CKS_ERR_ARGUMENT);
	assert_int_equal(cks_scan_add_optional_module(NULL, "x"),
			 CKS_ERR_ARGUMENT);
	assert_int_equal(cks_scan_add_optional_module(scan, NULL),
			 CKS_ERR_ARGUMENT);
	assert_int_equal(cks_scan_add_found(scan, NULL, 0), CKS_ERR_ARGUMENT);
	assert_int_equal(cks_scan_add_module(NULL, "x"), CKS_ERR_ARGUMENT);
	assert_int_equal(cks_scan_add_module(scan, NULL), CKS_ERR_ARGUMENT);
	assert_int_equal(cks_scan_run(NULL), CKS_ERR_ARGUMENT);
	assert_int_equal(cks_token_reread(NULL, 1, &token), CKS_ERR_ARGUMENT);
	assert_int_equal(cks_cert_new(NULL, 0, &cert), CKS_ERR_ARGUMENT);
	assert_int_equal(cks_cert_new("", 0, NULL), CKS_ERR_ARGUMENT);
	assert_int_equal(cks_unblock_method(NULL, method, &method, &reason),
			 CKS_ERR_ARGUMENT);
	assert_int_equal(cks_new_pin_check(NULL, secret), CKS_ERR_ARGUMENT);
	assert_int_equal(cks_unblock_pin_check(NULL, method, secret),
			 CKS_ERR_ARGUMENT);
	assert_int_equal(cks_unblock_run(&nothing, NULL), CKS_ERR_ARGUMENT);
	assert_int_equal(cks_unblock_run(&nothing, &stage), CKS_ERR_ARGUMENT);
	assert_int_equal(stage, CKS_STAGE_NOTHING_SENT);
	assert_int_equal(cks_unblock_run(NULL, &stage), CKS_ERR_ARGUMENT);
	assert_int_equal(cks_token_check_pin(NULL, secret, 1, &proof),
			 CKS_ERR_ARGUMENT);
	assert_int_equal(cks_signer_open(NULL, &signer, &login),
			 CKS_ERR_ARGUMENT);
	assert_int_equal(cks_signer_open(&no_signing, &signer, &login),
			 CKS_ERR_ARGUMENT);
	assert_int_equal(cks_signer_open(&no_signing, NULL, &login),
			 CKS_ERR_ARGUMENT);
	assert_int_equal(cks_signer_sign(NULL, digest, 32, &signature, &len),
			 CKS_ERR_ARGUMENT);
	assert_int_equal(cks_readers_list(1, NULL), CKS_ERR_ARGUMENT);
	assert_int_equal(cks_uri_parse(NULL, &uri, &reason), CKS_ERR_ARGUMENT);
	assert_int_equal(cks_uri_parse("pkcs11:", NULL, &reason),
			 CKS_ERR_ARGUMENT);
	/* Nothing was written. */
	assert_null(cert);
	assert_null(token);
	assert_null(uri);
	assert_int_equal(method, CKS_METHOD_PUK);
	assert_string_equal(reason, "as it was");
	assert_int_equal(proof.n_proved, 7);
	assert_null(signer);
	assert_true(login.pin_sent);
	assert_ptr_equal(signature, digest);
	assert_int_equal(len, 7);
	cks_scan_set_timeout(NULL, 1);
	cks_secret_free(&secret);
	cks_scan_free(&scan);
}

static void of_null_nothing_is_known(void **state)
{
	unsigned long slot = 7;
	time_t renew_by = 7;
	const void *der = "";
	size_t len = 7;
	char *change = NULL;

	(void)state;
	assert_null(cks_secret_data(NULL));
	assert_int_equal(cks_secret_capacity(NULL), 0);
	assert_int_equal(cks_secret_length(NULL), 0);
	assert_false(cks_secret_equal(NULL, NULL));
	assert_null(cks_text_fold(NULL));
	assert_null(cks_text_clean(NULL, 1));
	assert_null(cks_scan_module(NULL, 0));
	assert_int_equal(cks_scan_n_tokens(NULL), 0);
	assert_null(cks_scan_token(NULL, 0));
	assert_int_equal(cks_scan_n_errors(NULL), 0);
	assert_null(cks_scan_error(NULL, 0));
	assert_int_equal(cks_scan_error_code(NULL), CKS_OK);
	assert_string_equal(cks_scan_error_module(NULL), "");
	assert_string_equal(cks_scan_error_reader(NULL), "");
	assert_string_equal(cks_scan_error_detail(NULL), "");
	assert_false(cks_scan_error_slot(NULL, &slot));
	assert_int_equal(slot, 7);
	assert_string_equal(cks_token_module(NULL), "");
	assert_string_equal(cks_token_other_module(NULL), "");
	assert_int_equal(cks_token_slot(NULL), 0);
	assert_string_equal(cks_token_reader(NULL), "");
	assert_string_equal(cks_token_label(NULL), "");
	assert_string_equal(cks_token_manufacturer(NULL), "");
	assert_string_equal(cks_token_model(NULL), "");
	assert_string_equal(cks_token_serial(NULL), "");
	assert_int_equal(cks_token_user_pin(NULL), CKS_PIN_UNKNOWN);
	assert_int_equal(cks_token_so_pin(NULL), CKS_PIN_UNKNOWN);
	assert_int_equal(cks_token_pin_min(NULL), 0);
	assert_int_equal(cks_token_pin_max(NULL), 0);
	assert_int_equal(cks_token_flags(NULL), 0);
	assert_false(cks_token_has_pin_pad(NULL));
	assert_int_equal(cks_token_n_certs(NULL), 0);
	assert_null(cks_token_cert(NULL, 0));
	assert_int_equal(cks_token_n_objects(NULL), 0);
	assert_false(cks_token_same_objects(NULL, NULL, &change));
	assert_null(change);
	assert_int_equal(cks_token_warnings(NULL, 0, 30), 0);
	assert_false(cks_cert_readable(NULL));
	assert_string_equal(cks_cert_id(NULL), "");
	assert_string_equal(cks_cert_label(NULL), "");
	assert_string_equal(cks_cert_subject(NULL), "");
	assert_string_equal(cks_cert_issuer(NULL), "");
	assert_string_equal(cks_cert_name(NULL), "");
	assert_string_equal(cks_cert_organization(NULL), "");
	assert_string_equal(cks_cert_unit(NULL), "");
	assert_string_equal(cks_cert_email(NULL), "");
	assert_string_equal(cks_cert_tax_code(NULL), "");
	assert_string_equal(cks_cert_budget_code(NULL), "");
	assert_string_equal(cks_cert_serial(NULL), "");
	assert_string_equal(cks_cert_sha256(NULL), "");
	assert_string_equal(cks_cert_key(NULL), "");
	assert_int_equal(cks_cert_not_before(NULL), 0);
	assert_int_equal(cks_cert_not_after(NULL), 0);
	assert_int_equal(cks_cert_holder(NULL), CKS_HOLDER_UNKNOWN);
	assert_false(cks_cert_official(NULL));
	assert_false(cks_cert_ca(NULL));
	cks_cert_der(NULL, &der, &len);
	assert_null(der);
	assert_int_equal(len, 0);
	cks_cert_der(NULL, NULL, NULL);
	assert_int_equal(cks_cert_state(NULL, 0, 30), CKS_CERT_UNREADABLE);
	assert_int_equal(cks_cert_days_left(NULL, 0), 0);
	assert_false(cks_cert_renewable(NULL, NULL, 0, 30, &renew_by));
	assert_int_equal(renew_by, 0);
	assert_false(cks_cert_renewable(NULL, NULL, 0, 30, NULL));
	assert_false(cks_cert_replaced(NULL, NULL));
	assert_int_equal(cks_readers_count(NULL), 0);
	assert_false(cks_reader_in_use(NULL, 0));
	assert_null(cks_reader_name(NULL, 0));
	assert_null(cks_reader_atr(NULL, 0));
	assert_string_equal(cks_signer_digest(NULL), "");
	assert_int_equal(cks_signer_digest_length(NULL), 0);
	assert_int_equal(cks_signer_algorithm(NULL), CKS_ALGORITHM_UNKNOWN);
	assert_string_equal(cks_signer_detail(NULL), "");
	assert_int_equal(cks_modules_count(NULL), 0);
	assert_null(cks_module_path(NULL, 0));
	assert_null(cks_module_detail(NULL, 0));
	assert_int_equal(cks_module_error(NULL, 0), CKS_OK);
	assert_false(cks_module_critical(NULL, 0));
	assert_false(cks_scan_error_critical(NULL));
	assert_string_equal(cks_token_uri(NULL), "");
	assert_string_equal(cks_cert_uri(NULL), "");
	assert_false(cks_uri_names_token(NULL));
	assert_false(cks_uri_names_object(NULL));
	assert_string_equal(cks_uri_unknown(NULL), "");
	assert_false(cks_uri_matches_module(NULL, "x"));
	assert_false(cks_uri_matches_token(NULL, NULL));
	assert_false(cks_uri_matches_cert(NULL, NULL));
}

static void a_uri_is_parsed_or_refused_with_a_reason(void **state)
{
	static const char *const bad[] = {
		"",
		"http://x",
		"pkcs11",
		"pkcs11:x",
		"pkcs11:=x",
		"pkcs11:serial",
		"pkcs11:serial=",
		"pkcs11:serial=;token=x",
		"pkcs11:serial=x;serial=x",
		"pkcs11:serial=%0",
		"pkcs11:serial=%xx",
		"pkcs11:serial=a%00",
		"pkcs11:slot-id=",
		"pkcs11:slot-id=+1",
		"pkcs11:slot-id=0x1",
		"pkcs11:slot-id=18446744073709551616",
		"pkcs11:library-version=x",
		"pkcs11:pin-value=1234",
		"pkcs11:serial=x?pin-value=1234",
		"pkcs11:serial=x?pin-source=file:/x",
		"pkcs11:serial=x?module-name=",
		"pkcs11:serial=x?module-name=a&module-name=b",
	};
	static const struct {
		const char *text;
		bool token, object;
		const char *unknown;
	} good[] = {
		{ "pkcs11:", false, false, "" },
		{ "PKCS11:serial=x", true, false, "" },
		{ "pkcs11:id=%00%01", false, true, "" },
		{ "pkcs11:type=cert;token=x", true, true, "" },
		{ "pkcs11:?module-name=x&x-y=z&x-y=z", false, false, "" },
		{ "pkcs11:x-serial=x;x-model=y", false, false, "x-serial" },
		{ "pkcs11:slot-id=18446744073709551615", true, false, "" },
		{ "pkcs11:serial=x;", true, false, "" },
	};

	(void)state;
	for (size_t i = 0; i < sizeof(bad) / sizeof(bad[0]); i++) {
		struct cks_uri *uri = NULL;
		const char *reason = NULL;

		assert_int_equal(cks_uri_parse(bad[i], &uri, &reason),
				 CKS_ERR_ARGUMENT);
		assert_null(uri);
		assert_non_null(reason);
		assert_int_equal(cks_uri_parse(bad[i], &uri, NULL),
				 CKS_ERR_ARGUMENT);
	}
	for (size_t i = 0; i < sizeof(good) / sizeof(good[0]); i++) {
		struct cks_uri *uri = NULL;

		assert_int_equal(cks_uri_parse(good[i].text, &uri, NULL),
				 CKS_OK);
		assert_int_equal(cks_uri_names_token(uri), good[i].token);
		assert_int_equal(cks_uri_names_object(uri), good[i].object);
		assert_string_equal(cks_uri_unknown(uri), good[i].unknown);
		cks_uri_free(&uri);
		assert_null(uri);
	}
}

static void each_error_has_a_name_and_a_sentence(void **state)
{
	struct names names = { 0 }, sentences = { 0 };

	(void)state;
	add_name(&names, cks_err_name(CKS_ERR_COUNT));
	add_name(&sentences, cks_strerror(CKS_ERR_COUNT));
	assert_string_equal(names.list[0], "unknown");
	assert_string_equal(cks_err_name((enum cks_err) - 1), "unknown");
	assert_string_equal(cks_strerror((enum cks_err) - 1),
			    sentences.list[0]);
	for (int err = CKS_OK; err < CKS_ERR_COUNT; err++) {
		const char *sentence = cks_strerror((enum cks_err)err);

		add_name(&names, cks_err_name((enum cks_err)err));
		add_name(&sentences, sentence);
		assert_int_equal(sentence[strlen(sentence) - 1], '.');
	}
	assert_string_equal(cks_err_name(CKS_OK), "ok");
	assert_string_equal(cks_err_name(CKS_ERR_OPENSC_CONF), "opensc-conf");
}

static void each_enumerator_has_a_name(void **state)
{
	static const enum cks_pin_state pin_states[] = {
		CKS_PIN_UNKNOWN,     CKS_PIN_OK,     CKS_PIN_COUNT_LOW,
		CKS_PIN_FINAL_TRY,   CKS_PIN_LOCKED, CKS_PIN_NOT_SET,
		CKS_PIN_MUST_CHANGE,
	};
	static const enum cks_holder holders[] = {
		CKS_HOLDER_UNKNOWN,
		CKS_HOLDER_PERSON,
		CKS_HOLDER_ORGANIZATION,
		CKS_HOLDER_DEVICE,
	};
	static const enum cks_cert_state cert_states[] = {
		CKS_CERT_UNREADABLE, CKS_CERT_NOT_YET_VALID, CKS_CERT_VALID,
		CKS_CERT_EXPIRING,   CKS_CERT_EXPIRED,
	};
	static const enum cks_method methods[] = {
		CKS_METHOD_AUTO,
		CKS_METHOD_SO_PIN,
		CKS_METHOD_PUK,
	};
	struct names pin = { 0 }, holder = { 0 }, cert = { 0 }, method = { 0 };
	struct names warning = { 0 }, algorithm = { 0 };
	unsigned int bit;

	(void)state;
	for (size_t i = 0; i < sizeof(pin_states) / sizeof(pin_states[0]); i++)
		add_name(&pin, cks_pin_state_name(pin_states[i]));
	for (size_t i = 0; i < sizeof(holders) / sizeof(holders[0]); i++)
		add_name(&holder, cks_holder_name(holders[i]));
	for (size_t i = 0; i < sizeof(cert_states) / sizeof(cert_states[0]);
	     i++)
		add_name(&cert, cks_cert_state_name(cert_states[i]));
	for (size_t i = 0; i < sizeof(methods) / sizeof(methods[0]); i++)
		add_name(&method, cks_method_name(methods[i]));
	for (int i = CKS_ALGORITHM_UNKNOWN; i < CKS_ALGORITHM_COUNT; i++)
		add_name(&algorithm, cks_algorithm_name((enum cks_algorithm)i));
	assert_string_equal(cks_algorithm_name(CKS_ALGORITHM_COUNT),
			    algorithm.list[0]);
	assert_string_equal(cks_pin_state_name((enum cks_pin_state)99),
			    pin.list[0]);
	assert_string_equal(cks_holder_name((enum cks_holder)99),
			    holder.list[0]);
	assert_string_equal(cks_cert_state_name((enum cks_cert_state)99),
			    cert.list[0]);
	assert_string_equal(cks_method_name((enum cks_method)99),
			    method.list[0]);
	for (bit = 1; bit <= CKS_WARN_NOT_OFFICIAL; bit <<= 1)
		add_name(&warning, cks_warning_name(bit));
	assert_null(cks_warning_name(bit));
	assert_null(cks_warning_name(0));
	assert_null(cks_warning_name(CKS_WARN_INFO_ONLY));
}

static void the_version_is_that_of_the_header(void **state)
{
	char version[32];

	(void)state;
	snprintf(version, sizeof(version), "%d.%d.%d", CKS_VERSION_MAJOR,
		 CKS_VERSION_MINOR, CKS_VERSION_PATCH);
	assert_string_equal(CKS_VERSION, version);
	assert_string_equal(cks_version(), CKS_VERSION);
}

static void a_secret_has_its_bounds(void **state)
{
	struct cks_secret *a = cks_secret_new(4), *b = cks_secret_new(8);

	(void)state;
	assert_null(cks_secret_new(65537));
	assert_int_equal(cks_secret_capacity(a), 4);
	assert_int_equal(cks_secret_length(a), 0);
	assert_true(cks_secret_equal(a, b));
	memcpy(cks_secret_data(a), "1234", 4);
	memcpy(cks_secret_data(b), "12345", 5);
	assert_int_equal(cks_secret_set_length(a, 5), CKS_ERR_ARGUMENT);
	assert_int_equal(cks_secret_set_length(a, 4), CKS_OK);
	assert_int_equal(cks_secret_set_length(b, 5), CKS_OK);
	assert_string_equal(cks_secret_data(a), "1234");
	assert_false(cks_secret_equal(a, b));
	/* A shorter length wipes what stood behind it. */
	assert_int_equal(cks_secret_set_length(b, 4), CKS_OK);
	assert_string_equal(cks_secret_data(b), "1234");
	assert_true(cks_secret_equal(a, b));
	assert_false(cks_secret_equal(a, NULL));
	cks_secret_free(&a);
	cks_secret_free(&b);
}

static void what_is_no_certificate_is_refused(void **state)
{
	struct cks_cert *cert = NULL;

	(void)state;
	assert_int_equal(cks_cert_new("", 0, &cert), CKS_ERR_CERTIFICATE);
	assert_int_equal(cks_cert_new("\x30\x82\xff\xff", 4, &cert),
			 CKS_ERR_CERTIFICATE);
	assert_null(cert);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(each_free_takes_null),
		cmocka_unit_test(each_free_leaves_null),
		cmocka_unit_test(a_null_argument_is_an_error),
		cmocka_unit_test(of_null_nothing_is_known),
		cmocka_unit_test(a_uri_is_parsed_or_refused_with_a_reason),
		cmocka_unit_test(each_error_has_a_name_and_a_sentence),
		cmocka_unit_test(each_enumerator_has_a_name),
		cmocka_unit_test(the_version_is_that_of_the_header),
		cmocka_unit_test(a_secret_has_its_bounds),
		cmocka_unit_test(what_is_no_certificate_is_refused),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
