/* SPDX-License-Identifier: LGPL-2.1-or-later */
/*
 * The regulation of a province, as far as requests and records follow it: whom
 * each goes to, on which form, by which way, on what grounds, under what
 * conditions. Regulations are files, which ckstoken-province(5) describes; text
 * from them is clean (see text.h) and belongs to the province.
 */
#ifndef RULES_PROVINCE_H
#define RULES_PROVINCE_H

#include <stdbool.h>
#include <stddef.h>

#include "base/arena.h"
#include "base/error.h"
#include "token/ckstoken.h"

/* Days are "YYYY-MM-DD"; @in_force may be "", when it is not known. */
struct regulation {
	const char *number, *date, *in_force;
	const char *title;  /* fit to follow "Căn cứ" */
	const char *source; /* where its text was read; "": not told */
	/* What took its place, in words, and since when; "" while nothing has.
	 */
	const char *replaced_by, *replaced_since;
};

/* What an officer must know of the regulation, with the procedures @of, or with
 * every one where none is named. */
struct warning {
	const char *words;
	const char **of;
	size_t n_of;
};

/* @code is "portal", "documents", …; @words are for the officer. */
struct channel {
	const char *code, *words;
};

struct deadline {
	long days;	    /* working days; 0: a day of the year instead */
	const char *before; /* that day, "MM-DD", itself too late; or "" */
	const char *who, *article, *words;
};

struct condition {
	const char *rule, *article;
	long days; /* of the rule days-left; else 0 */
};

/* A case the regulation lists, as words to be found in what the officer
 * wrote. The keys are as province_key() makes them. */
struct reason {
	enum cks_holder holder; /* CKS_HOLDER_UNKNOWN: any */
	const char *words, *key;
	const char *const *except; /* keys with which it does not count */
	size_t n_except;
};

/* Reasons under a name, which procedures refer to. */
struct reason_list {
	const char *name;
	struct reason *reasons;
	size_t n;
};

/* Who carries out what is asked for, whoever the letter goes through. */
enum executor {
	EXECUTOR_ISSUER,     /* the provider of the certificates */
	EXECUTOR_DEPARTMENT, /* the province's department, by delegation */
};

struct procedure {
	const struct province *province;
	const char *name;	    /* "renew" */
	enum executor executor;	    /* of a PKI Token */
	enum executor executor_sim; /* of a SIM PKI */
	/* Where the text parts devices that are no PKI Token from those: how it
	 * is done with them. NULL: this procedure is for all devices. */
	const struct procedure *sim;
	const char *form;      /* "04"; "" for none, or none that is known */
	const char *template;  /* the form's file, without its ending */
	const char *article;   /* of the regulation */
	bool compare;	       /* the form's layout is not known: compare it */
	const char *recipient; /* may be "" for a record */
	const char *recipient_of; /* what it belongs to, where that is said */
	const char **copies;
	size_t n_copies;
	struct channel *channels;
	size_t n_channels;
	struct deadline *deadlines;
	size_t n_deadlines;
	const char **grounds; /* each fit to follow "Căn cứ" */
	size_t n_grounds;
	struct condition *conditions;
	size_t n_conditions;
	struct reason *reasons;
	size_t n_reasons;
	const char **notes; /* for the officer, not for the letter */
	size_t n_notes;
};

/* A duty of those who hold a device, whatever is requested. */
struct duty {
	const char *name; /* "hand-back" */
	const char *article, *words;
	const char *who; /* whose it is, parted by ";"; "": of all agencies */
	long years;	 /* of a longest term; else 0 */
};

/*
 * A procedure that the regulation does not provide for, and where it says so.
 */
struct refusal {
	const char *name, *article, *words;
};

struct province {
	const char *code, *name;
	const char *decree; /* "nd68" or "tt185": whose forms they are */
	struct regulation regulation;
	/* The code of the province that this one became part of, and since
	 * when; "" of one that is still there. */
	const char *successor, *successor_since;
	struct warning *warnings;
	size_t n_warnings;
	const char **inferred; /* what of this stands in no text */
	size_t n_inferred;
	struct procedure *procedures;
	size_t n_procedures;
	struct duty *duties;
	size_t n_duties;
	struct refusal *refusals;
	size_t n_refusals;

	/* Private. Text of a procedure or a duty that is as the parent has it
	 * belongs to the parent. */
	struct province *parent;
	struct reason_list *reason_lists;
	size_t n_reason_lists;
	struct arena arena;
};

/*
 * Reads the province @name: its code ("lam-dong"), or its name with accents or
 * without ("Lâm Đồng", "LAM DONG"); NULL or "" is "default", the decree alone.
 * It is looked for in /etc/ckstoken/provinces and then among those installed. 0
 * with *@out, for province_free(); or @error and -ENOENT, there being no such
 * province, with a list of those there are, or another negative errno, with the
 * file and the line that is wrong.
 */
int province_load(const char *name, struct province **out, struct error *error);

/* The same, looking in the @n @directories, the first that has it. */
int province_load_from(const char *const *directories, size_t n,
		       const char *name, struct province **out,
		       struct error *error);

void province_free(struct province **province);

/*
 * The codes of the provinces that there are, each once and in the order of
 * their letters, in memory of @arena. 0 or -ENOMEM.
 */
int province_list(struct arena *arena, const char ***codes, size_t *n);

/* True if the warning concerns the procedure of that name. */
bool province_warns(const struct warning *warning, const char *procedure);

/* True if on @day, "YYYY-MM-DD", another regulation was in the place of the
 * province's, and if another province was in its own. */
bool province_is_replaced(const struct province *province, const char *day);
bool province_is_succeeded(const struct province *province, const char *day);

/* NULL: the regulation has none; then there may be a refusal. */
const struct procedure *province_procedure(const struct province *province,
					   const char *name);
const struct refusal *province_refusal(const struct province *province,
				       const char *name);

/* False of one whose document counts subscribers, and has no list of them. */
bool procedure_lists_subscribers(const struct procedure *procedure);

/* The term in working days for the answer to a request for a device of that
 * kind, "" for one that is not known; NULL: the regulation sets none. */
const struct deadline *province_answer_deadline(const struct province *province,
						const char *procedure,
						const char *device_kind);

/* NULL: neither the regulation nor the decree behind it asks for that. */
const struct duty *province_duty(const struct province *province,
				 const char *name);

/*
 * The duty of that name if it is @agency's, by what the agency is called; else
 * the duty of agencies to report, or NULL.
 */
const struct duty *province_duty_of(const struct province *province,
				    const char *name, const char *agency);

/*
 * The numbers of Nghị định số 68/2024/NĐ-CP itself, Điều 9 and Điều 12, for
 * where no province can be read or the province does not say. The file of
 * "default" has the same numbers, and a test holds the two together.
 */
#define DECREE_YEARS_NEW 5
#define DECREE_YEARS_RENEWED 3
#define DECREE_RENEWAL_DAYS 30

/* How many years a certificate may last; @province may be NULL. */
int province_max_years(const struct province *province, bool renewed);

/* True if the province @name, as province_load() takes it, is the decree alone
 * as installed, so that its numbers are those above and it need not be read. */
bool province_is_decree(const char *name);

/* How many days of a certificate must be left when its renewal is asked for;
 * @province may be NULL. */
long province_renewal_days(const struct province *province);

/*
 * @text for finding words in it: folded as cks_text_fold() does, all but
 * letters and digits made blank, one blank between words and at both ends.
 * NULL: memory, which @arena remembers.
 */
const char *province_key(struct arena *arena, const char *text);

#endif
