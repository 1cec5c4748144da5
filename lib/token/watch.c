/* SPDX-License-Identifier: LGPL-2.1-or-later */
/*
 * Readers watched: what cards are put in and pulled out, as pcscd notices it.
 * One worker waits for pcscd for as long as the watch lasts, for a pcscd that
 * hangs would hang its caller, and starts anew where it is lost.
 */
#include <errno.h>
#include <limits.h>
#include <stdlib.h>
#include <string.h>
#include <sys/epoll.h>
#include <sys/prctl.h>
#include <sys/timerfd.h>
#include <time.h>
#include <unistd.h>
#include <winscard.h>

#include "holders.h"
#include "readers.h"
#include "worker.h"

/*
 * How long the worker waits for pcscd to tell of a change before it looks by
 * itself. Two things pcscd does not tell: a reader that comes between the list
 * of readers and the wait, before pcsc-lite 2.3, and a card that is swapped in
 * a reader whose count is still 0.
 */
#define LOOK_PERIOD_MS 1000
/* How often a pcscd that is not there is looked for. */
#define RETRY_PERIOD_MS 250
/* So long a worker may be silent, which speaks every second, or may pcscd take
 * for a first list of the readers. */
#define SILENCE_MS 5000
/* Before a worker that has died is replaced. */
#define RESTART_MS 1000
/* pcsc-lite before 2.3 takes so many names to wait for. */
#define MAX_STATES 16
#define NEW_READERS "\\\\?PnP?\\Notification"

/* 1. The worker */

enum watch_frame { WATCH_ALIVE = 1, WATCH_EVENT };

struct seen_reader {
	char *name;
	DWORD state;
	bool is_listed; /* in the list that is being gone through */
};

struct seen {
	struct seen_reader list[MAX_READERS];
	size_t n;
	bool is_first; /* what is in was not put in before our eyes */
	bool has_news;
};

static void send_event(int channel, enum cks_event type, const char *reader,
		       enum cks_err err)
{
	struct wire w = { 0 };

	wire_put_u64(&w, type);
	wire_put_text(&w, reader);
	wire_put_u64(&w, err);
	worker_send(channel, WATCH_EVENT, &w);
	wire_free(&w);
}

static unsigned int count_of(DWORD state)
{
	return (unsigned int)(state >> 16 & 0xFFFF);
}

static bool is_used(DWORD state)
{
	return state & (SCARD_STATE_INUSE | SCARD_STATE_EXCLUSIVE);
}

/* Tells how the reader went from one state to the other. */
static void compare(int channel, struct seen *seen, struct seen_reader *r,
		    DWORD now)
{
	bool had = r->state & SCARD_STATE_PRESENT;
	bool has = now & SCARD_STATE_PRESENT;
	bool is_other = had && has && count_of(r->state) != count_of(now);

	if (had && (!has || is_other))
		send_event(channel, CKS_EVENT_CARD_OUT, r->name, CKS_OK);
	if (has && (!had || is_other))
		send_event(channel,
			   seen->is_first ? CKS_EVENT_CARD_PRESENT
					  : CKS_EVENT_CARD_IN,
			   r->name, CKS_OK);
	else if (has && is_used(r->state) != is_used(now))
		send_event(channel,
			   is_used(now) ? CKS_EVENT_CARD_IN_USE
					: CKS_EVENT_CARD_FREE,
			   r->name, CKS_OK);
	seen->has_news |= r->state != now;
	r->state = now;
}

static struct seen_reader *find_seen(struct seen *seen, const char *name)
{
	for (size_t i = 0; i < seen->n; i++)
		if (strcmp(seen->list[i].name, name) == 0)
			return &seen->list[i];
	return NULL;
}

