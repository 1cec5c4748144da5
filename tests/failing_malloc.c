/* SPDX-License-Identifier: LGPL-2.1-or-later */
/*
 * For LD_PRELOAD: an allocation fails. Which one is chosen by where it was
 * asked for: the innermost callers in the program itself and in libckstoken,
 * whose places make a number that is the same in each run.
 *
 * FAILING_MALLOC is a file that all processes share; it is made where it is
 * absent. It gets a record of six numbers of 8 bytes for each of PLACES places
 * that asked: the place's number, how often it was failed in a child, and four
 * callers, whose uppermost byte is 0 for the program and 1 for libckstoken, and
 * the others the offset there. Then one for each crash: the place that failed
 * before it, the signal, and its callers. Zeros are no record.
 *
 * FAILING_MALLOC_AT is the number, in hexadecimal, of the place whose first
 * request fails, in each process; with FAILING_MALLOC_ON all later requests of
 * any place fail as well. With FAILING_MALLOC_EACH, the first request of each
 * place in the first process fails in two children, in one of them with all
 * later ones. Where it names a folder, a child has one there, of the place's
 * number (and "-on"), for its working directory; its output is in "out" and
 * "err" there, and then its exit code in "code". Else it ends after a moment,
 * in which it may crash.
 */
#include <dlfcn.h>
#include <errno.h>
#include <fcntl.h>
#include <link.h>
#include <signal.h>
#include <stdatomic.h>
#include <stdbool.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mman.h>
#include <sys/stat.h>
#include <sys/time.h>
#include <sys/wait.h>
#include <time.h>
#include <unistd.h>
#include <unwind.h>

#define FRAMES 4
#define PLACES 16384
#define CRASHES 256
#define DEPTH 40
#define MOMENT_US 50000
#define PATIENCE_S 4

struct place {
	atomic_ulong number;
	atomic_ulong asked;
	uint64_t callers[FRAMES];
};

/* The code of the program, and of its library. */
struct code {
	uintptr_t base, from, to;
};

static struct code codes[2];
static struct place *places;
static unsigned long at, failed;
static bool forks, goes_on, has_failed;
static const char *folder;
static pid_t first_process;
static __thread bool is_inside;

void *__libc_malloc(size_t size);
void *__libc_calloc(size_t n, size_t size);
void *__libc_realloc(void *old, size_t size);
void *__libc_memalign(size_t alignment, size_t size);

static int note_code(struct dl_phdr_info *info, size_t size, void *arg)
{
	bool *is_first = arg;
	struct code *code = NULL;

	(void)size;
	if (*is_first)
		code = &codes[0];
	else if (strstr(info->dlpi_name, "libckstoken"))
		code = &codes[1];
	*is_first = false;
	for (int i = 0; code && i < info->dlpi_phnum; i++) {
		const ElfW(Phdr) *p = &info->dlpi_phdr[i];

		if (p->p_type == PT_LOAD && (p->p_flags & PF_X))
			*code = (struct code){
				.base = info->dlpi_addr,
				.from = info->dlpi_addr + p->p_vaddr,
				.to = info->dlpi_addr + p->p_vaddr + p->p_memsz,
			};
	}
	return 0;
}

/* Where @a is, or 0 in what is not ours. */
static uint64_t place_of(uintptr_t a)
{
	for (uint64_t i = 0; i < 2; i++)
		if (a >= codes[i].from && a < codes[i].to)
			return i << 56 | (a - codes[i].base);
	return 0;
}

struct search {
	uint64_t *callers;
	int found, seen;
};

static _Unwind_Reason_Code look_at(struct _Unwind_Context *context, void *arg)
{
	struct search *search = arg;
	uint64_t place = place_of(_Unwind_GetIP(context));

	if (place)
		search->callers[search->found++] = place;
	return search->found == FRAMES || ++search->seen == DEPTH
		       ? _URC_NORMAL_STOP
		       : _URC_NO_REASON;
}

/* The innermost callers that are ours, and how many. */
static int find_callers(uint64_t callers[FRAMES])
{
	struct search search = { .callers = callers };

	(void)_Unwind_Backtrace(look_at, &search);
	return search.found;
}

