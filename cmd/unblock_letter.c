/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* The letter of --request: what it says, and which token it is for. */
#include "unblock_letter.h"

#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "base/buffer.h"
#include "base/date.h"
#include "base/text.h"
#include "forms/nd30.h"
#include "input/dossier.h"
#include "message.h"
#include "register/normalize.h"

/* Bytes of the number or the symbol of a letter. */
#define PLAIN_MAX 100

/* What is shown of a letter that names many, and of one text of it. */
#define ROWS_SHOWN 20
#define TEXT_MAX 400

/* 1. Its number */

/* The form prints the day alone of a moment, and so it is one letter. */
static void take_day(struct unblock *r, const char *text)
{
	char iso[] = "0000-00-00";
	long day;

	if (!nd30_is_day(text))
		return;
	memcpy(iso, text, strlen(iso));
	if (date_read_iso(iso, &day))
		(void)date_iso(day, r->letter_day);
}

/*
 * Cites the letter by what it prints, "15/STC-VP ngày 21/11/2026", in r->cited,
 * which stays NULL where it cannot be: data that differ in zeros, blanks or
 * capitals alone would make the same paper, and are the same letter.
 */
static int cite(struct unblock *r)
{
	struct arena arena = { 0 };
	const char *number = text_clean(
		&arena, dossier_text(r->letter.data, "document.number"));
	const char *symbol = text_clean(
		&arena, dossier_text(r->letter.data, "agency.symbol"));
	const char *date = text_clean(
		&arena, dossier_text(r->letter.data, "document.date"));
	const char *zero, *d = r->letter_day;
	int ret = 0;

	if (symbol)
		symbol = text_upper(&arena, symbol);
	if (!number || !symbol || !date) {
		ret = print_no_memory();
		goto out;
	}
	take_day(r, date);
	number = nd30_number(number, &zero);
	if (!text_says_something(number) || strlen(number) > PLAIN_MAX ||
	    strlen(symbol) > PLAIN_MAX || !*d)
		goto out;
	if (asprintf(&r->letter_number, "%s%s%s%s", zero, number,
		     symbol[0] ? "/" : "", symbol) < 0)
		r->letter_number = NULL;
	if (!r->letter_number ||
	    asprintf(&r->cited, "%s ngày %.2s/%.2s/%.4s", r->letter_number,
		     d + 8, d + 5, d) < 0) {
		r->cited = NULL;
		ret = print_no_memory();
	}
out:
	arena_free(&arena);
	return ret;
}

static int take_authority(struct unblock *r)
{
	if (r->authority)
		return 0;
	if (!r->cited) {
		print_error(
			_("%s has no number and date that could be cited. Give them by --authority; nothing was sent to any token"),
			r->request_file);
		return EXIT_REFUSED;
	}
	r->authority = strdup(r->cited);
	return r->authority ? 0 : print_no_memory();
}

/* 2. What it says */

const char *unblock_letter_text(struct arena *arena, const char *text)
{
	size_t len = strnlen(text, TEXT_MAX);
	char *copy;

	/* Not within a character. */
	while (text[len] && len > 0 &&
	       ((unsigned char)text[len] & 0xC0) == 0x80)
		len--;
	copy = arena_alloc(arena, len + 1);
	if (copy)
		memcpy(copy, text, len);
	copy = copy ? text_clean(arena, copy) : NULL;
	return copy ? copy : "";
}

static const char *shown(struct arena *arena, const char *text)
{
	const char *clean = unblock_letter_text(arena, text);

	return *clean ? clean : _("(not given)");
}

static void show_row(struct arena *arena, const json_t *row)
{
	static const char *const fields[] = { "name", "organization", "email",
					      "certificate_serial" };
	struct buffer words = { 0 };

	for (size_t i = 0; i < sizeof(fields) / sizeof(fields[0]); i++) {
		const char *text = dossier_text(row, fields[i]);

		if (!text[0])
			continue;
		buffer_puts(&words, words.len ? ", " : "");
		buffer_puts(&words, shown(arena, text));
	}
	buffer_put(&words, "", 1);
	/* TRANSLATORS: the serial number of a token; whose it is. */
	print_message(_("  token %s: %s"),
		      shown(arena, dossier_text(row, "device_serial")),
		      words.failed || !words.data[0]
			      ? _("(not given)")
			      : (const char *)words.data);
	buffer_free(&words);
}

