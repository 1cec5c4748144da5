/* SPDX-License-Identifier: LGPL-2.1-or-later */
/*
 * The talk of signing.c with its limited program over one socket, which is the
 * program's standard output and which it reads as well. Each frame is a byte
 * that names it, the length of what follows as four bytes, and that.
 */
#ifndef INPUT_SIGNING_FRAMES_H
#define INPUT_SIGNING_FRAMES_H

#include <stdint.h>
#include <string.h>

#include "base/i18n.h"

enum signing_frame {
	/* To the program: what to do, as JSON, and then the certificates and
	 * the image, each in a frame of its own. */
	SIGNING_REQUEST = 'Q',
	SIGNING_CERT = 'C',
	SIGNING_IMAGE = 'I',
	/* From it, and the answer to each. */
	SIGNING_DIGEST = 'D',
	SIGNING_SIGNATURE = 'S',
	SIGNING_ASK_STAMP = 'T',
	SIGNING_STAMP = 'A',
	/* From it, at its end: one of these. */
	SIGNING_UPDATE = 'U',
	SIGNING_LOOK = 'L',
	SIGNING_REFUSED = 'R', /* a byte, enum signing_refusal, and text */
};

#define SIGNING_HEAD 5
#define SIGNING_FRAME_MAX ((size_t)64 * 1024 * 1024)

static inline void signing_head(unsigned char head[SIGNING_HEAD],
				enum signing_frame frame, size_t len)
{
	const uint32_t n = (uint32_t)len;

	head[0] = (unsigned char)frame;
	memcpy(head + 1, &n, sizeof(n));
}

/* The frame whose head it is; its length in @len, which may be too large. */
static inline enum signing_frame
signing_frame_of(const unsigned char head[SIGNING_HEAD], size_t *len)
{
	uint32_t n;

	memcpy(&n, head + 1, sizeof(n));
	*len = n;
	return (enum signing_frame)head[0];
}

/*
 * X(name, errno, words): why a file is not signed. The words go on after its
 * name, with at most one %s.
 */
#define SIGNING_REFUSALS(X)                                                                                                                       \
	X(BROKEN, EBADMSG,                                                                                                                        \
	  N_("it is damaged, or made in a way that is not signed; print it into a new PDF and sign that"))                                        \
	X(NO_PDF, EBADMSG,                                                                                                                        \
	  N_("it is no PDF, and PDF files alone are signed; save the document as PDF first"))                                                     \
	X(LIMIT, EBADMSG,                                                                                                                         \
	  N_("there is more in it than is looked through, or memory is out"))                                                                     \
	X(ENCRYPTED, ENOTSUP,                                                                                                                     \
	  N_("it is encrypted; sign one without a password"))                                                                                     \
	X(XFA, ENOTSUP,                                                                                                                           \
	  N_("its form is made by a program in the file (XFA), which changes it after it is signed; print it into a new PDF and sign that"))      \
	X(STRAY, ENOTSUP,                                                                                                                         \
	  N_("it has something in it that its own tables do not name, and another program may show that; print it into a new PDF and sign that")) \
	X(CERTIFIED, EPERM,                                                                                                                       \
	  N_("the signature \"%s\" in it certifies it as final and permits no other"))                                                            \
	X(LOCKED, EPERM,                                                                                                                          \
	  N_("the signature \"%s\" in it locks the fields of the form, and permits no other"))                                                    \
	X(NO_PAGE, ERANGE, N_("it has no page %s"))                                                                                               \
	X(OFF_PAGE, ERANGE,                                                                                                                       \
	  N_("the place for the signature is not on the page, which is %s points large"))                                                         \
	X(NO_ROOM, ERANGE,                                                                                                                        \
	  N_("the text does not fit into the place for it, %s points"))                                                                           \
	X(IMAGE, EINVAL,                                                                                                                          \
	  N_("the image is not a PNG file that can be read: %s"))                                                                                 \
	X(IMAGE_FILE, EINVAL, N_("the image is larger than %s MiB"))                                                                              \
	X(IMAGE_LARGE, EINVAL, N_("the image is too large: %s points"))                                                                           \
	X(IMAGE_OPAQUE, EINVAL,                                                                                                                   \
	  N_("the image has no transparent ground, and would hide what is printed under it"))                                                     \
	X(IMAGE_CLEAR, EINVAL,                                                                                                                    \
	  N_("the image shows nothing: all of it is transparent or as white as the paper"))                                                       \
	X(FONT, ENOENT, N_("there is no font for the text"))                                                                                      \
	X(LETTER, EINVAL, N_("the font cannot show a part of the text: %s"))                                                                      \
	X(KEY, EKEYREJECTED,                                                                                                                      \
	  N_("the certificate cannot be used with the algorithm asked for, so it was not signed"))                                                \
	X(SIGNATURE, EKEYREJECTED,                                                                                                                \
	  N_("the signature that came is not by the key of the certificate, so it was not signed"))                                               \
	X(STAMP_REFUSED, EPROTO,                                                                                                                  \
	  N_("the time-stamping authority refuses: %s"))                                                                                          \
	X(STAMP_BROKEN, EPROTO,                                                                                                                   \
	  N_("what the time-stamping authority sent is no time-stamp"))                                                                           \
	X(STAMP_OTHER, EPROTO,                                                                                                                    \
	  N_("what the time-stamping authority sent is the answer to another request"))                                                           \
	X(STAMP_LARGE, EPROTO,                                                                                                                    \
	  N_("the time-stamp that came is larger than the room for it"))                                                                          \
	X(STAMP_WRONG, EPROTO,                                                                                                                    \
	  N_("the time-stamp that came does not hold (%s)"))

enum signing_refusal {
#define REFUSAL(name, code, words) REFUSED_##name,
	SIGNING_REFUSALS(REFUSAL)
#undef REFUSAL
		REFUSED_COUNT
};

#endif
