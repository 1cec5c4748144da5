/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include "papers.h"

#include <ctype.h>
#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "base/date.h"
#include "import_private.h"
#include "input/dossier.h"
#include "names.h"
#include "normalize.h"
#include "record_document.h"
#include "register/papers.sql.h"

/* Who keeps a token. */

/* "@kind 12/QĐ-STC ngày 18 tháng 11 năm 2026@about": what the words at @number
 * have already is not said again. */
static char *cite(const char *kind, const char *number, const char *day,
		  const char *about)
{
	char cited[CITED_DAY_SIZE], words[DATE_SIZE] = "", *text = NULL;
	bool bare = isdigit((unsigned char)*number);
	long when;

	if (!normalize_cited_day(number, cited) && date_read_iso(day, &when))
		(void)date_cited(when, words);
	if (asprintf(&text, "%s%s%s%s%s", bare ? kind : "", number,
		     *words ? " " : "", words, bare ? about : "") < 0)
		text = NULL;
	return text;
}

char *papers_change_until(const char *until)
{
	char words[DATE_SIZE], *text = NULL;
	long day;
	bool ends = date_read_iso(until, &day);

	if (asprintf(&text, "người quản lý thiết bị%s%s",
		     ends ? ", đến hết ngày " : "",
		     ends ? date_dmy(day, words) : "") < 0)
		text = NULL;
	return text;
}

/* From what a permission changes, or as custody has it. */
static void take_until(const char *text, char until[DATE_SIZE])
{
	char cited[CITED_DAY_SIZE];
	long day;

	if (date_read_iso(text, &day))
		(void)date_iso(day, until);
	else if (normalize_cited_day(text, cited))
		(void)snprintf(until, DATE_SIZE, "%s", cited);
}

char *papers_cite_decision(const char *number, const char *day)
{
	return cite("Quyết định số ", number, day, "");
}

/* A permission that the register has as a paper of its own is a letter, and by
 * the symbol of the agency one of its own. */
static char *cite_letter(const json_t *dossier, const char *number,
			 const char *day)
{
	const char *symbol = dossier_text(dossier, "agency.symbol");
	const char *agency = dossier_text(dossier, "agency.name");
	const char *slash = strchr(number, '/');
	bool own = slash && *symbol && *agency &&
		   names_spelt_alike(slash + 1, symbol);
	char *about = NULL, *text = NULL;

	if (asprintf(
		    &about,
		    "%s%s về việc cho phép bàn giao tạm thời thiết bị lưu khóa bí mật",
		    own ? " của " : "", own ? agency : "") < 0)
		return NULL;
	text = cite("Công văn số ", number, day, about);
	free(about);
	return text;
}

int papers_of_keeper(struct custody_register *reg, bool permits,
		     const char *serial, const char *keeper,
		     const json_t *dossier, struct paper *paper)
{
	const char *day = dossier_text(dossier, "document.date");
	const char *const sql[] = { sql_papers_of_keeper,
				    sql_papers_of_custody };
	json_t *token = register_find_token(reg, serial);
	const char *spelled = import_text(token, "device_serial");
	int ret = 0;

	*paper = (struct paper){ 0 };
	store_today(register_store(reg), *day ? day : "9998-12-31");
	for (size_t i = 0; i < 2 && *spelled && !paper->text && !ret; i++) {
		struct query *q = store_query(register_store(reg), sql[i]);

		query_put_text(q, permits ? "permission" : "decision");
		query_put_text(q, spelled);
		/* Where the last one names another, there is none for this. */
		if (query_next(q) && *query_text(q, 2) && *keeper &&
		    names_same_person(query_text(q, 2), keeper)) {
			paper->text =
				!permits
					? papers_cite_decision(query_text(q, 0),
							       query_text(q, 1))
				: i == 0
					? cite_letter(dossier, query_text(q, 0),
						      query_text(q, 1))
					: cite("Văn bản cho phép số ",
					       query_text(q, 0),
					       query_text(q, 1), "");
			ret = paper->text ? 0 : -ENOMEM;
			if (permits)
				take_until(query_text(q, 3), paper->until);
		}
		query_end(q);
	}
	json_decref(token);
	return ret;
}

/* Letters that are answered. */

static int put_agency(struct custody_register *reg, json_int_t key,
		      json_t *request)
{
	struct query *q = store_query(register_store(reg), sql_papers_agency);
	int rc = 0;

	query_put_number(q, key);
	if (query_next(q))
		rc = dossier_put(request, "agency", query_text(q, 0));
	query_end(q);
	return rc;
}

