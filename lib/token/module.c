/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include <dlfcn.h>
#include <elf.h>
#include <errno.h>
#include <fcntl.h>
#include <link.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "base/i18n.h"
#include "base/path.h"
#include "module.h"
#include "readers.h"

#define MAX_SLOTS 65536UL

/* Placed by the linker: the header of this very library. */
extern const ElfW(Ehdr) __ehdr_start __attribute__((visibility("hidden")));

/* The loader's own word for a 32-bit module is of no use to an officer. */
static bool other_architecture(const char *path)
{
	ElfW(Ehdr) header;
	int fd = open(path, O_RDONLY | O_CLOEXEC);
	ssize_t n;

	if (fd < 0)
		return false;
	n = read(fd, &header, sizeof(header));
	close(fd);
	if (n < (ssize_t)offsetof(ElfW(Ehdr), e_version) ||
	    memcmp(header.e_ident, ELFMAG, SELFMAG) != 0)
		return false;
	return header.e_ident[EI_CLASS] != __ehdr_start.e_ident[EI_CLASS] ||
	       header.e_ident[EI_DATA] != __ehdr_start.e_ident[EI_DATA] ||
	       header.e_machine != __ehdr_start.e_machine;
}

static void say(struct module *m, const char *text)
{
	snprintf(m->detail, sizeof(m->detail), "%s", text ? text : "");
}

/* The error that @rv stands for in a call which sends no PIN. */
static enum cks_err ckr_error(CK_RV rv)
{
	switch (rv) {
	case CKR_OK:
		return CKS_OK;
	case CKR_HOST_MEMORY:
		return CKS_ERR_MEMORY;
	case CKR_DEVICE_REMOVED:
	case CKR_TOKEN_NOT_PRESENT:
		return CKS_ERR_REMOVED;
	/* This program has one session at most: others are another's. */
	case CKR_SESSION_COUNT:
		return CKS_ERR_BUSY;
	case CKR_TOKEN_NOT_RECOGNIZED:
		return CKS_ERR_NOT_RECOGNIZED;
	case CKR_FUNCTION_CANCELED:
		return CKS_ERR_CANCELED;
	case CKR_FUNCTION_NOT_SUPPORTED:
		return CKS_ERR_UNSUPPORTED;
	default:
		return CKS_ERR_DEVICE;
	}
}

enum cks_err module_failed(struct module *m, const char *name, CK_RV rv)
{
	if (rv)
		snprintf(m->detail, sizeof(m->detail), "%s: 0x%08lX", name, rv);
	return ckr_error(rv);
}

bool module_is_fault(CK_RV rv)
{
	return rv == CKR_HOST_MEMORY || rv == CKR_DEVICE_ERROR ||
	       rv == CKR_DEVICE_MEMORY || rv == CKR_DEVICE_REMOVED ||
	       rv == CKR_TOKEN_NOT_PRESENT || rv == CKR_TOKEN_NOT_RECOGNIZED ||
	       rv == CKR_SESSION_CLOSED || rv == CKR_SESSION_HANDLE_INVALID;
}

enum cks_err module_refused_pin(struct module *m, const char *name, CK_RV rv)
{
	switch (rv) {
	case CKR_PIN_INCORRECT:
	case CKR_PIN_INVALID:
		return CKS_ERR_USER_PIN_INCORRECT;
	case CKR_PIN_LEN_RANGE:
		return CKS_ERR_USER_PIN_LENGTH;
	case CKR_PIN_LOCKED:
		return CKS_ERR_USER_PIN_LOCKED;
	default:
		return module_failed(m, name, rv);
	}
}

static bool is_complete(const CK_FUNCTION_LIST *f)
{
	return f && f->version.major >= 2 && f->C_Initialize && f->C_Finalize &&
	       f->C_GetInfo && f->C_GetSlotList && f->C_GetSlotInfo &&
	       f->C_GetTokenInfo && f->C_OpenSession && f->C_CloseSession &&
	       f->C_FindObjectsInit && f->C_FindObjects &&
	       f->C_FindObjectsFinal && f->C_GetAttributeValue && f->C_Login &&
	       f->C_Logout && f->C_InitPIN && f->C_SetPIN;
}

/* Says in m->detail, after @name, who may change @path. */
static enum cks_err check_trust(struct module *m, const char *name,
				const char *path)
{
	struct error why = { 0 };
	int ret = path_trust(path, &why);
	bool refused = ret == -EPERM || ret == -EINVAL;

	if (refused)
		snprintf(m->detail, sizeof(m->detail), "%s%s", name,
			 error_text(&why, ret));
	error_free(&why);
	return refused ? CKS_ERR_LOAD : CKS_OK;
}

/* A socket in the place of pcscd's is given every command that goes to a card,
 * with the PINs in them. All may write to pcscd's own, so its folder is looked
 * at. */
static enum cks_err check_service(struct module *m)
{
	const char *socket = getenv("PCSCLITE_CSOCK_NAME");
	char *folder = socket ? strdup(socket) : NULL;
	enum cks_err err = CKS_OK;

	if (socket && !folder)
		return CKS_ERR_MEMORY;
	if (folder && strrchr(folder, '/')) {
		strrchr(folder, '/')[1] = '\0';
		err = check_trust(m, "PCSCLITE_CSOCK_NAME: ", folder);
	}
	free(folder);
	return err;
}