static LONG look_at(int channel, SCARDCONTEXT context, struct seen *seen,
		    const char *name)
{
	SCARD_READERSTATE state = { .szReader = name };
	struct seen_reader *r = find_seen(seen, name);
	LONG rv = SCardGetStatusChange(context, 0, &state, 1);

	/* Unplugged since the list was made: it is in none now. */
	if (rv == SCARD_E_UNKNOWN_READER)
		return SCARD_S_SUCCESS;
	if (rv != SCARD_S_SUCCESS)
		return rv;
	if (!r) {
		if (seen->n == MAX_READERS)
			return SCARD_S_SUCCESS;
		r = &seen->list[seen->n];
		*r = (struct seen_reader){ .name = strdup(name) };
		if (!r->name)
			return SCARD_E_NO_MEMORY;
		seen->n++;
	}
	r->is_listed = true;
	compare(channel, seen, r,
		state.dwEventState & ~(DWORD)SCARD_STATE_CHANGED);
	return SCARD_S_SUCCESS;
}

/* Takes away what is in no list any more; a token of one piece takes its reader
 * along. */
static void drop_unlisted(int channel, struct seen *seen)
{
	size_t kept = 0;

	for (size_t i = 0; i < seen->n; i++) {
		struct seen_reader r = seen->list[i];

		if (r.is_listed) {
			seen->list[kept++] = r;
			continue;
		}
		compare(channel, seen, &r, SCARD_STATE_UNKNOWN);
		free(r.name);
	}
	seen->n = kept;
}

static LONG look(int channel, SCARDCONTEXT context, struct seen *seen)
{
	char *names = NULL;
	DWORD size = SCARD_AUTOALLOCATE;
	LONG rv = SCardListReaders(context, NULL, (LPSTR)&names, &size);

	if (rv != SCARD_S_SUCCESS && rv != SCARD_E_NO_READERS_AVAILABLE)
		return rv;
	for (size_t i = 0; i < seen->n; i++)
		seen->list[i].is_listed = false;
	if (rv == SCARD_E_NO_READERS_AVAILABLE)
		rv = SCARD_S_SUCCESS;
	for (const char *name = names; name && *name && rv == SCARD_S_SUCCESS;
	     name += strlen(name) + 1)
		rv = look_at(channel, context, seen, name);
	if (names)
		SCardFreeMemory(context, names);
	if (rv == SCARD_S_SUCCESS)
		drop_unlisted(channel, seen);
	return rv;
}

/* Waits until pcscd tells of something, or for a while. */
static LONG wait_for_news(SCARDCONTEXT context, const struct seen *seen)
{
	SCARD_READERSTATE states[MAX_READERS + 1] = { 0 };
	LONG rv;

	for (size_t i = 0; i < seen->n; i++) {
		states[i].szReader = seen->list[i].name;
		states[i].dwCurrentState = seen->list[i].state;
	}
	states[seen->n].szReader = NEW_READERS;
	rv = SCardGetStatusChange(context, LOOK_PERIOD_MS, states,
				  (DWORD)seen->n + 1);
	/* A pcscd with so many readers takes no other. */
	if (rv == SCARD_E_INVALID_PARAMETER && seen->n >= MAX_STATES)
		rv = SCardGetStatusChange(context, LOOK_PERIOD_MS, states,
					  MAX_STATES);
	return rv == SCARD_E_TIMEOUT || rv == SCARD_E_UNKNOWN_READER
		       ? SCARD_S_SUCCESS
		       : rv;
}

static void pause_for(long ms)
{
	struct timespec t = { .tv_nsec = ms * 1000000 };

	nanosleep(&t, NULL);
}

/* Until pcscd is lost. */
static void follow(int channel, SCARDCONTEXT context)
{
	struct seen seen = { .is_first = true };
	LONG rv = look(channel, context, &seen);

	while (rv == SCARD_S_SUCCESS) {
		if (seen.is_first)
			send_event(channel, CKS_EVENT_LISTED, "", CKS_OK);
		else
			worker_send(channel, WATCH_ALIVE, NULL);
		seen.is_first = false;
		seen.has_news = false;
		rv = wait_for_news(context, &seen);
		if (rv == SCARD_S_SUCCESS)
			rv = look(channel, context, &seen);
		/* What pcscd tells again and again without a change must not
		 * keep a processor busy. */
		if (!seen.has_news)
			pause_for(10);
	}
	for (size_t i = 0; i < seen.n; i++)
		free(seen.list[i].name);
}

