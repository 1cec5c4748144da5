/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include "attachment.h"

#include <errno.h>
#include <fcntl.h>
#include <jansson.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <strings.h>
#include <sys/mman.h>
#include <sys/sendfile.h>
#include <sys/stat.h>
#include <unistd.h>

#include "base/i18n.h"
#include "base/path.h"
#include "extract.h"
#include "json_members.h"

#define MIB ((off_t)1024 * 1024)
#define MAX_FILE (256 * MIB)
/* Standard input is kept in memory. */
#define MAX_PIPED (32 * MIB)

/* Programs look for "%PDF-" in so many bytes. */
#define HEAD 1024

/* An empty object of two bytes takes a hundred times as many when parsed. */
#define MAX_PARSED ((size_t)28 * 1024 * 1024)

#define VERSION_KNOWN 1

static int refuse_large(const char *name, off_t most, struct error *error)
{
	return error_set(error, -EBADMSG, _("%s: it is larger than %d MiB"),
			 name, (int)(most / MIB));
}

static const char *kind_of(const unsigned char *head, size_t len)
{
	if (len >= 4 && !memcmp(head, "PK\003\004", 4))
		return "docx";
	return memmem(head, len, "%PDF-", 5) ? "pdf" : NULL;
}

static int find_kind(int fd, const char *name, const char **kind,
		     struct error *error)
{
	unsigned char head[HEAD];
	ssize_t n = pread(fd, head, sizeof(head), 0);

	if (n < 0)
		return error_set(error, -errno, "%s: %s", name,
				 strerror(errno));
	if (n == 0)
		return error_set(error, -EBADMSG, _("%s: the file is empty"),
				 name);
	*kind = kind_of(head, (size_t)n);
	if (!*kind)
		return error_set(
			error, -EBADMSG,
			_("%s: it is neither a PDF nor a DOCX file; name the document as ckstoken wrote it"),
			name);
	return 0;
}

static int check_file(int fd, const char *path, const char **kind,
		      struct error *error)
{
	struct stat st;

	if (fd < 0)
		return error_set(error, fd, "%s: %s", path,
				 error_text(NULL, fd));
	if (fstat(fd, &st))
		return error_set(error, -errno, "%s: %s", path,
				 strerror(errno));
	if (!S_ISREG(st.st_mode))
		return error_set(error, -EBADMSG,
				 _("%s: it is not a regular file"), path);
	if (st.st_size > MAX_FILE)
		return refuse_large(path, MAX_FILE, error);
	return find_kind(fd, path, kind, error);
}

/* Puts a copy of the file, which nobody can change, in place of it: it is read
 * more than once, and must be the same each time. */
static int copy_file(struct opened *o, struct error *error)
{
	int to = memfd_create("ckstoken", MFD_CLOEXEC);
	off_t at = 0;
	ssize_t n = -1;

	while (to >= 0 && at <= MAX_FILE &&
	       (n = sendfile(to, o->fd, &at, (size_t)MIB)) > 0)
		continue;
	if (n != 0) {
		int ret = at > MAX_FILE ? refuse_large(o->name, MAX_FILE, error)
					: error_set(error, -errno, "%s: %s",
						    o->name, strerror(errno));

		if (to >= 0)
			close(to);
		return ret;
	}
	close(o->fd);
	o->fd = to;
	return lseek(to, 0, SEEK_SET) < 0 ? -errno : 0;
}

/* All of standard input, unless its first bytes say that it is of no use. */
static int copy_input(int to, const char *name, const char **kind,
		      struct error *error)
{
	unsigned char bytes[65536];
	off_t len = 0;
	ssize_t n, written;
	int ret = 0;

	do {
		n = read(STDIN_FILENO, bytes, sizeof(bytes));
		if (n < 0 && errno == EINTR)
			continue;
		written = to < 0 || n < 0 ? -1 : write(to, bytes, (size_t)n);
		if (written < 0 || written != n) {
			ret = written < 0 ? -errno : -EIO;
			return error_set(error, ret, "%s: %s", name,
					 strerror(-ret));
		}
		len += n;
		if (len > MAX_PIPED)
			return refuse_large(name, MAX_PIPED, error);
		if (!*kind && (len >= HEAD || n == 0))
			ret = find_kind(to, name, kind, error);
	} while (n != 0 && !ret);
	return ret;
}

