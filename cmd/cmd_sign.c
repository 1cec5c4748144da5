/* SPDX-License-Identifier: LGPL-2.1-or-later */
/*
 * "ckstoken sign": a token's signature on PDFs. Everything that can be refused
 * is refused before the PIN is asked for; then one login serves all files.
 */
#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include "base/date.h"
#include "base/outfile.h"
#include "base/path.h"
#include "json.h"
#include "labels.h"
#include "message.h"
#include "progress.h"
#include "sign.h"
#include "verify.h"

struct file {
	struct sign_document d;
	char *output;
	bool is_signed;		      /* and written */
	char sha256[DIGEST_HEX_SIZE]; /* of what was written */
};

struct batch {
	struct sign sign;
	struct sign_options options;
	const char **outputs; /* of each -o, of which there may be one */
	int json;
	struct file *files;
	size_t n;
};

/* 1. Where the signed files go */

static bool is_folder(const char *path)
{
	size_t len = strlen(path);
	struct stat st;

	return (len > 0 && path[len - 1] == '/') ||
	       (stat(path, &st) == 0 && S_ISDIR(st.st_mode));
}

/* The same name in the folder. NULL: no memory. */
static char *name_in(const char *folder, const char *path)
{
	const char *slash = strrchr(path, '/');
	size_t len = strlen(folder);
	char *whole;

	if (asprintf(&whole, "%s%s%s", folder,
		     len > 0 && folder[len - 1] == '/' ? "" : "/",
		     slash ? slash + 1 : path) < 0)
		return NULL;
	return whole;
}

int sign_check_output(const char *path)
{
	struct path_end end;
	int rc;

	if (strcmp(path, "-") == 0) {
		if (!isatty(STDOUT_FILENO))
			return 0;
		print_error(_(
			"-o -: a PDF cannot be shown on a terminal; name a file, or pipe the output to another program"));
		return EXIT_USAGE;
	}
	rc = path_walk(path, true, &end);
	if (!rc && !end.exists && faccessat(end.folder, ".", W_OK, 0))
		rc = -errno;
	if (rc) {
		print_error(
			_("%s cannot be written: %s. Nothing was sent to any token"),
			path, error_text(NULL, rc));
		return EXIT_CANNOT_WRITE;
	}
	if (end.exists &&
	    (S_ISREG(end.st.st_mode) || S_ISDIR(end.st.st_mode))) {
		print_error(
			_("%s is there already, and is not replaced: name another file by -o, or move it away. Nothing was sent to any token"),
			path);
		rc = EXIT_REFUSED;
	} else if (!end.exists && end.through_link) {
		print_error(
			_("%s is a link to a file that is not there, and nothing is written through it: name another file by -o, or remove the link. Nothing was sent to any token"),
			path);
		rc = EXIT_REFUSED;
	}
	path_end_free(&end);
	return rc;
}

static int name_outputs(struct batch *b)
{
	const char *output = b->outputs[0];
	bool folder = is_folder(output);
	int ret = 0;

	if (b->n > 1 && !folder) {
		print_error(
			_("-o %s: several files go into a folder, and there is none of that name; make it first"),
			output);
		return EXIT_USAGE;
	}
	for (size_t i = 0; i < b->n && !ret; i++) {
		struct file *f = &b->files[i];

		if (folder && strcmp(f->d.path, "-") == 0) {
			print_error(_(
				"standard input has no name: name the file to write by -o"));
			return EXIT_USAGE;
		}
		f->output =
			folder ? name_in(output, f->d.path) : strdup(output);
		if (!f->output)
			return print_no_memory();
		for (size_t k = 0; k < i; k++) {
			if (strcmp(f->output, b->files[k].output) != 0)
				continue;
			print_error(
				_("%s would be written twice, of %s and %s; rename one of these, or sign it by itself"),
				f->output, b->files[k].d.path, f->d.path);
			return EXIT_USAGE;
		}
		ret = sign_check_output(f->output);
	}
	return ret;
}

