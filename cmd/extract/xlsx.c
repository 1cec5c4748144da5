/* SPDX-License-Identifier: LGPL-2.1-or-later */
/*
 * A workbook of Excel as the table that is on one of its sheets: lines about
 * it, as input/extract.h has them, and CSV. No formula is reckoned, no link
 * followed, and nothing is read but the parts of the sheets, their texts and
 * their formats.
 */
#include <stdlib.h>
#include <string.h>
#include <strings.h>
#include <unistd.h>

#include "base/text.h"
#include "xlsx.h"

/* Bytes of XML in all parts together, each time that they are read. */
#define MAX_XML ((zip_uint64_t)1024 * 1024 * 1024)
#define MAX_ENTRIES 5000
#define MAX_SHEETS 256
#define MAX_STYLES 65536
#define MAX_STRINGS 10000000
#define MAX_NAME 300 /* bytes of a sheet's; Excel has 31 letters */

#define WORKBOOK "xl/workbook.xml"
#define RELATIONS "xl/_rels/workbook.xml.rels"

struct listed {
	char *name, *id; /* of its relation */
	bool hidden;
	struct sheet sheet;
};

struct relation {
	char *id, *type, *target;
};

struct styles {
	struct {
		unsigned long id;
		char *code;
	} * codes;
	size_t n_codes;
	bool *struck; /* of each font: a line goes through its letters */
	size_t n_fonts;
	bool in_fonts, in_cells; /* among fonts, or the styles of cells */
};

struct package {
	struct book book;
	struct styles styles;
	struct rich_text string; /* that is being read */
	struct listed *sheets;
	size_t n_sheets;
	struct relation *relations;
	size_t n_relations;
};

static char *copy_attribute(struct part *part, const char *name)
{
	xmlTextReader *xml = part->xml;
	char *copy = NULL;

	while (!copy && xmlTextReaderMoveToNextAttribute(xml) == 1)
		if (!strcmp((const char *)xmlTextReaderConstLocalName(xml),
			    name))
			copy = strdup(
				(const char *)xmlTextReaderConstValue(xml));
	(void)xmlTextReaderMoveToElement(xml);
	return copy;
}

/* The entry of this name, which no other may have: programs differ in which of
 * two they take. -1: there is none; -2: there are two. */
static zip_int64_t find_entry(zip_t *zip, const char *name)
{
	zip_int64_t n = zip_get_num_entries(zip, 0), found = -1;

	for (zip_int64_t i = 0; i < n; i++) {
		const char *other = zip_get_name(zip, (zip_uint64_t)i, 0);

		if (!other || strcasecmp(other, name) != 0)
			continue;
		if (found >= 0)
			return -2;
		found = i;
	}
	return found;
}

/* Calls @take for each node of the part @name. A part that is not there is
 * EXTRACT_NONE. */
static enum extract_exit read_part(struct package *p, const char *name,
				   enum extract_exit (*take)(struct package *p,
							     struct part *part))
{
	zip_int64_t index = find_entry(p->book.zip, name);
	enum extract_exit end;
	struct part part;
	int rc = 0;

	if (index < 0)
		return index == -1 ? EXTRACT_NONE : EXTRACT_BROKEN;
	end = part_open(&part, p->book.zip, (zip_uint64_t)index,
			&p->book.budget);
	while (end == EXTRACT_FOUND && (rc = part_next(&part)) == 1)
		end = take(p, &part);
	if (end == EXTRACT_FOUND && rc < 0)
		end = EXTRACT_BROKEN;
	part_close(&part);
	return end;
}

/* Room for one more of @n, in @list; the room doubles. */
static void *grow(void *list, size_t n, size_t size)
{
	if (n & (n - 1))
		return list;
	return reallocarray(list, n ? 2 * n : 1, size);
}

/* 1. What the workbook has. */

static enum extract_exit take_workbook(struct package *p, struct part *part)
{
	struct listed *sheets;
	char *state, *value;

