/* SPDX-License-Identifier: LGPL-2.1-or-later */
/*
 * Text that is no longer what a person wrote: a table program took it for a
 * number, a date or a formula, or its letters went through a wrong code page.
 */
#ifndef INPUT_RUINED_H
#define INPUT_RUINED_H

#include "field.h"

/*
 * What has ruined @text, which somebody handed in for @f, in a translated
 * sentence, which is static. NULL: nothing that shows, or, with *@failed set,
 * no memory. @own: the text comes from a file that this program wrote, and then
 * from a token or a certificate, whose letters are kept as they are there.
 */
const char *ruined_text(const struct field *f, const char *text, bool own,
			bool *failed);

#endif
