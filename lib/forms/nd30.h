/* SPDX-License-Identifier: LGPL-2.1-or-later */
/*
 * The parts of an administrative document in the presentation of Nghị định
 * 30/2020/NĐ-CP, Phụ lục I, filled from a dossier.
 */
#ifndef FORMS_ND30_H
#define FORMS_ND30_H

#include <stdbool.h>
#include <time.h>

#include "input/dossier.h"
#include "typeset/document.h"

/* A paragraph that looks as its role asks; in a cell it has no indent. */
struct paragraph *nd30_paragraph(struct document *doc, enum role role);
struct paragraph *nd30_cell_paragraph(struct document *doc, struct cell *cell,
				      enum role role);

/*
 * @kind is the abbreviation of the document's kind, BB; a công văn has none,
 * and "V/v @about" instead. Both may be empty.
 */
void nd30_letterhead(struct document *doc, const json_t *dossier,
		     const char *kind, const char *about);
/* "Kính gửi: …"; several recipients, which semicolons part, in a list. @field
 * is the name under which they are said to be missing; "": those of a letter.
 */
void nd30_addressee(struct document *doc, const json_t *dossier,
		    const char *field);

/* Such recipients as a sentence has them: "A, B và C". */
const char *nd30_recipients_named(struct document *doc, const char *recipients);

/* A chart with the formats of its title and its words. */
struct chart *nd30_chart(struct document *doc);

/*
 * "Căn cứ …;" for each ground in law and each paper of the case; where there is
 * no paper but one is asked for, @need is said to be missing.
 */
void nd30_grounds(struct document *doc, const json_t *dossier,
		  const char *need);

/*
 * "Nơi nhận" on the left, the signer of the agency on the right. @title and
 * @note stand for what the dossier would say, @first for "Như trên", which
 * comes first where there is an addressee; NULL where they do not.
 */
void nd30_signature(struct document *doc, const json_t *dossier,
		    const char *title, const char *note, const char *first);

/* "Nơi nhận" of minutes, below the signatures: @first, whom the regulation
 * wants to have them, and the archive. */
void nd30_recipients(struct document *doc, const json_t *dossier,
		     const char *first);

/*
 * A table of parties side by side, to which each adds a column: at most three.
 * With @first, at most two, and the recipients on their left.
 */
struct table *nd30_parties(struct document *doc, size_t n,
			   const json_t *dossier, const char *first);
void nd30_party(struct document *doc, struct table *t, const char *role,
		const char *name);

/*
 * A number as a document prints it: without zeros before it, and one that is a
 * single digit after one zero. @number is clean (see text.h); where it ends
 * does not change, so what is returned is a part of it, to follow @zero: "0" or
 * "".
 */
const char *nd30_number(const char *number, const char **zero);

/* True if @s is a day, "2026-01-05", or a moment, which begins with one. */
bool nd30_is_day(const char *s);

/* "ngày 05 tháng 01 năm 2026", "05/01/2026": as documents write a day that is
 * kept as "2026-01-05"; any other text stands as it is. */
const char *nd30_long_day(struct document *doc, const char *day);
const char *nd30_short_day(struct document *doc, const char *day);

/* @text without the stop that may be at its end. */
const char *nd30_unended(struct document *doc, const char *text);

#endif
