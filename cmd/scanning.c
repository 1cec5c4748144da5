/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include "scanning.h"

#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "base/text.h"
#include "message.h"
#include "progress.h"

/* How long a card that no module shows is asked for its tries. */
#define TRIES_TIMEOUT_MS 1000

const char *scan_host(char host[HOST_SIZE])
{
	bool is_plain = true;
	char *clean;

	host[HOST_SIZE - 1] = '\0';
	if (gethostname(host, HOST_SIZE - 1))
		host[0] = '\0';
	for (const char *c = host; *c; c++)
		is_plain &= *c > ' ' && *c <= '~';
	if (is_plain)
		return host;
	clean = cks_text_clean(host, strlen(host));
	/* A name that is no text names no machine. */
	if (!clean || strcmp(clean, host) != 0)
		host[0] = '\0';
	free(clean);
	return host;
}

/* A module that no URI of the options is for is not asked at all; *@n counts
 * the others. */
static enum cks_err add_module(const struct selection *s, struct cks_scan *scan,
			       const char *path, size_t *n)
{
	if (!selection_wants_module(s, path))
		return CKS_OK;
	(*n)++;
	return cks_scan_add_module(scan, path);
}

/* Sets *@n to the number of modules that are asked. */
static enum cks_err add_modules(const struct globals *globals,
				const struct selection *s,
				struct cks_scan *scan, size_t *n)
{
	const char *const *list = globals->modules;
	struct cks_modules *found = NULL;
	enum cks_err err = CKS_OK;
	bool takes_all = true;

	if (list) {
		for (size_t i = 0; list[i] && !err; i++)
			err = add_module(s, scan, list[i], n);
		return err;
	}
	for (size_t i = 0; i < globals->config.n_modules && !err; i++)
		err = add_module(s, scan, globals->config.modules[i], n);
	if (globals->config.n_modules > 0)
		return err;
	err = cks_modules_find(selection_timeout(s), &found);
	for (size_t i = 0; i < cks_modules_count(found) && !err; i++) {
		bool wanted =
			selection_wants_module(s, cks_module_path(found, i));

		takes_all &= wanted;
		*n += wanted;
		if (wanted)
			err = cks_scan_add_found(scan, found, i);
	}
	if (takes_all)
		cks_scan_check_readers(scan);
	cks_modules_free(&found);
	return err;
}

int scan_prepare(const struct globals *globals, const struct selection *s,
		 struct cks_scan **scan)
{
	enum cks_err err;
	size_t n = 0;
	int ret = selection_check(s);

	if (ret)
		return ret;
	*scan = cks_scan_new();
	err = *scan ? add_modules(globals, s, *scan, &n) : CKS_ERR_MEMORY;
	if (err) {
		print_error("%s", cks_strerror(err));
		cks_scan_free(scan);
		return exit_code_of(err);
	}
	cks_scan_set_timeout(*scan, selection_timeout(s));
	if (n == 0 && s->uris)
		print_warning(_(
			"the module that --uri names is none of those that are asked; name it by --module"));
	return 0;
}

int scan_tokens(const struct globals *globals, const struct selection *s,
		struct cks_scan **scan)
{
	enum cks_err err;
	int ret;

	progress_begin(_("Reading the tokens..."), 0);
	ret = scan_prepare(globals, s, scan);
	err = ret ? CKS_OK : cks_scan_run(*scan);
	progress_end();
	if (err) {
		print_error("%s", cks_strerror(err));
		cks_scan_free(scan);
		ret = exit_code_of(err);
	}
	return ret;
}

/* 1. What failed, in words */

static char *format(const char *words, ...)
	__attribute__((format(printf, 1, 2)));

static char *format(const char *words, ...)
{
	char *text = NULL;
	va_list args;

	va_start(args, words);
	if (vasprintf(&text, words, args) < 0)
		text = NULL;
	va_end(args);
	return text;
}

static char *busy_text(const struct cks_scan_error *e)
{
	bool is_certain;
	const char *holders = cks_scan_error_holders(e, &is_certain);

	if (!holders[0])
		return format(
			"%s",
			_("another program holds the card in it, and which one cannot be told: end whatever uses cards (a browser, a mail program, scdaemon, the vendor's own tool), and try again"));
	if (is_certain)
		return format(
			_("another program holds the card in it: %s; end that, and try again"),
			holders);
	return format(
		_("another program holds the card in it, perhaps one of these: %s; end it, and try again"),
		holders);
}