static void watch_main(int channel, const void *arg)
{
	enum cks_err told = CKS_OK;

	(void)arg;
	prctl(PR_SET_NAME, WATCHER_NAME);
	for (;;) {
		SCARDCONTEXT context;
		enum cks_err err = readers_connect(&context);

		if (!err) {
			told = CKS_OK;
			follow(channel, context);
			SCardReleaseContext(context);
			err = CKS_ERR_NO_SERVICE;
		}
		if (err != told)
			send_event(channel, CKS_EVENT_LOST, "", err);
		else
			worker_send(channel, WATCH_ALIVE, NULL);
		told = err;
		pause_for(RETRY_PERIOD_MS);
	}
}

/* 2. What it tells */

struct event {
	enum cks_event type;
	char *reader;
	enum cks_err err;
};

struct cks_watch {
	struct worker worker;
	int epoll, timer;
	int64_t restart; /* when the next worker starts; 0: one runs */
	struct event *events;
	size_t n, capacity;
	char *reader;	     /* of the event that was given out last */
	enum cks_err lost;   /* as was told; CKS_OK: pcscd serves */
	enum cks_err failed; /* CKS_OK, or why the watch cannot go on */
};

static void add_event(struct cks_watch *watch, enum cks_event type,
		      char *reader, enum cks_err err)
{
	struct event *grown = watch->events;

	if (reader && watch->n == watch->capacity) {
		grown = reallocarray(grown, watch->capacity * 2 + 16,
				     sizeof(*grown));
		if (grown) {
			watch->events = grown;
			watch->capacity = watch->capacity * 2 + 16;
		}
	}
	if (!reader || !grown) {
		free(reader);
		watch->failed = CKS_ERR_MEMORY;
		return;
	}
	watch->events[watch->n++] = (struct event){ type, reader, err };
}

static bool on_frame(struct worker *w, unsigned int type, struct wire *payload)
{
	struct cks_watch *watch = w->owner;
	unsigned int event;
	enum cks_err err;
	char *reader;

	if (type != WATCH_EVENT)
		return true;
	event = wire_get_below(payload, CKS_EVENT_COUNT);
	reader = wire_get_clean_text(payload);
	err = (enum cks_err)wire_get_below(payload, CKS_ERR_COUNT);
	/* A worker that was replaced tells again what the one before it told.
	 */
	if (event == CKS_EVENT_LOST && err == watch->lost) {
		free(reader);
		return true;
	}
	if (event == CKS_EVENT_LOST)
		watch->lost = err;
	else if (event == CKS_EVENT_LISTED)
		watch->lost = CKS_OK;
	add_event(watch, (enum cks_event)event, reader, err);
	return true;
}

static bool on_end(struct worker *w, enum cks_err err)
{
	struct cks_watch *watch = w->owner;

	(void)err;
	if (watch->lost != CKS_ERR_NO_SERVICE)
		add_event(watch, CKS_EVENT_LOST, strdup(""),
			  CKS_ERR_NO_SERVICE);
	watch->lost = CKS_ERR_NO_SERVICE;
	watch->restart = subprocess_now() + RESTART_MS;
	return false;
}

/* 3. The watch */

static enum cks_err begin(struct cks_watch *watch)
{
	struct epoll_event in = { .events = EPOLLIN };
	enum cks_err err;

