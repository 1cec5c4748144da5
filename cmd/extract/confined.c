/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include "confined.h"

#include <errno.h>
#include <fcntl.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mman.h>
#include <time.h>
#include <unistd.h>

#include "base/sandbox.h"
#include "base/sanitized.h"

/* With less, what would go wrong next could look like the file's fault. */
#define LEAST_MEMORY ((size_t)24 * 1024 * 1024)

static bool has_memory(void)
{
#ifndef SANITIZED
	void *room = mmap(NULL, LEAST_MEMORY, PROT_READ | PROT_WRITE,
			  MAP_PRIVATE | MAP_ANONYMOUS, -1, 0);

	return room != MAP_FAILED && munmap(room, LEAST_MEMORY) == 0;
#else
	return true;
#endif
}

/*
 * All that opens a file or asks the system is done before the filter is there,
 * and the first byte of the stranger's file is read after it.
 */
bool confine(void)
{
	/* libzip asks for local times, and the C library would look for the
	 * zone again and again. */
	setenv("TZ", "UTC0", 1);
	tzset();
	return has_memory() && sandbox_enter() == 0;
}

/* The first bytes of standard input, for who looks at an earlier revision, and
 * what is read behind them. A file is larger than our memory may be, so they
 * are not mapped: pages that were read there count as memory. */
struct part {
	off_t at, given, len;
	char end[64];
};

static ssize_t read_part(void *cookie, char *bytes, size_t size)
{
	struct part *part = cookie;
	bool is_end = part->at >= part->given;
	off_t until = is_end ? part->len : part->given;
	size_t left = part->at < until ? (size_t)(until - part->at) : 0;
	ssize_t n = (ssize_t)(size < left ? size : left);

	if (n && is_end)
		memcpy(bytes, part->end + (part->at - part->given), (size_t)n);
	else if (n)
		n = pread(STDIN_FILENO, bytes, (size_t)n, part->at);
	if (n > 0)
		part->at += n;
	return n;
}

static int seek_part(void *cookie, off64_t *to, int whence)
{
	struct part *part = cookie;
	off_t from = whence == SEEK_SET	  ? 0
		     : whence == SEEK_CUR ? part->at
					  : part->len;

	if (*to < -from) {
		errno = EINVAL;
		return -1;
	}
	part->at = from + *to;
	*to = part->at;
	return 0;
}

static int close_part(void *cookie)
{
	free(cookie);
	return 0;
}

static FILE *open_part(const char *len, const char *mode)
{
	const cookie_io_functions_t io = { .read = read_part,
					   .seek = seek_part,
					   .close = close_part };
	struct part *part = calloc(1, sizeof(*part));
	char *table = NULL;
	FILE *file;

	if (!part)
		return NULL;
	part->given = part->len = strtoll(len, &table, 10);
	if (*table == ' ')
		part->len += snprintf(part->end, sizeof(part->end),
				      "\nstartxref\n%lld\n%%%%EOF\n",
				      strtoll(table, NULL, 10));
	file = fopencookie(part, mode, io);
	if (!file)
		(void)close_part(part);
	return file;
}

/*
 * qpdf opens the file by its name, and the sandbox opens none. What there is to
 * be opened is open already: the linker takes this function before that of the
 * C library, whoever calls it. Not qpdf_read_memory(): a file is larger than
 * our memory may be.
 */
FILE *fopen(const char *path, const char *mode)
{
	size_t name = strlen(EXTRACT_INPUT);
	int fd;

	if (strncmp(path, EXTRACT_INPUT " ", name + 1) == 0)
		return open_part(path + name + 1, mode);
	fd = strcmp(path, EXTRACT_INPUT) == 0
		     ? fcntl(STDIN_FILENO, F_DUPFD_CLOEXEC, 0)
		     : -1;
	if (fd < 0)
		errno = EPERM;
	return fd < 0 ? NULL : fdopen(fd, mode);
}

/* A C library may have it under both names. */
FILE *fopen64(const char *path, const char *mode)
	__attribute__((alias("fopen")));
