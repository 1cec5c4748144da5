/* SPDX-License-Identifier: LGPL-2.1-or-later */
/*
 * The bytes of the file, apart from how a program is confined: the fuzzers read
 * them as well, and open files besides.
 */
#include <string.h>
#include <sys/mman.h>
#include <sys/stat.h>
#include <unistd.h>

#include "confined.h"

bool bytes_map(struct bytes *b)
{
	struct stat st;
	void *data;

	*b = (struct bytes){ 0 };
	if (fstat(STDIN_FILENO, &st) || st.st_size <= 0)
		return false;
	data = mmap(NULL, (size_t)st.st_size, PROT_READ, MAP_PRIVATE,
		    STDIN_FILENO, 0);
	if (data == MAP_FAILED)
		return false;
	*b = (struct bytes){ data, (size_t)st.st_size };
	return true;
}

void bytes_unmap(struct bytes *b)
{
	if (b->data)
		(void)munmap((void *)b->data, b->len);
	*b = (struct bytes){ 0 };
}

size_t bytes_count(const struct bytes *b, const char *word)
{
	const unsigned char *at = b->data, *end = b->data + b->len;
	size_t n = 0, len = strlen(word);

	while ((at = memmem(at, (size_t)(end - at), word, len))) {
		at += len;
		n++;
	}
	return n;
}
