/* SPDX-License-Identifier: LGPL-2.1-or-later */
/*
 * signer FILE NAME=VALUE...: signs FILE as "ckstoken sign" does, with a key
 *that is a file in place of a token, and writes what is to be appended to
 *standard output. "signer FILE look" prints what the file is before it is
 *signed.
 *
 *	key= cert= chain=	PEM files; chain= is repeated
 *	kind=text		a signature beside the file
 *	digest=SHA256 algorithm=rsa-pkcs1 time=SECONDS
 *	name= reason= location=
 *	page= place=X,Y,W,H	the look, with image=FILE.png or line=TEXT,
 *				repeated, of size=10
 *	stamp=COMMAND		reads a request for a time-stamp and writes the
 *				answer
 *	wrong=1			a signature by another key
 */
#include <errno.h>
#include <fcntl.h>
#include <openssl/evp.h>
#include <openssl/pem.h>
#include <openssl/rsa.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <sys/wait.h>
#include <unistd.h>

#include "input/signing.h"

#define MOST 64

static EVP_PKEY *key;
static const char *command;
static bool is_wrong;
static struct signing signing = { .digest = "SHA256",
				  .algorithm = "rsa-pkcs1",
				  .time = 1795226400,
				  .size = 10 };
static const unsigned char *certs[MOST];
static size_t cert_lens[MOST];
static const char *lines[MOST];

static void fail(const char *what)
{
	(void)fprintf(stderr, "signer: %s\n", what);
	exit(2);
}

static void add_cert(const char *path)
{
	FILE *file = fopen(path, "r");
	X509 *cert = file ? PEM_read_X509(file, NULL, NULL, NULL) : NULL;
	unsigned char *der = NULL;
	int len = cert ? i2d_X509(cert, &der) : -1;

	if (len < 0 || signing.n_certs == MOST)
		fail(path);
	certs[signing.n_certs] = der;
	cert_lens[signing.n_certs++] = (size_t)len;
	X509_free(cert);
	(void)fclose(file);
}

static void read_key(const char *path)
{
	FILE *file = fopen(path, "r");

	key = file ? PEM_read_PrivateKey(file, NULL, NULL, NULL) : NULL;
	if (!key)
		fail(path);
	(void)fclose(file);
}

static void read_image(const char *path)
{
	int fd = open(path, O_RDONLY | O_CLOEXEC);
	struct stat st;
	unsigned char *bytes;

	if (fd < 0 || fstat(fd, &st))
		fail(path);
	bytes = malloc((size_t)st.st_size + 1);
	if (!bytes || read(fd, bytes, (size_t)st.st_size) != st.st_size)
		fail(path);
	signing.image = bytes;
	signing.image_len = (size_t)st.st_size;
	close(fd);
}

static void take_place(const char *text)
{
	double *numbers[] = { &signing.x, &signing.y, &signing.width,
			      &signing.height };

	for (size_t i = 0; i < 4; i++) {
		char *end;

		*numbers[i] = strtod(text, &end);
		text = end + (*end == ',');
	}
}

static void take(const char *option)
{
	const char *value = strchr(option, '=');
	size_t len = value ? (size_t)(value - option) : 0;
	const struct {
		const char *name;
		const char **text;
	} texts[] = {
		{ "digest", &signing.digest },
		{ "name", &signing.name },
		{ "reason", &signing.reason },
		{ "location", &signing.location },
		{ "stamp", &command },
		{ "algorithm", &signing.algorithm },
	};

	if (!value++)
		fail(option);
	for (size_t i = 0; i < sizeof(texts) / sizeof(texts[0]); i++) {
		if (strlen(texts[i].name) == len &&
		    strncmp(option, texts[i].name, len) == 0) {
			*texts[i].text = value;
			return;
		}
	}
	if (strncmp(option, "key=", 4) == 0)
		read_key(value);
	else if (strncmp(option, "cert=", 5) == 0 ||
		 strncmp(option, "chain=", 6) == 0)
		add_cert(value);
	else if (strcmp(option, "kind=text") == 0)
		signing.kind = SIGNING_TEXT;
	else if (strncmp(option, "time=", 5) == 0)
		signing.time = (time_t)strtoll(value, NULL, 10);
	else if (strncmp(option, "page=", 5) == 0)
		signing.page = (unsigned int)strtoul(value, NULL, 10);
	else if (strncmp(option, "size=", 5) == 0)
		signing.size = strtod(value, NULL);
	else if (strncmp(option, "image=", 6) == 0)
		read_image(value);
	else if (strncmp(option, "line=", 5) == 0 && signing.n_lines < MOST)
		lines[signing.n_lines++] = value;
	else if (strncmp(option, "wrong=", 6) == 0)
		is_wrong = true;
	else if (strncmp(option, "place=", 6) == 0)
		take_place(value);
	else
		fail(option);
}

