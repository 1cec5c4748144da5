/* SPDX-License-Identifier: LGPL-2.1-or-later */
/*
 * Documents from their facts to their files. A command says what kind of
 * document it makes and adds what only it knows; the rest is the same for all:
 * rules of the province, form, data, tokens, dossier, conditions, files.
 */
#ifndef CMD_PAPER_H
#define CMD_PAPER_H

#include <jansson.h>

#include "command.h"
#include "custody_use.h"
#include "forms/form.h"
#include "rules/province.h"
#include "selection.h"

struct paper_options {
	struct selection selection;
	const char **outputs; /* -o, each */
	const char **sets;    /* --set, each */
	char *number, *date, *data, *form, *province, *recipient, *override;
	int strict, each, no_tokens, no_attachment, no_register;
};

#define PAPER_OPTIONS_INIT                  \
	{                                   \
		.selection = SELECTION_INIT \
	}

struct paper;

/* One that no name ends a list of them. */
struct paper_kind {
	const char *procedure; /* its name, here and in a province's file */
	const char *form;      /* its number in Decree 68/2024/NĐ-CP, or "" */
	/* Of one that no regulation provides for: the form's file, and the
	 * duty of the regulation that it answers, where it has that. */
	const char *template, *duty;
	bool of_tokens;	    /* else it is about none that could be present */
	bool one_token;	    /* unless options or data name more */
	bool leave_expired; /* certificates, where the token has others */
	/*
	 * Whether a token present belongs into the document: 0, -1 for no, or
	 * an exit code, told. @named: by an option or the data. NULL: those
	 * named, or the only one.
	 */
	int (*fits)(const struct paper *paper, const struct cks_token *token,
		    bool named);
	/* Tells what cannot be known of a token that is not there. NULL:
	 * nothing. */
	void (*unseen)(const char *serial);
	/*
	 * Whether @dossier says what must be known to make it. 0 or an exit
	 * code, told. NULL: nothing to ask.
	 */
	int (*check)(const struct paper *paper, const json_t *dossier);
	/*
	 * Completes @dossier, of the whole document or of one in a batch, from
	 * what is in it. 0 or an exit code, told. NULL: nothing to do.
	 */
	int (*settle)(const struct paper *paper, json_t *dossier);
};

struct paper {
	const struct globals *globals;
	const struct paper_options *options;
	const struct paper_kind *kind;
	bool by_number; /* the kind was named by the number of its form */
	time_t when;	/* the document's day */
	bool has_hour;	/* whether its hour is known too */
	struct province *province;
	const struct procedure *procedure;
	struct procedure own; /* that of a kind with its own template */
	struct form *form;
	json_t *data;	  /* what --data says; NULL without */
	json_t *row_sets; /* what --set says of every subscriber */
	json_t *dossier;  /* "agency", "contact", … */
	bool partial;	  /* some token could not be read */
	/* Its register is NULL where none is used; read until the files are
	 * written, and then written to. */
	struct custody_event event;
	char command[32]; /* that acts in it */
	size_t n_recorded;
};

