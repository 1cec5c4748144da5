/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* The line of a Nagios plugin. */
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "base/arena.h"
#include "base/buffer.h"
#include "base/date.h"
#include "labels.h"
#include "message.h"
#include "monitoring.h"
#include "scanning.h"

/* The exit codes of a plugin. */
enum state { OK, WARNING, CRITICAL, UNKNOWN = NAGIOS_UNKNOWN, N_STATES };

static const char *const state_names[N_STATES] = {
	[OK] = "OK",
	[WARNING] = "WARNING",
	[CRITICAL] = "CRITICAL",
	[UNKNOWN] = "UNKNOWN",
};

/*
 * The most pressing first. What could not be known may be worse than a warning,
 * but nothing is worse than what is known to be critical.
 */
static const enum state order[N_STATES] = { CRITICAL, UNKNOWN, WARNING, OK };

/* A line that says more is cut by those who pass it on. */
#define SAID_MAX 10
#define TOKENS_MAX 100

static bool is_printed;

struct line {
	struct buffer said[N_STATES], data;
	/* Said behind what is wrong, whatever that is. */
	struct buffer summary;
	size_t n[N_STATES];
	size_t n_tokens; /* that have a value of their own in data */
	struct arena arena;
};

/*
 * @text without what the line gives a meaning to, and without what Nagios takes
 * out before it hands the line to a shell: a token may be labelled by anybody.
 */
static const char *plain(struct arena *arena, const char *text)
{
	char *clean = cks_text_clean(text, strlen(text));
	struct buffer b = { 0 };
	const char *result;

	for (const char *c = clean ? clean : ""; *c; c++)
		if (*c == '"')
			buffer_puts(&b, "”");
		else if (*c == '\'')
			buffer_puts(&b, "’");
		else
			buffer_put(&b, strchr("|`~$&<>\\=\n", *c) ? "_" : c, 1);
	buffer_put(&b, "", 1);
	arena->failed |= !clean || b.failed;
	result = arena_format(arena, "%s", b.data ? (char *)b.data : "");
	buffer_free(&b);
	free(clean);
	return result;
}

/* A sentence of the library loses its full stop: others follow it. */
static void add(struct line *l, struct buffer *b, const char *format,
		va_list args)
{
	const char *text =
		plain(&l->arena, arena_vformat(&l->arena, format, args));
	size_t len = strlen(text);

	buffer_puts(b, b->len ? "; " : "");
	buffer_put(b, text, len - (len && text[len - 1] == '.'));
}

static void say(struct line *l, enum state state, const char *format, ...)
	__attribute__((format(printf, 3, 4)));

static void say(struct line *l, enum state state, const char *format, ...)
{
	va_list args;

	if (l->n[state]++ >= SAID_MAX)
		return;
	va_start(args, format);
	add(l, &l->said[state], format, args);
	va_end(args);
}

static void sum_up(struct line *l, const char *format, ...)
	__attribute__((format(printf, 2, 3)));

static void sum_up(struct line *l, const char *format, ...)
{
	va_list args;

	va_start(args, format);
	add(l, &l->summary, format, args);
	va_end(args);
}

/* Adds a value to what programs draw; @ranges, "warning;critical;least". */
static void put_data(struct line *l, const char *name, long long value,
		     const char *ranges)
{
	buffer_printf(&l->data, " '%s'=%lld;%s", name, value, ranges);
}

static void put_part(struct buffer *text, struct buffer *part, size_t left_out)
{
	if (part->len && text->len)
		buffer_puts(text, "; ");
	buffer_put(text, part->data, part->len);
	if (left_out)
		buffer_printf(text,
			      Q_(", and %zu more", ", and %zu more", left_out),
			      left_out);
	text->failed |= part->failed;
	buffer_free(part);
}

