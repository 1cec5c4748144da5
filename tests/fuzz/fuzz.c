/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include "fuzz.h"

#include <dirent.h>
#include <fcntl.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mman.h>
#include <unistd.h>
#include <utf8proc.h>

static char folder[256];

void fuzz_broken(const char *file, int line, const char *condition)
{
	fprintf(stderr, "%s:%d: this does not hold: %s\n", file, line,
		condition);
	abort();
}

unsigned int fuzz_byte(struct fuzz_input *in)
{
	if (in->size == 0)
		return 0;
	in->size--;
	return *in->data++;
}

const uint8_t *fuzz_bytes(struct fuzz_input *in, size_t max, size_t *len)
{
	const uint8_t *at;

	*len = fuzz_byte(in);
	if (*len > max)
		*len = max;
	if (*len > in->size)
		*len = in->size;
	at = in->data;
	in->data += *len;
	in->size -= *len;
	return at;
}

const uint8_t *fuzz_part(struct fuzz_input *in, size_t *len)
{
	const uint8_t *at = in->data;
	const uint8_t *end = in->size ? memchr(at, 0xFF, in->size) : NULL;

	*len = end ? (size_t)(end - at) : in->size;
	in->data += *len + (end != NULL);
	in->size -= *len + (end != NULL);
	return at;
}

char *fuzz_text(const void *data, size_t size)
{
	char *text = malloc(size + 1);

	HOLDS(text);
	if (size > 0)
		memcpy(text, data, size);
	text[size] = '\0';
	return text;
}

void fuzz_remove_files(void)
{
	DIR *dir = opendir(folder);
	const struct dirent *entry;

	while (dir && (entry = readdir(dir)))
		if (entry->d_name[0] != '.')
			(void)unlinkat(dirfd(dir), entry->d_name, 0);
	if (dir)
		closedir(dir);
}

static void remove_folder(void)
{
	fuzz_remove_files();
	(void)rmdir(folder);
}

const char *fuzz_folder(void)
{
	const char *top = getenv("TMPDIR");

	if (folder[0])
		return folder;
	snprintf(folder, sizeof(folder), "%s/ckstoken-fuzz.XXXXXX",
		 top ? top : "/tmp");
	HOLDS(mkdtemp(folder));
	HOLDS(!atexit(remove_folder));
	return folder;
}

const char *fuzz_file(const char *name, const void *data, size_t size)
{
	static char path[512];
	int fd;

	snprintf(path, sizeof(path), "%s/%s", fuzz_folder(), name);
	fd = open(path, O_WRONLY | O_CREAT | O_TRUNC | O_CLOEXEC, 0600);
	HOLDS(fd >= 0);
	HOLDS(write(fd, data, size) == (ssize_t)size);
	close(fd);
	return path;
}

bool fuzz_is_clean(const char *text)
{
	const utf8proc_uint8_t *at = (const utf8proc_uint8_t *)text;

	while (*at) {
		utf8proc_int32_t c;
		utf8proc_ssize_t n = utf8proc_iterate(at, -1, &c);

		if (n <= 0 || utf8proc_category(c) == UTF8PROC_CATEGORY_CC)
			return false;
		at += n;
	}
	return true;
}

bool fuzz_says_why(const struct error *error)
{
	return error->text && error->text[0];
}

void fuzz_stdin(const void *data, size_t size)
{
	int fd = memfd_create("input", MFD_CLOEXEC);

	HOLDS(fd >= 0);
	HOLDS(write(fd, data, size) == (ssize_t)size);
	HOLDS(lseek(fd, 0, SEEK_SET) == 0);
	if (fd != STDIN_FILENO) {
		HOLDS(dup2(fd, STDIN_FILENO) == STDIN_FILENO);
		close(fd);
	}
}
