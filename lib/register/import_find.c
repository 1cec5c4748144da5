/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* Finding the records of the register that a row refers to. */
#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "base/buffer.h"
#include "base/date.h"
#include "import_private.h"
#include "input/moment.h"
#include "letter.h"
#include "names.h"
#include "normalize.h"
#include "register/import.sql.h"
#include "token/ckstoken.h"

const char *import_text(const json_t *row, const char *field)
{
	const char *text = json_string_value(json_object_get(row, field));

	return text ? text : "";
}

void import_set_number(struct import *in, json_t *row, const char *field,
		       json_int_t number)
{
	if (number > FIELD_NUMBER_MAX)
		import_refuse(
			in, field,
			_("A number can be %d at most, and the register has that one already; give one that is free."),
			FIELD_NUMBER_MAX);
	else if (json_object_set_new(row, field, json_integer(number)))
		store_fail(register_store(in->reg), -ENOMEM);
}

bool import_refers(struct import *in, enum record_kind kind, const char *column,
		   const json_t *row)
{
	const json_t *value = json_object_get(row, column);
	json_t *there;

	if (!value || json_is_null(value))
		return true;
	there = register_get(in->reg, kind, row);
	if (!there)
		import_refuse(
			in, column,
			_("The register has no such record; add it first."));
	json_decref(there);
	return !in->wrong;
}

void import_spell_serial(struct import *in, json_t *row)
{
	const char *serial = import_text(row, "device_serial");
	char *spelled;

	if (!*serial ||
	    !register_may_have(in->reg, LOOKED_BY_TOKEN, serial, ""))
		return;
	spelled = register_token_spelled(register_store(in->reg), serial);
	if (spelled && strcmp(spelled, serial) != 0 &&
	    json_object_set_new(row, "device_serial", json_string(spelled)))
		store_fail(register_store(in->reg), -ENOMEM);
	free(spelled);
}

void import_spell_certificates(struct import *in, json_t *row)
{
	static const char *const fields[] = { "certificate_serial",
					      "old_serial" };

	for (size_t i = 0; i < 2; i++) {
		const char *serial = import_text(row, fields[i]);
		char *whole = *serial ? normalize_serial(serial) : NULL;

		if (*serial &&
		    (!whole ||
		     (strcmp(serial, whole) != 0 &&
		      json_object_set_new(row, fields[i], json_string(whole)))))
			store_fail(register_store(in->reg), -ENOMEM);
		free(whole);
	}
}

/* The number of the record that @sql finds by these fields of the row, or 0. */
static json_int_t number_by(struct import *in, const char *sql,
			    const char *const *fields, const json_t *row)
{
	struct query *q = store_query(register_store(in->reg), sql);
	json_int_t number;

	for (; *fields; fields++) {
		const json_t *value = json_object_get(row, *fields);

		if (json_is_integer(value))
			query_put_number(q, json_integer_value(value));
		else if (record_is_number(*fields))
			query_put_null(q);
		else
			query_put_text(q, import_text(row, *fields));
	}
	number = query_next(q) ? (json_int_t)query_number(q, 0) : 0;
	query_end(q);
	return number;
}

/* A search for the letter of a row. */
struct search {
	struct import *in;
	const json_t *row;
	struct letter_cited cited;
	bool dated; /* the row has the letter's own day, and not only a year */

	/* The last of the letters that it may be, and how many there are. */
	json_int_t found;
	bool has_sender;
	size_t n;
	/* All of its number and year, which an officer may have meant. */
	struct buffer list;
	size_t n_listed;
};

static const char *text_of(const struct search *s, const char *field)
{
	return import_text(s->row, field);
}

static bool is_of_procedure(const struct search *s, struct query *q)
{
	const char *given = text_of(s, "procedure");
	const char *known = query_text(q, LETTER_PROCEDURE);

	return !*given || !*known || strcmp(given, known) == 0;
}

