/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include <errno.h>
#include <stdio.h>
#include <string.h>
#include <strings.h>

#include "base/error.h"
#include "base/outfile.h"
#include "base/path.h"
#include "heads.h"
#include "message.h"
#include "progress.h"
#include "register/copy.h"
#include "register/export.h"
#include "register_common.h"
#include "system_log.h"

/* 1. register export */

/* CSV or JSON: by the option, or by the ending of the file's name. */
static int check_format(const struct register_options *o, bool *csv)
{
	const char *dot = o->output ? strrchr(o->output, '.') : NULL;

	*csv = o->csv;
	if (o->json || o->csv || !o->output || strcmp(o->output, "-") == 0)
		return 0;
	*csv = dot && strcasecmp(dot, ".csv") == 0;
	if (*csv || (dot && strcasecmp(dot, ".json") == 0))
		return 0;
	print_error(
		_("%s: its name must end in .json or .csv, or add --json or --csv"),
		o->output);
	return EXIT_USAGE;
}

/* An export over the register itself would destroy it. */
static int check_output(const struct globals *globals,
			const struct register_options *o)
{
	const char *file = o->file ? o->file : globals->config.register_file;

	if (!o->output || !file || !path_is_same(file, o->output))
		return 0;
	print_error(_("%s is the register itself; name another file"),
		    o->output);
	return EXIT_BAD_INPUT;
}

static int fail_unwritten(const char *path, int error)
{
	print_error(
		_("%s cannot be written: %s; no partial file was left behind"),
		path, error_text(NULL, -error));
	return EXIT_CANNOT_WRITE;
}

/* 0 or an exit code, with an error printed. @path NULL is standard output:
 * main() sees whether that was written. */
static int write_all(struct custody_register *reg, struct row_writer *w,
		     const char *path)
{
	int ret, error;

	register_export(reg, w);
	error = writer_close(w);
	ret = register_written(reg, error);
	return !ret && error && path ? fail_unwritten(path, -error) : ret;
}

static int write_file(struct custody_register *reg, const char *path, bool csv)
{
	struct row_writer w = { .csv = csv };
	struct outfile file;
	int error, ret;

	/* Personal numbers stand in it; others need not read it. */
	error = outfile_begin(&file, path, 0600);
	if (error)
		return fail_unwritten(path, -error);
	w.stream = file.stream;
	ret = write_all(reg, &w, path);
	error = outfile_end(&file, !ret);
	return error ? fail_unwritten(path, -error) : ret;
}

int cmd_register_export(const struct globals *globals,
			const struct register_options *o)
{
	struct row_writer w = { .stream = stdout };
	struct custody_register *reg = NULL;
	int ret = check_format(o, &w.csv);

	if (!ret)
		ret = check_output(globals, o);
	if (!ret)
		ret = register_require(globals, o->file, REGISTER_READ, &reg);
	if (!ret && o->output && strcmp(o->output, "-") != 0)
		ret = write_file(reg, o->output, w.csv);
	else if (!ret)
		ret = write_all(reg, &w, NULL);
	if (!ret)
		ret = heads_tell(reg);
	register_close(&reg);
	return ret;
}

/* 2. register copy */

/* 0 or an exit code, with an error printed. */
static int copy(struct custody_register *from, struct custody_register *to,
		const char *source, const char *target)
{
	struct verification v;
	int ret;

	progress_begin(_("Copying the register..."), 0);
	ret = register_copy(from, to, &v);
	progress_end();
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
	struct log_entry entry;
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
	system_log_begin(&entry, ACT_COPY, PRIORITY_NOTICE);
	system_log_put(&entry, "FROM", source);
	system_log_put(&entry, "TO", target);
	system_log_number(&entry, "EVENTS", register_n_events(to));
	system_log_put(&entry, "HEAD", register_head(to));
	system_log_send(&entry, _("the register %s was copied to %s"), source,
			target);
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
