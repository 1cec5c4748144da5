/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include "sandbox.h"

#include <errno.h>
#include <sched.h>
#include <signal.h>
#include <stdio.h>
#include <string.h>
#include <sys/prctl.h>
#include <sys/socket.h>
#include <sys/syscall.h>
#include <unistd.h>

#include "sanitized.h"

#define LINGER_MS 1000
#define MAX_STACK ((rlim_t)4 * 1024 * 1024)

/* 1. Filters */

#ifdef SANITIZED

int sandbox_prepare(void)
{
	return 0;
}

static int fence(void)
{
	return 0;
}

int sandbox_enter(void)
{
	return 0;
}

#else

#include <fcntl.h>
#include <seccomp.h>
#include <stddef.h>
#include <sys/mman.h>

#include "base/soname.h"
#include "library.h"

#define N(array) (sizeof(array) / sizeof((array)[0]))

/* What has no place in a program that reads one file. */
static const int refused[] = {
	/* the network, and whom it can be reached by */
	SCMP_SYS(socket),
	SCMP_SYS(socketpair),
	SCMP_SYS(connect),
	SCMP_SYS(bind),
	SCMP_SYS(listen),
	SCMP_SYS(accept),
	SCMP_SYS(accept4),
	SCMP_SYS(sendto),
	SCMP_SYS(sendmsg),
	SCMP_SYS(sendmmsg),
	/* other processes */
	SCMP_SYS(fork),
	SCMP_SYS(vfork),
	SCMP_SYS(clone),
	SCMP_SYS(ptrace),
	SCMP_SYS(process_vm_readv),
	SCMP_SYS(process_vm_writev),
	SCMP_SYS(process_madvise),
	SCMP_SYS(pidfd_open),
	SCMP_SYS(pidfd_getfd),
	SCMP_SYS(pidfd_send_signal),
	SCMP_SYS(kcmp),
	SCMP_SYS(rt_sigqueueinfo),
	SCMP_SYS(rt_tgsigqueueinfo),
	SCMP_SYS(shmget),
	SCMP_SYS(shmat),
	SCMP_SYS(msgget),
	SCMP_SYS(semget),
	SCMP_SYS(mq_open),
	/* files and folders */
	SCMP_SYS(creat),
	SCMP_SYS(open_by_handle_at),
	SCMP_SYS(truncate),
	SCMP_SYS(link),
	SCMP_SYS(linkat),
	SCMP_SYS(symlink),
	SCMP_SYS(symlinkat),
	SCMP_SYS(unlink),
	SCMP_SYS(unlinkat),
	SCMP_SYS(rename),
	SCMP_SYS(renameat),
	SCMP_SYS(renameat2),
	SCMP_SYS(mkdir),
	SCMP_SYS(mkdirat),
	SCMP_SYS(rmdir),
	SCMP_SYS(mknod),
	SCMP_SYS(mknodat),
	SCMP_SYS(chmod),
	SCMP_SYS(fchmod),
	SCMP_SYS(fchmodat),
	SCMP_SYS(chown),
	SCMP_SYS(fchown),
	SCMP_SYS(lchown),
	SCMP_SYS(fchownat),
	SCMP_SYS(utime),
	SCMP_SYS(utimes),
	SCMP_SYS(futimesat),
	SCMP_SYS(utimensat),
	SCMP_SYS(setxattr),
	SCMP_SYS(lsetxattr),
	SCMP_SYS(fsetxattr),
	SCMP_SYS(removexattr),
	SCMP_SYS(lremovexattr),
	SCMP_SYS(fremovexattr),
	/* the system */
	SCMP_SYS(mount),
	SCMP_SYS(umount2),
	SCMP_SYS(move_mount),
	SCMP_SYS(open_tree),
	SCMP_SYS(fsopen),
	SCMP_SYS(fspick),
	SCMP_SYS(mount_setattr),
	SCMP_SYS(pivot_root),
	SCMP_SYS(chroot),
	SCMP_SYS(unshare),
	SCMP_SYS(setns),
	SCMP_SYS(setuid),
	SCMP_SYS(setreuid),
	SCMP_SYS(setresuid),
	SCMP_SYS(setgid),
	SCMP_SYS(setregid),
	SCMP_SYS(setresgid),
	SCMP_SYS(setgroups),
	SCMP_SYS(capset),
	SCMP_SYS(add_key),
	SCMP_SYS(request_key),
	SCMP_SYS(keyctl),
	SCMP_SYS(bpf),
	SCMP_SYS(perf_event_open),
	SCMP_SYS(userfaultfd),
	SCMP_SYS(io_uring_setup),
	SCMP_SYS(io_uring_enter),
	SCMP_SYS(io_uring_register),
	SCMP_SYS(init_module),
	SCMP_SYS(finit_module),
	SCMP_SYS(delete_module),
	SCMP_SYS(kexec_load),
	SCMP_SYS(kexec_file_load),
	SCMP_SYS(reboot),
	SCMP_SYS(swapon),
	SCMP_SYS(swapoff),
	SCMP_SYS(setrlimit),
	SCMP_SYS(acct),
	SCMP_SYS(quotactl),
	SCMP_SYS(syslog),
	SCMP_SYS(sethostname),
	SCMP_SYS(setdomainname),
	SCMP_SYS(settimeofday),
	SCMP_SYS(clock_settime),
	SCMP_SYS(clock_adjtime),
	SCMP_SYS(adjtimex),
	SCMP_SYS(iopl),
	SCMP_SYS(ioperm),
};

