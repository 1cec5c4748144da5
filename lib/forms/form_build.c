/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include <errno.h>
#include <stdlib.h>
#include <string.h>

#include "form_text.h"
#include "nd30.h"

static struct paragraph *words_block(const struct form_context *f,
				     enum role role, const xmlNode *node)
{
	struct paragraph *p = nd30_paragraph(f->doc, role);
	const char *size = xml_attribute(node, "size");

	if (*size)
		p->size = (int)strtol(size, NULL, 10);
	form_words(f, p, role_formats[role].style, node);
	p->keep_next |= *xml_attribute(node, "keep") != '\0';
	return p;
}

static void letterhead(const struct form_context *f, const xmlNode *node)
{
	const xmlNode *about;
	const char *text = "";

	for (about = node->children; about; about = about->next)
		if (xml_is(about, "about"))
			text = form_text(f, about);
	nd30_letterhead(f->doc, f->dossier, xml_attribute(node, "kind"), text);
}

static void heading(const struct form_context *f, const xmlNode *node)
{
	struct paragraph *p = nd30_paragraph(f->doc, ROLE_TITLE);

	paragraph_add(f->doc, p, STYLE_BOLD,
		      document_text(f->doc, xml_attribute(node, "kind")));
	words_block(f, ROLE_SUMMARY, node);
}

static void parties(const struct form_context *f, const xmlNode *parent)
{
	struct table *t =
		nd30_parties(f->doc, xmlChildElementCount((xmlNode *)parent));
	const xmlNode *node;

	for (node = parent->children; node; node = node->next)
		if (xml_is(node, "party"))
			nd30_party(f->doc, t,
				   document_text(f->doc,
						 xml_attribute(node, "role")),
				   form_text(f, node));
}

static const char *given(const struct form_context *f, const xmlNode *node,
			 const char *name)
{
	const char *value = document_text(f->doc, xml_attribute(node, name));

	return *value ? value : NULL;
}

/* The notice is the last line, and stays with the signatures above it. */
static void notice(const struct form_context *f, const xmlNode *node)
{
	if (f->doc->n_blocks && f->doc->blocks[f->doc->n_blocks - 1].table)
		f->doc->blocks[f->doc->n_blocks - 1].table->keep_next = true;
	words_block(f, ROLE_NOTICE, node);
}

static void blocks(const struct form_context *f, const xmlNode *parent)
{
	static const struct {
		const char *name;
		enum role role;
	} of_words[] = {
		{ "p", ROLE_BODY },
		{ "section", ROLE_HEADING },
		{ "line", ROLE_FIELD },
	};
	const xmlNode *node;
	size_t i;

	for (node = parent->children; node; node = node->next) {
		for (i = 0; i < sizeof(of_words) / sizeof(of_words[0]); i++)
			if (xml_is(node, of_words[i].name))
				words_block(f, of_words[i].role, node);
		if (xml_is(node, "letterhead"))
			letterhead(f, node);
		else if (xml_is(node, "heading"))
			heading(f, node);
		else if (xml_is(node, "addressee"))
			nd30_addressee(f->doc, f->dossier);
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
				       given(f, node, "note"));
		else if (xml_is(node, "parties"))
			parties(f, node);
		else if (xml_is(node, "notice"))
			notice(f, node);
		else if (xml_is(node, "if") && form_if(f, node))
			blocks(f, node);
	}
}

static void describe(const struct form_context *f, const xmlNode *root)
{
	const xmlNode *node = root->children;

	while (node && !xml_is(node, "title"))
		node = node->next;
	document_describe(f->doc, node ? form_text(f, node) : "",
			  dossier_text(f->dossier, "form.name"),
			  dossier_text(f->dossier, "agency.name"));
	f->doc->landscape =
		!strcmp(xml_attribute(root, "orientation"), "landscape");
}

int form_build(const struct form *form, const json_t *dossier,
	       struct document **doc)
{
	struct form_context f = { .doc = document_new(), .dossier = dossier };
	const xmlNode *root = form_root(form);

	if (!f.doc)
		return -ENOMEM;
	describe(&f, root);
	blocks(&f, root);
	if (document_status(f.doc)) {
		document_free(&f.doc);
		return -ENOMEM;
	}
	*doc = f.doc;
	return 0;
}