/* What is known of a card that no module shows. */
static char *unknown_text(const struct cks_scan_error *e)
{
	const char *atr = cks_scan_error_atr(e), *name = cks_card_name(atr);
	int tries = -1;

	if (!atr[0])
		return format(
			"%s",
			_("no module shows a token on the card in it; name the module of its maker by --module"));
	if (!name[0])
		return format(
			_("no module shows a token on the card in it, and its answer to reset (ATR %s) is of no kind known here; name the module of its maker by --module"),
			atr);
	/* Nobody expects a token there who had the reader ignored. */
	if (cks_scan_error_critical(e))
		(void)cks_reader_tries(cks_scan_error_reader(e), atr,
				       TRIES_TIMEOUT_MS, &tries, NULL);
	if (tries < 0)
		return format(
			_("no module shows a token on the card in it, which looks like this: %s (ATR %s); name the module of its maker by --module"),
			name, atr);
	return format(
		_("no module shows a token on the card in it, which looks like this: %s (ATR %s, tries left of the user PIN: %d); name the module of its maker by --module"),
		name, atr, tries);
}

const char *pcscd_error_text(enum cks_err err)
{
	return err == CKS_ERR_DENIED
		       ? _("the reader service pcscd refuses this user, so no card can be seen: it serves whoever sits at the machine; over ssh or from cron, the administrator allows it in polkit, as org.debian.pcsc-lite.access_pcsc and .access_card")
		       : _("the reader service pcscd does not answer, so no card can be seen: install it (package pcscd), or start it by \"systemctl start pcscd.socket\"");
}

/* Of a reader, or of pcscd. */
static char *reader_error_text(const struct cks_scan_error *e)
{
	bool is_reader = cks_scan_error_reader(e)[0] != '\0';
	enum cks_err code = cks_scan_error_code(e);

	switch (code) {
	case CKS_ERR_BUSY:
		return busy_text(e);
	case CKS_ERR_NOT_RECOGNIZED:
		return unknown_text(e);
	case CKS_ERR_REMOVED:
		return format(
			"%s",
			_("the card in it was pulled out or put in while the tokens were read: leave it in, and run this again"));
	case CKS_ERR_DEVICE:
		return format(
			"%s",
			_("the card in it does not answer: take it out and put it in again, with its chip the right way"));
	case CKS_ERR_TIMEOUT:
		return format(
			"%s",
			_("the card in it did not answer in time, and no other program holds it: take it out and put it in again"));
	case CKS_ERR_DENIED:
		if (is_reader)
			return format(
				"%s",
				_("the reader service pcscd refuses this user the card in it; the administrator allows it in polkit, as org.debian.pcsc-lite.access_card"));
		return format("%s", pcscd_error_text(code));
	case CKS_ERR_NO_SERVICE:
		return format("%s", pcscd_error_text(code));
	default:
		return format("%s", cks_strerror(code));
	}
}

char *scan_error_text(const struct cks_scan_error *e)
{
	const char *detail = cks_scan_error_detail(e);
	char *text =
		cks_scan_error_module(e)[0]
			? format("%s", cks_strerror(cks_scan_error_code(e)))
			: reader_error_text(e);
	const char *optional =
		cks_scan_error_critical(e) ? ""
		: cks_scan_error_module(e)[0]
			? _(" [it is registered with p11-kit, but not as critical, so this does not count]")
			: _(" [this does not count]");
	char *whole;

	if (!text || (!detail[0] && !optional[0]))
		return text;
	whole = format("%s%s%s%s%s", text, detail[0] ? " (" : "",
		       detail[0] ? _(detail) : "", detail[0] ? ")" : "",
		       optional);
	free(text);
	return whole;
}

void print_scan_errors(const struct cks_scan *scan)
{
	for (size_t i = 0; i < cks_scan_n_errors(scan); i++) {
		const struct cks_scan_error *e = cks_scan_error(scan, i);
		const char *module = cks_scan_error_module(e);
		const char *reader = cks_scan_error_reader(e);
		char *text = scan_error_text(e);
		unsigned long slot;

		if (!text)
			(void)print_no_memory();
		else if (cks_scan_error_slot(e, &slot))
			/* TRANSLATORS: module, slot, reader, what happened. */
			print_error(_("%s, slot %lu%s%s: %s"), module, slot,
				    reader[0] ? ", " : "", reader, text);
		else if (module[0])
			print_error("%s: %s", module, text);
		else if (reader[0])
			print_error(_("reader \"%s\": %s"), reader, text);
		else
			print_error("%s", text);
		free(text);
	}
}

