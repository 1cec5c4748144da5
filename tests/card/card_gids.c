/* SPDX-License-Identifier: LGPL-2.1-or-later */
/*
 * GIDS, the card of Windows' minidriver: data objects under a file identifier,
 * a master file that names them, and a container map that stands for the keys.
 */
#include "card.h"

#include <stdio.h>
#include <string.h>

#define FI_MASTER 0xA000
#define FI_USER 0xA010
#define FI_ADMIN 0xA012
#define FI_APPLET 0x3FFF

#define DO_MASTER 0xDF1F
#define DO_CARDID 0xDF20
#define DO_CARDCF 0xDF22
#define DO_CMAP 0xDF23
#define DO_CERT 0xDF24
#define DO_PIN_STATUS 0x7F71
#define DO_PUK_STATUS 0x7F73

#define REF_PIN 0x80
#define REF_PUK 0x81
#define REF_LOGOUT 0x82
#define FIRST_KEY 0x81

#define OBJECT_ID(fi, tag) ((unsigned int)(fi) << 16 | (tag))

static const unsigned char gids_atr[] = { 0x3B, 0xF5, 0x18, 0x00, 0x00,
					  0x81, 0x31, 0xFE, 0x45, 0x80,
					  'G',	'I',  'D',  'S',  0x7F };
static const unsigned char gids_aid[] = { 0xA0, 0x00, 0x00, 0x03, 0x97, 0x42,
					  0x54, 0x46, 0x59, 0x02, 0x01 };

static void little_endian(struct blob *b, unsigned int value, size_t bytes)
{
	for (; bytes > 0; bytes--, value >>= 8)
		blob_byte(b, value & 0xFF);
}

static void fixed_text(struct blob *b, const char *text, size_t width)
{
	size_t len = strnlen(text, width);

	blob_add(b, text, len);
	for (; len < width; len++)
		blob_byte(b, 0);
}

/* A record is the minidriver's C structure, its alignment gap included. */
static void add_record(struct blob *master, const char *directory,
		       const char *name, unsigned int tag, unsigned int fi)
{
	fixed_text(master, directory, 9);
	fixed_text(master, name, 9);
	little_endian(master, 0, 2);
	little_endian(master, tag, 4);
	little_endian(master, fi, 4);
}

static void add_data(struct card *card, unsigned int fi, unsigned int tag,
		     struct blob *value)
{
	struct blob data = { 0 };

	blob_wrap(&data, tag, value);
	card_add_object(card, OBJECT_ID(fi, tag), &data);
}

static void add_certificate(struct card *card, const struct pair *pair,
			    unsigned int n)
{
	struct blob value = { 0 };

	little_endian(&value, 1, 2);
	little_endian(&value, (unsigned int)pair->cert.len, 2);
	blob_zlib(&value, &pair->cert);
	add_data(card, FI_USER, DO_CERT + n, &value);
}

static void add_container(struct blob *map, const struct pair *pair, bool first)
{
	size_t i, len = strnlen(pair->label, 39);

	/*
	 * UTF-16 by the specification, of which OpenSC keeps the low bytes:
	 * a byte of UTF-8 in each unit comes out as the label it was.
	 */
	for (i = 0; i < 40; i++)
		little_endian(map, i < len ? (unsigned char)pair->label[i] : 0,
			      2);
	blob_byte(map, first ? 3 : 1);
	blob_byte(map, 0);
	little_endian(map, 0, 2);
	little_endian(map, pair_bits(pair), 2);
}

static bool add_card_id(struct card *card)
{
	unsigned char id[16];
	struct blob value = { 0 };
	char digits[33];
	size_t len = strlen(card->serial);

	(void)snprintf(digits, sizeof(digits), "%032d", 0);
	if (len <= 32)
		memcpy(digits + 32 - len, card->serial, len);
	if (len > 32 || !hex_decode(digits, id, sizeof(id))) {
		(void)fprintf(stderr,
			      "vcard: the serial is up to 32 hex digits\n");
		return false;
	}
	blob_add(&value, id, sizeof(id));
	add_data(card, FI_ADMIN, DO_CARDID, &value);
	return true;
}

