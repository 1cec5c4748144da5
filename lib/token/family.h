/* SPDX-License-Identifier: LGPL-2.1-or-later */
/*
 * All that is known about a family of tokens beyond PKCS #11: which flags it
 * sets and which way of unblocking works on it.
 */
#ifndef TOKEN_FAMILY_H
#define TOKEN_FAMILY_H

#include "cards.h"
#include "ckstoken.h"

enum pin_alphabet { PIN_PRINTABLE, PIN_DIGITS, PIN_HEX };

/* The lengths and characters that a secret can have at all. */
struct pin_form {
	size_t min, max; /* 0, 0: as the token says, or any */
	enum pin_alphabet alphabet;
};

struct family {
	const char *module_maker; /* start of CK_INFO.manufacturerID */
	const char *manufacturer; /* start of the token's; NULL: any */
	const char *label;	  /* start of the token's; NULL: any */
	enum card_kind card;	  /* CARD_OTHER: any */
	bool reports_user_pin, reports_so_pin;
	/* The method used by itself; CKS_METHOD_AUTO: none is known. */
	enum cks_method method;
	/* Why the other, or any, method cannot work; NULL: not known. */
	const char *why_not_so_pin, *why_not_puk;
	/* OpenSC's user_pin_unblock_style for each method; NULL: stock. */
	const char *so_pin_style, *puk_style;
	struct pin_form new_pin, unblock_pin;
};

/* @atr is that of the card, "" where it is not known. */
const struct family *family_of(const char *module_maker,
			       const char *manufacturer, const char *label,
			       const char *atr);

#endif
