/* SPDX-License-Identifier: LGPL-2.1-or-later */
/*
 * Who signed the letter of a recovery, and whether that holds. A letter of
 * which a signature fails is not the one that was sent; one without a signature
 * may be anybody's, which the officer is told, and the desk may refuse.
 */
#include <errno.h>
#include <stdlib.h>
#include <string.h>

#include "input/dossier.h"
#include "input/verified.h"
#include "message.h"
#include "register/names.h"
#include "unblock_letter.h"
#include "verify.h"

#define N(array) (sizeof(array) / sizeof((array)[0]))

int unblock_signed_read(struct unblock *r)
{
	struct error error = { 0 };
	char sha256[DIGEST_HEX_SIZE];
	int rc, ret = 0;

	if (r->letter.n_signatures == 0 || strcmp(r->letter.kind, "pdf") != 0)
		return 0;
	if (strcmp(r->request_file, "-") == 0) {
		print_warning(_(
			"the signatures of a letter on standard input are not verified; name its file"));
		return 0;
	}
	rc = verify_with_config(r->globals, r->request_file, sha256,
				&r->signatures, &error);
	if (rc == -ENOMEM) {
		ret = print_no_memory();
	} else if (!rc && strcmp(sha256, r->letter.sha256) != 0) {
		print_error(
			_("%s was changed while it was read; nothing was sent to any token"),
			r->request_file);
		ret = EXIT_BAD_INPUT;
	} else if (rc) {
		print_warning(_("its signatures were not verified: %s"),
			      error_text(&error, rc));
	}
	error_free(&error);
	return ret;
}

static bool is_stamp(const json_t *s)
{
	return json_is_true(json_object_get(s, "timestamp"));
}

void unblock_signed_show(const struct unblock *r)
{
	const json_t *s;
	size_t i;

	if (r->letter.n_signatures == 0) {
		print_message(_(
			"it bears no signature: who sent the letter is not known from the file"));
		return;
	}
	if (!r->signatures)
		print_message(
			Q_("it bears %zu signature: whose it is, and whether it holds, is not known",
			   "it bears %zu signatures: whose each is, and whether it holds, is not known",
			   r->letter.n_signatures),
			r->letter.n_signatures);
	json_array_foreach (r->signatures, i, s) {
		char *signer = verify_signer(s);

		/* TRANSLATORS: who signed; whether it holds. */
		print_message(is_stamp(s) ? _("  time-stamp of %s: %s")
					  : _("  signature of %s: %s"),
			      signer ? signer : "?", verify_meaning(s));
		free(signer);
	}
}

/*
 * Whether the signer is of the agency whose letter it is: the first that its
 * name tells, before those above it, is a unit of the signer's, or the agency
 * where the certificate has no unit, or whose seal it is. What all departments
 * of a province have in common, and what every agency has, an office, a desk,
 * makes nobody of it.
 */
static bool is_of_agency(const struct unblock *r, const json_t *s)
{
	static const char *const common[] = { "Văn phòng", "Văn phòng Sở",
					      "Văn phòng Cục", "Văn phòng Ban",
					      "Phòng Hành chính - Tổng hợp" };
	const json_t *cert = json_array_get(json_object_get(s, "path"), 0);
	const char *agency = dossier_text(r->request, "agency.name");
	size_t len = strcspn(agency, ",;");
	char *first = strndup(agency, len);
	bool is_seal = verify_text(cert, "tax_code")[0] != '\0';
	const char *of = is_seal ? verify_text(cert, "name")
			 : verify_text(cert, "unit")[0]
				 ? verify_text(cert, "unit")
				 : verify_text(cert, "organization");
	bool is = first && first[0];

	for (size_t i = 0; first && i < N(common); i++)
		is &= !names_same_letters(first, common[i]);
	is = is && names_share_agency(first, of);
	free(first);
	return is;
}

/* True if the token is of the signer's agency, or of one below it, as far as
 * its certificate says. */
