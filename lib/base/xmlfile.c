/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include "xmlfile.h"

#include <errno.h>
#include <fcntl.h>
#include <libxml/parser.h>
#include <libxml/relaxng.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "i18n.h"
#include "path.h"

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

/* A schema is the program's own file: the message names it and says no more. */
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

int xml_load(const char *path, const char *schema, xmlDoc **doc,
	     struct error *error)
{
	struct complaint c = { 0 };
	char *text = NULL;
	size_t len = 0;
	xmlDoc *parsed = NULL;
	int ret = read_whole(path, &text, &len);

	if (ret == -ENOMEM)
		goto out;
	if (ret) {
		ret = error_set(error, ret == -ENOENT ? ret : -EINVAL, "%s: %s",
				path, error_text(NULL, ret));
		goto out;
	}
	parsed = parse(path, text, len, &c);
	if (!parsed || validate(parsed, schema, &c)) {
		ret = error_set(error, -EINVAL, _("%s: line %d: %s"), path,
				c.line, c.text ? c.text : _("it is not valid"));
		goto out;
	}
	*doc = parsed;
	parsed = NULL;
out:
	xmlFreeDoc(parsed);
	free(c.text);
	free(text);
	return ret;
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
