/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* Minutes of tokens that change hands or are lost. */
#include <errno.h>
#include <limits.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "document.h"
#include "handover_papers.h"
#include "input/dossier.h"
#include "input/moment.h"
#include "message.h"
#include "register/names.h"
#include "register/prefill.h"

#define NOT_GIVEN INT_MIN
#define COPIES_MAX 99

struct party_options {
	char *name, *title, *organization, *id_number, *phone, *grounds;
};

/* For the option table; @who is the party. */
/* clang-format off */
#define PARTY_OPTIONS(p, who) \
	OPTION_STRING(who, (p).name, "NAME", N_("name of this party")), \
	OPTION_STRING(who "-title", (p).title, "TEXT", \
		      N_("title of this party")), \
	OPTION_STRING(who "-organization", (p).organization, "TEXT", \
		      N_("agency of this party")), \
	OPTION_STRING(who "-id-number", (p).id_number, "N", \
		      N_("personal identification number of this party")), \
	OPTION_STRING(who "-phone", (p).phone, "N", \
		      N_("telephone of this party")), \
	OPTION_STRING(who "-grounds", (p).grounds, "TEXT", \
		      N_("document under which this party acts"))
/* clang-format on */

static void party_options_free(struct party_options *p)
{
	free(p->name);
	free(p->title);
	free(p->organization);
	free(p->id_number);
	free(p->phone);
	free(p->grounds);
}

/* Puts them into @facts under @who. 0, or -ENOMEM. */
static int party_facts(json_t *facts, const char *who,
		       const struct party_options *p)
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

static bool is_person(const json_t *row)
{
	return strcmp(dossier_text(row, "holder"), "person") == 0;
}

/* Copies from @row what a party says of itself. 0 or -ENOMEM. */
static int put_person(json_t *person, const json_t *row)
{
	static const char *const fields[] = { "name",	 "id_number",
					      "id_date", "id_place",
					      "title",	 "organization",
					      "phone" };
	int rc = 0;

	for (size_t i = 0; i < sizeof(fields) / sizeof(fields[0]) && !rc; i++)
		rc = dossier_put(person, fields[i],
				 dossier_text(row, fields[i]));
	return rc;
}

/* The receiver, and where nobody is named the one person whom the token is for;
 * an object of its own, as other documents may share the dossier's. */
static json_t *receiver_of(const json_t *dossier, const json_t *rows)
{
	const json_t *row = json_array_get(rows, 0);
	json_t *given = json_object_get(dossier, "receiver");
	json_t *receiver = json_object();
	int rc = !receiver;

	if (!rc && json_array_size(rows) == 1 && is_person(row) &&
	    dossier_text(given, "name")[0] == '\0')
		rc = put_person(receiver, row);
	if (!rc && given)
		rc = json_object_update_missing(receiver, given);
	if (rc) {
		json_decref(receiver);
		receiver = NULL;
	}
	return receiver;
}

/* By the form, @who stands for the agency that manages the tokens. An object of
 * its own, as other documents may share the dossier's. */
static int complete_agency(json_t *dossier, const char *who)
{
	const char *agency = dossier_text(dossier, "agency.name");
	const json_t *given = json_object_get(dossier, who);
	json_t *party = given ? json_copy((json_t *)given) : json_object();
	int rc = !party;

	if (!rc && !*dossier_text(party, "organization"))
		rc = dossier_put(party, "organization", agency);
	if (!rc && json_object_size(party) > 0)
		rc = json_object_set(dossier, who, party);
	json_decref(party);
	return rc ? print_no_memory() : 0;
}

/* True if each of the tokens in @rows is for the person @party. */
static bool is_subscriber(const json_t *rows, const json_t *party)
{
	const char *name = dossier_text(party, "name");
	const char *given = dossier_text(party, "id_number");
	bool is = json_array_size(rows) > 0 && *name;

	for (size_t i = 0; i < json_array_size(rows) && is; i++) {
		const json_t *row = json_array_get(rows, i);
		const char *number = dossier_text(row, "id_number");

		is = is_person(row) &&
		     names_spelt_alike(dossier_text(row, "name"), name) &&
		     (!*number || !*given || strcmp(number, given) == 0);
	}
	return is;
}

/* A token goes to the person whom it is for, unless another is named. The
 * receiver is called the subscriber only if all rows are that person's. */
