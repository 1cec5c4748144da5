/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include <errno.h>
#include <string.h>
#include <strings.h>

#include "base/error.h"
#include "base/outfile.h"
#include "forms/form.h"
#include "input/template.h"
#include "message.h"
#include "register_common.h"
#include "rules/province.h"

static int fail(struct error *error, int ret)
{
	print_error("%s", error_text(error, ret));
	error_free(error);
	if (ret == -ENOMEM || ret == -ELIBACC)
		return EXIT_DEVICE;
	return ret == -EIO ? EXIT_CANNOT_WRITE : EXIT_BAD_INPUT;
}

/* *@workbook: a workbook is to be written, by the ending of its name. 0 or an
 * exit code. */
static int check_name(const char *path, bool *workbook)
{
	const char *dot = path ? strrchr(path, '.') : NULL;

	*workbook = dot && !strcasecmp(dot, ".xlsx");
	if (*workbook || !path || !strcmp(path, "-") ||
	    (dot && !strcasecmp(dot, ".csv")))
		return 0;
	print_error(_("-o %s: the name must end in .xlsx or .csv"), path);
	return EXIT_USAGE;
}

static int refuse(const struct province *province, const char *name)
{
	struct suggestion s;

	suggest_begin(&s, name);
	print_error(
		_("--for %s: the regulation of %s has no such document; it has:"),
		name, province->name);
	for (size_t i = 0; i < province->n_procedures; i++) {
		const char *other = province->procedures[i].name;

		if (!procedure_lists_subscribers(&province->procedures[i]))
			continue;
		print_error("  %s", other);
		suggest_try(&s, other);
	}
	suggest_print(&s, "");
	return EXIT_USAGE;
}

/* The columns of the form that the regulation has for the procedure. */
static int of_procedure(const struct globals *globals,
			const struct register_options *o,
			struct template *template)
{
	const char *name = o->province ? o->province : globals->config.province;
	const struct procedure *procedure;
	const struct data_column *columns;
	struct province *province = NULL;
	struct error error = { 0 };
	struct form *form = NULL;
	size_t n = 0;
	int ret = province_load(name, &province, &error);

	if (ret)
		return fail(&error, ret);
	procedure = province_procedure(province, o->procedure);
	if (!procedure) {
		ret = refuse(province, o->procedure);
		goto out;
	}
	ret = form_load(procedure->template, NULL, &form, &error);
	if (ret) {
		ret = fail(&error, ret);
		goto out;
	}
	columns = form_columns(form, &n);
	if (template_of_form(template, columns, n))
		ret = print_no_memory();
	else if (template->n < 2)
		ret = refuse(province, o->procedure);
out:
	form_free(&form);
	province_free(&province);
	return ret;
}

int cmd_register_template(const struct globals *globals,
			  const struct register_options *o)
{
	const char *path = o->output ? o->output : "-";
	struct template template = { 0 };
	struct buffer out = { 0 };
	struct error error = { 0 };
	bool workbook = false;
	int ret = check_name(o->output, &workbook), rc = 0;

	if (!ret && o->procedure)
		ret = of_procedure(globals, o, &template);
	else if (!ret && template_of_register(&template))
		ret = print_no_memory();
	if (ret)
		goto out;
	rc = workbook ? template_workbook(&template, globals->now, &out, &error)
		      : template_csv(&template, &out);
	if (rc) {
		ret = fail(&error, rc);
		goto out;
	}
	rc = outfile_write(path, out.data, out.len);
	if (rc && rc != -EPIPE) {
		print_error(
			_("%s cannot be written: %s; no partial file was left behind"),
			path, error_text(NULL, rc));
		ret = EXIT_CANNOT_WRITE;
	} else if (strcmp(path, "-") != 0) {
		print_message(
			_("%s is written; fill it in below the row \"%s\", and hand it in by --data or \"register import\""),
			path, TEMPLATE_MARK);
	}
out:
	buffer_free(&out);
	template_free(&template);
	return ret;
}
