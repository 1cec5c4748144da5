/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include <errno.h>
#include <stdlib.h>
#include <string.h>

#include "document_register.h"
#include "input/dossier.h"
#include "message.h"
#include "minutes.h"

void party_options_free(struct party_options *p)
{
	free(p->name);
	free(p->title);
	free(p->organization);
	free(p->id_number);
	free(p->phone);
	free(p->grounds);
}

int party_facts(json_t *facts, const char *who, const struct party_options *p)
{
	const struct {
		const char *field, *text;
	} fields[] = {
		{ "name", p->name },
		{ "title", p->title },
		{ "organization", p->organization },
		{ "id_number", p->id_number },
		{ "phone", p->phone },
		{ "grounds", p->grounds },
	};
	json_t *party = json_object();
	int ret = party ? 0 : -ENOMEM;

	for (size_t i = 0; i < sizeof(fields) / sizeof(fields[0]) && !ret; i++)
		ret = dossier_put(party, fields[i].field, fields[i].text);
	if (!ret && json_object_size(party) > 0)
		ret = json_object_set(facts, who, party) ? -ENOMEM : 0;
	json_decref(party);
	return ret;
}

/* What the token shows against the occasion; the officers decide. */
static int fits_return(const struct document_job *job,
		       const struct cks_token *t, bool named)
{
	bool expired = false;

	(void)named;
	for (size_t i = 0; i < cks_token_n_certs(t); i++) {
		const struct cks_cert *c = cks_token_cert(t, i);

		expired |= !cks_cert_ca(c) &&
			   cks_cert_state(c, job->globals->now, 0) ==
				   CKS_CERT_EXPIRED;
	}
	if (!expired)
		print_message(
			_("%s: no certificate on the token has expired; Form 08 then presumes that one was revoked"),
			cks_token_serial(t));
	return 0;
}

static int fits_keeper(const struct document_job *job,
		       const struct cks_token *t, bool named)
{
	bool organization = false;

	(void)job;
	(void)named;
	for (size_t i = 0; i < cks_token_n_certs(t); i++) {
		const struct cks_cert *c = cks_token_cert(t, i);

		organization |= !cks_cert_ca(c) &&
				cks_cert_holder(c) == CKS_HOLDER_ORGANIZATION;
	}
	if (!organization)
		print_message(
			_("%s: no certificate of an organization is on the token; a person's token is that person's own to keep (Decree 30/2020/NĐ-CP, Article 32.3)"),
			cks_token_serial(t));
	return 0;
}

static bool is_person(const json_t *row)
{
	return strcmp(dossier_text(row, "holder"), "person") == 0;
}

/* What is known of the receiver, and else of the one person the token is for,
 * as an object of its own: the dossier's may be that of other documents too. */
static json_t *receiver_of(const json_t *dossier, const json_t *rows)
{
	static const char *const fields[] = { "name",	 "id_number",
					      "id_date", "id_place",
					      "title",	 "organization",
					      "phone" };
	const json_t *row = json_array_get(rows, 0);
	json_t *given = json_object_get(dossier, "receiver");
	json_t *receiver = json_object();
	int rc = !receiver;

	if (json_array_size(rows) == 1 && is_person(row) &&
	    dossier_text(given, "name")[0] == '\0')
		for (size_t i = 0;
		     i < sizeof(fields) / sizeof(fields[0]) && !rc; i++)
			rc = dossier_put(receiver, fields[i],
					 dossier_text(row, fields[i]));
	if (!rc && given)
		rc = json_object_update_missing(receiver, given);
	if (rc) {
		json_decref(receiver);
		receiver = NULL;
	}
	return receiver;
}

static bool is_subscriber(const json_t *receiver, const json_t *row)
{
	const char *number = dossier_text(row, "id_number");
	const char *given = dossier_text(receiver, "id_number");

	return is_person(row) &&
	       strcmp(dossier_text(row, "name"),
		      dossier_text(receiver, "name")) == 0 &&
	       (number[0] == '\0' || given[0] == '\0' ||
		strcmp(number, given) == 0);
}

/* A token goes to the person it is for, unless another is named, who is then
 * not called the subscriber. */
static int settle_delivery(const struct document_job *job, json_t *dossier)
{
	const json_t *rows = dossier_get(dossier, "subscribers");
	json_t *receiver = receiver_of(dossier, rows);
	bool subscriber = json_array_size(rows) > 0 &&
			  dossier_text(receiver, "name")[0] != '\0';
	int rc = !receiver;

	(void)job;
	for (size_t i = 0; i < json_array_size(rows); i++)
		subscriber &= is_subscriber(receiver, json_array_get(rows, i));
	json_object_del(receiver, "subscriber");
	if (!rc && subscriber)
		rc = dossier_put_new(receiver, "subscriber", json_true());
	if (!rc && json_object_size(receiver) > 0)
		rc = json_object_set(dossier, "receiver", receiver);
	json_decref(receiver);
	if (rc)
		print_message("%s", cks_strerror(CKS_ERR_MEMORY));
	return rc ? EXIT_DEVICE : 0;
}

/* Only a keeper is one for a time. */
static int check_minutes(const struct document_job *job, const json_t *dossier)
{
	(void)job;
	if (!dossier_get(dossier, "document.until") &&
	    !json_is_true(dossier_get(dossier, "document.temporary")))
		return 0;
	print_message(_("--temporary and --until go with \"handover keeper\""));
	return EXIT_USAGE;
}

/* Days are told by their order as texts. */
static int check_until(const struct document_job *job, const json_t *dossier)
{
	const char *until = dossier_text(dossier, "document.until");

	(void)job;
	if (!*until ||
	    strcmp(until, dossier_text(dossier, "document.date")) >= 0)
		return 0;
	print_message(_(
		"--until: the receiver cannot keep the token until a day before that of the minutes"));
	return EXIT_USAGE;
}

const struct document_kind minutes_kinds[] = {
	{ .procedure = "deliver",
	  .form = "07",
	  .of_tokens = true,
	  .one_token = true,
	  .check = check_minutes,
	  .complete = settle_delivery },
	{ .procedure = "return",
	  .form = "08",
	  .of_tokens = true,
	  .one_token = true,
	  .accepts_token = fits_return,
	  .check = check_minutes,
	  .complete = document_find_giver },
	{ .procedure = "lost", .form = "09", .check = check_minutes },
	{ .procedure = "keeper",
	  .form = "",
	  .of_tokens = true,
	  .one_token = true,
	  .accepts_token = fits_keeper,
	  .check = check_until,
	  .complete = document_find_giver },
	{ 0 },
};
