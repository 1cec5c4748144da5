/* SPDX-License-Identifier: LGPL-2.1-or-later */
#ifndef CMD_DATA_ERRORS_H
#define CMD_DATA_ERRORS_H

#include "input/datafile.h"

/* "PATH: row 3, column "ngày sinh": …", each on standard error; @path NULL: it
 * was no file. */
void print_data_errors(const char *path, const struct data_errors *errors);

#endif