static void list(struct search *s, struct query *q)
{
	char words[DATE_SIZE] = "";
	const char *sender = query_text(q, LETTER_SENDER);
	long day;

	if (date_read_iso(query_text(q, LETTER_DAY), &day))
		date_dmy(day, words);
	buffer_printf(&s->list, "%srequest=%lld", s->n_listed++ ? "; " : "",
		      query_number(q, LETTER_REQUEST));
	if (*words)
		buffer_printf(&s->list, ", %s", words);
	if (*sender)
		buffer_printf(&s->list, ", %s", sender);
}

/* True if the letter has the day of the row, or one of them has none. */
static bool is_of_day(const struct search *s, struct query *q)
{
	const char *day = query_text(q, LETTER_DAY);

	return !s->dated || !*day || strcmp(day, s->cited.day) == 0;
}

static void look_for(struct search *s, struct query *q)
{
	bool exact = false;

	while (query_next(q)) {
		bool same = s->dated && strcmp(query_text(q, LETTER_DAY),
					       s->cited.day) == 0;
		char day[DATE_SIZE];
		bool cited;

		/* One of the same year is listed whatever its day. */
		memcpy(day, s->cited.day, sizeof(day));
		s->cited.day[0] = '\0';
		cited = letter_is_cited(q, &s->cited);
		memcpy(s->cited.day, day, sizeof(day));
		if (!cited || !is_of_procedure(s, q))
			continue;
		list(s, q);
		if (!is_of_day(s, q) || (exact && !same))
			continue;
		/* One of the very day goes before those without a day. */
		if (same && !exact)
			s->n = 0;
		exact |= same;
		s->n++;
		s->found = (json_int_t)query_number(q, LETTER_REQUEST);
		s->has_sender = *query_text(q, LETTER_SENDER) != '\0';
	}
	query_end(q);
}

/* The row gives no procedure, and so tells of a letter on record; or an officer
 * adds one whose number another of the year has. */
static void refuse(struct search *s)
{
	const char *number = s->cited.number;

	buffer_put(&s->list, "", 1);
	if (s->list.failed)
		store_fail(register_store(s->in->reg), -ENOMEM);
	else if (!s->n_listed)
		import_refuse(
			s->in, "document_number",
			_("The register has no letter %s; to record it, give its procedure too."),
			number);
	else if (s->n > 1)
		import_refuse(
			s->in, "document_number",
			_("The register has several letters %s (%s); say which by its day, its sender or its number there."),
			number, (const char *)s->list.data);
	else
		import_refuse(
			s->in, "document_number",
			_("The register has a letter %s of another day (%s). If that is meant, give its number there and its right day; if this is another letter, give its sender, or a request number that is free."),
			number, (const char *)s->list.data);
}

/* True if what the cell of the number says beside it is what the row says. */
static bool agrees(const struct search *s)
{
	const struct letter_cited *c = &s->cited;
	const char *day = text_of(s, "document_date");
	const char *number = text_of(s, "document_number");

	if (c->no_day)
		import_refuse(
			s->in, "document_number",
			_("The day that stands with this number is no day there is. Correct it."));
	else if (*day && strncmp(day, c->year, strlen(c->year)) != 0)
		import_refuse(s->in, "document_date",
			      _("\"%s\" has another day; which one is right?"),
			      number);
	else if (!letter_may_be_of(c->sender, text_of(s, "sender")))
		import_refuse(
			s->in, "sender",
			_("\"%s\" has another sender; which one is right?"),
			number);
	return !s->in->wrong;
}

/* Takes the number, and what stands with it, from the row. */
static int read_row(struct search *s)
{
	const char *day = text_of(s, "document_date");
	const char *sender = text_of(s, "sender");
	int rc = letter_cited_read(text_of(s, "document_number"), &s->cited);

	if (rc == -ENOMEM || !agrees(s) || rc)
		return rc;
	if (*day) {
		(void)snprintf(s->cited.day, sizeof(s->cited.day), "%s", day);
		memcpy(s->cited.year, day, 4);
	}
	s->dated = *s->cited.day != '\0';
	if (!*sender)
		return 0;
	free(s->cited.sender);
	s->cited.sender = strdup(sender);
	return s->cited.sender ? 0 : -ENOMEM;
}

