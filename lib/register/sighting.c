/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include "sighting.h"

#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "base/date.h"
#include "certificate.h"
#include "import_private.h"
#include "input/dossier.h"
#include "names.h"
#include "normalize.h"
#include "register/sighting.sql.h"

static const char *const kind_names[] = {
	[SIGHTED_NEW] = "new",	       [SIGHTED_MOVED] = "moved",
	[SIGHTED_SWAPPED] = "swapped", [SIGHTED_CHANGED] = "changed",
	[SIGHTED_MISSING] = "missing", [SIGHTED_UNCLEAR] = "unclear",
};

static const char *const what_names[] = {
	[SIGHTED_TOKEN] = "token",
	[SIGHTED_HOST] = "host",
	[SIGHTED_EXCHANGE] = "exchange",
	[SIGHTED_HOLDER] = "holder",
	[SIGHTED_CERTIFICATE] = "certificate",
	[SIGHTED_ELSEWHERE] = "elsewhere",
	[SIGHTED_PIN] = "user-pin",
	[SIGHTED_NEW_CERTIFICATE] = "new-certificate",
	[SIGHTED_NO_CERTIFICATE] = "no-certificate",
	[SIGHTED_END] = "end",
	[SIGHTED_DOUBT] = "doubt",
	[SIGHTED_AT_ONCE] = "at-once",
	[SIGHTED_TWINS] = "twins",
	[SIGHTED_SPELLING] = "spelling",
};

const char *sighting_kind_name(enum sighting_kind kind)
{
	return kind_names[kind];
}

const char *sighting_what_name(enum sighting_what what)
{
	return what_names[what];
}

/* One token of one report, held against the register. */
struct sight {
	struct import *in;
	struct sightings *out;
	const struct machine_report *report;
	struct machine_token *token;
	const char *serial; /* as the register spells it */
	const char *host;
	json_t *known;	  /* its record, or NULL */
	json_t *holder;	  /* its subscriber, or NULL */
	const char *name; /* whose it is */
	bool doubted,
		told; /* that it is doubted; that a name is spelt otherwise */
};

static const char *keep(struct sightings *out, const char *text)
{
	return *text ? arena_format(&out->arena, "%s", text) : "";
}

/* Adds a sighting of the token, whose other texts are "". */
static struct sighting *tell(struct sight *s, enum sighting_kind kind,
			     enum sighting_what what)
{
	static struct sighting none;
	struct sightings *out = s->out;
	struct sighting *list =
		arena_grow(&out->arena, out->list, out->n, sizeof(*list));

	if (!list)
		return &none;
	out->list = list;
	list[out->n] = (struct sighting){
		.kind = kind,
		.what = what,
		.serial = keep(out, s->serial),
		.name = keep(out, s->name),
		.host = keep(out, s->host),
		.was = "",
		.is = "",
		.certificate = "",
		.other = "",
	};
	return &list[out->n++];
}

static void tell_change(struct sight *s, enum sighting_kind kind,
			enum sighting_what what, const char *was,
			const char *is)
{
	struct sighting *one = tell(s, kind, what);

	one->was = keep(s->out, was);
	one->is = keep(s->out, is);
}

static void put(struct sight *s, enum record_kind kind, const json_t *values)
{
	enum put put = register_put(s->in->reg, kind, values, NULL);

	if (put == PUT_NEW || (put == PUT_CHANGED && s->in->best != PUT_NEW))
		s->in->best = put;
}

static void fail_memory(const struct sight *s)
{
	store_fail(register_store(s->in->reg), -ENOMEM);
}

/* The record of @kind with this key; NULL where there is none. */
static json_t *get(const struct sight *s, enum record_kind kind,
		   const char *key, json_t *value)
{
	json_t *fields = json_pack("{s:o}", key, value), *found = NULL;

	if (fields)
		found = register_get(s->in->reg, kind, fields);
	else
		fail_memory(s);
	json_decref(fields);
	return found;
}

/* 1. Whose it is */

/* True if two names are one but for capitals and, where one of the two has
 * none, accents: many certificates have none. */
static bool is_one(const char *a, const char *b)
{
	return *a && *b && (normalize_same(a, b) || names_spelt_alike(a, b));
}