/* 2. The files before the PIN */

/* Opens each and tells of all that cannot be signed; of many none stays open.
 */
static int open_files(struct batch *b)
{
	int ret = 0;

	for (size_t i = 0; i < b->n; i++) {
		struct file *f = &b->files[i];
		int one = sign_document_open(&b->sign, &f->d);

		if (b->n > 1)
			sign_document_rest(&f->d);
		ret = ret ? ret : one;
	}
	if (ret)
		print_error(_(
			"nothing was signed, and nothing was sent to any token"));
	return ret;
}

static int guard_files(struct batch *b)
{
	int ret = sign_read_image(&b->sign);

	for (size_t i = 0; i < b->n && !ret; i++) {
		ret = sign_document_guard(&b->sign, &b->files[i].d);
		if (!ret)
			ret = sign_find_place(&b->sign, &b->files[i].d);
	}
	if (!ret)
		ret = sign_settle_doubts(&b->sign);
	return ret;
}

/* 3. Signing */

static void tell_signed(const struct sign *s, const struct file *f)
{
	const json_t *proved = json_object_get(f->d.signature, "proved_time");
	char time[DATE_SIZE];

	if (json_is_integer(proved))
		print_message(
			_("%s is written, signed by %s, with a time-stamp of %s"),
			f->output, cks_cert_name(s->cert),
			date_vietnam((time_t)json_integer_value(proved), time));
	else
		print_message(_("%s is written, signed by %s"), f->output,
			      cks_cert_name(s->cert));
	if (f->d.place.page == 0 && !s->options->invisible)
		print_message(_(
			"the signature shows nothing on the pages, for there is no picture of it ([sign] in the configuration, or --image)"));
}

static int write_file(struct batch *b, struct file *f)
{
	unsigned char digest[DIGEST_SIZE];
	int rc, ret = sign_check_output(f->output);

	if (ret)
		return ret;
	if (!digest_of(f->d.made.data, f->d.made.len, digest))
		digest_hex(digest, f->sha256);
	rc = outfile_write(f->output, f->d.made.data, f->d.made.len);
	buffer_free(&f->d.made);
	f->d.made = (struct buffer){ 0 };
	if (rc) {
		print_error(
			_("%s cannot be written: %s; no partial file was left behind"),
			f->output, error_text(NULL, rc));
		return EXIT_CANNOT_WRITE;
	}
	f->is_signed = true;
	sign_log(&b->sign, f->output);
	tell_signed(&b->sign, f);
	return 0;
}

/* Tells which files are signed and which are not, unless all are. */
static void tell_rest(const struct batch *b)
{
	size_t n = 0;

	for (size_t i = 0; i < b->n; i++)
		n += b->files[i].is_signed;
	if (b->n < 2 || n == b->n)
		return;
	print_error(_("signed: %zu of %zu files; these are not:"), n, b->n);
	for (size_t i = 0; i < b->n; i++)
		if (!b->files[i].is_signed)
			print_error("  %s", b->files[i].d.path);
}

static int sign_files(struct batch *b)
{
	int ret = 0;

	progress_begin(_("Signing: do not pull the token out..."),
		       b->n > 1 ? b->n : 0);
	for (size_t i = 0; i < b->n && !b->sign.is_dead; i++) {
		struct file *f = &b->files[i];
		int one = sign_document_again(&f->d);

		if (!one)
			one = sign_make(&b->sign, &f->d);
		sign_document_rest(&f->d);
		if (!one)
			one = write_file(b, f);
		ret = ret ? ret : one;
		progress_step(i + 1);
	}
	progress_end();
	tell_rest(b);
	return ret;
}

