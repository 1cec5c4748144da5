/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include "nd30.h"

#include <stdlib.h>
#include <string.h>

#include "agency_lines.h"
#include "base/date.h"
#include "base/text.h"
#include "token/ckstoken.h"

#define SPACE_BLOCK 12
#define SPACE_TITLE 6
#define SPACE_NOTICE 4
#define SPACE_SIGNER 44
#define SPACE_PARTIES 8
#define ADDRESSEES_LEFT 30 /* of a hundred parts, for "Kính gửi:" */
#define NUMBER_ROOM "     "

/* A document in the smaller sizes is to be a short one, too. */
static int space_of(const struct document *doc, enum role role)
{
	if (doc->small && role == ROLE_TITLE)
		return SPACE_TITLE;
	if (doc->small && role == ROLE_NOTICE)
		return SPACE_NOTICE;
	if (doc->small && role == ROLE_SIGNER)
		return SPACE_SIGNER;
	return role_formats[role].space;
}

static void dress(const struct document *doc, struct paragraph *p,
		  enum role role)
{
	const struct role_format *f = &role_formats[role];

	p->role = role;
	p->align = f->align;
	p->size = document_size(doc, role);
	p->underline = f->underline;
	p->indent = f->indent;
	p->space = space_of(doc, role);
	p->balance = f->balance;
	p->keep_next = f->keep_next;
	/* It stands on the baseline of the number, whose size does not change.
	 */
	if (role == ROLE_DATE)
		p->space += f->size - p->size;
}

struct paragraph *nd30_paragraph(struct document *doc, enum role role)
{
	struct paragraph *p = document_paragraph(doc, ALIGN_LEFT, 0);

	dress(doc, p, role);
	return p;
}

struct paragraph *nd30_cell_paragraph(struct document *doc, struct cell *cell,
				      enum role role)
{
	struct paragraph *p = cell_paragraph(doc, cell, ALIGN_LEFT, 0);

	dress(doc, p, role);
	return p;
}

struct chart *nd30_chart(struct document *doc)
{
	struct chart *chart = document_chart(doc);

	dress(doc, chart->title, ROLE_CAPTION);
	dress(doc, chart->words, ROLE_BODY);
	return chart;
}

/* @cell is NULL for a paragraph that stands in no table. */
static struct paragraph *add(struct document *doc, struct cell *cell,
			     enum role role, const char *text,
			     const char *field)
{
	struct paragraph *p = cell ? nd30_cell_paragraph(doc, cell, role)
				   : nd30_paragraph(doc, role);

	paragraph_add_field(doc, p, role_formats[role].style, text, field);
	return p;
}

static const char *need(struct document *doc, const json_t *dossier,
			const char *path, const char *field)
{
	return document_need(doc, dossier_text(dossier, path), field, path);
}

static bool is_marked_missing(const char *text)
{
	return *text == '[';
}

bool nd30_is_day(const char *s)
{
	static const char shape[] = "0000-00-00";
	size_t i;

	for (i = 0; shape[i]; i++)
		if (shape[i] == '-' ? s[i] != '-' : s[i] < '0' || s[i] > '9')
			return false;
	return !s[i] || s[i] == 'T';
}

const char *nd30_long_day(struct document *doc, const char *day)
{
	char iso[] = "0000-00-00", cited[DATE_SIZE];
	long n;

	if (!nd30_is_day(day))
		return day;
	memcpy(iso, day, strlen(iso));
	return date_read_iso(iso, &n) ? document_text(doc, date_cited(n, cited))
				      : day;
}

const char *nd30_short_day(struct document *doc, const char *day)
{
	if (!nd30_is_day(day))
		return day;
	return document_format(doc, "%.2s/%.2s/%.4s", day + 8, day + 5, day);
}

const char *nd30_unended(struct document *doc, const char *text)
{
	size_t len = strlen(text);

	while (len && strchr(" ;.,", text[len - 1]))
		len--;
	return document_format(doc, "%.*s", (int)len, text);
}

