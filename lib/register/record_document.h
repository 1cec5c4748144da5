/* SPDX-License-Identifier: LGPL-2.1-or-later */
/*
 * From a document to records: what a letter asks for whom, and what minutes say
 * of who has which token.
 */
#ifndef REGISTER_RECORD_DOCUMENT_H
#define REGISTER_RECORD_DOCUMENT_H

#include "base/date.h"
#include "input/dossier.h"
#include "register.h"

struct recorded {
	json_int_t request; /* number of its request in the register, or 0 */
	size_t n_unnamed;   /* rows left out because they name no token */
	size_t n_gone;	    /* items that only an earlier version of it had */
	size_t n_taken; /* records that only an earlier version made, taken out
			 */
	/* Later events that build on such a record: nothing may be committed.
	 */
	unsigned long later[8];
	size_t n_later;
};

/*
 * Puts what the document of @dossier tells, as a part of the event begun. The
 * subscribers, tokens and certificates of its rows are added, and what the
 * register leaves open of those it has is filled; nothing of theirs is
 * overwritten. The dossier may come from anybody: values that are not as their
 * fields have them are left out.
 *
 * A document made again, of the same number and day, says what is so instead of
 * the version before: what only that gave to its request, to custody, losses
 * and the days of tokens goes, and what it changed is as it was before it.
 *
 * The answer to a request is put into that, and one that answers it otherwise
 * goes over it. A letter is known again as record_find_letter() says: about
 * nobody of those whom it was about it is another letter.
 * While it has no number it is a draft, known by what it asks for; of minutes
 * without a number nothing is recorded. @channel is
 * the way it is sent by; NULL or "": not known.
 */
struct recorded record_document(struct custody_register *reg,
				const json_t *dossier, const char *channel);

/*
 * The number of the letter of @dossier in the register, recorded before with
 * its number, procedure and day, by the same agency and about one of the same;
 * what of this is not on record may be so. 0: there is none.
 */
json_int_t record_find_letter(struct custody_register *reg,
			      const json_t *dossier);

/* A paper on record that a document may be in doubt of. */
struct earlier_paper {
	bool found;
	json_int_t request;  /* 0: it is minutes */
	char number[64];     /* "15/STC-VP" */
	char day[DATE_SIZE]; /* as people read it */
};

/* Another paper that has the number and symbol of the document of @dossier in
 * the same year; a document without a number has none. */
void record_same_number(struct custody_register *reg, const json_t *dossier,
			struct earlier_paper *paper);

/* Another letter that asks for the same as @row of the document, of which it
 * stands; not for a document that asks for nothing. */
void record_asked_before(struct custody_register *reg, const json_t *dossier,
			 const json_t *row, struct earlier_paper *paper);

/* "15/STC-VP", "04/BB-STC" with a @kind, as the document prints it; "" where it
 * has no number yet. The caller's to free(); NULL: memory. */
char *record_letter_number(const json_t *dossier, const char *kind);

/* True if the document asks for a new certificate: its rows are "fresh", as
 * prefill.h says. */
bool record_is_fresh(const char *procedure);

/* True if the document is minutes, not a letter. */
bool record_is_minutes(const char *procedure);

/*
 * The request for recovery of the token @serial that @authority, "15/STC-VP
 * ngày 21/11/2026", cites by its number, whatever its leading zeros, case and
 * blanks, and by its day if it names one; or the only one of the number whose
 * tokens are not on record. 0 where the register has none.
 */
json_int_t record_request_cited(struct custody_register *reg,
				const char *serial, const char *authority);

/* What the register knows of the answer that a token got on a letter. */
struct request_answer {
	bool restored, refused;
	char day[DATE_SIZE]; /* of the restoration, as people read it */
};

/* That of the token @serial on the letter that @authority cites. */
void record_request_answer(struct custody_register *reg, const char *serial,
			   const char *authority,
			   struct request_answer *answer);

/* Within the event: records that the token of an item of the request was
 * restored on @day. The request is done when all its items are. */
void record_request_restored(struct custody_register *reg, json_int_t request,
			     const char *day);

#endif
