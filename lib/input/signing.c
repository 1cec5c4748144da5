/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include "signing.h"

#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <sys/socket.h>
#include <sys/time.h>
#include <unistd.h>

#include "base/text.h"
#include "extract.h"
#include "signing_frames.h"
#include "typeset/font.h"

/* Each step of the program's own; what the caller does meanwhile is its own. */
#define STEP_MS 60000
#define REFUSED_TEXT_MAX ((size_t)200)

struct talk {
	int socket;
	struct extract_child child;
	struct buffer frame; /* the last that came, without its head */
};

/* 1. Frames */

/* A program that has ended is no signal: how it ended tells. */
static int put_bytes(int socket, const void *bytes, size_t len)
{
	const char *at = bytes;

	while (len > 0) {
		ssize_t n = send(socket, at, len, MSG_NOSIGNAL);

		if (n < 0 && errno != EINTR)
			return -errno;
		at += n < 0 ? 0 : n;
		len -= n < 0 ? 0 : (size_t)n;
	}
	return 0;
}

static int put_frame(struct talk *t, enum signing_frame kind, const void *bytes,
		     size_t len)
{
	unsigned char head[SIGNING_HEAD];
	int ret;

	if (len > SIGNING_FRAME_MAX)
		return -EFBIG;
	signing_head(head, kind, len);
	ret = put_bytes(t->socket, head, sizeof(head));
	return ret ? ret : put_bytes(t->socket, bytes, len);
}

/* 0; -EPIPE: the program has ended; -ETIMEDOUT; or another negative errno. */
static int get_bytes(struct talk *t, unsigned char *bytes, size_t len,
		     int64_t deadline)
{
	while (len > 0) {
		ssize_t n;

		if (!subprocess_wait(t->socket, deadline))
			return -ETIMEDOUT;
		n = read(t->socket, bytes, len);
		if (n == 0)
			return -EPIPE;
		if (n < 0 && errno != EINTR)
			return -errno;
		bytes += n < 0 ? 0 : n;
		len -= n < 0 ? 0 : (size_t)n;
	}
	return 0;
}

static int get_frame(struct talk *t, enum signing_frame *kind)
{
	const int64_t deadline = subprocess_now() + STEP_MS;
	unsigned char head[SIGNING_HEAD], part[8192];
	size_t len;
	int ret = get_bytes(t, head, sizeof(head), deadline);

	t->frame.len = 0;
	if (ret)
		return ret;
	*kind = signing_frame_of(head, &len);
	if (len > SIGNING_FRAME_MAX)
		return -EFBIG;
	while (len > 0 && !ret) {
		const size_t n = len < sizeof(part) ? len : sizeof(part);

		ret = get_bytes(t, part, n, deadline);
		if (!ret)
			buffer_put(&t->frame, part, n);
		len -= n;
	}
	return !ret && t->frame.failed ? -ENOMEM : ret;
}

/* 2. Errors */

static const struct {
	int code;
	const char *words;
} refusals[] = {
#define REFUSAL(name, code, words) { -(code), words },
	SIGNING_REFUSALS(REFUSAL)
#undef REFUSAL
};

/* The sentence that says which font lacks, and what brings it. */
static int refuse_font(struct error *error)
{
	struct font_set *fonts = NULL;
	int ret = font_set_open(NULL, &fonts, error);

	font_set_free(&fonts);
	return ret ? ret
		   : error_set(error, -ENOENT, "%s",
			       _(refusals[REFUSED_FONT].words));
}

/* The words of a refusal, whose text may be a stranger's. */
static int refuse(const struct buffer *frame, struct error *error)
{
	struct arena arena = { 0 };
	char text[REFUSED_TEXT_MAX + 1] = "";
	const char *clean;
	size_t len = frame->len ? frame->len - 1 : 0;
	unsigned int which = frame->len ? frame->data[0] : REFUSED_BROKEN;
	int ret;

	if (which >= REFUSED_COUNT)
		which = REFUSED_BROKEN;
	if (which == REFUSED_FONT)
		return refuse_font(error);
	if (len > REFUSED_TEXT_MAX)
		len = REFUSED_TEXT_MAX;
	if (len)
		memcpy(text, frame->data + 1, len);
	text_cut(text);
	clean = text_clean(&arena, text);
	/* The words are a format of at most one text. */
	ret = clean ? error_set(error, refusals[which].code,
				_(refusals[which].words), clean)
		    : -ENOMEM;
	arena_free(&arena);
	return ret;
}