static json_t *json_of_file(const struct file *f)
{
	const json_t *s = f->d.signature;
	char time[DATE_SIZE];
	json_t *o = json_pack("{s:o, s:o, s:b}", "file", json_text(f->d.path),
			      "output", json_text(f->output), "signed",
			      f->is_signed);

	if (!f->is_signed)
		return o;
	json_object_set_new(
		o, "level",
		json_string(json_is_object(json_object_get(s, "stamp"))
				    ? "B-T"
				    : "B-B"));
	json_object_set_new(o, "time",
			    json_string(date_vietnam(f->d.time, time)));
	json_object_set_new(o, "indication",
			    json_string(verify_text(s, "indication")));
	json_object_set_new(o, "sha256", json_string(f->sha256));
	json_object_set_new(o, "page", json_integer(f->d.place.page));
	return o;
}

static int print_json(const struct batch *b)
{
	const struct cks_cert *cert = b->sign.cert;
	json_t *files = json_array();

	for (size_t i = 0; i < b->n; i++)
		json_array_append_new(files, json_of_file(&b->files[i]));
	return json_print(json_pack(
		"{s:i, s:o, s:{s:o, s:o, s:o, s:o}, s:s, s:o}", "version", 1,
		"serial", json_text(cks_token_serial(b->sign.token)),
		"certificate", "id", json_text(cks_cert_id(cert)), "serial",
		json_text(cks_cert_serial(cert)), "name",
		json_text(cks_cert_name(cert)), "organization",
		json_text(cks_cert_organization(cert)), "as",
		sign_as_name(b->sign.as), "files", files));
}

/* 4. The command */

static int take_files(struct batch *b, const char **args)
{
	size_t n = 0, n_inputs = 0;

	while (args && args[n])
		n++;
	if (n == 0) {
		print_error(_("name a file; see \"ckstoken sign --help\""));
		return EXIT_USAGE;
	}
	if (!b->outputs || b->outputs[1]) {
		print_error(_(
			"name one file to write by -o, or for several a folder: what was signed is kept as it is"));
		return EXIT_USAGE;
	}
	b->files = calloc(n, sizeof(*b->files));
	if (!b->files)
		return print_no_memory();
	for (; b->n < n; b->n++) {
		b->files[b->n].d.path = b->files[b->n].d.name = args[b->n];
		b->files[b->n].d.fd = -1;
		n_inputs += strcmp(args[b->n], "-") == 0;
	}
	n_inputs += b->options.pin_source.file &&
		    strcmp(b->options.pin_source.file, "-") == 0;
	if (n_inputs > 1) {
		print_error(_(
			"standard input can be read only once; name the other files"));
		return EXIT_USAGE;
	}
	if (b->json && strcmp(b->outputs[0], "-") == 0) {
		print_error(_("--json and -o - cannot be used together"));
		return EXIT_USAGE;
	}
	return 0;
}

static int sign(struct batch *b, const char **args)
{
	int ret = take_files(b, args);

	if (!ret)
		ret = sign_check_options(&b->sign);
	if (!ret)
		ret = secret_source_check(&b->options.pin_source);
	if (!ret)
		ret = name_outputs(b);
	if (!ret)
		ret = sign_find_token(&b->sign);
	if (!ret)
		ret = open_files(b);
	if (!ret)
		ret = guard_files(b);
	if (!ret)
		ret = sign_log_in(&b->sign);
	if (ret)
		return ret;
	ret = sign_files(b);
	if (b->json) {
		int printed = print_json(b);

		ret = ret ? ret : printed;
	}
	return ret;
}

static void free_batch(struct batch *b)
{
	for (size_t i = 0; i < b->n; i++) {
		sign_document_free(&b->files[i].d);
		free(b->files[i].output);
	}
	free(b->files);
	sign_free(&b->sign);
	selection_free(&b->options.selection);
	free((char *)b->options.pin_source.file);
	free((char *)b->options.pin_source.number);
	free(b->options.as);
	free(b->options.id);
	free(b->options.image);
	free(b->options.at);
	free(b->options.tsa);
	free(b->options.number);
	free(b->options.copy_form);
	selection_free_argv(b->outputs);
}

