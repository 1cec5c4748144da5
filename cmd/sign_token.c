/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* The token that signs: which one, whether it may, and the login. */
#include <ctype.h>
#include <errno.h>
#include <openssl/x509v3.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <strings.h>
#include <unistd.h>

#include "base/date.h"
#include "base/library.h"
#include "base/soname.h"
#include "http.h"
#include "input/extract.h"
#include "input/secret_text.h"
#include "labels.h"
#include "message.h"
#include "progress.h"
#include "register/names.h"
#include "scanning.h"
#include "sign.h"
#include "system_log.h"
#include "verify.h"

#define LIBCRYPTO_SYMBOLS(X) \
	X(d2i_X509)          \
	X(X509_free)         \
	X(X509_get_key_usage)

LIBRARY(LIBCRYPTO_SYMBOLS, libcrypto, SONAME_LIBCRYPTO,
	"Tells which keys are for signatures")

#define MAX_TSA_SECONDS 3600

/* 1. The options */

static const char *const as_names[] = {
	[SIGN_PERSON] = "person",
	[SIGN_SEAL] = "seal",
	[SIGN_COPY] = "copy",
	[SIGN_ANNEX] = "annex",
};

const char *sign_as_name(enum sign_as as)
{
	return as_names[as];
}

static bool shows_text(enum sign_as as)
{
	return as == SIGN_COPY || as == SIGN_ANNEX;
}

static int parse_as(struct sign *s)
{
	const char *as = s->options->as;

	for (size_t i = SIGN_PERSON; as && i < SIGN_AS_COUNT; i++)
		if (strcmp(as, as_names[i]) == 0)
			s->as = (enum sign_as)i;
	if (!as || s->as != SIGN_BY_HOLDER)
		return 0;
	print_error(_("--as takes person, seal, copy or annex, not \"%s\""),
		    as);
	return EXIT_USAGE;
}

static int usage(const char *words)
{
	print_error("%s", words);
	return EXIT_USAGE;
}

/* The page shows it, whoever may see that. */
static int check_number(const char *number)
{
	int secret = secret_is_in_text(number);

	if (secret < 0)
		return print_no_memory();
	if (secret) {
		print_error(_(
			"--number contains a password, a PIN or a PUK, and would be shown on the page; give the number and symbol of the document alone. No PIN was sent to any token"));
		return EXIT_REFUSED;
	}
	for (const char *c = number; *c; c++)
		if (iscntrl((unsigned char)*c))
			return usage(_(
				"--number: this is more than one line; give the number and symbol of the document, such as 15/STC-VP"));
	return 0;
}

static int check_look(const struct sign *s)
{
	const struct sign_options *o = s->options;

	if (o->invisible && (o->image || o->at))
		return usage(_(
			"--invisible shows nothing: leave out --image and --at"));
	if (o->invisible && shows_text(s->as))
		return usage(_(
			"a copy and an annex show text (Decree 30/2020/NĐ-CP, Appendix I): leave out --invisible"));
	if (o->image && shows_text(s->as))
		return usage(_(
			"a copy and an annex show text and no picture (Decree 30/2020/NĐ-CP, Appendix I): leave out --image"));
	if (o->copy_form && s->as != SIGN_COPY)
		return usage(_("--copy-form is for --as copy only"));
	if (o->copy_form && strcmp(o->copy_form, "sao-y") != 0 &&
	    strcmp(o->copy_form, "sao-luc") != 0 &&
	    strcmp(o->copy_form, "trich-sao") != 0) {
		print_error(
			_("--copy-form takes sao-y, sao-luc or trich-sao, not \"%s\""),
			o->copy_form);
		return EXIT_USAGE;
	}
	if (o->number && s->as != SIGN_ANNEX)
		return usage(_("--number is for --as annex only"));
	if (s->as == SIGN_ANNEX && !o->number)
		return usage(_(
			"an annex shows the number and symbol of its document: give them by --number, such as 15/STC-VP"));
	return o->number ? check_number(o->number) : 0;
}

static int check_tsa(struct sign *s)
{
	const char *proxy = s->globals->config.trust_proxy;
	const struct sign_options *o = s->options;

	if (o->tsa && o->no_tsa)
		return usage(_("--tsa and --no-tsa cannot be used together"));
	if (o->tsa_seconds < 1 || o->tsa_seconds > MAX_TSA_SECONDS) {
		print_error(
			_("--tsa-timeout takes a number of seconds from 1 to %d"),
			MAX_TSA_SECONDS);
		return EXIT_USAGE;
	}
	s->tsa = o->no_tsa ? NULL
		 : o->tsa  ? o->tsa
			   : s->globals->config.trust_tsa;
	if (s->tsa && http_is_url(s->tsa) && proxy && !http_is_url(proxy)) {
		print_error(_(
			"[trust] proxy is no address of a proxy: it begins with http:// or https://, and has no name or password"));
		return EXIT_BAD_INPUT;
	}
	if (!s->tsa || http_is_url(s->tsa))
		return 0;
	print_error(
		_("%s is no address of a time-stamping authority: it begins with http:// or https://"),
		o->tsa ? "--tsa" : "[trust] tsa");
	return o->tsa ? EXIT_USAGE : EXIT_BAD_INPUT;
}