/* How the program ended without a word, as attachment_refuse() has it of other
 * files. */
static int refuse_end(enum extract_exit end, struct error *error)
{
	switch (end) {
	case EXTRACT_UNLIMITED:
		return error_set(
			error, -ENOEXEC,
			_("the limits under which strangers' files are read cannot be set here, or those of this session (ulimit -a) leave too little, so it was not signed"));
	case EXTRACT_MISSING:
		return error_set(
			error, -ENOEXEC,
			_("%s cannot be run: the installation is incomplete, or the limits of this session (ulimit -a) leave too little memory for it"),
			SIGNATURES_PROGRAM);
	case EXTRACT_TOO_MUCH:
		return error_set(error, -EBADMSG,
				 _("it takes too much time or memory to read"));
	default:
		return error_set(error, -EBADMSG, "%s",
				 _(refusals[REFUSED_BROKEN].words));
	}
}

/* 3. The talk */

static int talk_begin(struct talk *t, int fd, struct error *error)
{
	const struct timeval most = { STEP_MS / 1000, 0 };
	int ends[2], ret;

	*t = (struct talk){ .socket = -1 };
	if (socketpair(AF_UNIX, SOCK_STREAM | SOCK_CLOEXEC, 0, ends))
		return -errno;
	(void)setsockopt(ends[0], SOL_SOCKET, SO_SNDTIMEO, &most, sizeof(most));
	ret = extract_sign_start(fd, ends[1], &t->child);
	close(ends[1]);
	if (ret) {
		close(ends[0]);
		return ret == -ENOEXEC ? refuse_end(EXTRACT_UNLIMITED, error)
				       : ret;
	}
	t->socket = ends[0];
	return 0;
}

/* @ret: what the talk came to, which the end of the program may explain. */
static int talk_end(struct talk *t, int ret, struct error *error)
{
	enum extract_exit end;

	if (t->socket < 0)
		return ret;
	/* Its output is closed, and it still has its exit code to give. */
	if (ret == -EPIPE)
		(void)subprocess_wait(t->child.process.pidfd,
				      subprocess_now() + STEP_MS);
	end = extract_end(&t->child);
	close(t->socket);
	buffer_free(&t->frame);
	if (ret == -EPIPE || ret == -ECONNRESET || ret == -EAGAIN)
		return refuse_end(end, error);
	if (ret == -ETIMEDOUT || ret == -EFBIG)
		return refuse_end(EXTRACT_TOO_MUCH, error);
	return ret;
}

static json_t *request_of(const struct signing *s)
{
	json_t *lines = json_array();

	for (size_t i = 0; i < s->n_lines; i++)
		(void)json_array_append_new(lines, json_string(s->lines[i]));
	return json_pack(
		"{s:s, s:s, s:s, s:I, s:s*, s:s*, s:s*, s:I, s:[f,f,f,f], s:o, s:f, s:b, s:I, s:b}",
		"kind", s->kind == SIGNING_PDF ? "pdf" : "text", "digest",
		s->digest, "algorithm", s->algorithm, "time",
		(json_int_t)s->time, "name", s->name, "reason", s->reason,
		"location", s->location, "page", (json_int_t)s->page, "place",
		s->x, s->y, s->width, s->height, "lines", lines, "size",
		s->size, "stamp", s->stamp, "certs", (json_int_t)s->n_certs,
		"image", s->image != NULL);
}

static int put_json(struct talk *t, json_t *json)
{
	char *text = json ? json_dumps(json, JSON_COMPACT) : NULL;
	/* A number that is none, or text that is not UTF-8, is the caller's
	 * fault. */
	int ret = text ? put_frame(t, SIGNING_REQUEST, text, strlen(text))
		       : -EINVAL;

	free(text);
	json_decref(json);
	return ret;
}

