/* SPDX-License-Identifier: LGPL-2.1-or-later */
/*
 * Texts that tell a PIN, a PUK or a password. No register, journal, paper or
 * configuration may hold one, whoever wrote it and by which command.
 */
#ifndef INPUT_SECRET_TEXT_H
#define INPUT_SECRET_TEXT_H

#include <jansson.h>
#include <stdbool.h>

/*
 * Each is 1, 0, or -ENOMEM. Texts are judged as a reader sees them: digits of
 * any script are digits, and what has no width is not there (base/text.h).
 *
 * Whether a column with this heading would hold a secret: it is called "PIN",
 * "SO PIN mới", "Mật khẩu token", "mã mở khóa" and the like. "PIN bị khóa" or
 * "trạng thái PIN" tells of its state, and would not.
 */
int secret_is_heading(const char *heading);

/*
 * Whether @text tells a secret: it names one, and has a code of four digits or
 * more, or what a password is said to be. A number that is surely another, as a
 * day, the number of a paper, or one with "số hiệu" or "điện thoại" before it,
 * is no code. Digits alone, or words alone, tell nothing.
 */
int secret_is_in_text(const char *text);

/*
 * The same of the field @name, also as a path ("every.note"). What a token
 * calls itself, in the fields "device_…", tells one only where the code stands
 * right behind the word: of "CA0D0000 (UserPIN)" nobody wrote anything.
 */
int secret_is_in_field(const char *name, const char *text);

/* What the texts of one record had so far. Zeroed for each record. */
struct secret_cells {
	bool named; /* one is the name of a secret, and no more */
};

/*
 * The same of one text of a record after the other: a code alone in a text,
 * where no number belongs, is a secret if one before has nothing but "PIN".
 * Where @cells is named at the end, the texts are to be looked at once more.
 */
int secret_is_in_cell(struct secret_cells *cells, const char *name,
		      const char *text);

/*
 * The same of all texts in @value, which is called @name ("": it has no name).
 * *@where is then the path of the first that tells one, for free().
 */
int secret_is_in_value(const char *name, const json_t *value, char **where);

#endif