	if (part_begins(part, "workbookPr")) {
		value = copy_attribute(part, "date1904");
		p->book.from_1904 = value && (!strcmp(value, "1") ||
					      !strcmp(value, "true"));
		free(value);
	}
	if (!part_begins(part, "sheet"))
		return EXTRACT_FOUND;
	if (p->n_sheets >= MAX_SHEETS)
		return EXTRACT_LIMIT;
	sheets = grow(p->sheets, p->n_sheets, sizeof(*sheets));
	if (!sheets)
		return EXTRACT_LIMIT;
	p->sheets = sheets;
	sheets += p->n_sheets++;
	memset(sheets, 0, sizeof(*sheets));
	state = copy_attribute(part, "state");
	sheets->hidden = state && strcmp(state, "visible") != 0;
	free(state);
	sheets->name = copy_attribute(part, "name");
	/* "r:id", beside "sheetId" */
	sheets->id = copy_attribute(part, "id");
	return sheets->name && sheets->id && strlen(sheets->name) <= MAX_NAME
		       ? EXTRACT_FOUND
		       : EXTRACT_BROKEN;
}

static enum extract_exit take_relation(struct package *p, struct part *part)
{
	struct relation *relations;
	char *mode;

	if (!part_begins(part, "Relationship"))
		return EXTRACT_FOUND;
	/* A link to another file is left alone. */
	mode = copy_attribute(part, "TargetMode");
	if (mode && !strcmp(mode, "External")) {
		free(mode);
		return EXTRACT_FOUND;
	}
	free(mode);
	if (p->n_relations >= MAX_ENTRIES)
		return EXTRACT_LIMIT;
	relations = grow(p->relations, p->n_relations, sizeof(*relations));
	if (!relations)
		return EXTRACT_LIMIT;
	p->relations = relations;
	relations += p->n_relations++;
	relations->id = copy_attribute(part, "Id");
	relations->type = copy_attribute(part, "Type");
	relations->target = copy_attribute(part, "Target");
	return relations->id && relations->type && relations->target
		       ? EXTRACT_FOUND
		       : EXTRACT_BROKEN;
}

/* "worksheets/sheet1.xml", "/xl/worksheets/sheet1.xml": the name of the part. A
 * name that would leave the folder stays, and is the name of none. */
static char *part_name(const char *target)
{
	char *name = NULL;

	if (target[0] == '/')
		return strdup(target + 1);
	return asprintf(&name, "xl/%s", target) < 0 ? NULL : name;
}

static const char *find_relation(const struct package *p, const char *id,
				 const char *type)
{
	size_t len = strlen(type);

	for (size_t i = 0; i < p->n_relations; i++) {
		const struct relation *r = &p->relations[i];
		size_t n = strlen(r->type);

		if ((!id || !strcmp(r->id, id)) && n >= len &&
		    !strcmp(r->type + n - len, type))
			return r->target;
	}
	return NULL;
}

/* Reads the only part of this @type, which may be none. */
static enum extract_exit
read_related(struct package *p, const char *type,
	     enum extract_exit (*take)(struct package *p, struct part *part))
{
	const char *target = find_relation(p, NULL, type);
	char *name = target ? part_name(target) : NULL;
	enum extract_exit end;

	if (!target)
		return EXTRACT_FOUND;
	if (!name)
		return EXTRACT_LIMIT;
	end = read_part(p, name, take);
	free(name);
	return end == EXTRACT_NONE ? EXTRACT_BROKEN : end;
}

/* 2. Formats and texts. */

static unsigned long take_id(struct part *part, const char *name)
{
	char *value = copy_attribute(part, name);
	unsigned long id = value ? strtoul(value, NULL, 10) : 0;

	free(value);
	return id;
}

static enum extract_exit add_style(struct package *p, unsigned long id,
				   unsigned long font)
{
	struct book *book = &p->book;
	struct cell_style *styles =
		grow(book->styles, book->n_styles, sizeof(*styles));
	const char *code = NULL;

	if (!styles || book->n_styles >= MAX_STYLES)
		return EXTRACT_LIMIT;
	book->styles = styles;
	styles += book->n_styles++;
	for (size_t i = 0; i < p->styles.n_codes && !code; i++)
		if (p->styles.codes[i].id == id)
			code = p->styles.codes[i].code;
	number_format_read(&styles->format, code, id);
	styles->is_struck = font < p->styles.n_fonts && p->styles.struck[font];
	return EXTRACT_FOUND;
}

