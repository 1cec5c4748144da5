/* SPDX-License-Identifier: LGPL-2.1-or-later */
/*
 * The signatures of a PDF, as the program "signatures" verifies them: a part
 * with what is trusted, and then the file. Nothing holds that nobody signed.
 */
#include <jansson.h>
#include <sys/mman.h>
#include <unistd.h>

#include "../../cmd/signatures/signed.h"
#include "input_pdf.h"

static size_t file_size;

static void check_json(const struct buffer *text)
{
	json_t *json = json_loadb((const char *)text->data, text->len, 0, NULL);
	const json_t *list = json_object_get(json, "signatures"), *one;
	size_t i;

	HOLDS(json_array_size(list) > 0);
	json_array_foreach (list, i, one) {
		const json_t *covers = json_object_get(one, "covers");

		HOLDS(json_is_string(json_object_get(one, "indication")));
		HOLDS(json_integer_value(covers) >= 0 &&
		      (size_t)json_integer_value(covers) <= file_size);
	}
	json_decref(json);
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	struct fuzz_input in = { data, size };
	struct buffer json = { 0 };
	const uint8_t *part;
	struct trust *trust;
	enum extract_exit end;
	size_t len;
	int fd;

	HOLDS(digest_library_for_all() == 0);
	part = fuzz_part(&in, &len);
	fd = memfd_create("trust", MFD_CLOEXEC);
	HOLDS(fd >= 0 && write(fd, part, len) == (ssize_t)len);
	trust = trust_read(fd);
	HOLDS(trust != NULL);
	file_size = in.size;
	if (file_size > 0) {
		input_pdf(in.data, in.size);
		/* 2026-11-21T02:00:00Z */
		end = signatures_verify(&json, trust, 1795226400);
		HOLDS(end >= EXTRACT_FOUND && end <= EXTRACT_LIMIT);
		if (end == EXTRACT_FOUND)
			check_json(&json);
	}
	buffer_free(&json);
	trust_free(trust);
	close(fd);
	return 0;
}
