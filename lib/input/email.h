/* SPDX-License-Identifier: LGPL-2.1-or-later */
#ifndef INPUT_EMAIL_H
#define INPUT_EMAIL_H

#include <stdbool.h>

/*
 * Whether @address is of a provider that gives addresses to anyone (Gmail,
 * Yahoo, Outlook …), under any of its domains and whatever the country's
 * ending; so it is not an official one.
 */
bool email_is_public(const char *address);

#endif
