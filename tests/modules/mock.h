/* SPDX-License-Identifier: LGPL-2.1-or-later */
#ifndef MOCK_H
#define MOCK_H

#include <stdbool.h>

#include <p11-kit/pkcs11.h>

/*
 * mock.c is a PKCS#11 module that behaves; every other source here defines
 * `mock`, changes one thing in it, and is linked with mock.c into a module of
 * its own name.
 *
 * Environment: MOCK_CERT names a DER file, each object of each token: there is
 * one, and its id is 45.
 * MOCK_LOG gets a line for each call that logs in or writes, and for
 * what mock.c lacks, in the order of their ends:
 *
 *	C_Login USER 0xa0
 *
 * MOCK_READER is what slots say of their reader, instead of a name of their
 *own.
 *
 * MOCK_STATE keeps the PINs between processes, one KEY=VALUE a line; what is
 * absent from it has this value:
 *
 *	user-tries=3 so-tries=3 user-set=1 changed=0 user-pin=- so-pin=-
 *
 * The last two are digests, "-" is that of MOCK_USER_PIN or MOCK_SO_PIN. The
 * tokens of one module share all of it.
 */

/* The same as USER_PIN and SO_PIN of tests/lib.sh. */
#define MOCK_USER_PIN "648219"
#define MOCK_SO_PIN "51827364"
#define MOCK_PIN_MIN 4
#define MOCK_PIN_MAX 16
#define MOCK_TRIES 3

struct mock_state {
	unsigned int user_tries;
	unsigned int so_tries;
	unsigned int user_set;
	unsigned int changed;
	unsigned long long user_pin;
	unsigned long long so_pin;
};

enum mock_object {
	MOCK_OBJECT_STAYS,
	MOCK_OBJECT_IS_RELABELLED,
	MOCK_OBJECT_IS_DELETED,
};

/*
 * A hook that is absent is CKR_OK. One that returns anything else makes its
 * function return that.
 */
struct mock {
	CK_ULONG slots;	       /* 1 where it is 0 */
	CK_SLOT_ID first_slot; /* the number of the first of them */
	CK_ULONG objects;      /* of each token, each of an id of its own */
	CK_FLAGS token_flags;
	CK_RV (*initialize)(void);
	CK_RV (*finalize)(void);
	CK_RV (*slot_list)(void);
	CK_RV (*slot_info)(CK_SLOT_ID slot);
	CK_RV (*token_info)(CK_SLOT_ID slot, CK_TOKEN_INFO *info);
	CK_RV (*open_session)(CK_SLOT_ID slot);
	CK_RV (*find_objects)(CK_SLOT_ID slot);
	/* True where it has answered, with *rv. */
	bool (*attribute)(CK_ATTRIBUTE *attribute, CK_RV *rv);
	/* May write into the list, once. */
	CK_RV (*function_list)(CK_FUNCTION_LIST *list);
	/* Asked before each function, with its name. */
	CK_RV (*call)(const char *name);
	bool objects_without_end;
	bool init_pin_does_nothing;
	/* What C_InitPIN does to the certificate besides. */
	enum mock_object object;
};

extern const struct mock mock;

/* Space-padded, and cut at `size` bytes wherever that falls. */
void mock_pad(CK_UTF8CHAR *field, CK_ULONG size, const char *text);

/* The functions of the module that the environment variable names, or NULL. */
CK_FUNCTION_LIST *mock_other_module(const char *variable);

/* Makes "began" in the folder MOCK_PAUSE, and waits there for "go", so that a
 * test can act in the middle without a clock. CKR_OK where there is no folder.
 */
CK_RV mock_pause(void);

/* For ever, and deaf to everything but SIGKILL if `deaf`. */
__attribute__((noreturn)) void mock_hang(bool deaf);

#endif