/* What a program needs that has its libraries and its files already. */
static const int allowed[] = {
	SCMP_SYS(read),
	SCMP_SYS(readv),
	SCMP_SYS(pread64),
	SCMP_SYS(lseek),
	SCMP_SYS(_llseek),
	SCMP_SYS(fstat),
	SCMP_SYS(fstat64),
	SCMP_SYS(close),
	SCMP_SYS(dup),
	SCMP_SYS(munmap),
	SCMP_SYS(mremap),
	SCMP_SYS(brk),
	SCMP_SYS(madvise),
	SCMP_SYS(futex),
	SCMP_SYS(getrandom),
	SCMP_SYS(clock_gettime),
	SCMP_SYS(clock_gettime64),
	SCMP_SYS(gettimeofday),
	SCMP_SYS(time),
	SCMP_SYS(sysinfo),
	SCMP_SYS(uname),
	SCMP_SYS(getpid),
	SCMP_SYS(gettid),
	SCMP_SYS(getuid),
	SCMP_SYS(geteuid),
	SCMP_SYS(getgid),
	SCMP_SYS(getegid),
	SCMP_SYS(sched_yield),
	SCMP_SYS(sched_getaffinity),
	SCMP_SYS(rt_sigaction),
	SCMP_SYS(rt_sigprocmask),
	SCMP_SYS(rt_sigreturn),
	SCMP_SYS(sigreturn),
	SCMP_SYS(sigaltstack),
	SCMP_SYS(restart_syscall),
	SCMP_SYS(exit),
	SCMP_SYS(exit_group),
};

/* A filter on its way into the kernel, and the first thing that went wrong. */
struct filter {
	scmp_filter_ctx ctx;
	int error;
};

/* Loaded for the few commands that read a stranger's file. */
#define SECCOMP_SYMBOLS(X) \
	X(seccomp_init)    \
	X(seccomp_load)    \
	X(seccomp_release) \
	X(seccomp_rule_add_array)

LIBRARY(SECCOMP_SYMBOLS, libseccomp, SONAME_LIBSECCOMP,
	"Shuts in the program that reads files of strangers")

/* Adds a rule with up to two conditions. A call that this machine does not have
 * (-EDOM) needs none. */
static void add(struct filter *f, uint32_t action, int call, unsigned int n,
		const struct scmp_arg_cmp *conditions)
{
	int rc = f->error ? 0
			  : sym_seccomp_rule_add_array(f->ctx, action, call, n,
						       conditions);

	if (rc && rc != -EDOM)
		f->error = rc;
}

static void add_all(struct filter *f, uint32_t action, const int *calls,
		    size_t n)
{
	for (size_t i = 0; i < n; i++)
		add(f, action, calls[i], 0, NULL);
}

/* Under an argument @n with bits of @mask as in @value. */
static void add_masked(struct filter *f, uint32_t action, int call,
		       unsigned int n, scmp_datum_t mask, scmp_datum_t value)
{
	const struct scmp_arg_cmp bits =
		SCMP_CMP(n, SCMP_CMP_MASKED_EQ, mask, value);

	add(f, action, call, 1, &bits);
}

static void begin(struct filter *f, uint32_t otherwise)
{
	f->error = sandbox_prepare();
	f->ctx = f->error ? NULL : sym_seccomp_init(otherwise);
	if (!f->error && !f->ctx)
		f->error = -ENOMEM;
}