/* Prints the line, and gives it up. The exit code. */
static int print_line(struct line *l)
{
	enum state state = OK;
	struct buffer text = { 0 };

	for (size_t i = N_STATES; i-- > 0;)
		state = l->n[order[i]] ? order[i] : state;
	for (size_t i = 0; i < N_STATES; i++) {
		size_t n = l->n[order[i]];

		if (order[i] == OK)
			put_part(&text, &l->summary, 0);
		put_part(&text, &l->said[order[i]],
			 n > SAID_MAX ? n - SAID_MAX : 0);
	}
	buffer_put(&text, "", 1);
	if (text.failed || l->data.failed || l->arena.failed) {
		state = UNKNOWN;
		printf("CKSTOKEN UNKNOWN - %s\n", cks_strerror(CKS_ERR_MEMORY));
	} else {
		printf("CKSTOKEN %s - %s%s%.*s\n", state_names[state],
		       (char *)text.data, l->data.len ? " |" : "",
		       (int)l->data.len, (char *)l->data.data);
	}
	is_printed = true;
	buffer_free(&text);
	buffer_free(&l->data);
	arena_free(&l->arena);
	return (int)state;
}

/* Failures of the scan: tokens may be hidden by them. Returns how many count.
 */
static size_t say_failures(struct line *l, const struct cks_scan *scan)
{
	for (size_t i = 0; scan && i < cks_scan_n_errors(scan); i++) {
		const struct cks_scan_error *e = cks_scan_error(scan, i);
		const char *reader = cks_scan_error_reader(e);
		const char *module = cks_scan_error_module(e);
		const char *slash = strrchr(module, '/');
		const char *where = *reader ? reader
				    : slash ? slash + 1
					    : module;

		/* pcscd is in none. */
		say(l, cks_scan_error_critical(e) ? UNKNOWN : OK, "%s%s%s",
		    where, *where ? ": " : "",
		    cks_strerror(cks_scan_error_code(e)));
	}
	return scan ? scan_n_critical(scan) : 0;
}

/* 1. Status */

/* Sums over all tokens. */
struct count {
	size_t tokens, locked, expired, expiring;
	/* The certificate that ends first of those in force. */
	const struct cks_token *token;
	const struct cks_cert *first;
	bool first_is_said; /* with its days */
};

/* The words for one warning of a token; those about certificates name one each
 * and stand below. */
static const struct {
	unsigned int bit;
	enum state state;
	const char *words;
} pin_words[] = {
	{ CKS_WARN_USER_PIN_LOCKED, CRITICAL,
	  N_("%s: the user PIN is locked") },
	{ CKS_WARN_USER_PIN_FINAL_TRY, WARNING,
	  N_("%s: one more wrong user PIN locks it") },
	{ CKS_WARN_USER_PIN_COUNT_LOW, OK,
	  N_("%s: a wrong user PIN was tried") },
	{ CKS_WARN_USER_PIN_NOT_SET, WARNING,
	  N_("%s: no user PIN has been set") },
	{ CKS_WARN_SO_PIN_LOCKED, WARNING,
	  N_("%s: the SO PIN is locked, so no desk can restore it") },
	{ CKS_WARN_SO_PIN_FINAL_TRY, WARNING,
	  N_("%s: one more wrong SO PIN makes it impossible to restore") },
	{ CKS_WARN_NO_CERT, OK, N_("%s: no certificate") },
	{ CKS_WARN_NOT_OFFICIAL, OK,
	  N_("%s: a certificate is not of the Government CA") },
};

/* True if the certificate is a holder's, and no other on the token replaces it.
 */
static bool cert_counts(const struct cks_token *t, const struct cks_cert *c)
{
	return !cks_cert_ca(c) && !cks_cert_replaced(t, c);
}

static void say_end(struct line *l, enum state state, const char *token,
		    const struct cks_cert *c, time_t now)
{
	long days = cks_cert_days_left(c, now);
	char end[DATE_SIZE];

	if (cks_cert_state(c, now, 0) == CKS_CERT_EXPIRED)
		say(l, state, _("%s: the certificate of %s expired on %s"),
		    token, cks_cert_name(c), end_label(c, end));
	else
		say(l, state,
		    Q_("%s: the certificate of %s ends in %ld day, on %s",
		       "%s: the certificate of %s ends in %ld days, on %s",
		       (unsigned long)days),
		    token, cks_cert_name(c), days, end_label(c, end));
}

