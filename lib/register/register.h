/* SPDX-License-Identifier: LGPL-2.1-or-later */
/*
 * The custody register: who holds which token, and what became of each. All it
 * knows comes from events, which are added and never changed: an event is what
 * one officer did at one time, as JSON,
 *
 *	{"time": …, "clock": …, "officer": …, "by": …, "records": [{"record":
 *	"token", "device_serial": …, …}, …]}
 *
 * (event_times.h has the two times)
 * where each record (record.h) tells its key and the values it was given; null
 * takes one away. An event that records a document has "paper", by which the
 *same made again is known. One that takes another back (undo.h) has "undoes",
 *the number of that, and may have a "reason"; a record that is no more then has
 * "gone": true, its key and what it belonged to. The tables hold what follows
 *from the events and can be made anew from them. The events are a chain
 *(chain.h).
 *
 * Errors of the database are remembered, as store.h says, until
 * register_commit() or register_rollback().
 */
#ifndef REGISTER_REGISTER_H
#define REGISTER_REGISTER_H

#include <jansson.h>
#include <stdbool.h>
#include <time.h>

#include "base/chain.h"
#include "record.h"
#include "store.h"

/* The register that the officers of this machine share. */
#define REGISTER_OF_MACHINE CKSTOKEN_STATEDIR "/register.db"

/* Its path, where it is there and this user may enter its folder; else NULL. It
 * is used where no other is configured, and made only by who names it. */
const char *register_of_machine(void);

enum register_mode {
	REGISTER_READ,
	REGISTER_LOOK, /* and leave one of an earlier ckstoken as it is */
	/* And leave nothing beside the file: whatever a writer has not brought
	 * into it yet is not seen, and may be in the way of what is. */
	REGISTER_GLANCE,
	REGISTER_WRITE,
	REGISTER_CREATE, /* and create it if it does not exist */
	REGISTER_TRIAL,	 /* or use one in memory if it does not exist */
};

struct custody_register;

/*
 * Opens the register @path. One made by an earlier ckstoken is brought up to
 * date, unless it is only read: then it is told. 0 with *@out, for
 * register_close(), or -errno, and *@message, the caller's to free() and NULL
 * without memory: -ENOENT, there is none; -EBADMSG, it is something else,
 * damaged, or of a later ckstoken; -EAGAIN, with REGISTER_LOOK or
 * REGISTER_GLANCE, it is of an earlier one; else it cannot be read or written.
 *
 * One that is made is there from its first register_commit() on, and keeps
 * other writers out until then: one that comes to nothing leaves an empty file,
 * which is no register.
 */
int register_open(const char *path, enum register_mode mode,
		  struct custody_register **out, char **message);
void register_close(struct custody_register **reg);

/* The store, for queries in SQL. */
struct store *register_store(struct custody_register *reg);

/* Its head: how many events there are, and the hash of the last. */
unsigned long register_n_events(const struct custody_register *reg);
const char *register_head(const struct custody_register *reg);

/* The hash of event @number; false where there is no such event. */
bool register_hash_of(struct custody_register *reg, unsigned long number,
		      char hash[CHAIN_HASH_SIZE]);

/* The hash of its first event, by which one register is told from another; ""
 * where there is none. */
void register_first(struct custody_register *reg, char hash[CHAIN_HASH_SIZE]);

/* How many there were when register_begin() began the last transaction. */
unsigned long register_n_before(const struct custody_register *reg);

/* Begins a transaction; other writers wait. */
void register_begin(struct custody_register *reg);

/* What is put from here on is of another table, which may say otherwise than
 * the one before: see register_put(). */
void register_next_table(struct custody_register *reg);

/* 0, or -errno and *@message as register_open(); -EDOM if a constraint of the
 * database was violated, -EKEYREJECTED if a text that was put tells a secret
 * (input/secret_text.h). On failure nothing was changed. */
int register_commit(struct custody_register *reg, char **message);
void register_rollback(struct custody_register *reg);

/* Who acts, and by which command. */
struct register_act {
	time_t now;
	const char *officer, *command;
	unsigned long undoes; /* the event that it takes back, or 0 */
	/* The last event of those whose times it explains, or 0. */
	unsigned long explains;
	const char *reason; /* why; NULL: not given */
	/* By whom the paper that it records was signed as it was written: the
	 * name and number of the certificate; NULL: it was not. */
	const char *signed_by;
	/* The SHA-256 of the file that its records were taken from, or of
	 * several, and in which state the signatures of a document were then;
	 * NULL: not known. */
	const char *from, *verified;
};

/* Begins an event, which has all records put until register_act_end(). An event
 * that would change nothing, and explains nothing, is not written. */
void register_act_begin(struct custody_register *reg,
			const struct register_act *act);

/* Before anything is put: the event records @paper, "return 04/BB-STC,
 * 2026-11-26, Sở Tài chính; T1, T2": what it is, its number, its day, whose it
 * is, and behind the last ";" about which tokens. */
