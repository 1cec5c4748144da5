/* SPDX-License-Identifier: LGPL-2.1-or-later */
/*
 * "ckstoken verify": what the signatures of PDFs are worth, in the three values
 * of ETSI EN 319 102-1 and in words.
 */
#include <errno.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "base/date.h"
#include "command.h"
#include "http.h"
#include "input/extract.h"
#include "json.h"
#include "message.h"
#include "pager.h"
#include "progress.h"
#include "table.h"
#include "verify.h"

/* A responder answers in less, or is taken for absent. */
#define ASK_SECONDS 15
#define ANSWER_MAX ((size_t)256 * 1024)

struct verify {
	struct verifier by;
	int json;
	json_t *files; /* for --json */
	bool failed, indeterminate, is_unsigned;
	int code; /* EXIT_BAD_INPUT and the like, of what was not read */
};

/* 1. Words */

const char *verify_text(const json_t *json, const char *key)
{
	const char *value = json_string_value(json_object_get(json, key));

	return value ? value : "";
}

/* A second of Vietnam's day, as people read it. */
static const char *moment_words(json_int_t at, char room[DATE_SIZE])
{
	struct tm tm = date_tm((time_t)at);

	(void)snprintf(room, DATE_SIZE, "%02d:%02d:%02d %02d/%02d/%04d",
		       tm.tm_hour, tm.tm_min, tm.tm_sec, tm.tm_mday,
		       tm.tm_mon + 1, tm.tm_year + 1900);
	return room;
}

void verify_line(const char *format, ...)
{
	char *words = NULL;
	va_list args;

	va_start(args, format);
	if (vasprintf(&words, format, args) < 0)
		words = NULL;
	va_end(args);
	printf("%*s", VERIFY_INDENT, "");
	print_wrapped(words ? words : "", VERIFY_INDENT, VERIFY_INDENT + 2);
	free(words);
}

bool verify_passed(const json_t *signature)
{
	return strcmp(verify_text(signature, "indication"), "TOTAL-PASSED") ==
	       0;
}

bool verify_failed(const json_t *signature)
{
	return strcmp(verify_text(signature, "indication"), "TOTAL-FAILED") ==
	       0;
}

const char *verify_meaning(const json_t *signature)
{
	if (verify_passed(signature))
		return _("it holds");
	if (verify_failed(signature))
		return _("it does not hold");
	return _("whether it holds is not known");
}

char *verify_signer(const json_t *signature)
{
	const json_t *cert =
		json_array_get(json_object_get(signature, "path"), 0);
	const char *unit = verify_text(cert, "unit");
	const char *agency = verify_text(cert, "organization");
	char *words;
	int n;

	if (!cert)
		n = asprintf(&words, "%s", _("an unknown signer"));
	else if (unit[0] || agency[0])
		n = asprintf(&words, "%s (%s%s%s)", verify_text(cert, "name"),
			     unit, unit[0] && agency[0] ? ", " : "", agency);
	else
		n = asprintf(&words, "%s", verify_text(cert, "name"));
	return n < 0 ? NULL : words;
}

/* Whose the certificate is counts once the path is good. */
static void print_signer(const json_t *s)
{
	const json_t *cert = json_array_get(json_object_get(s, "path"), 0);
	char *signer = verify_signer(s);

	if (json_is_true(json_object_get(s, "timestamp")))
		verify_line(_("stamped by: %s"), signer ? signer : "");
	else
		verify_line(_("signed by: %s"), signer ? signer : "");
	if (cert)
		verify_line(_("certificate: %s, of \"%s\""),
			    verify_text(cert, "serial"),
			    verify_text(cert, "issuer"));
	free(signer);
}

static void print_times(const json_t *s)
{
	const json_t *claimed = json_object_get(s, "claimed_time");
	const json_t *proved = json_object_get(s, "proved_time");
	char room[DATE_SIZE];

	if (json_is_integer(proved))
		verify_line(_("was there at %s: a time-stamp proves it"),
			    moment_words(json_integer_value(proved), room));
	if (json_is_integer(claimed))
		verify_line(
			_("made at %s by the signer's own clock, which proves nothing"),
			moment_words(json_integer_value(claimed), room));
}

static void print_coverage(const json_t *s, json_int_t size)
{
	json_int_t covers = json_integer_value(json_object_get(s, "covers"));

	if (json_is_true(json_object_get(s, "whole")))
		verify_line(_("covers: the whole file"));
	else if (covers > 0)
		verify_line(
			_("covers: the first %lld of %lld bytes, an earlier state of the file"),
			(long long)covers, (long long)size);
	if (json_is_true(json_object_get(s, "certifies")))
		verify_line(_(
			"certifies the document: what may come after it is limited"));
}

