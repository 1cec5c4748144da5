/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* Cards by their answer to reset. */
#include "unit/unit.h"

#include "token/cards.h"
#include "token/ckstoken.h"
#include "token/family.h"

static const struct {
	const char *atr, *name;
	enum card_kind kind;
} known[] = {
	{ "3BFE1800008131FE458031815448534D31738021408107FA", "SmartCard-HSM",
	  CARD_SMARTCARD_HSM },
	/* Without contacts, and of another voltage. */
	{ "3B8E80018031815448534D3173802140810718", "SmartCard-HSM",
	  CARD_SMARTCARD_HSM },
	{ "3BDE96FF8191FE1FC38031815448534D3173802140810792", "SmartCard-HSM",
	  CARD_SMARTCARD_HSM },
	{ "3BF51800008131FE454D794549449A", "MyEID", CARD_MYEID },
	{ "3bf51800008131fe454d794549449a", "MyEID", CARD_MYEID },
	{ "3BF71800008131FE4500014D794549449A", "MyEID", CARD_MYEID },
	{ "3BF51800008131FE454F7345494490", "OsEID", CARD_MYEID },
	{ "3BDA18FF81B1FE751F030031F573C001600090001C", "OpenPGP card 3",
	  CARD_OPENPGP },
	{ "3BDA11FF81B1FE551F030031847380018005900012", "Gnuk (OpenPGP card 2)",
	  CARD_OPENPGP },
	{ "3BFA1300FF813180450031C173C00100009000B1", "OpenPGP card 1",
	  CARD_OTHER },
	{ "3BFD1300008131FE158073C021C057597562694B657940", "YubiKey 5",
	  CARD_YUBIKEY },
	{ "3BF81300008131FE15597562696B657934D4", "YubiKey 4", CARD_YUBIKEY },
	{ "3BFC1300008131FE15597562696B65794E454F7233E1", "YubiKey NEO",
	  CARD_OTHER },
	{ "3BFB1800008131FE4580F9A000000308000010002A", "PIV card", CARD_PIV },
	{ "3BDF18FF8191FE1FC30031B8640C01ECC173940180829000B3",
	  "VGCA IAS-ECC (ChipDoc)", CARD_CHIPDOC },
	{ "3BFF1800008131FE45006B150C03020101014234441031800D",
	  "VGCA bit4id TokenME EVO v2", CARD_BIT4ID },
	{ "3BD518008131FE7D8073C82110F4", "SafeNet eToken", CARD_OTHER },
};

/* None of these may be taken for a card that is known. */
static const char *const unknown[] = {
	"",
	"3B",
	"3B0",
	"3B00",
	"3B05",
	"3BFF",
	"3B8080FF",
	"MyEID",
	/* "MyEID" in bytes that are no historical ones: T0 says four of them,
	 * or the end is missing. */
	"3BF41800008131FE454D794549449A",
	"3BF51800008131FE454D794549",
	"3B80800101",
	/* A name that another only begins with. */
	"3BF61800008131FE454D79454944009A",
	"3BF51800008131FE45804749445F7F",
	/* All but the last digit. */
	"3BDF18FF8191FE1FC30031B8640C01ECC173940180829000B4",
	"3BDF18FF8191FE1FC30031B8640C01ECC173940180829000B",
	"3BDF18FF8191FE1FC30031B8640C01ECC173940180829000B300",
	"3BF51800008131FE454D79454944 9A",
	"3BFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFF",
	("3BFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFF"
	 "3BF51800008131FE454D794549449A"),
};

static void names_known_cards(void **state)
{
	(void)state;
	for (size_t i = 0; i < sizeof(known) / sizeof(known[0]); i++) {
		assert_string_equal(cks_card_name(known[i].atr), known[i].name);
		assert_non_null(strstr(cks_card_module(known[i].atr), ".so"));
		assert_int_equal(card_kind_of(known[i].atr), known[i].kind);
	}
}

static void takes_no_other_for_them(void **state)
{
	(void)state;
	for (size_t i = 0; i < sizeof(unknown) / sizeof(unknown[0]); i++) {
		assert_string_equal(cks_card_name(unknown[i]), "");
		assert_string_equal(cks_card_module(unknown[i]), "");
		assert_int_equal(card_kind_of(unknown[i]), CARD_OTHER);
	}
	assert_string_equal(cks_card_name(NULL), "");
	assert_string_equal(cks_card_module(NULL), "");
}

