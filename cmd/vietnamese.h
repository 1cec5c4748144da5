/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* Messages that become part of a document are in Vietnamese, whatever language
 * the officer's terminal speaks. */
#ifndef CMD_VIETNAMESE_H
#define CMD_VIETNAMESE_H

#include "base/i18n.h"

struct vietnamese {
	enum i18n_language language; /* as it was */
};

/* From here on _() is Vietnamese, and at the end again as it was. */
void vietnamese_begin(struct vietnamese *before);
void vietnamese_end(struct vietnamese *before);

#endif