static struct place *find_place(unsigned long number, const uint64_t *callers)
{
	for (size_t i = number % PLACES, n = 0; n < PLACES;
	     i = (i + 1) % PLACES, n++) {
		unsigned long there = 0;

		if (atomic_compare_exchange_strong(&places[i].number, &there,
						   number)) {
			memcpy(places[i].callers, callers,
			       sizeof(places[i].callers));
			return &places[i];
		}
		if (there == number)
			return &places[i];
	}
	return NULL;
}

static void end_quietly(int sig)
{
	(void)sig;
	_exit(0);
}

/* A folder for what the child writes, which is its working directory. */
static void settle(unsigned long number, bool and_on)
{
	char path[4096];
	int fd;

	(void)snprintf(path, sizeof(path), "%s/%lx%s", folder, number,
		       and_on ? "-on" : "");
	if (mkdir(path, 0700) || chdir(path))
		abort();
	fd = open("out", O_WRONLY | O_CREAT | O_CLOEXEC, 0600);
	if (fd < 0 || dup2(fd, STDOUT_FILENO) < 0)
		abort();
	fd = open("err", O_WRONLY | O_CREAT | O_CLOEXEC, 0600);
	if (fd < 0 || dup2(fd, STDERR_FILENO) < 0)
		abort();
}

static void write_code(unsigned long number, bool and_on, int status)
{
	char path[4096], text[16];
	int fd, n;

	(void)snprintf(path, sizeof(path), "%s/%lx%s/code", folder, number,
		       and_on ? "-on" : "");
	n = snprintf(text, sizeof(text), "%d\n",
		     WIFEXITED(status) ? WEXITSTATUS(status)
				       : 128 + WTERMSIG(status));
	fd = open(path, O_WRONLY | O_CREAT | O_CLOEXEC, 0600);
	if (fd < 0 || write(fd, text, (size_t)n) != n)
		abort();
	(void)close(fd);
}

/* A lock of the C library's own that the parent held stays locked in a child:
 * one that waits for it is ended. */
static int wait_for(pid_t pid)
{
	const struct timespec nap = { .tv_nsec = 500000 };
	int status = 0, naps = 0;

	while (waitpid(pid, &status, WNOHANG) != pid) {
		if (++naps == PATIENCE_S * 2000)
			(void)kill(pid, SIGKILL);
		(void)nanosleep(&nap, NULL);
	}
	return status;
}

/*
 * True in a child, where this request fails, and with @and_on all others. The
 * parent waits for its end.
 */
static bool fail_in_child(unsigned long number, bool and_on)
{
	const struct itimerval moment = { .it_value.tv_usec = MOMENT_US };
	struct sigaction quietly = { .sa_handler = end_quietly };
	int status;
	pid_t pid = fork();

	if (pid < 0)
		abort();
	if (pid > 0) {
		status = wait_for(pid);
		if (folder)
			write_code(number, and_on, status);
		return false;
	}
	goes_on = and_on;
	if (folder) {
		settle(number, and_on);
		return true;
	}
	(void)sigaction(SIGVTALRM, &quietly, NULL);
	(void)setitimer(ITIMER_VIRTUAL, &moment, NULL);
	return true;
}

/* Whether a request from this place, of that number, is to fail. */
static bool fails_here(struct place *place, unsigned long number)
{
	if (has_failed)
		return goes_on;
	if (!forks)
		return number == at;
	if (getpid() != first_process)
		return false;
	if (!place || atomic_fetch_add(&place->asked, 1) > 0)
		return false;
	return fail_in_child(number, false) || fail_in_child(number, true);
}

/* Whether this request is to fail. */
static bool fails(void)
{
	uint64_t callers[FRAMES] = { 0 };
	unsigned long number = 0xcbf29ce484222325UL;
	bool result = false;
	int error = errno, n;

	if (!places || is_inside || (has_failed && !goes_on))
		return false;
	is_inside = true;
	n = find_callers(callers);
	if (n > 0) {
		/* More would tell a place in a loop from itself. */
		for (int i = 0; i < n && i < 3; i++)
			number = (number ^ callers[i]) * 0x100000001b3UL;
		result = fails_here(find_place(number, callers), number);
		if (result && !has_failed)
			failed = number;
		has_failed |= result;
	}
	is_inside = false;
	errno = result ? ENOMEM : error;
	return result;
}

void *malloc(size_t size)
{
	return fails() ? NULL : __libc_malloc(size);
}

