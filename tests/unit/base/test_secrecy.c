/* SPDX-License-Identifier: LGPL-2.1-or-later */
/*
 * Copies of a secret in the memory of a process, and what of that can reach the
 * swap. Each test is a child, which may do with its memory what it likes.
 *
 * valgrind: no
 */
#include "unit/unit.h"

#include <signal.h>
#include <sys/mman.h>
#include <sys/prctl.h>
#include <sys/resource.h>
#include <sys/wait.h>
#include <unistd.h>

#include "base/sanitized.h"
#include "base/secrecy.h"

static const char digits[] = "7a31c59e04d8f26b";
static const unsigned char packed[] = { 0x7A, 0x31, 0xC5, 0x9E,
					0x04, 0xD8, 0xF2, 0x6B };
static char in_data[64];

/* Runs @test in a child, which returns true where all is well. */
static void in_child(bool (*test)(void))
{
	int status = 0;
	pid_t pid = fork();

	if (pid == 0)
		_exit(test() ? 0 : 1);
	assert_true(pid > 0);
	assert_int_equal(waitpid(pid, &status, 0), pid);
	assert_int_equal(status, 0);
}

#ifdef SANITIZED
#define UNLESS_SANITIZED skip()
#else
#define UNLESS_SANITIZED (void)0
#endif

/* 1. Copies */

static char *make_secret(void)
{
	char *secret = mmap(NULL, 4096, PROT_READ | PROT_WRITE,
			    MAP_PRIVATE | MAP_ANONYMOUS, -1, 0);

	memcpy(secret, digits, sizeof(digits));
	return secret;
}

/* Through these the compiler cannot know what stands there. */
static volatile char *volatile heap, *volatile bytes, *volatile stack,
							      *volatile data;

static bool has_swept(void)
{
	char *secret = make_secret(), on_stack[64];

	heap = malloc(64);
	bytes = malloc(64);
	stack = on_stack;
	data = in_data;
	memcpy((char *)heap + 7, digits, sizeof(digits));
	memcpy((char *)bytes + 1, packed, sizeof(packed));
	memcpy((char *)stack, digits, sizeof(digits));
	memcpy((char *)data, digits, sizeof(digits));
	secrecy_sweep_memory(secret, strlen(digits));
	return strcmp(secret, digits) == 0 && heap[7] == '\0' &&
	       heap[7 + 15] == '\0' && bytes[1] == '\0' && bytes[8] == '\0' &&
	       stack[0] == '\0' && stack[15] == '\0' && data[0] == '\0';
}

static void all_copies_of_a_secret_but_itself_are_wiped(void **state)
{
	(void)state;
	UNLESS_SANITIZED;
	in_child(has_swept);
}

static bool has_left_alone(void)
{
	char *text = strdup("a31c59e04d8f26b, 7A31C59E04D8F26B, 1234");

	secrecy_sweep_memory("", 0);
	secrecy_sweep_memory(make_secret(), strlen(digits));
	return strcmp(text, "a31c59e04d8f26b, 7A31C59E04D8F26B, 1234") == 0;
}

static void what_is_another_stays(void **state)
{
	(void)state;
	in_child(has_left_alone);
}

/* 2. The swap */

/* How much of what this process can write to is in memory, and not locked. */
static unsigned long unlocked_kb(void)
{
	FILE *f = fopen("/proc/self/smaps", "re");
	unsigned long size = 0, left = 0;
	bool mine = false;
	char line[512];

	while (f && fgets(line, sizeof(line), f)) {
		const char *at = strchr(line, ' ');

		if (at && strchr(line, '-') && strchr(line, '-') < at)
			mine = at[2] == 'w' && at[4] == 'p';
		else if (strncmp(line, "Rss:", 4) == 0)
			size = strtoul(line + 4, NULL, 10);
		else if (strncmp(line, "VmFlags:", 8) == 0 && mine &&
			 !strstr(line, " lo"))
			left += size;
	}
	if (f)
		(void)fclose(f);
	return left;
}

/* Of locked memory: Debian has 8 MB, and no more is needed to be root here. */
#define ENOUGH ((rlim_t)6 << 20)
#define TOO_LITTLE ((rlim_t)128 << 10)

/* Under a limit of locked memory that binds, as no limit binds root. */
static bool limit(rlim_t most)
{
	struct rlimit to = { most, most };

	return !setrlimit(RLIMIT_MEMLOCK, &to) &&
	       (geteuid() != 0 || !setresuid(65534, 65534, 65534));
}

static bool is_locked(void)
{
	struct rlimit now;
	void *volatile later;

	if (!limit(ENOUGH) || secrecy_lock_memory() != 0)
		return false;
	/* More than malloc() takes from the heap by itself. */
	later = malloc(600000);
	return later && unlocked_kb() == 0 &&
	       !getrlimit(RLIMIT_MEMLOCK, &now) && now.rlim_cur == ENOUGH;
}

static void all_memory_is_locked_where_the_limit_allows_it(void **state)
{
	(void)state;
	UNLESS_SANITIZED;
	in_child(is_locked);
}

static bool is_partly_locked(void)
{
	if (!limit(TOO_LITTLE))
		return false;
	return secrecy_lock_memory() > 0 && unlocked_kb() > 0;
}

static void what_the_limit_leaves_out_is_told(void **state)
{
	(void)state;
	UNLESS_SANITIZED;
	in_child(is_partly_locked);
}

static bool is_locked_for_good(void)
{
	struct rlimit none = { RLIM_INFINITY, RLIM_INFINITY };
	void *volatile later;

	/* Nobody but root may raise it. */
	if (setrlimit(RLIMIT_MEMLOCK, &none))
		return true;
	if (secrecy_lock_memory() != 0)
		return false;
	later = malloc(8 << 20);
	return later && unlocked_kb() == 0;
}

static void without_a_limit_what_is_to_come_is_locked_too(void **state)
{
	(void)state;
	UNLESS_SANITIZED;
	in_child(is_locked_for_good);
}

/* 3. Other programs */

static bool is_sealed(void)
{
	struct rlimit core = { 1, RLIM_INFINITY };

	(void)setrlimit(RLIMIT_CORE, &core);
	(void)prctl(PR_SET_DUMPABLE, 1);
	if (secrecy_is_sealed())
		return false;
	secrecy_seal();
	return secrecy_is_sealed() && prctl(PR_GET_DUMPABLE) == 0 &&
	       !getrlimit(RLIMIT_CORE, &core) && core.rlim_max == 0;
}

static void a_sealed_process_shows_nothing(void **state)
{
	(void)state;
	in_child(is_sealed);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(all_copies_of_a_secret_but_itself_are_wiped),
		cmocka_unit_test(what_is_another_stays),
		cmocka_unit_test(
			all_memory_is_locked_where_the_limit_allows_it),
		cmocka_unit_test(what_the_limit_leaves_out_is_told),
		cmocka_unit_test(without_a_limit_what_is_to_come_is_locked_too),
		cmocka_unit_test(a_sealed_process_shows_nothing),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
