/* SPDX-License-Identifier: LGPL-2.1-or-later */
/*
 * A form that an agency may have written: it is refused with a file and a line,
 * or makes a document of a dossier that has something of everything.
 */
#include <errno.h>
#include <stdlib.h>
#include <string.h>

#include "forms/form.h"
#include "fuzz.h"
#include "typeset/docx/docx.h"
#include "xml_mutator.h"

static const char facts[] =
	"{\"agency\": {\"name\": \"Sở Tài chính\", \"place\": \"Đà Lạt\","
	"  \"parent\": \"Ủy ban nhân dân tỉnh Lâm Đồng\","
	"  \"authority\": \"TM. ỦY BAN / KT. CHỦ TỊCH\"},"
	" \"contact\": {\"name\": \"Trần Thị Bích\", \"phone\": \"\"},"
	" \"form\": {\"name\": \"Mẫu số 06\"},"
	" \"document\": {\"number\": \"5\", \"date\": \"2026-11-21\","
	"  \"time\": \"2026-11-21T09:00:00+07:00\", \"originals\": 2,"
	"  \"grounds\": [\"Điều 22\", \"\"], \"copies\": [\"Lưu: VT\"]},"
	" \"counts\": {\"a\": 0, \"b\": 7, \"c\": 2000000000},"
	" \"statistics\": {\"years\": [{\"year\": \"2026\", \"n\": 3},"
	"  {\"year\": \"2027\", \"n\": 0}]},"
	" \"extra\": {\"x\": true, \"y\": [1, \"hai\", null]},"
	" \"subscribers\": ["
	"  {\"name\": \"Nguyễn Văn Hùng\", \"device_serial\": \"5251\","
	"   \"id_date\": \"2021-05-12\", \"organization\": \"Sở A\","
	"   \"user_pin\": \"locked\", \"not_after\": \"2026-12-31\"},"
	"  {\"name\": \"\", \"email\": \"a@b.gov.vn\"}, {}]}";

static void build(const struct form *form)
{
	static json_t *dossier;
	const struct docx_options options = { 0, "fuzz" };
	struct document *doc = NULL;
	unsigned char *out = NULL;
	size_t len = 0;

	if (!dossier)
		dossier = json_loads(facts, 0, NULL);
	HOLDS(dossier);
	HOLDS(form_build(form, dossier, &doc) == 0);
	HOLDS(document_status(doc) == 0);
	for (size_t i = 0; i < doc->n_missing; i++)
		HOLDS(fuzz_is_clean(doc->missing[i]));
	HOLDS(docx_render(doc, &options, &out, &len, NULL) == 0);
	free(out);
	document_free(&doc);
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	const char *path = fuzz_file("form.xml", data, size);
	struct error error = { 0 };
	struct form *form = NULL;
	int ret = form_load(NULL, path, &form, &error);

	HOLDS((ret == 0) == (form != NULL));
	if (ret) {
		HOLDS(ret == -EINVAL);
		HOLDS(fuzz_says_why(&error) && strstr(error.text, path));
	} else {
		build(form);
	}
	error_free(&error);
	form_free(&form);
	return 0;
}