const char *nd30_number(const char *s, const char **zero)
{
	while (s[0] == '0' && s[1])
		s++;
	*zero = s[0] >= '1' && s[0] <= '9' && !s[1] ? "0" : "";
	return s;
}

/* A document gets its number when it has been signed: until then there is room
 * to write it. */
static const char *number(struct document *doc, const json_t *dossier)
{
	const char *given = dossier_text(dossier, "document.number");
	const char *zero, *s;

	if (!text_says_something(given))
		return NUMBER_ROOM;
	s = nd30_number(document_text(doc, given), &zero);
	return document_format(doc, "%s%s", zero, s);
}

/*
 * A công văn carries agency and drafting unit (STC-VP); a document with a kind
 * carries the kind and the agency alone (BB-STC).
 */
static const char *symbol(struct document *doc, const json_t *dossier,
			  const char *kind)
{
	const char *s =
		need(doc, dossier, "agency.symbol", "ký hiệu cơ quan ban hành");
	bool missing = is_marked_missing(s);

	if (!missing)
		s = document_upper(doc, s);
	if (!*kind)
		return s;
	return document_format(doc, "%s-%.*s", kind,
			       (int)(missing ? strlen(s) : strcspn(s, "-")), s);
}

/* The columns of the letterhead, and of the block of signatures, of 100; the
 * first where the type is small, too. */
#define LETTERHEAD_LEFT 41
#define LETTERHEAD_SMALL 44
#define SIGNATURE_RIGHT 50

/* The lines of @name in a column of @share hundredths
 * of the text. */
static const char *name_lines(struct document *doc, enum role role,
			      const char *name, int share, bool *torn)
{
	return agency_lines(doc, document_upper(doc, name),
			    role_formats[role].style, document_size(doc, role),
			    document_width(doc) / 100 * share, torn);
}

/* Add the name of an agency or an office, in capitals and in lines that end
 * where a clerk ends them. */
static void add_name(struct document *doc, struct cell *cell, enum role role,
		     const char *name, int share, const char *field)
{
	bool torn;

	if (!is_marked_missing(name))
		name = name_lines(doc, role, name, share, &torn);
	add(doc, cell, role, name, field);
}

static void issuer(struct document *doc, struct cell *cell,
		   const json_t *dossier, int share)
{
	const char *parent = agency_name(doc, dossier, "agency.parent");

	if (*parent)
		add_name(doc, cell, ROLE_PARENT, parent, share,
			 "agency.parent");
	add_name(doc, cell, ROLE_ISSUER,
		 document_need(doc, agency_name(doc, dossier, "agency.name"),
			       "tên cơ quan ban hành", "agency.name"),
		 share, "agency.name");
}

/* True if the name of a place, as "phường Xuân Hương - Đà Lạt", is too wide for
 * its column. */
static bool is_torn(struct document *doc, const json_t *dossier)
{
	bool name, parent;

	name_lines(doc, ROLE_ISSUER, agency_name(doc, dossier, "agency.name"),
		   LETTERHEAD_LEFT, &name);
	name_lines(doc, ROLE_PARENT, agency_name(doc, dossier, "agency.parent"),
		   LETTERHEAD_LEFT, &parent);
	return name || parent;
}

static const char *place_and_day(struct document *doc, const json_t *dossier)
{
	const char *place =
		need(doc, dossier, "agency.place", "địa danh ban hành");
	const char *day = need(doc, dossier, "document.date", "ngày ban hành");

	return document_format(doc, "%s, %s", place, nd30_long_day(doc, day));
}