static void take_cert(struct line *l, struct count *count,
		      const struct status *s, const struct cks_token *t,
		      const struct cks_cert *c)
{
	time_t now = s->globals->now;
	enum cks_cert_state state =
		cks_cert_state(c, now, (unsigned int)s->days);
	bool is_said;

	if (!cert_counts(t, c))
		return;
	if (state == CKS_CERT_UNREADABLE) {
		say(l, UNKNOWN, _("%s: a certificate cannot be read"),
		    token_name(t));
		return;
	}
	count->expired += state == CKS_CERT_EXPIRED;
	count->expiring += state == CKS_CERT_EXPIRING;
	if (state == CKS_CERT_EXPIRED ||
	    cks_cert_days_left(c, now) < s->critical_days)
		say_end(l, CRITICAL, token_name(t), c, now);
	else if (state == CKS_CERT_EXPIRING)
		say_end(l, WARNING, token_name(t), c, now);
	is_said = state == CKS_CERT_EXPIRING && l->n[WARNING] <= SAID_MAX &&
		  l->n[CRITICAL] <= SAID_MAX;
	if (state != CKS_CERT_EXPIRED &&
	    (!count->first ||
	     cks_cert_not_after(c) < cks_cert_not_after(count->first))) {
		count->first = c;
		count->token = t;
		count->first_is_said = is_said;
	}
}

/* The number of tokens before number @at that are called as that one is: a card
 * with several PINs shows as several. */
static size_t n_namesakes(const struct cks_scan *scan, size_t at)
{
	const char *name = token_name(cks_scan_token(scan, at));
	size_t n = 0;

	for (size_t i = 0; i < at; i++)
		n += strcmp(token_name(cks_scan_token(scan, i)), name) == 0;
	return n;
}

/* The days of the first certificate that ends on token number @at, as a value
 * to be drawn. */
static void put_days(struct line *l, const struct status *s, size_t at)
{
	const struct cks_token *t = cks_scan_token(s->scan, at);
	const struct cks_cert *first = NULL;
	size_t n = n_namesakes(s->scan, at);
	const char *name;
	char range[64], number[32] = "";

	for (size_t i = 0; i < cks_token_n_certs(t); i++) {
		const struct cks_cert *c = cks_token_cert(t, i);

		if (cert_counts(t, c) && cks_cert_readable(c) &&
		    (!first ||
		     cks_cert_not_after(c) < cks_cert_not_after(first)))
			first = c;
	}
	if (!first || l->n_tokens++ >= TOKENS_MAX)
		return;
	if (n)
		(void)snprintf(number, sizeof(number), "_%zu", n + 1);
	(void)snprintf(range, sizeof(range), "%d:;%d:", s->days,
		       s->critical_days);
	name = plain(&l->arena, token_name(t));
	name = arena_format(&l->arena, "%s%s_days", name, number);
	put_data(l, name, cks_cert_days_left(first, s->globals->now), range);
}

static void take_token(struct line *l, struct count *count,
		       const struct status *s, const struct cks_token *t)
{
	unsigned int warnings =
		cks_token_warnings(t, s->globals->now, (unsigned int)s->days);

	count->tokens++;
	count->locked += (warnings & CKS_WARN_USER_PIN_LOCKED) != 0;
	for (size_t i = 0; i < sizeof(pin_words) / sizeof(pin_words[0]); i++)
		if (warnings & pin_words[i].bit)
			say(l, pin_words[i].state, _(pin_words[i].words),
			    token_name(t));
	if (cks_token_user_pin(t) == CKS_PIN_UNKNOWN)
		say(l, OK, _("%s: whether the user PIN works is not known"),
		    token_name(t));
	for (size_t i = 0; i < cks_token_n_certs(t); i++)
		take_cert(l, count, s, t, cks_token_cert(t, i));
}

/* Tokens that an option names one by one and that are not there. Where
 * something failed they may be. */
