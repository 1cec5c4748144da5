/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* A file of ckstoken-province(5), whole or laid over the one it extends. */
#include "province_read.h"

#include <errno.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "base/i18n.h"
#include "base/text.h"

struct reader {
	struct province *province;
	struct arena *arena;
	const char *path;
	struct error *error;
	int ret; /* the first fault; later ones are not reported */
};

static void fault(struct reader *r, const struct xml_node *node,
		  const char *format, ...)
	__attribute__((format(printf, 3, 4)));

static void fault(struct reader *r, const struct xml_node *node,
		  const char *format, ...)
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
				   r->path, node->line, text);
	if (n >= 0)
		free(text);
}

static const char *attribute(struct reader *r, const struct xml_node *node,
			     const char *name)
{
	return text_clean(r->arena, xml_attribute(node, name));
}

static const char *words(struct reader *r, const struct xml_node *node)
{
	char *content = xml_content(node);
	const char *text = text_clean(r->arena, content);

	if (!content)
		r->arena->failed = true;
	free(content);
	return text;
}

/* 0: there is no such attribute. */
static long number(const struct xml_node *node, const char *name)
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

/* The next name of a list with blanks between them, or NULL. */
static const char *next_name(const char **list, size_t *len)
{
	const char *name = *list + strspn(*list, " \t\r\n");

	*len = strcspn(name, " \t\r\n");
	*list = name + *len;
	return *len ? name : NULL;
}

static void add_channel(struct reader *r, const struct xml_node *node,
			struct procedure *p)
{
	struct channel *channel = ADD(r, p->channels, p->n_channels);

	if (channel)
		*channel = (struct channel){
			.code = attribute(r, node, "code"),
			.words = words(r, node),
		};
}

