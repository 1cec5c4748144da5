/* SPDX-License-Identifier: LGPL-2.1-or-later */
/*
 * Documents from their facts to their files. A command says which kind of
 * document it makes and adds the facts that only it has; the rest is the same
 * for all. A document is made in this order: the options are checked, the facts
 * gathered and completed, the conditions of the regulation judged, and the
 * document rendered in memory and written.
 */
#ifndef CMD_DOCUMENT_H
#define CMD_DOCUMENT_H

#include <jansson.h>

#include "command.h"
#include "forms/form.h"
#include "register_common.h"
#include "rules/province.h"
#include "select.h"

struct document_options {
	struct selection selection;
	const char **outputs; /* of each -o */
	const char **sets;    /* of each --set */
	char *number, *date, *data, *sheet, *form, *province, *forms;
	char *recipient, *override;
	const char *request; /* the letter of "desk --request", or NULL */
	char *due; /* how many days to look ahead, or ""; NULL: not asked */
	int strict, each, no_tokens, no_attachment, no_register;
	int list_provinces, json;
	int ask; /* enum document_ask */
	/* The token that signs with --sign, and where its PIN comes from. */
	int sign;
	const char **sign_serials;
	char *pin_file, *pin_fd;
};

/* If and when somebody at a terminal is asked for what a document lacks. */
enum document_ask {
	DOCUMENT_ASK_NEVER,
	DOCUMENT_ASK_OFFER, /* they may say no */
	DOCUMENT_ASK_NOW,
};

#define DOCUMENT_OPTIONS_INIT               \
	{                                   \
		.selection = SELECTION_INIT \
	}

struct document_job;

/* A list of kinds ends with one that has no procedure. */
struct document_kind {
	const char *procedure; /* its name, here and in a province's file */
	const char *command;   /* that makes it, with the procedure behind it */
	const char *act;       /* what stands there instead of it, or NULL */
	const char *form;      /* its number in Decree 68/2024/NĐ-CP, or "" */
	/* How documents call the form, where it is the province's own and not
	 * the decree's; else NULL. */
	const char *own_form;
	/* Of a kind that regulations have no form for, or few: the form's file,
	 * and the duty of the regulation that it answers, where it has that. */
	const char *template, *duty;
	bool of_tokens;	    /* else it is about none that could be present */
	bool one_token;	    /* unless options or data name more */
	bool leave_expired; /* certificates, where the token has others */
	bool to_desk;	    /* it goes to the configured recipient, if any */
	bool needs_number;  /* without one it is a draft, and not recorded */
	bool bears_heads;   /* of the register and of the journal */
	/*
	 * Whether a token present belongs into the document: 0, -1 for no, or
	 * an exit code, told. @named: by an option or the data. NULL: those
	 * named, or the only one. Where it takes none, @none_accepted says so.
	 */
	int (*accepts_token)(const struct document_job *job,
			     const struct cks_token *token, bool named);
	const char *none_accepted;
	/*
	 * Whether @dossier, as gathered, says all that the kind must know. 0
	 * or an exit code, told. NULL: nothing to check.
	 */
	int (*check)(const struct document_job *job, const json_t *dossier);
	/*
	 * Completes @dossier, one of job->documents, from what is in it. 0 or
	 * an exit code, told. NULL: nothing to do.
	 */
	int (*complete)(const struct document_job *job, json_t *dossier);
};

struct document_job {
	const struct globals *globals;
	const struct document_options *options;
	const json_t *facts; /* what the command knows besides */
	const struct document_kind *kind;
	const void *ctx; /* of the kind's functions */
	bool by_number;	 /* the kind was named by the number of its form */
	time_t when;	 /* the document's day */
	bool has_hour;	 /* whether its hour was given too */
	bool is_now;	 /* neither was given: they are the clock's */
	struct province *province;
	const struct procedure *procedure;
	struct procedure own; /* that of a kind with its own template */
	struct form *form;
	const struct start *start; /* where gathering facts begins */
	bool is_again;		   /* they were gathered before */
	json_t *data;		   /* what --data says; NULL without */
	json_t *known; /* of each row, what only the register knows, or NULL */
	json_t *row_sets;     /* what --set says of every subscriber */
	json_t *one_row_sets; /* and of one, by the number of the row */
	json_t *people;	 /* those called by a name, once they were sought */
	json_t *against; /* what is against it, beside conditions */
	json_t *dossier; /* "agency", "contact", …, as gathered */
	/* The same completed: of the one document or, with --each, of each. */
	json_t *documents;
	struct cks_scan *scan; /* the tokens that were read, or NULL */
	bool partial;	       /* some token could not be read */
	/* Its register is NULL where none is used; read until the files are
	 * written, and then written to. */
	struct register_event event;
	unsigned long n_events; /* it had when the papers in it were told of */
	char command[32];	/* that acts in it */
	size_t n_recorded;
	bool was_tried;	   /* a trial told what there is to tell of that */
	struct sign *sign; /* with --sign, while documents are written */
	char *signed_by;   /* the name and number of its certificate */
};

/* Rows of an option table: what the option sets, what --help calls its value,
 * and its line there. */
#define OPTION(name, type, place, value, words)             \
	{                                                   \
		name, '\0', type, &(place), 0, words, value \
	}
#define OPTION_STRING(name, place, value, words) \
	OPTION(name, POPT_ARG_STRING, place, value, words)
#define OPTION_LIST(name, place, value, words) \
	OPTION(name, POPT_ARG_ARGV, place, value, words)
#define OPTION_NUMBER(name, place, value, words) \
	OPTION(name, POPT_ARG_INT, place, value, words)
