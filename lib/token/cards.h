/* SPDX-License-Identifier: LGPL-2.1-or-later */
/*
 * All that is known about cards by their answer to reset (ISO/IEC 7816-3):
 * what they are called, and how they tell the tries that are left without
 * counting the question as one.
 */
#ifndef TOKEN_CARDS_H
#define TOKEN_CARDS_H

#include <stdbool.h>
#include <stddef.h>

/* How OpenSC's CK_INFO.manufacturerID begins. */
#define MAKER_OPENSC "OpenSC"

/* True if the module of @maker is OpenSC: CK_INFO.manufacturerID as it is, or
 * the text of it. */
bool maker_is_opensc(const void *maker);

/* True if @text begins with @start, as any does with NULL. */
bool starts_with(const char *text, const char *start);

/* The cards that something beside their name is known of. */
enum card_kind {
	CARD_OTHER,
	CARD_SMARTCARD_HSM,
	CARD_MYEID,
	CARD_OPENPGP,
	CARD_PIV,
	CARD_YUBIKEY, /* bears PIV and OpenPGP */
	CARD_CHIPDOC,
	CARD_BIT4ID,
};

/* CARD_OTHER for an ATR that is not listed, "" among them. */
enum card_kind card_kind_of(const char *atr);

enum card_question {
	ASK_VERIFY,  /* VERIFY without data, for each reference */
	ASK_OPENPGP, /* GET DATA 00C4, the status of the passwords */
	ASK_GIDS, /* GET DATA of the objects with the states of PIN and PUK */
};

/* An application on a card that tells how many tries are left. */
struct card_application {
	enum card_question question;
	const char *module_maker; /* as in struct family; NULL: any */
	const char *manufacturer, *label;
	unsigned char aid[16];
	size_t aid_len;
	/* The references of the user PIN and of the secret that unblocks it;
	 * 0 where there is none, or no question that costs nothing. */
	unsigned char user_reference, unblock_reference;
	/* The reference is that of the card's first PIN, and where several PINs
	 * are shown nothing says which of them that is. */
	bool one_pin_only;
};

/*
 * The application to ask about the token that a module shows of the card with
 * @atr; NULL where none is known to tell for free.
 */
const struct card_application *card_application_of(const char *atr,
						   const char *module_maker,
						   const char *manufacturer,
						   const char *label);

/* The one to ask where no module shows the card: only for an ATR of cards that
 * bear one application. */
const struct card_application *card_application_by_atr(const char *atr);

#endif
