/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include "province.h"

#include <dirent.h>
#include <errno.h>
#include <libxml/tree.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "base/buffer.h"
#include "base/i18n.h"
#include "base/text.h"
#include "base/xmlfile.h"

#ifndef SYSCONFDIR
#error "SYSCONFDIR: where an agency's own provinces are"
#endif

#define MAX_CODE 64

static bool is_code_letter(char c)
{
	return (c >= 'a' && c <= 'z') || (c >= '0' && c <= '9');
}

const char *province_key(struct arena *arena, const char *text)
{
	char *folded = cks_text_fold(text);
	char *key = arena_alloc(arena, folded ? strlen(folded) + 3 : 1);
	char *to = key;

	if (!folded)
		arena->failed = true;
	if (folded && key) {
		*to++ = ' ';
		for (const char *c = folded; *c; c++)
			if (is_code_letter(*c) || (*c & 0x80))
				*to++ = *c;
			else if (to[-1] != ' ')
				*to++ = ' ';
		if (to[-1] != ' ')
			*to++ = ' ';
	}
	free(folded);
	return to == key ? NULL : key;
}

struct reader {
	struct province *province;
	struct arena *arena;
	const char *path;
	struct error *error;
	int ret; /* of the first fault, the one that is told */
};

static void fault(struct reader *r, const xmlNode *node, const char *format,
		  ...) __attribute__((format(printf, 3, 4)));

static void fault(struct reader *r, const xmlNode *node, const char *format,
		  ...)
{
	char *text = NULL;
	va_list args;
	int n;

	if (r->ret)
		return;
	va_start(args, format);
	n = vasprintf(&text, format, args);
	va_end(args);
	r->ret = n < 0 ? -ENOMEM
		       : error_set(r->error, -EINVAL, _("%s: line %d: %s"),
				   r->path, (int)xmlGetLineNo(node), text);
	if (n >= 0)
		free(text);
}

static const char *attribute(struct reader *r, const xmlNode *node,
			     const char *name)
{
	return text_clean(r->arena, xml_attribute(node, name));
}

/* A comment may stand in the midst of it. */
static const char *words(struct reader *r, const xmlNode *node)
{
	xmlChar *content = xmlNodeGetContent(node);
	const char *text = text_clean(r->arena, (const char *)content);

	if (!content)
		r->arena->failed = true;
	xmlFree(content);
	return text;
}

/* 0: there is no such attribute. */
static long number(const xmlNode *node, const char *name)
{
	return strtol(xml_attribute(node, name), NULL, 10);
}

/* One more element at the end of @array, zeroed; NULL: memory, and @array is
 * gone. */
#define ADD(r, array, n)                                               \
	((array) = arena_grow((r)->arena, array, n, sizeof(*(array))), \
	 (array) ? &(array)[(n)++] : NULL)

static void add_words(struct reader *r, const char ***list, size_t *n,
		      const char *text)
{
	const char **place = ADD(r, *list, *n);

	if (place)
		*place = text;
}

static void add_channel(struct reader *r, const xmlNode *node,
			struct procedure *p)
{
	struct channel *channel = ADD(r, p->channels, p->n_channels);

	if (channel)
		*channel = (struct channel){
			.code = attribute(r, node, "code"),
			.words = words(r, node),
		};
}

static void add_deadline(struct reader *r, const xmlNode *node,
			 struct procedure *p)
{
	struct deadline *deadline = ADD(r, p->deadlines, p->n_deadlines);

	if (!deadline)
		return;
	*deadline = (struct deadline){
		.days = number(node, "days"),
		.before = attribute(r, node, "before"),
		.who = attribute(r, node, "who"),
		.article = attribute(r, node, "article"),
		.words = words(r, node),
	};
	if (!r->arena->failed &&
	    (deadline->days > 0) == (deadline->before[0] != '\0'))
		fault(r, node,
		      _("a deadline is in days or before a day of the year, one of the two"));
}

static const char *ground(struct reader *r, const xmlNode *node)
{
	const char *text = words(r, node);
	struct arena *arena = r->arena;
	const char *title;
	size_t size;
	char *whole;

	if (!text)
		return NULL;
	if (xml_attribute(node, "of")[0] == '\0') {
		if (!text[0])
			fault(r, node, _("the ground is empty"));
		return text;
	}
	title = r->province->regulation.title;
	if (!text[0] || !title)
		return title;
	size = strlen(text) + strlen(title) + 2;
	whole = arena_alloc(arena, size);
	if (whole)
		(void)snprintf(whole, size, "%s %s", text, title);
	return whole;
}

