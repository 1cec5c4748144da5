/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include "control.h"

#include <stdlib.h>
#include <string.h>
#include <sys/socket.h>
#include <sys/time.h>
#include <sys/un.h>
#include <unistd.h>

#define LINE_SIZE 256
#define WORDS 5

static bool number(const char *text, int base, unsigned int *out)
{
	unsigned long value;
	char *end;

	if (text == NULL)
		return false;
	value = strtoul(text, &end, base);
	if (end == text || *end != '\0' || value > 100000)
		return false;
	*out = (unsigned int)value;
	return true;
}

static bool is(const char *word, const char *name)
{
	return word != NULL && strcmp(word, name) == 0;
}

static bool set(struct session *s, char *const w[WORDS])
{
	struct pins *pins = &s->card.pins;

	if (is(w[1], "tries"))
		return number(w[2], 10, &pins->user.tries);
	if (is(w[1], "so-tries"))
		return number(w[2], 10, &pins->so.tries);
	return is(w[1], "delay-ms") && number(w[2], 10, &s->delay_ms);
}

static bool fault(struct session *s, char *const w[WORDS])
{
	struct faults *f = &s->faults;

	if (is(w[1], "none")) {
		*f = (struct faults){ 0 };
		s->card.pins.unblock_noop = false;
		return true;
	}
	if (is(w[1], "remove-at"))
		return number(w[2], 10, &f->remove_at);
	if (is(w[1], "garbage-at"))
		return number(w[2], 10, &f->garbage_at);
	if (is(w[1], "hang-at"))
		return number(w[2], 10, &f->hang_at);
	if (is(w[1], "fail-at"))
		return number(w[2], 10, &f->fail_at);
	if (is(w[1], "short-at"))
		return number(w[2], 10, &f->short_at);
	if (is(w[1], "long-at"))
		return number(w[2], 10, &f->long_at);
	if (is(w[1], "reset-at"))
		return number(w[2], 10, &f->reset_at);
	if (is(w[1], "remove-at-ins")) {
		f->remove_ins_at = 1;
		return number(w[2], 16, &f->remove_ins) &&
		       (w[3] == NULL || number(w[3], 10, &f->remove_ins_at));
	}
	if (is(w[1], "stop-at-ins")) {
		f->stops = number(w[2], 16, &f->stop_ins);
		return f->stops;
	}
	if (is(w[1], "remove-after-ins")) {
		f->remove_after = number(w[2], 16, &f->remove_after_ins);
		return f->remove_after;
	}
	if (!is(w[1], "unblock-noop"))
		return false;
	s->card.pins.unblock_noop = !is(w[2], "off");
	return w[2] == NULL || is(w[2], "on") || is(w[2], "off");
}

static void split(char *line, char *w[WORDS])
{
	char *save = NULL;
	size_t i;

	for (i = 0; i < WORDS; i++)
		w[i] = strtok_r(i == 0 ? line : NULL, " \t\r\n", &save);
}

static bool answer_state(const struct session *s, char *const w[WORDS],
			 char *answer, size_t size)
{
	if (is(w[0], "tries"))
		return snprintf(answer, size, "user %u so %u",
				s->card.pins.user.tries,
				s->card.pins.so.tries) > 0;
	if (is(w[0], "count"))
		return snprintf(answer, size, "%lu", s->count) > 0;
	if (is(w[0], "state"))
		return snprintf(answer, size, "%s",
				s->present    ? "present"
				: s->inserted ? "waiting"
					      : "removed") > 0;
	return false;
}

bool control_execute(struct session *s, const char *command, char *answer,
		     size_t size)
{
	char line[LINE_SIZE];
	char *w[WORDS];
	bool ok = false;

	(void)snprintf(line, sizeof(line), "%s", command);
	split(line, w);
	if (answer_state(s, w, answer, size))
		return true;
	if (is(w[0], "set")) {
		ok = set(s, w);
	} else if (is(w[0], "fault")) {
		ok = fault(s, w);
	} else if (is(w[0], "remove") || is(w[0], "insert")) {
		s->inserted = is(w[0], "insert");
		ok = true;
	} else if (is(w[0], "reset-count")) {
		s->count = 0;
		ok = true;
	} else if (is(w[0], "quit")) {
		s->quit = true;
		ok = true;
	}
	(void)snprintf(answer, size, ok ? "ok" : "error: not understood");
	return ok;
}

static bool make_address(const char *path, struct sockaddr_un *address)
{
	*address = (struct sockaddr_un){ .sun_family = AF_UNIX };
	if (strlen(path) >= sizeof(address->sun_path)) {
		(void)fprintf(stderr, "vcard: name of the socket too long\n");
		return false;
	}
	memcpy(address->sun_path, path, strlen(path));
	return true;
}

int control_listen(const char *path)
{
	struct sockaddr_un address;
	int fd;

	if (!make_address(path, &address))
		return -1;
	fd = socket(AF_UNIX, SOCK_STREAM | SOCK_CLOEXEC, 0);
	if (fd < 0)
		goto failed;
	(void)unlink(path);
	if (bind(fd, (struct sockaddr *)&address, sizeof(address)) < 0 ||
	    listen(fd, 8) < 0)
		goto failed;
	return fd;
failed:
	perror(path);
	if (fd >= 0)
		(void)close(fd);
	return -1;
}

int control_connect(const char *path)
{
	struct sockaddr_un address;
	int fd;

	if (!make_address(path, &address))
		return -1;
	fd = socket(AF_UNIX, SOCK_STREAM | SOCK_CLOEXEC, 0);
	if (fd >= 0 &&
	    connect(fd, (struct sockaddr *)&address, sizeof(address)) == 0)
		return fd;
	perror(path);
	if (fd >= 0)
		(void)close(fd);
	return -1;
}

/* Up to the end of a line, of the room, or of what the other end sends. */
static void read_line(int fd, char *line, size_t size)
{
	size_t used = 0;
	ssize_t n;

	do {
		n = recv(fd, line + used, size - 1 - used, 0);
		if (n > 0)
			used += (size_t)n;
		line[used] = '\0';
	} while (n > 0 && used < size - 1 && strchr(line, '\n') == NULL);
	line[strcspn(line, "\n")] = '\0';
}

void control_serve(struct session *s, int listener)
{
	/* Whoever connects and says nothing must not hold up the card. */
	const struct timeval patience = { .tv_sec = 1 };
	char line[LINE_SIZE], answer[LINE_SIZE];
	int fd = accept4(listener, NULL, NULL, SOCK_CLOEXEC);

	if (fd < 0)
		return;
	(void)setsockopt(fd, SOL_SOCKET, SO_RCVTIMEO, &patience,
			 sizeof(patience));
	read_line(fd, line, sizeof(line));
	(void)control_execute(s, line, answer, sizeof(answer) - 1);
	(void)strncat(answer, "\n", 2);
	(void)send(fd, answer, strlen(answer), MSG_NOSIGNAL);
	(void)close(fd);
}

int control_send(const char *path, const char *command)
{
	char answer[LINE_SIZE];
	int fd = control_connect(path);

	if (fd < 0)
		return 1;
	(void)send(fd, command, strlen(command), MSG_NOSIGNAL);
	(void)shutdown(fd, SHUT_WR);
	read_line(fd, answer, sizeof(answer));
	(void)close(fd);
	(void)puts(answer);
	return answer[0] == '\0' || strncmp(answer, "error", 5) == 0;
}
