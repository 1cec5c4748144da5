/* SPDX-License-Identifier: LGPL-2.1-or-later */
/*
 * "status --watch": a line for each token plugged in, changed or pulled.
 *
 * Each reader is read by a child process of its own, which scans it, answers
 * with one JSON document and ends. So a module that hangs at one card keeps no
 * other waiting, and a card that is pulled takes its reading with it.
 */
#include <errno.h>
#include <fcntl.h>
#include <limits.h>
#include <poll.h>
#include <signal.h>
#include <stdio.h>
#include <stdio_ext.h>
#include <stdlib.h>
#include <string.h>
#include <sys/eventfd.h>
#include <unistd.h>

#include "base/subprocess.h"
#include "json.h"
#include "message.h"
#include "register_common.h"
#include "scanning.h"
#include "status.h"
#include "terminal.h"

/* So many readers are read at once. */
#define MAX_READINGS 16
/*
 * How long other programs must have let a card alone before it is read again
 * because they were at it. It is twice as long each time that nothing has
 * changed, up to the most: a program that comes again and again must not keep
 * the card busy, nor a module that goes to readers that it was not asked for.
 */
#define QUIET_MS 1000
#define QUIET_MAX_MS 60000
/*
 * How often it is read again, after it was plugged in or has changed, where it
 * may have been ourselves who were at it: by a reading of that card, which may
 * have covered the end of what another program did; or by that of another card,
 * for a module may look into all readers in order to read one of them.
 */
#define MAX_CREDITS 2
/* How long after the end of a reading pcscd may still tell of that itself. */
#define ECHO_MS 1000
/* How long a pcscd that has just started may take to find its readers. */
#define SETTLE_MS 3000
/* How often a card is read again that is called pulled, while pcscd sees it. */
#define MAX_RETRIES 2
#define MAX_ANSWER (64UL * 1024 * 1024)
/* How long the children that write to the register may take in the end. */
#define RECORD_MS 5000

#define NEVER INT64_MAX

/* A reader; or, with the name "", all slots that are in none. */
struct place {
	char *name;
	struct told told;
	bool has_card;
	bool is_new; /* no answer has come since the card was put in */
	bool is_due; /* for being read, as soon as there is room */
	struct reading *reading;
	int64_t again; /* when it is read again; NEVER */
	int64_t quiet_ms;
	int64_t echo_ends;
	int n_retries;
	bool was_used; /* by another program, without any doubt */
	int n_credits; /* how often it is read again for doubtful signs */
};

/* A child that reads a place, and then keeps the states in the register. */
struct reading {
	struct subprocess process;
	int fd; /* -1: the answer has come */
	struct buffer answer;
	struct place *place; /* NULL: the answer has come */
};

struct watch {
	struct status *status;
	struct event_log log;
	struct cks_watch *readers;
	struct place **places;
	size_t n_places;
	struct reading **readings;
	size_t n_readings;
	json_t *no_service; /* the failure, while pcscd is lost */
	int64_t settled;    /* when it is known what was pulled; NEVER */
	int64_t echo_ends;  /* of the last reading of all */
	bool is_unread;	    /* nobody reads standard output any more */
};

static int stop_fd = -1;

static void stop(int sig)
{
	(void)sig;
	(void)eventfd_write(stop_fd, 1);
}

/* 1. In the child: a place is read */

struct order {
	const struct watch *watch;
	const char *reader;
	bool is_first; /* since the card was put in */
	int fd;
};

/* A card that is no token yet has no line, but is there for whoever put it in.
 */
static void tell_blank(const struct status *s, const char *reader)
{
	bool is_known = cks_scan_n_tokens(s->scan) > 0;

	for (size_t i = 0; i < cks_scan_n_errors(s->scan); i++)
		is_known |= cks_scan_error_reader(
				    cks_scan_error(s->scan, i))[0] != '\0';
	if (reader[0] && !is_known && cks_scan_has_blank(s->scan))
		print_warning(
			_("reader \"%s\": the card in it was never initialized, so it is no token yet: its issuer makes it one"),
			reader);
}

