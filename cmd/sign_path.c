/* SPDX-License-Identifier: LGPL-2.1-or-later */
/*
 * The certificates that go with a signature: the signer's, and those of the
 * authorities between it and a root, as far as the token or the office's own
 * files have them. Whoever verifies it has the root, and seldom the others.
 */
#include <errno.h>
#include <openssl/err.h>
#include <openssl/pem.h>
#include <stdint.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mman.h>
#include <sys/stat.h>

#include "base/library.h"
#include "base/soname.h"
#include "input/extract.h"
#include "sign.h"

#define LIBCRYPTO_SYMBOLS(X) \
	X(BIO_free)          \
	X(BIO_new_mem_buf)   \
	X(ERR_clear_error)   \
	X(PEM_read_bio_X509) \
	X(X509_free)         \
	X(i2d_X509)

LIBRARY(LIBCRYPTO_SYMBOLS, libcrypto, SONAME_LIBCRYPTO,
	"Reads the certificates of authorities")

/* A file larger than this is a list of revoked certificates. */
#define MAX_FILE ((size_t)1 << 20)

/* True if the certificate is one that issued one of the path, and is neither
 * in it nor a root, which whoever trusts it has. */
static bool is_wanted(const struct sign *s, const struct cks_cert *cert)
{
	const char *subject = cks_cert_subject(cert);
	bool issues = false;

	if (!cks_cert_ca(cert) || strcmp(subject, cks_cert_issuer(cert)) == 0)
		return false;
	for (size_t i = 0; i < s->n_path; i++) {
		if (strcmp(cks_cert_sha256(s->path[i]),
			   cks_cert_sha256(cert)) == 0)
			return false;
		issues |= strcmp(cks_cert_issuer(s->path[i]), subject) == 0;
	}
	return issues;
}

/* Adds a copy of the certificate; false where there is no more room. */
static bool add(struct sign *s, const void *der, size_t len)
{
	return s->n_path < SIGN_PATH_MAX &&
	       cks_cert_new(der, len, &s->path[s->n_path]) == CKS_OK &&
	       ++s->n_path;
}

static bool add_if_wanted(struct sign *s, const void *der, size_t len)
{
	struct cks_cert *cert = NULL;
	bool added = cks_cert_new(der, len, &cert) == CKS_OK &&
		     is_wanted(s, cert) && add(s, der, len);

	cks_cert_free(&cert);
	return added;
}

/* Takes those of a file of the office's, DER or PEM with any number. */
static bool add_of_file(struct sign *s, const unsigned char *bytes, size_t len)
{
	bool added = false;
	X509 *cert;
	BIO *bio;

	if (len > MAX_FILE)
		return false;
	if (len > 0 && bytes[0] == 0x30)
		return add_if_wanted(s, bytes, len);
	if (library_load(&libcrypto, NULL))
		return false;
	bio = sym_BIO_new_mem_buf(bytes, (int)len);
	while (bio && (cert = sym_PEM_read_bio_X509(bio, NULL, NULL, NULL))) {
		unsigned char *der = NULL, *at;
		int n = sym_i2d_X509(cert, NULL);

		at = der = n > 0 ? malloc((size_t)n) : NULL;
		if (der && sym_i2d_X509(cert, &at) == n)
			added |= add_if_wanted(s, der, (size_t)n);
		free(der);
		sym_X509_free(cert);
	}
	sym_ERR_clear_error();
	sym_BIO_free(bio);
	return added;
}

/* Goes once through all that the office trusts, or looks for paths in. */
static bool add_of_trust(struct sign *s, const unsigned char *at, size_t left)
{
	bool added = false;
	uint32_t lens[2];

	while (left > 1 + sizeof(lens)) {
		char kind = (char)*at;

		memcpy(lens, at + 1, sizeof(lens));
		at += 1 + sizeof(lens);
		left -= 1 + sizeof(lens);
		if (lens[0] > left || lens[1] > left - lens[0])
			break;
		if (kind == TRUST_ANCHORS || kind == TRUST_LISTS)
			added |= add_of_file(s, at + lens[0], lens[1]);
		at += lens[0] + lens[1];
		left -= (size_t)lens[0] + lens[1];
	}
	return added;
}

static bool add_of_token(struct sign *s)
{
	bool added = false;

	for (size_t i = 0; i < cks_token_n_certs(s->token); i++) {
		const void *der;
		size_t len;

		cks_cert_der(cks_token_cert(s->token, i), &der, &len);
		added |= add_if_wanted(s, der, len);
	}
	return added;
}

int sign_find_path(struct sign *s)
{
	void *trust = MAP_FAILED;
	struct stat st = { 0 };
	const void *der;
	size_t len;

	cks_cert_der(s->cert, &der, &len);
	if (!add(s, der, len))
		return -ENOMEM;
	if (s->by.trust >= 0 && !fstat(s->by.trust, &st) && st.st_size > 0)
		trust = mmap(NULL, (size_t)st.st_size, PROT_READ, MAP_PRIVATE,
			     s->by.trust, 0);
	while (add_of_token(s) || (trust != MAP_FAILED &&
				   add_of_trust(s, trust, (size_t)st.st_size)))
		continue;
	if (trust != MAP_FAILED)
		(void)munmap(trust, (size_t)st.st_size);
	return 0;
}
