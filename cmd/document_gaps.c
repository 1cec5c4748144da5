/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include "document_gaps.h"

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
#include "register/inventory.h"
#include "register/names.h"
#include "register/normalize.h"
#include "token/ckstoken.h"

#define N(array) (sizeof(array) / sizeof((array)[0]))

/* More would leave the screen. */
#define CHOICES_MAX 20

static const char rows_head[] = "subscribers.";

/* 1. The gaps */

/* The field that @path ends with. */
static const char *last_name(const char *path)
{
	const char *dot = strrchr(path, '.');

	return dot ? dot + 1 : path;
}

static size_t n_rows(const struct document_job *job)
{
	return json_array_size(dossier_get(job->dossier, "subscribers"));
}

/* True if the documents are about several people where @path has one: --set
 * would say of all of them what somebody answers of the first. */
static bool is_of_several(const struct document_job *job, const char *path)
{
	size_t len = strcspn(path, ".");
	const char *name = NULL, *other;
	bool differ = false;

	for (size_t i = 0; i < json_array_size(job->documents); i++) {
		other = dossier_text(
			json_object_getn(json_array_get(job->documents, i),
					 path, len),
			"name");
		differ |= name && strcmp(name, other) != 0;
		name = other;
	}
	return differ;
}

/*
 * What --set calls the gap that the @i-th document has at @path. False where
 * that could not be said: of rows that the register gave, the next command may
 * have others.
 */
static bool find_path(const struct document_job *job, size_t i,
		      const char *path, struct arena *arena, struct gap *gap)
{
	static const char *const parts[] = { "agency.",	  "document.",
					     "contact.",  "giver.",
					     "receiver.", "keeper.",
					     "incoming.", "extra." };
	char *end;

	gap->path = path;
	gap->row = 0;
	for (size_t k = 0; k < N(parts); k++)
		if (strncmp(path, parts[k], strlen(parts[k])) == 0)
			return !is_of_several(job, path);
	if (strncmp(path, rows_head, strlen(rows_head)) != 0)
		return false;
	gap->row = strtoul(path + strlen(rows_head), &end, 10);
	if (job->options->each)
		gap->row = i + 1;
	if (n_rows(job) <= 1) {
		gap->path = end + 1;
		return true;
	}
	gap->path = arena_format(arena, "%s%zu%s", rows_head, gap->row, end);
	return !job->options->due;
}

/* Calls @take for each gap, in the order of the documents, until that returns
 * true. 0 or -ENOMEM. */
static int each_gap(const struct document_job *job, struct arena *arena,
		    bool (*take)(void *ctx, const struct gap *gap), void *ctx)
{
	bool taken = false;

	for (size_t i = 0; i < json_array_size(job->documents) && !taken; i++) {
		struct document *doc = NULL;
		struct gap gap;

		if (form_build(job->form, json_array_get(job->documents, i),
			       &doc))
			return -ENOMEM;
		for (size_t k = 0; k < doc->n_gaps && !taken; k++) {
			gap.name = arena_format(arena, "%s", doc->gaps[k].name);
			if (find_path(job, i,
				      arena_format(arena, "%s",
						   doc->gaps[k].path),
				      arena, &gap))
				taken = take(ctx, &gap);
		}
		document_free(&doc);
	}
	return arena->failed ? -ENOMEM : 0;
}

static bool count(void *ctx, const struct gap *gap)
{
	long *n = ctx;

	(void)gap;
	(*n)++;
	return false;
}

long gap_count(const struct document_job *job)
{
	struct arena arena = { 0 };
	long n = 0;
	int rc = each_gap(job, &arena, count, &n);

	arena_free(&arena);
	return rc ? -1 : n;
}

/* The first that is not left open, or the first of that path. */
struct search {
	const json_t *left;
	const char *path; /* NULL: any */
	struct gap *found;
};

static bool take_first(void *ctx, const struct gap *gap)
{
	struct search *s = ctx;

	if (json_object_get(s->left, gap->path) ||
	    (s->path && strcmp(s->path, gap->path) != 0))
		return false;
	*s->found = *gap;
	return true;
}

