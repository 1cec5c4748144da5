/* SPDX-License-Identifier: LGPL-2.1-or-later */
/*
 * Where the tables of a PDF have its objects. Plain tables, which most files
 * have and those of hundreds of pages are long, are read here; of whatever is
 * made otherwise qpdf is asked, which prints all that it has read.
 */
#include <ctype.h>
#include <errno.h>
#include <qpdf/qpdfjob-c.h>
#include <qpdf/qpdflogger-c.h>
#include <stdio.h>
#include <stdlib.h>

#include "confined.h"
#include "found.h"
#include "strays.h"

/* Readers of PDF look for its end in so many bytes. */
#define TAIL ((size_t)1024)
#define MAX_SECTIONS 64
/* "0000000016 00000 n " and what ends the line (ISO 32000-1, 7.5.4). */
#define ENTRY 20

static int compare_places(const void *a, const void *b)
{
	const struct place *x = a, *y = b;

	if (x->id != y->id)
		return x->id < y->id ? -1 : 1;
	return (x->generation > y->generation) -
	       (x->generation < y->generation);
}

/* 1. Plain tables */

/*
 * What is read of them, from the newest section on: the first that says
 * anything of an object counts. Whatever programs could read in two ways, or
 * one version of qpdf otherwise than another, is not plain.
 */
struct tables {
	const unsigned char *at, *begin, *end;
	struct place *list;	/* by the numbers of the objects */
	unsigned char *section; /* that said something of it, from 1 on */
	size_t size;		/* of both: /Size of the newest trailer */
	size_t most;
};

static bool is_blank(unsigned char c)
{
	return c == ' ' || c == '\n' || c == '\r' || c == '\t';
}

static void skip_blanks(struct tables *t)
{
	while (t->at < t->end && is_blank(*t->at))
		t->at++;
}

static bool take_word(struct tables *t, const char *word)
{
	size_t len = strlen(word);

	if ((size_t)(t->end - t->at) < len || memcmp(t->at, word, len) != 0)
		return false;
	t->at += len;
	return true;
}

/* A number of ten digits at most, with something else behind it. */
static bool take_number(struct tables *t, uint64_t *number)
{
	const unsigned char *from = t->at;

	for (*number = 0; t->at < t->end && *t->at >= '0' && *t->at <= '9';
	     t->at++)
		*number = 10 * *number + (uint64_t)(*t->at - '0');
	return t->at > from && t->at - from <= 10 && t->at < t->end;
}

/* The digits of an entry, of which each has as many. */
static bool take_digits(const unsigned char *at, size_t n, uint64_t *number)
{
	*number = 0;
	for (size_t i = 0; i < n; i++) {
		if (at[i] < '0' || at[i] > '9')
			return false;
		*number = 10 * *number + (uint64_t)(at[i] - '0');
	}
	return true;
}

/* Takes the entry of object @id at @t->at, which is whole. */
static bool take_entry(struct tables *t, uint64_t id, unsigned char section)
{
	const unsigned char *e = t->at;
	uint64_t offset, generation;

	t->at += ENTRY;
	if (!take_digits(e, 10, &offset) || e[10] != ' ' ||
	    !take_digits(e + 11, 5, &generation) || e[16] != ' ' ||
	    !((e[18] == ' ' && (e[19] == '\n' || e[19] == '\r')) ||
	      (e[18] == '\r' && e[19] == '\n')) ||
	    id >= t->size || t->section[id] == section)
		return false;
	if (t->section[id])
		return e[17] == 'f' || (e[17] == 'n' && generation == 0);
	t->section[id] = section;
	if (e[17] == 'f')
		return true;
	t->list[id] = (struct place){ .id = (int)id, .offset = offset };
	return e[17] == 'n' && generation == 0 && id > 0 && offset > 0 &&
	       offset < (uint64_t)(t->end - t->begin);
}

/* Takes the entries of a section, up to its trailer. */
static bool take_section(struct tables *t, unsigned char section)
{
	uint64_t first, n;

	for (;;) {
		skip_blanks(t);
		if (take_word(t, "trailer"))
			return true;
		if (!take_number(t, &first) || *t->at++ != ' ' ||
		    !take_number(t, &n))
			return false;
		skip_blanks(t);
		if (n > (uint64_t)(t->end - t->at) / ENTRY)
			return false;
		for (uint64_t i = 0; i < n; i++)
			if (!take_entry(t, first + i, section))
				return false;
	}
}

/* Takes a name, of which no letter is written as a number; its length, or 0. */
static size_t take_name(struct tables *t)
{
	const unsigned char *from = t->at;

	if (!take_word(t, "/"))
		return 0;
	while (t->at<t->end && * t->at> ' ' && *t->at < 0x7f &&
	       !strchr("()<>[]{}/%#", *t->at))
		t->at++;
	return (size_t)(t->at - from);
}

