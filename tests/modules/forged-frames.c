/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include <stdint.h>
#include <stdlib.h>
#include <string.h>
#include <sys/socket.h>
#include <unistd.h>

#include "mock.h"
#include "token/reading.h"

/* Where a worker speaks to its parent. */
#define CHANNEL 3
#define END 0

static void forge(uint32_t type, uint32_t len, const void *payload, size_t n)
{
	uint32_t header[2] = { type, len };

	if (send(CHANNEL, header, sizeof(header), MSG_NOSIGNAL) < 0 ||
	    (n > 0 && send(CHANNEL, payload, n, MSG_NOSIGNAL) < 0))
		_exit(1);
}

static void forge_slot(uint64_t slot)
{
	forge(READING_SLOT, sizeof(slot), &slot, sizeof(slot));
}

/* Bytes that fit no frame, but for the slot that is being read, in every kind
 * of frame. */
static void forge_garbage(uint64_t slot)
{
	unsigned char bytes[256];

	memset(bytes, 0xFF, sizeof(bytes));
	memcpy(bytes, &slot, sizeof(slot));
	forge(READING_OBJECTS, sizeof(bytes), bytes, sizeof(bytes));
	for (uint32_t type = READING_MODULE; type <= READING_OBJECTS; type++)
		forge(type, sizeof(bytes), bytes, sizeof(bytes));
	forge(77, 0, NULL, 0);
}

/* Has slot, slot, reader, error, detail: an error that no enumerator has. */
static void forge_error(uint64_t error)
{
	const uint64_t failure[] = { 1, 0, 0, error, 0 };

	forge(READING_ERROR, sizeof(failure), failure, sizeof(failure));
}

/* Objects that are nothing: class, id, label, value and digest of each. */
static void forge_objects(uint64_t slot)
{
	uint64_t objects[1 + 5 * 1000] = { slot };

	forge(READING_OBJECTS, sizeof(objects), objects, sizeof(objects));
}

static void forge_after_the_end(void)
{
	forge(END, 0, NULL, 0);
	forge_garbage(0);
}

/*
 * A module shares its worker's memory and descriptors, so it may speak in the
 * worker's name; MOCK_FRAMES says what it says.
 */
static CK_RV misbehave(CK_SLOT_ID slot, CK_TOKEN_INFO *info)
{
	const char *what = getenv("MOCK_FRAMES");

	(void)info;
	if (!what)
		return CKR_OK;
	if (strcmp(what, "garbage") == 0)
		forge_garbage(slot);
	else if (strcmp(what, "wrong-error") == 0)
		forge_error(0xFFFFFFFFFFFFULL);
	else if (strcmp(what, "huge-length") == 0)
		forge(READING_MODULE, UINT32_MAX, NULL, 0);
	else if (strcmp(what, "after-the-end") == 0)
		forge_after_the_end();
	for (uint64_t n = 1000; strcmp(what, "one-slot-for-ever") == 0; n++) {
		forge_slot(1000);
		usleep(300000);
	}
	for (uint64_t n = 1000; strcmp(what, "slots-for-ever") == 0; n++) {
		forge_slot(n);
		usleep(300000);
	}
	for (uint64_t n = 1000; strcmp(what, "endless-slots") == 0; n++)
		forge_slot(n);
	for (uint64_t n = 1000; strcmp(what, "endless-failures") == 0; n++)
		forge_error(n);
	while (strcmp(what, "endless-objects") == 0)
		forge_objects(slot);
	return CKR_OK;
}

const struct mock mock = {
	.token_info = misbehave,
};
