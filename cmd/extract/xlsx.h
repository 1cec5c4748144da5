/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* Between the files that read a workbook. */
#ifndef CMD_EXTRACT_XLSX_H
#define CMD_EXTRACT_XLSX_H

#include "part.h"

/* Excel's own limits. */
#define XLSX_COLUMNS 16384
#define XLSX_ROWS 1048576

/* 1. How a number is shown, by the code of its format. */

enum number_shown {
	SHOWN_GENERAL,
	SHOWN_PLAIN, /* as many digits as it has */
	SHOWN_SCIENTIFIC,
	SHOWN_PERCENT,
	SHOWN_DATE,
	SHOWN_PATTERN, /* "0000000000", "VT"0: its places are filled */
	SHOWN_NOT,     /* by a format that shows what is not known here */
};

enum date_part {
	PART_YEAR = 1,
	PART_MONTH = 2,
	PART_DAY = 4,
	PART_TIME = 8,
};

#define PATTERN_SIZE 48

struct number_format {
	enum number_shown shown;
	unsigned int parts;	    /* of SHOWN_DATE */
	char pattern[PATTERN_SIZE]; /* of SHOWN_PATTERN */
};

/* @code is what a workbook has, or NULL for the format @id that it need not
 * have. */
void number_format_read(struct number_format *f, const char *code,
			unsigned long id);

/*
 * Appends the number that the file has as @digits, as Excel shows it: one with
 * more digits than are kept or shown is 1.23457E+11, and a day is 2026-11-21
 * where day, month and year are shown; EXTRACT_UNSHOWN where its format is not
 * understood. -1: it is no number.
 */
int number_show(const struct number_format *f, const char *digits,
		bool from_1904, struct buffer *text);

/* 2. The workbook. */

struct cell_style {
	struct number_format format;
	bool is_struck; /* a line goes through what it shows */
};

struct merge {
	size_t top, bottom, left, right; /* from 1; rows and columns */
};

struct book {
	zip_t *zip;
	zip_uint64_t budget; /* of bytes of all parts, each time they are read
			      */
	struct cell_style *styles;
	size_t n_styles;
	struct buffer strings; /* that cells share, each with a NUL behind */
	size_t *starts;	       /* where each begins, of n_strings */
	size_t n_strings;
	bool from_1904;
};

/* Text as cells have it: in pieces, each in a look of its own, and with how it
 * is spoken, which is left out. */
struct rich_text {
	struct buffer text;
	bool in_text, in_phonetic;
	bool strikes, is_struck; /* in this piece, and in any */
};

/* Takes a node of what holds it. */
void rich_text_take(struct rich_text *rich, struct part *part);

/* True at the beginning of an element "strike" that is not put out again. */
bool part_strikes(struct part *part);

/* "_x000D_" is one character, and "_x005F_" an underscore before another x. */
void put_unescaped(struct buffer *text, const char *s);

/* The facts of a sheet that are known before it is printed. */
struct sheet {
	zip_uint64_t index; /* of its part */
	size_t width;	    /* the last column with something in it */
	struct merge *merges;
	size_t n_merges;
	struct buffer hidden_rows, hidden_columns; /* for people: "5-9, 12" */
	/* Of each column, from 1: days as text that are none in America, as
	 * numbers that are sure, and as numbers in which a day and a month may
	 * have been exchanged. */
	unsigned char days[XLSX_COLUMNS + 1];
};

enum { DAY_IS_TEXT = 1, DAY_IS_SURE = 2, DAY_IN_DOUBT = 4 };

/* Reads all of it but its cells. */
enum extract_exit sheet_look(struct book *book, struct sheet *sheet);

/* Prints it as CSV, with a line for each row up to the last. */
enum extract_exit sheet_print(struct book *book, struct sheet *sheet,
			      FILE *out);
void sheet_free(struct sheet *sheet);

#endif
