/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include <errno.h>
#include <string.h>
#include <time.h>

#include "labels.h"
#include "message.h"
#include "unblock.h"

/* A wrong SO PIN within this time is told: no counter shows it. */
#define RECENT_SECONDS (24L * 3600)

static int open_journal(struct unblock *r)
{
	int ret;

	if (r->globals->config.journal_file)
		r->journal_path = strdup(r->globals->config.journal_file);
	else
		r->journal_path = journal_default_path();
	if (!r->journal_path) {
		print_error(_(
			"there is no place for the journal: set HOME, or \"file\" in [journal]. Nothing was sent to the token"));
		return EXIT_CANNOT_WRITE;
	}
	ret = journal_open(&r->journal, r->journal_path,
			   cks_token_serial(r->before),
			   time(NULL) - RECENT_SECONDS);
	if (!ret) {
		r->journal_is_open = true;
		return 0;
	}
	if (ret == -EWOULDBLOCK) {
		print_error(
			_("another recovery is under way with the journal %s; wait for it to end. Nothing was sent to the token"),
			r->journal_path);
		return EXIT_REFUSED;
	}
	print_error(
		_("the journal %s cannot be opened: %s. Nothing was sent to the token"),
		r->journal_path, strerror(-ret));
	return EXIT_CANNOT_WRITE;
}

/* Tells all there is to consider; whether any of it needs --yes. */
static bool tell_doubts(const struct unblock *r)
{
	const struct chain *chain = &r->journal.file.chain;
	bool doubt = false;

	if (chain->state != CHAIN_WHOLE) {
		print_warning(
			chain->state == CHAIN_CUT
				? _("the journal %s was changed: lines are missing at its end (from line %lu)")
				: _("the journal %s was changed: line %lu does not follow from the one before"),
			r->journal_path, chain->broken_at);
		doubt = true;
	}
	if (r->journal.unfinished) {
		print_warning(
			_("the journal has no result of the last attempt on this token: it was interrupted. What it did shows in the state just read: %s"),
			pin_state_label(cks_token_user_pin(r->before)));
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
			"recovery is reserved to the desk that the regulation names (Decree 68/2024/NĐ-CP, Article 22, and the province's own rules), and the configuration does not name this machine as one ([desk])"));
		doubt = true;
	}
	return doubt;
}

int unblock_guard_desk(struct unblock *r)
{
	int ret = open_journal(r);

	if (ret)
		return ret;
	if (tell_doubts(r) && !r->yes) {
		print_error(_(
			"nothing was sent to the token; add --yes to go on all the same"));
		return EXIT_REFUSED;
	}
	return 0;
}
