/* SPDX-License-Identifier: LGPL-2.1-or-later */
/*
 * The data that officers hand in beside the tokens, as a table made in Excel (a
 * workbook, CSV, or Excel's "Unicode text") or as JSON: the subscribers of a
 * letter, and in JSON the other people it names. All errors of a file are found
 * at once, so that it can be mended at once.
 */
#ifndef INPUT_DATAFILE_H
#define INPUT_DATAFILE_H

#include <jansson.h>
#include <stdbool.h>
#include <stddef.h>

#include "base/arena.h"
#include "base/digest.h"
#include "base/error.h"

#define DATA_ERRORS_MAX 1000

/*
 * A column of a form: its heading as printed and the names of the fields in its
 * cells, in their order, with blanks between; "" for a column that is not read.
 */
struct data_column {
	const char *heading;
	const char *fields;
};

/*
 * An error of a file, in whole translated sentences; the list that it stands in
 * owns its text.
 */
struct data_error {
	size_t row; /* of CSV: as Excel counts, 1 being the headings; of JSON:
		       the number of the element; 0: none in particular */
	const char *column; /* as the file calls it, "list.name" in one of
			       several lists; the label of the field where the
			       file has no such column; or NULL */
	const char *text;
};

/* A field, and the heading that the table has for it. */
struct data_heading {
	const char *field;
	const char *heading;
};

struct data_errors {
	struct data_error *list;
	size_t n, more; /* more: errors beyond DATA_ERRORS_MAX, until closed */
	struct data_error *notes; /* of rows that were passed over */
	size_t n_notes;
	const char *part; /* the list being read, to which columns belong */
	struct data_heading *headings; /* of the table being read */
	size_t n_headings;
	struct arena arena;
};

void data_errors_add(struct data_errors *errors, size_t row, const char *column,
		     const char *format, ...)
	__attribute__((format(printf, 4, 5)));

/* Adds what is no error; at most DATA_ERRORS_MAX are kept. */
void data_notes_add(struct data_errors *errors, size_t row, const char *format,
		    ...) __attribute__((format(printf, 3, 4)));

/* Remembers that the table has the column @heading for @field, a field's own
 * name. */
void data_errors_know_heading(struct data_errors *errors, const char *field,
			      const char *heading);

/* The heading that the file has for @field, which errors must name so that an
 * officer finds it; the field's label where the file has none; NULL: NULL. */
const char *data_errors_heading(const struct data_errors *errors,
				const char *field);

/* Adds, as the last error, how many more there were than are kept. */
void data_errors_close(struct data_errors *errors);

void data_errors_free(struct data_errors *errors);

/* How large a file may be, in MiB. */
#define DATA_DOCUMENT_MIB 64
#define DATA_REGISTER_MIB 1024

/*
 * The whole of the file @path, or of standard input when it is "-", of up to
 * @mib MiB; in UTF-8, and without a byte order mark, where it begins with one.
 * Of a workbook it is the table on its @sheet, or where that is NULL on the
 * only one, and @told, if not NULL, gets notes of what is hidden in it. 0 with
 * *@text, NUL-terminated and the caller's to free(), and the digest of the file
 * as it is in @sha256, which may be NULL; or -EFBIG or another negative errno,
 * and @error.
 */
int datafile_load(const char *path, const char *sheet, size_t mib, char **text,
		  size_t *len, char sha256[DIGEST_HEX_SIZE],
		  struct data_errors *told, struct error *error);

/*
 * The paths that a document may have a value at. @knows tells whether @path is
 * one, or else in *@nearest, for free(), which is written nearly so, or NULL.
 */
struct data_paths {
	bool (*knows)(void *owner, const char *path, char **nearest);
	void *owner;
};

/*
 * Reads @text, JSON when it begins with [ or { and else CSV. A column is known
 * by its heading in @columns, by a part of that for one of several fields, or
 * by the name or label of a field; accents, case, stops, blanks and what stands
 * in parentheses may be left out.
 *
 * 0 with *@data, the caller's to json_decref(): {"subscribers": [{field: value,
 * …}, …]} and, from JSON, the objects "contact", "giver", "receiver", "keeper",
 * "document", "counts", "extra" and "province", of clean text, numbers and
 * booleans; and *@numbers, likewise, the number of each of the subscribers, as
 * in data_error. Blank values are left out. Of JSON that goes with an earlier
 * document, what is not an officer's to give is passed over; in other JSON a
 * member that is none of @paths, if that is not NULL, is wrong. -EINVAL with
 * @errors, which begins zeroed and is the caller's to free; -ENOMEM.
 */
int datafile_read(const char *text, size_t len,
		  const struct data_column *columns, size_t n_columns,
		  const struct data_paths *paths, json_t **data,
		  json_t **numbers, struct data_errors *errors);

/* Rows for the register. Zeroed it is empty. */
struct data_records {
	json_t *rows;	 /* an array of objects, {field: value, …} */
	size_t *numbers; /* of each row, as in data_error */
};

/* A list in JSON, and the "record" that its rows are: "tokens", "token". */
struct data_list {
	const char *name;
	const char *record;
};

/*
 * The same for the register: a table may have all fields, under the headings
 * that offices use for them too, but not the columns of forms. A heading that
 * may mean two things, or would hold a password, is refused. JSON is a list of
 * rows, or an object of @lists, whose rows get that "record". A blank value is
 * not given; in JSON null is kept, which clears a field. Rows that say the same
 * are not looked for. 0 with @records, which the caller frees; -EINVAL with
 * @errors, as above; -ENOMEM.
 */
int datafile_read_records(const char *text, size_t len,
			  const struct data_list *lists, size_t n_lists,
			  struct data_records *records,
			  struct data_errors *errors);

/*
 * The same, but each row is given to @take as it is read, and freed after it;
 * wrong rows are not given. @take may add errors, and the caller closes them.
 */
int datafile_each_record(const char *text, size_t len,
			 const struct data_list *lists, size_t n_lists,
			 void (*take)(void *owner, size_t number, json_t *row),
			 void *owner, struct data_errors *errors);

void data_records_free(struct data_records *records);

#endif
