/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include "prefill.h"

#include <errno.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "base/date.h"
#include "certificate.h"
#include "import_private.h"
#include "input/dossier.h"
#include "match.h"
#include "names.h"
#include "normalize.h"
#include "papers.h"
#include "record_document.h"
#include "register/prefill.sql.h"
#include "token/ckstoken.h"

/* A row, and the records that were found for it. */
struct facts {
	struct custody_register *reg;
	const json_t *row;
	const struct prefill_question *question;
	bool fresh;
	struct match m;
	size_t n_tokens; /* tokens of the subscriber, if the row names none */
	bool sought; /* the row names no certificate; one was searched for */
	size_t n_certificates; /* certificates in use that were found */
};

/* The number of the record's subscriber, or 0. */
static json_int_t subscriber_of(const json_t *record)
{
	return json_integer_value(json_object_get(record, "subscriber"));
}

/* True if a token or certificate belongs to the row's subscriber or to nobody.
 */
static bool is_theirs(const struct match *m, const json_t *record)
{
	json_int_t theirs = subscriber_of(record);

	return !theirs || theirs == subscriber_of(m->subscriber);
}

/* The texts that @q finds, for the caller to json_decref(). */
static json_t *list_of(struct custody_register *reg, struct query *q)
{
	json_t *list = json_array();

	while (list && query_next(q))
		if (json_array_append_new(list, json_string(query_text(q, 0))))
			store_fail(register_store(reg), -ENOMEM);
	query_end(q);
	return list;
}

/* A document may not have its day yet: then everything recorded counts, also
 * for later days. The views have '9999' for a day that never comes. */
static void set_day(struct custody_register *reg, const char *day)
{
	store_today(register_store(reg), *day ? day : "9998-12-31");
}

/* A query whose parameters are the token and its subscriber. */
static struct query *ask(struct custody_register *reg, const char *sql,
			 const struct match *m)
{
	struct query *q = store_query(register_store(reg), sql);

	query_put_text(q, import_text(m->token, "device_serial"));
	query_put_number(q, subscriber_of(m->subscriber));
	return q;
}

static json_t *last_certificate(struct custody_register *reg,
				const struct match *m)
{
	return list_of(reg, ask(reg, sql_prefill_last, m));
}

/* The serial numbers of the certificates in use on the day that was set; if all
 * have expired by then, those of the expired ones. */
static json_t *certificates_in_use(struct custody_register *reg,
				   const struct match *m, bool dated)
{
	json_t *list = NULL;

	for (int unexpired = dated; unexpired >= 0; unexpired--) {
		struct query *q = ask(reg, sql_prefill_in_use, m);

		json_decref(list);
		query_put_number(q, unexpired);
		list = list_of(reg, q);
		if (!list || json_array_size(list) > 0)
			break;
	}
	return list;
}

/* The record of the only key in the list; NULL if the list has none or several.
 */
static json_t *only_one(struct custody_register *reg, enum record_kind kind,
			json_t *list)
{
	json_t *key = NULL, *record = NULL;

	if (json_array_size(list) == 1)
		key = json_pack("{s:O}", record_types[kind].columns[0],
				json_array_get(list, 0));
	if (key)
		record = register_get(reg, kind, key);
	json_decref(key);
	json_decref(list);
	return record;
}

/* Finds the token of the subscriber, if there is exactly one. */
static void find_in_hand(struct facts *f)
{
	struct query *q =
		store_query(register_store(f->reg), sql_prefill_tokens);
	json_t *list;

	query_put_number(q, subscriber_of(f->m.subscriber));
	list = list_of(f->reg, q);
	f->n_tokens = json_array_size(list);
	f->m.token = only_one(f->reg, RECORD_TOKEN, list);
}

