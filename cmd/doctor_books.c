/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* The register, the journal of attempts, and the certificates and lists that
 * signatures are judged by. */
#include <errno.h>
#include <fcntl.h>
#include <grp.h>
#include <libgen.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include "base/date.h"
#include "base/kept.h"
#include "base/text.h"
#include "doctor.h"
#include "heads.h"
#include "input/database_url.h"
#include "input/verified.h"
#include "register/journal.h"
#include "register_common.h"

/* An attempt has the journal for a moment only. */
#define WAIT_MS 2000

/* True if a file that begins so is a journal's: a hash, and an object. */
static bool is_journal_head(const unsigned char *head, size_t len)
{
	return len > CHAIN_HASH_LEN + 1 &&
	       strspn((const char *)head, "0123456789abcdef") ==
		       CHAIN_HASH_LEN &&
	       head[CHAIN_HASH_LEN] == ' ' && head[CHAIN_HASH_LEN + 1] == '{';
}

/*
 * True if @path is a plain file, and a register or a journal as it begins. A
 * path in the configuration may be that of a device, of a folder, or of a file
 * that others need.
 */
static bool is_book(enum doctor_source source, const char *path,
		    struct stat *st)
{
	unsigned char head[STORE_HEAD_SIZE + 1] = { 0 };
	ssize_t n = -1;
	int fd;

	if (lstat(path, st) || !S_ISREG(st->st_mode))
		return false;
	fd = open(path, O_RDONLY | O_CLOEXEC | O_NOFOLLOW | O_NONBLOCK);
	if (fd < 0)
		return false;
	if (!fstat(fd, st) && S_ISREG(st->st_mode))
		n = read(fd, head, STORE_HEAD_SIZE);
	close(fd);
	if (n < 0)
		return false;
	return source == SOURCE_REGISTER ? store_is_head(head, (size_t)n)
					 : is_journal_head(head, (size_t)n);
}

/* Whose a file that is kept is, by its folder and its mode; of any other file
 * nothing is told, and nothing is to be done to it. */
static void tell_shared(struct doctor *d, enum doctor_source source,
			const char *path)
{
	char *copy = strdup(path);
	struct stat file, folder;
	const struct group *group;
	struct doctor_row row = { .source = source,
				  .check = "shared",
				  .about = path };

	if (!copy || !is_book(source, path, &file) ||
	    stat(dirname(copy), &folder))
		goto out;
	if (kept_is_shared(&folder)) {
		group = getgrgid(folder.st_gid);
		row.found = arena_format(
			&d->arena,
			_("%s is shared by the officers of the group %s"), path,
			group ? group->gr_name : "?");
	} else if (file.st_mode & (S_IRWXG | S_IRWXO)) {
		row.result = DOCTOR_WARNING;
		row.found = arena_format(
			&d->arena,
			_("other users may read or write %s, in which there are data of persons"),
			path);
		if (file.st_uid == geteuid()) {
			row.todo = _("Keep it to yourself:");
			row.command =
				arena_format(&d->arena, "chmod 600 %s",
					     text_shell_word(&d->arena, path));
		} else {
			row.todo = _(
				"It belongs to another user: ask that user to keep it private.");
		}
	} else {
		row.found = arena_format(
			&d->arena, _("%s is one user's alone, and not shared"),
			path);
	}
	doctor_add(d, &row);
out:
	free(copy);
}

/* 1. The register */

/* Holds it against the journal, which may have been put back from a copy. */
static void tell_agreement(struct doctor *d, struct custody_register *reg)
{
	struct books books;
	char *path = NULL;
	int rc = heads_hold(d->globals, NULL, reg, NULL, 0, &books, &path);

	if (!rc && (books.n_lost || books.n_gone))
		DOCTOR_ADD(
			d, .source = SOURCE_REGISTER, .check = "agrees",
			.result = DOCTOR_BROKEN,
			.about = path ? arena_format(&d->arena, "%s", path)
				      : NULL,
			.found = _(
				"the register and the journal lack something of each other: an older copy of one of them was put back"),
			.todo = _("This tells what they lack:"),
			.command =
				doctor_command(d, AS_IT_IS("register verify")));
	free(path);
}

static void tell_times(struct doctor *d, const struct verification *v)
{
	struct date last;

	if (event_times_open(&v->times))
		DOCTOR_ADD(
			d, .source = SOURCE_REGISTER, .check = "times",
			.result = DOCTOR_WARNING,
			.found = arena_format(
				&d->arena,
				_("the times of events go back, last at event %lu"),
				event_times_open(&v->times)),
			.todo = _("This tells which, and how to explain them:"),
			.command =
				doctor_command(d, AS_IT_IS("register verify")));
	if (v->times.ahead && !date_read(v->times.last[EVENT_CLOCK], 0, &last))
		doctor_saw(d, last.time,
			   arena_format(
				   &d->arena,
				   _("event %lu of the register was recorded"),
				   v->times.ahead));
}