static int read_place(const void *arg)
{
	const struct order *order = arg;
	struct status *s = order->watch->status;
	int files[] = { -1, order->fd, STDERR_FILENO };
	json_t *json;
	enum cks_err err;

	if (subprocess_set_files(files, 3))
		return 1;
	s->globals->now = status_moment(s);
	err = cks_scan_add_reader(s->scan, order->reader);
	if (!err)
		err = cks_scan_run(s->scan);
	json = err ? status_answer_of_error(order->reader, err)
		   : status_answer(s);
	/* Closed, the descriptor would be that of the next file to be opened.
	 */
	if (json_dumpf(json, stdout, JSON_COMPACT) || fflush(stdout) ||
	    dup2(STDIN_FILENO, STDOUT_FILENO) < 0)
		return 1;
	json_decref(json);
	if (err)
		return 0;
	if (order->is_first)
		tell_blank(s, order->reader);
	register_see(s->globals, s->no_register, s->scan, &s->selection);
	return 0;
}

/* 2. What was found in a place */

/*
 * True if a failure is passed over: pcscd's, which the watch itself tells; one
 * that another reading may mend; and that a card is busy which is read again
 * because another program was at it.
 */
static bool is_passed_over(struct place *p, const json_t *failure,
			   bool is_again)
{
	const char *error = event_text(failure, "error");

	if (!event_text(failure, "reader")[0])
		return !event_text(failure, "module")[0] &&
		       (strcmp(error, "no-service") == 0 ||
			strcmp(error, "denied") == 0);
	if (strcmp(error, "removed") == 0 && p->n_retries < MAX_RETRIES) {
		p->n_retries++;
		p->again = subprocess_now() + QUIET_MS;
		return true;
	}
	return is_again && strcmp(error, "busy") == 0;
}

static void take_answer(struct watch *w, struct place *p, const json_t *answer)
{
	json_t *failures = json_object_get(answer, "failures"), *failure;
	bool is_again =
		json_array_size(p->told.shown) > 0 && !p->told.is_doubtful;
	bool is_news, is_all = true;
	size_t i;

	is_news = told_tokens(&w->log, &p->told,
			      json_object_get(answer, "tokens"), failures);
	json_array_foreach (failures, i, failure) {
		if (is_passed_over(p, failure, is_again))
			is_all = false;
		else
			is_news |= told_failure(&w->log, &p->told, failure);
	}
	if (is_all)
		told_keep(&p->told, failures);
	p->told.is_doubtful = false;
	/* What could not be read may have been there all the same. */
	p->told.was_in &= json_array_size(p->told.failures) > 0 || !is_all;
	p->is_new = false;
	if (is_again && is_news) {
		p->was_used = true;
		p->n_credits = MAX_CREDITS;
	}
	p->quiet_ms = is_news			       ? QUIET_MS
		      : p->quiet_ms < QUIET_MAX_MS / 2 ? p->quiet_ms * 2
						       : QUIET_MAX_MS;
}

/* 3. Readings */

/* Ends the child, which is done or not needed any more. */
static void reading_end(struct watch *w, struct reading *r)
{
	size_t i = 0;

	if (r->place)
		r->place->reading = NULL;
	(void)subprocess_end(&r->process, RECORD_MS);
	if (r->fd >= 0) {
		close(r->fd);
		w->echo_ends = subprocess_now() + ECHO_MS;
	}
	buffer_free(&r->answer);
	while (w->readings[i] != r)
		i++;
	w->readings[i] = w->readings[--w->n_readings];
	free(r);
}

static int reading_begin(struct watch *w, struct place *p)
{
	struct order order = { .watch = w,
			       .reader = p->name,
			       .is_first = p->is_new };
	struct reading **grown = reallocarray(w->readings, w->n_readings + 1,
					      sizeof(struct reading *));
	struct reading *r = calloc(1, sizeof(*r));
	int ends[2], ret = -ENOMEM;

	if (grown)
		w->readings = grown;
	if (!grown || !r)
		goto out;
	ret = pipe2(ends, O_CLOEXEC) ? -errno : 0;
	if (ret)
		goto out;
	order.fd = ends[1];
	ret = subprocess_start(&r->process, read_place, &order);
	close(ends[1]);
	if (ret) {
		close(ends[0]);
		goto out;
	}
	r->fd = ends[0];
	r->place = p;
	p->reading = r;
	w->readings[w->n_readings++] = r;
	r = NULL;
out:
	free(r);
	return ret;
}

