/* SPDX-License-Identifier: LGPL-2.1-or-later */
#ifndef CMD_PROGRESS_H
#define CMD_PROGRESS_H

/* Shows @text on the terminal if the work lasts over a second; clears it. */
void progress_begin(const char *text);
void progress_end(void);

#endif