/* True if the documents are minutes, or a paper, that count by their number. */
static bool lacks_number(const struct document_job *job)
{
	return job->kind->needs_number &&
	       !*dossier_text(job->dossier, GAP_NUMBER);
}

/* True if no day is given either: one that is stays as it was given. */
static bool lacks_time(const struct document_job *job)
{
	return form_prints(job->form, GAP_TIME) && !job->options->date &&
	       !*dossier_text(job->dossier, GAP_TIME);
}

int gap_next(const struct document_job *job, const json_t *left,
	     struct arena *arena, struct gap *gap)
{
	struct search s = { .left = left, .found = gap };

	*gap = (struct gap){ 0 };
	/* A token that is known answers most of the rest. */
	if (n_rows(job) == 0) {
		s.path = "device_serial";
		if (each_gap(job, arena, take_first, &s))
			return -ENOMEM;
		if (gap->path)
			return 0;
		s.path = NULL;
	}
	if (lacks_number(job) &&
	    take_first(&s, &(struct gap){ "số văn bản", GAP_NUMBER, 0 }))
		return 0;
	if (lacks_time(job) &&
	    take_first(&s, &(struct gap){ "giờ, ngày lập", GAP_TIME, 0 }))
		return 0;
	return each_gap(job, arena, take_first, &s);
}

/* 2. The choices */

static void add(struct gap_choices *c, struct arena *arena, const char *label,
		const char *value, const char *id_number)
{
	const char **labels =
		arena_grow(arena, c->labels, c->n, sizeof(*labels));
	const char **values =
		arena_grow(arena, c->values, c->n, sizeof(*values));
	const char **numbers =
		arena_grow(arena, c->id_numbers, c->n, sizeof(*numbers));

	if (!labels || !values || !numbers)
		return;
	c->labels = labels;
	c->values = values;
	c->id_numbers = numbers;
	/* If there are more, none is shown. */
	for (size_t i = 0; i < c->n && c->n <= CHOICES_MAX; i++)
		if (strcmp(labels[i], label) == 0)
			return;
	labels[c->n] = arena_format(arena, "%s", label);
	values[c->n] = arena_format(arena, "%s", value);
	numbers[c->n] = id_number && *id_number
				? arena_format(arena, "%s", id_number)
				: NULL;
	c->n++;
}

/* People of a name that others have, too, are told apart by their numbers. */
static void add_person(const json_t *people, size_t i, struct arena *arena,
		       struct gap_choices *c)
{
	const json_t *person = json_array_get(people, i);
	const char *name = dossier_text(person, "name");
	const char *title = dossier_text(person, "title");
	const char *place = dossier_text(person, "unit");
	const char *number = "";

	if (!*place)
		place = dossier_text(person, "organization");
	if (json_is_true(json_object_get(person, "namesakes")))
		number = dossier_text(person, "id_number");
	add(c, arena,
	    arena_format(arena, "%s%s%s%s%s%s%s", name, *title ? ", " : "",
			 title, *place ? ", " : "", place, *number ? ", " : "",
			 number),
	    name, number);
}

/* If not all have room, those of the agency that writes may. */
static void list_people(const struct document_job *job, const json_t *people,
			struct arena *arena, struct gap_choices *c)
{
	const char *agency = dossier_text(job->dossier, "agency.name");
	size_t n = json_array_size(people);

	for (size_t i = 0; i < n && n > CHOICES_MAX && *agency; i++) {
		const char *office =
			dossier_text(json_array_get(people, i), "organization");

		if (*office && names_within_agency(office, agency))
			add_person(people, i, arena, c);
	}
	if (c->n > 0 && c->n <= CHOICES_MAX)
		return;
	c->n = 0;
	for (size_t i = 0; i < n; i++)
		add_person(people, i, arena, c);
}

static void list_agencies(const struct document_job *job,
			  const json_t *agencies, struct arena *arena,
			  struct gap_choices *c)
{
	const char *own = dossier_text(job->dossier, "agency.name");

