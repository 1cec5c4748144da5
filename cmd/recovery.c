/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include <errno.h>
#include <signal.h>
#include <stdlib.h>
#include <string.h>
#include <sys/prctl.h>
#include <sys/resource.h>

#include "officer.h"
#include "progress.h"
#include "recovery.h"
#include "sanitized.h"
#include "say.h"

static int read_before(struct recovery *r)
{
	const struct cks_token *token = NULL;
	enum cks_err err;
	int ret = scan_for_one(r->globals, &r->selection, &r->scan, &token);

	if (ret)
		return ret;
	err = cks_token_read_again(token, selection_timeout(&r->selection),
				   &r->before);
	if (err)
		say(_("%s: %s Nothing was sent to the token"),
		    cks_token_serial(token), cks_strerror(err));
	return err ? exit_code_of(err) : 0;
}

static int ask_secrets(struct recovery *r)
{
	struct rlimit none = { 0, 0 };
	int ret;

	if (cks_token_has_pin_pad(r->before)) {
		say(_("enter the SO PIN or PUK, and then the new PIN, on the token's own pad"));
		return 0;
	}
	setrlimit(RLIMIT_CORE, &none);
#ifndef SANITIZED
	/* The leak checker would have to trace this process. */
	prctl(PR_SET_DUMPABLE, 0);
#endif
	ret = ask_secret(&r->key_source,
			 r->method == CKS_METHOD_PUK ? _("PUK: ")
						     : _("SO PIN: "),
			 false, &r->key);
	if (!ret)
		ret = ask_secret(&r->new_pin_source, _("New user PIN: "), true,
				 &r->new_pin);
	return ret ? ret : recovery_guard_secrets(r);
}

static int journal_about_to(struct recovery *r)
{
	char *officer = officer_login();
	struct journal_attempt attempt = {
		.serial = cks_token_serial(r->before),
		.label = cks_token_label(r->before),
		.module = cks_token_module(r->before),
		.authority = r->authority,
		.method = cks_method_key(r->method),
		.officer = officer,
		.desk_grounds = r->globals->config.desk_grounds,
		.state_before =
			cks_pin_state_key(cks_token_user_pin(r->before)),
	};
	int ret = 0;

	r->journal_number = journal_begin(&r->journal, time(NULL), &attempt);
	if (r->journal_number < 0) {
		say(_("the journal %s cannot be written: %s. Nothing was sent to the token"),
		    r->journal_path, strerror(errno));
		ret = EXIT_CANNOT_WRITE;
	}
	free(officer);
	return ret;
}

static void read_after(struct recovery *r)
{
	if (r->stage == CKS_STAGE_NOTHING_SENT ||
	    cks_token_read_again(r->before, selection_timeout(&r->selection),
				 &r->after))
		return;
	r->objects_unchanged =
		cks_token_same_objects(r->before, r->after, &r->change);
	if (!r->err && cks_token_user_pin(r->after) == CKS_PIN_LOCKED)
		r->err = CKS_ERR_NO_EFFECT;
}

static int journal_result(struct recovery *r)
{
	const char *state =
		r->after ? cks_pin_state_key(cks_token_user_pin(r->after))
		: r->stage == CKS_STAGE_NOTHING_SENT
			? cks_pin_state_key(cks_token_user_pin(r->before))
			: "unknown";

	if (journal_end(&r->journal, time(NULL), r->journal_number,
			cks_token_serial(r->before), cks_err_key(r->err),
			state) == 0)
		return 0;
	say(_("the result could not be written to the journal %s: %s. Write down by hand what follows"),
	    r->journal_path, strerror(errno));
	return EXIT_CANNOT_WRITE;
}

/* From the journal's first line to its second nothing may interrupt. */
static int attempt(struct recovery *r)
{
	struct cks_unblock unblock = {
		.token = r->before,
		.method = r->method,
		.key = r->key,
		.new_pin = r->new_pin,
		.force_unlocked = r->force_unlocked,
		.allow_final_try = r->final_try,
		.timeout_ms = selection_timeout(&r->selection),
	};
	sigset_t all, old;
	int ret;

	sigfillset(&all);
	sigdelset(&all, SIGALRM);
	sigprocmask(SIG_BLOCK, &all, &old);
	ret = journal_about_to(r);
	if (!ret) {
		progress_begin(_("Restoring the token: do not pull it out..."));
		r->err = cks_unblock_run(&unblock, &r->stage);
		read_after(r);
		progress_end();
		ret = journal_result(r);
		if (!r->err && !r->after)
			r->err = CKS_ERR_REMOVED;
	}
	sigprocmask(SIG_SETMASK, &old, NULL);
	return ret;
}

static void prove(struct recovery *r)
{
	unsigned int n_keys;

	r->proof_err = cks_prove(r->after, r->new_pin,
				 selection_timeout(&r->selection), &n_keys);
	r->proof = r->proof_err ? PROOF_FAILED : PROVED;
}

int recovery_run(struct recovery *r)
{
	int written, ret = recovery_check_options(r);

	if (!ret)
		ret = read_before(r);
	if (!ret)
		ret = recovery_guard_token(r);
	if (!ret)
		ret = recovery_guard_desk(r);
	if (!ret && r->dry_run)
		return recovery_report_plan(r);
	if (!ret)
		ret = ask_secrets(r);
	if (ret)
		return ret;
	written = attempt(r);
	if (written && r->journal_number < 0)
		return written;
	if (!r->err && r->prove)
		prove(r);
	ret = recovery_report(r);
	return written ? written : ret;
}

void recovery_free(struct recovery *r)
{
	if (r->journal_is_open)
		journal_close(&r->journal);
	cks_secret_free(&r->key);
	cks_secret_free(&r->new_pin);
	cks_token_free(&r->before);
	cks_token_free(&r->after);
	cks_scan_free(&r->scan);
	selection_free(&r->selection);
	free(r->authority);
	free(r->method_name);
	free((char *)r->key_source.file);
	free((char *)r->new_pin_source.file);
	free(r->journal_path);
	free(r->change);
}
