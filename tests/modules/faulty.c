/* SPDX-License-Identifier: LGPL-2.1-or-later */
/*
 * Stands between the program and the module $FAULT_MODULE, hands every call
 * through, and has one of them fail. $FAULT says which and how:
 *
 *	NUMBER NAME FAULT [CKR]
 *
 * is the NUMBERth call of the function NAME ("any": of all functions), counted
 * over all processes that share $FAULT_LOG. The faults:
 *
 *	fail		answers CKR, and the real module is not asked
 *	fail-after	asks it, and answers CKR all the same
 *	hang, crash, abort, exit and hang-after, crash-after: likewise
 *	huge, noise, empty	success, with lengths and counts that cannot be,
 *			with bytes of no meaning, with nothing
 *	remove		from then on the token is out of its slot
 *
 * $FAULT_LOG gets a line for each call before the call is made, with who logs
 * in and whether a secret goes with it, and never what secret:
 *
 *	17 C_Login SO secret
 *
 * $FAULT_PUK makes a token that takes its SO PIN for the PUK as well.
 * $FAULT_SERIAL is the serial number of the token, instead of its own: the
 * program makes one attempt at a time on a token.
 */
#include <fcntl.h>
#include <signal.h>
#include <stdatomic.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mman.h>
#include <unistd.h>

#include "mock.h"

#define HUGE 0x7FFFFFF0UL
#define NAMES 80

enum fault {
	NO_FAULT,
	FAIL,
	FAIL_AFTER,
	HANG,
	HANG_AFTER,
	CRASH,
	CRASH_AFTER,
	ABORT,
	EXIT,
	HUGE_ANSWER,
	NOISE,
	EMPTY,
	REMOVE,
};

static const char *const fault_names[] = {
	[NO_FAULT] = "none",
	[FAIL] = "fail",
	[FAIL_AFTER] = "fail-after",
	[HANG] = "hang",
	[HANG_AFTER] = "hang-after",
	[CRASH] = "crash",
	[CRASH_AFTER] = "crash-after",
	[ABORT] = "abort",
	[EXIT] = "exit",
	[HUGE_ANSWER] = "huge",
	[NOISE] = "noise",
	[EMPTY] = "empty",
	[REMOVE] = "remove",
};

/* What all processes share. */
struct counters {
	atomic_ulong calls;
	atomic_ulong of[NAMES];
	atomic_bool removed;
};

struct plan {
	unsigned long number;
	char name[32];
	enum fault fault;
	CK_RV rv;
};

/* One call, from its arrival on. */
struct call {
	enum fault fault;
	CK_RV rv;
};

static CK_FUNCTION_LIST *real;
static struct counters own, *counters = &own;
static struct plan plan;

/* 1. What is asked for */

static void read_plan(void)
{
	const char *text = getenv("FAULT");
	char fault[32] = "", *words;
	int len = 0;

	plan = (struct plan){ .rv = CKR_DEVICE_ERROR };
	if (!text)
		return;
	plan.number = strtoul(text, &words, 10);
	if (sscanf(words, "%31s %31s%n", plan.name, fault, &len) < 2)
		return;
	if (words[len])
		plan.rv = strtoul(words + len, NULL, 0);
	for (size_t i = 0; i < sizeof(fault_names) / sizeof(fault_names[0]);
	     i++)
		if (strcmp(fault, fault_names[i]) == 0)
			plan.fault = (enum fault)i;
}

static void share_counters(void)
{
	const char *log = getenv("FAULT_LOG");
	char path[4096];
	void *map = MAP_FAILED;
	int fd;

	if (!log)
		return;
	(void)snprintf(path, sizeof(path), "%s.count", log);
	fd = open(path, O_RDWR | O_CREAT | O_CLOEXEC, 0600);
	if (fd >= 0 && !ftruncate(fd, sizeof(*counters)))
		map = mmap(NULL, sizeof(*counters), PROT_READ | PROT_WRITE,
			   MAP_SHARED, fd, 0);
	if (fd >= 0)
		(void)close(fd);
	if (map != MAP_FAILED)
		counters = map;
}

/* 2. A call */

