/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include "form.h"

#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "base/arena.h"
#include "base/buffer.h"
#include "base/i18n.h"
#include "base/text.h"
#include "base/xmlfile.h"
#include "form_text.h"
#include "nd30.h"

#define SCHEMA "form.rng"
#define DOSSIER_SCHEMA "ckstoken-1.schema.json"

#define SPACE_MIDDLE 12

struct form {
	struct xml_doc *doc;
	char *path;
	struct data_column *columns;
	size_t n_columns;
	/* The paths that a dossier of it may have, once one was asked for. One
	 * that ends with a stop is open: it has any others below it. */
	const char **paths;
	size_t n_paths;
	struct arena arena; /* of the paths */
};

/* True if @fields, which is not yet terminated, names @of. */
static bool has_field(const struct buffer *fields, const char *of)
{
	size_t len = strlen(of), i, n;

	for (i = 0; i < fields->len; i += n + 1) {
		const unsigned char *blank =
			memchr(fields->data + i, ' ', fields->len - i);

		n = (blank ? (size_t)(blank - fields->data) : fields->len) - i;
		if (n == len && !memcmp(fields->data + i, of, len))
			return true;
	}
	return false;
}

/* The fields a cell shows, each once, with blanks in between. */
static void gather_fields(const struct xml_node *node, struct buffer *fields)
{
	const struct xml_node *child;

	for (child = node->children; child; child = child->next) {
		const char *of;

		if (!xml_is(child, "value")) {
			gather_fields(child, fields);
			continue;
		}
		of = xml_attribute(child, "of");
		if (strchr(of, '.') || has_field(fields, of))
			continue;
		buffer_puts(fields, fields->len ? " " : "");
		buffer_puts(fields, of);
	}
}

static int add_column(struct form *form, const struct xml_node *node)
{
	struct data_column *columns;
	struct buffer fields = { 0 };

	gather_fields(node, &fields);
	if (!fields.len && !fields.failed)
		return 0;
	buffer_put(&fields, "", 1);
	columns = reallocarray(form->columns, form->n_columns + 1,
			       sizeof(*columns));
	if (fields.failed || !columns) {
		form->columns = columns ? columns : form->columns;
		buffer_free(&fields);
		return -ENOMEM;
	}
	form->columns = columns;
	columns[form->n_columns++] = (struct data_column){
		.heading = xml_attribute(node, "heading"),
		.fields = (char *)fields.data,
	};
	return 0;
}

static int refuse(const struct form *form, const struct xml_node *node,
		  const char *why, struct error *error)
{
	return error_set(error, -EINVAL, _("%s: line %d: %s"), form->path,
			 node->line, why);
}

/* Checks that each row has a cell for each column, which the schema cannot. */
static int check_table(struct form *form, const struct xml_node *table,
		       struct error *error)
{
	const struct xml_node *columns[DOCUMENT_COLUMNS_MAX];
	size_t n = form_table_columns(table, columns), i, cells;
	bool of_subscribers = !*xml_attribute(table, "of");
	const struct xml_node *node;

	if (n > DOCUMENT_COLUMNS_MAX)
		return refuse(form, table, _("a table has at most 16 columns"),
			      error);
	for (i = 0; of_subscribers && i < n; i++)
		if (add_column(form, columns[i]))
			return -ENOMEM;
	for (node = table->children; node; node = node->next) {
		if (!xml_is(node, "row"))
			continue;
		cells = xml_count(node);
		if (cells != n)
			return refuse(form, node,
				      _("a row needs a cell for each column"),
				      error);
	}
	return 0;
}

static int check_blocks(struct form *form, const struct xml_node *parent,
			struct error *error)
{
	const struct xml_node *node;
	int ret = 0;

	for (node = parent->children; node && !ret; node = node->next) {
		if (xml_is(node, "table"))
			ret = check_table(form, node, error);
		else if (xml_is(node, "if"))
			ret = check_blocks(form, node, error);
		else if (xml_is(node, "parties") && xml_count(node) > 3)
			ret = refuse(form, node,
				     _("there are at most three parties"),
				     error);
	}
	return ret;
}

/* A form of the agency's own takes precedence over the installed one. */
static const char *const folders[] = { SYSCONFDIR "/ckstoken/forms",
				       CKSTOKEN_DATADIR "/forms" };

#define N_FOLDERS (sizeof(folders) / sizeof(folders[0]))

int form_list(struct arena *arena, const char ***names, size_t *n)
{
	return xml_list(arena, folders, N_FOLDERS, names, n);
}