static void find_certificate(struct facts *f)
{
	json_t *list = certificates_in_use(f->reg, &f->m, *f->question->day);

	f->sought = true;
	f->n_certificates = json_array_size(list);
	f->m.certificate = only_one(f->reg, RECORD_CERTIFICATE, list);
	if (f->m.certificate && !f->m.subscriber)
		match_find_subscriber(f->reg, f->row, &f->m);
}

/* Finds the certificate of a subscriber of whom no token is known, if there is
 * exactly one. */
static void find_loose(struct facts *f)
{
	struct query *q =
		store_query(register_store(f->reg), sql_prefill_loose);

	query_put_number(q, subscriber_of(f->m.subscriber));
	f->m.certificate =
		only_one(f->reg, RECORD_CERTIFICATE, list_of(f->reg, q));
}

/* Finds the records that the row does not name, where there is only one choice.
 */
static void complete(struct facts *f)
{
	const char *serial = f->fresh ? "old_serial" : "certificate_serial";
	struct match *m = &f->m;

	if (m->other)
		return;
	if (!m->token && m->subscriber &&
	    !*import_text(f->row, "device_serial"))
		find_in_hand(f);
	if (m->token && !m->certificate && !*import_text(f->row, serial))
		find_certificate(f);
	else if (!m->token && m->subscriber && !m->certificate &&
		 f->n_tokens == 0 && !*import_text(f->row, serial) &&
		 !*import_text(f->row, "device_serial"))
		find_loose(f);
}

/* Fields that describe only one day, the register itself or the earlier
 * certificate are not for documents. */
static bool is_for_documents(const char *name)
{
	const struct field *f = field_find(name);

	return (f && strcmp(name, "user_pin") != 0 &&
		strcmp(name, "old_serial") != 0) ||
	       strcmp(name, "official") == 0;
}

/* A number that is not known is left to be filled in. */
static bool is_unnumbered(const char *name, const json_t *value)
{
	return strcmp(name, "certificate_serial") == 0 &&
	       json_is_string(value) &&
	       certificate_is_unnumbered(json_string_value(value));
}

static int add(json_t *facts, const json_t *record)
{
	const char *name;
	json_t *value;

	json_object_foreach ((json_t *)record, name, value)
		if (is_for_documents(name) && !is_unnumbered(name, value) &&
		    json_object_set(facts, name, value))
			return -ENOMEM;
	return 0;
}

/* Documents write the unit before its agency. */
static int add_agency(json_t *facts, const json_t *subscriber)
{
	const char *unit = import_text(subscriber, "unit");
	const char *organization = import_text(subscriber, "organization");
	char *text = NULL;
	int ret;

	if (!*unit)
		return 0;
	if (asprintf(&text, "%s%s%s", unit, *organization ? ", " : "",
		     organization) < 0)
		return -ENOMEM;
	ret = dossier_put(facts, "organization", text);
	free(text);
	return ret;
}

/*
 * Adds what the register knows of the agency: of a subscriber that is the
 * agency itself all that is asked of one, of others the province. The address
 * for mail is that of a new certificate; one in use has its own.
 */
static int add_agency_facts(const struct facts *f, json_t *facts)
{
	static const char *const fields[] = { "province", "address", "tax_code",
					      "budget_code", "email" };
	const char *organization = import_text(facts, "organization");
	bool is_agency =
		strcmp(import_text(facts, "holder"), "organization") == 0 &&
		normalize_same(import_text(facts, "name"), organization);
	json_t *key = json_pack("{s:s}", "organization", organization);
	json_t *agency = key ? register_get(f->reg, RECORD_AGENCY, key) : NULL;
	size_t n = !is_agency ? 1 : f->fresh ? 5 : 4;
	int ret = 0;

	for (size_t i = 0; i < n && !ret; i++)
		if (!*import_text(facts, fields[i]))
			ret = dossier_put(facts, fields[i],
					  import_text(agency, fields[i]));
	json_decref(agency);
	json_decref(key);
	return ret;
}

/* Adds name and number of @other where the row gives other ones, and nothing
 * else. */
