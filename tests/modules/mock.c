/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include <dlfcn.h>
#include <errno.h>
#include <fcntl.h>
#include <signal.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "mock.h"

#define SESSIONS 16

struct session {
	bool open;
	bool writable;
	CK_SLOT_ID slot;
	bool searching;
	CK_ULONG found; /* so many are */
};

static struct session sessions[SESSIONS];
static struct mock_state state;
static bool initialized;
static CK_USER_TYPE user;
static CK_SLOT_ID user_slot;
static const CK_USER_TYPE nobody = (CK_USER_TYPE)-1;
static unsigned char *certificate;
static size_t certificate_size;

#define MAY(hook, ...)                                                      \
	do {                                                                \
		CK_RV may_rv = mock.hook ? mock.hook(__VA_ARGS__) : CKR_OK; \
		if (may_rv != CKR_OK)                                       \
			return may_rv;                                      \
	} while (0)

void mock_pad(CK_UTF8CHAR *field, CK_ULONG size, const char *text)
{
	size_t length = strlen(text);

	memset(field, ' ', size);
	memcpy(field, text, length < size ? length : size);
}

void mock_hang(bool deaf)
{
	sigset_t all;

	sigfillset(&all);
	if (deaf)
		sigprocmask(SIG_BLOCK, &all, NULL);
	for (;;)
		pause();
}

/* FNV-1a: enough to keep the PIN itself out of the file. */
static unsigned long long digest(const CK_UTF8CHAR *pin, CK_ULONG size)
{
	unsigned long long sum = 0xcbf29ce484222325ULL;

	for (CK_ULONG i = 0; i < size; i++)
		sum = (sum ^ pin[i]) * 0x100000001b3ULL;
	return sum;
}

static unsigned long long digest_of(const char *pin)
{
	return digest((const CK_UTF8CHAR *)pin, strlen(pin));
}

static void state_set(const char *key, const char *value)
{
	unsigned long small = strtoul(value, NULL, 10);
	unsigned long long big = strtoull(value, NULL, 16);

	if (!strcmp(key, "user-tries"))
		state.user_tries = (unsigned int)small;
	else if (!strcmp(key, "so-tries"))
		state.so_tries = (unsigned int)small;
	else if (!strcmp(key, "user-set"))
		state.user_set = (unsigned int)small;
	else if (!strcmp(key, "changed"))
		state.changed = (unsigned int)small;
	else if (!strcmp(key, "user-pin") && *value != '-')
		state.user_pin = big;
	else if (!strcmp(key, "so-pin") && *value != '-')
		state.so_pin = big;
}

static void state_read(void)
{
	const char *path = getenv("MOCK_STATE");
	static bool read_before;
	char line[128];
	FILE *file;

	if (read_before && !path)
		return;
	read_before = true;
	state = (struct mock_state){
		.user_tries = MOCK_TRIES,
		.so_tries = MOCK_TRIES,
		.user_set = 1,
		.user_pin = digest_of(MOCK_USER_PIN),
		.so_pin = digest_of(MOCK_SO_PIN),
	};
	file = path ? fopen(path, "re") : NULL;
	/* Without its state a token would seem well that is not. */
	if (!file && path && errno == ENOMEM)
		abort();
	if (!file)
		return;
	while (fgets(line, sizeof(line), file)) {
		char *value = strchr(line, '=');

		if (value) {
			*value++ = '\0';
			state_set(line, value);
		}
	}
	(void)fclose(file);
}

static void state_write(void)
{
	const char *path = getenv("MOCK_STATE");
	FILE *file = path ? fopen(path, "we") : NULL;

	if (!file)
		return;
	(void)fprintf(file,
		      "user-tries=%u\nso-tries=%u\nuser-set=%u\nchanged=%u\n"
		      "user-pin=%016llx\nso-pin=%016llx\n",
		      state.user_tries, state.so_tries, state.user_set,
		      state.changed, state.user_pin, state.so_pin);
	(void)fclose(file);
}

static CK_RV logged(const char *what, CK_RV rv)
{
	const char *path = getenv("MOCK_LOG");
	FILE *file = path ? fopen(path, "ae") : NULL;

	if (file) {
		(void)fprintf(file, "%s 0x%lx\n", what, rv);
		(void)fclose(file);
	}
	return rv;
}