static void add_files(struct card *card)
{
	struct blob master = { 0 }, map = { 0 }, freshness = { 0 };
	char name[9];
	unsigned int i;

	blob_byte(&master, 1);
	add_record(&master, "mscp", "", 0, FI_MASTER);
	add_record(&master, "", "cardid", DO_CARDID, FI_ADMIN);
	add_record(&master, "", "cardcf", DO_CARDCF, FI_USER);
	add_record(&master, "mscp", "cmapfile", DO_CMAP, FI_USER);
	for (i = 0; i < card->n_pairs; i++) {
		(void)snprintf(name, sizeof(name), "kxc%02X", i & 0xFF);
		add_record(&master, "mscp", name, DO_CERT + i, FI_USER);
		add_container(&map, &card->pairs[i], i == 0);
		add_certificate(card, &card->pairs[i], i);
	}
	little_endian(&freshness, 0, 6);
	add_data(card, FI_USER, DO_CARDCF, &freshness);
	add_data(card, FI_USER, DO_CMAP, &map);
	add_data(card, FI_MASTER, DO_MASTER, &master);
}

static bool gids_prepare(struct card *card, const char *so_pin, const char *puk)
{
	size_t i;

	(void)so_pin;
	if (strlen(puk) > 16) {
		(void)fprintf(stderr, "vcard: a PUK has up to 16 characters\n");
		return false;
	}
	for (i = 0; i < card->n_pairs; i++)
		if (!pair_is_rsa(&card->pairs[i])) {
			(void)fprintf(stderr,
				      "vcard: GIDS has RSA keys only\n");
			return false;
		}
	pin_init(&card->pins.so, puk, strlen(puk), card->so_tries);
	card->pins.min = 4;
	card->pins.max = 16;
	if (card->serial == NULL)
		card->serial = "5649540000000002";
	if (!add_card_id(card))
		return false;
	add_files(card);
	return true;
}

static unsigned int
select_application(struct card *card, const struct apdu *apdu, struct blob *out)
{
	struct blob body = { 0 };

	/* A public key is "selected" by its file before it is asked for. */
	if (apdu->p1 == 0x00 && apdu->lc == 2 && apdu->data[0] == 0xB0)
		return apdu->data[1] >= FIRST_KEY &&
				       apdu->data[1] < FIRST_KEY + card->n_pairs
			       ? SW_OK
			       : SW_NOT_FOUND;
	if (apdu->p1 != 0x04 || apdu->lc < 9 || apdu->lc > sizeof(gids_aid) ||
	    memcmp(apdu->data, gids_aid, apdu->lc) != 0)
		return SW_NOT_FOUND;
	blob_tlv(&body, 0x4F, gids_aid, sizeof(gids_aid));
	blob_wrap(out, 0x61, &body);
	return SW_OK;
}

static void pin_state(const struct secret *s, unsigned int tag,
		      struct blob *out)
{
	unsigned char tries = (unsigned char)s->tries;
	unsigned char max_tries = (unsigned char)s->max_tries;
	struct blob body = { 0 };

	blob_tlv(&body, 0x97, &tries, 1);
	blob_tlv(&body, 0x93, &max_tries, 1);
	blob_wrap(out, tag, &body);
}

static unsigned int public_key(const struct card *card, const struct apdu *apdu,
			       struct blob *out)
{
	const unsigned char *body, *ref;
	struct blob key = { 0 };
	size_t n, len;

	body = tlv_find(apdu->data, apdu->lc, 0x70, &n);
	ref = body == NULL ? NULL : tlv_find(body, n, 0x84, &len);
	if (ref == NULL || len != 1 || ref[0] < FIRST_KEY ||
	    ref[0] >= FIRST_KEY + card->n_pairs)
		return SW_NOT_FOUND;
	if (!pair_public(&card->pairs[ref[0] - FIRST_KEY], 0x81, 0x82, &key))
		return SW_FAILED;
	blob_wrap(out, 0x7F49, &key);
	return SW_OK;
}

static unsigned int get_data(const struct card *card, const struct apdu *apdu,
			     struct blob *out)
{
	unsigned int fi = apdu->p1 << 8 | apdu->p2, tag;
	const struct object *object;
	const unsigned char *p;
	size_t n;