static enum extract_exit take_font(struct styles *s, struct part *part)
{
	if (part_begins(part, "font")) {
		bool *struck = grow(s->struck, s->n_fonts, sizeof(*struck));

		if (!struck || s->n_fonts >= MAX_STYLES)
			return EXTRACT_LIMIT;
		s->struck = struck;
		struck[s->n_fonts++] = false;
	} else if (s->n_fonts && part_strikes(part)) {
		s->struck[s->n_fonts - 1] = true;
	}
	return EXTRACT_FOUND;
}

static enum extract_exit add_code(struct styles *s, struct part *part)
{
	void *codes = grow(s->codes, s->n_codes, sizeof(*s->codes));

	if (!codes || s->n_codes >= MAX_STYLES)
		return EXTRACT_LIMIT;
	s->codes = codes;
	s->codes[s->n_codes].id = take_id(part, "numFmtId");
	s->codes[s->n_codes].code = copy_attribute(part, "formatCode");
	return s->codes[s->n_codes++].code ? EXTRACT_FOUND : EXTRACT_BROKEN;
}

/* The codes of numbers, and fonts, stand before the styles that have them. */
static enum extract_exit take_style(struct package *p, struct part *part)
{
	if (part_begins(part, "fonts"))
		p->styles.in_fonts = true;
	if (part_ends(part, "fonts"))
		p->styles.in_fonts = false;
	if (p->styles.in_fonts)
		return take_font(&p->styles, part);
	if (part_begins(part, "cellXfs"))
		p->styles.in_cells = true;
	if (part_ends(part, "cellXfs"))
		p->styles.in_cells = false;
	if (part_begins(part, "numFmt"))
		return add_code(&p->styles, part);
	if (p->styles.in_cells && part_begins(part, "xf"))
		return add_style(p, take_id(part, "numFmtId"),
				 take_id(part, "fontId"));
	return EXTRACT_FOUND;
}

static enum extract_exit add_string(struct package *p)
{
	struct book *book = &p->book;
	size_t *starts = grow(book->starts, book->n_strings, sizeof(*starts));

	if (!starts || book->n_strings >= MAX_STRINGS)
		return EXTRACT_LIMIT;
	book->starts = starts;
	starts[book->n_strings++] = book->strings.len;
	buffer_put(&p->string.text, "", 1);
	if (p->string.is_struck)
		buffer_puts(&book->strings, EXTRACT_STRUCK);
	else if (!p->string.text.failed)
		put_unescaped(&book->strings,
			      (const char *)p->string.text.data);
	buffer_put(&book->strings, "", 1);
	return p->string.text.failed || book->strings.failed ||
			       book->strings.len > EXTRACT_TABLE_MAX
		       ? EXTRACT_LIMIT
		       : EXTRACT_FOUND;
}

static enum extract_exit take_string(struct package *p, struct part *part)
{
	if (part_begins(part, "si")) {
		p->string.text.len = 0;
		p->string.is_struck = p->string.strikes = false;
	}
	rich_text_take(&p->string, part);
	if (p->string.text.len > EXTRACT_TABLE_MAX)
		return EXTRACT_LIMIT;
	return part_ends(part, "si") ? add_string(p) : EXTRACT_FOUND;
}

/* 3. Its sheets. */

static enum extract_exit look(struct package *p)
{
	for (size_t i = 0; i < p->n_sheets; i++) {
		struct listed *listed = &p->sheets[i];
		const char *target = find_relation(p, listed->id, "/worksheet");
		char *name = target ? part_name(target) : NULL;
		zip_int64_t index = name ? find_entry(p->book.zip, name) : -1;
		enum extract_exit end;

		free(name);
		/* A sheet may be a chart, which is no table. */
		if (!target)
			continue;
		if (index < 0)
			return EXTRACT_BROKEN;
		listed->sheet.index = (zip_uint64_t)index;
		end = sheet_look(&p->book, &listed->sheet);
		if (end != EXTRACT_FOUND)
			return end;
	}
	return EXTRACT_FOUND;
}

/* True if sheets are called the same, in capitals or not and however letters
 * with accents are put together; Excel has no two such. */
static bool is_same_name(const char *a, const char *b)
{
	struct arena scratch = { 0 };
	const char *x = text_clean(&scratch, a), *y = text_clean(&scratch, b);
	bool same;

	x = x ? text_upper(&scratch, x) : NULL;
	y = y ? text_upper(&scratch, y) : NULL;
	same = x && y && !strcmp(x, y);
	arena_free(&scratch);
	return same;
}

/* The sheet of that name, or the only one that people see and that is not
 * empty; NULL: there is none, or there are several. */
