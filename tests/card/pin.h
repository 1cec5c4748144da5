/* SPDX-License-Identifier: LGPL-2.1-or-later */
#ifndef CARD_PIN_H
#define CARD_PIN_H

#include <stdbool.h>
#include <stddef.h>

#define PIN_MAX 32

struct secret {
	unsigned char value[PIN_MAX];
	size_t len;
	unsigned int tries;
	unsigned int max_tries;
	bool verified;
};

/*
 * The user PIN and the secret that unblocks it (SO PIN or PUK). stored is the
 * length every secret is padded to with FF, 0 where secrets travel as they are.
 */
struct pins {
	struct secret user;
	struct secret so;
	size_t stored;
	size_t min;
	size_t max;
	bool unblock_noop;
};

void pin_init(struct secret *s, const void *value, size_t len,
	      unsigned int tries);
/* What a reset of the card takes away: the logins, never the counters. */
void pin_logout(struct pins *pins);

/* Each returns a status word. */
unsigned int pin_status(const struct secret *s);
unsigned int pin_verify(struct pins *pins, struct secret *s,
			const unsigned char *data, size_t len);
/* data is the old value and the new one, joined without a mark between. */
unsigned int pin_change(struct pins *pins, struct secret *s,
			const unsigned char *data, size_t len);
/* data is the SO PIN or PUK and the new user PIN. */
unsigned int pin_unblock(struct pins *pins, const unsigned char *data,
			 size_t len);
/* data is the new user PIN alone, for which the SO PIN must be verified. */
unsigned int pin_replace(struct pins *pins, const unsigned char *data,
			 size_t len);

#endif
