/* SPDX-License-Identifier: LGPL-2.1-or-later */
/*
 * token-signer MODULE LABEL ID PIN-FILE [final-try] [locked] [TIMEOUT-MS]:
 *signs by the token of that label, with the key of the certificate whose CKA_ID
 *is ID, by libckstoken and by nothing else. PIN-FILE is "-" for a PIN pad; with
 * "locked" the caller takes the lock. Then it does what stdin says, a line
 * each, and says what came of it, as in
 *
 *	open ok sent rsa-pkcs1 SHA256 32
 *	sign DIGEST-FILE SIGNATURE-FILE		sign ok
 *	sign DIGEST-FILE SIGNATURE-FILE		sign removed [C_Sign:
 *0x00000032] reread					reread ok final-try
 *	close					close
 */
#include <fcntl.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "token/ckstoken.h"

#define TIMEOUT_MS 20000

static void die(const char *what, enum cks_err err)
{
	(void)fprintf(stderr, "token-signer: %s: %s\n", what,
		      cks_err_name(err));
	exit(1);
}

static struct cks_secret *read_pin(const char *file)
{
	struct cks_secret *pin = cks_secret_new(256);
	int fd = open(file, O_RDONLY | O_CLOEXEC);
	char *data = cks_secret_data(pin);

	/* Not through a buffer of stdio's, where it would stay. */
	if (fd < 0 || !data || read(fd, data, 256) < 0)
		die(file, CKS_ERR_SYSTEM);
	(void)close(fd);
	(void)cks_secret_set_length(pin, strcspn(data, "\n"));
	return pin;
}

static struct cks_token *find_token(struct cks_scan *scan, const char *module,
				    const char *label)
{
	struct cks_token *again = NULL;
	enum cks_err err = cks_scan_add_module(scan, module);

	if (!err)
		err = cks_scan_run(scan);
	for (size_t i = 0; !err && !again && i < cks_scan_n_tokens(scan); i++)
		if (strcmp(cks_token_label(cks_scan_token(scan, i)), label) ==
		    0)
			err = cks_token_reread(cks_scan_token(scan, i),
					       TIMEOUT_MS, &again);
	if (!again)
		die(label, err ? err : CKS_ERR_REMOVED);
	return again;
}

static const struct cks_cert *find_cert(const struct cks_token *token,
					const char *id)
{
	for (size_t i = 0; i < cks_token_n_certs(token); i++)
		if (strcmp(cks_cert_id(cks_token_cert(token, i)), id) == 0)
			return cks_token_cert(token, i);
	die(id, CKS_ERR_CERTIFICATE);
	return NULL;
}

static void say_end(const char *detail)
{
	if (detail[0] != '\0')
		printf(" [%s]", detail);
	(void)putchar('\n');
	(void)fflush(stdout);
}

static void sign(struct cks_signer *signer, const char *digest_file,
		 const char *signature_file)
{
	unsigned char digest[128], *signature = NULL;
	FILE *in = fopen(digest_file, "re"), *out;
	size_t len = in ? fread(digest, 1, sizeof(digest), in) : 0, n = 0;
	enum cks_err err;

	if (in)
		(void)fclose(in);
	err = cks_signer_sign(signer, digest, len, &signature, &n);
	if (!err) {
		out = fopen(signature_file, "we");
		if (!out || fwrite(signature, 1, n, out) != n || fclose(out))
			die(signature_file, CKS_ERR_SYSTEM);
	}
	free(signature);
	printf("sign %s", cks_err_name(err));
	say_end(err ? cks_signer_detail(signer) : "");
}

static void reread(const struct cks_token *token)
{
	struct cks_token *again = NULL;
	enum cks_err err = cks_token_reread(token, TIMEOUT_MS, &again);

	printf("reread %s %s", cks_err_name(err),
	       cks_pin_state_name(cks_token_user_pin(again)));
	say_end("");
	cks_token_free(&again);
}

static void obey(struct cks_signer **signer, const struct cks_token *token)
{
	char line[4096], digest[2048], signature[2048];

	while (fgets(line, sizeof(line), stdin)) {
		if (sscanf(line, "sign %2047s %2047s", digest, signature) ==
		    2) {
			sign(*signer, digest, signature);
		} else if (strcmp(line, "reread\n") == 0) {
			reread(token);
		} else if (strcmp(line, "close\n") == 0) {
			cks_signer_close(signer);
			printf("close");
			say_end("");
		}
	}
}

int main(int argc, char **argv)
{
	struct cks_signing signing = { .timeout_ms = TIMEOUT_MS };
	struct cks_scan *scan = cks_scan_new();
	struct cks_token_lock *lock = NULL;
	struct cks_signer *signer = NULL;
	struct cks_login login = { 0 };
	struct cks_secret *pin = NULL;
	struct cks_token *token;
	enum cks_err err = CKS_OK;

	if (argc < 5)
		return 2;
	token = find_token(scan, argv[1], argv[2]);
	signing.token = token;
	signing.cert = find_cert(token, argv[3]);
	if (strcmp(argv[4], "-") != 0)
		pin = read_pin(argv[4]);
	signing.pin = pin;
	for (int i = 5; i < argc; i++) {
		if (strcmp(argv[i], "final-try") == 0)
			signing.allow_final_try = true;
		else if (strcmp(argv[i], "locked") == 0)
			err = cks_token_lock(token, TIMEOUT_MS, &lock, NULL);
		else
			signing.timeout_ms =
				(unsigned int)strtoul(argv[i], NULL, 10);
	}
	signing.lock = lock;
	if (!err)
		err = cks_signer_open(&signing, &signer, &login);
	/* It has no use for any of them any more. */
	cks_secret_free(&pin);
	printf("open %s%s", cks_err_name(err), login.pin_sent ? " sent" : "");
	if (!err)
		printf(" %s %s %zu",
		       cks_algorithm_name(cks_signer_algorithm(signer)),
		       cks_signer_digest(signer),
		       cks_signer_digest_length(signer));
	say_end(login.detail);
	if (!err)
		obey(&signer, token);
	cks_signer_close(&signer);
	cks_token_unlock(&lock);
	cks_token_free(&token);
	cks_scan_free(&scan);
	return err ? 1 : 0;
}
