/* SPDX-License-Identifier: LGPL-2.1-or-later */
#ifndef CMD_DATA_ERRORS_H
#define CMD_DATA_ERRORS_H

#include "input/datafile.h"

/* Prints each as "PATH: row 3, column "ngày sinh": …" on standard error; with
 * @path NULL, it was no file that they were found in. */
void print_data_errors(const char *path, const struct data_errors *errors);

#endif
