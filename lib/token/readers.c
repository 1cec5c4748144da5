/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include "readers.h"

#include <errno.h>
#include <poll.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/socket.h>
#include <sys/un.h>
#include <unistd.h>
#include <winscard.h>

#include "base/path.h"
#include "base/text.h"
#include "holders.h"
#include "worker.h"

#define DOTS "..."
/* How long a probe waits for another program to let go of a card. */
#define BLAME_TIMEOUT_MS 2000
/* How long pcscd may take to hang up on a user whom it refuses. */
#define HANG_UP_TIMEOUT_MS 2000

/* 1. The list */

enum readers_frame { READERS_ERROR = 1, READERS_ONE, READERS_PROBE };

static LONG send_reader(int channel, SCARDCONTEXT context, const char *name)
{
	SCARD_READERSTATE state = { .szReader = name };
	struct wire w = { 0 };
	LONG rv = SCardGetStatusChange(context, 0, &state, 1);

	/* Unplugged since the list was made. */
	if (rv == SCARD_E_UNKNOWN_READER)
		return SCARD_S_SUCCESS;
	if (rv != SCARD_S_SUCCESS)
		return rv;
	if (!(state.dwEventState & SCARD_STATE_PRESENT))
		state.cbAtr = 0;
	wire_put_text(&w, name);
	wire_put_u64(&w, state.dwEventState);
	wire_put_bytes(&w, state.rgbAtr, state.cbAtr);
	worker_send(channel, READERS_ONE, &w);
	wire_free(&w);
	return SCARD_S_SUCCESS;
}

/* A list that breaks off would have tokens taken for pulled. */
static enum cks_err send_readers(int channel, SCARDCONTEXT context)
{
	char *names = NULL;
	DWORD size = SCARD_AUTOALLOCATE;
	LONG rv = SCardListReaders(context, NULL, (LPSTR)&names, &size);

	if (rv == SCARD_E_NO_READERS_AVAILABLE)
		return CKS_OK;
	if (rv != SCARD_S_SUCCESS)
		return CKS_ERR_NO_SERVICE;
	for (const char *name = names; *name && rv == SCARD_S_SUCCESS;
	     name += strlen(name) + 1)
		rv = send_reader(channel, context, name);
	SCardFreeMemory(context, names);
	return rv == SCARD_S_SUCCESS ? CKS_OK : CKS_ERR_NO_SERVICE;
}

/*
 * Why pcsc-lite finds no service: it says the same of a socket that is not for
 * this user, and of a pcscd that polkit has told to refuse one, which hangs up
 * before it is asked for anything. One that serves waits for a question.
 */
static enum cks_err explain_no_service(void)
{
	struct sockaddr_un address = { .sun_family = AF_UNIX };
	int fd = socket(AF_UNIX, SOCK_STREAM | SOCK_CLOEXEC, 0);
	struct pollfd hung_up = { .fd = fd, .events = POLLIN };
	enum cks_err err = CKS_ERR_NO_SERVICE;

	if (fd < 0)
		return err;
	snprintf(address.sun_path, sizeof(address.sun_path), "%s",
		 path_pcscd_socket());
	if (connect(fd, (struct sockaddr *)&address, sizeof(address))) {
		if (errno == EACCES || errno == EPERM)
			err = CKS_ERR_DENIED;
	} else if (poll(&hung_up, 1, HANG_UP_TIMEOUT_MS) > 0) {
		err = CKS_ERR_DENIED;
	}
	close(fd);
	return err;
}

enum cks_err readers_connect(SCARDCONTEXT *context)
{
	LONG rv =
		SCardEstablishContext(SCARD_SCOPE_SYSTEM, NULL, NULL, context);

	if (rv == SCARD_S_SUCCESS)
		return CKS_OK;
	return rv == SCARD_W_SECURITY_VIOLATION ? CKS_ERR_DENIED
						: explain_no_service();
}

