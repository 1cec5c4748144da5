/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include "question.h"

#include <errno.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "base/arena.h"
#include "base/i18n.h"
#include "base/text.h"
#include "message.h"
#include "table.h"
#include "terminal.h"
#include "token/ckstoken.h"

/* Bytes of a line: a terminal itself takes no more than 4096. */
#define LINE_SIZE 4000

#define INDENT ((size_t)2)

/* A question while it is asked. */
struct asking {
	const struct question *q;
	struct arena arena; /* of what is typed and compared */
	FILE *screen;
	int tty;
};

bool question_can_ask(void)
{
	int tty = isatty(STDIN_FILENO) && isatty(STDERR_FILENO)
			  ? terminal_open()
			  : -ENOTTY;

	if (tty >= 0)
		close(tty);
	return tty >= 0;
}

/* 1. What is shown */

/* @text as it may be shown: another officer may have written what the register
 * has. */
static const char *shown(struct asking *a, const char *text)
{
	const char *clean = text ? text_clean(&a->arena, text) : NULL;

	return clean ? clean : "";
}

static void say(struct asking *a, const char *text, size_t indent)
{
	fprintf(a->screen, "%*s", (int)indent, "");
	put_wrapped(a->screen, shown(a, text), screen_text_width(STDERR_FILENO),
		    indent, indent);
}

/* A reason may have several lines. */
static void say_lines(struct asking *a, const char *text)
{
	while (*text) {
		size_t len = strcspn(text, "\n");

		say(a, arena_format(&a->arena, "%.*s", (int)len, text), INDENT);
		text += len + (text[len] == '\n');
	}
}

static void show(struct asking *a)
{
	const struct question *q = a->q;
	size_t width = q->n_choices < 10 ? 1 : q->n_choices < 100 ? 2 : 3;

	say(a, q->text, 0);
	if (q->hint)
		say(a, q->hint, INDENT);
	for (size_t i = 0; i < q->n_choices; i++) {
		fprintf(a->screen, "%*s%*zu. ", (int)INDENT, "", (int)width,
			i + 1);
		put_wrapped(a->screen, shown(a, q->choices[i]),
			    screen_text_width(STDERR_FILENO),
			    INDENT + width + 2, INDENT + width + 2);
	}
	if (q->is_optional && q->initial)
		say(a, _("(- leaves it open)"), INDENT);
}

/* 2. What is typed */

/* Nothing that was asked for goes on after a signal, unless somebody handles
 * it. */
static int tell_end(int rc, int sig)
{
	if (rc == -EINTR) {
		print_error(
			_("interrupted while it asked; nothing was written"));
		(void)raise(sig);
		return -ECANCELED;
	}
	if (rc == -ECANCELED || rc == -ENODATA) {
		print_error(_(
			"the question was not answered; nothing was written"));
		return -ECANCELED;
	}
	print_error(_("the terminal cannot be read: %s"), strerror(-rc));
	return -ECANCELED;
}

/* True if a letter of @line is none that somebody types on purpose. */
static bool has_control(const char *line, size_t len)
{
	for (size_t i = 0; i < len; i++) {
		unsigned char c = (unsigned char)line[i];

		if ((c < 0x20 && c != '\t') || c == 0x7f)
			return true;
	}
	return false;
}

/*
 * The line @raw as clean text in @a's arena, in *@text. -EINVAL, with the
 * reason, where it can be no answer to anything.
 */
static int read_text(struct asking *a, const char *raw, size_t len,
		     const char **text, struct error *why)
{
	if (has_control(raw, len))
		return error_set(
			why, -EINVAL,
			_("a key was pressed that is no character, such as an arrow; use Backspace alone, and type the answer again"));
	*text = text_clean(&a->arena,
			   arena_format(&a->arena, "%.*s", (int)len, raw));
	if (!*text || a->arena.failed)
		return -ENOMEM;
	if (strstr(*text, TEXT_REPLACEMENT))
		return error_set(
			why, -EINVAL,
			_("these characters are not UTF-8; set the terminal to UTF-8, and type the answer again"));
	return 0;
}

/* Shows the prompt and reads one answer. As read_text(), or as question_ask().
 */
