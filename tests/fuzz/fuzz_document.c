/* SPDX-License-Identifier: LGPL-2.1-or-later */
/*
 * A dossier that came with anybody's document, in each of the forms: it is made
 * into a document, laid out and written in both formats.
 */
#include <dirent.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "forms/form.h"
#include "fuzz.h"
#include "input/attachment.h"
#include "rules/conditions.h"
#include "typeset/docx/docx.h"
#include "typeset/layout.h"
#include "typeset/pdf/pdf.h"

#define MAX_FORMS 64
#define NOW 1795986036

static struct font_set *fonts;
static struct form *forms[MAX_FORMS];
static unsigned int n_forms;
static struct province *province;

static int compare(const struct dirent **a, const struct dirent **b)
{
	return strcmp((*a)->d_name, (*b)->d_name);
}

static void load(void)
{
	static const char folder[] = CKSTOKEN_DATADIR "/forms";
	struct error error = { 0 };
	struct dirent **entries;
	int n = scandir(folder, &entries, NULL, compare);

	for (int i = 0; i < n; i++) {
		char path[4096];

		snprintf(path, sizeof(path), "%s/%s", folder,
			 entries[i]->d_name);
		if (strstr(path, ".xml") && n_forms < MAX_FORMS)
			HOLDS(form_load(NULL, path, &forms[n_forms++],
					&error) == 0);
		free(entries[i]);
	}
	HOLDS(n_forms > 0);
	free(entries);
	HOLDS(font_set_open(NULL, &fonts, &error) == 0);
	HOLDS(province_load(NULL, &province, &error) == 0);
}

static void write_document(const struct document *doc)
{
	const struct docx_options docx = { NOW, "fuzz" };
	const struct pdf_options pdf = { NOW, "fuzz" };
	struct layout *layout = NULL;
	unsigned char *out = NULL;
	size_t len = 0;

	HOLDS(layout_document(doc, fonts, &layout) == 0);
	HOLDS(layout->n_pages > 0);
	HOLDS(pdf_render(doc, layout, fonts, &pdf, &out, &len) == 0);
	HOLDS(len > 5 && memcmp(out, "%PDF-", 5) == 0);
	free(out);
	layout_free(&layout);
	HOLDS(docx_render(doc, &docx, &out, &len, NULL) == 0);
	free(out);
}

static void check(const json_t *dossier)
{
	static const char *const names[] = { "renew", "recover", "change" };

	for (size_t i = 0; i < 3; i++) {
		const struct procedure *p =
			province_procedure(province, names[i]);
		struct violations v = { 0 };

		HOLDS(p && conditions_check(p, dossier, NULL, NOW, &v) == 0);
		violations_free(&v);
	}
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	struct fuzz_input in = { data, size };
	unsigned int which = fuzz_byte(&in);
	struct document *doc = NULL;
	json_t *dossier = NULL;
	char *text;

	if (!fonts)
		load();
	text = fuzz_text(in.data, in.size);
	if (attachment_fits(text))
		dossier = json_loadb((const char *)in.data, in.size,
				     JSON_REJECT_DUPLICATES, NULL);
	if (json_is_object(dossier)) {
		HOLDS(form_build(forms[which % n_forms], dossier, &doc) == 0);
		HOLDS(document_status(doc) == 0);
		doc->data = text;
		write_document(doc);
		check(dossier);
	}
	document_free(&doc);
	json_decref(dossier);
	free(text);
	return 0;
}
