/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include "holders.h"

#include <ctype.h>
#include <dirent.h>
#include <linux/netlink.h>
#include <linux/rtnetlink.h>
#include <linux/sock_diag.h>
#include <linux/unix_diag.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/socket.h>
#include <sys/stat.h>
#include <sys/un.h>
#include <unistd.h>

#define MAX_CLIENTS 256
#define MAX_FDS 1024
/* How many processes may lie between one and what started it. */
#define MAX_DEPTH 64
#define ESTABLISHED 1
/* TASK_COMM_LEN of the kernel. */
#define NAME_SIZE 16
/* What an open socket is called, with its number behind. */
#define SOCKET "socket:["

/* A socket at the other end of one of pcscd's. */
struct client {
	uint64_t inode;
	bool is_found; /* in a process */
};

struct search {
	char path[sizeof(((struct sockaddr_un *)0)->sun_path) + 1];
	struct client clients[MAX_CLIENTS];
	size_t n;
	bool has_more;
	FILE *out;
	size_t n_named;
};

/* The socket of this process that is connected to pcscd; -1 if there is none.
 * Its other end bears the name that pcscd has given it. */
static int find_own(struct search *s)
{
	for (int fd = 3; fd < MAX_FDS; fd++) {
		struct sockaddr_un peer = { 0 };
		socklen_t len = sizeof(peer);

		if (getpeername(fd, (struct sockaddr *)&peer, &len) ||
		    peer.sun_family != AF_UNIX || peer.sun_path[0] == '\0')
			continue;
		memcpy(s->path, peer.sun_path, sizeof(peer.sun_path));
		return fd;
	}
	return -1;
}

/* One of the kernel's sockets: kept when it is the other end of pcscd's. */
static void take_socket(struct search *s, uint64_t own,
			const struct nlmsghdr *message)
{
	const struct unix_diag_msg *diag = NLMSG_DATA(message);
	size_t len = message->nlmsg_len - NLMSG_LENGTH(sizeof(*diag));
	const char *name = NULL;
	size_t name_len = 0;
	uint32_t peer = 0;

	for (const struct rtattr *a = (const struct rtattr *)(diag + 1);
	     RTA_OK(a, len); a = RTA_NEXT(a, len)) {
		if (a->rta_type == UNIX_DIAG_NAME) {
			name = RTA_DATA(a);
			name_len = RTA_PAYLOAD(a);
		} else if (a->rta_type == UNIX_DIAG_PEER &&
			   RTA_PAYLOAD(a) == sizeof(peer)) {
			memcpy(&peer, RTA_DATA(a), sizeof(peer));
		}
	}
	if (!name || peer == 0 || peer == (uint32_t)own ||
	    strnlen(name, name_len) != strlen(s->path) ||
	    memcmp(name, s->path, strlen(s->path)) != 0)
		return;
	if (s->n == MAX_CLIENTS)
		s->has_more = true;
	else
		s->clients[s->n++] = (struct client){ .inode = peer };
}

/* 1 when the answer goes on, 0 at its end, -1 on an error. */
static int take_answer(struct search *s, int fd, uint64_t own)
{
	static union {
		struct nlmsghdr align;
		char bytes[32768];
	} buf;
	ssize_t n = recv(fd, &buf, sizeof(buf), 0);
	size_t len;

	if (n <= 0)
		return -1;
	len = (size_t)n;
	for (const struct nlmsghdr *m = &buf.align; NLMSG_OK(m, len);
	     m = NLMSG_NEXT(m, len)) {
		if (m->nlmsg_type == NLMSG_DONE)
			return 0;
		if (m->nlmsg_type == NLMSG_ERROR)
			return -1;
		if (m->nlmsg_type == SOCK_DIAG_BY_FAMILY &&
		    m->nlmsg_len >= NLMSG_LENGTH(sizeof(struct unix_diag_msg)))
			take_socket(s, own, m);
	}
	return 1;
}

static bool find_clients(struct search *s, uint64_t own)
{
	struct {
		struct nlmsghdr header;
		struct unix_diag_req request;
	} ask = {
		.header = { .nlmsg_len = sizeof(ask),
			    .nlmsg_type = SOCK_DIAG_BY_FAMILY,
			    .nlmsg_flags = NLM_F_REQUEST | NLM_F_DUMP },
		.request = { .sdiag_family = AF_UNIX,
			     .udiag_states = 1U << ESTABLISHED,
			     .udiag_show = UDIAG_SHOW_NAME | UDIAG_SHOW_PEER },
	};
	int fd = socket(AF_NETLINK, SOCK_RAW | SOCK_CLOEXEC, NETLINK_SOCK_DIAG);
	int goes_on = -1;

	if (fd < 0)
		return false;
	if (send(fd, &ask, sizeof(ask), 0) == (ssize_t)sizeof(ask))
		do
			goes_on = take_answer(s, fd, own);
		while (goes_on > 0);
	close(fd);
	return goes_on == 0;
}

