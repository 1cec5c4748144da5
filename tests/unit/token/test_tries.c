/* SPDX-License-Identifier: LGPL-2.1-or-later */
/*
 * How a card is asked how many tries are left, and what is made of its answer.
 * The card is a list of commands with their answers, in hexadecimal, and
 * pcsc-lite is what stands below; a command that is not the next fails the
 * test.
 */
#include <winscard.h>

#include "token/tries.h"
#include "unit/unit.h"

#define READER "Reader 00 00"

struct step {
	const char *command, *answer;
};

/* The card in the reader, and what pcsc-lite says of both. */
static const struct step *next;
static const char *atr;
static DWORD protocol, state;
static LONG service, connects, changes;
static int n_changes;

const SCARD_IO_REQUEST g_rgSCardT0Pci = { SCARD_PROTOCOL_T0, 16 };
const SCARD_IO_REQUEST g_rgSCardT1Pci = { SCARD_PROTOCOL_T1, 16 };

static size_t bytes_of(const char *hex, unsigned char *bytes)
{
	size_t n = strlen(hex) / 2;

	for (size_t i = 0; i < n; i++) {
		const char byte[] = { hex[2 * i], hex[2 * i + 1], '\0' };

		bytes[i] = (unsigned char)strtoul(byte, NULL, 16);
	}
	return n;
}

LONG SCardEstablishContext(DWORD scope, LPCVOID a, LPCVOID b,
			   LPSCARDCONTEXT context)
{
	(void)scope;
	(void)a;
	(void)b;
	*context = 1;
	return service;
}

LONG SCardReleaseContext(SCARDCONTEXT context)
{
	(void)context;
	return SCARD_S_SUCCESS;
}

LONG SCardConnect(SCARDCONTEXT context, LPCSTR reader, DWORD share,
		  DWORD protocols, LPSCARDHANDLE card, LPDWORD active)
{
	(void)context;
	(void)protocols;
	assert_string_equal(reader, READER);
	assert_int_equal(share, SCARD_SHARE_SHARED);
	*card = 2;
	*active = protocol;
	return connects;
}

LONG SCardDisconnect(SCARDHANDLE card, DWORD disposition)
{
	(void)card;
	assert_int_equal(disposition, SCARD_LEAVE_CARD);
	return SCARD_S_SUCCESS;
}

LONG SCardBeginTransaction(SCARDHANDLE card)
{
	(void)card;
	return SCARD_S_SUCCESS;
}

LONG SCardEndTransaction(SCARDHANDLE card, DWORD disposition)
{
	(void)card;
	assert_int_equal(disposition, SCARD_LEAVE_CARD);
	return SCARD_S_SUCCESS;
}

LONG SCardStatus(SCARDHANDLE card, LPSTR name, LPDWORD name_len,
		 LPDWORD card_state, LPDWORD active, LPBYTE bytes, LPDWORD len)
{
	(void)card;
	(void)name;
	(void)name_len;
	*card_state = SCARD_PRESENT;
	*active = protocol;
	*len = bytes_of(atr, bytes);
	return SCARD_S_SUCCESS;
}

LONG SCardGetStatusChange(SCARDCONTEXT context, DWORD timeout,
			  SCARD_READERSTATE *states, DWORD n)
{
	(void)context;
	(void)timeout;
	assert_int_equal(n, 1);
	states->dwEventState = state;
	states->cbAtr = bytes_of(atr, states->rgbAtr);
	n_changes++;
	return changes;
}

/* "-" is no answer, "+" one that is longer than there is room for. */
LONG SCardTransmit(SCARDHANDLE card, const SCARD_IO_REQUEST *pci,
		   LPCBYTE command, DWORD len, SCARD_IO_REQUEST *received,
		   LPBYTE answer, LPDWORD size)
{
	unsigned char wanted[64];
	size_t n;

	(void)card;
	(void)received;
	assert_int_equal(pci->dwProtocol, protocol);
	if (!next->command)
		fail_msg("a command that nobody expects: %02X", command[1]);
	n = bytes_of(next->command, wanted);
	assert_int_equal(len, n);
	assert_memory_equal(command, wanted, n);
	if (next->answer[0] == '-') {
		next++;
		return SCARD_W_REMOVED_CARD;
	}
	*size = next->answer[0] == '+' ? *size + 1
				       : bytes_of(next->answer, answer);
	next++;
	return SCARD_S_SUCCESS;
}