static int load(struct filter *f)
{
	int rc = f->error ? f->error : sym_seccomp_load(f->ctx);

	if (f->ctx)
		sym_seccomp_release(f->ctx);
	return rc;
}

/* A file that is opened to be written, or made. */
static void refuse_writing(struct filter *f, int call, unsigned int flags)
{
	static const unsigned int bits[] = { O_WRONLY, O_RDWR, O_CREAT,
					     O_TRUNC };

	for (size_t i = 0; i < N(bits); i++)
		add_masked(f, SCMP_ACT_ERRNO(EPERM), call, flags, bits[i],
			   bits[i]);
}

/* A signal for any process but this one, which keeps its number in execve(). */
static void refuse_signals(struct filter *f)
{
	static const int calls[] = { SCMP_SYS(kill), SCMP_SYS(tkill),
				     SCMP_SYS(tgkill) };
	const struct scmp_arg_cmp other =
		SCMP_CMP(0, SCMP_CMP_NE, (scmp_datum_t)getpid());

	for (size_t i = 0; i < N(calls); i++)
		add(f, SCMP_ACT_ERRNO(EPERM), calls[i], 1, &other);
}

int sandbox_prepare(void)
{
	return library_load(&libseccomp, NULL);
}

static int fence(void)
{
	/* The limits of another process, and limits set anew, which root could
	 * raise. */
	const struct scmp_arg_cmp other = SCMP_CMP(0, SCMP_CMP_NE, 0);
	const struct scmp_arg_cmp set = SCMP_CMP(2, SCMP_CMP_NE, 0);
	struct filter f;

	begin(&f, SCMP_ACT_ALLOW);
	add_all(&f, SCMP_ACT_ERRNO(EPERM), refused, N(refused));
	refuse_writing(&f, SCMP_SYS(open), 1);
	refuse_writing(&f, SCMP_SYS(openat), 2);
	refuse_signals(&f);
	add(&f, SCMP_ACT_ERRNO(EPERM), SCMP_SYS(prlimit64), 1, &other);
	add(&f, SCMP_ACT_ERRNO(EPERM), SCMP_SYS(prlimit64), 1, &set);
	/* Their arguments are in memory, where no filter sees them. As if the
	 * kernel did not have them, the C library takes the older ones. */
	add(&f, SCMP_ACT_ERRNO(ENOSYS), SCMP_SYS(clone3), 0, NULL);
	add(&f, SCMP_ACT_ERRNO(ENOSYS), SCMP_SYS(openat2), 0, NULL);
	return load(&f);
}

/* Memory that no code can be run in. */
static void allow_memory(struct filter *f)
{
	add_masked(f, SCMP_ACT_ALLOW, SCMP_SYS(mmap), 2, PROT_EXEC, 0);
	add_masked(f, SCMP_ACT_ALLOW, SCMP_SYS(mmap2), 2, PROT_EXEC, 0);
	add_masked(f, SCMP_ACT_ALLOW, SCMP_SYS(mprotect), 2, PROT_EXEC, 0);
}

static void allow_output(struct filter *f)
{
	const struct scmp_arg_cmp open =
		SCMP_CMP(0, SCMP_CMP_LE, STDERR_FILENO);

	add(f, SCMP_ACT_ALLOW, SCMP_SYS(write), 1, &open);
	add(f, SCMP_ACT_ALLOW, SCMP_SYS(writev), 1, &open);
}

/* What is asked of a descriptor when it is opened as a stream. */
static void allow_streams(struct filter *f)
{
	static const int commands[] = { F_DUPFD, F_DUPFD_CLOEXEC, F_GETFD,
					F_SETFD, F_GETFL };

	for (size_t i = 0; i < N(commands); i++) {
		const struct scmp_arg_cmp command =
			SCMP_CMP(1, SCMP_CMP_EQ, (scmp_datum_t)commands[i]);

		add(f, SCMP_ACT_ALLOW, SCMP_SYS(fcntl), 1, &command);
		add(f, SCMP_ACT_ALLOW, SCMP_SYS(fcntl64), 1, &command);
	}
	/* fstat() of the C library. */
	add_masked(f, SCMP_ACT_ALLOW, SCMP_SYS(newfstatat), 3, AT_EMPTY_PATH,
		   AT_EMPTY_PATH);
	add_masked(f, SCMP_ACT_ALLOW, SCMP_SYS(statx), 2, AT_EMPTY_PATH,
		   AT_EMPTY_PATH);
}

