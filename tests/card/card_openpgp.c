/* SPDX-License-Identifier: LGPL-2.1-or-later */
/*
 * OpenPGP card 3.4: data objects by tag, one user PIN under two references,
 * which OpenSC shows as two tokens, and an admin PIN that sets it anew.
 */
#include "card.h"

#include <stdio.h>
#include <string.h>

/* PW1 for signatures, PW1 for all else, PW3. */
#define REF_SIGN 0x81
#define REF_USER 0x82
#define REF_ADMIN 0x83

#define DO_AID 0x004F
#define DO_NAME 0x005B
#define DO_LOGIN 0x005E
#define DO_CARDHOLDER 0x0065
#define DO_APPLICATION 0x006E
#define DO_SECURITY 0x007A
#define DO_PW_STATUS 0x00C4
#define DO_PRIVATE_FIRST 0x0101
#define DO_PRIVATE_LAST 0x0104
#define DO_URL 0x5F50
#define DO_HISTORICAL 0x5F52
#define DO_CERTIFICATE 0x7F21
#define DO_PUBLIC_KEY 0x7F49

#define KEYS 3
#define AID_SIZE 16
/* How long a PIN may be, which the card tells. */
#define LONGEST 0x20

static const unsigned char openpgp_atr[] = { 0x3B, 0xDA, 0x18, 0xFF, 0x81, 0xB1,
					     0xFE, 0x75, 0x1F, 0x03, 0x00, 0x31,
					     0xF5, 0x73, 0xC0, 0x01, 0x60, 0x00,
					     0x90, 0x00, 0x1C };
/* The registered name, and 3.4 and the maker 0005 before the serial number. */
static const unsigned char openpgp_aid[] = { 0xD2, 0x76, 0x00, 0x01, 0x24,
					     0x01, 0x03, 0x04, 0x00, 0x05 };
#define RID_SIZE ((size_t)6)
/* Extended lengths, and a life cycle of "initialised and activated". */
static const unsigned char historical[] = { 0x00, 0x31, 0xF5, 0x73, 0xC0,
					    0x01, 0x60, 0x05, 0x90, 0x00 };

/*
 * The three keys as the card numbers them, and which pair plays each: the
 * second signs as well, so that each of the two tokens has one.
 */
static const struct slot {
	unsigned int crt; /* tag of the control reference template */
	size_t pair;
} slots[KEYS] = {
	{ 0xB6, 0 }, /* signature */
	{ 0xB8, 2 }, /* decryption */
	{ 0xA4, 1 }, /* authentication */
};

static const struct pair *pair_of(const struct card *card, size_t slot)
{
	return slots[slot].pair < card->n_pairs ? &card->pairs[slots[slot].pair]
						: NULL;
}

static bool full_aid(const struct card *card, unsigned char aid[AID_SIZE])
{
	char digits[9];
	size_t len = strlen(card->serial);

	memset(aid, 0, AID_SIZE);
	memcpy(aid, openpgp_aid, sizeof(openpgp_aid));
	(void)snprintf(digits, sizeof(digits), "%08d", 0);
	if (len <= 8)
		memcpy(digits + 8 - len, card->serial, len);
	if (len <= 8 && hex_decode(digits, aid + sizeof(openpgp_aid), 4))
		return true;
	(void)fprintf(stderr, "vcard: the serial is up to 8 hex digits\n");
	return false;
}

static bool openpgp_prepare(struct card *card, const char *so_pin,
			    const char *puk)
{
	unsigned char aid[AID_SIZE];
	size_t i;

	(void)puk;
	if (strlen(so_pin) < 8 || strlen(so_pin) > LONGEST) {
		(void)fprintf(stderr,
			      "vcard: the admin PIN has 8 to 32 characters\n");
		return false;
	}
	for (i = 0; i < card->n_pairs; i++)
		if (!pair_is_rsa(&card->pairs[i])) {
			(void)fprintf(
				stderr,
				"vcard: this OpenPGP card has RSA keys only\n");
			return false;
		}
	pin_init(&card->pins.so, so_pin, strlen(so_pin), card->so_tries);
	card->pins.min = 6;
	card->pins.max = LONGEST;
	if (card->serial == NULL)
		card->serial = "56495404";
	return full_aid(card, aid);
}

