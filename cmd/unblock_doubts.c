/* SPDX-License-Identifier: LGPL-2.1-or-later */
/*
 * What speaks against a recovery: of its letter the file itself, which
 * received.h judges, its day, whom it is addressed to, whose the token is, and
 * what was done on it before; of the token what the register has of it; and of
 * the desk that the regulation leaves recovery to another. A thing that is not
 * known speaks against nothing.
 */
#include <stdio.h>
#include <string.h>
#include <strings.h>

#include "base/date.h"
#include "heads.h"
#include "input/dossier.h"
#include "labels.h"
#include "message.h"
#include "register/names.h"
#include "register/prefill.h"
#include "register/record_document.h"
#include "register_common.h"
#include "rules/province.h"
#include "unblock_letter.h"

#define N(array) (sizeof(array) / sizeof((array)[0]))

/* 1. Its day */

static bool doubt_day(const struct unblock *r)
{
	const char *moment = dossier_text(r->letter.data, "document.time");
	time_t now = r->globals->now;
	char written[DATE_SIZE], today[DATE_SIZE];
	struct date date;
	struct tm at, is;
	long day;

	if (date_read_iso(r->letter_day, &day) && day > date_day(now)) {
		print_warning(
			_("%s is dated in the future: it is of %s, and today is %s"),
			r->request_file, date_dmy(day, written),
			date_dmy(date_day(now), today));
		return true;
	}
	if (date_read(moment, DATE_UTC_OFFSET, &date) != DATE_OK ||
	    date.time <= now + (date.has_hour ? DATE_SKEW : 0))
		return false;
	if (date.day > date_day(now)) {
		print_warning(
			_("%s is dated in the future: its data say that it was written on %s, and today is %s"),
			r->request_file, date_dmy(date.day, written),
			date_dmy(date_day(now), today));
		return true;
	}
	at = date_tm(date.time);
	is = date_tm(now);
	print_warning(
		_("%s is dated in the future: it was written today at %02d:%02d, and it is %02d:%02d now"),
		r->request_file, at.tm_hour, at.tm_min, is.tm_hour, is.tm_min);
	return true;
}

/* 2. Whom it is addressed to */

static bool doubt_desk(const struct unblock *r)
{
	const char *recipient =
		dossier_text(r->letter.data, "document.recipient");
	const char *desk = r->globals->config.desk_name;
	struct arena arena = { 0 };
	const char *clean = unblock_letter_text(&arena, recipient);
	bool doubt =
		clean && clean[0] && desk && !names_addressed_to(clean, desk);

	if (doubt)
		print_warning(
			_("%s is addressed to another desk: to \"%s\", and this desk is \"%s\" (name in [desk])"),
			r->request_file, clean, desk);
	arena_free(&arena);
	return doubt;
}

/* 3. The holder */

static bool same_address(const char *a, const char *b)
{
	return strcasecmp(a, b) == 0;
}

/* The data of a certificate that a row may contradict. */
enum { WHO_NAME, WHO_AGENCY, WHO_EMAIL, WHO_NUMBER, WHO_COUNT };

static const struct {
	const char *field;
	bool (*same)(const char *a, const char *b);
	const char *words; /* the letter's, the certificate's */
} who[WHO_COUNT] = {
	[WHO_NAME] = { "name", names_same_person,
		       N_("the letter says that this token is of \"%s\"; the certificate on it is of \"%s\"") },
	[WHO_AGENCY] = { "organization", names_share_agency,
			 N_("the letter says that the holder of this token is of \"%s\"; the certificate on it says \"%s\"") },
	[WHO_EMAIL] = { "email", same_address,
			N_("the letter gives %s as the holder's e-mail address; the certificate on the token has %s") },
	[WHO_NUMBER] = { "certificate_serial", names_same_certificate,
			 N_("the letter names the certificate %s; the one on the token is %s") },
};

/* What the certificate says, in the order of above. */
static void take_cert(struct arena *arena, const struct cks_cert *c,
		      const char *said[WHO_COUNT])
{
	const char *unit = cks_cert_unit(c);
	const char *agency = cks_cert_organization(c);
	size_t room = strlen(unit) + strlen(agency) + 3;
	char *both = arena_alloc(arena, room);

	if (both)
		(void)snprintf(both, room, "%s%s%s", unit,
			       unit[0] && agency[0] ? ", " : "", agency);
	said[WHO_NAME] = cks_cert_name(c);
	said[WHO_AGENCY] = both;
	said[WHO_EMAIL] = cks_cert_email(c);
	said[WHO_NUMBER] = cks_cert_serial(c);
}