/* True if the name on a certificate of the token is that of @holder. */
static bool is_named(const struct sight *s, const json_t *holder)
{
	const json_t *row;
	size_t i;

	json_array_foreach (s->token->rows, i, row)
		if (is_one(dossier_text(row, "name"),
			   dossier_text(holder, "name")))
			return true;
	return false;
}

/* The row whose certificate ends last, of those that name somebody. */
static const json_t *latest_row(const struct sight *s)
{
	const json_t *latest = NULL, *row;
	size_t i;

	json_array_foreach (s->token->rows, i, row)
		if (*dossier_text(row, "name") &&
		    (!latest || strcmp(dossier_text(row, "not_after"),
				       dossier_text(latest, "not_after")) > 0))
			latest = row;
	return latest;
}

/* What the certificate of @row says of whom it is of. */
static json_t *subscriber_values(const json_t *row)
{
	static const char *const names[] = { "name",	   "holder",
					     "email",	   "organization",
					     "unit",	   "tax_code",
					     "budget_code" };
	json_t *values = json_object();

	for (size_t i = 0; i < sizeof(names) / sizeof(names[0]); i++) {
		json_t *value = json_object_get(row, names[i]);

		if (value && json_object_set(values, names[i], value)) {
			json_decref(values);
			return NULL;
		}
	}
	return values;
}

/* Tells once for a token that whose it is cannot be told. */
static void doubt(struct sight *s, const char *why)
{
	if (!s->doubted)
		tell(s, SIGHTED_UNCLEAR, SIGHTED_DOUBT)->is = keep(s->out, why);
	s->doubted = true;
}

/* True if the certificate of @row, which names nobody on record, names the
 * holder but for the accents: it may be another, or the same misspelt. */
static bool may_be_holder(struct sight *s, const json_t *row)
{
	const char *name = dossier_text(row, "name");
	const char *holder = dossier_text(s->holder, "name");
	char *why = NULL;

	if (!*holder || !names_same_letters(name, holder))
		return false;
	if (asprintf(
		    &why,
		    _("the certificate names %s, and in the register the token is that of %s, whose name differs in its accents alone; nothing of whose it is was recorded"),
		    name, holder) < 0)
		fail_memory(s);
	else
		doubt(s, why);
	free(why);
	return true;
}

/* Tells once for a token that somebody whom the certificate of @row spells
 * otherwise was taken for @subscriber. */
static void tell_spelling(struct sight *s, const json_t *row,
			  const json_t *subscriber)
{
	const char *is = dossier_text(row, "name");
	const char *was = dossier_text(subscriber, "name");

	if (s->told || !*is || !*was || normalize_same(is, was))
		return;
	s->told = true;
	tell_change(s, SIGHTED_UNCLEAR, SIGHTED_SPELLING, was, is);
}

/* Sets the number of the subscriber whom @values of a certificate mean, a new
 * one where the register has nobody of the name there; 0 where it cannot be
 * told, which is a doubt. Returns the record, or NULL. */
static json_t *look_up(struct sight *s, struct import *in, json_t *values,
		       json_int_t *number)
{
	json_t *there = NULL;

	*number = 0;
	import_spell_place(in, values);
	if (*dossier_text(values, "name") && import_find_subscriber(in, values))
		*number = json_integer_value(
			json_object_get(values, "subscriber"));
	if (*number)
		there = get(s, RECORD_SUBSCRIBER, "subscriber",
			    json_integer(*number));
	if (in->errors->n)
		doubt(s, in->errors->list[0].text);
	return there;
}

/*
 * The subscriber whom the certificate of @row names, added where the register
 * has nobody of that name there; 0 where it cannot be told, which is a doubt.
 * Of one whom it has, nothing is put: a certificate may be older than what
 * officers recorded. With @holder, who is called so but for accents, only
 * somebody who is called so exactly is another, and then it may be either.
 */
