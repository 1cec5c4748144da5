/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include <string.h>
#include <strings.h>
#include <sys/stat.h>

#include "base/outfile.h"
#include "message.h"
#include "register/export.h"
#include "register_common.h"

/* Whether the table is asked for: by the option, or by how the file ends. */
static int check_format(const struct register_options *o, bool *csv)
{
	const char *dot = o->output ? strrchr(o->output, '.') : NULL;

	*csv = o->csv;
	if (o->json || o->csv || !o->output || strcmp(o->output, "-") == 0)
		return 0;
	*csv = dot && strcasecmp(dot, ".csv") == 0;
	if (*csv || (dot && strcasecmp(dot, ".json") == 0))
		return 0;
	print_message(
		_("%s: end its name in .json or .csv, or say --json or --csv"),
		o->output);
	return EXIT_USAGE;
}

/* Writing over the register would be the end of it. */
static int check_output(const struct globals *globals,
			const struct register_options *o)
{
	const char *file = o->file ? o->file : globals->config.register_file;
	struct stat ours, theirs;

	if (!o->output || !file || stat(file, &ours) ||
	    stat(o->output, &theirs) || ours.st_dev != theirs.st_dev ||
	    ours.st_ino != theirs.st_ino)
		return 0;
	print_message(_("%s is the register itself; name another file"),
		      o->output);
	return EXIT_BAD_INPUT;
}

static int tell_unwritten(const char *path, int error)
{
	print_message(
		_("%s cannot be written: %s; nothing half-written is left"),
		path, strerror(error));
	return EXIT_CANNOT_WRITE;
}

/* 0 or an exit code, told; @path NULL is standard output, and whether that was
 * written is seen when it is closed. */
static int write_all(struct custody_register *reg, struct row_writer *w,
		     const char *path)
{
	int ret, error;

	register_export(reg, w);
	error = writer_close(w);
	ret = register_written(reg, error);
	return !ret && error && path ? tell_unwritten(path, -error) : ret;
}

static int write_file(struct custody_register *reg, const char *path, bool csv)
{
	struct row_writer w = { .csv = csv };
	struct outfile file;
	int error, ret;

	/* It tells who has which number; others need not read it. */
	error = outfile_begin(&file, path, 0600);
	if (error)
		return tell_unwritten(path, -error);
	w.stream = file.stream;
	ret = write_all(reg, &w, path);
	error = outfile_end(&file, !ret);
	return error ? tell_unwritten(path, -error) : ret;
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
	register_close(&reg);
	return ret;
}
