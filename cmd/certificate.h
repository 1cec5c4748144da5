/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* What "ckstoken cert" does with certificates once they are found. */
#ifndef CMD_CERTIFICATE_H
#define CMD_CERTIFICATE_H

#include "scanning.h"

/* Days below which a certificate is called expiring. */
#define CERTIFICATE_DAYS 60

/* Each returns 0 or an exit code, told on standard error. */
int certificate_list(const struct cks_scan *scan,
		     const struct selection *selection, time_t now, bool json,
		     bool csv);
int certificate_show(const struct cks_token *token, const struct cks_cert *cert,
		     time_t now, bool json);
int certificate_export(const struct cks_cert *cert, const char *path, bool der);

#endif
