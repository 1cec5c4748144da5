/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* The province whose regulation letters follow: "ckstoken setup" offers those
 * that there are files of, and says what it means that there is none. */
#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "base/date.h"
#include "base/text.h"
#include "message.h"
#include "question.h"
#include "rules/province.h"
#include "setup.h"

struct provinces {
	struct province **list;
	const char **names;
	size_t n;
};

/* True if it is a province of @codes with the forms of an older decree, which
 * are an option of commands. */
static bool is_older(const struct province *p, const char **codes, size_t n)
{
	for (size_t i = 0; i < n; i++) {
		size_t len = strlen(codes[i]);

		if (strcmp(p->decree, "tt185") == 0 &&
		    strncmp(p->code, codes[i], len) == 0 && p->code[len] == '-')
			return true;
	}
	return false;
}

/* Those whose files can be read; of the others the officer is told. */
static int load_provinces(struct setup *s, struct provinces *all)
{
	const char **codes = NULL;
	size_t n = 0;
	int ret = province_list(&s->arena, &codes, &n);

	/* One more is for the choice that is none of them. */
	all->list = arena_alloc(&s->arena, (n + 1) * sizeof(struct province *));
	all->names = arena_alloc(&s->arena, (n + 1) * sizeof(char *));
	if (ret || !all->list || !all->names)
		return -ENOMEM;
	for (size_t i = 0; i < n; i++) {
		struct error why = { 0 };
		struct province *p = NULL;

		ret = province_load(codes[i], &p, &why);
		if (ret)
			print_warning("%s", error_text(&why, ret));
		error_free(&why);
		if (ret || strcmp(codes[i], "default") == 0 ||
		    is_older(p, codes, n)) {
			province_free(&p);
			continue;
		}
		all->names[all->n] = p->name;
		all->list[all->n++] = p;
	}
	return 0;
}

/* Asks about a province that is part of another today, whose regulation is the
 * one in force. Puts the code that is meant into *@code. */
static int ask_successor(struct setup *s, const struct province *p,
			 const char **code)
{
	char today[DATE_SIZE];
	struct province *next = NULL;
	bool takes_it = true;
	int ret = 0;

	if (!province_is_succeeded(
		    p, date_iso(date_day(s->globals->now), today)) ||
	    province_load(p->successor, &next, NULL))
		return 0;
	ret = question_yes(
		arena_format(
			&s->arena,
			_("%s is part of %s now, whose regulation is in force. Take that?"),
			p->name, next->name),
		true, &takes_it);
	if (!ret && takes_it)
		*code = arena_format(&s->arena, "%s", next->code);
	province_free(&next);
	return ret;
}

/* The province of which @text is nearly the name, as one of @all; NULL: none.
 */
static const struct province *
find_near(struct setup *s, const struct provinces *all, const char *text)
{
	char *wanted = cks_text_fold(text);
	struct text_nearest near = { .wanted = wanted ? wanted : "" };
	const struct province *found = NULL;

	for (size_t i = 0; i < all->n; i++) {
		char *name = cks_text_fold(all->names[i]);
		const char *before = near.found;

		text_nearest_try(
			&near, arena_format(&s->arena, "%s", name ? name : ""));
		if (near.found != before)
			found = all->list[i];
		free(name);
	}
	free(wanted);
	return found;
}

/*
 * Puts the code of the province that @text means into *@code, "" for none. A
 * name that is nearly one of them may be right, and of a province that has no
 * file here, as Kiên Giang beside Tiền Giang: so it is asked. NULL: the person
 * meant something else.
 */
static int settle_province(struct setup *s, const struct provinces *all,
			   const char *text, const char **code)
{
	const struct province *near = NULL;
	struct province *p = NULL;
	bool is_so = false;
	int ret = 0;

	*code = NULL;
	if (province_load(text, &p, NULL))
		near = find_near(s, all, text);
	if (!p && near)
		ret = question_yes(
			arena_format(
				&s->arena,
				_("There is no \"%s\" in the list. Is it %s?"),
				text, near->name),
			false, &is_so);
	if (!ret && is_so)
		ret = province_load(near->code, &p, NULL);
	if (!ret && p) {
		*code = strcmp(p->code, "default") == 0
				? ""
				: arena_format(&s->arena, "%s", p->code);
		ret = ask_successor(s, p, code);
	} else if (!ret) {
		ret = question_yes(
			arena_format(
				&s->arena,
				_("There is no regulation of \"%s\" here, so letters follow the decree alone. Leave it so?"),
				text),
			true, &is_so);
		if (is_so)
			*code = "";
	}
	province_free(&p);
	return ret;
}

int setup_ask_province(struct setup *s, const char *text, const char *hint,
		       const char *before, const char **answer)
{
	struct question question = { .text = text, .hint = hint };
	struct provinces all = { 0 };
	const char *code = NULL;
	char *typed = NULL;
	size_t i = 0;
	int ret = load_provinces(s, &all);

	if (ret)
		goto out;
	all.names[all.n] = _(
		"another, or none: letters follow Decree 68/2024/NĐ-CP alone");
	question.choices = all.names;
	question.n_choices = all.n + 1;
	while (i < all.n && (!before || strcmp(all.list[i]->code, before) != 0))
		i++;
	/* An earlier answer, too, may be that it is none of them. */
	question.initial =
		i < all.n || (*answer && !**answer) ? all.names[i] : before;
	while (!ret && !code) {
		(void)fflush(stdout);
		free(typed);
		typed = NULL;
		ret = question_ask(&question, &typed);
		if (ret)
			break;
		if (strcmp(typed, all.names[all.n]) == 0)
			code = "";
		else
			ret = settle_province(s, &all, typed, &code);
	}
	if (!ret)
		*answer = code;
out:
	for (i = 0; i < all.n; i++)
		province_free(&all.list[i]);
	free(typed);
	return ret;
}
