/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include "verified.h"

#include <dirent.h>
#include <errno.h>
#include <fcntl.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <strings.h>
#include <sys/mman.h>
#include <sys/random.h>
#include <sys/stat.h>
#include <unistd.h>

#include "base/i18n.h"
#include "base/path.h"

#define MAX_FILE ((off_t)64 << 20)
#define MAX_FILES 2000
#define MAX_PIPE ((size_t)1 << 20)
#define MAX_QUESTIONS 64

/* 1. Findings */

static const struct {
	const char *code, *words;
	enum indication indication;
} findings[] = {
#define FINDING(name, code, indication, sub, words) { code, words, indication },
	FINDINGS(FINDING)
#undef FINDING
};

enum finding finding_of(const char *code)
{
	for (size_t i = 0; i < FINDING_COUNT; i++)
		if (code && strcmp(findings[i].code, code) == 0)
			return (enum finding)i;
	return FINDING_COUNT;
}

enum indication finding_indication(enum finding finding)
{
	return findings[finding].indication;
}

const char *finding_words(enum finding finding)
{
	return findings[finding].words;
}

/* 2. Trust */

/* One part of the file: its kind, two lengths, its name and its bytes. */
static int put_part(int trust, char kind, const char *name, const void *bytes,
		    size_t len)
{
	const uint32_t lens[] = { (uint32_t)strlen(name), (uint32_t)len };
	const struct {
		const void *bytes;
		size_t len;
	} parts[] = { { &kind, 1 },
		      { lens, sizeof(lens) },
		      { name, lens[0] },
		      { bytes, len } };

	for (size_t i = 0; i < sizeof(parts) / sizeof(parts[0]); i++) {
		const char *at = parts[i].bytes;
		size_t left = parts[i].len;

		while (left > 0) {
			ssize_t n = write(trust, at, left);

			if (n < 0)
				return -errno;
			at += n;
			left -= (size_t)n;
		}
	}
	return 0;
}

/* Adds the file @path, open as @fd, which it closes. */
static int add_file(int trust, char kind, const char *path, int fd,
		    struct error *error)
{
	struct stat st;
	void *map = MAP_FAILED;
	int ret = 0;

	if (fd < 0 || fstat(fd, &st))
		ret = fd < 0 ? fd : -errno;
	else if (!S_ISREG(st.st_mode))
		ret = -ENOTFILE;
	else if (st.st_size > MAX_FILE)
		ret = -EFBIG;
	else if (st.st_size > 0)
		map = mmap(NULL, (size_t)st.st_size, PROT_READ, MAP_PRIVATE, fd,
			   0);
	if (!ret && map != MAP_FAILED) {
		ret = put_part(trust, kind, path, map, (size_t)st.st_size);
		(void)munmap(map, (size_t)st.st_size);
	} else if (!ret && st.st_size > 0) {
		ret = -errno;
	}
	if (fd >= 0)
		close(fd);
	return ret ? error_set(error, ret, "%s: %s", path,
			       error_text(NULL, ret))
		   : 0;
}

static int is_of_trust(const struct dirent *entry)
{
	static const char *const ends[] = { "pem", "crt", "cer",
					    "der", "crl", NULL };
	const char *dot = strrchr(entry->d_name, '.');

	for (size_t i = 0; dot && ends[i]; i++)
		if (strcasecmp(dot + 1, ends[i]) == 0)
			return 1;
	return 0;
}

static int add_folder(int trust, char kind, const char *path, int folder,
		      struct error *error)
{
	struct dirent **list = NULL;
	int n = scandirat(folder, ".", &list, is_of_trust, alphasort);
	int ret = n < 0 ? error_set(error, -errno, "%s: %s", path,
				    strerror(errno))
			: 0;

	if (n > MAX_FILES)
		ret = error_set(
			error, -EFBIG,
			_("%s: more than %d files are in it; keep the certificates and lists alone there"),
			path, MAX_FILES);
	for (int i = 0; i < n; i++) {
		char *whole = NULL;

		if (!ret &&
		    asprintf(&whole, "%s/%s", path, list[i]->d_name) < 0) {
			whole = NULL;
			ret = -ENOMEM;
		}
		if (!ret)
			ret = add_file(
				trust, kind, whole,
				path_open(whole, O_RDONLY | O_NONBLOCK, 0),
				error);
		free(whole);
		free(list[i]);
	}
	free(list);
	return ret;
}

static int add_path(int trust, char kind, const char *path, struct error *error)
{
	int fd = path_open(path, O_RDONLY | O_NONBLOCK, 0), ret;
	struct stat st;

	if (fd >= 0 && !fstat(fd, &st) && S_ISDIR(st.st_mode)) {
		ret = add_folder(trust, kind, path, fd, error);
		close(fd);
		return ret;
	}
	return add_file(trust, kind, path, fd, error);
}

