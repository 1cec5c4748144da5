/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include <errno.h>
#include <libxml/tree.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "base/i18n.h"
#include "base/text.h"
#include "base/xmlfile.h"
#include "province.h"

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
