/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include "cards.h"

#include <ctype.h>
#include <string.h>

#include "ckstoken.h"

/* Of an ATR, in hexadecimal digits. */
#define ATR_MAX 66
#define OPENSC_FILE "opensc-pkcs11.so"

/*
 * The first that matches counts. ATRs and historical bytes are those that
 * OpenSC's drivers, the list of pcsc-tools and the makers publish. The two
 * tokens of the Government CA are known by what strangers measured of theirs
 * and published, and nobody who works on this program has held one.
 */
static const struct card {
	const char *name;
	enum card_kind kind;
	const char *module; /* the file of the one that serves it */
	/* One of these, in upper-case hexadecimal; "?" is any digit. */
	const char *atr, *history, *history_end;
} cards[] = {
	{
		.name = "SmartCard-HSM",
		.module = OPENSC_FILE,
		.kind = CARD_SMARTCARD_HSM,
		/* "HSM1" as the card issuer's data */
		.history = "8031815448534D31738021408107",
	},
	{
		.name = "MyEID",
		.module = OPENSC_FILE,
		.kind = CARD_MYEID,
		.history_end = "4D79454944", /* "MyEID" */
	},
	{
		.name = "OsEID",
		.module = OPENSC_FILE,
		.kind = CARD_MYEID, /* MyEID's commands in free software */
		.history_end = "4F73454944",
	},
	{
		.name = "OpenPGP card 2",
		.module = OPENSC_FILE,
		.kind = CARD_OPENPGP,
		.atr = "3BDA18FF81B1FE751F030031C573C001400090000C",
	},
	{
		.name = "OpenPGP card 3",
		.module = OPENSC_FILE,
		.kind = CARD_OPENPGP,
		.atr = "3BDA18FF81B1FE751F030031F573C001600090001C",
	},
	{
		.name = "Gnuk (OpenPGP card 2)",
		.module = OPENSC_FILE,
		.kind = CARD_OPENPGP,
		.atr = "3BDA11FF81B1FE551F0300318473800180??9000??",
	},
	{
		/* The first version counts the tries of other passwords. */
		.name = "OpenPGP card 1",
		.module = OPENSC_FILE,
		.atr = "3BFA1300FF813180450031C173C00100009000B1",
	},
	{
		.name = "YubiKey 5",
		.module = OPENSC_FILE,
		.kind = CARD_YUBIKEY,
		.history = "8073C021C057597562694B6579",
	},
	{
		.name = "YubiKey 4",
		.module = OPENSC_FILE,
		.kind = CARD_YUBIKEY,
		.history = "597562696B657934",
	},
	{
		/* It answers the question about tries in a way of its own. */
		.name = "YubiKey NEO",
		.module = OPENSC_FILE,
		.history = "597562696B65794E454F7233",
	},
	{
		/* The name of the application as an object of its own (ISO/IEC
		 * 7816-4, 8.1.1.2.2). */
		.name = "PIV card",
		.module = OPENSC_FILE,
		.kind = CARD_PIV,
		.history = "80F9A00000030800001000",
	},
	{
		.name = "VGCA IAS-ECC (ChipDoc)",
		.module = "libbit4xpki.so",
		.kind = CARD_CHIPDOC,
		.atr = "3BDF18FF8191FE1FC30031B8640C01ECC173940180829000B3",
	},
	{
		.name = "VGCA bit4id TokenME EVO v2",
		.module = "libbit4xpki.so",
		.kind = CARD_BIT4ID,
		.atr = "3BFF1800008131FE45006B150C03020101014234441031800D",
	},
	{
		.name = "SafeNet eToken",
		.module = "libeTPkcs11.so",
		.atr = "3BD518008131FE7D8073C82110F4",
	},
	{
		.name = "SafeNet eToken (IDPrime)",
		.module = "libeTPkcs11.so",
		.atr = "3BFF9600008131804380318065B0850300EF120FFE82900066",
	},
	{
		.name = "SafeNet eToken 5110 (IDPrime 940)",
		.module = "libeTPkcs11.so",
		.atr = "3BFF9600008131FE4380318065B0855956FB12????829000??",
	},
	{
		.name = "SafeNet eToken 5110+ (IDPrime 930)",
		.module = "libeTPkcs11.so",
		.atr = "3BFF9600008131FE4380318065B0846566FB12017882900085",
	},
};

