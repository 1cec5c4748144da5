/* SPDX-License-Identifier: LGPL-2.1-or-later */
/*
 * People whom a document names: what the configuration and the register know of
 * who is called so is not asked for again.
 */
#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "base/date.h"
#include "base/text.h"
#include "document_private.h"
#include "input/dossier.h"
#include "input/field.h"
#include "message.h"
#include "register/names.h"
#include "register/prefill.h"
#include "token/ckstoken.h"

#define N(array) (sizeof(array) / sizeof((array)[0]))

/* The facts of a person that the name brings along. */
static const char *const fields[] = { "id_number", "id_date",	  "id_place",
				      "title",	   "phone",	  "email",
				      "address",   "organization" };

/* True if what is known of both is of two people. */
static bool are_two(const json_t *a, const json_t *b)
{
	const char *mine = dossier_text(a, "id_number");
	const char *theirs = dossier_text(b, "id_number");

	if (*mine && *theirs)
		return strcmp(mine, theirs) != 0;
	mine = dossier_text(a, "email");
	theirs = dossier_text(b, "email");
	if (*mine && *theirs)
		return strcmp(mine, theirs) != 0;
	mine = dossier_text(a, "organization");
	theirs = dossier_text(b, "organization");
	return *mine && *theirs && strcmp(mine, theirs) != 0 &&
	       !names_share_agency(mine, theirs);
}

/* True if one title may be the other, such as "Phó Giám đốc" and "PHÓ GIÁM
 * ĐỐC": neither says anything but the other's words; "" may be any. */
static bool share_title(const json_t *a, const json_t *b)
{
	char *mine = cks_text_fold(dossier_text(a, "title"));
	char *theirs = cks_text_fold(dossier_text(b, "title"));
	bool share = mine && theirs &&
		     (strstr(mine, theirs) || strstr(theirs, mine));

	free(mine);
	free(theirs);
	return share;
}

/* Leaves of @people those who may be @person: whose number that is, if
 * somebody's is, and of several those of the title. */
static void narrow(json_t *people, const json_t *person)
{
	const char *number = dossier_text(person, "id_number");
	bool numbered = false, titled = false;

	for (size_t i = json_array_size(people); i-- > 0;) {
		const json_t *other = json_array_get(people, i);

		if (are_two(person, other)) {
			(void)json_array_remove(people, i);
			continue;
		}
		numbered |= *number && strcmp(dossier_text(other, "id_number"),
					      number) == 0;
		titled |= *dossier_text(person, "title") &&
			  *dossier_text(other, "title") &&
			  share_title(person, other);
	}
	for (size_t i = json_array_size(people); i-- > 0;) {
		const json_t *other = json_array_get(people, i);
		bool fits = numbered ? strcmp(dossier_text(other, "id_number"),
					      number) == 0
				     : !titled || share_title(person, other);

		if (!fits)
			(void)json_array_remove(people, i);
	}
}

/* True if all is told of a person that could be. */
static bool is_complete(const json_t *person)
{
	size_t n = 0;

	while (n < N(fields) && *dossier_text(person, fields[n]))
		n++;
	return n == N(fields);
}

/* Adds to @person what only @known says. */
static int fill(json_t *person, const json_t *known)
{
	for (size_t i = 0; i < N(fields); i++) {
		const json_t *value = json_object_get(known, fields[i]);

		if (*dossier_text(person, fields[i]) || !value ||
		    json_is_null(value) ||
		    json_is_false(json_object_get(person, fields[i])))
			continue;
		if (json_object_set(person, fields[i], (json_t *)value))
			return print_no_memory();
	}
	return 0;
}

/* The person of the configuration whose fields begin with @section, by the way
 * in which values are kept. NULL: there is none called @name. */
static json_t *configured(const struct document_job *job, const char *name,
			  const char *path, const char *title,
			  const char *organization)
{
	const json_t *facts = job->globals->config.facts;
	json_t *person;

	if (!names_spelt_alike(dossier_text(facts, path), name))
		return NULL;
	if (!organization)
		return json_deep_copy(dossier_get(facts, "contact"));
	person = json_object();
	if (dossier_put(person, "name", dossier_text(facts, path)) ||
	    dossier_put(person, "title", dossier_text(facts, title)) ||
	    dossier_put(person, "organization",
			dossier_text(facts, organization))) {
		json_decref(person);
		person = NULL;
	}
	return person;
}