/* How many data of @row contradict those of the certificate; with @tell, they
 * are told. */
static size_t contradictions(const json_t *row, const struct cks_cert *c,
			     bool tell)
{
	const char *said[WHO_COUNT];
	struct arena arena = { 0 };
	size_t n = 0;

	take_cert(&arena, c, said);
	for (size_t i = 0; i < WHO_COUNT; i++) {
		const char *text = unblock_letter_text(
			&arena, dossier_text(row, who[i].field));

		if (!text[0] || !said[i] || !said[i][0] ||
		    who[i].same(text, said[i]))
			continue;
		n++;
		if (tell)
			print_warning(_(who[i].words), text, said[i]);
	}
	arena_free(&arena);
	return n;
}

/* A token may have several certificates: the row is held against the one that
 * it contradicts least. */
static bool doubt_row(const struct unblock *r, const json_t *row)
{
	const struct cks_cert *nearest = NULL;
	size_t least = WHO_COUNT + 1;

	for (size_t i = 0; i < cks_token_n_certs(r->before); i++) {
		const struct cks_cert *c = cks_token_cert(r->before, i);
		size_t n;

		if (cks_cert_ca(c) || !cks_cert_readable(c))
			continue;
		n = contradictions(row, c, false);
		if (n < least) {
			least = n;
			nearest = c;
		}
	}
	if (nearest && least > 0)
		(void)contradictions(row, nearest, true);
	return nearest && least > 0;
}

static bool doubt_holder(const struct unblock *r)
{
	const json_t *rows = dossier_get(r->letter.data, "subscribers");
	bool doubt = false;

	for (size_t i = 0; i < json_array_size(rows); i++) {
		const json_t *row = json_array_get(rows, i);

		if (unblock_letter_row_is(row, r->before))
			doubt |= doubt_row(r, row);
	}
	return doubt;
}

/* 4. What was done on it before */

static void warn_answered(const struct unblock *r, const char *day,
			  const char *where)
{
	print_warning(
		_("%s was answered before: this token was restored on it on %s (%s)"),
		r->request_file, day, where);
}

static bool is_answered_in(const struct unblock *r,
			   struct custody_register *reg, const json_t *token)
{
	const char *serial = dossier_text(token, "device_serial");
	struct request_answer answer = { 0 };

	if (token && r->cited)
		record_request_answer(reg, serial, r->cited, &answer);
	if (answer.restored)
		warn_answered(r, answer.day, _("the register"));
	else if (answer.refused)
		print_warning(
			_("%s was answered before: the register says that it was refused"),
			r->request_file);
	return answer.restored || answer.refused;
}

/* True if the journal has it, which knows the letter by its file or by its
 * number; *@doubt, if that or that it cannot be known was told. */
static bool is_in_journal(struct unblock *r, bool *doubt)
{
	struct journal_entry entry = { 0 };
	char day[DATE_SIZE];
	const struct journal_letter letter = { .sha256 = r->letter.file.sha256,
					       .number = r->letter_number,
					       .day = r->letter_day };
	int rc = journal_find_letter(&r->journal, &letter, &entry);
	bool answered = !rc && entry.result && strcmp(entry.result, "ok") == 0;

	if (rc)
		print_warning(
			_("the journal %s cannot be read, so whether %s was answered before is not known: %s"),
			r->journal_path, r->request_file, error_text(NULL, rc));
	if (answered)
		warn_answered(r, date_dmy(date_day(entry.seconds), day),
			      _("the journal"));
	journal_entry_free(&entry);
	*doubt |= rc || answered;
	return answered;
}

/* 5. The token by the register */

static bool doubt_token(const struct unblock *r, struct custody_register *reg,
			const json_t *token)
{
	const char *serial = dossier_text(token, "device_serial");
	char day[DATE_SIZE], words[DATE_SIZE];
	struct prefill_state state;
	long returned;

	if (!token)
		return false;
	state = prefill_state_of(reg, serial,
				 date_iso(date_day(r->globals->now), day));
	if (state.returned &&
	    date_read_iso(dossier_text(token, "returned_date"), &returned))
		print_warning(
			_("the register says that the token %s was returned on %s"),
			serial, date_dmy(returned, words));
	if (state.lost)
		print_warning(_("the register says that the token %s is lost"),
			      serial);
	return state.returned || state.lost;
}

