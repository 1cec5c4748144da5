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
	} else if (rc && rc != -ENODATA) {
		print_warning(_("its signatures were not verified: %s"),
			      error_text(&error, rc));
	}
	error_free(&error);
	return ret;
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
		print_message(_("  signature of %s: %s"), signer ? signer : "?",
			      verify_meaning(s));
		free(signer);
	}
}

/* Whether the signer is of the agency whose letter it is. */
static bool is_of_agency(const struct unblock *r, const json_t *s)
{
	const json_t *cert = json_array_get(json_object_get(s, "path"), 0);
	static const char *const keys[] = { "name", "unit", "organization" };
	const char *agency = dossier_text(r->request, "agency.name");
	bool is = false;

	for (size_t i = 0; i < sizeof(keys) / sizeof(keys[0]); i++)
		is |= agency[0] && verify_text(cert, keys[i])[0] &&
		      names_share_agency(verify_text(cert, keys[i]), agency);
	return is;
}

static void warn_of_findings(const struct unblock *r, const json_t *s)
{
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
	}
}

bool unblock_signed_holds(const struct unblock *r)
{
	const json_t *s;
	size_t i;

	json_array_foreach (r->signatures, i, s)
		if (!verify_passed(s))
			return false;
	return json_array_size(r->signatures) > 0;
}

bool unblock_signed_doubt(struct unblock *r)
{
	bool doubt = false, any = false, own = false;
	const json_t *s;
	size_t i;

	json_array_foreach (r->signatures, i, s) {
		if (!verify_passed(s))
			warn_of_findings(r, s);
		r->is_forged |= verify_failed(s);
		if (json_is_true(json_object_get(s, "timestamp")))
			continue;
		any |= verify_passed(s);
		own |= verify_passed(s) && is_of_agency(r, s);
	}
	doubt = r->is_forged;
	if (r->is_forged)
		print_warning(
			_("a signature of %s does not hold: it is not the letter that was signed, or nobody of the agency signed it"),
			r->request_file);
	if (any && !own) {
		print_warning(
			_("%s is signed, and by nobody of the agency that it is of by its data"),
			r->request_file);
		doubt = true;
	}
	r->is_signed = own && unblock_signed_holds(r);
	return doubt;
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
