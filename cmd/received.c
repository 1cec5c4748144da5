/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include "received.h"

#include <errno.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "document_remake.h"
#include "input/dossier.h"
#include "input/verified.h"
#include "message.h"
#include "register/names.h"
#include "verify.h"

#define N(array) (sizeof(array) / sizeof((array)[0]))

/* 1. Reading it */

static int verify(struct received *r, const struct opened *o,
		  struct error *error)
{
	const struct attachment *a = &r->file;
	int rc;

	if (a->is_counted && a->n_signatures == 0)
		r->known = SIGNATURES_NONE;
	if (r->known != SIGNATURES_UNKNOWN ||
	    (r->data && strcmp(o->kind, "pdf") != 0))
		return 0;
	rc = verify_with_config(r->globals, o, &r->signatures, error);
	if (!rc)
		r->known = SIGNATURES_VERIFIED;
	else if (rc == -ENODATA)
		r->known = SIGNATURES_NONE;
	else if (rc != -ENOMEM && r->data)
		print_warning(_("the signatures of %s were not verified: %s"),
			      r->path, error_text(error, rc));
	else
		return rc;
	error_free(error);
	return 0;
}

int received_read(struct received *r, const struct globals *globals,
		  const char *path, bool bare)
{
	struct error error = { 0 };
	struct opened o;
	int rc, ret = 0;

	*r = (struct received){ .globals = globals, .path = path };
	rc = attachment_open(path, &o, &error);
	if (!rc)
		rc = attachment_examine(&o, &r->file, &error);
	if (!rc) {
		r->data = json_loads(r->file.json, 0, NULL);
		rc = r->data ? 0 : -ENOMEM;
	} else if (rc == -ENODATA && bare) {
		error_free(&error);
		rc = 0;
	}
	if (!rc)
		rc = verify(r, &o, &error);
	if (rc) {
		ret = rc == -ENOMEM || rc == -ENOEXEC || rc == -ENOPKG
			      ? EXIT_DEVICE
			      : EXIT_BAD_INPUT;
		print_error("%s", error_text(&error, rc));
	}
	if (o.fd >= 0)
		close(o.fd);
	error_free(&error);
	return ret;
}

void received_free(struct received *r)
{
	attachment_free(&r->file);
	json_decref(r->data);
	json_decref(r->signatures);
	*r = (struct received){ 0 };
}

/* 2. Who signed it */

static bool is_stamp(const json_t *s)
{
	return json_is_true(json_object_get(s, "timestamp"));
}

void received_show(const struct received *r)
{
	const json_t *s;
	size_t i;

	if (r->known == SIGNATURES_NONE)
		print_message(
			_("%s: it bears no signature, so who sent it is not known from the file"),
			r->path);
	else if (r->known == SIGNATURES_UNKNOWN && !r->file.is_counted)
		print_message(
			_("%s: whether it bears a signature is not known"),
			r->path);
	else if (r->known == SIGNATURES_UNKNOWN)
		print_message(
			Q_("%s: it bears %zu signature, and whose it is, and whether it holds, is not known",
			   "%s: it bears %zu signatures, and whose each is, and whether it holds, is not known",
			   r->file.n_signatures),
			r->path, r->file.n_signatures);
	json_array_foreach (r->signatures, i, s) {
		char *signer = verify_signer(s);

		/* TRANSLATORS: the file; who signed; whether it holds. */
		print_message(is_stamp(s) ? _("%s: time-stamp of %s: %s")
					  : _("%s: signature of %s: %s"),
			      r->path, signer ? signer : "?",
			      verify_meaning(s));
		free(signer);
	}
}

static const char *holder_of(const json_t *s)
{
	return verify_text(json_array_get(json_object_get(s, "path"), 0),
			   "holder");
}

/*
 * True if the signer is of the agency whose letter it is: the first that its
 * name tells, before those above it, is a unit of the signer's, or the agency
 * where the certificate has no unit, or whose seal it is. What all departments
 * of a province have in common, and what every agency has, an office, a desk,
 * makes nobody of it.
 */
