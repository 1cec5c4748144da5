/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include "secrecy.h"

#include <ctype.h>
#include <limits.h>
#include <malloc.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mman.h>
#include <sys/prctl.h>
#include <sys/resource.h>
#include <unistd.h>

#include "sanitized.h"
#include "subprocess.h"

void secrecy_seal(void)
{
	(void)subprocess_limit(RLIMIT_CORE, 0);
	(void)prctl(PR_SET_DUMPABLE, 0);
}

bool secrecy_is_sealed(void)
{
	struct rlimit core;

	return !getrlimit(RLIMIT_CORE, &core) && core.rlim_cur == 0 &&
	       prctl(PR_GET_DUMPABLE) == 0;
}

#ifdef SANITIZED

/* A sanitizer has terabytes of its own, and checks what is read. */
size_t secrecy_lock_memory(void)
{
	return 0;
}

void secrecy_sweep_memory(const char *secret, size_t len)
{
	(void)secret;
	(void)len;
}

#else

/* What a module may allocate once the memory is locked: as much of the heap is
 * there before. */
#define HEAP_ROOM (1024UL * 1024)
/* What the stack may grow by: where there is nothing left of the limit for a
 * stack that is locked, the kernel ends the process. */
#define STACK_ROOM (1024UL * 1024)
#define LARGE_SIZE (1024UL * 1024)
/* How many pages are looked at at once. */
#define PAGES 1024UL
/* The shortest bytes that are looked for: fewer stand everywhere. */
#define PACKED_MIN 4UL
/* The longest form of a secret. */
#define FORM_MAX 512UL

/* 1. What can be written to */

struct mapping {
	char *start;
	size_t len;
	/* In the order in which they are locked: the heap and the stack of the
	 * first thread; what is small; and the rest, as stacks of 8 MB, of
	 * which a thread uses little. */
	enum { GROWS, SMALL, LARGE, N_RANKS } rank;
};

/* The place of a walk through /proc/self/maps. */
struct walk {
	FILE *f;
	char *line;
	size_t room;
};

static void walk_begin(struct walk *w)
{
	*w = (struct walk){ .f = fopen("/proc/self/maps", "re") };
}

static void walk_end(struct walk *w)
{
	free(w->line);
	if (w->f)
		(void)fclose(w->f);
}

/* The next mapping that is this process's own and may be written to; a device,
 * which may answer to being read, is not looked at. */
static bool walk_next(struct walk *w, struct mapping *m)
{
	while (w->f && getline(&w->line, &w->room, w->f) > 0) {
		char *at;
		unsigned long start = strtoul(w->line, &at, 16), end;

		if (*at != '-')
			continue;
		end = strtoul(at + 1, &at, 16);
		if (strncmp(at, " rw", 3) != 0 || at[4] != 'p' ||
		    strstr(at, " /dev/"))
			continue;
		/* The kernel tells where the memory is by a number alone. */
		*m = (struct mapping){
			/* NOLINTNEXTLINE(performance-no-int-to-ptr) */
			.start = (char *)start,
			.len = end - start,
			.rank = end - start < LARGE_SIZE ? SMALL : LARGE,
		};
		if (strstr(at, "[heap]") || strstr(at, "[stack]"))
			m->rank = GROWS;
		return true;
	}
	return false;
}

/* 2. Locking */

/*
 * Has what is allocated from now on come from a heap that is there already: not
 * from new mappings, nor from the heaps of new threads, which nothing would
 * lock.
 */
static void prepare_heap(void)
{
	void *volatile room; /* or the compiler would leave both calls out */

	(void)mallopt(M_MMAP_MAX, 0);
	(void)mallopt(M_TRIM_THRESHOLD, INT_MAX);
	(void)mallopt(M_ARENA_MAX, 1);
	room = malloc(HEAP_ROOM);
	free(room);
}

/* How many bytes of it are in memory: where nothing was ever written, nothing
 * can be swapped. */
static size_t in_memory(char *start, size_t len)
{
	size_t page = (size_t)sysconf(_SC_PAGESIZE), n = 0;
	unsigned char pages[PAGES];

	for (size_t at = 0; at < len; at += PAGES * page) {
		size_t part = len - at < PAGES * page ? len - at : PAGES * page;

		if (mincore(start + at, part, pages))
			return len;
		for (size_t i = 0; i < part / page; i++)
			n += (pages[i] & 1) * page;
	}
	return n;
}

