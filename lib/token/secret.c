/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include <string.h>
#include <sys/mman.h>
#include <unistd.h>

#include "ckstoken.h"

#define MAX_CAPACITY 65536U

/* Lives at the start of its own pages, so that no other data shares them. */
struct cks_secret {
	size_t mapped;
	size_t capacity;
	size_t len;
	char data[];
};

struct cks_secret *cks_secret_new(size_t capacity)
{
	size_t page = (size_t)sysconf(_SC_PAGESIZE);
	struct cks_secret *secret;
	size_t mapped;
	void *map;

	if (capacity > MAX_CAPACITY)
		return NULL;
	/* The byte beyond the capacity stays NUL, for callees that want text.
	 */
	mapped = (sizeof(*secret) + capacity + 1 + page - 1) / page * page;
	map = mmap(NULL, mapped, PROT_READ | PROT_WRITE,
		   MAP_PRIVATE | MAP_ANONYMOUS, -1, 0);
	if (map == MAP_FAILED)
		return NULL;
	/*
	 * Each of these may be refused, by a limit or an old kernel. A PIN that
	 * could be swapped is better than a desk that cannot work.
	 */
	(void)mlock(map, mapped);
	(void)madvise(map, mapped, MADV_DONTDUMP);
	(void)madvise(map, mapped, MADV_WIPEONFORK);
	secret = map;
	secret->mapped = mapped;
	secret->capacity = capacity;
	return secret;
}

void cks_secret_free(struct cks_secret **secret)
{
	struct cks_secret *s = secret ? *secret : NULL;
	size_t mapped;

	if (!s)
		return;
	*secret = NULL;
	mapped = s->mapped;
	explicit_bzero(s, mapped);
	munmap(s, mapped);
}

char *cks_secret_data(struct cks_secret *secret)
{
	return secret ? secret->data : NULL;
}

size_t cks_secret_capacity(const struct cks_secret *secret)
{
	return secret ? secret->capacity : 0;
}

size_t cks_secret_length(const struct cks_secret *secret)
{
	return secret ? secret->len : 0;
}

enum cks_err cks_secret_set_length(struct cks_secret *secret, size_t len)
{
	if (!secret || len > secret->capacity)
		return CKS_ERR_ARGUMENT;
	explicit_bzero(secret->data + len, secret->capacity + 1 - len);
	secret->len = len;
	return CKS_OK;
}

bool cks_secret_equal(const struct cks_secret *a, const struct cks_secret *b)
{
	unsigned char differs = 0;

	if (!a || !b || a->len != b->len)
		return false;
	/* In the same time wherever they differ. */
	for (size_t i = 0; i < a->len; i++)
		differs |= (unsigned char)(a->data[i] ^ b->data[i]);
	return differs == 0;
}
