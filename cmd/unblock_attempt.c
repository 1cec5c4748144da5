/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include <stdlib.h>
#include <string.h>

#include "login.h"
#include "message.h"
#include "unblock.h"

static int journal_about_to(struct unblock *r)
{
	char *officer = login_name();
	const char *overrides[4] = { NULL };
	size_t n = 0;
	struct journal_attempt attempt = {
		.serial = cks_token_serial(r->before),
		.label = cks_token_label(r->before),
		.module = cks_token_module(r->before),
		.authority = r->authority,
		.method = cks_method_name(r->method),
		.officer = officer,
		.desk_grounds = r->globals->config.desk_grounds,
		.overrides = overrides,
		.state_before =
			cks_pin_state_name(cks_token_user_pin(r->before)),
	};
	int ret = 0;

	if (r->yes)
		overrides[n++] = "yes";
	if (r->final_try)
		overrides[n++] = "final-try";
	if (r->force_unlocked)
		overrides[n++] = "force-unlocked";
	r->journal_number = journal_begin(&r->journal, time(NULL), &attempt);
	if (r->journal_number < 0) {
		print_error(
			_("the journal %s cannot be written: %s. Nothing was sent to the token"),
			r->journal_path, strerror((int)-r->journal_number));
		ret = EXIT_CANNOT_WRITE;
	} else {
		memcpy(r->journal_hash, r->journal.file.chain.last,
		       sizeof(r->journal_hash));
	}
	free(officer);
	return ret;
}

/* A new PIN begins with all its tries. */
static bool is_restored(enum cks_pin_state state)
{
	return state == CKS_PIN_OK || state == CKS_PIN_MUST_CHANGE ||
	       state == CKS_PIN_UNKNOWN;
}

static void read_after(struct unblock *r)
{
	if (r->stage == CKS_STAGE_NOTHING_SENT ||
	    cks_token_reread(r->before, selection_timeout(&r->selection),
			     &r->after))
		return;
	r->objects_unchanged =
		cks_token_same_objects(r->before, r->after, &r->change);
	if (!r->err && !is_restored(cks_token_user_pin(r->after)))
		r->err = CKS_ERR_NO_EFFECT;
}

const char *unblock_state_after(const struct unblock *r)
{
	if (r->after)
		return cks_pin_state_name(cks_token_user_pin(r->after));
	if (r->stage == CKS_STAGE_NOTHING_SENT)
		return cks_pin_state_name(cks_token_user_pin(r->before));
	return "unknown";
}

static int journal_result(struct unblock *r)
{
	const struct journal_result result = {
		.serial = cks_token_serial(r->before),
		.result = cks_err_name(r->err),
		.state_after = unblock_state_after(r),
		.sent = r->stage != CKS_STAGE_NOTHING_SENT,
		.objects = !r->after		  ? "unknown"
			   : r->objects_unchanged ? "unchanged"
						  : "changed",
	};
	int ret = journal_end(&r->journal, time(NULL), r->journal_number,
			      &result);

	if (!ret)
		return 0;
	print_error(
		_("the result could not be written to the journal %s: %s. Write down by hand what follows"),
		r->journal_path, strerror(-ret));
	return EXIT_CANNOT_WRITE;
}

int unblock_attempt(struct unblock *r)
{
	struct cks_unblock unblock = {
		.token = r->before,
		.method = r->method,
		.unblock_pin = r->unblock_pin,
		.new_pin = r->new_pin,
		.force_unlocked = r->force_unlocked,
		.allow_final_try = r->final_try,
		.timeout_ms = selection_timeout(&r->selection),
	};
	int ret = journal_about_to(r);

	if (ret)
		return ret;
	progress_begin(_("Restoring the token: do not pull it out..."));
	r->err = cks_unblock_run(&unblock, &r->stage);
	read_after(r);
	progress_end();
	ret = journal_result(r);
	if (!r->err && !r->after)
		r->err = CKS_ERR_REMOVED;
	return ret;
}
