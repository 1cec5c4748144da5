/* SPDX-License-Identifier: LGPL-2.1-or-later */
/*
 * Facts: a dossier filled from the regulation, the configuration, the data and
 * the options, each going over the one before it.
 */
#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "base/date.h"
#include "base/text.h"
#include "command.h"
#include "document_private.h"
#include "forms/agency_lines.h"
#include "input/cell_kind.h"
#include "input/datafile.h"
#include "input/dossier.h"
#include "input/field.h"
#include "input/handed.h"
#include "input/ruined.h"
#include "input/secret_text.h"
#include "message.h"
#include "received.h"
#include "register/names.h"
#include "register/record_document.h"

#define N(array) (sizeof(array) / sizeof((array)[0]))

static const char *const people[] = { "contact", "giver", "receiver",
				      "keeper" };
static const char *const parts[] = { "agency", "document", "counts", "extra",
				     "incoming" };
/* Members of a dossier that are lists. */
static const char *const lists[] = { "document.channels", "document.copies",
				     "document.grounds", "document.papers" };

/* Asks the job's form, which @owner has. */
struct known {
	struct form *form;
	int ret; /* 0, or an exit code, told */
};

static bool knows(void *owner, const char *path, char **nearest)
{
	struct known *known = owner;
	struct error error = { 0 };
	int rc = form_knows(known->form, path, nearest, &error);

	if (rc < 0 && !known->ret) {
		print_error("%s", error_text(&error, rc));
		known->ret = rc == -ENOMEM ? EXIT_DEVICE : EXIT_BAD_INPUT;
	}
	error_free(&error);
	return rc;
}

static int read_text(struct document_job *job, const char *text, size_t len,
		     struct data_errors *errors)
{
	struct known known = { .form = job->form };
	const struct data_paths paths = { knows, &known };
	json_t *numbers = NULL;
	const struct data_column *columns;
	size_t n;
	int rc, ret = 0;

	columns = form_columns(job->form, &n);
	rc = datafile_read(text, len, columns, n, &paths, &job->data, &numbers,
			   errors);
	if (!rc &&
	    json_object_set_new(job->dossier, DOSSIER_ROW_NUMBERS, numbers))
		rc = -ENOMEM;
	print_data_errors(job->options->data, errors);
	if (rc == -ENOMEM) {
		ret = print_no_memory();
	} else if (rc) {
		print_error(_("nothing was written"));
		ret = EXIT_BAD_INPUT;
	}
	return ret ? ret : known.ret;
}

/* Says that the field @name of @source tells a secret, which is not repeated.
 */
static int fail_secret(const char *source, const char *name)
{
	const char *after = strncmp(source, "--", 2) == 0 ? " " : ": ";

	if (!*source)
		after = "";
	if (strncmp(name, "every.", strlen("every.")) == 0)
		name += strlen("every.");
	print_error(
		"%s%s%s: %s", source, after, name,
		_("this contains a password, a PIN or a PUK, and no document may hold one; leave it out"));
	return EXIT_BAD_INPUT;
}

/* Refuses @text, the field @name of @source, if it tells a secret. */
static int refuse_secret(const char *source, const char *name, const char *text)
{
	int secret = secret_is_in_field(name, text);

	if (secret < 0)
		return print_no_memory();
	return secret ? fail_secret(source, name) : 0;
}

/* The same for all texts in @value. */
static int refuse_secrets(const char *source, const json_t *value)
{
	char *where = NULL;
	int ret = secret_is_in_value("", value, &where);

	if (ret < 0)
		ret = print_no_memory();
	else if (ret)
		ret = fail_secret(source, where);
	free(where);
	return ret;
}

int document_refuse_secrets(const struct document_job *job)
{
	const struct document_options *o = job->options;
	const char *reason = o->override ? o->override : "";
	int ret = refuse_secret("", "--override", reason);

	for (size_t i = 0; i < json_array_size(job->documents) && !ret; i++)
		ret = refuse_secrets("", json_array_get(job->documents, i));
	return ret;
}

/* The day that goes with the data, as that of an earlier document does, is the
 * day on which conditions are checked. */