	if (*own)
		add(c, arena, own, own, NULL);
	for (size_t i = 0; i < json_array_size(agencies); i++) {
		const char *name = dossier_text(json_array_get(agencies, i),
						"organization");

		add(c, arena, name, name, NULL);
	}
}

static bool has_value(const struct gap_choices *c, const char *serial)
{
	for (size_t i = 0; i < c->n; i++)
		if (normalize_same_serial(c->values[i], serial))
			return true;
	return false;
}

static void add_token(struct arena *arena, struct gap_choices *c,
		      const char *serial, const char *whose, const char *label)
{
	const char *of = *whose ? whose : label;

	if (*serial && !has_value(c, serial))
		add(c, arena,
		    arena_format(arena, "%s%s%s", serial, *of ? ", " : "", of),
		    serial, NULL);
}

/* The tokens present first. */
static void list_tokens(const struct document_job *job, const json_t *tokens,
			struct arena *arena, struct gap_choices *c)
{
	size_t n = job->scan ? cks_scan_n_tokens(job->scan) : 0;

	for (size_t i = 0; i < n; i++) {
		const struct cks_token *t = cks_scan_token(job->scan, i);

		add_token(arena, c, cks_token_serial(t), "",
			  cks_token_label(t));
	}
	for (size_t i = 0; i < json_array_size(tokens); i++) {
		const json_t *t = json_array_get(tokens, i);

		add_token(arena, c, dossier_text(t, "device_serial"),
			  dossier_text(t, "name"),
			  dossier_text(t, "device_label"));
	}
}

static void list_words(const struct field *f, struct arena *arena,
		       struct gap_choices *c)
{
	static const char *const carriers[] = { "Viettel", "Vinaphone",
						"Mobifone" };
	char words[FIELD_CHOICE_ROOM];

	for (size_t i = 0; f->choices && f->choices[i].key; i++)
		if (field_choice_words(f, f->choices[i].key, words))
			add(c, arena, words, words, NULL);
	for (size_t i = 0; f->type == FIELD_SIM && i < N(carriers); i++)
		add(c, arena, carriers[i], carriers[i], NULL);
}

static bool is_person(const char *path)
{
	static const char *const names[] = { "contact.name", "giver.name",
					     "receiver.name", "keeper.name" };

	for (size_t i = 0; i < N(names); i++)
		if (strcmp(names[i], path) == 0)
			return true;
	return false;
}

/* The field of @gap, or NULL: of the document itself there are none but texts.
 */
static const struct field *field_of(const struct gap *gap)
{
	static const char *const parts[] = { "agency.", "document." };

	for (size_t i = 0; i < N(parts); i++)
		if (strncmp(gap->path, parts[i], strlen(parts[i])) == 0)
			return NULL;
	return field_find(last_name(gap->path));
}

/* The list of what the register knows; NULL where it is not asked. */
static json_t *known(struct document_job *job,
		     json_t *(*ask)(struct custody_register *reg,
				    const char *day))
{
	char day[DATE_SIZE];

	if (!job->event.reg)
		return NULL;
	return ask(job->event.reg, date_iso(date_day(job->when), day));
}

static int list_choices(const struct gap *gap, struct document_job *job,
			struct arena *arena, struct gap_choices *c)
{
	const struct field *f = field_of(gap);
	const char *field = last_name(gap->path);
	json_t *list = NULL;

	if (is_person(gap->path)) {
		list = known(job, choices_people);
		list_people(job, list, arena, c);
	} else if (strcmp(field, "organization") == 0 ||
		   strcmp(gap->path, "agency.name") == 0) {
		list = known(job, choices_agencies);
		list_agencies(job, list, arena, c);
	} else if (strcmp(gap->path, GAP_TOKEN) == 0 ||
		   strcmp(field, "device_serial") == 0) {
		list = known(job, choices_tokens);
		list_tokens(job, list, arena, c);
	} else if (strcmp(gap->path, "document.place") == 0) {
		list_agencies(job, NULL, arena, c);
	} else if (f) {
		list_words(f, arena, c);
	}
	json_decref(list);
	c->n_shown = c->n <= CHOICES_MAX ? c->n : 0;
	return job->event.reg ? register_exit_code(job->event.reg) : 0;
}

