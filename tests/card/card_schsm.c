/* SPDX-License-Identifier: LGPL-2.1-or-later */
/*
 * SmartCard-HSM: files by their identifier, one PKCS#15 entry a key, and the
 * only card whose unblocking works with OpenSC as it comes.
 */
#include "card.h"

#include <stdio.h>
#include <string.h>

#define FID_DEVICE 0x2F02
#define FID_TOKENINFO 0x2F03
#define FID_KEY 0xCC00
#define FID_PRKD 0xC400
#define FID_CERT 0xCE00

#define REF_USER 0x81
#define REF_SO 0x88

/* Every usage bit a signing key of the field carries: sign, non-repudiation. */
#define USAGE_SIGN 0x20
#define USAGE_NONREPUDIATION 0x40
#define USAGE_DECRYPT 0x40

static const unsigned char schsm_atr[] = { 0x3B, 0xFE, 0x18, 0x00, 0x00, 0x81,
					   0x31, 0xFE, 0x45, 0x80, 0x31, 0x81,
					   0x54, 0x48, 0x53, 0x4D, 0x31, 0x73,
					   0x80, 0x21, 0x40, 0x81, 0x07, 0xFA };
static const unsigned char schsm_aid[] = { 0xE8, 0x2B, 0x06, 0x01, 0x04, 0x01,
					   0x81, 0xC3, 0x1F, 0x02, 0x01 };

static const struct algorithm {
	unsigned int id;
	bool rsa;
	enum padding padding;
	const char *md;
} algorithms[] = {
	{ 0x20, true, PADDING_NONE, NULL },
	{ 0x30, true, PADDING_PKCS1, NULL },
	{ 0x31, true, PADDING_PKCS1, "SHA1" },
	{ 0x33, true, PADDING_PKCS1, "SHA256" },
	{ 0x34, true, PADDING_PKCS1, "SHA384" },
	{ 0x35, true, PADDING_PKCS1, "SHA512" },
	{ 0x40, true, PADDING_PSS, NULL },
	{ 0x43, true, PADDING_PSS, "SHA256" },
	{ 0x44, true, PADDING_PSS, "SHA384" },
	{ 0x45, true, PADDING_PSS, "SHA512" },
	{ 0x70, false, PADDING_NONE, NULL },
	{ 0x71, false, PADDING_NONE, "SHA1" },
	{ 0x73, false, PADDING_NONE, "SHA256" },
	{ 0x74, false, PADDING_NONE, "SHA384" },
	{ 0x75, false, PADDING_NONE, "SHA512" },
};

/* The serial number of the token is this holder reference less five digits. */
static void add_device_certificate(struct card *card)
{
	static const unsigned char profile[] = { 0x00 };
	static const unsigned char id_ta_ecdsa_sha256[] = {
		0x04, 0x00, 0x7F, 0x00, 0x07, 0x02, 0x02, 0x02, 0x02, 0x03
	};
	static const unsigned char signature[64];
	struct blob key = { 0 }, body = { 0 }, cvc = { 0 }, file = { 0 };
	char holder[21];

	(void)snprintf(holder, sizeof(holder), "%.15s00001", card->serial);
	blob_tlv(&key, 0x06, id_ta_ecdsa_sha256, sizeof(id_ta_ecdsa_sha256));
	blob_tlv(&body, 0x5F29, profile, sizeof(profile));
	blob_tlv(&body, 0x42, "VNTESTCA00001", 13);
	blob_wrap(&body, 0x7F49, &key);
	blob_tlv(&body, 0x5F20, holder, strlen(holder));
	blob_wrap(&cvc, 0x7F4E, &body);
	blob_tlv(&cvc, 0x5F37, signature, sizeof(signature));
	blob_wrap(&file, 0x7F21, &cvc);
	card_add_object(card, FID_DEVICE, &file);
}

static void add_token_info(struct card *card)
{
	static const unsigned char version[] = { 0x00 };
	static const unsigned char flags[] = { 0x05, 0x20 };
	struct blob info = { 0 }, file = { 0 };

	if (card->label == NULL)
		return;
	blob_tlv(&info, 0x02, version, sizeof(version));
	blob_tlv(&info, 0x80, card->label, strlen(card->label));
	blob_tlv(&info, 0x03, flags, sizeof(flags));
	blob_wrap(&file, 0x30, &info);
	card_add_object(card, FID_TOKENINFO, &file);
}

