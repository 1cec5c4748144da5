/* SPDX-License-Identifier: LGPL-2.1-or-later */
/*
 * What the register knows of the rows of documents. A row means a certificate,
 * a token or a subscriber by its serial numbers, its personal number or its
 * e-mail address. Rows, here and in record_document.h, are as a dossier has
 * them.
 *
 * Errors of the database are the register's, want of memory among them.
 */
#ifndef REGISTER_PREFILL_H
#define REGISTER_PREFILL_H

#include "register.h"

/* The document that the facts are for. */
struct prefill_question {
	const char *procedure; /* "renew", … */
	const char *day;       /* the document's, "2026-11-21" */
	/* An array that gets a sentence for each thing that the register says
	 * against the row; NULL: they are not asked for. */
	json_t *doubts;
	/* An object that gets what the register knows and documents do not say:
	 * "device_kind", "notice_date", "revoked_date", and "old_not_after",
	 * the end of the certificate before; NULL: it is not asked for. */
	json_t *known;
};

/*
 * What the register knows of @row, by the fields of documents, for the caller
 * to json_decref(): of its subscriber, of the token, else the only one that
 * these have in hand, and of the certificate, else the only one of theirs that
 * is in use on the day. Who has a token now is its subscriber; a certificate
 * on it of somebody else is not theirs. Of a state that has passed since, as
 * the user PIN's, it tells nothing. Where the row means @other, only what that
 * is called. NULL: memory.
 */
json_t *prefill_of(struct custody_register *reg, const json_t *row,
		   const struct prefill_question *question);

/*
 * The rows that the token @serial alone means: one for each certificate of its
 * subscriber in use on @day, all of them if that is "", and one at least. Where
 * none is in use it may be the last, but for one to be in force on a day, or
 * none. An empty list: the register has no such token. The caller's to
 * json_decref(); NULL: memory.
 */
json_t *prefill_rows(struct custody_register *reg, const char *serial,
		     bool fresh, const char *day);

/*
 * Who keeps the token @serial on @day, as "name", "title", "id_number" and
 * "grounds", the decision, of a person, but for the person @but; or NULL. The
 * caller's to json_decref().
 */
json_t *prefill_keeper(struct custody_register *reg, const char *serial,
		       const char *day, const char *but);

/* Whether the token @serial was returned, or is lost, on @day. */
struct prefill_state {
	bool returned, lost;
};
struct prefill_state prefill_state_of(struct custody_register *reg,
				      const char *serial, const char *day);

/* The loss of the token @serial that no minutes tell of yet, as the members
 * "lost_date", "lost_place", "reported" and "circumstances" of a document;
 * empty where there is none. The caller's to json_decref(). */
json_t *prefill_loss(struct custody_register *reg, const char *serial);

/* True if the certificate of @row has ended by @day, so that its token is to be
 * handed back. */
bool prefill_has_ended(const json_t *row, const char *day);

/* Why tokens are handed back on @day, in the words of minutes: "" where that
 * does not follow from all of @rows, or one of them says why. */
const char *prefill_return_reason(const json_t *rows, const char *day);

/* The subscriber of the token @serial as a row has them, or NULL. The caller's
 * to json_decref(). */
json_t *prefill_owner(struct custody_register *reg, const char *serial);

/*
 * The people called @name in the register, as names_spelt_alike() has it: the
 * subscribers first, as rows have them, and then those who keep or kept a token
 * and are not known for any more than that. Of a subscriber who has left it has
 * "left_date" and "left_reason" besides. A list of objects, the caller's to
 * json_decref(); NULL: memory.
 */
json_t *prefill_people(struct custody_register *reg, const char *name);

#endif
