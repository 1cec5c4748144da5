/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include "xmlfile.h"

#include <errno.h>
#include <libxml/parser.h>
#include <libxml/relaxng.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "i18n.h"

#define MAX_FILE ((size_t)1024 * 1024)

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

static char *read_whole(const char *path, size_t *len)
{
	FILE *f = fopen(path, "re");
	char *text = f ? malloc(MAX_FILE) : NULL;

	if (text) {
		*len = fread(text, 1, MAX_FILE, f);
		if (ferror(f) || *len == MAX_FILE) {
			errno = ferror(f) ? errno : EFBIG;
			free(text);
			text = NULL;
		}
	}
	if (f) {
		int error = errno;

		(void)fclose(f);
		errno = error;
	}
	return text;
}

static xmlDoc *parse(const char *path, const char *text, size_t len,
		     struct complaint *c)
{
	xmlParserCtxt *ctxt = xmlNewParserCtxt();
	xmlDoc *doc = NULL;

	if (!ctxt)
		return NULL;
	doc = xmlCtxtReadMemory(ctxt, text, (int)len, path, NULL,
				XML_PARSE_NONET | XML_PARSE_NOCDATA |
					XML_PARSE_NOERROR |
					XML_PARSE_NOWARNING);
	if (!doc && xmlCtxtGetLastError(ctxt))
		take_complaint(c, xmlCtxtGetLastError(ctxt));
	xmlFreeParserCtxt(ctxt);
	if (doc && doc->intSubset) {
		c->text =
			strdup(_("a document type definition is not allowed"));
		c->line = 1;
		xmlFreeDoc(doc);
		doc = NULL;
	}
	return doc;
}

/* Schemas are the program's own files: one that cannot be read is told by its
 * name alone. */
static xmlRelaxNG *load_schema(const char *name)
{
	xmlRelaxNGParserCtxt *parser;
	xmlRelaxNG *schema = NULL;
	char path[4096];

	(void)snprintf(path, sizeof(path), "%s/%s", CKSTOKEN_DATADIR, name);
	parser = xmlRelaxNGNewParserCtxt(path);
	if (parser) {
		struct complaint unused = { 0 };

		xmlRelaxNGSetParserStructuredErrors(parser, take_complaint,
						    &unused);
		schema = xmlRelaxNGParse(parser);
		free(unused.text);
	}
	xmlRelaxNGFreeParserCtxt(parser);
	return schema;
}

static int validate(xmlDoc *doc, const char *name, struct complaint *c)
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
	valid = xmlRelaxNGNewValidCtxt(schema);
	if (valid) {
		xmlRelaxNGSetValidStructuredErrors(valid, take_complaint, c);
		ret = xmlRelaxNGValidateDoc(valid, doc);
	}
	xmlRelaxNGFreeValidCtxt(valid);
	xmlRelaxNGFree(schema);
	return ret == 0 ? 0 : -1;
}

int xml_load(const char *path, const char *schema, xmlDoc **doc, char **message)
{
	struct complaint c = { 0 };
	size_t len = 0;
	char *text = read_whole(path, &len);
	int n, error = EINVAL;

	if (!text) {
		error = errno == ENOENT ? ENOENT : EINVAL;
		n = asprintf(message, "%s: %s", path, strerror(errno));
		goto out;
	}
	*doc = parse(path, text, len, &c);
	if (*doc && !validate(*doc, schema, &c))
		error = 0;
	n = error ? asprintf(message, _("%s: line %d: %s"), path, c.line,
			     c.text ? c.text : _("it is not as it should be"))
		  : 0;
out:
	if (n < 0)
		*message = NULL;
	if (error && text && *doc) {
		xmlFreeDoc(*doc);
		*doc = NULL;
	}
	free(c.text);
	free(text);
	errno = error;
	return error ? -1 : 0;
}

const char *xml_attribute(const xmlNode *node, const char *name)
{
	const xmlAttr *a;

	for (a = node->properties; a; a = a->next)
		if (!strcmp((const char *)a->name, name))
			return a->children && a->children->content
				       ? (const char *)a->children->content
				       : "";
	return "";
}

bool xml_is(const xmlNode *node, const char *name)
{
	return node->type == XML_ELEMENT_NODE &&
	       !strcmp((const char *)node->name, name);
}