static void add_deadline(struct reader *r, const struct xml_node *node,
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

static const char *ground(struct reader *r, const struct xml_node *node)
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

/*
 * Adds a condition, or puts it in the place of the condition of that rule that
 * @p has from @base.
 */
static void add_condition(struct reader *r, const struct xml_node *node,
			  struct procedure *p, const struct procedure *base)
{
	struct condition condition = {
		.rule = attribute(r, node, "rule"),
		.article = attribute(r, node, "article"),
		.days = number(node, "days"),
	};
	struct condition *place = NULL;

	if (r->arena->failed)
		return;
	for (size_t i = 0; base && i < p->n_conditions && !place; i++)
		if (i < base->n_conditions &&
		    strcmp(p->conditions[i].rule, condition.rule) == 0)
			place = &p->conditions[i];
	if ((strcmp(condition.rule, "days-left") == 0) != (condition.days > 0))
		fault(r, node,
		      _("the rule days-left needs a number of days, and no other has one"));
	if (!place)
		place = ADD(r, p->conditions, p->n_conditions);
	if (place)
		*place = condition;
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

static void add_reason(struct reader *r, const struct xml_node *node,
		       struct reason **list, size_t *n)
{
	struct reason *reason = ADD(r, *list, *n);

	if (!reason)
		return;
	reason->holder = holder(xml_attribute(node, "holder"));
	reason->words = words(r, node);
	if (reason->words)
		reason->key = province_key(r->arena, reason->words);
	read_except(r, attribute(r, node, "except"), reason);
}

/*
 * The list of that name, of the province or of a province it extends; NULL:
 * there is none.
 */
static const struct reason_list *find_reasons(const struct province *province,
					      const char *name)
{
	for (; province; province = province->parent)
		for (size_t i = 0; i < province->n_reason_lists; i++)
			if (strcmp(province->reason_lists[i].name, name) == 0)
				return &province->reason_lists[i];
	return NULL;
}

/* A list of reasons beside the procedures, which they refer to by its name. */
static void read_reasons(struct reader *r, const struct xml_node *node)
{
	struct reason_list list = { .name = attribute(r, node, "name") };
	struct reason_list *place;
	const struct xml_node *child;

	if (list.name && find_reasons(r->province, list.name))
		fault(r, node, _("%s is given twice"), list.name);
	for (child = node->children; child && !r->arena->failed;
	     child = child->next)
		if (xml_is(child, "reason"))
			add_reason(r, child, &list.reasons, &list.n);
	place = ADD(r, r->province->reason_lists, r->province->n_reason_lists);
	if (place)
		*place = list;
}

static void add_reasons(struct reader *r, const struct xml_node *node,
			struct procedure *p)
{
	const char *name = xml_attribute(node, "of");
	const struct reason_list *list = find_reasons(r->province, name);
	struct reason *place;

	if (!list)
		fault(r, node, _("there is no list of reasons named %s"), name);
	for (size_t i = 0; list && i < list->n && !r->arena->failed; i++) {
		place = ADD(r, p->reasons, p->n_reasons);
		if (place)
			*place = list->reasons[i];
	}
}

static void read_part(struct reader *r, const struct xml_node *node,
		      struct procedure *p, const struct procedure *base)
{
	if (xml_is(node, "recipient")) {
		p->recipient = words(r, node);
		p->recipient_of = attribute(r, node, "of");
	} else if (xml_is(node, "copy"))
		add_words(r, &p->copies, &p->n_copies, words(r, node));
	else if (xml_is(node, "channel"))
		add_channel(r, node, p);
	else if (xml_is(node, "deadline"))
		add_deadline(r, node, p);
	else if (xml_is(node, "ground"))
		add_words(r, &p->grounds, &p->n_grounds, ground(r, node));
	else if (xml_is(node, "condition"))
		add_condition(r, node, p, base);
	else if (xml_is(node, "reason"))
		add_reason(r, node, &p->reasons, &p->n_reasons);
	else if (xml_is(node, "reasons"))
		add_reasons(r, node, p);
	else if (xml_is(node, "note"))
		add_words(r, &p->notes, &p->n_notes, words(r, node));
}

static bool is_yes(const struct xml_node *node, const char *name)
{
	return strcmp(xml_attribute(node, name), "yes") == 0;
}

/* True if @node leaves out such parts of the procedure that it extends. */
static bool is_without(const struct xml_node *node, const char *part)
{
	const char *list = xml_attribute(node, "without"), *name;
	size_t len;

	while ((name = next_name(&list, &len)))
		if (len == strlen(part) && strncmp(name, part, len) == 0)
			return true;
	return false;
}

/* True if @node has such parts in place of those of what it extends. */
static bool replaces(const struct xml_node *node, const char *part)
{
	const struct xml_node *child;

	for (child = node->children; child; child = child->next)
		if (xml_is(child, part))
			return true;
	return is_without(node, part);
}

/* Begins @p with what @base has and @node does not replace. Grounds are added
 * to, and conditions replaced one by one, so that both are copied. */
static void extend(struct reader *r, const struct xml_node *node,
		   struct procedure *p, const struct procedure *base)
{
	struct condition *condition;

	if (!xml_has(node, "form"))
		p->form = base->form;
	if (!xml_has(node, "template"))
		p->template = base->template;
	if (!xml_has(node, "compare"))
		p->compare = base->compare;
	if (!xml_has(node, "executor"))
		p->executor = base->executor;
	p->sim = base->sim;
	p->recipient = base->recipient;
	p->recipient_of = base->recipient_of;
	if (!replaces(node, "copy")) {
		p->copies = base->copies;
		p->n_copies = base->n_copies;
	}
	if (!replaces(node, "channel")) {
		p->channels = base->channels;
		p->n_channels = base->n_channels;
	}
	if (!replaces(node, "deadline")) {
		p->deadlines = base->deadlines;
		p->n_deadlines = base->n_deadlines;
	}
	for (size_t i = 0; i < base->n_grounds; i++)
		if (!is_without(node, "ground"))
			add_words(r, &p->grounds, &p->n_grounds,
				  base->grounds[i]);
	for (size_t i = 0; i < base->n_conditions; i++) {
		condition = is_without(node, "condition")
				    ? NULL
				    : ADD(r, p->conditions, p->n_conditions);
		if (condition)
			*condition = base->conditions[i];
	}
	if (!replaces(node, "reason") && !replaces(node, "reasons")) {
		p->reasons = base->reasons;
		p->n_reasons = base->n_reasons;
	}
	if (!replaces(node, "note")) {
		p->notes = base->notes;
		p->n_notes = base->n_notes;
	}
}

/* A record, or an order, may stay in the agency, and a report goes to whoever
 * asks for it; a letter goes to someone. */
static bool is_letter(const struct procedure *p)
{
	static const char *const records[] = {
		"deliver",    "return", "lost",	 "keeper",	     "decision",
		"permission", "report", "needs", "needs-department",
	};
	size_t i;

	for (i = 0; i < sizeof(records) / sizeof(records[0]); i++)
		if (strcmp(p->name, records[i]) == 0)
			return false;
	return true;
}

static enum executor executor(const struct xml_node *node)
{
	return strcmp(xml_attribute(node, "executor"), "department") == 0
		       ? EXECUTOR_DEPARTMENT
		       : EXECUTOR_ISSUER;
}

/* No law need ask for a report. */
static bool is_report(const struct procedure *p)
{
	return strcmp(p->name, "report") == 0 || strcmp(p->name, "needs") == 0;
}

static bool is_named_before(const struct province *province, const char *name)
{
	return province_procedure(province, name) ||
	       province_refusal(province, name);
}

static void add_procedure(struct reader *r, const struct xml_node *node,
			  const struct procedure *p)
{
	struct procedure *place;

	if (is_named_before(r->province, p->name))
		fault(r, node, _("%s is given twice"), p->name);
	place = ADD(r, r->province->procedures, r->province->n_procedures);
	if (place)
		*place = *p;
}

/* Puts the copy of @sim for the province that is read into @p. */
static void take_sim(struct reader *r, struct procedure *p,
		     const struct procedure *sim)
{
	struct procedure *own = arena_alloc(r->arena, sizeof(*own));

	if (!own)
		return;
	*own = *sim;
	own->province = r->province;
	own->sim = NULL;
	own->executor_sim = own->executor;
	p->sim = own;
	p->executor_sim = own->executor;
}

/*
 * Of devices that are no PKI Token. The procedure of that name for PKI Tokens
 * stands before it, so that no reader of the file takes this one for all.
 */
static void add_for_sim(struct reader *r, const struct xml_node *node,
			const struct procedure *sim)
{
	struct province *province = r->province;
	struct procedure *p = NULL;

	for (size_t i = 0; i < province->n_procedures && !p; i++)
		if (strcmp(province->procedures[i].name, sim->name) == 0)
			p = &province->procedures[i];
	if (!p)
		fault(r, node, _("%s for other devices stands before %s"),
		      sim->name, sim->name);
	else if (p->sim && p->sim->province == province)
		fault(r, node, _("%s is given twice"), sim->name);
	else
		take_sim(r, p, sim);
}

static void read_procedure(struct reader *r, const struct xml_node *node)
{
	struct procedure p = {
		.province = r->province,
		.name = attribute(r, node, "name"),
		.form = attribute(r, node, "form"),
		.template = attribute(r, node, "template"),
		.article = attribute(r, node, "article"),
		.recipient = "",
		.recipient_of = "",
		.compare = is_yes(node, "compare"),
		.executor = executor(node),
	};
	bool other = strcmp(xml_attribute(node, "devices"), "other") == 0;
	const struct province *parent = r->province->parent;
	const struct procedure *base = NULL;
	const struct xml_node *child;

	if (r->arena->failed)
		return;
	if (is_yes(node, "extends")) {
		base = parent ? province_procedure(parent, p.name) : NULL;
		if (base && other && base->sim)
			base = base->sim;
		if (!base)
			fault(r, node, _("there is no %s to extend"), p.name);
		else
			extend(r, node, &p, base);
	} else if (!xml_has(node, "form") || !p.template[0]) {
		fault(r, node, _("%s needs a form and a template"), p.name);
	} else if (xml_has(node, "without")) {
		fault(r, node, _("%s: \"without\" needs extends=\"yes\""),
		      p.name);
	}
	for (child = node->children; child && !r->arena->failed;
	     child = child->next)
		read_part(r, child, &p, base);
	if (r->arena->failed)
		return;
	p.executor_sim = p.sim ? p.sim->executor : p.executor;
	if (is_letter(&p) && !p.recipient[0])
		fault(r, node, _("the letter %s has no recipient"), p.name);
	if (!p.n_grounds && !is_report(&p))
		fault(r, node, _("%s has no grounds"), p.name);
	if (other)
		add_for_sim(r, node, &p);
	else
		add_procedure(r, node, &p);
}

static bool is_term(const struct duty *duty)
{
	return strcmp(duty->name, "term-new") == 0 ||
	       strcmp(duty->name, "term-renewed") == 0;
}

static void read_duty(struct reader *r, const struct xml_node *node)
{
	struct duty duty = {
		.name = attribute(r, node, "name"),
		.article = attribute(r, node, "article"),
		.words = words(r, node),
		.who = attribute(r, node, "who"),
		.years = number(node, "years"),
	};
	const struct duty *base = NULL;
	struct duty *place;

	if (r->arena->failed)
		return;
	if (r->province->parent)
		base = province_duty(r->province->parent, duty.name);
	if (base && !duty.words[0])
		duty.words = base->words;
	if (base && !xml_has(node, "who"))
		duty.who = base->who;
	if (province_duty(r->province, duty.name))
		fault(r, node, _("%s is given twice"), duty.name);
	if (!duty.words[0])
		fault(r, node, _("the duty %s is empty"), duty.name);
	if (is_term(&duty) != (duty.years > 0))
		fault(r, node,
		      _("a longest term needs a number of years, and no other duty has one"));
	place = ADD(r, r->province->duties, r->province->n_duties);
	if (place)
		*place = duty;
}

static void read_refusal(struct reader *r, const struct xml_node *node)
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
		fault(r, node, _("%s is given twice"), refusal.name);
	place = ADD(r, r->province->refusals, r->province->n_refusals);
	if (place)
		*place = refusal;
}

/*
 * Completes the province with the procedures, duties and refusals of its parent
 * that it does not have itself. They stand in the parent's order, and those
 * that only the province has come after them.
 */
static void take_over(struct reader *r)
{
	struct province *own = r->province;
	const struct province *parent = own->parent;
	struct province all = { 0 };
	struct procedure *p;
	struct refusal *refusal;
	struct duty *duty;
	size_t i;

	for (i = 0; i < parent->n_procedures; i++) {
		const char *name = parent->procedures[i].name;
		const struct procedure *mine = province_procedure(own, name);

		if (province_refusal(own, name))
			continue;
		p = ADD(r, all.procedures, all.n_procedures);
		if (!p)
			return;
		*p = mine ? *mine : parent->procedures[i];
		p->province = own;
		if (p->sim && p->sim->province != own)
			take_sim(r, p, p->sim);
	}
	for (i = 0; i < own->n_procedures; i++) {
		if (province_procedure(parent, own->procedures[i].name))
			continue;
		p = ADD(r, all.procedures, all.n_procedures);
		if (!p)
			return;
		*p = own->procedures[i];
	}
	for (i = 0; i < parent->n_duties; i++) {
		const struct duty *mine =
			province_duty(own, parent->duties[i].name);

		duty = ADD(r, all.duties, all.n_duties);
		if (!duty)
			return;
		*duty = mine ? *mine : parent->duties[i];
	}
	for (i = 0; i < own->n_duties; i++) {
		if (province_duty(parent, own->duties[i].name))
			continue;
		duty = ADD(r, all.duties, all.n_duties);
		if (!duty)
			return;
		*duty = own->duties[i];
	}
	for (i = 0; i < parent->n_refusals; i++) {
		if (is_named_before(own, parent->refusals[i].name))
			continue;
		refusal = ADD(r, own->refusals, own->n_refusals);
		if (!refusal)
			return;
		*refusal = parent->refusals[i];
	}
	own->procedures = all.procedures;
	own->n_procedures = all.n_procedures;
	own->duties = all.duties;
	own->n_duties = all.n_duties;
}

/* A file that has no regulation of its own follows the parent's. */
static void take_regulation(struct province *province)
{
	province->regulation = province->parent->regulation;
	province->successor = province->parent->successor;
	province->successor_since = province->parent->successor_since;
}

static void read_regulation(struct reader *r, const struct xml_node *node)
{
	struct province *province = r->province;

	province->regulation = (struct regulation){
		.number = attribute(r, node, "number"),
		.date = attribute(r, node, "date"),
		.in_force = attribute(r, node, "in-force"),
		.title = attribute(r, node, "title"),
		.source = attribute(r, node, "source"),
		.replaced_by = attribute(r, node, "replaced-by"),
		.replaced_since = attribute(r, node, "replaced-since"),
	};
	province->successor = attribute(r, node, "successor");
	province->successor_since = attribute(r, node, "successor-since");
}

static void add_warning(struct reader *r, const struct xml_node *node)
{
	struct province *province = r->province;
	struct warning *warning =
		ADD(r, province->warnings, province->n_warnings);
	const char *list = xml_attribute(node, "of"), *name;
	size_t len;

	if (!warning)
		return;
	*warning = (struct warning){ .words = words(r, node) };
	while (!r->arena->failed && (name = next_name(&list, &len))) {
		char *copy = arena_alloc(r->arena, len + 1);

		if (copy)
			memcpy(copy, name, len);
		add_words(r, &warning->of, &warning->n_of, copy);
	}
}

static void read_province(struct reader *r, const struct xml_node *root)
{
	struct province *province = r->province;
	const struct xml_node *node;

	province->code = attribute(r, root, "code");
	province->name = attribute(r, root, "name");
	province->decree = attribute(r, root, "decree");
	if (province->parent)
		take_regulation(province);
	else if (!replaces(root, "regulation"))
		fault(r, root, _("%s needs a regulation"), province->code);
	for (node = root->children; node && !r->ret && !r->arena->failed;
	     node = node->next) {
		if (xml_is(node, "regulation"))
			read_regulation(r, node);
		else if (xml_is(node, "warning"))
			add_warning(r, node);
		else if (xml_is(node, "inferred"))
			add_words(r, &province->inferred, &province->n_inferred,
				  words(r, node));
		else if (xml_is(node, "reasons"))
			read_reasons(r, node);
		else if (xml_is(node, "procedure"))
			read_procedure(r, node);
		else if (xml_is(node, "duty"))
			read_duty(r, node);
		else if (xml_is(node, "refused"))
			read_refusal(r, node);
	}
	if (province->parent && !r->ret && !r->arena->failed)
		take_over(r);
}

int province_parse(const struct xml_doc *doc, const char *path,
		   struct province *parent, struct province **out,
		   struct error *error)
{
	struct reader r = { .path = path, .error = error };
	int ret;

	r.province = calloc(1, sizeof(*r.province));
	if (!r.province) {
		province_free(&parent);
		return -ENOMEM;
	}
	r.province->parent = parent;
	r.arena = &r.province->arena;
	read_province(&r, xml_root(doc));
	ret = r.ret ? r.ret : r.arena->failed ? -ENOMEM : 0;
	if (ret)
		province_free(&r.province);
	else
		*out = r.province;
	return ret;
}