static void set(const struct search *s, json_t *row, const char *field,
		const char *text)
{
	if (strcmp(import_text(row, field), text) != 0 &&
	    json_object_set_new(row, field, json_string(text)))
		store_fail(register_store(s->in->reg), -ENOMEM);
}

/* The number of a new letter as papers have it. Where its cell has more than
 * number, day and "của" with the sender, it stays as it is. */
static void spell_letter(const struct search *s, json_t *row)
{
	const struct letter_cited *c = &s->cited;

	if ((*c->year && !s->dated) ||
	    (*c->sender && !*text_of(s, "sender") && !c->of_sender))
		return;
	if (*c->sender && !*text_of(s, "sender"))
		set(s, row, "sender", c->sender);
	set(s, row, "document_number", c->number);
	if (s->dated)
		set(s, row, "document_date", c->day);
}

/* What only tells which letter is meant changes nothing of it. */
static void keep_known(const struct search *s, json_t *row)
{
	(void)json_object_del(row, "document_number");
	if (s->has_sender)
		(void)json_object_del(row, "sender");
}

/*
 * The number of the letter that the row tells of, by its number, and by its
 * procedure, day and sender as far as it gives them; 0 for one that is new.
 * Where that cannot be told, and where the row only answers a letter that is
 * not there, an error names those that it may be.
 */
static json_int_t find_letter(struct import *in, json_t *row)
{
	struct search s = { .in = in, .row = row };
	bool names_procedure = *text_of(&s, "procedure") != '\0';
	int rc = read_row(&s);
	json_int_t found = 0;

	if (rc == -ENOMEM) {
		store_fail(register_store(in->reg), rc);
		goto out;
	}
	if (rc && !in->wrong && !names_procedure)
		import_refuse(in, "procedure", _("This must be given."));
	if (rc || in->wrong)
		goto out;
	look_for(&s, letters_cited(in->reg, &s.cited));
	/* One whose cell stayed as it is has all of that for its number. */
	if (!s.n_listed &&
	    strcmp(text_of(&s, "document_number"), s.cited.number) != 0)
		look_for(&s, letters_of_number(in->reg,
					       text_of(&s, "document_number")));
	if (s.n == 1)
		found = s.found;
	else if (s.n > 1 || !names_procedure || (in->ends && s.n_listed))
		refuse(&s);
	if (found)
		keep_known(&s, row);
	else if (!in->wrong)
		spell_letter(&s, row);
out:
	buffer_free(&s.list);
	letter_cited_free(&s.cited);
	return found;
}

/* A letter without a number. */

/* Columns of the queries for them. */
enum { UNNUMBERED, FROM, SINCE };

/* True if an event of this very table put it. */
static bool is_of_table(const struct import *in, struct query *q)
{
	unsigned long event = (unsigned long)query_number(q, SINCE);

	return event > register_n_events(in->reg) - in->n_rows;
}

/*
 * The letter without a number that the row tells of again: by its procedure,
 * its day and its sender. Where only one of them has a sender, or the table has
 * it twice, nobody can tell whether it is one letter.
 */