/* In a worker, for a pcscd that hangs would hang its clients. */
static void readers_main(int channel, const void *arg)
{
	SCARDCONTEXT context;
	struct wire w = { 0 };
	enum cks_err err = readers_connect(&context);

	bool is_connected = !err;

	(void)arg;
	if (is_connected)
		err = send_readers(channel, context);
	if (err) {
		wire_put_u64(&w, err);
		worker_send(channel, READERS_ERROR, &w);
		wire_free(&w);
	}
	worker_send_end(channel);
	if (is_connected)
		SCardReleaseContext(context);
}

static void take_reader(struct readers_listing *listing, struct wire *w)
{
	struct cks_readers *readers = listing->readers;
	struct reader *r = &readers->list[readers->n];
	const unsigned char *name, *atr;
	size_t name_len, len;
	uint64_t state;

	if (readers->n == MAX_READERS) {
		readers->has_more = true;
		return;
	}
	name = wire_get_bytes(w, &name_len);
	state = wire_get_u64(w);
	atr = wire_get_bytes(w, &len);
	if (w->failed)
		return;
	r->pcsc_name = strndup((const char *)name, name_len);
	r->name = cks_text_clean(name, name_len);
	r->atr = text_hex(atr, len);
	r->has_card = state & SCARD_STATE_PRESENT;
	r->is_mute = state & SCARD_STATE_MUTE;
	r->is_exclusive = state & SCARD_STATE_EXCLUSIVE;
	r->is_in_use = state & SCARD_STATE_INUSE;
	r->events = (unsigned int)(state >> 16 & 0xFFFF);
	if (!r->pcsc_name || !r->name || !r->atr)
		listing->err = CKS_ERR_MEMORY;
	readers->n++;
}

static bool on_frame(struct worker *w, unsigned int type, struct wire *payload)
{
	struct readers_listing *listing = w->owner;

	if (type == READERS_ERROR) {
		listing->err = wire_get_u64(payload) == CKS_ERR_DENIED
				       ? CKS_ERR_DENIED
				       : CKS_ERR_NO_SERVICE;
		return false;
	}
	take_reader(listing, payload);
	return false;
}

static bool on_end(struct worker *w, enum cks_err err)
{
	struct readers_listing *listing = w->owner;

	if (err)
		listing->err = CKS_ERR_NO_SERVICE;
	return false;
}

/*
 * Makes @worker one that lists the readers into @listing, whose readers the
 * caller frees whatever comes. CKS_ERR_MEMORY.
 */
static enum cks_err readers_worker(struct worker *worker,
				   struct readers_listing *listing,
				   unsigned int timeout_ms)
{
	listing->readers = calloc(1, sizeof(*listing->readers));
	if (!listing->readers)
		return CKS_ERR_MEMORY;
	*worker = (struct worker){ .run = readers_main,
				   .timeout_ms = timeout_ms,
				   .on_frame = on_frame,
				   .on_end = on_end,
				   .owner = listing };
	return CKS_OK;
}

enum cks_err cks_readers_list(unsigned int timeout_ms,
			      struct cks_readers **readers)
{
	struct readers_listing listing = { 0 };
	struct worker worker;
	enum cks_err err;

	if (!readers)
		return CKS_ERR_ARGUMENT;
	err = readers_worker(&worker, &listing, timeout_ms);
	if (!err)
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
		free(r->list[i].pcsc_name);
		free(r->list[i].name);
		free(r->list[i].atr);
	}
	free(r);
}

size_t cks_readers_count(const struct cks_readers *r)
{
	return r ? r->n : 0;
}

const char *cks_reader_name(const struct cks_readers *r, size_t i)
{
	return i < cks_readers_count(r) ? r->list[i].name : NULL;
}

const char *cks_reader_atr(const struct cks_readers *r, size_t i)
{
	return i < cks_readers_count(r) ? r->list[i].atr : NULL;
}

bool cks_reader_has_card(const struct cks_readers *r, size_t i)
{
	return i < cks_readers_count(r) && r->list[i].has_card;
}

bool cks_reader_in_use(const struct cks_readers *r, size_t i)
{
	return i < cks_readers_count(r) &&
	       (r->list[i].is_in_use || r->list[i].is_exclusive);
}

/* 2. Names of readers and descriptions of slots */

