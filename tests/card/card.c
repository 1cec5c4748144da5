/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include "card.h"

#include <stdio.h>
#include <stdlib.h>

void card_add_object(struct card *card, unsigned int id, struct blob *data)
{
	if (card->n_objects == CARD_OBJECTS) {
		(void)fprintf(stderr, "vcard: too many objects\n");
		exit(1);
	}
	card->objects[card->n_objects].id = id;
	card->objects[card->n_objects].data = *data;
	card->n_objects++;
	*data = (struct blob){ 0 };
}

const struct object *card_find(const struct card *card, unsigned int id)
{
	size_t i;

	for (i = 0; i < card->n_objects; i++)
		if (card->objects[i].id == id)
			return &card->objects[i];
	return NULL;
}

void card_reset(struct card *card)
{
	pin_logout(&card->pins);
	card->selected = NULL;
	card->applet = false;
	card->instance = 0;
	card->env_algorithm = 0;
	card->env_key = 0;
	card->consented = false;
	blob_clear(&card->chain);
	blob_clear(&card->pending);
	card->pending_at = 0;
}

/* Hands out as much of the answer as was asked for, and keeps the rest. */
static unsigned int deliver(struct card *card, size_t le, struct blob *answer)
{
	size_t left = card->pending.len - card->pending_at;
	size_t n = left < le ? left : le;

	blob_add(answer, card->pending.data + card->pending_at, n);
	card->pending_at += n;
	left -= n;
	if (left == 0) {
		blob_clear(&card->pending);
		return SW_OK;
	}
	return SW_MORE | (left > 0xFF ? 0 : (unsigned int)left);
}

static unsigned int run(struct card *card, const struct apdu *apdu,
			struct blob *answer)
{
	unsigned int sw;

	if (apdu->ins == 0xC0 && card->pending.len > 0)
		return deliver(card, apdu->le, answer);
	blob_clear(&card->pending);
	card->pending_at = 0;
	sw = card->personality->process(card, apdu, &card->pending);
	if (card->pending.len == 0)
		return sw;
	/* A warning, such as the end of a file, stands beside the data. */
	if (sw != SW_OK) {
		blob_add(answer, card->pending.data, card->pending.len);
		blob_clear(&card->pending);
		return sw;
	}
	return deliver(card, apdu->le == 0 ? 256 : apdu->le, answer);
}

unsigned int card_transmit(struct card *card, const struct apdu *apdu,
			   struct blob *answer)
{
	struct apdu whole = *apdu;
	unsigned int sw;

	if (apdu->cla & CLA_CHAINING) {
		blob_add(&card->chain, apdu->data, apdu->lc);
		return SW_OK;
	}
	if (card->chain.len > 0) {
		blob_add(&card->chain, apdu->data, apdu->lc);
		whole.data = card->chain.data;
		whole.lc = card->chain.len;
	}
	sw = run(card, &whole, answer);
	blob_clear(&card->chain);
	return sw;
}

void card_free(struct card *card)
{
	size_t i;

	card_reset(card);
	for (i = 0; i < card->n_objects; i++)
		blob_clear(&card->objects[i].data);
	for (i = 0; i < card->n_pairs; i++)
		pair_free(&card->pairs[i]);
}
