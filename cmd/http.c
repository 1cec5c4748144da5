/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include "http.h"

/* The checks of types are macros, which pointers to functions pass by. */
#define CURL_DISABLE_TYPECHECK
#include <curl/curl.h>
#include <errno.h>
#include <fcntl.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <strings.h>
#include <sys/wait.h>
#include <time.h>
#include <unistd.h>

#include "base/i18n.h"
#include "base/library.h"
#include "base/outfile.h"
#include "base/sanitized.h"
#include "base/soname.h"
#include "base/subprocess.h"

#define LIBCURL_SYMBOLS(X)    \
	X(curl_easy_cleanup)  \
	X(curl_easy_getinfo)  \
	X(curl_easy_init)     \
	X(curl_easy_perform)  \
	X(curl_easy_setopt)   \
	X(curl_easy_strerror) \
	X(curl_slist_append)  \
	X(curl_slist_free_all)

LIBRARY(LIBCURL_SYMBOLS, libcurl, SONAME_LIBCURL,
	"Asks responders (OCSP) and authorities that stamp times")

#define FIRST_PAUSE_S 1
#define MAX_CPU_SECONDS 20
#define MAX_MEMORY ((rlim_t)256 << 20)
/* So long the child may take to end beyond its time. */
#define LINGER_MS 1000

#define STATUS_OK 200
#define STATUS_TOO_MANY 429
#define STATUS_SERVER 500

struct asking {
	const struct http_question *q;
	int64_t deadline;
	int out; /* takes the answer, or a sentence that says why none came */
	struct buffer answer;
	bool is_too_long;
};

bool http_is_url(const char *url)
{
	const char *host = strncasecmp(url, "http://", 7) == 0	  ? url + 7
			   : strncasecmp(url, "https://", 8) == 0 ? url + 8
								  : "";

	/* A name and password in it would be shown, and a blank is a slip. */
	if (!*host || strchr("/?#:", *host) ||
	    memchr(host, '@', strcspn(host, "/?#")))
		return false;
	for (; *url; url++)
		if ((unsigned char)*url <= ' ' || *url == 0x7f)
			return false;
	return true;
}

/* 1. In the child */

static size_t take(char *bytes, size_t size, size_t n, void *ctx)
{
	struct asking *a = ctx;

	if (size * n > a->q->max - a->answer.len) {
		a->is_too_long = true;
		return 0;
	}
	buffer_put(&a->answer, bytes, size * n);
	return a->answer.failed ? 0 : size * n;
}

/* The headers of the question; NULL: no memory. */
static struct curl_slist *make_headers(const struct http_question *q)
{
	const char *const words[][2] = { { "Content-Type: ", q->type },
					 { "Accept: ", q->answer_type },
					 /* It would wait for leave to send. */
					 { "Expect:", "" } };
	struct curl_slist *all = NULL, *longer;
	char line[128];

	for (size_t i = 0; i < sizeof(words) / sizeof(words[0]); i++) {
		(void)snprintf(line, sizeof(line), "%s%s", words[i][0],
			       words[i][1]);
		longer = sym_curl_slist_append(all, line);
		if (!longer) {
			sym_curl_slist_free_all(all);
			return NULL;
		}
		all = longer;
	}
	return all;
}

static bool set_options(CURL *curl, struct asking *a,
			struct curl_slist *headers)
{
	int64_t left = a->deadline - subprocess_now();
	const struct http_question *q = a->q;

	return !sym_curl_easy_setopt(curl, CURLOPT_URL, q->url) &&
	       !sym_curl_easy_setopt(curl, CURLOPT_PROTOCOLS_STR,
				     "http,https") &&
	       !sym_curl_easy_setopt(curl, CURLOPT_FOLLOWLOCATION, 0L) &&
	       /* A proxy of the environment would learn what is asked. */
	       !sym_curl_easy_setopt(curl, CURLOPT_PROXY,
				     q->proxy ? q->proxy : "") &&
	       !sym_curl_easy_setopt(curl, CURLOPT_NOPROXY, "") &&
	       !sym_curl_easy_setopt(curl, CURLOPT_NOSIGNAL, 1L) &&
	       !sym_curl_easy_setopt(curl, CURLOPT_TIMEOUT_MS,
				     left > 1 ? (long)left : 1L) &&
	       !sym_curl_easy_setopt(curl, CURLOPT_POSTFIELDS,
				     (const char *)q->body) &&
	       !sym_curl_easy_setopt(curl, CURLOPT_POSTFIELDSIZE,
				     (long)q->len) &&
	       !sym_curl_easy_setopt(curl, CURLOPT_HTTPHEADER, headers) &&
	       !sym_curl_easy_setopt(curl, CURLOPT_USERAGENT, "ckstoken") &&
	       !sym_curl_easy_setopt(curl, CURLOPT_WRITEFUNCTION, take) &&
	       !sym_curl_easy_setopt(curl, CURLOPT_WRITEDATA, a);
}

/* True if the media type, which may have parameters, is the one asked for. */
static bool is_of_type(const char *type, const char *wanted)
{
	size_t len = strlen(wanted);

	return type && strncasecmp(type, wanted, len) == 0 &&
	       (type[len] == '\0' || type[len] == ';' || type[len] == ' ');
}

static int judge_status(CURL *curl, const struct http_question *q,
			struct error *error)
{
	const char *type = NULL;
	long status = 0;

