/* SPDX-License-Identifier: LGPL-2.1-or-later */
/*
 * PIV (NIST SP 800-73-4): data objects by tag, secrets padded to eight bytes,
 * a PUK that OpenSC reaches only by C_SetPIN without a login.
 */
#include "card.h"

#include <stdio.h>
#include <string.h>

#define TAG_CHUID 0x5FC102
#define TAG_DISCOVERY 0x7E

#define REF_PIN 0x80
#define REF_PUK 0x81
#define STORED ((size_t)8)

/* The historical bytes name the application, by which OpenSC knows a PIV. */
static const unsigned char piv_atr[] = { 0x3B, 0xFB, 0x18, 0x00, 0x00, 0x81,
					 0x31, 0xFE, 0x45, 0x80, 0xF9, 0xA0,
					 0x00, 0x00, 0x03, 0x08, 0x00, 0x00,
					 0x10, 0x00, 0x2A };
static const unsigned char piv_aid[] = { 0xA0, 0x00, 0x00, 0x03, 0x08, 0x00,
					 0x00, 0x10, 0x00, 0x01, 0x00 };

static const struct slot {
	unsigned int reference;
	unsigned int tag;
} slots[CARD_PAIRS] = {
	{ 0x9A, 0x5FC105 },
	{ 0x9C, 0x5FC10A },
	{ 0x9D, 0x5FC10B },
	{ 0x9E, 0x5FC101 },
};

/* The agency code 9999 says: not a federal card, go by the GUID. */
static const unsigned char fascn[25] = { 0xD4, 0xE7, 0x39, 0xDA, 0x73,
					 0x9C, 0xED, 0x39, 0xCE, 0x73,
					 0x9D, 0x83, 0x68, 0x58, 0x21,
					 0x08, 0x42, 0x10, 0x84, 0x21,
					 0xC8, 0x42, 0x10, 0xC3, 0xEB };

static bool add_chuid(struct card *card)
{
	unsigned char guid[16];
	struct blob chuid = { 0 }, file = { 0 };
	char digits[33];

	/* PKCS#11 shows the last sixteen digits: they are what is asked for. */
	(void)snprintf(digits, sizeof(digits), "%032d", 0);
	if (strlen(card->serial) <= 32)
		memcpy(digits + 32 - strlen(card->serial), card->serial,
		       strlen(card->serial));
	if (strlen(card->serial) > 32 ||
	    !hex_decode(digits, guid, sizeof(guid))) {
		(void)fprintf(stderr,
			      "vcard: the serial is up to 32 hex digits\n");
		return false;
	}
	blob_tlv(&chuid, 0x30, fascn, sizeof(fascn));
	blob_tlv(&chuid, 0x34, guid, sizeof(guid));
	blob_tlv(&chuid, 0x35, "20480101", 8);
	blob_tlv(&chuid, 0x3E, NULL, 0);
	blob_tlv(&chuid, 0xFE, NULL, 0);
	blob_wrap(&file, 0x53, &chuid);
	card_add_object(card, TAG_CHUID, &file);
	return true;
}

static void add_discovery(struct card *card)
{
	static const unsigned char policy[] = { 0x40, 0x00 };
	struct blob body = { 0 }, file = { 0 };

	blob_tlv(&body, 0x4F, piv_aid, sizeof(piv_aid));
	blob_tlv(&body, 0x5F2F, policy, sizeof(policy));
	blob_wrap(&file, TAG_DISCOVERY, &body);
	card_add_object(card, TAG_DISCOVERY, &file);
}

static void add_certificate(struct card *card, const struct pair *pair,
			    unsigned int tag)
{
	static const unsigned char plain[] = { 0x00 };
	struct blob body = { 0 }, file = { 0 };

	blob_tlv(&body, 0x70, pair->cert.data, pair->cert.len);
	blob_tlv(&body, 0x71, plain, sizeof(plain));
	blob_tlv(&body, 0xFE, NULL, 0);
	blob_wrap(&file, 0x53, &body);
	card_add_object(card, tag, &file);
}

static bool piv_prepare(struct card *card, const char *so_pin, const char *puk)
{
	size_t i;

	(void)so_pin;
	if (strlen(puk) > STORED || card->pins.user.len > STORED) {
		(void)fprintf(stderr,
			      "vcard: PIN and PUK have up to 8 digits\n");
		return false;
	}
	pin_init(&card->pins.so, puk, strlen(puk), card->so_tries);
	card->pins.stored = STORED;
	card->pins.min = 6;
	card->pins.max = STORED;
	if (card->serial == NULL)
		card->serial = "5649540000000001";
	if (!add_chuid(card))
		return false;
	add_discovery(card);
	for (i = 0; i < card->n_pairs; i++)
		add_certificate(card, &card->pairs[i], slots[i].tag);
	return true;
}

static unsigned int select_application(const struct apdu *apdu,
				       struct blob *out)
{
	static const unsigned char authority[] = { 0xA0, 0x00, 0x00, 0x03,
						   0x08 };
	struct blob body = { 0 }, owner = { 0 };