static int add_other(json_t *facts, const json_t *row, const json_t *other)
{
	static const char *const names[] = { "name", "id_number" };
	int ret = 0;

	for (size_t i = 0; i < 2 && !ret; i++)
		if (*import_text(row, names[i]))
			ret = dossier_put(facts, names[i],
					  import_text(other, names[i]));
	return ret;
}

/* A token or certificate of somebody else adds nothing to the row. */
static int add_theirs(json_t *facts, const struct match *m,
		      const json_t *record)
{
	return is_theirs(m, record) ? add(facts, record) : 0;
}

/* Adds that the certificate was renewed, where no number says how often. */
static int add_renewed(json_t *values, const struct facts *f)
{
	struct query *q;
	bool renewed;

	if (json_integer_value(json_object_get(values, "renewals")) > 0 ||
	    !is_theirs(&f->m, f->m.certificate))
		return 0;
	q = store_query(register_store(f->reg), sql_prefill_renewed);
	query_put_text(q, import_text(f->m.certificate, "certificate_serial"));
	renewed = query_next(q);
	query_end(q);
	if (!renewed)
		return 0;
	return json_object_set_new(values, "renewals", json_integer(1))
		       ? -ENOMEM
		       : 0;
}

static int add_all(json_t *values, const struct facts *f)
{
	const struct match *m = &f->m;
	int ret = 0;

	if (m->subscriber)
		ret = add(values, m->subscriber) ||
		      add_agency_facts(f, values) ||
		      add_agency(values, m->subscriber);
	else if (m->other)
		ret = add_other(values, f->row, m->other);
	if (ret)
		return ret;
	if (!f->fresh)
		return add_theirs(values, m, m->token) ||
		       add_theirs(values, m, m->certificate) ||
		       add_renewed(values, f);
	if (!is_theirs(m, m->certificate))
		return 0;
	return dossier_put(values, "old_serial",
			   certificate_number(import_text(
				   m->certificate, "certificate_serial")));
}

static void __attribute__((format(printf, 2, 3)))
doubt(const struct facts *f, const char *format, ...)
{
	char *text = NULL;
	va_list args;
	int n;

	va_start(args, format);
	n = vasprintf(&text, format, args);
	va_end(args);
	if (n < 0 ||
	    json_array_append_new(f->question->doubts, json_string(text)))
		store_fail(register_store(f->reg), -ENOMEM);
	if (n >= 0)
		free(text);
}

static const char *name_of(const json_t *subscriber)
{
	const char *name = import_text(subscriber, "name");

	return *name ? name : import_text(subscriber, "email");
}

/* The day of the record as officers write it, or NULL. */
static const char *day_of(const json_t *record, const char *name,
			  char words[DATE_SIZE])
{
	long day;

	if (!date_read_iso(import_text(record, name), &day))
		return NULL;
	return date_dmy(day, words);
}

/* Like day_of(), but NULL for a day after the document's. */
static const char *past_day_of(const struct facts *f, const json_t *record,
			       const char *name, char words[DATE_SIZE])
{
	if (strcmp(import_text(record, name), f->question->day) > 0)
		return NULL;
	return day_of(record, name, words);
}

static void doubt_several(const struct facts *f)
{
	const char *field = f->m.several;

	if (field)
		doubt(f,
		      _("%s \"%s\": several subscribers in the register have it, so nothing was taken from the register; give the serial number of the token or of the certificate"),
		      data_errors_heading(NULL, field),
		      import_text(f->row, field));
	if (f->n_tokens > 1)
		doubt(f,
		      _("the register has several tokens of %s, so none was chosen; give the serial number of one"),
		      name_of(f->m.subscriber));
	if (f->n_certificates > 1)
		doubt(f,
		      _("the register has several certificates in use on the token %s, so none was chosen; give the serial number of one"),
		      import_text(f->m.token, "device_serial"));
}

