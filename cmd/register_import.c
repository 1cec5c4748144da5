/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "base/buffer.h"
#include "base/date.h"
#include "input/attachment.h"
#include "input/dossier.h"
#include "input/handed.h"
#include "input/machine.h"
#include "json.h"
#include "labels.h"
#include "message.h"
#include "progress.h"
#include "received.h"
#include "register/copy.h"
#include "register/record_document.h"
#include "register/sighting.h"
#include "register_common.h"
#include "token_rows.h"
#include "verify.h"

/* One file, and what was made of it. */
struct handed_file {
	const char *path;
	char *text;
	size_t len;
	enum handed kind;
	char sha256[DIGEST_HEX_SIZE]; /* "": not known */
	struct data_errors errors;    /* of a table */
	struct received received;     /* a letter or minutes as a file */
	json_t *paper;		      /* the dossier of such */
	struct recorded recorded;
};

struct import_job {
	const struct globals *globals;
	const struct register_options *options;
	struct handed_file *files;
	size_t n_files;
	struct machine_reports reports;
	struct sightings sightings;
	struct import tables, seen;
};

/* The words and the JSON for rows that were taken, or would be. */

static const char *const kind_names[] = {
	[HANDED_TABLE] = "table",    [HANDED_LIST] = "list",
	[HANDED_STATUS] = "status",  [HANDED_PAPER] = "document",
	[HANDED_PACKED] = "unknown", [HANDED_NOTHING] = "unknown",
};

/* 1. Sightings, in words. */

static const char *day_text(struct arena *arena, const char *iso)
{
	char words[DATE_SIZE];
	long day;

	return date_read_iso(iso, &day)
		       ? arena_format(arena, "%s", date_dmy(day, words))
		       : iso;
}

static const char *state_text(struct arena *arena, const char *state)
{
	char room[LABEL_ROOM];

	return arena_format(
		arena, "%s",
		register_value_label(field_find_any("user_pin"), state, room));
}

static const char *sighting_words(struct arena *a, const struct sighting *s)
{
	switch (s->what) {
	case SIGHTED_HOST:
		return arena_format(a, _("was on %s, and is on %s now"), s->was,
				    s->is);
	case SIGHTED_EXCHANGE:
		return arena_format(
			a,
			_("was on %s, and is on %s now, and the token %s went the other way: these two were exchanged"),
			s->was, s->is, s->other);
	case SIGHTED_HOLDER:
		return arena_format(
			a,
			_("was the token of %s, and bears the certificate of %s now"),
			s->was, s->is);
	case SIGHTED_CERTIFICATE:
		return arena_format(
			a,
			_("the certificate %s is not on it any more, and %s is in its place"),
			s->was, s->is);
	case SIGHTED_ELSEWHERE:
		return arena_format(
			a,
			_("bears the certificate %s, which the register had on the token %s"),
			s->certificate, s->other);
	case SIGHTED_PIN:
		return arena_format(a, _("the user PIN was: %s; it is now: %s"),
				    state_text(a, s->was),
				    state_text(a, s->is));
	case SIGHTED_NEW_CERTIFICATE:
		return arena_format(a, _("the certificate %s is new on it"),
				    s->certificate);
	case SIGHTED_NO_CERTIFICATE:
		return arena_format(
			a,
			_("the certificate %s, which is in force by the register, is not on it"),
			s->certificate);
	case SIGHTED_END:
		return arena_format(
			a,
			_("the certificate %s ends on %s; the register had %s"),
			s->certificate, day_text(a, s->is),
			day_text(a, s->was));
	case SIGHTED_DOUBT:
		return arena_format(a, _("whose it is cannot be told: %s"),
				    s->is);
	case SIGHTED_AT_ONCE:
		return arena_format(
			a,
			_("was seen on %s and on %s at the same time: two tokens bear this number, or a clock is wrong; the register is left as it was"),
			s->was, s->is);
	case SIGHTED_TWINS:
		return arena_format(
			a,
			_("was on %s, and whether it is there now cannot be told: two machines bear that name; give each its own"),
			s->host);
	case SIGHTED_SPELLING:
		return arena_format(
			a,
			_("the certificate names %s, who is taken for %s of the register"),
			s->is, s->was);
	default:
		break;
	}
	return s->kind == SIGHTED_MISSING
		       ? arena_format(a, _("was on %s, and is not there now"),
				      s->host)
		       : arena_format(
				 a, *s->host ? _("is new, on %s") : _("is new"),
				 s->host);
}

