/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include "machine.h"

#include <errno.h>
#include <stdlib.h>
#include <string.h>
#include <strings.h>
#include <utf8proc.h>

#include "base/csv.h"
#include "base/i18n.h"
#include "dossier.h"
#include "field.h"
#include "json_members.h"
#include "token/ckstoken.h"

#define N(list) (sizeof(list) / sizeof((list)[0]))
#define BLANKS " \t\r\n"

#define MAX_OBJECTS ((size_t)1000000)
#define MAX_VALUES ((size_t)20000000)

/* 1. One token */

/* Puts @text into @row, where it is not blank. 0 or -ENOMEM. */
static int put(json_t *row, const char *name, const char *text)
{
	json_t *value = *text ? json_string(text) : NULL;
	int ret = *text && (!value || json_object_set(row, name, value));

	json_decref(value);
	return ret ? -ENOMEM : 0;
}

static int put_day(json_t *row, const char *name, const char *text)
{
	char iso[DATE_SIZE];
	struct date date;

	if (date_read(text, 0, &date) != DATE_OK)
		return 0;
	return put(row, name, date_iso(date.day, iso));
}

/* What a certificate says, as the columns of the register have it. */
static int put_certificate(json_t *row, const json_t *c)
{
	static const char *const texts[][2] = {
		{ "name", "name" },
		{ "organization", "organization" },
		{ "unit", "unit" },
		{ "email", "email" },
		{ "certificate_serial", "serial" },
		{ "tax_code", "tax_code" },
		{ "budget_code", "budget_code" },
	};
	const char *holder = dossier_text(c, "holder");
	const json_t *official = json_object_get(c, "official");
	int ret = put_day(row, "not_before", dossier_text(c, "not_before"));

	if (!ret)
		ret = put_day(row, "not_after", dossier_text(c, "not_after"));
	for (size_t i = 0; i < N(texts) && !ret; i++)
		ret = put(row, texts[i][0], dossier_text(c, texts[i][1]));
	if (!ret && strcmp(holder, "unknown") != 0)
		ret = put(row, "holder", holder);
	if (!ret && json_is_boolean(official))
		ret = json_object_set(row, "official", (json_t *)official);
	if (!ret)
		ret = field_accept_all(row);
	/* A unit belongs to an agency. */
	if (!ret && !json_object_get(row, "organization"))
		(void)json_object_del(row, "unit");
	return ret ? -ENOMEM : 0;
}

static bool is_pin_state(const char *text)
{
	for (int s = CKS_PIN_UNKNOWN; s <= CKS_PIN_MUST_CHANGE; s++)
		if (strcmp(cks_pin_state_name((enum cks_pin_state)s), text) ==
		    0)
			return true;
	return false;
}

/* Fills the columns of a row that are about the token, and not about its
 * certificate or holder. */
static int put_token(json_t *row, const json_t *token, const char *host,
		     const struct machine_token *t)
{
	const char *state = dossier_text(token, "user_pin");
	int ret = put(row, "device_serial", dossier_text(token, "serial"));

	if (!ret)
		ret = put(row, "device_label", dossier_text(token, "label"));
	if (!ret)
		ret = put(row, "device_model", dossier_text(token, "model"));
	if (!ret && is_pin_state(state))
		ret = put(row, "user_pin", state);
	if (!ret)
		ret = put_day(row, "seen_date", t->time);
	if (!ret)
		ret = put(row, "seen_time", t->time);
	if (!ret)
		ret = put(row, "seen_host", host);
	return ret ? ret : field_accept_all(row);
}

static bool is_told(const json_t *list, const char *text)
{
	const json_t *item;
	size_t i;

	json_array_foreach (list, i, item)
		if (json_is_string(item) &&
		    strcmp(json_string_value(item), text) == 0)
			return true;
	return false;
}

static int add_row(json_t *rows, const json_t *row, const json_t *certificate)
{
	json_t *own = json_copy((json_t *)row);
	int ret = own ? 0 : -ENOMEM;

	if (!ret && certificate)
		ret = put_certificate(own, certificate);
	if (ret || json_array_append(rows, own))
		ret = -ENOMEM;
	json_decref(own);
	return ret;
}

