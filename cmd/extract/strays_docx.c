/* SPDX-License-Identifier: LGPL-2.1-or-later */
/*
 * Whether a file is one ZIP archive from its first byte to its last. Programs
 * differ in which directory they take where there are two, in whether they go
 * by it or by the headers of the entries, and in which of two entries of one
 * name they show.
 */
#include <stdlib.h>
#include <strings.h>
#include <sys/mman.h>
#include <sys/stat.h>
#include <unistd.h>

#include "found.h"
#include "strays.h"

#define LOCAL "PK\003\004"
#define CENTRAL "PK\001\002"
#define END "PK\005\006"
#define DESCRIPTOR "PK\007\010"

#define LOCAL_SIZE 30
#define CENTRAL_SIZE 46
#define END_SIZE 22
#define DESCRIPTOR_SIZE 16

/* Flags of an entry: its sizes stand behind it. */
#define FLAG_DESCRIPTOR 8
#define FLAG_ENCRYPTED 1

/* A field that gives an entry another name than its own. */
#define EXTRA_UNICODE_PATH 0x7075

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

static bool has(const struct bytes *b, size_t at, size_t len)
{
	return at <= b->len && b->len - at >= len;
}

static bool is_at(const struct bytes *b, size_t at, const char *mark)
{
	return has(b, at, 4) && memcmp(b->data + at, mark, 4) == 0;
}

static size_t u16(const struct bytes *b, size_t at)
{
	return b->data[at] | (size_t)b->data[at + 1] << 8;
}

static size_t u32(const struct bytes *b, size_t at)
{
	return u16(b, at) | u16(b, at + 2) << 16;
}

struct zip_entry {
	const char *name;
	size_t name_len, method, crc, packed, size, offset;
};

/* True if programs agree in what the name is, and none reads it as a path that
 * leads elsewhere. */
static bool is_plain(const struct zip_entry *e)
{
	return e->name_len > 0 && e->name[0] != '/' &&
	       !memchr(e->name, '\0', e->name_len) &&
	       !memchr(e->name, '\\', e->name_len) &&
	       !memmem(e->name, e->name_len, "..", 2) &&
	       !memmem(e->name, e->name_len, "//", 2);
}

/* True if no field of the @len bytes at @at gives another name. */
static bool keeps_name(const struct bytes *b, size_t at, size_t len)
{
	size_t end = at + len;

	while (end - at >= 4) {
		size_t field = 4 + u16(b, at + 2);

		if (u16(b, at) == EXTRA_UNICODE_PATH || field > end - at)
			return false;
		at += field;
	}
	return true;
}

/* An entry of the directory at *@at, which then is behind it. */
static bool take_central(const struct bytes *b, size_t *at, struct zip_entry *e)
{
	size_t start = *at, extra_len;

	if (!has(b, start, CENTRAL_SIZE) || !is_at(b, start, CENTRAL))
		return false;
	e->name = (const char *)b->data + start + CENTRAL_SIZE;
	e->name_len = u16(b, start + 28);
	e->method = u16(b, start + 10);
	e->crc = u32(b, start + 16);
	e->packed = u32(b, start + 20);
	e->size = u32(b, start + 24);
	e->offset = u32(b, start + 42);
	extra_len = u16(b, start + 30);
	*at = start + CENTRAL_SIZE + e->name_len + extra_len +
	      u16(b, start + 32);
	return *at <= b->len && !(u16(b, start + 8) & FLAG_ENCRYPTED) &&
	       is_plain(e) &&
	       keeps_name(b, start + CENTRAL_SIZE + e->name_len, extra_len);
}

/* True if a size of a local header is what the directory has; with @later it
 * may be left to what stands behind the entry. */
static bool is_same(size_t local, size_t central, bool later)
{
	return local == central || (later && local == 0);
}

