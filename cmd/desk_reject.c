/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include "desk_reject.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "base/buffer.h"
#include "base/date.h"
#include "forms/nd30.h"
#include "input/dossier.h"
#include "input/verified.h"
#include "json.h"
#include "message.h"
#include "register/names.h"
#include "register/record_document.h"
#include "verify.h"

struct rejection {
	struct received *letter;
	const char *verdict; /* "failed", "unknown", "unsigned" */
	json_int_t request;
	const char *against; /* in the register; NULL: nothing */
	char *name;	     /* of the file, without its folders */
	json_t *tables;	     /* a row for each signature, as the form has it */
	char *reason;	     /* as the register keeps it */
};

/* 1. The reasons */

/* True if this office lacks something, and whoever signed did nothing wrong. */
static bool is_ours(enum finding f)
{
	switch (f) {
	case FINDING_NO_ANCHORS:
	case FINDING_ANCHORS_EMPTY:
	case FINDING_NO_LIST:
	case FINDING_OLD_LIST:
	case FINDING_NOT_DONE:
		return true;
	default:
		return false;
	}
}

/* True if the finding is why the signature @s is not taken, so that its sender
 * is to know it. */
static bool is_reason(const json_t *s, const json_t *finding)
{
	enum finding f = finding_of(verify_text(finding, "finding"));

	if (f == FINDING_COUNT || is_ours(f))
		return false;
	return finding_indication(f) ==
	       (verify_failed(s) ? TOTAL_FAILED : INDETERMINATE);
}

static size_t count_reasons(const json_t *s)
{
	const json_t *one;
	size_t i, n = 0;

	json_array_foreach (json_object_get(s, "findings"), i, one)
		n += !verify_passed(s) && is_reason(s, one);
	return n;
}

static int judge(struct rejection *j)
{
	const struct received *r = j->letter;
	bool any = false, failed = false, unknown = false, open = false;
	const json_t *s;
	size_t i;

	json_array_foreach (r->signatures, i, s) {
		any |= !json_is_true(json_object_get(s, "timestamp"));
		failed |= verify_failed(s);
		open |= !verify_passed(s);
		unknown |= !verify_passed(s) && count_reasons(s) > 0;
	}
	if (r->known == SIGNATURES_UNKNOWN) {
		print_error(
			_("the signatures of %s were not verified, so nothing can be said of them; nothing was written"),
			r->path);
		return EXIT_REFUSED;
	}
	j->verdict = failed ? "failed" : !any ? "unsigned" : "unknown";
	if (failed || !any || unknown)
		return 0;
	if (open)
		print_error(
			_("whether the signatures of %s hold is not known, for want of what this office needs to verify them, which is no fault of its sender. Get that and try again; nothing was written"),
			r->path);
	else
		print_error(
			_("the signatures of %s hold; if it is refused for another reason, give that by --reason. Nothing was written"),
			r->path);
	return EXIT_REFUSED;
}

/* 2. The paper, which is in Vietnamese */

static const char *result_of(const json_t *s)
{
	if (verify_passed(s))
		return "Hợp lệ";
	return verify_failed(s) ? "Không hợp lệ" : "Chưa xác định được";
}

static json_t *reasons_of(const json_t *s)
{
	json_t *list = json_array();
	const json_t *one;
	size_t i;

	json_array_foreach (json_object_get(s, "findings"), i, one) {
		enum finding f = finding_of(verify_text(one, "finding"));
		char *words;

		if (verify_passed(s) || !is_reason(s, one))
			continue;
		if (asprintf(&words,
			     i18n_text_in(I18N_VIETNAMESE, finding_words(f)),
			     verify_text(one, "text")) < 0 ||
		    json_array_append_new(list, json_string(words))) {
			json_decref(list);
			return NULL;
		}
		free(words);
	}
	if (!verify_passed(s) && json_array_size(list) == 0)
		json_array_append_new(
			list,
			json_string(
				"nơi nhận chưa có đủ dữ liệu để kiểm tra chữ ký này"));
	return list;
}

static json_t *row_of(const json_t *s)
{
	const json_t *cert = json_array_get(json_object_get(s, "path"), 0);
	const char *sub = verify_text(s, "sub_indication");
	char *signer = cert ? verify_signer(s)
			    : strdup("không có chứng thư của người ký");
	char *code = NULL;
	json_t *row;

	if (asprintf(&code, "%s%s%s", verify_text(s, "indication"),
		     *sub ? ", " : "", sub) < 0)
		code = NULL;
	row = signer && code
		      ? json_pack("{s:o, s:s, s:s, s:o}", "signer",
				  json_text(signer), "result", result_of(s),
				  "code", code, "reasons", reasons_of(s))
		      : NULL;
	free(signer);
	free(code);
	return row;
}

/* The reason in one line: "văn bản không có chữ ký số; tệp …, SHA-256 …". */
static int put_reason(struct rejection *j)
{
	struct buffer b = { 0 };
	const json_t *row, *one;
	size_t i, k;

	if (strcmp(j->verdict, "unsigned") == 0)
		buffer_puts(&b, "văn bản không có chữ ký số; ");
	json_array_foreach (j->tables, i, row) {
		if (strcmp(verify_text(row, "result"), "Hợp lệ") == 0)
			continue;
		buffer_printf(
			&b, "chữ ký số của %s: %s (",
			verify_text(row, "signer"),
			strcmp(verify_text(row, "result"), "Không hợp lệ") == 0
				? "không hợp lệ"
				: "chưa xác định được");
		json_array_foreach (json_object_get(row, "reasons"), k, one)
			buffer_printf(&b, "%s%s", k ? "; " : "",
				      json_string_value(one));
		buffer_puts(&b, "); ");
	}
	buffer_printf(&b, "tệp “%s”, SHA-256 %s", j->name,
		      j->letter->file.sha256);
	buffer_put(&b, "", 1);
	j->reason = b.failed ? NULL : strdup((const char *)b.data);
	buffer_free(&b);
	return j->reason ? 0 : print_no_memory();
}