int sign_check_options(struct sign *s)
{
	int ret = parse_as(s);

	if (!ret)
		ret = check_look(s);
	if (!ret)
		ret = check_tsa(s);
	if (!ret)
		ret = selection_check(&s->options->selection);
	return ret;
}

/* 2. The certificate */

/* True if its key usage, if it has one, is signing; where OpenSSL is missing,
 * the token's worker will tell. */
static bool is_for_signing(const struct cks_cert *cert)
{
	const unsigned char *at;
	const void *der;
	size_t len;
	X509 *x509;
	bool is;

	if (library_load(&libcrypto, NULL))
		return true;
	cks_cert_der(cert, &der, &len);
	at = der;
	x509 = sym_d2i_X509(NULL, &at, (long)len);
	is = !x509 || (sym_X509_get_key_usage(x509) &
		       (KU_DIGITAL_SIGNATURE | KU_NON_REPUDIATION));
	sym_X509_free(x509);
	return is;
}

/* True if the certificate can be the one that is meant. */
static bool is_meant(const struct sign *s, const struct cks_token *token,
		     const struct cks_cert *cert)
{
	const struct sign_options *o = s->options;
	enum cks_holder holder = cks_cert_holder(cert);

	if (!cks_cert_readable(cert) || cks_cert_ca(cert) ||
	    !selection_matches_cert(&o->selection, token, cert))
		return false;
	if (o->id)
		return strcasecmp(o->id, cks_cert_id(cert)) == 0;
	if (cks_cert_replaced(token, cert) || !is_for_signing(cert))
		return false;
	if (s->as == SIGN_BY_HOLDER)
		return holder == CKS_HOLDER_PERSON ||
		       holder == CKS_HOLDER_ORGANIZATION;
	/* Whose one is that does not say is for the officer to say. */
	return holder == CKS_HOLDER_UNKNOWN ||
	       holder == (s->as == SIGN_PERSON ? CKS_HOLDER_PERSON
					       : CKS_HOLDER_ORGANIZATION);
}

static void list_certs(const struct cks_token *token)
{
	char end[DATE_SIZE];

	for (size_t i = 0; i < cks_token_n_certs(token); i++) {
		const struct cks_cert *c = cks_token_cert(token, i);

		if (!cks_cert_ca(c))
			print_error("  --id %s  %s  %s  %s", cks_cert_id(c),
				    holder_label(cks_cert_holder(c)),
				    cks_cert_name(c), end_label(c, end));
	}
}

static int choose_cert(struct sign *s)
{
	const struct cks_token *token = s->token;
	size_t n = 0;

	for (size_t i = 0; i < cks_token_n_certs(token); i++) {
		const struct cks_cert *c = cks_token_cert(token, i);

		if (!is_meant(s, token, c))
			continue;
		s->cert = c;
		n++;
	}
	if (n == 1)
		return 0;
	if (n > 1) {
		print_error(
			_("more than one certificate of %s can sign this; name one by --id. Nothing was sent to the token:"),
			token_name(token));
		list_certs(token);
		return EXIT_AMBIGUOUS;
	}
	if (s->options->id)
		print_error(
			_("%s has no certificate with the id %s. Nothing was sent to the token:"),
			token_name(token), s->options->id);
	else if (s->as == SIGN_PERSON)
		print_error(
			_("%s has no certificate of a person that is for signatures. Nothing was sent to the token:"),
			token_name(token));
	else if (s->as == SIGN_BY_HOLDER)
		print_error(
			_("%s has no certificate of a person or an agency that is for signatures. Nothing was sent to the token:"),
			token_name(token));
	else
		print_error(
			_("%s has no certificate of an agency that is for signatures. Nothing was sent to the token:"),
			token_name(token));
	list_certs(token);
	return EXIT_REFUSED;
}

