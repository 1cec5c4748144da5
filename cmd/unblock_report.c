/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* A recovery as the officer and the register hear of it. */
#include "unblock.h"

#include <jansson.h>
#include <stdio.h>
#include <string.h>

#include "base/date.h"
#include "input/dossier.h"
#include "json.h"
#include "labels.h"
#include "message.h"
#include "register/record_document.h"
#include "register_common.h"
#include "token_rows.h"

const char *unblock_state_after(const struct unblock *r)
{
	/* Where nothing was sent others may have been at the token: that the
	 * state had changed may be the very reason. */
	return r->after ? cks_pin_state_name(cks_token_user_pin(r->after))
			: "unknown";
}

static json_t *json_of_state(const struct cks_token *token)
{
	json_t *o;

	if (!token)
		return json_null();
	o = json_object();
	json_put_pins(o, token);
	return o;
}

/* null where nothing could be proved or disproved. */
static json_t *json_of_proved(const struct unblock *r)
{
	if (r->proof == PROVED || r->proof == PROOF_FAILED)
		return json_boolean(r->proof == PROVED);
	return json_null();
}

static json_t *json_of_proof(const struct unblock *r)
{
	const struct cks_proof *k = &r->keys;

	if (r->proof == NOT_PROVED)
		return json_null();
	return json_pack("{s:s, s:i, s:i, s:i, s:i, s:i, s:s}", "result",
			 cks_err_name(r->proof_err), "keys_proved",
			 (int)k->n_proved, "keys_not_proved",
			 (int)k->n_unproved, "keys_not_for_signing",
			 (int)k->n_not_signing, "keys_without_certificate",
			 (int)k->n_no_cert, "certificates_without_key",
			 (int)k->n_certs_without_key, "detail", k->detail);
}

static int print_json(const struct unblock *r)
{
	json_t *o = json_object();

	json_object_set_new(o, "version", json_integer(1));
	json_object_set_new(o, "serial",
			    json_string(cks_token_serial(r->before)));
	json_object_set_new(o, "method",
			    json_string(cks_method_name(r->method)));
	json_object_set_new(o, "result",
			    r->dry_run ? json_null()
				       : json_string(cks_err_name(r->err)));
	json_object_set_new(o, "before", json_of_state(r->before));
	json_object_set_new(o, "after", json_of_state(r->after));
	json_object_set_new(o, "objects_unchanged",
			    r->after ? json_boolean(r->objects_unchanged)
				     : json_null());
	json_object_set_new(o, "proved", json_of_proved(r));
	json_object_set_new(o, "proof", json_of_proof(r));
	json_object_set_new(o, "journal",
			    r->journal_number ? json_integer(r->journal_number)
					      : json_null());
	return json_print(o);
}

int unblock_report_plan(const struct unblock *r)
{
	if (r->json)
		return print_json(r);
	/* TRANSLATORS: serial, label, "with the SO PIN", authority. */
	printf(_("Would give token %s (%s) a new user PIN %s, on the authority of %s. Nothing was sent.\n"),
	       token_name(r->before), cks_token_label(r->before),
	       r->method == CKS_METHOD_PUK ? _("with the PUK")
					   : _("with the SO PIN"),
	       r->authority);
	return EXIT_DONE;
}

/* True if the token has refused, and so is as it was but for a try. */
static bool was_refused(const struct unblock *r)
{
	switch (r->err) {
	case CKS_ERR_SO_PIN_INCORRECT:
	case CKS_ERR_SO_PIN_LOCKED:
	case CKS_ERR_SO_PIN_LENGTH:
	case CKS_ERR_PUK_INCORRECT:
	case CKS_ERR_PUK_LOCKED:
	case CKS_ERR_PUK_LENGTH:
	case CKS_ERR_PIN_LENGTH:
	case CKS_ERR_PIN_CHARACTERS:
	case CKS_ERR_PIN_REFUSED:
	case CKS_ERR_EITHER_LENGTH:
		return true;
	default:
		return r->stage < CKS_STAGE_NEW_PIN_SENT;
	}
}