json_t *papers_request(struct custody_register *reg, json_int_t key)
{
	static const char *const names[][2] = {
		{ "procedure", "procedure" },
		{ "form", "form" },
		{ "number", "document_number" },
		{ "date", "document_date" },
		{ "recipient", "recipient" },
		{ "outcome", "outcome" },
		{ "outcome_date", "outcome_date" },
		{ "done_date", "done_date" },
	};
	json_t *named = json_pack("{s:I}", "request", key);
	json_t *record = register_get(reg, RECORD_REQUEST, named);
	json_t *request = record ? json_object() : NULL;
	int rc = !request;

	for (size_t i = 0; i < sizeof(names) / sizeof(names[0]) && !rc; i++)
		rc = dossier_put(request, names[i][0],
				 import_text(record, names[i][1]));
	rc = rc || dossier_put_new(request, "register", json_integer(key)) ||
	     put_agency(reg, key, request);
	if (rc) {
		json_decref(request);
		request = NULL;
	}
	json_decref(record);
	json_decref(named);
	return request;
}

/* The records that the item names, and its subscriber. */
static json_t *row_of(struct custody_register *reg, struct query *q, bool fresh)
{
	static const char *const fields[] = { "name", "email", "id_number",
					      "organization", "holder" };
	json_t *row = json_object(), *named, *subscriber = NULL;
	int rc = !row || dossier_put(row, "device_serial", query_text(q, 2)) ||
		 dossier_put(row, fresh ? "old_serial" : "certificate_serial",
			     query_text(q, 3));

	if (!query_is_null(q, 1)) {
		named = json_pack("{s:I}", "subscriber",
				  (json_int_t)query_number(q, 1));
		subscriber = register_get(reg, RECORD_SUBSCRIBER, named);
		json_decref(named);
	}
	for (size_t i = 0; i < sizeof(fields) / sizeof(fields[0]) && !rc; i++)
		rc = dossier_put(row, fields[i],
				 import_text(subscriber, fields[i]));
	json_decref(subscriber);
	if (rc) {
		json_decref(row);
		row = NULL;
	}
	return row;
}

json_t *papers_request_rows(struct custody_register *reg, const json_t *request)
{
	bool fresh = record_is_fresh(dossier_text(request, "procedure"));
	struct query *q = store_query(register_store(reg), sql_papers_items);
	json_t *rows = json_array();
	int rc = !rows;

	query_put_number(
		q, json_integer_value(json_object_get(request, "register")));
	while (!rc && query_next(q))
		rc = json_array_append_new(rows, row_of(reg, q, fresh));
	query_end(q);
	if (rc) {
		json_decref(rows);
		rows = NULL;
	}
	return rows;
}

/* The day on which the token was restored on the request, in @words. */
static bool is_restored(struct custody_register *reg, const char *serial,
			json_int_t key, char words[DATE_SIZE])
{
	json_t *token = register_find_token(reg, serial);
	struct query *q = store_query(register_store(reg), sql_papers_restored);
	bool restored = false;
	long day;

	query_put_text(q, import_text(token, "device_serial"));
	query_put_number(q, key);
	if (query_next(q) && date_read_iso(query_text(q, 0), &day)) {
		(void)date_dmy(day, words);
		restored = true;
	}
	query_end(q);
	json_decref(token);
	return restored;
}

int papers_put_results(struct custody_register *reg, const json_t *request,
		       json_t *rows)
{
	json_int_t key =
		json_integer_value(json_object_get(request, "register"));
	bool recovers =
		strcmp(dossier_text(request, "procedure"), "recover") == 0;
	char day[DATE_SIZE], text[128];
	long done;
	size_t i;
	json_t *row;

	json_array_foreach (rows, i, row) {
		const char *serial = dossier_text(row, "device_serial");

		text[0] = '\0';
		if (recovers && is_restored(reg, serial, key, day))
			(void)snprintf(text, sizeof(text),
				       "Đã khôi phục ngày %s", day);
		else if (date_read_iso(dossier_text(request, "done_date"),
				       &done))
			(void)snprintf(text, sizeof(text),
				       "Đã thực hiện ngày %s",
				       date_dmy(done, day));
		if (text[0] && dossier_put(row, "result", text))
			return -ENOMEM;
	}
	return 0;
}
