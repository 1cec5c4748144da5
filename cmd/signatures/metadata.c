/* SPDX-License-Identifier: LGPL-2.1-or-later */
/*
 * The particulars of a file that no page shows, in XMP (ISO 16684-1): programs
 * that sign write there when and by which of them the file was changed. What
 * else is there, as the title that a window has, is what was signed.
 */
#include <libxml/parser.h>
#include <libxml/tree.h>
#include <stdlib.h>
#include <string.h>

#include "comparison.h"

#define RDF "http://www.w3.org/1999/02/22-rdf-syntax-ns#"
#define MAX_METADATA ((size_t)4 * 1024 * 1024)

/* The names of a namespace that tell of changes; "" for all of it. */
static const struct {
	const char *space, *name;
} of_changes[] = {
	{ "http://ns.adobe.com/xap/1.0/", "ModifyDate" },
	{ "http://ns.adobe.com/xap/1.0/", "MetadataDate" },
	{ "http://ns.adobe.com/pdf/1.3/", "Producer" },
	{ "http://ns.adobe.com/pdf/1.3/", "Trapped" },
	{ "http://ns.adobe.com/xap/1.0/mm/", "" },
};

static bool is_of_changes(const char *space, const char *name)
{
	for (size_t i = 0; i < sizeof(of_changes) / sizeof(of_changes[0]); i++)
		if (strcmp(of_changes[i].space, space) == 0 &&
		    (!of_changes[i].name[0] ||
		     strcmp(of_changes[i].name, name) == 0))
			return true;
	return false;
}

/* 1. What it says */

static bool is_blank(const char *text)
{
	return text[strspn(text, " \t\r\n")] == '\0';
}

static void put_text(struct buffer *b, const char *text)
{
	buffer_printf(b, "%zu:", strlen(text));
	buffer_puts(b, text);
}

/* Puts all that @node has in it, whose depth libxml2 limits. */
static void put_node(struct buffer *b, xmlNode *node)
{
	for (xmlAttr *a = node->properties; a; a = a->next) {
		xmlChar *value =
			xmlNodeListGetString(node->doc, a->children, 1);

		buffer_puts(b, "@");
		put_text(b, (const char *)a->name);
		put_text(b, value ? (const char *)value : "");
		xmlFree(value);
	}
	for (xmlNode *child = node->children; child; child = child->next) {
		const char *text = (const char *)child->content;

		if (child->type == XML_ELEMENT_NODE) {
			buffer_puts(b, "<");
			put_text(b, (const char *)child->name);
			put_node(b, child);
			buffer_puts(b, ">");
		} else if (child->type == XML_TEXT_NODE ||
			   child->type == XML_CDATA_SECTION_NODE) {
			if (!is_blank(text))
				put_text(b, text);
		} else if (child->type != XML_COMMENT_NODE) {
			b->failed = true;
		}
	}
}

/* Adds a property to @all, by its namespace and name. False: no memory. */
static bool put_property(json_t *all, const xmlNs *ns, const char *name,
			 const char *value)
{
	const char *space = ns && ns->href ? (const char *)ns->href : "";
	const char *before;
	struct buffer text = { 0 };
	char *key;
	bool ok;

	if (is_of_changes(space, name) || strcmp(space, RDF) == 0)
		return true;
	if (asprintf(&key, "%s %s", space, name) < 0)
		return false;
	before = json_string_value(json_object_get(all, key));
	buffer_puts(&text, before ? before : "");
	put_text(&text, value);
	buffer_put(&text, "", 1);
	ok = !text.failed &&
	     !json_object_set_new(all, key,
				  json_string((const char *)text.data));
	buffer_free(&text);
	free(key);
	return ok;
}

/* All properties of one rdf:Description, as elements or attributes. */
static bool put_description(json_t *all, xmlNode *description)
{
	bool ok = true;

	for (xmlAttr *a = description->properties; a && ok; a = a->next) {
		xmlChar *value = xmlNodeListGetString(a->doc, a->children, 1);

		ok = put_property(all, a->ns, (const char *)a->name,
				  value ? (const char *)value : "");
		xmlFree(value);
	}
	for (xmlNode *p = description->children; p && ok; p = p->next) {
		struct buffer text = { 0 };

		if (p->type != XML_ELEMENT_NODE) {
			ok = p->type == XML_COMMENT_NODE ||
			     (p->type == XML_TEXT_NODE &&
			      is_blank((const char *)p->content));
			continue;
		}
		/* One text is as good as an attribute. */
		if (p->children && !p->children->next && !p->properties &&
		    p->children->type == XML_TEXT_NODE)
			buffer_puts(&text, (const char *)p->children->content);
		else
			put_node(&text, p);
		buffer_put(&text, "", 1);
		ok = !text.failed &&
		     put_property(all, p->ns, (const char *)p->name,
				  (const char *)text.data);
		buffer_free(&text);
	}
	return ok;
}

static bool put_descriptions(json_t *all, xmlNode *node)
{
	bool ok = true;

	for (; node && ok; node = node->next) {
		bool is_description =
			node->type == XML_ELEMENT_NODE && node->ns &&
			strcmp((const char *)node->ns->href, RDF) == 0 &&
			strcmp((const char *)node->name, "Description") == 0;

		if (node->type == XML_ELEMENT_NODE)
			ok = is_description
				     ? put_description(all, node)
				     : put_descriptions(all, node->children);
	}
	return ok;
}

/* All that the stream says but of changes; NULL: that cannot be told. */
static json_t *properties_of(qpdf_data pdf, qpdf_oh stream)
{
	json_t *all = json_object();
	unsigned char *data = NULL;
	QPDF_BOOL decoded = QPDF_FALSE;
	xmlDoc *doc = NULL;
	size_t len = 0;

	if (qpdf_oh_is_null(pdf, stream))
		return all;
	if (qpdf_oh_is_stream(pdf, stream) &&
	    !(qpdf_oh_get_stream_data(pdf, stream, qpdf_dl_generalized,
				      &decoded, &data, &len) &
	      QPDF_ERRORS) &&
	    decoded && len <= MAX_METADATA)
		doc = xmlReadMemory((const char *)data, (int)len, "", NULL,
				    XML_PARSE_NONET | XML_PARSE_NOERROR |
					    XML_PARSE_NOWARNING);
	if (!doc || doc->intSubset ||
	    !put_descriptions(all, xmlDocGetRootElement(doc))) {
		json_decref(all);
		all = NULL;
	}
	xmlFreeDoc(doc);
	free(data);
	return all;
}

/* 2. What became of it */

/* The name of the first property of @a that @b has not, or otherwise; NULL:
 * there is none. */
static const char *first_change(json_t *a, const json_t *b)
{
	const char *key;
	json_t *value;

	json_object_foreach (a, key, value)
		if (!json_equal(value, json_object_get(b, key)))
			return strrchr(key, ' ') + 1;
	return NULL;
}

void metadata_compare(struct comparison *c, qpdf_oh a, qpdf_oh b)
{
	json_t *old = properties_of(c->old->pdf, a);
	json_t *new = properties_of(c->new->pdf, b);
	const char *changed = "/Metadata";

	if (old && new) {
		changed = first_change(old, new);
		changed = changed ? changed : first_change(new, old);
	}
	signature_add(c->s,
		      changed ? FINDING_CHANGE_INFO : FINDING_ADDED_METADATA,
		      changed);
	json_decref(old);
	json_decref(new);
}