static void add_condition(struct reader *r, const xmlNode *node,
			  struct procedure *p)
{
	struct condition *condition = ADD(r, p->conditions, p->n_conditions);

	if (!condition)
		return;
	*condition = (struct condition){
		.rule = attribute(r, node, "rule"),
		.article = attribute(r, node, "article"),
		.days = number(node, "days"),
	};
	if (condition->rule && (strcmp(condition->rule, "days-left") == 0) !=
				       (condition->days > 0))
		fault(r, node,
		      _("the rule days-left needs a number of days, and no other has one"));
}

static enum cks_holder holder(const char *key)
{
	enum cks_holder h;

	for (h = CKS_HOLDER_PERSON; h <= CKS_HOLDER_DEVICE; h++)
		if (strcmp(cks_holder_name(h), key) == 0)
			return h;
	return CKS_HOLDER_UNKNOWN;
}

/* Parted by semicolons. */
static void read_except(struct reader *r, const char *list,
			struct reason *reason)
{
	const char **keys = NULL;
	size_t n = 0;

	while (list && *list && !r->arena->failed) {
		size_t len = strcspn(list, ";");
		char *one = arena_alloc(r->arena, len + 1);

		if (!one)
			return;
		memcpy(one, list, len);
		add_words(r, &keys, &n, province_key(r->arena, one));
		list += len + (list[len] == ';');
	}
	reason->except = keys;
	reason->n_except = n;
}

static void add_reason(struct reader *r, const xmlNode *node,
		       struct procedure *p)
{
	struct reason *reason = ADD(r, p->reasons, p->n_reasons);

	if (!reason)
		return;
	reason->holder = holder(xml_attribute(node, "holder"));
	reason->words = words(r, node);
	if (reason->words)
		reason->key = province_key(r->arena, reason->words);
	read_except(r, attribute(r, node, "except"), reason);
}

static void read_part(struct reader *r, const xmlNode *node,
		      struct procedure *p)
{
	if (xml_is(node, "recipient"))
		p->recipient = words(r, node);
	else if (xml_is(node, "copy"))
		add_words(r, &p->copies, &p->n_copies, words(r, node));
	else if (xml_is(node, "channel"))
		add_channel(r, node, p);
	else if (xml_is(node, "deadline"))
		add_deadline(r, node, p);
	else if (xml_is(node, "ground"))
		add_words(r, &p->grounds, &p->n_grounds, ground(r, node));
	else if (xml_is(node, "condition"))
		add_condition(r, node, p);
	else if (xml_is(node, "reason"))
		add_reason(r, node, p);
	else if (xml_is(node, "note"))
		add_words(r, &p->notes, &p->n_notes, words(r, node));
}

/* A record may stay in the agency; a letter goes to someone. */
static bool is_letter(const struct procedure *p)
{
	static const char *const records[] = { "deliver", "return", "lost",
					       "keeper" };
	size_t i;

	for (i = 0; i < sizeof(records) / sizeof(records[0]); i++)
		if (strcmp(p->name, records[i]) == 0)
			return false;
	return true;
}

static bool is_named_before(const struct province *province, const char *name)
{
	return province_procedure(province, name) ||
	       province_refusal(province, name);
}

static void read_procedure(struct reader *r, const xmlNode *node)
{
	struct procedure p = {
		.province = r->province,
		.name = attribute(r, node, "name"),
		.form = attribute(r, node, "form"),
		.template = attribute(r, node, "template"),
		.article = attribute(r, node, "article"),
		.recipient = "",
		.compare = strcmp(xml_attribute(node, "compare"), "yes") == 0,
	};
	struct procedure *place;
	const xmlNode *child;

	for (child = node->children; child && !r->arena->failed;
	     child = child->next)
		read_part(r, child, &p);
	if (r->arena->failed)
		return;
	if (is_named_before(r->province, p.name))
		fault(r, node, _("%s is there twice"), p.name);
	if (is_letter(&p) && !p.recipient[0])
		fault(r, node, _("the letter %s has no recipient"), p.name);
	if (!p.n_grounds)
		fault(r, node, _("%s has no grounds"), p.name);
	place = ADD(r, r->province->procedures, r->province->n_procedures);
	if (place)
		*place = p;
}

