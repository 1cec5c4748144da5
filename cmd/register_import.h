/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* "register import": the files that were handed in, and what is said of them.
 */
#ifndef CMD_REGISTER_IMPORT_H
#define CMD_REGISTER_IMPORT_H

#include "input/handed.h"
#include "input/machine.h"
#include "register/copy.h"
#include "register/record_document.h"
#include "register/sighting.h"
#include "register_common.h"

/* One file, and what was made of it. */
struct handed_file {
	const char *path;
	char *text;
	size_t len;
	enum handed kind;
	struct data_errors errors; /* of a table */
	json_t *paper;		   /* the dossier of a letter or of minutes */
	struct recorded recorded;
};

struct import_job {
	const struct globals *globals;
	const struct register_options *options;
	struct handed_file *files;
	size_t n_files;
	struct machine_reports reports;
	struct sightings sightings;
	struct import tables, seen;
};

/* Each says what was taken, or with --dry-run would be. The first returns 0 or
 * an exit code. */
int import_print_json(const struct import_job *job, int ret);
void import_print(const struct import_job *job);

#endif
