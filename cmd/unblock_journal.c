/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* The journal of a recovery, and its turn among those of other officers. */
#include "unblock.h"

#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>
#include <unistd.h>

#include "base/date.h"
#include "base/error.h"
#include "base/kept.h"
#include "heads.h"
#include "labels.h"
#include "message.h"
#include "system_log.h"

/* 1. Which journal it is */

/* An officer who cannot see what colleagues did to a token has to know that. */
static void tell_private(const struct unblock *r, enum journal_machine machine)
{
	char *officer;

	if (machine == JOURNAL_NO_FOLDER) {
		print_message(
			_("the journal %s does not show what colleagues on this machine did to a token: %s, the folder for one that all share, is missing or not as \"make install\" makes it"),
			r->journal_path, CKSTOKEN_STATEDIR);
		return;
	}
	officer = login_name();
	print_message(
		_("the journal %s does not show what colleagues on this machine did to a token: %s is not yours to write to. \"adduser %s ckstoken\", run by root, lets you share their journal from your next login on"),
		r->journal_path, CKSTOKEN_STATEDIR, officer ? officer : "");
	free(officer);
}

static void know_path(struct unblock *r, enum journal_machine machine)
{
	free(r->journal_path);
	r->journal_path =
		journal_path(r->globals->config.journal_file, machine);
}

static int find_path(struct unblock *r)
{
	enum journal_machine machine = journal_of_machine();

	know_path(r, machine);
	if (!r->journal_path) {
		print_error(_(
			"no file is known for the journal: set HOME, or \"file\" in [journal]. Nothing was sent to the token"));
		return EXIT_CANNOT_WRITE;
	}
	if (!r->globals->config.journal_file && machine != JOURNAL_SHARED)
		tell_private(r, machine);
	return 0;
}

/* 0 or -errno. */
static int read_journal(struct unblock *r)
{
	int ret = journal_open(
		&r->journal, r->journal_path, cks_token_serial(r->before),
		cks_token_label(r->before), time(NULL) - RECENT_SECONDS,
		selection_timeout(&r->selection));

	r->journal_is_open = !ret;
	return ret;
}

static int open_journal(struct unblock *r)
{
	int ret = read_journal(r);
	char *why;

	if (!ret)
		return 0;
	if (ret == -EWOULDBLOCK) {
		why = kept_locked_by(r->journal_path, 0, 0);
		print_error(
			_("another program keeps the journal %s to itself (%s); try again when it has ended. Nothing was sent to the token"),
			r->journal_path,
			why ? why : _("a process that cannot be named"));
	} else {
		why = heads_unread(r->journal_path, r->journal.file.head_unread,
				   ret);
		print_error(
			_("the journal %s cannot be opened: %s. Nothing was sent to the token"),
			r->journal_path, why ? why : "");
	}
	free(why);
	return ret == -EWOULDBLOCK ? EXIT_REFUSED : EXIT_CANNOT_WRITE;
}

/* Without a line there no secret may be sent; what it says counts all the same.
 */
static int refuse_read_only(const struct unblock *r)
{
	int why = r->journal.file.read_only;
	char *officer;

	if (!why || r->dry_run)
		return 0;
	if (why == -EACCES &&
	    strcmp(r->journal_path, JOURNAL_OF_MACHINE) == 0) {
		officer = login_name();
		print_error(
			_("the journal %s is yours to read and not to write. \"adduser %s ckstoken\", run by root, lets you write to it from your next login on. Nothing was sent to the token"),
			r->journal_path, officer ? officer : "");
		free(officer);
	} else {
		print_error(
			_("the journal %s cannot be written: %s. Nothing was sent to the token"),
			r->journal_path, error_text(NULL, why));
	}
	return EXIT_CANNOT_WRITE;
}

static int open_again(struct unblock *r)
{
	journal_close(&r->journal);
	r->journal_is_open = false;
	return open_journal(r);
}

/* 2. Other officers */

/* Takes the token for this process alone, and waits for others to end. */
static int take_lock(struct unblock *r, struct cks_token_holder *other)
{
	enum cks_err err = cks_token_lock(
		r->before, selection_timeout(&r->selection), &r->lock, other);
	char *words;

	if (!err)
		return 0;
	if (err != CKS_ERR_ANOTHER_ATTEMPT) {
		print_error(_("%s: %s Nothing was sent to the token"),
			    token_name(r->before), cks_strerror(err));
		return exit_code_of(err);
	}
	words = kept_process_words(other->pid, other->uid);
	print_error(
		_("%s is at work on token %s and has not ended within %d s: nothing was sent to the token. Try again when it has ended"),
		words ? words : "", token_name(r->before),
		r->selection.timeout_s);
	free(words);
	return EXIT_REFUSED;
}

