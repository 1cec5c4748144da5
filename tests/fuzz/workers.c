/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include "workers.h"

#include <sys/syscall.h>
#include <time.h>
#include <unistd.h>

void forks_hold(void)
{
}

void forks_release(void)
{
}

/* Nothing is waited for; what libFuzzer's own thread waits for, is. */
int nanosleep(const struct timespec *nap, struct timespec *left)
{
	if (gettid() == getpid())
		return 0;
	return (int)syscall(SYS_nanosleep, nap, left);
}

enum cks_err fuzz_workers(struct worker *workers, size_t n,
			  void (*run)(struct worker *worker))
{
	bool any = true;

	while (any) {
		any = false;
		for (size_t i = 0; i < n; i++) {
			if (workers[i].started || workers[i].waits)
				continue;
			workers[i].started = true;
			any = true;
			run(&workers[i]);
		}
	}
	return CKS_OK;
}