static bool is_of_agency(const struct received *r, const json_t *s)
{
	static const char *const common[] = { "Văn phòng", "Văn phòng Sở",
					      "Văn phòng Cục", "Văn phòng Ban",
					      "Phòng Hành chính - Tổng hợp" };
	const json_t *cert = json_array_get(json_object_get(s, "path"), 0);
	const char *agency = dossier_text(r->data, "agency.name");
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
static bool is_of_token(const struct cks_token *token, const json_t *s)
{
	const json_t *cert = json_array_get(json_object_get(s, "path"), 0);
	bool is_known = false, is = false;

	for (size_t i = 0; token && i < cks_token_n_certs(token); i++) {
		const struct cks_cert *c = cks_token_cert(token, i);
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

/* True if a person of the agency signed, and then its seal was put to that. */
static bool has_seal(const struct received *r, const struct cks_token *token)
{
	json_int_t person = 0, seal = 0;
	const json_t *s;
	size_t i;

	json_array_foreach (r->signatures, i, s) {
		json_int_t covers =
			json_integer_value(json_object_get(s, "covers"));

		if (is_stamp(s) || !is_of_agency(r, s) ||
		    !is_of_token(token, s))
			continue;
		if (strcmp(holder_of(s), "organization") == 0 && covers > seal)
			seal = covers;
		else if (strcmp(holder_of(s), "person") == 0 &&
			 (!person || covers < person))
			person = covers;
	}
	return person && person < seal;
}

/* True if a finding is about the certificate, of which more is known than that
 * something lacks here. */
static bool is_about_certificate(enum finding f)
{
	switch (f) {
	case FINDING_REVOKED_NO_PROOF:
	case FINDING_REVOKED_CA:
	case FINDING_REVOKED_DENIED:
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

bool signature_warn(const char *path, const json_t *s)
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
		print_warning(_("a signature of %s: %s"), path, words);
		free(words);
		doubt |= is_about_certificate(f);
	}
	return doubt;
}

/* True if all signatures hold, of which there is one at least. */
static bool received_holds(const struct received *r)
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

bool received_doubt_signatures(struct received *r,
			       const struct cks_token *token)
{
	bool any = false, own = false, ours = false, doubt;
	const json_t *s;
	size_t i;

	/* Nothing is known of signatures that could not be looked at. */
	doubt = r->known == SIGNATURES_UNKNOWN &&
		strcmp(r->file.kind, "pdf") == 0;
	json_array_foreach (r->signatures, i, s) {
		if (!verify_passed(s))
			doubt |= signature_warn(r->path, s);
		r->is_forged |= verify_failed(s);
		if (is_stamp(s) || !verify_passed(s))
			continue;
		any = true;
		own |= is_of_agency(r, s);
		ours |= is_of_agency(r, s) && is_of_token(token, s);
	}
	if (r->is_forged)
		print_warning(
			_("a signature of %s does not hold: it is not the document that was signed, or nobody of the agency signed it"),
			r->path);
	/* Whose it is to be is not known of a document without data. */
	any &= *dossier_text(r->data, "agency.name") != '\0';
	r->is_of_others = any && !own;
	if (r->is_of_others)
		print_warning(
			_("%s is signed, and by nobody of the agency that it is of by its data"),
			r->path);
	else if (any && !ours)
		print_warning(
			_("%s is signed by an agency that the token is not of by its certificate"),
			r->path);
	r->is_signed = ours && received_holds(r);
	r->is_sealed = r->is_signed && has_seal(r, token);
	return doubt || r->is_forged || (any && !ours);
}

bool received_suffices(const struct received *r)
{
	const char *require = r->globals->config.desk_require;

	if (!require || !*require)
		return true;
	return strcmp(require, "sealed") == 0 ? r->is_sealed : r->is_signed;
}

/* 3. The paper */

/* Makes the document anew from its data and compares what both print. */
static void compare(struct received *r)
{
	char printed[DIGEST_HEX_SIZE];

	r->paper = PAPER_NOT_COMPARED;
	if (!r->file.printed[0] ||
	    document_remake(r->globals, r->data, r->file.kind, printed))
		return;
	r->paper = strcmp(printed, r->file.printed) == 0 ? PAPER_SAME
							 : PAPER_DIFFERS;
}

/* A viewer may show something else than was read here. */
static bool doubt_strays(const struct received *r)
{
	static const struct {
		unsigned int stray;
		const char *words;
	} all[] = {
		{ EXTRACT_STRAY_KIND,
		  N_("%s is a PDF and a ZIP archive in one file, and another program may show something else of it than was read here") },
		{ EXTRACT_STRAY_ARCHIVE,
		  N_("%s has something in it that is not of its one archive, or that the archive names twice or in two ways: another program may show something else of it than was read here") },
		{ EXTRACT_STRAY_PLACE,
		  N_("%s does not begin and end as a PDF does: another program may repair it, and show something else of it than was read here") },
		{ EXTRACT_STRAY_OBJECT,
		  N_("%s has something in it that its own tables do not name: another program may repair it, and show something else of it than was read here") },
	};
	bool doubt = false;

	for (size_t i = 0; i < N(all); i++) {
		if (!(r->file.strays & all[i].stray))
			continue;
		print_warning(_(all[i].words), r->path);
		doubt = true;
	}
	if (r->file.is_misnamed) {
		print_warning(
			_("%s is a %s file by what is in it, and not by the end of its name: the program that opens it may show something else than was read here"),
			r->path,
			strcmp(r->file.kind, "pdf") == 0 ? "PDF" : "DOCX");
		doubt = true;
	}
	return doubt;
}

bool received_doubt(struct received *r, const struct cks_token *token)
{
	const struct attachment *a = &r->file;
	bool doubt;

	compare(r);
	doubt = r->paper != PAPER_SAME;
	if (r->paper == PAPER_DIFFERS)
		print_warning(
			_("%s is not the same as what this ckstoken makes of its data: it was altered, or made by another version, or with other fonts, forms or rules than this machine has. Compare what it prints with its data"),
			r->path);
	else if (r->paper == PAPER_NOT_COMPARED)
		print_warning(
			_("%s could not be made anew from its data, so whether it was altered is not known. Compare what it prints with its data"),
			r->path);
	if (a->n_others > 0) {
		print_warning(
			_("%s has other files attached to it beside its data"),
			r->path);
		doubt = true;
	}
	doubt |= doubt_strays(r);
	doubt |= received_doubt_signatures(r, token);
	/* What signatures cover, and what came after, is known where all hold.
	 */
	if (received_holds(r))
		return doubt;
	/* Each signing program makes another, and anybody can paint one. */
	if (a->n_looks > 0) {
		print_warning(
			Q_("%s bears the picture of %zu signature over its pages, which is not known to hold: it may cover what the document says. Compare what it prints with its data",
			   "%s bears the pictures of %zu signatures over its pages, which are not known to hold: they may cover what the document says. Compare what it prints with its data",
			   a->n_looks),
			r->path, a->n_looks);
		doubt = true;
	}
	/* A signature is an update, and its time-stamp may be another. */
	if (a->n_updates > 2 * a->n_signatures) {
		print_warning(
			_("%s was changed after it was written: something was appended to the file that is no signature"),
			r->path);
		doubt = true;
	}
	return doubt;
}

/* 4. For others */

void received_tell(struct received *r, bool alone)
{
	if (!alone || r->known != SIGNATURES_NONE)
		received_show(r);
	if (alone)
		(void)received_doubt_signatures(r, NULL);
	else
		(void)received_doubt(r, NULL);
}

void received_tell_data(const char *path)
{
	print_message(
		_("%s: the data of a document are all there is of it here, and neither its paper nor its signatures were looked at"),
		path);
}

json_t *received_json(const struct received *r)
{
	json_t *list =
		r->known == SIGNATURES_UNKNOWN ? json_null() : json_array();
	const json_t *s;
	size_t i;

	json_array_foreach (r->signatures, i, s) {
		char *signer = verify_signer(s);
		json_t *o = json_pack(
			"{s:s?, s:O, s:O, s:b}", "signer", signer, "indication",
			json_object_get(s, "indication"), "sub_indication",
			json_object_get(s, "sub_indication"), "timestamp",
			is_stamp(s));

		free(signer);
		if (json_array_append_new(list, o)) {
			json_decref(list);
			return NULL;
		}
	}
	return list;
}