static int complete_delivery(const struct document_job *job, json_t *dossier)
{
	const json_t *rows = dossier_get(dossier, "subscribers");
	json_t *receiver = receiver_of(dossier, rows);
	int rc = !receiver;

	(void)job;
	json_object_del(receiver, "subscriber");
	if (!rc && is_subscriber(rows, receiver))
		rc = dossier_put_new(receiver, "subscriber", json_true());
	if (!rc && json_object_size(receiver) > 0)
		rc = json_object_set(dossier, "receiver", receiver);
	json_decref(receiver);
	return rc ? print_no_memory() : complete_agency(dossier, "giver");
}

/* The person whose token it is, or NULL: by the register, which may know of a
 * successor, and else by the row, which says more of the same person. */
static json_t *owner_of(const struct document_job *job, const json_t *row)
{
	const char *serial = dossier_text(row, "device_serial");
	json_t *owner =
		job->event.reg ? prefill_owner(job->event.reg, serial) : NULL;
	const char *name = dossier_text(owner, "name");
	const json_t *whose = row;
	json_t *person = NULL;

	if (*name && strcmp(name, dossier_text(row, "name")) != 0)
		whose = owner;
	if (is_person(whose) && *dossier_text(whose, "name"))
		person = json_object();
	if (person && put_person(person, whose)) {
		json_decref(person);
		person = NULL;
	}
	json_decref(owner);
	return person;
}

/* The keeper of the row's token, else its owner, or NULL. */
static json_t *holder_of(const struct document_job *job, const json_t *dossier,
			 const json_t *row)
{
	json_t *owner = owner_of(job, row);
	json_t *keeper =
		job->event.reg
			? prefill_keeper(job->event.reg,
					 dossier_text(row, "device_serial"),
					 dossier_text(dossier, "document.date"),
					 dossier_text(dossier, "receiver.name"))
			: NULL;

	if (keeper && strcmp(dossier_text(keeper, "name"),
			     dossier_text(owner, "name")) != 0) {
		json_decref(owner);
		return keeper;
	}
	json_decref(keeper);
	return owner;
}

/* The one person who has had all the tokens, or NULL. */
static json_t *find_holder(const struct document_job *job,
			   const json_t *dossier)
{
	const json_t *rows = dossier_get(dossier, "subscribers");
	json_t *holder = NULL;

	for (size_t i = 0; i < json_array_size(rows); i++) {
		json_t *other =
			holder_of(job, dossier, json_array_get(rows, i));
		bool same = i == 0 || (other && json_equal(other, holder));

		/* One person may keep tokens by several decisions. */
		if (!same && json_object_del(other, "grounds") == 0 &&
		    json_object_del(holder, "grounds") == 0)
			same = json_equal(other, holder);

		json_decref(holder);
		holder = same ? json_incref(other) : NULL;
		json_decref(other);
		if (!holder)
			break;
	}
	return holder;
}

/* Minutes that name nobody as @who mean the person who has had all the tokens:
 * the keeper in the register or, for a person's token, the row's subscriber. */
static int complete_holder(const struct document_job *job, json_t *dossier,
			   const char *who)
{
	json_t *given = json_object_get(dossier, who), *holder;
	int ret;

	if (*dossier_text(given, "name"))
		return 0;
	holder = find_holder(job, dossier);
	if (!holder)
		return job->event.reg ? register_exit_code(job->event.reg) : 0;
	ret = (given && json_object_update(holder, given)) ||
			      json_object_set(dossier, who, holder)
		      ? print_no_memory()
		      : document_know_person(job, who, holder, false);
	json_decref(holder);
	if (ret)
		return ret;
	return strcmp(who, "giver") == 0
		       ? document_settle_giver(job, dossier)
		       : document_note_departure(job, who,
						 json_object_get(dossier, who));
}

static int complete_giver(const struct document_job *job, json_t *dossier)
{
	return complete_holder(job, dossier, "giver");
}

/* Fills in the loss that the register has, if all rows share it. */
static int complete_loss(const struct document_job *job, json_t *dossier)
{
	const json_t *rows = dossier_get(dossier, "subscribers");
	json_t *document = json_object_get(dossier, "document"), *loss = NULL;
	int ret = 0;

	for (size_t i = 0; i < json_array_size(rows); i++) {
		json_t *other = prefill_loss(
			job->event.reg,
			dossier_text(json_array_get(rows, i), "device_serial"));
		bool same = !loss || (other && json_equal(loss, other));

		json_decref(loss);
		loss = same ? json_incref(other) : NULL;
		json_decref(other);
		if (!loss)
			break;
	}
	if (loss && json_object_update_missing(document, loss))
		ret = print_no_memory();
	json_decref(loss);
	return ret ? ret : register_exit_code(job->event.reg);
}