/* 3. The questions */

static const char *hint_of(const struct gap *gap, const struct gap_choices *c,
			   struct arena *arena)
{
	static const struct {
		const char *path, *hint;
	} hints[] = {
		{ GAP_NUMBER,
		  N_("without its symbol, such as 15; without a number it is a draft, and the register keeps nothing of it") },
		{ GAP_TIME,
		  N_("such as 8:30, or 8:30 21/11/2026; without an hour room is left for it") },
		{ "document.papers",
		  N_("such as: Quyết định số 45/QĐ-STC ngày 21/11/2026") },
		{ "document.originals", N_("such as 2") },
	};
	static const char *const of_types[] = {
		[FIELD_DATE] = N_("day/month/year, such as 21/11/2026"),
		[FIELD_ID_NUMBER] = N_("12 digits"),
		[FIELD_PHONE] = N_("such as 0912345678"),
		[FIELD_SERIAL] =
			N_("as the certificate has it, in digits and A to F"),
		[FIELD_TICK] = N_("x for yes"),
		[FIELD_PIN_STATE] = NULL,
	};
	const struct field *f = field_of(gap);

	if (is_person(gap->path) && c->n > c->n_shown)
		return arena_format(
			arena,
			_("the register knows %zu people; one word of a name lists those who have it"),
			c->n);
	for (size_t i = 0; i < N(hints); i++)
		if (strcmp(hints[i].path, gap->path) == 0)
			return _(hints[i].hint);
	if (strncmp(gap->path, "agency.", strlen("agency.")) == 0)
		return _(
			"the configuration can have it, and it is asked for no more");
	return f && of_types[f->type] ? _(of_types[f->type]) : NULL;
}

/* The name with a capital, and of one row of several whose it is. */
static const char *title_of(const struct gap *gap,
			    const struct document_job *job, struct arena *arena)
{
	const json_t *row = json_array_get(
		dossier_get(job->dossier, "subscribers"), gap->row - 1);
	const char *whose = dossier_text(row, "name"), *upper;
	size_t len, big;
	int32_t cp;

	if (strcmp(gap->path, GAP_TOKEN) == 0)
		return _("Which token is it?");
	len = text_decode(gap->name, strlen(gap->name), &cp);
	upper = text_upper(arena, gap->name);
	if (!upper)
		return "";
	big = text_decode(upper, strlen(upper), &cp);
	if (!*whose)
		whose = dossier_text(row, "device_serial");
	if (gap->row && n_rows(job) > 1)
		return arena_format(arena, "%.*s%s (%zu. %s)", (int)big, upper,
				    gap->name + len, gap->row, whose);
	return arena_format(arena, "%.*s%s", (int)big, upper, gap->name + len);
}

int gap_pose(const struct gap *gap, struct document_job *job,
	     struct arena *arena, struct gap_choices *choices,
	     struct question *question)
{
	int ret = job->event.reg ? 0 : document_open_register(job);

	if (!ret)
		ret = list_choices(gap, job, arena, choices);
	choices->day = date_day(job->when);
	question->text = title_of(gap, job, arena);
	question->hint = hint_of(gap, choices, arena);
	question->choices = choices->labels;
	question->n_choices = choices->n_shown;
	question->choices_only =
		strcmp(gap->path, GAP_TOKEN) == 0 && choices->n_shown > 0;
	question->is_optional = true;
	if (!ret && arena->failed)
		ret = print_no_memory();
	return ret;
}

/* 4. The answers */

/* An hour alone is one of the document's day, and not of one that an answer
 * gave and that was refused. */
static int time_of(const struct gap_choices *c, const char *answer,
		   struct arena *arena, const char **value, struct error *why)
{
	const char *with_day, *wrong;
	char day[DATE_SIZE];
	bool has_hour = false;
	time_t t;