static json_int_t find_subscriber(struct sight *s, const json_t *row,
				  json_int_t holder)
{
	struct data_errors errors = { 0 };
	struct import in = { .reg = s->in->reg, .errors = &errors };
	json_t *values = subscriber_values(row), *there = NULL;
	json_int_t number = 0;

	if (!values) {
		fail_memory(s);
		return 0;
	}
	there = look_up(s, &in, values, &number);
	if (errors.n ||
	    (number && !there && !holder && may_be_holder(s, row))) {
		number = 0;
	} else if (holder) {
		number = there && number != holder ? 0 : holder;
		if (!number)
			doubt(s, _("the register has two people of this name"));
	} else if (there) {
		tell_spelling(s, row, there);
	} else if (number) {
		import_make_place(&in, values);
		put(s, RECORD_SUBSCRIBER, values);
	}
	json_decref(there);
	json_decref(values);
	import_free(&in);
	data_errors_free(&errors);
	return number;
}

/* Whose the certificate of @row is. */
static json_int_t owner_of(struct sight *s, const json_t *row)
{
	const char *name = dossier_text(row, "name");
	const char *called = dossier_text(s->holder, "name");
	json_int_t holder =
		json_integer_value(json_object_get(s->holder, "subscriber"));

	if (!is_one(name, called))
		return find_subscriber(s, row, 0);
	if (!normalize_same(name, called))
		holder = find_subscriber(s, row, holder);
	if (holder)
		tell_spelling(s, row, s->holder);
	return holder;
}

/* Sets the token's subscriber in @values where its certificates are somebody
 * else's, or nobody has it. */
static void settle_holder(struct sight *s, json_t *values)
{
	const json_t *row = latest_row(s);
	const char *was = dossier_text(s->holder, "name");
	json_int_t number;

	if (!row || is_named(s, s->holder))
		return;
	number = find_subscriber(s, row, 0);
	if (!number)
		return;
	if (json_object_set_new(values, "subscriber", json_integer(number)))
		fail_memory(s);
	s->name = dossier_text(row, "name");
	if (*was)
		tell_change(s, SIGHTED_SWAPPED, SIGHTED_HOLDER, was, s->name);
}

/* 2. Its certificates */

static json_t *whole_serial(const struct sight *s, const json_t *row)
{
	const char *serial = dossier_text(row, "certificate_serial");
	char *whole = *serial ? normalize_serial(serial) : NULL;
	json_t *value = whole ? json_string(whole) : NULL;

	if (*serial && !value)
		fail_memory(s);
	free(whole);
	return value;
}

/* Tells how the certificate differs from the one on record, @there. */
static void compare_certificate(struct sight *s, const json_t *there,
				const json_t *row)
{
	const char *token = dossier_text(there, "device_serial");
	const char *was = dossier_text(there, "not_after");
	const char *is = dossier_text(row, "not_after");
	struct sighting *one;

	if (*token && strcmp(token, s->serial) != 0) {
		one = tell(s, SIGHTED_SWAPPED, SIGHTED_ELSEWHERE);
		one->other = keep(s->out, token);
		one->certificate =
			keep(s->out, dossier_text(there, "certificate_serial"));
	}
	if (*was && *is && strcmp(was, is) != 0) {
		one = tell(s, SIGHTED_CHANGED, SIGHTED_END);
		one->was = keep(s->out, was);
		one->is = keep(s->out, is);
		one->certificate =
			keep(s->out, dossier_text(there, "certificate_serial"));
	}
}

/* Puts the certificate of @row; returns whether it is one that the register did
 * not have. */
static bool put_certificate(struct sight *s, const json_t *row, json_t *serial)
{
	static const char *const names[] = { "not_before", "not_after",
					     "official" };
	json_t *there = get(s, RECORD_CERTIFICATE, "certificate_serial",
			    json_incref(serial));
	json_t *values = json_pack("{s:O, s:s}", "certificate_serial", serial,
				   "device_serial", s->serial);
	bool is_new = !there;
	json_int_t owner = 0;

	for (size_t i = 0; i < sizeof(names) / sizeof(names[0]); i++) {
		json_t *value = json_object_get(row, names[i]);

		if (value && json_object_set(values, names[i], value))
			fail_memory(s);
	}
	if (there)
		compare_certificate(s, there, row);
	if (!json_object_get(there, "subscriber"))
		owner = owner_of(s, row);
	if (owner &&
	    json_object_set_new(values, "subscriber", json_integer(owner)))
		fail_memory(s);
	/* One whose number was not known is not new. */
	if (is_new &&
	    certificate_is_awaited(register_store(s->in->reg), values))
		is_new = false;
	(void)certificate_find(s->in->reg, values);
	put(s, RECORD_CERTIFICATE, values);
	json_decref(values);
	json_decref(there);
	return is_new;
}

