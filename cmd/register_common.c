/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include "register_common.h"

#include <errno.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>

#include "message.h"

/* Prints @message, which is freed; the exit code of @error. */
static int fail(int error, char *message)
{
	print_error("%s", message ? message : cks_strerror(CKS_ERR_MEMORY));
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
		print_error(_(
			"no register is configured: name its file under [register] in ckstoken.conf, or with --file"));
		return EXIT_BAD_INPUT;
	}
	error = register_open(path, mode, reg, &message);
	return error ? fail(error, message) : 0;
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
	return error ? fail(error, message) : 0;
}

int register_actor(const struct globals *globals, const char *command,
		   char **officer, struct register_act *act)
{
	*officer = login_name();
	*act = (struct register_act){ globals->now, *officer, command };
	return *officer ? 0 : print_no_memory();
}

bool register_is_used(const struct globals *globals, int no_register)
{
	return globals->config.register_file && !no_register;
}

/* An empty file is none: a first import that failed has left it. */
static bool is_there(const char *path)
{
	struct stat st;

	return stat(path, &st) ? errno != ENOENT
			       : !S_ISREG(st.st_mode) || st.st_size > 0;
}

int register_use(const struct globals *globals, int no_register,
		 enum register_mode mode, struct custody_register **reg)
{
	*reg = NULL;
	if (!register_is_used(globals, no_register))
		return 0;
	if (mode != REGISTER_CREATE && !is_there(globals->config.register_file))
		return 0;
	return register_require(globals, NULL, mode, reg);
}

int register_event_begin(struct register_event *event,
			 const struct globals *globals, int no_register,
			 enum register_mode mode, const char *command)
{
	int ret;

	memset(event, 0, sizeof(*event));
	ret = register_use(globals, no_register, mode, &event->reg);
	if (ret || !event->reg)
		return ret;
	ret = register_actor(globals, command, &event->officer, &event->act);
	if (!ret) {
		register_begin(event->reg);
		ret = register_exit_code(event->reg);
	}
	if (ret)
		(void)register_event_end(event, ret);
	return ret;
}

int register_event_end(struct register_event *event, int ret)
{
	if (event->reg)
		ret = register_finish(event->reg, ret);
	register_close(&event->reg);
	free(event->officer);
	event->officer = NULL;
	return ret;
}

static int refuse_several(const char *what, const struct subject_list *found)
{
	print_error(_("\"%s\" may be any of these; name one:"), what);
	for (size_t i = 0; i < found->n; i++) {
		const struct subject *one = &found->list[i];
		char *name = subject_name(one);

		print_error("  %s%s%s", name ? name : one->key,
			    *one->words ? "  " : "", one->words);
		free(name);
	}
	return EXIT_AMBIGUOUS;
}

int register_find_one(struct custody_register *reg, const char *what,
		      struct subject_list *found)
{
	int error = subject_find(reg, what, found);
	int ret = register_exit_code(reg);

	if (!ret && error)
		ret = print_no_memory();
	if (!ret && !found->n) {
		print_error(
			_("the register has no token, certificate, subscriber or letter \"%s\""),
			what);
		ret = EXIT_NO_TOKEN;
	}
	if (!ret && found->n > 1)
		ret = refuse_several(what, found);
	return ret;
}
