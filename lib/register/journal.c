/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include <errno.h>
#include <jansson.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include "base/date.h"
#include "base/kept.h"
#include "base/outfile.h"
#include "base/path.h"
#include "input/json_members.h"
#include "journal.h"
#include "normalize.h"
#include "token/ckstoken.h"

/* A result is shorter than this. */
#define RESULT_ROOM 1024
/* So many attempts at once are thought of; others were broken off. */
#define MAX_OPEN 16

static const char *text_of(const json_t *entry, const char *key)
{
	const char *text = json_string_value(json_object_get(entry, key));

	return text ? text : "";
}

static void copy_text(char **to, const char *from)
{
	char *copy = from ? strdup(from) : NULL;

	if (from && !copy)
		json_note_short();
	free(*to);
	*to = copy;
}

void journal_entry_free(struct journal_entry *e)
{
	free(e->officer);
	free(e->authority);
	free(e->result);
	*e = (struct journal_entry){ 0 };
}

static void take_attempt(struct journal_entry *e, const json_t *line)
{
	journal_entry_free(e);
	e->number = (long)json_integer_value(json_object_get(line, "journal"));
	e->seconds =
		(time_t)json_integer_value(json_object_get(line, "seconds"));
	copy_text(&e->officer, text_of(line, "officer"));
	copy_text(&e->authority, text_of(line, "authority"));
}

/* False where it is the result of another. */
static bool take_result(struct journal_entry *e, const json_t *line)
{
	if (!e->number ||
	    json_integer_value(json_object_get(line, "journal")) != e->number)
		return false;
	copy_text(&e->result, text_of(line, "result"));
	e->sent = json_is_true(json_object_get(line, "sent"));
	return true;
}

static bool is_blank(const char *serial)
{
	return serial[strspn(serial, " ")] == '\0';
}

/* A token without a serial number is known by its label at best. Two modules
 * may spell that of one token in two ways. */
static bool is_of_token(const struct journal *j, const json_t *line)
{
	const char *label = json_string_value(json_object_get(line, "label"));

	const char *serial = text_of(line, "serial");

	if (normalize_same_serial(serial, j->serial))
		return true;
	return is_blank(serial) && is_blank(j->serial) &&
	       (!label || strcmp(label, j->label) == 0);
}

static bool is_event(const json_t *line, const char *event)
{
	return strcmp(text_of(line, "event"), event) == 0;
}

static void on_line(void *owner, const char *text)
{
	struct journal *j = owner;
	json_t *line = json_loads(text, 0, NULL);

	if (is_event(line, "about-to"))
		j->n_open++;
	else if (is_event(line, "result") && j->n_open > 0)
		j->n_open--;
	if (!line || !is_of_token(j, line))
		goto out;
	if (is_event(line, "about-to")) {
		journal_entry_free(&j->before_last);
		j->before_last = j->last;
		j->last = (struct journal_entry){ 0 };
		take_attempt(&j->last, line);
		j->n_attempts++;
	} else if (is_event(line, "result")) {
		if (take_result(&j->last, line) && !j->last.sent) {
			journal_entry_free(&j->last);
			j->last = j->before_last;
			j->before_last = (struct journal_entry){ 0 };
		}
		if (json_integer_value(json_object_get(line, "seconds")) >=
			    (json_int_t)j->since &&
		    json_is_true(json_object_get(line, "sent")) &&
		    strcmp(text_of(line, "result"), "ok") != 0)
			j->recent_failures++;
	}
out:
	json_decref(line);
}

int journal_open(struct journal *j, const char *path, const char *serial,
		 const char *label, time_t since, unsigned int wait_ms)
{
	int ret;

	*j = (struct journal){
		.file.fd = -1,
		.serial = serial,
		.label = label,
		.since = since,
	};
	ret = outfile_folders(path);
	if (!ret)
		ret = chain_file_open(&j->file, path, wait_ms, on_line, j);
	/* An attempt that there was no memory for was made all the same. */
	if (!ret && json_is_short())
		ret = -ENOMEM;
	if (ret)
		journal_close(j);
	return ret;
}

bool journal_is_unfinished(const struct journal *j)
{
	return j->last.number && !j->last.result;
}