/* Lengths and tries of PW1, the resetting code (there is none), and PW3. */
static void add_pw_status(const struct card *card, struct blob *out)
{
	const unsigned char status[] = { 0x01,
					 LONGEST,
					 LONGEST,
					 LONGEST,
					 (unsigned char)card->pins.user.tries,
					 0x00,
					 (unsigned char)card->pins.so.tries };

	blob_add(out, status, sizeof(status));
}

static void add_zeros(struct blob *out, unsigned int tag, size_t len)
{
	static const unsigned char zeros[KEYS * 20];

	blob_tlv(out, tag, zeros, len);
}

/* Algorithm attributes: RSA, the bits of modulus and exponent. */
static void add_attributes(struct blob *out, const struct card *card,
			   size_t slot)
{
	const struct pair *pair = pair_of(card, slot);
	unsigned int bits = pair == NULL ? 2048 : pair_bits(pair);
	const unsigned char attributes[] = { 0x01,
					     (unsigned char)(bits >> 8),
					     (unsigned char)bits,
					     0x00,
					     0x20,
					     0x00 };

	blob_tlv(out, 0xC1 + (unsigned int)slot, attributes,
		 sizeof(attributes));
}

static void add_discretionary(const struct card *card, struct blob *out)
{
	/* Nothing optional; a certificate has up to 2048 bytes. */
	static const unsigned char capabilities[] = { 0x00, 0x00, 0x00, 0x00,
						      0x08, 0x00, 0x08, 0x00,
						      0x00, 0x00 };
	unsigned char fingerprints[KEYS * 20] = { 0 };
	struct blob data = { 0 }, status = { 0 };
	size_t i;

	blob_tlv(&data, 0xC0, capabilities, sizeof(capabilities));
	for (i = 0; i < KEYS; i++) {
		add_attributes(&data, card, i);
		/* All zeros would say that there is no key. */
		if (pair_of(card, i) != NULL)
			memset(fingerprints + 20 * i, (int)i + 1, 20);
	}
	add_pw_status(card, &status);
	blob_wrap(&data, DO_PW_STATUS, &status);
	blob_tlv(&data, 0xC5, fingerprints, sizeof(fingerprints));
	add_zeros(&data, 0xC6, (size_t)KEYS * 20);
	add_zeros(&data, 0xCD, (size_t)KEYS * 4);
	blob_wrap(out, 0x73, &data);
}

static void add_application(const struct card *card, struct blob *out)
{
	/* The longest command and the longest answer. */
	static const unsigned char lengths[] = { 0x02, 0x02, 0x08, 0x00,
						 0x02, 0x02, 0x08, 0x00 };
	unsigned char aid[AID_SIZE];
	struct blob data = { 0 };

	(void)full_aid(card, aid);
	blob_tlv(&data, DO_AID, aid, sizeof(aid));
	blob_tlv(&data, DO_HISTORICAL, historical, sizeof(historical));
	blob_tlv(&data, 0x7F66, lengths, sizeof(lengths));
	add_discretionary(card, &data);
	blob_wrap(out, DO_APPLICATION, &data);
}

static void add_cardholder(const struct card *card, struct blob *out)
{
	struct blob data = { 0 };

	blob_tlv(&data, DO_NAME, card->label,
		 card->label == NULL ? 0 : strlen(card->label));
	blob_tlv(&data, 0x5F2D, "vi", 2);
	blob_tlv(&data, 0x5F35, "9", 1);
	blob_wrap(out, DO_CARDHOLDER, &data);
}

static void add_security(struct blob *out)
{
	struct blob data = { 0 };

	/* Signatures made so far. */
	add_zeros(&data, 0x93, 3);
	blob_wrap(out, DO_SECURITY, &data);
}