static int run(struct globals *globals, int argc, const char **argv)
{
	struct batch b = {
		.sign = { .globals = globals, .by = { .trust = -1 } },
		.options = { .selection = SELECTION_INIT,
			     .pin_source = { .fd = -1, .option = "pin" },
			     .tsa_seconds = SIGN_TSA_SECONDS },
	};
	struct poptOption table[] = {
		{ "output", 'o', POPT_ARG_ARGV, &b.outputs, 0,
		  N_("the PDF to write, or the folder for several"), "PATH" },
		{ "as", '\0', POPT_ARG_STRING, &b.options.as, 0,
		  N_("person, seal, copy or annex; as the certificate is if none"),
		  "KIND" },
		{ "image", '\0', POPT_ARG_STRING, &b.options.image, 0,
		  N_("the picture that is shown, a transparent PNG"), "FILE" },
		{ "at", '\0', POPT_ARG_STRING, &b.options.at, 0,
		  N_("where: page, mm from the left and upper edge, width, height"),
		  "PAGE,X,Y,W,H" },
		{ "invisible", '\0', POPT_ARG_NONE, &b.options.invisible, 0,
		  N_("show nothing on the pages"), NULL },
		{ "number", '\0', POPT_ARG_STRING, &b.options.number, 0,
		  N_("annex: number and symbol of the document it goes with"),
		  "TEXT" },
		{ "copy-form", '\0', POPT_ARG_STRING, &b.options.copy_form, 0,
		  N_("copy: sao-y, sao-luc or trich-sao"), "FORM" },
		{ "tsa", '\0', POPT_ARG_STRING, &b.options.tsa, 0,
		  N_("the authority that stamps the time; the configured one if none"),
		  "URL" },
		{ "no-tsa", '\0', POPT_ARG_NONE, &b.options.no_tsa, 0,
		  N_("sign without a time-stamp"), NULL },
		{ "tsa-timeout", '\0', POPT_ARG_INT, &b.options.tsa_seconds, 0,
		  N_("how long it may take, with all tries (180)"), "SECONDS" },
		{ "id", '\0', POPT_ARG_STRING, &b.options.id, 0,
		  N_("the certificate with that id, of several on the token"),
		  "ID" },
		{ "pin-file", '\0', POPT_ARG_STRING, &b.options.pin_source.file,
		  0, N_("the user PIN: first line of a file"), "FILE" },
		{ "pin-fd", '\0', POPT_ARG_STRING, &b.options.pin_source.number,
		  0, N_("the user PIN: next line of a descriptor"), "N" },
		{ "final-try", '\0', POPT_ARG_NONE, &b.options.final_try, 0,
		  N_("go on although one try of the user PIN is left"), NULL },
		{ "yes", '\0', POPT_ARG_NONE, &b.options.yes, 0,
		  N_("go on despite the warnings"), NULL },
		{ "json", '\0', POPT_ARG_NONE, &b.json, 0,
		  N_("print one JSON document"), NULL },
		JSON_FORMAT_OPTION,
		SELECTION_OPTIONS(b.options.selection),
		POPT_TABLEEND
	};
	poptContext context;
	const char **args;
	int ret;

	b.sign.options = &b.options;
	b.options.selection.for_certs = true;
	if (options_parse(globals, &cmd_sign, table, argc, argv, &context,
			  &args, &ret))
		ret = sign(&b, args);
	free_batch(&b);
	poptFreeContext(context);
	return ret;
}

const struct command cmd_sign = {
	.name = "sign",
	.summary = N_("sign PDF documents by a token"),
	.usage =
		"sign FILE.pdf -o OUT.pdf [--as person|seal|copy|annex] [--image FILE] [--at PAGE,X,Y,W,H] [--invisible] [--number TEXT] [--copy-form FORM] [--tsa URL | --no-tsa] [--id ID] [--pin-file FILE | --pin-fd N] [--final-try] [--yes] [--format NAME | --json] [<token selection>]\n"
		"sign FILE... -o FOLDER [<the same>]",
	.needs_config = true,
	.takes_secrets = true,
	.run = run,
};
