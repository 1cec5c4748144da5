/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include "form_text.h"

#include <math.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "base/text.h"
#include "nd30.h"

/*
 * Words being put into a paragraph: a run of blanks becomes one, and those at
 * the ends go.
 */
struct words {
	const struct form_context *f;
	struct paragraph *p;
	bool begun, blank;
};

static const char *const pin_states[][2] = {
	{ "ok", "Bình thường" },
	{ "count-low", "Đã có lần nhập sai mật khẩu" },
	{ "final-try", "Còn một lần thử" },
	{ "locked", "Bị khóa do nhập sai mật khẩu" },
	{ "not-set", "Chưa đặt mật khẩu" },
	{ "must-change", "Phải đổi mật khẩu trước khi dùng" },
};

#define REAL_END 1e15 /* larger than any count in a report */

static bool is_of_row(const struct form_context *f, const char *path)
{
	return f->row && (f->list || !strchr(path, '.'));
}

/*
 * The value that the dossier, or the row, has at @path; NULL where it has none.
 * In a row of subscribers a path with a dot is looked up in the dossier, in any
 * other row in the row.
 */
static const json_t *form_value(const struct form_context *f, const char *path)
{
	return dossier_get(is_of_row(f, path) ? f->row : f->dossier, path);
}

/* Of a token that nobody looked at nothing is said but that. */
static const char *pin_state(const char *key)
{
	size_t i;

	if (!*key)
		return "Chưa kiểm tra";
	for (i = 0; i < sizeof(pin_states) / sizeof(pin_states[0]); i++)
		if (!strcmp(key, pin_states[i][0]))
			return pin_states[i][1];
	return "Không đọc được trạng thái";
}

/* One digit after a decimal comma, whatever the locale. */
static const char *decimal(struct document *doc, double value)
{
	long long tenths;

	if (!(fabs(value) < REAL_END))
		return "";
	tenths = llround(value * 10);
	return document_format(doc, "%s%lld,%lld", tenths < 0 ? "-" : "",
			       llabs(tenths) / 10, llabs(tenths) % 10);
}

static const char *plain(struct document *doc, const json_t *value)
{
	if (json_is_true(value))
		return "×";
	if (json_is_integer(value))
		return document_format(doc, "%lld",
				       (long long)json_integer_value(value));
	if (json_is_real(value))
		return decimal(doc, json_real_value(value));
	if (json_is_string(value))
		return document_text(doc, json_string_value(value));
	return "";
}

static const char *list(struct document *doc, const json_t *values)
{
	struct paragraph all = { 0 };
	const json_t *value;
	size_t i;

	json_array_foreach ((json_t *)values, i, value) {
		const char *text = nd30_unended(doc, plain(doc, value));

		if (!text_says_something(text))
			continue;
		paragraph_add(doc, &all, 0, all.n_runs ? "; " : "");
		paragraph_add(doc, &all, 0, text);
	}
	return paragraph_text(doc, &all);
}

/* True if it is as "2026-11-21T09:30:00+07:00", and no day alone. */
static bool has_hour(const char *moment)
{
	static const char shape[] = "0000-00-00T00:00";

	for (size_t i = 0; shape[i]; i++)
		if (shape[i] == '0' ? moment[i] < '0' || moment[i] > '9'
				    : moment[i] != shape[i])
			return false;
	return true;
}

/* Where no hour is told room is left for it: whoever draws up the minutes
 * writes it. */
static const char *hour(struct document *doc, const char *moment)
{
	if (!has_hour(moment))
		return "… giờ … phút";
	return document_format(doc, "%.2s giờ %.2s phút", moment + 11,
			       moment + 14);
}

/* A day, or a moment with its hour. */
static const char *when(struct document *doc, const char *text)
{
	if (!has_hour(text))
		return nd30_short_day(doc, text);
	return document_format(doc, "%s ngày %s", hour(doc, text),
			       nd30_short_day(doc, text));
}

static const char *shown(struct document *doc, const json_t *value,
			 const char *as)
{
	const char *text = plain(doc, value);

	if (!strcmp(as, "list"))
		return list(doc, value);
	if (!strcmp(as, "pin-state"))
		return pin_state(text);
	if (!strcmp(as, "hour"))
		return hour(doc, text);
	if (!strcmp(as, "long-date"))
		return nd30_long_day(doc, text);
	if (!strcmp(as, "upper"))
		return document_upper(doc, text);
	if (!strcmp(as, "phrase"))
		return nd30_unended(doc, text);
	if (!strcmp(as, "two-digits") && json_is_integer(value))
		return document_format(doc, "%02lld",
				       (long long)json_integer_value(value));
	return when(doc, text);
}