/* True if @description is the first @size bytes of the reader's name with @end
 * behind them, where the name has more than a slot has room for. */
static bool is_cut_at(const struct reader *reader, const char *description,
		      size_t size, const char *end)
{
	char text[SLOT_DESCRIPTION_SIZE + sizeof(DOTS)], *cut;
	bool same;

	snprintf(text, sizeof(text), "%.*s%s", (int)size, reader->pcsc_name,
		 end);
	cut = cks_text_clean(text, size + strlen(end));
	same = cut && strcmp(cut, description) == 0;
	free(cut);
	return same;
}

/* A module may also leave out a letter that would be cut in two, or put a NUL
 * behind what it cuts; OpenSC puts dots there. */
bool reader_is(const struct reader *reader, const char *description)
{
	size_t size = SLOT_DESCRIPTION_SIZE;

	if (strcmp(reader->name, description) == 0)
		return true;
	if (strlen(reader->pcsc_name) < size)
		return false;
	for (; size > READER_TOLD_APART_SIZE - 4; size--) {
		if (size <= READER_TOLD_APART_SIZE &&
		    is_cut_at(reader, description, size, DOTS))
			return true;
		if (size > SLOT_DESCRIPTION_SIZE - 4 &&
		    is_cut_at(reader, description, size, ""))
			return true;
	}
	return false;
}

bool reader_fits(const char *pcsc_name, const unsigned char *description,
		 size_t size)
{
	char *wanted = cks_text_clean(description, size);
	struct reader reader = {
		.pcsc_name = (char *)pcsc_name,
		.name = cks_text_clean(pcsc_name, strlen(pcsc_name)),
	};
	bool fits = wanted && reader.name && reader_is(&reader, wanted);

	free(reader.name);
	free(wanted);
	return fits;
}

size_t readers_count_alike(const struct cks_readers *readers,
			   const char *description)
{
	size_t n = 0;

	for (size_t i = 0; i < cks_readers_count(readers); i++)
		n += reader_is(&readers->list[i], description);
	return n;
}

/* The only one that has a card, or the only one, as @with_card says. */
static const struct reader *find_only(const struct cks_readers *readers,
				      const char *description, bool with_card,
				      size_t *n)
{
	const struct reader *found = NULL;

	*n = 0;
	for (size_t i = 0; i < cks_readers_count(readers); i++) {
		const struct reader *r = &readers->list[i];

		if ((with_card && !r->has_card) || !reader_is(r, description))
			continue;
		found = r;
		(*n)++;
	}
	return *n == 1 ? found : NULL;
}

const struct reader *readers_find(const struct cks_readers *readers,
				  const char *description)
{
	size_t n;
	const struct reader *r = find_only(readers, description, true, &n);

	return n > 0 ? r : find_only(readers, description, false, &n);
}

const struct reader *readers_by_name(const struct cks_readers *readers,
				     const char *pcsc_name)
{
	for (size_t i = 0; i < cks_readers_count(readers); i++)
		if (strcmp(readers->list[i].pcsc_name, pcsc_name) == 0)
			return &readers->list[i];
	return NULL;
}

static bool is_place(const struct reader *r, const char *pcsc_name,
		     const char *description)
{
	return pcsc_name[0] ? strcmp(r->pcsc_name, pcsc_name) == 0
			    : reader_is(r, description);
}

bool readers_changed(const struct cks_readers *before,
		     const struct cks_readers *now, const char *pcsc_name,
		     const char *description)
{
	bool is_reader = false, has_card = false;

	if (!now)
		return false;
	for (size_t i = 0; i < now->n; i++) {
		const struct reader *r = &now->list[i], *was;

		if (!is_place(r, pcsc_name, description))
			continue;
		was = readers_by_name(before, r->pcsc_name);
		if (was && was->events != r->events)
			return true;
		is_reader = true;
		has_card |= r->has_card;
	}
	/* A token of one piece takes its reader along. */
	for (size_t i = 0; i < cks_readers_count(before); i++)
		if (is_place(&before->list[i], pcsc_name, description) &&
		    !readers_by_name(now, before->list[i].pcsc_name))
			return true;
	return is_reader && !has_card;
}

