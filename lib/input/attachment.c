/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include "attachment.h"

#include <errno.h>
#include <fcntl.h>
#include <jansson.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mman.h>
#include <sys/stat.h>
#include <unistd.h>

#include "base/i18n.h"
#include "extract.h"

#define MIB ((off_t)1024 * 1024)
#define MAX_FILE (256 * MIB)
/* This one is kept in memory. */
#define MAX_INPUT (32 * MIB)

/* Programs look for the mark of a PDF so far into it. */
#define HEAD 1024

/* Parsed, an empty object of two bytes takes a hundred times as many. */
#define MAX_PARSED ((size_t)28 * 1024 * 1024)

#define VERSION_KNOWN 1

static int refuse(char **message, int error, const char *format, ...)
	__attribute__((format(printf, 3, 4)));

static int refuse(char **message, int error, const char *format, ...)
{
	va_list args;

	va_start(args, format);
	if (vasprintf(message, format, args) < 0)
		*message = NULL;
	va_end(args);
	errno = error;
	return -1;
}

static int refuse_large(const char *name, off_t most, char **message)
{
	return refuse(message, EBADMSG, _("%s: it is larger than %d MiB"), name,
		      (int)(most / MIB));
}

static const char *kind_of(const unsigned char *head, size_t len)
{
	if (len >= 4 && !memcmp(head, "PK\003\004", 4))
		return "docx";
	return memmem(head, len, "%PDF-", 5) ? "pdf" : NULL;
}

static int find_kind(int fd, const char *name, const char **kind,
		     char **message)
{
	unsigned char head[HEAD];
	ssize_t n = pread(fd, head, sizeof(head), 0);

	if (n < 0)
		return refuse(message, errno, "%s: %s", name, strerror(errno));
	*kind = kind_of(head, (size_t)n);
	if (!*kind)
		return refuse(message, EBADMSG,
			      _("%s: it is neither a PDF nor a DOCX file"),
			      name);
	return 0;
}

static int check_file(int fd, const char *path, const char **kind,
		      char **message)
{
	struct stat st;

	if (fd < 0 || fstat(fd, &st))
		return refuse(message, errno, "%s: %s", path, strerror(errno));
	if (!S_ISREG(st.st_mode))
		return refuse(message, EBADMSG, _("%s: it is no regular file"),
			      path);
	if (st.st_size > MAX_FILE)
		return refuse_large(path, MAX_FILE, message);
	return find_kind(fd, path, kind, message);
}

/* All of standard input, unless its first bytes say that it is of no use. */
static int copy_input(int to, const char *name, const char **kind,
		      char **message)
{
	unsigned char bytes[65536];
	off_t len = 0;
	ssize_t n;

	do {
		n = read(STDIN_FILENO, bytes, sizeof(bytes));
		if (n < 0 && errno == EINTR)
			continue;
		if (to < 0 || n < 0 || write(to, bytes, (size_t)n) != n)
			return refuse(message, errno, "%s: %s", name,
				      strerror(errno));
		len += n;
		if (len > MAX_INPUT)
			return refuse_large(name, MAX_INPUT, message);
		if (!*kind && (len >= HEAD || n == 0) &&
		    find_kind(to, name, kind, message))
			return -1;
	} while (n != 0);
	return 0;
}

static int refuse_end(enum extract_exit end, const char *name, char **message)
{
	switch (end) {
	case EXTRACT_NONE:
		return refuse(message, ENODATA,
			      _("%s: it carries no data of ckstoken"), name);
	case EXTRACT_ENCRYPTED:
		return refuse(
			message, EBADMSG,
			_("%s: it is encrypted and cannot be read without its password"),
			name);
	case EXTRACT_DIFFER:
		return refuse(
			message, EBADMSG,
			_("%s: it carries data of ckstoken twice, and they differ"),
			name);
	case EXTRACT_MISSING:
		return refuse(
			message, ENOEXEC,
			_("%s cannot be run: the installation is incomplete"),
			EXTRACT_PROGRAM);
	case EXTRACT_TOO_MUCH:
		return refuse(message, EBADMSG,
			      _("%s: it takes too much time or memory to read"),
			      name);
	default:
		return refuse(message, EBADMSG,
			      _("%s: it is damaged and cannot be read"), name);
	}
}