void nd30_letterhead(struct document *doc, const json_t *dossier,
		     const char *kind, const char *about)
{
	bool small = doc->small, torn = is_torn(doc, dossier);
	int left = torn ? LETTERHEAD_SMALL : LETTERHEAD_LEFT;
	const struct column columns[] = { { (unsigned int)left, ALIGN_CENTER },
					  { (unsigned int)(100 - left),
					    ALIGN_CENTER } };
	struct table *t = document_table(doc, columns, 2);
	struct cell *cell;

	/* The smaller sizes of the decree leave a wide name more room. */
	doc->small |= torn;
	table_row(doc, t);
	issuer(doc, table_cell(doc, t, 1, 1), dossier, left);
	cell = table_cell(doc, t, 1, 1);
	add(doc, cell, ROLE_NATIONAL, "CỘNG HÒA XÃ HỘI CHỦ NGHĨA VIỆT NAM",
	    NULL);
	add(doc, cell, ROLE_MOTTO, "Độc lập - Tự do - Hạnh phúc", NULL);
	table_row(doc, t);
	cell = table_cell(doc, t, 1, 1);
	add(doc, cell, ROLE_NUMBER,
	    document_format(doc, "Số: %s/%s", number(doc, dossier),
			    symbol(doc, dossier, kind)),
	    "document.number");
	if (*about)
		add(doc, cell, ROLE_ABOUT,
		    document_format(doc, "V/v %s", about), NULL);
	add(doc, table_cell(doc, t, 1, 1), ROLE_DATE,
	    place_and_day(doc, dossier), "document.date");
	doc->small = small;
}

/* The next of recipients that semicolons part, or NULL. */
static const char *next_recipient(struct document *doc, const char **rest)
{
	while (**rest) {
		size_t len = strcspn(*rest, ";");
		const char *name = nd30_unended(
			doc,
			document_text(doc, document_format(doc, "%.*s",
							   (int)len, *rest)));

		*rest += len + ((*rest)[len] == ';');
		if (*name)
			return name;
	}
	return NULL;
}

const char *nd30_recipients_named(struct document *doc, const char *recipients)
{
	const char *name = next_recipient(doc, &recipients), *next;
	const char *names = name ? name : "";

	name = next_recipient(doc, &recipients);
	for (; name; name = next) {
		next = next_recipient(doc, &recipients);
		names = document_format(doc, next ? "%s, %s" : "%s và %s",
					names, name);
	}
	return names;
}

static void name_addressee(struct document *doc, struct paragraph *p,
			   const char *name)
{
	paragraph_add_field(doc, p, 0, name, "document.recipient");
}

/* The dashes stand one below the other and under the colon. */
static void address_several(struct document *doc, const char *recipients)
{
	static const struct column columns[] = {
		{ ADDRESSEES_LEFT, ALIGN_RIGHT },
		{ 100 - ADDRESSEES_LEFT, ALIGN_LEFT },
	};
	struct table *t = document_table(doc, columns, 2);
	const char *name = next_recipient(doc, &recipients), *next;
	struct cell *cell;
	struct paragraph *p;

	t->space = role_formats[ROLE_ADDRESSEE].space;
	table_row(doc, t);
	p = nd30_cell_paragraph(doc, table_cell(doc, t, 1, 1), ROLE_ADDRESSEE);
	p->align = ALIGN_RIGHT;
	p->space = 0;
	paragraph_add(doc, p, 0, "Kính gửi:");
	table_row(doc, t);
	table_cell(doc, t, 1, 1);
	cell = table_cell(doc, t, 1, 1);
	for (; name; name = next) {
		next = next_recipient(doc, &recipients);
		p = nd30_cell_paragraph(doc, cell, ROLE_ADDRESSEE);
		p->align = ALIGN_LEFT;
		p->balance = false;
		p->space = 0;
		paragraph_add(doc, p, 0, "- ");
		name_addressee(doc, p, name);
		paragraph_add(doc, p, 0, next ? ";" : ".");
	}
}

void nd30_addressee(struct document *doc, const json_t *dossier,
		    const char *field)
{
	const char *of = document_text(
		doc, dossier_text(dossier, "document.recipient_of"));
	const char *to = need(doc, dossier, "document.recipient",
			      *field ? field : "nơi nhận công văn");
	const char *rest = to, *one = next_recipient(doc, &rest);
	struct paragraph *p;

	if (next_recipient(doc, &rest)) {
		address_several(doc, to);
		return;
	}
	p = nd30_paragraph(doc, ROLE_ADDRESSEE);
	paragraph_add(doc, p, 0, "Kính gửi: ");
	name_addressee(doc, p, one ? one : to);
	if (*of) {
		paragraph_add(doc, p, 0, ", ");
		paragraph_add_field(doc, p, 0, of, "document.recipient_of");
	}
}

