/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include "digest.h"

#include <errno.h>
#include <openssl/evp.h>
#include <openssl/provider.h>
#include <pthread.h>
#include <string.h>

#include "base/soname.h"
#include "library.h"

/* To load it takes a fifth of the time of a letter, which has no digest in it.
 */
#define LIBCRYPTO_SYMBOLS(X)         \
	X(EVP_DigestFinal_ex)        \
	X(EVP_DigestInit_ex)         \
	X(EVP_DigestUpdate)          \
	X(EVP_MD_CTX_free)           \
	X(EVP_MD_CTX_new)            \
	X(EVP_MD_fetch)              \
	X(OSSL_LIB_CTX_free)         \
	X(OSSL_LIB_CTX_new)          \
	X(OSSL_LIB_CTX_set0_default) \
	X(OSSL_PROVIDER_load)

LIBRARY(LIBCRYPTO_SYMBOLS, libcrypto, SONAME_LIBCRYPTO,
	"Makes digests, of which registers and certificates have some")

static pthread_once_t once = PTHREAD_ONCE_INIT;
static OSSL_LIB_CTX *library;
static EVP_MD *sha256; /* found once: that takes longer than to hash */

/* Both live as long as the process: a module that runs beside us may call
 * OpenSSL from its destructors. */
static void prepare(void)
{
	if (library_load(&libcrypto, NULL))
		return;
	library = sym_OSSL_LIB_CTX_new();
	if (library && !sym_OSSL_PROVIDER_load(library, "default")) {
		sym_OSSL_LIB_CTX_free(library);
		library = NULL;
	}
	if (library)
		sha256 = sym_EVP_MD_fetch(library, "SHA256", NULL);
}

OSSL_LIB_CTX *digest_library(void)
{
	(void)pthread_once(&once, prepare);
	return library;
}

int digest_library_for_all(void)
{
	OSSL_LIB_CTX *own = digest_library();

	if (!own)
		return -ENOPKG;
	(void)sym_OSSL_LIB_CTX_set0_default(own);
	return 0;
}

const EVP_MD *digest_sha256(void)
{
	(void)pthread_once(&once, prepare);
	return sha256;
}

static void begin(struct digest *d)
{
	const EVP_MD *md = digest_sha256();

	if (!md) {
		d->error = -ENOPKG;
		return;
	}
	d->ctx = sym_EVP_MD_CTX_new();
	if (!d->ctx)
		d->error = -ENOMEM;
	else if (!sym_EVP_DigestInit_ex(d->ctx, md, NULL))
		d->error = -ENOPKG;
}

void digest_add(struct digest *d, const void *bytes, size_t len)
{
	if (!d->ctx && !d->error)
		begin(d);
	if (!d->error && len > 0 && !sym_EVP_DigestUpdate(d->ctx, bytes, len))
		d->error = -ENOPKG;
}

int digest_end(struct digest *d, unsigned char out[DIGEST_SIZE])
{
	int ret;

	/* There may have been nothing to add. */
	digest_add(d, "", 0);
	if (!d->error && !sym_EVP_DigestFinal_ex(d->ctx, out, NULL))
		d->error = -ENOPKG;
	ret = d->error;
	if (ret)
		memset(out, 0, DIGEST_SIZE);
	if (d->ctx)
		sym_EVP_MD_CTX_free(d->ctx);
	*d = (struct digest){ 0 };
	return ret;
}

int digest_of(const void *bytes, size_t len, unsigned char out[DIGEST_SIZE])
{
	struct digest d = { 0 };

	digest_add(&d, bytes, len);
	return digest_end(&d, out);
}

void digest_hex(const unsigned char digest[DIGEST_SIZE],
		char hex[DIGEST_HEX_SIZE])
{
	static const char digits[] = "0123456789abcdef";

	for (size_t i = 0; i < DIGEST_SIZE; i++) {
		hex[2 * i] = digits[digest[i] >> 4];
		hex[2 * i + 1] = digits[digest[i] & 15];
	}
	hex[DIGEST_HEX_SIZE - 1] = '\0';
}