void register_act_of(struct custody_register *reg, const char *paper);

/* True if two are of one number, day and agency, whatever they are called and
 * of whatever tokens. */
bool register_same_paper(const char *a, const char *b);

/* Begins another event of the same act. */
void register_act_again(struct custody_register *reg);

void register_act_end(struct custody_register *reg);

enum put {
	PUT_FAILED, /* error of the database, which remembers it */
	PUT_SAME,   /* the register already had it */
	PUT_NEW,
	PUT_ADDED,   /* it had no more than earlier events of the same table */
	PUT_CHANGED, /* it had it otherwise before */
	PUT_CLASH,   /* an earlier event of the same table has another value */
};

/*
 * Puts the @fields, an object, that are of @kind: those that differ are kept.
 * Its key must be given. Rows of one table must agree: with @clash, what an
 * earlier event of it put is not put otherwise, and *@clash is
 * the number of that event in the table, from 1. Where it is NULL the later
 * goes over the earlier, as acts that follow each other do.
 */
enum put register_put(struct custody_register *reg, enum record_kind kind,
		      const json_t *fields, unsigned long *clash);

/* The same; where values go over others, *@was gets the record as it was, the
 * caller's to json_decref(). It must be NULL before. */
enum put register_put_over(struct custody_register *reg, enum record_kind kind,
			   const json_t *fields, unsigned long *clash,
			   json_t **was);

/* Takes away the record whose key is in @fields, which must be there. */
void register_remove(struct custody_register *reg, enum record_kind kind,
		     const json_t *fields);

/* Event @number; the caller's to json_decref(). NULL: there is none, or no
 * memory. */
json_t *register_event_read(struct custody_register *reg, unsigned long number);

/* The event that took event @event back, and was not taken back itself; 0 where
 * there is none. */
unsigned long register_undone_by(struct custody_register *reg,
				 unsigned long event);

/* The number for the next record of @kind, whose key is a number; none is given
 * twice. */
json_int_t register_next_key(struct custody_register *reg,
			     enum record_kind kind);

/* The record of @kind with the key in @fields, as an object. NULL: there is
 * none, or no memory. */
json_t *register_get(struct custody_register *reg, enum record_kind kind,
		     const json_t *fields);

/*
 * The texts that @column of the record of @kind was given, as a list: by each
 * paper in its last version, and else the last alone, as what an officer says
 * goes over what was said before. What was taken back is not among them, nor
 * what the events @but gave, a list of numbers or NULL. The caller's to
 * json_decref().
 */
json_t *register_given(struct custody_register *reg, enum record_kind kind,
		       const json_t *fields, const char *column,
		       const json_t *but);

/* The certificate in @fields as it was when it was last seen on its token, from
 * which it was read; NULL where it never was, or that was taken back. The
 * caller's to json_decref(). */
json_t *register_certificate_seen(struct custody_register *reg,
				  const json_t *fields);

/* The papers by which the record of @kind was changed, as a list of {"event",
 * "paper"}, the first first, without what was taken back. The caller's to
 * json_decref(). */
json_t *register_papers(struct custody_register *reg, enum record_kind kind,
			const json_t *fields);

/* What some events have in a record. */
struct record_share {
	json_t *own;	 /* the columns whose values are by them, as names */
	json_t *without; /* the record as it would be; NULL: it would not be */
	bool brought;	 /* it came by one of them */
	json_t *later;	 /* the numbers of others that changed it since */
};

/* That of the @events, a list of numbers, in the record of @kind; what was
 * taken back counts for none. For record_share_free(). */
void register_share(struct custody_register *reg, enum record_kind kind,
		    const json_t *fields, const json_t *events,
		    struct record_share *share);
void record_share_free(struct record_share *share);

/*
 * How the register spells the serial number of the token @serial, whatever the
 * case of its letters and the blanks and colons between them: @serial itself if
 * one is spelled so. The caller's to free(); NULL: there is none, or no memory,
 * which the store remembers.
 */
char *register_token_spelled(struct store *store, const char *serial);

/*
 * The record of the token @serial, whatever the case of its letters and the
 * blanks between them: its "device_serial" is as the register spells it. The
 * caller's to json_decref(); NULL: there is none, or no memory.
 */
json_t *register_find_token(struct custody_register *reg, const char *serial);

/* The values that a row is looked for by. */
enum looked_by {
	LOOKED_BY_ID_NUMBER,
	LOOKED_BY_EMAIL,
	LOOKED_BY_TOKEN,       /* its serial number, however spelled */
	LOOKED_BY_CERTIFICATE, /* its number; "": one without a number */
	LOOKED_BY_NAME,	       /* folded, in the agency @place, or "" */
	LOOKED_BY_AGENCY,      /* its name, folded */
};

/* True if the register may have such a record: where it was empty before, that
 * is known without asking. */
bool register_may_have(const struct custody_register *reg, enum looked_by by,
		       const char *text, const char *place);

#endif
