/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include "register_common.h"

#include <errno.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>

#include "base/date.h"
#include "heads.h"
#include "input/database_url.h"
#include "input/dossier.h"
#include "input/field.h"
#include "message.h"
#include "register/certificate.h"
#include "register/names.h"
#include "token_rows.h"

/* Prints @message, which is freed; the exit code of @error. */
static int fail(int error, char *message)
{
	print_error("%s", message ? message : cks_strerror(CKS_ERR_MEMORY));
	free(message);
	switch (-error) {
	case ENOMEM:
		return EXIT_DEVICE;
	case ENOENT:
	case EBADMSG:
	case EDOM:
	case EINVAL:
	case EKEYREJECTED:
	case EPROTO:
		return EXIT_BAD_INPUT;
	default:
		return EXIT_CANNOT_WRITE;
	}
}

int register_require(const struct globals *globals, const char *file,
		     enum register_mode mode, struct custody_register **reg)
{
	const char *path = file ? file : globals->config.register_file;
	char *message = NULL;
	int error;

	if (!path) {
		print_error(_(
			"no register is configured: name its file under [register] in ckstoken.conf, or with --file"));
		return EXIT_BAD_INPUT;
	}
	error = register_open(path, mode, reg, &message);
	if (error)
		return fail(error, message);
	if (mode == REGISTER_WRITE || mode == REGISTER_CREATE)
		heads_glance(globals, *reg);
	return 0;
}

int register_exit_code(struct custody_register *reg)
{
	return store_error(register_store(reg)) ? register_finish(reg, 0) : 0;
}

int register_written(struct custody_register *reg, int error)
{
	int ret = register_exit_code(reg);

	return !ret && error == -ENOMEM ? print_no_memory() : ret;
}

int register_finish(struct custody_register *reg, int ret)
{
	char *message = NULL;
	int error;

	if (ret) {
		register_rollback(reg);
		return ret;
	}
	error = register_commit(reg, &message);
	return error ? fail(error, message) : 0;
}

int register_actor(const struct globals *globals, const char *command,
		   char **officer, struct register_act *act)
{
	*officer = login_name();
	*act = (struct register_act){ globals->now, *officer, command };
	return *officer ? 0 : print_no_memory();
}

bool register_is_used(const struct globals *globals, int no_register)
{
	return globals->config.register_file && !no_register;
}

/* An empty file is none: a first import that failed has left it. What a server
 * has is known when it is asked. */
static bool is_there(const char *path)
{
	struct stat st;

	if (database_is_url(path))
		return true;
	return stat(path, &st) ? errno != ENOENT
			       : !S_ISREG(st.st_mode) || st.st_size > 0;
}

int register_use(const struct globals *globals, int no_register,
		 enum register_mode mode, struct custody_register **reg)
{
	const char *place = globals->config.register_file;
	char *message = NULL;
	int error;

	*reg = NULL;
	if (!register_is_used(globals, no_register))
		return 0;
	if (mode != REGISTER_CREATE && !is_there(place))
		return 0;
	error = register_open(place, mode, reg, &message);
	if (error == -ENOENT && database_is_url(place)) {
		free(message);
		return 0;
	}
	return error ? fail(error, message) : 0;
}

int register_event_begin(struct register_event *event,
			 const struct globals *globals, int no_register,
			 enum register_mode mode, const char *command)
{
	int ret;

	memset(event, 0, sizeof(*event));
	if (mode == REGISTER_CREATE && register_is_used(globals, no_register) &&
	    !is_there(globals->config.register_file))
		event->begun = globals->config.register_file;
	ret = register_use(globals, no_register, mode, &event->reg);
	if (ret || !event->reg)
		return ret;
	ret = register_actor(globals, command, &event->officer, &event->act);
	if (!ret) {
		register_begin(event->reg);
		ret = register_exit_code(event->reg);
	}
	if (ret)
		(void)register_event_end(event, ret);
	return ret;
}

int register_event_end(struct register_event *event, int ret)
{
	if (event->reg)
		ret = register_finish(event->reg, ret);
	if (event->reg && !ret)
		register_tell_recorded(event->reg);
	/* A register that was moved away, or a disk that is not mounted. */
	if (event->reg && !ret && event->begun && register_n_events(event->reg))
		print_warning(
			_("there was no register yet, and %s is begun with this; if there was one, find out where it is"),
			event->begun);
	register_close(&event->reg);
	free(event->officer);
	event->officer = NULL;
	return ret;
}

/* The states of the tokens that it has. */

/* The tokens present, held against the register. */
struct comparison {
	json_t *numbered; /* certificates whose numbers it did not know */
	json_t *states;	  /* by serial number: records of tokens to put */
	size_t n_unknown; /* tokens that are not in the register */
	bool is_news;	  /* a state is not as the register has it */
	time_t now;
};