/* A token of @kind, as tries.c looks at it. */
#define HSM "3BFE1800008131FE458031815448534D31738021408107FA"
#define OPENPGP "3BDA18FF81B1FE751F030031C573C001400090000C"
#define SELECT_HSM "00A404000BE82B0601040181C31F0201"
#define SELECT_OPENPGP "00A4040006D27600012401"
#define SELECT_GIDS "00A4040009A00000039742544659"

static struct cks_token token_of(const char *kind, const char *manufacturer)
{
	return (struct cks_token){
		.atr = (char *)kind,
		.pcsc_reader = (char *)READER,
		.module_maker = (char *)"OpenSC",
		.manufacturer = (char *)manufacturer,
		.label = (char *)"",
		.user_tries = -1,
		.so_tries = -1,
	};
}

static int reset(void **unused)
{
	(void)unused;
	protocol = SCARD_PROTOCOL_T1;
	state = SCARD_STATE_PRESENT;
	service = connects = changes = SCARD_S_SUCCESS;
	n_changes = 0;
	atr = HSM;
	next = NULL;
	return 0;
}

static void assert_tries(const struct cks_token *token,
			 const struct step *steps, int user, int unblock)
{
	struct tries tries;

	next = steps;
	atr = token->atr;
	tries = tries_ask(token);
	if (next && next->command)
		fail_msg("not asked: %s", next->command);
	assert_int_equal(tries.user, user);
	assert_int_equal(tries.unblock, unblock);
}

static void verify_without_data_tells(void **unused)
{
	static const struct step steps[] = {
		{ SELECT_HSM "00", "9000" },
		{ "00200081", "63C3" },
		{ "00200088", "6983" },
		{ NULL, NULL },
	};
	struct cks_token token = token_of(HSM, "");

	(void)unused;
	assert_tries(&token, steps, 3, 0);
}

/* Logged in, or words of another kind. */
static void other_answers_tell_nothing(void **unused)
{
	static const struct step steps[] = {
		{ SELECT_HSM "00", "9000" },
		{ "00200081", "9000" },
		{ "00200088", "6300" },
		{ NULL, NULL },
	};
	static const struct step broken[] = {
		{ SELECT_HSM "00", "9000" },
		{ "00200081", "63" },
		{ "00200088", "+" },
		{ NULL, NULL },
	};
	static const struct step gone[] = {
		{ SELECT_HSM "00", "9000" },
		{ "00200081", "-" },
		{ "00200088", "-" },
		{ NULL, NULL },
	};
	struct cks_token token = token_of(HSM, "");

	(void)unused;
	assert_tries(&token, steps, -1, -1);
	assert_tries(&token, broken, -1, -1);
	assert_tries(&token, gone, -1, -1);
}

/* In another application the same bytes may be a try. */
static void nothing_is_sent_where_the_application_is_not_selected(void **unused)
{
	static const char *const answers[] = { "6A82", "-", "61", "6283" };
	struct cks_token token = token_of(HSM, "");

	(void)unused;
	for (size_t i = 0; i < sizeof(answers) / sizeof(answers[0]); i++) {
		const struct step steps[] = {
			{ SELECT_HSM "00", answers[i] },
			{ NULL, NULL },
		};

		assert_tries(&token, steps, -1, -1);
	}
}

/* Data one way at a time, and the rest of an answer by a command of its own. */
static void t0_is_spoken_as_it_is(void **unused)
{
	static const struct step steps[] = {
		{ SELECT_HSM, "6110" },	  { "00C0000010", "6F0E9000" },
		{ "0020008100", "63C2" }, { "0020008800", "63C1" },
		{ NULL, NULL },
	};
	static const struct step openpgp[] = {
		{ SELECT_OPENPGP, "9000" },
		{ "00CA00C400", "6C07" },
		{ "00CA00C407", "002020200300039000" },
		{ NULL, NULL },
	};
	struct cks_token hsm = token_of(HSM, "");
	struct cks_token card = token_of(OPENPGP, "");

	(void)unused;
	protocol = SCARD_PROTOCOL_T0;
	assert_tries(&hsm, steps, 2, 1);
	assert_tries(&card, openpgp, 3, 3);
}

static void a_status_of_passwords_is_seven_bytes(void **unused)
{
	static const char *const answers[] = { "0020202003009000", "6A88",
					       "9000", "-" };
	struct cks_token token = token_of(OPENPGP, "");

	(void)unused;
	for (size_t i = 0; i < sizeof(answers) / sizeof(answers[0]); i++) {
		const struct step steps[] = {
			{ SELECT_OPENPGP "00", "9000" },
			{ "00CA00C400", answers[i] },
			{ NULL, NULL },
		};

		assert_tries(&token, steps, -1, -1);
	}
}

