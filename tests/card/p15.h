/* SPDX-License-Identifier: LGPL-2.1-or-later */
#ifndef CARD_P15_H
#define CARD_P15_H

#include "card.h"

/*
 * The files of ISO 7816-15 for a card with one user PIN: what they say, and
 * SELECT and READ BINARY over them. A file is known by its own two bytes; the
 * path before them is not looked at.
 */
struct p15_layout {
	const unsigned char *aid;
	size_t aid_len;
	/* The path of the application, put before each file's identifier. */
	const unsigned char *path;
	size_t path_len;
	const char *label;
	const char *manufacturer;
	unsigned int aodf, prkdf, cdf;
	/* Of the first pair; the next ones follow. */
	unsigned int key, cert;
	unsigned int key_reference;
	const char *pin_label;
	unsigned int pin_reference;
	unsigned int pin_min, pin_max;
};

/*
 * Adds EF.DIR, EF.ODF and the three that the layout names; and EF.TokenInfo,
 * where there is a serial number for it.
 */
void p15_add_directories(struct card *card, const struct p15_layout *layout,
			 const unsigned char *serial, size_t serial_len);
/* Adds a key, which cannot be read, and a certificate for each pair. */
void p15_add_pairs(struct card *card, const struct p15_layout *layout);

/* SELECT by application, path or file; an application gives up all logins. */
unsigned int p15_select(struct card *card, const struct p15_layout *layout,
			const struct apdu *apdu, struct blob *out);
unsigned int p15_read_binary(const struct card *card, const struct apdu *apdu,
			     struct blob *out);

#endif
