/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include <stdlib.h>
#include <string.h>
#include <strings.h>
#include <unistd.h>

#include "part.h"
#include "strays.h"

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
