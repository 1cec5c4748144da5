/* SPDX-License-Identifier: LGPL-2.1-or-later */
/*
 * The bytes of a signature: a part with what is trusted, a byte of which the
 * lowest bit says that it is a time-stamp, and then CMS. No bytes that the
 * fuzzer makes are a signature that holds.
 */
#include <stdlib.h>
#include <string.h>
#include <sys/mman.h>
#include <unistd.h>

#include "../../cmd/signatures/signed.h"
#include "fuzz.h"

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	static const unsigned char text[] = "signed, and signed";
	struct fuzz_input in = { data, size };
	struct signed_pdf doc = { .file = { text, sizeof(text) },
				  .now = 1795226400 };
	struct signature s = { .kind = (char *)"/ETSI.CAdES.detached",
			       .range = { 0, 6, 12, sizeof(text) - 12 },
			       .sub = "",
			       .proof = { .at = doc.now } };
	const uint8_t *part;
	size_t len;
	int fd;

	HOLDS(digest_library_for_all() == 0);
	part = fuzz_part(&in, &len);
	if (in.size < 2)
		return 0;
	fd = memfd_create("trust", MFD_CLOEXEC);
	HOLDS(fd >= 0 && write(fd, part, len) == (ssize_t)len);
	doc.trust = trust_read(fd);
	HOLDS(doc.trust != NULL);
	s.json = json_object();
	s.findings = json_array();
	s.is_stamp = in.data[0] & 1;
	s.contents_len = in.size - 1;
	s.contents = malloc(s.contents_len);
	HOLDS(s.contents != NULL);
	memcpy(s.contents, in.data + 1, s.contents_len);
	cms_check(&doc, &s);
	HOLDS(s.indication == TOTAL_PASSED || s.sub[0]);
	X509_free(s.signer);
	sk_X509_pop_free(s.certs, X509_free);
	json_decref(s.json);
	json_decref(s.findings);
	free(s.contents);
	trust_free(doc.trust);
	close(fd);
	return 0;
}
