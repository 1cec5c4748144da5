/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include "token_records.h"

#include <string.h>

#include "base/date.h"
#include "input/dossier.h"
#include "message.h"
#include "token_rows.h"

static const struct cks_cert *cert_of(const struct cks_token *t,
				      const json_t *row)
{
	const char *serial = dossier_text(row, "certificate_serial");

	for (size_t i = 0; *serial && i < cks_token_n_certs(t); i++) {
		const struct cks_cert *c = cks_token_cert(t, i);

		if (strcmp(cks_cert_serial(c), serial) == 0)
			return c;
	}
	return NULL;
}

static int complete(const struct cks_token *t, const char *day, json_t *row)
{
	const struct cks_cert *c = cert_of(t, row);
	int rc = dossier_put(row, "seen_date", day);

	if (!rc && c)
		rc = dossier_put(row, "organization",
				 cks_cert_organization(c)) ||
		     (cks_cert_organization(c)[0] &&
		      dossier_put(row, "unit", cks_cert_unit(c)));
	return rc;
}

int token_records(const struct cks_token *t, time_t now, json_t **rows)
{
	json_t *list = json_array(), *row;
	char day[DATE_SIZE];
	int ret = list ? token_rows_add(list, t, 0) : print_no_memory();
	size_t i;

	date_iso(date_day(now), day);
	json_array_foreach (list, i, row)
		if (!ret && complete(t, day, row))
			ret = print_no_memory();
	if (ret)
		json_decref(list);
	else
		*rows = list;
	return ret;
}