/* The entry itself, which must begin at *@at; that then is behind it. */
static bool take_local(const struct bytes *b, size_t *at,
		       const struct zip_entry *e)
{
	size_t start = *at, name_at = start + LOCAL_SIZE, extra_len, end;
	bool later;

	if (e->offset != start || !has(b, start, LOCAL_SIZE) ||
	    !is_at(b, start, LOCAL))
		return false;
	later = u16(b, start + 6) & FLAG_DESCRIPTOR;
	extra_len = u16(b, start + 28);
	if (u16(b, start + 26) != e->name_len ||
	    !has(b, name_at, e->name_len + extra_len) ||
	    memcmp(b->data + name_at, e->name, e->name_len) != 0 ||
	    (u16(b, start + 6) & FLAG_ENCRYPTED) ||
	    u16(b, start + 8) != e->method ||
	    !is_same(u32(b, start + 14), e->crc, later) ||
	    !is_same(u32(b, start + 18), e->packed, later) ||
	    !is_same(u32(b, start + 22), e->size, later) ||
	    !keeps_name(b, name_at + e->name_len, extra_len))
		return false;
	end = name_at + e->name_len + extra_len;
	if (!has(b, end, e->packed))
		return false;
	end += e->packed;
	if (later) {
		/* Its mark may be left out. */
		end += is_at(b, end, DESCRIPTOR) ? 4 : 0;
		if (!has(b, end, DESCRIPTOR_SIZE - 4) ||
		    u32(b, end) != e->crc || u32(b, end + 4) != e->packed ||
		    u32(b, end + 8) != e->size)
			return false;
		end += DESCRIPTOR_SIZE - 4;
	}
	*at = end;
	return true;
}

static int compare_offsets(const void *a, const void *b)
{
	const struct zip_entry *x = a, *y = b;

	return (x->offset > y->offset) - (x->offset < y->offset);
}

/* Parts of a document are one where they differ in capitals alone. */
static int compare_names(const void *a, const void *b)
{
	const struct zip_entry *x = a, *y = b;

	if (x->name_len != y->name_len)
		return x->name_len < y->name_len ? -1 : 1;
	return strncasecmp(x->name, y->name, x->name_len);
}

static bool are_whole(const struct bytes *b, struct zip_entry *entries,
		      size_t n, size_t directory, size_t end)
{
	size_t at = directory;

	for (size_t i = 0; i < n; i++)
		if (!take_central(b, &at, &entries[i]))
			return false;
	if (at != end)
		return false;
	at = 0;
	qsort(entries, n, sizeof(*entries), compare_offsets);
	for (size_t i = 0; i < n; i++)
		if (!take_local(b, &at, &entries[i]))
			return false;
	if (at != directory)
		return false;
	qsort(entries, n, sizeof(*entries), compare_names);
	for (size_t i = 1; i < n; i++)
		if (compare_names(&entries[i - 1], &entries[i]) == 0)
			return false;
	return true;
}

static bool is_one_archive(const struct bytes *b)
{
	size_t end = b->len - END_SIZE, n, at;
	struct zip_entry *entries;
	bool whole;

	if (b->len < END_SIZE || !is_at(b, end, END) || u32(b, end + 4) != 0 ||
	    u16(b, end + 20) != 0)
		return false;
	n = u16(b, end + 10);
	at = u32(b, end + 16);
	if (n == 0 || u16(b, end + 8) != n || at > end ||
	    u32(b, end + 12) != end - at)
		return false;
	entries = calloc(n, sizeof(*entries));
	whole = entries && are_whole(b, entries, n, at, end);
	free(entries);
	return whole;
}

void strays_docx(struct printed *p, const struct bytes *b)
{
	if (!b->data) {
		p->unknown = true;
		return;
	}
	if (bytes_count(b, "%PDF-") > 0)
		p->strays |= EXTRACT_STRAY_KIND;
	if (!is_one_archive(b))
		p->strays |= EXTRACT_STRAY_ARCHIVE;
}
