/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include <stdlib.h>
#include <string.h>
#include <winscard.h>

#include "base/text.h"
#include "ckstoken.h"
#include "worker.h"

#define MAX_READERS 64

struct cks_readers {
	size_t n;
	char *names[MAX_READERS];
	char *atrs[MAX_READERS];
};

struct listing {
	struct cks_readers *readers;
	enum cks_err err;
};

enum readers_frame { READERS_ERROR = 1, READERS_ONE };

static void send_reader(int channel, SCARDCONTEXT context, const char *name)
{
	SCARD_READERSTATE state = { .szReader = name };
	struct wire w = { 0 };

	if (SCardGetStatusChange(context, 0, &state, 1) != SCARD_S_SUCCESS ||
	    !(state.dwEventState & SCARD_STATE_PRESENT))
		state.cbAtr = 0;
	wire_put_text(&w, name);
	wire_put_bytes(&w, state.rgbAtr, state.cbAtr);
	worker_send(channel, READERS_ONE, &w);
	wire_free(&w);
}

static void send_readers(int channel, SCARDCONTEXT context)
{
	char *names = NULL;
	DWORD size = SCARD_AUTOALLOCATE;
	LONG rv = SCardListReaders(context, NULL, (LPSTR)&names, &size);

	if (rv != SCARD_S_SUCCESS)
		return;
	for (const char *name = names; *name; name += strlen(name) + 1)
		send_reader(channel, context, name);
	SCardFreeMemory(context, names);
}

/* In a worker, for a pcscd that hangs would hang its clients. */
static void readers_main(int channel, const void *arg)
{
	SCARDCONTEXT context;

	(void)arg;
	if (SCardEstablishContext(SCARD_SCOPE_SYSTEM, NULL, NULL, &context) !=
	    SCARD_S_SUCCESS) {
		worker_send(channel, READERS_ERROR, NULL);
		worker_send_end(channel);
		return;
	}
	send_readers(channel, context);
	worker_send_end(channel);
	SCardReleaseContext(context);
}

static bool on_frame(struct worker *w, unsigned int type, struct wire *payload)
{
	struct listing *listing = w->owner;
	struct cks_readers *r = listing->readers;
	const unsigned char *bytes;
	size_t len;

	if (type == READERS_ERROR) {
		listing->err = CKS_ERR_NO_SERVICE;
		return false;
	}
	if (r->n == MAX_READERS)
		return false;
	r->names[r->n] = wire_get_clean_text(payload);
	bytes = wire_get_bytes(payload, &len);
	r->atrs[r->n] = text_hex(bytes, len);
	if (!r->names[r->n] || !r->atrs[r->n])
		listing->err = CKS_ERR_MEMORY;
	r->n++;
	return false;
}

static bool on_end(struct worker *w, enum cks_err err)
{
	struct listing *listing = w->owner;

	if (err)
		listing->err = CKS_ERR_NO_SERVICE;
	return false;
}

enum cks_err cks_readers_list(unsigned int timeout_ms,
			      struct cks_readers **readers)
{
	struct listing listing = { 0 };
	struct worker worker = {
		.run = readers_main,
		.timeout_ms = timeout_ms,
		.on_frame = on_frame,
		.on_end = on_end,
		.owner = &listing,
	};
	enum cks_err err;

	if (!readers)
		return CKS_ERR_ARGUMENT;
	listing.readers = calloc(1, sizeof(**readers));
	if (!listing.readers)
		return CKS_ERR_MEMORY;
	err = workers_run(&worker, 1);
	if (!err)
		err = listing.err;
	if (err)
		cks_readers_free(&listing.readers);
	else
		*readers = listing.readers;
	return err;
}

void cks_readers_free(struct cks_readers **readers)
{
	struct cks_readers *r = readers ? *readers : NULL;

	if (!r)
		return;
	*readers = NULL;
	for (size_t i = 0; i < r->n; i++) {
		free(r->names[i]);
		free(r->atrs[i]);
	}
	free(r);
}

size_t cks_readers_count(const struct cks_readers *r)
{
	return r ? r->n : 0;
}

const char *cks_reader_name(const struct cks_readers *r, size_t i)
{
	return i < cks_readers_count(r) ? r->names[i] : NULL;
}

const char *cks_reader_atr(const struct cks_readers *r, size_t i)
{
	return i < cks_readers_count(r) ? r->atrs[i] : NULL;
}