static bool is_term(const struct duty *duty)
{
	return strcmp(duty->name, "term-new") == 0 ||
	       strcmp(duty->name, "term-renewed") == 0;
}

static void read_duty(struct reader *r, const xmlNode *node)
{
	struct duty duty = {
		.name = attribute(r, node, "name"),
		.article = attribute(r, node, "article"),
		.words = words(r, node),
		.years = number(node, "years"),
	};
	struct duty *place;

	if (r->arena->failed)
		return;
	if (province_duty(r->province, duty.name))
		fault(r, node, _("%s is there twice"), duty.name);
	if (is_term(&duty) != (duty.years > 0))
		fault(r, node,
		      _("a longest term needs a number of years, and no other duty has one"));
	place = ADD(r, r->province->duties, r->province->n_duties);
	if (place)
		*place = duty;
}

static void read_refusal(struct reader *r, const xmlNode *node)
{
	struct refusal refusal = {
		.name = attribute(r, node, "name"),
		.article = attribute(r, node, "article"),
		.words = words(r, node),
	};
	struct refusal *place;

	if (r->arena->failed)
		return;
	if (is_named_before(r->province, refusal.name))
		fault(r, node, _("%s is there twice"), refusal.name);
	place = ADD(r, r->province->refusals, r->province->n_refusals);
	if (place)
		*place = refusal;
}

static void read_province(struct reader *r, const xmlNode *root)
{
	struct province *province = r->province;
	const xmlNode *node;

	province->code = attribute(r, root, "code");
	province->name = attribute(r, root, "name");
	province->decree = attribute(r, root, "decree");
	for (node = root->children; node && !r->ret && !r->arena->failed;
	     node = node->next) {
		if (xml_is(node, "regulation"))
			province->regulation = (struct regulation){
				.number = attribute(r, node, "number"),
				.date = attribute(r, node, "date"),
				.in_force = attribute(r, node, "in-force"),
				.title = attribute(r, node, "title"),
			};
		else if (xml_is(node, "warning"))
			add_words(r, &province->warnings, &province->n_warnings,
				  words(r, node));
		else if (xml_is(node, "procedure"))
			read_procedure(r, node);
		else if (xml_is(node, "duty"))
			read_duty(r, node);
		else if (xml_is(node, "refused"))
			read_refusal(r, node);
	}
}

int province_read(const char *path, struct province **out, struct error *error)
{
	struct reader r = { .path = path, .error = error };
	xmlDoc *doc = NULL;
	int ret = xml_load(path, "province.rng", &doc, error);

	if (ret)
		return ret;
	r.province = calloc(1, sizeof(*r.province));
	if (!r.province) {
		ret = -ENOMEM;
		goto out;
	}
	r.arena = &r.province->arena;
	read_province(&r, xmlDocGetRootElement(doc));
	ret = r.ret ? r.ret : r.arena->failed ? -ENOMEM : 0;
	if (!ret) {
		*out = r.province;
		r.province = NULL;
	}
out:
	province_free(&r.province);
	xmlFreeDoc(doc);
	return ret;
}

/* "Lâm Đồng" as "lam-dong". False: @name can be no province's. */
static bool make_code(const char *name, char code[MAX_CODE])
{
	char *folded = cks_text_fold(name), *c;
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
	return n > 0;
}

struct names {
	struct arena arena;
	const char **list;
	size_t n;
};

static void add_name(struct names *names, const char *file)
{
	const char *ending = strrchr(file, '.');
	size_t len = ending ? (size_t)(ending - file) : 0;
	char *name;

	if (len == 0 || len >= MAX_CODE || strcmp(ending, ".xml") != 0 ||
	    !is_code_letter(file[0]))
		return;
	names->list = arena_grow(&names->arena, names->list, names->n,
				 sizeof(*names->list));
	name = arena_alloc(&names->arena, len + 1);
	if (!names->list || !name)
		return;
	(void)snprintf(name, len + 1, "%.*s", (int)len, file);
	names->list[names->n++] = name;
}

static int by_letters(const void *a, const void *b)
{
	return strcmp(*(const char *const *)a, *(const char *const *)b);
}