static void verify(struct doctor *d, const char *place,
		   struct custody_register *reg)
{
	unsigned long n = register_n_events(reg);
	struct verification v = { 0 };
	char *fault, *message = NULL;

	register_verify(reg, &v);
	fault = register_fault(&v);
	if (v.result == VERIFY_FAILED) {
		(void)register_commit(reg, &message);
		DOCTOR_ADD(d, .source = SOURCE_REGISTER, .check = "whole",
			   .result = DOCTOR_BROKEN, .about = place,
			   .found = arena_format(&d->arena, "%s",
						 message ? message : place));
	} else {
		DOCTOR_ADD(
			d, .source = SOURCE_REGISTER, .check = "whole",
			.result = v.result == VERIFY_RIGHT ? DOCTOR_OK
							   : DOCTOR_BROKEN,
			.about = place,
			.found =
				fault ? arena_format(&d->arena, "%s", fault)
				      : arena_format(
						&d->arena,
						Q_("the register is whole: %lu event",
						   "the register is whole: %lu events",
						   n),
						n),
			.todo = fault ? _("Write nothing to it until that is settled. This tells more:")
				      : NULL,
			.command =
				fault ? doctor_command(
						d, AS_IT_IS("register verify"))
				      : NULL);
		tell_times(d, &v);
		tell_agreement(d, reg);
	}
	free(message);
	free(fault);
}

static void look_at_register(struct doctor *d)
{
	const char *place = d->globals->config.register_file;
	struct custody_register *reg = NULL;
	char *message = NULL;
	int rc;

	if (doctor_lacks_configuration(d, SOURCE_REGISTER))
		return;
	if (!place) {
		DOCTOR_ADD(d, .source = SOURCE_REGISTER, .check = "configured",
			   .result = DOCTOR_OK,
			   .found = _("no register is configured"));
		return;
	}
	rc = register_open(place, REGISTER_LOOK, &reg, &message);
	if (rc) {
		DOCTOR_ADD(d, .source = SOURCE_REGISTER, .check = "opens",
			   .result = rc == -EAGAIN   ? DOCTOR_UNKNOWN
				     : rc == -ENOENT ? DOCTOR_WARNING
						     : DOCTOR_BROKEN,
			   .about = place,
			   .found = arena_format(
				   &d->arena, "%s",
				   message ? message
					   : cks_strerror(CKS_ERR_MEMORY)));
	} else {
		verify(d, place, reg);
	}
	register_close(&reg);
	free(message);
	if (rc == -ENOENT)
		return;
	if (!database_is_url(place))
		tell_shared(d, SOURCE_REGISTER, place);
	DOCTOR_ADD(
		d, .source = SOURCE_REGISTER, .check = "backed-up",
		.result = DOCTOR_UNKNOWN, .about = place,
		.found = _(
			"nothing on this machine tells whether there is a backup of the register"),
		.todo = _(
			"Keep a copy on another machine, and the check code of the last paper: they prove later that nothing was changed."));
}

/* 2. The journal */

static void tell_journal(struct doctor *d, const char *path)
{
	struct chain_file file = { .fd = -1 };
	int rc = chain_file_look(&file, path, WAIT_MS, NULL, NULL);
	char *fault = NULL;
	struct doctor_row row = { .source = SOURCE_JOURNAL,
				  .check = "whole",
				  .about = path };

	if (rc == -ENOENT) {
		row.found = arena_format(
			&d->arena,
			_("there is no journal yet, for nothing was unblocked here: %s"),
			path);
	} else if (rc) {
		fault = heads_unread(path, file.head_unread, rc);
		row.result = DOCTOR_BROKEN;
		row.found = arena_format(&d->arena,
					 _("the journal %s cannot be read: %s"),
					 path, fault ? fault : "");
		row.todo =
			rc == -EINVAL
				? _("Nothing is unblocked before it can be read. Name a file, and not a folder or a device, under [journal] in ckstoken.conf.")
				: _("Nothing is unblocked before it can be read. Have whoever keeps it give it back to its user or group.");
	} else if (file.chain.state != CHAIN_WHOLE) {
		fault = heads_fault(path, &file.chain, file.unfinished,
				    file.headless);
		row.result = DOCTOR_BROKEN;
		row.found = arena_format(&d->arena, "%s", fault ? fault : path);
		row.todo = _(
			"Nothing is unblocked before that is settled. Compare it with a backup, keep the file as it is for evidence, and begin a new one.");
	} else {
		row.found = arena_format(
			&d->arena,
			Q_("the journal %s is whole: %lu line",
			   "the journal %s is whole: %lu lines", file.chain.n),
			path, file.chain.n);
	}
	doctor_add(d, &row);
	if (!rc)
		chain_file_close(&file);
	if (rc != -ENOENT)
		tell_shared(d, SOURCE_JOURNAL, path);
	free(fault);
}

