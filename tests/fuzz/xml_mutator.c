/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include "xml_mutator.h"

#include <libxml/parser.h>
#include <libxml/tree.h>
#include <stdbool.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#define MAX_NODES 4096

/* Of libFuzzer. */
size_t LLVMFuzzerMutate(uint8_t *data, size_t size, size_t max_size);

struct tree {
	xmlNode *elements[MAX_NODES];
	xmlAttr *attributes[MAX_NODES];
	size_t n_elements, n_attributes;
	unsigned int seed;
};

static size_t below(struct tree *t, size_t n)
{
	return n > 0 ? (size_t)rand_r(&t->seed) % n : 0;
}

static void list(struct tree *t, xmlNode *node)
{
	for (; node && t->n_elements < MAX_NODES; node = node->next) {
		if (node->type != XML_ELEMENT_NODE)
			continue;
		t->elements[t->n_elements++] = node;
		for (xmlAttr *a = node->properties;
		     a && t->n_attributes < MAX_NODES; a = a->next)
			t->attributes[t->n_attributes++] = a;
		list(t, node->children);
	}
}

static bool is_above(const xmlNode *node, const xmlNode *above)
{
	for (; node; node = node->parent)
		if (node == above)
			return true;
	return false;
}

static void change_text(struct tree *t, xmlNode *node)
{
	static const char *const words[] = { "",    " ",	  "0", "1",
					     "-1",  "99999",	  "Đ", "…",
					     "a.b", "subscribers" };
	uint8_t text[256];
	xmlChar *old = xmlNodeGetContent(node);
	size_t len = old ? strlen((char *)old) : 0;

	if (below(t, 3) == 0 || len >= sizeof(text) / 2) {
		xmlNodeSetContent(node,
				  BAD_CAST words[below(
					  t, sizeof(words) / sizeof(*words))]);
	} else {
		memcpy(text, old ? (char *)old : "", len);
		len = LLVMFuzzerMutate(text, len, sizeof(text) - 1);
		/* A letter of one byte in place of what is none. */
		for (size_t i = 0; i < len; i++)
			if (text[i] < ' ' || text[i] > '~')
				text[i] = 'a';
		text[len] = '\0';
		xmlNodeSetContent(node, NULL);
		xmlNodeAddContent(node, text);
	}
	xmlFree(old);
}

static void change_attribute(struct tree *t)
{
	xmlAttr *a = t->attributes[below(t, t->n_attributes)];
	xmlAttr *other = t->attributes[below(t, t->n_attributes)];
	xmlNode *node = t->elements[below(t, t->n_elements)];
	xmlChar *value = xmlNodeGetContent((xmlNode *)other);

	switch (below(t, 4)) {
	case 0:
		xmlRemoveProp(a);
		break;
	case 1:
		xmlSetProp(node, other->name, value);
		break;
	case 2:
		xmlSetProp(a->parent, a->name, value);
		break;
	default:
		change_text(t, (xmlNode *)a);
		break;
	}
	xmlFree(value);
}

static void change_element(struct tree *t)
{
	/* The first is the root. */
	xmlNode *node = t->elements[1 + below(t, t->n_elements - 1)];
	xmlNode *other = t->elements[1 + below(t, t->n_elements - 1)];
	xmlNode *copy;

	switch (below(t, 6)) {
	case 0:
		xmlUnlinkNode(node);
		xmlFreeNode(node);
		break;
	case 1:
		copy = xmlCopyNode(node, 1);
		xmlAddNextSibling(other, copy);
		break;
	case 2:
		copy = xmlCopyNode(node, 1);
		xmlAddChild(other, copy);
		break;
	case 3:
		if (is_above(other, node))
			break;
		xmlUnlinkNode(node);
		xmlAddPrevSibling(other, node);
		break;
	case 4:
		xmlNodeSetName(node, other->name);
		break;
	default:
		if (node->children && node->children->type == XML_TEXT_NODE)
			change_text(t, node->children);
		else
			xmlNodeAddContent(node, BAD_CAST "x");
		break;
	}
}

static void say_nothing(void *unused, const char *format, ...)
{
	(void)unused;
	(void)format;
}

size_t LLVMFuzzerCustomMutator(uint8_t *data, size_t size, size_t max_size,
			       unsigned int seed)
{
	struct tree *t = calloc(1, sizeof(*t));
	xmlChar *out = NULL;
	xmlDoc *doc = NULL;
	int len = 0;

	if (t && (seed & 15) != 0) {
		t->seed = seed >> 4;
		xmlSetGenericErrorFunc(NULL, say_nothing);
		doc = xmlReadMemory((char *)data, (int)size, "", NULL,
				    XML_PARSE_NONET | XML_PARSE_NOERROR |
					    XML_PARSE_NOWARNING |
					    XML_PARSE_NOCDATA);
	}
	if (doc && !doc->intSubset)
		list(t, xmlDocGetRootElement(doc));
	for (size_t n = t ? 1 + below(t, 4) : 0; n > 0; n--) {
		bool elements = below(t, 2) == 0;

		if (t->n_elements > 1 && (elements || t->n_attributes == 0))
			change_element(t);
		else if (t->n_attributes > 0)
			change_attribute(t);
		t->n_elements = 0;
		t->n_attributes = 0;
		if (doc && !doc->intSubset)
			list(t, xmlDocGetRootElement(doc));
	}
	if (doc && !doc->intSubset)
		xmlDocDumpMemory(doc, &out, &len);
	if (out && len > 0 && (size_t)len <= max_size) {
		memcpy(data, out, (size_t)len);
		size = (size_t)len;
	} else {
		size = LLVMFuzzerMutate(data, size, max_size);
	}
	xmlFree(out);
	xmlFreeDoc(doc);
	free(t);
	return size;
}
