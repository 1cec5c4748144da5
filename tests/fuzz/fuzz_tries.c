/* SPDX-License-Identifier: LGPL-2.1-or-later */
/*
 * What a card may answer when it is asked how many tries are left. pcsc-lite's
 * functions are those below: they hold that no command is sent that could count
 * as a try.
 */
#include <stdlib.h>
#include <string.h>
#include <winscard.h>

#include "fuzz.h"
#include "token/tries.h"

static struct fuzz_input card;
static struct cks_token *token;
static bool is_selecting, is_selected, is_in_transaction;

/* A card for each question, as it is known by. */
static const struct kind {
	const char *atr, *maker, *manufacturer, *label;
} kinds[] = {
	/* SmartCard-HSM */
	{ "3BFE1800008131FE458031815448534D31738021408107FA", "", "", "" },
	/* MyEID */
	{ "3BF51800008131FE454D794549449A", "OpenSC", "", "" },
	/* OpenPGP card 2 */
	{ "3BDA18FF81B1FE751F030031C573C001400090000C", "OpenSC", "", "" },
	/* ChipDoc */
	{ "3BDF18FF8191FE1FC30031B8640C01ECC173940180829000B3", "", "", "" },
	/* GIDS */
	{ "3B00", "OpenSC", "www.mysmartlogon.com", "" },
};

/* 1. pcsc-lite */

const SCARD_IO_REQUEST g_rgSCardT0Pci = { SCARD_PROTOCOL_T0, 16 };
const SCARD_IO_REQUEST g_rgSCardT1Pci = { SCARD_PROTOCOL_T1, 16 };

static LONG answer(void)
{
	static const LONG answers[] = { SCARD_E_NO_SERVICE,
					SCARD_E_UNKNOWN_READER,
					SCARD_W_REMOVED_CARD,
					SCARD_E_READER_UNAVAILABLE };
	unsigned int byte = fuzz_byte(&card);

	return byte < 0xF0 ? SCARD_S_SUCCESS : answers[byte & 3];
}

LONG SCardEstablishContext(DWORD scope, LPCVOID a, LPCVOID b,
			   LPSCARDCONTEXT context)
{
	(void)scope;
	(void)a;
	(void)b;
	*context = 1;
	return answer();
}

LONG SCardReleaseContext(SCARDCONTEXT context)
{
	(void)context;
	return SCARD_S_SUCCESS;
}

LONG SCardConnect(SCARDCONTEXT context, LPCSTR reader, DWORD share,
		  DWORD protocols, LPSCARDHANDLE handle, LPDWORD protocol)
{
	(void)context;
	(void)protocols;
	HOLDS(strcmp(reader, token->pcsc_reader) == 0);
	HOLDS(share == SCARD_SHARE_SHARED);
	*handle = 2;
	*protocol =
		fuzz_byte(&card) & 1 ? SCARD_PROTOCOL_T0 : SCARD_PROTOCOL_T1;
	is_selected = false;
	return answer();
}

LONG SCardDisconnect(SCARDHANDLE handle, DWORD disposition)
{
	(void)handle;
	HOLDS(disposition == SCARD_LEAVE_CARD);
	return SCARD_S_SUCCESS;
}

LONG SCardBeginTransaction(SCARDHANDLE handle)
{
	LONG rv = answer();

	(void)handle;
	is_in_transaction = rv == SCARD_S_SUCCESS;
	return rv;
}

LONG SCardEndTransaction(SCARDHANDLE handle, DWORD disposition)
{
	(void)handle;
	HOLDS(disposition == SCARD_LEAVE_CARD);
	is_in_transaction = false;
	return SCARD_S_SUCCESS;
}