/* Locks @m, or as much of its end as can be: there a stack is in use, and a
 * heap has its room. Returns what is left out. */
static size_t lock_mapping(const struct mapping *m)
{
	size_t page = (size_t)sysconf(_SC_PAGESIZE), part = m->len;

	while (part > 0 &&
	       mlock2(m->start + m->len - part, part, MLOCK_ONFAULT))
		part = part / 2 / page * page;
	return in_memory(m->start, m->len - part);
}

static size_t lock_mappings(int rank)
{
	struct mapping m;
	struct walk w;
	size_t left = 0;

	walk_begin(&w);
	while (walk_next(&w, &m))
		if ((int)m.rank == rank)
			left += lock_mapping(&m);
	walk_end(&w);
	return left;
}

size_t secrecy_lock_memory(void)
{
	struct rlimit limit, lower;
	size_t left = 0;

	if (getrlimit(RLIMIT_MEMLOCK, &limit))
		return 0;
	lower = limit;
	/*
	 * Also what is to come, but only where there is no limit, for else a
	 * later allocation could fail by it. Under a limit of nothing only
	 * those can lock anything who are bound by none.
	 */
	if (limit.rlim_cur != RLIM_INFINITY) {
		lower.rlim_cur = 0;
		(void)setrlimit(RLIMIT_MEMLOCK, &lower);
	}
	if (mlockall(MCL_CURRENT | MCL_FUTURE | MCL_ONFAULT)) {
		lower.rlim_cur = limit.rlim_cur - limit.rlim_cur / 4;
		if (limit.rlim_cur > 4 * STACK_ROOM)
			lower.rlim_cur = limit.rlim_cur - STACK_ROOM;
		prepare_heap();
		(void)setrlimit(RLIMIT_MEMLOCK, &lower);
		for (int rank = GROWS; rank < N_RANKS; rank++)
			left += lock_mappings(rank);
	}
	(void)setrlimit(RLIMIT_MEMLOCK, &limit);
	return left;
}

/* 3. Sweeping */

static void wipe_copies(const struct mapping *m, const char *own,
			const char *bytes, size_t len)
{
	char *at = m->start;
	const char *end = at + m->len;

	while ((at = memmem(at, (size_t)(end - at), bytes, len))) {
		if (at != own && at != bytes)
			explicit_bzero(at, len);
		at++;
	}
}

/* Wipes what is like @bytes, except at @own. */
static void sweep(const char *own, const char *bytes, size_t len)
{
	struct mapping m;
	struct walk w;

	walk_begin(&w);
	while (walk_next(&w, &m))
		wipe_copies(&m, own, bytes, len);
	walk_end(&w);
}

static unsigned char digit_of(char c)
{
	return (unsigned char)(isdigit((unsigned char)c)
				       ? c - '0'
				       : (c | 0x20) - 'a' + 10);
}

/* Puts the bytes whose digits @secret has into @form. How many; 0: it has other
 * characters, or too few. */
static size_t pack(const char *secret, size_t len, char form[FORM_MAX])
{
	if (len % 2 || len < 2 * PACKED_MIN || len > 2 * FORM_MAX)
		return 0;
	for (size_t i = 0; i < len; i++)
		if (!isxdigit((unsigned char)secret[i]))
			return 0;
	for (size_t i = 0; i < len; i += 2)
		form[i / 2] = (char)(digit_of(secret[i]) << 4 |
				     digit_of(secret[i + 1]));
	return len / 2;
}

/* Puts @secret into @form as UTF-16, of which the last zero may be missing. */
static size_t widen(const char *secret, size_t len, char form[FORM_MAX])
{
	if (2 * len > FORM_MAX)
		return 0;
	for (size_t i = 0; i < len; i++) {
		form[2 * i] = secret[i];
		form[2 * i + 1] = '\0';
	}
	return 2 * len - 1;
}

void secrecy_sweep_memory(const char *secret, size_t len)
{
	char form[FORM_MAX];
	size_t n;

	if (len == 0)
		return;
	sweep(secret, secret, len);
	/* As the SO PIN of a SmartCard-HSM goes to the card, and digits to
	 * others. */
	n = pack(secret, len, form);
	if (n > 0)
		sweep(NULL, form, n);
	n = widen(secret, len, form);
	if (n > 0)
		sweep(NULL, form, n);
	explicit_bzero(form, sizeof(form));
}

#endif
