/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* The configuration that "ckstoken setup" writes: the sample, with the answers
 * in the places of its examples. */
#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include "base/buffer.h"
#include "base/outfile.h"
#include "input/ckstoken.conf.h"
#include "message.h"
#include "setup.h"

/* So many configurations of before are kept under names of their own. */
#define MAX_KEPT 1000

#define MAX_NAME 64

/* 1. Its text */

/* The name in a line of the sample that has an example: "# name = Sở Tài
 * chính". False: it is another line. */
static bool is_example(const char *line, char key[MAX_NAME])
{
	size_t len;

	if (strncmp(line, "# ", 2) != 0)
		return false;
	len = strspn(line + 2, "abcdefghijklmnopqrstuvwxyz-");
	if (len == 0 || len >= MAX_NAME ||
	    strncmp(line + 2 + len, " = ", 3) != 0)
		return false;
	memcpy(key, line + 2, len);
	key[len] = '\0';
	return true;
}

/* A pair of quotes around a value is no part of it. */
static void put_value(struct buffer *b, const char *key, const char *value)
{
	size_t len = strlen(value);
	bool is_quoted = len >= 2 && value[0] == '"' && value[len - 1] == '"';
	const char *quote = is_quoted ? "\"" : "";

	buffer_printf(b, "%s = %s%s%s\n", key, quote, value, quote);
}

/* The answer, or else the value that the file had before. */
static const char *value_of(const struct setup *s, const char *section,
			    const char *key)
{
	const char *answer = setup_setting(s, section, key);

	return answer ? answer : config_get(&s->old, section, key);
}

static void fill(const struct setup *s, struct buffer *b)
{
	size_t n = sizeof(ckstoken_conf) / sizeof(ckstoken_conf[0]);
	char section[MAX_NAME] = "", key[MAX_NAME];
	bool has_modules = false;

	for (size_t i = 0; i < n; i++) {
		const char *line = ckstoken_conf[i], *value;

		if (line[0] == '[')
			(void)snprintf(section, sizeof(section), "%.*s",
				       (int)strcspn(line + 1, "]"), line + 1);
		if (!is_example(line, key)) {
			buffer_printf(b, "%s\n", line);
			continue;
		}
		if (strcmp(section, "modules") == 0) {
			for (size_t k = 0; !has_modules && k < s->old.n_modules;
			     k++)
				put_value(b, key, s->old.modules[k]);
			has_modules = true;
			value = s->old.n_modules ? "" : NULL;
		} else {
			value = value_of(s, section, key);
			if (value && *value)
				put_value(b, key, value);
		}
		/* An example stays where there is nothing in its place. */
		if (!value || !*value)
			buffer_printf(b, "%s\n", line);
	}
}

/* 2. Its file */

static int fail(const char *path, int ret)
{
	print_error(_("%s: it cannot be written: %s"), path,
		    error_text(NULL, ret));
	return EXIT_CANNOT_WRITE;
}

/* Reads the file that stands there. 0 or -errno. */
static int read_old(const char *path, struct buffer *text, mode_t *mode)
{
	FILE *f = fopen(path, "re");
	char part[4096];
	struct stat st;
	int ret = 0;
	size_t n;

	if (!f)
		return -errno;
	while ((n = fread(part, 1, sizeof(part), f)) > 0)
		buffer_put(text, part, n);
	if (ferror(f) || fstat(fileno(f), &st))
		ret = -EIO;
	else if (text->failed)
		ret = -ENOMEM;
	else
		*mode = st.st_mode & 0777;
	(void)fclose(f);
	return ret;
}

int setup_remember(struct setup *s)
{
	mode_t mode;
	int ret = s->is_there ? read_old(s->path, &s->before, &mode) : 0;

	if (!ret)
		return 0;
	print_error(_("%s: it cannot be read, and so not be kept: %s"), s->path,
		    error_text(NULL, ret));
	return EXIT_CANNOT_WRITE;
}

