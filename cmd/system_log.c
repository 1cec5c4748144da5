/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include "system_log.h"

#include <errno.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/socket.h>
#include <sys/time.h>
#include <sys/un.h>
#include <unistd.h>

#include "command.h"
#include "input/secret_text.h"
#include "message.h"

/* The name of each act in CKSTOKEN_ACT, and its MESSAGE_ID, which no other
 * message of any program has. */
static const struct {
	const char *name, *id;
} acts[N_ACTS] = {
	[ACT_UNBLOCK_BEGUN] = { "unblock-begun",
				"a9ddecdea6fb43729d6864de5b3e3c43" },
	[ACT_UNBLOCK] = { "unblock", "500b051bf6bb4024ba3dd6ea2ec2ee06" },
	[ACT_UNBLOCK_RECORDED] = { "unblock-recorded",
				   "bac635b8a3bf441187077e8757b05ff8" },
	[ACT_REQUEST] = { "request", "2ee70ce5528e438280aed7ce7b9d9457" },
	[ACT_HANDOVER] = { "handover", "9d8ffd980b3a49048bb8ece11f97bdf2" },
	[ACT_DESK] = { "desk", "033d5404bd514811973de9ba7137298d" },
	[ACT_REPORT] = { "report", "2fdec894fac14f12be81aa43f8c48d64" },
	[ACT_STATUS] = { "status", "d11a74318fa24f87829a1bbf6be15e49" },
	[ACT_ADD] = { "add", "a4c2a159f2c345119b4c382c25356b1c" },
	[ACT_IMPORT] = { "import", "9c40b43f9a39457bb046dfb23e9ae04b" },
	[ACT_UNDO] = { "undo", "407f2d4d0f3d43e6b5f8cc35eb32fb82" },
	[ACT_EXPLAIN] = { "explain", "de53006f9f2c469cadff067907344227" },
	[ACT_COPY] = { "copy", "233182dfa22d4db085d20954f247194f" },
	[ACT_GRANT] = { "grant", "eff01054bd034e1090c7915db54b5369" },
	[ACT_REVOKE] = { "revoke", "9bb7bab2d3f64a1197ba8aebf47b221e" },
	[ACT_SEAL] = { "seal", "b2970b1166324c47b8083d843c9ee68d" },
	[ACT_SIGN] = { "sign", "3d0b4f9cfc704c20b57d1342fd69ffbc" },
	[ACT_OTHER] = { "other", "1b069767802644c1b894d646e914ddcb" },
};

/* A longer value is cut off: an entry has to fit into one datagram. */
#define VALUE_MAX ((size_t)2000)

/* authpriv, for the entries name people. */
#define FACILITY 10

enum act system_log_act(const char *command)
{
	size_t len = strcspn(command, " ");

	/* An act outside of the register has no event there. */
	if (strcmp(command, "unblock") == 0)
		return ACT_UNBLOCK_RECORDED;
	for (enum act i = ACT_REQUEST; i < ACT_OTHER; i++)
		if (strncmp(acts[i].name, command, len) == 0 &&
		    acts[i].name[len] == '\0')
			return i;
	return ACT_OTHER;
}

/* A line of the entry. A value that is clean has no line feed in it, so none
 * need be told by its length. */
static void put_line(struct log_entry *e, const char *prefix, const char *name,
		     const char *value)
{
	char *clean = message_clean(value);
	size_t len = clean ? strlen(clean) : 0;

	if (len > VALUE_MAX)
		len = VALUE_MAX;
	/* Not within a letter. */
	while (len > 0 && clean[len] != '\0' &&
	       ((unsigned char)clean[len] & 0xC0) == 0x80)
		len--;
	if (len > 0) {
		buffer_printf(&e->text, "%s%s=", prefix, name);
		buffer_put(&e->text, clean, len);
		buffer_puts(&e->text, "\n");
	}
	free(clean);
}

void system_log_begin(struct log_entry *e, enum act act,
		      enum act_priority priority)
{
	char *officer = login_name();

	*e = (struct log_entry){ 0 };
	buffer_printf(
		&e->text,
		"PRIORITY=%d\nSYSLOG_FACILITY=%d\nSYSLOG_IDENTIFIER=ckstoken\n"
		"MESSAGE_ID=%s\nCKSTOKEN_ACT=%s\n",
		(int)priority, FACILITY, acts[act].id, acts[act].name);
	system_log_put(e, "OFFICER", officer);
	free(officer);
}

void system_log_put(struct log_entry *e, const char *name, const char *value)
{
	if (value && *value && !secret_is_in_text(value))
		put_line(e, "CKSTOKEN_", name, value);
}

void system_log_number(struct log_entry *e, const char *name,
		       unsigned long value)
{
	buffer_printf(&e->text, "CKSTOKEN_%s=%lu\n", name, value);
}

static const struct sockaddr_un address = {
	.sun_family = AF_UNIX,
	.sun_path = "/run/systemd/journal/socket",
};

bool system_log_is_there(void)
{
	return access(address.sun_path, W_OK) == 0;
}

static void send_text(const struct buffer *text)
{
	/* A log that is full or hangs keeps no officer waiting twice, and one
	 * that refuses an entry may take the next. */
	static const struct timeval second = { .tv_sec = 1 };
	static bool has_waited;
	const struct sockaddr *to = (const struct sockaddr *)&address;
	int fd = socket(AF_UNIX, SOCK_DGRAM | SOCK_CLOEXEC, 0);

	if (fd < 0)
		return;
	if (sendto(fd, text->data, text->len, MSG_NOSIGNAL | MSG_DONTWAIT, to,
		   sizeof(address)) < 0 &&
	    errno == EAGAIN && !has_waited) {
		has_waited = true;
		if (setsockopt(fd, SOL_SOCKET, SO_SNDTIMEO, &second,
			       sizeof(second)) == 0)
			(void)sendto(fd, text->data, text->len, MSG_NOSIGNAL,
				     to, sizeof(address));
	}
	close(fd);
}

void system_log_send(struct log_entry *e, const char *format, ...)
{
	char *message = NULL;
	va_list args;
	int n;

	va_start(args, format);
	n = vasprintf(&message, format, args);
	va_end(args);
	if (n >= 0) {
		/* A label may be where a secret was written down. */
		put_line(e, "", "MESSAGE",
			 secret_is_in_text(message) ? "ckstoken" : message);
		free(message);
	}
	if (n >= 0 && !e->text.failed)
		send_text(&e->text);
	buffer_free(&e->text);
}
