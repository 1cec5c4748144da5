/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* Certificates in a process whose own OpenSSL gives no digest. */
#include <openssl/evp.h>
#include <openssl/x509.h>
#include <stdlib.h>
#include <unistd.h>

#include "base/digest.h"
#include "token/ckstoken.h"
#include "unit/unit.h"

static char conf[] = "/tmp/test_cert.XXXXXX";

/* The openssl.cnf of a machine that knows the legacy provider only. */
static int configure(void **state)
{
	static const char text[] = "openssl_conf = init\n[init]\n"
				   "providers = p\n[p]\nlegacy = s\n"
				   "[s]\nactivate = 1\n";
	int fd = mkstemp(conf);

	(void)state;
	if (fd < 0 || write(fd, text, strlen(text)) != (ssize_t)strlen(text))
		return -1;
	close(fd);
	return setenv("OPENSSL_CONF", conf, 1);
}

static int remove_conf(void **state)
{
	(void)state;
	return unlink(conf);
}

static int make_certificate(unsigned char **der)
{
	OSSL_LIB_CTX *library = digest_library();
	EVP_PKEY *pair = EVP_PKEY_Q_keygen(library, NULL, "EC", "P-256");
	X509 *x509 = X509_new_ex(library, NULL);
	int len;

	assert_non_null(pair);
	assert_non_null(x509);
	X509_gmtime_adj(X509_getm_notBefore(x509), 0);
	X509_gmtime_adj(X509_getm_notAfter(x509), 3600);
	assert_int_equal(X509_set_pubkey(x509, pair), 1);
	assert_true(X509_sign(x509, pair, digest_sha256()) > 0);
	len = i2d_X509(x509, der);
	X509_free(x509);
	EVP_PKEY_free(pair);
	return len;
}

static void the_user_s_openssl_cnf_changes_nothing(void **state)
{
	unsigned char *der = NULL;
	struct cks_cert *cert = NULL;
	EVP_MD *md = EVP_MD_fetch(NULL, "SHA256", NULL);
	int len;

	(void)state;
	/* Which shows that the configuration is in force. */
	assert_null(md);
	len = make_certificate(&der);
	assert_int_equal(cks_cert_new(der, (size_t)len, &cert), CKS_OK);
	assert_string_equal(cks_cert_key(cert), "EC P-256");
	assert_int_equal(strlen(cks_cert_sha256(cert)), 64);
	cks_cert_free(&cert);
	OPENSSL_free(der);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(the_user_s_openssl_cnf_changes_nothing),
	};

	return cmocka_run_group_tests(tests, configure, remove_conf);
}
