/* SPDX-License-Identifier: LGPL-2.1-or-later */
/*
 * A program that has a stranger's file as its standard input and can open no
 * other.
 */
#ifndef CMD_EXTRACT_CONFINED_H
#define CMD_EXTRACT_CONFINED_H

#include <stdbool.h>

/* The name by which qpdf opens standard input; with a blank and a number behind
 * it, the first so many bytes of it; with a second number, those and an end
 * that names the table at that place. */
#define EXTRACT_INPUT "standard input"

/*
 * Enters the sandbox: all that opens a file or asks the system is to be done
 * before, and the first byte of the file is read after it. False: the program
 * must not go on.
 */
bool confine(void);

#endif