static void list_names(struct names *names, const char *const *directories,
		       size_t n)
{
	for (size_t i = 0; i < n && !names->arena.failed; i++) {
		DIR *d = opendir(directories[i]);
		const struct dirent *entry;

		while (d && !names->arena.failed && (entry = readdir(d)))
			add_name(names, entry->d_name);
		if (d)
			closedir(d);
	}
	if (names->n && !names->arena.failed)
		qsort(names->list, names->n, sizeof(*names->list), by_letters);
}

static int unknown_province(const char *const *directories, size_t n,
			    const char *name, struct error *error)
{
	struct names names = { 0 };
	struct buffer list = { 0 };
	const char *clean = text_clean(&names.arena, name);
	int ret = -ENOMEM;

	list_names(&names, directories, n);
	for (size_t i = 0; i < names.n && !names.arena.failed; i++)
		if (!i || strcmp(names.list[i], names.list[i - 1]) != 0)
			buffer_printf(&list, "%s%s", i ? ", " : "",
				      names.list[i]);
	buffer_put(&list, "", 1);
	if (!list.failed && !names.arena.failed)
		ret = error_set(
			error, -ENOENT,
			_("there is no regulation of the province \"%s\"; there are: %s"),
			clean, (const char *)list.data);
	buffer_free(&list);
	arena_free(&names.arena);
	return ret;
}

int province_load_from(const char *const *directories, size_t n,
		       const char *name, struct province **out,
		       struct error *error)
{
	char code[MAX_CODE], path[4096];
	bool possible;
	int ret;

	if (!name || !name[0])
		name = "default";
	possible = make_code(name, code);
	for (size_t i = 0; possible && i < n; i++) {
		int len = snprintf(path, sizeof(path), "%s/%s.xml",
				   directories[i], code);

		if (len < 0 || (size_t)len >= sizeof(path))
			continue;
		ret = province_read(path, out, error);
		if (ret == -ENOENT) {
			error_free(error);
			continue;
		}
		/* Under another name an officer's copy would go unseen. */
		if (!ret && strcmp((*out)->code, code) != 0) {
			ret = error_set(
				error, -EINVAL,
				_("%s: it says that its code is %s, not %s"),
				path, (*out)->code, code);
			province_free(out);
		}
		return ret;
	}
	return unknown_province(directories, n, name, error);
}

int province_load(const char *name, struct province **out, struct error *error)
{
	static const char *const directories[] = {
		SYSCONFDIR "/ckstoken/provinces",
		CKSTOKEN_DATADIR "/provinces",
	};

	return province_load_from(directories,
				  sizeof(directories) / sizeof(directories[0]),
				  name, out, error);
}

void province_free(struct province **province)
{
	if (*province)
		arena_free(&(*province)->arena);
	free(*province);
	*province = NULL;
}

const struct procedure *province_procedure(const struct province *province,
					   const char *name)
{
	for (size_t i = 0; i < province->n_procedures; i++)
		if (strcmp(province->procedures[i].name, name) == 0)
			return &province->procedures[i];
	return NULL;
}

const struct refusal *province_refusal(const struct province *province,
				       const char *name)
{
	for (size_t i = 0; i < province->n_refusals; i++)
		if (strcmp(province->refusals[i].name, name) == 0)
			return &province->refusals[i];
	return NULL;
}

const struct duty *province_duty(const struct province *province,
				 const char *name)
{
	for (size_t i = 0; i < province->n_duties; i++)
		if (strcmp(province->duties[i].name, name) == 0)
			return &province->duties[i];
	return NULL;
}

int province_max_years(const struct province *province, bool renewed)
{
	const struct duty *term = NULL;

	if (province)
		term = province_duty(province,
				     renewed ? "term-renewed" : "term-new");
	if (term)
		return (int)term->years;
	return renewed ? DECREE_YEARS_RENEWED : DECREE_YEARS_NEW;
}

long province_renewal_days(const struct province *province)
{
	const struct procedure *renew =
		province ? province_procedure(province, "renew") : NULL;

	for (size_t i = 0; renew && i < renew->n_conditions; i++)
		if (strcmp(renew->conditions[i].rule, "days-left") == 0)
			return renew->conditions[i].days;
	return DECREE_RENEWAL_DAYS;
}