#define OPTION_FLAG(name, place, words) \
	OPTION(name, POPT_ARG_NONE, place, NULL, words)

/* For the option table of a command whose documents may be for all that is due.
 */
#define DUE_OPTION(o)                                                                 \
	{                                                                             \
		"due", '\0', POPT_ARG_STRING | POPT_ARGFLAG_OPTIONAL,                 \
			&(o).due, 0,                                                  \
			N_("one for all that the register says are due within DAYS"), \
			"[DAYS]"                                                      \
	}

/* For the option table of a command that asks; its options begin with
 * DOCUMENT_ASK_OFFER. */
/* clang-format off */
#define ASK_OPTIONS(o) \
	{ "ask", '\0', POPT_ARG_VAL, &(o).ask, DOCUMENT_ASK_NOW, \
	  N_("ask on the terminal for all that the document lacks"), NULL }, \
	{ "no-ask", '\0', POPT_ARG_VAL, &(o).ask, DOCUMENT_ASK_NEVER, \
	  N_("do not offer to ask"), NULL }
/* clang-format on */

/* For the option table of a command with a `struct document_options o`. */
/* clang-format off */
#define DOCUMENT_OPTIONS(o) \
	{ "output", 'o', POPT_ARG_ARGV, &(o).outputs, 0, \
	  N_("the PDF or DOCX to write; - is a PDF on standard output"), "FILE" }, \
	OPTION_STRING("number", (o).number, "N", \
		N_("number of the document, without its symbol")), \
	OPTION_STRING("date", (o).date, "DATE", \
		N_("its day and hour (DD/MM/YYYY HH:MM); now if none")), \
	OPTION_STRING("data", (o).data, "FILE", \
		N_("CSV, XLSX or JSON with the subscribers; - is standard input")), \
	OPTION_STRING("sheet", (o).sheet, "NAME", \
		N_("of the workbook that --data names: its sheet, where it has several")), \
	OPTION_LIST("set", (o).sets, "NAME=TEXT", \
		N_("one field, such as contact.phone=... or reason=...")), \
	OPTION_STRING("province", (o).province, "NAME", \
		N_("the province whose regulation it follows; the configured one if none")), \
	OPTION_STRING("forms", (o).forms, "NAME", \
		N_("other forms that its regulation has, such as tt185")), \
	OPTION_FLAG("list-provinces", (o).list_provinces, \
		N_("list the provinces, how far their law is known, and do nothing else")), \
	OPTION_STRING("template", (o).form, "FILE", \
		N_("the form to fill, instead of the one installed")), \
	OPTION_STRING("override", (o).override, "REASON", \
		N_("write it although a condition is not met, for REASON")), \
	OPTION_FLAG("each", (o).each, \
		N_("a document for each subscriber; {n} in FILE counts them")), \
	OPTION_FLAG("no-tokens", (o).no_tokens, \
		N_("do not look at the tokens present")), \
	OPTION_FLAG("no-attachment", (o).no_attachment, \
		N_("leave out the data that other programs can read")), \
	NO_REGISTER_OPTION((o).no_register), \
	OPTION_FLAG("strict", (o).strict, \
		N_("refuse to write a document that lacks something")), \
	OPTION_FLAG("sign", (o).sign, \
		N_("sign the PDF at once by the token of whoever signs it")), \
	OPTION_LIST("sign-serial", (o).sign_serials, "S", \
		N_("with --sign: the token that signs, by its serial number")), \
	OPTION_STRING("pin-file", (o).pin_file, "FILE", \
		N_("with --sign: its user PIN, first line of a file")), \
	OPTION_STRING("pin-fd", (o).pin_fd, "N", \
		N_("with --sign: its user PIN, next line of a descriptor")), \
	SELECTION_OPTIONS((o).selection)
/* Of a command that has no other use for it. */
#define LIST_JSON_OPTION(o) \
	OPTION_FLAG("json", (o).json, \
		N_("with --list-provinces: print one JSON document")), \
	JSON_FORMAT_OPTION
/* clang-format on */

/*
 * Prints the provinces that there are, what is known of their regulations and
 * what of it is inferred. The exit code: EXIT_BAD_INPUT where a file of one
 * cannot be read, which is told.
 */
int list_provinces(bool json);

void document_options_free(struct document_options *options);

/*
 * Adds to @person, who is called by a name and is @who in the document, what
 * the configuration and the register know of the one who is called so. Of
 * several, with @asks, it tells all: EXIT_AMBIGUOUS. 0 or an exit code, told.
 */
int document_know_person(const struct document_job *job, const char *who,
			 json_t *person, bool asks);

/* Remembers, to be judged with the conditions, what @text says is against the
 * document, or with @remark has to be looked at. 0 or an exit code, told. */
int document_object(const struct document_job *job, const char *rule,
		    const char *article, bool remark, const char *text);

/*
 * Remembers, for the conditions, if by the register @person, who is @who in the
 * minutes, left the agency by their day or has died.
 */
int document_note_departure(const struct document_job *job, const char *who,
			    const json_t *person);

/*
 * The same of the giver whom the register alone names: one who has died hands
 * nothing over, and is left for an officer to write.
 */
int document_settle_giver(const struct document_job *job, json_t *dossier);

/*
 * Makes the document that @name, a procedure or the number of a form, means
 * among @kinds, whose functions find @ctx in the job. @facts are what the
 * command knows of it besides, laid over the configuration's; they are
 * consumed. The exit code.
 */
int document_make(const struct globals *globals,
		  const struct document_options *options,
		  const struct document_kind *kinds, const char *name,
		  json_t *facts, const void *ctx);

#endif
