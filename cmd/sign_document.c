/* SPDX-License-Identifier: LGPL-2.1-or-later */
/*
 * A document before it is signed: what it is, who has signed it, and what
 * speaks against one more signature on it.
 */
#include <errno.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mman.h>
#include <unistd.h>

#include "input/attachment.h"
#include "input/dossier.h"
#include "input/signing.h"
#include "input/verified.h"
#include "message.h"
#include "register/names.h"
#include "sign.h"
#include "verify.h"

/* 1. The file */

/* The exit code of what the limited programs say of a file. */
static int exit_code_of_file(int rc)
{
	switch (rc) {
	case -ENOMEM:
	case -ENOEXEC:
	case -ENOPKG:
		return EXIT_DEVICE;
	case -EPERM:
		return EXIT_REFUSED;
	default:
		return EXIT_BAD_INPUT;
	}
}

static int open_file(struct sign_document *d, struct error *error)
{
	struct opened o;
	int rc = attachment_open(d->path, &o, error);

	d->fd = o.fd;
	d->name = o.name;
	if (!rc && strcmp(o.kind, "pdf") != 0)
		rc = error_set(
			error, -EBADMSG,
			_("%s: it is no PDF, and PDF files alone are signed; save the document as PDF first"),
			o.name);
	return rc;
}

static struct opened opened_of(int fd, const char *name)
{
	return (struct opened){ .fd = fd, .name = name, .kind = "pdf" };
}

/* The data of ours, where it has any: whatever else is in it is signed all the
 * same. */
static int read_data(struct sign_document *d)
{
	const struct opened o = opened_of(d->fd, d->name);
	struct attachment a;
	int rc = attachment_examine(&o, &a, NULL);

	if (!rc) {
		d->dossier = json_loads(a.json, 0, NULL);
		rc = d->dossier ? 0 : -ENOMEM;
	} else if (rc != -ENOMEM) {
		rc = 0;
	}
	attachment_free(&a);
	return rc;
}

int sign_verify(struct sign *s, int fd, const char *name, time_t now,
		json_t **signatures, struct error *error)
{
	const struct opened o = opened_of(fd, name);
	json_t *found = NULL;
	int rc;

	s->by.now = now;
	rc = verified_opened(&s->by, &o, &found, error);
	if (!rc)
		rc = verify_clean(found);
	if (!rc)
		*signatures = json_incref(json_object_get(found, "signatures"));
	json_decref(found);
	return rc;
}

/* Verifies the signatures that it has, of which signing_look() knows whether
 * there are any: to look for none once more would take as long again. */
static int read_signatures(struct sign *s, struct sign_document *d,
			   struct error *error)
{
	int rc;

	if (json_array_size(json_object_get(d->look, "signatures")) == 0)
		return 0;
	rc = sign_verify(s, d->fd, d->name, s->globals->now, &d->signatures,
			 error);

	if (rc != -ENODATA)
		return rc;
	error_free(error);
	*error = (struct error){ 0 };
	return 0;
}

static int begin_verifying(struct sign *s)
{
	const struct verify_options none = { 0 };

	return s->by.trust < 0 ? verify_begin(s->globals, &none, &s->by) : 0;
}

int sign_document_open(struct sign *s, struct sign_document *d)
{
	struct error error = { 0 };
	bool is_told_whose = true;
	int rc, ret = begin_verifying(s);

	if (ret)
		return ret;
	rc = open_file(d, &error);
	if (!rc)
		rc = attachment_digest(d->fd, d->sha256);
	if (!rc) {
		rc = signing_look(d->fd, &d->look, &error);
		is_told_whose = rc == 0;
	}
	if (!rc)
		rc = read_signatures(s, d, &error);
	/* Whose document it is counts for an agency alone. */
	if (!rc && s->as != SIGN_PERSON)
		rc = read_data(d);
	if (rc && is_told_whose)
		print_error("%s", error_text(&error, rc));
	else if (rc)
		print_error("%s: %s", d->name, error_text(&error, rc));
	error_free(&error);
	return rc ? exit_code_of_file(rc) : 0;
}

int sign_memory(const unsigned char *data, size_t len)
{
	int fd = memfd_create("ckstoken", MFD_CLOEXEC);

	while (fd >= 0 && len > 0) {
		ssize_t n = write(fd, data, len);

		if (n < 0) {
			int ret = -errno;

			close(fd);
			return ret;
		}
		data += n;
		len -= (size_t)n;
	}
	return fd < 0 ? -errno : fd;
}

int sign_document_take(struct sign *s, struct sign_document *d,
		       const unsigned char *data, size_t len,
		       const json_t *dossier)
{
	struct error error = { 0 };
	int rc, ret = begin_verifying(s);

	if (ret)
		return ret;
	d->fd = sign_memory(data, len);
	rc = d->fd < 0 ? d->fd : 0;
	if (!rc)
		rc = signing_look(d->fd, &d->look, &error);
	d->dossier = json_incref((json_t *)dossier);
	if (rc)
		print_error("%s: %s", d->name, error_text(&error, rc));
	error_free(&error);
	return rc ? exit_code_of_file(rc) : 0;
}

void sign_document_rest(struct sign_document *d)
{
	if (d->fd >= 0)
		close(d->fd);
	d->fd = -1;
}

