/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include <p11-kit/pkcs11.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "base/date.h"
#include "base/i18n.h"
#include "base/subprocess.h"
#include "base/text.h"
#include "cert.h"
#include "readers.h"
#include "token.h"
#include "uri.h"
#include "worker.h"

/* As wire_get_clean_text(), and keeps the bytes, by which the token is known.
 */
static char *get_field(struct wire *w, unsigned char *raw, size_t size)
{
	size_t pos = w->pos;

	wire_get_field(w, raw, size);
	if (w->failed)
		return NULL;
	w->pos = pos;
	return wire_get_clean_text(w);
}

/*
 * Modules that know no length of a PIN say so by CK_UNAVAILABLE_INFORMATION, by
 * 0 and 0, or by whatever stood in memory, as a least above the greatest; 0
 * stands for all of these.
 */
static void get_pin_lengths(struct wire *w, struct cks_token *t)
{
	t->pin_min = wire_get_u64(w);
	t->pin_max = wire_get_u64(w);
	if (t->pin_min == CK_UNAVAILABLE_INFORMATION)
		t->pin_min = 0;
	if (t->pin_max == CK_UNAVAILABLE_INFORMATION)
		t->pin_max = 0;
	if (t->pin_max > 0 && t->pin_min > t->pin_max) {
		t->pin_min = 0;
		t->pin_max = 0;
	}
}

/* The certificates of one name and key: a renewal leaves two, old and new. */
struct renewals {
	const struct cks_cert *first, *last; /* by their ends */
	/* Of those that are no CA's: the last of all, and of the official. */
	const struct cks_cert *last_holder, *last_official;
};

static int compare_names(const struct cks_cert *a, const struct cks_cert *b)
{
	int order = memcmp(a->key_digest, b->key_digest, sizeof(a->key_digest));

	return order ? order : strcmp(a->subject, b->subject);
}

static int compare_certs(const void *a, const void *b)
{
	return compare_names(*(const struct cks_cert *const *)a,
			     *(const struct cks_cert *const *)b);
}

static const struct cks_cert *later(const struct cks_cert *a,
				    const struct cks_cert *b)
{
	return !a || b->not_after > a->not_after ? b : a;
}

static void add_to_renewals(struct renewals *r, const struct cks_cert *c)
{
	if (!r->first || c->not_after < r->first->not_after)
		r->first = c;
	r->last = later(r->last, c);
	if (!c->ca)
		r->last_holder = later(r->last_holder, c);
	if (!c->ca && c->official)
		r->last_official = later(r->last_official, c);
}

/* Once for all of them: ten thousand certificates are not held against each
 * other each time that one is asked for. False: memory is out. */
static bool find_renewals(struct cks_token *t)
{
	const struct cks_cert **sorted =
		calloc(t->n_certs + 1, sizeof(struct cks_cert *));
	size_t n = 0;
	bool ok;

	t->renewals = calloc(t->n_certs + 1, sizeof(*t->renewals));
	ok = sorted && t->renewals;
	for (size_t i = 0; ok && i < t->n_certs; i++)
		if (t->certs[i]->readable)
			sorted[n++] = t->certs[i];
	if (n > 0)
		qsort(sorted, n, sizeof(struct cks_cert *), compare_certs);
	for (size_t i = 0; i < n; i++) {
		t->n_renewals +=
			i == 0 || compare_names(sorted[i - 1], sorted[i]) != 0;
		add_to_renewals(&t->renewals[t->n_renewals - 1], sorted[i]);
	}
	free(sorted);
	return ok;
}

/* Whole, or nothing at all. */
static void get_rest_of_card(struct wire *w, struct cks_token *t)
{
	size_t len, pos = w->pos;

	(void)wire_get_bytes(w, &len);
	if (len == 0)
		return;
	w->pos = pos;
	wire_get_field(w, t->rest_of_card, sizeof(t->rest_of_card));
}