static void give_up(struct watch *w, struct place *p)
{
	if (p->reading)
		reading_end(w, p->reading);
	p->is_due = false;
	p->again = NEVER;
}

/* How many are at the cards, and not at the register already. */
static size_t count_readings(const struct watch *w)
{
	size_t n = 0;

	for (size_t i = 0; i < w->n_readings; i++)
		n += w->readings[i]->fd >= 0;
	return n;
}

/* Begins what is due. Returns when the next is, or NEVER. */
static int64_t begin_readings(struct watch *w)
{
	size_t n = count_readings(w);
	int64_t now = subprocess_now(), next = NEVER;

	for (size_t i = 0; i < w->n_places; i++) {
		struct place *p = w->places[i];

		if (p->again <= now) {
			p->is_due = true;
			p->again = NEVER;
		}
		if (p->is_due && !p->reading && n < MAX_READINGS) {
			p->is_due = false;
			n++;
			/* The system may have a process to spare later. */
			if (reading_begin(w, p))
				p->again = now + QUIET_MS;
		}
		next = p->again < next ? p->again : next;
	}
	return next;
}

/* Takes what has come of the answer, and what it says when it is all there. */
static void reading_serve(struct watch *w, struct reading *r)
{
	unsigned char bytes[16384];
	ssize_t n = read(r->fd, bytes, sizeof(bytes));
	struct place *p = r->place;
	json_t *json = NULL;

	if (n < 0 && errno == EINTR)
		return;
	if (n > 0 && r->answer.len < MAX_ANSWER) {
		buffer_put(&r->answer, bytes, (size_t)n);
		return;
	}
	close(r->fd);
	r->fd = -1;
	r->place = NULL;
	p->reading = NULL;
	p->echo_ends = subprocess_now() + ECHO_MS;
	w->echo_ends = p->echo_ends;
	if (n == 0 && !r->answer.failed)
		json = json_loadb((const char *)r->answer.data, r->answer.len,
				  0, NULL);
	if (!json)
		json = status_answer_of_error(p->name, CKS_ERR_CRASH);
	take_answer(w, p, json);
	json_decref(json);
}

/* 4. Readers */

/* NULL: memory is out. */
static struct place *place_at(struct watch *w, const char *name)
{
	struct place **grown, *p;

	for (size_t i = 0; i < w->n_places; i++)
		if (strcmp(w->places[i]->name, name) == 0)
			return w->places[i];
	grown = reallocarray(w->places, w->n_places + 1,
			     sizeof(struct place *));
	if (grown)
		w->places = grown;
	p = grown ? calloc(1, sizeof(*p)) : NULL;
	if (p) {
		p->name = strdup(name);
		p->told = (struct told){ .next = w->log.first,
					 .reader = p->name,
					 .shown = json_array(),
					 .failures = json_array() };
		w->log.first = &p->told;
		p->again = NEVER;
		w->places[w->n_places++] = p;
	}
	if (!p || !p->name || !p->told.shown || !p->told.failures) {
		w->log.failed = true;
		return NULL;
	}
	return p;
}

static void put_in(struct watch *w, struct place *p, bool was_in)
{
	give_up(w, p);
	if (!p->told.is_doubtful)
		told_empty(&w->log, &p->told);
	json_array_clear(p->told.failures);
	p->told.was_in = was_in || p->told.is_doubtful;
	p->has_card = true;
	p->is_new = true;
	p->is_due = true;
	p->quiet_ms = QUIET_MS;
	p->n_retries = 0;
	p->was_used = false;
	p->n_credits = MAX_CREDITS;
}

/* Until pcscd is back, nobody knows what is in the readers. */
static void lose(struct watch *w, enum cks_err err)
{
	json_decref(w->no_service);
	w->no_service = status_failure("", err, pcscd_error_text(err));
	tell_failure(&w->log, w->no_service);
	w->settled = NEVER;
	for (size_t i = 0; i < w->n_places; i++) {
		struct place *p = w->places[i];

		if (!p->name[0])
			continue;
		give_up(w, p);
		p->has_card = false;
		p->told.is_doubtful = json_array_size(p->told.shown) > 0 ||
				      json_array_size(p->told.failures) > 0;
	}
}

