/* SPDX-License-Identifier: LGPL-2.1-or-later */
/*
 * One signature: the limited program says what is to be signed, the token signs
 * it, an authority may stamp it, and the limited program, anew, verifies what
 * came of it before anybody writes it.
 */
#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mman.h>
#include <sys/stat.h>
#include <time.h>
#include <unistd.h>

#include "http.h"
#include "input/signing.h"
#include "input/verified.h"
#include "message.h"
#include "sign.h"
#include "verify.h"

/* The times that a busy authority is asked. */
#define TSA_TRIES 4

struct making {
	struct sign *s;
	struct sign_document *d;
	enum signing_kind kind;
	bool was_signed; /* one signature for each document, and no more */
	enum cks_err err;
	struct error tsa; /* why there is no time-stamp */
};

/* 1. What the limited program asks for */

static int ask_token(void *ctx, const unsigned char *digest, size_t len,
		     struct buffer *signature)
{
	struct making *m = ctx;
	unsigned char *bytes = NULL;
	size_t n = 0;

	if (m->was_signed)
		return -EPERM;
	m->was_signed = true;
	m->err = cks_signer_sign(m->s->signer, digest, len, &bytes, &n);
	if (m->err)
		return -EIO;
	buffer_put(signature, bytes, n);
	free(bytes);
	return signature->failed ? -ENOMEM : 0;
}

static int ask_authority(void *ctx, const unsigned char *request, size_t len,
			 struct buffer *response)
{
	struct making *m = ctx;
	const struct http_question question = {
		.url = m->s->tsa,
		.proxy = m->s->globals->config.trust_proxy,
		.type = "application/timestamp-query",
		.answer_type = "application/timestamp-reply",
		.body = request,
		.len = len,
		.max = SIGNING_STAMP_MAX,
		.seconds = (unsigned int)m->s->options->tsa_seconds,
		.tries = TSA_TRIES,
	};
	struct buffer answer = { 0 };
	int rc = http_post(&question, &answer, &m->tsa);

	if (!rc)
		buffer_put(response, answer.data, answer.len);
	buffer_free(&answer);
	return !rc && response->failed ? -ENOMEM : rc;
}

/* 2. What it is told */

static int failed(const struct making *m, int rc, const struct error *error)
{
	const struct sign_document *d = m->d;

	if (m->err) {
		const char *detail = cks_signer_detail(m->s->signer);

		m->s->is_dead = true;
		print_error(_("%s: %s%s%s%s It is not signed"), d->name,
			    cks_strerror(m->err), detail[0] ? " (" : "",
			    detail[0] ? _(detail) : "", detail[0] ? ")" : "");
		return sign_exit_code(m->err, true);
	}
	if (m->tsa.text) {
		m->s->is_dead = true;
		print_error(
			_("%s: no time-stamp is to be had, so it is not signed: %s. Try again, name another authority by --tsa, or sign without a time-stamp by --no-tsa"),
			d->name, m->tsa.text);
		return EXIT_DEVICE;
	}
	if (rc == -EPROTO)
		m->s->is_dead = true;
	print_error(_("%s: it is not signed: %s"), d->name,
		    error_text(error, rc));
	switch (rc) {
	case -ENOMEM:
	case -ENOEXEC:
	case -EPROTO:
	case -EKEYREJECTED:
		return EXIT_DEVICE;
	case -EPERM:
		return EXIT_REFUSED;
	default:
		return EXIT_BAD_INPUT;
	}
}

/* Has the signature made; @update is what is to be appended to the file. */
static int run(struct making *m, struct buffer *update)
{
	struct sign *s = m->s;
	struct sign_document *d = m->d;
	const unsigned char *certs[SIGN_PATH_MAX];
	size_t lens[SIGN_PATH_MAX];
	char *lines[SIGN_LINES_MAX] = { NULL };
	bool shows_text = m->kind == SIGNING_PDF &&
			  (s->as == SIGN_COPY || s->as == SIGN_ANNEX);
	struct signing signing = {
		.kind = m->kind,
		.fd = d->fd,
		.certs = certs,
		.cert_lens = lens,
		.digest = cks_signer_digest(s->signer),
		.algorithm =
			cks_algorithm_name(cks_signer_algorithm(s->signer)),
		.time = d->time,
		.name = cks_cert_name(s->cert),
		.page = d->place.page,
		.x = d->place.x,
		.y = d->place.y,
		.width = d->place.width,
		.height = d->place.height,
		.stamp = s->tsa != NULL,
		.sign = ask_token,
		.ask_stamp = ask_authority,
		.ctx = m,
	};
	struct error error = { 0 };
	int rc, ret = 0;

	if (s->n_path == 0 && sign_find_path(s))
		return print_no_memory();
	signing.n_certs = s->n_path;
	for (size_t i = 0; i < s->n_path; i++) {
		const void *der;

		cks_cert_der(s->path[i], &der, &lens[i]);
		certs[i] = der;
	}
	if (shows_text) {
		signing.lines = (const char *const *)lines;
		signing.n_lines = sign_lines(s, d->time, lines);
		signing.size = SIGN_TYPE_SIZE;
		if (signing.n_lines == 0)
			return print_no_memory();
	} else if (d->place.page > 0) {
		signing.image = s->image.data;
		signing.image_len = s->image.len;
	}
	rc = lseek(d->fd, 0, SEEK_SET) < 0
		     ? -errno
		     : signing_run(&signing, update, &error);
	if (rc)
		ret = failed(m, rc, &error);
	for (size_t i = 0; i < SIGN_LINES_MAX; i++)
		free(lines[i]);
	error_free(&error);
	return ret;
}

