/* SPDX-License-Identifier: LGPL-2.1-or-later */
/*
 * list-tokens MODULE: the tokens of a PKCS #11 module, and of each its
 * certificates, with all that "ckstoken status" reads of them: in one process,
 * by as few calls as there can be, and without looking into a certificate. It
 * is what scripts/bench holds ckstoken against.
 */
#include <dlfcn.h>
#include <p11-kit/pkcs11.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#define MAX_FOUND 256

enum value { ID, LABEL, VALUE, N_VALUES };

static CK_FUNCTION_LIST *f;

static void fail(const char *what, CK_RV rv)
{
	(void)fprintf(stderr, "list-tokens: %s: 0x%lx\n", what, rv);
	exit(1);
}

static void *allocate(size_t n, size_t size)
{
	void *memory = calloc(n ? n : 1, size);

	if (!memory)
		fail("memory", CKR_HOST_MEMORY);
	return memory;
}

/* A field of PKCS #11, which is padded with blanks. */
static void print_field(const CK_UTF8CHAR *field, size_t size)
{
	while (size > 0 && field[size - 1] == ' ')
		size--;
	printf("%.*s\t", (int)size, (const char *)field);
}

static void list_certificate(CK_SESSION_HANDLE session, CK_OBJECT_HANDLE object)
{
	CK_ATTRIBUTE values[N_VALUES] = { [ID] = { CKA_ID },
					  [LABEL] = { CKA_LABEL },
					  [VALUE] = { CKA_VALUE } };
	CK_RV rv = f->C_GetAttributeValue(session, object, values, N_VALUES);

	if (rv)
		fail("C_GetAttributeValue", rv);
	for (size_t i = 0; i < N_VALUES; i++)
		values[i].pValue = allocate(values[i].ulValueLen, 1);
	rv = f->C_GetAttributeValue(session, object, values, N_VALUES);
	if (rv)
		fail("C_GetAttributeValue", rv);
	printf("\t%.*s\t%lu\t%lu\n", (int)values[LABEL].ulValueLen,
	       (const char *)values[LABEL].pValue, values[ID].ulValueLen,
	       values[VALUE].ulValueLen);
	for (size_t i = 0; i < N_VALUES; i++)
		free(values[i].pValue);
}

static void list_certificates(CK_SLOT_ID slot)
{
	CK_OBJECT_CLASS class = CKO_CERTIFICATE;
	CK_ATTRIBUTE certificates = { CKA_CLASS, &class, sizeof(class) };
	CK_OBJECT_HANDLE *objects = NULL;
	CK_SESSION_HANDLE session;
	CK_ULONG n = 0, found = 0;
	CK_RV rv = f->C_OpenSession(slot, CKF_SERIAL_SESSION, NULL, NULL,
				    &session);

	if (rv)
		fail("C_OpenSession", rv);
	rv = f->C_FindObjectsInit(session, &certificates, 1);
	if (rv)
		fail("C_FindObjectsInit", rv);
	do {
		objects =
			reallocarray(objects, n + MAX_FOUND, sizeof(*objects));
		if (!objects)
			fail("memory", CKR_HOST_MEMORY);
		rv = f->C_FindObjects(session, objects + n, MAX_FOUND, &found);
		if (rv)
			fail("C_FindObjects", rv);
		n += found;
	} while (found > 0);
	f->C_FindObjectsFinal(session);
	for (CK_ULONG i = 0; i < n; i++)
		list_certificate(session, objects[i]);
	f->C_CloseSession(session);
	free(objects);
}

static void list_token(CK_SLOT_ID slot)
{
	CK_SLOT_INFO reader;
	CK_TOKEN_INFO token;
	CK_RV rv = f->C_GetSlotInfo(slot, &reader);

	if (rv)
		fail("C_GetSlotInfo", rv);
	rv = f->C_GetTokenInfo(slot, &token);
	if (rv)
		fail("C_GetTokenInfo", rv);
	print_field(reader.slotDescription, sizeof(reader.slotDescription));
	print_field(token.label, sizeof(token.label));
	print_field(token.manufacturerID, sizeof(token.manufacturerID));
	print_field(token.model, sizeof(token.model));
	print_field(token.serialNumber, sizeof(token.serialNumber));
	printf("0x%lx\n", token.flags);
	if (token.flags & CKF_TOKEN_INITIALIZED)
		list_certificates(slot);
}

int main(int argc, char **argv)
{
	CK_C_GetFunctionList get_list;
	CK_SLOT_ID *slots;
	CK_ULONG n = 0;
	void *module;
	CK_RV rv;

	if (argc != 2) {
		(void)fputs("usage: list-tokens MODULE\n", stderr);
		return 2;
	}
	module = dlopen(argv[1], RTLD_NOW | RTLD_LOCAL);
	if (!module) {
		(void)fprintf(stderr, "list-tokens: %s\n", dlerror());
		return 1;
	}
	*(void **)&get_list = dlsym(module, "C_GetFunctionList");
	if (!get_list)
		fail("C_GetFunctionList", CKR_FUNCTION_NOT_SUPPORTED);
	rv = get_list(&f);
	if (rv)
		fail("C_GetFunctionList", rv);
	rv = f->C_Initialize(NULL);
	if (rv)
		fail("C_Initialize", rv);
	rv = f->C_GetSlotList(CK_TRUE, NULL, &n);
	if (rv)
		fail("C_GetSlotList", rv);
	slots = allocate(n, sizeof(*slots));
	rv = f->C_GetSlotList(CK_TRUE, slots, &n);
	if (rv)
		fail("C_GetSlotList", rv);
	for (CK_ULONG i = 0; i < n; i++)
		list_token(slots[i]);
	free(slots);
	f->C_Finalize(NULL);
	return fflush(stdout) ? 1 : 0;
}
