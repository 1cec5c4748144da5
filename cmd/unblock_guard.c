/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* The reasons to stop a recovery before a try is spent. */
#include "unblock.h"

#include <ctype.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "heads.h"
#include "input/secret_text.h"
#include "labels.h"
#include "message.h"
#include "unblock_letter.h"

/* 1. The options and the written request, before any token is touched */

static int parse_method(struct unblock *r)
{
	static const enum cks_method all[] = { CKS_METHOD_AUTO,
					       CKS_METHOD_SO_PIN,
					       CKS_METHOD_PUK };

	if (!r->method_name)
		return 0;
	for (size_t i = 0; i < sizeof(all) / sizeof(all[0]); i++) {
		if (strcmp(r->method_name, cks_method_name(all[i])) == 0) {
			r->method = all[i];
			return 0;
		}
	}
	print_error(_("--method takes auto, so-pin or puk, not \"%s\""),
		    r->method_name);
	return EXIT_USAGE;
}

/* True if there are words or numbers in @text, and nothing that a terminal
 * would act on. */
static bool says_something(const char *text)
{
	bool something = false;

	for (const char *at = text; *at; at++)
		something |= isalnum((unsigned char)*at) != 0;
	return something && !strstr(text, "\xEF\xBF\xBD");
}

/* Journal and register would keep what tells a secret. */
static int refuse_secrets(const struct unblock *r)
{
	char *where = NULL;
	int ret = secret_is_in_text(r->authority);

	if (ret > 0) {
		print_error(_(
			"--authority contains a password, a PIN or a PUK, and would be written into the journal; give the number and date of the letter alone. Nothing was sent to any token"));
		return EXIT_REFUSED;
	}
	if (!ret && r->letter.data)
		ret = secret_is_in_value("", r->letter.data, &where);
	if (ret < 0)
		return print_no_memory();
	if (ret > 0) {
		print_error(
			_("%s: %s: this contains a password, a PIN or a PUK, which the register must not hold; ask for a letter without it. Nothing was sent to any token"),
			r->request_file, where);
		ret = EXIT_REFUSED;
	}
	free(where);
	return ret;
}

int unblock_check_options(struct unblock *r)
{
	char *authority = NULL;
	int ret = parse_method(r);

	if (!ret)
		ret = secret_source_check(&r->unblock_pin_source);
	if (!ret)
		ret = secret_source_check(&r->new_pin_source);
	if (!ret)
		ret = unblock_letter_read(r);
	if (ret)
		return ret;
	if (r->authority)
		authority = cks_text_clean(r->authority, strlen(r->authority));
	if (!authority || !says_something(authority)) {
		print_error(_(
			"--authority is missing: a token is restored only on a written request (Form 06, Decree 68/2024/NĐ-CP, Article 22). Give its number and date; nothing was sent to any token"));
		free(authority);
		return EXIT_REFUSED;
	}
	free(r->authority);
	r->authority = authority;
	return refuse_secrets(r);
}

/* 2. The token as it was read */

static int guard_user_pin(struct unblock *r)
{
	enum cks_pin_state state = cks_token_user_pin(r->before);

	if (state == CKS_PIN_LOCKED)
		return 0;
	if (state == CKS_PIN_UNKNOWN) {
		print_warning(_(
			"the token does not say whether its user PIN is locked; going on, because the request says that it is"));
		return 0;
	}
	if (r->force_unlocked)
		return 0;
	/* What nobody was told of may be why it is not. */
	unblock_tell_unfinished(r);
	print_error(
		_("the user PIN is not locked (%s): there is nothing to restore, and nothing was sent. --force-unlocked sets a new PIN anyway"),
		pin_state_label(state));
	return EXIT_REFUSED;
}

/* The SO PIN or PUK, which the attempt may use up for good. */
static int guard_so_pin(const struct unblock *r)
{
	bool puk = r->method == CKS_METHOD_PUK;
	int tries = cks_token_so_tries(r->before);
	enum cks_pin_state state = cks_token_so_pin(r->before);

	/* No flag of PKCS #11 is about a PUK: only a count can be. */
	if (puk ? tries == 0 : state == CKS_PIN_LOCKED) {
		print_error(
			puk ? _("the PUK is locked: no desk can restore this token. Nothing was sent; report it to the issuer")
			    : _("the SO PIN is locked: no desk can restore this token. Nothing was sent; report it to the issuer"));
		return EXIT_LOCKED;
	}
	if ((puk ? tries == 1 : state == CKS_PIN_FINAL_TRY) && !r->final_try) {
		print_error(
			puk ? _("one try of the PUK is left, and a wrong one makes the token impossible to restore. Nothing was sent; when you are sure of the PUK, add --final-try")
			    : _("one try of the SO PIN is left, and a wrong one makes the token impossible to restore. Nothing was sent; when you are sure of the SO PIN, add --final-try"));
		return EXIT_REFUSED;
	}
	return 0;
}

