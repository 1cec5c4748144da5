/* SPDX-License-Identifier: LGPL-2.1-or-later */
#ifndef BASE_HEX_H
#define BASE_HEX_H

#include <stddef.h>

/* Upper-case hexadecimal, freed by the caller; NULL when memory is out. */
char *hex_encode(const void *bytes, size_t len);

#endif
