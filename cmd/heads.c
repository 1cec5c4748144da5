/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include "heads.h"

#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "base/chain.h"
#include "base/date.h"
#include "base/error.h"
#include "base/kept.h"
#include "input/dossier.h"
#include "input/json_members.h"
#include "labels.h"
#include "message.h"
#include "register/journal.h"

/* An attempt has the journal for a moment only. */
#define WAIT_MS 2000

/* Puts what is said of a book. 0 or an exit code. */
static int put(json_t *object, const char *book, json_t *said)
{
	json_t *evidence = json_object_get(object, HEADS);
	int rc = 0;

	if (!evidence) {
		evidence = json_object();
		rc = json_object_set_new(object, HEADS, evidence);
	}
	if (rc)
		json_decref(said);
	else
		rc = json_object_set_new(evidence, book, said);
	return rc ? print_no_memory() : 0;
}

static int put_head(json_t *object, const char *book, const char *entries,
		    const struct chain *chain)
{
	return put(object, book,
		   json_pack("{s:I, s:s, s:s}", entries, (json_int_t)chain->n,
			     "head", chain->last, "first", chain->first));
}

int heads_put_register(json_t *object, struct custody_register *reg)
{
	struct chain chain = { .n = register_n_events(reg) };

	if (!chain.n)
		return 0;
	memcpy(chain.last, register_head(reg), sizeof(chain.last));
	register_first(reg, chain.first);
	return put_head(object, "register", "events", &chain);
}

char *heads_unread(const char *journal, bool head, int error)
{
	char *who =
		error == -EWOULDBLOCK ? kept_locked_by(journal, 0, 0) : NULL;
	const char *why = error_text(NULL, error);
	char *text = NULL;
	int n;

	if (error == -EPERM)
		why = _("it belongs to another user and is in no folder that root gave to a group, or is in such a folder and not the group's");
	else if (error == -EINVAL)
		why = _("it is no plain file");
	else if (error == -EWOULDBLOCK)
		why = _("another program keeps it locked");
	if (head)
		n = asprintf(&text, "%s.head: %s", journal, why);
	else
		n = asprintf(&text, "%s%s%s%s", why, who ? " (" : "",
			     who ? who : "", who ? ")" : "");
	free(who);
	return n < 0 ? NULL : text;
}

char *heads_fault(const char *journal, const struct chain *chain,
		  bool unfinished, bool headless)
{
	const char *format;
	char *text = NULL;

	if (unfinished && chain->broken_at == chain->n)
		/* The first fault, and nothing stands behind it. */
		format = _(
			"in the journal %s the last line is unfinished, as after a crash (line %lu)");
	else if (chain->state == CHAIN_CHANGED)
		format = _(
			"the journal %s was changed: line %lu does not follow from the one before");
	else if (headless)
		format = _(
			"the journal %1$s was changed: %1$s.head, which tells how many lines it has, is gone, is no plain file, or is not of whom the journal is, so lines may be missing at its end (from line %2$lu)");
	else
		format = _(
			"the journal %s was changed: lines are missing at its end (from line %lu)");
	return asprintf(&text, format, journal, chain->broken_at) < 0 ? NULL
								      : text;
}

int heads_put_journal(json_t *object, const struct globals *globals)
{
	char *path = journal_path(globals->config.journal_file,
				  journal_of_machine());
	struct chain_file file = { .fd = -1 };
	/* That there is none is no fault. */
	int error = path ? chain_file_look(&file, path, WAIT_MS, NULL, NULL)
			 : -ENOENT;
	char *unread;
	int ret = 0;

	if (error && error != -ENOENT) {
		unread = heads_unread(path, file.head_unread, error);
		print_warning(
			_("the journal %s could not be read (%s), which is said in place of its check code"),
			path, unread ? unread : "");
		free(unread);
		ret = put(object, "journal",
			  json_pack("{s:s}", "state", HEADS_NOT_READ));
	} else if (!error && file.chain.state != CHAIN_WHOLE) {
		print_warning(
			_("the journal %s is not intact, so nothing bears its check code; \"ckstoken register verify\" tells more"),
			path);
		ret = put(object, "journal",
			  json_pack("{s:s}", "state", HEADS_NOT_INTACT));
	} else if (!error && file.chain.n) {
		ret = put_head(object, "journal", "entries", &file.chain);
	}
	if (!error)
		chain_file_close(&file);
	free(path);
	return ret;
}

static long long number_at(const json_t *object, const char *path)
{
	return json_integer_value(dossier_get(object, path));
}

/* A head may have been put into @object already, when the facts were gathered:
 * true if there is none, or if it is of the register @reg. */
static bool is_of(const json_t *object, struct custody_register *reg)
{
	const char *first = dossier_text(object, HEADS ".register.first");
	char ours[CHAIN_HASH_SIZE];

	register_first(reg, ours);
	return !*first || strcmp(first, ours) == 0;
}

