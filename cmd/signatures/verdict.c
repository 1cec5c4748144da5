/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* What the findings at a signature make of it. */
#include "signed.h"

static const struct {
	const char *code, *sub;
	enum indication indication;
} findings[] = {
#define FINDING(name, code, indication, sub, words) { code, sub, indication },
	FINDINGS(FINDING)
#undef FINDING
};

void signature_add(struct signature *s, enum finding finding, const char *text)
{
	json_t *one = json_pack("{s:s}", "finding", findings[finding].code);

	if (text)
		(void)json_object_set_new(one, "text", json_string(text));
	(void)json_array_append_new(s->findings, one);
	if (findings[finding].indication > s->indication) {
		s->indication = findings[finding].indication;
		s->sub = findings[finding].sub;
	}
}

bool signature_stands(const struct signature *s)
{
	return s->indication != TOTAL_FAILED;
}
