/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include "xmlfile.h"

#include <dirent.h>
#include <errno.h>
#include <expat.h>
#include <libxml/parser.h>
#include <libxml/relaxng.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>
#include <zlib.h>

#include "arena.h"
#include "base/soname.h"
#include "buffer.h"
#include "i18n.h"
#include "library.h"
#include "path.h"

/* libxml2 validates. It is loaded here, for it brings ICU and the library of
 * C++ along, and few letters are printed from files that somebody changed. */
#define LIBXML2_SYMBOLS(X)                     \
	X(xmlCtxtGetLastError)                 \
	X(xmlCtxtReadMemory)                   \
	X(xmlFreeDoc)                          \
	X(xmlFreeParserCtxt)                   \
	X(xmlNewParserCtxt)                    \
	X(xmlRelaxNGFree)                      \
	X(xmlRelaxNGFreeParserCtxt)            \
	X(xmlRelaxNGFreeValidCtxt)             \
	X(xmlRelaxNGNewParserCtxt)             \
	X(xmlRelaxNGNewValidCtxt)              \
	X(xmlRelaxNGParse)                     \
	X(xmlRelaxNGSetParserStructuredErrors) \
	X(xmlRelaxNGSetValidStructuredErrors)  \
	X(xmlRelaxNGValidateDoc)

LIBRARY(LIBXML2_SYMBOLS, libxml2, SONAME_LIBXML_2_0,
	"Validates forms and provinces that somebody changed")

/* The first complaint is the one nearest to the fault. */
struct complaint {
	int line;
	char *text;
};

static void take_complaint(void *user, xmlError *error)
{
	struct complaint *c = user;

	if (c->text || !error->message)
		return;
	c->line = error->line;
	c->text = strndup(error->message, strcspn(error->message, "\n"));
}

static xmlDoc *parse_strictly(const char *path, const char *text, size_t len,
			      struct complaint *c)
{
	xmlParserCtxt *ctxt = sym_xmlNewParserCtxt();
	xmlDoc *doc = NULL;

	if (!ctxt)
		return NULL;
	doc = sym_xmlCtxtReadMemory(ctxt, text, (int)len, path, NULL,
				    XML_PARSE_NONET | XML_PARSE_NOCDATA |
					    XML_PARSE_NOERROR |
					    XML_PARSE_NOWARNING);
	if (!doc && sym_xmlCtxtGetLastError(ctxt))
		take_complaint(c, sym_xmlCtxtGetLastError(ctxt));
	sym_xmlFreeParserCtxt(ctxt);
	if (doc && doc->intSubset) {
		c->text =
			strdup(_("a document type definition is not allowed"));
		c->line = 1;
		sym_xmlFreeDoc(doc);
		doc = NULL;
	}
	return doc;
}

/* A schema is the program's own file: the message names it and says no more. */
static xmlRelaxNG *load_schema(const char *name)
{
	xmlRelaxNGParserCtxt *parser;
	xmlRelaxNG *schema = NULL;
	char path[4096];

	(void)snprintf(path, sizeof(path), "%s/%s", CKSTOKEN_DATADIR, name);
	parser = sym_xmlRelaxNGNewParserCtxt(path);
	if (parser) {
		struct complaint unused = { 0 };

		sym_xmlRelaxNGSetParserStructuredErrors(parser, take_complaint,
							&unused);
		schema = sym_xmlRelaxNGParse(parser);
		free(unused.text);
	}
	sym_xmlRelaxNGFreeParserCtxt(parser);
	return schema;
}

static int validate_parsed(xmlDoc *doc, const char *name, struct complaint *c)
{
	xmlRelaxNG *schema = load_schema(name);
	xmlRelaxNGValidCtxt *valid = NULL;
	int ret = -1;

	if (!schema) {
		if (asprintf(&c->text, _("%s/%s cannot be read"),
			     CKSTOKEN_DATADIR, name) < 0)
			c->text = NULL;
		return -1;
	}
	valid = sym_xmlRelaxNGNewValidCtxt(schema);
	if (valid) {
		sym_xmlRelaxNGSetValidStructuredErrors(valid, take_complaint,
						       c);
		ret = sym_xmlRelaxNGValidateDoc(valid, doc);
	}
	sym_xmlRelaxNGFreeValidCtxt(valid);
	sym_xmlRelaxNGFree(schema);
	return ret == 0 ? 0 : -1;
}