static json_int_t find_unnumbered(struct import *in, const json_t *row)
{
	const char *sender = import_text(row, "sender");
	const char *day = import_text(row, "document_date");
	struct query *q = store_query(register_store(in->reg),
				      *day ? sql_import_request
					   : sql_import_request_undated);
	json_int_t found = 0, doubtful = 0;

	query_put_text(q, import_text(row, "procedure"));
	query_put_text(q, import_text(row, "period"));
	query_put_text(q, *day ? day : import_text(row, "sent_date"));
	if (!*day)
		query_put_text(q, import_text(row, "valid_date"));
	while (query_next(q)) {
		json_int_t one = (json_int_t)query_number(q, UNNUMBERED);
		const char *from = query_text(q, FROM);

		if (*sender && *from && !letter_may_be_of(from, sender))
			continue;
		if (!*sender == !*from && !is_of_table(in, q))
			found = found ? found : one;
		else
			doubtful = doubtful ? doubtful : one;
	}
	query_end(q);
	if (!found && doubtful)
		import_refuse(
			in, *sender ? "request" : "sender",
			_("The register has such a letter without a number (request=%lld), and whether it is this one cannot be told; give that request number, or another with the sender of this letter."),
			doubtful);
	return found;
}

/* A loss. */

/* Columns of the query for them. */
enum { LOSS, KIND, LOST, REPORTED, MINUTES, MINUTES_DAY };

/* The day in what people write of a time: "khoảng 14h ngày 20/11/2026". */
static bool day_in(const char *text, char day[DATE_SIZE])
{
	struct moment m;

	if (!moment_read(text, &m)) {
		(void)date_iso(m.date.day, day);
		return true;
	}
	return normalize_cited_day(text, day);
}

/* True if both texts are known, and are not of one day. */
static bool is_another_day(const char *a, const char *b)
{
	char x[DATE_SIZE], y[DATE_SIZE];

	return day_in(a, x) && day_in(b, y) && strcmp(x, y) != 0;
}

static bool is_same_day(const char *a, const char *b)
{
	char x[DATE_SIZE], y[DATE_SIZE];

	return day_in(a, x) && day_in(b, y) ? strcmp(x, y) == 0
					    : *a && normalize_same(a, b);
}

static bool is_another(const char *a, const char *b)
{
	return *a && *b && !normalize_same(a, b);
}

/* A leak of the key is no loss; what is not told is none either. */
static bool is_leak(const char *kind)
{
	return strcmp(kind, "leak") == 0;
}

/* True if the row may tell of the loss again; *@sure: it does. */
static bool may_be_loss(struct query *q, const json_t *row, bool *sure)
{
	const char *lost = import_text(row, "lost_date");
	const char *minutes = import_text(row, "minutes");

	*sure = false;
	if (is_leak(import_text(row, "loss_kind")) !=
		    is_leak(query_text(q, KIND)) ||
	    is_another_day(lost, query_text(q, LOST)))
		return false;
	*sure = is_same_day(lost, query_text(q, LOST)) ||
		(*minutes && normalize_same(minutes, query_text(q, MINUTES)) &&
		 strcmp(import_text(row, "minutes_date"),
			query_text(q, MINUTES_DAY)) == 0);
	return *sure || (!is_another_day(import_text(row, "reported_time"),
					 query_text(q, REPORTED)) &&
			 !is_another(minutes, query_text(q, MINUTES)));
}

/* The loss that the row tells of again, as far as both tell; 0: a new one. */
static json_int_t find_loss(struct import *in, json_t *row)
{
	struct query *q = store_query(register_store(in->reg), sql_import_loss);
	json_int_t found = 0, other = 0;
	bool same = false, sure, dated = false;

	query_put_text(q, import_text(row, "device_serial"));
	while (!same && query_next(q)) {
		if (!may_be_loss(q, row, &sure))
			continue;
		same = sure;
		other = sure ? 0 : found;
		found = (json_int_t)query_number(q, LOSS);
		dated = is_same_day(import_text(row, "lost_date"),
				    query_text(q, LOST));
	}
	query_end(q);
	if (other)
		import_refuse(
			in, "loss",
			_("The register has several losses that this may be (loss=%lld, loss=%lld); say which, or its day."),
			other, found);
	/* The same day in other words changes nothing. */
	if (dated)
		(void)json_object_del(row, "lost_date");
	return found;
}

