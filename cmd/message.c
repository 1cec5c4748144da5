/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include <signal.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/time.h>
#include <unistd.h>

#include "command.h"
#include "message.h"

void print_message(const char *format, ...)
{
	char *text = NULL, *clean = NULL;
	va_list args;
	int n;

	(void)fflush(stdout);
	va_start(args, format);
	n = vasprintf(&text, format, args);
	va_end(args);
	/* One line, whatever a file's name or an argument holds. */
	if (n >= 0)
		clean = cks_text_clean(text, (size_t)n);
	fprintf(stderr, "ckstoken: %s\n",
		clean ? clean : cks_strerror(CKS_ERR_MEMORY));
	free(clean);
	if (n >= 0)
		free(text);
}

static void say_failure(const struct cks_scan_error *f)
{
	const char *what = cks_strerror(cks_scan_error_code(f));
	const char *detail = cks_scan_error_detail(f);
	const char *reader = cks_scan_error_reader(f);
	unsigned long slot;

	if (!cks_scan_error_slot(f, &slot))
		print_message("%s: %s%s%s%s", cks_scan_error_module(f), what,
			      detail[0] ? " (" : "", detail,
			      detail[0] ? ")" : "");
	else
		/* TRANSLATORS: module, slot, reader, what happened. */
		print_message(_("%s, slot %lu%s%s: %s%s%s%s"),
			      cks_scan_error_module(f), slot,
			      reader[0] ? ", " : "", reader, what,
			      detail[0] ? " (" : "", detail,
			      detail[0] ? ")" : "");
}

void print_scan_errors(const struct cks_scan *scan)
{
	for (size_t i = 0; i < cks_scan_n_errors(scan); i++)
		say_failure(cks_scan_error(scan, i));
}

int exit_code_of(enum cks_err err)
{
	switch (err) {
	case CKS_OK:
		return EXIT_DONE;
	case CKS_ERR_SO_PIN_INCORRECT:
	case CKS_ERR_PUK_INCORRECT:
	case CKS_ERR_USER_PIN_INCORRECT:
		return EXIT_WRONG_PIN;
	case CKS_ERR_SO_PIN_LOCKED:
	case CKS_ERR_PUK_LOCKED:
	case CKS_ERR_USER_PIN_LOCKED:
		return EXIT_LOCKED;
	case CKS_ERR_CERTIFICATE:
	case CKS_ERR_OPENSC_CONF:
		return EXIT_BAD_INPUT;
	case CKS_ERR_PIN_LENGTH:
	case CKS_ERR_PIN_CHARACTERS:
	case CKS_ERR_STATE_CHANGED:
		return EXIT_REFUSED;
	case CKS_ERR_UNSUPPORTED:
		return EXIT_NO_WAY;
	case CKS_ERR_NO_KEY:
	case CKS_ERR_SIGNATURE:
		return EXIT_ATTENTION;
	default:
		return EXIT_DEVICE;
	}
}

int print_no_memory(void)
{
	print_message("%s", cks_strerror(CKS_ERR_MEMORY));
	return exit_code_of(CKS_ERR_MEMORY);
}

/* The line that progress_begin() shows. */
static char line[128];
static size_t line_len;
static volatile sig_atomic_t shown;

static void show_line(int sig)
{
	(void)sig;
	if (write(STDERR_FILENO, line, line_len) > 0)
		shown = 1;
}

void progress_begin(const char *text)
{
	struct sigaction action = { .sa_handler = show_line,
				    .sa_flags = SA_RESTART };
	struct itimerval second = { .it_value = { .tv_sec = 1 } };

	if (!isatty(STDERR_FILENO)) {
		(void)signal(SIGALRM, SIG_IGN);
		return;
	}
	line_len = strnlen(text, sizeof(line));
	memcpy(line, text, line_len);
	shown = 0;
	sigaction(SIGALRM, &action, NULL);
	setitimer(ITIMER_REAL, &second, NULL);
}

void progress_end(void)
{
	static const char clear[] = "\r\033[K";
	struct itimerval never = { 0 };

	setitimer(ITIMER_REAL, &never, NULL);
	if (shown && write(STDERR_FILENO, clear, sizeof(clear) - 1) < 0)
		return;
	shown = 0;
}
