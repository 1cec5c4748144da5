/* SPDX-License-Identifier: LGPL-2.1-or-later */
/*
 * Texts that tell a PIN, a PUK or a password. No register, journal, paper or
 * configuration may hold one, whoever wrote it and by which command.
 */
#ifndef INPUT_SECRET_TEXT_H
#define INPUT_SECRET_TEXT_H

#include <jansson.h>

/*
 * Each is 1, 0, or -ENOMEM.
 *
 * Whether a column with this heading would hold a secret: it is called "PIN",
 * "SO PIN mới", "Mật khẩu token", "mã mở khóa" and the like.
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

/*
 * The same of all texts in @value, which is called @name ("": it has no name).
 * *@where is then the path of the first that tells one, for free().
 */
int secret_is_in_value(const char *name, const json_t *value, char **where);

#endif
