/* SPDX-License-Identifier: LGPL-2.1-or-later */
/*
 * Who holds a certificate, as its names say. Certificates of the Government CA
 * repeat OU and UID, so the first value alone is never enough.
 */
#include <openssl/x509v3.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <strings.h>

#include "cert.h"

#define DN_FORM (XN_FLAG_RFC2253 & ~(unsigned long)ASN1_STRFLGS_ESC_MSB)

static char *from_bio(BIO *bio)
{
	char *bytes = NULL;
	long len = BIO_get_mem_data(bio, &bytes);

	return cks_text_clean(len > 0 ? bytes : "", len > 0 ? (size_t)len : 0);
}

char *cert_dn(const X509_NAME *name)
{
	BIO *bio = BIO_new(BIO_s_mem());
	char *text = NULL;

	if (bio && X509_NAME_print_ex(bio, name, 0, DN_FORM) >= 0)
		text = from_bio(bio);
	BIO_free(bio);
	return text;
}

/* Puts @text before *@joined; false when memory is out. */
static bool join(char **joined, const char *text)
{
	char *longer = NULL;

	if (asprintf(&longer, "%s%s%s", text, (*joined)[0] ? ", " : "",
		     *joined) < 0)
		return false;
	free(*joined);
	*joined = longer;
	return true;
}

static char *entry_text(const X509_NAME_ENTRY *entry)
{
	unsigned char *utf8 = NULL;
	int len = ASN1_STRING_to_UTF8(&utf8, X509_NAME_ENTRY_get_data(entry));
	char *text = len < 0 ? strdup("") : cks_text_clean(utf8, (size_t)len);

	OPENSSL_free(utf8);
	return text;
}

char *cert_dn_values(const X509_NAME *name, int nid, const char *prefix)
{
	size_t prefix_len = prefix ? strlen(prefix) : 0;
	char *joined = strdup("");
	int at = -1;

	while (joined &&
	       (at = X509_NAME_get_index_by_NID(name, nid, at)) >= 0) {
		char *text = entry_text(X509_NAME_get_entry(name, at));
		bool ok = text != NULL;

		if (ok && text[0] != '\0' &&
		    (!prefix || strncasecmp(text, prefix, prefix_len) == 0))
			ok = join(&joined,
				  text + prefix_len +
					  strspn(text + prefix_len, " "));
		free(text);
		if (!ok) {
			free(joined);
			joined = NULL;
		}
	}
	return joined;
}

static const ASN1_STRING *san_of_type(const GENERAL_NAMES *names, int type)
{
	for (int i = 0; names && i < sk_GENERAL_NAME_num(names); i++) {
		int found;
		const ASN1_STRING *value = GENERAL_NAME_get0_value(
			sk_GENERAL_NAME_value(names, i), &found);

		if (found == type)
			return value;
	}
	return NULL;
}

char *cert_email_of(const X509 *x509)
{
	GENERAL_NAMES *names =
		X509_get_ext_d2i(x509, NID_subject_alt_name, NULL, NULL);
	const ASN1_STRING *email = san_of_type(names, GEN_EMAIL);
	char *text = NULL;

	if (email)
		text = cks_text_clean(ASN1_STRING_get0_data(email),
				      (size_t)ASN1_STRING_length(email));
	if (!email || (text && text[0] == '\0')) {
		free(text);
		text = cert_dn_values(X509_get_subject_name(x509),
				      NID_pkcs9_emailAddress, NULL);
		/* Of several, the one that stands last. */
		if (text)
			text[strcspn(text, ",")] = '\0';
	}
	GENERAL_NAMES_free(names);
	return text;
}

static bool has_uid(const X509_NAME *subject, const char *const *prefixes)
{
	bool found = false;

	for (; *prefixes && !found; prefixes++) {
		char *value = cert_dn_values(subject, NID_userId, *prefixes);

		found = value && value[0] != '\0';
		free(value);
	}
	return found;
}

static bool is_device(const X509 *x509)
{
	GENERAL_NAMES *names =
		X509_get_ext_d2i(x509, NID_subject_alt_name, NULL, NULL);
	bool found =
		san_of_type(names, GEN_DNS) || san_of_type(names, GEN_IPADD);
	uint32_t usage = X509_get_extended_key_usage((X509 *)x509);

	GENERAL_NAMES_free(names);
	return found || (usage != UINT32_MAX &&
			 (usage & (XKU_SSL_SERVER | XKU_CODE_SIGN |
				   XKU_TIMESTAMP | XKU_OCSP_SIGN)));
}

enum cks_holder cert_holder_of(const X509 *x509)
{
	static const char *const organization[] = { "MST:", "MNS:", NULL };
	static const char *const person[] = { "CMND:", "CCCD:", "HC:",
					      "BHXH:", "PID:",	NULL };
	const X509_NAME *subject = X509_get_subject_name(x509);
	enum cks_holder holder = CKS_HOLDER_UNKNOWN;
	char *email;

	if (X509_check_ca((X509 *)x509))
		return CKS_HOLDER_UNKNOWN;
	if (has_uid(subject, organization))
		return CKS_HOLDER_ORGANIZATION;
	if (has_uid(subject, person))
		return CKS_HOLDER_PERSON;
	if (is_device(x509))
		return CKS_HOLDER_DEVICE;
	/* The Government CA gives each seal its UIDs, and each person an
	 * e-mail address. */
	email = cert_email_of(x509);
	if (email && email[0] != '\0' &&
	    cert_is_official(X509_get_issuer_name(x509)))
		holder = CKS_HOLDER_PERSON;
	free(email);
	return holder;
}

bool cert_is_official(const X509_NAME *issuer)
{
	char *name = cert_dn_values(issuer, NID_organizationName, NULL);
	char *folded = name ? cks_text_fold(name) : NULL;
	bool official = folded && strcmp(folded, "ban co yeu chinh phu") == 0;

	free(name);
	free(folded);
	return official;
}