/* abort(), and whoever ends itself by a signal. */
static void allow_own_signals(struct filter *f)
{
	const struct scmp_arg_cmp own =
		SCMP_CMP(0, SCMP_CMP_EQ, (scmp_datum_t)getpid());

	add(f, SCMP_ACT_ALLOW, SCMP_SYS(tgkill), 1, &own);
}

int sandbox_enter(void)
{
	struct filter f;

	begin(&f, SCMP_ACT_ERRNO(EPERM));
	add_all(&f, SCMP_ACT_ALLOW, allowed, N(allowed));
	allow_memory(&f);
	allow_output(&f);
	allow_streams(&f);
	allow_own_signals(&f);
	return load(&f);
}

#endif

/* 2. Limits */

static int set_limits(const struct confinement *c)
{
	if (subprocess_limit(RLIMIT_CPU, c->cpu_seconds) ||
	    subprocess_limit(RLIMIT_CORE, 0))
		return -1;
#ifndef SANITIZED
	if (subprocess_limit(RLIMIT_FSIZE, 0) ||
	    subprocess_limit(RLIMIT_DATA, c->memory) ||
	    subprocess_limit(RLIMIT_STACK, MAX_STACK) ||
	    subprocess_limit(RLIMIT_NPROC, 0))
		return -1;
#endif
	return prctl(PR_SET_NO_NEW_PRIVS, 1, 0, 0, 0);
}

int confinement_enter(const struct confinement *c)
{
	const size_t n = c->files[SANDBOX_FILES - 1] < 0 ? SANDBOX_FILES - 1
							 : SANDBOX_FILES;

	if (subprocess_set_files(c->files, n) || set_limits(c) || fence())
		return -EPERM;
	return 0;
}

/* 3. The caller of a zygote */

/* The caller sends this, with the descriptors that are there beside it. The
 * answer is the number of the copy, or -errno. */
struct order {
	pid_t caller;
	struct confinement confinement;
	int argc;
	char args[ZYGOTE_ARGS][ZYGOTE_ARG_SIZE];
};

union control {
	struct cmsghdr head;
	char bytes[CMSG_SPACE(SANDBOX_FILES * sizeof(int))];
};

struct start {
	const char *program;
	int socket;
};

static int become_zygote(const void *arg)
{
	const struct start *start = arg;
	const int files[] = { start->socket, -1, -1 };
	char *const argv[] = { (char *)start->program, ZYGOTE_ARGUMENT, NULL };
	char *const environment[] = { NULL };

	if (subprocess_set_files(files, 3) || subprocess_limit(RLIMIT_CORE, 0))
		return 1;
	execve(start->program, argv, environment);
	return 1;
}

int zygote_start(struct zygote *z, const char *program)
{
	struct start start = { .program = program };
	int ends[2], ret;

	z->socket = -1;
	/* Each order is one packet. */
	if (socketpair(AF_UNIX, SOCK_SEQPACKET | SOCK_CLOEXEC, 0, ends))
		return -errno;
	start.socket = ends[1];
	ret = subprocess_start(&z->process, become_zygote, &start);
	close(ends[1]);
	if (ret)
		close(ends[0]);
	else
		z->socket = ends[0];
	return ret;
}

void zygote_end(struct zygote *z)
{
	if (z->socket < 0)
		return;
	close(z->socket);
	z->socket = -1;
	(void)subprocess_end(&z->process, LINGER_MS);
}

static int send_order(int socket, const struct order *order)
{
	union control control = { 0 };
	struct iovec bytes = { (void *)order, sizeof(*order) };
	struct msghdr message = { .msg_iov = &bytes, .msg_iovlen = 1 };
	int files[SANDBOX_FILES];
	size_t n = 0;

	for (size_t i = 0; i < SANDBOX_FILES; i++)
		if (order->confinement.files[i] >= 0)
			files[n++] = order->confinement.files[i];
	if (n > 0) {
		control.head = (struct cmsghdr){
			.cmsg_len = CMSG_LEN(n * sizeof(int)),
			.cmsg_level = SOL_SOCKET,
			.cmsg_type = SCM_RIGHTS,
		};
		memcpy(CMSG_DATA(&control.head), files, n * sizeof(int));
		message.msg_control = &control;
		message.msg_controllen = CMSG_SPACE(n * sizeof(int));
	}
	return sendmsg(socket, &message, MSG_NOSIGNAL) < 0 ? -errno : 0;
}

