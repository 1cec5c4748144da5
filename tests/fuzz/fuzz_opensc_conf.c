/* SPDX-License-Identifier: LGPL-2.1-or-later */
/*
 * opensc.conf as anybody may have written it. What is edited is understood
 * again, and has all that was there but for what was to be another.
 */
#include <stdlib.h>
#include <string.h>
#include <strings.h>

#include "fuzz.h"
#include "token/opensc_conf.h"

static char *edit(const char *in, const struct opensc_change *change)
{
	char *out = NULL;
	int ret = opensc_conf_edit(in, change, &out);

	HOLDS(ret == 0 || ret == 1);
	HOLDS((ret == 0) == (out != NULL));
	return out;
}

static char *edit_own(const char *in, const struct opensc_change *change)
{
	char *out = edit(in, change);

	HOLDS(out);
	return out;
}

/* As each item, and each end of a block, is written on a line of its own. */
static bool is_line(const char *line, size_t len, const char *is)
{
	return len == strlen(is) && strncasecmp(line, is, len) == 0;
}

/* Whether a line is of the blocks that an edit adds where there are none. */
static bool is_block_of_ours(const char *line, size_t len)
{
	return is_line(line, len, "\"app\" \"default\" {") ||
	       is_line(line, len, "\"pkcs11\" {") ||
	       is_line(line, len, "\"framework\" \"pkcs15\" {") ||
	       is_line(line, len, "}");
}

/* The lines of @all are those of @some in their order, with such blocks. */
static bool has_all(const char *all, const char *some)
{
	while (*all) {
		size_t n = strcspn(all, "\n"), len = strcspn(some, "\n");

		if (n == len && *some && strncmp(all, some, n) == 0)
			some += len + (some[len] == '\n');
		else if (!is_block_of_ours(all, n))
			return false;
		all += n + (all[n] == '\n');
	}
	return *some == '\0';
}

static bool has_setting(const char *text, const char *start)
{
	const char *line = text;

	for (; *line; line += strcspn(line, "\n"), line += *line == '\n')
		if (strncasecmp(line, start, strlen(start)) == 0)
			return true;
	return false;
}

static bool is_setting(const char *line, const char *const *starts, size_t n)
{
	for (size_t i = 0; i < n; i++)
		if (strncasecmp(line, starts[i], strlen(starts[i])) == 0)
			return true;
	return false;
}

/* Without any setting that a change touches. */
static char *strip(const char *text)
{
	static const struct opensc_change nothing = { .for_secrets = true,
						      .no_caches = true };
	static const char *const ours[] = {
		"\"max_virtual_slots\" =", "\"ignored_readers\" =",
		"\"slots_per_card\" =",	   "\"use_file_caching\" =",
		"\"use_pin_caching\" =",
	};
	char *without = edit_own(text, &nothing), *out = without;

	for (const char *line = without; *line;) {
		size_t len = strcspn(line, "\n");

		len += line[len] == '\n';
		if (!is_setting(line, ours, sizeof(ours) / sizeof(*ours))) {
			memmove(out, line, len);
			out += len;
		}
		line += len;
	}
	*out = '\0';
	return without;
}

static void change(const char *plain, const char *bare,
		   const struct opensc_change *c)
{
	char *out = edit_own(plain, c), *rest = strip(out), *twice, *again;

	HOLDS(has_all(rest, bare));
	free(rest);
	if (c->for_secrets) {
		HOLDS(!has_setting(out, "\"debug\" ="));
		HOLDS(!has_setting(out, "\"debug_file\" ="));
		HOLDS(c->style ||
		      !has_setting(out, "\"user_pin_unblock_style\" ="));
	}
	/* But for the order, and for readers that are named once more. */
	twice = edit_own(out, c);
	again = edit_own(twice, c);
	HOLDS(c->n_ignored || strcmp(twice, again) == 0);
	HOLDS(c->n_ignored || strlen(out) == strlen(twice));
	free(twice);
	free(again);
	free(out);
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	static char *const readers[] = { (char *)"Virtual PCD 00 00",
					 (char *)"a \"b\"" };
	static const struct opensc_change as_it_is = { 0 };
	static const struct opensc_change changes[] = {
		{ .for_secrets = true },
		{ .for_secrets = true, .style = "set_pin", .slots = 1024 },
		{ .slots = 16 },
		{ .no_caches = true, .slots_per_card = 4 },
		{ .slots = 1024, .ignored = readers, .n_ignored = 2 },
	};
	char *text = fuzz_text(data, size), *plain = edit(text, &as_it_is);

	if (plain) {
		char *again = edit_own(plain, &as_it_is);
		char *bare = strip(plain);

		HOLDS(strcmp(plain, again) == 0);
		for (size_t i = 0; i < sizeof(changes) / sizeof(*changes); i++)
			change(plain, bare, &changes[i]);
		free(bare);
		free(again);
	}
	free(plain);
	free(text);
	return 0;
}
