/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include "fonts.h"

struct font_set *fonts;

int open_fonts(void **state)
{
	struct error error = { 0 };
	int ret = font_set_open(NULL, &fonts, &error);

	(void)state;
	if (ret)
		print_error("%s\n", error_text(&error, ret));
	error_free(&error);
	return ret;
}

int close_fonts(void **state)
{
	(void)state;
	font_set_free(&fonts);
	return 0;
}
