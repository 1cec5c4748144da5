/* SPDX-License-Identifier: LGPL-2.1-or-later */
#ifndef CARD_CONTROL_H
#define CARD_CONTROL_H

#include "session.h"

/*
 * The control channel: a unix stream socket that takes one command a
 * connection and answers one line, "error ..." where it makes no sense of it.
 */

/* Each returns a descriptor, or -1 with words on stderr. */
int control_listen(const char *path);
int control_connect(const char *path);

/* Takes one connection from a listening socket and serves it. */
void control_serve(struct session *s, int listener);
/* Runs one command; a fault given on the command line comes here as well. */
bool control_execute(struct session *s, const char *command, char *answer,
		     size_t size);
/* The other end: sends command and prints the answer. Returns an exit code. */
int control_send(const char *path, const char *command);

#endif