static bool opens_a_ground(const char *text)
{
	static const char *const words[] = { "can cu ", "theo ", "xet ",
					     "thuc hien " };
	char *folded = cks_text_fold(text);
	bool opens = false;
	size_t i;

	for (i = 0; folded && i < sizeof(words) / sizeof(words[0]); i++)
		opens |= !strncmp(folded, words[i], strlen(words[i]));
	free(folded);
	return opens;
}

static void ground(struct document *doc, const char *text, bool last)
{
	struct paragraph *p = nd30_paragraph(doc, ROLE_GROUND);

	paragraph_add(doc, p, STYLE_ITALIC,
		      document_format(doc, "%s%s%c",
				      opens_a_ground(text) ? "" : "Căn cứ ",
				      nd30_unended(doc, text),
				      last ? '.' : ';'));
}

void nd30_grounds(struct document *doc, const json_t *dossier,
		  const char *need_paper)
{
	const json_t *laws = dossier_get(dossier, "document.grounds");
	const json_t *papers = dossier_get(dossier, "document.papers");
	size_t n_laws = json_array_size(laws), i;
	size_t n_papers = json_array_size(papers);
	bool asked = *need_paper && !n_papers;

	for (i = 0; i < n_laws; i++)
		ground(doc,
		       document_need(doc,
				     json_string_value(json_array_get(laws, i)),
				     "căn cứ", NULL),
		       !asked && !n_papers && i + 1 == n_laws);
	for (i = 0; i < n_papers; i++)
		ground(doc,
		       document_need(
			       doc,
			       json_string_value(json_array_get(papers, i)),
			       "căn cứ", NULL),
		       i + 1 == n_papers);
	if (asked)
		ground(doc,
		       document_need(doc, "", need_paper, "document.papers"),
		       true);
}

static bool is_addressee(const struct paragraph *p)
{
	return p && p->role == ROLE_ADDRESSEE;
}

/* One addressee stands in a paragraph, several stand in a table that begins
 * with them. */
static bool has_addressee(const struct document *doc)
{
	size_t i;

	for (i = 0; i < doc->n_blocks; i++) {
		const struct table *t = doc->blocks[i].table;
		const struct row *row = t && t->n_rows ? &t->rows[0] : NULL;

		if (is_addressee(doc->blocks[i].paragraph) ||
		    (row && row->n_cells && row->cells[0]->n_paragraphs &&
		     is_addressee(row->cells[0]->paragraphs[0])))
			return true;
	}
	return false;
}

static void recipient(struct document *doc, struct cell *cell, const char *text)
{
	text = document_text(doc, text);
	if (text_says_something(text))
		add(doc, cell, ROLE_RECIPIENT,
		    document_format(doc, "- %s;", nd30_unended(doc, text)),
		    NULL);
}

/* "Nơi nhận": @first, those of @second and the copies, and last the archive
 * with what is kept there besides. */
static void recipients(struct document *doc, struct cell *cell,
		       const json_t *dossier, const char *first,
		       const char *second, const char *kept)
{
	const char *archive =
		document_text(doc, dossier_text(dossier, "agency.archive"));
	const json_t *copies = dossier_get(dossier, "document.copies");
	const json_t *copy;
	const char *name;
	size_t i;

	add(doc, cell, ROLE_RECIPIENTS, "Nơi nhận:", NULL);
	recipient(doc, cell, first);
	while ((name = next_recipient(doc, &second)))
		recipient(doc, cell, name);
	json_array_foreach ((json_t *)copies, i, copy)
		recipient(doc, cell, json_string_value(copy));
	add(doc, cell, ROLE_RECIPIENT,
	    document_format(doc, "- Lưu: VT%s%s%s.", *archive ? ", " : "",
			    archive, kept),
	    NULL);
}

