/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* Finding the letter that a row tells of. */
#include <errno.h>
#include <stdlib.h>
#include <string.h>

#include "base/buffer.h"
#include "base/date.h"
#include "import_private.h"
#include "letter.h"

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

/* Whether the letter has the day of the row, or one of them has none. */
static bool is_of_day(const struct search *s, struct query *q)
{
	const char *day = query_text(q, LETTER_DAY);

	return !s->dated || !*day || strcmp(day, s->cited.day) == 0;
}

static void look_for(struct search *s, const char *number)
{
	struct query *q = letters_of_number(s->in->reg, number);
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

/* Takes the number, and what stands with it, from the row. */
static int read_row(struct search *s)
{
	const char *day = text_of(s, "document_date");
	const char *sender = text_of(s, "sender");
	int rc = letter_cited_read(text_of(s, "document_number"), &s->cited);

	if (rc)
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
 * number and day, it stays as it is. */
static void spell(const struct search *s, json_t *row)
{
	const struct letter_cited *c = &s->cited;

	if ((*c->year && !s->dated) || (*c->sender && !*text_of(s, "sender")))
		return;
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

json_int_t import_find_letter(struct import *in, json_t *row)
{
	struct search s = { .in = in, .row = row };
	bool names_procedure = *text_of(&s, "procedure") != '\0';
	int rc = read_row(&s);
	json_int_t found = 0;

	if (rc == -ENOMEM) {
		store_fail(register_store(in->reg), rc);
		goto out;
	}
	if (rc) {
		if (!names_procedure)
			import_refuse(in, "procedure",
				      _("This must be given."));
		goto out;
	}
	look_for(&s, s.cited.number);
	if (s.n == 1)
		found = s.found;
	else if (s.n > 1 || !names_procedure || (in->ends && s.n_listed))
		refuse(&s);
	if (found)
		keep_known(&s, row);
	else if (!in->wrong)
		spell(&s, row);
out:
	buffer_free(&s.list);
	letter_cited_free(&s.cited);
	return found;
}
