/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include "transport.h"

#include "control.h"

#include <netdb.h>
#include <netinet/in.h>
#include <netinet/tcp.h>
#include <poll.h>
#include <signal.h>
#include <string.h>
#include <sys/signalfd.h>
#include <sys/socket.h>
#include <time.h>
#include <unistd.h>

#define CONTROL_OFF 0
#define CONTROL_ON 1
#define CONTROL_RESET 2
#define CONTROL_ATR 4

#define START_PATIENCE_MS 10000
#define LOST_PATIENCE_MS 3000
#define RETRY_MS 100

/* Where the connection stands, and until when it is worth trying. */
struct link {
	int fd;
	bool powered;
	bool announced;
	long long give_up;
};

static long long now_ms(void)
{
	struct timespec t;

	(void)clock_gettime(CLOCK_MONOTONIC, &t);
	return (long long)t.tv_sec * 1000 + t.tv_nsec / 1000000;
}

static int connect_once(const struct transport *t)
{
	const struct addrinfo hints = { .ai_family = AF_INET,
					.ai_socktype = SOCK_STREAM };
	struct addrinfo *list = NULL;
	int fd = -1, one = 1;

	if (getaddrinfo(t->host, t->port, &hints, &list) != 0)
		return -1;
	fd = socket(AF_INET, SOCK_STREAM | SOCK_CLOEXEC, 0);
	if (fd >= 0 && connect(fd, list->ai_addr, list->ai_addrlen) < 0) {
		(void)close(fd);
		fd = -1;
	}
	if (fd >= 0)
		(void)setsockopt(fd, IPPROTO_TCP, TCP_NODELAY, &one,
				 sizeof(one));
	freeaddrinfo(list);
	return fd;
}

static bool receive(int fd, unsigned char *buf, size_t len)
{
	int one = 1;

	/* The kernel forgets this after a while; without it each costs 40 ms.
	 */
	(void)setsockopt(fd, IPPROTO_TCP, TCP_QUICKACK, &one, sizeof(one));
	return recv(fd, buf, len, MSG_WAITALL) == (ssize_t)len;
}

static bool transmit(int fd, const unsigned char *data, size_t len)
{
	const unsigned char head[] = { (unsigned char)(len >> 8),
				       (unsigned char)len };
	struct blob message = { 0 };
	ssize_t sent;
	bool ok;

	blob_add(&message, head, sizeof(head));
	blob_add(&message, data, len);
	sent = send(fd, message.data, message.len, MSG_NOSIGNAL);
	ok = sent == (ssize_t)message.len;
	blob_clear(&message);
	return ok;
}

/* Powered and asked for its ATR, the card is in the eyes of pcscd. */
static void announce(struct link *link, struct session *s)
{
	if (!link->announced) {
		(void)puts("ready");
		(void)fflush(stdout);
	}
	link->announced = true;
	s->present = true;
}

static bool handle_control(struct link *link, struct session *s,
			   unsigned int code)
{
	const struct card *card = &s->card;
	const struct personality *p = card->personality;

	switch (code) {
	case CONTROL_ATR:
		/* Asked five times a second: it must not touch the card. */
		if (link->powered)
			announce(link, s);
		return card->atr_len > 0
			       ? transmit(link->fd, card->atr, card->atr_len)
			       : transmit(link->fd, p->atr, p->atr_len);
	case CONTROL_ON:
	case CONTROL_RESET:
		link->powered = true;
		card_reset(&s->card);
		return true;
	case CONTROL_OFF:
		card_reset(&s->card);
		return true;
	default:
		return true;
	}
}

static bool handle_command(struct link *link, struct session *s,
			   const unsigned char *raw, size_t len)
{
	struct blob answer = { 0 };
	bool ok = true;

	switch (session_command(s, raw, len, &answer)) {
	case OUTCOME_ANSWER:
		ok = transmit(link->fd, answer.data, answer.len);
		break;
	case OUTCOME_REMOVE:
		s->inserted = false;
		break;
	case OUTCOME_SILENCE:
		break;
	}
	blob_clear(&answer);
	return ok;
}

static bool handle_message(struct link *link, struct session *s)
{
	static unsigned char body[65536];
	unsigned char head[2];
	size_t len;

	if (!receive(link->fd, head, sizeof(head)))
		return false;
	len = (size_t)head[0] << 8 | head[1];
	if (len == 0 || !receive(link->fd, body, len))
		return false;
	if (len == 1)
		return handle_control(link, s, body[0]);
	return handle_command(link, s, body, len);
}

static void drop(struct link *link, struct session *s)
{
	if (link->fd >= 0)
		(void)close(link->fd);
	link->fd = -1;
	link->powered = false;
	link->give_up = now_ms() + LOST_PATIENCE_MS;
	s->present = false;
	card_reset(&s->card);
}

static int catch_signals(void)
{
	sigset_t set;

	if (sigemptyset(&set) != 0 || sigaddset(&set, SIGTERM) != 0 ||
	    sigaddset(&set, SIGINT) != 0 ||
	    sigprocmask(SIG_BLOCK, &set, NULL) != 0)
		return -1;
	return signalfd(-1, &set, SFD_CLOEXEC);
}

/* One round: waits for whichever speaks first, and serves it. */
static void serve(struct link *link, struct session *s, int signals,
		  int listener)
{
	struct pollfd fds[] = {
		{ .fd = signals, .events = POLLIN },
		{ .fd = listener, .events = POLLIN },
		{ .fd = link->fd, .events = POLLIN },
	};
	bool waiting = link->fd < 0 && s->inserted;

	if (poll(fds, sizeof(fds) / sizeof(fds[0]), waiting ? RETRY_MS : -1) <=
	    0)
		return;
	if (fds[0].revents)
		s->quit = true;
	if (fds[1].revents)
		control_serve(s, listener);
	if (fds[2].revents && s->inserted && !handle_message(link, s))
		drop(link, s);
}

/* Makes the connection be what is wanted. False when vpcd is gone for good. */
static bool settle(const struct transport *t, struct link *link,
		   struct session *s)
{
	if (!s->inserted) {
		if (link->fd >= 0)
			drop(link, s);
		/* The next insertion starts with all patience. */
		link->give_up = now_ms() + START_PATIENCE_MS;
		return true;
	}
	if (link->fd < 0)
		link->fd = connect_once(t);
	return link->fd >= 0 || now_ms() < link->give_up;
}

int transport_run(const struct transport *t, struct session *s)
{
	struct link link = { .fd = -1,
			     .give_up = now_ms() + START_PATIENCE_MS };
	int signals = catch_signals();
	int listener = -1;
	int code = 1;

	if (signals < 0) {
		perror("vcard");
		goto out;
	}
	if (t->control != NULL) {
		listener = control_listen(t->control);
		if (listener < 0)
			goto out;
	}
	while (!s->quit && settle(t, &link, s))
		serve(&link, s, signals, listener);
	if (s->quit || link.announced)
		code = 0;
	else
		(void)fprintf(stderr, "vcard: no vpcd at %s:%s\n", t->host,
			      t->port);
out:
	drop(&link, s);
	if (listener >= 0) {
		(void)close(listener);
		(void)unlink(t->control);
	}
	if (signals >= 0)
		(void)close(signals);
	return code;
}
