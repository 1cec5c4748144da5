/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include <pthread.h>
#include <stdatomic.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "mock.h"

/*
 * Four slow tokens, each with a certificate of its own, the files that
 * MOCK_CERTS names, separated by colons. MOCK_THREADS says what the module does
 * where several threads call it: "right", "refuse" (which says so), or, though
 * it says that it can be called so, "token" (one token's name is taken for
 * another's), "cert" (one's certificate for another's), "fail", "crash" or
 * "hang". "bad-slot" is right, and has one token that always fails.
 *
 * MOCK_LOG gets a line "together" for each call that meets another.
 */
#define SLOTS 4
#define BAD_SLOT 2
#define SLOW_US 150000

static CK_FUNCTION_LIST own;
static pthread_mutex_t lock = PTHREAD_MUTEX_INITIALIZER;
static atomic_int inside;
static atomic_bool has_met;
/* What a careless module keeps for all of its threads. */
static CK_SLOT_ID last_slot;
static CK_SLOT_ID slot_of[64];

static bool is(const char *what)
{
	const char *mode = getenv("MOCK_THREADS");

	return mode && strcmp(mode, what) == 0;
}

static void note(const char *line)
{
	const char *path = getenv("MOCK_LOG");
	FILE *file = path ? fopen(path, "ae") : NULL;

	if (!file)
		return;
	(void)fprintf(file, "%s\n", line);
	(void)fclose(file);
}

static CK_RV initialize(void *arguments)
{
	const CK_C_INITIALIZE_ARGS *args = arguments;

	if (is("refuse") && args)
		return CKR_CANT_LOCK;
	note(args && args->flags & CKF_OS_LOCKING_OK ? "locking" : "alone");
	return own.C_Initialize(arguments);
}

static CK_RV get_token_info(CK_SLOT_ID slot, CK_TOKEN_INFO *info)
{
	bool together;
	CK_RV rv;

	last_slot = slot;
	atomic_fetch_add(&inside, 1);
	usleep(SLOW_US);
	together = atomic_load(&inside) > 1;
	usleep(SLOW_US / 10);
	atomic_fetch_sub(&inside, 1);
	if (together) {
		has_met = true;
		note("together");
	}
	if (together && is("crash"))
		abort();
	if (together && is("hang"))
		mock_hang(false);
	if ((together && is("fail")) || (is("bad-slot") && slot == BAD_SLOT))
		return CKR_DEVICE_ERROR;
	pthread_mutex_lock(&lock);
	rv = own.C_GetTokenInfo(together && is("token") ? last_slot : slot,
				info);
	pthread_mutex_unlock(&lock);
	return rv;
}

static CK_RV open_session(CK_SLOT_ID slot, CK_FLAGS flags, void *context,
			  CK_NOTIFY notify, CK_SESSION_HANDLE *session)
{
	CK_RV rv;

	pthread_mutex_lock(&lock);
	rv = own.C_OpenSession(slot, flags, context, notify, session);
	if (!rv)
		slot_of[*session] = slot;
	pthread_mutex_unlock(&lock);
	return rv;
}

static CK_RV close_session(CK_SESSION_HANDLE session)
{
	CK_RV rv;

	pthread_mutex_lock(&lock);
	rv = own.C_CloseSession(session);
	pthread_mutex_unlock(&lock);
	return rv;
}

/* The value of the certificate in the file that is the slot's. */
static CK_RV get_certificate(CK_SLOT_ID slot, CK_ATTRIBUTE *attribute)
{
	const char *at = getenv("MOCK_CERTS");
	char path[4096], bytes[8192];
	FILE *file;
	size_t n;

	for (CK_SLOT_ID i = 0; at && i < slot; i++) {
		at = strchr(at, ':');
		at = at ? at + 1 : NULL;
	}
	if (!at)
		return CKR_DEVICE_ERROR;
	(void)snprintf(path, sizeof(path), "%.*s", (int)strcspn(at, ":"), at);
	file = fopen(path, "re");
	if (!file)
		return CKR_DEVICE_ERROR;
	n = fread(bytes, 1, sizeof(bytes), file);
	(void)fclose(file);
	if (attribute->pValue && attribute->ulValueLen < n)
		return CKR_BUFFER_TOO_SMALL;
	if (attribute->pValue)
		memcpy(attribute->pValue, bytes, n);
	attribute->ulValueLen = n;
	return CKR_OK;
}

static CK_RV get_attribute(CK_SESSION_HANDLE session, CK_OBJECT_HANDLE object,
			   CK_ATTRIBUTE *attributes, CK_ULONG n)
{
	CK_SLOT_ID slot = slot_of[session];
	CK_RV rv = CKR_OK;

	if (has_met && is("cert") && slot > 0)
		slot = 1;
	for (CK_ULONG i = 0; i < n; i++) {
		CK_RV one;

		if (attributes[i].type == CKA_VALUE) {
			one = get_certificate(slot, &attributes[i]);
		} else {
			pthread_mutex_lock(&lock);
			one = own.C_GetAttributeValue(session, object,
						      &attributes[i], 1);
			pthread_mutex_unlock(&lock);
		}
		rv = rv ? rv : one;
	}
	return rv;
}

static CK_RV wrap(CK_FUNCTION_LIST *list)
{
	if (list->C_Initialize == initialize)
		return CKR_OK;
	own = *list;
	list->C_Initialize = initialize;
	list->C_GetTokenInfo = get_token_info;
	list->C_OpenSession = open_session;
	list->C_CloseSession = close_session;
	list->C_GetAttributeValue = get_attribute;
	return CKR_OK;
}

const struct mock mock = { .slots = SLOTS, .function_list = wrap };