static int sign(void *ctx, const unsigned char *digest, size_t len,
		struct buffer *signature)
{
	EVP_PKEY *mine = is_wrong ? EVP_RSA_gen(2048) : key;
	EVP_PKEY_CTX *c = EVP_PKEY_CTX_new(mine, NULL);
	EVP_MD *md = EVP_MD_fetch(NULL, signing.digest, NULL);
	unsigned char out[1024];
	size_t n = sizeof(out);
	int ret = -EIO;

	(void)ctx;
	if (EVP_PKEY_sign_init(c) != 1 ||
	    EVP_PKEY_CTX_set_signature_md(c, md) != 1)
		goto out;
	if (strcmp(signing.algorithm, "rsa-pss") == 0 &&
	    (EVP_PKEY_CTX_set_rsa_padding(c, RSA_PKCS1_PSS_PADDING) != 1 ||
	     EVP_PKEY_CTX_set_rsa_pss_saltlen(c, RSA_PSS_SALTLEN_DIGEST) != 1))
		goto out;
	if (EVP_PKEY_sign(c, out, &n, digest, len) == 1) {
		buffer_put(signature, out, n);
		ret = 0;
	}
out:
	EVP_MD_free(md);
	EVP_PKEY_CTX_free(c);
	if (is_wrong)
		EVP_PKEY_free(mine);
	return ret;
}

static void run_command(int in, int out)
{
	if (dup2(in, STDIN_FILENO) >= 0 && dup2(out, STDOUT_FILENO) >= 0)
		execl("/bin/sh", "sh", "-c", command, (char *)NULL);
	_exit(127);
}

/* The request is the command's standard input, and its output the answer. */
static int ask_stamp(void *ctx, const unsigned char *request, size_t len,
		     struct buffer *response)
{
	unsigned char bytes[4096];
	int in[2], out[2], status = 1;
	pid_t child;
	ssize_t n;

	(void)ctx;
	if (pipe2(in, O_CLOEXEC) || pipe2(out, O_CLOEXEC))
		fail("no pipe");
	child = fork();
	if (child == 0)
		run_command(in[0], out[1]);
	close(in[0]);
	close(out[1]);
	/* A request has fewer bytes than a pipe takes at once; who does not
	 * read it is no fault of ours. */
	signal(SIGPIPE, SIG_IGN);
	(void)!write(in[1], request, len);
	close(in[1]);
	while ((n = read(out[0], bytes, sizeof(bytes))) > 0)
		buffer_put(response, bytes, (size_t)n);
	close(out[0]);
	return child > 0 && waitpid(child, &status, 0) == child && status == 0
		       ? 0
		       : -ECONNREFUSED;
}

int main(int argc, char **argv)
{
	struct buffer update = { 0 };
	struct error error = { 0 };
	json_t *json = NULL;
	int ret;

	if (argc < 3)
		fail("usage: signer FILE NAME=VALUE...");
	signing.fd = open(argv[1], O_RDONLY | O_CLOEXEC);
	if (signing.fd < 0)
		fail(argv[1]);
	if (strcmp(argv[2], "look") == 0) {
		ret = signing_look(signing.fd, &json, &error);
		if (!ret)
			(void)json_dumpf(json, stdout, JSON_INDENT(1));
		json_decref(json);
		goto out;
	}
	for (int i = 2; i < argc; i++)
		take(argv[i]);
	signing.certs = certs;
	signing.cert_lens = cert_lens;
	signing.lines = lines;
	signing.stamp = command != NULL;
	signing.sign = sign;
	signing.ask_stamp = ask_stamp;
	ret = signing_run(&signing, &update, &error);
	if (!ret)
		(void)fwrite(update.data, 1, update.len, stdout);
out:
	if (ret)
		(void)fprintf(stderr, "%s: %s (%s)\n", argv[1],
			      error_text(&error, ret), strerrorname_np(-ret));
	buffer_free(&update);
	error_free(&error);
	EVP_PKEY_free(key);
	for (size_t i = 0; i < signing.n_certs; i++)
		OPENSSL_free((void *)certs[i]);
	free((void *)signing.image);
	close(signing.fd);
	return ret ? 1 : 0;
}
