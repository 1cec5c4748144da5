/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include "labels.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "base/date.h"
#include "base/i18n.h"
#include "register/certificate.h"
#include "rules/workdays.h"

const char *pin_state_label(enum cks_pin_state state)
{
	switch (state) {
	case CKS_PIN_OK:
		return _("works");
	case CKS_PIN_COUNT_LOW:
		return _("works, a wrong try was made");
	case CKS_PIN_FINAL_TRY:
		return _("one try left");
	case CKS_PIN_LOCKED:
		return _("locked");
	case CKS_PIN_NOT_SET:
		return _("not set");
	case CKS_PIN_MUST_CHANGE:
		return _("must be changed");
	case CKS_PIN_UNKNOWN:
		break;
	}
	return _("not known");
}

const char *user_pin_label(const struct cks_token *token, char room[LABEL_ROOM])
{
	enum cks_pin_state state = cks_token_user_pin(token);
	int tries = cks_token_user_tries(token);

	if (tries < 2 ||
	    (state != CKS_PIN_COUNT_LOW && (state != CKS_PIN_OK || tries > 2)))
		return pin_state_label(state);
	(void)snprintf(room, LABEL_ROOM,
		       Q_("%d try left", "%d tries left", (unsigned int)tries),
		       tries);
	return room;
}

enum colour pin_state_colour(enum cks_pin_state state)
{
	switch (state) {
	case CKS_PIN_OK:
		return COLOUR_GOOD;
	case CKS_PIN_LOCKED:
	case CKS_PIN_FINAL_TRY:
		return COLOUR_BAD;
	case CKS_PIN_UNKNOWN:
		return COLOUR_NONE;
	default:
		return COLOUR_WARN;
	}
}

const char *cert_state_label(enum cks_cert_state state)
{
	switch (state) {
	case CKS_CERT_VALID:
		return _("valid");
	case CKS_CERT_EXPIRING:
		return _("expiring");
	case CKS_CERT_EXPIRED:
		return _("expired");
	case CKS_CERT_NOT_YET_VALID:
		return _("not yet valid");
	case CKS_CERT_UNREADABLE:
		break;
	}
	return _("unreadable");
}

static enum colour cert_state_colour(enum cks_cert_state state)
{
	switch (state) {
	case CKS_CERT_VALID:
		return COLOUR_GOOD;
	case CKS_CERT_EXPIRING:
	case CKS_CERT_NOT_YET_VALID:
		return COLOUR_WARN;
	default:
		return COLOUR_BAD;
	}
}

void cert_state_add(struct table_out *table, const struct cks_cert *cert,
		    enum cks_cert_state state)
{
	bool ca = cks_cert_ca(cert);
	char text[LABEL_ROOM];

	snprintf(text, sizeof(text), ca ? "%s (CA)" : "%s",
		 cert_state_label(state));
	table_add(table, text, ca ? COLOUR_NONE : cert_state_colour(state));
}

const char *end_label(const struct cks_cert *cert, char text[DATE_SIZE])
{
	if (!cks_cert_readable(cert))
		return "";
	if (date_is_no_end(cks_cert_not_after(cert)))
		return _("no end");
	return date_dmy(date_day(cks_cert_not_after(cert)), text);
}

const char *holder_label(enum cks_holder holder)
{
	switch (holder) {
	case CKS_HOLDER_PERSON:
		return _("person");
	case CKS_HOLDER_ORGANIZATION:
		return _("organization");
	case CKS_HOLDER_DEVICE:
		return _("device, service or software");
	case CKS_HOLDER_UNKNOWN:
		break;
	}
	return _("not known");
}

/* The day, and that it is a day off, as far as there is a calendar to be
 * read. */
static const char *last_day_text(struct arena *arena, long day, time_t now)
{
	struct workdays *workdays = NULL;
	struct workdays_term term;
	struct error error = { 0 };
	char last[DATE_SIZE], before[DATE_SIZE];
	const char *text = arena_format(arena, "%s", date_dmy(day, last));

	if (workdays_load(&workdays, &error)) {
		error_free(&error);
		return text;
	}
	term = workdays_day(workdays, day);
	if (term.before != day && term.before >= date_day(now))
		text = arena_format(
			arena,
			*term.doubt
				? _("%s (perhaps a day off; the working day before is %s)")
				: _("%s (a day off; the working day before is %s)"),
			last, date_dmy(term.before, before));
	workdays_free(&workdays);
	return text;
}

/* The last day to ask for the renewal of the first of the certificates that
 * expire soon; "" where none can be renewed still. */
static const char *renew_by(struct arena *arena, const struct cks_token *t,
			    time_t now, unsigned int days, unsigned int renewal)
{
	time_t first = 0, last;

	for (size_t i = 0; i < cks_token_n_certs(t); i++) {
		const struct cks_cert *c = cks_token_cert(t, i);

		if (cks_cert_state(c, now, days) == CKS_CERT_EXPIRING &&
		    cks_cert_renewable(t, c, now, renewal, &last) &&
		    (!first || last < first))
			first = last;
	}
	return first ? last_day_text(arena, date_day(first), now) : "";
}