static bool is_of_token(const struct unblock *r, const json_t *s)
{
	const json_t *cert = json_array_get(json_object_get(s, "path"), 0);
	bool is_known = false, is = false;

	for (size_t i = 0; i < cks_token_n_certs(r->before); i++) {
		const struct cks_cert *c = cks_token_cert(r->before, i);
		const char *const of[] = { cks_cert_unit(c),
					   cks_cert_organization(c),
					   cks_cert_name(c) };
		const char *const by[] = { verify_text(cert, "unit"),
					   verify_text(cert, "name") };

		if (cks_cert_ca(c) || !cks_cert_readable(c))
			continue;
		is_known = true;
		for (size_t k = 0; k < N(of) * N(by); k++)
			is |= of[k / N(by)][0] && by[k % N(by)][0] &&
			      names_share_agency(of[k / N(by)], by[k % N(by)]);
	}
	return is || !is_known;
}

/* True if a finding is about the certificate, of which more is known than that
 * something lacks here. */
static bool is_about_certificate(enum finding f)
{
	switch (f) {
	case FINDING_REVOKED_NO_PROOF:
	case FINDING_REVOKED_CA:
	case FINDING_EXPIRED:
	case FINDING_CHAIN_USE:
	case FINDING_WEAK_KEY:
	case FINDING_WEAK_DIGEST:
	case FINDING_CHANGE_LOOK:
	case FINDING_CHANGE_DOUBTFUL:
		return true;
	default:
		return false;
	}
}

/* True if any is a doubt. */
static bool warn_of_findings(const struct unblock *r, const json_t *s)
{
	bool doubt = false;
	const json_t *findings = json_object_get(s, "findings"), *one;
	char *words;
	size_t i;

	json_array_foreach (findings, i, one) {
		enum finding f = finding_of(verify_text(one, "finding"));

		if (f == FINDING_COUNT ||
		    finding_indication(f) == TOTAL_PASSED ||
		    asprintf(&words, _(finding_words(f)),
			     verify_text(one, "text")) < 0)
			continue;
		print_warning(_("a signature of %s: %s"), r->request_file,
			      words);
		free(words);
		doubt |= is_about_certificate(f);
	}
	return doubt;
}

bool unblock_signed_holds(const struct unblock *r)
{
	bool any = false;
	const json_t *s;
	size_t i;

	json_array_foreach (r->signatures, i, s) {
		if (!verify_passed(s))
			return false;
		any |= !is_stamp(s);
	}
	return any;
}

bool unblock_signed_doubt(struct unblock *r)
{
	bool any = false, own = false, token = false, doubt;
	const json_t *s;
	size_t i;

	/* Of signatures that could not be looked at nothing is known. */
	doubt = r->letter.n_signatures > 0 && !r->signatures &&
		strcmp(r->letter.kind, "pdf") == 0;
	json_array_foreach (r->signatures, i, s) {
		if (!verify_passed(s))
			doubt |= warn_of_findings(r, s);
		r->is_forged |= verify_failed(s);
		if (is_stamp(s) || !verify_passed(s))
			continue;
		any = true;
		own |= is_of_agency(r, s);
		token |= is_of_agency(r, s) && is_of_token(r, s);
	}
	if (r->is_forged)
		print_warning(
			_("a signature of %s does not hold: it is not the letter that was signed, or nobody of the agency signed it"),
			r->request_file);
	if (any && !own)
		print_warning(
			_("%s is signed, and by nobody of the agency that it is of by its data"),
			r->request_file);
	else if (any && !token)
		print_warning(
			_("%s is signed by an agency that the token is not of by its certificate"),
			r->request_file);
	r->is_signed = token && unblock_signed_holds(r);
	return doubt || r->is_forged || (any && !token);
}

int unblock_signed_guard(const struct unblock *r)
{
	const char *require = r->globals->config.desk_require;

	if (!require || strcmp(require, "signed") != 0 || r->is_signed)
		return 0;
	if (r->request)
		print_error(
			_("%s has no signature of its own agency that is known to hold, and this desk takes no other letter ([desk], require). Nothing was sent to the token"),
			r->request_file);
	else
		print_error(_(
			"this desk takes only letters whose signature holds ([desk], require); name the letter by --request. Nothing was sent to the token"));
	return EXIT_REFUSED;
}