/*
 * Root runs no code that another user has written, or could have: neither a
 * module, nor what a configuration makes it load; and gives no secret to what
 * such a one names.
 */
static enum cks_err check_origin(struct module *m, const char *path)
{
	static const char *const names[] = { "OPENSC_CONF", "SOFTHSM2_CONF" };
	struct error why = { 0 };
	enum cks_err err;

	if (path[0] == '/' && geteuid() != 0)
		return CKS_OK;
	err = check_trust(m, "", path);
	for (size_t i = 0; i < sizeof(names) / sizeof(names[0]) && !err; i++) {
		const char *named = getenv(names[i]);
		char what[32];

		(void)snprintf(what, sizeof(what), "%s: ", names[i]);
		if (named)
			err = check_trust(m, what, named);
	}
	if (!err)
		err = check_service(m);
	if (!err && !opensc_conf_is_trusted(&why)) {
		(void)snprintf(m->detail, sizeof(m->detail),
			       _("a library that opensc.conf names: %s"),
			       error_text(&why, -EPERM));
		err = CKS_ERR_LOAD;
	}
	error_free(&why);
	return err;
}

static enum cks_err open_module(struct module *m, const char *path,
				bool is_shared)
{
	CK_C_INITIALIZE_ARGS args = { .flags = CKF_OS_LOCKING_OK };
	CK_C_GetFunctionList get_list;
	CK_RV rv = CKR_CANT_LOCK;
	enum cks_err err;

	memset(m, 0, sizeof(*m));
	err = check_origin(m, path);
	if (err)
		return err;
	if (other_architecture(path))
		return CKS_ERR_ARCHITECTURE;
	m->handle = dlopen(path, RTLD_NOW | RTLD_LOCAL);
	if (!m->handle) {
		say(m, dlerror());
		return CKS_ERR_LOAD;
	}
	*(void **)&get_list = dlsym(m->handle, "C_GetFunctionList");
	if (!get_list) {
		say(m,
		    N_("it has no C_GetFunctionList, so it is no PKCS #11 module"));
		return CKS_ERR_LOAD;
	}
	if (get_list(&m->f) || !is_complete(m->f)) {
		say(m, N_("not a complete PKCS #11 module"));
		return CKS_ERR_LOAD;
	}
	if (is_shared)
		rv = m->f->C_Initialize(&args);
	m->is_shared = !rv;
	/* Whatever it has against threads. */
	if (rv && rv != CKR_CRYPTOKI_ALREADY_INITIALIZED)
		rv = m->f->C_Initialize(NULL);
	if (rv && rv != CKR_CRYPTOKI_ALREADY_INITIALIZED) {
		module_failed(m, "C_Initialize", rv);
		return CKS_ERR_LOAD;
	}
	rv = m->f->C_GetInfo(&m->info);
	if (rv)
		return module_failed(m, "C_GetInfo", rv);
	return CKS_OK;
}

enum cks_err module_open(struct module *m, const char *path)
{
	return open_module(m, path, false);
}

enum cks_err module_open_shared(struct module *m, const char *path)
{
	return open_module(m, path, true);
}

void module_close(struct module *m)
{
	if (m->f)
		m->f->C_Finalize(NULL);
}

/* OpenSC may see more readers than the one it was confined to: one whose name
 * is a part of that one's, or that was plugged in just now. */
static bool is_within(struct module *m, CK_SLOT_ID slot)
{
	CK_SLOT_INFO info;

	if (!m->within.reader)
		return true;
	memset(&info, 0, sizeof(info));
	return m->f->C_GetSlotInfo(slot, &info) ||
	       reader_fits(m->within.reader, info.slotDescription,
			   sizeof(info.slotDescription));
}

enum cks_err module_slots(struct module *m, CK_SLOT_ID **slots, size_t *n)
{
	CK_ULONG count = 64, room = 0;
	CK_SLOT_ID *list = NULL;
	CK_RV rv = CKR_BUFFER_TOO_SMALL;

	for (int tries = 0; rv == CKR_BUFFER_TOO_SMALL && tries < 4; tries++) {
		CK_SLOT_ID *grown;

		if (count > MAX_SLOTS)
			count = MAX_SLOTS;
		room = count;
		grown = realloc(list, count * sizeof(*list));
		if (!grown) {
			free(list);
			return CKS_ERR_MEMORY;
		}
		list = grown;
		rv = m->f->C_GetSlotList(CK_TRUE, list, &count);
	}
	if (rv == CKR_BUFFER_TOO_SMALL && count > MAX_SLOTS) {
		free(list);
		say(m, N_("more than 65536 slots"));
		return CKS_ERR_LIMIT;
	}
	/* A number that was not asked for names what nobody wrote. */
	if (!rv && count > room)
		rv = CKR_GENERAL_ERROR;
	if (rv) {
		free(list);
		return module_failed(m, "C_GetSlotList", rv);
	}
	*slots = list;
	*n = 0;
	for (CK_ULONG i = 0; i < count; i++)
		if (is_within(m, list[i]))
			list[(*n)++] = list[i];
	return CKS_OK;
}
