/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* Workers that are no processes, for the fuzzers of what has workers. */
#ifndef FUZZ_WORKERS_H
#define FUZZ_WORKERS_H

#include "token/worker.h"

/* As workers_run() does, but one after the other: @run is called once for each
 * worker, as soon as it waits for no other. */
enum cks_err fuzz_workers(struct worker *workers, size_t n,
			  void (*run)(struct worker *worker));

#endif
