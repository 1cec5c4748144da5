/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include "chain.h"

#include <errno.h>
#include <fcntl.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/file.h>
#include <sys/stat.h>
#include <unistd.h>

#include "digest.h"
#include "outfile.h"
#include "path.h"

void chain_start(struct chain *c)
{
	memset(c, 0, sizeof(*c));
	memset(c->last, '0', CHAIN_HASH_LEN);
	memset(c->before_last, '0', CHAIN_HASH_LEN);
}

int chain_hash(const char *last, const char *text, char hash[CHAIN_HASH_SIZE])
{
	unsigned char md[DIGEST_SIZE];
	struct digest d = { 0 };
	int ret;

	digest_add(&d, last, CHAIN_HASH_LEN);
	digest_add(&d, text, strlen(text));
	ret = digest_end(&d, md);
	digest_hex(md, hash);
	return ret;
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

int chain_take(struct chain *c, const char *hash, const char *text)
{
	char right[CHAIN_HASH_SIZE];
	int ret = hash ? chain_hash(c->last, text, right) : 0;

	/* A text that could not be judged is not a wrong one. */
	if (ret)
		return ret;
	if (!hash || memcmp(right, hash, CHAIN_HASH_LEN) != 0)
		chain_break(c, CHAIN_CHANGED, c->n + 1);
	if (hash)
		chain_add(c, hash);
	else
		c->n++;
	return 0;
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

static int read_lines(struct chain_file *c,
		      void (*on_line)(void *, const char *), void *owner)
{
	int copy = dup(c->fd);
	FILE *f = copy < 0 ? NULL : fdopen(copy, "r");
	char *line = NULL;
	size_t size = 0;
	ssize_t len;
	int ret = 0;

	if (!f) {
		ret = -errno;
		if (copy >= 0)
			close(copy);
		return ret;
	}
	while (!ret && (len = getline(&line, &size, f)) > 0) {
		const char *text = line;
		bool hashed;

		c->unfinished = line[len - 1] != '\n';
		if (!c->unfinished)
			line[len - 1] = '\0';
		/* Text behind a NUL is in no hash. */
		if (c->unfinished || memchr(line, '\0', (size_t)len - 1))
			chain_break(&c->chain, CHAIN_CHANGED, c->chain.n + 1);
		hashed = strlen(line) > CHAIN_HASH_LEN &&
			 line[CHAIN_HASH_LEN] == ' ';
		if (hashed)
			text += CHAIN_HASH_LEN + 1;
		ret = chain_take(&c->chain, hashed ? line : NULL, text);
		if (!ret && on_line)
			on_line(owner, text);
	}
	if (!ret && ferror(f))
		ret = -errno;
	free(line);
	(void)fclose(f);
	return ret;
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
	int fd = path_open(c->head_path, O_RDONLY | O_NOFOLLOW | O_NONBLOCK, 0);
	bool none = fd == -ENOENT;
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

/* A device, or somebody else's file, is no place for a chain. */
static int check_file(int fd)
{
	struct stat st;

	if (fstat(fd, &st))
		return -errno;
	if (!S_ISREG(st.st_mode))
		return -EINVAL;
	return st.st_uid == geteuid() ? 0 : -EPERM;
}

int chain_file_open(struct chain_file *c, const char *path,
		    void (*on_line)(void *owner, const char *text), void *owner)
{
	int ret;

	memset(c, 0, sizeof(*c));
	chain_start(&c->chain);
	c->fd = path_open(path,
			  O_RDWR | O_CREAT | O_APPEND | O_NOFOLLOW | O_NONBLOCK,
			  0600);
	if (c->fd < 0)
		return c->fd;
	if (asprintf(&c->head_path, "%s.head", path) < 0) {
		c->head_path = NULL;
		ret = -ENOMEM;
		goto out;
	}
	ret = check_file(c->fd);
	if (!ret && flock(c->fd, LOCK_EX | LOCK_NB))
		ret = -errno;
	if (!ret)
		ret = read_lines(c, on_line, owner);
	if (ret)
		goto out;
	check_head(c);
	/* Not before it is known to be a chain: the path may be a mistake. */
	if (c->chain.state == CHAIN_WHOLE && fchmod(c->fd, 0600))
		ret = -errno;
out:
	if (ret)
		chain_file_close(c);
	return ret;
}

/* Appends the whole line, or nothing. */
static int write_line(struct chain_file *c, const char *line, size_t len)
{
	off_t end = lseek(c->fd, 0, SEEK_END);
	ssize_t n;
	int ret;

	if (end < 0)
		return -errno;
	n = write(c->fd, line, len);
	if (n == (ssize_t)len && fsync(c->fd) == 0)
		return 0;
	ret = n >= 0 && n < (ssize_t)len ? -ENOSPC : -errno;
	(void)!ftruncate(c->fd, end);
	return ret;
}

int chain_file_append(struct chain_file *c, const char *text, size_t reserve)
{
	char hash[CHAIN_HASH_SIZE], head[CHAIN_HASH_SIZE + 32];
	char *line = NULL;
	off_t start = lseek(c->fd, 0, SEEK_END);
	int len, ret;

	if (start < 0)
		return -errno;
	ret = chain_hash(c->chain.last, text, hash);
	if (ret)
		return ret;
	/* After half a line, whose fault stays on record, begin a new one. */
	len = asprintf(&line, "%s%s %s\n", c->unfinished ? "\n" : "", hash,
		       text);
	if (len < 0)
		return -ENOMEM;
	if (reserve > 0 &&
	    fallocate(c->fd, FALLOC_FL_KEEP_SIZE, start,
		      (off_t)reserve + len) &&
	    errno != EOPNOTSUPP && errno != ENOSYS) {
		ret = -errno;
		goto out;
	}
	ret = write_line(c, line, (size_t)len);
	if (ret)
		goto out;
	chain_add(&c->chain, hash);
	len = snprintf(head, sizeof(head), "%lu %s\n", c->chain.n,
		       c->chain.last);
	ret = outfile_replace(c->head_path, head, (size_t)len, 0600);
	if (!ret) {
		c->head_behind = false;
		c->unfinished = false;
	} else if (reserve == 0 && !c->head_behind) {
		/* A crash leaves the head one behind, too. */
		c->head_behind = true;
		ret = 0;
	} else {
		(void)!ftruncate(c->fd, start);
		c->chain.n--;
		memcpy(c->chain.last, c->chain.before_last, sizeof(hash));
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
