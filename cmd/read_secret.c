/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include "read_secret.h"

#include <ctype.h>
#include <errno.h>
#include <fcntl.h>
#include <limits.h>
#include <poll.h>
#include <signal.h>
#include <stdbool.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <sys/xattr.h>
#include <unistd.h>

#include "base/error.h"
#include "base/path.h"
#include "base/sanitized.h"
#include "base/secrecy.h"
#include "base/subprocess.h"
#include "command.h"
#include "message.h"
#include "terminal.h"

/* A secret, from the terminal, a file or a descriptor. */

/* Bytes of a line. */
#define SECRET_MAX 255

/* How long a pipe may take to be opened by whoever writes into it, and to give
 * the line: somebody may have to type a passphrase for it. */
#define OPENED_MS 5000
#define GIVEN_MS 60000

const char *secret_name(enum secret_kind kind)
{
	switch (kind) {
	case SECRET_SO_PIN:
		return _("SO PIN");
	case SECRET_PUK:
		return _("PUK");
	case SECRET_USER_PIN:
		return _("user PIN");
	case SECRET_NEW_PIN:
		break;
	}
	return _("new PIN");
}

/* 1. What no PIN can be */

static bool has_edge(const char *data, size_t len, const char *bytes, size_t n)
{
	return memchr(bytes, data[0], n) || memchr(bytes, data[len - 1], n);
}

/* Why @secret can be nobody's PIN, as a clause; NULL where it can be one. */
static const char *unfit(const struct cks_secret *secret, bool typed)
{
	const char *data = cks_secret_data((struct cks_secret *)secret);
	size_t len = cks_secret_length(secret);
	bool control = false, ascii = true;

	if (len == 0)
		return _("the first line is empty");
	for (size_t i = 0; i < len; i++) {
		unsigned char c = (unsigned char)data[i];

		control |= c < 0x20 || c == 0x7F;
		ascii &= c < 0x80;
	}
	if (len >= 3 && memcmp(data, "\xEF\xBB\xBF", 3) == 0)
		return _(
			"it begins with a byte order mark; save the file as plain text without one");
	if (!ascii && typed)
		return _(
			"it has an accented character, which no PIN has; is Vietnamese typing on?");
	if (!ascii)
		return _("it has characters beyond ASCII, which no PIN has");
	if (has_edge(data, len, " \t", 2))
		return _("a blank stands before or after it");
	if (data[len - 1] == '\r')
		return _("a carriage return stands after it");
	if (control)
		return _("it has a control character in it");
	return NULL;
}

/* Refuses what can be nobody's PIN, in @where, and what @check refuses. */
static int judge(const char *where, const struct cks_secret *secret, bool typed,
		 int (*check)(void *, const struct cks_secret *), void *owner)
{
	const char *why = unfit(secret, typed);

	if (!why)
		return check(owner, secret);
	print_error(_("%s: %s; nothing was sent to the token"), where, why);
	return cks_secret_length(secret) > 0 ? EXIT_REFUSED : EXIT_BAD_INPUT;
}

/* 2. The terminal */

/*
 * Asks on the terminal @tty. 0 with the line in @secret, which is empty after a
 * failure, or as terminal_read().
 */
static int ask_hidden(int tty, const char *prompt, struct cks_secret *secret,
		      int *sig)
{
	size_t len = 0;
	int ret;

	/* There is room for one byte behind the last. */
	ret = terminal_read(tty, prompt, true, cks_secret_data(secret),
			    cks_secret_capacity(secret) + 1, &len, sig);
	if (cks_secret_set_length(secret, ret ? 0 : len) && !ret)
		ret = -EMSGSIZE;
	return ret;
}

/* Asks once at @tty. */
static int ask_once(int tty, const char *prompt, struct cks_secret *secret)
{
	int sig = 0, rc = ask_hidden(tty, prompt, secret, &sig);

	switch (rc) {
	case 0:
		if (cks_secret_length(secret) > 0)
			return 0;
		break;
	case -ECANCELED:
		break;
	case -EINTR:
		print_error(_(
			"interrupted while it asked; nothing was sent to the token"));
		(void)raise(sig);
		return EXIT_REFUSED;
	case -ENODATA:
		print_error(_(
			"the input ended in the middle of the line: what was typed counts only with Enter. Nothing was sent to the token"));
		return EXIT_REFUSED;
	case -EMSGSIZE:
		print_error(
			_("more than %d characters were entered; nothing was sent to the token"),
			SECRET_MAX);
		return EXIT_REFUSED;
	default:
		print_error(_("the terminal cannot be read: %s"),
			    strerror(-rc));
		return EXIT_BAD_INPUT;
	}
	print_error(_("nothing was entered and nothing was sent to the token"));
	return EXIT_REFUSED;
}

