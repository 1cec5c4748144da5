/* SPDX-License-Identifier: LGPL-2.1-or-later */
#ifndef CARD_CARD_H
#define CARD_CARD_H

#include "apdu.h"
#include "blob.h"
#include "keys.h"
#include "pin.h"

#include <stdbool.h>
#include <stddef.h>

#define CARD_PAIRS 4
#define CARD_OBJECTS 24

/* A file or data object; how id is made is the personality's affair. */
struct object {
	unsigned int id;
	struct blob data;
};

struct card;

struct personality {
	const char *name;
	const unsigned char *atr;
	size_t atr_len;
	unsigned int so_tries;
	/* Builds the files and the PIN rules; says why on stderr. */
	bool (*prepare)(struct card *card, const char *so_pin, const char *puk);
	/* Answers one whole command; returns its status word. */
	unsigned int (*process)(struct card *card, const struct apdu *apdu,
				struct blob *out);
};

extern const struct personality card_schsm;
extern const struct personality card_piv;
extern const struct personality card_gids;
extern const struct personality card_myeid;
extern const struct personality card_openpgp;
extern const struct personality card_bit4id;
extern const struct personality card_iasecc;

struct card {
	const struct personality *personality;
	/* Instead of the personality's, where there is a length. */
	unsigned char atr[64];
	size_t atr_len;
	const char *serial;
	const char *label;
	struct pins pins;
	struct pair pairs[CARD_PAIRS];
	size_t n_pairs;
	struct object objects[CARD_OBJECTS];
	size_t n_objects;
	unsigned int so_tries;

	/* Security environment and selection, lost at a reset. */
	const struct object *selected;
	bool applet;
	unsigned int instance;
	unsigned int env_algorithm;
	unsigned int env_key;
	bool consented;
	struct blob chain;
	struct blob pending;
	size_t pending_at;
};

/* Takes data over; at most CARD_OBJECTS of them. */
void card_add_object(struct card *card, unsigned int id, struct blob *data);
const struct object *card_find(const struct card *card, unsigned int id);

void card_reset(struct card *card);
/* One command as it came over the wire to one answer with its status word. */
unsigned int card_transmit(struct card *card, const struct apdu *apdu,
			   struct blob *answer);
void card_free(struct card *card);

#endif