/* True if another file stands there than the one that the answers go with: what
 * somebody has written meanwhile is his. */
static bool has_changed(const struct setup *s)
{
	struct buffer now = { 0 };
	mode_t mode;
	int ret = read_old(s->path, &now, &mode);
	bool is_same;

	if (!s->is_there)
		is_same = ret == -ENOENT;
	else
		is_same = !ret && now.len == s->before.len &&
			  (!now.len ||
			   memcmp(now.data, s->before.data, now.len) == 0);
	buffer_free(&now);
	return !is_same;
}

/* Copies the file that stands there to one beside it, which has a name that no
 * file has: *@kept. 0 or an exit code, told. */
static int keep_old(struct setup *s, const char **kept)
{
	struct buffer text = { 0 };
	struct outfile file;
	mode_t mode = 0;
	int ret = read_old(s->path, &text, &mode);

	if (ret) {
		print_error(_("%s: it cannot be read, and so not be kept: %s"),
			    s->path, error_text(NULL, ret));
		ret = EXIT_CANNOT_WRITE;
		goto out;
	}
	for (int i = 1; i < MAX_KEPT; i++) {
		struct stat st;

		*kept = i == 1 ? arena_format(&s->arena, "%s.old", s->path)
			       : arena_format(&s->arena, "%s.old-%d", s->path,
					      i);
		if (lstat(*kept, &st) && errno == ENOENT)
			break;
	}
	ret = outfile_begin(&file, *kept, mode);
	if (!ret) {
		(void)fwrite(text.data, 1, text.len, file.stream);
		ret = outfile_end(&file, true);
	}
	if (ret)
		ret = fail(*kept, ret);
out:
	buffer_free(&text);
	return ret;
}

/* A configuration of root's is for all who use the machine to read; one of a
 * user's has the number of a person's identity card. 0 or -errno. */
static int put_file(const char *path, const struct buffer *b)
{
	struct outfile file;
	int ret = outfile_folders(path);

	if (!ret)
		ret = outfile_begin(&file, path, geteuid() == 0 ? 0644 : 0600);
	if (ret)
		return ret;
	(void)fwrite(b->data, 1, b->len, file.stream);
	return outfile_end(&file, true);
}

/* Reads what was written, as every command will. 0 or an exit code, told. */
static int read_back(const struct setup *s)
{
	struct config config = { 0 };
	struct error error = { 0 };
	int ret = config_read(&config, s->path, &error);

	if (ret)
		print_error("%s", error_text(&error, ret));
	else if (!setup_is_in(s, &config))
		print_error(
			_("%s: what was written there is not what is read from it"),
			s->path);
	if (!ret && !setup_is_in(s, &config))
		ret = -EIO;
	error_free(&error);
	config_free(&config);
	return ret ? EXIT_CANNOT_WRITE : 0;
}

int setup_write(struct setup *s)
{
	struct buffer text = { 0 };
	const char *kept = NULL;
	int ret = 0, rc;

	if (has_changed(s)) {
		print_error(
			_("%s was written by another while the questions were asked, and stays as it is; nothing was written: begin again, and what stands there now is offered"),
			s->path);
		return EXIT_CANNOT_WRITE;
	}
	fill(s, &text);
	if (text.failed) {
		ret = print_no_memory();
		goto out;
	}
	if (s->is_there)
		ret = keep_old(s, &kept);
	if (ret)
		goto out;
	rc = put_file(s->path, &text);
	if (rc) {
		ret = fail(s->path, rc);
		if (kept)
			(void)unlink(kept);
		goto out;
	}
	ret = read_back(s);
	if (ret) {
		/* No command would read it, so it is not to stay. */
		rc = kept ? rename(kept, s->path) : unlink(s->path);
		if (rc)
			(void)fail(s->path, -errno);
		goto out;
	}
	print_message(_("the configuration is written: %s"), s->path);
	if (kept)
		print_message(_("the one before is kept: %s"), kept);
out:
	buffer_free(&text);
	return ret;
}