/* The source by which the state of a certificate is known, as @r tells. */
static void print_state(const char *name, const json_t *r)
{
	const char *file = verify_text(r, "file");
	const char *state = verify_text(r, "state");
	const json_t *end = json_object_get(r, "until");
	char from[DATE_SIZE], until[DATE_SIZE];
	bool is_answer = strcmp(verify_text(r, "by"), "answer") == 0;

	if (!file[0])
		file = _("in the document");
	(void)moment_words(json_integer_value(json_object_get(r, "from")),
			   from);
	if (strcmp(state, "good") == 0 && is_answer)
		verify_line(
			_("\"%s\" is not revoked, by the answer of %s (%s)"),
			name, from, file);
	else if (strcmp(state, "good") == 0)
		verify_line(_("\"%s\" is not revoked, by the list of %s (%s)"),
			    name, from, file);
	else if (strcmp(state, "revoked") == 0)
		verify_line(
			_("\"%s\" was revoked at %s, by the list or answer of %s (%s)"),
			name,
			moment_words(json_integer_value(
					     json_object_get(r, "revoked")),
				     until),
			from, file);
	else if (strcmp(state, "outdated") == 0 && json_is_integer(end))
		verify_line(
			_("\"%s\": the list or answer of %s was in force until %s (%s)"),
			name, from,
			moment_words(json_integer_value(end), until), file);
}

void verify_print_path(const json_t *s)
{
	const json_t *path = json_object_get(s, "path"), *one;
	size_t i;

	if (json_is_true(json_object_get(s, "anchored")))
		verify_line(
			_("path: up to the root certificate \"%s\""),
			verify_text(
				json_array_get(path, json_array_size(path) - 1),
				"name"));
	json_array_foreach (path, i, one)
		print_state(verify_text(one, "name"),
			    json_object_get(one, "revocation"));
}

void verify_print_findings(const json_t *s)
{
	const json_t *findings = json_object_get(s, "findings"), *one;
	size_t i;

	json_array_foreach (findings, i, one) {
		enum finding f = finding_of(verify_text(one, "finding"));
		const char *of = verify_text(one, "text");
		char *words = NULL;

		if (f == FINDING_COUNT ||
		    asprintf(&words, _(finding_words(f)), of) < 0)
			continue;
		printf("%*s%s ", VERIFY_INDENT, "",
		       finding_indication(f) == TOTAL_FAILED	? "!"
		       : finding_indication(f) == INDETERMINATE ? "?"
								: "-");
		print_wrapped(words, VERIFY_INDENT + 2, VERIFY_INDENT + 2);
		free(words);
	}
}

static void print_signature(const json_t *s, size_t number, json_int_t size)
{
	const char *indication = verify_text(s, "indication");
	const char *sub = verify_text(s, "sub_indication");
	const char *field = verify_text(s, "field");

	print_indented(0, "%3zu. %s%s%s%s: %s%s%s%s", number,
		       json_is_true(json_object_get(s, "timestamp"))
			       ? _("time-stamp of the document")
			       : _("signature"),
		       field[0] ? " \"" : "", field, field[0] ? "\"" : "",
		       indication, sub[0] ? " (" : "", sub, sub[0] ? ")" : "");
	verify_line("%s", verify_meaning(s));
	print_signer(s);
	print_times(s);
	print_coverage(s, size);
	verify_print_path(s);
	verify_print_findings(s);
}

/* 2. A file */

static void count(struct verify *v, const json_t *s)
{
	v->failed |= verify_failed(s);
	v->indeterminate |= !verify_failed(s) && !verify_passed(s);
}

void verify_name_times(json_t *json)
{
	static const char *const keys[] = { "claimed_time", "proved_time",
					    "not_before",   "not_after",
					    "from",	    "until",
					    "revoked",	    "time" };
	char room[DATE_SIZE];
	const char *key;
	json_t *value;
	size_t i;

	for (i = 0; i < sizeof(keys) / sizeof(keys[0]); i++) {
		value = json_object_get(json, keys[i]);
		if (json_is_integer(value))
			(void)json_object_set_new(
				json, keys[i],
				json_string(date_utc(
					(time_t)json_integer_value(value),
					room)));
	}
	json_object_foreach (json, key, value)
		verify_name_times(value);
	json_array_foreach (json, i, value)
		verify_name_times(value);
}

