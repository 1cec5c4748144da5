/* SPDX-License-Identifier: LGPL-2.1-or-later */
/*
 * Questions to the servers of an authority over HTTP: to one that says whether
 * a certificate is revoked (OCSP), and to one that stamps times. An answer is a
 * stranger's bytes, which nothing reads here.
 */
#ifndef CMD_HTTP_H
#define CMD_HTTP_H

#include <stdbool.h>

#include "base/buffer.h"
#include "base/error.h"

struct http_question {
	const char *url;	 /* http:// or https:// */
	const char *proxy;	 /* of that kind, too; NULL: none */
	const char *type;	 /* the media type of the body */
	const char *answer_type; /* that the answer must have */
	const unsigned char *body;
	size_t len;
	size_t max;	      /* the longest answer that is taken */
	unsigned int seconds; /* for all of it */
	unsigned int tries;   /* where a server is busy, ever later; 0 is 1 */
};

/* True for http:// or https:// and a host, without a name or password. */
bool http_is_url(const char *url);

/*
 * Sends the question by POST, from a process of its own, through no other
 * proxy and to no address to which it is sent on. 0 with what came back in
 * @answer, which the caller frees; or told in @error: -EINVAL for an address
 * that is none; -ETIMEDOUT where the answer was not whole in time; -EFBIG where
 * it was too long; -EPROTO where the server said something else; -ELIBACC where
 * libcurl is missing; -EAGAIN where the server is not to be reached or busy.
 */
int http_post(const struct http_question *question, struct buffer *answer,
	      struct error *error);

#endif