static const char *kind_label(enum sighting_kind kind)
{
	static const char *const labels[] = {
		[SIGHTED_NEW] = N_("new"),
		[SIGHTED_MOVED] = N_("moved to another machine"),
		[SIGHTED_SWAPPED] = N_("swapped"),
		[SIGHTED_CHANGED] = N_("changed"),
		[SIGHTED_MISSING] = N_("missing"),
		[SIGHTED_UNCLEAR] = N_("not clear"),
	};

	return _(labels[kind]);
}

/* 2. For people. */

/* By kinds, the most pressing first, each with its tokens. */
static void print_sightings(const struct sightings *all)
{
	static const enum sighting_kind order[] = {
		SIGHTED_MISSING, SIGHTED_SWAPPED, SIGHTED_MOVED,
		SIGHTED_CHANGED, SIGHTED_UNCLEAR, SIGHTED_NEW,
	};
	struct arena arena = { 0 };
	bool any = false;

	for (size_t k = 0; k < sizeof(order) / sizeof(order[0]); k++) {
		if (!all->counts[order[k]])
			continue;
		printf("%s%s:\n", any ? "\n" : "", kind_label(order[k]));
		any = true;
		for (size_t i = 0; i < all->n; i++) {
			const struct sighting *s = &all->list[i];

			if (s->kind != order[k])
				continue;
			print_indented(2, "%s%s%s%s: %s", s->serial,
				       *s->name ? " (" : "", s->name,
				       *s->name ? ")" : "",
				       sighting_words(&arena, s));
		}
	}
	arena_free(&arena);
}

static void print_report(const struct handed_file *file,
			 const struct machine_report *r)
{
	struct tm tm = date_tm(r->when);
	char tokens[128], day[DATE_SIZE];

	(void)snprintf(tokens, sizeof(tokens),
		       Q_("%zu token", "%zu tokens", r->n_tokens), r->n_tokens);
	print_message(
		_("%s: what %s saw at %02d:%02d on %s: %s%s"), file->path,
		*r->host ? r->host : _("a machine that is not named"),
		tm.tm_hour, tm.tm_min, date_dmy(date_day(r->when), day), tokens,
		r->complete
			? ""
			: _("; it does not show all that is plugged in, so none is called missing"));
	if (r->n_nameless)
		print_warning(
			Q_("%s: %zu token is left out, as it has no serial number that tells it from others",
			   "%s: %zu tokens are left out, as they have no serial number that tells them from others",
			   r->n_nameless),
			file->path, r->n_nameless);
}

static void print_paper(const struct handed_file *file)
{
	const struct field *f = field_find_any("procedure");
	const char *procedure = dossier_text(file->paper, "form.procedure");
	char words[FIELD_CHOICE_ROOM], *number;
	size_t n = json_array_size(json_object_get(file->paper, "subscribers"));

	if (!field_choice_words(f, procedure, words))
		(void)snprintf(words, sizeof(words), "…");
	number = record_letter_number(file->paper,
				      record_is_minutes(procedure) ? "BB" : "");
	print_message(
		Q_("%s: a document, \"%s\", number %s, about %zu subscriber or token",
		   "%s: a document, \"%s\", number %s, about %zu subscribers or tokens",
		   n),
		file->path, words, number ? number : "…", n);
	free(number);
	if (file->recorded.n_unnamed)
		print_warning(
			Q_("%zu row names no token and is not recorded in the register",
			   "%zu rows name no token and are not recorded in the register",
			   file->recorded.n_unnamed),
			file->recorded.n_unnamed);
}

static void print_files(const struct import_job *job)
{
	for (size_t i = 0; i < job->n_files; i++) {
		const struct handed_file *file = &job->files[i];

		if (file->kind == HANDED_PAPER)
			print_paper(file);
		else if (file->kind == HANDED_LIST)
			print_message(
				_("%s: a list of the tokens of a register"),
				file->path);
		/* The reports are in the order of their times by now. */
	}
	for (size_t i = 0; i < job->reports.n; i++)
		print_report(&job->files[job->reports.list[i].file],
			     &job->reports.list[i]);
}

/* "3 rows are new, 2 rows were already there": there is no word of what there
 * is none of, as a first import changes nothing. */