/* Takes the certificates that the register has without their numbers. 0, or -1:
 * no memory. */
static int await_numbers(struct comparison *c, struct custody_register *reg,
			 const struct cks_token *t, const char *serial)
{
	int rc = 0;

	for (size_t i = 0; !rc && i < cks_token_n_certs(t); i++) {
		const struct cks_cert *cert = cks_token_cert(t, i);
		json_t *record;

		if (cks_cert_ca(cert) || !cks_cert_readable(cert))
			continue;
		record = token_certificate_record(cert, serial);
		rc = !record;
		if (!rc &&
		    certificate_is_awaited(register_store(reg), record)) {
			rc = json_array_append(c->numbered, record);
			c->is_news = true;
		}
		json_decref(record);
	}
	return rc ? -1 : 0;
}

/* @there is the record of @t. 0, or -1: no memory. */
static int compare(struct comparison *c, struct custody_register *reg,
		   const struct cks_token *t, const json_t *there)
{
	static const char *const news[] = { "user_pin", "seen_date",
					    "seen_host" };
	const char *serial = dossier_text(there, "device_serial");
	const char *state = cks_pin_state_name(cks_token_user_pin(t));
	json_t *seen = json_object();
	int ret = dossier_put(seen, "device_serial", serial);

	/* A card with several PINs shows as tokens of one serial number: the
	 * one whose label the register has counts, or else the first. */
	if (json_object_get(c->states, serial) &&
	    strcmp(dossier_text(there, "device_label"), cks_token_label(t)) !=
		    0)
		goto out;
	if (!ret)
		ret = dossier_put(seen, "user_pin", state);
	if (!ret)
		ret = token_row_put_seen(seen, c->now);
	/* The hour alone is no news. */
	for (size_t i = 0; i < sizeof(news) / sizeof(news[0]); i++)
		c->is_news |= strcmp(dossier_text(there, news[i]),
				     dossier_text(seen, news[i])) != 0;
	if (!ret)
		ret = json_object_set(c->states, serial, seen);
	if (!ret)
		ret = await_numbers(c, reg, t, serial);
out:
	json_decref(seen);
	return ret;
}

/* 0 or an exit code. */
static int compare_all(struct comparison *c, const struct cks_scan *scan,
		       const struct selection *selection,
		       struct custody_register *reg)
{
	int rc = !c->states;

	for (size_t i = 0; !rc && i < cks_scan_n_tokens(scan); i++) {
		const struct cks_token *t = cks_scan_token(scan, i);
		json_t *there;

		if (!selection_matches(selection, t))
			continue;
		there = reg ? register_find_token(reg, cks_token_serial(t))
			    : NULL;
		if (there)
			rc = compare(c, reg, t, there);
		else
			c->n_unknown++;
		json_decref(there);
	}
	return rc ? print_no_memory() : 0;
}

/* 0 or an exit code. */
static int put_states(const struct globals *globals,
		      struct custody_register *reg, struct comparison *c)
{
	struct register_act act;
	char *officer = NULL;
	const char *serial;
	json_t *state, *certificate;
	size_t i;
	int ret = register_actor(globals, "status", &officer, &act);

	if (!ret) {
		register_begin(reg);
		register_act_begin(reg, &act);
		json_object_foreach (c->states, serial, state)
			(void)register_put(reg, RECORD_TOKEN, state, NULL);
		json_array_foreach (c->numbered, i, certificate) {
			(void)certificate_find(reg, certificate);
			(void)register_put(reg, RECORD_CERTIFICATE, certificate,
					   NULL);
		}
		register_act_end(reg);
		ret = register_finish(reg, 0);
		if (!ret)
			register_tell_recorded(reg);
	}
	free(officer);
	return ret;
}

void register_see(const struct globals *globals, int no_register,
		  const struct cks_scan *scan,
		  const struct selection *selection)
{
	struct comparison c = { .states = json_object(),
				.numbered = json_array(),
				.now = globals->now };
	struct custody_register *reg = NULL;
	int ret;

	if (!register_is_used(globals, no_register))
		goto out;
	ret = register_use(globals, no_register, REGISTER_WRITE, &reg);
	if (!ret)
		ret = compare_all(&c, scan, selection, reg);
	if (!ret && reg)
		ret = register_exit_code(reg);
	if (!ret && c.is_news)
		ret = put_states(globals, reg, &c);
	if (ret)
		print_warning(_(
			"the states just read could not be written to the register"));
	else if (c.n_unknown)
		print_warning(
			Q_("%zu token present is not in the register; \"%s register add present --serial S\" adds it",
			   "%zu tokens present are not in the register; \"%s register add present --serial S\" adds one",
			   c.n_unknown),
			c.n_unknown, globals->program);
out:
	register_close(&reg);
	json_decref(c.states);
	json_decref(c.numbered);
}