	*value = answer;
	wrong = clock_parse(answer, &t, &has_hour);
	if (!wrong && has_hour)
		return 0;
	with_day = arena_format(arena, "%s %s", answer, date_dmy(c->day, day));
	if (!clock_parse(with_day, &t, &has_hour) && has_hour) {
		*value = with_day;
		return 0;
	}
	return error_set(why, -EINVAL, "%s",
			 wrong ? wrong : _("the hour is missing"));
}

/* Choices that are told beneath a refusal. */
struct found {
	const char *lines, *value; /* NULL: none; @value of the last */
	size_t n;
};

static void add_found(struct found *f, const struct gap_choices *c, size_t i,
		      struct arena *arena)
{
	f->value = c->values[i];
	if (f->n++ < CHOICES_MAX)
		f->lines = arena_format(arena, "%s\n- %s",
					f->lines ? f->lines : "", c->labels[i]);
}

/* The lines, and how many have no room. */
static const char *found_lines(const struct found *f, struct arena *arena)
{
	unsigned long more = f->n > CHOICES_MAX ? f->n - CHOICES_MAX : 0;

	if (more == 0)
		return f->lines ? f->lines : "";
	return arena_format(arena,
			    Q_("%s\nand %lu more: write more of it",
			       "%s\nand %lu more: write more of it", more),
			    f->lines, more);
}

/* True if some words of @name, one behind the other, are @words. */
static bool has_words(const char *name, const char *words, struct arena *arena)
{
	for (; *name; name += strspn(name, " ")) {
		const char *word = words, *end = name;

		while (*word && *end) {
			word += strcspn(word, " ");
			word += strspn(word, " ");
			end += strspn(end, " ");
			end += strcspn(end, " ");
		}
		if (!*word &&
		    names_same_letters(arena_format(arena, "%.*s",
						    (int)(end - name), name),
				       words))
			return true;
		name += strcspn(name, " ");
	}
	return false;
}

/*
 * No Vietnamese has a name of one word: who types one looks for somebody. So
 * may who types a part of names that are known; it is taken when it is typed
 * again.
 */
static int refuse_half_name(struct gap_choices *c, const char *answer,
			    struct arena *arena, struct error *why)
{
	bool is_one = !strchr(answer, ' ');
	struct found found = { 0 };

	if (!is_one && c->doubted && strcmp(c->doubted, answer) == 0)
		return 0;
	if (is_one && c->n_shown)
		return error_set(
			why, -EINVAL,
			_("write the whole name, or the number of a choice"));
	for (size_t i = 0; i < c->n; i++) {
		if (!is_one && names_same_letters(c->values[i], answer))
			return 0;
		if (has_words(c->values[i], answer, arena))
			add_found(&found, c, i, arena);
	}
	if (is_one)
		return error_set(why, -EINVAL, "%s%s",
				 found.n ? _("write the whole name, as of:")
					 : _("write the whole name"),
				 found_lines(&found, arena));
	if (found.n == 0)
		return 0;
	c->doubted = arena_format(arena, "%s", answer);
	return error_set(
		why, -EINVAL,
		_("nobody on record is called %s, but it is part of the names below; write the whole name, or the same once more if it is whole:%s"),
		answer, found_lines(&found, arena));
}

/* A name that several people have says nothing of which is meant. */
static int refuse_shared_name(const struct gap_choices *c, const char *answer,
			      struct arena *arena, struct error *why)
{
	struct found found = { 0 };

	for (size_t i = 0; i < c->n; i++)
		if (names_spelt_alike(c->values[i], answer))
			add_found(&found, c, i, arena);
	if (found.n < 2)
		return 0;
	if (c->n_shown)
		return error_set(
			why, -EINVAL,
			_("several people are called so; give the number of one"));
	return error_set(
		why, -EINVAL, "%s%s",
		_("several people are called so; give the identification number of one, or write one as it stands here:"),
		found_lines(&found, arena));
}

/*
 * A token that the register has not may be new, or one of its numbers mistyped
 * or not whole: such a number is taken when it is typed again.
 */