static int find(const char *name, struct xml_doc **doc, char **path,
		struct error *error)
{
	int ret = -ENOENT;

	for (size_t i = 0; i < N_FOLDERS && ret == -ENOENT; i++) {
		free(*path);
		error_free(error);
		if (asprintf(path, "%s/%s.xml", folders[i], name) < 0) {
			*path = NULL;
			return -ENOMEM;
		}
		ret = xml_load(*path, SCHEMA, doc, error);
	}
	return ret;
}

int form_load(const char *name, const char *path, struct form **form,
	      struct error *error)
{
	struct form *f = calloc(1, sizeof(*f));
	int ret;

	if (!f)
		return -ENOMEM;
	if (path) {
		f->path = strdup(path);
		ret = f->path ? xml_load(path, SCHEMA, &f->doc, error)
			      : -ENOMEM;
	} else {
		ret = find(name, &f->doc, &f->path, error);
	}
	if (!ret)
		ret = check_blocks(f, xml_root(f->doc), error);
	if (ret)
		form_free(&f);
	else
		*form = f;
	return ret;
}

void form_free(struct form **form)
{
	struct form *f = *form;
	size_t i;

	if (!f)
		return;
	for (i = 0; i < f->n_columns; i++)
		free((char *)f->columns[i].fields);
	free(f->columns);
	arena_free(&f->arena);
	xml_free(&f->doc);
	free(f->path);
	free(f);
	*form = NULL;
}

const char *form_path(const struct form *form)
{
	return form->path;
}

const struct data_column *form_columns(const struct form *form, size_t *n)
{
	*n = form->n_columns;
	return form->columns;
}

static void add_path(struct form *form, const char *path)
{
	const char **list = arena_grow(&form->arena, form->paths, form->n_paths,
				       sizeof(*list));

	if (!list)
		return;
	form->paths = list;
	form->paths[form->n_paths++] = path;
}

/* The paths that the form shows, or asks about. */
static void add_shown(struct form *form, const struct xml_node *node)
{
	const struct xml_node *child;
	const char *of = node->text ? "" : xml_attribute(node, "of");

	if (strchr(of, '.'))
		add_path(form, of);
	for (child = node->children; child; child = child->next)
		add_shown(form, child);
}

/*
 * The paths of the schema's @object, which is at @prefix. One that names no
 * members is open to any.
 */
static void add_members(struct form *form, const json_t *schema,
			const json_t *object, const char *prefix)
{
	const char *reference, *name;
	json_t *members, *member;

	reference = json_string_value(json_object_get(object, "$ref"));
	if (reference && strrchr(reference, '/'))
		object = json_object_get(json_object_get(schema, "definitions"),
					 strrchr(reference, '/') + 1);
	members = json_object_get(object, "properties");
	if (!members && *prefix &&
	    !strcmp(dossier_text(object, "type"), "object"))
		add_path(form, prefix);
	json_object_foreach (members, name, member) {
		size_t len = strlen(prefix) + strlen(name) + 1;
		char *path = arena_alloc(&form->arena, len);
		char *below = arena_alloc(&form->arena, len + 1);

		if (!path || !below)
			return;
		(void)snprintf(path, len, "%s%s", prefix, name);
		if (*prefix)
			add_path(form, path);
		(void)snprintf(below, len + 1, "%s.", path);
		add_members(form, schema, member, below);
	}
}

/* Gathers the paths. 0, or a negative errno and @error. */
static int find_paths(struct form *form, struct error *error)
{
	json_t *schema = NULL;
	char *text = NULL;
	size_t len = 0;
	int ret;

	ret = datafile_load(CKSTOKEN_DATADIR "/" DOSSIER_SCHEMA, NULL, 1, &text,
			    &len, NULL, NULL, error);
	if (ret)
		return ret;
	schema = json_loadb(text, len, 0, NULL);
	add_shown(form, xml_root(form->doc));
	add_members(form, schema, schema, "");
	if (!schema || form->arena.failed)
		ret = -ENOMEM;
	json_decref(schema);
	free(text);
	return ret;
}

int form_paths(struct form *form, const char *const **paths, size_t *n,
	       struct error *error)
{
	int ret = form->n_paths ? 0 : find_paths(form, error);

	*paths = ret ? NULL : form->paths;
	*n = ret ? 0 : form->n_paths;
	return ret;
}

int form_knows(struct form *form, const char *path, char **nearest,
	       struct error *error)
{
	struct text_nearest near = { .wanted = path };
	const char *const *paths;
	size_t n, i;
	int ret = form_paths(form, &paths, &n, error);

