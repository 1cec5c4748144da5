/* SPDX-License-Identifier: LGPL-2.1-or-later */
/*
 * The parts of an administrative document in the presentation of Nghị định
 * 30/2020/NĐ-CP, Phụ lục I, in the larger of its two sets of sizes: Quốc hiệu
 * 13, all that goes with it 14.
 */
#ifndef OFFICE_ND30_H
#define OFFICE_ND30_H

#include <time.h>

#include "document.h"
#include "facts.h"

struct letterhead {
	const struct agency_fact *agency;
	const char *number;
	const char *kind;  /* abbreviation of the kind, BB; NULL: công văn */
	const char *about; /* "V/v …" of a công văn, else NULL */
	time_t date;	   /* 0: not known */
};

void nd30_letterhead(struct document *doc, const struct letterhead *head);
void nd30_title(struct document *doc, const char *kind, const char *about);
void nd30_addressee(struct document *doc, const char *recipient);

/* A justified paragraph; more runs may be added to it. */
struct paragraph *nd30_body(struct document *doc, unsigned int style,
			    const char *text);

/* A line "label: value". */
void nd30_field(struct document *doc, const char *label, const char *value);

struct table *nd30_table(struct document *doc, const struct column *columns,
			 size_t n_columns);
void nd30_header_cell(struct document *doc, struct table *t,
		      unsigned int colspan, unsigned int rowspan,
		      const char *text);
void nd30_cell(struct document *doc, struct table *t, size_t column,
	       unsigned int rowspan, const char *text);

/* "Nơi nhận" on the left, the signer of the agency on the right. */
void nd30_agency_signature(struct document *doc,
			   const struct agency_fact *agency);

struct party {
	const char *role;
	const char *name;
};

/* Parties side by side, at most three. */
struct table *nd30_party_signatures(struct document *doc,
				    const struct party *parties, size_t n);

/* The last line: what to mind before signing. Call after the signatures. */
void nd30_notice(struct document *doc, struct table *signatures,
		 const char *text);

/* "ngày 05 tháng 01 năm 2026", "05/01/2026", "05": as documents write them. */
const char *nd30_day(struct document *doc, time_t t);
const char *nd30_short_day(struct document *doc, time_t t);
const char *nd30_number(struct document *doc, const char *number);

#endif
