/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include <fcntl.h>
#include <stdbool.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <strings.h>
#include <sys/mman.h>
#include <unistd.h>

#include "opensc_conf.h"

#define DEFAULT_CONF "/etc/opensc/opensc.conf"
#define MAX_CONF (1024L * 1024)

struct edit {
	const char *at;
	FILE *out;
	const char *style;
	int depth;
	bool in_app;
	/* What the file has, found by a first pass. */
	bool has_app, has_pkcs11;
};

struct span {
	const char *start;
	size_t len;
};

/* The next word, string or mark, as OpenSC's own reader cuts them. */
static struct span peek(const char *at)
{
	struct span s;

	for (;;) {
		at += strspn(at, " \t\r\n");
		if (*at != '#')
			break;
		at += strcspn(at, "\r\n");
	}
	s.start = at;
	if (*at == '"') {
		s.len = 1 + strcspn(at + 1, "\"\r\n");
		if (at[s.len] != '\0')
			s.len++;
	} else if (*at && strchr(",{}=;", *at)) {
		s.len = 1;
	} else {
		s.len = strcspn(at, ";, \t\r\n");
	}
	return s;
}

static bool is(struct span s, const char *word)
{
	return s.len == strlen(word) && strncasecmp(s.start, word, s.len) == 0;
}

/* Copies all up to the end of @s. */
static void copy_through(struct edit *e, struct span s)
{
	(void)fwrite(e->at, 1, (size_t)(s.start + s.len - e->at), e->out);
	e->at = s.start + s.len;
}

/* Copies what stands before @s and leaves out "key = value, value;". */
static void drop_setting(struct edit *e, struct span s)
{
	(void)fwrite(e->at, 1, (size_t)(s.start - e->at), e->out);
	e->at = s.start + s.len;
	for (;;) {
		s = peek(e->at);
		if (s.len == 0 || is(s, "}"))
			return;
		e->at = s.start + s.len;
		if (is(s, ";"))
			return;
	}
}

static bool is_dropped(const struct edit *e, struct span key)
{
	if (!e->in_app || !is(peek(key.start + key.len), "="))
		return false;
	return is(key, "debug") || is(key, "debug_file") ||
	       is(key, "user_pin_unblock_style");
}

/*
 * OpenSC takes the "pkcs11" block of the first "app opensc-pkcs11", else of the
 * first "app default". The style goes into each such block; where there is
 * none, into one made in each such app: elsewhere it would hide the user's own
 * or be hidden itself.
 */
static void add_style(struct edit *e, bool app, bool pkcs11)
{
	if (!e->style)
		return;
	if (pkcs11)
		fprintf(e->out, "\nuser_pin_unblock_style = %s;\n", e->style);
	else if (app && !e->has_pkcs11)
		fprintf(e->out, "\npkcs11 {\nuser_pin_unblock_style = %s;\n}\n",
			e->style);
}

/* Copies "key name {", and puts the style into the block if it is the one. */
static void copy_statement(struct edit *e, struct span key)
{
	struct span s = peek(key.start + key.len);
	bool app = e->depth == 0 && is(key, "app") &&
		   (is(s, "default") || is(s, "opensc-pkcs11"));
	bool pkcs11 = e->depth == 1 && e->in_app && is(key, "pkcs11");

	copy_through(e, key);
	do {
		s = peek(e->at);
		if (s.len == 0 || is(s, "}"))
			return;
		copy_through(e, s);
		if (is(s, ";"))
			return;
	} while (!is(s, "{"));
	e->depth++;
	if (app)
		e->in_app = true;
	add_style(e, app, pkcs11);
	e->has_app |= app;
	e->has_pkcs11 |= pkcs11;
}

static void copy_all(struct edit *e)
{
	for (;;) {
		struct span s = peek(e->at);

		if (s.len == 0)
			break;
		if (is(s, "}")) {
			copy_through(e, s);
			if (e->depth > 0)
				e->depth--;
			if (e->depth == 0)
				e->in_app = false;
		} else if (is_dropped(e, s)) {
			drop_setting(e, s);
		} else {
			copy_statement(e, s);
		}
	}
}

/* One pass over the text, knowing what an earlier one found. */
static char *pass(const char *in, const char *style, struct edit *e)
{
	char *out = NULL;
	size_t len = 0;

	e->at = in;
	e->style = style;
	e->depth = 0;
	e->in_app = false;
	e->out = open_memstream(&out, &len);
	if (!e->out)
		return NULL;
	copy_all(e);
	if (style && !e->has_app)
		fprintf(e->out,
			"\napp default {\npkcs11 {\n"
			"user_pin_unblock_style = %s;\n}\n}\n",
			style);
	if (fclose(e->out)) {
		free(out);
		return NULL;
	}
	return out;
}

char *opensc_conf_edit(const char *in, const char *style)
{
	struct edit e = { 0 };

	free(pass(in, NULL, &e));
	return pass(in, style, &e);
}

static char *read_conf(void)
{
	const char *path = getenv("OPENSC_CONF");
	FILE *f = fopen(path && path[0] ? path : DEFAULT_CONF, "re");
	char *text = calloc(1, MAX_CONF + 1);

	if (f && text)
		(void)!fread(text, 1, MAX_CONF, f);
	if (f)
		(void)fclose(f);
	return text;
}

int opensc_conf_enter(const char *style)
{
	char *in = read_conf();
	char *out = in ? opensc_conf_edit(in, style) : NULL;
	size_t len = out ? strlen(out) : 0;
	int fd = out ? memfd_create("opensc.conf", 0) : -1;
	char path[64];
	int ret = -1;

	if (fd < 0 || write(fd, out, len) != (ssize_t)len)
		goto out;
	snprintf(path, sizeof(path), "/proc/self/fd/%d", fd);
	/* The descriptor stays open: the process ends with its work. */
	if (!setenv("OPENSC_CONF", path, 1))
		ret = 0;
out:
	free(in);
	free(out);
	return ret;
}