/* The first day that is written with strokes within @text, whether or not there
 * is such a day: "chiều 20/11/2026". NULL or what is wrong with it, as
 * moment_read(); *@moment says whether there is one. */
static const char *read_day_within(const char *text, struct moment *moment)
{
	static const char digits[] = "0123456789/";
	const char *why = NULL;
	char day[DATE_SIZE];
	size_t len;

	*moment = (struct moment){ 0 };
	while (!moment->is_written && *(text += strcspn(text, digits))) {
		len = strspn(text, digits);
		(void)snprintf(day, sizeof(day), "%.*s", (int)len, text);
		text += len;
		why = moment_read(day, moment);
	}
	return why;
}

/* Reads the day that the document's @path tells, if it tells one. A text that
 * is written as a day, and cannot be one, is refused. */
static int read_loss_day(const json_t *dossier, const char *path,
			 struct moment *moment, bool *known)
{
	const char *text = dossier_text(dossier, path);
	const char *why = *text ? moment_read(text, moment) : NULL;

	if (why && !moment->is_written)
		why = read_day_within(text, moment);
	*known = moment->is_written && !why;
	if (!why || !moment->is_written)
		return 0;
	print_error("%s: \"%s\": %s", path, text, why);
	return EXIT_USAGE;
}

static bool is_before(const struct date *a, const struct date *b)
{
	return a->day < b->day || (a->day == b->day && a->has_hour &&
				   b->has_hour && a->time < b->time);
}

/* A loss comes before its report, and both before the minutes of it. */
static int check_loss(const struct document_job *job, const json_t *dossier)
{
	struct moment lost = { 0 }, reported = { 0 };
	bool has_lost, has_reported;
	long today = date_day(job->when);
	int ret =
		read_loss_day(dossier, "document.lost_date", &lost, &has_lost);

	if (!ret)
		ret = read_loss_day(dossier, "document.reported", &reported,
				    &has_reported);
	if (ret)
		return ret;
	if (has_lost && lost.date.day > today)
		print_error(_(
			"the token was lost after the day of the minutes, by document.lost_date (--lost-date); check the days"));
	else if (has_reported && reported.date.day > today)
		print_error(_(
			"the loss was reported after the day of the minutes, by document.reported (--reported); check the days"));
	else if (has_lost && has_reported &&
		 is_before(&reported.date, &lost.date))
		print_error(_(
			"the loss was reported before the token was lost, by --reported and --lost-date; check the days"));
	else
		return 0;
	return EXIT_USAGE;
}

/* Who answered for the token that is lost is who had it. */
static int complete_lost(const struct document_job *job, json_t *dossier)
{
	int ret = complete_agency(dossier, "receiver");

	if (!ret)
		ret = complete_holder(job, dossier, "keeper");
	if (!ret && job->event.reg)
		ret = complete_loss(job, dossier);
	return ret ? ret : check_loss(job, dossier);
}

/* Subscribers hand back what is theirs, and represent nobody: no paper says
 * that they may. An object of its own, as other documents may share the
 * dossier's. */
static int call_giver_subscriber(json_t *dossier)
{
	const json_t *rows = dossier_get(dossier, "subscribers");
	const json_t *given = json_object_get(dossier, "giver");
	json_t *giver;
	int rc;

	if (!given)
		return 0;
	giver = json_copy((json_t *)given);
	rc = !giver;
	json_object_del(giver, "subscriber");
	if (!rc && is_subscriber(rows, giver))
		rc = dossier_put_new(giver, "subscriber", json_true());
	if (!rc)
		rc = json_object_set(dossier, "giver", giver);
	json_decref(giver);
	return rc ? print_no_memory() : 0;
}

/* A token is handed back when its certificate has expired, which is then the
 * reason, if no other is given. */
static int complete_return(const struct document_job *job, json_t *dossier)
{
	const json_t *rows = dossier_get(dossier, "subscribers");
	const char *day = dossier_text(dossier, "document.date");
	const char *reason = prefill_return_reason(rows, day);
	int ret;

	if (!*dossier_text(dossier, "document.reason") &&
	    dossier_put(dossier, "document.reason", reason))
		return print_no_memory();
	ret = complete_holder(job, dossier, "giver");
	return ret ? ret : call_giver_subscriber(dossier);
}