static json_int_t known_number(struct import *in, enum record_kind kind,
			       json_t *row)
{
	static const char *const unblock[] = { "device_serial", "journal",
					       "journal_hash", "unblock_time",
					       NULL };

	if (kind == RECORD_REQUEST && (*import_text(row, "document_number") ||
				       !*import_text(row, "procedure")))
		return find_letter(in, row);
	if (kind == RECORD_REQUEST)
		return find_unnumbered(in, row);
	if (kind == RECORD_LOSS)
		return find_loss(in, row);
	if (kind == RECORD_UNBLOCK && (*import_text(row, "journal_hash") ||
				       *import_text(row, "unblock_time")))
		return number_by(in, sql_import_unblock, unblock, row);
	/* In a table it would be another attempt each time it is told. */
	if (kind == RECORD_UNBLOCK && !in->ends)
		import_refuse(in, "unblock_time", _("This must be given."));
	return 0;
}

static json_int_t next_item(struct import *in, const json_t *row)
{
	static const char *const request[] = { "request", NULL };

	return number_by(in, sql_next_item, request, row);
}

static json_int_t known_item(struct import *in, const json_t *row)
{
	static const char *const names[] = { "request", "subscriber" };
	static const char *const serials[] = { "device_serial",
					       "certificate_serial" };
	struct query *q = store_query(register_store(in->reg), sql_import_item);
	json_int_t number;

	for (size_t i = 0; i < 2; i++)
		query_put_number(
			q, json_integer_value(json_object_get(row, names[i])));
	for (size_t i = 0; i < 2; i++)
		query_put_text(q, import_text(row, serials[i]));
	number = query_next(q) ? (json_int_t)query_number(q, 0) : 0;
	query_end(q);
	/* One that is about nothing would be another each time it is told. */
	if (!json_object_get(row, names[1]) &&
	    !json_object_get(row, serials[0]) &&
	    !json_object_get(row, serials[1]))
		import_refuse(
			in, NULL,
			_("This row names no subscriber, token or certificate. Give the name or a serial number, or remove the row."));
	return number;
}

void import_number(struct import *in, enum record_kind kind, json_t *row)
{
	const char *column = record_types[kind].columns[0];
	json_int_t number;

	if (kind == RECORD_ITEM) {
		if (json_is_integer(json_object_get(row, "item")))
			return;
		number = known_item(in, row);
		import_set_number(in, row, "item",
				  number ? number : next_item(in, row));
		return;
	}
	if (kind != RECORD_REQUEST && kind != RECORD_LOSS &&
	    kind != RECORD_UNBLOCK)
		return;
	if (json_is_integer(json_object_get(row, column)))
		return;
	number = known_number(in, kind, row);
	import_set_number(in, row, column,
			  number ? number : register_next_key(in->reg, kind));
}

/* Agencies and units are remembered: many rows name the same few. */

/* Puts the agency or unit that @row names, with its key alone. */
static void make_one(struct import *in, enum record_kind kind,
		     const json_t *row)
{
	const struct record_type *type = &record_types[kind];
	json_t *key = json_object();

	for (size_t i = 0; i < type->n_keys; i++)
		if (!key ||
		    json_object_set(key, type->columns[i],
				    json_object_get(row, type->columns[i])))
			store_fail(register_store(in->reg), -ENOMEM);
	(void)register_put(in->reg, kind, key, NULL);
	json_decref(key);
}

/* How surely a name of the register is the one of a row. */
enum likeness { UNLIKE, ALIKE, SAME_BUT_CAPITALS, SAME };

static enum likeness compare(const char *a, const char *b)
{
	if (strcmp(a, b) == 0)
		return SAME;
	if (normalize_same(a, b))
		return SAME_BUT_CAPITALS;
	return names_spelt_alike(a, b) ? ALIKE : UNLIKE;
}

/* The row of @q that equals @text; else the first that differs from it only in
 * capitals; else the only one that differs only in having accents, or none;
 * else NULL. */