static void certificate_read(void)
{
	const char *path = getenv("MOCK_CERT");
	FILE *file = path ? fopen(path, "re") : NULL;
	static unsigned char buffer[65536];

	if (!file)
		return;
	certificate_size = fread(buffer, 1, sizeof(buffer), file);
	certificate = buffer;
	(void)fclose(file);
}

static CK_RV session_get(CK_SESSION_HANDLE handle, struct session **session)
{
	if (!initialized)
		return CKR_CRYPTOKI_NOT_INITIALIZED;
	if (handle < 1 || handle > SESSIONS || !sessions[handle - 1].open)
		return CKR_SESSION_HANDLE_INVALID;
	*session = &sessions[handle - 1];
	return CKR_OK;
}

static CK_ULONG slot_count(void)
{
	return mock.slots ? mock.slots : 1;
}

static CK_RV slot_check(CK_SLOT_ID slot)
{
	if (!initialized)
		return CKR_CRYPTOKI_NOT_INITIALIZED;
	return slot - mock.first_slot < slot_count() ? CKR_OK
						     : CKR_SLOT_ID_INVALID;
}

static CK_RV mock_initialize(void *arguments)
{
	(void)arguments;
	MAY(call, "C_Initialize");
	MAY(initialize, );
	if (initialized)
		return CKR_CRYPTOKI_ALREADY_INITIALIZED;
	memset(sessions, 0, sizeof(sessions));
	user = nobody;
	state_read();
	certificate_read();
	initialized = true;
	return CKR_OK;
}

static CK_RV mock_finalize(void *reserved)
{
	(void)reserved;
	MAY(call, "C_Finalize");
	MAY(finalize, );
	if (!initialized)
		return CKR_CRYPTOKI_NOT_INITIALIZED;
	initialized = false;
	return CKR_OK;
}

static CK_RV mock_get_info(CK_INFO *info)
{
	MAY(call, "C_GetInfo");
	if (!initialized)
		return CKR_CRYPTOKI_NOT_INITIALIZED;
	memset(info, 0, sizeof(*info));
	info->cryptokiVersion = (CK_VERSION){ 2, 40 };
	info->libraryVersion = (CK_VERSION){ 1, 0 };
	mock_pad(info->manufacturerID, sizeof(info->manufacturerID),
		 "Tests of ckstoken");
	mock_pad(info->libraryDescription, sizeof(info->libraryDescription),
		 "Mock module");
	return CKR_OK;
}

static CK_RV mock_get_slot_list(CK_BBOOL present, CK_SLOT_ID *list,
				CK_ULONG *count)
{
	CK_ULONG room = *count;

	(void)present;
	MAY(call, "C_GetSlotList");
	MAY(slot_list, );
	if (!initialized)
		return CKR_CRYPTOKI_NOT_INITIALIZED;
	*count = slot_count();
	if (!list)
		return CKR_OK;
	if (room < *count)
		return CKR_BUFFER_TOO_SMALL;
	for (CK_ULONG i = 0; i < *count; i++)
		list[i] = mock.first_slot + i;
	return CKR_OK;
}

static CK_RV mock_get_slot_info(CK_SLOT_ID slot, CK_SLOT_INFO *info)
{
	CK_RV rv = slot_check(slot);
	char text[sizeof(info->slotDescription) + 1];

	MAY(call, "C_GetSlotInfo");
	MAY(slot_info, slot);
	if (rv != CKR_OK)
		return rv;
	memset(info, 0, sizeof(*info));
	if (getenv("MOCK_READER"))
		(void)snprintf(text, sizeof(text), "%s", getenv("MOCK_READER"));
	else
		(void)snprintf(text, sizeof(text), "Mock reader %lu", slot);
	mock_pad(info->slotDescription, sizeof(info->slotDescription), text);
	mock_pad(info->manufacturerID, sizeof(info->manufacturerID),
		 "Tests of ckstoken");
	info->flags = CKF_TOKEN_PRESENT | CKF_REMOVABLE_DEVICE | CKF_HW_SLOT;
	return CKR_OK;
}

static CK_FLAGS tries_flags(unsigned int tries, CK_FLAGS low, CK_FLAGS last,
			    CK_FLAGS locked)
{
	if (tries >= MOCK_TRIES)
		return 0;
	if (tries > 1)
		return low;
	return tries ? low | last : locked;
}

