/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include "extracting.h"

#include <stdlib.h>
#include <string.h>
#include <zip.h>

#include "fuzz.h"

static enum extract_exit
search(enum extract_exit (*extract)(struct found *found), const void *data,
       size_t size, bool printed, struct found *found)
{
	static struct printed p;
	unsigned char digest[DIGEST_SIZE];
	enum extract_exit end;

	p = (struct printed){ 0 };
	*found = (struct found){ .printed = printed ? &p : NULL };
	fuzz_stdin(data, size);
	end = extract(found);
	HOLDS(end >= EXTRACT_FOUND && end <= EXTRACT_LIMIT);
	HOLDS(end != EXTRACT_FOUND ||
	      (found->json.len > 0 && found->json.len <= EXTRACT_MAX));
	(void)digest_end(&p.digest, digest);
	return end;
}

void extracting_check(enum extract_exit (*extract)(struct found *found),
		      const void *data, size_t size)
{
	struct found with, without;
	enum extract_exit end = search(extract, data, size, true, &with);

	HOLDS(search(extract, data, size, false, &without) == end);
	HOLDS(end != EXTRACT_FOUND ||
	      (with.json.len == without.json.len &&
	       memcmp(with.json.data, without.json.data, with.json.len) == 0));
	buffer_free(&with.json);
	buffer_free(&without.json);
}

static void add_entry(zip_t *zip, struct fuzz_input *in)
{
	size_t name_len, len;
	const uint8_t *name_at = fuzz_part(in, &name_len);
	const uint8_t *at = fuzz_part(in, &len);
	char *name = fuzz_text(name_at, name_len);
	zip_source_t *source = zip_source_buffer(zip, at, len, 0);

	HOLDS(source);
	if (zip_file_add(zip, name, source, 0) < 0)
		zip_source_free(source);
	free(name);
}

static void make_package(struct fuzz_input *in,
			 void (*check)(const void *data, size_t size))
{
	zip_error_t error;
	zip_source_t *source = zip_source_buffer_create(NULL, 0, 0, &error);
	zip_t *zip = zip_open_from_source(source, ZIP_TRUNCATE, &error);
	zip_stat_t stat;
	void *bytes;

	HOLDS(zip);
	for (size_t n = 0; in->size > 0 && n < 100; n++)
		add_entry(zip, in);
	zip_source_keep(source);
	if (zip_close(zip)) {
		zip_discard(zip);
		zip_source_free(source);
		return;
	}
	/* Of no entries libzip makes no file. */
	if (!zip_source_stat(source, &stat) && (stat.valid & ZIP_STAT_SIZE) &&
	    zip_source_open(source) == 0) {
		bytes = malloc(stat.size + 1);
		HOLDS(bytes);
		HOLDS(zip_source_read(source, bytes, stat.size) ==
		      (zip_int64_t)stat.size);
		zip_source_close(source);
		check(bytes, stat.size);
		free(bytes);
	}
	zip_source_free(source);
}

void extracting_package(const uint8_t *data, size_t size,
			void (*check)(const void *data, size_t size))
{
	struct fuzz_input in = { data, size };

	if (size > 0 && data[0] & 1) {
		(void)fuzz_byte(&in);
		make_package(&in, check);
	} else {
		check(in.data, in.size);
	}
}