/* The number of a certificate in a sentence. */
static const char *words_of(const char *key)
{
	return certificate_is_unnumbered(key) ? _("(number not known)") : key;
}

static void doubt_owner(const struct facts *f, const json_t *record,
			const char *key, const char *format)
{
	json_t *owner;

	if (!f->m.subscriber || is_theirs(&f->m, record))
		return;
	owner = register_get(f->reg, RECORD_SUBSCRIBER, record);
	doubt(f, format, words_of(import_text(record, key)), name_of(owner),
	      name_of(f->m.subscriber));
	json_decref(owner);
}

/* Where the token has no certificate of its subscriber, expired certificates of
 * others count too. */
static void doubt_others(const struct facts *f)
{
	struct query *q;

	if (!f->sought || !f->m.subscriber)
		return;
	q = ask(f->reg, sql_prefill_of_others, &f->m);
	query_put_number(q, f->n_certificates && *f->question->day);
	while (query_next(q))
		doubt(f,
		      _("in the register the certificate %s on the token %s belongs to %s; nothing was taken from it, as the token belongs to %s"),
		      words_of(query_text(q, 0)),
		      import_text(f->m.token, "device_serial"),
		      query_text(q, 1), name_of(f->m.subscriber));
	query_end(q);
}

struct prefill_state prefill_state_of(struct custody_register *reg,
				      const char *serial, const char *day)
{
	struct prefill_state state = { false, false };
	struct query *q;

	set_day(reg, day);
	q = store_query(register_store(reg), sql_prefill_token_state);
	query_put_text(q, serial);
	if (query_next(q)) {
		state.returned = query_number(q, 0) != 0;
		state.lost = query_number(q, 1) != 0;
	}
	query_end(q);
	return state;
}

static void doubt_token(const struct facts *f)
{
	const char *serial = import_text(f->m.token, "device_serial");
	struct prefill_state state =
		prefill_state_of(f->reg, serial, f->question->day);
	char words[DATE_SIZE];

	if (state.returned && day_of(f->m.token, "returned_date", words))
		doubt(f,
		      _("the register says that the token %s was returned on %s"),
		      serial, words);
	if (state.lost)
		doubt(f, _("the register says that the token %s is lost"),
		      serial);
}

/* Subscribers who move within the State sector keep their token. */
static void doubt_subscriber(const struct facts *f)
{
	json_t *owner =
		subscriber_of(f->m.token)
			? register_get(f->reg, RECORD_SUBSCRIBER, f->m.token)
			: json_incref(f->m.subscriber);
	char words[DATE_SIZE];

	if (strcmp(import_text(owner, "left_reason"), "moved") != 0 &&
	    past_day_of(f, owner, "left_date", words))
		doubt(f, _("the register says that %s left on %s"),
		      name_of(owner), words);
	json_decref(owner);
}

/* The certificate of the row; of a token without one in use, the last. */
static json_t *certificate_of(const struct facts *f)
{
	json_t *list, *key, *certificate = NULL;

	if (!f->sought || f->n_certificates)
		return json_incref(f->m.certificate);
	list = last_certificate(f->reg, &f->m);
	key = json_pack("{s:O*}", "certificate_serial",
			json_array_get(list, 0));
	if (json_object_size(key))
		certificate = register_get(f->reg, RECORD_CERTIFICATE, key);
	json_decref(key);
	json_decref(list);
	return certificate;
}

static void doubt_certificate(const struct facts *f)
{
	json_t *certificate = certificate_of(f);
	const char *serial =
		words_of(import_text(certificate, "certificate_serial"));
	char words[DATE_SIZE];

	if (day_of(certificate, "revoked_date", words))
		doubt(f,
		      _("the register says that the certificate %s was revoked on %s"),
		      serial, words);
	else if (day_of(certificate, "notice_date", words))
		doubt(f,
		      _("the register says that the revocation of the certificate %s was notified on %s"),
		      serial, words);
	json_decref(certificate);
}