	(void)sym_curl_easy_getinfo(curl, CURLINFO_RESPONSE_CODE, &status);
	(void)sym_curl_easy_getinfo(curl, CURLINFO_CONTENT_TYPE, &type);
	if (status != STATUS_OK)
		return error_set(error,
				 status >= STATUS_SERVER ||
						 status == STATUS_TOO_MANY
					 ? -EAGAIN
					 : -EPROTO,
				 _("%s: it answered with HTTP status %ld"),
				 q->url, status);
	if (!is_of_type(type, q->answer_type))
		return error_set(
			error, -EPROTO,
			_("%s: it answered with something else than %s"),
			q->url, q->answer_type);
	return 0;
}

/* 0 with the answer; -EAGAIN where another try may do, or another negative
 * errno; both told in @error. */
static int try_once(struct asking *a, struct error *error)
{
	struct curl_slist *headers = make_headers(a->q);
	CURL *curl = sym_curl_easy_init();
	int ret = -ENOMEM;
	CURLcode code;

	a->answer.len = 0;
	if (!headers || !curl || !set_options(curl, a, headers))
		goto out;
	code = sym_curl_easy_perform(curl);
	if (a->answer.failed)
		goto out;
	if (a->is_too_long)
		ret = error_set(
			error, -EFBIG,
			_("%s: its answer is longer than any of the kind"),
			a->q->url);
	else if (code == CURLE_OPERATION_TIMEDOUT)
		ret = error_set(error, -ETIMEDOUT,
				_("%s: it did not answer in time"), a->q->url);
	else if (code)
		ret = error_set(error, -EAGAIN, "%s: %s", a->q->url,
				sym_curl_easy_strerror(code));
	else
		ret = judge_status(curl, a->q, error);
out:
	if (curl)
		sym_curl_easy_cleanup(curl);
	sym_curl_slist_free_all(headers);
	return ret;
}

static int ask(struct asking *a, struct error *error)
{
	struct timespec pause = { .tv_sec = FIRST_PAUSE_S };
	int ret = library_load(&libcurl, error);

	if (ret)
		return ret;
	for (unsigned int tries = 1;; tries++) {
		ret = try_once(a, error);
		if (ret != -EAGAIN || tries >= a->q->tries ||
		    subprocess_now() + 1000 * pause.tv_sec >= a->deadline)
			return ret;
		(void)nanosleep(&pause, NULL);
		pause.tv_sec *= 2;
	}
}

static bool limit(void)
{
	if (subprocess_limit(RLIMIT_CPU, MAX_CPU_SECONDS) ||
	    subprocess_limit(RLIMIT_CORE, 0))
		return false;
#ifndef SANITIZED
	if (subprocess_limit(RLIMIT_DATA, MAX_MEMORY) ||
	    subprocess_limit(RLIMIT_FSIZE, 0))
		return false;
#endif
	return true;
}

/* Its exit code is an errno, which a byte holds. */
static int run_child(const void *arg)
{
	struct asking *a = (struct asking *)arg;
#ifdef SANITIZED
	const int files[] = { -1, a->out, STDERR_FILENO };
#else
	const int files[] = { -1, a->out, -1 };
#endif
	struct error error = { 0 };
	const unsigned char *at;
	const char *words;
	size_t len;
	int ret;

	if (subprocess_set_files(files, 3) || !limit())
		return EPERM;
	ret = ask(a, &error);
	words = error_text(&error, ret);
	at = ret ? (const unsigned char *)words : a->answer.data;
	len = ret ? strlen(words) : a->answer.len;
	return outfile_put(STDOUT_FILENO, at, len) ? EIO : -ret;
}

/* 2. Its parent */

int http_post(const struct http_question *q, struct buffer *answer,
	      struct error *error)
{
	struct asking a = { .q = q,
			    .deadline = subprocess_now() +
					1000 * (int64_t)q->seconds };
	struct sigaction keep, action = { .sa_handler = SIG_DFL };
	struct buffer said = { 0 };
	struct subprocess child;
	int ends[2], status, ret;

	if (!http_is_url(q->url))
		return error_set(
			error, -EINVAL,
			_("\"%s\" is no address of the kind http:// or https://"),
			q->url);
	/* It may hold a password. */
	if (q->proxy && !http_is_url(q->proxy))
		return error_set(
			error, -EINVAL, "%s",
			_("the proxy in [trust] is no address of the kind http:// or https:// without a name and a password"));
	if (pipe2(ends, O_CLOEXEC))
		return -errno;
	/* A process that ignores SIGCHLD would not learn how the child ends. */
	sigaction(SIGCHLD, &action, &keep);
	/* A library of the network's leaves threads and secrets of its own
	 * behind, and reads a stranger's headers: they end with the child. */
	a.out = ends[1];
	ret = subprocess_start(&child, run_child, &a);
	close(ends[1]);
	if (ret)
		goto out;
	ret = subprocess_read(ends[0], q->max + 1, a.deadline + LINGER_MS,
			      &said);
	if (!ret)
		(void)subprocess_wait(child.pidfd, a.deadline + LINGER_MS);
	status = subprocess_end(&child, LINGER_MS);
	if (ret == -ETIMEDOUT) {
		ret = error_set(error, ret, _("%s: it did not answer in time"),
				q->url);
	} else if (!ret && status != 0) {
		buffer_put(&said, "", 1);
		ret = error_set(
			error, WIFEXITED(status) ? -WEXITSTATUS(status) : -EIO,
			"%s",
			said.len > 1 ? (const char *)said.data : strerror(EIO));
	}
	if (!ret) {
		*answer = said;
		said = (struct buffer){ 0 };
	}
out:
	close(ends[0]);
	buffer_free(&said);
	sigaction(SIGCHLD, &keep, NULL);
	return ret;
}