int verify_clean(json_t *json)
{
	const char *key;
	json_t *value;
	size_t i;
	int ret = 0;

	if (json_is_string(json)) {
		char *text = cks_text_clean(json_string_value(json),
					    json_string_length(json));

		if (!text || json_string_set(json, text))
			ret = -ENOMEM;
		free(text);
	}
	json_object_foreach (json, key, value)
		ret = ret ? ret : verify_clean(value);
	json_array_foreach (json, i, value)
		ret = ret ? ret : verify_clean(value);
	return ret;
}

/* A file that was not verified, or bears no signature, is told of, too. */
static void put_error(struct verify *v, const char *path, const char *words)
{
	if (v->json)
		(void)json_array_append_new(
			v->files,
			json_pack("{s:o, s:s, s:[]}", "file", json_text(path),
				  "error", words, "signatures"));
}

static void put_json(struct verify *v, const char *path, const char *sha256,
		     json_t *found)
{
	json_t *file = json_object();

	(void)json_object_set_new(file, "file", json_text(path));
	(void)json_object_set_new(file, "sha256", json_string(sha256));
	(void)json_object_set(file, "size", json_object_get(found, "size"));
	(void)json_object_set(file, "signatures",
			      json_object_get(found, "signatures"));
	verify_name_times(file);
	(void)json_array_append_new(v->files, file);
}

void verify_warn(const json_t *found)
{
	const json_t *list = json_object_get(found, "unreadable"), *one;
	size_t i;

	json_array_foreach (list, i, one)
		print_warning(
			_("%s: there is neither a certificate nor a list of revoked ones in it; get the file again from the authority, as PEM or DER"),
			json_string_value(one));
}

static void verify_file(struct verify *v, const char *path)
{
	struct error error = { 0 };
	json_t *found = NULL;
	const json_t *list, *one;
	bool is_signed = false;
	char *shown = NULL;
	char sha256[DIGEST_HEX_SIZE], number[64];
	int rc = verified_read(&v->by, path, sha256, &found, &error);
	size_t i, n;

	if (!rc)
		rc = verify_clean(found);
	if (rc) {
		print_error("%s", error_text(&error, rc));
		put_error(v, path, error_text(&error, rc));
		if (rc == -ENODATA)
			v->is_unsigned = true;
		else
			v->code = rc == -ENOMEM || rc == -ENOEXEC
					  ? EXIT_DEVICE
					  : EXIT_BAD_INPUT;
		goto out;
	}
	verify_warn(found);
	list = json_object_get(found, "signatures");
	n = json_array_size(list);
	shown = cks_text_clean(path, strlen(path));
	if (!v->json) {
		(void)snprintf(number, sizeof(number),
			       Q_("%zu signature", "%zu signatures", n), n);
		progress_hide();
		pager_begin();
		print_indented(0, "%s: %s", shown ? shown : "", number);
	}
	json_array_foreach (list, i, one) {
		count(v, one);
		is_signed |= !json_is_true(json_object_get(one, "timestamp"));
		if (!v->json)
			print_signature(one, i + 1,
					json_integer_value(json_object_get(
						found, "size")));
	}
	if (!is_signed) {
		print_error(
			_("%s: it bears a time-stamp and no signature: who made it is not known from it"),
			path);
		v->is_unsigned = true;
	}
	if (v->json)
		put_json(v, path, sha256, found);
out:
	free(shown);
	json_decref(found);
	error_free(&error);
}

/* 3. What it is verified by */

static int ask(void *ctx, const char *url, const unsigned char *request,
	       size_t len, struct buffer *answer)
{
	const struct config *config = ctx;
	const struct http_question question = {
		.url = url,
		.proxy = config->trust_proxy,
		.type = "application/ocsp-request",
		.answer_type = "application/ocsp-response",
		.body = request,
		.len = len,
		.max = ANSWER_MAX,
		.seconds = ASK_SECONDS,
	};
	struct error error = { 0 };
	int ret;

	progress_begin(
		_("Asking the authority whether certificates are revoked..."),
		0);
	ret = http_post(&question, answer, &error);
	progress_end();
	if (ret)
		print_warning("%s", error_text(&error, ret));
	error_free(&error);
	return ret;
}

static bool asks(const struct config *config)
{
	return config->trust_ocsp && strcmp(config->trust_ocsp, "yes") == 0;
}