int heads_put(json_t *object, const struct globals *globals,
	      struct custody_register *reg)
{
	int ret = 0;

	if (reg && is_of(object, reg))
		ret = heads_put_register(object, reg);
	return ret ? ret : heads_put_journal(object, globals);
}

void heads_print(const json_t *object)
{
	const char *head = dossier_text(object, HEADS ".register.head");

	if (*head)
		print_message(_("the register: event %lld, check code %lld:%s"),
			      number_at(object, HEADS ".register.events"),
			      number_at(object, HEADS ".register.events"),
			      head);
	head = dossier_text(object, HEADS ".journal.head");
	if (*head)
		print_message(_("the journal: line %lld, check code %lld:%s"),
			      number_at(object, HEADS ".journal.entries"),
			      number_at(object, HEADS ".journal.entries"),
			      head);
}

int heads_tell(struct custody_register *reg)
{
	json_t *object = json_object();
	int ret = object ? heads_put_register(object, reg) : print_no_memory();

	if (!ret)
		heads_print(object);
	json_decref(object);
	return ret;
}

void heads_warn(const struct books *books, const char *journal,
		const struct custody_register *reg)
{
	static const struct field moment = { .type = FIELD_TIME };
	char time[LABEL_ROOM];

	if (books->n_lost)
		print_warning(
			/* TRANSLATORS: journal, how many, token, moment, line.
			 */
			Q_("the journal %s lacks %lu attempt that the register notes of it: that on token %s of %s, line %lld. An older copy of the journal was put back, or attempts were made with another copy; look for the newest in your backups",
			   "the journal %s lacks %lu attempts that the register notes of it: the first is that on token %s of %s, line %lld. An older copy of the journal was put back, or attempts were made with another copy; look for the newest in your backups",
			   books->n_lost),
			journal, (unsigned long)books->n_lost,
			books->lost.serial,
			register_value_label(&moment, books->lost.time, time),
			books->lost.line);
	if (books->n_gone && books->gone > register_n_events(reg))
		print_warning(
			_("the register has %lu events, and the journal %s notes that it had %lu: an older copy of the register was put back, or this one is a copy, and what came after is in another. Look for the newest in your backups"),
			register_n_events(reg), journal, books->gone);
	else if (books->n_gone)
		print_warning(
			_("event %lu of the register is not the one that the journal %s notes: an older copy of the register was put back and written to, or it was changed. Look for the right one in your backups"),
			books->gone, journal);
}

/* Set once the officer was warned, so that the next step of the same command
 * does not warn again. */
static bool told;

/* How often an attempt may end while the books are read. */
#define MAX_ROUNDS 5

int heads_hold(const struct globals *globals, const char *file,
	       struct custody_register *reg, struct head_claim *heads,
	       size_t n_heads, struct books *books, char **path)
{
	struct custody_register *later = NULL;
	char *message = NULL;
	int rc;

	*books = (struct books){ .n_lost = 0 };
	*path = journal_path(globals->config.journal_file,
			     journal_of_machine());
	rc = json_is_short() ? -ENOMEM : -ENOENT;
	for (int i = 0; *path && i < MAX_ROUNDS; i++) {
		unsigned long n = register_n_events(later ? later : reg);

		rc = books_hold(later ? later : reg, *path, WAIT_MS, heads,
				n_heads, books);
		if (rc || !books->n_gone || books->gone <= n)
			break;
		register_close(&later);
		/* Why it cannot be is no news: it was opened just now. */
		if (register_open(file ? file : globals->config.register_file,
				  REGISTER_READ, &later, &message) ||
		    register_n_events(later) == n)
			break;
	}
	register_close(&later);
	free(message);
	return rc;
}

/* Warns of what came of holding the register against the journal @path. */
static void tell(int error, const struct books *books, const char *path,
		 const struct custody_register *reg)
{
	char *unread;

	if (error == -ENOENT)
		return;
	if (error) {
		unread = heads_unread(path, books->head_unread, error);
		print_warning(
			_("the journal %s could not be read (%s), so it is not known whether an older copy of the register was put back"),
			path, unread ? unread : "");
		free(unread);
		told = true;
	} else if (books->n_lost || books->n_gone) {
		heads_warn(books, path, reg);
		told = true;
	}
}

bool heads_doubt(const struct globals *globals, struct custody_register *reg)
{
	struct books books;
	char *path = NULL;
	int error = heads_hold(globals, NULL, reg, NULL, 0, &books, &path);

	tell(error, &books, path, reg);
	free(path);
	return told;
}

void heads_glance(const struct globals *globals, struct custody_register *reg)
{
	char *path = told ? NULL
			  : journal_path(globals->config.journal_file,
					 journal_of_machine());
	struct books books;

	/* What is asked of it sees the register as it is by then. */
	if (path)
		tell(books_glance(reg, path, WAIT_MS, &books), &books, path,
		     reg);
	free(path);
}