static int take_date(struct document_job *job)
{
	const char *text = dossier_text(job->data, "document.time"), *why;

	if (text[0] == '\0')
		text = dossier_text(job->data, "document.date");
	if (job->options->date || text[0] == '\0')
		return 0;
	job->is_now = false;
	why = clock_parse(text, &job->when, &job->has_hour);
	if (!why)
		return 0;
	print_error(_("%s: document.date: \"%s\": %s"), job->options->data,
		    text, why);
	return EXIT_BAD_INPUT;
}

/* Nobody signed what a document says of which a signature fails. */
static int object_to_signatures(const struct document_job *job)
{
	const struct duty *duty =
		province_duty(job->province, "refuse-signature");

	return document_object(
		job, "signature", duty ? duty->article : "", false,
		_("a signature of the document that the data are from does not hold, so that it is not what was signed"));
}

/* Takes the data inside of a document, so that a draft becomes a paper, and of
 * a letter that came in one that answers it. 0 or an exit code, told. */
static int take_document(struct document_job *job, char **text, size_t *len)
{
	struct received r;
	int ret = received_read(&r, job->globals, job->options->data, false);

	if (!ret) {
		received_tell(&r, false);
		free(*text);
		*text = r.file.json;
		*len = strlen(*text);
		r.file.json = NULL;
		if (r.is_forged)
			ret = object_to_signatures(job);
	}
	received_free(&r);
	return ret;
}

int document_read_data(struct document_job *job)
{
	const char *path = job->options->data, *what = NULL;
	struct data_errors errors = { 0 };
	struct error error = { 0 };
	enum handed handed;
	char *text = NULL;
	size_t len = 0;
	int ret;

	if (!path)
		return 0;
	ret = datafile_load(path, job->options->sheet, DATA_DOCUMENT_MIB, &text,
			    &len, NULL, &errors, &error);
	if (ret) {
		data_errors_free(&errors);
		print_error("%s", error_text(&error, ret));
		error_free(&error);
		return ret == -ENOMEM ? EXIT_DEVICE : EXIT_BAD_INPUT;
	}
	handed = handed_judge(text, len, &what);
	if (handed == HANDED_PACKED && strcmp(path, "-") != 0)
		ret = take_document(job, &text, &len);
	else if (handed == HANDED_PAPER)
		received_tell_data(path);
	if (!ret)
		ret = read_text(job, text, len, &errors);
	data_errors_free(&errors);
	free(text);
	if (!ret)
		ret = refuse_secrets(job->options->data, job->data);
	if (ret)
		return ret;
	/* With headings alone, the document would be about the tokens present
	 * instead. */
	if (json_array_size(json_object_get(job->data, "subscribers")) == 0 &&
	    json_object_size(job->data) < 2) {
		print_error(
			_("%s: there are no rows; nothing was written. Write a row for each subscriber below the headings"),
			job->options->data);
		return EXIT_BAD_INPUT;
	}
	return take_date(job);
}

/* Puts the name by which documents cite the form. 0 or -ENOMEM. */
static int put_form_name(const struct document_job *job)
{
	const struct province *province = job->province;
	bool older = strcmp(province->decree, "tt185") == 0;
	const char *law = older ? "Thông tư số 185/2019/TT-BQP"
				: "Nghị định số 68/2024/NĐ-CP";
	char *name = NULL;
	int n, rc;

	/* The program's own. */
	if (job->kind->template &&
	    strcmp(job->procedure->template, job->kind->template) == 0)
		return 0;
	if (job->kind->own_form)
		n = asprintf(&name, "%s của %s", job->kind->own_form,
			     province->regulation.number);
	else if (job->procedure->form[0])
		n = asprintf(&name, "Mẫu số %s (%s)", job->procedure->form,
			     law);
	else
		n = asprintf(&name, "mẫu của %s", law);
	if (n < 0)
		return -ENOMEM;
	rc = dossier_put(job->dossier, "form.name", name);
	free(name);
	return rc;
}

/* Puts recipient, channels and grounds of @p into the dossier. */
static int put_procedure(json_t *d, const struct procedure *p)
{
	int rc = dossier_put(d, "document.recipient", p->recipient) ||
		 dossier_put(d, "document.recipient_of", p->recipient_of) ||
		 dossier_put(d, "document.article", p->article);

	for (size_t i = 0; i < p->n_channels && !rc; i++)
		rc = dossier_append(d, "document.channels",
				    p->channels[i].words);
	for (size_t i = 0; i < p->n_copies && !rc; i++)
		rc = dossier_append(d, "document.copies", p->copies[i]);
	for (size_t i = 0; i < p->n_grounds && !rc; i++)
		rc = dossier_append(d, "document.grounds", p->grounds[i]);
	return rc;
}