int attachment_refuse(enum extract_exit end, const char *program,
		      const char *name, struct error *error)
{
	switch (end) {
	case EXTRACT_NONE:
		return error_set(
			error, -ENODATA,
			_("%s: it carries no ckstoken data; name the file that ckstoken wrote, and no scan, and no copy that another program saved anew"),
			name);
	case EXTRACT_ENCRYPTED:
		return error_set(
			error, -EBADMSG,
			_("%s: it is encrypted and cannot be read without its password; save it without one"),
			name);
	case EXTRACT_DIFFER:
		return error_set(
			error, -EBADMSG,
			_("%s: it carries two sets of ckstoken data that differ; ask its sender for the file as ckstoken wrote it"),
			name);
	case EXTRACT_UNLIMITED:
		return error_set(
			error, -ENOEXEC,
			_("%s was not read: the limits under which strangers' files are read cannot be set here, or those of this session (ulimit -a) leave too little. That says nothing about the file"),
			name);
	case EXTRACT_MISSING:
		return error_set(
			error, -ENOEXEC,
			_("%s cannot be run: the installation is incomplete, or the limits of this session (ulimit -a) leave too little memory for it"),
			program);
	case EXTRACT_TOO_MUCH:
		return error_set(
			error, -EBADMSG,
			_("%s: it takes too much time or memory to read"),
			name);
	case EXTRACT_LIMIT:
		return error_set(
			error, -EBADMSG,
			_("%s: there is more in it than is looked through, so its data were not taken"),
			name);
	default:
		return error_set(
			error, -EBADMSG,
			_("%s: it is damaged and cannot be read; get it anew"),
			name);
	}
}

/*
 * About how much memory jansson takes for the values in @text, beside their
 * strings: each value begins with or follows one of these marks.
 */
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

static int check_version(const json_t *root, const char *name,
			 struct error *error)
{
	const json_t *version = json_object_get(root, "version");
	long long n = json_integer_value(version);

	if (!json_is_integer(version) || n < 1)
		return error_set(
			error, -EBADMSG,
			_("%s: the data in it have no version, so ckstoken did not write them as they are; ask its sender for the file as ckstoken wrote it"),
			name);
	if (n > VERSION_KNOWN)
		return error_set(
			error, -EBADMSG,
			_("%s: the data in it have version %lld, from a newer ckstoken; this one reads version %d. Have ckstoken upgraded on this machine"),
			name, n, VERSION_KNOWN);
	return 0;
}

static int check_data(const struct buffer *data, const char *name,
		      struct error *error)
{
	json_error_t fault;
	json_t *root;
	int ret;

	if (parsed_size((const char *)data->data) > MAX_PARSED)
		return error_set(error, -EBADMSG,
				 _("%s: the data in it are too large"), name);
	root = json_loadb((const char *)data->data, data->len - 1,
			  JSON_REJECT_DUPLICATES, &fault);
	if (root)
		ret = check_version(root, name, error);
	else if (json_error_code(&fault) == json_error_out_of_memory)
		ret = -ENOMEM;
	else
		ret = error_set(
			error, -EBADMSG,
			_("%s: the data in it are not valid JSON: line %d: %s"),
			name, fault.line, json_error_words(&fault));
	json_decref(root);
	return ret;
}

/* Takes a number from @at, which then is at what follows the blank or newline
 * behind it. */
static bool take_number(const char **at, size_t *number)
{
	char *end;

	errno = 0;
	*number = strtoul(*at, &end, 10);
	if (errno || end == *at || (*end != ' ' && *end != '\n'))
		return false;
	*at = end + 1;
	return true;
}

/* What the program says of the file in its first line, which is taken out of
 * @data. 0 or -EBADMSG. */
static int take_line(struct buffer *data, struct attachment *a)
{
	const unsigned char *end =
		data->len ? memchr(data->data, '\n', data->len) : NULL;
	size_t len = end ? (size_t)(end - data->data) + 1 : 0;
	size_t n_digest, strays;
	const char *at;
	char line[EXTRACT_LINE_MAX];

	if (len == 0 || len >= sizeof(line))
		return -EBADMSG;
	memcpy(line, data->data, len);
	line[len] = '\0';
	n_digest = strcspn(line, " ");
	at = line + n_digest + (line[n_digest] == ' ');
	if (!take_number(&at, &a->n_others) ||
	    !take_number(&at, &a->n_updates) ||
	    !take_number(&at, &a->n_signatures) ||
	    !take_number(&at, &a->n_looks) || !take_number(&at, &strays))
		return -EBADMSG;
	a->strays = (unsigned int)strays;
	a->is_counted = true;
	a->printed[0] = '\0';
	if (n_digest == DIGEST_HEX_SIZE - 1) {
		memcpy(a->printed, line, n_digest);
		a->printed[n_digest] = '\0';
	}
	data->len -= len;
	memmove(data->data, data->data + len, data->len);
	return 0;
}