/* 3. What came of it */

/* The file as it was, and the update. */
static int join(struct sign_document *d, const struct buffer *update)
{
	struct stat st;
	void *old;

	if (fstat(d->fd, &st))
		return -errno;
	old = mmap(NULL, (size_t)st.st_size, PROT_READ, MAP_PRIVATE, d->fd, 0);
	if (old == MAP_FAILED)
		return -errno;
	buffer_put(&d->made, old, (size_t)st.st_size);
	buffer_put(&d->made, update->data, update->len);
	(void)munmap(old, (size_t)st.st_size);
	return d->made.failed ? -ENOMEM : 0;
}

static bool has_finding(const json_t *signature, enum finding finding)
{
	const json_t *findings = json_object_get(signature, "findings"), *one;
	size_t i;

	json_array_foreach (findings, i, one)
		if (finding_of(verify_text(one, "finding")) == finding)
			return true;
	return false;
}

/*
 * Why the last of @after is not the signature that was to be made, as a clause;
 * NULL: it is. Those before it must be as they were.
 */
static const char *unlike(const struct sign *s, const struct sign_document *d,
			  const json_t *after)
{
	size_t n = json_array_size(d->signatures);
	const json_t *last = json_array_get(after, n);
	const json_t *cert = json_array_get(json_object_get(last, "path"), 0);

	if (json_array_size(after) != n + 1)
		return _("it is not the only one that was added");
	for (size_t i = 0; i < n; i++) {
		const json_t *then = json_array_get(d->signatures, i),
			     *now = json_array_get(after, i);

		if (verify_failed(now) != verify_failed(then))
			return _("an earlier one would not hold any more");
		if ((verify_passed(then) && !verify_passed(now)) ||
		    (has_finding(now, FINDING_CHANGE_LOOK) &&
		     !has_finding(then, FINDING_CHANGE_LOOK)))
			return _(
				"an earlier one would be in doubt, as under a picture that hides much of its page: give this one less room by --at");
	}
	if (!json_is_true(json_object_get(last, "whole")))
		return _("it does not cover the whole file");
	if (strcmp(verify_text(cert, "serial"), cks_cert_serial(s->cert)) != 0)
		return _("it is not by the certificate");
	if (has_finding(last, FINDING_REVOKED_NO_PROOF) ||
	    has_finding(last, FINDING_REVOKED_CA) ||
	    has_finding(last, FINDING_REVOKED_DENIED))
		return _("the certificate is revoked");
	if (verify_failed(last) || strcmp(verify_text(last, "sub_indication"),
					  "SIG_CONSTRAINTS_FAILURE") == 0)
		return _("it does not hold");
	if (s->tsa && !json_is_object(json_object_get(last, "stamp")))
		return _("it has no time-stamp");
	return NULL;
}

static int verify(struct sign *s, struct sign_document *d)
{
	int fd = sign_memory(d->made.data, d->made.len);
	struct error error = { 0 };
	json_t *after = NULL;
	const char *why;
	int rc = fd < 0 ? fd
			: sign_verify(s, fd, d->name, d->time, &after, &error);
	int ret = 0;

	why = rc ? error_text(&error, rc) : unlike(s, d, after);
	if (why) {
		print_error(
			_("%s: the signature that was made is not as it should be, and nothing was written: %s"),
			d->name, why);
		ret = rc == -ENOMEM ? EXIT_DEVICE : EXIT_NOT_VALID;
	} else {
		d->signature = json_incref(
			json_array_get(after, json_array_size(after) - 1));
	}
	if (fd >= 0)
		close(fd);
	json_decref(after);
	error_free(&error);
	return ret;
}

int sign_text(struct sign *s, int fd, const char *name, struct buffer *cms)
{
	struct sign_document d = { .name = name, .fd = fd };
	struct making m = { .s = s, .d = &d, .kind = SIGNING_TEXT };
	int ret = run(&m, cms);

	error_free(&m.tsa);
	return ret;
}

int sign_make(struct sign *s, struct sign_document *d)
{
	struct making m = { .s = s, .d = d, .kind = SIGNING_PDF };
	struct buffer update = { 0 };
	int ret;

	/* The clock, unless that is held for a test or a paper made again. */
	d->time = getenv("CKSTOKEN_NOW") ? s->globals->now : time(NULL);
	ret = run(&m, &update);
	if (!ret) {
		int rc = join(d, &update);

		if (rc == -ENOMEM) {
			ret = print_no_memory();
		} else if (rc) {
			print_error("%s: %s", d->name, strerror(-rc));
			ret = EXIT_BAD_INPUT;
		}
	}
	if (!ret)
		ret = verify(s, d);
	if (ret)
		buffer_free(&d->made);
	buffer_free(&update);
	error_free(&m.tsa);
	return ret;
}