	*nearest = NULL;
	if (ret)
		return ret;
	for (i = 0; i < form->n_paths; i++) {
		const char *known = form->paths[i];
		size_t len = strlen(known);

		if (!strcmp(known, path) ||
		    (known[len - 1] == '.' && !strncmp(known, path, len)))
			return 1;
	}
	for (i = 0; i < form->n_paths; i++)
		if (form->paths[i][strlen(form->paths[i]) - 1] != '.')
			text_nearest_try(&near, form->paths[i]);
	if (near.found)
		*nearest = strdup(near.found);
	return near.found && !*nearest ? -ENOMEM : 0;
}

static bool shows(const struct xml_node *node, const char *path)
{
	const struct xml_node *child;

	if (!node->text && !strcmp(xml_attribute(node, "of"), path))
		return true;
	for (child = node->children; child; child = child->next)
		if (shows(child, path))
			return true;
	return false;
}

bool form_prints(const struct form *form, const char *path)
{
	return shows(xml_root(form->doc), path);
}

static struct paragraph *words_block(const struct form_context *f,
				     enum role role,
				     const struct xml_node *node)
{
	struct paragraph *p = nd30_paragraph(f->doc, role);
	const char *size = xml_attribute(node, "size");

	if (*size)
		p->size = (int)strtol(size, NULL, 10);
	form_words(f, p, role_formats[role].style, node);
	p->keep_next |= *xml_attribute(node, "keep") != '\0';
	return p;
}

static void letterhead(const struct form_context *f,
		       const struct xml_node *node)
{
	const struct xml_node *about;
	const char *text = "";

	for (about = node->children; about; about = about->next)
		if (xml_is(about, "about"))
			text = form_text(f, about);
	nd30_letterhead(f->doc, f->dossier, xml_attribute(node, "kind"), text);
}

static void heading(const struct form_context *f, const struct xml_node *node)
{
	struct paragraph *p = nd30_paragraph(f->doc, ROLE_TITLE);

	paragraph_add(f->doc, p, STYLE_BOLD,
		      document_text(f->doc, xml_attribute(node, "kind")));
	words_block(f, ROLE_SUMMARY, node);
}

/* "QUYẾT ĐỊNH:", between the grounds of a decision and its articles. */
static void middle(const struct form_context *f, const struct xml_node *node)
{
	struct paragraph *p = words_block(f, ROLE_HEADING, node);

	p->align = ALIGN_CENTER;
	p->indent = 0;
	p->space = SPACE_MIDDLE;
	p->balance = true;
}

/* The recipients that follow two parties, and stand beside them; or NULL. */
static const struct xml_node *beside(const struct xml_node *parties)
{
	const struct xml_node *next = parties->next;

	/* Between the elements of a form there are blanks. */
	while (next && next->text)
		next = next->next;
	return next && xml_is(next, "recipients") && xml_count(parties) < 3
		       ? next
		       : NULL;
}

/* Returns the recipients that were printed with them, if any. */
static const struct xml_node *parties(const struct form_context *f,
				      const struct xml_node *parent)
{
	const struct xml_node *of = beside(parent);
	struct table *t = nd30_parties(f->doc, xml_count(parent), f->dossier,
				       of ? form_text(f, of) : NULL);
	const struct xml_node *node;

	for (node = parent->children; node; node = node->next)
		if (xml_is(node, "party"))
			nd30_party(f->doc, t,
				   document_text(f->doc,
						 xml_attribute(node, "role")),
				   form_text(f, node));
	return of;
}

static const char *given(const struct form_context *f,
			 const struct xml_node *node, const char *name)
{
	const char *value = document_text(f->doc, xml_attribute(node, name));

	return *value ? value : NULL;
}

/* What comes next stays on the page of the signatures, and of the recipients
 * under them. */
static void keep_with_signatures(const struct form_context *f)
{
	const struct block *last;

	if (!f->doc->n_blocks)
		return;
	last = &f->doc->blocks[f->doc->n_blocks - 1];
	if (last->table)
		last->table->keep_next = true;
	else if (last->paragraph && last->paragraph->role == ROLE_RECIPIENT)
		last->paragraph->keep_next = true;
}

static void recipients(const struct form_context *f,
		       const struct xml_node *node)
{
	keep_with_signatures(f);
	nd30_recipients(f->doc, f->dossier, form_text(f, node));
}

static void notice(const struct form_context *f, const struct xml_node *node)
{
	keep_with_signatures(f);
	words_block(f, ROLE_NOTICE, node);
}