static int put_rules(const struct document_job *job)
{
	json_t *d = job->dossier;
	const struct procedure *p = job->procedure;
	const char *desk = job->globals->config.province_recipient;
	bool to_desk = desk && job->kind->to_desk;

	return dossier_put_new(d, "version", json_integer(1)) ||
	       dossier_put(d, "program", "ckstoken " VERSION) ||
	       dossier_put(d, "form.procedure", job->kind->procedure) ||
	       dossier_put(d, "form.number", p->form) || put_form_name(job) ||
	       dossier_put(d, "province.code", job->province->code) ||
	       dossier_put(d, "province.name", job->province->name) ||
	       dossier_put(d, "province.regulation",
			   job->province->regulation.title) ||
	       put_procedure(d, p) ||
	       (to_desk && dossier_put(d, "document.recipient", desk));
}

/* By what the row says or, of a token that it does not call one, the register.
 */
static bool is_sim(const json_t *row, const json_t *known)
{
	return strcmp(dossier_text(row, "device_kind"), "SIM PKI") == 0 ||
	       strcmp(dossier_text(known, "device_kind"), "SIM PKI") == 0 ||
	       dossier_text(row, "sim_pki")[0] != '\0';
}

/* What the procedure gave is that of @other; what an officer or the
 * configuration gave stays. */
static int change_procedure(struct document_job *job,
			    const struct procedure *other)
{
	json_t *ours = json_object_get(job->dossier, "document");
	json_t *before = json_object(), *after = json_object();
	int rc = put_procedure(before, job->procedure) ||
		 put_procedure(after, other);
	const char *key;
	json_t *value;

	json_object_foreach (json_object_get(before, "document"), key, value)
		if (json_equal(json_object_get(ours, key), value))
			json_object_del(ours, key);
	rc = rc || json_object_update_missing(
			   ours, json_object_get(after, "document"));
	json_decref(before);
	json_decref(after);
	job->procedure = other;
	return rc ? print_no_memory() : 0;
}

/*
 * Whom agencies write to does not write to itself: the department has rules of
 * its own, where the regulation has them, or leaves its way to another to be
 * written.
 */
static int part_department(struct document_job *job)
{
	const struct procedure *own;
	const char *recipient =
		dossier_text(job->dossier, "document.recipient");
	const char *agency = dossier_text(job->dossier, "agency.name");
	char name[64];

	if (!*recipient || !*agency || !names_share_agency(recipient, agency))
		return 0;
	(void)snprintf(name, sizeof(name), "%s-department",
		       job->kind->procedure);
	own = province_procedure(job->province, name);
	if (own)
		return change_procedure(job, own);
	print_warning(
		_("this is addressed to the agency that writes it (%s); the regulation does not say whom it writes to: give --recipient"),
		recipient);
	return 0;
}

int document_part_procedures(struct document_job *job)
{
	const json_t *rows = json_object_get(job->dossier, "subscribers");
	size_t n = json_array_size(rows), n_sims = 0;
	int ret = part_department(job);
	const struct procedure *sim = job->procedure->sim;

	for (size_t i = 0; sim && i < n; i++)
		n_sims += is_sim(json_array_get(rows, i),
				 json_array_get(job->known, i));
	if (ret || n_sims == 0)
		return ret;
	if (n_sims == n)
		return change_procedure(job, sim);
	print_error(
		_("%s: PKI Tokens and SIM PKI are not restored by the same office (%s); write one letter for each kind"),
		job->province->name, sim->article);
	return EXIT_REFUSED;
}

/* When minutes were drawn up the clock does not know: that they are written out
 * before or after is as likely. */