static int put_request(struct talk *t, const struct signing *s)
{
	int ret = put_json(t, request_of(s));

	for (size_t i = 0; i < s->n_certs && !ret; i++)
		ret = put_frame(t, SIGNING_CERT, s->certs[i], s->cert_lens[i]);
	if (s->image && !ret)
		ret = put_frame(t, SIGNING_IMAGE, s->image, s->image_len);
	return ret;
}

/* Hands what the program asks to the caller, and the answer back. *@failed: it
 * was the caller that failed, and has its own words for it. */
static int answer(struct talk *t, enum signing_frame kind,
		  int (*ask)(void *, const unsigned char *, size_t,
			     struct buffer *),
		  void *ctx, bool *failed)
{
	struct buffer got = { 0 };
	int ret = ask(ctx, t->frame.data, t->frame.len, &got);

	if (!ret && got.failed)
		ret = -ENOMEM;
	*failed = ret != 0;
	if (!ret)
		ret = put_frame(t, kind, got.data, got.len);
	buffer_free(&got);
	return ret;
}

int signing_run(const struct signing *s, struct buffer *update,
		struct error *error)
{
	enum signing_frame kind = 0;
	bool failed = false, was_asked = false, was_signed = false;
	struct talk t;
	int ret = talk_begin(&t, s->fd, error);

	if (!ret)
		ret = put_request(&t, s);
	/* It may have refused before it has read all. */
	if (ret == -EPIPE)
		ret = 0;
	while (!ret && kind != SIGNING_UPDATE) {
		ret = get_frame(&t, &kind);
		if (ret)
			break;
		if (kind == SIGNING_DIGEST && !was_signed) {
			was_signed = true;
			ret = answer(&t, SIGNING_SIGNATURE, s->sign, s->ctx,
				     &failed);
		} else if (kind == SIGNING_ASK_STAMP && s->stamp &&
			   was_signed && !was_asked) {
			was_asked = true;
			ret = answer(&t, SIGNING_STAMP, s->ask_stamp, s->ctx,
				     &failed);
		} else if (kind == SIGNING_REFUSED) {
			ret = refuse(&t.frame, error);
		} else if (kind != SIGNING_UPDATE || !was_signed ||
			   was_asked != s->stamp) {
			ret = refuse_end(EXTRACT_BROKEN, error);
		}
	}
	if (!ret) {
		*update = t.frame;
		t.frame = (struct buffer){ 0 };
	}
	if (failed) {
		(void)talk_end(&t, 0, NULL);
		return ret;
	}
	return talk_end(&t, ret, error);
}

/* Asks for a look of that kind, at @fd or, where that is -1, at @image. */
static int look(int fd, const char *what, const unsigned char *image,
		size_t len, json_t **json, struct error *error)
{
	enum signing_frame kind = 0;
	struct talk t;
	int ret = talk_begin(&t, fd, error);

	if (!ret)
		ret = put_json(&t, json_pack("{s:s}", "kind", what));
	if (!ret && image)
		ret = put_frame(&t, SIGNING_IMAGE, image, len);
	if (!ret || ret == -EPIPE)
		ret = get_frame(&t, &kind);
	if (!ret && kind == SIGNING_REFUSED)
		ret = refuse(&t.frame, error);
	if (!ret)
		*json = kind == SIGNING_LOOK
				? json_loadb((const char *)t.frame.data,
					     t.frame.len,
					     JSON_REJECT_DUPLICATES, NULL)
				: NULL;
	if (!ret && !*json)
		ret = refuse_end(EXTRACT_BROKEN, error);
	return talk_end(&t, ret, error);
}

int signing_look(int fd, json_t **json, struct error *error)
{
	return look(fd, "look", NULL, 0, json, error);
}

int signing_look_at_image(const unsigned char *image, size_t len,
			  struct error *error)
{
	json_t *json = NULL;
	int ret = look(-1, "image", image, len, &json, error);

	json_decref(json);
	return ret;
}