static const char *pin_after(const struct unblock *r)
{
	enum cks_pin_state state = cks_token_user_pin(r->after);

	if (r->stage == CKS_STAGE_NOTHING_SENT)
		return _("Nothing was sent to the token.");
	if (!r->after)
		return _(
			"The token could not be read again, so its state is unknown: check with \"ckstoken status\" before anything else.");
	if (state != cks_token_user_pin(r->before))
		return _(
			"The token was read again and its user PIN has changed: check with \"ckstoken status\".");
	if (was_refused(r) || state == CKS_PIN_LOCKED)
		return _("The user PIN is unchanged.");
	return _(
		"The token reports its user PIN as it did before, which does not show whether it was changed.");
}

/* True if the try that is gone was the last. */
static bool is_used_up(const struct unblock *r)
{
	if (r->err != CKS_ERR_SO_PIN_INCORRECT &&
	    r->err != CKS_ERR_PUK_INCORRECT)
		return false;
	return cks_token_so_tries(r->after) == 0 ||
	       (r->method == CKS_METHOD_SO_PIN &&
		cks_token_so_pin(r->after) == CKS_PIN_LOCKED);
}

static const char *sentence_of(const struct unblock *r)
{
	if (!is_used_up(r))
		return cks_strerror(r->err);
	return r->method == CKS_METHOD_PUK
		       ? _("The PUK is wrong, and that was the last of its tries: it is locked now.")
		       : _("The SO PIN is wrong, and that was the last of its tries: it is locked now.");
}

static void print_new_pin_length(const struct unblock *r)
{
	unsigned long min = 0, max = 0;

	cks_new_pin_length(r->before, &min, &max);
	if (max > 0)
		print_error(
			_("a new PIN for this token has %lu to %lu characters"),
			min, max);
	else
		print_error(_(
			"the token does not say how long a new PIN has to be"));
}

static void print_unblock_pin_length(const struct unblock *r)
{
	bool puk = r->method == CKS_METHOD_PUK;
	unsigned long min = 0, max = 0;

	cks_unblock_pin_length(r->before, &min, &max);
	if (max > 0)
		print_error(
			puk ? _("a PUK of this token has %lu to %lu characters")
			    : _("an SO PIN of this token has %lu to %lu characters"),
			min, max);
	if (cks_token_so_tries(r->before) >= 0 &&
	    cks_token_so_tries(r->after) >= 0)
		return;
	print_error(
		puk ? _("whether that cost one of the tries of the PUK is not known; look at the token with \"ckstoken status\", and compare the PUK with the papers that came with the token before you try again")
		    : _("whether that cost one of the tries of the SO PIN is not known; look at the token with \"ckstoken status\", and ask whoever holds the SO PIN, the issuer or the recovery desk, before you try again"));
}

/* What to do next. */
static void print_advice(const struct unblock *r)
{
	switch (r->err) {
	case CKS_ERR_SO_PIN_INCORRECT:
	case CKS_ERR_PUK_INCORRECT:
		print_error(_(
			"do not guess: every wrong try brings the token closer to being locked for good. The issuer or the recovery desk holds the SO PIN; the PUK is in the papers that came with the token"));
		print_error(_(
			"Caps Lock, or a Vietnamese input method such as Telex or VNI, changes what is typed: see whether one is on"));
		break;
	case CKS_ERR_SO_PIN_LENGTH:
	case CKS_ERR_PUK_LENGTH:
		print_unblock_pin_length(r);
		break;
	case CKS_ERR_EITHER_LENGTH:
		print_new_pin_length(r);
		print_unblock_pin_length(r);
		break;
	case CKS_ERR_PIN_LENGTH:
	case CKS_ERR_PIN_CHARACTERS:
	case CKS_ERR_PIN_REFUSED:
		print_new_pin_length(r);
		break;
	case CKS_ERR_STATE_CHANGED:
		print_error(_(
			"another officer or program was at the token meanwhile: look at it with \"ckstoken status\" before you try again"));
		break;
	default:
		break;
	}
}

