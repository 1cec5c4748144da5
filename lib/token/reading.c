/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include <pthread.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>
#include <unistd.h>

#include "base/digest.h"
#include "objects.h"
#include "opensc_conf.h"
#include "readers.h"
#include "reading.h"
#include "scan.h"
#include "token.h"
#include "tries.h"
#include "worker.h"

/*
 * When a token has been pulled meanwhile, OpenSC goes on answering from memory,
 * and without the flag of a locked PIN. Asking for the slots again makes OpenSC
 * look, at the cost of no APDU. The state that pcscd reports is up to 0.4 s
 * old; so this waits that long where a PIN will be sent after the reading.
 */
static enum cks_err check_presence(struct module *m, CK_SLOT_ID slot, bool wait)
{
	static const struct timespec pcscd_period = { .tv_nsec = 450000000 };
	CK_SLOT_ID *slots = NULL;
	size_t n = 0;
	enum cks_err err;

	if (wait && maker_is_opensc(m->info.manufacturerID))
		nanosleep(&pcscd_period, NULL);
	err = module_slots(m, &slots, &n);
	if (err)
		return err;
	err = CKS_ERR_REMOVED;
	for (size_t i = 0; i < n; i++)
		if (slots[i] == slot)
			err = CKS_OK;
	free(slots);
	return err;
}

/* How often a card was put in or taken out of the slot's reader; false where
 * it is in none of pcscd's, or nothing is known. */
static bool count_events(struct module *m, CK_SLOT_ID slot,
			 unsigned int *events)
{
	const char *reader = m->within.reader;
	CK_SLOT_INFO info;

	if (reader)
		return reader_events((const unsigned char *)reader,
				     strlen(reader), events);
	memset(&info, 0, sizeof(info));
	return !m->f->C_GetSlotInfo(slot, &info) &&
	       reader_events(info.slotDescription, sizeof(info.slotDescription),
			     events);
}

/* *@is_fixed: nobody can pull its token, which is of software alone. */
static enum cks_err put_reader(struct wire *w, struct module *m,
			       CK_SLOT_ID slot, bool *is_fixed)
{
	CK_SLOT_INFO info;
	CK_RV rv;

	memset(&info, 0, sizeof(info));
	rv = m->f->C_GetSlotInfo(slot, &info);
	if (rv)
		return module_failed(m, "C_GetSlotInfo", rv);
	wire_put_bytes(w, info.slotDescription, sizeof(info.slotDescription));
	wire_put_bytes(w, info.manufacturerID, sizeof(info.manufacturerID));
	wire_put_u64(w, info.flags);
	*is_fixed = !(info.flags & (CKF_REMOVABLE_DEVICE | CKF_HW_SLOT));
	return CKS_OK;
}

static void take_part(void *to, const struct wire *part)
{
	struct wire w = *part;

	(void)wire_get_u64(&w); /* the slot */
	objects_take(to, &w);
}

/* Reads the token in @slot, or notes that it cannot be read. */
static void add_objects(struct digest *digest, struct module *m,
			CK_SLOT_ID slot)
{
	struct token_objects objects = { 0 };
	struct objects_target target = { .put = take_part, .to = &objects };
	struct wire w = { 0 };
	enum cks_err err = objects_read(m, slot, true, &target, &w);

	objects_take(&objects, &w);
	objects_sort(&objects);
	digest_add(digest, &err, sizeof(err));
	digest_add(digest, &objects.n, sizeof(objects.n));
	for (size_t i = 0; !objects.failed && i < objects.n; i++) {
		const struct token_object *o = &objects.list[i];

		digest_add(digest, &o->class, sizeof(o->class));
		digest_add(digest, o->id, strlen(o->id) + 1);
		digest_add(digest, o->label, strlen(o->label) + 1);
		digest_add(digest, o->digest, strlen(o->digest) + 1);
	}
	objects_free(&objects);
	wire_free(&w);
}

/*
 * A digest of what the card of @slot shows in its other slots. One alone may
 * show nothing: of two OpenPGP cards with one serial number, only the second
 * slot has the certificates by which they differ.
 */
