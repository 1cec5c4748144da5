/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include "vietnamese.h"

#include <locale.h>
#include <stdlib.h>
#include <string.h>

static char *copy(const char *text)
{
	return text ? strdup(text) : NULL;
}

/* Under the locale "C" nothing is translated at all. */
void vietnamese_begin(struct vietnamese *before)
{
	before->language = copy(getenv("LANGUAGE"));
	before->messages = copy(setlocale(LC_MESSAGES, NULL));
	(void)setenv("LANGUAGE", "vi", 1);
	(void)setlocale(LC_MESSAGES, "C.UTF-8");
}

void vietnamese_end(struct vietnamese *before)
{
	if (before->language)
		(void)setenv("LANGUAGE", before->language, 1);
	else
		(void)unsetenv("LANGUAGE");
	if (before->messages)
		(void)setlocale(LC_MESSAGES, before->messages);
	free(before->language);
	free(before->messages);
}