int trust_open(const char *anchors, const char *crls, struct error *error)
{
	int trust = memfd_create("ckstoken", MFD_CLOEXEC);
	int ret = trust < 0 ? -errno : 0;

	if (!ret && anchors)
		ret = put_part(trust, TRUST_PLACE, anchors, "", 0);
	if (!ret && anchors)
		ret = add_path(trust, TRUST_ANCHORS, anchors, error);
	if (!ret && crls)
		ret = add_path(trust, TRUST_LISTS, crls, error);
	if (ret && trust >= 0)
		close(trust);
	return ret ? ret : trust;
}

int trust_add_cert(int trust, bool is_subject, const void *der, size_t len)
{
	return put_part(trust, is_subject ? TRUST_SUBJECT : TRUST_LISTS, "",
			der, len);
}

/* Adds what standard input has. */
static int add_input(int trust, struct error *error)
{
	struct buffer all = { 0 };
	unsigned char piece[4096];
	ssize_t n;
	int ret = 0;

	while ((n = read(STDIN_FILENO, piece, sizeof(piece))) > 0 &&
	       all.len < MAX_PIPE)
		buffer_put(&all, piece, (size_t)n);
	if (n < 0)
		ret = -errno;
	else if (n > 0)
		ret = -EFBIG;
	else if (all.failed)
		ret = -ENOMEM;
	if (!ret)
		ret = put_part(trust, TRUST_SUBJECT, "-", all.data, all.len);
	buffer_free(&all);
	return ret ? error_set(error, ret, "-: %s", error_text(NULL, ret)) : 0;
}

int trust_add_file(int trust, const char *path, struct error *error)
{
	if (strcmp(path, "-") == 0)
		return add_input(trust, error);
	return add_file(trust, TRUST_SUBJECT, path,
			path_open(path, O_RDONLY | O_NONBLOCK, 0), error);
}

int trust_look(int trust, json_t **json, struct error *error)
{
	enum extract_exit end = EXTRACT_BROKEN;
	struct buffer data = { 0 };
	int ret = extract_trust_run(trust, &data, &end);

	*json = NULL;
	if (ret) {
		ret = error_set(error, ret == -ENOMEM ? ret : -ENOEXEC,
				"%s: %s", SIGNATURES_PROGRAM, strerror(-ret));
		goto out;
	}
	if (end == EXTRACT_FOUND)
		*json = json_loadb((const char *)data.data, data.len,
				   JSON_REJECT_DUPLICATES, NULL);
	if (!*json)
		ret = attachment_refuse(end == EXTRACT_FOUND ? EXTRACT_BROKEN
							     : end,
					SIGNATURES_PROGRAM, "[trust]", error);
out:
	buffer_free(&data);
	return ret;
}

/* 3. Responders */

/* The bytes of hexadecimal @text, with or without colons; the caller frees
 * them. NULL: there is no memory, or it is none. */
static unsigned char *bytes_of(const char *text, size_t *len)
{
	static const char digits[] = "0123456789ABCDEF";
	unsigned char *bytes = malloc(strlen(text) / 2 + 1);

	*len = 0;
	while (bytes && *text) {
		const char *high = strchr(digits, text[0]);
		const char *low = text[1] ? strchr(digits, text[1]) : NULL;

		if (!high || !low) {
			free(bytes);
			return NULL;
		}
		bytes[(*len)++] =
			(unsigned char)((high - digits) << 4 | (low - digits));
		text += 2;
		text += *text == ':';
	}
	return bytes;
}

/* Puts what the responder answers, or that it does not, beside what is trusted.
 * 0 or a negative errno. */
static int ask_one(const struct verifier *v, const json_t *question,
		   json_t *silent)
{
	const char *url = json_string_value(json_object_get(question, "url"));
	const char *key = json_string_value(json_object_get(question, "key"));
	const char *hex =
		json_string_value(json_object_get(question, "request"));
	struct buffer answer = { 0 };
	unsigned char *request = NULL;
	char *name = NULL;
	size_t len = 0;
	int ret;

	if (!url || !key || !hex || json_object_get(silent, url))
		return 0;
	request = bytes_of(hex, &len);
	if (!request || asprintf(&name, "%s %s", key, url) < 0) {
		free(request);
		return -ENOMEM;
	}
	if (v->ask(v->ctx, url, request, len, &answer)) {
		(void)json_object_set_new(silent, url, json_true());
		ret = put_part(v->trust, TRUST_SILENT, url, "", 0);
	} else {
		ret = put_part(v->trust, TRUST_ANSWER, name, answer.data,
			       answer.len);
	}
	free(name);
	free(request);
	buffer_free(&answer);
	return ret;
}