static int refuse_state(const struct sign *s)
{
	const struct cks_cert *cert = s->cert;
	char day[DATE_SIZE];

	switch (cks_cert_state(cert, s->globals->now, 0)) {
	case CKS_CERT_EXPIRED:
		print_error(
			_("the certificate of %s expired on %s, and what it signs holds no more. Nothing was sent to the token"),
			cks_cert_name(cert), end_label(cert, day));
		return EXIT_REFUSED;
	case CKS_CERT_NOT_YET_VALID:
		print_error(
			_("the certificate of %s is valid from %s on only, and what it signs before does not hold. Nothing was sent to the token"),
			cks_cert_name(cert),
			date_dmy(date_day(cks_cert_not_before(cert)), day));
		return EXIT_REFUSED;
	case CKS_CERT_UNREADABLE:
		print_error(
			_("the certificate with the id %s cannot be read. Nothing was sent to the token"),
			cks_cert_id(cert));
		return EXIT_REFUSED;
	default:
		return 0;
	}
}

/* Refuses a certificate that is known to be revoked, or to be worth nothing for
 * another reason; what is not known is no reason to. */
static int guard_path(const struct sign *s)
{
	const struct verify_options none = { 0 };
	struct verifier v = { .trust = -1 };
	struct error error = { 0 };
	json_t *found = NULL;
	const json_t *findings, *one;
	size_t i, len;
	int rc = 0, ret = verify_begin(s->globals, &none, &v);

	if (ret)
		return ret;
	for (i = 0; i < cks_token_n_certs(s->token) && !rc; i++) {
		const struct cks_cert *c = cks_token_cert(s->token, i);
		const void *der;

		cks_cert_der(c, &der, &len);
		if (c == s->cert || cks_cert_ca(c))
			rc = trust_add_cert(v.trust, c == s->cert, der, len);
	}
	if (!rc)
		rc = verified_certificates(&v, &found, &error);
	if (rc) {
		print_error("%s", error_text(&error, rc));
		ret = EXIT_DEVICE;
	}
	findings = json_object_get(
		json_array_get(json_object_get(found, "certificates"), 0),
		"findings");
	json_array_foreach (findings, i, one) {
		enum finding f = finding_of(verify_text(one, "finding"));
		char *words = NULL;

		if (f == FINDING_COUNT ||
		    (finding_indication(f) != TOTAL_FAILED &&
		     f != FINDING_WEAK_KEY && f != FINDING_REVOKED_CA &&
		     f != FINDING_REVOKED_DENIED) ||
		    asprintf(&words, _(finding_words(f)),
			     verify_text(one, "text")) < 0)
			continue;
		print_error(
			_("the certificate of %s: %s. Nothing was sent to the token"),
			cks_cert_name(s->cert), words);
		free(words);
		ret = EXIT_REFUSED;
	}
	json_decref(found);
	verify_end(&v);
	error_free(&error);
	return ret;
}

static int guard_cert(struct sign *s)
{
	const struct cks_cert *cert = s->cert;
	enum cks_holder holder = cks_cert_holder(cert);
	int ret = refuse_state(s);

	if (ret)
		return ret;
	if (!is_for_signing(cert)) {
		print_error(
			_("the certificate of %s is not for signatures. Nothing was sent to the token"),
			cks_cert_name(cert));
		return EXIT_REFUSED;
	}
	if (s->as == SIGN_BY_HOLDER && holder == CKS_HOLDER_PERSON)
		s->as = SIGN_PERSON;
	else if (s->as == SIGN_BY_HOLDER && holder == CKS_HOLDER_ORGANIZATION)
		s->as = SIGN_SEAL;
	if (s->as == SIGN_BY_HOLDER) {
		print_error(
			_("whose the certificate %s is, a person's or an agency's, cannot be told from it; say it by --as. Nothing was sent to the token"),
			cks_cert_name(cert));
		return EXIT_REFUSED;
	}
	if (holder != CKS_HOLDER_UNKNOWN &&
	    (s->as == SIGN_PERSON) != (holder == CKS_HOLDER_PERSON)) {
		print_warning(
			s->as == SIGN_PERSON
				? _("the certificate %s is not a person's")
				: _("the certificate %s is not an agency's"),
			cks_cert_name(cert));
		s->doubt = true;
	}
	if (!cks_cert_official(cert)) {
		print_warning(
			_("the certificate of %s is not one of the Government CA, and documents of agencies are signed by those"),
			cks_cert_name(cert));
		s->doubt = true;
	}
	return guard_path(s);
}

/* 3. The token */