static enum cks_err put_rest_of_card(struct wire *w, struct module *m,
				     CK_SLOT_ID slot, const CK_TOKEN_INFO *info)
{
	unsigned char rest[DIGEST_SIZE];
	struct digest digest = { 0 };
	CK_SLOT_ID *slots = NULL;
	CK_SLOT_INFO reader, other;
	CK_TOKEN_INFO there;
	size_t n = 0, n_others = 0;
	enum cks_err err = module_slots(m, &slots, &n);

	memset(&reader, 0, sizeof(reader));
	if (!err)
		err = module_failed(m, "C_GetSlotInfo",
				    m->f->C_GetSlotInfo(slot, &reader));
	for (size_t i = 0; !err && i < n; i++) {
		memset(&other, 0, sizeof(other));
		memset(&there, 0, sizeof(there));
		if (slots[i] == slot || m->f->C_GetSlotInfo(slots[i], &other) ||
		    memcmp(other.slotDescription, reader.slotDescription,
			   sizeof(other.slotDescription)) != 0 ||
		    m->f->C_GetTokenInfo(slots[i], &there) ||
		    memcmp(there.serialNumber, info->serialNumber,
			   sizeof(there.serialNumber)) != 0)
			continue;
		digest_add(&digest, there.label, sizeof(there.label));
		add_objects(&digest, m, slots[i]);
		n_others++;
	}
	free(slots);
	if (digest_end(&digest, rest) && !err)
		err = CKS_ERR_DIGEST;
	wire_put_bytes(w, rest, n_others ? sizeof(rest) : 0);
	return err;
}

/*
 * Reads the token in @slot into @w as token_decode() takes it, but for the
 * objects that go into @target on the way. *@blank is set when the token was
 * never initialized; then only the slot is written into @w.
 */
static enum cks_err reading_token(struct module *m, unsigned long slot,
				  bool all_objects,
				  const struct objects_target *target,
				  struct wire *w, bool *blank)
{
	unsigned int before = 0, after = 0;
	struct wire objects = { 0 };
	CK_TOKEN_INFO info;
	bool is_counted, is_fixed = false;
	enum cks_err err;
	CK_RV rv;

	m->limit = NULL;
	wire_put_u64(w, slot);
	/* Only where a secret may be sent by what is read here: another card
	 * in between would be one nobody has looked at. */
	is_counted = all_objects && count_events(m, slot, &before);
	memset(&info, 0, sizeof(info));
	rv = m->f->C_GetTokenInfo(slot, &info);
	if (rv)
		return module_failed(m, "C_GetTokenInfo", rv);
	*blank = !(info.flags & CKF_TOKEN_INITIALIZED);
	if (*blank)
		return CKS_OK;
	wire_put_bytes(w, info.label, sizeof(info.label));
	wire_put_bytes(w, info.manufacturerID, sizeof(info.manufacturerID));
	wire_put_bytes(w, info.model, sizeof(info.model));
	wire_put_bytes(w, info.serialNumber, sizeof(info.serialNumber));
	wire_put_u64(w, info.flags);
	wire_put_u64(w, info.ulMinPinLen);
	wire_put_u64(w, info.ulMaxPinLen);
	err = objects_read(m, slot, all_objects, target, &objects);
	if (!err)
		err = put_reader(w, m, slot, &is_fixed);
	if (!err && is_counted)
		err = put_rest_of_card(w, m, slot, &info);
	else
		wire_put_bytes(w, NULL, 0);
	wire_put_text(w, m->limit ? m->limit : "");
	/* The last objects. */
	wire_append(w, objects.data, objects.len);
	wire_free(&objects);
	/* A module that has a thousand of them looks through all, each time. */
	if (!err && (all_objects || !is_fixed))
		err = check_presence(m, slot, all_objects);
	if (!err && is_counted &&
	    (!count_events(m, slot, &after) || after != before))
		err = CKS_ERR_REMOVED;
	return err;
}

/* Wherever they are. */
static bool is_same(const struct token_id *a, const struct token_id *b)
{
	return !memcmp(a->serial, b->serial, sizeof(a->serial)) &&
	       !memcmp(a->label, b->label, sizeof(a->label)) &&
	       !memcmp(a->manufacturer, b->manufacturer,
		       sizeof(a->manufacturer));
}

enum cks_err reading_here(struct module *m, unsigned long slot,
			  bool all_objects, const char *module,
			  const char *maker, struct cks_token **token)
{
	struct token_objects objects = { 0 };
	struct objects_target target = { .put = take_part, .to = &objects };
	struct wire w = { 0 };
	bool blank = false;
	enum cks_err err =
		reading_token(m, slot, all_objects, &target, &w, &blank);

	*token =
		err || blank ? NULL : token_decode(&w, &objects, module, maker);
	objects_free(&objects);
	wire_free(&w);
	return err;
}