static int put_options(const struct document_job *job)
{
	json_t *d = job->dossier;
	const struct document_options *o = job->options;
	bool has_hour =
		job->has_hour ||
		(job->is_now && !record_is_minutes(job->kind->procedure));
	char day[DATE_SIZE], moment[DATE_SIZE];

	date_iso(date_day(job->when), day);
	date_vietnam(job->when, moment);
	return dossier_put(d, "document.date", day) ||
	       dossier_put(d, "document.time", has_hour ? moment : NULL) ||
	       (o->number && dossier_put(d, "document.number", o->number)) ||
	       (o->recipient &&
		dossier_put(d, "document.recipient", o->recipient));
}

/* Lays the objects of @facts over the dossier's. Where they name another
 * person, the dossier's number and telephone are not that person's, and go. */
static int lay_over(json_t *dossier, const json_t *facts)
{
	const char *name;
	json_t *value;

	json_object_foreach ((json_t *)facts, name, value) {
		json_t *ours = json_object_get(dossier, name);
		const char *whose = dossier_text(value, "name");
		bool same = whose[0] == '\0' ||
			    strcmp(whose, dossier_text(ours, "name")) == 0;
		int rc;

		if (json_is_object(ours) && json_is_object(value) && same)
			rc = json_object_update(ours, value);
		else
			rc = json_object_set_new(dossier, name,
						 json_deep_copy(value));
		if (rc)
			return -1;
	}
	return 0;
}

/* Of data that goes with an earlier document: another regulation may not name
 * the recipient that this document went to. */
static int lay_data(const struct document_job *job)
{
	const char *code = dossier_text(job->data, "province.code");
	json_t *rest = json_deep_copy(job->data);
	int rc;

	if (!job->data)
		return 0;
	if (!rest)
		return -1;
	if (code[0] && strcmp(code, job->province->code) != 0)
		json_object_del(json_object_get(rest, "document"), "recipient");
	json_object_del(rest, "province");
	json_object_del(rest, "subscribers");
	rc = lay_over(job->dossier, rest);
	json_decref(rest);
	return rc;
}

/* 0, or an exit code, told: 2 where an option gave @text. */
static int check_fact(bool configured, const char *part, const char *name,
		      const char *text)
{
	const struct field f = { .name = name, .type = FIELD_TEXT };
	bool failed = false;
	const char *why = text ? ruined_text(&f, text, false, &failed) : NULL;

	if (failed)
		return print_no_memory();
	if (!why)
		return 0;
	if (configured)
		print_error(_("the configuration, %s.%s: \"%s\": %s"), part,
			    name, text, why);
	else
		print_error("%s.%s: \"%s\": %s", part, name, text, why);
	return configured ? EXIT_BAD_INPUT : EXIT_USAGE;
}

/*
 * Checks the texts of @all, which are @configured or came with options. What is
 * configured is checked where it goes into a document: no other command needs
 * it.
 */
static int check_facts(const json_t *all, bool configured)
{
	const char *part, *name;
	json_t *facts, *value;
	int ret;

	json_object_foreach ((json_t *)all, part, facts)
		json_object_foreach (facts, name, value) {
			ret = check_fact(configured, part, name,
					 json_string_value(value));
			if (ret)
				return ret;
		}
	return 0;
}

int document_fill(struct document_job *job, const json_t *facts)
{
	const json_t *configured = job->globals->config.facts;
	int ret = refuse_secrets("", facts);

	if (!ret && job->options->recipient)
		ret = refuse_secret("", "--recipient", job->options->recipient);
	if (!ret)
		ret = check_facts(configured, true);
	if (!ret)
		ret = check_facts(facts, false);
	if (!ret)
		ret = check_fact(false, "document", "recipient",
				 job->options->recipient);
	if (ret)
		return ret;
	if (put_rules(job) ||
	    (configured && lay_over(job->dossier, configured)) ||
	    lay_data(job) || put_options(job) || lay_over(job->dossier, facts))
		return print_no_memory();
	return 0;
}

static bool is_one_of(const char *const *names, size_t n, const char *s,
		      size_t len)
{
	for (size_t i = 0; i < n; i++)
		if (strlen(names[i]) == len && strncmp(names[i], s, len) == 0)
			return true;
	return false;
}

/* True if @field stands in a column of the form, which may have fields of its
 * own. */