/*
 * Who tells for nothing. That a VERIFY without data is no try there, is what
 * each maker or specification says, and what OpenSC relies upon whenever a
 * program asks it for the state of such a token: SmartCard-HSM; NIST SP
 * 800-73-4, part 2, 3.2.1 (the PUK has no such question); MyEID. Of the ChipDoc
 * it was measured by strangers. GET DATA is no try on any card.
 *
 * The bit4id token is not here, for nobody has said how it takes that question,
 * and some cards count it. Who adds a card must know that it does not.
 */
static const struct {
	enum card_kind kind;
	struct card_application app;
} applications[] = {
	{
		CARD_SMARTCARD_HSM,
		{
			.question = ASK_VERIFY,
			.aid = { 0xE8, 0x2B, 0x06, 0x01, 0x04, 0x01, 0x81, 0xC3,
				 0x1F, 0x02, 0x01 },
			.aid_len = 11,
			.user_reference = 0x81,
			.unblock_reference = 0x88,
		},
	},
	{
		/* The PUK belongs to its PIN and has no reference. */
		CARD_MYEID,
		{
			.question = ASK_VERIFY,
			.aid = { 0xA0, 0x00, 0x00, 0x00, 0x63, 0x50, 0x4B, 0x43,
				 0x53, 0x2D, 0x31, 0x35 },
			.aid_len = 12,
			.user_reference = 0x01,
			.one_pin_only = true,
		},
	},
	{
		CARD_OPENPGP,
		{
			.question = ASK_OPENPGP,
			.aid = { 0xD2, 0x76, 0x00, 0x01, 0x24, 0x01 },
			.aid_len = 6,
		},
	},
	{
		CARD_PIV,
		{
			.question = ASK_VERIFY,
			.aid = { 0xA0, 0x00, 0x00, 0x03, 0x08, 0x00, 0x00, 0x10,
				 0x00 },
			.aid_len = 9,
			.user_reference = 0x80,
		},
	},
	{
		CARD_YUBIKEY,
		{
			.question = ASK_VERIFY,
			.module_maker = MAKER_OPENSC,
			.manufacturer = "piv_II",
			.aid = { 0xA0, 0x00, 0x00, 0x03, 0x08, 0x00, 0x00, 0x10,
				 0x00 },
			.aid_len = 9,
			.user_reference = 0x80,
		},
	},
	{
		CARD_YUBIKEY,
		{
			.question = ASK_OPENPGP,
			.module_maker = MAKER_OPENSC,
			.label = "OpenPGP card",
			.aid = { 0xD2, 0x76, 0x00, 0x01, 0x24, 0x01 },
			.aid_len = 6,
		},
	},
	{
		CARD_CHIPDOC,
		{
			.question = ASK_VERIFY,
			.aid = { 0xE8, 0x28, 0xBD, 0x08, 0x0F, 0xD2, 0x50, 0x47,
				 0x65, 0x6E, 0x65, 0x72, 0x69, 0x63 },
			.aid_len = 14,
			.user_reference = 0x01,
		},
	},
	{
		/* GIDS runs on many cards and has no ATR of its own: OpenSC
		 * knows it by selecting the application, and has asked it for
		 * the same objects by then. */
		CARD_OTHER,
		{
			.question = ASK_GIDS,
			.module_maker = MAKER_OPENSC,
			.manufacturer = "www.mysmartlogon.com",
			.aid = { 0xA0, 0x00, 0x00, 0x03, 0x97, 0x42, 0x54, 0x46,
				 0x59 },
			.aid_len = 9,
		},
	},
};