static bool matches_id(const struct token_id *id, const CK_TOKEN_INFO *info)
{
	return !memcmp(id->serial, info->serialNumber, sizeof(id->serial)) &&
	       !memcmp(id->label, info->label, sizeof(id->label)) &&
	       !memcmp(id->manufacturer, info->manufacturerID,
		       sizeof(id->manufacturer));
}

static bool is_at(struct module *m, const struct token_id *id, CK_SLOT_ID slot,
		  CK_TOKEN_INFO *info)
{
	CK_TOKEN_INFO found;

	memset(&found, 0, sizeof(found));
	if (m->f->C_GetTokenInfo(slot, &found) || !matches_id(id, &found))
		return false;
	*info = found;
	return true;
}

static bool is_same_slot(const struct module *m, CK_SLOT_ID here,
			 unsigned long elsewhere)
{
	unsigned int n = m->within.slots_per_card;

	return m->within.reader ? here % n == elsewhere % n : here == elsewhere;
}

enum cks_err token_id_find(struct module *m, const struct token_id *id,
			   CK_SLOT_ID *slot, CK_TOKEN_INFO *info)
{
	CK_SLOT_ID *slots = NULL;
	size_t n = 0, matches = 0;
	enum cks_err err = module_slots(m, &slots, &n);

	if (err)
		return err;
	for (size_t i = 0; i < n; i++) {
		if (is_same_slot(m, slots[i], id->slot) &&
		    is_at(m, id, slots[i], info)) {
			*slot = slots[i];
			matches = 1;
			goto out;
		}
	}
	for (size_t i = 0; i < n; i++) {
		if (!is_same_slot(m, slots[i], id->slot) &&
		    is_at(m, id, slots[i], info)) {
			*slot = slots[i];
			matches++;
		}
	}
out:
	free(slots);
	return matches == 1 ? CKS_OK : CKS_ERR_REMOVED;
}

static void send_error(int channel, struct module *m, const CK_SLOT_ID *slot,
		       enum cks_err err)
{
	CK_SLOT_INFO info;
	struct wire w = { 0 };

	/* Only a name for the report; a slot in trouble may not give one. */
	memset(&info, ' ', sizeof(info));
	if (slot && m->f->C_GetSlotInfo(*slot, &info))
		memset(&info, ' ', sizeof(info));
	wire_put_u64(&w, slot != NULL);
	wire_put_u64(&w, slot ? *slot : 0);
	wire_put_bytes(&w, info.slotDescription, sizeof(info.slotDescription));
	wire_put_u64(&w, err);
	wire_put_text(&w, m->detail);
	worker_send(channel, READING_ERROR, &w);
	wire_free(&w);
}

/* Names the reader before the token is asked, which may never answer. */
static void send_reader(int channel, struct module *m, CK_SLOT_ID slot)
{
	CK_SLOT_INFO info;
	struct wire w = { 0 };

	memset(&info, 0, sizeof(info));
	if (m->f->C_GetSlotInfo(slot, &info))
		return;
	wire_put_u64(&w, slot);
	wire_put_bytes(&w, info.slotDescription, sizeof(info.slotDescription));
	worker_send(channel, READING_READER, &w);
	wire_free(&w);
}

static void send_part(void *to, const struct wire *part)
{
	worker_send(*(const int *)to, READING_OBJECTS, part);
}

static void read_slot(int channel, struct module *m, unsigned long slot,
		      bool all_objects)
{
	struct objects_target target = { .put = send_part, .to = &channel };
	struct wire w = { 0 };
	bool blank = false;
	enum cks_err err;

	m->detail[0] = '\0';
	wire_put_u64(&w, slot);
	worker_send(channel, READING_SLOT, &w);
	wire_free(&w);
	send_reader(channel, m, slot);
	err = reading_token(m, slot, all_objects, &target, &w, &blank);
	if (err)
		send_error(channel, m, &slot, err);
	else
		worker_send(channel, blank ? READING_BLANK : READING_TOKEN, &w);
	wire_free(&w);
}