static bool form_shows(const struct document_job *job, const char *field)
{
	size_t n, len = strlen(field);
	const struct data_column *columns = form_columns(job->form, &n);

	for (size_t i = 0; i < n; i++) {
		const char *at = columns[i].fields;

		while ((at = strstr(at, field))) {
			if ((at == columns[i].fields || at[-1] == ' ') &&
			    (at[len] == ' ' || at[len] == '\0'))
				return true;
			at += len;
		}
	}
	return false;
}

static int bad_set(const char *set, const char *why)
{
	print_error(_("--set %s: %s"), set, why);
	return EXIT_USAGE;
}

/* @nearest is the name that is written nearly so, or NULL: @why is told then.
 */
static int bad_name(const char *set, const char *nearest, const char *why)
{
	if (!nearest)
		return bad_set(set, why);
	print_error(_("--set %s: there is no such field; did you mean %s?"),
		    set, nearest);
	return EXIT_USAGE;
}

static const char *nearest_field(const struct document_job *job,
				 const char *name)
{
	struct text_nearest nearest = { .wanted = name };
	const struct data_column *columns;
	const struct field *f;
	size_t n, i;

	for (i = 0; (f = field_at(i)); i++)
		if (!f->of_register)
			text_nearest_try(&nearest, f->name);
	columns = form_columns(job->form, &n);
	for (i = 0; i < n; i++)
		if (!strchr(columns[i].fields, ' '))
			text_nearest_try(&nearest, columns[i].fields);
	return nearest.found;
}

/* NULL and *@why, or no memory. */
static json_t *read_set(const struct field *f, const char *text,
			const char **why)
{
	bool failed = false;
	int sum;

	*why = ruined_text(f, text, false, &failed);
	if (!*why && !failed && strcmp(f->name, "name") == 0) {
		sum = cell_is_no_name(text);
		failed = sum < 0;
		if (sum > 0)
			*why = _(
				"this is a sum, or stands below a table, and is no name");
	}
	return *why || failed ? NULL : field_parse(f, text, why);
}

/* --set FIELD=TEXT: of every subscriber, whose @sets get it. */
static int set_rows(struct document_job *job, const char *set,
		    const char *field, const char *text, json_t *sets)
{
	struct field own = { .type = FIELD_TEXT };
	const struct field *f = field_find(field);
	const char *why = NULL;
	json_t *value;

	if (!f && !form_shows(job, field))
		return bad_name(
			set, nearest_field(job, field),
			_("there is no such field; ckstoken-data(5) lists them"));
	own.name = field;
	value = read_set(f ? f : &own, text, &why);
	if (!value)
		return bad_set(set, why ? why : cks_strerror(CKS_ERR_MEMORY));
	return json_object_set_new(sets, field, value) ? EXIT_DEVICE : 0;
}

/* --set subscribers.N.FIELD=TEXT: of the subscriber of row N alone, as the
 * document's data call it. @path begins with the N. */
static int set_one_row(struct document_job *job, const char *set,
		       const char *path, const char *text)
{
	size_t digits = strspn(path, "0123456789");
	char number[8];
	json_t *sets;

	if (digits == 0 || digits >= sizeof(number) || path[0] == '0' ||
	    path[digits] != '.')
		return bad_set(
			set,
			_("name the row by its number, as in \"subscribers.2.email\""));
	(void)snprintf(number, sizeof(number), "%.*s", (int)digits, path);
	sets = json_object_get(job->one_row_sets, number);
	if (!sets) {
		sets = json_object();
		if (json_object_set_new(job->one_row_sets, number, sets))
			return EXIT_DEVICE;
	}
	return set_rows(job, set, path + digits + 1, text, sets);
}

static int put_value(struct document_job *job, const char *set,
		     const char *path, const struct field *f, const char *text)
{
	const char *why = NULL;
	json_t *value = read_set(f, text, &why);
	int rc;

	if (!value)
		return bad_set(set, why ? why : cks_strerror(CKS_ERR_MEMORY));
	/* What an officer leaves empty nobody fills: document_look_up_people()
	 * takes the mark away. */
	if (json_is_null(value) &&
	    is_one_of(people, N(people), path, strcspn(path, ".")))
		rc = dossier_put_new(job->dossier, path, json_false());
	else if (json_is_null(value))
		rc = dossier_put(job->dossier, path, NULL);
	else if (is_one_of(lists, N(lists), path, strlen(path)))
		rc = dossier_append(job->dossier, path,
				    json_string_value(value));
	else
		rc = dossier_put_new(job->dossier, path, json_incref(value));
	json_decref(value);
	return rc ? EXIT_DEVICE : 0;
}

