/* SPDX-License-Identifier: LGPL-2.1-or-later */
#ifndef BASE_I18N_H
#define BASE_I18N_H

#include <libintl.h>

#define TEXT_DOMAIN "ckstoken"
#define _(s) dgettext(TEXT_DOMAIN, s)
#define Q_(one, many, n) dngettext(TEXT_DOMAIN, one, many, n)
/* Marks a string for translation where no call can stand, as in a table. */
#define N_(s) s

#endif