static void look_at_journal(struct doctor *d)
{
	const struct config *config = &d->globals->config;
	enum journal_machine machine = journal_of_machine();
	char *path;

	if (doctor_lacks_configuration(d, SOURCE_JOURNAL))
		return;
	path = journal_path(config->journal_file, machine);
	/* A user who unblocks nothing needs no part in it. */
	if (!config->journal_file && machine == JOURNAL_DENIED &&
	    config->desk_name)
		DOCTOR_ADD(
			d, .source = SOURCE_JOURNAL, .check = "machine",
			.result = DOCTOR_WARNING, .about = JOURNAL_OF_MACHINE,
			.found = _(
				"the journal that the officers of this machine share is closed to this user, so the others do not see what this user unblocks"),
			.todo = _(
				"Have the administrator add this user to its group, then log in again:"),
			.command = doctor_as_root(
				d, "adduser \"$USER\" ckstoken"));
	else if (!config->journal_file && machine == JOURNAL_NO_FOLDER &&
		 config->desk_name)
		DOCTOR_ADD(
			d, .source = SOURCE_JOURNAL, .check = "machine",
			.result = DOCTOR_WARNING, .about = CKSTOKEN_STATEDIR,
			.found = arena_format(
				&d->arena,
				_("this machine is a desk, and its officers share no journal: the folder %s is not there, or not a group's"),
				CKSTOKEN_STATEDIR),
			.todo = _("Make it, as installing ckstoken does:"),
			.command = doctor_as_root(
				d,
				"install -d -o root -g ckstoken -m 2770 " CKSTOKEN_STATEDIR));
	if (path)
		tell_journal(d, arena_format(&d->arena, "%s", path));
	else
		DOCTOR_ADD(
			d, .source = SOURCE_JOURNAL, .check = "whole",
			.result = DOCTOR_WARNING,
			.found = _(
				"there is no place for a journal, so nothing can be unblocked: HOME is not set"),
			.todo = _(
				"Name a file under [journal] in ckstoken.conf, or log in as a user with a home."));
	free(path);
}

/* 3. Trust */

static const char *text(struct doctor *d, const json_t *o, const char *key)
{
	const char *value = json_string_value(json_object_get(o, key));

	return arena_format(&d->arena, "%s", value ? value : "");
}

static time_t moment(const json_t *o, const char *key)
{
	return (time_t)json_integer_value(json_object_get(o, key));
}

static void tell_anchors(struct doctor *d, const json_t *anchors)
{
	size_t n = json_array_size(anchors), n_old = 0, i;
	char day[DATE_SIZE];
	const json_t *one;

	json_array_foreach (anchors, i, one) {
		if (moment(one, "not_after") >= d->globals->now)
			continue;
		n_old++;
		DOCTOR_ADD(
			d, .source = SOURCE_TRUST, .check = "anchors-in-force",
			.result = DOCTOR_WARNING,
			.about = text(d, one, "subject"),
			.found = arena_format(
				&d->arena,
				_("the root certificate \"%s\" expired on %s"),
				text(d, one, "name"),
				date_dmy(date_day(moment(one, "not_after")),
					 day)),
			.todo = _(
				"It still serves for what was signed before. Get the one that follows it, from ca.gov.vn."));
	}
	if (n == 0)
		DOCTOR_ADD(
			d, .source = SOURCE_TRUST, .check = "anchors",
			.result = DOCTOR_BROKEN,
			.about = d->globals->config.trust_anchors,
			.found = arena_format(
				&d->arena,
				_("there is no root certificate in %s, so no signature can be said to hold"),
				d->globals->config.trust_anchors),
			.todo = _(
				"Put those of the Government CA there, which sign themselves, from ca.gov.vn."));
	else if (n_old < n)
		DOCTOR_ADD(
			d, .source = SOURCE_TRUST, .check = "anchors",
			.result = DOCTOR_OK,
			.about = d->globals->config.trust_anchors,
			.found = arena_format(
				&d->arena,
				Q_("%zu root certificate is there and in force",
				   "%zu root certificates are there and in force",
				   n - n_old),
				n - n_old));
}

