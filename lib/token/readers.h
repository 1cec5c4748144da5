/* SPDX-License-Identifier: LGPL-2.1-or-later */
/*
 * The readers that pcscd knows, beyond what the public header tells of them,
 * and what it takes to hold them against the slots of modules.
 */
#ifndef TOKEN_READERS_H
#define TOKEN_READERS_H

#include <stdint.h>
#include <winscard.h>

#include "ckstoken.h"
#include "worker.h"

#define MAX_READERS 64
/* CK_SLOT_INFO.slotDescription; PC/SC has 128 bytes for the name of a reader.
 */
#define SLOT_DESCRIPTION_SIZE 64
/* Names are told apart by so much of them at least: OpenSC ends those that it
 * cuts in three dots. */
#define READER_TOLD_APART_SIZE 61

struct reader {
	char *pcsc_name;  /* as pcsc-lite wants it back */
	char *name, *atr; /* clean; hexadecimal, "" without a card */
	bool has_card, is_mute, is_exclusive, is_in_use;
	/* How often a card was put in or taken out since pcscd knows it. */
	unsigned int events;
};

struct cks_readers {
	size_t n;
	bool has_more; /* than MAX_READERS */
	struct reader list[MAX_READERS];
};

/* Begins to talk with pcscd, in a worker, for a pcscd that hangs hangs its
 * clients. CKS_ERR_NO_SERVICE, CKS_ERR_DENIED. */
enum cks_err readers_connect(SCARDCONTEXT *context);

struct readers_listing {
	struct cks_readers *readers;
	enum cks_err err;
};

/*
 * True if a slot with @description, made clean, can be that reader: names are
 * compared as far as a slot's description goes, and where that cannot have cut
 * the name, as a whole.
 */
bool reader_is(const struct reader *reader, const char *description);

/* The same for a @description as the module gives it in @size bytes. */
bool reader_fits(const char *pcsc_name, const unsigned char *description,
		 size_t size);

/*
 * The only one of @readers (which may be NULL) that such a slot can be, and
 * that has a card if any has. NULL where there is none, and where several have
 * names that differ only behind what a slot has room for.
 */
const struct reader *readers_find(const struct cks_readers *readers,
				  const char *description);

/* How many of @readers such a slot can be. */
size_t readers_count_alike(const struct cks_readers *readers,
			   const char *description);

/*
 * True if a card was pulled out of the reader @pcsc_name, or put into it,
 * between two lists of the readers; also where it has no card @now. Where
 * @pcsc_name is "", of the reader that such a slot is in: of those that a slot
 * cannot tell apart, any counts. False for a slot in no reader, and where @now
 * is NULL; @before may be NULL.
 */
bool readers_changed(const struct cks_readers *before,
		     const struct cks_readers *now, const char *pcsc_name,
		     const char *description);

/* By its PC/SC name; NULL where it is not in @readers, which may be NULL. */
const struct reader *readers_by_name(const struct cks_readers *readers,
				     const char *pcsc_name);

/* Words that are a part of the names of readers. */
struct reader_words {
	char **words;
	size_t n;
};

/*
 * A word for each reader but @pcsc_name, by which OpenSC ignores it and not
 * that one: it ignores each reader whose name contains a word. There is none
 * for a reader whose name is itself a part of @pcsc_name. For a worker; the
 * caller frees @others whatever comes. CKS_ERR_NO_SERVICE, _DENIED, _MEMORY.
 */
enum cks_err readers_beside(const char *pcsc_name, struct reader_words *others);
void reader_words_free(struct reader_words *words);

/* What a program that wants the card of a reader meets there. */
struct reader_probe {
	const char *pcsc_name;
	/* CKS_OK; CKS_ERR_BUSY, _DENIED, _REMOVED, _DEVICE for a card that does
	 * not answer, or _TIMEOUT for one that others do not hold either. */
	enum cks_err err;
	/* With CKS_ERR_BUSY: other programs that use pcscd, as "scdaemon
	 * (1234)", joined by ", "; NULL where none can be told. The caller
	 * frees it. */
	char *holders;
	/* It is the one program named, for nobody else uses pcscd. */
	bool is_certain;
};

/*
 * Connects to each of @n cards, waits for the other programs that are at it,
 * and lets go of it as it was; nothing is sent to a card. Each in a worker of
 * its own, for at most @timeout_ms.
 */
enum cks_err readers_probe(struct reader_probe *probes, size_t n,
			   unsigned int timeout_ms);

/*
 * Finds the reader that a slot with @description, as the module gives it in
 * @size bytes, can only be, and tells how often a card was put in or taken out
 * there: the same number before and after means that no other card was there in
 * between, as far as pcscd has noticed, which takes it 0.4 s. For a worker, in
 * its own process. False where there is no such reader or no card in it.
 */
bool reader_events(const unsigned char *description, size_t size,
		   unsigned int *events);

/*
 * Why @err came of a token in the reader @pcsc_name ("" where none is known):
 * CKS_ERR_BUSY where another program holds the card, else @err. A module may
 * call such a token gone, or wait for it until its deadline, and the card
 * itself cannot be asked then.
 */
enum cks_err reader_blame(const char *pcsc_name, enum cks_err err);

#endif
