/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include <string.h>

#include "base/i18n.h"
#include "family.h"

#define INIT_PIN "init_pin_in_so_session"
#define SET_PIN "set_pin_in_unlogged_session"

#define MYEID                                                  \
	.reports_user_pin = true, .method = CKS_METHOD_SO_PIN, \
	.so_pin_style = INIT_PIN, .puk_style = SET_PIN,        \
	.new_pin = { 4, 8, PIN_PRINTABLE },                    \
	.unblock_pin = { 4, 8, PIN_PRINTABLE }

#define BIT4ID                                                                    \
	.why_not_so_pin = N_(                                                     \
		"only the issuer's own tool is known to restore a bit4id token"), \
	.why_not_puk = N_(                                                        \
		"only the issuer's own tool is known to restore a bit4id token")

/*
 * The first that matches counts. Through OpenSC the styles misbehave when
 * chosen for the wrong card: a PUK may be tried as the user PIN, or a new PIN
 * object be written. So a card that is not listed here gets none by itself.
 */
static const struct family families[] = {
	{
		/* bit4id, whose tokens the Government CA issues now. */
		.card = CARD_BIT4ID,
		BIT4ID,
	},
	{
		.module_maker = "Bit4id",
		BIT4ID,
	},
	{
		.module_maker = "bit4id",
		BIT4ID,
	},
	{
		.module_maker = MAKER_OPENSC,
		.manufacturer = "www.CardContact.de",
		.reports_user_pin = true,
		.method = CKS_METHOD_SO_PIN,
		.why_not_puk = N_("a SmartCard-HSM has an SO PIN and no PUK"),
		.unblock_pin = { 16, 16, PIN_HEX },
	},
	{
		.module_maker = MAKER_OPENSC,
		.manufacturer = "piv_II",
		.reports_user_pin = true,
		.method = CKS_METHOD_PUK,
		.why_not_so_pin = N_("a PIV card has a PUK and no SO PIN"),
		.puk_style = SET_PIN,
		.new_pin = { 4, 8, PIN_DIGITS },
		.unblock_pin = { 4, 8, PIN_PRINTABLE },
	},
	{
		.module_maker = MAKER_OPENSC,
		.manufacturer = "www.mysmartlogon.com",
		.reports_user_pin = true,
		.method = CKS_METHOD_SO_PIN,
		.so_pin_style = INIT_PIN,
		.puk_style = SET_PIN,
	},
	{
		/* Whoever personalized it: the manufacturer is what that
		 * program wrote onto the card. */
		.module_maker = MAKER_OPENSC,
		.card = CARD_MYEID,
		MYEID,
	},
	{
		.module_maker = MAKER_OPENSC,
		.manufacturer = "Aventra",
		MYEID,
	},
	{
		.module_maker = MAKER_OPENSC,
		.label = "OpenPGP card",
		.reports_user_pin = true,
		.method = CKS_METHOD_SO_PIN,
		.why_not_puk = N_(
			"an OpenPGP card is unblocked by its admin PIN, the SO PIN"),
		.so_pin_style = INIT_PIN,
	},
	{
		.module_maker = MAKER_OPENSC,
		.so_pin_style = INIT_PIN,
		.puk_style = SET_PIN,
	},
	{
		.module_maker = "SoftHSM",
		.reports_user_pin = true,
		.reports_so_pin = true,
		.method = CKS_METHOD_SO_PIN,
		.why_not_puk = N_("SoftHSM has an SO PIN and no PUK"),
	},
	{
		.module_maker = "IBM",
		.manufacturer = "IBM",
		.reports_user_pin = true,
		.reports_so_pin = true,
		.method = CKS_METHOD_SO_PIN,
		.why_not_puk = N_("openCryptoki has an SO PIN and no PUK"),
	},
	{
		/* p11-kit's proxy hides whose token it is. */
		.module_maker = "PKCS#11 Kit",
		.why_not_so_pin = N_(
			"it is seen through p11-kit's proxy; name the token's own module by --module"),
		.why_not_puk = N_(
			"it is seen through p11-kit's proxy; name the token's own module by --module"),
	},
	{
		/* Any other module is taken at the standard's word. */
		.module_maker = "",
		.method = CKS_METHOD_SO_PIN,
	},
};

const struct family *family_of(const char *module_maker,
			       const char *manufacturer, const char *label,
			       const char *atr)
{
	enum card_kind card = card_kind_of(atr);
	const struct family *f = families;

	while (!starts_with(module_maker, f->module_maker) ||
	       !starts_with(manufacturer, f->manufacturer) ||
	       !starts_with(label, f->label) ||
	       (f->card != CARD_OTHER && f->card != card))
		f++;
	return f;
}
