/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include <limits.h>
#include <p11-kit/pkcs11.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "base/date.h"
#include "base/error.h"
#include "input/json_members.h"
#include "json.h"
#include "labels.h"
#include "message.h"
#include "rules/province.h"
#include "scanning.h"

json_t *json_text(const char *text)
{
	json_t *json = json_string(text);
	char *clean;

	if (json)
		return json;
	/* A path need not be UTF-8; JSON must. */
	clean = cks_text_clean(text, strlen(text));
	if (!clean)
		json_note_short();
	json = json_string(clean ? clean : "");
	free(clean);
	return json;
}

/*
 * jansson's integers are signed, and PKCS #11 has a CK_ULONG where it means "a
 * number": what is greater than the one takes becomes a text that begins with
 * this noncharacter, which no text has that was cleaned or names a file by its
 * whole path; json_print() prints the digits alone.
 */
#define UNSIGNED_MARK "\xEF\xB7\x90"

/* A number of JSON, up to the greatest of the type; only for json_print(). */
static json_t *json_unsigned(unsigned long number)
{
	return number <= LLONG_MAX ? json_integer((json_int_t)number)
				   : json_sprintf(UNSIGNED_MARK "%lu", number);
}

/* A length of a PIN, of which a token may say nothing. */
static json_t *json_of_length(unsigned long length)
{
	return length ? json_unsigned(length) : json_null();
}

static void put(json_t *object, const char *key, const char *text)
{
	json_object_set_new(object, key, json_text(text));
}

static void put_or_null(json_t *object, const char *key, const char *text)
{
	json_object_set_new(object, key,
			    text[0] ? json_string(text) : json_null());
}

unsigned int renewal_days(const struct globals *globals)
{
	struct province *province = NULL;
	struct error error = { 0 };
	const char *name = globals->config.province;
	int ret = province_is_decree(name)
			  ? 0
			  : province_load(name, &province, &error);
	unsigned int days = (unsigned int)province_renewal_days(province);

	if (ret)
		print_warning(
			_("%s (the last day to ask for a renewal is counted by the decree alone)"),
			error_text(&error, ret));
	error_free(&error);
	province_free(&province);
	return days;
}

json_t *json_of_cert(const struct cks_token *token, const struct cks_cert *c,
		     time_t now, unsigned int days, unsigned int renewal)
{
	bool readable = cks_cert_readable(c);
	char from[DATE_SIZE] = "", to[DATE_SIZE] = "", renew[DATE_SIZE] = "";
	time_t renew_by;
	bool renewable = cks_cert_renewable(token, c, now, renewal, &renew_by);
	json_t *o = json_object();

	if (readable) {
		date_utc(cks_cert_not_before(c), from);
		date_utc(cks_cert_not_after(c), to);
	}
	if (readable && cks_cert_official(c) && !cks_cert_ca(c))
		date_iso(date_day(renew_by), renew);
	put(o, "id", cks_cert_id(c));
	put(o, "label", cks_cert_label(c));
	put(o, "uri", cks_cert_uri(c));
	put(o, "subject", cks_cert_subject(c));
	put(o, "name", cks_cert_name(c));
	put(o, "organization", cks_cert_organization(c));
	put(o, "unit", cks_cert_unit(c));
	put(o, "email", cks_cert_email(c));
	put(o, "serial", cks_cert_serial(c));
	put(o, "issuer", cks_cert_issuer(c));
	put_or_null(o, "not_before", from);
	put_or_null(o, "not_after", to);
	json_object_set_new(o, "days_left",
			    readable ? json_integer(cks_cert_days_left(c, now))
				     : json_null());
	put(o, "state", cks_cert_state_name(cks_cert_state(c, now, days)));
	put(o, "key", cks_cert_key(c));
	put(o, "sha256", cks_cert_sha256(c));
	put(o, "holder", cks_holder_name(cks_cert_holder(c)));
	json_object_set_new(o, "official", json_boolean(cks_cert_official(c)));
	json_object_set_new(o, "ca", json_boolean(cks_cert_ca(c)));
	put_or_null(o, "tax_code", cks_cert_tax_code(c));
	put_or_null(o, "budget_code", cks_cert_budget_code(c));
	json_object_set_new(o, "renewable", json_boolean(renewable));
	put_or_null(o, "renew_by", renew);
	return o;
}