/* The journal tells of the wrong tries that were made with it, and of none at
 * another desk. */
static bool doubt_tries(const struct unblock *r, struct custody_register *reg,
			const json_t *token)
{
	static const struct field moment = { .type = FIELD_TIME };
	char last[DATE_SIZE], words[LABEL_ROOM];
	size_t n = books_wrong_tries(reg, dossier_text(token, "device_serial"),
				     r->globals->now - RECENT_SECONDS,
				     r->journal.file.chain.first, last);

	if (n)
		print_warning(
			Q_("by the register, %zu try of the SO PIN or PUK of this token was wrong in the last 24 hours, at %s, which this journal does not tell of: it was made at another desk, or with another journal",
			   "by the register, %zu tries of the SO PIN or PUK of this token were wrong in the last 24 hours, the last at %s, which this journal does not tell of: they were made at another desk, or with another journal",
			   n),
			n, register_value_label(&moment, last, words));
	return n > 0;
}

/* Where the register cannot be read, what it has is not known. @is_answered:
 * that the letter was, was told already. */
static bool doubt_register(struct unblock *r, bool is_answered)
{
	struct custody_register *reg = NULL;
	json_t *token = NULL;
	bool doubt;

	if (!register_is_used(r->globals, r->no_register))
		return false;
	doubt = register_use(r->globals, r->no_register, REGISTER_READ, &reg) !=
		0;
	if (!doubt && reg) {
		token = register_find_token(reg, cks_token_serial(r->before));
		r->is_sim |= strcmp(dossier_text(token, "device_kind"),
				    "SIM PKI") == 0;
		doubt = doubt_token(r, reg, token);
		if (r->letter.data && !is_answered)
			doubt |= is_answered_in(r, reg, token);
		doubt |= doubt_tries(r, reg, token);
		doubt |= heads_doubt(r->globals, reg);
		head_of_register(reg, &r->register_head);
		doubt |= register_exit_code(reg) != 0;
	}
	json_decref(token);
	register_close(&reg);
	return doubt;
}

/* 6. The desk by the regulation */

/* True if the letter's row of the token is of a SIM. */
static bool letter_has_sim(const struct unblock *r)
{
	const json_t *rows = dossier_get(r->letter.data, "subscribers");
	bool found = false;

	for (size_t i = 0; i < json_array_size(rows); i++) {
		const json_t *row = json_array_get(rows, i);

		if (unblock_letter_row_is(row, r->before))
			found |= dossier_text(row, "sim_pki")[0] != '\0' ||
				 strcmp(dossier_text(row, "device_kind"),
					"SIM PKI") == 0;
	}
	return found;
}

/*
 * Who recovers is whom the regulation has letters sent to for it, which need
 * not be the province's own department. That of this machine's configuration
 * counts; where none is configured, that of the letter.
 */
static bool doubt_executor(const struct unblock *r)
{
	const char *name = r->globals->config.province;
	const char *desk = r->globals->config.desk_name;
	struct province *province = NULL;
	const struct procedure *p;
	struct error error = { 0 };
	bool doubt = false;
	int rc;

	if (!name)
		name = dossier_text(r->letter.data, "province.code");
	/* Of the decree alone it is not known what a province has left to its
	 * department. */
	if (!desk || province_is_decree(name))
		return false;
	rc = province_load(name, &province, &error);
	if (rc) {
		print_warning("%s", error_text(&error, rc));
		error_free(&error);
		return true;
	}
	p = province_procedure(province, "recover");
	if (p && p->sim && r->is_sim)
		p = p->sim;
	if (p && !names_addressed_to(p->recipient, desk)) {
		print_warning(
			_("by the regulation of %s (%s; %s) this token is recovered by \"%s\", and this desk is \"%s\" (name in [desk])"),
			province->name, p->article, province->regulation.number,
			p->recipient, desk);
		doubt = true;
	}
	province_free(&province);
	return doubt;
}

bool unblock_doubts(struct unblock *r)
{
	bool doubt = false, is_answered = false;

	if (r->letter.data) {
		doubt = received_doubt(&r->letter, r->before);
		doubt |= doubt_desk(r);
		doubt |= doubt_day(r);
		doubt |= doubt_holder(r);
		/* A doubt that both sources have is told once. */
		is_answered = is_in_journal(r, &doubt);
		r->is_sim = letter_has_sim(r);
	}
	doubt |= doubt_register(r, is_answered);
	return doubt_executor(r) || doubt;
}