/*
 * Tells how many tries of the SO PIN or PUK are left, or that it is not known,
 * which may mean the last one. Whether that is a doubt, which needs --yes or
 * --final-try.
 */
static bool warn_of_tries(const struct unblock *r)
{
	bool puk = r->method == CKS_METHOD_PUK;
	int tries = cks_token_so_tries(r->before);
	enum cks_pin_state state = cks_token_so_pin(r->before);

	if (tries > 0) {
		unblock_print_tries(r, tries);
		return false;
	}
	if (puk) {
		print_warning(_(
			"how many tries of the PUK are left is not known, for this token does not tell it: the next wrong one may be the last, and make the token impossible to restore"));
		return true;
	}
	switch (state) {
	case CKS_PIN_UNKNOWN:
		print_warning(_(
			"how many tries of the SO PIN are left is not known, for this token does not tell it: the next wrong one may be the last, and make the token impossible to restore"));
		return true;
	case CKS_PIN_COUNT_LOW:
		print_warning(_(
			"a wrong SO PIN was entered since the last right one, and how many tries are left is not known: a wrong one brings the token closer to being impossible to restore"));
		return true;
	default:
		return false;
	}
}

int unblock_guard_token(struct unblock *r)
{
	const char *reason = NULL;
	int ret = unblock_letter_guard(r);

	if (ret)
		return ret;
	if (cks_unblock_method(r->before, r->method, &r->method, &reason)) {
		print_error(
			_("this token cannot be restored here: %s. Nothing was sent"),
			reason);
		return EXIT_NO_WAY;
	}
	ret = guard_user_pin(r);
	return ret ? ret : guard_so_pin(r);
}

/* 3. The journal and this desk */

/* Warns of everything that speaks against the recovery. Whether there is any,
 * which needs --yes. */
static bool warn_of_doubts(struct unblock *r)
{
	const struct chain_file *file = &r->journal.file;
	bool doubt = false;

	if (file->chain.state != CHAIN_WHOLE) {
		char *fault = heads_fault(r->journal_path, &file->chain,
					  file->unfinished, file->headless);

		print_warning("%s", fault ? fault : r->journal_path);
		free(fault);
		doubt = true;
	}
	if (journal_is_unfinished(&r->journal)) {
		unblock_warn_of_unfinished(r);
		doubt = true;
	}
	if (r->journal.recent_failures > 0) {
		print_warning(
			Q_("%u attempt on this token failed in the last 24 hours, and may have cost a try of the SO PIN or PUK",
			   "%u attempts on this token failed in the last 24 hours, and may have cost as many tries of the SO PIN or PUK",
			   r->journal.recent_failures),
			r->journal.recent_failures);
		doubt = true;
	}
	if (!r->globals->config.desk_name) {
		print_warning(_(
			"recovery is reserved for the desk that the regulation names (Decree 68/2024/NĐ-CP, Article 22, and the province's own rules), and the configuration does not name this machine as one ([desk])"));
		doubt = true;
	}
	doubt |= unblock_doubts(r);
	return doubt;
}

/* Refuses a letter that is not signed as the desk requires. */
static int guard_signatures(const struct unblock *r)
{
	const char *require = r->globals->config.desk_require;

	if (received_suffices(&r->letter))
		return 0;
	if (!r->letter.data)
		print_error(_(
			"this desk takes only letters whose signature holds ([desk], require); name the letter by --request. Nothing was sent to the token"));
	else if (strcmp(require, "sealed") == 0)
		print_error(
			_("%s does not bear a person's signature and then the seal of its own agency, both known to hold, and this desk takes no other letter ([desk], require). Ask its agency for one that does. Nothing was sent to the token"),
			r->request_file);
	else
		print_error(
			_("%s has no signature of its own agency that is known to hold, and this desk takes no other letter ([desk], require). Ask its agency for one that has. Nothing was sent to the token"),
			r->request_file);
	return EXIT_REFUSED;
}

int unblock_guard_desk(struct unblock *r)
{
	int ret = unblock_open_journal(r);
	bool doubts, tries;

	if (ret)
		return ret;
	doubts = warn_of_doubts(r);
	tries = warn_of_tries(r);
	ret = guard_signatures(r);
	if (ret)
		return ret;
	if ((doubts && !r->yes) || (tries && !r->yes && !r->final_try)) {
		print_error(_(
			"nothing was sent to the token; add --yes to go on anyway"));
		return r->letter.is_forged ? EXIT_NOT_VALID : EXIT_REFUSED;
	}
	return 0;
}
