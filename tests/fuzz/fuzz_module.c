/* SPDX-License-Identifier: LGPL-2.1-or-later */
/*
 * A module that may answer each call in any way. Its token is scanned, read
 * wholly and unblocked, all in this process: the functions of worker.h, of
 * module.h and of opensc_conf.h are those below and of workers.c. Whatever the
 * module answers, a secret is sent once, and what was sent is told.
 */
#include <p11-kit/pkcs11.h>
#include <stdlib.h>
#include <string.h>
#include <winscard.h>

#include "fuzz.h"
#include "token/module.h"
#include "token/opensc_conf.h"
#include "token/tries.h"
#include "workers.h"

#define PATH "/usr/lib/module.so"
#define N_OBJECTS 3
#define MAX_STARTS 100

/* 1. The module */

static struct fuzz_input input;
static CK_FLAGS flags;
static unsigned int n_logins, n_new_pins, n_puks, n_found;
static bool is_logged_in, is_unblocked;

/* CKR_OK for most bytes, for those of a short input too. */
static CK_RV answer(void)
{
	static const CK_RV answers[] = {
		CKR_DEVICE_ERROR,      CKR_DEVICE_REMOVED,
		CKR_TOKEN_NOT_PRESENT, CKR_HOST_MEMORY,
		CKR_PIN_INCORRECT,     CKR_PIN_LOCKED,
		CKR_PIN_LEN_RANGE,     CKR_USER_ALREADY_LOGGED_IN,
		CKR_BUFFER_TOO_SMALL,  CKR_ATTRIBUTE_TYPE_INVALID,
		CKR_SESSION_COUNT,     CKR_FUNCTION_NOT_SUPPORTED,
		CKR_PIN_INVALID,       CKR_TOKEN_NOT_RECOGNIZED,
		CKR_VENDOR_DEFINED,    CKR_FUNCTION_CANCELED,
	};
	unsigned int byte = fuzz_byte(&input);

	return byte < 0xE0 ? CKR_OK : answers[byte & 15];
}

/* Whether the module does something odd here. */
static bool is_odd(void)
{
	return fuzz_byte(&input) == 0xFF;
}

static CK_RV get_slot_list(CK_BBOOL present, CK_SLOT_ID *list, CK_ULONG *n)
{
	CK_ULONG room = *n;

	HOLDS(present && list);
	*n = is_odd() ? fuzz_byte(&input) << 4 : 2;
	for (CK_ULONG i = 0; i < *n && i < room; i++)
		list[i] = i;
	return *n > room ? CKR_BUFFER_TOO_SMALL : answer();
}

static void fill(unsigned char *field, size_t size, const char *text)
{
	memset(field, ' ', size);
	for (size_t i = 0; text[i]; i++)
		field[i] = (unsigned char)text[i];
	if (is_odd())
		field[fuzz_byte(&input) % size] =
			(unsigned char)fuzz_byte(&input);
}

static CK_RV get_slot_info(CK_SLOT_ID slot, CK_SLOT_INFO *info)
{
	(void)slot;
	fill(info->slotDescription, sizeof(info->slotDescription), "Reader 0");
	fill(info->manufacturerID, sizeof(info->manufacturerID), "maker");
	info->flags = CKF_TOKEN_PRESENT;
	return answer();
}

static CK_RV get_token_info(CK_SLOT_ID slot, CK_TOKEN_INFO *info)
{
	fill(info->label, sizeof(info->label), "label");
	fill(info->manufacturerID, sizeof(info->manufacturerID), "maker");
	fill(info->model, sizeof(info->model), "model");
	fill(info->serialNumber, sizeof(info->serialNumber),
	     slot == 0 ? "0001" : "0002");
	if (is_odd())
		flags ^= 1UL << (fuzz_byte(&input) & 31);
	info->flags = flags;
	info->ulMinPinLen = fuzz_byte(&input) & 7;
	info->ulMaxPinLen = 16;
	return answer();
}

static CK_RV open_session(CK_SLOT_ID slot, CK_FLAGS how, void *data,
			  CK_NOTIFY notify, CK_SESSION_HANDLE *session)
{
	(void)data;
	HOLDS(how & CKF_SERIAL_SESSION && !notify);
	*session = slot + 1;
	return answer();
}

static CK_RV close_session(CK_SESSION_HANDLE session)
{
	(void)session;
	return answer();
}

static CK_RV find_init(CK_SESSION_HANDLE session, CK_ATTRIBUTE *templ,
		       CK_ULONG n)
{
	(void)session;
	(void)templ;
	(void)n;
	n_found = 0;
	return answer();
}