static int guard_pin(const struct sign *s)
{
	enum cks_pin_state state = cks_token_user_pin(s->token);
	int tries = cks_token_user_tries(s->token);

	switch (state) {
	case CKS_PIN_LOCKED:
		print_error(
			_("the user PIN of %s is locked, and it signs nothing: ask for its recovery (ckstoken request recover). Nothing was sent to the token"),
			token_name(s->token));
		return EXIT_LOCKED;
	case CKS_PIN_NOT_SET:
	case CKS_PIN_MUST_CHANGE:
		print_error(
			_("the user PIN of %s must first be set by its holder, with the tool of the token's maker. Nothing was sent to the token"),
			token_name(s->token));
		return EXIT_REFUSED;
	default:
		break;
	}
	if ((state == CKS_PIN_FINAL_TRY || tries == 1) &&
	    !s->options->final_try) {
		print_error(_(
			"one try of the user PIN is left, and a wrong one locks the token. Nothing was sent; when you are sure of the PIN, add --final-try"));
		return EXIT_REFUSED;
	}
	if (tries > 0 && state != CKS_PIN_OK)
		print_message(Q_("%d try of the user PIN is left",
				 "%d tries of the user PIN are left", tries),
			      tries);
	else if (state == CKS_PIN_COUNT_LOW)
		print_message(_(
			"a wrong user PIN was entered since the last right one"));
	return 0;
}

/* Reads @token once more, whole, and guards it. */
static int take_token(struct sign *s, const struct cks_token *token)
{
	enum cks_err err = cks_token_reread(
		token, selection_timeout(&s->options->selection), &s->token);
	int ret;

	if (err) {
		print_error(_("%s: %s Nothing was sent to the token"),
			    token_name(token), cks_strerror(err));
		return exit_code_of(err);
	}
	ret = choose_cert(s);
	if (!ret)
		ret = guard_cert(s);
	return ret ? ret : guard_pin(s);
}

int sign_find_token(struct sign *s)
{
	const struct cks_token *token = NULL;
	int ret;

	/* It is loaded while the readers are asked. */
	extract_ahead();
	ret = scan_for_one(s->globals, &s->options->selection, &s->scan,
			   &token);
	if (ret)
		return ret;
	if (scan_n_critical(s->scan) > 0 &&
	    !selection_names_any(&s->options->selection)) {
		print_error(_(
			"the failure may hide another token; name the right one by --serial. Nothing was sent to any token"));
		return EXIT_AMBIGUOUS;
	}
	return take_token(s, token);
}

/* True if @token has a certificate by which @name, or anybody, signs today. */
static bool is_persons(const struct sign *s, const struct cks_token *token,
		       const char *name)
{
	for (size_t i = 0; i < cks_token_n_certs(token); i++) {
		const struct cks_cert *c = cks_token_cert(token, i);
		enum cks_cert_state state =
			cks_cert_state(c, s->globals->now, 0);

		if (state == CKS_CERT_VALID && is_meant(s, token, c) &&
		    (!name || names_same_person(cks_cert_name(c), name)))
			return true;
	}
	return false;
}

int sign_find_person(struct sign *s, const char *name)
{
	const struct selection *sel = &s->options->selection;
	const struct cks_token *found = NULL;
	size_t n = 0;
	int ret;

	if (selection_names_any(sel))
		return sign_find_token(s);
	extract_ahead();
	ret = scan_tokens(s->globals, sel, &s->scan);
	for (size_t i = 0; !ret && i < cks_scan_n_tokens(s->scan); i++) {
		const struct cks_token *t = cks_scan_token(s->scan, i);

		if (!is_persons(s, t, name))
			continue;
		found = t;
		n++;
	}
	if (ret)
		return ret;
	if (n == 1)
		return take_token(s, found);
	if (n > 1) {
		print_error(_(
			"more than one token can sign this; name one by --sign-serial. Nothing was sent to any of them"));
		return EXIT_AMBIGUOUS;
	}
	if (cks_scan_n_tokens(s->scan) == 0)
		return scan_found_none(s->scan, sel);
	if (name)
		print_error(
			_("no token that is plugged in has a certificate of %s, who signs the document; plug it in, or sign the document later with \"ckstoken sign\""),
			name);
	else
		print_error(_(
			"no token that is plugged in has a certificate of a person that is valid and for signatures; plug in the token of whoever signs"));
	return EXIT_NO_TOKEN;
}

/* 4. The login */

int sign_settle_doubts(struct sign *s)
{
	if (!s->doubt)
		return 0;
	if (s->options->yes) {
		print_warning(_("going on, because of --yes"));
		return 0;
	}
	print_error(_(
		"nothing was signed, and nothing was sent to the token. When that is meant, add --yes"));
	return EXIT_REFUSED;
}

