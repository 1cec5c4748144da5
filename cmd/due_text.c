/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include "due_text.h"

#include <stdarg.h>
#include <stdio.h>
#include <string.h>

#include "base/date.h"
#include "base/text.h"

struct wording {
	const struct globals *globals;
	struct arena *arena;
	enum i18n_language language;
	const struct due *d;
};

/* Each takes the parameters of its rule, in their order, as texts; before them
 * the subscriber, where the sentence is about who that is. */
static const struct sentence {
	const char *one;
	const char *many; /* NULL: it counts nothing */
	enum due_param count;
	bool is_named;
} sentences[DUE_RULES] = {
	[DUE_RENEW] = { N_(
		"the certificate ends on %s; %s is the last day to ask for its renewal") },
	[DUE_NEW_TOO_LATE] = { N_(
		"the certificate ends on %s, too soon to be renewed: ask for a new one") },
	[DUE_NEW_RENEWED_BEFORE] = { N_(
		"the certificate ends on %s and was renewed before, which is allowed once: ask for a new one") },
	[DUE_TERM_NEW] = { NQ_("according to the register the certificate is valid from %s to %s, longer than %s year: check the dates",
			       "according to the register the certificate is valid from %s to %s, longer than %s years: check the dates"),
			   DUE_YEARS },
	[DUE_TERM_RENEWED] = { NQ_("according to the register the certificate before ended on %s, and this renewed one ends on %s, more than %s year later: check the dates",
				   "according to the register the certificate before ended on %s, and this renewed one ends on %s, more than %s years later: check the dates"),
			       DUE_YEARS },
	[DUE_TERM_CHANGED] = { N_(
		"a change of information must not move the last day of the certificate, which was %s: ask the issuer") },
	[DUE_RENEWED_AGAIN] = { NQ_("according to the register the certificate was renewed %s time, but it may be renewed only once",
				    "according to the register the certificate was renewed %s times, but it may be renewed only once"),
				DUE_RENEWALS },
	[DUE_PUBLIC_CA] = { N_(
		"the certificate is not one for official use: ask for one from the Government CA") },
	[DUE_HAND_BACK_EXPIRED] = { N_("the certificate ended on %s") },
	[DUE_HAND_BACK_REVOKED] = { N_("the certificate was revoked on %s") },
	[DUE_HAND_BACK_NOTICE] = { NQ_("notice of the revocation was received on %s; the deadline is %s working day later",
				       "notice of the revocation was received on %s; the deadline is %s working days later"),
				   DUE_WORKING_DAYS },
	[DUE_HAND_BACK_NO_NOTICE] = { NQ_("the certificate was revoked on %s; the deadline is %s working day later, as the day of the notice is not recorded",
					  "the certificate was revoked on %s; the deadline is %s working days later, as the day of the notice is not recorded"),
				      DUE_WORKING_DAYS },
	[DUE_KEEPER_NONE] = { N_("the token has no keeper on record") },
	[DUE_KEEPER_LATER] = { N_("the token has no keeper until %s") },
	[DUE_KEEPER_ENDED] = { N_("nobody has been the keeper since %s") },
	[DUE_KEEPER_GAP] = { N_(
		"nobody was the keeper from %s to %s: record who was") },
	[DUE_KEEPER_TWO] = { N_(
		"%s is the keeper while somebody else still is: record the last day of one of them") },
	[DUE_KEEPER_TWO_SINCE] = { N_(
		"%s is the keeper from %s on, while somebody else still is: record the last day of one of them") },
	[DUE_KEEPER_UNDECIDED] = { N_(
		"%s is the keeper, but the number and date of the decision are not recorded") },
	[DUE_PERMISSION_MINUTES] = { N_(
		"the hand-over to %s has no minutes on record") },
	[DUE_PERMISSION_NONE] = { N_(
		"the hand-over to %s has neither a decision nor a written permission on record, with number and date") },
	[DUE_PERMISSION_TEMPORARY] = { N_(
		"the temporary hand-over to %s has no written permission on record, with number and date") },
	[DUE_PLACE_UNKNOWN] = { N_("where the token is kept is not recorded") },
	[DUE_PLACE_DOUBTFUL] = { N_(
		"the token is kept at \"%s\": check that this is in the office") },
	[DUE_PLACE_ELSEWHERE] = { N_(
		"the token is kept at \"%s\", but it belongs in the office") },
	[DUE_SECOND_UNMARKED] = { N_(
		"the organization has another token, and neither is recorded as its second device") },
	[DUE_SECOND_KEEPER] = { N_(
		"the second device has the same keeper as the first, %s") },
	[DUE_LEAVING] = { N_("%s %s (%s): ask for the revocation and hand the token over"),
			  .is_named = true },
	[DUE_LEAVING_ASKED] = { N_("%s %s (%s): the revocation has been asked for, and the token is still to be handed over"),
				.is_named = true },
	[DUE_LEAVING_COLLECTED] = { N_("%s %s (%s): the revocation has been asked for, and the token was taken back on %s"),
				    .is_named = true },
	[DUE_MOVING] = { N_("%s moves within the State sector and keeps the token: the new agency asks for the change of information"),
			 .is_named = true },
	[DUE_MOVING_BY] = { N_("%s moves within the State sector and keeps the token: the new agency asks for the change of information, on %s at the latest"),
			    .is_named = true },
	[DUE_MOVING_TOO_LATE] = { N_("%s moves within the State sector, and the certificate ends on %s, too soon to be changed: the new agency asks for a new one"),
				  .is_named = true },
	[DUE_LOSS_UNREPORTED] = { N_(
		"when the loss or leak was reported is not recorded") },
	[DUE_LOSS_REVOKE] = { N_(
		"the token is lost: ask for the revocation at once") },
	[DUE_LEAK_REVOKE] = { N_(
		"the private key may have leaked: ask for the revocation at once") },
	[DUE_LOSS_MINUTES] = { N_(
		"the token is lost: draw up the minutes of the loss") },
	[DUE_LOCKED] = { N_("the token is locked: ask for its recovery") },
	[DUE_LOCKED_SEEN] = { N_(
		"the token was seen locked on %s: ask for its recovery") },
	[DUE_LOCKED_HERE] = { N_("the token is locked: ask for its recovery") },
	[DUE_LOCKED_ASKED] = { N_(
		"the token is locked, and its recovery has been asked for") },
	[DUE_OWN_KEEPING] = { N_(
		"%s keeps a personal token, which its subscriber must keep and hand to nobody") },
	[DUE_DELIVER] = { N_(
		"the token was received on %s, and its delivery to the subscriber is not recorded") },
	[DUE_TOKEN_OF_NOBODY] = { N_(
		"the register does not say whose token this is: record its subscriber") },
	[DUE_CERTIFICATE_OF_NOBODY] = { N_(
		"the register does not say whose certificate this is: record its subscriber") },
	[DUE_PRIVATE_EMAIL] = { N_(
		"%s is a private address, and the subscriber must have an official one: ask for the change") },
	[DUE_ANSWER] = { NQ_("request %s (letter %s) was received on %s; the deadline is %s working day later",
			     "request %s (letter %s) was received on %s; the deadline is %s working days later"),
			 DUE_WORKING_DAYS },
	[DUE_REPORT_HALF] = { N_(
		"the report for the first half of %s must be sent before %s") },
	[DUE_REPORT_YEAR] = { N_(
		"the report for the year %s must be sent before %s") },
	[DUE_UNREGISTERED] = { N_("the token is not in the register") },
	[DUE_RETURNED_HERE] = { N_(
		"the token is plugged in, but according to the register it was handed back on %s") },
	[DUE_LOST_HERE] = { N_("the token is plugged in, but according to the register it is lost: record that it was found") },
	[DUE_CERTIFICATE_NOWHERE] = { N_(
		"the register does not say which token this certificate is on: record it") },
	[DUE_CERTIFICATE_END] = { N_(
		"the certificate ends on %s, but on %s according to the register") },
	[DUE_CERTIFICATE_ELSEWHERE] = { N_(
		"according to the register this certificate is on the token %s: the serial numbers were swapped, or the certificate was moved") },
	[DUE_CERTIFICATE_UNKNOWN] = { N_(
		"the certificate on the token is not the registered one: record it, or find out how it got there") },
	[DUE_CERTIFICATE_MISSING] = { N_(
		"the registered certificate %s is not on the token") },
};