static CK_RV mock_get_token_info(CK_SLOT_ID slot, CK_TOKEN_INFO *info)
{
	CK_RV rv = slot_check(slot);
	char text[33];

	MAY(call, "C_GetTokenInfo");
	if (rv != CKR_OK)
		return rv;
	state_read();
	memset(info, 0, sizeof(*info));
	(void)snprintf(text, sizeof(text), "Mock token %lu", slot);
	mock_pad(info->label, sizeof(info->label), text);
	mock_pad(info->manufacturerID, sizeof(info->manufacturerID),
		 "Tests of ckstoken");
	mock_pad(info->model, sizeof(info->model), "Mock");
	(void)snprintf(text, sizeof(text), "MOCK%08lu", slot);
	mock_pad(info->serialNumber, sizeof(info->serialNumber), text);
	info->flags =
		CKF_LOGIN_REQUIRED | CKF_TOKEN_INITIALIZED | mock.token_flags;
	if (state.user_set)
		info->flags |= CKF_USER_PIN_INITIALIZED;
	info->flags |= tries_flags(state.user_tries, CKF_USER_PIN_COUNT_LOW,
				   CKF_USER_PIN_FINAL_TRY, CKF_USER_PIN_LOCKED);
	info->flags |= tries_flags(state.so_tries, CKF_SO_PIN_COUNT_LOW,
				   CKF_SO_PIN_FINAL_TRY, CKF_SO_PIN_LOCKED);
	info->ulMaxSessionCount = SESSIONS;
	info->ulMaxRwSessionCount = SESSIONS;
	info->ulMaxPinLen = MOCK_PIN_MAX;
	info->ulMinPinLen = MOCK_PIN_MIN;
	info->ulTotalPublicMemory = CK_UNAVAILABLE_INFORMATION;
	info->ulFreePublicMemory = CK_UNAVAILABLE_INFORMATION;
	info->ulTotalPrivateMemory = CK_UNAVAILABLE_INFORMATION;
	info->ulFreePrivateMemory = CK_UNAVAILABLE_INFORMATION;
	MAY(token_info, slot, info);
	return CKR_OK;
}

static CK_RV mock_get_mechanism_list(CK_SLOT_ID slot, CK_MECHANISM_TYPE *list,
				     CK_ULONG *count)
{
	(void)list;
	MAY(call, "C_GetMechanismList");
	*count = 0;
	return slot_check(slot);
}

static CK_RV mock_get_mechanism_info(CK_SLOT_ID slot, CK_MECHANISM_TYPE type,
				     CK_MECHANISM_INFO *info)
{
	CK_RV rv = slot_check(slot);

	(void)type;
	(void)info;
	MAY(call, "C_GetMechanismInfo");
	return rv == CKR_OK ? CKR_MECHANISM_INVALID : rv;
}

static CK_RV mock_init_token(CK_SLOT_ID slot, CK_UTF8CHAR *pin, CK_ULONG size,
			     CK_UTF8CHAR *label)
{
	(void)slot;
	(void)pin;
	(void)size;
	(void)label;
	return logged("C_InitToken", CKR_FUNCTION_FAILED);
}

static CK_RV mock_open_session(CK_SLOT_ID slot, CK_FLAGS flags, void *context,
			       CK_NOTIFY notify, CK_SESSION_HANDLE *handle)
{
	CK_RV rv = slot_check(slot);

	(void)context;
	(void)notify;
	MAY(call, "C_OpenSession");
	if (rv != CKR_OK)
		return rv;
	MAY(open_session, slot);
	if (!(flags & CKF_SERIAL_SESSION))
		return CKR_SESSION_PARALLEL_NOT_SUPPORTED;
	if (!(flags & CKF_RW_SESSION) && user == CKU_SO && user_slot == slot)
		return CKR_SESSION_READ_WRITE_SO_EXISTS;
	for (CK_ULONG i = 0; i < SESSIONS; i++) {
		if (sessions[i].open)
			continue;
		sessions[i] = (struct session){
			.open = true,
			.writable = flags & CKF_RW_SESSION,
			.slot = slot,
		};
		*handle = i + 1;
		return CKR_OK;
	}
	return CKR_SESSION_COUNT;
}