/* No word of opensc.conf(5) has these in it. */
#define BREAKS "\"\r\n"

/* A part of @name that @kept has not; NULL: there is none. */
static char *word_for(const char *name, const char *kept)
{
	size_t len;

	for (const char *at = name; *at; at += len + strspn(at + len, BREAKS)) {
		char *word;

		len = strcspn(at, BREAKS);
		word = strndup(at, len);
		if (!word || !strstr(kept, word))
			return word;
		free(word);
	}
	return NULL;
}

enum cks_err readers_beside(const char *pcsc_name, struct reader_words *others)
{
	char *names = NULL;
	DWORD size = SCARD_AUTOALLOCATE;
	SCARDCONTEXT context;
	enum cks_err err;
	LONG rv;

	memset(others, 0, sizeof(*others));
	err = readers_connect(&context);
	if (err)
		return err;
	rv = SCardListReaders(context, NULL, (LPSTR)&names, &size);
	if (rv != SCARD_S_SUCCESS && rv != SCARD_E_NO_READERS_AVAILABLE)
		err = CKS_ERR_NO_SERVICE;
	for (const char *name = names; !rv && *name && !err;
	     name += strlen(name) + 1) {
		char *word = word_for(name, pcsc_name), **grown;

		if (!word)
			continue;
		grown = reallocarray(others->words, others->n + 1,
				     sizeof(*grown));
		if (!grown) {
			free(word);
			err = CKS_ERR_MEMORY;
			continue;
		}
		others->words = grown;
		others->words[others->n++] = word;
	}
	if (names)
		SCardFreeMemory(context, names);
	SCardReleaseContext(context);
	return err;
}

void reader_words_free(struct reader_words *words)
{
	for (size_t i = 0; i < words->n; i++)
		free(words->words[i]);
	free(words->words);
	memset(words, 0, sizeof(*words));
}

/* 3. What a program meets at the card in a reader */

static enum cks_err connect_card(SCARDCONTEXT context, const char *name)
{
	SCARDHANDLE card;
	DWORD protocol;
	LONG rv = SCardConnect(context, name, SCARD_SHARE_SHARED,
			       SCARD_PROTOCOL_T0 | SCARD_PROTOCOL_T1, &card,
			       &protocol);

	switch (rv) {
	case SCARD_S_SUCCESS:
		break;
	case SCARD_E_SHARING_VIOLATION:
		return CKS_ERR_BUSY;
	case SCARD_W_SECURITY_VIOLATION:
		return CKS_ERR_DENIED;
	case SCARD_E_NO_SMARTCARD:
	case SCARD_W_REMOVED_CARD:
	case SCARD_E_UNKNOWN_READER:
	case SCARD_E_READER_UNAVAILABLE:
		return CKS_ERR_REMOVED;
	default:
		return CKS_ERR_DEVICE;
	}
	/* Waits for the end of another program's transaction. */
	rv = SCardBeginTransaction(card);
	if (rv == SCARD_S_SUCCESS)
		SCardEndTransaction(card, SCARD_LEAVE_CARD);
	SCardDisconnect(card, SCARD_LEAVE_CARD);
	return rv == SCARD_E_SHARING_VIOLATION ? CKS_ERR_BUSY : CKS_OK;
}

/* Names those who are at the reader before it asks for the card, for it may
 * wait until its deadline then. */