static int digit(char c)
{
	if (c >= '0' && c <= '9')
		return c - '0';
	c = (char)toupper((unsigned char)c);
	return c >= 'A' && c <= 'F' ? c - 'A' + 10 : -1;
}

/* True if @hex begins with what @pattern says. */
static bool follows(const char *hex, const char *pattern)
{
	for (; *pattern; hex++, pattern++)
		if (digit(*hex) < 0 ||
		    (*pattern != '?' && digit(*hex) != digit(*pattern)))
			return false;
	return true;
}

static bool is_whole(const char *hex, size_t len, const char *pattern)
{
	return len == strlen(pattern) && follows(hex, pattern);
}

static bool ends_in(const char *hex, size_t len, const char *pattern)
{
	size_t n = strlen(pattern);

	return len >= n && follows(hex + (len - n), pattern);
}

/*
 * Finds the historical bytes: the low half of T0 says how many there are, and
 * the high half of T0 and of each TD which of TA, TB, TC and TD follow it.
 * Returns how many digits they take, 0 where there are none.
 */
static size_t find_history(const char *atr, const char **history)
{
	size_t len = strlen(atr), at = 2, n;

	if (len < 4 || len > ATR_MAX || len % 2 != 0 ||
	    strspn(atr, "0123456789ABCDEFabcdef") != len)
		return 0;
	n = 2 * (size_t)digit(atr[3]);
	while (at + 1 < len) {
		int follow = digit(atr[at]);

		at += 2; /* T0 or TD */
		for (int bit = 1; bit < 8; bit <<= 1)
			at += follow & bit ? 2 : 0;
		if (!(follow & 8))
			break;
	}
	if (at > len || n > len - at)
		return 0;
	*history = atr + at;
	return n;
}

static const struct card *find_card(const char *atr)
{
	const char *history = "";
	size_t n = find_history(atr, &history);

	for (size_t i = 0; i < sizeof(cards) / sizeof(cards[0]); i++) {
		const struct card *c = &cards[i];

		if ((c->atr && is_whole(atr, strlen(atr), c->atr)) ||
		    (c->history && is_whole(history, n, c->history)) ||
		    (c->history_end && ends_in(history, n, c->history_end)))
			return c;
	}
	return NULL;
}

const char *cks_card_name(const char *atr)
{
	const struct card *c = atr ? find_card(atr) : NULL;

	return c ? c->name : "";
}

const char *cks_card_module(const char *atr)
{
	const struct card *c = atr ? find_card(atr) : NULL;

	return c ? c->module : "";
}

enum card_kind card_kind_of(const char *atr)
{
	const struct card *c = find_card(atr);

	return c ? c->kind : CARD_OTHER;
}

bool maker_is_opensc(const void *maker)
{
	return strncmp(maker, MAKER_OPENSC, strlen(MAKER_OPENSC)) == 0;
}

bool starts_with(const char *text, const char *start)
{
	return !start || strncmp(text, start, strlen(start)) == 0;
}

const struct card_application *card_application_of(const char *atr,
						   const char *module_maker,
						   const char *manufacturer,
						   const char *label)
{
	enum card_kind kind = card_kind_of(atr);

	for (size_t i = 0; i < sizeof(applications) / sizeof(applications[0]);
	     i++) {
		const struct card_application *app = &applications[i].app;

		if (applications[i].kind == kind &&
		    starts_with(module_maker, app->module_maker) &&
		    starts_with(manufacturer, app->manufacturer) &&
		    starts_with(label, app->label))
			return app;
	}
	return NULL;
}

const struct card_application *card_application_by_atr(const char *atr)
{
	enum card_kind kind = card_kind_of(atr);

	for (size_t i = 0; i < sizeof(applications) / sizeof(applications[0]);
	     i++) {
		const struct card_application *app = &applications[i].app;

		if (applications[i].kind == kind && !app->module_maker &&
		    !app->one_pin_only)
			return app;
	}
	return NULL;
}
