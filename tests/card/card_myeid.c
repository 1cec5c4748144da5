/* SPDX-License-Identifier: LGPL-2.1-or-later */
/*
 * MyEID: a card of ISO 7816-15 files, where a PIN is unblocked by the PUK of
 * its own. It has no SO PIN as its maker delivers it, so that OpenSC takes the
 * PUK in the place of one as well.
 */
#include "card.h"
#include "p15.h"

#include <stdio.h>
#include <string.h>

#define REF_PIN 0x01
#define STORED ((size_t)8)
#define SERIAL_SIZE ((size_t)10)

#define INFO_APPLET 0x01A0
#define INFO_CAPABILITIES 0x01AA

#define ALGORITHM_PKCS1 0x02

/* The historical bytes are the name, and all that OpenSC goes by. */
static const unsigned char myeid_atr[] = { 0x3B, 0xF5, 0x18, 0x00, 0x00,
					   0x81, 0x31, 0xFE, 0x45, 'M',
					   'y',	 'E',  'I',  'D',  0x9A };
static const unsigned char myeid_aid[] = { 0xA0, 0x00, 0x00, 0x00, 'c', 'P',
					   'K',	 'C',  'S',  '-',  '1', '5' };
static const unsigned char path[] = { 0x3F, 0x00, 0x50, 0x15 };

static const struct p15_layout layout = {
	.aid = myeid_aid,
	.aid_len = sizeof(myeid_aid),
	.path = path,
	.path_len = sizeof(path),
	.label = "MyEID",
	.manufacturer = "Aventra Ltd.",
	.aodf = 0x4401,
	.prkdf = 0x4402,
	.cdf = 0x4403,
	.key = 0x4B01,
	.cert = 0x4301,
	.pin_label = "User PIN",
	.pin_reference = REF_PIN,
	.pin_min = 4,
	.pin_max = STORED,
};

/* The ten bytes of the serial number, right-aligned. */
static bool read_serial(const struct card *card, unsigned char *serial)
{
	char digits[2 * SERIAL_SIZE + 1];
	size_t len = strlen(card->serial);

	(void)snprintf(digits, sizeof(digits), "%020d", 0);
	if (len <= 2 * SERIAL_SIZE)
		memcpy(digits + 2 * SERIAL_SIZE - len, card->serial, len);
	if (len <= 2 * SERIAL_SIZE && hex_decode(digits, serial, SERIAL_SIZE))
		return true;
	(void)fprintf(stderr, "vcard: the serial is up to 20 hex digits\n");
	return false;
}

static bool myeid_prepare(struct card *card, const char *so_pin,
			  const char *puk)
{
	unsigned char serial[SERIAL_SIZE];

	(void)so_pin;
	if (strlen(puk) > STORED || card->pins.user.len > STORED) {
		(void)fprintf(stderr,
			      "vcard: PIN and PUK have up to 8 characters\n");
		return false;
	}
	pin_init(&card->pins.so, puk, strlen(puk), card->so_tries);
	card->pins.stored = STORED;
	card->pins.min = 4;
	card->pins.max = STORED;
	if (card->serial == NULL)
		card->serial = "5649540000000003";
	if (!read_serial(card, serial))
		return false;
	p15_add_directories(card, &layout, serial, sizeof(serial));
	p15_add_pairs(card, &layout);
	return true;
}

static unsigned int get_data(const struct card *card, const struct apdu *apdu,
			     struct blob *out)
{
	/* Five bytes of no meaning to OpenSC, then the version: 4.5.5 */
	static const unsigned char applet[] = { 'M', 'y',  'E',	 'I',
						'D', 0x04, 0x05, 0x05 };
	static const unsigned char changes[] = { 0x00, 0x01 };
	/* RSA to 4096 bits and EC to 521, no DES and no AES. */
	static const unsigned char capabilities[] = { 0x01, 0x00, 0x09, 0x10,
						      0x00, 0x00, 0x00, 0x00,
						      0x00, 0x02, 0x09 };
	unsigned char serial[SERIAL_SIZE];

