/* SPDX-License-Identifier: LGPL-2.1-or-later */
/*
 * Asking for what a document lacks. An answer becomes the option that would
 * have said it, and the document is made anew by the options: so each is
 * checked as every option is, fills in what follows from it, and can be given
 * in a command instead.
 */
#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "base/arena.h"
#include "base/text.h"
#include "document_gaps.h"
#include "document_private.h"
#include "input/dossier.h"
#include "message.h"
#include "question.h"

/* The options of a command, and those that answers added. */
struct asked {
	struct document_job *job;
	int (*settle)(struct document_job *job);
	struct document_options options;
	struct arena arena;
	/* Words of the command that say what was answered, by twos: "--set",
	 * "contact.phone=0912345678". */
	const char **words;
	size_t n_words;
	json_t *told;  /* each line that was told */
	json_t *left;  /* the paths that were left open */
	bool is_stale; /* the job is not made by these options */
};

/* 1. Options that grow */

static const char **longer(struct asked *a, const char **list, const char *text)
{
	size_t n = 0;
	const char **longer;

	while (list && list[n])
		n++;
	longer = arena_alloc(&a->arena, (n + 2) * sizeof(*longer));
	if (!longer)
		return list;
	if (n)
		memcpy(longer, list, n * sizeof(*longer));
	longer[n] = text;
	return longer;
}

/* Adds one option, which @words[0] names and which has the value @words[1]. */
static void add_option(struct asked *a, const char *const *words)
{
	struct document_options *o = &a->options;

	if (strcmp(words[0], "--number") == 0)
		o->number = (char *)words[1];
	else if (strcmp(words[0], "--date") == 0)
		o->date = (char *)words[1];
	else if (strcmp(words[0], "--serial") == 0)
		o->selection.serials =
			longer(a, o->selection.serials, words[1]);
	else
		o->sets = longer(a, o->sets, words[1]);
}

/* Prints those of @lines that were not told before. */
static void tell_new(struct asked *a, const json_t *lines)
{
	size_t i;
	json_t *line, *before;

	json_array_foreach ((json_t *)lines, i, line) {
		size_t k;
		bool known = false;

		json_array_foreach (a->told, k, before)
			known |= json_equal(line, before);
		if (known)
			continue;
		print_message("%s", json_string_value(line));
		(void)json_array_append(a->told, line);
	}
}

/* The rest of @text behind @head, which may end before "="; NULL: it does not
 * begin so. */
static const char *behind(const char *text, const char *head, bool whole)
{
	while (*head && (whole || *head != '=') && *text == *head) {
		text++;
		head++;
	}
	return *head == '\0' || (!whole && *head == '=') ? text : NULL;
}

/* @line without the option that it begins with: whoever answers gave none. */
static const char *without_option(const char *line, const char *const *words,
				  size_t n)
{
	for (size_t i = 0; i + 1 < n; i += 2) {
		const char *value = behind(line, words[i], true);

		value = value && *value == ' ' ? value + 1 : line;
		for (int whole = 1; whole >= 0; whole--) {
			const char *rest = behind(value, words[i + 1], whole);

			if (rest && rest[0] == ':' && rest[1] == ' ')
				return rest + 2;
		}
	}
	return line;
}

/* Why the options with @words are refused: what was told and had not been
 * before. */
static int reason(struct asked *a, const json_t *lines,
		  const char *const *words, size_t n, struct error *why)
{
	struct arena arena = { 0 };
	const char *text = "", *one = "";
	size_t i;
	json_t *line;
	int rc;

	json_array_foreach ((json_t *)lines, i, line) {
		bool known = false;

		one = without_option(json_string_value(line), words, n);
		for (size_t k = 0; k < json_array_size(a->told); k++)
			known |= json_equal(line, json_array_get(a->told, k));
		if (!known)
			text = arena_format(&arena, "%s%s%s", text,
					    *text ? "\n" : "", one);
	}
	rc = arena.failed ? -ENOMEM
			  : error_set(why, -EINVAL, "%s", *text ? text : one);
	arena_free(&arena);
	return rc;
}

