/* SPDX-License-Identifier: LGPL-2.1-or-later */
#ifndef TOKEN_TOKEN_H
#define TOKEN_TOKEN_H

#include "base/digest.h"
#include "ckstoken.h"
#include "family.h"
#include "objects.h"
#include "reading.h"
#include "wire.h"

struct cks_token {
	struct token_id id;
	const struct family *family; /* never NULL */
	char *module, *module_maker;
	char *other_module; /* that shows it too; NULL: none is known */
	struct token_library library;
	char *reader, *label, *manufacturer, *model, *serial;
	/* As in id, for the URI: bytes that nobody has cleaned. */
	unsigned char model_bytes[16];
	unsigned char slot_description[64], slot_manufacturer[32];
	unsigned long slot_flags; /* CK_SLOT_INFO.flags */
	char *uri;
	/* True if the URI needs more than the token's own fields. */
	bool is_told_by_slot, is_told_by_module;
	/* The card and the reader's whole PC/SC name, "" where none is known.
	 */
	char *atr, *pcsc_reader;
	/* By how many slots of OpenSC's for each reader id.slot was counted; 0:
	 * another module's, or not known. */
	unsigned int slots_per_card;
	bool shares_card; /* the module shows other tokens of that card too */
	unsigned long flags;
	unsigned long pin_min, pin_max; /* 0: not known */
	int user_tries, so_tries;	/* -1: not known */
	bool was_asked;			/* the card, for them */
	struct cks_cert **certs;
	size_t n_certs;
	size_t n_unread; /* certificates of which the token gave no value */
	/* Which limit its reading reached, in English; "" for none. What is
	 * here then is a part. */
	char *limit;
	struct token_object *objects;
	size_t n_objects;
	/* A digest of what its card shows in other slots; zeros where it was
	 * not asked for, or it is in no reader. */
	unsigned char rest_of_card[DIGEST_SIZE];
	struct renewals *renewals; /* among its certificates */
	size_t n_renewals;
};

/*
 * From a frame READING_TOKEN, with the objects that came before it, which are
 * taken out of @objects. NULL when it makes no sense or memory is out.
 */
struct cks_token *token_decode(struct wire *w, struct token_objects *objects,
			       const char *module, const char *module_maker);

/* Gives @t, read again within token_confinement(@before), what its slot and its
 * URI need of the scan that found @before. false: memory is out. */
bool token_take_place(struct cks_token *t, const struct cks_token *before);

/* The reader that OpenSC may be confined to in what is done to @t, which is to
 * live as long: then no other card is touched, nor waited for. */
struct confinement token_confinement(const struct cks_token *t);

/* Says that @t is in that reader, whatever its slot is called. False: no
 * memory. */
bool token_set_reader(struct cks_token *t, const char *pcsc_name);

/*
 * Finds among @readers the one that holds @t, by its slot's description where
 * it is not known, and so the card, and judges the family by that too. False:
 * no memory.
 */
bool token_find_card(struct cks_token *t, const struct cks_readers *readers);

#endif