/* The last session of a token takes the login with it. */
static void sessions_closed(CK_SLOT_ID slot)
{
	for (CK_ULONG i = 0; i < SESSIONS; i++) {
		if (sessions[i].open && sessions[i].slot == slot)
			return;
	}
	if (user_slot == slot)
		user = nobody;
}

static CK_RV mock_close_session(CK_SESSION_HANDLE handle)
{
	struct session *session;
	CK_RV rv = session_get(handle, &session);

	MAY(call, "C_CloseSession");
	if (rv != CKR_OK)
		return rv;
	session->open = false;
	sessions_closed(session->slot);
	return CKR_OK;
}

static CK_RV mock_close_all_sessions(CK_SLOT_ID slot)
{
	CK_RV rv = slot_check(slot);

	MAY(call, "C_CloseAllSessions");
	if (rv != CKR_OK)
		return rv;
	for (CK_ULONG i = 0; i < SESSIONS; i++) {
		if (sessions[i].slot == slot)
			sessions[i].open = false;
	}
	sessions_closed(slot);
	return CKR_OK;
}

static CK_STATE session_state(const struct session *session)
{
	CK_USER_TYPE here = session->slot == user_slot ? user : nobody;

	if (here == CKU_SO)
		return CKS_RW_SO_FUNCTIONS;
	if (here == CKU_USER)
		return session->writable ? CKS_RW_USER_FUNCTIONS
					 : CKS_RO_USER_FUNCTIONS;
	return session->writable ? CKS_RW_PUBLIC_SESSION
				 : CKS_RO_PUBLIC_SESSION;
}

static CK_RV mock_get_session_info(CK_SESSION_HANDLE handle,
				   CK_SESSION_INFO *info)
{
	struct session *session;
	CK_RV rv = session_get(handle, &session);

	MAY(call, "C_GetSessionInfo");
	if (rv != CKR_OK)
		return rv;
	*info = (CK_SESSION_INFO){
		.slotID = session->slot,
		.state = session_state(session),
		.flags = CKF_SERIAL_SESSION |
			 (session->writable ? CKF_RW_SESSION : 0),
	};
	return CKR_OK;
}

/* How a PIN is given: on the pad of the token, or here and of fair length. */
static CK_RV pin_form(const CK_UTF8CHAR *pin, CK_ULONG size)
{
	if (mock.token_flags & CKF_PROTECTED_AUTHENTICATION_PATH)
		return pin || size ? CKR_ARGUMENTS_BAD : CKR_OK;
	if (!pin)
		return CKR_ARGUMENTS_BAD;
	if (size < MOCK_PIN_MIN || size > MOCK_PIN_MAX)
		return CKR_PIN_LEN_RANGE;
	return CKR_OK;
}

static CK_RV pin_try(bool so, const CK_UTF8CHAR *pin, CK_ULONG size)
{
	unsigned int *tries = so ? &state.so_tries : &state.user_tries;
	unsigned long long right;
	CK_RV rv = pin_form(pin, size);

	if (rv != CKR_OK)
		return rv;
	state_read();
	if (!so && !state.user_set)
		return CKR_USER_PIN_NOT_INITIALIZED;
	if (!*tries)
		return CKR_PIN_LOCKED;
	right = so ? state.so_pin : state.user_pin;
	if (pin && digest(pin, size) != right) {
		--*tries;
		rv = CKR_PIN_INCORRECT;
	} else {
		*tries = MOCK_TRIES;
	}
	state_write();
	return rv;
}

static CK_RV login(CK_SESSION_HANDLE handle, CK_USER_TYPE type,
		   const CK_UTF8CHAR *pin, CK_ULONG size)
{
	struct session *session;
	CK_RV rv = session_get(handle, &session);

	if (rv != CKR_OK)
		return rv;
	if (type != CKU_SO && type != CKU_USER)
		return CKR_USER_TYPE_INVALID;
	if (user != nobody && user_slot == session->slot)
		return user == type ? CKR_USER_ALREADY_LOGGED_IN
				    : CKR_USER_ANOTHER_ALREADY_LOGGED_IN;
	for (CK_ULONG i = 0; type == CKU_SO && i < SESSIONS; i++) {
		if (sessions[i].open && !sessions[i].writable &&
		    sessions[i].slot == session->slot)
			return CKR_SESSION_READ_ONLY_EXISTS;
	}
	rv = pin_try(type == CKU_SO, pin, size);
	if (rv == CKR_OK) {
		user = type;
		user_slot = session->slot;
	}
	return rv;
}