void *calloc(size_t n, size_t size)
{
	return fails() ? NULL : __libc_calloc(n, size);
}

void *realloc(void *old, size_t size)
{
	return fails() ? NULL : __libc_realloc(old, size);
}

void *reallocarray(void *old, size_t n, size_t size)
{
	size_t bytes;

	if (__builtin_mul_overflow(n, size, &bytes)) {
		errno = ENOMEM;
		return NULL;
	}
	return realloc(old, bytes);
}

void *aligned_alloc(size_t alignment, size_t size)
{
	return fails() ? NULL : __libc_memalign(alignment, size);
}

int posix_memalign(void **p, size_t alignment, size_t size)
{
	void *block = fails() ? NULL : __libc_memalign(alignment, size);

	if (!block)
		return ENOMEM;
	*p = block;
	return 0;
}

/* What a child takes away would be missed by its parent. */
int unlink(const char *path)
{
	return forks && has_failed && !folder ? 0 : unlinkat(AT_FDCWD, path, 0);
}

int rmdir(const char *path)
{
	return forks && has_failed && !folder
		       ? 0
		       : unlinkat(AT_FDCWD, path, AT_REMOVEDIR);
}

static void note_crash(int sig)
{
	is_inside = true;
	for (size_t i = PLACES; i < PLACES + CRASHES; i++) {
		unsigned long free = 0;

		if (!atomic_compare_exchange_strong(&places[i].number, &free,
						    failed ? failed : 1))
			continue;
		atomic_store(&places[i].asked, (unsigned long)sig);
		(void)find_callers(places[i].callers);
		break;
	}
	_exit(128 + sig);
}

static bool is_crash(int sig)
{
	return sig == SIGSEGV || sig == SIGABRT || sig == SIGBUS ||
	       sig == SIGFPE || sig == SIGILL;
}

/* A framework for tests takes a crash for a test that failed. */
static int (*next_sigaction)(int, const struct sigaction *, struct sigaction *);

int sigaction(int sig, const struct sigaction *action, struct sigaction *before)
{
	if (!next_sigaction)
		*(void **)&next_sigaction = dlsym(RTLD_NEXT, "sigaction");
	if (places && is_crash(sig) && action &&
	    action->sa_handler != note_crash)
		action = NULL;
	return next_sigaction(sig, action, before);
}

sighandler_t signal(int sig, sighandler_t handler)
{
	struct sigaction action = { .sa_handler = handler,
				    .sa_flags = SA_RESTART },
			 before;

	if (sigaction(sig, &action, &before))
		return SIG_ERR;
	return before.sa_handler;
}

static void catch_crashes(void)
{
	static const int signals[] = { SIGSEGV, SIGABRT, SIGBUS, SIGFPE,
				       SIGILL };
	struct sigaction action = { .sa_handler = note_crash,
				    .sa_flags = (int)SA_RESETHAND };

	for (size_t i = 0; i < sizeof(signals) / sizeof(signals[0]); i++)
		(void)sigaction(signals[i], &action, NULL);
}

__attribute__((constructor)) static void begin(void)
{
	const char *file = getenv("FAILING_MALLOC");
	const char *number = getenv("FAILING_MALLOC_AT");
	size_t size = (PLACES + CRASHES) * sizeof(struct place);
	bool is_first = true;
	uint64_t first[FRAMES];
	void *map = MAP_FAILED;
	int fd;

	if (!file)
		return;
	/* Its own first call asks for memory. */
	(void)find_callers(first);
	dl_iterate_phdr(note_code, &is_first);
	fd = open(file, O_RDWR | O_CREAT | O_CLOEXEC, 0600);
	if (fd >= 0 && !ftruncate(fd, (off_t)size))
		map = mmap(NULL, size, PROT_READ | PROT_WRITE, MAP_SHARED, fd,
			   0);
	if (fd >= 0)
		(void)close(fd);
	at = number ? strtoul(number, NULL, 16) : 0;
	goes_on = getenv("FAILING_MALLOC_ON") != NULL;
	folder = getenv("FAILING_MALLOC_EACH");
	forks = folder != NULL;
	if (folder && !folder[0])
		folder = NULL;
	first_process = getpid();
	if (map == MAP_FAILED)
		return;
	places = map;
	catch_crashes();
}
