/* SPDX-License-Identifier: LGPL-2.1-or-later */
#ifndef CARD_TRANSPORT_H
#define CARD_TRANSPORT_H

#include "session.h"

struct transport {
	const char *host;
	const char *port;
	/* NULL for no control channel. */
	const char *control;
};

/*
 * Plays the card to vpcd until told to stop or vpcd is gone for good. Returns
 * an exit code. Prints "ready" when the reader has powered the card for the
 * first time.
 */
int transport_run(const struct transport *t, struct session *s);

#endif