size_t scan_n_critical(const struct cks_scan *scan)
{
	size_t n = 0;

	for (size_t i = 0; i < cks_scan_n_errors(scan); i++)
		n += cks_scan_error_critical(cks_scan_error(scan, i));
	return n;
}

/* 2. None, or too many */

static void print_nothing_seen(const struct cks_scan *scan)
{
	const struct cks_readers *readers = cks_scan_readers(scan);
	size_t n = cks_readers_count(readers), n_cards = 0;

	for (size_t i = 0; i < n; i++)
		n_cards += cks_reader_has_card(readers, i);
	if (cks_scan_has_blank(scan))
		print_error(_(
			"no token is seen, only a card that was never initialized, so it is no token yet: its issuer makes it one; if another is meant, plug that in"));
	else if (!readers)
		print_error(_(
			"no token is seen: plug it in, and check that pcscd runs and the module for this kind of token is installed"));
	else if (n == 0)
		print_error(_(
			"no token is seen, and no reader either: plug the token in, or into another port; if that does not help, the driver of readers is missing (package libccid), or \"lsusb\" does not list the token and it is broken"));
	else if (n_cards == 0)
		print_error(
			Q_("no token is seen: there is %zu reader, and no card in it; put the card in, with its chip the right way",
			   "no token is seen: there are %zu readers, and no card in any of them; put the card in, with its chip the right way",
			   n),
			n);
	else
		print_error(
			Q_("no token is seen, although there is a card in %zu reader: it was never made a token, or none of the modules asked is for it",
			   "no token is seen, although there are cards in %zu readers: they were never made tokens, or none of the modules asked is for them",
			   n_cards),
			n_cards);
}

/* Each of the names that were given may be meant for a token that is there. */
static void suggest_tokens(const struct cks_scan *scan, const char **names,
			   const char *(*name_of)(const struct cks_token *t))
{
	for (size_t i = 0; names && names[i]; i++) {
		struct suggestion s;

		suggest_begin(&s, names[i]);
		for (size_t k = 0; k < cks_scan_n_tokens(scan); k++)
			suggest_try(&s, name_of(cks_scan_token(scan, k)));
		suggest_print(&s, "");
	}
}

int scan_found_none(const struct cks_scan *scan, const struct selection *s)
{
	print_scan_errors(scan);
	if (scan_n_critical(scan) > 0) {
		print_error(_(
			"no token matches, but something failed that may hide it"));
		return EXIT_DEVICE;
	}
	if (cks_scan_n_tokens(scan) > 0)
		print_error(_(
			"no token matches; \"ckstoken status\" lists those present"));
	else
		print_nothing_seen(scan);
	suggest_tokens(scan, s->serials, cks_token_serial);
	suggest_tokens(scan, s->labels, cks_token_label);
	if (cks_scan_n_tokens(scan) == 0)
		print_message(_(
			"\"ckstoken doctor\" looks at each link from the USB device to the certificate, and names the first that is broken"));
	return EXIT_NO_TOKEN;
}

int scan_found_many(const struct cks_scan *scan, const struct selection *s)
{
	struct arena arena = { 0 };

	print_error(_(
		"more than one token matches; name one by --serial, --label or --uri:"));
	for (size_t i = 0; i < cks_scan_n_tokens(scan); i++) {
		const struct cks_token *t = cks_scan_token(scan, i);

		if (selection_matches(s, t))
			print_error(
				"  --serial %s --label %s --uri %s",
				text_shell_word(&arena, cks_token_serial(t)),
				text_shell_word(&arena, cks_token_label(t)),
				text_shell_word(&arena, cks_token_uri(t)));
	}
	arena_free(&arena);
	return EXIT_AMBIGUOUS;
}

int scan_for_one(const struct globals *globals, const struct selection *s,
		 struct cks_scan **scan, const struct cks_token **token)
{
	const struct cks_token *found = NULL;
	size_t matches = 0;
	int ret = scan_tokens(globals, s, scan);

	if (ret)
		return ret;
	for (size_t i = 0; i < cks_scan_n_tokens(*scan); i++) {
		const struct cks_token *t = cks_scan_token(*scan, i);

		if (!selection_matches(s, t))
			continue;
		found = t;
		matches++;
	}
	if (matches == 0)
		return scan_found_none(*scan, s);
	if (matches == 1) {
		print_scan_errors(*scan);
		*token = found;
		return 0;
	}
	return scan_found_many(*scan, s);
}
