/* SPDX-License-Identifier: LGPL-2.1-or-later */
/*
 * SoftHSM as $SOFTHSM_MODULE has it, with one fault when it signs, which the
 * first word in the file $SOFT_FAULT names: "pin" refuses the PIN of a key,
 * "device" breaks off, "empty" answers nothing, "garbage" something that is no
 * signature, "hang" not at all, "crash" dies, "logout" has lost its login,
 * "gone" is not there any more, "slot" fails another slot, "read-only" shows a
 * token that is write-protected, "final" one of which one try is left, "pad"
 * one with a PIN pad, at which somebody types what the files $SOFT_PAD_SO and
 * $SOFT_PAD_PIN hold. Logins, logouts and signatures are written to $MOCK_LOG.
 */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "mock.h"

static CK_FUNCTION_LIST *soft;

static bool fault_is(const char *name)
{
	const char *file = getenv("SOFT_FAULT");
	FILE *f = file ? fopen(file, "re") : NULL;
	char word[32] = "";

	if (!f)
		return false;
	if (fscanf(f, "%31s", word) != 1)
		word[0] = '\0';
	(void)fclose(f);
	return strcmp(word, name) == 0;
}

/* What is typed at the pad, where there is one; nothing comes from elsewhere.
 */
static bool typed(const char *variable, CK_UTF8CHAR **pin, CK_ULONG *size,
		  char room[64])
{
	const char *file = getenv(variable);
	FILE *f;

	if (!fault_is("pad"))
		return true;
	f = *pin || *size || !file ? NULL : fopen(file, "re");
	if (!f)
		return false;
	if (!fgets(room, 64, f))
		room[0] = '\0';
	(void)fclose(f);
	room[strcspn(room, "\n")] = '\0';
	*pin = (CK_UTF8CHAR *)room;
	*size = strlen(room);
	return true;
}

static CK_RV init_pin(CK_SESSION_HANDLE session, CK_UTF8CHAR *pin,
		      CK_ULONG size)
{
	char room[64];

	return typed("SOFT_PAD_PIN", &pin, &size, room)
		       ? soft->C_InitPIN(session, pin, size)
		       : CKR_ARGUMENTS_BAD;
}

static void write_log(const char *call, unsigned long number)
{
	const char *file = getenv("MOCK_LOG");
	FILE *f = file ? fopen(file, "ae") : NULL;

	if (f) {
		fprintf(f, "%s %lu\n", call, number);
		(void)fclose(f);
	}
}

static CK_RV login(CK_SESSION_HANDLE session, CK_USER_TYPE type,
		   CK_UTF8CHAR *pin, CK_ULONG size)
{
	char room[64];

	write_log("C_Login", type);
	if (type == CKU_CONTEXT_SPECIFIC && fault_is("pin"))
		return CKR_PIN_INCORRECT;
	return typed(type == CKU_SO ? "SOFT_PAD_SO" : "SOFT_PAD_PIN", &pin,
		     &size, room)
		       ? soft->C_Login(session, type, pin, size)
		       : CKR_ARGUMENTS_BAD;
}

static CK_RV logout(CK_SESSION_HANDLE session)
{
	write_log("C_Logout", 0);
	return soft->C_Logout(session);
}

/* As modules do that end a signature when its login fails. */
static CK_RV sign_init(CK_SESSION_HANDLE session, CK_MECHANISM *mechanism,
		       CK_OBJECT_HANDLE key)
{
	CK_RV rv = soft->C_SignInit(session, mechanism, key);

	return rv == CKR_OPERATION_ACTIVE ? CKR_OK : rv;
}

static CK_RV sign(CK_SESSION_HANDLE session, CK_BYTE *in, CK_ULONG in_len,
		  CK_BYTE *out, CK_ULONG *out_len)
{
	CK_RV rv;

	write_log("C_Sign", in_len);
	if (fault_is("device"))
		return CKR_DEVICE_ERROR;
	if (fault_is("logout"))
		return CKR_USER_NOT_LOGGED_IN;
	if (fault_is("empty")) {
		*out_len = 0;
		return CKR_OK;
	}
	while (fault_is("hang"))
		pause();
	if (fault_is("crash"))
		abort();
	rv = soft->C_Sign(session, in, in_len, out, out_len);
	if (!rv && fault_is("garbage"))
		out[*out_len / 2] ^= 1;
	return rv;
}

static CK_RV token_info(CK_SLOT_ID slot, CK_TOKEN_INFO *info)
{
	CK_RV rv = soft->C_GetTokenInfo(slot, info);

	/* SoftHSM's last slot is the one without a token of its own. */
	if (!rv && fault_is("slot") && !(info->flags & CKF_TOKEN_INITIALIZED))
		return CKR_DEVICE_ERROR;
	if (fault_is("gone"))
		return CKR_TOKEN_NOT_PRESENT;
	if (!rv && fault_is("final"))
		info->flags |= CKF_USER_PIN_COUNT_LOW | CKF_USER_PIN_FINAL_TRY;
	if (!rv && fault_is("read-only"))
		info->flags |= CKF_WRITE_PROTECTED;
	if (!rv && fault_is("pad"))
		info->flags |= CKF_PROTECTED_AUTHENTICATION_PATH;
	return rv;
}

static CK_RV take_over(CK_FUNCTION_LIST *functions)
{
	soft = mock_other_module("SOFTHSM_MODULE");
	if (!soft)
		return CKR_GENERAL_ERROR;
	*functions = *soft;
	functions->C_InitPIN = init_pin;
	functions->C_Login = login;
	functions->C_Logout = logout;
	functions->C_SignInit = sign_init;
	functions->C_Sign = sign;
	functions->C_GetTokenInfo = token_info;
	return CKR_OK;
}

const struct mock mock = {
	.function_list = take_over,
};
