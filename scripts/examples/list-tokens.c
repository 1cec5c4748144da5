/* SPDX-License-Identifier: LGPL-2.1-or-later */
/*
 * list-tokens [MODULE]...: the tokens that PKCS #11 modules show, those of this
 * machine if none is named, and the certificates on each. libckstoken(3) has
 * the functions.
 *
 *	cc $(pkg-config --cflags libckstoken) -o list-tokens list-tokens.c \
 *		$(pkg-config --libs libckstoken)
 */
#include <ckstoken.h>
#include <locale.h>
#include <stdio.h>

static enum cks_err add_modules(struct cks_scan *scan, char **paths)
{
	struct cks_modules *found = NULL;
	enum cks_err err = CKS_OK;

	for (size_t i = 0; paths[i] && !err; i++)
		err = cks_scan_add_module(scan, paths[i]);
	if (!paths[0])
		err = cks_modules_find(15000, &found);
	for (size_t i = 0; i < cks_modules_count(found) && !err; i++)
		err = cks_scan_add_found(scan, found, i);
	cks_modules_free(&found);
	return err;
}

static void print_token(const struct cks_token *token)
{
	printf("%s\t%s\t%s\n", cks_token_serial(token), cks_token_label(token),
	       cks_pin_state_name(cks_token_user_pin(token)));
	for (size_t i = 0; i < cks_token_n_certs(token); i++) {
		const struct cks_cert *cert = cks_token_cert(token, i);

		printf("\t%s\t%s\n", cks_cert_serial(cert),
		       cks_cert_name(cert));
	}
}

static void print_error(const struct cks_scan_error *error)
{
	const char *module = cks_scan_error_module(error);

	(void)fprintf(stderr, "%s: %s\n",
		      module[0] ? module : cks_scan_error_reader(error),
		      cks_strerror(cks_scan_error_code(error)));
}

int main(int argc, char **argv)
{
	struct cks_scan *scan = cks_scan_new();
	enum cks_err err = scan ? CKS_OK : CKS_ERR_MEMORY;

	/* Messages are in the language of the locale. */
	(void)setlocale(LC_ALL, "");
	if (!err)
		err = add_modules(scan, argc > 0 ? argv + 1 : argv);
	if (!err)
		err = cks_scan_run(scan);
	if (err)
		(void)fprintf(stderr, "%s\n", cks_strerror(err));
	for (size_t i = 0; !err && i < cks_scan_n_tokens(scan); i++)
		print_token(cks_scan_token(scan, i));
	for (size_t i = 0; !err && i < cks_scan_n_errors(scan); i++)
		print_error(cks_scan_error(scan, i));
	cks_scan_free(&scan);
	return err ? 1 : 0;
}