/* What journal_find_letter() looks for. */
struct letter {
	const struct journal *journal;
	const struct journal_letter *is;
	struct journal_entry at, *found;
};

static bool is_of_letter(const struct letter *l, const json_t *line)
{
	const struct journal_letter *is = l->is;
	const char *authority = text_of(line, "authority");
	const json_t *seconds = json_object_get(line, "seconds");
	char day[CITED_DAY_SIZE], made[DATE_SIZE];

	if (strcmp(text_of(line, "request-sha256"), is->sha256) == 0)
		return true;
	if (is->number &&
	    normalize_cites(text_of(line, "request"), is->number, is->day))
		return true;
	if (!is->number || !normalize_cites(authority, is->number, is->day))
		return false;
	/* Without its day, nobody cited it before that day. */
	(void)date_iso(date_day((time_t)json_integer_value(seconds)), made);
	return normalize_cited_day(authority, day) ||
	       strcmp(made, is->day) >= 0;
}

static bool has_restored(const struct journal_entry *e)
{
	return e->result && strcmp(e->result, "ok") == 0;
}

static void copy_entry(struct journal_entry *to,
		       const struct journal_entry *from)
{
	copy_text(&to->officer, from->officer);
	copy_text(&to->authority, from->authority);
	copy_text(&to->result, from->result);
	to->number = from->number;
	to->seconds = from->seconds;
	to->sent = from->sent;
}

static void find_letter(void *owner, const char *text)
{
	struct letter *l = owner;
	json_t *line = json_loads(text, 0, NULL);

	if (!line || !is_of_token(l->journal, line))
		goto out;
	if (is_event(line, "about-to")) {
		journal_entry_free(&l->at);
		if (is_of_letter(l, line))
			take_attempt(&l->at, line);
	} else if (is_event(line, "result")) {
		(void)take_result(&l->at, line);
	}
	if (l->at.number && (has_restored(&l->at) || !has_restored(l->found)))
		copy_entry(l->found, &l->at);
out:
	json_decref(line);
}

int journal_find_letter(struct journal *j, const struct journal_letter *is,
			struct journal_entry *entry)
{
	struct letter letter = { .journal = j, .is = is, .found = entry };
	int ret;

	*entry = (struct journal_entry){ 0 };
	ret = chain_file_read(&j->file, find_letter, &letter);
	if (!ret && json_is_short())
		ret = -ENOMEM;
	journal_entry_free(&letter.at);
	if (ret)
		journal_entry_free(entry);
	return ret;
}

/* A line in the making; one that memory was out for is not written. */
struct line {
	json_t *entry;
	bool failed;
};

static void put(struct line *l, const char *key, json_t *value)
{
	l->failed |= json_object_set_new(l->entry, key, value) != 0;
}

static void put_text(struct line *l, const char *key, const char *text)
{
	/* A path need not be UTF-8, but JSON must be. */
	char *clean = text ? cks_text_clean(text, strlen(text)) : NULL;

	if (text)
		put(l, key, clean ? json_string(clean) : NULL);
	free(clean);
}

static struct line new_line(const char *event, time_t now, long number)
{
	struct line l = { .entry = json_object() };
	char time[DATE_SIZE];

	put(&l, "event", json_string(event));
	put(&l, "journal", json_integer(number));
	put_text(&l, "time", date_utc(now, time));
	put(&l, "seconds", json_integer(now));
	return l;
}

/* Consumes @l. */
static int append(struct journal *j, struct line *l, size_t reserve)
{
	char *text = l->failed ? NULL : json_dumps(l->entry, JSON_COMPACT);
	int ret = text ? chain_file_append(&j->file, text, reserve) : -ENOMEM;

	free(text);
	json_decref(l->entry);
	return ret;
}

