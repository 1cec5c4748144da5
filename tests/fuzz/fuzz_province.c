/* SPDX-License-Identifier: LGPL-2.1-or-later */
/*
 * A province that an agency may have written, which may extend the decree: it
 * is refused with a file and a line, or judges a dossier.
 */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "fuzz.h"
#include "rules/conditions.h"
#include "rules/reasons.h"
#include "xml_mutator.h"

#define NOW 1795986036

static const char facts[] =
	"{\"contact\": {\"name\": \"Trần Thị Bích\", \"id_date\":"
	"  \"2030-01-01\", \"organization\": \"Sở A\"},"
	" \"subscribers\": ["
	"  {\"name\": \"Nguyễn Văn Hùng\", \"device_serial\": \"5251\","
	"   \"holder\": \"person\", \"reason\": \"bị mất thiết bị\","
	"   \"email\": \"a@gmail.com\", \"not_before\": \"2023-12-01\","
	"   \"not_after\": \"2026-12-20\", \"id_number\": \"1\"},"
	"  {\"name\": \"\", \"reason\": \"\"}, {}]}";

static void judge(const struct procedure *p)
{
	static const enum cks_holder holders[] = { CKS_HOLDER_UNKNOWN,
						   CKS_HOLDER_PERSON,
						   CKS_HOLDER_DEVICE };
	static json_t *dossier;
	struct violations v = { 0 };
	struct arena arena = { 0 };

	if (!dossier)
		dossier = json_loads(facts, 0, NULL);
	HOLDS(dossier);
	HOLDS(conditions_check(p, dossier, NULL, NOW, &v) == 0);
	for (size_t i = 0; i < v.n; i++) {
		HOLDS(v.list[i].text && v.list[i].text[0]);
		HOLDS(v.list[i].row <= 3);
	}
	for (size_t i = 0; i < 3; i++)
		(void)reason_is_listed(p, "bị mất, hỏng", holders[i], &arena);
	HOLDS(!arena.failed);
	arena_free(&arena);
	violations_free(&v);
}

static void use(const struct province *province)
{
	HOLDS(fuzz_is_clean(province->name));
	HOLDS(fuzz_is_clean(province->regulation.title));
	HOLDS(province_max_years(province, false) > 0);
	HOLDS(province_max_years(province, true) > 0);
	HOLDS(province_renewal_days(province) > 0);
	for (size_t i = 0; i < province->n_procedures; i++) {
		const struct procedure *p = &province->procedures[i];

		HOLDS(province_procedure(province, p->name));
		judge(p);
	}
	for (size_t i = 0; i < province->n_refusals; i++)
		HOLDS(province_refusal(province, province->refusals[i].name));
}

/* The code that the text gives itself, after which the file must be called. */
static const char *code_of(const char *text, char code[32])
{
	static const char start[] = "code=\"";
	const char *at = strstr(text, start);
	size_t len = at ? strspn(at + strlen(start),
				 "abcdefghijklmnopqrstuvwxyz0123456789-")
			: 0;

	if (len == 0 || len > 31)
		return "any";
	memcpy(code, at + strlen(start), len);
	code[len] = '\0';
	return code;
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	const char *places[2] = { fuzz_folder(),
				  CKSTOKEN_DATADIR "/provinces" };
	struct province *province = NULL;
	struct error error = { 0 };
	char *text = fuzz_text(data, size);
	char code[32], name[40];
	int ret;

	snprintf(name, sizeof(name), "%s.xml", code_of(text, code));
	free(text);
	(void)fuzz_file(name, data, size);
	name[strlen(name) - strlen(".xml")] = '\0';
	ret = province_load_from(places, 2, name, &province, &error);
	fuzz_remove_files();
	HOLDS((ret == 0) == (province != NULL));
	if (ret)
		HOLDS(fuzz_says_why(&error));
	else
		use(province);
	error_free(&error);
	province_free(&province);
	return 0;
}