/* A misspelt name would be kept, and shown nowhere. */
static int check_known(const struct document_job *job, const char *set,
		       const char *path, const char *why)
{
	struct known known = { .form = job->form };
	char *nearest = NULL;
	int ret = 0;

	if (!knows(&known, path, &nearest))
		ret = bad_name(set, nearest, why);
	free(nearest);
	return known.ret ? known.ret : ret;
}

/* --set PART.FIELD=TEXT: of the document. */
static int set_part(struct document_job *job, const char *set, const char *path,
		    const char *text)
{
	const char *dot = strchr(path, '.'), *option = NULL;
	const struct field plain = { .name = dot + 1, .type = FIELD_TEXT };
	size_t len = (size_t)(dot - path);
	const struct field *f = field_find(dot + 1);
	bool person = is_one_of(people, N(people), path, len);
	const char *why = NULL;
	int ret;

	if ((!person && !is_one_of(parts, N(parts), path, len)) ||
	    (person && strchr(dot + 1, '.')))
		why = _("there is no such part of a document; ckstoken-data(5) lists them");
	ret = check_known(
		job, set, path,
		why ? why
		    : _("there is no such field; ckstoken-data(5) lists them"));
	if (ret)
		return ret;
	if (why)
		return bad_set(set, why);
	/* These have options, which check them. */
	if (strcmp(path, "document.number") == 0)
		option = "--number";
	else if (strcmp(path, "document.date") == 0 ||
		 strcmp(path, "document.time") == 0)
		option = "--date";
	if (option) {
		print_error(_("--set %s: use %s instead"), set, option);
		return EXIT_USAGE;
	}
	return put_value(job, set, path, person && f ? f : &plain, text);
}

/* Where --set names another person than an earlier source did, what that source
 * says of the person goes. */
static int rename_person(struct document_job *job, const char *path,
			 const char *name)
{
	size_t len = strcspn(path, ".");
	json_t *person = json_object_getn(job->dossier, path, len);

	if (strcmp(path + len, ".name") != 0 ||
	    !is_one_of(people, N(people), path, len) ||
	    strcmp(dossier_text(person, "name"), name) == 0)
		return 0;
	return json_object_clear(person) && person ? EXIT_DEVICE : 0;
}

/* Refuses what tells a secret, be it in the name or in the text. */
static int refuse_secret_set(const char *set)
{
	size_t len = strspn(set, "abcdefghijklmnopqrstuvwxyz0123456789_.");
	char *name = strndup(set, len);
	int ret = name ? refuse_secret("--set", name, set) : EXIT_DEVICE;

	free(name);
	return ret;
}

/* Applies one --set, or @only_rename: only as far as it names a person. */
static int apply(struct document_job *job, const char *set, bool only_rename)
{
	static const char letters[] = "abcdefghijklmnopqrstuvwxyz";
	static const char rows[] = "subscribers.";
	const char *equals = strchr(set, '=');
	char *path = equals ? strndup(set, (size_t)(equals - set)) : NULL;
	size_t len;
	int ret;

	if (!equals)
		return bad_set(set, _("write it as NAME=TEXT"));
	if (!path)
		return EXIT_DEVICE;
	len = strspn(path, "abcdefghijklmnopqrstuvwxyz0123456789_.");
	if (only_rename)
		ret = rename_person(job, path, equals + 1);
	else if (path[len] != '\0' || !path[0] || !strchr(letters, path[0]) ||
		 strstr(path, "..") || path[len - 1] == '.')
		ret = bad_set(
			set,
			_("there is no such field; ckstoken-data(5) lists them"));
	else if (strncmp(path, rows, strlen(rows)) == 0)
		ret = set_one_row(job, set, path + strlen(rows), equals + 1);
	else if (strchr(path, '.'))
		ret = set_part(job, set, path, equals + 1);
	else
		ret = set_rows(job, set, path, equals + 1, job->row_sets);
	free(path);
	return ret;
}