static const char *prompt_for(enum secret_kind kind)
{
	switch (kind) {
	case SECRET_SO_PIN:
		return _("SO PIN: ");
	case SECRET_PUK:
		return _("PUK: ");
	case SECRET_USER_PIN:
		return _("User PIN: ");
	case SECRET_NEW_PIN:
		break;
	}
	return _("New user PIN: ");
}

/* What is typed wrongly without being seen, told once. */
static void hint(int tty)
{
	static bool told;
	const char *text = _(
		"Nothing shows while you type; keep Caps Lock and Vietnamese typing off.\n");

	if (!told)
		(void)!write(tty, text, strlen(text));
	told = true;
}

static int ask_terminal(const char *option, enum secret_kind kind,
			int (*check)(void *, const struct cks_secret *),
			void *owner, struct cks_secret *secret)
{
	int tty = terminal_open();
	struct cks_secret *again = NULL;
	int ret;

	if (tty < 0) {
		print_error(
			_("there is no terminal to ask on; give the secret by --%s-file FILE or --%s-fd N"),
			option, option);
		return EXIT_USAGE;
	}
	hint(tty);
	ret = ask_once(tty, prompt_for(kind), secret);
	if (!ret)
		ret = judge(secret_name(kind), secret, true, check, owner);
	if (ret || kind != SECRET_NEW_PIN)
		goto out;
	again = cks_secret_new(SECRET_MAX);
	ret = again ? ask_once(tty, _("Once more: "), again)
		    : print_no_memory();
	if (!ret && !cks_secret_equal(secret, again)) {
		print_error(_(
			"the two entries are not the same; nothing was sent to the token"));
		ret = EXIT_REFUSED;
	}
out:
	cks_secret_free(&again);
	close(tty);
	return ret;
}

/* 3. Files and descriptors */

struct input {
	int fd;
	const char *where; /* for messages: the file and which secret it is */
	bool opened_here;  /* and then without waiting for a writer */
	bool begun;	   /* there is, or was, a writer */
	int64_t start;
};

/* The next byte. 1, 0 at the end, or -errno: -ENXIO where nobody has opened the
 * pipe to write, -ETIMEDOUT where somebody has, and gives nothing. */
static int next_byte(struct input *in, char *c)
{
	for (;;) {
		bool wait = in->opened_here && !in->begun;
		int64_t end = in->start + (wait ? OPENED_MS : GIVEN_MS);
		int64_t left = end - subprocess_now();
		struct pollfd fd = { .fd = in->fd, .events = POLLIN };
		int rc = poll(&fd, 1, left > 0 ? (int)left : 0);
		ssize_t n;

		if (rc < 0 && errno == EINTR)
			continue;
		if (rc < 0)
			return -errno;
		if (rc == 0 && !wait)
			return -ETIMEDOUT;
		n = read(in->fd, c, 1);
		if (n == 0 && rc == 0)
			return -ENXIO;
		in->begun = true;
		if (n >= 0)
			return (int)n;
		if (errno != EINTR && errno != EAGAIN)
			return -errno;
	}
}

/*
 * Reads one line, a byte at a time, so that the bytes after it are left for the
 * next reader, and none lies in a buffer of stdio's. 0 or -errno.
 */
static int read_line(struct input *in, struct cks_secret *secret)
{
	char *data = cks_secret_data(secret);
	size_t len = 0;
	int rc;

	/* There is room for one byte behind the last. */
	while ((rc = next_byte(in, &data[len])) > 0 && data[len] != '\n')
		if (len++ == SECRET_MAX)
			return -EMSGSIZE;
	if (rc < 0)
		return rc;
	if (len > 0 && data[len - 1] == '\r')
		len--;
	return cks_secret_set_length(secret, len) ? -EMSGSIZE : 0;
}

