/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* A store with the schema and nothing in it, for a group of cmocka's tests; the
 * headers that cmocka.h needs go before. */
#ifndef UNIT_REGISTER_EMPTY_STORE_H
#define UNIT_REGISTER_EMPTY_STORE_H

#include "register/register_private.h"

static struct store *store;

static int open_store(void **state)
{
	(void)state;
	if (store_open("", STORE_MEMORY, &store))
		return -1;
	schema_make(store);
	schema_finish(store);
	store_today(store, "2026-11-21");
	return store_error(store);
}

static int close_store(void **state)
{
	(void)state;
	store_close(&store);
	return 0;
}

#endif