	if (apdu->p1 != 0x04)
		return SW_NOT_FOUND;
	/* A right-truncated name is a match as well. */
	if (apdu->lc < 9 || apdu->lc > sizeof(piv_aid) ||
	    memcmp(apdu->data, piv_aid, apdu->lc) != 0)
		return SW_NOT_FOUND;
	blob_tlv(&body, 0x4F, piv_aid + 5, sizeof(piv_aid) - 5);
	blob_tlv(&owner, 0x4F, authority, sizeof(authority));
	blob_wrap(&body, 0x79, &owner);
	blob_wrap(out, 0x61, &body);
	return SW_OK;
}

static unsigned int get_data(const struct card *card, const struct apdu *apdu,
			     struct blob *out)
{
	const struct object *object;
	const unsigned char *p;
	unsigned int tag = 0;
	size_t n;

	if (apdu->p1 != 0x3F || apdu->p2 != 0xFF)
		return SW_WRONG_P1P2;
	p = tlv_find(apdu->data, apdu->lc, 0x5C, &n);
	if (p == NULL || n == 0 || n > 3)
		return SW_WRONG_DATA;
	while (n-- > 0)
		tag = tag << 8 | *p++;
	object = card_find(card, tag);
	if (object == NULL)
		return SW_NOT_FOUND;
	blob_add(out, object->data.data, object->data.len);
	return SW_OK;
}

static unsigned int verify(struct card *card, const struct apdu *apdu)
{
	unsigned int sw;

	if (apdu->p2 != REF_PIN)
		return SW_NO_REFERENCE;
	if (apdu->p1 == 0xFF && apdu->lc == 0) {
		pin_logout(&card->pins);
		return SW_OK;
	}
	if (apdu->p1 != 0)
		return SW_WRONG_P1P2;
	if (apdu->lc == 0)
		return pin_status(&card->pins.user);
	sw = pin_verify(&card->pins, &card->pins.user, apdu->data, apdu->lc);
	card->consented = sw == SW_OK;
	return sw;
}

static unsigned int change(struct card *card, const struct apdu *apdu)
{
	struct pins *pins = &card->pins;

	if (apdu->lc != 2 * STORED)
		return SW_WRONG_DATA;
	if (apdu->ins == 0x2C)
		return apdu->p2 == REF_PIN
			       ? pin_unblock(pins, apdu->data, apdu->lc)
			       : SW_NO_REFERENCE;
	if (apdu->p2 == REF_PIN)
		return pin_change(pins, &pins->user, apdu->data, apdu->lc);
	if (apdu->p2 == REF_PUK)
		return pin_change(pins, &pins->so, apdu->data, apdu->lc);
	return SW_NO_REFERENCE;
}

static const struct pair *pair_of_slot(const struct card *card,
				       unsigned int reference)
{
	size_t i;

	for (i = 0; i < card->n_pairs; i++)
		if (slots[i].reference == reference)
			return &card->pairs[i];
	return NULL;
}

static unsigned int authenticate(struct card *card, const struct apdu *apdu,
				 struct blob *out)
{
	const struct pair *pair = pair_of_slot(card, apdu->p2);
	const unsigned char *body, *challenge;
	struct blob answer = { 0 }, signature = { 0 };
	bool fresh = card->consented;
	size_t n, len;

	card->consented = false;
	if (pair == NULL)
		return SW_WRONG_P1P2;
	/* The signing slot wants the PIN right before each signature. */
	if (apdu->p2 != 0x9E &&
	    (!card->pins.user.verified || (apdu->p2 == 0x9C && !fresh)))
		return SW_NOT_VERIFIED;
	body = tlv_find(apdu->data, apdu->lc, 0x7C, &n);
	challenge = body == NULL ? NULL : tlv_find(body, n, 0x81, &len);
	if (challenge == NULL ||
	    !pair_sign(pair, PADDING_NONE, challenge, len, &signature))
		return SW_WRONG_DATA;
	blob_wrap(&answer, 0x82, &signature);
	blob_wrap(out, 0x7C, &answer);
	return SW_OK;
}

static unsigned int piv_process(struct card *card, const struct apdu *apdu,
				struct blob *out)
{
	if (apdu->cla != 0x00)
		return SW_WRONG_CLA;
	switch (apdu->ins) {
	case 0xA4:
		return select_application(apdu, out);
	case 0xCB:
		return get_data(card, apdu, out);
	case 0x20:
		return verify(card, apdu);
	case 0x24:
	case 0x2C:
		return change(card, apdu);
	case 0x87:
		return authenticate(card, apdu, out);
	default:
		return SW_WRONG_INS;
	}
}

const struct personality card_piv = {
	.name = "piv",
	.atr = piv_atr,
	.atr_len = sizeof(piv_atr),
	.so_tries = 3,
	.prepare = piv_prepare,
	.process = piv_process,
};