/* About what jansson takes for the values in @text, beside their strings: each
 * begins with or follows one of these marks. */
static size_t parsed_size(const char *text)
{
	bool in_string = false;
	size_t size = 0;

	for (const char *c = text; *c; c++) {
		if (*c == '"')
			in_string = !in_string;
		else if (in_string && *c == '\\' && c[1])
			c++;
		else if (!in_string && *c == '{')
			size += 256;
		else if (!in_string && *c == '[')
			size += 160;
		else if (!in_string && (*c == ',' || *c == ':'))
			size += 96;
	}
	return size;
}

bool attachment_fits(const char *json)
{
	return strlen(json) <= EXTRACT_MAX && parsed_size(json) <= MAX_PARSED;
}

static int check_version(const json_t *root, const char *name, char **message)
{
	const json_t *version = json_object_get(root, "version");
	long long n = json_integer_value(version);

	if (!json_is_integer(version) || n < 1)
		return refuse(message, EBADMSG,
			      _("%s: the data in it do not say their version"),
			      name);
	if (n > VERSION_KNOWN)
		return refuse(
			message, EBADMSG,
			_("%s: the data in it are of version %lld, of a newer ckstoken; this one knows version %d"),
			name, n, VERSION_KNOWN);
	return 0;
}

static int check_data(const struct buffer *data, const char *name,
		      char **message)
{
	json_error_t error;
	json_t *root;
	int ret;

	if (parsed_size((const char *)data->data) > MAX_PARSED)
		return refuse(message, EBADMSG,
			      _("%s: the data in it are too large"), name);
	root = json_loadb((const char *)data->data, data->len - 1,
			  JSON_REJECT_DUPLICATES, &error);
	if (root)
		ret = check_version(root, name, message);
	else if (json_error_code(&error) == json_error_out_of_memory)
		ret = refuse(message, ENOMEM, "%s: %s", name, strerror(ENOMEM));
	else
		ret = refuse(
			message, EBADMSG,
			_("%s: the data in it are no valid JSON: line %d: %s"),
			name, error.line, error.text);
	json_decref(root);
	return ret;
}

int attachment_read(const char *path, char **json, char **message)
{
	bool input = !strcmp(path, "-");
	const char *name = input ? _("standard input") : path;
	/* Neither a FIFO nor a terminal makes it wait or obey. */
	int fd = input ? memfd_create("ckstoken", MFD_CLOEXEC)
		       : open(path,
			      O_RDONLY | O_NONBLOCK | O_NOCTTY | O_CLOEXEC);
	enum extract_exit end = EXTRACT_BROKEN;
	struct buffer data = { 0 };
	const char *kind = NULL;
	int error, ret;

	ret = input ? copy_input(fd, name, &kind, message)
		    : check_file(fd, name, &kind, message);
	if (ret)
		goto out;
	ret = extract_run(fd, kind, &data, &end);
	if (ret) {
		error = errno == ENOMEM ? ENOMEM : ENOEXEC;
		(void)refuse(message, error, "%s: %s", EXTRACT_PROGRAM,
			     strerror(errno));
		goto out;
	}
	ret = end == EXTRACT_FOUND ? 0 : refuse_end(end, name, message);
	buffer_put(&data, "", 1);
	if (!ret && data.failed)
		ret = refuse(message, ENOMEM, "%s: %s", name, strerror(ENOMEM));
	if (!ret)
		ret = check_data(&data, name, message);
	if (!ret) {
		*json = (char *)data.data;
		data = (struct buffer){ 0 };
	}
out:
	error = errno;
	buffer_free(&data);
	if (fd >= 0)
		close(fd);
	errno = error;
	return ret;
}
