/* SPDX-License-Identifier: LGPL-2.1-or-later */
/*
 * The program that verifies the signatures of a stranger's PDF, which it has as
 * its standard input: "signatures SECONDS", as of that time, by what the file
 * EXTRACT_TRUST_FD has; with "certificates" behind that, it verifies the
 * certificates which this file has for it, with "text" the signature that
 * stands behind a text, and with "trust" it tells what the file has; and
 * "signatures sign" signs one.
 * With ZYGOTE_ARGUMENT it does any of that in copies of itself.
 */
#include <openssl/crypto.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "../extract/confined.h"
#include "base/digest.h"
#include "base/outfile.h"
#include "base/sandbox.h"
#include "sign.h"
#include "trust.h"

static enum extract_exit tell_trust(struct buffer *json,
				    const struct trust *trust)
{
	json_t *all = trust_describe(trust);
	char *text = all ? json_dumps(all, JSON_COMPACT) : NULL;

	if (text)
		buffer_puts(json, text);
	free(text);
	json_decref(all);
	return !text || json->failed ? EXTRACT_LIMIT : EXTRACT_FOUND;
}

/* Certificates by themselves, such as those on a token: each is judged as of
 * now, as if something were signed with it (RFC 5280, 6). */
static json_t *verify(struct trust *trust, X509 *cert, time_t now)
{
	const struct signed_pdf nothing = { .now = now, .trust = trust };
	struct signature s = { .json = json_object(),
			       .findings = json_array(),
			       .sub = "",
			       .proof = { now, true } };

	if (cert) {
		key_check(&s, cert);
		trust_check(&nothing, &s, cert, NULL, USE_ANY, &s.proof,
			    "path");
	} else {
		signature_add(&s, FINDING_CERT_BROKEN, NULL);
	}
	/* A step that failed for want of memory, say, has shown nothing. */
	if (s.indication == TOTAL_PASSED && !s.is_anchored)
		signature_add(&s, FINDING_NOT_DONE, NULL);
	signature_describe(&s);
	json_decref(s.findings);
	return s.json;
}

/* Verifies the certificates that were handed over to be verified by themselves,
 * and prints them as JSON. EXTRACT_NONE: there are none. */
static enum extract_exit certificates_verify(struct buffer *json,
					     struct trust *trust, time_t now)
{
	json_t *list = json_array();
	json_t *all =
		json_pack("{s:o, s:O, s:O}", "certificates", list, "unreadable",
			  trust->unreadable, "questions", trust->questions);
	char *text;

	for (size_t i = 0; i < trust->n_subjects; i++)
		(void)json_array_append_new(
			list, verify(trust, trust->subjects[i], now));
	text = json_dumps(all, JSON_COMPACT);
	if (text)
		buffer_puts(json, text);
	json->failed |= !text || trust->failed;
	free(text);
	json_decref(all);
	if (json->failed)
		return EXTRACT_LIMIT;
	return trust->n_subjects ? EXTRACT_FOUND : EXTRACT_NONE;
}

static enum extract_exit serve(int argc, char **argv)
{
	enum extract_exit end = EXTRACT_LIMIT;
	struct buffer json = { 0 };
	struct trust *trust;
	bool by_themselves = argc == 3 && strcmp(argv[2], "certificates") == 0;
	bool told = argc == 3 && strcmp(argv[2], "trust") == 0;
	bool is_text = argc == 3 && strcmp(argv[2], "text") == 0;
	time_t now;

	if (argc != 2 && !by_themselves && !told && !is_text)
		return EXTRACT_UNLIMITED;
	if (strcmp(argv[1], "sign") == 0)
		return sign_serve();
	/* The seed is chance, which could not be read behind the filter. */
	json_object_seed(0);
	if (!confine())
		return EXTRACT_UNLIMITED;
	now = (time_t)strtoll(argv[1], NULL, 10);
	trust = trust_read(EXTRACT_TRUST_FD);
	if (trust && told)
		end = tell_trust(&json, trust);
	else if (trust)
		end = by_themselves ? certificates_verify(&json, trust, now)
		      : is_text	    ? text_verify(&json, trust, now)
				    : signatures_verify(&json, trust, now);
	if (end == EXTRACT_FOUND &&
	    outfile_put(STDOUT_FILENO, json.data, json.len))
		end = EXTRACT_BROKEN;
	trust_free(trust);
	buffer_free(&json);
	return end;
}

/* Loads whatever a copy will need; then goes on as one of them. */
static enum extract_exit serve_copies(void)
{
	char args[ZYGOTE_ARGS][ZYGOTE_ARG_SIZE], *argv[ZYGOTE_ARGS + 1];
	int argc = 0;

	if (sandbox_prepare())
		return EXTRACT_UNLIMITED;
	switch (zygote_serve(args, &argc, argv)) {
	case ZYGOTE_COPY:
		return serve(argc, argv);
	case ZYGOTE_UNLIMITED:
		return EXTRACT_UNLIMITED;
	default:
		return EXTRACT_FOUND;
	}
}

int main(int argc, char **argv)
{
	/* The algorithms are OpenSSL's own, whatever a configuration says, and
	 * some are asked for by its default context. */
	if (!OPENSSL_init_crypto(OPENSSL_INIT_NO_LOAD_CONFIG, NULL) ||
	    digest_library_for_all())
		return EXTRACT_UNLIMITED;
	if (argc == 2 && strcmp(argv[1], ZYGOTE_ARGUMENT) == 0)
		return (int)serve_copies();
	return (int)serve(argc, argv);
}