static void sum_up_rows(const struct import *in, bool dry_run)
{
	const struct {
		size_t n;
		const char *done, *would;
	} parts[] = {
		{ in->n_new,
		  Q_("%zu row is new", "%zu rows are new", in->n_new),
		  Q_("%zu row would be new", "%zu rows would be new",
		     in->n_new) },
		{ in->n_changed,
		  Q_("%zu row changed an earlier record",
		     "%zu rows changed earlier records", in->n_changed),
		  Q_("%zu row would change an earlier record",
		     "%zu rows would change earlier records", in->n_changed) },
		{ in->n_same,
		  Q_("%zu row was already there", "%zu rows were already there",
		     in->n_same),
		  Q_("%zu row is already there", "%zu rows are already there",
		     in->n_same) },
	};
	struct buffer sum = { 0 };

	if (!in->n_new && !in->n_changed)
		buffer_puts(&sum, in->n_same
					  ? _("nothing in it is new")
					  : _("there is no row of data in it"));
	for (size_t i = 0; i < sizeof(parts) / sizeof(parts[0]); i++)
		if (parts[i].n) {
			buffer_puts(&sum, sum.len ? ", " : "");
			buffer_printf(&sum,
				      dry_run ? parts[i].would : parts[i].done,
				      parts[i].n);
		}
	buffer_put(&sum, "", 1);
	if (in->n_untold)
		print_message(Q_("%zu more change of values is not shown",
				 "%zu more changes of values are not shown",
				 in->n_untold),
			      in->n_untold);
	if (sum.failed)
		(void)print_no_memory();
	else
		print_message("%s%s", (const char *)sum.data,
			      dry_run ? _("; nothing was written") : "");
	buffer_free(&sum);
}

static void sum_up_sightings(const struct import_job *job)
{
	const struct sightings *all = &job->sightings;
	const size_t *counts = all->counts;
	char seen[128];

	(void)snprintf(
		seen, sizeof(seen),
		Q_("%zu token was seen", "%zu tokens were seen", all->n_seen),
		all->n_seen);
	/* TRANSLATORS: "30 tokens were seen", and how many of them are each. */
	print_message(
		_("%s: %zu new, %zu moved to another machine, %zu swapped, %zu changed, %zu missing%s"),
		seen, counts[SIGHTED_NEW], counts[SIGHTED_MOVED],
		counts[SIGHTED_SWAPPED], counts[SIGHTED_CHANGED],
		counts[SIGHTED_MISSING],
		job->options->dry_run ? _("; nothing was written") : "");
	if (all->n_older)
		print_message(
			Q_("%zu sighting is older than what the register knows of the token, and changes nothing",
			   "%zu sightings are older than what the register knows of the tokens, and change nothing",
			   all->n_older),
			all->n_older);
}

static void import_print(const struct import_job *job)
{
	bool rows = false;

	for (size_t i = 0; i < job->n_files; i++)
		rows |= job->files[i].kind == HANDED_TABLE ||
			job->files[i].kind == HANDED_LIST;
	print_files(job);
	print_sightings(&job->sightings);
	if (rows)
		sum_up_rows(&job->tables, job->options->dry_run);
	if (job->reports.n)
		sum_up_sightings(job);
}

/* 3. For programs. */

static json_t *json_of_errors(const struct data_errors *errors)
{
	json_t *list = json_array();

	for (size_t i = 0; i < errors->n; i++) {
		const struct data_error *e = &errors->list[i];
		json_t *o = json_object();

		json_object_set_new(o, "row",
				    e->row ? json_integer((json_int_t)e->row)
					   : json_null());
		json_object_set_new(o, "column",
				    e->column ? json_text(e->column)
					      : json_null());
		json_object_set_new(o, "text", json_text(e->text));
		json_array_append_new(list, o);
	}
	return list;
}

static json_t *json_of_report(const struct machine_report *r)
{
	json_t *o = json_object();
	char time[DATE_SIZE];

	json_object_set_new(o, "host",
			    *r->host ? json_text(r->host) : json_null());
	json_object_set_new(o, "time",
			    json_string(date_vietnam(r->when, time)));
	json_object_set_new(o, "complete", json_boolean(r->complete));
	json_object_set_new(o, "tokens", json_integer((json_int_t)r->n_tokens));
	return o;
}