/*
 * Makes the job by the options with @n @words more, which stay where they are
 * taken. 0, or -EINVAL with the reason, or -ENOMEM.
 */
static int try_words(struct asked *a, const char *const *words, size_t n,
		     struct error *why)
{
	struct document_options before = a->options;
	json_t *lines = json_array();
	int ret, rc = 0;

	for (size_t i = 0; i + 1 < n; i += 2)
		add_option(a, words + i);
	if (!lines || a->arena.failed) {
		json_decref(lines);
		return -ENOMEM;
	}
	message_record(lines, true);
	ret = a->settle(a->job);
	message_record(NULL, false);
	a->is_stale = ret != 0;
	if (ret) {
		a->options = before;
		rc = reason(a, lines, words, n, why);
	} else {
		tell_new(a, lines);
		for (size_t i = 0; i < n; i++)
			a->words = longer(a, a->words, words[i]);
		a->n_words += n;
	}
	json_decref(lines);
	return rc;
}

/* 2. The questions */

/* A question, and the options that say its answer. */
struct asking {
	struct asked *a;
	const struct gap *gap;
	struct gap_choices choices;
};

static int check(void *ctx, const char *answer, struct error *why)
{
	struct asking *asking = ctx;
	struct asked *a = asking->a;
	const char *words[GAP_WORDS_MAX];
	size_t n = 0;
	int rc = gap_words(asking->gap, &asking->choices, a->job, answer,
			   &a->arena, words, &n, why);

	return rc ? rc : try_words(a, words, n, why);
}

/* Makes the job again by the options as they are, where it was made by others
 * that were refused; and has the register open. */
static int refresh(struct asked *a)
{
	struct document_job *job = a->job;
	json_t *lines;
	int ret;

	if (!a->is_stale)
		return job->event.reg ? 0 : document_open_register(job);
	lines = json_array();
	message_record(lines, true);
	ret = a->settle(job);
	message_record(NULL, false);
	tell_new(a, lines);
	json_decref(lines);
	a->is_stale = false;
	return ret;
}

/* Asks for @gap; *@open says whether it was left open. 0, or an exit code,
 * told. */
static int ask_for(struct asked *a, const struct gap *gap, bool *open)
{
	struct asking asking = { .a = a, .gap = gap };
	struct question q = { .check = check, .ctx = &asking };
	char *answer = NULL;
	int rc, ret = gap_pose(gap, a->job, &a->arena, &asking.choices, &q);

	if (ret)
		return ret;
	*open = true;
	if (strcmp(gap->path, GAP_TOKEN) == 0 && asking.choices.n == 0)
		return 0;
	/* Nobody waits for somebody who thinks. */
	register_close(&a->job->event.reg);
	rc = question_ask(&q, &answer);
	*open = rc || !*answer;
	free(answer);
	if (rc == -ENOMEM)
		return print_no_memory();
	return rc ? EXIT_REFUSED : refresh(a);
}

static int ask_all(struct asked *a)
{
	struct gap gap;
	bool open;
	int ret = 0;

	for (;;) {
		if (gap_next(a->job, a->left, &a->arena, &gap))
			return print_no_memory();
		if (!gap.path)
			return 0;
		ret = ask_for(a, &gap, &open);
		if (ret)
			return ret;
		if (open && json_object_set_new(a->left, gap.path, json_true()))
			return print_no_memory();
	}
}

/* True if the document was not made, with @ret, because it is not known which
 * token it is about. */
static bool lacks_token(const struct document_job *job, int ret)
{
	const struct document_options *o = job->options;

	return (ret == EXIT_NO_TOKEN || ret == EXIT_AMBIGUOUS ||
		ret == EXIT_REFUSED) &&
	       job->kind->of_tokens && !job->data && !o->due && !o->no_tokens &&
	       !selection_names_any(&o->selection) &&
	       json_array_size(dossier_get(job->dossier, "subscribers")) == 0;
}