/* False, told: the time is none. */
static bool take_time(const struct globals *globals, const char *at,
		      time_t *when)
{
	const char *wrong = NULL;
	bool has_hour;

	*when = globals->now;
	if (at)
		wrong = clock_parse(at, when, &has_hour);
	/* A day is meant as a whole, with the lists that came out on it. */
	if (at && !wrong && !has_hour) {
		*when = date_start(date_day(*when) + 1) - 1;
		if (date_day(*when) == date_day(globals->now))
			*when = globals->now;
	}
	if (wrong)
		print_error("--at: %s", wrong);
	return !wrong;
}

int verify_begin(const struct globals *globals, const struct verify_options *o,
		 struct verifier *v)
{
	const struct config *config = &globals->config;
	struct error error = { 0 };

	*v = (struct verifier){ .ctx = (void *)config };
	if (o->ocsp && o->at) {
		print_error(_(
			"--ocsp asks what is so now, and --at is for another time; give one of them"));
		return EXIT_USAGE;
	}
	if (!take_time(globals, o->at, &v->now))
		return EXIT_USAGE;
	if ((asks(config) || o->ocsp) && !o->at)
		v->ask = ask;
	v->trust = trust_open(o->anchors ? o->anchors : config->trust_anchors,
			      o->crls ? o->crls : config->trust_crls, &error);
	if (v->trust >= 0)
		return 0;
	print_error("%s", error_text(&error, v->trust));
	error_free(&error);
	return EXIT_BAD_INPUT;
}

void verify_end(struct verifier *v)
{
	close(v->trust);
}

void verify_options_free(struct verify_options *o)
{
	free(o->anchors);
	free(o->crls);
	free(o->at);
}

bool verify_options_any(const struct verify_options *o)
{
	return o->anchors || o->crls || o->at || o->ocsp;
}

int verify_with_config(const struct globals *globals,
		       const struct opened *opened, json_t **list,
		       struct error *error)
{
	const struct config *config = &globals->config;
	struct verifier v = {
		.trust = trust_open(config->trust_anchors, config->trust_crls,
				    error),
		.now = globals->now,
		.ask = asks(config) ? ask : NULL,
		.ctx = (void *)config,
	};
	json_t *found = NULL;
	int ret;

	if (v.trust < 0)
		return v.trust;
	ret = verified_opened(&v, opened, &found, error);
	if (!ret)
		ret = verify_clean(found);
	if (!ret)
		*list = json_incref(json_object_get(found, "signatures"));
	json_decref(found);
	verify_end(&v);
	return ret;
}

/* 4. The command */

static int exit_code(const struct verify *v)
{
	if (v->failed)
		return EXIT_NOT_VALID;
	if (v->code)
		return v->code;
	if (v->is_unsigned)
		return EXIT_UNSIGNED;
	return v->indeterminate ? EXIT_ATTENTION : EXIT_DONE;
}

static int verify(struct verify *v, const char **files)
{
	int ret = EXIT_DONE;
	size_t n = 0;

	while (files[n])
		n++;
	v->files = json_array();
	if (n > 1)
		extract_ahead();
	progress_begin(_("Verifying the documents..."), n > 1 ? n : 0);
	for (size_t i = 0; i < n; i++) {
		verify_file(v, files[i]);
		progress_step(i + 1);
	}
	progress_end();
	extract_ahead_end();
	if (v->json)
		ret = json_print(json_pack("{s:i, s:O}", "version", 1, "files",
					   v->files));
	json_decref(v->files);
	return ret ? ret : exit_code(v);
}

static int run(struct globals *globals, int argc, const char **argv)
{
	struct verify_options options = { 0 };
	struct verify v = { 0 };
	struct poptOption table[] = { { "json", '\0', POPT_ARG_NONE, &v.json, 0,
					N_("print JSON for programs"), NULL },
				      JSON_FORMAT_OPTION,
				      VERIFY_OPTIONS(options),
				      POPT_TABLEEND };
	poptContext context;
	const char **args;
	int ret;

	if (!options_parse(globals, &cmd_verify, table, argc, argv, &context,
			   &args, &ret))
		goto out;
	if (!args || !args[0]) {
		print_error(_("name a file; see \"ckstoken verify --help\""));
		ret = EXIT_USAGE;
		goto out;
	}
	ret = verify_begin(globals, &options, &v.by);
	if (ret)
		goto out;
	ret = verify(&v, args);
	verify_end(&v.by);
out:
	poptFreeContext(context);
	verify_options_free(&options);
	return ret;
}

const struct command cmd_verify = {
	.name = "verify",
	.summary = N_("verify the signatures of PDF documents, offline"),
	.usage =
		"verify FILE... [--anchors PATH] [--crls PATH] [--at TIME | --ocsp] [--format NAME | --json]",
	.needs_config = true,
	.run = run,
};