static void say_missing(struct line *l, const struct status *s, bool failed,
			bool any)
{
	const struct selection *all = &s->selection;
	const char **lists[] = { all->serials, all->labels, all->uris };
	bool said = any || !selection_names_any(all);

	for (size_t k = 0; k < sizeof(lists) / sizeof(lists[0]); k++)
		for (size_t i = 0; lists[k] && lists[k][i]; i++) {
			const char *only[] = { lists[k][i], NULL };
			struct selection one = {
				.serials = k == 0 ? only : NULL,
				.labels = k == 1 ? only : NULL,
				.uris = k == 2 ? only : NULL,
			};
			size_t n = 0;

			for (size_t t = 0; t < cks_scan_n_tokens(s->scan); t++)
				n += selection_matches(
					&one, cks_scan_token(s->scan, t));
			if (!n)
				say(l, failed ? UNKNOWN : CRITICAL,
				    _("%s: no such token is plugged in"),
				    lists[k][i]);
			said |= !n;
		}
	/* Each names a token, and no token is what they say together. */
	if (!said)
		say(l, failed ? UNKNOWN : CRITICAL, "%s",
		    _("no token is what all that was named says of it"));
}

int nagios_print_status(const struct status *s)
{
	struct line l = { 0 };
	struct count count = { 0 };
	size_t n_failures = say_failures(&l, s->scan);
	char end[DATE_SIZE];
	long days;

	for (size_t i = 0; i < cks_scan_n_tokens(s->scan); i++) {
		const struct cks_token *t = cks_scan_token(s->scan, i);

		if (selection_matches(&s->selection, t))
			take_token(&l, &count, s, t);
	}
	say_missing(&l, s, n_failures > 0, count.tokens > 0);
	/* Nobody said that there should be one, so that is no fault. */
	if (!count.tokens && !selection_names_any(&s->selection))
		say(&l, UNKNOWN, "%s", _("no token is plugged in"));
	if (count.first && !count.first_is_said) {
		days = cks_cert_days_left(count.first, s->globals->now);
		sum_up(&l,
		       Q_("the first certificate to end has %ld day left, up to %s (%s, %s)",
			  "the first certificate to end has %ld days left, up to %s (%s, %s)",
			  (unsigned long)days),
		       days, end_label(count.first, end),
		       cks_cert_name(count.first), token_name(count.token));
	}
	if (count.tokens)
		sum_up(&l,
		       Q_("%zu token is plugged in",
			  "%zu tokens are plugged in", count.tokens),
		       count.tokens);
	put_data(&l, "tokens", (long long)count.tokens, ";;0");
	put_data(&l, "locked", (long long)count.locked, ";0;0");
	put_data(&l, "expired", (long long)count.expired, ";0;0");
	put_data(&l, "expiring", (long long)count.expiring, "0;;0");
	put_data(&l, "failures", (long long)n_failures, ";;0");
	for (size_t i = 0; i < cks_scan_n_tokens(s->scan); i++)
		if (selection_matches(&s->selection,
				      cks_scan_token(s->scan, i)))
			put_days(&l, s, i);
	return print_line(&l);
}

/* 2. Audit */

static enum state state_of(const struct due *d, const struct audit_result *r)
{
	/* As in status. */
	if (d->rule == DUE_LOCKED_HERE)
		return CRITICAL;
	switch (d->state) {
	case DUE_OVERDUE:
		return CRITICAL;
	case DUE_WRONG:
		return WARNING;
	case DUE_TODAY:
	case DUE_SOON:
		return d->day - date_day(r->globals->now) < r->critical_days
			       ? CRITICAL
			       : WARNING;
	default:
		return OK;
	}
}

static void say_finding(struct line *l, const struct globals *globals,
			enum state state, const struct due *d)
{
	struct due_text text;
	char day[DATE_SIZE] = "";

	due_text(globals, &l->arena, i18n_chosen(), d, &text);
	if (d->day != DUE_NO_DAY)
		date_dmy(d->day, day);
	say(l, state, "%s%s%s%s%s%s: %s", due_state_label(i18n_chosen(), d),
	    *day ? " " : "", day, *d->device_serial ? ", " : "",
	    d->device_serial,
	    *d->name ? arena_format(&l->arena, " (%s)", d->name) : "",
	    text.what);
}

