/* SPDX-License-Identifier: LGPL-2.1-or-later */
/*
 * A seal: the heads of the register and of the journal at one time, in a text
 * that the token of an officer has signed. Whoever keeps it can prove later who
 * vouched for what stood before them.
 */
#ifndef CMD_REGISTER_SEAL_H
#define CMD_REGISTER_SEAL_H

#include <jansson.h>

#include "base/date.h"
#include "command.h"
#include "register/books.h"

struct seal {
	const char *path;  /* the caller's */
	json_t *said;	   /* what the text says, with the heads in HEADS */
	json_t *signature; /* as verified.h has it */
};

/*
 * Reads the seal @path, which may come from anybody, verifies it by what the
 * configuration trusts, and tells who sealed it and whether that holds. 0 or an
 * exit code, told; to be freed in either case.
 */
int seal_read(const struct globals *globals, const char *path,
	      struct seal *seal);
void seal_free(struct seal *seal);

/*
 * True if the entry of the head came later than the seal that vouches for it,
 * by what both say of themselves or by the time-stamp of the seal; @came and
 * @made are those moments.
 */
bool seal_is_before(const struct seal *seal, const struct head_claim *claim,
		    const char **came, char made[DATE_SIZE]);

/* The seal as an object for programs. */
json_t *seal_json(const struct seal *seal);

#endif