int sign_document_again(struct sign_document *d)
{
	struct error error = { 0 };
	char sha256[DIGEST_HEX_SIZE];
	int rc = 0, ret = 0;

	if (d->fd >= 0)
		return 0;
	rc = open_file(d, &error);
	if (!rc)
		rc = attachment_digest(d->fd, sha256);
	if (rc) {
		print_error("%s", error_text(&error, rc));
		ret = exit_code_of_file(rc);
	} else if (strcmp(sha256, d->sha256) != 0) {
		print_error(
			_("%s was changed since it was looked at, and is not signed; look at it, and sign it again"),
			d->name);
		ret = EXIT_BAD_INPUT;
	}
	error_free(&error);
	return ret;
}

void sign_document_free(struct sign_document *d)
{
	sign_document_rest(d);
	json_decref(d->look);
	json_decref(d->signatures);
	json_decref(d->dossier);
	json_decref(d->signature);
	buffer_free(&d->made);
}

/* 2. Those who have signed it */

static bool is_seal(const json_t *signature)
{
	const json_t *cert =
		json_array_get(json_object_get(signature, "path"), 0);

	return strcmp(verify_text(cert, "holder"), "organization") == 0 ||
	       verify_text(cert, "tax_code")[0] != '\0';
}

static bool is_by(const json_t *signature, const struct cks_cert *cert)
{
	const json_t *other =
		json_array_get(json_object_get(signature, "path"), 0);

	return strcmp(verify_text(other, "serial"), cks_cert_serial(cert)) ==
		       0 &&
	       strcmp(verify_text(other, "subject"), cks_cert_subject(cert)) ==
		       0;
}

/*
 * A person signs first, and then the agency (NĐ 30/2020, Điều 13; 002 Đ16.3,
 * 003 Đ7.1b, 004 Đ6): of a signature that does not hold nobody knows whose it
 * is, and an agency's own is no person's.
 */
static bool doubt_signatures(const struct sign *s,
			     const struct sign_document *d)
{
	bool any_person = false, any_seal = false, doubt = false;
	const json_t *one;
	size_t i;

	json_array_foreach (d->signatures, i, one) {
		if (json_is_true(json_object_get(one, "timestamp")))
			continue;
		if (verify_failed(one)) {
			char *signer = verify_signer(one);

			print_warning(
				_("%s: the signature of %s on it does not hold; \"ckstoken verify\" tells why"),
				d->name, signer ? signer : "?");
			free(signer);
			doubt = true;
			continue;
		}
		if (is_by(one, s->cert)) {
			print_warning(
				_("%s: it bears a signature by this certificate already"),
				d->name);
			doubt = true;
		}
		any_seal |= is_seal(one);
		any_person |= !is_seal(one);
	}
	if (s->as == SIGN_PERSON && any_seal) {
		print_warning(
			_("%s: it bears the signature of an agency already, and a person signs before the agency does"),
			d->name);
		doubt = true;
	}
	if (s->as == SIGN_SEAL && !any_person) {
		print_warning(
			_("%s: no person has signed it yet, and the agency signs after the person"),
			d->name);
		doubt = true;
	}
	return doubt;
}

/* 3. Whose document it is */

/* A document of ours names those who sign it, between title and name. */
static bool doubt_signer(const struct sign *s, const struct sign_document *d)
{
	const json_t *signers = json_object_get(d->look, "signers"), *one;
	const char *whose = cks_cert_name(s->cert);
	const char *other = NULL;
	size_t i;

	json_array_foreach (signers, i, one) {
		const char *name = verify_text(one, "name");

		if (name[0] && names_same_person(name, whose))
			return false;
		if (name[0] && !other)
			other = name;
	}
	if (!other)
		return false;
	print_warning(
		_("%s: it is to be signed by %s, and the certificate is of %s"),
		d->name, other, whose);
	return true;
}

static bool is_of_agency(const struct cks_cert *cert, const char *agency)
{
	const char *const of[] = { cks_cert_name(cert), cks_cert_unit(cert) };

	for (size_t i = 0; i < sizeof(of) / sizeof(of[0]); i++)
		if (of[i][0] && names_share_agency(agency, of[i]))
			return true;
	return false;
}

static bool doubt_agency(const struct sign *s, const struct sign_document *d)
{
	const char *ours =
		dossier_text(s->globals->config.facts, "agency.name");
	const char *its = dossier_text(d->dossier, "agency.name");
	bool doubt = false;

	if (ours[0] && !is_of_agency(s->cert, ours)) {
		print_warning(
			_("the certificate is of %s, and this machine is set up for %s ([agency], name)"),
			cks_cert_name(s->cert), ours);
		doubt = true;
	}
	/* A copy may be of another agency's document. */
	if (s->as != SIGN_COPY && its[0] && !is_of_agency(s->cert, its)) {
		print_warning(
			_("%s: it is a document of %s, and the certificate is of %s"),
			d->name, its, cks_cert_name(s->cert));
		doubt = true;
	}
	return doubt;
}

int sign_document_guard(struct sign *s, const struct sign_document *d)
{
	s->doubt |= doubt_signatures(s, d);
	if (s->as == SIGN_PERSON)
		s->doubt |= doubt_signer(s, d);
	else
		s->doubt |= doubt_agency(s, d);
	return 0;
}