/* True if the procedure is for subscribers who go on using the token. */
static bool is_for_use(const char *procedure)
{
	static const char *const procedures[] = { "renew", "change", "recover",
						  "keeper", "deliver" };

	for (size_t i = 0; i < sizeof(procedures) / sizeof(procedures[0]); i++)
		if (strcmp(procedures[i], procedure) == 0)
			return true;
	return false;
}

/* Adds a sentence for everything in the register that contradicts the row. The
 * officer decides. */
static void add_doubts(const struct facts *f)
{
	const char *procedure = f->question->procedure;

	doubt_several(f);
	doubt_owner(
		f, f->m.token, "device_serial",
		_("in the register the token %s belongs to %s; the document names %s"));
	doubt_owner(
		f, f->m.certificate, "certificate_serial",
		_("in the register the certificate %s belongs to %s; the document names %s"));
	doubt_others(f);
	if (!is_for_use(procedure))
		return;
	if (f->m.token)
		doubt_token(f);
	doubt_subscriber(f);
	doubt_certificate(f);
	if (strcmp(procedure, "renew") == 0 && f->sought &&
	    f->n_certificates == 0)
		doubt(f,
		      _("the register has no certificate in force on the token %s that could be renewed"),
		      import_text(f->m.token, "device_serial"));
}

static int put_known(const struct facts *f, const char *name,
		     const json_t *record, const char *field)
{
	return dossier_put(f->question->known, name,
			   import_text(record, field));
}

static int add_known(const struct facts *f)
{
	json_t *certificate = certificate_of(f), *before = NULL, *key;
	const char *old = import_text(certificate, "old_serial");
	int ret = put_known(f, "device_kind", f->m.token, "device_kind");

	if (!ret && is_theirs(&f->m, certificate)) {
		key = *old ? json_pack("{s:s}", "certificate_serial", old)
			   : NULL;
		if (key)
			before = register_get(f->reg, RECORD_CERTIFICATE, key);
		json_decref(key);
		ret = put_known(f, "notice_date", certificate, "notice_date") ||
		      put_known(f, "revoked_date", certificate,
				"revoked_date") ||
		      put_known(f, "old_not_after", before, "not_after");
	}
	json_decref(before);
	json_decref(certificate);
	return ret;
}

json_t *prefill_of(struct custody_register *reg, const json_t *row,
		   const struct prefill_question *question)
{
	struct facts f = { .reg = reg,
			   .row = row,
			   .question = question,
			   .fresh = record_is_fresh(question->procedure) };
	json_t *values = json_object();

	set_day(reg, question->day);
	match_find(reg, row, f.fresh, &f.m);
	complete(&f);
	if (question->doubts)
		add_doubts(&f);
	if (values &&
	    (add_all(values, &f) || (question->known && add_known(&f)))) {
		json_decref(values);
		values = NULL;
	}
	match_free(&f.m);
	return values;
}

/* The certificates in use; if there are none, the last one, unless the document
 * needs one in force. */
static json_t *certificates_of(struct custody_register *reg,
			       const struct match *m, bool fresh,
			       const char *day)
{
	json_t *list = certificates_in_use(reg, m, *day);

	if (!list || json_array_size(list) > 0 || (*day && !fresh))
		return list;
	json_decref(list);
	return last_certificate(reg, m);
}

/* The row of the token @device and its certificate; one whose number is not
 * known is named by its days. */
static json_t *row_of(struct custody_register *reg, const json_t *device,
		      const char *column, const json_t *key)
{
	json_t *row =
		json_pack("{s:O, s:O}", "device_serial", device, column, key);
	json_t *named = NULL, *there = NULL;

	if (!row || !certificate_is_unnumbered(json_string_value(key)))
		return row;
	(void)json_object_del(row, column);
	named = json_pack("{s:O}", "certificate_serial", key);
	there = named ? register_get(reg, RECORD_CERTIFICATE, named) : NULL;
	if (strcmp(column, "certificate_serial") == 0 &&
	    (dossier_put(row, "not_before", import_text(there, "not_before")) ||
	     dossier_put(row, "not_after", import_text(there, "not_after"))))
		store_fail(register_store(reg), -ENOMEM);
	json_decref(there);
	json_decref(named);
	return row;
}