static void probe_main(int channel, const void *arg)
{
	const struct reader_probe *probe = arg;
	SCARD_READERSTATE state = { .szReader = probe->pcsc_name };
	SCARDCONTEXT context;
	struct wire w = { 0 };
	enum cks_err err = readers_connect(&context);
	bool is_certain = false, is_nobody = false;
	char *holders = NULL;

	if (!err &&
	    SCardGetStatusChange(context, 0, &state, 1) == SCARD_S_SUCCESS &&
	    state.dwEventState & (SCARD_STATE_INUSE | SCARD_STATE_EXCLUSIVE))
		holders = holders_find(&is_certain, &is_nobody);
	else
		is_nobody = true;
	if (!err && !is_nobody) {
		wire_put_u64(&w, CKS_ERR_BUSY);
		wire_put_text(&w, holders ? holders : "");
		wire_put_u64(&w, is_certain);
		worker_send(channel, READERS_PROBE, &w);
		wire_free(&w);
	}
	if (!err)
		err = connect_card(context, probe->pcsc_name);
	if (err != CKS_ERR_BUSY) {
		wire_put_u64(&w, err);
		wire_put_text(&w, "");
		wire_put_u64(&w, false);
		worker_send(channel, READERS_PROBE, &w);
		wire_free(&w);
	}
	free(holders);
	worker_send_end(channel);
}

/* The last frame holds: after the first, the worker may wait in vain. */
static bool on_probe_frame(struct worker *w, unsigned int type,
			   struct wire *payload)
{
	struct reader_probe *probe = w->owner;
	enum cks_err err = (enum cks_err)wire_get_below(payload, CKS_ERR_COUNT);
	char *holders = wire_get_clean_text(payload);

	(void)type;
	probe->is_certain = wire_get_u64(payload) != 0;
	free(probe->holders);
	probe->holders = NULL;
	if (payload->failed) {
		free(holders);
		return false;
	}
	probe->err = err;
	if (holders[0])
		probe->holders = holders;
	else
		free(holders);
	return false;
}

static bool on_probe_end(struct worker *w, enum cks_err err)
{
	struct reader_probe *probe = w->owner;

	if (err && probe->err != CKS_ERR_BUSY)
		probe->err = err;
	return false;
}

enum cks_err readers_probe(struct reader_probe *probes, size_t n,
			   unsigned int timeout_ms)
{
	struct worker *workers = calloc(n + 1, sizeof(*workers));
	enum cks_err err;

	if (!workers)
		return CKS_ERR_MEMORY;
	for (size_t i = 0; i < n; i++) {
		probes[i].err = CKS_ERR_TIMEOUT;
		workers[i].run = probe_main;
		workers[i].arg = &probes[i];
		workers[i].timeout_ms = timeout_ms;
		workers[i].on_frame = on_probe_frame;
		workers[i].on_end = on_probe_end;
		workers[i].owner = &probes[i];
	}
	err = workers_run(workers, n);
	free(workers);
	return err;
}

enum cks_err reader_blame(const char *pcsc_name, enum cks_err err)
{
	struct reader_probe probe = { .pcsc_name = pcsc_name };

	if (pcsc_name[0] == '\0' ||
	    (err != CKS_ERR_REMOVED && err != CKS_ERR_TIMEOUT &&
	     err != CKS_ERR_DEVICE && err != CKS_ERR_STATE_CHANGED))
		return err;
	if (!readers_probe(&probe, 1, BLAME_TIMEOUT_MS) &&
	    probe.err == CKS_ERR_BUSY)
		err = CKS_ERR_BUSY;
	free(probe.holders);
	return err;
}

bool reader_events(const unsigned char *description, size_t size,
		   unsigned int *events)
{
	char *names = NULL;
	DWORD names_size = SCARD_AUTOALLOCATE;
	SCARD_READERSTATE state = { 0 };
	SCARDCONTEXT context;
	size_t n = 0;
	bool ok = false;

	if (readers_connect(&context))
		return false;
	if (SCardListReaders(context, NULL, (LPSTR)&names, &names_size) !=
	    SCARD_S_SUCCESS)
		goto out;
	for (const char *name = names; *name; name += strlen(name) + 1) {
		if (!reader_fits(name, description, size))
			continue;
		state.szReader = name;
		n++;
	}
	if (n == 1 &&
	    SCardGetStatusChange(context, 0, &state, 1) == SCARD_S_SUCCESS &&
	    state.dwEventState & SCARD_STATE_PRESENT) {
		*events = (unsigned int)(state.dwEventState >> 16 & 0xFFFF);
		ok = true;
	}
	SCardFreeMemory(context, names);
out:
	SCardReleaseContext(context);
	return ok;
}