static CK_RV mock_login(CK_SESSION_HANDLE handle, CK_USER_TYPE type,
			CK_UTF8CHAR *pin, CK_ULONG size)
{
	MAY(call, "C_Login");
	return logged(type == CKU_SO ? "C_Login SO" : "C_Login USER",
		      login(handle, type, pin, size));
}

static CK_RV mock_logout(CK_SESSION_HANDLE handle)
{
	struct session *session;
	CK_RV rv = session_get(handle, &session);

	MAY(call, "C_Logout");
	if (rv != CKR_OK)
		return rv;
	if (user == nobody || user_slot != session->slot)
		return CKR_USER_NOT_LOGGED_IN;
	user = nobody;
	return CKR_OK;
}

static CK_RV init_pin(CK_SESSION_HANDLE handle, const CK_UTF8CHAR *pin,
		      CK_ULONG size)
{
	struct session *session;
	CK_RV rv = session_get(handle, &session);

	if (rv != CKR_OK)
		return rv;
	if (session_state(session) != CKS_RW_SO_FUNCTIONS)
		return CKR_USER_NOT_LOGGED_IN;
	rv = pin_form(pin, size);
	if (rv != CKR_OK || mock.init_pin_does_nothing)
		return rv;
	state_read();
	state.user_tries = MOCK_TRIES;
	state.user_set = 1;
	state.changed = 1;
	if (pin)
		state.user_pin = digest(pin, size);
	state_write();
	return CKR_OK;
}

static CK_RV mock_init_pin(CK_SESSION_HANDLE handle, CK_UTF8CHAR *pin,
			   CK_ULONG size)
{
	MAY(call, "C_InitPIN");
	return logged("C_InitPIN", init_pin(handle, pin, size));
}

static CK_RV set_pin(CK_SESSION_HANDLE handle, const CK_UTF8CHAR *old,
		     CK_ULONG old_size, const CK_UTF8CHAR *new,
		     CK_ULONG new_size)
{
	struct session *session;
	CK_RV rv = session_get(handle, &session);
	bool so;

	if (rv != CKR_OK)
		return rv;
	if (!session->writable)
		return CKR_SESSION_READ_ONLY;
	rv = pin_form(new, new_size);
	if (rv != CKR_OK)
		return rv;
	so = session_state(session) == CKS_RW_SO_FUNCTIONS;
	rv = pin_try(so, old, old_size);
	if (rv != CKR_OK || !new)
		return rv;
	if (so)
		state.so_pin = digest(new, new_size);
	else
		state.user_pin = digest(new, new_size);
	state_write();
	return CKR_OK;
}

static CK_RV mock_set_pin(CK_SESSION_HANDLE handle, CK_UTF8CHAR *old,
			  CK_ULONG old_size, CK_UTF8CHAR *new,
			  CK_ULONG new_size)
{
	MAY(call, "C_SetPIN");
	return logged("C_SetPIN",
		      set_pin(handle, old, old_size, new, new_size));
}

static CK_ULONG object_count(void)
{
	return mock.objects ? mock.objects : 1;
}

/* Of a certificate: where `type` has a value, its place and size. */
static bool object_attribute(CK_OBJECT_HANDLE object, CK_ATTRIBUTE_TYPE type,
			     const void **value, CK_ULONG *size)
{
	static const CK_OBJECT_CLASS class = CKO_CERTIFICATE;
	static const CK_CERTIFICATE_TYPE x509 = CKC_X_509;
	static const CK_BBOOL yes = CK_TRUE;
	static const CK_BBOOL no = CK_FALSE;
	static unsigned char id[] = { 0x45, 0, 0 };
	const char *label = "Certificate";

	if (mock.object == MOCK_OBJECT_IS_RELABELLED && state.changed)
		label = "Another";
	switch (type) {
	case CKA_CLASS:
		*value = &class;
		*size = sizeof(class);
		return true;
	case CKA_CERTIFICATE_TYPE:
		*value = &x509;
		*size = sizeof(x509);
		return true;
	case CKA_TOKEN:
		*value = &yes;
		*size = sizeof(yes);
		return true;
	case CKA_PRIVATE:
	case CKA_MODIFIABLE:
		*value = &no;
		*size = sizeof(no);
		return true;
	case CKA_ID:
		id[1] = (unsigned char)(object >> 8);
		id[2] = (unsigned char)object;
		*value = id;
		*size = mock.objects ? sizeof(id) : 1;
		return true;
	case CKA_LABEL:
		*value = label;
		*size = strlen(label);
		return true;
	case CKA_VALUE:
		*value = certificate;
		*size = certificate_size;
		return true;
	default:
		return false;
	}
}