/* -EINVAL, with @path and the line in @error, where the text is not valid XML,
 * has a document type definition or breaks the schema, a file in the data
 * folder; -ELIBACC where libxml2 is missing; or -ENOMEM. */
static int validate(const char *path, const char *text, size_t len,
		    const char *schema, struct error *error)
{
	struct complaint c = { 0 };
	xmlDoc *parsed = NULL;
	int ret = library_load(&libxml2, error);

	if (ret)
		return ret;
	parsed = parse_strictly(path, text, len, &c);
	if (!parsed || validate_parsed(parsed, schema, &c))
		ret = error_set(error, -EINVAL, _("%s: line %d: %s"), path,
				c.line, c.text ? c.text : _("it is not valid"));
	sym_xmlFreeDoc(parsed);
	free(c.text);
	return ret;
}

/* Validating takes ten times as long as reading, and a library ten times as
 * large: files that are read with each letter are read by the small one. */
#define EXPAT_SYMBOLS(X)               \
	X(XML_ErrorString)             \
	X(XML_GetCurrentByteCount)     \
	X(XML_GetCurrentByteIndex)     \
	X(XML_GetCurrentLineNumber)    \
	X(XML_GetErrorCode)            \
	X(XML_Parse)                   \
	X(XML_ParserCreate)            \
	X(XML_ParserFree)              \
	X(XML_SetCharacterDataHandler) \
	X(XML_SetDoctypeDeclHandler)   \
	X(XML_SetElementHandler)       \
	X(XML_SetUserData)             \
	X(XML_StopParser)

/* A later expat has other functions in the place of three of these, and keeps
 * these; that of Debian 12 has no others. */
#pragma GCC diagnostic push
#pragma GCC diagnostic ignored "-Wdeprecated-declarations"
LIBRARY(EXPAT_SYMBOLS, expat, SONAME_EXPAT, "Reads forms and provinces")
#pragma GCC diagnostic pop

#define MAX_FILE ((size_t)1024 * 1024)
/* The longest name of a file, with its ending. */
#define MAX_NAME 68

struct xml_doc {
	struct arena arena;
	struct xml_node *root;
};

/* The files that scripts/shipped saw when the program was built. */
static const struct {
	const char *schema;
	unsigned long crc;
	size_t size;
} shipped[] = {
#include "base/shipped.h"
};

static bool is_shipped(const char *schema, const char *text, size_t len)
{
	unsigned long crc = crc32_z(0, (const Bytef *)text, len);
	size_t i;

	for (i = 0; i < sizeof(shipped) / sizeof(shipped[0]); i++)
		if (shipped[i].crc == crc && shipped[i].size == len &&
		    !strcmp(shipped[i].schema, schema))
			return true;
	return false;
}

static int read_whole(const char *path, char **text, size_t *len)
{
	int fd = path_open_file(path, false, NULL), ret = 0;
	FILE *f = fd < 0 ? NULL : fdopen(fd, "r");

	if (!f) {
		ret = fd < 0 ? fd : -errno;
		if (fd >= 0)
			close(fd);
		return ret;
	}
	*text = malloc(MAX_FILE);
	if (*text)
		*len = fread(*text, 1, MAX_FILE, f);
	if (!*text)
		ret = -ENOMEM;
	else if (ferror(f))
		ret = -errno;
	else if (*len == MAX_FILE)
		ret = -EFBIG;
	(void)fclose(f);
	return ret;
}

struct builder {
	XML_Parser parser;
	const char *file;
	struct xml_doc *doc;
	struct xml_node *open; /* the element that is not ended yet */
	struct buffer text;    /* read in it since the last tag */
	bool has_type;
};

/* The line on which the tag ends that is being read: an attribute is oftener at
 * fault than the name. */
static int line_of_tag(const struct builder *b)
{
	const char *tag = b->file + sym_XML_GetCurrentByteIndex(b->parser);
	int n = sym_XML_GetCurrentByteCount(b->parser);
	int line = (int)sym_XML_GetCurrentLineNumber(b->parser);

	while (n-- > 0)
		line += *tag++ == '\n';
	return line;
}