const char *token_name(const struct cks_token *t)
{
	const char *serial = cks_token_serial(t), *label = cks_token_label(t);

	if (serial[strspn(serial, " ")])
		return serial;
	return label[strspn(label, " ")] ? label : _("the token");
}

/* The command for @t, whole: "ckstoken request renew --serial S -o
 * renew-S.pdf". A serial number that a shell would read otherwise is left for
 * the officer to type. Without @kind it answers a letter. */
static const char *command_for(struct arena *arena,
			       const struct globals *globals,
			       const struct cks_token *t, const char *command,
			       const char *kind)
{
	static const char plain[] =
		"abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789";
	const char *serial = cks_token_serial(t);
	bool is_plain = serial[0] && !serial[strspn(serial, plain)];
	const char *program = globals->program;

	if (!kind)
		return arena_format(arena, "%s %s%s%s --request FILE", program,
				    command, is_plain ? " --serial " : "",
				    is_plain ? serial : "");
	return arena_format(arena, "%s %s %s%s%s -o %s%s%s.pdf", program,
			    command, kind, is_plain ? " --serial " : "",
			    is_plain ? serial : "", kind, is_plain ? "-" : "",
			    is_plain ? serial : "");
}

const char *token_advice(struct arena *arena, const struct cks_token *t,
			 const struct globals *globals, unsigned int days,
			 unsigned int renewal)
{
	static const struct {
		unsigned int bit;
		const char *words;
		/* Of the command that the words end in; or NULL. */
		const char *command, *kind;
	} advice[] = {
		{ CKS_WARN_SO_PIN_LOCKED,
		  N_("The SO PIN is locked: no desk can restore this token. Report it to the issuer.") },
		{ CKS_WARN_USER_PIN_LOCKED,
		  N_("The user PIN is locked: ask for its recovery: %s"),
		  "request", "recover" },
		{ CKS_WARN_USER_PIN_FINAL_TRY,
		  N_("One more wrong user PIN locks the token: do not guess, ask its holder.") },
		{ CKS_WARN_USER_PIN_NOT_SET,
		  N_("No user PIN has been set: the token is not ready for use. Ask whoever issued it.") },
		{ CKS_WARN_CERT_EXPIRED,
		  N_("A certificate has expired: hand the token back: %s"),
		  "handover", "return" },
		{ CKS_WARN_CERT_EXPIRING,
		  N_("A certificate expires soon: ask for its renewal, on %s at the latest: %s"),
		  "request", "renew" },
		{ CKS_WARN_SO_PIN_FINAL_TRY,
		  N_("One more wrong SO PIN makes the token impossible to restore: enter it only if its issuer or the recovery desk has told it.") },
		{ CKS_WARN_CERT_UNREADABLE,
		  N_("An object that should be a certificate cannot be read: ask the issuer.") },
		{ CKS_WARN_NO_CERT,
		  N_("The token has no certificate of a person, organization or device, or none that can be seen.") },
		{ CKS_WARN_NOT_OFFICIAL,
		  N_("A certificate does not name the Government CA as its issuer: official documents are signed by one that does.") },
	};

	time_t now = globals->now;
	unsigned int attention = cks_token_warnings(t, now, days);
	size_t i = 0, n = sizeof(advice) / sizeof(advice[0]);
	const char *command, *last;

	while (i < n && !(attention & advice[i].bit))
		i++;
	if (i == n)
		return "";
	if (!advice[i].command)
		return _(advice[i].words);
	if (advice[i].bit == CKS_WARN_USER_PIN_LOCKED &&
	    globals->config.desk_name) {
		command = command_for(arena, globals, t, "unblock", NULL);
		return arena_format(
			arena,
			_("The user PIN is locked, and this machine is a recovery desk: once its agency has asked for it, restore it: %s"),
			command);
	}
	command = command_for(arena, globals, t, advice[i].command,
			      advice[i].kind);
	if (advice[i].bit != CKS_WARN_CERT_EXPIRING)
		return arena_format(arena, _(advice[i].words), command);
	last = renew_by(arena, t, now, days, renewal);
	if (!*last)
		return _(
			"A certificate expires soon and cannot be renewed: ask for a new one with \"ckstoken request new-person\", \"new-organization\" or \"new-device\".");
	return arena_format(arena, _(advice[i].words), last, command);
}

const char *record_kind_label(enum record_kind kind)
{
	static const char *const words[RECORD_KINDS] = {
		[RECORD_AGENCY] = N_("Agency"),
		[RECORD_UNIT] = N_("Unit"),
		[RECORD_SUBSCRIBER] = N_("Subscriber"),
		[RECORD_TOKEN] = N_("Token"),
		[RECORD_CERTIFICATE] = N_("Certificate"),
		[RECORD_REQUEST] = N_("Request or minutes"),
		[RECORD_ITEM] = N_("Line of a request"),
		[RECORD_CUSTODY] = N_("Custody"),
		[RECORD_LOSS] = N_("Loss or leak"),
		[RECORD_UNBLOCK] = N_("Recovery"),
	};

	return _(words[kind]);
}

