/* SPDX-License-Identifier: LGPL-2.1-or-later */
/*
 * Workers, their frames and their deadlines.
 *
 * valgrind: no
 */
#include "unit/unit.h"

#include <signal.h>
#include <sys/time.h>
#include <unistd.h>

#include "token/worker.h"

#define TIMEOUT_MS 300
#define A_WORD 7
/* Where a child finds what it is to keep open. */
#define GO_FD 4
#define SAID_FD 5

static int go[2], said[2];

/* What a stopped terminal does to the parent: it is kept until the deadline has
 * passed, while the child says a word. */
static void keep_parent(int sig)
{
	static const struct timespec rest = { .tv_nsec = 600000000 };
	char byte = 0;

	(void)sig;
	if (write(go[1], &byte, 1) == 1 && read(said[0], &byte, 1) == 1)
		nanosleep(&rest, NULL);
}

static void say_a_word_and_hang(int channel, const void *arg)
{
	char byte;

	(void)arg;
	if (read(GO_FD, &byte, 1) != 1)
		return;
	worker_send(channel, A_WORD, NULL);
	if (write(SAID_FD, &byte, 1) != 1)
		return;
	pause();
}

struct heard {
	unsigned int words;
	enum cks_err end;
};

static bool on_frame(struct worker *w, unsigned int type, struct wire *payload)
{
	struct heard *heard = w->owner;

	(void)payload;
	heard->words += type == A_WORD;
	return false;
}

static bool on_end(struct worker *w, enum cks_err err)
{
	struct heard *heard = w->owner;

	heard->end = err;
	return false;
}

static void what_came_before_the_deadline_is_heard_after_it(void **state)
{
	struct sigaction keep = { .sa_handler = keep_parent };
	struct itimerval soon = { .it_value = { .tv_usec = 20000 } };
	struct heard heard = { 0 };
	struct worker worker = { .run = say_a_word_and_hang,
				 .timeout_ms = TIMEOUT_MS,
				 .n_held = 2,
				 .on_frame = on_frame,
				 .on_end = on_end,
				 .owner = &heard };

	(void)state;
	assert_int_equal(pipe(go), 0);
	assert_int_equal(pipe(said), 0);
	worker.held[0] = go[0];
	worker.held[1] = said[1];
	assert_int_equal(sigaction(SIGALRM, &keep, NULL), 0);
	assert_int_equal(setitimer(ITIMER_REAL, &soon, NULL), 0);
	assert_int_equal(workers_run(&worker, 1), CKS_OK);
	assert_int_equal(heard.end, CKS_ERR_TIMEOUT);
	assert_int_equal(heard.words, 1);
	for (int i = 0; i < 2; i++) {
		close(go[i]);
		close(said[i]);
	}
}

/* Frames that a worker sends, as they arrive. */
struct arrival {
	unsigned int n;
	bool in_order;
	enum cks_err err;
};

#define N_FRAMES 40U

static size_t size_of_frame(unsigned int i)
{
	/* Some fill many times what the socket holds, some nothing. */
	return i % 4 == 3 ? 0 : (size_t)i * i * 701;
}

static void send_frames(int channel, const void *arg)
{
	(void)arg;
	for (unsigned int i = 1; i <= N_FRAMES; i++) {
		struct wire w = { 0 };

		for (size_t k = 0; k < size_of_frame(i); k++)
			wire_append(&w, &(unsigned char){ (unsigned char)i },
				    1);
		worker_send(channel, i, &w);
		wire_free(&w);
	}
	worker_send_end(channel);
}

static bool on_numbered_frame(struct worker *w, unsigned int type,
			      struct wire *payload)
{
	struct arrival *a = w->owner;

	a->in_order &= type == ++a->n && payload->len == size_of_frame(type);
	for (size_t i = 0; i < payload->len; i++)
		a->in_order &= payload->data[i] == (unsigned char)type;
	return true;
}

static bool on_last_end(struct worker *w, enum cks_err err)
{
	((struct arrival *)w->owner)->err = err;
	return false;
}

static void frames_that_come_split_are_whole(void **state)
{
	struct arrival a = { .in_order = true };
	struct worker worker = { .run = send_frames,
				 .timeout_ms = 60000,
				 .on_frame = on_numbered_frame,
				 .on_end = on_last_end,
				 .owner = &a };

	(void)state;
	assert_int_equal(workers_run(&worker, 1), CKS_OK);
	assert_int_equal(a.err, CKS_OK);
	assert_int_equal(a.n, N_FRAMES);
	assert_true(a.in_order);
}

enum question { ECHO = 1, HANG, DIE, LEAVE };

/* Says each word that it is told once more. */
static void echo(int channel, const void *arg)
{
	(void)arg;
	for (;;) {
		struct wire question;
		unsigned int type = worker_take(channel, &question);

		if (type == HANG)
			pause();
		if (type == DIE)
			abort();
		if (type == LEAVE)
			break;
		worker_send(channel, A_WORD, &question);
		wire_free(&question);
	}
	worker_send_end(channel);
}

static bool on_echo(struct worker *w, unsigned int type, struct wire *payload)
{
	struct heard *heard = w->owner;

	heard->words += type == A_WORD && payload->len == 3;
	w->answered = true;
	return false;
}

static void ask(struct worker *w, enum question question)
{
	struct wire word = { 0 };

	assert_true(wire_append(&word, "abc", question == ECHO ? 3 : 0));
	worker_ask(w, question, &word);
	wire_free(&word);
	worker_wait(w);
}

static void one_that_is_asked_ends_as_it_is_asked_to(enum question last,
						     enum cks_err end)
{
	static const struct timespec longer = { .tv_nsec = 2L * TIMEOUT_MS *
							   1000000L };
	struct heard heard = { .end = CKS_ERR_COUNT };
	struct wire word = { 0 };
	struct worker worker = { .run = echo,
				 .timeout_ms = TIMEOUT_MS,
				 .on_frame = on_echo,
				 .on_end = on_end,
				 .owner = &heard };

	assert_true(wire_append(&word, "abc", 3));
	assert_int_equal(worker_start(&worker), CKS_OK);
	ask(&worker, ECHO);
	/* Nobody waits for it, so nothing is late; nor is an answer that its
	 * parent was kept from reading. */
	if (last == LEAVE)
		nanosleep(&longer, NULL);
	worker_ask(&worker, ECHO, &word);
	if (last == LEAVE)
		nanosleep(&longer, NULL);
	worker_wait(&worker);
	assert_true(worker.running);
	assert_int_equal(heard.words, 2);
	assert_int_equal(heard.end, CKS_ERR_COUNT);
	ask(&worker, last);
	assert_int_equal(heard.end, end);
	/* Of one that is gone nothing can be asked. */
	ask(&worker, ECHO);
	worker_finish(&worker);
	assert_int_equal(heard.words, 2);
	wire_free(&word);
}

static void a_worker_is_asked_for_one_thing_after_another(void **state)
{
	(void)state;
	one_that_is_asked_ends_as_it_is_asked_to(LEAVE, CKS_OK);
	one_that_is_asked_ends_as_it_is_asked_to(HANG, CKS_ERR_TIMEOUT);
	one_that_is_asked_ends_as_it_is_asked_to(DIE, CKS_ERR_CRASH);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(
			what_came_before_the_deadline_is_heard_after_it),
		cmocka_unit_test(frames_that_come_split_are_whole),
		cmocka_unit_test(a_worker_is_asked_for_one_thing_after_another),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
