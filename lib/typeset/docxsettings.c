/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include "docxns.h"
#include "docxstyles.h"

#define NS_WORD "http://schemas.microsoft.com/office/word"

/* As Word 2013 and later lay text out. */
static const struct {
	const char *name, *value;
} compatible[] = {
	{ "compatibilityMode", "15" },
	{ "overrideTableStyleFontSizeAndJustification", "1" },
	{ "enableOpenTypeFeatures", "1" },
	{ "doNotFlipMirrorIndents", "1" },
	{ "differentiateMultirowTableHeaders", "1" },
};

static void compatibility(struct docx_part *part)
{
	size_t i;

	part_open(part, "w:compat");
	/* A justified line that a newline ends stays short. */
	part_switch(part, "w:doNotExpandShiftReturn", true);
	for (i = 0; i < sizeof(compatible) / sizeof(compatible[0]); i++) {
		part_open(part, "w:compatSetting");
		part_set(part, "w:name", compatible[i].name);
		part_set(part, "w:uri", NS_WORD);
		part_set(part, "w:val", compatible[i].value);
		part_close(part);
	}
	part_close(part);
}

void docx_settings(struct docx_part *part)
{
	part_open(part, "w:settings");
	part_set(part, "xmlns:w", DOCX_NS_W);
	compatibility(part);
	part_value(part, "w:themeFontLang", DOCX_LANGUAGE);
	part_value(part, "w:decimalSymbol", ",");
	part_value(part, "w:listSeparator", ";");
	part_close(part);
}
