/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* A scan as its parts see it: scan.c reads, hidden.c looks for what is not
 * shown. */
#ifndef TOKEN_SCAN_H
#define TOKEN_SCAN_H

#include "readers.h"
#include "reading.h"
#include "scan_error.h"
#include "token.h"

/* How many slots a module may be at at once. */
#define MAX_OPEN_SLOTS 16

/* A slot whose reading has begun, and has not ended. */
struct open_slot {
	unsigned long number;
	char *reader; /* NULL: not known */
};

struct scan_module {
	char *path;
	char *maker;
	struct token_library library;
	struct reading reading;
	unsigned long *seen; /* slots begun, those in open not done */
	size_t n_seen;
	struct open_slot open[MAX_OPEN_SLOTS];
	size_t n_open;
	bool failed_as_a_whole, has_too_many_slots;
	bool has_blank; /* a slot with what was never initialized */
	/* OpenSC's configuration was not understood, and is as it was. */
	bool has_own_conf;
	unsigned int restarts;
	bool is_optional;
	/* Kept apart for each module, so that the order is the modules'. */
	struct scan_list tokens, errors;
	struct scan_list blank; /* char *: readers of what has no token yet */
	bool out_of_memory;
};

struct cks_scan {
	struct scan_list modules;    /* struct scan_module */
	struct scan_list tokens;     /* struct cks_token */
	struct scan_list errors;     /* struct cks_scan_error */
	struct cks_readers *readers; /* NULL: not known */
	unsigned int timeout_ms;
	bool has_run, checks_readers;
	bool has_read_again; /* after the readers were listed */
};

/* Reads the module once more from the beginning. */
typedef enum cks_err read_again_fn(struct cks_scan *scan,
				   struct scan_module *m);

/* Whether what the scan's modules show is to be held against pcscd's readers:
 * soft tokens alone have nothing to do with these. */
bool hidden_is_due(const struct cks_scan *scan);

/* Whether some reader has a card in it that no module shows. */
bool hidden_is_any(const struct cks_scan *scan);

/*
 * The cards that pcscd sees, held against what the modules of the scan have
 * shown, which are still to be collected: adds an error to @found for each
 * reader with a card that no module shows a token of, and takes those of the
 * modules' errors away that are of the same. A module that has waited for the
 * card of another program is read again without it, by @read_again. @before is
 * how pcscd saw the readers when the modules began, NULL where that is not
 * known, and @service what it said at the end.
 */
enum cks_err hidden_find(struct cks_scan *scan,
			 const struct cks_readers *before, enum cks_err service,
			 read_again_fn *read_again, struct scan_list *found);

#endif
