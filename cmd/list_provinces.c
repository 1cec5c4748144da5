/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* The provinces that there are files of, and how far their law is known. */
#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "document.h"
#include "json.h"
#include "message.h"
#include "pager.h"
#include "table.h"

#define INDENT 2
#define HANGING 4

static json_t *text_or_null(const char *text)
{
	return text[0] ? json_text(text) : json_null();
}

static json_t *json_of(const struct province *p)
{
	const struct regulation *r = &p->regulation;
	json_t *inferred = json_array();

	for (size_t i = 0; i < p->n_inferred; i++)
		json_array_append_new(inferred, json_text(p->inferred[i]));
	return json_pack("{so, so, ss, so, so, so, so, so, so, so, so, so, so}",
			 "code", json_text(p->code), "name", json_text(p->name),
			 "forms", p->decree, "regulation", json_text(r->number),
			 "title", json_text(r->title), "date",
			 json_text(r->date), "in_force",
			 text_or_null(r->in_force), "replaced_by",
			 text_or_null(r->replaced_by), "replaced_since",
			 text_or_null(r->replaced_since), "successor",
			 text_or_null(p->successor), "successor_since",
			 text_or_null(p->successor_since), "source",
			 text_or_null(r->source), "inferred", inferred);
}

/* "2025-10-08" as documents write it. */
static const char *day(const char *iso, char text[16])
{
	(void)snprintf(text, 16, iso[0] ? "%.2s/%.2s/%.4s" : "-",
		       iso[0] ? iso + 8 : "", iso[0] ? iso + 5 : "", iso);
	return text;
}

static void add_row(struct table_out *t, const struct province *p)
{
	const struct regulation *r = &p->regulation;
	const char *since =
		r->replaced_since[0] ? r->replaced_since : p->successor_since;
	char text[16];

	table_add(t, p->code, COLOUR_NONE);
	table_add(t, p->name, COLOUR_NONE);
	table_add(t, r->number, COLOUR_NONE);
	table_add(t, day(r->in_force, text), COLOUR_NONE);
	table_add(t, day(since, text), since[0] ? COLOUR_WARN : COLOUR_NONE);
	(void)snprintf(text, sizeof(text), "%zu", p->n_inferred);
	table_add(t, text, COLOUR_NONE);
}

static void print_line(const char *label, const char *text)
{
	if (!text[0])
		return;
	printf("%*s%s: ", INDENT, "", label);
	print_wrapped(text, INDENT + display_width(label) + 2, HANGING);
}

/* Notes that the table has no room for. */
static void print_details(const struct province *p)
{
	char text[16];

	printf("\n%s\n", p->code);
	print_line(_("regulation"), p->regulation.title);
	print_line(_("source"), p->regulation.source);
	print_line(_("replaced by"), p->regulation.replaced_by);
	if (p->successor[0]) {
		print_indented(INDENT, _("the province is part of %s since %s"),
			       p->successor, day(p->successor_since, text));
	}
	for (size_t i = 0; i < p->n_inferred; i++)
		print_line(_("inferred"), p->inferred[i]);
}

/* Loads all of them; what cannot be read is told, and the others are there. */
static int load_all(struct arena *arena, struct province ***provinces,
		    size_t *n)
{
	const char **codes = NULL;
	size_t n_codes = 0;
	int ret =
		province_list(arena, &codes, &n_codes) ? print_no_memory() : 0;

	*provinces = calloc(n_codes + 1, sizeof(struct province *));
	*n = 0;
	if (!ret && !*provinces)
		ret = print_no_memory();
	for (size_t i = 0; i < n_codes && ret != EXIT_DEVICE; i++) {
		struct error error = { 0 };
		int rc = province_load(codes[i], &(*provinces)[*n], &error);

		if (!rc)
			++*n;
		else
			print_error("%s", error_text(&error, rc));
		if (rc)
			ret = rc == -ENOMEM ? EXIT_DEVICE : EXIT_BAD_INPUT;
		error_free(&error);
	}
	return ret;
}

static int print_json(struct province *const *provinces, size_t n)
{
	json_t *list = json_array();

	for (size_t i = 0; i < n; i++)
		json_array_append_new(list, json_of(provinces[i]));
	return json_print(
		json_pack("{si, so}", "version", 1, "provinces", list));
}

static int print_table(struct province *const *provinces, size_t n)
{
	struct table_out table;

	pager_begin();
	table_init(&table, 6);
	table_add(&table, _("CODE"), COLOUR_NONE);
	table_add(&table, _("PROVINCE"), COLOUR_NONE);
	table_add(&table, _("REGULATION"), COLOUR_NONE);
	table_add(&table, _("IN FORCE SINCE"), COLOUR_NONE);
	table_add(&table, _("REPLACED SINCE"), COLOUR_NONE);
	table_add(&table, _("INFERRED"), COLOUR_NONE);
	for (size_t i = 0; i < n; i++)
		add_row(&table, provinces[i]);
	if (table_print(&table))
		return print_no_memory();
	for (size_t i = 0; i < n; i++)
		print_details(provinces[i]);
	return 0;
}

int list_provinces(bool json)
{
	struct province **provinces = NULL;
	struct arena arena = { 0 };
	size_t n = 0;
	int ret = load_all(&arena, &provinces, &n), rc = 0;

	if (ret != EXIT_DEVICE)
		rc = json ? print_json(provinces, n)
			  : print_table(provinces, n);
	for (size_t i = 0; i < n; i++)
		province_free(&provinces[i]);
	free(provinces);
	arena_free(&arena);
	return rc ? rc : ret;
}
