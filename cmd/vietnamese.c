/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include "vietnamese.h"

void vietnamese_begin(struct vietnamese *before)
{
	before->language = i18n_chosen();
	(void)i18n_choose(I18N_VIETNAMESE);
}

void vietnamese_end(struct vietnamese *before)
{
	(void)i18n_choose(before->language);
}