/* Instance 0 is the authentication key's, 1 and 2 go down to the first. */
static unsigned int get_certificate(const struct card *card, struct blob *out)
{
	const struct pair *pair = pair_of(card, KEYS - 1 - card->instance);

	if (pair != NULL)
		blob_add(out, pair->cert.data, pair->cert.len);
	return SW_OK;
}

static unsigned int get_data(const struct card *card, const struct apdu *apdu,
			     struct blob *out)
{
	unsigned int tag = apdu->p1 << 8 | apdu->p2;
	unsigned char aid[AID_SIZE];

	switch (tag) {
	case DO_AID:
		(void)full_aid(card, aid);
		blob_add(out, aid, sizeof(aid));
		return SW_OK;
	case DO_HISTORICAL:
		blob_add(out, historical, sizeof(historical));
		return SW_OK;
	case DO_CARDHOLDER:
		add_cardholder(card, out);
		return SW_OK;
	case DO_APPLICATION:
		add_application(card, out);
		return SW_OK;
	case DO_SECURITY:
		add_security(out);
		return SW_OK;
	case DO_PW_STATUS:
		add_pw_status(card, out);
		return SW_OK;
	case DO_CERTIFICATE:
		return get_certificate(card, out);
	case DO_LOGIN:
	case DO_URL:
		return SW_OK;
	default:
		/* Objects for private use are there, and empty. */
		return tag >= DO_PRIVATE_FIRST && tag <= DO_PRIVATE_LAST
			       ? SW_OK
			       : SW_NO_REFERENCE;
	}
}

static unsigned int
select_application(struct card *card, const struct apdu *apdu, struct blob *out)
{
	unsigned char aid[AID_SIZE];
	struct blob fci = { 0 };

	if (apdu->p1 != 0x04 || apdu->lc < RID_SIZE || apdu->lc > AID_SIZE)
		return SW_NOT_FOUND;
	(void)full_aid(card, aid);
	/* A right-truncated name is a match as well. */
	if (memcmp(apdu->data, aid, apdu->lc) != 0)
		return SW_NOT_FOUND;
	card_reset(card);
	blob_tlv(&fci, 0x84, aid, sizeof(aid));
	blob_wrap(out, 0x6F, &fci);
	return SW_OK;
}

/* SELECT DATA: which of the three certificates GET DATA means. */
static unsigned int select_data(struct card *card, const struct apdu *apdu)
{
	static const unsigned char certificate[] = { 0x60, 0x04, 0x5C,
						     0x02, 0x7F, 0x21 };

	if (apdu->p1 >= KEYS || apdu->p2 != 0x04)
		return SW_WRONG_P1P2;
	if (apdu->lc != sizeof(certificate) ||
	    memcmp(apdu->data, certificate, apdu->lc) != 0)
		return SW_NO_REFERENCE;
	card->instance = apdu->p1;
	return SW_OK;
}

/* The user PIN is one secret with two logins, of which a signature asks for
 * its own. */
static unsigned int verify(struct card *card, const struct apdu *apdu)
{
	struct pins *pins = &card->pins;
	struct secret *s = apdu->p2 == REF_ADMIN ? &pins->so : &pins->user;
	bool was = pins->user.verified;
	unsigned int sw;

	if (apdu->p2 < REF_SIGN || apdu->p2 > REF_ADMIN)
		return SW_NO_REFERENCE;
	if (apdu->p1 == 0xFF && apdu->lc == 0) {
		if (apdu->p2 == REF_SIGN)
			card->consented = false;
		else
			s->verified = false;
		return SW_OK;
	}
	if (apdu->p1 != 0)
		return SW_WRONG_P1P2;
	if (apdu->lc == 0) {
		pins->user.verified =
			apdu->p2 == REF_SIGN ? card->consented : was;
		sw = pin_status(s);
		pins->user.verified = was;
		return sw;
	}
	sw = pin_verify(pins, s, apdu->data, apdu->lc);
	if (apdu->p2 == REF_SIGN) {
		card->consented = sw == SW_OK;
		pins->user.verified = was && sw == SW_OK;
	}
	return sw;
}