static json_t *json_of_file(const struct import_job *job, size_t i)
{
	const struct handed_file *file = &job->files[i];
	json_t *o = json_object(), *machines = json_array();

	json_object_set_new(o, "file", json_text(file->path));
	json_object_set_new(o, "sha256",
			    *file->sha256 ? json_string(file->sha256)
					  : json_null());
	json_object_set_new(o, "kind", json_string(kind_names[file->kind]));
	for (size_t k = 0; k < job->reports.n; k++)
		if (job->reports.list[k].file == i)
			json_array_append_new(
				machines,
				json_of_report(&job->reports.list[k]));
	json_object_set_new(o, "machines", machines);
	json_object_set_new(o, "request",
			    file->recorded.request
				    ? json_integer(file->recorded.request)
				    : json_null());
	json_object_set_new(o, "signatures", received_json(&file->received));
	json_object_set_new(o, "errors", json_of_errors(&file->errors));
	return o;
}

static void put_text(json_t *o, const char *name, const char *text)
{
	json_object_set_new(o, name, *text ? json_text(text) : json_null());
}

static json_t *json_of_sightings(const struct sightings *all)
{
	struct arena arena = { 0 };
	json_t *list = json_array();

	for (size_t i = 0; i < all->n; i++) {
		const struct sighting *s = &all->list[i];
		json_t *o = json_object();

		put_text(o, "kind", sighting_kind_name(s->kind));
		put_text(o, "what", sighting_what_name(s->what));
		put_text(o, "device_serial", s->serial);
		put_text(o, "name", s->name);
		put_text(o, "host", s->host);
		put_text(o, "was", s->was);
		put_text(o, "is", s->is);
		put_text(o, "certificate_serial", s->certificate);
		put_text(o, "other", s->other);
		put_text(o, "text", sighting_words(&arena, s));
		json_array_append_new(list, o);
	}
	arena_free(&arena);
	return list;
}

static int import_print_json(const struct import_job *job, int ret)
{
	const struct import *rows = &job->tables;
	const struct sightings *all = &job->sightings;
	json_t *o = json_object(), *files = json_array();
	json_t *counts = json_object(), *tokens = json_object();

	for (size_t i = 0; i < job->n_files; i++)
		json_array_append_new(files, json_of_file(job, i));
	json_object_set_new(counts, "new",
			    json_integer((json_int_t)rows->n_new));
	json_object_set_new(counts, "changed",
			    json_integer((json_int_t)rows->n_changed));
	json_object_set_new(counts, "same",
			    json_integer((json_int_t)rows->n_same));
	json_object_set_new(tokens, "seen",
			    json_integer((json_int_t)all->n_seen));
	json_object_set_new(tokens, "older",
			    json_integer((json_int_t)all->n_older));
	for (size_t k = 0; k < SIGHTING_KINDS; k++)
		json_object_set_new(tokens,
				    sighting_kind_name((enum sighting_kind)k),
				    json_integer((json_int_t)all->counts[k]));
	json_object_set_new(o, "version", json_integer(1));
	json_object_set_new(o, "imported",
			    json_boolean(!ret && !job->options->dry_run));
	json_object_set_new(o, "files", files);
	json_object_set_new(o, "rows", counts);
	json_object_set_new(o, "tokens", tokens);
	json_object_set_new(o, "sightings", json_of_sightings(all));
	return json_print(o);
}

/* 4. What the files are. Each returns 0 or an exit code, told. */

static int fail_read(struct error *error, int code)
{
	print_error("%s", error_text(error, code));
	error_free(error);
	return code == -ENOMEM || code == -ENOEXEC || code == -ENOPKG
		       ? EXIT_DEVICE
		       : EXIT_BAD_INPUT;
}

static int refuse(const struct handed_file *file, const char *why)
{
	print_error("%s: %s", file->path, why);
	return EXIT_BAD_INPUT;
}

/* The data of a letter or of minutes, from inside the document, once the
 * officer was told who signed it and what speaks against it. */
static int unpack(const struct import_job *job, struct handed_file *file)
{
	struct received *r = &file->received;
	int ret;

	if (strcmp(file->path, "-") == 0)
		return refuse(
			file,
			_("name the file of a document; it is not taken from standard input"));
	ret = received_read(r, job->globals, file->path, false);
	if (ret)
		return ret;
	received_tell(r, false);
	memcpy(file->sha256, r->file.sha256, sizeof(file->sha256));
	file->paper = json_incref(r->data);
	file->kind = HANDED_PAPER;
	if (!r->is_forged || job->options->yes)
		return 0;
	print_error(
		_("%s: a signature of it does not hold, so the register takes nothing from it; --yes takes it all the same"),
		file->path);
	return EXIT_NOT_VALID;
}

/* What the register would take nothing of, or what is not settled, is refused.
 */