struct cks_token *token_decode(struct wire *w, struct token_objects *objects,
			       const char *module, const char *module_maker)
{
	struct cks_token *t = calloc(1, sizeof(*t));
	bool failed;

	if (!t)
		return NULL;
	t->module = strdup(module);
	t->module_maker = strdup(module_maker);
	t->atr = strdup("");
	t->pcsc_reader = strdup("");
	t->user_tries = -1;
	t->so_tries = -1;
	t->id.slot = wire_get_u64(w);
	t->label = get_field(w, t->id.label, sizeof(t->id.label));
	t->manufacturer =
		get_field(w, t->id.manufacturer, sizeof(t->id.manufacturer));
	t->model = get_field(w, t->model_bytes, sizeof(t->model_bytes));
	t->serial = get_field(w, t->id.serial, sizeof(t->id.serial));
	t->flags = wire_get_u64(w);
	get_pin_lengths(w, t);
	t->reader =
		get_field(w, t->slot_description, sizeof(t->slot_description));
	wire_get_field(w, t->slot_manufacturer, sizeof(t->slot_manufacturer));
	t->slot_flags = wire_get_u64(w);
	get_rest_of_card(w, t);
	t->limit = wire_get_clean_text(w);
	objects_take(objects, w);
	objects_sort(objects);
	t->objects = objects->list;
	t->n_objects = objects->n;
	t->certs = objects->certs;
	t->n_certs = objects->n_certs;
	t->n_unread = objects->n_unread;
	failed = w->failed || objects->failed;
	*objects = (struct token_objects){ 0 };
	if (failed || !t->module || !t->module_maker || !t->atr ||
	    !t->pcsc_reader || !find_renewals(t) || !uri_name_token(t)) {
		cks_token_free(&t);
		return NULL;
	}
	t->family =
		family_of(t->module_maker, t->manufacturer, t->label, t->atr);
	return t;
}

struct confinement token_confinement(const struct cks_token *t)
{
	bool is_known = t->slots_per_card > 0 && t->pcsc_reader[0] != '\0';

	return (struct confinement){ is_known ? t->pcsc_reader : NULL,
				     t->slots_per_card };
}

bool token_set_reader(struct cks_token *t, const char *pcsc_name)
{
	char *name = strdup(pcsc_name);

	if (!name)
		return false;
	free(t->pcsc_reader);
	t->pcsc_reader = name;
	return true;
}

bool token_take_place(struct cks_token *t, const struct cks_token *before)
{
	unsigned int n = before->slots_per_card;

	t->slots_per_card = n;
	if (token_confinement(before).reader) {
		t->id.slot =
			before->id.slot - before->id.slot % n + t->id.slot % n;
		if (!token_set_reader(t, before->pcsc_reader))
			return false;
	}
	t->library = before->library;
	t->is_told_by_slot = before->is_told_by_slot;
	t->is_told_by_module = before->is_told_by_module;
	return uri_name_token(t);
}

bool token_find_card(struct cks_token *t, const struct cks_readers *readers)
{
	const struct reader *r =
		t->pcsc_reader[0] ? readers_by_name(readers, t->pcsc_reader)
				  : readers_find(readers, t->reader);
	char *atr;

	if (!r)
		return true;
	atr = strdup(r->atr);
	if (!atr ||
	    (!t->pcsc_reader[0] && !token_set_reader(t, r->pcsc_name))) {
		free(atr);
		return false;
	}
	free(t->atr);
	t->atr = atr;
	t->family = family_of(t->module_maker, t->manufacturer, t->label, atr);
	return true;
}

void cks_token_free(struct cks_token **token)
{
	struct cks_token *t = token ? *token : NULL;
	struct token_objects objects;

	if (!t)
		return;
	*token = NULL;
	objects = (struct token_objects){ .list = t->objects,
					  .n = t->n_objects,
					  .certs = t->certs,
					  .n_certs = t->n_certs };
	objects_free(&objects);
	free(t->renewals);
	free(t->module);
	free(t->other_module);
	free(t->module_maker);
	free(t->reader);
	free(t->limit);
	free(t->atr);
	free(t->uri);
	free(t->pcsc_reader);
	free(t->label);
	free(t->manufacturer);
	free(t->model);
	free(t->serial);
	free(t);
}

#define GETTER(type, name, field, unknown)               \
	type cks_token_##name(const struct cks_token *t) \
	{                                                \
		return t ? t->field : (unknown);         \
	}

GETTER(const char *, module, module, "")
GETTER(unsigned long, slot, id.slot, 0)
GETTER(const char *, reader, reader, "")
GETTER(const char *, atr, atr, "")
GETTER(const char *, label, label, "")
GETTER(const char *, manufacturer, manufacturer, "")
GETTER(const char *, model, model, "")
GETTER(const char *, serial, serial, "")
GETTER(unsigned long, pin_min, pin_min, 0)
GETTER(unsigned long, pin_max, pin_max, 0)
GETTER(unsigned long, flags, flags, 0)
GETTER(size_t, n_objects, n_objects, 0)
GETTER(size_t, n_certs, n_certs, 0)

const char *cks_token_other_module(const struct cks_token *t)
{
	return t && t->other_module ? t->other_module : "";
}

bool cks_token_has_pin_pad(const struct cks_token *t)
{
	return t && t->flags & CKF_PROTECTED_AUTHENTICATION_PATH;
}

const struct cks_cert *cks_token_cert(const struct cks_token *t, size_t i)
{
	return t && i < t->n_certs ? t->certs[i] : NULL;
}