/* The certificates in force that the register has on the token. */
static json_t *expected(const struct sight *s)
{
	struct query *q = store_query(register_store(s->in->reg),
				      sql_sighting_certificates);
	json_t *list = json_object();
	char day[DATE_SIZE];

	query_put_text(q, s->serial);
	query_put_text(q, date_iso(date_day(s->token->when), day));
	while (query_next(q))
		if (json_object_set_new(list, query_text(q, 0), json_true()))
			fail_memory(s);
	query_end(q);
	return list;
}

static const char *first_of(json_t *object)
{
	const char *name = json_object_iter_key(json_object_iter(object));

	return name ? name : "";
}

/* Tells of the certificates that are @gone and those that have @come; one that
 * came where another went is in its place. */
static void tell_certificates(struct sight *s, json_t *gone, json_t *come)
{
	struct sighting *one;
	const char *serial;
	json_t *value;

	if (json_object_size(gone) && json_object_size(come)) {
		tell_change(s, SIGHTED_SWAPPED, SIGHTED_CERTIFICATE,
			    first_of(gone), first_of(come));
		json_object_del(come, first_of(come));
		json_object_del(gone, first_of(gone));
	}
	json_object_foreach (come, serial, value) {
		one = tell(s, SIGHTED_CHANGED, SIGHTED_NEW_CERTIFICATE);
		one->certificate = keep(s->out, serial);
	}
	json_object_foreach (gone, serial, value) {
		one = tell(s, SIGHTED_CHANGED, SIGHTED_NO_CERTIFICATE);
		one->certificate = keep(s->out, serial);
	}
}

static void take_certificates(struct sight *s)
{
	json_t *gone = expected(s), *come = json_object(), *row;
	size_t i;

	json_array_foreach (s->token->rows, i, row) {
		json_t *serial = whole_serial(s, row);

		if (!serial)
			continue;
		json_object_del(gone, json_string_value(serial));
		if (put_certificate(s, row, serial) &&
		    json_object_set_new(come, json_string_value(serial),
					json_true()))
			fail_memory(s);
		json_decref(serial);
	}
	if (!s->token->knows_certs)
		json_object_clear(gone);
	if (s->known)
		tell_certificates(s, gone, come);
	json_decref(gone);
	json_decref(come);
}

/* 3. The token */

bool sighting_is_older(const struct machine_token *token, const json_t *known)
{
	const char *day = dossier_text(known, "seen_date");
	const char *text = dossier_text(known, "seen_time");
	struct date last;

	/* An hour of another day is left over from before. */
	if (strncmp(text, day, strlen(day)) != 0)
		text = day;
	if (date_read(text, DATE_UTC_OFFSET, &last) != DATE_OK)
		return false;
	return last.has_hour ? token->when < last.time
			     : date_day(token->when) < last.day;
}

/* True if another machine saw the token at this very time, so that two tokens
 * bear its number, or a clock is wrong: where it is cannot be told. */
static bool is_seen_at_once(const struct sight *s)
{
	const char *host = dossier_text(s->known, "seen_host");
	const char *day = dossier_text(s->known, "seen_date");
	const char *text = dossier_text(s->known, "seen_time");
	struct date last;

	return *host && *s->host && !machine_same_host(host, s->host) &&
	       strncmp(text, day, strlen(day)) == 0 &&
	       date_read(text, DATE_UTC_OFFSET, &last) == DATE_OK &&
	       last.has_hour && machine_at_once(s->token->when, last.time);
}

/* A card with several PINs: the one whose label the register has counts. */
static json_t *state_of(const struct sight *s, const json_t *row)
{
	json_t *state = json_object_get(s->token->states,
					dossier_text(s->known, "device_label"));

	return state ? state : json_object_get(row, "user_pin");
}

/* The values of the token itself: what officers may have corrected is only
 * filled in. */