/* Runs the program, which is asked what the file prints as well. Where that is
 * too much for it, the data alone are read. */
static int run(int fd, const char *kind, struct attachment *a,
	       struct buffer *data, enum extract_exit *end)
{
	int ret = extract_run(fd, kind, true, data, end);

	if (ret)
		return ret;
	if (*end == EXTRACT_FOUND && take_line(data, a))
		*end = EXTRACT_BROKEN;
	if (*end != EXTRACT_TOO_MUCH && *end != EXTRACT_BROKEN)
		return 0;
	a->printed[0] = '\0';
	a->is_counted = false;
	buffer_free(data);
	*data = (struct buffer){ 0 };
	return lseek(fd, 0, SEEK_SET) < 0
		       ? -errno
		       : extract_run(fd, kind, false, data, end);
}

int attachment_digest(int fd, char sha256[DIGEST_HEX_SIZE])
{
	unsigned char bytes[65536], digest[DIGEST_SIZE];
	struct digest d = { 0 };
	off_t at = 0;
	ssize_t n;
	int ret;

	while ((n = pread(fd, bytes, sizeof(bytes), at)) > 0) {
		digest_add(&d, bytes, (size_t)n);
		at += n;
	}
	ret = n < 0 ? -errno : 0;
	if (digest_end(&d, digest) && !ret)
		ret = -ENOPKG;
	if (!ret)
		digest_hex(digest, sha256);
	return ret;
}

/* Programs go by the end of a name; where it has none, by what is inside. */
static bool is_misnamed(const char *path, const char *kind)
{
	const char *slash = strrchr(path, '/');
	const char *dot = strrchr(slash ? slash : path, '.');

	return dot && strcasecmp(dot + 1, kind) != 0;
}

int attachment_open(const char *path, struct opened *o, struct error *error)
{
	bool input = !strcmp(path, "-");
	int ret;

	*o = (struct opened){ .name = input ? _("standard input") : path };
	/* A FIFO must not make it wait, nor a terminal become its own. */
	o->fd = input ? memfd_create("ckstoken", MFD_CLOEXEC)
		      : path_open(path, O_RDONLY | O_NONBLOCK | O_NOCTTY, 0);
	ret = input ? copy_input(o->fd, o->name, &o->kind, error)
		    : check_file(o->fd, o->name, &o->kind, error);
	if (!ret && !input)
		ret = copy_file(o, error);
	o->is_misnamed = !ret && !input && is_misnamed(path, o->kind);
	return ret;
}

int attachment_examine(const struct opened *o, struct attachment *a,
		       struct error *error)
{
	enum extract_exit end = EXTRACT_BROKEN;
	struct buffer data = { 0 };
	int ret = lseek(o->fd, 0, SEEK_SET) < 0 ? -errno : 0;

	*a = (struct attachment){ .kind = o->kind,
				  .is_misnamed = o->is_misnamed };
	if (!ret)
		ret = attachment_digest(o->fd, a->sha256);
	if (ret) {
		ret = error_set(error, ret, "%s: %s", o->name,
				error_text(NULL, ret));
		goto out;
	}
	ret = run(o->fd, o->kind, a, &data, &end);
	if (ret) {
		ret = error_set(error, ret == -ENOMEM ? ret : -ENOEXEC,
				"%s: %s", EXTRACT_PROGRAM, strerror(-ret));
		goto out;
	}
	ret = end == EXTRACT_FOUND
		      ? 0
		      : attachment_refuse(end, EXTRACT_PROGRAM, o->name, error);
	buffer_put(&data, "", 1);
	if (!ret && data.failed)
		ret = -ENOMEM;
	if (!ret)
		ret = check_data(&data, o->name, error);
	if (!ret) {
		a->json = (char *)data.data;
		data = (struct buffer){ 0 };
	}
out:
	buffer_free(&data);
	return ret;
}

void attachment_free(struct attachment *a)
{
	free(a->json);
	*a = (struct attachment){ 0 };
}

int attachment_printed(int fd, const char *kind, char printed[DIGEST_HEX_SIZE])
{
	enum extract_exit end = EXTRACT_BROKEN;
	struct attachment a = { 0 };
	struct buffer data = { 0 };
	int ret = extract_run(fd, kind, true, &data, &end);

	if (!ret &&
	    (end != EXTRACT_FOUND || take_line(&data, &a) || !a.printed[0]))
		ret = -ENODATA;
	if (!ret)
		memcpy(printed, a.printed, DIGEST_HEX_SIZE);
	buffer_free(&data);
	return ret;
}
