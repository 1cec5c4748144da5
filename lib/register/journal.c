/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include <errno.h>
#include <jansson.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "base/date.h"
#include "base/outfile.h"
#include "journal.h"
#include "token/ckstoken.h"

/* A result is shorter than this. */
#define RESULT_ROOM 1024

static const char *text_of(const json_t *entry, const char *key)
{
	const char *text = json_string_value(json_object_get(entry, key));

	return text ? text : "";
}

static void on_line(void *owner, const char *text)
{
	struct journal *j = owner;
	json_t *entry = json_loads(text, 0, NULL);
	const char *result;

	if (!entry || strcmp(text_of(entry, "serial"), j->serial) != 0)
		goto out;
	if (strcmp(text_of(entry, "event"), "about-to") == 0) {
		j->unfinished = true;
		goto out;
	}
	if (strcmp(text_of(entry, "event"), "result") != 0)
		goto out;
	j->unfinished = false;
	result = text_of(entry, "result");
	if (json_integer_value(json_object_get(entry, "seconds")) >=
		    (json_int_t)j->since &&
	    json_is_true(json_object_get(entry, "sent")) &&
	    strcmp(result, "ok") != 0)
		j->recent_failures++;
out:
	json_decref(entry);
}

int journal_open(struct journal *j, const char *path, const char *serial,
		 time_t since)
{
	int ret;

	memset(j, 0, sizeof(*j));
	j->file.fd = -1;
	j->serial = serial;
	j->since = since;
	ret = outfile_folders(path);
	return ret ? ret : chain_file_open(&j->file, path, on_line, j);
}

static void put_text(json_t *entry, const char *key, const char *text)
{
	char *clean = text ? cks_text_clean(text, strlen(text)) : NULL;

	/* A path need not be UTF-8, but JSON must be. */
	if (clean)
		json_object_set_new(entry, key, json_string(clean));
	free(clean);
}

static json_t *new_entry(const char *event, time_t now, long number)
{
	json_t *entry = json_object();
	char time[DATE_SIZE];

	json_object_set_new(entry, "event", json_string(event));
	json_object_set_new(entry, "journal", json_integer(number));
	put_text(entry, "time", date_utc(now, time));
	json_object_set_new(entry, "seconds", json_integer(now));
	return entry;
}

/* Consumes @entry. */
static int append(struct journal *j, json_t *entry, size_t reserve)
{
	char *text = json_dumps(entry, JSON_COMPACT);
	int ret = text ? chain_file_append(&j->file, text, reserve) : -ENOMEM;

	free(text);
	json_decref(entry);
	return ret;
}

long journal_begin(struct journal *j, time_t now,
		   const struct journal_attempt *attempt)
{
	long number = (long)j->file.chain.n + 1;
	json_t *entry = new_entry("about-to", now, number);
	json_t *overrides = json_array();
	int ret;

	put_text(entry, "serial", attempt->serial);
	put_text(entry, "label", attempt->label);
	put_text(entry, "module", attempt->module);
	put_text(entry, "authority", attempt->authority);
	put_text(entry, "method", attempt->method);
	put_text(entry, "officer", attempt->officer);
	put_text(entry, "desk-grounds", attempt->desk_grounds);
	put_text(entry, "before", attempt->state_before);
	for (const char *const *o = attempt->overrides; *o; o++)
		json_array_append_new(overrides, json_string(*o));
	json_object_set_new(entry, "overrides", overrides);
	ret = append(j, entry, RESULT_ROOM);
	return ret ? ret : number;
}

int journal_end(struct journal *j, time_t now, long number,
		const struct journal_result *result)
{
	json_t *entry = new_entry("result", now, number);

	put_text(entry, "serial", result->serial);
	put_text(entry, "result", result->result);
	json_object_set_new(entry, "sent", json_boolean(result->sent));
	put_text(entry, "after", result->state_after);
	put_text(entry, "objects", result->objects);
	return append(j, entry, 0);
}

int journal_proof(struct journal *j, time_t now, long number,
		  const char *serial, const char *result)
{
	json_t *entry = new_entry("proof", now, number);

	put_text(entry, "serial", serial);
	put_text(entry, "result", result);
	return append(j, entry, 0);
}

void journal_close(struct journal *j)
{
	chain_file_close(&j->file);
}

char *journal_default_path(void)
{
	const char *home = getenv("HOME"), *xdg = getenv("XDG_STATE_HOME");
	char *path = NULL;
	int n = -1;

	if (xdg && xdg[0] == '/')
		n = asprintf(&path, "%s/ckstoken/unblock.journal", xdg);
	else if (home && home[0] == '/')
		n = asprintf(&path, "%s/.local/state/ckstoken/unblock.journal",
			     home);
	return n < 0 ? NULL : path;
}