static const char *in(const struct wording *w, const char *message)
{
	return i18n_text_in(w->language, message);
}

static const char *reason_label(const struct wording *w, const char *reason)
{
	static const struct {
		const char *reason, *label;
	} reasons[] = {
		{ "retired", N_("has retired") },
		{ "resigned", N_("has resigned") },
		{ "died", N_("has died") },
		{ "left-state", N_("has left the State sector") },
		{ "dissolved", N_("is dissolved") },
		{ "stopped", N_("is out of service") },
	};

	for (size_t i = 0; i < sizeof(reasons) / sizeof(reasons[0]); i++)
		if (strcmp(reasons[i].reason, reason) == 0)
			return in(w, reasons[i].label);
	return in(w, N_("has left"));
}

static const char *value_text(const struct wording *w,
			      const struct due_value *v)
{
	char day[DATE_SIZE];

	if (v->param == DUE_LEFT_REASON)
		return reason_label(w, v->text);
	if (due_param_is_text(v->param))
		return *v->text ? v->text : "…";
	if (due_param_is_day(v->param))
		return arena_format(w->arena, "%s", date_dmy(v->number, day));
	return arena_format(w->arena, "%lld", v->number);
}

/* The sentence of the rule; what its items have beyond that is added to it. */
static const char *sentence_text(const struct wording *w)
{
	const struct due *d = w->d;
	const struct sentence *s = &sentences[d->rule];
	const struct due_value *count = s->many ? due_value(d, s->count) : NULL;
	const char *t[DUE_VALUES + 1] = { "", "", "", "", "", "" };
	const char *words = in(w, s->one);
	size_t n = 0;

	if (count)
		words = i18n_plural_in(w->language, s->one, s->many,
				       (unsigned long)count->number);
	if (s->is_named)
		t[n++] = d->name;
	for (size_t i = 0; i < d->n_values; i++)
		t[n++] = value_text(w, &d->values[i]);
	return arena_format(w->arena, words, t[0], t[1], t[2], t[3], t[4],
			    t[5]);
}

