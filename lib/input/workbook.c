/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include "workbook.h"

#include <errno.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mman.h>
#include <unistd.h>

#include "attachment.h"
#include "base/buffer.h"
#include "base/i18n.h"
#include "base/outfile.h"
#include "base/text.h"
#include "extract.h"

#define BETWEEN ", "

static bool has(const char *bytes, size_t len, const char *word)
{
	return memmem(bytes, len, word, strlen(word));
}

static bool is_archive(const char *bytes, size_t len)
{
	return len >= 4 && !memcmp(bytes, "PK\003\004", 4);
}

/* The names of its parts stand in an archive as they are; and in a document of
 * Word those of a workbook that is embedded in it may. */
static bool has_part(const char *bytes, size_t len, const char *part)
{
	return is_archive(bytes, len) && has(bytes, len, part) &&
	       !has(bytes, len, "word/document.xml");
}

bool workbook_is(const char *bytes, size_t len)
{
	return has_part(bytes, len, "xl/workbook.xml");
}

const char *workbook_other(const char *bytes, size_t len)
{
	static const char ole[] = "\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1";
	size_t head = len < 1024 ? len : 1024;

	if (len >= 8 && !memcmp(bytes, ole, 8))
		return _(
			"this is a workbook of an old Excel (.xls), or one with a password. Save it as \"Excel Workbook (*.xlsx)\", without a password");
	if (is_archive(bytes, len) &&
	    has(bytes, head, "application/vnd.oasis.opendocument.spreadsheet"))
		return _(
			"this is a table of LibreOffice (.ods). Save it as \"Excel 2007-365 (.xlsx)\", or as CSV");
	if (has_part(bytes, len, "xl/workbook.bin"))
		return _(
			"this is a binary workbook (.xlsb). Save it as \"Excel Workbook (*.xlsx)\"");
	return NULL;
}

/* A file for the process to read, with these bytes and no name. */
static int make_file(const char *bytes, size_t len)
{
	int fd = memfd_create("ckstoken", MFD_CLOEXEC);
	int ret;

	if (fd < 0)
		return -errno;
	ret = outfile_put(fd, bytes, len);
	if (ret) {
		close(fd);
		return ret;
	}
	return lseek(fd, 0, SEEK_SET) < 0 ? -errno : fd;
}

/* The lines before the table, and what they say. */
struct about {
	bool chosen;
	struct buffer seen;   /* sheets with something on them */
	struct buffer all;    /* all sheets */
	struct buffer hidden; /* sheets */
	const char *rows, *columns;
	size_t n_seen;
	struct arena arena;
};

static void list(struct buffer *names, const char *name)
{
	buffer_printf(names, "%s\"%s\"", names->len ? BETWEEN : "", name);
}

static void take_line(struct about *about, const char *line)
{
	size_t n = strcspn(line, " ");
	const char *rest = line[n] ? line + n + 1 : line + n;
	const char *name = text_clean(&about->arena, rest);

	if (!name)
		return;
	if (!strncmp(line, "rows ", 5)) {
		about->rows = name;
		return;
	}
	if (!strncmp(line, "columns ", 8)) {
		about->columns = name;
		return;
	}
	list(&about->all, name);
	if (!strncmp(line, "chosen ", 7)) {
		about->chosen = true;
	} else if (!strncmp(line, "hidden ", 7)) {
		list(&about->hidden, name);
	} else if (!strncmp(line, "other ", 6)) {
		list(&about->seen, name);
		about->n_seen++;
	}
}

/* Takes the lines off @data. -EBADMSG where they do not end. */
static int take_lines(struct about *about, struct buffer *data)
{
	char *at = (char *)data->data, *end;

	/* There is a NUL at the end. */
	for (; (end = strchr(at, '\n')) && end != at; at = end + 1) {
		*end = '\0';
		take_line(about, at);
	}
	if (!end)
		return -EBADMSG;
	at++;
	data->len -= (size_t)(at - (char *)data->data);
	memmove(data->data, at, data->len);
	buffer_put(&about->seen, "", 1);
	buffer_put(&about->all, "", 1);
	buffer_put(&about->hidden, "", 1);
	return about->arena.failed || about->seen.failed || about->all.failed ||
			       about->hidden.failed
		       ? -ENOMEM
		       : 0;
}

static int refuse_sheets(const struct about *about, const char *name,
			 const char *sheet, struct error *error)
{
	const char *seen = (const char *)about->seen.data;
	const char *hidden = (const char *)about->hidden.data;

	if (sheet)
		return error_set(error, -EINVAL,
				 _("%s: there is no sheet \"%s\"; it has: %s"),
				 name, sheet, (const char *)about->all.data);
	if (about->n_seen)
		return error_set(
			error, -EINVAL,
			_("%s: more than one sheet has something on it: %s. Choose one by --sheet NAME"),
			name, seen);
	if (*hidden)
		return error_set(
			error, -EINVAL,
			_("%s: there is nothing on the sheets that are seen, and these are hidden: %s. Show the right one, or choose it by --sheet NAME"),
			name, hidden);
	return error_set(error, -EINVAL,
			 _("%s: there is nothing on its sheets"), name);
}

static void note(const struct about *about, struct data_errors *told)
{
	const char *hidden = (const char *)about->hidden.data;

	if (*hidden)
		data_notes_add(told, 0,
			       _("Sheets that are hidden were not read: %s."),
			       hidden);
	if (about->rows)
		data_notes_add(
			told, 0,
			_("Rows that are hidden in the workbook are taken as the others are: %s. Delete those that are not meant."),
			about->rows);
	if (about->columns)
		data_notes_add(
			told, 0,
			_("Columns that are hidden in the workbook are taken as the others are: %s."),
			about->columns);
}

int workbook_read(const char *name, const char *bytes, size_t len,
		  const char *sheet, char **text, size_t *text_len,
		  struct data_errors *told, struct error *error)
{
	enum extract_exit end = EXTRACT_BROKEN;
	struct buffer data = { 0 };
	struct about about = { 0 };
	int fd = make_file(bytes, len);
	int ret = fd < 0 ? fd : extract_table_run(fd, sheet, &data, &end);

	if (ret) {
		ret = error_set(error, ret == -ENOMEM ? ret : -ENOEXEC,
				"%s: %s", EXTRACT_PROGRAM, strerror(-ret));
		goto out;
	}
	if (end != EXTRACT_FOUND) {
		ret = attachment_refuse(end == EXTRACT_NONE ? EXTRACT_BROKEN
							    : end,
					EXTRACT_PROGRAM, name, error);
		goto out;
	}
	buffer_put(&data, "", 1);
	ret = data.failed ? -ENOMEM : take_lines(&about, &data);
	if (ret == -EBADMSG)
		ret = attachment_refuse(EXTRACT_BROKEN, EXTRACT_PROGRAM, name,
					error);
	else if (!ret && !about.chosen)
		ret = refuse_sheets(&about, name, sheet, error);
	if (ret)
		goto out;
	if (told)
		note(&about, told);
	*text_len = data.len - 1;
	*text = (char *)data.data;
	data = (struct buffer){ 0 };
out:
	if (fd >= 0)
		close(fd);
	buffer_free(&data);
	buffer_free(&about.seen);
	buffer_free(&about.all);
	buffer_free(&about.hidden);
	arena_free(&about.arena);
	return ret;
}