/* A change of keeper is based on a paper. */
static int complete_change(const struct document_job *job, json_t *dossier)
{
	int ret = complete_giver(job, dossier);

	handover_doubt_term(dossier);
	return ret ? ret : handover_find_papers(job, dossier);
}

/* Only of a keeper do the minutes say for how long. */
static int check_no_term(const struct document_job *job, const json_t *dossier)
{
	(void)job;
	if (!dossier_get(dossier, "document.until") &&
	    !json_is_true(dossier_get(dossier, "document.temporary")))
		return 0;
	print_error(_(
		"--temporary and --until are for \"handover keeper\" and \"handover permission\" only"));
	return EXIT_USAGE;
}

/* Days are compared as texts, which have the same order. */
static int check_term(const struct document_job *job, const json_t *dossier)
{
	const char *until = dossier_text(dossier, "document.until");

	(void)job;
	if (!*until ||
	    strcmp(until, dossier_text(dossier, "document.date")) >= 0)
		return 0;
	print_error(_(
		"--until is before the day of the minutes; the receiver cannot keep the token until then"));
	return EXIT_USAGE;
}

static const struct document_kind kinds[] = {
	{ .procedure = "deliver",
	  .command = "handover",
	  .form = "07",
	  .of_tokens = true,
	  .one_token = true,
	  .needs_number = true,
	  .bears_heads = true,
	  .check = check_no_term,
	  .complete = complete_delivery },
	{ .procedure = "return",
	  .command = "handover",
	  .form = "08",
	  .of_tokens = true,
	  .one_token = true,
	  .needs_number = true,
	  .bears_heads = true,
	  .check = check_no_term,
	  .complete = complete_return },
	{ .procedure = "lost",
	  .command = "handover",
	  .form = "09",
	  .needs_number = true,
	  .bears_heads = true,
	  .check = check_no_term,
	  .complete = complete_lost },
	{ .procedure = "keeper",
	  .command = "handover",
	  .form = "",
	  .of_tokens = true,
	  .one_token = true,
	  .needs_number = true,
	  .bears_heads = true,
	  .check = check_term,
	  .complete = complete_change },
	{ .procedure = "decision",
	  .command = "handover",
	  .form = "",
	  .template = "decision",
	  .of_tokens = true,
	  .one_token = true,
	  .needs_number = true,
	  .check = check_no_term,
	  .complete = handover_complete_decision },
	{ .procedure = "permission",
	  .command = "handover",
	  .form = "",
	  .template = "permission",
	  .of_tokens = true,
	  .one_token = true,
	  .needs_number = true,
	  .check = check_term,
	  .complete = handover_complete_permission },
	{ 0 },
};

struct handover_options {
	struct document_options document;
	struct party_options giver, receiver, keeper;
	char *place, *reason, *condition, *accessories;
	char *lost_date, *lost_place, *reported, *from, *until;
	const char **grounds;
	int copies, temporary;
};

static void free_options(struct handover_options *o)
{
	party_options_free(&o->giver);
	party_options_free(&o->receiver);
	party_options_free(&o->keeper);
	selection_free_argv(o->grounds);
	free(o->place);
	free(o->reason);
	free(o->condition);
	free(o->accessories);
	free(o->lost_date);
	free(o->lost_place);
	free(o->reported);
	free(o->from);
	free(o->until);
	document_options_free(&o->document);
}

/* The facts that the options tell, for a dossier. NULL: no memory. */
static json_t *facts_of(const struct handover_options *o)
{
	const struct {
		const char *path, *text;
	} texts[] = {
		{ "document.place", o->place },
		{ "document.reason", o->reason },
		{ "document.lost_date", o->lost_date },
		{ "document.lost_place", o->lost_place },
		{ "document.reported", o->reported },
		{ "document.from", o->from },
		{ "document.until", o->until },
		{ "every.condition", o->condition },
		{ "every.accessories", o->accessories },
	};
	json_t *facts = json_object();
	int rc = !facts;

	for (size_t i = 0; i < sizeof(texts) / sizeof(texts[0]) && !rc; i++)
		rc = dossier_put(facts, texts[i].path, texts[i].text);
	for (size_t i = 0; o->grounds && o->grounds[i] && !rc; i++)
		rc = dossier_append(facts, "document.papers", o->grounds[i]);
	if (!rc && o->copies != NOT_GIVEN)
		rc = dossier_put_new(facts, "document.originals",
				     json_integer(o->copies));
	if (!rc && (o->temporary || o->until))
		rc = dossier_put_new(facts, "document.temporary", json_true());
	rc = rc || party_facts(facts, "giver", &o->giver) ||
	     party_facts(facts, "receiver", &o->receiver) ||
	     party_facts(facts, "keeper", &o->keeper);
	if (rc) {
		json_decref(facts);
		facts = NULL;
	}
	return facts;
}

