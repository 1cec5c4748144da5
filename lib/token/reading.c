/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include <stdlib.h>
#include <string.h>
#include <time.h>

#include "at_once.h"
#include "base/digest.h"
#include "opensc_conf.h"
#include "readers.h"
#include "reading.h"
#include "token.h"
#include "tries.h"
#include "worker.h"

#define MAX_OBJECTS 4096UL
#define MAX_VALUE (1024UL * 1024)
/* Of all values of a token; it must fit into a frame with one object more. */
#define MAX_TOKEN (12UL * 1024 * 1024)

struct value {
	unsigned char *bytes;
	CK_ULONG len;
};

/* Whether the token says that it has no such value, or none to show: anything
 * else says that the value could not be read. */
static bool is_absence(CK_RV rv)
{
	return rv == CKR_ATTRIBUTE_TYPE_INVALID ||
	       rv == CKR_ATTRIBUTE_SENSITIVE ||
	       rv == CKR_OBJECT_HANDLE_INVALID || rv == CKR_USER_NOT_LOGGED_IN;
}

/* Whether the token, or the way to it, has failed. */
static bool is_fault(CK_RV rv)
{
	return rv == CKR_HOST_MEMORY || rv == CKR_DEVICE_ERROR ||
	       rv == CKR_DEVICE_MEMORY || rv == CKR_DEVICE_REMOVED ||
	       rv == CKR_TOKEN_NOT_PRESENT || rv == CKR_TOKEN_NOT_RECOGNIZED ||
	       rv == CKR_SESSION_CLOSED || rv == CKR_SESSION_HANDLE_INVALID;
}

/* Leaves an empty value where there is none, where it is longer than is read,
 * and on an error. */
static CK_RV get_value(struct module *m, CK_SESSION_HANDLE session,
		       CK_OBJECT_HANDLE object, CK_ATTRIBUTE_TYPE type,
		       struct value *value)
{
	CK_ATTRIBUTE attr = { type, NULL, 0 };
	unsigned char *bytes;
	CK_ULONG len;
	CK_RV rv;

	*value = (struct value){ 0 };
	rv = m->f->C_GetAttributeValue(session, object, &attr, 1);
	len = attr.ulValueLen;
	if (rv || len == 0 || len == CK_UNAVAILABLE_INFORMATION)
		return rv;
	if (len > MAX_VALUE) {
		m->limit = "a value of more than 1 MB";
		return CKR_OK;
	}
	bytes = calloc(1, len);
	if (!bytes)
		return CKR_HOST_MEMORY;
	attr.pValue = bytes;
	rv = m->f->C_GetAttributeValue(session, object, &attr, 1);
	/* A length that was not asked for is of what nobody wrote. */
	if (!rv && attr.ulValueLen > len)
		rv = CKR_GENERAL_ERROR;
	if (rv)
		free(bytes);
	else
		*value = (struct value){ bytes, attr.ulValueLen };
	return rv;
}

static enum cks_err put_value(struct wire *w, struct module *m,
			      CK_SESSION_HANDLE session,
			      CK_OBJECT_HANDLE object, CK_ATTRIBUTE_TYPE type)
{
	struct value value;
	CK_RV rv = get_value(m, session, object, type, &value);

	if (rv && !is_absence(rv))
		return module_failed(m, "C_GetAttributeValue", rv);
	wire_put_bytes(w, value.bytes, value.len);
	free(value.bytes);
	return CKS_OK;
}

static enum cks_err get_class(struct module *m, CK_SESSION_HANDLE session,
			      CK_OBJECT_HANDLE object, CK_OBJECT_CLASS *class)
{
	CK_ATTRIBUTE attr = { CKA_CLASS, class, sizeof(*class) };
	CK_RV rv = m->f->C_GetAttributeValue(session, object, &attr, 1);

	return is_fault(rv) ? module_failed(m, "C_GetAttributeValue", rv)
			    : CKS_OK;
}

/* A digest of all public values in which a change of the object would show.
 * Modules have many words for a value that an object does not have. */
static enum cks_err put_digest(struct wire *w, struct module *m,
			       CK_SESSION_HANDLE session,
			       CK_OBJECT_HANDLE object)
{
	static const CK_ATTRIBUTE_TYPE types[] = {
		CKA_VALUE,     CKA_MODULUS,  CKA_PUBLIC_EXPONENT,
		CKA_EC_PARAMS, CKA_EC_POINT, CKA_APPLICATION,
	};
	unsigned char md[DIGEST_SIZE];
	struct digest digest = { 0 };
	CK_RV rv = CKR_OK;

	for (size_t i = 0; i < sizeof(types) / sizeof(types[0]); i++) {
		struct value value;
		CK_RV one = get_value(m, session, object, types[i], &value);

		rv = rv ? rv : is_fault(one) ? one : CKR_OK;
		digest_add(&digest, &value.len, sizeof(value.len));
		digest_add(&digest, value.bytes, value.len);
		free(value.bytes);
	}
	if (digest_end(&digest, md))
		w->failed = true;
	wire_put_bytes(w, md, sizeof(md));
	return rv ? module_failed(m, "C_GetAttributeValue", rv) : CKS_OK;
}