/* The rows of @token, which begin with @row; sets whether they tell all. */
static int add_rows(struct machine_token *t, const json_t *token,
		    const json_t *row)
{
	const json_t *certs = json_object_get(token, "certificates"), *c;
	bool none =
		is_told(json_object_get(token, "attention"), "no-certificate");
	size_t i;
	int ret = 0;

	t->knows_certs = none || json_array_size(certs) > 0;
	json_array_foreach (certs, i, c) {
		const char *state = dossier_text(c, "state");

		if (strcmp(state, "unreadable") == 0)
			t->knows_certs = false;
		else if (!ret && !json_is_true(json_object_get(c, "ca")))
			ret = add_row(t->rows, row, c);
	}
	if (!ret && json_array_size(t->rows) == 0)
		ret = add_row(t->rows, row, NULL);
	return ret;
}

static void token_free(struct machine_token *t)
{
	json_decref(t->rows);
	json_decref(t->states);
}

/* Reads @token, seen at @when. 0, -ENOENT where the register could not know it
 * again, or -ENOMEM. */
static int read_token(struct machine_token *t, const json_t *token,
		      const char *host, time_t when)
{
	json_t *row = json_object();
	int ret;

	*t = (struct machine_token){ .when = when,
				     .rows = json_array(),
				     .states = json_object() };
	date_vietnam(when, t->time);
	ret = t->rows && t->states ? put_token(row, token, host, t) : -ENOMEM;
	if (!ret && !json_object_get(row, "device_serial"))
		ret = -ENOENT;
	if (!ret)
		ret = add_rows(t, token, row);
	if (!ret && json_object_get(row, "user_pin") &&
	    json_object_set(t->states, dossier_text(row, "device_label"),
			    json_object_get(row, "user_pin")))
		ret = -ENOMEM;
	if (ret)
		token_free(t);
	json_decref(row);
	return ret;
}

/* 2. The tokens of a machine */

/* To be pulled, plugged in elsewhere and read there takes longer. */
#define MOVE_SECONDS 5

bool machine_same_host(const char *a, const char *b)
{
	return *a && strcasecmp(a, b) == 0;
}

bool machine_at_once(time_t a, time_t b)
{
	return a < b + MOVE_SECONDS && b < a + MOVE_SECONDS;
}

const char *machine_token_serial(const struct machine_token *t)
{
	return dossier_text(json_array_get(t->rows, 0), "device_serial");
}

struct machine_token *machine_find(const struct machine_report *r,
				   const char *serial)
{
	const json_t *place = json_object_get(r->places, serial);

	return place ? &r->tokens[json_integer_value(place)] : NULL;
}

/* True if @rows have the certificate of @row, or it has none. */
static bool has_certificate(const json_t *rows, const json_t *row)
{
	const char *serial = dossier_text(row, "certificate_serial");
	const json_t *other;
	size_t i;

	json_array_foreach (rows, i, other)
		if (strcmp(dossier_text(other, "certificate_serial"), serial) ==
		    0)
			return true;
	return *serial == '\0';
}

/* Joins another token of the same serial number: a second PIN of the card. */
static int join(struct machine_token *t, const struct machine_token *other)
{
	json_t *row;
	size_t i;

	t->knows_certs &= other->knows_certs;
	json_array_foreach (other->rows, i, row)
		if (!has_certificate(t->rows, row) &&
		    json_array_append(t->rows, row))
			return -ENOMEM;
	return json_object_update_missing(t->states, other->states) ? -ENOMEM
								    : 0;
}

/* Takes the token into the report. A later line of a watch goes over an earlier
 * one, where @replace. */