json_t *prefill_rows(struct custody_register *reg, const char *serial,
		     bool fresh, const char *day)
{
	const char *column = fresh ? "old_serial" : "certificate_serial";
	json_t *rows = json_array(), *list = NULL, *certificate;
	json_t *named = json_pack("{s:s}", "device_serial", serial);
	const json_t *device;
	struct match m;
	size_t i;

	set_day(reg, day);
	match_find(reg, named, false, &m);
	device = json_object_get(m.token, "device_serial");
	if (device)
		list = certificates_of(reg, &m, fresh, day);
	json_array_foreach (list, i, certificate)
		json_array_append_new(rows,
				      row_of(reg, device, column, certificate));
	if (device && json_array_size(list) == 0)
		json_array_append_new(
			rows, json_pack("{s:O}", "device_serial", device));
	if (rows && device && json_array_size(rows) == 0) {
		json_decref(rows);
		rows = NULL;
	}
	json_decref(list);
	json_decref(named);
	match_free(&m);
	return rows;
}

static json_t *person_of(struct custody_register *reg, struct query *q)
{
	json_t *person = json_object();

	if (dossier_put(person, "name", query_text(q, 0)) ||
	    dossier_put(person, "title", query_text(q, 1)) ||
	    dossier_put(person, "id_number", query_text(q, 2)))
		store_fail(register_store(reg), -ENOMEM);
	return person;
}

/* The decision by which the keeper has the token. */
static void put_decision(struct custody_register *reg, json_t *keeper,
			 const char *decision, const char *day)
{
	char *text = *decision ? papers_cite_decision(decision, day) : NULL;

	if (*decision && (!text || dossier_put(keeper, "grounds", text)))
		store_fail(register_store(reg), -ENOMEM);
	free(text);
}

json_t *prefill_keeper(struct custody_register *reg, const char *serial,
		       const char *day, const char *but)
{
	json_t *named = json_pack("{s:s}", "device_serial", serial);
	json_t *keeper = NULL;
	struct query *q;
	struct match m;

	set_day(reg, day);
	match_find(reg, named, false, &m);
	q = store_query(register_store(reg), sql_prefill_keeper);
	query_put_text(q, import_text(m.token, "device_serial"));
	query_put_text(q, but);
	if (query_next(q)) {
		keeper = person_of(reg, q);
		put_decision(reg, keeper, query_text(q, 3), query_text(q, 4));
	}
	query_end(q);
	match_free(&m);
	json_decref(named);
	return keeper;
}

json_t *prefill_loss(struct custody_register *reg, const char *serial)
{
	static const char *const fields[] = { "lost_date", "lost_place",
					      "reported", "circumstances" };
	json_t *named = json_pack("{s:s}", "device_serial", serial);
	json_t *loss = json_object();
	struct query *q;
	struct match m;
	int ret = loss ? 0 : -ENOMEM;

	match_find(reg, named, false, &m);
	q = store_query(register_store(reg), sql_prefill_loss);
	query_put_text(q, import_text(m.token, "device_serial"));
	if (query_next(q))
		for (int i = 0; i < 4 && !ret; i++)
			ret = dossier_put(loss, fields[i], query_text(q, i));
	query_end(q);
	if (ret)
		store_fail(register_store(reg), ret);
	match_free(&m);
	json_decref(named);
	return loss;
}

/* Days are compared as texts, which have the same order. */
bool prefill_has_ended(const json_t *row, const char *day)
{
	const char *end = import_text(row, "not_after");

	return *end && strcmp(end, day) < 0;
}