static int fail_reading(const struct input *in, int error)
{
	switch (error) {
	case -ENXIO:
		print_error(
			_("%s: within %d seconds nobody has opened this pipe to write; nothing was sent to the token"),
			in->where, OPENED_MS / 1000);
		break;
	case -ETIMEDOUT:
		print_error(
			_("%s: within %d seconds no line has come; nothing was sent to the token"),
			in->where, GIVEN_MS / 1000);
		break;
	case -EMSGSIZE:
		print_error(
			_("%s: the first line is longer than %d characters; nothing was sent to the token"),
			in->where, SECRET_MAX);
		break;
	default:
		print_error(
			_("%s: the secret cannot be read: %s; nothing was sent to the token"),
			in->where, strerror(-error));
	}
	return EXIT_BAD_INPUT;
}

/* Whether nobody but this user and root could have read or written the file. */
static int check_file(const struct input *in)
{
	const char *advice = "chmod 600";
	struct stat st;

	if (fstat(in->fd, &st))
		return fail_reading(in, -errno);
	if (isatty(in->fd)) {
		print_error(
			_("%s: this is a terminal, which would show the secret; leave the option out to be asked for it. Nothing was sent to the token"),
			in->where);
		return EXIT_BAD_INPUT;
	}
	/* A pipe without a name belongs to whoever handed it over. */
	if (!S_ISREG(st.st_mode) && !(S_ISFIFO(st.st_mode) && in->opened_here))
		return 0;
	if (!path_owner_is_trusted(st.st_uid)) {
		print_error(
			_("%s: this file belongs to another user (uid %u), who knows the secret or has changed it; nothing was sent to the token"),
			in->where, st.st_uid);
		return EXIT_BAD_INPUT;
	}
	if (fgetxattr(in->fd, "system.posix_acl_access", NULL, 0) > 0)
		advice = "setfacl -b; chmod 600";
	if (st.st_mode & (S_IRGRP | S_IROTH)) {
		print_error(
			_("%s: others can read this secret; run \"%s\" on the file, and treat the secret as disclosed. Nothing was sent to the token"),
			in->where, advice);
		return EXIT_BAD_INPUT;
	}
	if (st.st_mode & (S_IWGRP | S_IWOTH)) {
		print_error(
			_("%s: others can write to this file, so the secret in it may be theirs; check it, and run \"%s\" on the file. Nothing was sent to the token"),
			in->where, advice);
		return EXIT_BAD_INPUT;
	}
	return 0;
}

static int read_input(struct input *in, struct cks_secret *secret)
{
	int rc, ret = check_file(in);

	if (ret)
		return ret;
	in->start = subprocess_now();
	rc = read_line(in, secret);
	return rc ? fail_reading(in, rc) : 0;
}

/* A word that names no file may be the secret itself, and is not repeated. */
static int fail_opening(const struct secret_source *source, const char *where,
			int error)
{
	if ((error == -ENOENT || error == -ENAMETOOLONG) &&
	    !strchr(source->file, '/'))
		print_error(
			_("--%s-file takes the name of a file, and there is none of that name; nothing was sent to the token"),
			source->option);
	else
		print_error(_("%s: %s; nothing was sent to the token"), where,
			    error_text(NULL, error));
	return EXIT_BAD_INPUT;
}

static int read_file(const struct secret_source *source, const char *where,
		     struct cks_secret *secret)
{
	const char *path = source->file;
	struct input in = { .where = where, .fd = -1 };
	struct path_end end;
	int ret = path_walk(path, true, &end);
	bool fit = false;

	if (!ret) {
		fit = !end.exists || S_ISREG(end.st.st_mode) ||
		      S_ISFIFO(end.st.st_mode);
		in.opened_here = !end.magic;
		path_end_free(&end);
	}
	/* A device is not even opened: for some that is an order. */
	if (!ret && !fit) {
		print_error(
			_("%s: this is neither a file nor a pipe; nothing was sent to the token"),
			where);
		return EXIT_BAD_INPUT;
	}
	if (!ret)
		in.fd = path_open(path, O_RDONLY | O_NONBLOCK | O_NOCTTY, 0);
	if (ret || in.fd < 0)
		return fail_opening(source, where, ret ? ret : in.fd);
	ret = read_input(&in, secret);
	close(in.fd);
	return ret;
}

/* The file or descriptor and which secret it is: "so.txt (SO PIN)". */
static char *name_of(const struct secret_source *source, enum secret_kind kind)
{
	char *name = NULL;
	int n;

	if (source->file)
		n = asprintf(&name, "%s (%s)", source->file, secret_name(kind));
	else
		n = asprintf(&name, "--%s-fd %d (%s)", source->option,
			     source->fd, secret_name(kind));
	return n < 0 ? NULL : name;
}

