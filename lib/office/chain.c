/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include <errno.h>
#include <fcntl.h>
#include <openssl/evp.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/file.h>
#include <sys/stat.h>
#include <unistd.h>

#include "chain.h"
#include "outfile.h"

#define HASH_LEN (CHAIN_HASH_SIZE - 1)

static bool next_hash(const char *last, const char *text,
		      char hash[CHAIN_HASH_SIZE])
{
	EVP_MD_CTX *ctx = EVP_MD_CTX_new();
	unsigned char md[EVP_MAX_MD_SIZE];
	unsigned int len = 0;
	bool ok;

	ok = ctx && EVP_DigestInit_ex(ctx, EVP_sha256(), NULL) &&
	     EVP_DigestUpdate(ctx, last, HASH_LEN) &&
	     EVP_DigestUpdate(ctx, text, strlen(text)) &&
	     EVP_DigestFinal_ex(ctx, md, &len);
	EVP_MD_CTX_free(ctx);
	for (unsigned int i = 0; ok && i < len; i++)
		snprintf(hash + 2 * (size_t)i, 3, "%02x", md[i]);
	return ok;
}

static void mark_broken(struct chain *c, enum chain_state state,
			unsigned long line)
{
	if (c->state == CHAIN_WHOLE) {
		c->state = state;
		c->broken_at = line;
	}
}

static void take_line(struct chain *c, char *line,
		      void (*on_line)(void *, const char *), void *owner)
{
	char hash[CHAIN_HASH_SIZE];
	const char *text = line;

	c->n_lines++;
	if (strlen(line) > HASH_LEN && line[HASH_LEN] == ' ') {
		text = line + HASH_LEN + 1;
		if (!next_hash(c->last, text, hash) ||
		    memcmp(hash, line, HASH_LEN) != 0)
			mark_broken(c, CHAIN_CHANGED, c->n_lines);
		/* Go on from what stands there: a later line is judged by
		 * its own neighbour. */
		memcpy(c->before_last, c->last, sizeof(c->last));
		memcpy(c->last, line, HASH_LEN);
	} else {
		mark_broken(c, CHAIN_CHANGED, c->n_lines);
	}
	if (on_line)
		on_line(owner, text);
}

static int read_lines(struct chain *c, void (*on_line)(void *, const char *),
		      void *owner)
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
			mark_broken(c, CHAIN_CHANGED, c->n_lines + 1);
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
	if (errno || end == text || *end != ' ' || strlen(end + 1) < HASH_LEN)
		return false;
	memcpy(hash, end + 1, HASH_LEN);
	hash[HASH_LEN] = '\0';
	return true;
}

/*
 * The head is written after the line: a crash in between leaves it one behind,
 * which is no fault. A chain shorter than its head says was cut. The next line
 * then follows the head and not the file, so that the cut shows for good.
 */
static void check_head(struct chain *c)
{
	char hash[CHAIN_HASH_SIZE];
	unsigned long n = 0;
	int fd = open(c->head_path,
		      O_RDONLY | O_CLOEXEC | O_NOFOLLOW | O_NONBLOCK);
	FILE *f = fd < 0 ? NULL : fdopen(fd, "r");
	bool known = f && read_head(f, &n, hash);

	if (fd < 0 && errno == ENOENT && c->n_lines <= 1) {
		c->head_behind = c->n_lines == 1;
		goto out;
	}
	if (known && n == c->n_lines && strcmp(hash, c->last) == 0)
		goto out;
	c->head_behind = known && n + 1 == c->n_lines &&
			 strcmp(hash, c->before_last) == 0;
	if (c->head_behind)
		goto out;
	mark_broken(c, CHAIN_CUT, c->n_lines + 1);
	if (known)
		memcpy(c->last, hash, sizeof(hash));
	else
		memset(c->last, 'f', HASH_LEN);
out:
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

int chain_open(struct chain *c, const char *path,
	       void (*on_line)(void *owner, const char *text), void *owner)
{
	int saved;

	memset(c, 0, sizeof(*c));
	memset(c->last, '0', HASH_LEN);
	memset(c->before_last, '0', HASH_LEN);
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
	if (c->state == CHAIN_WHOLE && fchmod(c->fd, 0600))
		goto err;
	return 0;
err:
	saved = errno;
	chain_close(c);
	errno = saved;
	return -1;
}

static int write_line(struct chain *c, const char *line, size_t len)
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

static int write_head(const struct chain *c)
{
	char text[CHAIN_HASH_SIZE + 32];
	int len = snprintf(text, sizeof(text), "%lu %s\n", c->n_lines, c->last);

	return outfile_replace(c->head_path, text, (size_t)len, 0600);
}

int chain_append(struct chain *c, const char *text, size_t reserve)
{
	char hash[CHAIN_HASH_SIZE];
	char *line = NULL;
	off_t start = lseek(c->fd, 0, SEEK_END);
	int len, ret = -1;

	if (start < 0 || !next_hash(c->last, text, hash))
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
	memcpy(c->before_last, c->last, sizeof(hash));
	memcpy(c->last, hash, sizeof(hash));
	c->n_lines++;
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
		c->n_lines--;
		memcpy(c->last, c->before_last, sizeof(hash));
		errno = saved;
	}
out:
	free(line);
	return ret;
}

void chain_close(struct chain *c)
{
	if (c->fd >= 0)
		close(c->fd);
	c->fd = -1;
	free(c->head_path);
	c->head_path = NULL;
}
