/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include "unblock.h"

#include <signal.h>
#include <stdlib.h>
#include <string.h>

#include "labels.h"
#include "message.h"
#include "progress.h"
#include "register_common.h"
#include "unblock_letter.h"

/* 1. The steps before the try */

static int read_before(struct unblock *r)
{
	const struct cks_token *token = NULL;
	enum cks_err err;
	int ret = unblock_letter_find_token(r, &token);

	if (ret)
		return ret;
	if (scan_n_critical(r->scan) > 0 &&
	    !selection_names_any(&r->selection) &&
	    !unblock_letter_names_one(r)) {
		print_error(_(
			"the failure may hide another token; name the right one by --serial. Nothing was sent to any token"));
		return EXIT_AMBIGUOUS;
	}
	err = cks_token_reread(token, selection_timeout(&r->selection),
			       &r->before);
	if (err)
		print_error(_("%s: %s Nothing was sent to the token"),
			    token_name(token), cks_strerror(err));
	return err ? exit_code_of(err) : 0;
}

/* 2. The try, between two lines of the journal */

/* Reads the token again, which was sent something. Where that fails, no
 * success is known, whatever the token has answered. */
static void read_after(struct unblock *r)
{
	enum cks_pin_state state;
	enum cks_err err = cks_token_reread(
		r->before, selection_timeout(&r->selection), &r->after);

	if (err) {
		if (!r->err)
			r->err = exit_code_of(err) == EXIT_DEVICE
					 ? err
					 : CKS_ERR_DEVICE;
		return;
	}
	r->objects_unchanged =
		cks_token_same_objects(r->before, r->after, &r->change);
	/* A new PIN has all its tries. */
	state = cks_token_user_pin(r->after);
	if (!r->err && state != CKS_PIN_OK && state != CKS_PIN_MUST_CHANGE &&
	    state != CKS_PIN_UNKNOWN)
		r->err = CKS_ERR_NO_EFFECT;
}

/* The one try, the token read again, and both lines of the journal. */
static int attempt(struct unblock *r)
{
	struct cks_unblock request = {
		.token = r->before,
		.method = r->method,
		.unblock_pin = r->unblock_pin,
		.new_pin = r->new_pin,
		.force_unlocked = r->force_unlocked,
		.allow_final_try = r->final_try,
		.timeout_ms = selection_timeout(&r->selection),
		.lock = r->lock,
	};
	int ret = unblock_journal_attempt(r);

	if (ret)
		return ret;
	progress_begin(_("Restoring the token: do not pull it out..."), 0);
	r->err = cks_unblock_run(&request, &r->stage);
	/* There is no second attempt; only a proof wants the new PIN again. */
	cks_secret_free(&r->unblock_pin);
	if (!r->prove)
		cks_secret_free(&r->new_pin);
	if (r->stage != CKS_STAGE_NOTHING_SENT)
		read_after(r);
	progress_end();
	return unblock_journal_result(r);
}

/* The new PIN logs in, and each key signs. */
static void prove(struct unblock *r)
{
	r->proof_err =
		cks_token_check_pin(r->after, r->new_pin,
				    selection_timeout(&r->selection), &r->keys);
	if (!r->proof_err)
		r->proof = PROVED;
	else
		r->proof = cks_err_disproves(r->proof_err) ? PROOF_FAILED
							   : PROOF_UNKNOWN;
	unblock_journal_proof(r);
}

/* 3. The command */

static int unblock(struct unblock *r)
{
	sigset_t all;
	int written, ret = unblock_check_options(r);

	if (!ret)
		ret = read_before(r);
	if (!ret)
		ret = unblock_guard_token(r);
	if (!ret)
		ret = unblock_guard_desk(r);
	if (!ret && r->dry_run)
		return unblock_report_plan(r);
	if (!ret)
		ret = unblock_ask_secrets(r);
	if (!ret)
		ret = unblock_take_turn(r);
	if (ret)
		return ret;
	/* For good: a Ctrl-C that waits until the report is printed would still
	 * end the process before it is written out. */
	sigfillset(&all);
	sigdelset(&all, SIGALRM);
	sigprocmask(SIG_BLOCK, &all, NULL);
	written = attempt(r);
	if (written && r->journal_number < 0)
		return written;
	if (!r->err && r->prove && r->objects_unchanged)
		prove(r);
	cks_secret_free(&r->new_pin);
	secrets_warn_of_swap();
	/* Whatever keeps the report from being read keeps no other desk. */
	cks_token_unlock(&r->lock);
	ret = unblock_report(r);
	/* A code that tells of the token goes before the one that tells of a
	 * journal or register that could not be written. */
	ret = unblock_record(r, ret ? ret : written);
	if (r->recorded.n)
		unblock_journal_recorded(r);
	return ret;
}