static const char sql_agencies[] = "SELECT organization FROM agencies";
static const char sql_units[] = "SELECT DISTINCT unit FROM units";

/* How the register spells what may be the name of an agency or a unit. */
struct spelling {
	char *alike;  /* the first that it may be, or NULL */
	char *others; /* all of several, a line each, or NULL */
};

static void spelling_free(struct spelling *s)
{
	free(s->alike);
	free(s->others);
}

/* 0 or -ENOMEM. */
static int take_alike(struct spelling *s, const char *there)
{
	char *others = NULL;

	if (!s->alike) {
		s->alike = strdup(there);
		return s->alike ? 0 : -ENOMEM;
	}
	if (asprintf(&others, "%s\n  %s", s->others ? s->others : s->alike,
		     there) < 0)
		return -ENOMEM;
	free(s->others);
	s->others = others;
	return 0;
}

/* 0 or an exit code. Of several that differ by accents none is guessed at. */
static int spell(struct custody_register *reg, const char *sql,
		 const char *typed, char **spelled)
{
	struct arena scratch = { 0 };
	const char *clean = field_clean(&scratch, typed);
	struct spelling s = { 0 };
	bool exact = false;
	int rc = clean ? 0 : -ENOMEM, ret = 0;
	struct query *q;

	if (rc || !*clean)
		goto out;
	q = store_query(register_store(reg), sql);
	while (!rc && !exact && query_next(q)) {
		const char *there = query_text(q, 0);

		exact = strcmp(there, clean) == 0;
		if (*there && names_same_office(there, clean))
			rc = take_alike(&s, there);
	}
	query_end(q);
	if (!rc && !exact && s.others) {
		print_error(_("\"%s\" may be any of these; name one:"), clean);
		print_error("  %s", s.others);
		ret = EXIT_AMBIGUOUS;
	}
out:
	if (!rc && !ret) {
		*spelled = strdup(!exact && s.alike ? s.alike : clean);
		rc = *spelled ? 0 : -ENOMEM;
	}
	arena_free(&scratch);
	spelling_free(&s);
	return rc ? print_no_memory() : ret;
}

int register_place_find(struct custody_register *reg, const char *organization,
			const char *unit, struct register_place *place)
{
	int ret = 0;

	*place = (struct register_place){ 0 };
	if (organization)
		ret = spell(reg, sql_agencies, organization,
			    &place->organization);
	if (!ret && unit)
		ret = spell(reg, sql_units, unit, &place->unit);
	return ret ? ret : register_exit_code(reg);
}

void register_place_free(struct register_place *place)
{
	free(place->organization);
	free(place->unit);
}

/* The names that a query has in its only column. */
static void suggest_from(struct custody_register *reg, const char *sql,
			 const char *typed)
{
	struct query *q = store_query(register_store(reg), sql);
	struct suggestion s;

	suggest_begin(&s, typed);
	while (query_next(q))
		suggest_try(&s, query_text(q, 0));
	query_end(q);
	suggest_print(&s, "");
}

void register_place_suggest(struct custody_register *reg,
			    const char *organization, const char *unit)
{
	if (organization)
		suggest_from(reg, sql_agencies, organization);
	if (unit)
		suggest_from(reg, sql_units, unit);
}

static int refuse_several(const char *what, const struct subject_list *found)
{
	print_error(_("\"%s\" may be any of these; name one:"), what);
	for (size_t i = 0; i < found->n; i++) {
		const struct subject *one = &found->list[i];
		char *name = subject_name(one);

		print_error("  %s%s%s", name ? name : one->key,
			    *one->words ? "  " : "", one->words);
		free(name);
	}
	return EXIT_AMBIGUOUS;
}

int register_find_one(struct custody_register *reg, const char *what,
		      struct subject_list *found)
{
	int error = subject_find(reg, what, found);
	int ret = register_exit_code(reg);

	if (!ret && error)
		ret = print_no_memory();
	if (!ret && !found->n) {
		print_error(
			_("the register has no token, certificate, subscriber or letter \"%s\"; \"ckstoken register list\" shows what it has"),
			what);
		suggest_from(reg,
			     "SELECT \"name\" FROM \"subscribers\" UNION "
			     "SELECT \"device_serial\" FROM \"tokens\" UNION "
			     "SELECT \"document_number\" FROM \"requests\"",
			     what);
		ret = EXIT_NO_TOKEN;
	}
	if (!ret && found->n > 1)
		ret = refuse_several(what, found);
	return ret;
}