int nagios_print_audit(const struct audit_result *r)
{
	static const char *const ranges[DUE_STATES] = {
		[DUE_OVERDUE] = ";0;0", [DUE_WRONG] = "0;;0",
		[DUE_TODAY] = "0;;0",	[DUE_SOON] = "0;;0",
		[DUE_OPEN] = ";;0",
	};
	size_t counts[DUE_STATES], n = 0, n_failures;
	const struct due *next = NULL;
	struct line l = { 0 };

	n_failures = say_failures(&l, r->scan) + r->n_failures;
	if (r->n_failures)
		say(&l, UNKNOWN,
		    Q_("%zu failure is in the files of machines",
		       "%zu failures are in the files of machines",
		       r->n_failures),
		    r->n_failures);
	due_count(r->findings, counts);
	for (size_t i = 0; i < r->findings->n; i++) {
		const struct due *d = &r->findings->list[i];
		enum state state = state_of(d, r);

		if (state != OK && l.n[state] < SAID_MAX)
			say_finding(&l, r->globals, state, d);
		else
			l.n[state] += state != OK;
		n += state != OK;
		if ((d->state == DUE_TODAY || d->state == DUE_SOON) &&
		    (!next || d->day < next->day))
			next = d;
	}
	if (!n)
		sum_up(&l,
		       Q_("nothing is overdue, and nothing is due within %d day",
			  "nothing is overdue, and nothing is due within %d days",
			  (unsigned long)r->days),
		       r->days);
	if (next)
		sum_up(&l,
		       Q_("the next day to act is in %ld day",
			  "the next day to act is in %ld days",
			  (unsigned long)(next->day -
					  date_day(r->globals->now))),
		       next->day - date_day(r->globals->now));
	if (counts[DUE_OPEN])
		sum_up(&l,
		       Q_("%zu thing is to be done or recorded, without a day",
			  "%zu things are to be done or recorded, without a day",
			  counts[DUE_OPEN]),
		       counts[DUE_OPEN]);
	sum_up(&l,
	       Q_("%zu token is in the register and not handed back",
		  "%zu tokens are in the register and not handed back",
		  r->n_registered),
	       r->n_registered);
	for (size_t i = 0; i < DUE_STATES; i++)
		put_data(&l, due_state_name((enum due_state)i),
			 (long long)counts[i], ranges[i]);
	put_data(&l, "present", (long long)r->n_present, ";;0");
	put_data(&l, "registered", (long long)r->n_registered, ";;0");
	put_data(&l, "failures", (long long)n_failures, ";;0");
	return print_line(&l);
}

/* 3. Any command */

bool nagios_is_asked(char *const *argv)
{
	for (size_t i = 1; argv[0] && argv[i]; i++)
		if (strcmp(argv[i], "--format=nagios") == 0 ||
		    (strcmp(argv[i], "nagios") == 0 &&
		     strcmp(argv[i - 1], "--format") == 0))
			return true;
	return false;
}

int nagios_end(int code)
{
	struct line l = { 0 };

	/* A line is printed, or help that was asked for was given. */
	if (is_printed || code == EXIT_DONE)
		return code;
	say(&l, UNKNOWN, "%s", message_first_error());
	return print_line(&l);
}

int monitoring_check_days(int format, int days, int critical_days)
{
	if (days < 0) {
		print_error(_("--days takes a number of 0 or more"));
		return EXIT_USAGE;
	}
	if (critical_days < 0) {
		print_error(_("--critical-days takes a number of 0 or more"));
		return EXIT_USAGE;
	}
	if (critical_days && format != FORMAT_NAGIOS) {
		print_error(_("--critical-days is for --format nagios only"));
		return EXIT_USAGE;
	}
	if (critical_days > days) {
		print_error(
			_("--critical-days %d: what is critical is worth a warning before: give no more than --days, which is %d"),
			critical_days, days);
		return EXIT_USAGE;
	}
	return 0;
}