static void free_unblock(struct unblock *r)
{
	if (r->journal_is_open)
		journal_close(&r->journal);
	cks_token_unlock(&r->lock);
	cks_secret_free(&r->unblock_pin);
	cks_secret_free(&r->new_pin);
	cks_token_free(&r->before);
	cks_token_free(&r->after);
	cks_scan_free(&r->scan);
	selection_free(&r->selection);
	free(r->authority);
	free(r->method_name);
	free(r->request_file);
	received_free(&r->letter);
	free(r->letter_number);
	free(r->cited);
	free((char *)r->unblock_pin_source.file);
	free((char *)r->unblock_pin_source.number);
	free((char *)r->new_pin_source.file);
	free((char *)r->new_pin_source.number);
	free(r->journal_path);
	free(r->change);
}

static int run(struct globals *globals, int argc, const char **argv)
{
	struct unblock r = {
		.globals = globals,
		.letter = { .globals = globals },
		.selection = SELECTION_INIT,
		.unblock_pin_source = { .fd = -1, .option = "so-pin" },
		.new_pin_source = { .fd = -1, .option = "new-pin" },
	};
	struct poptOption table[] = {
		{ "authority", '\0', POPT_ARG_STRING, &r.authority, 0,
		  N_("number and date of the written request"), "TEXT" },
		{ "request", '\0', POPT_ARG_STRING, &r.request_file, 0,
		  N_("that request, as \"ckstoken request recover\" wrote it"),
		  "FILE" },
		{ "method", '\0', POPT_ARG_STRING, &r.method_name, 0,
		  N_("auto (what the card takes), so-pin or puk"), "METHOD" },
		{ "dry-run", '\0', POPT_ARG_NONE, &r.dry_run, 0,
		  N_("check everything and send nothing"), NULL },
		{ "final-try", '\0', POPT_ARG_NONE, &r.final_try, 0,
		  N_("go on although one try of the SO PIN or PUK is left, or not known"),
		  NULL },
		{ "force-unlocked", '\0', POPT_ARG_NONE, &r.force_unlocked, 0,
		  N_("go on although the user PIN is not locked"), NULL },
		{ "prove", '\0', POPT_ARG_NONE, &r.prove, 0,
		  N_("then log in once and sign with each key"), NULL },
		{ "yes", '\0', POPT_ARG_NONE, &r.yes, 0,
		  N_("go on despite the warnings"), NULL },
		NO_REGISTER_OPTION(r.no_register),
		{ "so-pin-file", '\0', POPT_ARG_STRING,
		  &r.unblock_pin_source.file, 0,
		  N_("the SO PIN or PUK: first line of a file"), "FILE" },
		{ "so-pin-fd", '\0', POPT_ARG_STRING,
		  &r.unblock_pin_source.number, 0,
		  N_("the SO PIN or PUK: next line of a descriptor"), "N" },
		{ "new-pin-file", '\0', POPT_ARG_STRING, &r.new_pin_source.file,
		  0, N_("the new PIN: first line of a file"), "FILE" },
		{ "new-pin-fd", '\0', POPT_ARG_STRING, &r.new_pin_source.number,
		  0, N_("the new PIN: next line of a descriptor"), "N" },
		{ "json", '\0', POPT_ARG_NONE, &r.json, 0,
		  N_("print one JSON document"), NULL },
		JSON_FORMAT_OPTION,
		SELECTION_OPTIONS(r.selection),
		POPT_TABLEEND
	};
	poptContext context;
	const char **args;
	int ret;

	if (options_parse(globals, &cmd_unblock, table, argc, argv, &context,
			  &args, &ret) &&
	    options_limit_args(&cmd_unblock, args, 0, &ret))
		ret = unblock(&r);
	free_unblock(&r);
	poptFreeContext(context);
	return ret;
}

const struct command cmd_unblock = {
	.name = "unblock",
	.summary =
		N_("give a locked token a new user PIN with its SO PIN or PUK"),
	.usage =
		"unblock --authority TEXT|--request FILE [--method auto|so-pin|puk] [--dry-run] [--final-try] [--force-unlocked] [--prove] [--yes] [--so-pin-file FILE | --so-pin-fd N] [--new-pin-file FILE | --new-pin-fd N] [--format NAME | --json] [--no-register] [--serial S] [--label L] [--uri URI] [--timeout SECONDS]",
	.needs_config = true,
	.takes_secrets = true,
	.run = run,
};