/* Whether @name is in capitals where @full is not. 1, 0, or -ENOMEM. */
static int is_in_capitals(const char *name, const char *full)
{
	struct arena arena = { 0 };
	const char *ours = text_upper(&arena, name);
	const char *theirs = text_upper(&arena, full);
	int ret = !ours || !theirs ? -ENOMEM
				   : strcmp(ours, name) == 0 &&
					     strcmp(theirs, full) != 0;

	arena_free(&arena);
	return ret;
}

/*
 * Puts @own, whom the configuration names, among those whom the register knows:
 * it goes before what that says of the same person. Who may be one of several
 * there is nobody else.
 */
static int place(json_t *people, json_t *own, const char *agency)
{
	json_t *same = NULL;
	size_t n = 0;

	for (size_t i = 0; i < json_array_size(people); i++) {
		if (are_two(own, json_array_get(people, i)) ||
		    !share_title(own, json_array_get(people, i)))
			continue;
		same = json_array_get(people, i);
		n++;
	}
	if (n > 1)
		return 0;
	if (n == 0)
		same = own;
	/* Beside a signature a title stands in capitals, and not elsewhere. */
	if (n == 1 && is_in_capitals(dossier_text(own, "title"),
				     dossier_text(same, "title")) == 1)
		json_object_del(own, "title");
	if ((n == 0 && json_array_append(people, own)) ||
	    (n == 1 && json_object_update(same, own)))
		return print_no_memory();
	/* The configuration is an agency's, and names its own people. */
	if (!*dossier_text(same, "organization") &&
	    dossier_put(same, "organization", agency))
		return print_no_memory();
	return 0;
}

/* All who are called @name, each once; the caller's to json_decref(). NULL: no
 * memory, told. */
static json_t *find_people(const struct document_job *job, const char *name)
{
	json_t *people = job->event.reg ? prefill_people(job->event.reg, name)
					: json_array();
	json_t *own[] = {
		configured(job, name, "contact.name", NULL, NULL),
		configured(job, name, "agency.signer_name",
			   "agency.signer_title", "agency.name"),
	};
	int ret = people ? 0 : print_no_memory();

	for (size_t i = 0; i < N(own); i++) {
		if (own[i] && !ret)
			ret = document_normalize_person(own[i]);
		if (own[i] && !ret)
			ret = place(people, own[i],
				    dossier_text(job->globals->config.facts,
						 "agency.name"));
		json_decref(own[i]);
	}
	if (ret) {
		json_decref(people);
		people = NULL;
	}
	return people;
}

/* The same, sought only once: many documents may name the same few. */
static json_t *known_people(const struct document_job *job, const char *name)
{
	json_t *people = json_object_get(job->people, name);

	if (!people) {
		people = find_people(job, name);
		if (people && json_object_set_new(job->people, name, people)) {
			(void)print_no_memory();
			return NULL;
		}
	}
	return people ? json_copy(people) : NULL;
}

static void print_candidate(const json_t *person)
{
	static const char *const telling[] = { "id_number", "title",
					       "organization", "email",
					       "phone" };
	char words[400];
	size_t len = 0;

	(void)snprintf(words, sizeof(words), "%s",
		       dossier_text(person, "name"));
	len = strlen(words);
	for (size_t i = 0; i < N(telling) && len < sizeof(words); i++)
		if (*dossier_text(person, telling[i]))
			len += (size_t)snprintf(
				words + len, sizeof(words) - len, ", %s",
				dossier_text(person, telling[i]));
	print_error("  %s", words);
}

static int ask(const char *who, const json_t *people)
{
	print_error(
		_("%s: several people are called so; say which by --set %s.id_number=N, --set %s.organization=TEXT or --set %s.title=TEXT:"),
		who, who, who, who);
	for (size_t i = 0; i < json_array_size(people); i++)
		print_candidate(json_array_get(people, i));
	return EXIT_AMBIGUOUS;
}

/* A name that was typed without its accents, or in capitals, is written as the
 * one that it is known by. */
static int spell(const char *who, json_t *person, const json_t *known)
{
	const char *name = dossier_text(person, "name");
	const char *full = dossier_text(known, "name");
	bool accents = names_has_accents(full);
	int capitals = accents || !names_has_accents(name)
			       ? is_in_capitals(name, full)
			       : 0;

	if (capitals < 0)
		return print_no_memory();
	if (!capitals && (names_has_accents(name) || !accents))
		return 0;
	print_message(_("%s: \"%s\" is written as \"%s\", as it is known"), who,
		      name, full);
	return dossier_put(person, "name", full) ? print_no_memory() : 0;
}