static bool object_matches(const CK_ATTRIBUTE *template, CK_ULONG count)
{
	const void *value;
	CK_ULONG size;

	if (!certificate && !mock.objects_without_end)
		return false;
	if (mock.object == MOCK_OBJECT_IS_DELETED && state.changed)
		return false;
	for (CK_ULONG i = 0; i < count; i++) {
		if (!object_attribute(1, template[i].type, &value, &size) ||
		    size != template[i].ulValueLen ||
		    (size && memcmp(value, template[i].pValue, size) != 0))
			return false;
	}
	return true;
}

static CK_RV mock_find_objects_init(CK_SESSION_HANDLE handle,
				    CK_ATTRIBUTE *template, CK_ULONG count)
{
	struct session *session;
	CK_RV rv = session_get(handle, &session);

	MAY(call, "C_FindObjectsInit");
	if (rv != CKR_OK)
		return rv;
	if (session->searching)
		return CKR_OPERATION_ACTIVE;
	session->searching = true;
	session->found = object_matches(template, count) ? 0 : object_count();
	return CKR_OK;
}

static CK_RV mock_find_objects(CK_SESSION_HANDLE handle,
			       CK_OBJECT_HANDLE *objects, CK_ULONG room,
			       CK_ULONG *count)
{
	struct session *session;
	CK_RV rv = session_get(handle, &session);

	MAY(call, "C_FindObjects");
	if (rv != CKR_OK)
		return rv;
	MAY(find_objects, session->slot);
	if (!session->searching)
		return CKR_OPERATION_NOT_INITIALIZED;
	*count = 0;
	while (*count < room && session->found < object_count()) {
		session->found += !mock.objects_without_end;
		objects[(*count)++] =
			mock.objects_without_end ? 1 : session->found;
	}
	return CKR_OK;
}

static CK_RV mock_find_objects_final(CK_SESSION_HANDLE handle)
{
	struct session *session;
	CK_RV rv = session_get(handle, &session);

	MAY(call, "C_FindObjectsFinal");
	if (rv != CKR_OK)
		return rv;
	if (!session->searching)
		return CKR_OPERATION_NOT_INITIALIZED;
	session->searching = false;
	return CKR_OK;
}

static CK_RV attribute_get(CK_OBJECT_HANDLE object, CK_ATTRIBUTE *attribute)
{
	const void *value;
	CK_ULONG size;

	CK_RV rv = CKR_OK;

	if (mock.attribute && mock.attribute(attribute, &rv))
		return rv;
	if (!object_attribute(object, attribute->type, &value, &size)) {
		attribute->ulValueLen = CK_UNAVAILABLE_INFORMATION;
		return CKR_ATTRIBUTE_TYPE_INVALID;
	}
	if (attribute->pValue && attribute->ulValueLen < size) {
		attribute->ulValueLen = CK_UNAVAILABLE_INFORMATION;
		return CKR_BUFFER_TOO_SMALL;
	}
	if (attribute->pValue && size)
		memcpy(attribute->pValue, value, size);
	attribute->ulValueLen = size;
	return CKR_OK;
}

static CK_RV mock_get_attribute_value(CK_SESSION_HANDLE handle,
				      CK_OBJECT_HANDLE object,
				      CK_ATTRIBUTE *template, CK_ULONG count)
{
	struct session *session;
	CK_RV rv = session_get(handle, &session);

	MAY(call, "C_GetAttributeValue");
	if (rv != CKR_OK)
		return rv;
	if (object < 1 || object > object_count())
		return CKR_OBJECT_HANDLE_INVALID;
	for (CK_ULONG i = 0; i < count; i++) {
		CK_RV one = attribute_get(object, &template[i]);

		if (one != CKR_OK)
			rv = one;
	}
	return rv;
}