/* True if it may be our own reading of the place that pcscd tells of. */
static bool is_echo(const struct place *p)
{
	return p->reading || subprocess_now() < p->echo_ends;
}

/* The programs that were at the card have let go of it. A reading that has met
 * one there was not at the card itself. */
static void set_free(struct watch *w, struct place *p)
{
	int64_t now = subprocess_now();
	bool is_own = is_echo(p) && !told_has_failure(&p->told, "busy");
	bool is_in_doubt =
		is_own || count_readings(w) > 0 || now < w->echo_ends;

	if (!is_in_doubt) {
		p->was_used = true;
		p->n_credits = MAX_CREDITS;
	} else if (p->n_credits == 0 || (is_own && !p->was_used)) {
		return;
	} else {
		p->n_credits--;
	}
	p->again = now + p->quiet_ms;
}

static void take_event(struct watch *w, const struct cks_reader_event *event)
{
	struct place *p = event->reader[0] ? place_at(w, event->reader) : NULL;

	switch (event->type) {
	case CKS_EVENT_LOST:
		lose(w, event->err);
		return;
	case CKS_EVENT_LISTED:
		json_decref(w->no_service);
		w->no_service = NULL;
		w->settled = subprocess_now() + SETTLE_MS;
		return;
	default:
		break;
	}
	if (!p)
		return;
	switch (event->type) {
	case CKS_EVENT_CARD_PRESENT:
	case CKS_EVENT_CARD_IN:
		put_in(w, p, event->type == CKS_EVENT_CARD_PRESENT);
		break;
	case CKS_EVENT_CARD_OUT:
		give_up(w, p);
		p->has_card = false;
		told_empty(&w->log, &p->told);
		break;
	case CKS_EVENT_CARD_IN_USE:
		/* It is told when that ends. */
		if (!is_echo(p))
			p->again = NEVER;
		break;
	case CKS_EVENT_CARD_FREE:
		set_free(w, p);
		break;
	default:
		break;
	}
}

/* What was shown before pcscd was lost, and is not there, was pulled. Returns
 * when that is known, or NEVER. */
static int64_t settle(struct watch *w)
{
	if (subprocess_now() < w->settled)
		return w->settled;
	w->settled = NEVER;
	for (size_t i = 0; i < w->n_places; i++)
		if (w->places[i]->told.is_doubtful && !w->places[i]->has_card)
			told_empty(&w->log, &w->places[i]->told);
	return NEVER;
}

/* 5. The command */

/* Waits until there is something to do, @until at most. Returns whether the
 * watch goes on. */
static bool wait_for_any(struct watch *w, struct pollfd *fds, int64_t until)
{
	int64_t left = until - subprocess_now();
	size_t n = 3;

	fds[0] = (struct pollfd){ .fd = cks_watch_fd(w->readers),
				  .events = POLLIN };
	fds[1] = (struct pollfd){ .fd = stop_fd, .events = POLLIN };
	/* Whoever reads may be gone long before there is a line to write. */
	fds[2] = (struct pollfd){ .fd = STDOUT_FILENO };
	for (size_t i = 0; i < w->n_readings; i++) {
		const struct reading *r = w->readings[i];

		fds[n++] = (struct pollfd){ .fd = r->fd >= 0 ? r->fd
							     : r->process.pidfd,
					    .events = POLLIN };
	}
	left = until == NEVER	? -1
	       : left < 0	? 0
	       : left > INT_MAX ? INT_MAX
				: left;
	(void)poll(fds, n, (int)left);
	w->is_unread = fds[2].revents;
	return !fds[1].revents && !w->is_unread;
}

