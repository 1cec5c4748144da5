/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include "chain.h"

#include <openssl/evp.h>
#include <string.h>

void chain_start(struct chain *c)
{
	memset(c, 0, sizeof(*c));
	memset(c->last, '0', CHAIN_HASH_LEN);
	memset(c->before_last, '0', CHAIN_HASH_LEN);
}

bool chain_hash(const char *last, const char *text, char hash[CHAIN_HASH_SIZE])
{
	static const char digits[] = "0123456789abcdef";
	static EVP_MD *sha256; /* found once: that takes longer than to hash */
	EVP_MD_CTX *ctx = EVP_MD_CTX_new();
	unsigned char md[EVP_MAX_MD_SIZE];
	unsigned int len = 0;
	bool ok;

	if (!sha256)
		sha256 = EVP_MD_fetch(NULL, "SHA256", NULL);
	ok = ctx && sha256 && EVP_DigestInit_ex(ctx, sha256, NULL) &&
	     EVP_DigestUpdate(ctx, last, CHAIN_HASH_LEN) &&
	     EVP_DigestUpdate(ctx, text, strlen(text)) &&
	     EVP_DigestFinal_ex(ctx, md, &len);
	EVP_MD_CTX_free(ctx);
	for (size_t i = 0; ok && i < len; i++) {
		hash[2 * i] = digits[md[i] >> 4];
		hash[2 * i + 1] = digits[md[i] & 15];
	}
	hash[CHAIN_HASH_LEN] = '\0';
	return ok;
}

void chain_break(struct chain *c, enum chain_state state, unsigned long n)
{
	if (c->state == CHAIN_WHOLE) {
		c->state = state;
		c->broken_at = n;
	}
}

void chain_add(struct chain *c, const char hash[CHAIN_HASH_SIZE])
{
	c->n++;
	memcpy(c->before_last, c->last, sizeof(c->last));
	memcpy(c->last, hash, CHAIN_HASH_LEN);
}

void chain_take(struct chain *c, const char *hash, const char *text)
{
	char right[CHAIN_HASH_SIZE];

	if (!hash || !chain_hash(c->last, text, right) ||
	    memcmp(right, hash, CHAIN_HASH_LEN) != 0)
		chain_break(c, CHAIN_CHANGED, c->n + 1);
	if (hash)
		chain_add(c, hash);
	else
		c->n++;
}

bool chain_end(struct chain *c, unsigned long n, const char *hash)
{
	if (hash && n == c->n && strcmp(hash, c->last) == 0)
		return false;
	if (hash && n + 1 == c->n && strcmp(hash, c->before_last) == 0)
		return true;
	chain_break(c, CHAIN_CUT, c->n + 1);
	if (hash)
		memcpy(c->last, hash, CHAIN_HASH_LEN);
	else
		memset(c->last, 'f', CHAIN_HASH_LEN);
	return false;
}