static int check_paper(const struct handed_file *file)
{
	const char *procedure = dossier_text(file->paper, "form.procedure");
	const json_t *rows = json_object_get(file->paper, "subscribers");

	if (!*procedure || json_array_size(rows) == 0)
		return refuse(
			file,
			_("it is a document about no subscriber, token or certificate, so that the register takes nothing from it"));
	if (!*dossier_text(file->paper, "document.number"))
		return refuse(
			file,
			_("it has no number, so it is a draft, and the register has nothing of a draft; import it when it has one"));
	return 0;
}

static int read_paper(struct handed_file *file)
{
	json_error_t error;

	if (file->paper)
		return check_paper(file);
	received_tell_data(file->path);
	if (!attachment_fits(file->text))
		return refuse(file,
			      _("there is more in it than a document has"));
	file->paper = json_loadb(file->text, file->len, JSON_REJECT_DUPLICATES,
				 &error);
	if (!file->paper && !error.text[0])
		return print_no_memory();
	if (!file->paper)
		return refuse(file, error.text);
	return check_paper(file);
}

static int read_file(struct import_job *job, struct handed_file *file)
{
	struct error error = { 0 };
	const char *what = NULL;
	int ret = datafile_load(file->path, job->options->sheet,
				DATA_REGISTER_MIB, &file->text, &file->len,
				file->sha256, &file->errors, &error);

	if (ret)
		return fail_read(&error, ret);
	file->kind = handed_judge(file->text, file->len, &what);
	if (file->kind == HANDED_NOTHING)
		return refuse(file, what);
	if (file->kind == HANDED_PACKED)
		ret = unpack(job, file);
	if (!ret && file->kind == HANDED_PAPER)
		ret = read_paper(file);
	if (!ret && file->kind == HANDED_STATUS)
		ret = machine_file_read(
			file->path, file->text, file->len, job->globals->now,
			(size_t)(file - job->files), &job->reports);
	/* Of a table the text is needed still. */
	if (file->kind == HANDED_STATUS || file->kind == HANDED_PAPER) {
		free(file->text);
		file->text = NULL;
	}
	return ret;
}

/* Every file is looked at, so that the officer sees all that is wrong. */
static int read_files(struct import_job *job)
{
	int ret = 0;

	progress_begin(_("Reading the files..."),
		       job->n_files > 1 ? job->n_files : 0);
	for (size_t i = 0; i < job->n_files; i++) {
		int one = read_file(job, &job->files[i]);

		ret = ret ? ret : one;
		progress_step(i + 1);
	}
	progress_end();
	return ret;
}

/* 5. What the register takes of them. */

static void take_row(void *owner, size_t number, json_t *row)
{
	import_row(owner, number, row);
	progress_step(number);
}

/* Every row is tried, so that the officer sees all errors at once. 0 or an exit
 * code. */
static int take_table(struct import_job *job, struct handed_file *file)
{
	static const struct data_list list = { "tokens", NULL };
	struct data_list lists[RECORD_KINDS];
	struct import *in = &job->tables;
	bool is_list = file->kind == HANDED_LIST;
	int rc;

	for (size_t kind = 0; kind < RECORD_KINDS; kind++)
		lists[kind] = (struct data_list){ record_types[kind].list,
						  record_types[kind].name };
	in->act.from = file->sha256;
	in->act.verified = NULL;
	import_next_table(in, &file->errors);
	register_mirror(in->reg, file->len);
	progress_begin(_("Taking the rows..."), 0);
	rc = datafile_each_record(
		file->text, file->len, is_list ? &list : lists,
		is_list ? 1 : RECORD_KINDS, take_row, in, &file->errors);
	progress_end();
	register_mirror_end(in->reg);
	free(file->text);
	file->text = NULL;
	if (store_error(register_store(in->reg)))
		return 0; /* register_finish() prints it */
	data_errors_close(&file->errors);
	if (rc == -ENOMEM || file->errors.arena.failed || in->arena.failed)
		return print_no_memory();
	return file->errors.n ? EXIT_BAD_INPUT : 0;
}

/* In which state the signatures of the document are, and by whom, for the
 * caller to free(); NULL: memory. */
static char *state_of(const struct received *r)
{
	const json_t *s;
	struct buffer text = { 0 };
	size_t i;

	if (r->known == SIGNATURES_UNKNOWN && r->path)
		buffer_puts(&text, "unknown");
	else if (r->known != SIGNATURES_VERIFIED)
		buffer_puts(&text, "none");
	json_array_foreach (r->signatures, i, s) {
		const json_t *by =
			json_array_get(json_object_get(s, "path"), 0);

		buffer_printf(&text, "%s%s", i ? "; " : "",
			      verify_text(s, "indication"));
		if (by)
			buffer_printf(&text, " %s, %s", verify_text(by, "name"),
				      verify_text(by, "serial"));
	}
	buffer_put(&text, "", 1);
	if (text.failed)
		buffer_free(&text);
	return (char *)text.data;
}

