/* SPDX-License-Identifier: LGPL-2.1-or-later */
/*
 * A scan as its parts see it: scan.c has the rounds, scan_module.c takes what a
 * module says, hidden.c looks for what is not shown.
 */
#ifndef TOKEN_SCAN_H
#define TOKEN_SCAN_H

#include "opensc_conf.h"
#include "readers.h"
#include "reading.h"
#include "scan_error.h"
#include "token.h"
#include "tries.h"
#include "worker.h"

/* How many slots a module may be at at once. */
#define MAX_OPEN_SLOTS 16

/* A slot whose reading has begun, and has not ended. */
struct open_slot {
	unsigned long number;
	char *reader;		      /* NULL: not known */
	struct token_objects objects; /* of the token, as far as they came */
};

/*
 * What one worker reads: a module, or of OpenSC's what is in one reader. Then
 * the module is split: it stands in the list before its parts, and is not read
 * itself.
 */
struct scan_module {
	struct cks_scan *scan;
	char *path;
	size_t place; /* of the module among the others */
	bool is_optional;
	bool is_split;
	/* Of OpenSC's module, where its configuration is understood: then
	 * slots_per_card is not 0. */
	struct opensc_settings settings;
	/* Of a part: the module, and the reader by its PC/SC and clean name. */
	const struct scan_module *whole;
	char *pcsc_reader, *reader;

	struct reading reading;
	bool is_due, is_reading;
	char *maker;
	struct token_library library;
	/* The slots begun, by number; those in open are not done. */
	unsigned long *seen;
	size_t n_seen;
	struct open_slot open[MAX_OPEN_SLOTS];
	size_t n_open;
	/* Several slots are read at the same time; what there was before; and
	 * what of it was confirmed, or has to be read again. */
	bool is_at_once;
	unsigned long *order; /* the slots in the module's order */
	size_t n_order;
	unsigned long *seen_before;
	size_t n_seen_before, n_tokens_before, n_blank_before;
	size_t n_confirmed, n_to_repeat;
	bool failed_as_a_whole, has_too_many_slots;
	bool has_blank; /* a slot with what was never initialized */
	/* OpenSC's configuration was not understood, and is as it was. */
	bool has_own_conf;
	unsigned int restarts;
	/* Kept apart for each module, so that the order is the modules'. The
	 * slots of a part have the numbers that its worker gives them. */
	struct scan_list tokens, errors;
	struct scan_list blank; /* char *: readers of what has no token yet */
	bool out_of_memory;

	/* Of a part: asks the card for the tries once it has been read. */
	struct tries_job tries;
	struct worker *asking; /* NULL: there is none to start */
};

struct cks_scan {
	struct scan_list modules; /* struct scan_module */
	struct scan_list only;	  /* char *: readers; none means all */
	struct scan_list tokens;  /* struct cks_token */
	struct scan_list errors;  /* struct cks_scan_error */
	/* When the last round of reading began, and now. NULL: not known. */
	struct cks_readers *before, *readers;
	/* A module has been read: lets the cards be asked that nothing else is
	 * at. */
	void (*on_over)(struct scan_module *m);
	unsigned int timeout_ms;
	bool has_run, checks_readers;
};

/* scan_module.c */

/* NULL: memory is out. */
struct scan_module *scan_module_new(struct cks_scan *scan, const char *path);
/* What OpenSC's module @whole shows in the reader @r. */
struct scan_module *scan_module_part(const struct scan_module *whole,
				     const struct reader *r);
void scan_module_free(struct scan_module *m);

/* Gives up all that was read of it and is not the scan's yet. */
void scan_module_forget(struct scan_module *m);

/* True if @name, of PC/SC or clean, is that of the reader; and if the scan
 * is to look into it. */
bool reader_is_called(const struct reader *r, const char *name);
bool scan_wants(const struct cks_scan *scan, const struct reader *r);

/* One that reads it. */
struct worker scan_module_worker(struct scan_module *m);

/* True if what @m shows in a slot of that description is, or may be, in @r. */
bool scan_module_is_in(const struct scan_module *m, const char *description,
		       const struct reader *r);

/* True if a failure of that kind has nothing to do with any reader. */
bool is_of_whole_module(enum cks_err err);

/* hidden.c */

/*
 * Takes away those of @tokens whose card did not stay in its reader all the
 * time since the round began, and tells so in @errors: a module may go on
 * answering from memory when the card is gone, or call each value that it can
 * no longer read absent. False: no memory.
 */
bool pulled_drop(const struct cks_scan *scan, struct scan_list *tokens,
		 struct scan_list *errors);

/* The same of all that the modules have found. */
bool pulled_drop_all(struct cks_scan *scan);

/* True if the reading of a slot in a reader went as it does when the card is
 * pulled in the middle. */
bool pulled_is_likely(const struct cks_scan *scan);

/* True if what the scan's modules show is to be held against pcscd's readers:
 * soft tokens alone have nothing to do with these. */
bool hidden_is_due(const struct cks_scan *scan);

/* True if some reader has a card in it that no module shows. */
bool hidden_is_any(const struct cks_scan *scan);

/*
 * The cards that pcscd sees, held against what the modules of the scan have
 * shown, which are still to be collected: adds an error to @found for each
 * reader with a card that no module shows a token of, and takes those of the
 * modules' errors away that are of the same. @service is what pcscd said at the
 * end.
 */
enum cks_err hidden_find(struct cks_scan *scan, enum cks_err service,
			 struct scan_list *found);

#endif