/* What an attempt came to, by the name that the journal has for it. */
static const char *sentence_of(const char *result)
{
	for (int err = 0; err < CKS_ERR_COUNT; err++)
		if (strcmp(cks_err_name((enum cks_err)err), result) == 0)
			return cks_strerror((enum cks_err)err);
	return result;
}

static const char *moment(time_t t, char text[DATE_SIZE])
{
	struct tm tm = date_tm(t);

	(void)strftime(text, DATE_SIZE, "%H:%M:%S %d/%m/%Y", &tm);
	return text;
}

/* Tells what another officer did to the token since it was read. */
static int refuse_after(const struct unblock *r,
			const struct journal_entry *other)
{
	const char *serial = token_name(r->before);
	const char *officer = other->officer ? other->officer : "";
	const char *authority = other->authority ? other->authority : "";
	char text[DATE_SIZE];
	const char *when = moment(other->seconds, text);

	if (!other->result)
		/* TRANSLATORS: token, officer, moment, authority. */
		print_error(
			_("another attempt on token %s, by %s at %s on the authority of %s, has no result, and whether it changed the token is not known. Nothing was sent now; look at the token with \"ckstoken status\" first"),
			serial, officer, when, authority);
	else if (strcmp(other->result, "ok") == 0)
		/* TRANSLATORS: token, officer, moment, authority. */
		print_error(
			_("token %s was restored meanwhile, by %s at %s on the authority of %s: its new PIN is the one that was set then; ask that officer for it. Nothing was sent now"),
			serial, officer, when, authority);
	else
		/* TRANSLATORS: token, officer, moment, authority, and what it
		 * came to. */
		print_error(
			_("another attempt on token %s, by %s at %s on the authority of %s, has failed meanwhile: %s Nothing was sent now; look at the token with \"ckstoken status\" first"),
			serial, officer, when, authority,
			sentence_of(other->result));
	return EXIT_REFUSED;
}

static void note_seen(struct unblock *r)
{
	r->last_seen = r->journal.last.number;
	r->n_seen = r->journal.n_attempts;
	r->seen_whole = r->journal.file.chain.state == CHAIN_WHOLE;
}

/*
 * Whether an attempt on the token was made that the officer has not been told
 * of: after another process was waited for, or in the time that it takes to
 * type. One that this journal does not tell of may have spent a try all the
 * same.
 */
static int refuse_if_changed(const struct unblock *r,
			     const struct cks_token_holder *other)
{
	char *words;

	if (r->journal.last.number != r->last_seen)
		return refuse_after(r, &r->journal.last);
	if (r->seen_whole && r->journal.file.chain.state != CHAIN_WHOLE) {
		print_error(
			_("the journal %s was changed meanwhile, and what was done to the token is not known. Nothing was sent"),
			r->journal_path);
		return EXIT_REFUSED;
	}
	if (!other->pid || r->journal.n_attempts != r->n_seen)
		return 0;
	words = kept_process_words(other->pid, other->uid);
	print_error(
		_("%s was at work on token %s meanwhile, and this journal does not tell what it did. Nothing was sent; look at the token with \"ckstoken status\" before you try again"),
		words ? words : "", token_name(r->before));
	free(words);
	return EXIT_REFUSED;
}

int unblock_open_journal(struct unblock *r)
{
	struct cks_token_holder other;
	int ret = find_path(r);

	if (!ret)
		ret = open_journal(r);
	if (!ret)
		ret = refuse_read_only(r);
	if (ret)
		return ret;
	note_seen(r);
	if (!journal_is_unfinished(&r->journal))
		return 0;
	/* Without a result it was broken off, or is under way just now. */
	ret = take_lock(r, &other);
	cks_token_unlock(&r->lock);
	if (ret || !other.pid)
		return ret;
	ret = open_again(r);
	return ret ? ret : refuse_after(r, &r->journal.last);
}

int unblock_take_turn(struct unblock *r)
{
	struct cks_token_holder other;
	int ret = take_lock(r, &other);

	if (!ret)
		ret = open_again(r);
	return ret ? ret : refuse_if_changed(r, &other);
}

void unblock_warn_of_unfinished(const struct unblock *r)
{
	const struct journal_entry *last = &r->journal.last;
	char text[DATE_SIZE];

	/* TRANSLATORS: officer, moment, authority, state of the user PIN. */
	print_warning(
		_("the journal has no result of the last attempt on this token: the attempt was interrupted. It was begun by %s at %s on the authority of %s; it may have cost a try of the SO PIN or PUK, and may have set the PIN that was chosen then. The user PIN is now: %s"),
		last->officer ? last->officer : "", moment(last->seconds, text),
		last->authority ? last->authority : "",
		pin_state_label(cks_token_user_pin(r->before)));
}

