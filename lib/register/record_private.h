/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* Shared by the files that implement record_document.h, and by nothing else. */
#ifndef REGISTER_RECORD_PRIVATE_H
#define REGISTER_RECORD_PRIVATE_H

#include "import_private.h"
#include "record_document.h"

struct recording {
	struct custody_register *reg;
	const json_t *dossier;
	const char *channel;
	bool fresh;
	struct recorded done;
	char *paper;	  /* what the event is called by, or NULL */
	json_t *versions; /* the events that recorded it before; or NULL */
	json_t *papers;	  /* those that may be versions, with their events */
	json_t *given;	  /* by record, what it gives; NULL: nobody asks */
};

/* Remembers that memory was out. */
void recording_fail(const struct recording *l);

/* recording_set() sets @name in @record to @value if the field accepts it;
 * recording_set_text() to @text if it is not empty. */
void recording_set(const struct recording *l, json_t *record, const char *name,
		   const json_t *value);
void recording_set_text(const struct recording *l, json_t *record,
			const char *name, const char *text);

/* The text of @name in @row, which came from anybody; "" if the field does not
 * accept it, so that nothing of it is on record. */
const char *recording_text(const struct recording *l, const json_t *row,
			   const char *name);

/* Remembers what the document gives to @record of @kind. */
void recording_note(struct recording *l, enum record_kind kind,
		    const json_t *record);

/* Names the event after the document, before anything is put, and finds what
 * recorded it before; and gives what only that said back, once all is put. */
void recording_begin(struct recording *l);
void recording_end(struct recording *l);

/* Takes out a record that an earlier version made, unless others build on it;
 * false where none made it. */
bool recording_take_out(struct recording *l, enum record_kind kind,
			const json_t *record);

/* What only an earlier version gave the record, and the document says anew each
 * time it is made, is as it was before. */
void recording_settle(struct recording *l, enum record_kind kind,
		      const json_t *record);

/* Calls @fn with each record of the versions before, as the event has it. */
void recording_each_earlier(struct recording *l,
			    void (*fn)(void *owner, enum record_kind kind,
				       const json_t *record),
			    void *owner);

/* Puts @record, which is consumed. */
void recording_put(struct recording *l, enum record_kind kind, json_t *record);

/*
 * The subscriber, token and certificate of @row are in the register. Returns
 * the item that it is of a request, without its keys and what it asks: their
 * keys; the caller's to json_decref(). NULL: memory, remembered.
 */
json_t *recording_item(struct recording *l, const json_t *row);

/* What stands before the agency in the symbol of such a document: "BB", "BC",
 * or "" for a letter. */
const char *recording_kind(const char *procedure);

/* record_letter_number() of the document; NULL: memory, remembered. */
char *recording_number(const struct recording *l, const char *kind);

/* Records it into the request l->done.request; where that is 0, into the one
 * that is of the same letter, or a new one. */
void record_request(struct recording *l);

/* True if the letter of @dossier, which has the number and day of @request, is
 * a version of it: one of its rows is about the same, or one names nobody. */
bool record_is_version(struct custody_register *reg, json_int_t request,
		       const json_t *dossier);

/* The answer to a request, which is recorded itself where it is not yet. */
void record_answer(struct recording *l);

/*
 * The refusal of a document because of its signatures: the answer to the
 * request that an officer named, and else a letter of its own. Nothing that
 * the refused document says of others is taken for what was asked.
 */
void record_rejection(struct recording *l);

#endif
