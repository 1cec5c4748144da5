/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* A set-up and a tear-down for groups of tests that lay documents out. */
#ifndef TEST_FONTS_H
#define TEST_FONTS_H

#include "typeset/font.h"
#include "unit/unit.h"

extern struct font_set *fonts;
int open_fonts(void **state);
int close_fonts(void **state);

#endif
