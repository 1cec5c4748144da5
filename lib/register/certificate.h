/* SPDX-License-Identifier: LGPL-2.1-or-later */
/*
 * Certificates whose number is not known: a list may have no more of one than
 * its days. It is a certificate all the same, kept under a key that no number
 * can be, "?T1/2026-12-31"; when its number becomes known it is that
 * certificate, and the record of the key is taken away.
 */
#ifndef REGISTER_CERTIFICATE_H
#define REGISTER_CERTIFICATE_H

#include "register.h"

/* The key of a certificate without a number begins with it. No number has it,
 * as fields take letters and digits alone. */
#define CERTIFICATE_UNNUMBERED '?'

/* True if the register's key of a certificate is no number; and the number that
 * it has, "" where that is not known. */
bool certificate_is_unnumbered(const char *key);
const char *certificate_number(const char *key);

/*
 * Finds out which certificate @fields are of, whose subscriber and token are as
 * the register has them, and sets "certificate_serial", the key. Of one without
 * a number the token, or else the subscriber, and the end of its term, or else
 * the beginning, tell; false, where they are not given and there is none to be
 * put. Fields with a number take over what is known of the same without it,
 * which goes within the event. Errors of the database are the register's.
 */
bool certificate_find(struct custody_register *reg, json_t *fields);

/* True if the register waits for the number of the certificate of @fields,
 * which have it. */
bool certificate_is_awaited(struct store *store, const json_t *fields);

#endif