static void blocks(const struct form_context *f, const struct xml_node *parent)
{
	static const struct {
		const char *name;
		enum role role;
	} of_words[] = {
		{ "p", ROLE_BODY },
		{ "section", ROLE_HEADING },
		{ "line", ROLE_FIELD },
	};
	const struct xml_node *node, *shown = NULL;
	size_t i;

	for (node = parent->children; node; node = node->next) {
		for (i = 0; i < sizeof(of_words) / sizeof(of_words[0]); i++)
			if (xml_is(node, of_words[i].name))
				words_block(f, of_words[i].role, node);
		if (xml_is(node, "letterhead"))
			letterhead(f, node);
		else if (xml_is(node, "heading"))
			heading(f, node);
		else if (xml_is(node, "middle"))
			middle(f, node);
		else if (xml_is(node, "addressee"))
			nd30_addressee(f->doc, f->dossier,
				       xml_attribute(node, "name"));
		else if (xml_is(node, "grounds"))
			nd30_grounds(f->doc, f->dossier,
				     xml_attribute(node, "need"));
		else if (xml_is(node, "table"))
			form_table(f, node);
		else if (xml_is(node, "chart"))
			form_chart(f, node);
		else if (xml_is(node, "signature"))
			nd30_signature(f->doc, f->dossier,
				       given(f, node, "title"),
				       given(f, node, "note"),
				       given(f, node, "first"));
		else if (xml_is(node, "parties"))
			shown = parties(f, node);
		else if (xml_is(node, "recipients") && node != shown)
			recipients(f, node);
		else if (xml_is(node, "notice"))
			notice(f, node);
		else if (xml_is(node, "if") && form_if(f, node))
			blocks(f, node);
	}
}

/* So many letters of a hash are printed, which is a proof; the data have them
 * all. */
#define PRINTED_HASH 32

/*
 * The number and the hash of the last entry of a book, as "register verify
 * --head" takes them; "" where the dossier has none that could be proved.
 */
static const char *printed_head(struct document *doc, const json_t *dossier,
				const char *format, const char *number,
				const char *hash)
{
	json_int_t n = json_integer_value(dossier_get(dossier, number));
	const char *text = dossier_text(dossier, hash);

	if (n <= 0 || strspn(text, "0123456789abcdef") < PRINTED_HASH)
		return "";
	return document_format(doc, format, (long long)n, (long long)n,
			       PRINTED_HASH, text);
}

/*
 * What the register and the journal were when the paper was made, whatever its
 * form: in the margin it takes no room from what is signed.
 */
static const char *foot_of(struct document *doc, const json_t *dossier)
{
	const char *state = dossier_text(dossier, "evidence.journal.state");
	const char *book = printed_head(
		doc, dossier,
		"Sổ theo dõi thiết bị: sự kiện số %lld, mã kiểm tra %lld:%.*s",
		"evidence.register.events", "evidence.register.head");
	const char *journal = printed_head(
		doc, dossier,
		"Nhật ký khôi phục: dòng số %lld, mã kiểm tra %lld:%.*s",
		"evidence.journal.entries", "evidence.journal.head");

	if (strcmp(state, "not-read") == 0)
		journal = "Nhật ký khôi phục: không đọc được khi lập văn bản";
	else if (strcmp(state, "not-intact") == 0)
		journal =
			"Nhật ký khôi phục: không còn nguyên vẹn khi lập văn bản";
	if (!*book && !*journal)
		return NULL;
	return document_format(doc, "%s%s%s", book,
			       *book && *journal ? ". " : "", journal);
}

int form_build(const struct form *form, const json_t *dossier,
	       struct document **doc)
{
	struct form_context f = { .doc = document_new(), .dossier = dossier };
	const struct xml_node *root = xml_root(form->doc);
	const struct xml_node *title = root->children;

	if (!f.doc)
		return -ENOMEM;
	while (title && !xml_is(title, "title"))
		title = title->next;
	document_describe(f.doc, title ? form_text(&f, title) : "",
			  dossier_text(dossier, "form.name"),
			  dossier_text(dossier, "agency.name"));
	f.doc->landscape =
		!strcmp(xml_attribute(root, "orientation"), "landscape");
	f.doc->small = !strcmp(xml_attribute(root, "size"), "13");
	f.doc->foot = foot_of(f.doc, dossier);
	blocks(&f, root);
	if (document_status(f.doc)) {
		document_free(&f.doc);
		return -ENOMEM;
	}
	*doc = f.doc;
	return 0;
}