/* The state of a PIN that the register has by its name. */
static const char *pin_value(const char *text)
{
	enum cks_pin_state state = CKS_PIN_MUST_CHANGE; /* the last */

	while (state > CKS_PIN_UNKNOWN &&
	       strcmp(cks_pin_state_name(state), text) != 0)
		state--;
	return pin_state_label(state);
}

/* A day as "21/11/2026"; a moment with its hour behind the day. */
static const char *day_value(const char *text, char room[LABEL_ROOM])
{
	char day_text[DATE_SIZE], words[DATE_SIZE];
	long day;

	(void)snprintf(day_text, sizeof(day_text), "%.10s", text);
	if (!date_read_iso(day_text, &day))
		return text;
	date_dmy(day, words);
	if (strlen(text) > strlen("YYYY-MM-DDT"))
		(void)snprintf(room, LABEL_ROOM, "%s %.8s", words, text + 11);
	else
		(void)snprintf(room, LABEL_ROOM, "%s", words);
	return room;
}

const char *register_value_label(const struct field *f, const char *text,
				 char room[LABEL_ROOM])
{
	switch (f->type) {
	case FIELD_DATE:
	case FIELD_TIME:
		return day_value(text, room);
	case FIELD_TICK:
		return strcmp(text, "0") == 0 ? _("no") : _("yes");
	case FIELD_PIN_STATE:
		return pin_value(text);
	case FIELD_CHOICE:
		/* Its words are those of Vietnamese forms and tables. */
		return i18n_is_vietnamese() && field_choice_words(f, text, room)
			       ? room
			       : text;
	case FIELD_SERIAL:
		return certificate_is_unnumbered(text) ? _("not known yet")
						       : text;
	default:
		return text;
	}
}

const char *register_json_label(const struct field *f, const json_t *value,
				char room[LABEL_ROOM])
{
	if (json_is_string(value))
		return register_value_label(f, json_string_value(value), room);
	if (json_is_boolean(value))
		return register_value_label(f, json_is_true(value) ? "1" : "0",
					    room);
	if (!json_is_integer(value))
		return "";
	(void)snprintf(room, LABEL_ROOM, "%" JSON_INTEGER_FORMAT,
		       json_integer_value(value));
	return room;
}

static const char *field_label(const struct field *f)
{
	return i18n_is_vietnamese() ? f->label : f->name;
}

/* For the caller to free; NULL: no memory. */
static char *clean_value(const char *text)
{
	return *text ? cks_text_clean(text, strlen(text)) : strdup("-");
}

static void print_value(const struct field *f, const char *text, int indent)
{
	char *clean = clean_value(text);

	print_indented((size_t)indent, "%s: %s", field_label(f),
		       clean ? clean : "");
	free(clean);
}

void register_print_replaced(const struct field *f, const json_t *now,
			     const json_t *then, int indent)
{
	char room[LABEL_ROOM];
	char *before = clean_value(register_json_label(f, now, room));
	char *after = clean_value(register_json_label(f, then, room));

	print_indented((size_t)indent, "%s: %s -> %s", field_label(f),
		       before ? before : "", after ? after : "");
	free(before);
	free(after);
}

void register_print_json(const struct field *f, const json_t *value, int indent)
{
	char room[LABEL_ROOM];

	print_value(f, register_json_label(f, value, room), indent);
}

void register_print_field(const struct field *f, const char *text, int indent)
{
	char room[LABEL_ROOM];

	print_value(f, *text ? register_value_label(f, text, room) : "",
		    indent);
}

const char *inventory_state_label(enum inventory_state state)
{
	static const char *const words[] = {
		[INVENTORY_RETURNED] = N_("returned"),
		[INVENTORY_LOST] = N_("lost"),
		[INVENTORY_REVOKED] = N_("revoked"),
		[INVENTORY_REPLACED] = N_("replaced"),
		[INVENTORY_EXPIRED] = N_("expired"),
		[INVENTORY_LOCKED] = N_("locked"),
		[INVENTORY_NOT_YET] = N_("not yet valid"),
		[INVENTORY_EXPIRING] = N_("expiring"),
		[INVENTORY_IN_USE] = N_("in use"),
		[INVENTORY_EMPTY] = N_("no certificate"),
	};

	return _(words[state]);
}

enum colour inventory_state_colour(enum inventory_state state)
{
	switch (state) {
	case INVENTORY_IN_USE:
		return COLOUR_GOOD;
	case INVENTORY_EXPIRING:
	case INVENTORY_NOT_YET:
		return COLOUR_WARN;
	case INVENTORY_RETURNED:
	case INVENTORY_REPLACED:
	case INVENTORY_EMPTY:
		return COLOUR_NONE;
	default:
		return COLOUR_BAD;
	}
}