static json_t *spelled(struct query *q, const char *text)
{
	enum likeness best = UNLIKE;
	json_t *found = NULL;
	size_t n = 0;

	while (best < SAME && query_next(q)) {
		enum likeness now = compare(query_text(q, 0), text);

		n += now == ALIKE;
		if (now <= best)
			continue;
		best = now;
		json_decref(found);
		found = json_string(query_text(q, 0));
	}
	query_end(q);
	if (best == ALIKE && n > 1) {
		json_decref(found);
		found = NULL;
	}
	return found;
}

/* Remembers how the register spells the unit of the agency, or with "" the
 * agency itself; NULL if it has none. */
static const char *keep(struct import *in, const char *agency, const char *unit,
			json_t *spelling)
{
	json_t *units = json_object_get(in->places, agency);

	if (!spelling)
		return NULL;
	if (!in->places)
		in->places = json_object();
	if (!units) {
		units = json_object();
		if (json_object_set_new(in->places, agency, units))
			units = NULL;
	}
	if (json_object_set_new(units, unit, spelling)) {
		store_fail(register_store(in->reg), -ENOMEM);
		return NULL;
	}
	return json_string_value(spelling);
}

static const char *kept(const struct import *in, const char *agency,
			const char *unit)
{
	const json_t *units = json_object_get(in->places, agency);

	return json_string_value(json_object_get(units, unit));
}

/* True if the register may have the agency, however spelled: all are looked
 * through for one, and a province has thousands. */
static bool may_have_agency(struct import *in, const char *agency)
{
	char *folded = cks_text_fold(agency);
	bool may = !folded ||
		   register_may_have(in->reg, LOOKED_BY_AGENCY, folded, "");

	free(folded);
	return may;
}

/* The agency as the register spells it; NULL if it has none of that name. */
static const char *agency_of(struct import *in, const char *agency)
{
	const char *there = kept(in, agency, "");
	struct query *q;

	if (there || !may_have_agency(in, agency))
		return there;
	q = store_query(register_store(in->reg), sql_import_agencies);
	return keep(in, agency, "", spelled(q, agency));
}

static const char *unit_of(struct import *in, const char *agency,
			   const char *unit)
{
	const char *there = kept(in, agency, unit);
	struct query *q;

	if (there)
		return there;
	q = store_query(register_store(in->reg), sql_import_units);
	query_put_text(q, agency);
	return keep(in, agency, unit, spelled(q, unit));
}

static void spell(struct import *in, json_t *row, const char *field,
		  const char *spelling)
{
	if (strcmp(import_text(row, field), spelling) != 0 &&
	    json_object_set_new(row, field, json_string(spelling)))
		store_fail(register_store(in->reg), -ENOMEM);
}

static void settle_agency(struct import *in, json_t *row, bool make)
{
	const char *agency = import_text(row, "organization");
	const char *there = agency_of(in, agency);

	if (there) {
		spell(in, row, "organization", there);
	} else if (make) {
		make_one(in, RECORD_AGENCY, row);
		(void)keep(in, agency, "", json_string(agency));
	}
}

static void settle_unit(struct import *in, json_t *row, bool make)
{
	const char *agency = import_text(row, "organization");
	const char *unit = import_text(row, "unit");
	const char *there = unit_of(in, agency, unit);

	if (there) {
		spell(in, row, "unit", there);
	} else if (make) {
		make_one(in, RECORD_UNIT, row);
		(void)keep(in, agency, unit, json_string(unit));
	}
}

static void settle(struct import *in, json_t *row, bool make_agency,
		   bool make_unit)
{
	if (!*import_text(row, "organization"))
		return;
	settle_agency(in, row, make_agency);
	if (*import_text(row, "unit"))
		settle_unit(in, row, make_unit);
}

void import_spell_place(struct import *in, json_t *row)
{
	settle(in, row, false, false);
}

void import_make_agency(struct import *in, json_t *row)
{
	settle(in, row, true, false);
}

void import_make_place(struct import *in, json_t *row)
{
	settle(in, row, true, true);
}