static bool take_hex(struct tables *t)
{
	if (!take_word(t, "<"))
		return false;
	while (t->at < t->end && isxdigit(*t->at))
		t->at++;
	return take_word(t, ">");
}

/* Takes a number, or the number of an object that is referred to: then
 * *@number is UINT64_MAX. */
static bool take_value_of_digits(struct tables *t, uint64_t *number)
{
	struct tables in;
	uint64_t generation;

	if (!take_number(t, number))
		return false;
	in = *t;
	skip_blanks(&in);
	if (in.at == t->at || !take_number(&in, &generation))
		return true;
	skip_blanks(&in);
	if (!take_word(&in, "R"))
		return false;
	*number = UINT64_MAX;
	*t = in;
	return true;
}

/* Takes a value: *@number is UINT64_MAX for another than a number. */
static bool take_value(struct tables *t, uint64_t *number)
{
	const unsigned char c = t->at < t->end ? *t->at : '\0';

	*number = UINT64_MAX;
	if (c >= '0' && c <= '9')
		return take_value_of_digits(t, number);
	if (c == '/')
		return take_name(t) > 0;
	if (c != '[')
		return take_hex(t);
	t->at++;
	for (;;) {
		skip_blanks(t);
		if (take_word(t, "]"))
			return true;
		if (!take_hex(t))
			return false;
	}
}

/*
 * Takes the trailer at t->at, which is one dictionary of numbers, references,
 * names and strings in hexadecimal: *@previous is 0 where it names no other
 * section.
 */
static bool take_trailer(struct tables *t, uint64_t *size, uint64_t *previous)
{
	bool is_sized = false;
	uint64_t number;

	*previous = 0;
	skip_blanks(t);
	if (!take_word(t, "<<"))
		return false;
	for (;;) {
		const unsigned char *key;
		size_t len;

		skip_blanks(t);
		if (take_word(t, ">>"))
			break;
		key = t->at;
		len = take_name(t);
		skip_blanks(t);
		if (!len || !take_value(t, &number) ||
		    (len == 8 && memcmp(key, "/XRefStm", 8) == 0))
			return false;
		if (len == 5 && memcmp(key, "/Size", 5) == 0) {
			if (is_sized || number == UINT64_MAX)
				return false;
			*size = number;
			is_sized = true;
		} else if (len == 5 && memcmp(key, "/Prev", 5) == 0) {
			if (*previous || number == UINT64_MAX || number == 0)
				return false;
			*previous = number;
		}
	}
	skip_blanks(t);
	return is_sized && take_word(t, "startxref");
}

/* The place of the newest section, as the end of the file has it; 0: none. */
static size_t find_last(const struct tables *t)
{
	const unsigned char *hit =
		t->end - t->begin > (ptrdiff_t)TAIL ? t->end - TAIL : t->begin;
	struct tables in = { .end = t->end };
	uint64_t table = 0;

	for (; (hit = memmem(hit, (size_t)(t->end - hit), "startxref", 9));)
		in.at = hit += 9;
	if (!in.at || in.at == in.end || !is_blank(*in.at))
		return 0;
	skip_blanks(&in);
	return take_number(&in, &table) && is_blank(*in.at) ? (size_t)table : 0;
}

/* Makes room for all objects that there can be. */
static bool begin(struct tables *t, uint64_t size)
{
	if (size == 0 || size > t->most + 1)
		return false;
	t->size = (size_t)size;
	t->list = calloc(t->size, sizeof(*t->list));
	t->section = calloc(t->size, 1);
	return t->list && t->section;
}

/* Goes from the newest section at @table to the oldest. The trailer of the
 * newest stands behind its entries, and says how many there can be. */
static bool take_tables(struct tables *t, uint64_t table)
{
	const unsigned char *const begins = t->begin;
	uint64_t size = 0, previous = table;

	for (unsigned char n = 1; previous; n++) {
		const unsigned char *trailer;

		if (n > MAX_SECTIONS || previous >= (uint64_t)(t->end - begins))
			return false;
		t->at = begins + previous;
		if (!take_word(t, "xref") || t->at == t->end ||
		    !is_blank(*t->at))
			return false;
		trailer = memmem(t->at, (size_t)(t->end - t->at), "trailer", 7);
		if (n == 1) {
			struct tables newest = *t;

			newest.at = trailer ? trailer + 7 : t->end;
			if (!take_trailer(&newest, &size, &previous) ||
			    !begin(t, size))
				return false;
		}
		if (!take_section(t, n) || t->at != trailer + 7 ||
		    !take_trailer(t, &size, &previous))
			return false;
	}
	return true;
}