static json_t *json_of_flags(unsigned long flags)
{
	static const struct {
		unsigned long flag;
		const char *key;
	} keys[] = {
		{ CKF_RNG, "rng" },
		{ CKF_WRITE_PROTECTED, "write-protected" },
		{ CKF_LOGIN_REQUIRED, "login-required" },
		{ CKF_USER_PIN_INITIALIZED, "user-pin-initialized" },
		{ CKF_PROTECTED_AUTHENTICATION_PATH, "pin-pad" },
		{ CKF_DUAL_CRYPTO_OPERATIONS, "dual-crypto-operations" },
		{ CKF_TOKEN_INITIALIZED, "token-initialized" },
		{ CKF_USER_PIN_COUNT_LOW, "user-pin-count-low" },
		{ CKF_USER_PIN_FINAL_TRY, "user-pin-final-try" },
		{ CKF_USER_PIN_LOCKED, "user-pin-locked" },
		{ CKF_USER_PIN_TO_BE_CHANGED, "user-pin-to-be-changed" },
		{ CKF_SO_PIN_COUNT_LOW, "so-pin-count-low" },
		{ CKF_SO_PIN_FINAL_TRY, "so-pin-final-try" },
		{ CKF_SO_PIN_LOCKED, "so-pin-locked" },
		{ CKF_SO_PIN_TO_BE_CHANGED, "so-pin-to-be-changed" },
	};
	json_t *list = json_array();

	for (size_t i = 0; i < sizeof(keys) / sizeof(keys[0]); i++)
		if (flags & keys[i].flag)
			json_array_append_new(list, json_string(keys[i].key));
	return list;
}

static json_t *tries_or_null(int tries)
{
	return tries < 0 ? json_null() : json_integer(tries);
}

void json_put_pins(json_t *object, const struct cks_token *t)
{
	put(object, "user_pin", cks_pin_state_name(cks_token_user_pin(t)));
	json_object_set_new(object, "user_tries_left",
			    tries_or_null(cks_token_user_tries(t)));
	put(object, "so_pin", cks_pin_state_name(cks_token_so_pin(t)));
	json_object_set_new(object, "so_tries_left",
			    tries_or_null(cks_token_so_tries(t)));
}

json_t *json_of_token(const struct cks_token *t, const struct globals *globals,
		      unsigned int days, unsigned int renewal)
{
	time_t now = globals->now;
	unsigned int attention = cks_token_warnings(t, now, days);
	struct arena arena = { 0 };
	json_t *o = json_object(), *certs = json_array(), *names = json_array();

	put(o, "module", cks_token_module(t));
	json_object_set_new(o, "slot", json_unsigned(cks_token_slot(t)));
	put(o, "reader", cks_token_reader(t));
	put(o, "label", cks_token_label(t));
	put(o, "manufacturer", cks_token_manufacturer(t));
	put(o, "model", cks_token_model(t));
	put(o, "serial", cks_token_serial(t));
	put(o, "uri", cks_token_uri(t));
	put(o, "atr", cks_token_atr(t));
	json_put_pins(o, t);
	json_object_set_new(o, "pin_min", json_of_length(cks_token_pin_min(t)));
	json_object_set_new(o, "pin_max", json_of_length(cks_token_pin_max(t)));
	json_object_set_new(o, "flags", json_of_flags(cks_token_flags(t)));
	for (size_t i = 0; i < cks_token_n_certs(t); i++)
		json_array_append_new(certs,
				      json_of_cert(t, cks_token_cert(t, i), now,
						   days, renewal));
	json_object_set_new(o, "certificates", certs);
	for (unsigned int bit = 1; bit && bit <= attention; bit <<= 1)
		if (attention & bit)
			json_array_append_new(
				names, json_string(cks_warning_name(bit)));
	json_object_set_new(o, "attention", names);
	put(o, "advice", token_advice(&arena, t, globals, days, renewal));
	if (arena.failed)
		json_note_short();
	arena_free(&arena);
	return o;
}

