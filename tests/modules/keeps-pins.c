/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include <stdlib.h>
#include <string.h>

#include "mock.h"

/*
 * Keeps what it is given in all places that a module has: in memory that it has
 * freed, in memory that it has not, in its data, and as UTF-16. Then its
 * C_Finalize makes "began" in the folder MOCK_PAUSE, and waits there for "go".
 */
static CK_FUNCTION_LIST real;
static char in_data[2][64];
static char *in_heap[2], wide[2][128];
static unsigned int n_kept;

#define PLACE 64
#define SIZE 256

static void keep(const CK_UTF8CHAR *pin, CK_ULONG len)
{
	char *freed = malloc(SIZE);

	if (n_kept == 2 || len > sizeof(in_data[0]) || !freed)
		abort();
	in_heap[n_kept] = malloc(SIZE);
	if (!in_heap[n_kept])
		abort();
	memcpy(in_heap[n_kept] + PLACE, pin, len);
	memcpy(freed + PLACE, pin, len);
	memcpy(in_data[n_kept], pin, len);
	for (CK_ULONG i = 0; i < len; i++)
		wide[n_kept][2 * i] = (char)pin[i];
	n_kept++;
	free(freed);
}

static CK_RV keep_login(CK_SESSION_HANDLE session, CK_USER_TYPE type,
			CK_UTF8CHAR *pin, CK_ULONG len)
{
	keep(pin, len);
	return real.C_Login(session, type, pin, len);
}

static CK_RV keep_new_pin(CK_SESSION_HANDLE session, CK_UTF8CHAR *pin,
			  CK_ULONG len)
{
	keep(pin, len);
	return real.C_InitPIN(session, pin, len);
}

static CK_RV keep_all(CK_FUNCTION_LIST *list)
{
	real = *list;
	list->C_Login = keep_login;
	list->C_InitPIN = keep_new_pin;
	return CKR_OK;
}

static CK_RV wait_at_end(void)
{
	return n_kept ? mock_pause() : CKR_OK;
}

const struct mock mock = {
	.function_list = keep_all,
	.finalize = wait_at_end,
};