static int describe(struct rejection *j)
{
	const char *slash = strrchr(j->letter->path, '/');
	const char *name = slash ? slash + 1 : j->letter->path;
	const json_t *s;
	size_t i;

	j->name = cks_text_clean(name, strlen(name));
	j->tables = json_array();
	if (!j->name || !j->tables)
		return print_no_memory();
	json_array_foreach (j->letter->signatures, i, s)
		if (json_array_append_new(j->tables, row_of(s)))
			return print_no_memory();
	return put_reason(j);
}

/* Takes number, day and agency as the document itself says them. */
static int put_said(const struct rejection *j, json_t *facts)
{
	const json_t *data = j->letter->data;
	char *number = record_letter_number(
		data, record_is_minutes(dossier_text(data, "form.procedure"))
			      ? "BB"
			      : "");
	char *agency, day[DATE_SIZE];
	int rc;

	(void)snprintf(day, sizeof(day), "%.10s",
		       dossier_text(data, "document.date"));
	agency = cks_text_clean(dossier_text(data, "agency.name"),
				strlen(dossier_text(data, "agency.name")));
	rc = !number || !agency ||
	     dossier_put(facts, "incoming.number", number) ||
	     (nd30_is_day(day) && dossier_put(facts, "incoming.date", day)) ||
	     dossier_put(facts, "incoming.agency", agency) ||
	     dossier_put(facts, "document.recipient", agency);
	free(number);
	free(agency);
	return rc;
}

static json_t *facts_of(const struct rejection *j,
			const struct document_options *options)
{
	json_t *facts = json_object();
	int rc = !facts || (j->letter->data && put_said(j, facts)) ||
		 dossier_put(facts, "incoming.verdict", j->verdict) ||
		 dossier_put(facts, "document.reason", j->reason) ||
		 (j->request && dossier_put_new(facts, "request.register",
						json_integer(j->request)));

	if (!rc && options->recipient)
		rc = dossier_put(facts, "document.recipient",
				 options->recipient);
	if (rc) {
		json_decref(facts);
		facts = NULL;
	}
	return facts;
}

/* 3. Before it is written */

static int check(const struct document_job *job, const json_t *dossier)
{
	const struct rejection *j = job->ctx;
	const char *asks = dossier_text(dossier, "incoming.agency");
	const char *ours = dossier_text(dossier, "agency.name");
	const struct duty *duty = province_duty(job->province, job->kind->duty);
	long day;
	int ret = 0;

	if (duty && *duty->words)
		print_message("%s (%s)", duty->words, duty->article);
	if (!j->letter->data)
		print_message(
			_("%s carries no data, so its number, day and agency are not known from it: --set incoming.number=, incoming.date= and incoming.agency= give them"),
			j->letter->path);
	else if (strcmp(j->verdict, "unknown") != 0)
		print_warning(_(
			"who sent it is known from its own data alone, which anybody can have written"));
	if (j->against)
		ret = document_object(job, "answered", "", false, j->against);
	if (!ret && *asks && *ours && names_share_agency(asks, ours))
		ret = document_object(
			job, "desk", "", false,
			_("the document is of this agency itself, by what it says"));
	if (!ret &&
	    date_read_iso(dossier_text(dossier, "incoming.date"), &day) &&
	    date_day(job->when) < day)
		ret = document_object(
			job, "day", "", false,
			_("the refusal is dated before the document that it refuses"));
	return ret;
}

/* Puts the findings last, so that no option can say otherwise. */
static int complete(const struct document_job *job, json_t *dossier)
{
	const struct rejection *j = job->ctx;
	char checked[DATE_SIZE];

	return dossier_put(dossier, "incoming.file", j->name) ||
			       dossier_put(dossier, "incoming.sha256",
					   j->letter->file.sha256) ||
			       dossier_put(dossier, "incoming.verdict",
					   j->verdict) ||
			       dossier_put(dossier, "incoming.checked",
					   date_vietnam(job->globals->now,
							checked)) ||
			       dossier_put_new(dossier, "incoming.signatures",
					       json_incref(j->tables))
		       ? print_no_memory()
		       : 0;
}

int desk_reject(const struct globals *globals,
		const struct document_options *options, struct received *letter,
		json_int_t request, const char *against)
{
	struct rejection j = { .letter = letter,
			       .request = request,
			       .against = against };
	const struct document_kind kinds[] = {
		{ .procedure = "reject",
		  .command = "desk",
		  .act = "refuse",
		  .form = "",
		  .template = "reject",
		  .duty = "refuse-signature",
		  .needs_number = true,
		  .check = check,
		  .complete = complete },
		{ 0 },
	};
	int ret;

	received_show(letter);
	(void)received_doubt_signatures(letter, NULL);
	ret = judge(&j);
	if (!ret)
		ret = describe(&j);
	if (!ret)
		ret = document_make(globals, options, kinds, "reject",
				    facts_of(&j, options), &j);
	free(j.name);
	free(j.reason);
	json_decref(j.tables);
	return ret;
}