/* In one write, as other processes may be writing. */
static void write_log(unsigned long number, const char *name, const char *more)
{
	const char *log = getenv("FAULT_LOG");
	char line[128];
	int fd =
		log ? open(log, O_WRONLY | O_APPEND | O_CREAT | O_CLOEXEC, 0600)
		    : -1;
	int n = snprintf(line, sizeof(line), "%lu %s%s\n", number, name, more);

	if (fd < 0)
		return;
	if (write(fd, line, (size_t)n) != n)
		abort();
	(void)close(fd);
}

static void crash(void)
{
	(void)signal(SIGSEGV, SIG_DFL);
	(void)raise(SIGSEGV);
}

static struct call arrive(size_t function, const char *name, const char *more)
{
	struct call call = { .rv = plan.rv };
	unsigned long number = atomic_fetch_add(&counters->calls, 1) + 1;
	unsigned long nth = atomic_fetch_add(&counters->of[function], 1) + 1;

	if (strcmp(plan.name, "any") == 0)
		nth = number;
	else if (strcmp(plan.name, name) != 0)
		nth = 0;
	if (plan.number > 0 && nth == plan.number)
		call.fault = plan.fault;
	write_log(number, name, more);
	switch (call.fault) {
	case HANG:
		mock_hang(false);
	case CRASH:
		crash();
		break;
	case ABORT:
		abort();
	case EXIT:
		exit(0);
	case REMOVE:
		atomic_store(&counters->removed, true);
		break;
	default:
		break;
	}
	return call;
}

/* The answer, where the real module is not to be asked: else CKR_OK. */
static CK_RV answer(const struct call *call, CK_RV removed)
{
	if (call->fault == FAIL)
		return call->rv;
	return atomic_load(&counters->removed) ? removed : CKR_OK;
}

static CK_RV leave(const struct call *call, CK_RV rv)
{
	switch (call->fault) {
	case FAIL_AFTER:
		return call->rv;
	case HANG_AFTER:
		mock_hang(false);
	case CRASH_AFTER:
		crash();
		return rv;
	default:
		return rv;
	}
}

static bool garbles(const struct call *call)
{
	return call->fault == HUGE_ANSWER || call->fault == NOISE ||
	       call->fault == EMPTY;
}

/* The same bytes every time. */
static void fill(const struct call *call, void *bytes, size_t size)
{
	unsigned char *at = bytes;
	unsigned int x = 12345;

	for (size_t i = 0; i < size; i++) {
		x = x * 1103515245U + 12345U;
		at[i] = call->fault == HUGE_ANSWER ? 0xFF
			: call->fault == EMPTY	   ? 0
						   : (unsigned char)(x >> 16);
	}
}

static void fill_count(const struct call *call, CK_ULONG *count)
{
	if (call->fault == HUGE_ANSWER)
		*count = HUGE;
	else if (call->fault == EMPTY)
		*count = 0;
}

/* 3. The functions */