static int ask_once(struct asking *a, const char *prompt, const char **text,
		    struct error *why)
{
	char line[LINE_SIZE];
	size_t len = 0;
	int sig = 0, rc;

	(void)fflush(a->screen);
	rc = terminal_read(a->tty, prompt, false, line, sizeof(line), &len,
			   &sig);
	if (rc == -EMSGSIZE)
		return error_set(why, -EINVAL,
				 _("more than %d characters were entered"),
				 LINE_SIZE - 1);
	return rc ? tell_end(rc, sig) : read_text(a, line, len, text, why);
}

/* 3. What it means */

/* @text in small letters without accents, in the arena. */
static const char *folded(struct asking *a, const char *text)
{
	char *fold = cks_text_fold(text);
	const char *copy = "";

	if (fold)
		copy = arena_format(&a->arena, "%s", fold);
	else
		a->arena.failed = true;
	free(fold);
	return copy;
}

/* True if the words of @part stand together in @text, both folded. */
static bool has_words(const char *text, const char *part)
{
	size_t len = strlen(part);

	for (const char *at = strstr(text, part); at && len;
	     at = strstr(at + 1, part))
		if ((at == text || strchr(" ,(-/", at[-1])))
			return true;
	return false;
}

/* The only choice that has the words of @wanted. -EINVAL, with the reason,
 * where several have. */
static int find_by_words(struct asking *a, const char *wanted,
			 const char **found, struct error *why)
{
	const struct question *q = a->q;
	const char *other = NULL;

	*found = NULL;
	for (size_t i = 0; i < q->n_choices && !other; i++) {
		if (!has_words(folded(a, q->choices[i]), wanted))
			continue;
		if (*found)
			other = q->choices[i];
		else
			*found = q->choices[i];
	}
	return other ? error_set(
			       why, -EINVAL,
			       _("this may be \"%s\" or \"%s\"; give the number"),
			       *found, other)
		     : 0;
}

/* A number that is nearly another is another: of a token, of a person. */
static const char *find_nearest(struct asking *a, const char *wanted)
{
	const struct question *q = a->q;
	struct text_nearest nearest = { .wanted = wanted };

	if (strpbrk(wanted, "0123456789"))
		return NULL;
	for (size_t i = 0; i < q->n_choices; i++)
		text_nearest_try(&nearest, folded(a, q->choices[i]));
	for (size_t i = 0; i < q->n_choices && nearest.found; i++)
		if (strcmp(folded(a, q->choices[i]), nearest.found) == 0)
			return q->choices[i];
	return NULL;
}

/* The number of a choice: *@found is NULL where @text is none. Of a long number
 * nobody could know whether it is one, and it is a text. */
static int find_by_number(struct asking *a, const char *text,
			  const char **found, struct error *why)
{
	const struct question *q = a->q;
	size_t digits = strspn(text, "0123456789"), n;

	*found = NULL;
	if (text[digits] || digits == 0 || digits > 4)
		return 0;
	n = strtoul(text, NULL, 10);
	if (n >= 1 && n <= q->n_choices) {
		*found = q->choices[n - 1];
		return 0;
	}
	if (!q->choices_only && digits > 2)
		return 0;
	return error_set(why, -EINVAL, _("the numbers go from 1 to %zu"),
			 q->n_choices);
}

/*
 * The choice that *@text means, put in its place; what it means where it was
 * typed otherwise is shown. Only where nothing but a choice is an answer may it
 * be written nearly so.
 */
static int choose(struct asking *a, const char **text, struct error *why)
{
	const struct question *q = a->q;
	const char *wanted = folded(a, *text), *found = NULL;
	int rc = 0;

	for (size_t i = 0; i < q->n_choices && !found; i++)
		if (strcmp(*text, q->choices[i]) == 0 ||
		    strcmp(wanted, folded(a, q->choices[i])) == 0)
			found = q->choices[i];
	if (!found && q->n_choices)
		rc = find_by_number(a, *text, &found, why);
	if (!found && !rc && q->choices_only)
		rc = find_by_words(a, wanted, &found, why);
	if (!found && !rc && q->choices_only)
		found = find_nearest(a, wanted);
	if (!found && !rc && q->choices_only)
		rc = error_set(
			why, -EINVAL,
			_("this is none of the choices; give the number of one"));
	if (rc || !found)
		return rc;
	if (strcmp(*text, found) != 0)
		say(a, arena_format(&a->arena, "→ %s", found), INDENT);
	*text = found;
	return 0;
}

