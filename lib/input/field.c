/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include "field.h"

#include <errno.h>
#include <stdint.h>
#include <stdlib.h>
#include <string.h>
#include <utf8proc.h>

#include "base/i18n.h"
#include "base/text.h"
#include "field_value.h"
#include "secret_text.h"
#include "token/ckstoken.h"

#define BETWEEN "; "

/* Behind this, letters and digits as wide as Chinese ones stand in the order of
 * ASCII. */
#define FULL_WIDTH (0xff01 - '!')

char *field_key(const char *s)
{
	char *key = cks_text_fold(s), *out = key, *p = key;
	size_t left = key ? strlen(key) : 0;

	while (left) {
		int32_t cp;
		size_t n = text_decode(p, left, &cp);
		utf8proc_category_t category = utf8proc_category(cp);

		if (category >= UTF8PROC_CATEGORY_LU &&
		    category <= UTF8PROC_CATEGORY_NO) {
			memmove(out, p, n);
			out += n;
		}
		p += n;
		left -= n;
	}
	if (key)
		*out = '\0';
	return key;
}

/*
 * How many bytes the letter at @s has, if it is one that Vietnamese is written
 * with and that cleaning leaves as it is, whatever stands beside it; else 0.
 */
static size_t settled_letter(const unsigned char *s)
{
	if (s[0] > ' ' && s[0] < 0x7f)
		return 1;
	/* U+00C0 to U+017F, Ơ and Ư */
	if ((s[0] >= 0xc3 && s[0] <= 0xc5) ||
	    (s[0] == 0xc6 && s[1] && strchr("\xa0\xa1\xaf\xb0", s[1])))
		return (s[1] & 0xc0) == 0x80 ? 2 : 0;
	/* U+1E00 to U+1EFF */
	if (s[0] == 0xe1 && s[1] >= 0xb8 && s[1] <= 0xbb)
		return (s[2] & 0xc0) == 0x80 ? 3 : 0;
	return 0;
}

/* True if @s is clean already, as nearly all of a table is. */
static bool is_clean(const char *s)
{
	const unsigned char *p = (const unsigned char *)s;
	bool blank = true;

	while (*p) {
		size_t n = settled_letter(p);

		if (!n && (*p != ' ' || blank))
			return false;
		blank = !n;
		p += n ? n : 1;
	}
	return !blank || !*s;
}

const char *field_clean(struct arena *arena, const char *s)
{
	size_t len = strlen(s);
	char *plain, *out;

	if (is_clean(s))
		return s;
	plain = out = arena_alloc(arena, len + 1);
	if (!plain)
		return NULL;
	while (len) {
		int32_t cp;
		size_t n = text_decode(s, len, &cp);

		if (n > 1 && utf8proc_category(cp) == UTF8PROC_CATEGORY_ZS) {
			*out++ = ' ';
		} else if (cp > FULL_WIDTH && cp <= FULL_WIDTH + '~') {
			*out++ = (char)(cp - FULL_WIDTH);
		} else {
			memcpy(out, s, n);
			out += n;
		}
		s += n;
		len -= n;
	}
	return text_clean(arena, plain);
}

/* Copies the next of @words into @word; NULL past the last. */
static const char *take_word(const char *words, char word[FIELD_CHOICE_ROOM])
{
	const char *end = strstr(words, BETWEEN);
	size_t len = end ? (size_t)(end - words) : strlen(words);

	if (!len || len >= FIELD_CHOICE_ROOM)
		return NULL;
	memcpy(word, words, len);
	word[len] = '\0';
	return end ? end + strlen(BETWEEN) : words + len;
}

/* Whether @word is @s, which is folded already. 1, 0, or -ENOMEM. */
static int is_word(const char *word, const char *s)
{
	char *key = field_key(word);
	int same = key ? !strcmp(key, s) : -ENOMEM;

	free(key);
	return same;
}

static int has_word(const struct field_choice *choice, const char *s)
{
	char word[FIELD_CHOICE_ROOM];
	const char *words = choice->words;
	int found = is_word(choice->key, s);

	while (!found && (words = take_word(words, word)))
		found = is_word(word, s);
	return found;
}

/* The key of the choice of @f that @s stands for, or NULL: none. 0, or -ENOMEM.
 */
static int find_choice(const struct field *f, const char *s, const char **key)
{
	const struct field_choice *choice;
	char *folded;
	int found;

	*key = NULL;
	for (choice = f->choices; choice->key; choice++)
		if (!strcmp(choice->key, s))
			*key = choice->key;
	if (*key)
		return 0;
	folded = field_key(s);
	found = folded ? 0 : -ENOMEM;
	for (choice = f->choices; choice->key && !found; choice++) {
		found = has_word(choice, folded);
		if (found > 0)
			*key = choice->key;
	}
	free(folded);
	return found < 0 ? found : 0;
}

bool field_choice_words(const struct field *f, const char *key,
			char words[FIELD_CHOICE_ROOM])
{
	const struct field_choice *choice;

	for (choice = f->choices; choice && choice->key; choice++)
		if (!strcmp(choice->key, key))
			return take_word(choice->words, words);
	return false;
}

static json_t *parse_text(const struct field *f, const char *s, size_t len,
			  const char **why)
{
	size_t letters = 0, i;

	for (i = 0; len > FIELD_LETTERS_MAX && i < len; i++)
		letters += (s[i] & 0xc0) != 0x80;
	if (letters > FIELD_LETTERS_MAX)
		*why = _("This is longer than 2,000 letters. Shorten it.");
	else if (f->type == FIELD_PIN_STATE)
		*why = field_pin_state(s);
	return *why ? NULL : json_stringn_nocheck(s, len);
}

