/* SPDX-License-Identifier: LGPL-2.1-or-later */
/*
 * What tokens and the register know for a completion. Two children look, one at
 * each, and whoever pressed TAB waits for neither longer than a moment.
 */
#include <errno.h>
#include <fcntl.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/file.h>
#include <unistd.h>

#include "base/subprocess.h"
#include "completion.h"
#include "register/history.h"
#include "register/roles.h"
#include "scanning.h"

/* A child may say no more than this. */
#define SAID_MAX ((size_t)1 << 20)

struct question {
	const struct globals *globals;
	enum completion_kind kind;
	const char *typed, *file;
	unsigned int wait_ms;
	int out; /* what is found goes there */
};

/* A line for the parent, which parts them at the tabs. */
static void tell(const char *value, const char *words, const char *more)
{
	if (value[strcspn(value, "\t\n")] != '\0')
		return;
	printf("%s\t", value);
	for (const char *s = words; *s; s++)
		putchar(strchr("\t\n", *s) ? ' ' : *s);
	fputs(*words && *more ? ", " : "", stdout);
	for (const char *s = more; *s; s++)
		putchar(strchr("\t\n", *s) ? ' ' : *s);
	putchar('\n');
}

/* 1. The tokens present. */

static void tell_token(const struct question *question,
		       const struct cks_token *t)
{
	const struct cks_cert *cert = cks_token_cert(t, 0);
	const char *label = cks_token_label(t);

	switch (question->kind) {
	case COMPLETION_LABELS:
		tell(label, cks_token_serial(t), cks_cert_name(cert));
		break;
	case COMPLETION_URIS:
		tell(cks_token_uri(t), label, cks_cert_name(cert));
		break;
	default:
		tell(cks_token_serial(t), label, cks_cert_name(cert));
		break;
	}
}

/* The part of that time in which pcscd must have told of its readers. */
#define SERVICE_SHARE 2

/*
 * True if the tokens may be read: no other program is connected to some card,
 * for whatever reads that card may end its login, and a module may read each
 * card that it sees; and a pcscd that is there answers soon, for a module waits
 * for it and so would whoever pressed TAB.
 */
static bool may_be_read(unsigned int wait_ms)
{
	struct cks_readers *readers = NULL;
	int64_t deadline = subprocess_now() + wait_ms / SERVICE_SHARE;
	enum cks_err err = cks_readers_list(wait_ms / SERVICE_SHARE, &readers);
	/* Without pcscd, which is told at once, there are soft tokens all the
	 * same. */
	bool may = !err || subprocess_now() < deadline;

	for (size_t i = 0; i < cks_readers_count(readers); i++)
		may &= !cks_reader_in_use(readers, i);
	cks_readers_free(&readers);
	return may;
}

/*
 * To end a process that is just talking to a card has pcscd reset the card, and
 * another program that is logged in to it would be so no more. So the tokens
 * are read to the end, whoever has stopped waiting for them, and meanwhile by
 * nobody else for a completion: the lock is on the program's own file, as
 * nothing is written.
 */
static int look_at_tokens(const struct question *question)
{
	const struct selection any = SELECTION_INIT;
	const int files[] = { -1, question->out, -1 };
	struct cks_scan *scan = NULL;
	int lock;

	if (subprocess_set_files(files, 3))
		return EXIT_DEVICE;
	lock = open("/proc/self/exe", O_RDONLY | O_CLOEXEC);
	if (lock >= 0 && flock(lock, LOCK_EX | LOCK_NB) && errno == EWOULDBLOCK)
		return EXIT_DEVICE;
	if (may_be_read(question->wait_ms) &&
	    !scan_tokens(question->globals, &any, &scan))
		for (size_t i = 0; i < cks_scan_n_tokens(scan); i++)
			tell_token(question, cks_scan_token(scan, i));
	(void)fflush(stdout);
	cks_scan_free(&scan);
	return EXIT_DONE;
}

/* If no process can be made, there is nobody to ask. */
static void start_tokens(const struct question *question)
{
	pid_t pid = fork();

	if (pid != 0)
		return;
	(void)setsid();
	_exit(look_at_tokens(question));
}