const char *cks_pin_state_name(enum cks_pin_state state)
{
	switch (state) {
	case CKS_PIN_OK:
		return "ok";
	case CKS_PIN_COUNT_LOW:
		return "count-low";
	case CKS_PIN_FINAL_TRY:
		return "final-try";
	case CKS_PIN_LOCKED:
		return "locked";
	case CKS_PIN_NOT_SET:
		return "not-set";
	case CKS_PIN_MUST_CHANGE:
		return "must-change";
	case CKS_PIN_UNKNOWN:
		break;
	}
	return "unknown";
}

int cks_token_user_tries(const struct cks_token *t)
{
	if (!t)
		return -1;
	return t->flags & CKF_USER_PIN_LOCKED ? 0 : t->user_tries;
}

int cks_token_so_tries(const struct cks_token *t)
{
	if (!t)
		return -1;
	return t->flags & CKF_SO_PIN_LOCKED ? 0 : t->so_tries;
}

enum cks_pin_state cks_token_user_pin(const struct cks_token *t)
{
	unsigned long flags = cks_token_flags(t);
	int tries = cks_token_user_tries(t);

	if (!t)
		return CKS_PIN_UNKNOWN;
	if (tries == 0)
		return CKS_PIN_LOCKED;
	/* A module that sets no flags at all says nothing by leaving it out. */
	if (t->family->reports_user_pin && !(flags & CKF_USER_PIN_INITIALIZED))
		return CKS_PIN_NOT_SET;
	if (flags & CKF_USER_PIN_FINAL_TRY || tries == 1)
		return CKS_PIN_FINAL_TRY;
	if (flags & CKF_USER_PIN_COUNT_LOW)
		return CKS_PIN_COUNT_LOW;
	if (flags & CKF_USER_PIN_TO_BE_CHANGED)
		return CKS_PIN_MUST_CHANGE;
	return t->family->reports_user_pin ? CKS_PIN_OK : CKS_PIN_UNKNOWN;
}

enum cks_pin_state cks_token_so_pin(const struct cks_token *t)
{
	unsigned long flags = cks_token_flags(t);
	int tries = cks_token_so_tries(t);

	if (!t)
		return CKS_PIN_UNKNOWN;
	if (tries == 0)
		return CKS_PIN_LOCKED;
	if (flags & CKF_SO_PIN_FINAL_TRY || tries == 1)
		return CKS_PIN_FINAL_TRY;
	if (flags & CKF_SO_PIN_COUNT_LOW)
		return CKS_PIN_COUNT_LOW;
	if (flags & CKF_SO_PIN_TO_BE_CHANGED)
		return CKS_PIN_MUST_CHANGE;
	return t->family->reports_so_pin ? CKS_PIN_OK : CKS_PIN_UNKNOWN;
}

static unsigned int pin_warnings(const struct cks_token *token)
{
	unsigned int warnings = 0;

	switch (cks_token_user_pin(token)) {
	case CKS_PIN_LOCKED:
		warnings |= CKS_WARN_USER_PIN_LOCKED;
		break;
	case CKS_PIN_FINAL_TRY:
		warnings |= CKS_WARN_USER_PIN_FINAL_TRY;
		break;
	case CKS_PIN_COUNT_LOW:
		warnings |= CKS_WARN_USER_PIN_COUNT_LOW;
		break;
	case CKS_PIN_NOT_SET:
		warnings |= CKS_WARN_USER_PIN_NOT_SET;
		break;
	default:
		break;
	}
	if (cks_token_so_pin(token) == CKS_PIN_LOCKED)
		warnings |= CKS_WARN_SO_PIN_LOCKED;
	if (cks_token_so_pin(token) == CKS_PIN_FINAL_TRY)
		warnings |= CKS_WARN_SO_PIN_FINAL_TRY;
	return warnings;
}

static int compare_renewals(const void *c, const void *r)
{
	return compare_names(c, ((const struct renewals *)r)->first);
}

/* Those of @token that have the name and key of @c; NULL: there are none. */
static const struct renewals *renewals_of(const struct cks_token *token,
					  const struct cks_cert *c)
{
	if (!token || !c || !c->readable || token->n_renewals == 0)
		return NULL;
	return bsearch(c, token->renewals, token->n_renewals,
		       sizeof(*token->renewals), compare_renewals);
}

static bool was_renewed(const struct cks_token *token, const struct cks_cert *c)
{
	const struct renewals *r = renewals_of(token, c);

	return r && (r->first->not_after != c->not_after ||
		     r->last->not_after != c->not_after);
}

