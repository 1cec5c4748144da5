/* SPDX-License-Identifier: LGPL-2.1-or-later */
/*
 * Text that was meant for another column, or for two rows: a number where a
 * name belongs, a day or a word where a serial number does, two people in one
 * cell.
 */
#ifndef INPUT_MISPLACED_H
#define INPUT_MISPLACED_H

#include "field.h"

/*
 * Why @text, which somebody handed in for @f and @clean is of, is not for that
 * field, or is for two, in a translated sentence, which is static. NULL:
 * nothing that shows, or, with *@failed set, no memory.
 */
const char *misplaced_text(const struct field *f, const char *text,
			   const char *clean, bool *failed);

#endif