	watch->worker = (struct worker){ .run = watch_main,
					 .timeout_ms = SILENCE_MS,
					 .is_endless = true,
					 .on_frame = on_frame,
					 .on_end = on_end,
					 .owner = watch };
	watch->restart = 0;
	err = worker_start(&watch->worker);
	if (err)
		return err;
	/* Both leave the set by themselves when they are closed. */
	if (epoll_ctl(watch->epoll, EPOLL_CTL_ADD, watch->worker.channel,
		      &in) ||
	    epoll_ctl(watch->epoll, EPOLL_CTL_ADD, watch->worker.process.pidfd,
		      &in)) {
		worker_stop(&watch->worker);
		return CKS_ERR_SYSTEM;
	}
	return CKS_OK;
}

/* Takes what there is from the worker, and sees to it that there is one. */
static void advance(struct cks_watch *watch)
{
	struct itimerspec at = { 0 };
	int64_t due;

	if (!watch->restart)
		(void)worker_serve(&watch->worker);
	else if (subprocess_now() >= watch->restart && begin(watch))
		watch->restart = subprocess_now() + RESTART_MS;
	/* The timer makes the descriptor readable when time itself is what
	 * there is to act on. */
	due = watch->restart ? watch->restart : watch->worker.deadline;
	at.it_value.tv_sec = (time_t)(due / 1000);
	at.it_value.tv_nsec = (long)(due % 1000) * 1000000;
	(void)timerfd_settime(watch->timer, TFD_TIMER_ABSTIME, &at, NULL);
}

enum cks_err cks_watch_new(struct cks_watch **watch)
{
	struct epoll_event in = { .events = EPOLLIN };
	struct cks_watch *w;
	enum cks_err err = CKS_ERR_SYSTEM;

	if (!watch)
		return CKS_ERR_ARGUMENT;
	w = calloc(1, sizeof(*w));
	if (!w)
		return CKS_ERR_MEMORY;
	w->epoll = epoll_create1(EPOLL_CLOEXEC);
	w->timer = timerfd_create(CLOCK_MONOTONIC, TFD_CLOEXEC | TFD_NONBLOCK);
	if (w->epoll >= 0 && w->timer >= 0 &&
	    !epoll_ctl(w->epoll, EPOLL_CTL_ADD, w->timer, &in))
		err = begin(w);
	if (err)
		cks_watch_free(&w);
	else
		*watch = w;
	return err;
}

void cks_watch_free(struct cks_watch **watch)
{
	struct cks_watch *w = watch ? *watch : NULL;

	if (!w)
		return;
	*watch = NULL;
	worker_stop(&w->worker);
	for (size_t i = 0; i < w->n; i++)
		free(w->events[i].reader);
	free(w->events);
	free(w->reader);
	if (w->timer >= 0)
		close(w->timer);
	if (w->epoll >= 0)
		close(w->epoll);
	free(w);
}

int cks_watch_fd(const struct cks_watch *watch)
{
	return watch ? watch->epoll : -1;
}

static void take_first(struct cks_watch *watch, struct cks_reader_event *event)
{
	free(watch->reader);
	watch->reader = watch->events[0].reader;
	event->type = watch->events[0].type;
	event->reader = watch->reader;
	event->err = watch->events[0].err;
	watch->n--;
	memmove(watch->events, watch->events + 1,
		watch->n * sizeof(*watch->events));
}

enum cks_err cks_watch_next(struct cks_watch *watch, int timeout_ms,
			    struct cks_reader_event *event)
{
	int64_t end, left;
	struct epoll_event ready;
	bool is_interrupted = false;

	if (!watch || !event)
		return CKS_ERR_ARGUMENT;
	end = timeout_ms < 0 ? INT64_MAX : subprocess_now() + timeout_ms;
	for (;;) {
		if (watch->n == 0)
			advance(watch);
		if (watch->n > 0) {
			take_first(watch, event);
			return CKS_OK;
		}
		if (watch->failed)
			return watch->failed;
		left = end - subprocess_now();
		if (left <= 0 || is_interrupted)
			return CKS_ERR_TIMEOUT;
		is_interrupted =
			epoll_wait(watch->epoll, &ready, 1,
				   timeout_ms < 0 ? -1 : (int)left) < 0 &&
			errno == EINTR;
	}
}
