/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include <jansson.h>
#include <stdio.h>
#include <stdlib.h>
#include <utf8proc.h>

#include "command.h"
#include "message.h"
#include "received.h"

/* True if @c can steer a terminal, or hide the text beside it. */
static bool is_unseen(utf8proc_int32_t c)
{
	switch (utf8proc_category(c)) {
	case UTF8PROC_CATEGORY_CC:
		return c != '\n';
	case UTF8PROC_CATEGORY_CF:
	case UTF8PROC_CATEGORY_CN:
	case UTF8PROC_CATEGORY_CO:
	case UTF8PROC_CATEGORY_ZL:
	case UTF8PROC_CATEGORY_ZP:
		return true;
	default:
		return utf8proc_get_property(c)->ignorable;
	}
}

static void print_escaped(utf8proc_int32_t c)
{
	unsigned int u = (unsigned int)c;

	if (u >= 0x10000) {
		u -= 0x10000;
		printf("\\u%04X\\u%04X", 0xD800 + (u >> 10),
		       0xDC00 + (u & 0x3FF));
	} else {
		printf("\\u%04X", u);
	}
}

/* Prints a piece of JSON, and escapes what jansson need not. It hands on whole
 * characters. */
static int print(const char *text, size_t len, void *unused)
{
	const utf8proc_uint8_t *bytes = (const utf8proc_uint8_t *)text;
	size_t at = 0, done = 0;

	(void)unused;
	while (at < len) {
		utf8proc_int32_t c;
		utf8proc_ssize_t n = utf8proc_iterate(
			bytes + at, (utf8proc_ssize_t)(len - at), &c);

		if (n <= 0)
			return -1;
		if (is_unseen(c)) {
			printf("%.*s", (int)(at - done), text + done);
			print_escaped(c);
			done = at + (size_t)n;
		}
		at += (size_t)n;
	}
	printf("%.*s", (int)(at - done), text + done);
	return ferror(stdout) ? -1 : 0;
}

static int show(const struct globals *globals, const char *path)
{
	struct received r;
	int ret;

	if (!path) {
		print_error(_("name a file; see \"ckstoken show --help\""));
		return EXIT_USAGE;
	}
	ret = received_read(&r, globals, path, false);
	if (ret)
		goto out;
	received_tell(&r, true);
	if (json_dump_callback(r.data, print, NULL,
			       JSON_INDENT(2) | JSON_REAL_PRECISION(15)) &&
	    !ferror(stdout))
		ret = print_no_memory();
	else
		putchar('\n');
out:
	received_free(&r);
	return ret;
}

static int run(struct globals *globals, int argc, const char **argv)
{
	struct poptOption table[] = { POPT_TABLEEND };
	poptContext context;
	const char **args;
	int ret;

	if (options_parse(globals, &cmd_show, table, argc, argv, &context,
			  &args, &ret) &&
	    options_limit_args(&cmd_show, args, 1, &ret))
		ret = show(globals, args[0]);
	poptFreeContext(context);
	return ret;
}

const struct command cmd_show = {
	.name = "show",
	.summary = N_("print the data that a document carries for programs"),
	.usage = "show FILE",
	.needs_config = true,
	.can_lack_config = true,
	.run = run,
};