/* What a card is asked, by the token that a module shows of it. */
static void asks_listed_cards_only(void **state)
{
	static const char piv[] = "3BFB1800008131FE4580F9A000000308000010002A";
	static const char yubikey[] =
		"3BFD1300008131FE158073C021C057597562694B657940";
	static const char gids[] = "3BF51800008131FE4580474944537F";
	const struct card_application *app;

	(void)state;
	app = card_application_of(piv, "OpenSC Project", "piv_II", "x");
	assert_int_equal(app->question, ASK_VERIFY);
	assert_int_equal(app->user_reference, 0x80);
	/* There is no question about a PUK that costs nothing. */
	assert_int_equal(app->unblock_reference, 0);
	/* The same token on a card that does not say what it is. */
	assert_null(card_application_of("3B80800101", "OpenSC Project",
					"piv_II", "x"));
	assert_null(card_application_of("", "OpenSC Project", "piv_II", "x"));

	/* Of two applications, the one that is shown. */
	app = card_application_of(yubikey, "OpenSC Project", "piv_II", "x");
	assert_int_equal(app->question, ASK_VERIFY);
	app = card_application_of(yubikey, "OpenSC Project", "ZeitControl",
				  "OpenPGP card (User PIN)");
	assert_int_equal(app->question, ASK_OPENPGP);
	assert_null(card_application_of(yubikey, "Other", "piv_II", "x"));
	assert_null(card_application_by_atr(yubikey));

	app = card_application_of(gids, "OpenSC Project",
				  "www.mysmartlogon.com", "x");
	assert_int_equal(app->question, ASK_GIDS);
	assert_null(card_application_of(gids, "Other", "www.mysmartlogon.com",
					"x"));
	assert_null(card_application_by_atr(gids));
}

/* Nothing is known of how these take the question. */
static void never_asks_the_others(void **state)
{
	static const char *const makers[] = { "OpenSC Project", "Bit4id",
					      "SafeNet, Inc." };

	(void)state;
	for (size_t i = 0; i < sizeof(known) / sizeof(known[0]); i++) {
		if (known[i].kind != CARD_OTHER && known[i].kind != CARD_BIT4ID)
			continue;
		assert_null(card_application_by_atr(known[i].atr));
		for (size_t m = 0; m < sizeof(makers) / sizeof(makers[0]); m++)
			assert_null(card_application_of(known[i].atr, makers[m],
							"any", ""));
	}
	assert_null(card_application_by_atr(""));
}

/* Where several PINs are shown, the first one's reference is not known. */
static void asks_no_card_by_itself_about_one_of_its_pins(void **state)
{
	static const char myeid[] = "3BF51800008131FE454D794549449A";

	(void)state;
	assert_true(card_application_of(myeid, "OpenSC Project", "Aventra", "x")
			    ->one_pin_only);
	assert_null(card_application_by_atr(myeid));
}

/* Whoever personalized it, and whatever module shows it. */
static void knows_families_by_the_card(void **state)
{
	static const char myeid[] = "3BF51800008131FE454D794549449A";
	static const char bit4id[] =
		"3BFF1800008131FE45006B150C03020101014234441031800D";
	const struct family *f;

	(void)state;
	f = family_of("OpenSC Project", "An office", "A token", myeid);
	assert_int_equal(f->method, CKS_METHOD_SO_PIN);
	assert_string_equal(f->so_pin_style, "init_pin_in_so_session");
	assert_string_equal(f->puk_style, "set_pin_in_unlogged_session");
	/* Another card is not unblocked as a MyEID by its label. */
	f = family_of("OpenSC Project", "An office", "MyEID", "");
	assert_int_equal(f->method, CKS_METHOD_AUTO);
	f = family_of("Somebody", "Anybody", "x", myeid);
	assert_null(f->so_pin_style);

	f = family_of("Somebody", "Anybody", "x", bit4id);
	assert_int_equal(f->method, CKS_METHOD_AUTO);
	assert_non_null(f->why_not_so_pin);
	assert_non_null(f->why_not_puk);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(names_known_cards),
		cmocka_unit_test(takes_no_other_for_them),
		cmocka_unit_test(asks_listed_cards_only),
		cmocka_unit_test(never_asks_the_others),
		cmocka_unit_test(asks_no_card_by_itself_about_one_of_its_pins),
		cmocka_unit_test(knows_families_by_the_card),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
