/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include "books.h"

#include <ctype.h>
#include <errno.h>
#include <jansson.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "base/arena.h"
#include "input/json_members.h"
#include "journal.h"
#include "register/register.sql.h"

/* The length of the blank that @text begins with, or 0. A page that is copied
 * from has others than a keyboard. */
static size_t blank_len(const char *text)
{
	static const char *const blanks[] = {
		"\u00a0", "\u00ad", "\u2009", "\u200b", "\u200c",
		"\u200d", "\u202f", "\u2060", "\ufeff",
	};

	if (isspace((unsigned char)*text))
		return 1;
	for (size_t i = 0; i < sizeof(blanks) / sizeof(blanks[0]); i++)
		if (strncmp(text, blanks[i], strlen(blanks[i])) == 0)
			return strlen(blanks[i]);
	return 0;
}

/* The next letter, small, with *@text behind it; no digit has the look of
 * another letter of a hash. */
static char next_letter(const char **text)
{
	size_t blank;
	char c;

	while ((blank = blank_len(*text)) > 0)
		*text += blank;
	c = **text;
	*text += c != '\0';
	if (c == 'O' || c == 'o')
		return '0';
	if (c == 'l' || c == 'I')
		return '1';
	return (char)tolower((unsigned char)c);
}

bool head_read(const char *text, struct head *head)
{
	size_t len = 0;
	char c;

	*head = (struct head){ 0 };
	while ((c = next_letter(&text)) != ':') {
		if (!isdigit((unsigned char)c) || head->n > UINT32_MAX)
			return false;
		head->n = 10 * head->n + (unsigned long)(c - '0');
	}
	if (!head->n)
		return false;
	while ((c = next_letter(&text)) && c != '.' && c != ',') {
		if (!isxdigit((unsigned char)c) || len == CHAIN_HASH_LEN)
			return false;
		head->hash[len++] = c;
	}
	return len >= HEAD_LETTERS_MIN && (!c || !next_letter(&text));
}

void head_of_register(struct custody_register *reg, struct head *head)
{
	*head = (struct head){ .n = register_n_events(reg) };
	memcpy(head->hash, register_head(reg), sizeof(head->hash));
	register_first(reg, head->first);
}

char *head_text(const struct head *head, char text[HEAD_TEXT_SIZE])
{
	(void)snprintf(text, HEAD_TEXT_SIZE, "%lu:%s", head->n, head->hash);
	return text;
}

enum head_result head_judge(const struct head *head, const struct chain *chain,
			    const char *hash)
{
	if (*head->first && *chain->first &&
	    strcmp(head->first, chain->first) != 0)
		return HEAD_OTHER;
	if (!hash)
		return HEAD_MISSING;
	if (strncmp(head->hash, hash, strlen(head->hash)) != 0)
		return HEAD_CHANGED;
	if (chain->state == CHAIN_CHANGED && chain->broken_at <= head->n)
		return HEAD_UNPROVED;
	return strlen(head->hash) < HEAD_LETTERS_PROOF ? HEAD_AGREES
						       : HEAD_PROVED;
}

/* An attempt as the register has it. */
struct attempt {
	long long unblock, line;
	const char *hash, *first, *serial, *time;
	bool found;
};

struct holding {
	struct custody_register *reg; /* or NULL */
	char reg_first[CHAIN_HASH_SIZE];
	struct chain_file file;
	struct head_claim *heads;
	size_t n_heads;
	struct books *books;
	struct arena arena;
	struct attempt *attempts; /* by their lines */
	size_t n_attempts, next;
	/* Only the last note is looked at: see books_glance(). */
	bool glances;
	char *last_note;
};

static void read_attempts(struct holding *h)
{
	struct query *q =
		store_query(register_store(h->reg), sql_journalled_attempts);

	while (query_next(q)) {
		struct attempt *list = arena_grow(&h->arena, h->attempts,
						  h->n_attempts, sizeof(*list));

		if (!list)
			break;
		h->attempts = list;
		list[h->n_attempts++] = (struct attempt){
			.unblock = query_number(q, 0),
			.line = query_number(q, 1),
			.hash = arena_format(&h->arena, "%s", query_text(q, 2)),
			.first =
				arena_format(&h->arena, "%s", query_text(q, 3)),
			.serial =
				arena_format(&h->arena, "%s", query_text(q, 4)),
			.time = arena_format(&h->arena, "%s", query_text(q, 5)),
		};
	}
	query_end(q);
}

static const char *text_of(const json_t *line, const char *key)
{
	const char *text = json_string_value(json_object_get(line, key));

	return text ? text : "";
}

/* Holds the register's head, as this line of the journal has it, against the
 * register. */
static void judge_note(struct holding *h, const char *text)
{
	json_t *line = json_loads(text, 0, NULL);
	struct books *books = h->books;
	char hash[CHAIN_HASH_SIZE];
	struct head note;

	if (!head_read(text_of(line, JOURNAL_REGISTER), &note))
		goto out;
	if (!*h->reg_first ||
	    strcmp(text_of(line, JOURNAL_REGISTER_FIRST), h->reg_first) != 0) {
		books->n_other_notes++;
		goto out;
	}
	books->n_notes++;
	if (register_hash_of(h->reg, note.n, hash) &&
	    strcmp(hash, note.hash) == 0)
		goto out;
	if (!books->n_gone++ || note.n < books->gone)
		books->gone = note.n;
out:
	json_decref(line);
}