static json_t *parse_tick(const char *s, const char **why)
{
	char *key = field_key(s);
	bool tick = false;

	if (!key)
		return NULL;
	*why = field_tick(s, key, &tick);
	free(key);
	return *why ? NULL : json_boolean(tick);
}

static json_t *parse_clean(const struct field *f, const char *s,
			   const char **why)
{
	static const char *(*const parsers[])(const char *, char *) = {
		[FIELD_DATE] = field_date,
		[FIELD_EMAIL] = field_email,
		[FIELD_ID_NUMBER] = field_id_number,
		[FIELD_PHONE] = field_phone,
		[FIELD_SERIAL] = field_serial,
		[FIELD_SIM] = field_sim,
		[FIELD_TIME] = field_time,
		[FIELD_DEVICE_SERIAL] = field_device_serial,
	};
	size_t len = strlen(s);
	const char *key = NULL;
	char out[FIELD_ROOM];
	int n = 0;

	if (f->type == FIELD_TEXT || f->type == FIELD_PIN_STATE)
		return parse_text(f, s, len, why);
	if (len > FIELD_SHORT_MAX) {
		*why = _("This is too long. Write the value alone.");
		return NULL;
	}
	/* Excel takes such a number for text, and some programs keep the mark
	 * by which they told it so. */
	if (f->type == FIELD_ID_NUMBER || f->type == FIELD_PHONE)
		s += *s == '\'';
	switch (f->type) {
	case FIELD_COUNT:
		*why = field_count(s, &n);
		return *why ? NULL : json_integer(n);
	case FIELD_NUMBER:
		*why = field_number(s, &n);
		return *why ? NULL : json_integer(n);
	case FIELD_TICK:
		return parse_tick(s, why);
	case FIELD_CHOICE:
		if (find_choice(f, s, &key))
			return NULL;
		if (!key)
			*why = _(f->choose);
		return key ? json_string_nocheck(key) : NULL;
	case FIELD_SERIAL:
	case FIELD_DEVICE_SERIAL:
		/* Its blanks will be gone. */
		n = secret_is_in_field("device_serial", s);
		if (n > 0)
			*why = _(
				"This contains a password, a PIN or a PUK, and is no serial number. Remove it from the file.");
		if (n)
			return NULL;
		*why = parsers[f->type](s, out);
		return *why ? NULL : json_string_nocheck(out);
	default:
		*why = parsers[f->type](s, out);
		return *why ? NULL : json_string_nocheck(out);
	}
}

json_t *field_parse_given(const struct field *f, const char *text,
			  const char **why)
{
	struct arena scratch = { 0 };
	json_t *value = NULL;
	const char *clean;

	*why = NULL;
	if (strlen(text) > FIELD_BYTES_MAX) {
		*why = _("This is longer than 2,000 letters. Shorten it.");
		return NULL;
	}
	clean = field_clean(&scratch, text);
	if (clean)
		value = *clean ? parse_clean(f, clean, why) : json_null();
	arena_free(&scratch);
	return value;
}

json_t *field_parse(const struct field *f, const char *text, const char **why)
{
	json_t *value = field_parse_given(f, text, why);

	return json_is_null(value) && f->type == FIELD_TICK ? json_false()
							    : value;
}

static const char *wants(enum field_type type)
{
	switch (type) {
	case FIELD_TICK:
		return _("This must be true or false.");
	case FIELD_COUNT:
		return _("This must be a whole number from 0 to 99.");
	case FIELD_NUMBER:
		return field_number_wanted();
	default:
		return _("This must be text, in quotation marks.");
	}
}

json_t *field_accept(const struct field *f, const json_t *value,
		     const char **why)
{
	json_int_t n = json_integer_value(value);
	bool fits =
		(f->type == FIELD_COUNT && n >= 0 && n <= FIELD_COUNT_MAX) ||
		(f->type == FIELD_NUMBER && n >= 1 && n <= FIELD_NUMBER_MAX);

	*why = NULL;
	if (json_is_string(value))
		return field_parse(f, json_string_value(value), why);
	if (json_is_null(value))
		return field_parse(f, "", why);
	if (json_is_boolean(value) && f->type == FIELD_TICK)
		return json_boolean(json_is_true(value));
	if (json_is_integer(value) && fits)
		return json_integer(n);
	*why = wants(f->type);
	return NULL;
}

/* The value of @row that @name is named for, as its field has it. */
static int accept_one(json_t *row, const char *name)
{
	const struct field *f = field_find_any(name);
	const char *why = NULL;
	json_t *value =
		f ? field_accept(f, json_object_get(row, name), &why) : NULL;
	int ret = 0;

	if (!f)
		return 0;
	if (!value && !why)
		return -ENOMEM;
	if (why || json_is_null(value))
		(void)json_object_del(row, name);
	else if (json_object_set(row, name, value))
		ret = -ENOMEM;
	json_decref(value);
	return ret;
}

int field_accept_all(json_t *row)
{
	const char *name;
	json_t *value;
	void *next;
	int ret = 0;

	json_object_foreach_safe (row, next, name, value)
		if (!ret)
			ret = accept_one(row, name);
	return ret;
}