void unblock_tell_unfinished(struct unblock *r)
{
	know_path(r, journal_of_machine());
	/* Opening a journal makes it. */
	if (!r->journal_path || access(r->journal_path, F_OK) ||
	    read_journal(r))
		return;
	if (journal_is_unfinished(&r->journal))
		unblock_warn_of_unfinished(r);
	journal_close(&r->journal);
	r->journal_is_open = false;
}

/* 3. The lines */

/* The same in the log of the system. */
static void begin_entry(const struct unblock *r, struct log_entry *entry,
			enum act act, enum act_priority priority)
{
	system_log_begin(entry, act, priority);
	system_log_put(entry, "SERIAL", cks_token_serial(r->before));
	system_log_put(entry, "LABEL", cks_token_label(r->before));
	system_log_put(entry, "LETTER",
		       r->letter.data ? r->cited : r->authority);
	system_log_put(entry, "METHOD", cks_method_name(r->method));
	if (r->journal_number > 0)
		system_log_number(entry, "JOURNAL",
				  (unsigned long)r->journal_number);
}

static void log_attempt(const struct unblock *r)
{
	struct log_entry entry;

	begin_entry(r, &entry, ACT_UNBLOCK_BEGUN, PRIORITY_NOTICE);
	system_log_put(&entry, "BEFORE",
		       cks_pin_state_name(cks_token_user_pin(r->before)));
	system_log_send(&entry,
			_("token %s is about to be given a new user PIN"),
			token_name(r->before));
}

static void log_result(const struct unblock *r,
		       const struct journal_result *result)
{
	bool changed = r->after && !r->objects_unchanged;
	struct log_entry entry;

	begin_entry(r, &entry, ACT_UNBLOCK,
		    changed  ? PRIORITY_CRITICAL
		    : r->err ? PRIORITY_WARNING
			     : PRIORITY_NOTICE);
	system_log_put(&entry, "RESULT", result->result);
	system_log_put(&entry, "SENT", result->sent ? "yes" : "no");
	system_log_put(&entry, "AFTER", result->state_after);
	system_log_put(&entry, "OBJECTS", result->objects);
	if (r->err)
		system_log_send(&entry, "%s: %s", token_name(r->before),
				cks_strerror(r->err));
	else
		system_log_send(&entry, _("token %s has a new user PIN"),
				token_name(r->before));
}

int unblock_journal_attempt(struct unblock *r)
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
		.request_sha256 = r->letter.data ? r->letter.file.sha256 : NULL,
		.request = r->cited,
		.overrides = overrides,
		.state_before =
			cks_pin_state_name(cks_token_user_pin(r->before)),
	};
	char head[HEAD_TEXT_SIZE];
	int ret = 0;

	if (r->register_head.n) {
		attempt.register_head = head_text(&r->register_head, head);
		attempt.register_first = r->register_head.first;
	}
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
			r->journal_path,
			error_text(NULL, (int)r->journal_number));
		ret = EXIT_CANNOT_WRITE;
	} else {
		memcpy(r->journal_hash, r->journal.file.chain.last,
		       sizeof(r->journal_hash));
		log_attempt(r);
	}
	free(officer);
	return ret;
}

int unblock_journal_result(struct unblock *r)
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

	log_result(r, &result);
	if (!ret)
		return 0;
	print_error(
		_("the result could not be written to the journal %s: %s. Write down by hand what follows"),
		r->journal_path, error_text(NULL, ret));
	return EXIT_CANNOT_WRITE;
}

void unblock_journal_proof(struct unblock *r)
{
	int ret = journal_proof(&r->journal, time(NULL), r->journal_number,
				cks_token_serial(r->before),
				cks_err_name(r->proof_err));

	if (ret)
		print_warning(
			_("the result could not be written to the journal %s: %s. Write down by hand what follows"),
			r->journal_path, error_text(NULL, ret));
}

void unblock_journal_recorded(struct unblock *r)
{
	char text[HEAD_TEXT_SIZE];
	int ret = journal_recorded(&r->journal, time(NULL), r->journal_number,
				   head_text(&r->recorded, text),
				   r->recorded.first);

	if (ret)
		print_warning(
			_("the journal %s could not note that the register has this attempt: %s"),
			r->journal_path, error_text(NULL, ret));
}
