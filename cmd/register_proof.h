/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* The proofs of "register verify", and the telling of them. */
#ifndef CMD_REGISTER_PROOF_H
#define CMD_REGISTER_PROOF_H

#include "heads.h"
#include "register/verify.h"
#include "register_common.h"
#include "register_seal.h"

/* The heads to be proved of one book. */
struct claims {
	struct head_claim *list;
	const char **papers; /* each is of; NULL: of an option */
	size_t n;
};

struct proof {
	const struct globals *globals;
	const struct register_options *options;
	struct custody_register *reg;
	struct verification v;
	struct claims events, lines; /* of the register and of the journal */
	struct seal *seals;
	size_t n_seals;
	struct books books;
	char *journal;	 /* its path; NULL: none is known */
	int journal_err; /* 0, or why it was not read, as -errno */
};

/* True if nothing before the event or line was changed. */
bool claim_is_proved(const struct head_claim *claim);

/* The first event that is before the one before, by either time; @open: of
 * those that nobody has explained. 0: none. */
unsigned long proof_first_back(const struct event_times *times, bool open);

/* True if the journal could not be read. */
bool proof_is_unread(const struct proof *p);

/* Prints all that was found, as the options ask; *@dated_back: a seal is older
 * than what it vouches for. 0 or an exit code, told. */
int proof_print(const struct proof *p, bool *dated_back);

#endif