	if (apdu->lc > 0 && apdu->data[0] == 0x70)
		return public_key(card, apdu, out);
	p = tlv_find(apdu->data, apdu->lc, 0x5C, &n);
	if (p == NULL || n != 2)
		return SW_WRONG_DATA;
	tag = (unsigned int)p[0] << 8 | p[1];
	if (fi == FI_APPLET && tag == DO_PIN_STATUS) {
		pin_state(&card->pins.user, tag, out);
		return SW_OK;
	}
	if (fi == FI_APPLET && tag == DO_PUK_STATUS) {
		pin_state(&card->pins.so, tag, out);
		return SW_OK;
	}
	object = card_find(card, OBJECT_ID(fi, tag));
	if (object == NULL)
		return SW_NOT_FOUND;
	blob_add(out, object->data.data, object->data.len);
	return SW_OK;
}

static unsigned int pin_command(struct card *card, const struct apdu *apdu)
{
	struct pins *pins = &card->pins;
	struct secret *s = apdu->p2 == REF_PUK ? &pins->so : &pins->user;

	if (apdu->ins == 0x20 && apdu->p2 == REF_LOGOUT) {
		pin_logout(pins);
		return SW_OK;
	}
	if (apdu->p2 != REF_PIN && apdu->p2 != REF_PUK)
		return SW_NO_REFERENCE;
	if (apdu->ins == 0x20 && apdu->lc == 0)
		return pin_status(s);
	if (apdu->p1 != 0 || apdu->lc == 0)
		return SW_WRONG_P1P2;
	if (apdu->ins == 0x20)
		return pin_verify(pins, s, apdu->data, apdu->lc);
	if (apdu->ins == 0x24)
		return pin_change(pins, s, apdu->data, apdu->lc);
	if (s != &pins->user)
		return SW_NO_REFERENCE;
	return pin_unblock(pins, apdu->data, apdu->lc);
}

static unsigned int set_environment(struct card *card, const struct apdu *apdu)
{
	const unsigned char *algorithm, *key;
	size_t n, len;

	algorithm = tlv_find(apdu->data, apdu->lc, 0x80, &n);
	key = tlv_find(apdu->data, apdu->lc, 0x84, &len);
	if (algorithm == NULL || n != 1 || key == NULL || len != 1)
		return SW_WRONG_DATA;
	if (key[0] < FIRST_KEY || key[0] >= FIRST_KEY + card->n_pairs)
		return SW_NO_REFERENCE;
	card->env_algorithm = algorithm[0];
	card->env_key = key[0];
	return SW_OK;
}

static unsigned int operate(const struct card *card, const struct apdu *apdu,
			    struct blob *out)
{
	/* The high half of the algorithm says how the block is padded. */
	enum padding padding =
		card->env_algorithm & 0x40 ? PADDING_PKCS1 : PADDING_NONE;
	const struct pair *pair;
	bool ok;

	if (card->env_key == 0)
		return SW_NO_CONDITIONS;
	if (!card->pins.user.verified)
		return SW_NOT_VERIFIED;
	pair = &card->pairs[card->env_key - FIRST_KEY];
	if (apdu->p1 == 0x9E && apdu->p2 == 0x9A)
		ok = pair_sign(pair, padding, apdu->data, apdu->lc, out);
	else if (apdu->p1 == 0x80 && apdu->p2 == 0x86)
		ok = pair_decrypt(pair, padding, apdu->data, apdu->lc, out);
	else
		return SW_WRONG_P1P2;
	return ok ? SW_OK : SW_WRONG_DATA;
}

static unsigned int gids_process(struct card *card, const struct apdu *apdu,
				 struct blob *out)
{
	if (apdu->cla != 0x00)
		return SW_WRONG_CLA;
	switch (apdu->ins) {
	case 0xA4:
		return select_application(card, apdu, out);
	case 0xCB:
		return get_data(card, apdu, out);
	case 0x20:
	case 0x24:
	case 0x2C:
		return pin_command(card, apdu);
	case 0x22:
		return set_environment(card, apdu);
	case 0x2A:
		return operate(card, apdu, out);
	default:
		return SW_WRONG_INS;
	}
}

const struct personality card_gids = {
	.name = "gids",
	.atr = gids_atr,
	.atr_len = sizeof(gids_atr),
	.so_tries = 3,
	.prepare = gids_prepare,
	.process = gids_process,
};