int zygote_copy(struct zygote *z, const struct confinement *c,
		const char *const *argv, int64_t deadline,
		struct subprocess *child)
{
	struct order order;
	pid_t pid;
	ssize_t n;
	int ret;

	/* All of it is sent, padding too. */
	memset(&order, 0, sizeof(order));
	order.caller = getpid();
	order.confinement = *c;
	for (; argv[order.argc]; order.argc++) {
		if (order.argc == ZYGOTE_ARGS ||
		    strlen(argv[order.argc]) >= ZYGOTE_ARG_SIZE)
			return -E2BIG;
		(void)snprintf(order.args[order.argc], ZYGOTE_ARG_SIZE, "%s",
			       argv[order.argc]);
	}
	ret = send_order(z->socket, &order);
	if (ret)
		return ret == -ECONNRESET ? -EPIPE : ret;
	if (!subprocess_wait(z->socket, deadline))
		return -ETIMEDOUT;
	n = recv(z->socket, &pid, sizeof(pid), 0);
	if (n != (ssize_t)sizeof(pid))
		return -EPIPE;
	return pid < 0 ? pid : subprocess_adopt(child, pid);
}

/* 4. The zygote */

/* 1 with an order, whose descriptors are this process's; 0 at the end. */
static int receive_order(struct order *order)
{
	union control control;
	struct iovec bytes = { order, sizeof(*order) };
	struct msghdr message = { .msg_iov = &bytes,
				  .msg_iovlen = 1,
				  .msg_control = &control,
				  .msg_controllen = sizeof(control) };
	const struct cmsghdr *head;
	int files[SANDBOX_FILES];
	size_t n = 0, has = 0;
	ssize_t len;

	do
		len = recvmsg(STDIN_FILENO, &message, MSG_CMSG_CLOEXEC);
	while (len < 0 && errno == EINTR);
	if (len != (ssize_t)sizeof(*order) || message.msg_flags & MSG_CTRUNC)
		return 0;
	head = CMSG_FIRSTHDR(&message);
	if (head) {
		has = (head->cmsg_len - CMSG_LEN(0)) / sizeof(int);
		memcpy(files, CMSG_DATA(head), has * sizeof(int));
	}
	for (size_t i = 0; i < SANDBOX_FILES; i++)
		if (order->confinement.files[i] >= 0)
			order->confinement.files[i] = n < has ? files[n++] : -1;
	return 1;
}

/*
 * A fork of which the caller of this process is the parent. The C library has
 * none; but there are no other threads here, whose locks it would see to. Not
 * clone3(2), which some containers refuse.
 */
static pid_t copy_for_caller(void)
{
	const unsigned long flags = CLONE_PARENT | SIGCHLD;
#ifdef __s390__
	long pid = syscall(SYS_clone, NULL, flags, NULL, NULL, 0UL);
#else
	long pid = syscall(SYS_clone, flags, NULL, NULL, NULL, 0UL);
#endif

	return pid < 0 ? -errno : (pid_t)pid;
}

static bool answer(pid_t pid)
{
	return send(STDIN_FILENO, &pid, sizeof(pid), MSG_NOSIGNAL) ==
	       (ssize_t)sizeof(pid);
}

/* The copy answers itself: when the zygote is no more and no answer came, there
 * is no copy either that would go on. */
static enum zygote_end begin_copy(const struct order *order)
{
	subprocess_begin(order->caller);
	if (!answer(getpid()))
		return ZYGOTE_DONE;
	return confinement_enter(&order->confinement) ? ZYGOTE_UNLIMITED
						      : ZYGOTE_COPY;
}

enum zygote_end zygote_serve(char args[ZYGOTE_ARGS][ZYGOTE_ARG_SIZE], int *argc,
			     char *argv[ZYGOTE_ARGS + 1])
{
	struct order order;

	while (receive_order(&order)) {
		pid_t pid = copy_for_caller();

		if (pid == 0) {
			memcpy(args, order.args, sizeof(order.args));
			*argc = order.argc;
			for (int i = 0; i < order.argc; i++)
				argv[i] = args[i];
			argv[order.argc] = NULL;
			return begin_copy(&order);
		}
		for (size_t i = 0; i < SANDBOX_FILES; i++)
			if (order.confinement.files[i] >= 0)
				close(order.confinement.files[i]);
		if (pid < 0 && !answer(pid))
			break;
	}
	return ZYGOTE_DONE;
}