#define POSITION(name) \
	(offsetof(CK_FUNCTION_LIST, C_##name) / sizeof(void *) % NAMES)

/*
 * Hands C_@name through. @removed is the answer of a token that is out, and
 * @garble what becomes of what was answered.
 */
#define THROUGH(name, parameters, arguments, more, removed, garble)          \
	static CK_RV through_##name parameters                               \
	{                                                                    \
		struct call call = arrive(POSITION(name), "C_" #name, more); \
		CK_RV rv = answer(&call, removed);                           \
                                                                             \
		if (!rv)                                                     \
			rv = leave(&call, real->C_##name arguments);         \
		if (!rv && garbles(&call))                                   \
			(garble);                                            \
		return rv;                                                   \
	}

#define NOTHING ((void)0)
#define OUT CKR_DEVICE_REMOVED

/* "" for none of the words below. */
static const char *who(CK_USER_TYPE user, const void *pin)
{
	switch (user) {
	case CKU_SO:
		return pin ? " SO secret" : " SO";
	case CKU_USER:
		return pin ? " USER secret" : " USER";
	default:
		return pin ? " CONTEXT secret" : " CONTEXT";
	}
}

static void fill_attributes(const struct call *call, CK_ATTRIBUTE *list,
			    CK_ULONG n)
{
	for (CK_ULONG i = 0; i < n; i++) {
		if (list[i].pValue && list[i].ulValueLen < HUGE)
			fill(call, list[i].pValue, list[i].ulValueLen);
		fill_count(call, &list[i].ulValueLen);
	}
}

static void fill_token(const struct call *call, CK_TOKEN_INFO *info)
{
	/* One that was never initialized is nobody's. */
	fill(call, info, sizeof(*info));
	info->flags |= CKF_TOKEN_INITIALIZED;
}

THROUGH(Initialize, (void *arguments), (arguments), "", CKR_OK, NOTHING)
THROUGH(Finalize, (void *reserved), (reserved), "", CKR_OK, NOTHING)
THROUGH(GetInfo, (CK_INFO * info), (info), "", CKR_OK,
	fill(&call, info, sizeof(*info)))
THROUGH(GetSlotInfo, (CK_SLOT_ID slot, CK_SLOT_INFO *info), (slot, info), "",
	CKR_OK, fill(&call, info, sizeof(*info)))
THROUGH(GetMechanismList,
	(CK_SLOT_ID slot, CK_MECHANISM_TYPE *list, CK_ULONG *n),
	(slot, list, n), "", CKR_TOKEN_NOT_PRESENT, fill_count(&call, n))
THROUGH(GetMechanismInfo,
	(CK_SLOT_ID slot, CK_MECHANISM_TYPE type, CK_MECHANISM_INFO *info),
	(slot, type, info), "", CKR_TOKEN_NOT_PRESENT,
	fill(&call, info, sizeof(*info)))
THROUGH(OpenSession,
	(CK_SLOT_ID slot, CK_FLAGS flags, void *context, CK_NOTIFY notify,
	 CK_SESSION_HANDLE *session),
	(slot, flags, context, notify, session), "", CKR_TOKEN_NOT_PRESENT,
	fill(&call, session, sizeof(*session)))
THROUGH(CloseSession, (CK_SESSION_HANDLE session), (session), "", OUT, NOTHING)
THROUGH(CloseAllSessions, (CK_SLOT_ID slot), (slot), "", OUT, NOTHING)
THROUGH(GetSessionInfo, (CK_SESSION_HANDLE session, CK_SESSION_INFO *info),
	(session, info), "", OUT, fill(&call, info, sizeof(*info)))
THROUGH(Login,
	(CK_SESSION_HANDLE session, CK_USER_TYPE user, CK_UTF8CHAR *pin,
	 CK_ULONG size),
	(session, user, pin, size), who(user, pin), OUT, NOTHING)
THROUGH(Logout, (CK_SESSION_HANDLE session), (session), "", OUT, NOTHING)
THROUGH(InitPIN, (CK_SESSION_HANDLE session, CK_UTF8CHAR *pin, CK_ULONG size),
	(session, pin, size), pin ? " secret" : "", OUT, NOTHING)
THROUGH(FindObjectsInit,
	(CK_SESSION_HANDLE session, CK_ATTRIBUTE *list, CK_ULONG n),
	(session, list, n), "", OUT, NOTHING)
THROUGH(FindObjects,
	(CK_SESSION_HANDLE session, CK_OBJECT_HANDLE *list, CK_ULONG room,
	 CK_ULONG *n),
	(session, list, room, n), "", OUT,
	(fill(&call, list, room < 64 ? room * sizeof(*list) : 64),
	 fill_count(&call, n)))
THROUGH(FindObjectsFinal, (CK_SESSION_HANDLE session), (session), "", OUT,
	NOTHING)
THROUGH(GetAttributeValue,
	(CK_SESSION_HANDLE session, CK_OBJECT_HANDLE object, CK_ATTRIBUTE *list,
	 CK_ULONG n),
	(session, object, list, n), "", OUT, fill_attributes(&call, list, n))
THROUGH(SignInit,
	(CK_SESSION_HANDLE session, CK_MECHANISM *mechanism,
	 CK_OBJECT_HANDLE object),
	(session, mechanism, object), "", OUT, NOTHING)
THROUGH(Sign,
	(CK_SESSION_HANDLE session, CK_BYTE *data, CK_ULONG size,
	 CK_BYTE *signature, CK_ULONG *n),
	(session, data, size, signature, n), "", OUT,
	(fill(&call, signature, signature ? *n : 0), fill_count(&call, n)))

/* A token that takes its SO PIN for the PUK, where $FAULT_PUK says so. */
static CK_RV set_pin(CK_SESSION_HANDLE session, CK_UTF8CHAR *old,
		     CK_ULONG old_size, CK_UTF8CHAR *new, CK_ULONG new_size)
{
	CK_RV rv;

	if (!getenv("FAULT_PUK"))
		return real->C_SetPIN(session, old, old_size, new, new_size);
	rv = real->C_Login(session, CKU_SO, old, old_size);
	if (rv)
		return rv;
	rv = real->C_InitPIN(session, new, new_size);
	(void)real->C_Logout(session);
	return rv;
}

static CK_RV through_SetPIN(CK_SESSION_HANDLE session, CK_UTF8CHAR *old,
			    CK_ULONG old_size, CK_UTF8CHAR *new,
			    CK_ULONG new_size)
{
	struct call call = arrive(POSITION(SetPIN), "C_SetPIN",
				  old || new ? " secret" : "");
	CK_RV rv = answer(&call, OUT);

	return rv ? rv
		  : leave(&call,
			  set_pin(session, old, old_size, new, new_size));
}

static CK_RV through_GetSlotList(CK_BBOOL present, CK_SLOT_ID *list,
				 CK_ULONG *n)
{
	struct call call = arrive(POSITION(GetSlotList), "C_GetSlotList", "");
	CK_ULONG room = *n;
	CK_RV rv = call.fault == FAIL ? call.rv : CKR_OK;

	if (!rv)
		rv = leave(&call, real->C_GetSlotList(present, list, n));
	if (!rv && atomic_load(&counters->removed))
		*n = 0;
	if (!rv && garbles(&call)) {
		fill(&call, list, list ? room * sizeof(*list) : 0);
		fill_count(&call, n);
	}
	return rv;
}

static CK_RV through_GetTokenInfo(CK_SLOT_ID slot, CK_TOKEN_INFO *info)
{
	struct call call = arrive(POSITION(GetTokenInfo), "C_GetTokenInfo", "");
	const char *serial = getenv("FAULT_SERIAL");
	CK_RV rv = answer(&call, CKR_TOKEN_NOT_PRESENT);

	if (!rv)
		rv = leave(&call, real->C_GetTokenInfo(slot, info));
	if (!rv && serial)
		mock_pad(info->serialNumber, sizeof(info->serialNumber),
			 serial);
	if (!rv && garbles(&call))
		fill_token(&call, info);
	return rv;
}

static CK_RV take_over(CK_FUNCTION_LIST *functions)
{
	if (real)
		return CKR_OK;
	real = mock_other_module("FAULT_MODULE");
	if (!real)
		return CKR_GENERAL_ERROR;
	read_plan();
	share_counters();
	*functions = *real;
	functions->C_Initialize = through_Initialize;
	functions->C_Finalize = through_Finalize;
	functions->C_GetInfo = through_GetInfo;
	functions->C_GetSlotList = through_GetSlotList;
	functions->C_GetSlotInfo = through_GetSlotInfo;
	functions->C_GetTokenInfo = through_GetTokenInfo;
	functions->C_GetMechanismList = through_GetMechanismList;
	functions->C_GetMechanismInfo = through_GetMechanismInfo;
	functions->C_OpenSession = through_OpenSession;
	functions->C_CloseSession = through_CloseSession;
	functions->C_CloseAllSessions = through_CloseAllSessions;
	functions->C_GetSessionInfo = through_GetSessionInfo;
	functions->C_Login = through_Login;
	functions->C_Logout = through_Logout;
	functions->C_InitPIN = through_InitPIN;
	functions->C_SetPIN = through_SetPIN;
	functions->C_FindObjectsInit = through_FindObjectsInit;
	functions->C_FindObjects = through_FindObjects;
	functions->C_FindObjectsFinal = through_FindObjectsFinal;
	functions->C_GetAttributeValue = through_GetAttributeValue;
	functions->C_SignInit = through_SignInit;
	functions->C_Sign = through_Sign;
	return CKR_OK;
}

const struct mock mock = {
	.function_list = take_over,
};
