/* SPDX-License-Identifier: LGPL-2.1-or-later */
/*
 * All that is known about cards by their answer to reset (ISO/IEC 7816-3).
 */
#ifndef TOKEN_CARDS_H
#define TOKEN_CARDS_H

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

#endif