int document_set(struct document_job *job)
{
	const char **sets = job->options->sets;
	int ret = 0;

	for (size_t i = 0; sets && sets[i] && !ret; i++)
		ret = refuse_secret_set(sets[i]);
	for (size_t i = 0; sets && sets[i] && !ret; i++)
		ret = apply(job, sets[i], true);
	for (size_t i = 0; sets && sets[i] && !ret; i++)
		ret = apply(job, sets[i], false);
	if (ret == EXIT_DEVICE)
		(void)print_no_memory();
	return ret;
}

/* A person's dates and numbers are kept in the way those of subscribers are. A
 * text that cannot be read as one stays as the officer wrote it. */
int document_normalize_person(json_t *person)
{
	const char *name;
	json_t *value;
	void *next;

	json_object_foreach_safe (person, next, name, value) {
		const struct field *f = field_find(name);
		const char *why = NULL;
		json_t *parsed;

		if (!f || !json_is_string(value))
			continue;
		parsed = field_parse(f, json_string_value(value), &why);
		if (parsed && json_object_set_new(person, name, parsed))
			return print_no_memory();
	}
	return 0;
}

/* Lists, numbers, ticks and days, which data may have as text. */
static int normalize_document(struct document_job *job)
{
	static const struct {
		const char *path;
		struct field field;
	} typed[] = {
		{ "document.originals", { .type = FIELD_COUNT } },
		{ "document.centralized", { .type = FIELD_TICK } },
		{ "document.temporary", { .type = FIELD_TICK } },
		{ "document.from", { .type = FIELD_DATE } },
		{ "document.until", { .type = FIELD_DATE } },
		{ "document.reported", { .type = FIELD_TIME } },
		{ "incoming.date", { .type = FIELD_DATE } },
	};

	for (size_t i = 0; i < N(lists); i++) {
		const json_t *value = dossier_get(job->dossier, lists[i]);

		if (json_is_string(value) &&
		    dossier_put_new(job->dossier, lists[i],
				    json_pack("[O]", value)))
			return EXIT_DEVICE;
	}
	for (size_t i = 0; i < N(typed); i++) {
		const json_t *value = dossier_get(job->dossier, typed[i].path);
		const char *why = NULL;
		json_t *taken;

		if (!value)
			continue;
		taken = field_accept(&typed[i].field, value, &why);
		if (json_is_integer(taken) && json_integer_value(taken) == 0)
			why = _("This must be a whole number from 1 to 99.");
		if (!taken || why) {
			json_decref(taken);
			if (!why)
				return EXIT_DEVICE;
			print_error("%s: %s", typed[i].path, why);
			return EXIT_BAD_INPUT;
		}
		if (dossier_put_new(job->dossier, typed[i].path, taken))
			return EXIT_DEVICE;
	}
	return 0;
}

/* Facts that a command has for each subscriber whose row gives none. */
int document_apply_defaults(struct document_job *job)
{
	json_t *rows = json_object_get(job->dossier, "subscribers");
	json_t *every = json_object_get(job->dossier, "every");
	size_t i;
	json_t *row;

	if (!every)
		return 0;
	if (json_array_size(rows) == 0 &&
	    json_array_append_new(rows, json_object()))
		return print_no_memory();
	json_array_foreach (rows, i, row)
		if (json_object_update_missing(row, every))
			return print_no_memory();
	json_object_del(job->dossier, "every");
	return 0;
}

/* What the recipient belongs to is the regulation's word of its own recipient,
 * and not of another that the officer named. */
static void forget_other_recipient(struct document_job *job)
{
	const char *to = dossier_text(job->dossier, "document.recipient");

	if (strcmp(to, job->procedure->recipient) != 0)
		json_object_del(json_object_get(job->dossier, "document"),
				"recipient_of");
}

int document_normalize(struct document_job *job)
{
	int ret = 0;

	forget_other_recipient(job);
	for (size_t i = 0; i < N(people) && !ret; i++)
		ret = document_normalize_person(
			json_object_get(job->dossier, people[i]));
	if (ret)
		return ret;
	ret = normalize_document(job);
	if (!ret && agency_settle(job->dossier))
		ret = EXIT_DEVICE;
	if (ret == EXIT_DEVICE)
		(void)print_no_memory();
	return ret;
}
