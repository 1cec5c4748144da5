/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include <stdint.h>
#include <stdlib.h>
#include <string.h>

#include "datafile_reading.h"

#define SLOTS 4096
#define FNV_BASIS 0x811c9dc5U
#define FNV_PRIME 0x01000193U

/* The last of those whose digest leads here. */
struct data_memo {
	const struct field *field;
	const char *text;
	json_t *value;
};

/* What is of one subscriber alone is not worth remembering. */
static bool is_shared(const struct field *f)
{
	switch (f->type) {
	case FIELD_TEXT:
	case FIELD_DATE:
	case FIELD_TICK:
	case FIELD_CHOICE:
		return true;
	default:
		return false;
	}
}

static struct data_memo *find_slot(struct reading *r, const struct field *field,
				   const char *text)
{
	uint32_t digest = FNV_BASIS ^ (uint32_t)(uintptr_t)field;
	const char *p;

	if (!r->memo)
		r->memo = calloc(SLOTS, sizeof(*r->memo));
	if (!r->memo)
		return NULL;
	for (p = text; *p; p++)
		digest = (digest ^ (unsigned char)*p) * FNV_PRIME;
	return &r->memo[(digest ^ digest >> 16) % SLOTS];
}

static json_t *parse(const struct reading *r, const struct field *field,
		     const char *text, const char **why)
{
	return r->of_register ? field_parse_given(field, text, why)
			      : field_parse(field, text, why);
}

json_t *data_parse(struct reading *r, const struct field *field,
		   const char *text, const char **why)
{
	struct data_memo *memo;
	json_t *value;

	memo = is_shared(field) && *text ? find_slot(r, field, text) : NULL;
	if (memo && memo->field == field && !strcmp(memo->text, text))
		return json_incref(memo->value);
	value = parse(r, field, text, why);
	if (memo && value) {
		json_decref(memo->value);
		*memo = (struct data_memo){ field, text, json_incref(value) };
	}
	return value;
}

void data_memo_free(struct reading *r)
{
	size_t i;

	for (i = 0; r->memo && i < SLOTS; i++)
		json_decref(r->memo[i].value);
	free(r->memo);
	r->memo = NULL;
}
