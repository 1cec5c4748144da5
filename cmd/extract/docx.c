/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* The data of a DOCX, what it prints, and what stands in it beside that. */
#include <stdlib.h>
#include <string.h>
#include <strings.h>
#include <unistd.h>

#include "found.h"
#include "part.h"
#include "strays.h"

/*
 * 1. Whether a file is one ZIP archive from its first byte to its last.
 * Programs differ in which directory they take where there are two, in whether
 * they go by it or by the headers of the entries, and in which of two entries
 * of one name they show.
 */

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

/* Adds to @p the strays of the DOCX @b. */
static void strays_docx(struct printed *p, const struct bytes *b)
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

/* 2. The parts of a document */

#define NAMESPACE "urn:ckstoken:dossier:1"

/* Word renumbers the parts when it saves, so any of them may be ours. */
#define PART_PREFIX "customXml/item"
#define PART_ENDING ".xml"

#define MAX_PARTS 64

/* Bytes of XML in all parts together: ours is little longer than its text. */
#define MAX_XML (2 * (zip_uint64_t)EXTRACT_MAX)

/* Entries that are read for the digest, and bytes of all together. */
#define MAX_ENTRIES 1000
#define MAX_PRINTED ((zip_uint64_t)64 * 1024 * 1024)

static bool is_data(xmlTextReader *reader)
{
	const xmlChar *ns = xmlTextReaderConstNamespaceUri(reader);

	return ns && !strcmp((const char *)ns, NAMESPACE) &&
	       !strcmp((const char *)xmlTextReaderConstLocalName(reader),
		       "data");
}

/* EXTRACT_FOUND to go on; EXTRACT_NONE: the part is of another program. */
static enum extract_exit take_node(const struct part *part, struct buffer *text)
{
	xmlTextReader *reader = part->xml;
	const xmlChar *value;

	if (xmlTextReaderNodeType(reader) == XML_READER_TYPE_ELEMENT) {
		if (xmlTextReaderDepth(reader) > 0)
			return EXTRACT_BROKEN;
		return is_data(reader) ? EXTRACT_FOUND : EXTRACT_NONE;
	}
	value = part_is_text(part) ? xmlTextReaderConstValue(reader) : NULL;
	if (value)
		buffer_puts(text, (const char *)value);
	return text->failed || text->len > EXTRACT_MAX ? EXTRACT_LIMIT
						       : EXTRACT_FOUND;
}

static enum extract_exit search_part(struct part *part, struct found *found)
{
	enum extract_exit end = EXTRACT_FOUND;
	struct buffer text = { 0 };
	int rc = 0;

	while (end == EXTRACT_FOUND && (rc = part_next(part)) == 1)
		end = take_node(part, &text);
	if (rc < 0)
		end = EXTRACT_BROKEN;
	if (end == EXTRACT_FOUND)
		end = found_add(found, text.data, text.len);
	buffer_free(&text);
	return end;
}

static bool is_part(const char *name)
{
	size_t prefix = strlen(PART_PREFIX);
	size_t digits;

	if (strncmp(name, PART_PREFIX, prefix) != 0)
		return false;
	digits = strspn(name + prefix, "0123456789");
	return digits > 0 && !strcmp(name + prefix + digits, PART_ENDING);
}

static enum extract_exit take_part(zip_t *zip, zip_uint64_t index,
				   zip_uint64_t *budget, struct found *found)
{
	struct part part;
	enum extract_exit end = part_open(&part, zip, index, budget);

	if (end == EXTRACT_FOUND)
		end = search_part(&part, found);
	part_close(&part);
	return end;
}

/* An entry of the package, whose digest is made of all of them in the order of
 * their names: packing them anew changes nothing that is printed. */
struct entry {
	const char *name;
	unsigned char digest[DIGEST_SIZE];
};

static int compare_entries(const void *a, const void *b)
{
	const struct entry *x = a, *y = b;
	int order = strcmp(x->name, y->name);

	return order ? order : memcmp(x->digest, y->digest, DIGEST_SIZE);
}