static CK_RV find(CK_SESSION_HANDLE session, CK_OBJECT_HANDLE *objects,
		  CK_ULONG max, CK_ULONG *n)
{
	(void)session;
	*n = 0;
	while (*n < max && n_found < N_OBJECTS)
		objects[(*n)++] = ++n_found;
	/* A module that never ends, or counts what it has not written. */
	if (is_odd())
		n_found = 0;
	if (is_odd())
		*n = max + 1;
	return answer();
}

static CK_RV find_final(CK_SESSION_HANDLE session)
{
	(void)session;
	return answer();
}

static CK_RV get_values(CK_SESSION_HANDLE session, CK_OBJECT_HANDLE object,
			CK_ATTRIBUTE *values, CK_ULONG n)
{
	(void)session;
	for (CK_ULONG i = 0; i < n; i++) {
		CK_OBJECT_CLASS class =
			object == 1 ? CKO_CERTIFICATE : CKO_PUBLIC_KEY;
		unsigned char bytes[8] = { 'v', (unsigned char)object };
		CK_ULONG len = 4, room = values[i].ulValueLen;

		if (values[i].type == CKA_CLASS) {
			memcpy(bytes, &class, sizeof(class));
			len = sizeof(class);
		}
		if (is_odd())
			bytes[fuzz_byte(&input) & 7] ^= 1;
		values[i].ulValueLen =
			is_odd() ? (CK_ULONG)fuzz_byte(&input) << 24 : len;
		if (is_odd())
			values[i].ulValueLen = CK_UNAVAILABLE_INFORMATION;
		if (values[i].pValue && room >= len)
			memcpy(values[i].pValue, bytes, len);
	}
	return answer();
}

static CK_RV login(CK_SESSION_HANDLE session, CK_USER_TYPE user,
		   CK_UTF8CHAR *pin, CK_ULONG len)
{
	CK_RV rv = answer();

	(void)session;
	HOLDS(user == CKU_SO && pin && len == 8);
	n_logins++;
	is_logged_in = rv == CKR_OK;
	return rv;
}

static CK_RV log_out(CK_SESSION_HANDLE session)
{
	(void)session;
	is_logged_in = false;
	return answer();
}

static CK_RV init_pin(CK_SESSION_HANDLE session, CK_UTF8CHAR *pin, CK_ULONG len)
{
	CK_RV rv = answer();

	(void)session;
	HOLDS(is_logged_in && pin && len == 6);
	n_new_pins++;
	is_unblocked |= rv == CKR_OK;
	return rv;
}

static CK_RV set_pin(CK_SESSION_HANDLE session, CK_UTF8CHAR *old,
		     CK_ULONG old_len, CK_UTF8CHAR *pin, CK_ULONG len)
{
	CK_RV rv = answer();

	(void)session;
	HOLDS(old && old_len == 8 && pin && len == 6);
	n_puks++;
	is_unblocked |= rv == CKR_OK;
	return rv;
}

/* All that is not here is not to be called: it is NULL. */
static CK_FUNCTION_LIST functions = {
	.version = { 2, 40 },
	.C_GetSlotList = get_slot_list,
	.C_GetSlotInfo = get_slot_info,
	.C_GetTokenInfo = get_token_info,
	.C_OpenSession = open_session,
	.C_CloseSession = close_session,
	.C_FindObjectsInit = find_init,
	.C_FindObjects = find,
	.C_FindObjectsFinal = find_final,
	.C_GetAttributeValue = get_values,
	.C_Login = login,
	.C_Logout = log_out,
	.C_InitPIN = init_pin,
	.C_SetPIN = set_pin,
};

CK_RV C_GetFunctionList(CK_FUNCTION_LIST **list)
{
	*list = &functions;
	return CKR_OK;
}

/* 2. What would load it, and OpenSC */

enum cks_err module_open(struct module *m, const char *path)
{
	HOLDS(strcmp(path, PATH) == 0);
	memset(m, 0, sizeof(*m));
	m->f = &functions;
	fill(m->info.manufacturerID, sizeof(m->info.manufacturerID), "maker");
	fill(m->info.libraryDescription, sizeof(m->info.libraryDescription),
	     "library");
	return is_odd() ? CKS_ERR_LOAD : CKS_OK;
}

enum cks_err module_open_shared(struct module *m, const char *path)
{
	return module_open(m, path);
}

void module_close(struct module *m)
{
	HOLDS(m->f == &functions);
}

enum cks_err opensc_conf_enter(const char *style,
			       const struct confinement *within)
{
	(void)style;
	(void)within;
	return is_odd() ? CKS_ERR_OPENSC_CONF : CKS_OK;
}

enum cks_err opensc_conf_enter_reading(const struct confinement *within)
{
	(void)within;
	return is_odd() ? CKS_ERR_OPENSC_CONF : CKS_OK;
}

bool opensc_conf_is_entered(void)
{
	return !is_odd();
}