static int take_token(struct machine_report *r, const json_t *token,
		      time_t when, bool replace)
{
	struct machine_token t, *there, *tokens;
	int ret = read_token(&t, token, r->host, when);

	if (ret == -ENOENT) {
		r->n_nameless++;
		return 0;
	}
	if (ret)
		return ret;
	there = machine_find(r, machine_token_serial(&t));
	if (there && !replace) {
		ret = join(there, &t);
		token_free(&t);
		return ret;
	}
	if (there) {
		token_free(there);
		*there = t;
		return 0;
	}
	tokens = reallocarray(r->tokens, r->n_tokens + 1, sizeof(*tokens));
	if (tokens)
		r->tokens = tokens;
	if (!tokens ||
	    json_object_set_new(r->places, machine_token_serial(&t),
				json_integer((json_int_t)r->n_tokens))) {
		token_free(&t);
		return -ENOMEM;
	}
	tokens[r->n_tokens++] = t;
	return 0;
}

/* The name as the register takes it, "" where it takes none. NULL: memory. */
static char *clean_host(const char *host)
{
	json_t *row = json_object();
	char *clean = NULL;

	if (row && !put(row, "seen_host", host) && !field_accept_all(row))
		clean = strdup(dossier_text(row, "seen_host"));
	json_decref(row);
	return clean;
}

static struct machine_report *add_report(struct machine_reports *reports,
					 const char *host, time_t when)
{
	struct machine_report *list =
		reallocarray(reports->list, reports->n + 1, sizeof(*list));
	struct machine_report *r;

	if (!list)
		return NULL;
	reports->list = list;
	r = &list[reports->n];
	*r = (struct machine_report){ .host = clean_host(host),
				      .when = when,
				      .places = json_object() };
	reports->n++;
	return r->host && r->places ? r : NULL;
}

/* 3. Documents and lines */

/* A time that is not there, or not yet, cannot be held against another. */
static int read_time(const json_t *object, time_t now, time_t *when,
		     struct error *error)
{
	const char *text = dossier_text(object, "time");
	struct date date;

	if (date_read(text, 0, &date) != DATE_OK || !date.has_hour)
		return error_set(
			error, -EBADMSG,
			_("it does not say when it was made, so that it cannot be held against what the register knows; make it again with \"ckstoken status --json\""));
	if (date.time > now + DATE_SKEW)
		return error_set(
			error, -EBADMSG,
			_("it is of %s, which is still to come: set the clock of the machine that made it, or of this one, and make it again"),
			text);
	*when = date.time;
	return 0;
}

static int read_document(const json_t *root, time_t now,
			 struct machine_reports *reports, struct error *error)
{
	const json_t *tokens = json_object_get(root, "tokens"), *token;
	const json_t *complete = json_object_get(root, "complete");
	struct machine_report *r;
	time_t when = 0;
	size_t i;
	int ret = read_time(root, now, &when, error);

	if (ret)
		return ret;
	if (!json_is_array(tokens))
		return error_set(
			error, -EBADMSG,
			_("\"tokens\" is no list in it; make it again with \"ckstoken status --json\""));
	r = add_report(reports, dossier_text(root, "host"), when);
	if (!r)
		return -ENOMEM;
	r->n_failures = json_array_size(json_object_get(root, "failures"));
	/* Those of an earlier ckstoken do not say it. */
	r->complete = !json_is_false(complete) && r->n_failures == 0;
	json_array_foreach (tokens, i, token)
		if (!ret)
			ret = take_token(r, token, when, false);
	/* What cannot be known again may be the one that is looked for. */
	r->complete &= r->n_nameless == 0;
	return ret;
}

/* A line of a watch: never all that there is. */
static int read_line(const json_t *line, time_t now,
		     struct machine_reports *reports, struct error *error)
{
	static const char *const shown[] = { "present", "plugged-in",
					     "changed" };
	const char *event = dossier_text(line, "event");
	const char *host = dossier_text(line, "host");
	struct machine_report *r =
		reports->n ? &reports->list[reports->n - 1] : NULL;
	time_t when = 0;
	int ret = read_time(line, now, &when, error);

