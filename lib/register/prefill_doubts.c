/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* What the register says against a row: the officer decides. */
#include <errno.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "base/date.h"
#include "prefill_private.h"

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

/* A record's day as officers write it; NULL: it has none. */
static const char *day_of(const json_t *record, const char *name,
			  char words[DATE_SIZE])
{
	long day;

	if (!date_read_iso(import_text(record, name), &day))
		return NULL;
	return date_dmy(day, words);
}

/* The same, of a day that has come. */
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
		      _("%s \"%s\": the register has several subscribers with it, so nothing is taken from there; give the serial number of the token or of the certificate"),
		      import_label(field), import_text(f->row, field));
	if (f->n_tokens > 1)
		doubt(f,
		      _("the register has several tokens of %s, so none is taken from there; give the serial number of one"),
		      name_of(f->m.subscriber));
	if (f->n_certificates > 1)
		doubt(f,
		      _("the register has several certificates in use on the token %s, so none is taken from there; give the serial number of one"),
		      import_text(f->m.token, "device_serial"));
}

static void doubt_owner(const struct facts *f, const json_t *record,
			const char *key, const char *format)
{
	json_t *owner;

	if (!f->m.subscriber || prefill_is_of(&f->m, record))
		return;
	owner = register_get(f->reg, RECORD_SUBSCRIBER, record);
	doubt(f, format, import_text(record, key), name_of(owner),
	      name_of(f->m.subscriber));
	json_decref(owner);
}

/* Where the token has none of its subscriber's, also those that expired. */
static void doubt_others(const struct facts *f)
{
	struct query *q;

	if (!f->sought || !f->m.subscriber)
		return;
	q = prefill_of_others(f->reg, &f->m,
			      f->n_certificates ? f->question->day : "");
	while (query_next(q))
		doubt(f,
		      _("the register has the certificate %s on the token %s, but as that of %s; nothing is taken from it, as the token is that of %s"),
		      query_text(q, 0),
		      import_text(f->m.token, "device_serial"),
		      query_text(q, 1), name_of(f->m.subscriber));
	query_end(q);
}

/* Who loses a token may find it, and then it is seen again. */
static bool is_lost(const struct facts *f)
{
	struct query *q = store_query(
		register_store(f->reg),
		"SELECT 1 FROM \"losses\" WHERE \"device_serial\" = $1 AND "
		"\"loss_kind\" = 'lost' AND ($2 = '' OR \"reported_time\" IS "
		"NULL OR $2 <= substr(\"reported_time\", 1, 10))");
	bool lost;

	query_put_text(q, import_text(f->m.token, "device_serial"));
	query_put_text(q, import_text(f->m.token, "seen_date"));
	lost = query_next(q);
	query_end(q);
	return lost;
}

static void doubt_token(const struct facts *f)
{
	const char *serial = import_text(f->m.token, "device_serial");
	char words[DATE_SIZE];

	if (past_day_of(f, f->m.token, "returned_date", words))
		doubt(f,
		      _("the register says that the token %s was returned on %s"),
		      serial, words);
	if (is_lost(f))
		doubt(f, _("the register says that the token %s is lost"),
		      serial);
}

/* Who moves inside the State sector keeps the token. */
static void doubt_subscriber(const struct facts *f)
{
	json_t *owner =
		prefill_subscriber(f->m.token)
			? register_get(f->reg, RECORD_SUBSCRIBER, f->m.token)
			: json_incref(f->m.subscriber);
	char words[DATE_SIZE];

	if (strcmp(import_text(owner, "left_reason"), "moved") != 0 &&
	    past_day_of(f, owner, "left_date", words))
		doubt(f, _("the register says that %s left on %s"),
		      name_of(owner), words);
	json_decref(owner);
}

/* The one that the row is about; of a token that has none in use, the last. */
static json_t *certificate_of(const struct facts *f)
{
	json_t *list, *key, *certificate = NULL;

	if (!f->sought || f->n_certificates)
		return json_incref(f->m.certificate);
	list = prefill_last(f->reg, &f->m);
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
	const char *serial = import_text(certificate, "certificate_serial");
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

/* Whether it is for those who go on using a token. */
static bool is_for_use(const char *procedure)
{
	static const char *const procedures[] = { "renew", "change", "recover",
						  "keeper", "deliver" };

	for (size_t i = 0; i < sizeof(procedures) / sizeof(procedures[0]); i++)
		if (strcmp(procedures[i], procedure) == 0)
			return true;
	return false;
}

void prefill_doubt(const struct facts *f)
{
	const char *procedure = f->question->procedure;

	doubt_several(f);
	doubt_owner(
		f, f->m.token, "device_serial",
		_("the register has the token %s as that of %s; the document names %s"));
	doubt_owner(
		f, f->m.certificate, "certificate_serial",
		_("the register has the certificate %s as that of %s; the document names %s"));
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