static int read_given(const struct secret_source *source, const char *where,
		      struct cks_secret *secret)
{
	struct input in = { .where = where, .fd = source->fd };

	if (source->file && strcmp(source->file, "-") != 0)
		return read_file(source, where, secret);
	if (source->file)
		in.fd = STDIN_FILENO;
	return read_input(&in, secret);
}

bool secret_is_given(const struct secret_source *source)
{
	return source->file || source->fd >= 0;
}

int read_secret(const struct secret_source *source, enum secret_kind kind,
		int (*check)(void *owner, const struct cks_secret *secret),
		void *owner, struct cks_secret **secret)
{
	struct cks_secret *s = cks_secret_new(SECRET_MAX);
	char *where = name_of(source, kind);
	int ret;

#ifndef SANITIZED
	/* A command that signs only when it is asked to is not sealed from its
	 * first option on. */
	secrecy_seal();
#endif
	if (!s || !where) {
		ret = print_no_memory();
	} else if (secret_is_given(source)) {
		ret = read_given(source, where, s);
		if (!ret)
			ret = judge(where, s, false, check, owner);
	} else {
		ret = ask_terminal(source->option, kind, check, owner, s);
	}
	free(where);
	if (ret)
		cks_secret_free(&s);
	else
		*secret = s;
	return ret;
}

/* 4. Around secrets */

/* The number of a descriptor as everybody reads it: "010" is 8 to some. */
static bool parse_fd(const char *text, int *fd)
{
	char plain[16];
	long n = strtol(text, NULL, 10);

	if (n < 0 || n > INT_MAX)
		return false;
	(void)snprintf(plain, sizeof(plain), "%ld", n);
	*fd = (int)n;
	return strcmp(plain, text) == 0;
}

int secret_source_check(struct secret_source *source)
{
	if (source->number && !parse_fd(source->number, &source->fd)) {
		print_error(
			_("--%s-fd takes the number of an open descriptor, such as 3"),
			source->option);
		return EXIT_USAGE;
	}
	if (source->file && source->fd >= 0) {
		print_error(_("--%s-file and --%s-fd cannot be used together"),
			    source->option, source->option);
		return EXIT_USAGE;
	}
	/* Asked before this program opens files of its own, one of which
	 * could get this number. */
	if (source->fd >= 0 && fcntl(source->fd, F_GETFD) < 0) {
		print_error(
			_("--%s-fd takes the number of an open descriptor, and this is the number of none"),
			source->option);
		return EXIT_USAGE;
	}
	return 0;
}

const char *secret_doubt(const struct cks_secret *secret)
{
	const char *data = cks_secret_data((struct cks_secret *)secret);
	size_t len = cks_secret_length(secret), word = 0;

	if (len > 2 && data[0] == data[len - 1] && strchr("\"'`", data[0]))
		return _("it stands in quotation marks");
	if (len > 2 && ((data[0] == '<' && data[len - 1] == '>') ||
			(data[0] == '[' && data[len - 1] == ']')))
		return _("it stands in brackets");
	while (word < len && (isalpha((unsigned char)data[word]) ||
			      data[word] == ' ' || data[word] == '_'))
		word++;
	if (word > 0 && word + 1 < len &&
	    (data[word] == ':' || data[word] == '='))
		return _("it begins like a label");
	if (memchr(data, ' ', len))
		return _("it has a blank in it");
	return NULL;
}

/* True if there is a swap that memory could be written to. */
static bool has_swap(void)
{
	FILE *f = fopen("/proc/swaps", "re");
	char line[256];
	int n = 0;

	/* The first line is a heading. */
	while (f && n < 2 && fgets(line, sizeof(line), f))
		n += strchr(line, '\n') != NULL;
	if (f)
		(void)fclose(f);
	return n == 2;
}

void secrets_warn_of_swap(void)
{
	size_t bytes = cks_secrets_unlocked();

	if (bytes > 0 && has_swap())
		print_warning(
			_("%zu kB of the memory in which the secrets were may have been written to the swap, for the limit of locked memory (ulimit -l) is too low: raise it, or encrypt the swap; ckstoken-security(7) has more"),
			(bytes + 1023) / 1024);
}