/* Reads the tables where all of them are plain. */
static bool read_plain(struct places *p, const struct bytes *b, size_t table,
		       size_t most)
{
	struct tables t = { .begin = b->data,
			    .end = b->data + b->len,
			    .most = most };
	bool plain = b->len > 5 && memcmp(b->data, "%PDF-", 5) == 0;

	if (!table && plain)
		table = find_last(&t);
	plain = plain && table && take_tables(&t, table);
	*p = (struct places){ 0 };
	if (plain) {
		for (size_t i = 0; i < t.size; i++)
			if (t.list[i].id)
				t.list[p->n++] = t.list[i];
		p->list = t.list;
		t.list = NULL;
	}
	free(t.list);
	free(t.section);
	return plain;
}

/* 2. What qpdf tells of other tables */

static int keep_text(const char *data, size_t len, void *owner)
{
	struct buffer *text = owner;

	buffer_put(text, data, len);
	return text->failed;
}

/* Takes @words and the number behind them from *@at, which then is behind. */
static bool take(const char **at, const char *words, unsigned long *number)
{
	size_t len = strlen(words);
	char *end;

	if (strncmp(*at, words, len) != 0)
		return false;
	errno = 0;
	*number = strtoul(*at + len, &end, 10);
	if (errno || end == *at + len)
		return false;
	*at = end;
	return true;
}

/* "12/0: uncompressed; offset = 345" or "12/0: compressed; stream = 3, index =
 * 4". */
static bool take_place(const char *line, struct place *place)
{
	unsigned long id, generation, container = 0, offset;

	if (!take(&line, "", &id) || !take(&line, "/", &generation))
		return false;
	if (!take(&line, ": uncompressed; offset = ", &offset) &&
	    (!take(&line, ": compressed; stream = ", &container) ||
	     !take(&line, ", index = ", &offset)))
		return false;
	*place = (struct place){ .id = (int)id,
				 .generation = (int)generation,
				 .container = (int)container,
				 .offset = offset };
	return id > 0 && id <= INT32_MAX && generation <= INT32_MAX &&
	       container <= INT32_MAX && *line == '\0';
}

static void take_places(struct places *p, char *text, size_t most)
{
	char *rest = NULL;
	size_t lines = 0;
	bool sorted = true;

	for (const char *at = text; (at = strchr(at, '\n')); at++)
		lines++;
	p->is_limited = lines > most;
	p->list = p->is_limited ? NULL : calloc(lines + 1, sizeof(*p->list));
	if (!p->list)
		p->failed = true;
	for (char *line = strtok_r(text, "\n", &rest); line && !p->failed;
	     line = strtok_r(NULL, "\n", &rest)) {
		if (!take_place(line, &p->list[p->n]))
			p->failed = true;
		else
			p->n++;
	}
	/* qpdf goes by their numbers. */
	for (size_t i = 1; i < p->n && !p->failed && sorted; i++)
		sorted = compare_places(&p->list[i - 1], &p->list[i]) < 0;
	if (!p->failed && !sorted)
		qsort(p->list, p->n, sizeof(*p->list), compare_places);
}

/* The same, by qpdf: it prints them all. */
static void ask_qpdf(struct places *p, size_t len, size_t table, size_t most,
		     bool plain)
{
	char input[sizeof(EXTRACT_INPUT) + 48];
	const char *const argv[] = { "qpdf",
				     "--suppress-recovery",
				     "--show-xref",
				     input,
				     plain ? "--ignore-xref-streams" : NULL,
				     NULL };
	qpdflogger_handle logger = qpdflogger_create();
	qpdfjob_handle job = qpdfjob_init();
	struct buffer text = { 0 };

	(void)snprintf(input, sizeof(input), table ? "%s %zu %zu" : "%s %zu",
		       EXTRACT_INPUT, len, table);
	*p = (struct places){ .failed = true };
	if (!logger || !job)
		goto out;
	qpdflogger_set_info(logger, qpdf_log_dest_custom, keep_text, &text);
	qpdflogger_set_warn(logger, qpdf_log_dest_discard, NULL, NULL);
	qpdflogger_set_error(logger, qpdf_log_dest_discard, NULL, NULL);
	qpdfjob_set_logger(job, logger);
	/* It ends with 3 where it warns. */
	p->failed = qpdfjob_initialize_from_argv(job, argv) != 0 ||
		    qpdfjob_run(job) == 2;
	buffer_put(&text, "", 1);
	p->failed |= text.failed;
	if (!p->failed)
		take_places(p, (char *)text.data, most);
out:
	buffer_free(&text);
	if (job)
		qpdfjob_cleanup(&job);
	if (logger)
		qpdflogger_cleanup(&logger);
}

void places_read(struct places *p, const struct bytes *b, size_t table,
		 size_t most, bool plain)
{
	if (!read_plain(p, b, table, most))
		ask_qpdf(p, b->len, table, most, plain);
}

void places_free(struct places *p)
{
	free(p->list);
	*p = (struct places){ 0 };
}