static const char *what_text(const struct wording *w)
{
	const char *text = sentence_text(w);
	const struct due_value *collected = due_value(w->d, DUE_COLLECTED_DATE);
	const char *step, *remark;
	char day[DATE_SIZE];

	if (strcmp(due_rule_name(w->d->rule), "hand-back") == 0) {
		step = collected
			       ? arena_format(
					 w->arena,
					 in(w,
					    N_("the token was taken back on %s; hand it over")),
					 date_dmy(collected->number, day))
			       : in(w,
				    N_("take the token back and hand it over"));
		text = arena_format(w->arena, "%s: %s", text, step);
	}
	if (due_value(w->d, DUE_DRAFTED))
		text = arena_format(
			w->arena,
			in(w,
			   N_("%s (a letter for it has been drafted but not sent)")),
			text);
	remark = workdays_remark(w->arena, w->language, &w->d->term);
	return *remark ? arena_format(w->arena, "%s (%s)", text, remark) : text;
}

static const char *who_text(const struct wording *w)
{
	if (*w->d->actor_name)
		return w->d->actor_name;
	switch (w->d->actor) {
	case DUE_NEW_AGENCY:
		return in(w, N_("the new agency"));
	case DUE_SUBSCRIBER:
		return in(w, N_("the subscriber"));
	case DUE_AGENCY:
		break;
	}
	return in(w, N_("the agency"));
}

/* The token, or where there is none the certificate, or where its number is not
 * known the subscriber, as options name it. */
