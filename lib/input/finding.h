/* SPDX-License-Identifier: LGPL-2.1-or-later */
/*
 * What the limited child finds at a signature of a PDF or at a certificate, and
 * what it means for that by ETSI EN 319 102-1, 5: its indication and
 * sub-indication. The child says a finding by its code and the one name or
 * number in it; its caller has the words.
 */
#ifndef INPUT_FINDING_H
#define INPUT_FINDING_H

enum indication {
	TOTAL_PASSED,
	INDETERMINATE,
	TOTAL_FAILED,
};

/* X(NAME, code, indication, sub-indication, words): "%s" in the words is the
 * finding's own text. A finding that passes is a note. */
#define FINDINGS(X)                                                                                                                          \
	/* the file and what of it is covered */                                                                                             \
	X(RANGE_SHAPE, "range-shape", TOTAL_FAILED, "FORMAT_FAILURE",                                                                        \
	  N_("its /ByteRange is not two ranges around the signature"))                                                                       \
	X(RANGE_GAP, "range-gap", TOTAL_FAILED, "FORMAT_FAILURE",                                                                            \
	  N_("more is left out of what it covers than the signature itself"))                                                                \
	X(RANGE_END, "range-end", TOTAL_FAILED, "FORMAT_FAILURE",                                                                            \
	  N_("what it covers does not end where the file or a revision of it ends"))                                                         \
	X(RANGE_PLACE, "range-place", TOTAL_FAILED, "FORMAT_FAILURE",                                                                        \
	  N_("it does not stand in what it covers"))                                                                                         \
	X(REVISION_BROKEN, "revision-broken", TOTAL_FAILED, "FORMAT_FAILURE",                                                                \
	  N_("what it covers is no complete document by itself"))                                                                            \
	X(TWO_TABLES, "two-tables", INDETERMINATE, "SIG_CONSTRAINTS_FAILURE",                                                                \
	  N_("the file has two tables of its objects, and programs differ in which they read"))                                              \
	X(STRAY, "stray", INDETERMINATE, "SIG_CONSTRAINTS_FAILURE",                                                                          \
	  N_("the file has something in it that its own tables do not name, and another program may show that"))                             \
	X(FORM_XFA, "form-xfa", INDETERMINATE, "SIG_CONSTRAINTS_FAILURE",                                                                    \
	  N_("its form is made by a program in the file (XFA), and may show anything"))                                                      \
	X(TWIN_FIELD, "twin-field", INDETERMINATE, "SIG_CONSTRAINTS_FAILURE",                                                                \
	  N_("another field has the same name or the same signature, and programs differ in which of them they show"))                       \
	/* the signature's own bytes */                                                                                                      \
	X(KIND, "kind", INDETERMINATE, "SIG_CONSTRAINTS_FAILURE",                                                                            \
	  N_("it is of a kind that is not verified here: %s"))                                                                               \
	X(CMS_BROKEN, "cms-broken", TOTAL_FAILED, "FORMAT_FAILURE",                                                                          \
	  N_("its bytes are no signature (CMS)"))                                                                                            \
	X(CMS_PADDING, "cms-padding", TOTAL_FAILED, "FORMAT_FAILURE",                                                                        \
	  N_("other bytes stand behind the signature's own"))                                                                                \
	X(CMS_SIGNERS, "cms-signers", TOTAL_FAILED, "FORMAT_FAILURE",                                                                        \
	  N_("it should have one signer and has %s"))                                                                                        \
	X(CMS_CONTENT, "cms-content", TOTAL_FAILED, "FORMAT_FAILURE",                                                                        \
	  N_("it signs a content of its own and not the document"))                                                                          \
	X(CMS_TYPE, "cms-type", TOTAL_FAILED, "FORMAT_FAILURE",                                                                              \
	  N_("it says of itself that it signs something else than a document"))                                                              \
	X(CMS_NO_ATTRIBUTES, "cms-no-attributes", INDETERMINATE,                                                                             \
	  "SIG_CONSTRAINTS_FAILURE",                                                                                                         \
	  N_("it has no signed attributes, so it may have been made for something else"))                                                    \
	X(HASH, "hash", TOTAL_FAILED, "HASH_FAILURE",                                                                                        \
	  N_("the document is not the one that was signed: something in it was changed"))                                                    \
	X(CRYPTO, "crypto", TOTAL_FAILED, "SIG_CRYPTO_FAILURE",                                                                              \
	  N_("it was not made with the key of the certificate that it names"))                                                               \
	X(WEAK_DIGEST, "weak-digest", INDETERMINATE,                                                                                         \
	  "CRYPTO_CONSTRAINTS_FAILURE",                                                                                                      \
	  N_("its digest %s is too weak to prove anything today"))                                                                           \
	X(WEAK_KEY, "weak-key", INDETERMINATE, "CRYPTO_CONSTRAINTS_FAILURE",                                                                 \
	  N_("its key is too weak to prove anything today: %s"))                                                                             \
	X(WEAK_CERTIFICATE, "weak-certificate", INDETERMINATE,                                                                               \
	  "CRYPTO_CONSTRAINTS_FAILURE",                                                                                                      \
	  N_("the certificate of \"%s\" is signed too weakly to prove anything today"))                                                      \
	X(NO_SIGNER, "no-signer", INDETERMINATE,                                                                                             \
	  "NO_SIGNING_CERTIFICATE_FOUND",                                                                                                    \
	  N_("the signer's certificate is not in it"))                                                                                       \
	X(OTHER_SIGNER, "other-signer", INDETERMINATE,                                                                                       \
	  "NO_SIGNING_CERTIFICATE_FOUND",                                                                                                    \
	  N_("the certificate in it is not the one that it was made for"))                                                                   \
	X(NO_BINDING, "no-binding", INDETERMINATE, "SIG_CONSTRAINTS_FAILURE",                                                                \
	  N_("it does not say which certificate it was made for, which its kind asks for"))                                                  \
	/* trust */                                                                                                                          \
	X(NO_ANCHORS, "no-anchors", INDETERMINATE,                                                                                           \
	  "NO_CERTIFICATE_CHAIN_FOUND",                                                                                                      \
	  N_("there is no root certificate here to verify it by: name those that the office trusts by anchors in [trust], or by --anchors")) \
	X(ANCHORS_EMPTY, "anchors-empty", INDETERMINATE,                                                                                     \
	  "NO_CERTIFICATE_CHAIN_FOUND",                                                                                                      \
	  N_("there is no root certificate in %s: put those that the office trusts there"))                                                  \
	X(NOT_DONE, "not-done", INDETERMINATE,                                                                                               \
	  "CERTIFICATE_CHAIN_GENERAL_FAILURE",                                                                                               \
	  N_("not all of it was looked at, for memory was out; try again"))                                                                  \
	X(NO_CHAIN, "no-chain", INDETERMINATE, "NO_CERTIFICATE_CHAIN_FOUND",                                                                 \
	  N_("the path leads to none of the root certificates here; what lacks is the certificate of \"%s\""))                               \
	X(CHAIN_BROKEN, "chain-broken", INDETERMINATE,                                                                                       \
	  "CERTIFICATE_CHAIN_GENERAL_FAILURE",                                                                                               \
	  N_("the path to a root certificate does not hold: %s"))                                                                            \
	X(CHAIN_USE, "chain-use", INDETERMINATE, "CHAIN_CONSTRAINTS_FAILURE",                                                                \
	  N_("its certificate is not one for signing documents"))                                                                            \
	X(STAMP_USE, "stamp-use", INDETERMINATE, "CHAIN_CONSTRAINTS_FAILURE",                                                                \
	  N_("its certificate is not one for time-stamps"))                                                                                  \
	X(EXPIRED, "expired", INDETERMINATE, "OUT_OF_BOUNDS_NO_POE",                                                                         \
	  N_("the certificate of \"%s\" has expired, and no time-stamp proves that it was made before"))                                     \
	X(EXPIRED_BEFORE, "expired-before", TOTAL_FAILED, "EXPIRED",                                                                         \
	  N_("the certificate of \"%s\" had expired at the time that its time-stamp proves"))                                                \
	X(NOT_YET, "not-yet", TOTAL_FAILED, "NOT_YET_VALID",                                                                                 \
	  N_("the certificate of \"%s\" was not valid yet at the time that counts"))                                                         \
	X(REVOKED, "revoked", TOTAL_FAILED, "REVOKED",                                                                                       \
	  N_("the certificate of \"%s\" had been revoked when it was made"))                                                                 \
	X(REVOKED_NO_PROOF, "revoked-no-proof", INDETERMINATE,                                                                               \
	  "REVOKED_NO_POE",                                                                                                                  \
	  N_("the certificate of \"%s\" is revoked, and no time-stamp proves that it was made before"))                                      \
	X(REVOKED_CA, "revoked-ca", INDETERMINATE, "REVOKED_CA_NO_POE",                                                                      \
	  N_("the certificate of the authority \"%s\" is revoked, and no time-stamp proves that it was made before"))                        \
	X(REVOKED_LATER, "revoked-later", TOTAL_PASSED, "",                                                                                  \
	  N_("the certificate of \"%s\" was revoked later, after the time that its time-stamp proves"))                                      \
	X(REVOKED_DENIED, "revoked-denied", INDETERMINATE,                                                                                   \
	  "CERTIFICATE_CHAIN_GENERAL_FAILURE",                                                                                               \
	  N_("the certificate of %s is revoked for good by one list or answer, and a newer one does not tell of it: ask its authority"))     \
	X(NO_LIST, "no-list", INDETERMINATE, "TRY_LATER",                                                                                    \
	  N_("whether it is revoked is not known of the certificate of %s: get the list of revoked ones"))                                   \
	X(OLD_LIST, "old-list", INDETERMINATE, "TRY_LATER",                                                                                  \
	  N_("whether it is revoked is not known of the certificate of %s: the list of revoked ones is out of date, get the new one"))       \
	X(NO_ANSWER, "no-answer", TOTAL_PASSED, "",                                                                                          \
	  N_("the responder %s was asked, and no answer of it came"))                                                                        \
	X(BAD_ANSWER, "bad-answer", TOTAL_PASSED, "",                                                                                        \
	  N_("the responder %s gave an answer that proves nothing, which counts as none"))                                                   \
	/* a certificate by itself */                                                                                                        \
	X(CERT_BROKEN, "certificate-broken", INDETERMINATE,                                                                                  \
	  "CERTIFICATE_CHAIN_GENERAL_FAILURE",                                                                                               \
	  N_("it cannot be read as a certificate"))                                                                                          \
	X(CERT_EXPIRED, "certificate-expired", TOTAL_FAILED, "EXPIRED",                                                                      \
	  N_("the certificate of \"%s\" has expired"))                                                                                       \
	X(CERT_REVOKED, "certificate-revoked", TOTAL_FAILED, "REVOKED",                                                                      \
	  N_("the certificate of \"%s\" is revoked"))                                                                                        \
	X(CERT_USE, "certificate-use", TOTAL_PASSED, "",                                                                                     \
	  N_("it is not one for signing documents"))                                                                                         \
	/* times */                                                                                                                          \
	X(CLAIM_FUTURE, "claim-future", INDETERMINATE,                                                                                       \
	  "SIG_CONSTRAINTS_FAILURE",                                                                                                         \
	  N_("it claims to be made at a time that has not come yet"))                                                                        \
	X(CLAIM_LATER, "claim-later", TOTAL_PASSED, "",                                                                                      \
	  N_("it claims to be made later than its time-stamp was"))                                                                          \
	X(STAMP_BAD, "stamp-bad", TOTAL_PASSED, "",                                                                                          \
	  N_("it has a time-stamp that is not its own or does not hold, which counts as none"))                                              \
	X(STAMP_UNTRUSTED, "stamp-untrusted", TOTAL_PASSED, "",                                                                              \
	  N_("it has a time-stamp that cannot be verified to a root certificate here, which counts as none"))                                \
	/* what came after it */                                                                                                             \
	X(CHANGE_UNKNOWN, "change-unknown", INDETERMINATE,                                                                                   \
	  "POLICY_PROCESSING_ERROR",                                                                                                         \
	  N_("the file was changed after it, by more than is looked through"))                                                               \
	X(CHANGE_BROKEN, "change-broken", TOTAL_FAILED, "FORMAT_FAILURE",                                                                    \
	  N_("something that is no complete revision was appended to the file after it"))                                                    \
	X(CHANGE_ROOT, "change-root", TOTAL_FAILED, "FORMAT_FAILURE",                                                                        \
	  N_("after it the whole document was replaced by another"))                                                                         \
	X(CHANGE_CATALOG, "change-catalog", TOTAL_FAILED, "FORMAT_FAILURE",                                                                  \
	  N_("after it the document itself was changed: %s"))                                                                                \
	X(CHANGE_PAGE, "change-page", TOTAL_FAILED, "FORMAT_FAILURE",                                                                        \
	  N_("after it page %s was changed"))                                                                                                \
	X(CHANGE_ANNOTATION, "change-annotation", TOTAL_FAILED,                                                                              \
	  "FORMAT_FAILURE",                                                                                                                  \
	  N_("after it something was put over page %s or taken from it"))                                                                    \
	X(CHANGE_FORM, "change-form", TOTAL_FAILED, "FORMAT_FAILURE",                                                                        \
	  N_("after it the form was changed: %s"))                                                                                           \
	X(CHANGE_FIELD, "change-field", TOTAL_FAILED, "FORMAT_FAILURE",                                                                      \
	  N_("after it the field \"%s\" was changed, which it does not permit"))                                                             \
	X(CHANGE_SIGNATURE, "change-signature", TOTAL_FAILED,                                                                                \
	  "FORMAT_FAILURE",                                                                                                                  \
	  N_("after it the signature in the field \"%s\" was changed"))                                                                      \
	X(CHANGE_OBJECT, "change-object", TOTAL_FAILED, "FORMAT_FAILURE",                                                                    \
	  N_("after it something that it covers was changed (object %s)"))                                                                   \
	X(CHANGE_FILLED, "change-dangling", TOTAL_FAILED, "FORMAT_FAILURE",                                                                  \
	  N_("after it something was added that it refers to and does not have (object %s)"))                                                \
	X(CHANGE_LOOK, "change-look", INDETERMINATE,                                                                                         \
	  "SIG_CONSTRAINTS_FAILURE",                                                                                                         \
	  N_("after it a signature was added whose picture hides much of a page: %s"))                                                       \
	X(CHANGE_UNSIGNED, "change-unsigned", TOTAL_FAILED, "FORMAT_FAILURE",                                                                \
	  N_("after it a picture of a signature was added without a signature that holds: \"%s\""))                                          \
	X(CHANGE_DOUBTFUL, "change-doubtful", INDETERMINATE,                                                                                 \
	  "SIG_CONSTRAINTS_FAILURE",                                                                                                         \
	  N_("after it a picture of a signature was added of which is not known whether it holds: \"%s\""))                                  \
	X(CHANGE_FORBIDDEN, "change-forbidden", TOTAL_FAILED,                                                                                \
	  "FORMAT_FAILURE",                                                                                                                  \
	  N_("it certifies the document as final, and something was added after it: %s"))                                                    \
	X(CHANGE_INFO, "change-info", INDETERMINATE,                                                                                         \
	  "SIG_CONSTRAINTS_FAILURE",                                                                                                         \
	  N_("after it the title or another particular of the file was changed: %s"))                                                        \
	X(ADDED_SIGNATURE, "added-signature", TOTAL_PASSED, "",                                                                              \
	  N_("after it a signature was added: \"%s\""))                                                                                      \
	X(ADDED_STAMP, "added-stamp", TOTAL_PASSED, "",                                                                                      \
	  N_("after it a time-stamp of the document was added: \"%s\""))                                                                     \
	X(ADDED_PROOFS, "added-proofs", TOTAL_PASSED, "",                                                                                    \
	  N_("after it certificates and lists to verify it by were added"))                                                                  \
	X(ADDED_FIELD, "added-field", TOTAL_PASSED, "",                                                                                      \
	  N_("after it an empty place for a signature was added: \"%s\""))                                                                   \
	X(ADDED_METADATA, "added-metadata", TOTAL_PASSED, "",                                                                                \
	  N_("after it the particulars of the file that no page shows were changed (metadata)"))                                             \
	X(ADDED_ANNOTATION, "added-annotation", INDETERMINATE,                                                                               \
	  "SIG_CONSTRAINTS_FAILURE",                                                                                                         \
	  N_("after it something was put over page %s, which it permits"))                                                                   \
	X(FILLED_FIELD, "filled-field", TOTAL_PASSED, "",                                                                                    \
	  N_("after it the field \"%s\" was filled in, as it permits"))

enum finding {
#define FINDING(name, code, indication, sub, words) FINDING_##name,
	FINDINGS(FINDING)
#undef FINDING
		FINDING_COUNT
};

#endif
