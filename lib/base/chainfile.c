/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include <errno.h>
#include <fcntl.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/file.h>
#include <sys/stat.h>
#include <unistd.h>

#include "chainfile.h"
#include "outfile.h"

static void take_line(struct chain_file *c, char *line,
		      void (*on_line)(void *, const char *), void *owner)
{
	bool hashed =
		strlen(line) > CHAIN_HASH_LEN && line[CHAIN_HASH_LEN] == ' ';
	const char *text = hashed ? line + CHAIN_HASH_LEN + 1 : line;

	chain_take(&c->chain, hashed ? line : NULL, text);
	if (on_line)
		on_line(owner, text);
}

static int read_lines(struct chain_file *c,
		      void (*on_line)(void *, const char *), void *owner)
{
	int copy = dup(c->fd);
	FILE *f = copy < 0 ? NULL : fdopen(copy, "r");
	char *line = NULL;
	size_t size = 0;
	ssize_t len;
	bool failed;

	if (!f) {
		if (copy >= 0)
			close(copy);
		return -1;
	}
	while ((len = getline(&line, &size, f)) > 0) {
		c->unfinished = line[len - 1] != '\n';
		if (!c->unfinished)
			line[len - 1] = '\0';
		/* What stands behind a NUL is in no hash. */
		if (c->unfinished || memchr(line, '\0', (size_t)len - 1))
			chain_break(&c->chain, CHAIN_CHANGED, c->chain.n + 1);
		take_line(c, line, on_line, owner);
	}
	free(line);
	failed = ferror(f) != 0;
	(void)fclose(f);
	return failed ? -1 : 0;
}

/* "<number of lines> <last hash>"; false when it is anything else. */
static bool read_head(FILE *f, unsigned long *n, char hash[CHAIN_HASH_SIZE])
{
	char text[CHAIN_HASH_SIZE + 32], *end;

	if (!fgets(text, sizeof(text), f))
		return false;
	errno = 0;
	*n = strtoul(text, &end, 10);
	if (errno || end == text || *end != ' ' ||
	    strlen(end + 1) < CHAIN_HASH_LEN)
		return false;
	memcpy(hash, end + 1, CHAIN_HASH_LEN);
	hash[CHAIN_HASH_LEN] = '\0';
	return true;
}

/*
 * The head is written after the line: a crash in between leaves it one behind,
 * which is no fault.
 */
static void check_head(struct chain_file *c)
{
	char hash[CHAIN_HASH_SIZE];
	unsigned long n = 0;
	int fd = open(c->head_path,
		      O_RDONLY | O_CLOEXEC | O_NOFOLLOW | O_NONBLOCK);
	bool none = fd < 0 && errno == ENOENT;
	FILE *f = fd < 0 ? NULL : fdopen(fd, "r");
	bool known = f && read_head(f, &n, hash);

	if (none && c->chain.n <= 1)
		c->head_behind = c->chain.n == 1;
	else
		c->head_behind = chain_end(&c->chain, n, known ? hash : NULL);
	if (f)
		(void)fclose(f);
	else if (fd >= 0)
		close(fd);
}

/* A device, or somebody else's file, is no place for a journal. */
static int check_file(int fd)
{
	struct stat st;

	if (fstat(fd, &st))
		return -1;
	if (!S_ISREG(st.st_mode)) {
		errno = EINVAL;
		return -1;
	}
	if (st.st_uid != geteuid()) {
		errno = EPERM;
		return -1;
	}
	return 0;
}

int chain_file_open(struct chain_file *c, const char *path,
		    void (*on_line)(void *owner, const char *text), void *owner)
{
	int saved;

	memset(c, 0, sizeof(*c));
	chain_start(&c->chain);
	c->fd = open(path,
		     O_RDWR | O_CREAT | O_APPEND | O_CLOEXEC | O_NOFOLLOW |
			     O_NONBLOCK,
		     0600);
	if (c->fd < 0)
		return -1;
	if (asprintf(&c->head_path, "%s.head", path) < 0) {
		c->head_path = NULL;
		goto err;
	}
	if (check_file(c->fd) || flock(c->fd, LOCK_EX | LOCK_NB) ||
	    read_lines(c, on_line, owner))
		goto err;
	check_head(c);
	/* Not before it is known to be a chain: the path may be a mistake. */
	if (c->chain.state == CHAIN_WHOLE && fchmod(c->fd, 0600))
		goto err;
	return 0;
err:
	saved = errno;
	chain_file_close(c);
	errno = saved;
	return -1;
}

static int write_line(struct chain_file *c, const char *line, size_t len)
{
	off_t end = lseek(c->fd, 0, SEEK_END);
	ssize_t n;
	int saved;

	if (end < 0)
		return -1;
	n = write(c->fd, line, len);
	if (n == (ssize_t)len && fsync(c->fd) == 0)
		return 0;
	saved = n < 0 ? errno : n < (ssize_t)len ? ENOSPC : errno;
	(void)!ftruncate(c->fd, end);
	errno = saved;
	return -1;
}

static int write_head(const struct chain_file *c)
{
	char text[CHAIN_HASH_SIZE + 32];
	int len = snprintf(text, sizeof(text), "%lu %s\n", c->chain.n,
			   c->chain.last);

	return outfile_replace(c->head_path, text, (size_t)len, 0600);
}

int chain_file_append(struct chain_file *c, const char *text, size_t reserve)
{
	char hash[CHAIN_HASH_SIZE];
	char *line = NULL;
	off_t start = lseek(c->fd, 0, SEEK_END);
	int len, ret = -1;

	if (start < 0 || !chain_hash(c->chain.last, text, hash))
		return -1;
	/* After half a line, whose fault stays on record, begin a new one. */
	len = asprintf(&line, "%s%s %s\n", c->unfinished ? "\n" : "", hash,
		       text);
	if (len < 0)
		return -1;
	if (reserve > 0 &&
	    fallocate(c->fd, FALLOC_FL_KEEP_SIZE, start,
		      (off_t)reserve + len) &&
	    errno != EOPNOTSUPP && errno != ENOSYS)
		goto out;
	if (write_line(c, line, (size_t)len))
		goto out;
	memcpy(c->chain.before_last, c->chain.last, sizeof(hash));
	memcpy(c->chain.last, hash, sizeof(hash));
	c->chain.n++;
	ret = write_head(c);
	if (!ret) {
		c->head_behind = false;
		c->unfinished = false;
	} else if (reserve == 0 && !c->head_behind) {
		/* One behind is what a crash leaves too. */
		c->head_behind = true;
		ret = 0;
	} else {
		int saved = errno;

		(void)!ftruncate(c->fd, start);
		c->chain.n--;
		memcpy(c->chain.last, c->chain.before_last, sizeof(hash));
		errno = saved;
	}
out:
	free(line);
	return ret;
}

void chain_file_close(struct chain_file *c)
{
	if (c->fd >= 0)
		close(c->fd);
	c->fd = -1;
	free(c->head_path);
	c->head_path = NULL;
}