/* Tells which authorities have no list; those of roots come first. */
static void tell_unlisted(struct doctor *d, const json_t *authorities)
{
	const json_t *one;
	size_t i;

	json_array_foreach (authorities, i, one)
		if (json_is_true(json_object_get(one, "ca")) &&
		    !json_is_true(json_object_get(one, "listed")))
			DOCTOR_ADD(
				d, .source = SOURCE_TRUST,
				.check = "lists-complete",
				.result = DOCTOR_WARNING,
				.about = text(d, one, "subject"),
				.found = arena_format(
					&d->arena,
					_("there is no list of revoked certificates of \"%s\", so it is not known whether one of them is revoked"),
					text(d, one, "name")),
				.todo = _(
					"Fetch that list from the address that its certificates name, and put it into the folder of crls in [trust]."));
}

static void tell_lists(struct doctor *d, const json_t *lists)
{
	size_t n = json_array_size(lists), n_old = 0, i;
	char day[DATE_SIZE];
	const json_t *one;

	json_array_foreach (lists, i, one) {
		time_t until = moment(one, "until");
		const char *issuer = text(d, one, "issuer");

		doctor_saw(
			d, moment(one, "from"),
			arena_format(
				&d->arena,
				_("the list of revoked certificates of \"%s\" was issued"),
				issuer));
		if (until == 0 || until >= d->globals->now)
			continue;
		n_old++;
		DOCTOR_ADD(
			d, .source = SOURCE_TRUST, .check = "lists-fresh",
			.result = DOCTOR_WARNING, .about = text(d, one, "file"),
			.found = arena_format(
				&d->arena,
				_("the list of revoked certificates of \"%s\" was to be replaced by %s: who was revoked since is not known"),
				issuer, date_dmy(date_day(until), day)),
			.todo = arena_format(
				&d->arena,
				_("Fetch it again, and put it in the place of %s."),
				text(d, one, "file")));
	}
	if (n > n_old)
		DOCTOR_ADD(
			d, .source = SOURCE_TRUST, .check = "lists-fresh",
			.result = DOCTOR_OK,
			.about = d->globals->config.trust_crls,
			.found = arena_format(
				&d->arena,
				Q_("%zu list of revoked certificates is there and up to date",
				   "%zu lists of revoked certificates are there and up to date",
				   n - n_old),
				n - n_old));
	else if (n == 0)
		DOCTOR_ADD(
			d, .source = SOURCE_TRUST, .check = "lists",
			.result = DOCTOR_UNKNOWN,
			.found = _(
				"there is no list of revoked certificates, so it is not known whether one is revoked"),
			.todo = _(
				"Name their folder as \"crls =\" under [trust] in ckstoken.conf."));
}

static void tell_trust(struct doctor *d, const json_t *json)
{
	const json_t *lists = json_object_get(json, "lists"), *one;
	size_t i;

	json_array_foreach (json_object_get(json, "unreadable"), i, one)
		DOCTOR_ADD(
			d, .source = SOURCE_TRUST, .check = "readable",
			.result = DOCTOR_BROKEN,
			.about = arena_format(&d->arena, "%s",
					      json_string_value(one)),
			.found = arena_format(
				&d->arena,
				_("%s is neither a certificate nor a list of revoked ones"),
				json_string_value(one)),
			.todo = _("Fetch it again, or move it away."));
	tell_anchors(d, json_object_get(json, "anchors"));
	tell_lists(d, lists);
	if (json_array_size(lists) == 0)
		return;
	tell_unlisted(d, json_object_get(json, "anchors"));
	tell_unlisted(d, json_object_get(json, "others"));
}

static void look_at_trust(struct doctor *d)
{
	const struct config *config = &d->globals->config;
	struct error error = { 0 };
	json_t *json = NULL;
	int trust, rc;

	if (doctor_lacks_configuration(d, SOURCE_TRUST))
		return;
	if (!config->trust_anchors) {
		DOCTOR_ADD(
			d, .source = SOURCE_TRUST, .check = "configured",
			.result = DOCTOR_UNKNOWN,
			.found = _(
				"no root certificates are named, so nobody can say whether a signature holds"),
			.todo = _(
				"Name those of the Government CA as \"anchors =\" under [trust] in ckstoken.conf."));
		return;
	}
	trust = trust_open(config->trust_anchors, config->trust_crls, &error);
	rc = trust < 0 ? trust : trust_look(trust, &json, &error);
	if (rc)
		DOCTOR_ADD(
			d, .source = SOURCE_TRUST, .check = "readable",
			.result = DOCTOR_BROKEN, .about = config->trust_anchors,
			.found = arena_format(&d->arena, "%s",
					      error_text(&error, rc)),
			.todo = _(
				"Correct the paths under [trust] in ckstoken.conf, or put the files there."));
	else
		tell_trust(d, json);
	if (trust >= 0)
		close(trust);
	json_decref(json);
	error_free(&error);
}

void doctor_books(struct doctor *d)
{
	look_at_register(d);
	look_at_journal(d);
	look_at_trust(d);
}
