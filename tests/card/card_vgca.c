/* SPDX-License-Identifier: LGPL-2.1-or-later */
/*
 * The two tokens that the Government CA of Vietnam hands out, as far as public
 * repositories describe them; nobody here has held one. OpenSC supports neither
 * of them.
 *
 * Where a command is not described, the card does the worst that a card may do:
 * a VERIFY without data costs a try of the bit4id token, as it does on some
 * cards, so that a test sees whoever asks.
 */
#include "card.h"
#include "p15.h"

#include <stdio.h>
#include <string.h>

#define BIT4ID_PIN 0x03
#define BIT4ID_PUK 0x06
#define IASECC_PIN 0x01

#define FID_EF_ATR 0x2F01
#define FID_IASECC_CERT 0x0003
#define FID_IASECC_CHAIN 0x0001

static const unsigned char bit4id_atr[] = { 0x3B, 0xFF, 0x18, 0x00, 0x00,
					    0x81, 0x31, 0xFE, 0x45, 0x00,
					    0x6B, 0x15, 0x0C, 0x03, 0x02,
					    0x01, 0x01, 0x01, 0x42, 0x34,
					    0x44, 0x10, 0x31, 0x80, 0x0D };
static const unsigned char bit4id_aid[] = { 0xE8, 0x28, 0xBD, 0x08, 0x0F,
					    0x01, 0x4E, 0x58, 0x50, 0x30 };
static const unsigned char iasecc_atr[] = { 0x3B, 0xDF, 0x18, 0xFF, 0x81,
					    0x91, 0xFE, 0x1F, 0xC3, 0x00,
					    0x31, 0xB8, 0x64, 0x0C, 0x01,
					    0xEC, 0xC1, 0x73, 0x94, 0x01,
					    0x80, 0x82, 0x90, 0x00, 0xB3 };
static const unsigned char iasecc_aid[] = { 0xE8, 0x28, 0xBD, 0x08, 0x0F,
					    0xD2, 0x50, 0x47, 0x65, 0x6E,
					    0x65, 0x72, 0x69, 0x63 };

static const struct p15_layout bit4id = {
	.aid = bit4id_aid,
	.aid_len = sizeof(bit4id_aid),
	.label = "JCOP4Bit4Id",
	.aodf = 0x7001,
	.prkdf = 0x7002,
	.cdf = 0x7005,
	.cert = 0x0001,
	.key_reference = 0x10,
	.pin_label = "PIN",
	.pin_reference = BIT4ID_PIN,
	.pin_min = 4,
	.pin_max = 16,
};

static const struct p15_layout iasecc = {
	.aid = iasecc_aid,
	.aid_len = sizeof(iasecc_aid),
};

static bool init_pins(struct card *card, const char *puk, size_t stored)
{
	if (strlen(puk) > 16 || card->pins.user.len > 16) {
		(void)fprintf(stderr,
			      "vcard: PIN and PUK have up to 16 characters\n");
		return false;
	}
	pin_init(&card->pins.so, puk, strlen(puk), card->so_tries);
	card->pins.stored = stored;
	card->pins.min = 4;
	card->pins.max = 16;
	return true;
}

/* The certificate is compressed, under tag 7A. */
static bool bit4id_prepare(struct card *card, const char *so_pin,
			   const char *puk)
{
	struct blob packed, file;
	unsigned int i;

	(void)so_pin;
	if (!init_pins(card, puk, 16))
		return false;
	p15_add_directories(card, &bit4id, NULL, 0);
	for (i = 0; i < card->n_pairs; i++) {
		packed = (struct blob){ 0 };
		file = (struct blob){ 0 };
		blob_zlib(&packed, &card->pairs[i].cert);
		blob_wrap(&file, 0x7A, &packed);
		card_add_object(card, bit4id.cert + i, &file);
	}
	return true;
}