/* Papers, and not minutes, say from when on something holds. */
static bool is_paper(const char *name)
{
	return strcmp(name, "decision") == 0 || strcmp(name, "permission") == 0;
}

static int make(struct globals *globals, const struct handover_options *o,
		const char *name)
{
	if (!name) {
		print_error(_(
			"choose the minutes to write, such as \"handover return\" or the number of their form, \"handover 08\""));
		return EXIT_USAGE;
	}
	if (o->from && !is_paper(name)) {
		print_error(_(
			"--from is for \"handover decision\" and \"handover permission\" only"));
		return EXIT_USAGE;
	}
	if (o->copies != NOT_GIVEN &&
	    (o->copies < 1 || o->copies > COPIES_MAX)) {
		print_error(_("--copies takes a number from 1 to 99"));
		return EXIT_USAGE;
	}
	return document_make(globals, &o->document, kinds, name, facts_of(o),
			     NULL);
}

static int run(struct globals *globals, int argc, const char **argv)
{
	struct handover_options o = { .document = DOCUMENT_OPTIONS_INIT,
				      .copies = NOT_GIVEN };
	struct poptOption table[] = {
		PARTY_OPTIONS(o.giver, "giver"),
		PARTY_OPTIONS(o.receiver, "receiver"),
		PARTY_OPTIONS(o.keeper, "keeper"),
		OPTION_STRING("place", o.place, "TEXT",
			      N_("where the minutes are drawn up")),
		OPTION_LIST(
			"grounds", o.grounds, "TEXT",
			N_("decision or written permission it is based on")),
		OPTION_STRING(
			"reason", o.reason, "TEXT",
			N_("reason for the hand-over, or how the token was lost")),
		OPTION_STRING("condition", o.condition, "TEXT",
			      N_("condition of the token")),
		OPTION_STRING("accessories", o.accessories, "TEXT",
			      N_("accessories handed over with it")),
		OPTION_STRING("lost-date", o.lost_date, "TEXT",
			      N_("when it was lost")),
		OPTION_STRING("lost-place", o.lost_place, "TEXT",
			      N_("where it was lost")),
		OPTION_STRING("reported", o.reported, "TEXT",
			      N_("when the loss was reported")),
		OPTION_FLAG("temporary", o.temporary,
			    N_("the receiver keeps it for a limited time")),
		OPTION_STRING(
			"from", o.from, "DATE",
			N_("decision, permission: the first day, if not that of signing")),
		OPTION_STRING("until", o.until, "DATE",
			      N_("the last day of that time (DD/MM/YYYY)")),
		OPTION_NUMBER("copies", o.copies, "N",
			      N_("how many copies are made")),
		DUE_OPTION(o.document),
		ASK_OPTIONS(o.document),
		DOCUMENT_OPTIONS(o.document),
		LIST_JSON_OPTION(o.document),
		POPT_TABLEEND
	};
	poptContext context;
	const char **args;
	int ret;

	o.document.ask = DOCUMENT_ASK_OFFER;
	if (options_parse(globals, &cmd_handover, table, argc, argv, &context,
			  &args, &ret) &&
	    options_limit_args(&cmd_handover, args, 1, &ret))
		ret = o.document.list_provinces
			      ? list_provinces(o.document.json)
			      : make(globals, &o, args[0]);
	free_options(&o);
	poptFreeContext(context);
	return ret;
}

const struct command cmd_handover = {
	.name = "handover",
	.summary = N_(
		"write the minutes of a token changing hands or lost (Forms 07 to 09), and the papers before them"),
	.usage =
		"handover deliver|return|lost|keeper|NUMBER -o FILE.pdf|FILE.docx [-o FILE]... [--province NAME] [--giver NAME] [--receiver NAME] [--keeper NAME] [--temporary] [--until DATE] [--due [DAYS]] [<details>] [<document options>] [<token selection>]\n"
		"handover decision --keeper NAME -o FILE.pdf|FILE.docx [-o FILE]... [--from DATE] [<details>] [<document options>] [<token selection>]\n"
		"handover permission --receiver NAME --until DATE -o FILE.pdf|FILE.docx [-o FILE]... [--giver NAME] [--from DATE] [<details>] [<document options>] [<token selection>]",
	.needs_config = true,
	.run = run,
};
