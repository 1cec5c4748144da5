/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include "chain.h"

#include <errno.h>
#include <fcntl.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/file.h>
#include <sys/stat.h>
#include <time.h>
#include <unistd.h>

#include "digest.h"
#include "outfile.h"
#include "path.h"
#include "subprocess.h"

/* Whoever shares the file can write to it what he likes: so long is a line at
 * most, and so long the whole. */
#define MAX_LINE ((size_t)1024 * 1024)
#define MAX_FILE ((off_t)256 * 1024 * 1024)

/* Between two tries for the lock. */
#define NAP_MS 10

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
	if (!c->n++)
		memcpy(c->first, hash, CHAIN_HASH_LEN);
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
	/* Behind a head whose number alone is wrong, a text that followed the
	 * last one would make all look right again. */
	if (hash && strcmp(hash, c->last) != 0)
		memcpy(c->last, hash, CHAIN_HASH_LEN);
	else
		memset(c->last, 'f', CHAIN_HASH_LEN);
	return false;
}

/* As getline(), of a line that ends within MAX_LINE. */
static ssize_t take_line(FILE *f, char *line)
{
	size_t len = 0;
	int c;

	while ((c = getc_unlocked(f)) != EOF) {
		if (len == MAX_LINE)
			return -EFBIG;
		line[len++] = (char)c;
		if (c == '\n')
			break;
	}
	line[len] = '\0';
	return (ssize_t)len;
}