static struct xml_node *add_node(struct builder *b)
{
	struct xml_node *node = arena_alloc(&b->doc->arena, sizeof(*node));
	struct xml_node *parent = b->open;

	if (!node)
		return NULL;
	node->parent = parent;
	if (!parent)
		b->doc->root = node;
	else if (parent->last)
		parent->last->next = node;
	else
		parent->children = node;
	if (parent)
		parent->last = node;
	return node;
}

static char *keep(struct builder *b, const void *bytes, size_t len)
{
	char *copy = arena_alloc(&b->doc->arena, len + 1);

	if (copy && len)
		memcpy(copy, bytes, len);
	return copy;
}

static void end_text(struct builder *b)
{
	struct xml_node *node = b->text.len ? add_node(b) : NULL;

	if (node)
		node->text = keep(b, b->text.data, b->text.len);
	b->text.len = 0;
}

static void XMLCALL take_start(void *user, const XML_Char *name,
			       const XML_Char **attributes)
{
	struct builder *b = user;
	struct xml_node *node;
	const char **copies;
	size_t n = 0, i;

	end_text(b);
	while (attributes[n])
		n++;
	node = add_node(b);
	copies = arena_alloc(&b->doc->arena, (n + 1) * sizeof(*copies));
	for (i = 0; copies && i < n; i++)
		copies[i] = keep(b, attributes[i], strlen(attributes[i]));
	if (node) {
		node->name = keep(b, name, strlen(name));
		node->attributes = copies;
		node->line = line_of_tag(b);
		b->open = node;
	}
	/* Without the element its parent would be ended in its place. */
	if (b->doc->arena.failed)
		(void)sym_XML_StopParser(b->parser, XML_FALSE);
}

static void XMLCALL take_end(void *user, const XML_Char *name)
{
	struct builder *b = user;

	(void)name;
	/* It may come once more after the parser was stopped. */
	if (b->doc->arena.failed)
		return;
	end_text(b);
	b->open = b->open->parent;
}

static void XMLCALL take_text(void *user, const XML_Char *text, int len)
{
	struct builder *b = user;

	buffer_put(&b->text, text, (size_t)len);
}

static void XMLCALL take_type(void *user, const XML_Char *name,
			      const XML_Char *system, const XML_Char *public,
			      int has_subset)
{
	struct builder *b = user;

	(void)name;
	(void)system;
	(void)public;
	(void)has_subset;
	b->has_type = true;
	(void)sym_XML_StopParser(b->parser, XML_FALSE);
}

/* 0, -ENOMEM, or -EINVAL with *@line and *@why. */
static int build(struct builder *b, const char *text, size_t len, int *line,
		 const char **why)
{
	enum XML_Status status;

	b->file = text;
	b->parser = sym_XML_ParserCreate(NULL);
	if (!b->parser)
		return -ENOMEM;
	sym_XML_SetUserData(b->parser, b);
	sym_XML_SetElementHandler(b->parser, take_start, take_end);
	sym_XML_SetCharacterDataHandler(b->parser, take_text);
	sym_XML_SetDoctypeDeclHandler(b->parser, take_type, NULL);
	status = sym_XML_Parse(b->parser, text, (int)len, XML_TRUE);
	if (b->doc->arena.failed || b->text.failed ||
	    sym_XML_GetErrorCode(b->parser) == XML_ERROR_NO_MEMORY)
		return -ENOMEM;
	if (status == XML_STATUS_OK)
		return 0;
	*line = (int)sym_XML_GetCurrentLineNumber(b->parser);
	*why = b->has_type
		       ? _("a document type definition is not allowed")
		       : sym_XML_ErrorString(sym_XML_GetErrorCode(b->parser));
	return -EINVAL;
}

static int parse(const char *path, const char *text, size_t len,
		 struct xml_doc **doc, struct error *error)
{
	struct builder b = { .doc = calloc(1, sizeof(*b.doc)) };
	const char *why = NULL;
	int line = 0, ret = b.doc ? library_load(&expat, error) : -ENOMEM;