static unsigned int change(struct card *card, const struct apdu *apdu)
{
	struct pins *pins = &card->pins;

	if (apdu->ins == 0x24) {
		if (apdu->p1 != 0)
			return SW_WRONG_P1P2;
		if (apdu->p2 == REF_SIGN)
			return pin_change(pins, &pins->user, apdu->data,
					  apdu->lc);
		if (apdu->p2 == REF_ADMIN)
			return pin_change(pins, &pins->so, apdu->data,
					  apdu->lc);
		return SW_NO_REFERENCE;
	}
	if (apdu->p2 != REF_SIGN)
		return SW_NO_REFERENCE;
	/* With a resetting code, of which there is none. */
	if (apdu->p1 == 0x00)
		return SW_BLOCKED;
	return apdu->p1 == 0x02 ? pin_replace(pins, apdu->data, apdu->lc)
				: SW_WRONG_P1P2;
}

static unsigned int public_key(const struct card *card, const struct apdu *apdu,
			       struct blob *out)
{
	struct blob key = { 0 };
	size_t i;

	if (apdu->p1 != 0x81 || apdu->lc < 2)
		return SW_WRONG_P1P2;
	for (i = 0; i < KEYS; i++)
		if (slots[i].crt == apdu->data[0] && pair_of(card, i) != NULL)
			break;
	if (i == KEYS)
		return SW_NO_REFERENCE;
	if (!pair_public(pair_of(card, i), 0x81, 0x82, &key))
		return SW_FAILED;
	blob_wrap(out, DO_PUBLIC_KEY, &key);
	return SW_OK;
}

static unsigned int operate(const struct card *card, const struct apdu *apdu,
			    struct blob *out)
{
	bool signs = apdu->ins == 0x2A && apdu->p1 == 0x9E && apdu->p2 == 0x9A;
	bool deciphers =
		apdu->ins == 0x2A && apdu->p1 == 0x80 && apdu->p2 == 0x86;
	bool authenticates = apdu->ins == 0x88;
	const struct pair *pair;
	bool ok;

	if (!signs && !deciphers && !authenticates)
		return SW_WRONG_P1P2;
	pair = pair_of(card, signs ? 0 : deciphers ? 1 : 2);
	if (pair == NULL)
		return SW_NO_REFERENCE;
	if (signs ? !card->consented : !card->pins.user.verified)
		return SW_NOT_VERIFIED;
	if (deciphers)
		ok = apdu->lc > 1 &&
		     pair_decrypt(pair, PADDING_PKCS1, apdu->data + 1,
				  apdu->lc - 1, out);
	else
		ok = pair_sign(pair, PADDING_PKCS1, apdu->data, apdu->lc, out);
	return ok ? SW_OK : SW_WRONG_DATA;
}

static unsigned int openpgp_process(struct card *card, const struct apdu *apdu,
				    struct blob *out)
{
	if (apdu->cla != 0x00)
		return SW_WRONG_CLA;
	switch (apdu->ins) {
	case 0xA4:
		return select_application(card, apdu, out);
	case 0xA5:
		return select_data(card, apdu);
	case 0xCA:
		return get_data(card, apdu, out);
	case 0x20:
		return verify(card, apdu);
	case 0x24:
	case 0x2C:
		return change(card, apdu);
	case 0x47:
		return public_key(card, apdu, out);
	case 0x2A:
	case 0x88:
		return operate(card, apdu, out);
	default:
		return SW_WRONG_INS;
	}
}

const struct personality card_openpgp = {
	.name = "openpgp",
	.atr = openpgp_atr,
	.atr_len = sizeof(openpgp_atr),
	.so_tries = 3,
	.prepare = openpgp_prepare,
	.process = openpgp_process,
};