static int doubt_serial(struct gap_choices *c, const char *answer,
			struct arena *arena, struct error *why)
{
	struct text_nearest nearest = { .wanted = answer };
	struct found found = { 0 };

	if (c->n == 0 || (c->doubted && strcmp(c->doubted, answer) == 0))
		return 0;
	for (size_t i = 0; i < c->n; i++) {
		if (normalize_same_serial(answer, c->values[i]))
			return 0;
		text_nearest_try(&nearest, c->values[i]);
		if (strcasestr(c->values[i], answer))
			add_found(&found, c, i, arena);
	}
	c->doubted = arena_format(arena, "%s", answer);
	if (found.n > 1)
		return error_set(
			why, -EINVAL,
			_("the register has no token %s, but it is part of the numbers below; type the whole number, or the same once more if it is whole:%s"),
			answer, found_lines(&found, arena));
	if (found.n == 1)
		nearest.found = found.value;
	if (nearest.found)
		return error_set(
			why, -EINVAL,
			_("the register has no token %s; is it %s? If it is not, type the number once more"),
			answer, nearest.found);
	return error_set(
		why, -EINVAL,
		_("the register has no token %s; if that is its number, type it once more"),
		answer);
}

/* Nobody hands a token over to themselves. */
static int refuse_same_person(const struct gap *gap,
			      const struct document_job *job, const char *name,
			      const char *id_number, struct error *why)
{
	bool takes = strcmp(gap->path, "receiver.name") == 0;
	bool gives = strcmp(gap->path, "giver.name") == 0;
	json_t *person;
	int rc = 0;

	if (!takes && !gives)
		return 0;
	person = json_pack("{s:s, s:s*}", "name", name, "id_number", id_number);
	if (!person)
		return -ENOMEM;
	if (document_are_one(
		    dossier_get(job->dossier, takes ? "giver" : "receiver"),
		    person))
		rc = error_set(
			why, -EINVAL,
			takes ? _("this is who hands the token over; nobody hands it over to themselves")
			      : _("this is who receives the token; nobody hands it over to themselves"));
	json_decref(person);
	return rc;
}

int gap_words(const struct gap *gap, struct gap_choices *choices,
	      const struct document_job *job, const char *answer,
	      struct arena *arena, const char **words, size_t *n,
	      struct error *why)
{
	const char *value = answer, *id_number = NULL;
	bool person = is_person(gap->path), chosen = false;
	int rc = 0;

	for (size_t i = 0; i < choices->n && !chosen; i++) {
		const char *number = choices->id_numbers[i];

		chosen = strcmp(choices->labels[i], answer) == 0 ||
			 (number && strcmp(number, answer) == 0);
		if (chosen) {
			value = choices->values[i];
			id_number = number;
		}
	}
	if (person && !chosen)
		rc = refuse_half_name(choices, answer, arena, why);
	if (!rc && person && !chosen)
		rc = refuse_shared_name(choices, answer, arena, why);
	if (!rc && person)
		rc = refuse_same_person(gap, job, value, id_number, why);
	if (!rc && !chosen &&
	    strcmp(last_name(gap->path), "device_serial") == 0)
		rc = doubt_serial(choices, answer, arena, why);
	if (!rc && strcmp(gap->path, GAP_TIME) == 0)
		rc = time_of(choices, answer, arena, &value, why);
	if (rc)
		return rc;
	*n = 2;
	words[0] = "--set";
	words[1] = arena_format(arena, "%s", value);
	if (strcmp(gap->path, GAP_TOKEN) == 0)
		words[0] = "--serial";
	else if (strcmp(gap->path, GAP_TIME) == 0)
		words[0] = "--date";
	else if (strcmp(gap->path, GAP_NUMBER) == 0)
		words[0] = "--number";
	else
		words[1] = arena_format(arena, "%s=%s", gap->path, value);
	if (id_number) {
		*n = 4;
		words[2] = "--set";
		words[3] = arena_format(arena, "%.*sid_number=%s",
					(int)(last_name(gap->path) - gap->path),
					gap->path, id_number);
	}
	return arena->failed ? -ENOMEM : 0;
}