/* 0 or an exit code. */
static int take_paper(struct import_job *job, struct handed_file *file)
{
	struct import *in = &job->tables;
	char *state = state_of(&file->received);

	if (!state)
		return print_no_memory();
	in->act.from = file->sha256;
	in->act.verified = state;
	register_act_begin(in->reg, &in->act);
	in->act.verified = NULL;
	free(state);
	file->recorded = record_document(in->reg, file->paper, NULL);
	register_act_end(in->reg);
	in->begun = false;
	return register_tell_again(&file->recorded);
}

/* The reports of machines, which are taken together. 0 or an exit code. */
static int take_reports(struct import_job *job)
{
	struct buffer from = { 0 };

	for (size_t i = 0; i < job->n_files; i++)
		if (job->files[i].kind == HANDED_STATUS)
			buffer_printf(&from, "%s%s", from.len ? ", " : "",
				      job->files[i].sha256);
	buffer_put(&from, "", 1);
	if (from.failed)
		return print_no_memory();
	job->seen.act.from = (const char *)from.data;
	sightings_take(&job->seen, &job->reports, &job->sightings);
	job->seen.act.from = NULL;
	buffer_free(&from);
	return 0;
}

static int take_files(struct import_job *job)
{
	struct custody_register *reg = job->tables.reg;
	int ret = 0;

	register_begin(reg);
	for (size_t i = 0; i < job->n_files; i++) {
		struct handed_file *file = &job->files[i];
		int one = 0;

		if (file->kind == HANDED_PAPER)
			one = take_paper(job, file);
		else if (file->kind != HANDED_STATUS)
			one = take_table(job, file);
		print_data_errors(file->path, &file->errors);
		ret = ret ? ret : one;
	}
	if (!ret && job->reports.n)
		ret = take_reports(job);
	if (!ret && job->options->dry_run && !store_error(register_store(reg)))
		register_rollback(reg);
	else
		ret = register_finish(reg, ret);
	if (!ret && !job->options->dry_run)
		register_tell_recorded(reg);
	return ret;
}

static int run(struct import_job *job)
{
	const struct register_options *o = job->options;
	char *officer = NULL;
	int ret = read_files(job);

	if (!ret)
		ret = register_actor(job->globals, "import", &officer,
				     &job->tables.act);
	if (!ret)
		ret = register_require(job->globals, o->file,
				       o->dry_run ? REGISTER_TRIAL
						  : REGISTER_CREATE,
				       &job->tables.reg);
	job->seen = job->tables;
	if (!ret)
		ret = take_files(job);
	import_free(&job->tables);
	import_free(&job->seen);
	register_close(&job->tables.reg);
	free(officer);
	return ret;
}

static void job_free(struct import_job *job)
{
	for (size_t i = 0; job->files && i < job->n_files; i++) {
		struct handed_file *file = &job->files[i];

		free(file->text);
		json_decref(file->paper);
		received_free(&file->received);
		data_errors_free(&file->errors);
	}
	free(job->files);
	machine_reports_free(&job->reports);
	sightings_free(&job->sightings);
}

int cmd_register_import(const struct globals *globals,
			const struct register_options *o)
{
	struct import_job job = { .globals = globals, .options = o };
	size_t n_errors = 0;
	int ret = 0, printed = 0;

	while (o->args[job.n_files])
		job.n_files++;
	job.files = calloc(job.n_files, sizeof(*job.files));
	if (!job.files)
		return print_no_memory();
	for (size_t i = 0; i < job.n_files; i++)
		job.files[i].path = o->args[i];
	ret = run(&job);
	for (size_t i = 0; i < job.n_files; i++)
		n_errors += job.files[i].errors.n;
	if (n_errors)
		print_error(_(
			"nothing was imported; correct these rows and import the file again"));
	else if (ret == EXIT_BAD_INPUT || ret == EXIT_NOT_VALID)
		print_error(_("nothing was imported"));
	if (o->json)
		printed = import_print_json(&job, ret);
	else if (!ret)
		import_print(&job);
	job_free(&job);
	return ret ? ret : printed;
}