static const char *selection_text(const struct wording *w)
{
	const struct due *d = w->d;

	if (*d->device_serial)
		return arena_format(
			w->arena, " --serial %s",
			text_shell_word(w->arena, d->device_serial));
	if (*d->certificate_serial)
		return arena_format(
			w->arena, " --set certificate_serial=%s",
			text_shell_word(w->arena, d->certificate_serial));
	if (*d->name)
		return arena_format(w->arena, " --set name=%s",
				    text_shell_word(w->arena, d->name));
	return "";
}

/* The command for a document, which goes into a file of its own, so that none
 * is written over. */
static const char *document_command(const struct wording *w,
				    const char *command)
{
	static const char plain[] =
		"abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789";
	const struct due *d = w->d;
	const char *serial =
		*d->device_serial ? d->device_serial : d->certificate_serial;
	bool is_plain = *serial && !serial[strspn(serial, plain)];
	const char *text = arena_format(
		w->arena, "%s %s %s%s -o %s%s%s.pdf", w->globals->program,
		command, d->procedure, selection_text(w), d->procedure,
		is_plain ? "-" : "", is_plain ? serial : "");

	if (*d->reason)
		text = arena_format(w->arena, "%s --reason %s", text,
				    text_shell_word(w->arena, d->reason));
	return text;
}

/* The decision is put into the custody of the keeper whom it names. */
static const char *decision_command(const struct wording *w)
{
	const struct due_value *keeper = due_value(w->d, DUE_KEEPER);

	return arena_format(
		w->arena,
		AS_IT_IS("%s handover decision%s --keeper %s -o decision.pdf"),
		w->globals->program, selection_text(w),
		text_shell_word(w->arena, keeper->text));
}

static const char *report_command(const struct wording *w)
{
	const struct due_value *year = due_value(w->d, DUE_YEAR);
	const char *period = w->d->rule == DUE_REPORT_HALF ? "half" : "year";

	return arena_format(
		w->arena,
		AS_IT_IS(
			"%s report --period %s --year %lld -o report-%s-%lld.pdf"),
		w->globals->program, period, year->number, period,
		year->number);
}

static const char *answer_command(const struct wording *w)
{
	const struct due_value *request = due_value(w->d, DUE_REQUEST);
	const struct due_value *today = due_value(w->d, DUE_DONE_DATE);
	char day[DATE_SIZE];

	return arena_format(
		w->arena,
		AS_IT_IS(
			"%s register add request request=%lld outcome=accepted done_date=%s"),
		w->globals->program, request->number,
		date_dmy(today->number, day));
}

static const char *command_text(const struct wording *w)
{
	switch (w->d->step) {
	case DUE_WRITE_REQUEST:
		return document_command(w, "request");
	case DUE_WRITE_HANDOVER:
		return document_command(w, "handover");
	case DUE_WRITE_DECISION:
		return decision_command(w);
	case DUE_WRITE_REPORT:
		return report_command(w);
	case DUE_RECORD_TOKEN:
		if (w->d->file)
			return arena_format(
				w->arena, AS_IT_IS("%s register import %s"),
				w->globals->program,
				text_shell_word(w->arena, w->d->file));
		return arena_format(w->arena,
				    AS_IT_IS("%s register add present%s"),
				    w->globals->program, selection_text(w));
	case DUE_RECORD_ANSWER:
		return answer_command(w);
	case DUE_NO_STEP:
		break;
	}
	return "";
}

void due_text(const struct globals *globals, struct arena *arena,
	      enum i18n_language language, const struct due *d,
	      struct due_text *text)
{
	const struct wording w = { globals, arena, language, d };

	text->who = who_text(&w);
	text->what = what_text(&w);
	text->command = command_text(&w);
}

const char *due_state_label(enum i18n_language language, const struct due *d)
{
	static const char *const labels[] = {
		[DUE_OVERDUE] = N_("overdue"),
		[DUE_WRONG] = N_("not as it must be"),
		[DUE_TODAY] = N_("due today"),
		[DUE_SOON] = N_("due soon"),
		[DUE_OPEN] = N_("open"),
	};

	return i18n_text_in(language,
			    d->state == DUE_OVERDUE && !due_has_term(d)
				    ? N_("not yet done")
				    : labels[d->state]);
}