/* Asks all @questions. 0 or a negative errno. */
static int ask_all(const struct verifier *v, const json_t *questions)
{
	json_t *silent = json_object();
	const json_t *one;
	int ret = silent ? 0 : -ENOMEM;
	size_t i;

	json_array_foreach (questions, i, one)
		if (!ret && i < MAX_QUESTIONS)
			ret = ask_one(v, one, silent);
	json_decref(silent);
	return ret;
}

/* Makes the questions of this process others than those of any other. */
static int begin_asking(struct verifier *v)
{
	unsigned char seed[TRUST_SEED_SIZE];
	int ret;

	if (!v->ask || v->is_seeded)
		return 0;
	if (getrandom(seed, sizeof(seed), 0) != (ssize_t)sizeof(seed))
		return -errno;
	ret = put_part(v->trust, TRUST_SEED, "", seed, sizeof(seed));
	v->is_seeded = !ret;
	return ret;
}

/* The kinds of what the limited program verifies. */
enum subject { SUBJECT_PDF, SUBJECT_TEXT, SUBJECT_CERTIFICATES };

static int run_once(const struct verifier *v, enum subject subject, int fd,
		    struct buffer *data, enum extract_exit *end)
{
	switch (subject) {
	case SUBJECT_CERTIFICATES:
		return extract_certificates_run(v->trust, v->now, data, end);
	case SUBJECT_TEXT:
		return extract_text_run(fd, v->trust, v->now, data, end);
	default:
		return extract_signatures_run(fd, v->trust, v->now, data, end);
	}
}

/*
 * Runs the limited program, and once more with what responders answered to
 * what it asks. @fd: the file, or -1 for the certificates that the trust has.
 */
static int run(struct verifier *v, enum subject subject, int fd,
	       const char *name, json_t **json, struct error *error)
{
	enum extract_exit end = EXTRACT_BROKEN;
	struct buffer data = { 0 };
	const json_t *questions;
	bool asked = false;
	int ret = begin_asking(v);

again:
	if (!ret && fd >= 0 && lseek(fd, 0, SEEK_SET) < 0)
		ret = -errno;
	if (!ret)
		ret = run_once(v, subject, fd, &data, &end);
	if (ret) {
		ret = error_set(error, ret == -ENOMEM ? ret : -ENOEXEC,
				"%s: %s", SIGNATURES_PROGRAM, strerror(-ret));
		goto out;
	}
	if (end == EXTRACT_NONE)
		ret = error_set(error, -ENODATA, _("%s: it bears no signature"),
				name);
	else if (end != EXTRACT_FOUND)
		ret = attachment_refuse(end, SIGNATURES_PROGRAM, name, error);
	if (ret)
		goto out;
	*json = json_loadb((const char *)data.data, data.len,
			   JSON_REJECT_DUPLICATES, NULL);
	buffer_free(&data);
	if (!*json) {
		ret = attachment_refuse(EXTRACT_BROKEN, SIGNATURES_PROGRAM,
					name, error);
		goto out;
	}
	questions = json_object_get(*json, "questions");
	if (v->ask && !asked && json_array_size(questions) > 0) {
		ret = ask_all(v, questions);
		json_decref(*json);
		*json = NULL;
		asked = true;
		goto again;
	}
	(void)json_object_del(*json, "questions");
out:
	buffer_free(&data);
	return ret;
}

/* 4. The signatures */

int verified_opened(struct verifier *v, const struct opened *o, json_t **json,
		    struct error *error)
{
	*json = NULL;
	if (strcmp(o->kind, "pdf") != 0)
		return error_set(
			error, -EBADMSG,
			_("%s: it is no PDF, and the signatures of PDF files alone are verified"),
			o->name);
	return run(v, SUBJECT_PDF, o->fd, o->name, json, error);
}

int verified_read(struct verifier *v, const char *path,
		  char sha256[DIGEST_HEX_SIZE], json_t **json,
		  struct error *error)
{
	struct opened o;
	int ret = attachment_open(path, &o, error);

	*json = NULL;
	if (!ret)
		ret = verified_opened(v, &o, json, error);
	if (!ret && attachment_digest(o.fd, sha256))
		ret = attachment_refuse(EXTRACT_BROKEN, SIGNATURES_PROGRAM,
					o.name, error);
	if (ret) {
		json_decref(*json);
		*json = NULL;
	}
	if (o.fd >= 0)
		close(o.fd);
	return ret;
}

int verified_text(struct verifier *v, int fd, const char *name, json_t **json,
		  struct error *error)
{
	*json = NULL;
	return run(v, SUBJECT_TEXT, fd, name, json, error);
}

int verified_certificates(struct verifier *v, json_t **json,
			  struct error *error)
{
	*json = NULL;
	return run(v, SUBJECT_CERTIFICATES, -1, "-", json, error);
}