/*
 * The name under which a value is said to be missing: the form's, or else its
 * column's.
 */
static const char *name_of(const struct form_context *f,
			   const struct xml_node *node)
{
	const char *name = xml_attribute(node, "name");

	if (*name)
		return name;
	return f->heading ? f->heading : xml_attribute(node, "of");
}

static void put(struct words *w, unsigned int style, const char *text,
		const char *field)
{
	if (!*text)
		return;
	if (w->blank && w->begun)
		paragraph_add(w->f->doc, w->p, style, " ");
	w->blank = false;
	w->begun = true;
	paragraph_add_field(w->f->doc, w->p, style, text, field);
}

static void put_value(struct words *w, unsigned int style,
		      const struct xml_node *node)
{
	const struct form_context *f = w->f;
	const char *path = xml_attribute(node, "of");
	const json_t *value = form_value(f, path);
	const char *text = shown(f->doc, value, xml_attribute(node, "as"));
	const char *field = document_text(f->doc, path);

	if (!strcmp(path, "document.recipient"))
		text = nd30_recipients_named(f->doc, text);
	if (is_of_row(f, path))
		field = document_format(f->doc, "%s.%zu.%s",
					f->list ? f->list : "subscribers",
					f->place, path);
	if (!*xml_attribute(node, "optional") && !json_is_true(value))
		text = document_need(f->doc, text, name_of(f, node), field);
	put(w, style, text, field);
}

static bool is_blank(char c)
{
	return c == ' ' || c == '\t' || c == '\r' || c == '\n';
}

/* Text of the form itself: its line ends and indents are only blanks. */
static void put_text(struct words *w, unsigned int style, const char *s)
{
	const char *clean = document_text(w->f->doc, s);

	w->blank |= is_blank(*s);
	put(w, style, clean, NULL);
	w->blank |= is_blank(s[strlen(s) - 1]);
}

static const char *count(const struct form_context *f)
{
	const json_t *rows = dossier_get(f->dossier, "subscribers");
	size_t n = json_array_size(rows);

	return document_need(f->doc,
			     n ? document_format(f->doc, "%02zu", n) : "",
			     "số lượng", NULL);
}

static void walk(struct words *w, unsigned int style,
		 const struct xml_node *parent)
{
	const struct xml_node *node;

	for (node = parent->children; node; node = node->next) {
		if (node->text) {
			put_text(w, style, node->text);
		} else if (xml_is(node, "value")) {
			put_value(w, style, node);
		} else if (xml_is(node, "count")) {
			put(w, style, count(w->f), NULL);
		} else if (xml_is(node, "br")) {
			w->blank = false;
			paragraph_add(w->f->doc, w->p, style, "\n");
			w->begun = false;
		} else if (xml_is(node, "b")) {
			walk(w, style | STYLE_BOLD, node);
		} else if (xml_is(node, "i")) {
			walk(w, style | STYLE_ITALIC, node);
		} else if (xml_is(node, "if") && form_if(w->f, node)) {
			walk(w, style, node);
		}
	}
}

static bool is_among(const char *text, const char *choices)
{
	size_t len = strlen(text);

	while (*choices) {
		size_t n = strcspn(choices, " \t\r\n");

		if (n == len && !strncmp(choices, text, n))
			return true;
		choices += n;
		choices += strspn(choices, " \t\r\n");
	}
	return false;
}

static bool is_so(const struct form_context *f, const struct xml_node *node)
{
	const json_t *value = form_value(f, xml_attribute(node, "of"));
	const char *text = plain(f->doc, value);
	const char *is = xml_attribute(node, "is");
	const char *not = xml_attribute(node, "not");

	if (*is)
		return is_among(text, is);
	if (*not )
		return !is_among(text, not );
	if (json_is_array(value))
		return json_array_size(value) > 0;
	return json_is_true(value) || text_says_something(text);
}

void form_words(const struct form_context *f, struct paragraph *p,
		unsigned int style, const struct xml_node *node)
{
	struct words w = { .f = f, .p = p };

	walk(&w, style, node);
}

bool form_if(const struct form_context *f, const struct xml_node *node)
{
	bool asks_for_none = *xml_attribute(node, "given") != '\0';

	return is_so(f, node) != asks_for_none;
}

const char *form_text(const struct form_context *f, const struct xml_node *node)
{
	struct paragraph p = { 0 };

	form_words(f, &p, 0, node);
	return paragraph_text(f->doc, &p);
}