void unblock_print_tries(const struct unblock *r, int tries)
{
	bool puk = r->method == CKS_METHOD_PUK;

	if (tries == 0)
		print_message(
			puk ? _("the PUK is locked: no desk can restore this token. Report it to the issuer")
			    : _("the SO PIN is locked: no desk can restore this token. Report it to the issuer"));
	else
		print_message(puk ? Q_("%d try of the PUK is left",
				       "%d tries of the PUK are left",
				       (unsigned int)tries)
				  : Q_("%d try of the SO PIN is left",
				       "%d tries of the SO PIN are left",
				       (unsigned int)tries),
			      tries);
}

static void report_failure(const struct unblock *r)
{
	print_error("%s: %s %s", token_name(r->before), sentence_of(r),
		    pin_after(r));
	if (is_used_up(r))
		unblock_print_tries(r, 0);
	else if (r->stage != CKS_STAGE_NOTHING_SENT &&
		 cks_token_so_tries(r->after) >= 0)
		unblock_print_tries(r, cks_token_so_tries(r->after));
	print_advice(r);
}

/* A refusal promises that nothing was sent. */
static int failure_code(const struct unblock *r)
{
	int code = exit_code_of(r->err);

	return code == EXIT_REFUSED && r->stage != CKS_STAGE_NOTHING_SENT
		       ? EXIT_BAD_INPUT
		       : code;
}

/* What the proof passed over, none of which is a fault. */
static void print_passed_over(const struct cks_proof *k)
{
	if (k->n_not_signing > 0)
		print_message(
			Q_("%u key of the token is not for signatures and was passed over",
			   "%u keys of the token are not for signatures and were passed over",
			   k->n_not_signing),
			k->n_not_signing);
	if (k->n_no_cert > 0)
		print_message(
			Q_("%u key of the token has no certificate there and was passed over",
			   "%u keys of the token have no certificate there and were passed over",
			   k->n_no_cert),
			k->n_no_cert);
	if (k->n_certs_without_key > 0)
		print_message(
			Q_("%u certificate on the token has no private key there, so nobody can sign by it",
			   "%u certificates on the token have no private key there, so nobody can sign by them",
			   k->n_certs_without_key),
			k->n_certs_without_key);
}

static void report_proof(const struct unblock *r)
{
	const char *detail = r->keys.detail[0] ? _(r->keys.detail) : "";
	const char *open = detail[0] ? " (" : "", *close = detail[0] ? ")" : "";

	if (r->proof == NOT_PROVED)
		return;
	if (r->proof == PROOF_FAILED)
		print_error(
			_("the token is restored, but the proof failed: %s%s%s%s"),
			cks_strerror(r->proof_err), open, detail, close);
	else if (r->proof == PROOF_UNKNOWN)
		print_error(
			_("the token is restored, but whether it signs could not be known: %s%s%s%s Sign something with it before it is handed over"),
			cks_strerror(r->proof_err), open, detail, close);
	print_passed_over(&r->keys);
}

static void print_success(const struct unblock *r, FILE *to)
{
	size_t n = cks_token_n_objects(r->after);

	/* TRANSLATORS: serial, label, state before, state after. */
	fprintf(to, _("Token %s (%s): user PIN %s -> %s.\n"),
		token_name(r->before), cks_token_label(r->before),
		pin_state_label(cks_token_user_pin(r->before)),
		pin_state_label(cks_token_user_pin(r->after)));
	if (n == 0 && r->objects_unchanged)
		fprintf(to, "%s\n",
			_("No object could be compared: the token shows none without a login."));
	else if (r->objects_unchanged)
		fprintf(to,
			Q_("%zu public object on the token is unchanged.\n",
			   "%zu public objects on the token are unchanged.\n",
			   n),
			n);
	if (r->proof == PROVED)
		fprintf(to, "%s\n",
			_("Proved: the new PIN logs in and every key signs."));
}

/* Tells of the success; on standard error where @lost is set, or standard
 * output takes nothing, for the token has a new PIN all the same. */
static void report_success(const struct unblock *r, bool lost)
{
	if (!r->json)
		print_success(r, stdout);
	if (fflush(stdout) || ferror(stdout) || lost) {
		print_error(
			_("token %s was given the new PIN, but standard output could not be written. What it was to say:"),
			token_name(r->before));
		print_success(r, stderr);
	}
	report_proof(r);
}