static struct listed *choose(struct package *p, const char *wanted)
{
	struct listed *chosen = NULL;

	for (size_t i = 0; i < p->n_sheets; i++) {
		struct listed *listed = &p->sheets[i];

		if (wanted) {
			if (is_same_name(listed->name, wanted))
				return listed;
			continue;
		}
		if (listed->hidden || !listed->sheet.width)
			continue;
		if (chosen)
			return NULL;
		chosen = listed;
	}
	return chosen;
}

static void print_line(struct buffer *b, const char *word, const char *text)
{
	buffer_printf(b, "%s ", word);
	for (; *text; text++)
		buffer_put(b, (unsigned char)*text < ' ' ? " " : text, 1);
	buffer_put(b, "\n", 1);
}

static void print_told(struct buffer *b, const char *word,
		       const struct buffer *told)
{
	if (told->len)
		buffer_printf(b, "%s %.*s\n", word, (int)told->len,
			      (const char *)told->data);
}

static enum extract_exit print_book(struct package *p, const char *wanted,
				    struct buffer *b)
{
	struct listed *chosen = choose(p, wanted);
	enum extract_exit end = EXTRACT_FOUND;
	char *text = NULL;
	size_t len = 0;
	FILE *out = open_memstream(&text, &len);

	if (!out)
		return EXTRACT_LIMIT;
	/* So that the text, whatever it begins with, is CSV. */
	fputs("sep=,\r\n", out);
	if (chosen && chosen->sheet.width)
		end = sheet_print(&p->book, &chosen->sheet, out);
	if (fclose(out))
		end = EXTRACT_LIMIT;
	for (size_t i = 0; i < p->n_sheets; i++)
		print_line(b,
			   &p->sheets[i] == chosen    ? "chosen"
			   : p->sheets[i].hidden      ? "hidden"
			   : p->sheets[i].sheet.width ? "other"
						      : "empty",
			   p->sheets[i].name);
	if (chosen) {
		print_told(b, "rows", &chosen->sheet.hidden_rows);
		print_told(b, "columns", &chosen->sheet.hidden_columns);
	}
	buffer_put(b, "\n", 1);
	buffer_put(b, text, len);
	free(text);
	return b->failed && end == EXTRACT_FOUND ? EXTRACT_LIMIT : end;
}

static void package_free(struct package *p)
{
	for (size_t i = 0; i < p->n_sheets; i++) {
		free(p->sheets[i].name);
		free(p->sheets[i].id);
		sheet_free(&p->sheets[i].sheet);
	}
	for (size_t i = 0; i < p->n_relations; i++) {
		free(p->relations[i].id);
		free(p->relations[i].type);
		free(p->relations[i].target);
	}
	for (size_t i = 0; i < p->styles.n_codes; i++)
		free(p->styles.codes[i].code);
	free(p->sheets);
	free(p->relations);
	free(p->styles.codes);
	free(p->styles.struck);
	free(p->book.styles);
	free(p->book.starts);
	buffer_free(&p->book.strings);
	buffer_free(&p->string.text);
}

static enum extract_exit read_package(struct package *p)
{
	enum extract_exit end = EXTRACT_FOUND;

	if (zip_get_num_entries(p->book.zip, 0) > MAX_ENTRIES)
		return EXTRACT_LIMIT;
	end = read_part(p, WORKBOOK, take_workbook);
	if (end == EXTRACT_FOUND)
		end = read_part(p, RELATIONS, take_relation);
	if (end == EXTRACT_FOUND)
		end = read_related(p, "/styles", take_style);
	if (end == EXTRACT_FOUND)
		end = read_related(p, "/sharedStrings", take_string);
	return end == EXTRACT_FOUND ? look(p) : end;
}

enum extract_exit extract_xlsx(struct found *found, const char *sheet)
{
	struct package p = { .book.budget = MAX_XML };
	enum extract_exit end;

	/* libzip closes standard input. */
	p.book.zip = zip_fdopen(STDIN_FILENO, 0, NULL);
	if (!p.book.zip)
		return EXTRACT_BROKEN;
	part_be_quiet();
	end = read_package(&p);
	if (end == EXTRACT_FOUND)
		end = print_book(&p, sheet, &found->json);
	zip_discard(p.book.zip);
	package_free(&p);
	return end;
}