static int digest_entry(zip_t *zip, zip_uint64_t index, zip_uint64_t *budget,
			unsigned char digest[DIGEST_SIZE])
{
	zip_file_t *file = zip_fopen_index(zip, index, 0);
	struct digest d = { 0 };
	char bytes[16384];
	zip_int64_t n = -1;

	while (file && (n = zip_fread(file, bytes, sizeof(bytes))) > 0 &&
	       (zip_uint64_t)n <= *budget) {
		*budget -= (zip_uint64_t)n;
		digest_add(&d, bytes, (size_t)n);
	}
	if (file)
		(void)zip_fclose(file);
	return digest_end(&d, digest) || n != 0 ? -1 : 0;
}

/* Who wrote it when, and folders, print nothing. */
static bool prints_nothing(const char *name)
{
	size_t len = strlen(name);

	return !strcmp(name, "docProps/core.xml") ||
	       !strcmp(name, "docProps/app.xml") ||
	       (len > 0 && name[len - 1] == '/');
}

/* Office programs put their signatures into this folder (ISO 29500-2, 12). */
static bool is_signature(const char *name)
{
	static const char folder[] = "_xmlsignatures/", ending[] = ".xml";
	size_t len = strlen(name);

	return !strncasecmp(name, folder, strlen(folder)) &&
	       len > strlen(ending) &&
	       !strcasecmp(name + len - strlen(ending), ending);
}

/* Puts all entries but those of @data, which hold the data. */
static void put_package(zip_t *zip, const bool *data, struct printed *p)
{
	zip_int64_t n = zip_get_num_entries(zip, 0);
	struct entry *entries = calloc(MAX_ENTRIES, sizeof(*entries));
	zip_uint64_t budget = MAX_PRINTED;
	size_t n_entries = 0;

	if (!entries || n < 0 || n > MAX_ENTRIES)
		p->unknown = true;
	for (zip_int64_t i = 0; i < n && !p->unknown; i++) {
		const char *name = zip_get_name(zip, (zip_uint64_t)i, 0);
		struct entry *e = &entries[n_entries];

		if (name && (data[i] || prints_nothing(name)))
			continue;
		p->n_signatures += name && is_signature(name);
		e->name = name;
		n_entries++;
		if (!name ||
		    digest_entry(zip, (zip_uint64_t)i, &budget, e->digest))
			p->unknown = true;
	}
	if (!p->unknown)
		qsort(entries, n_entries, sizeof(*entries), compare_entries);
	for (size_t i = 0; i < n_entries && !p->unknown; i++) {
		printed_put(p, 'k', entries[i].name, strlen(entries[i].name));
		printed_put(p, 's', entries[i].digest, DIGEST_SIZE);
	}
	free(entries);
}

static enum extract_exit search_zip(zip_t *zip, struct found *found)
{
	zip_int64_t n = zip_get_num_entries(zip, 0);
	zip_uint64_t budget = MAX_XML;
	bool data[MAX_ENTRIES] = { false };
	size_t n_parts = 0;

	for (zip_int64_t i = 0; i < n; i++) {
		const char *name = zip_get_name(zip, (zip_uint64_t)i, 0);
		enum extract_exit end = EXTRACT_LIMIT;

		if (!name || !is_part(name))
			continue;
		if (++n_parts <= MAX_PARTS)
			end = take_part(zip, (zip_uint64_t)i, &budget, found);
		if (end == EXTRACT_FOUND && i < MAX_ENTRIES)
			data[i] = true;
		if (end != EXTRACT_FOUND && end != EXTRACT_NONE)
			return end;
	}
	if (found->n == 0)
		return EXTRACT_NONE;
	if (found->printed)
		put_package(zip, data, found->printed);
	return EXTRACT_FOUND;
}

enum extract_exit extract_docx(struct found *found)
{
	struct bytes bytes = { 0 };
	enum extract_exit end;
	zip_t *zip;

	/* libzip closes standard input. */
	if (found->printed)
		(void)bytes_map(&bytes);
	zip = zip_fdopen(STDIN_FILENO, 0, NULL);
	if (!zip) {
		bytes_unmap(&bytes);
		return EXTRACT_BROKEN;
	}
	part_be_quiet();
	end = search_zip(zip, found);
	if (found->printed)
		strays_docx(found->printed, &bytes);
	zip_discard(zip);
	bytes_unmap(&bytes);
	return end;
}