	if (!ret && (!r || r->complete || strcmp(r->host, host) != 0)) {
		r = add_report(reports, host, when);
		ret = r ? 0 : -ENOMEM;
	}
	if (ret)
		return ret;
	if (when > r->when)
		r->when = when;
	r->n_failures += strcmp(event, "failed") == 0;
	for (size_t i = 0; i < N(shown); i++)
		if (strcmp(event, shown[i]) == 0)
			return take_token(r, line, when, true);
	return 0;
}

/* A report has a few values for each of its tokens. */
static int check_extent(const char *text, size_t len, struct error *error)
{
	struct json_extent e;

	json_measure(text, len, &e);
	if (e.deepest > JSON_DEPTH_MAX)
		return error_set(error, -EBADMSG,
				 _("It is nested more than 8 levels deep."));
	if (e.objects > MAX_OBJECTS || e.values > MAX_VALUES)
		return error_set(error, -EBADMSG,
				 _("there is more in it than a machine sees"));
	return 0;
}

static size_t count_lines(const char *text, size_t len)
{
	size_t n = 0;

	for (size_t i = 0; i < len; i++)
		n += text[i] == '\n';
	return n;
}

/* How much of @text stands between two documents: blanks, and the mark that
 * some programs put before each. */
static size_t between(const char *text)
{
	static const char mark[] = "\xef\xbb\xbf";
	size_t n = strspn(text, BLANKS);

	while (strncmp(text + n, mark, strlen(mark)) == 0) {
		n += strlen(mark);
		n += strspn(text + n, BLANKS);
	}
	return n;
}

static int read_json(const char *text, size_t len, time_t now,
		     struct machine_reports *reports, struct error *error)
{
	int ret = check_extent(text, len, error);
	size_t at = between(text), next;

	while (!ret && at < len) {
		json_error_t wrong;
		json_t *root = json_loadb(text + at, len - at,
					  JSON_REJECT_DUPLICATES |
						  JSON_DISABLE_EOF_CHECK,
					  &wrong);

		/* jansson leaves it empty when memory is out. */
		if (!root && !wrong.text[0])
			return -ENOMEM;
		if (!root)
			return error_set(error, -EBADMSG,
					 _("Line %d is not valid JSON: %s."),
					 (int)count_lines(text, at) +
						 wrong.line,
					 json_error_words(&wrong));
		if (json_is_string(json_object_get(root, "event")))
			ret = read_line(root, now, reports, error);
		else
			ret = read_document(root, now, reports, error);
		json_decref(root);
		next = at + (size_t)wrong.position;
		at = next + between(text + next);
	}
	return ret;
}

/* 4. CSV: a line for each certificate, those of a token together */

static const char *const csv_columns[] = {
	"serial",
	"label",
	"model",
	"user_pin",
	"host",
	"time",
	"certificate_state",
	"certificate_name",
	"certificate_organization",
	"certificate_unit",
	"certificate_email",
	"certificate_serial",
	"certificate_not_before",
	"certificate_not_after",
	"certificate_holder",
	"certificate_official",
	"certificate_ca",
};

#define N_COLUMNS N(csv_columns)
#define N_OF_TOKEN ((size_t)6)

/* The place of each column of status in a row of the CSV. */
struct csv_places {
	size_t at[N_COLUMNS];
	size_t n; /* cells of a row */
};

static int find_columns(const struct csv_row *row, struct csv_places *places,
			struct error *error)
{
	places->n = row->n;
	for (size_t k = 0; k < N_COLUMNS; k++) {
		size_t i = 0;

		while (i < row->n && i < CSV_CELLS_MAX &&
		       strcmp(row->cells[i], csv_columns[k]) != 0)
			i++;
		if (i == row->n || i == CSV_CELLS_MAX)
			return error_set(
				error, -EBADMSG,
				_("it has no column \"%s\", as an earlier ckstoken wrote it; make it again with \"ckstoken status --json\""),
				csv_columns[k]);
		places->at[k] = i;
	}
	return 0;
}

/* A cell as JSON has the value. */
static json_t *cell_value(const char *cell)
{
	if (strcmp(cell, "true") == 0 || strcmp(cell, "false") == 0)
		return json_boolean(cell[0] == 't');
	return json_string(cell);
}