/* Marks each client whose socket the process @pid holds; whether any is. */
static bool holds_client(struct search *s, const char *pid)
{
	char path[300], link[64];
	struct dirent *entry;
	bool holds = false;
	DIR *dir;

	snprintf(path, sizeof(path), "/proc/%s/fd", pid);
	dir = opendir(path);
	while (dir && (entry = readdir(dir))) {
		unsigned long inode;
		ssize_t len;

		len = readlinkat(dirfd(dir), entry->d_name, link,
				 sizeof(link) - 1);
		if (len <= 0)
			continue;
		link[len] = '\0';
		if (strncmp(link, SOCKET, strlen(SOCKET)) != 0)
			continue;
		inode = strtoul(link + strlen(SOCKET), NULL, 10);
		for (size_t i = 0; i < s->n; i++) {
			if (s->clients[i].inode != inode)
				continue;
			s->clients[i].is_found = true;
			holds = true;
		}
	}
	if (dir)
		closedir(dir);
	return holds;
}

static void name_process(struct search *s, const char *pid)
{
	char path[300], name[64] = "";
	FILE *f;

	snprintf(path, sizeof(path), "/proc/%s/comm", pid);
	f = fopen(path, "re");
	if (f && !fgets(name, sizeof(name), f))
		name[0] = '\0';
	if (f)
		(void)fclose(f);
	name[strcspn(name, "\n")] = '\0';
	fprintf(s->out, "%s%s%s%s%s", s->n_named ? ", " : "", name,
		name[0] ? " (" : "", pid, name[0] ? ")" : "");
	s->n_named++;
}

/* The process that started @pid, 0 where that cannot be told; and the name of
 * @pid. */
static long parent_of(long pid, char name[NAME_SIZE])
{
	char path[64], line[512] = "";
	const char *begin, *end = NULL;
	FILE *f;

	snprintf(path, sizeof(path), "/proc/%ld/stat", pid);
	f = fopen(path, "re");
	/* The name may hold anything, but the last parenthesis ends it; a
	 * letter for the state is between that and the parent. */
	if (f && fgets(line, sizeof(line), f))
		end = strrchr(line, ')');
	if (f)
		(void)fclose(f);
	begin = strchr(line, '(');
	name[0] = '\0';
	if (!begin || !end || end < begin || strlen(end) <= strlen(") S "))
		return 0;
	snprintf(name, NAME_SIZE, "%.*s", (int)(end - begin - 1), begin + 1);
	return strtol(end + strlen(") S "), NULL, 10);
}

/* The first process of the program that this worker is of: it may have forked
 * before it came to this library. */
static long own_program(void)
{
	char name[NAME_SIZE], other[NAME_SIZE];
	long pid = getppid(), parent = parent_of(pid, name);

	for (int depth = 0; parent > 1 && depth < MAX_DEPTH; depth++) {
		long next = parent_of(parent, other);

		if (strcmp(name, other) != 0)
			break;
		pid = parent;
		parent = next;
	}
	return pid;
}

/*
 * True if @pid is the program that this worker is of, which is @own, or was
 * started by that: it waits for the card as this worker does. One that only
 * watches the readers is at no card.
 */
static bool is_harmless(long pid, long own)
{
	char name[NAME_SIZE];
	long parent = parent_of(pid, name);

	if (strcmp(name, WATCHER_NAME) == 0)
		return true;
	for (int depth = 0; pid > 1 && depth < MAX_DEPTH; depth++) {
		if (pid == (long)getpid() || pid == own)
			return true;
		pid = parent;
		parent = parent_of(pid, name);
	}
	return false;
}

static void name_processes(struct search *s)
{
	DIR *dir = opendir("/proc");
	long own = own_program();
	struct dirent *entry;

	while (dir && (entry = readdir(dir)))
		if (isdigit((unsigned char)entry->d_name[0]) &&
		    holds_client(s, entry->d_name) &&
		    !is_harmless(strtol(entry->d_name, NULL, 10), own))
			name_process(s, entry->d_name);
	if (dir)
		closedir(dir);
}

char *holders_find(bool *is_certain, bool *is_nobody)
{
	struct search *s = calloc(1, sizeof(*s));
	char *text = NULL;
	struct stat st;
	size_t len = 0;
	int own = s ? find_own(s) : -1;
	bool are_known = true;

	*is_certain = false;
	*is_nobody = false;
	if (own < 0 || fstat(own, &st) || !find_clients(s, st.st_ino))
		goto out;
	s->out = open_memstream(&text, &len);
	if (!s->out)
		goto out;
	name_processes(s);
	are_known = !s->has_more;
	for (size_t i = 0; i < s->n; i++)
		are_known &= s->clients[i].is_found;
	*is_certain = are_known && s->n_named == 1;
	*is_nobody = are_known && s->n_named == 0;
	if (fclose(s->out) || !text || s->n_named == 0) {
		free(text);
		text = NULL;
		*is_certain = false;
	}
out:
	free(s);
	return text;
}