bool cks_cert_replaced(const struct cks_token *token, const struct cks_cert *c)
{
	const struct renewals *r = renewals_of(token, c);
	/* What anybody can sign for himself replaces no official one. */
	const struct cks_cert *last = !r	    ? NULL
				      : c->official ? r->last_official
						    : r->last_holder;

	return last && last->not_after > c->not_after;
}

static unsigned int cert_warnings(const struct cks_token *token,
				  const struct cks_cert *cert, time_t now,
				  unsigned int days)
{
	bool replaced = cks_cert_replaced(token, cert);
	unsigned int warnings = 0;

	if (cks_cert_ca(cert))
		return 0;
	switch (cks_cert_state(cert, now, days)) {
	case CKS_CERT_UNREADABLE:
		return CKS_WARN_CERT_UNREADABLE;
	case CKS_CERT_EXPIRED:
		warnings |= replaced ? 0 : CKS_WARN_CERT_EXPIRED;
		break;
	case CKS_CERT_EXPIRING:
		warnings |= replaced ? 0 : CKS_WARN_CERT_EXPIRING;
		break;
	default:
		break;
	}
	if (!cks_cert_official(cert))
		warnings |= CKS_WARN_NOT_OFFICIAL;
	return warnings;
}

bool cks_cert_renewable(const struct cks_token *token, const struct cks_cert *c,
			time_t now, unsigned int min_days, time_t *renew_by)
{
	long last = c ? date_day(c->not_after) - (long)min_days : 0;

	if (renew_by)
		*renew_by = c ? date_start(last) : 0;
	if (!c)
		return false;
	return c->readable && c->official && !c->ca && now >= c->not_before &&
	       date_day(now) <= last && !was_renewed(token, c);
}

unsigned int cks_token_warnings(const struct cks_token *token, time_t now,
				unsigned int days)
{
	unsigned int warnings = pin_warnings(token);
	size_t holders = 0;

	if (!token)
		return 0;
	for (size_t i = 0; i < cks_token_n_certs(token); i++) {
		const struct cks_cert *cert = cks_token_cert(token, i);

		holders += !cks_cert_ca(cert);
		warnings |= cert_warnings(token, cert, now, days);
	}
	/* What was not read may be one. */
	if (holders == 0 && token->n_unread == 0 && token->limit[0] == '\0')
		warnings |= CKS_WARN_NO_CERT;
	return warnings;
}

const char *cks_warning_name(unsigned int bit)
{
	static const struct {
		enum cks_warning bit;
		const char *name;
	} names[] = {
		{ CKS_WARN_USER_PIN_LOCKED, "user-pin-locked" },
		{ CKS_WARN_USER_PIN_FINAL_TRY, "user-pin-final-try" },
		{ CKS_WARN_USER_PIN_COUNT_LOW, "user-pin-count-low" },
		{ CKS_WARN_USER_PIN_NOT_SET, "user-pin-not-set" },
		{ CKS_WARN_SO_PIN_LOCKED, "so-pin-locked" },
		{ CKS_WARN_SO_PIN_FINAL_TRY, "so-pin-final-try" },
		{ CKS_WARN_CERT_EXPIRED, "certificate-expired" },
		{ CKS_WARN_CERT_EXPIRING, "certificate-expiring" },
		{ CKS_WARN_CERT_UNREADABLE, "certificate-unreadable" },
		{ CKS_WARN_NO_CERT, "no-certificate" },
		{ CKS_WARN_NOT_OFFICIAL, "not-official" },
	};

	for (size_t i = 0; i < sizeof(names) / sizeof(names[0]); i++)
		if (names[i].bit == bit)
			return names[i].name;
	return NULL;
}

bool cks_token_same_objects(const struct cks_token *before,
			    const struct cks_token *after, char **change)
{
	const struct token_object *gone, *added, *first;
	bool same_rest;

	if (!before || !after)
		return false;
	same_rest = memcmp(before->rest_of_card, after->rest_of_card,
			   sizeof(before->rest_of_card)) == 0;
	gone = objects_missing(before->objects, before->n_objects,
			       after->objects, after->n_objects);
	added = objects_missing(after->objects, after->n_objects,
				before->objects, before->n_objects);
	first = gone ? gone : added;
	/* What lies beyond a limit was not compared. */
	if (!first && same_rest && !before->limit[0] && !after->limit[0])
		return true;
	if (!change)
		return false;
	forks_hold();
	if (!first && !same_rest)
		*change = strdup(_(
			"what the card shows in its other slots was changed"));
	else if (!first)
		*change = strdup(_("more objects than are compared"));
	else if (asprintf(change,
			  gone && added ? _("object \"%s\" (id %s) was changed")
			  : gone	? _("object \"%s\" (id %s) is gone")
					: _("object \"%s\" (id %s) was added"),
			  first->label, first->id) < 0)
		*change = NULL;
	forks_release();
	return false;
}