/* How many bytes of @name are a form of address, which documents print before a
 * name themselves. "Ông" is a name too, as in "Ông Ích Khiêm" and "Ông Thị Hà".
 */
static size_t address_length(const char *name)
{
	static const char *const forms[] = {
		"Ông (bà) ", "ông (bà) ", "Ông/bà ",   "Ông/Bà ",
		"ông/bà ",   "ông ",	  "Bà ",       "bà ",
		"BÀ ",	     "Đồng chí ", "đồng chí ",
	};
	static const char *const names[] = { "Ông ", "ÔNG " };
	static const char *const middle[] = { "Thị ", "THỊ ", "Văn ", "VĂN " };
	size_t len = strlen(names[0]), blanks = 0;

	for (size_t i = 0; i < N(forms); i++)
		if (strncmp(name, forms[i], strlen(forms[i])) == 0)
			return strlen(forms[i]);
	if (strncmp(name, names[0], len) != 0 &&
	    strncmp(name, names[1], len) != 0)
		return 0;
	for (size_t i = 0; i < N(middle); i++)
		if (strncmp(name + len, middle[i], strlen(middle[i])) == 0)
			return 0;
	for (const char *at = name + len; *at; at++)
		blanks += *at == ' ';
	return blanks >= 2 ? len : 0;
}

static int drop_address(const char *who, json_t *person)
{
	const char *name = dossier_text(person, "name");
	size_t len = address_length(name);
	char *bare;
	int rc;

	if (!len || !strchr(name + len, ' '))
		return 0;
	bare = strdup(name + len);
	if (!bare)
		return print_no_memory();
	print_message(
		_("%s: \"%s\" is written as \"%s\"; \"ông (bà)\" stands before it already"),
		who, name, bare);
	rc = dossier_put(person, "name", bare);
	free(bare);
	return rc ? print_no_memory() : 0;
}

int document_know_person(const struct document_job *job, const char *who,
			 json_t *person, bool asks)
{
	const char *name = dossier_text(person, "name");
	json_t *people;
	int ret;

	if (!*name || is_complete(person))
		return 0;
	people = known_people(job, name);
	ret = people ? 0 : EXIT_DEVICE;

	narrow(people, person);
	if (!ret && json_array_size(people) > 1 && asks)
		ret = ask(who, people);
	if (!ret && json_array_size(people) == 1) {
		ret = spell(who, person, json_array_get(people, 0));
		if (!ret)
			ret = fill(person, json_array_get(people, 0));
	}
	json_decref(people);
	if (!ret && job->event.reg)
		ret = register_exit_code(job->event.reg);
	return ret;
}

/* Who is called as @person is, and may be nobody else, if the register says
 * that they had left by the day of the document; else NULL. Those who move
 * within the State sector may still hold what they held. */
static const json_t *find_departed(const struct document_job *job,
				   const json_t *person)
{
	const char *name = dossier_text(person, "name"), *left;
	json_t *people =
		*name && job->event.reg ? known_people(job, name) : NULL;
	const json_t *found = NULL;
	char day[DATE_SIZE];

	narrow(people, person);
	if (json_array_size(people) == 1)
		found = json_array_get(people, 0); /* job->people has it too */
	json_decref(people);
	date_iso(date_day(job->when), day);
	left = dossier_text(found, "left_date");
	if (!*left || strcmp(left, day) > 0 ||
	    strcmp(dossier_text(found, "left_reason"), "moved") == 0)
		return NULL;
	return found;
}

static bool has_died(const json_t *person)
{
	return strcmp(dossier_text(person, "left_reason"), "died") == 0;
}

/* Who has a token from the day of the minutes on. */
static bool takes_token(const struct document_job *job, const char *who)
{
	return strcmp(who, "giver") != 0 &&
	       strcmp(job->kind->procedure, "lost") != 0;
}

