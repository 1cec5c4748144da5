/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include <errno.h>
#include <stdlib.h>
#include <string.h>

#include "clock.h"
#include "recovery.h"
#include "say.h"
#include "words.h"

/* A wrong SO PIN within this time is told: no counter shows it. */
#define RECENT_SECONDS (24L * 3600)

static int parse_method(struct recovery *r)
{
	static const enum cks_method all[] = { CKS_METHOD_AUTO,
					       CKS_METHOD_SO_PIN,
					       CKS_METHOD_PUK };

	if (!r->method_name)
		return 0;
	for (size_t i = 0; i < sizeof(all) / sizeof(all[0]); i++) {
		if (strcmp(r->method_name, cks_method_key(all[i])) == 0) {
			r->method = all[i];
			return 0;
		}
	}
	say(_("--method takes auto, so-pin or puk, not \"%s\""),
	    r->method_name);
	return EXIT_USAGE;
}

static int check_source(const struct secret_source *source)
{
	if (source->file && source->fd >= 0) {
		say(_("--%s-file and --%s-fd exclude each other"),
		    source->option, source->option);
		return EXIT_USAGE;
	}
	return 0;
}

int recovery_check_options(struct recovery *r)
{
	char *authority = NULL;
	int ret = parse_method(r);

	if (!ret)
		ret = check_source(&r->key_source);
	if (!ret)
		ret = check_source(&r->new_pin_source);
	if (ret)
		return ret;
	if (r->authority)
		authority = cks_text_clean(r->authority, strlen(r->authority));
	if (!authority || authority[strspn(authority, " ")] == '\0') {
		say(_("--authority is missing: a token is restored only on a written request (Form 06, Decree 68/2024/NĐ-CP, Article 22). Give its number and date; nothing was sent to any token"));
		free(authority);
		return EXIT_REFUSED;
	}
	free(r->authority);
	r->authority = authority;
	return 0;
}

static int guard_user_pin(const struct recovery *r)
{
	enum cks_pin_state state = cks_token_user_pin(r->before);

	if (state == CKS_PIN_LOCKED)
		return 0;
	if (state == CKS_PIN_UNKNOWN) {
		say(_("the token does not tell whether its user PIN is locked; going on as the request says it is"));
		return 0;
	}
	if (r->force_unlocked)
		return 0;
	say(_("the user PIN is not locked (%s): there is nothing to restore, and nothing was sent. --force-unlocked sets a new PIN all the same"),
	    pin_state_words(state));
	return EXIT_REFUSED;
}

static int guard_so_pin(const struct recovery *r)
{
	if (r->method != CKS_METHOD_SO_PIN)
		return 0;
	switch (cks_token_so_pin(r->before)) {
	case CKS_PIN_LOCKED:
		say(_("the SO PIN is locked: no desk can restore this token. Nothing was sent; report it to the issuer"));
		return EXIT_LOCKED;
	case CKS_PIN_FINAL_TRY:
		if (r->final_try)
			return 0;
		say(_("one try of the SO PIN is left, and a wrong one makes the token impossible to restore. Nothing was sent; when you are sure of the SO PIN, add --final-try"));
		return EXIT_REFUSED;
	default:
		return 0;
	}
}

int recovery_guard_token(struct recovery *r)
{
	const char *reason = NULL;
	int ret;

	if (cks_unblock_method(r->before, r->method, &r->method, &reason)) {
		say(_("this token cannot be restored here: %s. Nothing was sent"),
		    reason);
		return EXIT_NO_WAY;
	}
	ret = guard_user_pin(r);
	return ret ? ret : guard_so_pin(r);
}

static int open_journal(struct recovery *r)
{
	if (r->globals->config.journal_file)
		r->journal_path = strdup(r->globals->config.journal_file);
	else
		r->journal_path = journal_default_path();
	if (!r->journal_path) {
		say(_("there is no place for the journal: set HOME, or \"file\" in [journal]. Nothing was sent to the token"));
		return EXIT_CANNOT_WRITE;
	}
	if (journal_open(&r->journal, r->journal_path,
			 cks_token_serial(r->before),
			 time(NULL) - RECENT_SECONDS) == 0) {
		r->journal_is_open = true;
		return 0;
	}
	if (errno == EWOULDBLOCK) {
		say(_("another recovery is under way with the journal %s; wait for it to end. Nothing was sent to the token"),
		    r->journal_path);
		return EXIT_REFUSED;
	}
	say(_("the journal %s cannot be opened: %s. Nothing was sent to the token"),
	    r->journal_path, strerror(errno));
	return EXIT_CANNOT_WRITE;
}

/* Tells all there is to consider; whether any of it needs --yes. */
static bool tell_doubts(const struct recovery *r)
{
	const struct chain *chain = &r->journal.chain;
	bool doubt = false;

	if (chain->state != CHAIN_WHOLE) {
		say(chain->state == CHAIN_CUT
			    ? _("the journal %s was changed: lines are missing at its end (from line %lu)")
			    : _("the journal %s was changed: line %lu does not follow from the one before"),
		    r->journal_path, chain->broken_at);
		doubt = true;
	}
	if (r->journal.unfinished)
		say(_("the journal has no result of the last attempt on this token: it was interrupted. What it did shows in the state just read: %s"),
		    pin_state_words(cks_token_user_pin(r->before)));
	if (r->journal.recent_failures > 0) {
		say(Q_("a wrong SO PIN or PUK was sent to this token %u time in the last 24 hours",
		       "a wrong SO PIN or PUK was sent to this token %u times in the last 24 hours",
		       r->journal.recent_failures),
		    r->journal.recent_failures);
		doubt = true;
	}
	if (!r->globals->config.desk_name) {
		say(_("recovery is reserved to the desk that the regulation names (Decree 68/2024/NĐ-CP, Article 22, and the province's own rules), and the configuration does not name this machine as one ([desk])"));
		doubt = true;
	}
	return doubt;
}

int recovery_guard_desk(struct recovery *r)
{
	int ret = open_journal(r);

	if (ret)
		return ret;
	if (tell_doubts(r) && !r->yes) {
		say(_("nothing was sent to the token; add --yes to go on all the same"));
		return EXIT_REFUSED;
	}
	return 0;
}

int recovery_guard_secrets(struct recovery *r)
{
	enum cks_err err;

	err = r->key ? cks_unblock_key_check(r->before, r->method, r->key)
		     : CKS_OK;
	if (err) {
		say(_("the SO PIN or PUK cannot be right: %s Nothing was sent to the token"),
		    cks_strerror(err));
		return EXIT_REFUSED;
	}
	err = r->new_pin ? cks_new_pin_check(r->before, r->new_pin) : CKS_OK;
	if (err) {
		say(_("the new PIN cannot be used: %s It takes %lu to %lu characters. Nothing was sent to the token"),
		    cks_strerror(err), cks_token_pin_min(r->before),
		    cks_token_pin_max(r->before));
		return EXIT_REFUSED;
	}
	return 0;
}