LONG SCardStatus(SCARDHANDLE handle, LPSTR name, LPDWORD name_len,
		 LPDWORD state, LPDWORD protocol, LPBYTE atr, LPDWORD len)
{
	const char *is = token->atr;
	DWORD n = 0;

	(void)handle;
	(void)name;
	(void)name_len;
	*state = 0;
	*protocol = SCARD_PROTOCOL_T1;
	for (; is[0] && is[1] && n < *len; is += 2) {
		const char byte[] = { is[0], is[1], '\0' };

		atr[n++] = (unsigned char)strtoul(byte, NULL, 16);
	}
	/* Now and then it is another card. */
	if (n > 0 && fuzz_byte(&card) == 0xFF)
		atr[0] ^= 1;
	*len = n;
	return answer();
}

LONG SCardGetStatusChange(SCARDCONTEXT context, DWORD timeout,
			  SCARD_READERSTATE *states, DWORD n)
{
	(void)context;
	(void)timeout;
	for (DWORD i = 0; i < n; i++) {
		size_t len;
		const uint8_t *atr =
			fuzz_bytes(&card, sizeof(states[i].rgbAtr), &len);

		states[i].dwEventState = fuzz_byte(&card) << 1;
		memcpy(states[i].rgbAtr, atr, len);
		states[i].cbAtr = len;
	}
	return answer();
}

/* A SELECT, a question that costs nothing, or the rest of an answer. */
static void check_command(const unsigned char *command, DWORD len)
{
	HOLDS(is_in_transaction && len >= 4 && command[0] == 0x00);
	switch (command[1]) {
	case 0xA4:
		HOLDS(len >= 5 && command[2] == 0x04);
		is_selecting = true;
		is_selected = false;
		return;
	case 0x20:
		/* With a body it would be a try, and so would it be in another
		 * application. */
		HOLDS(is_selected);
		HOLDS(len == 4 || (len == 5 && command[4] == 0));
		break;
	case 0xCA:
	case 0xCB:
		HOLDS(is_selected);
		break;
	default:
		HOLDS(command[1] == 0xC0 && len == 5);
		return;
	}
	is_selecting = false;
}

LONG SCardTransmit(SCARDHANDLE handle, const SCARD_IO_REQUEST *pci,
		   LPCBYTE command, DWORD n, SCARD_IO_REQUEST *received,
		   LPBYTE bytes, LPDWORD size)
{
	size_t len;
	const uint8_t *at;
	LONG rv = answer();

	(void)handle;
	(void)pci;
	(void)received;
	check_command(command, n);
	at = fuzz_bytes(&card, *size, &len);
	if (len > 0)
		memcpy(bytes, at, len);
	*size = len;
	if (is_selecting && rv == SCARD_S_SUCCESS && len >= 2)
		is_selected = bytes[len - 2] == 0x90 && bytes[len - 1] == 0x00;
	/* It may say that it has sent more than there is room for. */
	if (fuzz_byte(&card) == 0xFF)
		*size += 300;
	return rv;
}

/* 2. The token */

static void ask(enum cks_method method, bool allow_final_try)
{
	struct tries tries = tries_ask(token);

	HOLDS(!is_in_transaction);
	HOLDS(tries.user >= -1 && tries.user <= 255);
	HOLDS(tries.unblock >= -1 && tries.unblock <= 255);
	token->so_tries = tries.unblock;
	(void)tries_check(token, method, allow_final_try);
	HOLDS(!is_in_transaction);
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	struct cks_token t = { 0 };
	const struct kind *kind;

	card = (struct fuzz_input){ data, size };
	kind = &kinds[fuzz_byte(&card) % (sizeof(kinds) / sizeof(kinds[0]))];
	t.atr = (char *)kind->atr;
	t.module_maker = (char *)kind->maker;
	t.manufacturer = (char *)kind->manufacturer;
	t.label = (char *)kind->label;
	t.pcsc_reader = (char *)"Reader 00 00";
	token = &t;
	ask(CKS_METHOD_SO_PIN, false);
	ask(CKS_METHOD_PUK, true);
	return 0;
}