int document_note_departure(const struct document_job *job, const char *who,
			    const json_t *person)
{
	const json_t *departed = find_departed(job, person);
	const char *left = dossier_text(departed, "left_date");
	bool gives = strcmp(who, "giver") == 0, died = has_died(departed);
	bool against = takes_token(job, who) || (gives && died);
	const char *format =
		died && !gives ? _("%s: the register says that %s died on %s")
		: died	       ? _("%s: the register says that %s died on %s, and cannot hand anything over; if another is meant, give the personal identification number")
		: against
			? _("%s: the register says that %s left on %s, and can have no token after that day; if another is meant, give the personal identification number")
			: _("%s: the register says that %s left on %s");
	char words[DATE_SIZE], *text = NULL;
	long day;
	int ret;

	if (!departed || !date_read_iso(left, &day))
		return 0;
	if (asprintf(&text, format, who, dossier_text(departed, "name"),
		     date_dmy(day, words)) < 0)
		return print_no_memory();
	ret = document_object(job, "departed", "", !against, text);
	free(text);
	return ret;
}

int document_settle_giver(const struct document_job *job, json_t *dossier)
{
	json_t *giver = json_object_get(dossier, "giver");
	const json_t *departed = find_departed(job, giver);
	char words[DATE_SIZE];
	long day;

	if (!departed || !has_died(departed) ||
	    !date_read_iso(dossier_text(departed, "left_date"), &day))
		return document_note_departure(job, "giver", giver);
	print_warning(
		_("giver: the register says that %s died on %s; write who hands over instead (--giver NAME)"),
		dossier_text(departed, "name"), date_dmy(day, words));
	json_object_del(giver, "name");
	for (size_t i = 0; i < N(fields); i++)
		if (strcmp(fields[i], "organization") != 0)
			json_object_del(giver, fields[i]);
	return 0;
}

bool document_are_one(const json_t *a, const json_t *b)
{
	const char *mine = dossier_text(a, "name");
	const char *theirs = dossier_text(b, "name");

	return *mine && *theirs && names_spelt_alike(mine, theirs) &&
	       !are_two(a, b) && share_title(a, b);
}

/* Who signs the document. NULL: no memory. */
static json_t *signer_of(const json_t *dossier)
{
	json_t *signer = json_object();

	if (dossier_put(signer, "name",
			dossier_text(dossier, "agency.signer_name")) ||
	    dossier_put(signer, "title",
			dossier_text(dossier, "agency.signer_title"))) {
		json_decref(signer);
		signer = NULL;
	}
	return signer;
}

static int remark_on(const struct document_job *job, const char *format,
		     const char *name)
{
	char *text = NULL;
	int ret;

	if (asprintf(&text, format, name) < 0)
		return print_no_memory();
	ret = document_object(job, "self-dealing", "", true, text);
	free(text);
	return ret;
}

int document_note_self_dealing(const struct document_job *job,
			       const json_t *dossier)
{
	const char *procedure = job->kind->procedure;
	bool decides = strcmp(procedure, "decision") == 0;
	bool permits = strcmp(procedure, "permission") == 0;
	const json_t *taker =
		dossier_get(dossier, decides ? "keeper" : "receiver");
	const char *name = dossier_text(taker, "name");
	json_t *signer = signer_of(dossier);
	int ret = signer ? 0 : print_no_memory();

	if (!ret && document_are_one(dossier_get(dossier, "giver"), taker))
		ret = remark_on(
			job,
			_("%s is the giver and the receiver; nobody hands a token over to themselves"),
			name);
	if (!ret && (decides || permits) && document_are_one(signer, taker))
		ret = remark_on(
			job,
			_("%s signs the paper, which gives the token to nobody else; another leader should sign it"),
			name);
	json_decref(signer);
	return ret;
}

/* Takes away the marks of what an officer left empty. */
static void remove_marks(json_t *person)
{
	const char *name;
	json_t *value;
	void *next;

	json_object_foreach_safe (person, next, name, value)
		if (json_is_false(value))
			(void)json_object_del(person, name);
}

/* The person whom letters name by the configuration alone is nobody that an
 * officer could be asked about. */
int document_look_up_people(struct document_job *job)
{
	static const char *const people[] = { "contact", "giver", "receiver",
					      "keeper" };
	const char *own =
		dossier_text(job->globals->config.facts, "contact.name");
	int ret = 0;

	for (size_t i = 0; i < N(people) && !ret; i++) {
		json_t *person = json_object_get(job->dossier, people[i]);
		bool asks =
			i > 0 || strcmp(dossier_text(person, "name"), own) != 0;

		if (json_is_object(person) && i > 0)
			ret = drop_address(people[i], person);
		if (json_is_object(person) && !ret)
			ret = document_know_person(job, people[i], person,
						   asks);
		remove_marks(person);
		if (!ret && i > 0)
			ret = document_note_departure(job, people[i], person);
	}
	return ret;
}