void nd30_recipients(struct document *doc, const json_t *dossier,
		     const char *first)
{
	size_t n = doc->n_blocks;

	recipients(doc, NULL, dossier, first,
		   dossier_text(dossier, "document.recipient"), ", Hồ sơ");
	if (document_status(doc))
		return;
	doc->blocks[n].paragraph->space = SPACE_BLOCK;
	for (; n + 1 < doc->n_blocks; n++)
		doc->blocks[n].paragraph->keep_next = true;
}

/* "TM. ỦY BAN NHÂN DÂN / KT. CHỦ TỊCH" stands on two lines. */
static void authority(struct document *doc, struct cell *cell, const char *text)
{
	while (*text) {
		size_t len = strcspn(text, "/");
		const char *line = document_text(
			doc, document_format(doc, "%.*s", (int)len, text));

		if (*line)
			add_name(doc, cell, ROLE_SIGNATURE, line,
				 SIGNATURE_RIGHT, "agency.authority");
		text += len + (text[len] == '/');
	}
}

static void signer(struct document *doc, struct cell *cell,
		   const json_t *dossier, const char *title, const char *note)
{
	const char *name =
		document_text(doc, dossier_text(dossier, "agency.signer_name"));

	if (!title) {
		authority(doc, cell, dossier_text(dossier, "agency.authority"));
		title = need(doc, dossier, "agency.signer_title",
			     "chức vụ người ký");
	}
	add_name(doc, cell, ROLE_SIGNATURE, title, SIGNATURE_RIGHT,
		 "agency.signer_title");
	/* Where no name is printed, the signer is asked to write it. */
	if (!note && !*name)
		note = "(Ký, đóng dấu và ghi rõ họ tên)";
	if (note)
		add(doc, cell, ROLE_SIGNATURE_NOTE, note, NULL);
	add(doc, cell, ROLE_SIGNER,
	    document_need(doc, name, "họ và tên người ký",
			  "agency.signer_name"),
	    "agency.signer_name");
}

void nd30_signature(struct document *doc, const json_t *dossier,
		    const char *title, const char *note, const char *first)
{
	static const struct column columns[] = {
		{ 100 - SIGNATURE_RIGHT, ALIGN_LEFT },
		{ SIGNATURE_RIGHT, ALIGN_CENTER },
	};
	struct table *t = document_table(doc, columns, 2);

	t->keep_previous = true;
	t->space = SPACE_BLOCK;
	table_row(doc, t);
	if (!first)
		first = has_addressee(doc) ? "Như trên" : "";
	recipients(doc, table_cell(doc, t, 1, 1), dossier, first, "", "");
	signer(doc, table_cell(doc, t, 1, 1), dossier, title, note);
}

/* The share of the recipients beside the parties, and of each of two. */
#define PARTIES_LEFT 30
#define PARTY_RIGHT 35

struct table *nd30_parties(struct document *doc, size_t n,
			   const json_t *dossier, const char *first)
{
	static const struct column columns[] = { { PARTIES_LEFT, ALIGN_LEFT },
						 { PARTY_RIGHT, ALIGN_CENTER },
						 { PARTY_RIGHT, ALIGN_CENTER },
						 { PARTY_RIGHT,
						   ALIGN_CENTER } };
	struct table *t = first ? document_table(doc, columns, n + 1)
				: document_table(doc, columns + 1, n);

	t->keep_previous = true;
	t->space = doc->small ? SPACE_PARTIES : SPACE_BLOCK;
	table_row(doc, t);
	if (first)
		recipients(doc, table_cell(doc, t, 1, 1), dossier, first,
			   dossier_text(dossier, "document.recipient"),
			   ", Hồ sơ");
	return t;
}

void nd30_party(struct document *doc, struct table *t, const char *role,
		const char *name)
{
	struct cell *cell = table_cell(doc, t, 1, 1);

	add_name(doc, cell, ROLE_SIGNATURE, role, PARTY_RIGHT, NULL);
	add(doc, cell, ROLE_SIGNATURE_NOTE, "(Ký, ghi rõ họ tên)", NULL);
	add(doc, cell, ROLE_SIGNER, name, NULL);
}