static void add_key_description(struct card *card, const struct pair *pair,
				unsigned int n)
{
	const unsigned char size[] = { (unsigned char)(pair_bits(pair) >> 8),
				       (unsigned char)pair_bits(pair) };
	const unsigned char id[] = { (unsigned char)n };
	/* BIT STRING: bit 1 decrypt, bit 2 sign, bit 9 non-repudiation. */
	const unsigned char usage[] = {
		0x06,
		(unsigned char)(USAGE_SIGN |
				(pair_is_rsa(pair) ? USAGE_DECRYPT : 0)),
		USAGE_NONREPUDIATION
	};
	struct blob object = { 0 }, key = { 0 }, type = { 0 }, path = { 0 };
	struct blob entry = { 0 }, file = { 0 }, seq = { 0 };

	blob_tlv(&object, 0x0C, pair->label, strlen(pair->label));
	blob_wrap(&entry, 0x30, &object);
	blob_tlv(&key, 0x04, id, sizeof(id));
	blob_tlv(&key, 0x03, usage, sizeof(usage));
	blob_wrap(&entry, 0x30, &key);
	blob_tlv(&path, 0x04, NULL, 0);
	blob_wrap(&seq, 0x30, &path);
	blob_tlv(&seq, 0x02, size, sizeof(size));
	blob_wrap(&type, 0x30, &seq);
	blob_wrap(&entry, 0xA1, &type);
	blob_wrap(&file, pair_is_rsa(pair) ? 0x30 : 0xA0, &entry);
	card_add_object(card, FID_PRKD + n, &file);
}

static bool schsm_prepare(struct card *card, const char *so_pin,
			  const char *puk)
{
	unsigned char so[8];
	struct blob cert, key;
	unsigned int i;

	(void)puk;
	if (!hex_decode(so_pin, so, sizeof(so))) {
		(void)fprintf(stderr, "vcard: the SO PIN is 16 hex digits\n");
		return false;
	}
	pin_init(&card->pins.so, so, sizeof(so), card->so_tries);
	card->pins.min = 6;
	card->pins.max = 15;
	if (card->serial == NULL)
		card->serial = "VNTEST00001";
	add_device_certificate(card);
	add_token_info(card);
	for (i = 0; i < card->n_pairs; i++) {
		key = (struct blob){ 0 };
		card_add_object(card, FID_KEY + i + 1, &key);
		add_key_description(card, &card->pairs[i], i + 1);
		cert = (struct blob){ 0 };
		blob_add(&cert, card->pairs[i].cert.data,
			 card->pairs[i].cert.len);
		card_add_object(card, FID_CERT + i + 1, &cert);
	}
	return true;
}

static void file_control(const struct object *file, struct blob *out)
{
	/* The driver takes the last two bytes as the version: 3.5 */
	static const unsigned char applet[] = { 0x00, 0x00, 0x00, 0x03, 0x05 };
	unsigned char word[2] = { 0x38, 0x00 };
	struct blob fcp = { 0 };

	if (file == NULL) {
		blob_tlv(&fcp, 0x82, word, 1);
		blob_tlv(&fcp, 0x85, applet, sizeof(applet));
	} else {
		word[0] = (unsigned char)(file->data.len >> 8);
		word[1] = (unsigned char)file->data.len;
		blob_tlv(&fcp, 0x80, word, 2);
		word[0] = 0x01;
		blob_tlv(&fcp, 0x82, word, 1);
		word[0] = (unsigned char)(file->id >> 8);
		word[1] = (unsigned char)file->id;
		blob_tlv(&fcp, 0x83, word, 2);
	}
	blob_wrap(out, file == NULL ? 0x6F : 0x62, &fcp);
}

static unsigned int select_file(struct card *card, const struct apdu *apdu,
				struct blob *out)
{
	const struct object *file;

