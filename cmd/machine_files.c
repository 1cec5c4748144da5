/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include "machine_files.h"

#include <ctype.h>
#include <errno.h>
#include <stdlib.h>
#include <string.h>

#include "base/error.h"
#include "command.h"
#include "input/datafile.h"
#include "input/handed.h"
#include "message.h"
#include "progress.h"
#include "register/sighting.h"

int machine_file_read(const char *path, const char *text, size_t len,
		      time_t now, size_t file, struct machine_reports *reports)
{
	struct error error = { 0 };
	size_t first = reports->n;
	int ret = machine_read(text, len, now, reports, &error);

	for (size_t i = first; i < reports->n; i++)
		reports->list[i].file = file;
	if (ret)
		print_error("%s: %s", path, error_text(&error, ret));
	error_free(&error);
	if (ret)
		return ret == -ENOMEM ? EXIT_DEVICE : EXIT_BAD_INPUT;
	return 0;
}

/* Reads file number @i; anything but the output of "status" is refused. */
static int load(struct machine_files *files, size_t i, time_t now)
{
	const char *path = files->paths[i], *what = NULL;
	struct error error = { 0 };
	char *text = NULL;
	size_t len = 0;
	int ret = datafile_load(path, NULL, DATA_DOCUMENT_MIB, &text, &len,
				NULL, NULL, &error);

	if (ret) {
		print_error("%s", error_text(&error, ret));
		error_free(&error);
		return ret == -ENOMEM ? EXIT_DEVICE : EXIT_BAD_INPUT;
	}
	if (handed_judge(text, len, &what) == HANDED_STATUS) {
		ret = machine_file_read(path, text, len, now, i,
					&files->reports);
	} else {
		print_error(
			"%s: %s", path,
			what ? what
			     : _("this is not what \"ckstoken status --json\" prints; make it again with that, and hand it in as it is"));
		ret = EXIT_BAD_INPUT;
	}
	free(text);
	return ret;
}

#define KEY_SIZE ((size_t)256)

/* The serial number however it is spelled, to look it up by. Returns @key. */
static const char *key_of(const char *serial, char key[KEY_SIZE])
{
	size_t n = 0;

	for (; *serial && n + 1 < KEY_SIZE; serial++)
		if (*serial != ' ')
			key[n++] = (char)toupper((unsigned char)*serial);
	key[n] = '\0';
	return key;
}

/* The report that counts for the token: the latest. */
static const struct machine_report *report_of(const struct machine_files *files,
					      const char *serial)
{
	char key[KEY_SIZE];
	const json_t *at = json_object_get(files->seen, key_of(serial, key));

	return at ? &files->reports.list[json_integer_value(at)] : NULL;
}

/* Remembers which report is the latest for each token. 0, or -ENOMEM. */
static int settle(struct machine_files *files)
{
	char key[KEY_SIZE];

	files->seen = json_object();
	for (size_t i = 0; i < files->reports.n; i++) {
		const struct machine_report *r = &files->reports.list[i];

		files->n_failures += r->n_failures;
		for (size_t k = 0; k < r->n_tokens; k++) {
			const struct machine_token *t = &r->tokens[k];
			const char *serial = machine_token_serial(t);
			const struct machine_report *other =
				report_of(files, serial);
			const struct machine_token *there =
				other ? machine_find(other, serial) : NULL;

			if (there && *other->host && *r->host &&
			    !machine_same_host(other->host, r->host) &&
			    machine_at_once(there->when, t->when))
				print_warning(
					_("%s was seen on %s and on %s at the same time: two tokens bear this number, or a clock is wrong"),
					serial, other->host, r->host);
			if (there && there->when > t->when)
				continue;
			if (json_object_set_new(files->seen,
						key_of(serial, key),
						json_integer((json_int_t)i)))
				return -ENOMEM;
		}
	}
	return files->seen ? 0 : -ENOMEM;
}

/* 0 or -ENOMEM. */
static int add_rows(struct machine_files *files, const struct machine_report *r,
		    struct custody_register *reg, json_t *rows, size_t *n)
{
	size_t n_older = 0;
	int ret = 0;

	for (size_t k = 0; k < r->n_tokens && !ret; k++) {
		const struct machine_token *t = &r->tokens[k];
		const char *serial = machine_token_serial(t);
		json_t *known;
		bool older;

		if (report_of(files, serial) != r)
			continue;
		known = register_find_token(reg, serial);
		older = sighting_is_older(t, known);
		json_decref(known);
		n_older += older;
		if (!older && json_array_extend(rows, t->rows))
			ret = -ENOMEM;
		*n += !older;
	}
	if (n_older)
		print_warning(
			Q_("%s: %zu token was seen later by what the register knows, and is not judged by this file",
			   "%s: %zu tokens were seen later by what the register knows, and are not judged by this file",
			   n_older),
			files->paths[r->file], n_older);
	return ret;
}

int machine_files_rows(struct machine_files *files, time_t now,
		       struct custody_register *reg, json_t *rows, size_t *n)
{
	size_t n_files = 0;
	int ret = 0;

	while (files->paths[n_files])
		n_files++;
	progress_begin(_("Reading the files..."), n_files > 1 ? n_files : 0);
	for (size_t i = 0; i < n_files; i++) {
		int one = load(files, i, now);

		ret = ret ? ret : one;
		progress_step(i + 1);
	}
	progress_end();
	if (ret)
		return ret;
	if (settle(files))
		return print_no_memory();
	for (size_t i = 0; i < files->reports.n && !ret; i++) {
		const struct machine_report *r = &files->reports.list[i];

		if (r->n_failures)
			print_warning(
				Q_("%s: %zu thing failed on %s; the rest is judged",
				   "%s: %zu things failed on %s; the rest is judged",
				   r->n_failures),
				files->paths[r->file], r->n_failures, r->host);
		ret = add_rows(files, r, reg, rows, n);
	}
	return ret ? print_no_memory() : 0;
}

void machine_files_name(const struct machine_files *files,
			struct due_list *list)
{
	list->of_machines = true;
	for (size_t i = 0; i < list->n; i++) {
		struct due *d = &list->list[i];
		const struct machine_report *r =
			report_of(files, d->device_serial);

		if (!r)
			continue;
		d->host = r->host;
		d->file = files->paths[r->file];
	}
}

void machine_files_free(struct machine_files *files)
{
	machine_reports_free(&files->reports);
	json_decref(files->seen);
}