json_t *json_of_failure(const struct cks_scan_error *f)
{
	json_t *o = json_object();
	char *text = scan_error_text(f);
	unsigned long slot;

	put_or_null(o, "module", cks_scan_error_module(f));
	json_object_set_new(o, "slot",
			    cks_scan_error_slot(f, &slot) ? json_unsigned(slot)
							  : json_null());
	put_or_null(o, "reader", cks_scan_error_reader(f));
	put_or_null(o, "atr", cks_scan_error_atr(f));
	put(o, "error", cks_err_name(cks_scan_error_code(f)));
	put(o, "message", text ? text : cks_strerror(cks_scan_error_code(f)));
	json_object_set_new(o, "critical",
			    json_boolean(cks_scan_error_critical(f)));
	free(text);
	return o;
}

/* Takes the quotation marks and the mark from around each number that
 * json_unsigned() wrote as a text. */
static void unquote_unsigned(char *text)
{
	static const char begin[] = "\"" UNSIGNED_MARK;
	char *out = text, *at = text, *found;

	while ((found = strstr(at, begin))) {
		char *digits = found + strlen(begin);
		size_t n = strspn(digits, "0123456789");
		bool is_number = n > 0 && digits[n] == '"';

		/* What is none stays as it is, up to behind the mark. */
		memmove(out, at, (size_t)((is_number ? found : digits) - at));
		out += (is_number ? found : digits) - at;
		at = digits;
		if (is_number) {
			memmove(out, digits, n);
			out += n;
			at = digits + n + 1;
		}
	}
	memmove(out, at, strlen(at) + 1);
}

#define INDENT 2
#define NUMBERS JSON_REAL_PRECISION(15)
#define FORM (JSON_INDENT(INDENT) | NUMBERS)

static int print(json_t *json, size_t form)
{
	char *text = json ? json_dumps(json, form) : NULL;

	json_decref(json);
	/* What memory was out for is missing in the text. */
	if (!text || json_is_short()) {
		free(text);
		return print_no_memory();
	}
	unquote_unsigned(text);
	puts(text);
	free(text);
	return 0;
}

int json_print(json_t *json)
{
	return print(json, FORM);
}

int json_print_line(json_t *json)
{
	return print(json, JSON_COMPACT | NUMBERS);
}

/* Where a line begins, so does all that is not at the top of the document. A
 * text of JSON has no line feed in it as such. */
static int add_text(const char *bytes, size_t len, void *to)
{
	struct json_document *d = to;
	const char *end;

	while (len > 0 && (end = memchr(bytes, '\n', len))) {
		size_t line = (size_t)(end - bytes) + 1;

		buffer_put(&d->text, bytes, line);
		for (size_t i = 0; i < d->depth * INDENT; i++)
			buffer_put(&d->text, " ", 1);
		bytes += line;
		len -= line;
	}
	buffer_put(&d->text, bytes, len);
	return d->text.failed ? -1 : 0;
}

static void add_json(struct json_document *d, json_t *json)
{
	/* What memory was out for is missing in it. */
	if (!json || json_is_short() ||
	    json_dump_callback(json, add_text, d, FORM | JSON_ENCODE_ANY))
		d->text.failed = true;
	json_decref(json);
}

/* The beginning of a member of the document. */
static void add_name(struct json_document *d, const char *name)
{
	buffer_puts(&d->text, d->is_begun ? "," : "{");
	d->is_begun = true;
	d->depth = 1;
	add_text("\n\"", 2, d);
	buffer_puts(&d->text, name);
	buffer_puts(&d->text, "\": ");
}

void json_document_put(struct json_document *d, const char *name, json_t *json)
{
	add_name(d, name);
	add_json(d, json);
}

void json_document_list(struct json_document *d, const char *name)
{
	add_name(d, name);
	buffer_puts(&d->text, "[");
	d->depth = 2;
	d->has_items = false;
}

void json_document_add(struct json_document *d, json_t *json)
{
	if (d->has_items)
		buffer_puts(&d->text, ",");
	add_text("\n", 1, d);
	add_json(d, json);
	d->has_items = true;
}

void json_document_list_end(struct json_document *d)
{
	d->depth = 1;
	if (d->has_items)
		add_text("\n", 1, d);
	buffer_puts(&d->text, "]");
}

int json_document_print(struct json_document *d)
{
	int ret = 0;

	d->depth = 0;
	add_text("\n}", 3, d);
	if (d->text.failed)
		ret = print_no_memory();
	if (!ret) {
		unquote_unsigned((char *)d->text.data);
		puts((char *)d->text.data);
	}
	buffer_free(&d->text);
	return ret;
}
