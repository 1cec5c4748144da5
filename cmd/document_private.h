/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* The steps in which a document is made. */
#ifndef CMD_DOCUMENT_PRIVATE_H
#define CMD_DOCUMENT_PRIVATE_H

#include "document.h"
#include "read_secret.h"

/* Each step returns 0 or an exit code, told. They stand in their order. */

/* The kind that @name means, and its procedure and form in the regulation. */
int document_rules(struct document_job *job, const struct document_kind *kinds,
		   const char *name);

/* Tells an officer what there is to know of the regulation on the day of the
 * document, which the data may give. */
void document_tell_regulation(const struct document_job *job);

/* The data; and then the dossier, but for its subscribers: from the regulation,
 * the configuration, the data, the options and what the command knows. */
int document_read_data(struct document_job *job);
int document_fill(struct document_job *job, const json_t *facts);

/*
 * Each --set: one of the document into the dossier, and one of subscribers into
 * the row sets, which tokens must agree with.
 */
int document_set(struct document_job *job);

/* Refuses minutes with a number whose day, or hour, is still to come: they
 * would be recorded as done. */
int document_check_day(const struct document_job *job);

/* The subscribers: of the tokens and the data, with what a command gives for
 * all of them, and then with what the register knows. */
int document_open_register(struct document_job *job);
int document_read_due(struct document_job *job); /* with --due */
int document_read_tokens(struct document_job *job);
int document_apply_defaults(struct document_job *job);
int document_look_up(struct document_job *job);

/* Where the regulation parts devices, the procedure for those that it is about;
 * both in one document are refused. And the department's own, where it would
 * write to itself. */
int document_part_procedures(struct document_job *job);

/* Brings what officers wrote to the one way in which it is kept. */
int document_normalize(struct document_job *job);
int document_normalize_person(json_t *person);

/* What the configuration and the register know of the people that the dossier
 * names, who are asked for where several are called so. */
int document_look_up_people(struct document_job *job);

/* True if two people of a document, as far as it tells, are one. */
bool document_are_one(const json_t *a, const json_t *b);

/* Remarks on who hands over to themselves, or decides that they have a token:
 * that may be meant, but must be seen. */
int document_note_self_dealing(const struct document_job *job,
			       const json_t *dossier);

/* Refuses to put a password, a PIN or a PUK into documents, whoever told it. */
int document_refuse_secrets(const struct document_job *job);

/* With --due: takes those out whom the conditions are against, and tells it. */
int document_leave_out(struct document_job *job);

/* The conditions of the regulation. */
int document_conditions(struct document_job *job);

/* True if @row is of another agency of the rank of that which writes, told with
 * @format, which takes the row's number, its name and both agencies. */
bool document_is_of_others(const struct document_job *job, size_t number,
			   const json_t *row, const char *format);

/* Tells what the register has against the documents: that their number is used,
 * or that the same was asked for before. */
int document_doubt(struct document_job *job);

/*
 * Makes the dossiers by @settle, which takes the job's options as they are, and
 * asks whoever sits at the terminal, and wants to be asked, for what they lack:
 * each answer becomes an option, by which @settle makes them anew, and it is
 * asked again where @settle refuses that. *@asked is for document_ask_end().
 *
 * The end tells the command that would do the same without a question, where
 * there were answers; @ret is the exit code of the job.
 */
struct asked;
int document_ask(struct document_job *job,
		 int (*settle)(struct document_job *job), struct asked **asked);
void document_ask_end(struct asked *asked, int ret);

/* Renders the documents, writes them and records them. */
int document_write(struct document_job *job);

/*
 * With --sign: where its PIN comes from; finds the token of whoever signs and
 * logs in; replaces the PDF *@data, which is called @name in messages, by
 * itself with a signature; and ends what was begun, if anything was.
 */
struct secret_source
document_pin_source(const struct document_options *options);
int document_sign_begin(struct document_job *job);
int document_sign(struct document_job *job, const char *name,
		  const json_t *dossier, unsigned char **data, size_t *len);
void document_sign_end(struct document_job *job);

/* Remarks on a given day that is far ahead, on one on which nobody works, and
 * on what is given and stands nowhere in the form. */
void document_note_future(const struct document_job *job);
void document_note_day_off(const struct document_job *job);
void document_note_unprinted(const struct document_job *job);

/* Where to send the document, and by when; on standard error. */
void document_advise(const struct document_job *job);

enum document_format {
	DOCUMENT_UNKNOWN,
	DOCUMENT_PDF,
	DOCUMENT_DOCX,
	DOCUMENT_FORMATS
};

/* By the ending of the file's name; "-" is a PDF. */
enum document_format document_format_of(const char *path);

/* Each of the following returns 0 or an exit code, told, and does nothing
 * without a register. */

/*
 * Recording begins before the first file is written, since nothing is written
 * where the register cannot be. A document is recorded before its pages are
 * set, so that they can bear the register's head; the end keeps what was
 * recorded or, where @ret is an exit code, nothing of it.
 *
 * With --sign a token, and an authority, may take minutes, in which other
 * writers are not kept out: all documents are recorded once they are signed.
 * Before the PIN is asked for, a trial tells what the register has against
 * them, of which it keeps nothing; they bear its head as it was then.
 */
int document_record_begin(struct document_job *job);
int document_record(struct document_job *job, json_t *dossier);
int document_record_all(struct document_job *job);
int document_record_try(struct document_job *job);
int document_record_end(struct document_job *job, int ret);

/* True if an officer's word about a field of a subscriber, which may be NULL,
 * contradicts what the token or the register says. */
bool conflict_between(const char *field, const json_t *ours,
		      const json_t *theirs);

/* Tells that the register contradicts row @row, and what both say; the document
 * follows the row. */
void print_register_conflict(size_t row, const char *field, const json_t *ours,
			     const json_t *there);

#endif