/* Judges what was typed. 0 with the answer in *@text, or -errno with the
 * reason. */
static int judge(struct asking *a, const char **text, struct error *why)
{
	const struct question *q = a->q;
	int rc;

	if (q->is_optional && q->initial && strcmp(*text, "-") == 0) {
		*text = "";
		return 0;
	}
	if (!**text && q->initial)
		*text = q->initial;
	if (!**text && q->is_optional)
		return 0;
	if (!**text)
		return error_set(why, -EINVAL, _("this needs an answer"));
	rc = choose(a, text, why);
	if (a->arena.failed)
		return -ENOMEM;
	return rc || !q->check ? rc : q->check(q->ctx, *text, why);
}

/* 4. The questions */

static int begin(struct asking *a)
{
	int copy;

	a->tty = terminal_open();
	if (a->tty < 0)
		return -ENOTTY;
	copy = dup(a->tty);
	a->screen = copy < 0 ? NULL : fdopen(copy, "w");
	if (a->screen)
		return 0;
	if (copy >= 0)
		close(copy);
	close(a->tty);
	return -ENOMEM;
}

static void end(struct asking *a)
{
	(void)fclose(a->screen);
	close(a->tty);
	arena_free(&a->arena);
}

/*
 * Asks until @take takes what was typed, which is in *@text then, in the
 * arena. Each refusal is followed by its reason.
 */
static int ask_until(struct asking *a, const char *prompt,
		     int (*take)(struct asking *a, const char **text,
				 struct error *why),
		     const char **text)
{
	struct error why = { 0 };
	int rc;

	for (;;) {
		rc = ask_once(a, prompt, text, &why);
		if (rc && !why.text)
			break;
		if (!rc)
			rc = take(a, text, &why);
		if (!rc || rc == -ENOMEM)
			break;
		say_lines(a, error_text(&why, rc));
		error_free(&why);
	}
	error_free(&why);
	return rc;
}

int question_ask(const struct question *question, char **answer)
{
	struct asking a = { .q = question };
	const char *prompt = "  > ", *text = "";
	int rc = begin(&a);

	if (rc)
		return rc;
	if (question->initial)
		prompt = arena_format(&a.arena, "  [%s] > ",
				      shown(&a, question->initial));
	else if (question->is_optional)
		prompt = _("  [leave open] > ");
	show(&a);
	rc = ask_until(&a, prompt, judge, &text);
	if (!rc) {
		*answer = strdup(text);
		rc = *answer ? 0 : -ENOMEM;
	}
	end(&a);
	return rc;
}

/* As judge(), of a yes or a no in either language: *@text is "y" or "n" then,
 * or "". */
static int judge_yes(struct asking *a, const char **text, struct error *why)
{
	static const char *const words[][4] = {
		{ "n", "no", "k", "khong" },
		{ "y", "yes", "c", "co" },
	};
	const char *wanted = folded(a, *text);

	for (size_t i = 0; i < 4 && *wanted; i++)
		for (size_t yes = 0; yes < 2; yes++)
			if (strcmp(wanted, words[yes][i]) == 0) {
				*text = words[yes][0];
				return 0;
			}
	if (a->arena.failed)
		return -ENOMEM;
	return **text ? error_set(why, -EINVAL,
				  _("answer y for yes or n for no"))
		      : 0;
}

int question_yes(const char *text, bool initial, bool *yes)
{
	struct asking a = { 0 };
	const char *typed = "", *prompt;
	int rc = begin(&a);

	if (rc)
		return rc;
	prompt = initial ? _("[Y/n] ") : _("[y/N] ");
	if (display_width(text) + 1 + display_width(prompt) < LINE_WIDTH)
		prompt = arena_format(&a.arena, "%s %s", text, prompt);
	else
		say(&a, text, 0);
	rc = ask_until(&a, prompt, judge_yes, &typed);
	if (!rc)
		*yes = *typed ? *typed == 'y' : initial;
	end(&a);
	return rc;
}