/* The token of the row, with its one certificate, as status --json has it. */
static json_t *token_of_row(const struct csv_row *row,
			    const struct csv_places *places)
{
	json_t *token = json_object(), *c = json_object(), *certs;
	size_t prefix = strlen("certificate_");
	int failed = !token || !c;

	for (size_t k = 0; k < N_COLUMNS && !failed; k++) {
		const char *cell = row->cells[places->at[k]];
		bool own = k < N_OF_TOKEN;

		failed = json_object_set_new(
			own ? token : c, csv_columns[k] + (own ? 0 : prefix),
			own ? json_string(cell) : cell_value(cell));
	}
	certs = *dossier_text(c, "state") ? json_pack("[O]", c) : json_array();
	if (json_object_set_new(token, "certificates", certs))
		failed = true;
	json_decref(c);
	if (!failed)
		return token;
	json_decref(token);
	return NULL;
}

static int read_csv_row(const struct csv_row *row,
			const struct csv_places *places, time_t now,
			struct machine_reports *reports, struct error *error)
{
	json_t *token = token_of_row(row, places);
	struct machine_report *r =
		reports->n ? &reports->list[reports->n - 1] : NULL;
	const char *host = dossier_text(token, "host");
	time_t when = 0;
	int ret = token ? read_time(token, now, &when, error) : -ENOMEM;

	if (!ret && (!r || r->complete || strcmp(r->host, host) != 0 ||
		     r->when != when)) {
		r = add_report(reports, host, when);
		ret = r ? 0 : -ENOMEM;
	}
	if (!ret)
		ret = take_token(r, token, when, false);
	json_decref(token);
	return ret;
}

/* Where the first byte is that no UTF-8 has there, or a NUL; @len: nowhere. */
static size_t find_unfit(const char *text, size_t len)
{
	size_t at = 0;

	while (at < len) {
		utf8proc_int32_t c = 0;
		utf8proc_ssize_t n =
			utf8proc_iterate((const utf8proc_uint8_t *)text + at,
					 (utf8proc_ssize_t)(len - at), &c);

		if (n < 1 || !c)
			break;
		at += (size_t)n;
	}
	return at;
}

static int read_csv(const char *text, size_t len, time_t now,
		    struct machine_reports *reports, struct error *error)
{
	struct csv_places places = { .n = 0 };
	enum csv_result result;
	struct csv_row row;
	struct csv csv;
	char *own;
	int ret = 0;

	if (find_unfit(text, len) < len)
		return error_set(error, -EBADMSG,
				 _("This is not text in UTF-8. In Excel, save "
				   "the table as \"CSV UTF-8\"."));
	own = malloc(len + 1);
	if (!own)
		return -ENOMEM;
	memcpy(own, text, len);
	own[len] = '\0';
	csv_open(&csv, own, len);
	while (!ret && (result = csv_row(&csv, &row)) != CSV_END) {
		if (result != CSV_ROW || (places.n && row.n != places.n))
			ret = error_set(
				error, -EBADMSG,
				_("row %zu of the table is broken; make it again with \"ckstoken status --csv\""),
				row.number);
		else if (!places.n)
			ret = find_columns(&row, &places, error);
		else if (!row.blank)
			ret = read_csv_row(&row, &places, now, reports, error);
	}
	free(own);
	return ret;
}

int machine_read(const char *text, size_t len, time_t now,
		 struct machine_reports *reports, struct error *error)
{
	return text[between(text)] == '{'
		       ? read_json(text, len, now, reports, error)
		       : read_csv(text, len, now, reports, error);
}

void machine_reports_free(struct machine_reports *reports)
{
	for (size_t i = 0; i < reports->n; i++) {
		struct machine_report *r = &reports->list[i];

		for (size_t k = 0; k < r->n_tokens; k++)
			token_free(&r->tokens[k]);
		free(r->tokens);
		json_decref(r->places);
		free(r->host);
	}
	free(reports->list);
	*reports = (struct machine_reports){ 0 };
}