/* A certificate that has no value here is one that was not read. */
static enum cks_err put_object(struct wire *w, struct module *m,
			       CK_SESSION_HANDLE session,
			       CK_OBJECT_HANDLE object, bool all_objects)
{
	CK_OBJECT_CLASS class =
		all_objects ? CKO_VENDOR_DEFINED : CKO_CERTIFICATE;
	enum cks_err err = CKS_OK;

	if (all_objects)
		err = get_class(m, session, object, &class);
	wire_put_u64(w, class);
	if (!err)
		err = put_value(w, m, session, object, CKA_ID);
	if (!err)
		err = put_value(w, m, session, object, CKA_LABEL);
	if (err)
		return err;
	if (class == CKO_CERTIFICATE)
		err = put_value(w, m, session, object, CKA_VALUE);
	else
		wire_put_bytes(w, NULL, 0);
	if (!err && all_objects)
		err = put_digest(w, m, session, object);
	else
		wire_put_bytes(w, NULL, 0);
	return err;
}

static enum cks_err find_objects(struct module *m, CK_SESSION_HANDLE session,
				 bool all_objects, CK_OBJECT_HANDLE *objects,
				 CK_ULONG *n)
{
	CK_OBJECT_CLASS class = CKO_CERTIFICATE;
	CK_ATTRIBUTE certificates = { CKA_CLASS, &class, sizeof(class) };
	CK_OBJECT_HANDLE one_more;
	CK_ULONG found = 1;
	CK_RV rv;

	*n = 0;
	rv = m->f->C_FindObjectsInit(session,
				     all_objects ? NULL : &certificates,
				     all_objects ? 0 : 1);
	if (rv)
		return module_failed(m, "C_FindObjectsInit", rv);
	while (found > 0 && *n < MAX_OBJECTS) {
		rv = m->f->C_FindObjects(session, objects + *n,
					 MAX_OBJECTS - *n, &found);
		if (rv || found > MAX_OBJECTS - *n)
			break;
		*n += found;
	}
	/* Whether there is one more, or that was all. */
	if (!rv && *n == MAX_OBJECTS) {
		rv = m->f->C_FindObjects(session, &one_more, 1, &found);
		if (!rv && found > 0)
			m->limit = "more than 4096 objects";
	}
	m->f->C_FindObjectsFinal(session);
	return rv ? module_failed(m, "C_FindObjects", rv) : CKS_OK;
}

static enum cks_err put_objects(struct wire *w, struct module *m,
				CK_SLOT_ID slot, bool all_objects)
{
	CK_OBJECT_HANDLE *objects = calloc(MAX_OBJECTS, sizeof(*objects));
	CK_SESSION_HANDLE session;
	struct wire values = { 0 };
	CK_ULONG n, put = 0;
	enum cks_err err;
	CK_RV rv;

	if (!objects)
		return CKS_ERR_MEMORY;
	rv = m->f->C_OpenSession(slot, CKF_SERIAL_SESSION, NULL, NULL,
				 &session);
	if (rv) {
		free(objects);
		return module_failed(m, "C_OpenSession", rv);
	}
	err = find_objects(m, session, all_objects, objects, &n);
	while (!err && put < n && values.len < MAX_TOKEN)
		err = put_object(&values, m, session, objects[put++],
				 all_objects);
	if (!err && put < n)
		m->limit = "more than 12 MB of objects";
	if (!err) {
		wire_put_u64(w, put);
		wire_append(w, values.data, values.len);
		w->failed |= values.failed;
	}
	m->f->C_CloseSession(session);
	wire_free(&values);
	free(objects);
	return err;
}

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

static enum cks_err put_reader(struct wire *w, struct module *m,
			       CK_SLOT_ID slot)
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
	return CKS_OK;
}

enum cks_err reading_token(struct module *m, unsigned long slot,
			   bool all_objects, struct wire *w, bool *blank)
{
	unsigned int before = 0, after = 0;
	CK_TOKEN_INFO info;
	bool is_counted;
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
	err = put_objects(w, m, slot, all_objects);
	if (!err)
		err = put_reader(w, m, slot);
	wire_put_text(w, m->limit ? m->limit : "");
	if (!err)
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

static void read_slot(int channel, struct module *m, unsigned long slot,
		      bool all_objects)
{
	struct wire w = { 0 };
	bool blank = false;
	enum cks_err err;

	m->detail[0] = '\0';
	wire_put_u64(&w, slot);
	worker_send(channel, READING_SLOT, &w);
	wire_free(&w);
	send_reader(channel, m, slot);
	err = reading_token(m, slot, all_objects, &w, &blank);
	if (err)
		send_error(channel, m, &slot, err);
	else
		worker_send(channel, blank ? READING_BLANK : READING_TOKEN, &w);
	wire_free(&w);
}

static bool is_skipped(const struct reading *r, CK_SLOT_ID slot)
{
	for (size_t i = 0; i < r->n_skip; i++)
		if (r->skip[i] == slot)
			return true;
	return false;
}

static bool is_wanted(struct module *m, const struct reading *r,
		      CK_SLOT_ID slot)
{
	CK_SLOT_INFO info;

	if (r->n_readers == 0)
		return true;
	memset(&info, 0, sizeof(info));
	if (m->f->C_GetSlotInfo(slot, &info))
		return false;
	for (size_t i = 0; i < r->n_readers; i++)
		if (reader_fits(r->readers[i], info.slotDescription,
				sizeof(info.slotDescription)))
			return true;
	return false;
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
		    n_due - done < 2)
			continue;
		slots_read_at_once(channel, m, read_slot, slots + done,
				   n_due - done, r->all_objects, took);
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
	struct cks_token *found;
	enum cks_err err;
};

static bool on_frame(struct worker *w, unsigned int type, struct wire *payload)
{
	struct again *again = w->owner;
	struct cks_scan_error *error;

	switch (type) {
	case READING_TOKEN:
		cks_token_free(&again->found);
		again->found = token_decode(payload, again->token->module,
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
