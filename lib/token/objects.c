/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include "objects.h"
#include "base/i18n.h"

#include <stdlib.h>
#include <string.h>

#include "base/digest.h"
#include "base/text.h"

/* What a token may have: far above any known, so that one that never comes to
 * an end costs neither the time nor the memory of all the others. */
#define MAX_OBJECTS 65536UL
#define MAX_BYTES (64UL * 1024 * 1024)
#define MAX_VALUE (1024UL * 1024)
/* A part ends with the object that makes it as long as this. */
#define PART_SIZE (64UL * 1024)
#define FIRST_ROOM 64UL

/* 1. Reading, in the worker */

struct value {
	unsigned char *bytes;
	CK_ULONG len;
};

/* True if the token says that it has no such value, or none to show: anything
 * else says that the value could not be read. */
static bool is_absence(CK_RV rv)
{
	return rv == CKR_ATTRIBUTE_TYPE_INVALID ||
	       rv == CKR_ATTRIBUTE_SENSITIVE ||
	       rv == CKR_OBJECT_HANDLE_INVALID || rv == CKR_USER_NOT_LOGGED_IN;
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
		m->limit = N_("a value of more than 1 MB");
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

enum { ID, LABEL, VALUE, N_VALUES };
/* What every object may have: its id and its label. */
#define N_NAMES 2

static const CK_ATTRIBUTE_TYPE value_types[N_VALUES] = {
	[ID] = CKA_ID,
	[LABEL] = CKA_LABEL,
	[VALUE] = CKA_VALUE,
};

static void free_values(struct value values[N_VALUES])
{
	for (size_t i = 0; i < N_VALUES; i++)
		free(values[i].bytes);
	memset(values, 0, N_VALUES * sizeof(values[0]));
}

/* The first @n values of an object in two calls, for each call costs a way to
 * the token. Fails, and leaves none, unless the module gives every one. */
static CK_RV get_together(struct module *m, CK_SESSION_HANDLE session,
			  CK_OBJECT_HANDLE object, struct value *values,
			  size_t n)
{
	CK_ATTRIBUTE attrs[N_VALUES];
	CK_RV rv;

	for (size_t i = 0; i < n; i++)
		attrs[i] = (CK_ATTRIBUTE){ value_types[i], NULL, 0 };
	rv = m->f->C_GetAttributeValue(session, object, attrs, n);
	for (size_t i = 0; !rv && i < n; i++) {
		/* Also where it has none. */
		if (attrs[i].ulValueLen > MAX_VALUE) {
			rv = CKR_ATTRIBUTE_TYPE_INVALID;
			break;
		}
		values[i].len = attrs[i].ulValueLen;
		values[i].bytes = calloc(1, values[i].len + 1);
		attrs[i].pValue = values[i].bytes;
		if (!values[i].bytes)
			rv = CKR_HOST_MEMORY;
	}
	if (!rv)
		rv = m->f->C_GetAttributeValue(session, object, attrs, n);
	for (size_t i = 0; !rv && i < n; i++) {
		if (attrs[i].ulValueLen > values[i].len)
			rv = CKR_GENERAL_ERROR;
		values[i].len = attrs[i].ulValueLen;
	}
	if (rv)
		free_values(values);
	return rv;
}

static enum cks_err get_values(struct module *m, CK_SESSION_HANDLE session,
			       CK_OBJECT_HANDLE object, struct value *values,
			       size_t n)
{
	CK_RV rv;

	if (!get_together(m, session, object, values, n))
		return CKS_OK;
	for (size_t i = 0; i < n; i++) {
		rv = get_value(m, session, object, value_types[i], &values[i]);
		if (rv && !is_absence(rv))
			return module_failed(m, "C_GetAttributeValue", rv);
	}
	return CKS_OK;
}

static enum cks_err get_class(struct module *m, CK_SESSION_HANDLE session,
			      CK_OBJECT_HANDLE object, CK_OBJECT_CLASS *class)
{
	CK_ATTRIBUTE attr = { CKA_CLASS, class, sizeof(*class) };
	CK_RV rv = m->f->C_GetAttributeValue(session, object, &attr, 1);

	return module_is_fault(rv) ? module_failed(m, "C_GetAttributeValue", rv)
				   : CKS_OK;
}

/*
 * A digest of all public values in which a change of the object would show.
 * @known is its CKA_VALUE, or NULL. Modules have many words for a value that an
 * object does not have.
 */
static enum cks_err put_digest(struct wire *w, struct module *m,
			       CK_SESSION_HANDLE session,
			       CK_OBJECT_HANDLE object,
			       const struct value *known)
{
	static const CK_ATTRIBUTE_TYPE types[] = {
		CKA_VALUE,     CKA_MODULUS,  CKA_PUBLIC_EXPONENT,
		CKA_EC_PARAMS, CKA_EC_POINT, CKA_APPLICATION,
	};
	unsigned char md[DIGEST_SIZE];
	struct digest digest = { 0 };
	CK_RV rv = CKR_OK;

	for (size_t i = 0; i < sizeof(types) / sizeof(types[0]); i++) {
		bool is_known = known && types[i] == CKA_VALUE;
		struct value read = { 0 };
		const struct value *value = is_known ? known : &read;
		CK_RV one = CKR_OK;

		if (!is_known)
			one = get_value(m, session, object, types[i], &read);
		rv = rv ? rv : module_is_fault(one) ? one : CKR_OK;
		digest_add(&digest, &value->len, sizeof(value->len));
		digest_add(&digest, value->bytes, value->len);
		free(read.bytes);
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
	struct value values[N_VALUES] = { 0 };
	enum cks_err err = CKS_OK;
	bool is_cert;

	if (all_objects)
		err = get_class(m, session, object, &class);
	is_cert = class == CKO_CERTIFICATE;
	if (!err)
		err = get_values(m, session, object, values,
				 is_cert ? N_VALUES : N_NAMES);
	wire_put_u64(w, class);
	for (size_t i = 0; i < N_VALUES; i++)
		wire_put_bytes(w, values[i].bytes, values[i].len);
	if (!err && all_objects)
		err = put_digest(w, m, session, object,
				 is_cert ? &values[VALUE] : NULL);
	else
		wire_put_bytes(w, NULL, 0);
	free_values(values);
	return err;
}

struct handles {
	CK_OBJECT_HANDLE *list;
	CK_ULONG n, room;
};

/* Makes room for more of them; false when memory is out. */
static bool grow_handles(struct handles *h)
{
	CK_ULONG room = h->room ? 2 * h->room : FIRST_ROOM;
	CK_OBJECT_HANDLE *grown = reallocarray(h->list, room, sizeof(*grown));

	if (!grown)
		return false;
	h->list = grown;
	h->room = room;
	return true;
}

/* Finds all before it looks at any: not every module can do both at once. */
static enum cks_err find_objects(struct module *m, CK_SESSION_HANDLE session,
				 bool all_objects, struct handles *h)
{
	CK_OBJECT_CLASS class = CKO_CERTIFICATE;
	CK_ATTRIBUTE certificates = { CKA_CLASS, &class, sizeof(class) };
	CK_ULONG found = 1;
	CK_RV rv;

	rv = m->f->C_FindObjectsInit(session,
				     all_objects ? NULL : &certificates,
				     all_objects ? 0 : 1);
	if (rv)
		return module_failed(m, "C_FindObjectsInit", rv);
	while (!rv && found > 0 && h->n <= MAX_OBJECTS) {
		if (h->n == h->room && !grow_handles(h)) {
			rv = CKR_HOST_MEMORY;
			break;
		}
		rv = m->f->C_FindObjects(session, h->list + h->n,
					 h->room - h->n, &found);
		/* A number that was not asked for is of what nobody wrote. */
		if (!rv && found > h->room - h->n)
			rv = CKR_GENERAL_ERROR;
		if (!rv)
			h->n += found;
	}
	if (h->n > MAX_OBJECTS) {
		h->n = MAX_OBJECTS;
		m->limit = N_("more than 65536 objects");
	}
	m->f->C_FindObjectsFinal(session);
	return rv ? module_failed(m, "C_FindObjects", rv) : CKS_OK;
}

/* Puts @objects into the target, and leaves none. False: memory was out. */
static bool put_part(const struct objects_target *target, CK_SLOT_ID slot,
		     struct wire *objects)
{
	struct wire part = { 0 };
	bool ok;

	wire_put_u64(&part, slot);
	ok = wire_append(&part, objects->data, objects->len) &&
	     !objects->failed;
	if (ok)
		target->put(target->to, &part);
	wire_free(&part);
	wire_free(objects);
	return ok;
}

enum cks_err objects_read(struct module *m, CK_SLOT_ID slot, bool all_objects,
			  const struct objects_target *target,
			  struct wire *rest)
{
	struct handles handles = { 0 };
	CK_SESSION_HANDLE session;
	CK_ULONG done = 0;
	size_t put = 0; /* bytes, into the target */
	enum cks_err err;
	CK_RV rv;

	rv = m->f->C_OpenSession(slot, CKF_SERIAL_SESSION, NULL, NULL,
				 &session);
	if (rv)
		return module_failed(m, "C_OpenSession", rv);
	err = find_objects(m, session, all_objects, &handles);
	while (!err && done < handles.n && put + rest->len < MAX_BYTES) {
		err = put_object(rest, m, session, handles.list[done++],
				 all_objects);
		if (err || rest->len < PART_SIZE)
			continue;
		put += rest->len;
		if (!put_part(target, slot, rest))
			err = CKS_ERR_MEMORY;
	}
	if (!err && done < handles.n)
		m->limit = N_("more than 64 MB of objects");
	if (!err && rest->failed)
		err = CKS_ERR_MEMORY;
	m->f->C_CloseSession(session);
	free(handles.list);
	return err;
}

/* 2. Taking, in the parent */

/* Makes room for one more object; false when memory is out. */
static bool make_room(struct token_objects *objects)
{
	size_t n = objects->n;
	size_t room = n ? 2 * n : 4;
	struct cks_cert **certs;
	struct token_object *list;

	if (n >= MAX_OBJECTS)
		return false;
	/* The room is 4, then doubles, so that only a power of two is full. */
	if (n && (n < 4 || (n & (n - 1))))
		return true;
	list = reallocarray(objects->list, room, sizeof(*list));
	if (!list)
		return false;
	objects->list = list;
	certs = reallocarray(objects->certs, room, sizeof(struct cks_cert *));
	if (certs)
		objects->certs = certs;
	return certs != NULL;
}

/* A copy of bytes of @w, for the caller to free; NULL: memory is out. */
static unsigned char *copy_of(const unsigned char *bytes, size_t len)
{
	unsigned char *copy = malloc(len + 1);

	if (copy && len > 0)
		memcpy(copy, bytes, len);
	return copy;
}

static void take_object(struct token_objects *objects, struct wire *w)
{
	struct token_object object = { .class = wire_get_u64(w) };
	size_t id_len, label_len, len, digest_len;
	const unsigned char *id = wire_get_bytes(w, &id_len);
	const unsigned char *label = wire_get_bytes(w, &label_len);
	const unsigned char *value = wire_get_bytes(w, &len);
	const unsigned char *digest = wire_get_bytes(w, &digest_len);
	struct cks_cert *cert;

	if (w->failed || !make_room(objects)) {
		objects->failed = true;
		return;
	}
	object.id = text_hex(id, id_len);
	object.label = cks_text_clean(label, label_len);
	object.digest = text_hex(digest, digest_len);
	objects->failed |= !object.id || !object.label || !object.digest;
	objects->list[objects->n++] = object;
	if (objects->failed || object.class != CKO_CERTIFICATE)
		return;
	/* What was never read is no bad certificate. */
	if (len == 0) {
		objects->n_unread++;
		return;
	}
	cert = cert_on_token(value, len, object.id, object.label);
	if (!cert) {
		objects->failed = true;
		return;
	}
	objects->certs[objects->n_certs++] = cert;
	cert->id_bytes = copy_of(id, id_len);
	cert->id_len = id_len;
	cert->label_bytes = copy_of(label, label_len);
	cert->label_len = label_len;
	objects->failed |= !cert->id_bytes || !cert->label_bytes;
}

void objects_take(struct token_objects *objects, struct wire *w)
{
	while (!objects->failed && w->pos < w->len)
		take_object(objects, w);
}

void objects_free(struct token_objects *objects)
{
	for (size_t i = 0; i < objects->n_certs; i++)
		cks_cert_free(&objects->certs[i]);
	for (size_t i = 0; i < objects->n; i++) {
		free(objects->list[i].id);
		free(objects->list[i].label);
		free(objects->list[i].digest);
	}
	free(objects->certs);
	free(objects->list);
	memset(objects, 0, sizeof(*objects));
}

/* 3. Comparing */

static int compare(const void *a, const void *b)
{
	const struct token_object *one = a, *other = b;
	int order = (one->class > other->class) - (one->class < other->class);

	if (!order)
		order = strcmp(one->id, other->id);
	if (!order)
		order = strcmp(one->label, other->label);
	return order ? order : strcmp(one->digest, other->digest);
}

void objects_sort(struct token_objects *objects)
{
	/* Where memory was out, one may lack what it is known by. */
	if (objects->n > 0 && !objects->failed)
		qsort(objects->list, objects->n, sizeof(*objects->list),
		      compare);
}

const struct token_object *objects_missing(const struct token_object *a,
					   size_t n_a,
					   const struct token_object *b,
					   size_t n_b)
{
	size_t i = 0, k = 0;

	/* Each of @a takes one of @b with it: twins count. */
	while (i < n_a) {
		int order = k < n_b ? compare(&a[i], &b[k]) : -1;

		if (order < 0)
			return &a[i];
		i += order == 0;
		k++;
	}
	return NULL;
}