	if (apdu->p1 == 0x04) {
		if (apdu->lc != sizeof(schsm_aid) ||
		    memcmp(apdu->data, schsm_aid, apdu->lc) != 0)
			return SW_NOT_FOUND;
		/* Selecting the applet is how its logins are given up. */
		pin_logout(&card->pins);
		file_control(NULL, out);
		return SW_OK;
	}
	if (apdu->p1 != 0x00 || apdu->lc != 2)
		return SW_WRONG_P1P2;
	file = card_find(card,
			 (unsigned int)apdu->data[0] << 8 | apdu->data[1]);
	if (file == NULL)
		return SW_NOT_FOUND;
	card->selected = file;
	file_control(file, out);
	return SW_OK;
}

static unsigned int read_file(const struct card *card, const struct apdu *apdu,
			      struct blob *out)
{
	const struct object *file = card->selected;
	const unsigned char *p;
	size_t n, at;

	if (file == NULL)
		return SW_NOT_FOUND;
	p = tlv_find(apdu->data, apdu->lc, 0x54, &n);
	if (p == NULL || n != 2)
		return SW_WRONG_DATA;
	at = (size_t)p[0] << 8 | p[1];
	if (at > file->data.len)
		at = file->data.len;
	n = file->data.len - at;
	if (n > apdu->le)
		n = apdu->le;
	if (n > 0)
		blob_add(out, file->data.data + at, n);
	return n < apdu->le ? SW_EOF : SW_OK;
}

static unsigned int list_files(const struct card *card, struct blob *out)
{
	size_t i;

	for (i = 0; i < card->n_objects; i++) {
		blob_byte(out, card->objects[i].id >> 8);
		blob_byte(out, card->objects[i].id & 0xFF);
	}
	return SW_OK;
}

static unsigned int pin_command(struct card *card, const struct apdu *apdu)
{
	struct pins *pins = &card->pins;
	struct secret *s = apdu->p2 == REF_SO ? &pins->so : &pins->user;

	if (apdu->p2 != REF_USER && apdu->p2 != REF_SO)
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

static unsigned int sign(const struct pair *pair, const struct apdu *apdu,
			 struct blob *out)
{
	const struct algorithm *a = NULL;
	bool ok;
	size_t i;

	for (i = 0; i < sizeof(algorithms) / sizeof(algorithms[0]); i++)
		if (algorithms[i].id == apdu->p2)
			a = &algorithms[i];
	if (a == NULL || a->rsa != pair_is_rsa(pair))
		return SW_WRONG_P1P2;
	if (a->md == NULL)
		ok = pair_sign(pair, a->padding, apdu->data, apdu->lc, out);
	else
		ok = pair_sign_message(pair, a->padding, a->md, apdu->data,
				       apdu->lc, out);
	return ok ? SW_OK : SW_WRONG_DATA;
}

static unsigned int key_command(const struct card *card,
				const struct apdu *apdu, struct blob *out)
{
	const struct pair *pair;

	if (apdu->p1 == 0 || apdu->p1 > card->n_pairs)
		return SW_NOT_FOUND;
	if (!card->pins.user.verified)
		return SW_NOT_VERIFIED;
	pair = &card->pairs[apdu->p1 - 1];
	if (apdu->ins == 0x68)
		return sign(pair, apdu, out);
	return pair_decrypt(pair, PADDING_NONE, apdu->data, apdu->lc, out)
		       ? SW_OK
		       : SW_WRONG_DATA;
}

static unsigned int schsm_process(struct card *card, const struct apdu *apdu,
				  struct blob *out)
{
	if (apdu->cla & 0x80) {
		switch (apdu->ins) {
		case 0x58:
			return list_files(card, out);
		case 0x62:
		case 0x68:
			return key_command(card, apdu, out);
		default:
			return SW_WRONG_INS;
		}
	}
	switch (apdu->ins) {
	case 0xA4:
		return select_file(card, apdu, out);
	case 0xB1:
		return read_file(card, apdu, out);
	case 0x20:
	case 0x24:
	case 0x2C:
		return pin_command(card, apdu);
	default:
		return SW_WRONG_INS;
	}
}

const struct personality card_schsm = {
	.name = "sc-hsm",
	.atr = schsm_atr,
	.atr_len = sizeof(schsm_atr),
	.so_tries = 15,
	.prepare = schsm_prepare,
	.process = schsm_process,
};
