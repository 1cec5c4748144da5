/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include <errno.h>
#include <stdio.h>

#include "base/path.h"
#include "message.h"
#include "register/copy.h"
#include "register_common.h"

/* 0 or an exit code, with an error printed. */
static int copy(struct custody_register *from, struct custody_register *to,
		const char *source, const char *target)
{
	struct verification v;
	int ret = register_copy(from, to, &v);

	if (ret == -EACCES) {
		print_error(
			_("your role sees only a part of the register %s, so nothing was copied; have the desk copy it"),
			source);
		return EXIT_CANNOT_WRITE;
	}
	if (ret) {
		print_error(
			_("%s is a register that has events already, so nothing was copied into it; name one that is not there yet"),
			target);
		return EXIT_REFUSED;
	}
	ret = register_exit_code(from);
	if (!ret)
		ret = register_exit_code(to);
	if (!ret && v.result != VERIFY_RIGHT) {
		print_error(
			_("the register %s is not intact, so nothing was copied; \"ckstoken register verify\" says what is wrong with it"),
			source);
		ret = EXIT_BAD_INPUT;
	}
	return ret;
}

int cmd_register_copy(const struct globals *globals,
		      const struct register_options *o)
{
	const char *target = o->args[o->args[1] ? 1 : 0];
	const char *source = o->args[1] ? o->args[0]
			     : o->file	? o->file
					: globals->config.register_file;
	struct custody_register *from = NULL, *to = NULL;
	int ret;

	if (o->args[1] && o->file) {
		print_error(_(
			"the register to copy is named twice, by --file and as the first of two; name it once"));
		return EXIT_USAGE;
	}
	if (source && path_is_same(source, target)) {
		print_error(_(
			"a register cannot be copied to itself; name another one"));
		return EXIT_USAGE;
	}
	ret = register_require(globals, source, REGISTER_READ, &from);
	if (!ret)
		ret = register_require(globals, target, REGISTER_CREATE, &to);
	if (ret)
		goto out;
	register_begin(to);
	ret = register_exit_code(to);
	if (!ret)
		ret = copy(from, to, source, target);
	ret = register_finish(to, ret);
	if (ret)
		goto out;
	print_message(
		Q_("%lu event was copied from %s to %s, which has the same head:",
		   "%lu events were copied from %s to %s, which has the same head:",
		   register_n_events(to)),
		register_n_events(to), source, target);
	printf("%lu:%s\n", register_n_events(to), register_head(to));
out:
	register_close(&to);
	register_close(&from);
	return ret;
}
