/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include "record_document.h"

#include <string.h>

#include "record_private.h"

bool record_is_fresh(const char *procedure)
{
	return strncmp(procedure, "new-", 4) == 0;
}

bool record_is_minutes(const char *procedure)
{
	static const char *const minutes[] = { "deliver", "return", "lost",
					       "keeper" };

	for (size_t i = 0; i < sizeof(minutes) / sizeof(minutes[0]); i++)
		if (strcmp(minutes[i], procedure) == 0)
			return true;
	return false;
}

struct recorded record_document(struct custody_register *reg,
				const json_t *dossier, const char *channel)
{
	const char *procedure = dossier_text(dossier, "form.procedure");
	struct recording l = {
		.reg = reg,
		.dossier = dossier,
		.channel = channel,
		.fresh = record_is_fresh(procedure),
	};

	if (record_is_minutes(procedure))
		record_minutes(&l);
	else
		record_request(&l);
	return l.done;
}
