/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include <pthread.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>
#include <unistd.h>

#include "at_once.h"
#include "reading.h"
#include "scan.h"
#include "worker.h"

/* How much longer than one slot took, and at least, any may take of them. */
#define PATIENCE 10
#define PATIENCE_MS 2000

struct crowd {
	int channel;
	const struct module *m;
	read_slot_fn *read;
	const CK_SLOT_ID *slots;
	size_t n;
	bool all_objects;
	pthread_mutex_t lock;
	pthread_cond_t done;
	size_t n_begun, n_done;
};

static void *read_some(void *arg)
{
	struct crowd *crowd = arg;
	/* Each has its own word for what failed. */
	struct module m = *crowd->m;

	pthread_mutex_lock(&crowd->lock);
	while (crowd->n_begun < crowd->n) {
		CK_SLOT_ID slot = crowd->slots[crowd->n_begun++];

		pthread_mutex_unlock(&crowd->lock);
		crowd->read(crowd->channel, &m, slot, crowd->all_objects);
		pthread_mutex_lock(&crowd->lock);
		crowd->n_done++;
		pthread_cond_signal(&crowd->done);
	}
	pthread_mutex_unlock(&crowd->lock);
	return NULL;
}

static struct timespec in_ms(int64_t ms)
{
	struct timespec at;

	clock_gettime(CLOCK_REALTIME, &at);
	at.tv_sec += ms / 1000;
	at.tv_nsec += ms % 1000 * 1000000;
	if (at.tv_nsec >= 1000000000) {
		at.tv_sec++;
		at.tv_nsec -= 1000000000;
	}
	return at;
}

/* Waits until all have been read. The parent takes a worker that ends before
 * for one that died, and has all of them read in turn. */
static void wait_for_all(struct crowd *crowd, int64_t patience_ms)
{
	pthread_mutex_lock(&crowd->lock);
	while (crowd->n_done < crowd->n) {
		struct timespec limit = in_ms(patience_ms);
		size_t n_done = crowd->n_done;
		int ret = 0;

		while (crowd->n_done == n_done && !ret)
			ret = pthread_cond_timedwait(&crowd->done, &crowd->lock,
						     &limit);
		if (crowd->n_done == n_done)
			_exit(1);
	}
	pthread_mutex_unlock(&crowd->lock);
}

/* Whether a slot was mistaken for another shows when its token is asked once
 * more who it is, now that nobody else asks. */
static void send_again(int channel, struct module *m, CK_SLOT_ID slot)
{
	CK_TOKEN_INFO info;
	struct wire w = { 0 };

	memset(&info, 0, sizeof(info));
	if (m->f->C_GetTokenInfo(slot, &info))
		return;
	wire_put_u64(&w, slot);
	wire_put_bytes(&w, info.label, sizeof(info.label));
	wire_put_bytes(&w, info.manufacturerID, sizeof(info.manufacturerID));
	wire_put_bytes(&w, info.serialNumber, sizeof(info.serialNumber));
	worker_send(channel, READING_AGAIN, &w);
	wire_free(&w);
}

void slots_read_at_once(int channel, struct module *m, read_slot_fn *read,
			const CK_SLOT_ID *slots, size_t n, bool all_objects,
			int64_t took_ms)
{
	struct crowd crowd = {
		.channel = channel,
		.m = m,
		.read = read,
		.slots = slots,
		.n = n,
		.all_objects = all_objects,
		.lock = PTHREAD_MUTEX_INITIALIZER,
		.done = PTHREAD_COND_INITIALIZER,
	};
	pthread_t threads[MAX_OPEN_SLOTS];
	struct wire w = { 0 };
	size_t n_threads = 0;

	wire_put_u64(&w, n);
	for (size_t i = 0; i < n; i++)
		wire_put_u64(&w, slots[i]);
	worker_send(channel, READING_AT_ONCE, &w);
	wire_free(&w);
	while (n_threads < n && n_threads < MAX_OPEN_SLOTS &&
	       !pthread_create(&threads[n_threads], NULL, read_some, &crowd))
		n_threads++;
	if (n_threads == 0)
		read_some(&crowd);
	wait_for_all(&crowd, took_ms * PATIENCE < PATIENCE_MS
				     ? PATIENCE_MS
				     : took_ms * PATIENCE);
	for (size_t i = 0; i < n_threads; i++)
		pthread_join(threads[i], NULL);
	for (size_t i = 0; i < n; i++)
		send_again(channel, m, slots[i]);
}