static CK_RV unsupported(const char *name)
{
	return logged(name, CKR_FUNCTION_NOT_SUPPORTED);
}

/*
 * What this module lacks: a function of each shape, so that the list of
 * functions has no holes and each is called as it was declared.
 */
#define LACKS1(name, A)                    \
	static CK_RV name(A a)             \
	{                                  \
		(void)a;                   \
		return unsupported(#name); \
	}
#define LACKS2(name, A, B)                 \
	static CK_RV name(A a, B b)        \
	{                                  \
		(void)a, (void)b;          \
		return unsupported(#name); \
	}
#define LACKS3(name, A, B, C)              \
	static CK_RV name(A a, B b, C c)   \
	{                                  \
		(void)a, (void)b, (void)c; \
		return unsupported(#name); \
	}
#define LACKS4(name, A, B, C, D)                    \
	static CK_RV name(A a, B b, C c, D d)       \
	{                                           \
		(void)a, (void)b, (void)c, (void)d; \
		return unsupported(#name);          \
	}
#define LACKS5(name, A, B, C, D, E)                          \
	static CK_RV name(A a, B b, C c, D d, E e)           \
	{                                                    \
		(void)a, (void)b, (void)c, (void)d, (void)e; \
		return unsupported(#name);                   \
	}
#define LACKS6(name, A, B, C, D, E, F)                                \
	static CK_RV name(A a, B b, C c, D d, E e, F f)               \
	{                                                             \
		(void)a, (void)b, (void)c, (void)d, (void)e, (void)f; \
		return unsupported(#name);                            \
	}
#define LACKS8(name, A, B, C, D, E, F, G, H)                      \
	static CK_RV name(A a, B b, C c, D d, E e, F f, G g, H h) \
	{                                                         \
		(void)a, (void)b, (void)c, (void)d;               \
		(void)e, (void)f, (void)g, (void)h;               \
		return unsupported(#name);                        \
	}

typedef CK_SESSION_HANDLE session_t;
typedef CK_OBJECT_HANDLE object_t;
typedef CK_MECHANISM *mechanism_t;
typedef CK_ATTRIBUTE *template_t;
typedef CK_BYTE *bytes_t;
typedef CK_ULONG number_t;

LACKS3(wait_for_slot_event, CK_FLAGS, CK_SLOT_ID *, void *)
LACKS4(create_object, session_t, template_t, number_t, object_t *)
LACKS5(copy_object, session_t, object_t, template_t, number_t, object_t *)
LACKS2(destroy_object, session_t, object_t)
LACKS3(get_object_size, session_t, object_t, number_t *)
LACKS4(set_attribute_value, session_t, object_t, template_t, number_t)
LACKS5(set_operation_state, session_t, bytes_t, number_t, object_t, object_t)
LACKS3(begin, session_t, mechanism_t, object_t)
LACKS2(digest_init, session_t, mechanism_t)
LACKS2(digest_key, session_t, object_t)
LACKS5(turn, session_t, bytes_t, number_t, bytes_t, number_t *)
LACKS3(feed, session_t, bytes_t, number_t)
LACKS3(end, session_t, bytes_t, number_t *)
LACKS5(verify, session_t, bytes_t, number_t, bytes_t, number_t)
LACKS5(generate_key, session_t, mechanism_t, template_t, number_t, object_t *)
LACKS8(generate_key_pair, session_t, mechanism_t, template_t, number_t,
       template_t, number_t, object_t *, object_t *)
LACKS6(wrap_key, session_t, mechanism_t, object_t, object_t, bytes_t,
       number_t *)
LACKS8(unwrap_key, session_t, mechanism_t, object_t, bytes_t, number_t,
       template_t, number_t, object_t *)
LACKS6(derive_key, session_t, mechanism_t, object_t, template_t, number_t,
       object_t *)
LACKS1(legacy, session_t)

static CK_FUNCTION_LIST functions = {
	.version = { 2, 40 },
	.C_Initialize = mock_initialize,
	.C_Finalize = mock_finalize,
	.C_GetInfo = mock_get_info,
	.C_GetFunctionList = C_GetFunctionList,
	.C_GetSlotList = mock_get_slot_list,
	.C_GetSlotInfo = mock_get_slot_info,
	.C_GetTokenInfo = mock_get_token_info,
	.C_GetMechanismList = mock_get_mechanism_list,
	.C_GetMechanismInfo = mock_get_mechanism_info,
	.C_InitToken = mock_init_token,
	.C_InitPIN = mock_init_pin,
	.C_SetPIN = mock_set_pin,
	.C_OpenSession = mock_open_session,
	.C_CloseSession = mock_close_session,
	.C_CloseAllSessions = mock_close_all_sessions,
	.C_GetSessionInfo = mock_get_session_info,
	.C_GetOperationState = end,
	.C_SetOperationState = set_operation_state,
	.C_Login = mock_login,
	.C_Logout = mock_logout,
	.C_CreateObject = create_object,
	.C_CopyObject = copy_object,
	.C_DestroyObject = destroy_object,
	.C_GetObjectSize = get_object_size,
	.C_GetAttributeValue = mock_get_attribute_value,
	.C_SetAttributeValue = set_attribute_value,
	.C_FindObjectsInit = mock_find_objects_init,
	.C_FindObjects = mock_find_objects,
	.C_FindObjectsFinal = mock_find_objects_final,
	.C_EncryptInit = begin,
	.C_Encrypt = turn,
	.C_EncryptUpdate = turn,
	.C_EncryptFinal = end,
	.C_DecryptInit = begin,
	.C_Decrypt = turn,
	.C_DecryptUpdate = turn,
	.C_DecryptFinal = end,
	.C_DigestInit = digest_init,
	.C_Digest = turn,
	.C_DigestUpdate = feed,
	.C_DigestKey = digest_key,
	.C_DigestFinal = end,
	.C_SignInit = begin,
	.C_Sign = turn,
	.C_SignUpdate = feed,
	.C_SignFinal = end,
	.C_SignRecoverInit = begin,
	.C_SignRecover = turn,
	.C_VerifyInit = begin,
	.C_Verify = verify,
	.C_VerifyUpdate = feed,
	.C_VerifyFinal = feed,
	.C_VerifyRecoverInit = begin,
	.C_VerifyRecover = turn,
	.C_DigestEncryptUpdate = turn,
	.C_DecryptDigestUpdate = turn,
	.C_SignEncryptUpdate = turn,
	.C_DecryptVerifyUpdate = turn,
	.C_GenerateKey = generate_key,
	.C_GenerateKeyPair = generate_key_pair,
	.C_WrapKey = wrap_key,
	.C_UnwrapKey = unwrap_key,
	.C_DeriveKey = derive_key,
	.C_SeedRandom = feed,
	.C_GenerateRandom = feed,
	.C_GetFunctionStatus = legacy,
	.C_CancelFunction = legacy,
	.C_WaitForSlotEvent = wait_for_slot_event,
};

CK_FUNCTION_LIST *mock_other_module(const char *variable)
{
	const char *path = getenv(variable);
	void *handle = path ? dlopen(path, RTLD_NOW | RTLD_LOCAL) : NULL;
	CK_C_GetFunctionList get = NULL;
	CK_FUNCTION_LIST *theirs = NULL;

	if (handle)
		*(void **)&get = dlsym(handle, "C_GetFunctionList");
	return get && !get(&theirs) ? theirs : NULL;
}

__attribute__((visibility("default"))) CK_RV
C_GetFunctionList(CK_FUNCTION_LIST **list)
{
	MAY(function_list, &functions);
	*list = &functions;
	return CKR_OK;
}

CK_RV mock_pause(void)
{
	const char *folder = getenv("MOCK_PAUSE");
	char began[256], go[256];
	int fd;

	if (!folder)
		return CKR_OK;
	snprintf(began, sizeof(began), "%s/began", folder);
	snprintf(go, sizeof(go), "%s/go", folder);
	fd = open(began, O_WRONLY | O_CREAT | O_CLOEXEC, 0600);
	if (fd < 0)
		return CKR_GENERAL_ERROR;
	close(fd);
	while (access(go, F_OK))
		usleep(10000);
	return CKR_OK;
}