static void follow(struct watch *w)
{
	struct cks_reader_event event;
	struct pollfd *fds = NULL, *grown;
	enum cks_err err;
	int64_t next, settled;
	bool goes_on = true;

	while (goes_on) {
		while (!(err = cks_watch_next(w->readers, 0, &event)))
			take_event(w, &event);
		/* Only now, for a card that was pulled meanwhile is read for
		 * nobody. */
		for (size_t i = w->n_readings; i-- > 0;) {
			struct reading *r = w->readings[i];

			if (r->fd >= 0 && subprocess_wait(r->fd, 0))
				reading_serve(w, r);
			else if (r->fd < 0 &&
				 subprocess_wait(r->process.pidfd, 0))
				reading_end(w, r);
		}
		settled = settle(w);
		next = begin_readings(w);
		grown = reallocarray(fds, w->n_readings + 3, sizeof(*fds));
		if (grown)
			fds = grown;
		w->log.failed |= !grown || err != CKS_ERR_TIMEOUT;
		goes_on = !w->log.failed && !ferror(stdout) &&
			  wait_for_any(w, fds, settled < next ? settled : next);
	}
	free(fds);
}

/* What an exit code says of status is about what is there in the end. */
static int code_of_status(const struct watch *w)
{
	bool is_partial = w->no_service, needs_attention = false;
	const char *text;
	json_t *value;
	size_t i;

	json_object_foreach (w->log.modules, text, value)
		is_partial |= json_is_true(json_object_get(value, "critical"));
	for (size_t k = 0; k < w->n_places; k++) {
		const struct place *p = w->places[k];

		json_array_foreach (p->told.failures, i, value)
			is_partial |= json_is_true(
				json_object_get(value, "critical"));
		json_array_foreach (p->told.shown, i, value)
			needs_attention |= json_is_true(
				json_object_get(value, "needs_attention"));
	}
	return is_partial	 ? EXIT_PARTIAL
	       : needs_attention ? EXIT_ATTENTION
				 : EXIT_DONE;
}

static int conclude(const struct watch *w)
{
	eventfd_t n;

	if (w->log.failed)
		return print_no_memory();
	/* The reader who closes a pipe has all that he wants. */
	if (w->is_unread || screen_is_left())
		return code_of_status(w);
	/* Then main() tells why standard output failed. */
	if (eventfd_read(stop_fd, &n))
		return EXIT_DONE;
	/* What was being written while nobody read it. */
	if (ferror(stdout)) {
		__fpurge(stdout);
		clearerr(stdout);
	}
	return code_of_status(w);
}

static void clean_up(struct watch *w)
{
	int64_t end = subprocess_now() + RECORD_MS;

	while (w->n_readings > 0) {
		struct reading *r = w->readings[w->n_readings - 1];

		if (r->fd < 0)
			(void)subprocess_wait(r->process.pidfd, end);
		reading_end(w, r);
	}
	for (size_t i = 0; i < w->n_places; i++) {
		struct place *p = w->places[i];

		free(p->name);
		json_decref(p->told.shown);
		json_decref(p->told.failures);
		free(p);
	}
	free(w->places);
	free(w->readings);
	json_decref(w->log.modules);
	json_decref(w->no_service);
	cks_watch_free(&w->readers);
}

int status_watch(struct status *s)
{
	struct sigaction on_stop = { .sa_handler = stop };
	struct watch w = { .status = s,
			   .log = { .status = s,
				    .modules = json_object(),
				    .day = LONG_MIN },
			   .settled = NEVER };
	struct place *soft;
	enum cks_err err;
	int ret = scan_prepare(s->globals, &s->selection, &s->scan);

	if (ret)
		goto out;
	s->renewal = renewal_days(s->globals);
	stop_fd = eventfd(0, EFD_CLOEXEC | EFD_NONBLOCK);
	err = stop_fd < 0 ? CKS_ERR_SYSTEM : cks_watch_new(&w.readers);
	if (err) {
		print_error("%s", cks_strerror(err));
		ret = exit_code_of(err);
		goto out;
	}
	/* Without SA_RESTART: nobody may be reading what is being written. */
	sigaction(SIGINT, &on_stop, NULL);
	sigaction(SIGTERM, &on_stop, NULL);
	if (isatty(STDOUT_FILENO))
		print_message(_("the readers are watched until Ctrl-C"));
	soft = place_at(&w, "");
	if (soft)
		put_in(&w, soft, true);
	follow(&w);
	ret = conclude(&w);
out:
	clean_up(&w);
	if (stop_fd >= 0)
		close(stop_fd);
	return ret;
}
