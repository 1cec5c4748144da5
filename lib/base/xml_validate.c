/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include "xml_validate.h"

#include <errno.h>
#include <libxml/parser.h>
#include <libxml/relaxng.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "base/soname.h"
#include "i18n.h"
#include "library.h"

/* Loaded here, for it brings ICU and the library of C++ along, and few letters
 * are printed from files that somebody changed. */
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

static xmlDoc *parse(const char *path, const char *text, size_t len,
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

int xml_validate(const char *path, const char *text, size_t len,
		 const char *schema, struct error *error)
{
	struct complaint c = { 0 };
	xmlDoc *parsed = NULL;
	int ret = library_load(&libxml2, error);

	if (ret)
		return ret;
	parsed = parse(path, text, len, &c);
	if (!parsed || validate(parsed, schema, &c))
		ret = error_set(error, -EINVAL, _("%s: line %d: %s"), path,
				c.line, c.text ? c.text : _("it is not valid"));
	sym_xmlFreeDoc(parsed);
	free(c.text);
	return ret;
}