static unsigned int bit4id_verify(struct card *card, const struct apdu *apdu)
{
	struct pins *pins = &card->pins;
	struct secret *s = apdu->p2 == BIT4ID_PUK ? &pins->so : &pins->user;
	static const unsigned char nothing[16];

	if (!card->applet || (apdu->p2 != BIT4ID_PIN && apdu->p2 != BIT4ID_PUK))
		return SW_NO_REFERENCE;
	if (apdu->lc == 0)
		return pin_verify(pins, s, nothing, sizeof(nothing));
	return pin_verify(pins, s, apdu->data, apdu->lc);
}

static unsigned int bit4id_process(struct card *card, const struct apdu *apdu,
				   struct blob *out)
{
	if (apdu->cla != 0x00)
		return SW_WRONG_CLA;
	switch (apdu->ins) {
	case 0xA4:
		/* Without the application there are no files, EF.DIR neither.
		 */
		return apdu->p1 != 0x04 && !card->applet
			       ? SW_NOT_FOUND
			       : p15_select(card, &bit4id, apdu, out);
	case 0xB0:
		return p15_read_binary(card, apdu, out);
	case 0x20:
		return bit4id_verify(card, apdu);
	default:
		return SW_WRONG_INS;
	}
}

/*
 * EF.ATR, which every IAS-ECC card has: OpenSC's driver reads who made it and
 * how much it takes at once before it finds no application that it knows.
 */
static void add_ef_atr(struct card *card)
{
	static const unsigned char issued[] = { 0x00, 0x00, 0x00, 0x00 };
	static const unsigned char sizes[] = { 0x02, 0x02, 0x01, 0x00,
					       0x02, 0x02, 0x01, 0x00,
					       0x02, 0x02, 0x01, 0x00,
					       0x02, 0x02, 0x01, 0x00 };
	struct blob file = { 0 };

	blob_tlv(&file, 0x46, issued, sizeof(issued));
	blob_tlv(&file, 0xE0, sizes, sizeof(sizes));
	card_add_object(card, FID_EF_ATR, &file);
}

/* Of more than one pair the others are the chain of the first. */
static bool iasecc_prepare(struct card *card, const char *so_pin,
			   const char *puk)
{
	struct blob file;
	size_t i;

	(void)so_pin;
	if (!init_pins(card, puk, 0))
		return false;
	add_ef_atr(card);
	for (i = 0; i < card->n_pairs && i < 3; i++) {
		file = (struct blob){ 0 };
		blob_add(&file, card->pairs[i].cert.data,
			 card->pairs[i].cert.len);
		card_add_object(card,
				i == 0 ? FID_IASECC_CERT
				       : FID_IASECC_CHAIN + (unsigned int)i - 1,
				&file);
	}
	return true;
}

static unsigned int iasecc_verify(struct card *card, const struct apdu *apdu)
{
	struct pins *pins = &card->pins;

	if (!card->applet || apdu->p2 != IASECC_PIN)
		return SW_NO_REFERENCE;
	if (apdu->p1 != 0)
		return SW_WRONG_P1P2;
	if (apdu->lc == 0)
		return pin_status(&pins->user);
	return pin_verify(pins, &pins->user, apdu->data, apdu->lc);
}

static unsigned int iasecc_process(struct card *card, const struct apdu *apdu,
				   struct blob *out)
{
	if (apdu->cla != 0x00)
		return SW_WRONG_CLA;
	switch (apdu->ins) {
	case 0xA4:
		return p15_select(card, &iasecc, apdu, out);
	case 0xB0:
		return p15_read_binary(card, apdu, out);
	case 0x20:
		return iasecc_verify(card, apdu);
	default:
		return SW_WRONG_INS;
	}
}

const struct personality card_bit4id = {
	.name = "bit4id",
	.atr = bit4id_atr,
	.atr_len = sizeof(bit4id_atr),
	.so_tries = 3,
	.prepare = bit4id_prepare,
	.process = bit4id_process,
};

const struct personality card_iasecc = {
	.name = "iasecc",
	.atr = iasecc_atr,
	.atr_len = sizeof(iasecc_atr),
	.so_tries = 3,
	.prepare = iasecc_prepare,
	.process = iasecc_process,
};