	switch (apdu->p1 << 8 | apdu->p2) {
	case INFO_APPLET:
		(void)read_serial(card, serial);
		blob_add(out, applet, sizeof(applet));
		blob_add(out, serial, sizeof(serial));
		blob_add(out, changes, sizeof(changes));
		return SW_OK;
	case INFO_CAPABILITIES:
		blob_add(out, capabilities, sizeof(capabilities));
		return SW_OK;
	default:
		return SW_NO_REFERENCE;
	}
}

static unsigned int pin_command(struct card *card, const struct apdu *apdu)
{
	struct pins *pins = &card->pins;

	if (apdu->p2 != REF_PIN)
		return SW_NO_REFERENCE;
	if (apdu->p1 != 0)
		return SW_WRONG_P1P2;
	if (apdu->ins == 0x20 && apdu->lc == 0)
		return pin_status(&pins->user);
	if (apdu->ins == 0x20)
		return pin_verify(pins, &pins->user, apdu->data, apdu->lc);
	if (apdu->lc != 2 * STORED)
		return SW_WRONG_LENGTH;
	if (apdu->ins == 0x24)
		return pin_change(pins, &pins->user, apdu->data, apdu->lc);
	return pin_unblock(pins, apdu->data, apdu->lc);
}

static unsigned int set_environment(struct card *card, const struct apdu *apdu)
{
	const unsigned char *algorithm, *file;
	size_t n, len;
	unsigned int fid;

	algorithm = tlv_find(apdu->data, apdu->lc, 0x80, &n);
	file = tlv_find(apdu->data, apdu->lc, 0x81, &len);
	if (apdu->p1 != 0x41 || algorithm == NULL || n != 1 || file == NULL ||
	    len != 2)
		return SW_WRONG_DATA;
	fid = (unsigned int)file[0] << 8 | file[1];
	if (fid < layout.key || fid >= layout.key + card->n_pairs)
		return SW_NOT_FOUND;
	card->env_algorithm = algorithm[0];
	card->env_key = fid;
	return SW_OK;
}

static unsigned int operate(const struct card *card, const struct apdu *apdu,
			    struct blob *out)
{
	enum padding padding = card->env_algorithm & ALGORITHM_PKCS1
				       ? PADDING_PKCS1
				       : PADDING_NONE;
	const struct pair *pair;
	bool ok;

	if (card->env_key == 0)
		return SW_NO_CONDITIONS;
	if (!card->pins.user.verified)
		return SW_NOT_VERIFIED;
	pair = &card->pairs[card->env_key - layout.key];
	if (apdu->p1 == 0x9E && apdu->p2 == 0x9A)
		ok = pair_sign(pair, padding, apdu->data, apdu->lc, out);
	else if (apdu->p1 == 0x80 && apdu->p2 == 0x86 && apdu->lc > 1)
		/* A byte that tells the padding goes before the cryptogram. */
		ok = pair_decrypt(pair, padding, apdu->data + 1, apdu->lc - 1,
				  out);
	else
		return SW_WRONG_P1P2;
	return ok ? SW_OK : SW_WRONG_DATA;
}

static unsigned int myeid_process(struct card *card, const struct apdu *apdu,
				  struct blob *out)
{
	if (apdu->cla != 0x00)
		return SW_WRONG_CLA;
	switch (apdu->ins) {
	case 0xA4:
		return p15_select(card, &layout, apdu, out);
	case 0xB0:
		return p15_read_binary(card, apdu, out);
	case 0xCA:
		return get_data(card, apdu, out);
	case 0x20:
	case 0x24:
	case 0x2C:
		return pin_command(card, apdu);
	case 0x2E:
		pin_logout(&card->pins);
		return SW_OK;
	case 0x22:
		return set_environment(card, apdu);
	case 0x2A:
		return operate(card, apdu, out);
	default:
		return SW_WRONG_INS;
	}
}

const struct personality card_myeid = {
	.name = "myeid",
	.atr = myeid_atr,
	.atr_len = sizeof(myeid_atr),
	.so_tries = 10,
	.prepare = myeid_prepare,
	.process = myeid_process,
};