/* Two kinds of cards have the tries under two tags; any may be cut off. */
static void objects_of_gids_are_read_as_far_as_they_go(void **unused)
{
	static const struct {
		const char *object;
		int tries;
	} objects[] = {
		{ "7F71069701039301039000", 3 },
		{ "7F71079F1701029301039000", 2 },
		{ "7F71039701009000", 0 },
		{ "7F7103970203049000", -1 },
		{ "7F7104970203049000", -1 },
		{ "7F71019000", -1 },
		{ "7F719000", -1 },
		{ "7F9000", -1 },
		{ "7F7181009000", -1 },
		{ "7F7304970103009000", -1 },
		{ "6A88", -1 },
		{ "-", -1 },
	};
	struct cks_token token = token_of("3B00", "www.mysmartlogon.com");

	(void)unused;
	for (size_t i = 0; i < sizeof(objects) / sizeof(objects[0]); i++) {
		const struct step steps[] = {
			{ SELECT_GIDS "00", "9000" },
			{ "00CB3FFF045C027F7100", objects[i].object },
			{ "00CB3FFF045C027F7300", "6103" },
			{ "00C0000003", "6A88" },
			{ NULL, NULL },
		};

		assert_tries(&token, steps, objects[i].tries, -1);
	}
}

static void another_card_is_left_alone(void **unused)
{
	static const struct step none[] = { { NULL, NULL } };
	struct cks_token token = token_of(HSM, "");
	struct tries tries;

	(void)unused;
	next = none;
	atr = OPENPGP;
	tries = tries_ask(&token);
	assert_int_equal(tries.user, -1);
	atr = HSM;
	connects = SCARD_E_SHARING_VIOLATION;
	assert_tries(&token, none, -1, -1);
	service = SCARD_E_NO_SERVICE;
	assert_tries(&token, none, -1, -1);
}

/* A module that is not OpenSC may be logged in there. */
static void a_card_in_use_is_left_alone(void **unused)
{
	static const struct step none[] = { { NULL, NULL } };
	static const struct step steps[] = {
		{ SELECT_HSM "00", "9000" },
		{ "00200081", "63C3" },
		{ "00200088", "63C3" },
		{ NULL, NULL },
	};
	struct cks_token token = token_of(HSM, "");

	(void)unused;
	token.module_maker = (char *)"CardContact";
	state = SCARD_STATE_PRESENT | SCARD_STATE_INUSE;
	assert_tries(&token, none, -1, -1);
	state = SCARD_STATE_PRESENT | SCARD_STATE_EXCLUSIVE;
	assert_tries(&token, none, -1, -1);
	changes = SCARD_E_READER_UNAVAILABLE;
	assert_tries(&token, none, -1, -1);
	changes = SCARD_S_SUCCESS;
	state = SCARD_STATE_PRESENT;
	assert_tries(&token, steps, 3, 3);
}

/* Of several PINs on one card, which is the first? */
static void a_card_of_several_pins_is_not_asked(void **unused)
{
	static const struct step none[] = { { NULL, NULL } };
	struct cks_token token = token_of("3BF51800008131FE454D794549449A", "");

	(void)unused;
	token.shares_card = true;
	assert_tries(&token, none, -1, -1);
	token.shares_card = false;
	token.pcsc_reader = (char *)"";
	assert_tries(&token, none, -1, -1);
}

static enum cks_err check(const char *answer, int told, enum cks_method method,
			  bool allow_final_try)
{
	const struct step steps[] = {
		{ SELECT_HSM "00", "9000" },
		{ "00200081", "63C3" },
		{ "00200088", answer },
		{ NULL, NULL },
	};
	struct cks_token token = token_of(HSM, "");

	token.so_tries = told;
	next = steps;
	return tries_check(&token, method, allow_final_try);
}