#define PAPER_OPTIONS(paper)                                                   \
	{ "output",                                                            \
	  'o',                                                                 \
	  POPT_ARG_ARGV,                                                       \
	  &(paper).outputs,                                                    \
	  0,                                                                   \
	  N_("the PDF or DOCX to write; - is a PDF on standard output"),       \
	  "FILE" },                                                            \
		{ "number",                                                    \
		  '\0',                                                        \
		  POPT_ARG_STRING,                                             \
		  &(paper).number,                                             \
		  0,                                                           \
		  N_("number of the document, without its symbol"),            \
		  "N" },                                                       \
		{ "date",                                                      \
		  '\0',                                                        \
		  POPT_ARG_STRING,                                             \
		  &(paper).date,                                               \
		  0,                                                           \
		  N_("its day and hour (DD/MM/YYYY HH:MM); now if none"),      \
		  "DATE" },                                                    \
		{ "data",                                                      \
		  '\0',                                                        \
		  POPT_ARG_STRING,                                             \
		  &(paper).data,                                               \
		  0,                                                           \
		  N_("CSV or JSON with the subscribers; - is standard input"), \
		  "FILE" },                                                    \
		{ "set",                                                       \
		  '\0',                                                        \
		  POPT_ARG_ARGV,                                               \
		  &(paper).sets,                                               \
		  0,                                                           \
		  N_("one datum, such as contact.phone=... or reason=..."),    \
		  "NAME=TEXT" },                                               \
		{ "province",                                                  \
		  '\0',                                                        \
		  POPT_ARG_STRING,                                             \
		  &(paper).province,                                           \
		  0,                                                           \
		  N_("whose regulation it follows; else the configuration's"), \
		  "NAME" },                                                    \
		{ "template",                                                  \
		  '\0',                                                        \
		  POPT_ARG_STRING,                                             \
		  &(paper).form,                                               \
		  0,                                                           \
		  N_("the form to fill, instead of the one installed"),        \
		  "FILE" },                                                    \
		{ "override",                                                  \
		  '\0',                                                        \
		  POPT_ARG_STRING,                                             \
		  &(paper).override,                                           \
		  0,                                                           \
		  N_("write it although a condition is not met, for REASON"),  \
		  "REASON" },                                                  \
		{ "each",                                                      \
		  '\0',                                                        \
		  POPT_ARG_NONE,                                               \
		  &(paper).each,                                               \
		  0,                                                           \
		  N_("a document for each subscriber; {n} in FILE counts"),    \
		  NULL },                                                      \
		{ "no-tokens",                                                 \
		  '\0',                                                        \
		  POPT_ARG_NONE,                                               \
		  &(paper).no_tokens,                                          \
		  0,                                                           \
		  N_("do not look at the tokens present"),                     \
		  NULL },                                                      \
		{ "no-attachment",                                             \
		  '\0',                                                        \
		  POPT_ARG_NONE,                                               \
		  &(paper).no_attachment,                                      \
		  0,                                                           \
		  N_("leave out the data that other programs can read"),       \
		  NULL },                                                      \
		NO_REGISTER_OPTION((paper).no_register),                       \
		{ "strict",                                                    \
		  '\0',                                                        \
		  POPT_ARG_NONE,                                               \
		  &(paper).strict,                                             \
		  0,                                                           \
		  N_("refuse to write a document that lacks something"),       \
		  NULL },                                                      \
		SELECTION_OPTIONS((paper).selection)

void paper_options_free(struct paper_options *options);

/*
 * Makes the document that @name, a procedure or the number of a form, means
 * among @kinds. @facts are what the command knows of it besides, laid over the
 * configuration's; they are consumed. The exit code.
 */
int paper_make(const struct globals *globals,
	       const struct paper_options *options,
	       const struct paper_kind *kinds, const char *name, json_t *facts);

/* The steps of it, in their order; each 0 or an exit code, told. */
int paper_check(struct paper *paper);
int paper_rules(struct paper *paper, const struct paper_kind *kinds,
		const char *name);
int paper_read_data(struct paper *paper);
int paper_fill(struct paper *paper, const json_t *facts);
int paper_open_register(struct paper *paper);
int paper_read_tokens(struct paper *paper);
int paper_spread(struct paper *paper);
int paper_look_up(struct paper *paper);
int paper_settle(struct paper *paper);
int paper_conditions(struct paper *paper);
int paper_write(struct paper *paper);

/*
 * What each --set says: of the document, into the dossier, and of subscribers,
 * into the row sets, for a token to agree with. 0 or an exit code, told.
 */
int paper_set(struct paper *paper);

/* The dossier of the @i-th subscriber's document alone, the caller's to
 * json_decref(); NULL when there is no memory. */
json_t *paper_one_of(const struct paper *paper, size_t i);

/* Where to send it, and by when; on standard error. */
void paper_advise(const struct paper *paper);

#endif
