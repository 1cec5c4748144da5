/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* Where the files of provinces are, and what they extend. */
#include "province.h"

#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "base/buffer.h"
#include "base/i18n.h"
#include "base/text.h"
#include "base/xmlfile.h"
#include "input/field.h"
#include "province_read.h"

#ifndef SYSCONFDIR
#error "SYSCONFDIR: where an agency's own provinces are"
#endif

#define MAX_CODE 64

/* Where provinces are looked for, in this order. */
struct places {
	const char *const *list;
	size_t n;
};

/* A province that is being read, and who asks for it. */
struct step {
	const char *code;
	const struct step *child; /* it extends this one; NULL: the caller */
};

/* Turns "Lâm Đồng" into "lam-dong". False: no province can be called @name. */
static bool make_code(const char *name, char code[MAX_CODE])
{
	struct arena scratch = { 0 };
	const char *clean = field_clean(&scratch, name);
	char *folded = clean ? cks_text_fold(clean) : NULL, *c;
	size_t n = 0;

	for (c = folded; c && *c && n < MAX_CODE - 1; c++) {
		if (is_code_letter(*c))
			code[n++] = *c;
		else if (!strchr(" -_", *c))
			break;
		else if (n && code[n - 1] != '-')
			code[n++] = '-';
	}
	if (!c || *c)
		n = 0;
	if (n && code[n - 1] == '-')
		n--;
	code[n] = '\0';
	free(folded);
	arena_free(&scratch);
	return n > 0;
}

/* @code is what @name would be called; "": nothing can be called so. */
static int unknown_province(const struct places *places, const char *name,
			    const char *code, struct error *error)
{
	struct text_nearest nearest = { .wanted = code };
	struct arena arena = { 0 };
	const char **codes = NULL;
	struct buffer list = { 0 };
	const char *clean = text_clean(&arena, name);
	int ret = -ENOMEM;
	size_t n = 0;

	if (xml_list(&arena, places->list, places->n, &codes, &n))
		arena.failed = true;
	for (size_t i = 0; i < n && !arena.failed; i++) {
		buffer_printf(&list, "%s%s", i ? ", " : "", codes[i]);
		text_nearest_try(&nearest, codes[i]);
	}
	buffer_put(&list, "", 1);
	if (!list.failed && !arena.failed && nearest.found)
		ret = error_set(
			error, -ENOENT,
			_("there is no regulation of the province \"%s\"; did you mean \"%s\"? The provinces are: %s"),
			clean, nearest.found, (const char *)list.data);
	else if (!list.failed && !arena.failed)
		ret = error_set(
			error, -ENOENT,
			_("there is no regulation of the province \"%s\"; the provinces are: %s"),
			clean, (const char *)list.data);
	buffer_free(&list);
	arena_free(&arena);
	return ret;
}

static int load(const struct places *places, const struct step *child,
		const char *name, struct province **out, struct error *error);

static int read_file(const struct places *places, const struct step *step,
		     const char *path, struct province **out,
		     struct error *error)
{
	struct province *parent = NULL;
	struct error why = { 0 };
	struct xml_doc *doc = NULL;
	const struct xml_node *root;
	const char *extends;
	int ret = xml_load(path, "province.rng", &doc, error);

	if (ret)
		return ret;
	root = xml_root(doc);
	extends = xml_attribute(root, "extends");
	if (extends[0])
		ret = load(places, step, extends, &parent, &why);
	if (!ret)
		ret = province_parse(doc, path, parent, out, error);
	else if (ret != -ENOMEM)
		ret = error_set(error, -EINVAL, _("%s: line %d: %s"), path,
				root->line, error_text(&why, ret));
	error_free(&why);
	xml_free(&doc);
	return ret;
}

static int load(const struct places *places, const struct step *child,
		const char *name, struct province **out, struct error *error)
{
	char code[MAX_CODE], path[4096];
	struct step step = { code, child };
	bool possible = make_code(name, code);
	int ret;

	for (; child; child = child->child)
		if (possible && strcmp(child->code, code) == 0)
			return error_set(error, -ELOOP, _("%s extends itself"),
					 code);
	for (size_t i = 0; possible && i < places->n; i++) {
		int len = snprintf(path, sizeof(path), "%s/%s.xml",
				   places->list[i], code);

		if (len < 0 || (size_t)len >= sizeof(path))
			continue;
		ret = read_file(places, &step, path, out, error);
		if (ret == -ENOENT) {
			error_free(error);
			continue;
		}
		/*
		 * With another code inside, an officer's copy would not be
		 * found.
		 */
		if (!ret && strcmp((*out)->code, code) != 0) {
			ret = error_set(
				error, -EINVAL,
				_("%s: it says that its code is %s, not %s"),
				path, (*out)->code, code);
			province_free(out);
		}
		return ret;
	}
	return unknown_province(places, name, code, error);
}

int province_load_from(const char *const *directories, size_t n,
		       const char *name, struct province **out,
		       struct error *error)
{
	const struct places places = { directories, n };

	return load(&places, NULL, name && name[0] ? name : "default", out,
		    error);
}

bool province_is_decree(const char *name)
{
	return (!name || !name[0] || strcmp(name, "default") == 0) &&
	       access(SYSCONFDIR "/ckstoken/provinces/default.xml", F_OK) != 0;
}

static const char *const directories[] = {
	SYSCONFDIR "/ckstoken/provinces",
	CKSTOKEN_DATADIR "/provinces",
};

#define N_DIRECTORIES (sizeof(directories) / sizeof(directories[0]))

int province_load(const char *name, struct province **out, struct error *error)
{
	return province_load_from(directories, N_DIRECTORIES, name, out, error);
}

int province_list(struct arena *arena, const char ***codes, size_t *n)
{
	return xml_list(arena, directories, N_DIRECTORIES, codes, n);
}