long journal_begin(struct journal *j, time_t now,
		   const struct journal_attempt *attempt)
{
	struct line line;
	json_t *overrides;
	unsigned int n_open = j->n_open < MAX_OPEN ? j->n_open : MAX_OPEN;
	/* The number must still be right when the line is written. */
	long number, ret = chain_file_lock(&j->file);

	if (ret)
		return ret;
	number = (long)j->file.chain.n + 1;
	line = new_line("about-to", now, number);
	overrides = json_array();
	put_text(&line, "serial", attempt->serial);
	put_text(&line, "label", attempt->label);
	put_text(&line, "module", attempt->module);
	put_text(&line, "authority", attempt->authority);
	put_text(&line, "request-sha256", attempt->request_sha256);
	put_text(&line, "request", attempt->request);
	put_text(&line, "method", attempt->method);
	put_text(&line, "officer", attempt->officer);
	put_text(&line, "desk-grounds", attempt->desk_grounds);
	put_text(&line, "before", attempt->state_before);
	put_text(&line, JOURNAL_REGISTER, attempt->register_head);
	put_text(&line, JOURNAL_REGISTER_FIRST, attempt->register_first);
	for (const char *const *o = attempt->overrides; *o; o++)
		line.failed |=
			json_array_append_new(overrides, json_string(*o)) != 0;
	put(&line, "overrides", overrides);
	ret = append(j, &line, ((size_t)n_open + 1) * RESULT_ROOM);
	chain_file_unlock(&j->file);
	return ret ? ret : number;
}

int journal_end(struct journal *j, time_t now, long number,
		const struct journal_result *result)
{
	struct line line = new_line("result", now, number);

	put_text(&line, "serial", result->serial);
	put_text(&line, "result", result->result);
	put(&line, "sent", json_boolean(result->sent));
	put_text(&line, "after", result->state_after);
	put_text(&line, "objects", result->objects);
	return append(j, &line, 0);
}

int journal_proof(struct journal *j, time_t now, long number,
		  const char *serial, const char *result)
{
	struct line line = new_line("proof", now, number);

	put_text(&line, "serial", serial);
	put_text(&line, "result", result);
	return append(j, &line, 0);
}

int journal_recorded(struct journal *j, time_t now, long number,
		     const char *head, const char *first)
{
	struct line line = new_line("recorded", now, number);

	put_text(&line, JOURNAL_REGISTER, head);
	put_text(&line, JOURNAL_REGISTER_FIRST, first);
	return append(j, &line, 0);
}

void journal_close(struct journal *j)
{
	chain_file_close(&j->file);
	journal_entry_free(&j->last);
	journal_entry_free(&j->before_last);
}

enum journal_machine journal_of_machine(void)
{
	struct stat st;

	/* Where it is there and cannot be used, no other journal is taken for
	 * it: what is the matter with it is said when it is opened. */
	if (stat(CKSTOKEN_STATEDIR, &st)) {
		if (errno == ENOENT || errno == ENOTDIR)
			return JOURNAL_NO_FOLDER;
		return errno == EACCES ? JOURNAL_DENIED : JOURNAL_SHARED;
	}
	if (!kept_is_shared(&st))
		return JOURNAL_NO_FOLDER;
	if (access(CKSTOKEN_STATEDIR, W_OK | X_OK) == 0 || errno != EACCES)
		return JOURNAL_SHARED;
	return access(JOURNAL_OF_MACHINE, R_OK) == 0 ? JOURNAL_SHARED
						     : JOURNAL_DENIED;
}

/* The private place, in the user's own state folder; NULL without a home. The
 * caller frees it. */
static char *journal_private_path(void)
{
	const char *home = getenv("HOME"), *xdg = path_xdg("XDG_STATE_HOME");
	char *path = NULL;
	int n = -1;

	/* Where none is set, none is guessed; and what root did is not
	 * forgotten with the folders that "sudo -E" left it. */
	if (home)
		home = home[0] == '/' ? path_home() : NULL;
	if (xdg)
		n = asprintf(&path, "%s/ckstoken/unblock.journal", xdg);
	else if (home)
		n = asprintf(&path, "%s/.local/state/ckstoken/unblock.journal",
			     home);
	if (n < 0 && (xdg || home))
		json_note_short();
	return n < 0 ? NULL : path;
}

char *journal_path(const char *configured, enum journal_machine machine)
{
	if (configured)
		return strdup(configured);
	return machine == JOURNAL_SHARED ? strdup(JOURNAL_OF_MACHINE)
					 : journal_private_path();
}
