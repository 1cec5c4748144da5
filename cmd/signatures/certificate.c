/* SPDX-License-Identifier: LGPL-2.1-or-later */
/*
 * Certificates by themselves, such as those on a token: each is judged as of
 * now, as if something were signed with it (RFC 5280, 6).
 */
#include <stdlib.h>

#include "trust.h"

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

enum extract_exit certificates_verify(struct buffer *json, struct trust *trust,
				      time_t now)
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
