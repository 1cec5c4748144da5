/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include "register_use.h"

#include <errno.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>

bool register_is_used(const struct globals *globals, int no_register)
{
	return globals->config.register_file && !no_register;
}

/* A file without anything is what a first import that failed has left. */
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