	if (!ret)
		ret = build(&b, text, len, &line, &why);
	if (ret == -EINVAL)
		ret = error_set(error, ret, _("%s: line %d: %s"), path, line,
				why);
	if (b.parser)
		sym_XML_ParserFree(b.parser);
	buffer_free(&b.text);
	if (ret)
		xml_free(&b.doc);
	else
		*doc = b.doc;
	return ret;
}

int xml_load(const char *path, const char *schema, struct xml_doc **doc,
	     struct error *error)
{
	char *text = NULL;
	size_t len = 0;
	int ret = read_whole(path, &text, &len);

	if (ret == -ENOMEM)
		goto out;
	if (ret) {
		ret = error_set(error, ret == -ENOENT ? ret : -EINVAL, "%s: %s",
				path, error_text(NULL, ret));
		goto out;
	}
	if (!is_shipped(schema, text, len))
		ret = validate(path, text, len, schema, error);
	if (!ret)
		ret = parse(path, text, len, doc, error);
out:
	free(text);
	return ret;
}

void xml_free(struct xml_doc **doc)
{
	if (*doc)
		arena_free(&(*doc)->arena);
	free(*doc);
	*doc = NULL;
}

const struct xml_node *xml_root(const struct xml_doc *doc)
{
	return doc->root;
}

static const char *find_attribute(const struct xml_node *node, const char *name)
{
	const char *const *a = node->attributes;

	for (; a && *a; a += 2)
		if (!strcmp(a[0], name))
			return a[1];
	return NULL;
}

const char *xml_attribute(const struct xml_node *node, const char *name)
{
	const char *value = find_attribute(node, name);

	return value ? value : "";
}

bool xml_has(const struct xml_node *node, const char *name)
{
	return find_attribute(node, name) != NULL;
}

bool xml_is(const struct xml_node *node, const char *name)
{
	return node->name && !strcmp(node->name, name);
}

size_t xml_count(const struct xml_node *node)
{
	const struct xml_node *child;
	size_t n = 0;

	for (child = node->children; child; child = child->next)
		n += child->name != NULL;
	return n;
}

static void gather_text(const struct xml_node *node, struct buffer *b)
{
	const struct xml_node *child;

	for (child = node->children; child; child = child->next)
		if (child->text)
			buffer_puts(b, child->text);
		else
			gather_text(child, b);
}

char *xml_content(const struct xml_node *node)
{
	struct buffer b = { 0 };

	gather_text(node, &b);
	buffer_put(&b, "", 1);
	if (b.failed)
		buffer_free(&b);
	return (char *)b.data;
}

/* What the name of a file begins with, for it to be one of ours and no copy
 * that an editor keeps. */
static bool is_name_letter(char c)
{
	return (c >= 'a' && c <= 'z') || (c >= '0' && c <= '9');
}

static int by_letters(const void *a, const void *b)
{
	return strcmp(*(const char *const *)a, *(const char *const *)b);
}

int xml_list(struct arena *arena, const char *const *folders, size_t n_folders,
	     const char ***names, size_t *n)
{
	size_t n_all = 0;

	*names = NULL;
	*n = 0;
	for (size_t i = 0; i < n_folders; i++) {
		DIR *folder = opendir(folders[i]);
		const struct dirent *entry;

		while (folder && !arena->failed && (entry = readdir(folder))) {
			const char *file = entry->d_name;
			size_t len = strlen(file);
			const char **grown;

			if (len < sizeof(".xml") || len >= MAX_NAME ||
			    strcmp(file + len - 4, ".xml") != 0 ||
			    !is_name_letter(file[0]))
				continue;
			grown = arena_grow(arena, *names, n_all,
					   sizeof(**names));
			if (!grown)
				break;
			*names = grown;
			grown[n_all++] =
				arena_format(arena, "%.*s", (int)len - 4, file);
		}
		if (folder)
			closedir(folder);
	}
	if (arena->failed)
		return -ENOMEM;
	if (n_all > 0)
		qsort((void *)*names, n_all, sizeof(**names), by_letters);
	for (size_t i = 0; i < n_all; i++)
		if (!*n || strcmp((*names)[i], (*names)[*n - 1]) != 0)
			(*names)[(*n)++] = (*names)[i];
	return 0;
}