static int read_lines(struct chain_file *c,
		      void (*on_line)(void *, const char *), void *owner)
{
	int copy = lseek(c->fd, 0, SEEK_SET) < 0
			   ? -1
			   : fcntl(c->fd, F_DUPFD_CLOEXEC, 0);
	FILE *f = copy < 0 ? NULL : fdopen(copy, "r");
	char *line = malloc(MAX_LINE + 1);
	struct stat st;
	ssize_t len = 0;
	int ret = 0;

	if (!f || !line || fstat(c->fd, &st)) {
		ret = -errno;
		goto out;
	}
	if (st.st_size > MAX_FILE) {
		ret = -EFBIG;
		goto out;
	}
	c->size = 0;
	c->unfinished = false;
	chain_start(&c->chain);
	while (!ret && c->size <= MAX_FILE && (len = take_line(f, line)) > 0) {
		const char *text = line;
		bool hashed;

		c->size += len;
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
	else if (!ret && (len < 0 || c->size > MAX_FILE))
		ret = -EFBIG;
out:
	free(line);
	if (f)
		(void)fclose(f);
	else if (copy >= 0)
		close(copy);
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

/* A stranger's word about the end of the chain is none: -EPERM; and what is no
 * plain file is no head, -EINVAL. */
static int open_head(const struct chain_file *c)
{
	struct kept kept;
	int ret = kept_check_beside(&c->kept, c->head_path);

	return ret ? ret : kept_open(c->head_path, O_RDONLY, &kept);
}

/*
 * The head is written after the line: a crash in between leaves it one behind,
 * which is no fault. One that is there and cannot be read says nothing, so that
 * the end of the chain cannot be judged: 0 or -errno.
 */
static int check_head(struct chain_file *c)
{
	char hash[CHAIN_HASH_SIZE];
	unsigned long n = 0;
	int fd = open_head(c), ret = 0;
	bool none = fd == -ENOENT, known = false;
	FILE *f = fd < 0 ? NULL : fdopen(fd, "r");

	c->headless = none || fd == -EPERM || fd == -EINVAL;
	if (fd < 0 && !c->headless)
		ret = fd;
	else if (fd >= 0 && !f)
		ret = -errno;
	if (f) {
		known = read_head(f, &n, hash);
		if (ferror(f))
			ret = -EIO;
	}
	if (ret)
		c->head_unread = true;
	else if (none && c->chain.n <= 1)
		c->head_behind = c->chain.n == 1;
	else
		c->head_behind = chain_end(&c->chain, n, known ? hash : NULL);
	if (f)
		(void)fclose(f);
	else if (fd >= 0)
		close(fd);
	return ret;
}

static int open_file(struct chain_file *c, const char *path, int flags)
{
	c->fd = kept_open(path, flags, &c->kept);
	return c->fd < 0 ? c->fd : 0;
}

/* Waits for the lock, and reads nothing. */
static int take_lock(struct chain_file *c)
{
	static const struct timespec nap = { .tv_nsec = NAP_MS * 1000000L };
	int64_t deadline = subprocess_now() + c->wait_ms;

	while (flock(c->fd, LOCK_EX | LOCK_NB)) {
		if (errno != EWOULDBLOCK && errno != EINTR)
			return -errno;
		if (subprocess_now() >= deadline)
			return -EWOULDBLOCK;
		nanosleep(&nap, NULL);
	}
	c->locked = true;
	return 0;
}

void chain_file_unlock(struct chain_file *c)
{
	if (c->locked)
		(void)flock(c->fd, LOCK_UN);
	c->locked = false;
}

int chain_file_read(struct chain_file *c,
		    void (*on_line)(void *owner, const char *text), void *owner)
{
	bool was_locked = c->locked;
	int ret = was_locked ? 0 : take_lock(c);

	if (!ret)
		ret = read_lines(c, on_line, owner);
	if (!ret)
		ret = check_head(c);
	if (!was_locked)
		chain_file_unlock(c);
	return ret;
}

int chain_file_lock(struct chain_file *c)
{
	struct stat st;
	int ret = take_lock(c);

	if (ret)
		return ret;
	if (fstat(c->fd, &st))
		ret = -errno;
	else if (st.st_size != c->size)
		ret = chain_file_read(c, NULL, NULL);
	if (ret)
		chain_file_unlock(c);
	return ret;
}

static int begin(struct chain_file *c, const char *path, unsigned int wait_ms)
{
	*c = (struct chain_file){ .fd = -1, .wait_ms = wait_ms };
	chain_start(&c->chain);
	if (asprintf(&c->head_path, "%s.head", path) >= 0)
		return 0;
	c->head_path = NULL;
	return -ENOMEM;
}

int chain_file_look(struct chain_file *c, const char *path,
		    unsigned int wait_ms,
		    void (*on_line)(void *owner, const char *text), void *owner)
{
	struct stat st;
	int ret = begin(c, path, wait_ms);

	c->read_only = -EROFS;
	if (!ret)
		ret = open_file(c, path, O_RDONLY);
	if (!ret)
		ret = chain_file_read(c, on_line, owner);
	/* Where its head is left, the chain was there. */
	else if (ret == -ENOENT && lstat(c->head_path, &st) == 0)
		ret = check_head(c);
	if (ret)
		chain_file_close(c);
	return ret;
}

int chain_file_open(struct chain_file *c, const char *path,
		    unsigned int wait_ms,
		    void (*on_line)(void *owner, const char *text), void *owner)
{
	struct stat st;
	int ret = begin(c, path, wait_ms);

	if (ret)
		return ret;
	ret = open_file(c, path, O_RDWR | O_CREAT | O_APPEND);
	if ((ret == -EROFS || ret == -EACCES) &&
	    open_file(c, path, O_RDONLY) == 0) {
		c->read_only = ret;
		ret = 0;
	}
	if (!ret)
		ret = chain_file_read(c, on_line, owner);
	if (ret)
		goto out;
	/* Not before it is known to be a chain: the path may be a mistake. */
	if (c->chain.state == CHAIN_WHOLE && !c->read_only &&
	    !fstat(c->fd, &st) && st.st_uid == geteuid() &&
	    (st.st_mode & 0777) != kept_mode(&c->kept) &&
	    fchmod(c->fd, kept_mode(&c->kept)))
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

/* As chain_file_append(), with the lock. */
static int append(struct chain_file *c, const char *text, size_t reserve)
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
	c->size = start + len;
	c->unfinished = false;
	len = snprintf(head, sizeof(head), "%lu %s\n", c->chain.n,
		       c->chain.last);
	ret = outfile_replace(c->head_path, head, (size_t)len,
			      kept_mode(&c->kept));
	if (!ret) {
		c->head_behind = false;
	} else if (reserve == 0 && !c->head_behind) {
		/* A crash leaves the head one behind, too. */
		c->head_behind = true;
		ret = 0;
	} else {
		(void)!ftruncate(c->fd, start);
		c->chain.n--;
		memcpy(c->chain.last, c->chain.before_last, sizeof(hash));
		c->size = start;
	}
out:
	free(line);
	return ret;
}

int chain_file_append(struct chain_file *c, const char *text, size_t reserve)
{
	bool was_locked = c->locked;
	int ret = was_locked ? 0 : chain_file_lock(c);

	if (!ret && c->read_only)
		ret = c->read_only;
	if (!ret && strlen(text) > MAX_LINE - CHAIN_HASH_SIZE - 1)
		ret = -EFBIG;
	if (!ret)
		ret = append(c, text, reserve);
	if (!was_locked)
		chain_file_unlock(c);
	return ret;
}

void chain_file_close(struct chain_file *c)
{
	if (c->fd >= 0)
		close(c->fd);
	c->fd = -1;
	c->locked = false;
	free(c->head_path);
	c->head_path = NULL;
}