/* Before any secret is asked the officer sees on what it will be spent. */
static void show(const struct unblock *r)
{
	const json_t *d = r->letter.data;
	const json_t *rows = dossier_get(d, "subscribers");
	size_t n = json_array_size(rows);
	struct arena arena = { 0 };

	print_message(_("%s says by the data in it:"), r->request_file);
	print_message(
		_("  number and day: %s"),
		r->cited ? r->cited
			 : shown(&arena, dossier_text(d, "document.date")));
	print_message(_("  agency: %s"),
		      shown(&arena, dossier_text(d, "agency.name")));
	print_message(_("  addressed to: %s"),
		      shown(&arena, dossier_text(d, "document.recipient")));
	for (size_t i = 0; i < n && i < ROWS_SHOWN; i++)
		show_row(&arena, json_array_get(rows, i));
	if (n > ROWS_SHOWN)
		print_message(_("  and %zu more"), n - ROWS_SHOWN);
	received_show(&r->letter);
	arena_free(&arena);
}

int unblock_letter_read(struct unblock *r)
{
	int ret;

	if (!r->request_file)
		return 0;
	ret = received_read(&r->letter, r->globals, r->request_file, false);
	if (ret)
		return ret;
	if (strcmp(dossier_text(r->letter.data, "form.procedure"), "recover") !=
	    0) {
		print_error(
			_("%s is not a request for recovery; nothing was sent to any token. Name the letter that asks for it (Form 06), as \"ckstoken request recover\" writes it"),
			r->request_file);
		return EXIT_REFUSED;
	}
	ret = cite(r);
	if (ret)
		return ret;
	show(r);
	return take_authority(r);
}

/* 3. Its token */

bool unblock_letter_row_is(const json_t *row, const struct cks_token *token)
{
	return normalize_same_serial(dossier_text(row, "device_serial"),
				     cks_token_serial(token));
}

static bool is_for(const struct unblock *r, const struct cks_token *token)
{
	const json_t *rows = dossier_get(r->letter.data, "subscribers");

	for (size_t i = 0; i < json_array_size(rows); i++)
		if (unblock_letter_row_is(json_array_get(rows, i), token))
			return true;
	return false;
}

bool unblock_letter_names_one(const struct unblock *r)
{
	const json_t *rows = dossier_get(r->letter.data, "subscribers");
	const char *first =
		dossier_text(json_array_get(rows, 0), "device_serial");

	if (json_array_size(rows) == 0)
		return false;
	for (size_t i = 0; i < json_array_size(rows); i++)
		if (!normalize_same_serial(dossier_text(json_array_get(rows, i),
							"device_serial"),
					   first))
			return false;
	return true;
}

/* Lists the tokens present, or of those only the ones that the letter names. */
static void list_tokens(const struct unblock *r, bool named)
{
	struct arena arena = { 0 };

	for (size_t i = 0; i < cks_scan_n_tokens(r->scan); i++) {
		const struct cks_token *t = cks_scan_token(r->scan, i);

		if (!named || is_for(r, t))
			print_error(
				"  --serial %s --label %s",
				text_shell_word(&arena, cks_token_serial(t)),
				text_shell_word(&arena, cks_token_label(t)));
	}
	arena_free(&arena);
}

int unblock_letter_find_token(struct unblock *r, const struct cks_token **token)
{
	const struct cks_token *found = NULL;
	size_t n, n_named = 0;
	int ret;

	if (!r->letter.data || selection_names_any(&r->selection))
		return scan_for_one(r->globals, &r->selection, &r->scan, token);
	ret = scan_tokens(r->globals, &r->selection, &r->scan);
	if (ret)
		return ret;
	n = cks_scan_n_tokens(r->scan);
	if (n == 0)
		return scan_found_none(r->scan, &r->selection);
	for (size_t i = 0; i < n; i++) {
		const struct cks_token *t = cks_scan_token(r->scan, i);

		if (is_for(r, t)) {
			found = t;
			n_named++;
		}
	}
	print_scan_errors(r->scan);
	if (n_named == 1 || n == 1) {
		/* The only one present has a guard of its own. */
		*token = found ? found : cks_scan_token(r->scan, 0);
		return 0;
	}
	if (n_named == 0) {
		print_error(
			_("%s is for none of the tokens that are plugged in. Nothing was sent to any of them:"),
			r->request_file);
		list_tokens(r, false);
		return EXIT_NO_TOKEN;
	}
	print_error(
		_("%s is for more than one of the tokens that are plugged in; name one by --serial or --label. Nothing was sent to any of them:"),
		r->request_file);
	list_tokens(r, true);
	return EXIT_AMBIGUOUS;
}

int unblock_letter_guard(const struct unblock *r)
{
	const char *serial = cks_token_serial(r->before);

	if (!r->letter.data || is_for(r, r->before))
		return 0;
	if (serial[strspn(serial, " ")] == '\0')
		print_error(
			_("the token has no serial number, so no letter can be compared with it: whether %s is for this token cannot be known. Nothing was sent to it. If you know it by other means, use --authority without --request"),
			r->request_file);
	else
		print_error(
			_("%s is not for the token %s. Nothing was sent to it; plug in a token that the letter names, or ask its agency for a letter about this one"),
			r->request_file, serial);
	return EXIT_REFUSED;
}
