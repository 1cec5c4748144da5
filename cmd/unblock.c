/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include <signal.h>
#include <stdlib.h>
#include <string.h>
#include <sys/prctl.h>
#include <sys/resource.h>
#include <time.h>

#include "base/sanitized.h"
#include "message.h"
#include "unblock.h"

static int read_before(struct unblock *r)
{
	const struct cks_token *token = NULL;
	enum cks_err err;
	int ret = scan_for_one(r->globals, &r->selection, &r->scan, &token);

	if (ret)
		return ret;
	if (cks_scan_n_errors(r->scan) > 0 &&
	    !selection_names_any(&r->selection)) {
		print_error(_(
			"what failed may hide another token; name the one you mean by --serial. Nothing was sent to any token"));
		return EXIT_AMBIGUOUS;
	}
	err = cks_token_reread(token, selection_timeout(&r->selection),
			       &r->before);
	if (err)
		print_error(_("%s: %s Nothing was sent to the token"),
			    cks_token_serial(token), cks_strerror(err));
	return err ? exit_code_of(err) : 0;
}

static int ask_secrets(struct unblock *r)
{
	struct rlimit none = { 0, 0 };
	int ret;

	if (cks_token_has_pin_pad(r->before)) {
		if (secret_is_given(&r->unblock_pin_source) ||
		    secret_is_given(&r->new_pin_source)) {
			print_error(_(
				"the token asks for PINs on a pad of its own and would not take those given; nothing was sent to it"));
			return EXIT_REFUSED;
		}
		print_message(_(
			"enter the SO PIN or PUK, and then the new PIN, on the token's own pad"));
		return 0;
	}
	setrlimit(RLIMIT_CORE, &none);
#ifndef SANITIZED
	/* The leak checker would have to trace this process. */
	prctl(PR_SET_DUMPABLE, 0);
#endif
	ret = read_secret(&r->unblock_pin_source,
			  r->method == CKS_METHOD_PUK ? _("PUK: ")
						      : _("SO PIN: "),
			  false, &r->unblock_pin);
	if (!ret)
		ret = read_secret(&r->new_pin_source, _("New user PIN: "), true,
				  &r->new_pin);
	return ret ? ret : unblock_guard_secrets(r);
}

static void prove(struct unblock *r)
{
	unsigned int n_keys;
	int ret;

	r->proof_err =
		cks_token_check_pin(r->after, r->new_pin,
				    selection_timeout(&r->selection), &n_keys);
	r->proof = r->proof_err ? PROOF_FAILED : PROVED;
	ret = journal_proof(&r->journal, time(NULL), r->journal_number,
			    cks_token_serial(r->before),
			    cks_err_name(r->proof_err));
	if (ret)
		print_warning(
			_("the result could not be written to the journal %s: %s. Write down by hand what follows"),
			r->journal_path, strerror(-ret));
}

/* From the journal's first line to the last word about it. */
static int attempt_and_report(struct unblock *r)
{
	int ret, written = unblock_attempt(r);

	if (written && r->journal_number < 0)
		return written;
	if (!r->err && r->prove && r->objects_unchanged)
		prove(r);
	ret = unblock_report(r);
	return unblock_record(r, written ? written : ret);
}

int unblock_run(struct unblock *r)
{
	sigset_t all;
	int ret = unblock_check_options(r);

	if (!ret)
		ret = read_before(r);
	if (!ret)
		ret = unblock_guard_token(r);
	if (!ret)
		ret = unblock_guard_desk(r);
	if (!ret && r->dry_run)
		return unblock_report_plan(r);
	if (!ret)
		ret = ask_secrets(r);
	if (ret)
		return ret;
	/* For good: a Ctrl-C that waits until the report is printed would still
	 * end the process before it is written out. */
	sigfillset(&all);
	sigdelset(&all, SIGALRM);
	sigprocmask(SIG_BLOCK, &all, NULL);
	return attempt_and_report(r);
}

void unblock_free(struct unblock *r)
{
	if (r->journal_is_open)
		journal_close(&r->journal);
	cks_secret_free(&r->unblock_pin);
	cks_secret_free(&r->new_pin);
	cks_token_free(&r->before);
	cks_token_free(&r->after);
	cks_scan_free(&r->scan);
	selection_free(&r->selection);
	free(r->authority);
	free(r->method_name);
	free(r->request_file);
	json_decref(r->request);
	free((char *)r->unblock_pin_source.file);
	free((char *)r->new_pin_source.file);
	free(r->journal_path);
	free(r->change);
}