/* Asks which token it is, after @ret; that is still the exit code where it was
 * left open. */
static int ask_token(struct asked *a, int ret)
{
	const struct gap gap = { .path = GAP_TOKEN, .name = "" };
	bool open = true;
	int code = ask_for(a, &gap, &open);

	return code || !open ? code : ret;
}

/* *@wants: somebody at the terminal wants to be asked. 0, or an exit code,
 * told. */
static int offer(const struct document_job *job, bool *wants)
{
	long n = gap_count(job);
	struct arena arena = { 0 };
	const char *text;
	int rc = 0;

	*wants = job->options->ask == DOCUMENT_ASK_NOW;
	if (n < 0)
		return print_no_memory();
	if (*wants || n == 0)
		return 0;
	text = arena_format(
		&arena,
		Q_("The document lacks %ld thing. Answer now, one question each?",
		   "The document lacks %ld things. Answer now, one question each?",
		   (unsigned long)n),
		n);
	if (!arena.failed)
		rc = question_yes(text, false, wants);
	arena_free(&arena);
	if (rc == -ENOMEM)
		return print_no_memory();
	return rc == -ECANCELED ? EXIT_REFUSED : 0;
}

static int begin(struct asked *a)
{
	int ret;

	message_record(a->told, false);
	ret = a->settle(a->job);
	message_record(NULL, false);
	return ret && lacks_token(a->job, ret) ? ask_token(a, ret) : ret;
}

int document_ask(struct document_job *job,
		 int (*settle)(struct document_job *job), struct asked **asked)
{
	const struct document_options *o = job->options;
	bool wants = false;
	struct asked *a;
	int ret;

	if (o->ask == DOCUMENT_ASK_NOW && !question_can_ask()) {
		print_error(_(
			"--ask needs a terminal; give what is missing by --set NAME=TEXT and the other options"));
		return EXIT_USAGE;
	}
	if (o->ask == DOCUMENT_ASK_NEVER || !question_can_ask())
		return settle(job);
	a = calloc(1, sizeof(*a));
	*asked = a;
	if (!a)
		return print_no_memory();
	a->job = job;
	a->settle = settle;
	a->options = *o;
	a->told = json_array();
	a->left = json_object();
	job->options = &a->options;
	ret = a->told && a->left ? begin(a) : print_no_memory();
	if (!ret)
		ret = offer(job, &wants);
	return ret || !wants ? ret : ask_all(a);
}

/* 3. The same again */

static void print_word(struct arena *arena, const char *before,
		       const char *word)
{
	fprintf(stderr, "%s%s", before, text_shell_word(arena, word));
}

/* The command with what was answered, a line for each answer. What stands
 * behind "--" is no option. */
static void print_command(struct asked *a)
{
	char *const *all = message_command_line();
	size_t n = 0, last;

	while (all && all[n])
		n++;
	for (last = 0; last < n && strcmp(all[last], "--") != 0;)
		last++;
	fprintf(stderr, "ckstoken");
	for (size_t i = 1; i < last; i++)
		if (strcmp(all[i], "--ask") != 0)
			print_word(&a->arena, " ", all[i]);
	for (size_t i = 0; i + 1 < a->n_words; i += 2) {
		fprintf(stderr, " \\\n    %s", a->words[i]);
		print_word(&a->arena, " ", a->words[i + 1]);
	}
	for (size_t i = last; i < n; i++)
		print_word(&a->arena, " ", all[i]);
	fprintf(stderr, "\n");
}

void document_ask_end(struct asked *a, int ret)
{
	if (!a)
		return;
	if (a->n_words > 0) {
		print_message(
			"%s",
			ret == 0 || ret == EXIT_PARTIAL
				? _("the same again, without a question:")
				: _("what was answered so far is in this command:"));
		print_command(a);
	}
	json_decref(a->told);
	json_decref(a->left);
	arena_free(&a->arena);
	free(a);
}