int unblock_report(const struct unblock *r)
{
	int ret = r->json ? print_json(r) : 0;

	if (r->after && !r->objects_unchanged)
		print_error(
			_("ALARM: more than the PIN has changed on token %s: %s. Do not use it; report it to the issuer"),
			token_name(r->before),
			r->change ? r->change : cks_strerror(CKS_ERR_MEMORY));
	if (r->err) {
		report_failure(r);
		return failure_code(r);
	}
	report_success(r, ret != 0);
	if (!r->objects_unchanged ||
	    (r->proof != NOT_PROVED && r->proof != PROVED))
		return EXIT_ATTENTION;
	return ret;
}

static json_t *attempt_of(struct custody_register *reg, const struct unblock *r,
			  const char *serial, json_int_t request)
{
	char time[DATE_SIZE];
	json_t *attempt;

	date_vietnam(r->globals->now, time);
	attempt = json_pack(
		"{s:I, s:s, s:s, s:s, s:s, s:s, s:I, s:s, s:s}", "unblock",
		register_next_key(reg, RECORD_UNBLOCK), "device_serial", serial,
		"unblock_time", time, "authority", r->authority, "method",
		cks_method_name(r->method), "result", cks_err_name(r->err),
		"journal", (json_int_t)r->journal_number, "journal_hash",
		r->journal_hash, "journal_first", r->journal.file.chain.first);
	if (request)
		json_object_set_new(attempt, "request", json_integer(request));
	return attempt;
}

static int put(struct custody_register *reg, const struct unblock *r,
	       const char *serial, json_int_t request)
{
	bool restored = !r->err && r->after;
	json_t *attempt = attempt_of(reg, r, serial, request);
	char day[DATE_SIZE];
	json_t *token;

	date_iso(date_day(r->globals->now), day);
	token = json_pack("{s:s, s:s}", "device_serial", serial, "user_pin",
			  unblock_state_after(r));
	if (token && token_row_put_seen(token, r->globals->now)) {
		json_decref(token);
		token = NULL;
	}
	if (attempt && token) {
		(void)register_put(reg, RECORD_UNBLOCK, attempt, NULL);
		(void)register_put(reg, RECORD_TOKEN, token, NULL);
		if (request && restored)
			record_request_restored(reg, request, day);
	}
	json_decref(attempt);
	json_decref(token);
	return attempt && token ? 0 : print_no_memory();
}

/* *@head is that of the register with the attempt; without entries where it is
 * not there. */
static int record(const struct unblock *r, struct head *head)
{
	const char *present = cks_token_serial(r->before);
	struct register_event event;
	json_t *token = NULL;
	json_int_t request = 0;
	int ret = register_event_begin(
		&event, r->globals, r->no_register,
		r->letter.data ? REGISTER_CREATE : REGISTER_WRITE, "unblock");

	if (ret)
		return ret;
	if (event.reg) {
		register_act_begin(event.reg, &event.act);
		token = register_find_token(event.reg, present);
		/* 0: the register has no such request. */
		if (r->letter.data)
			request =
				record_document(event.reg, r->letter.data, NULL)
					.request;
		else if (token)
			request = record_request_cited(
				event.reg, dossier_text(token, "device_serial"),
				r->authority);
		/* The request may have brought it. */
		if (!token)
			token = register_find_token(event.reg, present);
		if (token)
			ret = put(event.reg, r,
				  dossier_text(token, "device_serial"),
				  request);
		register_act_end(event.reg);
		if (token)
			head_of_register(event.reg, head);
	}
	if (!token)
		print_warning(
			_("%s: the token is not in the register, so this recovery was not recorded there; \"%s register add present --serial S\" adds the token"),
			token_name(r->before), r->globals->program);
	json_decref(token);
	return register_event_end(&event, ret);
}

int unblock_record(struct unblock *r, int ret)
{
	int recorded;

	if (!register_is_used(r->globals, r->no_register))
		return ret;
	/* The officer reads the result before the register takes its time. */
	(void)fflush(stdout);
	recorded = record(r, &r->recorded);
	if (recorded) {
		r->recorded.n = 0;
		print_error(_(
			"the recovery is in the journal, but not in the register; once the register can be written, record it with \"ckstoken register add unblock\""));
	}
	return recorded && !ret ? EXIT_CANNOT_WRITE : ret;
}
