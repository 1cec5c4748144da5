/* SPDX-License-Identifier: LGPL-2.1-or-later */
/*
 * "ckstoken cert verify": whether certificates on tokens, or in files, lead to
 * a root certificate that the office trusts, and are in force and not revoked.
 */
#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <strings.h>

#include "cert_verify.h"
#include "json.h"
#include "labels.h"
#include "message.h"
#include "pager.h"
#include "scanning.h"
#include "table.h"

/* A certificate is known by its token, or by its file. */
struct subject {
	const struct cks_token *token;
	const struct cks_cert *cert;
	const char *file;
};

struct run {
	const struct cert_verify *how;
	struct verifier by;
	struct cks_scan *scan;
	struct subject *subjects;
	size_t n;
};

static const char *meaning(const json_t *one)
{
	if (verify_passed(one))
		return _("the certificate is valid");
	if (verify_failed(one))
		return _("the certificate is not valid");
	return _("whether the certificate is valid is not known");
}

static void print_one(const struct subject *s, const json_t *one)
{
	const json_t *cert = json_array_get(json_object_get(one, "path"), 0);
	const char *sub = verify_text(one, "sub_indication");
	char *owner = verify_signer(one);
	char *file = s->file ? cks_text_clean(s->file, strlen(s->file)) : NULL;

	print_indented(0, "%s%s%s: %s%s%s%s",
		       file	 ? file
		       : s->file ? ""
				 : cks_token_serial(s->token),
		       s->file ? "" : " ", s->file ? "" : cks_cert_id(s->cert),
		       verify_text(one, "indication"), sub[0] ? " (" : "", sub,
		       sub[0] ? ")" : "");
	verify_line("%s", meaning(one));
	if (cert) {
		verify_line(_("of: %s"), owner ? owner : "");
		verify_line(_("certificate: %s, of \"%s\""),
			    verify_text(cert, "serial"),
			    verify_text(cert, "issuer"));
	}
	verify_print_path(one);
	verify_print_findings(one);
	free(owner);
	free(file);
}

static int add(struct run *r, struct subject subject)
{
	struct subject *grown =
		reallocarray(r->subjects, r->n + 1, sizeof(*grown));

	if (!grown)
		return print_no_memory();
	r->subjects = grown;
	grown[r->n++] = subject;
	return 0;
}

/* Hands @cert over: one of an authority helps to find the path of another. */
static int take_cert(struct run *r, const struct cks_token *token,
		     const struct cks_cert *cert)
{
	const struct cert_verify *how = r->how;
	bool is_subject =
		!cks_cert_ca(cert) &&
		(!how->id || strcasecmp(how->id, cks_cert_id(cert)) == 0) &&
		selection_matches_cert(how->selection, token, cert);
	const void *der;
	size_t len;
	int rc;

	cks_cert_der(cert, &der, &len);
	rc = trust_add_cert(r->by.trust, is_subject, der, len);
	if (rc) {
		print_error("%s", error_text(NULL, rc));
		return EXIT_DEVICE;
	}
	return is_subject ? add(r, (struct subject){ .token = token,
						     .cert = cert })
			  : 0;
}

/* 0 or an exit code, told. */
static int take_tokens(struct run *r, const struct globals *globals)
{
	bool any = false;
	int ret = scan_tokens(globals, r->how->selection, &r->scan);

	for (size_t i = 0; i < cks_scan_n_tokens(r->scan) && !ret; i++) {
		const struct cks_token *token = cks_scan_token(r->scan, i);

		if (!selection_matches(r->how->selection, token))
			continue;
		any = true;
		for (size_t c = 0; c < cks_token_n_certs(token) && !ret; c++)
			ret = take_cert(r, token, cks_token_cert(token, c));
	}
	if (ret)
		return ret;
	if (!any)
		return scan_found_none(r->scan, r->how->selection);
	print_scan_errors(r->scan);
	if (r->n > 0)
		return 0;
	print_error(_(
		"the token has no such certificate; \"ckstoken cert list\" shows what it has"));
	return EXIT_NO_TOKEN;
}

static int take_files(struct run *r, const char **files)
{
	struct error error = { 0 };
	int rc, ret = 0;

	for (; *files && !ret; files++) {
		rc = trust_add_file(r->by.trust, *files, &error);
		if (rc) {
			print_error("%s", error_text(&error, rc));
			error_free(&error);
			return EXIT_BAD_INPUT;
		}
		ret = add(r, (struct subject){ .file = *files });
	}
	return ret;
}

static int print_json(const struct run *r, json_t *list)
{
	json_t *failures = json_array();
	json_t *one;
	size_t i;

	json_array_foreach (list, i, one) {
		const struct subject *s = &r->subjects[i];

		if (s->file)
			(void)json_object_set_new(one, "file",
						  json_text(s->file));
		else
			(void)json_object_set_new(
				one, "token_serial",
				json_string(cks_token_serial(s->token)));
		if (!s->file)
			(void)json_object_set_new(
				one, "id", json_string(cks_cert_id(s->cert)));
		verify_name_times(one);
	}
	for (i = 0; i < cks_scan_n_errors(r->scan); i++)
		(void)json_array_append_new(
			failures, json_of_failure(cks_scan_error(r->scan, i)));
	return json_print(json_pack("{s:i, s:O, s:o}", "version", 1,
				    "certificates", list, "failures",
				    failures));
}

/* Verifies all that was handed over. An exit code. */
static int verify(struct run *r)
{
	bool failed = false, unknown = false;
	struct error error = { 0 };
	json_t *found = NULL, *list, *one;
	size_t i;
	int rc = verified_certificates(&r->by, &found, &error), ret = 0;

	if (!rc)
		rc = verify_clean(found);
	list = json_object_get(found, "certificates");
	if (!rc && json_array_size(list) != r->n)
		rc = -EIO;
	if (rc) {
		print_error("%s", error_text(&error, rc));
		error_free(&error);
		json_decref(found);
		return EXIT_DEVICE;
	}
	verify_warn(found);
	if (!r->how->json)
		pager_begin();
	json_array_foreach (list, i, one) {
		failed |= verify_failed(one);
		unknown |= !verify_failed(one) && !verify_passed(one);
		if (!r->how->json)
			print_one(&r->subjects[i], one);
	}
	if (r->how->json)
		ret = print_json(r, list);
	json_decref(found);
	if (ret || failed)
		return ret ? ret : EXIT_NOT_VALID;
	if (r->scan && scan_n_critical(r->scan) > 0)
		return EXIT_PARTIAL;
	return unknown ? EXIT_ATTENTION : EXIT_DONE;
}

int cert_verify(const struct globals *globals, const struct cert_verify *how)
{
	struct run r = { .how = how };
	int ret = verify_begin(globals, how->options, &r.by);

	if (ret)
		return ret;
	ret = how->files[0] ? take_files(&r, how->files)
			    : take_tokens(&r, globals);
	if (!ret)
		ret = verify(&r);
	free(r.subjects);
	cks_scan_free(&r.scan);
	verify_end(&r.by);
	return ret;
}