/*
 * Several slots of a module at once, each in a thread of its worker. A module
 * may say that it can do that (CKF_OS_LOCKING_OK), and be wrong: so it is done
 * only where it saves much, whatever is strange of it is read again in turn in
 * another worker, and then that counts.
 */

/* Slots that are read faster are read in turn, and so are more than any hub of
 * tokens has: the first of them was slow for once. */
#define AT_ONCE_WORTH_MS 100
#define AT_ONCE_MOST 64
/* How much longer than one slot took, and at least, any may take of them. */
#define PATIENCE 10
#define PATIENCE_MS 2000

struct crowd {
	int channel;
	const struct module *m;
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
		read_slot(crowd->channel, &m, slot, crowd->all_objects);
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

/* Has @n slots read, where one took @took_ms. Ends the worker when no thread
 * comes to an end for so long that they seem to wait for each other. */
static void read_at_once(int channel, struct module *m, const CK_SLOT_ID *slots,
			 size_t n, bool all_objects, int64_t took_ms)
{
	struct crowd crowd = {
		.channel = channel,
		.m = m,
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

/* The slots of a module. */

static int compare_numbers(const void *a, const void *b)
{
	unsigned long one = *(const unsigned long *)a;
	unsigned long other = *(const unsigned long *)b;

	return (one > other) - (one < other);
}

static bool is_skipped(const struct reading *r, CK_SLOT_ID slot)
{
	return r->n_skip > 0 && bsearch(&slot, r->skip, r->n_skip,
					sizeof(*r->skip), compare_numbers);
}

static bool is_in(const CK_SLOT_INFO *info, const char *reader)
{
	return reader_fits(reader, info->slotDescription,
			   sizeof(info->slotDescription));
}

static bool is_wanted(struct module *m, const struct reading *r,
		      CK_SLOT_ID slot)
{
	CK_SLOT_INFO info;
	bool is_somewhere = false, is = r->n_readers == 0;

	if (is)
		return true;
	memset(&info, 0, sizeof(info));
	if (!m->f->C_GetSlotInfo(slot, &info))
		for (size_t i = 0; r->known && i < r->known->n; i++)
			is_somewhere |=
				is_in(&info, r->known->list[i].pcsc_name);
	for (size_t i = 0; i < r->n_readers; i++)
		is |= r->readers[i][0] ? is_in(&info, r->readers[i])
				       : !is_somewhere;
	return is;
}

static enum cks_err read_all(int channel, struct module *m,
			     const struct reading *r)
{
	CK_SLOT_ID *slots = NULL;
	size_t n = 0, n_due = 0, done = 0;
	enum cks_err err = module_slots(m, &slots, &n);

	for (size_t i = 0; !err && i < n; i++)
		if (!is_skipped(r, slots[i]) && is_wanted(m, r, slots[i]))
			slots[n_due++] = slots[i];
	while (done < n_due) {
		int64_t began = subprocess_now(), took;

		read_slot(channel, m, slots[done++], r->all_objects);
		took = subprocess_now() - began;
		if (!m->is_shared || took < AT_ONCE_WORTH_MS ||
		    n_due - done < 2 || n_due - done > AT_ONCE_MOST)
			continue;
		read_at_once(channel, m, slots + done, n_due - done,
			     r->all_objects, took);
		done = n_due;
	}
	free(slots);
	return err;
}

static enum cks_err read_only(int channel, struct module *m,
			      const struct reading *r)
{
	CK_TOKEN_INFO info;
	CK_SLOT_ID slot;
	enum cks_err err = token_id_find(m, r->only, &slot, &info);

	if (!err)
		read_slot(channel, m, slot, r->all_objects);
	return err;
}

static void put_library(struct wire *w, const CK_INFO *info)
{
	wire_put_bytes(w, info->manufacturerID, sizeof(info->manufacturerID));
	wire_put_bytes(w, info->libraryDescription,
		       sizeof(info->libraryDescription));
	wire_put_u64(w, info->libraryVersion.major);
	wire_put_u64(w, info->libraryVersion.minor);
}

struct token_library library_get(struct wire *w)
{
	struct token_library library = { 0 };

	wire_get_field(w, library.manufacturer, sizeof(library.manufacturer));
	wire_get_field(w, library.description, sizeof(library.description));
	library.major = (unsigned char)wire_get_below(w, UINT8_MAX + 1);
	library.minor = (unsigned char)wire_get_below(w, UINT8_MAX + 1);
	return library;
}

void reading_main(int channel, const void *arg)
{
	const struct reading *r = arg;
	struct wire w = { 0 };
	struct module m;
	enum cks_err err;

	memset(&m, 0, sizeof(m));
	err = opensc_conf_enter_reading(&r->within);
	if (err == CKS_ERR_OPENSC_CONF)
		worker_send(channel, READING_OWN_CONF, NULL);
	/* OpenSC's own settings serve as well, but not without pcscd. */
	if (err != CKS_ERR_NO_SERVICE && err != CKS_ERR_DENIED)
		err = CKS_OK;
	/* Before the module is asked anything: a reading without digests would
	 * be none, and is not the module's fault. */
	if (!err && !digest_sha256())
		err = CKS_ERR_DIGEST;
	if (!err)
		err = r->in_turn ? module_open(&m, r->path)
				 : module_open_shared(&m, r->path);
	m.within = r->within;
	if (!err) {
		put_library(&w, &m.info);
		worker_send(channel, READING_MODULE, &w);
		wire_free(&w);
		err = r->only ? read_only(channel, &m, r)
			      : read_all(channel, &m, r);
	}
	if (err)
		send_error(channel, &m, NULL, err);
	worker_send_end(channel);
	module_close(&m);
}

struct again {
	const struct cks_token *token;
	struct token_objects objects;
	struct cks_token *found;
	enum cks_err err;
};

static bool on_frame(struct worker *w, unsigned int type, struct wire *payload)
{
	struct again *again = w->owner;
	struct cks_scan_error *error;

	switch (type) {
	case READING_OBJECTS:
		(void)wire_get_u64(payload); /* the slot */
		objects_take(&again->objects, payload);
		return false;
	case READING_TOKEN:
		cks_token_free(&again->found);
		again->found = token_decode(payload, &again->objects,
					    again->token->module,
					    again->token->module_maker);
		if (again->found &&
		    !token_take_place(again->found, again->token))
			again->err = CKS_ERR_MEMORY;
		break;
	case READING_ERROR:
		error = scan_error_decode(payload, again->token->module);
		again->err = error ? error->code : CKS_ERR_MEMORY;
		scan_error_free(error);
		break;
	default:
		break;
	}
	return true;
}

static bool on_end(struct worker *w, enum cks_err err)
{
	struct again *again = w->owner;

	if (err)
		again->err = err;
	return false;
}

/* Asks the card of @now for its tries, if that of @before was in a reader. */
static enum cks_err ask_card(const struct cks_token *before,
			     struct cks_token *now, unsigned int timeout_ms)
{
	struct cks_readers *readers = NULL;
	enum cks_err err = CKS_OK;

	if (before->pcsc_reader[0] == '\0')
		return CKS_OK;
	(void)cks_readers_list(READERS_TIMEOUT_MS, &readers);
	now->shares_card = before->shares_card;
	if (!token_find_card(now, readers))
		err = CKS_ERR_MEMORY;
	else
		err = tries_read(&now, 1, timeout_ms);
	cks_readers_free(&readers);
	return err;
}

enum cks_err cks_token_reread(const struct cks_token *token,
			      unsigned int timeout_ms, struct cks_token **again)
{
	struct again result = { .token = token };
	struct reading reading = { .all_objects = true, .in_turn = true };
	struct worker worker = {
		.run = reading_main,
		.arg = &reading,
		.timeout_ms = timeout_ms,
		.on_frame = on_frame,
		.on_end = on_end,
		.owner = &result,
	};
	enum cks_err err;

	if (!token || !again)
		return CKS_ERR_ARGUMENT;
	reading.path = token->module;
	reading.only = &token->id;
	reading.within = token_confinement(token);
	err = workers_run(&worker, 1);
	objects_free(&result.objects);
	if (!err)
		err = result.err;
	/* A module may know it by one answer, and tell of another token, or of
	 * none, by the next. */
	if (!err && (!result.found || !is_same(&token->id, &result.found->id)))
		err = CKS_ERR_REMOVED;
	if (!err && result.found->limit[0])
		err = CKS_ERR_LIMIT;
	if (err)
		err = reader_blame(token->pcsc_reader, err);
	if (!err)
		err = ask_card(token, result.found, timeout_ms);
	if (err)
		cks_token_free(&result.found);
	else
		*again = result.found;
	return err;
}
