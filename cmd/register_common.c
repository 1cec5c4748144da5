/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include "register_common.h"

#include <errno.h>
#include <stdlib.h>

#include "login.h"
#include "message.h"

static int tell(int error, char *message)
{
	print_message("%s", message ? message : cks_strerror(CKS_ERR_MEMORY));
	free(message);
	switch (-error) {
	case ENOMEM:
		return EXIT_DEVICE;
	case ENOENT:
	case EBADMSG:
	case EDOM:
	case EINVAL:
	case EPROTO:
		return EXIT_BAD_INPUT;
	default:
		return EXIT_CANNOT_WRITE;
	}
}

int register_require(const struct globals *globals, const char *file,
		     enum register_mode mode, struct custody_register **reg)
{
	const char *path = file ? file : globals->config.register_file;
	char *message = NULL;
	int error;

	if (!path) {
		print_message(_(
			"no register is configured: give its file under [register] in ckstoken.conf, or by --file"));
		return EXIT_BAD_INPUT;
	}
	error = register_open(path, mode, reg, &message);
	return error ? tell(error, message) : 0;
}

int register_exit_code(struct custody_register *reg)
{
	return store_error(register_store(reg)) ? register_finish(reg, 0) : 0;
}

int register_written(struct custody_register *reg, int error)
{
	int ret = register_exit_code(reg);

	return !ret && error == -ENOMEM ? print_no_memory() : ret;
}

int register_finish(struct custody_register *reg, int ret)
{
	char *message = NULL;
	int error;

	if (ret) {
		register_rollback(reg);
		return ret;
	}
	error = register_commit(reg, &message);
	return error ? tell(error, message) : 0;
}

int register_actor(const struct globals *globals, const char *command,
		   char **officer, struct register_act *act)
{
	*officer = login_name();
	*act = (struct register_act){ globals->now, *officer, command };
	return *officer ? 0 : print_no_memory();
}