/* Few lines have a note, and to parse the others would take as long as to
 * hash them. */
static void take_note(struct holding *h, const char *text)
{
	if (!strstr(text, "\"" JOURNAL_REGISTER "\":"))
		return;
	if (!h->glances) {
		judge_note(h, text);
	} else if (strstr(text, h->reg_first)) {
		free(h->last_note);
		h->last_note = strdup(text);
		if (!h->last_note)
			json_note_short();
	}
}

static void take_head(struct head_claim *claim, const struct chain *chain,
		      const char *text)
{
	json_t *line = json_loads(text, 0, NULL);

	claim->result = head_judge(&claim->head, chain, chain->last);
	(void)snprintf(claim->clock, sizeof(claim->clock), "%s",
		       text_of(line, "time"));
	json_decref(line);
}

static void on_line(void *owner, const char *text)
{
	struct holding *h = owner;
	const struct chain *chain = &h->file.chain;

	for (size_t i = 0; i < h->n_heads; i++)
		if (h->heads[i].head.n == chain->n)
			take_head(&h->heads[i], chain, text);
	while (h->next < h->n_attempts &&
	       h->attempts[h->next].line <= (long long)chain->n) {
		struct attempt *a = &h->attempts[h->next++];

		a->found = a->line == (long long)chain->n &&
			   strcmp(a->hash, chain->last) == 0;
	}
	if (h->reg)
		take_note(h, text);
}

/* An attempt that begins with another line is of another journal, and of one
 * whose first line is not known nothing is said. */
static void count_attempts(struct holding *h)
{
	struct books *books = h->books;

	books->n_attempts = h->n_attempts;
	for (size_t i = 0; i < h->n_attempts; i++) {
		const struct attempt *a = &h->attempts[i];

		if (a->found) {
			books->n_found++;
		} else if (!*a->first ||
			   strcmp(a->first, books->journal.first) != 0) {
			books->n_elsewhere++;
		} else if (!books->n_lost++) {
			books->lost.unblock = a->unblock;
			books->lost.line = a->line;
			(void)snprintf(books->lost.serial,
				       sizeof(books->lost.serial), "%s",
				       a->serial);
			(void)snprintf(books->lost.time,
				       sizeof(books->lost.time), "%s", a->time);
		}
	}
}

/* Heads of which no line was read. */
static void judge_missing(struct holding *h)
{
	for (size_t i = 0; i < h->n_heads; i++)
		if (h->heads[i].result == HEAD_MISSING)
			h->heads[i].result = head_judge(
				&h->heads[i].head, &h->books->journal, NULL);
}

/* Leaves nothing of a reading that broke off, or was never begun. */
static void leave(struct holding *h, enum head_result result)
{
	*h->books = (struct books){
		.n_attempts = h->n_attempts,
		.head_unread = h->file.head_unread,
	};
	chain_start(&h->books->journal);
	for (size_t i = 0; i < h->n_heads; i++)
		h->heads[i].result = result;
}

static int hold(struct holding *h, const char *path, unsigned int wait_ms)
{
	struct books *books = h->books;
	int ret = 0;

	leave(h, HEAD_MISSING);
	if (h->reg)
		register_first(h->reg, h->reg_first);
	if (h->reg && !h->glances)
		read_attempts(h);
	if (h->arena.failed)
		ret = -ENOMEM;
	if (!ret)
		ret = chain_file_look(&h->file, path, wait_ms, on_line, h);
	if (!ret) {
		books->journal = h->file.chain;
		books->unfinished = h->file.unfinished;
		books->headless = h->file.headless;
		if (h->last_note)
			judge_note(h, h->last_note);
		count_attempts(h);
		judge_missing(h);
	}
	/* A line that there was no memory for may have had a note. */
	if (!ret && json_is_short())
		ret = -ENOMEM;
	if (ret)
		leave(h, ret == -ENOENT ? HEAD_MISSING : HEAD_UNREAD);
	if (h->reg && store_error(register_store(h->reg)))
		leave(h, HEAD_UNREAD);
	chain_file_close(&h->file);
	free(h->last_note);
	arena_free(&h->arena);
	return ret;
}

int books_hold(struct custody_register *reg, const char *path,
	       unsigned int wait_ms, struct head_claim *heads, size_t n_heads,
	       struct books *books)
{
	struct holding h = {
		.reg = reg,
		.heads = heads,
		.n_heads = n_heads,
		.books = books,
		.file = { .fd = -1 },
	};

	return hold(&h, path, wait_ms);
}

int books_glance(struct custody_register *reg, const char *path,
		 unsigned int wait_ms, struct books *books)
{
	struct holding h = {
		.reg = reg,
		.books = books,
		.file = { .fd = -1 },
		.glances = true,
	};

	return hold(&h, path, wait_ms);
}

size_t books_wrong_tries(struct custody_register *reg, const char *serial,
			 time_t since, const char *first, char last[DATE_SIZE])
{
	struct query *q = store_query(register_store(reg), sql_wrong_tries);
	char after[DATE_SIZE];
	size_t n = 0;

	query_put_text(q, serial);
	query_put_text(q, date_vietnam(since, after));
	query_put_text(q, first);
	for (; query_next(q); n++)
		(void)snprintf(last, DATE_SIZE, "%s", query_text(q, 0));
	query_end(q);
	return n;
}