static json_t *token_values(const struct sight *s)
{
	static const char *const filled[] = { "device_label", "device_model" };
	static const char *const seen[] = { "seen_date", "seen_time",
					    "seen_host" };
	const json_t *row = json_array_get(s->token->rows, 0);
	json_t *values = json_pack("{s:s}", "device_serial", s->serial);
	int failed = !values;

	for (size_t i = 0; i < sizeof(filled) / sizeof(filled[0]); i++) {
		json_t *value = json_object_get(row, filled[i]);

		if (value && !json_object_get(s->known, filled[i]))
			failed |= json_object_set(values, filled[i], value);
	}
	/* Of a machine that does not tell its name, the one that was named
	 * before is not it. */
	for (size_t i = 0; i < sizeof(seen) / sizeof(seen[0]); i++) {
		json_t *value = json_object_get(row, seen[i]);

		failed |= json_object_set(values, seen[i],
					  value ? value : json_null());
	}
	if (machine_same_host(dossier_text(s->known, "seen_host"), s->host))
		failed |=
			json_object_set(values, "seen_host",
					json_object_get(s->known, "seen_host"));
	if (state_of(s, row))
		failed |= json_object_set(values, "user_pin", state_of(s, row));
	if (failed)
		fail_memory(s);
	return values;
}

static void compare_token(struct sight *s, const json_t *values)
{
	const char *host = dossier_text(s->known, "seen_host");
	const char *was = dossier_text(s->known, "user_pin");
	const char *is = dossier_text(values, "user_pin");

	if (*host && *s->host && !machine_same_host(host, s->host))
		tell_change(s, SIGHTED_MOVED, SIGHTED_HOST, host, s->host);
	if (*was && *is && strcmp(was, is) != 0)
		tell_change(s, SIGHTED_CHANGED, SIGHTED_PIN, was, is);
}

static void take_known(struct sight *s)
{
	json_t *values = token_values(s);

	if (s->known)
		compare_token(s, values);
	else
		(void)tell(s, SIGHTED_NEW, SIGHTED_TOKEN);
	settle_holder(s, values);
	put(s, RECORD_TOKEN, values);
	take_certificates(s);
	json_decref(values);
}

static void take_token(struct import *in, const struct machine_report *report,
		       struct machine_token *token, struct sightings *out)
{
	struct sight s = { .in = in,
			   .out = out,
			   .report = report,
			   .token = token,
			   .host = report->host,
			   .name = "" };
	json_t *number;

	s.known = register_find_token(in->reg, machine_token_serial(token));
	s.serial = s.known ? dossier_text(s.known, "device_serial")
			   : machine_token_serial(token);
	number = json_object_get(s.known, "subscriber");
	if (number)
		s.holder = get(&s, RECORD_SUBSCRIBER, "subscriber",
			       json_incref(number));
	s.name = dossier_text(s.holder, "name");
	if (!*s.name)
		s.name = dossier_text(latest_row(&s), "name");
	in->best = PUT_SAME;
	if (is_seen_at_once(&s)) {
		tell_change(&s, SIGHTED_UNCLEAR, SIGHTED_AT_ONCE,
			    dossier_text(s.known, "seen_host"), s.host);
		out->n_seen++;
	} else if (sighting_is_older(token, s.known)) {
		out->n_older++;
	} else {
		take_known(&s);
		out->n_seen++;
		in->n_new += in->best == PUT_NEW;
		in->n_changed += in->best == PUT_CHANGED;
		in->n_same += in->best == PUT_SAME;
	}
	json_decref(s.holder);
	json_decref(s.known);
}

/* 4. All of them */

static int compare_times(const void *a, const void *b)
{
	const struct machine_report *x = a, *y = b;

	return x->when != y->when ? (x->when > y->when ? 1 : -1)
				  : strcmp(x->host, y->host);
}

/* Two tokens that went from one machine to another and back again: they were
 * exchanged, and neither just moved. */