static void the_last_look_stops_what_nobody_agreed_to(void **unused)
{
	(void)unused;
	assert_int_equal(check("63C3", 3, CKS_METHOD_SO_PIN, false), CKS_OK);
	assert_int_equal(check("63C2", 3, CKS_METHOD_SO_PIN, false),
			 CKS_ERR_STATE_CHANGED);
	assert_int_equal(check("63C2", 3, CKS_METHOD_SO_PIN, true),
			 CKS_ERR_STATE_CHANGED);
	assert_int_equal(check("63C1", 1, CKS_METHOD_SO_PIN, false),
			 CKS_ERR_STATE_CHANGED);
	assert_int_equal(check("63C1", 1, CKS_METHOD_SO_PIN, true), CKS_OK);
	assert_int_equal(check("6983", 1, CKS_METHOD_SO_PIN, true),
			 CKS_ERR_SO_PIN_LOCKED);
	assert_int_equal(check("6983", 1, CKS_METHOD_PUK, true),
			 CKS_ERR_PUK_LOCKED);
	/* One that never told is not asked. */
	next = NULL;
	assert_int_equal(check("63C3", -1, CKS_METHOD_SO_PIN, false), CKS_OK);
}

static enum cks_err check_user(const char *answer, int told,
			       bool allow_final_try)
{
	const struct step steps[] = {
		{ SELECT_HSM "00", "9000" },
		{ "00200081", answer },
		{ "00200088", "63C3" },
		{ NULL, NULL },
	};
	struct cks_token token = token_of(HSM, "");

	token.user_tries = told;
	next = steps;
	return tries_check_user(&token, allow_final_try);
}

static void the_last_look_guards_the_user_pin_too(void **unused)
{
	(void)unused;
	assert_int_equal(check_user("63C3", 3, false), CKS_OK);
	assert_int_equal(check_user("63C3", 2, false), CKS_OK);
	assert_int_equal(check_user("63C2", 3, true), CKS_ERR_STATE_CHANGED);
	assert_int_equal(check_user("63C1", 3, false),
			 CKS_ERR_USER_PIN_FINAL_TRY);
	assert_int_equal(check_user("63C1", 3, true), CKS_ERR_STATE_CHANGED);
	assert_int_equal(check_user("63C1", 1, true), CKS_OK);
	assert_int_equal(check_user("6983", 3, true), CKS_ERR_USER_PIN_LOCKED);
	assert_int_equal(check_user("-", 3, true), CKS_ERR_DEVICE);
	assert_true(tries_are_silent(CKS_ERR_DEVICE));
	assert_false(tries_are_silent(CKS_ERR_USER_PIN_FINAL_TRY));
	next = NULL;
	assert_int_equal(check_user("63C3", -1, false), CKS_OK);
}

static void a_silent_card_is_told_by_its_reader(void **unused)
{
	(void)unused;
	assert_int_equal(check("-", 3, CKS_METHOD_SO_PIN, false),
			 CKS_ERR_DEVICE);
	/* pcscd is given the time to notice. */
	assert_int_equal(n_changes, 2);
	state = SCARD_STATE_EMPTY;
	assert_int_equal(check("-", 3, CKS_METHOD_SO_PIN, false),
			 CKS_ERR_REMOVED);
	state = SCARD_STATE_PRESENT;
	changes = SCARD_E_UNKNOWN_READER;
	assert_int_equal(check("-", 3, CKS_METHOD_SO_PIN, false),
			 CKS_ERR_REMOVED);
	changes = SCARD_S_SUCCESS;
	atr = OPENPGP;
	next = NULL;
	assert_int_equal(check("-", 3, CKS_METHOD_SO_PIN, false),
			 CKS_ERR_REMOVED);
	service = SCARD_E_NO_SERVICE;
	assert_int_equal(check("-", 3, CKS_METHOD_SO_PIN, false),
			 CKS_ERR_NO_SERVICE);
	service = SCARD_F_INTERNAL_ERROR;
	assert_int_equal(check("-", 3, CKS_METHOD_SO_PIN, false),
			 CKS_ERR_DEVICE);
}

#define TEST(name) cmocka_unit_test_setup(name, reset)

int main(void)
{
	const struct CMUnitTest tests[] = {
		TEST(verify_without_data_tells),
		TEST(other_answers_tell_nothing),
		TEST(nothing_is_sent_where_the_application_is_not_selected),
		TEST(t0_is_spoken_as_it_is),
		TEST(a_status_of_passwords_is_seven_bytes),
		TEST(objects_of_gids_are_read_as_far_as_they_go),
		TEST(another_card_is_left_alone),
		TEST(a_card_in_use_is_left_alone),
		TEST(a_card_of_several_pins_is_not_asked),
		TEST(the_last_look_stops_what_nobody_agreed_to),
		TEST(the_last_look_guards_the_user_pin_too),
		TEST(a_silent_card_is_told_by_its_reader),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