static int check_pin(void *ctx, const struct cks_secret *pin)
{
	struct sign *s = ctx;
	unsigned long min = cks_token_pin_min(s->token);
	unsigned long max = cks_token_pin_max(s->token);
	size_t len = cks_secret_length(pin);
	const char *doubt = secret_doubt(pin);

	if ((max > 0 && len > max) || len < min) {
		print_error(_(
			"no PIN of this token is so long or so short; nothing was sent to it. Enter the token's user PIN, which its holder knows"));
		return EXIT_REFUSED;
	}
	if (!doubt)
		return 0;
	if (!s->options->yes) {
		print_error(
			_("%s: %s, and each attempt costs a try; nothing was sent to the token. If that belongs to it, add --yes"),
			secret_name(SECRET_USER_PIN), doubt);
		return EXIT_REFUSED;
	}
	print_warning(_("%s: %s; going on, because of --yes"),
		      secret_name(SECRET_USER_PIN), doubt);
	return 0;
}

static int ask_pin(struct sign *s)
{
	const struct secret_source *source = &s->options->pin_source;

	if (!cks_token_has_pin_pad(s->token))
		return read_secret(source, SECRET_USER_PIN, check_pin, s,
				   &s->pin);
	if (secret_is_given(source)) {
		print_error(_(
			"the token takes PINs only on its own pad, so those given cannot be used; nothing was sent to it"));
		return EXIT_REFUSED;
	}
	print_message(_("enter the user PIN on the token's own pad"));
	return 0;
}

int sign_exit_code(enum cks_err err, bool pin_sent)
{
	int code = exit_code_of(err);

	/* A proof would be done, and tell that the token needs attention. */
	if (code == EXIT_ATTENTION)
		return EXIT_DEVICE;
	if (code != EXIT_REFUSED || !pin_sent)
		return code;
	return err == CKS_ERR_USER_PIN_LENGTH ? EXIT_BAD_INPUT : EXIT_DEVICE;
}

static void begin_entry(const struct sign *s, struct log_entry *entry,
			enum act_priority priority, enum cks_err err)
{
	system_log_begin(entry, ACT_SIGN, priority);
	system_log_put(entry, "SERIAL", cks_token_serial(s->token));
	system_log_put(entry, "CERTIFICATE", cks_cert_serial(s->cert));
	system_log_put(entry, "RESULT", cks_err_name(err));
}

void sign_log(const struct sign *s, const char *path)
{
	struct log_entry entry;

	begin_entry(s, &entry, PRIORITY_NOTICE, CKS_OK);
	system_log_put(&entry, "FILE", path);
	system_log_send(&entry, _("%s is written, signed by %s"), path,
			cks_cert_name(s->cert));
}

static int login_failed(const struct sign *s, enum cks_err err,
			const struct cks_login *login)
{
	const char *what =
		login->pin_sent ? "" : _(" Nothing was sent to the token.");
	struct log_entry entry;

	/* A try may be gone. */
	if (login->pin_sent) {
		begin_entry(s, &entry, PRIORITY_WARNING, err);
		system_log_send(&entry, "%s: %s", token_name(s->token),
				cks_strerror(err));
	}

	print_error("%s: %s%s%s%s%s %s", token_name(s->token),
		    cks_strerror(err), what, login->detail[0] ? " (" : "",
		    login->detail[0] ? _(login->detail) : "",
		    login->detail[0] ? ")" : "", _("Nothing was signed"));
	if (err == CKS_ERR_USER_PIN_INCORRECT)
		print_message(_(
			"one try of the user PIN is gone; \"ckstoken status\" tells what is left. Do not guess: ask whoever holds the token"));
	return sign_exit_code(err, login->pin_sent);
}

int sign_log_in(struct sign *s)
{
	struct cks_signing signing = {
		.token = s->token,
		.cert = s->cert,
		.allow_final_try = s->options->final_try,
		.timeout_ms = selection_timeout(&s->options->selection),
	};
	struct cks_login login = { 0 };
	enum cks_err err;
	int ret = ask_pin(s);

	if (ret)
		return ret;
	signing.pin = s->pin;
	progress_begin(_("Logging in to the token: do not pull it out..."), 0);
	err = cks_signer_open(&signing, &s->signer, &login);
	progress_end();
	cks_secret_free(&s->pin);
	secrets_warn_of_swap();
	return err ? login_failed(s, err, &login) : 0;
}

void sign_free(struct sign *s)
{
	cks_signer_close(&s->signer);
	cks_secret_free(&s->pin);
	cks_token_free(&s->token);
	cks_scan_free(&s->scan);
	buffer_free(&s->image);
	while (s->n_path > 0)
		cks_cert_free(&s->path[--s->n_path]);
	if (s->by.trust >= 0)
		verify_end(&s->by);
	extract_ahead_end();
}