/* 2. The register. */

static void tell_words(struct custody_register *reg, enum subject_word kind,
		       const char *typed)
{
	struct query *q = subject_words(reg, kind, typed);

	while (query_next(q))
		tell(query_text(q, 0), query_text(q, 1), query_text(q, 2));
}

static void tell_roles(struct custody_register *reg)
{
	struct query *q = NULL;

	if (roles_list(reg, &q) == ROLES_DONE)
		while (q && query_next(q))
			tell(query_text(q, 0), query_text(q, 1), "");
}

static void tell_register(const struct question *question,
			  struct custody_register *reg)
{
	static const enum subject_word words[] = {
		[COMPLETION_SERIALS] = SUBJECT_WORD_TOKEN,
		[COMPLETION_LABELS] = SUBJECT_WORD_LABEL,
		[COMPLETION_PEOPLE] = SUBJECT_WORD_NAME,
		[COMPLETION_LETTERS] = SUBJECT_WORD_LETTER,
		[COMPLETION_AGENCIES] = SUBJECT_WORD_AGENCY,
		[COMPLETION_UNITS] = SUBJECT_WORD_UNIT,
	};

	switch (question->kind) {
	case COMPLETION_URIS:
		break;
	case COMPLETION_ROLES:
		tell_roles(reg);
		break;
	case COMPLETION_SUBJECTS:
		tell_words(reg, SUBJECT_WORD_TOKEN, question->typed);
		tell_words(reg, SUBJECT_WORD_NAME, question->typed);
		tell_words(reg, SUBJECT_WORD_EMAIL, question->typed);
		tell_words(reg, SUBJECT_WORD_LETTER, question->typed);
		break;
	default:
		tell_words(reg, words[question->kind], question->typed);
		break;
	}
}

static int look_at_register(const void *arg)
{
	const struct question *question = arg;
	const char *file = question->file
				   ? question->file
				   : question->globals->config.register_file;
	const int files[] = { -1, question->out, -1 };
	struct custody_register *reg = NULL;
	char *message = NULL;

	if (subprocess_set_files(files, 3) || !file)
		return EXIT_DEVICE;
	if (!register_open(file, REGISTER_GLANCE, &reg, &message))
		tell_register(question, reg);
	(void)fflush(stdout);
	free(message);
	register_close(&reg);
	return EXIT_DONE;
}

/* 3. What they said. */

/* The words of the other child have room in its pipe meanwhile. A line that has
 * no end yet is left out. */
static void read_answer(struct buffer *found, int fd, int64_t deadline)
{
	(void)subprocess_read(fd, SAID_MAX, deadline, found);
	while (found->len > 0 && found->data[found->len - 1] != '\n')
		found->len--;
	close(fd);
}

static bool is_of_tokens(enum completion_kind kind)
{
	return kind == COMPLETION_SERIALS || kind == COMPLETION_LABELS ||
	       kind == COMPLETION_URIS;
}

void completion_find(const struct completion *c, enum completion_kind kind,
		     const char *file, struct buffer *found)
{
	struct question question = { .globals = c->globals,
				     .kind = kind,
				     .typed = c->typed,
				     .file = file,
				     .wait_ms = c->wait_ms };
	int64_t deadline = subprocess_now() + c->wait_ms;
	int tokens[2] = { -1, -1 }, reg[2] = { -1, -1 };
	struct subprocess p;
	bool has_started;

	if (!c->is_configured)
		return;
	/* The children have a copy of what was not yet printed. */
	(void)fflush(stdout);
	if (is_of_tokens(kind) && !pipe2(tokens, O_CLOEXEC)) {
		question.out = tokens[1];
		start_tokens(&question);
		close(tokens[1]);
	}
	has_started = !pipe2(reg, O_CLOEXEC);
	if (has_started) {
		question.out = reg[1];
		has_started =
			!subprocess_start(&p, look_at_register, &question);
		close(reg[1]);
	}
	if (reg[0] >= 0)
		read_answer(found, reg[0], deadline);
	if (has_started)
		(void)subprocess_end(&p, 0);
	if (tokens[0] >= 0)
		read_answer(found, tokens[0], deadline);
}