static void find_exchanges(struct sightings *out)
{
	for (size_t i = 0; i < out->n; i++) {
		struct sighting *a = &out->list[i];

		for (size_t k = i + 1; a->what == SIGHTED_HOST && k < out->n;
		     k++) {
			struct sighting *b = &out->list[k];

			if (b->what != SIGHTED_HOST ||
			    strcmp(a->serial, b->serial) == 0 ||
			    !machine_same_host(a->was, b->is) ||
			    !machine_same_host(a->is, b->was))
				continue;
			a->kind = b->kind = SIGHTED_SWAPPED;
			a->what = b->what = SIGHTED_EXCHANGE;
			a->other = b->serial;
			b->other = a->serial;
		}
	}
}

/* How many tokens there are of each kind: what is told of one stands together.
 */
static void count(struct sightings *out)
{
	for (size_t i = 0; i < out->n; i++) {
		const struct sighting *one = &out->list[i];
		size_t k = i;

		while (k > 0 && out->list[k - 1].kind != one->kind &&
		       strcmp(out->list[k - 1].serial, one->serial) == 0)
			k--;
		if (k == 0 || strcmp(out->list[k - 1].serial, one->serial) != 0)
			out->counts[one->kind]++;
	}
}

static bool has_tokens_of(const struct machine_report *a,
			  const struct machine_report *b)
{
	for (size_t i = 0; i < b->n_tokens; i++)
		if (!machine_find(a, machine_token_serial(&b->tokens[i])))
			return false;
	return true;
}

/* True if another report of the same name and time shows other tokens: then two
 * machines bear that name. */
static bool has_twin(const struct machine_reports *reports, size_t i)
{
	const struct machine_report *one = &reports->list[i];

	for (size_t k = 0; k < reports->n; k++) {
		const struct machine_report *other = &reports->list[k];

		if (k != i && other->complete &&
		    machine_same_host(other->host, one->host) &&
		    machine_at_once(other->when, one->when) &&
		    (!has_tokens_of(one, other) || !has_tokens_of(other, one)))
			return true;
	}
	return false;
}

/* The tokens that the machine should have, and that a whole report of it,
 * number
 * @at, lacks. */
static void find_missing(struct import *in,
			 const struct machine_reports *reports, size_t at,
			 struct sightings *out)
{
	const struct machine_report *report = &reports->list[at];
	bool twins = has_twin(reports, at);
	struct query *q =
		store_query(register_store(in->reg), sql_sighting_missing);
	char time[DATE_SIZE];

	query_put_text(q, report->host);
	query_put_text(q, date_vietnam(report->when, time));
	while (query_next(q)) {
		struct sight s = { .in = in,
				   .out = out,
				   .serial = query_text(q, 0),
				   .name = query_text(q, 1),
				   .host = report->host };

		(void)tell(&s, twins ? SIGHTED_UNCLEAR : SIGHTED_MISSING,
			   twins ? SIGHTED_TWINS : SIGHTED_TOKEN);
	}
	query_end(q);
}

/* True if report @i, of those in order, is the last whole one of its machine.
 */
static bool is_last_word(const struct machine_reports *reports, size_t i)
{
	const struct machine_report *report = &reports->list[i];

	for (size_t k = i + 1; k < reports->n; k++)
		if (reports->list[k].complete &&
		    machine_same_host(reports->list[k].host, report->host))
			return false;
	return report->complete && *report->host;
}

void sightings_take(struct import *in, struct machine_reports *reports,
		    struct sightings *out)
{
	char day[DATE_SIZE];

	qsort(reports->list, reports->n, sizeof(*reports->list), compare_times);
	for (size_t i = 0; i < reports->n; i++) {
		struct machine_report *report = &reports->list[i];

		if (in->begun)
			register_act_again(in->reg);
		else
			register_act_begin(in->reg, &in->act);
		in->begun = true;
		for (size_t k = 0; k < report->n_tokens; k++)
			take_token(in, report, &report->tokens[k], out);
		register_act_end(in->reg);
	}
	date_iso(date_day(in->act.now), day);
	store_today(register_store(in->reg), day);
	for (size_t i = 0; i < reports->n; i++)
		if (is_last_word(reports, i))
			find_missing(in, reports, i, out);
	find_exchanges(out);
	count(out);
	if (out->arena.failed)
		store_fail(register_store(in->reg), -ENOMEM);
}

void sightings_free(struct sightings *sightings)
{
	arena_free(&sightings->arena);
	*sightings = (struct sightings){ 0 };
}
