/* SPDX-License-Identifier: LGPL-2.1-or-later */
/*
 * Reading a module's tokens: the child reads, the parent takes the frames.
 */
#ifndef TOKEN_READING_H
#define TOKEN_READING_H

#include "ckstoken.h"
#include "module.h"
#include "objects.h"
#include "scan_error.h"
#include "wire.h"

/* pcscd answers at once or not at all. */
#define READERS_TIMEOUT_MS 2000

/* All that belongs to a slot begins with its number, for a module may be read
 * in several slots at once. */
enum reading_frame {
	READING_MODULE = 1, /* CK_INFO, as library_get() takes it */
	READING_SLOT,	    /* slot: its reading begins */
	READING_TOKEN,	    /* slot and token, as token_decode() takes them */
	READING_ERROR,	    /* has slot, slot, reader, error, detail */
	READING_READER,	    /* slot, and its description */
	READING_BLANK,	    /* slot: it holds what was never initialized */
	READING_OBJECTS,    /* slot, and some of its token's objects */
	READING_OWN_CONF,   /* OpenSC's configuration was not understood */
	READING_AT_ONCE,    /* n, slots: these are open at once from here on */
	READING_AGAIN,	    /* slot, label, manufacturer, serial: once more */
};

/* Names a token to a process that has not seen it before. */
struct token_id {
	unsigned long slot;
	unsigned char label[32];
	unsigned char manufacturer[32];
	unsigned char serial[16];
};

/* Of CK_INFO, what a PKCS #11 URI may name a module by. */
struct token_library {
	unsigned char manufacturer[32], description[32];
	unsigned char major, minor; /* its own version */
};

struct reading {
	const char *path;
	const struct token_id *only; /* NULL: every token */
	bool all_objects;	     /* else certificates alone */
	struct confinement within;
	/* Names of the readers whose slots alone are read; none means all, and
	 * "" is for the slots that are in none of the known ones. */
	char *const *readers;
	size_t n_readers;
	const struct cks_readers *known; /* NULL: none is */
	/* Slots that are done or have failed already, by number. */
	const unsigned long *skip;
	size_t n_skip;
	bool in_turn; /* one slot after another, whatever the module can do */
};

/* The same in one process: *@token is NULL where it was never initialized, and
 * where memory is out. */
enum cks_err reading_here(struct module *m, unsigned long slot,
			  bool all_objects, const char *module,
			  const char *maker, struct cks_token **token);

/* From a frame READING_MODULE, which fails where it makes no sense. */
struct token_library library_get(struct wire *w);

/* Runs in the worker; @reading is a struct reading. */
void reading_main(int channel, const void *reading);

/*
 * The slot, as this process numbers them, of the token that @id names: where it
 * was when that still holds, else wherever it is alone. Fills in @info.
 * CKS_ERR_REMOVED.
 */
enum cks_err token_id_find(struct module *m, const struct token_id *id,
			   CK_SLOT_ID *slot, CK_TOKEN_INFO *info);

#endif