bool opensc_conf_was_read(void)
{
	return !is_odd();
}

LONG SCardEstablishContext(DWORD scope, LPCVOID a, LPCVOID b,
			   LPSCARDCONTEXT context)
{
	(void)scope;
	(void)a;
	(void)b;
	*context = 0;
	return SCARD_E_NO_SERVICE;
}

/* 3. Workers, one after the other in this process */

static struct worker *current;
static size_t n_given;
static bool is_ended;

void worker_send(int channel, unsigned int type, const struct wire *payload)
{
	struct wire w = { 0 };

	(void)channel;
	if (is_ended)
		return;
	if (payload)
		(void)wire_append(&w, payload->data, payload->len);
	(void)current->on_frame(current, type, &w);
	wire_free(&w);
}

void worker_send_end(int channel)
{
	(void)channel;
	is_ended = true;
}

struct cks_secret *worker_take_secret(int channel)
{
	const struct cks_secret *from = current->secrets[n_given++];
	size_t len = cks_secret_length(from);
	struct cks_secret *secret = cks_secret_new(len);

	(void)channel;
	HOLDS(secret && n_given <= WORKER_N_SECRETS);
	memcpy(cks_secret_data(secret),
	       cks_secret_data((struct cks_secret *)from), len);
	HOLDS(cks_secret_set_length(secret, len) == CKS_OK);
	return secret;
}

void worker_forget_secrets(struct cks_secret **a, struct cks_secret **b)
{
	cks_secret_free(a);
	cks_secret_free(b);
}

bool worker_is_sealed(void)
{
	return !is_odd();
}

/* Each once, and again as long as its owner wants it. */
static void run(struct worker *w)
{
	struct worker *outer = current;
	unsigned int n = 0;

	current = w;
	do {
		HOLDS(n++ < MAX_STARTS);
		n_given = 0;
		is_ended = false;
		w->run(-1, w->arg);
		HOLDS(is_ended);
	} while (w->on_end(w, CKS_OK));
	current = outer;
}

enum cks_err workers_run(struct worker *workers, size_t n)
{
	return fuzz_workers(workers, n, run);
}

/* 4. The attempt */

static struct cks_secret *make_secret(const char *text)
{
	size_t len = strlen(text);
	struct cks_secret *secret = cks_secret_new(len);

	HOLDS(secret);
	memcpy(cks_secret_data(secret), text, len);
	HOLDS(cks_secret_set_length(secret, len) == CKS_OK);
	return secret;
}

static void unblock(const struct cks_token *t, unsigned int how)
{
	struct cks_secret *unblock_pin = make_secret("87654321");
	struct cks_secret *new_pin = make_secret("123456");
	const struct cks_unblock job = {
		.token = t,
		.method = how & 1 ? CKS_METHOD_PUK : CKS_METHOD_SO_PIN,
		.unblock_pin = unblock_pin,
		.new_pin = new_pin,
		.force_unlocked = how & 2,
		.allow_final_try = how & 4,
	};
	enum cks_stage stage = CKS_STAGE_ANSWERED;
	enum cks_err err;

	HOLDS(n_logins + n_new_pins + n_puks == 0);
	err = cks_unblock_run(&job, &stage);
	HOLDS(n_logins + n_puks <= 1);
	HOLDS(n_new_pins <= n_logins);
	HOLDS((stage == CKS_STAGE_NOTHING_SENT) == (n_logins + n_puks == 0));
	HOLDS((stage >= CKS_STAGE_NEW_PIN_SENT) == (n_new_pins + n_puks == 1));
	HOLDS((err == CKS_OK) == is_unblocked);
	cks_secret_free(&unblock_pin);
	cks_secret_free(&new_pin);
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	struct cks_scan *scan = cks_scan_new();
	struct cks_token *again = NULL;
	unsigned int how;

	input = (struct fuzz_input){ data, size };
	flags = CKF_TOKEN_INITIALIZED | CKF_USER_PIN_INITIALIZED |
		CKF_LOGIN_REQUIRED | CKF_USER_PIN_LOCKED;
	n_logins = n_new_pins = n_puks = 0;
	is_logged_in = is_unblocked = false;
	how = fuzz_byte(&input);
	HOLDS(scan);
	HOLDS(cks_scan_add_module(scan, PATH) == CKS_OK);
	HOLDS(cks_scan_run(scan) == CKS_OK);
	for (size_t i = 0; i < cks_scan_n_errors(scan); i++)
		HOLDS(cks_scan_error_code(cks_scan_error(scan, i)));
	if (cks_scan_n_tokens(scan) > 0 &&
	    cks_token_reread(cks_scan_token(scan, 0), 0, &again) == CKS_OK)
		unblock(again, how);
	cks_token_free(&again);
	cks_scan_free(&scan);
	return 0;
}