const char *prefill_return_reason(const json_t *rows, const char *day)
{
	bool expired = json_array_size(rows) > 0;

	for (size_t i = 0; i < json_array_size(rows) && expired; i++) {
		const json_t *row = json_array_get(rows, i);

		expired = prefill_has_ended(row, day) &&
			  !*import_text(row, "reason");
	}
	return expired ? "chứng thư chữ ký số hết hạn" : "";
}

json_t *prefill_owner(struct custody_register *reg, const char *serial)
{
	json_t *named = json_pack("{s:s}", "device_serial", serial);
	json_t *owner = NULL;
	struct match m;

	match_find(reg, named, false, &m);
	if (m.subscriber) {
		owner = json_object();
		if (!owner || add(owner, m.subscriber) ||
		    add_agency(owner, m.subscriber))
			store_fail(register_store(reg), -ENOMEM);
	}
	match_free(&m);
	json_decref(named);
	return owner;
}

/* The numbers of the subscribers called @name, however it is spelt. */
static json_t *numbers_called(struct custody_register *reg, const char *name)
{
	struct query *q = store_query(register_store(reg), sql_prefill_people);
	char *folded = cks_text_fold(name);
	json_t *numbers = json_array();

	query_put_text(q, folded);
	if (!folded)
		store_fail(register_store(reg), -ENOMEM);
	while (folded && query_next(q))
		if (names_spelt_alike(query_text(q, 1), name) &&
		    json_array_append_new(numbers,
					  json_integer(query_number(q, 0))))
			store_fail(register_store(reg), -ENOMEM);
	query_end(q);
	free(folded);
	return numbers;
}

/* Adds the subscriber @number to @people, as documents write them. */
static int add_subscriber(struct custody_register *reg, const json_t *number,
			  json_t *people)
{
	json_t *key = json_pack("{s:O}", "subscriber", number);
	json_t *record = key ? register_get(reg, RECORD_SUBSCRIBER, key) : NULL;
	json_t *person = json_object();
	int ret = record && person ? 0 : -ENOMEM;

	if (!ret)
		ret = add(person, record) || add_agency(person, record) ||
		      dossier_put(person, "left_date",
				  import_text(record, "left_date")) ||
		      dossier_put(person, "left_reason",
				  import_text(record, "left_reason")) ||
		      json_array_append(people, person);
	json_decref(person);
	json_decref(record);
	json_decref(key);
	return ret ? -ENOMEM : 0;
}

/* True if @people has one whom the number @id_number, which may be "", does not
 * tell from the keeper. */
static bool has_keeper(const json_t *people, const char *id_number)
{
	bool found = false;

	for (size_t i = 0; i < json_array_size(people) && !found; i++) {
		const char *theirs =
			import_text(json_array_get(people, i), "id_number");

		found = !*theirs || !*id_number ||
			strcmp(theirs, id_number) == 0;
	}
	return found;
}

static int add_keepers(struct custody_register *reg, const char *name,
		       json_t *people)
{
	struct query *q = store_query(register_store(reg), sql_prefill_keepers);
	int ret = 0;

	while (!ret && query_next(q))
		if (names_spelt_alike(query_text(q, 0), name) &&
		    !has_keeper(people, query_text(q, 2)))
			ret = json_array_append_new(people, person_of(reg, q));
	query_end(q);
	return ret ? -ENOMEM : 0;
}

json_t *prefill_people(struct custody_register *reg, const char *name)
{
	json_t *numbers = numbers_called(reg, name);
	json_t *people = json_array();
	int ret = numbers && people ? 0 : -ENOMEM;

	for (size_t i = 0; i < json_array_size(numbers) && !ret; i++)
		ret = add_subscriber(reg, json_array_get(numbers, i), people);
	if (!ret)
		ret = add_keepers(reg, name, people);
	json_decref(numbers);
	if (ret) {
		json_decref(people);
		people = NULL;
	}
	return people;
}
